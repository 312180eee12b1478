"""The address bar is the one truth: it chooses, controls write it, and what it asks is answered."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages.screen import Screen

LINK = {
    "level": "part",
    "indicator": "trust_police",
    "period": "2019",
    "show": "change",
    "since": "2016",
    "method": "equal_interval",
    "classes": "4",
    "fixed": "yes",
    "places": "yes",
    "area": "inner",
}


def values(screen: Screen) -> dict[str, object]:
    """Read what each control of the address stands at."""
    return {
        one.key.removeprefix("choice "): screen.app.session_state[one.key]
        for one in screen.controls
        if one.key.startswith("choice ")
    }


def test_a_link_chooses_every_control(screen: Callable[[str], Screen]) -> None:
    shown = screen("demo").open("district_map", **LINK)
    assert values(shown) == {**LINK, "fixed": True, "places": True}
    assert shown.address == LINK
    assert shown.faults == []
    assert any("2019" in line and "2016" in line for line in shown.small_print)


def test_the_same_link_opens_the_same_view_in_another_session(
    screen: Callable[[str], Screen],
) -> None:
    first = screen("demo").open("district_map", indicator="hate_incidents", show="difference")
    second = screen("demo").open("district_map", **first.address)
    assert [text for _place, text in first.texts] == [text for _place, text in second.texts]
    assert first.maps == second.maps


def test_a_control_writes_its_id_and_not_its_words(screen: Callable[[str], Screen]) -> None:
    shown = screen("demo").open("district_map")
    shown.set(shown.control("Indicator"), "Trust in the police · trust in authorities")
    assert shown.address["indicator"] == "trust_police"
    shown.set(shown.control("Level"), "Parts of town")
    assert shown.address["level"] == "part"
    shown.set(shown.control("Same limits for all periods"), True)
    assert shown.address["fixed"] == "yes"


@pytest.mark.parametrize(
    ("page", "name"),
    [("district_map", name) for name in LINK]
    + [("district", n) for n in ("level", "area", "year")],
)
def test_an_id_that_names_nothing_is_said_and_the_usual_choice_stands_in(
    screen: Callable[[str], Screen], page: str, name: str
) -> None:
    with_since = {"show": "change"} if name == "since" else {}
    usual = screen("demo").open(page, **with_since).address
    asked = screen("demo").open(page, **{**with_since, name: "no-such-id"})
    assert len(asked.alerts) == 1
    assert "no-such-id" in asked.alerts[0]
    assert "usual choice" in asked.alerts[0]
    assert asked.address == usual
    assert asked.faults == []


def test_several_unknown_ids_are_all_said_in_one_place(screen: Callable[[str], Screen]) -> None:
    shown = screen("demo").open("district_map", level="planet", period="1066", method="magic")
    assert len(shown.alerts) == 1
    assert all(word in shown.alerts[0] for word in ("planet", "1066", "magic"))


def test_what_an_address_asks_is_shown_without_its_markup(screen: Callable[[str], Screen]) -> None:
    shown = screen("demo").open("district_map", area="<script>window.hacked=1</script>**x**" * 9)
    (warning,) = (one.value for one in shown.app.warning)
    assert not set("<>*[]()`$") & set(warning)
    assert len(warning) < 200


def test_a_choice_that_another_control_outdates_blames_nobody(
    screen: Callable[[str], Screen],
) -> None:
    shown = screen("demo").open("district", area="MH16")
    shown.set(shown.control("Level"), "Parts of town")
    assert shown.alerts == []
    assert shown.faults == []
    assert shown.address["area"] != "MH16"


def test_what_was_chosen_goes_along_to_the_next_page(screen: Callable[[str], Screen]) -> None:
    shown = screen("demo").open("district_map", area="MH16", level="district")
    assert shown.open("district").address["area"] == "MH16"


@pytest.mark.parametrize("world_name", ["demo", "bare", "rough"])
@pytest.mark.parametrize("page", ["district_map", "district"])
def test_lists_show_names_and_never_ids(
    screen: Callable[[str], Screen], world_name: str, page: str
) -> None:
    shown = screen(world_name).open(page)
    here = shown.territory
    names = set(here.areas_of(here.start_level)["name"])
    offered = next(one for one in shown.controls if one.key == "choice area").options
    assert set(offered[-len(names) :]) == names
    for one in shown.controls:
        if one.key == "choice indicator":
            titles = {indicator.title for indicator in here.catalogue.shown()}
            assert {str(option).rpartition(" · ")[0] for option in one.options} <= titles


def test_areas_of_the_same_name_can_each_be_chosen(
    world: Callable[[str], Path], tmp_path: Path
) -> None:
    ignored = shutil.ignore_patterns("store")
    folder = Path(shutil.copytree(world("bare"), tmp_path / "twins", ignore=ignored))
    shapes = folder / "boundaries" / "squares.geojson"
    shapes.write_text(shapes.read_text("utf-8").replace('"Oak"', '"Ash"'), "utf-8")
    shown = Screen(folder).open("district")
    reached = set()
    for option in shown.control("District").options:
        shown.set(shown.control("District"), option)
        reached.add(shown.address["area"])
    assert reached == {f"B{place}" for place in range(1, 10)}
