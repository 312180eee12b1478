"""The page *Refresh*: each step of a file, on each world, run by Streamlit's own harness."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.disclosure import open_view
from analysis.intake import due
from analysis.intake.refresh import Refresh
from pages.shared.refreshing import expected
from tests.pages.screen import ROOT, Screen, unescaped

Opens = Callable[[str], Screen]
UNSAFE = "level,area_id,indicator_id,period,count,denominator\n"
PERSONS = "name,e-mail,district,visits\n" + "".join(
    f"Anna Berg {n},anna.berg{n}@example.org,Havnside,{n}\n" for n in range(20)
)


@pytest.fixture
def town(world: Callable[[str], Path], tmp_path: Path) -> Opens:
    """Answer with a window on a world of its own: what is published there stays there."""
    return lambda name: Screen(Path(shutil.copytree(world(name), tmp_path / name)))


def upload(screen: Screen, *files: tuple[str, str | bytes]) -> Screen:
    """Upload files on the opening page and have them read."""
    if screen.page != "refresh" or "draft" in screen.address:
        screen.open("refresh")
    given = [
        (name, one if isinstance(one, bytes) else one.encode(), "text/csv") for name, one in files
    ]
    screen.app.file_uploader[0].set_value(given)
    screen.run()
    return press(screen, "Read")


def press(screen: Screen, label: str) -> Screen:
    """Press the button whose words begin so, and run the page once."""
    found = [one for one in screen.app.button if unescaped(one.label).startswith(label)]
    assert found, f"no button {label!r}: {[one.label for one in screen.app.button]}"
    found[0].click()
    return screen.run()


def step(screen: Screen, name: str) -> Screen:
    """Open a step of the draft in the address."""
    return screen.open("refresh", draft=screen.address["draft"], step=name)


def faults(screen: Screen, name: str) -> list[str]:
    """What must not be on a step; the step Read shows the cells of the file as they stand."""
    file = ("cell of", "name of a column", "small table, Column")
    return [
        one for one in screen.faults if name != "read" or not any(where in one for where in file)
    ]


def printed(screen: Screen) -> list[pd.DataFrame]:
    """The small tables, as they are read."""
    return [
        one.value.map(lambda cell: unescaped(cell).strip("*") if isinstance(cell, str) else cell)
        for one in screen.app.table
    ]


def titled(screen: Screen, column: str) -> pd.DataFrame:
    """The small table that has a column."""
    return next(one for one in printed(screen) if column in one.columns)


def panel(year: int, more: int = 0, areas: int = 22) -> str:
    """The newest panel of the fictional town as that of another year, in its own columns."""
    published = pd.read_csv(ROOT / "data" / "demo" / "observations" / "unsafe_evening.csv")
    rows = published[(published["period"] == 2024) & (published["level"] == "district")]
    lines = [
        f"district,{row.area_id},unsafe_evening,{year},"
        f"{min(row.count + number % 3 - 1 + more, row.denominator):.0f},{row.denominator:.0f}\n"
        for number, row in enumerate(rows.dropna(subset="count").itertuples())
    ]
    return UNSAFE + "".join(lines[:areas])


def stored(folder: Path) -> set[Path]:
    """Every file below the store, but the catalogue's own."""
    return {one for one in (folder / "store").rglob("*") if one.is_file() and "sqlite" not in
            one.name}  # fmt: skip


# ---------------------------------------------------------------- opening


@pytest.mark.parametrize("world_name", ["demo", "bare", "rough"])
def test_it_opens_with_what_is_due_and_what_was_published(town: Opens, world_name: str) -> None:
    screen = town(world_name).open("refresh")
    assert screen.faults == []
    heads = [unescaped(one.value) for one in screen.app.header]
    assert heads[:3] == ["Due, late and from whom", "What was published", "Upload"]
    assert "Why we collect, and what happens with it" in heads


def test_what_is_due_names_the_publisher_and_fits_the_page(town: Opens) -> None:
    due = titled(town("demo").open("refresh"), "Due")
    assert due.columns.tolist() == ["Indicator", "From", "Every", "Due", "State"]
    assert {"City of Merrelhaven", "Debate House"} <= set(due["From"])
    assert len(due) == 12


def test_a_release_that_is_not_there_is_said(town: Opens) -> None:
    screen = town("bare").open("refresh", release="ffffffff")
    assert screen.alerts == [
        "The address asks for a release that is not here; all are listed below."
    ]


# ---------------------------------------------------------------- upload


def test_a_file_about_persons_is_refused_by_column_and_kind_and_nothing_is_kept(
    town: Opens,
) -> None:
    screen = town("demo").open("refresh")
    before = stored(screen.folder)
    upload(screen, ("people.csv", PERSONS))
    said = " ".join(screen.alerts)
    assert "refused" in said
    assert "'e-mail' holds e-mail addresses of persons" in said
    everything = " ".join(text for _place, text in screen.texts)
    assert "Anna" not in everything
    assert "@example" not in everything
    assert "draft" not in screen.address
    assert stored(screen.folder) == before


def test_a_file_that_cannot_be_read_says_why_and_is_not_kept(town: Opens) -> None:
    screen = town("bare").open("refresh")
    before = stored(screen.folder)
    upload(screen, ("a.xlsx", b"this is no workbook"))
    assert "cannot be read, and nothing of it was kept" in screen.alerts[0]
    assert stored(screen.folder) == before


def test_a_draft_that_is_not_there_is_said_plainly(town: Opens) -> None:
    screen = town("bare").open("refresh", draft="00000000")
    assert len(screen.alerts) == 1
    assert screen.alerts[0].startswith("No draft '00000000'; it was published or discarded")


# ---------------------------------------------------------------- the steps


def test_a_file_with_our_own_columns_goes_straight_to_what_changes(town: Opens) -> None:
    screen = upload(town("demo"), ("panel.csv", panel(2025)))
    assert screen.address["step"] == "changes"
    assert screen.title == "22 new figures"
    for name in ("read", "join", "check", "changes", "publish"):
        assert faults(step(screen, name), name) == []


def test_the_sums_come_out_and_areas_without_a_row_are_named(town: Opens) -> None:
    screen = step(upload(town("demo"), ("panel.csv", panel(2025))), "join")
    sums = next(one for one in printed(screen) if "Rows accounted for" in set(one.iloc[:, 0]))
    count = dict(zip(sums.iloc[:, 0], sums.iloc[:, 1], strict=True))
    assert count["Rows in the file"] == count["Rows accounted for"] == 22
    assert count["with a row"] + count["without a row"] == count["Areas on the boundary"]
    without = next(one for one in screen.sentences if "never taken for zero" in one)
    assert without.startswith("Farrowmark, ")


def test_a_spelling_is_accepted_in_the_table_and_stands_in_the_ledger(town: Opens) -> None:
    rows = panel(2025).replace("MH05", "mh05")
    screen = upload(town("demo"), ("panel.csv", rows))
    assert screen.address["step"] == "join"
    assert screen.title == "21 of 22 rows find their area; 1 waits for your decision"
    bar = "Of 22 rows: 21 matched as written, 1 waiting for you."
    assert any(bar in one.value for one in screen.app.get("html"))
    choice = next(one for one in screen.app.selectbox if one.label.startswith("Decision on"))
    assert choice.value is None
    choice.set_value(choice.options[0])
    press(screen, "Record the decisions")
    assert screen.title == "22 of 22 rows find their area"
    ledger = titled(screen, "How")
    assert ledger.iloc[0].tolist() == ["mh05", "Fergebank", "written with other capitals", 1]
    assert ledger.iloc[1].tolist() == ["21 further names", "as written", "by id", 21]
    assert screen.faults == []


def test_a_place_that_is_left_out_is_set_aside_with_its_reason(town: Opens) -> None:
    rows = panel(2025).replace("MH05", "Nowhere at all")
    screen = upload(town("demo"), ("panel.csv", rows))
    choice = next(one for one in screen.app.selectbox if one.label.startswith("Decision on"))
    assert choice.label == "Decision on Nowhere at all"
    press(screen, "Record the decisions")
    assert "Nothing was chosen yet." in screen.small_print
    choice = next(one for one in screen.app.selectbox if one.label.startswith("Decision on"))
    choice.set_value("leave its rows out")
    press(screen, "Record the decisions")
    assert screen.title == "21 of 22 rows find their area"
    assert "Nowhere at all · 1 row · not on the boundary of this level" in " ".join(
        screen.small_print
    )


def test_an_answer_can_be_taken_back_and_is_asked_again(town: Opens) -> None:
    screen = upload(town("demo"), ("panel.csv", panel(2025).replace("MH05", "Nowhere at all")))
    choice = next(one for one in screen.app.selectbox if one.label.startswith("Decision on"))
    choice.set_value("leave its rows out")
    press(screen, "Record the decisions")
    assert titled(screen, "Answer")["Asked"].tolist() == ["area · Nowhere at all"]
    back = next(one for one in screen.app.selectbox if one.label == "Take back")
    back.set_value(back.options[0])
    press(screen, "Ask this again")
    assert "1 waits for your decision" in screen.title


def test_every_check_is_listed_with_its_state_and_asks_what_it_must(town: Opens) -> None:
    screen = upload(town("demo"), ("panel.csv", panel(2025, more=70)))
    assert screen.address["step"] == "check"
    table = titled(screen, "What was found")
    states = dict(zip(table["Check"], table["State"].str.replace("\xa0", " "), strict=True))
    assert states["Records of persons"] == "none found"
    assert states["Impossible or unlikely figures"] == "needs an answer"
    asked = [one for one in screen.app.selectbox if "unsafe" in one.label.lower()]
    for one in asked:
        one.set_value(one.options[0])
    press(screen, "Record the answers")
    table = titled(screen, "What was found")
    answered = table[table["State"] == "answered"]
    assert answered["What was found"].str.contains("Answered: publish as delivered").any()
    assert screen.title == "No check stands in the way"


def test_a_risk_that_changes_stands_beside_its_protection_and_says_that_it_is_raw(
    town: Opens,
) -> None:
    screen = step(upload(town("demo"), ("panel.csv", panel(2024))), "changes")
    heads = [unescaped(one.value) for one in screen.app.header]
    assert heads[:2] == ["Unsafe in the evening", "Feeling at home"]
    assert len(screen.maps) == 2
    assert "2024 as published to 2024 in this draft" in " ".join(screen.small_print)
    raw = [one for one in screen.small_print if "raw figures, seen by analysts" in one]
    assert len(raw) == 2
    assert "Differences, the largest first" in heads
    shown = screen.tables[0]
    size = shown["Difference"].str.extract(r"([\d.]+)")[0].astype(float)
    assert size.notna().any()


def test_changes_of_class_follow_the_chosen_period_and_count_the_others(town: Opens) -> None:
    content = panel(2023) + panel(2024).partition("\n")[2]
    screen = step(upload(town("demo"), ("panel.csv", content)), "changes")
    assert screen.faults == []
    elsewhere = "of other levels or periods"
    assert len([one for one in screen.small_print if elsewhere in one]) == 1, screen.small_print
    assert {column for one in printed(screen) for column in one.columns} >= {"Then, 2024"}
    screen.open("refresh", draft=screen.address["draft"], step="changes", of="2023")
    assert screen.faults == []
    assert {column for one in printed(screen) for column in one.columns} >= {"Then, 2023"}
    assert len([one for one in screen.small_print if elsewhere in one]) == 1


@pytest.mark.parametrize(
    ("world_name", "content"),
    [
        ("bare", "level,area_id,indicator_id,period,count\n"
         + "".join(f"district,B{n},library_visits,2031,{100 + n}\n" for n in range(1, 10))),
        ("rough", None),
    ],
)  # fmt: skip
def test_every_step_is_sound_on_every_world(
    town: Opens, world_name: str, content: str | None
) -> None:
    screen = town(world_name)
    if content is None:
        content = _again(screen.folder)
    upload(screen, ("again.csv", content))
    for name in ("read", "join", "check", "changes", "publish"):
        assert faults(step(screen, name), name) == [], name


def _again(folder: Path) -> str:
    """All that a world has published of one indicator, as a file of its own columns."""
    view = open_view(folder / "store")
    first = view.indicator_ids()[0]
    frame = Refresh(folder).store.values(first, category=None, face="observations")
    return frame.to_csv(index=False)


# ---------------------------------------------------------------- tables, new indicators


def test_a_table_shows_its_new_changed_and_missing_rows_and_asks_before_it_takes_one_out(
    town: Opens,
) -> None:
    screen = town("demo")
    partners = pd.read_csv(screen.folder / "partners.csv", dtype=str, keep_default_na=False)
    partners.loc[0, "name"] = "Another name"
    upload(screen, ("partners.csv", partners.iloc[:-1].to_csv(index=False)))
    assert screen.address["step"] == "check"
    asked = next(one for one in screen.app.selectbox if "take it out" in one.label)
    asked.set_value("take them out")
    press(screen, "Record the answers")
    step(screen, "changes")
    assert screen.title == "1 changed row, 1 row gone"
    assert set(screen.tables[0]["What"]) == {"changed", "gone"}
    changed = screen.tables[0].set_index("What").loc["changed"]
    assert changed["In this draft"] == "Another name"
    step(screen, "publish").app.text_input[0].set_value("names put right")
    press(screen, "Publish")
    assert screen.title == "Release 2 is published"
    assert titled(screen, "Indicator or table").iloc[0, 0] == "table: partners"


def test_a_survey_asks_its_day_and_changes_ties_and_who_answered(town: Opens) -> None:
    survey = "respondent,asked about,relation,strength\nP01,Havn College,contact,3\n"
    screen = upload(town("demo"), ("survey.csv", survey + "Havn College,P01,contact,2\n"))
    assert screen.address["step"] == "read"
    assert titled(screen, "Holds")["Holds"].tolist()[:2] == [
        "partner who says so", "partner it is said of",
    ]  # fmt: skip
    (asked,) = screen.app.text_input
    assert unescaped(asked.label) == "Of which day are the ties? (2025-02-14)"
    asked.set_value("2026-02-16")
    press(screen, "Record the answers")
    step(screen, "changes")
    assert screen.faults == []
    heads = [unescaped(one.value) for one in screen.app.header]
    assert heads == ["Table: ties", "Table: partners"]


def test_a_new_indicator_is_described_in_one_form(town: Opens) -> None:
    screen = town("demo")
    rows = "".join(f"MH{n:02d};2024;{10 + n}\n" for n in range(1, 23))
    upload(screen, ("walks.csv", "Area code;Year;Walks to school\n" + rows))
    which = next(one for one in screen.app.selectbox if "Which indicator" in one.label)
    which.set_value("a new indicator: describe it")
    press(screen, "Record the answers")
    heads = [unescaped(one.value) for one in screen.app.header]
    assert heads[0] == "The new indicator “Walks to school”"
    said = {
        "Factor": "context", "Higher is": "neutral", "Theme": "family and school",
        "Source kind": "administrative", "Measure": "count",
    }  # fmt: skip
    for label, answer in said.items():
        choice = next(
            one for one in screen.app.selectbox if unescaped(one.label).startswith(f"{label}:")
        )
        choice.set_value(answer)
    for label, answer in {"Unit": "walks", "Context reason": "shows where children walk"}.items():
        line = next(
            one for one in screen.app.text_input if unescaped(one.label).startswith(f"{label}:")
        )
        line.set_value(answer)
    press(screen, "Record the indicator")
    assert [one.label for one in screen.app.selectbox if "Factor" in one.label] == []
    role = next(one for one in screen.app.selectbox if "What are the figures" in one.label)
    role.set_value("cases: the numerator")
    press(screen, "Record the answers")
    step(screen, "changes")
    assert screen.title == "23 new rows"
    assert "Walks to school" in screen.sentences[0]
    # A row of a table is named by its key, which is an id.
    assert [one for one in screen.faults if "in cell of Row" not in one] == []


# ---------------------------------------------------------------- publish, history, roll back


def test_publishing_wants_a_reason_says_the_number_and_leads_to_the_map(town: Opens) -> None:
    screen = step(upload(town("demo"), ("panel.csv", panel(2025))), "publish")
    press(screen, "Publish")
    assert any("Say why" in one for one in screen.small_print)
    screen.app.text_input[0].set_value("yearly panel")
    press(screen, "Publish")
    assert screen.title == "Release 2 is published"
    assert "yearly panel" in screen.sentences[0]
    assert [one.proto.label for one in screen.app.get("page_link")] == [
        "Map: Unsafe in the evening"
    ]
    assert "draft" not in screen.address
    assert Refresh(screen.folder).drafts.all() == []
    assert screen.faults == []


def test_a_release_has_its_original_and_answers_and_is_rolled_back_with_a_reason(
    town: Opens,
) -> None:
    screen = upload(town("demo"), ("panel.csv", panel(2025, more=70)))
    for one in screen.app.selectbox:
        if one.options and one.options[0] == "publish as delivered":
            one.set_value(one.options[0])
    press(screen, "Record the answers")
    step(screen, "publish").app.text_input[0].set_value("yearly panel")
    press(screen, "Publish")
    assert "publish as delivered" in set(titled(screen, "Asked")["Answer"])
    original = Refresh(screen.folder).store.releases()[0].sources[0].checksum
    assert Refresh(screen.folder).drafts.original(original) == panel(2025, more=70).encode()
    assert [one.proto.label for one in screen.app.get("download_button")] == ["Original"]
    screen.app.text_input[0].set_value("wrong year")
    press(screen, "Roll this release back")
    assert screen.title == "Release 2 was rolled back"
    assert "wrong year" in screen.sentences[0]
    assert "2025" not in open_view(screen.folder / "store").periods("unsafe_evening", "district")


def test_what_all_stands_on_is_not_rolled_back(town: Opens) -> None:
    screen = press(town("bare").open("refresh"), "Release 1")
    assert any("without it there is no territory" in one for one in screen.sentences)
    assert not screen.app.text_input


def test_the_history_of_an_indicator_holds_its_releases_only(town: Opens) -> None:
    screen = step(upload(town("demo"), ("panel.csv", panel(2025))), "publish")
    screen.app.text_input[0].set_value("yearly panel")
    press(screen, "Publish")
    screen.open("refresh", history="observations/unsafe_evening")
    labels = [one.label for one in screen.app.button if one.label.startswith("Release")]
    assert labels == ["Release 2", "Release 1"]
    screen.open("refresh", history="observations/trust_police")
    labels = [one.label for one in screen.app.button if one.label.startswith("Release")]
    assert labels == ["Release 1"]


def test_the_second_of_two_analysts_is_told_what_came_in_between(town: Opens) -> None:
    screen = step(upload(town("demo"), ("panel.csv", panel(2025))), "publish")
    draft = screen.address["draft"]
    upload(screen.open("refresh"), ("other.csv", panel(2025, more=1)))
    step(screen, "publish").app.text_input[0].set_value("the other one")
    press(screen, "Publish")
    screen.open("refresh", draft=draft, step="publish").app.text_input[0].set_value("mine")
    press(screen, "Publish")
    assert "published meanwhile: release 2 by analyst" in screen.alerts[0]
    assert "the other one" in screen.alerts[0]
    screen.app.text_input[0].set_value("mine, knowing theirs")
    press(screen, "Publish all the same")
    assert screen.title == "Release 3 is published"


def test_a_discarded_draft_leaves_nothing(town: Opens) -> None:
    screen = town("demo").open("refresh")
    before = stored(screen.folder)
    press(upload(screen, ("panel.csv", panel(2025))), "Discard draft")
    assert "draft" not in screen.address
    assert stored(screen.folder) == before


def test_the_opening_counts_publishers_and_names_the_one_waited_for_longest() -> None:
    columns = ["title", "publisher", "next_due", "state"]
    rows = pd.DataFrame(
        [
            ["Answered with reasons", "City", "2025-05-30", due.LATE],
            ["Turnout", "Office", "2025-06-30", due.LATE],
            ["Feeling at home", "City", "2025-07-30", due.LATE],
            ["Volunteering", "", "2026-02-27", due.COMING],
        ],
        columns=columns,
    )
    title, below = expected.sentence(rows)
    assert title == "3 indicators are late, from 2 publishers"
    assert below == (
        "Longest waited for: Answered with reasons, since 30 May 2025, from City."
        " Next: Volunteering, 27 Feb 2026, from a publisher not stated."
    )
    assert expected.sentence(rows.assign(publisher=""))[0] == "3 indicators are late"
    assert expected.sentence(rows.tail(1))[0] == "Nothing is late"
