"""Agreement and polarisation of ordinal answers."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import GroundworkError, InputError
from analysis.measures.polarisation import (
    agreement,
    polarisation,
    polarisation_intervals,
    polarisations,
)

scales = st.integers(2, 8).flatmap(
    lambda k: st.lists(st.integers(0, 60), min_size=k, max_size=k).filter(any)
)
five = st.lists(st.integers(0, 40), min_size=5, max_size=5)


def by_hand(frequencies):
    """Van der Eijk's algorithm as he writes it, triple by triple."""
    rest, total, result = list(map(float, frequencies)), float(sum(frequencies)), 0.0
    k = len(rest)
    while any(one > 0 for one in rest):
        pattern = [one > 0 for one in rest]
        height = min(one for one in rest if one > 0)
        ones = sum(pattern)
        together = apart = 0
        for i in range(k):
            for j in range(i + 1, k):
                for m in range(j + 1, k):
                    triple = (pattern[i], pattern[j], pattern[m])
                    together += triple in ((True, True, False), (False, True, True))
                    apart += triple == (True, False, True)
        if ones == 1:
            u = 1.0
        elif ones == k:
            u = 0.0
        else:
            u = ((k - 2) * together - (k - 1) * apart) / ((k - 2) * (together + apart))
        result += u * (1 - (ones - 1) / (k - 1)) * height * ones / total
        rest = [one - height if one > 0 else 0.0 for one in rest]
    return result


def test_the_published_distribution_has_its_published_agreement():
    assert agreement([30, 40, 210, 130, 530, 50, 10]) == pytest.approx(0.6113333, abs=5e-8)


def test_unanimity_uniformity_and_two_extremes_are_the_three_landmarks():
    for k in (3, 5, 7, 11):
        one, ends = np.zeros(k), np.zeros(k)
        one[1], ends[[0, -1]] = 9, 9
        assert (agreement(one), polarisation(one)) == (1, 0)
        assert (agreement(np.full(k, 9)), polarisation(np.full(k, 9))) == (0, 0.5)
        assert (agreement(ends), polarisation(ends)) == pytest.approx((-1, 1))


@given(scales)
@settings(max_examples=80, deadline=None)
def test_it_is_van_der_eijks_algorithm(frequencies):
    assert agreement(frequencies) == pytest.approx(by_hand(frequencies), abs=1e-12)


@given(scales, st.floats(0.01, 100))
@settings(max_examples=60, deadline=None)
def test_scale_of_counts_and_direction_of_answers_do_not_matter(frequencies, unit):
    expected = agreement(frequencies)
    assert -1 - 1e-12 <= expected <= 1 + 1e-12
    assert agreement(np.array(frequencies) * unit) == pytest.approx(expected, abs=1e-9)
    assert agreement(frequencies[::-1]) == pytest.approx(expected, abs=1e-12)


def test_a_scale_beyond_the_table_of_patterns_agrees_with_the_algorithm():
    frequencies = [3, 0, 4, 1, 0, 0, 7, 2, 2, 0, 1, 0, 5, 3]
    assert agreement(frequencies) == pytest.approx(by_hand(frequencies))


@given(st.lists(five, min_size=1, max_size=8))
@settings(max_examples=40, deadline=None)
def test_areas_are_treated_apart_and_keep_their_index(rows):
    index = pd.Index([f"area {row}" for row in range(len(rows))], name="area_id")
    frame = pd.DataFrame(rows, index=index)
    kept = frame.copy()
    result = polarisations(frame)
    assert result.index.equals(index)
    for value, row in zip(result, rows, strict=True):
        assert value == pytest.approx(polarisation(row), nan_ok=True)
    pd.testing.assert_series_equal(polarisations(frame.iloc[::-1]), result.iloc[::-1])
    pd.testing.assert_frame_equal(frame, kept)


def test_no_answers_and_missing_answers_are_missing():
    assert np.isnan(agreement([0, 0, 0]))
    assert np.isnan(polarisation([5, np.nan, 5]))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: agreement([5]), "1 possible answers; it needs two or more"),
        (lambda: agreement([[5, 5]]), "frequencies have 2 dimensions"),
        (lambda: agreement([5, -1]), r"frequencies: negative; they start at 0 \(row 0: -1\)"),
        (lambda: agreement([5, np.inf]), "frequencies: infinite"),
        (lambda: polarisation_intervals(pd.DataFrame([[20, 20]]), draws=10), "10 draws are too few"),
    ],
)  # fmt: skip
def test_impossible_input_is_an_error_in_words(call, message):
    with pytest.raises(GroundworkError, match=message):
        call()


def test_negative_frequencies_name_their_area():
    with pytest.raises(InputError, match="row 'b': -3"):
        polarisations(pd.DataFrame({"no": [1, -3], "yes": [1, 2]}, index=["a", "b"]))


def answers() -> pd.DataFrame:
    return pd.DataFrame(
        [[10, 5, 5, 5, 10], [2, 3, 20, 3, 2], [6, 6, 6, 6, 5], [0, 0, 0, 0, 0], [9, 9, np.nan, 9, 9]],
        index=pd.Index(list("abcde"), name="area_id"),
    )  # fmt: skip


def test_fewer_than_thirty_answers_are_not_shown():
    result = polarisation_intervals(answers())
    assert result.reason.tolist() == ["", "", "too_few_answers", "too_few_answers", "missing"]
    shown = result.reason == ""
    assert (result[["value", "lower", "upper"]].notna().all(axis=1) == shown).all()
    assert (result[["value", "lower", "upper"]].isna().all(axis=1) == ~shown).all()
    assert result.answers.tolist()[:4] == [35, 30, 29, 0]


def test_an_interval_depends_on_nothing_but_seed_and_own_counts():
    frame = answers()
    result = polarisation_intervals(frame)
    pd.testing.assert_frame_equal(polarisation_intervals(frame), result)
    pd.testing.assert_frame_equal(polarisation_intervals(frame.iloc[::-1]), result.iloc[::-1])
    pd.testing.assert_frame_equal(polarisation_intervals(frame.loc[["b"]]), result.loc[["b"]])
    other = polarisation_intervals(frame, seed=1)
    assert other.loc["a"].tolist() != result.loc["a"].tolist()


def test_intervals_nest_by_confidence_and_narrow_with_answers():
    usual, clear = polarisation_intervals(answers()), polarisation_intervals(answers(), 0.998)
    shown = ["a", "b"]
    assert (clear.lower[shown] <= usual.lower[shown]).all()
    assert (clear.upper[shown] >= usual.upper[shown]).all()
    more = polarisation_intervals(answers() * 100)
    assert (more.upper[shown] - more.lower[shown] < (usual.upper - usual.lower)[shown] / 5).all()
    assert (more.lower[shown] <= more.value[shown]).all()
    assert (more.value[shown] <= more.upper[shown]).all()


def test_unanimous_answers_have_an_interval_of_width_0():
    row = polarisation_intervals(pd.DataFrame([[0, 40, 0]])).loc[0]
    assert (row["value"], row["lower"], row["upper"]) == (0, 0, 0)


def test_weighted_counts_are_drawn_as_whole_answers():
    row = polarisation_intervals(pd.DataFrame([[20.4, 10.3, 20.6]])).loc[0]
    assert row["lower"] < row["value"] < row["upper"]
