"""What a reader may not see of the network is nowhere in what they get."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest

from analysis import partnership
from analysis.catalogue import Catalogue
from analysis.disclosure import open_view
from analysis.intake.release import STORE, territory_of
from analysis.partnership import CONTACTS, PARTNERS, RIGHTS, TRUST, Partnership, read
from analysis.settings import Settings
from analysis.tables import TABLES, validate
from analysis.territory import Territory

TODAY = 2025
AREAS = pd.DataFrame(
    {"level": "district", "area_id": ["a1", "a2"], "name": ["Alder", "Aspen"], "parent_id": "",
     "version": "v", "valid_from": "", "valid_to": "", "source": ""}
)  # fmt: skip
HERE = Territory(
    Settings(), Catalogue(pd.DataFrame()), gpd.GeoDataFrame(AREAS, geometry=[None] * 2, crs=4326)
)
ROLES = {
    "viewer": (),
    "analyst": (PARTNERS,),
    "coordinator": (PARTNERS, TRUST, CONTACTS),
}


class Folder:
    """Published tables, in memory."""

    def __init__(self, **frames: pd.DataFrame) -> None:
        self.frames = frames

    def has_table(self, name: str) -> bool:
        return name in self.frames

    def table(self, name: str) -> pd.DataFrame:
        return self.frames[name]


def typed(name: str, *rows: dict[str, str]) -> pd.DataFrame:
    table = TABLES[name]
    blank = dict.fromkeys(table.column_names, "")
    frame, problems = validate(pd.DataFrame([blank | row for row in rows], dtype="str"), table)
    assert problems == []
    return frame


PEOPLE = typed(
    "partners",
    {"partner_id": "Q7", "name": "Quayside Patrol", "sector": "police", "area_ids": "all",
     "answered": "true", "mandate": "by decree"},
    {"partner_id": "Q8", "name": "Lantern Club", "sector": "youth_work", "area_ids": "a1 a2",
     "network": "informal", "answered": "true"},
    {"partner_id": "Q9", "name": "Old Mill School", "sector": "education", "area_ids": "a2",
     "answered": "false"},
)  # fmt: skip


def relations(*, marked: bool = True) -> pd.DataFrame:
    """The same ties, with and without what only some may see."""
    trust, back = ("5", "2") if marked else ("", "")
    doubt = "disputed" if marked else "no"
    day = {"as_of": "2025-02-14"}
    return typed(
        "ties",
        {"from": "Q7", "to": "Q8", "type": "information", "confirmed": doubt, "trust": trust, **day},
        {"from": "Q8", "to": "Q7", "type": "contact", "confirmed": "yes", "trust": back, **day},
        {"from": "Q8", "to": "Q9", "type": "contact", "as_of": "2024-02-14"},
    )  # fmt: skip


def published(ties: pd.DataFrame | None = None) -> Folder:
    return Folder(
        partners=PEOPLE,
        ties=relations() if ties is None else ties,
        sharing=typed("sharing", {"information": "tension", "held_by": "Quayside Patrol"}),
        contacts=typed("contacts", {"contact_id": "K1", "partner_id": "Q8", "function": "night desk",
                                    "name": "Ilse Vane", "email": "desk@lantern.example"}),
        resources=typed(
            "resources",
            {"resource_id": "S1", "name": "Reading Room", "type": "library", "partner_id": "Q8",
             "open_to_public": "true", "area_ids": "a1"},
            {"resource_id": "S2", "name": "Quiet mentors", "type": "role", "partner_id": "Q9",
             "open_to_public": "false", "area_ids": "a2"},
        ),
    )  # fmt: skip


def seen_by(role: str, folder: Folder | None = None) -> Partnership:
    return read(folder or published(), HERE, ROLES[role], TODAY)  # type: ignore[arg-type]


def said(thing: Any) -> Iterator[str]:
    """Every text in an object, names of columns, rows and attributes included."""
    if isinstance(thing, pd.DataFrame):
        for part in (thing.columns, thing.index, *(thing[name] for name in thing)):
            yield from said(part)
    elif isinstance(thing, pd.Series | pd.Index):
        yield from said(thing.name)
        for part in thing.tolist():
            yield from said(part)
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield field.name
            yield from said(getattr(thing, field.name))
        yield from said(vars(thing))
    elif isinstance(thing, dict):
        for key, value in thing.items():
            yield from said(key)
            yield from said(value)
    elif isinstance(thing, tuple | list | set | frozenset):
        for part in thing:
            yield from said(part)
    else:
        yield str(thing)


CONTACT = ("K1", "night desk", "Ilse Vane", "desk@lantern.example")
NAMES = ("Q7", "Q8", "Q9", "Quayside Patrol", "Lantern Club", "Old Mill School", "by decree")


@pytest.mark.parametrize(
    ("role", "hidden"),
    [
        ("viewer", (*NAMES, *CONTACT, "tension", "S2", "Quiet mentors", "informal", "disputed")),
        ("analyst", (*CONTACT, "trust", "disputed", "5.0", "2.0")),
        ("coordinator", ()),
    ],
)
def test_what_a_role_may_not_see_is_nowhere_in_what_it_gets(role, hidden):
    texts = set(said(seen_by(role)))
    assert not {one for one in hidden if any(one in text.split(" ") or one == text
                                             for text in texts)}  # fmt: skip


@pytest.mark.parametrize(
    ("role", "there"),
    [
        ("viewer", ("police", "youth_work", "a2", "Reading Room")),
        ("analyst", (*NAMES, "information", "tension", "Quiet mentors")),
        ("coordinator", (*NAMES, *CONTACT, "trust", "disputed", "5.0", "Quiet mentors")),
    ],
)
def test_what_a_role_may_see_is_there(role, there):
    texts = set(said(seen_by(role)))
    assert set(there) <= texts


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_without_the_right_nothing_differs_when_trust_and_doubts_do(role):
    marked, unmarked = (seen_by(role, published(relations(marked=one))) for one in (True, False))
    assert list(said(marked)) == list(said(unmarked))


def test_a_coordinator_gets_what_was_published():
    found = seen_by("coordinator")
    pd.testing.assert_frame_equal(found.ties, relations())
    pd.testing.assert_frame_equal(found.partners, PEOPLE)


def test_everybody_sees_sectors_reach_and_density_of_each_year():
    found = seen_by("viewer")
    assert found.years == (2024, 2025)
    newest = found.overview(2025)
    assert newest.partners[["police", "youth_work", "health"]].tolist() == [1, 1, 0]
    assert newest.missing == ("municipality", "social_services", "health", "civil_society",
                              "probation")  # fmt: skip
    assert newest.served.to_numpy().tolist() == [
        ["education", "a2"], ["police", "all"], ["youth_work", "a1 a2"],
    ]  # fmt: skip
    assert newest.density == pytest.approx(2 / 6)
    assert newest.mixing.loc["police", "youth_work"] == 1
    assert newest.answered == 2
    assert found.overview(2024).density == pytest.approx(1 / 6)


def test_a_place_open_to_the_public_stays_and_who_runs_it_does_not():
    assert seen_by("viewer").resources[["resource_id", "partner_id"]].to_numpy().tolist() == [
        ["S1", ""]
    ]


def test_everybody_sees_what_is_offered_where_and_roles_only_as_protected_counts(world):
    offered = seen_by("viewer").offers
    assert offered.to_numpy().tolist() == [["", "a1"]]
    found = read(view := open_view(world("demo") / STORE), territory_of(view), (), TODAY)
    assert found.roles["bridge_builders"].loc["district"].isna().sum() == 6
    assert "role" not in set(found.resources["type"])
    assert seen_by("viewer", Folder()).roles.empty


def test_frames_a_reader_may_not_see_have_their_columns_and_no_row():
    found = seen_by("viewer")
    for name in ("partners", "sharing", "contacts"):
        frame = getattr(found, name)
        assert frame.empty
        assert list(frame.columns) == TABLES[name].column_names
    assert "trust" not in found.ties


def test_without_partners_nothing_is_known():
    found = read(Folder(), HERE, RIGHTS, TODAY)  # type: ignore[arg-type]
    assert not found.is_known
    assert (found.years, found.overviews) == ((), ())
    assert list(found.ties.columns) == TABLES["ties"].column_names


def test_without_a_dated_tie_the_year_is_this_one():
    bare = Folder(partners=PEOPLE)
    found = seen_by("viewer", bare)
    assert found.years == (TODAY,)
    assert found.overview(TODAY).density == 0


def test_fewer_than_three_partners_have_no_scores():
    few = seen_by("viewer", Folder(partners=PEOPLE.iloc[:2])).overview(TODAY)
    assert few.reason == "n_too_small"
    assert pd.isna(few.density)


def test_rights_that_are_not_of_the_network_are_left_aside():
    found = read(published(), HERE, ("publish and roll back", TRUST), TODAY)  # type: ignore[arg-type]
    assert found.rights == (TRUST,)
    assert found.partners.empty


def test_a_copy_of_it_is_as_good():
    found = seen_by("coordinator")
    assert list(said(copy.deepcopy(found))) == list(said(found))


def test_the_fictional_town_shows_a_viewer_no_partner(world):
    folder = world("demo")
    view = open_view(folder / STORE)
    names = view.table("partners")
    texts = {text for text in said(read(view, territory_of(view), (), TODAY))}
    assert not {*names["partner_id"]} & texts
    public = view.table("resources")
    public = {*public.loc[public["open_to_public"], "name"]}
    assert not ({*names["name"]} - public) & texts


def test_tables_of_the_network_have_one_door():
    assert partnership.NAMES == ("partners", "ties", "sharing", "contacts", "resources")


def test_everybody_sees_which_sectors_have_a_rule_and_nobody_by_name():
    rule = {
        "information": "tension",
        "held_by": "Quayside Patrol",
        "shared_with": "Q8, Ilse's desk",
    }
    folder = published()
    folder.frames["sharing"] = typed("sharing", rule, {"information": "worry", "held_by": "Q9"})
    for role in ROLES:
        rules = seen_by(role, folder).rules
        assert rules.to_numpy().tolist() == [["tension", "Police", "Youth work, others"]]
