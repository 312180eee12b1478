"""The command line: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.__main__ import main, parser

ROOT = Path(__file__).parents[2]
ROWS = [f"district,D{number},share,2024,{10 * number},200" for number in range(1, 10)]


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Run one command; answer with its exit code, its output and what it says beside."""
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_check_of_a_sound_folder_exits_0(nine, capsys):
    nine.observe(*ROWS)
    assert run(capsys, "check", nine.path) == (0, "0 problems, 0 notes\n", "")


def test_check_prints_every_problem_and_exits_1(nine, capsys):
    nine.observe("district,X,share,2024,20,100", "district,D1,share,2024,x,100")
    code, printed, said = run(capsys, "check", nine.path)
    assert (code, said) == (1, "")
    assert printed.splitlines() == [
        "error: observations/all.csv, row 3, column 'count': 'x' is not a number; write digits with"
        " a decimal point, or leave the cell empty and state a status",
        "error: observations/all.csv, row 2, column 'area_id': no area 'X' on any boundary of its"
        " level; correct the id",
        "2 problems, 0 notes",
    ]


def test_notes_alone_do_not_fail_a_check(nine, capsys):
    (nine.path / "indicators.csv").unlink()
    nine.observe(*ROWS)
    code, printed, _ = run(capsys, "check", nine.path)
    assert code == 0
    assert printed.startswith("note: indicators.csv: missing; share is shown as context")
    assert printed.endswith("\n0 problems, 1 notes\n")


def test_check_as_json_is_one_object_a_line_with_every_part(nine, capsys):
    nine.observe("district,X,share,2024,20,100", "district,D1,share,2024,x,100")
    code, printed, _ = run(capsys, "check", nine.path, "--json")
    assert code == 1
    found = [json.loads(line) for line in printed.splitlines()]
    assert [one["code"] for one in found] == ["not_a_number", "unknown_id"]
    assert found[1] == {
        "file": "observations/all.csv", "row": 2, "column": "area_id", "value": "X",
        "message": "no area 'X' on any boundary of its level; correct the id",
        "code": "unknown_id", "level": "error",
    }  # fmt: skip


def test_check_of_a_sound_folder_as_json_prints_nothing(nine, capsys):
    assert run(capsys, "check", nine.path, "--json") == (0, "", "")


def test_check_of_a_folder_that_is_not_there_exits_1(tmp_path, capsys):
    code, printed, _ = run(capsys, "check", tmp_path / "nowhere")
    assert code == 1
    assert "no such folder; `python -m analysis new DIR` makes one" in printed


def test_new_writes_a_folder_that_check_reads(tmp_path, capsys):
    code, printed, _ = run(capsys, "new", tmp_path / "town")
    assert code == 0
    assert all(Path(line).is_file() for line in printed.splitlines())
    code, printed, _ = run(capsys, "check", tmp_path / "town")
    assert printed == (
        "error: boundaries/boundaries.toml: no [[boundary]] entry; add one per file\n"
        "1 problems, 0 notes\n"
    )


def test_new_into_a_full_folder_is_an_error_without_a_traceback(nine, capsys):
    code, printed, said = run(capsys, "new", nine.path)
    assert (code, printed) == (1, "")
    assert said == f"error: {str(nine.path)!r} is not an empty folder; name a new one\n"


def test_build_says_what_it_does_and_what_it_published(nine, capsys):
    nine.observe(*ROWS)
    code, printed, said = run(capsys, "build", nine.path)
    assert (code, printed) == (0, f"release 1 published into {nine.path / 'store'}\n")
    assert "  0% reading the folder\n" in said
    assert " 10% protecting share\n" in said
    assert run(capsys, "build", nine.path)[1] == "nothing changed since the last build\n"


def test_build_tells_notes_beside(nine, capsys):
    nine.observe(*ROWS)
    run(capsys, "build", nine.path)
    (nine.path / "observations" / "all.csv").unlink()
    _, _, said = run(capsys, "build", nine.path)
    assert (
        "note: observations: no file holds 'share' any more; its published figures stay as they"
        " are\n" in said
    )


def test_build_of_a_broken_folder_prints_every_problem_and_exits_1(nine, capsys):
    nine.observe("district,X,share,2024,20,100")
    code, printed, said = run(capsys, "build", nine.path)
    assert (code, printed) == (1, "")
    assert said.splitlines()[1:] == [
        "error: observations/all.csv, row 2, column 'area_id': no area 'X' on any boundary of its"
        " level; correct the id",
        "1 problems; nothing was published",
    ]


def test_build_into_another_store_and_export_from_it(nine, tmp_path, capsys):
    nine.observe(*ROWS)
    run(capsys, "build", nine.path)
    code, printed, _ = run(capsys, "export", tmp_path / "out", "--territory", nine.path)
    assert code == 0
    assert sorted(Path(line).relative_to(tmp_path / "out").as_posix()
                  for line in printed.splitlines()) == [
        "boundaries/boundaries.toml", "boundaries/districts.geojson", "boundaries/town.geojson",
        "indicators.csv", "observations/share.csv", "territory.toml",
    ]  # fmt: skip
    assert run(capsys, "check", tmp_path / "out")[0] == 0
    code, printed, _ = run(capsys, "build", nine.path, "--store", tmp_path / "store")
    assert printed == f"release 1 published into {tmp_path / 'store'}\n"


def test_export_without_a_store_says_how_to_build_one(nine, tmp_path, capsys):
    code, _, said = run(capsys, "export", tmp_path / "out", "--territory", nine.path)
    assert code == 1
    assert said.startswith("error: no store at ")
    assert said.endswith("make one: python -m analysis build DIR\n")


@pytest.mark.parametrize(
    "words", [[], ["paint"], ["check"], ["bench", "moon"], ["check", "a", "b"]]
)
def test_wrong_use_exits_2_with_the_grammar(words, capsys):
    with pytest.raises(SystemExit) as stop:
        parser().parse_args(words)
    assert stop.value.code == 2
    assert "usage: python -m analysis" in capsys.readouterr().err


def test_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as stop:
        parser().parse_args(["--help"])
    assert stop.value.code == 0
    printed = capsys.readouterr().out
    assert all(command in printed for command in ("new", "check", "build", "export", "bench"))


def test_the_module_runs_as_a_program_and_hands_on_its_exit_code(tmp_path):
    command = [sys.executable, "-W", "error", "-m", "analysis", "check", str(tmp_path / "nowhere")]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr == ""
    assert ran.stdout.endswith("1 problems, 0 notes\n")
