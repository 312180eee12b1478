"""What the figures of a file say, once decimal sign, scale, markers and flags are settled.

Knows in which order these are settled and asked: one question per marker of a source, not one per
cell, and no number while its question is open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import numpy as np

from analysis.intake import markers
from analysis.intake.columns import Decisions, FileColumn
from analysis.intake.grids import (
    Cells,
    Choice,
    Grid,
    Question,
)
from analysis.intake.headings import BASE, COUNT, LIMITS, MILLIONS, RATE, THOUSANDS, says
from analysis.language import gettext as _
from analysis.language import ngettext

Role = Literal["value", "count", "denominator", "sd", "lower", "upper", "unknown"]
_NOTHING: Mapping[str, str] = MappingProxyType({})
EMPTY = "(empty)"
"""How the marker of a cell without text is called in questions and recipes."""


class Terms:
    """Few texts, told apart by number; 0 is no text."""

    def __init__(self) -> None:
        self.texts = [""]

    def code(self, text: str) -> int:
        """Return the number of a text."""
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)


@dataclass
class Said:
    """What the distinct cells of one figure column say; statuses and markers by number."""

    numbers: np.ndarray
    statuses: np.ndarray
    markers: np.ndarray
    breaks: np.ndarray
    terms: Terms


def _settle_decimals(figures: Sequence[FileColumn], decisions: Decisions) -> None:
    """One question for all columns whose numbers depend on the decimal sign."""
    settled = {column.figures.decimal for column in figures} & {".", ","}
    suggestion = settled.pop() if len(settled) == 1 else ""
    choices = []
    example = next((column.figures.example for column in figures if column.figures.example), "")
    for sign, words in ((".", _("a decimal point")), (",", _("a decimal comma"))):
        read = f": {example} is {_plain(example, sign)}" if example else ""
        choices.append(Choice(sign, words + read))
    for column in figures:
        found = column.figures.decimal
        id_ = f"decimal:{column.name}"
        if found in (".", ","):
            column.decimal = found
            if decisions.said(id_) in (".", ",") and id_ in decisions.answers:
                column.decimal = decisions.answers[id_]
            elif decisions.known.get(id_, found) not in (found, "-"):
                answer = _ask_decimal(column, choices, found, decisions, changed=True)
                column.decimal = answer
            decisions.decided[id_] = column.decimal or found
        elif found == "-":
            column.decimal = "-"
            decisions.decided.setdefault(id_, decisions.known.get(id_, "-"))
        else:
            column.decimal = _ask_decimal(column, choices, suggestion, decisions)
    asked = {question.column for question in decisions.questions}
    open_ = [column for column in figures if not column.decimal and column.name not in asked]
    if open_:
        if len(open_) > 1:
            choices.append(Choice("by_column", _("not the same in all columns: ask for each")))
        shown = ", ".join(repr(column.name) for column in open_[:4])
        shown += " ..." if len(open_) > 4 else ""
        decisions.questions.append(
            Question(
                "decimal",
                _(
                    "columns {shown} hold numbers like {example!r} that can be read in two "
                    "ways; which sign stands before the decimals?"
                ).format(shown=shown, example=open_[0].figures.example),
                tuple(choices),
                open_[0].name if len(open_) == 1 else None,
                suggestion,
            )
        )


def _plain(example: str, decimal: str) -> str:
    number = markers.look(Cells([example], np.zeros(1, np.int32))).read(decimal)[0]
    return f"{number:g}"


def _ask_decimal(
    column: FileColumn,
    choices: Sequence[Choice],
    suggestion: str,
    decisions: Decisions,
    *,
    changed: bool = False,
) -> str:
    """Return the sign answered for; nothing while the question is open."""
    id_ = f"decimal:{column.name}"
    general = decisions.answers.get("decimal", "")
    known = "" if changed else decisions.known.get(id_, "")
    for said in (decisions.answers.get(id_, ""), general, known):
        if said in (".", ","):
            decisions.decided[id_] = said
            return said
    figures = column.figures
    if general != "by_column" and not changed and not (figures.only_dot and figures.only_comma):
        return ""  # asked for all such columns together
    if figures.only_dot and figures.only_comma:
        why = _("writes some numbers with a point and some with a comma before the decimals")
    elif changed:
        why = _("writes its decimals in another way than the recipe says")
    else:
        why = _("holds numbers like {example!r} that can be read in two ways").format(
            example=figures.example
        )
    decisions.questions.append(
        Question(
            id_,
            _("column {column!r} {why}; which sign stands before the decimals?").format(
                column=column.name, why=why
            ),
            tuple(choices),
            column.name,
            suggestion,
        )
    )
    return ""


def _settle_scale(
    figures: Sequence[FileColumn], grid: Grid, decisions: Decisions
) -> dict[str, float]:
    """Headings that speak of thousands, and spreadsheet shares that may be per cent."""
    factors: dict[str, float] = {}
    around = " ".join(grid.around).casefold()[:5000]
    stated = decisions.multiplier
    if stated:
        decisions.settle(
            "scale",
            _(
                "a column says that the figures are in {stated:,}s; are they to be multiplied?"
            ).format(stated=int(stated)),
            [
                Choice("1", _("as they stand")),
                Choice(stated, _("times {stated:,}").format(stated=int(stated))),
            ],
            stated,
        )
        said = decisions.decided.get("scale", "")
        return {column.name: float(said) if said else np.nan for column in figures}
    for column in figures:
        words = column.name.casefold()
        id_ = f"scale:{column.name}"
        as_is = Choice("1", _("as they stand"))
        for pattern, factor in ((THOUSANDS, 1_000), (MILLIONS, 1_000_000)):
            own = pattern.search(words)
            if own or pattern.search(around):
                said = (
                    decisions.settle(
                        id_ if own else "scale",
                        (
                            _("the heading speaks of {factor:,}; are the figures to be multiplied?")
                            if own
                            else _(
                                "the text around the table speaks of {factor:,}; are the figures to"
                                " be multiplied?"
                            )
                        ).format(factor=factor),
                        [as_is, Choice(str(factor), _("times {factor:,}").format(factor=factor))],
                        column=column.name if own else None,
                    )
                    if own or not any(q.id == "scale" for q in decisions.questions)
                    else ""
                )
                factors[column.name] = float(said) if said else np.nan
                break
        else:
            if column.cells.typed is not None and _only_shares(column):
                said = decisions.settle(
                    id_,
                    _(
                        "all figures of column {column!r} lie between 0 and 1, and spreadsheets "
                        "keep 12 % as 0.12; are they to be multiplied by 100?"
                    ).format(column=column.name),
                    [as_is, Choice("100", _("times 100: they are per cent"))],
                    column=column.name,
                )
                factors[column.name] = float(said) if said else np.nan
    return factors


def _only_shares(column: FileColumn) -> bool:
    typed = column.cells.typed
    if typed is None:
        return False
    held = typed[~np.isnan(typed)]
    return len(held) > 2 and bool((held >= 0).all() and (held <= 1).all() and (held % 1 != 0).any())


def read_figures(
    figures: Sequence[FileColumn],
    grid: Grid,
    decisions: Decisions,
    *,
    stacked: bool = False,
    explained: np.ndarray | None = None,
) -> dict[str, Said]:
    """Return what the cells of each figure column say, as far as that is settled.

    Of measures that an answer leaves out nothing is asked, unless measures
    are ``stacked`` in a column of their own. Empty cells of rows ``explained``
    by a flag are not asked about.
    """
    wanted = [column for column in figures if stacked or not decisions.leaves_out(column.measure)]
    _settle_decimals(wanted, decisions)
    factors = _settle_scale(wanted, grid, decisions)
    found_markers: dict[str, Counter[str]] = {}
    found_flags: dict[str, Counter[str]] = {}
    odd: dict[str, np.ndarray] = {}
    said: dict[str, Said] = {}
    terms = Terms()
    percented = {column.measure for column in wanted if column.figures.percent.any()}
    for column in figures:
        if not any(column is one for one in wanted):
            said[column.name] = _left_out(column, terms)
    for column in wanted:
        counts = column.cells.counts
        size = len(column.cells.texts)
        decimal = column.decimal if column.decimal in (".", ",") else "."
        numbers = column.figures.read(decimal)
        if not column.decimal:
            typed = column.cells.typed
            depends = column.figures.readings != 4
            exact = ~np.isnan(typed) if typed is not None else np.zeros(size, bool)
            numbers = np.where(depends & ~exact, np.nan, numbers)
        texts = column.cells.texts
        strange = markers.sentinels(numbers, counts)
        unread = np.flatnonzero((column.figures.readings == 0) & (counts > 0))
        listed = len(unread) <= 60
        too_long = np.zeros(size, bool)
        marks = np.zeros(size, np.int32)
        for at in (*unread, *np.flatnonzero(strange)):
            text = texts[at]
            if text and (not listed or len(text) > 24) and not markers.is_known(text):
                too_long[at] = True
                continue
            marks[at] = terms.code(text or EMPTY)
            count = int(counts[at])
            if not text and explained is not None:
                count = int(np.count_nonzero((column.cells.codes == at) & ~explained))
            if count:
                found_markers.setdefault(text or EMPTY, Counter())[column.name] += count
        carried = np.bincount(column.figures.flags, counts, len(column.figures.flag_texts))
        for at, flag in enumerate(column.figures.flag_texts):
            if at and carried[at]:
                found_flags.setdefault(flag, Counter())[column.name] += int(carried[at])
        if column.note:
            found_flags.setdefault(column.note, Counter())[column.name] += column.figures.numbers
        unfit = (column.figures.readings > 0) & np.isnan(numbers) & (counts > 0)
        odd[column.name] = too_long | (unfit if column.decimal else np.zeros(size, bool))
        beside = column.measure in percented
        numbers = _percent_or_share(column, numbers, decisions, beside=beside)
        if factors.get(column.name) is not None:
            numbers = numbers * factors[column.name]
        said[column.name] = Said(
            numbers, np.zeros(size, np.int32), marks, np.zeros(size, bool), terms
        )
    by_name = {column.name: column for column in wanted}
    meaning = _marker_meanings(found_markers, by_name, decisions)
    flag_meaning = flag_meanings(found_flags, decisions)
    for column in wanted:
        _apply_meanings(
            column, said[column.name], odd[column.name], meaning, flag_meaning, decisions
        )
    return said


def _left_out(column: FileColumn, terms: Terms) -> Said:
    """Return the numbers of a column no indicator needs, for its total; nothing is asked of it."""
    column.decimal = column.figures.decimal
    size = len(column.cells.texts)
    nothing = np.zeros(size, np.int32)
    numbers = column.figures.read("," if column.decimal == "," else ".")
    if column.decimal == "?":
        numbers = np.full(size, np.nan)
    return Said(numbers, nothing, nothing.copy(), np.zeros(size, bool), terms)


def _percent_or_share(
    column: FileColumn, numbers: np.ndarray, decisions: Decisions, *, beside: bool
) -> np.ndarray:
    """Ask what numbers without a percent sign are, where others of the measure carry one."""
    percent, counts = column.figures.percent, column.cells.counts
    bare = ~percent & (numbers != 0) & ~np.isnan(numbers) & (counts > 0)
    if not (percent.any() or beside) or not bare.any():
        return numbers
    id_ = f"percent:{column.name}"
    where = _("of the columns beside") if beside and not percent.any() else _("of its numbers")
    signed = (
        f"{int(counts[percent].sum()):,} {where}"
        if percent.any()
        else _("those {where}").format(where=where)
    )
    decisions.settle(
        id_,
        _(
            "in column {column!r} {n:,} numbers carry no percent sign, and "
            "{signed} do; what are those without?"
        ).format(column=column.name, n=int(counts[bare].sum()), signed=signed),
        [Choice("percent", _("per cent as well")), Choice("share", _("shares: 0.12 is 12 %"))],
        column=column.name,
    )
    factor = {"percent": 1.0, "share": 100.0}.get(decisions.decided.get(id_, ""), np.nan)
    return np.where(bare, numbers * factor, numbers)


def _marker_meanings(
    found: Mapping[str, Counter[str]], columns: Mapping[str, FileColumn], decisions: Decisions
) -> dict[tuple[str, str], str]:
    """Ask once per marker; once per column where the answer says so."""
    meanings: dict[tuple[str, str], str] = {}
    for marker, where in sorted(found.items(), key=lambda item: -item[1].total()):
        id_ = f"marker:{marker}"
        plain = "" if marker == EMPTY else marker
        number_like = any(
            columns[name].figures.readings[columns[name].cells.texts.index(plain)] > 0
            for name in where
        )
        choices = [*markers.MEANINGS, *([markers.NUMBER] if number_like else [])]
        offered = {choice.id for choice in choices}
        general = [*choices]
        if len(where) > 1:
            general.append(
                Choice("by_column", _("one thing here, another there: ask for each column"))
            )
        suggestion = markers.suggested(plain)
        own = {name: decisions.said(f"{id_}@{name}") for name in where}
        answer = ""
        if not all(said in offered for said in own.values()):
            columns_text = ", ".join(repr(name) for name in list(where)[:4])
            columns_text += " ..." if len(where) > 4 else ""
            answer = decisions.settle(
                id_,
                _("{cells} (columns {columns}); what does that mean?").format(
                    cells=_holding(where.total(), marker), columns=columns_text
                ),
                general,
                suggestion,
            )
            if id_ not in decisions.decided:
                answer = ""
        for name, count in where.items():
            if own[name] in offered:
                meanings[marker, name] = own[name]
                decisions.decided[f"{id_}@{name}"] = own[name]
            elif answer == "by_column":
                meanings[marker, name] = decisions.settle(
                    f"{id_}@{name}",
                    _("in column {column!r} {cells}; what does that mean there?").format(
                        column=name, cells=_holding(count, marker)
                    ),
                    choices,
                    "",
                    name,
                )
            else:
                meanings[marker, name] = answer
    return meanings


def _holding(count: int, marker: str) -> str:
    """How many cells hold a marker, in words."""
    words = (
        ngettext("{n:,} cell is empty", "{n:,} cells are empty", count)
        if marker == EMPTY
        else ngettext("{n:,} cell holds {marker!r}", "{n:,} cells hold {marker!r}", count)
    )
    return words.format(n=count, marker=marker)


def flag_meanings(
    found: Mapping[str, Counter[str]], decisions: Decisions, alone: Mapping[str, str] = _NOTHING
) -> dict[str, str]:
    """Ask once per flag what it means; nothing where that is open.

    ``alone`` are flags that stand beside empty cells only, and what they
    usually mean there.
    """
    meanings = {}
    for flag, where in sorted(found.items(), key=lambda item: -item[1].total()):
        id_ = f"flag:{flag}"
        choices = [*markers.FLAG_MEANINGS]
        if flag in ("()", "(", "("):
            choices.append(markers.NEGATIVE)
        count = where.total()
        words = (
            ngettext("{n:,} empty cell carries {flag!r}", "{n:,} empty cells carry {flag!r}", count)
            if flag in alone
            else ngettext("{n:,} figure carries {flag!r}", "{n:,} figures carry {flag!r}", count)
        )
        decisions.settle(
            id_,
            _("{what}; what does that mean?").format(what=words.format(n=count, flag=flag)),
            choices,
            alone.get(flag) or markers.suggested_flag(flag),
        )
        meanings[flag] = decisions.decided.get(id_, "")
    return meanings


def _apply_meanings(
    column: FileColumn,
    said: Said,
    odd: np.ndarray,
    meaning: Mapping[tuple[str, str], str],
    flag_meaning: Mapping[str, str],
    decisions: Decisions,
) -> None:
    """Turn markers and flags into statuses, where their meaning is settled."""
    terms = said.terms
    said.statuses[~np.isnan(said.numbers) & (said.markers == 0)] = terms.code("observed")
    for at in np.flatnonzero(said.markers):
        marker = terms.texts[said.markers[at]]
        means = meaning.get((marker, column.name), "")
        if means == "number":
            said.statuses[at], said.markers[at] = terms.code("observed"), 0
            continue
        said.numbers[at] = 0.0 if means == "zero" else np.nan
        said.statuses[at] = terms.code("observed" if means == "zero" else means)
        if marker == EMPTY:
            said.markers[at] = 0
    if column.note:
        plain = np.flatnonzero((column.figures.flags == 0) & ~np.isnan(said.numbers))
        apply_flag(said, plain, column.note, flag_meaning.get(column.note, ""))
    for number, flag in enumerate(column.figures.flag_texts):
        if number:
            here = np.flatnonzero((column.figures.flags == number) & ~np.isnan(said.numbers))
            apply_flag(said, here, flag, flag_meaning.get(flag, ""))
    if odd.any():
        rows = int(column.cells.counts[odd].sum())
        decisions.settle(
            f"unreadable:{column.name}",
            _(
                "{rows:,} cells of column {column!r} are neither numbers nor short "
                "markers; take them as missing, or mend the file"
            ).format(rows=rows, column=column.name),
            [Choice("missing", _("not known, or not delivered"))],
            column=column.name,
        )
        answer = decisions.decided.get(f"unreadable:{column.name}", "")
        said.numbers[odd] = np.nan
        said.statuses[odd] = terms.code(answer)


def apply_flag(said: Said, at: np.ndarray, flag: str, means: str) -> None:
    """Change what cells say by the flag beside them."""
    said.markers[at] = said.terms.code(flag)
    said.statuses[at] = said.terms.code("observed" if means in ("break", "negative") else means)
    said.breaks[at] = means == "break"
    if means in markers.WITHOUT_FIGURE:
        said.numbers[at] = np.nan
    if means == "negative":
        said.numbers[at] = -np.abs(said.numbers[at])


def likely_role(name: str, measure: str) -> Role:
    """Return what words of heading and measure suggest."""
    for role, words in LIMITS.items():
        if says(name, words):
            return role  # type: ignore[return-value]
    for text in (measure, name):
        if "%" in text or says(text, RATE):
            return "value"
        if says(text, BASE):
            return "denominator"
        if says(text, COUNT):
            return "count"
    return "unknown"
