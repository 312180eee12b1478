"""Who works with whom? What everybody may see of it: sectors, and which of them are tied.

Those who may see partners and ties get the picture (:mod:`pages.shared.networking.picture`).
"""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from analysis import cooperation
from analysis.language import gettext as _
from analysis.partnership import PARTNERS, Partnership
from analysis.territory import Territory
from analysis.views.view import View
from pages.shared import show as showing
from pages.shared.cached import Reader
from pages.shared.networking import files, picture


def show(here: Territory, reader: Reader, network: Partnership, top: DeltaGenerator) -> None:
    """Show the picture to those who may see partners, to others sectors and which are tied."""
    if network.may(PARTNERS):
        picture.show(here, reader, network, top)
        return
    found = network.overview(network.years[-1])
    words = dict(here.settings.sectors)
    with top:
        showing.opening(
            cooperation.overview_title(found, words, here.settings.name),
            cooperation.overview_sentences(found),
        )
    sectors(here, network, found.year)
    files.downloads(network, found.year)


def sectors(here: Territory, network: Partnership, year: int) -> None:
    """Show how many partners each sector has, and which sectors name which."""
    found = network.overview(year)
    words = dict(here.settings.sectors)
    answered = answered_words(network, year)
    source = _("answers of the partners, {year}, {answered}").format(year=year, answered=answered)
    showing.told(
        View(
            _("Sectors at the table"), f"{year} · {answered}", None,
            cooperation.sector_table(found, words), found.partners.reset_index(), source,
            _("How many partners each sector has"), filename=f"sectors_{year}",
        ),
        "sectors",
    )  # fmt: skip
    if found.mixing.to_numpy().sum():
        showing.told(
            View(
                _("Which sectors name which"),
                _("ties, rows name and columns are named · {year} · {answered}").format(
                    year=year, answered=answered
                ),
                None, cooperation.mixing_table(found, words), found.mixing.reset_index(), source,
                _("How many ties run from each sector to each"),
                (_("A tie says that partners work together, not how well."),),
                filename=f"sectors_tied_{year}",
            ),
            "mixing",
        )  # fmt: skip


def answered_words(network: Partnership, year: int) -> str:
    """Return how many answered in a year, in words: stands beside every score."""
    found = network.overview(year)
    return cooperation.answered_text(found.answered, int(found.partners.sum()))
