"""What can be said: figures with their certainty and comparison, and sentences about them.

Knows how protected figures, measures and the catalogue come together into
the results a page shows, and how a result is said in plain words. It chooses
and composes; it draws nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from analysis import periods
from analysis.catalogue import Indicator
from analysis.disclosure import ProtectedView
from analysis.language import gettext as _
from analysis.language import ngettext, number, percent, period_text, reason_text, value_text
from analysis.measures import rates, trends
from analysis.measures.reliability import Reliability, Thresholds, reliability
from analysis.settings import Level, Settings
from analysis.territory import Territory


@dataclass(frozen=True)
class Benchmark:
    """What figures are compared with: an area's name and its value."""

    level: str
    area_id: str
    name: str
    value: float
    reason: str


@dataclass(frozen=True)
class Figures:
    """One indicator at one period on all areas of a level.

    Parameters
    ----------
    frame
        Indexed by ``area_id`` in order of name, one row per area of the
        level: ``name``, the figures of a protected observation, ``lower``
        and ``upper`` (95 %), ``class_`` (comparison with the benchmark),
        ``status`` and ``reason`` (empty where there is a value).
    benchmark
        None when nothing lies above the level.
    """

    indicator: Indicator
    level: str
    period: str
    frame: pd.DataFrame
    benchmark: Benchmark | None


def figures(
    view: ProtectedView, territory: Territory, indicator_id: str, level: str, period: str
) -> Figures:
    """Return one indicator at one period, each area with interval and comparison.

    Areas without a row are *missing*, never left out and never 0.
    """
    indicator = territory.catalogue[indicator_id]
    areas = territory.areas_of(level, period)
    rows = view.values(indicator_id, level=level, period=period)
    frame = areas[["name", "parent_id"]].join(
        rows.drop(columns=["level", "indicator_id", "period", "category"])
    )
    absent = frame["status"].isna()
    frame["status"] = frame["status"].mask(absent, "missing")
    frame["reason"] = frame["reason"].mask(absent, "missing").fillna("")
    frame["note"] = frame["note"].fillna("")
    frame["break"] = frame["break"].fillna(False).astype(bool)
    mark = _benchmark(view, territory, indicator, level, period)
    return Figures(indicator, level, period, with_certainty(frame, indicator, mark), mark)


def with_certainty(
    frame: pd.DataFrame, indicator: Indicator, mark: Benchmark | None
) -> pd.DataFrame:
    """Add the 95 % interval and the class of the comparison to protected rows.

    Returns
    -------
    DataFrame
        ``frame`` with ``lower``, ``upper`` filled, ``class_`` and
        ``class_reason`` added; same index.
    """
    narrow = rates.intervals(
        frame, indicator.measure, indicator.multiplier, indicator.repeat_events
    )
    wide = rates.intervals(
        frame, indicator.measure, indicator.multiplier, indicator.repeat_events, rates.CLEARLY
    )
    kept = frame["reason"] == ""
    lower, upper = narrow["lower"].where(kept), narrow["upper"].where(kept)
    value = mark.value if mark else np.nan
    classes = rates.benchmark_class(
        lower, upper, wide["lower"], wide["upper"], value, indicator.favourable
    )
    reason = frame["reason"].mask(kept, narrow["reason"])
    comparable = indicator.measure != "count" and np.isfinite(value)
    if not comparable:
        classes = pd.Series("not assessed", index=frame.index)
        hidden = mark is not None and mark.reason == "suppressed" and indicator.measure != "count"
        reason = reason.mask(kept, "suppressed" if hidden else "no_benchmark")
    # A benchmark lies above its level, so no row here is the benchmark; ids of two levels may be
    # the same.
    reason = reason.where(classes == "not assessed", "")
    return frame.assign(lower=lower, upper=upper, class_=classes, class_reason=reason)


def _benchmark(
    view: ProtectedView, territory: Territory, indicator: Indicator, level: str, period: str
) -> Benchmark | None:
    place = territory.benchmark(indicator, level)
    if place is None:
        return None
    above, area_id = place
    rows = view.values(indicator.indicator_id, level=above, period=period)
    name = territory.area_name(above, area_id)
    if area_id not in rows.index:
        return Benchmark(above, area_id, name, np.nan, "no_benchmark")
    value, reason = rows.loc[[area_id], ["value", "reason"]].iloc[0]
    return Benchmark(above, area_id, name, float(value), str(reason))


def change(earlier: Figures, later: Figures) -> pd.DataFrame:
    """Return how each area changed between two periods.

    Returns
    -------
    DataFrame
        Indexed like ``later.frame``: ``name, earlier, later, difference,
        lower, upper`` (95 % interval of the difference, in the indicator's
        unit), ``class_`` (``better``, ``similar``, ``worse``; ``higher`` and
        ``lower`` without a direction; ``not assessed``), ``status`` of the
        later figure, ``earlier_reason`` and ``later_reason`` where one of the
        two figures is absent, ``reason`` where there is no difference and
        ``class_reason`` where it cannot be judged. Where an area did not
        exist before, the reason is ``boundary_change``.
    """
    now = later.frame
    before = earlier.frame.reindex(now.index)
    reason = before["reason"].mask(before["name"].isna(), "boundary_change")
    measured = trends.change(before.assign(reason=reason), now)
    assessed = measured["label"] != "not assessed"
    favourable = later.indicator.favourable
    up, down = ("better", "worse") if favourable > 0 else ("worse", "better")
    if not favourable:
        up, down = "higher", "lower"
    words = {"increase": up, "decrease": down, "no significant change": "similar"}
    known = measured["change"].notna()
    return pd.DataFrame(
        {
            "name": now["name"],
            "earlier": before["value"],
            "later": now["value"],
            "difference": measured["change"],
            "lower": measured["lower"],
            "upper": measured["upper"],
            "class_": measured["label"].replace(words),
            "status": now["status"],
            "earlier_reason": reason,
            "later_reason": now["reason"],
            "reason": measured["reason"].where(~known, ""),
            "class_reason": measured["reason"].where(~assessed, ""),
        }
    )


def area_trends(
    view: ProtectedView, territory: Territory, indicator_id: str, level: str, period: str,
    area_ids: Sequence[str] | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Return the trend of each area of a level up to a period, where one may be spoken of.

    Parameters
    ----------
    area_ids
        Only these areas; their trends are the same. None for all.

    Returns
    -------
    DataFrame
        Indexed like ``figures(...).frame``: ``name``, ``label``, ``slope`` (a
        year), ``reason``; ``direction`` (:func:`trends.direction`); ``test``,
        ``recent`` (five years with their intervals), ``long`` (eight years and
        more of a series without intervals), or "" where none was made;
        ``years``, how many it rests on; ``since``, the period it begins in,
        and ``earlier``, the value then.
    """
    indicator = territory.catalogue[indicator_id]
    areas = territory.areas_of(level, period)
    if area_ids is not None:
        areas = areas[areas.index.isin(area_ids)]
    rows = view.series(
        indicator_id, level=level, area_ids=None if area_ids is None else list(area_ids)
    )
    observed = view.periods(indicator_id, level)
    rows = _until(rows, observed, territory, indicator, level, period, areas.index)
    recent = trends.area_trends(rows, indicator.frequency).reindex(areas.index)
    without = recent["reason"].isna()
    frame = pd.DataFrame({"name": areas["name"], **recent[["label", "slope", "reason"]]})
    frame["label"] = frame["label"].mask(without, "not assessed")
    frame["reason"] = frame["reason"].mask(without, "too_few_years")
    made = frame["reason"] == ""
    frame["test"] = np.where(made, "recent", "")
    frame["years"] = np.where(made, trends.YEARS, 0)
    unsure = frame["reason"] == "no_interval"
    if unsure.any():
        later = trends.area_long_trends(rows, indicator.frequency).reindex(areas.index)
        long = unsure & (later["reason"] == "")
        for name in ("label", "slope", "reason", "years"):
            frame[name] = frame[name].mask(long, later[name])
        frame["test"] = frame["test"].mask(long, "long")
    frame["years"] = frame["years"].astype("int64")
    frame["direction"] = trends.direction(frame["label"], indicator.favourable)
    return _with_start(frame, rows)


def _until(
    rows: pd.DataFrame, observed: Sequence[str], territory: Territory, indicator: Indicator,
    level: str, period: str, areas: pd.Index,
) -> pd.DataFrame:  # fmt: skip
    """Some areas x the periods of their level up to one, with 95 % limits and outlines."""
    end = periods.parse(period).last
    wanted = [one for one in observed if periods.parse(one).last <= end]
    if not wanted:
        return rows.iloc[:0]
    grid = pd.MultiIndex.from_product([areas, wanted], names=["area_id", "period"])
    found = rows.set_index(["area_id", "period"]).reindex(grid).reset_index()
    found["break"] = found["break"].eq(True)
    found["status"] = found["status"].fillna("missing")
    limits = rates.intervals(
        found, indicator.measure, indicator.multiplier, indicator.repeat_events
    )
    found[["lower", "upper"]] = limits[["lower", "upper"]]
    found["version"] = territory.outlines(level, found["area_id"], found["period"])
    return found


def _with_start(frame: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Add in which period a trend begins, and the value then."""
    frame = frame.assign(since="", earlier=np.nan)
    for years in {int(one) for one in frame["years"] if one}:
        ordered = sorted(rows["period"].unique(), key=lambda one: periods.parse(one).first)
        begun = periods.parse(ordered[-1]).first.year - years + 1
        part = frame["years"] == years
        for one in ordered:
            first = periods.parse(one).first
            if (first.year, first.month) == (begun, periods.parse(ordered[-1]).first.month):
                value = rows[rows["period"] == one].set_index("area_id")["value"]
                frame["since"] = frame["since"].mask(part, one)
                frame["earlier"] = frame["earlier"].mask(part, value.reindex(frame.index))
    return frame


def across_break(
    changed: pd.DataFrame, series: pd.DataFrame, since: str, period: str
) -> pd.DataFrame:
    """Take away the change of areas whose series starts anew between two periods.

    Parameters
    ----------
    changed
        As :func:`change` returns it.
    series
        Rows ``area_id, period, break`` of the indicator on the level.
    since, period
        A break after the first and up to the second counts.
    """
    between = series["break"] & (series["period"] > since) & (series["period"] <= period)
    broken = changed.index.isin(series.loc[between, "area_id"])
    kept = changed.copy()
    kept.loc[broken, ["difference", "lower", "upper"]] = np.nan
    kept.loc[broken, "class_"] = "not assessed"
    kept.loc[broken, ["reason", "class_reason"]] = "series_break"
    return kept


def series(view: ProtectedView, territory: Territory, level: str, area_id: str) -> pd.DataFrame:
    """Return every indicator of one area over all periods, with 95 % intervals.

    Returns
    -------
    DataFrame
        Protected observations by indicator and period, ``lower`` and
        ``upper`` filled where an interval can be given.
    """
    rows = view.profile(level, area_id)
    parts = [
        with_certainty(part, territory.catalogue[str(indicator_id)], None)
        for indicator_id, part in rows.groupby("indicator_id", sort=False)
        if indicator_id in territory.catalogue
    ]
    return pd.concat(parts) if parts else rows


def profile(
    view: ProtectedView,
    territory: Territory,
    level: str,
    area_id: str,
    period: str,
    figures_at: Callable[[str, str], Figures],
) -> pd.DataFrame:
    """Return everything that is known about one area up to a period.

    Parameters
    ----------
    figures_at
        Looks up :func:`figures` of an indicator at a period, on this level;
        the pages hand in their cache.

    Returns
    -------
    DataFrame
        A row per shown indicator in the order of themes: the area's newest
        figure up to ``period`` with interval and class, ``benchmark`` (value),
        ``p10`` and ``p90`` (where eight in ten areas of the level lie), the
        ``period`` it is of and ``age`` in periods behind the newest anywhere.
    """
    order = {theme: number for number, (theme, _) in enumerate(territory.settings.themes)}
    rows, published = [], set(view.indicator_ids())
    for indicator in territory.catalogue.shown():
        if indicator.levels and level not in indicator.levels:
            continue
        known = indicator.indicator_id in published
        observed = view.periods(indicator.indicator_id, level) if known else []
        available = [one for one in observed if one[:4] <= period[:4]]
        if not available:
            rows.append(_absent_row(indicator))
            continue
        rows.append(_profile_row(indicator, area_id, available, figures_at))
    frame = pd.DataFrame(rows)
    if frame.empty:
        return frame
    frame["_order"] = frame["theme"].map(order).fillna(len(order))
    return frame.sort_values(["_order"], kind="stable", ignore_index=True).drop(columns="_order")


def _profile_row(
    indicator: Indicator,
    area_id: str,
    available: Sequence[str],
    figures_at: Callable[[str, str], Figures],
) -> dict[str, object]:
    """Return one row of a profile: the area's newest figure, else why there is none."""
    for age, period in enumerate(reversed(available)):
        found = figures_at(indicator.indicator_id, period)
        if area_id not in found.frame.index:
            continue
        row = found.frame.loc[area_id]
        gap = row["reason"] in ("missing", "no_denominator") and age + 1 < len(available)
        if gap:
            continue
        values = found.frame["value"].dropna()
        wide = len(values) >= 5
        return {
            **_identity(indicator),
            "period": period,
            "age": age,
            **{name: row[name] for name in _CARRIED},
            "benchmark": found.benchmark.value if found.benchmark else np.nan,
            "benchmark_name": found.benchmark.name if found.benchmark else "",
            "p10": values.quantile(0.1) if wide else np.nan,
            "p90": values.quantile(0.9) if wide else np.nan,
        }
    return _absent_row(indicator)


_CARRIED = [
    "value", "lower", "upper", "count", "denominator", "status", "reason", "class_",
    "class_reason", "note",
]  # fmt: skip


def _identity(indicator: Indicator) -> dict[str, object]:
    return {
        "indicator_id": indicator.indicator_id,
        "theme": indicator.theme,
        "factor": indicator.factor,
        "favourable": indicator.favourable,
    }


def _absent_row(indicator: Indicator) -> dict[str, object]:
    empty: dict[str, object] = dict.fromkeys(
        ("age", "value", "lower", "upper", "count", "denominator", "benchmark", "p10", "p90"),
        np.nan,
    )
    return {
        **_identity(indicator), **empty, "period": "", "status": "missing", "reason": "missing",
        "class_": "not assessed", "class_reason": "missing", "note": "", "benchmark_name": "",
    }  # fmt: skip


def profile_reliability(rows: pd.DataFrame, settings: Settings) -> Reliability:
    """Judge the figures of a profile; services that do not exist do not count."""
    thresholds = Thresholds(**{one.name: getattr(settings, one.name) for one in fields(Thresholds)})
    rows = rows[rows["status"] != "not_applicable"]
    return reliability(
        rows["value"].notna(),
        rows["age"].astype(float),
        rows["reason"] == "suppressed",
        rows["lower"].notna(),
        thresholds,
    )


def strengths_and_burdens(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what is more favourable than the benchmark, and what is less; clearly so first."""
    better = rows[rows["class_"].isin(["clearly_better", "better"])]
    worse = rows[rows["class_"].isin(["clearly_worse", "worse"])]
    return (
        better.sort_values("class_", key=lambda one: one != "clearly_better", kind="stable"),
        worse.sort_values("class_", key=lambda one: one != "clearly_worse", kind="stable"),
    )


def joined(names: Sequence[str]) -> str:
    """Join names as a sentence does.

    >>> joined(["Eastgate", "Hill", "Moor"])
    'Eastgate, Hill and Moor'
    """
    if len(names) < 2:
        return "".join(names)
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1])


def map_title(found: Figures) -> str:
    """Say in a title where an indicator differs clearly from its benchmark."""
    title = _(found.indicator.title)
    if not found.frame["value"].notna().any():
        return _("{title}: nothing can be said yet").format(title=title)
    far = found.frame[found.frame["class_"].isin(["clearly_worse", "clearly_better"])]
    if found.benchmark is None or far.empty:
        return _("{title}, {period}").format(title=title, period=period_text(found.period))
    return _("{title}: where it differs clearly from {name}").format(
        title=title, name=found.benchmark.name
    )


def map_sentences(found: Figures, level: Level) -> str:
    """Say in one to three sentences what the map of an indicator shows, and how sure it is.

    Parameters
    ----------
    found
        The figures drawn.
    level
        Its level, with its names.
    """
    indicator, frame = found.indicator, found.frame
    one, many = level.name, level.plural
    total = len(frame)
    known = frame[frame["value"].notna()]
    if known.empty:
        return _("No {one} has a figure for {period}: not assessed.").format(
            one=one, period=period_text(found.period)
        )
    said = []
    if indicator.measure == "count":
        said.append(_("A count, not compared between places of different size."))
    elif found.benchmark is None or not np.isfinite(found.benchmark.value):
        said.append(_("There is no benchmark to compare with, so no {one} is called higher or"
                      " lower.").format(one=one))  # fmt: skip
    else:
        said.append(_compared(found, one, many))
    hidden = int((frame["reason"] == "suppressed").sum())
    if hidden:
        said.append(
            ngettext(
                "In {n} {one} the number is too small to show.",
                "In {n} {many} the number is too small to show.",
                hidden,
            ).format(n=hidden, one=one, many=many)
        )
    absent = total - len(known) - hidden
    if absent:
        said.append(
            ngettext(
                "For {n} of {total} {many} there is no figure; that says nothing about it.",
                "For {n} of {total} {many} there is no figure; that says nothing about them.",
                absent,
            ).format(n=absent, total=total, one=one, many=many)
        )
    return " ".join(said)


def change_title(found: Figures, since: str) -> str:
    """Say in a title between which periods a change is shown."""
    return _("{title}: change from {since} to {period}").format(
        title=_(found.indicator.title), since=period_text(since), period=period_text(found.period)
    )


def change_sentences(changed: pd.DataFrame, level: Level) -> str:
    """Say where a figure changed by more than chance, and where nothing can be said."""
    known = changed[changed["difference"].notna()]
    if known.empty:
        reasons = changed["reason"].mode()
        return _("No change can be given for any {one}: {reason}.").format(
            one=level.name, reason=reason_text(str(reasons.iloc[0]))
        )
    judged = changed[changed["class_"] != "not assessed"]
    moved = judged[judged["class_"] != "similar"]
    said = []
    for part, words in (
        (moved[moved["difference"] > 0], _("It rose in {names}.")),
        (moved[moved["difference"] < 0], _("It fell in {names}.")),
    ):
        if len(part):
            said.append(words.format(names=some_names(part["name"], level)))
    if len(judged):
        same = len(judged) - len(moved)
        said.append(
            _("In {n} of {total} {many} the change may be chance.").format(
                n=same, total=len(judged), many=level.plural
            )
        )
    if len(changed) > len(judged):
        said.append(
            _("For {n} it is not assessed; the reason stands in the table.").format(
                n=len(changed) - len(judged)
            )
        )
    return " ".join(said)


def pair_title(risk: Figures, protection: Figures) -> str:
    """Name both sides in a title."""
    return _("{risk} beside {protection}").format(
        risk=_(risk.indicator.title), protection=_(protection.indicator.title).lower()
    )


def pair_sentences(risk: Figures, both: pd.Series, level: Level) -> str:
    """Say where risk weighs and protection lacks, and where protection holds beside a risk."""
    names = risk.frame["name"]
    said = []
    for cell, words in (
        ("risk_worse_protection_worse", _("More risk and less protection come together in"
                                          " {names}.")),
        ("risk_worse_protection_better", _("Protection is strong beside the risk in {names}.")),
        ("risk_better_protection_better", _("Both sides are more favourable in {names}.")),
    ):  # fmt: skip
        part = names[both == cell]
        if len(part):
            said.append(words.format(names=some_names(part, level)))
    if not said:
        said.append(_("In no {one} do both sides differ from the benchmark.").format(
            one=level.name))  # fmt: skip
    return " ".join(said)


def some_names(names: pd.Series, level: Level) -> str:
    """Names while they are few, else how many."""
    if len(names) <= 6:
        return joined(list(names))
    return _("{n} {many}").format(n=len(names), many=level.plural)


def _compared(found: Figures, one: str, many: str) -> str:
    assert found.benchmark is not None
    frame, mark = found.frame, found.benchmark
    higher = frame["value"] > mark.value
    clearly = frame["class_"].str.startswith("clearly")
    above, below = frame[clearly & higher], frame[clearly & ~higher]
    whole = value_text(mark.value, found.indicator)
    parts = []
    for part, words in ((above, _("clearly higher")), (below, _("clearly lower"))):
        if len(part) == 0:
            continue
        if len(part) <= 4:
            parts.append(_("{words} in {names}").format(words=words,
                                                        names=joined(list(part["name"]))))  # fmt: skip
        else:
            parts.append(_("{words} in {n} {many}").format(words=words, n=len(part), many=many))
    if not parts:
        return _("No {one} differs clearly from {name} ({value}).").format(
            one=one, name=mark.name, value=whole
        )
    return _("Compared with {name} ({value}) the figure is {what}.").format(
        name=mark.name, value=whole, what=joined(parts)
    )


def lies_in(territory: Territory, level: str, area_id: str) -> list[str]:
    """Return the names of the two areas around an area, the nearer first."""
    names: list[str] = []
    place = territory.parent(level, area_id)
    while place is not None and len(names) < 2:
        names.append(territory.area_name(*place))
        place = territory.parent(*place)
    return names


def district_title(name: str, rows: pd.DataFrame, territory: Territory) -> str:
    """Say in a title what is most clearly favourable and unfavourable in an area, in this order."""
    if rows.empty or not rows["value"].notna().any():
        return name
    better, worse = strengths_and_burdens(rows)

    def first(part: pd.DataFrame) -> str:
        return _(territory.catalogue[part["indicator_id"].iloc[0]].short_title).lower()

    if len(better) and len(worse):
        return _("{name}: {strength} favourable, {burden} unfavourable").format(
            name=name, strength=first(better), burden=first(worse)
        )
    if len(better):
        return _("{name}: {strength} favourable").format(name=name, strength=first(better))
    if len(worse):
        return _("{name}: {burden} unfavourable").format(name=name, burden=first(worse))
    return name


def district_sentences(name: str, rows: pd.DataFrame, territory: Territory) -> str:
    """Say in up to three sentences what holds and what weighs in an area, strengths first."""
    if rows.empty or not rows["value"].notna().any():
        return _("Nothing is known about {name} yet: not assessed.").format(name=name)
    better, worse = strengths_and_burdens(rows)

    def titles(part: pd.DataFrame) -> str:
        shown = [_(territory.catalogue[i].title).lower() for i in part["indicator_id"].head(3)]
        more = len(part) - len(shown)
        if more > 0:
            shown.append(ngettext("{n} more", "{n} more", more).format(n=more))
        return joined(shown)

    compared = rows[rows["class_"] != "not assessed"]
    said = []
    if compared.empty:
        return _("No figure of {name} can be compared yet: not assessed.").format(name=name)
    where = next(iter(compared["benchmark_name"]), "")
    if len(better):
        said.append(_("More favourable than in {where}: {what}.").format(where=where,
                                                                         what=titles(better)))  # fmt: skip
    if len(worse):
        said.append(_("Less favourable: {what}.").format(what=titles(worse)))
    same = len(compared) - len(better) - len(worse)
    said.append(
        ngettext(
            "{n} of {total} compared figures is similar.",
            "{n} of {total} compared figures are similar.",
            same,
        ).format(n=same, total=len(compared))
    )
    return " ".join(said)


def reliability_sentence(name: str, found: Reliability) -> str:
    """Say how far an area's figures carry, with the four numbers behind it."""
    words = {"good": _("good"), "limited": _("limited"), "poor": _("poor")}[found.band]
    age = (
        _("the middle figure is the newest there is")
        if found.median_age == 0
        else _("the middle figure is {n} periods old").format(n=number(found.median_age, 0))
    )
    return _(
        "Reliability for {name}: {band}. {present} of the indicators have a figure, {age};"
        " {suppressed} are hidden, {sure} come with an interval."
    ).format(
        name=name, band=words, present=percent(100 * found.present, 0), age=age,
        suppressed=percent(100 * found.suppressed, 0),
        sure=percent(100 * found.with_interval, 0),
    )  # fmt: skip
