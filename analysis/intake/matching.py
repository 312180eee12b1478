"""Which area a place of a file is: by itself, by what is offered, by what somebody decided.

Knows when a place is an area without anybody being asked: its code, or where
there is no code its name, stands exactly so on the boundary valid at the
time. Everything else is offered, with the reason, and waits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd

from analysis.crosswalks import Crosswalk
from analysis.errors import UnknownId
from analysis.intake import spelling
from analysis.intake.atlas import Atlas, Epoch
from analysis.intake.spelling import plain
from analysis.language import N_
from analysis.language import gettext as _

MATCHED, DATA_ONLY, DUPLICATED, AMBIGUOUS = OUTCOMES = (
    "matched", "data only", "duplicated", "ambiguous",
)  # fmt: skip
"""What becomes of a row, from the lightest to the gravest."""

LEAVE_OUT = "leave out"
"""Decision that a place, or the repeats of an area, shall not be published."""
SHARE_OUT = "share out"
"""Decision that a place crosses to the areas its crosswalk names."""
FIRST, LAST = "first", "last"
"""Decisions on repeats: which of the rows counts."""
ROW = "row "
"""Begins a decision on one row of the file: ``{"row 17": "05"}``."""

KINDS = {
    "leading_zeros": N_("written with other leading zeros"),
    "case": N_("written with other capitals"),
    "accents": N_("written with other accents"),
    "punctuation": N_("written with other blanks or signs"),
    "before_code": N_("written with other signs before the code"),
    "article": N_("written with another article"),
    "word_order": N_("its words in another order"),
    "edit_distance": N_("nearly the same name"),
    "part_of_name": N_("part of the name"),
    "name_for_code": N_("a name where a code should stand"),
    "code_for_name": N_("a code where a name should stand"),
    "same_name": N_("an unknown code with a known name"),
    "retired_code": N_("a retired code: another took its place"),
    "merged_code": N_("a retired code: the area was merged"),
    "split_code": N_("a retired code: the area was shared out"),
    "outside_validity": N_("an area of another time, to be joined as estimated"),
    "other_level": N_("an area of another level"),
    "level_as_stated": N_("the level as stated"),
    "identical_rows": N_("the same row again"),
}
"""Kinds of suggestion, each with its words; accepted one by one or by kind."""

ONE_BY_ONE = ("part_of_name",)
"""Kinds that are too weak to be accepted for all places at once."""
CROSSING = ("retired_code", "merged_code", "split_code")
"""Kinds that go through a crosswalk."""

WHY = {
    "unknown": N_("not on the boundary of this level"),
    "no_place": N_("the row names no place"),
    "unknown_level": N_("the level is not one of the territory"),
    "not_of_this_time": N_("an area of another time, not valid in these periods"),
    "border_changed": N_("the area has another border on the boundary valid in these periods"),
    "several_fit": N_("several areas fit"),
    "two_of_a_name": N_("several areas have this name"),
    "code_and_name_disagree": N_("code and name mean two areas"),
    "level_doubt": N_("these codes fit another level better"),
    "repeated": N_("the area has several rows for the same figure"),
    "repeated_identical": N_("the same row stands several times"),
    "part_missing": N_("an area it goes into also needs a row that is not there"),
    "unknown_measure": N_("nothing crosses before it is said what the column measures"),
    "never_crosses": N_("a mean, median, index or scale cannot be shared out between areas"),
    "no_count": N_("a rate or share crosses only with its count and denominator"),
}

_NOTHING: Mapping[str, str] = MappingProxyType({})
_MOST_PLACES = 20_000
"""More distinct unknown places than this are no areas written otherwise: nothing is offered."""
_SHORTEST_CODE = 4
"""A shorter code at the end of a longer one is chance."""
_MISSING_FIT = 0.5
"""Another boundary version is recognised when it leaves at most this share of codes unknown
that the valid one leaves unknown."""
_LEAST_FIT = 0.5
"""Least share of codes a version must know to be recognised at all."""
_WHOLE_LEVEL, _PART_OF_LEVEL = 0.8, 0.5
"""Codes that cover another level nearly whole, and the stated one by less than half, are doubted."""


@dataclass(frozen=True)
class Suggestion:
    """An area that a place may mean; never applied unseen.

    Parameters
    ----------
    place
        As written in the file.
    area_id, level, name
        The area; empty id where a crosswalk shares the place out.
    kind
        One of :data:`KINDS`.
    rows
        Rows of the file it would join.
    choice
        What to write into the decisions to accept it.
    shares
        Areas and shares of a crosswalk.
    """

    place: str
    area_id: str
    kind: str
    rows: int
    level: str
    name: str
    choice: str
    shares: tuple[tuple[str, float], ...] = ()

    @property
    def words(self) -> str:
        """Say what would be done and why, in the reader's language."""
        if self.shares:
            parts = ", ".join(f"{area_id} {share:.0%}" for area_id, share in self.shares)
            return _("{place} goes to {areas}: {kind}").format(
                place=self.place, areas=parts, kind=_(KINDS[self.kind])
            )
        area = self.area_id if self.name in ("", self.area_id) else f"{self.name} ({self.area_id})"
        return _("{place} is {area}: {kind}").format(
            place=self.place, area=area, kind=_(KINDS[self.kind])
        )


@dataclass(frozen=True)
class Recognition:
    """Which boundary version the codes of a file are of.

    Parameters
    ----------
    level, periods
        The rows it speaks of.
    expected
        The version valid in these periods.
    recognised
        The version the codes fit best; ``expected`` unless another fits clearly better.
    shares
        Share of the distinct codes that each version knows (0-1).
    crosswalk
        Name of the crosswalk from the recognised version to the expected; "" without one.
    """

    level: str
    periods: tuple[str, ...]
    expected: str
    recognised: str
    shares: tuple[tuple[str, float], ...]
    crosswalk: str

    @property
    def other_version(self) -> bool:
        """Whether the file is of another boundary version than its periods say."""
        return self.recognised != self.expected


# ---------------------------------------------------------------- cells, coded as numbers


@dataclass(frozen=True)
class Coded:
    """A column as numbers that point into its distinct texts."""

    codes: np.ndarray
    texts: list[str]


def _coded(
    places: pd.DataFrame, column: str, fill: str = "", read: Callable[[str], str] = plain
) -> Coded:
    if column not in places.columns:
        return Coded(np.zeros(len(places), dtype="int64"), [fill])
    codes, distinct = _factorized(places[column])
    # A missing cell has the code -1: the last text, which is the fill.
    texts = [read(str(one)) or fill for one in distinct] + [fill]
    again, kept = pd.factorize(np.array(texts, dtype=object))
    return Coded(again.astype("int64")[codes], [str(one) for one in kept])


def _factorized(column: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    """Number texts in the order they first stand in; of categories without looking at texts."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        codes, distinct = pd.factorize(column)
        return codes, np.asarray(distinct, dtype=object)
    stated = column.cat.codes.to_numpy()
    first = np.full(len(column.cat.categories) + 1, len(stated))
    # Where an index stands several times, numpy keeps what is written last: here the first cell.
    first[stated[::-1]] = np.arange(len(stated) - 1, -1, -1)
    first[-1] = len(stated)  # cells without a text
    order = np.argsort(first, kind="stable")[: int((first < len(stated)).sum())]
    number = np.full(len(first), -1)
    number[order] = np.arange(len(order))
    return number[stated], np.asarray(column.cat.categories, dtype=object)[order]


def _measured(places: pd.DataFrame) -> Coded:
    """What a cell is a figure of: its indicator where one is named, else the file's own word."""
    words, named = _coded(places, "measure"), _coded(places, "indicator_id")
    known = np.array([text != "" for text in named.texts])[named.codes]
    codes = np.where(known, named.codes, words.codes + len(named.texts))
    return Coded(codes, [*named.texts, *words.texts])


_ROOM = 2**31
"""Codes that two columns may be combined to before they are numbered anew."""


def combined(*columns: Coded) -> tuple[np.ndarray, int]:
    """Return one number per combination of texts, and a number above them all."""
    codes, room = columns[0].codes, len(columns[0].texts)
    for column in columns[1:]:
        if len(column.texts) == 1:
            continue
        if room * len(column.texts) > _ROOM:
            codes, distinct = pd.factorize(codes)
            room = len(distinct)
        codes = codes * len(column.texts) + column.codes
        room *= len(column.texts)
    return codes.astype("int64"), room


def first_cells(codes: np.ndarray) -> np.ndarray:
    """Return where each code stands first; codes are numbered as they appear.

    >>> first_cells(np.array([0, 0, 1, 0, 2])).tolist()
    [0, 2, 4]
    """
    return np.flatnonzero(np.diff(np.maximum.accumulate(codes), prepend=-1))


class Cells:
    """What was handed in, each column as codes; nothing here knows any area."""

    def __init__(
        self,
        places: pd.DataFrame,
        level: str,
        decisions: Mapping[str, str],
        level_of: Callable[[str], str],
    ) -> None:
        self.index = places.index
        self.level = _coded(places, "level", level, level_of)
        self.place = _coded(places, "place")
        self.name = _coded(places, "place_name")
        self.period = _coded(places, "period")
        self.measure = _measured(places)
        self.role = _coded(places, "role", "value")
        self.category = _coded(places, "category")
        self.status = _coded(places, "status")
        self._text = places["text"] if "text" in places.columns else None
        self.number = places["number"].to_numpy(dtype="float64", na_value=np.nan)
        row, lines = pd.factorize(places["row"])
        self.row, self.lines = row.astype("int64"), np.asarray(lines)
        self.rows = len(lines)
        self.slot, self.slots = combined(self.period, self.measure, self.role, self.category)
        self.marked = self._marked(decisions)

    def _marked(self, decisions: Mapping[str, str]) -> Coded:
        """Rows that are decided on by their number stand apart from others of their place."""
        wanted = [key for key in decisions if key.startswith(ROW)]
        codes = np.zeros(len(self.row), dtype="int64")
        texts = [""]
        lines = [str(line) for line in self.lines] if wanted else []
        for key in wanted:
            line = key.removeprefix(ROW).strip()
            if line in lines:
                texts.append(key)
                codes[self.row == lines.index(line)] = len(texts) - 1
        return Coded(codes, texts)

    def count_rows(
        self, group: np.ndarray, groups: int, chosen: np.ndarray | None = None
    ) -> np.ndarray:
        """Return how many distinct rows of the file each group of (chosen) cells has."""
        row = self.row if chosen is None else self.row[chosen]
        if self.rows == len(self.row):  # a cell a row: no row stands twice
            return np.bincount(group, minlength=groups)
        first = np.full(self.rows, -1)
        first[row] = group
        if np.array_equal(first[row], group):  # the cells of a row are of one group
            return np.bincount(first[first >= 0], minlength=groups)
        pairs = pd.unique(group.astype("int64") * self.rows + row)
        return np.bincount(pairs // self.rows, minlength=groups)

    def texts(self, chosen: np.ndarray) -> list[str]:
        """What stands in the chosen cells, "" where nothing does."""
        if self._text is None:
            return [""] * len(chosen)
        return self._text.iloc[chosen].fillna("").astype("str").str.strip().tolist()

    def blank(self, chosen: np.ndarray) -> np.ndarray:
        """Which of the chosen cells hold nothing at all."""
        nothing = np.array([text == "" for text in self.texts(chosen)], dtype=bool)
        return np.isnan(self.number[chosen]) & nothing


# ---------------------------------------------------------------- distinct places, at a time


@dataclass
class Unit:
    """One distinct place of the file in the periods of one epoch, and what is known of it."""

    level: str
    place: str
    name: str
    marker: str
    epoch: Epoch | None
    rows: int = 0
    outcome: str = DATA_ONLY
    why: str = "unknown"
    area: tuple[str, str] = ("", "")
    how: str = ""
    estimated: bool = False
    decided: bool = False
    bridge: Crosswalk | None = None
    crosswalk: Crosswalk | None = None
    suggestions: tuple[Suggestion, ...] = ()

    def join(self, area: tuple[str, str], how: str) -> None:
        """Make it an area, given as ``(level, area_id)``."""
        self.outcome, self.why, self.area, self.how = MATCHED, "", area, how

    def set_aside(self, outcome: str, why: str) -> None:
        """Make it no area, and say why."""
        self.outcome, self.why, self.area, self.how = outcome, why, ("", ""), ""

    @property
    def key(self) -> str:
        """What decisions call it: its code, else its name."""
        return self.place or self.name


class Units:
    """The distinct places of a file, and which cells are theirs."""

    def __init__(self, cells: Cells, atlas: Atlas) -> None:
        spot, _room = combined(cells.level, cells.place, cells.name, cells.marked)
        when, epochs = self._epochs(cells, atlas)
        self.of_cell, _keys = pd.factorize(spot * max(len(epochs), 1) + when)
        self.all = [
            Unit(
                level=cells.level.texts[cells.level.codes[cell]],
                place=_code(cells, int(cell), atlas),
                name=cells.name.texts[cells.name.codes[cell]],
                marker=cells.marked.texts[cells.marked.codes[cell]],
                epoch=epochs[when[cell]],
            )
            for cell in first_cells(self.of_cell)
        ]
        for number, rows in enumerate(cells.count_rows(self.of_cell, len(self.all))):
            self.all[number].rows = int(rows)

    @staticmethod
    def _epochs(cells: Cells, atlas: Atlas) -> tuple[np.ndarray, list[Epoch | None]]:
        """Which epoch each cell falls into; None for levels that do not exist."""
        pair, keys = pd.factorize(cells.level.codes * len(cells.period.texts) + cells.period.codes)
        found: list[Epoch | None] = []
        number_of = []
        for key in keys:
            level_code, period_code = divmod(int(key), len(cells.period.texts))
            level, period = cells.level.texts[level_code], cells.period.texts[period_code]
            epoch = atlas.epoch(level, period) if level in atlas.levels else None
            if not any(epoch is one for one in found):
                found.append(epoch)
            number_of.append(next(n for n, one in enumerate(found) if one is epoch))
        return np.array(number_of, dtype="int64")[pair], found

    def by_epoch(self) -> list[tuple[Epoch, list[Unit]]]:
        """Places whose level exists, by the areas valid in their periods."""
        found: dict[int, tuple[Epoch, list[Unit]]] = {}
        for unit in self.all:
            if unit.epoch is not None:
                found.setdefault(id(unit.epoch), (unit.epoch, []))[1].append(unit)
        return list(found.values())


def _code(cells: Cells, cell: int, atlas: Atlas) -> str:
    """The code of a cell; none where a file that has names only gives the name for it too."""
    place = cells.place.texts[cells.place.codes[cell]]
    level = cells.level.texts[cells.level.codes[cell]]
    named = place == cells.name.texts[cells.name.codes[cell]]
    known = level in atlas.levels and place in atlas.ids(level)
    return "" if named and not known else place


def recognise(units: Units, atlas: Atlas) -> dict[int, Recognition]:
    """Which boundary version the codes of each epoch are of."""
    found = {}
    for epoch, members in units.by_epoch():
        codes = {unit.place for unit in members if unit.place}
        versions = _versions(atlas, epoch.level)
        if not codes:
            codes = {unit.name for unit in members if unit.name}
            versions = atlas.version_names(epoch.level)
        known = {version: len(codes & texts) for version, texts in versions.items()}
        expected = known.get(epoch.version, 0)
        best = max(known, key=lambda one: (known[one], one == epoch.version), default="")
        clearly = (
            known[best] > expected
            and known[best] >= _LEAST_FIT * len(codes)
            and len(codes) - known[best] <= _MISSING_FIT * (len(codes) - expected)
        )
        recognised = best if clearly else epoch.version
        bridge = atlas.crosswalk_between(epoch.level, recognised, epoch.version)
        found[id(epoch)] = Recognition(
            epoch.level,
            tuple(sorted(one for one in epoch.periods if one)),
            epoch.version,
            recognised,
            tuple((version, n / len(codes) if codes else 0.0) for version, n in known.items()),
            bridge.name if bridge else "",
        )
    return found


def _versions(atlas: Atlas, level: str) -> dict[str, set[str]]:
    """Ids by version: of boundary files, and of old versions only a crosswalk knows."""
    found = atlas.version_ids(level)
    for one in atlas.crosswalks:
        if one.level == level and one.from_version not in found:
            # A crosswalk may list changes only; what it does not speak of stayed.
            kept = found[one.to_version] - set(one.sources)
            found[one.from_version] = kept | set(one.shares)
    return found


# ---------------------------------------------------------------- what joins by itself


def match_exactly(units: Units, atlas: Atlas, recognised: Mapping[int, Recognition]) -> None:
    """Join every place that is an area without anybody being asked."""
    for unit in units.all:
        if unit.epoch is None:
            unit.why = "unknown_level"
    for epoch, members in units.by_epoch():
        seen = recognised[id(epoch)]
        ever, changed = atlas.ids(epoch.level), set[str]()
        bridge = None
        if seen.other_version:
            bridge = atlas.crosswalk_between(epoch.level, seen.recognised, epoch.version)
            if bridge is None:
                changed = atlas.changed(epoch.level, seen.recognised, epoch.version)
        for unit in members:
            if unit.place:
                crosses = bridge is not None and unit.place in bridge.shares
                if crosses and bridge is not None and bridge.kind(unit.place) != "same_area":
                    unit.why = "not_of_this_time"
                    if unit.place in epoch.names:
                        unit.why = "border_changed"
                elif unit.place in changed:
                    unit.why = "border_changed"
                elif unit.place in epoch.names:
                    _match_code(unit, epoch, atlas)
                elif unit.place in ever:
                    unit.why = "not_of_this_time"
            elif unit.name:
                ids = epoch.ids_by_name.get(unit.name, [])
                if len(ids) == 1:
                    unit.join((epoch.level, ids[0]), "name")
                elif ids:
                    unit.set_aside(AMBIGUOUS, "two_of_a_name")
            else:
                unit.why = "no_place"


def _match_code(unit: Unit, epoch: Epoch, atlas: Atlas) -> None:
    """Join a code that stands on the boundary, unless the row's name is another area's."""
    own = plain(epoch.names[unit.place])
    if unit.name in ("", own):
        unit.join((epoch.level, unit.place), "id and name" if unit.name else "id")
        return
    same = {offer.area_id for offer in epoch.register.same(unit.name)}
    if not same and not _alike(unit.name, own):
        elsewhere = [
            level
            for level in atlas.levels
            if level != epoch.level and atlas.ids(level).get(unit.place) == unit.name
        ]
        if elsewhere:
            unit.set_aside(AMBIGUOUS, "code_and_name_disagree")
            return
    if same and unit.place not in same:
        unit.set_aside(AMBIGUOUS, "code_and_name_disagree")
        return
    unit.join((epoch.level, unit.place), "id")


def _alike(one: str, other: str) -> bool:
    return spelling.spellings(one)[-1] == spelling.spellings(other)[-1]


def doubt_levels(units: Units, atlas: Atlas) -> None:
    """Hold back codes that several levels know and another level fits better.

    Names tell levels apart; codes without names that cover another level
    nearly whole, and the stated one by less than half, are asked about.
    """
    for level in atlas.levels:
        members = [one for one in units.all if one.level == level]
        joined = [one for one in members if one.outcome == MATCHED and one.how == "id"]
        codes = {one.place for one in members if one.place}
        here = atlas.ids(level)
        if not joined or len(codes & set(here)) >= _PART_OF_LEVEL * len(here):
            continue
        for other in atlas.levels:
            there = set(atlas.ids(other))
            shared = codes & there
            fits = len(shared) >= len(codes & set(here)) and len(there) > 1
            if other != level and fits and len(shared) >= _WHOLE_LEVEL * len(there):
                for unit in joined:
                    unit.set_aside(AMBIGUOUS, "level_doubt")
                break


# ---------------------------------------------------------------- what is offered


def suggest(units: Units, atlas: Atlas, recognised: Mapping[int, Recognition]) -> None:
    """Offer areas for the places that did not join; what fits several becomes ambiguous."""
    for unit in units.all:
        if unit.why == "unknown_level":
            unit.suggestions = tuple(_on_other_levels(unit, atlas))
    for epoch, members in units.by_epoch():
        open_units = [one for one in members if one.outcome != MATCHED]
        if not open_units or len(open_units) > _MOST_PLACES:
            continue
        register, nowhere = epoch.register, []
        offers_of: dict[int, list[spelling.Offer]] = {}
        for unit in open_units:
            offers = _same(unit, epoch)
            offers_of[id(unit)] = offers
            if not offers and unit.why == "unknown" and unit.key:
                nowhere.append(unit)
        near = register.alike(list(dict.fromkeys(unit.key for unit in nowhere)))
        if any(unit.name and unit.place for unit in nowhere):
            names = dict.fromkeys(unit.name for unit in nowhere if unit.name)
            near = {**register.alike(list(names)), **near}
        for unit in open_units:
            offers = offers_of[id(unit)] or _without_prefix(unit, epoch)
            offers = offers or near.get(unit.key) or near.get(unit.name) or []
            found = [_suggestion(unit, epoch.level, one.area_id, one.kind, atlas) for one in offers]
            found += _through_time(unit, epoch, atlas, recognised[id(epoch)])
            found += _on_other_levels(unit, atlas)
            unit.suggestions = tuple(found)


def _same(unit: Unit, epoch: Epoch) -> list[spelling.Offer]:
    """Areas that code or name mean but for their writing; sets what is ambiguous aside."""
    if unit.why in ("no_place", "level_doubt"):
        return []
    if unit.why == "code_and_name_disagree":
        named = [spelling.Offer(one.area_id, "same_name") for one in epoch.register.same(unit.name)]
        return [spelling.Offer(unit.place, "code_for_name"), *named]
    if unit.why == "two_of_a_name":
        return [spelling.Offer(one, spelling.EXACT) for one in epoch.ids_by_name[unit.name]]
    # A code of another time is not misspelt; its name may still say which area followed.
    timely = unit.why == "unknown"
    by_place = epoch.register.same(unit.place) if unit.place and timely else []
    by_name = epoch.register.same(unit.name) if unit.name else []
    if unit.place:
        by_name = [
            spelling.Offer(one.area_id, "same_name" if one.kind == spelling.EXACT else one.kind)
            for one in by_name
        ]
    elif unit.name in epoch.names:
        by_name = [spelling.Offer(unit.name, "code_for_name")]
    if by_place and by_name:
        agreed = {one.area_id for one in by_name}
        both = [one for one in by_place if one.area_id in agreed]
        if not both:
            unit.set_aside(AMBIGUOUS, "code_and_name_disagree")
            return [*by_place, *by_name]
        by_place, by_name = both, []
    offers = by_place or by_name
    if len(offers) > 1:
        exact = offers[0].kind in (spelling.EXACT, "same_name")
        unit.set_aside(AMBIGUOUS, "two_of_a_name" if exact else "several_fit")
    return offers


def _without_prefix(unit: Unit, epoch: Epoch) -> list[spelling.Offer]:
    """The area a code ends in: what some publishers write before it holds a letter (2021A0005).

    Digits before digits are another code, not a longer way to write this one.
    """
    if unit.why != "unknown" or " " in unit.place:
        return []
    found = [unit.place[at:] for at in range(1, len(unit.place) - _SHORTEST_CODE + 1)]
    longest = next((text for text in found if text in epoch.names), "")
    before = unit.place.removesuffix(longest)
    if not longest or not re.search(r"[A-Za-z]", before) or not re.search(r"\d", longest):
        return []
    return [spelling.Offer(longest, "before_code")]


def _suggestion(unit: Unit, level: str, area_id: str, kind: str, atlas: Atlas) -> Suggestion:
    choice = area_id if level == unit.level else f"{level}/{area_id}"
    name = atlas.ids(level).get(area_id, "")
    return Suggestion(unit.key, area_id, kind, unit.rows, level, name, choice)


def _through_time(unit: Unit, epoch: Epoch, atlas: Atlas, seen: Recognition) -> list[Suggestion]:
    """What became of an area of another time, by crosswalk; or the area itself, as estimated."""
    if unit.outcome == AMBIGUOUS or not unit.place:
        return []
    found = []
    version = seen.recognised if seen.other_version else ""
    bridge = None
    if unit.why in ("unknown", "not_of_this_time", "border_changed"):
        bridge = atlas.crosswalk_to(epoch, unit.place, version)
    if bridge is not None:
        unit.bridge = bridge
        shares = bridge.shares[unit.place]
        area_id = shares[0][0] if len(shares) == 1 else ""
        name = atlas.ids(epoch.level).get(area_id, "")
        kind = bridge.kind(unit.place)
        if kind != "same_area":
            one = Suggestion(
                unit.place, area_id, kind, unit.rows, epoch.level, name, SHARE_OUT, shares
            )
            found.append(one)
    if unit.why in ("not_of_this_time", "border_changed"):
        found.append(_suggestion(unit, epoch.level, unit.place, "outside_validity", atlas))
    return found


def _on_other_levels(unit: Unit, atlas: Atlas) -> list[Suggestion]:
    """Areas of other levels with this code or name: total rows, and levels mixed up."""
    mixed_up = ("unknown", "unknown_level", "level_doubt", "code_and_name_disagree")
    if unit.why not in mixed_up or not unit.key:
        return []
    found = []
    if unit.why == "level_doubt":
        found.append(_suggestion(unit, unit.level, unit.place, "level_as_stated", atlas))
    for level in atlas.levels:
        if level == unit.level:
            continue
        ids = [unit.key] if unit.key in atlas.ids(level) else []
        for text in dict.fromkeys((unit.place, unit.name)):
            ids = ids or atlas.ids_named(level, text)
        if len(ids) == 1:
            found.append(_suggestion(unit, level, ids[0], "other_level", atlas))
    return found


# ---------------------------------------------------------------- what somebody decided


def decide(
    units: Units,
    atlas: Atlas,
    decisions: Mapping[str, str],
    kinds: frozenset[str],
    others: Collection[str] | None = None,
    levels: Mapping[str, str] = _NOTHING,
) -> None:
    """Join what somebody decided on, or what is of an accepted kind and fits one area only.

    Parameters
    ----------
    others
        None, or the declined kinds: then places of which nothing else is
        offered are left out.
    levels
        Levels of the file that are left out as a whole, each with
        :data:`LEAVE_OUT`.
    """
    answers = {plain(place): answer for place, answer in decisions.items()}
    for unit in units.all:
        if unit.outcome == MATCHED:
            continue
        answer = answers.get(unit.marker) if unit.marker else None
        answer = answer or (answers.get(unit.key) if unit.key else None)
        if answer is None and unit.why == "unknown_level":
            answer = levels.get(unit.level)
        if answer is not None:
            _apply(unit, atlas, answer)
            continue
        accepted = [one for one in unit.suggestions if one.kind in kinds]
        distinct = {(one.level, one.area_id, one.shares) for one in accepted}
        doubted = unit.why == "level_doubt"
        if len(distinct) == 1 and (unit.outcome != AMBIGUOUS or doubted):
            _accept(unit, accepted[0])
        elif others is not None and is_elsewhere(unit.why, unit.suggestions, others):
            unit.decided = True


def is_elsewhere(why: str, offers: Sequence[Suggestion], declined: Collection[str]) -> bool:
    """Tell whether a place is none of the territory as far as anybody can see.

    Parameters
    ----------
    why
        One of the keys of :data:`WHY`.
    offers
        What is offered for it.
    declined
        Kinds of offer that were declined for all places.
    """
    weak = {*ONE_BY_ONE, *declined}
    return why == "unknown" and all(offer.kind in weak for offer in offers)


def _accept(unit: Unit, offer: Suggestion) -> None:
    if offer.kind in CROSSING:
        _share_out(unit, offer.kind)
        return
    unit.join((offer.level, offer.area_id), offer.kind)
    unit.estimated = offer.kind == "outside_validity"


def _apply(unit: Unit, atlas: Atlas, answer: str) -> None:
    """Carry out one decision.

    Raises
    ------
    UnknownId
        When it names no area, or a crosswalk that there is not.
    """
    if answer == LEAVE_OUT:
        unit.decided = True
        return
    if answer == SHARE_OUT:
        kinds = [one.kind for one in unit.suggestions if one.kind in CROSSING]
        if not kinds:
            raise UnknownId(
                f"no crosswalk lists {unit.key!r}; add its shares, choose an area or {LEAVE_OUT!r}"
            )
        _share_out(unit, kinds[0])
        return
    level, area_id = _area_of(answer, unit, atlas)
    unit.join((level, area_id), "decided")
    at = unit.epoch
    unit.estimated = at is not None and level == at.level and area_id not in at.names


def _share_out(unit: Unit, kind: str) -> None:
    unit.crosswalk = unit.bridge
    unit.join((unit.level, unit.place), kind)
    unit.estimated = True


def _area_of(answer: str, unit: Unit, atlas: Atlas) -> tuple[str, str]:
    """Read a decision: an id of the row's own level, else ``level/id``, else a unique id."""
    if unit.level in atlas.levels and answer in atlas.ids(unit.level):
        return unit.level, answer
    level, _slash, area_id = answer.partition("/")
    if level in atlas.levels and area_id in atlas.ids(level):
        return level, area_id
    found = [one for one in atlas.levels if answer in atlas.ids(one)]
    if len(found) == 1:
        return found[0], answer
    where = f"stands on several levels ({', '.join(found)})" if found else "is no area"
    raise UnknownId(
        f"decision on {unit.key!r}: {answer!r} {where}; write an id, level/id, {LEAVE_OUT!r} or"
        f" {SHARE_OUT!r}"
    )
