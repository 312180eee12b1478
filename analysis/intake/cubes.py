"""PX and JSON-stat: tables that national offices export as cubes, laid out as rows of text.

The only module that knows how these two formats write dimensions, codes beside words, time, and
the status of a cell. What a sign or a word means is not known here: a cube leaves as a grid whose
columns are the dimensions in code and in words, the value as it is written, and its status.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.intake import written_periods
from analysis.language import gettext as _


class CubeError(Exception):
    """What is wrong with a cube, as *fact; way out*."""


@dataclass(frozen=True)
class Dimension:
    """One dimension: its heading, and its categories in code and in words.

    ``role`` is ``time``, ``measure``, ``area`` or empty.
    """

    name: str
    codes: list[str]
    words: list[str]
    role: str = ""

    @property
    def columns(self) -> list[tuple[str, list[str]]]:
        """Headings and texts: time once, as it can be read; else codes, and words where they differ."""
        if self.role == "time":
            readable = [
                texts
                for texts in (self.codes, self.words)
                if len(written_periods.read_periods(texts).iso) == len(set(texts))
            ]
            return [(f"{self.name} (period)", [*readable, self.words][0])]
        heading = f"{self.name} (measure)" if self.role == "measure" else self.name
        if self.role == "measure" or self.codes == self.words:
            return [(heading, self.words)]
        return [(f"{heading} code", self.codes), (heading, self.words)]


@dataclass(frozen=True)
class Cube:
    """A cube laid out: a heading, distinct texts and their positions per column.

    ``place`` is the heading of the one dimension that the cube itself calls
    areas; empty when it names none or several.
    """

    columns: list[tuple[str, list[str], np.ndarray]]
    rows: int
    place: str = ""
    around: list[str] = field(default_factory=list)


def _laid_out(
    dimensions: Sequence[Dimension],
    values: Sequence[str],
    statuses: Sequence[str] | None,
    around: list[str],
) -> Cube:
    """Lay a cube out, the last dimension running fastest."""
    sizes = [len(each.words) for each in dimensions]
    rows = math.prod(sizes)
    if rows != len(values):
        raise CubeError(
            _("the dimensions make {rows:,} cells, {n:,} are there; ask for it again").format(
                rows=rows, n=len(values)
            )
        )
    columns: list[tuple[str, list[str], np.ndarray]] = []
    for at, dimension in enumerate(dimensions):
        inner = math.prod(sizes[at + 1 :])
        codes = np.tile(np.repeat(np.arange(sizes[at]), inner), math.prod(sizes[:at]))
        columns += [(heading, texts, codes) for heading, texts in dimension.columns]
    columns.append(("value", *_encoded(values)))
    if statuses is not None and any(statuses):
        columns.append(("status", *_encoded(statuses)))
    areas = [each.columns[0][0] for each in dimensions if each.role == "area"]
    return Cube(columns, rows, areas[0] if len(areas) == 1 else "", around)


def _encoded(texts: Sequence[str]) -> tuple[list[str], np.ndarray]:
    array = pa.array(texts, pa.string()).dictionary_encode()
    return array.dictionary.to_pylist(), array.indices.to_numpy(zero_copy_only=False)


# ---------------------------------------------------------------- JSON-stat


_ROLES = {"time": "time", "metric": "measure", "geo": "area"}


def read_json_stat(content: bytes, most: int) -> Cube:
    """Read a JSON-stat dataset, version 2.0 or 1.x.

    Parameters
    ----------
    content
        The file.
    most
        Cells that are accepted.

    Raises
    ------
    CubeError
        When it is no JSON-stat dataset, or too large.

    References
    ----------
    JSON-stat 2.0, https://json-stat.org/full/
    """
    try:
        read = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str)
    except (ValueError, RecursionError) as error:
        raise CubeError(_("the content is no readable JSON; ask for the table as CSV")) from error
    if isinstance(read, dict) and "class" not in read and len(read) == 1:
        read = next(iter(read.values()))  # version 1.x wraps its dataset in a name
    try:
        return _json_stat(read, most)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise CubeError(
            _("the content is JSON, but no JSON-stat dataset; ask for the table as CSV or XLSX")
        ) from error


def _json_stat(read: Mapping[str, Any], most: int) -> Cube:
    about = read["dimension"]
    ids = read.get("id") or about["id"]
    sizes = [int(size) for size in read.get("size") or about["size"]]
    count = math.prod(sizes)
    if count > most:
        raise CubeError(
            _("the cube has {count:,} cells; {most:,} are the most accepted; cut it").format(
                count=count, most=most
            )
        )
    roles = read.get("role") or about.get("role") or {}
    dimensions = []
    for id_ in ids:
        category = about[id_]["category"]
        words = {str(code): str(word) for code, word in (category.get("label") or {}).items()}
        index = category.get("index") or list(words)
        if isinstance(index, dict):
            index = sorted(index, key=lambda code: int(index[code]))
        codes = [str(code) for code in index]
        role = next((_ROLES[each] for each in _ROLES if id_ in roles.get(each, [])), "")
        label = str(about[id_].get("label") or id_)
        dimensions.append(Dimension(label, codes, [words.get(code, code) for code in codes], role))
    if sizes != [len(each.words) for each in dimensions]:
        raise CubeError(
            _("the sizes it states are not those of its dimensions; ask for it again, or for CSV")
        )
    values = ["" if each is None else str(each) for each in _spread(read["value"], count, None)]
    statuses = None
    if read.get("status"):
        said = read["status"]
        given = [said] * count if isinstance(said, str) else _spread(said, count, "")
        statuses = ["" if each is None else str(each) for each in given]
    return _laid_out(dimensions, values, statuses, [str(read.get("label", ""))])


def _spread(given: Any, count: int, nothing: str | None) -> list[Any]:
    """Return a list of cells, whether given as a list or by position."""
    if isinstance(given, list):
        return given
    cells: list[Any] = [nothing] * count
    for at, cell in given.items():
        if not 0 <= int(at) < count:
            raise CubeError(
                _("it states a cell {at!r} and has {count:,} cells; ask for it again").format(
                    at=at, count=count
                )
            )
        cells[int(at)] = cell
    return cells


# ---------------------------------------------------------------- PX

_KEYWORD = re.compile(
    r'\s*([A-Z0-9-]+)(?:\[([\w-]+)\])?(?:\(((?:"[^"]*"\s*,?\s*)+)\))?\s*=\s*', re.ASCII
)
_TEXT = re.compile(r'"([^"]*)"')
_ENTRY = re.compile(r'(?:"[^"]*"|[^";])*;', re.DOTALL)
_CODEPAGE = re.compile(rb'CODEPAGE\s*=\s*"([^"]*)"')
_STEPS = {"A": 1, "H": 2, "Q": 4, "M": 12}


def read_px(content: bytes, most: int) -> Cube:
    """Read a PC-Axis file in its main language.

    Parameters
    ----------
    content
        The file.
    most
        Cells that are accepted.

    Raises
    ------
    CubeError
        When it has no data, holds other cells than its dimensions make, or
        states only the cells that are not empty (``KEYS``).

    References
    ----------
    Statistics Sweden, *PX-file format specification*, 2013.
    """
    text = _decoded(content)
    start = re.search(r"(?:^|;)\s*DATA\s*=", text)
    if start is None:
        raise CubeError(_("the PX file has no DATA; ask for it again"))
    said = _entries(text[: start.end()].rsplit("DATA", 1)[0])
    if any(key[0] == "KEYS" for key in said):
        raise CubeError(_("the PX file lists only cells that are filled (KEYS); fetch it as CSV"))
    names = [*said.get(("STUB", ""), []), *said.get(("HEADING", ""), [])]
    if not names or any(("VALUES", name) not in said for name in names):
        raise CubeError(
            _("the PX file does not list the values of all dimensions; fetch it as CSV")
        )
    sizes = [len(said["VALUES", name]) for name in names]
    if math.prod(sizes) > most:
        raise CubeError(
            _("the cube has {count:,} cells; {most:,} are the most accepted; cut it").format(
                count=math.prod(sizes), most=most
            )
        )
    measure = said.get(("CONTVARIABLE", ""), [""])[0]
    dimensions = [_px_dimension(name, said, measure) for name in names]
    cells = text[start.end() :].split(";")[0]
    values = [cell.strip('",') for cell in re.findall(r'"[^"]*",?|[^\s",]+', cells)]
    around = [" ".join(said.get((key, ""), [])) for key in ("TITLE", "CONTENTS", "UNITS")]
    return _laid_out(dimensions, values, None, around)


def _decoded(content: bytes) -> str:
    """Return the text, by BOM, strict UTF-8 or the code page the file names."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        named = _CODEPAGE.search(content)
        page = named[1].decode("ascii", "replace") if named else "cp1252"
        try:
            return content.decode(page)
        except (UnicodeDecodeError, LookupError) as error:
            raise CubeError(
                _("the PX file is not in code page {page!r}; save it in UTF-8").format(page=page)
            ) from error


def _entries(text: str) -> dict[tuple[str, str], list[str]]:
    """Return what the main language says: keyword and subject to texts."""
    said: dict[tuple[str, str], list[str]] = {}
    for entry in _ENTRY.findall(text):
        match = _KEYWORD.match(entry)
        if match is None or match[2]:
            continue
        body = entry[match.end() : -1]
        subjects = _TEXT.findall(match[3] or "")
        if match[1] == "TIMEVAL" and subjects:
            said["TIMEVAL FORM", subjects[0]] = re.findall(r"TLIST\(\s*([A-Z])", body)
            if re.search(r'"\s*-\s*"', body):
                said["TIMEVAL RANGE", subjects[0]] = _TEXT.findall(body)
                continue
        if len(subjects) > 1:
            continue  # of single cells: notes
        joined = re.sub(r'"\s*[\r\n]+\s*"', "", body)  # a long text goes on in the next line
        said.setdefault((match[1], subjects[0] if subjects else ""), []).extend(
            _TEXT.findall(joined) or [joined.strip()]
        )
    return said


def _px_dimension(name: str, said: Mapping[tuple[str, str], list[str]], measure: str) -> Dimension:
    words = said["VALUES", name]
    codes = said.get(("CODES", name), words)
    if len(codes) != len(words):
        raise CubeError(
            _("dimension {name!r} has {values} values and {codes} codes").format(
                name=name, values=len(words), codes=len(codes)
            )
        )
    form = "".join(said.get(("TIMEVAL FORM", name), []))
    if form in _STEPS:
        times = said.get(("TIMEVAL", name), [])
        span = said.get(("TIMEVAL RANGE", name), [])
        times = _following(span[0], form, len(words)) if span else times
        iso = [_iso(time, form) for time in times]
        if len(iso) == len(words) and all(iso):
            return Dimension(name, iso, iso, "time")
        return Dimension(name, codes, words, "time")
    kind = said.get(("VARIABLE-TYPE", name), [""])[0].casefold()
    area = ("MAP", name) in said or kind in ("g", "geographical")
    return Dimension(name, codes, words, "measure" if name == measure else "area" if area else "")


def _following(first: str, form: str, count: int) -> list[str]:
    """Times of a range, as PX writes them: 2019, 20191, 201901."""
    year, part, steps = int(first[:4]), int(first[4:] or 1), _STEPS[form]
    width = len(first) - 4
    numbers = [year * steps + part - 1 + at for at in range(count)]
    return [f"{n // steps}{n % steps + 1:0{width}}" if width else str(n // steps) for n in numbers]


def _iso(time: str, form: str) -> str:
    """Return a time list's entry as ISO text.

    >>> [_iso("20193", "Q"), _iso("201907", "M"), _iso("20192", "H"), _iso("2019", "A")]
    ['2019-Q3', '2019-07', '2019-S2', '2019']
    """
    digits = re.sub(r"\D", "", time)
    year, part = digits[:4], digits[4:]
    if form == "A":
        return year if len(digits) == 4 else ""
    if not part:
        return ""
    return {"Q": f"{year}-Q{part[-1]}", "H": f"{year}-S{part[-1]}", "M": f"{year}-{part[:2]}"}[form]
