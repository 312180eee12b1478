"""The ledger adds up whatever the file, and nothing joins that nobody has seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from shapely.geometry import box

from analysis import tables
from analysis.boundaries import AREA_COLUMNS, Boundary, read_boundary
from analysis.catalogue import Catalogue
from analysis.crosswalks import read_crosswalk
from analysis.errors import GroundworkError, UnknownId
from analysis.intake import joining
from analysis.intake.joining import LEAVE_OUT, SHARE_OUT, Ledger, join
from analysis.settings import Settings
from analysis.territory import Territory

NAMES = {
    "01": "el Raval",
    "02": "Staalwick",
    "03": "Hill & Moor",
    "04": "Sant Martí",
    "05": "Springfield",
    "06": "Springfield",
    "10": "Bristol, City of",
    "11": "East Croydon",
}


def areas(
    level: str,
    names: dict[str, str],
    version: str = "",
    valid_from: str = "",
    valid_to: str = "",
    shift: float = 0.0,
) -> pd.DataFrame:
    """A row of unit squares, one for each name."""
    return pd.DataFrame(
        [
            [level, area_id, name, "", version or f"{level}s", valid_from, valid_to, "",
             box(number + shift, 0, number + shift + 1, 1)]
            for number, (area_id, name) in enumerate(names.items())
        ],
        columns=AREA_COLUMNS,
    )  # fmt: skip


def catalogue(*rows: dict[str, str]) -> Catalogue:
    needed = {
        "factor": "risk", "higher_is": "more", "theme": "trust", "source_kind": "statistics",
        "unit": "x", "multiplier": "100",
    }  # fmt: skip
    text = pd.DataFrame(
        [{"title": row["indicator_id"], **needed, **row} for row in rows],
        columns=tables.INDICATORS.column_names,
        dtype="str",
    ).fillna("")
    typed, problems = tables.validate(text, tables.INDICATORS)
    assert not problems
    return Catalogue(typed)


def territory(*parts: pd.DataFrame, indicators: Sequence[dict[str, str]] = ()) -> Territory:
    together = pd.concat(parts, ignore_index=True)
    shapes = gpd.GeoDataFrame(together, geometry="geometry", crs="EPSG:4326")
    return Territory(Settings(), catalogue(*indicators), shapes)


def file(places: Iterable[str], **columns: object) -> pd.DataFrame:
    """One figure a row: 1, 2, 3, ... in the year 2024, unless said otherwise."""
    listed = list(places)
    frame = pd.DataFrame(
        {
            "row": range(2, len(listed) + 2),
            "place": listed,
            "place_name": "",
            "level": "",
            "period": "2024",
            "measure": "crimes",
            "role": "value",
            "category": "",
            "number": np.arange(1.0, len(listed) + 1),
            "status": "observed",
        }
    ).assign(**columns)
    return frame.assign(text=frame["number"].astype("str"))


TOWN = territory(areas("district", NAMES))


def outcomes(ledger: Ledger) -> list[str]:
    return list(ledger.outcome.astype("str"))


def offered(ledger: Ledger) -> list[tuple[str, str, str]]:
    return [
        (one.place, one.kind, one.area_id)
        for place in ledger.unmatched
        for one in place.suggestions
    ]


def add_up(ledger: Ledger) -> bool:
    parts = ledger.matched + ledger.data_only + ledger.duplicated + ledger.ambiguous
    levels = ledger.by_level
    return (
        ledger.rows_in == parts == levels["rows_in"].sum()
        and ledger.areas == ledger.matched_areas + len(ledger.boundary_only)
        and levels["matched"].sum() == ledger.matched
        and levels["boundary_only"].sum() == len(ledger.boundary_only)
    )


# ---------------------------------------------------------------- what joins by itself


def test_a_code_joins_and_an_area_without_a_row_is_boundary_only() -> None:
    ledger = join(file(["01", "02", "99"]), TOWN, "district")
    assert (ledger.rows_in, ledger.matched, ledger.data_only) == (3, 2, 1)
    assert ledger.boundary_only == ("03", "04", "05", "06", "10", "11")
    assert (ledger.total_in, ledger.total_joined) == (6.0, 3.0)
    assert list(ledger.rows["area_id"].astype("str")) == ["01", "02", ""]
    assert ledger.unmatched[0].words == "not on the boundary of this level"


def test_the_input_is_unchanged_and_its_index_kept() -> None:
    cells = file(["01", "9"]).set_index(pd.Index([7, 5]))
    copy = cells.copy(deep=True)
    ledger = join(cells, TOWN, "district")
    assert_frame_equal(cells, copy)
    assert list(ledger.rows.index) == [7, 5]


def test_a_name_joins_only_where_the_file_gives_no_code() -> None:
    named = join(file(["", ""], place_name=["el Raval", "Staalwick"]), TOWN, "district")
    assert list(named.names["how"]) == ["name", "name"]
    instead = join(file(["el Raval", "Staalwick"]), TOWN, "district")
    assert instead.matched == 0
    assert offered(instead) == [
        ("Staalwick", "name_for_code", "02"),
        ("el Raval", "name_for_code", "01"),
    ]


def test_a_file_that_gives_the_name_as_code_too_is_a_file_of_names() -> None:
    names = ["el Raval", "Springfield"]
    ledger = join(file(names, place_name=names), TOWN, "district")
    assert outcomes(ledger) == ["matched", "ambiguous"]


def test_two_areas_of_one_name_are_ambiguous_in_any_spelling() -> None:
    ledger = join(file(["", "", "Springfield"], place_name=["Springfield", "SPRINGFIELD", ""]),
                  TOWN, "district", kinds_accepted=["case", "name_for_code"])  # fmt: skip
    assert outcomes(ledger) == ["ambiguous"] * 3
    assert {one.why for one in ledger.unmatched} == {"two_of_a_name", "several_fit"}


def test_a_code_with_the_name_of_another_area_is_ambiguous() -> None:
    ledger = join(file(["01"], place_name="Staalwick"), TOWN, "district")
    assert (ledger.ambiguous, ledger.unmatched[0].why) == (1, "code_and_name_disagree")
    assert {one.area_id for one in ledger.unmatched[0].suggestions} == {"01", "02"}


def test_a_code_whose_name_is_only_written_otherwise_joins() -> None:
    ledger = join(file(["01", "03"], place_name=["El raval", "Moor and Hill"]), TOWN, "district")
    assert ledger.matched == 2


def test_outer_blanks_and_composed_accents_are_the_same_text() -> None:
    ledger = join(file(["", " 02 "], place_name=["Sant Marti\u0301", ""]), TOWN, "district")
    assert ledger.matched == 2


# ---------------------------------------------------------------- what is offered


@pytest.mark.parametrize(
    ("written", "kind", "area_id"),
    [
        ("1", "leading_zeros", "01"),
        ("1.0", "leading_zeros", "01"),
        ("001", "leading_zeros", "01"),
        ("EL RAVAL", "case", "01"),
        ("sant marti", "accents", "04"),
        ("El-Raval", "punctuation", "01"),
        ("Raval", "article", "01"),
        ("Raval, el", "article", "01"),
        ("Hill and Moor", "article", "03"),
        ("City of Bristol", "word_order", "10"),
        ("Staalwijk", "edit_distance", "02"),
        ("Raval Nord", "part_of_name", "01"),
    ],
)
def test_each_way_of_writing_is_offered_by_its_kind_and_never_applied(
    written: str, kind: str, area_id: str
) -> None:
    ledger = join(file([written]), TOWN, "district")
    assert outcomes(ledger) == ["data only"]
    assert offered(ledger) == [(written, kind, area_id)]
    assert ledger.waiting == 1


@pytest.mark.parametrize(
    "written", ["12", "West Croydon", "E01", "Hil", "", "London 002", "ZZ", "1-1", "…"]
)
def test_likeness_is_not_offered_where_it_misleads(written: str) -> None:
    assert offered(join(file([written]), TOWN, "district")) == []


def test_a_kind_is_accepted_for_all_its_places_and_no_others() -> None:
    cells = file(["1", "2", "Staalwijk"], period=["2024", "2024", "2023"])
    ledger = join(cells, TOWN, "district", kinds_accepted={"leading_zeros"})
    assert outcomes(ledger) == ["matched", "matched", "data only"]
    assert set(ledger.names["how"]) == {"leading_zeros"}
    assert list(ledger.suggestions_by_kind) == ["edit_distance"]


def test_a_code_that_fits_several_areas_is_ambiguous() -> None:
    twice = territory(areas("district", {"01": "A", "001": "B"}))
    ledger = join(file(["1"]), twice, "district", kinds_accepted={"leading_zeros"})
    assert (ledger.ambiguous, ledger.unmatched[0].why) == (1, "several_fit")


def test_a_code_and_a_name_that_lead_to_two_areas_are_ambiguous() -> None:
    ledger = join(
        file(["1"], place_name="Staalwick"), TOWN, "district", kinds_accepted={"leading_zeros"}
    )
    assert (ledger.ambiguous, ledger.unmatched[0].why) == (1, "code_and_name_disagree")


def test_an_unknown_code_with_a_known_name_is_offered() -> None:
    ledger = join(file(["X9"], place_name="Staalwick"), TOWN, "district")
    assert offered(ledger) == [("X9", "same_name", "02")]


def test_a_suggestion_says_what_and_why() -> None:
    (place,) = join(file(["1"]), TOWN, "district").unmatched
    assert place.suggestions[0].words == "1 is el Raval (01): written with other leading zeros"


def test_a_weak_kind_cannot_be_accepted_for_all() -> None:
    with pytest.raises(UnknownId, match="no kind 'part_of_name' to accept for all places"):
        join(file(["01"]), TOWN, "district", kinds_accepted={"part_of_name"})


# ---------------------------------------------------------------- decisions


def test_a_decision_joins_a_place_or_leaves_it_out() -> None:
    decisions = {"Nowhere": LEAVE_OUT, "Rawal": "01"}
    ledger = join(file(["Rawal", "Nowhere", "Elsewhere"]), TOWN, "district", decisions=decisions)
    assert outcomes(ledger) == ["matched", "data only", "data only"]
    assert ledger.waiting == 1
    assert [one.decided for one in ledger.unmatched] == [False, True]


def test_a_row_of_an_ambiguous_name_is_decided_by_its_number() -> None:
    cells = file(["", ""], place_name="Springfield")
    ledger = join(cells, TOWN, "district", decisions={"row 2": "05", "row 3": "06"})
    assert list(ledger.rows["area_id"].astype("str")) == ["05", "06"]


def test_a_decision_on_an_area_that_does_not_exist_is_said() -> None:
    with pytest.raises(UnknownId, match="decision on 'Rawal': '77' is no area; write an id"):
        join(file(["Rawal"]), TOWN, "district", decisions={"Rawal": "77"})


def test_a_decision_does_not_touch_what_joins_by_itself() -> None:
    ledger = join(file(["01"]), TOWN, "district", decisions={"01": "02"})
    assert list(ledger.rows["area_id"].astype("str")) == ["01"]


def test_an_unknown_level_is_said() -> None:
    with pytest.raises(UnknownId, match="no level 'ward' here; levels: district"):
        join(file(["01"]), TOWN, "ward")


def test_rows_lost_before_the_join_stop_it() -> None:
    with pytest.raises(GroundworkError, match="the file has 3 rows of data, 2 reached the join"):
        join(file(["01", "02"]), TOWN, "district", rows_in=3)


# ---------------------------------------------------------------- repeats


def test_repeats_are_all_set_aside_until_somebody_says_which_counts() -> None:
    cells = file(["01", "02", "01"])
    ledger = join(cells, TOWN, "district")
    assert outcomes(ledger) == ["duplicated", "matched", "duplicated"]
    assert (ledger.total_in, ledger.total_joined, ledger.waiting) == (6.0, 2.0, 2)
    assert (ledger.unmatched[0].why, ledger.unmatched[0].area_id) == ("repeated", "01")
    last = join(cells, TOWN, "district", repeats={"01": "last"})
    assert outcomes(last) == ["duplicated", "matched", "matched"]
    assert (last.total_joined, last.waiting) == (5.0, 0)
    none = join(cells, TOWN, "district", repeats={"01": LEAVE_OUT})
    assert (none.duplicated, none.waiting) == (2, 0)


def test_identical_repeats_are_accepted_as_a_kind_and_others_are_not() -> None:
    cells = file(["01", "01", "02", "02"], number=[5.0, 5.0, 1.0, 2.0])
    assert join(cells, TOWN, "district").duplicated == 4
    ledger = join(cells, TOWN, "district", kinds_accepted={"identical_rows"})
    assert outcomes(ledger) == ["matched", "duplicated", "duplicated", "duplicated"]
    assert ledger.waiting == 2


def test_two_spellings_of_an_area_in_one_period_are_repeats() -> None:
    ledger = join(
        file(["01", "1", "1"], period=["2024", "2024", "2023"]),
        TOWN,
        "district",
        kinds_accepted={"leading_zeros"},
    )
    assert outcomes(ledger) == ["duplicated", "duplicated", "matched"]
    decided = join(file(["01", "1"]), TOWN, "district", decisions={"1": "01"})
    assert (decided.duplicated, decided.waiting) == (2, 2)


def test_measures_periods_and_answers_of_an_area_are_no_repeats() -> None:
    cells = file(
        ["01"] * 4,
        period=["2023", "2024", "2024", "2024"],
        measure=["a", "a", "b", "b"],
        category=["", "", "yes", "no"],
    )
    assert join(cells, TOWN, "district").matched == 4


def test_two_columns_taken_for_one_figure_are_repeats() -> None:
    cells = file(["01", "01"], row=2, measure=["men", "women"], indicator_id="crime")
    assert join(cells, TOWN, "district").duplicated == 1


def test_a_row_with_one_repeated_figure_is_set_aside_whole() -> None:
    cells = file(["01", "01", "01"], row=[2, 2, 3], period=["2023", "2024", "2024"])
    assert outcomes(join(cells, TOWN, "district")) == ["duplicated"] * 3


# ---------------------------------------------------------------- levels


TWO_LEVELS = territory(
    areas("town", {"T": "Roughton"}),
    areas("part", {str(n): f"Part {n}" for n in range(1, 4)}),
    areas("district", {str(n): f"District {n}" for n in range(1, 10)}),
)


def test_rows_are_matched_on_the_level_they_state() -> None:
    cells = file(["T", "1", "1"], level=["town", "PART", "District"])
    ledger = join(cells, TWO_LEVELS, "district")
    assert ledger.matched == 3
    assert list(ledger.by_level["level"]) == ["town", "part", "district"]
    assert list(ledger.by_level["boundary_only"]) == [0, 2, 8]


def test_a_total_row_is_offered_on_its_own_level() -> None:
    ledger = join(file(["1", "2", "3", "4", "5", "T"]), TWO_LEVELS, "district")
    assert offered(ledger) == [("T", "other_level", "T")]
    accepted = join(file(["1", "2", "3", "4", "5", "Roughton"]), TWO_LEVELS, "district",
                    kinds_accepted={"other_level"})  # fmt: skip
    assert list(accepted.rows["level"].astype("str")) == ["district"] * 5 + ["town"]
    assert accepted.areas == 10


def test_words_for_a_level_that_nobody_knows_are_not_guessed() -> None:
    ledger = join(file(["T"], level="Stadt"), TWO_LEVELS, "district")
    assert (ledger.data_only, ledger.unmatched[0].why) == (1, "unknown_level")
    assert offered(ledger) == [("T", "other_level", "T")]


def test_codes_that_fit_another_level_better_are_asked_about() -> None:
    cells = file(["1", "2", "3"])
    ledger = join(cells, TWO_LEVELS, "district")
    assert outcomes(ledger) == ["ambiguous"] * 3
    assert ledger.unmatched[0].words == "these codes fit another level better"
    stated = join(cells, TWO_LEVELS, "district", kinds_accepted={"level_as_stated"})
    assert list(stated.rows["level"].astype("str")) == ["district"] * 3
    other = join(cells, TWO_LEVELS, "district", kinds_accepted={"other_level"})
    assert list(other.rows["level"].astype("str")) == ["part"] * 3


def test_names_settle_what_codes_leave_in_doubt() -> None:
    cells = file(["1", "2", "3"], place_name=["District 1", "District 2", "District 3"])
    assert join(cells, TWO_LEVELS, "district").matched == 3
    parts = file(["1", "2", "3"], place_name=["Part 1", "Part 2", "Part 3"])
    assert join(parts, TWO_LEVELS, "district").ambiguous == 3


# ---------------------------------------------------------------- boundary versions

OLD = {"a": "Alder", "b": "Birch", "s": "Slusemark", "m": "Mill", "n": "Nook"}
NOW = {"a": "Alder", "b": "Birch", "s1": "Sluseside", "s2": "Farrowmark", "mn": "Millnook"}
CROSSWALK = """from_id,to_id,weight,basis
s,s1,0.35,residents 2021
s,s2,0.65,residents 2021
m,mn,1,
n,mn,1,
"""
KINDS_OF_FIGURE = (
    {"indicator_id": "crimes", "measure": "count"},
    {"indicator_id": "share", "measure": "proportion"},
    {"indicator_id": "income", "measure": "median"},
)
BOTH = territory(
    areas("district", OLD, "old", "2010-01-01", "2021-12-31"),
    areas("district", NOW, "new", "2022-01-01", shift=0.0),
    indicators=KINDS_OF_FIGURE,
)
BRIDGE, _wrong = read_crosswalk("old__new.csv", CROSSWALK, BOTH.areas)
assert BRIDGE is not None
CROSSED = dict(
    known_crosswalks=[BRIDGE], kinds_accepted={"retired_code", "merged_code", "split_code"}
)


def test_areas_join_in_the_time_they_were_valid() -> None:
    ledger = join(file(["s", "s1"], period=["2021", "2022"]), BOTH, "district")
    assert ledger.matched == 2
    assert len(ledger.boundary_only) == 6
    assert [one.expected for one in ledger.versions] == ["old", "new"]


def test_an_area_of_another_time_waits_and_may_join_as_estimated() -> None:
    cells = file(["a", "s1", "s1"], period=["2021", "2021", "2023"])
    ledger = join(cells, BOTH, "district")
    assert outcomes(ledger) == ["matched", "data only", "matched"]
    assert ledger.unmatched[0].why == "not_of_this_time"
    accepted = join(cells, BOTH, "district", kinds_accepted={"outside_validity"})
    assert list(accepted.rows["estimated"]) == [False, True, False]


def test_an_empty_cell_of_another_time_costs_its_row_nothing() -> None:
    cells = file(["s1", "s1"], row=2, period=["2021", "2023"], number=[np.nan, 4.0])
    cells["text"] = ["", "4"]
    ledger = join(cells, BOTH, "district")
    assert (ledger.matched, ledger.waiting, ledger.unmatched) == (1, 0, ())
    assert outcomes(ledger) == ["data only", "matched"]


def test_a_file_of_another_boundary_version_is_recognised_and_stops() -> None:
    ledger = join(file(OLD), BOTH, "district")
    (seen,) = ledger.versions
    assert (seen.expected, seen.recognised, seen.other_version) == ("new", "old", True)
    assert dict(seen.shares) == {"old": 1.0, "new": 0.4}
    assert (ledger.version, ledger.matched, ledger.waiting) == ("old", 2, 3)


def test_one_code_of_another_version_does_not_make_a_file_of_it() -> None:
    ledger = join(file([*NOW, "s"]), BOTH, "district")
    assert (ledger.version, ledger.matched, ledger.waiting) == ("new", 5, 1)


def test_an_area_whose_border_changed_does_not_join_under_the_same_code() -> None:
    moved = territory(
        areas("district", OLD, "old", "2010-01-01", "2021-12-31"),
        areas("district", {"b": "Birch", **NOW}, "new", "2022-01-01"),
    )
    ledger = join(file(OLD), moved, "district")
    # "a" and "b" changed places.
    assert {one.place for one in ledger.unmatched if one.why == "border_changed"} == {"a", "b"}


def test_a_crosswalk_is_offered_and_crosses_sums() -> None:
    cells = file(OLD, number=[1.0, 2.0, 100.0, 10.0, 20.0])
    waiting = join(cells, BOTH, "district", known_crosswalks=[BRIDGE])
    assert offered(waiting)[0] == ("m", "merged_code", "mn")
    assert waiting.versions[0].crosswalk == "old__new"
    shared = next(one for one in waiting.unmatched if one.place == "s").suggestions[0]
    assert shared.words == ("s goes to s2 65%, s1 35%: a retired code: the area was shared out")
    ledger = join(cells, BOTH, "district", **CROSSED)  # type: ignore[arg-type]
    assert (ledger.matched, ledger.boundary_only) == (5, ())
    assert ledger.total_joined == ledger.total_in
    assert list(ledger.rows["crosswalk"].astype("str")) == ["", ""] + ["old__new"] * 3
    assert list(ledger.rows["estimated"]) == [False, False, True, True, True]


def test_a_place_is_shared_out_by_decision() -> None:
    ledger = join(
        file(["s"]), BOTH, "district", known_crosswalks=[BRIDGE], decisions={"s": SHARE_OUT}
    )
    assert ledger.matched == 1
    with pytest.raises(UnknownId, match="no crosswalk lists 'x'"):
        join(file(["x"]), BOTH, "district", decisions={"x": SHARE_OUT})


@pytest.mark.parametrize(
    ("measure", "roles", "why"),
    [
        ("income", ["value"], "never_crosses"),
        ("share", ["value"], "no_count"),
        ("share", ["count"], "no_count"),
        ("who knows", ["value"], "unknown_measure"),
        ("share", ["count", "denominator"], ""),
    ],
)
def test_only_counts_and_what_rests_on_them_cross(measure: str, roles: list[str], why: str) -> None:
    cells = file(["s"] * len(roles), row=2, measure=measure, role=roles)
    ledger = join(cells, BOTH, "district", **CROSSED)  # type: ignore[arg-type]
    assert (ledger.matched, [one.why for one in ledger.unmatched]) == (
        (1, []) if why == "" else (0, [why])
    )
    assert ledger.waiting == (why != "")


def test_a_merged_area_is_never_the_sum_of_what_there_is() -> None:
    ledger = join(file(["m", "s"]), BOTH, "district", **CROSSED)  # type: ignore[arg-type]
    assert outcomes(ledger) == ["data only", "matched"]
    assert ledger.unmatched[0].why == "part_missing"
    assert ledger.total_joined == 2.0


def test_a_share_does_not_arrive_on_top_of_an_areas_own_row() -> None:
    ledger = join(file(["s", "s1"]), BOTH, "district", **CROSSED)  # type: ignore[arg-type]
    assert outcomes(ledger) == ["duplicated", "duplicated"]
    assert ledger.waiting == 2


def test_an_old_version_known_from_a_crosswalk_alone_is_recognised() -> None:
    only_new = territory(areas("district", NOW, "new"), indicators=KINDS_OF_FIGURE)
    ledger = join(file(OLD), only_new, "district", known_crosswalks=[BRIDGE])
    assert ledger.version == "old"


# ---------------------------------------------------------------- laws

TEXTS = st.sampled_from(
    [*NAMES, *NAMES.values(), "1", "2", "1.0", "", "raval", "Staalwijk", "99", "T", "part"]
)
LINES = st.lists(
    st.tuples(
        TEXTS,
        st.sampled_from(["", "el Raval", "Springfield", "nobody"]),
        st.sampled_from(["", "district", "part", "somewhere"]),
        st.sampled_from(["2020", "2023", "2024-Q1", "", "never"]),
        st.sampled_from([1.0, 2.0, np.nan]),
        st.integers(2, 9),
    ),
    max_size=25,
)
KINDS_CHOSEN = st.sets(st.sampled_from([k for k in joining.KINDS if k not in joining.ONE_BY_ONE]))
WORLD = territory(
    areas("part", {"1": "Part", "T": "Springfield", "01": "Other"}),
    areas("district", NAMES, "old", "", "2021-12-31"),
    areas("district", {**NAMES, "2": "Two"}, "new", "2022-01-01"),
)


@given(
    LINES, KINDS_CHOSEN, st.dictionaries(TEXTS, st.sampled_from([LEAVE_OUT, "district/01", "10"]))
)
def test_the_ledger_always_adds_up(
    lines: list[tuple[str, str, str, str, float, int]], kinds: set[str], decisions: dict[str, str]
) -> None:
    cells = file([one[0] for one in lines])
    for number, name in enumerate(["place_name", "level", "period", "number", "row"], start=1):
        cells[name] = pd.Series([one[number] for one in lines], dtype=cells[name].dtype)
    ledger = join(cells, WORLD, "district", decisions=decisions, kinds_accepted=kinds)
    assert add_up(ledger)
    assert ledger.rows_in == cells["row"].nunique()
    assert ledger.total_in == np.nansum(cells["number"])
    joined = ledger.outcome == "matched"
    assert ledger.total_joined == np.nansum(cells["number"][joined])
    assert (ledger.rows["area_id"].astype("str") != "").equals(joined)
    assert ledger.waiting <= ledger.rows_in - ledger.matched
    placed = pd.concat([cells, ledger.rows[["level", "area_id"]].add_prefix("at_")], axis=1)[joined]
    figure = ["at_level", "at_area_id", "period", "measure", "role", "category"]
    assert not placed.duplicated(figure).any()
    assert ledger.as_dict()["rows_in"] == ledger.rows_in


@given(LINES)
def test_without_answers_only_exact_codes_and_names_join(
    lines: list[tuple[str, str, str, str, float, int]],
) -> None:
    cells = file([one[0] for one in lines])
    cells["place_name"] = pd.Series([one[1] for one in lines], dtype="str")
    ledger = join(cells, WORLD, "district")
    assert set(ledger.names["how"]) <= {"id", "name", "id and name"}
    for one in ledger.names.itertuples():
        assert one.place == one.area_id or (one.place == "" and one.place_name == one.area_name)


@settings(max_examples=20)
@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    cells = file(["01", "1", "02", "02", "Springfield", "x"])
    ledger = join(cells, TOWN, "district")
    shuffled = join(cells.iloc[order], TOWN, "district")
    assert shuffled.outcome.sort_index().astype("str").equals(ledger.outcome.astype("str"))


def test_an_empty_file_leaves_every_area_without_a_row() -> None:
    ledger = join(file([]), TOWN, "district")
    assert (ledger.rows_in, ledger.areas, len(ledger.boundary_only)) == (0, 8, 8)


def test_texts_may_be_categories() -> None:
    cells = file(["01", "1"])
    categories = {name: "category" for name in ("place", "place_name", "level", "period")}
    ledger = join(cells.astype(categories), TOWN, "district")
    assert outcomes(ledger) == ["matched", "data only"]


# ---------------------------------------------------------------- real files


@cache
def read_territory(folder: Path, *entries: Boundary) -> Territory:
    parts = []
    for entry in entries:
        found, _problems = read_boundary(folder / entry.file, entry)
        assert found is not None
        parts.append(pd.DataFrame(found))
    return territory(*parts)


def read_cells(
    path: Path, place: str, name: str, figures: Sequence[str], period: str = ""
) -> pd.DataFrame:
    """A file as it stands, a cell for each of its figure columns."""
    table = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    parts = [
        pd.DataFrame(
            {
                "row": range(2, len(table) + 2),
                "place": table[place] if place else "",
                "place_name": table[name] if name else "",
                "period": table.get(period, period or figure),
                "text": table[figure],
                "number": pd.to_numeric(table[figure], errors="coerce"),
            }
        )
        for figure in figures
    ]
    return pd.concat(parts, ignore_index=True)


LSOA = Boundary("london-2011-lsoa-gen20.shp", "lsoa", "LSOA11CD", "LSOA11NM")


def test_london_violence_has_a_row_for_all_but_six_areas(realdata: Path) -> None:
    london = read_territory(realdata / "london/boundaries", LSOA)
    years = [str(year) for year in range(2011, 2022)]
    path = realdata / "london/london-2011-2021-major-violence.csv"
    ledger = join(read_cells(path, "LSOA11CD", "LSOA11NM", years), london, "lsoa", rows_in=4829)
    assert (ledger.rows_in, ledger.matched, ledger.waiting) == (4829, 4829, 0)
    assert (ledger.areas, ledger.matched_areas) == (4835, 4829)
    assert ledger.boundary_only == (
        "E01000001", "E01000002", "E01000003", "E01000005", "E01032739", "E01032740",
    )  # fmt: skip
    totals = ledger.totals.set_index("period")["total_joined"]
    assert totals[["2011", "2012", "2014"]].tolist() == [129709, 127192, 153590]
    assert set(ledger.names["how"]) == {"id and name"}


def test_london_middle_areas_of_2011_stop_at_the_map_of_2021(realdata: Path) -> None:
    entry = Boundary("london-2021-msoa-gen20.shp", "msoa", "MSOA21CD", "MSOA21NM")
    london = read_territory(realdata / "london/boundaries", entry)
    path = realdata / "london/london-mid2020-pop.csv"
    cells = read_cells(path, "MSOA11CD", "", ["Persons_All-Ages"], "2020")
    summed = cells.groupby("place", as_index=False).agg(
        number=("number", "sum"), row=("row", "min")
    )
    ledger = join(summed.assign(period="2020"), london, "msoa")
    assert (ledger.rows_in, ledger.matched, ledger.data_only) == (983, 963, 20)
    assert (ledger.areas, len(ledger.boundary_only), ledger.waiting) == (1002, 39, 20)
    assert all(one.suggestions == () for one in ledger.unmatched)
    # Small areas as they stand are repeats of their middle area, and not added up unasked.
    whole = join(cells, london, "msoa")
    assert (whole.rows_in, whole.data_only, whole.duplicated) == (4835, 130, 4705)


def test_london_middle_areas_of_2011_are_recognised_when_both_maps_are_there(
    realdata: Path,
) -> None:
    new = Boundary(
        "london-2021-msoa-gen20.shp", "msoa", "MSOA21CD", "MSOA21NM", valid_from="2021-01-01"
    )
    london = read_territory(realdata / "london/boundaries", new)
    codes = pd.read_csv(realdata / "london/london-mid2020-pop.csv", dtype="str")["MSOA11CD"]
    old = pd.DataFrame(london.areas.iloc[:1]).assign(geometry=None, version="msoa_2011",
                                                     valid_from="", valid_to="2020-12-31")  # fmt: skip
    listed = pd.concat([old.assign(area_id=code, name=code) for code in codes.unique()])
    both = territory(pd.DataFrame(london.areas), listed)
    ledger = join(file(codes.unique(), period="2022"), both, "msoa")
    assert (ledger.version, ledger.versions[0].expected) == ("msoa_2011", new.version)
    assert ledger.waiting == 20


BARRIS = Boundary("barris.geojson", "barri", "BARRI", "NOM")


@pytest.mark.parametrize("year", range(2014, 2022))
def test_barcelona_rent_joins_once_leading_zeros_are_accepted(realdata: Path, year: int) -> None:
    barcelona = read_territory(realdata / "barcelona/boundaries", BARRIS)
    path = realdata / f"barcelona/lloguer/{year}_lloguer_preu_trim.csv"
    cells = read_cells(path, "Codi_Barri", "Nom_Barri", ["Preu"], "Trimestre")
    cells["period"] = f"{year}-Q" + cells["period"]
    cells["measure"] = pd.read_csv(path, dtype="str", encoding="utf-8-sig")["Lloguer_mitja"]
    ledger = join(cells, barcelona, "barri")
    assert (ledger.rows_in, ledger.matched, ledger.data_only) == (584, 512, 72)
    kinds = ledger.suggestions_by_kind
    assert {kind: len(offers) for kind, offers in kinds.items()} == {"leading_zeros": 9}
    joined = join(cells, barcelona, "barri", kinds_accepted={"leading_zeros"})
    assert (joined.matched, joined.waiting, joined.boundary_only) == (584, 0, ())
    assert joined.total_joined == joined.total_in


def test_barcelona_by_name_misses_one_neighbourhood_by_its_hyphen(realdata: Path) -> None:
    barcelona = read_territory(realdata / "barcelona/boundaries", BARRIS)
    path = realdata / "barcelona/lloguer/2022_lloguer_preu_trim.csv"
    table = read_cells(path, "", "Nom_Barri", ["Preu"], "Trimestre")
    cells = table.assign(period="2022-Q" + table["period"], row=table["row"])
    cells["measure"] = pd.read_csv(path, dtype="str", encoding="utf-8-sig")["Lloguer_mitja"]
    ledger = join(cells, barcelona, "barri")
    assert (ledger.rows_in, ledger.matched, ledger.data_only) == (438, 432, 6)
    ((one),) = ledger.unmatched
    assert [(offer.place, offer.kind, offer.name) for offer in one.suggestions] == [
        ("el Poble Sec", "punctuation", "el Poble-sec")
    ]


AUTHORITIES = Boundary("uk_lad_2019-generalised_005.geojson.gz", "lad", "lad19cd", "lad19nm")


def test_england_tenure_has_fourteen_retired_codes(realdata: Path) -> None:
    england = read_territory(realdata / "england/boundaries", AUTHORITIES)
    path = realdata / "england/tenure-households-lad.csv"
    figure = "Tenure: All categories: Tenure; measures: Value"
    ledger = join(read_cells(path, "geography code", "geography", [figure], "date"), england, "lad")
    assert (ledger.rows_in, ledger.matched, ledger.data_only) == (348, 334, 14)
    assert (ledger.areas, len(ledger.boundary_only)) == (382, 48)
    # Nothing may be accepted for all: their areas were merged, no name stands for the same area.
    assert set(ledger.suggestions_by_kind) == {"part_of_name"}
    assert not {"E06000028", "E07000205"} & set(ledger.names["place"])


def test_england_prices_by_name_only(realdata: Path) -> None:
    england = read_territory(realdata / "england/boundaries", AUTHORITIES)
    path = realdata / "england/England-annual-price-change-by-local-authority-2021-03.csv"
    cells = read_cells(path, "", "Local authorities", ["March 2021"], "2021-03")
    ledger = join(cells, england, "lad")
    assert (ledger.rows_in, ledger.matched, ledger.data_only) == (339, 302, 37)
    kinds = ledger.suggestions_by_kind
    assert [one.name for one in kinds["word_order"]] == [
        "Bristol, City of", "Kingston upon Hull, City of",
    ]  # fmt: skip
    assert {one.name for one in kinds["punctuation"]} == {
        "Bournemouth, Christchurch and Poole", "St. Helens",
    }  # fmt: skip


def test_london_wards_of_2011_survive_in_part(realdata: Path) -> None:
    entry = Boundary(
        "deprivation_index_london_2019_wards_sdf.geojson.gz", "ward", "ward_code", "ward_name"
    )
    london = read_territory(realdata / "london/gla", entry)
    path = realdata / "london/gla/london_ward2011_profiles2015.csv"
    ledger = join(read_cells(path, "GSS", "", ["population__2015"], "2015"), london, "ward")
    assert (ledger.rows_in, ledger.matched, ledger.data_only) == (625, 483, 142)
    assert (ledger.areas, len(ledger.boundary_only)) == (633, 150)
    assert not any(one.suggestions for one in ledger.unmatched)


def test_the_fates_of_all_rows_are_the_rows_of_the_file() -> None:
    here = territory(areas("district", NAMES))
    written = ["el raval", "Staalwick", "Hill & Moor", "Nowhere", "Elsewhere"]
    places = file(written, place_name=written)
    found = join(
        places, here, "district", decisions={"Nowhere": LEAVE_OUT}, kinds_accepted=["case"]
    )
    assert found.fates == {"exact": 2, "accepted": 1, "set_aside": 1, "waiting": 1}
    assert sum(found.fates.values()) == found.rows_in


def test_names_that_are_written_otherwise_are_told_from_those_that_are_not() -> None:
    here = territory(areas("district", NAMES))
    written = ["el raval", "el raval", "Staalwick", "Hill & Moor"]
    places = file(written, place_name=written)
    places["period"] = ["2023", "2024", "2024", "2024"]
    found = join(places, here, "district", kinds_accepted=["case"])
    assert found.differing[["place_name", "area_name", "how", "rows"]].to_numpy().tolist() == [
        ["el raval", "el Raval", "case", 2]
    ]
    assert len(found.names) == 3


def test_a_place_of_two_times_stands_once_in_the_ledger_of_names() -> None:
    old = areas("district", {"01": "Old Mill"}, "v1", valid_to="2021-12-31")
    new = areas("district", {"01": "Old Mill"}, "v2", valid_from="2022-01-01")
    places = file(["Old Mill"] * 3, place_name=["Old Mill"] * 3)
    places["period"] = ["2021", "2022", "2023"]
    found = join(places, territory(old, new), "district")
    assert found.names[["area_name", "rows"]].to_numpy().tolist() == [["Old Mill", 3]]


def test_a_code_behind_the_publishers_own_prefix_is_offered_and_never_joined_unseen() -> None:
    tracts = territory(areas("district", {"0600140": "One", "0600141": "Two", "600142": "Three"}))
    written = ["1400000US0600140", "2021A00050600141", "1206001400", "99600142", "US-9999999"]
    ledger = join(file(written), tracts, "district")
    assert offered(ledger) == [
        ("1400000US0600140", "before_code", "0600140"),
        ("2021A00050600141", "before_code", "0600141"),
    ]
    accepted = join(file(written), tracts, "district", kinds_accepted=["before_code"])
    assert outcomes(accepted) == ["matched", "matched", "data only", "data only", "data only"]
