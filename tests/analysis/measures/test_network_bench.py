"""The measures of a network come to what networkx comes to; no timing here."""

from __future__ import annotations

import pytest

from analysis.errors import GroundworkError
from analysis.measures import network_bench as bench


@pytest.fixture(scope="module")
def results():
    found, _seconds = bench.both_ways(*bench.seeded(40))
    return found


def test_measures_and_networkx_come_to_the_same(results):
    fast, slow = results
    bench.check_equal(fast, slow)
    assert fast["cut_point"].sum() > 0
    assert fast["fragmentation"].notna().sum() == fast["cut_point"].sum()
    assert (fast[list(bench.network.ROLES)].sum() > 0).all()


def test_a_difference_is_named(results):
    fast, slow = results
    other = slow.assign(betweenness=slow["betweenness"] + 0.1)
    with pytest.raises(
        GroundworkError, match="'betweenness' differs in 40 partners, first in p000"
    ):
        bench.check_equal(fast, other)


def test_the_seeded_network_is_the_same_each_time_and_of_the_size_promised():
    partners, ties = bench.seeded()
    assert len(partners) == 500
    assert len(ties) > 1_500
    assert ties.equals(bench.seeded()[1])
    assert not ties["from"].eq(ties["to"]).any()
