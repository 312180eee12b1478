"""Whole files against a small town: what is asked, what is not, and what then is published.

Each file has the shape of a real export; the figures and names are made up.
"""

import datetime as dt
import gettext
import json
import shutil
from pathlib import Path

import pytest

from analysis import language
from analysis.__main__ import main
from analysis.intake.examination import Examination
from analysis.intake.refresh import Refresh
from analysis.intake.release import build

AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
WORLDS = Path(__file__).parents[2] / "worlds"
INDICATORS = """\
indicator_id,title,factor,higher_is,theme,source_kind,measure,unit,multiplier,decimals,\
denominator_id,disclosure_threshold,disclosure_reason,publisher,frequency
income,Median income,context,neutral,base,statistics,median,euro,1,0,,0,open,Office,Y
offences,Offences,risk,more,tensions,administrative,rate,per 1000,1000,1,population,0,open,Police,Y
population,Residents,context,neutral,base,statistics,count,residents,1,0,,0,open,Register,Y
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    shutil.copytree(WORLDS / "bare" / "boundaries", folder / "boundaries")
    (folder / "observations").mkdir()
    (folder / "indicators.csv").write_text(INDICATORS)
    build(folder, at=AT)
    return folder


def examine(town: Path, text: str, name: str = "file.csv", **answers: str) -> Examination:
    said = {key.replace("__", ":").replace("_ALL", "*"): one for key, one in answers.items()}
    files = [(name, text.encode())]
    return Refresh(town).begin(files, by="anna", at=AT, answers=said, keep=False)


def asked(found: Examination) -> list[str]:
    return [question.id for question in found.questions]


def published(found: Examination, indicator_id: str, figure: str = "value") -> dict[str, float]:
    rows = found.observations[indicator_id]
    return dict(zip(rows["area_id"], rows[figure], strict=True))


def lines(*rows: str) -> str:
    return "\n".join(rows) + "\n"


DISTRICTS = [f"B{number}" for number in range(1, 10)]
NAMES = ["Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Linden", "Maple", "Oak"]


def test_a_count_named_by_its_id_is_a_count_whatever_the_heading_sounds_like(town: Path) -> None:
    text = lines(
        "code,year,population", *(f"{one},2024,{1000 + i}" for i, one in enumerate(DISTRICTS))
    )
    found = examine(town, text)
    assert (asked(found), found.decision) == ([], "publishable")
    assert published(found, "population", "count")["B3"] == 1002


def test_a_rate_named_by_its_id_is_asked_whether_it_is_counted_or_finished(town: Path) -> None:
    text = lines("code,year,offences", *(f"{one},2024,{20 + i}" for i, one in enumerate(DISTRICTS)))
    assert asked(examine(town, text)) == ["role:offences"]


MIXED = lines(
    "level,code,name,year,income",
    "Country,N,Nation,2024,30000",
    "Region,R1,North,2024,31000",
    "Region,R2,South,2024,29000",
    *(f"Quarter,{one},{NAMES[i]},2024,{30000 + i}" for i, one in enumerate(DISTRICTS)),
)


def test_levels_the_territory_calls_otherwise_are_asked_once_each(town: Path) -> None:
    found = examine(town, MIXED)
    assert asked(found) == ["level:Quarter", "level:Country", "level:Region"]
    assert [question.suggestion for question in found.questions] == [
        "district", "leave out", "leave out",
    ]  # fmt: skip
    said = {
        "level__Quarter": "district",
        "level__Region": "leave out",
        "level__Country": "leave out",
    }
    found = examine(town, MIXED, **said)
    assert (asked(found), found.decision) == ([], "publishable")
    ledger = found.files[0].ledger
    assert ledger is not None
    assert (ledger.rows_in, ledger.matched, ledger.data_only, ledger.waiting) == (12, 9, 3, 0)
    assert published(found, "income")["B9"] == 30008


NATIONAL = lines(
    "code,year,income",
    *(f"Z{number:04},2024,{20000 + number}" for number in range(300)),
    *(f"{one},2024,{30000 + i}" for i, one in enumerate(DISTRICTS)),
)


def test_places_elsewhere_in_a_national_file_are_asked_about_once(town: Path) -> None:
    found = examine(town, NATIONAL)
    assert asked(found) == ["others"]
    assert "300 places are not on the map" in found.questions[0].text
    found = examine(town, NATIONAL, others="leave out")
    assert (asked(found), found.decision) == ([], "publishable")
    ledger = found.files[0].ledger
    assert ledger is not None
    assert (ledger.matched, ledger.data_only) == (9, 300)
    assert len(examine(town, NATIONAL, others="one by one").questions) == 300


def test_many_measures_are_asked_about_once_and_nothing_of_those_left_out(town: Path) -> None:
    heads = ["code", "population_2015", *(f"thing_{number}_2011" for number in range(20)), "area"]
    rows = [
        ",".join([one, str(1000 + i), *["x"] * 3, *["5"] * 17, "1,5"[:1]])
        for i, one in enumerate(DISTRICTS)
    ]
    text = lines(",".join(heads), *rows)
    assert asked(examine(town, text)) == [
        "period", "marker:x", "figure:population_2015", "figure:*",
    ]  # fmt: skip
    said = {
        "figure__population_2015": "population", "role__population_2015": "count",
        "figure___ALL": "leave_out", "period": "(headings)",
    }  # fmt: skip
    found = examine(town, text, **said)
    assert (asked(found), found.decision) == ([], "publishable")
    assert set(found.observations["population"]["period"]) == {"2015"}
    assert len(asked(examine(town, text, period="(headings)", figure___ALL="by_measure"))) > 20


def test_headings_without_a_period_are_asked_about_apart(town: Path) -> None:
    text = lines(
        "code,income_2019,population", *(f"{one},20{i},30{i}" for i, one in enumerate(DISTRICTS))
    )
    said = {
        "figure__income_2019": "income", "role__income_2019": "value",
        "figure__population": "population", "role__population": "count",
    }  # fmt: skip
    assert asked(examine(town, text, **said)) == ["period"]
    assert asked(examine(town, text, period="(headings)", **said)) == ["period_of_others"]
    found = examine(town, text, period="(headings)", period_of_others="2020", **said)
    assert found.decision == "publishable"
    assert set(found.observations["income"]["period"]) == {"2019"}
    assert set(found.observations["population"]["period"]) == {"2020"}


def test_answers_may_be_keyed_by_the_ids_of_the_questions(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, answers = tmp_path / "national.csv", tmp_path / "answers.toml"
    file.write_text(NATIONAL)
    answers.write_text('others = "leave out"\n"place:Z0001" = "leave out"\n')
    code = main(
        [
            "import",
            str(file),
            "--territory",
            str(town),
            "--dry-run",
            "--json",
            "--answers",
            str(answers),
        ]
    )
    assert (code, json.loads(capsys.readouterr().out)["decision"]) == (0, "publishable")


def test_what_was_noticed_while_reading_is_told_with_the_checks(town: Path) -> None:
    text = lines(
        "code,year,income", *(f"{one},2024,{3000}" for one in DISTRICTS), "Total,2024,27000"
    )
    found = examine(town, text.rstrip("\n"))
    told = found.as_dict()["checks"]
    assert [(one["level"], one["code"]) for one in told] == [
        ("note", "no_line_end"), ("note", "rows_apart"),
    ]  # fmt: skip
    assert "see that row 11 is whole" in told[0]["message"]
    assert found.decision == "publishable"


def test_districts_side_by_side_are_known_by_their_headings(town: Path) -> None:
    heads = ",".join(["year", *DISTRICTS])
    text = lines(heads, ",".join(["2023", *"123456789"]), ",".join(["2024", *"234567891"]))
    found = examine(town, text, figure__value="income", role__value="value")
    assert not any(id_.startswith(("place", "figure", "column")) for id_ in asked(found))
    rows = found.observations["income"].set_index(["area_id", "period"])["value"]
    assert (rows["B3", "2023"], rows["B3", "2024"]) == (3.0, 4.0)


def test_an_open_question_is_no_refusal_of_what_it_asks_about(town: Path) -> None:
    rows = [f"{code},2023,{sex},{at}" for at, code in enumerate(DISTRICTS) for sex in "mf"]
    found = examine(
        town, lines("code,year,sex,Residents", *rows), figure__Residents="population",
        role__Residents="count",
    )  # fmt: skip
    assert "column:sex" in asked(found)
    assert found.decision == "needs_answer"
    answered = examine(
        town, lines("code,year,sex,Residents", *rows), figure__Residents="population",
        role__Residents="count", column__sex="category",
    )  # fmt: skip
    assert answered.decision == "refused"
    assert {check.code for check in answered.all_checks} >= {"unknown_category"}


class Abroad(gettext.NullTranslations):
    """Another language: every sentence begins with a sign."""

    def gettext(self, message: str) -> str:
        return f"§{message}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"§{msgid1 if n == 1 else msgid2}"


def test_questions_choices_and_checks_are_asked_in_the_readers_language(
    town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "_translations", lambda _locale: Abroad())
    rows = [f"{code};2023;{sex};1.{at}00;{at},5 %;{at}" for at, code in enumerate(DISTRICTS)
            for sex in ("m", "w")]  # fmt: skip
    odd = ["C1;2023;m;..;7,5;7 p", "C2;soon;w;x;8,5 %;-9", "Ash;2023;m;1.900;(9,5 %);1"]
    text = lines("code;when;sex;count;share in thousands;n", *rows, *odd)
    found = examine(town, text, figure__n="population", role__n="count")
    kinds = {one.id.partition(":")[0] for one in found.questions}
    assert kinds >= {"column", "decimal", "flag", "marker", "percent", "scale", "figure", "place"}
    assert not [one.text for one in found.questions if "§" not in one.text]
    known = {"figure", "decimal", "sheet"}
    words = [choice.words for one in found.questions for choice in one.choices
             if one.id.partition(":")[0] not in known]  # fmt: skip
    assert [one for one in words if "§" in one]
    persons = examine(town, lines("name;mail", "Ann Lee;a@b.org", "Bo Fox;b@b.org"), "p.csv")
    assert persons.decision == "refused"
    assert not [one.message for one in persons.all_checks if "§" not in one.message]
