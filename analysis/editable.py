"""The editable tables of a territory held against it: who works here, what is done, what is seen.

Knows what the ids in partners, ties, resources, actions, assessments and the
other tables point to, and which of their texts are spoken on the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import tables
from analysis.errors import Problem
from analysis.intake.checks.identity import loaded_words

if TYPE_CHECKING:
    from analysis.territory import Territory

NAMES = tuple(table.name for table in tables.EDITABLE)
_SPOKEN = {
    "resources": ("name",),
    "actions": ("title", "output", "outcome"),
    "priorities": ("finding",),
    "decisions": ("decision",),
    "assessments": ("statement",),
    "national": ("statement",),
    "events": ("title",),
}
"""Columns that readers see as sentences: loaded words in them are noted."""
_SIGN_OF = {"risk": ("burden", "easing"), "protective": ("strength", "lack")}
_THINGS = {
    "areas": "area", "levels": "level", "themes": "theme", "sectors": "sector",
    "indicators": "indicator", "partners": "partner", "actions": "action",
}  # fmt: skip


def check_tables(
    editable: Mapping[str, pd.DataFrame],
    territory: Territory,
    *,
    files: Mapping[str, str] | None = None,
    places_known: bool = True,
) -> list[Problem]:
    """Hold editable tables against the territory and against each other.

    Parameters
    ----------
    editable
        Typed frames by table name, as :func:`analysis.tables.validate` returns
        them, with line numbers as index. Give every table there is: an id of
        a table that is not given names nothing.
    files
        What problems call the file of a table; its usual name when absent.
    places_known
        False where some boundaries could not be read: then no area or level
        is called unknown.

    Returns
    -------
    list of Problem
        An unknown id, a tie to oneself, a sign that does not fit its factor.
        Loaded words are of the level ``note``.
    """
    problems: list[Problem] = []
    for name, frame in editable.items():
        table = tables.TABLES[name]
        file = (files or {}).get(name, table.file)
        for column in table.columns:
            if column.refers and (places_known or column.refers not in ("areas", "levels")):
                known = _known(column.refers, territory, editable)
                problems += _unknown(file, frame, column, known)
        problems += _own_rules(file, name, frame)
        problems += _words(file, name, frame, territory)
    return problems


def _known(
    what: str, territory: Territory, editable: Mapping[str, pd.DataFrame]
) -> tuple[str, ...]:
    found: dict[str, tuple[str, ...]] = {
        "areas": (*territory.areas["area_id"].unique(), tables.EVERYWHERE),
        "levels": territory.levels,
        "themes": tuple(theme for theme, _ in territory.settings.themes),
        "sectors": tuple(sector for sector, _ in territory.settings.sectors),
        "indicators": tuple(territory.catalogue),
    }
    if what in found:
        return found[what]
    key = tables.TABLES[what].key[0]
    return tuple(editable[what][key]) if what in editable else ()


def _unknown(
    file: str, frame: pd.DataFrame, column: tables.Column, known: tuple[str, ...]
) -> list[Problem]:
    """One problem per cell that names something nobody knows."""
    cells = frame[column.name]
    ids = cells.str.split(" ").explode() if column.kind == "list" else cells
    strange = ids[(ids != "") & ~ids.isin(known)]
    thing = _THINGS[column.refers]
    few = ", ".join(known[:8]) + (" ..." if len(known) > 8 else "")
    return [
        Problem(
            file,
            f"no {thing} {one!r}; correct the id" + (f" (known: {few})" if known else ""),
            int(str(row)), column.name, str(one), "unknown_id",
        )
        for row, one in strange.items()
    ]  # fmt: skip


def _own_rules(file: str, name: str, frame: pd.DataFrame) -> list[Problem]:
    if name == "ties":
        own = frame[(frame["from"] == frame["to"]) & (frame["from"] != "")]
        return [
            Problem(file, f"a tie of {one!r} to itself; name the other side, or take it out",
                    int(str(row)), "to", str(one), "tie_to_itself")
            for row, one in own["to"].items()
        ]  # fmt: skip
    if name != "assessments":
        return []
    fits = pd.Series(
        [
            sign in _SIGN_OF.get(factor, ())
            for factor, sign in zip(frame["factor"], frame["sign"], strict=True)
        ],
        index=frame.index,
        dtype="bool",
    )
    stated = (frame["factor"] != "") & (frame["sign"] != "")
    return [
        Problem(
            file,
            f"{frame['sign'][row]!r} does not fit a {frame['factor'][row]} factor; write"
            f" {' or '.join(_SIGN_OF.get(frame['factor'][row], ()))}",
            int(str(row)), "sign", str(frame["sign"][row]), "contradiction",
        )
        for row in frame.index[np.asarray(stated & ~fits)]
    ]  # fmt: skip


def _words(file: str, name: str, frame: pd.DataFrame, territory: Territory) -> list[Problem]:
    """Notes on words that stick to people and places."""
    notes = []
    for column in _SPOKEN.get(name, ()):
        for row, text in frame[column].items():
            where = {f"{column} of row {row}": str(text)}
            notes += [
                Problem(file, check.message, int(str(row)), column, None, check.code, "note")
                for check in loaded_words(where, territory.settings.languages)
            ]
    return notes
