"""What a release would change: figures against what is published, and what they would say.

Knows what a refresh replaces (the periods of the levels it speaks of, nothing
else), how large a difference is (in half-widths of the published interval),
and which areas would read differently against their benchmark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis import picture
from analysis.catalogue import Indicator
from analysis.coded import categories, coded, combined, positions, under_each_other, written
from analysis.completion import Completion
from analysis.disclosure import protect_observations
from analysis.measures import rates
from analysis.territory import Territory

NEW, CHANGED, GONE, STATUS = KINDS = ("new", "changed", "gone", "status")
"""What may become of a row; every row that is none of them stays as it is."""

KEY = ["level", "area_id", "period", "category"]
_FIGURES = ["value", "count", "denominator", "sd", "lower", "upper"]
_PRECISION = 1e-9
_NOTHING: Mapping[str, pd.DataFrame] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Changes:
    """The difference between what is published of an indicator and what would be.

    Parameters
    ----------
    indicator
        What the figures are of.
    differing
        The same as :attr:`rows`, texts as categories.
    classes
        Areas that would be called otherwise against the benchmark:
        ``level, area_id, name, period_before, period, before, after``, the
        classes of :func:`analysis.measures.rates.benchmark_class`; in a period
        that stands already, and from the newest period published to the
        newest then. Empty for context.
    unchanged
        Rows that are the same.
    kept
        Published rows of levels and periods that the refresh does not speak of.
    small
        New rows whose figures no reader will see, because they are small or would give small
        ones away.
    before, after
        The whole series on all levels as it is published and as it would be:
        raw where raw rows were handed in, texts as categories. Of an ordinal
        item its polarisation as readers see it.
    """

    indicator: Indicator
    differing: pd.DataFrame
    classes: pd.DataFrame
    unchanged: int
    kept: int
    small: int
    before: pd.DataFrame
    after: pd.DataFrame

    @cached_property
    def rows(self) -> pd.DataFrame:
        """One row per difference, the largest against its interval first.

        Returns
        -------
        DataFrame
            ``level, area_id, name, period, category, kind, before, after,
            difference`` (in the indicator's unit), ``size`` (the difference in
            half-widths of the published 95 % interval, missing where there is
            none), ``status_before, status_after``. Rows without a difference in
            number follow: status, gone, new.
        """
        return written(self.differing)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, gone, or differ in status only."""
        found = self.differing["kind"].value_counts()
        return {kind: int(found.get(kind, 0)) for kind in KINDS}

    def periods(self, level: str) -> list[str]:
        """Return the periods in which areas of a level differ, the newest first."""
        there = self.differing["level"] == level
        return sorted(self.differing.loc[there, "period"].unique(), reverse=True)

    def beside(
        self, territory: Territory, level: str, period: str
    ) -> tuple[picture.Figures | None, picture.Figures]:
        """Return what is published beside what would be, each area of a level.

        Published are the figures of the same period, else of the newest one
        before it; None where there is none.
        """
        until = [one for one in _periods_of(self.before, level) if one <= period]
        then = _figures_of(self.after, self.indicator, territory, level, period)
        if not until:
            return None, then
        return _figures_of(self.before, self.indicator, territory, level, until[-1]), then


def changes(
    new: pd.DataFrame,
    published: pd.DataFrame | None,
    indicator: Indicator,
    territory: Territory,
    *,
    bases: Mapping[str, pd.DataFrame] = _NOTHING,
    published_bases: Mapping[str, pd.DataFrame] | None = None,
    shown_before: pd.DataFrame | None = None,
    shown_after: pd.DataFrame | None = None,
) -> Changes:
    """Say what publishing these observations would change.

    Parameters
    ----------
    new
        Observations of the indicator, raw or protected (with ``reason``).
    published
        What is published of it, of the same kind; None when nothing is.
    indicator
        A row of the territory's catalogue.
    bases, published_bases
        Raw observations by indicator id of what counts are divided by, as
        they would be and as they are published; the same when None. Only
        asked for raw observations.
    shown_before, shown_after
        What readers see of the indicator, and would see, with all that is hidden
        because of other figures. Where None, as if the indicator stood alone.

    Returns
    -------
    Changes
        Every row of ``new`` and every published row of the same levels and
        periods is new, changed, gone, different in status, or unchanged.

    Notes
    -----
    Differences are those of the rows handed in; classes are of protected
    figures on all levels, so of raw observations they are what readers will see.
    """
    raw, new = "reason" not in new.columns, coded(new)
    before = new.iloc[:0] if published is None else coded(published)
    after = _refreshed(new, before)
    old_bases = bases if published_bases is None else published_bases
    whole_before = _whole(before, indicator, territory, old_bases)
    whole_after = _whole(after, indicator, territory, bases)
    replaced = _replaced(before, new)
    compared = _compared(
        _rows_of(whole_before, before[replaced]), _rows_of(whole_after, new), indicator
    )
    rows = compared[compared["kind"] != ""]
    seen_before, seen_after = (
        _shown(whole, raw, indicator, territory) if shown is None else coded(shown)
        for whole, shown in ((whole_before, shown_before), (whole_after, shown_after))
    )
    classes = _class_changes(seen_before, seen_after, rows, indicator, territory)
    ordinal = indicator.measure == "ordinal"
    return Changes(
        indicator=indicator,
        differing=_named(_largest_first(rows), territory),
        classes=written(_named(coded(classes), territory)),
        unchanged=len(compared) - len(rows),
        kept=int((~replaced).sum()),
        small=_too_small(new, seen_after),
        before=seen_before if ordinal else whole_before,
        after=seen_after if ordinal else whole_after,
    )


def refreshed(new: pd.DataFrame, published: pd.DataFrame | None) -> pd.DataFrame:
    """Return the whole series to publish: the new rows, and what they do not speak of.

    Of every level and period in ``new`` only the new rows stand; published
    rows of other periods stay.

    Examples
    --------
    >>> old = pd.DataFrame({"level": "district", "area_id": ["a", "a"],
    ...     "period": ["2023", "2024"], "category": "", "value": [1.0, 2.0]})
    >>> refreshed(old.iloc[1:].assign(value=3.0), old)["value"].tolist()
    [1.0, 3.0]
    """
    if published is None or published.empty:
        return new.reset_index(drop=True)
    return written(_refreshed(coded(new), coded(published)))


def _refreshed(new: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """The whole series of coded rows."""
    kept = published[~_replaced(published, new)]
    if kept.empty:
        return new.reset_index(drop=True)
    together = under_each_other([kept, new])
    order = np.argsort(combined(together, KEY), kind="stable")
    return together.iloc[order].reset_index(drop=True)


def _replaced(published: pd.DataFrame, new: pd.DataFrame) -> np.ndarray:
    """Which published rows are of a level and period that is refreshed."""
    return positions(published, new, ["level", "period"]) >= 0


def _whole(
    frame: pd.DataFrame,
    indicator: Indicator,
    territory: Territory,
    bases: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Raw rows completed on all levels, protected rows as they are."""
    if "reason" in frame.columns or frame.empty:
        return frame if "reason" in frame.columns else coded(frame.assign(reason=""))
    observations = {**bases, indicator.indicator_id: frame}
    return coded(Completion(territory, observations).series(indicator.indicator_id))


def _shown(
    whole: pd.DataFrame, raw: bool, indicator: Indicator, territory: Territory
) -> pd.DataFrame:
    """What readers see of a whole series; what is protected already stays as it is."""
    if whole.empty or not raw:
        return whole
    shown = protect_observations(written(whole), indicator, territory.settings)
    if shown.index.equals(whole.index) and indicator.measure != "ordinal":
        # Figures went, rows did not: their texts have their numbers already.
        shown = shown.assign(**{name: whole[name] for name in [*KEY, "indicator_id", "note"]})
    return coded(shown)


def _too_small(new: pd.DataFrame, shown: pd.DataFrame) -> int:
    """Count the new rows that protection hides and no publisher had hidden already."""
    hidden = shown[shown["reason"].isin(["suppressed", "too_few_answers"])]
    delivered = new[new["status"] != "suppressed"]
    return int((positions(delivered, hidden, KEY) >= 0).sum())


def _rows_of(whole: pd.DataFrame, wanted: pd.DataFrame) -> pd.DataFrame:
    """The completed form of exactly the rows that were handed in."""
    return whole[positions(whole, wanted, KEY) >= 0]


def _compared(before: pd.DataFrame, after: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """A row per key of either side with its kind; an empty kind where nothing differs."""
    fresh = np.flatnonzero(positions(after, before, KEY) < 0)
    old = np.append(np.arange(len(before)), np.full(len(fresh), -1))
    now = np.append(positions(before, after, KEY), fresh)
    there, comes = old >= 0, now >= 0
    differs = np.zeros(len(old), dtype=bool)
    for name in _FIGURES:
        one, two = _numbers(before, name, old), _numbers(after, name, now)
        differs |= ~np.isnan(one) & ~np.isnan(two) & ~np.isclose(one, two, rtol=_PRECISION, atol=0)
    value_before, value_after = _numbers(before, "value", old), _numbers(after, "value", now)
    appears = np.isnan(value_before) != np.isnan(value_after)
    status_before, status_after = _stated(before, old), _stated(after, now)
    restated = np.asarray(status_before) != np.asarray(status_after)
    broken = _flags(before, "break", old) != _flags(after, "break", now)
    kind = np.select(
        [~there, ~comes, differs | (appears & ~restated), restated | broken],
        [KINDS.index(one) for one in (NEW, GONE, CHANGED, STATUS)],
        default=len(KINDS),
    )
    difference = value_after - value_before
    keys = under_each_other([before[KEY], after[KEY].iloc[fresh]])
    return keys.assign(
        kind=categories(kind, [*KINDS, ""]),
        before=value_before,
        after=value_after,
        difference=difference,
        size=np.abs(difference) / np.append(_half_width(before, indicator), np.nan)[old],
        status_before=status_before,
        status_after=status_after,
    )


def _numbers(frame: pd.DataFrame, name: str, at: np.ndarray) -> np.ndarray:
    """The numbers of some rows; missing for the row -1."""
    return np.append(frame[name].to_numpy(dtype="float64", na_value=np.nan), np.nan)[at]


def _flags(frame: pd.DataFrame, name: str, at: np.ndarray) -> np.ndarray:
    return np.append(frame[name].to_numpy(dtype=bool), False)[at]


def _stated(frame: pd.DataFrame, at: np.ndarray) -> pd.Categorical:
    """The status of some rows; none for the row -1."""
    known = frame["status"].cat
    return categories(
        np.append(known.codes.to_numpy(), len(known.categories))[at], [*known.categories, ""]
    )


def _half_width(frame: pd.DataFrame, indicator: Indicator) -> np.ndarray:
    """Half the width of each published 95 % interval; missing where there is none."""
    limits = rates.intervals(
        frame, indicator.measure, indicator.multiplier, indicator.repeat_events
    )
    half = ((limits["upper"] - limits["lower"]) / 2).to_numpy()
    return np.where(half > 0, half, np.nan)


def _largest_first(rows: pd.DataFrame) -> pd.DataFrame:
    """Changed, other status, gone, new; the largest of each first, then by key.

    Differences without an interval follow those with one: nobody can say how large they are.
    """
    rank = {CHANGED: 0, STATUS: 1, GONE: 2, NEW: 3}
    kind = np.array([rank.get(one, -1) for one in rows["kind"].cat.categories])
    order = np.lexsort(
        [
            combined(rows, KEY),
            -rows["difference"].abs().to_numpy(),
            -rows["size"].to_numpy(),
            kind[rows["kind"].cat.codes.to_numpy()],
        ]
    )
    return rows.iloc[order].reset_index(drop=True)


def _named(rows: pd.DataFrame, territory: Territory) -> pd.DataFrame:
    """Coded rows with the names of their areas, empty where an area has none."""
    placed = rows.copy()
    if rows.empty:
        placed.insert(2, "name", pd.Series(dtype="str"))
        return placed
    areas = pd.DataFrame(territory.areas[["level", "area_id", "name"]])
    areas = areas.drop_duplicates(["level", "area_id"], keep="last")
    at = positions(rows, coded(areas[["level", "area_id"]]), ["level", "area_id"])
    nameless = np.where(at < 0, len(areas), at)
    names = categories(nameless, [*areas["name"].to_list(), ""])
    placed.insert(2, "name", pd.Series(names, index=rows.index))
    return placed


_CLASS_COLUMNS = ["level", "area_id", "period_before", "period", "before", "after"]


def _class_changes(
    before: pd.DataFrame,
    after: pd.DataFrame,
    rows: pd.DataFrame,
    indicator: Indicator,
    territory: Territory,
) -> pd.DataFrame:
    """Compare the classes of every level, where a figure differs and at the newest period."""
    found = []
    if indicator.favourable and len(rows):
        touched = set(rows["period"].unique())
        for level in territory.levels:
            if indicator.levels and level not in indicator.levels:
                continue
            pairs = _periods_to_compare(before, after, level, touched)
            for period_before, period in pairs:
                one = _classes(before, indicator, territory, level, period_before)
                two = _classes(after, indicator, territory, level, period)
                found.append(_differing(one, two, level, period_before, period))
    if not found:
        return pd.DataFrame(columns=_CLASS_COLUMNS, dtype="str")
    together = pd.concat(found, ignore_index=True)
    return together.sort_values(
        ["period", "level", "area_id"], ascending=[False, True, True], ignore_index=True
    )


def _periods_to_compare(
    before: pd.DataFrame, after: pd.DataFrame, level: str, touched: set[str]
) -> list[tuple[str, str]]:
    old, now = _periods_of(before, level), _periods_of(after, level)
    pairs = [(one, one) for one in now if one in old and one in touched]
    if now and (not old or now[-1] != old[-1]):
        pairs.append((old[-1] if old else "", now[-1]))
    return pairs


def _periods_of(frame: pd.DataFrame, level: str) -> list[str]:
    return sorted(frame.loc[frame["level"] == level, "period"].unique())


def _at(frame: pd.DataFrame, period: str) -> pd.DataFrame:
    """The rows of a period on all levels, no answers, texts written out."""
    return written(frame[(frame["period"] == period) & (frame["category"] == "")])


def _classes(
    frame: pd.DataFrame, indicator: Indicator, territory: Territory, level: str, period: str
) -> pd.Series:
    """Class of each area of a level at a period, against the benchmark of that state."""
    at = _at(frame, period)
    rows = at[at["level"] == level].set_index("area_id")
    if rows.empty:
        return pd.Series(dtype="str")
    mark = _mark(at, indicator, territory, level)
    return picture.with_certainty(rows, indicator, mark)["class_"]


def _figures_of(
    frame: pd.DataFrame, indicator: Indicator, territory: Territory, level: str, period: str
) -> picture.Figures:
    """Each area of a level at a period of one state, against the benchmark of that state."""
    at = _at(frame, period)
    rows = at[at["level"] == level].set_index("area_id")
    listed = territory.areas_of(level, period)[["name", "parent_id"]].join(
        rows.drop(columns=["level", "indicator_id", "period", "category"])
    )
    absent = listed["status"].isna()
    listed["status"] = listed["status"].mask(absent, "missing")
    listed["reason"] = listed["reason"].mask(absent, "missing").fillna("")
    listed["break"] = listed["break"].fillna(False).astype(bool)
    mark = _mark(at, indicator, territory, level)
    known = picture.with_certainty(listed, indicator, mark)
    return picture.Figures(indicator, level, period, known, mark)


def _mark(
    at: pd.DataFrame, indicator: Indicator, territory: Territory, level: str
) -> picture.Benchmark | None:
    """The benchmark of a level among the rows of one period and state."""
    place = territory.benchmark(indicator, level)
    if place is None:
        return None
    value = at.loc[(at["level"] == place[0]) & (at["area_id"] == place[1]), "value"]
    name = territory.area_name(*place)
    return picture.Benchmark(*place, name, float(value.iloc[0]) if len(value) else np.nan, "")


def _differing(
    one: pd.Series, two: pd.Series, level: str, period_before: str, period: str
) -> pd.DataFrame:
    areas = one.index.union(two.index)
    table = pd.DataFrame(
        {
            "level": level,
            "area_id": areas,
            "period_before": period_before,
            "period": period,
            "before": one.reindex(areas).fillna(rates.NOT_ASSESSED).to_numpy(),
            "after": two.reindex(areas).fillna(rates.NOT_ASSESSED).to_numpy(),
        }
    )
    return table[table["before"] != table["after"]]
