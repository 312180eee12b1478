"""The measures come to what a plain loop over scipy and statsmodels comes to; no timing here."""

from __future__ import annotations

import sys

import numpy as np
import pandas as pd
import pytest

from analysis.errors import GroundworkError
from analysis.measures import bench


@pytest.fixture(scope="module")
def rows():
    made = bench.seeded(areas=12)
    made.loc[made.index[::37], "count"] = np.nan
    return made


def test_measures_and_loop_come_to_the_same(rows):
    (fast, slow), _ = bench.both_ways(rows)
    bench.check_equal(fast, slow)
    figures, moved = fast
    assert set(figures["class_"]) == {
        "clearly_better", "better", "similar", "worse", "clearly_worse", "not assessed"}  # fmt: skip
    assert {"increasing", "decreasing", "no significant change"} <= set(moved["label"])


def test_a_difference_is_named(rows):
    figures, moved = bench.with_measures(rows)
    other = figures.assign(upper=figures["upper"] * 1.001)
    with pytest.raises(GroundworkError, match=r"'upper' differs in \d+ rows, first in 1: "):
        bench.check_equal((figures, moved), (other, moved))
    with pytest.raises(GroundworkError, match="'label' differs in 60 rows"):
        bench.check_equal((figures, moved), (figures, moved.assign(label="other")))


def test_the_seeded_table_has_the_size_of_london():
    made = bench.seeded()
    assert len(made) == 4835 * 5 * 11
    pd.testing.assert_frame_equal(bench.seeded(areas=3), bench.seeded(areas=3))


def test_without_statsmodels_the_bench_says_what_to_install(monkeypatch, capsys, tmp_path):
    monkeypatch.setitem(sys.modules, "statsmodels.regression.linear_model", None)
    monkeypatch.setenv("GROUNDWORK_REALDATA", str(tmp_path / "none"))
    monkeypatch.setattr(bench, "seeded", lambda: made)
    made = bench.pd.DataFrame(
        {
            "offence": ["a"],
            "area_id": ["b"],
            "period": ["2020"],
            "count": [1.0],
            "denominator": [9.0],
        }
    )
    assert bench.main() == 1
    told = capsys.readouterr()
    assert "no real data" in told.out
    assert told.err == (
        "error: statsmodels is not installed; the bench compares with it:"
        " pip install -r requirements-dev.txt\n"
    )
