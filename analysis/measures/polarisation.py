"""How far do the answers to one question stand apart?

Knows van der Eijk's agreement of an ordinal item, the polarisation derived
from it, and how sure it is with as many answers as an area gave.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.errors import GroundworkError
from analysis.measures import rates

MINIMUM_ANSWERS = 30
"""Fewer answers are not shown (METHODS: polarisation of an ordinal item)."""
DRAWS = 1000
SEED = 20010101

_TABLED_ANSWERS = 12
"""Up to here all 2^K patterns are computed once; beyond, each as it comes."""


def agreement(frequencies: Sequence[float] | np.ndarray | pd.Series) -> float:
    """How far do people agree?

    Parameters
    ----------
    frequencies
        How many gave each answer, in the order of the scale; two answers or
        more, weighted counts and shares allowed.

    Returns
    -------
    float
        1 when all gave one answer, 0 when all answers are equally frequent,
        -1 when half stand at each end; missing without answers, or when a
        frequency is missing.

    Raises
    ------
    GroundworkError
        Fewer than two possible answers, a negative or infinite frequency.

    Notes
    -----
    The distribution is peeled into layers, each the same number for some of
    the answers. Of a layer with S of K answers, U = ((K−2)·TU − (K−1)·TDU) /
    ((K−2)(TU + TDU)) with TU the triples 110 and 011, TDU the triples 101;
    U = 1 if S = 1; its agreement is U(1 − (S−1)/(K−1)), 0 if S = K. The
    layers' agreements are weighted by their share of the answers. Van der
    Eijk (2001), *Quality & Quantity* 35, 325-341.

    Examples
    --------
    >>> round(agreement([30, 40, 210, 130, 530, 50, 10]), 7)
    0.6113333
    >>> agreement([5, 0, 0, 0, 5])
    -1.0
    """
    row = np.asarray(frequencies, dtype="float64")
    if row.ndim != 1:
        raise GroundworkError(
            f"frequencies have {row.ndim} dimensions; hand in one number per answer"
        )
    return float(_agreements(_checked(row[np.newaxis, :], pd.RangeIndex(1)))[0])


def polarisation(frequencies: Sequence[float] | np.ndarray | pd.Series) -> float:
    """How far do people stand apart?

    Parameters
    ----------
    frequencies
        As in :func:`agreement`.

    Returns
    -------
    float
        (1 − agreement)/2: 0 when all gave one answer, 0.5 when all answers are
        equally frequent, 1 when half stand at each end; missing as there.

    Examples
    --------
    >>> polarisation([5, 0, 0, 0, 5]), polarisation([0, 7, 0]), polarisation([2, 2, 2])
    (1.0, 0.0, 0.5)
    """
    return (1 - agreement(frequencies)) / 2


def polarisations(counts: pd.DataFrame) -> pd.Series:
    """How far do people stand apart in each area?

    Parameters
    ----------
    counts
        Areas x answers, answers in the order of the scale.

    Returns
    -------
    Series
        Polarisation, 0 to 1; missing where an area has no answers or one of
        its frequencies is missing. Index of ``counts``.

    Raises
    ------
    GroundworkError
        Fewer than two possible answers; negative or infinite frequencies,
        naming the rows.

    Examples
    --------
    >>> frame = pd.DataFrame({"no": [5, 0], "so_so": [0, 7], "yes": [5, 0]}, index=["a", "b"])
    >>> polarisations(frame).to_dict()
    {'a': 1.0, 'b': 0.0}
    """
    numbers = _checked(counts.to_numpy(dtype="float64", na_value=np.nan), counts.index)
    return pd.Series((1 - _agreements(numbers)) / 2, index=counts.index)


def polarisation_intervals(
    counts: pd.DataFrame,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
    minimum_answers: int = MINIMUM_ANSWERS,
) -> pd.DataFrame:
    """How sure is the polarisation of each area?

    Parameters
    ----------
    counts
        Areas x answers, answers in the order of the scale; of weighted counts
        the sum is rounded to whole answers for the draws.
    confidence
        Between 0 and 1.
    draws
        How many samples are drawn for each area.
    seed
        Of the draws. Each area's draws depend on the seed and its own counts
        alone: neither the other areas nor their order move its interval.
    minimum_answers
        Areas with fewer answers are not assessed.

    Returns
    -------
    DataFrame
        ``value, lower, upper`` (0 to 1), ``answers`` (how many) and
        ``reason``: ``too_few_answers``, ``missing`` where a frequency is, else
        "". Without a reason there is a value and an interval. Index of
        ``counts``.

    Raises
    ------
    GroundworkError
        As :func:`polarisations`; fewer than 100 draws.

    Notes
    -----
    Percentile bootstrap: multinomial samples of the size and with the shares
    observed; Efron & Tibshirani (1993), *An Introduction to the Bootstrap*,
    ch. 13. Where all gave one answer the interval has width 0.

    Examples
    --------
    >>> frame = pd.DataFrame({"no": [20, 5], "so_so": [10, 5], "yes": [20, 5]}, index=["a", "b"])
    >>> result = polarisation_intervals(frame)
    >>> bool(result.lower["a"] < result.value["a"] < result.upper["a"]), result.reason["b"]
    (True, 'too_few_answers')
    """
    outside = rates.tail(confidence)
    if draws < 100:
        raise GroundworkError(f"{draws} draws are too few for an interval; take 1000")
    index = counts.index
    numbers = _checked(counts.to_numpy(dtype="float64", na_value=np.nan), index)
    answers = numbers.sum(axis=1)
    missing = np.isnan(answers)
    few = answers < minimum_answers
    shown = ~(missing | few) & (answers > 0)
    value = np.where(shown, (1 - _agreements(numbers)) / 2, np.nan)
    limits = np.full((len(index), 2), np.nan)
    distinct, where = np.unique(numbers[shown], axis=0, return_inverse=True)
    drawn = np.empty((len(distinct), 2))
    for position, row in enumerate(distinct):
        generator = np.random.default_rng([seed, *row.astype("<f8").view("<u4").tolist()])
        samples = generator.multinomial(round(row.sum()), row / row.sum(), size=draws)
        spread = (1 - _agreements(samples.astype("float64"))) / 2
        drawn[position] = np.quantile(spread, [outside, 1 - outside])
    limits[shown] = drawn[where.ravel()]
    reason = np.select([missing, ~shown], ["missing", "too_few_answers"], default="")
    return pd.DataFrame(
        {
            "value": value,
            "lower": limits[:, 0],
            "upper": limits[:, 1],
            "answers": answers,
            "reason": pd.Series(reason, index=index, dtype="str"),
        },
        index=index,
    )


def _checked(numbers: np.ndarray, index: pd.Index) -> np.ndarray:
    if numbers.shape[1] < 2:
        raise GroundworkError(
            f"an ordinal item with {numbers.shape[1]} possible answers; it needs two or more"
        )
    worst = numbers.min(axis=1, initial=0.0, where=~np.isnan(numbers))
    largest = numbers.max(axis=1, initial=0.0, where=~np.isnan(numbers))
    rates.refuse(
        index,
        [
            ("frequencies", worst, worst < 0, "negative; they start at 0"),
            ("frequencies", largest, np.isinf(largest), "infinite; leave it empty when unknown"),
        ],
    )
    return numbers


def _agreements(numbers: np.ndarray) -> np.ndarray:
    """Agreement of each row of frequencies, all rows peeled at once."""
    answers = numbers.shape[1]
    total = numbers.sum(axis=1)
    rest = np.where(np.isnan(total)[:, np.newaxis], 0.0, numbers)
    result = np.zeros(len(numbers))
    tabled = answers <= _TABLED_ANSWERS
    bits = 1 << np.arange(answers)
    if tabled:
        every_pattern = (np.arange(1 << answers)[:, np.newaxis] & bits) > 0
        table = _pattern_agreements(every_pattern)
    for _ in range(answers):
        pattern = rest > 0
        if not pattern.any():
            break
        height = np.where(pattern, rest, np.inf).min(axis=1)
        height = np.where(np.isinf(height), 0.0, height)
        of_pattern = table[pattern @ bits] if tabled else _pattern_agreements(pattern)
        result += height * pattern.sum(axis=1) * of_pattern
        rest = np.where(pattern, rest - height[:, np.newaxis], 0.0)
    answered = total > 0
    return np.where(answered, result / np.where(answered, total, 1.0), np.nan)


def _pattern_agreements(pattern: np.ndarray) -> np.ndarray:
    """Agreement of layers: rows of true where the layer has answers."""
    k = pattern.shape[1]
    s = pattern.sum(axis=1)
    left = np.cumsum(pattern, axis=1)
    # a gap has answers on both sides: as many triples 101 as pairs around it
    gaps = np.where(pattern, 0, left * (s[:, np.newaxis] - left)).sum(axis=1)
    triples = s * (s - 1) / 2 * (k - s)
    together = triples - gaps
    scale = np.where(triples > 0, (k - 2) * triples, 1.0)
    unimodal = np.where(s == 1, 1.0, ((k - 2) * together - (k - 1) * gaps) / scale)
    return unimodal * (1 - (s - 1) / (k - 1)) * ((s > 0) & (s < k))
