"""The editable tables of a territory held against it: who works here, what is done, what is seen.

Knows what the ids in partners, ties, resources, actions, assessments and the
other tables point to, and which of their texts are spoken on the pages.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import tables
from analysis.errors import Problem
from analysis.intake.checks.identity import loaded_words
from analysis.measures import network

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


def check_tables(
    editable: Mapping[str, pd.DataFrame],
    territory: Territory,
    *,
    files: Mapping[str, str] | None = None,
    places_known: bool = True,
    today: dt.date | None = None,
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
    today
        Day after which nothing can have happened; any day when None.

    Returns
    -------
    list of Problem
        An unknown id, a tie to oneself, ties between two kinds of things, a
        date that lies ahead, a sign that does not fit its factor, a rule on
        sharing that is signed without saying for whom, an answer without its
        day, the name of a contact outside ``contacts.csv``.
        Loaded words are of the level ``note``.
    """
    problems: list[Problem] = []
    for name, frame in editable.items():
        table = tables.TABLES[name]
        file = (files or {}).get(name, table.file)
        for column in table.columns:
            if column.refers and (places_known or column.refers not in ("areas", "levels")):
                known = _known(column.refers, territory, editable)
                problems += tables.unknown_ids(file, frame, column, known)
            if column.past and today is not None:
                problems += tables.days_ahead(file, frame, column, today)
        problems += _own_rules(file, name, frame, editable)
        problems += _words(file, name, frame, territory)
    return problems + named_contacts(editable, files)


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


def _own_rules(
    file: str, name: str, frame: pd.DataFrame, editable: Mapping[str, pd.DataFrame]
) -> list[Problem]:
    if name == "ties":
        modes = network.two_modes(file, editable["partners"], frame) if "partners" in editable \
            else []  # fmt: skip
        return network.ties_of_themselves(file, frame) + modes
    if name == "sharing":
        return _rules_without_sense(file, frame)
    if name == "contacts":
        return _answers_without_day(file, frame)
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


def _answers_without_day(file: str, frame: pd.DataFrame) -> list[Problem]:
    """A yes or no without the day it is of, and a day without an answer."""
    problems = []
    for column in frame.columns:
        day = f"{column}{tables.ANSWERED_ON}"
        if day not in frame.columns:
            continue
        for row in frame.index[(frame[column] == "") != (frame[day] == "")]:
            fact, way_out = (
                (f"a day without an answer in {column!r}", "write yes or no, or take the day out")
                if frame[column][row] == ""
                else (f"{frame[column][row]!r} without a day", f"write it in {day!r}")
            )
            problems.append(
                Problem(file, f"{fact}; {way_out}", int(str(row)), column, "", "contradiction")
            )
    return problems


def named_contacts(
    editable: Mapping[str, pd.DataFrame], files: Mapping[str, str] | None = None
) -> list[Problem]:
    """Return a problem for each cell of another table that holds the name of a contact.

    Names of persons stand in ``contacts.csv`` alone, which coordinators only see. A name of one
    word may be any word and is not looked for. No message repeats the name.
    """
    if "contacts" not in editable:
        return []
    names = editable["contacts"]["name"].str.strip()
    names = names[names.str.contains(r"\s")].drop_duplicates()
    if names.empty:
        return []
    words = "|".join(r"\s+".join(map(re.escape, one.split())) for one in names)
    sought = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    problems = []
    for name, frame in editable.items():
        if name == "contacts":
            continue
        file = (files or {}).get(name, tables.TABLES[name].file)
        for column in tables.TABLES[name].columns:
            if column.kind != "text":
                continue
            cells = frame[column.name].fillna("").astype("str")
            problems += [
                Problem(
                    file, "names a person who is a contact; names stand in contacts.csv alone: write"
                    " the function here", int(str(row)), column.name, None, "contact_named",
                )
                for row in frame.index[cells.str.contains(sought)]
            ]  # fmt: skip
    return problems


def _rules_without_sense(file: str, sharing: pd.DataFrame) -> list[Problem]:
    """Rules that are signed without saying for whom, and those for nobody and somebody."""
    named = sharing["shared_with"].str.strip()
    problems = [
        Problem(
            file, f"signed on {sharing['signed'][row]}, but it is not said who may have it; name"
            " them, or write nobody", int(str(row)), "shared_with", "", "contradiction",
        )
        for row in sharing.index[(sharing["signed"] != "") & (named == "")]
    ]  # fmt: skip
    for row, cell in named[named.str.contains("[,;]")].items():
        parts = {part.strip().casefold() for part in re.split("[,;]", str(cell))}
        if parts & set(tables.NOBODY) and parts - set(tables.NOBODY):
            problems.append(
                Problem(
                    file, f"{cell!r} names nobody and somebody; keep one of the two",
                    int(str(row)), "shared_with", str(cell), "contradiction",
                )
            )  # fmt: skip
    return problems


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
