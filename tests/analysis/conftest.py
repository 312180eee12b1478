"""A tiny town of 3 × 3 squares, written as a territory folder that each test changes as it likes.

::

    7 8 9      district n has the id Dn and the name "Square n", the town has the id T
    4 5 6
    1 2 3
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from analysis import findings, picture, tables
from analysis.disclosure import ProtectedView, open_view
from analysis.errors import Problem
from analysis.intake.release import build, territory_of
from analysis.territory import Folder, Territory, check_folder, read_folder

AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
SETTINGS = """\
id = "nine"
name = "Nine Squares"

[[levels]]
id = "town"
name = "town"

[[levels]]
id = "district"
name = "district"
"""
BOUNDARIES = """\
[[boundary]]
file = "town.geojson"
level = "town"

[[boundary]]
file = "districts.geojson"
level = "district"
parent = "parent_id"
source = "drawn by hand"
"""
COMMON = {"theme": "tensions", "source_kind": "administrative", "unit": "%", "title": "A title"}
CATALOGUE = (
    {"indicator_id": "residents", "factor": "context", "higher_is": "neutral", "theme": "base",
     "measure": "count", "disclosure_threshold": "0", "disclosure_reason": "open"},
    {"indicator_id": "incidents", "factor": "risk", "higher_is": "more", "measure": "count"},
    {"indicator_id": "rate", "factor": "risk", "higher_is": "more", "measure": "rate",
     "multiplier": "1000", "denominator_id": "residents"},
    {"indicator_id": "share", "factor": "risk", "higher_is": "more", "measure": "proportion",
     "multiplier": "100", "partner_ids": "mood"},
    {"indicator_id": "mood", "factor": "protective", "higher_is": "more", "measure": "mean",
     "source_kind": "survey", "theme": "belonging"},
    {"indicator_id": "talk", "factor": "risk", "higher_is": "more", "measure": "ordinal",
     "source_kind": "survey", "disclosure_threshold": "0", "disclosure_reason": "a sample"},
)  # fmt: skip


def squares() -> gpd.GeoDataFrame:
    """Answer with the nine districts in degrees."""
    rows = [
        {
            "area_id": f"D{number + 1}",
            "name": f"Square {number + 1}",
            "parent_id": "T",
            "geometry": shapely.box(x := 5 + 0.01 * (number % 3), y := 50 + 0.01 * (number // 3),
                                    x + 0.01, y + 0.01),
        }
        for number in range(9)
    ]  # fmt: skip
    return gpd.GeoDataFrame(rows, crs="EPSG:4326")


class NineSquares:
    """A territory folder that reads without a problem as long as nobody changes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("territory.toml", SETTINGS)
        self.write("boundaries/boundaries.toml", BOUNDARIES)
        self.write("boundaries/districts.geojson", squares().to_json())
        town = gpd.GeoDataFrame(
            {"area_id": ["T"], "name": ["Nine"], "geometry": [squares().union_all()]},
            crs="EPSG:4326",
        )
        self.write("boundaries/town.geojson", town.to_json())
        self.catalogue(*CATALOGUE)

    def write(self, name: str, content: str | bytes) -> Path:
        """Write one file of the folder."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def catalogue(self, *rows: dict[str, str]) -> None:
        """Write ``indicators.csv`` with these rows, whose common cells go without saying."""
        table = pd.DataFrame([COMMON | row for row in rows]).fillna("")
        self.write(tables.INDICATORS.file, table.to_csv(index=False))

    def change(self, indicator_id: str, **cells: str) -> None:
        """Change cells of one row of ``indicators.csv``."""
        self.catalogue(
            *(row | cells if row["indicator_id"] == indicator_id else row for row in CATALOGUE)
        )

    def observe(self, *lines: str, columns: str = "", file: str = "all") -> None:
        """Write observations: a header, and lines of its cells."""
        header = columns or "level,area_id,indicator_id,period,count,denominator"
        self.write(f"observations/{file}.csv", "\n".join([header, *lines, ""]))

    def problems(self) -> list[Problem]:
        """Check the folder."""
        return check_folder(self.path)

    def territory(self) -> Territory:
        """Read the folder."""
        return read_folder(self.path).territory

    def build(self, **more: object) -> ProtectedView:
        """Build the store and open it as pages do."""
        build(self.path, at=AT, **more)  # type: ignore[arg-type]
        return open_view(self.path / "store")


@pytest.fixture(scope="session")
def demo_folder(world: Callable[[str], Path]) -> Folder:
    """Answer with the fictional town as it is read from its folder; nobody may change it."""
    return read_folder(world("demo"))


def assessed(view: ProtectedView, period: str) -> pd.DataFrame:
    """Answer with all comparisons and trends of districts up to a period."""
    here = territory_of(view)
    return findings.assess(
        view, here, "district", period,
        cache(lambda *what: picture.figures(view, here, *what)),
        cache(lambda *what: picture.area_trends(view, here, *what)),
    )  # fmt: skip


@pytest.fixture(scope="session")
def demo_view(world: Callable[[str], Path]) -> ProtectedView:
    """Answer with the fictional town as pages see it."""
    return open_view(world("demo") / "store")


@pytest.fixture(scope="session")
def demo_rows(demo_view: ProtectedView) -> pd.DataFrame:
    """Answer with all comparisons and trends of the fictional town in 2024; nobody may change it."""
    return assessed(demo_view, "2024")


@pytest.fixture
def nine(tmp_path: Path) -> NineSquares:
    """Answer with the town of nine squares, without observations."""
    return NineSquares(tmp_path / "nine")
