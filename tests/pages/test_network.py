"""The page of the network: what each role is told of the town."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from analysis import partnership
from pages.shared import cached, frame
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


def drawn(shown: Screen) -> dict[str, dict]:
    """The nodes of the sociogram by id, as they were sent to the browser."""
    (chart,) = shown.app.get("echarts_chart")
    options = json.loads(chart.proto.spec)
    (found,) = [one for one in options["series"] if one["name"] == "network"]
    return {one["id"]: one for one in found["data"]}


def test_a_partner_in_the_address_is_opened_with_whom_to_call(
    screen: Callable[[str], Screen],
) -> None:
    shown = screen("demo").open("network", detail="P12")
    assert shown.faults == []
    said = words(shown)
    assert "p12@merrelhaven.example" in said
    assert "Vantervang" in said
    ties = dict(shown.app.table[1].value.to_numpy().tolist())
    assert ties["Neighbourhood Police North"] == "contact, information \\(disputed\\)"
    shown.open("network", detail="P13~P22~contact")
    assert "Seafarers' House says" in list(shown.app.table[0].value.columns)
    shown.open("network", detail="P99")
    assert any("P99" in one for one in shown.alerts)


def test_a_filter_says_that_figures_are_of_the_whole_until_scores_of_the_part_are_asked_for(
    screen: Callable[[str], Screen],
) -> None:
    shown = screen("demo").open("network", sector="youth_work", detail="P12")
    assert any("a part is shown, figures are of the whole" in one for one in shown.small_print)
    whole = dict(shown.app.table[0].value.to_numpy().tolist())
    shown.open("network", sector="youth_work", detail="P12", scores_of_part="yes")
    assert any("figures are of the part shown" in one for one in shown.small_print)
    part = dict(shown.app.table[0].value.to_numpy().tolist())
    assert (whole["Works with"], part["Works with"]) == ("8", "1")
    shown.open("network", sector="sport", prevention="individual")
    assert any("No partner fits" in one for one in shown.sentences)


def test_a_filter_leaves_out_and_moves_nobody(screen: Callable[[str], Screen]) -> None:
    shown = screen("demo").open("network", sector="all", prevention="all", detail="")
    whole = {one: node["value"] for one, node in drawn(shown).items()}
    assert len(whole) == 30
    shown.open("network", tie_type="referral", strength="2")
    assert {one: node["value"] for one, node in drawn(shown).items()} == whole
    part = {
        one: node["value"] for one, node in drawn(shown.open("network", serving="MH12")).items()
    }
    assert 0 < len(part) < 30
    assert part == {one: whole[one] for one in part}


def test_files_and_analysts_hold_no_dispute_and_no_trust(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = screen("demo").open("network", detail="")
    files = {one.key: one for one in shown.app.get("download_button")}
    assert set(files) >= {"sociogram csv", "sociogram svg", "sociogram png"}
    shown.set(shown.control("Show as a table"), True)
    assert shown.app.table[0].value["Who says so"].eq("disputed").sum() == 2
    assert not shown.app.dataframe  # Streamlit would offer it as a file.
    monkeypatch.setattr(frame, "roles", lambda: ("viewer", "analyst"))
    said = str(drawn(shown.open("network", detail="P12"))) + words(shown)
    assert "disputed" not in said
    assert "Trust" not in said


@pytest.fixture
def two_surveys(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let there have been a survey a year before: without the newest partner, with other ties."""
    kept = (cached._network, cached.cooperation, cached.network_part, cached.seats)
    read = partnership.read

    def both(*asked: Any) -> partnership.Partnership:
        now = read(*asked)
        if not now.may(partnership.PARTNERS):
            return now
        ties = now.ties[~now.ties[["from", "to"]].eq("P30").any(axis=1)].iloc[4:]
        partners = now.partners.assign(
            since=now.partners["since"].mask(now.partners["partner_id"].eq("P30"), "2025-01")
        )
        return replace(
            now, years=(2024, 2025), overviews=(replace(now.overviews[0], year=2024), *now.overviews),
            partners=partners, ties=pd.concat([ties.assign(as_of="2024-02-14"), now.ties]),
        )  # fmt: skip

    for one in kept:
        one.clear()
    monkeypatch.setattr(partnership, "read", both)
    yield
    for one in kept:
        one.clear()


def test_two_surveys_lie_on_top_of_each_other_at_the_same_places(
    screen: Callable[[str], Screen], two_surveys: None
) -> None:
    shown = screen("demo").open("network", detail="")
    now = {one: node["value"] for one, node in drawn(shown).items()}
    assert shown.control("Survey of").options == ("2025", "2024")
    shown.open("network", survey="2024")
    assert any("places by the survey of 2025" in one for one in shown.small_print)
    assert "Mark what changed since the survey before" not in {one.label for one in shown.controls}
    then = {one: node["value"] for one, node in drawn(shown).items()}
    assert then == {one: place for one, place in now.items() if one != "P30"}
    shown.open("network", survey="2025", since="yes")
    assert shown.faults == []
    assert "Regional Advice Centre joined." in shown.sentences
    assert any(one.startswith("Since 2024, ") and " 0 have ended" in one for one in shown.sentences)
    assert {one: node["value"] for one, node in drawn(shown).items()} == now
    figures = shown.open("network", way="measures").app.table[1].value
    assert list(figures.columns) == ["What is measured", "2025", "2024", "What it does not say"]


def test_who_leaves_is_drawn_before_and_after_with_who_could_bridge(
    screen: Callable[[str], Screen],
) -> None:
    shown = screen("demo").open("network", way="leaving")
    assert shown.faults == []
    assert shown.title == "If Schools Liaison Desk leaves, 3 partners of education are cut off"
    assert "P03" not in drawn(shown)
    dashed = {
        one for one, node in drawn(shown).items() if node["itemStyle"]["borderType"] != "solid"
    }
    assert dashed == {"P09", "P10", "P11"}
    bridges = shown.app.table[1].value
    assert bridges["Could bridge"].tolist() == ["Slusegate School"] * 3
    after = {one: node["value"] for one, node in drawn(shown).items()}
    before = {
        one: node["value"]
        for one, node in drawn(shown.open("network", way="leaving", look="before")).items()
    }
    assert before.pop("P03")
    assert before == after
    two = shown.open("network", way="leaving", leaves="P03", leaves_too="P04")
    assert (
        two.title
        == "If Schools Liaison Desk and Youth and Family Team leave, 4 partners are cut off"
    )
    assert any("Social services loses its link altogether." in one for one in two.sentences)
