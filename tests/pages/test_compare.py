"""The page compare: classes without a rank, two figures, chance and size; risk never alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pages.shared import cached
from tests.pages.screen import Chart, Screen

Opens = Callable[[str], Screen]


def chart(screen: Screen, key: str = "heat chart") -> Chart:
    return next(one for one in screen.charts if one.key == key)


def trace(drawn: Chart, name: str) -> dict:
    return next(one for one in drawn.spec["data"] if one["name"] == name)


def names(screen: Screen) -> list[str]:
    return [one.replace("<br>", " ") for one in trace(chart(screen), "names")["text"]]


def table(screen: Screen) -> dict[str, dict[str, str]]:
    """The open table: area to indicator to words."""
    screen.set(screen.control("Show as a table"), True)
    assert screen.faults == []
    return screen.tables[0].set_index("Name").to_dict("index")


def test_it_says_how_many_differ_and_how_many_would_by_chance(screen: Opens) -> None:
    shown = screen("demo").open("compare")
    assert "figures differ clearly from Merrelhaven" in shown.title
    assert "would differ by chance alone at 95 %" in shown.sentences[0]
    assert "at 99.8 %" in shown.sentences[0]


def test_rows_stand_by_name_and_by_place_never_by_rank(screen: Opens) -> None:
    shown = screen("demo").open("compare")
    by_name = names(shown)
    assert by_name == sorted(by_name)
    placed = names(shown.open("compare", order="place"))
    assert sorted(placed) == by_name
    assert placed != by_name
    groups = trace(chart(shown), "groups")["text"]
    assert sorted(groups) == ["East", "Inner", "North", "Waterfront", "West"]


def test_a_cell_has_a_colour_a_symbol_and_words(screen: Opens) -> None:
    shown = screen("demo").open("compare", theme="tensions")
    hover = trace(chart(shown), "cells")["hovertext"]
    staalwick = next(one for one in hover if "Staalwick" in one and "Unsafe" in one)
    assert "clearly higher" in staalwick
    assert "33.7–50.0" in staalwick
    signs = [s for one in chart(shown).spec["data"] if one["name"].startswith("sign")
             for s in one["text"]]  # fmt: skip
    assert {"◀◀", "●"} <= set(signs)
    assert table(shown)["Staalwick"]["Unsafe evening"] == "clearly higher"


def test_hidden_cells_are_dotted_and_absent_ones_hatched_with_their_words(screen: Opens) -> None:
    shown = screen("demo").open("compare")
    drawn = {one["name"]: one.get("fillpattern", {}).get("shape") for one in
             chart(shown).spec["data"]}  # fmt: skip
    assert drawn["suppressed"] == "."
    assert drawn["not_assessed"] == "/"
    said = table(shown)
    assert "too few answers" in said["Skerrholm"]["Unsafe evening"]
    assert "hidden to protect people" in {one["Hate incidents"] for one in said.values()}


def test_titles_of_columns_are_whole(screen: Opens) -> None:
    shown = screen("demo").open("compare")
    written = {one["text"] for one in chart(shown).spec["layout"]["annotations"]}
    assert {"Unsafe evening", "At home", "Social position"} <= written


def test_what_holds_and_what_weighs_stand_side_by_side_in_each_theme(screen: Opens) -> None:
    shown = screen("demo").open("compare")
    drawn = {one["name"] for one in chart(shown).spec["data"]}
    assert {"head protective", "head risk"} <= drawn
    assert "signals: right-wing" in " ".join(shown.small_print)


def test_a_pair_has_both_intervals_both_benchmarks_and_no_line_of_fit(screen: Opens) -> None:
    shown = screen("demo").open("compare", compare="pair", indicator="unsafe_evening",
                                other="feels_at_home")  # fmt: skip
    drawn = chart(shown, "pair chart")
    kinds = {one["name"] for one in drawn.spec["data"]}
    assert kinds <= {"benchmark", "points"} | {
        f"interval {one}" for one in ("similar", "better", "worse", "clearly_better",
                                      "clearly_worse")
    }  # fmt: skip
    assert sum(one["name"] == "benchmark" for one in drawn.spec["data"]) == 2
    assert "need not bring about each other" in shown.sentences[0]
    assert len(shown.charts) == 2  # wide and narrow


def test_two_figures_without_protection_get_it_beside(screen: Opens) -> None:
    shown = screen("demo").open("compare", compare="pair", indicator="unsafe_evening",
                                other="neet_young")  # fmt: skip
    assert shown.faults == []
    assert [one.value for one in shown.app.header][1].startswith("At home")
    shown = screen("london").open("compare", compare="pair", year="2019")
    assert any("Protection not assessed" in one.value for one in shown.app.header)


def test_a_funnel_names_what_lies_outside_and_stands_beside_its_partner(screen: Opens) -> None:
    shown = screen("demo").open("compare", compare="funnel", indicator="neet_young")
    assert [one.value for one in shown.app.header] == [
        "Young people outside work and education",
        "Reached by guidance",
    ]
    drawn = chart(shown, "funnel chart")
    outside = [one for one in drawn.spec["data"] if one["name"].startswith("99.8 %")]
    named = {one.get("text") for one in drawn.spec["layout"]["annotations"]}
    for one in outside:
        for text in one["hovertext"]:
            assert text.split("</b>")[0].removeprefix("<b>") in named
    limits = {one["name"] for one in drawn.spec["data"] if one["name"].startswith("limit")}
    assert limits == {"limit 95 %", "limit 99.8 %"}


def test_one_area_is_the_spine_with_a_way_on(screen: Opens) -> None:
    shown = screen("demo").open("compare", compare="area", area="MH16")
    assert shown.faults == []
    assert any(one.key == "spine chart" for one in shown.charts)
    links = [one.proto.label for one in shown.app.get("page_link")]
    assert "Open Staalwick" in links


def test_before_the_first_figure_it_says_so(screen: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cached, "newest", lambda *_key: None)
    shown = screen("rough").open("compare", compare="pair", year="2018")
    assert shown.faults == []
    assert not shown.charts
    assert shown.title == "Nothing to compare up to 2018"
    assert "A later year shows more." in shown.sentences[0]


def test_of_many_areas_a_part_is_shown_and_the_page_says_so(screen: Opens) -> None:
    shown = screen("london").open("compare", level="lsoa", year="2019", within="E09000002")
    assert shown.faults == []
    assert "Only the LSOAs of Barking and Dagenham are shown" in " ".join(shown.small_print)
    assert len(table(shown)) == 110


def test_without_a_benchmark_it_says_what_would_fill_it(screen: Opens) -> None:
    shown = screen("bare").open("compare")
    assert shown.faults == []
    assert not shown.charts
    assert any("the benchmark, would fill this place" in one for one in shown.sentences)


def test_one_area_names_those_under_like_conditions_and_what_sets_them_apart(screen: Opens) -> None:
    shown = screen("demo").open("compare", compare="area", area="MH12")
    said = next(one for one in shown.sentences if one.startswith("Most like Torvemead in "))
    assert "Children in low-income households and Moves in and out: " in said
    assert "What sets " in said
    shown = screen("demo").open("compare", compare="area", area="MH24", year="2021")
    assert not [one for one in shown.sentences if "nan" in one.lower()]
