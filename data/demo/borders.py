"""How the land is drawn: straight cells first, then borders that look grown.

Every border is a line shared by its two neighbours. The lines are bent and
rounded to six decimals *before* polygons are made of them, so that neighbours
keep the very same vertices and nothing gapes or overlaps.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable

import numpy as np
import shapely
import town
from numpy.random import Generator
from shapely.geometry import LineString, MultiPoint, Point, Polygon
from shapely.geometry.base import BaseGeometry

SEED = (20250314, 1)
ISLAND = "MH14"
STEP = 0.3
"""Lines are bent until their pieces are shorter than this (km)."""
BEND, BEND_COAST = 0.15, 0.18
"""Largest displacement of a middle, as a share of the length of its piece."""
KM_PER_DEGREE = 111.32

Path = list[tuple[float, float]]


def districts() -> dict[str, Polygon]:
    """Draw the 24 districts of 2022.

    Returns
    -------
    dict
        ``area_id`` -> polygon in degrees (EPSG:4326), rounded to six decimals,
        outer ring counter-clockwise; together a valid coverage.
    """
    rng = np.random.default_rng(SEED)
    lines = [LineString(_degrees(_grown(line, rng))) for line in _straight_lines()]
    faces = shapely.get_parts(shapely.polygonize(lines))
    found = {ISLAND: Polygon(_degrees(_island(rng)))}
    for district in town.DISTRICTS.values():
        if district.area_id != ISLAND:
            middle = place(district.point)
            (found[district.area_id],) = [face for face in faces if face.contains(middle)]
    if len(found) != len(faces) + 1:
        raise ValueError(f"{len(faces)} cells on the mainland, {len(found) - 1} wanted")
    return {area_id: _tidy(found[area_id]) for area_id in sorted(found)}


def place(point: tuple[float, float]) -> Point:
    """Point in km as longitude and latitude."""
    return Point(_degrees([point])[0])


def union(polygons: Iterable[Polygon]) -> BaseGeometry:
    """Join polygons of one coverage; every vertex stays where it was."""
    return _tidy(shapely.coverage_union_all(list(polygons)))


def _straight_lines() -> list[LineString]:
    """Lines between the cells nearest to each district's point, each from fork to fork."""
    places = MultiPoint([d.point for d in town.DISTRICTS.values() if d.area_id != ISLAND])
    outline = Polygon(town.OUTLINE)
    inner = shapely.intersection(shapely.voronoi_polygons(places, only_edges=True), outline)
    network = shapely.unary_union([inner, outline.exterior], grid_size=1e-6)
    chains = shapely.get_parts(shapely.line_merge(network))
    return sorted((shapely.normalize(chain) for chain in chains), key=lambda c: list(c.coords))


def _grown(line: LineString, rng: Generator) -> Path:
    """Bend one line between its two ends, which stay."""
    ring = Polygon(town.OUTLINE).exterior
    coast = ring.distance(line.interpolate(0.5, normalized=True)) < 1e-4
    points = _rounded(list(line.coords)) if coast else list(line.coords)
    bent = [points[0]]
    for start, end in itertools.pairwise(points):
        bent += _bent(start, end, BEND_COAST if coast else BEND, rng)
    return _rounded(bent)


def _bent(
    start: tuple[float, float], end: tuple[float, float], share: float, rng: Generator
) -> Path:
    """Displace the middle sideways, again and again; return all but the start."""
    across, along = end[0] - start[0], end[1] - start[1]
    if math.hypot(across, along) < STEP:
        return [end]
    by = share * rng.uniform(-1, 1)
    middle = (
        (start[0] + end[0]) / 2 - by * along,
        (start[1] + end[1]) / 2 + by * across,
    )
    return _bent(start, middle, share, rng) + _bent(middle, end, share, rng)


def _rounded(points: Path) -> Path:
    """Cut every corner once (Chaikin 1974); both ends stay."""
    cut = [points[0]]
    for (x0, y0), (x1, y1) in itertools.pairwise(points):
        cut += [(0.75 * x0 + 0.25 * x1, 0.75 * y0 + 0.25 * y1)]
        cut += [(0.25 * x0 + 0.75 * x1, 0.25 * y0 + 0.75 * y1)]
    return [*cut, points[-1]]


def _island(rng: Generator, radius: float = 0.6, corners: int = 44) -> Path:
    """Draw an island near a circle: a few waves of different length on its shore."""
    x, y = town.DISTRICTS[ISLAND].point
    waves = [(k, rng.uniform(0.4, 1) * 0.16 / k**0.8, rng.uniform(0, 6.28)) for k in range(2, 9)]
    shore: Path = []
    for i in range(corners):
        angle = 2 * math.pi * i / corners
        far = radius * (1 + sum(a * math.cos(k * angle + shift) for k, a, shift in waves))
        shore.append((x + far * math.cos(angle), y + far * math.sin(angle)))
    return shore


def _degrees(points: Iterable[tuple[float, float]]) -> Path:
    """Kilometres from the anchor to longitude and latitude."""
    lon, lat = town.ANCHOR
    wide = KM_PER_DEGREE * math.cos(math.radians(lat))
    return [(round(lon + x / wide, 6), round(lat + y / KM_PER_DEGREE, 6)) for x, y in points]


def _tidy(shape: BaseGeometry) -> BaseGeometry:
    """Fix where rings start and which way they turn (RFC 7946)."""
    return shapely.orient_polygons(shapely.normalize(shape), exterior_cw=False)
