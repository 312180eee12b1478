"""Where each row of a file went: the ledger between the places of a file and the areas of a map.

Knows how to account for every row: rows and totals are counted on what was
handed in, before anything is joined, so that the ledger adds up or shows that
it does not. What crosses to another boundary in part only, and what an area
has twice, is held back here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis import crosswalks
from analysis.catalogue import Indicator
from analysis.crosswalks import Crosswalk
from analysis.errors import GroundworkError, UnknownId
from analysis.intake import matching
from analysis.intake.atlas import Atlas
from analysis.intake.matching import (
    AMBIGUOUS,
    CROSSING,
    DATA_ONLY,
    DUPLICATED,
    FIRST,
    KINDS,
    LAST,
    LEAVE_OUT,
    MATCHED,
    ONE_BY_ONE,
    OUTCOMES,
    SHARE_OUT,
    WHY,
    Cells,
    Recognition,
    Suggestion,
    Units,
    combined,
    first_cells,
)
from analysis.language import gettext as _
from analysis.territory import Territory

__all__ = [
    "AMBIGUOUS", "CROSSING", "DATA_ONLY", "DUPLICATED", "FIRST", "KINDS", "LAST", "LEAVE_OUT",
    "MATCHED", "ONE_BY_ONE", "OUTCOMES", "SHARE_OUT", "Ledger", "Recognition", "Suggestion",
    "Unmatched", "join",
]  # fmt: skip

_AS_IT_STANDS = ("id", "name", "id and name")
"""How a place joins of itself; anything else somebody has agreed to."""
_NOTHING: Mapping[str, str] = MappingProxyType({})
_NO_INDICATORS: Mapping[str, Indicator] = MappingProxyType({})


@dataclass(frozen=True)
class Unmatched:
    """A place of the file that did not join, or not in all periods.

    Parameters
    ----------
    place, place_name, level
        As written in the file; empty where nothing stands.
    outcome, why
        One of :data:`OUTCOMES` but *matched*, and the code of the reason.
    rows
        How many rows; ``lines`` are the first of them as numbered in the file.
    periods
        Those that did not join, earliest first.
    suggestions
        The most likely first.
    decided
        Whether somebody has said that these rows are left out.
    area_id
        Of repeated rows the area they are of, which decisions on repeats name.
    """

    place: str
    place_name: str
    level: str
    outcome: str
    why: str
    rows: int
    lines: tuple[int, ...]
    periods: tuple[str, ...]
    suggestions: tuple[Suggestion, ...]
    decided: bool
    area_id: str = ""

    @property
    def question(self) -> str:
        """Id of the question that decides on it."""
        if self.outcome == DUPLICATED:
            return f"repeats:{self.area_id}"
        return f"place:{self.place or self.place_name or f'{matching.ROW}{self.lines[0]}'}"

    @property
    def words(self) -> str:
        """Say why it did not join, in the reader's language."""
        return _(WHY[self.why])


@dataclass(frozen=True, eq=False)
class Ledger:
    """What became of every row of a file.

    Parameters
    ----------
    rows_in, matched, data_only, duplicated, ambiguous
        Counts of rows: the first is the sum of the others. A row with several
        figures is what the gravest of them is.
    accepted
        Matched rows that joined by a decision or an accepted suggestion.
    waiting
        Rows that are not matched and that nobody has decided on.
    areas, matched_areas, boundary_only
        Areas of the levels and periods of the file, those with a joined
        figure, and the ids of those without: the first is the sum of the others.
    total_in, total_joined
        Sum of all numbers of the file, and of those that joined.
    totals
        The same by ``level, measure, role, period``.
    by_level
        The counts by level of the file: ``level`` and the fields above.
    names
        Every place that joined: ``place, place_name, level, area_id,
        area_name, how, rows``; ``how`` is ``id``, ``name``, ``id and name``,
        ``decided`` or the kind of an accepted suggestion.
    unmatched
        Every place that did not, the most rows first.
    versions
        Which boundary versions the codes are of.
    rows
        A row per cell handed in, its index kept: ``outcome, level, area_id,
        how, crosswalk, estimated``. Only *matched* cells are to be published;
        those with a ``crosswalk`` carry the old area's id and go through
        :func:`analysis.crosswalks.apportion`, those that are
        ``estimated`` get that status.
    """

    rows_in: int
    matched: int
    data_only: int
    duplicated: int
    ambiguous: int
    accepted: int
    waiting: int
    areas: int
    matched_areas: int
    boundary_only: tuple[str, ...]
    total_in: float
    total_joined: float
    totals: pd.DataFrame
    by_level: pd.DataFrame
    names: pd.DataFrame
    unmatched: tuple[Unmatched, ...]
    versions: tuple[Recognition, ...]
    rows: pd.DataFrame

    @property
    def outcome(self) -> pd.Series:
        """What became of each cell handed in, one of :data:`OUTCOMES`."""
        return self.rows["outcome"]

    @property
    def version(self) -> str:
        """Name of the boundary version the file is of; "" when it is of several."""
        found = {one.recognised for one in self.versions}
        return found.pop() if len(found) == 1 else ""

    @property
    def fates(self) -> dict[str, int]:
        """Rows by what became of them; together they are all rows of the file.

        ``exact`` joined as they stand, ``accepted`` after somebody agreed,
        ``set_aside`` are left out with a reason, ``waiting`` wait for a decision.
        """
        return {
            "exact": self.matched - self.accepted,
            "accepted": self.accepted,
            "set_aside": self.rows_in - self.matched - self.waiting,
            "waiting": self.waiting,
        }

    @property
    def differing(self) -> pd.DataFrame:
        """Rows of ``names`` that are written otherwise than their area, the most rows first."""
        names = self.names
        written = (names["place_name"] != "") & (names["place_name"] != names["area_name"])
        other = written | ~names["how"].isin(_AS_IT_STANDS)
        return names[other].sort_values("rows", ascending=False, kind="stable", ignore_index=True)

    @cached_property
    def suggestions_by_kind(self) -> dict[str, tuple[Suggestion, ...]]:
        """Everything that is offered, by kind, in the order of :data:`KINDS`."""
        found: dict[str, list[Suggestion]] = {}
        for place in self.unmatched:
            for one in place.suggestions:
                if not place.decided:
                    found.setdefault(one.kind, []).append(one)
        return {kind: tuple(found[kind]) for kind in KINDS if kind in found}

    def as_dict(self) -> dict[str, object]:
        """Return the ledger as plain JSON types."""
        return {
            "rows_in": self.rows_in,
            "matched": self.matched,
            "data_only": self.data_only,
            "duplicated": self.duplicated,
            "ambiguous": self.ambiguous,
            "boundary_only": len(self.boundary_only),
            "boundary_only_areas": list(self.boundary_only),
            "areas": self.areas,
            "total_in": self.total_in,
            "total_joined": self.total_joined,
            "unmatched": [
                {
                    "place": one.place,
                    "place_name": one.place_name,
                    "level": one.level,
                    "outcome": one.outcome,
                    "code": one.why,
                    "why": one.words,
                    "rows": one.rows,
                    "lines": list(one.lines),
                    "periods": list(one.periods),
                    "decided": one.decided,
                    "suggestions": [
                        {"kind": offer.kind, "choice": offer.choice, "words": offer.words}
                        for offer in one.suggestions
                    ],
                }
                for one in self.unmatched
            ],
        }


def join(
    places: pd.DataFrame,
    territory: Territory,
    level: str,
    *,
    decisions: Mapping[str, str] = _NOTHING,
    kinds_accepted: Collection[str] = (),
    others: Collection[str] | None = None,
    levels: Mapping[str, str] = _NOTHING,
    repeats: Mapping[str, str] = _NOTHING,
    known_crosswalks: Sequence[Crosswalk] = (),
    indicators: Mapping[str, Indicator] = _NO_INDICATORS,
    rows_in: int | None = None,
) -> Ledger:
    """Say for each row of a file which area it is of, or why that is not known.

    Parameters
    ----------
    places
        The cells of a file, one row each: ``row`` (its line in the file),
        ``place`` (a code) and ``number``; where the file has them
        ``place_name`` (both are the name where a file names areas without a
        code), ``level`` (its id or its words), ``period``, ``measure`` or
        ``indicator_id``, ``role`` (``value, count, denominator, sd, lower,
        upper``), ``category``, ``text`` and ``status``. Any index.
    territory
        Its areas on all boundary versions.
    level
        The level of rows that state none.
    decisions
        By place as written (by its name where it has no code, or by
        ``"row 17"``): an area id, ``level/id`` for an area of another level,
        :data:`LEAVE_OUT` or :data:`SHARE_OUT`. Only asked where a row does
        not join by itself.
    kinds_accepted
        Kinds of suggestion accepted for all places that have one such area.
    others
        None, or the declined kinds: then places of which nothing else is
        offered are left out together.
    levels
        By level as the file writes it: a level of the territory, or
        :data:`LEAVE_OUT` for all its rows.
    repeats
        By area id: which of its repeated rows counts, :data:`FIRST`,
        :data:`LAST` or none (:data:`LEAVE_OUT`).
    known_crosswalks
        As :func:`analysis.crosswalks.read_crosswalks` returns them.
    indicators
        What each ``measure`` is; one that is itself an indicator id need not stand here.
    rows_in
        Rows of data counted on the file itself, to be held against ``places``.

    Returns
    -------
    Ledger
        Its identities hold whatever the file.

    Raises
    ------
    UnknownId
        When the level, a kind, or an area of a decision does not exist.
    GroundworkError
        When rows were lost between file and join, or a decision on repeats
        cannot be understood.

    Notes
    -----
    Nothing is joined unseen but codes, and names of rows without a code, that
    stand exactly so on the boundary version valid at the end of the period. A
    code whose name is that of another area is ambiguous. Repeats of an area
    for the same figure are all set aside until somebody says which one counts.
    All work on text is done once per distinct place.
    """
    _check_answers(territory, level, kinds_accepted, repeats)
    atlas = Atlas(territory, known_crosswalks)
    cells = Cells(places, level, decisions, lambda text: _level_of(text, levels, atlas))
    if rows_in is not None and rows_in != cells.rows:
        raise GroundworkError(
            f"the file has {rows_in} rows of data, {cells.rows} reached the join; read it again"
        )
    units = Units(cells, atlas)
    recognised = matching.recognise(units, atlas)
    matching.match_exactly(units, atlas, recognised)
    if "level_as_stated" not in kinds_accepted:
        matching.doubt_levels(units, atlas)
    matching.suggest(units, atlas, recognised)
    matching.decide(units, atlas, decisions, frozenset(kinds_accepted), others, levels)
    verdict = _Verdict(cells, units)
    _cross(verdict, cells, units, territory, indicators)
    _find_repeats(verdict, cells, units, repeats, "identical_rows" in kinds_accepted)
    return _ledger(verdict, cells, units, atlas, recognised)


def _level_of(text: str, levels: Mapping[str, str], atlas: Atlas) -> str:
    known = atlas.level_of(text)
    said = levels.get(known, "")
    return said if said in atlas.levels else known


def _check_answers(
    territory: Territory, level: str, kinds: Collection[str], repeats: Mapping[str, str]
) -> None:
    if level not in territory.levels:
        raise UnknownId(f"no level {level!r} here; levels: {', '.join(territory.levels)}")
    for kind in kinds:
        if kind not in KINDS or kind in ONE_BY_ONE:
            known = ", ".join(one for one in KINDS if one not in ONE_BY_ONE)
            raise UnknownId(f"no kind {kind!r} to accept for all places; kinds: {known}")
    for area_id, answer in repeats.items():
        if answer not in (FIRST, LAST, LEAVE_OUT):
            raise GroundworkError(
                f"repeats of {area_id!r}: {answer!r} is no answer; write {FIRST!r}, {LAST!r} or"
                f" {LEAVE_OUT!r}"
            )


# ---------------------------------------------------------------- back to the cells


class _Verdict:
    """What becomes of each cell; starts as what became of its place."""

    def __init__(self, cells: Cells, units: Units) -> None:
        of_cell = units.of_cell
        severity = {outcome: number for number, outcome in enumerate(OUTCOMES)}
        self.outcome = _taken([severity[one.outcome] for one in units.all], of_cell)
        self.decided = _taken([one.decided for one in units.all], of_cell).astype(bool)
        self.why = _taken([_WHY_CODES[one.why] for one in units.all], of_cell)
        passing = _taken([one.why == "not_of_this_time" for one in units.all], of_cell) > 0
        chosen = np.flatnonzero(passing & (self.outcome == 1))
        self.carries = np.ones(len(of_cell), dtype=bool)
        # An empty cell of a time in which the area did not exist says nothing and costs nothing.
        self.carries[chosen] = ~cells.blank(chosen)
        self.decided |= ~self.carries

    def set_aside(self, chosen: np.ndarray, outcome: str, why: str) -> None:
        self.outcome[chosen] = OUTCOMES.index(outcome)
        self.why[chosen] = _WHY_CODES[why]
        self.decided[chosen] = False


_WHY_NAMES = ["", *WHY]
_WHY_CODES = {why: number for number, why in enumerate(_WHY_NAMES)}


def _taken(of_unit: Iterable[int | bool], of_cell: np.ndarray) -> np.ndarray:
    return np.array(list(of_unit), dtype="int64")[of_cell]


def _cross(
    verdict: _Verdict,
    cells: Cells,
    units: Units,
    territory: Territory,
    indicators: Mapping[str, Indicator],
) -> None:
    """Hold back what may not cross, and what would cross in part only."""
    crossing = _taken([one.crosswalk is not None for one in units.all], units.of_cell) > 0
    chosen = np.flatnonzero(crossing & (verdict.outcome == 0))
    if not len(chosen):
        return
    refused = _refusals(cells, chosen, territory, indicators)
    for why in sorted(set(refused) - {""}):
        verdict.set_aside(chosen[refused == why], DATA_ONLY, why)
    chosen = chosen[refused == ""]
    parts = _parts(cells, units, chosen)
    while len(parts):
        there = parts.groupby(["slot", "crosswalk", "to_id"])["from_id"].transform("nunique")
        lost = parts.loc[there < parts["needed"], "cell"].unique()
        if not len(lost):
            break
        verdict.set_aside(lost, DATA_ONLY, "part_missing")
        parts = parts[~parts["cell"].isin(lost)]


def _refusals(
    cells: Cells,
    chosen: np.ndarray,
    territory: Territory,
    indicators: Mapping[str, Indicator],
) -> np.ndarray:
    """Why each of the chosen cells may not cross; "" where it may."""
    pairs = cells.measure.codes * len(cells.role.texts) + cells.role.codes
    roles: dict[int, set[str]] = {}
    for pair in pd.unique(pairs):
        measure, role = divmod(int(pair), len(cells.role.texts))
        roles.setdefault(measure, set()).add(cells.role.texts[role])
    answer = {}
    for pair in pd.unique(pairs[chosen]):
        measure, role = divmod(int(pair), len(cells.role.texts))
        name = cells.measure.texts[measure]
        known = indicators.get(name)
        if known is None and name in territory.catalogue:
            known = territory.catalogue[name]
        answer[pair] = crosswalks.refusal(known, roles[measure], cells.role.texts[role])
    return np.array([answer[pair] for pair in pairs[chosen]], dtype=object)


def _parts(cells: Cells, units: Units, chosen: np.ndarray) -> pd.DataFrame:
    """A row per crossing cell and area it goes to: ``cell, slot, crosswalk, from_id, to_id``."""
    rows = []
    for number, unit in enumerate(units.all):
        if unit.crosswalk is None:
            continue
        for to_id, _share in unit.crosswalk.shares[unit.place]:
            needed = len(unit.crosswalk.sources[to_id])
            rows.append((number, unit.crosswalk.name, unit.level, unit.place, to_id, needed))
    columns = ["unit", "crosswalk", "level", "from_id", "to_id", "needed"]
    shares = pd.DataFrame(rows, columns=columns)
    moved = pd.DataFrame(
        {"cell": chosen, "unit": units.of_cell[chosen], "slot": cells.slot[chosen]}
    )
    return moved.merge(shares, on="unit")


def _find_repeats(
    verdict: _Verdict,
    cells: Cells,
    units: Units,
    repeats: Mapping[str, str],
    identical_accepted: bool,
) -> None:
    """Set aside every row of an area that has several for the same figure."""
    # An old area on its way through a crosswalk is not the new area of the same id.
    keys = [(*one.area, one.crosswalk.name if one.crosswalk else "") for one in units.all]
    area = pd.factorize(pd.Series(keys, dtype=object))[0] if keys else np.array([], dtype="int64")
    joined = np.flatnonzero(verdict.outcome == 0)
    key = pd.Series(area[units.of_cell[joined]].astype("int64") * cells.slots + cells.slot[joined])
    again = key.duplicated(keep=False).to_numpy()
    clashing = _clashes(verdict, cells, units, joined)
    if again.any():
        _set_repeats_aside(
            verdict, cells, units, joined[again], key.to_numpy()[again], repeats, identical_accepted
        )
    verdict.set_aside(clashing, DUPLICATED, "repeated")
    # A row is published whole or not at all: its other figures are no better known.
    doubled = np.zeros(cells.rows, dtype=bool)
    repeated = verdict.outcome == OUTCOMES.index(DUPLICATED)
    doubled[cells.row[repeated]] = True
    settled = np.ones(cells.rows, dtype=bool)
    settled[cells.row[repeated & ~verdict.decided]] = False
    drawn = (verdict.outcome == 0) & doubled[cells.row]
    verdict.set_aside(np.flatnonzero(drawn), DUPLICATED, "repeated")
    verdict.decided[drawn] = settled[cells.row[drawn]]


def _set_repeats_aside(
    verdict: _Verdict,
    cells: Cells,
    units: Units,
    chosen: np.ndarray,
    key: np.ndarray,
    repeats: Mapping[str, str],
    identical_accepted: bool,
) -> None:
    figures = pd.DataFrame(
        {
            "key": key,
            "number": cells.number[chosen],
            "status": cells.status.codes[chosen],
            # Where there is a number its writing does not matter: 13 and 13.0 are one figure.
            "text": np.where(np.isnan(cells.number[chosen]), cells.texts(chosen), ""),
        }
    )
    differing = figures.groupby("key")[["number", "status", "text"]].transform(
        "nunique", dropna=False
    )
    same = (differing == 1).all(axis=1).to_numpy()
    asked = [units.all[unit].area[1] for unit in units.of_cell[chosen]]
    answer = np.array([repeats.get(area_id, "") for area_id in asked], dtype=object)
    answer[(answer == "") & same & identical_accepted] = FIRST
    keyed = pd.Series(key)
    kept = ((answer == FIRST) & ~keyed.duplicated(keep="first").to_numpy()) | (
        (answer == LAST) & ~keyed.duplicated(keep="last").to_numpy()
    )
    verdict.set_aside(chosen[same & ~kept], DUPLICATED, "repeated_identical")
    verdict.set_aside(chosen[~same & ~kept], DUPLICATED, "repeated")
    verdict.decided[chosen[(answer != "") & ~kept]] = True


def _clashes(verdict: _Verdict, cells: Cells, units: Units, joined: np.ndarray) -> np.ndarray:
    """Cells of an area that has its own row and receives a share of another's."""
    crossing = _taken([one.crosswalk is not None for one in units.all], units.of_cell) > 0
    parts = _parts(cells, units, joined[crossing[joined]])
    if parts.empty:
        return np.array([], dtype="int64")
    direct = joined[~crossing[joined]]
    areas = [units.all[unit].area for unit in units.of_cell[direct]]
    own = pd.DataFrame(
        {
            "own": direct,
            "slot": cells.slot[direct],
            "level": [level for level, _ in areas],
            "to_id": [area_id for _, area_id in areas],
        }
    )
    both = parts.merge(own, on=["slot", "level", "to_id"])
    return np.unique(np.concatenate([both["cell"], both["own"]])).astype("int64")


# ---------------------------------------------------------------- the ledger


def _ledger(
    verdict: _Verdict,
    cells: Cells,
    units: Units,
    atlas: Atlas,
    recognised: Mapping[int, Recognition],
) -> Ledger:
    by_row = _by_row(verdict, cells)
    counts = np.bincount(by_row, minlength=len(OUTCOMES))
    waits = np.zeros(cells.rows, dtype=bool)
    waits[cells.row[(verdict.outcome > 0) & ~verdict.decided]] = True
    joined = verdict.outcome == 0
    agreed = _taken([one.how not in _AS_IT_STANDS for one in units.all], units.of_cell) > 0
    accepted = np.zeros(cells.rows, dtype=bool)
    accepted[cells.row[joined & agreed]] = True
    present, matched = _areas(verdict, cells, units, atlas)
    missing = sorted(present - matched)
    return Ledger(
        rows_in=cells.rows,
        matched=int(counts[0]),
        data_only=int(counts[1]),
        duplicated=int(counts[2]),
        ambiguous=int(counts[3]),
        accepted=int((accepted & (by_row == 0)).sum()),
        waiting=int(waits.sum()),
        areas=len(present),
        matched_areas=len(matched),
        boundary_only=tuple(area_id for _level, area_id in missing),
        total_in=float(np.nansum(cells.number)),
        total_joined=float(np.nansum(cells.number[joined])),
        totals=_totals(cells, joined),
        by_level=_by_level(by_row, cells, present, matched),
        names=_names(verdict, cells, units, atlas),
        unmatched=_unmatched(verdict, cells, units),
        versions=tuple(recognised.values()),
        rows=_rows(verdict, cells, units),
    )


def _by_row(verdict: _Verdict, cells: Cells) -> np.ndarray:
    """The gravest outcome of each row's cells; empty cells of another time only if all are."""
    found = np.full(cells.rows, -1, dtype="int64")
    for outcome in range(len(OUTCOMES)):
        found[cells.row[(verdict.outcome == outcome) & verdict.carries]] = outcome
    found[found < 0] = OUTCOMES.index(DATA_ONLY)
    return found


def _areas(
    verdict: _Verdict, cells: Cells, units: Units, atlas: Atlas
) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
    """Areas there are for the levels and periods of the file, and those that got a figure."""
    joined = np.flatnonzero(verdict.outcome == 0)
    matched: set[tuple[str, str]] = set()
    for number in pd.unique(units.of_cell[joined]):
        unit = units.all[number]
        if unit.crosswalk is None:
            matched.add(unit.area)
        else:
            matched |= {(unit.level, to_id) for to_id, _ in unit.crosswalk.shares[unit.place]}
    levels = {one.level for one in units.all if one.epoch is not None}
    levels |= {level for level, _ in matched}
    # A file without a row still leaves areas without one, on the boundary of today.
    when = cells.period.texts if len(cells.row) else [""]
    stated = levels or {one for one in cells.level.texts if one in atlas.levels}
    used = [cells.period.texts[code] for code in pd.unique(cells.period.codes)] or when
    epochs = {id(one): one for one in (atlas.epoch(lv, at) for lv in stated for at in used)}
    present = {(one.level, area_id) for one in epochs.values() for area_id in one.names}
    return present | matched, matched


def _totals(cells: Cells, joined: np.ndarray) -> pd.DataFrame:
    columns = {
        "level": cells.level, "measure": cells.measure, "role": cells.role, "period": cells.period,
    }  # fmt: skip
    group, _distinct = pd.factorize(combined(*columns.values())[0])
    first = first_cells(group)
    number = np.nan_to_num(cells.number, nan=0.0)
    table = pd.DataFrame(
        {name: [one.texts[one.codes[cell]] for cell in first] for name, one in columns.items()}
    )
    table["total_in"] = np.bincount(group, weights=number, minlength=len(first))
    table["total_joined"] = np.bincount(
        group, weights=np.where(joined, number, 0.0), minlength=len(first)
    )
    return table.sort_values(list(columns), kind="stable", ignore_index=True)


def _by_level(
    by_row: np.ndarray,
    cells: Cells,
    present: set[tuple[str, str]],
    matched: set[tuple[str, str]],
) -> pd.DataFrame:
    first = np.full(cells.rows, 0, dtype="int64")
    first[cells.row] = cells.level.codes
    counts = np.bincount(
        first * len(OUTCOMES) + by_row, minlength=len(cells.level.texts) * len(OUTCOMES)
    ).reshape(-1, len(OUTCOMES))
    stated = {level: counts[code] for code, level in enumerate(cells.level.texts)}
    levels = [one for one in stated if stated[one].sum()]
    levels += sorted({level for level, _ in present} - set(levels))
    zero = np.zeros(len(OUTCOMES), dtype="int64")
    rows = []
    for level in levels:
        found = stated.get(level, zero)
        areas = sum(one == level for one, _ in present)
        have = sum(one == level for one, _ in matched)
        rows.append([level, int(found.sum()), *map(int, found), areas, have, areas - have])
    columns = [
        "level", "rows_in", "matched", "data_only", "duplicated", "ambiguous", "areas",
        "matched_areas", "boundary_only",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _names(verdict: _Verdict, cells: Cells, units: Units, atlas: Atlas) -> pd.DataFrame:
    joined = verdict.outcome == 0
    # A place of two times is one name, and a row that speaks of both is one row.
    told = [(unit.place, unit.name, *unit.area, unit.how) for unit in units.all]
    distinct = {one: number for number, one in enumerate(dict.fromkeys(told))}
    group = np.array([distinct[one] for one in told], dtype="int64")
    rows = cells.count_rows(group[units.of_cell[joined]], len(distinct), joined)
    found = [
        (place, name, level, area_id, atlas.ids(level).get(area_id, ""), how, int(count))
        for (place, name, level, area_id, how), count in zip(distinct, rows, strict=True)
        if count
    ]
    columns = ["place", "place_name", "level", "area_id", "area_name", "how", "rows"]
    return pd.DataFrame(found, columns=columns)


def _unmatched(verdict: _Verdict, cells: Cells, units: Units) -> tuple[Unmatched, ...]:
    chosen = np.flatnonzero((verdict.outcome > 0) & verdict.carries)
    if not len(chosen):
        return ()
    whys = len(_WHY_NAMES)
    state = (verdict.outcome[chosen] * whys + verdict.why[chosen]) * 2 + verdict.decided[chosen]
    states = len(OUTCOMES) * whys * 2
    group, keys = pd.factorize(units.of_cell[chosen].astype("int64") * states + state)
    rows = cells.count_rows(group, len(keys), chosen)
    lines, times = _firsts(group, cells, chosen)
    found = []
    for number, key in enumerate(keys):
        unit = units.all[int(key) // states]
        rest, decided = divmod(int(key) % states, 2)
        outcome, why = divmod(rest, whys)
        found.append(
            Unmatched(
                unit.place,
                unit.name,
                unit.level,
                OUTCOMES[outcome],
                _WHY_NAMES[why],
                int(rows[number]),
                lines[number],
                times[number],
                unit.suggestions if OUTCOMES[outcome] != DUPLICATED else (),
                bool(decided),
                unit.area[1] if OUTCOMES[outcome] == DUPLICATED else "",
            )
        )
    found.sort(key=lambda one: (one.decided, -one.rows, one.place, one.place_name))
    return tuple(found)


_SHOWN_LINES = 5


def _firsts(
    group: np.ndarray, cells: Cells, chosen: np.ndarray
) -> tuple[list[tuple[int, ...]], list[tuple[str, ...]]]:
    """The first lines, and all periods, of each group of cells."""
    groups = int(group.max()) + 1
    lines: list[list[int]] = [[] for _ in range(groups)]
    times: list[list[str]] = [[] for _ in range(groups)]
    pairs = pd.DataFrame({"group": group, "row": cells.row[chosen]}).drop_duplicates()
    first = pairs.groupby("group").head(_SHOWN_LINES)
    for one, line in zip(first["group"].tolist(), cells.lines[first["row"]], strict=True):
        lines[one].append(int(line))
    count = len(cells.period.texts)
    for pair in pd.unique(group * count + cells.period.codes[chosen]).tolist():
        one, period = divmod(pair, count)
        if cells.period.texts[period]:
            times[one].append(cells.period.texts[period])
    return [tuple(sorted(one)) for one in lines], [tuple(sorted(one)) for one in times]


def _rows(verdict: _Verdict, cells: Cells, units: Units) -> pd.DataFrame:
    """What became of each cell, as categories: a million cells repeat a few texts."""
    joined = verdict.outcome == 0
    at = np.where(joined, units.of_cell + 1, 0)

    def taken(of_unit: list[str]) -> pd.Categorical:
        codes, texts = pd.factorize(np.array(["", *of_unit], dtype=object))
        return pd.Categorical.from_codes(
            codes.astype("int32")[at], categories=pd.Index(texts), validate=False
        )

    estimated = _taken([one.estimated for one in units.all], units.of_cell) > 0
    return pd.DataFrame(
        {
            "outcome": pd.Categorical.from_codes(verdict.outcome, categories=pd.Index(OUTCOMES)),
            "level": taken([one.area[0] for one in units.all]),
            "area_id": taken([one.area[1] for one in units.all]),
            "how": taken([one.how for one in units.all]),
            "crosswalk": taken([one.crosswalk.name if one.crosswalk else "" for one in units.all]),
            "estimated": estimated & joined,
        },
        index=cells.index,
    )
