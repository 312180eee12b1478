"""Is it getting better? Recent trends, changes between two periods, what is urgent.

Knows when a series may be called a trend at all: five years in a row, one
boundary version, no break, an interval each year, or without intervals eight
years and more; and the printed table from which the urgency of a level and
its trend is read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import pandas as pd

from analysis import periods
from analysis.errors import InputError, Problem
from analysis.measures import rates
from analysis.measures.rates import NOT_ASSESSED, Numbers

Block: TypeAlias = pd.DataFrame | np.ndarray
"""Areas x years, oldest year first."""

INCREASING, DECREASING = "increasing", "decreasing"
IMPROVING, WORSENING = "improving", "worsening"
NO_CHANGE = "no significant change"
YEARS = 5
FLAT = 1e-12
"""Slopes below this part of the largest value are rounding errors."""
LONG_YEARS = 8
"""From so many years on a series without intervals may have a trend."""
CRITICAL_CHI_SQUARED = 9.54953570608324
"""χ² with one degree of freedom at 99.8 %: the square of 3.0902 (PHE, Recent Trends)."""
WIDTH_IN_ERRORS = 3.92
"""Width of a 95 % interval in standard errors, as published; not 2z."""

LEVELS = ("better", "similar", "worse", "clearly_worse")
TRENDS = (IMPROVING, NO_CHANGE, WORSENING)
LEVEL_TRENDS = tuple(f"{level}, {trend}" for level in LEVELS for trend in TRENDS)
"""The twelve classes of level x trend; the thirteenth is *not assessed*."""

ACT_NOW, ACT, WATCH, KEEP, CANNOT_TELL = "act now", "act", "watch", "keep", "cannot tell"
URGENCY: Mapping[tuple[str, str], str] = {
    ("better", IMPROVING): KEEP,
    ("better", NO_CHANGE): KEEP,
    ("better", WORSENING): KEEP,
    ("better", NOT_ASSESSED): CANNOT_TELL,
    ("similar", IMPROVING): KEEP,
    ("similar", NO_CHANGE): KEEP,
    ("similar", WORSENING): WATCH,
    ("similar", NOT_ASSESSED): CANNOT_TELL,
    ("worse", IMPROVING): WATCH,
    ("worse", NO_CHANGE): WATCH,
    ("worse", WORSENING): ACT,
    ("worse", NOT_ASSESSED): CANNOT_TELL,
    ("clearly_worse", IMPROVING): ACT,
    ("clearly_worse", NO_CHANGE): ACT,
    ("clearly_worse", WORSENING): ACT_NOW,
    ("clearly_worse", NOT_ASSESSED): ACT,
    (NOT_ASSESSED, IMPROVING): CANNOT_TELL,
    (NOT_ASSESSED, NO_CHANGE): CANNOT_TELL,
    (NOT_ASSESSED, WORSENING): CANNOT_TELL,
    (NOT_ASSESSED, NOT_ASSESSED): CANNOT_TELL,
}
"""Urgency by (level, trend): read off, never multiplied, so that nobody wonders why."""


@dataclass(frozen=True)
class Trend:
    """The recent trend of one series.

    Parameters
    ----------
    label
        ``increasing``, ``decreasing``, ``no significant change`` or ``not
        assessed``.
    slope
        Change a year in the unit of the values; missing when not assessed.
    chi_squared
        Square of slope over its standard error; missing when not assessed.
    reason
        "" or why it is not assessed.
    """

    label: str
    slope: float
    chi_squared: float
    reason: str = ""


def recent_trend(values: Numbers, lower: Numbers, upper: Numbers) -> Trend:
    """Has one figure been rising or falling over the last five years?

    Parameters
    ----------
    values
        One figure a year, **oldest first, consecutive years**, on one boundary
        version and without a break; of a longer series the newest five count.
    lower, upper
        Their 95 % limits, whatever level the screen shows.

    Returns
    -------
    Trend
        Not assessed with ``too_few_years`` when fewer than five years are
        handed in or one of the newest five has no value, with ``no_interval``
        when one has no interval or one of width 0.

    Raises
    ------
    InputError
        Naming the years whose lower limit is above the upper one.

    Notes
    -----
    Weighted least squares on t = 1..5 with weights 1/se², se = (U − L)/3.92;
    increasing or decreasing when χ² = (b/se_b)² > 9.5495 and the slope keeps
    its sign in all five fits that leave one year out. Public Health England,
    *Recent Trends in Fingertips* (technical guidance).

    Examples
    --------
    >>> trend = recent_trend([1, 2, 3, 4, 5], [0.9, 1.9, 2.9, 3.9, 4.9], [1.1, 2.1, 3.1, 4.1, 5.1])
    >>> trend.label, round(trend.slope, 9)
    ('increasing', 1.0)
    >>> recent_trend([1, 2], [0, 1], [2, 3]).reason
    'too_few_years'
    """
    years, numbers = rates.align(values=values, lower=lower, upper=upper)
    low, inverted = numbers["lower"], numbers["lower"] > numbers["upper"]
    rates.refuse(years, [("lower", low, inverted, "above the upper limit; exchange the two")])
    rows = [numbers[name][np.newaxis, :] for name in ("values", "lower", "upper")]
    row = recent_trends(*rows).iloc[0]
    return Trend(row["label"], float(row["slope"]), float(row["chi_squared"]), row["reason"])


def recent_trends(values: Block, lower: Block, upper: Block) -> pd.DataFrame:
    """Which of many figures have been rising or falling over the last five years?

    Parameters
    ----------
    values, lower, upper
        Areas x years, oldest year first, as in :func:`recent_trend`; frames
        share index and columns, arrays their shape.

    Returns
    -------
    DataFrame
        ``label, slope, chi_squared, reason`` as in :class:`Trend`, a row per
        area; the index of ``values``.

    Raises
    ------
    InputError
        Blocks that do not fit each other; inverted or infinite limits.

    Examples
    --------
    >>> block = np.array([[5.0, 4, 3, 2, 1], [1, 1, 1, 1, np.nan]])
    >>> recent_trends(block, block - 0.1, block + 0.1)[["label", "reason"]].to_numpy().tolist()
    [['decreasing', ''], ['not assessed', 'too_few_years']]
    """
    index, (figures, low, high) = _blocks(values=values, lower=lower, upper=upper)
    figures, low, high = (block[:, -YEARS:] for block in (figures, low, high))
    rows = len(index)
    if figures.shape[1] < YEARS:
        missing = np.full(rows, np.nan)
        labels = np.full(rows, NOT_ASSESSED)
        return _trends(index, labels, missing, missing, np.full(rows, "too_few_years"))
    inverted = low > high
    highest = np.where(inverted, low, -np.inf).max(axis=1)
    crossed = np.asarray(inverted.any(axis=1))
    rates.refuse(index, [("lower", highest, crossed, "above the upper limit; exchange the two")])
    without_value = np.isnan(figures).any(axis=1)
    width = high - low
    without_interval = ~(width > 0).all(axis=1)
    usable = ~(without_value | without_interval)
    y = np.where(usable[:, np.newaxis], figures, 0.0)
    weight = (np.where(usable[:, np.newaxis], width, 1.0) / WIDTH_IN_ERRORS) ** -2.0
    slope, chi_squared = _slope(y, weight)
    # of years that are all alike the slope is 0, whatever the last digit says
    least = FLAT * np.abs(y).max(axis=1)

    def direction_of(some: np.ndarray) -> np.ndarray:
        return np.where(np.abs(some) > least, np.sign(some), 0.0)

    sign = direction_of(slope)
    one_sign = sign != 0
    for year in range(YEARS):
        others = weight.copy()
        others[:, year] = 0.0
        one_sign &= direction_of(_slope(y, others)[0]) == sign
    significant = usable & one_sign & (chi_squared > CRITICAL_CHI_SQUARED)
    labels = np.select(
        [~usable, significant & (sign > 0), significant & (sign < 0)],
        [NOT_ASSESSED, INCREASING, DECREASING],
        default=NO_CHANGE,
    )
    reasons = np.select(
        [without_value, without_interval], ["too_few_years", "no_interval"], default=""
    )
    return _trends(
        index,
        labels,
        np.where(usable, slope, np.nan),
        np.where(usable, chi_squared, np.nan),
        reasons,
    )


def _slope(y: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Weighted least squares on t = 1..5: slope and (slope/se)², row by row.

    Written around the weighted means; the same as √(S_w/(S_w S_xx − S_x²)),
    without its loss of digits.
    """
    t = np.arange(1.0, YEARS + 1)
    total = weight.sum(axis=1)
    from_mean = t - (weight @ t / total)[:, np.newaxis]
    y_from_mean = y - ((weight * y).sum(axis=1) / total)[:, np.newaxis]
    spread = (weight * from_mean**2).sum(axis=1)
    slope = (weight * from_mean * y_from_mean).sum(axis=1) / spread
    return slope, slope**2 * spread


def _trends(
    index: pd.Index,
    label: np.ndarray,
    slope: np.ndarray,
    chi_squared: np.ndarray,
    reason: np.ndarray,
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "label": pd.Series(label, index=index, dtype="str"),
            "slope": slope,
            "chi_squared": chi_squared,
            "reason": pd.Series(reason, index=index, dtype="str"),
        },
        index=index,
    )


def _blocks(**blocks: Block) -> tuple[pd.Index, tuple[np.ndarray, ...]]:
    """Bring blocks of areas x years to one index."""
    first_name = next(iter(blocks))
    frames = {name: block for name, block in blocks.items() if isinstance(block, pd.DataFrame)}
    for name, frame in frames.items():
        owner, other = next(iter(frames.items()))
        if not (frame.index.equals(other.index) and frame.columns.equals(other.columns)):
            raise InputError(
                [
                    Problem(
                        name,
                        f"its areas or years differ from those of {owner!r};"
                        " give both the same index and columns",
                        code="index",
                    )
                ]
            )
    arrays = {name: np.asarray(block, dtype="float64") for name, block in blocks.items()}
    shape = arrays[first_name].shape
    for name, array in arrays.items():
        if array.ndim != 2 or array.shape != shape:
            raise InputError(
                [
                    Problem(
                        name,
                        f"shape {array.shape}, but {first_name!r} has {shape};"
                        " hand in areas x years, all of one shape",
                        code="shape",
                    )
                ]
            )
    index = next(iter(frames.values())).index if frames else pd.RangeIndex(shape[0])
    rates.refuse(
        index,
        [
            (name, np.full(len(index), np.inf), np.isinf(array).any(axis=1), "infinite; correct it")
            for name, array in arrays.items()
        ],
    )
    return index, tuple(arrays.values())


def area_trends(observations: pd.DataFrame, frequency: str) -> pd.DataFrame:
    """What is the recent trend of each area, where a trend may be spoken of?

    Parameters
    ----------
    observations
        One indicator on one level, a row per area and period: ``area_id,
        period, value``, 95 % limits ``lower, upper`` (from
        :func:`rates.intervals`), ``break`` (a series starts anew there) and,
        where figures are hidden, ``status``, where boundaries have changed, ``version``.
    frequency
        Of the indicator: ``Y, SY, S, Q, M``; ``2Y`` and ``4Y`` are not annual.

    Returns
    -------
    DataFrame
        ``label, slope, chi_squared, reason`` as in :class:`Trend`, indexed by
        ``area_id`` in the order of first appearance. All areas are judged on
        the same five years, up to the newest in which any area has a value or a hidden one;
        half-years, quarters and months on the same one of five years.
        Reasons, the gravest first: ``not_annual``, ``boundary_change`` and
        ``series_break`` (in rows without a value too: that the years cannot be
        one series says more than that one of them is missing),
        ``suppressed`` where no year is without a figure but hidden ones,
        ``too_few_years``, ``no_interval``.

    Raises
    ------
    InputError
        An area with two rows for one period.

    Examples
    --------
    >>> rows = pd.DataFrame({"area_id": "a", "period": ["2019", "2020", "2021", "2022", "2023"],
    ...     "value": [1.0, 2, 3, 4, 5], "lower": [0.9, 1.9, 2.9, 3.9, 4.9],
    ...     "upper": [1.1, 2.1, 3.1, 4.1, 5.1], "break": [True, False, False, False, False]})
    >>> area_trends(rows, "Y").label["a"]
    'increasing'
    >>> area_trends(rows.assign(**{"break": [False, False, True, False, False]}), "Y").reason["a"]
    'series_break'
    """
    areas, blocks = _annual(observations, frequency, YEARS)
    if not blocks:
        missing = np.full(len(areas), np.nan)
        labels = np.full(len(areas), NOT_ASSESSED)
        return _trends(areas, labels, missing, missing, np.full(len(areas), "not_annual"))
    result = recent_trends(
        *(pd.DataFrame(blocks[name], index=areas) for name in ("value", "lower", "upper"))
    )
    # a break in the oldest of the five years starts the series that is judged
    broken = np.asarray((blocks["break"][:, 1:] > 0).any(axis=1))
    version = blocks["version"]
    # years without a row have no version and do not differ
    changed = np.fmax.reduce(version, axis=1) > np.fmin.reduce(version, axis=1)
    whole = (~np.isnan(blocks["value"]) | (blocks["hidden"] > 0)).all(axis=1)
    hidden = (
        whole
        & (result["reason"] == "too_few_years").to_numpy()
        & (blocks["hidden"] > 0).any(axis=1)
    )
    reason = result["reason"].mask(hidden, "suppressed")
    reason = reason.mask(broken, "series_break").mask(changed, "boundary_change")
    refused = reason != ""
    return result.assign(
        label=result["label"].mask(refused, NOT_ASSESSED),
        slope=result["slope"].mask(refused),
        chi_squared=result["chi_squared"].mask(refused),
        reason=reason,
    )


def _annual(
    observations: pd.DataFrame, frequency: str, years: int | None
) -> tuple[pd.Index, dict[str, np.ndarray]]:
    """Lay observations out as areas x years up to the newest with a figure, oldest year first.

    ``years`` None takes all years; nothing is laid out of a series that is not annual.
    """
    again = observations.duplicated(["area_id", "period"])
    if again.any():
        row = observations.loc[again].iloc[0]
        raise InputError(
            [
                Problem(
                    "observations",
                    f"area {row['area_id']!r} has two rows for {row['period']!r};"
                    " hand in one indicator on one level, without categories",
                    code="duplicate",
                )
            ]
        )
    areas = pd.Index(observations["area_id"].drop_duplicates(), name="area_id")
    if frequency in ("2Y", "4Y") or observations.empty:
        return areas, {}
    hidden = (
        observations["status"] == "suppressed"
        if "status" in observations
        else pd.Series(False, index=observations.index)
    )
    valued = observations.loc[observations["value"].notna() | hidden, "period"]
    names = _years_up_to_newest(observations["period"] if valued.empty else valued, years)
    kept = observations[observations["period"].isin(names)]
    cells = (
        areas.get_indexer(pd.Index(kept["area_id"])),
        pd.Index(names).get_indexer(pd.Index(kept["period"])),
    )

    def block(numbers: pd.Series | np.ndarray) -> np.ndarray:
        filled = np.full((len(areas), len(names)), np.nan)
        filled[cells] = pd.Series(numbers).to_numpy(dtype="float64", na_value=np.nan)
        return filled

    blocks = {name: block(kept[name]) for name in ("value", "lower", "upper", "break")}
    same = np.zeros(len(kept))
    blocks["hidden"] = block(hidden[kept.index])
    blocks["version"] = block(pd.factorize(kept["version"])[0] if "version" in kept else same)
    return areas, blocks


def _years_up_to_newest(observed: pd.Series, years: int | None) -> list[str]:
    """Periods, oldest first; a year nobody has keeps a stand-in name without rows."""
    by_first_day = {periods.parse(text).first: text for text in observed.unique()}
    newest = max(by_first_day)
    span = years or newest.year - min(by_first_day).year + 1
    wanted = [dt.date(newest.year - back, newest.month, 1) for back in range(span)][::-1]
    return [by_first_day.get(first, f"no period from {first}") for first in wanted]


@dataclass(frozen=True)
class LongTrend:
    """The trend of one series over eight years and more, without intervals.

    Parameters
    ----------
    label
        ``increasing``, ``decreasing``, ``no significant change`` or ``not
        assessed``.
    slope
        Theil and Sen's: the median change a year, in the unit of the values.
    p_value
        Mann and Kendall's, two-sided and exact.
    years
        How many years it rests on.
    reason
        "" or why it is not assessed.
    """

    label: str
    slope: float
    p_value: float
    years: int
    reason: str = ""


def long_trend(values: Numbers, confidence: float = rates.CLEARLY) -> LongTrend:
    """Has one figure without intervals been rising or falling over eight years and more?

    Parameters
    ----------
    values
        One figure a year, **oldest first, consecutive years**, on one boundary
        version and without a break. The newest years without a gap count.
    confidence
        From which the label speaks of a change; that of :func:`recent_trend`.

    Returns
    -------
    LongTrend
        Not assessed with ``too_few_years`` when fewer than eight years up to
        the newest have a value.

    Notes
    -----
    Mann (1945), *Econometrica* 13, 245-259: S, the pairs of years that rise
    less those that fall, against its exact distribution over all orders of the
    values, ties included: the inversions of a multiset, counted by the
    Gaussian multinomial coefficient (MacMahon 1916). The slope is the median
    over all pairs of years: Sen (1968), *Journal of the American Statistical
    Association* 63, 1379-1389. Years are taken as independent; where one year
    carries over into the next, the test sees a change too easily.

    Examples
    --------
    >>> trend = long_trend([1, 2, 3, 5, 6, 7, 8, 9])
    >>> trend.label, round(trend.p_value, 9), round(trend.slope, 3)
    ('increasing', 4.9603e-05, 1.155)
    >>> long_trend([1, 2, 3, 4, 5, 6, 7]).reason
    'too_few_years'
    """
    _, numbers = rates.align(values=values)
    row = long_trends(numbers["values"][np.newaxis, :], confidence).iloc[0]
    return LongTrend(
        row["label"], float(row["slope"]), float(row["p_value"]), int(row["years"]), row["reason"]
    )


def long_trends(values: Block, confidence: float = rates.CLEARLY) -> pd.DataFrame:
    """Which of many figures without intervals have been rising or falling?

    Parameters
    ----------
    values
        Areas x years, oldest year first, as in :func:`long_trend`.
    confidence
        As there.

    Returns
    -------
    DataFrame
        ``label, slope, p_value, years, reason`` as in :class:`LongTrend`, a
        row per area; the index of ``values``.

    Raises
    ------
    InputError
        Infinite values (naming the rows).

    Examples
    --------
    >>> long_trends(np.array([[9.0, 8, 7, 6, 5, 4, 3, 2], [1, 2, 1, 2, 1, 2, 1, 2]])).label.tolist()
    ['decreasing', 'no significant change']
    """
    alpha = 2 * rates.tail(confidence)
    index, (figures,) = _blocks(values=values)
    years = _run(~np.isnan(figures))
    slope, p_value = np.full(len(index), np.nan), np.full(len(index), np.nan)
    for row in np.flatnonzero(years >= LONG_YEARS):
        slope[row], p_value[row] = _mann_kendall(figures[row, -years[row] :])
    assessed = years >= LONG_YEARS
    label = np.select(
        [~assessed, (p_value < alpha) & (slope > 0), (p_value < alpha) & (slope < 0)],
        [NOT_ASSESSED, INCREASING, DECREASING],
        default=NO_CHANGE,
    )
    return pd.DataFrame(
        {
            "label": pd.Series(label, index=index, dtype="str"),
            "slope": slope,
            "p_value": p_value,
            "years": years,
            "reason": pd.Series(np.where(assessed, "", "too_few_years"), index=index, dtype="str"),
        },
        index=index,
    )


def area_long_trends(
    observations: pd.DataFrame, frequency: str, confidence: float = rates.CLEARLY
) -> pd.DataFrame:
    """What is the long trend of each area, where one may be spoken of?

    Parameters
    ----------
    observations, frequency
        As in :func:`area_trends`; intervals are not used.
    confidence
        As in :func:`long_trend`.

    Returns
    -------
    DataFrame
        ``label, slope, p_value, years, reason`` as in :class:`LongTrend`,
        indexed by ``area_id`` in the order of first appearance, over the years
        without a gap up to the newest in which any area has a value, as far
        back as the boundary version and the series are those of the newest.
        Where that leaves fewer than eight years, ``boundary_change`` or
        ``series_break`` when these ended it, ``suppressed`` when a hidden
        figure did, else ``too_few_years``; ``not_annual`` as in :func:`area_trends`.

    Raises
    ------
    InputError
        An area with two rows for one period.

    Examples
    --------
    >>> rows = pd.DataFrame({"area_id": "a", "period": [str(y) for y in range(2015, 2023)],
    ...     "value": range(8), "lower": None, "upper": None, "break": False})
    >>> area_long_trends(rows, "Y").label["a"]
    'increasing'
    """
    areas, blocks = _annual(observations, frequency, None)
    if not blocks:
        empty = long_trends(pd.DataFrame(np.empty((len(areas), 0)), index=areas), confidence)
        return empty.assign(reason=pd.Series("not_annual", index=areas, dtype="str"))
    values, version = blocks["value"], blocks["version"]
    present = ~np.isnan(values)
    unchanged = present & (version == version[:, -1:])
    # a break in a year starts the series anew in that year: the years before it are another one
    later_break = np.zeros_like(present)
    later_break[:, :-1] = np.flip(np.cumsum(np.flip(blocks["break"][:, 1:] > 0, 1), axis=1), 1) > 0
    one_series = unchanged & ~later_break
    result = long_trends(
        pd.DataFrame(np.where(one_series, values, np.nan), index=areas), confidence
    )
    short = (result["reason"] != "").to_numpy()
    by_break = short & (_run(unchanged) >= LONG_YEARS)
    by_version = short & ~by_break & (_run(present) >= LONG_YEARS)
    reason = result["reason"].mask(by_break, "series_break").mask(by_version, "boundary_change")
    there = (present | (blocks["hidden"] > 0)) & (version == version[:, -1:]) & ~later_break
    by_hiding = short & ~by_break & ~by_version & (_run(there) >= LONG_YEARS)
    return result.assign(reason=reason.mask(by_hiding, "suppressed"))


def _run(usable: np.ndarray) -> np.ndarray:
    """How many years in a row, up to the newest, are usable."""
    if usable.shape[1] == 0:
        return np.zeros(len(usable), dtype=np.int64)
    return np.flip(usable, axis=1).cumprod(axis=1, dtype=np.int64).sum(axis=1)


def _mann_kendall(values: np.ndarray) -> tuple[float, float]:
    """Theil and Sen's slope, and Mann and Kendall's exact two-sided p."""
    first, second = np.triu_indices(len(values), 1)
    rises = values[second] - values[first]
    statistic = abs(int(np.sign(rises).sum()))
    ties = tuple(sorted(np.unique(values, return_counts=True)[1].tolist()))
    orders = _inversions(ties)
    largest = len(orders) - 1
    extreme = sum(n for i, n in enumerate(orders) if abs(largest - 2 * i) >= statistic)
    return float(np.median(rises / (second - first))), extreme / sum(orders)


@lru_cache(maxsize=4096)
def _inversions(ties: tuple[int, ...]) -> tuple[int, ...]:
    """How many orders of values, of which so many are equal each, have 0, 1, 2, ... inversions."""
    degree = (sum(ties) ** 2 - sum(one**2 for one in ties)) // 2
    orders, before = [1] + [0] * degree, 0
    for group in ties:
        # the Gaussian binomial: times (1 - q^(before + i)), divided by (1 - q^i)
        for i in range(1, group + 1):
            for power in range(degree, before + i - 1, -1):
                orders[power] -= orders[power - before - i]
            for power in range(i, degree + 1):
                orders[power] += orders[power - i]
        before += group
    return tuple(orders)


def direction(labels: pd.Series, favourable: Numbers) -> pd.Series:
    """Is a rising or falling figure good news?

    Parameters
    ----------
    labels
        Trend labels of :func:`recent_trends`.
    favourable
        +1 where higher is better, -1 where lower is better, 0 where neither;
        one number or one for each row.

    Returns
    -------
    Series
        ``improving``, ``worsening``, ``no significant change`` or ``not
        assessed``; without a direction ``increasing`` and ``decreasing`` stay.
        Index of ``labels``.

    Examples
    --------
    >>> direction(pd.Series(["increasing", "decreasing", "not assessed"]), -1).tolist()
    ['worsening', 'improving', 'not assessed']
    """
    index, numbers = rates.align(
        row=pd.Series(0.0, index=labels.index),
        favourable=favourable,
    )
    sense = numbers["favourable"]
    rates.refuse(
        index,
        [("favourable", sense, ~np.isin(sense, (-1, 0, 1)), "neither 1, -1 nor 0; write one")],
    )
    label = labels.to_numpy(dtype=object)
    step = np.select([label == INCREASING, label == DECREASING], [1.0, -1.0], default=0.0) * sense
    turned = np.where(step > 0, IMPROVING, np.where(step < 0, WORSENING, label))
    return pd.Series(turned, index=index, dtype="str")


def level_trend(classes: pd.Series, directions: pd.Series) -> pd.Series:
    """Which of the twelve classes of level and trend does an area fall in?

    Parameters
    ----------
    classes
        Benchmark classes of :func:`rates.benchmark_class`; *clearly better*
        counts as *better*.
    directions
        Of :func:`direction`, same index.

    Returns
    -------
    Series
        One of :data:`LEVEL_TRENDS`, or ``not assessed`` where level or trend
        is not assessed or has no direction. Index of ``classes``.

    Notes
    -----
    After the Monitoring Soziale Stadtentwicklung Berlin (status x dynamic).

    Examples
    --------
    >>> level_trend(pd.Series(["clearly_worse", "worse"]),
    ...             pd.Series(["worsening", "not assessed"])).tolist()
    ['clearly_worse, worsening', 'not assessed']
    """
    level, trend = _level_and_trend(classes, directions)
    assessed = (level != NOT_ASSESSED) & (trend != NOT_ASSESSED)
    return (level + ", " + trend).where(assessed, NOT_ASSESSED)


def urgency(classes: pd.Series, directions: pd.Series) -> pd.Series:
    """How urgent is an area's level together with its trend?

    Parameters
    ----------
    classes
        Benchmark classes of :func:`rates.benchmark_class`.
    directions
        Of :func:`direction`, same index.

    Returns
    -------
    Series
        ``act now``, ``act``, ``watch``, ``keep`` or ``cannot tell``, read from
        :data:`URGENCY`. Index of ``classes``.

    Examples
    --------
    >>> urgency(pd.Series(["clearly_worse", "clearly_worse", "worse"]),
    ...         pd.Series(["worsening", "not assessed", "not assessed"])).tolist()
    ['act now', 'act', 'cannot tell']
    """
    level, trend = _level_and_trend(classes, directions)
    read = [URGENCY[pair] for pair in zip(level, trend, strict=True)]
    return pd.Series(read, index=classes.index, dtype="str")


def _level_and_trend(classes: pd.Series, directions: pd.Series) -> tuple[pd.Series, pd.Series]:
    if not classes.index.equals(directions.index):
        raise InputError(
            [
                Problem(
                    "directions",
                    "its index differs from that of 'classes'; give both the same labels",
                    code="index",
                )
            ]
        )
    level = classes.replace({"clearly_better": "better"})
    return (
        level.where(level.isin(LEVELS), NOT_ASSESSED),
        directions.where(directions.isin(TRENDS), NOT_ASSESSED),
    )


def change(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """How much did a figure change between two periods, and is that more than chance?

    Parameters
    ----------
    before, after
        ``value, lower, upper`` of the same areas in two periods, in one unit,
        from independent samples, with limits of one confidence; the change
        has the same confidence. Rows with the same labels in another order
        are put in the order of ``before``. A column ``reason``, as
        :func:`rates.intervals` gives it, is passed on.

    Returns
    -------
    DataFrame
        ``change, lower, upper`` (after minus before, in the unit of the
        values), ``label`` (``increase``, ``decrease``, ``no significant
        change``, ``not assessed``) and ``reason``: that of ``before``, else
        that of ``after``, else ``missing`` without one of the two values and
        ``no_interval`` without one of the four limits. Index of ``before``.

    Raises
    ------
    InputError
        Different areas; inverted limits (naming the rows).

    Notes
    -----
    Square-and-add (MOVER): d ∓ √((a − l_a)² + (u_b − b)²) and the other way
    round; Zou & Donner (2008), *Statistics in Medicine* 27, 1693-1702. With
    Wilson's limits of two proportions it is Newcombe's hybrid score interval,
    method 10 of Newcombe (1998), *Statistics in Medicine* 17, 873-890.

    Examples
    --------
    >>> before = pd.DataFrame({"value": [0.5], "lower": [0.4], "upper": [0.6]})
    >>> after = pd.DataFrame({"value": [0.8], "lower": [0.7], "upper": [0.9]})
    >>> change(before, after).round(3).to_numpy().tolist()
    [[0.3, 0.159, 0.441, 'increase', '']]
    """
    _, (b, low_b, high_b, a, low_a, high_a) = _two_periods(before, after)
    difference = a - b
    lower = difference - np.hypot(a - low_a, high_b - b)
    upper = difference + np.hypot(high_a - a, b - low_b)
    return _changes(before, after, "change", (difference, lower, upper), nothing=0.0)


def ratio(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """By which factor did a figure change between two periods?

    Parameters
    ----------
    before, after
        As in :func:`change`; figures and limits 0 or more.

    Returns
    -------
    DataFrame
        ``ratio, lower, upper`` (after over before, without unit), ``label``
        and ``reason`` as in :func:`change`; ``no_interval`` also where the
        upper limit is unbounded, because the lower limit before is 0.

    Raises
    ------
    InputError
        Different areas; negative figures or inverted limits (naming the rows).

    Notes
    -----
    MOVER for ratios: Donner & Zou (2012), *Statistical Methods in Medical
    Research* 21, 347-359, written without cancellation.

    Examples
    --------
    >>> before = pd.DataFrame({"value": [10.0], "lower": [8.0], "upper": [12.0]})
    >>> after = pd.DataFrame({"value": [20.0], "lower": [17.0], "upper": [23.0]})
    >>> ratio(before, after).round(3).to_numpy().tolist()
    [[2.0, 1.566, 2.6, 'increase', '']]
    """
    index, numbers = _two_periods(before, after)
    b, low_b, high_b, a, low_a, high_a = numbers
    rates.refuse(
        index,
        [
            (
                "before",
                np.fmin(b, low_b),
                np.fmin(b, low_b) < 0,
                "negative; a ratio needs 0 or more",
            ),
            (
                "after",
                np.fmin(a, low_a),
                np.fmin(a, low_a) < 0,
                "negative; a ratio needs 0 or more",
            ),
        ],
    )
    product = a * b
    low_above, high_above = low_a * (2 * a - low_a), high_a * (2 * a - high_a)
    low_below, high_below = low_b * (2 * b - low_b), high_b * (2 * b - high_b)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient = np.where(b > 0, a / b, np.nan)
        root = np.sqrt((product**2 - low_above * high_below).clip(0))
        lower = np.where(low_above == 0, 0.0, low_above / (product + root))
        root = np.sqrt((product**2 - high_above * low_below).clip(0))
        upper = np.where(low_below > 0, (product + root) / low_below, np.nan)
    lower = np.where(np.isnan(low_above) | np.isnan(high_below), np.nan, lower)
    return _changes(before, after, "ratio", (quotient, lower, upper), nothing=1.0)


def _two_periods(
    before: pd.DataFrame, after: pd.DataFrame
) -> tuple[pd.Index, tuple[np.ndarray, ...]]:
    columns = ("value", "lower", "upper")
    index, numbers = rates.align(
        **{f"before {column}": before[column] for column in columns},
        **{f"after {column}": after[column] for column in columns},
    )
    rates.refuse(
        index,
        [
            (
                f"{when} lower",
                numbers[f"{when} lower"],
                numbers[f"{when} lower"] > numbers[f"{when} upper"],
                "above the upper limit; exchange the two",
            )
            for when in ("before", "after")
        ],
    )
    return index, tuple(numbers.values())


def _changes(
    before: pd.DataFrame,
    after: pd.DataFrame,
    name: str,
    figures: tuple[np.ndarray, np.ndarray, np.ndarray],
    nothing: float,
) -> pd.DataFrame:
    """Label a change by whether its interval holds *nothing changed*."""
    index = before.index
    figure, lower, upper = figures
    missing = np.isnan(figure)
    unsure = np.isnan(lower) | np.isnan(upper)
    given = pd.Series("", index=index, dtype="str")
    for frame in (after, before):
        if "reason" in frame.columns:
            passed_on = frame["reason"].reindex(index)
            given = passed_on.where(passed_on != "", given)
    assessed = ~(missing | unsure) & (given == "").to_numpy()
    label = np.select(
        [~assessed, lower > nothing, upper < nothing],
        [NOT_ASSESSED, "increase", "decrease"],
        default=NO_CHANGE,
    )
    reason = np.select(
        [(given != "").to_numpy(), missing, unsure],
        [given.to_numpy(dtype=object), "missing", "no_interval"],
        default="",
    )
    return pd.DataFrame(
        {
            name: figure,
            "lower": np.where(assessed, lower, np.nan),
            "upper": np.where(assessed, upper, np.nan),
            "label": pd.Series(label, index=index, dtype="str"),
            "reason": pd.Series(reason, index=index, dtype="str"),
        },
        index=index,
    )
