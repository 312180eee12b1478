"""From published rows to whole series: denominators joined, levels added up.

Knows how a figure goes up a level: counts, and rates and proportions that
rest on counts, are added up over the areas that were valid at the period;
means, medians, ordinal answers and indices never are. What was delivered for
a higher level always wins over what could be added up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from analysis import boundaries, periods
from analysis.catalogue import Indicator
from analysis.coded import written
from analysis.territory import Territory

COVERAGE = 0.9
"""Least share of an area that its parts must cover, and of parts that must have a figure."""

_SUM_KEY = ["level", "area_id", "period", "category"]
_CARRIED = ["_count", "_denominator", "_parts", "_have", "_provisional", "_estimated"]
"""Columns a level hands to the one above: sums, and of how many parts."""


class Completion:
    """Completes the indicators of one state of a territory.

    Parameters
    ----------
    territory
        Areas with their parents, and the catalogue.
    observations
        Published observations by indicator id. The denominators of an
        indicator are looked up here, so counts and populations may come from
        two files. Texts may be categories (:mod:`analysis.coded`).
    """

    def __init__(self, territory: Territory, observations: Mapping[str, pd.DataFrame]) -> None:
        self._territory = territory
        self._observations = observations
        self._bases: dict[str, pd.DataFrame] = {}
        self._tiers = _tiers(territory)

    def series(self, indicator_id: str) -> pd.DataFrame:
        """Return the whole series of an indicator, on all levels.

        Returns
        -------
        DataFrame
            The columns of observations plus ``reason``, rows sorted by level,
            area, period and category; keys stay categories where no row is added
            and no denominator joined. ``value`` is in the indicator's unit.
            ``reason`` is ``no_denominator`` where a count has nothing to be
            divided by, ``coverage_below_minimum`` where less than 90 % of an
            area's parts have a figure, ``suppressed`` where a part is hidden
            by its publisher, ``missing`` where there is nothing.
        """
        indicator = self._territory.catalogue[indicator_id]
        base_id = indicator.denominator_id
        divided = base_id in self._observations and base_id != indicator_id
        frame = self._observations[indicator_id]
        if divided or (indicator.adds_up and self._tiers):
            frame = written(frame)
        frame = written(frame, ["status"]).assign(reason="")
        if indicator.measure == "count":
            frame["count"] = frame["count"].fillna(frame["value"])
        if divided:
            frame = _join_denominators(frame, self._base(base_id))
        if indicator.adds_up:
            frame = self._add_up_levels(indicator, frame)
        frame = _with_values(indicator, frame)
        return frame.sort_values(_SUM_KEY, kind="stable", ignore_index=True)

    def _base(self, indicator_id: str) -> pd.DataFrame:
        if indicator_id not in self._bases:
            self._bases[indicator_id] = self.series(indicator_id)
        return self._bases[indicator_id]

    def _add_up_levels(self, indicator: Indicator, frame: pd.DataFrame) -> pd.DataFrame:
        """Add a level at a time, from the lowest up; delivered rows win.

        Sums that may not be shown, because too few parts have a figure, are
        carried on to the next level all the same: there they may be enough.
        """
        frame = frame.assign(
            _count=frame["count"],
            _denominator=frame["denominator"],
            _parts=1.0,
            _have=frame["count"].notna().astype(float),
            _provisional=frame["status"] == "provisional",
            _estimated=frame["status"] == "estimated",
        )
        for tier in self._tiers:
            sums = _sums_of_tier(tier, frame[frame["level"] == tier.level])
            if sums is None:
                continue
            sums["indicator_id"] = indicator.indicator_id
            frame = _with_weights(frame, sums)
            keys = pd.MultiIndex.from_frame(frame[_SUM_KEY])
            new = ~pd.MultiIndex.from_frame(sums[_SUM_KEY]).isin(keys)
            frame = pd.concat([frame, sums[new]], ignore_index=True)
        return frame.drop(columns=_CARRIED)


@dataclass(frozen=True)
class _Tier:
    """A level that is added up into the one above, version by version."""

    level: str
    above: str
    versions: tuple[boundaries.Version, ...]
    parts: pd.DataFrame

    def parts_at(self, wanted: Sequence[str]) -> pd.DataFrame:
        """Areas with their parents, as valid at each period: ``period, area_id, parent_id``."""
        days = [periods.parse(one).last for one in wanted]
        version = [boundaries.valid_version(self.versions, day) for day in days]
        valid = pd.DataFrame({"period": list(wanted), "version": version})
        return valid.merge(self.parts, on="version").drop(columns="version")


def _tiers(territory: Territory) -> list[_Tier]:
    """Find what may be added up into what, from the lowest level up.

    Only areas with a shape that their parts cover: the sum over one
    municipality is not the figure of its region.
    """
    areas, found = territory.areas, []
    surface = pd.Series(shapely.area(areas.geometry.to_numpy()), index=areas.index)
    table = pd.DataFrame(areas.drop(columns="geometry")).assign(surface=surface.fillna(0.0))
    for level in reversed(territory.levels[1:]):
        above = boundaries.parent_level(table, level, territory.levels)
        parts = table[(table["level"] == level) & (table["parent_id"] != "")]
        if above is None or parts.empty:
            continue
        whole = table[table["level"] == above].groupby("area_id")["surface"].max()
        covered = parts.groupby(["version", "parent_id"])["surface"].transform("sum")
        total = parts["parent_id"].map(whole)
        parts = parts[(total > 0) & (covered >= COVERAGE * total)]
        parts = parts[["version", "area_id", "parent_id"]]
        found.append(_Tier(level, above, territory.versions[level], parts))
    return found


def _join_denominators(frame: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Fill absent denominators from the base indicator of the same place and period."""
    key = ["level", "area_id", "period"]
    counts = base.loc[base["category"] == "", [*key, "count"]].rename(columns={"count": "_base"})
    joined = frame.merge(counts, on=key, how="left", validate="many_to_one")
    joined["denominator"] = joined["denominator"].fillna(joined.pop("_base"))
    return joined


def _with_values(indicator: Indicator, frame: pd.DataFrame) -> pd.DataFrame:
    """Compute values from counts, and say why a figure is not there."""
    value = frame["value"]
    if indicator.measure in ("rate", "proportion"):
        divisor = frame["denominator"].where(frame["denominator"] > 0)
        value = value.fillna(indicator.multiplier * frame["count"] / divisor)
    elif indicator.measure == "count":
        value = value.fillna(frame["count"])
    absent = value.isna() & (frame["reason"] == "")
    if indicator.measure == "ordinal":
        absent &= frame["category"] == ""
    status = frame["status"]
    known = status.where(status.isin(["suppressed", "not_applicable"]), "missing")
    reason = frame["reason"].mask(absent, known)
    if indicator.measure in ("rate", "proportion"):
        undivided = absent & frame["count"].notna() & ~(frame["denominator"] > 0)
        reason = reason.mask(undivided, "no_denominator")
    return frame.assign(value=value, reason=reason)


def _with_weights(frame: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Let delivered rows weigh as much as the parts they stand for."""
    parts = frame[_SUM_KEY].merge(sums[[*_SUM_KEY, "_parts"]], on=_SUM_KEY, how="left")["_parts"]
    weight = parts.where(parts > 0).set_axis(frame.index).fillna(frame["_parts"])
    return frame.assign(_parts=weight, _have=weight.where(frame["_have"] > 0, 0.0))


def _sums_of_tier(tier: _Tier, frame: pd.DataFrame) -> pd.DataFrame | None:
    """Sum the areas of one level into their parents, over all periods at once.

    Only areas of the boundary version valid at the period count as parts, so
    that an estimated row of a later boundary is not added a second time.
    """
    counted = frame.loc[frame["_count"].notna(), ["period", "category"]].drop_duplicates()
    if counted.empty:
        return None
    parts = tier.parts_at(list(counted["period"].unique()))
    if parts.empty:
        return None
    sums = _sum_parts(parts.merge(counted, on="period"), frame)
    blank = {"value": np.nan, "sd": np.nan, "lower": np.nan, "upper": np.nan}
    return sums.rename(columns={"parent_id": "area_id"}).assign(level=tier.above, note="", **blank)


def _sum_parts(parts: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Sum parts into parents; a row per parent, period and category with what may be said."""
    key = ["period", "category", "area_id"]
    carried = ["status", "break", *_CARRIED]
    joined = parts.merge(rows[key + carried], on=key, how="left", validate="one_to_one")
    whole = ["parent_id", "period", "category"]
    applies = joined["status"] != "not_applicable"
    usable = joined["_count"].notna()
    grouped = pd.DataFrame(
        {
            **{name: joined[name] for name in whole},
            "_count": joined["_count"],
            "_denominator": joined["_denominator"].where(usable),
            "undivided": usable & joined["_denominator"].isna(),
            "_parts": joined["_parts"].fillna(1.0).where(applies, 0.0),
            "_have": joined["_have"].fillna(0.0).where(usable, 0.0),
            "hidden": joined["status"] == "suppressed",
            "_provisional": joined["_provisional"].fillna(False).astype(bool),
            "_estimated": joined["_estimated"].fillna(False).astype(bool),
            "break": joined["break"].fillna(False).astype(bool),
            "none": ~applies,
        }
    ).groupby(whole, sort=True)
    sums = grouped[["_count", "_denominator", "_parts", "_have"]].sum(min_count=1)
    flags = grouped[["undivided", "hidden", "_provisional", "_estimated", "break"]].any()
    nowhere = grouped["none"].all()
    sums["_denominator"] = sums["_denominator"].mask(flags["undivided"])
    share = sums["_have"] / sums["_parts"].where(sums["_parts"] > 0)
    reason = pd.Series("", index=sums.index, dtype="str")
    reason = reason.mask(share < COVERAGE, "coverage_below_minimum")
    reason = reason.mask(flags["hidden"], "suppressed")
    reason = reason.mask(sums["_have"].fillna(0) == 0, "missing")
    reason = reason.mask(flags["hidden"] & (sums["_have"].fillna(0) == 0), "suppressed")
    reason = reason.mask(nowhere, "not_applicable")
    status = pd.Series("observed", index=sums.index, dtype="str")
    status = status.mask(flags["_estimated"], "estimated")
    status = status.mask(flags["_provisional"], "provisional")
    known = reason.where(reason.isin(["suppressed", "not_applicable"]), "missing")
    sums["count"] = sums["_count"].mask(reason != "")
    sums["denominator"] = sums["_denominator"].mask(reason != "")
    sums[["_provisional", "_estimated"]] = flags[["_provisional", "_estimated"]]
    sums["status"] = status.mask(reason != "", known)
    sums["reason"] = reason
    sums["break"] = flags["break"]
    return sums.reset_index()
