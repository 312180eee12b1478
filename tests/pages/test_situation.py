"""The page situation and its presentation: findings, changes, views, what is not known."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.intake.release import STORE, build
from analysis.situation import MOST_AREAS
from analysis.store import open_store
from tests.pages.screen import Screen, words_of_html

Opens = Callable[[str], Screen]


def headings(screen: Screen) -> list[str]:
    return [one.value for one in screen.app.header]


def presented(screen: Screen) -> str:
    """The markup of the slide; the style sheet before it is left out."""
    (shown,) = [one.value for one in screen.app.get("html") if "gw-slide" in one.value]
    return re.sub(r"<style>.*?</style>", "", shown, flags=re.DOTALL)


# ---------------------------------------------------------------- the page


def test_it_opens_with_what_holds_and_what_weighs_and_says_it_in_sentences(screen: Opens) -> None:
    shown = screen("demo").open("situation")
    assert shown.faults == []
    assert shown.title.startswith("Favourable: ")
    assert "; unfavourable: " in shown.title
    assert shown.sentences[0].startswith("Most clearly favourable: ")
    assert "Most urgent: " in shown.sentences[0]


def test_strengths_stand_before_burdens_and_all_parts_follow(screen: Opens) -> None:
    shown = headings(screen("demo").open("situation"))
    order = ["What is favourable", "What needs attention", "Where", "What has changed",
             "Three views side by side", "All forms of extremism",
             "How far it carries, and what is not known"]  # fmt: skip
    assert sorted(order, key=shown.index) == order


def test_there_are_at_most_a_dozen_findings_each_with_a_picture_and_a_way_on(
    screen: Opens,
) -> None:
    shown = screen("demo").open("situation")
    own = [one for one in shown.charts if one.key.endswith(" own")]
    assert 2 <= len(own) <= 12
    # One more leads from the card of the network.
    *links, network = shown.app.get("page_link")
    assert network.proto.label == "Who reaches where"
    assert len(links) == len(own)
    for one in links:
        asked = one.proto.page_script_hash and one.proto.query_string
        assert "area=" in asked or "indicator=" in asked


def test_no_risk_is_shown_without_its_partner_or_that_there_is_none(screen: Opens) -> None:
    shown = screen("demo").open("situation")
    beside = {one.key.removesuffix(" beside") for one in shown.charts if " beside" in one.key}
    columns = [one for one in shown.small_print if one.startswith("weighs on us")]
    assert columns
    for one in [one for one in shown.charts if one.key.endswith(" own")]:
        risk = "weighs" in _subline_of(shown, one.alt)
        lacking = any("Protection not assessed" in said for said in shown.small_print)
        assert not risk or one.key.removesuffix(" own") in beside or lacking


def _subline_of(shown: Screen, alt: str) -> str:
    """The grey line below the short title that a chart's alternative text begins with."""
    said = [one.value for one in shown.app.markdown]
    title = alt.partition(":")[0]
    places = [place for place, one in enumerate(said) if one.replace("\\", "") == title]
    return " ".join(said[place + 1] for place in places)


def test_with_one_release_the_year_before_is_compared_and_that_is_said(screen: Opens) -> None:
    shown = screen("demo").open("situation")
    said = next(one for one in shown.sentences if "release of figures" in one)
    assert "compared is what was known up to 2023" in said
    assert "said otherwise now" in said


def test_what_a_release_changed_is_said_and_taken_back_with_it(
    world: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(world("demo"), tmp_path / "demo"))
    file = folder / "observations" / "guidance_reach.csv"
    rows = file.read_text("utf-8").splitlines()
    at = {name: place for place, name in enumerate(rows[0].split(","))}
    for place, row in enumerate(rows):
        cells = row.split(",")
        if cells[at["area_id"]] == "MH07" and cells[at["period"]] == "2024":
            cells[at["count"]] = "1" if "count" in at else cells[at["value"]]
            kept = {"level", "area_id", "indicator_id", "period", "denominator"}
            rows[place] = ",".join(
                cell if name in kept else "" for name, cell in zip(at, cells, strict=True)
            )
            denominator = float(cells[at["denominator"]])
            rows[place] = _with(rows[place], at, "count", f"{denominator:.0f}")
    file.write_text("\n".join(rows) + "\n", "utf-8")
    build(folder, at=dt.datetime(2025, 4, 1, tzinfo=dt.UTC))
    shown = Screen(folder).open("situation")
    said = " ".join(shown.sentences)
    assert "Compared with the picture before release 2" in said
    changes = next(one for one in shown.sentences if one.startswith("- "))
    assert "Reached by guidance in " in changes
    with open_store(folder / STORE) as store:
        newest = store.releases()[0]
        store.roll_back(newest.release_id, by="ben", reason="wrong", at=dt.datetime.now(dt.UTC))
    again = Screen(folder).open("situation")
    assert "There is one release of figures so far" in " ".join(again.sentences)


def _with(row: str, at: dict[str, int], name: str, cell: str) -> str:
    cells = row.split(",")
    cells[at[name]] = cell
    return ",".join(cells)


def test_disagreement_is_marked_in_words(screen: Opens) -> None:
    shown = screen("demo").open("situation")
    table = next(one.value for one in shown.app.table if "Practitioners" in one.value.columns)
    assert set(table[table.columns[-1]]) <= {
        "agree", "agree in part", "**disagree**", "only figures", "only practitioners",
        "not assessed",
    }  # fmt: skip
    assert len(table) >= 10
    said = [one for one in shown.sentences if "while practitioners report more" in one]
    assert any(one.startswith("Eskevale, what weighs: ") for one in said)


def test_all_forms_have_three_times_and_not_seen_is_not_not_assessed(screen: Opens) -> None:
    shown = screen("demo").open("situation")
    table = next(one.value for one in shown.app.table if "Form" in one.value.columns)
    assert len(table) == 5
    assert list(table.columns[1:]) == ["Faced yesterday", "Face today", "May face tomorrow"]
    cells = set(table.iloc[:, 1:].to_numpy().ravel())
    assert "not assessed" in cells
    assert any("signals recorded" in one for one in cells)


def test_what_is_not_known_is_always_said(screen: Opens) -> None:
    for name in ("demo", "bare", "rough"):
        shown = screen(name).open("situation")
        assert shown.faults == []
        last = next(one for one in reversed(shown.sentences) if one.startswith("- "))
        assert "reliability good in" in last


def test_a_part_without_its_table_names_the_file_that_would_fill_it(screen: Opens) -> None:
    said = " ".join(screen("bare").open("situation").sentences)
    assert "The national picture is not told yet: a file national.csv" in said
    assert "What practitioners see is not told yet: a file assessments.csv" in said


def test_a_level_of_too_many_areas_is_not_offered_and_that_is_said(screen: Opens) -> None:
    shown = screen("london").open("situation")
    assert shown.faults == []
    assert "LSOAs" not in shown.control("Level").options
    assert any("4,835" in one and "the map shows them" in one for one in shown.sentences)
    assert MOST_AREAS < 4835


# ---------------------------------------------------------------- the presentation


def test_present_opens_the_first_slide_and_the_keys_turn_leave_and_stay_inside(
    screen: Opens,
) -> None:
    shown = screen("demo").open("situation")
    next(one for one in shown.app.button if one.key == "present").click()
    shown.run()
    assert shown.address["present"] == "1"
    assert shown.address["slide"] == "1"
    assert shown.failures == []
    for key, slide in (
        ("Right", "2"),
        ("PageDown", "3"),
        ("Left", "2"),
        ("Home", "1"),
        ("Left", "1"),
    ):
        shown.app.button(key=f"key {key}").click()
        shown.run()
        assert shown.address["slide"] == slide, key
    shown.app.button(key="key End").click()
    shown.run()
    last = shown.address["slide"]
    shown.app.button(key="key Right").click()
    shown.run()
    assert shown.address["slide"] == last
    shown.app.button(key="key Escape").click()
    shown.run()
    assert not {"present", "slide"} & set(shown.address)
    assert shown.faults == []


def test_each_finding_has_a_slide_with_its_sentence_two_sides_source_and_certainty(
    screen: Opens,
) -> None:
    shown = screen("demo").open("situation", present="1", slide="2")
    assert not shown.app.exception
    said = words_of_html(presented(shown))
    assert "2 of " in said
    assert "band: 95 % interval" in said
    assert "Source: " in said
    assert said.endswith("A district's value says nothing about a resident.")
    assert presented(shown).count("<h2>") == 2 or "stands beside it" in said


@pytest.mark.parametrize("world_name", ["demo", "bare", "rough", "london"])
def test_every_slide_of_every_world_is_sound(screen: Opens, world_name: str) -> None:
    shown = screen(world_name).open("situation", present="1")
    total = int(re.search(r"1 of (\d+)", words_of_html(presented(shown)))[1])
    assert total >= 3
    for number in range(1, total + 1):
        shown.open("situation", present="1", slide=str(number))
        assert shown.failures == [], number
        assert not shown.app.exception
        said = words_of_html(presented(shown))
        assert "A district's value says nothing about a resident." in said
        assert not re.search(r"\b(nan|None|NaT)\b|\{\w*\}|<NA>", said), said
        assert "<script" not in presented(shown).lower()


@pytest.mark.parametrize("slide", ["0", "99", "x", "-1", ""])
def test_a_number_that_is_no_slide_opens_one_that_is(screen: Opens, slide: str) -> None:
    shown = screen("bare").open("situation", present="1", slide=slide)
    assert shown.failures == []
    assert re.search(r"\d of \d", words_of_html(presented(shown)))
