"""Real files, each with what a correct reader reaches; answers stand where the file is silent."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.intake.reading import Reading, read_file
from analysis.intake.recipe import recipe_of

RENT = {
    # year: rows, sum of Preu, cells without a figure, how they are written
    2014: (584, 183_282.87, 38, "NA"),
    2015: (584, 194_771.39, 32, "NA"),
    2016: (584, 210_437.34, 31, "NA"),
    2017: (584, 229_871.04, 38, "NA"),
    2018: (584, 239_455.36, 44, "NA"),
    2019: (584, 251_971.20, 46, "N/A"),
    2020: (584, 249_966.20, 46, "N/A"),
    2021: (584, 238_764.90, 44, "--"),
    2022: (438, 195_776.20, 32, "NA"),
    2023: (292, 144_715.80, 19, "NA"),
}


def read(path: Path, **rest: object) -> Reading:
    return read_file(path.read_bytes(), path.name, **rest)  # type: ignore[arg-type]


def ids(reading: Reading) -> list[str]:
    return [question.id for question in reading.questions]


def test_london_offences_are_read_without_a_question(realdata: Path) -> None:
    reading = read(realdata / "london" / "london-2011-2021-major-violence.csv")
    assert ids(reading) == []
    assert reading.rows_in == 4829
    assert len(reading.cells) == 4829 * 11
    assert [reading.total_in[year] for year in ("2011", "2012", "2014")] == [
        129_709,
        127_192,
        153_590,
    ]
    sums = reading.cells.groupby("period", observed=True)["number"].sum()
    assert sums["2014"] == 153_590
    first = reading.cells.iloc[0]
    assert (first["place"], first["period"], first["text"]) == ("E01000006", "2011", "13.0")
    assert (first["row"], first["number"], first["status"]) == (2, 13.0, "observed")
    assert first["place_name"] == "Barking and Dagenham 016A"
    assert reading.layout.columns[-1] == "value {period}"


def test_london_population_takes_its_year_from_the_file_name_once_asked(realdata: Path) -> None:
    path = realdata / "london" / "london-mid2019-pop.csv"
    assert ids(read(path)) == ["period"]
    reading = read(path, answers={"period": "(file name)"})
    assert ids(reading) == []
    assert set(reading.cells["period"]) == {"2019"}
    assert reading.total_in["Persons_All-Ages"] == 8_961_989


@pytest.mark.parametrize("year", RENT)
def test_barcelona_rent_is_two_stacked_measures_by_quarter(realdata: Path, year: int) -> None:
    rows, total, without, marker = RENT[year]
    path = realdata / "barcelona" / "lloguer" / f"{year}_lloguer_preu_trim.csv"
    asked = read(path)
    assert ids(asked) == ["column:Lloguer_mitja", f"marker:{marker}"]
    answers = {"column:Lloguer_mitja": "measure", f"marker:{marker}": "missing"}
    reading = read(path, answers=answers)
    assert ids(reading) == []
    assert reading.rows_in == rows
    assert reading.total_in["Preu"] == pytest.approx(total)
    assert reading.cells["status"].value_counts()["missing"] == without
    assert reading.cells["measure"].nunique() == 2
    assert reading.cells["place"].nunique() == 73
    quarters = {f"{year}-Q{number}" for number in range(1, rows // 146 + 1)}
    assert set(reading.cells["period"]) == quarters


def test_a_recipe_of_2014_reads_2015_and_2018_without_a_question(realdata: Path) -> None:
    folder = realdata / "barcelona" / "lloguer"
    answers = {"column:Lloguer_mitja": "measure", "marker:NA": "missing"}
    first = read(folder / "2014_lloguer_preu_trim.csv", answers=answers)
    recipe = recipe_of(first, "Barcelona: rent")
    for year in (2015, 2016, 2017, 2018, 2022, 2023):
        assert ids(read(folder / f"{year}_lloguer_preu_trim.csv", recipe=recipe)) == []
    new_marker = read(folder / "2021_lloguer_preu_trim.csv", recipe=recipe)
    assert ids(new_marker) == ["marker:--"]
    assert (new_marker.cells["status"] == "").sum() == 44


def test_barcelona_noise_is_percent_in_bands(realdata: Path) -> None:
    path = realdata / "barcelona" / "2017_poblacio_exposada_barris_mapa_estrategic_soroll_bcn.csv"
    assert ids(read(path)) == ["period", "column:Rang_soroll"]
    reading = read(path, answers={"period": "(file name)", "column:Rang_soroll": "category"})
    assert ids(reading) == []
    assert (reading.rows_in, len(reading.cells)) == (730, 730 * 26)
    assert reading.total_in["TOTAL_D"] == pytest.approx(7300, abs=0.5)
    first = reading.cells.iloc[0]
    assert (first["text"], first["number"], first["category"]) == ("7.73%", 7.73, "<40 dB")
    assert set(reading.cells["period"]) == {"2017"}
    assert all(column.percent for column in reading.columns if column.kind == "figure")


def test_england_school_meals_mix_levels_and_school_years(realdata: Path) -> None:
    path = realdata / "england" / "fsm_time_series.csv"
    asked = read(path)
    assert ids(asked) == ["place", "column:phase", "marker:#DIV/0!"]
    answers = {
        "place": "new_la_code + region_code + country_code",
        "column:phase": "category",
        "marker:#DIV/0!": "not_applicable",
    }
    reading = read(path, answers=answers)
    assert ids(reading) == []
    assert reading.rows_in == 5696
    assert reading.total_in["fsm_eligible"] == 46_335_036
    cells = reading.cells
    assert sorted(set(cells["period"])) == [f"{year}/{year + 1}" for year in range(2015, 2021)]
    assert cells["status"].value_counts()["not_applicable"] == 259
    counts = cells[cells["measure"] == "headcount"].groupby("level", observed=True).size()
    assert set(counts.index) == {"National", "Regional", "Local authority"}
    national = cells[cells["level"] == "National"]
    assert set(national["place"]) == {"E92000001"}
    assert set(national["place_name"]) == {"England"}
    assert not (cells["place"] == "").any()


def test_one_phase_can_be_kept_and_the_others_are_counted(realdata: Path) -> None:
    answers = {
        "place": "new_la_code + region_code + country_code",
        "column:phase": "only:Total",
        "marker:#DIV/0!": "not_applicable",
    }
    reading = read(realdata / "england" / "fsm_time_series.csv", answers=answers)
    assert ids(reading) == []
    assert reading.rows_in + sum(reading.rows_apart.values()) == 5696
    assert list(reading.rows_apart) == ["phase is not 'Total'"]
    together = reading.total_in["fsm_eligible"] + reading.total_apart["fsm_eligible"]
    assert together == 46_335_036


def test_england_tenure_needs_no_question(realdata: Path) -> None:
    reading = read(realdata / "england" / "tenure-households-lad.csv")
    assert ids(reading) == []
    assert reading.rows_in == 348
    assert reading.total_in["Tenure: All categories: Tenure; measures: Value"] == 23_366_044
    assert set(reading.cells["period"]) == {"2011"}


def test_england_prices_have_months_as_columns_and_one_column_without(realdata: Path) -> None:
    name = "England-annual-price-change-by-local-authority-2021-03.csv"
    reading = read(realdata / "england" / name)
    assert ids(reading) == ["period"]
    assert reading.rows_in == 339
    assert reading.total_in["March 2021"] == 100_535_842
    value = reading.cells[reading.cells["measure"] == "value"]
    assert set(value["period"]) == {"2020-03", "2021-03"}


def test_eurostat_packs_its_dimensions_into_one_column(realdata: Path) -> None:
    answers = {"column:sex": "only:T", "marker::": "missing"}
    path = realdata / "formats" / "estat_teilm020.tsv"
    assert ids(read(path)) == ["column:sex", "marker::"]
    reading = read(path, answers=answers)
    assert ids(reading) == []
    assert (reading.rows_in, reading.rows_apart) == (35, {"sex is not 'T'": 70})
    assert reading.cells["place"].nunique() == 35
    together = reading.total_in["2023-01"] + reading.total_apart["2023-01"]
    assert together == pytest.approx(583.1)


def test_sdmx_csv_asks_which_of_its_dimensions_is_the_area(realdata: Path) -> None:
    path = realdata / "formats" / "sdmx-csv-2.0.csv"
    assert ids(read(path)) == ["place", "period"]
    reading = read(path, answers={"place": "DIM_2", "period": "DIM_3"})
    assert ids(reading) == []
    assert reading.total_in == {"OBS_VALUE": pytest.approx(23.2)}
    assert set(reading.cells["period"]) == {"2014-01", "2014-02"}


def test_json_stat_with_two_kinds_of_areas_asks_which_is_meant(realdata: Path) -> None:
    path = realdata / "formats" / "galicia-2.0.json"
    assert ids(read(path))[0] == "place"
    answers = {
        "place": "province of residence code", "marker:(empty)": "missing",
        **{f"column:{each}": "only:total" for each in ("gender", "place of birth", "age group")},
    }  # fmt: skip
    reading = read(path, answers=answers)
    assert ids(reading) == []
    assert reading.rows_in + sum(reading.rows_apart.values()) == 3960
    assert reading.rows_in == 4 * 2
    # The provinces of 2011 are one short of the published total of Galicia.
    assert reading.total_in["value"] == 2_695_880 + 2_772_928 - 1
    kept = reading.cells.set_index(["place_name", "period"])["number"]
    assert kept["A Coruña", "2001"] == 1_096_027


def test_px_lists_its_times_and_measures(realdata: Path) -> None:
    reading = read(realdata / "formats" / "TIMEVAL_long.px")
    assert ids(reading) == []
    assert reading.rows_in == 24
    cells = reading.cells.set_index(["place", "measure", "period"])["number"]
    assert cells["K_3001", "Deaths", "2022"] == 298
    assert cells["K_3002", "Excess of births", "2021"] == -19


def test_px_reads_quarters_and_its_main_language(realdata: Path) -> None:
    reading = read(realdata / "formats" / "pxR_EPA_es_1.px")
    assert ids(reading) == ["place", "marker:."]
    assert reading.rows_in == 2340
    assert reading.cells["number"].iloc[0] == 36187.6
    assert reading.cells["period"].iloc[0] == "2005-Q1"
    several = read(realdata / "formats" / "multilingual_no_codes.px")
    assert list(several.raw.columns) == ["type", "gender", "value"]
    assert list(several.raw["type"].unique()) == ["a", "b", "c", "d"]


def test_borough_profiles_keep_text_columns_apart_from_figures(realdata: Path) -> None:
    reading = read(realdata / "london" / "gla" / "london_boroughs_profiles_2015.csv")
    assert ids(reading) == ["period", "marker:(empty)"]
    kinds = {column.name: column.kind for column in reading.columns}
    assert (kinds["gss"], kinds["name"], kinds["fid"]) == ("place", "place_name", "unused")
    assert kinds["largest_migrant_population_by_country_of_birth_2011"] == "unused"
    assert reading.total_in["gla_population_estimate_2017"] == 8_835_400
