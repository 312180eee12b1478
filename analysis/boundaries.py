"""Areas and their shapes: boundary files in, one frame of valid polygons out.

Knows how GeoJSON, GeoPackage, Shapefile, TopoJSON, GeoParquet and their
gzipped forms are read, how a broken ring is mended and by how much that moved
it, and which version of a boundary was valid when. A ``.csv`` of ids and
names stands for a level that has no shapes, such as a nation.
"""

from __future__ import annotations

import datetime as dt
import gzip
import json
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from pyproj.exceptions import CRSError

from analysis.errors import Problem

FOLDER = "boundaries"
FILE = f"{FOLDER}/boundaries.toml"
SUFFIXES = (
    ".geojson", ".json", ".topojson", ".gpkg", ".shp", ".parquet", ".geoparquet", ".csv",
    ".geojson.gz", ".json.gz",
)  # fmt: skip
AREA_COLUMNS = [
    "level", "area_id", "name", "parent_id", "version", "valid_from", "valid_to", "source",
    "geometry",
]  # fmt: skip
WORST_REPAIR = 1e-4
"""Share of its area that a repair may move without being reported: 0.01 %."""
EQUAL_AREA = "+proj=cea +ellps=WGS84"
"""Cylindrical equal-area: shares of areas are comparable anywhere on Earth."""

_ENTRY_KEYS = {
    "file", "layer", "level", "id", "name", "parent", "valid_from", "valid_to", "crs", "source",
}  # fmt: skip


@dataclass(frozen=True)
class Boundary:
    """One entry of ``boundaries.toml``: a file, its level, its columns, its time."""

    file: str
    level: str
    id: str = "area_id"
    name: str = "name"
    parent: str = ""
    layer: str = ""
    valid_from: str = ""
    valid_to: str = ""
    crs: str = ""
    source: str = ""

    @property
    def version(self) -> str:
        """Name of the boundary version: the file's stem, and its layer if any."""
        return Path(self.file).name.split(".")[0] + (f".{self.layer}" if self.layer else "")


def read_boundaries(
    folder: Path, levels: tuple[str, ...]
) -> tuple[gpd.GeoDataFrame, list[Problem], list[Boundary]]:
    """Read every boundary file of a territory.

    Parameters
    ----------
    folder
        The territory folder.
    levels
        Level ids, the topmost first; empty when the territory declares none.

    Returns
    -------
    areas
        Columns :data:`AREA_COLUMNS`, one row per level, version and area,
        EPSG:4326; geometry is None for levels without shapes.
    problems
        Everything wrong, repairs over 0.01 % of an area as notes.
    entries
        What was read.
    """
    entries, problems = read_entries(folder)
    parts = []
    for entry in entries:
        areas, found = read_boundary(folder / FOLDER / entry.file, entry)
        problems += found
        if areas is not None:
            parts.append(areas)
    if not parts:
        empty = gpd.GeoDataFrame(columns=AREA_COLUMNS, geometry="geometry", crs="EPSG:4326")
        return empty, problems, entries
    areas = gpd.GeoDataFrame(
        pd.concat([pd.DataFrame(part) for part in parts], ignore_index=True),
        geometry="geometry",
        crs="EPSG:4326",
    )
    declared = levels or tuple(dict.fromkeys(entry.level for entry in entries))
    problems += _check_levels(entries, levels)
    problems += _check_parents(areas, entries, declared)
    return areas, problems, entries


def read_entries(folder: Path) -> tuple[list[Boundary], list[Problem]]:
    """Read ``boundaries.toml``; without it, every boundary file found is an entry.

    A single file whose columns speak for themselves needs no declaration: its
    level is ``district``, its id and name are recognised by their headers.
    """
    path = folder / FILE
    if not path.is_file():
        found = sorted(one for one in (folder / FOLDER).glob("*") if one.name.endswith(SUFFIXES))
        if not found:
            message = "no boundary file; put one there (GeoJSON, GeoPackage, Shapefile, ...)"
            return [], [Problem(FOLDER, message, code="no_boundaries")]
        if len(found) > 1:
            names = ", ".join(one.name for one in found)
            message = f"missing, and there are several files ({names}); say which level each holds"
            return [], [Problem(FILE, message, code="no_boundaries")]
        return [_guess_entry(found[0])], []
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"not readable as TOML: {error}; correct it"
        return [], [Problem(FILE, message, code="not_toml")]
    entries, problems = [], []
    for number, one in enumerate(raw.get("boundary", []), start=1):
        place = f"boundary {number}"
        unknown = sorted(set(one) - _ENTRY_KEYS)
        broken = sorted(key for key in one if not isinstance(one[key], str))
        absent = [key for key in ("file", "level") if not one.get(key)]
        for key in unknown:
            message = f"{place}: unknown key {key!r}; known: {', '.join(sorted(_ENTRY_KEYS))}"
            problems.append(Problem(FILE, message, column=key, code="unknown_setting"))
        for key in broken:
            message = f"{place}: {key!r} is {one[key]!r}; write a text in quotes"
            problems.append(Problem(FILE, message, column=key, code="bad_setting"))
        for key in absent:
            message = f"{place}: {key!r} is missing; every boundary needs file and level"
            problems.append(Problem(FILE, message, column=key, code="bad_setting"))
        if unknown or broken or absent:
            continue
        entry = Boundary(**one)
        for key in ("valid_from", "valid_to"):
            day = getattr(entry, key)
            if day and not _is_day(day):
                message = f"{place}: {key} {day!r} is not a date; write 2022-01-01"
                problems.append(Problem(FILE, message, column=key, value=day, code="not_a_date"))
        entries.append(entry)
    if not entries and not problems:
        problems.append(
            Problem(FILE, "no [[boundary]] entry; add one per file", code="no_boundaries")
        )
    return entries, problems


def read_boundary(path: Path, entry: Boundary) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    """Read one boundary file into valid polygons in EPSG:4326.

    Returns
    -------
    areas, problems
        ``areas`` is None when the file cannot be used at all.

    Notes
    -----
    Invalid polygons are repaired with GEOS' structure method, and only the
    polygonal part is kept; a change of more than 0.01 % of an area is a note.
    """
    file = f"{FOLDER}/{entry.file}"
    if not path.is_file():
        return None, [Problem(file, "does not exist; put it there or correct boundaries.toml",
                              code="no_file")]  # fmt: skip
    try:
        shapes = _read_file(path, entry)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, OSError, ValueError,
            KeyError, gzip.BadGzipFile) as error:  # fmt: skip
        message = f"not readable as {path.suffix.lstrip('.') or 'a boundary file'}: {error}"
        return None, [Problem(file, message, code="not_readable")]
    problems = [
        Problem(
            file,
            f"no column {column!r} for the {role}; columns: {', '.join(map(str, shapes.columns))}",
            column=column,
            code="missing_column",
        )
        for role, column in (("id", entry.id), ("name", entry.name), ("parent", entry.parent))
        if column and column not in shapes.columns
    ]
    if problems:
        return None, problems
    areas = pd.DataFrame(
        {
            "level": entry.level,
            "area_id": _as_ids(shapes[entry.id]),
            "name": _as_ids(shapes[entry.name]),
            "parent_id": _as_ids(shapes[entry.parent]) if entry.parent else "",
            "version": entry.version,
            "valid_from": entry.valid_from,
            "valid_to": entry.valid_to,
            "source": entry.source,
        }
    )
    problems += _check_ids(areas, file)
    if isinstance(shapes, gpd.GeoDataFrame):
        placed, found = _in_degrees(shapes, entry, file)
        problems += found
        if placed is None:
            return None, problems
        geometry, found = _repair(placed.geometry, areas["area_id"], file)
        problems += found
    else:
        geometry = gpd.GeoSeries([None] * len(areas), crs="EPSG:4326")
    areas["geometry"] = geometry.to_numpy()
    return gpd.GeoDataFrame(areas[AREA_COLUMNS], geometry="geometry", crs="EPSG:4326"), problems


@dataclass(frozen=True)
class Version:
    """When the borders of a level were valid; empty days are open ends."""

    version: str
    valid_from: str
    valid_to: str


def versions_by_level(areas: pd.DataFrame) -> dict[str, tuple[Version, ...]]:
    """Return the boundary versions of each level, the oldest first."""
    rows = pd.DataFrame(areas[["level", "version", "valid_from", "valid_to"]]).drop_duplicates()
    rows = rows.sort_values(["valid_from", "version"], kind="stable")
    return {
        str(level): tuple(Version(*one) for one in part.itertuples(index=False))
        for level, part in rows.set_index("level").groupby("level", sort=False)
    }


def valid_version(versions: Sequence[Version], day: dt.date) -> str:
    """Return which of the boundary versions of a level was valid on a day.

    The nearest stands in where none was: the oldest for days before all, the
    newest that had begun for days between or after.

    Examples
    --------
    >>> old, new = Version("a", "", "2021-12-31"), Version("b", "2022-01-01", "")
    >>> valid_version([old, new], dt.date(2021, 6, 30))
    'a'
    """
    text = day.isoformat()
    begun = [one for one in versions if one.valid_from <= text]
    current = [one for one in begun if not one.valid_to or one.valid_to >= text]
    return (current or begun or list(versions[:1]))[-1].version


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _read_file(path: Path, entry: Boundary) -> pd.DataFrame:
    name = path.name.lower()
    if name.endswith(".csv"):
        return pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    if name.endswith((".parquet", ".geoparquet")):
        return gpd.read_parquet(path)
    options: dict[str, Any] = {"layer": entry.layer} if entry.layer else {}
    if name.endswith(".gz"):
        return gpd.read_file(f"/vsigzip/{path.resolve()}", **options)
    if name.endswith((".json", ".topojson")):
        return _read_topojson(path, options)
    return gpd.read_file(path, **options)


def _read_topojson(path: Path, options: dict[str, Any]) -> gpd.GeoDataFrame:
    """Read JSON shapes; GDAL knows a TopoJSON only when ``type`` comes first."""
    parsed = json.loads(path.read_text(encoding="utf-8-sig"))
    if parsed.get("type") != "Topology":
        return gpd.read_file(path, **options)
    layers = list(parsed.get("objects", {}))
    if not options and len(layers) > 1:
        raise ValueError(f"it holds {len(layers)} layers ({', '.join(layers)}); state layer")
    ordered = {"type": "Topology", **{k: v for k, v in parsed.items() if k != "type"}}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "topology.json"
        copy.write_text(json.dumps(ordered), encoding="utf-8")
        shapes = gpd.read_file(copy, **options)
    # TopoJSON has no CRS member: its coordinates are longitude and latitude.
    return shapes if shapes.crs else shapes.set_crs("EPSG:4326")


def _guess_entry(path: Path) -> Boundary:
    entry = Boundary(path.name, "district")
    columns = list(_read_file(path, entry).columns)
    lowered = {str(column).lower(): str(column) for column in columns}
    ids = [lowered[one] for one in ("area_id", "id", "code", "codi", "gid") if one in lowered]
    names = [lowered[one] for one in ("name", "nom", "title", "label") if one in lowered]
    first = next((str(column) for column in columns if column != "geometry"), "area_id")
    identity = ids[0] if ids else first
    return Boundary(path.name, "district", identity, names[0] if names else identity)


def _as_ids(cells: pd.Series) -> pd.Series:
    """Ids as text; a whole number keeps no decimal point."""
    if pd.api.types.is_float_dtype(cells):
        whole = cells.dropna() % 1 == 0
        cells = cells.astype("Int64") if whole.all() else cells
    return cells.astype("str").where(cells.notna(), "").str.strip().reset_index(drop=True)


def _check_ids(areas: pd.DataFrame, file: str) -> list[Problem]:
    problems = [
        Problem(file, "empty id; give every area one", row=int(row) + 1, column="area_id",
                code="empty_cell")
        for row in areas.index[areas["area_id"] == ""]
    ]  # fmt: skip
    counts = areas["area_id"][areas["area_id"] != ""].value_counts()
    for area_id, times in counts[counts > 1].sort_index().items():
        message = f"id {area_id!r} stands {times} times; ids are unique within a boundary file"
        problems.append(Problem(file, message, column="area_id", value=str(area_id),
                                code="duplicate"))  # fmt: skip
    return problems


def _in_degrees(
    shapes: gpd.GeoDataFrame, entry: Boundary, file: str
) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    if entry.crs:
        try:
            stated = CRS.from_user_input(entry.crs)
        except CRSError:
            message = f"crs {entry.crs!r} is not known; write for example EPSG:25832"
            return None, [Problem(FILE, message, column="crs", value=entry.crs, code="bad_crs")]
        shapes = shapes.set_crs(stated, allow_override=True)
    if shapes.crs is None:
        message = (
            'states no coordinate reference system; state it in boundaries.toml, crs = "EPSG:..."'
        )
        return None, [Problem(file, message, column="crs", code="no_crs")]
    return shapes.to_crs("EPSG:4326"), []


def _repair(
    geometry: gpd.GeoSeries, ids: pd.Series, file: str
) -> tuple[gpd.GeoSeries, list[Problem]]:
    shapes = shapely.force_2d(geometry.to_numpy())
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    not_polygons = ~absent & ~np.isin(shapely.get_type_id(shapes), (3, 6, 7))
    problems = [
        Problem(file, f"area {area_id!r} is a {shape.geom_type.lower()}; areas are polygons",
                value=area_id, code="not_polygon")
        for area_id, shape in zip(ids[not_polygons], shapes[not_polygons], strict=True)
    ]  # fmt: skip
    problems += [
        Problem(file, f"area {area_id!r} has no shape; draw it, or take it out", value=area_id,
                code="no_shape")
        for area_id in ids[absent]
    ]  # fmt: skip
    broken = ~absent & ~not_polygons & ~shapely.is_valid(shapes)
    if broken.any():
        mended = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
        mended = np.array([_polygons_only(shape) for shape in mended], dtype=object)
        before = _square(shapes[broken])
        after = _square(mended)
        moved = np.abs(after - before) / np.where(before > 0, before, 1)
        for area_id, shape, share in zip(ids[broken], mended, moved, strict=True):
            if shape is None or shape.is_empty:
                message = f"area {area_id!r} has no surface left after repair; draw it again"
                problems.append(Problem(file, message, value=area_id, code="no_shape"))
            elif share > WORST_REPAIR:
                message = (
                    f"area {area_id!r} was invalid; its repair changed its surface by"
                    f" {share:.2%}; look at its border"
                )
                problems.append(
                    Problem(file, message, value=area_id, code="repaired", level="note")
                )
        shapes = shapes.copy()
        shapes[broken] = mended
    return gpd.GeoSeries(shapes, crs="EPSG:4326"), problems


def _square(shapes: np.ndarray) -> np.ndarray:
    """Surface in square metres, on an equal-area projection."""
    projected = gpd.GeoSeries(shapes, crs="EPSG:4326").to_crs(EQUAL_AREA)
    return np.asarray(projected.area, dtype=float)


def _polygons_only(shape: Any) -> Any:
    """Keep what has a surface; lines and points that a repair leaves go."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = [part for part in shapely.get_parts(shape) if "Polygon" in part.geom_type]
    return shapely.union_all(parts) if parts else None


def _check_levels(entries: list[Boundary], levels: tuple[str, ...]) -> list[Problem]:
    if not levels:
        return []
    return [
        Problem(
            FILE,
            f"level {entry.level!r} of {entry.file} is not in territory.toml;"
            f" levels: {', '.join(levels)}",
            column="level",
            value=entry.level,
            code="unknown_level",
        )
        for entry in entries
        if entry.level not in levels
    ]


def _check_parents(
    areas: pd.DataFrame, entries: list[Boundary], levels: tuple[str, ...]
) -> list[Problem]:
    """Find children whose parent is on no boundary of the level above."""
    problems = []
    file_of = {entry.version: f"{FOLDER}/{entry.file}" for entry in entries}
    for level in areas["level"].unique():
        above = parent_level(areas, level, levels)
        part = areas[(areas["level"] == level) & (areas["parent_id"] != "")]
        if part.empty:
            continue
        if above is None:
            problems.append(
                Problem(
                    file_of[part["version"].iloc[0]],
                    f"areas of level {level!r} name parents, but no level stands above it;"
                    " add that level or leave the parent column out",
                    column="parent_id",
                    code="no_parent",
                )
            )
            continue
        known = set(areas.loc[areas["level"] == above, "area_id"])
        lost = part[~part["parent_id"].isin(known)]
        problems += [
            Problem(
                file_of[version],
                f"area {area_id!r} has the parent {parent!r}, which is no {above}; correct one",
                column="parent_id",
                value=parent,
                code="no_parent",
            )
            for version, area_id, parent in zip(
                lost["version"], lost["area_id"], lost["parent_id"], strict=True
            )
        ]
    return problems


def parent_level(areas: pd.DataFrame, level: str, levels: tuple[str, ...]) -> str | None:
    """Return the nearest level above one that has areas; None at the top."""
    present = [one for one in levels if (areas["level"] == one).any()]
    if level not in present or present.index(level) == 0:
        return None
    return present[present.index(level) - 1]
