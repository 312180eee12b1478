"""Slides of a presentation: one message a screen, as HTML whose every size follows the screen.

Knows how a figure is drawn so that its words keep their share of the screen's
height on any screen: lines and bands are a picture without a word, stretched
to the room there is; words and points are laid over it. Sizes, colours and
places of the parts stand in the style sheet of the page; all text is escaped
here.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd

from analysis import language
from analysis.catalogue import Indicator
from analysis.language import gettext as _
from analysis.views import charts, maps
from analysis.views.area_maps import MapView
from analysis.views.drawing import HOLLOW, factor_colour, text_lines, text_width
from analysis.views.theme import TYPEFACE, Mode, palette

TEXT = 2.4
"""Height of the smallest type, in hundredths of the screen's height."""
_PLOT = 30.0
"""The least height of a plot in the same measure; names at line ends are parted for it."""
_NAME_WIDTH = 19.0
_LINE = 3.0


@dataclass(frozen=True)
class Slide:
    """One screen.

    Parameters
    ----------
    kicker
        A word above the title: what kind of message it is.
    title, sentences
        The message, and what stands behind it.
    body
        HTML of the pictures, made by this module.
    foot
        Source, certainty and caution.
    """

    kicker: str
    title: str
    sentences: tuple[str, ...]
    body: str
    foot: str


def slide_html(slide: Slide, mode: Mode, place: str) -> str:
    """Return a slide as one element that covers the page.

    Parameters
    ----------
    place
        Where it stands among the others, such as *3 of 12*.
    """
    colours = palette(mode)
    style = ";".join(
        f"--gw-{name}:{value}"
        for name, value in (
            ("ground", colours.background), ("ink", colours.ink),
            ("quiet", colours.ink_secondary), ("rule", colours.rule), ("type", TYPEFACE),
        )
    )  # fmt: skip
    said = "".join(f"<p>{escape(one)}</p>" for one in slide.sentences)
    return (
        f'<div class="gw-slide" style="{escape(style)}">'
        f'<div class="gw-kicker"><span>{escape(slide.kicker)}</span><span>{escape(place)}</span>'
        f"</div><h1>{escape(slide.title)}</h1>"
        f'<div class="gw-said">{said}</div><div class="gw-body">{slide.body}</div>'
        f'<div class="gw-foot">{escape(slide.foot)}</div></div>'
    )


def beside(*parts: str) -> str:
    """Return parts of a body beside each other, at one size."""
    return f'<div class="gw-beside">{"".join(f"<div>{one}</div>" for one in parts)}</div>'


def part(title: str, subline: str, picture: str) -> str:
    """Return a picture with its title and subline."""
    below = f'<div class="gw-subline">{escape(subline)}</div>' if subline else ""
    return f"<h2>{escape(title)}</h2>{below}{picture}"


def words(sentence: str) -> str:
    """Return a sentence in the place of a picture."""
    return f'<p class="gw-instead">{escape(sentence)}</p>'


# ---------------------------------------------------------------- a course


def course(
    rows: pd.DataFrame,
    indicator: Indicator,
    mode: Mode,
    *,
    name: str,
    benchmark: pd.DataFrame,
    benchmark_name: str,
) -> str:
    """Return the course of one area with its 95 % band, and that of its benchmark.

    Parameters
    ----------
    rows
        One row per period, in time order: ``period, value, lower, upper,
        status, break``.
    benchmark
        The same of the area compared with; may be empty.

    Returns
    -------
    str
        From zero where zero has a meaning; a gap where a value is missing; a
        single point with its whisker where there is only one. A sentence
        where there is no value at all.
    """
    kept = rows[rows["value"].notna()]
    if kept.empty:
        return words(_("No figure to draw: {reason}.").format(
            reason=language.reason_text("not_assessed")))  # fmt: skip
    colours = palette(mode)
    colour = factor_colour(colours, indicator.factor)
    compared = benchmark[benchmark["value"].notna() & benchmark["period"].isin(rows["period"])]
    extent = charts.extent_of([kept, compared[["value"]]])
    assert extent is not None
    ticks = charts.round_ticks(*extent, indicator)
    times = charts.times_of(rows["period"])
    step = charts.STEPS[indicator.frequency]
    grid = _Grid(times.min() - step / 4, times.max() + step / 4, ticks[0], ticks[-1])
    drawn = [_path(grid, [(grid.left, t), (grid.right, t)], colours.rule, 0.4) for t in ticks]
    for run in charts.runs_of(rows, step):
        drawn += _run(grid, run, colour)
    for run in charts.runs_of(_whole(compared), step):
        points = list(zip(charts.times_of(run["period"]), run["value"], strict=True))
        if len(points) == 1:
            points = [(grid.left, points[0][1]), (grid.right, points[0][1])]
        drawn.append(_path(grid, points, colours.ink_secondary, 0.8, dash="0.1 2.2"))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" preserveAspectRatio="none">'
        f"{''.join(drawn)}</svg>"
    )
    over = [*_tick_labels(grid, ticks, indicator), *_period_labels(grid, rows["period"])]
    over += [_dot(grid, row, colour, colours.background) for row in kept.to_dict("records")]
    ends = [(name, kept, colour, 600)]
    if not compared.empty:
        ends.append((benchmark_name, compared, colours.ink_secondary, 400))
    over += _end_labels(grid, ends, indicator)
    alt = charts.line_chart(
        rows.assign(area_id="", name=name), indicator, mode, benchmark=benchmark,
        benchmark_name=benchmark_name,
    ).layout.meta["alt"]  # fmt: skip
    return (
        '<div class="gw-course"><div class="gw-plot">'
        f'<img alt="{escape(str(alt))}" src="{maps.svg_address(svg)}">{"".join(over)}</div></div>'
    )


@dataclass(frozen=True)
class _Grid:
    """From years and values to hundredths of the plot, from its upper left corner."""

    left: float
    right: float
    low: float
    high: float

    def x(self, time: float) -> float:
        return 100 * (time - self.left) / (self.right - self.left)

    def y(self, value: float) -> float:
        return 100 * (self.high - value) / (self.high - self.low)


def _whole(rows: pd.DataFrame) -> pd.DataFrame:
    return rows if "break" in rows else rows.assign(**{"break": False})


def _path(
    grid: _Grid, points: Sequence[tuple[float, float]], colour: str, width: float, *, dash: str = "",
    fill: str = "none",
) -> str:  # fmt: skip
    """A line; its width is in hundredths of the plot's height, however it is stretched."""
    line = " ".join(f"{grid.x(time):.2f} {grid.y(value):.2f}" for time, value in points)
    dashes = f";stroke-dasharray:{','.join(f'{one}vh' for one in dash.split())}" if dash else ""
    return (
        f'<path d="M{line}" fill="{fill}" stroke="{colour}" stroke-linecap="round" '
        f'stroke-linejoin="round" vector-effect="non-scaling-stroke" '
        f'style="stroke-width:{width}vh{dashes}"/>'
    )


def _run(grid: _Grid, run: pd.DataFrame, colour: str) -> list[str]:
    """Band and line of one stretch; a whisker where it is a single point."""
    times = charts.times_of(run["period"])
    known = run["lower"].notna() & run["upper"].notna()
    drawn = []
    if len(run) == 1 and known.all():
        time = float(times.iloc[0])
        ends = [(time, float(run[one].iloc[0])) for one in ("lower", "upper")]
        drawn.append(_path(grid, ends, colour, 1.2))
    for _number, part_ in run[known].groupby((~known).cumsum()[known], sort=True):
        if len(part_) > 1:
            when = times[part_.index].tolist()
            outline = [*zip(when, part_["upper"], strict=True),
                       *zip(when[::-1], part_["lower"].tolist()[::-1], strict=True)]  # fmt: skip
            drawn.append(_path(grid, outline, "none", 0, fill=charts.translucent(colour, 0.18)))
    values = list(zip(times, run["value"], strict=True))
    hollow = run["status"].isin(HOLLOW).tolist()
    for start in range(len(values) - 1):
        dash = "3 2" if hollow[start + 1] else ""
        drawn.append(_path(grid, values[start : start + 2], colour, 1.1, dash=dash))
    return drawn


def _dot(grid: _Grid, row: dict, colour: str, ground: str) -> str:
    fill = ground if row["status"] in HOLLOW else colour
    x, y = grid.x(charts.time_of(row["period"])), grid.y(row["value"])
    return (
        f'<i class="gw-dot" style="left:{x:.2f}%;top:{y:.2f}%;background:{fill};'
        f'border-color:{colour}"></i>'
    )


def _tick_labels(grid: _Grid, ticks: Sequence[float], indicator: Indicator) -> list[str]:
    labels = charts.tick_labels(ticks, indicator)
    return [
        f'<span class="gw-tick" style="top:{grid.y(tick):.2f}%">{escape(label)}</span>'
        for tick, label in zip(ticks, labels, strict=True)
    ]


def _period_labels(grid: _Grid, periods: pd.Series) -> list[str]:
    """First and last period, and between them as many as fit a wide screen."""
    distinct = sorted(set(periods), key=charts.time_of)
    labels = [language.period_text(one, short=True) for one in distinct]
    room = max(1, int(44 / (max(text_width(one, TEXT) for one in labels) + 2)))
    every = max(1, math.ceil((len(distinct) - 1) / max(room - 1, 1)))
    kept = range((len(distinct) - 1) % every, len(distinct), every)
    return [
        f'<span class="gw-period{"" if place in (kept[0], kept[-1]) else " gw-between"}" '
        f'style="left:{grid.x(charts.time_of(distinct[place])):.2f}%">{escape(labels[place])}</span>'
        for place in kept
    ]


def _end_labels(
    grid: _Grid, ends: Sequence[tuple[str, pd.DataFrame, str, int]], indicator: Indicator
) -> list[str]:
    """Names and last values at the right, pushed apart where they would overlap."""
    lines, wanted = [], []
    for name, rows, _colour, _weight in ends:
        value = language.value_text(rows["value"].iloc[-1], indicator)
        lines.append([*text_lines(name, TEXT, _NAME_WIDTH), value])
        wanted.append(_PLOT * (100 - grid.y(rows["value"].iloc[-1])) / 100)
    sizes = [len(one) * _LINE for one in lines]
    placed = charts.spread_apart(wanted, sizes)
    # None below the plot: there the last period has its place.
    lowest = min(at - size / 2 for at, size in zip(placed, sizes, strict=True))
    placed = [at - min(lowest, 0.0) for at in placed]
    return [
        f'<span class="gw-end" style="top:{100 - 100 * at / _PLOT:.2f}%;color:{colour};'
        f'font-weight:{weight}">{"<br>".join(map(escape, own))}</span>'
        for at, own, (_name, _rows, colour, weight) in zip(placed, lines, ends, strict=True)
    ]


# ---------------------------------------------------------------- a map, a table, a list


def area_map(shown: MapView) -> str:
    """Return a map with the names of the areas that differ clearly, and its legend in words."""
    bare = maps.bare_map(shown.geometry, shown.classes)
    names = dict(zip(shown.geometry.ids, shown.geometry.names, strict=True))
    clear = [shown.geometry.ids[place] for place, _figure in shown.classes.figures]
    over = [
        f'<span class="gw-name" style="left:{100 * x:.2f}%;top:{100 * y:.2f}%">'
        f"{escape(names[one])}</span>"
        for one, (x, y) in _apart({one: bare.places[one] for one in clear}, names, bare.ratio)
    ]
    occurring = {style.fill for style in shown.classes.styles().values()}
    steps = [entry for entry in shown.legend.steps if entry.style.fill in occurring]
    legend = "".join(
        f'<span><img alt="" src="{maps.swatch_address(shown.legend, entry.style)}">'
        f"{escape(entry.words)}</span>"
        for entry in (*steps, *shown.legend.statuses)
    )
    if shown.legend.circle is not None:
        legend += "".join(f"<span>{escape(one)}</span>" for one in shown.view.notes)
    return (
        f'<div class="gw-map" style="aspect-ratio:{bare.ratio:.3f}">'
        f'<img alt="{escape(shown.view.alt)}" src="{maps.svg_address(bare.svg)}">{"".join(over)}'
        f'</div><div class="gw-legend">{legend}</div>'
    )


def _apart(
    places: dict[str, tuple[float, float]], names: dict[str, str], ratio: float
) -> list[tuple[str, tuple[float, float]]]:
    """Names that do not lie on each other, the uppermost first; where there is no room, none."""
    height = 38.0
    kept: list[tuple[str, tuple[float, float]]] = []
    for one, (x, y) in sorted(places.items(), key=lambda item: item[1][1]):
        half = text_width(names[one], TEXT) / 2 + 0.5
        free = all(
            abs(y - other_y) * height > TEXT * 1.15
            or abs(x - other_x) * height * ratio > half + text_width(names[other], TEXT) / 2
            for other, (other_x, other_y) in kept
        )
        if free:
            kept.append((one, (x, y)))
    return kept


def table(frame: pd.DataFrame) -> str:
    """Return a table of words."""
    head = "".join(f"<th>{escape(str(one))}</th>" for one in frame.columns)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str(one))}</td>" for one in row) + "</tr>"
        for row in frame.to_numpy().tolist()
    )
    return f'<table class="gw-table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def lists(sentences: Sequence[str], most: int = 15) -> list[str]:
    """Return sentences as lists, as many as it takes so that each fits one screen.

    Parameters
    ----------
    most
        Lines of a list.
    """
    pages: list[list[str]] = [[]]
    filled = 0
    for one in sentences:
        for piece in _pieces(one, most):
            lines = len(text_lines(piece, 2.6, 112))
            if pages[-1] and filled + lines > most:
                pages.append([])
                filled = 0
            pages[-1].append(piece)
            filled += lines
    return [listed(page) for page in pages if page]


def listed(lines: Sequence[str]) -> str:
    """Return a few lines as one list."""
    return '<ul class="gw-list">' + "".join(f"<li>{escape(one)}</li>" for one in lines) + "</ul>"


def _pieces(sentence: str, most: int) -> list[str]:
    """A sentence that is longer than a screen in parts that fit."""
    lines = text_lines(sentence, 2.6, 112)
    return [" ".join(lines[start : start + most]) for start in range(0, len(lines), most)] or [""]
