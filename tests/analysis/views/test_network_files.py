"""What may leave the house of the network, and that programs and spreadsheets read it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io

import networkx as nx
import pandas as pd
import pytest

from analysis import partnership
from analysis.__main__ import main
from analysis.disclosure import open_view
from analysis.intake import editing, relations
from analysis.intake.reading import read_file
from analysis.intake.release import STORE, territory_of
from analysis.measures import network
from analysis.views.network_files import graphml, network_files

ROLES = {"viewer": (), "analyst": (partnership.PARTNERS,), "coordinator": partnership.RIGHTS}


@pytest.mark.parametrize(
    ("asked", "files"),
    [([], ["network_2025.graphml", "network_partners_2025.csv", "network_ties_2025.csv"]),
     (["--sectors"], ["network_2025.graphml", "network_sector_ties_2025.csv", "network_sectors_2025.csv"])],
)  # fmt: skip
def test_the_command_line_writes_the_files_into_a_new_folder(world, tmp_path, capsys, asked, files):
    command = ["network", str(world("demo")), str(tmp_path / "out"), *asked]
    assert main(command) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == files
    assert (b"P01" in (tmp_path / "out" / files[0]).read_bytes()) is not bool(asked)
    assert main(command) == 2
    assert "is there already; name a new folder" in capsys.readouterr().err
    assert main([*command[:2], str(tmp_path / "other"), "--year", "1999"]) == 1
    assert "no network of 1999; known: 2025" in capsys.readouterr().err


@pytest.fixture(scope="module")
def seen(world):
    view = open_view(world("demo") / STORE)
    here = territory_of(view)
    return {role: partnership.read(view, here, rights, 2025) for role, rights in ROLES.items()}


def read(raw: bytes) -> nx.MultiDiGraph:
    return nx.read_graphml(io.BytesIO(raw), force_multigraph=True)


def test_networkx_reads_back_what_it_was_given(seen):
    of = seen["analyst"]
    year = of.years[-1]
    graph = read(graphml(of, year))
    assert graph.is_directed()
    assert graph.graph["year"] == year
    assert (len(graph), graph.number_of_edges()) == (30, 151)
    assert graph.nodes["P01"]["name"] == "Prevention Coordination Unit"
    assert graph.nodes["P20"]["answered"] is False
    edges = [one for _a, _b, one in graph.edges(data=True)]
    assert {type(one["strength"]) for one in edges} == {int}
    ties = pd.DataFrame(graph.edges(), columns=["from", "to"]).drop_duplicates()
    partners = pd.DataFrame(
        {"partner_id": list(graph), "sector": [graph.nodes[one]["sector"] for one in graph]}
    )
    # Catalogue: density .1069, reciprocity .9032.
    found = network.network_measures(partners, ties)
    assert (found.density, found.reciprocity) == pytest.approx((0.1069, 0.9032), abs=5e-5)


@pytest.mark.parametrize("role", ["analyst", "coordinator"])
def test_trust_disputes_and_contacts_leave_with_nobody(seen, role):
    of = seen[role]
    for file in network_files(of, of.years[-1]):
        content = file.content()
        for hidden in (b"trust", b"disputed", b"desk", b"@"):
            assert hidden not in content, (file.name, hidden)


def test_a_viewer_takes_along_sectors_and_nobody_by_name(seen):
    of, whole = seen["viewer"], seen["coordinator"]
    files = network_files(of, of.years[-1])
    assert [one.name for one in files] == [
        "network_sectors_2025.csv", "network_sector_ties_2025.csv", "network_2025.graphml",
    ]  # fmt: skip
    for file in files:
        text = file.content().decode("utf-8-sig")
        assert not [name for name in whole.partners["name"] if name in text]
        assert "P01" not in text
    graph = read(files[-1].content())
    assert graph.nodes["education"]["partners"] == 4
    pairs = of.overview(2025).mixing
    assert sum(ties for *_ends, ties in graph.edges(data="ties")) == pairs.to_numpy().sum() == 93


def test_tables_are_safe_for_a_spreadsheet_and_say_where_they_are_from(seen):
    of = seen["analyst"]
    named = of.partners.assign(
        name=of.partners["name"].mask(of.partners["partner_id"] == "P01", "=1+1")
    )
    partners, ties, _graph = network_files(dataclasses.replace(of, partners=named), 2025)
    table = pd.read_csv(io.BytesIO(partners.content()))
    assert table["name"][0] == "'=1+1"
    assert table["source"][0] == "answers of the partners, 2025, 28 of 30 answered"
    assert "says nothing about a resident" in table["caution"][0]
    assert len(pd.read_csv(io.BytesIO(ties.content()))) == 151


def test_characters_that_xml_cannot_hold_do_not_break_the_file(seen):
    of = seen["analyst"]
    odd = dataclasses.replace(of, partners=of.partners.assign(tasks="a\x0bb <&> \u00e9"))
    assert read(graphml(odd, 2025)).nodes["P01"]["tasks"] == "a\ufffdb <&> \u00e9"


def test_the_files_of_the_same_network_are_the_same_bytes(seen):
    of = seen["analyst"]
    assert graphml(of, 2025) == graphml(of, 2025)


def test_ties_that_were_taken_along_are_read_back_as_the_ties_they_were(seen):
    _partners, ties, _graph = network_files(seen["coordinator"], 2025)
    whole = seen["coordinator"]
    raw = read_file(ties.content(), ties.name, as_it_stands=lambda raw: True).raw
    assert editing.recognised(list(raw.columns), ties.name) == ""
    kind = relations.recognised(raw, whole.partners, (), {})
    found = relations.read_relations(raw, kind, ties.name, whole.partners, {}, dt.date(2026, 1, 1))
    assert (kind, found.questions, found.upload.problems) == (relations.EDGES, (), ())
    key = ["from", "to", "type", "as_of", "strength", "agreement", "protocol_signed"]
    pd.testing.assert_frame_equal(
        found.upload.rows[key].reset_index(drop=True), whole.ties[key].reset_index(drop=True)
    )
