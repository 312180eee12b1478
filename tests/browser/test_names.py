"""Names come from files of strangers: they are read, never run."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reader import maps_of, opened, pixel

NAME = "<script>window.hacked=1</script>"
PLANTED = "3"


def hacked(page: Page) -> list[str]:
    """Return the frames in which something from a name has run or has become markup."""
    return [
        frame.url
        for frame in page.frames
        if frame.evaluate(
            """() => window.hacked !== undefined
              || [...document.scripts].some((one) => one.textContent.includes('hacked'))"""
        )
    ]


def test_a_script_in_a_name_never_runs_on_the_map_page(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    page = visit(server("rough"), f"district_map?indicator=unsafe&area={PLANTED}")
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    for frame in maps_of(page, 2):
        for area in "123456789":
            page.mouse.move(*pixel(page, frame, area))
        page.mouse.move(*pixel(page, frame, PLANTED))
        expect(frame.locator(".groundwork-tip strong")).to_have_text(NAME)
    for place in range(2):
        page.get_by_text("Show as a table").nth(place).click()
        settled(page)
    for label in ("District", "Indicator"):
        opened(page, label)
        page.keyboard.press("Escape")
    assert hacked(page) == []
    for way in ("difference", "change", "both"):
        page = visit(server("rough"), f"district_map?indicator=unsafe&area={PLANTED}&show={way}")
        maps_of(page, 1 if way == "both" else 2)
        assert hacked(page) == []


def test_a_script_in_a_name_never_runs_on_the_district_page(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    page = visit(server("rough"), f"district?area={PLANTED}")
    expect(page.get_by_role("heading", level=1)).to_contain_text(NAME)
    page.get_by_text("Show as a table").click()
    settled(page)
    charts = page.locator(".js-plotly-plot:visible")
    assert charts.count() > 3
    for place in range(charts.count()):
        chart = charts.nth(place)
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        for share in (0.15, 0.4, 0.65, 0.9):
            page.mouse.move(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    assert hacked(page) == []


@pytest.mark.parametrize("path", ["district_map", "district"])
def test_a_script_in_the_address_never_runs(server: Callable, visit: Callable, path: str) -> None:
    page = visit(server("rough"), f"{path}?area=%3Cscript%3Ewindow.hacked%3D1%3C%2Fscript%3E")
    expect(page.get_by_role("alert").first).to_contain_text("usual choice")
    assert hacked(page) == []
