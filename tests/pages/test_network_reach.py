"""Who reaches where: the way of the page network, and its cards on situation and district."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pages.shared import frame
from tests.pages.screen import Screen

Opens = Callable[[str], Screen]


@pytest.fixture
def viewer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let whoever looks be a viewer and nothing more."""
    monkeypatch.setattr(frame, "roles", lambda: ("viewer",))


def everything(shown: Screen) -> str:
    """All words, tables and pictures of a screen as one text."""
    tables = [one.value.to_csv() for one in (*shown.app.table, *shown.app.dataframe)]
    maps = [str(one["tooltips"]) + one["alt"] for one in shown.maps]
    # Publishers of figures are named in source lines, also where they are partners.
    said = [one for one in shown.small_print if not one.startswith("Source:")]
    return "\n".join([shown.title, *shown.sentences, *said, *tables, *maps])


def names(world: Callable[[str], Path]) -> list[str]:
    lines = (world("demo") / "partners.csv").read_text("utf-8").splitlines()[1:]
    return [line.split(",")[1] for line in lines]


def test_the_gaps_of_the_fictional_town_are_the_title(screen: Opens) -> None:
    shown = screen("demo").open("network", way="reach")
    assert shown.faults == []
    assert shown.title == (
        "Youth work does not reach every district; no partner of probation and prison"
    )
    assert shown.sentences[0].startswith("Youth work: no partner in Eskevale and Staalwick.")


def test_high_need_without_a_sector_stands_by_name_with_what_it_rests_on(screen: Opens) -> None:
    shown = screen("demo").open("network", way="reach")
    needs = shown.app.table[0].value
    assert list(needs.iloc[:, 0]) == [
        "Garvermead", "Hamrewick", "Kanaldyke", "Nyhegn", "Reperlane", "Staalwick",
    ]  # fmt: skip
    assert needs.iloc[5, 1].startswith("No partner of youth work reaches it")
    assert "At home" in needs.iloc[0, 2]


def test_a_sector_is_drawn_in_context_shades_with_nobody_said(screen: Opens) -> None:
    shown = screen("demo").open("network", way="reach", sector="youth_work")
    (drawn,) = shown.maps
    here = shown.territory.areas_of("district")
    told = dict(zip(here.index, here["name"], strict=True))
    assert "nobody" in drawn["tooltips"]
    assert drawn["tooltips"].count("nobody") == 2
    assert {told["MH09"], told["MH16"]} == {"Eskevale", "Staalwick"}
    assert "Eskevale, Staalwick" in drawn["alt"]


def test_provision_has_nine_kinds_and_roles_only_as_protected_counts(screen: Opens) -> None:
    shown = screen("demo").open("network", way="reach", reach="provisions")
    assert shown.faults == []
    assert shown.title == "6 of 9 kinds of provision are listed"
    assert "Listed nowhere: gender-specific work" in shown.sentences[0]
    table, roles = shown.app.table[1].value, shown.app.table[2].value
    assert table.shape == (24, 10)
    assert roles.set_index(roles.columns[0]).loc["Torvemead"].iloc[0] != "2"
    assert "Night hosts" not in everything(shown)
    assert "Caretaker team" not in everything(shown)


def test_a_viewer_sees_coverage_and_no_partner(
    screen: Opens, viewer: None, world: Callable[[str], Path]
) -> None:
    window = screen("demo")
    for page, address in (
        ("network", {"way": "reach"}),
        ("network", {"way": "reach", "reach": "provisions"}),
        ("district", {"area": "MH12"}),
        ("situation", {}),
    ):
        shown = window.open(page, **address)
        assert shown.faults == []
        said = everything(shown)
        assert not [one for one in names(world) if one in said]
        assert "merrelhaven.example" not in said
        assert "work jointly" not in said


def test_a_coordinator_sees_who_works_here_and_whom_to_call(screen: Opens) -> None:
    shown = screen("demo").open("district", area="MH16", level="district")
    assert shown.faults == []
    assert any("Essential, and nobody here: youth work" in one for one in shown.sentences)
    table = shown.app.table[-1].value
    assert "Staalwick Residents' Forum" in "".join(table.iloc[:, 1]).replace("\\", "")
    assert "Open Youth Work North" not in everything(shown)
    assert "merrelhaven.example" in "".join(table.iloc[:, 2])


def test_housing_works_jointly_with_residents_in_one_district(screen: Opens) -> None:
    shown = screen("demo").open("network", way="reach")
    joint = next(one for one in shown.sentences if "Housing:" in one)
    assert "Housing: Torvemead." in joint
    assert "Nowhere yet: municipality" in joint


def test_situation_has_a_card_of_the_network(screen: Opens) -> None:
    shown = screen("demo").open("situation")
    card = next(one for one in shown.sentences if "at the table" in one)
    assert "Essential and missing: probation and prison." in card
    assert "Youth work: no partner in Eskevale and Staalwick." in card
    assert "28 of 30 answered." in card


@pytest.mark.parametrize("name", ["bare", "rough"])
def test_without_partners_each_place_names_the_file_that_would_fill_it(
    screen: Opens, name: str
) -> None:
    window = screen(name)
    for page in ("network", "district", "situation"):
        shown = window.open(page, **({"way": "reach"} if page == "network" else {}))
        assert shown.faults == []
        assert "partners.csv" in everything(shown)


def test_places_lie_on_top_of_any_indicator_when_asked_for(screen: Opens, viewer: None) -> None:
    window = screen("demo")
    shown = window.open("district_map", places="no")
    assert not any("points" in one for one in shown.maps)
    shown = window.open("district_map", places="yes")
    assert shown.faults == []
    for drawn in shown.maps:
        named = {one["name"] for one in drawn["points"]}
        assert "Torve Hall" in named
        assert not named & {"Bridge builders", "Caretaker team", "Merrel Advice Line"}
    assert any("M meeting place" in one for one in shown.small_print)


def test_without_places_the_map_does_not_ask_for_them(screen: Opens) -> None:
    shown = screen("bare").open("district_map")
    assert "Places open to the public" not in [one.label for one in shown.app.toggle]
