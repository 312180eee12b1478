"""Information sharing on the page *network*: what is open, and what a viewer may read of it."""

from __future__ import annotations

import datetime as dt

import pytest

from pages.shared import frame
from pages.shared.networking import sharing


def test_a_coordinator_reads_first_what_is_needed_and_has_no_rule(screen):
    shown = screen("demo").open("network", way="sharing")
    assert shown.faults == []
    assert shown.title == "2 needs that partners could meet have no rule yet"
    listed = shown.app.table[0].value
    assert listed.iloc[:2, 0].str.contains("needed, no rule").all()
    assert not listed.iloc[:, 0].str.contains("closed by rule").any()
    matrix = shown.tables[-1].set_index("Has it")
    assert "!" in matrix.loc["social services", "education"]
    assert matrix.loc["housing", "everyone"] == "–"


def test_what_is_closed_by_rule_is_listed_on_demand(screen, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sharing, "today", lambda: dt.date(2025, 3, 14))
    shown = screen("demo").open("network", way="sharing", state="all")
    assert shown.faults == []
    assert shown.app.table[0].value.iloc[:, 0].str.contains("closed by rule").any()


def test_a_part_and_a_day_are_chosen_and_the_title_still_speaks_of_the_whole(screen):
    shown = screen("demo").open("network", way="sharing", day="2025-03-14", concerns="police")
    assert shown.faults == []
    assert shown.title == "2 needs that partners could meet have no rule yet"
    assert "on 14 Mar 2025" in " ".join(shown.small_print)
    listed = shown.app.table[0].value
    assert "Tension observations, aggregated" in set(listed.iloc[:, 1])
    assert "Worry about a pupil" not in set(listed.iloc[:, 1])
    words = next(one for one in shown.controls if one.label == "In words")
    said = shown.set(words, True).app.table[1].value
    assert ["Police", "Education"] in said.iloc[:, :2].to_numpy().tolist()
    assert "sharing sheet" in [one.key for one in shown.app.get("download_button")]


def test_a_day_that_is_none_is_said_and_today_stands_in(screen):
    shown = screen("demo").open("network", way="sharing", day="2025-02-30")
    assert any("2025-02-30" in one for one in shown.alerts)
    assert "day" not in shown.address


def test_a_viewer_reads_that_there_are_rules_and_no_partner(
    screen, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(frame, "roles", lambda: ("viewer",))
    shown = screen("demo").open("network", way="sharing")
    assert shown.faults == []
    assert "sharing sheet" not in [one.key for one in shown.app.get("download_button")]
    assert shown.title == "For 13 kinds of information there are rules in Merrelhaven"
    said = " ".join(text for _place, text in shown.texts)
    assert "Prevention Coordination Unit" not in said
    assert "Adolescent Mental Health Clinic" not in said
    assert "needed" not in said.replace("what is needed and what is open", "")
