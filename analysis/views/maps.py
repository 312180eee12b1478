"""Maps: areas and their classes as a picture, on screen and as a file.

What no other module knows: how polygons travel to a browser once, how a
result is laid over them afterwards, and how the same picture is written as
SVG for downloads, the report and the README.

A map is made of three parts that change at different times:

- :class:`~analysis.geometry.Geometry`, prepared once per level and boundary
  version. It is written to the static folder under the name of its content and fetched by
  the browser; it holds outlines, ids and names, never a value.
- :func:`base_map`, the frame in the page. It stays the same as long as the
  geometry does, so that zoom and position survive every other choice.
- :class:`AreaClasses`, a result: one character per area. :func:`class_layer`
  carries it to the frame, :func:`svg_map` draws it, :func:`legend` explains it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import quote

import folium
import numpy as np
import pandas as pd
from branca.element import MacroElement
from folium.elements import JSCSSMixin
from folium.template import Template
from numpy.typing import NDArray

from analysis.geometry import Geometry
from analysis.views.theme import TYPEFACE, Palette, Pattern

if TYPE_CHECKING:
    from analysis.views.static_files import StaticFiles

Layout = Literal["steps", "categories", "bivariate", "circles"]

WITHOUT_CLASS = ("suppressed", "missing", "not_assessed", "not_applicable")
"""Statuses of an area that gets no class colour, in the order of the legend."""

_WITH_CLASS = ("", "observed", "estimated", "provisional")
_STATUS_CODES = {"suppressed": "*", "missing": "-", "not_assessed": "/", "not_applicable": "+"}
_PLAIN, _PROVISIONAL, _LESS_SURE = ord("A"), ord("a"), ord("À")
_MOST_CLASSES = 26


# --------------------------------------------------------------------------- result


@dataclass(frozen=True)
class AreaStyle:
    """How one kind of area is drawn; colours are hexadecimal, None draws nothing.

    Without ``edge`` an area is parted from its neighbours by the ground colour.
    """

    fill: str | None
    label: str
    pattern: Pattern = ""
    pattern_colour: str | None = None
    edge: str | None = None
    dashed: bool = False


@dataclass(frozen=True)
class Circles:
    """Counts as circles whose area is proportional to the count.

    Parameters
    ----------
    radii
        Pixels per area; 0 where there is no figure or nothing was counted.
    style
        Fill of a circle.
    references
        Radius and words of the circles that the legend shows.
    """

    radii: tuple[float, ...]
    style: AreaStyle
    references: tuple[tuple[float, str], ...]


@dataclass(frozen=True)
class Point:
    """A place open to the public: where it is, in degrees, its letter, its name and what it is."""

    longitude: float
    latitude: float
    letter: str
    name: str
    words: str


_SIGN = 7
"""Radius of the sign of a place, in pixels."""
_APART, _ASIDE = 15, (8, 15, 22, 29)
"""How near two signs may stand, and how far one steps aside, in pixels."""


@dataclass(frozen=True)
class AreaClasses:
    """A result, ready to be laid over a geometry; nothing in it is computed any more.

    Parameters
    ----------
    codes
        One character per area of the geometry: ``A`` is the first class, ``a``
        the same provisional, ``À`` the same less than 80 % sure; ``*``
        suppressed, ``-`` missing, ``/`` not assessed, ``+`` not applicable.
    fills, words
        Colour and legend words of each class.
    tooltips
        One text per area, shown below its name; several lines are allowed.
    figures
        Place of an area and the short figure drawn below its name.
    layout
        ``steps`` of one magnitude, ``categories``, ``bivariate`` (3 x 3, words
        row by row as the palette has them) or ``circles``.
    palette
        Light or dark.
    circles
        For counts, else None.
    """

    codes: str
    fills: tuple[str, ...]
    words: tuple[str, ...]
    tooltips: tuple[str, ...]
    figures: tuple[tuple[int, str], ...]
    layout: Layout
    palette: Palette
    circles: Circles | None = None

    def styles(self) -> dict[str, AreaStyle]:
        """Return how each code that occurs is drawn, in the order of the legend."""
        named = {code: status for status, code in _STATUS_CODES.items()}
        occurring = set(self.codes)
        ordered = sorted(occurring - set(named)) + [code for code in named if code in occurring]
        return {code: self._style(code, named.get(code)) for code in ordered}

    def _style(self, code: str, status: str | None) -> AreaStyle:
        palette = self.palette
        if status is not None:
            look = palette.status(status)
            return AreaStyle(
                look.fill,
                palette.label_on(look.fill),
                look.pattern,
                look.pattern_colour,
                look.outline,
            )
        first = max(start for start in (_PLAIN, _PROVISIONAL, _LESS_SURE) if start <= ord(code))
        fill = self.fills[ord(code) - first]
        if self.circles is not None:
            return AreaStyle(fill, palette.label_on(fill), edge=palette.rule)
        if first == _PLAIN:
            return AreaStyle(fill, palette.label_on(fill))
        if first == _PROVISIONAL:
            paler = palette.provisional(fill)
            outline = palette.status("provisional").outline
            return AreaStyle(paler, palette.label_on(paler), edge=outline, dashed=True)
        ground = palette.less_sure(fill)
        return AreaStyle(ground, palette.label_on(ground), "stripes", fill)

    def has(self, start: int) -> bool:
        """Return whether a class with this first code (one of the flags) occurs."""
        return any(start <= ord(code) < start + _MOST_CLASSES for code in self.codes)


def area_classes(
    geometry: Geometry,
    classes: pd.Series,
    *,
    palette: Palette,
    fills: Sequence[str],
    words: Sequence[str],
    status: pd.Series | None = None,
    less_sure: Collection[str] = (),
    tooltips: Mapping[str, str] | None = None,
    figures: Mapping[str, str] | None = None,
    layout: Layout = "steps",
) -> AreaClasses:
    """Return a result laid out for a geometry.

    Parameters
    ----------
    geometry
        The areas, in order.
    classes
        Class of each area, index area id, 0 to ``len(fills) - 1``; NaN for
        none.
    palette
        Light or dark.
    fills, words
        Colour and legend words of each class, in order.
    status
        Index area id; ``suppressed``, ``missing``, ``not_assessed`` and
        ``not_applicable`` take an area's class away, whatever it is;
        ``provisional`` marks it.
    less_sure
        Ids of areas that are less than 80 % sure to be in their class.
    tooltips, figures
        Words per area id: below the name on hover, and on the map itself. A
        figure of an area without a class is not drawn.
    layout
        How the legend orders the classes.

    Returns
    -------
    AreaClasses
        An area of the geometry that is in none of the two series is
        *missing*, one that has a status but no class is *not assessed*;
        ids that the geometry does not know are ignored.

    Raises
    ------
    ValueError
        When fills and words differ in number, or a class or a status is
        unknown.
    """
    if len(fills) != len(words) or len(fills) > _MOST_CLASSES:
        raise ValueError(
            f"{len(fills)} fills and {len(words)} words; one of each per class, at most "
            f"{_MOST_CLASSES}"
        )
    if layout == "bivariate" and len(fills) != 9:
        raise ValueError(f"a bivariate map has {len(fills)} classes; it needs 9, row by row")
    number = classes.astype(float).dropna().to_dict()
    given = {} if status is None else status.fillna("").to_dict()
    codes = []
    for area_id in geometry.ids:
        state = given.get(area_id, "")
        if state in _STATUS_CODES:
            codes.append(_STATUS_CODES[state])
            continue
        if state not in _WITH_CLASS:
            known = ", ".join(map(repr, [*WITHOUT_CLASS, *_WITH_CLASS]))
            raise ValueError(f"unknown status {state!r} of area {area_id!r}; statuses: {known}")
        if area_id not in number:
            codes.append(_STATUS_CODES["not_assessed" if state else "missing"])
            continue
        place = int(number[area_id])
        if not 0 <= place < len(fills):
            raise ValueError(
                f"class {place} of area {area_id!r}; there are {len(fills)} classes from 0"
            )
        start = _PROVISIONAL if state == "provisional" else _PLAIN
        if area_id in less_sure:
            start = _LESS_SURE
        codes.append(chr(start + place))
    return AreaClasses(
        codes="".join(codes),
        fills=tuple(fills),
        words=tuple(words),
        tooltips=_texts(geometry, tooltips),
        figures=tuple(
            (place, figures[area_id])
            for place, (area_id, code) in enumerate(zip(geometry.ids, codes, strict=True))
            if figures and figures.get(area_id) and code not in _STATUS_CODES.values()
        ),
        layout=layout,
        palette=palette,
    )


def area_circles(
    geometry: Geometry,
    counts: pd.Series,
    *,
    palette: Palette,
    colour: str,
    words: Callable[[float], str],
    status: pd.Series | None = None,
    tooltips: Mapping[str, str] | None = None,
    figures: Mapping[str, str] | None = None,
    width: int = 520,
) -> AreaClasses:
    """Return counts as circles on plain areas.

    Parameters
    ----------
    geometry
        The areas, in order.
    counts
        Count of each area, index area id; NaN for none.
    palette, status, tooltips, figures
        As in :func:`area_classes`.
    colour
        Fill of the circles.
    words
        Turns a count into the words of the legend.
    width
        Pixels the map is about wide: many areas on a small map get smaller
        circles.

    Notes
    -----
    The radius grows with the square root of the count, so that areas compare
    as counts do (Cleveland & McGill 1984). It is the same at every zoom, as
    the legend says what it means.
    """
    known = counts.astype(float).reindex(list(geometry.ids))
    given = status.reindex(known.index) if status is not None else None
    if given is not None:
        known = known.mask(given.isin(WITHOUT_CLASS))
    plain = area_classes(
        geometry,
        known.notna().astype(float).where(known.notna()) * 0,
        palette=palette,
        fills=[palette.panel],
        words=[""],
        status=status,
        tooltips=tooltips,
        figures=figures,
        layout="circles",
    )
    largest = float(known.max()) if known.notna().any() else 0.0
    top = max(5.0, min(28.0, 0.55 * width / math.sqrt(len(geometry.ids))))
    scale = top / math.sqrt(largest) if largest > 0 else 0.0
    radii = tuple(
        round(scale * math.sqrt(max(count, 0.0)), 1) for count in known.fillna(0.0).tolist()
    )
    references = tuple(
        (round(scale * math.sqrt(count), 1), words(count)) for count in _round_counts(largest)
    )
    style = AreaStyle(colour, palette.label_on(colour), edge=palette.background)
    return AreaClasses(
        codes=plain.codes,
        fills=plain.fills,
        words=plain.words,
        tooltips=plain.tooltips,
        figures=plain.figures,
        layout="circles",
        palette=palette,
        circles=Circles(radii, style, references),
    )


def _round_counts(largest: float) -> list[float]:
    """Return up to three counts of one leading digit, about 1 : 4 : 10, none over the largest."""
    found: list[float] = []
    for share in (1.0, 0.4, 0.1):
        wanted = largest * share
        if wanted < 1:
            continue
        power = 10 ** math.floor(math.log10(wanted))
        count = max(digit * power for digit in (1, 2, 5) if digit * power <= wanted)
        if count not in found:
            found.append(float(count))
    return found


def _texts(geometry: Geometry, texts: Mapping[str, str] | None) -> tuple[str, ...]:
    return tuple(texts.get(area_id, "") for area_id in geometry.ids) if texts is not None else ()


# --------------------------------------------------------------------------- legend


@dataclass(frozen=True)
class Entry:
    """One line of a legend: how it looks and what it means."""

    style: AreaStyle
    words: str


@dataclass(frozen=True)
class Legend:
    """What every colour and pattern of a map means.

    Parameters
    ----------
    layout
        As in :class:`AreaClasses`.
    steps
        The classes; for ``bivariate`` nine of them, row by row.
    statuses
        What else occurs on the map: provisional, suppressed, missing, ...
    references
        Radius in pixels and words of circles.
    circle
        Fill of a circle; None without circles.
    axes
        Names of the two sides of a bivariate legend: rows, columns.
    palette
        Light or dark.
    """

    layout: Layout
    steps: tuple[Entry, ...]
    statuses: tuple[Entry, ...]
    references: tuple[tuple[float, str], ...]
    circle: AreaStyle | None
    axes: tuple[str, str]
    palette: Palette


def legend(
    classes: AreaClasses,
    *,
    axes: tuple[str, str] = ("", ""),
    status_words: Mapping[str, str] | None = None,
) -> Legend:
    """Return the legend of a result: all its classes, and every status that occurs.

    Steps cut from values are left out where no area has a value.

    Parameters
    ----------
    classes
        The result.
    axes
        For a bivariate map: what rows and columns are.
    status_words
        Words of statuses in the reader's language (``suppressed``,
        ``missing``, ``not_assessed``, ``not_applicable``, ``provisional``,
        ``less_sure``); the palette's own where one is not given.
    """
    palette = classes.palette
    spoken = status_words or {}
    occurring = classes.styles()
    statuses = []
    middle = classes.fills[len(classes.fills) // 2] if classes.fills else palette.panel
    if classes.circles is not None and classes.circles.style.fill:
        middle = classes.circles.style.fill
    strongest = classes.fills[-1] if classes.fills else middle
    for status, start in (("provisional", _PROVISIONAL), ("less_sure", _LESS_SURE)):
        if classes.has(start):
            look = palette.status(status)
            fill = (
                palette.provisional(middle)
                if status == "provisional"
                else palette.less_sure(strongest)
            )
            style = AreaStyle(
                fill,
                palette.label_on(fill),
                look.pattern,
                strongest if look.pattern else None,
                look.outline,
                look.dashed,
            )
            statuses.append(Entry(style, spoken.get(status, look.words)))
    for status in WITHOUT_CLASS:
        code = _STATUS_CODES[status]
        if code in occurring:
            words = spoken.get(status, palette.status(status).words)
            statuses.append(Entry(occurring[code], words))
    steps = tuple(
        Entry(AreaStyle(fill, palette.label_on(fill)), words)
        for fill, words in zip(classes.fills, classes.words, strict=True)
    )
    circles = classes.circles
    valued = any(map(classes.has, (_PLAIN, _PROVISIONAL, _LESS_SURE)))
    told = valued if classes.layout == "steps" else classes.layout != "circles"
    return Legend(
        layout=classes.layout,
        steps=steps if told else (),
        statuses=tuple(statuses),
        references=circles.references if circles is not None else (),
        circle=circles.style if circles is not None else None,
        axes=axes,
        palette=palette,
    )


def legend_html(shown: Legend) -> str:
    """Return a legend as escaped HTML that takes typeface and width from the page."""
    palette = shown.palette
    small = f"font-size:13px;line-height:1.35;color:{palette.ink_secondary}"
    blocks = []
    if shown.layout == "bivariate":
        blocks.append(_bivariate_html(shown))
    elif shown.layout == "circles":
        drawn = "".join(
            f'<span style="display:inline-flex;align-items:center;gap:7px">'
            f"{_swatch(shown, shown.circle, radius)}<span>{escape(words)}</span></span>"
            for radius, words in shown.references
            if shown.circle is not None
        )
        blocks.append(f'<div style="{_ROW};align-items:center">{drawn}</div>')
    elif shown.layout == "categories":
        blocks.append(f'<div style="{_ROW}">{_entries_html(shown, shown.steps)}</div>')
    elif shown.steps:
        edge = f"border:1px solid {palette.rule}"
        cells = "".join(
            f'<div style="flex:1 1 0;min-width:44px">'
            f'<div style="height:8px;background:{entry.style.fill};{edge};'
            f'{"" if place == 0 else "border-left:0"}"></div>'
            f'<div style="padding:3px 3px 0;text-align:center">{escape(entry.words)}</div></div>'
            for place, entry in enumerate(shown.steps)
        )
        width = max(130, 92 * len(shown.steps))
        blocks.append(f'<div style="display:flex;max-width:{width}px">{cells}</div>')
    if shown.statuses:
        blocks.append(f'<div style="{_ROW}">{_entries_html(shown, shown.statuses)}</div>')
    inner = "".join(blocks)
    return f'<div style="display:flex;flex-direction:column;gap:8px;{small}">{inner}</div>'


_ROW = "display:flex;flex-wrap:wrap;gap:4px 18px"


def _entries_html(shown: Legend, entries: Iterable[Entry]) -> str:
    return "".join(
        f'<span style="display:inline-flex;align-items:center;gap:7px">'
        f"{_swatch(shown, entry.style)}<span>{escape(entry.words)}</span></span>"
        for entry in entries
    )


def _bivariate_html(shown: Legend) -> str:
    rows, columns = map(escape, shown.axes)
    cells = "".join(
        f'<div style="background:{entry.style.fill};color:{entry.style.label};padding:5px 7px;'
        f'font-size:12px;line-height:1.25;min-height:30px">{escape(entry.words)}</div>'
        for entry in shown.steps
    )
    grid = (
        '<div style="display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:1px;'
        f'max-width:460px">{cells}</div>'
    )
    return f"<div><div>{rows} ↓ &nbsp; {columns} →</div>{grid}</div>"


def _swatch(shown: Legend, style: AreaStyle | None, radius: float = 0.0) -> str:
    if style is None:
        return ""
    width, height = (24.0, 14.0) if not radius else (2 * radius + 2, 2 * radius + 2)
    address = swatch_address(shown, style, radius)
    return f'<img alt="" width="{width:g}" height="{height:g}" style="flex:none" src="{address}">'


def swatch_address(shown: Legend, style: AreaStyle, radius: float = 0.0) -> str:
    """Return a small picture of one style as an address; inline SVG would be taken out of the page."""
    width, height = (24.0, 14.0) if not radius else (2 * radius + 2, 2 * radius + 2)
    name = "gw" + _digest(repr((style, shown.palette.mode)))[:8]
    fill, pattern = _fill_svg(style, name)
    edge = style.edge or shown.palette.rule
    dash = ' stroke-dasharray="3 2"' if style.dashed else ""
    shape = (
        f'<circle cx="{width / 2:g}" cy="{height / 2:g}" r="{radius:g}"'
        if radius
        else '<rect x=".5" y=".5" width="23" height="13"'
    )
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}">'
        f'{pattern}{shape} fill="{fill}" stroke="{edge}"{dash}/></svg>'
    )
    return svg_address(drawing)


def svg_address(drawing: str) -> str:
    """Return an SVG document as the address of an image."""
    return "data:image/svg+xml," + quote(drawing, safe=" =/:;,.()'")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --------------------------------------------------------------------------- in the page


class _Map(folium.Map):
    """A folium map that asks nobody outside and leaves the reader's own zoom alone."""

    _template = Template(
        """
        {% macro header(this, kwargs) %}
            <style>
                html, body { width: 100%; height: 100%; margin: 0; overflow: hidden; }
                body > span { display: none; }
                #{{ this.get_name() }} { position: relative; width: 100%; }
            </style>
            <script>L_NO_TOUCH = false; L_DISABLE_3D = false;</script>
        {% endmacro %}
        {% macro html(this, kwargs) %}
            <div class="folium-map" id={{ this.get_name()|tojson }} ></div>
        {% endmacro %}
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = L.map(
                {{ this.get_name()|tojson }},
                {
                    center: {{ this.location|tojson }},
                    ...{{this.options|tojavascript}}
                }
            );
        {% endmacro %}
        """
    )


class _AreaLayer(JSCSSMixin, MacroElement):
    """Loads our layer and lets it fetch the geometry."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            groundwork.mount({{ this._parent.get_name() }}, {{ this.options }});
        {% endmacro %}
        """
    )

    def __init__(self, script_url: str, options: Mapping[str, Any]) -> None:
        super().__init__()
        self._name = "AreaLayer"
        self.default_js = [("groundwork", script_url)]
        self.default_css = []
        self.options = _for_script(options)


class ClassLayer(folium.FeatureGroup):
    """A result on its way to the frame; it holds no geometry, no ids and no names."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
            var {{ this.get_name() }} = groundwork.classLayer({{ this.content }});
        {% endmacro %}
        """
    )

    def __init__(self, content: Mapping[str, Any]) -> None:
        super().__init__(control=False)
        self.content = _for_script(content)


def base_map(
    geometry: Geometry,
    *,
    files: StaticFiles,
    name: str,
    words: Mapping[str, str] | None = None,
    tile_url: str | None = None,
    attribution: str | None = None,
) -> folium.Map:
    """Return the frame of a map: the same for the same geometry, whatever is shown on it.

    Parameters
    ----------
    geometry
        The areas; must have been written by ``static_files.write_geometry``.
    files
        Addresses of Leaflet and of our layer.
    name
        What the map is, for readers who do not see it ("map of districts").
    words
        ``zoom_in``, ``zoom_out``, ``whole`` (back to the whole territory) and
        ``unavailable`` (said when the geometry cannot be loaded) in the
        reader's language.
    tile_url, attribution
        Background tiles and whom to thank for them; the one way a request can
        leave the host.

    Returns
    -------
    folium.Map
        For ``st_folium``. Make a new one for each run: ``st_folium`` adds the
        class layer to the map it is given, and keys its frame by what the map
        then holds.
    """
    south_west, north_east = geometry.bounds
    spoken = {
        "zoom_in": "Zoom in",
        "zoom_out": "Zoom out",
        "whole": "Show the whole territory",
        "unavailable": "The outlines of the areas could not be loaded.",
        **(words or {}),
    }
    drawn = _Map(
        location=[
            (south_west[0] + north_east[0]) / 2,
            (south_west[1] + north_east[1]) / 2,
        ],
        zoom_start=10,
        tiles=None,
        zoom_control=False,
        attribution_control=False,
        scroll_wheel_zoom=False,
        zoom_snap=0.25,
        zoom_delta=1,
    )
    drawn.default_js = [("leaflet", files.leaflet_js)]
    drawn.default_css = [("leaflet_css", files.leaflet_css)]
    tiles = None if tile_url is None else {"url": tile_url, "thanks": escape(attribution or "")}
    options = {
        "geometry": files.geometry_url(geometry),
        "bounds": [south_west, north_east],
        "name": name,
        "words": spoken,
        "typeface": TYPEFACE,
        "tiles": tiles,
    }
    drawn.add_child(_AreaLayer(files.layer_js, options))
    return drawn


def class_layer(
    geometry: Geometry, classes: AreaClasses, *, alt: str, selected: str | None = None,
    points: Sequence[Point] = (),
) -> ClassLayer:  # fmt: skip
    """Return what recolours the frame, for ``st_folium(..., feature_group_to_add=...)``.

    Parameters
    ----------
    geometry
        The geometry of the base map.
    classes
        The result.
    alt
        What the map shows, in words.
    selected
        Id of the chosen area, outlined; an id without a polygon is not drawn.
    points
        Places on top of the areas, each as its letter.
    """
    palette = classes.palette
    content: dict[str, Any] = {
        "geometry": geometry.digest,
        "codes": classes.codes,
        "styles": {code: _style_for_script(style) for code, style in classes.styles().items()},
        "tooltips": list(classes.tooltips),
        "figures": dict(classes.figures),
        "selected": geometry.ids.index(selected) if selected in geometry.ids else None,
        "alt": alt,
        "colours": {
            "ground": palette.background,
            "panel": palette.panel,
            "ink": palette.ink,
            "secondary": palette.ink_secondary,
            "rule": palette.rule,
            "border": palette.border,
            "accent": palette.accent,
            "mode": palette.mode,
        },
    }
    if points:
        content["points"] = [
            {"at": [one.latitude, one.longitude], "letter": one.letter, "name": one.name,
             "words": one.words}
            for one in points
        ]  # fmt: skip
    if classes.circles is not None:
        content["circles"] = {
            "radii": list(classes.circles.radii),
            "style": _style_for_script(classes.circles.style),
            "provisional": _style_for_script(_provisional_circle(classes)),
        }
    return ClassLayer(content)


def _provisional_circle(classes: AreaClasses) -> AreaStyle:
    assert classes.circles is not None
    palette = classes.palette
    fill = palette.provisional(classes.circles.style.fill or palette.panel)
    edge = palette.status("provisional").outline
    return AreaStyle(fill, palette.label_on(fill), edge=edge, dashed=True)


def _style_for_script(style: AreaStyle) -> dict[str, Any]:
    return {
        "fill": style.fill,
        "label": style.label,
        "pattern": style.pattern,
        "ink": style.pattern_colour,
        "edge": style.edge,
        "dashed": style.dashed,
    }


def _for_script(content: Mapping[str, Any]) -> str:
    """Return a call of ``JSON.parse`` out of which nothing can be read but the content.

    Names come from files of other people. Inside the one string literal no
    ``<`` ends the script, no ``{{`` is taken for a template by folium, no ``_``
    for the random id of an element (streamlit-folium strips those from the key
    of its frame, and rewrites them).
    """
    text = json.dumps(content, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    literal = json.dumps(text)
    for letter in "<>&{}_":
        literal = literal.replace(letter, f"\\u{ord(letter):04x}")
    return f"JSON.parse({literal})"


# --------------------------------------------------------------------------- as a file


def svg_map(
    geometry: Geometry,
    classes: AreaClasses,
    *,
    title: str,
    legend: Legend,
    subline: str = "",
    source: str = "",
    alt: str = "",
    selected: str | None = None,
    width: int = 900,
    points: Sequence[Point] = (),
) -> str:
    """Return the map as one SVG document: title, picture, legend and source line.

    Parameters
    ----------
    geometry, classes, legend
        What is drawn and what it means.
    title, subline, source
        Words above and below the picture; long ones are broken into lines.
    alt
        What the map shows, for readers who do not see it; the title when
        empty.
    selected
        Id of the area outlined.
    width
        Pixels; the height follows from the territory.
    points
        Places on top of the areas, each as its letter.

    Returns
    -------
    str
        The same for the same input; holds no script and refers to nothing
        outside itself.
    """
    palette = classes.palette
    margin, inner = 24, width - 48
    name = "gw" + _digest(geometry.digest + repr(classes) + str(width))[:8]
    parts: list[str] = []
    top = 16.0
    for text, size, weight, colour in (
        (title, 20, 600, palette.ink),
        (subline, 14, 400, palette.ink_secondary),
    ):
        lines = _broken(text, size, inner, weight)
        parts += _lines_svg(lines, margin, top, size, weight, colour)
        top += len(lines) * size * 1.3 + (4 if lines else 0)
    top += 8

    low, high = geometry.points.min(axis=0), geometry.points.max(axis=0)
    east, north = (max(int(step), 1) for step in high - low)
    scale = min(inner / east, 0.78 * width / north)
    view = _View(scale, margin + (inner - east * scale) / 2 - low[0] * scale, 0.0)
    view = _View(scale, view.left, top + high[1] * scale)
    spots = _spots(geometry, points, view)
    parts.append(_picture_svg(geometry, classes, view, name, selected, spots=spots))
    parts.append(_points_svg(points, spots, palette))
    top += north * scale + 16

    drawn, height = _legend_svg(legend, margin, top, inner, name)
    parts.append(drawn)
    top += height
    lines = _broken(source, 12, inner)
    if lines:
        top += 10
        parts += _lines_svg(lines, margin, top, 12, 400, palette.ink_secondary)
        top += len(lines) * 15.6
    total = math.ceil(top + 16)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{total}" '
        f'viewBox="0 0 {width} {total}" role="img" aria-labelledby="{name}t {name}d" '
        f'font-family="{escape(TYPEFACE)}">'
        f'<title id="{name}t">{escape(title)}</title>'
        f'<desc id="{name}d">{escape(alt or title)}</desc>'
        f'<rect width="{width}" height="{total}" fill="{palette.background}"/>'
        f"{''.join(parts)}</svg>"
    )


@dataclass(frozen=True)
class BareMap:
    """A map without a word, to be stretched to any size: words are laid over it.

    Parameters
    ----------
    svg
        The document.
    ratio
        Width divided by height.
    places
        Where the middle of each area lies, by its id: shares of width and
        height from the upper left corner, 0-1.
    """

    svg: str
    ratio: float
    places: Mapping[str, tuple[float, float]]


def bare_map(geometry: Geometry, classes: AreaClasses, *, width: int = 900) -> BareMap:
    """Return a map without names, figures, title and legend."""
    low, high = geometry.points.min(axis=0), geometry.points.max(axis=0)
    east, north = (max(int(step), 1) for step in high - low)
    scale = (width - 4) / east
    height = north * scale + 4
    view = _View(scale, 2 - low[0] * scale, 2 + high[1] * scale)
    name = "gw" + _digest(geometry.digest + repr(classes) + str(width))[:8]
    drawn = _picture_svg(geometry, classes, view, name, None, labelled=False)
    anchors = view.at(geometry.labels[:, :2]) / [width, height]
    return BareMap(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:.1f}">{drawn}</svg>',
        width / height,
        {one: (float(x), float(y)) for one, (x, y) in zip(geometry.ids, anchors, strict=True)},
    )


def legend_svg(shown: Legend, *, width: int = 520) -> str:
    """Return a legend alone as one SVG document."""
    name = "gw" + _digest(repr(shown) + str(width))[:8]
    drawn, height = _legend_svg(shown, 0, 2, width, name)
    total = math.ceil(height + 4)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{total}" '
        f'viewBox="0 0 {width} {total}" font-family="{escape(TYPEFACE)}">{drawn}</svg>'
    )


@dataclass(frozen=True)
class _View:
    """From steps of the grid to pixels of the picture."""

    scale: float
    left: float
    bottom: float

    def at(self, points: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return pixels right and down of points of the grid."""
        return points * [self.scale, -self.scale] + [self.left, self.bottom]


def _picture_svg(
    geometry: Geometry,
    classes: AreaClasses,
    view: _View,
    name: str,
    selected: str | None,
    *,
    labelled: bool = True,
    spots: Sequence[tuple[float, float]] = (),
) -> str:
    palette, styles = classes.palette, classes.styles()
    rings = geometry.rings()
    places = [[view.at(ring) for ring in area] for area in rings]
    areas = places[: len(geometry.ids)]
    paths = [_path(area, closed=True) for area in areas]
    sides = [float(max(np.ptp(area[0], axis=0))) if area else 0.0 for area in areas]
    border = _border_width(float(np.median(sides)))

    drawn, edges = [], []
    for place, (code, style) in enumerate(styles.items()):
        fill, pattern = _fill_svg(style, f"{name}p{place}")
        own = [area for area, given in enumerate(classes.codes) if given == code]
        inside = "".join(f'<path d="{paths[area]}"/>' for area in own)
        # Without borders, a hair of the own colour closes the seams between neighbours.
        line = palette.background if border else style.fill or "none"
        drawn.append(
            f'{pattern}<g fill="{fill}" fill-rule="evenodd" stroke="{line}" '
            f'stroke-width="{border or 0.5:g}" stroke-linejoin="round">{inside}</g>'
        )
        # Edges of areas too small for a pattern would turn the map grey.
        edged = [area for area in own if sides[area] >= (16 if style.dashed else 10)]
        if style.edge is not None and edged:
            dash = ' stroke-dasharray="4 3"' if style.dashed else ""
            line = "".join(paths[area] for area in edged)
            edges.append(f'<path d="{line}" fill="none" stroke="{style.edge}"{dash}/>')
    outer, parents = (_path(lines, closed=False) for lines in places[len(geometry.ids) :])
    if parents:
        edges.append(
            f'<path d="{parents}" fill="none" stroke="{palette.background}" stroke-width="2.2" '
            f'stroke-opacity=".85"/><path d="{parents}" fill="none" stroke="{palette.border}" '
            'stroke-width=".9"/>'
        )
    edges.append(f'<path d="{outer}" fill="none" stroke="{palette.border}" stroke-width="1"/>')
    if selected in geometry.ids:
        path = paths[geometry.ids.index(selected)]
        edges.append(
            f'<g fill="none" stroke-linejoin="round"><path d="{path}" '
            f'stroke="{palette.background}" stroke-width="5"/><path d="{path}" '
            f'stroke="{palette.ink}" stroke-width="2.4"/></g>'
        )
    anchors = view.at(geometry.labels[:, :2])
    chords = (geometry.labels[:, 2] * view.scale).astype(np.float64)
    edges.append(_circles_svg(classes, anchors))
    if labelled:
        edges.append(_labels_svg(geometry, classes, styles, areas, anchors, chords, spots))
    return "".join([*drawn, *edges])


def _spots(geometry: Geometry, points: Sequence[Point], view: _View) -> list[tuple[float, float]]:
    """Where signs of places stand in the picture: near ones side by side."""
    true = [view.at(np.array(geometry.steps(one.longitude, one.latitude))) for one in points]
    return apart([(float(x), float(y)) for x, y in true])


def apart(spots: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Let signs that would cover each other step aside to the nearest free place.

    Parameters
    ----------
    spots
        Middles of the signs, in pixels; the first ones stay where they are.

    Returns
    -------
    list
        No two nearer than 15 pixels, none moved by more than 29; where that
        leaves no room, a sign stays where it is. The layer in the browser does
        the same.

    Examples
    --------
    >>> apart([(0, 0), (40, 0), (3, 0)])
    [(0, 0), (40, 0), (18.0, 0.0)]
    """
    cells: dict[tuple[int, int], list[tuple[float, float]]] = {}

    def cell(x: float, y: float) -> tuple[int, int]:
        return math.floor(x / _APART), math.floor(y / _APART)

    def free(x: float, y: float) -> bool:
        across, down = cell(x, y)
        return not any(
            math.hypot(east - x, south - y) < _APART
            for column in (across - 1, across, across + 1)
            for row in (down - 1, down, down + 1)
            for east, south in cells.get((column, row), ())
        )

    found = []
    for x, y in spots:
        aside = (
            (x + away * math.cos(turn * math.pi / 6), y + away * math.sin(turn * math.pi / 6))
            for away in _ASIDE
            for turn in range(12)
        )
        place = (x, y) if free(x, y) else next((one for one in aside if free(*one)), (x, y))
        cells.setdefault(cell(*place), []).append(place)
        found.append(place)
    return found


def _points_svg(
    points: Sequence[Point], spots: Sequence[tuple[float, float]], palette: Palette
) -> str:
    drawn = []
    for one, (x, y) in zip(points, spots, strict=True):
        drawn.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="7" fill="{palette.background}" '
            f'stroke="{palette.ink}"/><text x="{x:.1f}" y="{y + 3.6:.1f}" '
            f'fill="{palette.ink}" font-size="10" font-weight="600">{escape(one.letter)}</text>'
        )
    return f'<g text-anchor="middle">{"".join(drawn)}</g>' if drawn else ""


def _circles_svg(classes: AreaClasses, anchors: NDArray[np.float64]) -> str:
    circles = classes.circles
    if circles is None:
        return ""
    provisional = _provisional_circle(classes)
    drawn = []
    for place in np.argsort([-radius for radius in circles.radii], kind="stable"):
        radius = circles.radii[place]
        if radius <= 0:
            continue
        flagged = _PROVISIONAL <= ord(classes.codes[place]) < _PROVISIONAL + _MOST_CLASSES
        style = provisional if flagged else circles.style
        dash = ' stroke-dasharray="3 2"' if style.dashed else ""
        drawn.append(
            f'<circle cx="{anchors[place, 0]:.1f}" cy="{anchors[place, 1]:.1f}" r="{radius:g}" '
            f'fill="{style.fill}" stroke="{style.edge}"{dash}/>'
        )
    return f'<g fill-opacity=".88">{"".join(drawn)}</g>'


def _labels_svg(
    geometry: Geometry,
    classes: AreaClasses,
    styles: Mapping[str, AreaStyle],
    areas: Sequence[Sequence[NDArray[np.float64]]],
    anchors: NDArray[np.float64],
    chords: NDArray[np.float64],
    spots: Sequence[tuple[float, float]],
) -> str:
    figures, drawn = dict(classes.figures), []
    radii = classes.circles.radii if classes.circles is not None else ()
    for place, (text, code) in enumerate(zip(geometry.names, classes.codes, strict=True)):
        if chords[place] < 18:
            continue
        style, figure = styles[code], figures.get(place)
        middle, height = (float(step) for step in anchors[place])
        beside = radii[place] + 9 if radii and radii[place] else 0
        first = [beside, -beside] if beside else [0]
        # A name makes way for the places that lie where it would stand.
        ways = [first[-1] + step for step in (-15, 15, -26, 26)] if spots else []
        for away in [*first, *ways]:
            fitting = _fitting(text, figure, areas[place], middle, height + away, spots)
            if fitting is not None:
                height += away
                break
        if fitting is None:
            continue
        names, size, number = fitting
        rows = [(line, size, 400) for line in names] + ([(number, 11, 600)] if number else [])
        halo = ""
        if style.pattern:
            ground = style.fill or classes.palette.background
            halo = f' stroke="{ground}" stroke-width="3" paint-order="stroke"'
        baseline = height - 6.5 * len(rows) + 10
        for place_of_row, (line, points, weight) in enumerate(rows):
            drawn.append(
                f'<text x="{middle:.1f}" y="{baseline + 13 * place_of_row:.1f}" '
                f'fill="{style.label}" font-size="{points}" font-weight="{weight}"{halo}>'
                f"{escape(line)}</text>"
            )
    return f'<g text-anchor="middle">{"".join(drawn)}</g>'


def _fitting(
    text: str,
    figure: str | None,
    rings: Sequence[NDArray[np.float64]],
    middle: float,
    height: float,
    spots: Sequence[tuple[float, float]],
) -> tuple[list[str], int, str | None] | None:
    """Return lines, size and figure of the largest label that lies inside an area."""
    for number in (figure, None) if figure else (None,):
        for names, size in [
            ([text], 11),
            (_halved(text), 11),
            ([text], 10),
            (_halved(text), 10),
        ]:
            if not names:
                continue
            widths = [_text_width(line, size, room=1.1) for line in names]
            if number:
                widths.append(_text_width(number, 11, 600, room=1.1))
            half_width = max(widths) / 2 + 2
            half_height = 6.5 * len(widths)
            covered = any(
                abs(x - middle) < half_width + _SIGN and abs(y - height) < half_height + _SIGN
                for x, y in spots
            )
            if not covered and _holds(rings, middle, height, half_width, half_height):
                return names, size, number
    return None


def _halved(text: str) -> list[str]:
    """Return a name as two lines, broken where they come out most alike; empty when it cannot."""
    breaks = [place for place, letter in enumerate(text) if letter in " -"]
    if not breaks:
        return []
    best = min(breaks, key=lambda place: abs(place - len(text) / 2))
    first = text[: best + 1].rstrip()
    second = text[best + 1 :].lstrip()
    return [first, second] if first and second else []


def _holds(
    rings: Sequence[NDArray[np.float64]],
    middle: float,
    height: float,
    half_width: float,
    half_height: float,
) -> bool:
    """Return whether no ring touches a box around a point inside."""
    across = np.array([-1.0, 0.0, 1.0]) * half_width + middle
    down = np.array([-1.0, 0.0, 1.0]) * half_height + height
    return all(_within(rings, x, y) for x in across for y in down)


def _within(rings: Sequence[NDArray[np.float64]], x: float, y: float) -> bool:
    inside = False
    for ring in rings:
        here, there = ring, np.roll(ring, 1, axis=0)
        crosses = (here[:, 1] > y) != (there[:, 1] > y)
        if not crosses.any():
            continue
        a, b = here[crosses], there[crosses]
        at = a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
        inside ^= bool(np.count_nonzero(at > x) % 2)
    return inside


def _path(rings: Iterable[NDArray[np.float64]], *, closed: bool) -> str:
    """Return path commands in tenths of a pixel, without points that nobody can tell apart."""
    commands = []
    for ring in rings:
        tenths = np.rint(ring * 10).astype(np.int64)
        near = tenths // 5
        moved = np.any(np.diff(near, axis=0, prepend=near[:1] - 1), axis=1)
        tenths = tenths[moved] if np.count_nonzero(moved) > 3 else tenths
        steps = np.diff(tenths, axis=0)
        start = f"M{_tenth(tenths[0, 0])} {_tenth(tenths[0, 1])}l"
        commands.append(start + " ".join(f"{_tenth(x)} {_tenth(y)}" for x, y in steps.tolist()))
        if closed:
            commands.append("z")
    return "".join(commands)


def _tenth(tenths: int) -> str:
    whole, rest = divmod(abs(int(tenths)), 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _border_width(side: float) -> float:
    """Return the width of borders between areas of this many pixels; none where they are tiny."""
    for at_least, width in ((40, 1.2), (20, 0.8), (6, 0.4)):
        if side >= at_least:
            return width
    return 0.0


def _fill_svg(style: AreaStyle, name: str) -> tuple[str, str]:
    """Return the value of ``fill`` and the definition it refers to."""
    if not style.pattern:
        return style.fill or "none", ""
    marks = {
        "hatch": (8, f'<path d="M-2 2l4-4M0 8l8-8M6 10l4-4" stroke="{style.pattern_colour}"/>'),
        "dots": (6, f'<circle cx="3" cy="3" r=".95" fill="{style.pattern_colour}"/>'),
        "stripes": (5, f'<rect width="5" height="2.5" fill="{style.pattern_colour}"/>'),
        "lines": (6, f'<path d="M3 0v6" stroke="{style.pattern_colour}" stroke-width=".9"/>'),
    }
    side, mark = marks[style.pattern]
    ground = f'<rect width="{side}" height="{side}" fill="{style.fill or "none"}"/>'
    return (
        f"url(#{name})",
        f'<defs><pattern id="{name}" width="{side}" height="{side}" '
        f'patternUnits="userSpaceOnUse">{ground}{mark}</pattern></defs>',
    )


def _legend_svg(
    shown: Legend, left: float, top: float, width: float, name: str
) -> tuple[str, float]:
    """Return the drawn legend and its height in pixels."""
    palette, drawn, start = shown.palette, [], top
    ink = palette.ink_secondary
    if shown.layout == "bivariate":
        rows, columns = shown.axes
        drawn += _lines_svg([f"{rows} ↓   {columns} →"], left, top, 13, 400, ink)
        top += 20
        cell = min(170.0, width / 3)
        broken = [_broken(entry.words, 12, cell - 14) for entry in shown.steps]
        height = max(30, 15.6 * max(map(len, broken)) + 10)
        for place, (entry, lines) in enumerate(zip(shown.steps, broken, strict=True)):
            x, y = left + cell * (place % 3), top + height * (place // 3)
            drawn.append(
                f'<rect x="{x:g}" y="{y:g}" width="{cell - 1:g}" height="{height - 1:g}" '
                f'fill="{entry.style.fill}"/>'
            )
            drawn += _lines_svg(lines, x + 7, y + 4, 12, 400, entry.style.label)
        top += 3 * height + 8
    elif shown.layout == "circles" and shown.circle is not None and shown.references:
        tallest = max(radius for radius, _ in shown.references)
        x = left
        for radius, words in shown.references:
            drawn.append(
                f'<circle cx="{x + radius:g}" cy="{top + tallest:g}" r="{radius:g}" '
                f'fill="{shown.circle.fill}" fill-opacity=".88"/>'
            )
            x += 2 * radius + 7
            drawn += _lines_svg([words], x, top + tallest - 9, 13, 400, ink)
            x += _text_width(words, 13) + 18
        top += 2 * tallest + 10
    elif shown.layout == "steps" and shown.steps:
        cell = min(92.0, width / len(shown.steps))
        broken = [_broken(entry.words, 12, cell - 4) for entry in shown.steps]
        for place, (entry, lines) in enumerate(zip(shown.steps, broken, strict=True)):
            x = left + cell * place
            drawn.append(
                f'<rect x="{x:g}" y="{top:g}" width="{cell:g}" height="8" '
                f'fill="{entry.style.fill}" stroke="{palette.rule}"/>'
            )
            drawn += _lines_svg(lines, x + cell / 2, top + 11, 12, 400, ink, "middle")
        top += 14 + 15.6 * max(map(len, broken)) + 6
    entries = (*(shown.steps if shown.layout == "categories" else ()), *shown.statuses)
    x = left
    for place, entry in enumerate(entries):
        needed = 31 + _text_width(entry.words, 13)
        if x > left and x + needed > left + width:
            x, top = left, top + 21
        fill, pattern = _fill_svg(entry.style, f"{name}l{place}")
        dash = ' stroke-dasharray="3 2"' if entry.style.dashed else ""
        drawn.append(
            f'{pattern}<rect x="{x + 0.5:g}" y="{top + 2.5:g}" width="23" height="13" '
            f'fill="{fill}" stroke="{entry.style.edge or palette.rule}"{dash}/>'
        )
        drawn += _lines_svg([entry.words], x + 31, top, 13, 400, ink)
        x += needed + 18
    if entries:
        top += 21
    return "".join(drawn), top - start


def _lines_svg(
    lines: Sequence[str],
    x: float,
    top: float,
    size: int,
    weight: int,
    colour: str,
    anchor: str = "start",
) -> list[str]:
    return [
        f'<text x="{x:g}" y="{top + size * (1.05 + 1.3 * place):.1f}" font-size="{size}" '
        f'font-weight="{weight}" fill="{colour}" text-anchor="{anchor}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    ]


def _broken(text: str, size: float, width: float, weight: int = 400) -> list[str]:
    """Return a text as lines of at most a width; a longer word stands alone."""
    lines: list[str] = []
    for word in text.split():
        if lines and _text_width(f"{lines[-1]} {word}", size, weight) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


_LETTER_WIDTHS = {
    letter: width
    for width, letters in (
        (0.23, " ',.:;ij|"),
        (0.31, "!()-I[]flrt{}"),
        (0.43, '"*/?\\sxz'),
        (0.57, "&BCDGKNPRUbdpq"),
        (0.68, "HMOQw"),
        (0.83, "%@Wm"),
    )
    for letter in letters
}


def _text_width(text: str, size: float, weight: int = 400, room: float = 1.2) -> float:
    """Return about how many pixels a text is wide.

    In Source Sans, times ``room``: who opens a downloaded picture may not have
    it, and what stands in is wider.
    """
    bold = 1.12 if weight > 400 else 1.0
    return room * bold * size * sum(_LETTER_WIDTHS.get(letter, 0.5) for letter in text)
