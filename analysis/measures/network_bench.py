"""How fast a network is measured: ``python -m analysis bench network``.

A seeded network of 500 partners, few of many ties and many of few: everything
the pages ask of it, once with :mod:`analysis.measures.network`, once with
networkx as its documentation has it, one partner after the other. Both in one
run; the results must be equal.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import networkx as nx
import numpy as np
import pandas as pd

from analysis.errors import GroundworkError
from analysis.measures import network

PARTNERS = 500
SECTORS = 14
COLUMNS = ("betweenness", "constraint", "core", "cut_point", "fragmentation", *network.ROLES)


def main() -> int:
    """Measure both ways and print; returns the exit code."""
    partners, ties = seeded()
    print(f"{len(partners)} partners, {len(ties):,} directed ties (seeded)")
    try:
        (fast, slow), seconds = both_ways(partners, ties)
        check_equal(fast, slow)
    except GroundworkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for name, one in zip(("measures", "networkx"), seconds, strict=True):
        print(f"{name:<10}{one:>10.2f} s")
    print(f"results equal; {seconds[1] / seconds[0]:.1f} times as fast")
    return 0


def seeded(n: int = PARTNERS, seed: int = 5) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a made network: ``partner_id, sector`` and ``from, to``; half of the ties returned."""
    generator = np.random.default_rng(seed)
    weight = generator.pareto(1.5, n) + 0.3
    chosen = generator.choice(n, (4 * n, 2), p=weight / weight.sum())
    pairs = {(int(one), int(other)) for one, other in chosen if one != other}
    pairs |= {(other, one) for one, other in sorted(pairs)[::2]}
    partners = pd.DataFrame(
        {"partner_id": [f"p{one:03}" for one in range(n)],
         "sector": [f"s{one:02}" for one in generator.integers(0, SECTORS, n)]}
    )  # fmt: skip
    ends = pd.DataFrame(sorted(pairs), columns=["from", "to"])
    return partners, ends.map(lambda one: f"p{one:03}")


def both_ways(
    partners: pd.DataFrame, ties: pd.DataFrame
) -> tuple[tuple[pd.DataFrame, pd.DataFrame], tuple[float, float]]:
    """Measure with the measures and with networkx.

    Returns
    -------
    results, seconds
        Of each way a frame by ``partner_id`` with :data:`COLUMNS` (missing
        ``fragmentation`` where nobody is cut off), and density and
        reciprocity as columns of one value.
    """
    ways: tuple[Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame], ...]
    ways = with_measures, with_networkx
    found, seconds = [], []
    for way in ways:
        start = time.perf_counter()
        found.append(way(partners, ties))
        seconds.append(time.perf_counter() - start)
    return (found[0], found[1]), (seconds[0], seconds[1])


def with_measures(partners: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Return what pages show of each partner, by :mod:`analysis.measures.network`."""
    whole = network.network_measures(partners, ties)
    each = network.partner_measures(partners, ties).join(network.brokerage(partners, ties))
    each["core"] = network.core_numbers(partners, ties)
    each["fragmentation"] = network.losses(partners, ties)["fragmentation"]
    each = each.assign(density=whole.density, reciprocity=whole.reciprocity)
    return each[[*COLUMNS, "density", "reciprocity"]].astype("float64")


def with_networkx(partners: pd.DataFrame, ties: pd.DataFrame) -> pd.DataFrame:
    """Return the same by networkx, and by plain loops where it has no function."""
    directed = nx.DiGraph()
    directed.add_nodes_from(partners["partner_id"])
    directed.add_edges_from(ties[["from", "to"]].itertuples(index=False))
    graph = directed.to_undirected()
    cut = set(nx.articulation_points(graph))
    frame = pd.DataFrame(
        {"betweenness": nx.betweenness_centrality(graph), "constraint": nx.constraint(graph),
         "core": nx.core_number(graph),
         "fragmentation": {one: _fragmentation(graph, one) for one in sorted(cut)}}
    ).reindex(partners["partner_id"])  # fmt: skip
    frame["cut_point"] = frame.index.isin(sorted(cut))
    sector = dict(zip(partners["partner_id"], partners["sector"], strict=True))
    roles = pd.DataFrame({one: _roles(directed, sector, one) for one in directed}).T
    frame = frame.join(roles).assign(
        density=nx.density(directed), reciprocity=nx.overall_reciprocity(directed)
    )
    return frame[[*COLUMNS, "density", "reciprocity"]].astype("float64")


def _fragmentation(graph: nx.Graph, gone: str) -> float:
    left = graph.copy()
    left.remove_node(gone)
    n = len(left)
    return 1 - sum(len(one) * (len(one) - 1) for one in nx.connected_components(left)) / (
        n * (n - 1)
    )


def _roles(directed: nx.DiGraph, sector: dict[str, str], middle: str) -> dict[str, int]:
    counts = dict.fromkeys(network.ROLES, 0)
    own = sector[middle]
    for one in directed.predecessors(middle):
        for other in directed.successors(middle):
            if one == other or directed.has_edge(one, other):
                continue
            first, last = sector[one], sector[other]
            if first == own:
                role = "coordinator" if last == own else "representative"
            elif last == own:
                role = "gatekeeper"
            else:
                role = "consultant" if first == last else "liaison"
            counts[role] += 1
    return counts


def check_equal(fast: pd.DataFrame, slow: pd.DataFrame) -> None:
    """Hold two results against each other.

    Raises
    ------
    GroundworkError
        The first measure that differs, in how many partners, and in which first.
    """
    for name in fast.columns:
        one, other = fast[name], slow[name].reindex(fast.index)
        same = np.isclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True)
        if not same.all():
            first = fast.index[~same][0]
            raise GroundworkError(
                f"{name!r} differs in {int((~same).sum())} partners, first in {first}:"
                f" {one[first]} and {other[first]}; one of the two ways is wrong"
            )


if __name__ == "__main__":
    sys.exit(main())
