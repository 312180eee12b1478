"""How much the figures of an area can be relied on: four numbers and one band."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Thresholds:
    """Where the bands begin: shares 0-1, ages in periods.

    Good is at least ``good_present``, at most ``good_age`` and
    ``good_suppressed``, at least ``good_interval``; poor is less than
    ``poor_present`` or more than ``poor_suppressed``.
    """

    good_present: float = 0.90
    good_age: float = 1.0
    good_suppressed: float = 0.10
    good_interval: float = 0.50
    poor_present: float = 0.65
    poor_suppressed: float = 0.35


@dataclass(frozen=True)
class Reliability:
    """Four numbers and the band they fall into; never a single index.

    Parameters
    ----------
    present, suppressed, with_interval
        Shares of the area's indicators, 0-1.
    median_age
        Age of the newest figure in periods of its own frequency; missing when
        nothing is present.
    band
        ``good``, ``limited`` or ``poor``.
    """

    present: float
    median_age: float
    suppressed: float
    with_interval: float
    band: str


def reliability(
    present: pd.Series,
    age: pd.Series,
    suppressed: pd.Series,
    with_interval: pd.Series,
    thresholds: Thresholds | None = None,
) -> Reliability:
    """Judge how far the figures of one area carry.

    Parameters
    ----------
    present
        Boolean per indicator: there is a figure.
    age
        Periods between the newest period of the indicator anywhere and the
        newest figure here, per indicator; missing where there is none.
    suppressed, with_interval
        Booleans per indicator.
    thresholds
        Where the bands begin; those of :class:`Thresholds` when None.

    Returns
    -------
    Reliability
        Unless the thresholds say otherwise, good: at least 90 % present,
        median age at most 1 period, at most 10 % suppressed, at least 50 %
        with an interval; poor: less than 65 % present or more than 35 %
        suppressed. Poor without any indicator, else limited.

    Examples
    --------
    >>> yes = pd.Series([True] * 10)
    >>> reliability(yes, pd.Series([0.0] * 10), ~yes, yes).band
    'good'
    >>> reliability(~yes, pd.Series([float("nan")] * 10), yes, ~yes).band
    'poor'
    """
    if present.empty:
        return Reliability(0.0, float("nan"), 0.0, 0.0, "poor")
    shares = (float(present.mean()), float(suppressed.mean()), float(with_interval.mean()))
    median_age = float(age[present].median()) if present.any() else float("nan")
    have, hidden, sure = shares
    at = thresholds or Thresholds()
    if have < at.poor_present or hidden > at.poor_suppressed:
        band = "poor"
    elif (
        have >= at.good_present
        and median_age <= at.good_age
        and hidden <= at.good_suppressed
        and sure >= at.good_interval
    ):
        band = "good"
    else:
        band = "limited"
    return Reliability(have, median_age, hidden, sure, band)
