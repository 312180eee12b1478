"""Each reason for *not assessed*, brought about in nine squares and read where pages read it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import picture
from analysis.intake.release import territory_of
from analysis.language import reason_text
from tests.reasons_town import write_town


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    view = write_town(tmp_path_factory.mktemp("reasons") / "nine").build()
    return view, territory_of(view)


def compared(town, indicator: str, area: str) -> tuple[str, str]:
    view, here = town
    found = picture.figures(view, here, indicator, "district", "2024").frame.loc[area]
    return found["class_"], found["class_reason"]


@pytest.mark.parametrize(
    ("indicator", "area", "reason"),
    [
        ("again", "D1", "no_benchmark"),
        ("grade", "D1", "no_interval"),
        ("mood", "D1", "too_few_answers"),
        ("mood", "D2", "no_benchmark"),
        ("mood", "D3", "missing"),
        ("pulse", "D1", "n_too_small"),
        ("rate", "D1", "no_denominator"),
    ],
)
def test_a_comparison_that_cannot_be_made_says_why(town, indicator, area, reason):
    assert compared(town, indicator, area) == ("not assessed", reason)
    assert reason_text(reason)


def test_a_whole_of_too_few_parts_has_no_figure(town):
    view, here = town
    whole = picture.figures(view, here, "seldom", "town", "2018").frame.loc["T"]
    assert whole[["class_", "class_reason"]].tolist() == [
        "not assessed", "coverage_below_minimum"]  # fmt: skip
    parts = picture.figures(view, here, "seldom", "district", "2018")
    assert parts.frame.loc["D3", "class_reason"] == "no_benchmark"


def test_a_hidden_figure_is_compared_with_nothing(town):
    view, here = town
    found = picture.figures(view, here, "share", "district", "2022").frame
    assert found.loc["D2", ["class_", "class_reason"]].tolist() == ["not assessed", "suppressed"]


def trends_of(town, indicator: str, period: str = "2024") -> pd.DataFrame:
    view, here = town
    return picture.area_trends(view, here, indicator, "district", period)


@pytest.mark.parametrize(
    ("indicator", "area", "reason"),
    [
        ("share", "D2", "suppressed"),  # hidden in one of the five years
        ("share", "D3", "too_few_years"),
        ("share", "D4", "series_break"),
        ("share", "D9", "boundary_change"),
        ("seldom", "D1", "not_annual"),
        ("rate", "D1", "too_few_years"),
        ("again", "D9", "boundary_change"),
    ],
)
def test_a_trend_that_may_not_be_spoken_of_says_why(town, indicator, area, reason):
    found = trends_of(town, indicator).loc[area]
    assert found[["label", "direction", "reason"]].tolist() == [
        "not assessed", "not assessed", reason]  # fmt: skip
    assert (found["test"], found["years"], found["since"]) == ("", 0, "")


def test_five_years_with_intervals_have_a_recent_trend(town):
    found = trends_of(town, "share").loc["D1"]
    assert found[["label", "test", "since"]].tolist() == ["no significant change", "recent", "2020"]
    assert found["earlier"] == pytest.approx(21 / 80 * 100)


def test_ten_years_without_interval_have_a_long_trend_seven_have_none(town):
    found = trends_of(town, "again").loc["D1"]
    assert found[["label", "direction", "test", "years", "since"]].tolist() == [
        "increasing", "worsening", "long", 10, "2015"]  # fmt: skip
    assert found["earlier"] == 16
    assert set(trends_of(town, "grade")["direction"].drop("D9")) == {"improving"}
    early = trends_of(town, "again", "2021")
    assert set(early["reason"]) == {"no_interval"}


def test_a_trend_never_looks_beyond_its_period(town):
    assert trends_of(town, "share", "2021").loc["D9", "reason"] == ""
    assert trends_of(town, "share", "2021").loc["D3", "since"] == "2017"


def test_a_redrawn_line_is_no_change_of_borders(town):
    _, here = town
    year = pd.Series(["2021", "2024", "2021", "2024"])
    since = here.outlines("district", pd.Series(["D8", "D8", "D9", "D9"]), year)
    assert since[0] == since[1]
    assert since[2] != since[3]
    assert here.outlines("district", pd.Series(["D0"]), pd.Series(["2024"])).tolist() == [""]
