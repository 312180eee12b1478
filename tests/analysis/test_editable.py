"""Partners, ties, actions and assessments: every id names something, every sign fits."""

import datetime as dt
import io
from pathlib import Path

import pandas as pd
import pytest

from analysis import tables
from analysis.editable import NAMES, check_tables
from analysis.intake import editing
from analysis.territory import Territory, read_folder

WORLDS = Path(__file__).parents[1] / "worlds"


@pytest.fixture(scope="module")
def bare() -> Territory:
    return read_folder(WORLDS / "bare").territory


def typed(name: str, text: str) -> pd.DataFrame:
    table = tables.TABLES[name]
    cells = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    frame, problems = tables.validate(cells.set_axis(range(2, len(cells) + 2)), table)
    assert problems == []
    return frame


PARTNERS = "partner_id,name,sector,area_ids\nP1,School,education,B1 B2\nP2,Police,police,all\n"
TIES = "from,to,type,strength\n"
VIEW = "level,area_id,theme,factor,evidence,sign,confidence,source_kind,statement\n"


def problems(territory: Territory, **texts: str) -> list[str]:
    frames = {name: typed(name, text) for name, text in texts.items()}
    return [str(one) for one in check_tables(frames, territory)]


def test_a_network_whose_ids_are_known_has_no_problem(bare: Territory) -> None:
    ties = TIES + "P1,P2,information,2\nP2,P1,information,3\n"
    assert problems(bare, partners=PARTNERS, ties=ties) == []


def test_a_tie_to_nobody_and_a_tie_to_oneself_are_named_with_their_rows(bare: Territory) -> None:
    said = problems(bare, partners=PARTNERS, ties=TIES + "P1,P9,referral,2\nP2,P2,contact,1\n")
    assert said == [
        "ties.csv, row 2, column 'to': no partner 'P9'; correct the id (known: P1, P2)",
        "ties.csv, row 3, column 'to': a tie of 'P2' to itself; name the other side, or take it"
        " out",
    ]


def test_a_date_that_tells_what_was_cannot_lie_ahead(bare: Territory) -> None:
    ties = typed("ties", "from,to,type,as_of\nP1,P2,contact,2025-03-01\nP2,P1,contact,2025-03-02\n")
    frames = {"partners": typed("partners", PARTNERS), "ties": ties}
    (problem,) = check_tables(frames, bare, today=dt.date(2025, 3, 1))
    assert str(problem) == (
        "ties.csv, row 3, column 'as_of': '2025-03-02' lies ahead of 2025-03-01; write the day it"
        " was"
    )
    assert check_tables(frames, bare) == []


def test_who_came_to_which_meeting_is_no_network_of_partners(bare: Territory) -> None:
    rows = "".join(f"P1,{one},contact,1\n" for one in ("May", "June", "July"))
    said = problems(bare, partners=PARTNERS, ties=TIES + rows)
    assert len(said) == 4
    assert said[-1].startswith("ties.csv, row 2, column 'to': ties run from one kind of thing to")


def test_each_unknown_area_of_a_list_is_named(bare: Territory) -> None:
    text = PARTNERS.replace("B1 B2", "B1 X7 X8").replace("police,all", "army,all")
    said = problems(bare, partners=text)
    assert [one.partition(";")[0].rpartition(": ")[2] for one in said] == [
        "no sector 'army'", "no area 'X7'", "no area 'X8'",
    ]  # fmt: skip


def test_nothing_is_said_of_areas_whose_boundaries_could_not_be_read(bare: Territory) -> None:
    frames = {"partners": typed("partners", PARTNERS.replace("B1 B2", "X7"))}
    assert check_tables(frames, bare, places_known=False) == []


def test_a_burden_is_a_sign_of_risks_only(bare: Territory) -> None:
    row = "district,B1,tensions,{},experienced,{},low,frontline,quarrels in the evening\n"
    assert problems(bare, assessments=VIEW + row.format("risk", "burden")) == []
    (said,) = problems(bare, assessments=VIEW + row.format("protective", "burden"))
    assert "'burden' does not fit a protective factor; write strength or lack" in said


def test_a_loaded_word_is_noted_and_stops_nothing(bare: Territory) -> None:
    row = "district,B1,tensions,risk,experienced,burden,low,frontline,a hotbed of trouble\n"
    (note,) = check_tables({"assessments": typed("assessments", VIEW + row)}, bare)
    assert (note.level, note.row, note.column) == ("note", 2, "statement")


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_names_something_that_is_known(name: str) -> None:
    known = {*NAMES, "areas", "levels", "themes", "sectors", "indicators"}
    referred = [column.refers for column in tables.TABLES[name].columns if column.refers]
    assert set(referred) <= known


def test_no_table_refers_to_one_that_comes_later() -> None:
    for at, table in enumerate(tables.EDITABLE):
        later = set(NAMES[at + 1 :])
        assert not later & {column.refers for column in table.columns}


def test_a_rule_on_sharing_that_makes_no_sense_is_named_with_its_row(bare: Territory) -> None:
    header = "information,held_by,shared_with,coordinator,signed\n"
    rows = (
        "figures,police,all,P1,2025-01-01\n"
        "rumours,police,,P7,2025-01-01\n"
        'worries,school,"nobody, police",,\n'
    )
    assert problems(bare, partners=PARTNERS, sharing=header + rows) == [
        "sharing.csv, row 3, column 'coordinator': no partner 'P7'; correct the id (known: P1, P2)",
        "sharing.csv, row 3, column 'shared_with': signed on 2025-01-01, but it is not said who may"
        " have it; name them, or write nobody",
        "sharing.csv, row 4, column 'shared_with': 'nobody, police' names nobody and somebody; keep"
        " one of the two",
    ]


# ---------------------------------------------------------------- bad input, each with its row


PEOPLE = PARTNERS + "P3,Library,media,all\n"
GOOD = "P1,P2,contact,2,2025-02-14\n"


def refused(territory: Territory, name: str, text: str) -> list[tuple[str, tuple[int, ...]]]:
    """Answer with what a refresh refuses of a table, as code and lines."""
    cells = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    cells.index += 2
    upload = editing.read_table(cells, name, f"{name}.csv", territory)
    beside = {"partners": typed("partners", PEOPLE), name: upload.rows}
    found = editing.check_upload(upload, beside, territory, (), dt.date(2025, 3, 1))
    assert all(one.message[0].islower() or one.message[0] in "\"'9" for one in found)
    return [(one.code, one.rows) for one in found if one.level == "refuse"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("P1,P9,contact,2,2025-02-14", "unknown_id"),
        ("P2,P2,contact,2,2025-02-14", "tie_to_itself"),
        ("P1,P2,contact,3,2025-02-14", "duplicate"),
        ("P2,P1,contact,9,2025-02-14", "out_of_range"),
        ("P2,P1,contact,2,2025-03-02", "in_future"),
        ("P2,P1,friendship,2,2025-02-14", "not_a_choice"),
    ],
)
def test_each_tie_that_cannot_be_is_refused_with_its_row(bare: Territory, row: str, code: str):
    ties = "from,to,type,strength,as_of\n" + GOOD
    assert refused(bare, "ties", ties) == []
    assert refused(bare, "ties", f"{ties}{row}\n") == [(code, (3,))]


def test_all_that_is_wrong_with_ties_is_refused_at_once(bare: Territory) -> None:
    rows = "P1,P9,contact,2,\nP2,P2,contact,2,\nP2,P1,contact,9,\nP3,P1,contact,1,2025-03-02\n"
    found = refused(bare, "ties", "from,to,type,strength,as_of\n" + rows)
    assert sorted(found) == [
        ("in_future", (5,)), ("out_of_range", (4,)), ("tie_to_itself", (3,)), ("unknown_id", (2,)),
    ]  # fmt: skip


def test_an_unknown_sector_is_refused_with_its_row(bare: Territory) -> None:
    assert refused(bare, "partners", PEOPLE + "P4,Moon Base,space,all\n") == [("unknown_id", (5,))]


def test_ties_between_two_kinds_of_things_are_refused(bare: Territory) -> None:
    rows = "".join(f"P1,{one},contact,1,\n" for one in ("May", "June", "July"))
    found = refused(bare, "ties", "from,to,type,strength,as_of\n" + rows)
    assert ("two_mode", (2,)) in found


# ---------------------------------------------------------------- contacts


CONTACTS = "contact_id,partner_id,function,name,platform,platform_on\n"


def test_an_answer_of_a_school_goes_with_its_day(bare: Territory) -> None:
    good = CONTACTS + "C1,P1,office,,yes,2025-02-01\nC2,P2,desk,,,\n"
    assert refused(bare, "contacts", good) == []
    bad = good + "C3,P1,office,,no,\nC4,P1,office,,,2025-02-01\nC5,P1,office,,often,2025-02-01\n"
    assert refused(bare, "contacts", bad + "C6,P1,office,,yes,2025-03-02\n") == [
        ("not_a_choice", (6,)), ("in_future", (7,)),
        ("contradiction", (4,)), ("contradiction", (5,)),
    ]  # fmt: skip


def test_the_name_of_a_contact_stands_nowhere_else(bare: Territory) -> None:
    contacts = typed("contacts", CONTACTS + "C1,P1,office,Ada  Lovelace,,\nC2,P2,desk,Grace,,\n")
    actions = "action_id,title,prevention_level,theme,factor,owner,output\n"
    rows = "A1,Ask ADA Lovelace,general,trust,risk,P1,2\nA2,With grace and Adam Lovelaced,general,trust,risk,P1,3\n"
    frames = {
        "partners": typed("partners", PARTNERS), "contacts": contacts,
        "actions": typed("actions", actions + rows),
    }  # fmt: skip
    (problem,) = [one for one in check_tables(frames, bare) if one.level == "error"]
    assert (problem.file, problem.row, problem.column) == ("actions.csv", 2, "title")
    assert "lovelace" not in str(problem).casefold()
