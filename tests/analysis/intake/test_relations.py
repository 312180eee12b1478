"""A survey, a matrix and a list of edges become ties, and nothing of it by accident."""

from __future__ import annotations

import datetime as dt
import gettext
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import language
from analysis.__main__ import main
from analysis.disclosure import open_view
from analysis.intake import relations
from analysis.intake.reading import read_file
from analysis.intake.refresh import Refresh
from analysis.intake.relations import EDGES, MATRIX, ROWS, SURVEY, Relations
from analysis.intake.release import build
from analysis.measures import network
from tests.analysis.intake.workbooks import xlsx

TODAY = dt.date(2025, 3, 3)
AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
DAY = {"relations:day": "2025-02-14"}
OF = {**DAY, "relations:type": "information"}
WORLDS = Path(__file__).parents[2] / "worlds"
NAMES = {"P1": "Hill School", "P2": "Harbour Police", "P3": "Night Library", "P4": "Clinic East"}


def partners(names=NAMES):
    return pd.DataFrame(
        {"partner_id": list(names), "name": list(names.values()), "sector": "one", "answered": True}
    )


def rows(text: str, answers=None) -> pd.DataFrame:
    """Answer with the rows of a file as the way in lays them out."""
    content = text if isinstance(text, bytes) else text.encode()
    found = read_file(content, "list.csv", answers=answers, as_it_stands=lambda raw: True)
    return found.raw


def kind(text, names=NAMES, places=(), **answers):
    return relations.recognised(rows(text, answers), partners(names), places, answers)


def read(text, answers=OF, names=NAMES) -> Relations:
    raw = rows(text, answers)
    of = relations.recognised(raw, partners(names), (), answers)
    assert of, "no relations were recognised"
    return relations.read_relations(raw, of, "list.csv", partners(names), answers, TODAY)


def ties(found: Relations) -> list[tuple[str, ...]]:
    assert (found.questions, found.upload.problems) == ((), ())
    wanted = found.upload.rows[["from", "to", "type", "confirmed"]]
    return list(wanted.itertuples(index=False, name=None))


def problems(found: Relations) -> list[tuple[str, int | None, str | None]]:
    return [(one.code, one.row, one.column) for one in found.upload.problems]


def asked(found: Relations) -> list[str]:
    return [one.id for one in found.questions]


ANSWERS = """\
respondent,asked about,relation,strength,how often
P1,Harbour Police,contact,3,weekly
harbour police,P1,contact,2,weekly
P1,P2,joint activities,2,
P2,P1,joint activities,0,
P3,,,,
P2,P4,referral,1,
"""
SQUARE = ",P1,P2,P3,P4\nP1,,4,,\nP2,5,,2,\nP3,,,,\nP4,,,,\n"
PAIRS = "from,to\nP1,P2\nP2,P1\nP2,P3\n"


# ---------------------------------------------------------------- told apart


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (ANSWERS, SURVEY),
        (SQUARE, MATRIX),
        (PAIRS, EDGES),
        ("a,b\nP1,P2\nHill School,Clinic East\n", ROWS),
        ("source,target,area\nOffice,high,B1\nPress,low,B2\n", ""),
        ("district,value\nB1,3\nB2,4\n", ""),
        ("from,to,area,value\n2020-01-01,2020-12-31,B1,3\n2021-01-01,2021-12-31,B2,4\n", ""),
    ],
    ids=[
        "survey",
        "matrix",
        "edges",
        "rows of partners",
        "sources of areas",
        "figures",
        "days from and to",
    ],
)
def test_relations_are_told_from_figures_by_layout_and_by_known_partners(text, told):
    assert kind(text, places=("B1", "B2")) == told


def test_a_matrix_of_areas_and_moves_between_areas_are_no_network():
    places = ("B1", "B2", "B3")
    square = ",B1,B2,B3\nB1,0,5,3\nB2,1,0,2\nB3,0,0,0\n"
    assert kind(square) == MATRIX
    assert kind(square, places=places) == ""
    assert kind("from,to,n\nB1,B2,5\nB2,B3,4\n", places=places) == ""


def test_an_answer_is_the_last_word_on_what_a_file_holds():
    assert kind(SQUARE, relations="no") == ""
    assert kind("x,y\nP1,P2\nP2,P1\n", relations="edges") == EDGES


def test_heads_of_a_matrix_may_be_numbers():
    ids = [str(one) for one in range(1, 8)]
    text = "\n".join([",".join(["", *ids]), *(",".join([one, *["1"] * 7]) for one in ids)])
    raw = rows(text)
    assert list(raw.columns[1:]) == ids
    assert len(raw) == 7


# ---------------------------------------------------------------- read


def test_answers_of_a_survey_become_ties_and_say_who_answered():
    found = read(ANSWERS, DAY)
    assert ties(found) == [
        ("P1", "P2", "contact", "yes"),
        ("P2", "P1", "contact", "yes"),
        ("P1", "P2", "joint_work", "disputed"),
        ("P2", "P4", "referral", "no"),
    ]
    assert found.respondents == {"P1", "P2", "P3"}
    assert found.upload.rows["strength"].tolist() == [3, 2, 2, 1]
    assert set(found.upload.rows["as_of"]) == {"2025-02-14"}
    assert found.upload.rows.index.tolist() == [2, 3, 4, 7]


def test_a_survey_may_have_a_column_per_type():
    text = "respondent,asked about,contact,referral\nP1,P2,3,\nP2,P1,2,1\nP3,P1,,\n"
    found = read(text, DAY)
    assert ties(found) == [
        ("P1", "P2", "contact", "yes"),
        ("P2", "P1", "contact", "yes"),
        ("P2", "P1", "referral", "no"),
    ]
    assert found.respondents == {"P1", "P2", "P3"}


def test_a_survey_in_which_nobody_names_anybody_has_answers_and_no_tie():
    found = read("respondent,about,relation,strength\nP1,P2,contact,0\nP2,P1,none,\nP3,,,\n", DAY)
    assert ties(found) == []
    assert found.respondents == {"P1", "P2", "P3"}
    assert (found.day, read("respondent,about,note\nP1,,busy\n", OF).day) == (
        "2025-02-14",
        "2025-02-14",
    )


def test_trust_asked_as_a_relation_goes_with_the_tie_of_the_same_two():
    text = "respondent,about,relation,strength\nP1,P2,contact,3\nP1,P2,trust,4\nP1,P3,trust,2\n"
    found = read(text, DAY)
    assert found.upload.rows["trust"].tolist() == [4]
    assert problems(found) == [("trust_alone", 4, None)]


def test_a_matrix_says_who_names_whom_row_by_row():
    found = read(SQUARE)
    assert ties(found) == [
        ("P1", "P2", "information", "yes"),
        ("P2", "P1", "information", "yes"),
        ("P2", "P3", "information", "no"),
    ]
    assert found.upload.rows["strength"].tolist() == [4, 5, 2]
    assert found.respondents is None


def test_a_workbook_and_another_delimiter_hold_the_same_matrix():
    book = xlsx({"ties": [["", *NAMES], *([one, *line.split(",")[1:]] for one, line in
                                          zip(NAMES, SQUARE.splitlines()[1:], strict=True))]})  # fmt: skip
    raw = read_file(book, "ties.xlsx", as_it_stands=lambda raw: True).raw
    assert relations.recognised(raw, partners(), (), {}) == MATRIX
    of_book = relations.read_relations(raw, MATRIX, "ties.xlsx", partners(), OF, TODAY)
    named = SQUARE.replace(",", ";")
    for partner_id, name in NAMES.items():
        named = named.replace(partner_id, name.upper())
    assert ties(of_book) == ties(read(named)) == ties(read(SQUARE))


def test_a_matrix_of_noughts_and_ones_has_ties_without_strength():
    found = read(SQUARE.replace(",4,", ",1,").replace("5", "1").replace(",2", ",1"))
    assert len(ties(found)) == 3
    assert found.upload.rows["strength"].isna().all()
    assert [one.code for one in found.notes] == ["no_strengths"]


def test_edges_that_stand_once_hold_for_both_when_somebody_says_so():
    text = "from,to\nP1,P2\nP2,P3\n"
    assert asked(read(text)) == ["relations:both"]
    assert ties(read(text, {**OF, "relations:both": "one"})) == [
        ("P1", "P2", "information", "no"), ("P2", "P3", "information", "no"),
    ]  # fmt: skip
    both = read(text, {**OF, "relations:both": "both"})
    assert {(one, other) for one, other, *_ in ties(both)} == {
        ("P1", "P2"), ("P2", "P1"), ("P2", "P3"), ("P3", "P2"),
    }  # fmt: skip
    assert set(both.upload.rows["confirmed"]) == {"yes"}


def test_what_a_file_does_not_say_is_asked():
    assert asked(read(PAIRS, {})) == ["relations:type", "relations:day"]
    found = read("x,y\nP1,P2\nP2,P1\nP4,P1\n", {})
    assert asked(found) == ["relations", "relations:from", "relations:type", "relations:day"]
    turned = read("x,y\nP1,P2\nP2,P1\nP4,P1\n",
                  {**OF, "relations": "edges", "relations:from": "y"})  # fmt: skip
    assert [(one, other) for one, other, *_ in ties(turned)] == [
        ("P2", "P1"), ("P1", "P2"), ("P1", "P4"),
    ]  # fmt: skip


def test_words_nobody_knows_and_years_without_a_day_are_asked_each():
    text = "from,to,relation,year\nP1,P2,dance,2024\nP2,P1,contact,2025\nP2,P3,dance,2025\n"
    assert asked(read(text, {})) == [
        "relations:type:dance", "relations:day:2024", "relations:day:2025",
    ]  # fmt: skip
    days = {"relations:day:2024": "2024-02-01", "relations:day:2025": "2025-02-14"}
    found = read(text, {**days, "relations:type:dance": "leave out", "relations:both": "one"})
    assert ties(found) == [("P2", "P1", "contact", "no")]
    assert [one.message for one in found.notes] == ["2 rows of type 'dance' are left out"]


def test_a_first_row_that_reads_like_a_tie_is_asked_about():
    text = "P1,P2\nP2,P3\nP3,P1\n"
    assert asked(read(text, {})) == ["headings"]
    whole = {**OF, "headings": "0", "relations": "edges", "relations:from": "column 1",
             "relations:both": "one"}  # fmt: skip
    assert len(ties(read(text, whole))) == 3


def test_a_column_that_is_no_part_of_a_tie_is_told():
    found = read("from,to,remark\nP1,P2,good\nP2,P1,\n")
    assert [(one.code, one.column) for one in found.notes] == [("unused_column", "remark")]
    assert [(one.name, one.kind) for one in found.columns] == [
        ("from", "partner who says so"), ("to", "partner it is said of"), ("remark", "not taken"),
    ]  # fmt: skip


def test_the_columns_of_a_matrix_are_told_in_two_lines():
    assert [(one.name, one.kind) for one in read(SQUARE).columns] == [
        ("column 1", "partner who says so"), ("P1 … P4", "partner it is said of"),
    ]  # fmt: skip


# ---------------------------------------------------------------- bad input


def test_everything_wrong_with_a_survey_is_said_at_once_with_its_row():
    bad = (
        ANSWERS
        + "P4,P9,contact,1,\nP4,P1,contact,9,\nP1,P2,contact,1,\nHill Shool,P4,referral,1,\n"
    )
    found = read(bad, {})
    assert problems(found) == [
        ("unknown_id", 11, "respondent"),
        ("unknown_id", 8, "asked about"),
        ("out_of_range", 9, "strength"),
        ("duplicate", 10, None),
    ]
    assert str(found.upload.problems[0]).endswith(
        "no partner 'Hill Shool'; correct the name, or add it to partners.csv"
    )


def test_a_strength_out_of_range_is_named_with_row_and_column_of_the_matrix():
    assert problems(read(SQUARE.replace("5", "9"))) == [("out_of_range", 3, "P1")]


def test_who_came_to_which_meeting_is_no_matrix_of_partners():
    (problem,) = read("partner,May,June,July\nP1,1,0,1\nP2,0,1,1\n").upload.problems
    assert (problem.code, problem.row) == ("two_mode", 1)
    assert problem.message.startswith(
        "rows and columns are two kinds of things: the columns ('May', 'June', 'July') stand on one"
    )


def test_who_came_to_which_meeting_is_no_list_of_edges():
    found = read("from,to\nP1,May\nP2,June\nP3,July\nP1,June\n")
    assert [one.code for one in found.upload.problems] == ["two_mode"]


def test_a_partner_on_one_side_of_a_matrix_only_is_named():
    (problem,) = read(",P1,P2,P3\nP1,,1,1\nP2,1,,\n").upload.problems
    assert problem.code == "not_square"
    assert problem.message.startswith("among the columns and not among the rows: 'P3';")


def test_a_head_nobody_knows_and_one_that_stands_twice_are_named_with_their_row():
    assert problems(read(",P1,P2,P8\nP1,,1,\nP2,1,,\nP8,,,\n")) == [("unknown_id", 4, "column 1")]
    assert ("duplicate", 4, "column 1") in problems(
        read(",P1,P2,P3\nP1,,1,\nP2,1,,\nP2,,,\nP3,,,\n")
    )


def test_a_tie_without_its_type_or_its_partner_is_named_and_not_dropped():
    text = "from,to,type\nP1,P2,\nP1,,contact\n,P2,contact\nP2,P1,contact\nP3,P1,-\n"
    assert problems(read(text, {**DAY, "relations:both": "one"})) == [
        ("empty_cell", 4, "from"), ("empty_cell", 3, "to"), ("empty_cell", 2, "type"),
    ]  # fmt: skip
    survey = "respondent,about,relation\nP1,P2,contact\nP2,,\nP3,,contact\n"
    assert problems(read(survey, DAY)) == [("empty_cell", 4, "about")]
    assert problems(read(",P1,P2,P3\nP1,,1,\nP2,,,\nP3,,,\n,1,,\n")) == [
        ("empty_cell", 5, "column 1")
    ]


def test_a_name_that_may_be_a_persons_is_not_repeated():
    (problem,) = read(PAIRS.replace("P3", "Anna Smith")).upload.problems
    assert (problem.code, problem.row, problem.column) == ("unknown_id", 4, "to")
    assert str(problem).endswith("no partner, it may be a person; write the id of the partner")
    assert "anna" not in repr(problem).casefold()


def test_a_name_of_two_partners_needs_the_id():
    found = read(
        "from,to\nLibrary,P1\nP1,P2\nP2,P1\n", names={**NAMES, "P5": "Library", "P6": "Library"}
    )
    assert problems(found) == [("ambiguous", 2, "from")]


def test_without_a_partner_there_is_nobody_to_tie():
    (problem,) = read(PAIRS, names={}).upload.problems
    assert problem.code == "no_partners"


def test_a_day_ahead_is_asked_again():
    (question,) = read(PAIRS, {**OF, "relations:day": "2026-01-01"}).questions
    assert question.text.startswith("'2026-01-01' lies ahead; of which day")


# ---------------------------------------------------------------- laws


PAIRS_OF_FOUR = [(one, other) for one in NAMES for other in NAMES if one != other]


@settings(max_examples=10)
@given(st.dictionaries(st.sampled_from(PAIRS_OF_FOUR), st.integers(2, 5), min_size=1))
def test_a_matrix_and_its_edges_are_the_same_ties(drawn):
    square = pd.DataFrame(
        [[one, *(str(drawn.get((one, other), "")) for other in NAMES)] for one in NAMES],
        columns=["", *NAMES],
    )
    edges = pd.DataFrame(
        [(one, other, str(strength)) for (one, other), strength in drawn.items()],
        columns=["from", "to", "strength"],
    )
    answers = {**OF, "relations:both": "one"}
    one, other = (
        relations.read_relations(raw, of, "list.csv", partners(), answers, TODAY).upload
        for raw, of in ((square.set_axis(range(2, 6)), MATRIX), (edges, EDGES))
    )
    assert (one.problems, other.problems) == ((), ())
    assert (set(one.rows.astype("str").itertuples(index=False, name=None))
            == set(other.rows.astype("str").itertuples(index=False, name=None)))  # fmt: skip


# ---------------------------------------------------------------- the whole way


PEOPLE = "partner_id,name,sector,answered\n" + "".join(
    f"{one},{name},police,{'true' if one == 'P4' else 'false'}\n" for one, name in NAMES.items()
)


@pytest.fixture
def refresh(tmp_path):
    folder = tmp_path / "town"
    shutil.copytree(WORLDS / "bare", folder, ignore=shutil.ignore_patterns("store"))
    (folder / "partners.csv").write_text(PEOPLE)
    (folder / "ties.csv").write_text(
        "from,to,type,strength,trust,as_of\nP1,P2,contact,1,5,2025-02-14\n"
        "P3,P4,contact,1,,2025-02-14\nP3,P4,contact,2,,2024-02-01\nP3,P1,referral,2,,2025-02-14\n"
    )
    build(folder, at=AT)
    return Refresh(folder)


def test_a_survey_is_published_and_rolled_back_with_who_answered(refresh):
    found = refresh.begin([("survey.csv", ANSWERS.encode())], by="a", at=AT)
    assert (found.decision, [one.id for one in found.questions]) == (
        "needs_answer",
        ["relations:day"],
    )
    checksum = found.files[0].file.checksum
    found = refresh.examine(refresh.answer(found.draft, checksum, DAY))
    # Of contact and that day it lacks a tie; what it does not speak of stays unasked.
    (question,) = found.questions
    assert "2 rows of 'ties' that are published are not in the file (P3 P4 contact" in question.text
    found = refresh.examine(refresh.answer(found.draft, checksum, {question.id: "take them out"}))
    assert found.decision == "publishable"
    changes = {name: one.counts for name, one in found.table_changes.items()}
    assert changes["ties"] == {"new": 3, "changed": 1, "gone": 2, "status": 0}
    assert changes["partners"]["changed"] == 4
    before = refresh.store.table("ties")
    release = refresh.publish(found, by="a", at=AT, reason="spring survey")
    after = refresh.store.table("ties").set_index(["from", "to", "type", "as_of"])
    assert after.loc[("P1", "P2", "contact", "2025-02-14"), ["strength", "trust"]].tolist() == [
        3,
        5,
    ]
    assert ("P3", "P4", "contact", "2024-02-01") in after.index
    answered = refresh.store.table("partners").set_index("partner_id")["answered"]
    assert answered.to_dict() == {"P1": True, "P2": True, "P3": True, "P4": False}
    refresh.roll_back(release.release_id, by="a", at=AT, reason="wrong day")
    pd.testing.assert_frame_equal(refresh.store.table("ties"), before)
    assert not refresh.store.table("partners").set_index("partner_id")["answered"]["P1"]


def test_partners_and_several_matrices_are_one_release(refresh):
    new = PEOPLE + "P5,Boxing Club,sport,false\n"
    square = ",P1,P2,P5\nP1,,1,2\nP2,1,,3\nP5,,,\n"
    files = [("information.csv", square.encode()), ("referral.csv", PAIRS.encode()),
             ("partners.csv", new.encode())]  # fmt: skip
    found = refresh.begin(files, by="a", at=AT)
    draft = found.draft
    for file, of_type in zip(found.files[:2], ("information", "joint_cases"), strict=True):
        said = {**DAY, "relations:type": of_type}
        draft = refresh.answer(draft, file.file.checksum, said)
    found = refresh.examine(draft)
    assert found.decision == "publishable", [one.message for one in found.all_checks]
    assert len(found.tables["ties"]) == 4 + 4 + 3
    assert len(found.tables["partners"]) == 5


def test_trust_that_comes_alone_goes_to_the_ties_of_its_day(refresh):
    said = {**DAY, "relations:type": "trust", "relations:both": "one"}
    square = ",P1,P2,P3,P4\nP1,,2,,\nP2,,,,\nP3,,,,4\nP4,,,,\n"
    found = refresh.begin([("trust.csv", square.encode())], by="a", at=AT, answers=said)
    assert found.decision == "publishable", [one.message for one in found.all_checks]
    changed = found.table_changes["ties"].rows
    assert changed[["from", "to", "as_of", "column", "before", "after"]].to_numpy().tolist() == [
        ["P1", "P2", "2025-02-14", "trust", "5", "2"], ["P3", "P4", "2025-02-14", "trust", "", "4"],
    ]  # fmt: skip
    alone = square.replace("P2,,,,", "P2,,,3,")
    found = refresh.begin([("trust.csv", alone.encode())], by="a", at=AT, answers=said)
    assert [(one.code, one.rows) for one in found.all_checks] == [("trust_alone", (3,))]


def test_two_files_of_the_same_type_and_day_come_one_by_one(refresh):
    files = [("one.csv", PAIRS.encode()), ("two.csv", b"from,to\nP3,P2\nP2,P3\n")]
    found = refresh.begin(files, by="a", at=AT, answers=OF)
    assert [one.code for one in found.all_checks if one.level == "refuse"] == ["twice"]


def test_an_older_survey_says_nothing_of_who_answered_last(refresh):
    found = refresh.begin([("old.csv", ANSWERS.encode())], by="a", at=AT,
                          answers={"relations:day": "2023-02-01"})  # fmt: skip
    assert found.decision == "publishable"
    assert not found.table_changes["partners"].counts["changed"]
    assert "older_survey" in {one.code for one in found.all_checks}


def test_the_command_line_imports_a_matrix_once_its_questions_are_answered(
    refresh, tmp_path, capsys
):
    file, answers = tmp_path / "matrix.csv", tmp_path / "answers.toml"
    command = ["import", str(file), "--territory", str(refresh.folder)]
    file.write_text(SQUARE)
    assert main(command) == 4
    printed = capsys.readouterr().out
    assert "question relations:type: which type of relation is it? (contact | joint_work" in printed
    answers.write_text("".join(f'"{key}" = "{said}"\n' for key, said in OF.items()))
    file.write_text(SQUARE.replace("5", "9").replace("P4,", "P9,"))
    assert main([*command, "--answers", str(answers)]) == 3
    assert "9 is above 5, the most possible; correct it (line 3)" in capsys.readouterr().out
    file.write_text(SQUARE)
    assert main([*command, "--answers", str(answers)]) == 0
    assert len(refresh.store.table("ties")) == 4 + 3


def test_a_table_published_before_it_had_all_its_columns_is_refreshed(refresh):
    old = refresh.store.table("ties").drop(columns=["reviewed", "agreement"])
    refresh.store.publish(tables={"ties": old}, by="a", reason="an earlier version", at=AT)
    seen = open_view(refresh.folder / "store").table("ties")
    assert (set(seen["agreement"]), set(seen["reviewed"])) == ({"none"}, {""})
    found = refresh.begin([("partners.csv", PEOPLE.encode())], by="a", at=AT)
    assert found.decision == "publishable"
    found = refresh.begin([("edges.csv", PAIRS.encode())], by="a", at=AT, answers=OF)
    assert found.table_changes["ties"].counts["new"] == 3
    assert not found.table_changes["ties"].counts["changed"]


def test_persons_who_answer_a_survey_are_refused_and_nothing_is_kept(refresh):
    people = "respondent,asked about,relation\n" + "".join(
        f"{name},P{i % 4 + 1},contact\n"
        for i, name in enumerate(["Anna Smith", "Peter Miller", "Maria Jones", "Paul Brown"])
    )
    found = refresh.begin([("survey.csv", people.encode())], by="a", at=AT)
    assert found.decision == "refused"
    (check,) = [one for one in found.all_checks if one.level == "refuse"]
    assert check.message.endswith(
        "the respondent of a partner survey is a partner id; leave this column out"
    )
    assert refresh.drafts.all() == []


# ---------------------------------------------------------------- published networks


@pytest.mark.parametrize("form", [EDGES, MATRIX])
@pytest.mark.parametrize(
    ("name", "mutual", "measure", "told"),
    [
        # Krackhardt (1987) and Wasserman and Faust (1994), chapter 4: densities of 21 managers.
        ("ht_advice", "one", "density", 0.452),
        ("ht_friends", "one", "density", 0.243),
        ("ht_reports", "one", "density", 0.048),
        # Padgett and Ansell (1993) and Zachary (1977): 20 of 120 pairs, 78 of 561.
        ("flo_marriage", "both", "density", 20 / 120),
        ("karate", "both", "density", 78 / 561),
        # Freeman's centralization of the same, as in test_network_published.
        ("flo_marriage", "both", "degree_centralization", 0.267),
    ],
)
def test_networks_everybody_knows_come_through_the_import(
    realdata, name, form, mutual, measure, told
):
    folder = realdata / "networks" / name
    nodes, edges = (pd.read_csv(folder / f"{one}.csv", dtype="str") for one in ("nodes", "edges"))
    names = dict(
        zip(nodes["id"], nodes["name"] if "name" in nodes else "member " + nodes["id"], strict=True)
    )
    text = (folder / "edges.csv").read_bytes()
    if form == MATRIX:
        square = pd.crosstab(edges["from"], edges["to"])
        square = square.reindex(index=nodes["id"], columns=nodes["id"], fill_value=0)
        text = square.to_csv().encode()
    found = read(text, {**OF, "relations:both": mutual}, names)
    assert found.upload.problems == ()
    measured = network.network_measures(partners(names), found.upload.rows)
    assert getattr(measured, measure) == pytest.approx(told, abs=5e-4)


def test_women_and_their_meetings_do_not_come_through_the_import(realdata):
    folder = realdata / "networks" / "southern_women"
    nodes = pd.read_csv(folder / "nodes.csv", dtype="str")
    women = dict(zip(nodes["id"], nodes["name"], strict=True))
    only = {key: name for key, name in women.items() if int(key) <= 18}
    edges = pd.read_csv(folder / "edges.csv", dtype="str")
    named = edges.map(women.get)
    square = pd.crosstab(named["to"], named["from"])
    for text in (named.to_csv(index=False), square.to_csv()):
        assert "two_mode" in {one.code for one in read(text, OF, only).upload.problems}


def test_what_relations_ask_refuse_and_note_is_said_in_the_readers_language(monkeypatch):
    class Abroad(gettext.NullTranslations):
        def gettext(self, message):
            return f"§{message}"

        def ngettext(self, one, many, n):
            return f"§{one if n == 1 else many}"

    monkeypatch.setattr(language, "_translations", lambda _locale: Abroad())
    bad = "a,b,year\nP1,P9,2025\nP1,,2025\nP2,Anna Berg,\nLibrary,P1,\n,P2,\n"
    of = {**NAMES, "P5": "Library", "P6": "Library"}
    found = [
        read(bad, {}, of), read(PAIRS, {**OF, "relations:day": "2030-01-01"}), read("from,to\nP1,P2\n", {}),
        read("from,to,type,note\nP1,P2,dance,x\n", {}), read("P1,P2\nP2,P1\n", {}),
        read(SQUARE.replace("P4", "P8", 1)), read("partner,May,June,July\nP1,1,0,1\nP2,0,1,1\n"),
        read(PAIRS, names={}), read(",P1,P2,P3\nP1,,1,\nP2,,,\nP3,,,\n"),
        read("respondent,about,relation\nP1,P2,trust\n", DAY),
    ]  # fmt: skip
    said = [one.text for each in found for one in each.questions]
    said += [choice.words for each in found for one in each.questions for choice in one.choices
             if one.id in ("relations", "relations:both", "headings")]  # fmt: skip
    said += [one.message for each in found for one in each.notes]
    said += [one.message for each in found for one in each.upload.problems
             if one.code not in ("two_mode", "duplicate") or each.upload.rows.empty]  # fmt: skip
    assert len(said) > 25
    assert [one for one in said if "§" not in one] == []
