"""The fictional town beside its figures: its network, its plan and what is seen there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import networkx as nx
import pandas as pd
import pytest

from analysis import crosswalks, settings, tables
from analysis.sharing import Directory, sharing_on
from analysis.territory import read_folder

DEMO = Path(__file__).parents[2] / "data" / "demo"
DISTRICTS = {f"MH{number:02}" for number in range(1, 26)} - {"MH23"}

Read = Callable[[str], pd.DataFrame]


@pytest.fixture(scope="module")
def read() -> Read:
    """Answer with the reader of one table, typed as the store holds it."""

    def one(name: str) -> pd.DataFrame:
        table = tables.TABLES[name]
        text, found = tables.read_text_table(table.file, (DEMO / table.file).read_text("utf-8"))
        typed, more = tables.validate(text, table)
        assert [*found, *more] == []
        return typed

    return one


@pytest.fixture(scope="module")
def directed(read: Read) -> nx.DiGraph:
    """Answer with who names whom, whatever the type."""
    ties = read("ties")
    graph = nx.DiGraph(list(ties[["from", "to"]].itertuples(index=False)))
    graph.add_nodes_from(read("partners")["partner_id"])
    return graph


# ------------------------------------------------------------------------------- the network
def test_thirty_partners_of_whom_two_did_not_answer(read: Read) -> None:
    partners = read("partners").set_index("partner_id")
    assert len(partners) == 30
    assert sorted(partners.index[~partners["answered"]]) == ["P20", "P23"]


def test_of_the_essential_sectors_only_probation_has_no_partner(read: Read) -> None:
    essential = settings.read_settings((DEMO / "territory.toml").read_text("utf-8"))[0]
    assert len(essential.essential_sectors) == 8
    missing = set(essential.essential_sectors) - set(read("partners")["sector"])
    assert missing == {"probation"}


def test_youth_work_reaches_every_district_but_two(read: Read) -> None:
    partners = read("partners")
    youth_work = partners[partners["sector"] == "youth_work"]
    assert DISTRICTS - set(" ".join(youth_work["area_ids"]).split()) == {"MH09", "MH16"}


def test_how_many_ties_there_are(read: Read, directed: nx.DiGraph) -> None:
    assert len(read("ties")) == 151
    assert directed.number_of_edges() == 93
    assert directed.to_undirected().number_of_edges() == 51
    assert nx.density(directed) == pytest.approx(0.1069, abs=5e-5)
    assert nx.overall_reciprocity(directed) == pytest.approx(0.9032, abs=5e-5)


def test_ties_across_sectors_outnumber_those_within(read: Read, directed: nx.DiGraph) -> None:
    sector = read("partners").set_index("partner_id")["sector"]
    across = sum(sector[one] != sector[other] for one, other in directed.edges)
    within = directed.number_of_edges() - across
    assert (across - within) / (across + within) == pytest.approx(0.548, abs=5e-4)
    shares = sector.value_counts(normalize=True)
    assert 1 - (shares**2).sum() == pytest.approx(0.884, abs=5e-4)


def test_the_hub_is_not_the_partner_whose_loss_would_hurt_most(directed: nx.DiGraph) -> None:
    known = directed.to_undirected()
    between = nx.betweenness_centrality(known)
    assert max(between, key=between.get) == "P01"
    assert [round(between[one], 3) for one in ("P01", "P03")] == [0.637, 0.205]
    assert list(nx.isolates(known)) == ["P23"]
    assert set(nx.articulation_points(known)) == {"P03", "P04", "P07", "P26"}
    lost = {one: _fragmentation(known, one) for one in known}
    assert max(lost, key=lambda one: lost[one]) == "P03"
    assert [round(lost[one], 3) for one in ("P01", "P03")] == [0.069, 0.261]
    degrees = [degree for _, degree in known.degree()]
    central = sum(max(degrees) - degree for degree in degrees) / (29 * 28)
    assert central == pytest.approx(0.502, abs=5e-4)


def _fragmentation(known: nx.Graph, leaves: str) -> float:
    left = known.subgraph(set(known) - {leaves})
    pairs = sum(len(part) * (len(part) - 1) for part in nx.connected_components(left))
    return 1 - pairs / (len(left) * (len(left) - 1))


def test_without_the_schools_liaison_desk_three_schools_are_cut_off(directed: nx.DiGraph) -> None:
    known = directed.to_undirected()
    known.remove_node("P03")
    alone = {one for part in nx.connected_components(known) if len(part) == 1 for one in part}
    assert alone == {"P09", "P10", "P11", "P23"}


def test_two_ties_are_disputed_and_without_one_the_forum_stands_alone(
    read: Read, directed: nx.DiGraph
) -> None:
    ties = read("ties")
    disputed = ties.loc[ties["confirmed"] == "disputed", ["from", "to", "type"]]
    assert disputed.to_numpy().tolist() == [
        ["P06", "P12", "information"],
        ["P07", "P20", "contact"],
    ]
    assert set(directed.to_undirected()["P20"]) == {"P07"}


def test_a_tie_is_confirmed_when_the_other_side_names_it_too(read: Read) -> None:
    ties = read("ties")
    named = set(ties[["from", "to", "type"]].itertuples(index=False, name=None))
    for row in ties[ties["confirmed"] != "disputed"].itertuples():
        other_side = (row.to, row[1], row.type) in named
        assert (row.confirmed == "yes") == other_side


def test_trust_between_police_and_youth_work_is_not_mutual(read: Read) -> None:
    ties = read("ties")
    trust = ties.groupby(["from", "to"])["trust"].agg(set)
    assert (trust["P06", "P12"], trust["P12", "P06"]) == ({4}, {2})
    rare = ties[(ties["type"] == "contact") & (ties["strength"] == 1)]
    assert set(rare["trust"]) == {3}
    assert set(ties["trust"]) == {2, 3, 4}


def test_five_ties_of_information_rest_on_no_protocol(read: Read) -> None:
    ties = read("ties")
    open_ = ties[(ties["type"] == "information") & ~ties["protocol_signed"]]
    assert set(open_[["from", "to"]].itertuples(index=False, name=None)) == {
        ("P03", "P08"), ("P03", "P09"), ("P03", "P10"), ("P09", "P03"), ("P06", "P12"),
    }  # fmt: skip


def test_housing_and_residents_work_together_in_one_district_only(read: Read) -> None:
    ties = read("ties")
    partners = read("partners").set_index("partner_id")
    joint = ties[(ties["type"] == "joint_work") & ties["from"].eq("P24")]
    residents = [one for one in joint["to"] if partners.loc[one, "network"] == "informal"]
    assert partners.loc[residents, "area_ids"].tolist() == ["MH12"]


def test_contacts_are_functions_of_every_partner_and_name_nobody(read: Read) -> None:
    contacts = read("contacts")
    assert set(contacts["partner_id"]) == set(read("partners")["partner_id"])
    assert (contacts["name"] == "").all()
    assert (contacts["telephone"] == "").all()
    assert contacts["email"].str.endswith(".example").all()
    schools = contacts.set_index("partner_id").loc[["P08", "P09", "P10", "P11"]]
    assert schools["platform"].tolist() == ["yes", "yes", "no", "yes"]
    assert (contacts["platform"] != "").sum() == len(schools)


def test_a_rule_on_sharing_says_with_whom_why_and_when(read: Read) -> None:
    sharing = read("sharing")
    assert len(sharing) == 15
    rules = sharing[sharing["shared_with"] != ""]
    assert len(rules) == 13
    assert (rules[["basis", "timing", "way", "coordinator"]] != "").all(axis=None)
    told_nobody = rules.loc[rules["shared_with"] == "nobody", "held_by"]
    assert told_nobody.tolist() == ["youth work", "Merrel Advice Line"]


def test_at_the_meeting_of_spring_2025_every_kind_of_open_point_occurs(read: Read) -> None:
    whom = Directory(read("partners"), tuple(tables.SECTORS.items()))
    found = sharing_on(read("sharing"), whom, dt.date(2025, 3, 14))
    assert found.counts == {
        "need": 2, "missing": 2, "unsigned": 2, "due": 1, "in order": 8, "closed": 2,
    }  # fmt: skip
    open_ = found.open.groupby("state", sort=False)["information"].agg(list).to_dict()
    assert open_ == {
        "need": ["tension observations, aggregated",
                 "that a worry was answered, without what was said"],
        "missing": ["release from prison", "rumours heard in a district, in general terms"],
        "unsigned": ["worry about a pupil", "release from prison"],
        "due": ["own work: reach, training, gaps"],
    }  # fmt: skip
    assert set(found.open.query("state == 'need'")["asking"]) == {"education"}
    # Probation has no partner yet: what it alone has cannot be shared by anybody here.
    assert not found.open.query("state == 'missing'")["here"].iloc[0]
    assert found.points.query("state == 'closed'")["asking"].tolist() == ["police", ""]


# ---------------------------------------------------------------------------------- the plan
def test_most_actions_are_for_everyone(read: Read) -> None:
    levels = read("actions")["prevention_level"].value_counts()
    assert levels.to_dict() == {"general": 13, "specific": 5, "individual": 2}


def test_one_action_is_overdue_at_the_snapshot_of_spring_2025(read: Read) -> None:
    actions = read("actions").set_index("action_id")
    unfinished = actions[actions["state"].isin(["planned", "running"])]
    assert unfinished.index[unfinished["review"] < "2025-03"].tolist() == ["A05"]


def test_an_action_says_what_is_done_and_what_should_change(read: Read) -> None:
    actions = read("actions").set_index("action_id")
    assert (actions[["owner", "output", "outcome", "review"]] != "").all(axis=None)
    without = actions.index[actions["indicator_id"] == ""].tolist()
    assert without == ["A15", "A16", "A18"], "those whose outcome no indicator shows"


def test_a_priority_is_answered_by_an_action_of_its_theme_in_its_district(read: Read) -> None:
    actions = read("actions").set_index("action_id")
    unanswered = set()
    for row in read("priorities").itertuples():
        areas = set(row.area_ids.split())
        answers = actions.loc[row.action_ids.split()]
        assert (answers["theme"] == row.theme).all()
        reached = set(" ".join(answers["area_ids"]).split())
        if tables.EVERYWHERE not in reached:
            unanswered |= {(row.theme, area_id) for area_id in areas - reached}
    assert unanswered == {("bridging", "MH20"), ("dialogue", "MH22")}


def test_decisions_stand_by_date(read: Read) -> None:
    dates = read("decisions")["date"].tolist()
    assert dates == ["2024-03-15", "2024-06-11", "2025-03-14", "2025-03-14"]


def test_three_districts_have_no_resource_and_one_only_a_library(read: Read) -> None:
    resources = read("resources")
    there = set(" ".join(resources["area_ids"]).split())
    assert DISTRICTS - there == {"MH16", "MH20", "MH24"}
    eskevale = resources[resources["area_ids"].str.contains("MH09")]
    assert eskevale["name"].tolist() == ["Parents' Library"]


def test_what_has_a_door_is_a_point_inside_its_district(read: Read) -> None:
    resources = read("resources")
    points = resources[resources["open_to_public"]]
    areas = read_folder(DEMO).territory.areas_of("district")
    shapes = gpd.GeoSeries(areas["geometry"]).loc[points["area_ids"]]
    places = gpd.points_from_xy(points["longitude"], points["latitude"], crs=shapes.crs)
    assert shapes.contains(gpd.GeoSeries(places, index=shapes.index), align=False).all()
    assert resources.loc[~resources["open_to_public"], "longitude"].isna().all()


# ------------------------------------------------------------------------- what is seen there
def test_practitioners_speak_of_seventeen_districts_in_forty_rows(read: Read) -> None:
    assessments = read("assessments")
    assert len(assessments) == 40
    silent = DISTRICTS - set(assessments["area_id"])
    assert silent == {f"MH{one}" for one in ("03", "04", "05", "14", "15", "18", "25")}


def test_practitioners_see_what_lacks_and_what_eases_and_every_form(read: Read) -> None:
    assessments = read("assessments")
    signs = assessments["sign"].value_counts()
    assert (signs["lack"], signs["easing"]) == (4, 1)
    assert set(assessments["form"]) == set(tables.FORMS)
    assert set(assessments["evidence"]) == set(tables.EVIDENCE)


def test_a_horizon_is_of_a_form_of_extremism(read: Read) -> None:
    assessments = read("assessments")
    signals = assessments["theme"] == "extremism"
    assert (assessments.loc[~signals, "horizon"] == "").all()
    horizons = assessments[signals].groupby("form")["horizon"].agg(set).to_dict()
    assert horizons == {
        "left_wing": {"yesterday"}, "right_wing": {"today"}, "single_issue": {"today"},
        "religiously_inspired": {"today"}, "general": {"tomorrow"},
    }  # fmt: skip


def test_practitioners_disagree_with_the_figures_in_eskevale(read: Read) -> None:
    eskevale = read("assessments").query("area_id == 'MH09'")
    burdens = eskevale[eskevale["sign"] == "burden"]
    assert set(burdens["theme"]) == {"tensions", "extremism", "information"}


def test_the_national_picture_names_every_form_and_three_themes(read: Read) -> None:
    national = read("national")
    forms = national[national["theme"] == "extremism"]
    assert set(forms["form"]) == set(tables.FORMS)
    assert (forms["horizon"] != "").all()
    others = national[national["theme"] != "extremism"].set_index("theme")
    assert others["course"].to_dict() == {
        "tensions": "rising", "trust": "stable", "dialogue": "falling",
    }  # fmt: skip
    assert national["source"].str.endswith("(invented)").all()


def test_events_stand_in_the_order_in_which_they_came(read: Read) -> None:
    events = read("events")
    assert len(events) == 8
    assert events["date"].str[:4].tolist() == sorted(events["date"].str[:4])
    whole_town = events[events["area_ids"] == ""]
    assert set(whole_town["kind"]) == {"closure", "recording", "abroad"}


def test_every_term_has_a_meaning_and_an_everyday_word(read: Read) -> None:
    definitions = read("definitions")
    assert len(definitions) == 33
    assert (definitions[["meaning", "everyday_word"]] != "").all(axis=None)


def test_two_districts_take_over_the_residents_of_the_one_they_were() -> None:
    folder = read_folder(DEMO)
    path = DEMO / "crosswalks" / "districts_2015__districts_2022.csv"
    shares = pd.read_csv(path).set_index(["from_id", "to_id"])["weight"]
    assert shares["MH23"].to_dict() == {"MH24": 0.35, "MH25": 0.65}
    assert (shares.drop("MH23", level="from_id") == 1).all()
    versions = [one.version for one in folder.territory.versions["district"]]
    assert crosswalks.SEPARATOR.join(versions) == path.stem
