"""Who works with whom, drawn: the sociogram on screen (ECharts) and in reports (SVG).

Knows how partners, ties, sectors and names share a disc, and draws both from
one scene, so that screen and paper show the same places. Places, ties and what
is said of them come in finished; nothing is computed here but where a name
finds room.

Colour is the sector, dash the type of a tie, width its strength. A tie that
one side alone names is pale and points to whom it names; a disputed one
carries a question mark. Formal partners are round, informal ones are diamonds.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import numpy as np
import pandas as pd

from analysis.cooperation import TIE_WORDS, Cooperation
from analysis.language import N_, ngettext
from analysis.language import gettext as _
from analysis.measures.network import BOTH, DISPUTED, NOT_ASSESSED, ONE_SIDE
from analysis.measures.positions import Bands, boxes, overlap, polar, scale_boxes
from analysis.sociometry import ENDED, JOINED, LEFT, NEW, Seats, keys
from analysis.views.drawing import text_lines, text_width
from analysis.views.maps import svg_address
from analysis.views.theme import TYPEFACE, Mode, Palette, mix, palette

RADIUS = 300.0
"""Radius of the disc in px, the same on every screen: names keep their room."""
NAME_SIZE, NAME_WIDTH, LINE = 12.0, 118.0, 14.0
"""Size of a name, where it is broken, and from line to line, in px."""
BUSY = 60
"""From so many partners on, ties are thin and pale: there one looks at the whole."""

STANDINGS = {
    BOTH: N_("both sides say so"),
    ONE_SIDE: N_("one side says so"),
    DISPUTED: N_("disputed"),
    NOT_ASSESSED: N_("the other side did not answer"),
}
"""What the two ends of a tie say of it, in words."""
_CHANGES = {
    NEW: N_("new since the survey before"),
    ENDED: N_("named in the survey before, not now"),
    JOINED: N_("joined since the survey before"),
    LEFT: N_("was there in the survey before, is not now"),
}
_RING, _RING_WIDTH, _OUTER = 1.035, 0.018, 1.1
CURVE, _APART = 0.12, 0.09
"""How far ties bow, and how far several of one pair stand apart, in their lengths."""
_PALE, _PALER = 0.55, 0.3
_MARGIN = (130.0, 46.0)
_SECTOR_WIDTH, _SECTOR_LINE = 84.0, 16.0
_DEAR = 40.0
"""What the last free place of somebody else is worth, in crossed points of ties."""
_SIDES = ("right", "left", "bottom", "top")


@dataclass(frozen=True, eq=False)
class Sociogram:
    """What is drawn.

    Parameters
    ----------
    partners
        Indexed by ``partner_id``: ``name, sector, network`` (formal,
        informal), ``degree`` (missing for who left), and ``x, y, band`` of
        :mod:`analysis.measures.positions`; with a column ``change`` who joined
        and who left is marked. The order is the order of selections in the
        browser.
    ties
        Rows of :func:`analysis.measures.network.tied_pairs` between them; with
        a column ``change`` what is new and what has ended is marked.
    around
        Wedges of the sectors; None leaves the ring out (force).
    sectors
        What each sector is called, in words.
    essential
        Sectors in bold; one without a partner is drawn dashed.
    bands
        Bands of the target; None where distance from the centre means nothing.
    focus
        Partners in question: their ties are in ink, the others step back.
    cut_off
        Partners drawn hollow and dashed: cut off in a what-if.
    tie
        The tie in question, as :func:`analysis.sociometry.keys` has it; "" for
        none.
    every_name
        False names only the more important half.
    """

    partners: pd.DataFrame
    ties: pd.DataFrame
    around: pd.DataFrame | None
    sectors: Mapping[str, str]
    essential: Collection[str] = ()
    bands: Bands | None = None
    focus: Collection[Any] = ()
    cut_off: Collection[Any] = ()
    tie: str = ""
    every_name: bool = True


def sociogram(
    found: Cooperation, seats: Seats, sectors: Mapping[str, str], **more: Any
) -> Sociogram:
    """Bring partners and ties of a network, or of a part of it, to their seats.

    Parameters
    ----------
    found
        What is drawn; ``degree`` is as measured there.
    seats
        Where each stands.
    sectors
        What each sector is called, in words.
    more
        Further parameters of :class:`Sociogram`.
    """
    partners = found.partners.assign(name=found.names_in_order).set_index("partner_id")
    columns = [one for one in ("name", "sector", "network", "change") if one in partners]
    return Sociogram(
        partners[columns].join(found.each["degree"].astype("float64")).join(seats.spots), found.pairs, seats.around,
        sectors, found.essential, seats.bands, **more,
    )  # fmt: skip


# ------------------------------------------------------------------ names


def label_sizes(names: pd.Series) -> pd.DataFrame:
    """Return ``width, height`` of each name as it is drawn, in radii of the disc.

    What :func:`analysis.measures.positions.target` leaves room for.
    """
    broken = [_lines(name) for name in names]
    return pd.DataFrame(
        {"width": [_width(lines) / RADIUS for lines in broken],
         "height": [len(lines) * LINE / RADIUS for lines in broken]}, index=names.index,
    )  # fmt: skip


def _lines(name: str) -> list[str]:
    return text_lines(str(name), NAME_SIZE, NAME_WIDTH)


def _width(lines: Sequence[str]) -> float:
    return max(text_width(one, NAME_SIZE) for one in lines)


def place_names(
    points: pd.DataFrame, names: pd.Series, importance: pd.Series, marks: pd.Series,
    strokes: np.ndarray, taken: np.ndarray, always: Collection[Any] = (),
) -> pd.DataFrame:  # fmt: skip
    """Find room for names, the most important first; who finds none stays on hover.

    Parameters
    ----------
    points
        ``x, y`` in px by ``partner_id``, y down.
    names, importance, marks
        By ``partner_id``: text, number (larger first), radius of the mark in px.
    strokes
        Points along the ties, n x 2: of free places, the one with fewest of
        them is taken.
    taken
        Boxes where no name may be, n x 4: left, top, right, bottom.
    always
        Ids that get a name before all others.

    Returns
    -------
    DataFrame
        Indexed like ``points``: ``side`` (right, left, bottom, top; "" without
        a name) and the box ``left, top, right, bottom`` in px.
    """
    order = pd.DataFrame({"first": [one in always for one in points.index],
                          "importance": importance.reindex(points.index).to_numpy()},
                         index=points.index)  # fmt: skip
    order = order.sort_values(["first", "importance"], ascending=False, kind="stable")
    spots = points[["x", "y"]].to_numpy()
    sizes = marks.reindex(points.index).to_numpy(dtype=float)
    obstacles = np.column_stack([spots - sizes[:, None], spots + sizes[:, None]])
    broken = [_lines(names[one]) for one in points.index]
    choices = np.stack(
        [_name_boxes(*one) for one in zip(spots, sizes, broken, strict=True)]
    ) if len(points) else np.empty((0, 4, 4))  # fmt: skip
    corners = np.maximum(np.abs(choices[..., :2]), np.abs(choices[..., 2:]))
    free = np.hypot(corners[..., 0], corners[..., 1]) <= RADIUS
    for place in range(len(points)):
        others = np.vstack([np.delete(obstacles, place, axis=0), taken])
        free[place] &= overlap(choices[place], others) <= 0
    found = pd.DataFrame({"side": ""}, index=points.index, dtype="str").assign(
        left=np.nan, top=np.nan, right=np.nan, bottom=np.nan
    )
    waiting = np.ones(len(points), dtype=bool)
    for place in points.index.get_indexer(order.index).tolist():
        waiting[place] = False
        if not free[place].any():
            continue
        # A place is dear when it takes the last ones of those who still wait.
        scarce = (free & waiting[:, None]) / np.maximum(free.sum(axis=1), 1)[:, None]
        touched = [_touched(box, choices) for box in choices[place]]
        price = [_crossed(box, strokes) + _DEAR * float((scarce * hit).sum())
                 for box, hit in zip(choices[place], touched, strict=True)]  # fmt: skip
        chosen = int(np.where(free[place], price, np.inf).argmin())
        free &= ~touched[chosen]
        found.iloc[place] = [_SIDES[chosen], *choices[place, chosen]]
    return found


def _name_boxes(spot: np.ndarray, mark: float, lines: Sequence[str]) -> np.ndarray:
    """Boxes of a name right, left, below and above its mark, where ECharts puts them."""
    width, height = _width(lines), len(lines) * LINE
    beside, above = mark + 4 + width / 2, mark + 4 + height / 2
    centres = spot + np.array([[beside, 0], [-beside, 0], [0, above], [0, -above]])
    return boxes(centres, width, height)


def _touched(box: np.ndarray, choices: np.ndarray) -> np.ndarray:
    """Which of all boxes of names overlap with one."""
    return np.asarray(overlap(choices.reshape(-1, 4), box[None, :]) > 0).reshape(choices.shape[:2])


def _crossed(box: np.ndarray, strokes: np.ndarray) -> int:
    inside = (strokes >= box[:2]) & (strokes <= box[2:])
    return int(inside.all(axis=1).sum())


# ------------------------------------------------------------------ the scene


@dataclass(frozen=True)
class _Mark:
    """One partner in px from the centre, y down."""

    id: Any
    lines: tuple[str, ...]
    x: float
    y: float
    size: float
    colour: str
    informal: bool
    hollow: bool
    dashed: bool
    ring: bool
    side: str
    text: str
    bold: bool
    hover: str


@dataclass(frozen=True)
class _Line:
    """One tie: a quadratic curve between two marks."""

    one: int
    other: int
    start: tuple[float, float]
    control: tuple[float, float]
    end: tuple[float, float]
    curve: float
    colour: str
    dash: list[int] | str
    width: float
    arrow: bool
    sign: str
    hover: str


@dataclass(frozen=True)
class _Arc:
    """One piece of the sector ring, degrees clockwise from the top."""

    lines: tuple[str, ...]
    start: float
    end: float
    colour: str
    bold: bool
    empty: bool


@dataclass(frozen=True)
class _Scene:
    colours: Palette
    marks: list[_Mark]
    lines: list[_Line]
    arcs: list[_Arc]
    rings: list[float] = field(default_factory=list)
    scale: list[tuple[float, str]] = field(default_factory=list)


def _scene(what: Sociogram, mode: Mode) -> _Scene:
    colours = palette(mode)
    points = pd.DataFrame(
        {"x": what.partners["x"] * RADIUS, "y": -what.partners["y"] * RADIUS},
        index=what.partners.index,
    )
    marks = _sizes(what)
    lines = _tie_lines(what, points, marks, colours)
    strokes = np.vstack([np.empty((0, 2)), *(_along(line) for line in lines)])
    named = what.partners if what.every_name else what.partners.nlargest(
        max(len(what.partners) // 2, 1), "degree")  # fmt: skip
    scale = np.empty((0, 4)) if what.bands is None else scale_boxes(what.bands) * RADIUS
    scale = scale[:, [0, 3, 2, 1]] * [1, -1, 1, -1]  # y runs down here
    known = what.partners["degree"].fillna(0)
    importance = known.where(what.partners.index.isin(named.index))
    places = place_names(
        points, what.partners["name"], importance, marks, strokes, scale, always=what.focus
    )
    places.loc[importance.isna() & ~places.index.isin(list(what.focus)), "side"] = ""
    return _Scene(
        colours,
        [_mark(what, one, points, marks, places, colours) for one in what.partners.index],
        lines,
        _arcs(what, colours),
        [] if what.bands is None else list(what.bands.edges[:-1]),
        _scale(what.bands),
    )


def _sizes(what: Sociogram) -> pd.Series:
    """Radius of each mark in px: a little larger from band to band."""
    small = len(what.partners) >= BUSY
    step = 1.0 if small else 1.5
    return (3.6 if small else 4.6) + step * what.partners["band"].astype("float64")


def _mark(
    what: Sociogram, one: Any, points: pd.DataFrame, marks: pd.Series, places: pd.DataFrame,
    colours: Palette,
) -> _Mark:  # fmt: skip
    row = what.partners.loc[one]
    cut = one in what.cut_off
    change = str(row.get("change", ""))
    hover = [str(row["name"]), what.sectors.get(row["sector"], str(row["sector"])),
             _("informal") if row["network"] == "informal" else _("formal")]  # fmt: skip
    if pd.notna(row["degree"]):
        words = ngettext("works with {count} partner", "works with {count} partners",
                         int(row["degree"]))  # fmt: skip
        hover.append(words.format(count=int(row["degree"])))
    hover += [_(_CHANGES[change])] if change else []
    bold = one in what.focus
    return _Mark(
        id=one,
        lines=tuple(_lines(f"+ {row['name']}" if change == JOINED else row["name"])),
        x=float(points.loc[one, "x"]),
        y=float(points.loc[one, "y"]),
        size=float(marks[one]),
        colour=_sector_colour(colours, row["sector"]),
        informal=row["network"] == "informal",
        hollow=cut or change == LEFT or row["degree"] == 0,
        dashed=cut or change == LEFT,
        ring=bold,
        side=str(places.loc[one, "side"]),
        text=colours.ink if bold or cut or row["band"] >= 2 else colours.ink_secondary,
        bold=bold or change == JOINED,
        hover="\n".join(hover),
    )


def _sector_colour(colours: Palette, sector: str) -> str:
    return colours.sectors().get(sector, colours.ink_faint)


def _tie_lines(
    what: Sociogram, points: pd.DataFrame, marks: pd.Series, colours: Palette
) -> list[_Line]:
    """Curves of all ties; several types of a pair fan out."""
    place = {one: number for number, one in enumerate(points.index)}
    spots = points[["x", "y"]].to_numpy()
    drawn: list[_Line] = []
    seen: dict[frozenset[int], int] = {}
    names = what.partners["name"]
    busy = len(what.partners) >= BUSY
    compared = "change" in what.ties
    for tie in what.ties.assign(key=keys(what.ties)).to_dict("records"):
        one, other = place[tie["from"]], place[tie["to"]]
        pair = frozenset((one, other))
        nth = seen[pair] = seen.get(pair, -1) + 1
        # The fan of a pair lies on one side, whoever of the two is named first.
        curve = (CURVE + _APART * nth) * (1 if one < other else -1)
        style = colours.ties()[tie["type"]]
        change = tie.get("change", "")
        if what.tie:
            asked = tie["key"] == what.tie
        else:
            asked = tie["from"] in what.focus or tie["to"] in what.focus
        certain = tie["standing"] in (BOTH, DISPUTED) and change != ENDED
        share = (1.0 if certain else _PALE) * (_PALE if busy else 0.85)
        if what.focus:
            share = (1.0 if certain else _PALE) if asked else _PALER
        elif compared:
            share = 1.0 if change == NEW else _PALE if change == ENDED else _PALER
        colour = colours.ink if asked else style["color"]
        a, b = _shortened(spots[one], spots[other], curve, marks.iloc[one], marks.iloc[other])
        words = _("{one} → {other}") if not tie["mutual"] else _("{one} ↔ {other}")
        strength = "" if pd.isna(tie["strength"]) else _("strength {strength} of 5").format(
            strength=int(tie["strength"]))  # fmt: skip
        hover = [words.format(one=names[tie["from"]], other=names[tie["to"]]),
                 _(TIE_WORDS[tie["type"]]), strength, _(STANDINGS[tie["standing"]]),
                 _(_CHANGES[change]) if change else ""]  # fmt: skip
        drawn.append(
            _Line(
                one, other, a, _control(spots[one], spots[other], curve), b, curve,
                mix(colour, colours.background, share), style["echarts"],
                _tie_width(style["width"], tie["strength"]) * (0.6 if busy else 1),
                not tie["mutual"], _sign(tie["standing"], change),
                "\n".join(filter(None, hover)),
            )
        )  # fmt: skip
    return drawn


def _sign(standing: str, change: str) -> str:
    """What stands on a tie: what became of it, else whether it is disputed."""
    return {NEW: "+", ENDED: "\N{MINUS SIGN}"}.get(change, "?" if standing == DISPUTED else "")


def _tie_width(widths: Sequence[float], strength: float | None) -> float:
    """Width in px of a strength of 1 to 5; the least where it is not known."""
    if strength is None or math.isnan(strength):
        return widths[0]
    return float(np.interp(strength, [1, 2, 3, 5], [*widths, widths[2] * 1.3]))


def _control(one: np.ndarray, other: np.ndarray, curve: float) -> tuple[float, float]:
    """The control point that ECharts takes for a curveness."""
    (x, y), (u, v) = one, other
    return float((x + u) / 2 - (y - v) * curve), float((y + v) / 2 - (u - x) * curve)


def _shortened(
    one: np.ndarray, other: np.ndarray, curve: float, first: float, second: float
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Ends of a curve at the edges of its marks."""
    control = np.array(_control(one, other, curve))

    def towards(spot: np.ndarray, radius: float) -> tuple[float, float]:
        away = control - spot
        spot = spot + away / max(float(np.hypot(*away)), 1e-9) * (radius + 1.5)
        return float(spot[0]), float(spot[1])

    return towards(one, first), towards(other, second)


def _along(line: _Line) -> np.ndarray:
    """Points along a curve, one every few px."""
    a, c, b = (np.array(one) for one in (line.start, line.control, line.end))
    length = float(np.hypot(*(b - a)))
    t = np.linspace(0, 1, max(int(length / 6), 3))[:, None]
    return np.asarray((1 - t) ** 2 * a + 2 * t * (1 - t) * c + t**2 * b)


def _middle(line: _Line) -> tuple[float, float]:
    """Where a curve has run half its way."""
    x, y = (
        a / 4 + c / 2 + b / 4 for a, c, b in zip(line.start, line.control, line.end, strict=True)
    )
    return x, y


def _arcs(what: Sociogram, colours: Palette) -> list[_Arc]:
    if what.around is None:
        return []
    return [
        _Arc(
            (*text_lines(what.sectors.get(str(sector), str(sector)), 13, _SECTOR_WIDTH),
             *([] if row["partners"] else [_("no partner")])),
            float(row["start"]), float(row["end"]), _sector_colour(colours, str(sector)),
            sector in what.essential, not row["partners"],
        )
        for sector, row in what.around.iterrows()
    ]  # fmt: skip


def _beside_ring(arc: _Arc) -> tuple[float, float, str]:
    """Middle of the lines of a sector's name in px, and the side on which they begin."""
    middle = (arc.start + arc.end) / 2
    x, y = _at(middle, _RING + 0.04)
    lean, rise = math.sin(math.radians(middle)), -math.cos(math.radians(middle))
    y += rise * (6 + _SECTOR_LINE * (len(arc.lines) - 1) / 2)
    return x, y, "left" if lean > 0.18 else "right" if lean < -0.18 else "center"


def _scale(found: Bands | None) -> list[tuple[float, str]]:
    """Where the scale stands, and how many partners each band stands for."""
    if found is None:
        return []
    words = []
    for band, (fewest, most) in enumerate(found.limits):
        words.append((found.scale[band], str(most) if fewest == most else f"{fewest}–{most}"))
    return words


# ------------------------------------------------------------------ on screen


def echarts_options(
    what: Sociogram, mode: Mode, alt: str = "", *, selected: bool = True
) -> dict[str, Any]:
    """Return the sociogram as an ECharts option, plain JSON, for ``st.echarts_chart``.

    Parameters
    ----------
    what
        What is drawn.
    mode
        Light or dark.
    alt
        What the picture shows, for a reader who does not see it.
    selected
        Whether a click selects.

    Returns
    -------
    dict
        The series ``network`` holds the partners in their order and the ties
        in theirs: the indices of a selection are positions in both frames.
        Height: :func:`height`.
    """
    scene = _scene(what, mode)
    colours = scene.colours
    disc = {"center": ["50%", "50%"], "radius": [0, RADIUS]}
    hidden = {"show": False}
    series: list[dict[str, Any]] = []
    if scene.arcs:
        series += [_ring_series(scene), _wedge_series(scene)]
    series += [_band_series(radius, colours) for radius in scene.rings]
    series.append(_graph_series(what, scene) | {"selectedMode": "single" if selected else False})
    series.append(_words_series(scene))
    return {
        "aria": {"enabled": bool(alt), "label": {"description": alt}},
        "animation": False,
        "backgroundColor": "transparent",
        "textStyle": {"fontFamily": TYPEFACE, "color": colours.ink},
        "tooltip": {
            "confine": True, "padding": [6, 10], "backgroundColor": colours.background,
            "borderColor": colours.border, "borderWidth": 1,
            "textStyle": {"color": colours.ink, "fontSize": 13, "fontFamily": TYPEFACE},
        },
        "polar": disc,
        "angleAxis": {"type": "value", "min": 0, "max": 360, "startAngle": 90, "clockwise": True,
                      "axisLine": hidden, "axisTick": hidden, "axisLabel": hidden,
                      "splitLine": hidden},
        "radiusAxis": {"type": "value", "min": 0, "max": 1, "axisLine": hidden,
                       "axisTick": hidden, "axisLabel": hidden, "splitLine": hidden},
        "series": series,
    }  # fmt: skip


def height() -> int:
    """Return how high the picture is on screen, in px."""
    return math.ceil(2 * (RADIUS * _OUTER + _MARGIN[1]))


def _pie(scene: _Scene, radius: list[float], pieces: list[dict[str, Any]]) -> dict[str, Any]:
    """A silent pie that begins at the top, the gap of the scale included."""
    first, last = scene.arcs[0].start, 360 - scene.arcs[-1].end
    nothing = {"color": "transparent", "borderWidth": 0}
    gaps = [{"name": "", "value": value, "itemStyle": nothing, "label": {"show": False}}
            for value in (first, last)]  # fmt: skip
    return {
        "type": "pie", "silent": True, "radius": radius, "center": ["50%", "50%"],
        "startAngle": 90, "clockwise": True, "animation": False, "tooltip": {"show": False},
        "emphasis": {"disabled": True}, "labelLine": {"show": False},
        "data": [gaps[0], *pieces, gaps[1]],
    }  # fmt: skip


def _ring_series(scene: _Scene) -> dict[str, Any]:
    colours = scene.colours
    pieces: list[dict[str, Any]] = []
    for arc in scene.arcs:
        edge = {"borderColor": colours.border, "borderWidth": 1, "borderType": "dashed",
                "color": "transparent"}  # fmt: skip
        full = {"color": arc.colour, "borderColor": colours.background, "borderWidth": 2}
        pieces.append({
            "name": "\n".join(arc.lines), "value": arc.end - arc.start,
            "itemStyle": edge if arc.empty else full,
            "label": {"show": False},
        })  # fmt: skip
    # The border in the colour of the ground takes a px of each side.
    half = RADIUS * _RING_WIDTH / 2 + 1
    ring = [RADIUS * _RING - half, RADIUS * _RING + half]
    return {
        **_pie(scene, ring, pieces),
        "name": "sectors",
        "z": 1,
    }


def _wedge_series(scene: _Scene) -> dict[str, Any]:
    style = {"color": "transparent", "borderColor": scene.colours.panel, "borderWidth": 1}
    pieces = [{"name": "", "value": arc.end - arc.start, "itemStyle": style,
               "label": {"show": False}} for arc in scene.arcs]  # fmt: skip
    inner = RADIUS * (scene.rings[-1] if scene.rings else 0.25)
    return {**_pie(scene, [inner, RADIUS], pieces), "name": "wedges", "z": 0}


def _band_series(radius: float, colours: Palette) -> dict[str, Any]:
    """One ring as a pie of one piece: the axis can only draw rings at equal distances."""
    return {
        "name": "bands", "type": "pie", "silent": True, "z": 0, "center": ["50%", "50%"],
        "radius": [RADIUS * radius, RADIUS * radius], "animation": False,
        "tooltip": {"show": False}, "label": {"show": False}, "emphasis": {"disabled": True},
        "data": [{"value": 1, "itemStyle": {"color": "transparent", "borderColor": colours.rule,
                                            "borderWidth": 1}}],
    }  # fmt: skip


def _graph_series(what: Sociogram, scene: _Scene) -> dict[str, Any]:
    colours = scene.colours
    where = polar(what.partners).round(5)
    nodes = []
    for mark, (radius, angle) in zip(scene.marks, where.to_numpy().tolist(), strict=True):
        fill = colours.background if mark.hollow else mark.colour
        edge = colours.ink if mark.ring else mark.colour if mark.hollow else colours.background
        nodes.append({
            "id": str(mark.id), "name": str(mark.id), "value": [radius, angle],
            "symbol": "diamond" if mark.informal else "circle",
            "symbolSize": 2 * mark.size * (1.22 if mark.informal else 1),
            "itemStyle": {"color": fill, "borderColor": edge, "borderWidth": 2 if mark.ring or
                          mark.hollow else 1, "borderType": [3, 2] if mark.dashed else "solid"},
            "label": {"show": bool(mark.side), "position": mark.side or "right", "distance": 4,
                      "formatter": "\n".join(mark.lines), "fontSize": NAME_SIZE,
                      "lineHeight": LINE, "fontFamily": TYPEFACE, "color": mark.text,
                      "fontWeight": 600 if mark.bold else 400,
                      "align": _ALIGN.get(mark.side, "center"),
                      "textBorderColor": colours.background, "textBorderWidth": 3},
            "emphasis": {"label": {"show": True}},
            # What is chosen stands in the address and is drawn from there.
            "select": {"itemStyle": {"borderColor": edge}},
            "tooltip": {"formatter": _told(mark.hover)},
        })  # fmt: skip
    links = []
    for line in scene.lines:
        links.append({
            "source": line.one, "target": line.other,
            "symbol": ["none", "arrow" if line.arrow else "none"],
            "symbolSize": 5 + 1.5 * line.width,
            "lineStyle": {"color": line.colour, "width": round(line.width, 2), "type": line.dash,
                          "curveness": round(line.curve, 3), "opacity": 1},
            "tooltip": {"formatter": _told(line.hover)},
        })  # fmt: skip
    return {
        "name": "network", "type": "graph", "coordinateSystem": "polar", "layout": "none",
        "draggable": False, "roam": False, "data": nodes, "links": links, "z": 3,
        "autoCurveness": False, "labelLayout": {"hideOverlap": False},
        "emphasis": {"focus": "adjacency", "blurScope": "series", "scale": False, "lineStyle": {"color": colours.ink}},
        "blur": {"itemStyle": {"opacity": 0.25}, "lineStyle": {"opacity": 0.08},
                 "label": {"opacity": 0.2}},
    }  # fmt: skip


_ALIGN = {"right": "left", "left": "right"}


def _told(hover: str) -> str:
    """Lines of a hover text, the first in bold; ECharts reads markup there, so it is escaped."""
    first, *rest = (escape(line) for line in hover.split("\n"))
    return "<br>".join([f"<b>{first}</b>", *rest])


def _on_axes(x: float, y: float) -> list[float]:
    """Radius and angle of px from the centre."""
    where = polar(pd.DataFrame({"x": [x / RADIUS], "y": [-y / RADIUS]})).round(5)
    return [float(one) for one in where.iloc[0]]


def _words_series(scene: _Scene) -> dict[str, Any]:
    """The scale, the names of the sectors, the marks of disputed ties: texts at places."""
    colours = scene.colours
    halo: dict[str, Any] = {
        "show": True, "position": "inside", "fontFamily": TYPEFACE, "textBorderWidth": 3,
        "textBorderColor": colours.background,
    }  # fmt: skip
    figure = {**halo, "fontSize": 11, "color": colours.ink_faint}
    sign = {**halo, "fontSize": 14, "fontWeight": 600, "color": colours.ink}
    words: list[dict[str, Any]]
    words = [{"value": [radius, 0], "label": {**figure, "formatter": text}}
             for radius, text in scene.scale]  # fmt: skip
    words += [{"value": _on_axes(*_middle(line)), "label": {**sign, "formatter": line.sign}}
              for line in scene.lines if line.sign]  # fmt: skip
    for arc in scene.arcs:
        x, y, side = _beside_ring(arc)
        name: dict[str, Any]
        name = {**halo, "fontSize": 13, "lineHeight": _SECTOR_LINE, "align": side,
                "verticalAlign": "middle", "formatter": "\n".join(arc.lines),
                "color": colours.ink if arc.bold else colours.ink_secondary,
                "fontWeight": 600 if arc.bold else 400}  # fmt: skip
        words.append({"value": _on_axes(x, y), "label": name})
    return {
        "name": "words", "type": "scatter", "coordinateSystem": "polar", "silent": True,
        "clip": False, "symbolSize": 0.01, "itemStyle": {"opacity": 1}, "z": 4, "tooltip": {"show": False}, "data": words,
    }  # fmt: skip


# ------------------------------------------------------------------ on paper


def svg(what: Sociogram, mode: Mode, title: str, alt: str) -> str:
    """Return the sociogram with its legend as SVG for reports and downloads.

    Parameters
    ----------
    what
        What is drawn.
    mode
        Light or dark.
    title, alt
        Name and description of the picture, for readers who do not see it.

    Returns
    -------
    str
        One SVG element; all texts are escaped, nothing is loaded.
    """
    scene = _scene(what, mode)
    half = RADIUS * _OUTER + _MARGIN[0], RADIUS * _OUTER + _MARGIN[1] - 18
    parts = [
        *_disc(scene),
        *_tie_paths(scene),
        *_marks(scene),
        *_names(scene),
        *_scale_texts(scene),
    ]
    rows, deep = _legend(what, scene, 2 * half[0] - 20)
    tall = 2 * half[1] + deep
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="title description"'
        f' viewBox="{-half[0]:g} {-half[1]:g} {2 * half[0]:g} {tall:g}" width="{2 * half[0]:g}"'
        f' height="{tall:g}" font-family="{escape(TYPEFACE)}" font-size="{NAME_SIZE:g}">',
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="description">{escape(alt)}</desc>',
        *parts,
        f'<g transform="translate({10 - half[0]:g} {half[1]:g})">', *rows, "</g>",
        "</svg>",
    ])  # fmt: skip


def _at(angle: float, radius: float) -> tuple[float, float]:
    """Px of an angle (degrees clockwise from the top) and a radius in radii."""
    turn = math.radians(angle)
    return RADIUS * radius * math.sin(turn), -RADIUS * radius * math.cos(turn)


def _disc(scene: _Scene) -> list[str]:
    colours = scene.colours
    drawn = []
    drawn += [
        f'<circle r="{RADIUS * ring:.1f}" fill="none" stroke="{colours.rule}"/>'
        for ring in scene.rings
    ]
    for arc in scene.arcs:
        inner = scene.rings[-1] if scene.rings else 0.25
        (a, b), (c, d) = _at(arc.start, inner), _at(arc.start, 1)
        drawn.append(f'<path d="M{a:.1f} {b:.1f}L{c:.1f} {d:.1f}" stroke="{colours.panel}"/>')
        drawn += _ring_piece(scene, arc)
    return drawn


def _ring_piece(scene: _Scene, arc: _Arc) -> list[str]:
    colours = scene.colours
    start, end = arc.start + 0.35, arc.end - 0.35
    long = int(end - start > 180)

    def bow(radius: float) -> str:
        (a, b), (c, d) = _at(start, radius), _at(end, radius)
        r = RADIUS * radius
        return f"M{a:.1f} {b:.1f}A{r:.1f} {r:.1f} 0 {long} 1 {c:.1f} {d:.1f}"

    if arc.empty:
        drawn = [
            f'<path d="{bow(_RING + side * _RING_WIDTH / 2)}" fill="none"'
            f' stroke="{colours.border}" stroke-dasharray="5 3"/>'
            for side in (-1, 1)
        ]
    else:
        drawn = [f'<path d="{bow(_RING)}" fill="none" stroke="{arc.colour}"'
                 f' stroke-width="{RADIUS * _RING_WIDTH:.1f}"/>']  # fmt: skip
    x, y, side = _beside_ring(arc)
    anchor = {"left": "start", "right": "end"}.get(side, "middle")
    first = y + 4.5 - _SECTOR_LINE * (len(arc.lines) - 1) / 2
    colour, weight = (colours.ink, 600) if arc.bold else (colours.ink_secondary, 400)
    return drawn + [
        f'<text x="{x:.1f}" y="{first + _SECTOR_LINE * number:.1f}" text-anchor="{anchor}"'
        f' font-size="13" font-weight="{weight}" fill="{colour}">{escape(line)}</text>'
        for number, line in enumerate(arc.lines)
    ]


def _dashes(dash: list[int] | str) -> str:
    return "" if isinstance(dash, str) else f' stroke-dasharray="{" ".join(map(str, dash))}"'


def _tie_paths(scene: _Scene) -> list[str]:
    drawn = []
    for line in scene.lines:
        (a, b), (c, d), (e, f) = line.start, line.control, line.end
        drawn.append(
            f'<path d="M{a:.1f} {b:.1f}Q{c:.1f} {d:.1f} {e:.1f} {f:.1f}" fill="none"'
            f' stroke="{line.colour}" stroke-width="{line.width:.2f}"{_dashes(line.dash)}>'
            f"<title>{escape(line.hover)}</title></path>"
        )
        if line.arrow:
            drawn.append(_arrow(line))
    for line in scene.lines:
        if line.sign:
            x, y = _middle(line)
            drawn.append(_haloed(line.sign, x, y + 5, scene.colours, scene.colours.ink,
                                 'text-anchor="middle" font-size="14" font-weight="600"'))  # fmt: skip
    return drawn


def _arrow(line: _Line) -> str:
    (c, d), (e, f) = line.control, line.end
    turn = math.atan2(f - d, e - c)
    long, half = 5 + 1.5 * line.width, 0.42
    corners = [(e, f)] + [
        (e - long * math.cos(turn + side * half), f - long * math.sin(turn + side * half))
        for side in (-1, 1)
    ]
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)
    return f'<polygon points="{points}" fill="{line.colour}"/>'


def _shape(x: float, y: float, size: float, informal: bool, style: str, title: str = "") -> str:
    told = f"<title>{escape(title)}</title>" if title else ""
    if informal:
        r = size * 1.22
        path = f"M{x:.1f} {y - r:.1f}L{x + r:.1f} {y:.1f}L{x:.1f} {y + r:.1f}L{x - r:.1f} {y:.1f}Z"
        return f'<path d="{path}" {style}>{told}</path>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}" {style}>{told}</circle>'


def _marks(scene: _Scene) -> list[str]:
    colours = scene.colours
    drawn = []
    for mark in scene.marks:
        fill = colours.background if mark.hollow else mark.colour
        edge = colours.ink if mark.ring else mark.colour if mark.hollow else colours.background
        style = (f'fill="{fill}" stroke="{edge}" stroke-width="{2 if mark.ring or mark.hollow else 1}"'
                 + (' stroke-dasharray="3 2"' if mark.dashed else ""))  # fmt: skip
        drawn.append(_shape(mark.x, mark.y, mark.size, mark.informal, style, mark.hover))
    return drawn


def _haloed(text: str, x: float, y: float, colours: Palette, colour: str, style: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" {style} fill="{colour}" stroke="{colours.background}"'
        f' stroke-width="3" stroke-linejoin="round" paint-order="stroke">{escape(text)}</text>'
    )


def _names(scene: _Scene) -> list[str]:
    drawn = []
    for mark in scene.marks:
        if not mark.side:
            continue
        gap = mark.size + 4
        tall = len(mark.lines) * LINE
        x = mark.x + {"right": gap, "left": -gap}.get(mark.side, 0)
        top = mark.y + {"bottom": gap, "top": -gap - tall}.get(mark.side, -tall / 2)
        anchor = {"right": "start", "left": "end"}.get(mark.side, "middle")
        style = f'text-anchor="{anchor}"' + (' font-weight="600"' if mark.bold else "")
        drawn += [
            _haloed(line, x, top + LINE * (number + 0.78), scene.colours, mark.text, style)
            for number, line in enumerate(mark.lines)
        ]
    return drawn


def _scale_texts(scene: _Scene) -> list[str]:
    style = 'text-anchor="middle" font-size="11"'
    return [
        _haloed(words, 0, -RADIUS * radius + 4, scene.colours, scene.colours.ink_faint, style)
        for radius, words in scene.scale
    ]


# ------------------------------------------------------------------ the legend


@dataclass(frozen=True)
class Key:
    """One entry of the legend: a piece of drawing 30 x 12 px, and its words."""

    drawing: str
    words: str


def legend(what: Sociogram, mode: Mode) -> list[Key]:
    """Return what the signs of this picture mean; only those that occur."""
    colours = palette(mode)
    ties = what.ties
    found = []
    for kind, style in colours.ties().items():
        if kind in set(ties["type"]):
            line = (f'<path d="M0 6H30" fill="none" stroke="{style["color"]}"'
                    f' stroke-width="{style["width"][1]}"{_dashes(style["echarts"])}/>')  # fmt: skip
            found.append(Key(line, _(TIE_WORDS[kind])))
    grey = colours.ink_secondary
    if ties["strength"].min() < ties["strength"].max():
        wedge = f'<path d="M0 6.4L30 9V3L0 5.6Z" fill="{grey}"/>'
        found.append(Key(wedge, _("weak to strong")))
    said = set(ties["standing"])
    pale = mix(grey, colours.background, _PALE)
    if not ties["mutual"].all():
        arrow = (f'<path d="M0 6H26" stroke="{pale}" stroke-width="1.4"/>'
                 f'<polygon points="30,6 23,3 23,9" fill="{pale}"/>')  # fmt: skip
        found.append(Key(arrow, _("named in this direction only")))
    if said & {ONE_SIDE, NOT_ASSESSED}:
        faded = f'<path d="M0 6H30" stroke="{pale}" stroke-width="2"/>'
        found.append(Key(faded, _("pale: not confirmed by the other side")))
    signs = {_sign(one, change) for one, change in
             zip(ties["standing"], ties.get("change", [""] * len(ties)), strict=True)}  # fmt: skip
    for sign, words in (("?", _("disputed")), ("+", _("new")), ("\N{MINUS SIGN}", _("ended"))):
        if sign in signs:
            mark = (f'<path d="M0 6H9M21 6H30" stroke="{grey}" stroke-width="1.4"/><text x="15"'
                    f' y="11" text-anchor="middle" font-size="14" font-weight="600"'
                    f' fill="{colours.ink}">{sign}</text>')  # fmt: skip
            found.append(Key(mark, words))
    return found + _mark_keys(what, colours)


def legend_html(what: Sociogram, mode: Mode) -> str:
    """Return the legend as escaped HTML that takes typeface and width from the page."""
    ink = palette(mode).ink_secondary
    sign = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="14" viewBox="0 -1 30 14"'
        f' font-family="{escape(TYPEFACE)}">'
    )
    entries = "".join(
        '<span style="display:inline-flex;align-items:center;gap:8px"><img alt="" width="30"'
        f' height="14" src="{svg_address(sign + key.drawing + "</svg>")}">{escape(key.words)}</span>'
        for key in legend(what, mode)
    )
    style = f"display:flex;flex-wrap:wrap;gap:6px 22px;font-size:13px;color:{ink}"
    return f'<div style="{style}">{entries}</div>'


def _mark_keys(what: Sociogram, colours: Palette) -> list[Key]:
    full, hollow = (f'fill="{colours.ink_secondary}"',
                    f'fill="{colours.background}" stroke="{colours.ink_secondary}"'
                    ' stroke-width="1.6"')  # fmt: skip
    networks = what.partners["network"]
    found = [] if what.around is not None else [
        Key(_shape(15, 6, 5, False, f'fill="{_sector_colour(colours, one)}"'),
            what.sectors.get(one, one))
        for one in dict.fromkeys(what.partners["sector"])
    ]  # fmt: skip
    if networks.eq("informal").any():
        found += [Key(_shape(15, 6, 5, False, full), _("formal")),
                 Key(_shape(15, 6, 5, True, full), _("informal"))]  # fmt: skip
    if what.partners["degree"].eq(0).any():
        found.append(Key(_shape(15, 6, 4.5, False, hollow), _("works with nobody here")))
    dashed = f'{hollow} stroke-dasharray="3 2"'
    if "change" in what.partners and what.partners["change"].eq(LEFT).any():
        found.append(Key(_shape(15, 6, 5, False, dashed), _("left since the survey before")))
    if len(list(what.cut_off)):
        found.append(Key(_shape(15, 6, 5, False, dashed), _("cut off in this what-if")))
    return found


def _legend(what: Sociogram, scene: _Scene, width: float) -> tuple[list[str], float]:
    """Rows of the legend, and how deep they are."""
    colours = scene.colours
    drawn, x, y = [], 0.0, 14.0
    if scene.scale:
        words = _("Figures at the top: number of partners; the nearer the centre, the more.")
        drawn.append(f'<text y="{y}" font-size="13" fill="{colours.ink_secondary}">{escape(words)}'
                     "</text>")  # fmt: skip
        y += 24
    for key in legend(what, colours.mode):
        wide = 38 + text_width(key.words, 13) + 22
        if x and x + wide > width:
            x, y = 0.0, y + 22
        drawn.append(
            f'<g transform="translate({x:.0f} {y - 10:.0f})">{key.drawing}<text x="38" y="10"'
            f' font-size="13" fill="{colours.ink_secondary}">{escape(key.words)}</text></g>'
        )
        x += wide
    return drawn, y + 16
