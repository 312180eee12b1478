"""From a need without a rule to a rule, published, printed, and taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.reader import bring_into_view, choose
from tests.browser.test_downloads import taken


def name(page: Page, settled: Callable, label: str, words: str) -> None:
    """Write into a list of parties and take it over."""
    field = page.get_by_test_id("stMultiSelect").filter(has_text=label).get_by_role("combobox")
    bring_into_view(page, field)
    field.fill(words)
    field.press("Enter")
    page.keyboard.press("Escape")
    settled(page)


def test_a_need_without_a_rule_gets_one_is_gone_from_the_first_place_and_comes_back(
    server: Callable, visit: Callable, settled: Callable, tmp_path: Path
) -> None:
    page = visit(server("demo", fresh=True), "network?way=sharing&day=2025-03-14", height=1000)
    title = page.get_by_role("heading", level=1)
    expect(title).to_have_text("2 needs that partners could meet have no rule yet")
    listed = page.locator("table").first.locator("tbody tr")
    expect(listed.nth(1)).to_contain_text("That a worry was answered")
    sheet = taken(page, "Sheet for the meeting", tmp_path)
    assert sheet.name == "information_sharing_2025-03-14.pdf"
    assert sheet.read_bytes().startswith(b"%PDF-")

    choose(page, "Which", "! needed, no rule · That a worry was answered")
    settled(page)
    name(page, settled, "Who may have it, by rule", "education")
    name(page, settled, "Who may have it, by rule", "school nurses")
    page.get_by_label("When", exact=True).fill("within 20 days")
    page.get_by_label("Reason of the change").fill("agreed in March")
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Published as release 2: agreed in March.")).to_be_visible()
    settled(page)
    expect(title).to_have_text("1 need that a partner could meet has no rule yet")
    expect(listed.filter(has_text="That a worry was answered")).to_contain_text("not signed")
    expect(listed.filter(has_text="within 20 days")).to_have_count(1)

    page.get_by_role("link", name=re.compile("See this release")).click()
    settled(page)
    expect(title).to_have_text("Release 2 is published")
    page.get_by_label("Reason").fill("one more round")
    page.get_by_role("button", name="Roll this release back").click()
    settled(page)
    expect(title).to_have_text("Release 2 was rolled back")
    page.get_by_role("link", name="Network").click()
    settled(page)
    expect(title).to_have_text("2 needs that partners could meet have no rule yet")
