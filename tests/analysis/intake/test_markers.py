"""Numbers as statistics offices write them."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.intake import markers
from analysis.intake.grids import Cells


def look(*texts: str) -> markers.Figures:
    distinct = list(dict.fromkeys(texts))
    return markers.look(
        Cells(distinct, np.array([distinct.index(text) for text in texts], np.int32))
    )


@pytest.mark.parametrize(
    ("text", "decimal", "number"),
    [
        ("1 234,5", ",", 1234.5),
        ("1\u202f234\u202f567", ".", 1234567),
        ("1'234.50", ".", 1234.5),
        ("1.234.567,8", ",", 1234567.8),
        ("-12.5", ".", -12.5),
        ("−12,5", ",", -12.5),
        ("+3", ".", 3),
        (".5", ".", 0.5),
        (",5", ",", 0.5),
        ("1.5e3", ".", 1500),
        ("12.5 %", ".", 12.5),
        ("£1,234.50", ".", 1234.5),
        ("1 234 €", ",", 1234),
        ("0.123", ".", 0.123),
        ("007", ".", 7),
    ],
)
def test_numbers_are_read(text: str, decimal: str, number: float) -> None:
    assert look(text).read(decimal)[0] == pytest.approx(number)


@pytest.mark.parametrize(
    "text",
    [
        "1.234.5",
        "12 34",
        "1,23,456",
        "1'23",
        "5-9",
        "<5",
        "1/2",
        "5.",
        "nan",
        "inf",
        "1,2,3",
        "--5",
    ],
)
def test_what_is_no_number_is_not_made_one(text: str) -> None:
    figures = look(text)
    assert figures.numbers == 0
    assert figures.markers == [text]


@pytest.mark.parametrize(
    ("texts", "decimal"),
    [
        (["1.234", "5"], "?"),
        (["1,234", "5"], "?"),
        (["1.234", "1.5"], "."),
        (["1.234", "1,5"], ","),
        (["0.123", "1.234"], "."),
        (["1.234.567", "1.234"], ","),
        (["1.5", "1,5"], "?"),
        (["1 234", "5"], "-"),
        (["1234.567"], "."),
        (["12", "34"], "-"),
    ],
)
def test_the_decimal_sign_is_settled_by_the_whole_column(texts: list[str], decimal: str) -> None:
    assert look(*texts).decimal == decimal


def test_a_number_that_does_not_fit_the_sign_is_left_without_value() -> None:
    figures = look("1.5", "1,5")
    assert np.isnan(figures.read(".")).tolist() == [False, True]


@pytest.mark.parametrize(
    ("text", "flag"),
    [("12.7 b", "b"), ("12.3p", "p"), ("5 (e)", "e"), ("5*", "*"), ("5¹", "¹"), ("5 1)", "1)")],
)
def test_flags_are_told_from_numbers(text: str, flag: str) -> None:
    figures = look(text, "1")
    assert [figures.flag_texts[at] for at in figures.flags] == [flag, ""]
    assert figures.numbers == 2


def test_percent_signs_are_seen() -> None:
    assert look("7.73%", "5", "6 %").percent.tolist() == [True, False, True]


def test_a_typed_number_has_no_decimal_sign_to_ask_for() -> None:
    cells = Cells(["1.234", "x"], np.array([0, 1], np.int32), np.array([1.234, np.nan]))
    figures = markers.look(cells)
    assert (figures.decimal, figures.numbers, figures.markers) == ("-", 1, ["x"])
    assert figures.read(",")[0] == 1.234


def test_suggestions_never_say_zero() -> None:
    for text in ("-", "--", "–", "—", "", ".", "0-4", "nichts"):
        assert markers.suggested(text) != "zero"
        assert markers.is_known(text) or text == "nichts"
