"""The way back: what has to go first, and what cannot go."""

from analysis.intake.way_back import first_to_go, is_foundation
from analysis.store import Item, Release


def release(number, *names, rolled_back=False, kind="observations"):
    items = tuple(Item(kind if name != "areas" else "tables", name, 1) for name in names)
    return Release(f"r{number}", number, "2025-03-03", "anna", "why", (), items, rolled_back)


def test_newer_releases_of_the_same_things_go_first_the_newest_first():
    gone = release(4, "a", rolled_back=True)
    found = [release(5, "a"), gone, release(3, "a", "b"), release(2, "c"), release(1, "a")]
    assert [one.number for one in first_to_go(found, found[-1])] == [5, 3]
    assert first_to_go(found, found[0]) == []


def test_the_only_standing_release_of_the_areas_is_what_all_stand_on():
    first, second = release(1, "areas", "a"), release(2, "a")
    assert is_foundation([second, first], first)
    assert not is_foundation([second, first], second)
    newer = release(3, "areas")
    assert not is_foundation([newer, second, first], newer)
