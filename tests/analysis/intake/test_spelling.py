"""What counts as the same text, and what likeness must not be trusted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.intake.spelling import MOST_TEXTS, TIERS, Offer, Register, spellings

NAMES = {"a": "Staalwick", "b": "Klokkenhill", "c": "Ward 12", "d": "Zone A", "e": "Norden Heath"}


@given(st.text(max_size=12), st.text(max_size=12))
def test_what_is_the_same_on_one_tier_is_so_on_every_later_one(one: str, other: str) -> None:
    first, second = spellings(one), spellings(other)
    for tier in range(len(TIERS) - 1):
        if first[tier] == second[tier]:
            assert first[tier + 1] == second[tier + 1]


@given(st.text(max_size=20))
def test_any_text_can_be_looked_up(text: str) -> None:
    register = Register(NAMES)
    offers = register.same(text) or register.alike([text]).get(text, [])
    assert {offer.area_id for offer in offers} <= set(NAMES)


@pytest.mark.parametrize(
    ("one", "other"),
    [("1-12", "11-2"), ("Zone A", "Zone E"), ("E01000001", "E01000010"), ("Łódź 1", "Łódź 2")],
)
def test_numbers_and_single_letters_are_never_evened_out(one: str, other: str) -> None:
    assert spellings(one)[-1] != spellings(other)[-1]


@pytest.mark.parametrize(
    "text", ["Ward 13", "Ward 21", "Zone B", "Staal", "South Norden Heath Lower", "Klokk"]
)
def test_what_is_another_place_is_not_called_nearly_the_same(text: str) -> None:
    offers = Register({**NAMES, "s": "North Heath"}).alike([text]).get(text, [])
    assert "edit_distance" not in {offer.kind for offer in offers}


def test_swapped_letters_are_one_slip() -> None:
    assert Register(NAMES).alike(["Stalawick"]) == {"Stalawick": [Offer("a", "edit_distance")]}


def test_all_near_names_are_offered_the_nearest_first() -> None:
    register = Register({"x": "Hollingworth", "y": "Hollingwirth"})
    assert [one.area_id for one in register.alike(["Hollingwirtt"])["Hollingwirtt"]] == ["y", "x"]


def test_likeness_is_not_looked_for_among_thousands_of_unknown_texts() -> None:
    texts = ["Staalwijk", *(f"place {number}" for number in range(MOST_TEXTS))]
    assert Register(NAMES).alike(texts) == {}


def test_a_name_without_any_letter_is_no_key() -> None:
    assert Register({"x": "...", "y": "La"}).same("---") == []
