"""From the card of the network to the map of a sector and a place on it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.reader import choose, maps_of, pixel

EDGE = 'canvas[role="img"]'


def test_a_reader_goes_from_the_situation_to_a_sector_and_to_a_place(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    page = visit(server("demo"), "situation")
    page.get_by_role("link", name="Who reaches where").click()
    expect(page).to_have_url(re.compile(r"/network\?.*way=reach"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Youth work does not reach")
    settled(page)

    choose(page, "Sector", "Youth work")
    expect(page).to_have_url(re.compile(r"sector=youth_work"))
    (drawn,) = maps_of(page, 1)
    expect(drawn.locator(EDGE)).to_have_attribute("aria-label", re.compile("Eskevale, Staalwick"))

    page.get_by_text("Places open to the public", exact=True).click()
    expect(page.get_by_text("M meeting place")).to_be_visible()
    settled(page)
    (drawn,) = maps_of(page, 1)
    expect(drawn.locator(EDGE)).to_have_attribute("aria-label", re.compile("Youth work"))
    # The one place on the island, where no other lies near: hovered a little around its area's
    # label until the tip names it.
    left, top = pixel(page, drawn, "MH14")
    tip = drawn.locator(".groundwork-tip strong")
    for step in ((x, y) for x in range(-24, 25, 6) for y in range(-24, 25, 6)):
        page.mouse.move(left + step[0], top + step[1])
        if tip.is_visible() and tip.inner_text() == "Island School Hall":
            break
    expect(tip).to_have_text("Island School Hall")
