"""What is found in a network, in words that hold."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

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


def network(ties: list[tuple[str, str]], ids: str = "abcd", **more: object):
    """A network of partners A, B, ... of sectors of their own; everybody answered."""
    partners = pd.DataFrame(
        {"partner_id": list(ids), "name": [one.upper() for one in ids], "answered": True,
         "sector": ["police", "health", "education", "sport", "housing"][: len(ids)]}
    )  # fmt: skip
    rows = pd.DataFrame(ties, columns=["from", "to"])
    usual = {"type": "contact", "strength": 2, "confirmed": "no", "trust": float("nan"),
             "protocol_signed": False}  # fmt: skip
    return cooperation.cooperation(partners, rows.assign(**(usual | more)), ("police",), 2025)


@pytest.mark.parametrize(
    ("ties", "ids", "title"),
    [
        ([("a", "b"), ("b", "c"), ("c", "d")], "abcd", "B is the only link to A"),
        ([("a", "b"), ("b", "c"), ("c", "a")], "abcd", "D works with nobody here"),
        ([("a", "b"), ("b", "c"), ("c", "a")], "abc", "3 partners, and no one is the only link to another"),
        ([("c", "d"), ("d", "c")], "cd", "No partner of police"),
        ([], "abc", "Who works with whom: no tie is known"),
    ],
)  # fmt: skip
def test_the_title_is_the_most_pressing_finding(ties, ids, title):
    given = network(ties, ids)
    if ids == "cd":
        given = cooperation.cooperation(
            given.partners.assign(sector=["education", "sport"]), given.ties, ("police",), 2025
        )
    assert cooperation.title(given, SECTORS) == title


def test_what_one_partner_names_and_others_do_not_is_told_together():
    told = cooperation.gaps(network([("a", "b"), ("a", "c"), ("b", "a")]), SECTORS, trust=True)
    named = {gap.title: gap.found for gap in told}
    assert named["Named by one side, not by the other"] == ("A → C (contact)",)
    assert named["Work with nobody here"] == ("D",)


def test_trust_is_a_gap_only_for_those_who_may_see_it():
    found = network([("a", "b"), ("b", "a")], trust=[5.0, 2.0])
    titles = [
        [gap.title for gap in cooperation.gaps(found, SECTORS, trust=one)] for one in (True, False)
    ]
    assert "Trust that is not returned" in titles[0]
    assert "Trust that is not returned" not in titles[1]


def test_the_survey_before_stands_beside_the_figures():
    now, then = network([("a", "b"), ("b", "c")]), network([("a", "b")])
    table = cooperation.measures_table(now, replace(then, year=2024))
    assert list(table.columns)[1:3] == ["2025", "2024"]
    assert table.iloc[0, 1:3].tolist() == ["17\N{NO-BREAK SPACE}%", "8\N{NO-BREAK SPACE}%"]
    assert network([], "ab").whole.reason == "n_too_small"
    few = cooperation.measures_table(network([], "ab")).iloc[0, 1]
    assert few.startswith("not assessed")


def test_a_network_without_a_gap_says_so():
    found = network([("a", "b"), ("b", "a"), ("b", "c"), ("c", "b"), ("a", "c"), ("c", "a")], "abc")
    assert cooperation.gaps(found, SECTORS, trust=True) == []
    assert cooperation.gaps_title([]) == "No gap was found in the network"
