"""London as published: what a correct reader of these files reaches.

Listed as skipped where the real files are not there.
"""

import datetime as dt
import shutil

import geopandas as gpd
import pandas as pd
import pytest

from analysis.completion import Completion
from analysis.disclosure import open_view
from analysis.intake.release import build
from analysis.territory import check_folder, read_folder
from data.london import write_territory


@pytest.fixture(scope="session")
def london(realdata, tmp_path_factory):
    """The territory folder made from the published files."""
    folder = tmp_path_factory.mktemp("london")
    write_territory(realdata / "london", folder)
    return folder


@pytest.fixture(scope="session")
def read(london):
    return read_folder(london)


@pytest.fixture(scope="session")
def whole(read):
    """Violence as count and as rate, population and income on all levels."""
    completion = Completion(read.territory, read.observations)
    return {
        name: completion.series(name)
        for name in ("violence", "violence_rate", "population", "income")
    }


def rows(frame, level, period=None):
    part = frame[frame["level"] == level]
    return part if period is None else part[part["period"] == period]


def test_the_folder_has_no_problem(london):
    assert [str(one) for one in check_folder(london)] == []


def test_six_areas_have_no_crime_row_and_are_missing_not_zero(read, whole):
    areas = read.territory.areas_of("lsoa")
    assert len(areas) == 4835
    known = set(rows(whole["violence"], "lsoa")["area_id"])
    absent = areas[~areas.index.isin(known)]
    assert len(absent) == 6
    assert set(absent["parent_id"]) == {"E02000001"}
    city = rows(whole["violence"], "borough", "2011").set_index("area_id")
    assert city.loc["E09000001", "reason"] == "missing"
    assert pd.isna(city.loc["E09000001", "value"])


@pytest.mark.parametrize(
    ("year", "total"), [("2011", 129_709), ("2012", 127_192), ("2014", 153_590)]
)
def test_violence_adds_up_to_the_published_total_on_each_level(whole, year, total):
    for level in ("lsoa", "msoa", "borough", "city"):
        assert rows(whole["violence"], level, year)["count"].sum() == total


def test_rates_exist_for_the_years_with_a_population_only(whole):
    rates = rows(whole["violence_rate"], "borough").set_index(["area_id", "period"])
    barnet = rates.loc["E09000003"]
    assert barnet["value"].dropna().index.tolist() == ["2019", "2020"]
    expected = 1000 * barnet.loc["2020", "count"] / barnet.loc["2020", "denominator"]
    assert barnet.loc["2020", "value"] == pytest.approx(expected)
    without = barnet.drop(["2019", "2020"])
    assert set(without["reason"]) == {"no_denominator"}
    assert without["count"].notna().all()


def test_income_is_not_averaged_upward(whole):
    assert set(whole["income"]["level"]) == {"lsoa"}


def test_middle_areas_are_dissolved_from_the_small_ones(read):
    middle = read.territory.areas_of("msoa")
    assert len(middle) == 983
    small = read.territory.areas_of("lsoa")
    surface = small.to_crs(27700).area.groupby(small["parent_id"]).sum()
    ratio = middle.to_crs(27700).area / surface
    assert ratio.between(0.999, 1.001).all()


def test_the_map_of_2021_on_codes_of_2011_stops(london, realdata, tmp_path):
    """963 of 983 codes are on the map of 2021: 20 are unknown, 130 small areas lose their parent."""
    folder = tmp_path / "mixed"
    shutil.copytree(london, folder, ignore=shutil.ignore_patterns("store"))
    middle = gpd.read_file(realdata / "london/boundaries/london-2021-msoa-gen20.shp").rename(
        columns={"MSOA21CD": "area_id", "MSOA21NM": "name"}
    )
    middle[["area_id", "name", "geometry"]].to_parquet(folder / "boundaries/msoa.parquet")
    entries = folder / "boundaries/boundaries.toml"
    text = entries.read_text()
    before, _, after = text.partition('file = "msoa.parquet"')
    entries.write_text(f'{before}file = "msoa.parquet"{after.replace("parent = ", "# ", 1)}')
    problems = [one for one in check_folder(folder) if one.level == "error"]
    lost = [one for one in problems if one.code == "no_parent" and one.column == "parent_id"]
    areas = [one for one in lost if "has the parent" in one.message]
    assert len(areas) == 130
    assert len({one.value for one in areas}) == 20
    with pytest.raises(Exception, match="which is no msoa"):
        build(folder, at=dt.datetime(2025, 3, 3, tzinfo=dt.UTC), store=tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_what_is_published_says_the_same(london, tmp_path):
    build(london, at=dt.datetime(2025, 3, 3, tzinfo=dt.UTC), store=tmp_path / "store")
    view = open_view(tmp_path / "store")
    assert view.values("violence", level="lsoa", period="2011")["count"].sum() == 129_709
    assert len(view.values("violence", level="lsoa", period="2011")) == 4829
