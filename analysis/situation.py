"""What a board reads first: findings with what stands beside them, and how far they carry.

Knows on which levels a picture is made, which figure stands beside a finding so
that no risk is read alone, what the whole is called in a title, and how
reliable the areas of a level are. What a finding is stands in
:mod:`analysis.findings`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from analysis import findings, perspectives
from analysis.catalogue import Catalogue, Indicator
from analysis.disclosure import ProtectedView
from analysis.findings import BURDEN, STRENGTH, FiguresAt, Row
from analysis.language import N_, capital, ngettext, number, period_text
from analysis.language import gettext as _
from analysis.measures import trends
from analysis.picture import Figures, joined, profile_reliability
from analysis.settings import Level
from analysis.territory import Territory

MOST_AREAS = 1000
"""A picture is made of a level of at most so many areas: of more, chance alone picks the findings."""

GOOD, LIMITED, POOR = "good", "limited", "poor"
_URGENCIES = {
    trends.ACT_NOW: N_("act now"),
    trends.ACT: N_("act"),
    trends.WATCH: N_("watch"),
    trends.KEEP: N_("keep"),
    trends.CANNOT_TELL: N_("cannot tell"),
}


@dataclass(frozen=True, eq=False)
class Finding:
    """A finding, and what stands beside it on the other side.

    Parameters
    ----------
    row
        Of :func:`analysis.findings.choose`.
    indicator
        Of the row.
    beside
        The row of the partner in the same area; None where there is none.
    partner
        The partner's indicator; None where there is none.
    """

    row: Row
    indicator: Indicator
    beside: Row | None
    partner: Indicator | None


def levels_of(territory: Territory) -> tuple[str, ...]:
    """Return the levels a picture can be made of, the topmost first; never an empty tuple."""
    few = [one for one in territory.map_levels if len(territory.areas_of(one)) <= MOST_AREAS]
    return tuple(few) or territory.levels[:1]


def too_many_sentence(territory: Territory) -> str:
    """Say which levels have too many areas for a picture; "" where none has."""
    left_out = [
        _("{n} {many}").format(
            n=number(len(territory.areas_of(one)), 0), many=territory.settings.level(one).plural
        )
        for one in territory.map_levels
        if one not in levels_of(territory)
    ]
    if not left_out:
        return ""
    return _("Not looked at one by one here: {what}; the map shows them.").format(
        what=joined(left_out)
    )


# ---------------------------------------------------------------- findings and their partners


def with_partners(chosen: pd.DataFrame, rows: pd.DataFrame, catalogue: Catalogue) -> list[Finding]:
    """Put beside each finding the first partner of its indicator that has a figure there.

    Parameters
    ----------
    chosen
        Of :func:`analysis.findings.choose`.
    rows
        Of :func:`analysis.findings.assess`, from which they were chosen.
    """
    there = {
        (row["indicator_id"], row["level"], row["area_id"]): row
        for row in rows[rows["value"].notna()].to_dict("records")
    }
    found = []
    for row in chosen.to_dict("records"):
        place = row["level"], row["area_id"]
        partners = catalogue.partners(row["indicator_id"])
        partner = next((one for one in partners if (one.indicator_id, *place) in there), None)
        beside = there[partner.indicator_id, *place] if partner else None
        found.append(Finding(row, catalogue[row["indicator_id"]], beside, partner))
    return found


def heading(found: Finding) -> str:
    """Name a finding: its area and its indicator, in short."""
    return _("{area}: {indicator}").format(
        area=found.row["name"], indicator=_(found.indicator.short_title)
    )


def urgency_text(row: Row) -> str:
    """Return the word of the urgency table for a burden; a strength has none."""
    return _(_URGENCIES[row["urgency"]]) if row["side"] == BURDEN else ""


def beside_sentence(found: Finding, needed: float) -> str:
    """Say what stands beside a finding on the other side; of a risk also that nothing does."""
    if found.beside is not None and found.partner is not None:
        return _("Beside it: {sentence}").format(
            sentence=findings.finding_sentence(found.beside, found.partner, needed)
        )
    if found.indicator.factor == "protective":
        return ""
    return _("Protection not assessed: no protective indicator of it has a figure here.")


def title(chosen: pd.DataFrame, catalogue: Catalogue, name: str) -> str:
    """Say in a title what holds and what weighs first, strengths first.

    Parameters
    ----------
    chosen
        Of :func:`analysis.findings.choose`.
    catalogue
        Its indicators.
    name
        Of the territory, for where nothing stands out.
    """

    def first(side: str) -> dict[str, str] | None:
        part = chosen[chosen["side"] == side]
        if part.empty:
            return None
        row = part.iloc[0]
        return {"what": _(catalogue[row["indicator_id"]].short_title), "area": row["name"]}

    holds, weighs = first(STRENGTH), first(BURDEN)
    if holds and weighs:
        return _("Favourable: {strength} in {there}; unfavourable: {burden} in {here}").format(
            strength=holds["what"], there=holds["area"], burden=weighs["what"], here=weighs["area"]
        )
    if holds:
        return _("Favourable: {what} in {area}; no burden stands out").format(**holds)
    if weighs:
        return _("Unfavourable: {what} in {area}; no strength stands out").format(**weighs)
    return _("{name}: nothing stands out clearly").format(name=name)


def pair(
    found: Sequence[Finding], catalogue: Catalogue, published: Sequence[str]
) -> tuple[Indicator, Indicator | None] | None:
    """Return the two indicators that the maps show: of the first burden, else of the first finding.

    Parameters
    ----------
    found
        Of :func:`with_partners`.
    published
        Ids of the indicators that have figures on the level; where nothing is
        found, the first risk of the catalogue among them is shown, else the
        first of them.

    Returns
    -------
    tuple or None
        The risk and its protective partner, whichever of them the finding is
        about; where there is no partner the finding's indicator and None.
        None where there is no figure at all.
    """
    parts = [one for one in found if not one.row["whole"]] or list(found)
    order = sorted(parts, key=lambda one: (one.partner is None, one.row["side"] != BURDEN))
    if order:
        one, partner = order[0].indicator, order[0].partner
    else:
        usual = [one for one in catalogue.shown() if one.indicator_id in published]
        usual.sort(key=lambda one: one.factor != "risk")
        if not usual:
            return None
        one = usual[0]
        partners = catalogue.partners(one.indicator_id)
        partner = next((other for other in partners if other.indicator_id in published), None)
    if partner is not None and one.factor == "protective":
        return partner, one
    return one, partner


def disagreement_sentences(
    territory: Territory, rows: pd.DataFrame, assessments: pd.DataFrame
) -> list[str]:
    """Say in which areas, and on which side, figures and practitioners disagree.

    Parameters
    ----------
    rows
        Of :func:`analysis.findings.assess`, of one level.
    assessments
        The table of that name.
    """
    levels = rows.loc[~rows["whole"], "level"].unique()
    if len(levels) == 0:
        return []
    places = perspectives.statistics_and_practice(rows, assessments, ("area_id", "factor"))
    apart = places[places["agreement"] == perspectives.DISAGREE].reset_index()
    said = []
    for number_ in range(len(apart)):
        row = apart.iloc[number_]
        words = _("{area}, what weighs")
        if row["factor"] == "protective":
            words = _("{area}, what holds")
        name = words.format(area=territory.area_name(str(levels[0]), str(row["area_id"])))
        said.append(perspectives.disagreement_sentence(name, row))
    return said


# ---------------------------------------------------------------- what has changed


def since_sentence(release: int | None, reason: str, year: str, changed: int) -> str:
    """Say with what the picture is compared, and how much of it is said otherwise now.

    Parameters
    ----------
    release
        Number of the last release of figures; None where it is the first, and
        the year before is compared with.
    reason
        Why it was published.
    year
        Up to when the earlier picture looks.
    changed
        How many notable changes there are.
    """
    if release is None:
        begun = _("There is one release of figures so far: compared is what was known up to"
                  " {year}.").format(year=period_text(year))  # fmt: skip
    else:
        begun = _("Compared with the picture before release {number} ({reason}).").format(
            number=number(release, 0), reason=reason
        )
    if not changed:
        return begun + " " + _("Nothing notable is said otherwise now.")
    return (
        begun
        + " "
        + ngettext(
            "{n} thing is said otherwise now.", "{n} things are said otherwise now.", changed
        ).format(n=number(changed, 0))
    )


def notable(changed: pd.DataFrame) -> pd.DataFrame:
    """Return the notable changes, those that moved furthest from class to class first.

    Parameters
    ----------
    changed
        Of :func:`analysis.findings.what_changed`.
    """
    steps = {"clearly_better": 2.0, "better": 1.0, "worse": -1.0, "clearly_worse": -2.0}
    part = changed[changed["notable"]]
    now, then = (
        part[one].map(steps).astype("float64").fillna(0.0) for one in ("class_", "class_before")
    )
    order = (now - then).abs().sort_values(ascending=False, kind="stable").index
    return part.loc[order]


# ---------------------------------------------------------------- how far it carries


def reliabilities(
    view: ProtectedView, territory: Territory, level: str, period: str, figures_at: FiguresAt
) -> pd.DataFrame:
    """Return how far the figures of each area of a level carry.

    Parameters
    ----------
    period
        Nothing later is looked at.

    Returns
    -------
    DataFrame
        Indexed by ``area_id`` in order of name: ``name``, and ``present,
        median_age, suppressed, with_interval, band`` of
        :class:`analysis.measures.reliability.Reliability`; the same as
        :func:`analysis.picture.profile_reliability` of each area's profile.
    """
    names = territory.areas_of(level, period)["name"]
    published = set(view.indicator_ids())
    parts = [pd.DataFrame(columns=list(_ABSENT))]
    for indicator in territory.catalogue.shown():
        if indicator.levels and level not in indicator.levels:
            continue
        one = indicator.indicator_id
        told: dict[str, Collection[str]] = {}
        if one in published:
            rows = view.series(one, level=level)
            rows = rows[~rows["reason"].isin(_GAPS)]
            until = [at for at in view.periods(one, level) if at[:4] <= period[:4]]
            told = {at: set(rows.loc[rows["period"] == at, "area_id"]) for at in until}
        parts.append(_newest(names.index, told, partial(figures_at, one, level)))
    together = pd.concat(parts[1:] or parts).groupby(level=0)
    empty = parts[0]
    rows_of = {str(area_id): part for area_id, part in together}
    judged = [
        vars(profile_reliability(rows_of.get(str(area_id), empty), territory.settings))
        for area_id in names.index
    ]
    frame = pd.DataFrame(judged, index=names.index)
    frame.insert(0, "name", names)
    return frame


_ABSENT = {"value": np.nan, "lower": np.nan, "reason": "missing", "status": "missing",
           "age": np.nan}  # fmt: skip
_GAPS = ("missing", "no_denominator")
"""Reasons of a figure for which a profile looks further back."""


def _newest(
    areas: pd.Index, told: dict[str, Collection[str]], figures_at: Callable[[str], Figures]
) -> pd.DataFrame:
    """Each area's newest figure of one indicator that is no gap, as a profile takes it.

    Parameters
    ----------
    told
        Which areas have one, by period, oldest first.
    """
    kept = pd.DataFrame(_ABSENT, index=areas)
    waiting = pd.Series(True, index=areas)
    for age, at in enumerate(reversed(told)):
        take = waiting & areas.isin(list(told[at]))
        if take.any():
            found = figures_at(at).frame.reindex(areas).assign(age=float(age))
            kept.loc[take] = found.loc[take, list(_ABSENT)]
            waiting &= ~take
    return kept


def reliability_sentences(bands: pd.DataFrame, level: Level) -> str:
    """Say of how many areas the figures carry well, to a degree and poorly, and name the poor ones.

    Parameters
    ----------
    bands
        Of :func:`reliabilities`.
    level
        Of the areas.
    """
    counted = bands["band"].value_counts()
    said = _("The figures of {n} {many} in all: reliability good in {good}, limited in {limited},"
             " poor in {poor}.").format(
        n=number(len(bands), 0), many=level.plural if len(bands) != 1 else level.name,
        **{one: number(int(counted.get(one, 0)), 0) for one in (GOOD, LIMITED, POOR)},
    )  # fmt: skip
    poor = list(bands.loc[bands["band"] == POOR, "name"])
    if not poor:
        return said
    if len(poor) > 12:
        return said + " " + _("What is said of the latter stands on little.")
    return (
        said
        + " "
        + _("{names}: what is said there stands on little.").format(names=capital(joined(poor)))
    )
