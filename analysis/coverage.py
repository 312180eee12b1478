"""Who reaches where: sectors and kinds of provision by area, and how many bridge builders.

Knows how lists of areas, of whatever level, are read as areas of one level, what
follows from a partner who does not say where it works (nothing), and how roles
of residents are counted so that nobody can be told apart. No partner is named here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse

from analysis.language import N_
from analysis.language import gettext as _
from analysis.measures.rates import NOT_ASSESSED
from analysis.suppression import System
from analysis.tables import EVERYWHERE, PROVISIONS
from analysis.territory import Territory

REACHED, IN_PART, NONE = "reached", "in_part", "none"
STATES = (REACHED, IN_PART, NONE, NOT_ASSESSED)
"""How far an area is reached: whole; only some of the areas inside it; by nobody; nobody knows."""

BRIDGES, MENTORS = "bridge_builders", "mentors"
PROVISION_WORDS = {
    "helpline": N_("helpline"),
    "mentors": N_("mentors"),
    "psychological_support": N_("psychological support"),
    "family_support": N_("family support"),
    "gender_specific": N_("gender-specific work"),
    "returnees": N_("work with returnees"),
    "prison_and_release": N_("prison and release"),
    "online": N_("online"),
    "communities": N_("communities and civil society"),
}
"""The nine kinds of provision in words, in their order."""

_WHOLE, _PART, _NOBODY, _UNKNOWN = 1.0, 0.5, 0.0, np.nan
_JOINT = ("joint_work", "joint_cases")

assert tuple(PROVISION_WORDS) == PROVISIONS


# ---------------------------------------------------------------- areas in areas


@dataclass(frozen=True, eq=False)
class Places:
    """The areas of one level, and how lists of areas of any level are read as some of them.

    Parameters
    ----------
    territory
        Its areas, on their newest boundaries.
    level
        The level asked about.
    """

    territory: Territory
    level: str

    @cached_property
    def names(self) -> pd.Series:
        """Name of each area, index ``area_id``, by name."""
        return self.territory.areas_of(self.level)["name"].astype("str")

    @cached_property
    def _level_of(self) -> dict[str, str]:
        """The level of each area of today; of two that share an id the smaller one.

        To be taken for the larger would claim more than is known.
        """
        return {
            str(one): level for level in self.territory.levels
            for one in self.territory.areas_of(level).index
        }  # fmt: skip

    @cached_property
    def _around(self) -> dict[str, pd.Series]:
        """For each level above, in which of its areas each area of the level lies; "" unknown."""
        found = {}
        for above in self.territory.levels_above(self.level):
            areas = self.territory.areas_of(above)
            inside = self.territory.ancestors(self.level, above)
            # What is all there is holds everything, stated or not.
            found[above] = inside if len(areas) > 1 else inside.mask(inside == "", areas.index[0])
        return found

    @cached_property
    def _inside(self) -> dict[str, pd.Series]:
        """For each level below, in which area of the level each of its areas lies; "" unknown."""
        levels = self.territory.levels
        below = levels[levels.index(self.level) + 1 :]
        found = {}
        for one in below:
            inside = self.territory.ancestors(one, self.level)
            found[one] = inside if len(self.names) > 1 else inside.mask(inside == "",
                                                                        self.names.index[0])  # fmt: skip
        return found

    @cached_property
    def _successors(self) -> dict[str, set[str]]:
        """For each id that is gone, the areas of the level that its last version did not have."""
        areas, today = self.territory.areas, set(self._level_of)
        gone = areas[~areas["area_id"].isin(today)]
        found: dict[str, set[str]] = {}
        for row in gone.sort_values("valid_from", kind="stable").to_dict("records"):
            same = (areas["level"] == row["level"]) & (areas["version"] == row["version"])
            new = set(self.territory.areas_of(row["level"]).index) - set(areas["area_id"][same])
            if row["level"] != self.level:
                new = set(self.names.index)
            found[str(row["area_id"])] = new
        return found

    def served(self, listed: Collection[str], *, stated: bool = True) -> NDArray[np.float64]:
        """Return how far each area is in a list of areas.

        Parameters
        ----------
        listed
            Ids of areas of any level, or ``all``.
        stated
            Whether the list is known to be whole; empty lists never are.

        Returns
        -------
        array
            In the order of :attr:`names`: 1 as a whole, 0.5 in part, 0 not at all,
            missing where nobody knows.
        """
        if EVERYWHERE in listed:
            return np.full(len(self.names), _WHOLE)
        open_end = not stated or not len(listed)
        found = np.full(len(self.names), _UNKNOWN if open_end else _NOBODY)
        of_level: dict[str, list[str]] = {}
        for one in listed:
            of_level.setdefault(self._level_of.get(one, ""), []).append(one)
        unknown = set().union(*(self._successors.get(one, set(self.names.index))
                                for one in of_level.pop("", [])))  # fmt: skip
        found[self.names.index.isin(list(unknown))] = _UNKNOWN
        for level, ids in of_level.items():
            if level == self.level:
                found[self.names.index.isin(ids)] = _WHOLE
            elif level in self._around:
                around = self._around[level]
                found[(around == "").to_numpy() & (found == _NOBODY)] = _UNKNOWN
                found[around.isin(ids).to_numpy()] = _WHOLE
        for level, ids in of_level.items():
            if level in self._inside:
                share = self._inside[level].index.isin(ids)
                inside = pd.Series(share, index=self._inside[level].to_numpy())
                part = inside.groupby(level=0).mean().reindex(self.names.index).fillna(0.0)
                found[(part > 0).to_numpy() & (found != _WHOLE)] = _PART
                found[(part == 1).to_numpy()] = _WHOLE
        return found


def _listed(cells: pd.Series) -> list[list[str]]:
    return [str(one).split() for one in cells.fillna("")]


# ---------------------------------------------------------------- sectors and provisions


@dataclass(frozen=True, eq=False)
class Coverage:
    """What reaches which area.

    Parameters
    ----------
    level
        Of the areas.
    names
        Of the areas by id, in order of name.
    titles
        Words of each kind (sector or provision) by its id, in their order.
    states
        Areas x kinds, each one of :data:`STATES`.
    counts
        Areas x kinds: how many partners or offers are known to reach it, whole or
        in part.
    totals
        How many partners or offers there are of each kind.
    unstated
        How many of each kind do not say where they work.
    essential
        Kinds that should be everywhere.
    """

    level: str
    names: pd.Series
    titles: Mapping[str, str]
    states: pd.DataFrame
    counts: pd.DataFrame
    totals: pd.Series
    unstated: pd.Series
    essential: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Essential kinds of which there is nothing at all; none where nothing is known at all."""
        return tuple(one for one in self.essential if not self.totals[one]) if self.known else ()

    @property
    def known(self) -> bool:
        """Whether there is anything to tell from."""
        return bool(self.totals.sum())


def sector_coverage(
    partners: pd.DataFrame, territory: Territory, level: str, places: Places | None = None
) -> Coverage:
    """Which sectors reach which area?

    Parameters
    ----------
    partners
        Those who are there: ``sector, area_ids``; no name is needed.
    territory
        Areas, sectors in words, essential sectors.
    level
        Of the areas asked about.
    places
        Of that level, where it is at hand.

    Returns
    -------
    Coverage
        Essential sectors first, with or without a partner, then the other sectors that
        have one. Who serves a region serves the districts in it; who serves a
        district serves its region in part. A sector whose known partners do not
        reach an area is not assessed there while another of its partners does
        not say where it works. Without any partner nothing is assessed.
    """
    settings = territory.settings
    others = [one for one, _words in settings.sectors if one not in settings.essential_sectors]
    there = set(partners["sector"])
    order = [*settings.essential_sectors, *(one for one in others if one in there)]
    words = dict(settings.sectors)
    of_kind = {one: partners.loc[partners["sector"] == one, "area_ids"] for one in order}
    return _coverage(
        of_kind, {one: _(words.get(one, one)) for one in order}, places or Places(territory, level),
        settings.essential_sectors, known=len(partners) > 0,
    )  # fmt: skip


def provision_coverage(
    resources: pd.DataFrame, territory: Territory, level: str, places: Places | None = None
) -> Coverage:
    """Which of the nine kinds of provision are there, in which area?

    Parameters
    ----------
    resources
        ``provisions, area_ids``; roles of residents are told apart before
        (:func:`roles`), for they are counted under protection only.
    territory, level, places
        As for :func:`sector_coverage`.
    """
    offered = _listed(resources["provisions"])
    of_kind = {
        one: resources.loc[[one in these for these in offered], "area_ids"] for one in PROVISIONS
    }
    titles = {one: _(words) for one, words in PROVISION_WORDS.items()}
    return _coverage(
        of_kind, titles, places or Places(territory, level), (), known=len(resources) > 0
    )


def _coverage(
    of_kind: Mapping[str, pd.Series], titles: Mapping[str, str], places: Places,
    essential: Sequence[str], *, known: bool,
) -> Coverage:  # fmt: skip
    index, kinds = places.names.index, list(of_kind)
    states = pd.DataFrame(NOT_ASSESSED, index=index, columns=kinds, dtype="str")
    counts = pd.DataFrame(0, index=index, columns=kinds, dtype="int64")
    for kind, cells in of_kind.items():
        lists = _listed(cells)
        each = [places.served(one) for one in lists]
        counts[kind] = sum(((one > 0).astype("int64") for one in each), np.zeros(len(index), int))
        together = places.served(
            {one for listed in lists for one in listed}, stated=all(lists) or not lists
        )
        if known:
            reached = together if lists else np.zeros(len(index))
            for value, state in ((_WHOLE, REACHED), (_PART, IN_PART), (_NOBODY, NONE)):
                states.loc[reached == value, kind] = state
    silent = {kind: sum(not one for one in _listed(cells)) for kind, cells in of_kind.items()}
    return Coverage(
        level=places.level, names=places.names, titles=titles, states=states, counts=counts,
        totals=pd.Series({kind: len(cells) for kind, cells in of_kind.items()}, dtype="int64"),
        unstated=pd.Series(silent, dtype="int64"), essential=tuple(essential),
    )  # fmt: skip


def serving(partners: pd.DataFrame, territory: Territory, level: str, area_id: str) -> pd.DataFrame:
    """Return the partners who say that they work in an area.

    Parameters
    ----------
    partners
        With ``area_ids``.
    territory, level, area_id
        The area, of today.

    Returns
    -------
    DataFrame
        Rows of ``partners`` with ``state``: reached as a whole or in part. Who does not
        say where it works is left out; see :attr:`Coverage.unstated`.
    """
    places = Places(territory, level)
    at = places.names.index == area_id
    far = [float(places.served(one)[at].sum()) for one in _listed(partners["area_ids"])]
    states = pd.Series(far, index=partners.index).map({_WHOLE: REACHED, _PART: IN_PART})
    return partners.assign(state=states)[states.notna()]


def essential_reached(found: Coverage) -> pd.DataFrame:
    """How many essential sectors reach each area?

    Returns
    -------
    DataFrame
        Index of the areas: ``reached`` (whole), ``in_part``, ``none``, ``not_assessed``:
        numbers of essential sectors, which add up to all of them.
    """
    states = found.states[list(found.essential)]
    columns = {"reached": REACHED, "in_part": IN_PART, "none": NONE, "not_assessed": NOT_ASSESSED}
    return pd.DataFrame({name: (states == one).sum(axis=1) for name, one in columns.items()})


def joint_work(
    partners: pd.DataFrame, ties: pd.DataFrame, territory: Territory, level: str,
    places: Places | None = None,
) -> Coverage:  # fmt: skip
    """Where does each sector work jointly with residents and communities?

    Parameters
    ----------
    partners
        ``partner_id, sector, network, area_ids``.
    ties
        ``from, to, type``, ``confirmed`` where known: a disputed one does not count.
    territory, level, places
        As for :func:`sector_coverage`.

    Returns
    -------
    Coverage
        Sectors of formal partners. A sector works jointly in an area where one of
        its partners and an informal one are tied by joint work or joint cases and
        both are known to serve it as a whole. For coordinators: few partners
        stand behind a cell.
    """
    places = places or Places(territory, level)
    of_one = dict(zip(partners["partner_id"], _listed(partners["area_ids"]), strict=True))
    kind_of = partners.set_index("partner_id")[["sector", "network"]]
    kept = ties[ties["type"].isin(_JOINT)]
    if "confirmed" in kept:
        kept = kept[kept["confirmed"] != "disputed"]
    formal = [
        one for one in dict.fromkeys(partners["sector"])
        if (partners.loc[partners["sector"] == one, "network"] == "formal").any()
    ]  # fmt: skip
    counts = pd.DataFrame(0, index=places.names.index, columns=formal, dtype="int64")
    pairs = {frozenset(pair) for pair in zip(kept["from"], kept["to"], strict=True)}
    for pair in pairs:
        one, other = sorted(pair, key=lambda who: kind_of.at[who, "network"] != "formal")
        if list(kind_of.loc[[one, other], "network"]) != ["formal", "informal"]:
            continue
        both = np.minimum(places.served(of_one[one]), places.served(of_one[other])) == _WHOLE
        counts[kind_of.at[one, "sector"]] += both.astype("int64")
    states = (counts > 0).replace({True: REACHED, False: NONE}).astype("str")
    words = dict(territory.settings.sectors)
    nothing = pd.Series(0, index=pd.Index(formal), dtype="int64")
    return Coverage(
        level=places.level, names=places.names, titles={one: _(words.get(one, one)) for one in formal},
        states=states if len(kept) else states.mask(states == NONE, NOT_ASSESSED), counts=counts,
        totals=nothing + [int((partners["sector"] == one).sum()) for one in formal],
        unstated=nothing,
    )  # fmt: skip


# ---------------------------------------------------------------- roles of residents


def roles(resources: pd.DataFrame, partners: pd.DataFrame) -> pd.Series:
    """Which resources are roles of residents, whose anonymity protects them?

    Parameters
    ----------
    resources
        ``type, open_to_public, provisions, partner_id``.
    partners
        ``partner_id, network``.

    Returns
    -------
    Series
        Boolean, index of ``resources``: true for a role, and for what residents
        and communities provide behind a door that is not open to all.
    """
    network = dict(zip(partners["partner_id"], partners["network"], strict=True))
    informal = resources["partner_id"].map(network) == "informal"
    shut = ~resources["open_to_public"].astype(bool) & (resources["provisions"] != "")
    return (resources["type"] == "role") | (shut & informal)


def open_places(resources: pd.DataFrame) -> pd.DataFrame:
    """Return the resources that may be drawn as points: open to all, of a known place, no role."""
    drawn = resources["open_to_public"].astype(bool) & (resources["type"] != "role")
    return resources[drawn & resources[["longitude", "latitude"]].notna().all(axis=1)]


def protected_roles(resources: pd.DataFrame, territory: Territory) -> pd.DataFrame:
    """How many bridge builders and mentors are there in each area, as far as it may be said?

    Parameters
    ----------
    resources
        Of :func:`roles` only: ``provisions, area_ids``. Roles and groups are
        counted, not the people in them.
    territory
        Areas of all levels, and the threshold of counts.

    Returns
    -------
    DataFrame
        Index ``level, area_id``; ``bridge_builders, mentors``: counts; missing where
        hidden. A count c with 0 < c < threshold is hidden, and further
        counts of any level with it as long as one that is shown, of a smaller or
        a larger area, would give it back.

    Notes
    -----
    A role that serves two districts counts once in the town around both, so sums
    do not add up; by how much is taken to be known to whoever tries.
    """
    threshold = territory.settings.count_threshold
    mentors = pd.Series(["mentors" in one for one in _listed(resources["provisions"])],
                        index=resources.index, dtype=bool)  # fmt: skip
    places = [Places(territory, level) for level in territory.levels]
    keys = [(one.level, area_id) for one in places for area_id in one.names.index]
    index = pd.MultiIndex.from_arrays(
        [[level for level, _id in keys], [area_id for _level, area_id in keys]],
        names=["level", "area_id"],
    )
    sums = _sums(territory, index)
    found = pd.DataFrame(index=index, columns=[BRIDGES, MENTORS], dtype="float64")
    for kind, these in ((BRIDGES, resources[~mentors]), (MENTORS, resources[mentors])):
        lists = _listed(these["area_ids"])
        counts = np.zeros(len(index))
        for listed in lists:
            counts += np.concatenate([one.served(listed) > 0 for one in places])
        found[kind] = np.where(_hidden(counts, sums, threshold), np.nan, counts)
    return found


def _sums(territory: Territory, index: pd.MultiIndex) -> sparse.csr_array:
    """One row for each area with areas right inside it: 1 for each of these, -1 for itself."""
    rows, columns, values = [], [], []
    number_of_row = 0
    for level, inner in zip(territory.levels, territory.levels[1:], strict=False):
        around = territory.ancestors(inner, level)
        outer = territory.areas_of(level).index
        if len(outer) == 1:
            around = around.mask(around == "", outer[0])
        for area_id in outer:
            parts = around.index[around == area_id]
            if not len(parts):
                continue
            cells = [*((inner, str(one)) for one in parts), (level, str(area_id))]
            rows += [number_of_row] * len(cells)
            columns += list(index.get_indexer(pd.MultiIndex.from_tuples(cells)))
            values += [1.0] * len(parts) + [-1.0]
            number_of_row += 1
    return sparse.csr_array((values, (rows, columns)), shape=(number_of_row, len(index)))


def _hidden(
    counts: NDArray[np.float64], sums: sparse.csr_array, threshold: float
) -> NDArray[np.bool_]:
    """Which counts are hidden: the small ones, and what would give one of them back."""
    small = (counts > 0) & (counts < threshold)
    if not small.any() or not sums.shape[0]:
        return small
    system = System(
        values=counts, sums=sums, limits=np.full(len(counts), threshold), minimum=1.0,
        hideable=counts >= 1,
    )  # fmt: skip
    hidden, without = system.complements(small)
    # What nothing protects leaves no count of this kind to be shown beside it.
    return counts > 0 if len(without) else hidden
