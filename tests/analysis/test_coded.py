"""Coded frames sort, group and find by number what their texts say."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.coded import coded, combined, positions, under_each_other, written

TEXTS = st.lists(st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "x", "é"])), max_size=12)


def frame(pairs: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["one", "two"], dtype="str")


@given(TEXTS)
def test_writing_out_gives_back_what_was_coded(pairs):
    rows = frame(pairs)
    pd.testing.assert_frame_equal(written(coded(rows)), rows)


def test_a_cell_without_a_text_stays_without():
    rows = pd.DataFrame({"one": ["b", None, "a"]}, dtype="str")
    assert coded(rows)["one"].isna().tolist() == [False, True, False]


@given(TEXTS)
def test_numbers_sort_as_the_texts_do(pairs):
    rows = frame(pairs)
    by_number = np.argsort(combined(coded(rows), ["one", "two"]), kind="stable")
    by_text = rows.sort_values(["one", "two"], kind="stable").index
    assert by_number.tolist() == by_text.tolist()


@given(TEXTS, TEXTS)
def test_each_row_is_found_where_its_texts_first_stand(pairs, others):
    at = positions(coded(frame(pairs)), coded(frame(others)), ["one", "two"])
    assert at.tolist() == [others.index(one) if one in others else -1 for one in pairs]


def test_numbers_stay_apart_however_many_texts_there_are():
    many = [str(number) for number in range(2000)]
    rows = coded(pd.DataFrame({name: many for name in "abcdefg"}, dtype="str"))
    assert len(set(combined(rows, list("abcdefg")).tolist())) == len(many)
    assert positions(rows, rows, list("abcdefg")).tolist() == list(range(len(many)))


@given(TEXTS, TEXTS)
def test_frames_under_each_other_hold_all_rows_and_keep_their_order(pairs, others):
    both = under_each_other([coded(frame(pairs)), coded(frame(others))])
    assert written(both).to_numpy().tolist() == [list(one) for one in [*pairs, *others]]
    assert both["one"].cat.categories.is_monotonic_increasing


@pytest.mark.parametrize("texts", [["b", "a", None, "b"], [None], []])
def test_what_was_coded_is_written_out_as_it_was(texts):
    rows = pd.DataFrame({"period": pd.array(texts, dtype="str")}, index=range(5, 5 + len(texts)))
    pd.testing.assert_frame_equal(written(coded(rows)), rows)
