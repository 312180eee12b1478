"""Which indicator each figure of a file is of, and what it is to it.

Knows the two ways to say so: a file in Groundwork's own columns says it itself, of any other the
measures are asked - and a measure may become a new indicator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from analysis import periods, tables
from analysis.errors import Problem
from analysis.intake import editing
from analysis.intake import recipe as recipes
from analysis.intake.checks import Check
from analysis.intake.drafts import DraftFile
from analysis.intake.grids import Question
from analysis.intake.new_indicators import new_rows
from analysis.intake.reading import Reading
from analysis.intake.tidying import ROLES
from analysis.language import gettext as _
from analysis.territory import Territory


@dataclass(frozen=True, eq=False)
class Measured:
    """The cells of a file that belong to indicators, and what is open or wrong about them.

    ``territory`` has the new indicators, ``new_ids`` their ids by measure.
    """

    cells: pd.DataFrame
    questions: Sequence[Question]
    checks: Sequence[Check]
    territory: Territory
    new_ids: Mapping[str, str]


def measured_cells(
    territory: Territory, file: DraftFile, reading: Reading, answers: Mapping[str, str]
) -> Measured:
    """Say which indicator each cell is of.

    A file with the columns of Groundwork's own observations says itself
    what each cell is; of any other the measures are asked.
    """
    if is_own_format(list(reading.raw.columns)):
        cells, problems = _own_cells(reading.raw, file.name, territory)
        found = [editing.refused(one) for one in problems]
        return Measured(cells, reading.questions, found, territory, {})
    rows, ids, asked, found = new_rows(_new_measures(reading, answers), answers, territory)
    if len(rows):
        territory = editing.with_catalogue(territory, rows)
    pending = {
        key: ids.get(key.removeprefix("figure:"), recipes.LEAVE_OUT)
        for key, said in answers.items()
        if key.startswith("figure:") and said == recipes.NEW
    }
    figures = recipes.assign_indicators(
        reading,
        {one.indicator_id: one.title for one in territory.catalogue.values()},
        {**_own_ids(reading, territory), **answers, **pending},
    )
    questions = (*reading.questions, *figures.questions, *asked)
    return Measured(figures.cells, questions, found, territory, ids)


def _new_measures(reading: Reading, answers: Mapping[str, str]) -> dict[str, str]:
    """Measures that are said to be new indicators, each with the frequency of its periods."""
    found = {}
    for key, said in answers.items():
        measure = key.removeprefix("figure:")
        if said != recipes.NEW or measure == key:
            continue
        stated = reading.cells.loc[reading.cells["measure"] == measure, "period"].astype("str")
        first = next((one for one in stated.unique() if one), "")
        found[measure] = periods.parse(first).form if first else ""
    return found


def is_own_format(headings: Sequence[str]) -> bool:
    """Whether these are the columns of Groundwork's own observations."""
    required = {column.name for column in tables.OBSERVATIONS.columns if column.required}
    return required <= set(headings)


def _own_cells(
    raw: pd.DataFrame, name: str, territory: Territory
) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn Groundwork's own observations into cells, a cell per figure."""
    text = raw.drop(columns=[one for one in ("name",) if one in raw.columns]).astype("str")
    text = text[(text != "").any(axis=1)]
    typed, problems = tables.validate(text, tables.OBSERVATIONS, name)
    # Repeated rows are for the ledger: it asks which one counts.
    problems = [one for one in problems if one.code != "duplicate"]
    unknown = ~typed["indicator_id"].isin(list(territory.catalogue))
    problems += [
        Problem(
            name,
            _("no indicator {one!r} in the catalogue; add its row first").format(one=one),
            code="unknown_id",
        )
        for one in typed.loc[unknown, "indicator_id"].unique()
    ]
    if problems:
        return pd.DataFrame(), problems
    kept = typed.assign(row=typed.index, place=typed["area_id"], place_name="", marker="")
    long = kept.melt(
        id_vars=["row", "place", "place_name", "level", "indicator_id", "period", "category",
                 "status", "marker", "break"],
        value_vars=list(ROLES), var_name="role", value_name="number",
    )  # fmt: skip
    # A row without any figure still says why there is none.
    empty = typed[list(ROLES)].isna().all(axis=1)
    alone = long["row"].map(empty) & (long["role"] == "value")
    long = long[long["number"].notna() | alone].reset_index(drop=True)
    return long.assign(measure=long["indicator_id"], text=""), []


def _own_ids(reading: Reading, territory: Territory) -> dict[str, str]:
    """Answer for measures that are indicator ids already: nothing is guessed by likeness."""
    answers = {}
    guesses = reading.cells.groupby("measure", observed=True)["role"].first()
    for measure, guess in guesses.items():
        name = str(measure)
        if name in territory.catalogue:
            answers[f"figure:{name}"] = name
            role = _own_role(territory.catalogue[name].measure, str(guess))
            if role:
                answers[f"role:{name}"] = role
    return answers


def _own_role(measure: str, guess: str) -> str:
    """Return what figures under an indicator's own id are to it; nothing where that is open."""
    if guess in ("sd", "lower", "upper"):
        return guess
    if measure == "count":
        return "count"
    return "" if measure in ("rate", "proportion") else "value"
