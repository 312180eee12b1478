"""The map under the hand of a reader: click, keyboard, recolouring, zoom, speed."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.reader import choose, click_on, listed, maps_of, pixel, tab_to, told

STAALWICK, NYHEGN = "MH16", "MH20"


def words(page: Page) -> str:
    """Everything a reader can read in the page itself."""
    return page.get_by_test_id("stMain").inner_text()


def test_a_click_opens_the_district_in_the_margin_and_in_the_address(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    page = visit(server("demo"), "district_map?indicator=unsafe_evening")
    first, _second = maps_of(page, 2)
    click_on(page, first, STAALWICK)
    expect(page).to_have_url(re.compile(rf"[?&]area={STAALWICK}(&|$)"))
    expect(page.get_by_role("heading", name="Staalwick", exact=True)).to_be_visible()
    settled(page)

    again = visit(server("demo"), page.url.split("/", 3)[3])
    maps_of(again, 2)
    assert words(again) == words(page)
    assert again.url == page.url

    page.get_by_role("link", name="Open Staalwick").click()
    expect(page).to_have_url(re.compile(rf"/district\?.*area={STAALWICK}"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Staalwick")


def test_a_click_on_the_other_map_and_a_second_click_both_count(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    page = visit(server("demo"), "district_map?indicator=unsafe_evening")
    first, second = maps_of(page, 2)
    clicks = ((second, NYHEGN, "Nyhegn"), (first, STAALWICK, "Staalwick"))
    for frame, area_id, name in (*clicks, *clicks):
        click_on(page, frame, area_id)
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        settled(page)


def test_a_click_beside_the_territory_changes_nothing(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    page = visit(server("demo"), f"district_map?area={NYHEGN}")
    first, _second = maps_of(page, 2)
    before = page.url
    box = first.frame_element().bounding_box()
    page.mouse.click(box["x"] + 3, box["y"] + 3)
    settled(page)
    assert page.url == before


def test_another_indicator_recolours_the_map_and_keeps_frame_and_zoom(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    page = visit(server("demo"), "district_map?indicator=unsafe_evening")
    first, second = maps_of(page, 2)
    for frame in (first, second):
        frame.evaluate("window.stays = true")
    first.get_by_role("button", name="Zoom in").click()
    settled(page)
    zoomed = told(first, "view()")
    for option in ("Trust in the municipality", "Young people outside work and education"):
        before = told(first, "recolours")
        choose(page, "Indicator", option)
        first.wait_for_function(f"window.groundworkMap.recolours > {before}")
        settled(page)
        assert first.evaluate("window.stays") is True
        assert told(first, "view()") == zoomed
        assert first.frame_element().is_visible()
    alt = first.locator("canvas[role=img]").get_attribute("aria-label")
    assert alt.startswith("Map of Young people outside work and education")


def test_maps_of_the_same_areas_move_together(server: Callable, visit: Callable) -> None:
    page = visit(server("demo"), "district_map?indicator=unsafe_evening")
    first, second = maps_of(page, 2)
    start = told(second, "view()")
    first.get_by_role("button", name="Zoom in").click()
    second.wait_for_function(f"window.groundworkMap.view().zoom > {start['zoom']}")
    first.get_by_role("button", name="Show the whole territory").click()
    second.wait_for_function(f"window.groundworkMap.view().zoom === {start['zoom']}")


def test_panning_and_zooming_run_nothing_on_the_server(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    page = visit(server("demo"), "district_map?indicator=unsafe_evening")
    first, _second = maps_of(page, 2)
    settled(page)
    page.evaluate(
        """() => {
          window.runs = 0;
          const app = document.querySelector('[data-testid=stApp]');
          new MutationObserver(() => app.dataset.testScriptState === 'running' && (window.runs += 1))
            .observe(app, { attributes: true, attributeFilter: ['data-test-script-state'] });
        }"""
    )
    x, y = pixel(page, first, STAALWICK)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 40, steps=5)
    page.mouse.up()
    first.get_by_role("button", name="Zoom in").click()
    first.get_by_role("button", name="Zoom out").click()
    settled(page)
    assert page.evaluate("window.runs") == 0


def test_the_tooltip_gives_name_and_figure(server: Callable, visit: Callable) -> None:
    page = visit(server("demo"), "district_map?indicator=unsafe_evening&period=2024")
    first, _second = maps_of(page, 2)
    page.mouse.move(*pixel(page, first, STAALWICK))
    tip = first.locator(".groundwork-tip")
    expect(tip.locator("strong")).to_have_text("Staalwick")
    expect(tip.locator("span")).to_contain_text("33.7–50.0")


def test_every_control_of_the_map_page_is_used_without_a_word_to_anybody_outside(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    page = visit(server("demo"), "district_map?indicator=unsafe_evening&area=MH16")
    maps_of(page, 2)
    page.get_by_role("button", name="Classes").click()
    for label in ("How areas are grouped", "Number of classes"):
        choose(page, label, 2)
        settled(page)
    page.get_by_text("Same limits for all periods").click()
    settled(page)
    page.keyboard.press("Escape")
    ways = page.get_by_test_id("stButtonGroup").get_by_role("radio")
    for place in (*range(1, ways.count()), 0):
        ways.nth(place).click()
        settled(page)
        maps_of(page, 1 if ways.nth(place).inner_text() == "Risk × protection" else 2)
    for place in range(2):
        page.get_by_text("Show as a table").nth(place).click()
        settled(page)
        expect(page.get_by_test_id("stDataFrame")).to_have_count(place + 1)
    for label in ("Period", "Indicator", "District", "Level"):
        choose(page, label, 0 if label == "Level" else 3)
        settled(page)
    for frame in maps_of(page, page.locator("iframe").count()):
        for name in ("Zoom in", "Zoom out", "Show the whole territory"):
            frame.get_by_role("button", name=name).click()
    page.get_by_test_id("stTopNavLink").filter(has_text="District").click()
    expect(page).to_have_url(re.compile("/district"))
    settled(page)
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    # The fixture holds the rest: no request outside, no error in the console or the log.


def test_a_district_is_chosen_and_opened_without_a_mouse(server: Callable, visit: Callable) -> None:
    page = visit(server("demo"), "district_map")
    maps_of(page, 2)
    tab_to(page, listed(page, "District"))
    page.keyboard.type("Nyhegn")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"area={NYHEGN}"))
    way_on = page.get_by_role("link", name="Open Nyhegn")
    expect(way_on).to_be_visible()
    tab_to(page, way_on)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/district\?.*area={NYHEGN}"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nyhegn")


def test_the_buttons_of_a_map_are_reached_by_keyboard(server: Callable, visit: Callable) -> None:
    page = visit(server("demo"), "district_map")
    first, _second = maps_of(page, 2)
    before = told(first, "view().zoom")
    first.get_by_role("button", name="Zoom in").focus()
    page.keyboard.press("Enter")
    first.wait_for_function(f"window.groundworkMap.view().zoom > {before}")


@pytest.mark.parametrize("asked", ["indicator=violence_rate&period=2019&level=lsoa"])
def test_london_paints_within_three_seconds_and_recolours_within_half_a_second(
    server: Callable,
    visit: Callable,
    settled: Callable,
    record_testsuite_property: Callable[[str, object], None],
    asked: str,
) -> None:
    london = server("london")
    visit(london, f"district_map?{asked}")  # the server has seen the level once
    page = visit(london, f"district_map?{asked}", wait=False)
    (frame,) = maps_of(page, 1)
    areas = frame.evaluate(
        "Object.values(window).find((one) => one && one.groundworkLayer)"
        ".groundworkLayer._geometry.areas"
    )
    assert areas == 4835
    painted = told(frame, "painted")
    settled(page)
    recolours = []
    for period in ("2020", "2019", "2020"):
        before = told(frame, "recolours")
        choose(page, "Period", period)
        frame.wait_for_function(f"window.groundworkMap.recolours > {before}")
        recolours.append(told(frame, "lastRecolourMs"))
    record_testsuite_property("first paint of 4,835 areas, ms", round(painted))
    record_testsuite_property("recolours of 4,835 areas, ms", [round(one) for one in recolours])
    assert painted <= 3000
    assert max(recolours) <= 500
