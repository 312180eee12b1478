"""What is refused before it can do harm: size, bombs, files that are not what they say."""

from __future__ import annotations

import datetime as dt
import io
import json
import random
import shutil
import struct
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from analysis.errors import InputError
from analysis.intake.grids import Limits
from analysis.intake.reading import read_file
from analysis.intake.release import build
from tests.analysis.intake.workbooks import letters, ods, xlsx

AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
TABLE = [["code", "2020", "2021"], ["A01", 1, 2], ["A02", 3, 4]]


def refusal(content: bytes, name: str = "a.csv", **limits: int) -> str:
    with pytest.raises(InputError) as refused:
        read_file(content, name, limits=Limits(**limits))
    return str(refused.value)


def test_a_file_beyond_the_size_limit_is_refused() -> None:
    assert "100 is the most accepted" in refusal(b"code,n\n" + b"A,1\n" * 100, size=100)


def test_too_many_rows_are_refused() -> None:
    content = b"code,2020,2021\n" + b"A01,1,2\n" * 3000
    assert "the file has 3,001 lines; 100 rows are the most" in refusal(content, rows=100)
    assert "the table has 3,000 rows; 1,800 are the most" in refusal(content, rows=1800)


def test_too_many_columns_are_refused() -> None:
    wide = ",".join(f"c{at}" for at in range(5000)) + "\n" + ",".join(["1"] * 5000) + "\n"
    assert "5,000 columns" in refusal(wide.encode())
    assert "the most accepted" in refusal(wide.encode(), columns=100)


def test_an_endless_cell_is_refused() -> None:
    content = b"code,2020,2021\nA01,1,2\n" + b"A02," + b"9" * 200_000 + b",2\n"
    assert "more than 100,000 characters" in refusal(content)


def test_a_quotation_mark_that_is_never_closed_is_refused() -> None:
    content = b'code,2020,2021\nA01,1,2\nA02,"1,2\n' + b"A03,1,2\n" * 30_000
    assert "quotation mark" in refusal(content)
    assert "quotation mark is never closed" in refusal(b'"code,2020,2021\nA01,1,2\nA02,3,4\n')
    assert "quotation mark is never closed" in refusal(b'code,2020\nA01,"1\nA02,3\nA03,4\n')


def test_an_empty_file_is_refused() -> None:
    assert "the file is empty" in refusal(b"")
    assert "the file is empty" in refusal(b"\xef\xbb\xbf\r\n \r\n")


def test_a_file_that_is_not_what_its_name_says_is_refused() -> None:
    assert "the content is XLSX; name it 'a.xlsx'" in refusal(xlsx({"a": TABLE}), "a.csv")
    assert "a PDF document" in refusal(b"%PDF-1.7 ...", "a.csv")
    assert "a web page" in refusal(b"<!DOCTYPE html><html>", "a.csv")
    assert "an archive that holds no workbook" in refusal(b"PK\x05\x06" + b"\0" * 18, "a.xlsx")
    assert "old or a password-protected workbook" in refusal(b"\xd0\xcf\x11\xe0" * 100, "a.xlsx")
    assert "the content is something else; name it 'a.csv'" in refusal(b"code,n\nA,1\n", "a.xlsx")
    assert "the name ends in '.doc'" in refusal(b"code,n\nA,1\n", "a.doc")
    assert "NUL characters" in refusal("code,n\nA,1\n".encode("utf-16-le"), "a.csv")
    assert "is not utf-8-sig at byte" in refusal(b"\xef\xbb\xbfcode,n\n\xff\xfe,1\n")


def test_text_with_one_column_is_refused() -> None:
    assert "one column only" in refusal(b"title\nfirst\nsecond\n")


def test_headings_without_rows_are_refused() -> None:
    assert "has headings and no rows" in refusal(b"code;2020;2021\n")
    assert "has headings and no rows" in refusal(xlsx({"a": TABLE[:1]}), "a.xlsx")
    assert "has headings and no rows" in refusal(ods(TABLE[:1]), "a.ods")


def test_a_zip_bomb_is_refused_by_what_it_declares() -> None:
    content = xlsx({"a": TABLE}, extra={"xl/media/image1.xml": b" " * 3_000_000})
    assert "unpacks to more than 1,000,000 bytes" in refusal(content, "a.xlsx", unpacked=1_000_000)


def test_a_zip_bomb_that_declares_little_is_refused_by_what_it_holds() -> None:
    content = bytearray(xlsx({"a": TABLE}, extra={"xl/bomb.xml": b" " * 3_000_000}))
    size = struct.pack("<I", 3_000_000)
    while (at := content.find(size)) >= 0:
        content[at : at + 4] = struct.pack("<I", 100)
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        assert archive.getinfo("xl/bomb.xml").file_size == 100
    message = refusal(bytes(content), "a.xlsx", unpacked=1_000_000)
    assert "unpacks to more than 1,000,000 bytes" in message


def test_two_cells_far_apart_do_not_fill_the_memory() -> None:
    far = xlsx({"a": TABLE})
    with zipfile.ZipFile(io.BytesIO(far)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    corner = f'<row r="1048576"><c r="{letters(16383)}1048576"><v>1</v></c></row></sheetData>'
    parts[sheet] = parts[sheet].replace(b"</sheetData>", corner.encode())
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert "span more than can be read" in refusal(made.getvalue(), "a.xlsx")


def test_repeated_cells_of_an_opendocument_sheet_are_multiplied_out() -> None:
    content = ods(TABLE, repeat='table:number-columns-repeated="2000000000"')
    assert "span more than can be read" in refusal(content, "a.ods")


def test_an_endless_text_in_a_workbook_is_refused() -> None:
    content = xlsx({"a": [*TABLE, ["A03", "x" * 700_000, 1]]})
    assert "more than 100,000 characters" in refusal(content, "a.xlsx")


def test_a_long_text_that_many_cells_share_is_refused() -> None:
    shared = f'<sst xmlns="http://x"><si><t>{"x" * 50_000}</t></si></sst>'.encode()
    cells = "".join(f'<row r="{at}"><c r="A{at}" t="s"><v>0</v></c></row>' for at in range(9, 999))
    base = xlsx({"a": TABLE}, extra={"xl/sharedStrings.xml": shared})
    with zipfile.ZipFile(io.BytesIO(base)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"</sheetData>", f"{cells}</sheetData>".encode())
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    message = refusal(made.getvalue(), "a.xlsx", unpacked=10_000_000)
    assert "long texts are repeated" in message


def test_entities_in_a_workbook_are_refused() -> None:
    content = xlsx({"a": TABLE}, extra={"xl/x.xml": b'<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>'})
    assert "XML entities" in refusal(content, "a.xlsx")


def test_formulas_without_their_results_are_refused() -> None:
    content = xlsx({"a": [*TABLE, ["A03", "=B2+1", 5]]})
    assert "let it calculate" in refusal(content, "a.xlsx")


CODE_CELL = '<table:table-cell office:value-type="string"><text:p>A03</text:p></table:table-cell>'


def sheet_with(cell: str) -> bytes:
    """Return an OpenDocument sheet with a last row of a code, a cell as given, and a number."""
    number = '<table:table-cell office:value-type="float" office:value="5"/>'
    row = f"<table:table-row>{CODE_CELL}{cell}{number}</table:table-row>"
    return ods_with(row)


def ods_with(rows: str) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(ods(TABLE))) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            part = old.read(name)
            if name == "content.xml":
                part = part.replace(b"</table:table>", rows.encode() + b"</table:table>")
            new.writestr(name, part)
    return made.getvalue()


@pytest.mark.parametrize("result", ["", 'office:value-type="float"'])
def test_formulas_of_an_opendocument_sheet_without_their_results_are_refused(result: str) -> None:
    content = sheet_with(f'<table:table-cell table:formula="of:=[.B2]+1" {result}/>')
    assert "let it calculate" in refusal(content, "a.ods")


def test_results_of_formulas_in_an_opendocument_sheet_are_read_and_its_errors_are_said() -> None:
    formula = '<table:table-cell table:formula="of:=[.B2]+1" office:value-type='
    good = read_file(sheet_with(f'{formula}"float" office:value="7"/>'), "a.ods")
    assert list(good.cells.query("place == 'A03'")["number"]) == [7.0, 5.0]
    space = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    error = f'{formula}"string" office:string-value="" {space} calcext:value-type="error"/>'
    bad = read_file(sheet_with(error), "a.ods")
    assert [question.id for question in bad.questions] == ["marker:(empty)"]
    assert "1 cell holds a spreadsheet's error" in bad.notes[0].message


def test_byte_order_marks_inside_a_file_are_said_and_change_nothing() -> None:
    part = b"\xef\xbb\xbfcode,2020,2021\n"
    content = part + b"A01,1,2\nA02,3,4\n" + part + b"A03,5,6\n\xef\xbb\xbfA04,7,8\n"
    reading = read_file(content, "a.csv")
    assert list(reading.cells["place"].unique()) == ["A01", "A02", "A03", "A04"]
    assert list(reading.cells["number"]) == [1, 3, 5, 7, 2, 4, 6, 8]
    said = [note.message for note in reading.notes]
    assert any("2 byte order marks stand inside the file" in each for each in said)
    assert any("1 repeated heading is not read (row 4)" in each for each in said)


def test_a_cube_whose_sizes_contradict_its_dimensions_is_refused() -> None:
    two = {"category": {"index": ["x", "y"], "label": {"x": "X", "y": "Y"}}}
    three = {"category": {"index": ["1", "2", "3"]}}
    cube = {
        "class": "dataset",
        "id": ["a", "b"],
        "size": [2, 3],
        "dimension": {"a": two, "b": three},
    }
    assert read_file(json.dumps({**cube, "value": list(range(6))}).encode(), "a.json").rows_in == 6
    for wrong in ({"size": [3, 2], "value": list(range(6))}, {"size": [-1, 3], "value": []}):
        message = refusal(json.dumps({**cube, **wrong}).encode(), "a.json")
        assert "sizes it states are not those of its dimensions" in message
    assert "states a cell '-1'" in refusal(
        json.dumps({**cube, "value": {"-1": 4}}).encode(), "a.json"
    )


def test_errors_of_a_spreadsheet_read_as_empty_and_are_said() -> None:
    reading = read_file(xlsx({"a": [*TABLE, ["A03", "#DIV/0!", 5]]}), "a.xlsx")
    assert [question.id for question in reading.questions] == ["marker:(empty)"]
    assert "1 cell holds a spreadsheet's error" in reading.notes[0].message


def test_damaged_workbooks_are_refused() -> None:
    content = bytearray(xlsx({"a": TABLE}))
    at = content.find(b"xl/worksheets/sheet1.xml") + 30
    content[at : at + 40] = b"\x00" * 40
    assert "damaged" in refusal(bytes(content), "a.xlsx")
    assert "damaged" in refusal(b"PAR1" + b"\x00" * 40, "a.parquet")
    assert "damaged or cut short" in refusal(xlsx({"a": TABLE})[:300], "a.xlsx")


def test_parquet_with_too_many_rows_or_nested_columns_is_refused() -> None:
    made = io.BytesIO()
    pd.DataFrame({"code": ["A"] * 300, "n": range(300)}).to_parquet(made)
    assert "100 rows are the most accepted" in refusal(made.getvalue(), "a.parquet", rows=100)
    nested = io.BytesIO()
    pd.DataFrame({"code": ["A"], "n": [[1, 2]]}).to_parquet(nested)
    assert "column 'n' is nested" in refusal(nested.getvalue(), "a.parquet")


# ---------------------------------------------------------------- from the command line, measured


WORLD = Path(__file__).parents[2] / "worlds" / "bare"
MEGABYTES, SECONDS = 1_500, 60
"""Memory that refusing may take at its peak, all libraries among it; computing time of them all."""
PROGRAM = """
import json, resource, sys
from analysis.__main__ import main
resource.setrlimit(resource.RLIMIT_AS, (8 * 2**30,) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[1]),) * 2)
codes = [main(["import", one, "--territory", sys.argv[2]]) for one in sys.argv[3:]]
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([codes, int(peak.split()[1]) / 1024]))
"""


def repeated(base: bytes, part: str, before: bytes, piece: bytes, size: int) -> bytes:
    """Return a workbook, one part of it blown up before its end tag."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(base)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        head, end, tail = old.read(part).partition(before)
        block = piece * (2**20 // len(piece))
        with new.open(part, "w", force_zip64=True) as file:
            file.write(head)
            for _block in range(size // len(block)):
                file.write(block)
            file.write(end + tail)
    return made.getvalue()


def hostile() -> Iterator[tuple[str, bytes, str]]:
    """Files that would take much memory or time, and what is said of each."""
    large = 200_000_000
    sheet, row = "xl/worksheets/sheet1.xml", b'<row r="9"><c r="A9"><v>1</v></c></row>'
    book, page = xlsx({"a": TABLE}), ods(TABLE)
    yield "bomb.xlsx", repeated(book, sheet, b"</sheetData>", row, large), "200 times its size"
    cell = b'<table:table-cell office:value-type="float" office:value="1"/>'
    row = b"<table:table-row>" + cell + b"</table:table-row>"
    bomb = repeated(page, "content.xml", b"</table:table>", row, large)
    yield "bomb.ods", bomb, "200 times its size"
    yield (
        "cell.csv",
        b"code,2020,2021\nA01,1,2\nA02," + b"9" * 150_000_000,
        "row is longer than 16 MB",
    )
    line = b"1," * 20_000_000
    yield "wide.csv", line + b"1\n" + line + b"1\n", "the table has 20,000,001 columns"
    yield "rows.csv", b"a,2\n" + b"B,1\n" * 12_000_000, "5,000,000 rows are the most accepted"
    yield "large.csv", b"code,2020,2021\n" + b"A01,1,2\n" * 26_000_000, "200,000,000 is the most"
    yield "nul.csv", b"\0" * 150_000_000, "the file is empty"
    noise = random.Random(7).randbytes(200_000)
    for ending, words in (
        ("csv", "holds NUL characters"),
        ("xlsx", "the content is something else"),
        ("ods", "the content is something else"),
        ("parquet", "the content is something else"),
        ("px", "not in code page"),
        ("json", "no readable JSON"),
    ):
        yield f"noise.{ending}", noise, words
    heads = [["code", *(f"c{at}" for at in range(16_000))], *(["A", *[1] * 16_000] for _ in "ab")]
    yield "wide.xlsx", xlsx({"a": heads}), "the table has 16,001 columns"
    blank = '<table:table-cell table:number-columns-repeated="2000000000"/>'
    far = f'<table:table-row table:number-rows-repeated="2000000000">{blank}</table:table-row>'
    filled = far.replace("/>", ' office:value-type="float" office:value="1"/>')
    yield "repeats.ods", ods_with(filled), "span more than can be read"
    entry = b"code,2020,2021\nA01,1,2\n"
    yield "mark.csv", entry.decode().encode("utf-16-le"), "UTF-16 without a mark"
    yield "quote.csv", entry + b'A02,"3,4\n' + b"A03,5,6\n" * 100_000, "quotation mark"
    yield "none.csv", b"", "the file is empty"
    yield "heads.csv", entry[:15], "has headings and no rows"
    shared = io.BytesIO()
    texts = pa.DictionaryArray.from_arrays(pa.array([0] * 60_000), pa.array(["A" * 90_000]))
    parquet.write_table(pa.table({"code": texts, "n": range(60_000)}), shared)
    yield "shared.parquet", shared.getvalue(), "long texts are repeated"
    long = io.BytesIO()
    table = pa.table({"code": ["A", "B" * large], "n": [1, 2]})
    parquet.write_table(table, long, compression="zstd", use_dictionary=False)
    yield "long.parquet", long.getvalue(), "200 times its size"


def test_hostile_files_are_refused_in_seconds_and_bounded_memory(tmp_path: Path) -> None:
    town = tmp_path / "town"
    shutil.copytree(WORLD, town)
    build(town, at=AT)
    kept = sorted(path for path in town.rglob("*") if path.is_file())
    said = {}
    for name, content, words in hostile():
        (tmp_path / name).write_bytes(content)
        said[name] = words
    with (tmp_path / "endless.csv").open("wb") as sparse:  # a cell of a gigabyte
        sparse.write(b"code,2020,2021\nA01,1,2\nA02,")
        sparse.truncate(1_000_000_000)
    said["endless.csv"] = "200,000,000 is the most"
    files = [str(tmp_path / name) for name in said]
    asked = [sys.executable, "-c", PROGRAM, str(SECONDS), str(town), *files]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = done.stderr.splitlines()
    codes, megabytes = json.loads(done.stdout)
    assert codes == [3] * len(files), told
    assert megabytes < MEGABYTES
    for name, words in said.items():
        assert any(name in line and words in line for line in told), (name, told)
    assert sorted(path for path in town.rglob("*") if path.is_file()) == kept
