"""Points: two figures against each other with both intervals, and the funnel."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import comparison
from analysis.views import points
from analysis.views.theme import palette


@pytest.fixture(scope="module")
def areas(town):
    return comparison.areas_in_order(town[1], "district", "2024")


@pytest.fixture(scope="module")
def together(share, mood, areas):
    return comparison.pair(share, mood, areas)


@pytest.fixture(scope="module")
def paired(share, mood, together):
    return points.pair_view(share, mood, together, "light", "Registry", "districts")


@pytest.fixture(scope="module")
def funnel(share, areas):
    return comparison.funnel(share, areas)


@pytest.fixture(scope="module")
def funnelled(share, funnel):
    return points.funnel_view(share, funnel, "light", "Registry", "districts")


def trace(figure, name):
    return next(one for one in figure.data if one.name == name)


def plain(text):
    return text.replace("\xa0", " ")


# ------------------------------------------------------------------------------- two indicators
def test_a_point_stands_for_each_area_with_both_figures(paired, together):
    for figure in (paired.picture, paired.narrow_picture):
        drawn = trace(figure, "points")
        both = together[together["both"]]
        assert list(drawn.x) == list(both["value_other"])
        assert list(drawn.y) == list(both["value_one"])
    assert len(both) == 6


def test_whiskers_span_both_intervals_in_the_colour_of_the_class(paired, together):
    whiskers = trace(paired.picture, "interval clearly_worse")
    assert whiskers.line.color == palette("light").comparison()["clearly_worse"]
    row = together.loc["D1"]
    ends = {round(float(one), 9) for one in [*whiskers.x, *whiskers.y] if one is not None}
    limits = [row[f"{side}_{of}"] for side in ("lower", "upper") for of in ("one", "other")]
    assert ends >= {round(float(one), 9) for one in limits}


def test_a_provisional_figure_is_hollow(paired, together):
    drawn = trace(paired.picture, "points")
    names = list(together.loc[together["both"], "name"])
    ground = palette("light").background
    hollow = [name for name, c in zip(names, drawn.marker.color, strict=True) if c == ground]
    assert hollow == ["Square 9"]


def test_a_point_says_both_figures_with_interval_and_class_on_hover(paired, share, mood):
    words = plain(trace(paired.picture, "points").hovertext[0]).split("<br>")
    assert words[0] == "<b>Square 1</b>"
    assert len(words) == 3
    for line in words[1:]:
        assert "(" in line
        assert "–" in line
        assert line.endswith((", clearly higher", ", clearly lower"))


def test_clearly_different_areas_are_named_and_no_other(paired):
    texts = [one.text for one in paired.picture.layout.annotations]
    assert [one for one in texts if one.startswith("Square")] == ["Square 1"]


def test_what_lacks_a_figure_is_counted_below_and_stands_in_the_table(paired):
    assert any(one.startswith("3 districts lack one of the two figures") for one in paired.notes)
    rows = paired.table.set_index("Name")
    assert len(rows) == 9
    figures, compared = rows.loc["Square 5"].iloc[::2], rows.loc["Square 5"].iloc[1::2]
    assert list(figures) == ["no figure"] * 2
    assert list(compared) == ["not assessed"] * 2


def test_two_figures_of_one_short_title_keep_their_own_columns(paired):
    columns = list(paired.table.columns)
    assert columns[1::2] == ["A title (share)", "A title (mood)"]
    assert len(set(columns)) == 5


# ----------------------------------------------------------------------------------- the funnel
def test_points_of_a_funnel_are_all_areas_with_a_figure_once(funnelled, funnel):
    kinds = ("99.8 %", "95 %", "above", "below")
    drawn = [one for one in funnelled.picture.data if one.name.startswith(kinds)]
    given = funnel.points[funnel.points["reason"] == ""]
    found = sorted((x, y) for one in drawn for x, y in zip(one.x, one.y, strict=True))
    assert found == sorted(zip(given["denominator"], given["value"], strict=True))


def test_what_lies_outside_is_a_triangle_that_points_to_its_side(funnelled, funnel):
    assert funnel.points.at["D1", "outside"] == "99.8 %"
    far = trace(funnelled.picture, "99.8 % above")
    assert far.marker.symbol == "triangle-up"
    assert list(far.marker.color) == [palette("light").comparison()["clearly_worse"]]
    assert "outside the 99.8 % limits" in plain(far.hovertext[0])
    inside = [one for one in funnelled.picture.data if one.name in ("above", "below")]
    assert {one.marker.symbol for one in inside} == {"circle"}


def test_limits_narrow_as_areas_grow_and_the_wider_hold_the_narrower(funnel, funnelled):
    limits = funnel.limits
    for side in ("", "_998"):
        width = limits[f"upper{side}"] - limits[f"lower{side}"]
        assert width.is_monotonic_decreasing
    assert (limits["upper_998"] > limits["upper"]).all()
    names = [one.name for one in funnelled.picture.data]
    assert names.count("limit 95 %") == names.count("limit 99.8 %") == 2


def test_a_hidden_figure_has_no_point_and_its_reason_stands_in_the_table(funnelled, funnel):
    assert pd.isna(funnel.points.at["D2", "value"])
    hover = " ".join(str(one.hovertext) for one in funnelled.picture.data)
    assert "Square 2" not in hover
    row = funnelled.table.set_index("Name").loc["Square 2"]
    assert "hidden" in " ".join(row)
    assert any(one.startswith("2 districts have no point") for one in funnelled.notes)


def test_the_words_for_those_who_do_not_see_it_count_what_lies_outside(funnelled):
    assert "7 districts by size" in funnelled.alt
    assert "1 lie outside the 99.8 % limits" in funnelled.alt


@pytest.mark.parametrize(
    ("smallest", "largest"), [(1, 9), (12, 900), (250, 100_000), (3, 2_000_000)]
)
def test_ticks_of_spread_sizes_are_of_one_digit_and_within(smallest, largest):
    ticks = points._log_ticks(smallest, largest)
    assert ticks == sorted(ticks)
    assert smallest <= ticks[0]
    assert ticks[-1] <= largest
    assert {str(int(one)).rstrip("0") for one in ticks} <= {"1", "2", "5"}
