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
import re
import tomllib
import warnings
import zlib
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
from pyproj.exceptions import CRSError, ProjError
from shapely.errors import ShapelyError

from analysis import tables
from analysis.errors import Problem

FOLDER = "boundaries"
FILE = f"{FOLDER}/boundaries.toml"
SUFFIXES = (
    ".geojson", ".json", ".topojson", ".gpkg", ".shp", ".parquet", ".geoparquet", ".csv",
    ".geojson.gz", ".json.gz", ".topojson.gz",
)  # fmt: skip
AREA_COLUMNS = [
    "level", "area_id", "name", "parent_id", "version", "valid_from", "valid_to", "source",
    "geometry",
]  # fmt: skip
_JSON = (".json", ".geojson", ".topojson", ".json.gz", ".geojson.gz", ".topojson.gz")
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
        parts = [Path(self.file).name.split(".")[0], *([self.layer] if self.layer else [])]
        return re.sub(r"[^\w-]+", "_", "_".join(parts))


class _Unreadable(Exception):
    """A boundary file that cannot be used; the text is *fact - way out*."""


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
    problems += _check_versions(entries)
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


def unread_levels(areas: pd.DataFrame, entries: Sequence[Boundary]) -> set[str]:
    """Return the levels of which a boundary could not be read, so that nothing is known of them."""
    read = set(zip(areas["level"], areas["version"], strict=True))
    return {entry.level for entry in entries if (entry.level, entry.version) not in read}


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
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"not readable as TOML: {error}; correct it"
        return [], [Problem(FILE, message, code="not_toml")]
    entries, problems = [], []
    listed = raw.pop("boundary", [])
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        message = "'boundary' is no list of entries; begin each with [[boundary]]"
        return [], [Problem(FILE, message, column="boundary", code="bad_setting")]
    for key in raw:
        message = f"unknown key {key!r}; begin each entry with [[boundary]]"
        problems.append(Problem(FILE, message, column=key, code="unknown_setting"))
    for number, one in enumerate(listed, start=1):
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
        if broken or absent:
            continue
        known = {key: text for key, text in one.items() if key in _ENTRY_KEYS}
        for key in ("valid_from", "valid_to"):
            day = known.get(key, "")
            if day and not _is_day(day):
                message = f"{place}: {key} {day!r} is not a date; write 2022-01-01"
                problems.append(Problem(FILE, message, column=key, value=day, code="not_a_date"))
                known[key] = ""
        entry = Boundary(**known)
        if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
            message = f"{place}: ends on {entry.valid_to}, before it began; correct one of the days"
            problems.append(
                Problem(FILE, message, column="valid_to", value=entry.valid_to, code="bad_dates")
            )
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
        ``areas`` is None when the file cannot be used at all. Rows that
        problems name are lines of a CSV, else the areas counted from 1.

    Notes
    -----
    Invalid polygons are repaired with GEOS' structure method, and only the
    polygonal part is kept; a change of more than 0.01 % of an area is a note.
    An area without a shape is kept, with a note: it exists, but no map shows it.
    """
    file = f"{FOLDER}/{entry.file}"
    if not path.is_file():
        return None, [Problem(file, "does not exist; put it there or correct boundaries.toml",
                              code="no_file")]  # fmt: skip
    kind = entry.file.partition(".")[2] or "a boundary file"
    try:
        shapes, problems = _read_file(path, entry)
    except _Unreadable as error:
        return None, [Problem(file, str(error), code="not_readable")]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FieldError,
            pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, ShapelyError, OSError, EOFError,
            zlib.error, ValueError, KeyError) as error:  # fmt: skip
        reason = str(error).replace(str(path), entry.file).partition(".; It might help")[0]
        message = f"not readable as {kind}: {reason}; save it again or put another file there"
        return None, [Problem(file, message, code="not_readable")]
    if any(one.level == "error" for one in problems):
        return None, problems
    absent = [
        Problem(
            file,
            f"no column {column!r} for the {role}; columns: {', '.join(map(str, shapes.columns))}",
            column=column,
            code="missing_column",
        )
        for role, column in (("id", entry.id), ("name", entry.name), ("parent", entry.parent))
        if column and column not in shapes.columns
    ]
    if absent or shapes.empty:
        if shapes.empty:
            message = "holds no area; put the areas of the level into it"
            absent = [Problem(file, message, code="no_areas")]
        return None, problems + absent
    ids = _as_ids(shapes[entry.id])
    names = _as_ids(shapes[entry.name])
    problems += _check_ids(ids, shapes.index, entry, file)
    problems += [
        Problem(file, f"area {area_id!r} has no name; its id stands in", int(row), entry.name,
                code="no_name", level="note")
        for row, area_id in zip(shapes.index[names == ""], ids[names == ""], strict=True)
        if area_id
    ]  # fmt: skip
    areas = pd.DataFrame(
        {
            "level": entry.level,
            "area_id": ids,
            "name": names.where(names != "", ids),
            "parent_id": _as_ids(shapes[entry.parent]) if entry.parent else "",
            "version": entry.version,
            "valid_from": entry.valid_from,
            "valid_to": entry.valid_to,
            "source": entry.source,
        },
        index=shapes.index,
    )
    if isinstance(shapes, gpd.GeoDataFrame):
        placed, found = _in_degrees(shapes, ids, entry, file)
        problems += found
        if placed is None:
            return None, problems
        geometry, found = _repair(placed.geometry, ids, file)
        problems += found
    else:
        geometry = gpd.GeoSeries([None] * len(areas), crs="EPSG:4326")
    areas["geometry"] = geometry.to_numpy()
    areas = areas[AREA_COLUMNS].reset_index(drop=True)
    return gpd.GeoDataFrame(areas, geometry="geometry", crs="EPSG:4326"), problems


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


UNCHANGED = 0.001
"""Share of its surface that an area's outline may move between versions as mere redrawing."""


def standing_since(areas: gpd.GeoDataFrame) -> pd.Series:
    """Return since which boundary version the outline of each area has stood.

    Parameters
    ----------
    areas
        The areas of one level, on all its versions.

    Returns
    -------
    Series
        A version id, index ``(version, area_id)``: the version itself where
        the area is new there or has another outline than on the version
        before. Areas without a shape on both versions count as unchanged.
    """
    parts = []
    before, since = None, pd.Series(dtype="str")
    for one in next(iter(versions_by_level(areas).values()), ()):
        now = areas[areas["version"] == one.version].set_index("area_id").geometry
        label = pd.Series(one.version, index=now.index, dtype="str")
        if before is not None:
            shared = now.index[now.index.isin(before.index)]
            kept = shared[_same_outline(before[shared].to_numpy(), now[shared].to_numpy())]
            label[kept] = since[kept]
        parts.append(pd.concat({one.version: label}, names=["version"]))
        before, since = now, label
    return pd.concat(parts)


def _same_outline(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether shapes are the same but for redrawing; two that are absent are."""
    absent = shapely.is_missing(one) | shapely.is_missing(other)
    same = np.where(absent, shapely.is_missing(one) & shapely.is_missing(other), False)
    same |= shapely.equals_exact(one, other, normalize=True)
    rest = ~same & ~absent
    moved = shapely.area(shapely.symmetric_difference(one[rest], other[rest]))
    same[rest] = moved <= UNCHANGED * shapely.area(other[rest])
    return same


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _read_file(path: Path, entry: Boundary) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a file whatever its format; the index counts lines of a CSV, else areas from 1."""
    file, name = f"{FOLDER}/{entry.file}", path.name.lower()
    if name.endswith(".csv"):
        text, problems = tables.read_text(file, path.read_bytes())
        return (pd.DataFrame(), problems) if problems else tables.read_text_table(file, text)
    problems = []
    if name.endswith((".parquet", ".geoparquet")):
        shapes = gpd.read_parquet(path)
    else:
        # What GDAL complains about without failing, such as a ring that is not closed.
        with warnings.catch_warnings(record=True) as complaints:
            warnings.simplefilter("always")
            shapes = _read_layer(path, entry)
        said = dict.fromkeys(str(one.message).partition(". ")[0] for one in complaints)
        problems = [
            Problem(file, f"read with a complaint: {one}; look at the areas on the map",
                    code="complaint", level="note")
            for one in said
        ]  # fmt: skip
    shapes.index = pd.RangeIndex(1, len(shapes) + 1)
    return shapes, problems


def _read_layer(path: Path, entry: Boundary) -> pd.DataFrame:
    """Read one layer with GDAL, from the file or from what had to be rewritten for it."""
    name = path.name.lower()
    is_json = name.endswith(_JSON)
    source: str | bytes = f"/vsigzip/{path.resolve()}" if name.endswith(".gz") else str(path)
    if is_json:
        raw = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
        source = _rewritten_topology(raw) or source
    options: dict[str, Any] = {
        "layer": _layer(source, entry),
        "on_invalid": "fix",
        "datetime_as_string": True,
    }
    if name.endswith(".shp") and not any(
        path.with_suffix(suffix).is_file() for suffix in (".cpg", ".CPG")
    ):
        # GDAL takes text without a stated encoding for Latin-1; strict UTF-8 fails on that.
        try:
            return pyogrio.read_dataframe(source, encoding="UTF-8", **options)
        except UnicodeDecodeError:
            return pyogrio.read_dataframe(source, **options)
    shapes = pyogrio.read_dataframe(source, **options)
    if is_json and isinstance(shapes, gpd.GeoDataFrame) and shapes.crs is None:
        # JSON without a CRS member holds longitude and latitude (RFC 7946).
        shapes = shapes.set_crs("EPSG:4326")
    return shapes


def _layer(source: str | bytes, entry: Boundary) -> str | None:
    """Return the layer to read: the one stated, else the only one with shapes."""
    found = pyogrio.list_layers(source)
    names = [str(name) for name, _ in found]
    drawn = [str(name) for name, kind in found if kind is not None]
    if entry.layer:
        if entry.layer not in names:
            raise _Unreadable(f"has no layer {entry.layer!r}; layers: {', '.join(names)}")
        return entry.layer
    if len(names) == 1:
        return None
    if len(drawn) == 1:
        return drawn[0]
    raise _Unreadable(
        f"holds {len(names)} layers ({', '.join(names)}); state which in boundaries.toml,"
        f' layer = "..."'
    )


def _rewritten_topology(raw: bytes) -> bytes | None:
    """Put ``type`` first in a TopoJSON, as GDAL wants it; None for other JSON."""
    if b'"Topology"' not in raw:
        # Where it is broken, Python says on which line.
        if not raw.strip().endswith(b"}") or not raw.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(
            b"{"
        ):
            json.loads(raw.decode("utf-8-sig"))
            raise _Unreadable("holds no shapes; put GeoJSON or TopoJSON there")
        return None
    parsed = json.loads(raw.decode("utf-8-sig"))
    if not isinstance(parsed, dict) or parsed.get("type") != "Topology":
        return None
    ordered = {"type": "Topology", **{k: v for k, v in parsed.items() if k != "type"}}
    return json.dumps(ordered).encode()


def _guess_entry(path: Path) -> Boundary:
    """Recognise id and name by their headers; the first column is the id when none is."""
    entry = Boundary(path.name, "district")
    try:
        columns = [str(column) for column in _read_file(path, entry)[0].columns]
    except (_Unreadable, ValueError, OSError, EOFError, zlib.error, RuntimeError, ShapelyError):
        return entry  # Reading it in earnest says what is wrong.
    columns = [column for column in columns if column != "geometry"]
    lowered = {column.lower(): column for column in columns}
    ids = [lowered[one] for one in ("area_id", "id", "code", "codi", "gid") if one in lowered]
    names = [lowered[one] for one in ("name", "nom", "title", "label") if one in lowered]
    identity = next(iter([*ids, *columns, entry.id]))
    return Boundary(path.name, "district", identity, names[0] if names else identity)


def _as_ids(cells: pd.Series) -> pd.Series:
    """Ids as text; a whole number keeps no decimal point."""
    if pd.api.types.is_float_dtype(cells):
        whole = cells.dropna() % 1 == 0
        cells = cells.astype("Int64") if whole.all() else cells
    return cells.astype("str").where(cells.notna(), "").str.strip()


def _check_ids(ids: pd.Series, rows: pd.Index, entry: Boundary, file: str) -> list[Problem]:
    problems = [
        Problem(file, "empty id; give every area one", int(row), entry.id, code="empty_cell")
        for row in rows[ids == ""]
    ]
    again = ids.duplicated() & (ids != "")
    first = dict(zip(ids[::-1], rows[::-1], strict=True))
    for row, area_id in zip(rows[again], ids[again], strict=True):
        message = (
            f"id {area_id!r} stands in row {first[area_id]} too; ids are unique within a"
            " boundary file, so correct or merge one"
        )
        problems.append(Problem(file, message, int(row), entry.id, str(area_id), "duplicate"))
    return problems


def _in_degrees(
    shapes: gpd.GeoDataFrame, ids: pd.Series, entry: Boundary, file: str
) -> tuple[gpd.GeoDataFrame | None, list[Problem]]:
    problems: list[Problem] = []
    if entry.crs:
        try:
            stated = CRS.from_user_input(entry.crs)
        except CRSError:
            message = f"crs {entry.crs!r} is not known; write for example EPSG:25832"
            return None, [Problem(FILE, message, column="crs", value=entry.crs, code="bad_crs")]
        own = shapes.crs
        if own is not None and not entry.file.lower().endswith(_JSON) and own != stated:
            message = (
                f"states {_crs_name(own)} itself, but crs = {entry.crs!r} of boundaries.toml"
                " is used; take that line out when the file is right"
            )
            problems.append(Problem(file, message, column="crs", code="other_crs", level="note"))
        shapes = shapes.set_crs(stated, allow_override=True)
    if shapes.crs is None or shapes.crs.name.startswith("Undefined"):
        message = (
            'states no coordinate reference system; state it in boundaries.toml, crs = "EPSG:..."'
        )
        return None, [*problems, Problem(file, message, column="crs", code="no_crs")]
    before = _crs_name(shapes.crs)
    try:
        placed = shapes.to_crs("EPSG:4326")
    except ProjError:
        message = (
            f"its coordinate reference system {before} has no place on Earth;"
            ' state the right one in boundaries.toml, crs = "EPSG:..."'
        )
        return None, [*problems, Problem(file, message, column="crs", code="bad_crs")]
    edges = placed.bounds.to_numpy()
    drawn = ~(shapely.is_missing(placed.geometry) | shapely.is_empty(placed.geometry))
    # A little beyond the edges of the world: some publishers draw past the antimeridian.
    outside = drawn & ~(np.abs(edges) <= (361, 90.001, 361, 90.001)).all(axis=1)
    if outside.any():
        message = (
            f"area {ids[outside].iloc[0]!r} is nowhere on Earth: its coordinates are not {before};"
            ' state the right system in boundaries.toml, crs = "EPSG:..."'
        )
        return None, [*problems, Problem(file, message, column="crs", code="bad_crs")]
    return placed, problems


def _crs_name(crs: CRS) -> str:
    """EPSG:25832 where there is such a code, else the name in words."""
    return ":".join(crs.to_authority() or (crs.name,))


def _repair(
    geometry: gpd.GeoSeries, ids: pd.Series, file: str
) -> tuple[gpd.GeoSeries, list[Problem]]:
    """Make every shape a valid polygon or multipolygon; None where there is none."""
    shapes = shapely.force_2d(geometry.to_numpy())
    collections = shapely.get_type_id(shapes) == 7
    shapes[collections] = [_polygons_only(one) or one for one in shapes[collections]]
    absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    strange = ~absent & ~np.isin(shapely.get_type_id(shapes), (3, 6))
    problems = [
        Problem(file, f"area {area_id!r} is a {shape.geom_type.lower()}; areas are polygons",
                int(row), value=area_id, code="not_polygon")
        for row, area_id, shape in zip(ids.index[strange], ids[strange], shapes[strange],
                                       strict=True)
    ]  # fmt: skip
    broken = ~absent & ~strange & ~shapely.is_valid(shapes)
    if broken.any():
        mended = shapely.make_valid(shapes[broken], method="structure", keep_collapsed=False)
        mended = np.array([_polygons_only(shape) for shape in mended], dtype=object)
        before, after = _square(shapes[broken]), _square(mended)
        moved = np.abs(after - before) / np.maximum(before, after)
        for row, area_id, shape, share in zip(
            ids.index[broken], ids[broken], mended, moved, strict=True
        ):
            if shape is not None and share > WORST_REPAIR:
                message = (
                    f"area {area_id!r} was invalid; its repair changed its surface by"
                    f" {share:.2%}; look at its border"
                )
                problems.append(
                    Problem(file, message, int(row), value=area_id, code="repaired", level="note")
                )
        shapes[broken] = mended
        absent = shapely.is_missing(shapes) | shapely.is_empty(shapes)
    if absent.all():
        message = "no area has a shape; draw them, or list the areas in a .csv"
        problems.append(Problem(file, message, code="no_shape"))
    else:
        problems += [
            Problem(file, f"area {area_id!r} has no shape, so no map shows it; draw it if it has"
                    " one", int(row), value=area_id, code="no_shape", level="note")
            for row, area_id in zip(ids.index[absent], ids[absent], strict=True)
        ]  # fmt: skip
    shapes[absent] = None
    return gpd.GeoSeries(shapes, crs="EPSG:4326"), problems


def _square(shapes: np.ndarray) -> np.ndarray:
    """Surface in square metres, on an equal-area projection."""
    projected = gpd.GeoSeries(shapes, crs="EPSG:4326").to_crs(EQUAL_AREA)
    return np.asarray(projected.area, dtype=float)


def _polygons_only(shape: Any) -> Any:
    """Keep what has a surface; lines and points go. None when nothing is left."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return None if shape.is_empty else shape
    parts = [part for part in shapely.get_parts(shape) if "Polygon" in part.geom_type]
    merged = shapely.union_all(parts)
    return None if merged.is_empty else merged


def _check_versions(entries: list[Boundary]) -> list[Problem]:
    """Find boundaries of one level between which no day decides."""
    problems = []
    for number, entry in enumerate(entries):
        for other in entries[:number]:
            if other.level != entry.level:
                continue
            begins = entry.valid_from or "ever"
            if other.valid_from == entry.valid_from:
                message = (
                    f"{other.file} and {entry.file} are both level {entry.level!r} since {begins};"
                    " state another valid_from, or put their areas into one file"
                )
            elif other.version == entry.version:
                message = (
                    f"{other.file} and {entry.file} of level {entry.level!r} go by the same name"
                    f" {entry.version!r}; rename one file"
                )
            else:
                continue
            problems.append(Problem(FILE, message, column="file", value=entry.file,
                                    code="two_versions"))  # fmt: skip
    return problems


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
    problems: list[Problem] = []
    entry_of = {(entry.level, entry.version): entry for entry in entries}
    unread = unread_levels(areas, entries)
    for key, part in areas.groupby(["level", "version"], sort=False):
        level, version = map(str, key)
        entry = entry_of[level, version]
        file = f"{FOLDER}/{entry.file}"
        above = parent_level(areas, level, levels)
        if not entry.parent or level not in levels or _between(levels, above, level) & unread:
            continue
        named = part["parent_id"] != ""
        if above is None:
            if named.any():
                message = (
                    f"areas of level {level!r} name parents, but no level stands above it;"
                    " add that level or leave the parent column out"
                )
                problems.append(Problem(file, message, column=entry.parent, code="no_parent"))
            continue
        problems += [
            Problem(
                file,
                f"area {area_id!r} names no parent; write the id of its {above},"
                " or leave parent out of boundaries.toml",
                column=entry.parent,
                code="no_parent",
            )
            for area_id in part.loc[~named, "area_id"]
        ]
        lost = part[named & ~part["parent_id"].isin(areas.loc[areas["level"] == above, "area_id"])]
        problems += [
            Problem(
                file,
                f"area {area_id!r} has the parent {parent!r}, which is no {above}; correct one",
                column=entry.parent,
                value=parent,
                code="no_parent",
            )
            for area_id, parent in zip(lost["area_id"], lost["parent_id"], strict=True)
        ]
    return problems


def _between(levels: tuple[str, ...], above: str | None, level: str) -> set[str]:
    """Levels under ``above`` (or from the top) down to one, itself left out."""
    if level not in levels:
        return set()
    first = levels.index(above) if above in levels else 0
    return set(levels[first : levels.index(level)])


def parent_level(areas: pd.DataFrame, level: str, levels: tuple[str, ...]) -> str | None:
    """Return the nearest level above one that has areas; None at the top."""
    present = [one for one in levels if (areas["level"] == one).any()]
    if level not in present or present.index(level) == 0:
        return None
    return present[present.index(level) - 1]
