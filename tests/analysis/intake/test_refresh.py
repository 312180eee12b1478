"""From an uploaded file to a release: nothing by accident, nothing lost, nothing in silence."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from analysis.__main__ import main
from analysis.disclosure import open_view
from analysis.errors import ConflictError, InputError
from analysis.intake.refresh import Refresh
from analysis.intake.release import build

AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
WORLDS = Path(__file__).parents[2] / "worlds"
INDICATORS = """\
indicator_id,title,factor,higher_is,theme,source_kind,measure,unit,multiplier,decimals,\
denominator_id,disclosure_threshold,disclosure_reason,publisher,frequency
unsafe,Unsafe in the evening,risk,more,tensions,survey,proportion,% of adults,100,1,,0,a sample,Panel,Y
incidents,Incidents,risk,more,tensions,administrative,rate,per 1000,1000,1,residents,0,open,Police,Y
residents,Residents,context,neutral,base,statistics,count,residents,1,0,,0,open,Register,Y
"""


def unsafe(year, extra=0, areas=9):
    rows = "".join(
        f"district,B{i},unsafe,{year},{20 + i + extra},100\n" for i in range(1, areas + 1)
    )
    return f"level,area_id,indicator_id,period,count,denominator\n{rows}".encode()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    shutil.copytree(WORLDS / "bare" / "boundaries", folder / "boundaries")
    (folder / "observations").mkdir()
    (folder / "indicators.csv").write_text(INDICATORS)
    (folder / "observations" / "unsafe.csv").write_bytes(unsafe(2023))
    residents = "".join(f"district,B{i},residents,2023,{1000 * i}\n" for i in range(1, 10))
    (folder / "observations" / "residents.csv").write_text(
        f"level,area_id,indicator_id,period,count\n{residents}"
    )
    build(folder, at=AT)
    return folder


@pytest.fixture
def town(built, tmp_path):
    return Path(shutil.copytree(built, tmp_path / "town"))


@pytest.fixture
def refresh(town):
    return Refresh(town)


def begin(refresh, content, name="unsafe.csv", **rest):
    return refresh.begin([(name, content)], by="anna", at=AT, **rest)


def values(town, indicator_id, period):
    frame = open_view(town / "store").values(indicator_id, level="district", period=period)
    return frame["value"].to_dict()


def stored(town):
    return {path.relative_to(town) for path in town.rglob("*") if path.is_file()}


def test_a_file_with_our_own_columns_asks_nothing_and_is_published(refresh, town):
    found = begin(refresh, unsafe(2024))
    assert found.decision == "publishable"
    assert [file.ledger.matched for file in found.files] == [9]
    release = refresh.publish(found, by="anna", at=AT, reason="yearly panel")
    assert values(town, "unsafe", "2024")["B1"] == pytest.approx(21.0)
    assert values(town, "unsafe", "2023")["B1"] == pytest.approx(21.0)
    assert (release.by, release.reason) == ("anna", "yearly panel")
    checksum = found.files[0].file.checksum
    assert refresh.drafts.original(checksum) == unsafe(2024)
    assert refresh.drafts.all() == []


def test_a_roll_back_restores_what_stood_before(refresh, town):
    before = values(town, "unsafe", "2023")
    release = refresh.publish(begin(refresh, unsafe(2023, 5)), by="a", at=AT, reason="corrected")
    assert values(town, "unsafe", "2023") != before
    refresh.roll_back(release.release_id, by="a", at=AT, reason="wrong file")
    assert values(town, "unsafe", "2023") == before


def test_what_changes_is_counted(refresh):
    found = begin(refresh, unsafe(2023, 1, areas=8))
    assert found.changes["unsafe"].counts == {"new": 0, "changed": 8, "gone": 1, "status": 0}


def test_words_of_a_publisher_are_asked_and_kept_in_a_recipe(refresh, town):
    rows = "".join(f"B{i};{20 + i},5\n" for i in range(1, 10))
    content = f"Code;Share\n{rows}".encode()
    found = begin(refresh, content, "panel_2024.csv")
    assert found.decision == "needs_answer"
    asked = {question.id for question in found.questions}
    assert {"figure:Share", "period"} <= asked
    answers = {
        "figure:Share": "unsafe", "role:Share": "value", "period": "2024", "level": "district",
    }  # fmt: skip
    draft = refresh.answer(found.draft, found.files[0].file.checksum, answers)
    found = refresh.examine(draft)
    assert [question.id for question in found.questions] == []
    refresh.publish(found, by="a", at=AT, reason="panel")
    assert values(town, "unsafe", "2024")["B2"] == pytest.approx(22.5)
    recipe = (town / "recipes" / "panel.toml").read_text()
    assert '"Share" = "unsafe"' in recipe or "Share = " in recipe
    again = begin(refresh, content.replace(b"21,5", b"21,9"), "panel_2025.csv")
    assert {question.id for question in again.questions} == {"period"}


def test_a_place_that_is_not_known_waits_and_is_never_dropped(refresh, town):
    content = unsafe(2024).replace(b"B9", b"B99")
    found = begin(refresh, content)
    ledger = found.files[0].ledger
    assert (ledger.rows_in, ledger.matched, ledger.data_only) == (9, 8, 1)
    assert ledger.boundary_only == ("B9",)
    assert found.decision == "needs_answer"
    assert "place:B99" in {question.id for question in found.questions}
    with pytest.raises(InputError, match="still open: 'B99'"):
        refresh.publish(found, by="a", at=AT, reason="x")
    draft = refresh.answer(found.draft, found.files[0].file.checksum, {"place:B99": "leave out"})
    assert refresh.examine(draft).decision == "publishable"


def test_other_spelling_is_offered_by_kind_and_never_applied_unseen(refresh):
    content = unsafe(2024).replace(b"B1,", b"b1,").replace(b"B2,", b"b2,")
    found = begin(refresh, content)
    assert [question.id for question in found.questions] == ["accept:case"]
    assert found.files[0].ledger.matched == 7
    checksum = found.files[0].file.checksum
    accepted = refresh.examine(found.draft.answered(checksum, {"accept:case": "yes"}))
    assert (accepted.decision, accepted.files[0].ledger.matched) == ("publishable", 9)
    declined = refresh.examine(found.draft.answered(checksum, {"accept:case": "no"}))
    assert [question.id for question in declined.questions] == ["place:b1", "place:b2"]


def test_two_rows_for_one_figure_wait_until_it_is_said_which_counts(refresh):
    found = begin(refresh, unsafe(2024) + b"district,B1,unsafe,2024,25,100\n")
    assert found.files[0].ledger.duplicated == 2
    assert [question.id for question in found.questions] == ["repeats:B1"]
    answers = {"repeats:B1": "last"}
    draft = found.draft.answered(found.files[0].file.checksum, answers)
    last = refresh.examine(draft)
    assert last.decision == "publishable"
    rows = last.observations["unsafe"].set_index("area_id")
    assert rows.loc["B1", "count"] == 25


def test_a_file_of_persons_is_refused_and_nothing_of_it_is_kept(refresh, town):
    people = b"first name,surname,date of birth,district\n" + b"".join(
        f"{first},{last},19{year}-0{1 + year % 9}-11,B{1 + year % 9}\n".encode()
        for year, (first, last) in enumerate(
            [("Anna", "Berg"), ("Jon", "Dahl"), ("Mia", "Ek"), ("Ola", "Friis"), ("Per", "Gran"),
             ("Siv", "Holm"), ("Tor", "Iversen"), ("Ulf", "Juhl"), ("Vera", "Krog")] * 3, 50
        )
    )  # fmt: skip
    before = stored(town)
    found = begin(refresh, people, "list.csv")
    assert found.decision == "refused"
    assert stored(town) == before
    told = json.dumps(found.as_dict())
    assert not any(name in told for name in ("Berg", "Iversen", "Krog"))
    assert refresh.drafts.all() == []


def test_the_second_of_two_analysts_is_told_what_changed_meanwhile(refresh, town):
    first, second = begin(refresh, unsafe(2024)), begin(refresh, unsafe(2024, 3), "other.csv")
    refresh.publish(first, by="anna", at=AT, reason="panel")
    with pytest.raises(ConflictError, match=r"published meanwhile: release 2 by anna .*\(panel\)"):
        refresh.publish(second, by="ben", at=AT, reason="also the panel")
    again = refresh.examine(refresh.drafts.open(second.draft.draft_id))
    assert again.changes["unsafe"].counts["changed"] == 9
    refresh.publish(again, by="ben", at=AT, reason="also the panel", rebase=True)
    assert values(town, "unsafe", "2024")["B1"] == pytest.approx(24.0)


def test_counts_and_denominators_come_from_two_files_in_one_release(refresh, town):
    head = b"level,area_id,indicator_id,period,count\n"
    counts = head + b"".join(f"district,B{i},incidents,2024,{i}\n".encode() for i in range(1, 10))
    base = head + b"".join(
        f"district,B{i},residents,2024,{1010 * i}\n".encode() for i in range(1, 10)
    )
    found = refresh.begin([("i.csv", counts), ("r.csv", base)], by="a", at=AT)
    assert found.decision == "publishable"
    release = refresh.publish(found, by="a", at=AT, reason="both")
    assert values(town, "incidents", "2024")["B3"] == pytest.approx(1000 / 1010)
    refresh.roll_back(release.release_id, by="a", at=AT, reason="both back")
    assert "incidents" not in open_view(town / "store").indicator_ids()


def test_the_same_file_twice_is_recognised(refresh):
    refresh.publish(begin(refresh, unsafe(2024)), by="a", at=AT, reason="panel")
    found = begin(refresh, unsafe(2024))
    assert [check.code for check in found.all_checks] == ["same_file"]
    assert "was published as release 2" in found.all_checks[0].message


def test_a_dry_run_keeps_nothing(refresh, town):
    before = stored(town)
    assert begin(refresh, unsafe(2024), keep=False).decision == "publishable"
    assert stored(town) == before


def test_an_impossible_figure_is_refused_with_its_row(refresh):
    found = begin(refresh, unsafe(2024).replace(b"2024,21,100", b"2024,210,100"))
    assert found.decision == "refused"
    check = found.all_checks[0]
    assert (check.code, check.rows) == ("impossible", (2,))
    assert "above its denominator" in check.message


def test_rows_are_lines_of_the_file_even_behind_a_preamble_and_blank_lines(refresh):
    lines = unsafe(2024).replace(b"2024,23,100", b"2024,230,100").splitlines(keepends=True)
    head = b"Panel of residents,,,,,\nasked in spring,,,,,\n\n"
    found = begin(refresh, head + b"".join(lines[:2]) + b",,,,,\n" + b"".join(lines[2:]))
    assert found.decision == "refused"
    # Heading in line 4, B1 in line 5, nothing in line 6, B3 in line 8.
    assert [(one.code, one.rows) for one in found.all_checks] == [("impossible", (8,))]
    broken = begin(refresh, head + unsafe(2024).replace(b"2024,21,", b"2024,many,"))
    assert [one.rows for one in broken.all_checks if one.level == "refuse"] == [(5,)]


def test_what_is_implausible_is_named_by_its_line(refresh):
    found = begin(refresh, unsafe(2024).replace(b"B7,unsafe,2024,27", b"B7,unsafe,2024,97"))
    jump = next(check for check in found.all_checks if check.code == "jump")
    assert jump.rows == (8,)
    assert found.observations["unsafe"].index.name == "row"


def test_years_side_by_side_in_one_line_are_each_held_against_arithmetic(refresh):
    rows = "".join(f"B{i};{20 + i};{20 + i}\n" for i in range(1, 9)) + "B9;29;129\n"
    answers = {"period": "(headings)", "figure:Share": "unsafe", "role:Share": "value",
               "figure:value": "unsafe", "role:value": "value", "level": "district"}  # fmt: skip
    found = begin(refresh, f"Code;2021;2022\n{rows}".encode(), answers=answers)
    # The figure of 2021 in the same line is right, and is not accused.
    assert [(one.code, one.rows) for one in found.all_checks if one.level == "refuse"] == [
        ("impossible", (10,))
    ]
    assert "129 is above the whole" in found.all_checks[0].message


def test_lines_are_left_out_where_two_files_feed_one_indicator(refresh):
    head, *rows = unsafe(2024).replace(b"2024,27,", b"2024,97,").splitlines(keepends=True)
    north, south = head + b"".join(rows[:5]), head + b"".join(rows[5:])
    found = refresh.begin([("north.csv", north), ("south.csv", south)], by="a", at=AT)
    jump = next(check for check in found.all_checks if check.code == "jump")
    assert jump.rows == ()


# ---------------------------------------------------------------- progress


class Cancelled(Exception):
    """The reader pressed stop."""


class Told:
    """Keeps what was told, and stops at a call."""

    def __init__(self, stop_at=None):
        self.steps, self.shares, self.stop_at = [], [], stop_at

    def __call__(self, step, share):
        self.steps.append(step)
        self.shares.append(share)
        if len(self.steps) - 1 == self.stop_at:
            raise Cancelled


def contents(town):
    """Every file of the territory, byte for byte; SQLite's shared memory is no content."""
    return {
        path.relative_to(town): path.read_bytes()
        for path in town.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }


def two_files(refresh, told, **rest):
    files = [("unsafe {0}.csv", unsafe(2024)), ("again.csv", unsafe(2025))]
    return refresh.begin(files, by="anna", at=AT, progress=told, **rest)


def test_a_file_whose_recipe_is_named_is_read_once(refresh, town):
    rows = "".join(f"B{i};{20 + i},5\n" for i in range(1, 10))
    answers = {"figure:Share": "unsafe", "role:Share": "value", "period": "2024",
               "level": "district"}  # fmt: skip
    content = f"Code;Share\n{rows}".encode()
    found = begin(refresh, content, "panel.csv", answers=answers)
    refresh.publish(found, by="a", at=AT, reason="panel")
    told = Told()
    named = {"recipe": "panel", "period": "2025"}
    again = begin(refresh, content, "other.csv", answers=named, progress=told)
    assert again.questions == ()
    assert told.steps.count("reading other.csv: decoding") == 1


def test_progress_names_each_step_and_its_share_grows(refresh):
    told = Told()
    found = two_files(refresh, told)
    assert told.shares == sorted(told.shares)
    assert (told.shares[0], told.shares[-1]) == (0.0, 1.0)
    expected = ["reading unsafe {0}.csv: decoding", "reading unsafe {0}.csv: columns",
                "reading again.csv: columns", "joining unsafe {0}.csv",
                "checking unsafe {0}.csv", "joining again.csv",
                "what changes: Unsafe in the evening", "keeping the draft"]  # fmt: skip
    assert [step for step in dict.fromkeys(told.steps) if step in expected] == expected
    publishing = Told()
    refresh.publish(found, by="anna", at=AT, reason="panel", progress=publishing)
    assert publishing.shares == sorted(publishing.shares)
    assert publishing.steps == ["protecting unsafe", "publishing"]


def test_cancelling_at_any_step_leaves_no_draft_lock_or_file(refresh, town):
    told = Told()
    two_files(refresh, told, keep=False)
    before = contents(town)
    for stop_at in range(len(told.steps) + 1):
        with pytest.raises(Cancelled):
            two_files(refresh, Told(stop_at))
        assert contents(town) == before
        assert refresh.drafts.all() == []


def test_cancelling_while_publishing_publishes_nothing_and_leaves_nothing(refresh, town):
    found = begin(refresh, unsafe(2024))
    before = contents(town)
    for stop_at in range(2):
        with pytest.raises(Cancelled):
            refresh.publish(found, by="a", at=AT, reason="x", progress=Told(stop_at))
        assert contents(town) == before
    # Nothing is locked: the same draft is published afterwards.
    assert refresh.publish(found, by="a", at=AT, reason="x").number == 2


def test_persons_are_named_also_where_a_file_has_no_figure_at_all(refresh, town):
    before = contents(town)
    rows = "".join(f"Ann{i},Lee{i},ann.lee{i}@mail.example\n" for i in range(20))
    found = begin(refresh, f"c1,c2,c3\n{rows}".encode(), "list.csv")
    assert found.decision == "refused"
    assert any(one.code == "person_email" for one in found.all_checks)
    assert "ann.lee" not in json.dumps(found.as_dict()).casefold()
    assert contents(town) == before
    with pytest.raises(InputError, match="no column of figures"):
        begin(refresh, b"area,remark\nB1,quiet\nB2,lively\n", "list.csv")


def test_a_file_that_is_not_utf8_is_read_as_the_territory_says(refresh, town):
    path = town / "territory.toml"
    text = path.read_text() if path.is_file() else ""
    path.write_text('encoding = "iso8859-2"\n' + text)
    build(town, at=AT)
    content = "code;udział\nB1;5\nB2;7\n".encode("iso8859-2")
    found = begin(Refresh(town), content, "list.csv")
    assert found.files[0].reading.decided["encoding"] == "iso8859-2"
    assert any(question.text.endswith("'udział'?") for question in found.questions)


# ---------------------------------------------------------------- tables of the territory

PARTNERS = b"partner_id,name,sector,area_ids\nP1,School,education,B1\nP2,Police,police,all\n"
TIES = b"from,to,type,strength\nP1,P2,information,2\n"


def test_partners_and_ties_of_one_upload_are_one_release_and_one_roll_back(refresh):
    files = [("ties.csv", TIES), ("partners 2025.csv", PARTNERS), ("unsafe.csv", unsafe(2024))]
    found = refresh.begin(files, by="anna", at=AT)
    assert found.decision == "publishable", [one.message for one in found.all_checks]
    assert {name: one.counts["new"] for name, one in found.table_changes.items()} == {
        "ties": 1, "partners": 2,
    }  # fmt: skip
    assert found.as_dict()["changes"]["new"] == 12
    release = refresh.publish(found, by="anna", at=AT, reason="spring survey")
    assert {"partners", "ties", "unsafe"} <= {item.name for item in release.items}
    assert refresh.store.table("ties")["strength"].tolist() == [2]
    refresh.roll_back(release.release_id, by="anna", at=AT, reason="wrong year")
    assert not refresh.store.has_table("partners")
    assert not refresh.store.has_table("ties")


def test_a_tie_to_a_partner_nobody_knows_is_refused_with_its_row(refresh, town):
    found = begin(refresh, TIES.replace(b"P2", b"P9"), "ties.csv")
    assert found.decision == "refused"
    assert [(one.code, one.rows, one.column) for one in found.all_checks] == [
        ("unknown_id", (2,), "from"), ("unknown_id", (2,), "to"),
    ]  # fmt: skip
    assert refresh.drafts.all() == []


def test_rows_that_a_table_lacks_are_taken_out_only_when_somebody_says_so(refresh):
    refresh.publish(begin(refresh, PARTNERS, "partners.csv"), by="a", at=AT, reason="first")
    shorter = PARTNERS.replace(b"P2,Police,police,all\n", b"P3,Library,media,B2\n")
    found = begin(refresh, shorter, "partners.csv")
    (question,) = found.questions
    assert (question.id, found.decision) == ("check:gone:partners", "needs_answer")
    assert "1 row of 'partners' that is published is not in the file (P2)" in question.text
    checksum = found.files[0].file.checksum
    kept = refresh.examine(refresh.answer(found.draft, checksum, {question.id: "keep them"}))
    assert kept.table_changes["partners"].counts == {
        "new": 1, "changed": 0, "gone": 0, "status": 0,
    }  # fmt: skip
    taken = refresh.examine(refresh.answer(found.draft, checksum, {question.id: "take them out"}))
    assert taken.table_changes["partners"].counts["gone"] == 1
    refresh.publish(taken, by="a", at=AT, reason="closed")
    assert refresh.store.table("partners")["partner_id"].tolist() == ["P1", "P3"]
    assert [one.reason for one in refresh.store.history("partners", kind="tables")] == [
        "closed", "first",
    ]  # fmt: skip


def test_a_workbook_of_partners_is_read_like_a_csv(refresh, tmp_path):
    from tests.analysis.intake.workbooks import xlsx

    rows = [line.split(",") for line in PARTNERS.decode().splitlines()]
    found = begin(refresh, xlsx({"partners": rows}), "partners.xlsx")
    assert found.decision == "publishable"
    assert found.tables["partners"]["name"].tolist() == ["School", "Police"]


def test_persons_among_the_partners_are_refused_and_nothing_is_kept(refresh, town):
    before = contents(town)
    rows = "".join(f"P{i},Group {i},belief,ann.lee{i}@mail.example\n" for i in range(12))
    found = begin(refresh, f"partner_id,name,sector,tasks\n{rows}".encode(), "partners.csv")
    assert found.decision == "refused"
    assert "ann.lee" not in json.dumps(found.as_dict())
    assert contents(town) == before


def test_the_second_of_two_who_edit_a_table_is_told(refresh):
    one = begin(refresh, PARTNERS, "partners.csv")
    other = begin(refresh, PARTNERS.replace(b"School", b"College"), "partners.csv")
    refresh.publish(one, by="anna", at=AT, reason="spring")
    with pytest.raises(ConflictError, match=r"published meanwhile: release 2 by anna"):
        refresh.publish(other, by="ben", at=AT, reason="spring")


def test_an_indicator_with_figures_keeps_its_row(refresh):
    rows = [line for line in INDICATORS.splitlines() if not line.startswith("unsafe")]
    found = begin(refresh, ("\n".join(rows) + "\n").encode(), "indicators.csv")
    answer = {"check:gone:indicators": "take them out"}
    found = refresh.examine(refresh.answer(found.draft, found.files[0].file.checksum, answer))
    assert [one.message for one in found.all_checks if one.level == "refuse"] == [
        "'unsafe' has published figures; keep its row"
    ]


def test_a_changed_catalogue_takes_effect_on_figures_that_stand(refresh, town):
    content = INDICATORS.replace("Unsafe in the evening", "Afraid after dark").replace(
        "100,1,,0,a sample", "100,1,,30,"
    )
    release = refresh.publish(
        begin(refresh, content.encode(), "indicators.csv"), by="a", at=AT, reason="words"
    )
    assert refresh.territory.catalogue["unsafe"].title == "Afraid after dark"
    assert {item.name for item in release.items if item.kind == "protected"} == {"unsafe"}
    assert pd.isna(values(town, "unsafe", "2023")["B1"])


def test_a_crosswalk_is_published_and_used(refresh, town):
    content = b"from_id,to_id,weight,basis\nX1,B1,0.25,residents\nX1,B2,0.75,residents\n"
    found = begin(refresh, content, "old__squares.csv")
    assert found.decision == "publishable", [one.message for one in found.all_checks]
    refresh.publish(found, by="a", at=AT, reason="borders")
    assert refresh.store.table("crosswalks")["to_id"].tolist() == ["B1", "B2"]


# ---------------------------------------------------------------- a new indicator


def described(columns):
    return {f"indicator:Clubs:{name}": said for name, said in columns.items()}


CLUBS = dict(
    indicator_id="clubs", title="Open clubs", factor="protective", higher_is="more",
    theme="dialogue", source_kind="administrative", measure="count", unit="clubs",
    disclosure_threshold="0", disclosure_reason="institutions, not persons",
)  # fmt: skip


def clubs(refresh, **columns):
    rows = "".join(f"B{i};{i}\n" for i in range(1, 10))
    answers = {
        "figure:Clubs": "new", "role:Clubs": "count", "period": "2024", "level": "district",
        **described(columns),
    }  # fmt: skip
    return begin(refresh, f"Code;Clubs\n{rows}".encode(), "clubs_2024.csv", answers=answers)


def test_a_new_indicator_is_described_and_published_with_its_figures(refresh, town):
    asked = clubs(refresh)
    assert asked.decision == "needs_answer"
    by_id = {one.id: one for one in asked.questions}
    assert by_id["indicator:Clubs:indicator_id"].suggestion == "clubs"
    assert [one.id for one in by_id["indicator:Clubs:factor"].choices] == [
        "risk", "protective", "context",
    ]  # fmt: skip
    found = clubs(refresh, **CLUBS)
    assert [one.id for one in found.questions] == []
    assert found.decision == "publishable"
    release = refresh.publish(found, by="a", at=AT, reason="new indicator")
    assert {"clubs", "indicators"} <= {item.name for item in release.items}
    assert values(town, "clubs", "2024")["B3"] == 3
    assert '"Clubs" = "clubs"' in (town / "recipes" / "clubs.toml").read_text().replace(
        "Clubs =", '"Clubs" ='
    )
    refresh.roll_back(release.release_id, by="a", at=AT, reason="too early")
    assert "clubs" not in refresh.territory.catalogue


def test_who_people_are_is_no_risk_and_the_row_is_asked_again(refresh):
    row = {**CLUBS, "title": "Share of migrants", "factor": "risk", "indicator_id": "migrants"}
    found = clubs(refresh, **row)
    assert found.decision == "refused"
    assert any(one.code.startswith("identity") for one in found.all_checks), found.all_checks


def test_an_answer_that_cannot_be_is_asked_again_with_its_reason(refresh):
    found = clubs(refresh, **{**CLUBS, "decimals": "many", "theme": "weather"})
    texts = {one.id.rpartition(":")[2]: one.text for one in found.questions}
    assert "'many' is not a number" in texts["decimals"]
    assert found.decision == "needs_answer"


# ---------------------------------------------------------------- the command line


def run(capsys, *arguments):
    code = main([str(one) for one in arguments])
    return code, capsys.readouterr().out


def test_import_publishes_when_nothing_is_open(town, tmp_path, capsys):
    file = tmp_path / "u.csv"
    file.write_bytes(unsafe(2024))
    code, out = run(capsys, "import", file, "--territory", town, "--dry-run", "--json")
    told = json.loads(out)
    assert (code, told["decision"], told["release_id"]) == (0, "publishable", None)
    code, out = run(capsys, "import", file, "--territory", town, "--json")
    told = json.loads(out)
    assert (code, told["decision"]) == (0, "published")
    assert told["ledger"]["rows_in"] == told["ledger"]["matched"] == 9
    assert told["status"]["observed"] == 9
    assert told["changes"] == {"new": 9, "changed": 0, "gone": 0, "status": 0}
    code, out = run(capsys, "releases", town)
    assert out.startswith("2\t")
    code, out = run(capsys, "roll-back", town, "2", "--reason", "a test")
    assert (code, out) == (0, "release 2 is rolled back\n")


def test_import_leaves_a_draft_when_something_is_open(town, tmp_path, capsys):
    file = tmp_path / "u.csv"
    file.write_bytes(unsafe(2024).replace(b"B9", b"B99"))
    code, out = run(capsys, "import", file, "--territory", town, "--json")
    told = json.loads(out)
    assert (code, told["decision"]) == (4, "needs_answer")
    assert told["ledger"]["unmatched"][0]["place"] == "B99"
    assert Refresh(town).drafts.open(told["draft_id"])
    code, out = run(capsys, "publish", town, told["draft_id"], "--reason", "x")
    assert code == 4
    assert "question place:B99" in out


def test_the_limits_of_the_territory_hold(town, tmp_path, capsys):
    file = tmp_path / "u.csv"
    file.write_bytes(unsafe(2024))
    (town / "territory.toml").write_text("[limits]\nrows = 8\n")
    build(town, at=AT)
    code, out = run(capsys, "import", file, "--territory", town, "--json")
    assert code == 3
    assert (
        "the table has 9 rows; 8 are the most accepted" in json.loads(out)["checks"][0]["message"]
    )
    (town / "territory.toml").write_text("[limits]\nfile_megabytes = 0.0001\n")
    build(town, at=AT)
    code, out = run(capsys, "import", file, "--territory", town, "--json")
    assert code == 3
    assert "100 is the most accepted" in json.loads(out)["checks"][0]["message"]


def test_import_of_a_file_that_is_not_there_is_wrong_use(town, capsys):
    code = main(["import", "nowhere.csv", "--territory", str(town)])
    assert (code, "no file 'nowhere.csv'" in capsys.readouterr().err) == (2, True)


def test_import_refuses_what_is_no_table(town, tmp_path, capsys):
    file = tmp_path / "u.xlsx"
    file.write_bytes(b"%PDF-1.7 something")
    code, out = run(capsys, "import", file, "--territory", town, "--json")
    assert (code, json.loads(out)["decision"]) == (3, "refused")


PARTS = {"decision", "release_id", "draft_id", "questions", "ledger", "status", "checks", "changes"}
LEDGER = {
    "rows_in", "matched", "data_only", "duplicated", "ambiguous", "boundary_only", "total_in",
    "total_joined", "unmatched",
}  # fmt: skip


@pytest.mark.parametrize("content", [unsafe(2024), b"\x89PNG\r\n\x1a\n" + bytes(40)])
def test_the_parts_of_the_answer_are_the_same_for_a_refusal(town, tmp_path, capsys, content):
    file = tmp_path / "unsafe.csv"
    file.write_bytes(content)
    _code, out = run(capsys, "import", file, "--territory", town, "--json", "--dry-run")
    told = json.loads(out)
    assert set(told) == PARTS
    assert set(told["ledger"]) == LEDGER
    assert told["draft_id"] is None


def test_a_finding_is_answered_in_the_file_of_answers(town, tmp_path, capsys):
    file, answers = tmp_path / "unsafe.csv", tmp_path / "answers.toml"
    file.write_bytes(unsafe(2024, 70))
    code, out = run(capsys, "import", file, "--territory", town, "--json", "--dry-run")
    (question,) = json.loads(out)["questions"]
    assert code == 4
    key = question["id"].removeprefix("check:")
    answers.write_text(f'[check]\n"{key}" = "{question["choices"][0]}"\n')
    code, out = run(capsys, "import", file, "--territory", town, "--answers", answers, "--json")
    assert (code, json.loads(out)["decision"]) == (0, "published")
    assert not (town / "recipes" / "unsafe.toml").read_text().count("[check]")


def test_the_releases_of_one_indicator_are_listed(town, tmp_path, capsys):
    file = tmp_path / "unsafe.csv"
    file.write_bytes(unsafe(2024))
    run(capsys, "import", file, "--territory", town, "--reason", "panel")
    code, out = run(capsys, "releases", town, "--of", "residents")
    assert (code, len(out.splitlines())) == (0, 1)
    code, out = run(capsys, "releases", town, "--of", "unsafe")
    assert [line.split("\t")[5] for line in out.splitlines()] == [
        "panel", "built from the territory folder",
    ]  # fmt: skip
    code, _out = run(capsys, "releases", town, "--of", "nothing")
    assert code == 1
