"""Safe to publish? Every check that is made, what it found, and what was answered.

Knows which kinds of check there are and what each finding belongs to, so that
a check without a finding is said too, and one that could not be made yet is
never taken for a good one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis import tables
from analysis.intake.checks import Check
from analysis.intake.consequences import GIVEN_AWAY, HIDES_MORE, SIGNALS
from analysis.intake.examination import Examination
from analysis.language import N_

State = Literal["refused", "open", "answered", "note", "none", "later", "not_asked"]

KINDS: Mapping[str, str] = {
    "persons": N_("Records of persons"),
    "form": N_("Broken or missing cells and rows"),
    "identity": N_("Identity held against people"),
    "plausibility": N_("Impossible or unlikely figures"),
    "balance": N_("One form of extremism only"),
    "small_numbers": N_("Figures too small to show"),
    "same_file": N_("A file published before"),
}
"""Every kind of check with its words, in the order it is made."""

STATES: Mapping[State, str] = {
    "refused": N_("refused"),
    "open": N_("needs an answer"),
    "answered": N_("answered"),
    "note": N_("note"),
    "none": N_("none found"),
    "later": N_("not yet"),
    "not_asked": N_("does not apply"),
}
"""Every state with its words, the gravest first."""

_IDENTITY = ("identity", "identity_language", "loaded_word")
_PLAUSIBILITY = (
    "out_of_range", "count_above_denominator", "shift", "jump", "sudden_zero", "denominator",
    "denominator_base", "denominator_jump", "sum_of_areas", "sum_of_parts", "impossible",
    "contradiction",
)  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """One finding of a kind: the check, its state, and what was answered (else empty)."""

    check: Check
    state: State
    answer: str = ""


@dataclass(frozen=True)
class Verdict:
    """One kind of check, its gravest state, and every finding.

    ``count`` is how many figures are too small to be seen, for that kind only.
    """

    kind: str
    state: State
    findings: tuple[Finding, ...] = ()
    count: int = 0

    @property
    def words(self) -> str:
        """What is looked for; to be translated."""
        return KINDS[self.kind]


def kind_of(check: Check) -> str:
    """Return the kind of check a finding belongs to, one of :data:`KINDS`.

    >>> kind_of(Check("refuse", "person_email", "...")), kind_of(Check("question", "jump", "..."))
    ('persons', 'plausibility')
    """
    if check.code.startswith("person_"):
        return "persons"
    if check.code in _IDENTITY:
        return "identity"
    if check.code in _PLAUSIBILITY:
        return "plausibility"
    if check.code in (GIVEN_AWAY, HIDES_MORE):
        return "small_numbers"
    others = {"one_sided": "balance", "same_file": "same_file"}
    return others.get(check.code, "form")


def verdicts(found: Examination) -> tuple[Verdict, ...]:
    """Return every kind of check with its state, in the order of :data:`KINDS`."""
    answers = {key: said for file in found.draft.files for key, said in file.answers.items()}
    of_kind: dict[str, list[Finding]] = {kind: [] for kind in KINDS}
    for check in found.all_checks:
        of_kind[kind_of(check)].append(_finding(check, answers))
    small = sum(one.small for one in found.changes.values())
    return tuple(
        Verdict(
            kind,
            _gravest(findings) or _without_finding(kind, found, small),
            tuple(findings),
            small if kind == "small_numbers" else 0,
        )
        for kind, findings in of_kind.items()
    )


def _finding(check: Check, answers: Mapping[str, str]) -> Finding:
    answer = answers.get(f"check:{check.id}", "")
    if check.level == "refuse":
        return Finding(check, "refused", answer)
    if check.level == "question":
        return Finding(check, "open")
    return Finding(check, "answered" if answer else "note", answer)


def _gravest(findings: Sequence[Finding]) -> State | None:
    present = {one.state for one in findings}
    return next((state for state in STATES if state in present), None)


def _without_finding(kind: str, found: Examination, small: int) -> State:
    """The state of a kind without a finding: looked for in vain, not yet, or not at all."""
    if kind in ("persons", "form", "same_file"):
        return "none"
    if not found.changes and not found.table_changes:
        return "later"
    if kind == "small_numbers" and small:
        return "note"
    if kind == "balance":
        # Asked of signals of extremism only.
        themes = {found.territory.catalogue[one].theme for one in found.observations}
        return "none" if SIGNALS in themes else "not_asked"
    if kind == "identity":
        # Titles are checked with the catalogue; a file of figures alone brings none.
        return "none" if tables.INDICATORS.name in found.tables else "not_asked"
    return "none" if found.changes else "not_asked"
