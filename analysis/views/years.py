"""Many areas over the years: small courses on one scale, and level beside trend.

Knows how panels and cells share a plane. Courses, classes, trends and
urgency come in finished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analysis.catalogue import Indicator
from analysis.language import (
    class_text,
    direction_text,
    interval_text,
    period_text,
    reason_text,
    unit_text,
    urgency_text,
    value_text,
)
from analysis.language import gettext as _
from analysis.measures import trends
from analysis.measures.rates import NOT_ASSESSED
from analysis.picture import Figures
from analysis.views import charts
from analysis.views.charts import (
    STEPS,
    extent_of,
    round_ticks,
    runs_of,
    state_of,
    tick_labels,
    time_of,
    times_of,
    translucent,
)
from analysis.views.drawing import (
    HOLLOW,
    Drawing,
    Texts,
    blank_drawing,
    draw_boxes,
    draw_segments,
    escaped,
    factor_colour,
    label_axes,
    plain,
    state_style,
    text_lines,
)
from analysis.views.tables import series_table
from analysis.views.theme import Mode, Palette, palette, symbols
from analysis.views.view import View

_HALF, _NARROW = 520.0, 350.0
_PANEL = 122.0
"""Least width of a small course, in px."""
_HEAD, _COURSE, _FOOT = 42.0, 64.0, 18.0

# ---------------------------------------------------------------- one course


def course_view(
    rows: pd.DataFrame, found: Figures, mode: Mode, source: str, *,
    benchmark: tuple[str, pd.DataFrame], events: pd.DataFrame,
) -> View:  # fmt: skip
    """The course of one area, its band, its benchmark, and what happened meanwhile.

    Parameters
    ----------
    rows
        Of one area, as :func:`analysis.courses.courses` returns them.
    found
        The newest figures, for title and subline.
    benchmark
        Of :func:`analysis.courses.benchmark_course`.
    events
        Of :func:`analysis.courses.events_beside`.
    """
    indicator, (name, compared) = found.indicator, benchmark
    marks = list(zip(events["date"], events["number"], strict=True))
    picture = charts.line_chart(
        rows, indicator, mode, benchmark=compared if name else None, benchmark_name=name,
        events=marks,
    )  # fmt: skip
    parts = [unit_text(indicator), _("band: 95 % interval")]
    if name:
        parts.append(_("dotted: {name}").format(name=name))
    notes = []
    if len(events):
        listed = [
            f"{row['number']} {period_text(row['date'])}: {row['title']}"
            for row in events.to_dict("records")
        ]
        notes.append(_("Meanwhile: {events}. Before or after is not because of.").format(
            events="; ".join(listed)
        ))  # fmt: skip
    if rows["break"].any():
        notes.append(_("Dotted upright: the series starts anew, what lies before was counted"
                       " otherwise."))  # fmt: skip
    return View(
        title=_(indicator.title), subline=" · ".join(parts), picture=picture,
        table=series_table(rows.drop(columns="name"), indicator), download=rows, source=source,
        alt=str(picture.layout.meta["alt"]), notes=tuple(notes), licence=indicator.licence,
        filename=f"course_{indicator.indicator_id}_{rows['area_id'].iloc[0] if len(rows) else ''}",
    )  # fmt: skip


# ---------------------------------------------------------------- small courses


def multiples_view(
    rows: pd.DataFrame, names: pd.Series, found: Figures, mode: Mode, source: str, *,
    benchmark: tuple[str, pd.DataFrame], level_words: str,
) -> View:  # fmt: skip
    """The courses of all areas, small, by name and on one scale.

    Parameters
    ----------
    rows
        As :func:`analysis.courses.courses` returns them.
    names
        The areas to show in their order, index ``area_id``; one without a row
        gets an empty panel that says so.
    found, benchmark
        As in :func:`course_view`.
    """
    indicator = found.indicator
    shown = rows[rows["area_id"].isin(names.index)]
    alt = _("{title}: {n} small courses on one scale, one for each of the {level}.").format(
        title=_(indicator.title), n=len(names), level=level_words
    )
    wide, narrow = (
        _Multiples(shown, names, indicator, benchmark[1], palette(mode), width).draw(alt)
        for width in (_HALF, _NARROW)
    )
    parts = [unit_text(indicator), level_words, _("one scale, by name")]
    if benchmark[0]:
        parts.append(_("dotted: {name}").format(name=benchmark[0]))
    return View(
        title=_(indicator.title), subline=" · ".join(parts), picture=wide, narrow_picture=narrow,
        table=series_table(shown, indicator), download=shown, source=source, alt=alt,
        licence=indicator.licence, filename=f"courses_{indicator.indicator_id}_{found.level}",
    )  # fmt: skip


class _Multiples:
    """Panels of one scale; x and y in px of the width they are laid out for."""

    def __init__(
        self, rows: pd.DataFrame, names: pd.Series, indicator: Indicator, compared: pd.DataFrame,
        colours: Palette, width: float,
    ) -> None:  # fmt: skip
        self.rows, self.names, self.indicator = rows, names, indicator
        self.compared, self.colours, self.width = compared, colours, width
        # Only what is shown sets the scale, and the limits of intervals that are hidden do not.
        extent = extent_of([rows, compared])
        self.ticks = round_ticks(*extent, indicator) if extent else [0.0, 1.0]
        together = pd.concat([rows["period"], compared["period"]])
        moments = times_of(together) if len(together) else pd.Series([0.0, 1.0])
        self.start, self.end = float(moments.min()), float(moments.max())
        self.across = max(1, int(width // _PANEL))
        self.panel = width / self.across
        named = [len(text_lines(str(name), 12.5, self.panel - 14)) for name in names]
        self.lines_of_names = max(named, default=1)
        self.height = _HEAD + _COURSE + _FOOT + 16 * (self.lines_of_names - 1)

    def draw(self, alt: str) -> go.Figure:
        """Lay out and draw all panels."""
        colours = self.colours
        count = -(-len(self.names) // self.across)
        height = count * self.height
        drawing = blank_drawing(height, colours, alt)
        drawing.update_xaxes(range=[0, self.width])
        drawing.update_yaxes(range=[height, 0])
        label_axes(drawing, _("period"), unit_text(self.indicator) or _("value"))
        by_area = {str(one): part for one, part in self.rows.groupby("area_id", sort=False)}
        self.bands: list[tuple[list[float], list[float]]] = []
        self.lines: list[tuple[list[float], list[float]]] = []
        self.dotted: list[tuple[list[float], list[float]]] = []
        self.breaks: list[tuple[float, float, float, float]] = []
        self.grid: list[tuple[float, float, float, float]] = []
        self.states: dict[str, list[tuple[float, float, float, float]]] = {}
        self.points: list[tuple[float, float, bool, str]] = []
        self.heads = Texts("names", colours.ink, 12.5, 600)
        self.values = Texts("values", colours.ink_secondary, 12)
        self.words = Texts("words", colours.ink_secondary, 12)
        self.scale = Texts("scale", colours.ink_faint, 11)
        for place, (area_id, name) in enumerate(self.names.items()):
            left = (place % self.across) * self.panel
            top = (place // self.across) * self.height
            self.one(str(name), by_area.get(str(area_id)), left, top)
        self.put(drawing)
        return drawing.figure()

    def place(self, left: float, top: float, time: float, value: float) -> tuple[float, float]:
        """Where a figure lies within a panel."""
        room = self.panel - 26
        share = (time - self.start) / (self.end - self.start or 1.0)
        low, high = self.ticks[0], self.ticks[-1]
        return left + 4 + share * room, top + _HEAD + (high - value) / (high - low) * _COURSE

    def one(self, name: str, rows: pd.DataFrame | None, left: float, top: float) -> None:
        """Gather one panel: its name, newest figure, scale, lines and states."""
        lines = text_lines(name, 12.5, self.panel - 14)
        top += 16 * (self.lines_of_names - len(lines))
        for number, line in enumerate(lines):
            self.heads.put(left, top + 12 + 16 * number, plain(line))
        top += 16 * (len(lines) - 1)
        bottom = top + _HEAD + _COURSE
        right = left + self.panel - 18
        for y in (top + _HEAD, bottom):
            self.grid.append((left, right, y, y))
        known = rows[rows["value"].notna()] if rows is not None else None
        if rows is None or known is None or known.empty:
            reasons = rows["reason"] if rows is not None else pd.Series(["missing"])
            words = reason_text(str(reasons.iloc[-1]) or "missing")
            for n, line in enumerate(text_lines(words, 12, self.panel - 24)):
                self.words.put(left, top + _HEAD + 14 + 15 * n, plain(line))
            return
        last = known.iloc[-1]
        self.values.put(left, top + 29, plain(value_text(last["value"], self.indicator)))
        if left == 0:
            for tick, label in zip(
                (self.ticks[0], self.ticks[-1]),
                tick_labels([self.ticks[0], self.ticks[-1]], self.indicator),
                strict=True,
            ):
                y = self.place(left, top, self.start, tick)[1]
                self.scale.put(left, y + (8 if tick == self.ticks[-1] else -7), plain(label))
        step = STEPS[self.indicator.frequency]
        for run in runs_of(self.compared, step) if len(self.compared) else []:
            self.dotted.append(self.path(run, left, top))
        for run in runs_of(rows, step):
            self.lines.append(self.path(run, left, top))
            self.band(run, left, top)
        for row in rows.to_dict("records"):
            self.moment(row, name, left, top, step)

    def path(self, run: pd.DataFrame, left: float, top: float) -> tuple[list[float], list[float]]:
        """A line through a run, in px."""
        at = [
            self.place(left, top, time, value)
            for time, value in zip(times_of(run["period"]), run["value"], strict=True)
        ]
        return [x for x, _y in at], [y for _x, y in at]

    def band(self, run: pd.DataFrame, left: float, top: float) -> None:
        """The 95 % intervals of a run, where every point has one."""
        known = run[run["lower"].notna() & run["upper"].notna()]
        if len(known) < 2 or len(known) < len(run):
            return
        upper = self.path(known.assign(value=known["upper"]), left, top)
        lower = self.path(known.assign(value=known["lower"]), left, top)
        self.bands.append((upper[0] + lower[0][::-1], upper[1] + lower[1][::-1]))

    def moment(
        self, row: Mapping[Any, Any], name: str, left: float, top: float, step: float
    ) -> None:
        """One period: a point, or the pattern of why there is none; a break."""
        x, y = self.place(left, top, time_of(row["period"]), self.ticks[-1])
        half = (self.panel - 26) * step / (self.end - self.start or 1.0) * 0.32
        if row["break"]:
            self.breaks.append((x - half * 1.56, x - half * 1.56, y, y + _COURSE))
        if pd.isna(row["value"]):
            state = state_of(row)
            if state != "missing":
                self.states.setdefault(state, []).append((x - half, x + half, y, y + _COURSE))
            return
        figure = value_text(row["value"], self.indicator)
        if pd.notna(row["lower"]):
            figure += f" ({interval_text(row['lower'], row['upper'], self.indicator)})"
        hollow = row["status"] in HOLLOW
        if hollow:
            figure += f", {reason_text(row['status'])}"
        words = f"<b>{plain(name)}</b><br>{plain(period_text(row['period']))}: {plain(figure)}"
        _x, y = self.place(left, top, time_of(row["period"]), row["value"])
        self.points.append((x, y, hollow, words))

    def put(self, drawing: Drawing) -> None:
        """Draw what was gathered, a trace a kind."""
        colours = self.colours
        colour = factor_colour(colours, self.indicator.factor)
        draw_segments(drawing, self.grid, "grid", width=1, color=colours.rule)
        for state, boxes in self.states.items():
            draw_boxes(drawing, boxes, state, **state_style(colours, state))
        dash = {"width": 1.5, "color": colours.ink_secondary, "dash": "2px,3px"}
        _paths(drawing, self.bands, "interval", fill="toself", line={"width": 0},
               fillcolor=translucent(colour, 0.18))  # fmt: skip
        _paths(drawing, self.dotted, "benchmark", line=dash)
        draw_segments(
            drawing, self.breaks, "break", width=1.25, color=colours.border, dash="2px,3px"
        )
        _paths(drawing, self.lines, "line", line={"width": 1.75, "color": colour})
        drawing.add_scatter(
            x=[one[0] for one in self.points], y=[one[1] for one in self.points], mode="markers",
            name="points", cliponaxis=False,
            marker={
                "size": 4.5, "line": {"width": 1.25, "color": colour},
                "color": [colours.background if one[2] else colour for one in self.points],
            },
            hovertext=[one[3] for one in self.points],
            hovertemplate="%{hovertext}<extra></extra>",
        )  # fmt: skip
        for texts in (self.heads, self.values, self.words, self.scale):
            texts.draw(drawing)


def _paths(
    drawing: Drawing, paths: Sequence[tuple[list[float], list[float]]], name: str, **style: Any
) -> None:
    """Many lines as one trace."""
    if not paths:
        return
    x: list[float | None] = []
    y: list[float | None] = []
    for across, down in paths:
        x += [*across, None]
        y += [*down, None]
    drawing.add_scatter(x=x, y=y, mode="lines", name=name, hoverinfo="skip", **style)


# ---------------------------------------------------------------- level x trend

ROWS = ("clearly_worse", "worse", "similar", "better")
COLUMNS = (trends.WORSENING, trends.NO_CHANGE, trends.IMPROVING)
CLASSES = tuple(f"{level}, {trend}" for level in ROWS for trend in COLUMNS)
"""The twelve classes of level and trend, the most urgent first."""
ARROWS: Mapping[str, str] = {
    trends.IMPROVING: "↗", trends.NO_CHANGE: "→", trends.WORSENING: "↘",
}  # fmt: skip
"""Which way it goes: up is improving, whatever the figure does."""
_NAMES = 12
"""So many names fit into a cell."""


def level_words(level: str) -> str:
    """Return one of :data:`ROWS` in words of more and less favourable."""
    return {
        "clearly_worse": _("clearly less favourable"),
        "worse": _("less favourable"),
        "similar": _("similar"),
        "better": _("more favourable"),
    }[level]


def level_trend_view(
    together: pd.DataFrame, found: Figures, mode: Mode, source: str, words: str
) -> View:
    """Where does it stand, and where does it go? Twelve classes with the areas in them.

    Parameters
    ----------
    together
        As :func:`analysis.courses.level_trends` returns it.
    found
        The figures behind it.
    words
        The level in the plural.
    """
    indicator = found.indicator
    counts = together["level_trend"].value_counts()
    alt = _("{title}, level and trend of {n} {level}: {counts}.").format(
        title=_(indicator.title), n=len(together), level=words,
        counts="; ".join(f"{level_trend_words(str(one))} {n}" for one, n in counts.items()),
    )  # fmt: skip
    wide, narrow = (
        _matrix(together, palette(mode), width, alt) for width in (_HALF, _NARROW)
    )  # fmt: skip
    table = pd.DataFrame(
        {
            _("Name"): together["name"],
            _("Level"): [
                reason_text(why or "not_assessed")
                if one == NOT_ASSESSED
                else class_text(one, indicator)
                for one, why in zip(together["class_"], together["class_reason"], strict=True)
            ],
            _("Trend"): [
                reason_text(why or "not_assessed") if one == NOT_ASSESSED else direction_text(one)
                for one, why in zip(together["direction"], together["trend_reason"], strict=True)
            ],
            _("Urgency"): [urgency_text(one) for one in together["urgency"]],
        }
    )
    name = found.benchmark.name if found.benchmark else _("no benchmark")
    return View(
        title=_(indicator.title),
        subline=" · ".join(
            [_("level beside {name}").format(name=name), _("trend of five years"),
             period_text(found.period), words]
        ),
        picture=wide, narrow_picture=narrow, table=table, source=source, alt=alt,
        download=together.reset_index(names="area_id").assign(
            indicator_id=indicator.indicator_id, period=found.period
        ),
        notes=(_("How urgent it is stands in each cell, read off this table, never multiplied."
                 " Hatched: level or trend not assessed; the reason stands in the table."),),
        licence=indicator.licence,
        filename=f"level_trend_{indicator.indicator_id}_{found.level}",
    )  # fmt: skip


def level_trend_words(one: str) -> str:
    """Return a class of level and trend in words."""
    if one == NOT_ASSESSED:
        return reason_text("not_assessed")
    level, _comma, trend = one.partition(", ")
    return f"{level_words(level)}, {direction_text(trend)}"


def _matrix(
    together: pd.DataFrame, colours: Palette, width: float, alt: str
) -> go.Figure:  # fmt: skip
    """Rows of levels, columns of trends, names in the cells, and the thirteenth below."""
    left = 96.0 if width == _HALF else 74.0
    cell = (width - left) / 3
    heads = Texts("heads", colours.ink_secondary, 12.5)
    boxes: dict[str, list[tuple[float, float, float, float]]] = {}
    notes: list[dict[str, Any]] = []
    y = 30.0
    for column, trend in enumerate(COLUMNS):
        words = text_lines(f"{ARROWS[trend]} {direction_text(trend)}", 12.5, cell - 8)
        heads.put(left + column * cell + 4, 14, escaped(words))
    if any(len(text_lines(direction_text(one), 12.5, cell - 24)) > 1 for one in COLUMNS):
        y = 44.0
    for level in ROWS:
        cells = []
        for trend in COLUMNS:
            part = together[together["level_trend"] == f"{level}, {trend}"]
            cells.append((trend, _cell_lines(part["name"], cell - 12)))
        height = max(28 + 16 * max(len(lines) for _trend, lines in cells), 50)
        sign = symbols()["comparison"][level]
        words = text_lines(f"{sign} {level_words(level)}", 12.5, left - 8)
        heads.put(0, y + 13 + 8 * (len(words) - 1), escaped(words))
        for column, (trend, lines) in enumerate(cells):
            x = left + column * cell
            fill = colours.level_trend()[f"{level}, {trend}"]
            boxes.setdefault(fill, []).append((x + 1, x + cell - 1, y + 1, y + height - 1))
            ink = colours.label_on(fill)
            urgency = trends.URGENCY[level, trend]
            notes.append(_note(x + 6, y + 13, [urgency_text(urgency)], ink, 600))
            if lines:
                notes.append(_note(x + 6, y + 30 + 8 * (len(lines) - 1), lines, ink, 400))
        y += height
    unknown = together[together["level_trend"] == NOT_ASSESSED]
    y += 8
    lines = (
        text_lines(names_or_count(unknown["name"]), 12.5, width - left - 16) if len(unknown) else []
    )
    height = max(30, 14 + 16 * len(lines))
    hatch = (left + 1, width - 1, y, y + height)
    heads.put(0, y + height / 2, escaped(text_lines(reason_text("not_assessed"), 12.5, left - 8)))
    drawing = blank_drawing(y + height + 4, colours, alt)
    drawing.update_xaxes(range=[0, width])
    drawing.update_yaxes(range=[y + height + 4, 0])
    label_axes(drawing, _("trend"), _("level"))
    for fill, places in boxes.items():
        draw_boxes(drawing, places, fill, fillcolor=fill)
    draw_boxes(drawing, [hatch], "not_assessed", **state_style(colours, "not_assessed"))
    if lines:
        middle = y + 14 + 8 * (len(lines) - 1)
        notes.append(_note(left + 6, middle, lines, colours.ink, 400) | {
            "bgcolor": colours.background, "borderpad": 2,
        })  # fmt: skip
    heads.draw(drawing)
    drawing.annotations.extend(notes)
    return drawing.figure()


def _cell_lines(names: pd.Series, width: float) -> list[str]:
    return text_lines(names_or_count(names, _NAMES), 12.5, width) if len(names) else []


def names_or_count(names: pd.Series, most: int = 40) -> str:
    """Return names in one line; how many where they are more than ``most``."""
    if len(names) > most:
        return _("{n} areas").format(n=len(names))
    return ", ".join(names)


def _note(x: float, y: float, lines: Sequence[str], ink: str, weight: int) -> dict[str, Any]:
    return {
        "x": x, "y": y, "xanchor": "left", "yanchor": "middle", "align": "left",
        "text": escaped(lines), "showarrow": False,
        "font": {"size": 12.5, "color": ink, "weight": weight},
    }  # fmt: skip
