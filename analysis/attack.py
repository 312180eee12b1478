"""What an outsider can work out about hidden figures, from everything that is visible.

Knows how far a hidden cell is fixed by the totals it belongs to, and by a rate
beside its denominator. It knows nothing of how figures were hidden and imports
nothing that hides them: what protects is tested by what does not share its faults.

Notes
-----
For every hidden cell x is minimised and maximised subject to every visible sum
and to x >= minimum. Where sums run one way, so that no two ways lead from one
hidden cell to another, the bounds of one sum handed on to the next are exact;
this is done for all sums at once. Only blocks that sums cross are left to linear
programs (HiGHS).

References
----------
Fischetti, M. and Salazar, J. J. (2001), Solving the cell suppression problem on
tabular data with linear constraints, Management Science 47 (7), 1008-1027.
Hundepool, A. et al. (2012), Statistical disclosure control, Wiley, section 4.2.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from analysis.errors import DisclosureError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TOLERANCE = 1e-6
"""How far off a sum may be: of whole numbers in units, of others as a share of the largest total."""
SWEEPS = 200
"""How often bounds are handed on; what still moves then is left to linear programs."""
_NAMED = 8
_UNBOUNDED = 3
"""What linprog says of an aim that has no end."""


def bounds(table: pd.DataFrame, hidden: pd.DataFrame, minimum: float = 0) -> pd.DataFrame:
    """What do the totals of a cross-table say about its hidden cells?

    Parameters
    ----------
    table
        Inner cells, rows x columns, in one unit; whole numbers or not. Row, column
        and grand totals are published beside it.
    hidden
        Boolean, of the same shape, rows and columns; True where a cell is not shown.
    minimum
        What everybody knows hidden cells to be at least: 0, or 1 where zeros are shown.

    Returns
    -------
    DataFrame
        ``row, column, lower, upper``: a row per hidden cell, row by row, in the
        table's unit, counted from 0. Both bounds are reached by some table that
        fits all that is visible. Of whole numbers the bounds are whole too.

    Raises
    ------
    DisclosureError
        When the two frames do not fit, or a cell is missing, infinite, or hidden
        and below ``minimum``.

    Examples
    --------
    15 = 8 + 5 + x + x: where zeros are shown, both are 1.

    >>> table = pd.DataFrame([[8, 5, 1, 1]], columns=list("abcd"))
    >>> both = pd.DataFrame([[False, False, True, True]], columns=list("abcd"))
    >>> bounds(table, both, minimum=1)
       row column  lower  upper
    0    0      c    1.0    1.0
    1    0      d    1.0    1.0
    """
    cells, mask = _checked(table, hidden, minimum)
    row, column = np.nonzero(mask)
    each = np.arange(len(row))
    sums = sparse.csr_array(
        (np.ones(2 * len(row)), (np.r_[row, len(cells) + column], np.r_[each, each])),
        shape=(sum(cells.shape), len(row)),
    )
    found = bounds_in_sums(
        sums, sums @ cells[mask], minimum=minimum, whole=bool((cells == np.round(cells)).all())
    )
    labels = {"row": table.index[row], "column": table.columns[column]}
    return pd.DataFrame({**labels, "lower": found["lower"], "upper": found["upper"]})


def bounds_in_sums(
    sums: sparse.sparray,
    totals: ArrayLike,
    *,
    minimum: ArrayLike = 0.0,
    maximum: ArrayLike = np.inf,
    whole: bool = False,
    enough: float = np.inf,
) -> pd.DataFrame:
    """What do visible sums say about hidden cells?

    Parameters
    ----------
    sums
        Sums x hidden cells: 1 where a cell is a part of a sum, -1 where it is a total
        that is hidden itself.
    totals
        What is left of each sum when all its visible cells are taken off: ``sums @ x``.
    minimum, maximum
        What is known of every cell, or of each.
    whole
        Whether cells are whole numbers; bounds are rounded inwards then.
    enough
        A cell that can differ by this much is not looked at any further.

    Returns
    -------
    DataFrame
        ``lower, upper`` per hidden cell, in the order of the columns of ``sums``. Where
        they lie ``enough`` apart, in blocks that sums cross, the truth may be wider.

    Raises
    ------
    DisclosureError
        When no cells fit the totals.

    Examples
    --------
    A total is hidden together with one of its two parts; a sum above shows total + 9 = 14.

    >>> sums = sparse.csr_array([[1.0, -1.0], [0.0, 1.0]])
    >>> bounds_in_sums(sums, [-3.0, 5.0])
       lower  upper
    0    2.0    2.0
    1    5.0    5.0
    """
    left = np.asarray(totals, dtype=float)
    scale = 1.0 if whole else float(np.abs(left).max(initial=0.0)) or 1.0
    system = _System(sparse.csr_array(sums), left / scale, whole)
    cells = system.sums.shape[1]
    known = (np.broadcast_to(np.asarray(one, dtype=float) / scale, cells)
             for one in (minimum, maximum))  # fmt: skip
    lower, upper, moving = system.handed_on(*known)
    for columns, rows in system.crossed(moving):
        inner = _System(system.sums[rows][:, columns], system.totals[rows], whole)
        limits = lower[columns], upper[columns]
        lower[columns], upper[columns] = inner.solved(*limits, enough / scale)
    return pd.DataFrame({"lower": lower * scale + 0.0, "upper": upper * scale + 0.0})


def counts_behind(
    value: ArrayLike,
    denominator: ArrayLike,
    *,
    multiplier: float = 1.0,
    decimals: int | None = None,
    denominator_rounded_to: float = 0.0,
) -> pd.DataFrame:
    """Which counts does a rate or percentage leave open, beside its denominator?

    Parameters
    ----------
    value
        What is shown, in ``multiplier`` x count / denominator.
    denominator
        What is shown of it, in persons or events.
    multiplier
        100 for percentages, 1000 for rates per 1,000.
    decimals
        How many the value is rounded to; None where it is not.
    denominator_rounded_to
        For example 10 where denominators are shown in tens; 0 where they are not rounded.

    Returns
    -------
    DataFrame
        ``lower, upper``, whole counts, on the index of the values; missing where value or
        denominator is. Where both are the same, the count is given away. ``lower`` above
        ``upper`` says that no count fits.

    Examples
    --------
    >>> counts_behind([1.5, 1.5], [200, 2000], multiplier=100, decimals=1)
       lower  upper
    0    3.0    3.0
    1   29.0   31.0
    """
    index = value.index if isinstance(value, pd.Series) else None
    shown = np.asarray(value, dtype=float)
    base = np.asarray(denominator, dtype=float)
    half = 0.0 if decimals is None else 0.5 * 10.0**-decimals
    apart = denominator_rounded_to / 2
    least = np.clip(shown - half, 0, None) * np.clip(base - apart, 0, None) / multiplier
    most = (shown + half) * (base + apart) / multiplier
    slack = 1e-9 * np.maximum(1, most)
    return pd.DataFrame(
        {"lower": np.ceil(least - slack), "upper": np.floor(most + slack)}, index=index
    )


def _checked(table: pd.DataFrame, hidden: pd.DataFrame, minimum: float) -> tuple[Floats, Flags]:
    """Return cells and mask as arrays, or say which cells are wrong."""
    if not (table.index.equals(hidden.index) and table.columns.equals(hidden.columns)):
        raise DisclosureError(
            f"hidden cells are {hidden.shape[0]} x {hidden.shape[1]}, the table is"
            f" {table.shape[0]} x {table.shape[1]}, or their labels differ;"
            " hand in both with the same rows and columns"
        )
    cells, mask = table.to_numpy(dtype=float), hidden.to_numpy(dtype=bool)
    wrong = (
        (~np.isfinite(cells), "missing or infinite", "hand in what the totals were made of"),
        (mask & (cells < minimum), f"hidden and below {minimum:g}", "lower the minimum"),
    )
    for where, fact, way_out in wrong:
        if where.any():
            raise DisclosureError(f"{named_cells(table, where)}: {fact}; {way_out}")
    return cells, mask


def named_cells(table: pd.DataFrame, where: Flags) -> str:
    """Name cells of a cross-table by their labels, the first few in full.

    >>> named_cells(pd.DataFrame([[1, 2]], columns=["a", "b"]), np.array([[True, True]]))
    "cells (0, 'a'), (0, 'b')"
    """
    row, column = np.nonzero(where)
    pairs = [
        f"({table.index[i]!r}, {table.columns[j]!r})"
        for i, j in zip(row[:_NAMED], column[:_NAMED], strict=True)
    ]
    more = f" and {len(row) - _NAMED} more" if len(row) > _NAMED else ""
    return f"cell{'s' if len(row) > 1 else ''} {', '.join(pairs)}{more}"


class _System:
    """Sums of hidden cells, with what their visible cells leave of each total."""

    def __init__(self, sums: sparse.csr_array, totals: Floats, whole: bool) -> None:
        kept = np.diff(sums.indptr) > 0
        self.sums, self.totals, self.whole = sums[kept], totals[kept], whole
        entries = self.sums.tocoo()
        self._row, self._cell, self._factor = entries.row, entries.col, entries.data

    def handed_on(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats, Flags]:
        """Bound each cell by what the others of its sums can be, until nothing changes.

        Exact where sums run one way; elsewhere the truth may be narrower. The
        third answer is which cells were still changing at the end.
        """
        lower, upper = lower.copy(), upper.copy()
        moving = np.zeros(len(lower), dtype=bool)
        for _ in range(SWEEPS):
            before = lower.copy(), upper.copy()
            least, most = self._left_over(lower, upper)
            np.maximum.at(lower, self._cell, least)
            np.minimum.at(upper, self._cell, most)
            lower, upper = self._whole(lower, upper)
            if (lower > upper + TOLERANCE).any():
                raise self._contradiction()
            upper = np.maximum(lower, upper)
            moving = (lower > before[0] + TOLERANCE / 100) | (upper < before[1] - TOLERANCE / 100)
            if not moving.any():
                break
        return lower, upper, moving

    def _left_over(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        """Per entry, the least and the most that the other cells of its sum leave it."""
        positive = self._factor > 0
        low = np.where(positive, lower[self._cell], upper[self._cell]) * self._factor
        high = np.where(positive, upper[self._cell], lower[self._cell]) * self._factor
        most = self.totals[self._row] - self._others(low, -np.inf)
        least = self.totals[self._row] - self._others(high, np.inf)
        return (
            np.where(positive, least, most) / self._factor,
            np.where(positive, most, least) / self._factor,
        )

    def _others(self, terms: Floats, unbounded: float) -> Floats:
        """Per entry, the sum over the other entries of its row; ``unbounded`` where one is."""
        rows = self.sums.shape[0]
        infinite = ~np.isfinite(terms)
        finite = np.where(infinite, 0.0, terms)
        total = np.bincount(self._row, finite, minlength=rows)[self._row] - finite
        without_end = np.bincount(self._row, infinite, minlength=rows)[self._row] - infinite
        return np.where(without_end > 0, unbounded, total)

    def _whole(self, lower: Floats, upper: Floats) -> tuple[Floats, Floats]:
        if not self.whole:
            return lower, upper
        return np.ceil(lower - TOLERANCE), np.floor(upper + TOLERANCE)

    def crossed(self, moving: Flags) -> list[tuple[NDArray[np.int64], NDArray[np.int64]]]:
        """Blocks in which two ways lead from a cell to another: their cells and sums.

        Blocks with cells that were still moving are among them.
        """
        rows = self.sums.shape[0]
        joined = sparse.block_array([[None, self.sums], [self.sums.T, None]], format="csr")
        count, label = connected_components(joined, directed=False)
        of_row, of_cell = label[:rows], label[rows:]
        ways = np.bincount(of_row[self._row], minlength=count)
        crossed = ways >= np.bincount(label, minlength=count)
        crossed[of_cell[moving]] = True
        by_cell, by_row = (_grouped(one, crossed) for one in (of_cell, of_row))
        return [(by_cell[block], by_row[block]) for block in by_cell]

    def solved(self, lower: Floats, upper: Floats, enough: float) -> tuple[Floats, Floats]:
        """Minimise and maximise each cell, within bounds that hold already.

        What one answer shows of the other cells is not asked again.
        """
        low, high = np.full(len(lower), np.inf), np.full(len(lower), -np.inf)
        for cell in range(len(lower)):
            for sense in (-1.0, 1.0):
                reached = (
                    high[cell] >= upper[cell] - TOLERANCE
                    if sense < 0
                    else low[cell] <= lower[cell] + TOLERANCE
                )
                if reached or self._far_apart(low[cell], high[cell], enough):
                    continue
                answer = self._extreme(cell, sense, lower, upper)
                low, high = np.fmin(low, answer), np.fmax(high, answer)
        low, high = self._whole(low, high)
        return np.maximum(lower, low), np.minimum(upper, high)

    def _far_apart(self, low: float, high: float, enough: float) -> bool:
        if not np.isfinite(enough) or not np.isfinite(low):
            return False
        (least,), (most,) = self._whole(np.array([low]), np.array([high]))
        return bool(most - least >= enough)

    def _extreme(self, cell: int, sense: float, lower: Floats, upper: Floats) -> Floats:
        """Cells that fit all sums, one of them as large (-1) or as small (1) as can be."""
        aim = np.zeros(len(lower))
        aim[cell] = sense
        answer = linprog(
            aim,
            A_eq=self.sums,
            b_eq=self.totals,
            bounds=np.column_stack([lower, upper]),
            method="highs",
        )
        if answer.status == _UNBOUNDED:
            without_end = np.full(len(lower), np.nan)
            without_end[cell] = -np.inf * sense
            return without_end
        if answer.x is None:
            raise self._contradiction()
        return answer.x

    def _contradiction(self) -> DisclosureError:
        return DisclosureError(
            f"no cells fit the totals of {self.sums.shape[0]} sums; the totals, or what is said to"
            " be known of the cells, contradict each other - hand in what is published"
        )


def _grouped(label: NDArray[np.int32], wanted: Flags) -> dict[int, NDArray[np.int64]]:
    """Positions by label, for the labels that are wanted."""
    order = np.argsort(label, kind="stable")
    ends = np.cumsum(np.bincount(label, minlength=len(wanted)))
    starts = ends - np.bincount(label, minlength=len(wanted))
    return {int(one): order[starts[one] : ends[one]] for one in np.flatnonzero(wanted)}
