"""Damaged files against a small town: what may be published is the truth, at its place and time.

A true table is written in a style drawn at random, then damaged: rows go missing or stand twice,
columns are shuffled, areas stand side by side, levels are swapped, names stand for codes, the end
is cut off. Whatever happens, a dry run that says *publishable* holds nothing but true figures;
else it asks or refuses.
"""

from __future__ import annotations

import datetime as dt
import math
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.intake.examination import Examination
from analysis.intake.refresh import Refresh
from analysis.intake.release import build

AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
TOWN = Path(__file__).parents[2] / "worlds" / "bare"
INDICATORS = """\
indicator_id,title,factor,higher_is,theme,source_kind,measure,unit,multiplier,decimals,\
denominator_id,disclosure_threshold,disclosure_reason,publisher,frequency
income,Mean income,context,neutral,base,statistics,mean,euro,1,0,,0,open,Office,Y
"""
SETTINGS = """\
id = "town"
name = "Town"
languages = ["en"]

[[levels]]
id = "town"
name = "town"

[[levels]]
id = "district"
name = "district"
"""
NAMES = ["Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Linden", "Maple", "Oak"]
AREAS = {f"B{number}": name for number, name in enumerate(NAMES, 1)}
PUBLISH = "publish as delivered"
MEANINGS = ["suppressed", "missing", "not_applicable", "zero"]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    shutil.copytree(TOWN / "boundaries", folder / "boundaries")
    square = '{"type": "Polygon", "coordinates": [[[4,52],[4.1,52],[4.1,52.1],[4,52.1],[4,52]]]}'
    (folder / "boundaries" / "town.geojson").write_text(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"id": "T",'
        f' "name": "Town"}}, "geometry": {square}}}]}}'
    )
    (folder / "boundaries" / "boundaries.toml").write_text(
        '[[boundary]]\nfile = "town.geojson"\nlevel = "town"\nid = "id"\nname = "name"\n'
        '[[boundary]]\nfile = "squares.geojson"\nlevel = "district"\nid = "id"\nname = "name"\n'
    )
    (folder / "territory.toml").write_text(SETTINGS)
    (folder / "indicators.csv").write_text(INDICATORS)
    (folder / "observations").mkdir()
    build(folder, at=AT)
    return folder


@dataclass
class Sent:
    """A file as it arrives, what is true of each area and year, and honest answers."""

    content: bytes
    truth: dict[tuple[str, str], float | None]
    answers: dict[str, str] = field(default_factory=dict)


def written(value: float, digits: int, decimal: str, thousands: str) -> str:
    whole, _, rest = f"{value:.{digits}f}".partition(".")
    groups = []
    while len(whole) > 3 and thousands:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    return thousands.join([whole, *groups]) + (decimal + rest if digits else "")


@st.composite
def sent(draw: st.DrawFn) -> Sent:
    decimal = draw(st.sampled_from([".", ","]))
    thousands = draw(st.sampled_from(["", " ", "'", "\u202f", "." if decimal == "," else ","]))
    digits = draw(st.sampled_from([0, 0, 1, 2, 3]))
    largest = draw(st.sampled_from([9, 900, 90_000, 5_000_000]))
    marker = draw(st.sampled_from([".", "..", ":", "x", "-", "--", "n/a", "*", "-999", ""]))
    meaning = draw(st.sampled_from(MEANINGS))
    years = draw(st.lists(st.integers(2010, 2024), min_size=1, max_size=3, unique=True))
    areas = draw(st.lists(st.sampled_from(sorted(AREAS)), min_size=2, max_size=9, unique=True))
    truth: dict[tuple[str, str], float | None] = {}
    cells = {}
    for area in areas:
        for year in map(str, years):
            value = round(draw(st.floats(0, largest, allow_nan=False)), digits)
            empty = draw(st.integers(0, 7)) == 0
            truth[area, year] = (0.0 if meaning == "zero" else None) if empty else value
            cells[area, year] = marker if empty else written(value, digits, decimal, thousands)
    rows = _laid_out(draw, areas, list(map(str, years)), cells)
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    text = _as_text(draw, rows, delimiter)
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    content = text.encode(encoding, errors="replace")
    if draw(st.integers(0, 9)) == 0:  # cut off, between two lines or within one
        content = content[: draw(st.integers(len(content) // 2, len(content)))]
    answers = {"figure:*": "income", "figure:value": "income", "figure:income": "income"}
    answers |= {"role:value": "value", "role:income": "value"}
    answers |= {f"check:{code}:income:value": PUBLISH for code in ("jump", "sudden_zero")}
    if draw(st.booleans()):
        answers |= {f"marker:{marker or '(empty)'}": meaning, "decimal": decimal}
    return Sent(content, truth, answers)


def _laid_out(
    draw: st.DrawFn, areas: list[str], years: list[str], cells: dict[tuple[str, str], str]
) -> list[list[str]]:
    """Return the table long, with years as columns, or with areas side by side; and damaged."""
    form = draw(st.sampled_from(["long", "long", "wide", "wide", "across"]))
    called = draw(st.sampled_from(["code", "name", "both"]))

    def place(area: str) -> list[str]:
        return {"code": [area], "name": [AREAS[area]], "both": [area, AREAS[area]]}[called]

    heads = {"code": ["code"], "name": ["name"], "both": ["code", "name"]}[called]
    if form == "across":
        table = [["year", *(place(area)[0] for area in areas)]]
        return table + [[year, *(cells[area, year] for area in areas)] for year in years]
    if form == "wide":
        table = [[*heads, *years]]
        body = [[*place(area), *(cells[area, year] for year in years)] for area in areas]
    else:
        table = [[*heads, "year", "income"]]
        body = [[*place(area), year, cells[area, year]] for area in areas for year in years]
    body = [row for row in body if draw(st.integers(0, 11))] or body
    if draw(st.integers(0, 3)) == 0:
        again = list(draw(st.sampled_from(body)))
        if draw(st.booleans()):
            again[-1] = draw(st.sampled_from(body))[-1]
        body.insert(draw(st.integers(0, len(body))), again)
    if draw(st.integers(0, 3)) == 0:  # the town among its districts, or a district of elsewhere
        other = list(draw(st.sampled_from(body)))
        code, name = draw(st.sampled_from([("T", "Town"), ("B77", "Yew"), ("", ""), ("B1", "Oak")]))
        if (code, called) == ("B1", "both"):
            other[:2] = ["B1", "Oak"]  # the code of one district beside the name of another
        elif code != "B1":
            other[: len(heads)] = {"code": [code], "name": [name], "both": [code, name]}[called]

        body.append(other)
    if draw(st.integers(0, 3)) == 0:
        table[0].insert(0, "level")
        swapped = draw(st.sampled_from(["district", "town", "ward"]))
        body = [[swapped if not at else "district", *row] for at, row in enumerate(body)]
    order = draw(st.permutations(range(len(table[0]))))
    return [[row[at] for at in order] for row in table + body]


def _as_text(draw: st.DrawFn, rows: list[list[str]], delimiter: str) -> str:
    quoted = draw(st.booleans())

    def cell(text: str) -> str:
        return f'"{text}"' if quoted or delimiter in text else text

    above = draw(st.sampled_from([[], ["Income by district", ""], ["Title", "Of the office"]]))
    below = draw(st.sampled_from([[], ["", "Source: the office"], ["* withheld"]]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [*above, *(delimiter.join(map(cell, row)) for row in rows), *below]
    return newline.join(lines) + newline


def untrue(found: Examination, truth: dict[tuple[str, str], float | None]) -> list[object]:
    """Rows that would be published and are not so."""
    wrong: list[object] = []
    for indicator_id, frame in found.observations.items():
        for row in frame.itertuples():
            wanted = truth.get((row.area_id, row.period), math.inf)
            value = None if math.isnan(row.value) else row.value
            same = value == wanted or (
                value is not None and wanted is not None and math.isclose(value, wanted)
            )
            if not same or row.level != "district":
                wrong.append((indicator_id, row.level, row.area_id, row.period, value, wanted))
        if frame.duplicated(["level", "area_id", "period", "category"]).any():
            wrong.append("an area stands twice")
    return wrong


def check(town: Path, file: Sent) -> None:
    try:
        found = Refresh(town).begin(
            [("file.csv", file.content)], by="a", at=AT, answers=file.answers, keep=False
        )
    except InputError:
        return
    for one in found.files:
        if one.ledger is not None:
            ledger = one.ledger
            parts = ledger.matched + ledger.data_only + ledger.duplicated + ledger.ambiguous
            assert parts == ledger.rows_in
            assert ledger.areas == ledger.matched_areas + len(ledger.boundary_only)
    if found.decision == "publishable":
        assert untrue(found, file.truth) == [], file.content


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(file=sent())
def test_what_may_be_published_is_true(town: Path, file: Sent) -> None:
    check(town, file)


@pytest.mark.scale
@settings(max_examples=3000, suppress_health_check=[HealthCheck.too_slow])
@given(file=sent())
def test_what_may_be_published_is_true_in_thousands_of_files(town: Path, file: Sent) -> None:
    check(town, file)
