"""A measure that no indicator of the catalogue is: its row of ``indicators.csv``, asked for.

Knows which answers make a new row (``indicator:MEASURE:COLUMN``), what can be
suggested for it, and when it may stand in the catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis import periods, tables
from analysis.catalogue import Catalogue
from analysis.errors import Problem
from analysis.intake.checks import Check
from analysis.intake.checks.wording import fold
from analysis.intake.grids import Choice, Question
from analysis.language import gettext as _
from analysis.territory import Territory, check_catalogue

PREFIX = "indicator:"
_SUGGESTED = {"scope": "local", "form": "general", "decimals": "1", "multiplier": "1"}


def new_rows(
    measures: Mapping[str, str], answers: Mapping[str, str], territory: Territory
) -> tuple[pd.DataFrame, dict[str, str], list[Question], list[Check]]:
    """Make rows of the catalogue from answers, or ask for them.

    Parameters
    ----------
    measures
        Measures that are said to be new indicators, each with the frequency
        its periods have (``""`` when unknown).
    answers
        ``indicator:MEASURE:COLUMN`` by question.

    Returns
    -------
    rows
        Typed rows of :data:`analysis.tables.INDICATORS` that may stand.
    ids
        Indicator id by measure, of these rows.
    questions
        What each of the others still needs: every column not answered yet,
        and those whose answer cannot be.
    checks
        What is refused about a row, such as an identity as a risk.
    """
    kept, ids, questions, checks = [], {}, [], []
    for measure, frequency in measures.items():
        said = {
            column.name: answers.get(f"{PREFIX}{measure}:{column.name}", "").strip()
            for column in tables.INDICATORS.columns
        }
        row, problems = _typed(measure, said, territory)
        if not problems:
            kept.append(row)
            ids[measure] = said["indicator_id"]
            continue
        questions += _questions(measure, said, frequency, territory, problems)
        checks += [
            Check("refuse", one.code, one.message, measure, indicator_id=said["indicator_id"])
            for one in problems
            if one.column is None or (one.code not in _FORM and said.get(one.column))
        ]
    empty = territory.catalogue.frame.iloc[:0]
    return (pd.concat(kept, ignore_index=True) if kept else empty), ids, questions, checks


_FORM = (
    "empty_cell", "not_a_number", "not_whole", "out_of_range", "not_a_choice", "not_a_date",
    "not_a_boolean", "catalogue", "duplicate",
)  # fmt: skip
"""Problems of a cell that another answer mends; anything else is refused as well."""


def _typed(
    measure: str, said: Mapping[str, str], territory: Territory
) -> tuple[pd.DataFrame, list[Problem]]:
    """One row, typed, and everything that is wrong with it; its line is 1."""
    text = pd.DataFrame([said], index=[1], columns=tables.INDICATORS.column_names, dtype="str")
    typed, problems = tables.validate(text, tables.INDICATORS, measure)
    if problems:
        return typed, problems
    typed = typed.fillna({"decimals": 1, "multiplier": 1})
    if said["indicator_id"] in territory.catalogue:
        message = _("indicator {said!r} is in the catalogue already; choose it there").format(
            said=said["indicator_id"]
        )
        return typed, [Problem(measure, message, 1, "indicator_id", code="duplicate")]
    standing = territory.catalogue.frame
    standing = standing.set_axis(np.zeros(len(standing), dtype="int64"), axis=0)
    whole = replace(territory, catalogue=Catalogue(pd.concat([standing, typed])))
    problems = [one for one in check_catalogue(whole) if one.row == 1 and one.level == "error"]
    return typed, problems


def _questions(
    measure: str,
    said: Mapping[str, str],
    frequency: str,
    territory: Territory,
    problems: list[Problem],
) -> list[Question]:
    wrong = {one.column: one.message for one in problems if one.column}
    asked = []
    for column in tables.INDICATORS.columns:
        answered = said[column.name]
        if answered and column.name not in wrong:
            continue
        text = _("{column} of the new indicator {measure!r}: {about}").format(
            column=column.name, measure=measure, about=column.about
        )
        if column.required:
            text += _(" (needed)")
        if answered:
            text = wrong[column.name]
        asked.append(
            Question(
                f"{PREFIX}{measure}:{column.name}",
                text,
                tuple(_choices(column, territory)),
                column.name,
                answered or _suggestion(column.name, measure, frequency),
            )
        )
    return asked


def _choices(column: tables.Column, territory: Territory) -> list[Choice]:
    if column.choices:
        return [Choice(one, one.replace("_", " ")) for one in column.choices]
    if column.name == "theme":
        return [Choice(theme, words) for theme, words in territory.settings.themes]
    if column.name in ("denominator_id", "part_of"):
        counts = [one for one in territory.catalogue.values() if one.measure == "count"]
        return [Choice(one.indicator_id, one.title) for one in counts]
    return []


def _suggestion(column: str, measure: str, frequency: str) -> str:
    if column == "indicator_id":
        return re.sub(r"[^a-z0-9]+", "_", fold(measure)).strip("_")[:60]
    if column == "title":
        return measure
    if column == "frequency":
        return frequency if frequency in periods.FREQUENCIES else "Y"
    return _SUGGESTED.get(column, "")
