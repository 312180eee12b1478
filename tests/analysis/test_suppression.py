"""Hidden cells that the attack cannot break, few further ones, and an error where nothing helps."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal
from scipy import sparse

from analysis import disclosure
from analysis.attack import bounds, bounds_in_sums
from analysis.errors import DisclosureError
from analysis.suppression import System, protect

#: Rows and columns without a small cell, so that only what stands in the corner is at stake.
CALM = pd.DataFrame([[20, 30, 25], [30, 25, 40], [35, 40, 50]], columns=list("abc"))


def with_cells(table: pd.DataFrame, **cells: int) -> pd.DataFrame:
    """``a0=3`` puts 3 in the first row of column a."""
    made = table.copy()
    for place, value in cells.items():
        made.loc[int(place[1:]), place[0]] = value
    return made


def narrowest(table: pd.DataFrame, hidden: pd.DataFrame, minimum: float = 0) -> float:
    found = bounds(table, hidden, minimum)
    return float((found["upper"] - found["lower"]).min())


# ------------------------------------------------------------------------------ tables by hand
def test_the_calls_from_outside_find_it_where_disclosure_is():
    assert disclosure.protect is protect


def test_a_table_without_small_cells_is_shown_whole():
    assert not protect(CALM, threshold=5).to_numpy().any()
    assert not protect(CALM * 0, threshold=5).to_numpy().any()
    assert not protect(with_cells(CALM, a0=0), threshold=5).to_numpy().any(), "zero is shown"


def test_a_single_small_cell_takes_a_rectangle_of_the_smallest_with_it():
    table = with_cells(CALM, a0=3)
    hidden = protect(table, threshold=5)
    assert hidden.to_numpy().tolist() == [
        [True, False, True], [True, False, True], [False, False, False],
    ] or hidden.to_numpy().tolist() == [
        [True, True, False], [True, True, False], [False, False, False],
    ]  # fmt: skip
    assert narrowest(table, hidden) >= 5


def test_two_hidden_cells_in_each_row_and_column_are_not_taken_for_protection():
    # Small cells of two blocks that meet in one cell only: each of their rows and columns hides two
    # cells and more, yet the rows of the first block minus its columns leave (0, c) alone.
    table = pd.DataFrame(
        [[4, 3, 4, 90, 80], [2, 4, 50, 60, 70], [30, 40, 3, 4, 60], [31, 41, 2, 4, 50],
         [70, 80, 90, 60, 50]], columns=list("abcde"),
    )  # fmt: skip
    small = table < 5
    assert small.iloc[:4].sum(axis=1).min() >= 2
    assert small.iloc[:, :4].sum().min() >= 2
    found = bounds(table, small).set_index(["row", "column"])
    assert found.loc[(0, "c")].tolist() == [4, 4]
    hidden = protect(table, threshold=5)
    assert (hidden | ~small).all(axis=None)
    assert narrowest(table, hidden) >= 5


def test_small_cells_at_the_corners_of_a_rectangle_hide_its_other_two_only():
    table = with_cells(CALM, a0=3, b1=4)
    hidden = protect(table, threshold=5)
    assert hidden.sum().sum() == 4
    assert hidden.loc[0, "b"]
    assert hidden.loc[1, "a"]


@pytest.mark.parametrize(("minimum", "more"), [(0, 0), (1, 1)])
def test_where_zeros_are_shown_two_ones_are_known_from_their_sum(minimum, more):
    # 15 = 8 + 5 + x + x, in a row and in a second one: with zeros shown all four are 1.
    table = pd.DataFrame([[8, 5, 1, 1], [9, 6, 1, 1], [20, 20, 20, 20]])
    found = bounds(table, table == 1, minimum)
    assert (found["upper"] == 2 - minimum).all()
    hidden = protect(table, threshold=2, minimum=minimum)
    assert narrowest(table, hidden, minimum) >= 2
    assert (hidden.sum().sum() > 4) == bool(more)


def test_where_zeros_are_shown_none_is_hidden():
    table = with_cells(CALM, a0=3, b0=0, a1=0, b1=0)
    hidden = protect(table, threshold=5, minimum=1)
    assert not hidden[table == 0].to_numpy().any(where=(table == 0).to_numpy())
    assert narrowest(table, hidden, 1) >= 5


def test_a_longer_circuit_is_found_where_no_rectangle_will_do():
    # Zeros leave a hexagon only: (0,a) (0,b) (1,b) (1,c) (2,c) (2,a).
    table = pd.DataFrame([[3, 30, 0], [0, 30, 30], [30, 0, 30]], columns=list("abc"))
    hidden = protect(table, threshold=5, minimum=1)
    assert hidden.equals(table > 0)
    assert narrowest(table, hidden, 1) >= 5


def test_labels_of_any_kind_are_kept():
    table = pd.DataFrame(CALM.to_numpy(), index=["x", "x", "y"], columns=[1, 1, ("z", 2)])
    table.iloc[0, 0] = 2
    hidden = protect(table, threshold=5)
    assert hidden.index.equals(table.index)
    assert hidden.columns.equals(table.columns)
    assert hidden.iloc[0, 0]
    assert hidden.to_numpy().dtype == bool


@pytest.mark.parametrize("shape", [(0, 0), (0, 2), (2, 0)])
def test_an_empty_table_hides_nothing(shape):
    assert protect(pd.DataFrame(np.zeros(shape)), threshold=5).shape == shape


# --------------------------------------------------------------------------------- impossible
def test_a_row_total_below_the_threshold_is_an_error_that_names_its_cells():
    table = pd.DataFrame([[1, 2, 0], [10, 20, 30], [20, 30, 40]], columns=list("abc"))
    with pytest.raises(DisclosureError, match=r"cells \(0, 'a'\), \(0, 'b'\): can be worked out"):
        protect(table, threshold=5)


def test_a_table_of_one_row_is_its_column_totals():
    with pytest.raises(
        DisclosureError, match=r"cell \(0, 1\): can be worked out .* hide the total"
    ):
        protect(pd.DataFrame([[10, 3, 20]]), threshold=5)


def test_cells_that_are_no_counts_are_named():
    with pytest.raises(DisclosureError, match=r"cell \(1, 'b'\): below 0"):
        protect(with_cells(CALM, b1=-1), threshold=5)
    with pytest.raises(DisclosureError, match=r"cell \(1, 'b'\): missing"):
        protect(CALM.assign(b=[30, np.nan, 40]), threshold=5)
    with pytest.raises(DisclosureError, match=r"cell \(1, 'b'\): to be hidden, but below 2"):
        protect(with_cells(CALM, b1=1), threshold=5, minimum=2)


# ---------------------------------------------------------------------------------------- laws
def random_table(seed: int, rows: int, columns: int, mean: float = 30) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(random.negative_binomial(1.2, 1.2 / (1.2 + mean), (rows, columns)))


@settings(max_examples=60)
@given(
    seed=st.integers(0, 100_000),
    rows=st.integers(1, 5),
    columns=st.integers(1, 5),
    mean=st.sampled_from([3, 12, 40]),
    threshold=st.integers(2, 11),
    minimum=st.sampled_from([0, 1]),
)
def test_a_random_table_is_protected_or_its_unprotectable_cells_are_named(
    seed, rows, columns, mean, threshold, minimum
):
    table = random_table(seed, rows, columns, mean)
    small = (table > 0) & (table < threshold)
    all_hidden = bounds(table, table >= minimum, minimum)
    narrow = all_hidden[all_hidden["upper"] - all_hidden["lower"] < threshold]
    lost = [(r, c) for r, c in zip(narrow["row"], narrow["column"], strict=True) if small.loc[r, c]]
    if lost:
        event("impossible")
        with pytest.raises(DisclosureError) as caught:
            protect(table, threshold, minimum)
        assert all(str(cell) in str(caught.value) for cell in lost[:8])
        return
    hidden = protect(table, threshold, minimum)
    event("protected" if small.any(axis=None) else "nothing to hide")
    assert (hidden | ~small).all(axis=None), "a small cell is shown"
    assert not (hidden & (table < minimum)).any(axis=None)
    if hidden.any(axis=None):
        assert narrowest(table, hidden, minimum) >= threshold
    assert_frame_equal(protect(table, threshold, minimum), hidden)


@pytest.mark.parametrize("minimum", [0, 1])
@pytest.mark.parametrize(("rows", "columns"), [(10, 8), (20, 10), (25, 12)])
def test_at_most_twice_as_many_further_cells_where_few_are_small(rows, columns, minimum):
    ratios = {}
    for seed in range(6):
        table = random_table(seed, rows, columns, mean=40)
        small = (table > 0) & (table < 5)
        hidden = protect(table, 5, minimum)
        if 2 <= small.sum().sum() < table.size / 10:
            ratios[seed] = (hidden & ~small).sum().sum() / small.sum().sum()
            assert narrowest(table, hidden, minimum) >= 5
    assert len(ratios) >= 3, "too few tables to say anything"
    assert max(ratios.values()) <= 2, f"further cells per small cell: {ratios}"


def test_what_was_handed_in_stays_as_it_was():
    table = with_cells(CALM, a0=3)
    before = table.copy()
    protect(table, threshold=5)
    assert_frame_equal(table, before)


# ------------------------------------------------------------------------------ sums that nest
def tree(children: dict[int, list[int]], cells: int) -> sparse.csr_array:
    """Sums of a hierarchy: each key is the total of its list."""
    sums = np.zeros((len(children), cells))
    for row, (total, parts) in enumerate(children.items()):
        sums[row, parts], sums[row, total] = 1.0, -1.0
    return sparse.csr_array(sums)


def system(values: list[float], children: dict[int, list[int]], **more: object) -> System:
    made = np.array(values, dtype=float)
    shown = {"limits": np.full(len(made), 5.0), "minimum": 1.0, "hideable": made >= 1}
    return System(made, tree(children, len(made)), **(shown | more))


def test_a_small_part_takes_the_smallest_part_that_is_enough_with_it():
    hidden, impossible = system([60, 3, 5, 12, 40], {0: [1, 2, 3, 4]}).complements(
        np.array([False, True, False, False, False])
    )
    # 3 + 5 leaves 8 for two cells of 1 and more: 6 apart.
    assert hidden.tolist() == [False, True, True, False, False]
    assert len(impossible) == 0


def test_a_total_below_the_threshold_is_hidden_one_level_up_with_another_total():
    # 0 city = 1 + 2 + 3; 1 = 4 + 5 holds a single case.
    values = [101, 1, 40, 60, 1, 0, 15, 25, 20, 40]
    hidden, impossible = system(
        values, {0: [1, 2, 3], 1: [4, 5], 2: [6, 7], 3: [8, 9]}
    ).complements(np.array(values) == 1)
    assert len(impossible) == 0
    assert hidden[[1, 4]].all()
    assert hidden[2], "the smallest other total"
    assert hidden[[6, 7]].any(), "and a part of it, or its parts would give it back"
    assert not hidden[[0, 3, 8, 9, 5]].any()


def test_an_only_part_is_hidden_with_its_total():
    values = [53, 3, 50, 3]
    hidden, _ = system(values, {0: [1, 2], 1: [3]}).complements(np.array(values) == 3)
    assert hidden.tolist() == [False, True, True, True]


def test_where_totals_may_not_be_hidden_the_small_part_is_named():
    values = [4, 1, 3]
    hideable = np.array([False, True, True])
    hidden, impossible = system(values, {0: [1, 2]}, hideable=hideable).complements(hideable)
    assert hidden.tolist() == [False, True, True]
    assert impossible.tolist() == [1, 2]


def test_a_cell_without_sums_needs_no_complement():
    hidden, impossible = system([2, 50, 50], {}).complements(np.array([True, False, False]))
    assert hidden.tolist() == [True, False, False]
    assert len(impossible) == 0


@settings(max_examples=60)
@given(
    seed=st.integers(0, 100_000),
    forms=st.integers(1, 3),
    minimum=st.sampled_from([0.0, 1.0]),
    limit=st.integers(2, 9),
    top=st.booleans(),
)
def test_areas_in_areas_with_parts_of_a_total_are_protected_or_named(
    seed, forms, minimum, limit, top
):
    """City, quarters, blocks; with more than one form also crossed by their total."""
    random = np.random.default_rng(seed)
    blocks = [int(n) for n in random.integers(1, 5, random.integers(2, 5))]
    areas = 1 + len(blocks) + sum(blocks)
    children = {0: list(range(1, 1 + len(blocks)))}
    start = 1 + len(blocks)
    for quarter, count in enumerate(blocks, start=1):
        children[quarter] = list(range(start, start + count))
        start += count
    leaves = random.negative_binomial(0.8, 0.08, (sum(blocks), forms))
    counts = np.zeros((areas, forms))
    counts[1 + len(blocks) :] = leaves
    for total in reversed(list(children)):
        counts[total] = counts[children[total]].sum(axis=0)
    over_areas = tree(children, areas)
    values, sums = counts, sparse.kron(over_areas, sparse.eye_array(forms))
    if forms > 1:
        values = np.column_stack([counts, counts.sum(axis=1)])
        each = np.concatenate([np.ones(forms), [-1.0]])[None]
        sums = sparse.vstack([
            sparse.kron(over_areas, sparse.eye_array(forms + 1)),
            sparse.kron(sparse.eye_array(areas), each),
        ])  # fmt: skip
    flat = values.ravel()
    primary = (flat > 0) & (flat < limit)
    assume(primary.any())
    hideable = flat >= minimum
    if not top:
        hideable[: values.shape[1]] = False
        primary &= hideable
    made = System(flat, sparse.csr_array(sums), np.full(flat.size, float(limit)), minimum, hideable)
    hidden, impossible = made.complements(primary)
    assert hidden[primary].all()
    assert not hidden[~hideable].any()
    assert set(impossible) <= set(np.flatnonzero(primary))
    inner = made.sums[:, hidden]
    found = bounds_in_sums(inner, inner @ flat[hidden], minimum=minimum, whole=True)
    width = found["upper"] - found["lower"]
    event("all protected" if not len(impossible) else "some impossible")
    few = primary.sum() < flat.size / 10
    event(
        f"{'few' if few else 'many'} small, {(hidden & ~primary).sum() / primary.sum():.0f} more each"
    )
    if top and minimum == 0:
        assert not len(impossible), "a total at the top can always be hidden"
    if not len(impossible):
        assert (width >= limit).all()


def nested(seed: int, forms: int, mean: float) -> tuple[System, np.ndarray]:
    """City, 12 quarters, 5 to 9 blocks in each, forms and their total; few counts are small."""
    random = np.random.default_rng(seed)
    blocks = [int(n) for n in random.integers(5, 10, 12)]
    areas = 1 + len(blocks) + sum(blocks)
    children, start = {0: list(range(1, 1 + len(blocks)))}, 1 + len(blocks)
    for quarter, count in enumerate(blocks, start=1):
        children[quarter] = list(range(start, start + count))
        start += count
    counts = np.zeros((areas, forms))
    counts[1 + len(blocks) :] = random.negative_binomial(
        2.5, 2.5 / (2.5 + mean), (sum(blocks), forms)
    )
    for total in reversed(list(children)):
        counts[total] = counts[children[total]].sum(axis=0)
    over, values = tree(children, areas), counts
    sums = sparse.kron(over, sparse.eye_array(forms))
    if forms > 1:
        values = np.column_stack([counts, counts.sum(axis=1)])
        each = np.concatenate([np.ones(forms), [-1.0]])[None]
        sums = sparse.vstack([
            sparse.kron(over, sparse.eye_array(forms + 1)),
            sparse.kron(sparse.eye_array(areas), each),
        ])  # fmt: skip
    flat = values.ravel()
    limits = np.full(flat.size, 5.0)
    return System(flat, sparse.csr_array(sums), limits, 1.0, flat >= 1), (flat > 0) & (flat < 5)


@pytest.mark.parametrize(("forms", "mean"), [(1, 20), (3, 18)])
def test_areas_in_areas_take_at_most_twice_as_many_further_cells_where_few_are_small(forms, mean):
    ratios = {}
    for seed in range(4):
        made, small = nested(seed, forms, mean)
        if not 2 <= small.sum() < small.size / 10:
            continue
        hidden, impossible = made.complements(small)
        assert not len(impossible)
        inner = made.sums[:, hidden]
        found = bounds_in_sums(
            inner, inner @ made.values[hidden], minimum=1, whole=True, enough=5.0
        )
        assert (found["upper"] - found["lower"] >= 5).all()
        # A single small cell that two sums cross takes three with it: a rectangle.
        ratios[seed] = round(float((hidden & ~small).sum() / small.sum()), 2)
    assert len(ratios) >= 3, "too few tables to say anything"
    assert max(ratios.values()) <= 2, f"further cells per small cell: {ratios}"
