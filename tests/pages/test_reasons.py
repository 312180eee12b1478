"""Each reason for *not assessed* stands on a screen in words, where the reader meets the gap."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.language import reason_text
from tests.pages.screen import Screen
from tests.reasons_town import write_town

Opens = Callable[[str], Screen]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    nine = write_town(tmp_path_factory.mktemp("reasons") / "nine")
    nine.build()
    return nine.path


def row_on_screen(shown: Screen, indicator: str) -> pd.Series:
    """One indicator's row of the table on *District*, as it is read."""
    shown.set(shown.control("Show as a table"), True)
    assert shown.faults == []
    table = next(one for one in shown.tables if "Compared" in one)
    return table.set_index("Indicator").loc[indicator]


@pytest.mark.parametrize(
    ("area", "year", "indicator", "reason"),
    [
        ("D1", "2024", "again", "no_benchmark"),
        ("D1", "2024", "grade", "no_interval"),
        ("D1", "2024", "mood", "too_few_answers"),
        ("D3", "2024", "mood", "missing"),
        ("D1", "2024", "pulse", "n_too_small"),
        ("D1", "2024", "rate", "no_denominator"),
        ("D2", "2022", "share", "suppressed"),
        ("D2", "2024", "share", "suppressed"),
        ("D4", "2024", "share", "series_break"),
        ("D9", "2024", "share", "boundary_change"),
        ("D1", "2024", "seldom", "not_annual"),
    ],
)
def test_the_row_of_an_area_says_why_something_is_not_assessed(
    town: Path, area: str, year: str, indicator: str, reason: str
) -> None:
    shown = Screen(town).open("district", level="district", area=area, year=year)
    row = row_on_screen(shown, indicator)
    assert any(str(cell).startswith(reason_text(reason)) for cell in row), row.to_dict()


def test_a_part_of_which_too_little_is_known_says_so(screen: Opens) -> None:
    shown = screen("rough").open("district", level="part", area="3", year="2019")
    row = row_on_screen(shown, "Unsafe <i>in the evening</i>")
    assert reason_text("coverage_below_minimum") in row.tolist(), row.to_dict()
