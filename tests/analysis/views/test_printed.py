"""Sheets to print: nothing in them is read as markup, any letter can be set."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from analysis import sharing
from analysis.language import use
from analysis.views.printed import Sheet
from analysis.views.sharing import meeting_sheet

DAY = dt.date(2025, 3, 14)
SECTORS = (("police", "police"), ("education", "education"))
PARTNERS = pd.DataFrame(
    {"partner_id": ["P1"], "name": ["Station #1 <b>"], "sector": ["police"]}, dtype="str"
)
SHARING = pd.DataFrame(
    {
        "information": ["old", "worries", "tensions", "figures"],
        "held_by": ["police", "police", "police", "police"],
        "shared_with": ["all", "all", "", "all"],
        "needed_by": ["", "", "education", ""],
        "coordinator": ["P1", "", "", ""],
        "timing": ["weekly", "", "", ""],
        "signed": ["2024-01-01", "", "", "2025-02-01"],
    },
    dtype="str",
)


def sheet(rules: pd.DataFrame = SHARING) -> Sheet:
    found = sharing.sharing_on(rules, sharing.Directory(PARTNERS, SECTORS), DAY)
    return meeting_sheet(found, PARTNERS, "Town", "rules")


def test_needs_come_first_then_unsigned_then_what_was_not_looked_at_and_nothing_in_order():
    groups = sheet().said["groups"]
    assert [
        (group["title"], [row["what"] for row in group["rows"]])
        for group in groups  # type: ignore[attr-defined]
    ] == [
        ("Needed, no rule · 1", ["Tensions"]),
        ("Not signed · 1", ["Worries"]),
        ("Review due · 1", ["Old"]),
    ]
    assert groups[2]["rows"][0] == {  # type: ignore[index]
        "what": "Old", "why": "Last looked at on 1 Jan 2024.", "how": "weekly",
        "who": "Station #1 <b>",
    }  # fmt: skip


def test_the_same_words_give_the_same_pdf():
    first = sheet().pdf()
    assert first.startswith(b"%PDF-")
    assert b"pdfuaid" in first
    assert first == sheet().pdf()


def test_where_nothing_is_open_the_sheet_says_so():
    empty = sheet(SHARING.iloc[3:])
    assert empty.said["groups"] == []
    assert empty.pdf().startswith(b"%PDF-")


def test_words_of_a_file_are_no_markup_and_any_letter_can_be_set():
    odd = SHARING.assign(information=["#let x = 1", "$a", "*b* <script> @c \\", "مرحبا 你好 😀"])
    assert sheet(odd.iloc[:3]).pdf().startswith(b"%PDF-")
    assert sheet(odd.assign(signed="")).pdf().startswith(b"%PDF-")


def test_a_template_that_cannot_be_set_as_meant_is_an_error(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("analysis.views.printed.font_directory", "/nowhere")
    with pytest.raises(ValueError, match=r"meeting_sheet\.typ: unknown font family"):
        sheet().pdf()


def test_the_language_of_the_reader_stands_in_the_document():
    with use("en"):
        assert sheet().said["lang"] == "en"
