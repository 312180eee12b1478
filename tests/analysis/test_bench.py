"""Both ways of the bench protect a town, and what they leave is attacked; no timing here."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import bench
from analysis.bench import LIMIT, cell_by_cell, check, groundwork, newest, protected_input, table
from analysis.errors import GroundworkError
from tests.analysis.conftest import NineSquares

CALLS = {"2023": [14, 22, 31, 17, 25, 28, 19, 33, 41], "2024": [3, 21, 30, 12, 24, 1, 18, 32, 0]}


@pytest.fixture
def town(nine: NineSquares) -> NineSquares:
    nine.observe(*(f"district,D{n + 1},incidents,{year},{count},"
                   for year, counts in CALLS.items() for n, count in enumerate(counts)))  # fmt: skip
    return nine


def test_both_ways_hide_the_small_counts_and_as_many_more_as_it_takes(town: NineSquares) -> None:
    here, series = protected_input(town.path)
    one = newest(here, series["incidents"])
    assert len(one.counts) == 10, "nine squares and the town"
    assert one.sums.shape == (1, 10)
    for way in (groundwork, cell_by_cell):
        hidden = way(one)
        assert check(one, hidden) == (2, 3)
        assert one.counts[hidden].tolist() == [3, 12, 1]


def test_a_small_count_that_is_shown_or_known_is_a_fault(town: NineSquares) -> None:
    here, series = protected_input(town.path)
    one = newest(here, series["incidents"])
    with pytest.raises(GroundworkError, match="2 small counts are shown"):
        check(one, np.zeros(10, dtype=bool))
    with pytest.raises(GroundworkError, match="2 hidden counts can be worked out"):
        check(one, (one.counts > 0) & (one.counts < LIMIT))


def test_a_total_of_more_than_its_parts_is_no_sum(town: NineSquares) -> None:
    here, series = protected_input(town.path)
    frame = series["incidents"]
    more = frame.assign(count=frame["count"] + 50 * (frame["level"] == "town"))
    assert table(here, more).sums.shape[0] == 0


def test_a_total_and_its_only_part_are_hidden_together_by_both(nine: NineSquares) -> None:
    nine.observe("district,D1,incidents,2024,1,", "town,T,incidents,2024,1,",
                 *(f"district,D{n},incidents,2024,0," for n in range(2, 10)))  # fmt: skip
    here, series = protected_input(nine.path)
    one = newest(here, series["incidents"])
    assert check(one, cell_by_cell(one)) == check(one, groundwork(one)) == (2, 2)


def test_where_nothing_is_left_to_hide_cell_by_cell_says_so(town: NineSquares) -> None:
    here, series = protected_input(town.path)
    one = newest(here, series["incidents"])
    few = one.rows.assign(count=np.where(one.counts == 3, 3, 0))
    with pytest.raises(GroundworkError, match="nothing is left to hide"):
        cell_by_cell(one._replace(rows=few))


def test_the_bench_prints_both_ways(town: NineSquares, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(str(town.path)) == 0
    said = capsys.readouterr().out
    assert "20 counts of 1 indicators, 2 small: 3 hidden in" in said
    assert "no hidden count known within less than 5" in said


def test_a_territory_without_counts_is_an_error(
    nine: NineSquares, capsys: pytest.CaptureFixture[str]
) -> None:
    nine.observe("district,D1,mood,2024,7.1", columns="level,area_id,indicator_id,period,value")
    assert bench.main(str(nine.path)) == 1
    assert "no counts; name the folder of another territory" in capsys.readouterr().err
