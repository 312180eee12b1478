"""How far the figures of an area carry: four numbers, one band, never an index."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.measures.reliability import Reliability, Thresholds, reliability
from analysis.settings import Settings

N = 100


def judge(present: int = N, age: float = 0, suppressed: int = 0, sure: int = N) -> Reliability:
    """Judge a hundred indicators, so many of which are present, hidden, with an interval."""
    place = pd.Series(range(N))
    ages = pd.Series(float(age), index=place.index).where(place < present)
    return reliability(place < present, ages, place >= N - suppressed, place < sure)


@pytest.mark.parametrize(
    ("case", "band"),
    [
        ({}, "good"),
        ({"present": 90}, "good"),
        ({"present": 89}, "limited"),
        ({"present": 65}, "limited"),
        ({"present": 64}, "poor"),
        ({"age": 1}, "good"),
        ({"age": 1.5}, "limited"),
        ({"age": 30}, "limited"),
        ({"suppressed": 10}, "good"),
        ({"suppressed": 11}, "limited"),
        ({"suppressed": 35}, "limited"),
        ({"suppressed": 36}, "poor"),
        ({"sure": 50}, "good"),
        ({"sure": 49}, "limited"),
        ({"sure": 0}, "limited"),
    ],
)
def test_the_bands_begin_and_end_where_the_methods_say(case, band):
    assert judge(**case).band == band


def test_the_four_numbers_are_shares_and_a_median():
    found = reliability(
        pd.Series([True, True, True, False]),
        pd.Series([0.0, 4.0, 1.0, np.nan]),
        pd.Series([False, False, False, True]),
        pd.Series([True, False, False, False]),
    )
    assert found == Reliability(0.75, 1.0, 0.25, 0.25, "limited")


def test_the_age_of_what_is_not_there_does_not_count():
    found = reliability(
        pd.Series([True, False]), pd.Series([1.0, 50.0]), pd.Series([False] * 2),
        pd.Series([True] * 2),
    )  # fmt: skip
    assert found.median_age == 1


def test_an_area_without_any_figure_is_poor_and_its_age_unknown():
    found = judge(present=0)
    assert found.band == "poor"
    assert np.isnan(found.median_age)


def test_no_indicator_at_all_is_poor():
    empty = pd.Series([], dtype=bool)
    assert reliability(empty, pd.Series([], dtype=float), empty, empty).band == "poor"


COUNT = st.integers(0, N)


@settings(max_examples=30)
@given(present=COUNT, suppressed=COUNT, sure=COUNT, age=st.integers(0, 5))
def test_more_of_what_is_good_never_lowers_the_band(present, suppressed, sure, age):
    order = ["poor", "limited", "good"]
    here = order.index(judge(present, age, suppressed, sure).band)
    better = {"present": min(N, present + 5), "age": max(0, age - 1),
              "suppressed": max(0, suppressed - 5), "sure": min(N, sure + 5)}  # fmt: skip
    case = {"present": present, "age": age, "suppressed": suppressed, "sure": sure}
    for name, value in better.items():
        assert order.index(judge(**case | {name: value}).band) >= here


def test_a_result_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        judge().band = "good"


def test_a_territory_may_set_where_the_bands_begin():
    place = pd.Series(range(10))
    numbers = (place < 8, pd.Series(0.0, index=place.index), place > 8, place < 8)
    assert reliability(*numbers).band == "limited"
    assert reliability(*numbers, Thresholds(good_present=0.8)).band == "good"
    assert reliability(*numbers, Thresholds(poor_present=0.81)).band == "poor"


def test_the_settings_have_every_threshold_with_the_same_default():
    plain = Settings()
    assert {one.name: getattr(plain, one.name) for one in dataclasses.fields(Thresholds)} == (
        dataclasses.asdict(Thresholds())
    )
