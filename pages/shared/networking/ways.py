"""The ways to look at the network, and what stands there without one.

A way is a module beside this one with a function ``show(here, reader, network,
top)``: ``top`` is the place of its title and first sentences, above the choice
of the way; everything else it draws below, its own choices first. It takes
what it shows of partners and ties from ``network`` alone, and keeps results
under ``network.rights`` as part of the key (:mod:`pages.shared.cached`). A new
way is a new line in :data:`WAYS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from streamlit.delta_generator import DeltaGenerator

from analysis import tables
from analysis.language import N_
from analysis.language import gettext as _
from analysis.partnership import CONTACTS, PARTNERS, Partnership
from analysis.territory import Territory
from pages.shared import choose, show
from pages.shared.cached import Reader
from pages.shared.networking import calling, leaving, measures, reach, sharing, ties

Show = Callable[[Territory, Reader, Partnership, DeltaGenerator], None]


class Way(NamedTuple):
    """One way to look: its id in the address, its title, what shows it, the right it needs."""

    id: str
    title: str
    show: Show
    right: str = ""


WAYS = (
    Way("ties", N_("Who works with whom"), ties.show),
    Way("measures", N_("Gaps and figures"), measures.show, PARTNERS),
    Way("leaving", N_("If a partner leaves"), leaving.show, PARTNERS),
    Way("reach", N_("Who reaches where"), reach.show),
    Way("sharing", N_("Information sharing"), sharing.show),
    Way("contacts", N_("Whom to call"), calling.show, CONTACTS),
)
"""Every way, in the order of the choice; ``right`` is one of the network's, or "" for everybody."""


def way(row: choose.Row, network: Partnership) -> Way:
    """Choose a way among those the reader may go; one alone is not asked about."""
    offered = {one.id: one for one in WAYS if not one.right or network.may(one.right)}
    first = next(iter(offered))
    if len(offered) == 1:
        return offered[first]
    words = {one.id: _(one.title) for one in offered.values()}
    return offered[row.segments("way", _("Show"), words, first)]


def nothing_known(here: Territory) -> None:
    """Say that no partner is known, and which files would fill the page."""
    show.opening(
        _("Who works with whom in {name}: not assessed").format(name=here.settings.name),
        _("No partner is known here; that does not mean that nobody works together."),
    )
    show.empty(
        _("Partners and ties"),
        _("{partners}, with a row for each organisation, and {ties}, with a row for each tie between"
          " two of them, would fill this page.").format(
            partners=tables.PARTNERS.file, ties=tables.TIES.file),
    )  # fmt: skip
