"""Refreshing in a real browser: few clicks with a recipe, nothing kept of what is refused."""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import Locator, Page, expect

from analysis.intake.refresh import Refresh
from tests.browser.conftest import ROOT, Server, Visit

AT = dt.datetime(2025, 3, 4, 9, tzinfo=dt.UTC)
PERSONS = "name;e-mail;district;visits\n" + "".join(
    f"Anna Berg {n};anna.berg{n}@example.org;Havnside;{n}\n" for n in range(30)
)


class Hand:
    """A reader's hand on a page: each click is counted, also the one that opens the file dialog."""

    def __init__(self, page: Page, settled: Callable[..., None]) -> None:
        self.page, self.settled, self.clicks = page, settled, 0

    def click(self, target: Locator) -> None:
        """Click, and wait until the page has settled."""
        target.click()
        self.clicks += 1
        self.settled(self.page)

    def button(self, name: str) -> None:
        """Click the button with these words."""
        self.click(self.page.get_by_role("button", name=name, exact=True))

    def upload(self, name: str, content: str) -> None:
        """Choose a file in the browser's own dialog."""
        with self.page.expect_file_chooser() as chooser:
            self.page.get_by_role("button", name=re.compile("^Upload")).click()
        self.clicks += 1
        chooser.value.set_files(
            {"name": name, "mimeType": "text/csv", "buffer": content.encode("utf-8")}
        )
        expect(self.page.get_by_role("button", name="Read", exact=True)).to_be_visible()

    def write(self, label: str, text: str) -> None:
        """Click into a field and write."""
        field = self.page.get_by_label(label, exact=True)
        self.click(field)
        field.fill(text)


def panel(year: int) -> str:
    """The newest panel of the fictional town as a publisher would lay out that of another year."""
    published = pd.read_csv(ROOT / "data" / "demo" / "observations" / "unsafe_evening.csv")
    rows = published[(published["period"] == 2024) & (published["level"] == "district")]
    lines = [
        f"{row.area_id};{year};{row.count + number % 3 - 1:.0f};{row.denominator:.0f}\n"
        for number, row in enumerate(rows.dropna(subset="count").itertuples())
    ]
    return "Area code;Year;Feel unsafe;Asked\n" + "".join(lines)


def with_recipe(folder: Path) -> None:
    """Publish the panel of 2025 by answers, which become a recipe."""
    refresh = Refresh(folder)
    found = refresh.begin([("panel_2025.csv", panel(2025).encode())], by="anna", at=AT)
    answers = {
        "figure:Feel unsafe": "unsafe_evening", "role:Feel unsafe": "count",
        "figure:Asked": "unsafe_evening", "role:Asked": "denominator", "level": "district",
    }  # fmt: skip
    draft = refresh.answer(found.draft, found.files[0].file.checksum, answers)
    found = refresh.examine(draft)
    assert found.decision == "publishable", [one.text for one in found.questions]
    refresh.publish(found, by="anna", at=AT, reason="panel of 2025")
    assert (folder / "recipes" / "panel.toml").is_file()


def kept(folder: Path) -> set[str]:
    """Every file of a territory, but the catalogue's own."""
    found = (one for one in folder.rglob("*") if one.is_file())
    return {str(one.relative_to(folder)) for one in found if "sqlite" not in one.name}


def holds(folder: Path, text: str) -> bool:
    """Whether any file of a territory holds a text."""
    return any(text.encode() in one.read_bytes() for one in folder.rglob("*") if one.is_file())


def test_last_years_indicator_is_refreshed_in_six_clicks_and_rolled_back_in_three(
    server: Callable[..., Server], visit: Visit, settled: Callable[..., None]
) -> None:
    running = server("demo", fresh=True)
    with_recipe(running.folder)
    hand = Hand(visit(running, "refresh"), settled)
    hand.upload("panel_2026.csv", panel(2026))
    hand.button("Read")
    page = hand.page
    expect(page.get_by_role("heading", level=1)).to_have_text("24 new figures")
    hand.click(page.get_by_text("5 Publish", exact=True))
    hand.write("Reason", "panel of 2026")
    hand.button("Publish")
    expect(page.get_by_role("heading", level=1)).to_have_text("Release 3 is published")
    assert hand.clicks <= 6, f"{hand.clicks} clicks"
    assert Refresh(running.folder).drafts.all() == []

    hand = Hand(visit(running, "refresh"), settled)
    hand.button("Release 3")
    hand.write("Reason", "wrong year in the file")
    hand.button("Roll this release back")
    title = hand.page.get_by_role("heading", level=1)
    expect(title).to_have_text("Release 3 was rolled back")
    assert hand.clicks <= 3, f"{hand.clicks} clicks"
    assert Refresh(running.folder).store.periods("unsafe_evening", "district")[-1] == "2025"


def test_a_file_about_persons_is_refused_and_nothing_of_it_is_on_disk(
    server: Callable[..., Server], visit: Visit, settled: Callable[..., None]
) -> None:
    running = server("demo", fresh=True)
    before = kept(running.folder)
    hand = Hand(visit(running, "refresh"), settled)
    hand.upload("people.csv", PERSONS)
    hand.button("Read")
    alert = hand.page.get_by_role("alert").filter(has_text="refused")
    expect(alert).to_contain_text("'e-mail' holds e-mail addresses of persons")
    assert "Anna" not in hand.page.content()
    assert kept(running.folder) == before
    assert not holds(running.folder, "anna.berg")
    assert "anna.berg" not in running.log.read_text("utf-8", "replace")
    # The next reader finds an uploader without the file.
    expect(hand.page.get_by_role("button", name="Read", exact=True)).to_have_count(0)


def test_a_draft_survives_a_reload_by_its_address(
    server: Callable[..., Server], visit: Visit, settled: Callable[..., None]
) -> None:
    running = server("demo", fresh=True)
    hand = Hand(visit(running, "refresh"), settled)
    hand.upload("panel_2026.csv", panel(2026))
    hand.button("Read")
    page = hand.page
    expect(page).to_have_url(re.compile(r"draft=[0-9a-f]{8}"))
    heading = page.get_by_role("heading", level=1).inner_text()
    page.reload()
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    # By its address alone, in a window that knows nothing else.
    other = visit(running, page.url.removeprefix(running.url))
    expect(other.get_by_role("heading", level=1)).to_have_text(heading)
    hand.button("Discard draft")
    expect(page).not_to_have_url(re.compile("draft="))
    assert Refresh(running.folder).drafts.all() == []


def test_cancelling_while_a_file_is_read_leaves_no_draft_file_or_lock(
    server: Callable[..., Server], visit: Visit, settled: Callable[..., None]
) -> None:
    running = server("demo", fresh=True)
    before = kept(running.folder)
    rows = 400_000
    areas = np.char.add("MH", np.char.zfill(np.arange(rows).astype(str), 6))
    figures = pd.DataFrame({"Area code": areas, "Year": 2026, "Feel unsafe": 10, "Asked": 100})
    hand = Hand(visit(running, "refresh"), settled)
    page = hand.page
    hand.upload("large_2026.csv", figures.to_csv(index=False, sep=";"))
    page.get_by_role("button", name="Read", exact=True).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("Cancelled. Nothing of the file was kept.")).to_be_visible()
    settled(page, 120)
    expect(page.get_by_role("progressbar")).to_have_count(0)
    assert "draft=" not in page.url
    assert Refresh(running.folder).drafts.all() == []
    assert kept(running.folder) == before
    # Nobody holds the catalogue: another process may write at once.
    catalogue = running.folder / "store" / "catalogue.sqlite"
    with closing(sqlite3.connect(catalogue, timeout=1)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.rollback()
