"""The commands a reader is told to type exist, and what they install is said once."""

from __future__ import annotations

import ast
import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
#: Needed without being imported by our code, and by whom.
SERVES = {
    "pyarrow": "pandas and DuckDB read and write Parquet with it",
    "pyogrio": "geopandas reads boundaries with it",
}

COMPARED = {"statsmodels": "the bench of measures compares with it, and says so where it is absent"}


def name_of(requirement: str) -> str:
    """Spell a package's name in the one way names are compared (PEP 503)."""
    return re.sub(r"[-_.]+", "-", requirement).lower()


def pins(file: str) -> dict[str, set[str]]:
    """Answer with the versions each package is pinned to; a lock may hold one for each Python."""
    found: dict[str, set[str]] = {}
    for line in (ROOT / file).read_text("utf-8").splitlines():
        if line and line[0].isalnum():
            requirement = line.split(";")[0].rstrip(" \\")
            assert requirement.count("==") == 1, f"{file}: {requirement!r} is not pinned exactly"
            name, version = requirement.split("==")
            found.setdefault(name_of(name), set()).add(version)
    return found


def documented() -> Iterator[tuple[str, list[str]]]:
    """Yield every command in a code block or in backticks, with the document it stands in."""
    for document in DOCUMENTS:
        if not document.exists():
            continue
        text = document.read_text("utf-8")
        blocks = re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
        lines = [line for block in blocks for line in re.sub(r"\\\n", " ", block).splitlines()]
        lines += re.findall(r"`((?:make|python -m analysis) [^`]+)`", text)
        for line in lines:
            for command in re.split(r"&&|;", line.strip().removeprefix("$ ")):
                try:
                    words = shlex.split(command, comments=True)
                except ValueError:  # a block that is no shell, with an apostrophe in it
                    continue
                while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                    words.pop(0)
                if words:
                    yield document.relative_to(ROOT).as_posix(), words


def third_party_imports() -> dict[str, str]:
    """Answer with the packages our code imports, each with one file that does."""
    distributions = packages_distributions()
    found: dict[str, str] = {}
    code = [ROOT / "dashboard.py", *(p for d in ("analysis", "pages", "data") for p in python(d))]
    for file in filter(Path.exists, code):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            modules: list[str] = []
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules = [node.module]
            for module in (name.split(".")[0] for name in modules):
                if module not in sys.stdlib_module_names and module in distributions:
                    for distribution in distributions[module]:
                        found[name_of(distribution)] = file.relative_to(ROOT).as_posix()
    return found


def python(folder: str) -> list[Path]:
    """Answer with the Python files below a folder of the project."""
    return sorted((ROOT / folder).rglob("*.py"))


def test_the_readme_names_the_two_commands():
    named = {" ".join(words[:2]) for _, words in documented()}
    assert {"make run", "make test"} <= named


def test_every_make_target_in_the_documents_exists():
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    unknown = [
        f"{document}: make {word}"
        for document, words in documented()
        if words[0] == "make"
        for word in words[1:]
        if not word.startswith("-") and "=" not in word and word not in targets
    ]
    assert unknown == []


def test_every_analysis_command_in_the_documents_is_one_the_parser_takes(
    capsys: pytest.CaptureFixture[str],
):
    from analysis.__main__ import parser

    refused = []
    for document, words in documented():
        if words[1:3] == ["-m", "analysis"] and len(words) > 3:
            try:
                parser().parse_args(words[3:])
            except SystemExit as stop:
                if stop.code:
                    refused.append(f"{document}: {' '.join(words)}: {capsys.readouterr().err}")
    assert refused == []


def test_every_file_a_documented_command_installs_or_serves_exists():
    absent = [
        f"{document}: {' '.join(words)}"
        for document, words in documented()
        if "pip" in words or "streamlit" in words
        for word in words
        if word.endswith((".txt", ".lock", ".py")) and not (ROOT / word).exists()
    ]
    assert absent == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_every_need_is_pinned_exactly_and_once(file):
    assert {name: versions for name, versions in pins(file).items() if len(versions) > 1} == {}


def test_the_lock_holds_every_pin_of_the_requirements():
    locked = pins("requirements.lock")
    assert {name: locked.get(name) for name in pins("requirements.txt")} == pins("requirements.txt")


def test_every_package_in_the_lock_has_a_hash():
    entries = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text("utf-8").strip())
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt", "requirements.lock"])
def test_no_requirement_names_a_registry_or_a_path(file):
    text = (ROOT / file).read_text("utf-8")
    assert (
        re.findall(r"://|--(?:index|extra-index|find-links|trusted)\S*| @ |file:|/\w+/", text) == []
    )


def test_every_package_the_code_imports_is_required():
    required = {**pins("requirements.txt"), **COMPARED}
    assert set(COMPARED) <= set(pins("requirements-dev.txt"))
    absent = {name: file for name, file in third_party_imports().items() if name not in required}
    assert absent == {}


def test_every_required_package_is_used():
    unused = set(pins("requirements.txt")) - set(third_party_imports()) - set(SERVES)
    assert unused == set()


def test_the_theme_is_the_palette():
    themes = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    palette = json.loads((ROOT / "analysis" / "views" / "palette.json").read_text("utf-8"))
    names = {
        "primaryColor": "accent",
        "backgroundColor": "background",
        "secondaryBackgroundColor": "panel",
        "textColor": "ink",
        "grayTextColor": "ink_secondary",
        "borderColor": "rule",
        "dataframeHeaderBackgroundColor": "background",
    }
    for mode in ("light", "dark"):
        assert themes[mode] == {key: palette[mode]["base"][name] for key, name in names.items()}


@pytest.mark.parametrize("processes", ["0", "2"])
def test_the_list_of_what_did_not_run_names_every_reason(tmp_path, processes):
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text("utf-8"))
    (tmp_path / "test_part.py").write_text(
        "import pytest\n"
        "def test_runs(): pass\n"
        "def test_skips(): pytest.skip('the moon is down')\n"
        "@pytest.mark.skip(reason='the moon is down')\n"
        "def test_is_skipped(): pass\n"
        "@pytest.mark.scale\n"
        "def test_is_large(): pass\n"
    )
    said = run_pytest(tmp_path, "--numprocesses", processes, "--not-run", "left.json")
    assert "    2  test_part.py: the moon is down" in said
    assert "    1  scale: works at full size" in said
    assert "1 passed, 2 skipped" in said


def test_the_list_of_what_did_not_run_carries_over_from_an_earlier_part(tmp_path):
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text("utf-8"))
    (tmp_path / "test_part.py").write_text("def test_runs(): pass\n")
    (tmp_path / "left.json").write_text('{"test_other.py: the moon is down": 3}')
    assert "    3  test_other.py: the moon is down" in run_pytest(
        tmp_path, "--not-run", "left.json"
    )


def test_a_full_run_says_that_everything_ran(tmp_path):
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text("utf-8"))
    (tmp_path / "test_part.py").write_text("def test_runs(): pass\n")
    assert "everything ran" in run_pytest(tmp_path)


def run_pytest(folder: Path, *options: str) -> str:
    """Answer with what pytest prints for the tests in a folder."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    run = subprocess.run(
        [*command, *options], cwd=folder, capture_output=True, text=True, check=False
    )
    return run.stdout + run.stderr
