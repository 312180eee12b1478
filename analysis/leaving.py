"""What a network loses when partners leave, in words.

Knows how :func:`analysis.measures.network.without` is said to people who work
in it: who is cut off, which sectors and areas lose their link, and who could
bridge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from analysis.cooperation import Cooperation, sector_names, some
from analysis.language import capital, ngettext, number, percent
from analysis.language import gettext as _
from analysis.measures import network
from analysis.measures.network import Without
from analysis.picture import joined
from analysis.sociometry import bridging

MOST_AREAS = 12
"""So many areas stand in a sentence; of more, their number."""


@dataclass(frozen=True, eq=False)
class Leaving:
    """A network of one year with and without some partners.

    Parameters
    ----------
    found
        The whole.
    leaving
        Who leaves: one or two ids.
    now, then
        The network as it is, and without them.
    bridges
        :func:`analysis.sociometry.bridging`.
    """

    found: Cooperation
    leaving: tuple[Any, ...]
    now: Without
    then: Without
    bridges: pd.DataFrame

    @property
    def after(self) -> Cooperation:
        """What is left to draw: places and scores as they were, those who left left out."""
        gone, found = set(self.leaving), self.found

        def stays(ties: pd.DataFrame) -> pd.Series:
            return ~ties["from"].isin(gone) & ~ties["to"].isin(gone)

        return replace(
            found, partners=found.partners[~found.partners["partner_id"].isin(gone)],
            ties=found.ties[stays(found.ties)], pairs=found.pairs[stays(found.pairs)],
        )  # fmt: skip


def leaving(found: Cooperation, partner_ids: Sequence[Any]) -> Leaving:
    """Take partners out of a network.

    Parameters
    ----------
    found
        The whole of one year.
    partner_ids
        Who leaves; each once.

    Raises
    ------
    UnknownId
        No such partner.
    """
    gone = tuple(dict.fromkeys(partner_ids))
    now = network.without(found.partners, found.ties, [])
    then = network.without(found.partners, found.ties, list(gone))
    return Leaving(found, gone, now, then, bridging(found.partners, found.ties, gone, then.cut_off))


def most_missed(found: Cooperation) -> Any:
    """Return whose leaving cuts most off, else who stands between most, else the first."""
    off = {one: len(cut) for one, cut in found.losses["cut_off"].items()}
    between = found.each["betweenness"].fillna(0)
    ids = list(found.partners["partner_id"])
    return max(ids, key=lambda one: (off.get(one, 0), between[one]))


def title(what: Leaving, sectors: Mapping[str, str]) -> str:
    """Return what happens when they leave, in a title."""
    names = joined([what.found.names[one] for one in what.leaving])
    off, many = what.then.cut_off, len(what.leaving)
    if what.then.reason:
        return _("If {names} leaves: not assessed").format(names=names)
    if not off:
        words = ngettext("If {names} leaves, nobody is cut off",
                         "If {names} leave, nobody is cut off", many)  # fmt: skip
        return words.format(names=names)
    if len(off) == 1:
        words = ngettext("If {names} leaves, {other} is cut off",
                         "If {names} leave, {other} is cut off", many)  # fmt: skip
        return words.format(names=names, other=what.found.names[off[0]])
    of = what.found.partners.set_index("partner_id")["sector"].loc[list(off)].unique()
    if len(of) == 1:
        words = ngettext("If {names} leaves, {count} partners of {sector} are cut off",
                         "If {names} leave, {count} partners of {sector} are cut off", many)  # fmt: skip
        return words.format(names=names, count=number(len(off), 0),
                            sector=_(sectors.get(of[0], of[0])))  # fmt: skip
    words = ngettext("If {names} leaves, {count} partners are cut off",
                     "If {names} leave, {count} partners are cut off", many)  # fmt: skip
    return words.format(names=names, count=number(len(off), 0))


def sentences(what: Leaving, sectors: Mapping[str, str], areas: Mapping[str, str]) -> str:
    """Say who is cut off, which sectors and areas lose their link, and how sure that is.

    Parameters
    ----------
    areas
        Names of areas by id.
    """
    then, names = what.then, what.found.names
    if then.reason:
        return _("Fewer than three partners, or fewer than two are left: nothing is measured.")
    said = []
    if then.cut_off:
        words = ngettext("{names} is then cut off from most others.",
                         "{names} are then cut off from most others.", len(then.cut_off))  # fmt: skip
        said.append(words.format(names=some(then.cut_off, names)))
    if then.lost_sectors:
        words = ngettext("{sectors} loses its link altogether.", "{sectors} lose their link altogether.",
                         len(then.lost_sectors))  # fmt: skip
        said.append(capital(words.format(sectors=sector_names(then.lost_sectors, sectors))))
    if then.lost_areas:
        named = [areas.get(one, one) for one in then.lost_areas]
        where = joined(named) if len(named) <= MOST_AREAS else _("{count} areas").format(
            count=number(len(named), 0))  # fmt: skip
        said.append(
            _("Nobody who serves {areas} in particular is linked any more.").format(areas=where)
        )
    if not (then.lost_sectors or then.lost_areas):
        said.append(_("No sector and no area loses its last link."))
    said.append(
        _("Of all pairs left, {after} cannot reach each other; today {before}.").format(
            after=percent(100 * then.fragmentation, 0),
            before=percent(100 * what.now.fragmentation, 0),
        )
    )
    said.append(
        _("{answered}: a tie that nobody named is not counted.").format(
            answered=what.found.answered
        )
    )
    return " ".join(said)


def counts_table(what: Leaving, sectors: Mapping[str, str]) -> pd.DataFrame:
    """Return how many partners reach each other now and without them, and of which sectors."""
    before, after = (
        what.found.partners[what.found.partners["partner_id"].isin(one)]["sector"].value_counts()
        for one in (what.then.before, what.then.after)
    )
    rows = [
        (_("that reach each other"), len(what.then.before), len(what.then.after)),
        (_("parts that do not reach each other"), what.now.components, what.then.components),
        *(
            (_("linked, of {sector}").format(sector=_(sectors.get(one, one))), int(many),
             int(after.get(one, 0)))
            for one, many in dict(before).items() if many != after.get(one, 0)
        ),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=[_("Partners"), _("Now"), _("Without")])


def bridges_table(what: Leaving) -> pd.DataFrame:
    """Return who could bridge for each who is cut off, those who know both sides first."""
    names = what.found.names
    told = []
    for lost in what.then.cut_off:
        own = what.bridges[what.bridges["cut_off"].eq(lost)]
        both = own[own["known"] & own["same_sector"]]
        first = both if len(both) else own[own["known"]] if own["known"].any() else own
        told.append((names[lost], some(list(first["partner_id"]), names) or _("nobody known")))
    return pd.DataFrame(told, columns=[_("Cut off"), _("Could bridge")], dtype="str")
