"""Partners, ties, actions and assessments: every id names something, every sign fits."""

import datetime as dt
import io
from pathlib import Path

import pandas as pd
import pytest

from analysis import tables
from analysis.editable import NAMES, check_tables
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
