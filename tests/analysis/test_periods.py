"""Periods: every written form, its days, its order in time, and what is no period."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import periods

YEARS = st.integers(min_value=1, max_value=9998)
FORMS = {
    "Y": lambda year, _: f"{year:04}",
    "S": lambda year, part: f"{year:04}-S{part % 2 + 1}",
    "Q": lambda year, part: f"{year:04}-Q{part % 4 + 1}",
    "M": lambda year, part: f"{year:04}-{part % 12 + 1:02}",
    "SY": lambda year, _: f"{year:04}/{year + 1:04}",
}


@pytest.mark.parametrize(
    ("text", "form", "first", "last"),
    [
        ("2024", "Y", "2024-01-01", "2024-12-31"),
        ("2024-S1", "S", "2024-01-01", "2024-06-30"),
        ("2024-S2", "S", "2024-07-01", "2024-12-31"),
        ("2024-Q1", "Q", "2024-01-01", "2024-03-31"),
        ("2024-Q4", "Q", "2024-10-01", "2024-12-31"),
        ("2024-02", "M", "2024-02-01", "2024-02-29"),
        ("2023-02", "M", "2023-02-01", "2023-02-28"),
        ("2024-12", "M", "2024-12-01", "2024-12-31"),
        ("2024/2025", "SY", "2024-08-01", "2025-07-31"),
        ("9999-12", "M", "9999-12-01", "9999-12-31"),
        ("9999-Q4", "Q", "9999-10-01", "9999-12-31"),
    ],
)
def test_a_period_knows_its_form_and_its_first_and_last_day(text, form, first, last):
    period = periods.parse(text)
    assert (period.form, period.first.isoformat(), period.last.isoformat()) == (form, first, last)
    assert period.text == text


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024-Q5", "2024-Q0", "2024-S3", "2024-13", "2024-00", "2024-1", "0000", "2024/2026",
     "2024/2024", "2024/25", "202425", "2024-03-01", "Q1-2024", "2024-q1", " 2024", "2024\n",
     "2024.0", "２０２４"],
)  # fmt: skip
def test_what_is_no_period_is_refused_with_the_forms_to_write(text):
    with pytest.raises(periods.PeriodError) as error:
        periods.parse(text)
    assert str(error.value) == (
        f"period {text!r} is not readable; write 2024, 2024-Q3, 2024-S1, 2024-03 or 2024/2025"
    )


@given(st.sampled_from(sorted(FORMS)), YEARS, st.integers(0, 11), YEARS, st.integers(0, 11))
def test_text_of_one_form_sorts_in_time_order(form, year, part, other_year, other_part):
    one, other = FORMS[form](year, part), FORMS[form](other_year, other_part)
    assert (one < other) == (periods.parse(one).first < periods.parse(other).first)


@pytest.mark.parametrize(("form", "parts"), [("S", 2), ("Q", 4), ("M", 12)])
@given(year=YEARS)
def test_the_parts_of_a_year_follow_each_other_without_gap_and_fill_it(form, parts, year):
    found = [periods.parse(FORMS[form](year, part)) for part in range(parts)]
    whole = periods.parse(f"{year:04}")
    assert (found[0].first, found[-1].last) == (whole.first, whole.last)
    day = dt.timedelta(days=1)
    assert all(b.first == a.last + day for a, b in pairwise(found))


def test_every_frequency_has_a_form_that_can_be_written():
    assert {periods.form_of(one) for one in periods.FREQUENCIES} == set(FORMS)


def test_biennial_and_quadrennial_indicators_are_written_as_years():
    assert [periods.form_of(one) for one in ("2Y", "4Y", "Q", "SY")] == ["Y", "Y", "Q", "SY"]
