"""What is found in a network, in words that hold."""

from __future__ import annotations

import pandas as pd

from analysis import cooperation
from analysis.partnership import Overview
from analysis.tables import SECTORS


def overview(**given: object) -> Overview:
    usual = {
        "year": 2025,
        "partners": pd.Series([2, 1, 0], ["police", "health", "probation"], name="partners"),
        "essential": ("police", "probation"),
        "served": pd.DataFrame(columns=["sector", "area_ids"]),
        "mixing": pd.DataFrame([[1, 1], [1, 0]], ["police", "health"], ["police", "health"]),
        "density": 0.5, "ei_index": 1 / 3, "answered": 2, "reason": "",
    }  # fmt: skip
    return Overview(**(usual | given))  # type: ignore[arg-type]


def test_the_title_names_the_essential_sectors_that_are_missing():
    title = cooperation.overview_title(overview(), SECTORS, "Havn")
    assert title == "3 partners in Havn; none of probation and prison"


def test_the_title_counts_where_nothing_is_missing():
    found = overview(essential=("police",))
    assert cooperation.overview_title(found, SECTORS, "Havn") == "3 partners in Havn"


def test_the_sentences_give_density_and_how_many_answered():
    assert cooperation.overview_sentences(overview()) == (
        "Of all ties that could be, 50\N{NO-BREAK SPACE}% exist; 67\N{NO-BREAK SPACE}% of them run across sectors. "
        "2 of 3 partners answered; how the others see it is not known."
    )  # fmt: skip


def test_few_partners_are_not_measured():
    said = cooperation.overview_sentences(overview(reason="n_too_small"))
    assert said.startswith("Fewer than three partners: nothing is measured.")


def test_no_tie_is_said_and_not_measured():
    nothing = overview(mixing=overview().mixing * 0, answered=3)
    assert cooperation.overview_sentences(nothing) == (
        "No tie between them is known. All partners answered."
    )


def test_the_table_of_sectors_shows_the_missing_one():
    table = cooperation.sector_table(overview(), SECTORS)
    assert table.to_numpy().tolist() == [
        ["Police", 2, "yes"], ["Health and mental health", 1, ""],
        ["Probation and prison", 0, "yes"],
    ]  # fmt: skip


def test_rows_of_the_matrix_name_and_columns_are_named():
    table = cooperation.mixing_table(overview(), SECTORS)
    assert list(table.columns) == ["From", "Police", "Health and mental health"]
    assert table.iloc[1].tolist() == ["Health and mental health", 1, 0]
