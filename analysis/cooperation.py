"""What is found in a network of partners, in words.

Knows how the measures of :mod:`analysis.measures.network` are said to people
who work in it: which finding is the title, what a gap is, what the numbers mean
and what they do not say. Everything here is of one year.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.language import N_, capital, ngettext, number, percent, reason_text
from analysis.language import gettext as _
from analysis.measures import network
from analysis.measures.network import DISPUTED, ONE_SIDE, NetworkMeasures
from analysis.partnership import Overview
from analysis.picture import joined

MOST_NAMED = 4
"""So many names stand in a sentence; of more, their number."""
TIE_WORDS = {
    "contact": N_("contact"),
    "joint_work": N_("joint work"),
    "joint_cases": N_("joint cases"),
    "information": N_("information"),
    "referral": N_("referral"),
    "resources": N_("staff, rooms, money"),
}
"""What each type of tie is called."""
LEVEL_WORDS = {
    "general": N_("general, for everyone"),
    "specific": N_("specific, for groups at risk"),
    "individual": N_("individual, for persons"),
}
"""What each level of prevention is called."""


@dataclass(frozen=True, eq=False)
class Cooperation:
    """A network of one year, with what is measured of it.

    Parameters
    ----------
    year
        Of the survey.
    partners, ties
        Of that year.
    essential
        Sectors that should have a partner.
    whole, each, losses, pairs
        What :func:`analysis.measures.network.network_measures`,
        :func:`~analysis.measures.network.partner_measures` with
        :func:`~analysis.measures.network.brokerage` beside it,
        :func:`~analysis.measures.network.losses` and
        :func:`~analysis.measures.network.tied_pairs` return.
    """

    year: int
    partners: pd.DataFrame
    ties: pd.DataFrame
    essential: tuple[str, ...]
    whole: NetworkMeasures
    each: pd.DataFrame
    losses: pd.DataFrame
    pairs: pd.DataFrame

    @property
    def names(self) -> dict[Any, str]:
        """Names by ``partner_id``; a name that stands twice has its id behind it."""
        return dict(zip(self.partners["partner_id"], self.names_in_order, strict=True))

    @property
    def names_in_order(self) -> pd.Series:
        """The same on the index of ``partners``."""
        names, ids = self.partners["name"].astype("str"), self.partners["partner_id"].astype("str")
        return names.where(~names.duplicated(keep=False), names + " (" + ids + ")")

    @property
    def missing(self) -> tuple[str, ...]:
        """Essential sectors without a partner."""
        return network.missing_sectors(self.partners, self.essential)

    @property
    def answered(self) -> str:
        """How many answered, in words: stands beside every score."""
        return answered_text(int(self.partners["answered"].sum()), len(self.partners))


def cooperation(
    partners: pd.DataFrame, ties: pd.DataFrame, essential: Sequence[str], year: int
) -> Cooperation:
    """Measure a network of one year.

    Parameters
    ----------
    partners, ties
        Of that year (:meth:`analysis.partnership.Partnership.in_year`), or a
        part of them.
    essential
        Sectors that should have a partner.

    Raises
    ------
    InputError
        Everything :func:`analysis.measures.network.network_problems` finds.
    """
    partners, ties = partners.reset_index(drop=True), ties.reset_index(drop=True)
    each = network.partner_measures(partners, ties).join(network.brokerage(partners, ties))
    return Cooperation(
        year, partners, ties, tuple(essential), network.network_measures(partners, ties), each,
        network.losses(partners, ties), network.tied_pairs(partners, ties),
    )  # fmt: skip


# ---------------------------------------------------------------- title and first sentences


def title(found: Cooperation, sectors: Mapping[str, str]) -> str:
    """Return the one finding a network page opens with.

    Whose leaving cuts most partners off; else the essential sectors without a
    partner; else who works with nobody; else how many work together.
    """
    names, worst = found.names, _worst(found)
    count = len(found.partners)
    if worst is not None:
        one, off = worst
        if len(off) == 1:
            return _("{name} is the only link to {other}").format(
                name=names[one], other=names[off[0]]
            )
        sector = _of_one_sector(found, off)
        if sector:
            return _("If {name} leaves, {count} partners of {sector} are cut off").format(
                name=names[one], count=number(len(off), 0), sector=_(sectors.get(sector, sector))
            )
        return _("If {name} leaves, {count} partners are cut off").format(
            name=names[one], count=number(len(off), 0)
        )
    if found.missing:
        return _("No partner of {sectors}").format(sectors=sector_names(found.missing, sectors))
    if found.whole.isolates and len(found.whole.isolates) < count:
        words = ngettext("{names} works with nobody here", "{names} work with nobody here",
                         len(found.whole.isolates))  # fmt: skip
        return words.format(names=some(found.whole.isolates, names))
    if found.pairs.empty:
        return _("Who works with whom: no tie is known")
    return _("{count} partners, and no one is the only link to another").format(
        count=number(count, 0)
    )


def sentences(found: Cooperation, sectors: Mapping[str, str]) -> str:
    """Say who is linked by one partner alone, who is in the middle, who is missing, how sure it is."""
    said = [] if found.whole.reason else [*filter(None, [_link(found), _hub(found)])]
    lacking = []
    if found.missing:
        words = ngettext("{sectors} has no partner", "{sectors} have no partner",
                         len(found.missing))  # fmt: skip
        lacking.append(capital(words.format(sectors=sector_names(found.missing, sectors))))
    if found.whole.isolates:
        words = ngettext("{names} works with nobody here", "{names} work with nobody here",
                         len(found.whole.isolates))  # fmt: skip
        lacking.append(words.format(names=some(found.whole.isolates, found.names)))
    if lacking:
        said.append("; ".join(lacking) + ".")
    if found.whole.reason:
        said.append(_("Fewer than three partners: nothing is measured."))
    said.append(_answers(int(found.partners["answered"].sum()), len(found.partners)))
    return " ".join(said)


def _worst(found: Cooperation) -> tuple[Any, tuple[Any, ...]] | None:
    """The partner whose leaving cuts most off, and whom; the first of several."""
    off: dict[Any, tuple[Any, ...]] = dict(found.losses["cut_off"].items())
    one = max(off, key=lambda each: len(off[each]), default=None)
    return (one, off[one]) if one is not None and off[one] else None


def _of_one_sector(found: Cooperation, ids: Sequence[Any]) -> str:
    sectors = found.partners.loc[found.partners["partner_id"].isin(ids), "sector"].unique()
    return str(sectors[0]) if len(sectors) == 1 else ""


def _link(found: Cooperation) -> str:
    worst = _worst(found)
    if worst is None:
        return ""
    one, off = worst
    others = sum(bool(cut) for cut in found.losses["cut_off"]) - 1
    said = _("{name} is the only link to {others}").format(
        name=found.names[one], others=some(off, found.names)
    )
    if others:
        words = ngettext("; {count} more partner is the only link to others",
                         "; {count} more partners are the only link to others", others)  # fmt: skip
        said += words.format(count=number(others, 0))
    return said + "."


def _hub(found: Cooperation) -> str:
    """Who stands between most, where that is somebody, and what their leaving would do."""
    between = found.each["betweenness"]
    if not (between.max() > 0):
        return ""
    one: Any = between.idxmax()
    share = percent(100 * between.max(), 0)
    name, degree = found.names[one], int(found.each["degree"].to_dict()[one])
    off = found.losses["cut_off"].get(one, ())
    if off:
        words = _("{share} of the shortest ways between two others lead over {name}.")
        return words.format(share=share, name=name)
    words = _("{name} works with most ({degree}) and {share} of the shortest ways lead over it, yet"
              " without it the others still reach each other.") if degree == found.each["degree"].max() \
        else _("{share} of the shortest ways lead over {name}, yet without it the others still reach"
               " each other.")  # fmt: skip
    return words.format(name=name, degree=number(degree, 0), share=share)


def _answers(answered: int, count: int) -> str:
    if answered >= count:
        return _("All partners answered.")
    return _("{answered} of {count} partners answered; how the others see it is not known.").format(
        answered=number(answered, 0), count=number(count, 0)
    )


def answered_text(answered: int, partners: int) -> str:
    """Return how many partners answered: stands beside every score.

    >>> answered_text(28, 30)
    '28 of 30 answered'
    """
    return _("{answered} of {partners} answered").format(answered=answered, partners=partners)


def some(ids: Sequence[Any], names: Mapping[Any, str]) -> str:
    """Return a few names in a row; of many, the first and how many more.

    >>> some(list("abcdef"), dict(zip("abcdef", "ABCDEF")))
    'A, B, C, D and 2 more'
    """
    told = [names[one] for one in ids]
    if len(told) <= MOST_NAMED:
        return joined(told)
    words = _("{names} and {count} more")
    return words.format(names=", ".join(told[:MOST_NAMED]), count=len(told) - MOST_NAMED)


def sector_names(ids: Sequence[str], sectors: Mapping[str, str]) -> str:
    """Return sectors in words, one after the other."""
    return joined([_(sectors.get(one, one)) for one in ids])


# ---------------------------------------------------------------- gaps


@dataclass(frozen=True)
class Gap:
    """One kind of gap: what it is called, each that was found, in words, and how many that are."""

    title: str
    found: tuple[str, ...]
    together: int | None = None

    @property
    def count(self) -> int:
        """How many were found; several may stand in one text."""
        return len(self.found) if self.together is None else self.together


def gaps(found: Cooperation, sectors: Mapping[str, str], *, trust: bool) -> list[Gap]:
    """Return what is missing in a network, most pressing first; kinds without one are left out.

    Parameters
    ----------
    trust
        Whether the reader may see trust and disputed ties; without it, no
        tie of ``found`` is marked as disputed.
    """
    names = found.names
    between = [
        (names[one] + ": " + some(off, names))
        for one, off in found.losses["cut_off"].items() if off
    ]  # fmt: skip
    pairs = found.pairs
    kinds = [
        Gap(_("Essential sectors without a partner"),
            tuple(capital(_(sectors.get(one, one))) for one in found.missing)),
        Gap(_("Work with nobody here"), tuple(names[one] for one in found.whole.isolates)),
        Gap(_("The only link to others"), tuple(between)),
        Gap(_("Disputed ties"), _told(pairs[pairs["standing"] == DISPUTED], names)),
        Gap(_("Information without a protocol signed by both"),
            _directed(network.without_protocol(found.ties), names)),
        Gap(_("Trust that is not returned"), _trust(found, names) if trust else ()),
        Gap(_("Named by one side, not by the other"),
            _named(pairs[pairs["standing"] == ONE_SIDE], names),
            int(pairs["standing"].eq(ONE_SIDE).sum())),
    ]  # fmt: skip
    return [one for one in kinds if one.found]


def gaps_title(found: Sequence[Gap]) -> str:
    """Return the most pressing kind of gap, with what it is, in a title."""
    if not found:
        return _("No gap was found in the network")
    first = found[0]
    return _("{gap}: {where}").format(gap=first.title, where=_few(first.found))


def _few(told: Sequence[str]) -> str:
    return some(range(len(told)), dict(enumerate(told)))


def tie_words(tie: Mapping[Any, Any], names: Mapping[Any, str], *, mutual: bool = False) -> str:
    """Return a tie in words: who, with whom, what kind."""
    words = _("{one} ↔ {other}, {kind}") if mutual else _("{one} → {other}, {kind}")
    return words.format(
        one=names[tie["from"]], other=names[tie["to"]], kind=_(TIE_WORDS[tie["type"]])
    )


def _told(pairs: pd.DataFrame, names: Mapping[Any, str]) -> tuple[str, ...]:
    return tuple(tie_words(one, names, mutual=one["mutual"]) for one in pairs.to_dict("records"))


def _named(pairs: pd.DataFrame, names: Mapping[Any, str]) -> tuple[str, ...]:
    """Whom each partner names, and as what: a text for each who names."""
    told: dict[Any, dict[Any, list[str]]] = {}
    for tie in pairs.to_dict("records"):
        kinds = told.setdefault(tie["from"], {}).setdefault(tie["to"], [])
        kinds.append(_(TIE_WORDS[tie["type"]]))
    return tuple(
        _("{one} → {others}").format(
            one=names[one],
            others="; ".join(
                f"{names[other]} ({', '.join(kinds)})" for other, kinds in all_.items()
            ),
        )
        for one, all_ in told.items()
    )


def _directed(ties: pd.DataFrame, names: Mapping[Any, str]) -> tuple[str, ...]:
    return tuple(
        _("{one} → {other}").format(one=names[tie["from"]], other=names[tie["to"]])
        for tie in ties.to_dict("records")
    )


def _trust(found: Cooperation, names: Mapping[Any, str]) -> tuple[str, ...]:
    return tuple(
        _("{one} trusts {other} {trust} of 5, and is trusted {back} of 5").format(
            one=names[row["from"]], other=names[row["to"]], trust=number(row["trust"], 0),
            back=number(row["returned"], 0),
        )
        for row in network.trust_asymmetry(found.ties).to_dict("records")
    )  # fmt: skip


# ---------------------------------------------------------------- measures in plain words


def measures_table(found: Cooperation, before: Cooperation | None = None) -> pd.DataFrame:
    """Return the measures of a network in plain words, with the year before where there is one.

    Returns
    -------
    DataFrame
        To read: what is measured, its figure, the earlier figure where there
        is one, and what it does not say.
    """
    rows = [
        (_("Ties that exist, of all that could be"), "density", _share,
         _("A dense network is not a better one: nobody can work with everybody.")),
        (_("Ties that are returned"), "reciprocity", _share,
         _("An answer may be missing; see how many answered.")),
        (_("Ties across sectors"), "across", _share,
         _("How well services of different kinds understand each other.")),
        (_("How much one partner has all the ties"), "centralization", _share,
         _("Whether that partner is overloaded.")),
        (_("Parts that do not reach each other"), "components", _count,
         _("Whether they should.")),
        (_("Partners that are the only link between others"), "cut_points", _count,
         _("Nothing of how well they work: it is the place that is at risk, not the person.")),
        (_("Ties that are the only way between two parts"), "bridges", _count,
         _("How strong they are.")),
        (_("Partners that work with nobody here"), "isolates", _count,
         _("Whom they work with elsewhere.")),
        (_("Chance that two partners are of different sectors"), "blau", _share,
         _("Whether the sectors that matter are there.")),
        (_("Partners that answered"), "answered", _share,
         _("What the others would have said.")),
    ]  # fmt: skip
    now = figures(found)
    then = None if before is None else figures(before)
    table = {
        _("What is measured"): [words for words, *_rest in rows],
        str(found.year): [form(now[key], found) for _words, key, form, _no in rows],
    }
    if before is not None and then is not None:
        table[str(before.year)] = [form(then[key], before) for _words, key, form, _no in rows]
    table[_("What it does not say")] = [no for *_rest, no in rows]
    return pd.DataFrame(table)


def figures(found: Cooperation) -> dict[str, float | None]:
    """Return what is measured of a network by name; shares from 0 to 1, else counts."""
    whole = found.whole
    return {
        "density": whole.density,
        "reciprocity": whole.reciprocity,
        "across": (whole.ei_index + 1) / 2,
        "centralization": whole.degree_centralization,
        "components": whole.components,
        "cut_points": None if whole.reason else len(whole.cut_points),
        "bridges": None if whole.reason else len(whole.bridges),
        "isolates": None if whole.reason else len(whole.isolates),
        "blau": network.blau(found.partners["sector"]),
        "answered": network.response_rate(found.partners),
    }


def _share(value: float | None, found: Cooperation) -> str:
    if value is None or pd.isna(value):
        return reason_text(found.whole.reason or "missing")
    return percent(100 * value, 0)


def _count(value: float | None, found: Cooperation) -> str:
    return reason_text(found.whole.reason or "missing") if value is None else number(value, 0)


# ---------------------------------------------------------------- what everybody may see


def overview_title(found: Overview, sectors: Mapping[str, str], name: str) -> str:
    """Return what everybody may see of a network, in a title."""
    count = int(found.partners.sum())
    if found.missing:
        return _("{count} partners in {name}; none of {missing}").format(
            count=count, name=name, missing=sector_names(found.missing, sectors)
        )
    words = ngettext("{count} partner in {name}", "{count} partners in {name}", count)
    return words.format(count=count, name=name)


def overview_sentences(found: Overview) -> str:
    """Say how densely a network is tied, how far across sectors, and how many answered."""
    count = int(found.partners.sum())
    said = []
    if found.reason:
        said.append(_("Fewer than three partners: nothing is measured."))
    elif not found.mixing.to_numpy().sum():
        said.append(_("No tie between them is known."))
    else:
        said.append(
            _("Of all ties that could be, {density} exist; {across} of them run across"
              " sectors.").format(density=percent(100 * found.density, 0),
                                  across=percent(50 * (found.ei_index + 1), 0))
        )  # fmt: skip
    return " ".join([*said, _answers(found.answered, count)])


def sector_table(found: Overview, sectors: dict[str, str]) -> pd.DataFrame:
    """Return how many partners each sector has, as a table to read."""
    return pd.DataFrame(
        {
            _("Sector"): [capital(_(sectors.get(one, one))) for one in found.partners.index],
            _("Partners"): found.partners.to_list(),
            _("Essential"): [_("yes") if one in found.essential else "" for one in found.partners.index],
        }
    )  # fmt: skip


def mixing_table(found: Overview, sectors: dict[str, str]) -> pd.DataFrame:
    """Return which sectors name which, as a table to read: rows name, columns are named."""
    words = [capital(_(sectors.get(one, one))) for one in found.mixing.index]
    table = found.mixing.set_axis(words, axis=1).astype("int64")
    table.insert(0, _("From"), words)
    return table.reset_index(drop=True)
