"""Comparing: order without rank, what may be chance, two figures, the funnel."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis import comparison, picture
from analysis.intake.release import territory_of
from analysis.measures import rates
from analysis.settings import Level
from tests.analysis.conftest import NineSquares

COLUMNS = "level,area_id,indicator_id,period,value,count,denominator,sd,status"
DISTRICT = Level("district", "district", "districts")


def observations() -> list[str]:
    # D1 stands out in both, D2 is too small to show, D3 has no mood, D5 has no row at all.
    counts = {1: 60, 2: 3, 3: 20, 4: 21, 6: 20, 7: 19, 8: 30, 9: 20}
    rows = [f"district,D{n},share,2024,,{count},80,," for n, count in counts.items()]
    rows += ["town,T,share,2024,25,,,,"]
    moods = {1: 2.0, 2: 6.0, 4: 6.1, 6: 6.0, 7: 5.9, 8: 6.0, 9: 6.0}
    rows += [f"district,D{n},mood,2024,{mood},,100,1.5," for n, mood in moods.items()]
    rows += ["town,T,mood,2024,6.0,,900,1.5,"]
    rows += [f"district,D{n},incidents,2024,,{n + 5},,," for n in range(1, 10)]
    return rows


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    nine = NineSquares(tmp_path_factory.mktemp("comparison") / "nine")
    nine.observe(*observations(), columns=COLUMNS)
    view = nine.build()
    return view, territory_of(view)


@pytest.fixture(scope="module")
def share(town):
    return picture.figures(*town, "share", "district", "2024")


@pytest.fixture(scope="module")
def mood(town):
    return picture.figures(*town, "mood", "district", "2024")


@pytest.fixture(scope="module")
def areas(town):
    return comparison.areas_in_order(town[1], "district", "2024")


# ---------------------------------------------------------------------------------- which areas
def test_the_usual_order_is_by_name(areas):
    assert list(areas["name"]) == [f"Square {number}" for number in range(1, 10)]
    assert set(areas["group"]) == {""}


def test_by_place_keeps_all_areas_and_lets_most_neighbours_follow_each_other(town, areas):
    placed = comparison.areas_in_order(town[1], "district", "2024", by="place")
    assert sorted(placed.index) == sorted(areas.index)
    assert set(placed["group"]) == {"Nine"}
    where = [(int(one[1]) - 1) % 3 + 1j * ((int(one[1]) - 1) // 3) for one in placed.index]
    steps = np.abs(np.diff(where))
    assert (steps <= 1.5).sum() >= 6


def test_a_small_level_is_not_narrowed_down(town):
    assert comparison.level_around(town[1], "district") is None


def test_a_large_level_is_narrowed_down_by_the_topmost_level_of_several_areas(world):
    from analysis.disclosure import open_view

    here = territory_of(open_view(world("london") / "store"))
    assert comparison.level_around(here, "lsoa") == "borough"
    part = comparison.areas_in_order(here, "lsoa", "2019", within="E09000002")
    assert 0 < len(part) < 4835
    assert part["name"].str.startswith("Barking and Dagenham").all()
    whole = here.ancestors("lsoa", "borough")
    assert whole.ne("").all()
    assert set(part.index) == set(whole.index[whole == "E09000002"])


# ------------------------------------------------------------------------------- the heat table
def test_counts_are_never_compared(town, share):
    counts = picture.figures(*town, "incidents", "district", "2024")
    assert comparison.is_compared(share)
    assert not comparison.is_compared(counts)


def test_cells_stand_by_area_then_by_indicator_with_class_or_reason(share, mood, areas):
    found = comparison.cells([share, mood], areas)
    assert list(found["area_id"]) == [one for one in areas.index for _twice in (0, 1)]
    assert list(found["indicator_id"]) == ["share", "mood"] * 9
    first = found[found["area_id"] == "D1"].set_index("indicator_id")
    assert list(first["class_"]) == ["clearly_worse", "clearly_worse"]
    reasons = found.set_index(["area_id", "indicator_id"])["reason"]
    assert reasons["D2", "share"] == "suppressed"
    assert reasons["D3", "mood"] == "missing"


def test_an_area_unknown_to_a_figures_boundaries_is_a_boundary_change(share, areas):
    old = dataclasses.replace(share, frame=share.frame.drop(index="D9"))
    found = comparison.cells([old], areas).set_index("area_id")
    assert found.loc["D9", ["class_", "reason", "class_reason"]].tolist() == [
        "not assessed", "boundary_change", "boundary_change",
    ]  # fmt: skip


def test_permuting_areas_permutes_the_cells(share, mood, areas):
    turned = comparison.cells([share, mood], areas.iloc[::-1])
    straight = comparison.cells([share, mood], areas)
    key = ["area_id", "indicator_id"]
    pd.testing.assert_frame_equal(
        turned.sort_values(key, ignore_index=True), straight.sort_values(key, ignore_index=True)
    )


def test_it_says_how_many_would_differ_by_chance():
    # METHODS 2: 24 districts x 28 indicators without any difference.
    said = comparison.chance_sentence(rates.differences_by_chance(pd.Series(["similar"] * 24 * 28)))
    assert "about 34 would" in said
    assert "about 1.3 clearly" in said


def test_the_sentences_of_a_heat_table_say_its_own_numbers(share, mood, areas):
    found = comparison.cells([share, mood], areas)
    assert comparison.heat_title(found, "Nine") == "2 of 14 figures differ clearly from Nine"
    said = comparison.heat_sentences(found, DISTRICT)
    assert said.startswith("2 clearly less favourable. Of 14 comparisons, about 0.7 would differ")
    assert said.endswith("4 cells are not assessed, 1 of them hidden to protect people.")


def test_without_a_comparison_the_reason_is_said(share, areas):
    without = share.frame.assign(class_="not assessed", class_reason="no_interval", reason="")
    found = comparison.cells([dataclasses.replace(share, frame=without)], areas)
    assert comparison.heat_title(found, "Nine") == "No figure can be compared here"
    assert comparison.heat_sentences(found, DISTRICT) == (
        "Nothing can be compared: not assessed: no interval."
    )


# -------------------------------------------------------------------------------- two figures
def test_a_pair_names_only_what_is_clearly_different_and_drawn(share, mood, areas):
    found = comparison.pair(share, mood, areas)
    assert list(found.index[found["named"]]) == ["D1"]
    assert list(found.index[~found["both"]]) == ["D2", "D3", "D5"]


def test_a_pair_turned_round_says_the_same(share, mood, areas):
    one, other = comparison.pair(share, mood, areas), comparison.pair(mood, share, areas)
    pd.testing.assert_series_equal(one["value_one"], other["value_other"], check_names=False)
    pd.testing.assert_series_equal(one["named"], other["named"])


def test_the_sentences_of_a_pair_name_no_cause(share, mood, areas):
    said = comparison.pair_sentences(share, mood, comparison.pair(share, mood, areas), DISTRICT)
    assert said == (
        "6 of 9 districts have both figures. Clearly less favourable in both: Square 1. What"
        " stands together in a place need not bring about each other."
    )


# ----------------------------------------------------------------------------------- the funnel
def test_the_funnel_has_the_limits_of_the_measure(share, areas):
    found = comparison.funnel(share, areas)
    at = found.limits.iloc[7]
    expected = rates.proportion_funnel(0.25, at["denominator"], 0.95).loc[0] * 100
    assert at[["lower", "upper"]].tolist() == pytest.approx(expected.tolist())
    assert (found.limits["lower_998"] <= found.limits["lower"]).all()
    assert (found.limits["upper_998"] >= found.limits["upper"]).all()


def test_a_point_is_outside_by_the_limits_at_its_own_size(share, areas):
    found = comparison.funnel(share, areas).points
    assert found["outside"].to_dict() | {"D1": "99.8 %", "D8": "95 %"} == found["outside"].to_dict()
    assert set(found.loc[["D3", "D4", "D6", "D7", "D9"], "outside"]) == {""}
    assert found.loc["D2", "reason"] == "suppressed"


def test_without_a_benchmark_or_a_denominator_there_is_no_funnel(share, areas):
    assert comparison.funnel(dataclasses.replace(share, benchmark=None), areas).reason == (
        "no_benchmark"
    )
    bare = dataclasses.replace(share, frame=share.frame.assign(denominator=np.nan))
    found = comparison.funnel(bare, areas)
    assert found.reason == "no_denominator"
    assert "No funnel can be drawn" in comparison.funnel_sentences(bare, found, DISTRICT)


@pytest.mark.parametrize("cells", [{"measure": "mean"}, {"repeat_events": True}])
def test_what_scatters_in_no_known_way_has_no_funnel(share, cells):
    assert comparison.has_funnel(share.indicator)
    assert not comparison.has_funnel(dataclasses.replace(share.indicator, **cells))


def test_the_funnel_says_who_lies_far_outside_and_how_many_would_by_chance(share, areas):
    said = comparison.funnel_sentences(share, comparison.funnel(share, areas), DISTRICT)
    assert "at 99.8 %: Square 1." in said
    assert "1 more lies outside the 95 % limits, where about 0.4 of 7 would" in said


# ------------------------------------------------------------------------------- like conditions
def alike(town, area_id: str, *indicators: str, most: int = 2):
    view, here = town
    found = [picture.figures(view, here, one, "district", "2024") for one in indicators]
    return comparison.alike(found, area_id, most)


def said_of(town, found) -> str:
    here = town[1]
    names = here.areas_of("district")["name"]
    return comparison.alike_sentences(found, names, here.catalogue, DISTRICT)


def test_areas_under_like_conditions_are_named_with_what_sets_them_apart(town):
    found = alike(town, "D4", "share", "mood")
    assert list(found.nearest.index) == ["D6", "D9"]
    assert found.not_assessed.to_dict() == {"D2": "missing", "D3": "missing", "D5": "missing"}
    assert said_of(town, found) == (
        "Most like Square 4 in A title and A title: Square 6 and Square 9. What sets Square 6 apart"
        " most is less of this: A title. 3 districts lack a figure and are not assessed."
    )


def test_an_area_without_a_figure_of_its_conditions_is_like_nobody_that_is_known(town):
    assert said_of(town, alike(town, "D3", "share", "mood")) == (
        "Which districts are most like Square 3 is not assessed: a figure of its conditions is"
        " missing."
    )


def test_conditions_that_are_alike_everywhere_tell_nobody_apart(town):
    view, here = town
    found = picture.figures(view, here, "share", "district", "2024")
    same = dataclasses.replace(found, frame=found.frame.assign(value=5.0))
    assert said_of(town, comparison.alike([same], "D1")) == (
        "Which districts are most like Square 1: not assessed: all values are alike."
    )


def test_only_context_that_is_no_count_is_a_condition(demo_view):
    catalogue = territory_of(demo_view).catalogue
    assert {one.indicator_id for one in catalogue.values() if comparison.is_condition(one)} == {
        "low_income_children", "resident_turnover"}  # fmt: skip
