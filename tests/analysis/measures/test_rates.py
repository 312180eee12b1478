"""Intervals, comparisons, groups and funnels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import GroundworkError, InputError
from analysis.measures import rates

AREAS = pd.Index(["a", "b", "c"], name="area_id")
whole = st.integers(0, 5000)
confidences = st.floats(0.5, 0.9999)


def observations(**columns: object) -> pd.DataFrame:
    empty = dict.fromkeys(("value", "count", "denominator", "sd", "lower", "upper"), np.nan)
    return pd.DataFrame({**empty, "status": "observed", **columns}, index=AREAS)


# --- reference values -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "denominator", "lower", "upper"),
    [
        (65, 100, 0.5525444329688797, 0.7363575175690247),
        (1, 100, 0.00176743206414, 0.0544861961787),
        (0, 20, 0, 0.16112515805),
    ],
)
def test_wilson_gives_the_published_limits(count, denominator, lower, upper):
    row = rates.wilson(count, denominator).loc[0]
    assert row["lower"] == pytest.approx(lower, abs=1e-13)
    assert row["upper"] == pytest.approx(upper, abs=1e-11)


@pytest.mark.parametrize(
    ("count", "confidence", "lower", "upper"),
    [
        (65, 0.95, 50.16318771045945, 82.84913854593984),
        (0, 0.95, 0, 3.6888794541),
        (5, 0.95, 1.6234863901, 11.6683320793),
        (10, 0.998, 2.9163183747, 24.1937249279),
    ],
)
def test_byar_gives_the_published_limits(count, confidence, lower, upper):
    row = rates.byar(count, confidence=confidence).loc[0]
    assert row["value"] == count
    assert row["lower"] == pytest.approx(lower, abs=1e-9)
    assert row["upper"] == pytest.approx(upper, abs=1e-9)


def test_quantiles_are_exact_and_not_rounded():
    assert rates.normal_quantile(0.95) == pytest.approx(1.959963984540054, abs=1e-15)
    assert rates.normal_quantile(0.998) == pytest.approx(3.090232306167813, abs=1e-13)


def test_a_share_of_65_is_higher_at_95_and_similar_at_998_percent():
    usual, clear = rates.wilson(65, 100), rates.wilson(65, 100, 0.998)
    assert rates.compare(usual.lower, usual.upper, 0.55).tolist() == ["higher"]
    assert rates.compare(clear.lower, clear.upper, 0.55).tolist() == ["similar"]


def test_proportion_funnel_gives_the_published_limits():
    usual = rates.proportion_funnel(0.80642448, 10, 0.95).loc[0]
    clear = rates.proportion_funnel(0.80642448, 10, 0.998).loc[0]
    assert usual["lower"] == pytest.approx(0.56154344, abs=1e-8)
    assert clear["lower"] == pytest.approx(0.42032590, abs=1e-8)
    assert usual["upper"] == 1


def test_quantile_groups_are_those_published():
    groups = rates.quantile_groups(pd.Series(range(1, 11)), 5, invert=True)
    assert groups.tolist() == [5, 5, 4, 4, 3, 3, 2, 2, 1, 1]
    assert rates.quantile_groups(range(1, 11), 5).tolist() == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]


def test_slope_index_gives_the_published_gap():
    population = [7291, 7997, 6105, 7666, 5790, 6934, 5918, 5974, 7147, 7534]
    values = [
        75.9334590103081, 78.3442382727843, 83.8360631041654, 83.6375399664931, 80.4655031529559,
        81.1156759857022, 81.6930835718562, 84.1900062060987, 80.5955641081472, 86.2894349578624,
    ]  # fmt: skip
    gap = rates.slope_index(values, population)
    assert gap.slope_index == pytest.approx(6.934616473668819, rel=1e-12)
    assert gap.relative_index == pytest.approx(1.0888180804446217, rel=1e-12)


# --- against scipy --------------------------------------------------------------------


@given(st.integers(0, 300), st.integers(1, 300), confidences)
@settings(max_examples=40, deadline=None)
def test_wilson_agrees_with_scipy(count, more, confidence):
    denominator = count + more
    expected = stats.binomtest(count, denominator).proportion_ci(confidence, method="wilson")
    row = rates.wilson(count, denominator, confidence).loc[0]
    assert row.tolist() == pytest.approx([expected.low, expected.high], abs=1e-12)


@given(st.integers(0, 9), confidences)
@settings(max_examples=40, deadline=None)
def test_few_events_have_exactly_the_tail_outside(count, confidence):
    row = rates.byar(count, confidence=confidence).loc[0]
    outside = (1 - confidence) / 2
    assert stats.poisson.cdf(count, row["upper"]) == pytest.approx(outside, rel=1e-7)
    if count:
        assert stats.poisson.sf(count - 1, row["lower"]) == pytest.approx(outside, rel=1e-7)


def test_mean_interval_agrees_with_scipy():
    low, high = stats.t.interval(0.95, 24, loc=3.0, scale=1.0 / 5)
    row = rates.mean_interval(3.0, 1.0, 25).loc[0]
    assert row.tolist() == pytest.approx([low, high])


# --- laws -----------------------------------------------------------------------------


@given(whole, whole, confidences, confidences)
@settings(max_examples=60, deadline=None)
def test_intervals_nest_by_confidence(count, more, one, other):
    small, large = sorted((one, other))
    denominator = count + more + 1
    for narrow, wide in (
        (rates.wilson(count, denominator, small), rates.wilson(count, denominator, large)),
        (rates.byar(count, confidence=small), rates.byar(count, confidence=large)),
        (rates.mean_interval(3, 1, more + 2, small), rates.mean_interval(3, 1, more + 2, large)),
        (rates.proportion_funnel(0.3, more + 1, small), rates.proportion_funnel(0.3, more + 1, large)),
    ):  # fmt: skip
        assert wide.lower[0] <= narrow.lower[0] + 1e-12
        assert wide.upper[0] >= narrow.upper[0] - 1e-12


@given(whole, whole)
@settings(max_examples=40, deadline=None)
def test_an_interval_holds_its_own_figure(count, more):
    denominator = count + more + 1
    share = rates.wilson(count, denominator).loc[0]
    assert 0 <= share["lower"] <= count / denominator <= share["upper"] <= 1
    events = rates.byar(count).loc[0]
    assert 0 <= events["lower"] <= count <= events["upper"]


@given(whole, whole)
@settings(max_examples=40, deadline=None)
def test_wilson_of_the_others_mirrors_wilson(count, more):
    denominator = count + more + 1
    some, others = (
        rates.wilson(count, denominator),
        rates.wilson(denominator - count, denominator),
    )
    assert some.lower[0] == pytest.approx(1 - others.upper[0], abs=1e-12)


@given(st.lists(whole, min_size=1, max_size=30), st.floats(0.01, 1000))
@settings(max_examples=30, deadline=None)
def test_a_unit_scales_rate_and_limits_alike(counts, multiplier):
    plain = rates.byar(counts, 1000)
    scaled = rates.byar(counts, 1000, multiplier)
    np.testing.assert_allclose(scaled, plain * multiplier, rtol=1e-12)


@given(st.lists(st.integers(0, 50), min_size=3, max_size=30), st.randoms(use_true_random=False))
@settings(max_examples=30, deadline=None)
def test_permuting_areas_permutes_results(counts, random):
    order = list(range(len(counts)))
    random.shuffle(order)
    column = pd.Series(counts, dtype="float64")
    moved = column.iloc[order]
    for measure in (
        lambda one: rates.wilson(one, 50),
        rates.byar,
        lambda one: rates.quantile_groups(one, 3).to_frame(),
    ):
        pd.testing.assert_frame_equal(measure(moved), measure(column).loc[moved.index])


@given(st.lists(st.integers(-20, 20), min_size=5, max_size=40), st.floats(0.1, 100))
@settings(max_examples=40, deadline=None)
def test_groups_do_not_depend_on_the_unit(values, unit):
    column = pd.Series(values, dtype="float64")
    pd.testing.assert_series_equal(
        rates.quantile_groups(column, 5), rates.quantile_groups(column * unit, 5)
    )


@given(st.lists(st.integers(0, 6), min_size=5, max_size=40), st.booleans())
@settings(max_examples=40, deadline=None)
def test_tied_areas_share_a_group(values, invert):
    column = pd.Series(values)
    groups = rates.quantile_groups(column, 5, invert)
    assert groups.groupby(column).nunique().eq(1).all()
    assert groups.between(1, 5).all()


def test_inverting_is_not_counting_backwards_with_ties():
    values = [1, 1, 1, 2, 3]
    assert rates.quantile_groups(values, 5).tolist() == [1, 1, 1, 4, 5]
    assert rates.quantile_groups(values, 5, invert=True).tolist() == [3, 3, 3, 2, 1]


@given(st.floats(0.001, 0.999), st.integers(1, 10_000))
@settings(max_examples=40, deadline=None)
def test_equal_inputs_are_similar(share, n):
    limits = rates.proportion_funnel(share, n)
    assert rates.compare(limits.lower, limits.upper, share).tolist() == ["similar"]


@given(st.integers(0, 9), st.floats(0.05, 40))
@settings(max_examples=60, deadline=None)
def test_a_count_leaves_the_rate_funnel_where_its_exact_interval_leaves_the_benchmark(
    count, expected
):
    funnel = rates.rate_funnel(expected, 1).loc[0]
    interval = rates.byar(count).loc[0]
    side = rates.compare(interval["lower"], interval["upper"], expected)[0]
    if min(abs(interval["lower"] - expected), abs(interval["upper"] - expected)) < 1e-6:
        return
    assert (count < funnel["lower"]) == (side == "lower")
    assert (count > funnel["upper"]) == (side == "higher")


def test_a_rate_funnel_narrows_with_size_and_holds_its_benchmark():
    funnel = rates.rate_funnel(5.0, [10, 100, 1000, 10_000], multiplier=1000)
    assert (funnel.lower <= 5).all()
    assert (funnel.upper >= 5).all()
    assert (funnel.upper - funnel.lower).is_monotonic_decreasing
    assert rates.rate_funnel(0.0, 100).loc[0].tolist() == [0, 0]


# --- comparison -----------------------------------------------------------------------


def test_a_limit_that_equals_the_benchmark_is_similar():
    assert rates.compare([0.5, 0.4], [0.6, 0.5], 0.5).tolist() == ["similar", "similar"]


def test_nothing_missing_is_ever_called_similar():
    lower = pd.Series([np.nan, 0.1, 0.1], index=AREAS)
    upper = pd.Series([0.3, np.nan, 0.3], index=AREAS)
    benchmark = pd.Series([0.2, 0.2, np.nan], index=AREAS)
    result = rates.compare(lower, upper, benchmark)
    assert result.tolist() == ["not assessed"] * 3
    assert result.index.equals(AREAS)
    assert rates.benchmark_class(lower, upper, 0, 1, benchmark, 1).tolist() == ["not assessed"] * 3


def test_benchmark_class_turns_with_what_is_favourable():
    lower, upper = [0.6, 0.6, 0.1, 0.1, 0.3], [0.8, 0.8, 0.2, 0.2, 0.7]
    lower_998, upper_998 = [0.55, 0.4, 0.05, 0.05, 0.2], [0.9, 0.9, 0.3, 0.6, 0.8]

    def classes(favourable: object) -> list[str]:
        return rates.benchmark_class(lower, upper, lower_998, upper_998, 0.5, favourable).tolist()

    assert classes(1) == ["clearly_better", "better", "clearly_worse", "worse", "similar"]
    assert classes(-1) == ["clearly_worse", "worse", "clearly_better", "better", "similar"]
    assert classes(0) == ["clearly_higher", "higher", "clearly_lower", "lower", "similar"]
    assert classes([1, -1, 0, 1, 0]) == ["clearly_better", "worse", "clearly_lower", "worse", "similar"]  # fmt: skip


def test_without_998_limits_nothing_differs_clearly():
    assert rates.benchmark_class(0.6, 0.8, np.nan, np.nan, 0.5, 1).tolist() == ["better"]


def test_a_favourable_side_that_is_none_is_an_error():
    with pytest.raises(
        InputError, match=r"favourable: neither 1, -1 nor 0; write one \(row 0: 2\)"
    ):
        rates.benchmark_class(0.1, 0.2, 0.1, 0.3, 0.5, 2)


def test_inverted_limits_are_an_error_that_names_the_rows():
    with pytest.raises(InputError, match=r"lower: above the upper limit.*row 'b': 0.9"):
        rates.compare(pd.Series([0.1, 0.9, 0.1], index=AREAS), [0.2, 0.3, 0.4], 0.5)


def test_the_benchmark_area_is_not_compared_with_itself():
    reasons = pd.Series(["", "suppressed", ""], index=AREAS)
    itself = pd.Series([False, False, True], index=AREAS)
    result = rates.comparison_reason(reasons, pd.Series([np.nan, 1, 1], index=AREAS), itself)
    assert result.to_dict() == {"a": "no_benchmark", "b": "suppressed", "c": "is_benchmark"}


# --- input ----------------------------------------------------------------------------


def test_missing_in_is_missing_out_and_the_index_stays():
    count = pd.Series([5, None, 7], index=AREAS)
    denominator = pd.Series([50, 60, None], index=AREAS)
    for result in (
        rates.wilson(count, denominator),
        rates.byar(count, denominator),
        rates.mean_interval(count, 1.0, denominator),
        rates.proportion_funnel(0.5, pd.Series([5, None, None], index=AREAS)),
        rates.rate_funnel(0.5, pd.Series([5, None, None], index=AREAS)),
    ):
        assert result.index.equals(AREAS)
        assert result["lower"].notna().tolist() == [True, False, False]
        assert result["upper"].notna().tolist() == [True, False, False]
    assert rates.wilson(0, np.nan).isna().all(axis=None)
    assert rates.wilson(np.nan, 5).isna().all(axis=None)


def test_nullable_and_object_columns_are_read():
    assert rates.byar(pd.Series([1, pd.NA], dtype="Int64")).lower.notna().tolist() == [True, False]
    assert rates.byar(pd.Series([1, None], dtype=object)).lower.notna().tolist() == [True, False]


def test_an_empty_column_gives_an_empty_result():
    nothing = pd.Series([], dtype="float64")
    assert rates.wilson(nothing, nothing).empty
    assert rates.byar(nothing).empty
    assert rates.compare(nothing, nothing, 0.5).empty
    assert rates.quantile_groups(nothing, 3).empty


def test_series_in_another_order_meet_by_label():
    count = pd.Series([1, 2, 3], index=AREAS)
    denominator = pd.Series([30, 20, 10], index=AREAS[::-1])
    expected = rates.wilson(count, [10, 20, 30])
    pd.testing.assert_frame_equal(rates.wilson(count, denominator), expected)


def test_different_labels_are_an_error():
    with pytest.raises(InputError, match="denominator: its index differs from that of 'count'"):
        rates.wilson(pd.Series([1], index=["a"]), pd.Series([5], index=["b"]))
    with pytest.raises(InputError, match="2 numbers, but 'count' has 3"):
        rates.wilson([1, 2, 3], [5, 6])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rates.wilson([1, -2], 5), r"count: negative; it starts at 0 \(row 1: -2\)"),
        (lambda: rates.wilson([6, 7], 5), r"count: above its denominator.*\(rows 0: 6, 1: 7\)"),
        (lambda: rates.wilson(0, 0), r"denominator: not above 0.*\(row 0: 0\)"),
        (lambda: rates.byar(-1), r"count: negative"),
        (lambda: rates.byar(1, -5), r"denominator: not above 0"),
        (lambda: rates.byar(1, 5, 0), r"multiplier: not above 0"),
        (lambda: rates.byar(np.inf), r"count: infinite"),
        (lambda: rates.mean_interval(1, -1, 5), r"sd: negative"),
        (lambda: rates.mean_interval(1, 1, 0), r"n: not above 0"),
        (lambda: rates.proportion_funnel(41, 5, 0.95), r"write 0.41 for 41 %"),
        (lambda: rates.proportion_funnel(0.4, 0, 0.95), r"denominator: not above 0"),
        (lambda: rates.rate_funnel(-1, 5), r"benchmark: negative"),
        (lambda: rates.slope_index([1, 2, 3], [1, 0, 3]), r"population: not above 0.*row 1"),
        (lambda: rates.wilson(1, 5, 95), r"confidence 95 is not between 0 and 1; write 0.95"),
        (lambda: rates.quantile_groups([1, 2], 1), r"1 groups are no groups; choose 2 or more"),
        (lambda: rates.wilson([[1]], 5), r"2 dimensions; hand in one column"),
    ],
)  # fmt: skip
def test_impossible_input_is_an_error_in_words(call, message):
    with pytest.raises(GroundworkError, match=message):
        call()


def test_all_problems_are_reported_at_once():
    with pytest.raises(InputError) as caught:
        rates.wilson([-1, 3, 9], [5, 0, 4])
    assert [problem.file for problem in caught.value.problems] == ["count", "denominator", "count"]


def test_many_broken_rows_are_cut_short():
    with pytest.raises(InputError, match=r"4: -1, and 7 more\)"):
        rates.byar([-1] * 12)


def test_input_is_never_changed():
    count, denominator = pd.Series([3.0, 20.0, np.nan]), pd.Series([10.0, 40.0, 5.0])
    kept = count.copy(), denominator.copy()
    rates.wilson(count, denominator)
    rates.byar(count, denominator)
    rates.quantile_groups(count, 2)
    rates.slope_index(count, denominator)
    pd.testing.assert_series_equal(count, kept[0])
    pd.testing.assert_series_equal(denominator, kept[1])


# --- groups and gaps ------------------------------------------------------------------


def test_fewer_areas_than_groups_are_not_assessed():
    assert rates.quantile_groups([1, 2, None, None], 3).isna().all()
    assert rates.quantile_groups([1, 2, 3, None], 3).tolist()[:3] == [1, 2, 3]


def test_two_areas_make_no_slope():
    gap = rates.slope_index([1, 2, None], [5, 5, 5])
    assert (gap.reason, gap.areas) == ("n_too_small", 2)
    assert np.isnan(gap.slope_index)


def test_equal_areas_have_no_gap():
    gap = rates.slope_index([4, 4, 4, 4], [1, 7, 3, 9])
    assert gap.slope_index == pytest.approx(0, abs=1e-12)
    assert gap.relative_index == pytest.approx(1)


# --- intervals of protected observations ----------------------------------------------


def test_a_proportion_has_wilson_limits_in_its_unit():
    frame = observations(value=65.0, count=65.0, denominator=100.0)
    result = rates.intervals(frame, "proportion", 100, False)
    np.testing.assert_allclose(result.lower, rates.wilson(65, 100).lower[0] * 100)
    assert result.reason.tolist() == [""] * 3
    assert result.index.equals(AREAS)


def test_a_rate_has_byar_limits_and_a_count_too():
    frame = observations(value=6.5, count=65.0, denominator=10_000.0)
    rate = rates.intervals(frame, "rate", 1000, False, 0.998)
    np.testing.assert_allclose(rate.upper, rates.byar(65, 10_000, 1000, 0.998).upper[0])
    count = rates.intervals(observations(value=7.0), "count", 1, False)
    np.testing.assert_allclose(count.upper, rates.byar(7).upper[0])


def test_delivered_limits_serve_only_where_there_is_no_count():
    frame = observations(value=65.0, count=[65, np.nan, np.nan], denominator=100.0, lower=[0, 1, np.nan], upper=[99, 98, 3])  # fmt: skip
    result = rates.intervals(frame, "proportion", 100, False)
    assert result.lower["a"] == pytest.approx(55.25444329688797)
    assert (result.lower["b"], result.upper["b"]) == (1, 98)
    assert result.reason.tolist() == ["", "", "no_interval"]
    assert np.isnan(result.upper["c"])


def test_delivered_limits_are_95_percent_limits_only():
    frame = observations(value=3.0, lower=2.0, upper=4.0)
    for measure in ("median", "index", "ordinal"):
        assert rates.intervals(frame, measure, 1, False).reason.tolist() == [""] * 3
        clear = rates.intervals(frame, measure, 1, False, 0.998)
        assert clear.reason.tolist() == ["no_interval"] * 3
        assert clear.lower.isna().all()


def test_a_mean_has_a_t_interval_unless_only_limits_were_delivered():
    frame = observations(value=3.0, sd=[1, 1, np.nan], denominator=[25, 1, np.nan], lower=[np.nan, np.nan, 2], upper=[np.nan, np.nan, 4])  # fmt: skip
    result = rates.intervals(frame, "mean", 1, False)
    assert result.lower["a"] == pytest.approx(rates.mean_interval(3, 1, 25).lower[0])
    assert (result.lower["c"], result.upper["c"]) == (2, 4)
    assert result.reason.tolist() == ["", "n_too_small", ""]


def test_repeat_events_have_no_interval():
    frame = observations(value=65.0, count=65.0, denominator=100.0)
    result = rates.intervals(frame, "rate", 1, True)
    assert result.reason.tolist() == ["no_interval"] * 3
    assert result[["lower", "upper"]].isna().all(axis=None)


def test_each_absence_keeps_its_own_reason():
    frame = observations(
        value=[np.nan, np.nan, np.nan],
        count=[np.nan, 5, np.nan],
        denominator=[100, np.nan, 100],
        status=["suppressed", "observed", "missing"],
    )
    result = rates.intervals(frame, "rate", 1000, False)
    assert result.reason.tolist() == ["suppressed", "no_denominator", "missing"]
    given_reason = frame.assign(reason=["", "too_few_answers", ""])
    assert rates.intervals(given_reason, "rate", 1, False).reason["b"] == "too_few_answers"


def test_an_area_without_residents_has_no_denominator_and_stops_nothing():
    frame = observations(value=[np.nan, 1, 1], count=[0, 10, 10], denominator=[0, 10_000, 10_000])
    result = rates.intervals(frame, "rate", 1000, False)
    assert result.reason.tolist() == ["no_denominator", "", ""]


def test_an_unknown_measure_is_an_error():
    with pytest.raises(GroundworkError, match="no measure 'share'; known: proportion, rate"):
        rates.intervals(observations(), "share", 1, False)


def test_intervals_leave_their_frame_alone():
    frame = observations(value=65.0, count=65.0, denominator=100.0)
    kept = frame.copy()
    rates.intervals(frame, "proportion", 100, False)
    pd.testing.assert_frame_equal(frame, kept)


@pytest.mark.parametrize("measure", ["proportion", "rate", "count", "mean", "median"])
def test_a_frame_without_rows_gives_none(measure):
    assert rates.intervals(observations().iloc[:0], measure, 1, False).empty


def test_missing_among_plain_numbers_is_missing_whatever_stands_for_it():
    limits = rates.wilson([1, None, pd.NA, float("nan"), np.nan], 10)
    assert limits["lower"].notna().tolist() == [True, False, False, False, False]


def test_text_is_an_error_that_names_the_rows():
    words = r"denominator: not a number; leave it empty when unknown \(row 'b': 'ten'\)"
    with pytest.raises(InputError, match=words):
        rates.wilson(1, pd.Series([10, "ten"], index=["a", "b"], dtype=object))


@pytest.mark.parametrize("count", [1e-300, 1e-9, 9.999999, 10, 1e15, 1e100])
def test_fractional_and_huge_counts_have_limits_around_them(count):
    row = rates.byar(count).loc[0]
    assert row["lower"] <= count <= row["upper"] < np.inf


# --- by chance ------------------------------------------------------------------------


def test_of_672_comparisons_without_any_difference_34_differ_and_one_clearly():
    found = rates.differences_by_chance(pd.DataFrame([["similar"] * 28] * 24))
    assert (found.compared, found.differ, found.clearly) == (672, 0, 0)
    assert found.differ_by_chance == pytest.approx(33.6)
    assert found.clearly_by_chance == pytest.approx(1.344)


def test_what_is_not_assessed_is_no_comparison():
    found = rates.differences_by_chance(pd.Series([rates.NOT_ASSESSED] * 4))
    assert (found.compared, found.differ_by_chance) == (0, 0)


def test_areas_without_a_difference_differ_about_as_often_as_said():
    seeded = np.random.default_rng(5)
    n, share = 400, 0.3
    cases = seeded.binomial(n, share, size=20_000)
    usual, clear = rates.wilson(cases, n), rates.wilson(cases, n, rates.CLEARLY)
    found = rates.differences_by_chance(
        rates.benchmark_class(usual.lower, usual.upper, clear.lower, clear.upper, share, -1)
    )
    # whole cases come in steps, so that Wilson's 95 % are 94.5 % here
    assert found.differ == pytest.approx(found.differ_by_chance, rel=0.15)
    assert found.clearly == pytest.approx(found.clearly_by_chance, rel=0.5)


def test_a_class_that_is_none_is_an_error():
    with pytest.raises(GroundworkError, match="no benchmark class nan; known: better"):
        rates.differences_by_chance(pd.Series(["similar", np.nan], dtype=object))
