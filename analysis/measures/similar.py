"""Which areas live under similar conditions?

Knows how far two areas lie apart on chosen context figures, and what drives
the distance. Whom an area is like is a question of conditions alone: risk and
protection are then compared between areas that start from the same place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.errors import GroundworkError, InputError, Problem, UnknownId
from analysis.measures import rates


@dataclass(frozen=True, eq=False)
class Similar:
    """The areas nearest to one, and what makes the distance.

    Parameters
    ----------
    area_id
        The area that was asked about.
    nearest
        Indexed by ``area_id``, the nearest first: ``distance`` (mean distance
        on an indicator, in standard deviations), ``driver`` (the indicator
        that adds most to it; "" at distance 0) and ``share`` (its part of the
        squared distance, 0 to 1). Empty when not assessed.
    differences
        Areas of ``nearest`` x indicators used: that area minus the one asked
        about, in standard deviations.
    indicators
        The indicators that were used.
    without_variation
        Indicators left out because all areas have one value.
    not_assessed
        Reason by area that could not be compared: ``missing`` where a context
        figure is.
    reason
        "" or why nothing is said: ``missing`` when the area itself lacks a
        figure, ``n_too_small`` with fewer than three areas to compare,
        ``no_variation`` when every indicator is the same everywhere.
    """

    area_id: str
    nearest: pd.DataFrame
    differences: pd.DataFrame
    indicators: tuple[str, ...]
    without_variation: tuple[str, ...]
    not_assessed: pd.Series
    reason: str = ""


def similar_areas(context: pd.DataFrame, area_id: str, k: int = 5) -> Similar:
    """Which areas are most like one in their conditions?

    Parameters
    ----------
    context
        Areas x context indicators, each in its own unit; missing where there
        is no figure. Indicators of a long right tail, such as residents, are
        handed in as logarithms or as shares.
    area_id
        The area asked about, a label of the index.
    k
        How many to name; areas as far away as the last one are named too.

    Returns
    -------
    Similar
        Areas with a missing context figure are not assessed, never filled.
        Areas at one distance stand in the order of the index.

    Raises
    ------
    UnknownId
        When the area is not in the index.
    GroundworkError
        k below 1.
    InputError
        An area that stands twice; infinite figures, text (naming the rows).

    Notes
    -----
    Each indicator is divided by its standard deviation over the areas that
    have all figures, so that none counts more for its unit; the distance is
    the root of the mean squared difference. Similarity is not transitive and
    not mutual: the nearest of A need not have A as its nearest.

    Examples
    --------
    >>> context = pd.DataFrame({"low_income": [10.0, 11, 20, 30], "young": [5.0, 5, 9, 5]},
    ...     index=["a", "b", "c", "d"])
    >>> found = similar_areas(context, "a", k=2)
    >>> list(found.nearest.index), list(found.nearest.driver)
    (['b', 'd'], ['low_income', 'low_income'])
    """
    if not context.index.is_unique:
        twice = context.index[context.index.duplicated()][0]
        raise InputError(
            [Problem("context", f"area {twice!r} stands twice; keep one row", code="duplicate")]
        )
    if k < 1:
        raise GroundworkError(f"{k} nearest areas are none; choose 1 or more")
    if area_id not in context.index:
        raise UnknownId(f"no area {area_id!r} among those to compare; hand in its context figures")
    numbers = np.column_stack(
        [rates.align(**{str(name): context[name]})[1][str(name)] for name in context.columns]
        or [np.empty((len(context), 0))]
    )
    figures = pd.DataFrame(numbers, index=context.index, columns=context.columns)
    whole = figures.notna().all(axis=1)
    absent = pd.Series("missing", index=context.index[~whole], dtype="str")
    known = figures[whole]
    # by the range: the standard deviation of one value repeated is a rounding error, not 0
    varied = (known.max() > known.min()).to_numpy(dtype=bool)
    used = known.loc[:, varied]
    same = tuple(str(name) for name in context.columns[~varied])
    reason = ""
    if area_id in absent.index or context.columns.empty:
        reason = "missing"
    elif len(known) < 3:
        reason = "n_too_small"
    elif used.columns.empty:
        reason = "no_variation"
    if reason:
        return Similar(
            area_id, _nearest(used.iloc[:0], k), used.iloc[:0], tuple(map(str, used.columns)),
            same, absent, reason,
        )  # fmt: skip
    standardised = used / used.std(ddof=1)
    apart = (standardised - standardised.loc[area_id]).drop(index=area_id)
    nearest = _nearest(apart, k)
    return Similar(
        area_id, nearest, apart.loc[nearest.index], tuple(map(str, used.columns)), same, absent
    )


def _nearest(apart: pd.DataFrame, k: int) -> pd.DataFrame:
    """The k nearest of some differences, with what drives each distance."""
    squared = apart**2
    total = squared.sum(axis=1)
    if apart.empty:
        driver, share = pd.Series(index=apart.index, dtype="str"), total
    else:
        driver = squared.idxmax(axis=1).astype("str").where(total > 0, "")
        share = squared.max(axis=1) / total.where(total > 0)
    frame = pd.DataFrame(
        {"distance": np.sqrt(squared.mean(axis=1)), "driver": driver, "share": share},
        index=apart.index,
    ).sort_values("distance", kind="stable")
    if len(frame) <= k:
        return frame
    return frame[frame["distance"] <= frame["distance"].iloc[k - 1]]
