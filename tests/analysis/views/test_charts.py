"""Figures: what is drawn, said and escaped; never pixels."""

import itertools
import json
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import tables
from analysis.catalogue import Catalogue, Indicator
from analysis.views import charts, drawing, spine
from analysis.views.theme import palette

HOSTILE = "<script>alert(1)</script> <b>Mill</b> & %{x} <a href='javascript:1'>row</a>"
NAN = float("nan")


def make_indicator(**given: str) -> Indicator:
    row = {
        "indicator_id": "unsafe", "title": "Unsafe in the evening", "factor": "risk",
        "higher_is": "more", "theme": "tensions", "source_kind": "survey",
        "measure": "proportion", "unit": "% of adults", "multiplier": "100", "decimals": "1",
    }  # fmt: skip
    typed, problems = tables.validate(
        pd.DataFrame([row | given], index=[2], dtype="str"), tables.INDICATORS
    )
    assert not problems
    return Catalogue(typed)["unsafe"]


SHARE = make_indicator()
SCORE = make_indicator(measure="mean", unit="score, 1–10", multiplier="1", factor="protective")


def make_row(**given):
    return {
        "theme": "tensions", "theme_title": "tensions, fear and polarisation", "factor": "risk",
        "indicator_id": "unsafe", "title": "Unsafe in the evening", "unit": "% of adults",
        "value_text": "41.6 %", "benchmark_text": "25.2 %", "value": 41.6, "lower": 33.7,
        "upper": 50.0, "benchmark": 25.2, "p10": 14.0, "p90": 37.0, "favourable": -1,
        "class_": "clearly_worse", "status": "observed", "reason_text": "",
    } | given  # fmt: skip


HELD = make_row(
    factor="protective", title="Teachers trained", value_text="64.2 %", value=64.2, lower=58.0,
    upper=70.0, benchmark=46.0, benchmark_text="46.0 %", p10=32.0, p90=60.0, favourable=1,
    class_="clearly_better",
)  # fmt: skip
HIDDEN = make_row(
    title="False rumours", value=NAN, lower=NAN, upper=NAN, value_text="hidden to protect people",
    class_="not_assessed", status="suppressed", reason_text="hidden to protect people",
)  # fmt: skip
FEW = make_row(
    factor="protective", theme="school", theme_title="family and school", title="An adult",
    value=NAN, lower=NAN, upper=NAN, value_text="no figure", class_="not_assessed",
    reason_text="not assessed: too few answers (24, 30 are needed)",
)  # fmt: skip


def draw(rows, narrow=False, **names):
    names = {"area_name": "Staalwick", "benchmark_name": "Merrelhaven"} | names
    return charts.spine_chart(pd.DataFrame(rows), "light", narrow=narrow, **names)


def traces(figure, name):
    return [trace for trace in figure.data if trace.name == name]


def words(figure):
    """All texts of a figure, traces and annotations alike."""
    found = [str(t) for trace in figure.data if trace.text is not None for t in trace.text]
    return found + [str(note.text) for note in figure.layout.annotations]


def series(values, **given):
    count = len(values)
    frame = pd.DataFrame(
        {
            "area_id": "16",
            "name": "Staalwick",
            "period": [str(2020 + i) for i in range(count)],
            "value": np.array(values, dtype=float),
            "status": "observed",
            "break": False,
            "reason": "",
        }
    )
    frame["lower"], frame["upper"] = frame["value"] - 1, frame["value"] + 1
    return frame.assign(**given)


# ---------------------------------------------------------------- spine chart


def test_right_of_the_line_is_more_favourable_on_both_sides():
    placed = charts.spine_positions(pd.DataFrame([make_row(), HELD]))
    assert placed["value"].tolist() == pytest.approx([-16.4 / 23, 18.2 / 28])
    assert (placed["left"] < placed["value"]).all()
    assert (placed["value"] < placed["right"]).all()
    assert (placed["bar_right"] - placed["bar_left"]).tolist() == pytest.approx([1, 1])


@given(st.floats(1, 1000), st.floats(-50, 50))
def test_unit_of_an_indicator_does_not_move_its_marker(factor, shift):
    row = make_row()
    numbers = ("value", "lower", "upper", "benchmark", "p10", "p90")
    other = row | {name: row[name] * factor + shift for name in numbers}
    placed = charts.spine_positions(pd.DataFrame([row, other]))
    assert placed.iloc[0].tolist() == pytest.approx(placed.iloc[1].tolist())


@pytest.mark.parametrize(
    "lack", [{"benchmark": NAN}, {"p10": 5.0, "p90": 5.0}, {"favourable": 0}, {"p10": NAN}]
)
def test_row_without_benchmark_spread_or_direction_has_no_place_but_words(lack):
    row = make_row(**lack)
    assert charts.spine_positions(pd.DataFrame([row])).isna().all(axis=None)
    figure = draw([row])
    assert not traces(figure, "clearly_worse")
    assert traces(figure, "words")


def test_positions_leave_their_rows_unchanged_and_keep_their_index():
    rows = pd.DataFrame([make_row(), HELD], index=[7, 3])
    before = rows.copy()
    assert charts.spine_positions(rows).index.tolist() == [7, 3]
    pd.testing.assert_frame_equal(rows, before)


def test_marker_points_to_the_side_and_has_the_colour_of_its_class():
    figure = draw([make_row(), HELD])
    (worse,), (better,) = traces(figure, "clearly_worse"), traces(figure, "clearly_better")
    assert worse.marker.symbol == "triangle-left"
    assert better.marker.symbol == "triangle-right"
    assert worse.marker.color == palette("light").comparison()["clearly_worse"]
    line = traces(figure, "benchmark")[0]
    assert worse.x[0] < max(x for x in line.x if x is not None)


def test_holds_stands_left_and_weighs_right_with_figures_of_both():
    figure = draw([make_row(), HELD])
    headings = traces(figure, "headings")[0]
    assert list(headings.text) == ["What holds here", "What weighs here"]
    assert headings.x[0] < headings.x[1]
    assert list(traces(figure, "values")[0].text) == ["64.2 %", "41.6 %"]
    assert list(traces(figure, "benchmarks")[0].text) == ["46.0 %", "25.2 %"]


def test_hidden_is_dots_with_words_and_not_assessed_is_hatch_with_words():
    figure = draw([HIDDEN, FEW])
    assert traces(figure, "suppressed")[0].fillpattern.shape == "."
    assert traces(figure, "not_assessed")[0].fillpattern.shape == "/"
    said = " ".join(text.replace("<br>", " ") for text in words(figure))
    assert "hidden to protect people" in said
    assert "not assessed: too few answers (24, 30 are needed)" in said


def test_counts_that_are_not_compared_look_alike_however_many_districts_show_theirs():
    count = make_row(value=0, lower=0, upper=3.7, class_="not assessed", reason_text="not compared")
    shown_by_few = count | {"p10": NAN, "p90": NAN}
    (once,) = traces(draw([count]), "not_assessed")
    (again,) = traces(draw([shown_by_few]), "not_assessed")
    assert once.x == again.x
    assert "not compared" in words(draw([shown_by_few]))


@pytest.mark.parametrize("narrow", [False, True])
def test_missing_side_is_said_in_words(narrow):
    said = " ".join(words(draw([make_row()], narrow)))
    assert "protection not assessed: no protective indicator loaded" in said
    both = " ".join(words(draw([make_row(), FEW], narrow))).lower()
    assert "no risk indicator" in both


def test_provisional_value_is_hollow():
    (trace,) = traces(draw([make_row(status="provisional")]), "clearly_worse provisional")
    assert trace.marker.color == palette("light").background
    assert "provisional" in trace.hovertext[0]


def test_value_beyond_the_strip_is_marked_with_an_arrow():
    figure = draw([make_row(value=200.0, lower=190.0, upper=210.0), HELD])
    assert list(traces(figure, "beyond")[0].text) == ["←"]
    for trace in traces(figure, "clearly_worse"):
        assert all(0 <= x <= 1 for x in trace.x)


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize("count", [1, 2, 12, 45])
def test_rows_never_overlap_and_all_lie_inside_the_figure(count, narrow):
    rows = [
        make_row(
            title=f"{'long ' * (i % 7)}title {i}",
            factor=("risk", "protective")[i % 2],
            theme=str(i // 5),
            theme_title=f"theme {i // 5}",
        )
        for i in range(count)
    ]
    figure = draw(rows, narrow)
    blocks = {}
    for trace in traces(figure, "titles"):
        for x, y, text in zip(trace.x, trace.y, trace.text, strict=True):
            half = (text.count("<br>") + 1) * 17 / 2
            blocks.setdefault(round(x, 3), []).append((y - half, y + half))
    assert sum(len(found) for found in blocks.values()) == count
    for found in blocks.values():
        ordered = sorted(found)
        for (_top, bottom), (top, _bottom) in itertools.pairwise(ordered):
            assert bottom <= top
        assert ordered[-1][1] <= figure.layout.height


def test_spine_without_rows_says_so():
    rows = pd.DataFrame([make_row(factor="context")])
    figure = charts.spine_chart(rows, "light", area_name="A", benchmark_name="B")
    assert "protection not assessed" in figure.layout.meta["alt"]
    assert any("not assessed" in text for text in words(figure))


def test_alternative_text_of_the_spine_holds_every_row():
    alt = draw([make_row(), HELD, HIDDEN]).layout.meta["alt"]
    assert alt.startswith("Staalwick compared with Merrelhaven.")
    assert "Teachers trained 64.2 %, clearly higher" in alt
    assert "Unsafe in the evening 41.6 %, clearly higher" in alt
    assert "False rumours hidden to protect people" in alt


# ---------------------------------------------------------------- lines


def test_line_does_not_run_across_a_missing_year_or_a_break():
    frame = series([5, 6, NAN, 7, 8, 9])
    frame.loc[4, "break"] = True
    drawn = [list(t.x) for t in charts.sparkline(frame, SHARE, "light").data if t.name == "line"]
    assert drawn == [[2020, 2021], [2024, 2025]]
    (uprights,) = traces(charts.sparkline(frame, SHARE, "light"), "break")
    assert list(uprights.x)[:2] == [2023.5, 2023.5]


def test_year_that_has_no_row_is_a_gap_too():
    frame = series([5, 6, 7, 8]).drop(index=1)
    drawn = [list(t.x) for t in charts.sparkline(frame, SHARE, "light").data if t.name == "line"]
    assert drawn == [[2022, 2023]]


def test_provisional_point_is_hollow_and_its_line_dashed():
    frame = series([5, 6, 7], status=["observed", "observed", "provisional"])
    figure = charts.line_chart(frame, SHARE, "dark")
    (point,), (line,) = traces(figure, "provisional points"), traces(figure, "provisional line")
    assert point.marker.color == palette("dark").background
    assert list(line.x) == [2021, 2022]
    assert line.line.dash != "solid"


def test_hidden_period_is_a_band_of_dots_and_its_reason_is_in_the_alternative_text():
    frame = series([NAN, 6, 7], status=["suppressed", "observed", "observed"])
    frame["reason"] = ["suppressed", "", ""]
    figure = charts.line_chart(frame, SHARE, "light")
    assert traces(figure, "suppressed")[0].fillpattern.shape == "."
    assert "2020: hidden to protect people" in figure.layout.meta["alt"]


def test_shares_start_at_zero_and_their_topmost_tick_carries_the_unit():
    axis = charts.line_chart(series([20, 24, 31]), SHARE, "light").layout.yaxis
    assert axis.tickvals[0] == 0
    assert axis.ticktext[-1].endswith("%")
    assert not axis.ticktext[0].endswith("%")


def test_unit_that_is_no_share_stands_above_the_axis():
    figure = charts.line_chart(series([6.1, 6.4, 7.3]), SCORE, "light")
    assert "score, 1–10" in words(figure)
    assert figure.layout.yaxis.tickvals[0] > 0


@pytest.mark.parametrize("frequency", ["Q", "M", "SY"])
def test_other_frequencies_have_their_own_labels(frequency):
    shown = {
        "Q": [f"{y}-Q{q}" for y in range(2020, 2025) for q in range(1, 5)],
        "M": [f"2024-{m:02d}" for m in range(1, 13)],
        "SY": [f"{y}/{y + 1}" for y in range(2015, 2025)],
    }[frequency]
    frame = series(range(len(shown)), period=shown)
    figure = charts.line_chart(frame, make_indicator(frequency=frequency), "light")
    assert len(traces(figure, "line")) == 1
    labels = figure.layout.xaxis.ticktext
    assert 2 <= len(labels) <= 8
    assert labels[-1] in ("Q4 2024", "Dec 2024", "2024/25")


def test_benchmark_is_a_dotted_line_with_its_name_at_its_end():
    benchmark = pd.DataFrame({"period": ["2020", "2021", "2022"], "value": [5.0, 5.5, 6.0]})
    figure = charts.line_chart(
        series([5, 6, 7]), SHARE, "light", benchmark=benchmark, benchmark_name="Merrelhaven"
    )
    assert traces(figure, "benchmark")[0].line.dash != "solid"
    assert {"Merrelhaven<br>6.0\u00a0%", "Staalwick<br>7.0\u00a0%"} <= set(words(figure))
    assert figure.layout.showlegend is False


def test_name_of_a_line_that_ends_early_says_when():
    frame = series([5, 6, NAN])
    figure = charts.line_chart(frame, SHARE, "light")
    assert "Staalwick<br>6.0\u00a0% (2021)" in words(figure)


@given(st.lists(st.tuples(st.floats(0, 300), st.floats(10, 60)), max_size=12))
def test_labels_pushed_apart_never_overlap_and_keep_their_order(labels):
    wanted, sizes = [w for w, _ in labels], [s for _, s in labels]
    placed = charts.spread_apart(wanted, sizes)
    ordered = sorted(range(len(labels)), key=lambda i: placed[i])
    for one, other in itertools.pairwise(ordered):
        assert placed[other] - placed[one] >= (sizes[one] + sizes[other]) / 2 - 1e-6
        assert wanted[one] <= wanted[other]


@given(st.lists(st.floats(0, 100), min_size=2, max_size=6, unique=True))
def test_labels_with_room_stay_where_they_are(wanted):
    nearest = min(abs(a - b) for i, a in enumerate(wanted) for b in wanted[:i])
    sizes = [nearest * 0.9] * len(wanted)
    assert charts.spread_apart(wanted, sizes) == pytest.approx(wanted)


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_ticks_hold_all_values_and_are_few(one, other):
    low, high = sorted((one, other))
    for indicator in (SHARE, SCORE, make_indicator(measure="count", unit="count", decimals="0")):
        ticks = charts.round_ticks(low, high, indicator)
        assert ticks[0] <= low + 1e-6
        assert ticks[-1] >= high - 1e-6
        assert 2 <= len(ticks) <= 8


@pytest.mark.parametrize("draw_it", [charts.sparkline, charts.line_chart])
def test_series_without_any_value_is_a_sentence(draw_it):
    frame = series([NAN, NAN], status="suppressed", reason="suppressed")
    figure = draw_it(frame, SHARE, "light")
    assert any("hidden to protect people" in text for text in words(figure))


# ---------------------------------------------------------------- one value


def test_value_beside_its_benchmark_has_colour_name_and_whisker():
    figure = charts.dot_interval(
        41.6, 33.7, 50.0, 25.2, SHARE, "light", class_="clearly_worse", benchmark_name="town"
    )
    (dot,), (whisker,) = traces(figure, "value"), traces(figure, "interval")
    assert dot.marker.color == palette("light").comparison()["clearly_worse"]
    assert list(whisker.x)[:2] == [33.7, 50.0]
    assert words(figure) == ["town 25.2\u00a0%"]
    assert "clearly higher than town" in figure.layout.meta["alt"]


def test_value_that_is_hidden_is_dots_with_words_and_without_a_dot():
    figure = charts.dot_interval(
        NAN, NAN, NAN, 25.2, SHARE, "light", benchmark_name="town", status="suppressed"
    )
    assert not traces(figure, "value")
    assert traces(figure, "suppressed")
    assert words(figure) == ["hidden to protect people · town 25.2\u00a0%"]


# ---------------------------------------------------------------- every figure


def every_figure(mode, name="Staalwick"):
    frame = series([5, NAN, 7, 8], status=["observed", "suppressed", "observed", "provisional"])
    frame = frame.assign(name=name, reason=["", "suppressed", "", ""])
    indicator = make_indicator(title=name, short_title=name, unit=f"% of {name}")
    rows = pd.DataFrame([make_row(title=name, unit=name, theme_title=name), HELD, HIDDEN, FEW])
    benchmark = frame[["period", "value"]]
    spines = [
        charts.spine_chart(rows, mode, area_name=name, benchmark_name=name, narrow=narrow)
        for narrow in (False, True)
    ]
    return [
        *spines,
        charts.sparkline(frame, indicator, mode, name=name),
        charts.line_chart(frame, indicator, mode, benchmark=benchmark, benchmark_name=name),
        charts.dot_interval(7, NAN, NAN, NAN, indicator, mode, benchmark_name=name),
        charts.dot_interval(NAN, NAN, NAN, NAN, indicator, mode, benchmark_name=name),
    ]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_figure_has_a_label_on_each_axis_and_an_alternative_text(mode):
    for figure in every_figure(mode):
        assert figure.layout.xaxis.title.text
        assert figure.layout.yaxis.title.text
        assert len(figure.layout.meta["alt"]) > 10
        assert figure.layout.paper_bgcolor == drawing.CLEAR
        assert figure.layout.height > 20


def test_hostile_name_is_drawn_as_text_in_every_figure():
    for figure in every_figure("light", HOSTILE):
        drawn = json.loads(figure.to_json())
        drawn["layout"].pop("meta")
        whole = json.dumps(drawn, ensure_ascii=False)
        assert "<script" not in whole
        assert "<a " not in whole
        assert "<b>Mill" not in whole
        templates = [trace.hovertemplate for trace in figure.data if trace.hovertemplate]
        assert set(templates) <= {"%{hovertext}<extra></extra>"}


def test_no_text_of_any_figure_is_nan():
    for figure in every_figure("light"):
        said = [*words(figure), figure.layout.meta["alt"]]
        said += [str(h) for trace in figure.data for h in (trace.hovertext or ())]
        assert not [text for text in said if "nan" in text.lower().split()]


@given(st.text(max_size=80), st.floats(30, 300))
def test_broken_lines_lose_no_letter(text, width):
    lines = drawing.text_lines(text, 13, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        assert drawing.text_width(line, 13) <= width or len(line) <= 2


def test_reach_is_between_one_and_two_spreads():
    assert spine._reach(pd.DataFrame({"value": [0.1]})) == 1.0
    assert spine._reach(pd.DataFrame({"value": [9.0]})) == 2.0
    assert spine._reach(pd.DataFrame({"value": [math.nan]})) == 1.0
