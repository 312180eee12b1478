"""What a reader takes home: tables that open, pictures that are pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from playwright.sync_api import Page

from tests.browser.reader import maps_of

SVG = "{http://www.w3.org/2000/svg}"


def taken(page: Page, name: str, folder: Path) -> Path:
    """Click a download and return the file."""
    with page.expect_download() as coming:
        page.get_by_role("button", name=name).first.click()
    return Path(coming.value.path()).rename(folder / coming.value.suggested_filename)


@pytest.mark.parametrize("world_name", ["demo", "rough"])
def test_the_table_of_a_map_opens_in_pandas_with_source_and_caution(
    server: Callable, visit: Callable, tmp_path: Path, world_name: str
) -> None:
    page = visit(server(world_name), "district_map")
    maps_of(page, 2)
    path = taken(page, "Table (CSV)", tmp_path)
    frame = pd.read_csv(path)
    assert path.suffix == ".csv"
    assert list(frame.columns[-3:]) == ["source", "licence", "caution"]
    assert len(frame) == {"demo": 24, "rough": 9}[world_name]
    assert pd.api.types.is_numeric_dtype(frame["value"])
    assert frame["area_id"].is_unique
    assert not frame["name"].str.startswith(("=", "+", "-", "@")).any()


@pytest.mark.parametrize("world_name", ["demo", "rough"])
def test_the_picture_of_a_map_is_clean_svg(
    server: Callable, visit: Callable, tmp_path: Path, world_name: str
) -> None:
    page = visit(server(world_name), "district_map")
    maps_of(page, 2)
    path = taken(page, "Picture (SVG)", tmp_path)
    root = ElementTree.parse(path).getroot()
    assert path.suffix == ".svg"
    assert root.tag == f"{SVG}svg"
    for element in root.iter():
        assert element.tag not in (f"{SVG}script", f"{SVG}foreignObject")
        for name, value in element.attrib.items():
            assert not name.lower().startswith("on")
            assert not (name.endswith("href") and not value.startswith("#"))
    assert root.find(f"{SVG}title") is not None


def test_the_table_of_a_district_opens_in_pandas(
    server: Callable, visit: Callable, tmp_path: Path
) -> None:
    page = visit(server("demo"), "district?area=MH16")
    frame = pd.read_csv(taken(page, "Table (CSV)", tmp_path))
    assert set(frame["area"]) == {"Staalwick"}
    assert {"indicator_id", "value", "lower", "upper", "benchmark"} <= set(frame.columns)
    assert len(frame) == 39
