"""The page trends: courses with band, break and benchmark; one scale; level beside trend."""

from __future__ import annotations

from collections.abc import Callable

from analysis.measures import trends
from tests.pages.screen import Chart, Screen

Opens = Callable[[str], Screen]


def chart(screen: Screen, key: str) -> Chart:
    return next(one for one in screen.charts if one.key == f"{key} chart")


def traces(drawn: Chart, name: str) -> list[dict]:
    return [one for one in drawn.spec["data"] if one["name"] == name]


def test_one_course_stands_beside_its_partner_with_band_and_benchmark(screen: Opens) -> None:
    shown = screen("demo").open("trends", indicator="unsafe_evening", area="MH16")
    assert shown.faults == []
    assert [one.value for one in shown.app.header] == ["Unsafe in the evening", "Feeling at home"]
    for key in ("course-one", "course-partner"):
        drawn = chart(shown, key)
        assert traces(drawn, "interval")
        assert traces(drawn, "benchmark")
    one, partner = (chart(shown, f"course-{side}") for side in ("one", "partner"))
    assert one.spec["layout"]["height"] == partner.spec["layout"]["height"]


def test_it_opens_with_figure_interval_comparison_and_trend(screen: Opens) -> None:
    shown = screen("demo").open("trends", indicator="trust_municipality", area="MH16")
    assert shown.title == "Trust in the municipality in Staalwick"
    assert "clearly lower than Merrelhaven" in shown.sentences[0]
    assert "Falling since 2020" in shown.sentences[0]


def test_a_break_is_a_gap_and_said(screen: Opens) -> None:
    shown = screen("demo").open("trends", level="part", indicator="hate_incidents")
    drawn = chart(shown, "course-one")
    assert len(traces(drawn, "line")) + len(traces(drawn, "provisional line")) >= 2
    assert traces(drawn, "break")
    assert any("the series starts anew" in one for one in shown.small_print)


def test_small_courses_stand_by_name_on_one_scale(screen: Opens) -> None:
    shown = screen("demo").open("trends", indicator="unsafe_evening", trend="all")
    drawn = chart(shown, "all-one")
    names = traces(drawn, "names")[0]["text"]
    assert names == sorted(names)
    assert len(names) == 24
    assert len(traces(drawn, "line")) == 1
    scale = traces(drawn, "scale")[0]["text"]
    assert len(set(scale)) == 2
    assert "not assessed: too" in traces(drawn, "words")[0]["text"]


def test_every_district_stands_once_in_the_matrix(screen: Opens) -> None:
    shown = screen("demo").open("trends", indicator="unsafe_evening", trend="matrix")
    drawn = chart(shown, "matrix-one")
    written = " ".join(one["text"] for one in drawn.spec["layout"]["annotations"])
    written = written.replace("<br>", " ")
    for name in shown.territory.areas_of("district", "2024")["name"]:
        assert written.count(name) == 1
    assert traces(drawn, "not_assessed")[0]["fillpattern"]["shape"] == "/"
    urgencies = set(trends.URGENCY.values()) - {trends.CANNOT_TELL}
    assert all(f"{one}" in written for one in urgencies)


def test_the_table_of_the_matrix_says_level_trend_and_urgency_with_reasons(screen: Opens) -> None:
    shown = screen("demo").open("trends", indicator="unsafe_evening", trend="matrix")
    shown.set(shown.control("Show as a table"), True)
    assert shown.faults == []
    rows = shown.tables[0].set_index("Name")
    assert rows.loc["Staalwick"].tolist() == ["clearly higher", "without significant change", "act"]
    assert rows.loc["Sluseside", "Trend"] == "not assessed: boundaries changed"
    assert rows.loc["Skerrholm", "Urgency"] == "cannot tell"


def test_counts_and_context_have_no_matrix(screen: Opens) -> None:
    for indicator in ("signals_right_wing", "low_income_children"):
        shown = screen("demo").open("trends", indicator=indicator)
        assert "Level × trend" not in shown.control("Show").options


def test_without_a_partner_it_says_so(screen: Opens) -> None:
    shown = screen("london").open("trends", indicator="violence_rate", trend="all")
    assert shown.faults == []
    assert any("no protective indicator loaded" in one for one in shown.sentences)


def test_of_many_areas_a_part_is_shown(screen: Opens) -> None:
    shown = screen("london").open("trends", level="lsoa", indicator="burglary_rate", trend="matrix",
                                  within="E09000002")  # fmt: skip
    assert shown.faults == []
    assert any("too many for one picture" in one for one in shown.small_print)
