"""Who works with whom, who holds it together, and what is missing.

Knows what can be said of a network of organisations: how dense it is, who
stands between others, what falls apart when a partner leaves, which ties only
one side names.

*Partners* are rows with ``partner_id`` and ``sector``; *ties* are directed
rows ``from``, ``to``, optionally of a ``type``. A pair tied in several types
counts once. Density, reciprocity, E-I and brokerage are of the directed ties;
everything else is of the undirected projection (who is tied to whom, whoever
says so) unless its name says *in* or *out*. All rows that are handed in count:
choose a year with :func:`in_year` first.

With fewer than three partners there are no scores, only the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse import csgraph

from analysis import tables
from analysis.errors import InputError, Problem, UnknownId

FEWEST_PARTNERS = 3
"""With fewer there is nobody to stand between."""
ROLES = ("coordinator", "consultant", "gatekeeper", "representative", "liaison")
"""Gould and Fernandez' five roles, from inside a sector to between three of them."""
BOTH, ONE_SIDE, DISPUTED = "both sides", "one side", "disputed"
NOT_ASSESSED = "not assessed"
STANDINGS = (BOTH, ONE_SIDE, DISPUTED, NOT_ASSESSED)
"""What the two ends of a tie say of it."""
TRUST_APART = 2
"""From so many steps of five on, trust is called one-sided."""

_UNLIKELY_TIES = 10
"""So many free choices of a direction never agree by chance: 1 in 1,024."""


@dataclass(frozen=True)
class NetworkMeasures:
    """What is said of a network as a whole.

    Parameters
    ----------
    density
        Directed ties present, of all possible, 0 to 1.
    reciprocity
        Directed ties that are returned, of all, 0 to 1; missing without ties.
    ei_index
        (ties across sectors - ties within) / all ties, -1 to 1; missing
        without ties.
    degree_centralization
        How much one partner has all the ties, 0 to 1 (a star).
    components
        How many parts do not reach each other, isolates included; None when
        not assessed.
    isolates, cut_points
        Ids in the order of the partners: tied to nobody; without whom a part
        falls apart.
    bridges
        Pairs of ids whose tie is the only way between two parts.
    reason
        "" or ``n_too_small``: then numbers are missing and lists say nothing.
    """

    density: float
    reciprocity: float
    ei_index: float
    degree_centralization: float
    components: int | None
    isolates: tuple[Any, ...]
    cut_points: tuple[Any, ...]
    bridges: tuple[tuple[Any, Any], ...]
    reason: str = ""


@dataclass(frozen=True)
class Without:
    """What is left of a network when partners leave.

    Parameters
    ----------
    fragmentation
        Share of the pairs left that cannot reach each other, 0 to 1; missing
        when not assessed.
    components
        How many parts are left; None when not assessed.
    lost_sectors
        Sectors in the largest part before and not after, in the order of the
        partners.
    cut_off
        Partners of that largest part who stay and are not in the largest part
        any more.
    lost_areas
        Areas that the largest part served before and not after; empty without
        a column ``area_ids``. Who serves every area serves none in particular.
    reason
        "" or ``n_too_small``.
    before, after
        Who was, and is, in the largest part, in the order of the partners.
    """

    fragmentation: float
    components: int | None
    lost_sectors: tuple[str, ...]
    cut_off: tuple[Any, ...]
    lost_areas: tuple[str, ...]
    reason: str = ""
    before: tuple[Any, ...] = ()
    after: tuple[Any, ...] = ()


@dataclass(frozen=True)
class NetworkChange:
    """What became of a network between two surveys.

    Parameters
    ----------
    joined, left
        Ids of partners.
    new_ties, ended_ties
        Directed pairs ``from, to`` among partners of **both** years: who
        joined or left is not counted a second time.
    scores
        ``before, after, change`` of density, reciprocity, E-I index, degree
        centralization and response rate, each year on all its partners.
    """

    joined: tuple[Any, ...]
    left: tuple[Any, ...]
    new_ties: pd.DataFrame
    ended_ties: pd.DataFrame
    scores: pd.DataFrame


# ------------------------------------------------------------------ the door


def network_problems(
    partners: pd.DataFrame, ties: pd.DataFrame, sectors: Sequence[str] = ()
) -> list[Problem]:
    """Say all that keeps two frames from being a network, with their rows.

    Parameters
    ----------
    partners, ties
        Any frames; rows are named by whole-number labels (line numbers of a
        file), else by position.
    sectors
        Known sectors; any when empty.

    Returns
    -------
    list of Problem
        A missing column, a partner that stands twice or has no sector, an
        unknown sector, a tie to nobody, to oneself, a duplicate, a strength
        out of range, two kinds of things given as one.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": ["a", "b"], "sector": ["police", "health"]})
    >>> ties = pd.DataFrame({"from": ["a", "a"], "to": ["c", "a"]})
    >>> for one in network_problems(partners, ties):
    ...     print(one)
    ties, row 0, column 'to': no partner 'c'; correct the id (known: a, b)
    ties, row 1, column 'to': a tie of 'a' to itself; name the other side, or take it out
    """
    found = _absent("partners", partners, ("partner_id", "sector"))
    found += _absent("ties", ties, ("from", "to"))
    if found:
        return found
    partners, ties = _numbered(partners), _numbered(ties)
    for column in ("partner_id", "sector"):
        found += _empty("partners", partners, column)
    found += tables.duplicates(partners, ["partner_id"], "partners")
    if sectors:
        found += tables.unknown_ids("partners", partners, tables.PARTNERS.by_name["sector"],
                                    tuple(sectors))  # fmt: skip
    ids = tuple(partners["partner_id"])
    for column in ("from", "to"):
        empty = _empty("ties", ties, column)
        found += empty or tables.unknown_ids("ties", ties, tables.TIES.by_name[column], ids)
    found += ties_of_themselves("ties", ties)
    found += tables.duplicates(ties, [one for one in tables.TIES.key if one in ties], "ties")
    for column in ("strength", "trust"):
        found += _out_of_range(ties, column) if column in ties else []
    return found + two_modes("ties", partners, ties)


def ties_of_themselves(file: str, ties: pd.DataFrame) -> list[Problem]:
    """Return a problem for each tie of a partner to itself."""
    own = ties[(ties["from"] == ties["to"]) & (ties["from"] != "")]
    return [
        Problem(
            file, f"a tie of {str(one)!r} to itself; name the other side, or take it out",
            int(row), "to", str(one), "tie_to_itself",
        )
        for row, one in zip(own.index, own["to"], strict=True)
    ]  # fmt: skip


def two_modes(file: str, partners: pd.DataFrame, ties: pd.DataFrame) -> list[Problem]:
    """Return a problem when ties run from one kind of thing to another, as who came to what.

    Notes
    -----
    Nobody stands on both sides. Either one side (of three and more) is no
    partner at all; or there are so many ties that their directions cannot
    agree by chance, and they close circles (a star has none). Few who answer,
    naming only those who did not, look alike: there ``answered`` tells them
    apart.
    """
    sides = {name: set(ties[name]) - {""} for name in ("from", "to")}
    if sides["from"] & sides["to"] or not all(sides.values()):
        return []
    ids = set(partners["partner_id"])
    strange = [name for name, side in sides.items() if len(side) >= 3 and not side & ids]
    if not strange and not _agree_beyond_chance(partners, ties, sides):
        return []
    fact = f"no {strange[0]!r} is a partner" if strange else "nobody stands on both sides"
    return [
        Problem(
            file, f"ties run from one kind of thing to another ({fact}), such as who came to which"
            " meeting; turn them into ties between partners first, or mark who answered",
            int(ties.index[0]), strange[0] if strange else None, None, "two_mode",
        )
    ]  # fmt: skip


def _agree_beyond_chance(
    partners: pd.DataFrame, ties: pd.DataFrame, sides: dict[str, set[Any]]
) -> bool:
    if "answered" in partners:
        answered = set(partners.loc[partners["answered"].eq(True), "partner_id"])
        if sides["from"] <= answered and not sides["to"] & answered:
            return False
    graph = nx.Graph(list(zip(ties["from"], ties["to"], strict=True)))
    choices = graph.number_of_edges() - nx.number_connected_components(graph)
    return choices >= _UNLIKELY_TIES and not nx.is_forest(graph)


def _absent(name: str, frame: pd.DataFrame, columns: tuple[str, ...]) -> list[Problem]:
    return [
        Problem(name, f"column {one!r} is missing; add it", column=one, code="missing_column")
        for one in columns
        if one not in frame
    ]


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    whole = pd.api.types.is_integer_dtype(frame.index.dtype)
    return frame if whole else frame.reset_index(drop=True)


def _empty(name: str, frame: pd.DataFrame, column: str) -> list[Problem]:
    rows = frame.index[frame[column].isna() | frame[column].eq("")]
    message = f"empty; every row needs {column!r}"
    return [Problem(name, message, int(row), column, "", "empty_cell") for row in rows]


def _out_of_range(ties: pd.DataFrame, column: str) -> list[Problem]:
    known = tables.TIES.by_name[column]
    least, most = known.minimum or 0, known.maximum or np.inf
    numbers = pd.to_numeric(ties[column], errors="coerce")
    given = ties[column].notna() & ties[column].ne("")
    broken = given & (numbers.isna() | (numbers % 1 != 0)
                      | ~numbers.between(least, most))  # fmt: skip
    scale = f"a whole number from {least:g} to {most:g}"
    return [
        Problem("ties", f"{column} {cell} is not {scale}; correct it, or leave it empty",
                int(row), column, str(cell), "out_of_range")
        for row, cell in zip(ties.index[broken], ties.loc[broken, column], strict=True)
    ]  # fmt: skip


@dataclass(frozen=True)
class _Network:
    """Ids, sectors and ties as matrices, rows in the order of the partners."""

    ids: pd.Index
    sectors: np.ndarray
    directed: np.ndarray

    @cached_property
    def known(self) -> np.ndarray:
        """Who is tied to whom, whoever says so."""
        return self.directed | self.directed.T

    @cached_property
    def graph(self) -> nx.Graph:
        """The same for networkx; nodes are positions."""
        return nx.from_numpy_array(self.known)

    @property
    def too_small(self) -> bool:
        return len(self.ids) < FEWEST_PARTNERS

    def parts(self) -> list[set[int]]:
        return list(nx.connected_components(self.graph))

    def across(self) -> float:
        """Share of the directed ties that run across sectors; missing without ties."""
        one, other = np.nonzero(self.directed)
        return _mean(self.sectors[one] != self.sectors[other])


def _mean(flags: np.ndarray) -> float:
    return float(flags.mean()) if flags.size else np.nan


def _read(partners: pd.DataFrame, ties: pd.DataFrame) -> _Network:
    """Matrices of a checked network; raise everything that is wrong with it."""
    problems = network_problems(partners, ties)
    if problems:
        raise InputError(problems)
    ids = pd.Index(partners["partner_id"], name="partner_id")
    directed = np.zeros((len(ids), len(ids)), dtype=bool)
    directed[ids.get_indexer(ties["from"]), ids.get_indexer(ties["to"])] = True
    sectors = pd.factorize(partners["sector"])[0]
    return _Network(ids, sectors, directed)


# ------------------------------------------------------------------ the whole and its partners


def network_measures(partners: pd.DataFrame, ties: pd.DataFrame) -> NetworkMeasures:
    """How closely does the network hold together, and where would it break?

    Parameters
    ----------
    partners
        ``partner_id, sector``, one row each.
    ties
        ``from, to``, directed; further columns as in ``ties.csv``.

    Returns
    -------
    NetworkMeasures
        An isolate counts as a partner: it lowers the density.

    Raises
    ------
    InputError
        Everything :func:`network_problems` finds.

    Notes
    -----
    E-I index: Krackhardt and Stern (1988), *Social Psychology Quarterly* 51,
    123-140. Centralization: Σ(max d - d)/((n - 1)(n - 2)), Freeman (1979),
    *Social Networks* 1, 215-239. Cut-points and bridges by networkx
    (Hopcroft and Tarjan 1973).

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abcd"),
    ...     "sector": ["police", "police", "health", "sport"]})
    >>> ties = pd.DataFrame({"from": ["a", "b", "b"], "to": ["b", "a", "c"]})
    >>> found = network_measures(partners, ties)
    >>> found.density, round(found.reciprocity, 3), found.isolates, found.cut_points
    (0.25, 0.667, ('d',), ('b',))
    """
    network = _read(partners, ties)
    if network.too_small:
        return NetworkMeasures(np.nan, np.nan, np.nan, np.nan, None, (), (), (), "n_too_small")
    directed, n = network.directed, len(network.ids)
    degree = network.known.sum(axis=1)
    name = network.ids.tolist()
    cut = sorted(set(nx.articulation_points(network.graph)))
    bridges = sorted((min(pair), max(pair)) for pair in nx.bridges(network.graph))
    return NetworkMeasures(
        density=float(directed.sum() / (n * (n - 1))),
        reciprocity=_mean(directed.T[directed]),
        ei_index=2 * network.across() - 1,
        degree_centralization=float((degree.max() - degree).sum() / ((n - 1) * (n - 2))),
        components=len(network.parts()),
        isolates=tuple(name[one] for one in np.flatnonzero(degree == 0)),
        cut_points=tuple(name[one] for one in cut),
        bridges=tuple((name[one], name[other]) for one, other in bridges),
    )


def partner_measures(partners: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Where does each partner stand?

    Parameters
    ----------
    partners, ties
        As for :func:`network_measures`.

    Returns
    -------
    DataFrame
        Indexed by ``partner_id``, in the order of the partners: ``degree,
        in_degree, out_degree`` (how many partners), ``betweenness`` (share of
        the shortest ways between two others that lead over this one, 0 to 1),
        ``constraint`` (how much its partners are tied to each other, above 0;
        missing for an isolate), ``cut_point``. All missing with fewer than
        three partners.

    Raises
    ------
    InputError
        Everything :func:`network_problems` finds.

    Notes
    -----
    Betweenness: Freeman (1979), normalised by (n - 1)(n - 2)/2, computed after
    Brandes (2001), *Journal of Mathematical Sociology* 25, from all partners
    at once (networkx, one after the other, needs a second at 500 partners and
    750 pairs, and more the more pairs there are).
    Constraint: Burt (1992), *Structural Holes*: Σ_j (p_ij + Σ_q p_iq p_qj)²
    over the partners j of i, p_ij = 1/degree of i.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abc"), "sector": ["x", "y", "z"]})
    >>> ties = pd.DataFrame({"from": ["a", "b"], "to": ["b", "c"]})
    >>> partner_measures(partners, ties)["betweenness"].to_dict()
    {'a': 0.0, 'b': 1.0, 'c': 0.0}
    """
    network = _read(partners, ties)
    cut = np.zeros(len(network.ids), dtype=bool)
    cut[list(nx.articulation_points(network.graph))] = True
    frame = pd.DataFrame(
        {
            "degree": network.known.sum(axis=1),
            "in_degree": network.directed.sum(axis=0),
            "out_degree": network.directed.sum(axis=1),
            "betweenness": _betweenness(network.known),
            "constraint": _constraint(network.known),
            "cut_point": cut,
        },
        index=network.ids,
    ).astype({"degree": "Int64", "in_degree": "Int64", "out_degree": "Int64",
              "cut_point": "boolean"})  # fmt: skip
    return frame.mask(np.full(frame.shape, network.too_small))


def _betweenness(known: np.ndarray) -> np.ndarray:
    """Brandes' sums, one column per source, one step per distance."""
    n = len(known)
    if n < FEWEST_PARTNERS:
        return np.full(n, np.nan)
    ties = sparse.csr_array(known, dtype="float64")
    distance = np.where(np.eye(n, dtype=bool), 0, -1)
    ways = np.eye(n)
    front, step = np.eye(n), 0
    while front.any():
        step += 1
        front = np.where(distance < 0, ties @ front, 0)
        distance[front > 0] = step
        ways += front
    dependency = np.zeros((n, n))
    for step in range(distance.max(), 1, -1):
        at_end = distance == step
        share = np.divide(1 + dependency, ways, out=np.zeros((n, n)), where=at_end)
        dependency += np.where(distance == step - 1, (ties @ share) * ways, 0)
    return dependency.sum(axis=1) / ((n - 1) * (n - 2))


def _constraint(known: np.ndarray) -> np.ndarray:
    degree = known.sum(axis=1, keepdims=True)
    share = np.divide(known, degree, out=np.zeros(known.shape), where=degree > 0)
    spent = np.where(known, (share + share @ share) ** 2, 0).sum(axis=1)
    return np.where(degree[:, 0] > 0, spent, np.nan)


def core_numbers(partners: pd.DataFrame, ties: pd.DataFrame) -> pd.Series:
    """How deep in the core does each partner stand?

    Returns
    -------
    Series
        By ``partner_id``: the largest k so that the partner is among some who
        are each tied to k of the others there. Missing with fewer than three
        partners.

    Notes
    -----
    Seidman (1983), *Social Networks* 5, 269-287; by networkx.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abcd"), "sector": list("wxyz")})
    >>> ties = pd.DataFrame({"from": list("abcc"), "to": list("bcad")})
    >>> core_numbers(partners, ties).to_dict()
    {'a': 2, 'b': 2, 'c': 2, 'd': 1}
    """
    network = _read(partners, ties)
    cores = nx.core_number(network.graph)
    numbers = [pd.NA if network.too_small else cores[one] for one in range(len(network.ids))]
    return pd.Series(numbers, index=network.ids, name="core", dtype="Int64")


def brokerage(partners: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Between whom does each partner stand?

    Parameters
    ----------
    partners, ties
        As for :func:`network_measures`.

    Returns
    -------
    DataFrame
        Indexed by ``partner_id``: how many open two-paths A→B→C each partner
        is the middle of, by the sectors of A, B, C: ``coordinator`` (xxx),
        ``consultant`` (xyx), ``gatekeeper`` (xyy), ``representative`` (xxy),
        ``liaison`` (xyz). Missing with fewer than three partners.

    Raises
    ------
    InputError
        Everything :func:`network_problems` finds.

    Notes
    -----
    Gould and Fernandez (1989), *Sociological Methodology* 19, 89-126. A path
    is open when there is no tie A→C; C→A may exist. Counted by sums of matrix
    products: Σ_A a_AB (Σ_C o_AC b_BC).

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abc"), "sector": ["x", "y", "x"]})
    >>> ties = pd.DataFrame({"from": ["a", "b"], "to": ["b", "c"]})
    >>> brokerage(partners, ties).loc["b"].to_dict()["consultant"]
    1
    """
    network = _read(partners, ties)
    same = network.sectors[:, None] == network.sectors[None, :]
    is_open = ~network.directed
    np.fill_diagonal(is_open, False)
    within, across = network.directed & same, network.directed & ~same

    def middle(into: np.ndarray, out: np.ndarray, ends: np.ndarray) -> np.ndarray:
        reached = (is_open & ends).astype("float64") @ out.T.astype("float64")
        return (into * reached).sum(axis=0).round()

    every = np.ones_like(same)
    counts = (
        middle(within, within, every),
        middle(across, across, same),
        middle(across, within, every),
        middle(within, across, every),
        middle(across, across, ~same),
    )
    frame = pd.DataFrame(dict(zip(ROLES, counts, strict=True)), index=network.ids).astype("Int64")
    return frame.mask(np.full(frame.shape, network.too_small))


def without(partners: pd.DataFrame, ties: pd.DataFrame, partner_id: Any | Sequence[Any]) -> Without:
    """What falls apart if this partner leaves, or these?

    Parameters
    ----------
    partners, ties
        As for :func:`network_measures`; with a column ``area_ids`` areas that
        lose their link are named too.
    partner_id
        Who leaves; a list of ids when several do.

    Returns
    -------
    Without
        Not assessed when fewer than three partners are there, or one is left.

    Raises
    ------
    UnknownId
        No such partner.
    InputError
        Everything :func:`network_problems` finds.

    Notes
    -----
    F = 1 - Σ s_k(s_k - 1)/(n(n - 1)), n and the sizes s_k of the parts without
    those who left: Borgatti (2006), *Computational and Mathematical
    Organization Theory* 12, 21-34. Of parts equally large, the one with most
    sectors is taken, then the one whose ids come first.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abcd"), "sector": list("wxyz")})
    >>> ties = pd.DataFrame({"from": ["a", "b", "c"], "to": ["b", "c", "d"]})
    >>> found = without(partners, ties, "c")
    >>> round(found.fragmentation, 3), found.components, found.lost_sectors, found.cut_off
    (0.667, 2, ('y', 'z'), ('d',))
    """
    network = _read(partners, ties)
    several = isinstance(partner_id, (list, tuple, set, frozenset, pd.Index, np.ndarray))
    leaving = list(partner_id) if several else [partner_id]
    strange = [one for one in leaving if one not in network.ids]
    if strange:
        raise UnknownId(
            f"no partner {', '.join(map(repr, strange))}; partners:"
            f" {', '.join(map(str, network.ids))}"
        )
    gone = set(network.ids.get_indexer(pd.Index(leaving)))
    left = len(network.ids) - len(gone)
    if network.too_small or left < 2:
        return Without(np.nan, None, (), (), (), "n_too_small")
    remaining = nx.subgraph_view(network.graph, filter_node=lambda one: one not in gone)
    parts = list(nx.connected_components(remaining))
    before, after = _largest(network, network.parts()), _largest(network, parts)
    linked = sum(len(part) * (len(part) - 1) for part in parts)
    rows = {name: partners.iloc[sorted(part)] for name, part in
            (("before", before), ("after", after))}  # fmt: skip
    return Without(
        fragmentation=1 - linked / (left * (left - 1)),
        components=len(parts),
        lost_sectors=_lost(*(list(frame["sector"]) for frame in rows.values())),
        cut_off=tuple(network.ids[sorted(before - after - gone)]),
        lost_areas=_lost(*(_areas(frame) for frame in rows.values())),
        before=tuple(network.ids[sorted(before)]),
        after=tuple(network.ids[sorted(after)]),
    )


def losses(partners: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Who is the only link of whom?

    Parameters
    ----------
    partners, ties
        As for :func:`network_measures`.

    Returns
    -------
    DataFrame
        Indexed by ``partner_id``, a row per cut-point in the order of the
        partners: ``fragmentation`` and ``cut_off`` (a tuple of ids), both as
        :func:`without` has them when this partner alone leaves. Who holds
        others only in a part that is not the largest cuts nobody off from it:
        an empty tuple. Without rows with fewer than three partners.

    Raises
    ------
    InputError
        Everything :func:`network_problems` finds.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abcd"), "sector": list("wxyz")})
    >>> ties = pd.DataFrame({"from": ["a", "b", "c"], "to": ["b", "c", "d"]})
    >>> losses(partners, ties)["cut_off"].to_dict()
    {'b': ('a',), 'c': ('d',)}
    """
    network = _read(partners, ties)
    cut = [] if network.too_small else sorted(set(nx.articulation_points(network.graph)))
    before = _largest(network, network.parts()) if cut else set()
    known = sparse.csr_array(network.known)
    rows = []
    for gone in cut:
        stay = np.delete(np.arange(len(network.ids)), gone)
        _, label = csgraph.connected_components(known[stay][:, stay], directed=False)
        sizes = np.bincount(label)
        parts = [set(stay[label == one].tolist())
                 for one in np.flatnonzero(sizes == sizes.max())]  # fmt: skip
        off = sorted(before - _largest(network, parts) - {gone})
        linked = float((sizes * (sizes - 1)).sum())
        rows.append((1 - linked / (len(stay) * (len(stay) - 1)), tuple(network.ids[off])))
    return pd.DataFrame(rows, index=network.ids[cut], columns=["fragmentation", "cut_off"])


def _largest(network: _Network, parts: list[set[int]]) -> set[int]:
    def order(part: set[int]) -> tuple[int, int, list[str]]:
        ids = sorted(str(network.ids[one]) for one in part)
        return -len(part), -len(set(network.sectors[list(part)])), ids

    return min(parts, key=order)


def _lost(before: list[str], after: list[str]) -> tuple[str, ...]:
    there = set(after)
    return tuple(one for one in dict.fromkeys(before) if one not in there)


def _areas(partners: pd.DataFrame) -> list[str]:
    if "area_ids" not in partners:
        return []
    served = [one for cell in partners["area_ids"].fillna("") for one in str(cell).split()]
    return [one for one in served if one != tables.EVERYWHERE]


# ------------------------------------------------------------------ sectors


def mixing_matrix(partners: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Which sectors name which?

    Returns
    -------
    DataFrame
        Sectors x sectors in the order of the partners, counts of directed
        pairs; rows name, columns are named. Its sum is the number of directed
        pairs, its diagonal those within a sector.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abc"), "sector": ["x", "x", "y"]})
    >>> ties = pd.DataFrame({"from": ["a", "b", "b"], "to": ["b", "a", "c"]})
    >>> mixing_matrix(partners, ties).loc["x"].to_dict()
    {'x': 2, 'y': 1}
    """
    network = _read(partners, ties)
    names = list(dict.fromkeys(partners["sector"]))
    member = np.eye(len(names), dtype="int64")[network.sectors]
    counts = member.T @ network.directed.astype("int64") @ member
    return pd.DataFrame(
        counts, index=pd.Index(names, name="from"), columns=pd.Index(names, name="to")
    )


def share_across_sectors(partners: pd.DataFrame, ties: pd.DataFrame) -> float:
    """Return the share of directed ties that run across sectors, 0 to 1.

    (E-I index + 1)/2; missing without ties or with fewer than three partners.
    """
    network = _read(partners, ties)
    return np.nan if network.too_small else network.across()


def blau(sectors: pd.Series | Sequence[Any]) -> float:
    """How mixed are the partners?

    Parameters
    ----------
    sectors
        Sector of each partner.

    Returns
    -------
    float
        1 - Σp², the chance that two picked with replacement are of different
        sectors: 0 with one sector, 1 - 1/k with k equal ones; missing without
        partners.

    Notes
    -----
    Blau (1977), *Inequality and Heterogeneity*.

    Examples
    --------
    >>> round(blau(list("aaaabbbccd")), 9)
    0.7
    """
    counts = pd.Series(list(sectors), dtype=object).value_counts()
    total = counts.sum()
    return float(1 - ((counts / total) ** 2).sum()) if total else np.nan


def missing_sectors(partners: pd.DataFrame, essential: Sequence[str]) -> tuple[str, ...]:
    """Return the essential sectors without a partner, in the order they are given."""
    return tuple(one for one in essential if one not in set(partners["sector"]))


# ------------------------------------------------------------------ what the two sides say


def response_rate(partners: pd.DataFrame) -> float:
    """Return the share of partners that answered, 0 to 1; missing where nobody noted it.

    >>> round(response_rate(pd.DataFrame({"answered": [True, True, False]})), 3)
    0.667
    """
    if "answered" not in partners or not len(partners):
        return np.nan
    return float(partners["answered"].fillna(False).astype(bool).mean())


def standing(partners: pd.DataFrame, ties: pd.DataFrame) -> pd.Series:
    """Do both sides of a tie say the same?

    Parameters
    ----------
    partners
        With ``answered``; without it everybody counts as having answered.
    ties
        With ``confirmed`` (yes, no, disputed) where it was asked.

    Returns
    -------
    Series
        On the index of ``ties``, one of :data:`STANDINGS`: ``disputed`` where
        a row or its counterpart is marked so; ``both sides`` where it is confirmed or
        the other side names a tie of the same type; ``not assessed`` where
        the other side did not answer; else ``one side``.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abc"), "sector": list("xyz"),
    ...     "answered": [True, True, False]})
    >>> ties = pd.DataFrame({"from": ["a", "b", "a", "b"], "to": ["b", "a", "c", "c"],
    ...     "confirmed": ["no", "no", "disputed", "no"]})
    >>> standing(partners, ties).tolist()
    ['both sides', 'both sides', 'disputed', 'not assessed']
    """
    _read(partners, ties)
    also = [ties[one].astype("str") for one in ("type", "as_of") if one in ties]
    said = pd.MultiIndex.from_arrays([ties["from"], ties["to"], *also])
    counterpart = pd.MultiIndex.from_arrays([ties["to"], ties["from"], *also])
    answered = dict(
        zip(partners["partner_id"], partners.get("answered", [True] * len(partners)), strict=True)
    )
    told = ties["confirmed"] if "confirmed" in ties else pd.Series("no", index=ties.index)
    asked = ties["to"].map(answered).eq(True)
    result = pd.Series(np.where(asked, ONE_SIDE, NOT_ASSESSED), index=ties.index, dtype="str")
    result[told.eq("yes").to_numpy() | counterpart.isin(said)] = BOTH
    disputed = told.eq("disputed").to_numpy()
    result[disputed | counterpart.isin(said[disputed])] = DISPUTED
    return result.rename("standing")


def trust_asymmetry(ties: pd.DataFrame, at_least: int = TRUST_APART) -> pd.DataFrame:
    """Who trusts more than is returned?

    Parameters
    ----------
    ties
        ``from, to, trust`` (1 to 5, missing where not asked); several types
        of a pair are averaged.
    at_least
        Steps of five from which on the difference is told.

    Returns
    -------
    DataFrame
        ``from, to, trust, returned, difference``, the more trusting side
        first, largest difference first; only pairs both of which said so.

    Examples
    --------
    >>> ties = pd.DataFrame({"from": ["a", "b"], "to": ["b", "a"], "trust": [2.0, 4.0]})
    >>> trust_asymmetry(ties).to_numpy().tolist()
    [['b', 'a', 4.0, 2.0, 2.0]]
    """
    rated = ties[ties["trust"].notna()]
    trust = rated.groupby(["from", "to"], sort=True)["trust"].mean().rename("trust").reset_index()
    back = trust.rename(columns={"from": "to", "to": "from", "trust": "returned"})
    pairs = trust.merge(back, on=["from", "to"])
    pairs["difference"] = pairs["trust"] - pairs["returned"]
    chosen = pairs[pairs["difference"] >= max(at_least, 1)]
    return chosen.sort_values(
        ["difference", "from", "to"], ascending=[False, True, True], ignore_index=True
    )


def tied_pairs(partners: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Bring the two directions of a tie together, for a picture or a list.

    Parameters
    ----------
    partners, ties
        As for :func:`standing`; ``ties`` with ``type`` and ``strength``.

    Returns
    -------
    DataFrame
        One row per pair and type in the order of the ties: ``from, to`` (as
        first named), ``type, strength`` (the larger of the two sides),
        ``mutual`` (both name it) and ``standing`` (:data:`STANDINGS`;
        ``disputed`` where a side is, else ``both sides`` where a side is).

    Examples
    --------
    >>> ties = pd.DataFrame({"from": ["a", "b", "a"], "to": ["b", "a", "c"], "type": "contact",
    ...     "strength": [1, 3, 2]})
    >>> partners = pd.DataFrame({"partner_id": list("abc"), "sector": list("xyz")})
    >>> tied_pairs(partners, ties)[["to", "strength", "mutual"]].to_numpy().tolist()
    [['b', 3, True], ['c', 2, False]]
    """
    said = ties.assign(standing=standing(partners, ties))
    place = pd.Index(partners["partner_id"]).get_indexer
    one, other = place(ties["from"]), place(ties["to"])
    key = [np.minimum(one, other), np.maximum(one, other), said["type"].to_numpy()]
    order = pd.Categorical(said["standing"], [DISPUTED, BOTH, ONE_SIDE, NOT_ASSESSED], ordered=True)
    grouped = said.assign(standing=order.codes, forward=one < other).groupby(key, sort=False)
    pairs = grouped.agg(
        **{name: (name, "first") for name in ("from", "to", "type")},
        strength=("strength", "max"), directions=("forward", "nunique"), code=("standing", "min"),
    )  # fmt: skip
    return pairs.assign(
        mutual=pairs["directions"] == 2, standing=order.categories[pairs["code"]].astype("str")
    ).drop(columns=["directions", "code"]).reset_index(drop=True)  # fmt: skip


# ------------------------------------------------------------------ years


def in_year(
    partners: pd.DataFrame, ties: pd.DataFrame, year: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the partners and the ties of one year.

    Parameters
    ----------
    partners
        With ``since`` and ``until`` (periods, empty when open) where known.
    ties
        With ``as_of`` (dates, empty for every year) where known.

    Returns
    -------
    partners, ties
        Partners who were there at any time of the year, and the ties of that
        year between them, rows unchanged.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": ["a", "b"], "since": ["", "2025-03"]})
    >>> ties = pd.DataFrame({"from": ["a"], "to": ["b"], "as_of": ["2025-06-01"]})
    >>> [len(frame) for frame in in_year(partners, ties, 2024)]
    [1, 0]
    """

    def years(frame: pd.DataFrame, column: str, place: slice, otherwise: int) -> pd.Series:
        if column not in frame:
            return pd.Series(otherwise, index=frame.index)
        cells = frame[column].fillna("").astype("str").str[place]
        return pd.to_numeric(cells.where(cells != "", str(otherwise))).astype("int64")

    # A school year 2024/2025 begins in its first year and ends in its last.
    ends = partners.assign(until=partners["until"].str.split("/").str[-1]) \
        if "until" in partners else partners  # fmt: skip
    there = (years(partners, "since", slice(4), year) <= year) & (
        years(ends, "until", slice(4), year) >= year
    )
    staying = partners[there]
    ids = staying["partner_id"]
    named = ties["from"].isin(ids) & ties["to"].isin(ids)
    return staying, ties[named & years(ties, "as_of", slice(4), year).eq(year)]


def network_change(
    before: tuple[pd.DataFrame, pd.DataFrame], after: tuple[pd.DataFrame, pd.DataFrame]
) -> NetworkChange:
    """What has changed between two surveys?

    Parameters
    ----------
    before, after
        Partners and ties of each, as :func:`in_year` returns them.

    Examples
    --------
    >>> partners = pd.DataFrame({"partner_id": list("abc"), "sector": list("xyz")})
    >>> old = pd.DataFrame({"from": ["a"], "to": ["b"]})
    >>> new = pd.DataFrame({"from": ["a", "b"], "to": ["b", "c"]})
    >>> found = network_change((partners, old), (partners, new))
    >>> found.new_ties.to_numpy().tolist(), found.scores.loc["density"].round(3).to_list()
    ([['b', 'c']], [0.167, 0.333, 0.167])
    """
    was, is_now = _read(*before), _read(*after)
    shared = was.ids.intersection(is_now.ids, sort=False)
    old, new = (_pairs(network, shared) for network in (was, is_now))
    scores = pd.DataFrame(
        {name: _scores(*frames) for name, frames in (("before", before), ("after", after))}
    )
    return NetworkChange(
        joined=tuple(is_now.ids[~is_now.ids.isin(was.ids)]),
        left=tuple(was.ids[~was.ids.isin(is_now.ids)]),
        new_ties=_as_ties(new & ~old, shared),
        ended_ties=_as_ties(old & ~new, shared),
        scores=scores.assign(change=scores["after"] - scores["before"]),
    )


def _pairs(network: _Network, ids: pd.Index) -> np.ndarray:
    places = network.ids.get_indexer(ids)
    return network.directed[np.ix_(places, places)]


def _as_ties(pairs: np.ndarray, ids: pd.Index) -> pd.DataFrame:
    one, other = np.nonzero(pairs)
    return pd.DataFrame({"from": ids.to_numpy()[one], "to": ids.to_numpy()[other]})


def _scores(partners: pd.DataFrame, ties: pd.DataFrame) -> dict[str, float]:
    found = network_measures(partners, ties)
    return {
        "density": found.density,
        "reciprocity": found.reciprocity,
        "ei_index": found.ei_index,
        "degree_centralization": found.degree_centralization,
        "response_rate": response_rate(partners),
    }


# ------------------------------------------------------------------ information


def without_protocol(ties: pd.DataFrame) -> pd.DataFrame:
    """Return the ties of information that rest on no protocol signed by both sides.

    Parameters
    ----------
    ties
        ``type, protocol_signed`` as in ``ties.csv``; missing counts as not
        signed.

    Returns
    -------
    DataFrame
        Its rows, unchanged and in their order.

    Examples
    --------
    >>> ties = pd.DataFrame({"from": list("ab"), "to": list("ba"), "type": "information",
    ...     "protocol_signed": [True, False]})
    >>> without_protocol(ties)["from"].tolist()
    ['b']
    """
    return ties[ties["type"].eq("information") & ~ties["protocol_signed"].eq(True)]
