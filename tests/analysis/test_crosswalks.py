"""Sums survive a crossing; what is not known does not become a number on the way."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from analysis import tables
from analysis.boundaries import AREA_COLUMNS
from analysis.catalogue import Catalogue, Indicator
from analysis.crosswalks import Crosswalk, apportion, as_table, from_table, read_crosswalk
from analysis.errors import GroundworkError, InputError
from analysis.settings import Settings
from analysis.territory import Territory

OLD, NOW = ["a", "b", "s", "m", "n", "g"], ["a", "b", "s1", "s2", "mn", "g"]
TEXT = """from_id,to_id,weight,basis
s,s1,0.35,residents
s,s2,0.55,residents
s,g,0.10,residents
g,g,1,residents
m,mn,1,
n,mn,1,
"""


def indicator(measure: str, multiplier: str = "100", denominator_id: str = "") -> Indicator:
    row = {
        "indicator_id": "x", "title": "X", "factor": "risk", "higher_is": "more",
        "theme": "trust", "source_kind": "statistics", "measure": measure, "unit": "x",
        "multiplier": multiplier, "denominator_id": denominator_id,
    }  # fmt: skip
    columns = tables.INDICATORS.column_names
    text = pd.DataFrame([row], columns=columns, dtype="str").fillna("")
    return Catalogue(tables.validate(text, tables.INDICATORS)[0])["x"]


def world(with_old: bool = True) -> Territory:
    rows = [["district", one, one.upper(), "", "new", "2022-01-01", "", "", None] for one in NOW]
    if with_old:
        rows += [["district", one, one, "", "old", "", "2021-12-31", "", None] for one in OLD]
    areas = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=AREA_COLUMNS), geometry="geometry", crs="EPSG:4326"
    )
    empty = tables.validate(
        pd.DataFrame(columns=tables.INDICATORS.column_names, dtype="str"), tables.INDICATORS
    )[0]
    return Territory(Settings(), Catalogue(empty), areas)


def bridge() -> Crosswalk:
    found, problems = read_crosswalk("old__new.csv", TEXT, world().areas)
    assert found is not None
    assert problems == []
    return found


def observations(**counts: float | str) -> pd.DataFrame:
    """A count, or a status, by area."""
    rows = []
    for area_id, count in counts.items():
        figure = np.nan if isinstance(count, str) else count
        rows.append(
            {
                "level": "district", "area_id": area_id, "indicator_id": "x", "period": "2022",
                "category": "", "value": np.nan, "count": figure, "denominator": np.nan,
                "sd": np.nan, "lower": np.nan, "upper": np.nan,
                "status": count if isinstance(count, str) else "observed", "break": False,
                "note": "",
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


WHOLE = {"a": 1.0, "b": 2.0, "s": 100.0, "m": 10.0, "n": 20.0, "g": 5.0}


def test_counts_are_shared_out_and_marked_estimated() -> None:
    moved = apportion(observations(**WHOLE), bridge(), indicator("count")).set_index("area_id")
    assert moved["count"].to_dict() == pytest.approx(
        {"a": 1, "b": 2, "g": 15, "mn": 30, "s1": 35, "s2": 55}
    )
    estimated = moved.index[moved["status"] == "estimated"]
    assert list(estimated) == ["g", "mn", "s1", "s2"]
    assert moved.loc["s1", "note"] == "shared out from old"


@given(st.lists(st.floats(0, 1e6), min_size=6, max_size=6))
def test_the_sum_of_counts_is_kept(counts: list[float]) -> None:
    given_rows = observations(**dict(zip(OLD, counts, strict=True)))
    moved = apportion(given_rows, bridge(), indicator("count"))
    assert moved["count"].sum() == pytest.approx(sum(counts))


def test_a_rate_crosses_as_count_and_denominator_and_is_computed_anew() -> None:
    rows = observations(s=30.0, g=10.0).assign(denominator=[100.0, 40.0], value=[30.0, 25.0])
    moved = apportion(rows, bridge(), indicator("proportion")).set_index("area_id")
    assert moved.loc["s1", ["count", "denominator"]].tolist() == pytest.approx([10.5, 35.0])
    assert moved["value"].to_dict() == pytest.approx({"g": 26.0, "s1": 30.0, "s2": 30.0})


def test_a_count_whose_denominator_comes_from_elsewhere_crosses_alone() -> None:
    moved = apportion(observations(s=30.0, g=1.0), bridge(), indicator("rate", "1000", "people"))
    assert moved["denominator"].isna().all()
    assert moved["value"].isna().all()
    assert moved["count"].sum() == pytest.approx(31)


@pytest.mark.parametrize("status", ["suppressed", "missing"])
def test_what_is_not_known_of_a_part_is_not_known_of_the_whole(status: str) -> None:
    moved = apportion(observations(m=status, n=20.0), bridge(), indicator("count"))
    assert moved[["count", "value"]].isna().to_numpy().all()
    assert list(moved["status"]) == [status]


def test_a_part_without_a_row_makes_the_whole_missing() -> None:
    moved = apportion(observations(m=10.0), bridge(), indicator("count"))
    assert (moved["status"].tolist(), moved["count"].isna().all()) == (["missing"], True)


def test_what_exists_in_no_part_exists_in_no_whole() -> None:
    rows = observations(m="not_applicable", n="not_applicable")
    assert list(apportion(rows, bridge(), indicator("count"))["status"]) == ["not_applicable"]


@pytest.mark.parametrize("measure", ["mean", "median", "ordinal", "index"])
def test_nothing_else_crosses(measure: str) -> None:
    with pytest.raises(GroundworkError, match=f"'x' is of the kind {measure}, which cannot"):
        apportion(observations(s=1.0), bridge(), indicator(measure))


def test_an_area_with_a_row_of_its_own_receives_no_share_on_top() -> None:
    with pytest.raises(InputError, match="district 's1' has a row of its own in 2022"):
        apportion(observations(s=1.0, s1=1.0, g=1.0), bridge(), indicator("count"))


def test_the_observations_are_unchanged() -> None:
    rows = observations(**WHOLE)
    copy = rows.copy(deep=True)
    moved = apportion(rows, bridge(), indicator("count"))
    assert_frame_equal(rows, copy)
    assert list(moved.columns) == list(rows.columns)


def test_a_crosswalk_says_what_became_of_each_area() -> None:
    one = bridge()
    assert {old: one.kind(old) for old in one.shares} == {
        "s": "split_code", "m": "merged_code", "n": "merged_code", "g": "merged_code",
    }  # fmt: skip
    renamed, _ = read_crosswalk(
        "old__new.csv", "from_id,to_id,weight\na,a,1\nb,s1,1\n", world().areas
    )
    assert renamed is not None
    assert (renamed.kind("a"), renamed.kind("b")) == ("same_area", "retired_code")


def problems_of(text: str, name: str = "old__new.csv") -> list[str]:
    return [str(one) for one in read_crosswalk(name, text, world().areas)[1]]


def test_shares_that_do_not_add_up_are_said() -> None:
    assert problems_of("from_id,to_id,weight\ns,s1,0.35\ns,s2,0.6\n") == [
        "crosswalks/old__new.csv, row 2, column 'from_id': the shares of 's' add up to 0.95;"
        " make them 1, or figures get lost or counted twice"
    ]


def test_shares_written_with_few_decimals_still_keep_the_sum() -> None:
    text = "from_id,to_id,weight\ns,s1,0.333333\ns,s2,0.333333\ns,b,0.333333\nb,b,1\n"
    found, problems = read_crosswalk("old__new.csv", text, world().areas)
    assert problems == []
    assert found is not None
    moved = apportion(observations(s=1e6, b=0.0), found, indicator("count"))
    assert moved["count"].sum() == pytest.approx(1e6, abs=1e-6)


def test_unknown_codes_are_said() -> None:
    assert problems_of("from_id,to_id,weight\nz,s1,1\ns,y,1\n") == [
        "crosswalks/old__new.csv, row 3, column 'to_id': no district 'y' on new; correct the id",
        "crosswalks/old__new.csv, row 2, column 'from_id': no district 'z' on old; correct the id",
    ]


def test_an_area_that_receives_must_say_where_it_goes_itself() -> None:
    assert problems_of("from_id,to_id,weight\ns,b,1\n") == [
        "crosswalks/old__new.csv, row 2, column 'to_id': 'b' is an area of old too and receives a"
        " part of another, but has no row of its own; add it (b, b, 1)"
    ]


def test_a_broken_table_or_name_is_said() -> None:
    assert "is not a number" in problems_of("from_id,to_id,weight\ns,s1,half\n")[0]
    assert (
        "names no boundary to cross to; call it <from>__<to>.csv" in problems_of(TEXT, "x.csv")[0]
    )
    assert "column 'from_id' is missing; add it" in " ".join(problems_of("a,b\n1,2\n"))


def test_crosswalks_come_back_from_the_table_the_store_keeps() -> None:
    one, _ = read_crosswalk("old__new.csv", TEXT, world().areas)
    assert one is not None
    (back,) = from_table(as_table([one]))
    assert (back.name, back.level) == ("old__new", "district")
    pd.testing.assert_frame_equal(back.table, one.table)
    assert from_table(as_table([])) == ()
