"""What a reader does on a page: looks at a map, clicks into it, chooses from a list."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import ElementHandle, Frame, Locator, Page, TimeoutError, expect

MAPS = 'iframe[title="streamlit_folium.st_folium"]'
STILL = """() => new Promise((done) => {
  const main = document.querySelector('[data-testid=stMain]');
  const [last, same] = [{ top: NaN }, { frames: 0 }];
  const look = () => {
    same.frames = main.scrollTop === last.top ? same.frames + 1 : 0;
    last.top = main.scrollTop;
    if (same.frames > 3) done(); else requestAnimationFrame(look);
  };
  look();
})"""
ALL_PAINTED = """([maps, count]) => {
  const found = [...document.querySelectorAll(maps)];
  return found.length === count
    && found.every((one) => Number.isFinite(one.contentWindow.groundworkMap?.painted));
}"""


def maps_of(page: Page, count: int) -> list[Frame]:
    """Return the frames of the maps, once there are so many and each is painted."""
    page.wait_for_function(ALL_PAINTED, arg=[MAPS, count], timeout=60_000)
    found = [handle.content_frame() for handle in page.locator(MAPS).element_handles()]
    assert len(found) == count
    return [frame for frame in found if frame is not None]


def told(frame: Frame, what: str) -> Any:
    """Return what the layer of a map reports of itself: painted, recolours, view()."""
    return frame.evaluate(f"window.groundworkMap.{what}")


def bring_into_view(page: Page, target: Locator | ElementHandle) -> None:
    """Scroll until the target is seen, and wait until the scroll is over: it closes lists."""
    target.scroll_into_view_if_needed()
    page.evaluate(STILL)


def pixel(page: Page, frame: Frame, area_id: str) -> tuple[float, float]:
    """Return where the label of an area lies in the window, scrolled into view."""
    element = frame.frame_element()
    bring_into_view(page, element)
    box = element.bounding_box()
    point = told(frame, f"place({json.dumps(area_id)})")
    assert box is not None
    assert point is not None
    return box["x"] + point["x"], box["y"] + point["y"]


def click_on(page: Page, frame: Frame, area_id: str) -> None:
    """Click on an area where its label lies."""
    page.mouse.click(*pixel(page, frame, area_id))


def listed(page: Page, label: str) -> Locator:
    """Return the list with this label, where the reader types."""
    titled = page.locator("label", has_text=re.compile(f"^{re.escape(label)}$"))
    return page.get_by_test_id("stSelectbox").filter(has=titled).get_by_role("combobox")


def opened(page: Page, label: str) -> Locator:
    """Open a list and return its options."""
    field = listed(page, label)
    bring_into_view(page, field)
    field.click()
    options = page.get_by_role("option")
    try:
        options.first.wait_for(timeout=2000)
    except TimeoutError:  # a late scroll event closes a list that has just opened
        field.click()
    expect(options.first).to_be_visible()
    return options


def choose(page: Page, label: str, option: str | int) -> None:
    """Choose from a list by words it begins with, or by place."""
    options = opened(page, label)
    if isinstance(option, int):
        options.nth(option).click()
    else:
        options.filter(has_text=re.compile(f"^{re.escape(option)}")).click()


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until the target has the focus."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if target.evaluate("(one) => one.contains(document.activeElement)"):
            return
    raise AssertionError("no Tab leads there")
