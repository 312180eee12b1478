"""Where essential sectors do not reach, and where need is high and nobody answers it: in words.

Knows when need is called high (by the statistics alone, both sides at once), and
how gaps are said without naming a partner. It chooses and words; it draws nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis.catalogue import Catalogue
from analysis.coverage import IN_PART, NONE, REACHED, Coverage
from analysis.language import capital, class_text, ngettext, number
from analysis.language import gettext as _
from analysis.measures.rates import NOT_ASSESSED
from analysis.picture import joined, some_names
from analysis.settings import Level

HIGH, NOT_HIGH = "high", "not high"
ENOUGH_PAIRS = 0.5
"""Need is called not high only where at least so many of the pairs that any area has are compared."""

_WORSE = ("worse", "clearly_worse")


# ---------------------------------------------------------------- need and no partner


def needs(rows: pd.DataFrame, catalogue: Catalogue, names: pd.Series) -> pd.DataFrame:
    """Where is need high, by the statistics, and on which figures does that rest?

    Parameters
    ----------
    rows
        Of :func:`analysis.findings.assess`, protected values only.
    catalogue
        Which protection stands beside which risk.
    names
        Name of each area, index ``area_id``, in the order wanted.

    Returns
    -------
    DataFrame
        Index of ``names``: ``name``; ``need``: ``high`` where a risk is less favourable
        than its benchmark and the protection beside it as well, each at 95 %;
        ``not high``; ``not assessed`` where too few pairs can be compared
        (:data:`ENOUGH_PAIRS`); ``pairs`` that are compared; ``reasons``, pairs of rows
        ``(risk, protection)``.

    Notes
    -----
    Both sides have to differ at once: by chance alone that happens in about one of
    1,600 pairs of independent figures.
    """
    here = rows[~rows["whole"].astype(bool)]
    at = {(row["area_id"], row["indicator_id"]): row for row in here.to_dict("records")}
    risks = [one.indicator_id for one in catalogue.shown() if one.factor == "risk"]
    beside = {one: [p.indicator_id for p in catalogue.partners(one)] for one in risks}
    found = [_need(str(area_id), at, beside) for area_id in names.index]
    most = max((len(compared) for compared, _reasons in found), default=0)
    needed = [
        HIGH if reasons else NOT_HIGH if compared and len(compared) >= ENOUGH_PAIRS * most
        else NOT_ASSESSED
        for compared, reasons in found
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "name": names,
            "need": needed,
            "pairs": [len(compared) for compared, _reasons in found],
            "reasons": pd.Series([reasons for _compared, reasons in found], names.index, object),
        }
    )


def _need(
    area_id: str, at: Mapping[tuple[str, str], Mapping[Any, Any]],
    beside: Mapping[str, Sequence[str]],
) -> tuple[list[str], list[tuple[Mapping[Any, Any], Mapping[Any, Any]]]]:  # fmt: skip
    """The risks of an area that can be compared together with their protection, and the heavy."""
    compared, reasons = [], []
    for risk, partners in beside.items():
        row = at.get((area_id, risk))
        if row is None or row["class_"] == NOT_ASSESSED:
            continue
        others = [at[area_id, one] for one in partners if (area_id, one) in at]
        others = [one for one in others if one["class_"] != NOT_ASSESSED]
        if others:
            compared.append(risk)
        weak = next((one for one in others if one["class_"] in _WORSE), None)
        if row["class_"] in _WORSE and weak is not None:
            reasons.append((row, weak))
    return compared, reasons


def unanswered(need: pd.DataFrame, found: Coverage) -> pd.DataFrame:
    """Where is need high, and which essential sectors are not there?

    Parameters
    ----------
    need
        Of :func:`needs`.
    found
        Of :func:`analysis.coverage.sector_coverage`, of the same areas.

    Returns
    -------
    DataFrame
        The rows of ``need`` that are high and lack a sector, in their order, never by how
        much: with ``lacking`` (sectors with partners, none of them there), ``missing``
        (sectors without any partner at all) and ``unclear`` (not assessed there).
    """
    high = need[need["need"] == HIGH]
    states = found.states.loc[high.index, list(found.essential)]

    def kinds(state: str, *, without: bool) -> list[tuple[str, ...]]:
        wanted = [one for one in found.essential if (one in found.missing) == without]
        return [tuple(one for one in wanted if states.at[row, one] == state) for row in high.index]

    listed = high.assign(
        lacking=pd.Series(kinds(NONE, without=False), high.index, object),
        missing=pd.Series(kinds(NONE, without=True), high.index, object),
        unclear=pd.Series(kinds(NOT_ASSESSED, without=False), high.index, object),
    )
    return listed[listed["lacking"].map(len) + listed["missing"].map(len) > 0]


# ---------------------------------------------------------------- saying it


def kinds_text(kinds: Sequence[str], found: Coverage) -> str:
    """Name sectors or provisions as a sentence does."""
    return joined([found.titles[one] for one in kinds])


def gaps(found: Coverage, level: Level) -> list[str]:
    """Say of each essential sector with partners which areas it does not reach, in their order."""
    said = []
    for kind in found.essential:
        lacking = found.names[found.states[kind] == NONE]
        if kind in found.missing or not len(lacking):
            continue
        said.append(
            _("{sector}: no partner in {areas}").format(
                sector=capital(found.titles[kind]), areas=some_names(lacking, level)
            )
        )
    return said


def title(found: Coverage, level: Level) -> str:
    """Say in a title which essential sectors leave gaps."""
    if not found.known:
        return _("Not assessed: no partner is listed")
    gap = [
        one for one in found.essential
        if one not in found.missing and (found.states[one] == NONE).any()
    ]  # fmt: skip
    parts = []
    if gap:
        parts.append(
            _("{sectors} do not reach every {one}").format(
                sectors=kinds_text(gap, found), one=level.name
            )
            if len(gap) > 1
            else _("{sectors} does not reach every {one}").format(
                sectors=kinds_text(gap, found), one=level.name
            )
        )
    if found.missing:
        parts.append(_("no partner of {sectors}").format(sectors=kinds_text(found.missing, found)))
    if parts:
        return capital("; ".join(parts))
    if (found.states[list(found.essential)] == NOT_ASSESSED).any(axis=None):
        return _("No gap is known, and not everything is assessed")
    return _("Every essential sector reaches every {one}").format(one=level.name)


def sentences(found: Coverage, level: Level) -> str:
    """Say in one to four sentences where essential sectors are missing, and what is not known."""
    if not found.known:
        return ""
    said = [f"{one}." for one in gaps(found, level)]
    if found.missing:
        said.append(
            _("Without any partner: {sectors}.").format(sectors=kinds_text(found.missing, found))
        )
    silent = int(found.unstated.sum())
    if silent:
        said.append(
            ngettext(
                "{n} partner does not say where it works: what it reaches is not assessed.",
                "{n} partners do not say where they work: what they reach is not assessed.",
                silent,
            ).format(n=number(silent, 0))
        )
    said.append(
        _("A partner is counted where it says that it works, not by what it achieves there.")
    )
    return " ".join(said)


def need_parts(row: Mapping[Any, Any], found: Coverage) -> list[str]:
    """Say which essential sectors an area of high need lacks, one part a kind of lack."""
    said = []
    if row["lacking"]:
        said.append(
            _("no partner of {sectors} reaches it").format(
                sectors=kinds_text(row["lacking"], found)
            )
        )
    if row["missing"]:
        said.append(
            _("no partner anywhere of {sectors}").format(sectors=kinds_text(row["missing"], found))
        )
    if row["unclear"]:
        said.append(
            _("not assessed for {sectors}").format(sectors=kinds_text(row["unclear"], found))
        )
    return said


def need_sentence(row: Mapping[Any, Any], found: Coverage) -> str:
    """Say in a sentence which essential sectors an area of high need lacks."""
    return _("{area}: {what}.").format(area=row["name"], what="; ".join(need_parts(row, found)))


def reason_words(row: Mapping[Any, Any], catalogue: Catalogue) -> str:
    """Say on which figures a high need rests: each risk with the protection beside it."""
    return "; ".join(
        _("{risk} ({risk_class}) and {protection} ({protection_class})").format(
            risk=_(catalogue[risk["indicator_id"]].short_title),
            risk_class=_class(risk, catalogue),
            protection=_(catalogue[weak["indicator_id"]].short_title),
            protection_class=_class(weak, catalogue),
        )
        for risk, weak in row["reasons"]
    )


def _class(row: Mapping[Any, Any], catalogue: Catalogue) -> str:
    return class_text(row["class_"], catalogue[row["indicator_id"]])


def need_sentences(need: pd.DataFrame, listed: pd.DataFrame, level: Level) -> str:
    """Say in how many areas need is high and lacks a sector, and where need is not assessed."""
    high = need[need["need"] == HIGH]
    unknown = need[need["need"] == NOT_ASSESSED]
    if len(unknown) == len(need):
        return _("Need is not assessed: no risk and the protection beside it can be compared with a"
                 " benchmark here.")  # fmt: skip
    if high.empty:
        said = [_("In no {one} a risk and the protection beside it are both less favourable than"
                  " their benchmark.").format(one=level.name)]  # fmt: skip
    else:
        said = [
            ngettext(
                "Need is high in {n} {one}: a risk is less favourable than its benchmark, and so is"
                " the protection beside it.",
                "Need is high in {n} {many}: a risk is less favourable than its benchmark, and so is"
                " the protection beside it.",
                len(high),
            ).format(n=number(len(high), 0), one=level.name, many=level.plural),
            _("Each of them is reached by every essential sector.")
            if listed.empty
            else _("Each of them lacks an essential sector.")
            if len(listed) == len(high)
            else ngettext("{n} of them lacks an essential sector.",
                          "{n} of them lack an essential sector.", len(listed)).format(
                n=number(len(listed), 0)
            ),
        ]  # fmt: skip
    if len(unknown):
        said.append(
            _("Need is not assessed in {areas}.").format(areas=some_names(unknown["name"], level))
        )
    return " ".join(said)


def card_sentences(found: Coverage, level: Level, density: str, answered: str) -> list[str]:
    """Say in a card what everybody may know of the network: sectors, gaps, ties, answers.

    Parameters
    ----------
    density
        How many of all ties that could be exist, as text; "" where not assessed.
    answered
        How many partners answered, as text.
    """
    there = [one for one, n in found.totals.items() if n]
    said = [
        ngettext(
            "{n} sector is at the table, with {partners} partners.",
            "{n} sectors are at the table, with {partners} partners.",
            len(there),
        ).format(n=number(len(there), 0), partners=number(int(found.totals.sum()), 0))
    ]
    if found.missing:
        said.append(
            _("Essential and missing: {sectors}.").format(sectors=kinds_text(found.missing, found))
        )
    said += [f"{one}." for one in gaps(found, level)]
    if density:
        said.append(_("Of all ties that could be, {density} exist.").format(density=density))
    said.append(_("{answered}.").format(answered=capital(answered)))
    return said


def active_sentences(area_id: str, sectors: Coverage, provisions: Coverage) -> list[str]:
    """Say which sectors and provisions reach one area, and which essential ones do not."""
    said = []
    for found, words in (
        (sectors, _("Sectors that work here: {what}.")),
        (provisions, _("Provision here: {what}.")),
    ):
        if not found.known or area_id not in found.states.index:
            continue
        states = found.states.loc[area_id]
        there = [
            found.titles[one]
            if states[one] == REACHED
            else _("{what} (in part)").format(what=found.titles[one])
            for one in found.titles
            if states[one] in (REACHED, IN_PART)
        ]
        said.append(words.format(what=joined(there) if there else _("none is known")))
        for state, told in (
            (NONE, _("Essential, and nobody here: {what}.")),
            (NOT_ASSESSED, _("Essential, and not assessed here: {what}.")),
        ):
            these = [one for one in found.essential if states[one] == state]
            if these:
                said.append(told.format(what=kinds_text(these, found)))
    return said


def joint_sentences(found: Coverage, level: Level) -> list[str]:
    """Say of each sector in which areas it works jointly with residents, and which do nowhere.

    Parameters
    ----------
    found
        Of :func:`analysis.coverage.joint_work`.
    """
    said, nowhere = [], []
    for kind, words in found.titles.items():
        where = found.names[found.states[kind] == REACHED]
        if len(where):
            said.append(
                _("{sector}: {areas}.").format(
                    sector=capital(words), areas=some_names(where, level)
                )
            )
        elif (found.states[kind] == NONE).all():
            nowhere.append(kind)
    if nowhere:
        said.append(_("Nowhere yet: {sectors}.").format(sectors=kinds_text(nowhere, found)))
    return said


def provision_title(found: Coverage) -> str:
    """Say in a title how many of the kinds of provision are listed anywhere."""
    if not found.known:
        return _("Provision not assessed: no place, service or role is listed")
    there = int((found.totals > 0).sum())
    return _("{n} of {total} kinds of provision are listed").format(
        n=number(there, 0), total=number(len(found.totals), 0)
    )


def provision_sentences(found: Coverage) -> str:
    """Say which kinds of provision are listed nowhere, and what a list does not say."""
    if not found.known:
        return ""
    nowhere = [one for one in found.titles if not found.totals[one]]
    said = (
        [_("Listed nowhere: {kinds}.").format(kinds=kinds_text(nowhere, found))] if nowhere else []
    )
    said.append(
        _("What is not listed may be there all the same; roles of residents are counted apart.")
    )
    return " ".join(said)
