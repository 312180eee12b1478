"""Figures over time and of one value: lines, sparklines, a dot with its interval.

Knows where ink goes and nothing else: values, intervals, classes and words
come in finished. Every figure has a transparent ground, names its lines at
their ends instead of in a legend, carries its alternative text in
``layout.meta["alt"]``, and escapes every name it is given. The spine chart
has a module of its own and can be had from here too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis import language, periods
from analysis.catalogue import Indicator
from analysis.language import _
from analysis.views.drawing import (
    HOLLOW,
    Drawing,
    blank_drawing,
    class_symbol,
    draw_boxes,
    draw_segments,
    escaped,
    factor_colour,
    label_axes,
    plain,
    state_style,
    text_lines,
    text_width,
)
from analysis.views.spine import spine_chart as spine_chart
from analysis.views.spine import spine_key as spine_key
from analysis.views.spine import spine_positions as spine_positions
from analysis.views.theme import COMPARISONS, Mode, Palette, palette

STEPS = {"Y": 1.0, "2Y": 2.0, "4Y": 4.0, "S": 0.5, "Q": 0.25, "M": 1 / 12, "SY": 1.0}
"""Length of each frequency on a time axis, in years."""

# ---------------------------------------------------------------- lines over time


def translucent(colour: str, share: float) -> str:
    """Return a colour that lets so much of itself be seen, 0 to 1."""
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return f"rgba({red},{green},{blue},{share})"


def time_of(period: str) -> float:
    """Place of a period on a time axis, in years: where it begins."""
    first = periods.parse(period).first
    return first.year + (first.month - 1) / 12


def times_of(shown: pd.Series) -> pd.Series:
    """Places of periods on a time axis, same index, in years."""
    return shown.map(time_of).astype("float64")


def runs_of(series: pd.DataFrame, step: float) -> list[pd.DataFrame]:
    """Stretches that may be joined: no gap in time, no missing value, no break between them."""
    kept = series[series["value"].notna()]
    if kept.empty:
        return []
    when = times_of(kept["period"])
    starts = (when.diff() > step * 1.5) | kept["break"].astype(bool)
    return [run for _number, run in kept.groupby(starts.cumsum(), sort=True)]


def _draw_series(
    drawing: Drawing,
    series: pd.DataFrame,
    indicator: Indicator,
    colours: Palette,
    colour: str,
    *,
    name: str,
    band: bool = True,
    width: float = 2,
    points: bool = True,
) -> None:
    """Band, line, points, breaks and patterns of one series."""
    step = STEPS[indicator.frequency]
    runs = runs_of(series, step)
    for run in runs:
        if band:
            _draw_band(drawing, run, translucent(colour, 0.18))
        _draw_line(drawing, run, colour, width)
    shown = series[series["value"].notna()]
    if not points and not shown.empty:
        alone = [run.index[0] for run in runs if len(run) == 1]
        shown = shown.loc[sorted({*alone, shown.index[-1]})]
    hollow = shown["status"].isin(HOLLOW)
    for is_hollow, part in ((False, shown[~hollow]), (True, shown[hollow])):
        if part.empty:
            continue
        drawing.add_scatter(
            x=times_of(part["period"]),
            y=part["value"],
            mode="markers",
            name="provisional points" if is_hollow else "points",
            marker={
                "size": 7 if points else 6,
                "color": colours.background if is_hollow else colour,
                "line": {"width": 1.75 if is_hollow else 0, "color": colour},
            },
            hovertext=[_point_hover(row, indicator, name) for row in part.to_dict("records")],
            hovertemplate="%{hovertext}<extra></extra>",
            cliponaxis=False,
        )


def _draw_band(drawing: Drawing, run: pd.DataFrame, colour: str) -> None:
    """The 95 % interval, as far as neighbouring years both have one."""
    known = run["lower"].notna() & run["upper"].notna()
    for _number, part in run.groupby((known != known.shift()).cumsum(), sort=True):
        if not known.loc[part.index[0]] or len(part) < 2:
            continue
        when = times_of(part["period"]).tolist()
        drawing.add_scatter(
            x=when + when[::-1],
            y=part["upper"].tolist() + part["lower"].tolist()[::-1],
            mode="lines", fill="toself", fillcolor=colour, line={"width": 0},
            name="interval", hoverinfo="skip",
        )  # fmt: skip


def _draw_line(drawing: Drawing, run: pd.DataFrame, colour: str, width: float) -> None:
    """The line of one run: solid, and dashed where it leads to a provisional value."""
    hollow = run["status"].isin(HOLLOW).to_numpy()
    when, values = times_of(run["period"]).tolist(), run["value"].tolist()
    start = 0
    for end in range(1, len(when)):
        last = end == len(when) - 1
        if last or hollow[end + 1] != hollow[end]:
            drawing.add_scatter(
                x=when[start : end + 1], y=values[start : end + 1], mode="lines", hoverinfo="skip",
                name="provisional line" if hollow[end] else "line",
                line={"width": width, "color": colour, "dash": "4px,3px" if hollow[end] else "solid"},
            )  # fmt: skip
            start = end


def _draw_states(
    drawing: Drawing,
    series: pd.DataFrame,
    indicator: Indicator,
    colours: Palette,
    low: float,
    high: float,
) -> None:
    """Patterns where a figure is hidden or not assessed, a dotted upright where a series breaks."""
    step = STEPS[indicator.frequency]
    states: dict[str, list[tuple[float, float, float, float]]] = {}
    for row in series[series["value"].isna()].to_dict("records"):
        state = state_of(row)
        if state != "missing":
            x = time_of(row["period"])
            states.setdefault(state, []).append((x - step * 0.32, x + step * 0.32, low, high))
    for state, boxes in states.items():
        draw_boxes(drawing, boxes, state, **state_style(colours, state))
    breaks = times_of(series.loc[series["break"].astype(bool), "period"]) - step / 2
    draw_segments(
        drawing, [(x, x, low, high) for x in breaks], "break",
        width=1.25, color=colours.border, dash="2px,3px",
    )  # fmt: skip


def state_of(row: Mapping[Any, Any]) -> str:
    """How a row without a value is drawn: hidden, not assessed or missing."""
    codes = {str(row.get("status", "")), str(row.get("reason", "") or "")}
    for state in ("suppressed", "not_applicable"):
        if state in codes:
            return state
    return "missing" if codes <= {"", "missing", "observed"} else "not_assessed"


def _reason(row: Mapping[Any, Any]) -> str:
    """Words for a row without a value."""
    reason = str(row.get("reason", "") or "")
    status = str(row.get("status", "") or "")
    return language.reason_text(reason or (status if status != "observed" else "missing"))


def _point_hover(row: Mapping[Any, Any], indicator: Indicator, name: str) -> str:
    parts = [f"<b>{plain(name)}</b>"] if name else []
    interval = ""
    if not pd.isna(row["lower"]) and not pd.isna(row["upper"]):
        interval = f" ({language.interval_text(row['lower'], row['upper'], indicator)})"
    parts.append(
        f"{plain(language.period_text(row['period']))}:"
        f" {plain(language.value_text(row['value'], indicator))}{interval}"
    )
    if row["status"] in HOLLOW:
        parts.append(plain(language.reason_text(row["status"])))
    return "<br>".join(parts)


def _series_words(series: pd.DataFrame, indicator: Indicator) -> str:
    """First and last value of a series in words, and what has no value."""
    kept = series[series["value"].notna()]
    if kept.empty:
        codes = list(dict.fromkeys(_reason(row) for row in series.to_dict("records")))
        return ", ".join(codes) or language.reason_text("missing")
    first, last = kept.iloc[0], kept.iloc[-1]
    said = [
        f"{language.period_text(row['period'])}: {language.value_text(row['value'], indicator)}"
        for row in ([first, last] if len(kept) > 1 else [last])
    ]
    without = series[series["value"].isna()]
    said += [
        f"{language.period_text(r['period'])}: {_reason(r)}" for r in without.to_dict("records")
    ]
    breaks = series.loc[series["break"].astype(bool), "period"]
    said += [_("new series from {period}").format(period=language.period_text(p)) for p in breaks]
    return "; ".join(said)


def extent_of(frames: Iterable[pd.DataFrame]) -> tuple[float, float] | None:
    """Lowest and highest number to be drawn; None when there is none."""
    numbers = [
        frame[name].to_numpy(dtype=float)
        for frame in frames
        for name in ("value", "lower", "upper")
        if name in frame
    ]
    together = np.concatenate(numbers) if numbers else np.array([])
    together = together[np.isfinite(together)]
    return (float(together.min()), float(together.max())) if together.size else None


def sparkline(
    series: pd.DataFrame, indicator: Indicator, mode: Mode, *, name: str = "", height: int = 44
) -> go.Figure:
    """The course of one value in a small space, with its 95 % band.

    Parameters
    ----------
    series
        One row per period in time order: ``period, value, lower, upper,
        status, break`` and, where known, ``reason``.
    indicator
        Tells factor, frequency and how numbers are written.
    mode
        ``light`` or ``dark``.
    name
        The area, for hover and alternative text.

    Returns
    -------
    Figure
        A gap where a value is missing, dots where it is hidden, hatch where
        it is not assessed, a dotted upright where a series starts anew,
        hollow and dashed where it is provisional. The last point is marked.
    """
    colours = palette(mode)
    words = _series_words(series, indicator)
    alt = _("{indicator}: {words}.").format(
        indicator=" ".join(filter(None, (indicator.short_title, name))), words=words
    )
    extent = extent_of([series])
    low, high = extent or (0.0, 1.0)
    pad = (high - low) * 0.12 or abs(high) * 0.1 or 1.0
    low, high = low - pad, high + pad
    drawing = blank_drawing(height, colours, alt, margin={"l": 5, "r": 5, "t": 4, "b": 4})
    drawing.update_xaxes(range=_time_range(series, indicator, margin=0.35))
    drawing.update_yaxes(range=[low, high])
    label_axes(drawing, _("period"), language.unit_text(indicator) or indicator.short_title)
    _draw_states(drawing, series, indicator, colours, low, high)
    colour = factor_colour(colours, indicator.factor)
    _draw_series(drawing, series, indicator, colours, colour, name=name, width=1.75, points=False)
    if extent is None:
        _sentence(drawing, words, colours)
    return drawing.figure()


def _time_range(series: pd.DataFrame, indicator: Indicator, margin: float) -> list[float]:
    when = times_of(series["period"])
    if when.empty:
        return [0.0, 1.0]
    step = STEPS[indicator.frequency]
    return [float(when.min()) - step * margin, float(when.max()) + step * margin]


def _sentence(drawing: Drawing, words: str, colours: Palette) -> None:
    """Words in the middle of a figure that has nothing to draw."""
    drawing.add_annotation(
        text=plain(words), xref="paper", yref="paper", x=0.5, y=0.5, showarrow=False,
        font={"size": 12, "color": colours.ink_secondary}, bgcolor=colours.background, borderpad=2,
    )  # fmt: skip


def line_chart(
    lines: pd.DataFrame,
    indicator: Indicator,
    mode: Mode,
    *,
    benchmark: pd.DataFrame | None = None,
    benchmark_name: str = "",
    height: int = 300,
    events: Sequence[tuple[str, int]] = (),
) -> go.Figure:
    """The course of one or more areas beside their benchmark.

    Parameters
    ----------
    lines
        One row per area and period, in time order within an area:
        ``area_id, name, period, value, lower, upper, status, break`` and,
        where known, ``reason``. The first area is the one in question: it
        has the colour of its factor and the 95 % band.
    indicator
        Tells factor, unit, frequency and how numbers are written.
    mode
        ``light`` or ``dark``.
    benchmark, benchmark_name
        ``period, value`` of the benchmark, drawn as a dotted grey line.
    events
        Period and number of what happened meanwhile; the numbers are
        explained beside the chart.

    Returns
    -------
    Figure
        Proportions, rates and counts from zero. Each line carries its name
        and last value at its end; the names never overlap.
    """
    colours = palette(mode)
    groups = [(str(area), rows) for area, rows in lines.groupby("area_id", sort=False)]
    compared = _benchmark_rows(benchmark)
    extent = extent_of([lines, compared])
    words = [f"{rows['name'].iloc[0]}: {_series_words(rows, indicator)}" for _area, rows in groups]
    if not compared.empty:
        words.append(f"{benchmark_name}: {_series_words(compared, indicator)}")
    alt = _("{indicator}: {words}.").format(indicator=indicator.title, words=". ".join(words))
    if extent is None:
        drawing = blank_drawing(height, colours, alt)
        label_axes(drawing, _("period"), language.unit_text(indicator))
        _sentence(drawing, ", ".join(words) or language.reason_text("missing"), colours)
        return drawing.figure()

    ticks = round_ticks(*extent, indicator)
    # A hair of room lets the grid lines at both ends be drawn.
    room = (ticks[-1] - ticks[0]) * 0.012
    low, high = ticks[0] - room, ticks[-1] + room
    ends = _line_ends(groups, compared, benchmark_name, indicator, colours)
    right = max((text_width(line, 13.5) for end in ends for line in end.lines), default=0) + 16
    top, bottom = 26, 28
    labels = tick_labels(ticks, indicator)
    left = max(text_width(label, 13) for label in labels) + 10
    drawing = blank_drawing(
        height, colours, alt, margin={"l": left, "r": right, "t": top, "b": bottom}
    )
    quiet = {"size": 13, "color": colours.ink_secondary}
    all_rows = pd.concat([lines[["period"]], compared[["period"]]])
    drawing.update_xaxes(
        visible=True, range=_time_range(all_rows, indicator, margin=0.35), tickfont=quiet,
        tickangle=0, ticks="", **_period_ticks(all_rows["period"]),
    )  # fmt: skip
    drawing.update_yaxes(
        visible=True, range=[low, high], showgrid=True, gridcolor=colours.rule, gridwidth=1,
        tickvals=ticks, ticktext=[plain(label) for label in labels], tickfont=quiet, ticks="",
    )  # fmt: skip
    label_axes(drawing, _("period"), language.unit_text(indicator) or indicator.short_title)
    if not language.is_percent(indicator):
        drawing.add_annotation(
            text=plain(language.unit_text(indicator)), xref="paper", yref="paper", x=0, y=1,
            xanchor="left", yanchor="bottom", yshift=7, xshift=-left, showarrow=False, font=quiet,
        )  # fmt: skip
    _draw_states(
        drawing, groups[0][1] if groups else compared, indicator, colours, ticks[0], ticks[-1]
    )
    _draw_events(drawing, events, colours, low, high)
    if not compared.empty:
        for run in runs_of(compared, STEPS[indicator.frequency]):
            drawing.add_scatter(
                x=times_of(run["period"]), y=run["value"], mode="lines", name="benchmark",
                line={"width": 1.75, "color": colours.ink_secondary, "dash": "2px,3px"},
                hovertext=[
                    _point_hover(row, indicator, benchmark_name) for row in run.to_dict("records")
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )  # fmt: skip
    for number, (_area, rows) in reversed(list(enumerate(groups))):
        _draw_series(
            drawing, rows, indicator, colours, _line_colour(colours, indicator, number),
            name=str(rows["name"].iloc[0]), band=number == 0, width=2.5 if number == 0 else 1.75,
            points=number == 0,
        )  # fmt: skip
    _draw_ends(drawing, ends, height - top - bottom, low, high)
    return drawing.figure()


def _draw_events(
    drawing: Drawing, events: Sequence[tuple[str, int]], colours: Palette, low: float, high: float
) -> None:
    """An upright for each event, with its number above."""
    uprights = [(time_of(period), time_of(period), low, high) for period, _number in events]
    draw_segments(drawing, uprights, "events", width=1, color=colours.border)
    together: dict[float, list[str]] = {}
    for period, number in events:
        together.setdefault(time_of(period), []).append(str(number))
    for x, numbers in together.items():
        drawing.add_annotation(
            x=x, y=high, xanchor="center", yanchor="bottom", text=" ".join(numbers),
            showarrow=False, font={"size": 12, "color": colours.ink_secondary, "weight": 600},
        )  # fmt: skip


def _line_colour(colours: Palette, indicator: Indicator, number: int) -> str:
    """The area in question in the colour of its factor, all others in grey."""
    return factor_colour(colours, indicator.factor) if number == 0 else colours.border


def _benchmark_rows(benchmark: pd.DataFrame | None) -> pd.DataFrame:
    """The benchmark as a series of its own, without interval."""
    if benchmark is None:
        benchmark = pd.DataFrame(
            {"period": pd.Series(dtype="str"), "value": pd.Series(dtype="float64")}
        )
    rows = benchmark.assign(lower=np.nan, upper=np.nan)
    if "status" not in rows:
        rows["status"] = "observed"
    if "break" not in rows:
        rows["break"] = False
    return rows


@dataclass(frozen=True)
class _End:
    """The name of a line at its end."""

    value: float
    lines: tuple[str, ...]
    colour: str
    weight: int


def _line_ends(
    groups: Sequence[tuple[str, pd.DataFrame]],
    compared: pd.DataFrame,
    benchmark_name: str,
    indicator: Indicator,
    colours: Palette,
) -> list[_End]:
    """Names and last values of all lines that have one."""
    newest = max([p for _area, rows in groups for p in rows["period"]], default="")
    labelled = [
        (str(rows["name"].iloc[0]), rows, _line_colour(colours, indicator, n) if n == 0
         else colours.ink_secondary, 600 if n == 0 else 400)
        for n, (_area, rows) in enumerate(groups)
    ]  # fmt: skip
    if not compared.empty:
        labelled.append((benchmark_name, compared, colours.ink_secondary, 400))
    ends = []
    for name, rows, colour, weight in labelled:
        kept = rows[rows["value"].notna()]
        if kept.empty:
            continue
        last = kept.iloc[-1]
        value = language.value_text(last["value"], indicator)
        if last["period"] != newest:
            value += f" ({language.period_text(last['period'], short=True)})"
        ends.append(
            _End(float(last["value"]), (*text_lines(name, 13.5, 118), value), colour, weight)
        )
    return ends


def _draw_ends(
    drawing: Drawing, ends: Sequence[_End], plot_px: float, low: float, high: float
) -> None:
    """Write the names at the ends of the lines, pushed apart where they would overlap."""
    wanted = [(end.value - low) / (high - low) * plot_px for end in ends]
    sizes = [len(end.lines) * 17.0 + 5 for end in ends]
    for end, at, y in zip(ends, wanted, spread_apart(wanted, sizes), strict=True):
        drawing.add_annotation(
            x=1, xref="paper", xanchor="left", xshift=8,
            y=end.value, yref="y", yanchor="middle", yshift=y - at,
            text=escaped(end.lines), align="left", showarrow=False,
            font={"size": 13, "color": end.colour, "weight": end.weight},
        )  # fmt: skip


def spread_apart(wanted: Sequence[float], sizes: Sequence[float]) -> list[float]:
    """Move labels up and down no more than needed so that none overlaps another.

    Parameters
    ----------
    wanted
        Where the middle of each label would like to be, in px.
    sizes
        Height of each label, in px.

    Returns
    -------
    list of float
        Middles in the order given; the labels keep their order from below.

    Examples
    --------
    >>> spread_apart([10, 12], [20, 20])
    [1.0, 21.0]
    """
    # Labels that touch form a block; a block stands where its members' mean wish is.
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[list[int], float]] = []

    def middle(members: Sequence[int]) -> float:
        """Middle of a block of labels, nearest to all their wishes."""
        below, wishes = 0.0, []
        for i in members:
            wishes.append(wanted[i] - below - sizes[i] / 2)
            below += sizes[i]
        return sum(wishes) / len(wishes) + below / 2

    for i in order:
        members = [i]
        centre = float(wanted[i])
        while blocks:
            before, before_centre = blocks[-1]
            reach = (sum(sizes[j] for j in before) + sum(sizes[j] for j in members)) / 2
            if centre - before_centre >= reach:
                break
            blocks.pop()
            members = before + members
            centre = middle(members)
        blocks.append((members, centre))
    placed = [0.0] * len(wanted)
    for members, centre in blocks:
        at = centre - sum(sizes[j] for j in members) / 2
        for i in members:
            placed[i] = at + sizes[i] / 2
            at += sizes[i]
    return placed


def round_ticks(lowest: float, highest: float, indicator: Indicator) -> list[float]:
    """Four to six round numbers that hold all values; from zero where zero has a meaning."""
    from_zero = indicator.measure in ("proportion", "rate", "count")
    low = min(0.0, lowest) if from_zero else lowest
    smallest = 10.0**-indicator.decimals
    width = max(highest - low, smallest, 1.0 if indicator.measure == "count" else 0.0)
    rough = width / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= rough * 0.999)
    if indicator.measure == "count":
        step = max(1.0, float(round(step)))
    first = math.floor(low / step + 1e-9)
    last = math.ceil(highest / step - 1e-9)
    if last <= first:
        last = first + 1
    return [round(n * step, 10) for n in range(first, last + 1)]


def tick_labels(ticks: Sequence[float], indicator: Indicator) -> list[str]:
    """Ticks with as many decimals as they need; a share's unit stands on the topmost."""
    decimals = next((d for d in range(6) if all(abs(round(t, d) - t) < 1e-9 for t in ticks)), 6)
    labels = [language.number(tick, decimals) for tick in ticks]
    if language.is_percent(indicator):
        labels[-1] = language.percent(ticks[-1], decimals)
    return labels


def _period_ticks(shown: pd.Series) -> dict[str, Any]:
    """As many period labels as fit 230 px, the newest always among them."""
    distinct = sorted(set(shown), key=time_of)
    labels = [language.period_text(p, short=True) for p in distinct]
    widest = max((text_width(label, 13) for label in labels), default=1) + 16
    every = max(1, math.ceil(len(distinct) * widest / 300))
    kept = range((len(distinct) - 1) % every, len(distinct), every)
    return {
        "tickvals": [time_of(distinct[i]) for i in kept],
        "ticktext": [plain(labels[i]) for i in kept],
    }


# ---------------------------------------------------------------- one value


def dot_interval(
    value: float,
    lower: float,
    upper: float,
    benchmark: float,
    indicator: Indicator,
    mode: Mode,
    *,
    class_: str = "",
    benchmark_name: str = "",
    limits: tuple[float, float] | None = None,
    status: str = "observed",
    reason: str = "",
) -> go.Figure:
    """One value with its 95 % interval beside the benchmark, for a margin column.

    Parameters
    ----------
    value, lower, upper, benchmark
        In the indicator's unit, missing allowed.
    class_
        Benchmark class, which gives the colour.
    limits
        Lowest and highest value of all areas, so that two figures of one
        indicator share a scale; else only what is drawn sets the scale.
    status, reason
        Say why there is no value.

    Returns
    -------
    Figure
        A dot, a thick line for the interval, an upright for the benchmark
        with its name and value; a pattern with words when there is no value.
    """
    colours = palette(mode)
    compared = (
        _("{name} {value}")
        .format(
            name=benchmark_name, value=language.value_text(benchmark, indicator, "no_benchmark")
        )
        .strip()
    )
    has_value = not pd.isna(value)
    numbers = [n for n in (value, lower, upper, benchmark, *(limits or ())) if not pd.isna(n)]
    low, high = (min(numbers), max(numbers)) if numbers else (0.0, 1.0)
    pad = (high - low) * 0.08 or abs(high) * 0.1 or 1.0
    low, high = low - pad, high + pad
    row = {"status": status, "reason": reason}
    said = language.value_text(value, indicator) if has_value else _reason(row)
    known = class_ in COMPARISONS
    words = language.class_text(class_, indicator, benchmark_name) if known else ""
    interval = language.interval_text(lower, upper, indicator) if has_value else ""
    alt = ", ".join(filter(None, (f"{indicator.short_title}: {said}", interval, words, compared)))
    drawing = blank_drawing(58, colours, alt + ".", margin={"l": 2, "r": 2})
    drawing.update_xaxes(range=[low, high])
    drawing.update_yaxes(range=[58, 0])
    label_axes(drawing, language.unit_text(indicator) or indicator.short_title, _("one value"))
    line = 18.0
    if has_value:
        draw_segments(drawing, [(low, high, line, line)], "scale", width=1, color=colours.rule)
    else:
        state = state_of(row)
        draw_boxes(drawing, [(low, high, line - 7, line + 7)], state, **state_style(colours, state))
    if not pd.isna(benchmark):
        draw_segments(
            drawing, [(benchmark, benchmark, line - 13, line + 13)], "benchmark",
            width=1.5, color=colours.ink_secondary,
        )  # fmt: skip
    label = {
        "y": line + 24,
        "showarrow": False,
        "font": {"size": 12, "color": colours.ink_secondary},
    }
    if not has_value:
        drawing.add_annotation(
            x=0,
            xref="paper",
            xanchor="left",
            xshift=-4,
            text=plain(f"{said} · {compared}"),
            **label,
        )
        return drawing.figure()
    share = 0.0 if pd.isna(benchmark) else (benchmark - low) / (high - low)
    anchor = "left" if share < 0.25 else "right" if share > 0.75 else "center"
    drawing.add_annotation(
        x=low if pd.isna(benchmark) else benchmark, text=plain(compared), xanchor=anchor,
        xshift={"left": -4, "right": 4, "center": 0}[anchor], **label,
    )  # fmt: skip
    strong = colours.comparison()[class_] if known and class_ != "similar" else colours.ink
    if not (pd.isna(lower) or pd.isna(upper)):
        draw_segments(drawing, [(lower, upper, line, line)], "interval", width=3, color=strong)
    fill = colours.comparison()["similar"] if class_ == "similar" else strong
    drawing.add_scatter(
        x=[value], y=[line], mode="markers", name="value", hoverinfo="skip", cliponaxis=False,
        marker={
            "size": 11 if class_ == "similar" or not known else 14,
            "symbol": class_symbol(class_) if known else "circle",
            "color": colours.background if status in HOLLOW else fill,
            "line": {"width": 1.75, "color": strong},
        },
    )  # fmt: skip
    return drawing.figure()
