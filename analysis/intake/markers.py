"""What a cell of a figure column says: a number, a number with a flag, or a marker.

The only module that knows how statistics offices write numbers (decimal comma or point, four ways
to part thousands), which signs they put where no number stands, and what such signs usually mean.
What one *does* mean is never decided here: the same ``-`` is a true zero in one country and a
withheld figure in the next.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.intake.grids import Cells, Choice
from analysis.language import N_

MEANINGS = (
    Choice("suppressed", N_("withheld to protect persons")),
    Choice("missing", N_("not known, or not delivered")),
    Choice("not_applicable", N_("there can be no figure here")),
    Choice("zero", N_("exactly zero")),
)
"""What a marker can mean."""

NUMBER = Choice("number", N_("a true figure, as it stands"))
"""What a number that looks like a marker can mean besides."""

FLAG_MEANINGS = (
    Choice("observed", N_("a remark only; the figure counts as it stands")),
    Choice("provisional", N_("provisional: will be revised")),
    Choice("estimated", N_("estimated")),
    Choice("break", N_("the series starts anew here")),
    Choice("suppressed", N_("withheld; the figure must not be used")),
    Choice("missing", N_("not reliable enough; the figure must not be used")),
    Choice("not_applicable", N_("there can be no figure here")),
)
"""What a flag beside a number can mean."""

WITHOUT_FIGURE = ("suppressed", "missing", "not_applicable")
"""Flags beside which no figure may be used."""

_GRAVE = ("break", "estimated", "provisional", "observed")
"""Meanings of flags beside which a figure may be used, the gravest first."""

NEGATIVE = Choice("negative", N_("a minus sign"))

_USUAL = {
    "suppressed": ". x c s * ** *** [c] d conf confidential suppressed geheim sec se z[c] ..c ..s",
    "missing": ".. ... : na n/a n.a. #n/a nd n.d. n.v. k.a. null none nan ns n.s. ? [x] missing"
    " u u/c manglende s/d n/d sd not_available / ***** #value! #ref! #name? #null! #num! ukjent i.a.",
    "not_applicable": "#div/0! [z] (x) not_applicable not_relevant n/r n.r. entfällt",
}
_DASHES = frozenset(["-", "--", "---", "–", "—", "‒", "−"])
_SUGGESTED = {marker: meaning for meaning, markers in _USUAL.items() for marker in markers.split()}
_SUGGESTED[""] = "missing"
_FLAGS = {
    "b": "break",
    "c": "suppressed",
    "e": "estimated",
    "f": "estimated",
    "n": "missing",
    "p": "provisional",
    "r": "observed",
    "s": "estimated",
    "u": "observed",
    "z": "not_applicable",
    "i": "estimated",
    "l": "suppressed",
    "a": "observed",
    "m": "missing",
    "o": "missing",
    "k": "suppressed",
    "q": "suppressed",
}

_GAPS = "'’ \u00a0\u202f\u2009"
_SHAPE = re.compile(
    r"(?P<before>(?:[A-Za-z]{1,2}[ \u00a0]|ca\.? ?|[*~≈]|(?P<open>[(\[]))?)"
    r"(?P<money>[£$€]?[ \u00a0]?)"
    r"(?P<sign>[+\-−]?)(?P<gap>[ \u00a0]?)"
    rf"(?P<body>[09](?:[09.,{_GAPS}]*[09])?|[.,][09]+)"
    r"(?P<power>[eE][+\-]?[09]{1,3})?"
    r"(?P<percent>[ \u00a0\u202f]?[%‰])?"
    r"(?P<money2>[ \u00a0\u202f]?(?:[£$€]|CHF|kr\.?))?"
    r"(?(open)(?P<close>[)\]])|(?P<after>[ \u00a0]?(?:[A-Za-z]{1,3}|\*{1,3}|[†‡§#]"
    r"|[¹²³⁰⁴-⁹]{1,2}|\([A-Za-z09]{1,3}\)|\[[A-Za-z09]{1,3}\])|[ \u00a0][09]\))?)"
)
_DOT, _COMMA = 1, 2
_MOST_SHAPES = 4_000


@dataclass(frozen=True)
class _Form:
    """What all cells of one shape (digits alike) have in common."""

    readings: int = 0
    start: int = 0
    tail: int = 0
    power: bool = False
    percent: bool = False
    flagged: bool = False
    plain: bool = True
    unit: str = ""


_NO_NUMBER = _Form()


@dataclass(frozen=True)
class Figures:
    """A column looked at as figures, before decimal sign and markers are settled.

    Parameters
    ----------
    cells
        The column.
    readings
        Per distinct cell: 1 it can be read with a decimal point, 2 with a
        decimal comma, 3 with both; 0 it is no number.
    only_dot, only_comma, either
        Rows that can be read one way only, and rows whose number depends on
        the way (``1.234``).
    percent
        Whether each distinct cell carries a percent sign.
    flags, flag_texts
        Flag of each distinct cell as a position in the texts; 0 is none.
    """

    cells: Cells
    readings: np.ndarray
    only_dot: int
    only_comma: int
    either: int
    example: str
    percent: np.ndarray
    flags: np.ndarray
    flag_texts: list[str]
    shapes: np.ndarray
    forms: tuple[_Form, ...]

    @property
    def numbers(self) -> int:
        """Rows that hold a number."""
        return int(self.cells.counts[self.readings > 0].sum())

    @property
    def blanks(self) -> int:
        """Rows that hold nothing."""
        return int(len(self.cells.codes) - self.cells.filled.sum())

    @property
    def markers(self) -> list[str]:
        """Distinct cells that are no numbers, most frequent first; ``""`` for nothing."""
        counts = self.cells.counts
        found = [at for at in np.flatnonzero(self.readings == 0) if counts[at]]
        return [self.cells.texts[at] for at in sorted(found, key=lambda at: -int(counts[at]))]

    @property
    def decimal(self) -> str:
        """``.`` or ``,`` when the column settles it; ``-`` when all agree; ``?`` when not."""
        if self.only_dot and self.only_comma:
            return "?"
        evidence = self.only_dot + self.only_comma
        if self.either > 50 * evidence:
            return "?"
        if evidence:
            return "." if self.only_dot else ","
        return "-"

    def read(self, decimal: str) -> np.ndarray:
        """Return the number of each distinct cell; NaN where that sign does not fit.

        Parameters
        ----------
        decimal
            ``.`` or ``,``.
        """
        allowed = _DOT if decimal == "." else _COMMA
        numbers = np.full(len(self.cells.texts), np.nan)
        texts = pa.array(self.cells.texts, pa.string())
        alike: dict[_Form, list[int]] = {}
        for at, form in enumerate(self.forms):
            if form.readings & allowed:
                alike.setdefault(form, []).append(at)
        for form, shapes in alike.items():
            rows = np.flatnonzero(np.isin(self.shapes, shapes))
            part = texts.take(pa.array(rows))
            if form.start or form.tail:
                stop = -form.tail if form.tail else None
                part = pc.utf8_slice_codeunits(part, start=form.start, stop=stop)
            numbers[rows] = _cast(part, decimal)
        numbers[np.isinf(numbers)] = np.nan  # 1e999 is beyond any figure
        if self.cells.typed is not None:
            given = ~np.isnan(self.cells.typed)
            numbers[given] = self.cells.typed[given]
        return numbers


def _cast(part: pa.Array, decimal: str) -> np.ndarray:
    joined = part.buffers()[2].to_pybytes() if part.buffers()[2] is not None else b""
    for sign in (*_GAPS, "." if decimal == "," else ","):
        if sign.encode() in joined:
            part = pc.replace_substring(part, sign, "")
    if decimal == "," and b"," in joined:
        part = pc.replace_substring(part, ",", ".")
    if "−".encode() in joined:
        part = pc.replace_substring(part, "−", "-")
    if b"+" in joined:
        part = pc.replace_substring(part, "+", "")
    return pc.cast(part, pa.float64()).to_numpy(zero_copy_only=False)


def look(cells: Cells) -> Figures:
    """Look at a column as figures.

    Parameters
    ----------
    cells
        Any column; one of words yields no numbers.

    Returns
    -------
    Figures

    Notes
    -----
    Cells are sorted into shapes, every digit counting as 9, but for a zero
    that leads; a million numbers have a few dozen shapes, and only those are
    taken apart.

    Examples
    --------
    >>> column = Cells(["1.234", "12,5 b", "."], np.array([0, 1, 2], np.int32))
    >>> figures = look(column)
    >>> figures.decimal, figures.markers, [figures.flag_texts[at] for at in figures.flags]
    (',', ['.'], ['', 'b', ''])
    >>> figures.read(",")
    array([1234. ,   12.5,    nan])
    """
    shapes, texts = _shapes(cells.texts)
    forms = (
        [_form(text) for text in texts] if len(texts) <= _MOST_SHAPES else [_NO_NUMBER] * len(texts)
    )
    readings = np.array([form.readings for form in forms] or [0], np.int8)[shapes]
    counts = cells.counts
    if cells.typed is not None:
        typed = ~np.isnan(cells.typed)
        readings = np.where(typed, 4, readings).astype(np.int8)
    matters = np.array([_differs(text) for text in texts] or [False])[shapes]
    dot, comma = readings == _DOT, readings == _COMMA
    either = (readings == 3) & matters
    percent = np.array([form.percent for form in forms] or [False])[shapes]
    flags, flag_texts = _flags(cells, shapes, forms, readings)
    if cells.typed is not None:
        percent = percent & ~typed
    shown = np.flatnonzero(either)
    return Figures(
        cells,
        readings,
        int(counts[dot].sum()),
        int(counts[comma].sum()),
        int(counts[either].sum()),
        cells.texts[shown[0]] if len(shown) else "",
        percent,
        flags,
        flag_texts,
        shapes,
        tuple(forms),
    )


def _flags(
    cells: Cells, shapes: np.ndarray, forms: Sequence[_Form], readings: np.ndarray
) -> tuple[np.ndarray, list[str]]:
    """Return what stands around each number, as positions in a list that begins with nothing."""
    flags, position = np.zeros(len(cells.texts), np.int32), {"": 0}
    for at, form in enumerate(forms):
        if not form.flagged:
            continue
        rows = np.flatnonzero((shapes == at) & (readings > 0) & (readings < 4))
        same = form.plain
        for row in rows[:1] if same else rows:
            flag = _flag(cells.texts[row], form)
            flags[rows if same else row] = position.setdefault(flag, len(position))
    return flags, list(position)


def _flag(text: str, form: _Form) -> str:
    before, after = text[: form.start], text[len(text) - form.tail :] if form.tail else ""
    around = re.sub(r"[%‰£$€ \u00a0\u202f]|CHF|kr\.?", "", before + after)
    return re.sub(r"^\((\w+)\)$", r"\1", around)


def _shapes(texts: list[str]) -> tuple[np.ndarray, list[str]]:
    """Return the shape of each text, and the distinct shapes."""
    array = pa.array(texts, pa.string())
    if not len(array):
        return np.zeros(0, np.int64), []
    offsets = np.frombuffer(array.buffers()[1], np.int32, len(array) + 1)
    held = array.buffers()[2]
    signs = np.frombuffer(held, np.uint8) if held is not None else np.zeros(0, np.uint8)
    signs = signs[: offsets[-1]]
    table = np.arange(256, dtype=np.uint8)
    table[ord("0") : ord("9") + 1] = ord("9")
    shaped = table[signs]
    first, ends = offsets[:-1].astype(np.int64), offsets[1:]
    for step in (0, 1):
        at = first + step
        inside = at < ends
        at = at[inside]
        zero = signs[at] == ord("0")
        if step:
            zero &= np.isin(signs[at - 1], np.frombuffer(b"-+ (<~*", np.uint8))
        shaped[at[zero]] = ord("0")
    made = pa.StringArray.from_buffers(
        len(array), array.buffers()[1], pa.py_buffer(shaped.tobytes())
    ).dictionary_encode()
    return made.indices.to_numpy(zero_copy_only=False).astype(np.int64), made.dictionary.to_pylist()


@lru_cache(maxsize=8192)
def _form(shape: str) -> _Form:
    if not shape or len(shape) > 60:
        return _NO_NUMBER
    match = _SHAPE.fullmatch(shape)
    if not match:
        return _NO_NUMBER
    body = match["body"]
    if match["power"]:
        readings = sum(
            reading
            for reading, sign in ((_DOT, "."), (_COMMA, ","))
            if re.fullmatch(rf"[09]+(\{sign}[09]+)?", body)
        )
    else:
        readings = _readings(body)
    if not readings:
        return _NO_NUMBER
    start = match.start("sign")
    end = match.end("power") if match["power"] else match.end("body")
    after = match["after"] or ""
    return _Form(
        readings,
        start,
        len(shape) - end,
        bool(match["power"]),
        "%" in (match["percent"] or ""),
        bool(match["before"].strip() or after.strip()),
        not re.search("[09]", match["before"] + after),
        (match["money"] + (match["money2"] or "")).strip(),
    )


def _readings(body: str) -> int:
    """Return by which decimal signs the digits make a number."""
    found = 0
    for reading, decimal, thousands in ((_DOT, ".", ","), (_COMMA, ",", ".")):
        point = re.escape(decimal)
        for sign in (thousands, *_GAPS):
            part = re.escape(sign)
            if re.fullmatch(rf"9[09]{{0,2}}(?:{part}999)+(?:{point}[09]+)?", body):
                found |= reading
        if re.fullmatch(rf"[09]*(?:{point}[09]+)?", body):
            found |= reading
    return found


@lru_cache(maxsize=8192)
def _differs(shape: str) -> bool:
    """Tell whether the number depends on the decimal sign."""
    form = _form(shape)
    return form.readings == 3 and ("." in shape[form.start :] or "," in shape[form.start :])


def suggested(marker: str) -> str:
    """Return what a marker usually means; empty when there is no custom.

    >>> suggested("#DIV/0!"), suggested("<5"), suggested("hm")
    ('not_applicable', 'suppressed', '')
    """
    plain = re.sub(r"\s+", "", marker).casefold()
    if plain in _SUGGESTED:
        return _SUGGESTED[plain]
    if plain.startswith(":"):
        return "suppressed" if "c" in plain else "missing"
    if _BOUND.fullmatch(plain):
        return "suppressed"
    return ""


_BOUND = re.compile(
    r"[<≤>≥]=?\d+([.,]\d+)*%?|\d+[-–]\d+|\d+([.,'’]\d+)*\+|(under|lessthan|unter)\d+"
)
"""What a figure is more or less than: ``<5``, ``3-7``, ``250,000+``."""
_BELOW = re.compile(r"\d+([.,'’]\d+)*[-−]")
"""``2,500-``: less than that to the US Census, a negative figure to others; nothing is suggested."""
_OTHER_GROUPS = re.compile(r"[-+−]?\d{1,3}([,'’ \u00a0\u202f]\d{2,3})+(\.\d+)?")


def is_grouped_otherwise(text: str) -> bool:
    """Tell whether digits are grouped as in ``1,23,456``: a number, yet not read as one.

    >>> is_grouped_otherwise("1,23,456"), is_grouped_otherwise("A,23")
    (True, False)
    """
    return bool(_OTHER_GROUPS.fullmatch(text))


def is_known(text: str) -> bool:
    """Tell whether statistics offices are known to put a text where a number should be.

    A dash is known and suggests nothing: it is a true zero in one country and
    a withheld figure in the next.

    >>> is_known("-"), suggested("-"), is_known("Adur")
    (True, '', False)
    """
    return text in _DASHES or bool(suggested(text) or _BELOW.fullmatch(text))


def suggested_flag(flag: str) -> str:
    """Return what a flag usually means, by the code list of Eurostat and the ESS.

    Of several letters the gravest counts.

    >>> suggested_flag("b"), suggested_flag("p"), suggested_flag("bp")
    ('break', 'provisional', 'break')
    """
    letters = flag.split(":")[0].strip("()[] ").casefold()
    if letters in _FLAGS or not letters or not set(letters) <= set(_FLAGS):
        return _FLAGS.get(letters, "observed")
    meant = {_FLAGS[letter] for letter in letters}
    return next(each for each in (*WITHOUT_FIGURE, *_GRAVE) if each in meant)


def is_marker(text: str) -> bool:
    """Tell whether a text is short and odd enough to stand where a number should.

    >>> is_marker(".."), is_marker("el Raval"), is_marker("n.v.")
    (True, False, True)
    """
    return is_known(text) or (len(text) <= 6 and not re.search(r"\w{4,}", text))


_ONE_DIGIT = [digit * (10**length - 1) / 9 for digit in range(1, 10) for length in range(4, 16)]
"""Whole numbers of four digits or more that hold one digit only."""


def sentinels(numbers: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """Return which distinct numbers look like a code for *no number*.

    Parameters
    ----------
    numbers
        Distinct numbers of one column, NaN for none.
    counts
        How many rows hold each.

    Returns
    -------
    ndarray of bool
        -1, -2, -8, -9, -99, -999 ... where no other number is negative; and
        one digit again and again (9999, -666666666) far beyond the rest.

    Examples
    --------
    >>> sentinels(np.array([3.0, 0.0, -9999.0]), np.array([1, 1, 1]))
    array([False, False,  True])
    >>> sentinels(np.array([-3.0, 52_000.0, -666_666_666.0]), np.array([1, 1, 1]))
    array([False, False,  True])
    """
    held = ~np.isnan(numbers) & (counts > 0)
    found = np.zeros(len(numbers), dtype=bool)
    if not held.any():
        return found
    codes = np.isin(numbers, (-1, -2, -8, -9, -88, -98, -99, -998, -999, -9999, -99999, -999999))
    again = held & np.isin(np.abs(numbers), _ONE_DIGIT)
    rest = np.abs(numbers[held & ~again])
    if again.any() and len(rest) and rest.max() > 0:
        found |= again & (np.abs(numbers) > 5 * rest.max())
    negative = held & ~found & (numbers < 0)
    if negative.any() and not (negative & ~codes).any() and (held & (numbers > 0)).any():
        found |= negative
    return found
