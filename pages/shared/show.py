"""One way to show a result: picture, equal table, downloads, source line, alternative text.

Everything that comes from a file is escaped here; nothing on a page is read
as markup unless the page wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Literal, NamedTuple

import pandas as pd
import streamlit as st
from plotly.graph_objects import Figure
from streamlit_folium import st_folium

from analysis.language import caution
from analysis.language import gettext as _
from analysis.views import maps
from analysis.views.area_maps import MapView
from analysis.views.theme import Mode
from analysis.views.view import View, to_csv
from pages.shared import cached, choose, frame, offered

MAP_HEIGHT = 420
_SEEN = "click seen"
_PICTURE = {
    "displaylogo": False,
    "modeBarButtons": [["toImage"]],
    "scrollZoom": False,
    "doubleClick": False,
}


_WIDE, _NARROW = "wide", "narrow"
# The server is not told how wide a screen is; the classes are those of the containers' keys.
_ONE_OF_TWO = (
    "<style>@media (max-width: 1240px) {{ .st-key-{wide} {{ display: none; }} }}"
    "@media (min-width: 1241px) {{ .st-key-{narrow} {{ display: none; }} }}</style>"
)


def mode() -> Mode:
    """Return whether the reader looks at a light or a dark page."""
    return "dark" if st.context.theme.type == "dark" else "light"


def strong_button() -> Literal["primary", "secondary"]:
    """Return the type of the one button a view leads to.

    Streamlit writes white on the accent, which cannot be read on the pale accent of a dark page.
    """
    return "primary" if mode() == "light" else "secondary"


def plain(text: str) -> str:
    """Return text as Markdown that shows it as it is."""
    escaped = "".join(f"\\{one}" if one in r"\`*_{}[]()#+-!|<>~$:@" else one for one in text)
    # A blank that must not break, as between a number and its unit, stays.
    return re.sub(r"[^\S\u00a0\u202f]+", " ", escaped).strip()


def unbroken(text: str) -> str:
    """Return text that stays on one line where there is room for it."""
    return text.replace(" ", "\u00a0")


def opening(title: str, sentences: str) -> None:
    """Open a page: its finding as the title, then what is seen and how sure that is."""
    st.title(plain(title), anchor=False)
    if sentences:
        sentence(sentences)


def quiet(text: str) -> None:
    """Show a subline or a source in small grey type."""
    st.markdown(f":small[:gray[{plain(text)}]]")


def cell(text: str) -> None:
    """Show a cell of a table whose rows hold controls, in the type of tables."""
    st.markdown(f":small[{plain(text)}]")


def head(title: str, subline: str = "") -> None:
    """Show the title of a view and, below it, unit, period, level and benchmark."""
    with st.container(gap="xxsmall"):
        st.header(plain(title), anchor=False)
        if subline:
            quiet(subline)


def view(shown: View, key: str, *, titled: bool = True) -> None:
    """Show a chart with its table, downloads, notes and source."""
    if titled:
        head(shown.title, shown.subline)
    if shown.narrow_picture is None:
        _chart(shown, shown.picture, key)
    else:
        with st.container(key=f"{_WIDE}-{key}"):
            _chart(shown, shown.picture, key)
        with st.container(key=f"{_NARROW}-{key}"):
            _chart(shown, shown.narrow_picture, f"{key} narrow")
        st.html(_ONE_OF_TWO.format(wide=f"{_WIDE}-{key}", narrow=f"{_NARROW}-{key}"))
    picture_foot(shown, key, drawn=shown.picture is not None)


def _chart(shown: View, picture: Figure | None, key: str) -> None:
    if picture is None:
        return
    name = {"toImageButtonOptions": {"filename": shown.filename, "format": "svg"}}
    offered.by_itself(f"{shown.filename}.picture.json", picture.to_json)
    st.plotly_chart(
        picture, theme=None, key=f"{key} chart", config={**_PICTURE, **name}, alt=shown.alt
    )


def still(picture: Figure, key: str) -> None:
    """Show a small figure that does not move; its words are its alternative text."""
    config = {"staticPlot": True}
    alt = str(picture.layout.meta["alt"])
    st.plotly_chart(picture, theme=None, key=key, config=config, alt=alt)


def sentence(text: str) -> None:
    """Show running text at a width that reads well."""
    st.markdown(plain(text), width=900)


def small(shown: View, key: str) -> None:
    """Show one of many small charts: title, subline, picture; the table opens on demand."""
    with st.container(gap="xxsmall"):
        st.markdown(f"**{plain(shown.title)}**")
        quiet(shown.subline)
        st.plotly_chart(
            shown.picture, theme=None, key=f"{key} chart", config={"displayModeBar": False},
            alt=shown.alt,
        )  # fmt: skip


def area_map(shown: MapView, key: str, selected: str | None) -> None:
    """Show a map with its legend, table, downloads, notes and source.

    A click writes the area into the address bar; the page then opens it.
    """
    head(shown.view.title, shown.view.subline)
    _map(shown, key, selected)
    st.html(maps.legend_html(shown.legend))
    if shown.points:
        quiet(_("Places open to the public: {key}").format(key=shown.key))
    picture_foot(shown.view, key, [svg_file(shown.svg)])


@st.fragment
def _map(shown: MapView, key: str, selected: str | None) -> None:
    """Draw a map in a fragment of its own: panning runs nothing, a click runs the page once."""
    frame.speak()
    geometry, settings = shown.geometry, cached.territory().settings
    words = {
        "zoom_in": _("Zoom in"),
        "zoom_out": _("Zoom out"),
        "whole": _("Show the whole territory"),
        "unavailable": _("The outlines of the areas could not be loaded."),
    }
    # Nothing of the result: a base map that differs would be mounted anew, and its zoom be lost.
    base = maps.base_map(
        geometry, files=cached.static_files(), name=settings.name, words=words,
        tile_url=settings.tile_url or None, attribution=settings.tile_attribution or None,
    )  # fmt: skip
    layer = maps.class_layer(
        geometry, shown.classes, alt=shown.view.alt, selected=selected, points=shown.points
    )
    answer = st_folium(
        base, key=f"{key} map {geometry.digest}", feature_group_to_add=layer, height=MAP_HEIGHT,
        use_container_width=True, returned_objects=["last_active_drawing"],
    )  # fmt: skip
    clicked = (answer or {}).get("last_active_drawing") or {}
    area_id = clicked.get("properties", {}).get("area_id")
    seen = st.session_state.setdefault(_SEEN, {})
    if area_id in geometry.ids and seen.get(key) != clicked:
        seen[key] = clicked
        if area_id != selected:
            choose.write("area", area_id)
            st.rerun()


def told(
    shown: View, key: str, said: Sequence[str] = (), strong: str | Collection[str] = ()
) -> None:
    """Show a view that is a table of words: title, sentences, the table as in print, its foot.

    Cells that say one of ``strong`` are set in bold.
    """
    head(shown.title, shown.subline)
    for one in said:
        sentence(one)
    table(shown.table, shown.alt, strong=(strong,) if isinstance(strong, str) else strong)
    for note in shown.notes:
        quiet(note)
    _csv(shown, key)
    foot(shown.source)


def grid(shown: View, key: str, words: pd.DataFrame) -> None:
    """Show a table that is wide and full of signs, its first column held; in words on demand."""
    head(shown.title, shown.subline)
    for note in shown.notes:
        quiet(note)
    place = st.container()
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        in_words = st.toggle(_("In words"), key=f"{key} words")
        _csv(shown, key)
    with place:
        if in_words:
            table(words, shown.alt)
        else:
            offered.by_itself(
                f"{shown.filename}.shown.csv", lambda: str(shown.table.to_csv(index=False))
            )
            _held(shown.table, key)
    foot(shown.source)


_MOST_ROWS = 25
"""A wide table with more rows scrolls."""


def _held(frame: pd.DataFrame, key: str) -> None:
    """Draw a wide table whose first column stays; a name is never cut off."""
    first = str(frame.columns[0])
    longest = int(frame[first].str.len().max())
    st.dataframe(
        frame, hide_index=True, key=key, placeholder="–",
        height="content" if len(frame) <= _MOST_ROWS else 35 * _MOST_ROWS,
        column_config={first: st.column_config.TextColumn(width=8 * longest + 24, pinned=True)},
    )  # fmt: skip


def _csv(shown: View, key: str) -> None:
    offered.button(
        f"{key} csv", _("Table (CSV)"), lambda: to_csv(shown), f"{shown.filename}.csv", "text/csv"
    )


class Download(NamedTuple):
    """A picture as a file: words on the button, its content on demand, ending and kind."""

    words: str
    content: Callable[[], str | bytes]
    ending: str
    mime: str


def svg_file(content: Callable[[], str | bytes]) -> Download:
    """Return a picture as an SVG file."""
    return Download(_("Picture (SVG)"), content, "svg", "image/svg+xml")


def picture_foot(
    shown: View, key: str, downloads: Sequence[Download] = (), *, drawn: bool = True,
    on_screen: pd.DataFrame | None = None,
) -> None:  # fmt: skip
    """Show notes, table, downloads and source below a picture.

    Parameters
    ----------
    shown
        What is shown.
    key
        Of its controls.
    downloads
        The picture as files, beside the table as one.
    drawn
        Whether there is a picture above; without one the table stands open.
    on_screen
        What this reader sees of the table, where that is more than a file may carry:
        no file is offered of it.
    """
    for note in shown.notes:
        quiet(note)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        as_table = not drawn
        if on_screen is None:
            offered.by_itself(
                f"{shown.filename}.shown.csv", lambda: str(shown.table.to_csv(index=False))
            )
        if drawn:
            as_table = st.toggle(_("Show as a table"), key=f"{key} table")
        _csv(shown, key)
        for one in downloads:
            name = f"{shown.filename}.{one.ending}"
            offered.button(f"{key} {one.ending}", one.words, one.content, name, one.mime)
    if as_table and on_screen is not None:
        # Streamlit offers what stands in a dataframe as a file; a plain table stays on the screen.
        table(on_screen, shown.alt)
    elif as_table:
        st.dataframe(shown.table, hide_index=True, key=f"{key} rows", placeholder="")
    foot(shown.source)


def table(
    frame: pd.DataFrame, alt: str = "", *, strong: Collection[str] = (), titled: bool = True
) -> None:
    """Show a small table that wraps its words; numbers are aligned right.

    Parameters
    ----------
    frame
        Text and numbers, shown as they are.
    alt
        What it shows, for a reader who does not see it.
    strong
        Texts that stand out, such as totals.
    titled
        Whether its columns need their titles.
    """

    def cell(given: object) -> object:
        if not isinstance(given, str):
            return given
        return f"**{plain(given)}**" if given in strong else plain(given)

    escaped = frame.map(cell)
    escaped.columns = pd.Index([plain(str(name)) for name in frame.columns])
    st.table(escaped, hide_index=True, hide_header=not titled, border="horizontal", alt=alt or None)


def foot(source: str) -> None:
    """Show where the figures come from, and what they do not say."""
    quiet(_("Source: {source} · {caution}").format(source=source, caution=caution()))


def empty(title: str, sentence: str) -> None:
    """Show in place of a view why it is not there, and what would fill it."""
    head(title)
    with st.container(border=True):
        st.markdown(plain(sentence))
