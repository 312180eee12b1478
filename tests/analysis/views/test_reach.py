"""Coverage drawn: shades of context, words, hatch where nobody knows, and no partner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from analysis import coverage
from analysis.coverage import Coverage
from analysis.disclosure import open_view
from analysis.geometry import prepare_geometry
from analysis.intake.release import territory_of
from analysis.tables import RESOURCE_TYPES
from analysis.views import reach
from analysis.views.area_maps import Ground
from analysis.views.theme import palette


@pytest.fixture
def town(world: Callable[[str], Path]) -> tuple[Coverage, Ground]:
    """Coverage of the fictional town, one youth worker of which does not say where it works."""
    here = territory_of(open_view(world("demo") / "store"))
    served = pd.DataFrame(
        {"sector": ["police", "police", "education", "youth_work", "youth_work"],
         "area_ids": ["all", "MH12", "MH12 MH13", "MH01", ""]}
    )  # fmt: skip
    areas = here.areas_of("district").reset_index()
    ground = Ground(prepare_geometry(areas), "light", "districts", lambda *_i: "", 30)
    return coverage.sector_coverage(served, here, "district"), ground


def code_of(drawn: reach.MapView, area_id: str) -> str:
    return drawn.classes.codes[drawn.geometry.ids.index(area_id)]


def test_more_partners_are_a_darker_shade_and_nobody_is_the_ground(
    town: tuple[Coverage, Ground],
) -> None:
    found, ground = town
    drawn = reach.coverage_map(found, "education", ground, "a source", "file")
    styles = drawn.classes.styles()
    colours = palette("light")
    assert styles[code_of(drawn, "MH16")].fill == colours.panel
    assert styles[code_of(drawn, "MH12")].fill in colours.ramp("context", 4)
    fills = [one.style.fill for one in drawn.legend.steps]
    assert len(set(fills)) == len(fills), "nobody and in part look different"
    two = reach.coverage_map(found, "police", ground, "a source", "file")
    assert code_of(two, "MH12") > code_of(two, "MH16")


def test_what_nobody_knows_is_hatched_and_never_said_to_be_nobody(
    town: tuple[Coverage, Ground],
) -> None:
    found, ground = town
    drawn = reach.coverage_map(found, "youth_work", ground, "a source", "file")
    assert code_of(drawn, "MH16") == "/"
    assert "nobody" not in "".join(drawn.classes.tooltips)
    assert drawn.svg().startswith("<svg")


def test_all_essential_sectors_are_counted_area_by_area(town: tuple[Coverage, Ground]) -> None:
    found, ground = town
    drawn = reach.coverage_map(found, reach.ESSENTIAL, ground, "a source", "file")
    table = drawn.view.table.set_index("Name").iloc[:, 0]
    assert table["Torvemead"].startswith("2 of 8 essential sectors")
    assert "not assessed: youth work" in table["Torvemead"]


def test_the_table_has_a_symbol_for_each_state_and_its_download_a_row_a_cell(
    town: tuple[Coverage, Ground],
) -> None:
    found, _ground = town
    shown = reach.coverage_table(found, "a source", "A title", "file")
    row = shown.table.set_index("Name").loc["Torvemead"]
    assert row["Police"] == "● 2"
    assert row["Youth work"] == "?"
    assert row["Probation and prison"] == "○"
    assert len(shown.download) == found.states.size


def test_small_numbers_of_roles_say_that_they_are_hidden() -> None:
    names = pd.Series({"a": "Ash", "b": "Birch"})
    roles = pd.DataFrame(
        {coverage.BRIDGES: [float("nan"), 7.0], coverage.MENTORS: [0.0, 0.0]}, index=["a", "b"]
    )
    shown = reach.roles_table(roles, names, "a source", "file")
    assert list(shown.table.iloc[:, 1]) == ["hidden to protect people", "7"]


def test_only_places_open_to_the_public_become_points_each_as_a_letter(
    town: tuple[Coverage, Ground], world: Callable[[str], Path]
) -> None:
    resources = open_view(world("demo") / "store").table("resources")
    points = reach.points(resources)
    assert {one.name for one in points} == set(
        resources.loc[resources["open_to_public"] & (resources["type"] != "role"), "name"]
    )
    assert next(one for one in points if one.name == "Signal").letter == "Y"
    found, ground = town
    drawn = replace(
        reach.coverage_map(found, "police", ground, "a source", "file"), points=points[:2]
    )
    assert drawn.svg().count('r="7"') == 2
    assert drawn.key.count(" · ") <= 1


def test_a_place_lies_on_the_drawing_where_its_degrees_are(town: tuple[Coverage, Ground]) -> None:
    geometry = town[1].geometry
    (south, west), (north, east) = geometry.bounds
    low, high = geometry.points.min(axis=0), geometry.points.max(axis=0)
    assert geometry.steps(west, south) == pytest.approx(low, abs=2)
    assert geometry.steps(east, north) == pytest.approx(high, abs=2)


def test_every_type_of_place_has_a_letter_of_its_own() -> None:
    assert {*reach.PLACES, "role"} == set(RESOURCE_TYPES)
    assert len({letter for letter, _words in reach.PLACES.values()}) == len(reach.PLACES)
