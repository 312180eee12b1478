"""What of a network a sociogram shows: the part a reader chose, where each stands, what changed.

Knows how a network of one year is cut to a part without touching what is
measured, how all years get one seat for each partner, and how two surveys lie
on top of each other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis import coverage
from analysis.cooperation import Cooperation, cooperation, some
from analysis.language import N_, ngettext, number
from analysis.language import gettext as _
from analysis.measures import network, positions
from analysis.measures.positions import Bands
from analysis.territory import Territory

TARGET, CIRCULAR, FORCE = "target", "circular", "force"
LAYOUTS = {
    TARGET: N_("Target"),
    CIRCULAR: N_("Circle by sector"),
    FORCE: N_("Who is tied, together"),
}
"""How partners can be laid out, and what each is called."""
NEW, ENDED, JOINED, LEFT = "new", "ended", "joined", "left"
"""What became of ties and of partners since an earlier survey."""


# ---------------------------------------------------------------- a part


@dataclass(frozen=True)
class Part:
    """What of a network is shown: everything where nothing is chosen.

    Parameters
    ----------
    type
        Ties of this type; every type when empty.
    strength
        Ties of this strength and more, by the stronger of the two sides; a
        tie whose strength nobody noted is shown at 1 only.
    sector, level
        Partners of this sector, working on this level of prevention; "" for
        all.
    area
        Partners serving this area, ``level, area_id``; "" twice for all.
    """

    type: str = ""
    strength: int = 1
    sector: str = ""
    level: str = ""
    area: tuple[str, str] = ("", "")

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self == Part()


def part_of(found: Cooperation, part: Part, here: Territory, *, measured: bool) -> Cooperation:
    """Cut a network to a part.

    Parameters
    ----------
    found
        The whole of one year.
    part
        What is kept.
    here
        Its areas: who serves all of a town serves its districts.
    measured
        False keeps the scores of the whole network, for those who are shown;
        True measures the part as if there were nobody else.

    Returns
    -------
    Cooperation
        Rows of partners, ties and pairs unchanged.
    """
    if part.is_whole:
        return found
    kept = found.partners
    if part.sector:
        kept = kept[kept["sector"].eq(part.sector)]
    if part.level:
        kept = kept[
            kept["prevention_levels"].fillna("").str.split().map(lambda one: part.level in one)
        ]
    if part.area[1]:
        kept = kept[kept.index.isin(coverage.serving(kept, here, *part.area).index)]
    ids = set(kept["partner_id"])
    pairs = found.pairs
    there = pairs["from"].isin(ids) & pairs["to"].isin(ids)
    if part.type:
        there &= pairs["type"].eq(part.type)
    if part.strength > 1:
        there &= pairs["strength"].ge(part.strength)
    pairs = pairs[there].reset_index(drop=True)
    ties = found.ties[keys(found.ties).isin(keys(pairs))]
    if measured:
        return cooperation(kept, ties, found.essential, found.year)
    return replace(
        found, partners=kept.reset_index(drop=True), ties=ties.reset_index(drop=True), pairs=pairs,
        each=found.each[found.each.index.isin(ids)],
        losses=found.losses[found.losses.index.isin(ids)],
    )  # fmt: skip


def keys(ties: pd.DataFrame) -> pd.Series:
    """Return who is tied and how, the same for both directions, on the index of the ties."""
    one, other = ties["from"].astype("str"), ties["to"].astype("str")
    first = one.where(one <= other, other)
    last = other.where(one <= other, one)
    return first + "\n" + last + "\n" + ties["type"].astype("str")


# ---------------------------------------------------------------- where each stands


@dataclass(frozen=True, eq=False)
class Seats:
    """Where each partner of any year stands.

    Parameters
    ----------
    layout
        One of :data:`LAYOUTS`.
    year
        Whose numbers of partners the bands go by.
    spots
        Indexed by ``partner_id``: ``x, y, band``.
    around
        Wedges of the sectors; None where sectors have no place (force).
    bands
        None where the distance from the centre means nothing.
    """

    layout: str
    year: int
    spots: pd.DataFrame
    around: pd.DataFrame | None
    bands: Bands | None


def seats(
    surveys: Mapping[int, tuple[pd.DataFrame, pd.DataFrame]], layout: str,
    sectors: Sequence[str], essential: Sequence[str], labels: pd.DataFrame,
) -> Seats:  # fmt: skip
    """Give each partner of all years one place, so that a filter or a year moves nobody.

    Parameters
    ----------
    surveys
        Partners and ties by year, oldest first. Who is there no more keeps
        the place of the last year it was there.
    layout
        One of :data:`LAYOUTS`.
    sectors, essential
        In the order they stand around the circle; those that have a wedge
        even without a partner.
    labels
        Room of each name by ``partner_id``
        (:func:`analysis.views.sociogram.label_sizes`).

    Raises
    ------
    InputError
        A partner without a label.
    """
    degree: dict[Any, int] = {}
    for partners, ties in surveys.values():
        tied = network.tied_pairs(partners, ties)
        ends = pd.concat(
            [tied[["from", "to"]], tied[["to", "from"]].set_axis(["from", "to"], axis=1)]
        )
        counts = ends.drop_duplicates()["from"].value_counts()
        degree |= counts.reindex(partners["partner_id"], fill_value=0).to_dict()
    everyone = pd.concat([partners for partners, _ties in surveys.values()])
    everyone = everyone.drop_duplicates("partner_id", ignore_index=True)
    ties = pd.concat([ties for _partners, ties in surveys.values()])
    many = pd.Series(degree, dtype="int64")
    around = positions.wedges(everyone, sectors, essential)
    year = max(surveys)
    if layout == CIRCULAR:
        return Seats(layout, year, positions.circular(everyone, many, around), around, None)
    spots = positions.target(everyone, many, around, labels)
    if layout == FORCE:
        return Seats(layout, year, positions.force(ties[["from", "to"]], spots), None, None)
    return Seats(layout, year, spots, around, positions.bands(many)[0])


# ---------------------------------------------------------------- two years on top of each other


def since(found: Cooperation, before: Cooperation) -> Cooperation:
    """Lay a survey over an earlier one.

    Parameters
    ----------
    found, before
        The same part of two years.

    Returns
    -------
    Cooperation
        ``found`` with the partners and pairs of both years; a column
        ``change`` of its partners says ``joined``, ``left`` or "", of its
        pairs ``new``, ``ended`` or "". Who left has no scores.
    """
    now, then = set(found.partners["partner_id"]), set(before.partners["partner_id"])
    partners = found.partners.assign(
        change=np.where(found.partners["partner_id"].isin(then), "", JOINED)
    )
    gone = before.partners[~before.partners["partner_id"].isin(now)].assign(change=LEFT)
    old, new = keys(before.pairs), keys(found.pairs)
    pairs = found.pairs.assign(change=np.where(new.isin(old), "", NEW))
    ended = before.pairs[~old.isin(new)].assign(change=ENDED)
    together = pd.concat([partners, gone], ignore_index=True)
    return replace(
        found, partners=together, pairs=pd.concat([pairs, ended], ignore_index=True),
        each=found.each.reindex(pd.Index(together["partner_id"])),
    )  # fmt: skip


def change_sentences(found: Cooperation, before: int) -> list[str]:
    """Say who joined and who left, and how many ties are new and have ended.

    Parameters
    ----------
    found
        What :func:`since` returned.
    before
        Year of the earlier survey.
    """
    names, partners = found.names, found.partners
    said = []
    for change, one, many in (
        (JOINED, N_("{names} joined."), N_("{names} joined.")),
        (LEFT, N_("{names} is not there any more."), N_("{names} are not there any more.")),
    ):
        ids = list(partners.loc[partners["change"].eq(change), "partner_id"])
        if ids:
            said.append(ngettext(one, many, len(ids)).format(names=some(ids, names)))
    counts = found.pairs["change"].value_counts()
    said.append(
        _("Since {year}, {new} ties are new and {ended} have ended; a tie may also only have been"
          " named or not.").format(
            year=before, new=number(int(counts.get(NEW, 0)), 0),
            ended=number(int(counts.get(ENDED, 0)), 0),
        )
    )  # fmt: skip
    return said


def bridging(
    partners: pd.DataFrame, ties: pd.DataFrame, leaving: Collection[Any], cut_off: Collection[Any]
) -> pd.DataFrame:
    """Who could bridge when partners leave?

    Parameters
    ----------
    partners, ties
        Of one year.
    leaving
        Who leaves.
    cut_off
        Who is then cut off (:class:`analysis.measures.network.Without`).

    Returns
    -------
    DataFrame
        ``cut_off, partner_id, known, same_sector``, a row for each who is cut
        off and each other partner who stays and is of the same sector or
        ``known``: works with one who leaves and links them today. Both
        first, then who is known, then the same sector, each in the order of
        the partners. Who has no tie but to those who leave is no bridge.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abcd"), "sector": list("xyyz")})
    >>> ties = pd.DataFrame({"from": list("aab"), "to": list("bcd")})
    >>> bridging(partners, ties, ["a"], ["c"]).to_numpy().tolist()
    [['c', 'b', True, True]]
    """
    gone, off = set(leaving), set(cut_off)
    pairs = pd.concat([ties[["from", "to"]], ties[["to", "from"]].set_axis(["from", "to"], axis=1)])
    works = pairs.groupby("from")["to"].agg(set).to_dict()
    known = {
        # Who hangs on a chain is linked by whoever leaves.
        lost: set().union(*(works.get(one, set()) for one in works.get(lost, set()) & gone or gone))
        for lost in cut_off
    }
    tied = set(pairs.loc[~pairs["to"].isin(gone), "from"])
    sector = dict(zip(partners["partner_id"], partners["sector"], strict=True))
    staying = [one for one in sector if one in tied and one not in gone | off]
    rows = [
        (lost, one, one in known[lost], sector[one] == sector[lost])
        for lost in cut_off
        for one in staying
        if one in known[lost] or sector[one] == sector[lost]
    ]
    found = pd.DataFrame(rows, columns=["cut_off", "partner_id", "known", "same_sector"])
    order = found["cut_off"].map({one: place for place, one in enumerate(cut_off)})
    return (
        found.assign(order=order, both=found["known"] & found["same_sector"])
        .sort_values(["order", "both", "known"], ascending=[True, False, False], kind="stable",
                     ignore_index=True)
        .drop(columns=["order", "both"])
    )  # fmt: skip
