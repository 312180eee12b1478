"""Every check is said, also one that found nothing, and one that could not be made yet."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis.intake.changes import Changes
from analysis.intake.checks import Check
from analysis.intake.drafts import Draft, DraftFile
from analysis.intake.editing import TableChanges
from analysis.intake.examination import Examination, ExaminedFile
from analysis.intake.verdict import KINDS, kind_of, verdicts

ASKED = Check(
    "question", "jump", "jumps", column="value", rows=(3, 4), choices=("publish", "stop"),
    indicator_id="unsafe",
)  # fmt: skip


def examination(
    *checks: Check,
    answers: dict[str, str] | None = None,
    joined: bool = True,
    small: int = 0,
    theme: str = "tensions",
    held: Sequence[str] = (),
) -> Examination:
    draft = Draft("00000000", "anna", "2025", "s", (DraftFile("a.csv", "c", answers or {}),))
    none, indicator = pd.DataFrame(), SimpleNamespace(theme=theme)
    changed = Changes(indicator, none, none, 0, 0, small, none, none)
    file = ExaminedFile(
        draft.files[0], None, None, "", (), (), {"unsafe": none} if joined else {},
        {name: none for name in held},
    )  # fmt: skip
    tables = {name: TableChanges(name, none, 0) for name in held}
    here = SimpleNamespace(catalogue={"unsafe": indicator})
    return Examination(draft, (file,), checks, {"unsafe": changed} if joined else {}, tables, here)


def states(found: Examination) -> dict[str, str]:
    return {one.kind: one.state for one in verdicts(found)}


def test_each_kind_of_check_stands_once_in_its_order() -> None:
    assert [one.kind for one in verdicts(examination())] == list(KINDS)


def test_what_found_nothing_is_said_and_what_does_not_apply_too() -> None:
    assert states(examination()) == {
        "persons": "none", "form": "none", "identity": "not_asked", "plausibility": "none",
        "balance": "not_asked", "small_numbers": "none", "same_file": "none",
    }  # fmt: skip
    assert states(examination(theme="extremism"))["balance"] == "none"


def test_a_count_that_would_be_given_away_belongs_to_the_figures_too_small_to_show() -> None:
    found = examination(Check("refuse", "given_away", "right of 'D1' in 2024 is 3"))
    assert states(found)["small_numbers"] == "refused"
    assert states(found)["form"] == "none"


def test_what_could_not_be_looked_at_yet_is_never_none() -> None:
    found = states(examination(joined=False))
    later = {kind for kind, state in found.items() if state == "later"}
    assert later == {"identity", "plausibility", "balance", "small_numbers"}


def test_a_draft_of_tables_alone_has_no_figures_to_be_checked() -> None:
    found = states(examination(joined=False, held=["partners"]))
    assert {kind for kind, state in found.items() if state == "not_asked"} == {
        "identity", "plausibility", "balance", "small_numbers",
    }  # fmt: skip
    assert states(examination(joined=False, held=["indicators"]))["identity"] == "none"


def test_the_gravest_finding_of_a_kind_is_its_state() -> None:
    refused = Check("refuse", "out_of_range", "too large")
    note = Check("note", "denominator", "a little other")
    assert states(examination(note))["plausibility"] == "note"
    assert states(examination(note, ASKED))["plausibility"] == "open"
    assert states(examination(note, ASKED, refused))["plausibility"] == "refused"


def test_an_answered_check_shows_its_answer() -> None:
    settled = Check("note", "jump", "jumps", "value", (3, 4), ("publish", "stop"), "unsafe")
    found = verdicts(examination(settled, answers={"check:jump:unsafe:value": "publish"}))
    plausibility = next(one for one in found if one.kind == "plausibility")
    assert plausibility.state == "answered"
    assert [one.answer for one in plausibility.findings] == ["publish"]


def test_figures_too_small_are_counted() -> None:
    small = next(one for one in verdicts(examination(small=3)) if one.kind == "small_numbers")
    assert (small.state, small.count) == ("note", 3)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("person_names", "persons"), ("one_sided", "balance"), ("same_file", "same_file"),
     ("loaded_word", "identity"), ("sum_of_parts", "plausibility"), ("unknown_id", "form"),
     ("anything_new", "form")],
)  # fmt: skip
def test_no_finding_is_without_a_kind(code: str, kind: str) -> None:
    assert kind_of(Check("note", code, "...")) == kind
