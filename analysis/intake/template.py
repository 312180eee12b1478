"""What there is to be filled in: an empty territory folder, an empty table of one indicator."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from analysis import tables
from analysis.catalogue import Indicator
from analysis.errors import GroundworkError
from analysis.language import csv_safe
from analysis.territory import Territory

_SETTINGS = """\
# What Groundwork shows about your municipality. Lines that begin with # are remarks.

id = "our-town"
name = "Our Town"
languages = ["en"]            # the first is the default
words = "prevention"          # or "safeguarding", "social_cohesion": the words on screen

# Tiers of areas, the topmost first. Each needs an entry in boundaries/boundaries.toml.
[[levels]]
id = "municipality"
name = "municipality"
plural = "municipalities"

[[levels]]
id = "district"
name = "district"
plural = "districts"

[disclosure]
count_threshold = 5           # counts from 1 up to 4 are hidden
rate_threshold = 10           # counts behind a rate or percentage
hide_first = "parts"          # what goes with them: further figures of areas, or "totals"
minimum_denominator = 0       # a rate or percentage of fewer persons or events is hidden
minimum_answers = 30          # a survey figure on fewer answers is not assessed

[reliability]                 # how far the figures of an area carry; shares from 0 to 1
good_present = 0.9            # of the indicators at least, for "good"
good_age = 1                  # periods behind the newest, at most
good_suppressed = 0.1         # at most
good_interval = 0.5           # at least
poor_present = 0.65           # fewer is "poor"
poor_suppressed = 0.35        # more is "poor"

[limits]                      # of a file that is refreshed
file_megabytes = 200
rows = 5_000_000

[map]
level = "district"            # the level a reader starts with
# tile_url = "https://tiles.example.org/{z}/{x}/{y}.png"   # the only host ever asked
# tile_attribution = "who made the tiles"
"""

_BOUNDARIES = """\
# One entry per file: GeoJSON, GeoPackage, Shapefile, TopoJSON or GeoParquet, any
# coordinate reference system. A .csv with the same columns stands for a level without shapes.

# [[boundary]]
# file = "districts.geojson"
# level = "district"          # as in territory.toml
# id = "area_id"              # the file's column with the id
# name = "name"               # ... with the name
# parent = "parent_id"        # ... with the id of the area one level up; leave out at the top
# valid_from = "2022-01-01"   # when these borders began; leave out when they never changed
# valid_to = ""               # when they ended
# crs = ""                    # only when the file states none, such as "EPSG:25832"
# source = "publisher, licence, date"
"""


def write_template(folder: Path) -> list[Path]:
    """Write an annotated empty territory.

    Parameters
    ----------
    folder
        Must be absent or empty.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    GroundworkError
        When the folder holds anything.
    """
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise GroundworkError(f"{str(folder)!r} is not an empty folder; name a new one")
    texts = {
        "territory.toml": _SETTINGS,
        "boundaries/boundaries.toml": _BOUNDARIES,
        "indicators.csv": _header(tables.INDICATORS),
        "observations/observations.csv": _header(tables.OBSERVATIONS),
        "README.md": _words(),
    }
    written = []
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)
    return written


def _header(table: tables.Table) -> str:
    return ",".join(table.column_names) + "\n"


def _words() -> str:
    """Describe every column of every table, from the schemas themselves."""
    lines = [
        "# This territory",
        "",
        "Put a boundary file into `boundaries/`, name it in `boundaries/boundaries.toml`, and put",
        "observations into `observations/`. Then run `python -m analysis check` on this folder.",
    ]
    for table in tables.TABLES.values():
        lines += ["", f"## {table.file}", "", f"{table.about}.", "", *column_lines(table)]
    return "\n".join([*lines, "", "\\* every row needs it", ""])


def column_lines(table: tables.Table) -> list[str]:
    """Describe the columns of a table as a table in Markdown; required ones carry a star."""
    lines = ["| column | holds |", "|---|---|"]
    for column in table.columns:
        about = column.about
        if column.choices:
            about += f" ({', '.join(column.choices)})"
        if column.default:
            about += f"; {column.default} when empty"
        lines.append(f"| {column.name}{' *' if column.required else ''} | {about} |")
    return lines


def indicator_template(territory: Territory, indicator: Indicator) -> bytes:
    """Return an empty table of one indicator, a row per area, ready to be filled in.

    Parameters
    ----------
    territory
        Its areas, on the finest level the indicator is shown on.
    indicator
        A row of the territory's catalogue.

    Returns
    -------
    bytes
        CSV in UTF-8 with byte order mark: ``level, area_id, name,
        indicator_id, period``, then what its kind of figure needs, and
        ``status``. Filled in, it is read without a question. A cell that a
        spreadsheet would run as a formula gets an apostrophe before it.
    """
    shown = indicator.levels or tuple(territory.levels)
    level = next(one for one in reversed(territory.levels) if one in shown)
    areas = territory.areas_of(level)
    figures = {
        "count": ["count"], "rate": ["count", "denominator"], "proportion": ["count", "denominator"],
        "ordinal": ["category", "count"], "mean": ["value", "sd", "denominator"],
    }.get(indicator.measure, ["value", "lower", "upper"])  # fmt: skip
    if indicator.denominator_id:
        # The denominators are counts of their own and come in another file.
        figures = [one for one in figures if one != "denominator"]
    given = {
        "level": level, "area_id": areas.index.astype(str), "name": areas["name"].to_numpy(),
        "indicator_id": indicator.indicator_id, "period": "",
    }  # fmt: skip
    empty = dict.fromkeys([*figures, "status"], "")
    frame = pd.DataFrame(given | empty, index=range(len(areas)), dtype="str")
    return frame.map(csv_safe).to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")
