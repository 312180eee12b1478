"""The heat table: districts by indicators, each cell a comparison in colour, symbol and words.

Knows how rows, columns, rotated titles and bands share the width of a
screen. Classes, order and words come in finished.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analysis.catalogue import Catalogue, Indicator
from analysis.language import (
    capital,
    class_text,
    interval_text,
    period_text,
    reason_text,
    value_text,
)
from analysis.language import gettext as _
from analysis.territory import Territory
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
    text_width,
)
from analysis.views.tables import told_apart
from analysis.views.theme import COMPARISONS, Mode, Palette, palette, symbols
from analysis.views.view import View

_WIDE, _NARROW = 1080.0, 350.0
_ROW, _LINE = 23.0, 15.0
_CELL, _WIDEST_CELL = 20.0, 46.0
_THEME = 17.0
"""Width of a rotated theme title of one line."""
_ROWS_PER_BAND = 40
"""After so many rows the column titles stand again."""
_TITLE, _THEME_SIZE = 12.5, 12.0
_LONGEST_THEME = 150.0
_SIDES = ("protective", "risk", "context")
_NEUTRAL = {"clearly_higher": "▲▲", "higher": "▲", "lower": "▼", "clearly_lower": "▼▼"}


@dataclass(frozen=True)
class _Column:
    """One indicator, or the rotated title of the theme that begins before it."""

    title: str
    width: float
    indicator: Indicator | None = None
    lines: tuple[str, ...] = ()


def in_columns(indicators: Sequence[Indicator], territory: Territory) -> list[Indicator]:
    """Return indicators by theme; within one what holds, then what weighs, then context."""
    order = {theme: place for place, (theme, _title) in enumerate(territory.settings.themes)}
    return sorted(
        indicators, key=lambda one: (order.get(one.theme, len(order)), _SIDES.index(one.factor))
    )


def heat_view(
    territory: Territory, compared: pd.DataFrame, areas: pd.DataFrame, mode: Mode, source: str,
    *, subline: str, notes: tuple[str, ...], filename: str,
) -> View:  # fmt: skip
    """Which figures differ from the benchmark, where, and how clearly?

    Parameters
    ----------
    territory
        Catalogue and themes.
    compared
        As :func:`analysis.comparison.cells` returns them, columns in the
        order of :func:`in_columns`.
    areas
        As :func:`analysis.comparison.areas_in_order` returns them.
    mode
        Light or dark.
    source, subline, notes, filename
        Of the view.
    """
    catalogue, needed = territory.catalogue, territory.settings.minimum_answers
    ids = list(dict.fromkeys(compared["indicator_id"]))
    words = [_words(row, catalogue, needed) for row in compared.to_dict("records")]
    said = compared.assign(words=words)
    wide, narrow = (
        _Heat(territory, said, areas, palette(mode), width).draw() for width in (_WIDE, _NARROW)
    )
    cells = said.pivot(index="area_id", columns="indicator_id", values="words")
    cells = cells.reindex(index=areas.index, columns=ids)
    titles = told_apart([catalogue[one] for one in ids])
    table = pd.DataFrame({_("Name"): areas["name"]}).join(cells.set_axis(titles, axis=1))
    return View(
        title=_("Where they differ"), subline=subline, picture=wide, narrow_picture=narrow,
        table=table, download=compared, source=source, alt=str(wide.layout.meta["alt"]),
        notes=notes, filename=filename,
    )  # fmt: skip


def _words(row: Mapping[Any, Any], catalogue: Catalogue, needed: float) -> str:
    """The comparison of a cell, or why there is none."""
    if row["reason"]:
        return reason_text(row["reason"], answers=row["denominator"], needed=needed)
    if row["class_"] == "not assessed":
        return reason_text(row["class_reason"] or "not_assessed")
    return class_text(row["class_"], catalogue[row["indicator_id"]])


def _state(row: Mapping[Any, Any]) -> str:
    """How a cell without a class is drawn."""
    states = ("suppressed", "missing", "not_applicable")
    return row["reason"] if row["reason"] in states else "not_assessed"


@dataclass
class _Heat:
    """A heat table in the making; x and y in px of the width it is laid out for."""

    territory: Territory
    compared: pd.DataFrame
    areas: pd.DataFrame
    colours: Palette
    width: float
    names: float = 0.0
    fills: dict[str, list[tuple[float, float, float, float]]] = field(default_factory=dict)
    heads: dict[str, list[tuple[float, float, float, float]]] = field(default_factory=dict)
    texts: dict[str, Texts] = field(default_factory=dict)
    spots: list[tuple[float, float, str]] = field(default_factory=list)
    rules: list[tuple[float, float, float, float]] = field(default_factory=list)
    rotated: list[dict[str, Any]] = field(default_factory=list)

    def draw(self) -> go.Figure:
        """Lay out all bands, draw them, and the key below."""
        records = self.compared.to_dict("records")
        self.cells = {(row["area_id"], row["indicator_id"]): row for row in records}
        longest = max((text_width(name, 13) for name in self.areas["name"]), default=60.0)
        self.names = min(longest + 10, 240.0 if self.width == _WIDE else 116.0)
        y = 0.0
        for columns in self.bands():
            for start in range(0, max(len(self.areas), 1), _ROWS_PER_BAND):
                y = self.band(columns, self.areas.iloc[start : start + _ROWS_PER_BAND], y) + 22
        y = self.key(y - 6)
        drawing = blank_drawing(y, self.colours, self.alt())
        drawing.update_xaxes(range=[0, self.width])
        drawing.update_yaxes(range=[y, 0])
        label_axes(drawing, _("indicators by theme"), _("areas"))
        draw_segments(drawing, self.rules, "rules", width=1, color=self.colours.rule)
        self.draw_cells(drawing)
        for factor, segments in self.heads.items():
            draw_segments(
                drawing, segments, f"head {factor}", width=3,
                color=factor_colour(self.colours, factor),
            )  # fmt: skip
        for texts in self.texts.values():
            texts.draw(drawing)
        drawing.annotations.extend(self.rotated)
        return drawing.figure()

    def draw_cells(self, drawing: Drawing) -> None:
        """Fill the cells, one trace a class, and let each say its words on hover."""
        ground = {"width": 1.5, "color": self.colours.background}
        for kind, boxes in self.fills.items():
            if kind in COMPARISONS:
                style: dict[str, Any] = {
                    "fillcolor": self.colours.comparison()[kind], "line": ground
                }  # fmt: skip
            elif kind in _NEUTRAL:
                style = {"fillcolor": self.colours.panel, "line": ground}
            else:
                style = {"line": ground, **state_style(self.colours, kind)}
            draw_boxes(drawing, boxes, kind, **style)
        drawing.add_scatter(
            x=[x for x, _y, _words in self.spots], y=[y for _x, y, _words in self.spots],
            mode="markers", name="cells", marker={"size": 18, "opacity": 0},
            hovertext=[words for _x, _y, words in self.spots],
            hovertemplate="%{hovertext}<extra></extra>", cliponaxis=False,
        )  # fmt: skip

    def bands(self) -> list[list[_Column]]:
        """Columns by theme, in as many bands as the width needs; a theme stays whole if it can."""
        ids = list(dict.fromkeys(self.compared["indicator_id"]))
        indicators = [self.territory.catalogue[one] for one in ids]
        titles = dict(self.territory.settings.themes)
        room = self.width - self.names
        bands: list[list[_Column]] = [[]]
        for theme, members in groupby(indicators, key=lambda one: one.theme):
            lines = text_lines(capital(_(titles.get(theme, theme))), _THEME_SIZE, _LONGEST_THEME)
            head = _Column("", _THEME + 14 * (len(lines) - 1) + 6, None, tuple(lines))
            block = [head, *(_Column(_(one.short_title), _CELL, one) for one in members)]
            used = sum(column.width for column in bands[-1])
            if bands[-1] and used + sum(column.width for column in block) > room:
                bands.append([])
                used = 0.0
            for column in block:
                if used + column.width > room:
                    bands.append([head])
                    used = head.width
                bands[-1].append(column)
                used += column.width
        return [band for band in bands if band]

    def band(self, columns: Sequence[_Column], areas: pd.DataFrame, top: float) -> float:
        """Place the titles and rows of one band; return where it ends."""
        indicators = [one for one in columns if one.indicator is not None]
        themes = sum(one.width for one in columns if one.indicator is None)
        room = self.width - self.names - themes
        cell = min(room / max(len(indicators), 1), _WIDEST_CELL)
        head = max(
            [text_width(one.title, _TITLE) for one in indicators]
            + [text_width(line, _THEME_SIZE) for one in columns for line in one.lines]
        ) + 14  # fmt: skip
        x, places = self.names, []
        for column in columns:
            if column.indicator is None:
                middle = x + column.width - 8 - 7 * (len(column.lines) - 1)
                self.turn(middle, top + head - 8, column.lines, theme=True)
                x += column.width
                continue
            self.turn(x + cell / 2, top + head - 8, (column.title,), theme=False)
            self.heads.setdefault(column.indicator.factor, []).append(
                (x + 1, x + cell - 1, top + head - 2, top + head - 2)
            )
            places.append((column.indicator, x, x + cell))
            x += cell
        y, group = top + head + 2, ""
        for area_id, name, of in areas[["name", "group"]].itertuples():
            if of and of != group:
                group = of
                self.text("groups", 0, y + 15, plain(of))
                y += 26
            lines = text_lines(str(name), 13, self.names - 6)
            height = max(_ROW, len(lines) * _LINE + 5)
            self.text("names", 0, y + height / 2, escaped(lines))
            for indicator, left, right in places:
                self.cell(str(area_id), str(name), indicator, (left, right, y, y + height))
            y += height
        return y

    def cell(
        self, area_id: str, name: str, indicator: Indicator, box: tuple[float, float, float, float]
    ) -> None:
        """Place one cell: its fill, its symbol, its words."""
        row = self.cells[area_id, indicator.indicator_id]
        kind = str(row["class_"])
        left, right, top, bottom = box
        x, y = (left + right) / 2, (top + bottom) / 2
        if kind == "not assessed":
            kind = _state(row)
        else:
            fill = self.colours.comparison().get(kind, self.colours.panel)
            sign = symbols()["comparison"].get(kind) or _NEUTRAL[kind]
            self.text(f"sign {self.colours.label_on(fill)}", x, y, sign)
        self.fills.setdefault(kind, []).append(box)
        self.spots.append((x, y, _hover(row, name, indicator)))

    def text(self, style: str, x: float, y: float, text: str) -> None:
        """Gather a text of one of the styles."""
        ink, grey = self.colours.ink, self.colours.ink_secondary
        if style not in self.texts:
            made = {
                "names": Texts("names", ink),
                "groups": Texts("groups", grey, 12.5, 600),
                "key": Texts("key", grey, 12.5),
            }
            sign = style.removeprefix("sign ")
            self.texts[style] = made.get(style) or Texts(style, sign, 11, position="middle center")
        self.texts[style].put(x, y, text)

    def turn(self, x: float, y: float, lines: Sequence[str], *, theme: bool) -> None:
        """A title that reads from below to above."""
        colour = self.colours.ink_secondary if theme else self.colours.ink
        size, weight = (_THEME_SIZE, 600) if theme else (_TITLE, 400)
        self.rotated.append(
            {
                "x": x, "y": y, "text": escaped(lines), "textangle": -90, "showarrow": False,
                "xanchor": "center", "yanchor": "bottom", "align": "left",
                "font": {"size": size, "color": colour, "weight": weight},
            }
        )  # fmt: skip

    def key(self, top: float) -> float:
        """Say what every colour, symbol and pattern means, as far as it occurs."""
        better = {
            "clearly_better": _("clearly more favourable"), "better": _("more favourable"),
            "similar": _("similar"), "worse": _("less favourable"),
            "clearly_worse": _("clearly less favourable"), "higher": _("context, higher"),
            "clearly_higher": _("context, clearly higher"), "lower": _("context, lower"),
            "clearly_lower": _("context, clearly lower"),
            "suppressed": _("hidden to protect people"), "not_assessed": _("not assessed"),
            "not_applicable": _("does not apply here"), "missing": _("no figure"),
        }  # fmt: skip
        factors = {
            "protective": _("holds"), "risk": _("weighs"), "context": _("context"),
        }  # fmt: skip
        x, y = 0.0, top + 14
        entries = [(kind, words) for kind, words in better.items() if kind in self.fills]
        entries += [(one, words) for one, words in factors.items() if one in self.heads]
        for kind, words in entries:
            wide = text_width(words, 12.5) + 50
            if x + wide > self.width and x:
                x, y = 0.0, y + 24
            if kind in factors:
                self.heads[kind].append((x, x + 24, y, y))
            else:
                self.fills[kind].append((x, x + 24, y - 9, y + 9))
                sign = symbols()["comparison"].get(kind) or _NEUTRAL.get(kind, "")
                fill = self.colours.comparison().get(kind, self.colours.panel)
                self.text(f"sign {self.colours.label_on(fill)}", x + 12, y, sign)
            self.text("key", x + 26, y, plain(words))
            x += wide
        return y + 18

    def alt(self) -> str:
        """Say how many cells are of which class."""
        counts = self.compared["class_"].value_counts()
        indicators = self.compared["indicator_id"].nunique()
        return _(
            "Table of {areas} areas and {indicators} indicators. Clearly more favourable"
            " {clearly_better}, more favourable {better}, similar {similar}, less favourable"
            " {worse}, clearly less favourable {clearly_worse}, not assessed {rest}."
        ).format(
            areas=len(self.areas), indicators=indicators, rest=int(counts.get("not assessed", 0)),
            **{one: int(counts.get(one, 0)) for one in COMPARISONS},
        )  # fmt: skip


def _hover(row: Mapping[Any, Any], name: str, indicator: Indicator) -> str:
    """A cell in words: area, indicator, figure with interval, benchmark, comparison."""
    said = [f"<b>{plain(name)}</b>", plain(_(indicator.title))]
    if not row["reason"]:
        figure = value_text(row["value"], indicator)
        if pd.notna(row["lower"]):
            figure += f" ({interval_text(row['lower'], row['upper'], indicator)})"
        figure += f", {period_text(row['period'])}"
        if row["status"] in HOLLOW:
            figure += f", {reason_text(row['status'])}"
        said.append(plain(figure))
        said.append(
            plain(_("benchmark {value}").format(value=value_text(row["benchmark"], indicator)))
        )
    said.append(plain(row["words"]))
    return "<br>".join(said)
