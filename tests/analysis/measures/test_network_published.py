"""Networks everybody knows, against what is published of them."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import pandas as pd
import pytest

from analysis.errors import InputError
from analysis.measures import network


@pytest.fixture
def read(realdata: Path):
    """Answer with the reader of one network: partners by name where there is one, and ties."""

    def one(name: str, sector: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
        folder = realdata / "networks" / name
        nodes, edges = (pd.read_csv(folder / f"{file}.csv") for file in ("nodes", "edges"))
        names = nodes.set_index("id", drop=False)["name" if "name" in nodes else "id"]
        partners = pd.DataFrame(
            {"partner_id": names.to_numpy(), "sector": nodes[sector] if sector else "one"}
        )
        return partners, pd.DataFrame({side: edges[side].map(names) for side in ("from", "to")})

    return one


def test_the_medici_stand_between_the_families(read):
    # Padgett and Ansell (1993); Wasserman and Faust (1994), tables 5.1 and following (16 families).
    partners, ties = read("flo_marriage")
    found = network.network_measures(partners, ties)
    each = network.partner_measures(partners, ties)
    assert (found.isolates, found.components) == (("Pucci",), 2)
    assert set(found.cut_points) == {"Medici", "Guadagni", "Albizzi", "Salviati"}
    assert found.degree_centralization == pytest.approx(0.267, abs=5e-4)
    assert each.loc["Medici", "degree"] == 6
    assert each.loc["Medici", "betweenness"] == pytest.approx(0.452, abs=5e-4)


def test_the_medici_without_the_family_that_married_nobody(read):
    # Jackson (2008), Social and Economic Networks, section 1.2.1: .522, .255 and .103 of 15.
    partners, ties = read("flo_marriage")
    each = network.partner_measures(partners[partners["partner_id"] != "Pucci"], ties)
    told = each.loc[["Medici", "Guadagni", "Strozzi"], "betweenness"]
    assert told.tolist() == pytest.approx([0.522, 0.255, 0.103], abs=5e-4)


def test_the_karate_club_hangs_on_two_and_falls_apart_at_the_instructor(read):
    # Zachary (1977), Journal of Anthropological Research 33: 34 members, 78 ties; 1 and 34 lead.
    partners, ties = read("karate")
    found = network.network_measures(partners, ties)
    each = network.partner_measures(partners, ties)
    assert each["degree"].sum() == 2 * 78
    assert each["degree"].nlargest(2).to_dict() == {34: 17, 1: 16}
    assert each["betweenness"].idxmax() == 1
    # Everett and Borgatti's node betweenness of the club, as networkx documents it.
    assert each.loc[1, "betweenness"] == pytest.approx(0.4376, abs=5e-5)
    assert (found.cut_points, found.bridges) == ((1,), ((1, 12),))
    assert network.core_numbers(partners, ties).max() == 4
    left = network.without(partners, ties, 1)
    assert left.components == 3
    assert left.cut_off == (5, 6, 7, 11, 12, 17)


@pytest.mark.parametrize(
    ("relation", "ties_told", "density", "mutual"),
    # Krackhardt (1987); densities and dyads in Wasserman and Faust (1994), chapters 4 and 13.
    [("ht_advice", 190, 0.452, 45), ("ht_friends", 102, 0.243, 23), ("ht_reports", 20, 0.048, 0)],
)
def test_three_relations_of_the_same_managers(read, relation, ties_told, density, mutual):
    partners, ties = read(relation, sector="dept")
    found = network.network_measures(partners, ties)
    assert len(partners) == 21
    assert found.density == pytest.approx(density, abs=5e-4)
    assert found.reciprocity == pytest.approx(2 * mutual / ties_told)


def test_several_relations_of_a_pair_count_once(read):
    partners, _ = read("ht_advice", sector="dept")
    told = [read(one)[1].assign(type=one) for one in ("ht_advice", "ht_friends", "ht_reports")]
    together = network.network_measures(partners, pd.concat(told, ignore_index=True))
    once = pd.concat(told)[["from", "to"]].drop_duplicates()
    assert together.density == pytest.approx(len(once) / (21 * 20))


def test_reports_are_a_tree_whose_every_tie_is_a_bridge(read):
    found = network.network_measures(*read("ht_reports", sector="dept"))
    assert (len(found.bridges), found.components, found.reciprocity) == (20, 1, 0)
    # Four report to the president (7), and each of them stands between him and his department.
    assert set(found.cut_points) == {2, 7, 14, 18, 21}


def test_women_and_their_meetings_are_no_network_of_partners(read):
    # Davis, Gardner and Gardner (1941), Deep South: 18 women, 14 meetings, 89 attendances.
    partners, ties = read("southern_women")
    assert (len(partners), len(ties)) == (32, 89)
    with pytest.raises(InputError, match="ties run from one kind of thing to another"):
        network.network_measures(partners, ties)


def test_women_who_met_are_a_network(read):
    # Everybody met somebody; Breiger (1974), Social Forces 53, makes the same projection.
    partners, ties = read("southern_women")
    graph = nx.Graph(list(ties.itertuples(index=False)))
    women = partners["partner_id"][:18]
    met = nx.bipartite.projected_graph(graph, set(women))
    pairs = pd.DataFrame(list(met.edges), columns=["from", "to"])
    found = network.network_measures(partners[:18], pairs)
    assert (found.components, found.isolates) == (1, ())
    assert len(pairs) == 139
