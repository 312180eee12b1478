"""What is known of a source: the answers given once, so that next year's file asks nothing.

Knows how a recipe is written (a short TOML that people read and mend by hand), which answers hold
for a source and which only for one file, and how the measures of a file become indicators.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import periods
from analysis.errors import InputError, Problem
from analysis.intake.columns import LEAVE_OUT
from analysis.intake.grids import Choice, Question
from analysis.intake.headings import words_in
from analysis.intake.reading import Reading
from analysis.language import N_
from analysis.language import gettext as _

ALL_OTHERS, BY_MEASURE = "figure:*", "by_measure"
"""Question about all measures that are not named, and the answer that asks for each."""
MANY_MEASURES = 8
"""Up to so many measures are asked about one by one."""
NEW = "new"
"""Answer for a measure whose indicator is still to be described."""

ROLES = (
    Choice("value", N_("the figure itself, in the indicator's unit")),
    Choice("count", N_("cases: the numerator")),
    Choice("denominator", N_("what the cases are a share of, or the number of answers")),
    Choice("sd", N_("standard deviation")),
    Choice("lower", N_("lower 95 % limit")),
    Choice("upper", N_("upper 95 % limit")),
)

_ONE_FILE_ONLY = (
    "layout", "broken_rows", "unreadable", "unread_period", "check", "repeats", "indicator",
    "recipe",
)  # fmt: skip
"""Questions about one file alone: their answers are no part of a recipe."""
_TABLES = (
    "file",
    "column",
    "decimal",
    "scale",
    "percent",
    "total",
    "period_form",
    "day_first",
    "fill_down",
    "marker",
    "flag",
    "figure",
    "role",
    "accept",
    "level",
    "place",
)
_ABOUT = {
    "file": "how the file is opened, and where area and period stand",
    "column": "what each column holds",
    "decimal": "decimal sign of each column of figures; - where it has no decimals",
    "scale": "what figures are multiplied by",
    "percent": "what numbers without a percent sign are, where others carry one",
    "total": "rows that are the sum of all others: total, or an area",
    "period_form": "SY: 201112 is a school year, M: a month",
    "day_first": "yes: 03/04/2024 is in April",
    "fill_down": "yes: a text holds for the empty rows below it",
    "marker": 'what stands where a number should; "x@column" for one column only',
    "flag": "what stands beside a number",
    "figure": 'indicator of each measure; leave_out for none, "*" for all others',
    "role": "what the figures of a measure are to their indicator",
    "accept": "kinds of other spelling that are accepted for all places: yes or no",
    "level": 'which level of the territory a level of the file is; "leave out" for none',
    "place": 'which area a place of the file is; "leave out" for none',
}


@dataclass(frozen=True)
class Recipe:
    """What is known of a source.

    Parameters
    ----------
    source
        What the source is called, in words.
    answers
        Answer by question id.
    columns
        Columns of the file it was made from, periods written ``{period}``.
    format
        ``csv``, ``xlsx``, ``ods``, ``parquet``, ``px`` or ``json-stat``.
    """

    source: str
    answers: Mapping[str, str] = field(default_factory=dict)
    columns: Sequence[str] = ()
    format: str = "csv"


def recipe_of(reading: Reading, source: str, answers: Mapping[str, str] | None = None) -> Recipe:
    """Keep what was found and answered, but for what holds for this one file only.

    Parameters
    ----------
    reading
        A reading without open questions.
    source
        What the source is called.
    answers
        All answers, those to :func:`figure_questions` among them.

    Returns
    -------
    Recipe
        A period typed by hand is not kept: next year it is another one.
    """
    kept = {**reading.decided, **(answers or {})}
    held = {
        id_: answer
        for id_, answer in kept.items()
        if id_.split(":")[0] not in _ONE_FILE_ONLY and not (id_ == "period" and _is_period(answer))
    }
    return Recipe(source, held, reading.layout.columns, reading.layout.format)


def _is_period(text: str) -> bool:
    try:
        periods.parse(text)
    except periods.PeriodError:
        return False
    return True


# ---------------------------------------------------------------- the file


def recipe_text(recipe: Recipe) -> str:
    r"""Return the recipe as TOML.

    Examples
    --------
    >>> recipe = Recipe("Rents", {"place": "code", "marker:.": "missing"}, ["code", "{period}"])
    >>> print(recipe_text(recipe))
    # How the files of this source are read; made to be read and mended by hand.
    source = "Rents"
    format = "csv"
    columns = [
        "code",
        "{period}",
    ]
    <BLANKLINE>
    # how the file is opened, and where area and period stand
    [file]
    place = "code"
    <BLANKLINE>
    # what stands where a number should; "x@column" for one column only
    [marker]
    "." = "missing"
    <BLANKLINE>
    """
    lines = [
        "# How the files of this source are read; made to be read and mended by hand.",
        f"source = {_quoted(recipe.source)}",
        f"format = {_quoted(recipe.format)}",
        "columns = [",
        *(f"    {_quoted(name)}," for name in recipe.columns),
        "]",
        "",
    ]
    tables: dict[str, dict[str, str]] = {}
    for id_, answer in recipe.answers.items():
        table, _, name = id_.partition(":")
        if not name:
            table, name = "file", id_
        tables.setdefault(table, {})[name] = answer
    for table in sorted(tables, key=lambda each: (_TABLES.index(each), each)):
        lines += [f"# {_ABOUT[table]}", f"[{table}]"]
        lines += [f"{_key(name)} = {_quoted(said)}" for name, said in tables[table].items()]
        lines.append("")
    return "\n".join(lines)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(text: str) -> str:
    """Return a TOML basic string."""
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    signs = [
        escapes.get(sign) or (f"\\u{ord(sign):04x}" if ord(sign) < 32 or ord(sign) == 127 else sign)
        for sign in text
    ]
    return '"' + "".join(signs) + '"'


def write_recipe(recipe: Recipe, path: Path) -> None:
    """Write a recipe."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(recipe_text(recipe), encoding="utf-8")


def read_recipe(path: Path) -> Recipe:
    """Read a recipe.

    Raises
    ------
    InputError
        When the file is no TOML, or holds what no recipe holds; every problem
        is named.
    """
    try:
        read = _toml(path)
    except FileNotFoundError as error:
        message = _("no recipe {path!r} here; make one by importing a file of the source").format(
            path=path.name
        )
        raise InputError([Problem(path.name, message, code="no_recipe")]) from error
    return recipe_from(read, path.name)


def read_answers(path: Path) -> dict[str, str]:
    """Read answers to the questions of one import.

    Parameters
    ----------
    path
        A TOML: ``"marker:.." = "missing"`` with the ids of the questions, or
        the same in tables as a recipe has them; also what no recipe keeps
        (``check``, ``repeats``).

    Raises
    ------
    InputError
        When the file is not there, is no TOML, or an answer is no text.
    """
    try:
        read = _toml(path)
    except FileNotFoundError as error:
        message = _("no file of answers {path!r} here; check the path").format(path=path.name)
        raise InputError([Problem(path.name, message, code="no_answers")]) from error
    problems, answers = [], {}
    for table, entries in read.items():
        if table in ("source", "format", "columns"):
            continue
        prefix = "" if table in ("file", "answers") else f"{table}:"
        if not isinstance(entries, Mapping):
            prefix, entries = "", {table: entries}
        for key, said in entries.items():
            if isinstance(said, str):
                answers[f"{prefix}{key}"] = said
                continue
            message = _(
                "the answer to {key!r} is {said!r}; write a text in quotation marks"
            ).format(key=key, said=said)
            problems.append(Problem(path.name, message, code="not_text"))
    if problems:
        raise InputError(problems)
    return answers


def _toml(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = _("no readable TOML: {error}; mend the line, or write the file anew").format(
            error=error
        )
        raise InputError([Problem(path.name, message, code="bad_recipe")]) from error


def recipe_from(read: Mapping[str, object], name: str) -> Recipe:
    """Check what a TOML holds and make it a recipe.

    Raises
    ------
    InputError
        Naming every entry that is not text where text is due.
    """
    problems, answers = [], {}
    for table, entries in read.items():
        if table in ("source", "format", "columns"):
            continue
        if table not in _TABLES or not isinstance(entries, Mapping):
            known = ", ".join(("source", "format", "columns", *_TABLES))
            message = _("unknown entry {table!r}; known: {known}").format(table=table, known=known)
            problems.append(Problem(name, message, code="unknown_entry"))
            continue
        for key, said in entries.items():
            if not isinstance(said, str):
                message = _("{table}.{key} is {said!r}; write a text in quotation marks").format(
                    table=table, key=key, said=said
                )
                problems.append(Problem(name, message, code="not_text"))
                continue
            answers[key if table == "file" else f"{table}:{key}"] = said
    columns = read.get("columns", [])
    if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
        problems.append(
            Problem(name, _('columns is no list of texts; write ["a", "b"]'), code="not_text")
        )
        columns = []
    if problems:
        raise InputError(problems)
    return Recipe(
        str(read.get("source", "")), answers, tuple(columns), str(read.get("format", "csv"))
    )


# ---------------------------------------------------------------- measures to indicators


@dataclass(frozen=True)
class Figures:
    """Cells that belong to indicators.

    Parameters
    ----------
    cells
        Those of the reading that an indicator needs, with ``indicator_id``
        and the settled ``role``.
    questions
        Measures that no answer speaks of.
    left_out
        Cells of each measure that was left out on purpose.
    """

    cells: pd.DataFrame
    questions: tuple[Question, ...]
    left_out: Mapping[str, int]


def assign_indicators(
    reading: Reading,
    indicators: Mapping[str, str],
    answers: Mapping[str, str] | None = None,
    recipe: Recipe | None = None,
) -> Figures:
    """Say which indicator each measure of a file is.

    Parameters
    ----------
    reading
        The file.
    indicators
        Title by indicator id.
    answers
        ``figure:MEASURE`` an indicator id or ``leave_out``, ``figure:*`` for
        all measures not named; ``role:MEASURE`` one of :data:`ROLES`.
    recipe
        The same, known from an earlier file.

    Returns
    -------
    Figures
        Nothing is taken by its likeness of name alone: a measure without an
        answer is a question, the likely indicator its suggestion.
    """
    said = {**(recipe.answers if recipe else {}), **(answers or {})}
    cells = reading.cells
    counts = cells["measure"].value_counts()
    measures = [str(measure) for measure in cells["measure"].cat.categories if counts[measure]]
    ids, roles, questions, left_out = {}, {}, [], {}
    unnamed: list[Question] = []
    some_named = any(said.get(f"figure:{each}", LEAVE_OUT) != LEAVE_OUT for each in measures)
    for measure in measures:
        chosen = said.get(f"figure:{measure}", "")
        if not chosen and some_named and said.get(ALL_OTHERS) != BY_MEASURE:
            chosen = said.get(ALL_OTHERS, "")
        if chosen == LEAVE_OUT:
            left_out[measure] = int(counts[measure])
            continue
        guess = str(cells.loc[cells["measure"] == measure, "role"].iloc[0])
        if chosen not in indicators:
            unnamed.append(_figure_question(measure, indicators, chosen))
            continue
        role = said.get(f"role:{measure}", "")
        if role not in {choice.id for choice in ROLES}:
            questions.append(
                Question(
                    f"role:{measure}",
                    _("what are the figures of {measure!r} to {indicator!r}?").format(
                        measure=measure, indicator=indicators[chosen]
                    ),
                    ROLES,
                    suggestion=guess if guess != "unknown" else "value",
                )
            )
            continue
        ids[measure], roles[measure] = chosen, role
    questions = [*_few(unnamed, said), *questions]
    names = cells["measure"].cat.categories
    kept = cells[cells["measure"].isin(list(ids))]
    kept = kept.assign(
        indicator_id=_mapped(kept["measure"], names, ids),
        role=_mapped(kept["measure"], names, roles),
    )
    return Figures(kept, tuple(questions), left_out)


def _few(unnamed: Sequence[Question], said: Mapping[str, str]) -> list[Question]:
    """Of many measures, ask about the likely ones, and once about all others."""
    if len(unnamed) <= MANY_MEASURES or said.get(ALL_OTHERS) == BY_MEASURE:
        return list(unnamed)
    likely = {question.suggestion: question for question in reversed(unnamed)}
    likely.pop("", None)
    asked = [question for question in unnamed if question in likely.values()]
    others = [question for question in unnamed if question not in asked]
    if said.get(ALL_OTHERS) == LEAVE_OUT:
        return asked or list(unnamed)
    shown = ", ".join(repr(question.id.removeprefix("figure:")[:40]) for question in others[:3])
    return [
        *asked,
        Question(
            ALL_OTHERS,
            _(
                "the file has {n} {more}measures ({shown} ...); name those that are "
                "indicators; are the others to be left out?"
            ).format(n=len(others), more=_("more ") if asked else "", shown=shown),
            (
                Choice(LEAVE_OUT, _("yes: leave out all that are not named")),
                Choice(BY_MEASURE, _("no: ask for each")),
            ),
        ),
    ]


def _mapped(measure: pd.Series, names: pd.Index, to: Mapping[str, str]) -> pd.Categorical:
    texts = sorted(set(to.values())) or [""]
    at = np.array([texts.index(to.get(name, texts[0])) for name in names] or [0])
    return pd.Categorical.from_codes(at[measure.cat.codes], categories=pd.Index(texts, dtype="str"))


def _long_words(text: str) -> set[str]:
    return {word for word in words_in(text) if len(word) >= 4 and not word.isdecimal()}


def _figure_question(measure: str, indicators: Mapping[str, str], chosen: str) -> Question:
    words = _long_words(measure)
    likeness = {
        id_: len(words & _long_words(f"{id_} {title}")) for id_, title in indicators.items()
    }
    best = max(likeness, key=lambda id_: likeness[id_], default="")
    gone = (
        _(" (the recipe says {chosen!r}, which is not in the catalogue)").format(chosen=chosen)
        if chosen
        else ""
    )
    return Question(
        f"figure:{measure}",
        _("which indicator is {measure!r}{gone}?").format(measure=measure, gone=gone),
        (
            *(Choice(id_, title) for id_, title in indicators.items()),
            Choice(NEW, _("a new indicator: describe it")),
            Choice(LEAVE_OUT, _("none: leave it out")),
        ),
        suggestion=best if best and likeness[best] else "",
    )
