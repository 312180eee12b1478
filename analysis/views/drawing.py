"""What all figures have in common: escaped text, its width, ground, patterns, strokes.

Knows plotly's habits: it reads markup in every text, and cannot measure one
before it is drawn.
"""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import plotly.graph_objects as go

from analysis.views.theme import TYPEFACE, Palette

CLEAR = "rgba(0,0,0,0)"
HOLLOW = ("provisional", "estimated")
"""Statuses drawn hollow and dashed: the figure may still move."""

STATES = ("suppressed", "not_assessed", "not_applicable", "missing")
"""How a place without a figure is drawn."""

# ---------------------------------------------------------------- text in figures


def plain(text: object) -> str:
    """Return a text that plotly draws as it stands: its own markup is escaped.

    Examples
    --------
    >>> plain("<b>Mill & Row</b>")
    '&lt;b&gt;Mill &amp; Row&lt;/b&gt;'
    """
    return html.escape(str(text), quote=False)


_WIDTHS = {
    **dict.fromkeys("ijlI,.:;'|!· \u202f\u00a0", 0.27),
    **dict.fromkeys("ft()[]{}-r/", 0.34),
    **dict.fromkeys('sz"*?xcvyJLY–', 0.48),
    **dict.fromkeys("NUÜHOQÖDG&", 0.66),
    **dict.fromkeys("wMmW%@æ▶◀…", 0.85),
}


def text_width(text: str, size: float) -> float:
    """Estimate the drawn width in px, a little generously, from Source Sans' advance widths."""
    ems = sum(_WIDTHS.get(sign, 1.0 if ord(sign) > 0x2E7F else 0.56) for sign in text)
    return ems * size * 1.03


def _pieces(text: str, size: float, width: float) -> Iterator[str]:
    """Words of a text; a word wider than the column in pieces that fit it."""
    for word in text.split():
        while text_width(word, size) > width and len(word) > 1:
            fits = 1
            while fits < len(word) - 1 and text_width(word[: fits + 1], size) <= width:
                fits += 1
            yield word[:fits]
            word = word[fits:]
        yield word


def text_lines(text: str, size: float, width: float) -> list[str]:
    """Break a text into lines that fit a column of so many px; nothing is cut off."""
    lines: list[str] = []
    for piece in _pieces(text, size, width):
        if lines and text_width(f"{lines[-1]} {piece}", size) <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines or [""]


def escaped(lines: Iterable[str]) -> str:
    """Join lines of plain text into one text of a figure."""
    return "<br>".join(plain(line) for line in lines)


def titled_lines(title: str, unit: str, size: float, width: float, grey: str) -> list[str]:
    """Title in ink and its unit in grey, as escaped lines that fit a column."""
    words = [(piece, False) for piece in _pieces(title, size, width)]
    whole = text_width(unit, size) <= width
    words += [(piece, True) for piece in ([unit] if whole else _pieces(unit, size, width)) if piece]
    lines: list[list[tuple[str, bool]]] = []
    for word in words:
        if lines and text_width(" ".join(w for w, _is in [*lines[-1], word]), size) <= width:
            lines[-1].append(word)
        else:
            lines.append([word])
    written = []
    for line in lines or [[("", False)]]:
        ink = plain(" ".join(word for word, is_unit in line if not is_unit))
        rest = plain(" ".join(word for word, is_unit in line if is_unit))
        span = f'<span style="color:{grey}">{rest}</span>' if rest else ""
        written.append(" ".join(filter(None, (ink, span))))
    return written


# ---------------------------------------------------------------- figures in general


@dataclass
class Drawing:
    """A figure in the making: plain parts, checked by plotly once, when it is finished.

    Adding to a finished plotly figure checks and copies at each step; a page
    of sparklines would wait for it.
    """

    layout: dict[str, Any]
    data: list[dict[str, Any]] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)

    def add_scatter(self, **trace: Any) -> None:
        """Add points, lines, an area or texts."""
        self.data.append({"type": "scatter", **trace})

    def add_annotation(self, **note: Any) -> None:
        """Add one text at a place of its own."""
        self.annotations.append(note)

    def update_xaxes(self, **settings: Any) -> None:
        """Set properties of the x axis."""
        self.layout["xaxis"].update(settings)

    def update_yaxes(self, **settings: Any) -> None:
        """Set properties of the y axis."""
        self.layout["yaxis"].update(settings)

    def figure(self) -> go.Figure:
        """Return the finished figure."""
        return go.Figure(data=self.data, layout=self.layout | {"annotations": self.annotations})


def blank_drawing(
    height: float, colours: Palette, alt: str, *, margin: Mapping[str, float] | None = None
) -> Drawing:
    """An empty drawing in the product's look, hidden axes, alternative text in its meta."""
    axis = {"visible": False, "fixedrange": True, "showgrid": False, "zeroline": False}
    return Drawing(
        {
            # An empty template: plotly's own would bring other grids and colours.
            "template": {},
            "height": math.ceil(height),
            "margin": {"l": 0, "r": 0, "t": 0, "b": 0, "pad": 0, **(margin or {})},
            "paper_bgcolor": CLEAR,
            "plot_bgcolor": CLEAR,
            "showlegend": False,
            "dragmode": False,
            "hovermode": "closest",
            "font": {"family": TYPEFACE, "size": 13, "color": colours.ink},
            "hoverlabel": {
                "bgcolor": colours.background,
                "bordercolor": colours.border,
                "font": {"family": TYPEFACE, "size": 13, "color": colours.ink},
                "align": "left",
            },
            "xaxis": dict(axis),
            "yaxis": dict(axis),
            "meta": {"alt": alt},
        }
    )


def label_axes(drawing: Drawing, x: str, y: str) -> None:
    """Name both axes for machines and screen readers; the eye has the subline and the ticks."""
    hidden = {"size": 1, "color": CLEAR}
    drawing.update_xaxes(title={"text": plain(x), "font": hidden, "standoff": 0})
    drawing.update_yaxes(title={"text": plain(y), "font": hidden, "standoff": 0})


_SHAPES = {"dots": (".", 5, 0.35), "hatch": ("/", 7, 0.18), "lines": ("|", 6, 0.2)}


def state_style(colours: Palette, state: str) -> dict[str, Any]:
    """Fill of a state: dots for hidden, hatch for not assessed, an outline for no figure."""
    style = colours.status(state)
    if style.pattern not in _SHAPES:
        return {"fillcolor": style.fill or CLEAR, "line": {"width": 1, "color": style.outline}}
    shape, size, solidity = _SHAPES[style.pattern]
    return {
        "fillcolor": style.fill,
        "fillpattern": {
            "shape": shape,
            "fgcolor": style.pattern_colour,
            "bgcolor": style.fill,
            "size": size,
            "solidity": solidity,
            "fillmode": "replace",
        },
    }


def draw_boxes(
    drawing: Drawing, boxes: Sequence[tuple[float, float, float, float]], name: str, **style: Any
) -> None:
    """Filled rectangles (left, right, top, bottom) as one trace."""
    if not boxes:
        return
    x: list[float | None] = []
    y: list[float | None] = []
    for left, right, top, bottom in boxes:
        x += [left, right, right, left, left, None]
        y += [top, top, bottom, bottom, top, None]
    drawing.add_scatter(
        x=x, y=y, mode="lines", fill="toself", name=name, hoverinfo="skip", cliponaxis=False,
        **{"line": {"width": 0}, **style},
    )  # fmt: skip


def draw_segments(
    drawing: Drawing, segments: Sequence[tuple[float, float, float, float]], name: str, **line: Any
) -> None:
    """Straight lines (x0, x1, y0, y1) as one trace."""
    if not segments:
        return
    x: list[float | None] = []
    y: list[float | None] = []
    for x0, x1, y0, y1 in segments:
        x += [x0, x1, None]
        y += [y0, y1, None]
    drawing.add_scatter(
        x=x, y=y, mode="lines", name=name, hoverinfo="skip", line=line, cliponaxis=False
    )


@dataclass
class Texts:
    """Texts of one style, gathered and drawn as one trace."""

    name: str
    colour: str
    size: float = 13
    weight: int = 400
    position: str = "middle right"
    x: list[float] = field(default_factory=list)
    y: list[float] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def put(self, x: float, y: float, text: str) -> None:
        """Gather one text; it must be escaped already."""
        if text:
            self.x.append(x)
            self.y.append(y)
            self.text.append(text)

    def draw(self, drawing: Drawing) -> None:
        """Add what was gathered to the figure."""
        if self.text:
            drawing.add_scatter(
                x=self.x, y=self.y, text=self.text, mode="text", name=self.name,
                textposition=self.position, hoverinfo="skip", cliponaxis=False,
                textfont={"size": self.size, "color": self.colour, "weight": self.weight},
            )  # fmt: skip


def factor_colour(colours: Palette, factor: str) -> str:
    """The strong tone of risk, protection or context, legible as a line."""
    return colours.ramp(factor, 5)[3]


def class_symbol(class_: str) -> str:
    """Marker of a benchmark class: it points to the side the value lies on."""
    if class_ == "similar":
        return "circle"
    return "triangle-right" if class_.endswith("better") else "triangle-left"
