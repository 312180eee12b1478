"""A territory folder is held against itself: every id known, every figure in agreement."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis import tables
from analysis.errors import InputError, UnknownId
from analysis.territory import check_folder, read_folder
from tests.analysis.conftest import CATALOGUE, NineSquares

WIDE = "level,area_id,indicator_id,period,category,value,count,denominator,sd,lower,upper,status"


def lines(nine) -> list[str]:
    return [str(one) for one in nine.problems()]


def only(nine, row: str, columns: str = WIDE) -> str:
    """Observe one row, which must have one problem; answer with its words."""
    nine.observe(row, columns=columns)
    (problem,) = nine.problems()
    assert (problem.file, problem.row, problem.level) == ("observations/all.csv", 2, "error")
    return f"{problem.column}: {problem.message}"


# --------------------------------------------------------------------------------- whole folders
def test_the_folder_of_nine_squares_is_without_a_problem(nine):
    nine.observe("district,D1,share,2024,20,100")
    assert nine.problems() == []


def test_a_folder_that_is_not_there_is_told_with_the_way_to_make_one(tmp_path):
    (problem,) = check_folder(tmp_path / "nowhere")
    assert problem.code == "no_folder"
    assert problem.message == "no such folder; `python -m analysis new DIR` makes one"


def test_every_problem_of_every_file_is_told_at_once(nine):
    nine.write("territory.toml", "colour = 1\n" + (nine.path / "territory.toml").read_text())
    nine.change("share", factor="threat")
    nine.observe("district,D99,share,2024,20,100", "district,D1,share,20x4,2o,100", file="one")
    nine.observe("district,D1,share,2024,200,100", file="two")
    nine.write("boundaries/town.geojson", "nonsense")
    found = {(one.file, one.row, one.column, one.code) for one in nine.problems()}
    assert found == {
        ("territory.toml", None, "colour", "unknown_setting"),
        ("boundaries/town.geojson", None, None, "not_readable"),
        ("indicators.csv", 5, "factor", "not_a_choice"),
        ("observations/one.csv", 2, "area_id", "unknown_id"),
        ("observations/one.csv", 3, "period", "not_a_period"),
        ("observations/one.csv", 3, "count", "not_a_number"),
        ("observations/two.csv", 2, "count", "impossible"),
    }
    with pytest.raises(InputError) as error:
        read_folder(nine.path)
    assert len(error.value.problems) == len(found)


def test_a_folder_of_boundaries_and_one_csv_is_enough_to_start(nine):
    shutil.rmtree(nine.path)
    squares = Path(__file__).parents[1] / "worlds" / "bare" / "boundaries" / "squares.geojson"
    nine.write("boundaries/squares.geojson", squares.read_bytes())
    nine.observe("district,B1,library_visits,2024-Q1,12", columns="level,area_id,indicator_id,"
                 "period,value")  # fmt: skip
    (note,) = nine.problems()
    assert (note.level, note.file, note.code) == ("note", "indicators.csv", "no_catalogue")
    assert note.message.startswith("missing; library_visits is shown as context and as delivered")
    indicator = nine.territory().catalogue["library_visits"]
    assert (indicator.factor, indicator.higher_is) == ("context", "neutral")
    assert (indicator.title, indicator.frequency) == ("Library visits", "Q")


def test_a_start_with_an_unreadable_period_is_told_and_not_a_traceback(nine):
    (nine.path / "indicators.csv").unlink()
    nine.observe("district,D1,visits,someday,12,")
    assert [one.code for one in nine.problems()] == ["not_a_period", "no_catalogue"]


def test_levels_that_could_not_be_read_do_not_rain_errors_on_observations(nine):
    nine.write("boundaries/districts.geojson", "nonsense")
    nine.observe(*(f"district,D{number},share,2024,20,100" for number in range(1, 10)))
    nine.change("share", levels="district", benchmark="district")
    assert [one.code for one in nine.problems()] == ["not_readable"]


def test_without_any_boundary_observations_are_not_blamed(nine):
    shutil.rmtree(nine.path / "boundaries")
    nine.observe("district,D1,share,2024,20,100")
    assert [one.code for one in nine.problems()] == ["no_boundaries"]


def test_a_broken_catalogue_does_not_rain_errors_on_observations(nine):
    nine.write("indicators.csv", "indicator_id;title\nshare;x\n")
    nine.observe("district,D1,share,2024,20,100")
    assert lines(nine) == [
        "indicators.csv, row 1: cells are parted by ';'; save the table with commas"
    ]


def test_a_file_that_is_not_utf8_is_told_once_with_its_row(nine):
    nine.write("observations/all.csv", "level,area_id,note\ndistrict,D1,Grün\n".encode("latin-1"))
    assert lines(nine) == ["observations/all.csv, row 2: is not UTF-8 here; save the file as UTF-8"]


def test_files_of_every_kind_are_remembered_by_checksum_and_by_what_came_from_them(nine):
    nine.observe("district,D1,share,2024,20,100", file="one")
    nine.observe("district,D2,share,2024,20,100", "district,D2,incidents,2024,9,", file="two")
    folder = read_folder(nine.path)
    assert folder.files_of == {
        "share": ("observations/one.csv", "observations/two.csv"),
        "incidents": ("observations/two.csv",),
        "settings": ("territory.toml",),
        "indicators": ("indicators.csv",),
        "areas": ("boundaries/boundaries.toml", "boundaries/town.geojson",
                  "boundaries/districts.geojson"),
    }  # fmt: skip
    raw = (nine.path / "observations/one.csv").read_bytes()
    assert folder.files["observations/one.csv"] == hashlib.sha256(raw).hexdigest()
    assert set(folder.files) == {name for names in folder.files_of.values() for name in names}


def test_the_side_files_of_a_shapefile_in_a_folder_of_its_own_count_too(nine):
    shapes = nine.territory().areas_of("district").reset_index()[["area_id", "name", "geometry"]]
    (nine.path / "boundaries" / "new[1]").mkdir()
    shapes.to_file(nine.path / "boundaries" / "new[1]" / "d.shp")
    nine.write("boundaries/boundaries.toml",
               '[[boundary]]\nfile = "new[1]/d.shp"\nlevel = "district"\n')  # fmt: skip
    assert read_folder(nine.path).files_of["areas"] == (
        "boundaries/boundaries.toml",
        *(f"boundaries/new[1]/d.{end}" for end in ("cpg", "dbf", "prj", "shp", "shx")),
    )


# ---------------------------------------------------------------------------------- unknown ids
def test_an_unknown_area_is_told(nine):
    assert only(nine, "district,X,share,2024,,,20,100") == (
        "area_id: no area 'X' on any boundary of its level; correct the id"
    )


def test_an_area_of_another_level_is_unknown_on_this_one(nine):
    assert only(nine, "town,D1,share,2024,,,20,100") == (
        "area_id: no area 'D1' on any boundary of its level; correct the id"
    )


def test_an_unknown_indicator_is_told(nine):
    assert only(nine, "district,D1,births,2024,,,20,100") == (
        "indicator_id: no indicator 'births' in the catalogue; add its row to indicators.csv"
    )


def test_an_unknown_level_is_told_with_the_known_ones(nine):
    assert only(nine, "quarter,D1,share,2024,,,20,100") == (
        "level: no level 'quarter'; levels: town, district"
    )


def test_an_unknown_column_is_told(nine):
    nine.observe("district,D1,share,2024,20,100,red",
                 columns="level,area_id,indicator_id,period,count,denominator,colour")  # fmt: skip
    (line,) = lines(nine)
    assert line.startswith(
        "observations/all.csv, row 1, column 'colour': unknown column 'colour'; known: level,"
    )


# ------------------------------------------------------------------------------------- periods
def test_a_period_of_another_frequency_is_told(nine):
    written = ["2024-Q1", "2024-S1", "2024-01", "2024/2025"]
    nine.observe(*(f"district,D1,share,{period},20,100" for period in written))
    assert [(one.row, one.column, one.message) for one in nine.problems()] == [
        (row, "period", f"period {period!r} is not of the indicator's frequency; an indicator has"
         " one frequency")
        for row, period in enumerate(written, start=2)
    ]  # fmt: skip


def test_a_period_of_the_frequency_is_fine(nine):
    written = {"Y": "2024", "2Y": "2024", "4Y": "2024", "S": "2024-S2", "Q": "2024-Q4",
               "M": "2024-12", "SY": "2024/2025"}  # fmt: skip
    share = next(row for row in CATALOGUE if row["indicator_id"] == "share")
    nine.catalogue(*CATALOGUE, *(
        {**share, "indicator_id": f"every_{one.lower()}", "frequency": one} for one in written
    ))  # fmt: skip
    nine.observe(*(f"district,D1,every_{one.lower()},{period},20,100"
                   for one, period in written.items()))  # fmt: skip
    assert nine.problems() == []


def split_in_2022(nine, *, last_day: str = "2021-12-31") -> None:
    """Since 2022 the districts D8 and D9 are one, D10."""
    squares = nine.territory().areas_of("district").reset_index()
    new = squares[~squares["area_id"].isin(["D8", "D9"])]
    merged = squares[squares["area_id"] == "D8"].assign(
        area_id="D10", geometry=[squares.set_index("area_id").geometry[["D8", "D9"]].union_all()]
    )
    nine.write("boundaries/new.geojson", pd.concat([new, merged]).to_json())
    nine.write(
        "boundaries/boundaries.toml",
        f"""
[[boundary]]
file = "town.geojson"
level = "town"
[[boundary]]
file = "districts.geojson"
level = "district"
parent = "parent_id"
valid_to = "{last_day}"
[[boundary]]
file = "new.geojson"
level = "district"
parent = "parent_id"
valid_from = "2022-01-01"
""",
    )


@pytest.mark.parametrize("last_day", ["2021-12-31", ""])
@pytest.mark.parametrize(("area_id", "period"), [("D9", "2022"), ("D10", "2021")])
def test_an_area_that_did_not_exist_in_a_period_is_told(nine, area_id, period, last_day):
    split_in_2022(nine, last_day=last_day)
    assert only(nine, f"district,{area_id},share,{period},,,20,100") == (
        f"area_id: area {area_id!r} did not exist in this period; give the row of the area that"
        " did, or state the status estimated"
    )


def test_an_estimated_row_may_stand_on_another_boundary(nine):
    split_in_2022(nine)
    nine.observe("district,D10,share,2021,,,20,100,,,,estimated", columns=WIDE)
    assert nine.problems() == []


def test_an_area_that_never_changed_may_have_any_period(nine):
    split_in_2022(nine)
    nine.observe(*(f"district,D1,share,{year},20,100" for year in (1990, 2021, 2022, 2050)))
    assert nine.problems() == []


# ------------------------------------------------------------------------------- bad values
#: Indicator, category and what follows, as in a line of the file.
BAD = [
    ("share,,,101,100", "count: count 101 is above its denominator, which it is a part of;"
                             " correct one"),
    ("talk,1,,101,100", "count: count 101 is above its denominator, which it is a part of;"
                             " correct one"),
    ("share,,,0,0", "denominator: denominator 0 is not above 0; correct it or leave the"
                         " row out"),
    ("share,,,-1,100", "count: -1 is below 0, the least possible; correct it"),
    ("share,,-1,,", "value: -1 is below 0, which no count, rate or proportion can be;"
                         " correct it"),
    ("rate,,-1,,", "value: -1 is below 0, which no count, rate or proportion can be;"
                        " correct it"),
    ("share,,100.5,,", "value: 100.5 is above the whole; correct it or the indicator's"
                            " multiplier"),
    ("share,,20,,,,30,40", "value: 20 lies outside its own limits; correct one of the"
                                " three"),
    ("mood,,8,,,1.5,5,7", "value: 8 lies outside its own limits; correct one of the"
                               " three"),
    ("mood,,6,,100,-1", "sd: -1 is below 0, the least possible; correct it"),
    ("share,,,20,100,,7,5", "lower: lower limit 7 is above the upper one; swap them"),
    ("share,,33.4,1,3", "value: value 33.4 contradicts 1 of 3, which gives 33.333333;"
                             " correct one, or leave the value empty"),
    ("rate,,5,6,1000", "value: value 5 contradicts 6 of 1000, which gives 6; correct one,"
                            " or leave the value empty"),
    ("incidents,,1234568,1234567", "value: value 1234568 contradicts 1234567 counted,"
                                        " which gives 1234567; correct one, or leave the value"
                                        " empty"),
    ("share,,,20,100,,,,suppressed", "status: status 'suppressed' and a figure contradict"
                                          " each other; keep one"),
    ("share,,20,,,,,,missing", "status: status 'missing' and a figure contradict each"
                                    " other; keep one"),
    ("share,,,,,,1,2,not_applicable", "status: status 'not_applicable' and a figure"
                                           " contradict each other; keep one"),
    ("share,,,,", "status: no figure, yet the status is 'observed'; state missing,"
                       " suppressed or not_applicable"),
    ("share,,,,100,,,,provisional", "status: no figure, yet the status is 'provisional';"
                                         " state missing, suppressed or not_applicable"),
    ("share,yes,,20,100", "category: category 'yes' of an indicator that has none; leave"
                               " it empty"),
    ("talk,,,20,100", "category: an ordinal item needs a row per answer; name the answer"),
]  # fmt: skip
FINE = [
    "share,,33.3,1,3",
    "share,,33,1,3",
    "share,,33.33,1,3",
    "share,,3.3e1,1,3",
    "share,,0.5,1,200",
    "share,,1,1,200",  # half rounded up
    "share,,0,1,200",  # half rounded to even
    "share,,100,3,3",
    "share,,,0,100",
    "rate,,,0,100",
    "incidents,,7,7",
    "incidents,,7,",
    "incidents,,0,0",
    "mood,,6.1,,100,1.5",
    "mood,,-3,,100,1.5",
    "share,,,,100,,,,suppressed",
    "talk,,0.4,,",
    "talk,3,,20,100",
    "talk,,,,,,,,missing",
]


@pytest.fixture(scope="module")
def told(tmp_path_factory) -> dict[str, list[str]]:
    """Check all these rows in one file, each in a year of its own; what is told about each."""
    nine = NineSquares(tmp_path_factory.mktemp("rows") / "nine")
    rows = [row for row, _ in BAD] + FINE
    written = []
    for year, row in enumerate(rows, start=1900):
        indicator_id, *cells = row.split(",")
        cells += [""] * (8 - len(cells))
        written.append(",".join(["district", "D1", indicator_id, str(year), *cells]))
    nine.observe(*written, columns=WIDE)
    found: dict[str, list[str]] = {row: [] for row in rows}
    for one in nine.problems():
        found[rows[one.row - 2]].append(f"{one.column}: {one.message}")
    return found


@pytest.mark.parametrize(("row", "message"), BAD)
def test_a_figure_that_cannot_be_is_told(told, row, message):
    assert told[row] == [message]


@pytest.mark.parametrize("row", FINE)
def test_a_figure_that_agrees_within_its_written_decimals_is_fine(told, row):
    assert told[row] == []


def test_an_unreadable_figure_is_one_problem_not_two(nine):
    assert only(nine, "district,D1,share,2024,,many,,").startswith("value: 'many' is not a number")


def test_a_count_is_held_against_the_denominator_of_another_file(nine):
    nine.change("share", denominator_id="residents")
    nine.observe("district,D1,residents,2024,50,", "district,D2,residents,2024,50,", file="base")
    nine.observe(
        "district,D1,share,2024,51,,", "district,D2,share,2024,10,,21",
        columns="level,area_id,indicator_id,period,count,denominator,value", file="share",
    )  # fmt: skip
    assert lines(nine) == [
        "observations/share.csv, row 2, column 'count': count 51 is above its denominator, which it"
        " is a part of; correct one",
        "observations/share.csv, row 3, column 'value': value 21 contradicts 10 of 50, which gives"
        " 20; correct one, or leave the value empty",
    ]


def test_nobody_lives_in_a_district_of_factories_and_that_is_fine(nine):
    nine.observe("district,D1,residents,2024,0,", "district,D1,rate,2024,3,")
    assert nine.problems() == []


# ---------------------------------------------------------------------------------- duplicates
def test_the_same_observation_in_two_files_names_both(nine):
    nine.observe("district,D2,share,2024,1,100", "district,D1,share,2024,20,100", file="one")
    nine.observe("district,D1,share,2024,20,100", "district,D3,share,2024,20,100", file="two")
    (problem,) = nine.problems()
    assert str(problem) == (
        "observations/two.csv, row 2: the same observation stands in observations/one.csv, row 3;"
        " keep one of the two"
    )
    assert (problem.value, problem.code) == ("D1", "duplicate")


def test_the_same_observation_twice_in_one_file_is_told_once(nine):
    nine.observe(*["district,D1,share,2024,20,100"] * 2)
    assert [(one.row, one.code) for one in nine.problems()] == [(3, "duplicate")]


# ----------------------------------------------------------------------------------- catalogue
#: Which row of the catalogue, with which cells changed, and what is told.
CONTRADICTIONS = [
    ("share", {"theme": "weather"}, "theme: no theme 'weather'; themes: base, belonging,"
     " bridging, cooperation, dialogue, extremism, information, school, social_position,"
     " tensions, trust"),
    ("rate", {"denominator_id": "people"}, "denominator_id: no indicator 'people'; add"
     " its row or correct the id"),
    ("share", {"part_of": "all"}, "part_of: no indicator 'all'; add its row or correct"
     " the id"),
    ("share", {"partner_ids": "mood calm"}, "partner_ids: no indicator 'calm'; add its"
     " row or correct the id"),
    ("rate", {"denominator_id": "mood"}, "denominator_id: 'mood' is no count; only"
     " counts are divided by"),
    ("share", {"levels": "district street"}, "levels: no level 'street'; levels: town,"
     " district"),
    ("share", {"benchmark": "moon"}, "benchmark: 'moon' is neither a level nor an area;"
     " correct it"),
    ("share", {"disclosure_threshold": "0"}, "disclosure_reason: threshold 0 shows the"
     " smallest counts; state why that is safe, or leave the threshold empty"),
    ("share", {"disclosure_threshold": "1"}, "disclosure_reason: threshold 1 shows the"
     " smallest counts; state why that is safe, or leave the threshold empty"),
    ("share", {"higher_is": "neutral"}, "higher_is: of a risk factor, write more or"
     " less"),
    ("residents", {"higher_is": "more"}, "higher_is: context is neither good nor bad;"
     " write neutral"),
    ("share", {"decimals": "many"}, "decimals: 'many' is not a number; write digits with"
     " a decimal point, or leave the cell empty and state a status"),
    ("share", {"multiplier": "x"}, "multiplier: 'x' is not a number; write digits with a"
     " decimal point, or leave the cell empty and state a status"),
    ("share", {"frequency": "weekly"}, "frequency: 'weekly' is not known; choose Y, 2Y,"
     " 4Y, S, Q, M, SY"),
]  # fmt: skip


@pytest.fixture(scope="module")
def told_of_indicators(tmp_path_factory) -> list[list[str]]:
    """Check all contradictions in one catalogue, each an indicator of its own."""
    nine = NineSquares(tmp_path_factory.mktemp("indicators") / "nine")
    rows = {row["indicator_id"]: row for row in CATALOGUE}
    nine.catalogue(*CATALOGUE, *(
        {**rows[of], **cells, "indicator_id": f"case_{number}"}
        for number, (of, cells, _) in enumerate(CONTRADICTIONS)
    ))  # fmt: skip
    found: list[list[str]] = [[] for _ in CONTRADICTIONS]
    for one in nine.problems():
        assert one.file == "indicators.csv"
        found[one.row - 2 - len(CATALOGUE)].append(f"{one.column}: {one.message}")
    return found


@pytest.mark.parametrize("number", range(len(CONTRADICTIONS)))
def test_an_indicator_that_contradicts_the_rest_is_told(told_of_indicators, number):
    assert told_of_indicators[number] == [CONTRADICTIONS[number][2]]


@pytest.mark.parametrize(
    ("indicator_id", "message"),
    [
        ("Share", "'Share' is no id; use a-z, digits and _, at most 100"),
        ("a" * 101, f"'{'a' * 101}' is no id; use a-z, digits and _, at most 100"),
        ("../x", "'../x' is no id; use a-z, digits and _, at most 100"),
        ("areas", "'areas' is what the store calls a table; choose another id"),
        ("settings", "'settings' is what the store calls a table; choose another id"),
    ],
)
def test_an_id_that_cannot_be_stored_is_told_before_the_store_has_to(nine, indicator_id, message):
    nine.catalogue({"indicator_id": indicator_id, "factor": "risk", "higher_is": "more",
                    "measure": "rate"})  # fmt: skip
    assert lines(nine) == [f"indicators.csv, row 2, column 'indicator_id': {message}"]


def test_an_id_that_cannot_be_stored_is_told_without_a_catalogue_too(nine):
    (nine.path / "indicators.csv").unlink()
    nine.observe("district,D1,Visits!,2024,20,100")
    assert [one.code for one in nine.problems() if one.level == "error"] == ["catalogue"]


def test_a_benchmark_may_be_a_level_or_an_area(nine):
    for mark in ("town", "T", ""):
        nine.change("share", benchmark=mark)
        assert nine.problems() == []


# ---------------------------------------------------------------------------------- territories
def test_areas_come_in_order_of_name_and_as_they_were_at_the_end_of_the_period(nine):
    split_in_2022(nine)
    here = nine.territory()
    assert list(here.areas_of("district", "2021").index) == [f"D{n}" for n in range(1, 10)]
    assert list(here.areas_of("district", "2022-Q1").index) == [
        "D1", "D2", "D3", "D4", "D5", "D6", "D7", "D10",
    ]  # fmt: skip
    assert list(here.areas_of("district").index) == list(here.areas_of("district", "2024").index)
    assert here.version_of("district", "2021/2022") == "new"


def test_the_name_of_an_area_is_the_newest_boundarys(nine):
    split_in_2022(nine)
    renamed = (nine.path / "boundaries/new.geojson").read_text().replace("Square 1", "Old Town")
    nine.write("boundaries/new.geojson", renamed)
    assert nine.territory().area_name("district", "D1") == "Old Town"
    assert nine.territory().area_name("district", "D9") == "Square 9"


def test_levels_stand_in_the_order_of_the_settings_and_only_if_they_have_areas(nine):
    extra = '[[levels]]\nid = "block"\n'
    nine.write("territory.toml", (nine.path / "territory.toml").read_text() + extra)
    here = nine.territory()
    assert here.levels == ("town", "district")
    assert here.map_levels == ("district",)
    assert here.start_level == "district"


def test_an_unknown_level_or_area_is_an_error_that_says_what_there_is(nine):
    here = nine.territory()
    with pytest.raises(UnknownId) as error:
        here.areas_of("block")
    assert str(error.value) == "no level 'block' here; levels: town, district"
    with pytest.raises(UnknownId) as error:
        here.area_name("district", "X")
    assert str(error.value) == "no district 'X' on any boundary of Nine Squares"


def test_the_benchmark_is_the_single_area_above_and_there_is_none_at_the_top(nine):
    here = nine.territory()
    share = here.catalogue["share"]
    assert here.benchmark(share, "district") == ("town", "T")
    assert here.benchmark(share, "town") is None


def test_the_benchmark_an_indicator_names_wins_over_the_nearest(nine):
    nine.write("territory.toml", '[[levels]]\nid = "nation"\n'
               + (nine.path / "territory.toml").read_text().replace('id = "nine"', "")
               .replace('name = "Nine Squares"', ""))  # fmt: skip
    nine.write("boundaries/nation.csv", "area_id,name\nN,Nation\n")
    declared = (nine.path / "boundaries/boundaries.toml").read_text()
    nine.write("boundaries/boundaries.toml",
               '[[boundary]]\nfile = "nation.csv"\nlevel = "nation"\n' + declared)  # fmt: skip
    for mark, expected in (
        ("", ("town", "T")),
        ("N", ("nation", "N")),
        ("nation", ("nation", "N")),
    ):
        nine.change("share", benchmark=mark)
        here = nine.territory()
        assert here.benchmark(here.catalogue["share"], "district") == expected


# ------------------------------------------------------------------------------------ properties
ROWS = st.lists(
    st.tuples(st.integers(1, 9), st.integers(2020, 2024), st.integers(0, 100)),
    unique_by=lambda row: row[:2],
    min_size=1,
    max_size=12,
)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, random=st.randoms(use_true_random=False))
def test_permuting_the_rows_of_a_csv_changes_neither_figures_nor_problems(nine, rows, random):
    def result(written):
        nine.observe(*written)
        try:
            found = read_folder(nine.path).observations["share"]
        except InputError as error:
            return sorted(one.message for one in error.problems)
        return found.set_index(["area_id", "period"])["count"].to_dict()

    written = [f"district,D{area},share,{year},{count},90" for area, year, count in rows]
    before = result(written)
    random.shuffle(written)
    assert result(written) == before
    if isinstance(before, dict):
        assert before == {(f"D{area}", str(year)): count for area, year, count in rows}


def test_every_column_of_observations_is_read_as_written(nine):
    row = {
        "level": "district", "area_id": "D1", "indicator_id": "mood", "period": "2024",
        "category": "", "value": 6.1, "count": 5.0, "denominator": 100.0, "sd": 1.5,
        "lower": 5.9, "upper": 6.3, "status": "provisional", "break": True, "note": "a, b",
    }  # fmt: skip
    assert list(row) == tables.OBSERVATIONS.column_names
    nine.write("observations/all.csv", pd.DataFrame([row]).to_csv(index=False))
    assert read_folder(nine.path).observations["mood"].iloc[0].to_dict() == row
