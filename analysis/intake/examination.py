"""What is known of a draft: each of its files as far as it is understood, and the whole of them.

Knows what is open, what refuses, and so whether a draft may be published; and how it is told in
plain JSON types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from analysis import tables
from analysis.coded import written
from analysis.intake import changes as what_changes
from analysis.intake.changes import Changes
from analysis.intake.checks import Check
from analysis.intake.drafts import Draft, DraftFile
from analysis.intake.editing import TableChanges
from analysis.intake.grids import Question
from analysis.intake.joining import Ledger
from analysis.intake.reading import Reading
from analysis.intake.tidying import together
from analysis.store import Release
from analysis.territory import Territory


@dataclass(frozen=True, eq=False)
class ExaminedFile:
    """One file of a draft, as far as it is understood.

    Parameters
    ----------
    file
        Name, checksum and answers.
    reading, ledger
        What was read, and where each row went; no ledger while nothing could
        be joined.
    recipe
        Name of the recipe that was used; empty without one.
    checks
        What was found, refusals first.
    questions
        What is still open.
    observations
        Tidy rows of the columns of observations, one frame per indicator, texts
        as categories; the index, ``row``, holds lines of the file, 0 where a
        row has none.
    tables
        Tables of the territory as they would stand with this file, by name.
    new_ids
        Id of each measure that becomes a new indicator.
    """

    file: DraftFile
    reading: Reading
    ledger: Ledger | None
    recipe: str
    checks: tuple[Check, ...]
    questions: tuple[Question, ...]
    observations: Mapping[str, pd.DataFrame]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    new_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Examination:
    """A draft, examined: everything a reader needs in order to publish it or not.

    Parameters
    ----------
    changes, table_changes
        What publishing would change, by indicator and by table.
    territory
        With the catalogue as it would be published.
    """

    draft: Draft
    files: tuple[ExaminedFile, ...]
    checks: tuple[Check, ...]
    changes: Mapping[str, Changes]
    table_changes: Mapping[str, TableChanges]
    territory: Territory

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Return what is open in any file."""
        return tuple(question for file in self.files for question in file.questions)

    @property
    def decision(self) -> str:
        """``refused``, ``needs_answer`` or ``publishable``."""
        if any(check.level == "refuse" for check in self.all_checks):
            return "refused"
        return "needs_answer" if self.questions or self.waiting else "publishable"

    @property
    def waiting(self) -> int:
        """How many rows wait for a decision about their area."""
        return sum(file.ledger.waiting for file in self.files if file.ledger is not None)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables of the territory as they would stand, by name."""
        return {name: frame for file in self.files for name, frame in file.tables.items()}

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """Checks of the files and of the draft as a whole."""
        return (*(check for file in self.files for check in file.checks), *self.checks)

    @property
    def _notes(self) -> list[Check]:
        """What was noticed while reading and needs no answer; nothing of a file that is refused."""
        if self.decision == "refused":
            return []
        return [
            Check("note", one.code, one.message, one.column, (one.row,) if one.row else ())
            for file in self.files
            for one in file.reading.notes
        ]

    @cached_property
    def observations(self) -> dict[str, pd.DataFrame]:
        """Rows of all files together, per indicator; counts meet their denominators.

        The index holds lines while an indicator comes from one file alone.
        """
        return {name: written(frame) for name, frame in self.coded.items()}

    @cached_property
    def coded(self) -> dict[str, pd.DataFrame]:
        """The same with texts as categories, see :mod:`analysis.coded`."""
        parts: dict[str, list[pd.DataFrame]] = {}
        for file in self.files:
            for indicator_id, frame in file.observations.items():
                parts.setdefault(indicator_id, []).append(frame)
        return {name: together(frames) for name, frames in parts.items()}

    def as_dict(self, release: Release | None = None) -> dict[str, Any]:
        """Return the examination as plain JSON types, as the command line prints it."""
        ledgers = [file.ledger.as_dict() for file in self.files if file.ledger is not None]
        status = pd.concat(
            [frame["status"].astype("str") for frame in self.coded.values()]
            or [pd.Series(dtype="str")]
        ).value_counts()
        counts = [one.counts for one in self.changes.values()]
        counts += [one.counts for one in self.table_changes.values()]
        return told(
            decision="published" if release else self.decision,
            release_id=release.release_id if release else None,
            draft_id=None if release or self.decision == "refused" else self.draft.draft_id,
            questions=[
                {
                    "id": one.id,
                    "text": one.text,
                    "choices": [choice.id for choice in one.choices],
                }
                for one in self.questions
            ],
            ledger=_summed(ledgers),
            status={name: int(status.get(name, 0)) for name in tables.STATUSES},
            checks=[check.as_dict() for check in (*self.all_checks, *self._notes)],
            changes={name: sum(one[name] for one in counts) for name in what_changes.KINDS},
        )


def told(**parts: Any) -> dict[str, Any]:
    """Return what the command line prints of an import; every part is there, also of a refusal."""
    nothing: dict[str, Any] = {
        "decision": "refused",
        "release_id": None,
        "draft_id": None,
        "questions": [],
        "ledger": _summed([]),
        "status": dict.fromkeys(tables.STATUSES, 0),
        "checks": [],
        "changes": dict.fromkeys(what_changes.KINDS, 0),
    }
    return {**nothing, **parts}


def _summed(ledgers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The ledgers of several files as one."""
    names = (
        "rows_in", "matched", "data_only", "duplicated", "ambiguous", "boundary_only", "total_in",
        "total_joined",
    )  # fmt: skip
    whole: dict[str, Any] = {name: sum(ledger[name] for ledger in ledgers) for name in names}
    whole["unmatched"] = [one for ledger in ledgers for one in ledger["unmatched"]]
    return whole
