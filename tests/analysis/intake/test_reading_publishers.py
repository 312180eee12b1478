"""Exports as statistics offices and cities shape them: what is asked, and what is not.

Headings, signs and layout are those of real exports; figures and most names are made up.
"""

from __future__ import annotations

import pytest

from analysis.intake.reading import Reading, read_file


def read(text: str, name: str = "file.csv", encoding: str = "utf-8", **answers: str) -> Reading:
    said = {key.replace("__", ":"): one for key, one in answers.items()}
    return read_file(text.encode(encoding), name, answers=said)


def asked(reading: Reading) -> list[str]:
    return [question.id for question in reading.questions]


def suggested(reading: Reading) -> dict[str, str]:
    return {question.id: question.suggestion for question in reading.questions}


def kinds(reading: Reading) -> dict[str, str]:
    return {column.name: column.kind for column in reading.columns}


def figures(reading: Reading, measure: str | None = None) -> dict[tuple[str, str], float]:
    cells = reading.cells if measure is None else reading.cells[reading.cells["measure"] == measure]
    return {
        (row.place, row.period): row.number for row in cells[cells["number"].notna()].itertuples()
    }


def test_genesis_years_without_a_heading_are_periods_and_no_figures() -> None:
    reading = read(
        "Tabelle: 13211-02-05-4\n"
        "Arbeitslose nach Personengruppen - Jahresdurchschnitt -;;;;\n"
        ";;;Arbeitslose;Arbeitslosenquote\n"
        ";;;Anzahl;Prozent\n"
        "2021;DG;Deutschland;2613489;5,7\n"
        "2021;08111;    Stuttgart, Landeshauptstadt;18712;5,1\n"
        "2022;DG;Deutschland;2418133;5,3\n"
        "2022;08111;    Stuttgart, Landeshauptstadt;16712;-\n"
        "__________\n"
        "© Statistisches Bundesamt (Destatis), 2024\n"
    )
    assert asked(reading) == ["headings", "marker:-"]
    assert kinds(reading)["column 1"] == "year"
    assert figures(reading, "Arbeitslose / Anzahl")["08111", "2022"] == 16712


def test_statline_spaces_in_codes_row_numbers_and_its_own_periods() -> None:
    reading = read(
        '"ID";"RegioS";"Perioden";"TotaleBevolking_1";"Mannen_2"\n'
        '0;"GM1680    ";"2021JJ00";25445;12700\n'
        '1;"GM0363    ";"2021JJ00";873338;       .\n'
        '2;"GM1680    ";"2022JJ00";25563;12750\n'
        '3;"GM0363    ";"2022JJ00";882633;437000\n'
    )
    assert asked(reading) == ["marker:."]
    assert (kinds(reading)["ID"], kinds(reading)["RegioS"]) == ("unused", "place")
    assert figures(reading, "TotaleBevolking_1")["GM0363", "2022"] == 882633
    halves = read(
        '"RegioS";"Perioden";"n"\n"GM1";"2021KW03";5\n"GM2";"2021HJ02";6\n"GM3";"2021MM12";7\n'
    )
    assert list(halves.cells["period"]) == ["2021-Q3", "2021-S2", "2021-12"]


def test_a_heading_with_an_x_in_it_is_no_coordinate() -> None:
    reading = read(
        '"Regio\'s";"Perioden";"Personen met bijstand (x 1 000)"\n'
        '"Amsterdam";"2021";"38,2"\n"Amsterdam";"2022";"36,9"\n"Assen";"2021";"1,5"\n'
    )
    heading = "Personen met bijstand (x 1 000)"
    assert kinds(reading)[heading] == "figure"
    assert asked(reading) == [f"scale:{heading}"]


def test_danish_areas_and_the_whole_country() -> None:
    reading = read(
        "OMRÅDE;TID;INDHOLD\nKøbenhavn;2023K1;653664\nFrederiksberg;2023K1;104094\n"
        "Hele landet;2023K1;5932654\n"
    )
    assert asked(reading) == []
    assert reading.rows_apart == {"total": 1}
    assert figures(reading) == {
        ("København", "2023-Q1"): 653664, ("Frederiksberg", "2023-Q1"): 104094,
    }  # fmt: skip


def test_istat_codes_beside_their_words_are_no_figures_and_totals_are_offered() -> None:
    rows = [
        f'"{code}","{name}","{sex}","{word}","{year}",{1000 + 10 * number},{flag}'
        for code, name in (("015146", "Milano"), ("058091", "Roma"))
        for year in (2021, 2022)
        for number, (sex, word) in enumerate((("1", "maschi"), ("2", "femmine"), ("9", "totale")))
        for flag in ('"p"' if code == "058091" else "",)
    ]
    text = '"ITTER107","Territorio","SEXISTAT1","Sesso","TIME","Value","Flag Codes"\n'
    reading = read(text + "\n".join(rows) + "\n")
    assert suggested(reading) == {"column:Sesso": "only:totale", "flag:p": "provisional"}
    assert kinds(reading)["SEXISTAT1"] == "unused"
    assert list(reading.total_in) == ["Value"]


STATCAN = (
    '\ufeff"REF_DATE","GEO","DGUID","Statistics","UOM","UOM_ID","SCALAR_FACTOR","SCALAR_ID",'
    '"VECTOR","COORDINATE","VALUE","STATUS","SYMBOL","TERMINATED","DECIMALS"\n'
    '"2016","Laval","2016A000524","Low income","Percent","239","{scale}","0","v2","1.2","","..","","","1"\n'
    '"2016","Québec","2016A000525","Low income","Percent","239","{scale}","0","v3","1.3","7.5","E","","","1"\n'
    '"2017","Laval","2016A000524","Low income","Percent","239","{scale}","0","v2","1.2","8.8","","","","1"\n'
    '"2017","Québec","2016A000525","Low income","Percent","239","{scale}","0","v3","1.3","","x","","","1"\n'
)


def test_a_status_beside_an_empty_cell_says_why_it_is_empty() -> None:
    reading = read(STATCAN.replace("{scale}", "units"))
    assert suggested(reading) == {
        "flag:..": "missing", "flag:E": "estimated", "flag:x": "suppressed",
    }  # fmt: skip
    answers = {"flag__..": "missing", "flag__E": "estimated", "flag__x": "suppressed"}
    reading = read(STATCAN.replace("{scale}", "units"), **answers)
    assert asked(reading) == []
    assert list(reading.cells["status"]) == ["missing", "estimated", "observed", "suppressed"]
    assert list(reading.cells["place"].unique()) == ["2016A000524", "2016A000525"]


def test_a_status_that_is_a_remark_does_not_explain_an_empty_cell() -> None:
    answers = {"flag__..": "observed", "flag__E": "estimated", "flag__x": "suppressed"}
    reading = read(STATCAN.replace("{scale}", "units"), **answers)
    assert asked(reading) == ["marker:(empty)"]
    assert list(reading.cells["status"]) == ["", "estimated", "observed", "suppressed"]


def test_a_column_of_powers_of_ten_is_asked_about_and_never_dropped() -> None:
    text = STATCAN.replace("{scale}", "thousands")
    assert suggested(read(text))["scale"] == "1000"
    assert read(text).cells["number"].isna().all()
    answers = {"flag__..": "missing", "flag__E": "observed", "flag__x": "missing"}
    assert read(text, scale="1000", **answers).cells["number"].max() == 8800
    mixed = STATCAN.replace("{scale}", "units", 2).replace("{scale}", "thousands")
    question = read(mixed).questions[0]
    assert question.id == "column:SCALAR_FACTOR"
    assert [choice.id for choice in question.choices] == ["only:units", "only:thousands"]


def test_sdmx_normal_values_need_no_answer() -> None:
    reading = read(
        "STRUCTURE,STRUCTURE_ID,ACTION,REF_AREA,Reference area,TIME_PERIOD,OBS_VALUE,OBS_STATUS,"
        "UNIT_MULT\n"
        "DATAFLOW,O:D(1.0),I,ES511,Barcelona,2021,5664579,A,0\n"
        "DATAFLOW,O:D(1.0),I,ES514,Tarragona,2021,822309,A,0\n"
        "DATAFLOW,O:D(1.0),I,ES511,Barcelona,2022,,O,0\n"
        "DATAFLOW,O:D(1.0),I,ES514,Tarragona,2022,824000,A,0\n"
    )
    assert suggested(reading) == {"flag:O": "missing"}
    assert list(reading.total_in) == ["OBS_VALUE"]


def test_a_flag_that_stands_in_every_row_is_not_lost() -> None:
    reading = read(
        "REGION: Region,TIME_PERIOD,OBS_VALUE,OBS_STATUS: Observation Status\n"
        "10050: Albury,2021,56443,p: Preliminary\n10180: Armidale,2021,29000,p: Preliminary\n"
    )
    assert suggested(reading) == {"flag:p: Preliminary": "provisional"}


def test_spanish_sections_districts_and_municipalities_stand_in_one_file() -> None:
    reading = read(
        "Municipios;Distritos;Secciones;Periodo;Renta media\n"
        "08019 Barcelona;;;2021;16.800,5\n"
        "08019 Barcelona;0801901 Barcelona distrito 01;;2021;13.100,0\n"
        "08019 Barcelona;0801901 Barcelona distrito 01;0801901001 Barcelona sección 01001;2021;12.950,0\n"
        "08019 Barcelona;0801902 Barcelona distrito 02;;2021;19.400,0\n"
        "08019 Barcelona;0801902 Barcelona distrito 02;0801902001 Barcelona sección 02001;2021;.\n"
    )
    assert asked(reading) == ["marker:."]
    names = dict(zip(reading.cells["place"], reading.cells["place_name"], strict=True))
    assert names == {
        "08019": "Barcelona",
        "0801901": "Barcelona distrito 01",
        "0801901001": "Barcelona sección 01001",
        "0801902": "Barcelona distrito 02",
        "0801902001": "Barcelona sección 02001",
    }


def test_swiss_trees_of_areas_and_apostrophes() -> None:
    rows = "".join(
        f"\"......{code} {name}\";\"2021\";\"{value}\"\n"
        for code, name, value in (
            ("0261", "Zürich", "421'878"), ("0230", "Winterthur", "115'104"),
            ("0191", "Dübendorf", "29'900"), ("0198", "Uster", "35'800"),
        )
    )  # fmt: skip
    head = '"Kanton (-) / Bezirk (>>) / Gemeinde (......)";"Jahr";"Wohnbevölkerung"\n'
    reading = read(head + rows + '"- Zürich";"2021";"1\'564\'662"\n')
    assert asked(reading) == []
    assert figures(reading)["0261", "2021"] == 421878
    assert list(reading.cells["place_name"])[:2] == ["Zürich", "Winterthur"]


@pytest.mark.parametrize("text", ["2018 - 20", "2018-20", "2018/19-2020/21"])
def test_years_taken_together_are_asked_about_and_never_a_figure(text: str) -> None:
    reading = read(
        "Area Code,Area Name,Time period,Value\n"
        f"E06000001,Hartlepool,{text},76.4\nE06000002,Middlesbrough,{text},75.4\n"
    )
    assert len(asked(reading)) == 1
    assert asked(reading)[0].startswith(("unread_period:", "period_form:"))
    assert list(reading.total_in) == ["Value"]
    assert set(reading.cells["period"]) == {""}


def test_three_years_together_in_headings_are_no_months() -> None:
    reading = read(
        "Area Code,Rate 2008-10,Rate 2009-11,Rate 2010-12\nE06000001,1.5,2.5,3.5\nE06000002,4.5,5.5,6.5\n"
    )
    assert asked(reading) == ["period"]
    assert set(reading.cells["period"]) == {""}
    months = read(
        "Area Code,2008-10,2008-11,2009-12\nE06000001,1.5,2.5,3.5\nE06000002,4.5,5.5,6.5\n"
    )
    assert asked(months) == []
    assert set(months.cells["period"]) == {"2008-10", "2008-11", "2009-12"}


def test_areas_side_by_side_keep_what_is_measured() -> None:
    text = "Indicator,Unit,North,South\nPopulation,persons,1200,1300\nCrime,per 1000,4.5,5.5\n"
    assert asked(read(text)) == ["place", "period"]
    reading = read(text, place="(headings)", period="2024")
    assert asked(reading) == []
    assert set(reading.cells["place"]) == {"North", "South"}
    assert set(reading.cells["measure"]) == {"Population | persons", "Crime | per 1000"}


def test_known_areas_tell_which_of_two_codes_is_meant() -> None:
    text = "old_code,new_code,year,n\n330,E08000025,2021,5\n331,E08000026,2021,6\n332,E08000027,2021,7\n"
    assert asked(read(text)) == ["place"]
    areas = {"E08000025", "E08000026", "Birmingham"}
    reading = read_file(text.encode(), "file.csv", areas=areas)
    assert asked(reading) == []
    assert set(reading.cells["place"]) == {"E08000025", "E08000026", "E08000027"}
