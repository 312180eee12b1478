"""The spine chart: what holds and what weighs in one area, each beside the benchmark.

Knows how rows, words and strips share the width of a screen; values, classes
and words come in finished.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis import language
from analysis.language import _
from analysis.views.drawing import (
    HOLLOW,
    STATES,
    Drawing,
    Texts,
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
    titled_lines,
)
from analysis.views.theme import COMPARISONS, Mode, Palette, palette

# ---------------------------------------------------------------- spine chart

_LINE = 16.5
_WIDE, _NARROW = 1080.0, 336.0
"""The least width in px that each form of the spine chart is laid out for."""


def spine_positions(rows: pd.DataFrame) -> pd.DataFrame:
    """Where a value, its interval and the other districts lie beside the benchmark.

    Parameters
    ----------
    rows
        Columns ``value, lower, upper, benchmark, p10, p90`` in the
        indicator's unit and ``favourable`` (+1, 0, -1).

    Returns
    -------
    DataFrame
        Same index; ``value, left, right, bar_left, bar_right`` in spreads of
        the districts (90th minus 10th percentile) from the benchmark,
        positive where it is more favourable. Missing where value, benchmark,
        spread or direction is missing.

    Examples
    --------
    >>> row = {"value": 40, "lower": 35, "upper": 45, "benchmark": 30, "p10": 20, "p90": 40}
    >>> spine_positions(pd.DataFrame([row | {"favourable": -1}])).loc[0].tolist()
    [-0.5, -0.75, -0.25, -0.5, 0.5]
    """
    spread = (rows["p90"] - rows["p10"]).astype(float)
    sense = rows["favourable"].astype(float)
    scale = sense.where(sense != 0) / spread.where(spread > 0)
    placed = {
        name: (rows[name].astype(float) - rows["benchmark"].astype(float)) * scale
        for name in ("value", "lower", "upper", "p10", "p90")
    }
    known = placed["value"].notna()
    ends = pd.DataFrame({"a": placed["lower"], "b": placed["upper"]})
    bars = pd.DataFrame({"a": placed["p10"], "b": placed["p90"]})
    return pd.DataFrame(
        {
            "value": placed["value"],
            "left": ends.min(axis=1, skipna=False).where(known),
            "right": ends.max(axis=1, skipna=False).where(known),
            "bar_left": bars.min(axis=1).where(known),
            "bar_right": bars.max(axis=1).where(known),
        },
        index=rows.index,
    )


def spine_key(benchmark_name: str) -> str:
    """Return the sentence that says how to read a spine chart."""
    return _(
        "Grey bar: where eight in ten districts lie. Line: {benchmark}. Whisker: 95 % interval."
        " ● similar · ◀ less favourable · ▶ more favourable · stronger colour: clearly."
        " Dots: hidden to protect people. Hatch: not assessed."
    ).format(benchmark=benchmark_name)


@dataclass(frozen=True)
class _Columns:
    """Where the columns of one side stand, as fractions of the figure's width."""

    theme: float
    title: float
    value: float
    benchmark: float
    strip: tuple[float, float]
    px: float
    title_px: float
    strip_px: float
    figures_px: float


@dataclass(frozen=True)
class _Side:
    """One side of the spine: what holds, or what weighs."""

    factor: str
    heading: str
    none_of_theme: str
    none_at_all: str
    none_of_themes: str


def _sides() -> tuple[_Side, _Side]:
    return (
        _Side(
            "protective",
            _("What holds here"),
            _("no protective indicator of this theme"),
            _("protection not assessed: no protective indicator loaded"),
            _("No protective indicator: {themes}"),
        ),
        _Side(
            "risk",
            _("What weighs here"),
            _("no risk indicator of this theme"),
            _("risk not assessed: no risk indicator loaded"),
            _("No risk indicator: {themes}"),
        ),
    )


@dataclass
class _Row:
    """One indicator, its words broken into lines that fit the columns."""

    record: dict[str, Any]
    title: list[str]
    words: list[str]
    words_in_strip: list[str]
    state: str
    inline: str

    @property
    def text_lines(self) -> int:
        """How many lines the text beside the strip takes."""
        return len(self.title) + len(self.words)


class _Spine:
    """Lays out and draws a spine chart; y runs downward in px, x is a fraction of the width."""

    def __init__(
        self,
        rows: pd.DataFrame,
        colours: Palette,
        area_name: str,
        benchmark_name: str,
        narrow: bool,
    ) -> None:
        self.colours = colours
        self.area_name = area_name
        self.benchmark_name = benchmark_name
        self.narrow = narrow
        self.rows = rows[rows["factor"].isin(["protective", "risk"])]
        self.positions = spine_positions(self.rows)
        self.reach = _reach(self.positions)
        self.columns = _spine_columns(self.rows, narrow)
        self.themes = list(dict.fromkeys(self.rows["theme"]))
        self.theme_titles = {
            theme: title[:1].upper() + title[1:]
            for theme, title in zip(self.rows["theme"], self.rows["theme_title"], strict=True)
        }
        self.bars: list[tuple[float, float, float, float]] = []
        self.benchmarks: list[tuple[float, float, float, float]] = []
        self.rules: list[tuple[float, float, float, float]] = []
        self.heads: dict[str, list[tuple[float, float, float, float]]] = {}
        self.patterns: dict[str, list[tuple[float, float, float, float]]] = {}
        self.marks: list[dict[str, Any]] = []
        faint, quiet, ink = colours.ink_faint, colours.ink_secondary, colours.ink
        self.headings = Texts("headings", ink, 15, 600)
        self.theme_texts = Texts("themes", quiet, 12.5)
        self.titles = Texts("titles", ink)
        self.words = Texts("words", quiet, 12)
        self.values = Texts("values", ink, 13, 600, "middle left")
        self.comparisons = Texts("benchmarks", quiet, 13, 400, "middle left")
        self.inline = Texts("words", quiet, 12.5, 400, "middle left")
        self.area_heads = Texts("column heads", ink, 12, 600, "middle left")
        self.benchmark_heads = Texts("column heads", quiet, 12, 400, "middle left")
        self.less = Texts("direction", faint, 12)
        self.more = Texts("direction", faint, 12, 400, "middle left")
        self.arrows_left = Texts("beyond", quiet, 13, 400, "middle center")
        self.strip_words = Texts("words", quiet, 12)

    # -- measuring

    def row(self, index: Any) -> _Row:
        """Break the words of one indicator into lines."""
        record = self.rows.loc[index].to_dict()
        columns = self.columns[record["factor"]]
        place = self.positions.loc[index]
        title = titled_lines(
            str(record["title"]), str(record["unit"]), 13, columns.title_px, self.colours.ink_faint
        )
        reason = str(record["reason_text"] or "")
        state, words, in_strip, inline = "drawn", "", "", ""
        if pd.isna(record["value"]):
            state = record["status"] if record["status"] in STATES else "not_assessed"
            words = reason or str(record["value_text"])
            if text_width(words, 12.5) <= columns.figures_px:
                words, inline = "", words
        elif pd.notna(record["benchmark"]) and str(record["class_"]) not in COMPARISONS:
            state, words = "not_assessed", reason or language.reason_text("not_assessed")
        elif pd.isna(record["benchmark"]) or pd.isna(place["value"]):
            state = "words"
            in_strip = reason or self.unplaced(record)
        return _Row(
            record,
            title,
            text_lines(words, 12, columns.title_px + columns.figures_px * 0.9) if words else [],
            text_lines(in_strip, 12, columns.strip_px) if in_strip else [],
            state,
            inline,
        )

    def unplaced(self, record: Mapping[str, Any]) -> str:
        """Say why a value with a benchmark has no place beside the line."""
        if pd.isna(record["benchmark"]):
            return language.reason_text("no_benchmark")
        if record["favourable"] == 0:
            return language.class_text(str(record["class_"]), 0, self.benchmark_name)
        return language.reason_text("no_variation")

    def height(self, row: _Row | None) -> float:
        """Height of a row in px."""
        if row is None:
            return _LINE + 15
        lines = max(row.text_lines, len(row.words_in_strip), 2 if self.narrow else 1)
        return _LINE * lines + 15

    # -- drawing

    def head(self, side: _Side, y: float) -> float:
        """Draw the heading and column heads of one side; return where rows begin."""
        columns = self.columns[side.factor]
        left = columns.title
        self.headings.put(left, y + 10, plain(side.heading))
        room = columns.title_px + columns.figures_px * 0.5
        area = text_lines(self.area_name, 12.5, room)
        compared = text_lines(self.benchmark_name, 12, room)
        y += 28
        x_area = columns.value
        stacked = self.narrow or text_width(self.benchmark_name, 12) > columns.figures_px / 2 - 4
        for line in area:
            self.area_heads.put(x_area, y, plain(line))
            y += 15
        if stacked:
            for line in compared:
                self.benchmark_heads.put(columns.benchmark, y, plain(line))
                y += 15
        else:
            self.benchmark_heads.put(columns.benchmark, y - 15, plain(compared[0]))
        start, end = columns.strip
        self.less.put(start, y - 15, plain("◀ " + self.direction_words(columns)))
        self.more.put(end, y - 15, plain(_("more") + " ▶"))
        y -= 3
        self.heads.setdefault(side.factor, []).append((left, end, y, y))
        return y + 1

    def direction_words(self, columns: _Columns) -> str:
        """The longest wording of *less favourable* that leaves room for *more*."""
        full = _("less favourable")
        taken = text_width(f"◀ {full}   {_('more')} ▶", 12)
        return full if taken < columns.strip_px else _("less")

    def place(self, row: _Row, index: Any, top: float, bottom: float) -> None:
        """Draw one row between two heights."""
        record, columns = row.record, self.columns[row.record["factor"]]
        middle = (top + bottom) / 2
        start, end = columns.strip
        texts = middle - _LINE * (row.text_lines - 1) / 2
        title_middle = texts + _LINE * (len(row.title) - 1) / 2
        self.titles.put(columns.title, title_middle, "<br>".join(row.title))
        if row.words:
            first = texts + _LINE * len(row.title)
            self.words.put(
                columns.title, first + _LINE * (len(row.words) - 1) / 2, escaped(row.words)
            )
            middle = title_middle
        if row.inline:
            self.inline.put(columns.benchmark, middle, plain(row.inline))
        else:
            self.figures(row, columns, middle)
        if row.state in STATES:
            self.patterns.setdefault(row.state, []).append((start, end, middle - 6, middle + 6))
        elif row.state == "words":
            self.strip_words.put(start, middle, escaped(row.words_in_strip))
        else:
            self.mark(record, self.positions.loc[index], columns, top, bottom)

    def figures(self, row: _Row, columns: _Columns, y: float) -> None:
        """Write the value of the area and of the benchmark."""
        record = row.record
        has_value = not pd.isna(record["value"])
        value = str(record["value_text"]) if has_value else ""
        compared = str(record["benchmark_text"]) if not pd.isna(record["benchmark"]) else ""
        if self.narrow:
            both = bool(value and compared)
            self.values.put(columns.value, y - (8 if both else 0), plain(value))
            self.comparisons.put(columns.benchmark, y + (8 if both else 0), plain(compared))
        else:
            self.values.put(columns.value, y, plain(value))
            self.comparisons.put(columns.benchmark, y, plain(compared))

    def mark(
        self, record: dict[str, Any], place: pd.Series, columns: _Columns, top: float, bottom: float
    ) -> None:
        """Draw spread, benchmark line, whisker and marker of one row."""
        start, end = columns.strip
        inset = 9 / columns.px
        middle = (top + bottom) / 2

        def across(position: float) -> float:
            clipped = min(max(position, -self.reach), self.reach)
            return start + inset + (clipped / self.reach + 1) / 2 * (end - start - 2 * inset)

        self.bars.append(
            (across(place["bar_left"]), across(place["bar_right"]), middle - 6.5, middle + 6.5)
        )
        self.benchmarks.append((across(0), across(0), top, bottom))
        low, high = place["left"], place["right"]
        outer = [p for p in (low, high, place["value"]) if not pd.isna(p)]
        if min(outer) < -self.reach:
            self.arrows_left.put(start + 2 / columns.px, middle, "←")
        if max(outer) > self.reach:
            self.arrows_left.put(end - 2 / columns.px, middle, "→")
        self.marks.append(
            {
                "class_": str(record["class_"]),
                "hollow": record["status"] in HOLLOW,
                "x": across(place["value"]),
                "y": middle,
                "whisker": None if pd.isna(low) else (across(low), across(high), middle, middle),
                "hover": self.hover(record),
            }
        )

    def hover(self, record: Mapping[str, Any]) -> str:
        """Say in words what one row shows."""
        words = language.class_text(
            str(record["class_"]), int(record["favourable"]), self.benchmark_name
        )
        provisional = (
            f"<br>{plain(language.reason_text(record['status']))}"
            if record["status"] in HOLLOW
            else ""
        )
        return (
            f"<b>{plain(record['title'])}</b><br>{plain(self.area_name)}"
            f" {plain(record['value_text'])} · {plain(self.benchmark_name)}"
            f" {plain(record['benchmark_text'])}<br>{plain(words)}{provisional}"
        )

    def wide_layout(self) -> float:
        """Lay both sides beside each other; return the height."""
        holds, weighs = _sides()
        y = max(self.head(side, 0.0) for side in (holds, weighs))
        for side in (holds, weighs):
            self.heads[side.factor] = [
                (a, b, y - 1, y - 1) for a, b, *_y in self.heads[side.factor]
            ]
        empty = {side.factor: not (self.rows["factor"] == side.factor).any() for side in _sides()}
        theme_px = self.columns["protective"].theme * _WIDE - 10
        if not self.themes:
            for side in (holds, weighs):
                x = self.columns[side.factor].title
                self.words.put(x, y + _LINE, plain(side.none_at_all))
            return y + 2 * _LINE
        for number, theme in enumerate(self.themes):
            block = self.rows[self.rows["theme"] == theme]
            pairs = {
                side.factor: [(i, self.row(i)) for i in block.index[block["factor"] == side.factor]]
                for side in (holds, weighs)
            }
            title = text_lines(str(self.theme_titles[theme]), 12.5, theme_px)
            top = y
            count = max(len(rows) for rows in pairs.values())
            heights = []
            for line in range(count):
                at_line = [rows[line][1] for rows in pairs.values() if line < len(rows)]
                heights.append(max(self.height(row) for row in at_line))
            heights[-1] += max(0.0, len(title) * 15.5 + 14 - sum(heights))
            first_middle = top + heights[0] / 2
            if len(title) > 1:
                first_middle = max(first_middle, top + 8 + len(title) * 15.5 / 2)
            self.theme_texts.put(0, first_middle, escaped(title))
            for side in (holds, weighs):
                rows, y_row = pairs[side.factor], top
                for line, (index, row) in enumerate(rows):
                    self.place(row, index, y_row, y_row + heights[line])
                    y_row += heights[line]
                if not rows:
                    words = side.none_of_theme
                    if empty[side.factor]:
                        words = side.none_at_all if number == 0 else ""
                    x = self.columns[side.factor].title
                    self.words.put(x, top + heights[0] / 2, plain(words))
            y = top + sum(heights)
            self.rules.append((0, self.columns["protective"].strip[1], y, y))
            self.rules.append((self.columns["risk"].title, 1, y, y))
        return y + 6

    def narrow_layout(self) -> float:
        """Lay both sides under each other; return the height."""
        y = 0.0
        for side in _sides():
            y = self.head(side, y)
            own = self.rows[self.rows["factor"] == side.factor]
            for theme in dict.fromkeys(own["theme"]):
                title = text_lines(str(self.theme_titles[theme]), 12.5, _NARROW - 10)
                y += 7
                self.theme_texts.put(0, y + len(title) * 8, escaped(title))
                y += len(title) * 16 - 5
                for index in own.index[own["theme"] == theme]:
                    row = self.row(index)
                    self.place(row, index, y, y + self.height(row))
                    y += self.height(row)
                self.rules.append((0, 1, y, y))
            without = [str(self.theme_titles[t]) for t in self.themes if t not in set(own["theme"])]
            words = side.none_of_themes.format(themes=", ".join(without)) if without else ""
            if own.empty:
                words = side.none_at_all
            if words:
                lines = text_lines(words, 12, _NARROW - 10)
                y += 6
                self.words.put(0, y + len(lines) * 8, escaped(lines))
                y += len(lines) * 16 + 6
            y += 26
        return y - 20

    def draw(self, alt: str) -> go.Figure:
        """Lay out and draw the chart."""
        height = self.narrow_layout() if self.narrow else self.wide_layout()
        colours = self.colours
        drawing = blank_drawing(height, colours, alt)
        drawing.update_xaxes(range=[0, 1])
        drawing.update_yaxes(range=[math.ceil(height), 0])
        label_axes(drawing, _("less favourable – more favourable"), _("indicators by theme"))
        draw_segments(drawing, self.rules, "rules", width=1, color=colours.rule)
        draw_boxes(drawing, self.bars, "districts", fillcolor=colours.rule, opacity=0.75)
        for state, boxes in self.patterns.items():
            draw_boxes(drawing, boxes, state, **state_style(colours, state))
        draw_segments(drawing, self.benchmarks, "benchmark", width=1, color=colours.border)
        for factor, segments in self.heads.items():
            draw_segments(
                drawing, segments, f"head {factor}", width=2, color=factor_colour(colours, factor)
            )
        self.draw_marks(drawing)
        for texts in (
            self.headings, self.theme_texts, self.titles, self.words, self.values,
            self.comparisons, self.inline, self.area_heads, self.benchmark_heads, self.less,
            self.more, self.arrows_left, self.strip_words,
        ):  # fmt: skip
            texts.draw(drawing)
        return drawing.figure()

    def draw_marks(self, drawing: Drawing) -> None:
        """Draw whiskers and markers, one trace per class, hollow where provisional."""
        colours = self.colours
        for class_ in COMPARISONS:
            for hollow in (False, True):
                marks = [m for m in self.marks if m["class_"] == class_ and m["hollow"] == hollow]
                if not marks:
                    continue
                colour = colours.ink if class_ == "similar" else colours.comparison()[class_]
                draw_segments(
                    drawing,
                    [m["whisker"] for m in marks if m["whisker"]],
                    f"interval {class_}",
                    width=2.5,
                    color=colour,
                    dash="dot" if hollow else "solid",
                )
                fill = colours.comparison()["similar"] if class_ == "similar" else colour
                drawing.add_scatter(
                    x=[m["x"] for m in marks],
                    y=[m["y"] for m in marks],
                    mode="markers",
                    name=class_ + (" provisional" if hollow else ""),
                    marker={
                        "symbol": class_symbol(class_),
                        "size": 11 if class_ == "similar" else 13,
                        "color": colours.background if hollow else fill,
                        "opacity": 1,
                        "line": {
                            "width": 1.5 if hollow or class_ == "similar" else 0,
                            "color": colour,
                        },
                    },
                    hovertext=[m["hover"] for m in marks],
                    hovertemplate="%{hovertext}<extra></extra>",
                    cliponaxis=False,
                )


def _reach(positions: pd.DataFrame) -> float:
    """How many spreads the strips reach to each side: all of them, but two at most."""
    numbers = positions.to_numpy(dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    return float(np.clip(np.abs(numbers).max(), 1.0, 2.0)) if numbers.size else 1.0


def _spine_columns(rows: pd.DataFrame, narrow: bool) -> dict[str, _Columns]:
    """Columns of both sides, wide enough for their widest figure."""
    total = _NARROW if narrow else _WIDE
    has = rows["value"].notna()
    value = max([36.0, *(text_width(str(t), 13.5) for t in rows.loc[has, "value_text"])]) + 8
    has = rows["benchmark"].notna()
    compared = max([30.0, *(text_width(str(t), 13) for t in rows.loc[has, "benchmark_text"])]) + 8
    if narrow:
        figures = max(value, compared) + 4
        strip = 116.0
        title = total - figures - strip - 8
        columns = _Columns(
            theme=0.0,
            title=0.0,
            value=(title + figures) / total,
            benchmark=(title + figures) / total,
            strip=((total - strip) / total, 1 - 1 / total),
            px=total,
            title_px=title - 6,
            strip_px=strip,
            figures_px=figures,
        )
        return {"protective": columns, "risk": columns}
    theme, gap = 124.0, 28.0
    side = (total - theme - gap) / 2
    strip = 162.0
    title = side - value - compared - strip - 10
    columns_by_side = {}
    for factor, start in (("protective", theme), ("risk", theme + side + gap)):
        columns_by_side[factor] = _Columns(
            theme=theme / total,
            title=start / total,
            value=(start + title + value) / total,
            benchmark=(start + title + value + compared) / total,
            strip=((start + side - strip) / total, (start + side) / total),
            px=total,
            title_px=title - 6,
            strip_px=strip,
            figures_px=value + compared,
        )
    return columns_by_side


def spine_chart(
    rows: pd.DataFrame,
    mode: Mode,
    *,
    area_name: str,
    benchmark_name: str,
    narrow: bool = False,
) -> go.Figure:
    """What holds and what weighs in one area, each beside the benchmark.

    Parameters
    ----------
    rows
        One row per indicator in the order it is to be shown, with columns
        ``theme, theme_title, factor, indicator_id, title, unit, value_text,
        benchmark_text, value, lower, upper, benchmark, p10, p90, favourable,
        class_, status, reason_text``. Context indicators are left out: they
        neither hold nor weigh.
    mode
        ``light`` or ``dark``.
    area_name, benchmark_name
        What the two columns of figures are called.
    narrow
        Both sides under each other, for screens from 320 to 1,080 px; else
        beside each other, from 1,080 px.

    Returns
    -------
    Figure
        Right of the line is always more favourable. A missing value is a
        pattern with words: dots for hidden, hatch for not assessed, an empty
        place for no figure.
    """
    spine = _Spine(rows, palette(mode), area_name, benchmark_name, narrow)
    return spine.draw(_spine_alt(spine.rows, area_name, benchmark_name))


def _spine_alt(rows: pd.DataFrame, area_name: str, benchmark_name: str) -> str:
    """Say in sentences what a spine chart shows."""
    sentences = [
        _("{area} compared with {benchmark}.").format(area=area_name, benchmark=benchmark_name)
    ]
    for side in _sides():
        own = rows[rows["factor"] == side.factor]
        if own.empty:
            sentences.append(f"{side.heading}: {side.none_at_all}.")
            continue
        parts = []
        for record in own.to_dict("records"):
            if pd.isna(record["value"]):
                said = str(record["reason_text"] or record["value_text"])
            else:
                class_ = str(record["class_"])
                words = (
                    language.class_text(class_, int(record["favourable"]))
                    if class_ in COMPARISONS
                    else str(record["reason_text"] or language.reason_text("not_assessed"))
                )
                said = f"{record['value_text']}, {words}"
            parts.append(f"{record['title']} {said}")
        sentences.append(f"{side.heading}: {'; '.join(parts)}.")
    return " ".join(sentences)
