"""A finding as such, and the checks at the door of a territory folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from analysis.errors import InputError
from analysis.intake.checks import Check
from analysis.territory import check_folder, read_folder

BARE = Path(__file__).resolve().parents[2] / "worlds" / "bare"


def test_a_finding_has_a_stable_id_and_plain_types() -> None:
    check = Check("question", "jump", "...", "value", (3, 4), ("yes", "no"), "absence")
    assert check.id == "jump:absence:value"
    assert json.loads(json.dumps(check.as_dict())) == {
        "level": "question", "code": "jump", "message": "...", "column": "value", "rows": [3, 4],
        "choices": ["yes", "no"], "indicator_id": "absence", "id": "jump:absence:value",
    }  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copy = tmp_path / "town"
    shutil.copytree(BARE, copy, ignore=shutil.ignore_patterns("store"))
    return copy


def add(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text, encoding="utf-8")


def test_a_file_of_persons_among_the_observations_stops_the_build_and_quotes_nobody(
    folder: Path,
) -> None:
    people = [f"{first} {last}" for first in ("Anna", "Thomas", "Fatima") for last in
              ("Meyer", "Lund", "Rossi")]  # fmt: skip
    rows = "\n".join(f"square,A1,visits,2024,{one},{one}@mail.example" for one in people)
    add(folder, "observations/people.csv", f"level,area_id,indicator_id,period,value,c6\n{rows}\n")
    problems = check_folder(folder)
    told = [one for one in problems if one.file == "observations/people.csv"]
    assert {one.code for one in told} == {"person_names", "person_email"}
    assert all(one.row is None and one.value is None for one in told)
    assert not any(word in str(one) for one in problems for word in
                   ("Anna", "Meyer", "mail.example"))  # fmt: skip
    with pytest.raises(InputError, match="'c6' holds e-mail addresses of persons; nothing of the"):
        read_folder(folder)


HEADER = ("indicator_id,title,factor,higher_is,theme,source_kind,measure,unit,caveat,context_reason"
          "\n")  # fmt: skip


def catalogue_with(*lines: str) -> str:
    return HEADER + "\n".join(lines) + "\n"


def told_of_catalogue(folder: Path) -> list[tuple[str, str, int | None, str | None]]:
    return [(one.level, one.code, one.row, one.column) for one in check_folder(folder)
            if one.file == "indicators.csv" and one.code in ("identity", "loaded_word")]  # fmt: skip


def test_identity_in_the_catalogue_is_an_error_and_loaded_words_are_notes(folder: Path) -> None:
    plain = "library_visits,Visits,protective,more,dialogue,administrative,index,visits,"
    add(folder, "indicators.csv", catalogue_with(
        plain + ",",
        "muslims,Share of Muslims,risk,more,tensions,statistics,index,%,,",
        "abroad,Residents born abroad,context,neutral,tensions,statistics,index,%,,",
        "form,Language of the form,risk,more,tensions,statistics,index,%,,",
        "calls,Calls,risk,more,tensions,statistics,index,%,from the worst streets,",
    ))  # fmt: skip
    assert told_of_catalogue(folder) == [
        ("error", "identity", 3, "title"),
        ("error", "identity", 4, "title"),
        ("note", "identity", 5, "title"),
        ("note", "loaded_word", 6, "caveat"),
    ]
    add(folder, "indicators.csv", catalogue_with(plain + ","))
    assert told_of_catalogue(folder) == []
