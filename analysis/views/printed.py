"""Pages to print: a template and what it says, to a PDF that a screen reader can read too.

Knows where the typeface is. Nothing of what is said is read as markup: it
reaches the template as JSON.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typst
from font_source_sans_pro import font_directory

_HERE = Path(__file__).parent
_NO_GLYPH = "could not be displayed"
"""What a setter of PDF/UA says of letters that no typeface has."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """Something to print: its words are said, it is set when it is asked for.

    Parameters
    ----------
    template
        File name of a template beside this module; it reads
        ``json(bytes(sys.inputs.said))``.
    said
        Words and rows, as JSON can hold them.
    day
        Stands as the date of the document.
    filename
        Name of the download without its ending.
    """

    template: str
    said: Mapping[str, object]
    day: dt.date
    filename: str

    def pdf(self) -> bytes:
        """Return a PDF/UA-1; the same words give the same bytes.

        A name in letters the typeface has not is set in a typeface of this
        machine; where none has them, they stand as boxes, and the PDF does not
        claim to be readable for everybody.

        Raises
        ------
        ValueError
            When the template could not be set as it is meant.
        """
        try:
            return self._set(own=True, readable=True)
        except typst.TypstError as error:
            if _NO_GLYPH not in str(error):
                raise
        try:
            return self._set(own=False, readable=True)
        except typst.TypstError as error:
            if _NO_GLYPH not in str(error):
                raise
        return self._set(own=False, readable=False)

    def _set(self, *, own: bool, readable: bool) -> bytes:
        noon = dt.datetime(self.day.year, self.day.month, self.day.day, 12, tzinfo=dt.UTC)
        made, warnings = typst.compile_with_warnings(
            _HERE / self.template, root=_HERE, font_paths=[font_directory],
            ignore_system_fonts=own, pdf_standards=["ua-1"] if readable else [],
            sys_inputs={"said": json.dumps(self.said, ensure_ascii=False)},
            timestamp=int(noon.timestamp()), format="pdf",
        )  # fmt: skip
        if warnings:
            raise ValueError(f"{self.template}: {'; '.join(one.message for one in warnings)}")
        return bytes(made)
