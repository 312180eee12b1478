"""Everything Groundwork refuses on purpose, in one tree.

::

    GroundworkError                 shown to the reader in the frame's one error box
    +-- InputError                  something handed in is broken; carries every problem found
    +-- UnknownId                   an id that names nothing here
    +-- StoreError                  the store cannot do what was asked
    |   +-- ConflictError           somebody published in the meantime
    +-- AccessError                 this role may not see or do this
    +-- DisclosureError             a figure cannot be protected as things stand

Anything else that is raised is a fault of ours and stays a traceback.

Wording: lower case, *thing - fact - way out*, values quoted::

    no observation of 'births' in 1999; observed: 2020, 2021
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Literal


class GroundworkError(Exception):
    """A deliberate refusal, worded for the reader."""


@dataclass(frozen=True)
class Problem:
    """One broken rule, with where it was found.

    Parameters
    ----------
    file
        Path relative to the territory folder, or the name of an upload.
    message
        *thing - fact - way out*, lower case.
    row
        Line number in the file, the header being line 1; None when the whole
        file is meant.
    column
        Column name, None when the whole row or file is meant.
    value
        The offending cell as text; None when there is none, or when showing
        it could point to a person.
    code
        Short stable name of the rule, for tests and machines.
    level
        ``error`` stops a build, ``note`` does not.
    """

    file: str
    message: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    code: str = ""
    level: Literal["error", "note"] = "error"

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column!r}"
        return f"{place}: {self.message}"

    def as_dict(self) -> dict[str, object]:
        """Return the problem as plain JSON types."""
        return asdict(self)


class InputError(GroundworkError):
    """Something handed in is broken; every problem found is in ``problems``."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems]
        shown = "\n".join(lines[:20])
        more = f"\n... and {len(lines) - 20} more" if len(lines) > 20 else ""
        super().__init__(f"{shown}{more}")


class UnknownId(GroundworkError):
    """An id that names nothing here."""


class StoreError(GroundworkError):
    """The store cannot do what was asked."""


class ConflictError(StoreError):
    """Somebody published in the meantime."""


class AccessError(GroundworkError):
    """A role that may not see or do what was asked."""


class DisclosureError(GroundworkError):
    """A figure cannot be protected as things stand."""
