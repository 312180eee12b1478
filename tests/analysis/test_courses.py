"""Over the years: courses, events beside them, level and trend, and their words."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import courses, picture, tables
from analysis.intake.release import territory_of
from analysis.measures import trends
from analysis.settings import Level
from tests.analysis.conftest import NineSquares

COLUMNS = "level,area_id,indicator_id,period,value,count,denominator,sd,status,break"
DISTRICT = Level("district", "district", "districts")


def observations() -> list[str]:
    rows = []
    for step, year in enumerate(range(2020, 2025)):
        # D1 rises far above the town, D2 stays, D3 has a hidden year, D4 a break, D5 no row.
        counts = {1: 200 + 100 * step, 2: 250, 3: 3 if step == 2 else 250, 4: 250, 6: 250}
        rows += [
            f"district,D{n},share,{year},,{count},1000,,,{'true' if (n, step) == (4, 3) else ''}"
            for n, count in counts.items()
        ]
        rows += [f"town,T,share,{year},25,,,,,"]
        rows += [f"district,D1,incidents,{year},,{6 + step},,,,"]
    return rows


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    nine = NineSquares(tmp_path_factory.mktemp("courses") / "nine")
    nine.observe(*observations(), columns=COLUMNS)
    view = nine.build()
    return view, territory_of(view)


def together(town):
    found = picture.figures(*town, "share", "district", "2024")
    moved = picture.area_trends(*town, "share", "district", "2024")
    return found, moved, courses.level_trends(found, moved)


def events(*rows: dict[str, str]) -> pd.DataFrame:
    text = pd.DataFrame(list(rows), dtype="str").fillna("")
    typed, problems = tables.validate(text, tables.EVENTS)
    assert not problems
    return typed


def test_courses_stand_by_name_then_period_with_intervals_and_without_hidden_figures(town):
    rows = courses.courses(*town, "share", "district", "2024")
    assert rows.groupby("name", sort=False)["period"].agg(list).iloc[0] == [
        "2020", "2021", "2022", "2023", "2024",
    ]  # fmt: skip
    assert list(rows["name"].drop_duplicates()) == sorted(rows["name"].unique())
    assert rows.loc[rows["value"].notna(), ["lower", "upper"]].notna().all(axis=None)
    hidden = rows[(rows["area_id"] == "D3") & (rows["period"] == "2022")].iloc[0]
    assert pd.isna(hidden["value"])
    assert hidden["reason"] == "suppressed"


def test_nothing_after_the_year_is_looked_at(town):
    assert courses.courses(*town, "share", "district", "2021")["period"].max() == "2021"
    name, rows = courses.benchmark_course(*town, "share", "district", "2021")
    assert (name, list(rows["period"])) == ("Nine", ["2020", "2021"])


def test_a_count_is_compared_with_nothing(town):
    name, rows = courses.benchmark_course(*town, "incidents", "district", "2024")
    assert name == ""
    assert rows.empty


def test_events_of_the_area_of_what_lies_around_and_of_all_are_numbered_in_time(town):
    view, here = town
    rows = courses.courses(view, here, "share", "district", "2024")
    found = courses.events_beside(
        events(
            {"date": "2023-05", "title": "here", "area_ids": "D1"},
            {"date": "2021", "title": "around", "area_ids": "T"},
            {"date": "2022", "title": "elsewhere", "area_ids": "D2"},
            {"date": "2024-12", "title": "everywhere"},
            {"date": "2019", "title": "before"},
        ),
        here, "district", "D1", rows,
    )  # fmt: skip
    assert dict(zip(found["number"], found["title"], strict=True)) == {
        1: "around", 2: "here", 3: "everywhere",
    }  # fmt: skip


def test_level_and_trend_are_read_from_the_printed_table(town):
    _found, _moved, both = together(town)
    assert both.loc["D1", ["level_trend", "urgency"]].tolist() == [
        "clearly_worse, worsening", trends.ACT_NOW,
    ]  # fmt: skip
    assert both.loc["D2", "urgency"] == trends.KEEP
    for area in ("D3", "D4", "D5"):
        assert both.loc[area, ["level_trend", "urgency"]].tolist() == [
            "not assessed", trends.CANNOT_TELL,
        ]  # fmt: skip
    assert both.loc["D4", "trend_reason"] == "series_break"


def test_the_sentences_say_where_to_act_and_where_nobody_can_tell(town):
    found, moved, both = together(town)
    said = courses.level_trend_sentences(both, DISTRICT)
    assert said.startswith("Act now: Square 1. In 2 of 9 it is enough to keep what there is. For 6")
    assert courses.moved_title(found.indicator, moved) == "A title: moved in 1 of 3"
    said = courses.moved_sentences(moved, DISTRICT)
    assert said.startswith("It rises in Square 1. No significant change in 2. For 6, mostly")


def test_one_course_is_said_with_figure_comparison_and_trend(town):
    found, moved, _both = together(town)
    said = courses.course_sentences(found, moved, "D1", 30).replace("\xa0", " ")
    assert said == (
        "2024: 60.0 % (56.9–63.0), clearly higher than Nine. Rising since 2020 (then 20.0 %)."
    )
    said = courses.course_sentences(found, moved, "D5", 30)
    assert said.startswith("2024: no figure. Trend ")
