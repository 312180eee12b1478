"""The page of the network: what each role is told of the town."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pages.shared import frame
from tests.pages.screen import Screen


def words(shown: Screen) -> str:
    tables = [str(one.value.to_numpy().tolist()) for one in shown.app.table]
    return " ".join([shown.title, *shown.sentences, *tables])


def test_a_coordinator_reads_who_is_the_only_link_and_what_is_missing(
    screen: Callable[[str], Screen],
) -> None:
    shown = screen("demo").open("network")
    assert shown.faults == []
    assert shown.title == "If Schools Liaison Desk leaves, 3 partners of education are cut off"
    said = words(shown)
    for one in ("Probation and prison has no partner", "Sports Federation works with nobody here",
                "28 of 30 partners answered"):  # fmt: skip
        assert one in said


def test_gaps_come_first_and_figures_stand_beside_how_many_answered(
    screen: Callable[[str], Screen],
) -> None:
    shown = screen("demo").open("network", way="measures")
    assert shown.faults == []
    assert shown.title == "Essential sectors without a partner: Probation and prison"
    gaps = shown.app.table[0].value
    assert [one for one in gaps["Gap"] if one] == [
        "Essential sectors without a partner", "Work with nobody here", "The only link to others",
        "Disputed ties", "Information without a protocol signed by both",
        "Trust that is not returned", "Named by one side, not by the other",
    ]  # fmt: skip
    assert any("Schools Liaison Desk → " in one and "Slusegate School \\(information" in one
               for one in gaps["Where"])  # fmt: skip
    figures = shown.app.table[1].value.set_index("What is measured")["2025"]
    assert figures["Ties that exist, of all that could be"] == "11\N{NO-BREAK SPACE}%"
    assert figures["Partners that are the only link between others"] == "4"
    between = shown.app.table[2].value.set_index("Partner")
    assert between.loc["Prevention Coordination Unit", "Shortest ways over it"].startswith("64")
    assert list(between.index) == sorted(between.index)
    assert sum("28 of 30 answered" in one for one in shown.small_print) >= 5


def test_an_analyst_is_told_of_no_dispute_and_no_trust(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "roles", lambda: ("viewer", "analyst"))
    said = words(screen("demo").open("network", way="measures"))
    assert "Schools Liaison Desk" in said
    assert "isputed" not in said
    assert "trust" not in said.lower()


def test_a_viewer_reads_of_sectors_only(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "roles", lambda: ("viewer",))
    shown = screen("demo").open("network")
    assert "Gaps and figures" not in shown.control("Show").options
    assert shown.title == "30 partners in Merrelhaven; none of probation and prison"
    assert "Liaison" not in words(shown)
