"""The fictional town: the same bytes each time, a sound map, and the story it was made for."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from analysis import tables, territory
from analysis.catalogue import Catalogue

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "data" / "demo"
WRITTEN = ("territory.toml", "*.csv", "boundaries/*", "crosswalks/*", "observations/*.csv")
YEARS = [str(year) for year in range(2015, 2025)]
NEWEST_FIVE = YEARS[-5:]
PARTS = ("waterfront", "inner", "west", "north", "east")


def _files(folder: Path) -> dict[str, bytes]:
    paths = [path for pattern in WRITTEN for path in folder.glob(pattern)]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _text(path: Path) -> pd.DataFrame:
    text = pd.read_csv(path, dtype="str", keep_default_na=False)
    text.index = text.index + 2
    return text


@pytest.fixture(scope="module")
def observations() -> pd.DataFrame:
    frames = []
    for path in sorted((DEMO / "observations").glob("*.csv")):
        typed, problems = tables.validate(_text(path), tables.OBSERVATIONS, path.name)
        assert problems == []
        frames.append(typed)
    return pd.concat(frames, ignore_index=True)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    typed, problems = tables.validate(_text(DEMO / "indicators.csv"), tables.INDICATORS)
    assert problems == []
    return Catalogue(typed)


@pytest.fixture(scope="module")
def boundaries() -> dict[str, gpd.GeoDataFrame]:
    files = sorted((DEMO / "boundaries").glob("*.geojson"))
    return {path.stem: gpd.read_file(path).set_index("area_id") for path in files}


def _cells(
    observations: pd.DataFrame, indicator_id: str, area_id: str, column: str = "count"
) -> pd.Series:
    rows = observations[observations["indicator_id"] == indicator_id]
    rows = rows[(rows["area_id"] == area_id) & (rows["category"] == "")]
    return rows.set_index("period")[column]


def _answers(observations: pd.DataFrame, area_id: str, period: str = "2024") -> list[float]:
    rows = observations[
        (observations["indicator_id"] == "speak_openly")
        & (observations["area_id"] == area_id)
        & (observations["period"] == period)
    ]
    return rows.sort_values("category")["count"].tolist()


# ---------------------------------------------------------------------------- the generator
def test_the_committed_files_are_what_the_generator_writes(tmp_path: Path) -> None:
    command = [sys.executable, "-B", str(DEMO / "generate.py"), str(tmp_path)]
    subprocess.run(command, check=True, cwd=tmp_path)
    written, committed = _files(tmp_path), _files(DEMO)
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def test_files_end_their_lines_alike_everywhere() -> None:
    assert [name for name, content in _files(DEMO).items() if b"\r" in content] == []


# ------------------------------------------------------------------------------------ the map
def test_districts_are_a_valid_coverage_of_valid_polygons(
    boundaries: dict[str, gpd.GeoDataFrame],
) -> None:
    for name, frame in boundaries.items():
        assert frame.geometry.is_valid.all(), name
        assert shapely.coverage_is_valid(frame.geometry.to_numpy()), name
    assert [len(boundaries[f"districts_{year}"]) for year in (2015, 2022)] == [23, 24]


def test_the_24_districts_share_53_borders_and_touch_nowhere_else(
    boundaries: dict[str, gpd.GeoDataFrame],
) -> None:
    shapes = boundaries["districts_2022"].geometry
    touching = {(a, b) for a, b in combinations(shapes.index, 2) if shapes[a].intersects(shapes[b])}
    lengths = {(a, b): shapes[a].intersection(shapes[b]).length for a, b in touching}
    assert len(lengths) == 53
    assert min(lengths.values()) * 63 > 0.15, "shorter than 150 m"
    assert not any("MH14" in pair for pair in touching)


def test_two_districts_of_today_are_exactly_the_one_they_were(
    boundaries: dict[str, gpd.GeoDataFrame],
) -> None:
    now, then = boundaries["districts_2022"].geometry, boundaries["districts_2015"].geometry
    joined = shapely.coverage_union(now["MH24"], now["MH25"])
    assert shapely.normalize(joined) == shapely.normalize(then["MH23"])
    unchanged = now.index.intersection(then.index)
    assert (now[unchanged] == then[unchanged]).all()


def test_parts_and_town_are_exactly_their_districts(
    boundaries: dict[str, gpd.GeoDataFrame],
) -> None:
    districts = boundaries["districts_2022"]
    for part, shape in boundaries["parts"].geometry.items():
        inside = districts.geometry[districts["parent_id"] == part].to_numpy()
        assert shapely.normalize(shapely.coverage_union_all(inside)) == shapely.normalize(shape)
    town = boundaries["municipality"].geometry["MH"]
    whole = shapely.coverage_union_all(districts.geometry.to_numpy())
    assert shapely.normalize(whole) == shapely.normalize(town)


def test_borders_bend_like_grown_ones(boundaries: dict[str, gpd.GeoDataFrame]) -> None:
    corners = shapely.get_num_coordinates(boundaries["districts_2022"].geometry.to_numpy())
    assert corners.min() >= 40
    assert corners.max() <= 120


# --------------------------------------------------------------------------------- the tables
def test_the_folder_passes_every_check() -> None:
    assert territory.check_folder(DEMO) == []


def test_more_is_measured_of_what_protects_than_of_what_weighs(
    catalogue: Catalogue, observations: pd.DataFrame
) -> None:
    shown = catalogue.shown()
    factors = [one.factor for one in shown]
    assert [factors.count(factor) for factor in tables.FACTORS] == [15, 23, 3]
    assert {one.measure for one in shown} == {"proportion", "rate", "count", "mean", "ordinal"}
    assert {one.theme for one in shown} == set(tables.THEMES)
    assert {one.form for one in shown} == set(tables.FORMS)
    assert {one.scope for one in shown} == set(tables.SCOPES)
    assert {one.source_kind for one in shown} == set(tables.SOURCE_KINDS)
    assert {one.frequency for one in shown} == {"Y", "2Y", "4Y", "SY", "S", "Q"}
    assert set(observations["status"]) == set(tables.STATUSES)
    assert set(observations["indicator_id"]) == set(catalogue)


def test_every_risk_has_its_protective_partner_loaded(catalogue: Catalogue) -> None:
    for one in catalogue.shown():
        if one.factor == "risk":
            assert one.partner_ids, one.indicator_id
            assert [p.indicator_id for p in catalogue.partners(one.indicator_id)] == list(
                one.partner_ids
            )


def test_an_indicator_says_what_it_is_where_it_comes_from_and_why_it_is_open(
    catalogue: Catalogue,
) -> None:
    for one in catalogue.values():
        words = (one.definition, one.caveat, one.publisher, one.licence, one.retrieved)
        assert all(words), one.indicator_id
        assert one.next_due > one.retrieved
        assert (one.disclosure_threshold == 0) == bool(one.disclosure_reason), one.indicator_id
        assert (one.factor == "context") == bool(one.context_reason), one.indicator_id


PERIODS = {
    "Y": YEARS,
    "2Y": ["2016", "2018", "2020", "2022", "2024"],
    "4Y": ["2015", "2019", "2023"],
    "SY": [f"{year}/{year + 1}" for year in range(2015, 2025)],
    "S": [f"{year}-S{half}" for year in YEARS for half in (1, 2)],
    "Q": [f"{year}-Q{quarter}" for year in YEARS for quarter in (1, 2, 3, 4)],
}


def test_every_indicator_covers_ten_years_and_every_district_of_its_time(
    catalogue: Catalogue, observations: pd.DataFrame
) -> None:
    rows = observations[observations["status"] != "estimated"]
    for one in catalogue.values():
        level = "district" if "district" in one.levels else "municipality"
        own = rows[(rows["indicator_id"] == one.indicator_id) & (rows["level"] == level)]
        areas = own.groupby("period")["area_id"].agg(set)
        assert areas.index.tolist() == PERIODS[one.frequency], one.indicator_id
        for period, there in areas.items():
            # A school year counts on the boundaries of its end.
            new = period[:4] >= ("2021" if "/" in period else "2022")
            expected = 1 if level == "municipality" else 24 if new else 23
            assert len(there) == expected, (one.indicator_id, period)
            assert ("MH23" in there) == (expected == 23)


def test_a_value_is_what_its_count_and_denominator_say(
    catalogue: Catalogue, observations: pd.DataFrame
) -> None:
    rows = observations.dropna(subset=["value", "count", "denominator"])
    multiplier = rows["indicator_id"].map({i: one.multiplier for i, one in catalogue.items()})
    off = (rows["value"] - multiplier * rows["count"] / rows["denominator"]).abs()
    assert off.max() < 1e-4
    assert len(rows) > 1000


def test_denominators_agree_with_the_base_counts(
    catalogue: Catalogue, observations: pd.DataFrame
) -> None:
    base = observations.set_index(["indicator_id", "area_id", "period"])["count"]
    for one in catalogue.shown():
        if one.denominator_id:
            rows = observations[observations["indicator_id"] == one.indicator_id]
            rows = rows.dropna(subset=["denominator"])
            keys = [(one.denominator_id, *k) for k in rows[["area_id", "period"]].to_numpy()]
            assert base.loc[keys].tolist() == rows["denominator"].tolist(), one.indicator_id


def test_means_of_the_town_lie_where_the_answers_of_its_districts_put_them(
    observations: pd.DataFrame,
) -> None:
    rows = observations[
        (observations["indicator_id"] == "feels_at_home") & (observations["period"] == "2024")
    ]
    districts = rows[rows["level"] == "district"]
    town = rows[rows["level"] == "municipality"].iloc[0]
    assert town["denominator"] == districts["denominator"].sum() == 3442
    assert town["value"] == pytest.approx(
        np.average(districts["value"], weights=districts["denominator"]), abs=0.001
    )


# -------------------------------------------------------------------------------- what is not
def test_statuses_stand_where_the_story_puts_them(
    catalogue: Catalogue, observations: pd.DataFrame
) -> None:
    provisional = observations[observations["status"] == "provisional"]
    police = provisional["indicator_id"] == "hate_incidents"
    assert set(provisional.loc[police, "period"]) == {"2024"}
    assert police.sum() == 26
    assert set(provisional.loc[~police, "period"]) == {"2024-Q4"}
    assert set(provisional.loc[~police, "indicator_id"]) == {
        one.indicator_id for one in catalogue.values() if one.frequency == "Q"
    }
    own = observations[observations["level"].isin(["district", "part", "municipality"])]
    missing = own[own["status"] == "missing"]
    gaps = {("trust_police", "2017"), ("unauthorised_absence", "2019/2020")}
    assert set(zip(missing["indicator_id"], missing["period"], strict=True)) == gaps
    assert (missing["area_id"].value_counts() > 0).sum() == 23 + 1 + len(PARTS)
    estimated = observations[observations["status"] == "estimated"]
    assert set(estimated["area_id"]) == {"MH24", "MH25"}
    assert set(estimated["indicator_id"]) == {"residents"}
    assert estimated["period"].max() == "2021"
    suppressed = observations[observations["status"] == "suppressed"]
    assert set(suppressed["indicator_id"]) == {"helpline_contacts"}


def test_a_cell_without_a_figure_holds_none(observations: pd.DataFrame) -> None:
    hidden = observations[observations["status"].isin(tables.WITHOUT_VALUE)]
    assert hidden[["value", "count", "denominator", "sd"]].isna().all(axis=None)


def test_no_youth_work_is_not_a_zero(observations: pd.DataFrame) -> None:
    status = _cells(observations, "youth_centre_reach", "MH16", "status")
    assert status.tolist() == ["observed"] * 5 + ["not_applicable"] * 5
    eskevale = _cells(observations, "youth_centre_reach", "MH09", "status")
    assert set(eskevale) == {"not_applicable"}


def test_hate_incidents_break_in_2021_everywhere(observations: pd.DataFrame) -> None:
    broken = observations[observations["break"]]
    assert set(broken["indicator_id"]) == {"hate_incidents"}
    assert set(broken["period"]) == {"2021"}
    assert set(broken["level"]) == {"nation", "region", "district"}
    rows = observations[
        (observations["indicator_id"] == "hate_incidents") & (observations["level"] == "district")
    ]
    totals = rows.groupby("period")["count"].sum()
    assert totals[["2020", "2021", "2024"]].tolist() == [64, 103, 114]


# ---------------------------------------------------------------------------------- the story
def test_the_town_has_149450_residents(observations: pd.DataFrame) -> None:
    rows = observations[
        (observations["indicator_id"] == "residents") & (observations["level"] == "district")
    ]
    assert rows.loc[rows["period"] == "2024", "count"].sum() == 149_450


@pytest.mark.parametrize(
    ("indicator_id", "area_id", "column", "figures"),
    [
        ("neet_young", "MH11", "count", [318, 291, 267, 243, 220]),
        ("neet_young", "MH11", "denominator", [1545, 1550, 1556, 1560, 1562]),
        ("unsafe_evening", "MH01", "count", [75, 66, 58, 50, 42]),
        ("unsafe_evening", "MH01", "denominator", [162] * 5),
        ("trust_municipality", "MH16", "value", [5.6, 5.3, 5.0, 4.7, 4.4]),
        ("trust_municipality", "MH16", "denominator", [137] * 5),
        ("youth_centre_reach", "MH17", "count", [98, 131, 164, 205, 238]),
        ("youth_centre_reach", "MH17", "denominator", [815, 818, 820, 822, 820]),
        ("signals_right_wing", "MH16", "count", [1, 2, 3, 5, 8]),
    ],
)
def test_stated_cells_of_five_years_are_written(
    observations: pd.DataFrame,
    indicator_id: str,
    area_id: str,
    column: str,
    figures: list[float],
) -> None:
    cells = _cells(observations, indicator_id, area_id, column)
    assert cells[NEWEST_FIVE].tolist() == figures


def test_a_quarter_of_the_town_feels_unsafe_in_the_evening(observations: pd.DataFrame) -> None:
    rows = observations[
        (observations["indicator_id"] == "unsafe_evening")
        & (observations["period"] == "2024")
        & (observations["level"] == "district")
    ].set_index("area_id")
    assert rows["count"].sum() / rows["denominator"].sum() == pytest.approx(0.252, abs=5e-4)
    assert rows.loc[["MH06", "MH13", "MH16"], "count"].tolist() == [62, 59, 57]
    assert rows.loc["MH14", ["count", "denominator"]].tolist() == [4, 24]


def test_unsafe_evenings_lie_together(
    observations: pd.DataFrame, boundaries: dict[str, gpd.GeoDataFrame]
) -> None:
    shapes = boundaries["districts_2022"].geometry.drop("MH14")
    touch = np.array([shapes.touches(shape).to_numpy() for shape in shapes], dtype=float)
    weights = touch / touch.sum(axis=1, keepdims=True)
    shares = pd.Series({i: _cells(observations, "unsafe_evening", i)["2024"] for i in shapes.index})
    shares /= [
        _cells(observations, "unsafe_evening", i, "denominator")["2024"] for i in shares.index
    ]
    apart = (shares - shares.mean()).to_numpy()
    assert apart @ weights @ apart / (apart @ apart) == pytest.approx(0.654, abs=5e-4)


def _trend_chi_squared(
    values: np.ndarray, lower: np.ndarray, upper: np.ndarray
) -> tuple[float, float]:
    """Slope and chi-squared of the recent trend, written out once more (METHODS, 3)."""
    years, weight = np.arange(1.0, 6.0), ((upper - lower) / 3.92) ** -2.0
    middle = np.average(years, weights=weight)
    scatter = (weight * (years - middle) ** 2).sum()
    slope = (weight * (years - middle) * values).sum() / scatter
    return float(slope), float(slope**2 * scatter)


def _wilson(count: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    z = 1.959963984540054
    middle, half = 2 * count + z**2, z * np.sqrt(z**2 + 4 * count * (1 - count / n))
    return (middle - half) / (2 * (n + z**2)), (middle + half) / (2 * (n + z**2))


@pytest.mark.parametrize(
    ("indicator_id", "area_id", "chi_squared", "sign"),
    [
        ("neet_young", "MH11", 28.7, -1),
        ("unsafe_evening", "MH01", 19.2, -1),
        ("youth_centre_reach", "MH17", 98.9, 1),
    ],
)
def test_what_gets_better_does_so_beyond_chance(
    observations: pd.DataFrame, indicator_id: str, area_id: str, chi_squared: float, sign: int
) -> None:
    count = _cells(observations, indicator_id, area_id)[NEWEST_FIVE].to_numpy()
    n = _cells(observations, indicator_id, area_id, "denominator")[NEWEST_FIVE].to_numpy()
    slope, found = _trend_chi_squared(count / n, *_wilson(count, n))
    assert found == pytest.approx(chi_squared, abs=0.05)
    assert np.sign(slope) == sign


def test_trust_in_staalwick_falls_beyond_chance(observations: pd.DataFrame) -> None:
    value = _cells(observations, "trust_municipality", "MH16", "value")[NEWEST_FIVE].to_numpy()
    sd = _cells(observations, "trust_municipality", "MH16", "sd")[NEWEST_FIVE].to_numpy()
    half = 1.9775 * sd / np.sqrt(137)  # t at 136 degrees of freedom
    slope, found = _trend_chi_squared(value, value - half, value + half)
    assert found == pytest.approx(27.5, abs=0.1)
    assert slope == pytest.approx(-0.3)


def test_answers_form_camps_in_eskevale_but_not_in_staalwick(observations: pd.DataFrame) -> None:
    assert _answers(observations, "MH09") == [46, 20, 12, 23, 50]
    assert _answers(observations, "MH16") == [38, 45, 27, 18, 9]
    assert _answers(observations, "MH12") == [6, 14, 30, 72, 48]
    assert _answers(observations, "MH") == [335, 560, 860, 1060, 627]
    rows = observations[
        (observations["indicator_id"] == "speak_openly") & (observations["period"] == "2024")
    ]
    districts = rows[rows["level"] == "district"].groupby("category")["count"].sum()
    assert districts.tolist() == [335, 560, 860, 1060, 627]
    assert (
        rows.groupby("area_id")["count"].sum() == rows.groupby("area_id")["denominator"].max()
    ).all()


def test_right_wing_signals_pass_five_in_three_districts_only(observations: pd.DataFrame) -> None:
    rows = observations[
        (observations["indicator_id"] == "signals_right_wing") & (observations["period"] == "2024")
    ].set_index("area_id")["count"]
    assert rows.sum() == 47
    assert sorted(rows[rows >= 5].index) == ["MH06", "MH13", "MH16"]
    earlier = observations[
        (observations["indicator_id"] == "signals_right_wing") & (observations["period"] == "2023")
    ].set_index("area_id")["count"]
    assert sorted(earlier[earlier >= 5].index) == ["MH06", "MH13", "MH16"]


def test_only_two_districts_of_visitors_pass_the_threshold_for_hate_incidents(
    observations: pd.DataFrame,
) -> None:
    rows = observations[
        (observations["indicator_id"] == "hate_incidents")
        & (observations["period"] == "2024")
        & (observations["level"] == "district")
    ].set_index("area_id")
    assert rows.loc[rows["count"] >= 10, "count"].to_dict() == {"MH02": 14, "MH07": 19}
    assert rows["value"].nlargest(3).index.tolist() == ["MH07", "MH02", "MH14"]
