"""Shapes of files as publishers of several countries make them."""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.intake.reading import Layout, Reading, find_table, read_file
from tests.analysis.intake.workbooks import ods, xlsx

GERMAN = """Statistisches Amt;;;;
Arbeitslose nach Gemeinden;;;;
Stand: 31.12.2021;;;;
;;;;
AGS;Gemeinde;Arbeitslose;;
;;2019;2020;2021
01001000;Flensburg, Stadt;3.456;3.512;3.401
01002000;Kiel;12.345;.;11.999
01003000;Lübeck;10.001;-;9.876
01004000;Neumünster;x;3.101;3.050
;Insgesamt;25.802;16.613;28.326
;;;;
Quelle: Statistik der Bundesagentur für Arbeit;;;;
x = Wert gesperrt;;;;
"""


def read(text: str | bytes, name: str = "file.csv", **rest: object) -> Reading:
    content = text.encode() if isinstance(text, str) else text
    return read_file(content, name, **rest)  # type: ignore[arg-type]


def ids(reading: Reading) -> list[str]:
    return [question.id for question in reading.questions]


def figures(reading: Reading) -> list[tuple[str, str, float]]:
    cells = reading.cells
    return list(zip(cells["place"], cells["period"], cells["number"], strict=True))


def kinds(reading: Reading) -> dict[str, str]:
    return {column.name: column.kind for column in reading.columns}


# ---------------------------------------------------------------- whole shapes


def test_a_german_export_has_preamble_two_heading_rows_totals_and_footnotes() -> None:
    asked = read(GERMAN.encode("cp1252"), languages=("de",))
    assert ids(asked) == ["encoding", "headings", "decimal", "marker:x", "marker:.", "marker:-"]
    assert asked.cells["number"].isna().all()
    answers = {
        "encoding": "cp1252",
        "headings": "2",
        "decimal": ",",
        "marker:x": "suppressed",
        "marker:.": "missing",
        "marker:-": "zero",
    }
    reading = read(GERMAN.encode("cp1252"), answers=answers, languages=("de",))
    assert ids(reading) == []
    assert (reading.rows_in, reading.rows_apart) == (4, {"total": 1})
    assert reading.total_in["Arbeitslose / 2019"] == 3456 + 12345 + 10001
    assert reading.total_apart["Arbeitslose / 2019"] == 25_802
    assert figures(reading)[0] == ("01001000", "2019", 3456.0)
    assert list(reading.cells["row"][:4]) == [7, 8, 9, 10]
    zero = reading.cells[reading.cells["marker"] == "-"].iloc[0]
    assert (zero["number"], zero["status"]) == (0.0, "observed")
    suppressed = reading.cells[reading.cells["marker"] == "x"].iloc[0]
    assert np.isnan(suppressed["number"])
    assert suppressed["status"] == "suppressed"
    assert set(reading.totals["place_name"]) == {"Insgesamt"}
    assert set(reading.cells["measure"]) == {"Arbeitslose"}


def test_french_numbers_part_thousands_by_spaces_of_three_kinds() -> None:
    text = (
        "Code;Commune;Population 2019;Population 2020\r\n"
        "01004;Ambérieu;14\u202f081;14 204\r\n"
        "75056;Paris;2\u00a0165\u00a0423;2 145 906\r\n"
    )
    reading = read(text)
    assert ids(reading) == []
    assert figures(reading) == [
        ("01004", "2019", 14081.0),
        ("75056", "2019", 2165423.0),
        ("01004", "2020", 14204.0),
        ("75056", "2020", 2145906.0),
    ]


def test_swiss_numbers_part_thousands_by_apostrophes() -> None:
    text = 'Quartier,Jahr,Bevölkerung,Anteil\nKreis 1,2020,5\'843,"24,5"\nKreis 2,2020,35’129,31\n'
    reading = read(text)
    assert ids(reading) == []
    assert list(reading.cells["number"]) == [5843.0, 35129.0, 24.5, 31.0]


def test_nordic_areas_hold_code_and_name_in_one_cell() -> None:
    text = "region;2019K1;2019K2\n0301 Oslo;12.5;..\n1103 Stavanger;10.1;9.0\n4601 Bergen;9.9;:\n"
    reading = read(text)
    assert ids(reading) == ["marker:..", "marker::"]
    assert list(reading.cells["place"].cat.categories[1:]) == ["0301", "1103", "4601"]
    assert reading.cells["place_name"][0] == "Oslo"
    assert set(reading.cells["period"]) == {"2019-Q1", "2019-Q2"}
    assert "code and name together" in reading.notes[0].message


def test_a_workbook_has_notes_merged_headings_totals_and_a_source() -> None:
    content = xlsx(
        {
            "Notes": [["About this workbook"], ["Ask us"]],
            "Data 2023": [
                ["Table 1: residents by district"],
                [],
                ["Code", "District", "2022", "", "2023", ""],
                ["", "", "n", "%", "n", "%"],
                ["0101", "North", 10, 20.5, 12, 24.5],
                ["0102", "South", 20, 41, "x", "x"],
                ["0103", "East", 18, 38.5, 0, 0],
                ["", "Total", 48, 100, 12, 24.5],
                [],
                ["Source: the office"],
            ],
        },
        merged=["C3:D3", "E3:F3", "A3:A4", "B3:B4"],
    )
    answers = {"headings": "2", "marker:x": "suppressed"}
    reading = read(content, "book.xlsx", answers=answers)
    assert ids(reading) == []
    assert (reading.rows_in, reading.rows_apart) == (3, {"total": 1})
    assert set(reading.cells["measure"]) == {"n", "%"}
    assert set(reading.cells["period"]) == {"2022", "2023"}
    assert figures(reading)[0] == ("0101", "2022", 10.0)
    assert reading.decided["sheet"] == "Data 2023"


def test_an_opendocument_sheet_is_read_like_a_workbook() -> None:
    reading = read(ods([["code", "year", "value"], ["01", 2020, 1.5], ["02", 2020, ".."]]), "a.ods")
    assert ids(reading) == ["marker:.."]
    assert figures(reading)[0] == ("01", "2020", 1.5)


def test_parquet_keeps_the_types_it_has() -> None:
    frame = pd.DataFrame(
        {"code": ["01", "02"], "year": [2020, 2020], "rate": [1.234, np.nan], "n": [1, 2]}
    )
    made = io.BytesIO()
    frame.to_parquet(made)
    reading = read(made.getvalue(), "a.parquet")
    assert ids(reading) == ["marker:(empty)"]
    assert reading.total_in == {"rate": 1.234, "n": 3.0}
    assert list(reading.cells["row"]) == [1, 2, 1, 2]


def test_several_sheets_with_tables_are_asked_about() -> None:
    table = [["code", "2020", "2021"], ["A01", 1, 2], ["A02", 3, 4]]
    asked = read(xlsx({"North": table, "South": table}), "a.xlsx")
    assert ids(asked) == ["sheet"]
    assert [choice.id for choice in asked.questions[0].choices] == ["North", "South"]
    reading = read(xlsx({"North": table, "South": table}), "a.xlsx", answers={"sheet": "South"})
    assert ids(reading) == []
    assert reading.layout.sheet == "south"


def test_stacked_measures_told_apart_by_their_unit() -> None:
    text = "Gebiet;Einheit;Wert;Zeit\nKiel;Anzahl;10;2020\nKiel;%;1,5;2020\nBonn;Anzahl;20;2020\n"
    reading = read(text)
    assert ids(reading) == []
    assert list(reading.cells["measure"]) == ["Anzahl", "%", "Anzahl"]


def test_a_name_that_stands_once_over_its_rows_is_asked_about() -> None:
    text = "district,year,n\nNorth,2019,1\n,2020,2\nSouth,2019,3\n,2020,4\n"
    assert "fill_down:district" in ids(read(text))
    reading = read(text, answers={"fill_down:district": "yes"})
    assert ids(reading) == []
    assert [place for place, _, _ in figures(reading)] == ["North", "North", "South", "South"]


def test_flags_in_a_column_of_their_own_are_statuses() -> None:
    text = "geo,time,OBS_VALUE,OBS_FLAG\nAT11,2020,5.5,p\nAT12,2020,6.5,\nAT13,2020,7.5,b\n"
    asked = read(text)
    assert ids(asked) == ["flag:p", "flag:b"]
    reading = read(text, answers={"flag:p": "provisional", "flag:b": "break"})
    assert list(reading.cells["status"]) == ["provisional", "observed", "observed"]
    assert list(reading.cells["break"]) == [False, False, True]


def test_repeated_headings_and_blank_lines_are_not_rows() -> None:
    text = "code,2019,2020\nA01,1,2\n\ncode,2019,2020\nA02,3,4\n"
    reading = read(text)
    assert (reading.rows_in, reading.total_in["2019"]) == (2, 4.0)
    assert list(reading.cells["row"][:2]) == [2, 5]
    assert any("repeated heading" in note.message for note in reading.notes)


def test_a_row_that_numbers_the_columns_is_no_row_of_figures() -> None:
    text = "ags;Kreis;2019;2020\n1;2;3;4\n01001;Kiel;7;8\n01002;Bonn;9;10\n"
    reading = read(text, answers={"headings": "2"})
    assert ids(reading) == []
    assert reading.total_in == {"2019": 16.0, "2020": 18.0}


# ---------------------------------------------------------------- never a number unasked


def test_thousands_or_decimals_are_asked_when_the_column_leaves_it_open() -> None:
    text = "code,year,rate\nA01,2020,1.234\nA02,2020,2.345\n"
    asked = read(text)
    assert ids(asked) == ["decimal"]
    assert asked.cells["number"].isna().all()
    assert asked.questions[0].choices[1].words.endswith("1.234 is 1234")
    assert list(read(text, answers={"decimal": "."}).cells["number"]) == [1.234, 2.345]
    assert list(read(text, answers={"decimal": ","}).cells["number"]) == [1234.0, 2345.0]


def test_one_clear_cell_among_many_open_ones_does_not_settle_the_column() -> None:
    rows = "".join(f"A{at:03},2020,{at}.{at}\n" for at in range(100, 300))
    assert ids(read(f"code,year,n\n{rows}A999,2020,0.5\n")) == ["decimal"]


def test_a_column_that_writes_decimals_both_ways_is_asked_about() -> None:
    text = 'code,year,rate\nA01,2020,"1,5"\nA02,2020,2.5\n'
    asked = read(text)
    assert ids(asked) == ["decimal:rate"]
    assert "some with a comma" in asked.questions[0].text
    answered = read(text, answers={"decimal:rate": "."})
    assert ids(answered) == ["unreadable:rate"]
    assert np.isnan(answered.cells["number"][0])
    assert answered.cells["number"][1] == 2.5


def test_no_marker_is_zero_before_somebody_says_so() -> None:
    signs = [".", "..", ":", "x", "c", "s", "nd", "ns", "*", "<5", "-", "--", "–", "n/a", "#DIV/0!"]
    rows = "".join(f"A{at:02};2020;{at}\nB{at:02};2020;{sign}\n" for at, sign in enumerate(signs))
    asked = read(f"code;year;n\n{rows}")
    assert set(ids(asked)) == {f"marker:{sign}" for sign in signs}
    held = asked.cells[asked.cells["marker"] != ""]
    assert len(held) == len(signs)
    assert held["number"].isna().all()
    assert set(held["status"]) == {""}
    assert not any(question.suggestion == "zero" for question in asked.questions)


def test_a_code_for_no_number_is_asked_about_and_can_be_a_true_figure() -> None:
    text = "code,year,n\nA01,2020,5\nA02,2020,-9999\nA03,2020,7\n"
    asked = read(text)
    assert ids(asked) == ["marker:-9999"]
    assert asked.total_in["n"] == 12.0
    assert read(text, answers={"marker:-9999": "missing"}).total_in["n"] == 12.0
    assert read(text, answers={"marker:-9999": "number"}).total_in["n"] == 12.0 - 9999


def test_true_negative_figures_are_no_markers() -> None:
    assert ids(read("code,year,change\nA01,2020,-3.5\nA02,2020,-9\nA03,2020,7\n")) == []


def test_a_marker_can_mean_one_thing_here_and_another_there() -> None:
    text = "code,year,births,rate\nA01,2020,5,1.5\nA02,2020,-,-\nA03,2020,-,2.5\n"
    asked = read(text, answers={"marker:-": "by_column"})
    assert ids(asked) == ["marker:-@births", "marker:-@rate"]
    answers = {"marker:-@births": "zero", "marker:-@rate": "not_applicable"}
    reading = read(text, answers=answers)
    assert ids(reading) == []
    assert list(reading.cells["status"]) == [
        *["observed"] * 3,
        *["observed", "not_applicable", "observed"],
    ]
    assert list(reading.cells["number"][:3]) == [5.0, 0.0, 0.0]


def test_flags_beside_numbers_are_statuses_and_no_text() -> None:
    text = "code,year,n\nA01,2020,12.7 b\nA02,2020,12.3p\nA03,2020,: u\nA04,2020,(5.5)\n"
    asked = read(text)
    assert set(ids(asked)) == {"marker:: u", "flag:b", "flag:p", "flag:()"}
    assert set(asked.cells["status"]) == {""}
    answers = {
        "marker:: u": "missing",
        "flag:b": "break",
        "flag:p": "provisional",
        "flag:()": "missing",
    }
    cells = read(text, answers=answers).cells
    assert list(cells["status"]) == ["observed", "provisional", "missing", "missing"]
    assert list(cells["number"][:2]) == [12.7, 12.3]
    assert cells["number"][2:].isna().all()
    assert list(cells["break"]) == [True, False, False, False]
    negative = read(text, answers={**answers, "flag:()": "negative"}).cells
    assert negative["number"][3] == -5.5


def test_figures_in_thousands_are_asked_about() -> None:
    text = "code;year;residents in 1 000\nA01;2020;5\nA02;2020;7\n"
    asked = read(text)
    assert ids(asked) == ["scale:residents in 1 000"]
    assert asked.cells["number"].isna().all()
    answered = read(text, answers={"scale:residents in 1 000": "1000"})
    assert list(answered.cells["number"]) == [5000.0, 7000.0]


def test_shares_of_a_spreadsheet_are_asked_about() -> None:
    content = xlsx(
        {
            "a": [
                ["code", "year", "share"],
                ["A01", 2020, 0.12],
                ["A02", 2020, 0.5],
                ["A03", 2020, 1],
            ]
        }
    )
    asked = read(content, "a.xlsx")
    assert ids(asked) == ["scale:share"]
    reading = read(content, "a.xlsx", answers={"scale:share": "100"})
    assert list(reading.cells["number"]) == [12.0, 50.0, 100.0]


def test_rows_of_another_width_are_asked_about_and_named() -> None:
    text = "code,year,n\nA01,2020,5\nA02,2020,6,7\nA03,2020,8\nA04,20"
    asked = read(text)
    assert ids(asked) == ["broken_rows:2"]
    assert "rows 3, 5" in asked.questions[0].text
    assert asked.rows_in == 2


def test_a_cell_that_swallowed_rows_is_asked_about() -> None:
    text = 'code,name,2019,2020\nA01,"North,1,2\nA02,South,3,4\nA03",5,6\nA04,West,7,8\n'
    assert "line_breaks" in ids(read(text))


def test_a_period_that_is_not_stated_is_asked_for() -> None:
    text = "code,n\nA01,5\nA02,6\n"
    assert ids(read(text)) == ["period"]
    assert set(read(text, answers={"period": "2024-Q3"}).cells["period"]) == {"2024-Q3"}


def test_school_year_or_month_is_asked_when_both_fit() -> None:
    text = "code,period,n\nA01,201112,5\nA02,201112,6\n"
    asked = read(text)
    assert ids(asked) == ["period_form:period"]
    assert set(asked.cells["period"]) == {""}
    reading = read(text, answers={"period_form:period": "SY"})
    assert set(reading.cells["period"]) == {"2011/2012"}


def test_texts_that_are_no_period_are_asked_about() -> None:
    rows = "".join(f"A{at:02},2020-Q{1 + at % 4},5\n" for at in range(40))
    asked = read(f"code,period,n\n{rows}A99,unknown,5\n")
    assert "unread_period:period" in ids(asked)
    answers = {"unread_period:period": "leave_out"}
    reading = read(f"code,period,n\n{rows}A99,unknown,5\n", answers=answers)
    assert reading.rows_apart == {"no period": 1}
    assert (reading.total_in["n"], reading.total_apart["n"]) == (200.0, 5.0)


def test_two_codes_for_the_same_areas_are_asked_about() -> None:
    rows = "".join(f"{100 + at},E0{at:04},2020,{at}\n" for at in range(20))
    asked = read(f"old_code,new_code,year,n\n{rows}")
    assert ids(asked) == ["place"]
    assert asked.questions[0].suggestion == "new_code"


def test_an_encoding_that_is_not_utf_8_is_shown_and_asked() -> None:
    content = "code;name;2019;2020\n01;Zürich;5;6\n02;Genève;7;8\n".encode("cp1252")
    asked = read(content)
    assert ids(asked) == ["encoding"]
    words = {choice.id: choice.words for choice in asked.questions[0].choices}
    assert words["cp1252"] == "cp1252: 'Zürich', 'Genève'"
    assert ids(read(content, answers={"encoding": "cp1252"})) == []
    other = read(
        "code;name;2019;2020\n01;Łódź;5;6\n02;Kraków;7;8\n".encode("cp1250"),
        default_encoding="cp1250",
    )
    assert list(other.cells["place_name"][:2]) == ["Łódź", "Kraków"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
def test_a_byte_order_mark_or_utf_8_settles_the_encoding(encoding: str) -> None:
    content = "code;name;2019;2020\n01;Zürich;5;6\n02;Genève;7;8\n".encode(encoding)
    reading = read(content)
    assert ids(reading) == []
    assert reading.cells["place_name"][0] == "Zürich"


# ---------------------------------------------------------------- small facts


def test_leading_zeros_survive() -> None:
    reading = read("ags,2019,2020\n00123,1,2\n00007,3,4\n")
    assert list(reading.cells["place"][:2]) == ["00123", "00007"]


def test_every_row_is_accounted_for() -> None:
    reading = read(GERMAN.encode("cp1252"))
    lines = GERMAN.count("\n") - 6 - 3  # preamble and headings; blank line and footnotes
    assert reading.rows_in + sum(reading.rows_apart.values()) == lines


def test_shuffled_columns_give_the_same_cells() -> None:
    one = read("code,name,2019,2020\nA01,North,1,2\nA02,South,3,4\n")
    other = read("2020,name,code,2019\n2,North,A01,1\n4,South,A02,3\n")
    assert sorted(figures(one)) == sorted(figures(other))
    assert one.layout.fingerprint == other.layout.fingerprint


def test_years_do_not_change_the_layout() -> None:
    one = read("code,HHI_2001,HHI_2002\nA01,1,2\nA02,3,4\n")
    other = read("code,HHI_2003,HHI_2004,HHI_2005\nA01,1,2,3\nA02,3,4,5\n")
    assert one.layout == other.layout == Layout("csv", "", ("code", "HHI {period}"))


def test_the_preview_shows_the_file_as_it_stands() -> None:
    preview = read(GERMAN.encode("cp1252")).preview
    assert preview.iloc[0, 0] == "Statistisches Amt"
    assert preview.iloc[6, 2] == "3.456"


def test_progress_is_told_and_may_cancel() -> None:
    class Cancelled(Exception): ...

    def cancel(step: str, share: float) -> None:
        if share > 0.5:
            raise Cancelled

    with pytest.raises(Cancelled):
        read(GERMAN.encode("cp1252"), progress=cancel)
    shares: list[float] = []
    read("code,2019,2020\nA01,1,2\nA02,3,4\n", progress=lambda _, share: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


def test_the_answers_handed_in_are_not_changed() -> None:
    answers: Mapping[str, str] = {"decimal": ","}
    before = dict(answers)
    read(GERMAN.encode("cp1252"), answers=answers)
    assert answers == before


def test_a_table_of_words_is_refused_in_words() -> None:
    with pytest.raises(InputError, match="no column of figures found"):
        read("code,name\nA01,North\nA02,South\n")


def test_find_table_looks_past_blank_lines() -> None:
    rows = [["title"], [], ["code", "2019", "2020"], [], ["A01", "1", "2"], ["A02", "3", "4"]]
    assert find_table(rows) == (2, 4, 3)


# ---------------------------------------------------------------- event lists

EVENTS = "date,place,kind\n" + "".join(
    f"2024-{month:02}-0{day},A0{1 + day % 3},{'theft' if day % 2 else 'fire'}\n"
    for month in range(1, 7)
    for day in range(1, 9)
)
EVENT_ANSWERS = {"kind": "events", "span": "Q", "column:kind": "category", "no_event": "zero"}


def test_events_are_counted_and_not_kept() -> None:
    assert ids(read(EVENTS)) == ["column:kind", "kind", "span", "no_event"]
    reading = read(EVENTS, answers=EVENT_ANSWERS)
    assert ids(reading) == []
    assert reading.is_event_list
    assert reading.rows_in == 48 == reading.cells["number"].sum()
    assert reading.total_in == {"events": 48.0}
    assert set(reading.cells["period"]) == {"2024-Q1", "2024-Q2"}
    assert set(reading.cells["category"]) == {"theft", "fire"}
    assert set(reading.cells["role"]) == {"count"}
    assert set(reading.cells["row"]) == {0}
    assert len(reading.preview) == 1


def test_events_without_place_or_time_are_counted_and_said() -> None:
    text = EVENTS + "2024-02-03,,theft\n,A01,theft\n"
    reading = read(text, answers=EVENT_ANSWERS)
    assert reading.rows_apart == {"events without a place": 1, "events without a period": 1}
    assert reading.rows_in == 48
    assert any("1 events without a place are not counted" in note.message for note in reading.notes)


def test_events_are_placed_by_their_coordinates() -> None:
    text = "when,lon,lat\n" + "".join(
        f"2024-01-{day:02} 10:11,2.17{day % 10},41.38{day % 10}\n" for day in range(1, 29)
    )

    def locate(longitude: np.ndarray, latitude: np.ndarray) -> list[str]:
        assert (np.abs(longitude) < 3).all()
        assert (latitude > 41).all()
        return ["west" if at < 2.175 else "" for at in longitude]

    answers = {"kind": "events", "span": "Y", "no_event": "zero"}
    reading = read(text, answers=answers, locate=locate)
    assert ids(reading) == []
    assert set(reading.cells["place"]) == {"west"}
    assert reading.rows_in + reading.rows_apart["events without a place"] == 28
    assert ids(read(text, answers=answers)) == ["coordinates"]


def test_the_number_of_an_event_is_no_area() -> None:
    text = "incident id,date,district code\n" + "".join(
        f"INC{at:05},2024-03-{1 + at % 28:02},D{at % 4}\n" for at in range(60)
    )
    reading = read(text, answers={"kind": "events", "span": "M", "no_event": "missing"})
    assert kinds(reading)["district code"] == "place"
    assert kinds(reading)["incident id"] == "unused"
    assert reading.cells["number"].sum() == 60


def test_day_or_month_first_is_asked_when_both_fit() -> None:
    text = "date,place\n" + "".join(f"0{at}/0{at + 1}/2024,A0{at % 2}\n" for at in range(1, 8))
    asked = read(text, answers={"kind": "events", "span": "M", "no_event": "zero"})
    assert ids(asked) == ["day_first:date"]
    assert asked.cells.empty


# ---------------------------------------------------------------- further doubts


def test_areas_side_by_side_are_named_by_the_headings() -> None:
    text = "Jahr;Nord;Süd;Ost\n2019;1;2;3\n2020;4;5;6\n"
    asked = read(text)
    assert ids(asked) == ["place"]
    assert asked.questions[0].choices[-1].id == "(headings)"
    reading = read(text, answers={"place": "(headings)"})
    assert ids(reading) == []
    assert figures(reading)[:3] == [
        ("Nord", "2019", 1.0),
        ("Nord", "2020", 4.0),
        ("Süd", "2019", 2.0),
    ]
    assert set(reading.cells["measure"]) == {"value"}


def test_a_row_that_is_the_sum_of_all_others_is_asked_about() -> None:
    text = "Gemeinde;2019;2020\nA;5;1\nB;6;2\nC;7;3\nBerlin;18;6\n"
    asked = read(text)
    assert ids(asked) == ["total:Berlin"]
    assert asked.rows_apart == {"total": 1}
    assert read(text, answers={"total:Berlin": "area"}).rows_in == 4
    assert ids(read("Gemeinde;2019\nA;5\nB;6\nC;7\nBerlin;19\n", answers={"headings": "1"})) == []


def test_a_percent_sign_on_some_numbers_is_asked_about() -> None:
    text = "code;year;share\n001;2020;1,5%\n002;2020;0,2\n003;2020;0\n"
    asked = read(text)
    assert ids(asked) == ["percent:share"]
    assert asked.cells["number"].isna().tolist() == [False, True, False]
    reading = read(text, answers={"percent:share": "share"})
    assert list(reading.cells["number"]) == [1.5, 20.0, 0.0]


def test_years_among_quarters_are_said() -> None:
    text = "code;period;n\nA1;2020-Q1;1\nA1;2020-Q2;2\nA2;2020;3\n"
    assert "periods of several lengths" in read(text).notes[0].message
