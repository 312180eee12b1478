"""One column of a file as text: its header in words, its distinct cells, a sample of them.

Knows how to look at a million cells cheaply - each distinct cell once, shapes
on a sample - and which headers must not be repeated in a message because they
could be a person's own data (a file without a header row).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analysis.intake.checks.wording import fold

SAMPLE = 1000
"""Distinct cells whose shape is looked at, evenly spaced over the column."""

_LOOK = 20_000
"""Cells that are compared to learn whether a long column repeats itself."""

_NOT_NUMERIC = r"[^\d.,\s%+\-−–'’()/:<>*]"
_FIGURE = re.compile(
    r"[-+−(<>≤≥]?=?(\d{1,3}([.,'’\s]\d{3})+|\d+)([.,]\d+)?\s?%?\)?(\s?[A-Za-z*]{1,3}|\s?\(\w\))?$"
)


class TextColumn:
    """One column of raw text.

    Parameters
    ----------
    header
        As the file names it.
    position
        1 for the leftmost.
    cells
        Text, or categories of it; empty where nothing stands.
    """

    def __init__(self, header: str, position: int, cells: pd.Series) -> None:
        self.header = header
        self.position = position
        self.cells = cells

    @cached_property
    def _held(self) -> tuple[pa.Array, int] | None:
        """Distinct cells, and how many hold something; None where cells are no categories."""
        if not isinstance(self.cells.dtype, pd.CategoricalDtype):
            return None
        codes, categories = self.cells.cat.codes.to_numpy(), self.cells.cat.categories
        counts = np.bincount(codes[codes >= 0], minlength=len(categories))
        own: Any = categories.astype("str").array
        texts = own.__arrow_array__().combine_chunks().filter(pa.array(counts > 0))
        filled = pc.fill_null(pc.not_equal(texts, ""), False).to_numpy(zero_copy_only=False)
        return texts, int(counts[counts > 0][filled].sum())

    @cached_property
    def _filled(self) -> pa.ChunkedArray:
        """Cells that hold something."""
        text = self.cells if self.cells.dtype == "str" else self.cells.astype("str")
        # Its own array, not the Series: pyarrow would copy a Series cell by cell.
        own: Any = text.array
        cells = own.__arrow_array__()
        return cells.filter(pc.fill_null(pc.not_equal(cells, ""), False))

    @property
    def filled(self) -> int:
        """Number of cells that hold something."""
        return self._held[1] if self._held else len(self._filled)

    @cached_property
    def _mostly_different(self) -> float:
        """Share of distinct cells in a look at a long column, 0 where all are looked at."""
        if self._held or self.filled <= 2 * _LOOK:
            return 0.0
        look = self._filled.take(_evenly(self.filled, _LOOK))
        share = len(pc.unique(look)) / _LOOK
        return share if share > 0.9 else 0.0

    @cached_property
    def values(self) -> pa.ChunkedArray | pa.Array:
        """Distinct cells that hold something; a long column of mostly different ones as it is."""
        if self._mostly_different:
            return self._filled
        texts = self._held[0] if self._held else pc.unique(self._filled)
        trimmed = pc.unique(pc.utf8_trim_whitespace(texts))
        return trimmed.filter(pc.not_equal(trimmed, ""))

    @property
    def distinct(self) -> int:
        """Number of distinct cells that hold something."""
        return len(self.values)

    @property
    def uniqueness(self) -> float:
        """Distinct cells as a share of filled ones (0-1)."""
        if self._mostly_different:
            return self._mostly_different
        return self.distinct / self.filled if self.filled else 0.0

    @cached_property
    def sample(self) -> list[str]:
        """At most :data:`SAMPLE` of the distinct cells, evenly spaced."""
        cells = self.values.take(_evenly(self.distinct, SAMPLE)).to_pylist()
        return [one.strip() for one in cells if one.strip()]

    @cached_property
    def words(self) -> str:
        """The header, folded."""
        return fold(self.header)

    @cached_property
    def text(self) -> pa.ChunkedArray | pa.Array:
        """The distinct cells that hold more than figures and marks."""
        return self.values.filter(pc.match_substring_regex(self.values, _NOT_NUMERIC))

    def text_with(self, shape: str, most: int | None = None) -> list[str]:
        """Return the distinct cells of text in which a shape (RE2) is found, the first ``most``."""
        if not len(self.text):
            return []
        hits = self.text.filter(pc.match_substring_regex(self.text, shape))
        return hits.slice(0, most).to_pylist()

    @cached_property
    def is_textual(self) -> bool:
        """Whether most distinct cells hold more than figures and marks."""
        return self.distinct > 0 and len(self.text) > self.distinct / 2

    @cached_property
    def numbers(self) -> np.ndarray | None:
        """The sample as numbers with a decimal point; None when under 90 % are."""
        read = pd.to_numeric(pd.Series(self.sample, dtype="object"), errors="coerce").to_numpy(
            dtype=float
        )
        good = read[np.isfinite(read)]
        return good if len(good) >= 0.9 * max(len(read), 1) else None

    @cached_property
    def holds_figures(self) -> bool:
        """Whether it holds figures, however a statistics office writes them (``1.234,5 p``, ``..``)."""
        if self.numbers is not None:
            return True
        said = [one for one in self.sample if re.search(r"\d", one)]
        signs = [one for one in self.sample if not re.search(r"\d", one)]
        figures = sum(map(bool, map(_FIGURE.match, said)))
        return bool(said) and figures >= 0.9 * len(said) and max(map(len, signs), default=0) <= 6

    def share(self, shape: re.Pattern[str] | Callable[[str], bool]) -> float:
        """Return the share of the sample that has a shape (0-1); 0 without cells."""
        test = shape if callable(shape) else shape.search
        return sum(bool(test(one)) for one in self.sample) / max(len(self.sample), 1)

    def announces(self, headers: frozenset[str]) -> bool:
        """Whether the header is, ends in, or begins with one of the words.

        A header of one word may be written together (``firstname``), one of
        several words may stand within more (``client first name``).
        """
        if self.words in headers or self.words.replace(" ", "") in {
            one.replace(" ", "") for one in headers
        }:
            return True
        parts = self.words.split()
        runs = {
            " ".join(parts[start:end])
            for start in range(len(parts))
            for end in range(start + 1, len(parts) + 1)
        }
        return any(len(one) > 4 for one in runs & headers)

    def in_places(self, places: frozenset[str]) -> bool:
        """Whether at least half of the sample are codes or names of known areas."""
        if not places or not self.sample:
            return False
        known = sum(fold(one) in places or fold(one.lstrip("0")) in places for one in self.sample)
        return known >= len(self.sample) / 2


def _evenly(length: int, most: int) -> np.ndarray:
    """Positions of at most ``most`` of ``length`` cells, evenly spaced."""
    if length <= most:
        return np.arange(length)
    return np.linspace(0, length - 1, most).astype(int)


def read_columns(cells: pd.DataFrame) -> list[TextColumn]:
    """Return the columns of a file that hold anything, by position."""
    found = [
        TextColumn(str(header), number + 1, cells.iloc[:, number])
        for number, header in enumerate(cells.columns)
    ]
    return [column for column in found if column.filled and column.distinct]


def folded_places(codes_and_names: Iterable[str]) -> frozenset[str]:
    """Return codes and names of areas as :meth:`TextColumn.in_places` compares them."""
    found = {fold(one) for one in codes_and_names}
    return frozenset(found | {one.lstrip("0") for one in found} - {""})
