"""Which areas there are at a time: levels, boundary versions and what leads from one to the next.

Knows the areas of a territory as the join needs them: by level and period,
with their names, under every boundary version, and the crosswalks between.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from analysis import periods
from analysis.crosswalks import Crosswalk
from analysis.intake import spelling
from analysis.intake.spelling import plain
from analysis.territory import Territory

_SAME_SHAPE = 0.9
"""Share of their union that two drawings of one area have in common; generalised borders pass."""


class Epoch:
    """The areas of one level that are valid in some periods: ``names`` by id."""

    def __init__(self, level: str, version: str, names: Mapping[str, str]) -> None:
        self.level, self.version, self.names = level, version, dict(names)
        self.periods: list[str] = []

    @cached_property
    def register(self) -> spelling.Register:
        """Codes and names, as they may be written otherwise."""
        return spelling.Register(self.names)

    @cached_property
    def ids_by_name(self) -> dict[str, list[str]]:
        """Areas by their exact name; more than one where they share it."""
        found: dict[str, list[str]] = {}
        for area_id, name in self.names.items():
            found.setdefault(plain(name), []).append(area_id)
        return found


class Atlas:
    """All areas and crosswalks of a territory, looked up by level, version and time."""

    def __init__(self, territory: Territory, known_crosswalks: Sequence[Crosswalk]) -> None:
        self.territory = territory
        self.crosswalks = known_crosswalks
        self._tables: dict[str, pd.DataFrame] = {
            str(level): pd.DataFrame(part[["area_id", "name", "version"]])
            for level, part in territory.areas.groupby("level", sort=False)
        }
        self._epochs: dict[tuple[str, str, int, int], Epoch] = {}
        self._at: dict[tuple[str, str], Epoch] = {}

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Level ids, the topmost first."""
        return self.territory.levels

    def ids(self, level: str) -> dict[str, str]:
        """Names by id on every version of a level, the newest name."""
        if level not in self._names:
            table = self._tables[level]
            self._names[level] = dict(zip(table["area_id"], table["name"], strict=True))
        return self._names[level]

    @cached_property
    def _names(self) -> dict[str, dict[str, str]]:
        return {}

    def ids_named(self, level: str, name: str) -> list[str]:
        """Ids of exactly this name on any version of a level; none for no name."""
        if level not in self._named:
            found: dict[str, list[str]] = {}
            for area_id, one in self.ids(level).items():
                found.setdefault(plain(one), []).append(area_id)
            found.pop("", None)
            self._named[level] = found
        return self._named[level].get(name, [])

    @cached_property
    def _named(self) -> dict[str, dict[str, list[str]]]:
        return {}

    def version_ids(self, level: str) -> dict[str, set[str]]:
        """Ids by boundary version of a level."""
        return {
            str(version): set(part["area_id"])
            for version, part in self._tables[level].groupby("version", sort=False)
        }

    def version_names(self, level: str) -> dict[str, set[str]]:
        """Names by boundary version of a level."""
        return {
            str(version): {plain(name) for name in part["name"]}
            for version, part in self._tables[level].groupby("version", sort=False)
        }

    def level_of(self, text: str) -> str:
        """Return the level a file calls by its id, name or plural; else its own words.

        Parameters
        ----------
        text
            What a column of levels says, such as ``Districts``.
        """
        words = plain(text)
        return self._levels_by_word.get(words.casefold(), words)

    @cached_property
    def _levels_by_word(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for level in map(self.territory.settings.level, self.levels):
            for word in (level.plural, level.name, level.id):
                found[word.casefold()] = level.id
        return found

    def epoch(self, level: str, period: str) -> Epoch:
        """Return the areas of a level at the end of a period; the newest without a period."""
        key = (level, period)
        if key not in self._at:
            found = self._epoch(level, period)
            found.periods.append(period)
            self._at[key] = found
        return self._at[key]

    def _epoch(self, level: str, period: str) -> Epoch:
        period = period if _readable(period) else ""
        version = self.territory.version_of(level, period or None)
        end = periods.parse(period).last.isoformat() if period else ""
        spans = self._spans(level)
        # Periods between the same two days on which something changed have the same areas.
        firsts, lasts = self._turns(level)
        begun = bisect_right(firsts, end) if end else -1
        ended = bisect_left(lasts, end) if end else -1
        key = (level, version, begun, ended)
        if key not in self._epochs:
            table = self._tables[level]
            names = table.loc[table["version"] == version].set_index("area_id")["name"]
            if end:
                own = spans.reindex(names.index)
                valid = (own["first"] <= end) & ((own["last"] == "") | (own["last"] >= end))
                names = names[valid.to_numpy()]
            self._epochs[key] = Epoch(level, version, dict(zip(names.index, names, strict=True)))
        return self._epochs[key]

    def _spans(self, level: str) -> pd.DataFrame:
        """First and last day of each id, over all versions; the rule observations are held to."""
        if level not in self._days:
            versions = self.territory.versions[level]
            begins = {one.version: one.valid_from for one in versions}
            ends = {
                one.version: one.valid_to or (_day_before(later.valid_from) if later else "")
                for one, later in zip(versions, [*versions[1:], None], strict=True)
            }
            table = self._tables[level]
            days = pd.DataFrame(
                {
                    "area_id": table["area_id"],
                    "first": table["version"].map(begins),
                    "last": table["version"].map(ends),
                }
            )
            days["open"] = days["last"] == ""
            grouped = days.groupby("area_id")
            spans = grouped.agg(first=("first", "min"), last=("last", "max"), open=("open", "any"))
            spans["last"] = spans["last"].mask(spans["open"], "")
            self._days[level] = spans
        return self._days[level]

    def _turns(self, level: str) -> tuple[list[str], list[str]]:
        """Days on which areas of a level begin, and on which they end."""
        if level not in self._changes:
            spans = self._spans(level)
            self._changes[level] = (sorted(set(spans["first"])), sorted(set(spans["last"])))
        return self._changes[level]

    @cached_property
    def _changes(self) -> dict[str, tuple[list[str], list[str]]]:
        return {}

    @cached_property
    def _days(self) -> dict[str, pd.DataFrame]:
        return {}

    def crosswalk_to(self, epoch: Epoch, from_id: str, version: str = "") -> Crosswalk | None:
        """Return the crosswalk that brings an old area to an epoch, from a version if given."""
        for one in self.crosswalks:
            fits = one.level == epoch.level and one.to_version == epoch.version
            if fits and from_id in one.shares and version in ("", one.from_version):
                return one
        return None

    def crosswalk_between(self, level: str, before: str, after: str) -> Crosswalk | None:
        """Return the crosswalk from one version of a level to another."""
        for one in self.crosswalks:
            if (one.level, one.from_version, one.to_version) == (level, before, after):
                return one
        return None

    def changed(self, level: str, before: str, after: str) -> set[str]:
        """Ids that two versions share although their areas are not the same."""
        areas = self.territory.areas
        of_level = areas[areas["level"] == level]
        old = of_level[of_level["version"] == before].set_index("area_id").geometry
        new = of_level[of_level["version"] == after].set_index("area_id").geometry
        shared = old.index.intersection(new.index)
        one, two = old.loc[shared].to_numpy(), new.loc[shared].to_numpy()
        drawn = ~shapely.is_missing(one) & ~shapely.is_missing(two)
        both = shapely.area(shapely.intersection(one[drawn], two[drawn]))
        either = shapely.area(one[drawn]) + shapely.area(two[drawn]) - both
        return set(shared[drawn][both < _SAME_SHAPE * either])


def _readable(period: str) -> bool:
    try:
        periods.parse(period)
    except periods.PeriodError:
        return False
    return True


def _day_before(day: str) -> str:
    return str(np.datetime64(day) - np.timedelta64(1, "D")) if day else ""
