"""Files as they come after mails, spreadsheets and exports: no wrong number without a question.

A true table is written in a style drawn at random and damaged; what is read without a question
must be the truth, and what is asked must lead to it when answered rightly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import InputError
from analysis.intake.reading import Reading, read_file

STRUCTURE = {"kind", "delimiter", "headings", "place", "period", "sheet", "line_breaks", "encoding"}
NAMES = ["Zürich Nord", "Møre", "São Bento", "L'Hospitalet, Centre", "Gràcia", "Kraj", "Ærø", "Sud"]


@dataclass
class Written:
    """A file, and what it says in truth."""

    content: bytes
    truth: dict[tuple[str, str, str], float | None]
    rows: int
    answers: dict[str, str]


def number_text(value: float, digits: int, decimal: str, thousands: str) -> str:
    whole, _, rest = f"{value:.{digits}f}".partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    groups = []
    while len(whole) > 3 and thousands:
        groups.insert(0, whole[-3:])
        whole = whole[:-3]
    text = thousands.join([whole, *groups])
    return sign + text + (decimal + rest if digits else "")


@st.composite
def written(draw: st.DrawFn) -> Written:
    areas = draw(st.integers(2, 8))
    years = draw(st.lists(st.integers(1990, 2030), min_size=1, max_size=4, unique=True))
    digits = draw(st.sampled_from([0, 1, 2, 3]))
    decimal = draw(st.sampled_from([".", ","]))
    thousands = draw(
        st.sampled_from(["", "." if decimal == "," else ",", " ", "'", "\u00a0", "\u202f"])
    )
    largest = draw(st.sampled_from([9, 900, 90_000, 5_000_000]))
    marker = draw(st.sampled_from([".", "..", ":", "x", "c", "nd", "-", "–", "n/a", "*", ""]))
    meaning = draw(st.sampled_from(["suppressed", "missing", "not_applicable", "zero"]))
    delimiter = draw(st.sampled_from([",", ";", "\t", "|"]))
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]))
    wide = draw(st.booleans())
    value = st.floats(0, largest, allow_nan=False).map(lambda each: round(each, digits))
    codes = [f"{draw(st.integers(0, 9))}{at:03}" for at in range(areas)]
    truth: dict[tuple[str, str, str], float | None] = {}
    texts: dict[tuple[str, str], str] = {}
    for code in codes:
        for year in sorted(years):
            empty = draw(st.integers(0, 9)) == 0
            number = draw(value)
            means = 0.0 if meaning == "zero" else None
            truth[code, str(year), ""] = means if empty else number
            texts[code, str(year)] = (
                marker if empty else number_text(number, digits, decimal, thousands)
            )
    kept = [key for key in texts if draw(st.integers(0, 14)) != 0] if not wide else list(texts)
    if wide:
        heads = ["code", "name", *map(str, sorted(years))]
        rows = [
            [code, NAMES[at], *(texts[code, str(year)] for year in sorted(years))]
            for at, code in enumerate(codes)
        ]
    else:
        heads = ["code", "name", "year", "figure"]
        rows = [[code, NAMES[codes.index(code)], year, texts[code, year]] for code, year in kept]
        if rows and draw(st.booleans()):
            rows.append(rows[draw(st.integers(0, len(rows) - 1))])
    order = draw(st.permutations(range(len(heads))))
    lines = [heads, *rows]
    quoted = draw(st.booleans())

    def cell(text: str) -> str:
        return f'"{text}"' if quoted or delimiter in text else text

    body = [delimiter.join(cell(line[at]) for at in order) for line in lines]
    preamble = draw(st.sampled_from([[], ["A table of figures", ""], ["Title", "Of the office"]]))
    footer = draw(st.sampled_from([[], ["", "Source: the office"]]))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = newline.join([*preamble, *body, *footer]) + newline
    answers = {
        "delimiter": {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}[delimiter],
        "encoding": encoding,
        "headings": "1",
        "decimal": decimal,
        "place": "code",
        f"marker:{marker or '(empty)'}": meaning,
        **{f"decimal:{head}": decimal for head in heads[2:]},
    }
    return Written(text.encode(encoding, errors="replace"), truth, len(rows), answers)


def wrong(reading: Reading, truth: dict[tuple[str, str, str], float | None]) -> list[object]:
    cells = reading.cells
    found = []
    for row in cells[cells["number"].notna()].itertuples():
        wanted = truth.get((row.place, row.period, row.category))
        if wanted is None or not math.isclose(wanted, row.number, rel_tol=1e-12, abs_tol=1e-12):
            found.append((row.place, row.period, row.text, row.number, wanted))
    return found


@settings(max_examples=150)
@given(written())
def test_no_wrong_number_without_a_question(file: Written) -> None:
    try:
        asked = read_file(file.content, "file.csv")
    except InputError:
        return
    open_ = {question.id for question in asked.questions}
    structure = {id_ for id_ in open_ if id_.split(":")[0] in STRUCTURE or "broken" in id_}
    if not structure - {"encoding"}:
        assert wrong(asked, file.truth) == []
    if not open_:
        assert not (asked.cells["status"] == "").any()
    assert asked.rows_in + sum(asked.rows_apart.values()) <= file.rows


@settings(max_examples=100)
@given(written())
def test_the_right_answers_lead_to_the_right_numbers(file: Written) -> None:
    try:
        reading = read_file(file.content, "file.csv", answers=file.answers)
    except InputError:
        return
    open_ = {question.id.split(":")[0] for question in reading.questions}
    if open_ - {"marker"}:
        return
    assert wrong(reading, file.truth) == []
    if not open_:
        assert reading.rows_in == file.rows
        total = reading.cells["number"].sum()
        assert math.isclose(sum(reading.total_in.values()), total, rel_tol=1e-9, abs_tol=1e-9)


@settings(max_examples=60)
@given(written(), st.data())
def test_bytes_at_random_never_pass_for_figures_of_another_place(
    file: Written, data: st.DataObject
) -> None:
    content = bytearray(file.content)
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    try:
        reading = read_file(bytes(content), "file.csv")
    except InputError:
        return
    total = sum(reading.total_in.values())
    assert math.isclose(total, reading.cells["number"].sum(), rel_tol=1e-9, abs_tol=1e-9)
    assert set(reading.cells["status"]) <= {"", "observed"}
