"""What can be said: certainty, comparison and change per area, and the sentences about them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import picture
from analysis.intake.release import territory_of
from analysis.measures import rates
from analysis.settings import Level
from tests.analysis.conftest import NineSquares

COLUMNS = "level,area_id,indicator_id,period,value,count,denominator,sd,status,break"
DISTRICT = Level("district", "district", "districts")


def observations() -> list[str]:
    rows = []
    for period, share in (("2022", 40), ("2023", 40), ("2024", 60)):
        # D1 stands out, D2 is too small, D3 missing, D4 not applicable, D5 without a row.
        rows += [
            f"district,D1,share,{period},,{share},80,,,",
            f"district,D2,share,{period},,3,80,,,",
            f"district,D3,share,{period},,,,,missing,",
            f"district,D4,share,{period},,,,,not_applicable,",
            *(f"district,D{n},share,{period},,20,80,,,{'true' if n == 6 and period == '2024' else ''}"
              for n in (6, 7, 8, 9)),
            f"town,T,share,{period},25,,,,,",
        ]  # fmt: skip
        rows += [f"district,D{n},incidents,{period},,{n + 4},,,," for n in range(1, 10)]
    rows += [f"district,D{n},mood,2022,6.{n},,100,1.5,," for n in range(1, 10)]
    rows += ["town,T,mood,2022,6.5,,900,1.5,,"]
    rows += [f"district,D{n},mood,2023,6.{n},,{100 if n > 1 else 20},1.5,,"
             for n in range(1, 10) if n != 5]  # fmt: skip
    rows += ["town,T,mood,2023,6.5,,900,1.5,,"]
    return rows


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    nine = NineSquares(tmp_path_factory.mktemp("picture") / "nine")
    nine.observe(*observations(), columns=COLUMNS)
    view = nine.build()
    return view, territory_of(view)


def figures(town, indicator_id="share", level="district", period="2024"):
    return picture.figures(*town, indicator_id, level, period)


def profile(town, area_id: str, period: str = "2024") -> pd.DataFrame:
    view, here = town
    found = picture.profile(
        view, here, "district", area_id, period,
        lambda name, at: picture.figures(view, here, name, "district", at),
    )  # fmt: skip
    return found.set_index("indicator_id")


# --------------------------------------------------------------------------------------- figures
def test_every_area_of_the_level_has_a_row_in_order_of_name(town):
    frame = figures(town).frame
    assert list(frame["name"]) == [f"Square {number}" for number in range(1, 10)]


def test_an_area_without_an_observation_is_missing_and_neither_left_out_nor_0(town):
    row = figures(town).frame.loc["D5"]
    assert np.isnan(row["value"])
    assert (row["status"], row["reason"], row["class_"]) == ("missing", "missing", "not assessed")


def test_suppressed_missing_and_not_applicable_are_told_apart(town):
    reasons = figures(town).frame["reason"]
    assert reasons[["D2", "D3", "D4"]].tolist() == ["suppressed", "missing", "not_applicable"]


def test_an_area_far_from_the_benchmark_is_clearly_worse_by_what_more_of_it_means(town):
    frame = figures(town).frame
    assert frame.loc["D1", ["value", "class_", "class_reason"]].tolist() == [
        75.0, "clearly_worse", "",
    ]  # fmt: skip
    assert frame.loc[["D6", "D7"], "class_"].tolist() == ["similar", "similar"]


def test_the_interval_is_wilsons_in_the_unit_of_the_indicator(town):
    row = figures(town).frame.loc["D1"]
    expected = 100 * rates.wilson(pd.Series([60]), pd.Series([80])).iloc[0]
    assert row[["lower", "upper"]].tolist() == pytest.approx(expected.tolist())


def test_a_figure_that_is_hidden_has_neither_interval_nor_class(town):
    row = figures(town).frame.loc["D2"]
    assert row[["value", "lower", "upper", "count", "denominator"]].isna().all()
    assert (row["class_"], row["class_reason"]) == ("not assessed", "suppressed")


def test_the_benchmark_is_named_with_its_value(town):
    mark = figures(town).benchmark
    assert (mark.level, mark.area_id, mark.name, mark.value) == ("town", "T", "Nine", 25.0)


def test_counts_are_not_compared_between_places_of_different_size(town):
    found = figures(town, "incidents")
    assert set(found.frame["class_"]) == {"not assessed"}
    assert set(found.frame["class_reason"]) == {"no_benchmark"}


def test_a_comparison_with_a_hidden_benchmark_is_suppressed(town):
    frame = figures(town).frame
    mark = picture.Benchmark("town", "T", "Nine", np.nan, "suppressed")
    found = picture.with_certainty(frame, town[1].catalogue["share"], mark)
    assert set(found["class_"]) == {"not assessed"}
    assert set(found.loc[frame["reason"] == "", "class_reason"]) == {"suppressed"}


def test_nothing_above_means_no_benchmark(town):
    found = figures(town, level="town")
    assert found.benchmark is None
    assert found.frame["class_reason"].tolist() == ["no_benchmark"]


def test_an_area_that_shares_its_id_with_the_benchmark_is_compared_like_any_other(town):
    _, here = town
    frame = figures(town).frame.rename(index={"D1": "T"})
    mark = picture.Benchmark("town", "T", "Nine", 25.0, "")
    raw = frame.drop(columns=["class_", "class_reason"])
    again = picture.with_certainty(raw, here.catalogue["share"], mark)
    assert again.loc["T", "class_"] == "clearly_worse"


def test_adding_certainty_leaves_the_rows_as_they_were(town):
    frame = figures(town).frame.drop(columns=["class_", "class_reason"])
    before = frame.copy(deep=True)
    picture.with_certainty(frame, town[1].catalogue["share"], None)
    pd.testing.assert_frame_equal(frame, before)


# ---------------------------------------------------------------------------------------- change
def test_a_change_beyond_chance_is_worse_for_a_risk_that_rose(town):
    changed = picture.change(figures(town, period="2023"), figures(town))
    assert changed.loc["D1", ["earlier", "later", "difference", "class_"]].tolist() == [
        50.0, 75.0, 25.0, "worse",
    ]  # fmt: skip
    assert changed.loc["D7", "class_"] == "similar"
    assert list(changed.index) == list(figures(town).frame.index)


def test_a_change_of_a_hidden_or_missing_figure_is_not_assessed(town):
    changed = picture.change(figures(town, period="2023"), figures(town))
    assert changed.loc[["D2", "D3"], "difference"].isna().all()
    assert changed.loc[["D2", "D3"], "reason"].tolist() == ["suppressed", "missing"]
    assert set(changed.loc[["D2", "D3", "D4", "D5"], "class_"]) == {"not assessed"}


def test_an_area_that_did_not_exist_before_changed_its_borders(town):
    earlier = figures(town, period="2023")
    shorter = picture.Figures(
        earlier.indicator, "district", "2023", earlier.frame.drop("D1"), earlier.benchmark
    )
    changed = picture.change(shorter, figures(town))
    assert changed.loc["D1", ["class_", "reason"]].tolist() == ["not assessed", "boundary_change"]


def test_no_change_is_told_across_the_start_of_a_new_series(town):
    view, _ = town
    changed = picture.change(figures(town, period="2023"), figures(town))
    rows = view.series("share", level="district")
    broken = picture.across_break(changed, rows, "2023", "2024")
    assert np.isnan(broken.loc["D6", "difference"])
    assert broken.loc["D6", ["class_", "reason"]].tolist() == ["not assessed", "series_break"]
    assert broken.loc["D1", "class_"] == "worse"
    assert np.isfinite(changed.loc["D6", "difference"]), "what was given has changed"
    before = picture.change(figures(town, period="2022"), figures(town, period="2023"))
    assert np.isfinite(picture.across_break(before, rows, "2022", "2023").loc["D6", "difference"])


# --------------------------------------------------------------------------------------- profile
def test_a_profile_has_a_row_for_each_shown_indicator_in_order_of_themes(town):
    rows = profile(town, "D1")
    # belonging (mood) comes before tensions; rate and talk have no figures at all.
    assert list(rows.index) == ["mood", "incidents", "rate", "share", "talk"]
    assert rows.loc["rate", "reason"] == "missing"


def test_a_profile_takes_the_newest_figure_and_says_how_old_it_is(town):
    row = profile(town, "D1").loc["share"]
    assert (row["period"], row["age"], row["value"], row["benchmark"]) == ("2024", 0, 75.0, 25.0)
    row = profile(town, "D5").loc["mood"]
    assert (row["period"], row["age"], row["value"]) == ("2022", 1, 6.5)


def test_a_profile_never_looks_beyond_its_period(town):
    assert profile(town, "D1", "2023").loc["share", "value"] == 50.0


def test_a_hidden_figure_is_not_replaced_by_an_older_one(town):
    row = profile(town, "D2").loc["share"]
    assert (row["period"], row["reason"]) == ("2024", "suppressed")
    row = profile(town, "D1").loc["mood"]
    assert (row["period"], row["reason"]) == ("2023", "too_few_answers")


def test_the_spread_of_a_level_needs_five_areas(town):
    rows = profile(town, "D1")
    values = figures(town).frame["value"].dropna()
    assert len(values) == 5
    assert rows.loc["share", "p10"] == pytest.approx(values.quantile(0.1))
    assert rows.loc["mood", "p90"] == pytest.approx(6.84)


def test_what_does_not_apply_to_an_area_does_not_count_against_its_reliability(town):
    rows = profile(town, "D4")
    assert rows.loc["share", "status"] == "not_applicable"
    found = picture.profile_reliability(rows, town[1].settings)
    assert found.present == pytest.approx(2 / 4)  # of mood, incidents, rate and talk
    assert found.median_age == 0


def test_a_series_has_every_period_with_its_interval(town):
    view, here = town
    rows = picture.series(view, here, "district", "D1")
    share = rows[rows["indicator_id"] == "share"]
    assert share["period"].tolist() == ["2022", "2023", "2024"]
    assert (share["lower"] < share["value"]).all()
    assert (share["value"] < share["upper"]).all()


def test_strengths_and_burdens_put_what_is_clearly_so_first():
    rows = pd.DataFrame({"class_": ["worse", "better", "similar", "clearly_worse",
                                    "clearly_better", "not assessed"]})  # fmt: skip
    better, worse = picture.strengths_and_burdens(rows)
    assert better.index.tolist() == [4, 1]
    assert worse.index.tolist() == [3, 0]


# ------------------------------------------------------------------------------------- sentences
@pytest.mark.parametrize(
    ("names", "text"),
    [([], ""), (["Hill"], "Hill"), (["Hill", "Moor"], "Hill and Moor"),
     (["East", "Hill", "Moor"], "East, Hill and Moor")],
)  # fmt: skip
def test_names_are_joined_as_a_sentence_does(names, text):
    assert picture.joined(names) == text


def test_the_map_says_where_it_differs_how_many_are_hidden_and_how_many_unknown(town):
    found = figures(town)
    assert picture.map_title(found) == "A title: where it differs clearly from Nine"
    said = picture.map_sentences(found, DISTRICT)
    assert "clearly higher in Square 1." in said
    assert "In 1 district the number is too small to show." in said
    assert "For 3 of 9 districts there is no figure; that says nothing about them." in said


def test_the_map_of_counts_says_that_they_are_not_compared(town):
    said = picture.map_sentences(figures(town, "incidents"), DISTRICT)
    assert said == "A count, not compared between places of different size."


def test_the_map_of_nothing_says_not_assessed(town):
    found = figures(town)
    nothing = found.frame.assign(value=np.nan, class_="not assessed")
    empty = picture.Figures(found.indicator, "district", "2024", nothing, found.benchmark)
    assert picture.map_title(empty) == "A title: nothing can be said yet"
    assert picture.map_sentences(empty, DISTRICT) == (
        "No district has a figure for 2024: not assessed."
    )


def test_a_map_on_which_nothing_stands_out_says_so(town):
    said = picture.map_sentences(figures(town, "mood", period="2022"), DISTRICT)
    assert said.startswith("No district differs clearly from Nine (6.5")


def test_change_is_told_with_what_may_be_chance_and_what_is_not_assessed(town):
    changed = picture.change(figures(town, period="2023"), figures(town))
    said = picture.change_sentences(changed, DISTRICT)
    assert said.startswith("It rose in Square 1. In 4 of 5 districts the change may be chance.")
    assert "For 4 it is not assessed" in said


def test_a_district_of_which_nothing_is_known_is_not_assessed(town):
    rows = profile(town, "D5", "1999").reset_index()
    assert picture.district_sentences("Square 5", rows, town[1]) == (
        "Nothing is known about Square 5 yet: not assessed."
    )


def test_no_sentence_ranks_areas_or_calls_a_gap_fine(town):
    said = [
        picture.map_sentences(figures(town, name, period=at), DISTRICT)
        for name, at in (("share", "2024"), ("mood", "2023"), ("incidents", "2024"))
    ] + [
        picture.district_sentences("Here", profile(town, f"D{n}").reset_index(), town[1])
        for n in range(1, 10)
    ]  # fmt: skip
    words = " ".join(said).lower()
    assert not any(word in words for word in (" rank", "worst", "best ", " fine", "nan", "none "))


def test_an_area_says_what_it_lies_in(town):
    _, here = town
    assert picture.lies_in(here, "district", "D1") == ["Nine"]
    assert picture.lies_in(here, "town", "T") == []


@pytest.mark.parametrize("area_id", ["D1", "D3", "D6"])
def test_the_trend_of_one_area_alone_is_the_one_it_has_among_all(town, area_id):
    for indicator_id in ("share", "mood", "incidents"):
        newest = town[0].periods(indicator_id, "district")[-1]
        whole = picture.area_trends(*town, indicator_id, "district", newest)
        alone = picture.area_trends(*town, indicator_id, "district", newest, [area_id])
        pd.testing.assert_frame_equal(alone, whole.loc[[area_id]])


def test_the_trends_of_some_areas_of_the_demo_town_are_those_of_all(demo_view):
    here = territory_of(demo_view)
    some = list(here.areas_of("district").index[::9])
    spoken = 0
    for indicator_id in demo_view.indicator_ids():
        observed = demo_view.periods(indicator_id, "district")
        if not observed:
            continue
        asked = (demo_view, here, indicator_id, "district", observed[-1])
        whole, part = picture.area_trends(*asked), picture.area_trends(*asked, some)
        pd.testing.assert_frame_equal(part, whole[whole.index.isin(some)])
        spoken += int((part["reason"] == "").sum())
    assert spoken > 20


def test_trends_of_no_area_are_an_empty_table_of_the_same_columns(town):
    whole = picture.area_trends(*town, "share", "district", "2024")
    none = picture.area_trends(*town, "share", "district", "2024", ["nowhere"])
    assert none.empty
    assert list(none.columns) == list(whole.columns)
