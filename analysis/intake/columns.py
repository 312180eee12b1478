"""What each column of a file holds: the area, the period, a category, figures, or nothing needed.

Knows how to tell a code from a figure, the finest area from those around it, and the columns
without which two rows would say the same. What a column leaves open is asked.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np
import pandas as pd

from analysis import periods
from analysis.errors import Problem
from analysis.intake import markers, written_periods
from analysis.intake.grids import (
    Cells,
    Choice,
    Grid,
    Question,
    refuse,
)
from analysis.intake.headings import (
    BASE,
    CODE,
    COUNT,
    FLAG,
    HALF,
    LATITUDE,
    LEVEL,
    LONGITUDE,
    MEASURE,
    MONTH,
    MULTIPLIER,
    NAME,
    PERIOD_WORDS,
    QUARTER,
    RATE,
    ROW_NUMBER,
    TECHNICAL,
    TOTAL,
    column_names,
    is_technical,
    is_unnamed,
    mostly,
    period_in_heading,
    says,
    without_note,
    words_in,
)
from analysis.language import N_, ngettext
from analysis.language import gettext as _

LEAVE_OUT = "leave_out"
"""Answer for a measure that no indicator needs."""


@dataclass
class Decisions:
    """Answers so far, and what is still open.

    ``areas`` are codes and names of areas the file may speak of;
    ``multiplier`` is a power of ten that a column of the file states.
    """

    name: str
    answers: Mapping[str, str]
    known: Mapping[str, str]
    languages: Sequence[str]
    areas: Collection[str] = frozenset()
    multiplier: str = ""
    decided: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def said(self, id_: str) -> str:
        """Return what was answered now, or what a recipe knows."""
        return self.answers.get(id_, self.known.get(id_, ""))

    def leaves_out(self, measure: str) -> bool:
        """Tell whether an answer says that no indicator needs a measure; nothing is asked of it."""
        said = self.said(f"figure:{measure}")
        if said:
            return said == LEAVE_OUT
        named = {**self.known, **self.answers}.items()
        return self.said("figure:*") == LEAVE_OUT and any(
            id_.startswith("figure:") and id_ != "figure:*" and answer != LEAVE_OUT
            for id_, answer in named
        )

    def settle(
        self,
        id_: str,
        text: str,
        choices: Sequence[Choice],
        suggestion: str = "",
        column: str | None = None,
        *,
        free: bool = False,
    ) -> str:
        """Return the answer, or ask and return the suggestion."""
        for given in (self.answers, self.known):
            said = given.get(id_)
            if said is not None and (free or said in {choice.id for choice in choices}):
                self.decided[id_] = said
                return said
        self.questions.append(Question(id_, text, tuple(choices), column, suggestion))
        return suggestion

    def note(self, message: str, code: str, **where: int | str | None) -> None:
        """Keep what needs no answer."""
        self.notes.append(
            Problem(self.name, message, code=code, level="note", **where)  # type: ignore[arg-type]
        )


@dataclass
class FileColumn:
    """A column while it is being understood."""

    name: str
    cells: Cells
    figures: markers.Figures
    kind: str = ""
    about: str = ""
    measure: str = ""
    period: str = ""
    periods: dict[str, str] = field(default_factory=dict)
    decimal: str = ""
    named_by: str = ""
    part: str = ""
    """Month, quarter or half-year its heading names without a year."""
    note: str = ""
    """Mark beside the year in its heading; it holds for all of its figures."""

    @property
    def distinct(self) -> int:
        """Distinct texts besides nothing."""
        return len(self.cells.said)

    @property
    def texts(self) -> list[str]:
        """Distinct texts that occur, besides nothing."""
        return self.cells.said

    @property
    def filled(self) -> int:
        """Rows that hold something."""
        return int(self.cells.filled.sum())


def read_columns(grid: Grid, decisions: Decisions) -> list[FileColumn]:
    """Return the columns of a grid, packed ones taken apart."""
    names = column_names(grid)
    found = []
    for name, cells in zip(names, grid.columns, strict=True):
        packed = re.fullmatch(r"(.+,.+)\\(\w+)", name)
        if packed:  # Eurostat: freq,sex,geo\TIME_PERIOD
            found += _unpacked(packed[1].split(","), cells)
        else:
            found.append(FileColumn(name, cells, markers.look(cells)))
    for column in found:
        _split_code_and_name(column, found, decisions)
    return found


def _unpacked(names: Sequence[str], cells: Cells) -> list[FileColumn]:
    parts = [text.split(",") for text in cells.texts]
    columns = []
    for at, name in enumerate(names):
        position: dict[str, int] = {}
        texts = [part[at].strip() if at < len(part) else "" for part in parts]
        moved = np.array([position.setdefault(text, len(position)) for text in texts], np.int32)
        own = Cells(list(position), moved[cells.codes] if len(moved) else cells.codes)
        columns.append(FileColumn(name, own, markers.look(own)))
    return columns


_CODE_AND_NAME = re.compile(r"[.>\- ]*([A-Z]{0,3}-?\d{2,12})[ :\u00a0–-]+([^\W\d].*)")


def _split_code_and_name(
    column: FileColumn, columns: list[FileColumn], decisions: Decisions
) -> None:
    """``0301 Oslo`` is a code and a name."""
    texts = column.texts
    if not texts or column.figures.numbers > 0.2 * len(column.cells.codes):
        return
    matches = {text: _CODE_AND_NAME.fullmatch(text) for text in texts}
    hits = [match for match in matches.values() if match]
    if len(hits) < 0.8 * len(texts) or len({hit[1] for hit in hits}) < 0.9 * len(hits):
        return
    if all(re.match(r"\d+\s*[-–]\s*\d", text) for text in texts):
        return
    codes, names = [], []
    for text in column.cells.texts:
        match = matches.get(text)
        codes.append(match[1] if match else "")
        names.append(match[2] if match else text)
    column.cells, named = _regrouped(codes, column.cells), _regrouped(names, column.cells)
    column.figures = markers.look(column.cells)
    column.kind = "code"
    beside = FileColumn(f"{column.name} (name)", named, markers.look(named))
    columns.insert(columns.index(column) + 1, beside)
    decisions.note(
        _("column {column!r} holds code and name together; they are read as two columns").format(
            column=column.name
        ),
        "code_and_name",
        column=column.name,
    )


def _regrouped(texts: Sequence[str], cells: Cells) -> Cells:
    position: dict[str, int] = {}
    moved = np.array([position.setdefault(text, len(position)) for text in texts], np.int32)
    return Cells(list(position), moved[cells.codes] if len(moved) else cells.codes)


def without_filler(grid: Grid, columns: list[FileColumn], decisions: Decisions) -> Grid:
    """Leave out blank rows, repeated headings, headings between rows, and footnotes."""
    count = len(grid.lines)
    if not count:
        raise refuse(decisions.name, _("the table has headings and no rows"), "no_rows", 1)
    filled = np.zeros(count, dtype=np.int32)
    for column in columns:
        filled += column.cells.filled
    blank = filled == 0
    alone = (filled == 1) & (len(columns) >= 3)
    if len(columns) == 2:
        last = np.flatnonzero(filled == 2)
        notes = np.array(
            [bool(_FOOTNOTE.match(text)) for text in columns[0].cells.texts] or [False]
        )
        alone = (filled == 1) & notes[columns[0].cells.codes]
        alone &= np.arange(count) > (last[-1] if len(last) else -1)
    again = np.ones(count, dtype=bool)
    for column, name in zip(columns, column_names(grid), strict=False):
        again &= column.cells.holding(name) | column.cells.holding(name.split(" / ")[-1])
        if not again.any():
            break
    again &= filled > 1
    away = blank | alone | again
    if not away.any():
        return grid
    for rows, words in (
        (
            alone,
            ngettext(
                "{n} heading or footnote is not read (row {rows})",
                "{n} headings or footnotes are not read (rows {rows})",
                int(alone.sum()),
            ),
        ),
        (
            again,
            ngettext(
                "{n} repeated heading is not read (row {rows})",
                "{n} repeated headings are not read (rows {rows})",
                int(again.sum()),
            ),
        ),
    ):
        if rows.any():
            shown = ", ".join(map(str, grid.lines[rows][:5])) + (" ..." if rows.sum() > 5 else "")
            decisions.note(words.format(n=int(rows.sum()), rows=shown), "rows_not_read")
    if away.all():
        raise refuse(decisions.name, _("no row of the table holds a figure"), "no_rows")
    kept = np.flatnonzero(~away)
    between = _headings_between(columns, alone, kept) if alone.any() else None
    for column in columns:
        column.cells = _compact(column.cells.kept(kept))
        column.figures = markers.look(column.cells)
    if between is not None and _rows_repeat(columns):
        columns.append(FileColumn(SECTION, between, markers.look(between)))
    grid.lines = grid.lines[kept]
    return grid


SECTION = "(heading between rows)"
"""Column of the headings that part a table into blocks, where rows repeat without them."""


def _headings_between(
    columns: Sequence[FileColumn], alone: np.ndarray, kept: np.ndarray
) -> Cells | None:
    """Return the heading each row stands below; None unless several part the table whole."""
    stands = np.flatnonzero(alone)
    stands = stands[stands < kept[-1]]
    if len(stands) < 2 or stands[0] > kept[0]:
        return None
    texts = [
        next(filter(None, (each.cells.texts[each.cells.codes[row]] for each in columns)))
        for row in stands
    ]
    below = np.searchsorted(stands, kept) - 1
    position: dict[str, int] = {}
    numbers = np.array([position.setdefault(text, len(position)) for text in texts], np.int32)
    return Cells(list(position), numbers[below]) if len(position) > 1 else None


def _rows_repeat(columns: Sequence[FileColumn]) -> bool:
    """Tell whether rows are told apart by nothing but their figures."""
    words = [each for each in columns if each.figures.numbers < 0.5 * len(each.cells.codes)]
    rows = np.arange(len(columns[0].cells.codes))
    key = _key(words, rows)
    return 2 * len(pd.unique(key)) <= len(key)


_FOOTNOTE = re.compile(
    r"[*©¹²³†]|\d\)|(source|quelle|fuente|font|kilde|källa|bron|fonte|note|hinweis|anmerkung|stand"
    r"|lähde|źródło|zdroj|remark|last updated)\b",
    re.IGNORECASE,
)


def _compact(cells: Cells) -> Cells:
    """Drop texts that no row holds any more."""
    used = np.flatnonzero(cells.counts)
    moved = np.zeros(len(cells.texts), np.int32)
    moved[used] = np.arange(len(used), dtype=np.int32)
    typed = cells.typed[used] if cells.typed is not None else None
    return Cells([cells.texts[at] for at in used], moved[cells.codes], typed)


def fill_down(columns: Sequence[FileColumn], decisions: Decisions) -> None:
    """A name that stands once over its rows may hold for all of them; asked."""
    for column in columns:
        blanks, count = column.figures.blanks, len(column.cells.codes)
        if column.figures.numbers > 0.5 * count:
            break  # only what stands left of the figures names their rows
        if not blanks or column.figures.numbers or column.distinct < 2:
            continue
        empty = ~column.cells.filled
        texts = column.cells.codes[~empty]
        groups = len(texts)
        if empty[0] or blanks < 0.3 * count or groups != len(np.unique(texts)):
            continue
        id_ = f"fill_down:{column.name}"
        answer = decisions.settle(
            id_,
            _(
                "column {column!r} is filled in {groups} of {count} rows; does each text "
                "hold for the empty rows below it?"
            ).format(column=column.name, groups=groups, count=count),
            [Choice("yes", _("yes, down to the next text")), Choice("no", _("no, they are empty"))],
            column=column.name,
        )
        if answer == "yes":
            source = np.maximum.accumulate(np.where(empty, 0, np.arange(count)))
            column.cells = _compact(column.cells.kept(source))
            column.figures = markers.look(column.cells)


# ---------------------------------------------------------------- what a column holds

_KINDS = (
    Choice("place", N_("the area: its code")),
    Choice("place_name", N_("the area: its name")),
    Choice("level", N_("the level of the area")),
    Choice("period", N_("the period")),
    Choice("measure", N_("what is measured")),
    Choice("category", N_("a category (an age band, a kind, an answer)")),
    Choice("figure", N_("figures")),
    Choice("flag", N_("flags on the figures")),
    Choice("unused", N_("nothing that is needed")),
)

_OWN_KINDS = {choice.id for choice in _KINDS} | {"year", "quarter", "half", "month", "x", "y"}
_TEXT_CODE = re.compile(
    r"(?=[^\s]*\d)[A-Za-z0-9][A-Za-z0-9_.\-/]{1,19}|[A-Z]{2,3}(?:[-_][A-Z0-9]{1,6})?"
)

_BAND = re.compile(r"[<>≤≥]?=?\s*\d+([-–]\d+|\+)?\s*\w{0,3}")


def assign_kinds(columns: list[FileColumn], decisions: Decisions) -> None:
    """Say of each column what it holds, or ask."""
    count = len(columns[0].cells.codes)
    for column in columns:
        said = decisions.said(f"column:{column.name}")
        if said in _OWN_KINDS or said.startswith("only:"):
            if _contradicts(column, said) and f"column:{column.name}" not in decisions.answers:
                _ask_kind(column, decisions, "")
                column.kind = column.kind or "unused"
                continue
            column.kind = said
            decisions.decided[f"column:{column.name}"] = said
            if said in ("period", "year"):
                _read_period_column(column, decisions)
        elif not column.kind:
            column.kind = _own_kind(column, columns, count, decisions)
    _place(columns, decisions)
    _period(columns, decisions)
    _spread_periods(columns, decisions)
    _categories(columns, decisions)
    for column in columns:
        if column.kind in ("figure", "place_name", "level", "year", "quarter", "half", "month"):
            decisions.decided.setdefault(f"column:{column.name}", column.kind)
        if column.kind in ("code", "text", ""):
            column.kind = "unused"
    _unseen(columns, decisions)


def _contradicts(column: FileColumn, kind: str) -> bool:
    """Tell whether a recipe's word no longer fits the column."""
    said = column.texts
    if kind == "figure":
        return bool(said) and not column.figures.numbers and not all(map(markers.is_marker, said))
    return False


def _ask_kind(column: FileColumn, decisions: Decisions, suggestion: str, more: str = "") -> str:
    shown = ", ".join(repr(text[:30]) for text in column.texts[:4])
    values = [
        Choice(f"only:{text}", _("only rows with {text!r}").format(text=text))
        for text in column.texts[:40]
    ]
    return decisions.settle(
        f"column:{column.name}",
        _("what does column {column!r} hold ({distinct} different texts: {shown})?{more}").format(
            column=column.name, distinct=column.distinct, shown=shown, more=more
        ),
        [*_KINDS, *values],
        suggestion,
        column.name,
    )


def _own_kind(
    column: FileColumn, columns: Sequence[FileColumn], count: int, decisions: Decisions
) -> str:
    """Return what a column holds as far as it speaks for itself."""
    figures, texts, name = column.figures, column.texts, column.name
    if not texts:
        column.about = N_("empty")
        return "unused"
    if is_technical(name, TECHNICAL):
        column.about = N_("describes the figures")
        return "unused"
    if is_technical(name, MULTIPLIER):
        return _multiplier(column, decisions)
    numeric = figures.numbers >= 0.6 * column.filled or (
        figures.numbers > 0
        and all(
            markers.is_marker(text) or markers.is_grouped_otherwise(text)
            for text in figures.markers
        )
    )
    whole = numeric and not (figures.only_dot + figures.only_comma + figures.either)
    if _read_period_column(column, decisions, tentative=True):
        if _is_year_only(column):
            if says(name, PERIOD_WORDS) or is_unnamed(name) or name == SECTION:
                return "year"
        elif says(name, PERIOD_WORDS | QUARTER | MONTH | HALF) or not whole:
            return "period"
    if says(name, PERIOD_WORDS) and not numeric and mostly(texts, _holds_year):
        return "period"  # written in no way that can be read: asked
    for kind, words, parts in (("quarter", QUARTER, 4), ("half", HALF, 2)):
        if says(name, words) and all(written_periods.part_number(text, parts) for text in texts):
            return kind
    if says(name, MONTH) and all(
        written_periods.month_number(text, decisions.languages) for text in texts
    ):
        return "month"
    if not figures.numbers and all(map(markers.is_known, texts)) and not says(name, FLAG):
        return "figure"
    for kind, own, other in (("x", LONGITUDE, LATITUDE), ("y", LATITUDE, LONGITUDE)):
        if (
            numeric
            and _is_coordinate(name, own)
            and any(_is_coordinate(each.name, other) for each in columns)
        ):
            return kind
    if not numeric and says(name, LEVEL):
        return "level"
    if not numeric and says(name, FLAG) and max(map(len, texts)) <= 40 and len(texts) <= 40:
        return "flag"
    coded = _is_code(column, columns, whole) or (whole and _codes_its_neighbour(column, columns))
    if numeric and not says(name, COUNT | BASE | RATE) and coded:
        if says(name, ROW_NUMBER) and column.distinct == count:
            column.about = N_("numbers the rows")
            return "unused"
        return "code"
    if numeric:
        return "figure"
    alike = [text for text in texts if _TEXT_CODE.fullmatch(text) and not _BAND.fullmatch(text)]
    certain = column.distinct > 1 or says(name, CODE)
    if len(alike) >= 0.9 * len(texts) and max(map(len, texts)) <= 20 and certain:
        return "code"
    return "text"


def _codes_its_neighbour(column: FileColumn, columns: Sequence[FileColumn]) -> bool:
    """Tell whether small numbers stand for the words right of them: 1 men, 2 women, 9 total."""
    at = next(number for number, each in enumerate(columns) if each is column)
    if at + 1 == len(columns) or not 2 <= column.distinct <= 40:
        return False
    words = columns[at + 1]
    return (
        max(map(len, column.texts)) <= 3
        and column.distinct <= 0.5 * len(column.cells.codes)
        and column.distinct == words.distinct
        and not words.figures.numbers
        and not words.kind
        and not says(words.name, FLAG)
        and _determines(column, words)
        and _determines(words, column)
    )


def _is_coordinate(name: str, words: frozenset[str]) -> bool:
    """Tell a heading that names a coordinate from one that holds an ``x`` among its words."""
    return says(name, words) and not says(name, COUNT) and len(re.findall(r"[^\W\d_]+", name)) <= 3


def _holds_year(text: str) -> bool:
    return bool(re.search(r"(?<!\d)(19|20)\d\d(?!\d)", text))


def _multiplier(column: FileColumn, decisions: Decisions) -> str:
    """Return what becomes of a column that states powers of ten: asked where they differ."""
    powers = {_POWERS.get(text.strip().casefold().split(":")[0], text) for text in column.texts}
    column.about = N_("describes the figures")
    if len(powers) == 1:
        power = powers.pop()
        decisions.multiplier = f"1{'0' * int(power)}" if power.isdecimal() and power != "0" else ""
        return "unused"
    values = [
        Choice(f"only:{text}", _("only rows with {text!r}").format(text=text))
        for text in column.texts[:40]
    ]
    return (
        decisions.settle(
            f"column:{column.name}",
            _("column {column!r} says that rows are in different units; which are meant?").format(
                column=column.name
            ),
            values,
            column=column.name,
        )
        or "unused"
    )


_POWERS = {"units": "0", "hundreds": "2", "thousands": "3", "millions": "6", "billions": "9"}


def _is_code(column: FileColumn, columns: Sequence[FileColumn], whole: bool) -> bool:
    """Tell a numeric code from a figure."""
    if not whole or column.figures.percent.any():
        return False
    texts = column.texts
    if any(len(text) > 1 and text[0] == "0" and text.isdecimal() for text in texts):
        return True
    tokens = words_in(column.name)
    if tokens & CODE or any(token.startswith(("cod", "cód", "kod", "kód")) for token in tokens):
        return True
    if says(column.name, ROW_NUMBER):
        return True
    if says(column.name, NAME) and len(re.findall(r"[^\W_]+", column.name)) <= 2:
        return all(text.isdecimal() for text in texts)
    return False


def _read_period_column(
    column: FileColumn, decisions: Decisions, *, tentative: bool = False
) -> bool:
    """Read a column as periods; when tentative, say whether nearly all of it is."""
    texts = column.texts
    if tentative:
        step = max(1, len(column.cells.texts) // 200)
        weights = {
            text: count
            for text, count in zip(
                column.cells.texts[::step], column.cells.counts[::step].tolist(), strict=True
            )
            if text
        }
        sample = list(weights)
        hits = 0
        for form, day_first in (("SY", "yes"), ("M", "no")):
            guess = {"period_form": form, "day_first": day_first}
            read = written_periods.read_periods(sample, decisions.languages, guess).iso
            hits = max(hits, sum(weights[text] for text in read))
        if not hits or hits < 0.9 * sum(weights.values()):
            return False
    answers = {id_: decisions.said(f"{id_}:{column.name}") for id_ in ("period_form", "day_first")}
    written = written_periods.read_periods(texts, decisions.languages, answers)
    column.periods = written.iso
    return True


def _ask_period_doubt(column: FileColumn, decisions: Decisions) -> None:
    """School year or month, day or month first: ask what all texts leave open."""
    written = written_periods.read_periods(column.texts, decisions.languages)
    if not written.doubt:
        return
    id_ = f"{written.doubt}:{column.name}"
    if written.doubt == "period_form":
        choices = [Choice("SY", _("a school year")), Choice("M", _("a month"))]
        if written_periods.are_pooled(column.texts):
            choices[0] = Choice("pooled", _("several years together: they cannot be read"))
    else:
        choices = [Choice("yes", _("the day first")), Choice("no", _("the month first"))]
    answer = decisions.settle(
        id_,
        _("column {column!r} writes {example!r}; how is that to be read?").format(
            column=column.name, example=written.example
        ),
        choices,
        column=column.name,
    )
    if answer:
        column.periods = written_periods.read_periods(
            column.texts, decisions.languages, {written.doubt: answer}
        ).iso


def _is_year_only(column: FileColumn) -> bool:
    return all(re.fullmatch(r"\d{4}", iso) for iso in column.periods.values()) and all(
        re.fullmatch(r"\d{4}(\.0)?|\d{6}|\d{8}", text) for text in column.texts
    )


# ---------------------------------------------------------------- the area

HEADINGS = "(headings)"
"""Answer of who finds the area, or the period, in the headings."""


FILE_NAME = "(file name)"
"""Answer of who takes the period from the name of the file."""


def _determines(one: FileColumn, other: FileColumn) -> bool:
    """Tell whether each text of one column goes with one text of the other."""
    filled = one.cells.filled
    codes = one.cells.codes[filled].astype(np.int64)
    pairs = codes * max(len(other.cells.texts), 1) + other.cells.codes[filled]
    return len(pd.unique(pairs)) == len(pd.unique(codes))


def _place(columns: list[FileColumn], decisions: Decisions) -> None:
    """Choose the columns that name the area, finest first."""
    named = {column.name: column for column in columns}
    given = [column for column in columns if column.kind == "place"]
    codes = [column for column in columns if column.kind == "code"]
    texts = [column for column in columns if column.kind == "text"]
    codes = _without_row_numbers(codes, texts)
    if not any(column.kind == "figure" for column in columns):
        codes, texts = _repeating(codes), _repeating(texts)
    said = decisions.said("place")
    chosen: list[FileColumn] = []
    if said == HEADINGS:
        decisions.decided["place"] = HEADINGS
        return
    if said and all(part in named for part in said.split(" + ")):
        chosen = [named[part] for part in said.split(" + ")]
        decisions.decided["place"] = said
    elif given:
        chosen = given
        decisions.decided["place"] = " + ".join(column.name for column in given)
    else:
        chosen = _known_place(codes, texts, decisions)
        if not chosen and _heads_are_areas(columns, decisions):
            decisions.decided["place"] = HEADINGS
            return
        chosen = chosen or _choose_place(codes, texts, columns, decisions)
    for column in chosen:
        column.kind = "place"
    if not chosen or any(column.kind == "place_name" for column in columns):
        return
    for column in chosen:
        column.named_by = _name_of(column, columns)


def _without_row_numbers(
    codes: Sequence[FileColumn], texts: Sequence[FileColumn]
) -> list[FileColumn]:
    """Leave out what counts the rows 0, 1, 2 ... where another column repeats its areas."""
    others = [*codes, *texts]
    kept = []
    for column in codes:
        rivals = [each for each in others if each is not column and says(each.name, CODE | NAME)]
        repeats = any(each.distinct < len(each.cells.codes) for each in rivals)
        if repeats and _counts_rows(column):
            column.kind, column.about = "unused", N_("numbers the rows")
        else:
            kept.append(column)
    return kept


def _counts_rows(column: FileColumn) -> bool:
    count = len(column.cells.codes)
    if column.distinct != count or not all(text.isdecimal() for text in column.texts[:3]):
        return False
    first = column.cells.texts[column.cells.codes[0]]
    last = column.cells.texts[column.cells.codes[-1]]
    if first not in ("0", "1") or not last.isdecimal() or int(last) - int(first) != count - 1:
        return False
    texts = column.cells.texts
    return all(texts[code] == str(int(first) + at) for at, code in enumerate(column.cells.codes))


_MOST_LOOKED_UP = 20_000


def _known_place(
    codes: Sequence[FileColumn], texts: Sequence[FileColumn], decisions: Decisions
) -> list[FileColumn]:
    """Return the columns whose texts are known areas, where no other column's are."""
    if not decisions.areas:
        return []
    known = {}
    for column in (*codes, *texts):
        said = column.texts[:_MOST_LOOKED_UP]
        known[id(column)] = sum(text in decisions.areas for text in said)
    ranked = sorted((*codes, *texts), key=lambda column: -known[id(column)])
    if not ranked or known[id(ranked[0])] < 2:
        return []
    best = next(
        (
            column
            for column in codes
            if 2 * known[id(column)] > known[id(ranked[0])] and _determines(column, ranked[0])
        ),
        ranked[0],
    )
    rivals = [
        column
        for column in ranked
        if column is not best
        and 5 * known[id(column)] > known[id(best)]
        and not (_determines(best, column) and _determines(column, best))
    ]
    if rivals or best.distinct < 2:
        return []
    chain = _chain(best, [column for column in codes if says(column.name, CODE | NAME)])
    decisions.decided["place"] = " + ".join(column.name for column in chain)
    return chain


def _heads_are_areas(columns: Sequence[FileColumn], decisions: Decisions) -> bool:
    """Tell whether areas stand side by side: most headings of figures are known areas."""
    heads = [column.name for column in columns if column.kind == "figure"]
    known = sum(head in decisions.areas for head in heads)
    return known >= 2 and 2 * known > len(heads)


def _repeating(columns: Sequence[FileColumn]) -> list[FileColumn]:
    """Of an event list, leave out what differs from event to event: numbers, descriptions."""
    return [
        column
        for column in columns
        if column.distinct < max(2, 0.9 * len(column.cells.codes)) or says(column.name, NAME - CODE)
    ]


def _name_of(place: FileColumn, columns: Sequence[FileColumn]) -> str:
    """Return the column that names what a column codes, and mark it."""
    twins = [
        column
        for column in columns
        if column.kind == "text"
        and column.distinct > 0
        and (not says(column.name, MEASURE) or column.distinct > 2)
        and _determines(place, column)
        and column.distinct >= 0.9 * place.distinct
    ]
    named = [twin for twin in twins if says(twin.name, NAME)]
    if not named and any(column.kind == "figure" for column in columns):
        named = twins
    if not named:
        return ""
    at = next(number for number, each in enumerate(columns) if each is place)
    distance = {id(each): abs(number - at) for number, each in enumerate(columns)}
    parted = [twin for twin in named if twin.name == f"{place.name} (name)"]
    nearest = min(parted or named, key=lambda twin: distance[id(twin)])
    nearest.kind = "place_name"
    return nearest.name


def _choose_place(
    codes: Sequence[FileColumn],
    texts: Sequence[FileColumn],
    columns: Sequence[FileColumn],
    decisions: Decisions,
) -> list[FileColumn]:
    named_geo = [column for column in codes if says(column.name, CODE | NAME)]
    candidates = sorted(named_geo or codes, key=lambda column: (-column.distinct, column.filled))
    candidates = [column for column in candidates if column.distinct > 0]
    if not candidates:
        candidates = sorted(
            (column for column in texts if not says(column.name, MEASURE)),
            key=lambda column: (not says(column.name, NAME), -column.distinct),
        )
        certain = [column for column in candidates if says(column.name, NAME)]
        if certain:
            finest = max(certain, key=lambda column: column.distinct)
            if finest.distinct > 1 and all(
                _determines(finest, column) for column in certain if column is not finest
            ):
                decisions.decided["place"] = finest.name
                return [finest]
        return _ask_place([[column] for column in candidates], columns, decisions)
    finest = candidates[0]
    chains = [_chain(finest, candidates)]
    rivals = [
        column
        for column in candidates[1:]
        if column.cells.texts != finest.cells.texts
        and not _same_texts(column, finest)
        and (not _determines(finest, column) or _determines(column, finest))
    ]
    rivals += [
        column
        for column in codes
        if not any(column is each for each in candidates)
        and column.distinct > finest.distinct
        and column.distinct < len(column.cells.codes)
        and _determines(column, finest)
    ]
    if not rivals and finest.distinct > 1 and (named_geo or len(candidates) == 1):
        decisions.decided["place"] = " + ".join(column.name for column in chains[0])
        return chains[0]
    chains += [_chain(rival, [rival, *candidates]) for rival in rivals]
    chains.sort(key=lambda chain: -sum(1 for text in chain[0].texts if not text.isdecimal()))
    return _ask_place(chains, columns, decisions)


def _same_texts(one: FileColumn, other: FileColumn) -> bool:
    return one.distinct == other.distinct and set(one.texts) == set(other.texts)


def _chain(finest: FileColumn, candidates: Sequence[FileColumn]) -> list[FileColumn]:
    """The finest column, and coarser ones for the rows it leaves empty."""
    chain: list[FileColumn] = []
    covered = np.zeros(len(finest.cells.codes), dtype=bool)
    for column in (finest, *(each for each in candidates if each is not finest)):
        if chain and _determines(column, finest) and column.distinct >= finest.distinct:
            continue
        filled = column.cells.filled
        if (filled & ~covered).any():
            chain.append(column)
            covered |= filled
    return chain


def _ask_place(
    chains: Sequence[Sequence[FileColumn]], columns: Sequence[FileColumn], decisions: Decisions
) -> list[FileColumn]:
    named = {column.name: column for column in columns}
    offered = {" + ".join(column.name for column in chain): chain for chain in chains}
    for column in columns:
        if column.kind in ("code", "text", "figure"):
            offered.setdefault(column.name, [column])
    certain = any(says(column.name, CODE | NAME) for chain in chains[:1] for column in chain)
    choices = [
        Choice(id_, f"{id_} ({', '.join(repr(text[:20]) for text in chain[0].texts[:3])})")
        for id_, chain in offered.items()
    ]
    if sum(column.kind == "figure" for column in columns) > 1:
        choices.append(Choice(HEADINGS, _("none: areas stand side by side, named by the headings")))
    suggestion = choices[0].id if chains and choices and certain else ""
    answer = decisions.settle("place", _("which column names the area?"), choices, suggestion)
    return [named[part] for part in answer.split(" + ") if part in named] if answer else []


# ---------------------------------------------------------------- the period


def _spread_periods(columns: Sequence[FileColumn], decisions: Decisions) -> None:
    """Years, quarters or months as columns: give each figure column its period and measure."""
    figures = [column for column in columns if column.kind == "figure"]
    by_rest: dict[str, list[tuple[FileColumn, str]]] = {}
    pooled = written_periods.are_pooled(column.name for column in figures)
    short = written_periods.are_short_years(column.name for column in figures)
    parts = {written_periods.part_of_year(each.name, decisions.languages) for each in figures}
    for column in figures:
        column.measure, column.note = column.name, without_note(column.name)[1]
        if len(parts - {""}) > 1:
            column.part = written_periods.part_of_year(column.name, decisions.languages)
            column.measure = "value" if column.part else column.name
        found = period_in_heading(column.name, decisions.languages, pooled=pooled, short=short)
        if found:
            by_rest.setdefault(found[0], []).append((column, found[1]))
    in_rows = any(column.kind in ("period", "year") for column in columns)
    spread = {
        rest: members
        for rest, members in by_rest.items()
        if len({period for _, period in members}) > 1 or (rest == "" and members)
    }
    if spread and in_rows:
        answer = decisions.settle(
            "period",
            _("periods stand in a column and in the headings; which of them are meant?"),
            [Choice("(column)", _("those of the column")), Choice(HEADINGS, _("of the headings"))],
            "(column)",
        )
        if answer != HEADINGS:
            spread = {}
    for rest, members in spread.items():
        for column, period in members:
            column.measure, column.period = rest or "value", period
    stacked = any(column.kind == "measure" for column in columns)
    without = [
        column
        for column in figures
        if not column.period and (stacked or not decisions.leaves_out(column.measure))
    ]
    if (in_rows and not spread) or not without:
        return
    _ask_period(without, by_rest, decisions)


def _ask_period(
    without: Sequence[FileColumn],
    by_rest: Mapping[str, Sequence[tuple[FileColumn, str]]],
    decisions: Decisions,
) -> None:
    """No column and no row of headings states the period: offer what else does."""
    singles = {id(column): period for rest in by_rest.values() for column, period in rest}
    stem = PurePath(decisions.name).stem
    from_name = period_in_heading(stem, decisions.languages)
    if len(set(re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", stem))) > 1:
        from_name = None  # the name speaks of several
    by_name = []
    if from_name:
        by_name.append(
            Choice(FILE_NAME, _("{period}, as the file's name says").format(period=from_name[1]))
        )
    own = [column for column in without if id(column) in singles]
    others = [column for column in without if id(column) not in singles]
    choices = []
    hint = ""
    if own:
        rest = _("; {n} name none").format(n=len(others)) if others else ""
        choices.append(Choice(HEADINGS, _("the one each heading names{rest}").format(rest=rest)))
        shown = ", ".join(sorted({singles[id(column)] for column in own})[:4])
        hint = (
            _("; {n} of {all} headings name one ({shown})").format(
                n=len(own), all=len(without), shown=shown
            )
            if others
            else ""
        )
    choices += by_name
    parted = [column for column in without if column.part]
    if parted:
        shown = ", ".join(repr(column.name) for column in parted[:3])
        hint += _(", {n} headings name a part of a year ({shown} ...); of which year?").format(
            n=len(parted), shown=shown
        )
        choices = [choice for choice in choices if choice.id != HEADINGS]
    answer = decisions.settle(
        "period",
        _(
            "the rows state no period{hint}; for which one are the figures? (2024, "
            "2024-Q3, 2024-S1, 2024-03, 2024/2025)"
        ).format(hint=hint),
        choices,
        choices[0].id if choices else "",
        free=True,
    )
    for column in without:
        column.period = _answered_period(answer, singles.get(id(column), ""), from_name)
        column.period = written_periods.part_of(column.period, column.part)
    if decisions.decided.get("period") == HEADINGS and others:
        shown = ", ".join(repr(column.name) for column in others[:4])
        answer = decisions.settle(
            "period_of_others",
            _(
                "{n} headings name no period ({shown}{more}); for which one are their figures?"
            ).format(n=len(others), shown=shown, more=" ..." if others[4:] else ""),
            by_name,
            FILE_NAME if by_name else "",
            free=True,
        )
        for column in others:
            column.period = _answered_period(answer, "", from_name)


def _answered_period(answer: str, own: str, from_name: tuple[str, str] | None) -> str:
    if answer == HEADINGS:
        return own
    if answer == FILE_NAME:
        return from_name[1] if from_name else ""
    return periods.parse(answer).text if answer else ""


def _period(columns: list[FileColumn], decisions: Decisions) -> None:
    """Choose the columns that state the period."""
    years = [column for column in columns if column.kind == "year"]
    whole = [column for column in columns if column.kind == "period"]
    said = decisions.said("period")
    candidates = years + whole
    if len(candidates) > 1:
        words = [column for column in candidates if says(column.name, PERIOD_WORDS)]
        named = [column for column in candidates if column.name == said]
        certain = named or (words if len(words) == 1 else [])
        if certain:
            decisions.decided["period"] = certain[0].name
            chosen = certain[0]
        else:
            alike = [column for column in candidates if _determines(candidates[0], column)]
            if len(alike) == len(candidates) and not whole:
                chosen = candidates[0]
            else:
                answer = decisions.settle(
                    "period",
                    _("several columns could state the period; which one does?"),
                    [Choice(column.name, column.name) for column in candidates],
                    candidates[0].name,
                )
                chosen = next(column for column in candidates if column.name == answer)
        for column in candidates:
            if column is not chosen:
                column.kind, column.about = "unused", N_("another period than the one chosen")
        candidates = [chosen]
    for column in candidates:
        _ask_period_doubt(column, decisions)
        lengths = {len(iso) for iso in column.periods.values()}
        if len(lengths) > 1:
            decisions.note(
                _("column {column!r} holds periods of several lengths").format(column=column.name),
                "mixed_periods",
                column=column.name,
            )
        unread = [text for text in column.texts if text not in column.periods]
        doubted = any(
            question.id.endswith(f":{column.name}")
            and question.id.startswith(("period_form", "day_first"))
            for question in decisions.questions
        )
        if unread and not doubted:
            decisions.settle(
                f"unread_period:{column.name}",
                _(
                    "{n} texts of column {column!r} are no period ({shown}); leave those rows out,"
                    " or mend the file"
                ).format(
                    n=len(unread),
                    column=column.name,
                    shown=", ".join(repr(text[:20]) for text in unread[:3]),
                ),
                [Choice("leave_out", _("leave those rows out"))],
                column=column.name,
            )
    parts = [column for column in columns if column.kind in ("quarter", "half", "month")]
    if parts and not any(column.kind == "year" for column in columns):
        for column in parts:
            column.kind = "text"


# ---------------------------------------------------------------- categories and measures


def _key(columns: Sequence[FileColumn], rows: np.ndarray) -> np.ndarray:
    """Return a number for each of some rows that is the same where the columns agree."""
    key = np.zeros(len(rows), dtype=np.int64)
    for column in columns:
        key = key * max(len(column.cells.texts), 1) + column.cells.codes[rows]
        key = pd.factorize(key)[0]
    return key


def _wanted_rows(columns: Sequence[FileColumn]) -> np.ndarray:
    """Return the rows that no answer leaves out for what stands in one of their columns."""
    wanted = np.ones(len(columns[0].cells.codes), dtype=bool)
    for column in columns:
        if column.kind.startswith("only:"):
            wanted &= column.cells.holding(column.kind.removeprefix("only:"))
    return np.flatnonzero(wanted)


def _categories(columns: list[FileColumn], decisions: Decisions) -> None:
    """Of the columns of words, find those without which rows would be told apart by nothing."""
    kinds = ("place", "level", "period", "year", "quarter", "half", "month", "measure", "category")
    if "place" in {question.id for question in decisions.questions} and not any(
        column.kind == "place" for column in columns
    ):
        return  # what tells rows apart can be asked when it is known where they are
    _leave_out_twins(columns)
    base = [column for column in columns if column.kind in kinds]
    for column in columns:
        measures = says(column.name, MEASURE) and "attribute" not in words_in(column.name)
        if column.kind == "text" and measures and column.distinct > 1:
            column.kind = "measure"
            decisions.decided[f"column:{column.name}"] = "measure"
            base.append(column)
    places = [column for column in columns if column.kind == "place"]
    events = not any(column.kind == "figure" for column in columns)
    open_ = []
    for column in columns:
        if column.kind not in ("text", "code"):
            continue
        if column.distinct <= 1:
            column.kind, column.about = "unused", N_("the same in every row")
        elif (
            places
            and _determines(places[0], column)
            and not column.figures.blanks
            and (not events or column.kind == "code")
        ):
            column.kind, column.about = "unused", N_("a fact about the area")
        else:
            open_.append(column)
    if places and not np.logical_or.reduce([column.cells.filled for column in places]).all():
        base += [column for column in columns if column.kind == "place_name"]
    rows = _wanted_rows(columns)
    key = _key(base, rows)
    same = len(key) - len(pd.unique(key))
    for column in sorted(open_, key=lambda each: each.distinct):
        if events:
            column.kind = _event_column(column, decisions)
            continue
        if not same:
            column.kind, column.about = "unused", N_("rows differ without it")
            continue
        finer = key * max(len(column.cells.texts), 1) + column.cells.codes[rows]
        finer = pd.factorize(finer)[0]
        left = len(finer) - len(pd.unique(finer))
        if left == same:
            column.kind, column.about = "unused", N_("rows differ without it")
            continue
        units = {tuple(re.findall(r"\(([^)]*)\)", text)) for text in column.texts}
        guess = "measure" if len(units) == column.distinct <= 12 and () not in units else "category"
        totals = [text for text in column.texts if _is_total(text, column.texts)]
        if len(totals) == 1 and not events:
            guess = f"only:{totals[0]}"  # parts beside their total would be counted twice
        answer = _ask_kind(column, decisions, guess, _(" Rows would be the same without it."))
        column.kind = answer
        if answer in ("measure", "category"):
            key, same = finer, left
            base.append(column)
        elif answer.startswith("only:"):
            rows = _wanted_rows(columns)
            key = _key(base, rows)
            same = len(key) - len(pd.unique(key))
    empty = [column.name for column in columns if column.about == "empty"]
    if empty:
        decisions.note(
            _("columns without a cell: {shown}").format(shown=", ".join(map(repr, empty))),
            "columns_empty",
        )
    unused = [column.name for column in open_ if column.kind == "unused"]
    if unused and not events:
        decisions.note(
            _("columns that tell no rows apart are not used: {shown}").format(
                shown=", ".join(map(repr, unused))
            ),
            "columns_not_used",
        )
    if same and not events:
        decisions.note(
            _("{same} rows repeat area, period, measure and category of another row").format(
                same=same
            ),
            "rows_alike",
        )


def _is_total(text: str, beside: Sequence[str]) -> bool:
    return bool(TOTAL.fullmatch(text.casefold())) or (
        text == "T" and bool({"M", "F"} & set(beside))
    )


def _leave_out_twins(columns: Sequence[FileColumn]) -> None:
    """Of two columns that say the same in code and in words, go on with the words."""
    open_ = [
        column for column in columns if column.kind in ("text", "code") and column.distinct > 1
    ]
    answered = [
        column
        for column in columns
        if column.kind in ("measure", "category") or column.kind.startswith("only:")
    ]
    for column in open_:
        size = sum(map(len, column.texts))
        for each in (*answered, *open_):
            if each is column or each.kind == "unused":
                continue
            longer = each.kind not in ("text", "code") or sum(map(len, each.texts)) > size
            if longer and _says_the_same(column, each):
                column.kind, column.about = "unused", N_("says in code what another column says")
                break


def _says_the_same(one: FileColumn, other: FileColumn) -> bool:
    """Tell whether two columns go together row by row; a code may be empty beside a total."""
    sizes = {int(np.count_nonzero(each.cells.counts)) for each in (one, other)}
    if len(sizes) > 1:
        return False
    pairs = one.cells.codes.astype(np.int64) * max(len(other.cells.texts), 1) + other.cells.codes
    return len(pd.unique(pairs)) == sizes.pop()


def _event_column(column: FileColumn, decisions: Decisions) -> str:
    """A column beside place and time of events: a category, or nothing that may be kept."""
    if column.distinct > max(40, 0.2 * len(column.cells.codes)):
        column.about = N_("differs from event to event")
        return "unused"
    return _ask_kind(column, decisions, "category", _(" Events can be counted by it."))


def _unseen(columns: Sequence[FileColumn], decisions: Decisions) -> None:
    if decisions.decided.get("place") == HEADINGS:
        return
    if not any(column.kind == "place" for column in columns) and not any(
        question.id == "place" for question in decisions.questions
    ):
        decisions.settle(
            "place",
            _("no column names the area; which one does?"),
            [Choice(column.name, column.name) for column in columns if column.texts],
        )
