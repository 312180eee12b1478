"""Classes for maps, bivariate classes, classes of change."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import GroundworkError, InputError
from analysis.measures import classes, rates

numbers = st.floats(-1000, 1000).map(lambda value: round(value, 3))
columns = st.lists(numbers, min_size=1, max_size=40)
data_driven = st.sampled_from(["quantiles", "natural_breaks", "equal_interval", "box"])


def squares(values, breaks):
    code = np.searchsorted(breaks, values)
    parts = [values[code == i] for i in range(len(breaks))]
    return sum(((part - part.mean()) ** 2).sum() for part in parts if len(part))


# --- laws of every method -------------------------------------------------------------


@given(columns, data_driven, st.integers(1, 7), st.sampled_from([None, 0, 1, 2]))
@settings(max_examples=150, deadline=None)
def test_every_value_falls_into_one_class_within_its_limits(values, method, k, decimals):
    series = pd.Series([*values, np.nan])
    result = classes.classify(series, method, k, decimals=decimals)
    assert result.classes.index.equals(series.index)
    assert result.classes.iloc[-1] == classes.MISSING
    assert sum(result.counts) == len(values)
    assert len(result.breaks) == len(result.counts) == len(result.limits)
    assert list(result.breaks) == sorted(set(result.breaks))
    if method != "box":
        assert result.k <= k
    for value, code in zip(values, result.classes, strict=False):
        lower, upper = result.limits[code]
        shown = value if decimals is None else round(float(f"{value:.6f}"), decimals)
        slack = 0 if decimals is None else 10.0**-decimals * (1 + 1e-9)  # binary halves
        assert lower - slack <= shown <= upper + slack


@given(columns, data_driven, st.integers(2, 7), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_permuting_areas_permutes_classes(values, method, k, random):
    series = pd.Series(values)
    order = list(range(len(values)))
    random.shuffle(order)
    moved = classes.classify(series.iloc[order], method, k)
    straight = classes.classify(series, method, k)
    assert moved.breaks == straight.breaks
    pd.testing.assert_series_equal(moved.classes, straight.classes.iloc[order])


@given(st.lists(st.integers(-50, 50), min_size=2, max_size=40), data_driven, st.integers(2, 6))
@settings(max_examples=60, deadline=None)
def test_a_unit_leaves_the_classes_and_more_is_never_a_lower_class(values, method, k):
    series = pd.Series(values, dtype="float64")
    straight = classes.classify(series, method, k)
    scaled = classes.classify(series * 4, method, k)
    pd.testing.assert_series_equal(scaled.classes, straight.classes)
    ordered = straight.classes[series.sort_values().index]
    assert ordered.is_monotonic_increasing


@given(st.lists(st.integers(0, 30), min_size=2, max_size=12), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_natural_breaks_are_the_best_there_are(values, k):
    column = np.array(values, dtype="float64")
    distinct = np.unique(column)
    k = min(k, len(distinct))
    best = min(
        squares(column, np.array([*inner, distinct[-1]]))
        for inner in itertools.combinations(distinct[:-1], k - 1)
    )
    found = classes.natural_breaks(column, k)
    assert len(found) == k
    assert squares(column, found) == pytest.approx(best, abs=1e-9)


def test_natural_breaks_keep_small_differences_far_from_0():
    values = 1e9 + np.array([0, 0.1, 0.2, 5, 5.1, 9, 9.1])
    np.testing.assert_allclose(classes.natural_breaks(values, 3) - 1e9, [0.2, 5.1, 9.1], atol=1e-6)


def test_natural_breaks_of_london_size_take_no_time():
    values = np.random.default_rng(0).lognormal(2, 0.6, 4835)
    found = classes.natural_breaks(values, 5)
    # mapclassify 2.10.0 FisherJenks (51 s without numba)
    expected = [6.07097764, 10.17103002, 15.69830992, 24.7853498, 52.16018398]
    np.testing.assert_allclose(found, expected, atol=1e-8)


def test_more_natural_classes_than_values_are_an_error():
    with pytest.raises(
        GroundworkError, match="3 natural classes of 2 distinct values; choose 1 to 2"
    ):
        classes.natural_breaks(np.array([1.0, 2, 2]), 3)


# --- methods --------------------------------------------------------------------------


def test_quantiles_hold_as_many_areas_each():
    assert classes.classify(range(100), "quantiles", 4).counts == (25, 25, 25, 25)


def test_equal_intervals_are_equally_wide():
    result = classes.classify([0, 1, 1.5, 2, 10], "equal_interval", 5)
    assert result.breaks == (2, 4, 6, 8, 10)
    assert result.counts == (4, 0, 0, 0, 1)
    fewer = classes.classify([0, 1, 10], "equal_interval", 5)
    assert fewer.note == "3 classes instead of 5: only 3 distinct values"


def test_box_tells_the_unusual_apart():
    result = classes.classify([1, 2, 3, 4, 5, 6, 7, 8, 100], "box")
    assert result.counts[-1] == 1
    assert result.note == "beyond 1.5 interquartile ranges: 0 unusually low, 1 unusually high"


def test_own_breaks_stand_as_given_and_what_lies_above_gets_a_class():
    result = classes.classify([1, 5, 12], "own", breaks=[2, 4, 10])
    assert result.breaks == (2, 4, 10, 12)
    assert result.classes.tolist() == [0, 2, 3]
    assert result.note == "values above 10 form a class of their own"
    assert classes.classify([1, 5], "own", breaks=[2, 4, 10]).breaks == (2, 4, 10)


def test_an_upper_limit_belongs_to_its_class():
    assert classes.classify([2, 2.01], "own", breaks=[2, 4]).classes.tolist() == [0, 1]


# --- too little to classify -----------------------------------------------------------


@pytest.mark.parametrize("method", ["quantiles", "natural_breaks"])
def test_fewer_distinct_values_than_classes_make_fewer_classes_and_say_so(method):
    result = classes.classify([1, 2, 2, 2, 2, 3], method, 5)
    assert result.breaks == (1, 2, 3)
    assert result.note == "3 classes instead of 5: only 3 distinct values"


def test_many_equal_values_make_fewer_quantiles_and_say_so():
    result = classes.classify([0] * 90 + list(range(1, 11)), "quantiles", 5)
    assert result.breaks == (0, 10)
    assert result.note == "2 classes instead of 5: too many values are alike"


@pytest.mark.parametrize("method", ["quantiles", "natural_breaks", "equal_interval", "box"])
def test_equal_values_make_one_class(method):
    result = classes.classify([7, 7, 7, np.nan], method, 5)
    assert (result.breaks, result.counts) == ((7,), (3,))
    assert result.note == "one class instead of 5: all values are equal"


@pytest.mark.parametrize("method", ["quantiles", "natural_breaks", "equal_interval", "box"])
def test_no_values_make_no_classes(method):
    result = classes.classify(pd.Series([np.nan, None], index=["a", "b"]), method, 5)
    assert (result.k, result.note, result.text) == (0, "no values", "no value: 2\nno values")
    assert result.classes.to_dict() == {"a": -1, "b": -1}
    with pytest.raises(GroundworkError, match="no classes to sort values into"):
        result.assign([1.0])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: classes.classify([1], "jenks"), "no class method 'jenks'; known: quantiles, natural"),
        (lambda: classes.classify([1], "quantiles", 0), "0 classes are no classes"),
        (lambda: classes.classify([1], "own"), "hand in breaks with 'own' and only there"),
        (lambda: classes.classify([1], "box", breaks=[1]), "hand in breaks with 'own' and only there"),
        (lambda: classes.classify([1], "own", breaks=[3, 2]), "own breaks do not rise: 3, 2; hand in"),
        (lambda: classes.classify([1], "own", breaks=[]), "own breaks do not rise: none"),
        (lambda: classes.classify([1, np.inf], "quantiles"), r"values: infinite.*row 1"),
        (lambda: classes.change_classes([1], 4), "4 classes have no middle; choose 3, 5 or 7"),
        (lambda: classes.change_classes([1], 3, "box"), "no class method 'box' for changes"),
    ],
)  # fmt: skip
def test_impossible_input_is_an_error_in_words(call, message):
    with pytest.raises(GroundworkError, match=message):
        call()


# --- legend ---------------------------------------------------------------------------


def test_a_result_prints_its_legend():
    result = classes.classify([1.23, 4.56, 7.89, None], "natural_breaks", 5, decimals=1)
    assert str(result).splitlines() == [
        "1.2 to 1.2: 1",
        "1.3 to 4.6: 1",
        "4.7 to 7.9: 1",
        "no value: 1",
        "3 classes instead of 5: only 3 distinct values",
    ]


def test_rounded_classes_agree_with_the_printed_values():
    # printed with one decimal 0.25 reads 0.2, 0.35 reads 0.4 (half to even, by the digits)
    result = classes.classify([0.25, 0.35, 0.44, 0.45], "own", breaks=[0.2, 0.4], decimals=1)
    assert result.classes.tolist() == [0, 1, 1, 1]
    assert classes.classify([2.675], "quantiles", 1, decimals=2).breaks == (2.68,)


def test_rounding_that_joins_breaks_makes_fewer_classes():
    result = classes.classify([0.01, 0.02, 0.03, 5], "quantiles", 4, decimals=0)
    assert result.breaks == (0, 5)
    assert result.note == "2 classes instead of 4: only 2 distinct values"


def test_input_is_never_changed():
    series = pd.Series([3.14, np.nan, 2.71], index=list("abc"), name="rate")
    kept = series.copy()
    first = classes.classify(series, "quantiles", 2, decimals=1)
    first.assign([1.0, 9.0])
    pd.testing.assert_series_equal(series, kept)
    assert first.counts == (1, 1)


# --- fixed over periods ---------------------------------------------------------------


def test_periods_share_breaks_and_limits():
    frame = pd.DataFrame({"2020": [1.0, 2, 3, np.nan], "2021": [4.0, 5, 6, 7]}, index=list("abcd"))
    both = classes.fixed_classes(frame, "quantiles", 3, decimals=0)
    assert both["2020"].breaks == both["2021"].breaks
    assert both["2020"].limits == both["2021"].limits
    assert both["2020"].classes.to_dict() == {"a": 0, "b": 0, "c": 0, "d": -1}
    together = classes.classify(frame.to_numpy().ravel(), "quantiles", 3, decimals=0)
    assert sum(np.array(both[p].counts) for p in both).tolist() == list(together.counts)


def test_a_value_beyond_held_breaks_moves_the_outer_limit():
    held = classes.classify([1, 2, 3, 4], "own", breaks=[2, 4])
    later = held.assign([0.5, 9])
    assert (later.breaks, later.minimum) == ((2, 9), 0.5)
    assert later.classes.tolist() == [0, 1]


# --- change ---------------------------------------------------------------------------


@given(st.lists(numbers, min_size=1, max_size=40), st.sampled_from([3, 5, 7]), st.sampled_from(["quantiles", "natural_breaks", "equal_interval"]))  # fmt: skip
@settings(max_examples=100, deadline=None)
def test_classes_of_change_mirror_each_other(values, k, method):
    series = pd.Series(values)
    result, mirrored = classes.change_classes(series, k, method), classes.change_classes(-series, k, method)  # fmt: skip
    assert result.k % 2 == 1
    assert result.k <= k
    assert result.breaks == mirrored.breaks
    middle = result.k // 2
    assert (result.classes - middle == -(mirrored.classes - middle)).all()
    assert (np.sign(result.classes - middle) * np.sign(series) >= 0).all()
    limits = result.limits
    assert [(-upper, -lower) for lower, upper in limits[::-1]] == list(limits)
    assert sum(result.counts) == len(values)


def test_a_rise_everywhere_still_has_its_middle_at_no_change():
    result = classes.change_classes([1, 2, 3, 4, 5, 6], 5, "equal_interval", decimals=0)
    assert result.counts[:2] == (0, 0)
    assert result.limits[2][0] == -result.limits[2][1]


def test_no_change_at_all_is_one_class():
    result = classes.change_classes([0, 0, np.nan], 5)
    assert (result.counts, result.note) == ((2,), "one class instead of 5: nothing changed")


def test_changes_of_one_size_do_not_share_the_class_of_none():
    assert classes.change_classes([-2, 2, 2], 5).classes.tolist() == [0, 2, 2]


def test_no_changes_make_no_classes():
    result = classes.change_classes([np.nan], 3)
    assert (result.k, result.note) == (0, "no values")


# --- bivariate ------------------------------------------------------------------------


def test_risk_and_protection_make_nine_classes_and_one_without():
    assert len(set(classes.BIVARIATE)) == 9
    sides = [*rates.DIRECTED_CLASSES, "not assessed", "clearly_higher"]
    pairs = pd.DataFrame(list(itertools.product(sides, sides)), columns=["risk", "protection"])
    result = classes.bivariate(pairs["risk"], pairs["protection"])
    assert set(result) == {*classes.BIVARIATE, "not assessed"}
    unclear = pairs.isin(["not assessed", "clearly_higher"]).any(axis=1)
    assert (result.eq("not assessed") == unclear).all()
    assert result.index.equals(pairs.index)


def test_risk_and_protection_of_different_areas_are_an_error():
    with pytest.raises(InputError, match="protection: its index differs from that of 'risk'"):
        classes.bivariate(pd.Series(["worse"], ["a"]), pd.Series(["worse"], ["b"]))


def test_held_classes_of_change_stay_mirrored_when_a_value_lies_beyond():
    held = classes.change_classes([-4, -1, 0, 1, 4], 3, "equal_interval")
    later = held.assign([-9, 0, np.nan])
    assert later.breaks == (-2, 2, 9)
    assert later.limits == ((-9, -2), (-2, 2), (2, 9))
    assert later.classes.tolist() == [0, 1, -1]


def test_periods_without_any_value_have_no_classes():
    frame = pd.DataFrame({"2020": [np.nan, np.nan]}, index=["a", "b"])
    assert classes.fixed_classes(frame, "quantiles", 3)["2020"].classes.to_dict() == {
        "a": -1,
        "b": -1,
    }


def test_one_equal_interval_holds_everything():
    assert classes.classify([1, 2, 3], "equal_interval", 1).counts == (3,)
