"""From one boundary version to the next: which figures cross, and in what shares.

Knows the files ``crosswalks/<from>__<to>.csv`` of a territory, what makes one
trustworthy, and how counts are shared out. Sums are kept; proportions and
rates cross as their counts and denominators and are computed anew; means,
medians, ordinal answers and indices never cross.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis import tables
from analysis.catalogue import Indicator
from analysis.errors import GroundworkError, InputError, Problem

FOLDER = "crosswalks"
SEPARATOR = "__"
TOLERANCE = 1e-5
"""How far the shares of an area may be from 1: shares written with six decimals still pass."""

_ROW_KEY = ["level", "area_id", "indicator_id", "period", "category"]
_FIGURES = ["value", "count", "denominator", "sd", "lower", "upper"]


@dataclass(frozen=True, eq=False)
class Crosswalk:
    """How the areas of one boundary version lie in those of another.

    Parameters
    ----------
    level
        The level both versions are of.
    from_version, to_version
        Names of boundary versions; the first need not have a boundary file,
        the codes of :attr:`table` stand for it.
    table
        Columns ``from_id, to_id, weight, basis``; the weights of a
        ``from_id`` are above 0 and add up to 1.
    """

    level: str
    from_version: str
    to_version: str
    table: pd.DataFrame

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return f"{self.from_version}{SEPARATOR}{self.to_version}"

    @cached_property
    def shares(self) -> dict[str, tuple[tuple[str, float], ...]]:
        """Where each old area goes: ``(to_id, weight)`` by ``from_id``, the largest share first."""
        ordered = self.table.sort_values("weight", ascending=False, kind="stable")
        found: dict[str, list[tuple[str, float]]] = {}
        for old, new, weight in zip(
            ordered["from_id"], ordered["to_id"], ordered["weight"], strict=True
        ):
            found.setdefault(str(old), []).append((str(new), float(weight)))
        return {old: tuple(parts) for old, parts in found.items()}

    @cached_property
    def sources(self) -> dict[str, frozenset[str]]:
        """Which old areas a new one is made of, by ``to_id``."""
        grouped = self.table.groupby("to_id", sort=False)["from_id"]
        return {str(new): frozenset(map(str, old)) for new, old in grouped}

    def kind(self, from_id: str) -> str:
        """Return what became of an old area.

        ``same_area`` when it is what it was, ``retired_code`` when one new
        area took its place, ``merged_code`` when it went into one with
        others, ``split_code`` when several share it.
        """
        parts = self.shares[from_id]
        if len(parts) > 1:
            return "split_code"
        if len(self.sources[parts[0][0]]) > 1:
            return "merged_code"
        return "same_area" if parts[0][0] == from_id else "retired_code"


def read_crosswalk(
    file_name: str, content: str, areas: pd.DataFrame
) -> tuple[Crosswalk | None, list[Problem]]:
    """Read the text of one crosswalk and hold it against the boundaries.

    Parameters
    ----------
    file_name
        ``<from>__<to>.csv``, both names of boundary versions.
    content
        The file's text.
    areas
        Columns ``level, version, area_id`` of all boundaries.

    Returns
    -------
    crosswalk, problems
        The crosswalk is None when the file cannot be used at all.
    """
    file = f"{FOLDER}/{file_name}"
    text, problems = tables.read_text_table(file, content)
    if text.columns.empty:
        return None, problems
    found, wrong = crosswalk_of(file_name, text, areas)
    return found, [*problems, *wrong]


def crosswalk_of(
    file_name: str, text: pd.DataFrame, areas: pd.DataFrame
) -> tuple[Crosswalk | None, list[Problem]]:
    """Hold the cells of a crosswalk, as text, against the boundaries; see :func:`read_crosswalk`.

    The index of ``text`` holds line numbers.
    """
    file = f"{FOLDER}/{file_name}"
    typed, problems = tables.validate(text, tables.CROSSWALK, file)
    versions = areas[["level", "version"]].drop_duplicates()
    named = _versions_named(file_name.removesuffix(".csv"), set(versions["version"]))
    if named is None:
        known = ", ".join(sorted(versions["version"]))
        message = (
            f"names no boundary to cross to; call it <from>{SEPARATOR}<to>.csv, the second one"
            f" of {known}"
        )
        return None, [*problems, Problem(file, message, code="unknown_version")]
    if problems:
        return None, problems
    before, after = named
    levels = versions.loc[versions["version"] == after, "level"]
    level = max(levels, key=lambda one: typed["to_id"].isin(_ids(areas, one, after)).sum())
    problems = _check(file, typed, areas, str(level), before, after)
    kept = typed[typed["weight"] > 0].copy()
    kept["weight"] /= kept.groupby("from_id")["weight"].transform("sum")
    return Crosswalk(str(level), before, after, kept.reset_index(drop=True)), problems


def _versions_named(name: str, versions: set[str]) -> tuple[str, str] | None:
    parts = name.split(SEPARATOR)
    for cut in range(1, len(parts)):
        before, after = SEPARATOR.join(parts[:cut]), SEPARATOR.join(parts[cut:])
        if before and after in versions:
            return before, after
    return None


def _ids(areas: pd.DataFrame, level: str, version: str) -> set[str]:
    return set(areas.loc[(areas["level"] == level) & (areas["version"] == version), "area_id"])


def _check(
    file: str, typed: pd.DataFrame, areas: pd.DataFrame, level: str, before: str, after: str
) -> list[Problem]:
    """Shares add up to 1, codes exist, and an area that receives is listed itself."""
    problems: list[Problem] = []
    old, new = _ids(areas, level, before), _ids(areas, level, after)

    def add(broken: pd.Series, column: str, code: str, say: Callable[[str], str]) -> None:
        for row, value in typed.loc[broken[broken].index, column].items():
            problems.append(Problem(file, say(str(value)), int(str(row)), column, str(value), code))

    total = typed.groupby("from_id")["weight"].transform("sum")
    first = ~typed.duplicated("from_id")
    sums = dict(zip(typed["from_id"], total, strict=True))
    add((total - 1).abs().gt(TOLERANCE) & first, "from_id", "shares",
        lambda one: f"the shares of {one!r} add up to {sums[one]:.6g}; make them 1, or figures"
        " get lost or counted twice")  # fmt: skip
    add(~typed["to_id"].isin(new), "to_id", "unknown_id",
        lambda one: f"no {level} {one!r} on {after}; correct the id")  # fmt: skip
    if not old:
        return problems
    add(~typed["from_id"].isin(old), "from_id", "unknown_id",
        lambda one: f"no {level} {one!r} on {before}; correct the id")  # fmt: skip
    receives = typed["to_id"].isin(old) & ~typed["to_id"].isin(typed["from_id"])
    add(receives & ~typed.duplicated("to_id"), "to_id", "incomplete",
        lambda one: f"{one!r} is an area of {before} too and receives a part of another, but has"
        f" no row of its own; add it ({one}, {one}, 1)")  # fmt: skip
    return problems


_STORED = ["level", "from_version", "to_version", *tables.CROSSWALK.column_names]


def as_table(crosswalks: Iterable[Crosswalk]) -> pd.DataFrame:
    """Return crosswalks as one table, as the store keeps them."""
    parts = [
        one.table.assign(level=one.level, from_version=one.from_version, to_version=one.to_version)[
            _STORED
        ]
        for one in crosswalks
    ]
    if not parts:
        return pd.DataFrame(columns=_STORED, dtype="str").astype({"weight": "float64"})
    return pd.concat(parts, ignore_index=True)


def from_table(stored: pd.DataFrame) -> tuple[Crosswalk, ...]:
    """Return the crosswalks of a table that :func:`as_table` made, in its order."""
    grouped = stored.groupby(["level", "from_version", "to_version"], sort=False)
    return tuple(
        Crosswalk(str(level), str(before), str(after),
                  rows[tables.CROSSWALK.column_names].reset_index(drop=True))
        for (level, before, after), rows in grouped
    )  # fmt: skip


def refusal(indicator: Indicator | None, roles: Iterable[str], role: str) -> str:
    """Say whether a figure may cross to another boundary.

    Parameters
    ----------
    indicator
        What the figure is of; None when nobody has said so.
    roles
        What the row holds of the indicator: ``value``, ``count``, ``denominator`` ...
    role
        What the figure is.

    Returns
    -------
    str
        "" when it crosses, else a code: ``unknown_measure`` (state the
        indicator first), ``never_crosses`` (mean, median, ordinal, index),
        ``no_count`` (a proportion or rate without its count and denominator).
    """
    if indicator is None:
        return "unknown_measure"
    if not indicator.adds_up:
        return "never_crosses"
    if indicator.measure == "count":
        return "" if role in ("value", "count") else "never_crosses"
    have = set(roles)
    divided = "denominator" in have or bool(indicator.denominator_id)
    return "" if "count" in have and divided else "no_count"


def apportion(
    observations: pd.DataFrame, crosswalk: Crosswalk, indicator: Indicator
) -> pd.DataFrame:
    """Bring the observations of one indicator from the old areas of a crosswalk to the new.

    Parameters
    ----------
    observations
        Columns of :data:`analysis.tables.OBSERVATIONS`; rows of areas that the
        crosswalk does not list stay as they are.
    crosswalk
        Its shares are applied to counts and denominators.
    indicator
        A count, proportion or rate.

    Returns
    -------
    DataFrame
        Same columns, a new frame sorted by level, area, period and category.
        The sum of all counts is kept. Every row that is not simply its own
        area's is ``estimated`` and says so in its note; where a part of a new
        area is suppressed, missing or without a row, the new area is
        suppressed or missing too, never the sum of what there is.

    Raises
    ------
    GroundworkError
        When the indicator is of a kind that never crosses.
    InputError
        When a row stands already where a share arrives.

    Notes
    -----
    Areal weighting by the given shares: Flowerdew & Green (1994), in
    *Spatial Analysis and GIS*, 121-145.

    Examples
    --------
    A count of 100 in an area that 35 : 65 of its residents left for two others
    becomes 35 and 65.
    """
    if not indicator.adds_up:
        raise GroundworkError(
            f"{indicator.indicator_id!r} is of the kind {indicator.measure}, which cannot be"
            f" shared out; load it on the boundaries {crosswalk.to_version}"
        )
    listed = observations["area_id"].isin(crosswalk.shares) & (
        observations["level"] == crosswalk.level
    )
    same = observations["area_id"].map(
        {old: crosswalk.kind(old) == "same_area" for old in crosswalk.shares}
    )
    crossing = listed & ~same.fillna(False).astype(bool)
    kept, moved = observations[~crossing], observations[crossing]
    arrived = _shared_out(moved, crosswalk, indicator)
    together = pd.concat([kept, arrived[kept.columns]] if len(kept) else [arrived[kept.columns]])
    again = together.duplicated(_ROW_KEY)
    if again.any():
        first = together.loc[again].iloc[0]
        message = (
            f"{crosswalk.level} {first['area_id']!r} has a row of its own in {first['period']} and"
            " receives a share of another; keep one of the two"
        )
        raise InputError([Problem(f"{FOLDER}/{crosswalk.name}.csv", message, code="duplicate")])
    order = ["level", "area_id", "period", "category"]
    return together.sort_values(order, kind="stable", ignore_index=True)


def _shared_out(moved: pd.DataFrame, crosswalk: Crosswalk, indicator: Indicator) -> pd.DataFrame:
    """Sum the shares that arrive in each new area."""
    divided = indicator.measure != "count"
    count = moved["count"] if divided else moved["count"].fillna(moved["value"])
    shares = crosswalk.table[["from_id", "to_id", "weight"]]
    parts = moved.assign(count=count).merge(shares, left_on="area_id", right_on="from_id")
    status = parts["status"]
    marked = pd.DataFrame(
        {
            **{name: parts[name] for name in _ROW_KEY if name != "area_id"},
            "area_id": parts["to_id"],
            "count": parts["count"] * parts["weight"],
            "denominator": parts["denominator"] * parts["weight"] if divided else np.nan,
            "no_count": parts["count"].isna(),
            "no_denominator": parts["denominator"].isna(),
            "suppressed": status == "suppressed",
            "applies": status != "not_applicable",
            "break": parts["break"].astype(bool),
            "arrived": 1,
        }
    )
    grouped = marked.groupby(_ROW_KEY, sort=True)
    sums = grouped[["count", "denominator", "arrived"]].sum()
    flags = grouped[["no_count", "no_denominator", "suppressed", "applies", "break"]].any()
    awaited = sums.index.get_level_values("area_id").map(
        {new: len(old) for new, old in crosswalk.sources.items()}
    )
    missing = flags["no_count"] | (sums["arrived"].to_numpy() < awaited.to_numpy())
    result = pd.DataFrame(np.nan, index=sums.index, columns=_FIGURES)
    result["count"] = sums["count"].mask(missing)
    if divided:
        result["denominator"] = sums["denominator"].mask(flags["no_denominator"] | missing)
        result["value"] = indicator.multiplier * result["count"] / result["denominator"]
    stated = pd.Series("estimated", index=sums.index, dtype="str")
    stated = stated.mask(missing, "missing").mask(~flags["applies"], "not_applicable")
    result["status"] = stated.mask(flags["suppressed"], "suppressed")
    hidden = flags["suppressed"] & ~missing
    result[_FIGURES] = result[_FIGURES].mask(hidden)
    result["break"] = flags["break"]
    result["note"] = f"shared out from {crosswalk.from_version}"
    return result.reset_index()
