"""Periods as publishers write them."""

from __future__ import annotations

import pytest

from analysis.intake.written_periods import month_number, part_number, read_periods, within


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2024", "2024"),
        ("2024.0", "2024"),
        ("Jahr 2024", "2024"),
        ("2020/21", "2020/2021"),
        ("2020–21", "2020/2021"),
        ("2020/2021", "2020/2021"),
        ("2020-2021", "2020/2021"),
        ("202021", "2020/2021"),
        ("20202021", "2020/2021"),
        ("2014-Q1", "2014-Q1"),
        ("2014Q1", "2014-Q1"),
        ("Q1 2014", "2014-Q1"),
        ("2014T1", "2014-Q1"),
        ("2014K4", "2014-Q4"),
        ("1r trimestre 2014", "2014-Q1"),
        ("1er trimestre de 2014", "2014-Q1"),
        ("3. Quartal 2014", "2014-Q3"),
        ("IV. Quartal 2014", "2014-Q4"),
        ("2014 1st quarter", "2014-Q1"),
        ("2014S2", "2014-S2"),
        ("H1 2014", "2014-S1"),
        ("2. Halbjahr 2014", "2014-S2"),
        ("2014M03", "2014-03"),
        ("2014-03", "2014-03"),
        ("201403", "2014-03"),
        ("03/2014", "2014-03"),
        ("March 2014", "2014-03"),
        ("März 2014", "2014-03"),
        ("2014 mars", "2014-03"),
        ("març de 2014", "2014-03"),
        ("2014-03-31", "2014-03-31"),
        ("2014-03-31T10:00:00Z", "2014-03-31"),
        ("31.12.2014", "2014-12-31"),
        ("31. März 2014", "2014-03-31"),
        ("31/12/2014", "2014-12-31"),
        ("12/31/2014", "2014-12-31"),
    ],
)
def test_a_written_period_is_read(text: str, iso: str) -> None:
    assert read_periods([text], ("de", "fr", "ca")).iso == {text: iso}


@pytest.mark.parametrize(
    "text", ["", "16-24", "2018-2020", "2020/22", "Q5 2014", "2014-13", "total", "1500", "45.2014"]
)
def test_what_is_no_period_is_not_made_one(text: str) -> None:
    assert read_periods([text]).iso == {}


@pytest.mark.parametrize("text", ["201112", "2011-12"])
def test_what_can_be_a_month_or_a_school_year_stays_open(text: str) -> None:
    written = read_periods([text])
    assert (written.iso, written.doubt) == ({}, "period_form")
    assert read_periods([text], answers={"period_form": "M"}).iso[text] == "2011-12"


def test_the_other_periods_of_a_column_settle_it() -> None:
    assert read_periods(["201112", "201213"]).iso["201112"] == "2011/2012"
    assert read_periods(["201112", "201201"]).iso["201112"] == "2011-12"


def test_day_and_month_are_settled_by_all_dates() -> None:
    assert read_periods(["03/04/2024"]).doubt == "day_first"
    assert read_periods(["03/04/2024", "13/04/2024"]).iso["03/04/2024"] == "2024-04-03"
    assert read_periods(["03/04/2024", "04/13/2024"]).iso["03/04/2024"] == "2024-03-04"


def test_parts_of_a_year_in_columns_of_their_own() -> None:
    assert [part_number(text, 4) for text in ("1", "T2", "III", "5", "")] == [1, 2, 3, 0, 0]
    assert month_number("januar", ["nb"]) == 1


@pytest.mark.parametrize(
    ("form", "period"),
    [("Y", "2024"), ("S", "2024-S2"), ("Q", "2024-Q3"), ("M", "2024-08"), ("SY", "2024/2025")],
)
def test_a_day_falls_into_a_period(form: str, period: str) -> None:
    assert within("2024-08-01", form) == period
