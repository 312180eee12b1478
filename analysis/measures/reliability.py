"""How much the figures of an area can be relied on: four numbers and one band."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

GOOD = {"present": 0.90, "age": 1.0, "suppressed": 0.10, "interval": 0.50}
"""At least, at most, at most, at least (METHODS of the territory's design, section 11)."""
POOR = {"present": 0.65, "suppressed": 0.35}
"""Less than, more than."""


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
    present: pd.Series, age: pd.Series, suppressed: pd.Series, with_interval: pd.Series
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

    Returns
    -------
    Reliability
        Good: at least 90 % present, median age at most 1 period, at most
        10 % suppressed, at least 50 % with an interval. Poor: less than 65 %
        present or more than 35 % suppressed, or no indicator at all. Else
        limited.

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
    if have < POOR["present"] or hidden > POOR["suppressed"]:
        band = "poor"
    elif (
        have >= GOOD["present"]
        and median_age <= GOOD["age"]
        and hidden <= GOOD["suppressed"]
        and sure >= GOOD["interval"]
    ):
        band = "good"
    else:
        band = "limited"
    return Reliability(have, median_age, hidden, sure, band)
