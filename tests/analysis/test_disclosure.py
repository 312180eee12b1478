"""Small numbers are hidden once, with everything that would give them back.

Totals minus their visible parts are covered beside this, in ``test_families``. What is *not* covered,
because it is not done yet: a hidden figure that follows from an earlier release.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from analysis import disclosure, tables
from analysis.catalogue import Catalogue, Indicator
from analysis.completion import Completion
from analysis.disclosure import protect_observations, threshold
from analysis.errors import StoreError
from analysis.settings import Settings
from analysis.store import open_store
from analysis.territory import Territory

#: Stated here and not imported: leaving one out there must fail here.
FIGURES = ["value", "count", "denominator", "sd", "lower", "upper"]
COLUMNS = [*tables.OBSERVATIONS.column_names, "reason"]


def indicator(measure: str = "proportion", **cells: object) -> Indicator:
    text = {"indicator_id": "i", "title": "I", "factor": "risk", "higher_is": "more",
            "theme": "trust", "source_kind": "administrative", "unit": "%", "measure": measure,
            "multiplier": "100" if measure == "proportion" else "1"}  # fmt: skip
    typed, problems = tables.validate(pd.DataFrame([text], dtype="str"), tables.INDICATORS)
    assert problems == []
    return replace(Catalogue(typed)["i"], **cells)


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    """Rows as completion hands them on, a value computed where none is given."""
    cells = []
    for number, row in enumerate(rows):
        whole = {"level": "district", "area_id": f"D{number}", "indicator_id": "i",
                 "period": "2024", "category": "", "status": "observed", "break": False,
                 "note": "", "reason": ""} | row  # fmt: skip
        if "value" not in whole and "denominator" in whole and whole.get("count") is not None:
            whole["value"] = 100 * whole["count"] / whole["denominator"]
        cells.append(whole)
    made = pd.DataFrame(cells, columns=COLUMNS)
    return made.astype(dict.fromkeys(FIGURES, "float64"))


def protect(made: pd.DataFrame, one: Indicator, **more: object) -> pd.DataFrame:
    return protect_observations(made, one, more.pop("settings", Settings()), **more)


# ---------------------------------------------------------------------------------- thresholds
@pytest.mark.parametrize(
    ("measure", "own", "limit"),
    [
        ("count", None, 5),
        ("rate", None, 10),
        ("proportion", None, 10),
        ("ordinal", None, 10),
        ("count", 3.0, 3),
        ("rate", 20.0, 20),
        ("rate", 0.0, 0),
    ],
)
def test_the_threshold_is_the_indicators_else_the_territorys(measure, own, limit):
    assert threshold(indicator(measure, disclosure_threshold=own), Settings()) == limit


def test_the_territory_may_set_both_thresholds():
    here = Settings(count_threshold=7, rate_threshold=12)
    assert threshold(indicator("count"), here) == 7
    assert threshold(indicator("rate"), here) == 12


# -------------------------------------------------------------------------------- primary rule
@pytest.mark.parametrize("count", [1, 2, 9])
def test_a_small_count_is_hidden_with_all_that_would_give_it_back(count):
    row = {"count": count, "denominator": 200, "lower": 0.1, "upper": 9.0, "sd": 1.0}
    shown = protect(frame(row), indicator()).iloc[0]
    assert shown[FIGURES].isna().all()
    assert (shown["status"], shown["reason"]) == ("suppressed", "suppressed")


@pytest.mark.parametrize("count", [0, 10, 11])
def test_zero_and_the_threshold_itself_are_shown(count):
    made = frame({"count": count, "denominator": 200})
    assert_frame_equal(protect(made, indicator()), made)


@pytest.mark.parametrize("measure", ["count", "rate", "proportion", "index", "mean"])
def test_a_small_count_is_hidden_whatever_it_belongs_to(measure):
    made = frame({"count": 3, "denominator": 200, "value": 1.5})
    shown = protect(made, indicator(measure)).iloc[-1]
    assert shown[FIGURES].isna().all()


@pytest.mark.parametrize(("own", "hidden"), [(True, True), (False, False)])
def test_zero_is_hidden_where_the_indicator_says_so(own, hidden):
    made = frame({"count": 0, "denominator": 200}, {"value": 0.0}, {"count": 10, "denominator": 99})
    shown = protect(made, indicator(hide_zeros=own))
    assert (shown["reason"] == "suppressed").tolist() == [hidden, hidden, False]


def test_a_rate_of_fewer_than_the_least_denominator_is_hidden_whatever_its_count():
    made = frame({"count": 12, "denominator": 19}, {"count": 0, "denominator": 19},
                 {"count": 12, "denominator": 20}, {"count": 0, "denominator": 0, "value": np.nan})  # fmt: skip
    shown = protect(made, indicator(), settings=Settings(minimum_denominator=20))
    assert (shown["reason"] == "suppressed").tolist() == [True, True, False, False]
    count = protect(made, indicator("count"), settings=Settings(minimum_denominator=20))
    assert not (count["reason"] == "suppressed").any(), "a count is of no denominator"


def test_what_is_published_openly_shows_zeros_and_small_denominators_too():
    made = frame({"count": 0, "denominator": 7})
    one = indicator(disclosure_threshold=0.0, disclosure_reason="open", hide_zeros=True)
    assert_frame_equal(protect(made, one, settings=Settings(minimum_denominator=20)), made)


def test_threshold_0_hides_nothing():
    made = frame({"count": 1, "denominator": 200}, {"count": 0, "denominator": 7})
    one = indicator(disclosure_threshold=0.0, disclosure_reason="open")
    assert_frame_equal(protect(made, one), made)


@pytest.mark.parametrize(("value", "hidden"), [(0.4, True), (4.4, True), (5.0, False), (0, False)])
def test_a_count_that_follows_from_value_and_denominator_is_a_count(value, hidden):
    shown = protect(frame({"value": value, "denominator": 200}), indicator()).iloc[0]
    assert shown[FIGURES].isna().all() == hidden
    assert (shown["reason"] == "suppressed") == hidden


def test_a_value_from_which_no_count_follows_is_shown():
    made = frame({"value": 3.0})
    assert_frame_equal(protect(made, indicator()), made)


def test_a_denominator_that_its_own_indicator_hides_is_hidden_here_too():
    made = frame({"count": 0, "denominator": 4}, {"count": 12, "denominator": 40})
    shown = protect(made, indicator(), base=indicator("count"))
    assert shown["reason"].tolist() == ["suppressed", ""]
    assert shown.loc[0, FIGURES].isna().all()
    published = indicator("count", disclosure_threshold=0.0)
    assert_frame_equal(protect(made, indicator(), base=published), made)


def test_what_is_shown_keeps_its_place_its_note_and_its_other_words():
    made = frame({"count": 3, "denominator": 9, "note": "new office", "break": True},
                 {"count": 30, "denominator": 90, "status": "provisional"})  # fmt: skip
    shown = protect(made, indicator())
    kept = ["level", "area_id", "indicator_id", "period", "category", "break", "note"]
    assert_frame_equal(shown[kept], made[kept])
    assert shown["status"].tolist() == ["suppressed", "provisional"]
    assert list(shown.columns) == COLUMNS


def test_protecting_leaves_the_raw_figures_as_they_were():
    made = frame({"count": 3, "denominator": 90})
    before = made.copy(deep=True)
    protect(made, indicator())
    assert_frame_equal(made, before)


# --------------------------------------------------------------------------------------- surveys
def test_a_survey_figure_on_too_few_answers_keeps_only_their_number():
    one = indicator("mean", source_kind="survey")
    made = frame({"value": 6.0, "sd": 1.5, "denominator": 29}, {"value": 6.0, "denominator": 30})
    shown = protect(made, one)
    assert shown["reason"].tolist() == ["too_few_answers", ""]
    assert shown.loc[0, "denominator"] == 29
    assert shown.loc[0, [name for name in FIGURES if name != "denominator"]].isna().all()


def test_how_many_answers_are_needed_is_a_setting():
    one = indicator("mean", source_kind="survey")
    made = frame({"value": 6.0, "denominator": 40})
    assert protect(made, one, settings=Settings(minimum_answers=50))["reason"][0] != ""
    assert protect(made, one, settings=Settings(minimum_answers=40))["reason"][0] == ""


def test_few_persons_behind_another_source_are_no_survey():
    made = frame({"count": 20, "denominator": 25})
    assert_frame_equal(protect(made, indicator()), made)


def test_a_hidden_survey_figure_says_hidden_not_too_few():
    one = indicator(source_kind="survey")
    shown = protect(frame({"count": 3, "denominator": 25}), one)
    assert shown["reason"].tolist() == ["suppressed"]
    assert shown[FIGURES].isna().all().all()


# --------------------------------------------------------------------------------------- ordinal
def answers(*counts: float, n: float | None = None, **more: object) -> list[dict[str, object]]:
    return [
        {"area_id": "D0", "category": str(number), "count": count, "value": np.nan,
         "denominator": n or sum(counts), **more}
        for number, count in enumerate(counts, start=1)
    ]  # fmt: skip


def summary(shown: pd.DataFrame) -> pd.Series:
    (row,) = shown.index[shown["category"] == ""]
    return shown.loc[row]


def test_an_ordinal_item_gains_a_row_with_its_polarisation():
    made = frame(*answers(100, 0, 0, 0, 100))
    shown = protect(made, indicator("ordinal", source_kind="survey"))
    assert len(shown) == 6
    assert summary(shown)[["value", "denominator", "status", "reason"]].tolist() == [
        1.0, 200.0, "observed", "",
    ]  # fmt: skip


def test_polarisation_is_computed_from_protected_answers_only():
    one = indicator("ordinal", source_kind="survey")
    shown = protect(frame(*answers(100, 3, 50, 20, 100)), one)
    assert shown.set_index("category").loc["2", FIGURES].isna().all()
    row = summary(shown)
    assert row[FIGURES].isna().all()
    assert (row["status"], row["reason"]) == ("suppressed", "suppressed")


@pytest.mark.parametrize("source_kind", ["survey", "frontline"])
def test_polarisation_of_too_few_answers_is_not_assessed(source_kind):
    one = indicator("ordinal", source_kind=source_kind, disclosure_threshold=0.0)
    row = summary(protect(frame(*answers(5, 5, 5, 5, 5)), one))
    assert np.isnan(row["value"])
    assert (row["denominator"], row["reason"]) == (25, "too_few_answers")


def test_a_summary_that_was_delivered_is_not_made_twice():
    one = indicator("ordinal", source_kind="survey")
    made = frame({"area_id": "D0", "status": "suppressed", "reason": "suppressed"})
    assert len(protect(made, one)) == 1


def test_answers_of_one_place_do_not_touch_another():
    one = indicator("ordinal", source_kind="survey")
    other = [row | {"area_id": "D1"} for row in answers(40, 40, 40, 40, 40)]
    shown = protect(frame(*answers(100, 3, 50, 20, 100), *other), one)
    rows = shown[shown["category"] == ""].set_index("area_id")
    assert rows["reason"].to_dict() == {"D0": "suppressed", "D1": ""}
    assert rows.loc["D1", "value"] == pytest.approx(0.5)


# ------------------------------------------------------------------ hidden figures do not matter
SMALL = st.lists(st.integers(1, 9), min_size=3, max_size=3)


@settings(max_examples=10)
@given(one=SMALL, other=SMALL, measure=st.sampled_from(["rate", "proportion", "count"]))
def test_no_output_depends_on_which_small_count_is_hidden(one, other, measure):
    kind = indicator(measure, disclosure_threshold=10.0)

    def shown(counts):
        rows = [{"count": count, "denominator": 90.0, "value": count / 0.9} for count in counts]
        return protect(frame(*rows, {"count": 40, "denominator": 90}), kind)

    assert_frame_equal(shown(one), shown(other))


@settings(max_examples=10)
@given(one=SMALL, other=SMALL)
def test_no_polarisation_depends_on_which_small_count_is_hidden(one, other):
    kind = indicator("ordinal", source_kind="survey")

    def shown(counts):
        return protect(frame(*answers(*counts, 50, 60, n=200)), kind)

    assert_frame_equal(shown(one), shown(other))


@pytest.mark.parametrize("limit", [None, 40.0, 900.0], ids=["as set", "below 40", "below 900"])
def test_swapping_small_counts_changes_nothing_on_their_own_level(demo_folder, limit):
    here = demo_folder.territory
    # Districts alone: nothing is added up, and 28 indicators are completed in no time.
    alone = Territory(here.settings, here.catalogue, here.areas[here.areas["level"] == "district"])
    raw = {
        name: rows[rows["level"] == "district"].reset_index(drop=True)
        for name, rows in demo_folder.observations.items()
    }
    catalogue = {
        name: one if limit is None else replace(one, disclosure_threshold=limit)
        for name, one in here.catalogue.items()
    }

    def protected(observations):
        completion = Completion(alone, observations)
        return {
            name: protect_observations(
                completion.series(name),
                catalogue[name],
                here.settings,
                catalogue.get(catalogue[name].denominator_id),
            )
            for name in observations
        }

    random, swapped, swaps = np.random.default_rng(20240303), {}, 0
    for name, rows in raw.items():
        bound = int(threshold(catalogue[name], here.settings))
        small = (rows["count"] > 0) & (rows["count"] < bound)
        swapped[name] = rows.copy()
        if small.any():
            swapped[name].loc[small, "count"] = random.integers(1, bound, int(small.sum()))
            swapped[name].loc[small, "value"] = np.nan
        swaps += int((swapped[name]["count"] != rows["count"])[small].sum())
    assert swaps > 30, "too few hidden counts to prove anything"
    before, after = protected(raw), protected(swapped)
    for name in before:
        assert_frame_equal(after[name], before[name], obj=name)


def test_the_demo_has_hidden_figures_and_none_of_them_is_a_small_count(demo_folder, world):
    seen = disclosure.open_view(world("demo") / "store")
    hidden = 0
    for name in seen.indicator_ids():
        one = demo_folder.territory.catalogue[name]
        rows = pd.concat(seen.series(name, level=level) for level in demo_folder.territory.levels)
        limit = threshold(one, demo_folder.territory.settings)
        assert not ((rows["count"] > 0) & (rows["count"] < limit)).any(), name
        suppressed = rows[rows["reason"] == "suppressed"]
        assert suppressed[FIGURES].isna().all().all(), name
        hidden += len(suppressed)
    assert hidden > 30


# ------------------------------------------------------------------------------ protected view
def test_every_door_of_the_view_shows_protected_figures_only(nine):
    nine.observe("district,D1,share,2024,,3,100", "district,D2,share,2024,,30,100",
                 "district,D1,talk,2024,1,60,100", "district,D1,talk,2024,2,40,100",
                 columns="level,area_id,indicator_id,period,category,count,denominator")  # fmt: skip
    seen = nine.build()
    doors = [
        seen.values("share", level="district", period="2024").reset_index(),
        seen.series("share", level="district"),
        seen.series("share", level="district", area_ids=["D1"]),
        seen.profile("district", "D1"),
    ]
    for rows in doors:
        hidden = rows[(rows["area_id"] == "D1") & (rows["indicator_id"] == "share")]
        assert len(hidden) == 1
        assert hidden[FIGURES].isna().all().all()
        assert hidden["reason"].tolist() == ["suppressed"]
    assert seen.values("share", level="district", period="2024").loc["D2", "value"] == 30
    found = seen.answers("talk", level="district", area_id="D1", period="2024")
    assert found["count"].tolist() == [60, 40]
    assert seen.periods("share", "district") == ["2024"]
    assert seen.indicator_ids() == ["share", "talk"]
    assert seen.release_of("share").number == 1


def test_the_view_never_asks_for_raw_figures():
    source = inspect.getsource(disclosure.ProtectedView)
    assert "face=" not in source
    assert '"observations"' not in source


def test_the_newest_release_is_the_last_that_holds_figures_and_stands(tmp_path):
    at = datetime(2025, 3, 3, tzinfo=UTC)
    with open_store(tmp_path, create=True) as store:
        view = disclosure.ProtectedView(store)
        assert view.newest_release() is None
        rows = frame({"value": 4.0, "indicator_id": "trust"})
        first, second = (
            store.publish(
                protected={"trust": rows.assign(value=value)}, by="anna", reason="x", at=at
            )
            for value in (4.0, 5.0)
        )
        partners = pd.DataFrame({"name": ["a"]})
        store.publish(tables={"partners": partners}, by="anna", reason="x", at=at)
        assert view.newest_release() == second
        earlier = view.before(second.release_id).values("trust", level="district", period="2024")
        assert list(earlier["value"]) == [4.0]
        store.roll_back(second.release_id, by="ben", reason="wrong", at=at)
        assert view.newest_release().release_id == first.release_id


def test_without_a_store_the_error_says_how_to_build_one(tmp_path):
    with pytest.raises(StoreError, match="python -m analysis build DIR"):
        disclosure.open_view(tmp_path / "store")
