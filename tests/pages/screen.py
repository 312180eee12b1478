"""What a reader sees: a page run by Streamlit's own test harness, read back as words and figures.

Knows where the harness keeps what it does not understand (charts, maps), and what must never
stand on a screen.
"""

from __future__ import annotations

import html
import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analysis.disclosure import open_view
from analysis.intake.release import STORE, territory_of
from analysis.territory import Territory

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 60
"""How long one run may take before it counts as hung."""

_CODE = re.compile(r"(?<![\w./])[a-z]+(?:_[a-z0-9]+)+(?![\w./])")
"""Ids of indicators and themes, statuses, reason codes: words with an underscore."""
_NOTHING = re.compile(r"\b(nan|NaN|NaT|None(?! of)|null|undefined)\b|<NA>")
_HOLE = re.compile(r"\{\w*\}")
_PLANTED = re.compile(r"(?<!\\)<script", re.IGNORECASE)
"""The name of an area of the rough world, where it would be read as markup."""


@dataclass
class Screen:
    """A reader's window on one territory.

    ``open`` follows a link, ``set`` operates one control; both run the page once and return the
    screen itself, so that a test reads as one sentence.
    """

    folder: Path
    page: str = ""
    app: AppTest = field(init=False)
    failures: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=SECONDS)

    def open(self, page: str, **address: str) -> Screen:
        """Follow a link to a page, in the same session."""
        self.page = page
        self.app.switch_page(f"pages/{page}.py")
        self.app.query_params = dict(address)
        return self.run()

    def run(self) -> Screen:
        """Run the page once, with whatever was set before."""
        self.failures = []
        keep = _Keep(self.failures)
        log = logging.getLogger("groundwork")
        log.addHandler(keep)
        try:
            with pytest.MonkeyPatch.context() as patch:
                patch.setenv("GROUNDWORK_TERRITORY", str(self.folder))
                self.app.run()
        finally:
            log.removeHandler(keep)
        return self

    def set(self, control: Control, option: Any) -> Screen:
        """Operate a control, by its words, and run the page once."""
        widget: Any = next(one for one in self.app if getattr(one, "key", None) == control.key)
        widget.set_value(option)
        return self.run()

    # ------------------------------------------------------------ what is on it

    @property
    def address(self) -> dict[str, str]:
        """What the address bar says."""
        given = self.app.query_params
        return {name: one if isinstance(one, str) else one[0] for name, one in given.items()}

    @property
    def title(self) -> str:
        """The finding the page opens with."""
        return unescaped(self.app.title[0].value)

    @property
    def sentences(self) -> list[str]:
        """Running text, without the small grey lines."""
        said = [unescaped(one.value) for one in self.app.markdown]
        return [one for one in said if not one.startswith(":small")]

    @property
    def small_print(self) -> list[str]:
        """Sublines, notes and sources."""
        said = [unescaped(one.value) for one in self.app.markdown]
        return [one[len(":small[:gray[") : -2] for one in said if one.startswith(":small")]

    @property
    def alerts(self) -> list[str]:
        """What stands in boxes: errors, warnings, and why a view is not there."""
        return [
            unescaped(one.value) for one in (*self.app.error, *self.app.warning, *self.app.info)
        ]

    @property
    def charts(self) -> list[Chart]:
        """Every plotly figure."""
        return [
            Chart(json.loads(one.proto.spec), one.proto.alt, one.key or "")
            for one in self.app.get("plotly_chart")
        ]

    @property
    def maps(self) -> list[dict[str, Any]]:
        """What each map was told to draw: alt, codes, styles, tooltips, figures."""
        found = []
        for one in self.app.get("component_instance"):
            told = json.loads(one.proto.json_args)
            if "feature_group" in told:
                literal = re.search(r'classLayer\(JSON\.parse\("(.*)"\)\)', told["feature_group"])
                assert literal, "the map was handed something else than classes"
                found.append(json.loads(json.loads(f'"{literal[1]}"')))
        return found

    @property
    def legends(self) -> list[str]:
        """The words of each legend."""
        said = [words_of_html(one.value) for one in self.app.get("html")]
        return [one for one in said if one]

    @property
    def tables(self) -> list[pd.DataFrame]:
        """Every table that is open."""
        return [one.value for one in self.app.dataframe]

    @property
    def controls(self) -> list[Control]:
        """Every control a reader can set, with the words of its values."""
        found = []
        for one in self.app:
            kind, key = getattr(one, "type", ""), getattr(one, "key", None)
            if kind in ("selectbox", "button_group", "radio", "multiselect"):
                assert key, f"the {kind} {one} has no key"
                label = one.label if hasattr(one, "label") else one.proto.label
                found.append(Control(key, label, tuple(one.options)))
            elif kind in ("toggle", "checkbox"):
                found.append(Control(key or "", one.label, (True, False)))
        return found

    def control(self, label: str) -> Control:
        """Return the control with this label."""
        return next(one for one in self.controls if one.label == label)

    # ------------------------------------------------------------ what must not be

    @cached_property
    def territory(self) -> Territory:
        """The territory as published: its names and ids."""
        return territory_of(open_view(self.folder / STORE))

    @cached_property
    def _ids(self) -> re.Pattern[str]:
        """Ids of areas that have another name and could not be a word or a number."""
        areas = self.territory.areas
        named = areas.loc[areas["name"] != areas["area_id"], "area_id"].astype(str)
        odd = sorted(one for one in named if re.search(r"\d", one) and re.search(r"[^\W\d]", one))
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, odd)) or '(?!)'})(?!\w)")

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Every text on the screen, with where it stands."""
        for one in self.app:
            yield from _texts_of(one)
        for chart in self.charts:
            yield "alternative text", chart.alt
            for text in chart.texts:
                yield f"text in a chart ({chart.key})", text
        for one in self.maps:
            yield "alternative text", one["alt"]
            for name in ("tooltips", "figures"):
                given = one[name]
                for text in given.values() if isinstance(given, dict) else given:
                    yield f"{name} of a map", text

    @property
    def faults(self) -> list[str]:
        """Everything that must not be on any screen, in words; empty when all is well."""
        found = [f"exception: {one.value}" for one in self.app.exception]
        found += [f"error box: {unescaped(one.value)}" for one in self.app.error]
        found += [f"logged: {one}" for one in self.failures]
        if not self.app.title:
            return [*found, "no title"]
        if not any(len(one) > 20 for one in [*self.sentences, *self.alerts]):
            found.append("no sentence")
        for place, raw in self.texts:
            text = unescaped(raw) if place.startswith(_READ_AS_MARKUP) else raw
            for what, pattern in (*_NEVER.items(), ("raw id", self._ids)):
                if hit := pattern.search(text):
                    found.append(f"{what} {hit[0]!r} in {place}: {text[:120]!r}")
            if place.startswith(_READ_AS_MARKUP) and _PLANTED.search(raw):
                found.append(f"markup from outside in {place}: {raw[:120]!r}")
        for chart in self.charts:
            found += [f"chart {chart.key!r}: {fault}" for fault in chart.faults]
        for drawn in self.maps:
            if len(drawn["alt"]) < 20:
                found.append(f"a map without alternative text: {drawn['alt']!r}")
            if not drawn["codes"]:
                found.append("a map without areas")
        if len(self.legends) < len(self.maps):
            found.append("a map without legend")
        sources = [one for one in self.small_print if one.startswith("Source:")]
        if len(sources) < len(self.maps) or (self.charts and not sources):
            found.append("a figure without source line")
        found += ["a table without rows" for one in self.tables if one.empty]
        return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Control:
    """Something a reader can set: its key, its label, the words of its values."""

    key: str
    label: str
    options: tuple[Any, ...]


@dataclass(frozen=True)
class Chart:
    """A plotly figure as it was sent to the browser."""

    spec: dict[str, Any]
    alt: str
    key: str

    @property
    def texts(self) -> Iterator[str]:
        """Every text a reader can come to see in it."""
        layout = self.spec["layout"]
        for name, axis in layout.items():
            if re.fullmatch(r"[xy]axis\d*", name):
                yield _title(axis)
                yield from map(str, _items(axis.get("ticktext")))
        for note in layout.get("annotations", ()):
            yield str(note.get("text", ""))
        for trace in self.spec["data"]:
            for name in ("text", "hovertext"):
                given = trace.get(name)
                yield from map(str, [given] if isinstance(given, str) else _items(given))
            if trace.get("showlegend", layout.get("showlegend", len(self.spec["data"]) > 1)):
                yield str(trace.get("name", ""))

    @property
    def faults(self) -> Iterator[str]:
        """What is wrong with it."""
        layout, data = self.spec["layout"], self.spec["data"]
        if len(self.alt) < 20:
            yield f"no alternative text: {self.alt!r}"
        drawn = any(_items(trace.get("x")) or _items(trace.get("y")) for trace in data)
        if not drawn and not layout.get("annotations"):
            yield "no data and no sentence"
        used = {(trace.get("xaxis", "x"), trace.get("yaxis", "y")) for trace in data} or {
            ("x", "y")
        }
        for short in sorted({one for pair in used for one in pair}):
            axis = layout.get(f"{short[0]}axis{short[1:]}", {})
            if axis.get("visible", True) and not _title(axis):
                yield f"the axis {short} has no label"


class _Keep(logging.Handler):
    """Keeps what the frame logs: a fault of ours, with its traceback."""

    def __init__(self, kept: list[str]) -> None:
        super().__init__(logging.ERROR)
        self.kept = kept

    def emit(self, record: logging.LogRecord) -> None:
        self.kept.append(logging.Formatter().format(record))


_NEVER = {"code": _CODE, "nothing": _NOTHING, "unfilled": _HOLE}
_MARKDOWN = ("markdown", "title", "header", "subheader", "caption", "error", "warning", "info")
_READ_AS_MARKUP = (
    *_MARKDOWN, "page_link", "popover", "label", "help", "value of a button", "text in a chart",
    "small table",
)  # fmt: skip
"""Places whose text is read as Markdown, or as the few tags that plotly knows."""


def unescaped(text: str) -> str:
    """Return Markdown as it is read: without escapes, and every space a space."""
    return re.sub(r"\\([^\w\s])", r"\1", text).replace("\u00a0", " ")


def words_of_html(body: str) -> str:
    """Return what an HTML text shows."""
    without = re.sub(r"<(style|script)\b.*?</\1>", " ", body, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", without)).split())


def _items(given: Any) -> list[Any]:
    """The members of a plotly array; a packed one counts as one member."""
    if isinstance(given, dict):
        return [given] if given.get("bdata") else []
    return (
        [one for one in given or [] if one is not None] if not isinstance(given, str) else [given]
    )


def _title(axis: Mapping[str, Any]) -> str:
    title = axis.get("title") or {}
    return str(title.get("text") or "") if isinstance(title, dict) else str(title)


def _texts_of(one: Any) -> Iterator[tuple[str, str]]:
    """Yield the texts of one element or block of the harness."""
    kind, proto = getattr(one, "type", ""), getattr(one, "proto", None)
    if kind == "html":
        yield kind, words_of_html(one.value)
    elif kind == "dataframe":
        for name in one.value.columns:
            yield "name of a column", str(name)
            for cell in one.value[name].dropna().astype(str):
                yield f"cell of {name}", cell
            if one.value[name].isna().any():
                yield f"cell of {name}", "None"
    elif kind == "table":
        for name in one.value.columns:
            yield "name of a column of a small table", str(name)
            for cell in one.value[name].astype(str):
                yield f"small table, {name}", cell
    elif kind in _MARKDOWN:
        yield kind, str(one.value)
    elif kind == "page_link":
        yield kind, one.value
    elif kind == "popover":
        yield kind, proto.popover.label
    elif kind in ("expander", "tab"):
        yield kind, one.label
    for name in ("label", "help", "placeholder"):
        text = getattr(proto, name, "") if kind not in ("page_link", "popover") else ""
        if isinstance(text, str) and text:
            yield f"{name} of a {kind}", text
    for option in getattr(one, "options", None) or ():
        yield f"value of a {kind}", str(option)
