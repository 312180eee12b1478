"""What stands in the files that anybody can take home, read as a stranger would read them.

Knows tables (CSV, workbooks, HTML, GraphML) and what is written in pictures
(SVG, JSON of a chart), and turns all of it into evidence: of one indicator in
one area at one period, what is said. It knows what everybody knows of a
territory - its areas, its indicators - and nothing of how figures were hidden.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple
from xml.etree import ElementTree

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.errors import InputError, Problem

AREAS, INDICATORS, BENCHMARKS = "areas.csv", "indicators.csv", "benchmarks.csv"
"""The files of what everybody knows."""
KEY = ["indicator_id", "level", "area_id", "period", "category"]
_NUMBERS = ["value", "count", "denominator", "lower", "upper"]
_LIMITS = ["at_least", "at_most"]
EVIDENCE = [*KEY, "hidden", "decimals", *_NUMBERS, *_LIMITS, "file"]
"""``value`` in the unit of the indicator, as it is written with so many ``decimals`` (-1: not
rounded); ``count``, ``denominator``, an interval; the limits of the class it is drawn in; or only
that a figure is ``hidden``."""
_DRAWN = " drawn"
"""The column of the areas that a map draws in a class; no column of a file has such a name."""
_PERIOD = re.compile(r"(?<!\d)(\d{4}(?:-(?:Q[1-4]|S[12]|\d{2})|/\d{4})?)(?![\d])")
_NUMBER = re.compile(r"^[^\w\d]*([-−]?\d[\d  ,]*(?:\.\d+)?)\s*(?:%|‰)?$")
_Content = tuple[list[pd.DataFrame], "list[Text]"]
_Said = tuple[str, str, str, str, float, int]
"""Indicator, level, area and period, the figure as it is said, and its decimals."""
_FULL = 9
"""Decimals of a number nobody rounded."""


@dataclass(frozen=True)
class Known:
    """What everybody knows of a territory.

    Parameters
    ----------
    areas
        ``level, area_id, name, parent_id, version, valid_from, valid_to``, the topmost level first.
    indicators
        ``title, short_title, measure, multiplier, part_of, denominator_id, threshold``
        by ``indicator_id``; the threshold stands on *methods*.
    benchmarks
        ``indicator_id, level, above, area_id``: what a level is compared with.
    """

    areas: pd.DataFrame
    indicators: pd.DataFrame
    benchmarks: pd.DataFrame

    @classmethod
    def read(cls, folder: Path) -> Known:
        """Read the three files of a folder."""
        areas, indicators, benchmarks = (
            pd.read_csv(folder / name, dtype="str", keep_default_na=False)
            for name in (AREAS, INDICATORS, BENCHMARKS)
        )
        numbers = ["multiplier", "threshold"]
        indicators[numbers] = indicators[numbers].astype(float)
        return cls(areas, indicators.set_index("indicator_id"), benchmarks)

    @cached_property
    def levels(self) -> list[str]:
        """All levels, the topmost first."""
        return list(self.areas["level"].unique())

    @cached_property
    def level_of(self) -> dict[str, str]:
        """The level of each id that only one level uses."""
        used = self.areas.drop_duplicates(["level", "area_id"])
        alone = used[~used["area_id"].duplicated(keep=False)]
        return dict(zip(alone["area_id"], alone["level"], strict=True))

    @cached_property
    def named(self) -> dict[str, list[tuple[str, str]]]:
        """Areas by name, each as level and id."""
        found: dict[str, list[tuple[str, str]]] = {}
        for row in self.areas.drop_duplicates(["level", "area_id", "name"]).itertuples():
            found.setdefault(str(row.name), []).append((str(row.level), str(row.area_id)))
        return found

    @cached_property
    def titled(self) -> dict[str, list[str]]:
        """Indicator ids by each of their titles; several may share one."""
        found: dict[str, list[str]] = {}
        for column in ("short_title", "title"):
            for one, words in self.indicators[column].items():
                if words:
                    found.setdefault(words, []).append(str(one))
        return found


@dataclass(frozen=True)
class Context:
    """What the name of a file says of all that stands in it; "" where it says nothing."""

    indicator_id: str = ""
    level: str = ""
    area_id: str = ""
    period: str = ""

    @classmethod
    def of(cls, name: str, known: Known) -> Context:
        """Read a name such as ``signals_all_district_2024.csv``.

        The longest id counts where one is part of another.
        """
        stem = name.rpartition("~")[2].partition(".")[0]

        def longest(ids: Iterator[str]) -> str:
            found = [one for one in ids if re.search(rf"(?<![^_]){re.escape(one)}(?![^_])", stem)]
            return max(found, key=len, default="")

        indicator = longest(iter(known.indicators.index))
        level = longest(iter(known.levels))
        area = longest(iter(known.level_of)) or longest(iter(known.named))
        if area in known.named:
            level, area = known.named[area][-1]
        period = _PERIOD.findall(stem)
        level = level or known.level_of.get(area, "")
        return cls(indicator, level, area, period[-1] if period else "")

    def nearest(self, places: list[tuple[str, str]]) -> tuple[str, str]:
        """Return which of some areas of one name is meant: that of the file's level, if it has one.

        Its own area where there is none.
        """
        own = (self.level, self.area_id)
        return next((one for one in places if one[0] == self.level), (places or [own])[0])

    def columns(self) -> dict[str, str]:
        """What stands in for columns that a table lacks; no column of a file has such a name."""
        return {" indicator_id": self.indicator_id, " level": self.level, " area_id": self.area_id}


def read(folder: Path, known: Known) -> pd.DataFrame:
    """Return everything that the files of a folder say, a row per figure: :data:`EVIDENCE`.

    Raises
    ------
    InputError
        Naming all files that cannot be read: an attack that leaves one out says nothing.
    """
    found: list[pd.DataFrame] = []
    figures: dict[tuple[str, ...], list[pd.DataFrame]] = {}
    spoken: list[tuple[str, *_Said]] = []
    problems = []
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        context = Context.of(path.name, known)
        reader = _READERS.get(path.suffix.lower())
        if reader is None:
            message = f"{path.suffix!r}: no kind of file that can be read; write the files anew"
            problems.append(Problem(str(path.relative_to(folder)), message))
            continue
        try:
            tables, texts = reader(path)
        except (ValueError, ElementTree.ParseError, KeyError) as error:
            message = f"cannot be read: {error}; write the files anew"
            problems.append(Problem(str(path.relative_to(folder)), message))
            continue
        for table in tables:
            if "period" in table and {"indicator_id", "value", "later"} & {*table}:
                given = table.assign(file=path.name, **context.columns())
                figures.setdefault(tuple(given.columns), []).append(given)
            elif _DRAWN in table:
                found.append(_of_shades(table, context, known).assign(file=path.name))
            else:
                spoken += [(path.name, *one) for one in _of_words(table, context, known)]
        spoken += [(path.name, *one) for one in _of_texts(texts, context, known)]
    if problems:
        raise InputError(problems)
    for alike in figures.values():
        found.append(_of_figures(pd.concat(alike, ignore_index=True), known))
    found.append(_spoken(spoken))
    full = [one.reindex(columns=EVIDENCE) for one in found if len(one)]
    return pd.concat(full, ignore_index=True) if full else pd.DataFrame(columns=EVIDENCE)


# ------------------------------------------------------------------------ kinds of files


class Text(NamedTuple):
    """A text, and on which vertical it stands; "" where it has no place."""

    words: str
    place: str = ""


def _csv(path: Path) -> _Content:
    return [pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")], []


def _workbook(path: Path) -> _Content:
    sheets = pd.read_excel(path, sheet_name=None, dtype="str", engine="calamine")
    return [one.fillna("") for one in sheets.values()], []


def _graphml(path: Path) -> _Content:
    """Nodes as one table and edges as another, a column per attribute."""
    root = ElementTree.parse(path).getroot()
    space = root.tag.partition("}")[0] + "}"
    names = {one.get("id"): one.get("attr.name", "") for one in root.iter(f"{space}key")}
    tables = []
    for kind in ("node", "edge"):
        rows = [
            dict(one.attrib) | {names[data.get("key")]: data.text or "" for data in one}
            for one in root.iter(f"{space}{kind}")
        ]
        if rows:
            tables.append(pd.DataFrame(rows, dtype="str").fillna(""))
    return tables, []


def _svg(path: Path) -> _Content:
    root = ElementTree.parse(path).getroot()
    texts = [
        Text(words.strip(), one.get("x", ""))
        for one in root.iter()
        for words in one.itertext()
        if not len(one) and words.strip()
    ]
    drawn = _shades(root)
    columns = [_DRAWN, "low", "high"]
    return [pd.DataFrame(drawn, columns=columns)] if drawn else [], texts


def _shades(root: ElementTree.Element) -> list[tuple[str, float, float]]:
    """Which names stand in an area of a colour that the legend explains by numbers."""
    space = root.tag.partition("}")[0] + "}"
    limits: dict[str, tuple[float, float]] = {}
    for swatch, words in zip(root, [*root][1:], strict=False):
        if swatch.tag == f"{space}rect" and words.tag == f"{space}text":
            said = _limits(words.text or "")
            if said is not None:
                limits[swatch.get("fill", "")] = said
    labels = [
        (float(one.get("x", "0")), float(one.get("y", "0")) - 4, one.text or "")
        for one in root.iter(f"{space}text")
    ]
    found = []
    for group in root.iter(f"{space}g"):
        if group.get("fill") not in limits:
            continue
        for path in group.iter(f"{space}path"):
            rings = _rings(path.get("d", ""))
            found += [
                (words, *limits[group.get("fill", "")])
                for x, y, words in labels
                if sum(_holds(ring, x, y) for ring in rings) % 2
            ]
    return found


def _limits(words: str) -> tuple[float, float] | None:
    """Read the step of a legend.

    >>> _limits("4.4–6.1"), _limits("from 11.7"), _limits("up to 4"), _limits("better")
    ((4.4, 6.1), (11.7, inf), (0.0, 4.0), None)
    """
    numbers = [float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*(?:\.\d+)?", words)]
    if len(numbers) == 2:
        return numbers[0], numbers[1]
    if len(numbers) != 1:
        return None
    return (numbers[0], np.inf) if words.startswith("from") else (0.0, numbers[0])


def _rings(path: str) -> list[NDArray[np.float64]]:
    """Corners of each ring of a path of one start and steps from there."""
    rings = []
    for part in path.split("M")[1:]:
        start, _line, steps = part.rstrip("z ").partition("l")
        corners = [float(one) for one in re.findall(r"-?\d+\.?\d*", f"{start} {steps}")]
        rings.append(np.cumsum(np.reshape(corners, (-1, 2)), axis=0))
    return rings


def _holds(ring: NDArray[np.float64], x: float, y: float) -> bool:
    there = np.roll(ring, 1, axis=0)
    crosses = (ring[:, 1] > y) != (there[:, 1] > y)
    a, b = ring[crosses], there[crosses]
    at = a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
    return bool(np.count_nonzero(at > x) % 2)


def _json(path: Path) -> _Content:
    return [], [Text(one) for one in _strings(json.loads(path.read_text("utf-8")))]


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for one in node.values():
            yield from _strings(one)
    elif isinstance(node, list):
        for one in node:
            yield from _strings(one)
    elif isinstance(node, str):
        yield from (part for part in re.split(r"<br\s*/?>", node) if part)


def _html(path: Path) -> _Content:
    page = _Page()
    page.feed(path.read_text("utf-8"))
    tables = [
        pd.DataFrame(rows[1:], columns=rows[0], dtype="str").fillna("")
        for rows in page.tables
        if len(rows) > 1 and all(len(one) == len(rows[0]) for one in rows)
    ]
    return tables, [Text(one) for one in page.texts]


class _Page(HTMLParser):
    """Tables and texts of a page; what stands in a table is no text."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.texts: list[str] = []
        self._cell = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.tables.append([])
        elif tag == "tr" and self.tables:
            self.tables[-1].append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1]:
            self.tables[-1][-1].append("")
            self._cell = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._cell:
            self.tables[-1][-1][-1] += data.strip()
        elif data.strip():
            self.texts.append(data.strip())


_READERS: dict[str, Callable[[Path], _Content]] = {
    ".csv": _csv,
    ".xlsx": _workbook,
    ".graphml": _graphml,
    ".svg": _svg,
    ".json": _json,
    ".html": _html,
}
"""How each kind of file is read."""


# ------------------------------------------------------------------------ tables


def _of_figures(table: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Rows of figures with the ids they are of; what a row does not say, its file's name does."""
    rows = pd.DataFrame({"file": table["file"]})
    rows["indicator_id"] = table.get("indicator_id", table[" indicator_id"])
    rows["period"], rows["category"] = table["period"], table.get("category", "")
    rows["area_id"] = table.get("area_id", table[" area_id"])
    alone = rows["area_id"].map(known.level_of).fillna("")
    rows["level"] = table.get("level", alone.where(alone != "", table[" level"]))
    if "later" in table:
        return _of_changes(table, rows)
    made = [_said(rows, table, "value", ("status", "reason"))]
    if "benchmark" in table:
        marks = known.benchmarks.rename(columns={"area_id": "mark"})
        beside = rows.merge(marks, how="left", on=["indicator_id", "level"]).set_axis(rows.index)
        beside = beside.assign(level=beside["above"], area_id=beside["mark"], category="")
        mark = table[["benchmark"]].rename(columns={"benchmark": "value"})
        made.append(_said(beside, mark, "value", ()).dropna(subset="level"))
    every = pd.concat(made, ignore_index=True)
    return every.drop_duplicates([*KEY, "hidden", "decimals", *_NUMBERS])


def _of_changes(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of two periods; one that is hidden is what the other and the difference leave."""
    later, earlier, difference = (
        pd.to_numeric(table[name], errors="coerce") for name in ("later", "earlier", "difference")
    )
    then = table.assign(
        earlier=table["earlier"].where(earlier.notna(), (later - difference).map(_written))
    )
    now = table.assign(
        later=table["later"].where(later.notna(), (earlier + difference).map(_written))
    )
    return pd.concat(
        [
            _said(rows.assign(period=table.get("since", "")), then, "earlier", ("earlier_reason",),
                  limits=False),
            _said(rows, now, "later", ("status", "later_reason"), limits=False),
        ],
        ignore_index=True,
    )  # fmt: skip


def _written(number: float) -> str:
    return "" if np.isnan(number) else repr(round(number, 6))


def _said(
    rows: pd.DataFrame, table: pd.DataFrame, value: str, reasons: tuple[str, ...],
    *, limits: bool = True,
) -> pd.DataFrame:  # fmt: skip
    """Put the numbers of some columns beside the ids of their rows."""
    made = rows[[*KEY, "file"]].copy()
    made["hidden"] = False
    for name in reasons:
        if name in table:
            made["hidden"] |= table[name] == "suppressed"
    columns = {"value": value, "count": "count", "denominator": "denominator"}
    columns |= {"lower": "lower", "upper": "upper"} if limits else {}
    for name in _NUMBERS:
        text = table.get(columns.get(name, ""), pd.Series("", index=table.index))
        made[name] = pd.to_numeric(text, errors="coerce")
        if name == "value":
            made["decimals"] = text.str.extract(r"\.(\d+)$")[0].str.len().fillna(0).astype(int)
    made["decimals"] = made["decimals"].mask(made["decimals"] >= _FULL, -1)
    known_something = made[_NUMBERS].notna().any(axis=1) | made["hidden"]
    return made[known_something]


def _of_words(table: pd.DataFrame, context: Context, known: Known) -> list[_Said]:
    """Figures in words, in columns named after an indicator, a period or an area."""
    found: list[_Said] = []
    for row in table.astype("str").to_dict("records"):
        cells = {str(name): str(text) for name, text in row.items()}
        areas = [place for text in cells.values() for place in known.named.get(text, [])]
        rows = [one for text in cells.values() for one in known.titled.get(text, [])]
        periods = [text for text in cells.values() if _PERIOD.fullmatch(text)]
        for name, text in cells.items():
            number = _number(text)
            columns = known.titled.get(name, [])
            is_period = bool(_PERIOD.fullmatch(name))
            if (
                number is None
                or text in periods
                or not (columns or is_period or name in known.named)
            ):
                continue
            named = columns or rows or [context.indicator_id]
            indicator = context.indicator_id if context.indicator_id in named else named[0]
            period = name if is_period else (periods or [context.period])[0]
            place = context.nearest(known.named.get(name) or areas)
            if indicator and period and place[1]:
                found.append((indicator, *place, period, *number))
    return found


def _of_shades(table: pd.DataFrame, context: Context, known: Known) -> pd.DataFrame:
    """Areas that a map draws in a class, with the limits its legend says."""
    rows = [
        (context.indicator_id, *context.nearest(known.named[name]), context.period, low, high)
        for name, low, high in zip(table[_DRAWN], table["low"], table["high"], strict=True)
        if name in known.named
    ]
    columns = ["indicator_id", "level", "area_id", "period", "at_least", "at_most"]
    made = pd.DataFrame(rows, columns=columns).assign(category="", hidden=False, decimals=0)
    return made.assign(**dict.fromkeys(_NUMBERS, np.nan))


def _of_texts(texts: list[Text], context: Context, known: Known) -> list[_Said]:
    """Figures that stand in a text that names an area, or right below it."""
    found: list[_Said] = []
    if not (context.indicator_id and context.period):
        return found
    for number_of, text in enumerate(texts):
        name, apart, rest = text.words.partition(":")
        name = name.strip()
        before = texts[number_of - 1] if number_of else Text("")
        if before.place == text.place and f"{before.words} {name}" in known.named:
            name = f"{before.words} {name}"  # a label in two lines
        if name not in known.named:
            continue
        below = [one for one in texts[number_of + 1 : number_of + 2] if one.place == text.place]
        number = _number(rest if apart else "".join(one.words for one in below))
        if number is not None:
            place = context.nearest(known.named[name])
            found.append((context.indicator_id, *place, context.period, *number))
    return found


def _spoken(found: list[tuple[str, *_Said]]) -> pd.DataFrame:
    columns = ["file", "indicator_id", "level", "area_id", "period", "value", "decimals"]
    made = pd.DataFrame(found, columns=columns).assign(category="", hidden=False)
    made = made.assign(**{name: np.nan for name in _NUMBERS if name != "value"})
    return made.astype({name: float for name in _NUMBERS}).astype({"decimals": int})


def _number(text: str) -> tuple[float, int] | None:
    """Read a figure as it is said: its value, and how many decimals it has.

    >>> _number("1,203"), _number("5.3 %"), _number("2 to 7"), _number("Aspermark")
    ((1203.0, 0), (5.3, 1), None, None)
    """
    match = _NUMBER.match(text.strip())
    if match is None:
        return None
    digits = re.sub(r"[  ,]", "", match[1]).replace("−", "-")
    return float(digits), len(digits.partition(".")[2])
