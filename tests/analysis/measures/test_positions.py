"""Where partners stand: in their wedge and band, each on its own spot, and there they stay."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import tables
from analysis.errors import InputError
from analysis.measures import positions

SECTORS = tuple(tables.SECTORS)


def town(n: int, seed: int = 1) -> tuple[pd.DataFrame, pd.Series, pd.DataFrame]:
    """Partners, how many partners each has, and how large their names are; the first n of many."""
    random = np.random.default_rng(seed)
    sector = random.choice(SECTORS, 600, p=random.dirichlet(np.full(len(SECTORS), 2)))
    degree = np.minimum(random.pareto(1.3, 600) * 2, 60).astype(int)
    ids = [f"P{one}" for one in range(600)]
    partners = pd.DataFrame({"partner_id": ids, "sector": sector})[:n]
    labels = pd.DataFrame({"width": random.uniform(0.15, 0.36, 600), "height": 0.07}, index=ids)
    return partners, pd.Series(degree, index=ids)[:n], labels


def placed(n: int, previous: pd.DataFrame | None = None) -> pd.DataFrame:
    partners, degree, labels = town(n)
    around = positions.wedges(partners, SECTORS, tables.ESSENTIAL_SECTORS)
    return positions.target(partners, degree, around, labels, previous)


@pytest.mark.parametrize("n", [1, 3, 25, 150])
def test_everybody_stands_in_their_wedge_and_band(n):
    partners, degree, _ = town(n)
    around = positions.wedges(partners, SECTORS, tables.ESSENTIAL_SECTORS)
    kinds, number = positions.bands(degree)
    places = placed(n)
    assert places["band"].tolist() == number.tolist()
    where = positions.polar(places)
    for one, sector in partners.itertuples(index=False):
        inner, outer = kinds.within(number[one])
        assert inner <= where.loc[one, "radius"] <= outer
        assert around.loc[sector, "start"] <= where.loc[one, "angle"] <= around.loc[sector, "end"]


@pytest.mark.parametrize("n", [25, 150])
def test_no_two_partners_stand_on_one_spot(n):
    places = placed(n)[["x", "y"]].to_numpy()
    apart = np.hypot(*(places[:, None] - places[None, :]).transpose(2, 0, 1))
    assert apart[np.triu_indices(n, 1)].min() > 0.03


def test_the_same_partners_get_the_same_places():
    pd.testing.assert_frame_equal(placed(40), placed(40))


def test_a_new_partner_moves_nobody_while_the_wedges_have_room():
    # The eighth of a sector stands where room for nine is kept.
    partners = pd.DataFrame({"partner_id": list("abcdefgh"), "sector": ["x"] * 7 + ["y"]})
    more = pd.concat([partners, pd.DataFrame({"partner_id": ["new"], "sector": ["x"]})])
    degree = pd.Series([9, 1, 4, 2, 2, 0, 3, 2, 5], index=[*"abcdefgh", "new"])
    labels = pd.DataFrame({"width": 0.3, "height": 0.09}, index=degree.index)
    before, after = (
        positions.target(one, degree[one["partner_id"]], positions.wedges(one, "xy"), labels)
        for one in (partners, more)
    )
    pd.testing.assert_frame_equal(after.loc[before.index], before)


def test_wherever_its_row_is_a_new_partner_moves_nobody_known():
    before = placed(60)
    partners, degree, labels = town(61)
    first = pd.concat([partners.iloc[[-1]], partners.iloc[:-1]])
    around = positions.wedges(partners.iloc[:-1], SECTORS, tables.ESSENTIAL_SECTORS)
    after = positions.target(first, degree, around, labels, previous=before)
    pd.testing.assert_frame_equal(after.loc[before.index], before)


def test_who_changes_the_band_moves_and_nobody_else_does():
    before = placed(60)
    partners, degree, labels = town(60)
    around = positions.wedges(partners, SECTORS, tables.ESSENTIAL_SECTORS)
    one = degree.index[degree == 0][0]
    after = positions.target(partners, degree.where(degree.index != one, 4), around, labels, before)
    moved = after.index[(after[["x", "y"]] != before[["x", "y"]]).any(axis=1)]
    assert list(moved) == [one]


def test_a_partner_that_leaves_moves_nobody_who_is_known():
    before = placed(60)
    partners, degree, labels = town(60)
    rest = partners.drop(index=7)
    around = positions.wedges(partners, SECTORS, tables.ESSENTIAL_SECTORS)
    after = positions.target(rest, degree, around, labels, previous=before)
    pd.testing.assert_frame_equal(after, before.loc[rest["partner_id"]])


@given(st.lists(st.integers(0, 400), min_size=1, max_size=30))
def test_each_number_of_partners_lies_within_the_limits_of_its_band(counts):
    degree = pd.Series(counts)
    kinds, number = positions.bands(degree)
    for count, band in zip(counts, number, strict=True):
        fewest, most = kinds.limits[band]
        assert fewest <= count <= most
    assert list(kinds.edges) == sorted(kinds.edges, reverse=True)
    assert len(kinds.edges) == len(kinds.limits) + 1


def test_wedges_fill_the_circle_and_show_essential_sectors_without_a_partner():
    partners = pd.DataFrame({"partner_id": list("abc"), "sector": ["police", "police", "own"]})
    around = positions.wedges(partners, SECTORS, ["probation"])
    assert list(around.index) == ["police", "probation", "own"]
    assert around["partners"].tolist() == [2, 0, 1]
    assert around["start"].iloc[0] == positions.GAP / 2
    assert around["end"].iloc[-1] == pytest.approx(360 - positions.GAP / 2)
    assert (around["start"].iloc[1:].to_numpy() == around["end"].iloc[:-1].to_numpy()).all()


def test_a_circle_has_one_place_for_each_and_keeps_it():
    partners, degree, _ = town(30)
    around = positions.wedges(partners, SECTORS)
    places = positions.circular(partners, degree, around)
    where = positions.polar(places)
    assert np.ptp(where["radius"]) < 1e-9
    assert where["angle"].round(6).is_unique
    fewer = positions.circular(partners[:29], degree, around)
    pd.testing.assert_frame_equal(places.loc[fewer.index], fewer)


def test_forces_leave_isolates_and_known_partners_where_they_are():
    start = placed(20)
    ids = list(start.index)
    ties = pd.DataFrame({"from": ids[:17], "to": ids[1:18]})
    drawn = positions.force(ties, start)
    pd.testing.assert_frame_equal(drawn, positions.force(ties, start))
    pd.testing.assert_frame_equal(drawn.loc[ids[18:]], start.loc[ids[18:]])
    assert (np.hypot(drawn["x"], drawn["y"]) <= 1).all()
    known = drawn.drop(index=ids[3])
    again = positions.force(ties, start, previous=known)
    pd.testing.assert_frame_equal(again.loc[known.index], known)


def test_partners_nothing_is_known_of_are_named():
    partners, degree, labels = town(3)
    around = positions.wedges(partners, SECTORS)
    with pytest.raises(InputError, match="degree: nothing about 'P2'; hand in a row for it"):
        positions.target(partners, degree[:2], around, labels)
