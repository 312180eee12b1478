"""A file of any shape to tidy cells and open questions.

Knows in which order a file is understood: :mod:`grids <analysis.intake.grids>` opens it,
:mod:`headings <analysis.intake.headings>` find its table, :mod:`columns <analysis.intake.columns>`
say what each column holds, :mod:`figures <analysis.intake.figures>` what its cells say, and
:mod:`cells <analysis.intake.cells>` melts them; event lists are counted here. It knows no areas and
no indicators, and it never guesses in silence: what a file leaves open becomes a
:class:`~analysis.intake.grids.Question`, and a figure that depends on the answer stays without a
number until it is given.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np
import pandas as pd
import pyproj

from analysis.errors import InputError, Problem
from analysis.intake.cells import (
    categorical,
    constant,
    melted,
    places_of,
    row_flags,
    row_periods,
    rows_apart,
    settle_days,
    settle_span,
    spanned,
    texts_of,
)
from analysis.intake.columns import (
    SECTION,
    Decisions,
    FileColumn,
    assign_kinds,
    fill_down,
    read_columns,
    without_filler,
)
from analysis.intake.figures import Said, read_figures
from analysis.intake.grids import (
    Choice,
    Grid,
    Limits,
    Question,
    open_grid,
    refuse,
    without_digits,
)
from analysis.intake.headings import (
    CODE,
    LEVEL,
    NAME,
    column_names,
    find_table,
    is_period,
    period_in_heading,
    says,
)
from analysis.intake.progress import Progress, silent
from analysis.intake.written_periods import part_of_year
from analysis.language import gettext as _

__all__ = [
    "Choice",
    "ColumnRead",
    "Layout",
    "Limits",
    "Question",
    "Reading",
    "is_laid_out",
    "read_file",
]

AS_NAMED = "as_named"
"""Kind of a column whose heading says all there is to say."""

Locate = Callable[[np.ndarray, np.ndarray], Sequence[str]]
"""Longitudes and latitudes to the areas they lie in; ``""`` where they lie in none."""

CELL_COLUMNS = (
    "row",
    "column",
    "place",
    "place_name",
    "level",
    "measure",
    "role",
    "period",
    "category",
    "text",
    "number",
    "status",
    "marker",
    "break",
)
"""Columns of ``Reading.cells``, in their order."""


FindRecipe = Callable[[str, Sequence[str]], "Known | None"]
"""What is known of the source of a file, by its format and headings."""


class Known(Protocol):
    """What a recipe hands to the reading."""

    @property
    def answers(self) -> Mapping[str, str]:
        """Answers by question id."""

    @property
    def columns(self) -> Sequence[str]:
        """Columns of the file it was made from, years written as ``{period}``."""


@dataclass(frozen=True)
class Layout:
    """What must stay the same for a recipe to fit.

    Parameters
    ----------
    format, sheet
        ``csv``, ``xlsx``, ``ods``, ``parquet``, ``px`` or ``json-stat``; the sheet, digits as ``#``.
    columns
        Names in their order; headings that differ in the period only are one
        name, the period written ``{period}``.
    """

    format: str
    sheet: str
    columns: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """Eight characters that change when columns come, go or are renamed."""
        text = "\n".join((self.format, self.sheet, *sorted(self.columns)))
        return hashlib.sha256(text.encode()).hexdigest()[:8]


@dataclass(frozen=True)
class ColumnRead:
    """What a column of the file was taken for.

    Parameters
    ----------
    name
        Heading; several heading rows joined by `` / ``.
    kind
        ``place``, ``place_name``, ``level``, ``period``, ``year``,
        ``quarter``, ``half``, ``month``, ``measure``, ``category``,
        ``figure``, ``flag``, ``x``, ``y``, ``unused``, or ``only:VALUE``
        where other values are left out.
    decimal
        Decimal sign of a figure column; ``-`` when its numbers have none.
    percent
        True where numbers carry a percent sign; 7.73 % is read as 7.73.
    about
        Why a column is unused, in words.
    """

    name: str
    kind: str
    decimal: str = ""
    percent: bool = False
    about: str = ""


@dataclass(frozen=True)
class Reading:
    """A file, read as far as it speaks for itself.

    Parameters
    ----------
    cells
        One row per figure cell, column by column:

        - ``row`` line of the file (row of the sheet), 0 for counted events
        - ``column`` heading it stood under
        - ``place``, ``place_name`` raw texts, leading zeros kept; where the
          file names areas without a code, both hold the name
        - ``level`` raw text of a column of levels, or ``""``
        - ``measure`` what is measured, in the file's words; ``value`` where
          headings hold nothing but periods
        - ``role`` a guess by the heading's words
        - ``period`` ISO text, ``""`` while it is not settled
        - ``category`` raw texts of category columns, joined by `` | ``
        - ``text`` the cell as it stands
        - ``number`` float64; NaN where none stands or its question is open
        - ``status`` as in observations; ``""`` while a question is open
        - ``marker`` the sign in place of, or the flag beside, the number
        - ``break`` True where a flag says that the series starts anew

        Texts are categoricals: millions of cells share few texts.
    questions
        What must be answered before anything is published.
    notes
        What was noticed and needs no answer.
    preview
        First rows of the file as they stand; only the headings of an event
        list. May hold persons until the checks have passed it.
    layout
        For recipes.
    rows_in
        Rows that stand in ``cells`` (events that were counted).
    rows_apart
        Reason to number of rows that do not: totals, headings between rows,
        rows left out by an answer, events without a place.
    total_in
        Per figure column the sum over those ``rows_in`` rows, from the raw
        texts of the raw column; of an event list ``{"events": rows_in}``.
    total_apart
        The same over the rows apart.
    totals
        Rows of totals, shaped like ``cells``; never summed.
    columns
        What each column was taken for.
    decided
        Every decision, found or answered, by question id: what a recipe keeps.
    raw
        Every row of the table as text (categories) under its headings, for the
        check for persons; never kept, logged or shown. Its index, ``row``, holds the
        lines of the file.
    """

    cells: pd.DataFrame
    questions: tuple[Question, ...]
    notes: tuple[Problem, ...]
    preview: pd.DataFrame
    layout: Layout
    rows_in: int
    rows_apart: Mapping[str, int]
    total_in: Mapping[str, float]
    total_apart: Mapping[str, float]
    totals: pd.DataFrame
    columns: tuple[ColumnRead, ...]
    decided: Mapping[str, str]
    raw: pd.DataFrame = field(default_factory=pd.DataFrame, repr=False)

    @property
    def is_event_list(self) -> bool:
        """True when rows were incidents, counted while reading."""
        return self.decided.get("kind") == "events"


class UnreadFigures(InputError):
    """A table in which no figures can be read; ``reading`` has its rows as they stand."""

    def __init__(self, problems: Iterable[Problem], reading: Reading) -> None:
        super().__init__(problems)
        self.reading = reading


def read_file(
    content: bytes,
    name: str,
    *,
    answers: Mapping[str, str] | None = None,
    recipe: Known | None = None,
    find_recipe: FindRecipe | None = None,
    default_encoding: str = "cp1252",
    languages: Sequence[str] = ("en",),
    areas: Collection[str] = frozenset(),
    limits: Limits | None = None,
    locate: Locate | None = None,
    as_it_stands: Callable[[pd.DataFrame], bool] = lambda raw: False,
    progress: Progress = silent,
) -> Reading:
    r"""Read a file into cells and questions.

    Parameters
    ----------
    content, name
        Its bytes, and the name it came with (the ending states the format).
    answers
        What the analyst answered now, by question id; the last word.
    recipe
        What is known of this source; it counts only where the file does not
        contradict it.
    find_recipe
        Asked for it with the format and the headings, where none is given.
    default_encoding
        For a text file that is not UTF-8, the territory's.
    languages
        Locales whose names of months are read besides English.
    areas
        Codes and names of areas the file may speak of: they tell which of
        several columns names the area.
    limits
        How large a file may be; :class:`Limits` by default.
    locate
        Places the coordinates of an event list.
    as_it_stands
        Asked with the rows under their headings whether they are read as they
        stand: then there are no cells and no questions about columns, and
        ``raw`` holds the rows.
    progress
        Called with the step and its share; may raise to cancel.

    Returns
    -------
    Reading

    Raises
    ------
    InputError
        When the file is too large, is not what its name says, or holds no
        table; :class:`UnreadFigures` when its table holds no figures.

    Examples
    --------
    >>> rents = "code;2019;2020\n01;5,1;.\n02;6,0;6,2\n".encode()
    >>> reading = read_file(rents, "rents.csv")
    >>> reading.cells[["place", "period", "number", "marker"]].to_csv(index=False).split()
    ['place,period,number,marker', '01,2019,5.1,', '02,2019,6.0,', '01,2020,,.', '02,2020,6.2,']
    >>> [question.id for question in reading.questions]
    ['marker:.']
    """
    known = dict(recipe.answers) if recipe else {}
    given = dict(answers or {})
    limits = limits or Limits()
    grid = open_grid(
        content,
        name,
        given,
        known,
        default_encoding=default_encoding,
        limits=limits,
        progress=progress,
        find_table=find_table,
    )
    decisions = Decisions(name, given, {**grid.stated, **known}, tuple(languages), areas)
    decisions.questions += grid.questions
    decisions.decided |= grid.decided
    decisions.notes += grid.notes
    progress(_("columns"), 0.45)
    columns = read_columns(grid, decisions)
    if recipe is None and find_recipe is not None:
        recipe = find_recipe(grid.format, [column.name for column in columns])
        if recipe is not None and _opens_otherwise(grid, recipe, given):
            return read_file(
                content, name, answers=answers, recipe=recipe, default_encoding=default_encoding,
                languages=languages, areas=areas, limits=limits, locate=locate,
                as_it_stands=as_it_stands, progress=progress,
            )  # fmt: skip
        decisions.known = {**grid.stated, **(recipe.answers if recipe else {})}
        decisions.questions = [one for one in grid.questions if one.id not in decisions.known]
    _check_headings(grid, decisions)
    _check_broken(grid, decisions)
    raw = _as_text(columns, grid.lines)
    if as_it_stands(raw):
        return replace(_uninterpreted(grid, columns, decisions), raw=raw)
    try:
        reading = _interpreted(grid, columns, decisions, recipe, locate, progress)
    except InputError as error:
        rows = replace(_uninterpreted(grid, columns, decisions), raw=raw)
        raise UnreadFigures(error.problems, rows) from error
    return replace(reading, raw=raw)


def is_laid_out(headings: Sequence[str], columns: Sequence[str], languages: Sequence[str]) -> bool:
    """Tell whether headings are the columns of a recipe, whatever periods they name.

    Examples
    --------
    >>> is_laid_out(["code", "rents 2021", "rents 2022"], ["code", "rents {period}"], ["en"])
    True
    >>> is_laid_out(["code", "rents", "sales"], ["code", "rents {period}"], ["en"])
    False
    """
    wanted, found = set(columns) - {SECTION}, set()
    for heading in headings:
        named = {heading}
        for pooled, short in ((False, False), (True, False), (False, True)):
            stated = period_in_heading(heading, languages, pooled=pooled, short=short)
            named |= {_in_any_period(stated[0])} if stated else set()
        named |= {_in_any_period("")} if part_of_year(heading, languages) else set()
        known = named & wanted
        if not known:
            return False
        found |= known
    return found == wanted


def _in_any_period(measure: str) -> str:
    return f"{measure or 'value'} {{period}}"


def _opens_otherwise(grid: Grid, recipe: Known, given: Mapping[str, str]) -> bool:
    """Tell whether a recipe that was found would have opened the file in another way."""
    opened = {**grid.decided, "headings": str(len(grid.headings))}
    return any(
        said != opened[id_]
        for id_, said in recipe.answers.items()
        if id_ in opened and id_ not in given
    )


def _interpreted(
    grid: Grid,
    columns: list[FileColumn],
    decisions: Decisions,
    recipe: Known | None,
    locate: Locate | None,
    progress: Progress,
) -> Reading:
    """Say what each column holds, and melt the figures or count the events."""
    grid = without_filler(grid, columns, decisions)
    fill_down(columns, decisions)
    progress(_("kinds of columns"), 0.6)
    assign_kinds(columns, decisions)
    progress(_("cells"), 0.75)
    if _is_events(columns, decisions):
        reading = _count_events(grid, columns, decisions, recipe, locate)
    else:
        reading = _table(grid, columns, decisions, recipe)
    progress(_("cells"), 1.0)
    return reading


def _uninterpreted(grid: Grid, columns: Sequence[FileColumn], decisions: Decisions) -> Reading:
    """A reading of a table that is no file of figures, or says itself what its cells are."""
    nothing = pd.DataFrame(columns=list(CELL_COLUMNS), dtype="str")
    return Reading(
        cells=nothing,
        questions=tuple(decisions.questions),
        notes=tuple(decisions.notes),
        preview=_preview(grid.raw),
        layout=_layout(grid, columns, ()),
        rows_in=len(grid.lines),
        rows_apart={},
        total_in={},
        total_apart={},
        totals=nothing,
        columns=tuple(ColumnRead(column.name, AS_NAMED) for column in columns),
        decided=dict(decisions.decided),
    )


def _as_text(columns: Sequence[FileColumn], lines: np.ndarray) -> pd.DataFrame:
    """Return columns as they stand, before anything is left out; the index holds their lines."""
    texts = {column.name: categorical(column.cells.codes, column.cells.texts) for column in columns}
    return pd.DataFrame(texts, index=pd.Index(lines, name="row"))


def _check_headings(grid: Grid, decisions: Decisions) -> None:
    count = len(grid.headings)
    stated = [cell for cell in grid.headings[0] if is_period(cell)] if count == 1 else []
    named = any(says(cell, CODE | NAME | LEVEL) for cell in (grid.headings or [[]])[0])
    lone = len(stated) == 1 and len(set(filter(None, grid.headings[0]))) > 1 and not named
    if count == 1 and not lone and "headings" not in decisions.answers:
        decisions.decided["headings"] = "1"
        return
    shown = ", ".join(repr(cell[:20]) for cell in (grid.headings or [[]])[-1] if cell)[:90]
    text = (
        _("no row of headings was found; how many rows of headings does the table have?")
        if count == 0
        else _("{count} rows are read as headings (the last: {shown}); how many are there?").format(
            count=count, shown=shown
        )
    )
    numbers = [Choice(str(number), str(number)) for number in range(6)]
    decisions.settle("headings", text, numbers, str(count))


def _check_broken(grid: Grid, decisions: Decisions) -> None:
    if grid.swallowed:
        shown = ", ".join(map(str, grid.swallowed[:5]))
        decisions.settle(
            "line_breaks",
            _(
                "cells hold line breaks and delimiters (rows {shown}); an opening "
                "quotation mark may not be closed there, and rows be lost; do the cells "
                "stand as they should?"
            ).format(shown=shown),
            [Choice("yes", _("yes, the cells are meant so"))],
        )
    if not grid.broken:
        return
    shown = ", ".join(map(str, grid.broken[:5])) + (" ..." if len(grid.broken) > 5 else "")
    decisions.settle(
        f"broken_rows:{len(grid.broken)}",
        _(
            "{n} rows have more or fewer cells than the headings (rows {shown}) and "
            "cannot be read; leave them out, or mend the file"
        ).format(n=len(grid.broken), shown=shown),
        [Choice("leave_out", _("leave them out"))],
    )


def _table(
    grid: Grid, columns: list[FileColumn], decisions: Decisions, recipe: Known | None
) -> Reading:
    figures = [column for column in columns if column.kind == "figure"]
    if not figures and grid.swallowed:
        row = grid.swallowed[0]
        raise refuse(
            decisions.name,
            _(
                "no column of figures found, and a cell holds line breaks and "
                "delimiters: an opening quotation mark is never closed; mend the row, or "
                "save the file anew"
            ),
            "bad_quotes",
            row,
        )
    if not figures:
        raise refuse(
            decisions.name,
            _(
                "no column of figures found; name one with 'column:HEADING = figure', or "
                "ask for the table with its numbers"
            ),
            "no_figures",
        )
    stacked = any(column.kind == "measure" for column in columns)
    flags = row_flags(columns, decisions)
    explained = flags.explains if flags else None
    said = read_figures(figures, grid, decisions, stacked=stacked, explained=explained)
    layout = _layout(grid, columns, figures)
    _compare(layout, recipe, decisions)
    apart, reasons = rows_apart(columns, decisions, said)
    kept = np.flatnonzero(apart == 0)
    totals = np.flatnonzero(apart == 1 + reasons.index("total")) if "total" in reasons else kept[:0]
    settle_days(columns, decisions)
    cells = melted(columns, figures, said, grid.lines, kept, flags, decisions)
    counts = {
        reason: int((apart == at).sum())
        for at, reason in enumerate(reasons, 1)
        if (apart == at).any()
    }
    for reason, count in counts.items():
        shown = ", ".join(map(str, grid.lines[apart == 1 + reasons.index(reason)][:5]))
        many = _("1 row stands") if count == 1 else _("{count} rows stand").format(count=count)
        decisions.note(
            _("{many} apart: {reason} (rows {shown})").format(
                many=many, reason=_(reason), shown=shown
            ),
            "rows_apart",
        )
    return Reading(
        cells=cells,
        questions=tuple(decisions.questions),
        notes=tuple(decisions.notes),
        preview=_preview(grid.raw),
        layout=layout,
        rows_in=len(kept),
        rows_apart=counts,
        total_in=_raw_totals(figures, said, kept),
        total_apart=_raw_totals(figures, said, np.flatnonzero(apart)),
        totals=melted(columns, figures, said, grid.lines, totals, flags, decisions)
        if len(totals)
        else cells.iloc[:0],
        columns=_columns_read(columns),
        decided=dict(decisions.decided),
    )


def _raw_totals(
    figures: Sequence[FileColumn], said: Mapping[str, Said], rows: np.ndarray
) -> dict[str, float]:
    """Sum each raw column by its distinct texts, beside and not through the cells."""
    totals = {}
    for column in figures:
        counts = np.bincount(column.cells.codes[rows], minlength=len(column.cells.texts))
        totals[column.name] = float(np.nansum(said[column.name].numbers * counts))
    return totals


def _columns_read(columns: Sequence[FileColumn]) -> tuple[ColumnRead, ...]:
    return tuple(
        ColumnRead(
            column.name,
            column.kind,
            column.decimal,
            column.kind == "figure" and bool(column.figures.percent.any()),
            column.about,
        )
        for column in columns
    )


def _preview(raw: Sequence[Sequence[str]]) -> pd.DataFrame:
    width = max(map(len, raw), default=0)
    rows = [[*row, *[""] * (width - len(row))] for row in raw]
    return pd.DataFrame(rows, columns=[str(at + 1) for at in range(width)], dtype="str")


def _layout(grid: Grid, columns: Sequence[FileColumn], figures: Sequence[FileColumn]) -> Layout:
    spread = {
        column.name: (
            column.name if column.measure == column.name else _in_any_period(column.measure)
        )
        for column in figures
    }
    names = dict.fromkeys(spread.get(column.name, column.name) for column in columns)
    return Layout(grid.format, without_digits(grid.sheet), tuple(names))


def _compare(layout: Layout, recipe: Known | None, decisions: Decisions) -> None:
    """Say what is new and what is gone since the recipe was made."""
    if recipe is None or not recipe.columns:
        return
    gone = [name for name in recipe.columns if name not in layout.columns]
    new = [name for name in layout.columns if name not in recipe.columns]
    if not gone and not new:
        return
    parts = []
    if gone:
        parts.append("gone: " + ", ".join(map(repr, gone[:8])))
    if new:
        parts.append("new: " + ", ".join(map(repr, new[:8])))
    decisions.settle(
        f"layout:{layout.fingerprint}",
        _("the layout is not that of the recipe ({shown}); does the recipe still hold?").format(
            shown="; ".join(parts)
        ),
        [Choice("accept", _("yes, read it this way from now on"))],
    )


# ---------------------------------------------------------------- event lists


def _is_events(columns: list[FileColumn], decisions: Decisions) -> bool:
    """One row per incident: a place, a time, perhaps a category, and no figure."""
    if any(column.kind == "figure" for column in columns):
        return False
    if not any(column.kind in ("period", "year") for column in columns):
        return False
    answer = decisions.settle(
        "kind",
        _("the file has no column of figures; is each row one event that is to be counted?"),
        [Choice("events", _("yes: count the rows by area and period")), Choice("table", _("no"))],
        "events",
    )
    return answer == "events"


def _count_events(
    grid: Grid,
    columns: list[FileColumn],
    decisions: Decisions,
    recipe: Known | None,
    locate: Locate | None,
) -> Reading:
    """Count incidents into areas, periods and categories; no incident is kept."""
    count = len(grid.lines)
    rows = np.arange(count)
    place = _event_places(columns, decisions, rows, locate)
    span = _event_span(columns, decisions)
    whole = next(column for column in columns if column.kind in ("period", "year"))
    whole.periods = {text: spanned(iso, span) for text, iso in whole.periods.items()}
    in_rows = row_periods(columns, rows, decisions)
    period = in_rows if in_rows is not None else texts_of([], rows, "")
    category = texts_of([column for column in columns if column.kind == "category"], rows, " | ")
    settled_span = "span" in decisions.decided or not _has_days(columns)
    decisions.settle(
        "no_event",
        _("an area without an event in a period: were there none, or is it not known?"),
        [Choice("zero", _("there were none")), Choice("missing", _("it is not known"))],
        "zero",
    )
    unplaced = np.asarray(place == "")
    undated = np.asarray(period == "") & ~unplaced if settled_span else np.zeros(count, bool)
    good = ~unplaced & ~undated
    frame = pd.DataFrame({"place": place, "period": period, "category": category})[good]
    counted = (
        frame.groupby(["place", "period", "category"], observed=True, sort=True)
        .size()
        .reset_index(name="number")
    )
    if len(counted) and counted["number"].sum() != good.sum():
        raise AssertionError("events were lost while counting")
    layout = _layout(grid, columns, [])
    _compare(layout, recipe, decisions)
    apart = {
        _("events without a place"): int(unplaced.sum()),
        _("events without a period"): int(undated.sum()),
    }
    for reason, number in apart.items():
        if number:
            decisions.note(
                _("{number} {reason} are not counted").format(number=number, reason=reason),
                "events_apart",
            )
    settled = (
        settled_span
        and "kind" in decisions.decided
        and "place" not in {question.id for question in decisions.questions}
    )
    cells = pd.DataFrame(
        {
            "row": np.zeros(len(counted), np.int64),
            "column": constant("events", len(counted)),
            "place": counted["place"],
            "place_name": constant("", len(counted)),
            "level": constant("", len(counted)),
            "measure": constant("events", len(counted)),
            "role": constant("count", len(counted)),
            "period": counted["period"],
            "category": counted["category"],
            "text": pd.Categorical(counted["number"].astype("str")),
            "number": counted["number"].astype("float64"),
            "status": constant("observed" if settled else "", len(counted)),
            "marker": constant("", len(counted)),
            "break": np.zeros(len(counted), bool),
        }
    )
    return Reading(
        cells=cells,
        questions=tuple(decisions.questions),
        notes=tuple(decisions.notes),
        preview=_preview([column_names(grid)]),
        layout=layout,
        rows_in=int(good.sum()),
        rows_apart={reason: number for reason, number in apart.items() if number},
        total_in={"events": float(good.sum())},
        total_apart={"events": float(count - good.sum())},
        totals=cells.iloc[:0],
        columns=_columns_read(columns),
        decided=dict(decisions.decided),
    )


def _has_days(columns: Sequence[FileColumn]) -> bool:
    whole = next(column for column in columns if column.kind in ("period", "year"))
    return any(len(iso) == 10 or iso == "" for iso in whole.periods.values())


def _event_span(columns: Sequence[FileColumn], decisions: Decisions) -> str:
    return settle_span(decisions) if _has_days(columns) else ""


def _event_places(
    columns: Sequence[FileColumn], decisions: Decisions, rows: np.ndarray, locate: Locate | None
) -> pd.Categorical:
    """Return the area of each event, by its code or by where its point lies."""
    across = next((column for column in columns if column.kind == "x"), None)
    up = next((column for column in columns if column.kind == "y"), None)
    coded = any(column.kind == "place" for column in columns)
    if across is None or up is None or (coded and locate is None):
        return places_of(columns, decisions, rows)[0]
    if coded and decisions.said("coordinates") != "use":
        return places_of(columns, decisions, rows)[0]
    decisions.questions[:] = [each for each in decisions.questions if each.id != "place"]
    if locate is None:
        decisions.settle(
            "coordinates",
            _(
                "events state coordinates and no area; the areas' boundaries are needed "
                "to place them"
            ),
            [],
        )
        return texts_of([], rows, "")
    longitude = _coordinates(across, 180)[across.cells.codes]
    latitude = _coordinates(up, 90)[up.cells.codes]
    far = (np.abs(longitude) > 180) | (np.abs(latitude) > 90)
    if far.any():
        crs = decisions.settle(
            "crs",
            _(
                "the coordinates are no degrees; in which reference system are they? "
                "(EPSG:25832 ...)"
            ),
            [],
            free=True,
        )
        if not crs:
            return texts_of([], rows, "")
        try:
            to_degrees = pyproj.Transformer.from_crs(crs, 4326, always_xy=True)
        except pyproj.exceptions.CRSError as error:
            raise refuse(
                decisions.name,
                _("reference system {crs!r} is not known; write one like 'EPSG:25832'").format(
                    crs=crs
                ),
                "unknown_crs",
            ) from error
        longitude, latitude = to_degrees.transform(longitude, latitude)
    placed = np.full(len(rows), "", dtype=object)
    there = np.isfinite(longitude) & np.isfinite(latitude)
    placed[there] = np.asarray(locate(longitude[there], latitude[there]), dtype=object)
    return pd.Categorical(placed, categories=pd.Index(sorted(set(placed) | {""}), dtype="str"))


def _coordinates(column: FileColumn, most: float) -> np.ndarray:
    """Read coordinates by the decimal sign that keeps them on the globe."""
    decimal = column.figures.decimal
    if decimal in (".", ","):
        return column.figures.read(decimal)
    point, comma = column.figures.read("."), column.figures.read(",")
    return point if np.nanmax(np.abs(point), initial=0) <= most else comma
