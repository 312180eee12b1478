"""Areas as points: two indicators against each other, and one against the size it rests on.

Knows how points, whiskers and names share a plane. What differs, what lies
outside of chance and what it is called comes in finished.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from analysis.catalogue import Indicator
from analysis.comparison import Funnel
from analysis.language import (
    class_text,
    interval_text,
    ngettext,
    number,
    period_text,
    reason_text,
    unit_text,
    value_text,
)
from analysis.language import gettext as _
from analysis.picture import Figures
from analysis.views.charts import round_ticks, tick_labels
from analysis.views.drawing import (
    HOLLOW,
    blank_drawing,
    draw_segments,
    label_axes,
    plain,
    text_width,
)
from analysis.views.tables import told_apart
from analysis.views.theme import COMPARISONS, Mode, Palette, palette
from analysis.views.view import View

_WIDE, _NARROW = 1080.0, 350.0
_HEIGHT, _TOP, _BOTTOM = 460.0, 30.0, 50.0
_SIZE = 12.5
_MOST_NAMES = 40
_LOG_FROM = 30
"""Where the largest area has so many times the smallest one's size, sizes are spread evenly."""


class _Plane:
    """A drawing with two round axes, and the names of points where there is room for them."""

    def __init__(
        self, colours: Palette, alt: str, width: float, x: Sequence[float], y: Sequence[float],
        *, log: bool = False,
    ) -> None:  # fmt: skip
        self.colours, self.width, self.log = colours, width, log
        self.x, self.y = (x[0], x[-1]), (y[0], y[-1])
        self.taken: list[tuple[float, float, float, float]] = []
        self.lines: list[tuple[float, float, float, float]] = []
        self.unnamed = 0
        self.drawing = blank_drawing(_HEIGHT, colours, alt)

    def axes(
        self, x: Sequence[float], x_labels: Sequence[str], y: Sequence[float],
        y_labels: Sequence[str], x_title: str, y_title: str,
    ) -> None:  # fmt: skip
        """Round ticks on both axes; what they measure stands at their ends."""
        colours = self.colours
        quiet = {"size": 13, "color": colours.ink_secondary}
        left = max(text_width(label, 13) for label in y_labels) + 12
        self.left, self.right = left, 18.0
        self.drawing.layout["margin"] |= {"l": left, "r": 18, "t": _TOP, "b": _BOTTOM}
        span = [math.log10(one) for one in self.x] if self.log else list(self.x)
        room = (self.y[1] - self.y[0]) * 0.01
        self.drawing.update_xaxes(
            visible=True, range=span, type="log" if self.log else "linear", tickvals=list(x),
            ticktext=[plain(one) for one in x_labels], tickfont=quiet, ticks="", tickangle=0,
        )  # fmt: skip
        self.drawing.update_yaxes(
            visible=True, range=[self.y[0] - room, self.y[1] + room], showgrid=True,
            gridcolor=colours.rule, tickvals=list(y), ticktext=[plain(one) for one in y_labels],
            tickfont=quiet, ticks="",
        )  # fmt: skip
        label_axes(self.drawing, x_title, y_title)
        ink = {"size": 13, "color": colours.ink}
        self.drawing.add_annotation(
            text=plain(y_title), xref="paper", yref="paper", x=0, y=1, xanchor="left",
            yanchor="bottom", yshift=8, xshift=-left, showarrow=False, font=ink,
        )  # fmt: skip
        self.drawing.add_annotation(
            text=plain(f"{x_title} →"), xref="paper", yref="paper", x=1, y=0, xanchor="right",
            yanchor="top", yshift=-24, xshift=14, showarrow=False, font=ink,
        )  # fmt: skip

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Place of a point in px of the nominal width, from the left and the top."""
        low, high = self.x
        share = math.log(x / low) / math.log(high / low) if self.log else (x - low) / (high - low)
        across = self.width - self.left - self.right
        down = _HEIGHT - _TOP - _BOTTOM
        return share * across, (self.y[1] - y) / (self.y[1] - self.y[0]) * down

    def keep_free(self, points: Iterable[tuple[float, float]]) -> None:
        """No name is written over these points."""
        for x, y in points:
            px, py = self.at(x, y)
            self.taken.append((px - 5, px + 5, py - 5, py + 5))

    def keep_off(self, segments: Iterable[tuple[float, float, float, float]]) -> None:
        """A name lies on these lines (x0, x1, y0, y1) only where there is no other room."""
        for x0, x1, y0, y1 in segments:
            (left, top), (right, bottom) = self.at(x0, y0), self.at(x1, y1)
            across, down = sorted((left, right)), sorted((top, bottom))
            self.lines.append((across[0] - 1, across[1] + 1, down[0] - 1, down[1] + 1))

    def name(self, text: str, x: float, y: float) -> None:
        """Write a name beside its point, where it covers nothing; else count it as unnamed."""
        px, py = self.at(x, y)
        wide = text_width(text, _SIZE)
        places = [
            (anchor, left, py + above)
            for above in (-19.0, 3.0, -8.0)
            for anchor, left in (("left", px + 6), ("right", px - 6 - wide))
        ]
        for blocked in ([*self.taken, *self.lines], self.taken):
            for anchor, left, top in places:
                box = (left, left + wide, top, top + 16)
                if self._inside(box) and not any(_overlap(box, other) for other in blocked):
                    self.taken.append(box)
                    self.drawing.add_annotation(
                        text=plain(text), x=math.log10(x) if self.log else x, y=y,
                        xanchor=anchor, yanchor="middle", xshift=6 if anchor == "left" else -6,
                        yshift=py - top - 8, showarrow=False,
                        font={"size": _SIZE, "color": self.colours.ink},
                    )  # fmt: skip
                    return
        self.unnamed += 1

    def _inside(self, box: tuple[float, float, float, float]) -> bool:
        across, down = self.width - self.left - self.right, _HEIGHT - _TOP - _BOTTOM
        return box[0] >= -4 and box[1] <= across + self.right and -12 <= box[2] <= down - 12


def _overlap(
    one: tuple[float, float, float, float], other: tuple[float, float, float, float]
) -> bool:
    return one[0] < other[1] and other[0] < one[1] and one[2] < other[3] and other[2] < one[3]


def _titled(indicator: Indicator) -> str:
    return f"{_(indicator.short_title)}, {unit_text(indicator)}"


def _not_named(count: int) -> tuple[str, ...]:
    if not count:
        return ()
    said = ngettext(
        "{n} name would cover others; it stands in the table.",
        "{n} names would cover others; they stand in the table.",
        count,
    )
    return (said.format(n=count),)


# ---------------------------------------------------------------- two indicators


def pair_view(
    one: Figures, other: Figures, together: pd.DataFrame, mode: Mode, source: str, level_words: str
) -> View:
    """Do two figures stand together in the same places? With both intervals, without a line.

    Parameters
    ----------
    one, other
        On the upright and the level axis.
    together
        As :func:`analysis.comparison.pair` returns them.
    mode, source, level_words
        Of the view.
    """
    drawn = together[together["both"]]
    alt = _("{one} against {other}: {n} of {total} {level} have both figures.").format(
        one=_(one.indicator.title), other=_(other.indicator.title), n=len(drawn),
        total=len(together), level=level_words,
    )  # fmt: skip
    wide, unnamed = _pair_figure(one, other, drawn, palette(mode), alt, _WIDE / 2)
    narrow, _unnamed = _pair_figure(one, other, drawn, palette(mode), alt, _NARROW)
    absent = len(together) - len(drawn)
    notes = [
        _("Cross: both 95 % intervals; blue more favourable than the benchmark, plum less, darker"
          " clearly, grey similar. Named where clearly different. Dotted: the benchmarks."),
        *_not_named(unnamed),
    ]  # fmt: skip
    if absent:
        notes.append(
            _("{n} {level} lack one of the two figures; the reason stands in the table.").format(
                n=absent, level=level_words
            )
        )
    return View(
        title=_("{one} × {other}").format(
            one=_(one.indicator.short_title), other=_(other.indicator.short_title)
        ),
        subline=" · ".join(
            [
                f"{unit_text(one.indicator)}, {period_text(one.period)}",
                f"{unit_text(other.indicator)}, {period_text(other.period)}",
                level_words,
            ]
        ),
        picture=wide, narrow_picture=narrow, table=_pair_table(one, other, together),
        download=together.reset_index(names="area_id"), source=source, alt=alt,
        notes=tuple(notes), licence=one.indicator.licence,
        filename=f"{one.indicator.indicator_id}_{other.indicator.indicator_id}_{one.level}",
    )  # fmt: skip


def _pair_figure(
    one: Figures, other: Figures, drawn: pd.DataFrame, colours: Palette, alt: str, width: float
) -> tuple[go.Figure, int]:
    """Points with both whiskers; returns the figure and how many names found no room."""
    y, x = (_extent_ticks(drawn, found, s) for found, s in ((one, "_one"), (other, "_other")))
    plane = _Plane(colours, alt, width, x, y)
    x_shown = x[::2] if width == _NARROW and len(x) > 5 else x
    plane.axes(
        x_shown, tick_labels(x_shown, other.indicator), y, tick_labels(y, one.indicator),
        _titled(other.indicator), _titled(one.indicator),
    )  # fmt: skip
    _benchmark_lines(plane, one, other)
    records = drawn.to_dict("records")
    for class_ in ("similar", "better", "worse", "clearly_better", "clearly_worse"):
        colour = _class_colour(colours, class_)
        segments = [
            (r["lower_other"], r["upper_other"], r["value_one"], r["value_one"])
            for r in records
            if _class_of(r["class__other"]) == class_ and pd.notna(r["lower_other"])
        ] + [
            (r["value_other"], r["value_other"], r["lower_one"], r["upper_one"])
            for r in records
            if _class_of(r["class__one"]) == class_ and pd.notna(r["lower_one"])
        ]
        width_ = 2.0 if class_.startswith("clearly") else 1.25
        draw_segments(plane.drawing, segments, f"interval {class_}", width=width_, color=colour)
        plane.keep_off(segments)
    hollow = [r["status_one"] in HOLLOW or r["status_other"] in HOLLOW for r in records]
    plane.drawing.add_scatter(
        x=[r["value_other"] for r in records], y=[r["value_one"] for r in records],
        mode="markers", name="points", cliponaxis=False,
        marker={
            "size": 8, "color": [colours.background if one_ else colours.ink for one_ in hollow],
            "line": {"width": 1.5, "color": colours.ink},
        },
        hovertext=[_pair_hover(r, one, other) for r in records],
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip
    plane.keep_free((r["value_other"], r["value_one"]) for r in records)
    named = [r for r in records if r["named"]]
    for r in named[:_MOST_NAMES]:
        plane.name(str(r["name"]), r["value_other"], r["value_one"])
    return plane.drawing.figure(), plane.unnamed + max(0, len(named) - _MOST_NAMES)


def _extent_ticks(drawn: pd.DataFrame, found: Figures, suffix: str) -> list[float]:
    columns = [f"{name}{suffix}" for name in ("value", "lower", "upper")]
    mark = found.benchmark.value if found.benchmark else np.nan
    numbers = np.append(drawn[columns].to_numpy(dtype="float64").ravel(), mark)
    return round_ticks(float(np.nanmin(numbers)), float(np.nanmax(numbers)), found.indicator)


def _benchmark_lines(plane: _Plane, one: Figures, other: Figures) -> None:
    """A dotted line through each benchmark, with its name and value."""
    colours = plane.colours
    grey = {"size": 12, "color": colours.ink_secondary}
    line = {"width": 1.5, "color": colours.ink_secondary, "dash": "2px,3px"}
    if one.benchmark is not None and np.isfinite(one.benchmark.value):
        y = one.benchmark.value
        draw_segments(plane.drawing, [(*plane.x, y, y)], "benchmark", **line)
        text = f"{one.benchmark.name} {value_text(y, one.indicator)}"
        px = plane.width - plane.left - plane.right
        py = plane.at(plane.x[1], y)[1]
        plane.taken.append((px - text_width(text, 12), px, py - 18, py))
        plane.drawing.add_annotation(
            text=plain(text), x=plane.x[1], y=y, xanchor="right", yanchor="bottom",
            showarrow=False, font=grey,
        )  # fmt: skip
    if other.benchmark is not None and np.isfinite(other.benchmark.value):
        x = other.benchmark.value
        draw_segments(plane.drawing, [(x, x, *plane.y)], "benchmark", **line)
        text = f"{other.benchmark.name} {value_text(x, other.indicator)}"
        px = plane.at(x, plane.y[1])[0]
        wide = text_width(text, 12)
        left = px + wide < plane.width - plane.left - plane.right
        plane.taken.append((px, px + wide + 4, 0, 18) if left else (px - wide - 4, px, 0, 18))
        plane.drawing.add_annotation(
            text=plain(text), x=x, y=plane.y[1], xanchor="left" if left else "right",
            yanchor="top", xshift=3 if left else -3, showarrow=False, font=grey,
        )  # fmt: skip


def _class_of(class_: str) -> str:
    """Colour class of a comparison; without a direction and where there is none, plain grey."""
    return class_ if class_ in COMPARISONS else "similar"


def _class_colour(colours: Palette, class_: str) -> str:
    return colours.border if class_ == "similar" else colours.comparison()[class_]


def _pair_hover(row: Mapping[Any, Any], one: Figures, other: Figures) -> str:
    said = [f"<b>{plain(row['name'])}</b>"]
    for found, suffix in ((one, "_one"), (other, "_other")):
        figure = _figure_words(row, suffix, found.indicator)
        if row[f"class_{suffix}"] != "not assessed":
            figure += f", {class_text(row[f'class_{suffix}'], found.indicator)}"
        said.append(plain(f"{_(found.indicator.short_title)}: {figure}"))
    return "<br>".join(said)


def _figure_words(row: Mapping[Any, Any], suffix: str, indicator: Indicator) -> str:
    if row[f"reason{suffix}"]:
        return reason_text(row[f"reason{suffix}"])
    figure = value_text(row[f"value{suffix}"], indicator)
    if pd.notna(row[f"lower{suffix}"]):
        low, high = row[f"lower{suffix}"], row[f"upper{suffix}"]
        figure += f" ({interval_text(low, high, indicator)})"
    return figure


def _pair_table(one: Figures, other: Figures, together: pd.DataFrame) -> pd.DataFrame:
    records = together.to_dict("records")
    table = {_("Name"): [str(row["name"]) for row in records]}
    titles = told_apart([one.indicator, other.indicator])
    for found, suffix, title in zip((one, other), ("_one", "_other"), titles, strict=True):
        table[title] = [_figure_words(row, suffix, found.indicator) for row in records]
        table[_("{title}, compared").format(title=title)] = [
            reason_text("not_assessed")
            if row[f"class_{suffix}"] == "not assessed"
            else class_text(row[f"class_{suffix}"], found.indicator)
            for row in records
        ]
    return pd.DataFrame(table)


# ---------------------------------------------------------------- the funnel


def funnel_view(found: Figures, drawn: Funnel, mode: Mode, source: str, level_words: str) -> View:
    """Which areas lie further from the benchmark than their size explains?

    Parameters
    ----------
    found
        The figures.
    drawn
        As :func:`analysis.comparison.funnel` returns it, with limits.
    mode, source, level_words
        Of the view.
    """
    points = drawn.points[drawn.points["reason"] == ""]
    alt = _(
        "Funnel of {title}: {n} {level} by size. {far} lie outside the 99.8 % limits, {near} more"
        " outside the 95 % limits."
    ).format(
        title=_(found.indicator.title), n=len(points), level=level_words,
        far=int((points["outside"] == "99.8 %").sum()),
        near=int((points["outside"] == "95 %").sum()),
    )  # fmt: skip
    wide, unnamed = _funnel_figure(found, drawn, points, palette(mode), alt, _WIDE / 2)
    narrow, _unnamed = _funnel_figure(found, drawn, points, palette(mode), alt, _NARROW)
    absent = len(drawn.points) - len(points)
    notes = [
        _("Lines: how far areas of a size stray by chance, 95 % of them within the inner, 99.8 %"
          " within the outer lines. Triangles lie outside and are named."),
        *_not_named(unnamed),
    ]  # fmt: skip
    if absent:
        notes.append(
            _("{n} {level} have no point; the reason stands in the table.").format(
                n=absent, level=level_words
            )
        )
    table = pd.DataFrame(
        {
            _("Name"): drawn.points["name"],
            _(found.indicator.short_title): [
                value_text(row["value"], found.indicator, row["reason"])
                for row in drawn.points.to_dict("records")
            ],
            _("Rests on"): [
                number(size, 0) if pd.notna(size) else reason_text(reason or "no_denominator")
                for size, reason in zip(
                    drawn.points["denominator"], drawn.points["reason"], strict=True
                )
            ],
            _("Outside"): [
                _("beyond {limits}").format(limits=one) if one else "–"
                for one in drawn.points["outside"]
            ],
        }
    )
    assert found.benchmark is not None
    return View(
        title=_(found.indicator.title),
        subline=" · ".join(
            [
                unit_text(found.indicator), period_text(found.period), level_words,
                f"{found.benchmark.name} {value_text(drawn.benchmark, found.indicator)}",
            ]
        ),
        picture=wide, narrow_picture=narrow, table=table, source=source, alt=alt,
        download=drawn.points.reset_index(names="area_id"), notes=tuple(notes),
        licence=found.indicator.licence,
        filename=f"funnel_{found.indicator.indicator_id}_{found.level}_{found.period}".replace(
            "/", "-"
        ),
    )  # fmt: skip


def _funnel_figure(
    found: Figures, drawn: Funnel, points: pd.DataFrame, colours: Palette, alt: str, width: float
) -> tuple[go.Figure, int]:
    indicator, limits = found.indicator, drawn.limits
    numbers = np.concatenate([points["value"], [drawn.benchmark]])
    reach = float(np.abs(numbers - drawn.benchmark).max()) * 1.15
    middle = float(limits[["upper_998"]].median().iloc[0]) - drawn.benchmark
    reach = max(reach, middle)
    y = round_ticks(max(0.0, drawn.benchmark - reach), drawn.benchmark + reach, indicator)
    sizes = limits["denominator"]
    log = sizes.max() / sizes.min() > _LOG_FROM
    x = _log_ticks(sizes.min(), sizes.max()) if log else _size_ticks(sizes.max())
    plane = _Plane(
        colours, alt, width, [sizes.min(), sizes.max()] if log else [0.0, sizes.max()], y, log=log
    )  # fmt: skip
    words = [number(one, 0) for one in x]
    plane.axes(x, words, y, tick_labels(y, indicator), _("number it rests on"), _titled(indicator))
    _draw_limits(plane, drawn, y)
    grey = {"size": 12, "color": colours.ink_secondary}
    draw_segments(
        plane.drawing, [(*plane.x, drawn.benchmark, drawn.benchmark)], "benchmark", width=1.5,
        color=colours.ink_secondary, dash="2px,3px",
    )  # fmt: skip
    _funnel_points(plane, found, drawn, points)
    plane.drawing.add_annotation(
        text=plain(found.benchmark.name if found.benchmark else ""), y=drawn.benchmark,
        x=math.log10(plane.x[1]) if log else plane.x[1], xanchor="right", yanchor="top",
        showarrow=False, font=grey,
    )  # fmt: skip
    return plane.drawing.figure(), plane.unnamed


def _draw_limits(plane: _Plane, drawn: Funnel, y: Sequence[float]) -> None:
    """The four lines, each named at its end."""
    colours, limits = plane.colours, drawn.limits
    last = limits.iloc[-1]
    x = float(last["denominator"])
    ends = [
        plane.at(x, float(one))[1] for one in (last["upper_998"], last["upper"], drawn.benchmark)
    ]
    room = min(lower - upper for upper, lower in pairwise(ends)) >= 16
    for name, words, dash in (("", "95 %", "solid"), ("_998", "99.8 %", "6px,4px")):
        for side in ("lower", "upper"):
            line = limits[f"{side}{name}"]
            inside = line.where((line >= y[0]) & (line <= y[-1]))
            plane.drawing.add_scatter(
                x=limits["denominator"], y=inside, mode="lines", name=f"limit {words}",
                line={"width": 1.25, "color": colours.border, "dash": dash}, hoverinfo="skip",
            )  # fmt: skip
            along = list(zip(limits["denominator"], line, strict=True))
            plane.keep_off((x0, x1, y0, y1) for (x0, y0), (x1, y1) in pairwise(along))
        at = float(last[f"upper{name}"])
        if room and at <= y[-1]:
            plane.drawing.add_annotation(
                text=words, x=math.log10(x) if plane.log else x, y=at, xanchor="right",
                yanchor="bottom" if name else "top", showarrow=False,
                font={"size": 12, "color": colours.ink_faint},
            )  # fmt: skip
            px, py = plane.at(x, at)
            plane.taken.append((px - 44, px, *((py - 18, py) if name else (py, py + 18))))


def _funnel_points(plane: _Plane, found: Figures, drawn: Funnel, points: pd.DataFrame) -> None:
    colours, indicator = plane.colours, found.indicator
    kinds = {"": ("similar", 8), "95 %": ("", 10), "99.8 %": ("clearly_", 12)}
    plane.keep_free(zip(points["denominator"], points["value"], strict=True))
    for outside, (prefix, size) in kinds.items():
        for above in (False, True):
            part = points[
                (points["outside"] == outside) & ((points["value"] > drawn.benchmark) == above)
            ]
            if part.empty:
                continue
            good = (indicator.favourable > 0) == above
            kind = prefix if not outside else f"{prefix}{'better' if good else 'worse'}"
            colour = colours.comparison()[kind] if indicator.favourable else colours.ink_faint
            edge = colours.border if not outside else colour
            hollow = part["status"].isin(HOLLOW)
            symbol = "circle" if not outside else "triangle-up" if above else "triangle-down"
            plane.drawing.add_scatter(
                x=part["denominator"], y=part["value"], mode="markers", cliponaxis=False,
                name=f"{outside} {'above' if above else 'below'}".strip(),
                marker={
                    "size": size, "symbol": symbol, "line": {"width": 1.5, "color": edge},
                    "color": [colours.background if one else colour for one in hollow],
                },
                hovertext=[
                    _funnel_hover(row, indicator) for row in part.to_dict("records")
                ],
                hovertemplate="%{hovertext}<extra></extra>",
            )  # fmt: skip
    named = points[points["outside"] != ""].sort_values("outside", key=lambda one: one != "99.8 %")
    for row in named.head(_MOST_NAMES).to_dict("records"):
        plane.name(str(row["name"]), row["denominator"], row["value"])
    plane.unnamed += max(0, len(named) - _MOST_NAMES)


def _funnel_hover(row: Mapping[Any, Any], indicator: Indicator) -> str:
    said = [
        f"<b>{plain(row['name'])}</b>",
        plain(
            _("{value}, resting on {size}").format(
                value=value_text(row["value"], indicator), size=number(row["denominator"], 0)
            )
        ),
    ]
    if row["outside"]:
        said.append(plain(_("outside the {limits} limits").format(limits=row["outside"])))
    if row["status"] in HOLLOW:
        said.append(plain(reason_text(row["status"])))
    return "<br>".join(said)


def _size_ticks(largest: float) -> list[float]:
    """Round sizes from zero on."""
    power = 10.0 ** math.floor(math.log10(largest / 4))
    step = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= largest / 5)
    return [step * place for place in range(int(largest / step) + 1)]


def _log_ticks(smallest: float, largest: float) -> list[float]:
    """Sizes of one leading digit between two sizes."""
    powers = range(math.floor(math.log10(smallest)), math.ceil(math.log10(largest)) + 1)
    every = [digit * 10.0**power for power in powers for digit in (1, 2, 5)]
    return [one for one in every if smallest <= one <= largest]
