"""The sociogram: hovered, clicked, filtered, laid out anew and taken along."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
from playwright.sync_api import Page, expect

from analysis import tables
from analysis.disclosure import open_view
from analysis.intake.release import STORE
from analysis.measures import network, positions
from analysis.views import sociogram
from tests.browser.reader import choose

PICTURE = ".st-key-sociogram svg[width='820']"


def places(folder: Path) -> pd.DataFrame:
    """Where partners are drawn, in px from the middle of the picture, y down."""
    view = open_view(folder / STORE)
    partners, ties = view.table("partners"), view.table("ties")
    degree = network.partner_measures(partners, ties)["degree"]
    around = positions.wedges(partners, tuple(tables.SECTORS), tables.ESSENTIAL_SECTORS)
    names = partners.set_index("partner_id")["name"]
    spots = positions.target(partners, degree, around, sociogram.label_sizes(names))
    return spots[["x", "y"]] * [sociogram.RADIUS, -sociogram.RADIUS]


def point(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place of the picture on the screen, scrolled into view."""
    picture = page.locator(PICTURE)
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2 + x, box["y"] + box["height"] / 2 + y


def texts(page: Page) -> dict[str, tuple[float, float]]:
    """Every name in the picture and where it begins."""
    found = page.locator(f"{PICTURE} text").evaluate_all(
        "all => all.map(one => [one.textContent, one.getAttribute('transform') || "
        "`${one.getAttribute('x')} ${one.getAttribute('y')}`])"
    )
    return {words: place for words, place in found if words != "?"}


def test_a_coordinator_hovers_clicks_filters_lays_out_anew_and_takes_along(
    server: Callable, visit: Callable, settled: Callable
) -> None:
    town = server("demo")
    page = visit(town, "network", height=1600)
    spots = places(town.folder)
    picture = page.locator(PICTURE)

    # Who is hovered stands with those it works with; the others step back.
    page.mouse.move(*point(page, *spots.loc["P09"]))
    tip = page.get_by_text("works with 1 partner", exact=False)
    expect(tip).to_be_visible()
    faded = picture.locator("text", has_text="Debate House")
    near = picture.locator("text", has_text="Schools Liaison Desk")
    opacity = "one => Number(one.getAttribute('fill-opacity') ?? one.getAttribute('opacity') ?? 1)"
    assert faded.evaluate(opacity) < 0.5 < near.evaluate(opacity)

    # A click opens a partner, a second one closes it.
    page.mouse.click(*point(page, *spots.loc["P12"]))
    expect(page).to_have_url(re.compile(r"detail=P12"))
    expect(page.get_by_role("heading", name="Open Youth Work North")).to_be_visible()
    settled(page)
    page.mouse.click(*point(page, *spots.loc["P12"]))
    expect(page).not_to_have_url(re.compile(r"detail="))
    settled(page)

    # A click on a tie opens it: the only one of P27 runs to P26, in a bow.
    one, other = spots.loc["P27"], spots.loc["P26"]
    bow = (other - one) * sociogram.CURVE / 2
    page.mouse.click(*point(page, (one["x"] + other["x"]) / 2 - bow["y"],
                            (one["y"] + other["y"]) / 2 + bow["x"]))  # fmt: skip
    expect(page).to_have_url(re.compile(r"detail=P2[67](~|%7E)P2[67](~|%7E)contact"))
    expect(page.get_by_text("Harbour Radio News says")).to_be_visible()
    settled(page)
    choose(page, "Partner or tie", "Nothing chosen")
    settled(page)

    # A filter leaves out and moves nobody; another layout and back brings all back.
    before = texts(page)
    choose(page, "Sector", "Youth work")
    expect(page.get_by_text("a part is shown, figures are of the whole")).to_be_visible()
    settled(page)
    fewer = texts(page)
    assert "Debate House" in before
    assert "Debate House" not in fewer
    choose(page, "Sector", "All sectors")
    settled(page)
    drawn = picture.locator("path[fill=none]").count()
    choose(page, "Ties", "Referral")
    settled(page)
    assert texts(page).keys() == before.keys()
    assert picture.locator("path[fill=none]").count() < drawn
    choose(page, "Ties", "All ties")
    page.get_by_role("button", name="More choices").click()
    for label, option, usual, gone in (
        ("Strength", "3 and more", "Any", ""), ("District", "Torvemead", "All", "Seafarers' House"),
        ("Prevention", "Individual, for persons", "All", "City Library"),
    ):  # fmt: skip
        choose(page, label, option)
        expect(page.get_by_text("a part is shown, figures are of the whole")).to_be_visible()
        settled(page)
        assert picture.locator("path[fill=none]").count() < drawn
        if gone:
            assert gone in before
            assert gone not in texts(page)
        choose(page, label, usual)
        settled(page)
    page.keyboard.press("Escape")
    choose(page, "Layout", "Circle by sector")
    settled(page)
    assert texts(page) != before
    choose(page, "Layout", "Target")
    settled(page)
    assert texts(page) == before

    # Streamlit's own download of a chart would carry disputed ties.
    expect(page.get_by_role("button", name=re.compile("download", re.I))).to_have_count(0)
    for words, start in (("Picture (SVG)", b"<svg"), ("Picture (PNG)", b"\x89PNG"),
                         ("Table (CSV)", b"\xef\xbb\xbffrom")):  # fmt: skip
        with page.expect_download() as waiting:
            page.get_by_role("button", name=words).click()
        content = Path(waiting.value.path()).read_bytes()
        assert content.startswith(start)
        assert b"disputed" not in content


def test_on_a_narrow_screen_the_picture_keeps_its_size_and_scrolls(
    server: Callable, visit: Callable
) -> None:
    page = visit(server("demo"), "network", width=390)
    expect(page.locator(PICTURE)).to_be_visible()
    scrolled = page.evaluate(
        "() => { const one = document.querySelector('.st-key-sociogram-frame');"
        " return [one.scrollWidth, one.clientWidth, document.documentElement.scrollWidth] }"
    )
    assert scrolled[0] >= 820 > 390 >= scrolled[1]
    assert scrolled[2] <= 390
