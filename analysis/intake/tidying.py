"""From cells that joined to observations: one row per key, each role a column.

Knows how the figures of one observation, which stand in several cells or lines of a file, come
together: the first number of each role, the weakest status, a break that any of them states. A
million cells repeat few texts, so all of it is done on codes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis import crosswalks, tables
from analysis.catalogue import Indicator
from analysis.coded import categories, coded, written
from analysis.intake import joining
from analysis.intake.checks import Check
from analysis.intake.joining import Ledger
from analysis.intake.matching import Coded, combined
from analysis.territory import Territory, check_observations

ROLES = ("value", "count", "denominator", "sd", "lower", "upper")
WEAKEST_FIRST = (
    "suppressed", "not_applicable", "missing", "estimated", "provisional", "observed",
)  # fmt: skip
"""Which status an observation has whose cells have several."""
_SHOWN = 20


def tidy_observations(
    figures: pd.DataFrame,
    ledger: Ledger,
    territory: Territory,
    known: Sequence[crosswalks.Crosswalk] = (),
) -> tuple[dict[str, pd.DataFrame], list[Check]]:
    """Turn the cells that joined into observations, and hold them against arithmetic.

    Parameters
    ----------
    figures
        Cells of indicators, as :func:`analysis.intake.recipe.assign_indicators`
        returns them.
    ledger
        Where each of these cells went, their index kept.
    known
        Crosswalks for cells of another boundary version.

    Returns
    -------
    observations, checks
        One frame per indicator with the columns of observations, texts as
        categories in the order of the texts (:mod:`analysis.coded`); its index,
        ``row``, holds lines of the file, 0 where a row has none. Cells
        without status or period, whose question is open, are not among them.
    """
    if figures.empty or "indicator_id" not in figures:
        return {}, []
    joined = ledger.rows
    if not joined.index.equals(figures.index):
        joined = joined.loc[figures.index]
    usable = (
        _is(joined["outcome"], joining.MATCHED)
        & ~_is(figures["status"], "")
        & ~_is(figures["period"], "")
    )
    if not usable.any():
        return {}, []
    if not usable.all():
        figures, joined = figures[usable], joined[usable]
    wide = _crossed(_widened(figures, joined), territory, known)
    found: list[Check] = []
    frames = {}
    for indicator_id in wide["indicator_id"].unique():
        own = (wide["indicator_id"] == indicator_id).to_numpy()
        frame = wide if own.all() else wide[own]
        lines = frame["row"].astype("int64").to_numpy()
        plain = frame.drop(columns="row").reset_index(drop=True)
        for one in check_observations(str(indicator_id), None, plain, territory)[:_SHOWN]:
            line = 0 if one.row is None else int(lines[one.row])
            at = (line,) if line else ()
            found.append(
                Check("refuse", one.code, one.message, one.column, at, (), str(indicator_id))
            )
        frames[str(indicator_id)] = plain.set_axis(pd.Index(lines, name="row"))
    return frames, found


def _coded(column: pd.Series) -> Coded:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return Coded(column.cat.codes.to_numpy().astype("int64"), list(column.cat.categories))
    codes, texts = pd.factorize(column)
    return Coded(codes.astype("int64"), [str(one) for one in texts])


def _is(column: pd.Series, text: str) -> np.ndarray:
    coded = _coded(column)
    return np.array([one == text for one in coded.texts] or [False])[coded.codes]


def _widened(figures: pd.DataFrame, joined: pd.DataFrame) -> pd.DataFrame:
    """One row per observation, in the order of their first cells."""
    columns = {
        "level": _coded(joined["level"]),
        "area_id": _coded(joined["area_id"]),
        "indicator_id": _coded(figures["indicator_id"]),
        "period": _coded(figures["period"]),
        "category": _coded(figures["category"]),
        "crosswalk": _coded(joined["crosswalk"]),
    }
    group, _distinct = pd.factorize(combined(*columns.values())[0])
    groups = int(group.max()) + 1
    first = np.empty(groups, dtype="int64")
    # Where an index stands several times, numpy keeps what is written last: here the first cell.
    first[group[::-1]] = np.arange(len(group) - 1, -1, -1)
    wide = pd.DataFrame(
        {name: categories(one.codes[first], one.texts) for name, one in columns.items()}
    )
    number = figures["number"].to_numpy(dtype="float64", na_value=np.nan)
    role = _coded(figures["role"])
    for name in ROLES:
        found = np.full(groups, np.nan)
        if name in role.texts:
            cells = np.flatnonzero((role.codes == role.texts.index(name)) & ~np.isnan(number))
            found[group[cells[::-1]]] = number[cells[::-1]]
        wide[name] = found
    nothing = wide[["value", "count", "denominator"]].isna().to_numpy().all(axis=1)
    status = _status(figures, joined, group, groups)
    status[nothing & (status == WEAKEST_FIRST.index("observed"))] = WEAKEST_FIRST.index("missing")
    wide["status"] = categories(status, WEAKEST_FIRST)
    silent = [one in tables.WITHOUT_VALUE for one in WEAKEST_FIRST]
    without = np.array(silent)[status]
    for name in ROLES:
        wide[name] = np.where(without, np.nan, wide[name].to_numpy())
    broken = np.zeros(groups, dtype=bool)
    broken[group[figures["break"].to_numpy(dtype=bool)]] = True
    wide["break"] = broken
    wide["row"] = figures["row"].to_numpy()[first]
    wide["note"] = categories(np.zeros(groups, dtype="int64"), [""])
    return wide[[*tables.OBSERVATIONS.column_names, "row", "crosswalk"]]


def _status(
    figures: pd.DataFrame, joined: pd.DataFrame, group: np.ndarray, groups: int
) -> np.ndarray:
    """The weakest status of each group, as its place in :data:`WEAKEST_FIRST`."""
    stated = _coded(figures["status"])
    known = {one: number for number, one in enumerate(WEAKEST_FIRST)}
    rank = np.array([known.get(one, -1) for one in stated.texts])[stated.codes]
    estimated = joined["estimated"].to_numpy(dtype=bool) & (rank == WEAKEST_FIRST.index("observed"))
    rank[estimated] = WEAKEST_FIRST.index("estimated")
    weakest = np.full(groups, WEAKEST_FIRST.index("observed"))
    for one in range(len(WEAKEST_FIRST) - 1, -1, -1):
        weakest[group[rank == one]] = one
    return weakest


def _crossed(
    wide: pd.DataFrame, territory: Territory, known: Sequence[crosswalks.Crosswalk]
) -> pd.DataFrame:
    """Share the rows of another boundary version out to the areas of this one."""
    crosses = (wide["crosswalk"] != "").to_numpy()
    if not crosses.any():
        return wide.drop(columns="crosswalk")
    by_name = {one.name: one for one in known}
    wide = written(wide)
    parts = [wide[~crosses]]
    for (name, indicator_id), rows in wide[crosses].groupby(
        ["crosswalk", "indicator_id"], sort=False
    ):
        indicator = territory.catalogue[str(indicator_id)]
        shared = crosswalks.apportion(
            rows.drop(columns=["crosswalk"]), by_name[str(name)], indicator
        )
        parts.append(shared.assign(row=0))  # a share comes from several lines
    return coded(pd.concat(parts, ignore_index=True).drop(columns="crosswalk"))


def together(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several files for one indicator; what one lacks the other fills."""
    if len(frames) == 1:
        return frames[0]
    key = list(tables.KEY)
    first, *others = [written(frame).set_index(key) for frame in frames]
    for other in others:
        first = first.combine_first(other)
    return coded(first.reset_index()[tables.OBSERVATIONS.column_names])


def with_values(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Rows with the value their counts give, so that rounding at the source is no change."""
    if indicator.measure not in ("rate", "proportion"):
        return frame
    counted = indicator.multiplier * frame["count"] / frame["denominator"]
    return frame.assign(value=counted.fillna(frame["value"]))
