"""Recipes: what is kept, how it is written, and when it no longer fits."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.intake.reading import Reading, is_laid_out, read_file
from analysis.intake.recipe import (
    Recipe,
    assign_indicators,
    read_recipe,
    recipe_from,
    recipe_of,
    recipe_text,
    write_recipe,
)

FIRST = "code;Bezirk;Geschlecht;Quote 2019;Quote 2020\n01;Nord;m;1,5;.\n02;Süd;m;2,5;3,5\n"
FIRST += "01;Nord;w;1,5;4\n02;Süd;w;5,5;7\n"
ANSWERS = {"encoding": "cp1252", "column:Geschlecht": "category", "marker:.": "suppressed"}


def read(text: str, **rest: object) -> Reading:
    return read_file(text.encode("cp1252"), "quoten.csv", **rest)  # type: ignore[arg-type]


def ids(reading: Reading) -> list[str]:
    return [question.id for question in reading.questions]


@pytest.fixture
def recipe() -> Recipe:
    reading = read(FIRST, answers=ANSWERS)
    assert ids(reading) == []
    return recipe_of(reading, "Bezirke: Quoten")


def test_next_years_file_asks_nothing(recipe: Recipe) -> None:
    later = FIRST.replace("2019", "2020").replace("2020;", "2021;").replace("1,5", "9,5")
    reading = read(later, recipe=recipe)
    assert ids(reading) == []
    assert reading.cells["status"].value_counts()["suppressed"] == 1


def test_a_recipe_is_found_by_headings_and_the_file_is_read_once(recipe: Recipe) -> None:
    asked: list[tuple[str, Sequence[str]]] = []
    steps: list[str] = []

    def find(format_: str, headings: Sequence[str]) -> Recipe | None:
        asked.append((format_, headings))
        return recipe

    later = FIRST.replace("2019", "2020").replace("2020;", "2021;")
    found = read(later, find_recipe=find, progress=lambda step, _share: steps.append(step))
    named = read(later, recipe=recipe)
    assert ids(found) == ids(named) == []
    assert found.decided == named.decided
    pd.testing.assert_frame_equal(found.cells, named.cells)
    assert [steps.count(step) for step in ("opening", "kinds of columns")] == [1, 1]
    assert asked == [("csv", ["code", "Bezirk", "Geschlecht", "Quote 2021", "Quote 2020"])]
    assert is_laid_out(asked[0][1], recipe.columns, ["en"])


def test_a_recipe_that_opens_the_file_otherwise_opens_it_anew(recipe: Recipe) -> None:
    central = replace(recipe, answers={**recipe.answers, "encoding": "cp850"})
    reading = read(FIRST, find_recipe=lambda _format, _headings: central)
    assert reading.decided["encoding"] == "cp850"
    assert list(reading.cells["place_name"].unique()) == ["Nord", "S³d"]


def test_a_changed_layout_is_said_with_what_changed(recipe: Recipe) -> None:
    asked = read(FIRST.replace("Bezirk", "Stadtbezirk"), recipe=recipe)
    assert len(ids(asked)) == 1
    assert ids(asked)[0].startswith("layout:")
    assert "gone: 'Bezirk'; new: 'Stadtbezirk'" in asked.questions[0].text
    answered = read(
        FIRST.replace("Bezirk", "Stadtbezirk"), recipe=recipe, answers={ids(asked)[0]: "accept"}
    )
    assert ids(answered) == []


def test_a_new_order_of_columns_changes_nothing(recipe: Recipe) -> None:
    lines = [line.split(";") for line in FIRST.splitlines()]
    text = "\n".join(";".join(reversed(line)) for line in lines)
    assert ids(read(text, recipe=recipe)) == []


def test_a_new_marker_is_asked_and_the_known_one_is_not(recipe: Recipe) -> None:
    assert ids(read(FIRST.replace("2,5", "x"), recipe=recipe)) == ["marker:x"]


def test_a_recipe_yields_to_what_the_file_says(recipe: Recipe) -> None:
    text = FIRST.replace("1,5", "1.5").replace("2,5", "2.5").replace("3,5", "3.5")
    asked = read(text.replace("5,5", "5.5"), recipe=recipe)
    assert [id_ for id_ in ids(asked) if id_.startswith("decimal:")] == [
        "decimal:Quote 2019",
        "decimal:Quote 2020",
    ]
    assert asked.cells["number"].isna().all()


def test_a_new_encoding_is_asked(recipe: Recipe) -> None:
    known = Recipe("x", {**recipe.answers, "encoding": "utf-8"}, recipe.columns)
    assert ids(read(FIRST, recipe=known)) == ["encoding"]


def test_a_period_typed_by_hand_is_not_kept() -> None:
    text = "code,n\nA01,5\nA02,6\n"
    by_hand = read_file(text.encode(), "n_2024.csv", answers={"period": "2024"})
    assert "period" not in recipe_of(by_hand, "n").answers
    by_name = read_file(text.encode(), "n_2024.csv", answers={"period": "(file name)"})
    recipe = recipe_of(by_name, "n")
    later = read_file(text.encode(), "n_2025.csv", recipe=recipe)
    assert ids(later) == []
    assert set(later.cells["period"]) == {"2025"}


def test_a_recipe_comes_back_as_it_was_written(recipe: Recipe, tmp_path: Path) -> None:
    write_recipe(recipe, tmp_path / "recipes" / "quoten.toml")
    assert read_recipe(tmp_path / "recipes" / "quoten.toml") == recipe


@given(st.dictionaries(st.text(min_size=1), st.text(), max_size=5))
def test_any_text_survives_the_toml(markers: dict[str, str]) -> None:
    recipe = Recipe("a", {f"marker:{key}": said for key, said in markers.items()}, ("ü", '"'))
    assert recipe_from(tomllib.loads(recipe_text(recipe)), "a.toml") == recipe


def test_every_fault_of_a_recipe_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        recipe_from({"town": {"a": "b"}, "marker": {"x": 5}, "columns": "a"}, "a.toml")
    message = str(refused.value)
    assert "unknown entry 'town'" in message
    assert "marker.x is 5; write a text" in message
    assert "columns is no list" in message
    with pytest.raises(InputError, match=r"no recipe 'a\.toml' here"):
        read_recipe(tmp_path / "a.toml")
    (tmp_path / "a.toml").write_text("a = ", encoding="utf-8")
    with pytest.raises(InputError, match="no readable TOML"):
        read_recipe(tmp_path / "a.toml")


# ---------------------------------------------------------------- measures to indicators

INDICATORS = {"poverty": "People in poverty", "residents": "Residents"}
TABLE = (
    "code,2020 poverty,2021 poverty,residents 2020,residents 2021\nA01,1,2,30,40\nA02,3,4,50,60\n"
)


def table() -> Reading:
    return read_file(TABLE.encode(), "a.csv")


def test_measures_are_asked_for_with_a_likely_indicator() -> None:
    figures = assign_indicators(table(), INDICATORS)
    assert [question.id for question in figures.questions] == [
        "figure:poverty",
        "figure:residents",
    ]
    assert [question.suggestion for question in figures.questions] == ["poverty", "residents"]
    assert figures.cells.empty


def test_answers_give_each_cell_its_indicator_and_role() -> None:
    answers = {
        "figure:poverty": "poverty",
        "role:poverty": "count",
        "figure:residents": "poverty",
        "role:residents": "denominator",
    }
    figures = assign_indicators(table(), INDICATORS, answers)
    assert figures.questions == ()
    assert set(figures.cells["indicator_id"]) == {"poverty"}
    assert list(figures.cells["role"][:4]) == ["count"] * 4
    assert set(figures.cells["role"][4:]) == {"denominator"}
    assert len(figures.cells) == 8


def test_what_is_left_out_is_counted() -> None:
    answers = {"figure:poverty": "poverty", "role:poverty": "count", "figure:*": "leave_out"}
    figures = assign_indicators(table(), INDICATORS, answers)
    assert figures.questions == ()
    assert figures.left_out == {"residents": 4}
    assert len(figures.cells) == 4


def test_an_indicator_that_is_gone_is_asked_for_again() -> None:
    known = Recipe("a", {"figure:poverty": "old", "figure:residents": "leave_out"})
    figures = assign_indicators(table(), INDICATORS, recipe=known)
    assert "'old', which is not in the catalogue" in figures.questions[0].text
