"""Three views of one thing: the national picture, local statistics, what practitioners see.

Knows when two of them disagree, which forms of extremism are spoken of
yesterday, today and tomorrow, and what nobody has told yet. Practitioners are
no correction of statistics and statistics no proof against them: a
disagreement is marked so that people talk about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import tables
from analysis.catalogue import Catalogue
from analysis.language import N_, number, period_text, reason_text
from analysis.language import gettext as _
from analysis.measures import trends
from analysis.measures.rates import NOT_ASSESSED
from analysis.picture import joined

BETTER, SIMILAR, WORSE, MIXED = "better", "similar", "worse", "mixed"
AGREE, PARTLY, DISAGREE = "agree", "partly", "disagree"
ONLY_FIRST, ONLY_SECOND = "only first", "only second"

_OF_CLASS = {
    "clearly_better": BETTER, "better": BETTER, "similar": SIMILAR, "worse": WORSE,
    "clearly_worse": WORSE,
}  # fmt: skip
_OF_SIGN = {"burden": WORSE, "lack": WORSE, "strength": BETTER, "easing": BETTER}
_OF_DIRECTION = {
    trends.IMPROVING: BETTER, trends.NO_CHANGE: SIMILAR, trends.WORSENING: WORSE,
}  # fmt: skip


# ---------------------------------------------------------------- two views, group by group


def statistics_and_practice(
    rows: pd.DataFrame, assessments: pd.DataFrame, by: Sequence[str] = ("theme", "factor")
) -> pd.DataFrame:
    """Return where statistics and practitioners agree, and where they do not.

    Parameters
    ----------
    rows
        Of :func:`analysis.findings.assess`; the areas compared with their
        benchmark count, the benchmark area itself does not.
    assessments
        The table of that name. What may come (``potential``, horizon
        *tomorrow*) and what is past is left out: statistics speak of now.
    by
        What is held against each other: any of ``area_id, theme, factor``.

    Returns
    -------
    DataFrame
        Indexed by ``by``, sorted: ``statistics`` (``better, similar, worse,
        mixed, not assessed``) with the counts of comparisons ``better, similar,
        worse`` behind it; ``practice`` (the same words) with ``strengths`` and
        ``burdens``; ``agreement``: ``agree``, ``disagree`` (one better, the
        other worse), ``partly``, ``only first`` (statistics alone), ``only
        second`` or ``not assessed``.

    Notes
    -----
    A group is what most of it is: *better* when no fewer are better than similar
    and fewer are worse, likewise *worse*; *mixed* when as many are better as are
    worse and no fewer than similar. Of many comparisons some differ by chance,
    so a few do not make a group. Counts are no weights, and a *disagree* is a
    reason to talk, not a verdict on either side.
    """
    keys = list(by)
    levels = set(rows.loc[~rows["whole"], "level"])
    areas = rows[~rows["whole"] & rows["factor"].isin(tables.FACTORS[:2])]
    now = assessments[
        (assessments["evidence"] != "potential")
        & assessments["horizon"].isin(["", "today"])
        & (assessments["level"].isin(levels) | ("area_id" not in keys))
    ]
    statistics = _counted(areas, areas["class_"].map(_OF_CLASS), keys)
    practice = _counted(now, now["sign"].map(_OF_SIGN), keys)
    index = statistics.index.union(practice.index)
    statistics = statistics.reindex(index, fill_value=0)
    practice = practice.reindex(index, fill_value=0)
    first, second = _majority(statistics), _majority(practice)
    return pd.DataFrame(
        {
            "statistics": first,
            **{name: statistics[name] for name in (BETTER, SIMILAR, WORSE)},
            "practice": second,
            "strengths": practice[BETTER],
            "burdens": practice[WORSE],
            "agreement": _agreement(first, second, opposite_only=True),
        }
    )


def national_and_local(rows: pd.DataFrame, national: pd.DataFrame) -> pd.DataFrame:
    """Return where the national picture and the whole territory move alike, theme by theme.

    Parameters
    ----------
    rows
        Of :func:`analysis.findings.assess`; the areas compared with (``whole``)
        count.
    national
        The table of that name; its ``course`` counts: a rising risk and a
        falling protection are a worsening.

    Returns
    -------
    DataFrame
        Indexed by ``theme, factor``: ``national`` and ``local`` (``better,
        similar, worse, mixed, not assessed``, of the course), ``statements``
        (how many national ones) and ``agreement`` as in
        :func:`statistics_and_practice`, where *disagree* is any other course:
        that only we worsen is worth a word. Locally a theme has the course of
        those of its indicators that changed significantly.
    """
    keys = ["theme", "factor"]
    whole = rows[rows["whole"] & rows["factor"].isin(tables.FACTORS[:2])]
    risk = (national["factor"] == "risk").to_numpy()
    course = national["course"].map({"rising": 1, "stable": 0, "falling": -1})
    sense = pd.Series(np.where(risk, -course, course), index=national.index)
    told = _counted(national, sense.map({1: BETTER, 0: SIMILAR, -1: WORSE}), keys)
    seen = _counted(whole, whole["direction"].map(_OF_DIRECTION), keys)
    index = told.index.union(seen.index)
    told, seen = told.reindex(index, fill_value=0), seen.reindex(index, fill_value=0)
    # a significant change at 99.8 % is hardly chance: a few are enough
    first, second = _majority(told, outweigh=False), _majority(seen, outweigh=False)
    return pd.DataFrame(
        {
            "national": first,
            "statements": national.groupby(keys).size().reindex(index, fill_value=0),
            "local": second,
            "agreement": _agreement(first, second, opposite_only=False),
        }
    )


def _counted(frame: pd.DataFrame, sides: pd.Series, keys: list[str]) -> pd.DataFrame:
    """How often each side occurs in each group."""
    groups = frame.groupby(keys, sort=True)
    counted = {
        one: (sides == one).groupby([frame[key] for key in keys]).sum()
        for one in (BETTER, SIMILAR, WORSE)
    }
    return pd.DataFrame(counted, index=groups.size().index).astype("int64")


def _majority(counted: pd.DataFrame, *, outweigh: bool = True) -> pd.Series:
    """Which side a group is on; with ``outweigh`` only when no fewer are on it than similar."""
    more, less, same = counted[BETTER], counted[WORSE], counted[SIMILAR]
    same = same if outweigh else same.where((more + less) == 0, 0)
    said = np.select(
        [counted.sum(axis=1) == 0, same > np.maximum(more, less), more > less, less > more],
        [NOT_ASSESSED, SIMILAR, BETTER, WORSE],
        default=MIXED,
    )
    return pd.Series(said, index=counted.index, dtype="str")


def _agreement(first: pd.Series, second: pd.Series, *, opposite_only: bool) -> pd.Series:
    one, other = first != NOT_ASSESSED, second != NOT_ASSESSED
    plain = first.isin([BETTER, WORSE]) & second.isin([BETTER, WORSE])
    if not opposite_only:
        plain = (first != MIXED) & (second != MIXED)
    said = np.select(
        [~one & ~other, ~other, ~one, first == second, plain],
        [NOT_ASSESSED, ONLY_FIRST, ONLY_SECOND, AGREE, DISAGREE],
        default=PARTLY,
    )
    return pd.Series(said, index=first.index, dtype="str")


def disagreement_sentence(name: str, row: pd.Series) -> str:
    """Say in one sentence that figures and practitioners see a place or theme differently.

    Parameters
    ----------
    name
        Of the area or theme.
    row
        Of :func:`statistics_and_practice`, with ``agreement`` *disagree*.
    """
    compared = int(row[BETTER] + row[SIMILAR] + row[WORSE])
    if row["statistics"] == BETTER:
        words = _(
            "{name}: {n} of {total} figures are more favourable than the benchmark,"
            " while practitioners report more burdens than strengths ({burdens} to {strengths})."
        )
    else:
        words = _(
            "{name}: {n} of {total} figures are less favourable than the benchmark,"
            " while practitioners report more strengths than burdens ({strengths} to {burdens})."
        )
    return words.format(
        name=name, n=number(row[row["statistics"]], 0), total=number(compared, 0),
        burdens=number(row["burdens"], 0), strengths=number(row["strengths"], 0),
    )  # fmt: skip


# ---------------------------------------------------------------- forms, yesterday to tomorrow

SEEN, NOT_SEEN = "seen", "not seen"


def forms_over_time(
    rows: pd.DataFrame, catalogue: Catalogue, assessments: pd.DataFrame, national: pd.DataFrame
) -> pd.DataFrame:
    """Return which forms of extremism we faced, face and may face, and who says so.

    Parameters
    ----------
    rows
        Of :func:`analysis.findings.assess`.
    catalogue
        Its indicators; those of a form are its signals.
    assessments, national
        The tables of these names. A practitioners' view without a horizon is
        of today, what may come of tomorrow.

    Returns
    -------
    DataFrame
        A row per form and horizon, all of them: ``form`` (*general* holds what
        is mixed or unclear), ``horizon``, ``national`` and ``practice`` (tuples
        of statements), ``areas`` (ids the latter speak of), ``signals`` (how
        many in the whole territory, today only; missing where there is no
        figure or where it is hidden), ``hidden`` (whether it is; zeros are
        not) and ``state``: ``seen``, ``not seen`` (a figure of 0, which is
        not *absent*), or ``not assessed``.
    """
    seen = assessments[_speaks_of_forms(assessments, catalogue)]
    assumed = np.where(seen["evidence"] == "potential", "tomorrow", "today")
    horizon = seen["horizon"].where(seen["horizon"] != "", pd.Series(assumed, index=seen.index))
    seen = seen.assign(horizon=horizon)
    told = national[national["horizon"] != ""]
    signals, hidden = _signals(rows, catalogue)
    table = []
    for form in tables.FORMS:
        for at in tables.HORIZONS:
            here = seen[(seen["form"] == form) & (seen["horizon"] == at)]
            there = told[(told["form"] == form) & (told["horizon"] == at)]
            count = signals.get(form, np.nan) if at == "today" else np.nan
            kept = form in hidden and at == "today"
            said = len(here) + len(there) > 0 or count > 0 or kept
            state = SEEN if said else NOT_SEEN if count == 0 else NOT_ASSESSED
            table.append(
                {
                    "form": form, "horizon": at, "national": tuple(there["statement"]),
                    "practice": tuple(here["statement"]),
                    "areas": tuple(dict.fromkeys(here["area_id"])), "signals": count,
                    "hidden": kept, "state": state,
                }
            )  # fmt: skip
    return pd.DataFrame(table)


def _speaks_of_forms(assessments: pd.DataFrame, catalogue: Catalogue) -> pd.Series:
    """Views of one form, and views of no certain form on a theme that has indicators of forms."""
    themes = {one.theme for one in catalogue.values() if one.form != "general"}
    of_theme = assessments["theme"].isin(themes)
    return (assessments["factor"] == "risk") & ((assessments["form"] != "general") | of_theme)


def _signals(rows: pd.DataFrame, catalogue: Catalogue) -> tuple[dict[str, float], set[str]]:
    """Recorded signals of each form in the whole territory, and forms of which they are hidden.

    A form without a figure is in neither. Signals of no certain form are those that add up to one
    total with those of a form.
    """
    totals = {one.part_of for one in catalogue.values() if one.form != "general" and one.part_of}
    found: dict[str, float] = {}
    hidden: set[str] = set()
    there = rows["value"].notna() | (rows["reason"] == "suppressed")
    for row in rows[rows["whole"] & there].to_dict("records"):
        one = catalogue[row["indicator_id"]]
        counted = one.measure == "count" and one.factor == "risk"
        if not counted or (one.form == "general" and one.part_of not in totals):
            continue
        if row["reason"] == "suppressed":
            hidden.add(one.form)
        else:
            found[one.form] = found.get(one.form, 0.0) + row["value"]
    return {form: count for form, count in found.items() if form not in hidden}, hidden


# ---------------------------------------------------------------- what is not known


class Unknown(NamedTuple):
    """One thing nobody has told yet: its kind, and the sentence that says so."""

    kind: str
    sentence: str


_FORM_NAMES = {
    "general": N_("mixed or unclear"),
    "right_wing": N_("right-wing"),
    "left_wing": N_("left-wing"),
    "religiously_inspired": N_("religiously inspired"),
    "single_issue": N_("single-issue"),
}


def form_name(form: str) -> str:
    """Return what a form of extremism is called on screen."""
    return _(_FORM_NAMES[form])


def not_known(
    rows: pd.DataFrame,
    catalogue: Catalogue,
    themes: Sequence[tuple[str, str]],
    forms: pd.DataFrame,
    assessments: pd.DataFrame,
) -> list[Unknown]:
    """Return what the picture does not know, as sentences; an empty list is never shown as fine.

    Parameters
    ----------
    rows
        Of :func:`analysis.findings.assess`.
    themes
        Ids and titles, as the settings have them.
    forms
        Of :func:`forms_over_time`.
    assessments
        The table of that name.

    Returns
    -------
    list of Unknown
        By kind: ``comparison`` and ``trend`` (how many are not assessed, with
        the most frequent reasons), ``indicator`` (without any figure),
        ``protection`` (themes with risk and no protective indicator),
        ``practice`` (areas no practitioner spoke of), ``form`` (forms without
        recorded signals, so that the picture may be one-sided).
    """
    found = [
        *_unassessed(rows, "comparison", "class_", "class_reason"),
        *_unassessed(rows, "trend", "trend", "trend_reason"),
    ]
    absent = [
        _(one.title)
        for one in catalogue.shown()
        if one.indicator_id not in set(rows["indicator_id"])
    ]
    if absent:
        found.append(Unknown("indicator", _("No figures yet: {names}.").format(
            names=joined(absent))))  # fmt: skip
    found += _unprotected(catalogue, themes)
    parts = rows[~rows["whole"]].drop_duplicates(["level", "area_id"])
    spoken = assessments["area_id"]
    if not (spoken == tables.EVERYWHERE).any():
        silent = parts.loc[~parts["area_id"].isin(spoken), "name"]
        if len(silent):
            found.append(Unknown("practice", _("No practitioner's view of {names}: not assessed.")
                                 .format(names=joined(sorted(silent)))))  # fmt: skip
    today = forms[(forms["horizon"] == "today") & forms["signals"].isna() & ~forms["hidden"]]
    if len(today):
        names = joined([form_name(one) for one in today["form"]])
        found.append(Unknown("form", _("No figure of recorded signals: {names}. A picture of the"
                                       " other forms alone is one-sided.").format(names=names)))  # fmt: skip
    return found


def _unassessed(rows: pd.DataFrame, kind: str, column: str, reason: str) -> list[Unknown]:
    missing = rows[rows[column] == NOT_ASSESSED]
    if missing.empty:
        return []
    counted = missing[reason].value_counts(sort=True)
    reasons = joined(
        [
            _("{reason} ({n})").format(reason=reason_text(str(one)), n=number(count, 0))
            for one, count in counted.head(3).items()
        ]
    )
    words = {
        "comparison": _("{n} of {total} comparisons cannot be made: {reasons}."),
        "trend": _("{n} of {total} trends cannot be told: {reasons}."),
    }[kind]
    said = words.format(n=number(len(missing), 0), total=number(len(rows), 0), reasons=reasons)
    return [Unknown(kind, said)]


def _unprotected(catalogue: Catalogue, themes: Sequence[tuple[str, str]]) -> list[Unknown]:
    of = {(one.theme, one.factor) for one in catalogue.shown()}
    bare = [
        _(title)
        for theme, title in themes
        if (theme, "risk") in of and (theme, "protective") not in of
    ]
    if not bare:
        return []
    said = _("Risk without a protective indicator: {names}. Protection is not assessed there.")
    return [Unknown("protection", said.format(names=joined(bare)))]


# ---------------------------------------------------------------- one area, told by people

_SIGNS = {
    "burden": N_("a burden"), "lack": N_("something lacking"), "strength": N_("a strength"),
    "easing": N_("easing"),
}  # fmt: skip
_EVIDENCE = {
    "experienced": N_("lived there"), "evidenced": N_("on record"), "potential": N_("may come"),
}  # fmt: skip
_CONFIDENCE = {"low": N_("low"), "medium": N_("medium"), "high": N_("high")}
_COURSES = {"rising": N_("rising"), "stable": N_("stable"), "falling": N_("falling"), "": "–"}
_DEGREES = {
    "low": N_("low"), "moderate": N_("moderate"), "elevated": N_("elevated"), "high": N_("high"),
    "": "–",
}  # fmt: skip
_SOURCES = {
    "statistics": N_("statistics"), "administrative": N_("registers of services"),
    "frontline": N_("frontline staff"), "civil_society": N_("civil society"),
    "survey": N_("survey"),
}  # fmt: skip


_WORDS = {
    BETTER: N_("more favourable"), SIMILAR: N_("similar"), WORSE: N_("less favourable"),
    MIXED: N_("some more, some less favourable"), NOT_ASSESSED: N_("not assessed"),
}  # fmt: skip


def practice_table(
    assessments: pd.DataFrame, statistics: pd.Series, themes: Sequence[tuple[str, str]]
) -> pd.DataFrame:
    """Return what practitioners see in an area, strengths first, then in the order of themes.

    Parameters
    ----------
    assessments
        Rows of that table, of one area.
    statistics
        What figures of the area say, by theme and factor: the column of that
        name of :func:`statistics_and_practice`.
    themes
        Ids and titles, in order.
    """
    titles, order = dict(themes), [theme for theme, _title in themes]
    rows = sorted(
        assessments.to_dict("records"),
        key=lambda row: (
            _OF_SIGN[row["sign"]] != BETTER,
            order.index(row["theme"]) if row["theme"] in order else len(order),
        ),
    )
    return pd.DataFrame(
        {
            _("What is seen"): [row["statement"] for row in rows],
            _("Says"): [_(_SIGNS[row["sign"]]) for row in rows],
            _("Theme"): [_(titles.get(row["theme"], row["theme"])) for row in rows],
            _("Figures here"): [
                _(_WORDS[statistics.get((row["theme"], row["factor"]), NOT_ASSESSED)])
                for row in rows
            ],
            _("Basis"): [_(_EVIDENCE[row["evidence"]]) for row in rows],
            _("From"): [_(_SOURCES[row["source_kind"]]) for row in rows],
            _("Sure"): [_(_CONFIDENCE[row["confidence"]]) for row in rows],
        }
    )


def national_table(national: pd.DataFrame, themes: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """Return the national picture, in the order of themes.

    Parameters
    ----------
    national
        Rows of that table.
    themes
        Ids and titles, in order; statements of other themes are left out.
    """
    order = [theme for theme, _title in themes]
    known = national[national["theme"].isin(order)]
    rows = sorted(known.to_dict("records"), key=lambda row: order.index(row["theme"]))
    titles = dict(themes)
    return pd.DataFrame(
        {
            _("In the country"): [row["statement"] for row in rows],
            _("Form"): [form_name(row["form"]) for row in rows],
            _("Theme"): [_(titles[row["theme"]]) for row in rows],
            _("Degree"): [_(_DEGREES[row["degree"]]) for row in rows],
            _("Course"): [_(_COURSES[row["course"]]) for row in rows],
            _("Source"): [f"{row['source']}, {period_text(row['date'])}" for row in rows],
        }
    )
