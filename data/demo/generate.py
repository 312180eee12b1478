"""Writes the territory folder of Merrelhaven, a town that does not exist.

Run ``python data/demo/generate.py [DIR]``; without DIR the files beside this
script are written anew. The same bytes come out each time: every random stream
is seeded, every order fixed, and no clock is read.

Its modules say what is in it: :mod:`town` what is stated, :mod:`indicators` what
is measured, :mod:`figures` how the rest is drawn, :mod:`borders` how the land
lies, :mod:`network` who works with whom, :mod:`plan` what is done, :mod:`seen`
what is seen without a figure, :mod:`words` what words mean. This one only writes.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import borders
import figures
import indicators
import network
import plan
import seen
import shapely
import town
import words
from figures import Row
from indicators import Base, Item
from network import Rows
from shapely.geometry.base import BaseGeometry

PUBLISHED = "2025-02-28"
LICENCE = "CC BY 4.0"
SOURCE = f"City of Merrelhaven, Surveying Office (invented), {LICENCE}, {PUBLISHED}"
SOURCE_ABOVE = f"Statistics Sundravia (invented), {LICENCE}, {PUBLISHED}"

TERRITORY = """\
# Merrelhaven is invented. No real place, person or organisation lies behind it.
id = "merrelhaven"
name = "Merrelhaven"
languages = ["en"]        # the first is the default
words = "prevention"      # or "safeguarding", "social_cohesion"
# Sectors that should have a partner.
essential_sectors = ["municipality", "education", "police", "social_services", "health",
                     "youth_work", "civil_society", "probation"]

# Levels, the largest first.
[[levels]]
id = "nation"
name = "nation"
plural = "nations"

[[levels]]
id = "region"
name = "region"
plural = "regions"

[[levels]]
id = "municipality"
name = "municipality"
plural = "municipalities"

[[levels]]
id = "part"
name = "part of town"
plural = "parts of town"

[[levels]]
id = "district"
name = "district"
plural = "districts"

[disclosure]
count_threshold = 5       # smaller counts are hidden
rate_threshold = 10       # a rate or share on fewer cases is hidden
hide_first = "totals"     # an alarm of one district counts more here than a sum; else "parts"
minimum_answers = 30      # a survey figure on fewer answers is not assessed

[map]
level = "district"        # the level a reader starts with
"""

FORMER, CURRENT = "districts_2015", "districts_2022"
BOUNDARIES = (
    ("nation.csv", "nation", "", ""),
    ("region.csv", "region", "", ""),
    ("municipality.geojson", "municipality", "", ""),
    ("parts.geojson", "part", "", ""),
    (f"{FORMER}.geojson", "district", "2015-01-01", "2021-12-31"),
    (f"{CURRENT}.geojson", "district", "2022-01-01", ""),
)
"""File, level, first and last day."""

NEXT_DUE = {"Y": "2026-02-27", "2Y": "2027-02-26", "4Y": "2028-02-25", "SY": "2025-11-28",
            "S": "2025-08-29", "Q": "2025-05-30"}  # fmt: skip
PUBLISHERS = {"st": indicators.STATISTICS, "sv": indicators.PANEL, "ad": indicators.CITY}

INDICATOR_COLUMNS = (
    "indicator_id", "title", "short_title", "definition", "caveat", "factor", "higher_is",
    "theme", "form", "scope", "source_kind", "measure", "unit", "multiplier", "decimals",
    "denominator_id", "part_of", "partner_ids", "levels", "benchmark", "frequency", "next_due",
    "disclosure_threshold", "disclosure_reason", "repeat_events", "publisher", "licence",
    "retrieved", "context_reason",
)  # fmt: skip
OBSERVATION_COLUMNS = (
    "level", "area_id", "indicator_id", "period", "category", "value", "count", "denominator",
    "sd", "status", "break", "note",
)  # fmt: skip
ALWAYS = 5
"""So many observation columns, the key, stand in every file; others only when filled."""


TABLES: dict[str, Callable[[], Rows]] = {
    "partners": network.partners,
    "ties": network.ties,
    "sharing": network.sharing,
    "contacts": network.contacts,
    "resources": plan.resources,
    "actions": plan.actions,
    "priorities": plan.priorities,
    "decisions": plan.decisions,
    "assessments": seen.assessments,
    "national": seen.national,
    "events": seen.events,
    "definitions": words.definitions,
}
"""What stands in the folder beside the figures, by the name of its file."""


def main(folder: Path) -> None:
    """Write the whole territory folder."""
    (folder / "observations").mkdir(parents=True, exist_ok=True)
    (folder / "boundaries").mkdir(exist_ok=True)
    (folder / "crosswalks").mkdir(exist_ok=True)
    _write(folder / "territory.toml", TERRITORY)
    write_boundaries(folder / "boundaries")
    drawn = {item.indicator_id: figures.observations(item) for item in indicators.ITEMS}
    drawn["signals_all"] = all_signals(drawn)
    drawn["base_counts"] = [
        row for base in indicators.BASES for row in figures.base_rows(base.indicator_id)
    ]
    for name, rows in drawn.items():
        write_observations(folder, name, rows)
    catalogue = [indicator_row(item) for item in indicators.ITEMS]
    catalogue += [base_row(base) for base in indicators.BASES]
    _write_csv(folder / "indicators.csv", INDICATOR_COLUMNS, [*catalogue, signals_row()])
    for name, rows_of in TABLES.items():
        table = rows_of()
        _write_csv(folder / f"{name}.csv", list(table[0]), table)
    shares = crosswalk_rows()
    _write_csv(folder / "crosswalks" / f"{FORMER}__{CURRENT}.csv", list(shares[0]), shares)


# -------------------------------------------------------------------------- indicators.csv
def indicator_row(item: Item) -> dict[str, object]:
    """Row of ``indicators.csv``; base counts are yearly and divide yearly figures only."""
    bases = {base.indicator_id for base in indicators.BASES}
    yearly = item.frequency in ("Y", "2Y", "4Y")
    return {
        "indicator_id": item.indicator_id,
        "title": item.title,
        "short_title": item.short_title,
        "definition": item.definition,
        "caveat": item.caveat,
        "factor": {"R": "risk", "P": "protective", "C": "context"}[item.code],
        "higher_is": "neutral" if item.code == "C" else "more",
        "theme": indicators.THEMES[item.theme],
        "form": item.form,
        "scope": {"N": "national", "L": "local"}[item.scope],
        "source_kind": indicators.KINDS[item.kind],
        "measure": item.measure,
        "unit": item.unit,
        "multiplier": item.multiplier,
        "decimals": item.decimals,
        "denominator_id": item.base if yearly and item.base in bases else "",
        "part_of": item.part_of,
        "partner_ids": item.partner,
        "levels": _levels(item),
        "benchmark": "municipality",
        "frequency": item.frequency,
        "next_due": NEXT_DUE[item.frequency],
        "disclosure_threshold": item.threshold,
        "disclosure_reason": "" if item.threshold else indicators.REASONS[item.kind],
        "repeat_events": item.repeat_events,
        "publisher": item.publisher or PUBLISHERS[item.kind],
        "licence": LICENCE,
        "retrieved": PUBLISHED,
        "context_reason": item.context_reason,
    }


def _levels(item: Item) -> str:
    if item.town_only:
        return "municipality"
    above = "nation region " if item.nation is not None else ""
    return above + "municipality part district"


def base_row(base: Base) -> dict[str, object]:
    """Row of a base count."""
    return _count_row(base.indicator_id, base.title, base.definition) | {
        "caveat": "A denominator; it says nothing by itself.",
        "scope": "national",
        "levels": "nation region municipality part district",
        "disclosure_threshold": 0,
        "disclosure_reason": indicators.REASONS["st"],
        "source_kind": "statistics",
        "publisher": indicators.STATISTICS,
        "context_reason": "denominator of other figures",
    }


def signals_row() -> dict[str, object]:
    """Row of the total that the five classes of signals add up to."""
    return _count_row("signals_all", "Signals: all forms", "Signals of all five classes") | {
        "caveat": "A total of unlike things: read the classes.",
        "scope": "local",
        "levels": "municipality part district",
        "disclosure_threshold": 5,
        "source_kind": "frontline",
        "publisher": indicators.COORDINATION,
        "context_reason": "total of the classes of signals",
    }


def _count_row(indicator_id: str, title: str, definition: str) -> dict[str, object]:
    return {
        "indicator_id": indicator_id, "title": title, "short_title": title,
        "definition": definition, "factor": "context", "higher_is": "neutral", "theme": "base",
        "form": "general", "measure": "count", "unit": "count", "multiplier": 1, "decimals": 0,
        "frequency": "Y", "next_due": NEXT_DUE["Y"], "benchmark": "municipality",
        "repeat_events": False, "licence": LICENCE, "retrieved": PUBLISHED,
    }  # fmt: skip


def all_signals(drawn: Mapping[str, Sequence[Row]]) -> list[Row]:
    """Sum the classes of signals by district and year."""
    sums: dict[tuple[str, str], int] = {}
    for item in indicators.ITEMS:
        for row in drawn[item.indicator_id] if item.part_of else ():
            key = (row.period, row.area_id)
            sums[key] = sums.get(key, 0) + int(row.count or 0)
    return [
        Row("district", area_id, "signals_all", period, value=count, count=count)
        for (period, area_id), count in sorted(sums.items())
    ]


# ---------------------------------------------------------------------------- observations
def write_observations(folder: Path, name: str, rows: Iterable[Row]) -> None:
    """Write one file of observations, without the columns that nothing stands in."""
    cells = [
        {**vars(row), "break": row.breaks or "", "status": row.status}
        for row in sorted(rows, key=lambda r: (r.indicator_id, r.period, _rank(r.level)))
    ]
    filled = [
        column
        for number, column in enumerate(OBSERVATION_COLUMNS)
        if number < ALWAYS or any(_text(row[column]) for row in cells)
    ]
    _write_csv(folder / "observations" / f"{name}.csv", filled, cells)


def _rank(level: str) -> int:
    return ("nation", "region", "municipality", "part", "district").index(level)


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([_text(row.get(column)) for column in columns])


def _text(cell: object) -> str:
    """One cell as text: true and false in words, whole numbers without a point.

    >>> _text(4.0), _text(0.25), _text(None), _text(True)
    ('4', '0.25', '', 'true')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


# ------------------------------------------------------------------------------ boundaries
def crosswalk_rows() -> Rows:
    """Which district of today each former one became, in shares of its residents."""
    unchanged = sorted(set(town.DISTRICTS) - set(town.CROSSWALK))
    moved = [(area_id, area_id, 1.0) for area_id in unchanged]
    moved += [("MH23", area_id, share) for area_id, share in town.CROSSWALK.items()]
    return [
        {"from_id": one, "to_id": other, "weight": weight, "basis": "residents 2021"}
        for one, other, weight in moved
    ]


def write_boundaries(folder: Path) -> None:
    """Write every level, and what its files are."""
    current = borders.districts()
    halves = set(town.CROSSWALK)
    former = {i: shape for i, shape in current.items() if i not in halves}
    former["MH23"] = borders.union([current[i] for i in sorted(halves)])
    parts = {
        part: borders.union([s for i, s in current.items() if town.PART_OF_DISTRICT[i] == part])
        for part in town.PARTS
    }
    names = {part: name for part, (name, _) in town.PARTS.items()}
    _write_geojson(folder / "parts.geojson", parts, names, dict.fromkeys(parts, figures.TOWN_ID))
    _write_geojson(
        folder / "municipality.geojson",
        {figures.TOWN_ID: borders.union(current.values())},
        {figures.TOWN_ID: "Merrelhaven"},
        {figures.TOWN_ID: figures.REGION_ID},
    )
    names = {i: district.name for i, district in town.ALL_DISTRICTS.items()}
    for file, shapes in ((FORMER, former), (CURRENT, current)):
        _write_geojson(folder / f"{file}.geojson", shapes, names, town.PART_OF_DISTRICT)
    header = "area_id,name,parent_id\n"
    _write(folder / "nation.csv", f"{header}{figures.NATION_ID},Sundravia,\n")
    _write(
        folder / "region.csv",
        f"{header}{figures.REGION_ID},Merrelmark,{figures.NATION_ID}\n",
    )
    _write(folder / "boundaries.toml", "\n".join(_boundary(*entry) for entry in BOUNDARIES))


def _boundary(file: str, level: str, first: str, last: str) -> str:
    lines = [
        "[[boundary]]",
        f'file = "{file}"',
        f'level = "{level}"',
        'id = "area_id"',
        'name = "name"',
        'parent = "parent_id"',
    ]
    if first:
        lines.append(f'valid_from = "{first}"')
    if last:
        lines.append(f'valid_to = "{last}"')
    source = SOURCE_ABOVE if level in ("nation", "region") else SOURCE
    return "\n".join([*lines, f'source = "{source}"', ""])


def _write_geojson(
    path: Path, shapes: dict[str, BaseGeometry], names: dict[str, str], parents: dict[str, str]
) -> None:
    """Write RFC 7946, a feature to a line, so that changes can be read."""
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {
                    "area_id": area_id,
                    "name": names[area_id],
                    "parent_id": parents[area_id],
                },
                "geometry": shapely.geometry.mapping(shapes[area_id]),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for area_id in sorted(shapes)
    ]
    body = ",\n".join(features)
    _write(path, f'{{"type":"FeatureCollection","features":[\n{body}\n]}}\n')


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
