"""Sums over areas: parts make the whole, once, and only where that may be said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from analysis import tables
from analysis.completion import Completion
from analysis.store import open_store
from analysis.territory import Folder, Territory
from tests.analysis.conftest import SETTINGS, NineSquares

DEMO_TOWN_2024 = 149_450
DISTRICTS = [f"D{number}" for number in range(1, 10)]


def complete(here: Territory, *rows: dict[str, object], of: str = "") -> pd.DataFrame:
    """Complete rows of one or more indicators; answer with the last one's or with ``of``."""
    cells = [
        {"level": "district", "period": "2024", "category": "", "status": "observed",
         "break": False, "note": "", **row}
        for row in rows
    ]  # fmt: skip
    frame = pd.DataFrame(cells, columns=tables.OBSERVATIONS.column_names)
    numbers = ["value", "count", "denominator", "sd", "lower", "upper"]
    frame = frame.astype(dict.fromkeys(numbers, "float64"))
    observations = {
        str(name): part.reset_index(drop=True)
        for name, part in frame.groupby("indicator_id", sort=False)
    }
    return Completion(here, observations).series(of or str(cells[-1]["indicator_id"]))


def one(
    frame: pd.DataFrame, level: str = "town", area_id: str = "T", period: str = "2024"
) -> pd.Series:
    rows = frame[(frame["level"] == level) & (frame["area_id"] == area_id)]
    rows = rows[rows["period"] == period]
    assert len(rows) == 1, f"{len(rows)} rows of {level} {area_id} in {period}"
    return rows.iloc[0]


def nine_rows(indicator_id: str, counts: list[object], **more: object) -> list[dict[str, object]]:
    return [
        {"indicator_id": indicator_id, "area_id": area_id, "count": count, **more}
        for area_id, count in zip(DISTRICTS, counts, strict=True)
        if count is not None
    ]


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> Territory:
    return NineSquares(tmp_path_factory.mktemp("completion") / "nine").territory()


@pytest.fixture(scope="module")
def with_parts(tmp_path_factory) -> Territory:
    """Three parts of three districts each between the districts and the town."""
    nine = NineSquares(tmp_path_factory.mktemp("parts") / "nine")
    nine.write("territory.toml", SETTINGS.replace('[[levels]]\nid = "district"',
               '[[levels]]\nid = "part"\n[[levels]]\nid = "district"'))  # fmt: skip
    squares = nine.territory().areas_of("district").reset_index()[["area_id", "name", "geometry"]]
    squares["parent_id"] = [f"P{number // 3 + 1}" for number in range(9)]
    nine.write("boundaries/districts.geojson", squares.to_json())
    parts = squares.dissolve("parent_id").reset_index().drop(columns=["area_id", "name"])
    parts = parts.rename(columns={"parent_id": "area_id"})
    nine.write("boundaries/parts.geojson", parts.assign(name="Part", parent_id="T").to_json())
    declared = (nine.path / "boundaries/boundaries.toml").read_text()
    nine.write("boundaries/boundaries.toml", declared + '\n[[boundary]]\nfile = "parts.geojson"\n'
               'level = "part"\nparent = "parent_id"\n')  # fmt: skip
    return nine.territory()


# ------------------------------------------------------------------------------- the demo town
@pytest.fixture(scope="module")
def demo(world: Callable[[str], Path], demo_folder: Folder) -> tuple[pd.DataFrame, Territory]:
    residents = open_store(world("demo") / "store").values("residents")
    return residents, demo_folder.territory


def test_the_districts_of_the_demo_town_add_up_to_its_residents(demo):
    residents, territory = demo
    (town,) = territory.areas_of("municipality").index
    assert one(residents, "municipality", town)["count"] == DEMO_TOWN_2024


def test_the_town_equals_the_districts_valid_at_each_period_and_no_other(demo):
    residents, territory = demo
    (town,) = territory.areas_of("municipality").index
    for period in sorted(residents["period"].unique()):
        valid = territory.areas_of("district", period).index
        rows = residents[(residents["level"] == "district") & (residents["period"] == period)]
        counts = rows.set_index("area_id")["count"].reindex(valid)
        assert counts.notna().all(), period
        assert one(residents, "municipality", town, period)["count"] == counts.sum(), period


def test_estimates_for_later_borders_are_in_the_demo_and_would_be_added_twice(demo):
    # Without such rows the test above would prove little.
    residents, territory = demo
    rows = residents[(residents["level"] == "district") & (residents["period"] == "2016")]
    later = set(rows["area_id"]) - set(territory.areas_of("district", "2016").index)
    assert later
    assert set(rows.loc[rows["area_id"].isin(list(later)), "status"]) == {"estimated"}


def test_every_level_of_the_demo_between_has_the_same_total(demo):
    residents, _ = demo
    rows = residents[(residents["period"] == "2024")].groupby("level")["count"].sum()
    assert rows["district"] == rows["part"] == rows["municipality"] == DEMO_TOWN_2024


# ---------------------------------------------------------------------------------- adding up
def test_counts_add_up_and_keep_their_denominators(here):
    town = one(complete(here, *nine_rows("share", [10] * 9, denominator=50)))
    assert (town["count"], town["denominator"], town["value"]) == (90, 450, 20)
    assert (town["status"], town["reason"], town["category"]) == ("observed", "", "")


def test_a_rate_above_is_the_rate_of_the_sums_not_the_mean_of_the_rates(here):
    rows = nine_rows("share", [1, 99, 0, 0, 0, 0, 0, 0, 0], denominator=100)
    rows[0]["denominator"] = 10
    town = one(complete(here, *rows))
    assert town["value"] == pytest.approx(100 * 100 / 810)


def test_a_count_that_is_delivered_as_a_value_adds_up_too(here):
    rows = [{"indicator_id": "incidents", "area_id": area, "value": 4} for area in DISTRICTS]
    town = one(complete(here, *rows))
    assert (town["count"], town["value"]) == (36, 36)


def test_what_is_delivered_for_the_level_above_wins(here):
    rows = nine_rows("incidents", [10] * 9)
    own = {"indicator_id": "incidents", "level": "town", "area_id": "T", "count": 95}
    assert one(complete(here, *rows, own))["count"] == 95


def test_a_total_delivered_as_missing_is_not_replaced(here):
    rows = nine_rows("incidents", [10] * 9)
    own = {"indicator_id": "incidents", "level": "town", "area_id": "T", "status": "missing"}
    town = one(complete(here, *rows, own))
    assert np.isnan(town["value"])
    assert town["reason"] == "missing"


@pytest.mark.parametrize("indicator_id", ["mood", "talk"])
def test_means_and_ordinal_answers_are_never_added_up(here, indicator_id):
    rows = [
        {"indicator_id": indicator_id, "area_id": area, "value": 0.5, "count": 50,
         "denominator": 100, "category": "1" if indicator_id == "talk" else ""}
        for area in DISTRICTS
    ]  # fmt: skip
    assert set(complete(here, *rows)["level"]) == {"district"}


def test_levels_without_shapes_are_not_added_up_to(demo, demo_folder):
    # The sum over one municipality is not the figure of its region.
    residents, delivered = demo[0], demo_folder.observations["residents"]
    above = residents["level"].isin(["region", "nation"])
    assert set(residents.loc[above, "level"]) == set(
        delivered.loc[delivered["level"].isin(["region", "nation"]), "level"]
    )


def test_a_whole_that_its_parts_do_not_cover_is_not_the_sum_of_them(nine):
    halved = nine.territory().areas_of("district").reset_index().head(8)
    nine.write("boundaries/districts.geojson", halved[["area_id", "name", "parent_id", "geometry"]]
               .to_json())  # fmt: skip
    frame = complete(nine.territory(), *nine_rows("incidents", [10] * 8 + [None]))
    assert set(frame["level"]) == {"district"}


# ------------------------------------------------------------------------------------ coverage
@pytest.mark.parametrize(("present", "assessed"), [(9, True), (8, False), (1, False)])
def test_a_sum_over_less_than_90_percent_of_the_parts_is_not_assessed(here, present, assessed):
    town = one(complete(here, *nine_rows("share", [10] * present + [None] * (9 - present),
                                         denominator=50)))  # fmt: skip
    assert np.isfinite(town["value"]) == assessed
    assert town["reason"] == ("" if assessed else "coverage_below_minimum")
    assert town["status"] == ("observed" if assessed else "missing")


def test_exactly_90_percent_is_enough(nine):
    # Ten areas, one of them without a figure.
    squares = nine.territory().areas_of("district").reset_index()
    half = squares[squares["area_id"] == "D9"].assign(area_id="D10")
    wide = pd.concat([squares, half])[["area_id", "name", "parent_id", "geometry"]]
    nine.write("boundaries/districts.geojson", wide.to_json())
    assert one(complete(nine.territory(), *nine_rows("incidents", [10] * 9)))["count"] == 90


def test_a_suppressed_part_makes_the_total_suppressed(here):
    rows = nine_rows("share", [10] * 8 + [None], denominator=50)
    rows.append({"indicator_id": "share", "area_id": "D9", "status": "suppressed"})
    town = one(complete(here, *rows))
    assert (town["status"], town["reason"]) == ("suppressed", "suppressed")
    assert town[["value", "count", "denominator"]].isna().all()


def test_a_suppressed_part_matters_even_where_most_are_missing(here):
    rows = [{"indicator_id": "share", "area_id": "D9", "status": "suppressed"},
            {"indicator_id": "share", "area_id": "D1", "count": 10, "denominator": 50}]  # fmt: skip
    assert one(complete(here, *rows))["reason"] == "suppressed"


def test_parts_to_which_it_does_not_apply_are_left_out(here):
    rows = nine_rows("share", [10] * 5 + [None] * 4, denominator=50)
    rows += [{"indicator_id": "share", "area_id": area, "status": "not_applicable"}
             for area in DISTRICTS[5:]]  # fmt: skip
    town = one(complete(here, *rows))
    assert (town["count"], town["denominator"], town["reason"]) == (50, 250, "")


def test_where_it_applies_to_no_part_it_does_not_apply_to_the_whole(with_parts):
    rows = nine_rows("share", [10] * 6 + [None] * 3, denominator=50)
    rows += [{"indicator_id": "share", "area_id": area, "status": "not_applicable"}
             for area in DISTRICTS[6:]]  # fmt: skip
    frame = complete(with_parts, *rows)
    assert one(frame, "part", "P3")["reason"] == "not_applicable"
    assert one(frame)["count"] == 60


@pytest.mark.parametrize(
    ("status", "expected"),
    [("provisional", "provisional"), ("estimated", "estimated"), ("observed", "observed")],
)
def test_a_sum_is_as_provisional_as_its_parts(here, status, expected):
    rows = nine_rows("incidents", [10] * 9)
    rows[3]["status"] = status
    assert one(complete(here, *rows))["status"] == expected


def test_a_series_that_starts_anew_in_a_part_does_so_in_the_whole(here):
    rows = nine_rows("incidents", [10] * 9)
    rows[3]["break"] = True
    assert one(complete(here, *rows))["break"]


def test_a_level_between_changes_nothing_about_the_whole(here, with_parts):
    # P3 has two of three districts: too few for itself, yet the town has eight of nine and a bit.
    rows = nine_rows("incidents", [10] * 8 + [None])
    assert one(complete(here, *rows))["reason"] == "coverage_below_minimum"
    frame = complete(with_parts, *rows)
    assert one(frame, "part", "P3")["reason"] == "coverage_below_minimum"
    assert one(frame)["reason"] == "coverage_below_minimum"
    rows = nine_rows("incidents", [10] * 9)
    columns = ["count", "value", "status", "reason"]
    assert one(complete(here, *rows))[columns].equals(one(complete(with_parts, *rows))[columns])


def test_a_part_of_the_town_that_lacks_a_district_does_not_take_the_town_with_it(demo_folder):
    # 23 of 24 districts are enough for the town, five of six are not for the part.
    folder = demo_folder
    residents = folder.observations["residents"]
    gone = folder.territory.areas_of("district", "2024").index[0]
    kept = residents[~((residents["area_id"] == gone) & (residents["period"] == "2024"))]
    lost = residents.loc[(residents["area_id"] == gone) & (residents["period"] == "2024"), "count"]
    kept = kept[kept["level"] == "district"]
    frame = Completion(folder.territory, {"residents": kept}).series("residents")
    (town,) = folder.territory.areas_of("municipality").index
    assert one(frame, "municipality", town)["count"] == DEMO_TOWN_2024 - lost.sum()
    parts = frame[(frame["level"] == "part") & (frame["period"] == "2024")]
    assert (parts["reason"] == "coverage_below_minimum").sum() == 1


def test_a_part_delivered_as_missing_weighs_as_much_as_its_districts(demo_folder):
    # Counted as one of the rest it would be 1 in 19, and the town would pass for complete.
    residents = demo_folder.observations["residents"]
    kept = residents[(residents["level"] == "district") & (residents["period"] == "2024")]
    part = demo_folder.territory.areas_of("part").index[0]
    gone = kept.iloc[[0]].assign(level="part", area_id=part, status="missing", count=np.nan,
                                 value=np.nan)  # fmt: skip
    together = pd.concat([kept, gone], ignore_index=True)
    frame = Completion(demo_folder.territory, {"residents": together}).series("residents")
    (town,) = demo_folder.territory.areas_of("municipality").index
    assert one(frame, "municipality", town)["reason"] == "coverage_below_minimum"


# --------------------------------------------------------------------------------- denominators
def test_denominators_come_from_another_file_for_the_same_place_and_period(here):
    base = nine_rows("residents", [1000] * 9)
    other = nine_rows("residents", [500] * 9, period="2023")
    frame = complete(here, *base, *other, *nine_rows("rate", [5] * 9))
    assert one(frame, "district", "D1")["denominator"] == 1000
    assert one(frame, "district", "D1")["value"] == 5
    assert (one(frame)["count"], one(frame)["denominator"], one(frame)["value"]) == (45, 9000, 5)


def test_a_denominator_of_the_rows_own_wins(here):
    base = nine_rows("residents", [1000] * 9)
    frame = complete(here, *base, *nine_rows("rate", [5] * 9, denominator=500))
    assert one(frame, "district", "D1")["value"] == 10


def test_a_count_without_a_denominator_stays_a_count(here):
    frame = complete(here, *nine_rows("residents", [1000] * 9, period="2020"),
                     *nine_rows("rate", [5] * 9))  # fmt: skip
    for row in (one(frame, "district", "D1"), one(frame)):
        assert np.isnan(row["value"])
        assert row["reason"] == "no_denominator"
    assert one(frame)["count"] == 45


def test_one_part_without_a_denominator_leaves_the_whole_without_one(here):
    base = nine_rows("residents", [None] + [1000] * 8)
    town = one(complete(here, *base, *nine_rows("rate", [5] * 9)))
    assert (town["count"], town["reason"]) == (45, "no_denominator")
    assert np.isnan(town["denominator"])


def test_a_denominator_of_0_divides_nothing(here):
    base = nine_rows("residents", [0] + [1000] * 8)
    frame = complete(here, *base, *nine_rows("rate", [3] * 9))
    row = one(frame, "district", "D1")
    assert np.isnan(row["value"])
    assert row["reason"] == "no_denominator"
    assert one(frame)["value"] == pytest.approx(1000 * 27 / 8000)


def test_the_town_is_divided_by_the_districts_valid_then(demo_folder):
    folder = demo_folder
    completion = Completion(folder.territory, folder.observations)
    frame, base = completion.series("hate_incidents"), completion.series("residents")
    (town,) = folder.territory.areas_of("municipality").index
    for period in ("2016", "2024"):
        row = one(frame, "municipality", town, period)
        assert row["denominator"] == one(base, "municipality", town, period)["count"]


# ------------------------------------------------------------------------------------- the rest
@pytest.mark.parametrize(
    ("status", "reason"),
    [("suppressed", "suppressed"), ("missing", "missing"), ("not_applicable", "not_applicable")],
)
def test_a_row_without_a_figure_says_why(here, status, reason):
    frame = complete(here, {"indicator_id": "mood", "area_id": "D1", "status": status})
    assert one(frame, "district", "D1")["reason"] == reason


def test_observations_are_left_as_they_were(here):
    rows = pd.DataFrame(nine_rows("incidents", [10] * 9), columns=tables.OBSERVATIONS.column_names)
    rows = rows.assign(level="district", period="2024", category="", status="observed", note="")
    rows["break"] = False
    rows = rows.astype(
        dict.fromkeys(["value", "count", "denominator", "sd", "lower", "upper"], "float64")
    )
    before = rows.copy(deep=True)
    Completion(here, {"incidents": rows}).series("incidents")
    assert_frame_equal(rows, before)


def test_rows_come_sorted_with_the_columns_of_observations_and_a_reason(here):
    frame = complete(here, *reversed(nine_rows("incidents", [10] * 9)))
    assert list(frame.columns) == [*tables.OBSERVATIONS.column_names, "reason"]
    assert frame["area_id"].tolist() == [*DISTRICTS, "T"]


COUNTS = st.lists(st.integers(0, 1000), min_size=9, max_size=9)


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counts=COUNTS, order=st.permutations(range(9)))
def test_the_sum_of_the_parts_is_the_whole_on_every_level_in_any_order(with_parts, counts, order):
    rows = nine_rows("incidents", counts)
    frame = complete(with_parts, *(rows[place] for place in order))
    assert frame.groupby("level")["count"].sum().to_dict() == dict.fromkeys(
        ("district", "part", "town"), sum(counts)
    )
