"""Over the years: small courses on one scale, one course with its events, level beside trend."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import comparison, courses, picture, tables
from analysis.measures import trends
from analysis.views import years
from analysis.views.theme import palette


@pytest.fixture(scope="module")
def names(town):
    return comparison.areas_in_order(town[1], "district", "2024")["name"]


@pytest.fixture(scope="module")
def rows(town):
    return courses.courses(*town, "share", "district", "2024")


@pytest.fixture(scope="module")
def benchmark(town):
    return courses.benchmark_course(*town, "share", "district", "2024")


@pytest.fixture(scope="module")
def small(rows, names, share, benchmark):
    return years.multiples_view(
        rows, names, share, "light", "Registry", benchmark=benchmark, level_words="districts"
    )


@pytest.fixture(scope="module")
def together(town, share):
    moved = picture.area_trends(*town, "share", "district", "2024")
    return courses.level_trends(share, moved)


@pytest.fixture(scope="module")
def matrix(together, share):
    return years.level_trend_view(together, share, "light", "Registry", "districts")


def trace(figure, name):
    return next(one for one in figure.data if one.name == name)


def plain(text):
    return text.replace("\xa0", " ")


# -------------------------------------------------------------------------------- small courses
def test_every_figure_of_every_area_is_a_point_that_says_itself(small, rows):
    known = rows[rows["value"].notna()]
    for figure in (small.picture, small.narrow_picture):
        drawn = trace(figure, "points")
        assert len(drawn.x) == len(known) == 39
        assert plain(drawn.hovertext[0]).startswith("<b>Square 1</b><br>2020: 19.8 % (")
        assert all("–" in one for one in drawn.hovertext)


def test_panels_share_one_scale(small, rows):
    """Equal figures stand at equal heights within their panels, larger ones higher."""
    drawn = trace(small.picture, "points")
    known = rows[rows["value"].notna()]
    first = [y for y, area in zip(drawn.y, known["area_id"], strict=True) if area == "D1"]
    assert first == sorted(first, reverse=True)
    heights = pd.DataFrame({"y": list(drawn.y), "value": list(known["value"])})
    row = heights[: len(known[known["area_id"].isin(["D1", "D2", "D3", "D4"])])]
    slope = row["y"].diff() / row["value"].diff()
    assert slope[row["value"].diff().abs() > 1e-9].std() == pytest.approx(0, abs=1e-6)


def test_a_break_parts_the_line_and_is_marked(small):
    marked = trace(small.picture, "break")
    assert sum(one is not None for one in marked.x) == 2
    # Eight areas with a line each, one of them in two pieces.
    assert sum(one is None for one in trace(small.picture, "line").x) == 9


def test_a_hidden_year_is_dotted_and_an_area_without_a_row_says_so(small):
    hidden = trace(small.picture, "suppressed")
    assert hidden.fillpattern.shape == "."
    words = trace(small.picture, "words")
    assert "figure" in " ".join(words.text)


def test_a_provisional_point_is_hollow(small):
    drawn = trace(small.picture, "points")
    hollow = [c == palette("light").background for c in drawn.marker.color]
    assert sum(hollow) == 1
    assert "provisional" in drawn.hovertext[hollow.index(True)]


def test_every_panel_is_named_in_the_order_given(small, names):
    assert list(trace(small.picture, "names").text) == list(names)
    assert small.alt.endswith("9 small courses on one scale, one for each of the districts.")


# ------------------------------------------------------------------------------------ one course
def test_events_stand_below_a_course_with_the_caution_that_they_are_no_cause(
    town, rows, share, benchmark
):
    text = pd.DataFrame([{"date": "2022", "title": "Bridge closed", "area_ids": "D1"}])
    typed, problems = tables.validate(text, tables.EVENTS)
    assert not problems
    own = rows[rows["area_id"] == "D1"]
    events = courses.events_beside(typed, town[1], "district", "D1", own)
    view = years.course_view(own, share, "light", "R", benchmark=benchmark, events=events)
    assert view.notes == ("Meanwhile: 1 2022: Bridge closed. Before or after is not because of.",)
    assert view.subline.endswith("dotted: Nine")
    assert len(view.table) == 5


def test_a_course_with_a_break_says_that_the_series_starts_anew(rows, share, benchmark):
    nothing = pd.DataFrame(columns=["date", "number", "title"])
    for area, broken in (("D4", True), ("D6", False)):
        own = rows[rows["area_id"] == area]
        view = years.course_view(own, share, "light", "R", benchmark=benchmark, events=nothing)
        assert any("starts anew" in one for one in view.notes) == broken


# -------------------------------------------------------------------------------- level x trend
def test_each_class_is_a_cell_of_its_own_colour_and_the_thirteenth_is_hatched(matrix):
    fills = [one.fillcolor for one in matrix.picture.data if one.fill == "toself"]
    assert set(palette("light").level_trend().values()) <= set(fills)
    assert trace(matrix.picture, "not_assessed").fillpattern.shape == "/"


def test_names_stand_in_the_cell_of_their_class_below_its_urgency(matrix, together):
    assert together.at["D1", "level_trend"] == "clearly_worse, worsening"
    texts = [one.text for one in matrix.picture.layout.annotations]
    assert texts[0] == "act now"
    assert texts[1] == "Square 1"
    assert texts[-1] == "Square 2, Square 4, Square 5"


def test_the_urgency_of_each_cell_is_that_of_the_printed_table(matrix):
    weighty = [one.text for one in matrix.picture.layout.annotations if one.font.weight == 600]
    expected = [trends.URGENCY[row, column] for row in years.ROWS for column in years.COLUMNS]
    assert weighty == [one.replace("_", " ") for one in expected]


def test_the_table_says_why_an_area_is_not_assessed(matrix):
    rows = matrix.table.set_index("Name")
    assert "hidden" in " ".join(rows.loc["Square 2"])
    assert "anew" in " ".join(rows.loc["Square 4"]) or "break" in " ".join(rows.loc["Square 4"])


def test_more_names_than_a_line_holds_are_counted():
    names = pd.Series([f"Square {n}" for n in range(5)])
    assert years.names_or_count(names, 5) == "Square 0, Square 1, Square 2, Square 3, Square 4"
    assert years.names_or_count(names, 4) == "5 areas"
