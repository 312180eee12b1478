"""Who reads with other eyes, on another screen: accessibility, dark mode, a telephone."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page, expect

from tests.browser.reader import maps_of

PATHS = [
    "district_map?area=MH16",
    "district?area=MH16",
    "district_map?show=both&indicator=unsafe_evening",
    "compare",
    "compare?compare=pair",
    "compare?compare=funnel",
    "trends?area=MH16",
    "trends?trend=all",
    "trends?trend=matrix",
    "methods",
    "methods?about=statistics",
    "situation",
    "network?way=ties",
    "network?way=leaving",
    "network?way=measures",
    "network?way=reach",
    "network?way=sharing",
    "network?way=contacts",
]
OPEN = ("methods", "network?way=measures", "network?way=sharing", "network?way=contacts")
"""Beginnings of pages whose tables stand open."""
PLAIN = ("network?way=ties", "network?way=leaving")
"""Beginnings of pages with a plain table."""
#: Rules of axe that Streamlit breaks by itself, with the reason why we cannot mend it here.
STREAMLITS_OWN: dict[str, str] = {}


def open_whole(visit: Callable, server: Callable, path: str, **window: object) -> Page:
    """Open a page with its maps painted."""
    page = visit(server("demo"), path, **window)
    if path.startswith("district_map"):
        maps_of(page, 1 if "show=both" in path else 2)
    return page


def violations(place: Page | Frame) -> list[str]:
    """Return what axe calls serious or critical and is ours."""
    answer = Axe().run(place).response
    assert answer["passes"], "axe looked at nothing"
    return [
        f"{found['id']}: {found['help']}: {node['target']} {node['html'][:160]}"
        for found in answer["violations"]
        if found["impact"] in ("serious", "critical") and found["id"] not in STREAMLITS_OWN
        for node in found["nodes"]
    ]


def beyond_the_screen(page: Page) -> list[int]:
    """Return by how many pixels the page, and its main part, are wider than what is seen."""
    wide: list[int] = page.evaluate(
        """() => [document.documentElement, document.querySelector('[data-testid=stMain]')]
          .map((one) => one.scrollWidth - one.clientWidth)"""
    )
    return wide


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_can_be_read_with_other_eyes_and_on_a_telephone(
    server: Callable, visit: Callable, settled: Callable, path: str, dark: bool
) -> None:
    page = open_whole(visit, server, path, dark=dark)
    assert violations(page) == []
    for frame in page.frames[1:]:
        assert violations(frame) == []
    assert beyond_the_screen(page) == [0, 0]
    if not path.startswith(OPEN):
        # A table of partners is plain, as Streamlit offers its own file of any other.
        plain = path.startswith(PLAIN)
        tables = page.get_by_test_id("stTable" if plain else "stDataFrame")
        if plain:
            expect(tables.first).to_be_visible()
        before = tables.count() if plain else 0
        page.get_by_text("Show as a table").first.click()
        settled(page)
        expect(tables).to_have_count(before + 1)
        assert violations(page) == []
    page.set_viewport_size({"width": 390, "height": 800})
    settled(page)
    assert beyond_the_screen(page) == [0, 0]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_map_follows_the_mode_of_the_page(
    server: Callable, visit: Callable, dark: bool
) -> None:
    page = open_whole(visit, server, PATHS[0], dark=dark)
    for frame in page.frames[1:]:
        mode = frame.locator(".leaflet-container").get_attribute("data-mode")
        assert mode == ("dark" if dark else "light")


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1280, "wide")])
def test_the_spine_takes_the_form_that_fits_the_screen(
    server: Callable, visit: Callable, width: int, shown: str
) -> None:
    page = open_whole(visit, server, "district?area=MH16", width=width)
    for form in ("wide", "narrow"):
        expect(page.locator(f".st-key-{form}-spine")).to_be_visible(visible=form == shown)
    chart = page.locator(f".st-key-{shown}-spine .js-plotly-plot")
    box = chart.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    beyond = page.evaluate(
        """(form) => [...document.querySelectorAll(`.st-key-${form}-spine text`)]
          .filter((one) => { const box = one.getBoundingClientRect();
            return box.width && (box.left < -1 || box.right > innerWidth + 1); })
          .map((one) => one.textContent)""",
        shown,
    )
    assert beyond == []


def test_a_telephone_reaches_every_page(server: Callable, visit: Callable) -> None:
    page = visit(server("demo"), "district_map", width=390)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name="District").click()
    expect(page).to_have_url(re.compile(r"/district\?"), timeout=60_000)
