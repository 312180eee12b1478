"""Every control is set to each of its values, and every screen it leads to is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

import pytest

from pages.shared.frame import PAGES
from tests.pages.screen import Control, Screen

FOR_READING = [page.file for page in PAGES if page.role == "viewer"]
WORLDS = ("demo", "bare", "rough")
#: Of London only these: its areas and indicators are too many to set each; --all sets each.
SAMPLE = 4
#: Of the fictional town these of each list, the first and the last among them; --all sets each.
TOWN = {"demo": 8}
FEW = {("demo", "network"): 2}
"""Pages whose lists are long and alike: so many values of each list."""
FEWER = {("bare", "methods"): 6, ("bare", "situation"): 6,
         **{(world, "network"): 1 for world in WORLDS}}  # fmt: skip
"""Pages with fewer than ten screens: with one indicator and one level, or without a partner."""


class Step(NamedTuple):
    """One control set to one value, and what was wrong with the screen that came."""

    page: str
    control: str
    option: object
    faults: list[str]


def each_value(screen: Screen, page: str, most: int | None = None) -> Iterator[Step]:
    """Set each control to each of its values, the others at their usual choice.

    A control that only shows up once another is set (the earlier period of a change) is set from
    there. ``most`` takes the first, the last and some between of a longer list.
    """
    usual = screen.open(page).address
    yield Step(page, "link", page, screen.faults)
    known = {one.key for one in screen.controls}
    for control in screen.controls:
        for option in _some(control.options, most):
            screen.open(page, **usual).set(control, option)
            yield Step(page, control.label, option, _moved(screen))
            there = screen.address
            for new in [one for one in screen.controls if one.key not in known]:
                known.add(new.key)
                for value in _some(new.options, most):
                    screen.open(page, **there).set(new, value)
                    yield Step(page, new.label, value, _moved(screen))


def levels_indicators_and_ways(screen: Screen, most: int | None = None) -> Iterator[Step]:
    """Set level, indicator and way of looking in every combination, with the tables open."""
    screen.open("district_map")
    for level in _options(screen, "level"):
        if level:
            screen.set(*level)
        for indicator in _some(_options(screen, "indicator"), most):
            if indicator:
                screen.set(*indicator)
            for way in _options(screen, "show"):
                if way:
                    screen.set(*way)
                for table in [one for one in screen.controls if one.key.endswith(" table")]:
                    screen.set(table, True)
                words = tuple(one[1] for one in (level, indicator, way) if one)
                yield Step("district_map", "level, indicator, way", words, _moved(screen))


def _options(screen: Screen, name: str) -> list[tuple[Control, str] | None]:
    """The values of a control, or nothing to set where the world offers no choice."""
    found = [one for one in screen.controls if one.key == f"choice {name}"]
    return [(one, option) for one in found for option in one.options] or [None]


def _some(options: Iterable[object], most: int | None) -> list:
    every = list(options)
    if most is None or len(every) <= most:
        return every
    return [every[round(place * (len(every) - 1) / (most - 1))] for place in range(most)]


def _moved(screen: Screen) -> list[str]:
    """Faults of a screen that a control led to: there the address is never to blame."""
    said = [one for one in screen.alerts if "address" in one.lower()]
    return screen.faults + [f"the reader is blamed: {one!r}" for one in said]


def _report(steps: Iterable[Step], at_least: int) -> None:
    """Fail with every fault once, the first step that showed it, and how many did."""
    count, first, times = 0, {}, {}
    for step in steps:
        count += 1
        for fault in step.faults:
            first.setdefault(fault, step)
            times[fault] = times.get(fault, 0) + 1
    lines = [
        f"{step.page}, {step.control} = {step.option!r} ({times[fault]} x): {fault}"
        for fault, step in first.items()
    ]
    assert not lines, f"{len(lines)} faults on {count} screens:\n" + "\n".join(lines)
    assert count >= at_least, f"only {count} screens were seen"


@pytest.mark.parametrize("page", [page.file for page in PAGES])
@pytest.mark.parametrize("world_name", WORLDS)
def test_every_value_of_every_control_shows_a_sound_screen(
    screen: Callable[[str], Screen], world_name: str, page: str
) -> None:
    few = FEWER.get((world_name, page), 10 if page in FOR_READING else 1)
    most = FEW.get((world_name, page), TOWN.get(world_name))
    _report(each_value(screen(world_name), page, most), at_least=few)


@pytest.mark.parametrize("world_name", WORLDS)
def test_every_level_indicator_and_way_go_together(
    screen: Callable[[str], Screen], world_name: str
) -> None:
    most = TOWN.get(world_name)
    _report(levels_indicators_and_ways(screen(world_name), most), at_least=3)


@pytest.mark.scale
def test_every_control_of_the_town_shows_sound_screens(screen: Callable[[str], Screen]) -> None:
    town = screen("demo")
    steps = (each_value(town, page.file) for page in PAGES)
    _report(chain(*steps, levels_indicators_and_ways(town)), at_least=400)


def test_a_sample_of_the_controls_of_london_shows_sound_screens(
    screen: Callable[[str], Screen],
) -> None:
    london = screen("london")
    _report(chain(*(each_value(london, page, SAMPLE) for page in FOR_READING)), at_least=30)


@pytest.mark.scale
def test_every_control_of_london_shows_sound_screens(screen: Callable[[str], Screen]) -> None:
    london = screen("london")
    steps = (each_value(london, page, 50) for page in FOR_READING)
    _report(chain(*steps, levels_indicators_and_ways(london)), at_least=200)
