"""A territory: its settings, its catalogue and its areas, and the folder they come from.

Knows how a folder of plain files is read and held against itself: every id
known, every value in agreement with its counts, every period of the
indicator's frequency. Right of here a territory is trusted.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis import boundaries, crosswalks, editable, periods, tables
from analysis.catalogue import Catalogue, Indicator
from analysis.coded import categories, coded, positions, written
from analysis.errors import InputError, Problem, UnknownId
from analysis.intake.checks.identity import identity, loaded_words
from analysis.intake.checks.persons import persons
from analysis.settings import FILE as SETTINGS_FILE
from analysis.settings import Settings, read_settings

BASE_THEME = "base"
"""Theme of counts that are only divided by, such as residents."""
_STORABLE = re.compile(r"[a-z0-9_]{1,100}")
_TAKEN = (
    "settings", "indicators", "areas", "geometry", "seed", "crosswalks", *editable.NAMES,
)  # fmt: skip


@dataclass(frozen=True)
class Territory:
    """What a picture covers.

    Parameters
    ----------
    settings
        Name, levels, thresholds.
    catalogue
        Its indicators.
    areas
        Columns :data:`analysis.boundaries.AREA_COLUMNS`, all levels and
        boundary versions, EPSG:4326.
    """

    settings: Settings
    catalogue: Catalogue
    areas: gpd.GeoDataFrame

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """Ids of the levels that have areas, the topmost first."""
        present = tuple(dict.fromkeys(self.areas["level"]))
        declared = tuple(one for one in self.settings.level_ids if one in present)
        return declared + tuple(one for one in present if one not in declared)

    def levels_above(self, level: str) -> tuple[str, ...]:
        """Ids of the levels above one that have areas, the topmost first."""
        return self.levels[: self.levels.index(level)] if level in self.levels else ()

    @cached_property
    def map_levels(self) -> tuple[str, ...]:
        """Levels with shapes and at least two areas, the topmost first."""
        drawn = self.areas[self.areas.geometry.notna()]
        counts = drawn.groupby("level")["area_id"].nunique()
        return tuple(one for one in self.levels if counts.get(one, 0) > 1)

    @property
    def start_level(self) -> str:
        """The level a reader starts with."""
        wished = self.settings.start_level
        if wished in self.map_levels:
            return wished
        return self.map_levels[-1] if self.map_levels else self.levels[-1]

    def areas_of(self, level: str, period: str | None = None) -> gpd.GeoDataFrame:
        """Return the areas of a level, indexed by ``area_id``, ordered by name.

        Parameters
        ----------
        period
            Boundaries as they were at the end of this period; the newest when None.

        Raises
        ------
        UnknownId
            When the level has no areas.
        """
        key = level, self.version_of(level, period)
        if key not in self._areas_of:
            part = self.areas[(self.areas["level"] == key[0]) & (self.areas["version"] == key[1])]
            ordered = part.sort_values(["name", "area_id"], kind="stable")
            self._areas_of[key] = ordered.set_index("area_id")
        # Pages ask hundreds of times; a shallow copy keeps the caller's changes to the caller.
        return self._areas_of[key].copy(deep=False)

    @cached_property
    def _areas_of(self) -> dict[tuple[str, str], gpd.GeoDataFrame]:
        return {}

    @cached_property
    def versions(self) -> dict[str, tuple[boundaries.Version, ...]]:
        """Boundary versions of each level, the oldest first."""
        return boundaries.versions_by_level(self.areas)

    def version_of(self, level: str, period: str | None = None) -> str:
        """Return the boundary version of a level at the end of a period, the newest when None.

        Raises
        ------
        UnknownId
            When the level has no areas.
        """
        if level not in self.versions:
            raise UnknownId(f"no level {level!r} here; levels: {', '.join(self.levels)}")
        day = periods.parse(period).last if period else _LAST_DAY
        return boundaries.valid_version(self.versions[level], day)

    def outlines(self, level: str, area_ids: pd.Series, written: pd.Series) -> pd.Series:
        """Return on which outline the figures of areas stand, to tell when borders changed.

        Parameters
        ----------
        area_ids, written
            Areas of the level and the periods of their figures, a row each.

        Returns
        -------
        Series
            The boundary version since which the outline has stood; "" where
            the version of the period does not have the area. Index of
            ``area_ids``.
        """
        version_at = {one: self.version_of(level, one) for one in written.unique()}
        key = pd.MultiIndex.from_arrays([written.map(version_at), area_ids])
        since = self._standing_since(level).reindex(key)
        return pd.Series(since.to_numpy(), index=area_ids.index, dtype="str").fillna("")

    def _standing_since(self, level: str) -> pd.Series:
        if level not in self._since:
            here = self.areas[self.areas["level"] == level]
            self._since[level] = boundaries.standing_since(here)
        return self._since[level]

    @cached_property
    def _since(self) -> dict[str, pd.Series]:
        return {}

    def area_name(self, level: str, area_id: str) -> str:
        """Return the name of an area, the newest boundary version's first.

        Raises
        ------
        UnknownId
            When no boundary version of the level has it.
        """
        name = self._names.get((level, area_id))
        if name is None:
            raise UnknownId(f"no {level} {area_id!r} on any boundary of {self.settings.name}")
        return name

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        """The newest name of each area, by level and id."""
        ordered = self.areas.sort_values("valid_from", kind="stable")
        keys = zip(ordered["level"], ordered["area_id"], strict=True)
        return {key: str(name) for key, name in zip(keys, ordered["name"], strict=True)}

    def parent(self, level: str, area_id: str) -> tuple[str, str] | None:
        """Return the area around an area as ``(level, area_id)``; None at the top."""
        above = boundaries.parent_level(self.areas, level, self.levels)
        part = self.areas[(self.areas["level"] == level) & (self.areas["area_id"] == area_id)]
        parents = part.sort_values("valid_from", kind="stable")["parent_id"]
        if above is None or parents.empty or not parents.iloc[-1]:
            return None
        return above, str(parents.iloc[-1])

    def ancestors(self, level: str, above: str, period: str | None = None) -> pd.Series:
        """Return in which area of a level above each area of a level lies.

        Returns
        -------
        Series
            Ids of ``above``, "" where a parent is not stated; index ``area_id`` in order of name.
        """
        here = self.areas_of(level, period)["parent_id"].astype("str")
        between = boundaries.parent_level(self.areas, level, self.levels)
        while between is not None and between != above:
            parents = self.areas_of(between, period)["parent_id"].astype("str")
            here = here.map(parents).fillna("")
            between = boundaries.parent_level(self.areas, between, self.levels)
        return here

    @cached_property
    def _lone_areas(self) -> dict[str, str]:
        """The area of each level that has only one."""
        ids = self.areas.groupby("level")["area_id"].unique()
        return {str(level): str(own[0]) for level, own in ids.items() if len(own) == 1}

    def benchmark(self, indicator: Indicator, level: str) -> tuple[str, str] | None:
        """Return the area an indicator is compared with, as ``(level, area_id)``.

        The catalogue's ``benchmark`` names an area or a level of one area;
        without it the nearest level above with exactly one area serves. None
        when no such area lies above ``level``.
        """
        single = [
            (one, self._lone_areas[one])
            for one in self.levels_above(level)
            if one in self._lone_areas
        ]
        for one, area_id in single:
            if indicator.benchmark and indicator.benchmark in (one, area_id):
                return one, area_id
        return single[-1] if single else None


_LAST_DAY = periods.parse("9999").last


@dataclass(frozen=True)
class Folder:
    """A territory folder, read and checked.

    Parameters
    ----------
    territory
        What it describes.
    settings_text
        ``territory.toml`` as it stands.
    observations
        Typed observations per indicator id.
    files
        SHA-256 of each file that was read, by path within the folder.
    files_of
        Files each item came from: indicator ids, and the names of tables.
    notes
        What is worth knowing and stops nothing.
    editable
        Typed editable tables by name, ``crosswalks`` among them; those that
        have a file.
    """

    territory: Territory
    settings_text: str
    observations: dict[str, pd.DataFrame]
    files: dict[str, str]
    files_of: dict[str, tuple[str, ...]]
    notes: tuple[Problem, ...] = ()
    editable: dict[str, pd.DataFrame] = field(default_factory=dict)


@dataclass
class _Reading:
    """What has been found so far."""

    root: Path
    problems: list[Problem] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    def content(self, name: str) -> str | None:
        """Return the text of a file; None, and a problem, when it is none."""
        raw = (self.root / name).read_bytes()
        self.files[name] = hashlib.sha256(raw).hexdigest()
        text, found = tables.read_text(name, raw)
        self.problems += found
        return None if found else text


def check_folder(path: Path, today: dt.date | None = None) -> list[Problem]:
    """Return everything that is wrong or worth knowing about a territory folder.

    Errors first; an empty list means that it can be built. Given a day, no
    date that tells what was may lie ahead of it.
    """
    folder, problems = _read(path, today)
    notes = list(folder.notes) if folder else []
    return problems + notes


def read_folder(path: Path, today: dt.date | None = None) -> Folder:
    """Read a territory folder; ``today`` as in :func:`check_folder`.

    Raises
    ------
    InputError
        With every problem found, when there is any.
    """
    folder, problems = _read(path, today)
    if problems or folder is None:
        raise InputError(problems)
    return folder


def _read(path: Path, today: dt.date | None) -> tuple[Folder | None, list[Problem]]:
    if not path.is_dir():
        message = "no such folder; `python -m analysis new DIR` makes one"
        return None, [Problem(str(path), message, code="no_folder")]
    reading = _Reading(path)
    text = (reading.content(SETTINGS_FILE) or "") if (path / SETTINGS_FILE).is_file() else ""
    settings, found = read_settings(text, fallback_name=path.resolve().name.title())
    areas, told, entries = boundaries.read_boundaries(path, settings.level_ids)
    found += told
    notes = [one for one in found if one.level == "note"]
    reading.problems += [one for one in found if one.level == "error"]
    unread = boundaries.unread_levels(areas, entries)
    if not entries:
        unread |= set(settings.level_ids)
    area_files = _area_files(path, entries)
    for name in area_files:
        reading.files[name] = hashlib.sha256((path / name).read_bytes()).hexdigest()
    frames, indicator_files = _read_observation_files(reading, areas)
    catalogue_frame = _read_catalogue(reading, frames, notes)
    catalogue = Catalogue(catalogue_frame)
    territory = Territory(settings, catalogue, areas)
    for one in check_catalogue(territory, unread):
        (notes if one.level == "note" else reading.problems).append(one)
    observations = _check_observations(frames, territory, reading, unread)
    files_of = {name: tuple(files) for name, files in indicator_files.items()}
    files_of["settings"] = (SETTINGS_FILE,) if SETTINGS_FILE in reading.files else ()
    files_of["indicators"] = (
        (tables.INDICATORS.file,) if tables.INDICATORS.file in reading.files else ()
    )
    files_of["areas"] = tuple(area_files)
    editable_tables = _read_editable(reading, territory, notes, unread, today)
    files_of |= {
        name: tuple(one for one in reading.files if fnmatch(one, _FILES_OF[name]))
        for name in editable_tables
    }
    folder = Folder(
        territory, text, observations, reading.files, files_of, tuple(notes), editable_tables
    )
    return folder, reading.problems


def _area_files(path: Path, entries: Iterable[boundaries.Boundary]) -> list[str]:
    """Boundary files with their side files, and their declaration."""
    names = [boundaries.FILE] if (path / boundaries.FILE).is_file() else []
    for entry in entries:
        file = path / boundaries.FOLDER / entry.file
        if not file.is_file():
            continue
        beside = sorted(file.parent.iterdir()) if file.suffix.lower() == ".shp" else [file]
        of_entry = [one for one in beside if one.is_file() and one.stem == file.stem]
        names += [one.relative_to(path).as_posix() for one in of_entry]
    return list(dict.fromkeys(names))


_FILES_OF = {
    **{table.name: table.file for table in tables.EDITABLE},
    "crosswalks": f"{crosswalks.FOLDER}/*.csv",
}
"""Where each editable table lies within a folder."""


def _read_editable(
    reading: _Reading,
    territory: Territory,
    notes: list[Problem],
    unread: Collection[str],
    today: dt.date | None,
) -> dict[str, pd.DataFrame]:
    """Read every editable table there is a file of, and hold it against the others."""
    found: dict[str, pd.DataFrame] = {}
    for table in tables.EDITABLE:
        if not (reading.root / table.file).is_file():
            continue
        text = _text_of(reading, table.file, table.name, territory.areas)
        if text is not None:
            found[table.name], problems = tables.validate(text, table)
            reading.problems += problems
    for one in editable.check_tables(found, territory, places_known=not unread, today=today):
        (notes if one.level == "note" else reading.problems).append(one)
    bridges = []
    for file in sorted((reading.root / crosswalks.FOLDER).glob("*.csv")):
        content = reading.content(f"{crosswalks.FOLDER}/{file.name}")
        if content is None:
            continue
        bridge, problems = crosswalks.read_crosswalk(file.name, content, territory.areas)
        reading.problems += problems
        bridges += [bridge] if bridge is not None else []
    if bridges:
        found["crosswalks"] = crosswalks.as_table(bridges)
    return found


def _text_of(
    reading: _Reading, name: str, kind: str, areas: gpd.GeoDataFrame
) -> pd.DataFrame | None:
    """Read a CSV as text; one of persons is put aside whole, before a problem can quote it."""
    content = reading.content(name)
    if content is None:
        return None
    text, found = tables.read_text_table(name, content)
    reading.problems += found
    if text.columns.empty:
        return None
    codes, names = set(areas["area_id"]), set(areas["name"])
    refused = [
        Problem(name, one.message, column=one.column, code=one.code)
        for one in persons(text, kind, place_codes=codes, place_names=names)
        if one.level == "refuse"
    ]
    reading.problems += refused
    return None if refused else text


def _read_observation_files(
    reading: _Reading, areas: gpd.GeoDataFrame
) -> tuple[list[tuple[str, pd.DataFrame, pd.DataFrame]], dict[str, list[str]]]:
    """Read every observation file; returns (file, text, typed) and files per indicator."""
    frames = []
    files_of: dict[str, list[str]] = {}
    for file in sorted((reading.root / "observations").glob("*.csv")):
        name = f"observations/{file.name}"
        text = _text_of(reading, name, "observations", areas)
        if text is None:
            continue
        typed, found = tables.validate(text, tables.OBSERVATIONS, name)
        reading.problems += found
        frames.append((name, text, typed))
        for indicator_id in typed["indicator_id"].unique():
            files_of.setdefault(indicator_id, []).append(name)
    return frames, files_of


def _read_catalogue(
    reading: _Reading, frames: list[tuple[str, pd.DataFrame, pd.DataFrame]], notes: list[Problem]
) -> pd.DataFrame:
    """Read ``indicators.csv``; without it every indicator seen is context, and a note says so."""
    name = tables.INDICATORS.file
    if (reading.root / name).is_file():
        content = reading.content(name)
        text, found = (
            (pd.DataFrame(), []) if content is None else tables.read_text_table(name, content)
        )
        reading.problems += found
        if not text.columns.empty:
            text, found = tables.validate(text, tables.INDICATORS, name)
            reading.problems += found
            text = text[text["indicator_id"] != ""].drop_duplicates("indicator_id")
            return text.fillna({"decimals": 1, "multiplier": 1})
    seen = pd.concat([typed for _, _, typed in frames]) if frames else pd.DataFrame()
    ids = [one for one in dict.fromkeys(seen["indicator_id"]) if one] if len(seen) else []
    if ids and name not in reading.files:
        message = (
            f"missing; {', '.join(ids[:5])} {'is' if len(ids) == 1 else 'are'} shown as context"
            " and as delivered, small values too, until the file says what weighs, what holds and"
            " what counts"
        )
        notes.append(Problem(name, message, code="no_catalogue", level="note"))
    rows = []
    for indicator_id in ids:
        part = seen[seen["indicator_id"] == indicator_id]
        frequency = next((one.form for one in _parsed(part["period"]).values()), "Y")
        rows.append(
            {
                "indicator_id": indicator_id,
                "title": indicator_id.replace("_", " ").capitalize(),
                "factor": "context",
                "higher_is": "neutral",
                "theme": next(iter(tables.THEMES)),
                "source_kind": "statistics",
                "measure": "index",
                "unit": "value as delivered",
                "frequency": frequency,
            }
        )
    columns = [column.name for column in tables.INDICATORS.columns]
    text = pd.DataFrame(rows, columns=columns, dtype="str").fillna("")
    return tables.validate(text, tables.INDICATORS, name)[0]


def check_catalogue(territory: Territory, unread: Collection[str] = ()) -> list[Problem]:
    """Hold each indicator against the others, the levels, the thresholds and principle 3.

    Parameters
    ----------
    unread
        Levels of which nothing is known, so nothing is held against them.

    Returns
    -------
    list of Problem
        What names nothing or contradicts itself; identity as a risk or
        protective factor. Loaded words are of the level ``note``.
    """
    return [*_check_ids(territory, unread), *_check_words(territory)]


def _check_ids(territory: Territory, unread: Collection[str]) -> list[Problem]:
    catalogue, settings = territory.catalogue, territory.settings
    problems: list[Problem] = []
    themes = {theme for theme, _ in settings.themes} | {BASE_THEME}
    levels = (*territory.levels, *unread)
    areas = set(territory.areas["area_id"])
    for row, indicator in zip(catalogue.frame.index, catalogue.values(), strict=True):

        def say(column: str, value: str, message: str, line: int = row) -> None:
            problems.append(
                Problem(tables.INDICATORS.file, message, line, column, value, "catalogue")
            )

        one = indicator.indicator_id
        if not _STORABLE.fullmatch(one):
            say("indicator_id", one, f"{one!r} is no id; use a-z, digits and _, at most 100")
        if one in _TAKEN:
            say("indicator_id", one, f"{one!r} is what the store calls a table; choose another id")
        if indicator.theme and indicator.theme not in themes:
            known = ", ".join(sorted(themes))
            say("theme", indicator.theme, f"no theme {indicator.theme!r}; themes: {known}")
        for column, ids in (
            ("denominator_id", [indicator.denominator_id]),
            ("part_of", [indicator.part_of]),
            ("partner_ids", indicator.partner_ids),
        ):
            for one in ids:
                if one and one not in catalogue:
                    say(column, one, f"no indicator {one!r}; add its row or correct the id")
        base = indicator.denominator_id
        if base in catalogue and catalogue[base].measure != "count":
            say("denominator_id", base, f"{base!r} is no count; only counts are divided by")
        for one in indicator.levels:
            if one not in levels:
                known = ", ".join(levels)
                say("levels", one, f"no level {one!r}; levels: {known}")
        mark = indicator.benchmark
        if mark and mark not in levels and mark not in areas and not unread:
            say("benchmark", mark, f"{mark!r} is neither a level nor an area; correct it")
        limit = indicator.disclosure_threshold
        if limit is not None and limit <= 1 and not indicator.disclosure_reason:
            say(
                "disclosure_reason",
                "",
                f"threshold {limit:g} shows the smallest counts; state why that is safe,"
                " or leave the threshold empty",
            )
        if indicator.factor == "context" and indicator.higher_is != "neutral":
            say("higher_is", indicator.higher_is, "context is neither good nor bad; write neutral")
        if indicator.factor != "context" and indicator.higher_is == "neutral":
            say("higher_is", "neutral", f"of a {indicator.factor} factor, write more or less")
    return problems


def _check_words(territory: Territory) -> list[Problem]:
    """Hold the catalogue's words against principle 3; what is not refused is a note."""
    frame, languages = territory.catalogue.frame, territory.settings.languages
    found = [(check, check.rows[0] if check.rows else None, check.column)
             for check in identity(frame, languages)]  # fmt: skip
    for row, indicator in zip(frame.index, territory.catalogue.values(), strict=True):
        for column in ("title", "short_title", "definition", "caveat", "context_reason"):
            where = f"{column} of {indicator.indicator_id!r}"
            texts = {where: getattr(indicator, column)}
            found += [(check, int(row), column) for check in loaded_words(texts, languages)]
    file, problems = tables.INDICATORS.file, []
    for check, line, where_found in found:
        level: Literal["error", "note"] = "error" if check.level == "refuse" else "note"
        problems.append(Problem(file, check.message, line, where_found, None, check.code, level))
    return problems


def _check_observations(
    frames: list[tuple[str, pd.DataFrame, pd.DataFrame]],
    territory: Territory,
    reading: _Reading,
    unread: Collection[str],
) -> dict[str, pd.DataFrame]:
    """Hold all observations against areas, catalogue and arithmetic; split by indicator."""
    kept = []
    bases = _bases(frames, territory.catalogue)
    for name, text, typed in frames:
        reading.problems += check_observations(name, text, typed, territory, unread, bases)
        kept.append(typed.assign(_file=name, _row=typed.index))
    if not kept:
        return {}
    together = pd.concat(kept, ignore_index=True)
    reading.problems += _twice_across_files(together)
    together = together.drop(columns=["_file", "_row"])
    return {
        str(indicator_id): part.reset_index(drop=True)
        for indicator_id, part in together.groupby("indicator_id", sort=False)
    }


def _bases(
    frames: Iterable[tuple[str, pd.DataFrame, pd.DataFrame]], catalogue: Catalogue
) -> pd.Series:
    """Counts that others are divided by: index ``denominator_id, level, area_id, period``."""
    ids = {one.denominator_id for one in catalogue.values()} & set(catalogue)
    key = ["indicator_id", "level", "area_id", "period"]
    parts = [typed[typed["indicator_id"].isin(list(ids))] for _, _, typed in frames]
    if not parts:
        return pd.Series(dtype="float64")
    rows = pd.concat(parts).drop_duplicates(key).set_index(key)
    return rows["count"].fillna(rows["value"]).dropna()


def _twice_across_files(together: pd.DataFrame) -> list[Problem]:
    key = list(tables.KEY)
    first = together.drop_duplicates(key)[[*key, "_file", "_row"]]
    again = together[together.duplicated(key)].merge(first, on=key, suffixes=("", "_first"))
    again = again[again["_file"] != again["_file_first"]]
    return [
        Problem(
            file,
            f"the same observation stands in {other}, row {line}; keep one of the two",
            int(row),
            value=area_id,
            code="duplicate",
        )
        for file, row, area_id, other, line in zip(
            again["_file"],
            again["_row"],
            again["area_id"],
            again["_file_first"],
            again["_row_first"],
            strict=True,
        )
    ]


def check_observations(
    file: str,
    text: pd.DataFrame | None,
    typed: pd.DataFrame,
    territory: Territory,
    unread: Collection[str] = (),
    bases: pd.Series | None = None,
) -> list[Problem]:
    """Hold typed observations against a territory's areas, catalogue and arithmetic.

    Parameters
    ----------
    file
        What problems call the file.
    text, typed
        The cells as written and as :func:`analysis.tables.validate` read
        them; one row each, same index of line numbers. Without ``text`` a
        figure counts as written with the decimals that its number has.
    unread
        Levels whose boundaries could not be read: areas there are not checked.
    bases
        Counts by ``denominator_id, level, area_id, period``, for rows without
        a denominator of their own; None when there are none to be had.

    Returns
    -------
    list of Problem
        All of them; empty when the observations may be trusted.
    """
    found = _Findings(file, typed)
    typed = coded(typed)
    known = typed["indicator_id"].isin(list(territory.catalogue))
    found.add(~known & (typed["indicator_id"] != ""), "indicator_id", "unknown_id",
              "no indicator {value!r} in the catalogue; add its row to indicators.csv")  # fmt: skip
    level_known = typed["level"].isin([one for one in territory.levels if one not in unread])
    levels = ", ".join([*territory.levels, *(one for one in unread if one not in territory.levels)])
    nowhere = ~level_known & (typed["level"] != "") & ~typed["level"].isin(list(unread))
    found.add(nowhere, "level", "unknown_level", f"no level {{value!r}}; levels: {levels}")
    _check_places(found, typed, level_known, territory)
    rows = typed if known.all() else typed[known]
    if rows.empty:  # a file that is only a header, as a new folder has it
        return found.problems
    frame = territory.catalogue.frame.set_index("indicator_id")
    measure = _looked_up(rows["indicator_id"], frame["measure"])
    multiplier = _looked_up(rows["indicator_id"], frame["multiplier"])
    whole = rows["denominator"]
    if bases is not None and len(bases):
        plain = written(rows[["indicator_id", "level", "area_id", "period"]])
        base_ids = plain["indicator_id"].map(frame["denominator_id"])
        keys = [base_ids, plain["level"], plain["area_id"], plain["period"]]
        there = bases.reindex(pd.MultiIndex.from_arrays(keys)).to_numpy()
        whole = whole.fillna(pd.Series(there, index=rows.index))
    _check_periods(found, rows, frame)
    _check_figures(found, rows, measure, multiplier, whole, text)
    return found.problems


def _looked_up(column: pd.Series, of: pd.Series) -> pd.Series:
    """What is known of each text of a coded column, looked up once per distinct text."""
    known = of.reindex(column.cat.categories)
    codes = column.cat.codes.to_numpy()
    if known.dtype == "str":
        return pd.Series(categories(codes, known.to_list()), index=column.index)
    return pd.Series(known.to_numpy()[codes], index=column.index)


class _Findings:
    """Collects one problem per broken row of one file."""

    def __init__(self, file: str, typed: pd.DataFrame) -> None:
        self.file, self.typed, self.problems = file, typed, list[Problem]()

    def add(self, broken: pd.Series, column: str, code: str, message: str) -> None:
        for row, value in self.typed.loc[broken.index[broken], column].items():
            shown = f"{value:.15g}" if isinstance(value, float) else str(value)
            # Not str.format: a level may have braces in its id.
            said = message.replace("{value!r}", repr(shown)).replace("{value}", shown)
            self.problems.append(Problem(self.file, said, int(row), column, shown, code))


def _check_places(
    found: _Findings, typed: pd.DataFrame, level_known: pd.Series, territory: Territory
) -> None:
    """Every area known on its level, and valid at its period unless estimated."""
    areas = territory.areas
    pairs = coded(pd.DataFrame(areas[["level", "area_id"]]).astype("str"))
    placed = positions(typed, pairs, ["level", "area_id"]) >= 0
    unknown = level_known & (typed["area_id"] != "") & ~placed
    found.add(unknown, "area_id", "unknown_id",
              "no area {value!r} on any boundary of its level; correct the id")  # fmt: skip
    valid = _valid_spans(territory)
    if valid.empty:
        return
    dated = typed["level"].isin(list(valid.index.unique("level")))
    spans = written(
        typed.loc[level_known & placed & dated, ["level", "area_id", "period", "status"]]
    )
    parsed = _parsed(spans["period"])
    spans = spans[spans["period"].isin(parsed)].join(valid, on=["level", "area_id"], how="inner")
    ends = spans["period"].map({text: one.last.isoformat() for text, one in parsed.items()})
    outside = (ends < spans["first"]) | (ends > spans["last"])
    broken = outside & (spans["status"] != "estimated")
    found.add(broken, "area_id", "boundary_change",
              "area {value!r} did not exist in this period; give the row of the area that did,"
              " or state the status estimated")  # fmt: skip


def _valid_spans(territory: Territory) -> pd.DataFrame:
    """First and last day of each area, of the levels whose boundaries ever change.

    A boundary without a last day ends where the next one of its level begins.
    """
    last_days = {}
    for level, versions in territory.versions.items():
        for one, later in zip(versions, [*versions[1:], None], strict=True):
            ends = one.valid_to
            if not ends and later is not None and later.valid_from:
                begun = dt.date.fromisoformat(later.valid_from)
                ends = (begun - dt.timedelta(days=1)).isoformat()
            last_days[level, one.version] = ends or _LAST_DAY.isoformat()
    dated = {
        level
        for level, versions in territory.versions.items()
        if any(one.valid_from or one.valid_to for one in versions)
    }
    areas = territory.areas[territory.areas["level"].isin(list(dated))]
    spans = areas[["level", "area_id"]].assign(
        first=areas["valid_from"],
        last=[last_days[key] for key in zip(areas["level"], areas["version"], strict=True)],
    )
    return pd.DataFrame(spans).groupby(["level", "area_id"]).agg({"first": "min", "last": "max"})


def _parsed(cells: pd.Series) -> dict[str, periods.Period]:
    """Return the readable periods of a column, each parsed once."""
    found = {}
    for text in cells.unique():
        with suppress(periods.PeriodError):
            found[text] = periods.parse(text)
    return found


def _check_periods(found: _Findings, rows: pd.DataFrame, frame: pd.DataFrame) -> None:
    forms = {one: periods.form_of(one) for one in periods.FREQUENCIES}
    indicator, period = rows["indicator_id"].cat, rows["period"].cat
    wanted = frame["frequency"].map(forms).reindex(indicator.categories)
    stated = {text: one.form for text, one in _parsed(rows["period"]).items()}
    form = pd.Series(stated, dtype="str").reindex(period.categories)
    # What is wrong is a matter of indicator and period, not of each row.
    wrong = (
        (form.to_numpy(dtype=object)[None, :] != wanted.to_numpy(dtype=object)[:, None])
        & form.notna().to_numpy()[None, :]
        & wanted.notna().to_numpy()[:, None]
    )
    broken = pd.Series(wrong[indicator.codes, period.codes], index=rows.index)
    found.add(broken, "period", "wrong_frequency",
              "period {value!r} is not of the indicator's frequency; an indicator has one"
              " frequency")  # fmt: skip


def _check_figures(
    found: _Findings,
    rows: pd.DataFrame,
    measure: pd.Series,
    multiplier: pd.Series,
    whole: pd.Series,
    text: pd.DataFrame | None,
) -> None:
    """Arithmetic: nothing impossible, nothing that contradicts itself.

    ``whole`` is the denominator of each row, also where another file holds it.
    """
    count, denominator, value = rows["count"], rows["denominator"], rows["value"]
    part = measure.isin(["proportion", "ordinal"])
    share = measure == "proportion"
    counted = measure.isin(["proportion", "rate", "count"])
    without = rows["status"].isin(tables.WITHOUT_VALUE)
    found.add(denominator <= 0, "denominator", "impossible",
              "denominator {value} is not above 0; correct it or leave the row out")  # fmt: skip
    found.add(part & (count > whole), "count", "impossible",
              "count {value} is above its denominator, which it is a part of; correct one")  # fmt: skip
    found.add(counted & (value < 0), "value", "impossible",
              "{value} is below 0, which no count, rate or proportion can be; correct it")  # fmt: skip
    found.add(share & (value > multiplier), "value", "impossible",
              "{value} is above the whole; correct it or the indicator's multiplier")  # fmt: skip
    found.add(rows["lower"] > rows["upper"], "lower", "impossible",
              "lower limit {value} is above the upper one; swap them")  # fmt: skip
    outside = (value < rows["lower"]) | (value > rows["upper"])
    found.add(outside, "value", "impossible",
              "{value} lies outside its own limits; correct one of the three")  # fmt: skip
    figures = rows[["value", "count", "sd", "lower", "upper"]].notna().any(axis="columns")
    found.add(without & figures, "status", "contradiction",
              "status {value!r} and a figure contradict each other; keep one")  # fmt: skip
    written = pd.Series(False, index=rows.index)
    for name in ("value", "count"):
        if text is None:
            written |= rows[name].notna()
        elif name in text:
            written |= text[name].reindex(rows.index).str.strip() != ""
    nothing = ~without & ~written & rows["status"].isin(tables.STATUSES)
    found.add(nothing, "status", "no_figure",
              "no figure, yet the status is {value!r}; state missing, suppressed or"
              " not_applicable")  # fmt: skip
    ordinal = measure == "ordinal"
    found.add(~ordinal & (rows["category"] != ""), "category", "unknown_category",
              "category {value!r} of an indicator that has none; leave it empty")  # fmt: skip
    found.add(ordinal & (rows["category"] == "") & ~without & ~nothing & value.isna(), "category",
              "no_category", "an ordinal item needs a row per answer; name the answer")  # fmt: skip
    expected = multiplier * count / whole.where(whole > 0)
    expected = expected.where(measure != "count", count)
    tolerance: pd.Series | float = 0.0
    if text is None:
        tolerance = _tolerance_of(value)
    elif "value" in text:
        tolerance = _tolerance(text["value"].reindex(rows.index))
    contradiction = counted & (np.abs(value - expected) > tolerance)
    for row in rows.index[contradiction]:
        message = (
            f"value {value[row]:.15g} contradicts {count[row]:.15g}"
            + (f" of {whole[row]:.15g}" if measure[row] != "count" else " counted")
            + f", which gives {round(expected[row], 6):.15g}; correct one, or leave the value empty"
        )
        found.problems.append(
            Problem(found.file, message, int(row), "value", f"{value[row]:.15g}", "contradiction")
        )


def _tolerance_of(values: pd.Series) -> pd.Series:
    """The same for numbers whose text is not at hand: the fewest decimals that give the number.

    >>> _tolerance_of(pd.Series([3.0, 0.25])).round(6).tolist()
    [0.5, 0.005]
    """
    number = values.to_numpy(dtype="float64", na_value=np.nan)
    digits = np.full(len(number), np.nan)
    open_ = np.flatnonzero(np.isfinite(number))
    for decimals in range(13):
        off = np.abs(np.round(number[open_], decimals) - number[open_])
        exact = off <= 1e-12 * np.maximum(1.0, np.abs(number[open_]))
        digits[open_[exact]] = decimals
        open_ = open_[~exact]
    digits[open_] = 12
    return pd.Series(0.5 * 10.0**-digits * (1 + 1e-9) + 1e-12, index=values.index)


def _tolerance(written: pd.Series) -> pd.Series:
    """Half a unit of the last decimal that was written down: 3.0 stands for 2.95 to 3.05."""
    parts = written.str.strip().str.lower().str.partition("e")
    digits = parts[0].str.partition(".")[2].str.len().astype("float64")
    power = pd.to_numeric(parts[2], errors="coerce").fillna(0.0)
    return 0.5 * 10.0 ** (power - digits) * (1 + 1e-9) + 1e-12
