"""Recent trends, level x trend, urgency, change between two periods."""

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.errors import InputError
from analysis.measures import rates, trends

FIRST = (
    [7.0826, 7.1085, 7.2571, 7.4528, 7.6554],
    [7.0754, 7.1013, 7.2499, 7.4456, 7.6481],
    [7.094, 7.1199, 7.2684, 7.4643, 7.6669],
)
SECOND = (
    [2.935, 1.93028, 2.7567, 2.8701, 3.0121],
    [2.7841, 1.8085, 2.6113, 2.7225, 2.8616],
    [3.0919, 2.058, 2.9082, 3.0237, 3.1683],
)
figures = st.lists(st.floats(-100, 100).map(lambda one: round(one, 6)), min_size=5, max_size=5)
widths = st.lists(st.floats(0.01, 20), min_size=5, max_size=5)


def by_hand(values, lower, upper):
    """The published formula, one series at a time."""

    def fit(t, y, w):
        s, sx, sy = w.sum(), (w * t).sum(), (w * y).sum()
        sxx, sxy = (w * t * t).sum(), (w * t * y).sum()
        slope = (s * sxy - sx * sy) / (s * sxx - sx**2)
        return slope, (slope / np.sqrt(s / (s * sxx - sx**2))) ** 2

    t, y = np.arange(1.0, 6), np.asarray(values, dtype=float)
    w = (3.92 / (np.asarray(upper) - np.asarray(lower))) ** 2
    slope, chi_squared = fit(t, y, w)
    others = [fit(np.delete(t, i), np.delete(y, i), np.delete(w, i))[0] for i in range(5)]
    # of years all alike the slope is 0: the last digit of this formula must not decide
    one_sign = all(np.sign(round(other, 9)) == np.sign(slope) != 0 for other in others)
    if chi_squared > 9.54953570608324 and one_sign:
        return ("increasing" if slope > 0 else "decreasing"), slope, chi_squared
    return "no significant change", slope, chi_squared


def test_the_first_published_series_is_increasing():
    trend = trends.recent_trend(*FIRST)
    assert (trend.label, trend.reason) == ("increasing", "")
    assert trend.slope == pytest.approx(0.148799263, abs=5e-10)
    assert trend.chi_squared == pytest.approx(9740.102, abs=5e-4)


def test_the_second_published_series_is_increasing():
    trend = trends.recent_trend(*SECOND)
    assert trend.label == "increasing"
    assert trend.chi_squared == pytest.approx(33.48578, abs=5e-6)


@given(figures, widths)
@settings(max_examples=100, deadline=None)
def test_the_block_agrees_with_the_published_formula(values, width):
    lower, upper = np.subtract(values, width), np.add(values, width)
    label, slope, chi_squared = by_hand(values, lower, upper)
    trend = trends.recent_trend(values, lower, upper)
    assert trend.slope == pytest.approx(slope, rel=1e-6, abs=1e-8)
    assert trend.chi_squared == pytest.approx(chi_squared, rel=1e-6, abs=1e-8)
    if abs(slope) > 1e-6 and abs(chi_squared - trends.CRITICAL_CHI_SQUARED) > 1e-6:
        assert trend.label == label


@given(figures, widths, st.floats(0.01, 100))
@settings(max_examples=40, deadline=None)
def test_mirroring_turns_the_label_and_a_unit_leaves_it(values, width, unit):
    values, width = np.array(values), np.array(width)
    trend = trends.recent_trend(values, values - width, values + width)
    turned = trends.recent_trend(-values, -values - width, -values + width)
    opposite = {"increasing": "decreasing", "decreasing": "increasing"}
    assert turned.label == opposite.get(trend.label, trend.label)
    if abs(trend.chi_squared - trends.CRITICAL_CHI_SQUARED) < 1e-6:
        return
    scaled = trends.recent_trend(values * unit, (values - width) * unit, (values + width) * unit)
    assert scaled.label == trend.label or abs(trend.slope) < 1e-9
    assert scaled.slope == pytest.approx(trend.slope * unit, rel=1e-6, abs=1e-8)


def test_a_flat_series_does_not_change():
    trend = trends.recent_trend([0.3] * 5, [0.2] * 5, [0.4] * 5)
    assert trend.label == "no significant change"
    assert trend.slope == pytest.approx(0, abs=1e-15)


def test_one_year_that_carries_the_slope_alone_is_no_trend():
    values = np.array([5.0, 5.0, 5.0, 5.0, 9.0])
    values[:4] -= [0, 0.01, 0.02, 0.03]
    trend = trends.recent_trend(values, values - 0.1, values + 0.1)
    assert trend.chi_squared > trends.CRITICAL_CHI_SQUARED
    assert trend.label == "no significant change"


@given(st.floats(-100, 100), st.integers(0, 4), widths)
def test_four_years_alike_and_one_apart_are_no_trend(level, apart, width):
    values = np.full(5, level)
    values[apart] += 1000
    half = np.array(width) / 100
    assert trends.recent_trend(values, values - half, values + half).label == (
        "no significant change"
    )


def test_of_a_longer_series_the_newest_five_count():
    longer = [[np.nan, 99.0, *column] for column in FIRST]
    assert trends.recent_trend(*longer) == trends.recent_trend(*FIRST)


def test_four_years_are_too_few():
    trend = trends.recent_trend([1, 2, 3, 4], [0, 1, 2, 3], [2, 3, 4, 5])
    assert (trend.label, trend.reason) == ("not assessed", "too_few_years")
    assert np.isnan(trend.slope)
    assert np.isnan(trend.chi_squared)


def test_a_year_without_value_among_the_newest_five_is_too_few_years():
    values = [1, 2, 3, np.nan, 5, 6]
    assert trends.recent_trend(values, [0] * 6, [9] * 6).reason == "too_few_years"


def test_a_year_without_interval_or_with_one_of_width_0_is_no_interval():
    values, lower = [1, 2, 3, 4, 5], [0, 1, 2, 3, 4]
    assert trends.recent_trend(values, lower, [2, 3, np.nan, 5, 6]).reason == "no_interval"
    assert trends.recent_trend(values, lower, [2, 3, 2, 5, 6]).reason == "no_interval"


def test_a_block_keeps_index_and_treats_rows_apart():
    index = pd.Index(["x", "y", "z"], name="area_id")
    years = [2019, 2020, 2021, 2022, 2023]
    block = [pd.DataFrame([a, [np.nan] * 5, b], index, years) for a, b in zip(FIRST, SECOND, strict=True)]  # fmt: skip
    kept = [frame.copy() for frame in block]
    result = trends.recent_trends(*block)
    assert result.index.equals(index)
    assert result.label.tolist() == ["increasing", "not assessed", "increasing"]
    assert result.chi_squared["z"] == pytest.approx(33.48578, abs=5e-6)
    moved = trends.recent_trends(*(frame.loc[["z", "x", "y"]] for frame in block))
    pd.testing.assert_frame_equal(moved, result.loc[["z", "x", "y"]])
    for frame, before in zip(block, kept, strict=True):
        pd.testing.assert_frame_equal(frame, before)


def test_blocks_that_do_not_fit_are_an_error():
    block = np.ones((2, 5))
    with pytest.raises(InputError, match=r"upper: shape \(2, 4\), but 'values' has \(2, 5\)"):
        trends.recent_trends(block, block, np.ones((2, 4)))
    frame = pd.DataFrame(block, index=["a", "b"])
    with pytest.raises(InputError, match="lower: its areas or years differ from those of 'values'"):
        trends.recent_trends(frame, frame.set_axis(["a", "c"]), frame)
    with pytest.raises(InputError, match="values: infinite"):
        trends.recent_trends(block * np.inf, block, block)


def test_inverted_limits_of_one_series_are_an_error_that_names_the_year():
    years = pd.Index(["2019", "2020", "2021", "2022", "2023"])
    values = pd.Series(1.0, index=years)
    with pytest.raises(InputError, match=r"lower: above the upper limit.*row '2021': 3"):
        trends.recent_trend(values, pd.Series([0, 0, 3, 0, 0], index=years), values + 1)


def test_inverted_limits_are_an_error_that_names_the_area():
    frame = pd.DataFrame(np.ones((2, 5)), index=["a", "b"])
    with pytest.raises(InputError, match=r"above the upper limit.*row 'a': 1"):
        trends.recent_trends(
            frame, frame, frame - pd.Series([0.5, 0], ["a", "b"]).to_numpy()[:, None]
        )


# --- series of observations -----------------------------------------------------------


def observed(periods=("2019", "2020", "2021", "2022", "2023"), areas=("a", "b"), **columns):
    rows = pd.DataFrame(list(itertools.product(areas, periods)), columns=["area_id", "period"])
    rows["value"] = rows.groupby("area_id").cumcount() + 1.0
    rows["lower"], rows["upper"] = rows["value"] - 0.2, rows["value"] + 0.2
    return rows.assign(**{"break": False}, **columns)


def test_five_years_in_a_row_are_a_trend_in_any_order_of_rows():
    rows = observed()
    expected = trends.area_trends(rows, "Y")
    assert expected.label.tolist() == ["increasing", "increasing"]
    shuffled = trends.area_trends(rows.sample(frac=1, random_state=1), "Y")
    pd.testing.assert_frame_equal(shuffled.loc[expected.index], expected)


def test_school_years_and_quarters_of_one_season_are_annual():
    school = [f"{year}/{year + 1}" for year in range(2018, 2023)]
    assert trends.area_trends(observed(school), "SY").label["a"] == "increasing"
    quarters = [f"{year}-Q{part}" for year in range(2019, 2024) for part in (1, 2, 3, 4)]
    rows = observed(quarters)
    result = trends.area_trends(rows, "Q")
    fourth = rows[rows.period.str.endswith("Q4")]
    assert result.slope["a"] == pytest.approx(4)
    pd.testing.assert_frame_equal(result, trends.area_trends(fourth, "Q"))


def test_every_second_year_is_not_annual():
    rows = observed(("2015", "2017", "2019", "2021", "2023"))
    assert trends.area_trends(rows, "2Y").reason.tolist() == ["not_annual"] * 2
    assert trends.area_trends(rows, "Y").reason.tolist() == ["too_few_years"] * 2


def test_a_gap_or_an_end_before_the_others_is_too_few_years():
    rows = observed(("2018", "2019", "2020", "2021", "2022", "2023"))
    gone = rows[~((rows.area_id == "b") & (rows.period == "2021"))]
    assert trends.area_trends(gone, "Y").reason.tolist() == ["", "too_few_years"]
    ended = rows[~((rows.area_id == "b") & (rows.period == "2023"))]
    assert trends.area_trends(ended, "Y").reason.tolist() == ["", "too_few_years"]


@pytest.mark.parametrize("year", ["2019", "2021", "2023"])
def test_a_trend_that_would_need_a_hidden_year_is_suppressed(year):
    rows = observed(("2019", "2020", "2021", "2022", "2023")).assign(status="observed")
    there = (rows.area_id == "b") & (rows.period == year)
    hidden = rows.assign(
        value=rows["value"].mask(there), status=rows["status"].mask(there, "suppressed")
    )
    assert trends.area_trends(hidden, "Y").reason.tolist() == ["", "suppressed"]
    alone = hidden[hidden.area_id == "b"]
    assert trends.area_trends(alone, "Y").reason.tolist() == ["suppressed"], "on the same years"
    short = alone[alone.period != "2020"]
    assert trends.area_trends(short, "Y").reason.tolist() == ["too_few_years"]


def test_a_year_that_nobody_has_yet_does_not_end_all_trends():
    rows = observed(("2018", "2019", "2020", "2021", "2022", "2023"))
    rows.loc[rows.period == "2023", ["value", "lower", "upper"]] = np.nan
    assert trends.area_trends(rows, "Y").reason.tolist() == ["", ""]


def test_a_break_ends_a_trend_unless_it_starts_the_five_years():
    rows = observed(("2018", "2019", "2020", "2021", "2022", "2023"))
    for period, reason in (("2018", ""), ("2019", ""), ("2020", "series_break"), ("2023", "series_break")):  # fmt: skip
        broken = rows.assign(**{"break": (rows.area_id == "a") & (rows.period == period)})
        result = trends.area_trends(broken, "Y")
        assert result.reason.tolist() == [reason, ""]
        assert (result.label["a"] == "not assessed") == bool(reason)
        assert np.isnan(result.slope["a"]) == bool(reason)


def test_a_change_of_boundaries_ends_a_trend():
    rows = observed()
    rows["version"] = np.where((rows.area_id == "b") & (rows.period >= "2022"), "new", "old")
    assert trends.area_trends(rows, "Y").reason.tolist() == ["", "boundary_change"]


def test_borders_and_breaks_weigh_more_than_a_year_without_a_value():
    rows = observed().assign(version="new")
    rows.loc[(rows.area_id == "a") & (rows.period < "2021"), ["value", "version"]] = [np.nan, ""]
    rows["break"] = (rows.area_id == "b") & (rows.period == "2021")
    rows.loc[(rows.area_id == "b") & (rows.period == "2020"), "value"] = np.nan
    assert trends.area_trends(rows, "Y").reason.tolist() == ["boundary_change", "series_break"]


def test_two_rows_for_one_period_are_an_error():
    rows = pd.concat([observed(), observed()])
    with pytest.raises(InputError, match="area 'a' has two rows for '2019'"):
        trends.area_trends(rows, "Y")


def test_observations_without_rows_have_no_trends():
    assert trends.area_trends(observed().iloc[:0], "Y").empty


# --- direction, level x trend, urgency ------------------------------------------------


def test_direction_turns_with_what_is_favourable():
    labels = pd.Series(["increasing", "decreasing", "no significant change", "not assessed"])
    rest = ["no significant change", "not assessed"]
    assert trends.direction(labels, 1).tolist() == ["improving", "worsening", *rest]
    assert trends.direction(labels, -1).tolist() == ["worsening", "improving", *rest]
    assert trends.direction(labels, 0).tolist() == labels.tolist()
    mixed = trends.direction(labels, pd.Series([1, -1, 0, 0]))
    assert mixed.tolist() == ["improving", "improving", *rest]
    with pytest.raises(InputError, match="favourable: neither 1, -1 nor 0"):
        trends.direction(labels, 3)


def rule(level: str, trend: str) -> str:
    """METHODS in its own words."""
    if level == "clearly_worse" and trend == "worsening":
        return "act now"
    if level == "clearly_worse" or (level == "worse" and trend == "worsening"):
        return "act"
    if "not assessed" in (level, trend):
        return "cannot tell"
    if level == "worse" or (level == "similar" and trend == "worsening"):
        return "watch"
    return "keep"


def test_the_urgency_table_says_what_the_rule_says():
    levels, changes = (*trends.LEVELS, "not assessed"), (*trends.TRENDS, "not assessed")
    assert set(trends.URGENCY) == set(itertools.product(levels, changes))
    for (level, change), urgency in trends.URGENCY.items():
        assert urgency == rule(level, change), (level, change)


def test_level_and_trend_make_twelve_classes_and_one_without():
    assert len(set(trends.LEVEL_TRENDS)) == 12
    pairs = list(itertools.product((*rates.DIRECTED_CLASSES, "not assessed", "higher"), (*trends.TRENDS, "not assessed", "increasing")))  # fmt: skip
    frame = pd.DataFrame(pairs, columns=["level", "trend"], index=range(10, 10 + len(pairs)))
    result = trends.level_trend(frame["level"], frame["trend"])
    assert result.index.equals(frame.index)
    assert set(result) == {*trends.LEVEL_TRENDS, "not assessed"}
    unclear = frame["level"].isin(["not assessed", "higher"]) | frame["trend"].isin(["not assessed", "increasing"])  # fmt: skip
    assert (result.eq("not assessed") == unclear).all()
    assert set(trends.urgency(frame["level"], frame["trend"])) == {"act now", "act", "watch", "keep", "cannot tell"}  # fmt: skip


def test_levels_and_trends_of_different_areas_are_an_error():
    with pytest.raises(InputError, match="its index differs from that of 'classes'"):
        trends.urgency(pd.Series(["worse"], ["a"]), pd.Series(["worsening"], ["b"]))


# --- change between two periods -------------------------------------------------------


def share(count, denominator, confidence=0.95):
    return rates.wilson(count, denominator, confidence).assign(
        value=np.asarray(count) / np.asarray(denominator)
    )


@pytest.mark.parametrize(
    ("first", "second", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_change_of_proportions_is_newcombes_interval(first, second, lower, upper):
    # Newcombe (1998), table II, method 10
    row = trends.change(share(*map(np.atleast_1d, second)), share(*map(np.atleast_1d, first)))
    assert row.lower[0] == pytest.approx(lower, abs=5e-5)
    assert row.upper[0] == pytest.approx(upper, abs=5e-5)


def test_a_change_is_significant_when_its_interval_leaves_out_none():
    before, after = share([50, 50, 50], [100] * 3), share([80, 52, 20], [100] * 3)
    result = trends.change(before, after)
    assert result.label.tolist() == ["increase", "no significant change", "decrease"]
    back = trends.change(after, before)
    np.testing.assert_allclose(back.lower, -result.upper)
    assert back.label.tolist() == ["decrease", "no significant change", "increase"]


def test_the_same_figure_twice_has_not_changed():
    once = share([0, 5, 20], [20] * 3)
    assert trends.change(once, once).label.tolist() == ["no significant change"] * 3
    events = rates.byar([3, 50])
    assert trends.ratio(events, events).label.tolist() == ["no significant change"] * 2


@given(st.integers(0, 100), st.integers(0, 100))
@settings(max_examples=40, deadline=None)
def test_changes_nest_by_confidence(one, other):
    narrow = trends.change(share([one], [100]), share([other], [100])).loc[0]
    wide = trends.change(share([one], [100], 0.998), share([other], [100], 0.998)).loc[0]
    assert wide["lower"] <= narrow["lower"] <= narrow["change"]
    assert narrow["change"] <= narrow["upper"] <= wide["upper"]
    assert wide["lower"] >= -1
    assert wide["upper"] <= 1


@given(st.integers(1, 500), st.integers(0, 500))
@settings(max_examples=60, deadline=None)
def test_at_each_limit_of_a_ratio_the_difference_just_reaches_0(one, other):
    # MOVER-R is defined by this: after - R * before has a limit of 0
    before, after = rates.byar([one]), rates.byar([other])
    row = trends.ratio(before, after).loc[0]
    assert row["lower"] <= row["ratio"] <= row["upper"]
    at_lower = trends.change(before * row["lower"], after).loc[0]
    at_upper = trends.change(before * row["upper"], after).loc[0]
    assert at_lower["lower"] == pytest.approx(0, abs=1e-6 * (one + other))
    assert at_upper["upper"] == pytest.approx(0, abs=1e-6 * (one + other))


def test_ratio_and_difference_agree_on_what_changed():
    before, after = rates.byar([40, 40, 40]), rates.byar([90, 42, 15])
    expected = ["increase", "no significant change", "decrease"]
    assert trends.change(before, after).label.tolist() == expected
    assert trends.ratio(before, after).label.tolist() == expected


def test_a_ratio_to_nothing_is_not_assessed():
    result = trends.ratio(rates.byar([0]), rates.byar([5]))
    assert (result.label[0], result.reason[0]) == ("not assessed", "missing")
    unbounded = pd.DataFrame({"value": [1.0], "lower": [0.0], "upper": [3.0]})
    assert trends.ratio(unbounded, unbounded).reason.tolist() == ["no_interval"]
    with pytest.raises(InputError, match="before: negative; a ratio needs 0 or more"):
        trends.ratio(unbounded - 2, unbounded)


def test_a_change_without_value_or_interval_is_not_assessed_and_says_why():
    index = pd.Index(["a", "b", "c"], name="area_id")
    before = pd.DataFrame({"value": [1, 1, np.nan], "lower": [0.5, np.nan, np.nan], "upper": [1.5, 2, np.nan]}, index)  # fmt: skip
    after = before.fillna(1.0)
    result = trends.change(before, after)
    assert result.label.tolist() == ["no significant change", "not assessed", "not assessed"]
    assert result.reason.tolist() == ["", "no_interval", "missing"]
    assert result.change.tolist()[:2] == [0, 0]
    assert result.lower.notna().tolist() == [True, False, False]
    assert result.index.equals(index)
    passed_on = trends.change(before.assign(reason=["", "", "suppressed"]), after)
    assert passed_on.reason.tolist() == ["", "no_interval", "suppressed"]
    other = trends.change(before, after.assign(reason=["series_break", "", ""]))
    assert other.label["a"] == "not assessed"
    assert other.reason["a"] == "series_break"


def test_periods_meet_by_label_and_different_areas_are_an_error():
    before, after = share([1, 2], [9, 9]).set_axis(["a", "b"]), share([5, 2], [9, 9]).set_axis(["b", "a"])  # fmt: skip
    result = trends.change(before, after)
    assert result.change.to_dict() == pytest.approx({"a": 1 / 9, "b": 3 / 9})
    with pytest.raises(InputError, match="its index differs from that of 'before value'"):
        trends.change(before, after.set_axis(["b", "c"]))
    with pytest.raises(InputError, match="after lower: above the upper limit"):
        trends.change(before, after.assign(lower=5.0))


# --- eight years and more, without intervals ------------------------------------------

steps = st.integers(-9, 9)


@given(st.lists(st.integers(-1000, 1000), min_size=8, max_size=14, unique=True))
def test_without_ties_the_long_trend_is_scipys(values):
    found = trends.long_trend(values)
    years = np.arange(len(values))
    assert found.p_value == pytest.approx(
        stats.kendalltau(years, values, method="exact").pvalue, rel=1e-9
    )
    assert found.slope == pytest.approx(stats.theilslopes(values, years).slope)
    assert found.years == len(values)


def test_with_ties_p_is_the_share_of_all_orders_that_lie_as_far_out():
    values = [3, 1, 1, 2, 3, 3, 3, 4]
    first, second = np.triu_indices(8, 1)
    orders = np.array(list(set(itertools.permutations(values))))
    all_s = np.sign(orders[:, second] - orders[:, first]).sum(axis=1)
    own = np.sign(np.take(values, second) - np.take(values, first)).sum()
    share = (np.abs(all_s) >= abs(own)).mean()
    assert trends.long_trend(values).p_value == pytest.approx(share, rel=1e-12)


@given(st.lists(steps, min_size=8, max_size=16), st.sampled_from([0.25, 3, 1000]))
def test_mirroring_turns_a_long_trend_and_a_unit_leaves_it(values, unit):
    found = trends.long_trend(values)
    scaled = trends.long_trend(np.array(values) * unit)
    back = trends.long_trend(values[::-1])
    turned = {"increasing": "decreasing", "decreasing": "increasing"}
    assert scaled.label == found.label
    assert back.label == turned.get(found.label, found.label)
    assert (scaled.p_value, back.p_value) == (found.p_value, found.p_value)


def test_seven_years_and_a_gap_among_the_newest_eight_are_too_few():
    assert trends.long_trend(range(7)).reason == "too_few_years"
    assert trends.long_trend([1, 2, 3, 4, None, 6, 7, 8, 9, 10]).reason == "too_few_years"
    assert trends.long_trend([None, 1, 2, 3, 4, 5, 6, 7, 8]).years == 8


def test_a_flat_long_series_does_not_change():
    flat = trends.long_trend([4] * 9)
    assert (flat.label, flat.slope, flat.p_value) == ("no significant change", 0, 1)


def long_observed(**columns):
    years = [str(year) for year in range(2014, 2024)]
    rows = pd.DataFrame({"area_id": "a", "period": years, "value": np.arange(10.0), "break": False})
    return rows.assign(lower=np.nan, upper=np.nan, **columns)


def test_ten_years_without_interval_are_a_long_trend_and_no_recent_one():
    rows = long_observed()
    assert trends.area_trends(rows, "Y").reason["a"] == "no_interval"
    assert trends.area_long_trends(rows.sample(frac=1, random_state=1), "Y").loc[
        "a", ["label", "years"]
    ].tolist() == ["increasing", 10]


@pytest.mark.parametrize(
    ("year", "reason", "years"),
    [(2016, "", 8), (2017, "series_break", 7), (2023, "series_break", 1)],
)
def test_a_long_series_starts_at_its_last_break(year, reason, years):
    rows = long_observed()
    found = trends.area_long_trends(rows.assign(**{"break": rows["period"] == str(year)}), "Y")
    assert found.loc["a", ["reason", "years"]].tolist() == [reason, years]


def test_a_long_series_stays_on_one_boundary_version():
    rows = long_observed(version=["old"] * 4 + ["new"] * 6)
    assert trends.area_long_trends(rows, "Y").reason["a"] == "boundary_change"
    rows = long_observed(version=["old"] * 2 + ["new"] * 8)
    assert trends.area_long_trends(rows, "Y").label["a"] == "increasing"


def test_a_long_series_that_a_hidden_year_ends_is_suppressed():
    rows = long_observed().assign(status="observed")
    there = rows.index == rows.index[-3]
    hidden = rows.assign(
        value=rows["value"].mask(there), status=rows["status"].mask(there, "suppressed")
    )
    assert trends.area_long_trends(hidden, "Y").reason["a"] == "suppressed"
    assert trends.area_long_trends(hidden.iloc[-6:], "Y").reason["a"] == "too_few_years"


def test_a_long_series_that_is_not_annual_or_ends_early_is_not_assessed():
    rows = long_observed()
    assert trends.area_long_trends(rows, "2Y").reason["a"] == "not_annual"
    assert trends.area_long_trends(rows.iloc[:0], "Y").empty
    later = pd.DataFrame({"area_id": ["b"], "period": ["2024"], "value": [1.0], "break": [False]})
    both = pd.concat([rows, later], ignore_index=True)
    assert trends.area_long_trends(both, "Y").reason.to_dict() == {
        "a": "too_few_years", "b": "too_few_years"}  # fmt: skip
