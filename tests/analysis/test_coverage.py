"""Which sectors and provisions reach which area, areas in areas, and who may be counted."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from analysis import coverage
from analysis.attack import bounds_in_sums
from analysis.catalogue import Catalogue
from analysis.coverage import IN_PART, NONE, REACHED, Places
from analysis.disclosure import ProtectedView
from analysis.intake.release import territory_of
from analysis.measures.rates import NOT_ASSESSED
from analysis.settings import Level, Settings
from analysis.tables import PROVISIONS
from analysis.territory import Territory

LEVELS = (
    Level("town", "town", "towns"),
    Level("part", "part", "parts"),
    Level("district", "district", "districts"),
)
AREAS = (
    # level, area_id, parent_id, version; "P" is a part and, by the same id, a district in another.
    ("town", "T", "", "v2"),
    ("part", "P", "T", "v2"),
    ("part", "Q", "T", "v2"),
    ("district", "a", "P", "v2"),
    ("district", "b", "P", "v2"),
    ("district", "P", "Q", "v2"),
    ("district", "d", "Q", "v2"),
    ("district", "e", "", "v2"),
    ("district", "old", "Q", "v1"),
    ("district", "a", "P", "v1"),
    ("district", "b", "P", "v1"),
    ("district", "P", "Q", "v1"),
    ("district", "e", "", "v1"),
)


def territory(*, threshold: float = 5, essential: tuple[str, ...] = ()) -> Territory:
    """Two parts of a town, five districts, one of which lies in no part that anyone stated."""
    frame = pd.DataFrame(AREAS, columns=["level", "area_id", "parent_id", "version"])
    frame["name"] = frame["area_id"]
    frame["valid_from"] = frame["version"].map({"v1": "2015-01-01", "v2": "2022-01-01"})
    frame["valid_to"] = frame["version"].map({"v1": "2021-12-31", "v2": ""})
    frame.loc[frame["level"] != "district", "valid_from"] = ""
    frame["source"] = ""
    areas = gpd.GeoDataFrame(frame, geometry=[None] * len(frame), crs="EPSG:4326")
    settings = Settings(
        levels=LEVELS, count_threshold=threshold, essential_sectors=essential,
        sectors=(("police", "police"), ("youth", "youth work"), ("sport", "sport")),
    )  # fmt: skip
    return Territory(settings, Catalogue(pd.DataFrame()), areas)


def partners(*rows: tuple[str, str]) -> pd.DataFrame:
    """One partner a row: its sector and its areas."""
    frame = pd.DataFrame(rows, columns=["sector", "area_ids"])
    return frame.assign(partner_id=[f"X{one}" for one in range(len(frame))], network="formal")


def resources(*rows: tuple[str, str, str]) -> pd.DataFrame:
    """One resource a row: its type, its areas, its provisions."""
    return pd.DataFrame(rows, columns=["type", "area_ids", "provisions"]).assign(
        partner_id="", open_to_public=False
    )


def served(level: str, *listed: str) -> dict[str, float]:
    """How far the areas of a level are in a list, by id."""
    places = Places(territory(), level)
    return dict(zip(places.names.index, places.served(listed), strict=True))


# ---------------------------------------------------------------- areas in areas


def test_who_serves_all_serves_every_area_of_every_level() -> None:
    for level in ("town", "part", "district"):
        assert set(served(level, "all").values()) == {1.0}


def test_who_does_not_say_where_is_nowhere_assessed() -> None:
    assert np.isnan(list(served("district").values())).all()


def test_who_serves_a_part_serves_the_districts_in_it_and_nobody_knows_of_an_unplaced_one() -> None:
    found = served("district", "Q")
    assert (found["P"], found["d"], found["a"], found["b"]) == (1.0, 1.0, 0.0, 0.0)
    assert np.isnan(found["e"]), "a district without a stated part may lie in it"


def test_what_is_alone_on_its_level_holds_everything() -> None:
    assert set(served("district", "T").values()) == {1.0}


def test_an_id_of_two_levels_is_read_as_the_smaller_area() -> None:
    assert served("district", "P") == {"P": 1.0, "a": 0.0, "b": 0.0, "d": 0.0, "e": 0.0}
    assert served("part", "P") == {"P": 0.0, "Q": 0.5}


def test_a_part_is_reached_in_part_until_all_its_districts_are() -> None:
    assert served("part", "a") == {"P": 0.5, "Q": 0.0}
    assert served("part", "a", "b") == {"P": 1.0, "Q": 0.0}
    assert served("town", "a", "b") == {"T": 0.5}


def test_an_area_that_is_gone_leaves_open_which_of_its_successors_is_meant() -> None:
    found = served("district", "old", "a")
    assert np.isnan(found["d"]), "the district that came when the old one went"
    assert (found["a"], found["b"], found["P"], found["e"]) == (1.0, 0.0, 0.0, 0.0)


def test_an_id_that_nobody_knows_leaves_everything_else_open() -> None:
    found = served("district", "elsewhere", "a")
    assert found.pop("a") == 1.0
    assert np.isnan(list(found.values())).all()


# ---------------------------------------------------------------- sectors


def test_each_cell_is_reached_in_part_none_or_not_assessed_with_how_many() -> None:
    here = territory(essential=("police", "youth"))
    found = coverage.sector_coverage(
        partners(("police", "all"), ("police", "a b"), ("sport", "a")), here, "part"
    )
    assert list(found.states) == ["police", "youth", "sport"], "essential first, then who is there"
    assert list(found.states["police"]) == [REACHED, REACHED]
    assert dict(found.counts["police"]) == {"P": 2, "Q": 1}
    assert list(found.states["youth"]) == [NONE, NONE]
    assert dict(found.states["sport"]) == {"P": IN_PART, "Q": NONE}
    assert found.missing == ("youth",)


def test_partners_who_share_a_part_reach_it_together() -> None:
    found = coverage.sector_coverage(
        partners(("police", "a"), ("police", "b")), territory(), "part"
    )
    assert found.states.at["P", "police"] == REACHED
    assert found.counts.at["P", "police"] == 2


def test_a_partner_who_does_not_say_where_makes_a_gap_not_assessed_never_reached() -> None:
    found = coverage.sector_coverage(
        partners(("police", "a"), ("police", "")), territory(essential=("police",)), "district"
    )
    assert found.states.at["a", "police"] == REACHED
    assert set(found.states["police"].drop("a")) == {NOT_ASSESSED}
    assert found.counts.at["b", "police"] == 0


def test_without_any_partner_nothing_is_assessed_and_no_sector_called_missing() -> None:
    found = coverage.sector_coverage(partners(), territory(essential=("police",)), "district")
    assert set(found.states["police"]) == {NOT_ASSESSED}
    assert found.missing == ()


@tries(max_examples=40)
@given(st.lists(st.sampled_from(["T", "P", "Q", "a", "b", "d", "e"]), max_size=6))
def test_one_more_area_never_takes_reach_away(listed: list[str]) -> None:
    for level in ("part", "district"):
        places = Places(territory(), level)
        before = places.served(listed or ["a"])
        after = places.served([*(listed or ["a"]), "d"])
        known = ~np.isnan(before) & ~np.isnan(after)
        assert (after[known] >= before[known]).all()


def test_essential_sectors_of_each_area_add_up() -> None:
    here = territory(essential=("police", "youth"))
    found = coverage.sector_coverage(partners(("police", "a"), ("youth", "")), here, "district")
    counted = coverage.essential_reached(found)
    assert (counted.sum(axis=1) == 2).all()
    assert dict(counted.loc["a"]) == {"reached": 1, "in_part": 0, "none": 0, "not_assessed": 1}


# ---------------------------------------------------------------- provisions, roles


def test_a_role_is_never_a_place_and_what_residents_provide_behind_a_door_is_one() -> None:
    table = pd.DataFrame(
        {
            "type": ["role", "sport", "advice", "library", "sport"],
            "open_to_public": [True, False, False, True, False],
            "provisions": ["communities", "mentors", "helpline", "online", ""],
            "partner_id": ["", "I", "F", "I", "I"],
            "longitude": 4.0, "latitude": 55.0,
        }
    )  # fmt: skip
    who = pd.DataFrame({"partner_id": ["I", "F"], "network": ["informal", "formal"]})
    assert list(coverage.roles(table, who)) == [True, True, False, False, False]
    assert list(coverage.open_places(table)["type"]) == ["library"]
    assert coverage.open_places(table.assign(longitude=np.nan)).empty


def test_the_nine_kinds_of_provision_are_all_there_and_two_kinds_of_one_place_both_count() -> None:
    found = coverage.provision_coverage(
        resources(("advice", "a", "helpline online")), territory(), "district"
    )
    assert tuple(found.states) == PROVISIONS
    assert found.states.loc["a", ["helpline", "online", "mentors"]].tolist() == [
        REACHED, REACHED, NONE,
    ]  # fmt: skip


def test_few_roles_are_hidden_many_are_shown_and_none_is_zero() -> None:
    rows = [("role", "a", "communities")] * 6 + [("role", "b", "communities")] * 2
    found = coverage.protected_roles(resources(*rows), territory())
    own = found[coverage.BRIDGES]
    assert np.isnan(own["district", "b"])
    assert own["district", "d"] == 0
    assert (found[coverage.MENTORS] == 0).all(), "there are none, and that may be said"


def test_a_hidden_role_does_not_follow_from_the_count_around_it() -> None:
    """Part P holds 8 roles, 6 of them in a: shown beside each other they would tell of b."""
    rows = [("role", "a", "mentors")] * 6 + [("role", "b", "mentors")] * 2
    found = coverage.protected_roles(resources(*rows), territory())[coverage.MENTORS]
    assert np.isnan(found["district", "b"])
    assert np.isnan(found[[("part", "P"), ("district", "a")]]).any()


@tries(max_examples=25)
@given(st.lists(st.integers(0, 12), min_size=5, max_size=5))
def test_no_sum_gives_a_hidden_count_back(numbers: list[int]) -> None:
    here = territory()
    ids = list(here.areas_of("district").index)
    rows = [("role", one, "") for one, n in zip(ids, numbers, strict=True) for _ in range(n)]
    found = coverage.protected_roles(resources(*rows), here)[coverage.BRIDGES]
    index = found.index
    sums = coverage._sums(here, index)
    true = coverage.protected_roles(resources(*rows), territory(threshold=0))[coverage.BRIDGES]
    hidden = found.isna().to_numpy()
    if hidden.any():
        inner = sums[:, hidden]
        bounds = bounds_in_sums(inner, inner @ true.to_numpy()[hidden], minimum=1, whole=True)
        assert (bounds["upper"] - bounds["lower"] >= 5 - 1e-6).all()
    assert (found.dropna() == true[~hidden]).all()


# ---------------------------------------------------------------- the fictional town


def test_no_youth_work_in_two_districts_and_no_probation_anywhere(demo_view: ProtectedView) -> None:
    here = territory_of(demo_view)
    found = coverage.sector_coverage(demo_view.table("partners"), here, "district")
    states = found.states
    assert set(states.index[states["youth_work"] == NONE]) == {"MH09", "MH16"}
    assert found.missing == ("probation",)
    rest = [one for one in found.essential if one not in ("youth_work", "probation")]
    assert (states[rest] == REACHED).all(axis=None)


def test_no_youth_work_is_where_its_reach_does_not_apply(
    demo_view: ProtectedView,
) -> None:
    rows = demo_view.values("youth_centre_reach", level="district", period="2024")
    found = coverage.sector_coverage(
        demo_view.table("partners"), territory_of(demo_view), "district"
    )
    without = found.states.index[found.states["youth_work"] == NONE]
    assert set(rows.index[rows["status"] == "not_applicable"]) == set(without)


def test_housing_and_residents_work_jointly_in_one_district(demo_view: ProtectedView) -> None:
    found = coverage.joint_work(
        demo_view.table("partners"), demo_view.table("ties"), territory_of(demo_view),
        "district",
    )  # fmt: skip
    housing = found.states["housing"]
    assert set(housing.index[housing == REACHED]) == {"MH12"}


def test_bridge_builders_are_counted_under_protection(demo_view: ProtectedView) -> None:
    table = demo_view.table("resources")
    shut = table[coverage.roles(table, demo_view.table("partners"))]
    assert set(shut["name"]) == {
        "Bridge builders", "Caretaker team", "Night hosts", "Parent coaches",
    }  # fmt: skip
    found = coverage.protected_roles(shut, territory_of(demo_view))[coverage.BRIDGES]
    districts = found.loc["district"]
    assert set(districts.index[districts.isna()]) == {
        "MH04", "MH06", "MH07", "MH12", "MH15", "MH17",
    }  # fmt: skip
    assert np.isnan(found["municipality", "MH"])


def test_what_is_handed_in_stays_as_it_was(demo_view: ProtectedView) -> None:
    here = territory_of(demo_view)
    table, who = demo_view.table("resources"), demo_view.table("partners")
    before = table.copy(), who.copy()
    coverage.provision_coverage(table, here, "part")
    coverage.sector_coverage(who, here, "part")
    coverage.protected_roles(table[coverage.roles(table, who)], here)
    pd.testing.assert_frame_equal(table, before[0])
    pd.testing.assert_frame_equal(who, before[1])
