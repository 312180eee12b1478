"""Shapes to draw: the areas of a level, simplified together and packed for a browser.

What no other module knows: how far polygons may be simplified before a
reader would see it, where a name has room, and how it all travels as bytes.
Prepared once, when boundaries are published; for drawing, never for
computing.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from numpy.typing import NDArray

from analysis.errors import GroundworkError

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

_RADIUS = 6378137.0
_MAGIC = b"GWG1"


@dataclass(frozen=True, eq=False)
class Geometry:
    """Outlines of all areas of one level, simplified for drawing, never for computing.

    Parameters
    ----------
    ids, names
        Of the areas that have a polygon, in drawing order: place ``i`` here is
        place ``i`` in every string of classes.
    left_out
        Id and name of areas without a polygon.
    grid
        Metres (EPSG:3857) of one step of ``points``.
    origin
        Metres east and north of the point (0, 0).
    points
        Steps east and north, shape (points, 2). Rings of area 0, 1, ..., then
        outer outlines, then outlines of the parent level. Rings are not closed
        by a repeated point; exteriors run counter-clockwise, holes clockwise.
    sizes
        Number of points of each ring or line.
    counts
        Number of rings of each area, then of outer and of parent outlines.
    labels
        Per area: steps east and north of the place for its name, and the width
        in steps that is free there.
    encoded
        All of it as bytes, as a browser reads it.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    grid: float
    origin: tuple[float, float]
    points: NDArray[np.int64]
    sizes: NDArray[np.int64]
    counts: NDArray[np.int64]
    labels: NDArray[np.int64]
    encoded: bytes

    @cached_property
    def digest(self) -> str:
        """Name of the content: equal only for equal bytes."""
        return hashlib.sha256(self.encoded).hexdigest()[:16]

    @property
    def file_name(self) -> str:
        """Name of the file under the static folder; holds the content's digest."""
        return f"{self.digest}.bin"

    @cached_property
    def bounds(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """South-west and north-east corner, each latitude and longitude in degrees."""
        low, high = self.points.min(axis=0), self.points.max(axis=0)
        return self._degrees(low), self._degrees(high)

    def _degrees(self, point: NDArray[np.int64]) -> tuple[float, float]:
        east, north = (float(step) * self.grid for step in point)
        longitude = math.degrees((east + self.origin[0]) / _RADIUS)
        latitude = math.degrees(2 * math.atan(math.exp((north + self.origin[1]) / _RADIUS)))
        return round(latitude - 90, 6), round(longitude, 6)

    def steps(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Return steps east and north of a place given in degrees."""
        east = math.radians(longitude) * _RADIUS
        north = math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2)) * _RADIUS
        return (east - self.origin[0]) / self.grid, (north - self.origin[1]) / self.grid

    def rings(self) -> list[list[NDArray[np.int64]]]:
        """Return the rings of each area, then the outer and the parent outlines."""
        rings = np.split(self.points, np.cumsum(self.sizes)[:-1])
        ends = np.cumsum(self.counts)
        return [
            rings[end - count : end]
            for end, count in zip(ends.tolist(), self.counts.tolist(), strict=True)
        ]


def prepare_geometry(areas: GeoDataFrame, *, outlines: GeoDataFrame | None = None) -> Geometry:
    """Return the drawing of a level: simplified together, so that borders stay shared.

    Parameters
    ----------
    areas
        One row per area with the columns ``area_id``, ``name`` and
        ``geometry`` (any CRS); the row order is the order of every class
        string later.
    outlines
        Areas of a level further up, drawn as thin lines over these (boroughs
        over neighbourhoods). Each area counts to the one that holds its
        middle; the lines follow the areas' own borders.

    Returns
    -------
    Geometry
        Rows without a polygon are in ``left_out``.

    Raises
    ------
    GroundworkError
        When the CRS is missing or no row has a polygon.

    Notes
    -----
    Simplified with the coverage algorithm of GEOS (Visvalingam-Whyatt on
    shared edges) in EPSG:3857. The tolerance is the smaller of a third of a
    pixel on a map of the whole territory and a sixtieth of a middling area.
    Where more than a tenth of the areas overlap or leave gaps, each polygon is
    simplified by itself.
    """
    if areas.crs is None:
        raise GroundworkError("the areas of a map have no CRS; state it in boundaries.toml")
    missing = areas.geometry.isna() | areas.geometry.is_empty
    drawn = areas[~missing]
    if drawn.empty:
        raise GroundworkError(
            "no area of this level has a polygon; give it a boundary file with polygons"
        )
    shapes = np.asarray(drawn.geometry.to_crs(3857).array, dtype=object)
    extent, middling = _extent(shapes)
    tolerance = min(extent / 2500, middling / 60)
    simple = _simplified(shapes, tolerance)

    grid = float(f"{max(tolerance / 4, extent / 2**20):.3g}")
    low_x, low_y, _, _ = shapely.total_bounds(simple)
    origin = (math.floor(low_x), math.floor(low_y))

    lines = [_outer_outline(simple, tolerance), np.empty(0, dtype=object)]
    if outlines is not None:
        above = np.asarray(outlines.geometry.to_crs(3857).array, dtype=object)
        lines[1] = _parent_outlines(simple, above[~shapely.is_missing(above)])

    points, sizes, counts = _rings_on_grid(simple, origin, grid)
    line_points, line_sizes = _lines_on_grid(np.concatenate(lines), origin, grid)
    labels = (_label_places(simple) - [*origin, 0]) / grid
    return _geometry(
        ids=tuple(map(str, drawn["area_id"])),
        names=tuple(map(str, drawn["name"])),
        left_out=tuple(
            zip(
                map(str, areas.loc[missing, "area_id"]),
                map(str, areas.loc[missing, "name"]),
                strict=True,
            )
        ),
        grid=grid,
        origin=origin,
        points=np.concatenate([points, line_points]),
        sizes=np.concatenate([sizes, line_sizes]),
        counts=np.concatenate([counts, [len(line) for line in lines]]),
        labels=np.rint(labels).astype(np.int64),
    )


def decode_geometry(encoded: bytes) -> Geometry:
    """Return the geometry that :func:`prepare_geometry` wrote as bytes.

    Raises
    ------
    GroundworkError
        When the bytes are no geometry of this version.
    """
    if encoded[:4] != _MAGIC:
        raise GroundworkError(
            "a prepared geometry starts with unknown bytes; build the territory again"
        )
    length = int.from_bytes(encoded[4:8], "little")
    header = json.loads(encoded[8 : 8 + length])
    streams, start = [], 8 + length
    for size in header["streams"]:
        streams.append(_from_varints(encoded[start : start + size]))
        start += size
    steps = streams[2].reshape(-1, 2)
    steps = (steps >> 1) ^ -(steps & 1)
    return Geometry(
        ids=tuple(header["ids"]),
        names=tuple(header["names"]),
        left_out=tuple((area_id, name) for area_id, name in header["left_out"]),
        grid=header["grid"],
        origin=(header["origin"][0], header["origin"][1]),
        points=np.cumsum(steps, axis=0),
        sizes=streams[1],
        counts=streams[0],
        labels=np.array(header["labels"], dtype=np.int64).reshape(-1, 3),
        encoded=encoded,
    )


def _geometry(
    *,
    ids: tuple[str, ...],
    names: tuple[str, ...],
    left_out: tuple[tuple[str, str], ...],
    grid: float,
    origin: tuple[float, float],
    points: NDArray[np.int64],
    sizes: NDArray[np.int64],
    counts: NDArray[np.int64],
    labels: NDArray[np.int64],
) -> Geometry:
    steps = np.diff(points, axis=0, prepend=np.zeros((1, 2), dtype=np.int64))
    streams = [
        _to_varints(counts),
        _to_varints(sizes),
        _to_varints(((steps << 1) ^ (steps >> 63)).ravel()),
    ]
    header = {
        "grid": grid,
        "origin": origin,
        "streams": [len(stream) for stream in streams],
        "ids": ids,
        "names": names,
        "left_out": left_out,
        "labels": labels.ravel().tolist(),
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    encoded = b"".join([_MAGIC, len(text).to_bytes(4, "little"), text, *streams])
    return Geometry(
        ids, names, left_out, grid, origin, points, sizes, counts, labels, encoded=encoded
    )


def _to_varints(numbers: NDArray[np.int64]) -> bytes:
    """Write whole numbers below 2**35, seven bits a byte, least first; the last byte is < 128."""
    digits = np.stack([(numbers >> (7 * place)) & 127 for place in range(5)], axis=1)
    longer = np.stack([(numbers >> (7 * place)) > 0 for place in range(1, 6)], axis=1)
    kept = np.column_stack([np.ones(len(numbers), dtype=bool), longer[:, :4]])
    return bytes((digits | (longer << 7))[kept].astype(np.uint8))


def _from_varints(stream: bytes) -> NDArray[np.int64]:
    digits = np.frombuffer(stream, dtype=np.uint8).astype(np.int64)
    if not len(digits):
        return np.empty(0, dtype=np.int64)
    ends = np.flatnonzero(digits < 128)
    starts = np.concatenate([[0], ends[:-1] + 1])
    places = np.arange(len(digits)) - np.repeat(starts, ends - starts + 1)
    return np.add.reduceat((digits & 127) << (7 * places), starts)


def _extent(shapes: NDArray[np.object_]) -> tuple[float, float]:
    low_x, low_y, high_x, high_y = shapely.total_bounds(shapes)
    bounds = shapely.bounds(shapes)
    sides = np.hypot(bounds[:, 2] - bounds[:, 0], bounds[:, 3] - bounds[:, 1])
    return max(high_x - low_x, high_y - low_y), float(np.median(sides))


def _simplified(shapes: NDArray[np.object_], tolerance: float) -> NDArray[np.object_]:
    broken = shapely.coverage_invalid_edges(shapes)
    if np.mean(~shapely.is_empty(broken)) <= 0.1:
        simple = shapely.coverage_simplify(shapes, tolerance)
    else:
        simple = shapely.simplify(shapes, tolerance, preserve_topology=True)
    return np.where(shapely.is_empty(simple), shapes, simple)


def _outer_outline(shapes: NDArray[np.object_], tolerance: float) -> NDArray[np.object_]:
    rings = shapely.get_rings(shapely.get_parts(_union(shapes)))
    # Slivers between areas that do not quite meet are no coast.
    return rings[shapely.area(shapely.polygons(rings)) > (3 * tolerance) ** 2]


def _parent_outlines(
    shapes: NDArray[np.object_], above: NDArray[np.object_]
) -> NDArray[np.object_]:
    tree = shapely.STRtree(above)
    inside, parents = tree.query(shapely.point_on_surface(shapes), predicate="within")
    borders = [
        shapely.boundary(_union(shapes[inside[parents == parent]])) for parent in np.unique(parents)
    ]
    if not borders:
        return np.empty(0, dtype=object)
    return shapely.get_parts(shapely.line_merge(shapely.union_all(borders)))


def _union(shapes: NDArray[np.object_]) -> Any:
    try:
        return shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException:
        return shapely.union_all(shapely.make_valid(shapes))


def _rings_on_grid(
    shapes: NDArray[np.object_], origin: tuple[float, float], grid: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    parts, owner_of_part = shapely.get_parts(shapes, return_index=True)
    polygons = shapely.get_dimensions(parts) == 2
    parts, owner_of_part = parts[polygons], owner_of_part[polygons]
    rings, part_of_ring = shapely.get_rings(
        shapely.orient_polygons(parts, exterior_cw=False), return_index=True
    )
    owner_of_ring = owner_of_part[part_of_ring]
    points, ring_of_point = _on_grid(rings, origin, grid)

    first = np.diff(ring_of_point, prepend=-1) > 0
    last = np.roll(first, -1)
    moved = np.any(points != np.roll(points, 1, axis=0), axis=1)
    sizes = np.bincount(ring_of_point[(first | moved) & ~last], minlength=len(rings))
    # A ring that shrinks to a line is left out, unless it is all an area has: then every
    # point stays, so that the area can still be found.
    flat = sizes < 3
    whole = np.bincount(owner_of_ring[~flat], minlength=len(shapes)) > 0
    gone = flat & whole[owner_of_ring]
    kept = ~last & (first | moved | flat[ring_of_point]) & ~gone[ring_of_point]
    sizes = np.bincount(ring_of_point[kept], minlength=len(rings))[~gone]
    counts = np.bincount(owner_of_ring[~gone], minlength=len(shapes))
    return points[kept], sizes, counts


def _lines_on_grid(
    lines: NDArray[np.object_], origin: tuple[float, float], grid: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    points, line_of_point = _on_grid(lines, origin, grid)
    return points, np.bincount(line_of_point, minlength=len(lines))


def _on_grid(
    lines: NDArray[np.object_], origin: tuple[float, float], grid: float
) -> tuple[NDArray[np.int64], NDArray[np.intp]]:
    points, owner = shapely.get_coordinates(lines, return_index=True)
    return np.rint((points - origin) / grid).astype(np.int64), owner


def _label_places(shapes: NDArray[np.object_]) -> NDArray[np.float64]:
    """Return east, north and free width, in metres, of a wide low box near the middle.

    Level lines cut the largest part of each area; of all boxes between a few
    neighbouring lines the one wins that holds the largest name of four times
    its height, those near the middle before others.
    """
    pieces, owner = shapely.get_parts(shapes, return_index=True)
    by_size = np.lexsort((-shapely.area(pieces), owner))
    parts = np.asarray(pieces)[by_size[np.diff(owner[by_size], prepend=-1) > 0]]

    rows = 13 if len(parts) < 10_000 else 7
    low_x, low_y, high_x, high_y = shapely.bounds(parts).T
    step = (high_y - low_y) / (rows + 1)
    norths = low_y[:, None] + step[:, None] * np.arange(1, rows + 1)
    ends = np.empty((len(parts), rows, 2, 2))
    ends[:, :, 0, 0], ends[:, :, 1, 0] = low_x[:, None] - 1, high_x[:, None] + 1
    ends[:, :, :, 1] = norths[:, :, None]
    lines = shapely.linestrings(ends.reshape(-1, 2, 2))
    cuts, row = shapely.get_parts(
        shapely.intersection(lines, np.repeat(parts, rows)), return_index=True
    )
    bounds = shapely.bounds(cuts)
    by_width = np.lexsort((bounds[:, 0] - bounds[:, 2], row))
    widest = by_width[np.diff(row[by_width], prepend=-1) > 0]
    reach = np.full((len(lines), 2), [np.inf, -np.inf])
    reach[row[widest]] = bounds[widest][:, [0, 2]]
    left, right = np.moveaxis(reach.reshape(-1, rows, 2), 2, 0)

    middles = shapely.get_y(shapely.centroid(parts))
    inside = shapely.get_coordinates(shapely.point_on_surface(parts))
    places = np.column_stack([inside, np.zeros(len(parts))])
    best = np.zeros(len(parts))
    for half in range(rows // 2 + 1):
        for middle in range(half, rows - half):
            from_x = left[:, middle - half : middle + half + 1].max(axis=1)
            to_x = right[:, middle - half : middle + half + 1].min(axis=1)
            width = to_x - from_x
            off_centre = np.abs(norths[:, middle] - middles) / (high_y - low_y)
            room = np.minimum(width, 4 * (2 * half + 1) * step)
            score = np.sqrt(np.maximum(room, 0)) * (1 - off_centre)
            better = score > best
            best[better] = score[better]
            found = np.column_stack([(from_x + to_x) / 2, norths[:, middle], width])
            places[better] = found[better]
    return places
