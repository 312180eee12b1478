"""Each reason for *not assessed*, brought about in nine squares and read where pages read it."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import picture
from analysis.intake.release import territory_of
from analysis.language import reason_text
from tests.analysis.conftest import CATALOGUE, NineSquares, squares

COLUMNS = "level,area_id,indicator_id,period,value,count,denominator,sd,status,break"
YEARS = [str(year) for year in range(2015, 2025)]


def row(area: str, indicator: str, period: str, cells: str) -> str:
    """One line of observations; cells are value,count,denominator,sd,status,break."""
    level = "town" if area == "T" else "district"
    return f"{level},{area},{indicator},{period},{cells}"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """Answer with a town in which each square lacks something else.

    D9 stands on new borders since 2022; those of D8 were redrawn, not moved.
    """
    nine = NineSquares(tmp_path_factory.mktemp("reasons") / "nine")
    new = squares()
    new.loc[new["area_id"] == "D9", "geometry"] = new.geometry.iloc[-1].buffer(-0.001)
    new.loc[new["area_id"] == "D8", "geometry"] = new.geometry.iloc[-2].buffer(-1e-7)
    nine.write("boundaries/new.geojson", new.to_json())
    nine.write(
        "boundaries/boundaries.toml",
        """
[[boundary]]
file = "town.geojson"
level = "town"
[[boundary]]
file = "districts.geojson"
level = "district"
parent = "parent_id"
valid_to = "2021-12-31"
[[boundary]]
file = "new.geojson"
level = "district"
parent = "parent_id"
valid_from = "2022-01-01"
""",
    )
    nine.catalogue(
        *CATALOGUE,
        {"indicator_id": "again", "factor": "risk", "higher_is": "more", "measure": "count",
         "repeat_events": "true", "disclosure_threshold": "0", "disclosure_reason": "open"},
        {"indicator_id": "seldom", "factor": "risk", "higher_is": "more", "measure": "proportion",
         "multiplier": "100", "frequency": "2Y"},
        {"indicator_id": "grade", "factor": "protective", "higher_is": "more", "measure": "index"},
        {"indicator_id": "pulse", "factor": "protective", "higher_is": "more", "measure": "mean"},
    )  # fmt: skip
    lines = []
    for year in YEARS:
        for n in range(1, 10):
            # D2 is hidden in 2022, D3 has no figure in 2023, D4 starts anew in 2023.
            share = {(2, "2022"): ",3,80,,,", (3, "2023"): ",,,,missing,"}.get(
                (n, year), f",{20 + n},80,,,{'true' if (n, year) == (4, '2023') else ''}"
            )
            lines += [
                row(f"D{n}", "share", year, share),
                row(f"D{n}", "again", year, f",{int(year) - 2000 + n},,,,"),
                row(f"D{n}", "grade", year, f"{n + 0.1 * int(year):.1f},,,,,"),
                row(f"D{n}", "rate", year, f",{20 + n},,,,"),
            ]
        lines += [row("T", "share", year, "25,,,,,"), row("T", "grade", year, "200,,,,,")]
    for year in YEARS[1::2]:
        # Two of nine squares without a figure in 2018 are too many for a sum.
        squares_told = range(3 if year == "2018" else 1, 10)
        lines += [row(f"D{n}", "seldom", year, ",20,80,,,") for n in squares_told]
    lines += [
        row("D1", "mood", "2024", "6.1,,20,1.5,,"),
        row("D2", "mood", "2024", "6.1,,90,1.5,,"),
    ]
    lines += [row("D1", "pulse", "2024", "6.1,,1,0,,"), row("D2", "pulse", "2024", "6.1,,9,1.5,,")]
    lines += [row("T", "pulse", "2024", "6,,900,1.5,,")]
    nine.observe(*lines, columns=COLUMNS)
    view = nine.build()
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
        ("share", "D2", "too_few_years"),  # hidden in one of the five years
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
