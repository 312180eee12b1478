"""Columns that are understood, melted into one row per figure.

Knows which rows are kept apart (totals, what an answer leaves out), which place, period and
category each row states, and how texts stay few while cells are many.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis import periods
from analysis.intake import markers, written_periods
from analysis.intake.columns import HEADINGS, Decisions, FileColumn
from analysis.intake.figures import Said, Terms, apply_flag, flag_meanings, likely_role
from analysis.intake.grids import Choice
from analysis.intake.headings import OBS_STATUS, TOTAL, is_technical, mostly
from analysis.language import N_
from analysis.language import gettext as _


def rows_apart(
    columns: Sequence[FileColumn], decisions: Decisions, said: Mapping[str, Said]
) -> tuple[np.ndarray, list[str]]:
    """Return 0 for rows that go on, else the number of the reason they do not."""
    count = len(columns[0].cells.codes)
    apart = np.zeros(count, dtype=np.int8)
    reasons = ["total"]
    for column in columns:
        if column.kind not in ("place", "place_name"):
            continue
        hits = np.array(
            [bool(TOTAL.fullmatch(text.casefold().strip(" :*"))) for text in column.cells.texts]
        )
        apart[hits[column.cells.codes] & (apart == 0)] = 1
    for column in columns:
        if column.kind.startswith("only:"):
            wanted = column.kind.removeprefix("only:")
            other = np.array([text != wanted for text in column.cells.texts])[column.cells.codes]
            reasons.append(
                _("{column} is not {wanted!r}").format(column=column.name, wanted=wanted)
            )
            apart[other & (apart == 0)] = len(reasons)
        if (
            column.kind in ("period", "year")
            and f"unread_period:{column.name}" in decisions.decided
        ):
            unread = np.array([text not in column.periods for text in column.cells.texts])
            reasons.append(_("no period"))
            apart[unread[column.cells.codes] & (apart == 0)] = len(reasons)
    _sum_of_others(columns, said, apart, decisions)
    return apart, reasons


def _sum_of_others(
    columns: Sequence[FileColumn],
    said: Mapping[str, Said],
    apart: np.ndarray,
    decisions: Decisions,
) -> None:
    """Ask about a row that is the sum of all other rows, whatever it is called."""
    row_kinds = {"period", "year", "quarter", "half", "month", "measure", "category", "level"}
    chain = [column for column in columns if column.kind == "place"]
    figures = [column for column in columns if column.kind == "figure"]
    rows = np.flatnonzero(apart == 0)
    if not chain or len(rows) < 4 or any(column.kind in row_kinds for column in columns):
        return
    numbers = np.column_stack(
        [np.nan_to_num(said[column.name].numbers)[column.cells.codes[rows]] for column in figures]
    )
    numbers = numbers[:, np.count_nonzero(numbers, axis=0) >= 4]
    if not numbers.shape[1]:
        return
    hits = np.isclose(2 * numbers, numbers.sum(axis=0), rtol=1e-9).all(axis=1)
    if hits.sum() != 1:
        return
    row = rows[np.flatnonzero(hits)[0]]
    texts = [column.cells.texts[column.cells.codes[row]] for column in columns if column in chain]
    place = next(filter(None, texts), "")
    answer = decisions.settle(
        f"total:{place}",
        _("the figures of {place!r} are the sum of all other rows; is it a total?").format(
            place=place
        ),
        [Choice("total", _("yes: keep it apart")), Choice("area", _("no: it is an area"))],
        "total",
    )
    if answer == "total":
        apart[row] = 1


def settle_days(columns: Sequence[FileColumn], decisions: Decisions) -> None:
    """A day is not a period: ask which period it stands for."""
    for column in columns:
        holders = (
            column.periods.values()
            if column.kind in ("period", "year")
            else [column.period]
            if column.kind == "figure"
            else []
        )
        if not any(re.fullmatch(r"\d{4}-\d\d-\d\d", iso) for iso in holders):
            continue
        form = settle_span(decisions)
        for text, iso in column.periods.items():
            column.periods[text] = spanned(iso, form)
        column.period = spanned(column.period, form)


def settle_span(decisions: Decisions) -> str:
    """Return which period a day stands for; nothing while that is asked."""
    if any(question.id == "span" for question in decisions.questions):
        return ""
    choices = [Choice(form, periods.FREQUENCIES[form]) for form in ("Y", "S", "Q", "M", "SY")]
    decisions.settle(
        "span", _("the file states days; which period does a day stand for?"), choices, "Y"
    )
    return decisions.decided.get("span", "")


def spanned(iso: str, form: str) -> str:
    """Return the period a day falls into; what is no day stays."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", iso):
        return iso
    return written_periods.within(iso, form) if form else ""


@dataclass(frozen=True)
class RowFlags:
    """A column of flags, and what each of its texts means; nothing where that is open."""

    column: FileColumn
    meanings: Mapping[str, str]
    likely: Mapping[str, str]

    @property
    def explains(self) -> np.ndarray:
        """Per row, whether its flag says why it holds no figure, as far as one can see."""
        why = [
            self.meanings.get(text, "") or self.likely.get(text, "")
            for text in self.column.cells.texts
        ]
        return np.array([each in markers.WITHOUT_FIGURE for each in why])[self.column.cells.codes]


def row_flags(columns: Sequence[FileColumn], decisions: Decisions) -> RowFlags | None:
    """Flags that stand in a column of their own."""
    flags = [column for column in columns if column.kind == "flag"]
    if not flags:
        return None
    column = flags[0]
    for other in flags[1:]:
        other.kind, other.about = "unused", N_("a second column of flags")
    figures = [each for each in columns if each.kind == "figure"]
    filled = np.zeros(len(column.cells.codes), dtype=bool)
    for each in figures:
        filled |= each.cells.filled
    beside = np.bincount(column.cells.codes[filled], minlength=len(column.cells.texts))
    alone = np.bincount(column.cells.codes[~filled], minlength=len(column.cells.texts))
    normal = is_technical(column.name, OBS_STATUS)
    found, likely, known = {}, {}, {}
    for at, text in enumerate(column.cells.texts):
        if not text or not column.cells.counts[at]:
            continue
        if normal and text.split(":")[0].strip() == "A":
            known[text] = "observed"  # SDMX code list CL_OBS_STATUS: a normal value
            continue
        found[text] = Counter({column.name: int(column.cells.counts[at])})
        if not beside[at] and alone[at]:
            usual = markers.suggested(text) or markers.suggested_flag(text)
            likely[text] = usual if usual in markers.WITHOUT_FIGURE else "missing"
    return RowFlags(column, known | flag_meanings(found, decisions, likely), likely)


def texts_of(columns: Sequence[FileColumn], rows: np.ndarray, join: str) -> pd.Categorical:
    """Return the texts of several columns joined, one per row."""
    if not columns:
        return pd.Categorical.from_codes(np.zeros(len(rows), np.int8), pd.Index([""], dtype="str"))
    codes = columns[0].cells.codes[rows].astype(np.int64)
    texts = columns[0].cells.texts
    for column in columns[1:]:
        pairs = codes * max(len(column.cells.texts), 1) + column.cells.codes[rows]
        codes, found = pd.factorize(pairs)
        width = max(len(column.cells.texts), 1)
        texts = [
            join.join(filter(None, (texts[pair // width], column.cells.texts[pair % width])))
            for pair in found
        ]
    return categorical(codes, texts)


def categorical(codes: np.ndarray, texts: Sequence[str]) -> pd.Categorical:
    """Return a categorical, equal texts made one."""
    array = pa.array(texts or [""], pa.string()).dictionary_encode()
    if len(array.dictionary) < len(array):
        codes = array.indices.to_numpy(zero_copy_only=False)[codes]
    return pd.Categorical.from_codes(codes, pd.Index(_strings(array.dictionary)), validate=False)


def _strings(array: pa.Array) -> pd.api.extensions.ExtensionArray:
    return pd.StringDtype(na_value=np.nan).__from_arrow__(array)  # type: ignore[attr-defined]


def places_of(
    columns: Sequence[FileColumn], decisions: Decisions, rows: np.ndarray
) -> tuple[pd.Categorical, pd.Categorical]:
    """Return the finest place each row names, and what it is called."""
    order = decisions.decided.get("place") or next(
        (question.suggestion for question in decisions.questions if question.id == "place"), ""
    )
    ranked = order.split(" + ")
    chain = [column for column in columns if column.kind == "place"]
    chain.sort(key=lambda column: ranked.index(column.name) if column.name in ranked else 99)
    named = {column.name: column for column in columns if column.kind == "place_name"}
    alone = next(iter(named.values())) if len(chain) == 1 and named else None
    texts, names = [""], [""]
    codes, name_codes = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    open_ = np.ones(len(rows), dtype=bool)
    for column in chain:
        own = column.cells.codes[rows]
        filled = column.cells.filled[rows] & open_
        codes[filled] = own[filled] + len(texts)
        texts += column.cells.texts
        title = named.get(column.named_by) or alone
        if title is None and _is_wording(column):
            title = column
        if title is not None:
            name_codes[filled] = title.cells.codes[rows][filled] + len(names)
            names += title.cells.texts
        open_ &= ~filled
    if open_.any() and named:
        title = next(iter(named.values()))
        name_codes[open_] = title.cells.codes[rows][open_] + len(names)
        names += title.cells.texts
    return categorical(codes, texts), categorical(name_codes, names)


def _is_wording(column: FileColumn) -> bool:
    """Tell whether areas are named by words, without a code."""
    return mostly(column.texts, lambda text: not re.search(r"\d", text) and len(text) > 3)


def row_periods(
    columns: Sequence[FileColumn], rows: np.ndarray, decisions: Decisions
) -> pd.Categorical | None:
    """Return the period each row states, None where rows state none."""
    whole = next((column for column in columns if column.kind in ("period", "year")), None)
    if whole is None:
        return None
    parts = [column for column in columns if column.kind in ("quarter", "half", "month")]
    codes = whole.cells.codes[rows].astype(np.int64)
    texts = [whole.periods.get(text, "") for text in whole.cells.texts]
    for column in parts:
        width = max(len(column.cells.texts), 1)
        pairs = codes * width + column.cells.codes[rows]
        codes, found = pd.factorize(pairs)
        texts = [
            _joined_period(
                texts[pair // width], column.cells.texts[pair % width], column.kind, decisions
            )
            for pair in found
        ]
    return categorical(codes, texts)


def _joined_period(year: str, text: str, kind: str, decisions: Decisions) -> str:
    if not re.fullmatch(r"\d{4}", year) or not text:
        return year if not text else ""
    if kind == "month":
        number = written_periods.month_number(text, decisions.languages)
        return f"{year}-{number:02d}" if number else ""
    number = written_periods.part_number(text, 4 if kind == "quarter" else 2)
    return f"{year}-{'Q' if kind == 'quarter' else 'S'}{number}" if number else ""


def melted(
    columns: Sequence[FileColumn],
    figures: Sequence[FileColumn],
    said: Mapping[str, Said],
    lines: np.ndarray,
    rows: np.ndarray,
    flags: RowFlags | None,
    decisions: Decisions,
) -> pd.DataFrame:
    """Melt figure columns into cells."""
    times, count = len(figures), len(rows)
    place, name = places_of(columns, decisions, rows)
    side_by_side = decisions.decided.get("place") == HEADINGS
    measure = [column for column in columns if column.kind == "measure"]
    category = [column for column in columns if column.kind == "category"]
    in_rows = row_periods(columns, rows, decisions)
    stacked = texts_of(measure, rows, " | ")

    def repeated(one: pd.Categorical) -> pd.Categorical:
        return pd.Categorical.from_codes(np.tile(one.codes, times), dtype=one.dtype, validate=False)

    def per_column(texts: Sequence[str]) -> pd.Categorical:
        return categorical(np.repeat(np.arange(times), count), texts)

    if measure and (times == 1 or side_by_side):
        measures = repeated(stacked)
    elif measure:
        width = len(stacked.categories)
        both = np.concatenate(
            [np.asarray(stacked.codes, np.int64) + at * width for at in range(times)]
        )
        measures = categorical(
            both,
            [f"{text} / {column.measure}" for column in figures for text in stacked.categories],
        )
    else:
        measures = per_column(["value" if side_by_side else column.measure for column in figures])
    if in_rows is not None and not any(column.period for column in figures):
        years = [str(each) for each in in_rows.categories]
        at = np.concatenate(
            [np.asarray(in_rows.codes, np.int64) + each * len(years) for each in range(times)]
        )
        period = (
            categorical(
                at, [written_periods.part_of(year, each.part) for each in figures for year in years]
            )
            if any(each.part for each in figures)
            else repeated(in_rows)
        )
    else:
        period = per_column([column.period for column in figures])
    roles = _roles(measures, figures, count)
    areas = per_column([column.measure for column in figures])
    frame = pd.DataFrame(
        {
            "row": np.tile(lines[rows], times),
            "column": per_column([column.name for column in figures]),
            "place": areas if side_by_side else repeated(place),
            "place_name": areas if side_by_side else repeated(name),
            "level": repeated(
                texts_of([column for column in columns if column.kind == "level"], rows, " | ")
            ),
            "measure": measures,
            "role": roles,
            "period": period,
            "category": repeated(texts_of(category, rows, " | ")),
        }
    )
    own = [column.cells.codes[rows].astype(np.int64) for column in figures]
    starts = np.cumsum([0, *(len(column.cells.texts) for column in figures)])[:-1]
    at = np.concatenate([codes + start for codes, start in zip(own, starts, strict=True)])
    parts = [said[column.name] for column in figures]
    frame["text"] = categorical(at, [text for column in figures for text in column.cells.texts])
    frame["number"] = np.concatenate([part.numbers for part in parts])[at]
    terms = parts[0].terms.texts
    frame["status"] = categorical(np.concatenate([part.statuses for part in parts])[at], terms)
    frame["marker"] = categorical(np.concatenate([part.markers for part in parts])[at], terms)
    frame["break"] = np.concatenate([part.breaks for part in parts])[at]
    if flags is not None and len(frame):
        _flag_rows(frame, flags, rows, times)
    return frame


def _roles(measures: pd.Categorical, figures: Sequence[FileColumn], count: int) -> pd.Categorical:
    """Return a role per cell from the words of its heading and measure."""
    width = len(measures.categories)
    at = np.repeat(np.arange(len(figures)), count) * width + np.asarray(measures.codes, np.int64)
    texts = [
        likely_role(column.name, str(each)) for column in figures for each in measures.categories
    ]
    return categorical(at, texts)


def _flag_rows(frame: pd.DataFrame, flags: RowFlags, rows: np.ndarray, times: int) -> None:
    """Apply a column of flags to the figures of its rows, and to the empty cells it explains."""
    terms = Terms()
    terms.texts = [str(text) for text in frame["status"].cat.categories]
    status = frame["status"].cat.codes.to_numpy(copy=True).astype(np.int32)
    marker = frame["marker"].cat.codes.to_numpy(copy=True).astype(np.int32)
    terms.texts += [
        str(text) for text in frame["marker"].cat.categories if str(text) not in terms.texts
    ]
    marker = np.array([terms.code(str(text)) for text in frame["marker"].cat.categories], np.int32)[
        marker
    ]
    said = Said(
        frame["number"].to_numpy(copy=True),
        status,
        marker,
        frame["break"].to_numpy(copy=True),
        terms,
    )
    codes = np.tile(flags.column.cells.codes[rows], times)
    empty = (frame["text"] == "").to_numpy()
    for at, text in enumerate(flags.column.cells.texts):
        if not text:
            continue
        means = flags.meanings.get(text, "")
        here = codes == at
        apply_flag(said, np.flatnonzero(here & ~np.isnan(said.numbers)), text, means)
        if means in markers.WITHOUT_FIGURE or (not means and text in flags.likely):
            nothing = np.flatnonzero(here & empty)
            said.statuses[nothing] = terms.code(means)
            said.markers[nothing] = terms.code(text)
            said.numbers[nothing] = np.nan
    frame["number"], frame["break"] = said.numbers, said.breaks
    frame["status"] = categorical(said.statuses, terms.texts)
    frame["marker"] = categorical(said.markers, terms.texts)


def constant(text: str, count: int) -> pd.Categorical:
    """Return one text for all rows."""
    return pd.Categorical.from_codes(np.zeros(count, np.int8), pd.Index([text], dtype="str"))
