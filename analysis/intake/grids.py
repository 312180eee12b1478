"""Bytes of a file to a grid of text cells: what encodings, delimiters and containers hide.

The only module that knows file formats (CSV, TSV, XLSX, ODS, Parquet; PX and JSON-stat through
:mod:`cubes <analysis.intake.cubes>`), how large a file may be
before it is refused, and how a spreadsheet can lie about its size. A cell leaves here as text,
exactly as written but for blanks around it; what it means is not known here.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import Any
from xml.parsers import expat

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as arrow_csv
import pyarrow.parquet as parquet
from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from analysis.errors import GroundworkError, InputError, Problem
from analysis.intake import cubes
from analysis.intake.progress import Progress
from analysis.language import N_, ngettext
from analysis.language import gettext as _

DELIMITERS = {",": N_("comma"), ";": N_("semicolon"), "\t": N_("tab"), "|": N_("bar")}
_BY_WORD = {word: delimiter for delimiter, word in DELIMITERS.items()}
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_ENCODINGS = ("cp1252", "iso8859-15", "cp1250", "cp1257", "cp850", "mac-roman")
_MARK = "\ufeff"
"""A byte order mark that does not begin the file."""
_SAMPLE_TEXT, _SAMPLE_ROWS = 262_144, 200
_TEXT_ENDINGS = (".csv", ".tsv", ".tab", ".txt")
_BY_CONTENT = (
    (b"%PDF", N_("a PDF document"), N_("ask the publisher for the table as CSV or XLSX")),
    (b"\x1f\x8b", N_("a gzip archive"), N_("unpack it first")),
    (b"Rar!", N_("an archive"), N_("unpack it first")),
    (b"7z\xbc\xaf", N_("an archive"), N_("unpack it first")),
    (b"\x89PNG", N_("a picture"), N_("ask the publisher for the table itself")),
    (b"\xff\xd8\xff", N_("a picture"), N_("ask the publisher for the table itself")),
    (b"SQLite format 3", N_("a database"), N_("export the table as CSV")),
)


@dataclass(frozen=True)
class Limits:
    """How large a file may be before it is refused.

    Parameters
    ----------
    size
        Bytes of the file.
    rows, columns
        Of the table.
    cells
        That a sheet of a workbook may span: readers lay all of them out.
    cell
        Characters of one cell.
    unpacked
        Bytes a workbook may unpack to, and characters its cells may hold together.
    """

    size: int = 200_000_000
    rows: int = 5_000_000
    columns: int = 2_000
    cells: int = 30_000_000
    cell: int = 100_000
    unpacked: int = 2_000_000_000


@dataclass(frozen=True)
class Choice:
    """One possible answer: its id and its words."""

    id: str
    words: str


@dataclass(frozen=True)
class Question:
    """What must be answered before anything is published.

    Parameters
    ----------
    id
        Stable from year to year: ``marker:..``, ``place``, ``decimal:rate``.
    text
        The question, with what was found.
    choices
        Possible answers; empty where any text is an answer.
    column
        The column in doubt, None when it is the whole file.
    suggestion
        The answer the reading goes on with meanwhile; empty when it goes on
        with none.
    """

    id: str
    text: str
    choices: tuple[Choice, ...] = ()
    column: str | None = None
    suggestion: str = ""


@dataclass(frozen=True)
class Cells:
    """One column of a grid: distinct texts, and which of them each row holds.

    Parameters
    ----------
    texts
        Distinct cells, blanks around them removed.
    codes
        Position in ``texts`` for each row, int32.
    typed
        Per distinct cell the number of a container that types its cells;
        NaN where it holds text. None in a text file.
    """

    texts: list[str]
    codes: np.ndarray
    typed: np.ndarray | None = None

    def kept(self, rows: np.ndarray) -> Cells:
        """Return the column with these rows only."""
        return Cells(self.texts, self.codes[rows], self.typed)

    @cached_property
    def counts(self) -> np.ndarray:
        """How many rows hold each distinct text."""
        return np.bincount(self.codes, minlength=len(self.texts))

    @cached_property
    def said(self) -> list[str]:
        """Distinct texts that some row holds, besides nothing."""
        if self.counts.all() and "" not in self.texts:
            return self.texts
        return [text for text, count in zip(self.texts, self.counts, strict=True) if text and count]

    @cached_property
    def filled(self) -> np.ndarray:
        """Per row, whether it holds something."""
        if "" not in self.texts:
            return np.ones(len(self.codes), dtype=bool)
        return np.array([bool(text) for text in self.texts])[self.codes]

    def holding(self, text: str) -> np.ndarray:
        """Return per row whether it holds this text."""
        at = [self.texts.index(text)] if text in self.texts else []
        return self.codes == at[0] if at else np.zeros(len(self.codes), dtype=bool)

    def strings(self) -> np.ndarray:
        """Return one text per row."""
        return np.array(self.texts, dtype=object)[self.codes]


@dataclass
class Grid:
    """A table as it stands in a file: headings, body, and what surrounds it.

    Parameters
    ----------
    headings
        Rows of heading cells, top first, each as long as ``columns``.
    columns
        The body.
    lines
        Line (row of a sheet) of each body row.
    raw
        First rows of the file as they are, for the preview.
    around
        Text before and after the table.
    broken, swallowed
        Lines inside the table with another number of cells, and lines where a
        cell seems to have swallowed rows.
    decided
        Answers that were found or given: encoding, delimiter, sheet, headings.
    stated
        Answers the format itself gives, such as which column names the area.
    """

    format: str
    sheet: str
    headings: list[list[str]]
    columns: list[Cells]
    lines: np.ndarray
    raw: list[list[str]]
    around: list[str] = field(default_factory=list)
    broken: list[int] = field(default_factory=list)
    swallowed: list[int] = field(default_factory=list)
    decided: dict[str, str] = field(default_factory=dict)
    stated: dict[str, str] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def refuse(name: str, message: str, code: str, row: int | None = None) -> InputError:
    """Return the refusal of a whole file."""
    return InputError([Problem(name, message, row=row, code=code)])


def open_grid(
    content: bytes,
    name: str,
    answers: Mapping[str, str],
    known: Mapping[str, str],
    *,
    default_encoding: str,
    limits: Limits,
    progress: Progress,
    find_table: FindTable,
) -> Grid:
    """Read the one table of a file.

    Parameters
    ----------
    content, name
        The file, and what it is called.
    answers, known
        What the analyst answered now; what a recipe knows. A recipe's word
        counts only where the file does not contradict it.
    default_encoding
        For a text file that is not UTF-8.
    find_table
        Says where a sample of rows has its headings and its body.

    Raises
    ------
    InputError
        When the file is larger than the limits, is not what its name says,
        or holds no table.
    """
    check_size(name, len(content), limits)
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise refuse(name, _("the file is empty; ask for it again"), "empty_file")
    format_ = _format(content, name)
    progress(_("opening"), 0.0)
    if format_ == "parquet":
        return _read_parquet(content, name, limits)
    if format_ in ("px", "json-stat"):
        return _read_cube(content, name, format_, limits)
    if format_ in ("xlsx", "ods"):
        errors = _check_workbook(content, name, format_, limits)
        return _read_workbook(content, name, format_, errors, answers, known, limits, find_table)
    return _read_text(content, name, answers, known, default_encoding, limits, progress, find_table)


def check_size(name: str, size: int, limits: Limits) -> None:
    """Refuse a file by its size alone, before anybody loads it.

    Raises
    ------
    InputError
        When it holds more bytes than the limits allow.
    """
    if size > limits.size:
        raise refuse(
            name,
            _(
                "the file holds {size:,} bytes; {most:,} is the most accepted; cut it "
                "into several files, or raise the limit"
            ).format(size=size, most=limits.size),
            "too_large",
        )


Body = tuple[int, int, int]
"""First heading row, first body row, number of columns: positions in the sample."""
FindTable = Callable[[Sequence[Sequence[str]], int | None], Body | None]


def _format(content: bytes, name: str) -> str:
    """Return the format, when name and content agree on it."""
    ending = PurePath(name).suffix.lower()
    found = _format_by_content(content)
    if found in ("xlsx", "ods", "parquet"):
        if ending == f".{found}" or (found == "xlsx" and ending == ".xlsm"):
            return found
        raise refuse(
            name,
            _(
                "the name ends in {ending!r}, the content is {format}; name it '{stem}.{found}'"
            ).format(ending=ending, format=found.upper(), stem=PurePath(name).stem, found=found),
            "not_what_it_says",
        )
    for start, what, way_out in _BY_CONTENT:
        if content.startswith(start):
            raise refuse(
                name,
                _("the content is {what}, not a table; {way_out}").format(
                    what=_(what), way_out=_(way_out)
                ),
                "not_a_table",
            )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(
            name,
            _(
                "the content is an old or a password-protected workbook; save it as XLSX "
                "without a password"
            ),
            "old_workbook",
        )
    if content.startswith(b"PK"):
        if _archived(content) is None:
            raise refuse(
                name, _("the archive is damaged or cut short; ask for the file again"), "damaged"
            )
        raise refuse(
            name, _("the content is an archive that holds no workbook; unpack it"), "not_a_table"
        )
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise refuse(
            name,
            _(
                "the content is a web page or XML, whatever the name says; open it and "
                "save the table as CSV or XLSX"
            ),
            "not_a_table",
        )
    if ending == ".px" or head.startswith((b"charset=", b"axis-version=")):
        return "px"
    if ending == ".json" or head.startswith(b"{"):
        return "json-stat"
    if ending in (".xlsx", ".xlsm", ".ods", ".parquet"):
        raise refuse(
            name,
            _(
                "the name ends in {ending!r}, the content is something else; name it "
                "'{stem}.csv' if it is text, or ask for the file again"
            ).format(ending=ending, stem=PurePath(name).stem),
            "not_what_it_says",
        )
    if ending not in _TEXT_ENDINGS:
        raise refuse(
            name,
            _(
                "the name ends in {ending!r}; readable are .csv, .tsv, .txt, .xlsx, "
                ".ods, .parquet, .px and JSON-stat"
            ).format(ending=ending),
            "unknown_ending",
        )
    return "csv"


def _format_by_content(content: bytes) -> str:
    if content.startswith(b"PAR1"):
        return "parquet"
    names = _archived(content) if content.startswith(b"PK\x03\x04") else None
    if names is None:
        return ""
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "ods" if "content.xml" in names and "mimetype" in names else ""


def _archived(content: bytes) -> set[str] | None:
    """Return what an archive holds; None where it cannot be opened."""
    try:
        return set(zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return None


def _read_cube(content: bytes, name: str, format_: str, limits: Limits) -> Grid:
    """Lay a PX or JSON-stat cube out; its cells are numbered from 1."""
    try:
        read = cubes.read_px if format_ == "px" else cubes.read_json_stat
        cube = read(content, limits.rows)
    except cubes.CubeError as error:
        raise refuse(name, str(error), "bad_cube") from error
    columns = [_trimmed(pa.array(texts, pa.string()), codes) for _, texts, codes in cube.columns]
    headings = [heading for heading, _, _ in cube.columns]
    first = [
        [column.texts[column.codes[at]] for column in columns] for at in range(min(11, cube.rows))
    ]
    grid = Grid(format_, "", [headings], columns, np.arange(1, cube.rows + 1), [headings, *first])
    grid.around = cube.around
    grid.stated = {"place": cube.place} if cube.place else {}
    return grid


# ---------------------------------------------------------------- text files


def _read_text(
    content: bytes,
    name: str,
    answers: Mapping[str, str],
    known: Mapping[str, str],
    default_encoding: str,
    limits: Limits,
    progress: Progress,
    find_table: FindTable,
) -> Grid:
    questions: list[Question] = []
    progress(_("decoding"), 0.05)
    text, encoding, question = _decode(content, name, answers, known, default_encoding)
    if question:
        questions.append(question)
    if "\x00" in text:
        raise refuse(
            name,
            _(
                "the file holds NUL characters: it is no text, or UTF-16 without a mark; "
                "save it as CSV in UTF-8"
            ),
            "not_text",
        )
    progress(_("parting into cells"), 0.15)
    if "\r\r\n" in text:
        text = text.replace("\r\r\n", "\n")  # a Windows file written as text once more
    marks = text.count(_MARK)
    text = text.replace(_MARK, "") if marks else text
    _check_lines(text, name, limits)
    sample = _sample(text)
    delimiter, question = _delimiter(sample, name, answers, known)
    if question:
        questions.append(question)
    rows = _parse(sample, delimiter)
    heading_rows = _heading_rows(answers, known)
    table = find_table(rows, heading_rows)
    if table is None:
        raise _no_table(
            name,
            rows,
            _(
                "no table found behind the delimiter {delimiter!r}; name the delimiter, "
                "or save the file as CSV with one heading row"
            ).format(delimiter=DELIMITERS.get(delimiter, delimiter)),
            open_quote=text.count('"') % 2 == 1,
        )
    first, body, width = table
    if width > limits.columns:
        raise _too_wide(name, width, limits)
    headings = [_padded(row, width) for row in rows[first:body] if any(row)]
    grid = _arrow_grid(text, sample, delimiter, body, width, name, limits)
    grid.headings = headings
    grid.raw = [list(row) for row in rows[:12]]
    grid.around = [" ".join(filter(None, row)) for row in rows[:first]] + grid.around
    grid.decided = {"encoding": encoding, "delimiter": DELIMITERS.get(delimiter, delimiter)}
    grid.questions = questions
    if marks:
        many = (
            _("a byte order mark stands")
            if marks == 1
            else _("{marks:,} byte order marks stand").format(marks=marks)
        )
        message = _(
            "{many} inside the file and is not read; it may have been put together "
            "from several: see that none of its rows stands twice"
        ).format(many=many)
        grid.notes.append(Problem(name, message, code="marks_inside", level="note"))
    if text[-1:].isdigit() and len(grid.lines):
        last = int(grid.lines[-1])
        message = _(
            "the last line has no line end; see that row {last} is whole and none is missing"
        ).format(last=last)
        grid.notes.append(Problem(name, message, row=last, code="no_line_end", level="note"))
    return grid


def _no_table(
    name: str, rows: Sequence[Sequence[object]], otherwise: str, *, open_quote: bool = False
) -> InputError:
    """Return the refusal of a file without a table, by the likeliest reason."""
    if open_quote:
        return refuse(
            name,
            _(
                "no table found, and an opening quotation mark is never closed; mend the "
                "file, or save it anew as CSV"
            ),
            "bad_quotes",
        )
    filled = [row for row in rows if sum(map(_says, row)) > 1]
    if len(filled) == 1 and sum(any(map(_says, row)) for row in rows) == 1:
        return refuse(name, _("the table has headings and no rows; ask for it again"), "no_rows")
    return refuse(name, otherwise, "no_table")


def _heading_rows(answers: Mapping[str, str], known: Mapping[str, str]) -> int | None:
    given = answers.get("headings", known.get("headings", ""))
    return int(given) if given.isdecimal() else None


def _decode(
    content: bytes,
    name: str,
    answers: Mapping[str, str],
    known: Mapping[str, str],
    default_encoding: str,
) -> tuple[str, str, Question | None]:
    """BOM, then strict UTF-8, then what the territory writes - and that is asked."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), "utf-8" if "8" in encoding else encoding, None
            except UnicodeDecodeError as error:
                raise refuse(
                    name,
                    _(
                        "the file begins as {encoding} and is not {encoding} at byte {start}; "
                        "save it as CSV in UTF-8"
                    ).format(encoding=encoding, start=error.start),
                    "bad_encoding",
                ) from error
    try:
        return content.decode("utf-8"), "utf-8", None
    except UnicodeDecodeError as error:
        where = error.start
    said = answers.get("encoding") or known.get("encoding", "")
    encoding = said if said and said != "utf-8" else default_encoding
    around = content[max(0, where - 3000) : where + 20_000]
    choices, seen = [], set()
    for candidate in dict.fromkeys((encoding, default_encoding, *_OTHER_ENCODINGS)):
        shown = _sounding(around, candidate)
        if shown and shown not in seen:
            seen.add(shown)
            choices.append(Choice(candidate, f"{candidate}: {shown}"))
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        fallback = next((choice.id for choice in choices if choice.id != encoding), "iso8859-15")
        if said:
            text = content.decode(fallback, errors="replace")
            return text, fallback, _encoding_question(choices, fallback, encoding)
        try:
            return (
                content.decode(fallback),
                fallback,
                _encoding_question(choices, fallback, encoding),
            )
        except UnicodeDecodeError:
            raise refuse(
                name,
                _("the file is neither UTF-8 nor {encoding}; save it as CSV in UTF-8").format(
                    encoding=encoding
                ),
                "bad_encoding",
            ) from error
    asked = None if said == encoding else _encoding_question(choices, encoding, "")
    return text, encoding, asked


def _sounding(around: bytes, encoding: str) -> str:
    """Return up to three words in which the encoding shows, or nothing."""
    try:
        text = around.decode(encoding, errors="strict")
    except (UnicodeDecodeError, LookupError):
        return ""
    words = dict.fromkeys(re.findall(r"[^\s\"';,\t|]*[^\x00-\x7f][^\s\"';,\t|]*", text))
    return ", ".join(repr(word[:24]) for word in list(words)[:3])


def _encoding_question(choices: Sequence[Choice], suggestion: str, failed: str) -> Question:
    why = _(" and not {failed}").format(failed=failed) if failed else ""
    return Question(
        "encoding",
        _("the file is not UTF-8{why}; in which encoding do these words read right?").format(
            why=why
        ),
        tuple(choices),
        suggestion=suggestion,
    )


def _check_lines(text: str, name: str, limits: Limits) -> None:
    lines = text.count("\n") or text.count("\r")
    if lines > 2 * limits.rows + 1000:
        raise refuse(
            name,
            _(
                "the file has {lines:,} lines; {rows:,} rows are the most accepted; cut "
                "it into several files, or raise the limit"
            ).format(lines=lines, rows=limits.rows),
            "too_many_rows",
        )
    first_line = text[: text.find("\n") if "\n" in text else len(text)]
    widest = max(first_line.count(delimiter) for delimiter in DELIMITERS)
    if widest > max(limits.columns, 1) * 2:
        raise _too_wide(name, widest + 1, limits)


def _too_wide(name: str, width: int, limits: Limits) -> InputError:
    return refuse(
        name,
        _(
            "the table has {width:,} columns; {columns:,} are the most accepted; "
            "keep the columns that matter"
        ).format(width=width, columns=limits.columns),
        "too_wide",
    )


def _sample(text: str) -> str:
    """First whole lines of the text."""
    head = text[:_SAMPLE_TEXT]
    if len(head) < len(text):
        head = head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head
    return head


def _parse(sample: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append([cell.strip() for cell in row])
            if len(rows) == _SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # a cell beyond the module's limit: the rows before it are sample enough
    return rows


def _delimiter(
    sample: str, name: str, answers: Mapping[str, str], known: Mapping[str, str]
) -> tuple[str, Question | None]:
    """The delimiter by which most rows have one width and cells stay clean.

    The measure is that of clevercsv (van den Burg, Nazabal and Sutton 2019, *Wrangling messy CSV
    files by detecting row and type patterns*): pattern times type, over the delimiters that
    statistics offices use.
    """
    if answers.get("delimiter"):
        return _BY_WORD.get(answers["delimiter"], answers["delimiter"]), None
    named = re.match(r'^\W?"?sep=(.)"?[ \t;,]*\r?\n', sample)
    if named and named.group(1) in DELIMITERS:
        return named.group(1), None
    scores = {delimiter: _fit(_parse(sample, delimiter), delimiter) for delimiter in DELIMITERS}
    best, second = sorted(scores, key=lambda delimiter: -scores[delimiter])[:2]
    if scores[best] == 0:
        raise _no_table(
            name,
            [],
            _(
                "the file has one column only, or no delimiter among comma, semicolon, "
                "tab and bar; save it as CSV with a column for the area, the period and "
                "each figure"
            ),
            open_quote=sample.count('"') % 2 == 1,
        )
    if PurePath(name).suffix.lower() in (".tsv", ".tab") and scores["\t"] > 0.5:
        return "\t", None
    if known.get("delimiter") and scores[_BY_WORD.get(known["delimiter"], best)] > 0.5:
        return _BY_WORD.get(known["delimiter"], best), None
    if scores[second] < 0.85 * scores[best]:
        return best, None
    return best, Question(
        "delimiter",
        _("the cells can be parted by {one} or by {other}; which is it?").format(
            one=_(DELIMITERS[best]), other=_(DELIMITERS[second])
        ),
        tuple(Choice(DELIMITERS[each], _(DELIMITERS[each])) for each in (best, second)),
        suggestion=DELIMITERS[best],
    )


def _fit(rows: Sequence[Sequence[str]], delimiter: str) -> float:
    filled = [row for row in rows if any(row)]
    if not filled:
        return 0.0
    widths = np.bincount([len(row) for row in filled], minlength=3)
    sizes = np.arange(len(widths))
    kinds = np.count_nonzero(widths[2:]) or 1
    held = (widths[2:] * (sizes[2:] - 1) / sizes[2:]).sum() / len(filled)
    pattern = float(held) / kinds**0.5
    others = "".join(each for each in ";\t|" if each != delimiter)
    unclean = re.compile(f"[{re.escape(others)}]")
    cells = [cell for row in filled for cell in row]
    clean = sum(1 for cell in cells if not unclean.search(cell)) / len(cells)
    return pattern * clean


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row[:width], *[""] * (width - len(row))]


def _arrow_grid(
    text: str, sample: str, delimiter: str, body: int, width: int, name: str, limits: Limits
) -> Grid:
    """Parse the body; rows of another width are handed back, never dropped."""
    start, first_line = _body_start(sample, delimiter, body)
    payload = text[start:].encode("utf-8")
    names = [str(number) for number in range(width)]
    odd: list[tuple[int, str]] = []

    def other_width(row: arrow_csv.InvalidRow) -> str:
        odd.append((int(row.number or 0), str(row.text)))
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(payload),
            read_options=arrow_csv.ReadOptions(
                column_names=names, use_threads=False, block_size=1 << 24
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values=True,
                ignore_empty_lines=False,
                invalid_row_handler=other_width,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise refuse(
            name,
            _(
                "a row is longer than 16 MB, or an opening quotation mark is never "
                "closed; mend the file or save it anew as CSV"
            ),
            "bad_quotes",
        ) from error
    count = table.num_rows
    if count > limits.rows:
        raise refuse(
            name,
            _(
                "the table has {count:,} rows; {rows:,} are the most accepted; cut it "
                "into several files, or raise the limit"
            ).format(count=count, rows=limits.rows),
            "too_many_rows",
        )
    numbers = np.arange(1, count + len(odd) + 1)
    kept = np.setdiff1d(numbers, [number for number, _ in odd], assume_unique=True)
    breaks = np.zeros(count, dtype=np.int64)
    odd_cells = np.zeros(count, dtype=bool)
    columns = []
    for column in table.columns:
        array = column.combine_chunks()
        if pc.any(pc.greater(pc.binary_length(array), limits.cell)).as_py():
            raise refuse(
                name,
                _(
                    "a cell holds more than {cell:,} characters; an opening quotation mark "
                    "may never be closed; mend the file"
                ).format(cell=limits.cell),
                "cell_too_long",
            )
        encoded = array.dictionary_encode()
        texts = encoded.dictionary
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
        if pc.any(pc.match_substring(texts, "\n")).as_py():
            breaks += pc.count_substring(texts, "\n").to_numpy()[codes]
            parted = pc.greater_equal(pc.count_substring(texts, delimiter), width - 1)
            both = pc.and_(parted, pc.match_substring(texts, "\n"))
            odd_cells |= both.to_numpy(zero_copy_only=False)[codes]
        columns.append(_trimmed(texts, codes))
    before = np.concatenate([[0], np.cumsum(breaks)[:-1]]) if count else breaks
    lines = kept[:count] + first_line - 1 + before
    grid = Grid("csv", "", [], columns, lines, [])
    grid.swallowed = lines[odd_cells].tolist()
    last = int(kept[count - 1]) if count else 0
    for number, row in odd:
        if row.count("\n") > 20 or len(row) > limits.cell:
            raise refuse(
                name,
                _("an opening quotation mark is never closed; mend the row, or save the file anew"),
                "bad_quotes",
                number + first_line - 1,
            )
        cells = next(csv.reader([row], delimiter=delimiter), [])
        filled = [cell.strip() for cell in cells if cell.strip()]
        if not filled:
            continue
        if number > last and not _is_cut_row(filled, width):
            grid.around.append(" ".join(filled))
        else:
            grid.broken.append(number + first_line - 1)
    return grid


def _is_cut_row(filled: Sequence[str], width: int) -> bool:
    """Tell a data row that was cut off from a footnote."""
    figures = sum(1 for cell in filled if re.fullmatch(r"[-+]?[\d.,' ]*\d%?", cell))
    return figures >= 1 and len(filled) >= min(2, width)


def _body_start(sample: str, delimiter: str, rows: int) -> tuple[int, int]:
    """Return where the body begins in the text, and its line."""
    source = io.StringIO(sample, newline="")
    read = 0

    def lines() -> Iterator[str]:
        nonlocal read
        for line in source:
            read += len(line)
            yield line

    reader = csv.reader(lines(), delimiter=delimiter)
    for _row in range(rows):
        next(reader, None)
    return read, reader.line_num + 1


def _trimmed(texts: pa.Array, codes: np.ndarray) -> Cells:
    """Blanks around cells removed; texts that become one, become one."""
    stripped = pc.utf8_trim_whitespace(texts)
    if stripped.equals(texts):
        return Cells(texts.to_pylist(), codes)
    again = stripped.dictionary_encode()
    moved = again.indices.to_numpy(zero_copy_only=False).astype(np.int32)
    return Cells(again.dictionary.to_pylist(), moved[codes])


# ---------------------------------------------------------------- workbooks


def _check_workbook(content: bytes, name: str, format_: str, limits: Limits) -> int:
    """Unpack every part in pieces and count, before anything is believed; return error cells.

    Declared sizes can lie, so each part is inflated here and thrown away; the area that cells
    span is bounded too, because readers lay it out in full.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        parts = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise refuse(name, _("the workbook is damaged; ask for it again"), "damaged") from error
    bomb = refuse(
        name,
        _("the workbook unpacks to more than {unpacked:,} bytes; save its table as CSV").format(
            unpacked=limits.unpacked
        ),
        "zip_bomb",
    )
    if len(parts) > 10_000 or sum(part.file_size for part in parts) > limits.unpacked:
        raise bomb
    if any(_is_inflated(part.file_size, part.compress_size) for part in parts):
        raise _inflates(name)
    total = errors = 0
    for part in parts:
        size = 0
        if part.flag_bits & 1:
            raise refuse(
                name, _("the workbook has a password; save it without one"), "old_workbook"
            )
        wanted = part.filename.endswith(".xml")
        scan = _Scan(name, limits, part.filename) if wanted else None
        for piece in _inflated(content, part, name):
            total, size = total + len(piece), size + len(piece)
            if total > limits.unpacked:
                raise bomb
            if _is_inflated(size, part.compress_size):
                raise _inflates(name)
            if scan:
                scan.feed(piece)
        if scan:
            scan.close()
            errors += scan.ods.errors if scan.ods else 0
    if format_ == "xlsx":
        _check_shared_texts(archive, name, limits)
        errors = _check_formulas(content, name)
    return errors


_LARGE_PART, _MOST_INFLATED = 100_000_000, 200
"""Bytes from which a part may be a bomb; how many times its packed size a true sheet never has."""


def _is_inflated(size: int, packed: int) -> bool:
    return size > max(_LARGE_PART, _MOST_INFLATED * packed)


def _inflates(name: str) -> InputError:
    return refuse(
        name,
        _(
            "a part of the file unpacks to more than {times} times its size, "
            "as no true table does; save its table as CSV"
        ).format(times=_MOST_INFLATED),
        "zip_bomb",
    )


def _inflated(content: bytes, part: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    offset = part.header_offset
    header = content[offset : offset + 30]
    start = offset + 30 + int.from_bytes(header[26:28], "little")
    start += int.from_bytes(header[28:30], "little")
    packed = memoryview(content)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield bytes(packed)
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise refuse(name, _("the workbook is packed in an unusual way; save it anew"), "damaged")
    inflate = zlib.decompressobj(-15)
    try:
        pending = bytes(packed)
        while pending and not inflate.eof:
            yield inflate.decompress(pending, 1 << 20)
            pending = inflate.unconsumed_tail
    except zlib.error as error:
        raise refuse(name, _("the workbook is damaged; ask for it again"), "damaged") from error


class _Scan:
    """Watches the XML of one part: entities, endless cells, the area cells span."""

    def __init__(self, name: str, limits: Limits, part: str) -> None:
        self.name, self.limits = name, limits
        self.sheet = part.startswith("xl/worksheets/") and part.endswith(".xml")
        self.tail = b""
        self.run = 0
        self.rows = self.width = self.cells = 0
        self.ods = _OdsArea(name, limits) if part == "content.xml" else None

    def feed(self, piece: bytes) -> None:
        text = self.tail + piece
        if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
            raise refuse(
                self.name, _("the workbook declares XML entities; save it anew"), "damaged"
            )
        runs = piece.split(b"<")
        self.run += len(runs[0])
        longest = max(self.run, *(len(run) for run in runs[1:]), 0)
        if len(runs) > 1:
            self.run = len(runs[-1])
        if longest > 6 * self.limits.cell:
            raise refuse(
                self.name,
                _("a cell holds more than {cell:,} characters; shorten it").format(
                    cell=self.limits.cell
                ),
                "cell_too_long",
            )
        if self.sheet:
            for match in re.finditer(rb'<row[^>]*? r="(\d{1,9})"', text):
                self.rows = max(self.rows, int(match.group(1)))
            for letters in set(re.findall(rb' r="([A-Z]{1,3})\d+"', text)):
                self.width = max(self.width, _column_number(letters))
            self.cells += piece.count(b"<c ")
            span = max(self.rows * self.width, self.cells)
            if span > self.limits.cells or self.width > 16_384:
                raise _too_much(self.name)
        if self.ods:
            self.ods.feed(piece)
        self.tail = text[-200:]

    def close(self) -> None:
        if self.sheet and self.rows > self.limits.rows + 1000:
            raise _too_much(self.name)


def _too_much(name: str) -> InputError:
    return refuse(
        name,
        _(
            "the cells of a sheet span more than can be read; delete the far cells, "
            "or save the table as CSV"
        ),
        "zip_bomb",
    )


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


class _OdsArea:
    """Counts the cells an ODS sheet stands for, its repeats multiplied out; and what formulas say.

    A formula without its result is refused: it would read as empty.
    """

    def __init__(self, name: str, limits: Limits) -> None:
        self.name, self.limits = name, limits
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.repeat = 1
        self.blank = self.filled = self.total = self.errors = 0

    def feed(self, piece: bytes) -> None:
        try:
            self.parser.Parse(piece, False)
        except expat.ExpatError as error:
            raise refuse(
                self.name, _("the workbook is damaged; ask for it again"), "damaged"
            ) from (error)

    def _start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "table:table":
            self.total = 0
        elif tag == "table:table-row":
            self.repeat = _number(given.get("table:number-rows-repeated"))
            self.blank = self.filled = 0
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            times = _number(given.get("table:number-columns-repeated"))
            kind = given.get("office:value-type", "")
            if "table:formula" in given and (
                not kind or (kind in ("float", "percentage") and "office:value" not in given)
            ):
                raise _without_results(self.name)
            self.errors += times if given.get("calcext:value-type") == "error" else 0
            if "office:value-type" in given or "calcext:value-type" in given:
                self.filled += self.blank + times
                self.blank = 0
            else:
                self.blank += times

    def _end(self, tag: str) -> None:
        if tag == "table:table-row" and self.filled:
            self.total += self.repeat * self.filled
            if self.total > self.limits.cells or self.filled > 16_384:
                raise _too_much(self.name)


def _number(text: str | None) -> int:
    return min(int(text), 1 << 31) if text and text.isdecimal() else 1


def _check_shared_texts(archive: zipfile.ZipFile, name: str, limits: Limits) -> None:
    """Refuse a few long texts that very many cells share."""
    if "xl/sharedStrings.xml" not in archive.namelist():
        return
    shared = archive.read("xl/sharedStrings.xml")
    lengths = np.array([len(item) for item in shared.split(b"<si>")[1:]] or [0], dtype=np.int64)
    for part in archive.namelist():
        if not part.startswith("xl/worksheets/") or not part.endswith(".xml"):
            continue
        with archive.open(part) as source:
            total, tail = 0, b""
            while piece := source.read(1 << 22):
                text = tail + piece
                if total == 0 and text.count(b't="s"') == 0:
                    tail = text[-200:]
                    continue
                end = text.rfind(b"</c>") + 4
                used = re.findall(rb't="s"[^>]*><v>(\d{1,9})</v>', text[:end])
                tail = text[end:] if end > 3 else text
                positions = np.array(used, dtype=np.int64)
                total += int(lengths[positions[positions < len(lengths)]].sum())
                if total > limits.unpacked:
                    raise refuse(
                        name,
                        _("long texts are repeated over very many cells; save the table as CSV"),
                        "zip_bomb",
                    )


def _read_workbook(
    content: bytes,
    name: str,
    format_: str,
    errors: int,
    answers: Mapping[str, str],
    known: Mapping[str, str],
    limits: Limits,
    find_table: FindTable,
) -> Grid:
    heading_rows = _heading_rows(answers, known)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            meta.name
            for meta in book.sheets_metadata
            if meta.visible == SheetVisibleEnum.Visible and meta.typ == SheetTypeEnum.WorkSheet
        ]
        tables = {}
        rows: list[list[Any]] = []
        for sheet in sheets:
            rows = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            merged = _merged(book, sheet) if format_ == "xlsx" else []
            _fill_merged(rows, merged)
            sample = [[_cell_text(cell)[0] for cell in row] for row in rows[:_SAMPLE_ROWS]]
            found = find_table(sample, heading_rows)
            if found is not None:
                tables[sheet] = (rows, sample, found)
    except PasswordError as error:
        raise refuse(
            name, _("the workbook has a password; save it without one"), "old_workbook"
        ) from error
    except (CalamineError, GroundworkError) as error:
        if isinstance(error, GroundworkError):
            raise
        raise refuse(name, _("the workbook is damaged; ask for it again"), "damaged") from error
    if not tables:
        raise _no_table(
            name,
            rows,
            _(
                "no table found on {shown}; put headings over the columns and one row per area"
            ).format(shown=", ".join(repr(sheet) for sheet in sheets[:5])),
        )
    sheet, question = _choose_sheet(tables, answers, known)
    rows, sample, (first, body, width) = tables[sheet]
    if width > limits.columns:
        raise _too_wide(name, width, limits)
    notes = []
    if errors:
        message = ngettext(
            "{n} cell holds a spreadsheet's error (#DIV/0! ...) and reads as empty",
            "{n} cells hold a spreadsheet's error (#DIV/0! ...) and read as empty",
            errors,
        ).format(n=errors)
        notes.append(Problem(name, message, code="error_cells", level="note"))
    filled = [
        (number, row) for number, row in enumerate(rows[body:], body + 1) if any(map(_says, row))
    ]
    columns = [
        _typed_cells([row[at] if at < len(row) else "" for _, row in filled]) for at in range(width)
    ]
    return Grid(
        format_,
        sheet,
        [_padded(row, width) for row in sample[first:body] if any(row)],
        columns,
        np.array([number for number, _ in filled], dtype=np.int64),
        [list(row) for row in sample[:12]],
        around=[" ".join(filter(None, row)) for row in sample[:first] if any(row)],
        decided={"sheet": sheet},
        questions=[question] if question else [],
        notes=notes,
    )


def _says(cell: object) -> bool:
    return cell is not None and cell != ""


def _merged(
    book: CalamineWorkbook, sheet: str
) -> Sequence[tuple[tuple[int, int], tuple[int, int]]]:
    return book.get_sheet_by_name(sheet).merged_cell_ranges or []


def _fill_merged(
    rows: Sequence[list[Any]], merged: Sequence[tuple[tuple[int, int], tuple[int, int]]]
) -> None:
    """A merged text stands in each of its cells; a merged number only in its first."""
    for (top, left), (bottom, right) in merged:
        if top >= len(rows) or left >= len(rows[top]) or right - left > 500:
            continue
        value = rows[top][left]
        if not isinstance(value, str) and right == left:
            continue
        for at in range(top, min(bottom, len(rows) - 1) + 1):
            for across in range(left, min(right, len(rows[at]) - 1) + 1):
                rows[at][across] = value


def _choose_sheet(
    tables: Mapping[str, tuple[Sequence[list[Any]], list[list[str]], Body]],
    answers: Mapping[str, str],
    known: Mapping[str, str],
) -> tuple[str, Question | None]:
    for said in (answers.get("sheet", ""), known.get("sheet", "")):
        if said in tables:
            return said, None
    alike = [
        sheet
        for sheet in tables
        if without_digits(sheet) == without_digits(known.get("sheet", "\0"))
    ]
    if len(alike) == 1:
        return alike[0], None
    largest = max(tables, key=lambda sheet: len(tables[sheet][0]) * tables[sheet][2][2])
    if len(tables) == 1:
        return largest, None
    return largest, Question(
        "sheet",
        _("several sheets hold a table; which one is to be read?"),
        tuple(
            Choice(sheet, _("{sheet} ({n:,} rows)").format(sheet=sheet, n=len(rows)))
            for sheet, (rows, *_rest) in tables.items()
        ),
        suggestion=largest,
    )


def without_digits(text: str) -> str:
    """Return a sheet's name with what changes from year to year left out."""
    return re.sub(r"\d+", "#", text).casefold().strip()


def _check_formulas(content: bytes, name: str) -> int:
    """Refuse formulas without their results, which would read as empty; count error cells."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    errors = 0
    for part in archive.namelist():
        if not part.startswith("xl/worksheets/") or not part.endswith(".xml"):
            continue
        tail = b""
        with archive.open(part) as source:
            while piece := source.read(1 << 22):
                errors += piece.count(b' t="e"')
                text = tail + piece
                if re.search(rb"(</f>|<f[^>]*/>)(<v/>|<v></v>)?</c>", text):
                    raise _without_results(name)
                tail = text[-200:]
    return errors


def _without_results(name: str) -> InputError:
    return refuse(
        name,
        _("formulas stand without their results; open the workbook, let it calculate, and save it"),
        "formula_without_value",
    )


def _typed_cells(values: Sequence[object]) -> Cells:
    """Cells of a container that types them."""
    position: dict[tuple[str, float | None], int] = {}
    codes = np.fromiter(
        (position.setdefault(_cell_text(value), len(position)) for value in values),
        dtype=np.int32,
        count=len(values),
    )
    typed = np.array([np.nan if number is None else number for _, number in position], dtype=float)
    return Cells([text for text, _ in position], codes, typed)


def _cell_text(value: object) -> tuple[str, float | None]:
    """Return a typed cell as text, and its number when it is one."""
    if isinstance(value, str):
        return value.strip(), None
    if value is None:
        return "", None
    if isinstance(value, bool):
        return str(value).lower(), None
    if isinstance(value, int):
        return str(value), float(value)
    if isinstance(value, float):
        if not np.isfinite(value):
            return "", None
        text = f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
        return text, value
    if isinstance(value, dt.datetime) and value.time() == dt.time(0):
        return value.date().isoformat(), None
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat(), None
    return str(value).strip(), None


# ---------------------------------------------------------------- Parquet


def _read_parquet(content: bytes, name: str, limits: Limits) -> Grid:
    """Columns as they are typed; rows are numbered from 1, there is no heading line."""
    try:
        source = parquet.ParquetFile(pa.BufferReader(content))
        facts = source.metadata
        unpacked = sum(facts.row_group(at).total_byte_size for at in range(facts.num_row_groups))
        if facts.num_rows > limits.rows or unpacked > limits.unpacked:
            raise refuse(
                name,
                _(
                    "the file holds {num_rows:,} rows, {unpacked:,} bytes unpacked; {rows:,} "
                    "rows are the most accepted; cut it into several files"
                ).format(num_rows=facts.num_rows, unpacked=unpacked, rows=limits.rows),
                "too_many_rows",
            )
        if _is_inflated(unpacked, len(content)):
            raise _inflates(name)
        schema = source.schema_arrow
        if len(schema.names) > limits.columns:
            raise _too_wide(name, len(schema.names), limits)
        texts = [item.name for item in schema if pa.types.is_string(item.type)]
        nested = [item.name for item in schema if pa.types.is_nested(item.type)]
        if nested:
            raise refuse(
                name,
                _("column {nested!r} is nested; flatten it").format(nested=nested[0]),
                "nested_column",
            )
        # A long text that all rows share must stay one text.
        source = parquet.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        columns = [
            _arrow_cells(source.read(columns=[each]).column(0), name, limits)
            for each in schema.names
            if each
        ]
        if sum(map(_characters, columns)) > 5 * limits.size:
            raise refuse(
                name,
                _("long texts are repeated over very many rows; leave their column out"),
                "zip_bomb",
            )
    except pa.ArrowException as error:
        raise refuse(name, _("the Parquet file is damaged; ask for it again"), "damaged") from error
    head = [
        [column.texts[column.codes[at]] for column in columns]
        for at in range(min(11, facts.num_rows))
    ]
    return Grid(
        "parquet",
        "",
        [[str(each) for each in schema.names]],
        columns,
        np.arange(1, facts.num_rows + 1),
        [list(schema.names), *head],
    )


def _characters(cells: Cells) -> int:
    return int(np.array([len(text) for text in cells.texts], dtype=np.int64) @ cells.counts)


def _arrow_cells(array: pa.ChunkedArray, name: str, limits: Limits) -> Cells:
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    array = array.unify_dictionaries().combine_chunks()
    codes = pc.fill_null(array.indices, len(array.dictionary)).to_numpy(zero_copy_only=False)
    values = array.dictionary.to_pylist()
    if any(isinstance(value, bytes) for value in values[:1000]):
        raise refuse(name, _("a column holds bytes, not text or numbers; leave it out"), "not_text")
    cells = _typed_cells([*values, None])
    if any(len(text) > limits.cell for text in cells.texts):
        raise refuse(
            name,
            _("a cell holds more than {cell:,} characters").format(cell=limits.cell),
            "cell_too_long",
        )
    return Cells(cells.texts, cells.codes[codes.astype(np.int64)], cells.typed)
