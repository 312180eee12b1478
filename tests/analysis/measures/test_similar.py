"""Whom an area is like: distance on standardised conditions, and what drives it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import GroundworkError, InputError, UnknownId
from analysis.measures.similar import similar_areas

CONTEXT = pd.DataFrame(
    {"low_income": [10.0, 12, 30, 20, np.nan], "young": [15.0, 15, 15, 25, 15]},
    index=["a", "b", "c", "d", "e"],
)


def test_the_distance_is_the_root_of_the_mean_squared_standardised_difference():
    found = similar_areas(CONTEXT, "a", k=3)
    whole = CONTEXT.drop(index="e")
    scaled = (whole - whole.loc["a"]) / whole.std()
    by_hand = np.sqrt((scaled**2).mean(axis=1)).drop("a").sort_values()
    assert found.nearest["distance"].to_dict() == pytest.approx(by_hand.to_dict())
    assert list(found.nearest.index) == list(by_hand.index)


def test_the_driver_is_the_indicator_that_adds_most():
    found = similar_areas(CONTEXT, "a", k=3)
    assert found.nearest["driver"].to_dict() == {
        "b": "low_income", "c": "low_income", "d": "young"}  # fmt: skip
    assert found.nearest["share"]["b"] == 1
    parts = found.differences.loc["d"] ** 2
    assert found.nearest["share"]["d"] == pytest.approx(parts["young"] / parts.sum())
    assert found.differences.loc["c", "low_income"] > 0


def test_an_area_without_a_context_figure_is_not_assessed_and_says_why():
    assert similar_areas(CONTEXT, "a").not_assessed.to_dict() == {"e": "missing"}
    itself = similar_areas(CONTEXT, "e")
    assert itself.reason == "missing"
    assert itself.nearest.empty


def test_two_areas_are_too_few_to_standardise():
    assert similar_areas(CONTEXT.iloc[:2], "a").reason == "n_too_small"


def test_conditions_that_are_the_same_everywhere_tell_nobody_apart():
    same = CONTEXT.assign(young=0.1).drop(index="e")
    found = similar_areas(same, "a")
    assert found.without_variation == ("young",)
    assert found.indicators == ("low_income",)
    assert similar_areas(same[["young"]], "a").reason == "no_variation"


def test_without_any_context_indicator_nothing_is_said():
    assert similar_areas(CONTEXT[[]], "a").reason == "missing"


def test_areas_as_near_as_the_last_are_named_too():
    context = pd.DataFrame({"x": [0.0, 1, -1, 9]}, index=["a", "b", "c", "d"])
    assert list(similar_areas(context, "a", k=1).nearest.index) == ["b", "c"]


def test_a_twin_has_distance_0_and_no_driver():
    context = pd.DataFrame({"x": [1.0, 1, 2, 5]}, index=["a", "b", "c", "d"])
    twin = similar_areas(context, "a", k=1).nearest.loc["b"]
    assert twin["distance"] == 0
    assert twin["driver"] == ""
    assert np.isnan(twin["share"])


figures = st.lists(
    st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=4, max_size=12, unique=True
)


@given(figures, st.sampled_from([0.125, 2, 1024]), st.randoms(use_true_random=False))
def test_neither_unit_nor_order_of_areas_moves_a_distance(rows, unit, random):
    context = pd.DataFrame(rows, columns=["x", "y"], dtype=float)
    before = context.copy()
    found = similar_areas(context, 0, k=len(rows))
    order = random.sample(list(context.index), len(context))
    other = similar_areas(context.loc[order] * [unit, -1 / unit], 0, k=len(rows))
    assert other.nearest["distance"].to_dict() == pytest.approx(found.nearest["distance"].to_dict())
    pd.testing.assert_frame_equal(context, before)


def test_an_unknown_area_a_repeated_one_and_no_neighbours_are_errors():
    with pytest.raises(UnknownId, match="no area 'z' among those to compare"):
        similar_areas(CONTEXT, "z")
    with pytest.raises(InputError, match="area 'a' stands twice; keep one row"):
        similar_areas(CONTEXT.loc[["a", "a", "b"]], "a")
    with pytest.raises(GroundworkError, match="0 nearest areas are none"):
        similar_areas(CONTEXT, "a", k=0)
    with pytest.raises(InputError, match=r"low_income: infinite; .* \(row 'b': inf\)"):
        similar_areas(CONTEXT.replace(12, np.inf), "a")
