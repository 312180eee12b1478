"""The district page: what holds and what weighs, how it came, and how far it carries."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.pages.screen import Screen, unescaped

Opens = Callable[[str], Screen]


def texts_of(screen: Screen, key: str) -> dict[str, list[str]]:
    """The words of a chart, by the name of their trace."""
    chart = next(one for one in screen.charts if one.key == key)
    return {
        trace["name"]: [text.replace("<br>", " ") for text in trace["text"]]
        for trace in chart.spec["data"]
        if trace.get("mode") == "text"
    }


def test_strengths_come_first_and_burdens_after(screen: Opens) -> None:
    shown = screen("demo").open("district", area="MH12")
    assert texts_of(shown, "spine chart")["headings"] == ["What holds here", "What weighs here"]
    alt = shown.charts[0].alt
    assert alt.index("What holds here") < alt.index("What weighs here")
    said = shown.sentences[0]
    assert said.index("More favourable") < said.index("Less favourable")
    # A burden that is small is favourable; it does not hold anybody.
    assert shown.title == "Torvemead: at home favourable, turnout unfavourable"


def test_each_figure_stands_with_its_interval_and_its_comparison(screen: Opens) -> None:
    shown = screen("demo").open("district", area="MH16")
    shown.set(shown.control("Show as a table"), True)
    assert shown.faults == []
    rows = shown.tables[0].set_index("Indicator")
    unsafe = rows.loc["Unsafe in the evening"].str.replace("\xa0", " ")
    assert unsafe[["Staalwick", "95 % interval", "Merrelhaven", "Compared"]].tolist() == [
        "41.6 %",
        "33.7–50.0",
        "25.2 %",
        "clearly higher",
    ]
    assert rows.loc["Signals: right-wing", "Compared"] == "not compared: no benchmark"
    assert set(rows["Side"]) == {"holds", "weighs", "context"}


def test_a_hidden_figure_is_called_hidden_and_a_lacking_one_lacking(screen: Opens) -> None:
    shown = screen("rough").open("district", area="2", year="2019")
    shown.set(shown.control("Show as a table"), True)
    figures = shown.tables[0].set_index("Indicator")["Brook"]
    assert figures["Incidents per residents"] == "hidden to protect people"
    shown = screen("rough").open("district", area="9", year="2019")
    shown.set(shown.control("Show as a table"), True)
    figures = shown.tables[0].set_index("Indicator")["Isle"]
    assert figures.filter(like="Unsafe").item() == (
        "not assessed: too few answers (24, 30 are needed)"
    )
    assert figures["Incidents"] == "no figure"
    assert shown.faults == []


def test_each_indicator_with_two_figures_has_its_course(screen: Opens) -> None:
    shown = screen("demo").open("district", area="MH16")
    courses = [chart for chart in shown.charts if chart.key.startswith("course ")]
    assert len(courses) >= 12
    assert len({chart.alt for chart in courses}) == len(courses)
    assert all("Staalwick" in chart.alt for chart in courses)


def test_it_says_how_far_its_figures_carry(screen: Opens) -> None:
    shown = screen("demo").open("district", area="MH16")
    said = shown.sentences[-1]
    assert said.startswith("Reliability for Staalwick: ")
    assert said.count("%") >= 3


def test_the_year_looks_back(screen: Opens) -> None:
    shown = screen("demo").open("district", area="MH16", year="2018")
    shown.set(shown.control("Show as a table"), True)
    periods = set(shown.tables[0]["Period"]) - {""}
    assert {"2015", "2018", "2018/2019", "fourth quarter of 2018"} <= periods
    assert all(year not in one for one in periods for year in map(str, range(2020, 2025)))


def test_an_area_of_which_nothing_is_known_says_so_in_place_of_a_chart(screen: Opens) -> None:
    shown = screen("rough").open("district", area="8")
    assert not shown.charts
    assert "not assessed" in shown.sentences[0]
    assert any("would fill this" in one for one in [*shown.sentences, *shown.alerts])
    assert shown.faults == []


def test_the_spine_comes_in_a_wide_and_a_narrow_form_with_the_same_figures(screen: Opens) -> None:
    shown = screen("demo").open("district", area="MH16")
    wide, narrow = (texts_of(shown, key) for key in ("spine chart", "spine narrow chart"))
    assert sorted(wide["values"]) == sorted(narrow["values"])
    assert sorted(wide["benchmarks"]) == sorted(narrow["benchmarks"])


@pytest.mark.parametrize("asked", [{"level": "borough"}, {"level": "lsoa", "year": "2014"}])
def test_london_says_that_no_protective_indicator_is_loaded(
    screen: Opens, asked: dict[str, str]
) -> None:
    shown = screen("london").open("district", **asked)
    assert shown.faults == []
    said = " ".join(text for chart in shown.charts for text in chart.texts).replace("<br>", " ")
    assert "no protective indicator loaded" in said


def test_a_name_from_a_file_is_shown_as_it_is(screen: Opens) -> None:
    shown = screen("rough").open("district", area="6")
    assert shown.title.startswith("Fenwick **bold**")
    assert shown.faults == []


def test_each_figure_has_its_trend_in_words(screen: Opens) -> None:
    shown = screen("demo").open("district", area="MH16")
    shown.set(shown.control("Show as a table"), True)
    rows = shown.tables[0].set_index("Indicator")
    assert rows.loc["Trust in the municipality", "Trend"] == "worsening"
    assert rows["Trend"].str.startswith("not assessed").any()
    assert rows["Trend"].ne("").all()


def test_practitioners_stand_beside_the_statistics_with_basis_and_certainty(screen: Opens) -> None:
    shown = screen("demo").open("district", area="MH16")
    assert shown.faults == []
    assert "What practitioners see" in [one.value for one in shown.app.header]
    told = next(one.value for one in shown.app.table if "Says" in one.value.columns)
    assert told["Says"].iloc[0] == "a strength"
    assert set(told["Basis"]) <= {"lived there", "on record", "may come"}
    assert "Quarrels at the bus hub" in set(told["What is seen"])


def test_where_figures_and_practitioners_disagree_it_says_so(screen: Opens) -> None:
    # Ground truth of the town: figures of Eskevale are good, practitioners report otherwise.
    shown = screen("demo").open("district", area="MH09")
    said = next(one for one in shown.sentences if "while practitioners report" in one)
    assert said.startswith("What weighs in Eskevale: ")
    told = next(one.value for one in shown.app.table if "Figures here" in one.value.columns)
    assert "not assessed" in set(told["Figures here"])


def test_the_national_picture_stands_beside_with_its_source(screen: Opens) -> None:
    shown = screen("demo").open("district", area="MH16")
    told = next(one.value for one in shown.app.table if "In the country" in one.value.columns)
    assert told["Source"].ne("").all()


def test_without_views_of_practitioners_it_says_not_assessed(screen: Opens) -> None:
    shown = screen("bare").open("district")
    said = [unescaped(one.value) for one in shown.app.header]
    assert "What practitioners see: not assessed" in said
    assert "The national picture: not assessed" in said
