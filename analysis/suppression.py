"""Which further cells have to go, so that no total gives a hidden one back.

Knows how to choose complementary cells: few, small, and always together with a
proof that they are enough. The proof of a cell is two ways to fill all hidden
cells that fit every visible sum and lie at least the threshold apart in that
cell. Where sums run one way the bounds themselves are exact and are the proof.

References
----------
Cox, L. H. (1995), Network models for complementary cell suppression, Journal of
the American Statistical Association 90 (432), 1453-1462.
Castro, J. (2012), Recent advances in optimization techniques for statistical
tabular data protection, European Journal of Operational Research 216 (2), 257-269.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.csgraph import connected_components

from analysis.attack import bounds_in_sums, named_cells
from analysis.errors import DisclosureError

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

_ALMOST = 1e-6
_HIDDEN_COST = 1e-4
"""Price of a cell that is hidden anyway, beside 1 for one more: no way round without need."""


def protect(table: pd.DataFrame, threshold: float, minimum: float = 0) -> pd.DataFrame:
    """Which cells of a cross-table have to be hidden, so that none of them can be worked out?

    Parameters
    ----------
    table
        Inner cells, rows x columns, counts of 0 or more. Row, column and grand totals
        are published beside it and stay.
    threshold
        A cell c with 0 < c < ``threshold`` is hidden, and every hidden cell keeps an
        interval at least that wide.
    minimum
        What everybody knows hidden cells to be at least: 0, or 1 where zeros are shown;
        no cell below it is hidden.

    Returns
    -------
    DataFrame
        Boolean, on the table's rows and columns; True where a cell must not be shown.
        The same table gives the same answer.

    Raises
    ------
    DisclosureError
        When hiding all cells would not be enough, for example because a row total lies
        between 0 and the threshold; the cells are named. When a cell is missing,
        infinite or below 0.

    Notes
    -----
    Each cell not protected yet is given the cheapest rectangle of hidden cells, along
    whose corners its value can move by the threshold while all totals stand; where none
    will do, the cheapest circuit by linear programming (Cox 1995).

    Examples
    --------
    >>> table = pd.DataFrame([[3, 20, 30], [25, 15, 40], [30, 35, 50]])
    >>> protect(table, threshold=5).to_numpy().astype(int)
    array([[1, 1, 0],
           [1, 1, 0],
           [0, 0, 0]])
    """
    cells = table.to_numpy(dtype=float)
    for where, fact in (
        (~np.isfinite(cells), "missing or infinite; hand in what the totals are made of"),
        (cells < 0, "below 0; only counts can be protected"),
    ):
        if where.any():
            raise DisclosureError(f"{named_cells(table, where)}: {fact}")
    rows, columns = cells.shape
    system = System(
        values=cells.ravel(),
        sums=sparse.vstack(
            [
                sparse.kron(sparse.eye_array(rows), np.ones((1, columns))),
                sparse.kron(np.ones((1, rows)), sparse.eye_array(columns)),
            ],
            format="csr",
        ),
        limits=np.full(cells.size, float(threshold)),
        minimum=float(minimum),
        hideable=cells.ravel() >= minimum,
        row_length=columns,
    )
    primary = (cells > 0) & (cells < threshold)
    below = primary & (cells < minimum)
    if below.any():
        raise DisclosureError(
            f"{named_cells(table, below)}: to be hidden, but below {minimum:g}; lower the minimum"
        )
    hidden, impossible = system.complements(primary.ravel())
    if len(impossible):
        where = np.zeros(cells.size, dtype=bool)
        where[impossible] = True
        raise DisclosureError(
            f"{named_cells(table, where.reshape(cells.shape))}: can be worked out within less than"
            f" {threshold:g} even when all cells are hidden; hide the total of the row or column,"
            " or merge it with another"
        )
    return pd.DataFrame(hidden.reshape(cells.shape), index=table.index, columns=table.columns)


@dataclass(frozen=True, eq=False)
class System:
    """Cells with the sums between them, of which every visible part is known to all.

    Parameters
    ----------
    values
        All cells, hidden or not.
    sums
        Sums x cells: 1 for a part, -1 for the total it belongs to. What ``sums @ values``
        leaves is taken to be known, as is a total that is no cell.
    limits
        How wide the interval of each cell has to be when it is hidden.
    minimum
        What hidden cells are known to be at least.
    hideable
        Which cells may be hidden at all.
    turn
        Whose turn it is: a cell goes only where hiding all of a lower number is not enough.
        None where all are alike.
    row_length
        Columns of a cross-table whose cells stand row by row; 0 for other sums.
    """

    values: Floats
    sums: sparse.csr_array
    limits: Floats
    minimum: float
    hideable: Flags
    turn: Places | None = None
    row_length: int = 0
    whole: bool = field(init=False)

    def __post_init__(self) -> None:
        whole = bool((self.values == np.round(self.values)).all())
        object.__setattr__(self, "whole", whole)

    def complements(self, primary: Flags) -> tuple[Flags, Places]:
        """Hide more until nothing can be worked out.

        Returns
        -------
        hidden, impossible
            All cells to hide, ``primary`` among them, and the primary cells that nothing
            protects, as positions.
        """
        crossed = self._crossed()
        hidden, impossible = self._along_trees(primary & ~crossed, ~crossed)
        found = [impossible]
        if (primary & crossed).any():
            for block in self._blocks(crossed, primary):
                part = self._part(block)
                inside, without = _Circuits(part).hide(primary[block])
                hidden[block] = inside
                found.append(block[without])
        return hidden, np.sort(np.concatenate(found))

    def _labels(self) -> tuple[int, NDArray[np.int32], NDArray[np.int32]]:
        """Count of connected blocks, and the block of each sum and each cell."""
        rows = self.sums.shape[0]
        joined = sparse.block_array([[None, self.sums], [self.sums.T, None]], format="csr")
        count, label = connected_components(joined, directed=False)
        return count, label[:rows], label[rows:]

    def _crossed(self) -> Flags:
        """Cells of blocks in which two ways lead from one cell to another."""
        count, of_row, of_cell = self._labels()
        ways = np.bincount(of_row, np.diff(self.sums.indptr), minlength=count)
        size = np.bincount(of_row, minlength=count) + np.bincount(of_cell, minlength=count)
        return (ways >= size)[of_cell]

    def _blocks(self, crossed: Flags, primary: Flags) -> list[Places]:
        """Cells of each crossed block that holds a primary cell."""
        _, _, of_cell = self._labels()
        wanted = np.unique(of_cell[crossed & primary])
        order = np.argsort(of_cell, kind="stable")
        starts = np.searchsorted(of_cell[order], wanted)
        ends = np.searchsorted(of_cell[order], wanted, side="right")
        return [order[start:end] for start, end in zip(starts, ends, strict=True)]

    def _part(self, block: Places) -> System:
        sums = self.sums[:, block]
        return System(
            self.values[block], sums[np.diff(sums.indptr) > 0], self.limits[block], self.minimum,
            self.hideable[block], None if self.turn is None else self.turn[block],
            self.row_length,
        )  # fmt: skip

    def _along_trees(self, primary: Flags, within: Flags) -> tuple[Flags, Places]:
        """Hide more where sums run one way: in all sums at once, one cell a sum and round."""
        hidden, stuck = primary.copy(), np.zeros(len(primary), dtype=bool)
        entries = self.sums.tocoo()
        kept = within[entries.col]
        links = entries.row[kept], entries.col[kept], entries.data[kept]
        while True:
            lacking = self._lacking(hidden)
            lacking[stuck] = 0.0
            if not lacking.any():
                return hidden, np.flatnonzero(stuck & primary)
            room, brought = self._room(hidden, *links)
            needs = self._needs(lacking, room, brought, *links, alone=True)
            chosen = self._cheapest(needs, hidden, *links)
            if not len(chosen):
                needs = self._needs(lacking, room, brought, *links, alone=False)
                chosen = self._cheapest(self._handed_on(needs, hidden, *links), hidden, *links)
            hidden[chosen] = True
            if not len(chosen):
                stuck |= lacking > 0

    def _lacking(self, hidden: Flags) -> Floats:
        """By how much the interval of each hidden cell is too narrow; 0 where it is not."""
        sums = self.sums[:, hidden]
        found = bounds_in_sums(
            sums, sums @ self.values[hidden], minimum=self.minimum, whole=self.whole
        )
        lacking = np.zeros(len(hidden))
        width = (found["upper"] - found["lower"]).to_numpy()
        lacking[hidden] = np.maximum(self.limits[hidden] - width, 0.0)
        return np.where(lacking > _ALMOST, lacking, 0.0)

    def _room(
        self, hidden: Flags, row: Places, cell: Places, factor: Floats
    ) -> tuple[Floats, Floats]:
        """Per sum, how wide it leaves its hidden cells, and what its hidden parts bring to that.

        A part that is alone has no room; where the total is hidden as well there is no end.
        """
        parts = hidden[cell] & (factor > 0)
        count = np.bincount(row[parts], minlength=self.sums.shape[0])
        amount = np.bincount(
            row[parts], self.values[cell[parts]] - self.minimum, minlength=self.sums.shape[0]
        )
        room = np.where(count > 1, amount, 0.0)
        totals = hidden[cell] & (factor < 0)
        room[row[totals]] = np.where(count[row[totals]] > 0, np.inf, 0.0)
        return room, amount.astype(float)

    def _needs(
        self,
        lacking: Floats,
        room: Floats,
        brought: Floats,
        row: Places,
        cell: Places,
        _factor: Floats,
        *,
        alone: bool,
    ) -> Floats:
        """How much each sum has to gain for the narrow cells in it; 0 where nothing.

        ``alone`` asks what would be too narrow if there were no other sums: what others make
        narrow is mended there first.
        """
        narrow = lacking[cell] > 0
        if alone:
            narrow &= room[row] < self.limits[cell] - _ALMOST
        need = np.zeros(self.sums.shape[0])
        np.maximum.at(need, row[narrow], self.limits[cell[narrow]])
        return np.where(need > 0, np.maximum(need - brought, 2 * _ALMOST), 0.0)

    def _handed_on(
        self, need: Floats, hidden: Flags, row: Places, cell: Places, factor: Floats
    ) -> Floats:
        """Needs of sums, moved to those sums that hidden cells link with them whose turn it is.

        Where a sum in need has none but later cells, every linked sum with an earlier one is
        asked instead.
        """
        if self.turn is None:
            return need
        linked = self.sums[:, hidden]
        block = connected_components(linked @ linked.T, directed=False)[1][row]
        turn = self._turn_with_parts(hidden, row, cell, factor)[cell]
        free = self.hideable[cell] & ~hidden[cell]
        earliest = np.full(block.max(initial=0) + 1, np.iinfo(np.int64).max)
        np.minimum.at(earliest, block[free], turn[free])
        now = np.zeros(len(need), dtype=bool)
        now[row[free & (turn == earliest[block])]] = True
        most = np.zeros(len(earliest))
        np.maximum.at(most, block, need[row])
        served = np.zeros(len(earliest), dtype=bool)
        served[block[now[row] & (need[row] > 0)]] = True
        asked = np.zeros(len(need))
        asked[row] = np.where(now[row], np.where(served[block], need[row], most[block]), 0.0)
        return asked

    def _cheapest(
        self, need: Floats, hidden: Flags, row: Places, cell: Places, factor: Floats
    ) -> Places:
        """One more cell per sum in need: whose turn it is, of these the smallest that is enough.

        The largest where none is. Of one turn, the total goes only where no part is left.
        """
        turn = self._turn_with_parts(hidden, row, cell, factor)
        free = (need[row] > _ALMOST) & self.hideable[cell] & ~hidden[cell]
        row, cell, factor = row[free], cell[free], factor[free]
        value = self.values[cell]
        enough = value - self.minimum >= need[row] - _ALMOST
        keys = (cell, np.where(enough, value, -value), ~enough, factor < 0, turn[cell], row)
        order = np.lexsort(keys)
        first = np.diff(row[order], prepend=-1) > 0
        return np.unique(cell[order][first])

    def _turn_with_parts(self, hidden: Flags, row: Places, cell: Places, factor: Floats) -> Places:
        """Whose turn it is; that of a part where a total could not go without one.

        A hidden total whose parts are all shown would be their sum.
        """
        if self.turn is None:
            return np.zeros(len(hidden), dtype=np.int64)
        turn, parts = self.turn.copy(), factor > 0
        bare = np.ones(self.sums.shape[0], dtype=bool)
        bare[row[parts & hidden[cell]]] = False
        first = np.full(self.sums.shape[0], np.iinfo(np.int64).max)
        going = parts & self.hideable[cell]
        np.minimum.at(first, row[going], turn[cell[going]])
        late = ~parts & bare[row]
        np.maximum.at(turn, cell[late], first[row[late]])
        return turn


class _Circuits:
    """Hide one block that sums cross, a cell and its circuit at a time."""

    def __init__(self, system: System) -> None:
        self._system = system
        self._allowed = system.hideable.copy()
        self._start(np.zeros(len(system.values), dtype=bool))

    def _start(self, primary: Flags) -> None:
        self._hidden = primary.copy()
        self._low, self._high = self._system.values.copy(), self._system.values.copy()

    def hide(self, primary: Flags) -> tuple[Flags, Places]:
        """Answer with the hidden cells and the primary ones that nothing protects.

        A complement that nothing would protect is not hidden: the choice is made anew without it.
        """
        impossible: list[int] = []
        while True:
            self._start(primary)
            refused = self._all_cells(impossible)
            if refused is None:
                return self._hidden, np.array(sorted(impossible), dtype=np.int64)
            if primary[refused]:
                impossible.append(refused)
            else:
                self._allowed[refused] = False

    def _all_cells(self, impossible: list[int]) -> int | None:
        """Protect cell after cell; answer with one that cannot be, None when all are."""
        while True:
            open_cells = np.flatnonzero(self._hidden & ~self._proved())
            open_cells = open_cells[~np.isin(open_cells, impossible)]
            if not len(open_cells):
                return None
            values = self._system.values[open_cells]
            cell = int(open_cells[np.lexsort((open_cells, values))[0]])
            if self._rectangle(cell) or self._circuit(cell):
                continue
            return cell

    def _proved(self) -> Flags:
        low, high = self._low, self._high
        if self._system.whole:
            low, high = np.ceil(low - _ALMOST), np.floor(high + _ALMOST)
        return high - low >= self._system.limits - _ALMOST

    def _move(self, change: Floats) -> None:
        """Take note of a table that fits all sums, hiding all that differs in it."""
        self._hidden |= np.abs(change) > _ALMOST
        filled = self._system.values + change
        self._low, self._high = np.minimum(self._low, filled), np.maximum(self._high, filled)

    def _rectangle(self, cell: int) -> bool:
        """Protect a cell by the cheapest rectangle: fewest new cells, then the smallest."""
        columns = self._system.row_length
        if not columns:
            return False
        shape = (-1, columns)
        values = self._system.values.reshape(shape)
        allowed = (self._allowed | self._hidden).reshape(shape)
        new = ~self._hidden.reshape(shape)
        i, j = divmod(cell, columns)
        down = np.minimum(values[i, j], values) - self._system.minimum
        up = np.minimum.outer(values[:, j], values[i]) - self._system.minimum
        fits = allowed & np.logical_and.outer(allowed[:, j], allowed[i])
        fits &= up + down >= self._system.limits.reshape(shape) - _ALMOST
        fits[i], fits[:, j] = False, False
        if not fits.any():
            return False
        cost = new * values
        many = new.astype(int) + np.add.outer(new[:, j].astype(int), new[i].astype(int))
        much = cost + np.add.outer(cost[:, j], cost[i])
        where = np.flatnonzero(fits)
        best = where[np.lexsort((where, much.ravel()[where], many.ravel()[where]))[0]]
        k, m = divmod(int(best), columns)
        corner = np.zeros_like(values)
        corner[i, j] = corner[k, m] = 1.0
        corner[i, m] = corner[k, j] = -1.0
        self._move(corner.ravel() * up[k, m])
        self._move(corner.ravel() * -down[k, m])
        return True

    def _circuit(self, cell: int) -> bool:
        """Protect a cell by a circuit, of cells whose turn is as early as can be."""
        turn = self._system.turn
        if turn is None:
            return self._cheapest_circuit(cell, self._allowed | self._hidden)
        return any(
            self._cheapest_circuit(cell, self._hidden | (self._allowed & (turn <= latest)))
            for latest in np.unique(turn[self._allowed | self._hidden])
        )

    def _cheapest_circuit(self, cell: int, allowed: Flags) -> bool:
        """Protect a cell by the cheapest two changes that leave all sums as they are.

        Each unit of change costs 1 in a cell that would have to be hidden. The two changes
        move the cell apart by its limit.
        """
        system, n = self._system, len(self._system.values)
        limit = system.limits[cell]
        most = np.where(allowed, limit * 2, 0.0)
        least = np.where(allowed, np.maximum(system.values - system.minimum, 0.0), 0.0)
        weight = system.values / (system.values.sum() or 1.0)
        price = np.where(self._hidden, _HIDDEN_COST, 1.0 + weight)
        none = sparse.csr_array(system.sums.shape)
        sums = sparse.block_array(
            [[system.sums, -system.sums, none, none], [none, none, system.sums, -system.sums]],
            format="csr",
        )
        apart = np.zeros((1, 4 * n))
        apart[0, [cell, n + cell, 2 * n + cell, 3 * n + cell]] = [-1.0, 1.0, 1.0, -1.0]
        answer = linprog(
            np.tile(price, 4),
            A_ub=sparse.csr_array(apart), b_ub=[-limit],
            A_eq=sums, b_eq=np.zeros(sums.shape[0]),
            bounds=np.column_stack([np.zeros(4 * n), np.concatenate([most, least, most, least])]),
            method="highs",
        )  # fmt: skip
        if answer.x is None:
            return False
        more, less, more_below, less_below = np.split(answer.x, 4)
        changes = more - less, more_below - less_below
        for change in changes:
            self._hidden |= np.abs(change) > _ALMOST
        if not system.whole or all(
            (np.abs(one - np.round(one)) < _ALMOST).all() for one in changes
        ):
            for change in changes:
                self._move(change)
            return True
        return self._extremes(cell)

    def _extremes(self, cell: int) -> bool:
        """Fill the hidden cells so that one is as small and as large as can be."""
        system, hidden = self._system, self._hidden
        sums = system.sums[:, hidden]
        values = system.values[hidden]
        for sense in (1.0, -1.0):
            aim = np.zeros(len(values))
            aim[np.searchsorted(np.flatnonzero(hidden), cell)] = sense
            most = values + 2 * system.limits[cell]
            answer = linprog(
                aim,
                A_eq=sums,
                b_eq=sums @ values,
                bounds=np.column_stack([np.full(len(values), system.minimum), most]),
                method="highs",
            )
            change = np.zeros(len(hidden))
            change[hidden] = answer.x - values
            self._move(change)
        return bool(self._proved()[cell])
