"""Laws that every measure of many areas keeps, on the same table of areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from analysis.measures import classes, polarisation, rates, trends
from analysis.measures.similar import similar_areas

YEARS = list(range(8))
numbers = st.one_of(st.none(), st.integers(0, 200))


@st.composite
def areas(draw) -> pd.DataFrame:
    """Draw areas, some figures missing: count, denominator, and a count for each of 8 years."""
    size = draw(st.integers(3, 9))
    rows = [draw(st.tuples(*[numbers] * 9)) for _ in range(size)]
    frame = pd.DataFrame(rows, columns=["count", *YEARS], dtype="float64")
    frame["denominator"] = frame[["count", *YEARS]].max(axis=1).fillna(0) + 1
    labels = draw(st.lists(st.text("abcö ", min_size=1), min_size=size, max_size=size, unique=True))
    return frame.set_index(pd.Index(labels, name="area_id"))


def shares(frame: pd.DataFrame, confidence: float = 0.95) -> pd.DataFrame:
    limits = rates.wilson(frame["count"], frame["denominator"], confidence)
    return limits.assign(value=frame["count"] / frame["denominator"])


def classed(frame: pd.DataFrame) -> pd.Series:
    usual, clear = shares(frame), shares(frame, rates.CLEARLY)
    return rates.benchmark_class(
        usual["lower"], usual["upper"], clear["lower"], clear["upper"], 0.5, -1
    )


def block(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[YEARS]


def recent(frame: pd.DataFrame) -> pd.DataFrame:
    return trends.recent_trends(block(frame), block(frame) - 3, block(frame) + 3)


def observed(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "value": frame["count"], "count": frame["count"], "denominator": frame["denominator"],
            "sd": 1.0, "lower": np.nan, "upper": np.nan, "status": "observed",
        }
    )  # fmt: skip


MEASURES = {
    "wilson": lambda f: rates.wilson(f["count"], f["denominator"]),
    "byar": lambda f: rates.byar(f["count"], f["denominator"], 1000),
    "mean_interval": lambda f: rates.mean_interval(f["count"], 2.0, f["denominator"]),
    "intervals": lambda f: rates.intervals(observed(f), "rate", 1000, False),
    "compare": lambda f: rates.compare(shares(f)["lower"], shares(f)["upper"], 0.5).to_frame(),
    "benchmark_class": lambda f: classed(f).to_frame(),
    "quantile_groups": lambda f: rates.quantile_groups(f["count"], 3).to_frame(),
    "proportion_funnel": lambda f: rates.proportion_funnel(0.4, f["denominator"]),
    "rate_funnel": lambda f: rates.rate_funnel(40, f["denominator"], 1000),
    "recent_trends": recent,
    "long_trends": lambda f: trends.long_trends(block(f)),
    "direction": lambda f: trends.direction(recent(f)["label"], -1).to_frame(),
    "urgency": lambda f: trends.urgency(
        classed(f), trends.direction(recent(f)["label"], -1)
    ).to_frame(),
    "level_trend": lambda f: trends.level_trend(
        classed(f), trends.direction(recent(f)["label"], -1)
    ).to_frame(),
    "change": lambda f: trends.change(shares(f), shares(f.assign(count=f["denominator"]))),
    "ratio": lambda f: trends.ratio(shares(f), shares(f.assign(count=f["denominator"]))),
    "polarisations": lambda f: polarisation.polarisations(block(f)).to_frame(),
    "polarisation_intervals": lambda f: polarisation.polarisation_intervals(block(f), draws=100),
    "classify": lambda f: classes.classify(f["count"], "quantiles", 3).classes.to_frame(),
    "natural_breaks": lambda f: classes.classify(f["count"], "natural_breaks", 3).classes.to_frame(),
}  # fmt: skip


@pytest.mark.parametrize("name", MEASURES)
@given(frame=areas(), random=st.randoms(use_true_random=False))
@settings(max_examples=15)
def test_a_measure_keeps_index_and_input_and_permutes_with_its_areas(name, frame, random):
    given_ = frame.copy()
    found = MEASURES[name](frame)
    assert_frame_equal(frame, given_)
    assert found.index.equals(frame.index)
    order = random.sample(list(frame.index), len(frame))
    assert_frame_equal(MEASURES[name](frame.loc[order]), found.loc[order], check_freq=False)


@given(areas())
@settings(max_examples=20)
def test_what_is_missing_is_never_called_similar_or_unchanged(frame):
    absent = frame["count"].isna()
    assert set(classed(frame)[absent]) <= {"not assessed"}
    changed = trends.change(shares(frame), shares(frame))
    assert set(changed["label"][absent]) <= {"not assessed"}
    gap = frame[YEARS[-5:]].isna().any(axis=1)
    assert set(recent(frame)["reason"][gap]) <= {"too_few_years"}


@given(areas())
@settings(max_examples=20)
def test_a_figure_equal_to_its_benchmark_is_similar_and_to_itself_unchanged(frame):
    known = frame[frame["count"].notna()]
    usual, clear = shares(known), shares(known, rates.CLEARLY)
    same = rates.benchmark_class(
        usual["lower"], usual["upper"], clear["lower"], clear["upper"], usual["value"], +1
    )
    assert set(same) <= {"similar"}
    assert set(trends.change(usual, usual)["label"]) <= {"no significant change"}


@given(areas(), st.sampled_from([0.001, 100, 4096]))
@settings(max_examples=20)
def test_neither_class_nor_trend_nor_neighbour_depends_on_the_unit(frame, unit):
    usual, clear = shares(frame) * unit, shares(frame, rates.CLEARLY) * unit
    # 0.371 is no limit of so few cases: equality would turn on the last digit
    plain = rates.benchmark_class(
        *(shares(frame)[one] for one in ("lower", "upper")),
        *(shares(frame, rates.CLEARLY)[one] for one in ("lower", "upper")), 0.371, -1,
    )  # fmt: skip
    scaled = rates.benchmark_class(
        usual["lower"], usual["upper"], clear["lower"], clear["upper"], 0.371 * unit, -1
    )
    assert plain.tolist() == scaled.tolist()
    scaled_block = block(frame) * unit
    again = trends.recent_trends(scaled_block, scaled_block - 3 * unit, scaled_block + 3 * unit)
    near = (recent(frame)["chi_squared"] - trends.CRITICAL_CHI_SQUARED).abs() < 1e-6
    steep = recent(frame)["slope"].abs() > 1e-9
    kept = ~near & steep
    assert again["label"][kept].tolist() == recent(frame)["label"][kept].tolist()
    whole = block(frame).fillna(1.0)
    area = whole.index[0]
    one, other = similar_areas(whole, area, k=9), similar_areas(whole * unit, area, k=9)
    assert other.reason == one.reason
    assert other.nearest["distance"].to_dict() == pytest.approx(one.nearest["distance"].to_dict())
