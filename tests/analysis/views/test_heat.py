"""The heat table: what each cell is drawn as, what it says, and in which order cells stand."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import comparison
from analysis.views import heat
from analysis.views.theme import palette, symbols


@pytest.fixture(scope="module")
def areas(town):
    return comparison.areas_in_order(town[1], "district", "2024")


@pytest.fixture(scope="module")
def drawn(town, share, mood, areas):
    compared = comparison.cells([mood, share], areas)
    return heat.heat_view(
        town[1], compared, areas, "light", "Registry", subline="2024", notes=(), filename="heat"
    )


def traces(figure):
    return {one.name: one for one in figure.data}


def boxes(figure, name):
    """How many boxes one trace holds: closed paths, parted by gaps."""
    return sum(one is None or pd.isna(one) for one in traces(figure)[name].x)


def said_on_hover(figure):
    return [one.replace("\xa0", " ") for one in traces(figure)["cells"].hovertext]


def test_every_cell_can_be_asked_on_the_wide_and_the_narrow_form(drawn):
    for figure in (drawn.picture, drawn.narrow_picture):
        assert len(said_on_hover(figure)) == 9 * 2
        assert set(traces(figure)["cells"].marker.to_plotly_json()) >= {"opacity", "size"}


def test_a_cell_says_area_indicator_figure_interval_benchmark_and_class(drawn):
    words = next(one for one in said_on_hover(drawn.picture) if "Square 1<" in one and "59." in one)
    lines = words.split("<br>")
    assert lines[0] == "<b>Square 1</b>"
    assert lines[2] == "59.4 % (56.3–62.4), 2024"
    assert lines[3] == "benchmark 25.0 %"
    assert lines[4] == "clearly higher"


def test_a_provisional_figure_is_said_to_be_so(drawn):
    words = [one for one in said_on_hover(drawn.picture) if "Square 9" in one]
    assert sum("provisional" in one for one in words) == 1


def test_a_hidden_cell_says_so_and_gives_no_figure(drawn, share):
    assert pd.isna(share.frame.at["D2", "value"])
    words = next(
        one for one in said_on_hover(drawn.picture) if "Square 2" in one and "hidden" in one
    )
    assert "benchmark" not in words
    assert "%" not in words


def test_each_class_is_one_trace_in_its_colour_with_its_cells(drawn):
    # Beside the cells, each class has one box in the key.
    figure, colours = drawn.picture, palette("light").comparison()
    for kind, cells in {"clearly_worse": 2, "suppressed": 1, "missing": 3}.items():
        assert boxes(figure, kind) in (cells, cells + 1), kind
    assert traces(figure)["clearly_worse"].fillcolor == colours["clearly_worse"]
    assert traces(figure)["similar"].fillcolor == colours["similar"]


def test_every_class_has_its_symbol_so_that_colour_is_not_alone(drawn):
    signs = [sign for one in drawn.picture.data if one.name.startswith("sign") for sign in one.text]
    # Two cells and the key.
    assert signs.count(symbols()["comparison"]["clearly_worse"]) == 3
    assert signs.count(symbols()["comparison"]["similar"]) == 13


def test_what_holds_stands_before_what_weighs_within_a_theme(town):
    catalogue = town[1].catalogue
    ordered = heat.in_columns([catalogue["share"], catalogue["mood"]], town[1])
    themes = [theme for theme, _title in town[1].settings.themes]
    places = [themes.index(one.theme) if one.theme in themes else len(themes) for one in ordered]
    assert places == sorted(places)


def test_rows_of_the_table_stand_in_the_order_of_the_areas_with_words(drawn, areas):
    table = drawn.table
    assert list(table["Name"]) == list(areas["name"])
    assert table.shape == (9, 3)
    assert table.iloc[:, 1:].ne("").all(axis=None)


def test_permuting_the_areas_permutes_the_rows_and_changes_no_word(town, share, mood, areas):
    turned = areas.iloc[::-1]
    views = [
        heat.heat_view(
            town[1], comparison.cells([mood, share], order), order, "light", "", subline="",
            notes=(), filename="",
        )
        for order in (areas, turned)
    ]  # fmt: skip
    pd.testing.assert_frame_equal(views[0].table.iloc[::-1], views[1].table)
    assert sorted(said_on_hover(views[0].picture)) == sorted(said_on_hover(views[1].picture))


def test_the_words_for_those_who_do_not_see_it_count_every_cell(drawn):
    assert drawn.alt.startswith("Table of 9 areas and 2 indicators.")
    assert "clearly less favourable 2" in drawn.alt
    assert "not assessed 4" in drawn.alt


def test_columns_of_one_short_title_are_told_apart(drawn):
    assert list(drawn.table.columns) == ["Name", "A title (mood)", "A title (share)"]
