"""Networks: published and hand-made reference values, laws, the door, years and rules."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import tables
from analysis.errors import InputError, UnknownId
from analysis.measures import network

DEMO = Path(__file__).parents[3] / "data" / "demo"

SECTORS = {"School": "education", "Police": "justice", "Youth": "municipal",
           "Social": "municipal", "NGO": "civil society", "Faith": "civil society"}  # fmt: skip
TOY = pd.DataFrame({"partner_id": SECTORS.keys(), "sector": SECTORS.values()})
TOY_TIES = pd.DataFrame(
    [("School", "Police"), ("Police", "School"), ("Police", "Youth"), ("Youth", "NGO"),
     ("NGO", "Youth"), ("Social", "Police"), ("Social", "NGO")], columns=["from", "to"],
)  # fmt: skip


def both_ways(graph: nx.Graph, sectors: int = 3) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A known graph as partners and ties, each tie named by both sides."""
    nodes = list(graph)
    partners = pd.DataFrame(
        {"partner_id": nodes, "sector": [f"s{place % sectors}" for place in range(len(nodes))]}
    )
    pairs = [pair for one, other in graph.edges for pair in ((one, other), (other, one))]
    return partners, pd.DataFrame(pairs, columns=["from", "to"])


def pairs(text: str) -> pd.DataFrame:
    """``ab bc``: ties from a to b and from b to c."""
    return pd.DataFrame([tuple(one) for one in text.split()], columns=["from", "to"])


def partners_of(letters: str, sectors: str | None = None) -> pd.DataFrame:
    return pd.DataFrame({"partner_id": list(letters), "sector": list(sectors or letters)})


@st.composite
def networks(draw, smallest: int = 3):
    """Any directed network of up to nine partners in three sectors."""
    n = draw(st.integers(smallest, 9))
    sectors = draw(st.lists(st.sampled_from("xyz"), min_size=n, max_size=n))
    possible = [(one, other) for one in range(n) for other in range(n) if one != other]
    chosen = draw(st.lists(st.sampled_from(possible), unique=True, max_size=24))
    # One tie returned: nobody takes it for two kinds of things.
    chosen += [(b, a) for a, b in chosen[:1] if (b, a) not in chosen]
    ids = [f"P{one}" for one in range(n)]
    partners = pd.DataFrame({"partner_id": ids, "sector": sectors})
    ties = [(ids[one], ids[other]) for one, other in chosen]
    return partners, pd.DataFrame(ties, columns=["from", "to"], dtype="str")


def as_graph(partners: pd.DataFrame, ties: pd.DataFrame) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_nodes_from(partners["partner_id"])
    graph.add_edges_from(ties[["from", "to"]].itertuples(index=False))
    return graph


# ------------------------------------------------------------------ reference values


def test_krackhardts_kite():
    # Krackhardt (1990), Administrative Science Quarterly 35, 342-369.
    partners, ties = both_ways(nx.krackhardt_kite_graph())
    found = network.network_measures(partners, ties)
    assert found.density == pytest.approx(0.4)
    assert found.degree_centralization == pytest.approx(1 / 3)
    assert (found.components, found.isolates, found.cut_points) == (1, (), (7, 8))
    assert found.bridges == ((7, 8), (8, 9))
    each = network.partner_measures(partners, ties)
    assert each["betweenness"].tolist() == pytest.approx(
        [.023148, .023148, 0, .101852, 0, .231481, .231481, .388889, .222222, 0], abs=5e-7
    )  # fmt: skip
    assert each["constraint"].tolist() == pytest.approx(
        [.5412, .5412, .6641, .4702, .6641, .4451, .4451, .4311, .5, 1], abs=5e-5
    )  # fmt: skip
    assert each.index[each["cut_point"]].tolist() == [7, 8]
    assert network.without(partners, ties, 7).fragmentation == pytest.approx(0.388889, abs=5e-7)


def test_the_toy_network():
    found = network.network_measures(TOY, TOY_TIES)
    assert found.density == pytest.approx(0.233333, abs=5e-7)
    assert found.reciprocity == pytest.approx(0.571429, abs=5e-7)
    assert (found.isolates, found.ei_index, found.cut_points) == (("Faith",), 1, ("Police",))
    assert found.components == 2


def test_the_brokers_of_the_toy_network():
    roles = network.brokerage(TOY, TOY_TIES)
    assert list(roles.columns) == list(network.ROLES)
    told = {(one, role): count for role in roles for one, count in roles[role].items() if count}
    assert told == {
        ("Police", "consultant"): 1, ("Police", "liaison"): 2,
        ("Youth", "liaison"): 1, ("NGO", "consultant"): 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("sectors", "role"),
    list(zip(("xxx", "xyx", "xyy", "xxy", "xyz"), network.ROLES, strict=True)),
)
def test_the_role_follows_from_the_sectors_of_all_three(sectors, role):
    roles = network.brokerage(partners_of("abc", sectors), pairs("ab bc ca"))
    # Of the three two-paths of a circle each is open: C→A does not close A→C.
    assert roles.loc["b", role] == 1
    assert roles.loc["b"].sum() == 1


def test_a_tie_from_end_to_end_closes_the_path():
    assert network.brokerage(partners_of("abc"), pairs("ab bc ac")).to_numpy().sum() == 0


def test_blaus_index_of_four_three_two_one():
    assert network.blau(list("aaaabbbccd")) == pytest.approx(0.7)
    assert network.blau(["one"]) == 0
    assert np.isnan(network.blau([]))


# ------------------------------------------------------------------ the fictional town


@pytest.fixture(scope="module")
def town() -> tuple[pd.DataFrame, pd.DataFrame]:
    read = []
    for table in (tables.PARTNERS, tables.TIES):
        text, _ = tables.read_text_table(table.file, (DEMO / table.file).read_text("utf-8"))
        typed, problems = tables.validate(text, table)
        assert problems == []
        read.append(typed)
    return read[0], read[1]


def test_the_network_of_the_town_says_what_its_story_says(town):
    found = network.network_measures(*town)
    assert found.density == pytest.approx(0.1069, abs=5e-5)
    assert found.reciprocity == pytest.approx(0.9032, abs=5e-5)
    assert found.degree_centralization == pytest.approx(0.502, abs=5e-4)
    assert found.ei_index == pytest.approx(0.548, abs=5e-4)
    assert network.share_across_sectors(*town) == pytest.approx((1 + found.ei_index) / 2)
    assert network.blau(town[0]["sector"]) == pytest.approx(0.884, abs=5e-4)
    assert found.isolates == ("P23",)
    assert found.cut_points == ("P03", "P04", "P07", "P26")
    assert network.mixing_matrix(*town).to_numpy().sum() == 93


def test_the_hub_of_the_town_is_not_whose_loss_hurts_most(town):
    between = network.partner_measures(*town)["betweenness"]
    assert between.idxmax() == "P01"
    assert between[["P01", "P03"]].tolist() == pytest.approx([0.637, 0.205], abs=5e-4)
    loss = {one: network.without(*town, one) for one in town[0]["partner_id"]}
    assert loss["P01"].fragmentation == pytest.approx(0.069, abs=5e-4)
    assert loss["P03"].fragmentation == pytest.approx(0.261, abs=5e-4)
    assert max(loss, key=lambda one: loss[one].fragmentation) == "P03"
    assert loss["P03"].cut_off == ("P09", "P10", "P11")


def test_what_the_town_misses_and_disputes(town):
    partners, ties = town
    assert network.missing_sectors(partners, tables.ESSENTIAL_SECTORS) == ("probation",)
    assert network.response_rate(partners) == pytest.approx(28 / 30)
    said = network.standing(partners, ties)
    disputed = ties.loc[said == network.DISPUTED, ["from", "to", "type"]]
    assert disputed.to_numpy().tolist() == [
        ["P06", "P12", "information"], ["P07", "P20", "contact"]]  # fmt: skip
    undisputed = ties[said != network.DISPUTED]
    assert network.network_measures(partners, undisputed).isolates == ("P20", "P23")
    trust = network.trust_asymmetry(ties)
    assert trust.to_numpy().tolist() == [["P06", "P12", 4, 2, 2]]


# ------------------------------------------------------------------ laws


@given(networks(), st.randoms(use_true_random=False))
def test_permuting_partners_and_ties_permutes_the_scores(drawn, random):
    partners, ties = drawn
    rows = list(range(len(partners)))
    random.shuffle(rows)
    mixed = partners.iloc[rows].reset_index(drop=True)
    turned = ties.iloc[::-1].reset_index(drop=True)
    for measure in (network.partner_measures, network.brokerage):
        told = measure(mixed, turned)
        pd.testing.assert_frame_equal(told.loc[partners["partner_id"]], measure(partners, ties))
    one, other = network.network_measures(partners, ties), network.network_measures(mixed, turned)
    assert set(one.cut_points) == set(other.cut_points)
    assert {frozenset(pair) for pair in one.bridges} == {frozenset(pair) for pair in other.bridges}
    assert one.density == other.density
    for name in partners["partner_id"]:
        told, again = (network.without(*both, name) for both in ((partners, ties), (mixed, turned)))
        assert told.fragmentation == again.fragmentation
        assert set(told.lost_sectors) == set(again.lost_sectors)


@given(networks())
def test_an_isolate_changes_the_density_only_as_the_formula_says(drawn):
    partners, ties = drawn
    n = len(partners)
    more = pd.concat(
        [partners, pd.DataFrame({"partner_id": ["alone"], "sector": ["w"]})], ignore_index=True
    )
    before, after = (network.network_measures(one, ties) for one in (partners, more))
    assert after.density == pytest.approx(before.density * (n - 1) / (n + 1))
    assert after.components == before.components + 1
    assert after.isolates == (*before.isolates, "alone")
    assert after.cut_points == before.cut_points
    np.testing.assert_equal(
        [before.reciprocity, before.ei_index], [after.reciprocity, after.ei_index]
    )
    pd.testing.assert_frame_equal(
        network.brokerage(partners, ties), network.brokerage(more, ties).drop(index="alone")
    )


@given(networks(smallest=4))
def test_removing_a_partner_and_adding_it_back_restores_everything(drawn):
    partners, ties = drawn
    copies = partners.copy(), ties.copy()
    first = network.partner_measures(partners, ties)
    gone = partners["partner_id"][0]
    touching = (ties["from"] == gone) | (ties["to"] == gone)
    rest = partners[partners["partner_id"] != gone]
    network.network_measures(rest, ties[~touching])
    again = pd.concat([rest, partners.iloc[[0]]]), pd.concat([ties[~touching], ties[touching]])
    pd.testing.assert_frame_equal(
        network.partner_measures(*again).loc[partners["partner_id"]], first
    )
    pd.testing.assert_frame_equal(partners, copies[0])
    pd.testing.assert_frame_equal(ties, copies[1])


@given(networks())
def test_vectorised_scores_are_those_of_networkx(drawn):
    partners, ties = drawn
    known = as_graph(partners, ties).to_undirected()
    each = network.partner_measures(partners, ties)
    between = nx.betweenness_centrality(known)
    assert each["betweenness"].to_dict() == pytest.approx(between)
    np.testing.assert_allclose(each["constraint"], list(nx.constraint(known).values()))
    assert network.core_numbers(partners, ties).to_dict() == nx.core_number(known)


@given(networks())
def test_every_open_two_path_has_one_role(drawn):
    partners, ties = drawn
    graph = as_graph(partners, ties)
    sector = partners.set_index("partner_id")["sector"]
    counted = pd.DataFrame(0, index=sector.index, columns=list(network.ROLES))
    roles = {(True, True, True): "coordinator", (False, False, True): "consultant",
             (False, True, False): "gatekeeper", (True, False, False): "representative",
             (False, False, False): "liaison"}  # fmt: skip
    for b in graph:
        for a in graph.predecessors(b):
            for c in graph.successors(b):
                if a != c and not graph.has_edge(a, c):
                    alike = (sector[a] == sector[b], sector[b] == sector[c], sector[a] == sector[c])
                    counted.loc[b, roles[alike]] += 1
    told = network.brokerage(partners, ties)
    assert told.astype("int64").to_dict() == counted.to_dict()


@given(networks())
def test_the_matrix_of_sectors_adds_up_and_carries_the_index(drawn):
    partners, ties = drawn
    matrix = network.mixing_matrix(partners, ties)
    assert matrix.to_numpy().sum() == len(ties)
    across = matrix.to_numpy().sum() - np.trace(matrix.to_numpy())
    if len(ties):
        assert network.share_across_sectors(partners, ties) == pytest.approx(across / len(ties))


def test_a_pair_tied_in_several_types_counts_once():
    ties = pd.concat([TOY_TIES.assign(type="contact"), TOY_TIES.assign(type="referral")])
    once, twice = network.network_measures(TOY, TOY_TIES), network.network_measures(TOY, ties)
    assert once == twice
    pd.testing.assert_frame_equal(network.brokerage(TOY, ties), network.brokerage(TOY, TOY_TIES))


def test_a_star_is_as_central_as_can_be_and_its_middle_stands_between_all():
    partners, ties = both_ways(nx.star_graph(5))
    assert network.network_measures(partners, ties).degree_centralization == 1
    assert network.partner_measures(partners, ties)["betweenness"].tolist() == [1, 0, 0, 0, 0, 0]


def test_a_long_chain_is_counted_to_its_end():
    partners, ties = both_ways(nx.path_graph(60))
    told = network.partner_measures(partners, ties)["betweenness"]
    assert told.to_dict() == pytest.approx(nx.betweenness_centrality(nx.path_graph(60)))


# ------------------------------------------------------------------ not assessed


@pytest.mark.parametrize("letters", ["", "a", "ab"])
def test_fewer_than_three_partners_have_no_scores_but_a_reason(letters):
    partners = partners_of(letters).astype("str")
    ties = pairs("ab" if letters == "ab" else "")
    found = network.network_measures(partners, ties)
    assert found.reason == "n_too_small"
    assert np.isnan([found.density, found.reciprocity, found.ei_index]).all()
    assert found.components is None
    for measure in (network.partner_measures, network.brokerage):
        told = measure(partners, ties)
        assert list(told.index) == list(letters)
        assert told.isna().all(axis=None)
    assert network.core_numbers(partners, ties).isna().all()
    if letters:
        assert network.without(partners, ties, "a").reason == "n_too_small"


def test_a_network_without_ties_has_a_density_and_nothing_that_divides_by_ties():
    found = network.network_measures(partners_of("abc"), pairs(""))
    assert (found.density, found.components, found.isolates) == (0, 3, ("a", "b", "c"))
    assert np.isnan([found.reciprocity, found.ei_index]).all()
    assert network.partner_measures(partners_of("abc"), pairs(""))["constraint"].isna().all()


# ------------------------------------------------------------------ who leaves


def test_two_partners_can_leave_at_once():
    partners, ties = both_ways(nx.path_graph(6))
    found = network.without(partners, ties, [1, 4])
    assert (found.components, found.cut_off) == (3, (0, 5))
    assert found.fragmentation == pytest.approx(1 - 2 / 12)


def test_areas_that_only_the_lost_part_served_are_named():
    partners = partners_of("abcde").assign(area_ids=["all", "A1", "A1 A2", "A2", "A3"])
    found = network.without(partners, pairs("ab bc ad de"), "d")
    assert (found.cut_off, found.lost_areas) == (("e",), ("A3",))


def test_of_halves_equally_large_the_one_with_more_sectors_is_kept():
    partners = partners_of("abcde", "xxvyz")
    found = network.without(partners, pairs("ab bc cd de"), "c")
    assert (found.lost_sectors, found.cut_off) == (("x", "v"), ("a", "b"))


def test_who_does_not_take_part_cannot_leave():
    with pytest.raises(UnknownId, match=r"^no partner 'Mayor'; partners: School, Police, Youth"):
        network.without(TOY, TOY_TIES, "Mayor")


# ------------------------------------------------------------------ the door


def test_everything_that_is_wrong_is_said_at_once_with_its_row():
    partners = pd.DataFrame({"partner_id": ["a", "b", "b", "d"], "sector": ["x", "y", "y", ""]})
    ties = pd.DataFrame(
        {"from": ["a", "a", "a", "a", "d", ""], "to": ["nobody", "a", "d", "d", "a", "a"],
         "type": "contact", "strength": [1, 2, 9, 3, "often", None]}, index=range(2, 8),
    )  # fmt: skip
    with pytest.raises(InputError) as raised:
        network.partner_measures(partners, ties)
    assert [str(one) for one in raised.value.problems] == [
        "partners, row 3, column 'sector': empty; every row needs 'sector'",
        "partners, row 2, column 'partner_id': the same partner_id stands in row 1; keep one of the"
        " two rows",
        "ties, row 7, column 'from': empty; every row needs 'from'",
        "ties, row 2, column 'to': no partner 'nobody'; correct the id (known: a, b, b, d)",
        "ties, row 3, column 'to': a tie of 'a' to itself; name the other side, or take it out",
        "ties, row 5: the same from, to, type stands in row 4; keep one of the two rows",
        "ties, row 4, column 'strength': strength 9 is not a whole number from 1 to 5; correct it,"
        " or leave it empty",
        "ties, row 6, column 'strength': strength often is not a whole number from 1 to 5; correct"
        " it, or leave it empty",
    ]


def test_a_missing_column_is_named():
    with pytest.raises(InputError, match="column 'to' is missing; add it"):
        network.brokerage(TOY, TOY_TIES.drop(columns="to"))


def test_an_unknown_sector_is_named_where_sectors_are_given():
    (problem,) = network.network_problems(
        TOY, TOY_TIES, sorted(set(SECTORS.values()) - {"justice"})
    )
    assert str(problem).startswith("partners, row 1, column 'sector': no sector 'justice';")


def two_kinds(answered: str = "") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Four came to four meetings: 16 ties, nobody on both sides."""
    partners = partners_of("abcdwxyz", "s" * 8)
    if answered:
        partners["answered"] = partners["partner_id"].isin(list(answered))
    return partners, pairs(" ".join(one + other for one in "abcd" for other in "wxyz"))


def test_ties_between_two_kinds_of_things_are_not_taken_for_a_network():
    with pytest.raises(InputError) as raised:
        network.network_measures(*two_kinds())
    (problem,) = raised.value.problems
    assert problem.code == "two_mode"
    assert str(problem) == (
        "ties, row 0: ties run from one kind of thing to another (nobody stands on both sides),"
        " such as who came to which meeting; turn them into ties between partners first, or mark"
        " who answered"
    )


def test_meetings_that_are_no_partners_are_told_from_misspelt_ids():
    partners, ties = two_kinds()
    found = network.network_problems(partners[:4], ties)
    assert [one.code for one in found].count("two_mode") == 1
    assert "(no 'to' is a partner)" in found[-1].message
    misspelt = network.network_problems(partners[:4], pairs("ab bc cq"))
    assert [one.code for one in misspelt] == ["unknown_id"]


def test_few_who_answer_and_name_only_others_are_no_second_kind():
    assert network.network_problems(*two_kinds(answered="abcd")) == []
    assert [one.code for one in network.network_problems(*two_kinds(answered="abcz"))] \
        == ["two_mode"]  # fmt: skip


def test_a_star_and_a_tree_named_from_one_side_are_networks():
    star = pairs(" ".join("a" + other for other in "bcdefghijklmnop"))
    assert network.network_problems(partners_of("abcdefghijklmnop"), star) == []


# ------------------------------------------------------------------ what two sides say


def test_a_tie_to_who_did_not_answer_is_not_called_one_sided():
    partners = partners_of("abc").assign(answered=[True, True, False])
    ties = pairs("ab ac ba").assign(type=["contact", "contact", "referral"])
    assert network.standing(partners, ties).tolist() == ["one side", "not assessed", "one side"]


def test_both_sides_of_a_disputed_tie_are_disputed():
    ties = pairs("ab ba bc").assign(type="contact", confirmed=["disputed", "yes", "no"])
    assert network.standing(partners_of("abc"), ties).tolist() == [
        "disputed", "disputed", "one side"]  # fmt: skip


def test_trust_of_one_side_only_is_no_asymmetry():
    ties = pairs("ab ba bc ca").assign(trust=[5, 3, 5, np.nan])
    assert network.trust_asymmetry(ties).to_numpy().tolist() == [["a", "b", 5, 3, 2]]
    assert network.trust_asymmetry(ties, at_least=3).empty


# ------------------------------------------------------------------ years


def test_change_between_two_years_counts_who_came_and_left_once():
    partners = partners_of("abcd").assign(
        since=["", "", "2025-03", ""], until=["", "", "", "2023/2024"], answered=True
    )
    ties = pairs("ab ad ab bc ba").assign(
        as_of=["2024-05-01", "2024-05-01", "2025-05-01", "2025-05-01", "2025-06-01"]
    )
    old, new = (network.in_year(partners, ties, year) for year in (2024, 2025))
    assert [list(frame["partner_id"]) for frame in (old[0], new[0])] == [list("abd"), list("abc")]
    found = network.network_change(old, new)
    assert (found.joined, found.left) == (("c",), ("d",))
    assert found.new_ties.to_numpy().tolist() == [["b", "a"]]
    assert found.ended_ties.empty
    assert found.scores.loc["density"].tolist() == pytest.approx([2 / 6, 3 / 6, 1 / 6])
    assert found.scores.loc["response_rate", "change"] == 0


def test_a_network_has_not_changed_against_itself():
    found = network.network_change((TOY, TOY_TIES), (TOY, TOY_TIES))
    assert (found.joined, found.left, len(found.new_ties), len(found.ended_ties)) == ((), (), 0, 0)
    assert found.scores["change"].dropna().eq(0).all()


# ------------------------------------------------------------------ information


def test_information_without_a_protocol_signed_by_both_is_told(town):
    told = network.without_protocol(town[1])
    assert (told["from"] + ">" + told["to"]).tolist() == [
        "P03>P08", "P03>P09", "P03>P10", "P06>P12", "P09>P03",
    ]  # fmt: skip


# ------------------------------------------------------------------ losses


@given(networks())
def test_a_loss_is_what_without_finds_for_each_cut_point(drawn):
    found = network.losses(*drawn)
    assert found.index.tolist() == list(network.network_measures(*drawn).cut_points)
    for one, row in found.iterrows():
        left = network.without(*drawn, one)
        assert row["fragmentation"] == pytest.approx(left.fragmentation, abs=1e-12)
        assert row["cut_off"] == left.cut_off


def test_the_loss_that_hurts_the_town_most_is_the_liaison_desk(town):
    found = network.losses(*town)
    assert found["fragmentation"].idxmax() == "P03"
    assert found.loc["P03", "cut_off"] == ("P09", "P10", "P11")
    assert found.loc["P03", "fragmentation"] == pytest.approx(0.261, abs=5e-4)


def test_with_two_partners_nobody_is_the_only_link():
    assert network.losses(partners_of("ab"), pairs("ab")).empty
