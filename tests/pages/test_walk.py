"""The attack of an outsider: every file the pages offer is taken, and one leak in any is found."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import networkx as nx
import pandas as pd
import pytest
import streamlit as st

from analysis.__main__ import main
from pages.shared import frame, walk
from pages.shared.frame import PAGES
from tests.analysis.conftest import NineSquares
from tests.analysis.intake.workbooks import xlsx
from tests.pages.outsider import Walked
from tests.pages.screen import ROOT, Screen


def attack(*arguments: object, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[dict]]:
    code = main(["attack", *map(str, arguments), "--json"])
    return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture
def copied(walked: Walked, tmp_path: Path) -> Path:
    """Answer with a copy of the files, to plant something in."""
    return Path(shutil.copytree(walked.files, tmp_path / "files"))


def test_what_the_pages_offer_gives_nothing_away(
    walked: Walked, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["attack", "x", "--files", str(walked.files), "--read"]) == 0
    assert capsys.readouterr().out == "0 of 4 hidden figures can be worked out\n"


def test_every_kind_of_file_is_among_those_taken(walked: Walked) -> None:
    files = walked.files
    pages = {one.name for one in (files / "pages").iterdir()}
    assert pages >= {"district_map", "compare", "district", "trends", "methods", "situation"}
    kinds = {"".join(one.suffixes[-2:]) for one in (files / "pages").rglob("*.*")}
    assert kinds >= {".csv", ".svg", ".shown.csv", ".picture.json"}
    names = {one.name for one in (files / "pages" / "district_map").iterdir()}
    assert {"incidents_district_2023.csv", "incidents_district_2024.svg"} <= names, "both periods"


# ---------------------------------------------------------------------- one leak in each kind


def in_a_table(folder: Path) -> None:
    path = folder / "pages" / "district_map" / "incidents_district_2024.csv"
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    table.loc[table["area_id"] == "D1", "value"] = "3.0"
    table.to_csv(path, index=False, encoding="utf-8-sig")


def in_an_interval(folder: Path) -> None:
    path = folder / "pages" / "district_map" / "incidents_district_2024.csv"
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    table.loc[table["area_id"] == "D1", ["lower", "upper"]] = ["0.6187", "8.7673"]
    table.to_csv(path, index=False, encoding="utf-8-sig")


def in_words(folder: Path) -> None:
    path = folder / "pages" / "district_map" / "incidents_district_2024.shown.csv"
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    place = table["Name"] == "Square 1"
    assert (table.loc[place].iloc[:, 1] == "hidden to protect people").all()
    table.loc[place, table.columns[1]] = "3"
    table.to_csv(path, index=False)


def in_a_label(folder: Path) -> None:
    path = folder / "pages" / "district_map" / "incidents_district_2024.svg"
    text = path.read_text("utf-8")
    label = '<text x="7" y="9">Square 1</text><text x="7" y="22">3</text></svg>'
    path.write_text(text.replace("</svg>", label), "utf-8")


def in_a_shade(folder: Path) -> None:
    """Square 1 gets the colour of the lowest class."""
    path = folder / "pages" / "district_map" / "share_district_2024.svg"
    text = path.read_text("utf-8")
    lowest = re.search(r'<rect [^>]*fill="(#\w+)"[^>]*/><text[^>]*>up to', text)
    assert lowest
    path.write_text(re.sub(r'<g fill="url\(#\w+\)"', f'<g fill="{lowest[1]}"', text), "utf-8")


def in_a_picture(folder: Path) -> None:
    path = folder / "pages" / "trends" / "incidents_district_2024.picture.json"
    path.write_text(json.dumps({"data": [{"hovertext": ["Square 2: 21", "Square 1: 3"]}]}))


def in_a_workbook(folder: Path) -> None:
    rows = [["level", "area_id", "indicator_id", "period", "count"],
            ["district", "D1", "incidents", "2024", 3]]  # fmt: skip
    (folder / "pages" / "network" / "all.xlsx").parent.mkdir(exist_ok=True)
    (folder / "pages" / "network" / "all.xlsx").write_bytes(xlsx({"figures": rows}))


def in_a_graph(folder: Path) -> None:
    graph = nx.Graph()
    graph.add_node("D1", area_id="D1", indicator_id="incidents", period="2024", value=3)
    graph.add_edge("D1", "D2")
    (folder / "pages" / "network").mkdir(exist_ok=True)
    nx.write_graphml_xml(graph, folder / "pages" / "network" / "network.graphml")


def in_a_report(folder: Path) -> None:
    text = (
        "<html><body><p>Square 2</p><table><tr><th>Name</th><th>A title</th></tr>"
        "<tr><td>Square 1</td><td>3</td></tr></table></body></html>"
    )
    (folder / "pages" / "situation" / "incidents_district_2024.html").write_text(text)


LEAKS = (in_a_table, in_an_interval, in_words, in_a_label, in_a_shade, in_a_picture, in_a_workbook,
         in_a_graph, in_a_report)  # fmt: skip


@pytest.mark.parametrize("plant", LEAKS, ids=lambda one: one.__name__)
def test_one_leak_in_any_kind_of_file_is_found(
    copied: Path, plant: Callable[[Path], None], capsys: pytest.CaptureFixture[str]
) -> None:
    plant(copied)
    code, found = attack("x", "--files", copied, "--read", capsys=capsys)
    assert code == 1
    first = next(one for one in found if one["area_id"] == "D1")
    assert (first["level"], first["period"]) == ("district", "2024")
    if plant is in_a_shade:
        assert (first["indicator_id"], first["lower"], first["how"]) == (
            "share", 0, "share_district_2024.svg")  # fmt: skip
    else:
        assert (first["indicator_id"], first["threshold"]) == ("incidents", 5)
        assert first["lower"] == first["upper"] == 3


def test_a_shown_complement_gives_the_small_count_back_from_the_total(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copied / "pages" / "district_map" / "incidents_district_2024.csv"
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    other = table["status"].eq("suppressed") & table["area_id"].ne("D1")
    table.loc[other, ["value", "count", "status", "reason"]] = ["12.0", "12.0", "observed", ""]
    for one in (copied / "pages").rglob("*.csv"):
        if one != path:
            one.unlink()
    table.to_csv(path, index=False, encoding="utf-8-sig")
    code, found = attack("x", "--files", copied, "--read", capsys=capsys)
    assert code == 1
    assert [(one["area_id"], one["lower"], one["upper"], one["how"]) for one in found] == [
        ("D1", 3, 3, "sums")
    ]


def test_what_the_command_prints_is_a_sentence_for_each_figure(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_a_table(copied)
    assert main(["attack", "x", "--files", str(copied), "--read"]) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[0] == ("incidents of district 'D1' in 2024: 3 (incidents_district_2024.csv);"
                       " protected within 5")  # fmt: skip
    assert said[-1].endswith("of 4 hidden figures can be worked out")


def test_a_file_that_cannot_be_read_is_an_error_and_no_success(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / "pages" / "map.svg").write_text("<svg>")
    (copied / "pages" / "all.docx").write_bytes(b"x")
    assert main(["attack", "x", "--files", str(copied), "--read"]) == 1
    said = capsys.readouterr().err
    assert "map.svg" in said
    assert "'.docx': no kind of file that can be read" in said


def test_files_are_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["attack", "x", "--files", str(tmp_path)]) == 2
    assert "is there already; name a new folder" in capsys.readouterr().err
    assert main(["attack", "x", "--read"]) == 2
    assert "say where the files are" in capsys.readouterr().err


# ------------------------------------------------------------------------- nothing is forgotten


def test_only_one_button_offers_files_to_readers() -> None:
    """So that the walk is told of each. Pages of the analyst alone may have their own."""
    for path in [*(ROOT / "pages").rglob("*.py")]:
        if "refreshing" in path.parts or path.name == "offered.py":
            continue
        names = {one.attr for one in ast.walk(ast.parse(path.read_text("utf-8")))
                 if isinstance(one, ast.Attribute)}  # fmt: skip
        assert "download_button" not in names, f"{path.name} offers a file of its own"


@pytest.mark.parametrize("page", [one.file for one in PAGES if one.role == "viewer"])
def test_every_button_a_viewer_sees_has_its_file(
    walked: Walked, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted by what the browser is told, not by what the pages say of themselves."""
    told: list[str] = []
    real = st.download_button
    monkeypatch.setattr(
        st, "download_button",
        lambda label, data, name, *rest, **more: told.append(name) or real(
            label, data, name, *rest, **more),
    )  # fmt: skip
    monkeypatch.setattr(frame, "roles", lambda: ("viewer",))
    screen = Screen(walked.territory).open(page)
    told.clear()  # of the page that stands before it
    screen.run()
    assert len(screen.app.get("download_button")) == len(told)
    have = {one.name.rpartition("~")[2] for one in (walked.files / "pages" / page).glob("*")}
    assert {*told} <= have


def test_the_walk_holds_the_rights_of_a_viewer_and_no_others() -> None:
    before = frame.rights()
    with frame.looking_as("viewer"):
        assert frame.rights() == ("see protected figures",)
    assert frame.rights() == before


def test_a_page_that_fails_is_an_error_and_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GROUNDWORK_TERRITORY", "")
    nine = NineSquares(tmp_path / "nine")
    nine.build()
    assert walk.main([str(nine.path), str(tmp_path / "files")]) == 1
    assert "error: page 'situation'" in capsys.readouterr().err


@pytest.mark.scale
def test_nothing_that_the_town_hides_can_be_worked_out_from_its_pages(
    world: Callable[[str], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["attack", str(world("demo"))]) == 0
    assert re.fullmatch(r"0 of \d{4} hidden figures can be worked out\n", capsys.readouterr().out)
