"""What totals say about hidden cells: by hand, by brute force, and whatever the order of the cells."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import sparse

from analysis.attack import bounds, bounds_in_sums, counts_behind
from analysis.errors import DisclosureError


def mask(table: pd.DataFrame, *places: tuple[int, int]) -> pd.DataFrame:
    made = pd.DataFrame(False, index=table.index, columns=table.columns)
    for row, column in places:
        made.iloc[row, column] = True
    return made


def pairs(found: pd.DataFrame) -> list[tuple[float, float]]:
    return list(zip(found["lower"], found["upper"], strict=True))


def by_trial(
    table: np.ndarray, hidden: np.ndarray, minimum: int
) -> dict[tuple[int, int], tuple[float, float]]:
    """All tables of whole numbers with the same visible cells and totals, one after the other."""
    places = list(zip(*np.nonzero(hidden), strict=True))
    most = int(max(table.sum(axis=0).max(), table.sum(axis=1).max()))
    seen: dict[tuple[int, int], list[int]] = {place: [] for place in places}
    for values in itertools.product(range(minimum, most + 1), repeat=len(places)):
        made = table.copy()
        for place, value in zip(places, values, strict=True):
            made[place] = value
        if (made.sum(axis=0) == table.sum(axis=0)).all() and (
            made.sum(axis=1) == table.sum(axis=1)
        ).all():
            for place in places:
                seen[place].append(made[place])
    return {place: (min(values), max(values)) for place, values in seen.items()}


# ------------------------------------------------------------------------------ tables by hand
def test_one_hidden_cell_in_a_row_is_given_away():
    table = pd.DataFrame([[20, 3, 40], [10, 11, 12]])
    assert pairs(bounds(table, mask(table, (0, 1)))) == [(3, 3)]


def test_two_hidden_cells_of_a_one_way_table_are_known_up_to_their_sum():
    table = pd.DataFrame({"n": [3, 20, 4, 30]})
    wide = bounds(table.T, mask(table.T, (0, 0), (0, 2)))
    assert pairs(wide) == [(3, 3), (4, 4)], "their columns are totals too"
    sums = sparse.csr_array([[1.0, 1.0]])
    assert pairs(bounds_in_sums(sums, [7], whole=True)) == [(0, 7), (0, 7)]
    assert pairs(bounds_in_sums(sums, [7], minimum=1, whole=True)) == [(1, 6), (1, 6)]


def test_the_known_minimum_gives_two_ones_away():
    # 15 = 8 + 5 + x + x
    sums = sparse.csr_array([[1.0, 1.0]])
    assert pairs(bounds_in_sums(sums, [2], minimum=1, whole=True)) == [(1, 1), (1, 1)]
    assert pairs(bounds_in_sums(sums, [2], whole=True)) == [(0, 2), (0, 2)]


def test_a_hidden_rectangle_moves_as_far_as_its_smallest_corners():
    table = pd.DataFrame([[3, 10, 1], [20, 2, 1], [1, 1, 1]])
    found = bounds(table, mask(table, (0, 0), (0, 1), (1, 0), (1, 1)))
    assert pairs(found) == [(1, 13), (0, 12), (10, 22), (0, 12)]


def test_two_hidden_cells_in_each_row_and_column_do_not_protect_by_themselves():
    # Rows 1 + 2 minus columns 1 + 2 leave one cell of the third column: it is known exactly, though
    # its row and its column hide two cells and more.
    table = pd.DataFrame(
        [[5, 6, 4, 9], [7, 8, 50, 60], [30, 40, 6, 7], [31, 41, 8, 9]], columns=list("abcd")
    )
    hidden = mask(
        table, (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)
    )  # fmt: skip
    assert hidden.sum(axis=1).min() >= 2
    assert hidden.sum(axis=0).min() >= 2
    found = bounds(table, hidden).set_index(["row", "column"])
    assert found.loc[(0, "c")].tolist() == [4, 4]
    assert (found["upper"] - found["lower"] > 0).sum() == len(found) - 1


def test_labels_of_any_kind_come_back_row_by_row_also_when_they_are_not_unique():
    table = pd.DataFrame([[1, 2], [3, 4]], index=["x", "x"], columns=[("a", 1), ("a", 2)])
    found = bounds(table, mask(table, (1, 1), (0, 0)))
    assert found["row"].tolist() == ["x", "x"]
    assert found["column"].tolist() == [("a", 1), ("a", 2)]
    assert list(found.columns) == ["row", "column", "lower", "upper"]
    assert list(found.index) == [0, 1]


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0), (1, 1), (4, 5)])
def test_nothing_hidden_gives_no_rows_whatever_the_size(shape):
    table = pd.DataFrame(np.ones(shape))
    found = bounds(table, table == 0)
    assert list(found.columns) == ["row", "column", "lower", "upper"]
    assert len(found) == 0


def test_amounts_that_are_not_whole_are_not_rounded_and_carry_their_unit():
    table = pd.DataFrame([[0.5, 1.25], [2.0, 0.75]])
    found = bounds(table, table > 0)
    assert found["lower"].to_numpy() == pytest.approx([0, 0, 0.75, 0.25])
    assert found["upper"].to_numpy() == pytest.approx([1.75, 1.75, 2.5, 2.0])
    tiny = bounds(table * 1e-9, table > 0)
    assert tiny["upper"].to_numpy() == pytest.approx(found["upper"].to_numpy() * 1e-9)


def test_what_was_handed_in_stays_as_it_was():
    table = pd.DataFrame([[1, 2], [3, 4]])
    hidden = table > 1
    before = table.copy(), hidden.copy()
    bounds(table, hidden)
    assert_frame_equal(table, before[0])
    assert_frame_equal(hidden, before[1])


# ------------------------------------------------------------------------------------- laws
TABLES = st.integers(1, 3).flatmap(
    lambda rows: st.integers(1, 3).flatmap(
        lambda columns: st.lists(
            st.lists(st.integers(0, 3), min_size=columns, max_size=columns),
            min_size=rows,
            max_size=rows,
        )
    )
)


@settings(max_examples=60)
@given(cells=TABLES, data=st.data(), minimum=st.sampled_from([0, 1]))
def test_bounds_are_those_of_all_tables_that_fit(cells, data, minimum):
    table = np.array(cells)
    open_to_hiding = table >= minimum
    drawn = data.draw(
        st.lists(st.booleans(), min_size=table.size, max_size=table.size), label="hidden"
    )
    hidden = np.array(drawn).reshape(table.shape) & open_to_hiding
    assume(hidden.sum() <= 4)
    found = bounds(pd.DataFrame(table), pd.DataFrame(hidden), minimum)
    assert dict(
        zip(zip(found["row"], found["column"], strict=True), pairs(found), strict=True)
    ) == (by_trial(table, hidden, minimum))


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), minimum=st.sampled_from([0, 1]))
def test_the_order_of_rows_and_columns_and_a_turned_table_make_no_difference(seed, minimum):
    random = np.random.default_rng(seed)
    cells = pd.DataFrame(random.integers(1, 20, (6, 5)))
    hidden = pd.DataFrame(random.random((6, 5)) < 0.5)
    key = ["row", "column"]
    found = bounds(cells, hidden, minimum).set_index(key).sort_index()
    rows, columns = random.permutation(6), random.permutation(5)
    moved = bounds(cells.iloc[rows, columns], hidden.iloc[rows, columns], minimum)
    assert_frame_equal(moved.set_index(key).sort_index(), found, check_exact=True)
    turned = bounds(cells.T, hidden.T, minimum).rename(columns={"row": "column", "column": "row"})
    assert_frame_equal(turned.set_index(key).sort_index(), found, check_exact=True)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_hiding_more_never_says_more_and_the_truth_lies_within(seed):
    random = np.random.default_rng(seed)
    cells = pd.DataFrame(random.integers(0, 20, (5, 5)))
    some = pd.DataFrame(random.random((5, 5)) < 0.4)
    more = some | pd.DataFrame(random.random((5, 5)) < 0.3)
    first = bounds(cells, some).set_index(["row", "column"])
    second = bounds(cells, more).set_index(["row", "column"]).loc[first.index]
    assert (second["lower"] <= first["lower"]).all()
    assert (second["upper"] >= first["upper"]).all()
    truth = np.array([cells.loc[place] for place in first.index])
    assert ((first["lower"] <= truth) & (truth <= first["upper"])).all()


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000))
def test_what_is_hidden_does_not_matter_beyond_its_totals(seed):
    random = np.random.default_rng(seed)
    cells = random.integers(3, 20, (4, 4))
    other = cells.copy()
    other[0, 0] += 2
    other[1, 1] += 2
    other[0, 1] -= 2
    other[1, 0] -= 2
    hidden = pd.DataFrame(random.random((4, 4)) < 0.4)
    hidden.iloc[:2, :2] = True
    one, two = (bounds(pd.DataFrame(values), hidden) for values in (cells, other))
    assert_frame_equal(one, two)


# ----------------------------------------------------------------------------- sums in general
def test_a_level_above_hands_on_what_it_knows():
    # city 30 = east + west; east = a + b, west = c + 12; a, b, c, east, west hidden, west <= 17.
    sums = sparse.csr_array([[0, 0, 0, 1, 1], [1, 1, 0, -1, 0], [0, 0, 1, 0, -1]], dtype=float)
    found = bounds_in_sums(
        sums, [30, 0, -12], maximum=[np.inf, np.inf, np.inf, np.inf, 17], whole=True
    )
    assert pairs(found) == [(0, 18), (0, 18), (0, 5), (13, 18), (12, 17)]


def test_a_long_chain_of_sums_is_followed_to_its_end():
    # x0 = 3 is known; x0 + x1 = 10, x1 + x2 = 10, ...: 600 cells, each fixed by the one before.
    n = 600
    chain = sparse.diags_array([1.0, 1.0], offsets=[0, 1], shape=(n - 1, n))
    sums = sparse.vstack([sparse.csr_array(([1.0], ([0], [0])), shape=(1, n)), chain], format="csr")
    found = bounds_in_sums(sums, [3.0] + [10.0] * (n - 1), whole=True)
    expected = [3.0 if number % 2 == 0 else 7.0 for number in range(n)]
    assert found["lower"].tolist() == expected
    assert found["upper"].tolist() == expected


def test_a_cell_without_a_sum_is_known_by_what_is_known_of_it_only():
    sums = sparse.csr_array((1, 2), dtype=float)
    assert pairs(bounds_in_sums(sums, [0.0], minimum=1)) == [(1, np.inf), (1, np.inf)]


def test_a_hidden_total_without_end_is_said_to_have_none():
    sums = sparse.csr_array([[1.0, 1.0, -1.0, 0.0], [1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 0.0, -1.0]])
    found = bounds_in_sums(sums, [0.0, 9.0, 0.0], whole=True)
    assert pairs(found) == [(0, 9), (0, 9), (9, 9), (0, 9)]
    endless = bounds_in_sums(sparse.csr_array([[1.0, 1.0, -1.0], [1.0, 1.0, -1.0]]), [0.0, 0.0])
    assert pairs(endless) == [(0, np.inf)] * 3


def test_enough_stops_early_and_says_nothing_that_is_too_wide():
    random = np.random.default_rng(7)
    cells, hidden = random.integers(1, 60, (8, 8)), random.random((8, 8)) < 0.6
    row, column = np.nonzero(hidden)
    each = np.arange(len(row))
    sums = sparse.csr_array((np.ones(2 * len(row)), (np.r_[row, 8 + column], np.r_[each, each])))
    totals = sums @ cells[hidden].astype(float)
    exact = bounds_in_sums(sums, totals, whole=True)
    early = bounds_in_sums(sums, totals, whole=True, enough=5)
    wide = exact["upper"] - exact["lower"] >= 5
    assert ((early["upper"] - early["lower"] >= 5) == wide).all()
    assert (early["lower"] >= exact["lower"]).all()
    assert (early["upper"] <= exact["upper"]).all()


# -------------------------------------------------------------------------------- rounded rates
def test_a_percentage_beside_a_small_denominator_gives_its_count_away():
    shown = pd.Series([1.5, 1.5, 33.3, np.nan], index=list("abcd"))
    found = counts_behind(shown, [200, 2000, 9, 5], multiplier=100, decimals=1)
    assert found.loc["a"].tolist() == [3, 3]
    assert found.loc["b"].tolist() == [29, 31]
    assert found.loc["c"].tolist() == [3, 3]
    assert found.loc["d"].isna().all()
    assert list(found.index) == list("abcd")


def test_a_rounded_denominator_leaves_more_open():
    exact = counts_behind([40.0], [50], multiplier=100, decimals=0)
    tens = counts_behind([40.0], [50], multiplier=100, decimals=0, denominator_rounded_to=10)
    assert exact.iloc[0].tolist() == [20, 20]
    assert tens.iloc[0].tolist() == [18, 22]


def test_a_value_that_no_count_makes_is_seen():
    found = counts_behind([50.0], [3], multiplier=100, decimals=1)
    assert found.loc[0, "lower"] > found.loc[0, "upper"]


@settings(max_examples=80)
@given(
    count=st.integers(0, 500), more=st.integers(0, 5000), decimals=st.sampled_from([None, 0, 1, 2])
)
def test_the_true_count_is_among_those_left_open(count, more, decimals):
    base = count + more + 1
    value = 1000 * count / base
    shown = value if decimals is None else round(value, decimals)
    found = counts_behind([shown], [base], multiplier=1000, decimals=decimals).iloc[0]
    assert found["lower"] <= count <= found["upper"]
    if decimals is None:
        assert found["lower"] == found["upper"]


# -------------------------------------------------------------------------------------- errors
def test_an_error_names_the_cells_that_are_missing():
    table = pd.DataFrame([[1.0, np.nan], [np.inf, 2.0]], index=["north", "south"])
    with pytest.raises(DisclosureError, match=r"cells \('north', 1\), \('south', 0\): missing"):
        bounds(table, table == 1)


def test_an_error_names_a_hidden_cell_below_the_minimum():
    table = pd.DataFrame([[0, 4]], columns=["a", "b"])
    with pytest.raises(DisclosureError, match=r"cell \(0, 'a'\): hidden and below 1"):
        bounds(table, table < 9, minimum=1)


def test_frames_that_do_not_fit_are_refused_with_their_sizes():
    table = pd.DataFrame([[1, 2]])
    with pytest.raises(DisclosureError, match="hidden cells are 1 x 1, the table is 1 x 2"):
        bounds(table, table.iloc[:, :1] > 0)
    with pytest.raises(DisclosureError, match="same rows and columns"):
        bounds(table, (table > 0).set_axis(["other"], axis=0))


def test_totals_that_contradict_each_other_are_refused():
    with pytest.raises(DisclosureError, match="no cells fit the totals"):
        bounds_in_sums(sparse.csr_array([[1.0], [1.0]]), [3.0, 4.0])
    crossed = sparse.csr_array([[1.0, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0]])
    with pytest.raises(DisclosureError, match="no cells fit the totals"):
        bounds_in_sums(crossed, [1.0, 1.0, 9.0])
