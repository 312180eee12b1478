"""Sharing and contacts where nothing is known, and where every name is hostile."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.intake.release import build
from analysis.sharing import rule_id
from tests.pages.screen import Screen

AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
WORLDS = Path(__file__).parents[1] / "worlds"
ODD = "<script>alert(1)</script> [x](http://e.example) **b** $a$ :red[c]"
FILES = {
    "partners.csv": f'partner_id,name,sector\nP1,"{ODD}",education\nP2,"Comma, Inc",police\n',
    "sharing.csv": "information,held_by,shared_with,needed_by,coordinator,timing\n"
    f'"{ODD}","Comma, Inc","{ODD}; nobody we know",health,P1,"{ODD}"\n'
    f'"{ODD}",housing,,"{ODD}",,\n'
    'bare,"Comma, Inc",,,,\n',
    "contacts.csv": "contact_id,partner_id,function,hours,feedback_asked,feedback_asked_on\n"
    f'K1,P1,"{ODD}","Mon–Fri 8–16",no,2025-02-01\n',
}
RULES = [
    {"information": ODD, "held_by": "Comma, Inc"},
    {"information": ODD, "held_by": "housing"},
]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rough") / "town"
    shutil.copytree(WORLDS / "rough", folder, ignore=shutil.ignore_patterns("store"))
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    build(folder, at=AT)
    return folder


@pytest.mark.parametrize("state", ["open", "all", "need"])
def test_hostile_names_are_read_as_words_in_the_list_the_matrix_and_the_choice(
    town: Path, state: str
) -> None:
    shown = Screen(town).open("network", way="sharing", state=state, day="2025-03-14")
    assert shown.faults == []
    assert shown.title == "1 need that a partner could meet has no rule yet"
    words = next(one for one in shown.controls if one.label == "In words")
    assert shown.set(words, True).faults == []


def test_the_form_of_a_rule_takes_hostile_names_and_gives_them_back_unchanged(town: Path) -> None:
    for rule in RULES:
        shown = Screen(town).open("network", way="sharing", rule=rule_id(rule))
        assert shown.faults == []
        fields = {one.label: one.value for one in shown.app.text_input}
        assert fields["Kind of information, never its content"] == ODD
    named = {one.label: one.value for one in shown.app.multiselect}
    assert named["Who needs it"] == [ODD]
    reason = next(one for one in shown.app.text_input if one.label == "Reason of the change")
    reason.set_value("nothing")
    next(one for one in shown.app.button if one.label == "Publish").click()
    assert "nothing differs from what is published" in shown.run().alerts[0].lower()


def test_hostile_contacts_are_read_as_words(town: Path) -> None:
    shown = Screen(town).open("network", way="contacts")
    assert shown.faults == []
    assert shown.title == "Somebody to call is listed of 1 of 2 partners"


def test_where_no_partner_is_known_neither_rules_nor_contacts_are_claimed(
    screen: Callable[..., Screen],
) -> None:
    for way in ("sharing", "contacts"):
        shown = screen("bare").open("network", way=way)
        assert shown.faults == []
        assert shown.title.endswith("not assessed")
        assert not shown.app.text_input


def test_partners_without_rules_are_asked_for_the_first_one(town: Path, tmp_path: Path) -> None:
    folder = tmp_path / "town"
    shutil.copytree(town, folder, ignore=shutil.ignore_patterns("store", "sharing.csv"))
    build(folder, at=AT)
    shown = Screen(folder).open("network", way="sharing", rule="new")
    assert shown.faults == []
    assert shown.title == "Who may share what is not told yet"
    assert "Reason of the change" in [one.label for one in shown.app.text_input]
