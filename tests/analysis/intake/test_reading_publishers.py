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


def test_us_census_bounds_are_signs_and_its_values_for_no_figure_are_asked_about() -> None:
    text = "GEO_ID,NAME,Income,Poor\n"
    text += '1400000US0600140,Tract 1,"250,000+","1,234"\n1400000US0600141,Tract 2,"191,042",98\n'
    text += '1400000US0600142,Tract 3,"2,500-",-666666666\n1400000US0600143,Tract 4,-,"2,001"\n'
    reading = read(text, period="2022", decimal=".")
    assert kinds(reading)["Income"] == "figure"
    signs = {"marker:250,000+", "marker:2,500-", "marker:-", "marker:-666666666"}
    assert {one for one in asked(reading) if one.startswith("marker:")} == signs
    assert suggested(reading)["marker:250,000+"] == "suppressed"
    assert figures(reading, "Income") == {("1400000US0600141", "2022"): 191_042.0}
    assert [*figures(reading, "Poor").values()] == [1234.0, 98.0, 2001.0]


def test_numbers_beyond_any_figure_are_asked_about_and_never_infinite() -> None:
    reading = read("code,2021,2022\nA01,1e999,2\nA02,12,23\nA03,9,8\n")
    assert asked(reading) == ["unreadable:2021"]
    assert reading.total_in == {"2021": 21.0, "2022": 33.0}


def test_numbers_grouped_by_twos_are_asked_about() -> None:
    text = (
        'code,2021,2022\nA01,"1,23,456","2,34,567"\nA02,"12,345","23,456"\nA03,"9,876","1,00,000"\n'
    )
    reading = read(text, decimal=".")
    assert asked(reading) == ["marker:1,23,456", "marker:2,34,567", "marker:1,00,000"]


def test_a_percent_sign_in_one_year_and_none_in_the_next_is_asked_about() -> None:
    text = "code;Anteil 2021;Anteil 2022\nA01;12,5 %;0,13\nA02;9,1 %;0,1\nA03;10 %;0,2\n"
    assert asked(read(text)) == ["percent:Anteil 2022"]
    shares = read(text, **{"percent__Anteil 2022": "share"})
    assert figures(shares)["A01", "2022"] == pytest.approx(13.0)


def test_statcan_tells_measures_apart_by_its_column_of_statistics() -> None:
    text = "REF_DATE,GEO,DGUID,Statistics,UOM,SCALAR_FACTOR,VALUE,STATUS\n"
    text += "".join(
        f"2021,{name},2021A0005{code},{what},Number,units ,{value},\n"
        for code, name in (("3520005", "Toronto"), ("2466023", "Montréal"))
        for what, value in (("Actual incidents", 120), ("Rate per 1000", 4.5))
    )
    reading = read(text)
    assert asked(reading) == []
    assert kinds(reading)["Statistics"] == "measure"
    assert set(reading.cells["measure"]) == {"Actual incidents", "Rate per 1000"}


def test_genesis_codes_that_are_empty_beside_a_total_say_what_their_words_say() -> None:
    text = "1_Auspraegung_Code;1_Auspraegung_Label;Zeit;Code;Geschlecht;Personen\n"
    for code, name in (("01001000", "Flensburg"), ("01002000", "Kiel")):
        text += f"{code};{name};2022;GESM;männlich;5\n{code};{name};2022;GESW;weiblich;6\n"
        text += f"{code};{name};2022;;Insgesamt;11\n"
    assert suggested(read(text)) == {"column:Geschlecht": "only:Insgesamt"}


def test_eurostat_files_are_parted_by_tabs_and_several_flags_mean_the_gravest() -> None:
    text = "freq,sex,geo\\TIME_PERIOD\t2021 \t2022 \n"
    text += "A,T,AT13\t11.7 \t12.3 bu\nA,F,AT13\t3.1 \t3.3 \nA,T,DE12\t: c\t3.6 ep\n"
    said = suggested(read(text, "lfst.tsv"))
    assert "delimiter" not in said
    assert said["column:sex"] == "only:T"
    assert said["flag:bu"] == "break"
    assert said["flag:ep"] == "estimated"
    assert said["marker:: c"] == "suppressed"


def test_bands_are_headings_and_no_row_of_hidden_figures() -> None:
    text = "Code;Jahr;0-4;5-9;10-14;65+\nA01;2022;1;2;3;5\nA02;2022;2;3;4;6\nA03;2022;2;3;4;6\n"
    reading = read(text)
    assert asked(reading) == []
    assert list(reading.total_in) == ["0-4", "5-9", "10-14", "65+"]


@pytest.mark.parametrize("row", ["A01;1,5¹;(2)", "A01;1,5 1);[x]", "A01;1,5 [r];[c]"])
def test_a_first_row_full_of_notes_is_no_heading(row: str) -> None:
    reading = read(f"Code;2021;2022\n{row}\nA02;2,1;3,1\nA03;2,2;3,3\nA04;2,3;4,1\n")
    assert "headings" not in asked(reading)
    assert reading.rows_in == 4


def test_a_mark_beside_a_year_holds_for_the_whole_column() -> None:
    text = "Code;2021 1);2022¹;2023p;2024 [note 2]\nA01;1,5;2,5;3,5;4,5\nA02;2;3;4,5;5\n"
    reading = read(text)
    assert suggested(reading) == {
        "flag:1)": "observed",
        "flag:¹": "observed",
        "flag:p": "provisional",
        "flag:note 2": "observed",
    }
    assert set(reading.cells["period"]) == {"2021", "2022", "2023", "2024"}
    assert set(reading.cells["measure"]) == {"value"}
    told = read(text, flag__p="provisional")
    assert set(told.cells.query("period == '2023'")["status"]) == {"provisional"}


def test_months_without_a_year_are_parts_of_the_year_that_is_said() -> None:
    text = "Code;Januar;Februar;März;Summe\nA01;1;2;3;6\nA02;2;3;4;9\nA03;2;3;4;9\n"
    said = {"period": "2023"}
    reading = read_file(text.encode(), "besuche.csv", languages=["de"])
    assert asked(reading) == ["period"]
    assert "part of a year" in reading.questions[0].text
    told = read_file(text.encode(), "besuche.csv", languages=["de"], answers=said)
    assert figures(told, "value")["A02", "2023-03"] == 4.0
    assert figures(told, "Summe") == {("A01", "2023"): 6, ("A02", "2023"): 9, ("A03", "2023"): 9}


def test_months_as_columns_and_years_as_rows_meet() -> None:
    text = "Code;Jahr;Jan;Feb;Mrz\nA01;2022;1;2;3\nA02;2022;2;3;4\nA01;2023;5;6;7\nA02;2023;7;8;9\n"
    reading = read_file(text.encode(), "besuche.csv", languages=["de"])
    assert asked(reading) == []
    assert figures(reading)["A01", "2023-03"] == 7.0
    assert figures(reading)["A02", "2022-01"] == 2.0


@pytest.mark.parametrize(
    ("headings", "periods"),
    [
        ("Jan 22;Feb 22;Mrz 22", {"2022-01", "2022-02", "2022-03"}),
        ("Jan-Mar 2023;Apr-Jun 2023;Jul-Sep 2023", {"2023-Q1", "2023-Q2", "2023-Q3"}),
        ("Apr 2021 to Mar 2022;Apr 2022 to Mar 2023;Apr 2023 to Mar 2024",
         {"2021/2022", "2022/2023", "2023/2024"}),
        ("2022 / Jan;2022 / Feb;2023 / Jan", {"2022-01", "2022-02", "2023-01"}),
    ],
)  # fmt: skip
def test_months_are_read_together_with_what_stands_beside_them(
    headings: str, periods: set[str]
) -> None:
    text = f"Code;{headings}\nA01;1;2;3\nA02;2;3;4\nA03;2;3;5\n"
    reading = read_file(text.encode(), "monate.csv", languages=["de"])
    assert asked(reading) == []
    assert set(reading.cells["period"]) == periods
    assert set(reading.cells["measure"]) == {"value"}


def test_several_months_that_are_no_period_are_none() -> None:
    text = "Code;Jan-Feb 2023;Mar-May 2023\nA01;1;2\nA02;2;3\nA03;2;3\n"
    reading = read(text)
    assert asked(reading) == ["period"]
    assert reading.questions[0].suggestion == ""


BLOCK = "A01;Alder;{a};{b}\nA02;Birch;{c};5\nA03;Cedar;6;7\n"
TWO = BLOCK.format(a=1, b=2, c=3), BLOCK.format(a=11, b=12, c=13)


def test_headings_that_part_a_table_into_blocks_are_asked_about() -> None:
    text = f"Code;Name;2021;2022\nMänner;;;\n{TWO[0]}Frauen;;;\n{TWO[1]}"
    reading = read(text)
    assert asked(reading) == ["column:(heading between rows)"]
    assert "'Männer', 'Frauen'" in reading.questions[0].text
    women = read(text, **{"column__(heading between rows)": "only:Frauen"})
    assert figures(women)["A01", "2022"] == 12.0
    assert women.rows_in == 3


def test_years_between_the_rows_are_periods() -> None:
    reading = read(f"Code;Name;Besuche;Quote\n2021;;;\n{TWO[0]}2022;;;\n{TWO[1]}")
    assert asked(reading) == []
    assert figures(reading, "Besuche")["A02", "2021"] == 3.0
    assert figures(reading, "Besuche")["A02", "2022"] == 13.0


def test_headings_between_rows_of_different_areas_are_not_needed() -> None:
    south = TWO[1].replace("A0", "B0")
    reading = read(f"Code;Name;2021;2022\nNord;;;\n{TWO[0]}Süd;;;\n{south}")
    assert asked(reading) == []
    assert reading.rows_in == 6
    assert any("2 headings or footnotes are not read" in one.message for one in reading.notes)
