"""Small workbooks, written by hand so that each test sees what is in them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>'
)
_OPEN = "urn:oasis:names:tc:opendocument:xmlns"


def letters(column: int) -> str:
    """Name of a column: 0 is A."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def xlsx(
    sheets: Mapping[str, Sequence[Sequence[object]]],
    merged: Sequence[str] = (),
    extra: Mapping[str, bytes] | None = None,
) -> bytes:
    """Return a workbook; a text that begins with ``=`` is a formula without its result."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr(
            "_rels/.rels",
            '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/'
            f'2006/relationships"><Relationship Id="rId1" Type="{_RELATION}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        )
        names = "".join(
            f'<sheet name={quoteattr(name)} sheetId="{at}" r:id="rId{at}"/>'
            for at, name in enumerate(sheets, 1)
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_MAIN} xmlns:r="{_RELATION}"><sheets>{names}</sheets></workbook>',
        )
        links = "".join(
            f'<Relationship Id="rId{at}" Type="{_RELATION}/worksheet"'
            f' Target="worksheets/sheet{at}.xml"/>'
            for at in range(1, len(sheets) + 1)
        )
        package = "http://schemas.openxmlformats.org/package/2006/relationships"
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}">{links}</Relationships>',
        )
        for at, rows in enumerate(sheets.values(), 1):
            spans = "".join(f'<mergeCell ref="{span}"/>' for span in merged)
            spans = f"<mergeCells>{spans}</mergeCells>" if spans else ""
            archive.writestr(
                f"xl/worksheets/sheet{at}.xml",
                f"<worksheet {_MAIN}><sheetData>{_rows(rows)}</sheetData>{spans}</worksheet>",
            )
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return made.getvalue()


def _rows(rows: Sequence[Sequence[object]]) -> str:
    return "".join(
        f'<row r="{number}">'
        + "".join(_cell(cell, f"{letters(at)}{number}") for at, cell in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, 1)
    )


def _cell(cell: object, place: str) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, int | float):
        return f'<c r="{place}"><v>{cell}</v></c>'
    text = str(cell)
    if text.startswith("="):
        return f'<c r="{place}"><f>{escape(text[1:])}</f></c>'
    if text.startswith("#"):
        return f'<c r="{place}" t="e"><v>{text}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def ods(rows: Sequence[Sequence[object]], repeat: str = "") -> bytes:
    """Return an OpenDocument sheet; ``repeat`` is put into its first cell's tag."""
    body = []
    for row in rows:
        cells = []
        for cell in row:
            if cell is None or cell == "":
                cells.append("<table:table-cell/>")
                continue
            kind = (
                f'office:value-type="float" office:value="{cell}"'
                if isinstance(cell, int | float)
                else 'office:value-type="string"'
            )
            cells.append(
                f"<table:table-cell {kind} {repeat}><text:p>{escape(str(cell))}</text:p>"
                "</table:table-cell>"
            )
            repeat = ""
        body.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    content = (
        f'<?xml version="1.0"?><office:document-content xmlns:office="{_OPEN}:office:1.0"'
        f' xmlns:table="{_OPEN}:table:1.0" xmlns:text="{_OPEN}:text:1.0" office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="Blatt">{"".join(body)}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest'
            f' xmlns:manifest="{_OPEN}:manifest:1.0"></manifest:manifest>',
        )
    return made.getvalue()
