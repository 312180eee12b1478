"""Links, frame and address bar in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from pages.shared import frame
from tests.browser.reader import maps_of

PAGES = [page.file for page in frame.PAGES]


COLD = ("district", "refresh")
"""Pages asked for first of a fresh server; the harness of the page tests asks each page so."""


@pytest.mark.parametrize("page_name", COLD)
def test_a_page_is_inside_the_frame_as_the_first_request_of_a_fresh_server(
    server: Callable, visit: Callable, page_name: str
) -> None:
    page = visit(server("bare", fresh=True), f"{page_name}?area=B5")
    navigation = page.get_by_test_id("stTopNavLink")
    expect(navigation).to_have_count(len(PAGES))
    expect(navigation.first).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_url(re.compile(rf"/{page_name}\?.*area=B5"))
    if page_name == "district":
        expect(page.get_by_text("Fir").first).to_be_visible()


def test_the_bare_address_lands_on_the_first_page(server: Callable, visit: Callable) -> None:
    page = visit(server("bare"))
    expect(page).to_have_url(re.compile(rf"/{PAGES[0]}(\?|$)"))
    maps_of(page, 1)


def test_a_missing_store_is_built_before_the_eyes_of_the_reader(
    server: Callable, visit: Callable, world: Callable[[str], Path], tmp_path: Path
) -> None:
    left_out = shutil.ignore_patterns("store")
    folder = Path(shutil.copytree(world("demo"), tmp_path / "new", ignore=left_out))
    page = visit(server(folder), "district_map", wait=False)
    progress = page.get_by_test_id("stProgress")
    expect(progress).to_be_visible(timeout=30_000)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=60_000)
    expect(progress).to_have_count(0)
    maps_of(page, 2)


def test_an_unknown_id_in_the_address_is_said_and_stays_said(
    server: Callable, visit: Callable
) -> None:
    page = visit(server("bare"), "district_map?area=nowhere")
    maps_of(page, 1)
    expect(page.get_by_role("alert")).to_contain_text("nowhere")


def test_back_leads_to_the_page_before_in_two_steps(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    """One step undoes the address the page wrote, the other leaves it."""
    page = visit(server("bare"), "district?area=B2")
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("Birch")
    before = page.evaluate("history.length")
    page.get_by_test_id("stTopNavLink").filter(has_text="Map").click()
    expect(title).to_have_text("Library visits, 2024")
    maps_of(page, 1)
    settled(page)
    assert page.evaluate("history.length") <= before + 2
    page.go_back()
    settled(page)
    page.go_back()
    expect(title).to_have_text("Birch")
