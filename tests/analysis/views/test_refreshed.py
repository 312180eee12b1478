"""Views of a refresh: the bar is the rows, the tables say what the numbers are."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from analysis.catalogue import Catalogue, Indicator
from analysis.views import refreshed
from analysis.views.theme import palette

FATES = {"exact": 106, "accepted": 7, "set_aside": 0, "waiting": 5}


@pytest.fixture
def unsafe(demo_folder) -> Indicator:
    return demo_folder.territory.catalogue["unsafe_evening"]


def pieces(html: str) -> list[int]:
    return [int(one) for one in re.findall(r"flex:(\d+) 1 0", html)]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_bar_has_a_piece_for_each_fate_that_has_rows(mode) -> None:
    drawn = refreshed.rows_bar(FATES, mode)
    assert pieces(drawn.html) == [106, 7, 5]
    assert drawn.alt == (
        "Of 118 rows: 106 matched as written, 7 matched after you agreed, 5 waiting for you."
    )
    assert palette(mode).accent in drawn.html
    assert "set aside" not in drawn.html


def test_a_row_in_a_million_still_has_a_piece_to_be_seen() -> None:
    drawn = refreshed.rows_bar({"exact": 1_000_000, "waiting": 1}, "light")
    assert drawn.html.count("min-width:6px") == 2
    assert "1,000,000" in drawn.html


def test_a_file_without_rows_says_so() -> None:
    assert refreshed.rows_bar(dict.fromkeys(FATES, 0), "light").alt == "Of 0 rows: none."


def test_the_ledger_names_what_differs_and_sums_up_the_rest() -> None:
    columns = ["place", "place_name", "area_name", "how", "rows"]
    names = pd.DataFrame(
        [
            ["Staalwijk", "Staalwijk", "Staalwick", "nearly the same name", 4],
            ["a", "A", "A", "id and name agree", 5],
            ["b", "B", "B", "id and name agree", 6],
        ],
        columns=columns,
    )
    table = refreshed.names_table(names.iloc[:1], names, "district")
    assert table.columns.tolist() == ["In the file", "District", "How", "Rows"]
    assert table.to_numpy().tolist() == [
        ["Staalwijk", "Staalwick", "nearly the same name", 4],
        ["2 further names", "as written", "id and name agree", 11],
    ]
    assert table["Rows"].sum() == names["rows"].sum()


def test_the_sums_come_out() -> None:
    counts = {
        "rows_in": 118, "matched": 113, "data_only": 3, "duplicated": 2, "ambiguous": 0,
        "areas": 25, "matched_areas": 24, "boundary_only": 1,
    }  # fmt: skip
    table = refreshed.sums_table(counts).set_index("Sum")["Count"]
    assert table["Rows accounted for"] == table["Rows in the file"] == 118
    assert table["with a row"] + table["without a row"] == table["Areas on the boundary"]


def difference(**more: object) -> dict[str, object]:
    return {
        "level": "district", "area_id": "MH01", "name": "Havnside", "period": "2024",
        "category": "", "kind": "changed", "before": 25.0, "after": 27.5, "difference": 2.5,
        "status_before": "observed", "status_after": "observed",
    } | more  # fmt: skip


def test_a_difference_says_both_sides_in_the_indicators_own_words(unsafe) -> None:
    rows = pd.DataFrame(
        [
            difference(),
            difference(kind="status", after=np.nan, difference=np.nan, status_after="suppressed"),
            difference(kind="new", before=np.nan, difference=np.nan, status_before=""),
        ]
    )
    view = refreshed.differences_view(rows, unsafe, "draft 1")
    changed, hidden, new = view.table.to_dict("records")
    assert (changed["Published"], changed["In this draft"]) == ("25.0\u00a0%", "27.5\u00a0%")
    assert changed["Difference"] == "+2.5 percentage points"
    assert hidden["In this draft"] == "hidden to protect people"
    assert (new["What"], new["Published"], new["Difference"]) == ("new", "", "")
    assert "Answer" not in view.table
    assert view.download["difference"].tolist()[0] == 2.5


def test_of_many_differences_the_first_are_shown_and_all_are_in_the_download(unsafe) -> None:
    rows = pd.DataFrame([difference()] * (refreshed.MOST_ROWS + 1))
    view = refreshed.differences_view(rows, unsafe, "draft 1")
    assert (len(view.table), len(view.download)) == (500, 501)
    assert view.notes == ("The first 500 of 501 differences; the download holds all.",)


def test_strengths_and_risks_that_change_class_stand_apart(demo_folder) -> None:
    catalogue: Catalogue = demo_folder.territory.catalogue
    rows = pd.DataFrame(
        [
            ["unsafe_evening", "a", "A", "2023", "2024", "worse", "similar"],
            ["feels_at_home", "b", "B", "2023", "2024", "similar", "clearly_better"],
        ],
        columns=["indicator_id", "area_id", "name", "period_before", "period", "before", "after"],
    )
    risks = refreshed.class_changes_table(rows, catalogue, "risk")
    strengths = refreshed.class_changes_table(rows, catalogue, "protective")
    assert risks["Name"].tolist() == ["A"]
    assert risks["Published, 2023"].tolist() == ["higher"]
    assert "Indicator" in risks
    assert "Indicator" not in refreshed.class_changes_table(rows.iloc[:1], catalogue, "risk")
    assert strengths["Then, 2024"].tolist() == ["clearly higher"]
    several = pd.concat([rows, rows.assign(period="2022")])
    assert refreshed.class_changes_table(several, catalogue, "risk")["Then"].tolist() == [
        "similar (2024)", "similar (2022)",
    ]  # fmt: skip


def test_what_is_due_is_said_in_words() -> None:
    rows = pd.DataFrame(
        [["Unsafe", "", "SY", "2026-02-27", "late"]],
        columns=["title", "publisher", "frequency", "next_due", "state"],
    )
    assert refreshed.due_table(rows).to_numpy().tolist() == [
        ["Unsafe", "publisher not stated", "school year", "27 Feb 2026", "late"]
    ]


def test_columns_of_a_file_leave_out_what_nobody_can_read_anything_from() -> None:
    table = refreshed.columns_table([("Rate", "figure", "-", ""), ("Code", "place_name", "", "")])
    assert table.to_numpy().tolist() == [["Rate", "figure"], ["Code", "place name"]]
