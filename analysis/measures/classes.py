"""Classes for maps: where one shade ends and the next begins, and what a legend must say.

Knows the class methods, what happens when there is too little to classify,
how breaks are held fixed over periods, and the two kinds of classes that are
not magnitudes: risk beside protection, and change around no change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Decimal

import mapclassify
import numpy as np
import pandas as pd

from analysis.errors import GroundworkError, InputError, Problem
from analysis.measures import rates
from analysis.measures.rates import NOT_ASSESSED, Numbers

METHODS = ("quantiles", "natural_breaks", "equal_interval", "box", "own")
HINGE = 1.5
"""Fences of the box method in interquartile ranges (Tukey 1977)."""
MISSING = -1
"""Class of an area without a value."""

SIDES = ("better", "similar", "worse")
BIVARIATE = tuple(f"risk_{risk}_protection_{side}" for risk in SIDES for side in SIDES)
"""The nine classes of risk x protection; a tenth is *not assessed*."""


@dataclass(frozen=True, eq=False)
class Classes:
    """Values sorted into classes, with all a legend needs.

    Class 0 reaches from ``minimum`` to ``breaks[0]``, class i from above
    ``breaks[i - 1]`` to ``breaks[i]``, upper limits included. Where
    ``decimals`` is given, breaks are rounded and values were rounded before
    they were classified, so that legend, hover text and shade never disagree.

    Parameters
    ----------
    method
        One of :data:`METHODS`, or ``change``.
    breaks
        Upper limits, rising, in the unit of the values; empty without values.
    minimum
        Where the first class begins; missing without values.
    classes
        Class of each area, 0 to ``len(breaks) - 1``, :data:`MISSING` without
        a value; the index of the values.
    counts
        Areas in each class.
    note
        What the reader must know, such as why there are fewer classes than
        asked for; "" when nothing.
    decimals
        Digits that breaks and values were rounded to; None when not rounded.
    symmetric
        Whether the breaks mirror each other around no change: the middle
        class then includes both its limits.
    """

    method: str
    breaks: tuple[float, ...]
    minimum: float
    classes: pd.Series
    counts: tuple[int, ...]
    note: str = ""
    decimals: int | None = None
    symmetric: bool = False

    @property
    def k(self) -> int:
        """How many classes there are."""
        return len(self.breaks)

    @property
    def limits(self) -> tuple[tuple[float, float], ...]:
        """Lower and upper limit of each class, as a legend prints them.

        Rounded classes do not touch: after ``10.0 - 12.3`` comes ``12.4``.
        """
        step = 0.0 if self.decimals is None else 10.0**-self.decimals
        pairs = []
        for position, upper in enumerate(self.breaks):
            lower = self.minimum if position == 0 else self.breaks[position - 1] + step
            if self.symmetric:
                lower, upper = self._mirrored(position, step)
            if self.decimals is not None:
                lower, upper = round(lower, self.decimals), round(upper, self.decimals)
            pairs.append((min(lower, upper) + 0.0, upper + 0.0))
        return tuple(pairs)

    def _mirrored(self, position: int, step: float) -> tuple[float, float]:
        middle = self.k // 2
        upper = self.breaks
        if position > middle:
            return upper[position - 1] + step, upper[position]
        if position == middle:
            return -upper[middle], upper[middle]
        return -upper[self.k - 1 - position], -upper[self.k - 2 - position] - step

    @property
    def text(self) -> str:
        """The legend as plain lines: limits and how many areas."""
        digits = "g" if self.decimals is None else f".{self.decimals}f"
        lines = [
            f"{lower:{digits}} to {upper:{digits}}: {count}"
            for (lower, upper), count in zip(self.limits, self.counts, strict=True)
        ]
        missing = int((self.classes == MISSING).sum())
        lines += [f"no value: {missing}"] if missing else []
        lines += [self.note] if self.note else []
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.text

    def assign(self, values: Numbers) -> Classes:
        """Sort other values into the same classes, such as another period.

        Parameters
        ----------
        values
            One number an area.

        Returns
        -------
        Classes
            The same breaks and limits, with the classes, counts and index of
            ``values``; a value beyond the last break falls into the last
            class, whose limit then moves out to it, likewise at the bottom.

        Raises
        ------
        GroundworkError
            Values where there are no classes to sort them into.

        Examples
        --------
        >>> both = classify([1, 2, 3, 4], "own", 2, breaks=[2, 4])
        >>> both.assign([2, 3, 3]).counts
        (1, 2)
        """
        series = _series(values)
        if not self.breaks and series.notna().any():
            raise GroundworkError("no classes to sort values into; classify some values first")
        if not self.breaks:
            return _sorted_in(series, self)
        rounded = _rounded(series.dropna().to_numpy(), self.decimals)
        highest = max(self.breaks[-1], rounded.max(initial=-np.inf))
        lowest = min(self.minimum, rounded.min(initial=np.inf))
        if self.symmetric:
            highest = max(highest, -lowest)
            lowest = -highest
        breaks = (*self.breaks[:-1], float(highest))
        return _sorted_in(series, replace(self, breaks=breaks, minimum=float(lowest)))


def classify(
    values: Numbers,
    method: str,
    k: int = 5,
    breaks: Sequence[float] | None = None,
    decimals: int | None = None,
) -> Classes:
    """Into which classes do the values of a map fall?

    Parameters
    ----------
    values
        One number an area (not counts: they are drawn as circles).
    method
        ``quantiles`` (as many areas each), ``natural_breaks`` (Fisher-Jenks),
        ``equal_interval``, ``box`` (quartiles and what lies beyond 1.5
        interquartile ranges; k is not used) or ``own``.
    k
        How many classes, 1 or more.
    breaks
        With ``own``: rising upper limits; values above the last form one more
        class.
    decimals
        Digits shown; values and breaks are then rounded alike.

    Returns
    -------
    Classes
        Fewer than k when there are fewer distinct values, one when all are
        equal, none without values: the note says so. The index of ``values``.

    Raises
    ------
    GroundworkError
        Unknown method, k below 1, own breaks that do not rise, infinite
        values (naming the rows).

    Notes
    -----
    Fisher (1958), *Journal of the American Statistical Association* 53,
    789-798, for natural breaks, see :func:`natural_breaks`; quantiles, equal
    intervals and box by mapclassify.

    Examples
    --------
    >>> print(classify([1, 2, 3, 10, 11, 12, None], "natural_breaks", 2))
    1 to 3: 3
    3 to 12: 3
    no value: 1
    >>> classify([7, 7, 7], "quantiles", 5).note
    'one class instead of 5: all values are equal'
    """
    if method not in METHODS:
        raise GroundworkError(f"no class method {method!r}; known: {', '.join(METHODS)}")
    if k < 1:
        raise GroundworkError(f"{k} classes are no classes; choose 1 or more")
    if (method == "own") != (breaks is not None):
        raise GroundworkError(
            f"method {method!r} with breaks {breaks!r}; hand in breaks with 'own' and only there"
        )
    series = _series(values)
    present = np.sort(_rounded(series.dropna().to_numpy(), decimals))
    own = _own_breaks(breaks, decimals) if breaks is not None else None
    if len(present) == 0:
        empty = Classes(method, (), np.nan, series, (), "no values", decimals)
        return _sorted_in(series, empty)
    distinct = np.unique(present)
    if own is not None:
        upper, note = _extended(own, distinct)
    elif len(distinct) == 1:
        upper = distinct
        note = f"one class instead of {k}: all values are equal" if k > 1 else ""
    elif method == "box":
        upper, note = _box(present)
        upper = _tidied(upper, distinct, decimals)
    else:
        upper = _upper_limits(present, method, min(k, len(distinct)))
        upper = _tidied(upper, distinct, decimals)
        note = _fewer(len(upper), k, len(distinct))
    draft = Classes(
        method, tuple(float(u) for u in upper), float(distinct[0]), series, (), note, decimals
    )
    return _sorted_in(series, draft)


def fixed_classes(
    values: pd.DataFrame,
    method: str,
    k: int = 5,
    breaks: Sequence[float] | None = None,
    decimals: int | None = None,
) -> dict[str, Classes]:
    """Which classes do several periods share, so that their maps compare?

    Parameters
    ----------
    values
        Areas x periods.
    method, k, breaks, decimals
        As in :func:`classify`; breaks come from all periods together.

    Returns
    -------
    dict of Classes
        One per period, in the order of the columns, all with the same breaks
        and limits.

    Examples
    --------
    >>> frame = pd.DataFrame({"2020": [1.0, 2.0], "2021": [3.0, 4.0]}, index=["a", "b"])
    >>> both = fixed_classes(frame, "equal_interval", 3)
    >>> both["2020"].breaks == both["2021"].breaks, both["2021"].classes.tolist()
    (True, [1, 2])
    """
    together = classify(values.to_numpy(dtype="float64").ravel(), method, k, breaks, decimals)
    return {str(period): together.assign(values[period]) for period in values.columns}


def change_classes(
    change: Numbers, k: int = 5, method: str = "quantiles", decimals: int | None = None
) -> Classes:
    """Into which classes does the change between two periods fall?

    Parameters
    ----------
    change
        After minus before, one number an area.
    k
        An odd number of classes, 3 or more; the middle one is around no
        change.
    method
        How the sizes of the changes are split: ``quantiles``,
        ``natural_breaks`` or ``equal_interval``.
    decimals
        Digits shown; changes and breaks are then rounded alike.

    Returns
    -------
    Classes
        With breaks that mirror each other around 0: a fall and a rise of one
        size get shades of one strength, also when all areas rose. Fewer
        classes when there are fewer distinct sizes; one when nothing changed.

    Raises
    ------
    GroundworkError
        k even or below 3, unknown method.

    Examples
    --------
    >>> print(change_classes([-4, -1, 0, 1, 2, 4], 3, "equal_interval"))
    -4 to -2: 1
    -2 to 2: 4
    2 to 4: 1
    """
    if k < 3 or k % 2 == 0:
        raise GroundworkError(f"{k} classes have no middle; choose 3, 5 or 7")
    if method not in ("quantiles", "natural_breaks", "equal_interval"):
        raise GroundworkError(
            f"no class method {method!r} for changes; known: quantiles, natural_breaks,"
            " equal_interval"
        )
    series = _series(change)
    sizes = classify(series.abs(), method, k // 2 + 1, decimals=decimals)
    if not sizes.breaks:
        return Classes("change", (), np.nan, sizes.classes, (), sizes.note, decimals, True)
    if sizes.breaks[-1] == 0:
        note = f"one class instead of {k}: nothing changed"
        return _sorted_in(series, Classes("change", (0.0,), 0.0, series, (), note, decimals, True))
    outer = sizes.breaks
    if len(outer) == 1:
        # every change has the same size: they must not share the class around none
        outer = (0.0, *outer)
    breaks = tuple(0.0 - size for size in outer[-2::-1]) + outer
    note = _fewer(len(breaks), k, None)
    draft = Classes("change", breaks, -outer[-1], series, (), note, decimals, True)
    return _sorted_in(series, draft)


def bivariate(risk: pd.Series, protection: pd.Series) -> pd.Series:
    """How do a risk and its protection stand to the benchmark, together?

    Parameters
    ----------
    risk, protection
        Benchmark classes of :func:`rates.benchmark_class` with a direction,
        sharing an index; *clearly* is dropped.

    Returns
    -------
    Series
        One of :data:`BIVARIATE`, such as ``risk_worse_protection_better``, or
        ``not assessed`` where a side is not assessed or has no direction.
        Index of ``risk``.

    Raises
    ------
    InputError
        When the two have different labels.

    Examples
    --------
    >>> bivariate(pd.Series(["clearly_worse", "similar"]),
    ...           pd.Series(["better", "not assessed"])).tolist()
    ['risk_worse_protection_better', 'not assessed']
    """
    if not risk.index.equals(protection.index):
        raise InputError(
            [
                Problem(
                    "protection",
                    "its index differs from that of 'risk'; give both the same labels",
                    code="index",
                )
            ]
        )
    plain = {"clearly_better": "better", "clearly_worse": "worse"}
    risk_side, protection_side = risk.replace(plain), protection.replace(plain)
    assessed = risk_side.isin(SIDES) & protection_side.isin(SIDES)
    names = "risk_" + risk_side + "_protection_" + protection_side
    return names.where(assessed, NOT_ASSESSED).astype("str")


def natural_breaks(values: np.ndarray, k: int) -> np.ndarray:
    """Where do values fall apart by themselves? Exact Fisher-Jenks breaks.

    Parameters
    ----------
    values
        Finite numbers, any order.
    k
        How many classes, at most as many as there are distinct values.

    Returns
    -------
    ndarray
        k rising upper limits, each one of the values; the sum of squared
        distances from the class means is the smallest possible.

    Notes
    -----
    Fisher (1958). Dynamic programming over the distinct values with their
    counts. The best start of the last class never moves back when a value is
    added (the cost fulfils the quadrangle inequality), so each layer is solved
    for the middle value first and then for both halves, all halves of one
    depth at once: O(k n log n) instead of O(k n²). mapclassify's exact version
    takes 51 s for 4,835 values without numba, and rounds to single precision.

    Examples
    --------
    >>> natural_breaks(np.array([1, 2, 3, 10, 11, 12, 50, 51]), 3).tolist()
    [3.0, 12.0, 51.0]
    """
    distinct, counts = np.unique(np.asarray(values, dtype="float64"), return_counts=True)
    n = len(distinct)
    if not 1 <= k <= n:
        raise GroundworkError(f"{k} natural classes of {n} distinct values; choose 1 to {n}")
    # centred and scaled, so that squares do not swallow small differences
    spread = distinct[-1] - distinct[0] or 1.0
    x = (distinct - np.average(distinct, weights=counts)) / spread
    weight = np.concatenate([[0.0], np.cumsum(counts)])
    first = np.concatenate([[0.0], np.cumsum(counts * x)])
    second = np.concatenate([[0.0], np.cumsum(counts * x**2)])

    def cost(start: np.ndarray, end: np.ndarray) -> np.ndarray:
        """Squared distances from the mean of distinct values start..end."""
        total = first[end + 1] - first[start]
        within = second[end + 1] - second[start] - total**2 / (weight[end + 1] - weight[start])
        return np.where(start == end, 0.0, within.clip(0))

    best = cost(np.zeros(n, dtype=np.int64), np.arange(n))
    starts = []
    for layer in range(1, k):
        best, start = _next_layer(best, cost, layer)
        starts.append(start)
    ends = [n - 1]
    for start in reversed(starts):
        ends.append(int(start[ends[-1]]) - 1)
    return distinct[ends[::-1]]


def _next_layer(
    best: np.ndarray, cost: Callable[[np.ndarray, np.ndarray], np.ndarray], layer: int
) -> tuple[np.ndarray, np.ndarray]:
    """Best cost and start of the last class for one class more, for each last value."""
    n = len(best)
    improved = np.full(n, np.inf)
    start = np.zeros(n, dtype=np.int64)
    left, right = np.array([layer]), np.array([n - 1])
    low, high = left, right
    while len(left):
        middle = (left + right) // 2
        size = np.minimum(high, middle) - low + 1
        offset = np.cumsum(size) - size
        owner = np.repeat(np.arange(len(middle)), size)
        tried = np.arange(size.sum()) - offset[owner] + low[owner]
        total = best[tried - 1] + cost(tried, middle[owner])
        smallest = np.minimum.reduceat(total, offset)
        hits = np.flatnonzero(total == smallest[owner])
        chosen = tried[hits[np.unique(owner[hits], return_index=True)[1]]]
        improved[middle], start[middle] = smallest, chosen
        before, after = left < middle, middle < right
        left, right, low, high = (
            np.concatenate([left[before], middle[after] + 1]),
            np.concatenate([middle[before] - 1, right[after]]),
            np.concatenate([low[before], chosen[after]]),
            np.concatenate([chosen[before], high[after]]),
        )
    return improved, start


def _series(values: Numbers) -> pd.Series:
    """One column of finite numbers, NaN where missing."""
    index, numbers = rates.align(values=values)
    return pd.Series(numbers["values"], index=index)


def _rounded(numbers: np.ndarray, decimals: int | None) -> np.ndarray:
    """Round as a reader sees it: by the digits written, half to even.

    Binary rounding turns 2.675 into 2.67 because it stands for
    2.67499...; what is printed comes from the digits, hence 2.68.
    """
    if decimals is None:
        return numbers
    rounded = np.round(numbers, decimals)
    scaled = np.abs(numbers) * 10.0**decimals
    close = np.abs(scaled - np.floor(scaled) - 0.5) < 1e-6
    if close.any():
        place = Decimal(1).scaleb(-decimals)
        rounded[close] = [
            float(Decimal(str(float(number))).quantize(place, ROUND_HALF_EVEN))
            for number in numbers[close]
        ]
    return rounded + 0.0  # no negative zero


def _own_breaks(breaks: Sequence[float], decimals: int | None) -> np.ndarray:
    own = _rounded(np.asarray(breaks, dtype="float64"), decimals)
    if own.ndim != 1 or len(own) == 0 or not np.isfinite(own).all() or (np.diff(own) <= 0).any():
        shown = ", ".join(f"{one:g}" for one in np.ravel(breaks)) or "none"
        raise GroundworkError(f"own breaks do not rise: {shown}; hand in rising upper limits")
    return own


def _extended(own: np.ndarray, distinct: np.ndarray) -> tuple[np.ndarray, str]:
    if distinct[-1] <= own[-1]:
        return own, ""
    note = f"values above {own[-1]:g} form a class of their own"
    return np.append(own, distinct[-1]), note


def _box(present: np.ndarray) -> tuple[np.ndarray, str]:
    """Fences and quartiles; a fence beyond the values ends nothing."""
    upper = np.asarray(mapclassify.BoxPlot(present, hinge=HINGE).bins, dtype="float64")
    low, high = upper[0], upper[4]
    below, above = int((present <= low).sum()), int((present > high).sum())
    note = f"beyond {HINGE:g} interquartile ranges: {below} unusually low, {above} unusually high"
    return upper, note


def _upper_limits(present: np.ndarray, method: str, k: int) -> np.ndarray:
    distinct = np.unique(present)
    if method == "equal_interval":
        if k == 1:
            return distinct[-1:]
        return np.asarray(mapclassify.EqualInterval(present, k=k).bins)
    if len(distinct) <= k:
        return distinct
    if method == "natural_breaks":
        return natural_breaks(present, k)
    shares = [100 * part / k for part in range(1, k + 1)]
    # Percentiles is Quantiles without its warning when values repeat
    return np.asarray(mapclassify.Percentiles(present, pct=shares).bins)


def _tidied(upper: np.ndarray, distinct: np.ndarray, decimals: int | None) -> np.ndarray:
    """Rising limits within the values; the last is the largest value."""
    inner = np.unique(_rounded(np.asarray(upper, dtype="float64"), decimals))
    inner = inner[(inner >= distinct[0]) & (inner < distinct[-1])]
    return np.append(inner, distinct[-1])


def _fewer(found: int, asked: int, distinct: int | None) -> str:
    if found >= asked:
        return ""
    number = "one class" if found == 1 else f"{found} classes"
    if distinct is not None and distinct < asked:
        return f"{number} instead of {asked}: only {distinct} distinct values"
    return f"{number} instead of {asked}: too many values are alike"


def _sorted_in(series: pd.Series, draft: Classes) -> Classes:
    """Sort a series into the breaks of a draft."""
    present = series.notna().to_numpy()
    numbers = _rounded(series.to_numpy()[present], draft.decimals)
    codes = np.full(len(series), MISSING, dtype=np.int64)
    breaks = np.array(draft.breaks)
    if draft.symmetric:
        middle = draft.k // 2
        size = np.searchsorted(breaks[middle:], np.abs(numbers), side="left")
        codes[present] = middle + np.sign(numbers).astype(np.int64) * size
    else:
        codes[present] = np.searchsorted(breaks, numbers, side="left")
    counts = np.bincount(codes[present], minlength=draft.k)
    return replace(
        draft,
        classes=pd.Series(codes, index=series.index),
        counts=tuple(int(count) for count in counts),
    )
