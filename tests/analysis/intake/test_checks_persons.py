"""Files of persons are refused; files about areas pass, however they look."""

from __future__ import annotations

import importlib
import json
import random
import string
from collections.abc import Callable
from pathlib import Path

import babel
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.intake.checks import Check
from analysis.intake.checks.persons import persons

FIRST = ["Anna", "Thomas", "María", "Jean", "Fatima", "Lars", "Katarzyna", "Giulia", "Mehmet",
         "Emma", "Jan", "Sofie", "Pedro", "Ingrid", "Oliver", "Chloé"]  # fmt: skip
LAST = ["Schmidt", "Meyer", "García", "Dupont", "El Amrani", "Nilsson", "Kowalska", "Rossi",
        "Yıldız", "Clarke", "de Vries", "Jensen", "Santos", "Lund", "Okafor", "Lefèvre"]  # fmt: skip
AREAS = [f"MH{number:02d}" for number in range(1, 25)]
NAMES = ["Tower Hamlets", "Barking and Dagenham", "King Street", "Karl-Marx-Straße", "el Raval",
         "Sant Martí de Provençals", "Richmond upon Thames", "Altona-Nord", "Södermalm",
         "Victoria Park", "San Juan", "Saint-Denis", "Bad Cannstatt", "Prenzlauer Berg",
         "Nørrebro", "Praga Południe", "Molenbeek-Saint-Jean", "Santa Caterina",
         "Straße des 17. Juni", "Rue du 8 Mai 1945", "Via XX Settembre", "Heathfield",
         "Abbey Wood", "Stanley Park"]  # fmt: skip


def file(*columns: list[str], headers: list[str] | None = None) -> pd.DataFrame:
    """Columns under c1, c2, ... unless headers are given."""
    names = headers or [f"c{number + 1}" for number in range(len(columns))]
    return pd.DataFrame(dict(zip(names, columns, strict=True)), dtype="str")


def chosen(values: list[str], rows: int, seed: int = 1) -> list[str]:
    return random.Random(seed).choices(values, k=rows)


def numbers(low: int, high: int, rows: int, seed: int = 2) -> list[str]:
    draw = random.Random(seed)
    return [str(draw.randint(low, high)) for _ in range(rows)]


def full_names(rows: int) -> list[str]:
    draw = random.Random(3)
    return [f"{draw.choice(FIRST)} {draw.choice(LAST)}" for _ in range(rows)]


def birth_dates(rows: int, form: str = "%d.%m.%Y") -> list[str]:
    draw = random.Random(4)
    first = pd.Timestamp("1940-01-01")
    return [(first + pd.Timedelta(days=draw.randint(0, 25_000))).strftime(form)
            for _ in range(rows)]  # fmt: skip


def codes(found: list[Check], level: str = "refuse") -> set[str]:
    return {check.code for check in found if check.level == level}


def says_nothing_of(found: list[Check], cells: pd.DataFrame) -> None:
    """No cell of some length stands in any message or column of a finding."""
    texts = [f"{check.message} {check.column} {check.id}" for check in found]
    for column in cells.columns:
        for cell in {*cells[column], str(column) if "@" in str(column) else ""}:
            assert len(cell) < 4 or not any(cell in text for text in texts), cell
    assert all(check.rows == () for check in found)


FULL = file(
    full_names(40), birth_dates(40),
    [f"{name.split()[0].lower()}.{number}@mail.example" for number, name in
     enumerate(full_names(40))],
    chosen(AREAS, 40), numbers(0, 30, 40),
)  # fmt: skip


# Each kind of personal data, under headers that say nothing


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (full_names(40), "person_names"),
        ([f"{name.split()[-1]}, {name.split()[0]}" for name in full_names(40)], "person_names"),
        ([name.upper() for name in full_names(40)], "person_names"),
        (chosen(FIRST, 40), "person_names"),
        ([f"Herr {name.split()[-1]}" for name in full_names(40)], "person_names"),
        (birth_dates(40), "person_birth_dates"),
        (birth_dates(40, "%Y-%m-%d"), "person_birth_dates"),
        (birth_dates(40, "%m/%d/%Y"), "person_birth_dates"),
        (birth_dates(40, "%Y%m%d"), "person_birth_dates"),
        (["", "", "write to jo.doe@mail.example, please"] + [""] * 37, "person_email"),
        ([f"0171 {one}" for one in numbers(2_000_000, 9_999_999, 40)], "person_telephone"),
        ([f"+44 7700 {one}" for one in numbers(100_000, 999_999, 40)], "person_telephone"),
        ([f"06 {one[:2]} {one[2:4]} {one[4:6]} {one[6:]}" for one in
          numbers(10_000_000, 99_999_999, 40)], "person_telephone"),
        ([f"Rosenweg {one}" for one in numbers(1, 99, 40)], "person_address"),
        ([f"{one} King Street" for one in numbers(1, 99, 40)], "person_address"),
        ([f"Calle Mayor, {one}" for one in numbers(1, 99, 40)], "person_address"),
        ([f"{one} rue de la Paix" for one in numbers(1, 99, 40)], "person_address"),
        ([f"Storgatan {one}A" for one in numbers(1, 99, 40)], "person_address"),
        ([f"ul. Długa {one}" for one in numbers(1, 99, 40)], "person_address"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["observations", "events"])
def test_a_personal_column_is_refused_under_any_header(
    column: list[str], code: str, kind: str
) -> None:
    cells = file(chosen(AREAS, 40), numbers(0, 60, 40), column, chosen(["a", "b"], 40))
    if kind == "events":
        cells["c5"] = ["2024-03-01"] * 40
    found = persons(cells, kind, place_codes=set(AREAS))
    assert codes(found) == {code}
    says_nothing_of(found, cells)


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("spoke to the family, reach them at anna.b@mail.example", "person_email"),
        ("call back on 07700 900123 after five", "person_telephone"),
        ("Tel. 0171/2345678 abends", "person_telephone"),
        ("joindre au 06 12 34 56 78", "person_telephone"),
        ("rang +47 912 34 567", "person_telephone"),
        ("bel terug op 06-12345678", "person_telephone"),
        ("the boy, born 3.4.2009, was seen again", "person_birth_dates"),
        ("Jugendlicher, geb. 12.03.2008", "person_birth_dates"),
        ("nacido el 3/4/1999", "person_birth_dates"),
    ],
)
def test_a_value_inside_free_text_is_found_among_many_rows(note: str, code: str) -> None:
    notes = ["first figures of the year", "", "counted twice in 2023"] * 100
    notes[251] = note
    cells = file(chosen(AREAS, 300), numbers(0, 90, 300), notes, headers=["area", "value", "note"])
    found = persons(cells, "observations", place_codes=set(AREAS))
    assert codes(found) == {code}
    assert found[0].column == "note"
    says_nothing_of(found, cells)


def test_a_name_with_a_title_inside_free_text_is_asked_about() -> None:
    notes = ["quiet"] * 30 + ["reported by Mrs Miller next door"] + ["two stalls"] * 9
    cells = file(chosen(AREAS, 40), notes)
    found = persons(cells, "events", place_codes=set(AREAS))
    assert codes(found) == set()
    assert codes(found, "question") == {"person_names"}
    assert found[0].choices == ("areas, organisations or codes", "persons")
    says_nothing_of(found, cells)


@pytest.mark.parametrize(
    "note",
    ["talked to Anna Petrova about his brother", "habló con Sofia El Amrani de la pelea",
     "die Mutter von Lars de Vries hat sich beschwert"],
)  # fmt: skip
def test_a_name_within_a_sentence_is_asked_about(note: str) -> None:
    notes = [*["first figures of the year"] * 20, note, *["counted twice in the spring"] * 19]
    found = persons(file(chosen(AREAS, 40), notes), "observations", place_codes=set(AREAS))
    assert codes(found, "question") == {"person_names"}
    says_nothing_of(found, file(notes))


@pytest.mark.parametrize(
    "notes",
    [["the count of the Max Planck Institute of the city", "a survey in the Anne Frank School"],
     ["A. Farming and forestry", "B. Mining and quarrying", "C. Making of goods"],
     ["S. Maria", "S. Antonio", "S. Lucia", "S. Andrea"],
     ["young people who live in a home of their own", "all who are at work in Great Britain"]],
)  # fmt: skip
def test_sentences_and_headings_that_name_nobody_pass(notes: list[str]) -> None:
    cells = file(chosen(AREAS, 40), (notes * 40)[:40])
    assert persons(cells, "observations", place_codes=set(AREAS)) == []


def test_initials_with_surnames_are_asked_about() -> None:
    named = [
        f"{'ABLM'[at % 4]}. {['Berg', 'Rossi', 'Demir', 'Larsen', 'Novak'][at % 5]}"
        for at in range(40)
    ]
    found = persons(file(chosen(AREAS, 40), named), "events", place_codes=set(AREAS))
    assert codes(found, "question") == {"person_names"}


@pytest.mark.parametrize(
    "header",
    ["surname", "First Name", "Nachname", "Vor- und Nachname", "prénom", "Apellidos", "cognoms",
     "Förnamn", "etternavn", "sukunimi", "Nazwisko", "příjmení", "Ansprechpartner", "επώνυμο"],
)  # fmt: skip
def test_a_header_that_announces_names_needs_no_known_name_below(header: str) -> None:
    unknown = ["Xqvuld", "Zzerim", "Wropt", "Ydrasl"] * 3
    found = persons(file(AREAS[:12], unknown, headers=["c1", header]), "observations")
    assert codes(found) == {"person_names"}
    assert found[0].message == (
        f"column {header!r} holds names of persons; nothing of the file was kept: count the rows"
        " by area and period before you hand them in, and leave this column out"
    )


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("surname", ["12", "9", "31"]),
        ("households with telephone", ["612", "98", "1201"]),
        ("Telefon", ["61.2", "98.1", "12.5"]),
        ("e-mail", ["61.2", "98.1", "12.5"]),
        ("date of birth", ["12", "9", "31"]),
        ("Geburten", ["2019", "2020", "2021"]),
        ("address", ["12", "9", "31000"]),
        ("IP address count", ["12 a", "9 b", "31 c"]),
        ("age", ["34.2", "41.9", "38.0"]),
        ("number_of_pupils", ["340", "211", "97"]),
        ("students", ["340", "211", "97"]),
        ("CPR", ["340", "211", "97"]),
    ],
)
def test_a_header_alone_refuses_nothing(header: str, cells: list[str]) -> None:
    assert persons(file(AREAS[:3], cells, headers=["area", header]), "observations") == []


# National identity numbers


def _made(module: str, draw: random.Random, shape: Callable[[random.Random], str]) -> str:
    check = importlib.import_module(f"stdnum.{module}")
    while True:
        number = shape(draw)
        if check.is_valid(number):
            return number


def _dated(form: str, digits: int) -> Callable[[random.Random], str]:
    def shape(draw: random.Random) -> str:
        day = pd.Timestamp("1945-01-01") + pd.Timedelta(days=draw.randint(0, 23_000))
        return day.strftime(form) + "".join(draw.choices(string.digits, k=digits))

    return shape


def _random(digits: int) -> Callable[[random.Random], str]:
    return lambda draw: "".join(draw.choices(string.digits, k=digits))


NUMBERS = {
    "be.nn": _dated("%y%m%d", 5), "bg.egn": _dated("%y%m%d", 4), "ch.ssn": lambda draw: "756"
    + "".join(draw.choices(string.digits, k=10)), "cz.rc": _dated("%y%m%d", 4),
    "de.idnr": _random(11), "dk.cpr": _dated("%d%m%y", 4),
    "ee.ik": lambda draw: draw.choice("34") + _dated("%y%m%d", 4)(draw),
    "es.dni": lambda draw: _random(8)(draw) + draw.choice("TRWAGMYFPDXBNJZSQVHLCKE"),
    "es.nie": lambda draw: draw.choice("XYZ") + _random(7)(draw)
    + draw.choice("TRWAGMYFPDXBNJZSQVHLCKE"),
    "fi.hetu": lambda draw: _dated("%d%m%y", 0)(draw) + "-" + _random(3)(draw)
    + draw.choice("0123456789ABCDEFHJKLMNPRSTUVWXY"),
    "fr.nir": lambda draw: draw.choice("12") + _dated("%y%m", 0)(draw) + "75" + _random(8)(draw),
    "gb.nhs": _random(10),
    "gr.amka": _dated("%d%m%y", 5), "hr.oib": _random(11), "is_.kennitala": _dated("%d%m%y", 4),
    "lt.asmens": lambda draw: draw.choice("34") + _dated("%y%m%d", 4)(draw),
    "nl.bsn": _random(9), "no.fodselsnummer": _dated("%d%m%y", 5),
    "pl.pesel": _dated("%y%m%d", 5), "pt.nif": lambda draw: "2" + _random(8)(draw),
    "ro.cnp": lambda draw: draw.choice("12") + _dated("%y%m%d", 0)(draw) + "12"
    + _random(4)(draw),
    "se.personnummer": _dated("%y%m%d", 4),
    "si.emso": lambda draw: _dated("%d%m", 0)(draw) + "9" + str(draw.randint(50, 99)) + "50"
    + _random(4)(draw),
    "tr.tckimlik": _random(11),
}  # fmt: skip


@pytest.mark.parametrize("module", NUMBERS)
def test_a_column_of_national_identity_numbers_is_refused(module: str) -> None:
    draw = random.Random(5)
    own = [_made(module, draw, NUMBERS[module]) for _ in range(24)]
    cells = file(AREAS, own, numbers(0, 999, 24))
    found = persons(cells, "observations", place_codes=set(AREAS))
    assert codes(found) == {"person_identity_number"}
    assert found[0].message.startswith("column 'c2' holds national identity numbers; nothing")
    says_nothing_of(found, cells)


@pytest.mark.parametrize(
    "written",
    [
        ["RSSMRA85T10A562S", "BNCGLI92M41F205A", "VRDLCU70A01H501E"],
        ["AB123456C", "CE 65 43 21 D", "JK987654A", "LM112233B"],
        ["12345678Z", "87.654.321-X", "00000000-T"],
    ],
    ids=["Italy", "United Kingdom", "Spain"],
)
def test_a_few_numbers_with_letters_are_enough(written: list[str]) -> None:
    cells = file(AREAS[: len(written)], written)
    assert codes(persons(cells, "observations")) == {"person_identity_number"}


def test_numbers_inside_a_sentence_count_when_nearly_all_pass() -> None:
    draw = random.Random(6)
    notes = [f"case {_made('pl.pesel', draw, NUMBERS['pl.pesel'])}, closed" for _ in range(12)]
    assert codes(persons(file(AREAS[:12], notes), "events")) == {"person_identity_number"}


def test_random_figures_of_the_same_length_pass() -> None:
    for digits in (8, 9, 10, 11, 12, 13, 15):
        for seed in range(4):
            figures = numbers(10 ** (digits - 1), 10**digits - 1, 60, seed)
            found = persons(file(chosen(AREAS, 60), figures), "observations")
            assert codes(found) == set(), digits


def test_codes_of_census_sections_pass_although_they_read_like_danish_birth_numbers() -> None:
    barcelona = [f"08019{district:02d}{one:03d}" for district in range(1, 11)
                 for one in range(1, 100)]  # fmt: skip
    assert importlib.import_module("stdnum.dk.cpr").is_valid(barcelona[0])
    assert persons(file(barcelona, numbers(0, 4000, 990)), "observations") == []
    madrid = [code.replace("08019", "28079") for code in barcelona]
    assert persons(file(madrid, numbers(0, 4000, 990)), "observations") == []


def test_identity_numbers_that_are_area_codes_pass() -> None:
    draw = random.Random(7)
    areas = [_made("nl.bsn", draw, NUMBERS["nl.bsn"]) for _ in range(24)]
    cells = file(areas, numbers(0, 99, 24))
    assert codes(persons(cells, "observations")) == {"person_identity_number"}
    assert persons(cells, "observations", place_codes=set(areas)) == []


# One row per person


def _people(rows: int = 60) -> dict[str, list[str]]:
    return {
        "c1": [str(number) for number in range(1, rows + 1)],
        "c2": numbers(14, 80, rows),
        "c3": chosen(["m", "f"], rows, 5),
        "c4": chosen(AREAS[:8], rows, 6),
        "c5": numbers(1, 5, rows, 7),
    }


@pytest.mark.parametrize("words", [("m", "f"), ("Frau", "Mann"), ("hombre", "mujer")])
@pytest.mark.parametrize("codes_known", [True, False])
def test_one_row_per_person_is_refused_under_headers_that_say_nothing(
    words: tuple[str, str], codes_known: bool
) -> None:
    cells = pd.DataFrame(_people(), dtype="str")
    cells["c3"] = cells["c3"].map({"m": words[0], "f": words[1]})
    found = persons(cells, "observations", place_codes=set(AREAS) if codes_known else set())
    assert codes(found) == {"person_rows"}
    says_nothing_of(found, cells)


@pytest.mark.parametrize("key", ["client_id", "Patient No", "SchülerNr", "person id", "elev-id"])
def test_rows_numbered_by_person_are_refused(key: str) -> None:
    cells = file([f"K{one}" for one in range(100, 130)], chosen(AREAS, 30), numbers(0, 9, 30),
                 headers=[key, "area", "visits"])  # fmt: skip
    found = persons(cells, "observations", place_codes=set(AREAS))
    assert codes(found) == {"person_rows"}
    assert found[0].message.startswith(f"each row is one person, as column {key!r} shows; nothing")


def test_age_and_tenure_of_each_employee_are_refused() -> None:
    cells = file([str(one) for one in range(1, 22)], numbers(20, 62, 21), numbers(1, 30, 21),
                 numbers(1, 4, 21), headers=["id", "age", "tenure", "level"])  # fmt: skip
    assert codes(persons(cells, "observations")) == {"person_rows"}


def test_age_and_sex_in_an_event_list_are_refused_and_one_of_them_is_asked_about() -> None:
    cells = file(chosen(AREAS, 50), ["2024-05-01"] * 50, chosen(["theft", "threat"], 50),
                 numbers(12, 80, 50), chosen(["m", "f"], 50),
                 headers=["place", "date", "category", "age", "sex"])  # fmt: skip
    assert codes(persons(cells, "events")) == {"person_rows"}
    found = persons(cells.drop(columns="age"), "events")
    assert codes(found) == set()
    assert codes(found, "question") == {"person_rows"}
    assert persons(cells.drop(columns=["age", "sex"]), "events") == []


def test_stops_with_age_range_and_gender_are_rows_of_persons() -> None:
    ages, genders = chosen(["10-17", "18-24", "over 34"], 60), chosen(["Male", "Female"], 60, 8)
    headers = ["Date", "LSOA code", "Gender", "Age range", "Object of search"]
    cells = file(["2024-05-01"] * 60, chosen(AREAS, 60, 9), genders, ages,
                 chosen(["drugs", "weapons"], 60), headers=headers)  # fmt: skip
    assert codes(persons(cells, "events")) == {"person_rows"}
    assert codes(persons(cells, "observations")) == {"person_rows"}


def test_answers_with_the_sex_of_the_respondent_are_asked_about() -> None:
    cells = file(chosen(AREAS[:6], 80), chosen(["m", "f"], 80, 8),
                 *[numbers(1, 5, 80, seed) for seed in range(4)])  # fmt: skip
    found = persons(cells, "observations", place_codes=set(AREAS))
    assert [(check.level, check.code) for check in found] == [("question", "person_rows")]
    assert found[0].message == (
        "each row may be one person, as column 'c2' shows; say what it holds: a file of persons is"
        " refused, and nothing of it is kept"
    )


@pytest.mark.parametrize("rows", [3, 5, 8])
def test_a_file_of_few_persons_is_refused_too(rows: int) -> None:
    cells = file(full_names(rows), birth_dates(rows), chosen(AREAS, rows))
    assert "person_names" in codes(persons(cells, "observations", place_codes=set(AREAS)))
    parted = file(FIRST[:rows], LAST[:rows], chosen(AREAS, rows))
    assert "person_names" in codes(persons(parted, "observations", place_codes=set(AREAS)))


def test_recorded_crimes_with_a_key_a_street_and_a_coordinate_pass_as_events() -> None:
    draw = random.Random(11)
    keys = ["".join(draw.choices("0123456789abcdef", k=64)) for _ in range(60)]
    streets = chosen(["On or near High Street", "On or near Mill Lane", "No Location",
                      "On or near Supermarket", "On or near St John's Road"], 60)  # fmt: skip
    cells = file(keys, ["2024-03"] * 60, ["Metropolitan Police Service"] * 60,
                 [f"-0.{one}" for one in numbers(100_000, 999_999, 60)],
                 [f"51.{one}" for one in numbers(100_000, 999_999, 60, 3)], streets,
                 [f"E0100{one}" for one in numbers(1000, 1999, 60)],
                 chosen(["Burglary", "Violence and sexual offences"], 60),
                 headers=["Crime ID", "Month", "Reported by", "Longitude", "Latitude", "Location",
                          "LSOA code", "Crime type"])  # fmt: skip
    assert persons(cells, "events") == []
    plain = cells.set_axis([f"c{one}" for one in range(8)], axis="columns")
    assert persons(plain, "events") == []


def _crossed(ages: list[str], places: list[str] = AREAS) -> pd.DataFrame:
    rows = [(place, year, sex, age) for place in places for year in ("2023", "2024")
            for sex in ("male", "female") for age in ages]  # fmt: skip
    cells = pd.DataFrame(rows, columns=["area", "year", "sex", "age"], dtype="str")
    cells["residents"] = pd.Series(numbers(0, 60, len(rows)), dtype="str")
    return cells


@pytest.mark.parametrize(
    "ages", [[str(age) for age in range(0, 91)], ["15", "16", "17", "18"], ["0-14", "15-24", "65+"]]
)
@pytest.mark.parametrize("plain", [True, False])
def test_residents_by_age_and_sex_pass(ages: list[str], plain: bool) -> None:
    cells = _crossed(ages)
    if plain:
        cells.columns = pd.Index(["c1", "c2", "c3", "c4", "c5"])
    assert persons(cells, "observations") == []
    assert persons(cells, "observations", place_codes=set(AREAS)) == []


def test_counts_by_age_and_sex_pass_where_zeros_were_left_out() -> None:
    cells = _crossed([str(age) for age in range(0, 91)])
    kept = cells.sample(frac=0.15, random_state=1).reset_index(drop=True)
    assert persons(kept, "observations", place_codes=set(AREAS)) == []


@pytest.mark.parametrize("figure", ["{n},5", "1.{n}00", "{n}.3 b", "{n} %"])
def test_rates_by_sex_pass_however_their_figures_are_written(figure: str) -> None:
    written = [figure.format(n=10 + at % 70) for at in range(16)]
    cells = file(sorted(AREAS[:8] * 2), ["T", "F"] * 8, written, [":", *reversed(written[1:])])
    assert persons(cells, "observations", place_codes=set(AREAS)) == []


def test_counts_by_sex_with_small_figures_pass() -> None:
    cells = file(sorted(AREAS * 2), ["m", "f"] * 24, numbers(0, 70, 48))
    assert persons(cells, "observations", place_codes=set(AREAS)) == []
    assert persons(cells, "observations") == []


# What must pass


@pytest.mark.parametrize(
    "column",
    [
        ["January", "April", "May", "June", "July", "August"] * 4,
        ["Januar", "April", "Mai", "Juni", "Juli", "August"] * 4,
        NAMES,
        [f"{name} 016{letter}" for name in NAMES[:12] for letter in "AB"],
        [f"{name} {number:03d}" for number, name in enumerate(NAMES)],
        [f"E0100{number:04d}" for number in range(24)],
        [f"0{number}" for number in range(5_315_000, 5_315_024)],
        [f"0{number}" for number in range(10_010_101_001, 10_010_101_025)],
        [f"{number:05d}" for number in range(1001, 1025)],
        ["SW1A 1AA", "E1 6AN", "NW3 2PN"] * 8,
        ["2019", "2020", "2021", "2022"] * 6,
        [f"{year}-{month:02d}-01" for year in (1990, 2000, 2010, 2020) for month in range(1, 7)],
        ["202021", "201920"] * 12,
        ["2024-Q1", "2024-Q2"] * 12,
        [f"{number / 7:.6f}" for number in range(24)],
        [f"{number} 345 678" for number in range(10, 34)],
        [f"+{number} 345 678" for number in range(10, 34)],
        ["+1.4", "-0.3", "+12.8"] * 8,
        ["12.345.678", "1.234", "98.765.432"] * 8,
        ["7.73%", "<40 dB", "40-45 dB"] * 8,
        ["Young people outside work", "Trust in the police", "Feeling at home"] * 8,
        ["Metropolitan Police Service", "Office for National Statistics", "Robert Koch-Institut",
         "Statistisches Amt", "Ajuntament de Barcelona", "Debate House"] * 4,
        ["Lloguer mitjà mensual (Euros/mes)", "Lloguer mitjà per superfície"] * 12,
        ["data from opendata@town.example", ""] * 12,
        ["estimated for 2019-2021, base 08019 2011", ""] * 12,
        ["Anne-Frank-Schule", "Collège Jean Moulin", "Lycée Victor Hugo", "St. Thomas School"] * 6,
        [f"https://data.example/?c=12&id=07700900{one}&street=rue" for one in range(123, 147)],
        ["Rue Jean Jaurès", "Carrer de Pau Claris", "Via Giuseppe Garibaldi"] * 8,
    ],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["observations", "events"])
def test_columns_of_places_periods_figures_and_labels_pass(column: list[str], kind: str) -> None:
    cells = file(AREAS, column, numbers(0, 90_000, 24), ["2024-05-01"] * 24)
    assert persons(cells, kind, place_codes=set(AREAS)) == []
    assert persons(file(column, numbers(0, 90_000, 24)), kind) == []


def test_days_of_events_over_decades_are_asked_about_and_opening_days_pass() -> None:
    days = birth_dates(40, "%Y-%m-%d")
    found = persons(file(chosen(AREAS, 40), days), "events")
    assert [(check.level, check.code) for check in found] == [("question", "person_birth_dates")]
    assert "column 'c2' may hold birth dates; say what it holds" in found[0].message
    opened = file(chosen(AREAS, 40), days, headers=["area", "opened"])
    assert persons(opened, "observations") == []


def test_names_that_differ_within_an_area_are_asked_about() -> None:
    unknown = [f"{a} {b}" for a in ("Xavu", "Qorl", "Zimt", "Wrep") for b in
               ("Brundl", "Kasto", "Vendri", "Ploft")]  # fmt: skip
    cells = file(chosen(AREAS[:4], 16), unknown, numbers(0, 9, 16))
    found = persons(cells, "observations", place_codes=set(AREAS))
    assert [(check.level, check.code) for check in found] == [("question", "person_names")]
    assert persons(cells, "observations", place_codes=set(AREAS), place_names=set(unknown)) == []
    assert persons(file(AREAS[:16], unknown), "observations", place_codes=set(AREAS)) == []


def test_names_of_municipalities_wards_and_countries_pass_unknown_to_the_territory(
    realdata: Path,
) -> None:
    shapes = json.loads((realdata / "spain" / "municipalities.json").read_text("utf-8"))
    spain = [one["properties"]["name"] for one in shapes["objects"]["municipalities"]["geometries"]]
    wards = pd.read_csv(
        realdata / "london/gla/deprivation_index_london_2019_wards_df.csv", dtype="str"
    )["ward_name"].to_list()
    countries = [name for code in ("en", "de", "es", "fr")
                 for name in babel.Locale(code).territories.values()]  # fmt: skip
    draw = random.Random(12)
    for names in (spain, wards, countries):
        for rows in (5, 10, 25, 200):
            some = draw.sample([name for name in names if name], rows)
            assert persons(file(some, numbers(0, 9999, rows)), "observations") == []


@pytest.mark.parametrize(
    "path",
    ["london/london-2011-2021-major-violence.csv", "london/london-mid2020-pop.csv",
     "london/london-2001-2012-HHI-median.csv", "london/gla/london_boroughs_profiles_2015.csv",
     "london/gla/london_ward2011_profiles2015.csv",
     "london/gla/deprivation_index_london_2019_wards_df.csv",
     "barcelona/lloguer/2014_lloguer_preu_trim.csv", "barcelona/lloguer/2021_lloguer_preu_trim.csv",
     "barcelona/2017_poblacio_exposada_barris_mapa_estrategic_soroll_bcn.csv",
     "england/fsm_time_series.csv", "england/tenure-households-lad.csv",
     "england/England-annual-price-change-by-local-authority-2021-03.csv",
     "formats/sdmx-csv-2.0.csv"],
)  # fmt: skip
def test_published_files_about_areas_pass_with_and_without_their_headers(
    realdata: Path, path: str
) -> None:
    cells = pd.read_csv(realdata / path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    assert persons(cells, "observations") == []
    plain = cells.set_axis([f"c{number}" for number in range(cells.shape[1])], axis="columns")
    assert persons(plain, "observations") == []
    assert persons(plain, "events") == []


# The other kinds of file


RESOURCES = file(
    ["Torve Hall", "Rowing Club", "Central Library", "Peter House"],
    ["Rosenweg 3", "12 King Street", "Calle Mayor, 3", "Storgatan 4"],
    ["0171 2345678", "0171 2345679", "020 7946 0018", ""],
    ["info@torve.example", "club@rowing.example", "", "desk@peter.example"],
    headers=["name", "address", "telephone", "email"],
)


def test_an_organisations_address_and_telephone_are_fine_in_resources() -> None:
    assert persons(RESOURCES, "resources") == []
    assert codes(persons(RESOURCES, "observations")) == {
        "person_address", "person_email", "person_telephone"
    }  # fmt: skip


def test_people_of_organisations_belong_into_contacts_only() -> None:
    named = RESOURCES.assign(**{"contact person": ["Jo Doe", "Ann Lee", "", ""]})
    found = persons(named, "resources")
    assert codes(found) == {"person_names"}
    assert found[0].message.endswith("and its people only in contacts.csv")
    assert persons(named, "contacts") == []
    own = RESOURCES.assign(email=["anna.b@torve.example", "", "", ""])
    assert codes(persons(own, "partners")) == {"person_email"}


def test_contacts_hold_no_birth_dates_and_nothing_private() -> None:
    contacts = file(full_names(12), birth_dates(12), [f"Rosenweg {one}" for one in range(12)],
                    headers=["name", "date of birth", "home address"])  # fmt: skip
    assert codes(persons(contacts, "contacts")) == {"person_birth_dates", "person_address"}
    assert persons(contacts[["name"]], "contacts") == []


def test_the_respondent_of_a_partner_survey_is_a_partner_id() -> None:
    answers = file([f"P{one:02d}" for one in range(1, 13)], chosen(["P01", "P05"], 12),
                   numbers(1, 5, 12), headers=["from", "to", "trust"])  # fmt: skip
    assert persons(answers, "survey") == []
    found = persons(answers.assign(**{"from": full_names(12)}), "survey")
    assert codes(found) == {"person_names"}
    assert found[0].message.startswith("column 'from' holds names of persons; nothing of the file")
    assert "the respondent of a partner survey is a partner id" in found[0].message


# What a message may say


def test_a_file_without_a_header_row_is_not_quoted_in_its_messages() -> None:
    cells = FULL.copy()
    cells.columns = pd.Index(cells.iloc[0])
    found = persons(cells.iloc[1:], "observations", place_codes=set(AREAS))
    assert {"person_names", "person_birth_dates", "person_email"} <= codes(found)
    assert {check.column for check in found} == {"column 1", "column 2", "column 3"}
    says_nothing_of(found, FULL)


def test_everything_found_is_said_at_once_and_refusals_come_first() -> None:
    cells = FULL.assign(c6=["reported by Mrs Miller"] + ["quiet"] * 39)
    found = persons(cells, "observations", place_codes=set(AREAS))
    assert [check.level for check in found] == ["refuse"] * 3 + ["question"]
    says_nothing_of(found, cells)


@given(
    st.lists(st.sampled_from(full_names(40)), min_size=8, max_size=30, unique=True),
    st.permutations(range(4)),
)
def test_the_order_of_rows_and_columns_changes_no_finding(
    names: list[str], order: list[int]
) -> None:
    rows = len(names)
    cells = file(names, birth_dates(rows), chosen(AREAS, rows), numbers(0, 99, rows))
    shuffled = cells.iloc[::-1, list(order)]
    one, other = (persons(part, "observations", place_codes=set(AREAS))
                  for part in (cells, shuffled))  # fmt: skip
    assert {(check.code, check.column) for check in one} == {
        (check.code, check.column) for check in other
    }
    says_nothing_of(one, cells)


@given(st.data())
def test_areas_with_figures_pass_whatever_the_figures(data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 24))
    digits = data.draw(st.integers(1, 7))
    figures = data.draw(
        st.lists(st.integers(0, 10**digits), min_size=rows, max_size=rows).map(
            lambda drawn: [str(one) for one in drawn]
        )
    )
    cells = file(AREAS[:rows], NAMES[:rows], figures)
    before = cells.copy()
    assert persons(cells, "observations") == []
    pd.testing.assert_frame_equal(cells, before)
