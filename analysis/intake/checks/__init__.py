"""What is looked for before anything is published.

Knows what a finding is: refused, a question that needs an answer, or a note.
The checks themselves stand beside it: ``persons`` (is this about people one by
one?), ``identity`` (what may an indicator speak of, in which words, is the
picture one-sided?) and ``plausibility`` (can these figures be right?).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from analysis.language import ngettext

Level = Literal["refuse", "question", "note"]
_LINES = 8
"""Line numbers told of one finding."""


@dataclass(frozen=True)
class Check:
    """One finding about a file, before it is published.

    Parameters
    ----------
    level
        ``refuse`` ends the matter, ``question`` waits for an answer that is
        recorded with the release, ``note`` is worth knowing.
    code
        Short stable name of the rule, for tests and machines.
    message
        *thing - fact - way out*, lower case; never a value that could be a
        person's.
    column
        Column as the file names it (``column 3`` where the header itself
        could be a person's), None when the whole file or text is meant.
    rows
        The first line numbers concerned; always empty where persons are.
    choices
        Of a question: the first lets the file go on, the last stops it.
    indicator_id
        The indicator meant, None when there is none.
    """

    level: Level
    code: str
    message: str
    column: str | None = None
    rows: tuple[int, ...] = ()
    choices: tuple[str, ...] = ()
    indicator_id: str | None = None

    @property
    def id(self) -> str:
        """Name of the finding within one refresh, the same when the file is read again.

        >>> Check("question", "jump", "...", column="value", indicator_id="absence").id
        'jump:absence:value'
        """
        return ":".join(part for part in (self.code, self.indicator_id, self.column) if part)

    @property
    def located(self) -> str:
        """The message with its lines, see :func:`located`."""
        return located(self.message, self.rows)

    def as_dict(self) -> dict[str, object]:
        """Return the finding as plain JSON types."""
        plain = asdict(self)
        return plain | {"id": self.id, "rows": list(self.rows), "choices": list(self.choices)}


def located(message: str, rows: Sequence[int]) -> str:
    """Return a message and the first lines it is of, where it does not name them itself.

    >>> located("9 is above 5, the most possible", [3, 4])
    '9 is above 5, the most possible (lines 3, 4)'
    >>> located("3 rows stand apart (rows 3, 4)", [3, 4])
    '3 rows stand apart (rows 3, 4)'
    """
    if not rows or re.search(rf"\b(?:rows?|lines?)\b[^.;]*\b{rows[0]}\b", message):
        return message
    lines = ", ".join(map(str, rows[:_LINES])) + (" …" if len(rows) > _LINES else "")
    words = ngettext("{message} (line {lines})", "{message} (lines {lines})", len(rows))
    return words.format(message=message, lines=lines)
