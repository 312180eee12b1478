"""Does a table describe persons one by one, or does it count them?

Knows how the two differ: a table of counts has one row for each combination
of what its rows are divided by, persons fall on combinations as they come,
some twice and most not at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd

from analysis.intake.checks.columns import TextColumn
from analysis.intake.checks.personal_words import entries, headers, listed
from analysis.intake.checks.wording import fold

HoldsPlaces = Callable[[TextColumn], bool]
"""Answers whether a column holds areas the territory knows."""


def one_by_one(
    cells: pd.DataFrame, columns: list[TextColumn], kind: str, holds_places: HoldsPlaces
) -> tuple[TextColumn, bool] | None:
    """Tell whether the rows of a file are persons: numbered, or described one by one.

    Parameters
    ----------
    cells, columns
        The file, and its columns that hold anything.
    kind
        In ``events`` two attributes of persons are enough: an event list
        counts nobody. Elsewhere the rows are held against a table of counts.
    holds_places
        Tells columns of known areas.

    Returns
    -------
    tuple or None
        The column that shows it, and whether that is sure; None when nothing
        points to persons.
    """
    for column in columns:
        if _numbers_persons(column) and not holds_places(column):
            return column, True
    sexes = [one for one in columns if _is_sex(one)]
    ages = [one for one in columns if _is_called_age(one) or _is_birth_year(one)]
    told = [one for one in columns if one.words in headers("attribute") and one.distinct > 1
            and not holds_places(one)]  # fmt: skip
    if kind == "events":
        described = [*ages, *sexes, *told]
        return (described[0], len(described) > 1) if described else None
    if not sexes + ages:
        return None
    guessed = [] if ages else [one for one in columns if _may_be_age(one)]
    verdicts: dict[bool | None, TextColumn] = {}
    for age in [[one] for one in ages or guessed] or [[]]:
        attributes = [*age, *sexes[:1], *told]
        sure = _describes_persons(cells, columns, attributes, holds_places)
        # One attribute alone is found in tables of many kinds.
        sure = False if sure and len(attributes) == 1 else sure
        verdicts.setdefault(sure, attributes[0])
    return next(((verdicts[sure], sure) for sure in (True, False) if sure in verdicts), None)


def _numbers_persons(column: TextColumn) -> bool:
    """Whether a header such as *client id* stands over keys and not over counts."""
    parts = column.words.split() or [""]
    before, after = {" ".join(parts[:-1]), *parts[-2:-1]}, " ".join(parts[1:])
    numbered = (
        before & headers("person_key") and parts[-1] in listed("person_key", "numbers")
    ) or (parts[0] in ("id", "uuid", "code", "codigo", "codice") and after in headers("person_key"))
    joined = column.words.replace(" ", "")
    together = any(
        joined == one.replace(" ", "") + end
        for one in headers("person_key")
        for end in ("id", "nr", "nummer", "uuid")
    )
    if not (numbered or together) or column.distinct < 3:
        return False
    fixed = len({len(one) for one in column.sample}) == 1
    return column.uniqueness > 0.5 or column.is_textual or fixed


def _is_sex(column: TextColumn) -> bool:
    if not 2 <= column.distinct <= 6:
        return False
    cells = {fold(one) for one in column.sample}
    if column.announces(headers("sex")):
        return bool(cells & listed("sex", "values")) or cells <= set("01239")
    pairs = [set(pair) for pair in entries()["sex"]["pairs"]]
    return cells <= listed("sex", "values") and any(pair <= cells for pair in pairs)


_BAND = re.compile(r"^\D{0,12}\d{1,3}(?:\s?(?:-|–|to|bis|à|a)\s?\d{1,3}|\s?\+)?\D{0,12}$")


def _whole_ages(column: TextColumn) -> bool:
    numbers = column.numbers
    return (
        numbers is not None
        and len(numbers) > 0
        and bool(np.all(numbers % 1 == 0) and numbers.min() >= 0 and numbers.max() <= 115)
    )


def _is_called_age(column: TextColumn) -> bool:
    """Whether the header says age and the cells are whole years or bands of years."""
    if column.words not in headers("age") or column.distinct < 2:
        return False
    return _whole_ages(column) or (column.numbers is None and column.share(_BAND) > 0.6)


def _may_be_age(column: TextColumn) -> bool:
    return (
        column.distinct >= 4
        and _whole_ages(column)
        and column.numbers is not None
        and column.numbers.max() >= 25
        and column.uniqueness < 1
        and not _counts_up(column)
    )


def _is_birth_year(column: TextColumn) -> bool:
    numbers = column.numbers
    return (
        numbers is not None
        and column.announces(headers("birth_year"))
        and bool(len(numbers))
        and bool(np.mean((numbers > 1900) & (numbers < 2030)) > 0.9)
    )


_LOOKED_AT = 100_000


def _describes_persons(
    cells: pd.DataFrame,
    columns: list[TextColumn],
    attributes: list[TextColumn],
    holds_places: HoldsPlaces,
) -> bool | None:
    """Tell rows that are persons from rows that count persons by age and sex.

    Returns
    -------
    bool or None
        True for persons, None for counts, False where it cannot be told.
    """
    part = cells.iloc[:_LOOKED_AT]
    rows = len(part)
    own = {one.position for one in attributes}
    others = [one for one in columns if one.position not in own]
    keys = [one for one in others if not holds_places(one)
            and (one.uniqueness >= 0.95 or one.distinct == rows) and rows > 3]  # fmt: skip
    divided = [one for one in others if one not in keys
               and (not one.holds_figures or holds_places(one) or _is_period(one))]  # fmt: skip
    figures = [one for one in others if one.holds_figures and one not in divided]
    unsure = False
    candidates: list[list[TextColumn]] = [[]] + [[one] for one in figures if one not in keys]
    measured = [one for one in figures if not _counts_up(one)]
    for extra in candidates:
        # Either is what the rows are divided by: with an age, or with sex alone and the supposed
        # age as the figure.
        for inner in (attributes, [one for one in attributes if one.numbers is None]):
            if not inner or (not measured and inner is attributes):
                continue
            verdict = _is_crossed(part, [*divided, *extra], inner)
            if verdict:
                return None
            unsure = unsure or verdict is None
    return not (unsure and measured and not keys)


def _is_crossed(
    part: pd.DataFrame, outer: list[TextColumn], inner: list[TextColumn]
) -> bool | None:
    """Whether rows cross ``outer`` with ``inner``, each combination once; None: too few to tell."""
    outside = _groups(part, outer)
    inside = _groups(part, inner)
    together = pd.Series(outside.astype("int64") * (int(inside.max()) + 1) + inside)
    rows = len(together)
    repeated = int(together.duplicated().sum())
    if repeated > 0.01 * rows:
        return False
    fill = rows / ((int(outside.max()) + 1) * math.prod(one.distinct for one in inner))
    if fill >= 0.6:
        return rows >= 4
    # With persons, rows * fill / 2 pairs would share a combination by chance.
    if repeated == 0 and rows * fill / 2 >= 5:
        return True
    return None if repeated == 0 else False


def _groups(part: pd.DataFrame, columns: Iterable[TextColumn]) -> np.ndarray:
    code = np.zeros(len(part), dtype="int64")
    for column in columns:
        own, _ = pd.factorize(part.iloc[:, column.position - 1])
        code, _ = pd.factorize(code * (int(own.max()) + 2) + own + 1)
    return code


def _is_period(column: TextColumn) -> bool:
    numbers = column.numbers
    if numbers is not None and len(numbers):
        return bool(np.all((numbers % 1 == 0) & (numbers >= 1900) & (numbers <= 2100)))
    return column.share(re.compile(r"^(?:19|20)\d\d[-/]")) > 0.9


def _counts_up(column: TextColumn) -> bool:
    """Whether a column only numbers the rows."""
    numbers = column.numbers
    return numbers is not None and column.uniqueness == 1 and bool(
        np.all(numbers % 1 == 0) and np.all(np.diff(numbers) > 0)
    )  # fmt: skip
