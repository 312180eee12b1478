"""How figures run over the years: courses with certainty, events beside them, level and trend.

Knows which rows a picture over time is drawn from, what happened meanwhile,
and how level and trend of many areas are said together. It chooses and
words; it draws nothing.
"""

from __future__ import annotations

import pandas as pd

from analysis import periods
from analysis.catalogue import Indicator
from analysis.disclosure import ProtectedView
from analysis.findings import trend_text
from analysis.language import (
    class_text,
    direction_text,
    interval_text,
    number,
    period_text,
    reason_text,
    value_text,
)
from analysis.language import gettext as _
from analysis.measures import trends
from analysis.measures.rates import NOT_ASSESSED
from analysis.picture import Figures, some_names, with_certainty
from analysis.settings import Level
from analysis.territory import Territory


def courses(
    view: ProtectedView, territory: Territory, indicator_id: str, level: str, year: str
) -> pd.DataFrame:
    """Return one indicator of all areas over its periods, up to a year.

    Returns
    -------
    DataFrame
        Rows by area in order of name, then by period: the protected
        observation with ``name``, and ``lower, upper`` (95 %) filled where an
        interval can be given. Areas that no longer exist are left out.
    """
    rows = view.series(indicator_id, level=level)
    names = territory.areas_of(level, year)["name"]
    rows = rows[rows["area_id"].isin(names.index) & (rows["period"].str[:4] <= year)]
    place = pd.Series(range(len(names)), index=names.index)
    rows = rows.assign(
        name=rows["area_id"].map(names), _place=rows["area_id"].map(place),
        _when=[periods.parse(one).first for one in rows["period"]],
    )  # fmt: skip
    rows = rows.sort_values(["_place", "_when"], kind="stable", ignore_index=True)
    rows = rows.drop(columns=["_place", "_when"])
    return with_certainty(rows, territory.catalogue[indicator_id], None)


def benchmark_course(
    view: ProtectedView, territory: Territory, indicator_id: str, level: str, year: str
) -> tuple[str, pd.DataFrame]:
    """Return what an indicator is compared with, over its periods: its name, and its rows.

    Returns
    -------
    name, rows
        Rows ``period, value, status, break``; none, and "", where there is no
        benchmark. Counts are compared with nothing.
    """
    indicator = territory.catalogue[indicator_id]
    place = territory.benchmark(indicator, level)
    kept = ["period", "value", "status", "break"]
    if place is None or indicator.measure == "count":
        return "", pd.DataFrame(columns=kept)
    rows = view.series(indicator_id, level=place[0], area_ids=[place[1]])
    rows = rows[rows["period"].str[:4] <= year]
    order = sorted(rows.index, key=lambda one: periods.parse(rows["period"][one]).first)
    return territory.area_name(*place), rows.loc[order, kept]


def events_beside(
    events: pd.DataFrame, territory: Territory, level: str, area_id: str, rows: pd.DataFrame
) -> pd.DataFrame:
    """Return what happened in or around an area while a course was observed.

    Parameters
    ----------
    events
        The table of that name.
    level, area_id
        The area; an event of an area around it, of all areas, or of none in
        particular concerns it too.
    rows
        Its course: events before its first and after its last period are left
        out.

    Returns
    -------
    DataFrame
        ``date, title, kind, source`` and ``number``, 1 for the earliest.
    """
    if events.empty or rows.empty:
        return events.iloc[:0].assign(number=pd.Series(dtype="int64"))
    around = {area_id}
    place = territory.parent(level, area_id)
    while place is not None:
        around.add(place[1])
        place = territory.parent(*place)
    when = {one: periods.parse(one) for one in {*rows["period"], *events["date"]}}
    first = min(when[one].first for one in rows["period"])
    last = max(when[one].last for one in rows["period"])
    concerned = events["area_ids"].map(
        lambda ids: not ids or ids == "all" or bool(around & set(ids.split()))
    )
    during = events["date"].map(lambda one: first <= when[one].first <= last)
    found = events[concerned & during]
    found = found.sort_values("date", key=lambda one: one.map(lambda d: when[d].first))
    return found.assign(number=range(1, len(found) + 1))


def course_title(found: Figures, area_id: str) -> str:
    """Name an indicator and the area in question."""
    return _("{title} in {area}").format(
        title=_(found.indicator.title), area=found.frame.at[area_id, "name"]
    )


def course_sentences(found: Figures, moved: pd.DataFrame, area_id: str, needed: float) -> str:
    """Say one area's newest figure, how it compares and how it has moved.

    Parameters
    ----------
    found
        Figures of the newest period.
    moved
        As :func:`analysis.picture.area_trends` returns it.
    needed
        How many answers a survey figure needs.
    """
    indicator = found.indicator
    row = found.frame.loc[[area_id]].to_dict("records")[0]
    when = period_text(found.period)
    if row["reason"]:
        why = reason_text(row["reason"], answers=row["denominator"], needed=needed)
        said = _("{when}: {why}.").format(when=when, why=why)
    else:
        said = _("{when}: {value} ({interval})").format(
            when=when, value=value_text(row["value"], indicator),
            interval=interval_text(row["lower"], row["upper"], indicator),
        )  # fmt: skip
        if row["class_"] != NOT_ASSESSED and found.benchmark is not None:
            said += ", " + class_text(row["class_"], indicator, found.benchmark.name)
        said += "."
    names = {"label": "trend", "reason": "trend_reason"}
    trend = moved.loc[[area_id]].rename(columns=names).to_dict("records")[0]
    words = trend_text(trend, indicator)
    return f"{said} {words[:1].upper()}{words[1:]}."


def moved_title(indicator: Indicator, moved: pd.DataFrame) -> str:
    """Say in a title in how many areas an indicator has moved."""
    judged = moved[moved["label"] != NOT_ASSESSED]
    turned = judged[judged["label"] != trends.NO_CHANGE]
    if judged.empty:
        return _("{title}: no trend can be given yet").format(title=_(indicator.title))
    return _("{title}: moved in {n} of {total}").format(
        title=_(indicator.title), n=len(turned), total=len(judged)
    )


def moved_sentences(moved: pd.DataFrame, level: Level) -> str:
    """Say where an indicator rises and falls by more than chance, and where nothing can be said."""
    said = []
    for label, words in (
        (trends.INCREASING, _("It rises in {names}.")),
        (trends.DECREASING, _("It falls in {names}.")),
    ):
        part = moved[moved["label"] == label]
        if len(part):
            said.append(words.format(names=some_names(part["name"], level)))
    same = int((moved["label"] == trends.NO_CHANGE).sum())
    if same:
        said.append(_("No significant change in {n}.").format(n=same))
    without = moved[moved["label"] == NOT_ASSESSED]
    if len(without):
        reason = str(without["reason"].mode().iloc[0])
        said.append(
            _("For {n}, mostly {reason}.").format(n=len(without), reason=reason_text(reason))
        )
    if (moved["test"] == "long").any():
        said.append(without_interval_sentence())
    return " ".join(said)


def without_interval_sentence() -> str:
    """Say by which test a series without intervals is judged."""
    return _(
        "Without intervals, eight years and more are judged by the slope of Theil and Sen and the"
        " test of Mann and Kendall."
    )


def trend_words(moved: pd.DataFrame, area_id: str) -> str:
    """Say in which direction one area moves, or why nobody can tell.

    Parameters
    ----------
    moved
        As :func:`analysis.picture.area_trends` returns it; an area that it
        does not have did not exist on its boundaries.
    """
    if area_id not in moved.index:
        return reason_text("boundary_change")
    row = moved.loc[[area_id]].to_dict("records")[0]
    if row["direction"] == NOT_ASSESSED:
        return reason_text(str(row["reason"]) or "not_assessed")
    return direction_text(str(row["direction"]))


def level_trends(found: Figures, moved: pd.DataFrame) -> pd.DataFrame:
    """Return level and trend of each area together, and how urgent that is.

    Returns
    -------
    DataFrame
        Indexed like ``found.frame``: ``name, class_, class_reason, direction,
        trend_reason, test, level_trend, urgency``.
    """
    frame, moved = found.frame, moved.reindex(found.frame.index)
    direction = moved["direction"].fillna(NOT_ASSESSED)
    return pd.DataFrame(
        {
            "name": frame["name"],
            "class_": frame["class_"],
            "class_reason": frame["class_reason"].mask(frame["reason"] != "", frame["reason"]),
            "direction": direction,
            "trend_reason": moved["reason"].fillna("missing"),
            "test": moved["test"].fillna(""),
            "level_trend": trends.level_trend(frame["class_"], direction),
            "urgency": trends.urgency(frame["class_"], direction),
        }
    )


def level_trend_sentences(together: pd.DataFrame, level: Level) -> str:
    """Say where to act and to watch, read from the printed table, and where nobody can tell."""
    said = []
    for urgency, words in (
        (trends.ACT_NOW, _("Act now: {names}.")),
        (trends.ACT, _("Act: {names}.")),
        (trends.WATCH, _("Watch: {names}.")),
    ):
        part = together[together["urgency"] == urgency]
        if len(part):
            said.append(words.format(names=some_names(part["name"], level)))
    if not said:
        said.append(_("Nowhere do level and trend together ask for action."))
    kept = int((together["urgency"] == trends.KEEP).sum())
    if kept:
        said.append(
            _("In {n} of {total} it is enough to keep what there is.").format(
                n=number(kept, 0), total=number(len(together), 0)
            )
        )
    unknown = int((together["urgency"] == trends.CANNOT_TELL).sum())
    if unknown:
        said.append(
            _("For {n} of {total} nobody can tell.").format(
                n=number(unknown, 0), total=number(len(together), 0)
            )
        )
    return " ".join(said)
