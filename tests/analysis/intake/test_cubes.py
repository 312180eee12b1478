"""PX and JSON-stat: dimensions in code and words, times, signs, and what is refused in words."""

from __future__ import annotations

import json

import pytest

from analysis.errors import InputError
from analysis.intake.reading import Reading, read_file

PX = """\
CHARSET="ANSI";
AXIS-VERSION="2000";
CODEPAGE="iso-8859-1";
LANGUAGE="sv";
LANGUAGES="sv","en";
TITLE="Arbetslösa efter region, tid; och
 mer";
CONTENTS="Arbetslösa";
UNITS="antal";
STUB="region","kön";
STUB[en]="region","sex";
HEADING="månad";
VALUES("region")="Göteborg","Malmö";
VALUES[en]("region")="Gothenburg","Malmo";
VALUES("kön")="män","kvinnor";
VALUES("månad")="2023M11","2023M12","2024M01";
TIMEVAL("månad")=TLIST(M1,"202311"-"202401");
CODES("region")="1480","1280";
CODES("kön")="1","2";
MAP("region")="kommun";
NOTE("region")="en not";
DATASYMBOL2="uppgift saknas";
DATA=
10 11 ".."
20 21 22
-3 31 32.5
"." 41 42;
"""


def read(text: str, name: str, encoding: str = "utf-8", **answers: str) -> Reading:
    return read_file(text.encode(encoding), name, answers=answers)


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8", "utf-8-sig"])
def test_px_is_laid_out_with_areas_months_and_signs(encoding: str) -> None:
    reading = read(PX, "unemployed.px", encoding)
    assert [question.id for question in reading.questions] == [
        "column:kön",
        "marker:..",
        "marker:.",
    ]
    assert list(reading.cells["place"].unique()) == ["1480", "1280"]
    assert list(reading.cells["place_name"].unique()) == ["Göteborg", "Malmö"]
    cells = reading.cells.set_index(["place", "category", "period"])["number"]
    assert cells["1280", "män", "2023-11"] == -3
    assert cells["1280", "män", "2024-01"] == 32.5
    assert cells["1480", "kvinnor", "2023-12"] == 21
    assert reading.layout.format == "px"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"." 41 42;', '"." 41;', "make 12 cells, 11 are there"),
        ("DATA=", "DAT=", "has no DATA"),
        ('CODES("kön")="1","2"', 'CODES("kön")="1"', "has 2 values and 1 codes"),
        ('VALUES("kön")', 'VALUES("sex")', "does not list the values of all dimensions"),
        ('MAP("region")', 'KEYS("region")', "lists only cells that are filled"),
    ],
)
def test_px_that_is_not_whole_is_refused_in_words(old: str, new: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(PX.replace(old, new), "unemployed.px")


def dataset(**changes: object) -> dict[str, object]:
    return {
        "version": "2.0",
        "class": "dataset",
        "label": "Unemployed",
        "id": ["area", "time", "kind"],
        "size": [2, 3, 1],
        "role": {"geo": ["area"], "time": ["time"], "metric": ["kind"]},
        "dimension": {
            "area": {
                "label": "Kunta",
                "category": {
                    "index": {"091": 1, "049": 0},
                    "label": {"091": "Helsinki", "049": "Espoo"},
                },
            },
            "time": {"category": {"index": ["2023K1", "2023K2", "2023K3"]}},
            "kind": {"category": {"label": {"u": "Unemployed"}}},
        },
        "value": [1, 2.50, None, 4, 5, 6],
        "status": {"2": "c", "4": "p"},
    } | changes


def test_json_stat_keeps_codes_order_and_status() -> None:
    reading = read(json.dumps(dataset()), "unemployed.json")
    assert {question.id: question.suggestion for question in reading.questions} == {
        "flag:c": "suppressed", "flag:p": "provisional",
    }  # fmt: skip
    answers = {"flag:c": "suppressed", "flag:p": "provisional"}
    reading = read(json.dumps(dataset()), "unemployed.json", **answers)
    cells = reading.cells.set_index(["place", "period"])
    assert list(reading.cells["place"].unique()) == ["049", "091"]
    assert cells.loc[("049", "2023-Q2"), "number"] == 2.5
    assert cells.loc[("049", "2023-Q3"), "status"] == "suppressed"
    assert cells.loc[("091", "2023-Q2"), "status"] == "provisional"
    assert set(reading.cells["place_name"]) == {"Espoo", "Helsinki"}


def test_json_stat_may_state_only_its_filled_cells_or_wrap_its_dataset() -> None:
    sparse = dataset(value={"0": 1, "3": 4}, status="p")
    assert read(json.dumps(sparse), "u.json").cells["number"].notna().sum() == 2
    old = dataset()
    ids, sizes = old.pop("id"), old.pop("size")
    old.pop("class")
    old["dimension"] = {**old["dimension"], "id": ids, "size": sizes}  # type: ignore[dict-item]
    assert len(read(json.dumps({"dataset": old}), "u.json").cells) == 6


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"type": "FeatureCollection", "features": []}', "no JSON-stat dataset"),
        ('{"a": [', "no readable JSON"),
        ("[" * 100_000, "no readable JSON"),
        (json.dumps(dataset(value=[1, 2])), "make 6 cells, 2 are there"),
        (json.dumps(dataset(size=[20_000, 20_000, 9])), "3,600,000,000 cells"),
    ],
)
def test_other_json_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(text, "u.json")
