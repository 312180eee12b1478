"""Intervals of counts, rates, proportions and means, and what they say against a benchmark.

Knows how sure a single figure is (Wilson, Byar, exact Poisson, t), when it
differs from a benchmark, how far figures of an area's size scatter by chance
(funnel), and how unequal areas are (groups, slope index).

Every function is vectorised and follows one rule of alignment, :func:`align`:
scalars go with everything, arrays go by position, ``Series`` share an index.
The result has that index; inputs are never changed; missing in is missing out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from scipy import special, stats

from analysis.errors import GroundworkError, InputError, Problem

Numbers: TypeAlias = pd.Series | np.ndarray | Sequence[float] | float
"""A scalar, an array by position, or a Series with its index."""

NOT_ASSESSED = "not assessed"
FEW_EVENTS = 10
"""Below this count the interval is exact Poisson, from it on Byar's (APHO 2008)."""
DELIVERED_CONFIDENCE = 0.95
"""Publishers' limits in the observations are 95 % limits."""

CLEARLY = 0.998
"""Confidence at which a difference is called *clearly* so."""

DIRECTED_CLASSES = ("clearly_better", "better", "similar", "worse", "clearly_worse")
NEUTRAL_CLASSES = ("clearly_higher", "higher", "similar", "lower", "clearly_lower")

_SHOWN_ROWS = 5


def align(**inputs: Numbers) -> tuple[pd.Index, dict[str, np.ndarray]]:
    """Bring scalars, arrays and Series to one index.

    Parameters
    ----------
    **inputs
        Named numbers; the names are those an error message uses. Series with
        the same labels in another order are put in the order of the first;
        arrays are taken by position.

    Returns
    -------
    index, numbers
        The index of the first Series, else 0, 1, ...; the inputs as float
        arrays of that length, NaN where missing, in the order given.

    Raises
    ------
    InputError
        Series with different labels, arrays of different length, text and
        infinite numbers (naming the rows).

    Examples
    --------
    >>> index, numbers = align(count=pd.Series([1, 2], index=["a", "b"]), denominator=10)
    >>> list(index), numbers["denominator"].tolist()
    (['a', 'b'], [10.0, 10.0])
    """
    index: pd.Index | None = None
    owner = ""
    for name, given in inputs.items():
        if isinstance(given, pd.Series):
            index, owner = given.index, name
            break
    arrays: dict[str, np.ndarray] = {}
    for name, given in inputs.items():
        if isinstance(given, pd.Series) and index is not None and not given.index.equals(index):
            given = _in_order(given, index, name, owner)
        arrays[name] = _floats(name, given)
        if arrays[name].ndim > 1:
            raise _problem(name, f"{arrays[name].ndim} dimensions; hand in one column", "shape")
    lengths = {name: len(array) for name, array in arrays.items() if array.ndim == 1}
    if index is not None:
        lengths = {owner: len(index), **lengths}
    length = next(iter(lengths.values()), 1)
    for name, other in lengths.items():
        if other != length:
            first = next(iter(lengths))
            raise _problem(
                name,
                f"{other} numbers, but {first!r} has {length}; hand in as many, or one number",
                "shape",
            )
    if index is None:
        index = pd.RangeIndex(length)
    numbers = {name: np.broadcast_to(array, (length,)) for name, array in arrays.items()}
    refuse(
        index,
        [
            (name, array, np.isinf(array), "infinite; leave it empty when unknown")
            for name, array in numbers.items()
        ],
    )
    return index, numbers


def _floats(name: str, given: Numbers) -> np.ndarray:
    """Read numbers as floats, whatever stands for missing in them; refuse text by row."""
    try:
        if isinstance(given, pd.Series):
            return given.to_numpy(dtype="float64", na_value=np.nan)
        return np.asarray(given, dtype="float64")
    except (TypeError, ValueError):  # pd.NA among plain numbers, or something that is no number
        cells = given if isinstance(given, pd.Series) else pd.Series(np.ravel(given), dtype=object)
    numbers = pd.to_numeric(cells, errors="coerce")
    words = np.flatnonzero((numbers.isna() & cells.notna()).to_numpy())
    if len(words):
        rows = [f"{cells.index[int(row)]!r}: {cells.iloc[row]!r}" for row in words]
        raise _problem(name, f"not a number; leave it empty when unknown ({_rows(rows)})", "number")
    return numbers.to_numpy(dtype="float64", na_value=np.nan).reshape(np.shape(given))


def _in_order(given: pd.Series, index: pd.Index, name: str, owner: str) -> pd.Series:
    fits = (
        index.is_unique
        and given.index.is_unique
        and len(index) == len(given)
        and bool(given.index.isin(index).all())
    )
    if not fits:
        raise _problem(
            name,
            f"its index differs from that of {owner!r}; give both the same labels, or an array",
            "index",
        )
    return given.reindex(index)


def _problem(name: str, message: str, code: str) -> InputError:
    return InputError([Problem(name, message, code=code)])


def refuse(
    index: pd.Index, rules: Sequence[tuple[str, np.ndarray, np.ndarray, str]], code: str = ""
) -> None:
    """Raise one error for all broken rules, naming the rows of each.

    Parameters
    ----------
    index
        Labels of the rows.
    rules
        ``(name, numbers, broken, words)``: what the column is called, its
        numbers, where they are impossible, and *fact; way out*.
    code
        Code of the problems; ``impossible`` when empty.

    Raises
    ------
    InputError
        When any row of any rule is broken.

    Examples
    --------
    >>> refuse(pd.Index(["a", "b"]), [("count", np.array([1, -2]), np.array([False, True]),
    ...     "negative; counts start at 0")])
    Traceback (most recent call last):
    analysis.errors.InputError: count: negative; counts start at 0 (row 'b': -2)
    """
    problems = []
    for name, numbers, broken, words in rules:
        rows = np.flatnonzero(broken)
        if not len(rows):
            continue
        message = f"{words} ({_rows([f'{index[int(row)]!r}: {numbers[row]:g}' for row in rows])})"
        problems.append(Problem(name, message, code=code or "impossible"))
    if problems:
        raise InputError(problems)


def _rows(named: Sequence[str]) -> str:
    """The first rows of many, and how many more."""
    more = f", and {len(named) - _SHOWN_ROWS} more" if len(named) > _SHOWN_ROWS else ""
    return f"row{'s' if len(named) > 1 else ''} {', '.join(named[:_SHOWN_ROWS])}{more}"


def _negative(name: str, numbers: np.ndarray) -> tuple[str, np.ndarray, np.ndarray, str]:
    return name, numbers, numbers < 0, "negative; it starts at 0"


def _not_positive(name: str, numbers: np.ndarray) -> tuple[str, np.ndarray, np.ndarray, str]:
    return name, numbers, numbers <= 0, "not above 0; leave it empty when there is none"


def tail(confidence: float) -> float:
    """Return the probability left out on each side of an interval.

    Raises
    ------
    GroundworkError
        When the confidence is not between 0 and 1.

    Examples
    --------
    >>> round(tail(0.95), 12)
    0.025
    """
    if not 0 < confidence < 1:
        raise GroundworkError(
            f"confidence {confidence!r} is not between 0 and 1; write 0.95 for 95 %"
        )
    return (1 - confidence) / 2


def normal_quantile(confidence: float) -> float:
    """Return z, the exact normal quantile of a two-sided interval.

    Examples
    --------
    >>> normal_quantile(0.95)
    1.959963984540054
    """
    tail(confidence)
    return float(stats.norm.ppf((1 + confidence) / 2))


def _limits(index: pd.Index, lower: np.ndarray, upper: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame({"lower": lower, "upper": upper}, index=index)


def wilson(count: Numbers, denominator: Numbers, confidence: float = 0.95) -> pd.DataFrame:
    """How sure is a proportion? Wilson's score interval.

    Parameters
    ----------
    count
        Cases, 0 to ``denominator``; need not be whole (weighted surveys).
    denominator
        What they are a share of, above 0.
    confidence
        Between 0 and 1.

    Returns
    -------
    DataFrame
        ``lower, upper`` as fractions, 0 to 1; missing where an input is.

    Raises
    ------
    InputError
        Naming the rows: negative count, count above the denominator,
        denominator not above 0.

    Notes
    -----
    (2x + z² ∓ z√(z² + 4x(1 − x/n))) / 2(n + z²); Wilson (1927), *Journal of
    the American Statistical Association* 22, 209-212.

    Examples
    --------
    >>> wilson(65, 100).round(4).loc[0].tolist()
    [0.5525, 0.7364]
    >>> float(wilson(0, 20).lower[0])
    0.0
    """
    z = normal_quantile(confidence)
    index, numbers = align(count=count, denominator=denominator)
    x, n = numbers["count"], numbers["denominator"]
    refuse(
        index,
        [
            _negative("count", x),
            _not_positive("denominator", n),
            ("count", x, (x > n) & (n > 0), "above its denominator; correct one of the two"),
        ],
    )
    middle = 2 * x + z**2
    half = z * np.sqrt(z**2 + 4 * x * (1 - x / n))
    scale = 2 * (n + z**2)
    # exactly 0 and 1 at the ends, where rounding would leave a trace
    lower = np.where(x == 0, np.where(np.isnan(n), np.nan, 0.0), (middle - half) / scale)
    upper = np.where(x == n, 1.0, (middle + half) / scale)
    return _limits(index, lower.clip(0, 1), upper.clip(0, 1))


def byar(
    count: Numbers,
    denominator: Numbers = 1.0,
    multiplier: Numbers = 1.0,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How sure is a count or a crude rate? Byar's interval, exact Poisson below 10.

    Parameters
    ----------
    count
        Events, 0 or more, independent of each other: where one case can count
        twice the interval is too narrow.
    denominator
        Population or exposure, above 0; 1 for a plain count.
    multiplier
        1000 for a rate per 1,000.
    confidence
        Between 0 and 1.

    Returns
    -------
    DataFrame
        ``value, lower, upper`` in the unit of the rate, 0 or more; missing
        where an input is.

    Raises
    ------
    InputError
        Naming the rows: negative count, denominator or multiplier not above 0.

    Notes
    -----
    Byar's approximation: Breslow & Day (1987), *Statistical Methods in Cancer
    Research* II, p. 69. Exact: Garwood (1936), *Biometrika* 28, 437-442,
    χ² quantiles halved.

    Examples
    --------
    >>> byar(65).round(2).loc[0].tolist()
    [65.0, 50.16, 82.85]
    >>> byar(5, denominator=1000, multiplier=1000).round(2).loc[0].tolist()
    [5.0, 1.62, 11.67]
    """
    z = normal_quantile(confidence)
    index, numbers = align(count=count, denominator=denominator, multiplier=multiplier)
    events, exposure, scale = numbers.values()
    refuse(
        index,
        [
            _negative("count", events),
            _not_positive("denominator", exposure),
            _not_positive("multiplier", scale),
        ],
    )
    few = events < FEW_EVENTS
    many = np.where(few, np.nan, events)
    lower = many * (1 - 1 / (9 * many) - z / (3 * np.sqrt(many))) ** 3
    more = many + 1
    upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3
    lower[few], upper[few] = _exact_poisson(events[few], confidence)
    unit = scale / exposure
    return pd.DataFrame(
        {"value": events * unit, "lower": lower.clip(0) * unit, "upper": upper * unit},
        index=index,
    )


def _exact_poisson(events: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits of few events; small counts repeat, so each is computed once."""
    distinct, where = np.unique(events, return_inverse=True)
    alpha = tail(confidence)
    positive = np.where(distinct > 0, distinct, 1.0)
    lower = np.where(distinct > 0, stats.chi2.ppf(alpha, 2 * positive) / 2, 0.0)
    upper = stats.chi2.isf(alpha, 2 * distinct + 2) / 2
    return lower[where], upper[where]


def mean_interval(mean: Numbers, sd: Numbers, n: Numbers, confidence: float = 0.95) -> pd.DataFrame:
    """How sure is the mean of a survey score? Student's t interval.

    Parameters
    ----------
    mean
        Means, in the unit of the score.
    sd
        Standard deviations of the answers, 0 or more, same unit.
    n
        Answers, above 0.
    confidence
        Between 0 and 1.

    Returns
    -------
    DataFrame
        ``lower, upper`` in the unit of the score; missing where an input is,
        and for a single answer.

    Raises
    ------
    InputError
        Naming the rows: negative ``sd``, ``n`` not above 0.

    Notes
    -----
    mean ∓ t(n − 1)·sd/√n; Student (1908), *Biometrika* 6, 1-25.

    Examples
    --------
    >>> mean_interval(3.0, 1.0, 25).round(4).loc[0].tolist()
    [2.5872, 3.4128]
    """
    alpha = tail(confidence)
    index, numbers = align(mean=mean, sd=sd, n=n)
    centre, spread, answers = numbers.values()
    refuse(index, [_negative("sd", spread), _not_positive("n", answers)])
    freedom = np.where(answers > 1, answers - 1, np.nan)
    distinct, where = np.unique(freedom, return_inverse=True)
    half = stats.t.isf(alpha, distinct)[where] * spread / np.sqrt(answers)
    return _limits(index, centre - half, centre + half)


def intervals(
    frame: pd.DataFrame,
    measure: str,
    multiplier: float,
    repeat_events: bool,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Which interval does each protected observation of one indicator have?

    Parameters
    ----------
    frame
        Protected observations, one row each, with ``value, count,
        denominator, sd, lower, upper`` (numbers) and ``status``; ``reason``
        where the protection gave one.
    measure
        ``proportion``, ``rate``, ``count``, ``mean``, ``median``, ``ordinal``
        or ``index``.
    multiplier
        Of the indicator: 100 for %, 1000 for per 1,000.
    repeat_events
        Whether one case can count twice.
    confidence
        Between 0 and 1.

    Returns
    -------
    DataFrame
        ``lower, upper`` in the indicator's unit and ``reason``, "" where there
        is an interval; index of ``frame``.

    Raises
    ------
    GroundworkError
        An unknown measure, or impossible numbers (naming the rows).

    Notes
    -----
    Proportion: Wilson; rate and count: Byar and exact Poisson; mean: t; the
    others only as delivered. Delivered limits count only where nothing can be
    computed, and only at 95 %: nobody can tell what they would be at another
    level. An area without a population (denominator 0) is ``no_denominator``.

    Examples
    --------
    >>> frame = pd.DataFrame({"value": [65.0, None], "count": [65.0, None],
    ...     "denominator": [100.0, None], "sd": None, "lower": None, "upper": None,
    ...     "status": ["observed", "suppressed"]})
    >>> intervals(frame, "proportion", 100, False).round(1).to_numpy().tolist()
    [[55.3, 73.6, ''], [nan, nan, 'suppressed']]
    """
    tail(confidence)
    index = frame.index
    names = ("value", "count", "denominator", "sd", "lower", "upper")
    numbers = {n: frame[n].to_numpy(dtype="float64", na_value=np.nan) for n in names}
    value, count, denominator = (numbers[name] for name in names[:3])
    population = np.where(denominator == 0, np.nan, denominator)
    absent = np.full(len(index), "no_interval", dtype=object)
    if measure == "proportion":
        usable = ~np.isnan(count) & ~np.isnan(population)
        limits = wilson(_kept(count, usable, index), _kept(population, usable, index), confidence)
        limits = limits * multiplier
    elif measure == "rate":
        usable = ~np.isnan(count) & ~np.isnan(population)
        limits = byar(
            _kept(count, usable, index), _kept(population, usable, index), multiplier, confidence
        )
    elif measure == "count":
        usable = ~np.isnan(count)
        delivered = ~np.isnan(numbers["lower"]) & ~np.isnan(numbers["upper"])
        events = np.where(usable | delivered, count, value)
        usable = ~np.isnan(events)
        limits = byar(_kept(events, usable, index), confidence=confidence)
    elif measure == "mean":
        answers = denominator
        usable = ~np.isnan(value) & ~np.isnan(numbers["sd"]) & (answers > 1)
        limits = mean_interval(
            _kept(value, usable, index),
            _kept(numbers["sd"], usable, index),
            _kept(answers, usable, index),
            confidence,
        )
        absent[answers <= 1] = "n_too_small"
    elif measure in ("median", "ordinal", "index"):
        usable = np.zeros(len(index), dtype=bool)
        limits = pd.DataFrame({"lower": np.nan, "upper": np.nan}, index=index)
    else:
        raise GroundworkError(
            f"no measure {measure!r}; known: proportion, rate, count, mean, median, ordinal, index"
        )
    if measure in ("proportion", "rate"):
        absent[~np.isnan(count) & np.isnan(population)] = "no_denominator"
    lower, upper = limits["lower"].to_numpy().copy(), limits["upper"].to_numpy().copy()
    if np.isclose(confidence, DELIVERED_CONFIDENCE):
        taken = np.isnan(count) & ~usable
        lower[taken], upper[taken] = numbers["lower"][taken], numbers["upper"][taken]
    reason = _reasons(frame, value, absent, np.isnan(lower) | np.isnan(upper), repeat_events)
    lower[reason != ""] = np.nan
    upper[reason != ""] = np.nan
    result = _limits(index, lower, upper)
    result["reason"] = pd.Series(reason, index=index, dtype="str")
    return result


def _kept(numbers: np.ndarray, usable: np.ndarray, index: pd.Index) -> pd.Series:
    return pd.Series(np.where(usable, numbers, np.nan), index=index)


def _reasons(
    frame: pd.DataFrame,
    value: np.ndarray,
    absent: np.ndarray,
    without_interval: np.ndarray,
    repeat_events: bool,
) -> np.ndarray:
    """Why a row has no interval, the gravest reason first."""
    status = frame["status"].to_numpy(dtype=object)
    given = (
        frame["reason"].fillna("").to_numpy(dtype=object)
        if "reason" in frame.columns
        else np.full(len(frame), "", dtype=object)
    )
    without_figure = np.isnan(value) & np.isnan(frame["count"].to_numpy(dtype="float64"))
    return np.select(
        [
            given != "",
            status == "suppressed",
            np.isin(status.astype(str), ["missing", "not_applicable"]) | without_figure,
            np.full(len(frame), bool(repeat_events)),
            without_interval,
        ],
        [given, "suppressed", "missing", "no_interval", absent],
        default="",
    ).astype(object)


def compare(lower: Numbers, upper: Numbers, benchmark: Numbers) -> pd.Series:
    """Does a figure differ from its benchmark?

    Parameters
    ----------
    lower, upper
        Limits of the area's interval, in the unit of the benchmark.
    benchmark
        The value to compare with; missing for the benchmark area itself,
        which must not be compared with itself.

    Returns
    -------
    Series
        ``lower``, ``similar``, ``higher``, or ``not assessed`` where a limit
        or the benchmark is missing.

    Raises
    ------
    InputError
        Naming the rows whose lower limit is above the upper one.

    Notes
    -----
    Lower when U < B, higher when L > B, else similar; a limit that equals the
    benchmark is similar. Compares an area with a fixed value: the area's own
    share in the benchmark and the benchmark's error are left aside.

    Examples
    --------
    >>> compare([0.55, 0.2], [0.74, 0.3], 0.5).tolist()
    ['higher', 'lower']
    >>> compare(0.5, 0.6, 0.5).tolist()
    ['similar']
    """
    index, numbers = align(lower=lower, upper=upper, benchmark=benchmark)
    low, high, level = numbers.values()
    _refuse_inverted(index, low, high, "lower")
    return pd.Series(_sides(low, high, level), index=index, dtype="str")


def _refuse_inverted(index: pd.Index, low: np.ndarray, high: np.ndarray, name: str) -> None:
    refuse(index, [(name, low, low > high, "above the upper limit; exchange the two")])


def _sides(low: np.ndarray, high: np.ndarray, level: np.ndarray) -> np.ndarray:
    return np.select(
        [np.isnan(low) | np.isnan(high) | np.isnan(level), high < level, low > level],
        [NOT_ASSESSED, "lower", "higher"],
        default="similar",
    )


def benchmark_class(
    lower: Numbers,
    upper: Numbers,
    lower_998: Numbers,
    upper_998: Numbers,
    benchmark: Numbers,
    favourable: Numbers,
) -> pd.Series:
    """Is a figure better or worse than its benchmark, and how clearly?

    Parameters
    ----------
    lower, upper
        Limits at 95 %, in the unit of the benchmark.
    lower_998, upper_998
        Limits at 99.8 %; missing where only 95 % limits were delivered, and
        then nothing is *clearly* different.
    benchmark
        The value to compare with; missing for the benchmark area itself.
    favourable
        +1 where higher is better, -1 where lower is better, 0 where neither;
        one number or one for each row.

    Returns
    -------
    Series
        With a direction one of :data:`DIRECTED_CLASSES`, without one of
        :data:`NEUTRAL_CLASSES`; ``not assessed`` where a 95 % limit or the
        benchmark is missing.

    Raises
    ------
    InputError
        Naming the rows: inverted limits, ``favourable`` not -1, 0 or 1.

    Examples
    --------
    >>> benchmark_class([0.6, 0.2, 0.1], [0.9, 0.4, 0.3], [0.5, 0.1, 0.0], [1.0, 0.6, 0.4],
    ...     0.45, +1).tolist()
    ['clearly_better', 'worse', 'clearly_worse']
    >>> benchmark_class(0.6, 0.9, 0.5, 1.0, 0.45, 0).tolist()
    ['clearly_higher']
    """
    index, numbers = align(
        lower=lower,
        upper=upper,
        lower_998=lower_998,
        upper_998=upper_998,
        benchmark=benchmark,
        favourable=favourable,
    )
    low, high, low_998, high_998, level, sense = numbers.values()
    _refuse_inverted(index, low, high, "lower")
    _refuse_inverted(index, low_998, high_998, "lower_998")
    refuse(
        index,
        [("favourable", sense, ~np.isin(sense, (-1, 0, 1)), "neither 1, -1 nor 0; write one")],
    )
    sides = _sides(low, high, level)
    step = np.select([sides == "higher", sides == "lower"], [1, -1], default=0)
    clearly = np.select([low_998 > level, high_998 < level], [1, -1], default=0)
    step = np.where(step == clearly, 2 * step, step)
    turned = np.where(sense < 0, -step, step)
    names = np.where(
        sense == 0,
        np.array(NEUTRAL_CLASSES, dtype=object)[2 - turned],
        np.array(DIRECTED_CLASSES, dtype=object)[2 - turned],
    )
    names[sides == NOT_ASSESSED] = NOT_ASSESSED
    return pd.Series(names, index=index, dtype="str")


@dataclass(frozen=True)
class ByChance:
    """How many comparisons differ, beside how many would without any difference.

    Parameters
    ----------
    compared
        Comparisons that were made; those not assessed are none.
    differ, clearly
        How many differ at 95 % or more, and at 99.8 %.
    differ_by_chance, clearly_by_chance
        How many would if no area differed from its benchmark.
    """

    compared: int
    differ: int
    clearly: int
    differ_by_chance: float
    clearly_by_chance: float


def differences_by_chance(classes: pd.Series | pd.DataFrame) -> ByChance:
    """How many cells of a heat table would differ from their benchmark by chance?

    Parameters
    ----------
    classes
        Benchmark classes of :func:`benchmark_class`, of any shape: one
        indicator, or areas x indicators.

    Returns
    -------
    ByChance
        Of n comparisons 5 % differ at 95 %, and 0.2 % at 99.8 %, where nothing
        differs at all.

    Raises
    ------
    GroundworkError
        A class that is none, such as a missing cell.

    Notes
    -----
    The expectation holds whether or not indicators go together: means add up.
    How far the number scatters around it does not hold then. Cases come in
    steps, so intervals keep their confidence only about (Wilson's of 95 % are
    94 % to 96 %): say *about*.

    Examples
    --------
    >>> heat = pd.DataFrame({"a": ["clearly_worse", "similar"], "b": ["better", "not assessed"]})
    >>> found = differences_by_chance(heat)
    >>> found.compared, found.differ, found.clearly, round(found.differ_by_chance, 2)
    (3, 2, 1, 0.15)
    """
    cells = pd.Series(classes.to_numpy(dtype=object).ravel(), dtype=object)
    known = {*DIRECTED_CLASSES, *NEUTRAL_CLASSES, NOT_ASSESSED}
    strange = cells[~cells.isin(known)]
    if len(strange):
        raise GroundworkError(
            f"no benchmark class {strange.iloc[0]!r}; known: {', '.join(sorted(known))}"
        )
    compared = cells[cells != NOT_ASSESSED]
    return ByChance(
        len(compared),
        int((compared != "similar").sum()),
        int(compared.str.startswith("clearly").sum()) if len(compared) else 0,
        2 * tail(DELIVERED_CONFIDENCE) * len(compared),
        2 * tail(CLEARLY) * len(compared),
    )


def comparison_reason(
    interval_reason: pd.Series, benchmark: Numbers, is_benchmark: pd.Series | bool = False
) -> pd.Series:
    """Say why a comparison is not assessed.

    Parameters
    ----------
    interval_reason
        ``reason`` of :func:`intervals`, a row per area.
    benchmark
        The value compared with.
    is_benchmark
        Whether a row is the benchmark area itself.

    Returns
    -------
    Series
        ``is_benchmark``, else the interval's reason, else ``no_benchmark``;
        "" where the comparison stands. Index of ``interval_reason``.

    Examples
    --------
    >>> comparison_reason(pd.Series(["", "suppressed"]), 0.5).tolist()
    ['', 'suppressed']
    >>> comparison_reason(pd.Series([""]), float("nan")).tolist()
    ['no_benchmark']
    """
    index, numbers = align(
        row=pd.Series(0.0, index=interval_reason.index), benchmark=benchmark, itself=is_benchmark
    )
    reason = interval_reason.to_numpy(dtype=object)
    named = np.select(
        [numbers["itself"] > 0, reason != "", np.isnan(numbers["benchmark"])],
        ["is_benchmark", reason, "no_benchmark"],
        default="",
    )
    return pd.Series(named, index=index, dtype="str")


def quantile_groups(values: Numbers, k: int, invert: bool = False) -> pd.Series:
    """Which of k groups of equal size does an area belong to?

    Parameters
    ----------
    values
        One number an area.
    k
        How many groups, 2 or more.
    invert
        False: group 1 holds the smallest values; True: the largest.

    Returns
    -------
    Series
        Whole numbers 1 to k (``Int64``), missing where the value is, and
        everywhere when fewer areas than k have a value. Tied areas always
        share a group.

    Raises
    ------
    GroundworkError
        When k is below 2.

    Notes
    -----
    q = floor((k + 1) − ceil(((n + 1) − r)/(n/k))) with r the rank, ties the
    smallest; computed in whole numbers, so that rounding cannot move an area.
    Inverting ranks the values with their sign reversed, which with ties is not
    k + 1 − q.

    Examples
    --------
    >>> quantile_groups(range(1, 11), 5, invert=True).tolist()
    [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    """
    if k < 2:
        raise GroundworkError(f"{k} groups are no groups; choose 2 or more")
    listed = values if isinstance(values, pd.Series) else np.asarray(values)
    index, numbers = align(values=listed)
    present = pd.Series(numbers["values"], index=index).dropna()
    n = len(present)
    groups = pd.Series(pd.NA, index=index, dtype="Int64")
    if n < k:
        return groups
    ranks = stats.rankdata(-present if invert else present, method="min").astype("int64")
    group = np.maximum((k + 1) + (-(n + 1 - ranks) * k) // n, 1)
    groups[~np.isnan(numbers["values"])] = group
    return groups


def proportion_funnel(
    benchmark: Numbers, denominator: Numbers, confidence: float = 0.95
) -> pd.DataFrame:
    """How far do proportions of areas of a size scatter around one value by chance?

    Parameters
    ----------
    benchmark
        The proportion they scatter around, 0 to 1.
    denominator
        Sizes, above 0.
    confidence
        Between 0 and 1.

    Returns
    -------
    DataFrame
        ``lower, upper`` as fractions, clipped to 0 and 1.

    Raises
    ------
    InputError
        Naming the rows: benchmark outside 0 to 1, denominator not above 0.

    Notes
    -----
    θ ∓ z√(θ(1 − θ)/n); Spiegelhalter (2005), *Statistics in Medicine* 24,
    1185-1202.

    Examples
    --------
    >>> proportion_funnel(0.5, 100, 0.95).round(3).loc[0].tolist()
    [0.402, 0.598]
    """
    z = normal_quantile(confidence)
    index, numbers = align(benchmark=benchmark, denominator=denominator)
    level, n = numbers.values()
    outside = (level < 0) | (level > 1)
    refuse(
        index,
        [
            ("benchmark", level, outside, "not a fraction; write 0.41 for 41 %"),
            _not_positive("denominator", n),
        ],
    )
    half = z * np.sqrt(np.where(outside, np.nan, level * (1 - level)) / n)
    return _limits(index, (level - half).clip(0, 1), (level + half).clip(0, 1))


def rate_funnel(
    benchmark: Numbers,
    denominator: Numbers,
    multiplier: Numbers = 1.0,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """How far do rates of areas of a size scatter around one rate by chance?

    Parameters
    ----------
    benchmark
        The rate they scatter around, 0 or more, in the unit of the rates.
    denominator
        Populations, above 0.
    multiplier
        1000 for rates per 1,000.
    confidence
        Between 0 and 1.

    Returns
    -------
    DataFrame
        ``lower, upper`` in the unit of the rates, 0 or more.

    Raises
    ------
    InputError
        Naming the rows: negative benchmark, denominator or multiplier not
        above 0.

    Notes
    -----
    Inverts the exact Poisson interval: the limits are those (not necessarily
    whole) counts whose interval just reaches the expected count. A count lies
    outside the funnel exactly when its own exact interval leaves the benchmark
    out. Garwood (1936), *Biometrika* 28, 437-442; funnel plots: Spiegelhalter
    (2005), *Statistics in Medicine* 24, 1185-1202.

    Examples
    --------
    >>> rate_funnel(10, 1000, multiplier=1000).round(2).loc[0].tolist()
    [3.83, 17.13]
    """
    alpha = tail(confidence)
    index, numbers = align(benchmark=benchmark, denominator=denominator, multiplier=multiplier)
    level, n, scale = numbers.values()
    refuse(
        index,
        [
            _negative("benchmark", level),
            _not_positive("denominator", n),
            _not_positive("multiplier", scale),
        ],
    )
    expected = level * n / scale
    positive = np.where(expected > 0, expected, 1.0)
    # gdtrib(1, p, x) is the shape s at which the gamma distribution has P(X <= x) = p
    lower = np.where(expected > 0, special.gdtrib(1.0, 1 - alpha, positive) - 1, expected)
    upper = np.where(expected > 0, special.gdtrib(1.0, alpha, positive), expected)
    unit = scale / n
    return _limits(index, lower.clip(0) * unit, upper * unit)


@dataclass(frozen=True)
class SlopeIndex:
    """How steep the gap between areas is.

    Parameters
    ----------
    slope_index
        Difference between the two ends of the ranking, in the unit of the
        values (SII).
    relative_index
        Value at the far end over value at the near end (RII); missing where
        the near end is not above 0.
    areas
        How many areas it rests on.
    reason
        "" or why it is not assessed.
    """

    slope_index: float
    relative_index: float
    areas: int
    reason: str = ""


def slope_index(values: Numbers, population: Numbers) -> SlopeIndex:
    """How large is the gap between areas, from one end of a ranking to the other?

    Parameters
    ----------
    values
        One figure an area, **in the order of the ranking factor**, such as
        from the most to the least deprived area.
    population
        Residents of each, above 0, same order.

    Returns
    -------
    SlopeIndex
        Areas without a figure or a population are left out; fewer than three
        areas are not assessed (``n_too_small``).

    Raises
    ------
    InputError
        Naming the rows whose population is not above 0.

    Notes
    -----
    a = population share, b = its cumulative mid-point; regression of Y√a on √a
    and b√a without intercept. Pamuk (1985), *Population Studies* 39, 17-31;
    relative index: (intercept + slope)/intercept.

    Examples
    --------
    >>> gap = slope_index([1.0, 2.0, 3.0], [100, 100, 100])
    >>> round(gap.slope_index, 9), round(gap.relative_index, 9)
    (3.0, 7.0)
    """
    index, numbers = align(values=values, population=population)
    figures, residents = numbers.values()
    refuse(index, [_not_positive("population", residents)])
    present = ~np.isnan(figures) & ~np.isnan(residents)
    figures, residents = figures[present], residents[present]
    if len(figures) < 3:
        return SlopeIndex(np.nan, np.nan, len(figures), "n_too_small")
    share = residents / residents.sum()
    middle = np.cumsum(share) - share / 2
    root = np.sqrt(share)
    design = np.column_stack([root, middle * root])
    (intercept, slope), *_ = np.linalg.lstsq(design, figures * root)
    relative = (intercept + slope) / intercept if intercept > 0 else np.nan
    return SlopeIndex(float(slope), float(relative), len(figures))
