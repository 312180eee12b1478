"""What an indicator means, and that risk is never shown alone."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import tables
from analysis.catalogue import Catalogue
from analysis.errors import UnknownId

COMMON = {"theme": "trust", "source_kind": "survey", "measure": "rate", "unit": "%"}


def catalogue(*rows: dict[str, str]) -> Catalogue:
    text = pd.DataFrame(
        [COMMON | {"title": f"Title of {row['indicator_id']}"} | row for row in rows], dtype="str"
    ).fillna("")
    typed, problems = tables.validate(text, tables.INDICATORS)
    assert problems == []
    return Catalogue(typed)


def risk(indicator_id: str, **cells: str) -> dict[str, str]:
    return {"indicator_id": indicator_id, "factor": "risk", "higher_is": "more", **cells}


def shield(indicator_id: str, **cells: str) -> dict[str, str]:
    return {"indicator_id": indicator_id, "factor": "protective", "higher_is": "more", **cells}


def ids(indicators) -> list[str]:
    return [one.indicator_id for one in indicators]


def test_an_indicator_is_typed_and_can_be_a_cache_key():
    one = catalogue(
        risk("a", levels="town district", partner_ids="b;c", disclosure_threshold="3",
             multiplier="1000", decimals="2", repeat_events="true", short_title="Short")
    )["a"]  # fmt: skip
    assert (one.levels, one.partner_ids) == (("town", "district"), ("b", "c"))
    assert (one.disclosure_threshold, one.multiplier, one.decimals) == (3.0, 1000.0, 2)
    assert one.repeat_events is True
    assert one.short_title == "Short"
    assert len({one, one}) == 1


def test_empty_cells_become_what_an_empty_cell_means():
    one = catalogue(risk("a"))["a"]
    assert one.disclosure_threshold is None
    assert (one.multiplier, one.decimals, one.frequency, one.form) == (1.0, 1, "Y", "general")
    assert one.short_title == "Title of a"
    assert one.levels == one.partner_ids == ()


def test_a_threshold_of_0_is_not_an_absent_one():
    assert catalogue(risk("a", disclosure_threshold="0"))["a"].disclosure_threshold == 0.0


@pytest.mark.parametrize(
    ("factor", "higher_is", "favourable"),
    [
        ("risk", "more", -1),
        ("risk", "less", 1),
        ("protective", "more", 1),
        ("protective", "less", -1),
        ("context", "neutral", 0),
    ],
)
def test_more_of_a_risk_is_less_favourable_and_of_a_protection_more(factor, higher_is, favourable):
    row = {"indicator_id": "a", "factor": factor, "higher_is": higher_is}
    assert catalogue(row)["a"].favourable == favourable


@pytest.mark.parametrize("measure", tables.MEASURES)
def test_only_counts_and_what_rests_on_counts_add_up(measure):
    expected = measure in ("count", "rate", "proportion")
    assert catalogue(risk("a", measure=measure))["a"].adds_up == expected


@pytest.mark.parametrize(
    ("frequency", "form"), [("Y", "Y"), ("2Y", "Y"), ("4Y", "Y"), ("Q", "Q"), ("SY", "SY")]
)
def test_the_frequency_decides_how_periods_are_written(frequency, form):
    assert catalogue(risk("a", frequency=frequency))["a"].period_form == form


def test_counts_that_are_only_divided_by_are_not_shown():
    base = {"indicator_id": "residents", "factor": "context", "higher_is": "neutral",
            "theme": "base", "measure": "count"}  # fmt: skip
    listed = catalogue(risk("a"), base)
    assert listed["residents"].is_base
    assert ids(listed.shown()) == ["a"]
    assert len(listed) == 2


def test_a_risk_stands_beside_the_partners_it_names_in_their_order():
    listed = catalogue(risk("r", partner_ids="q p"), shield("p"), shield("q"), shield("other"))
    assert ids(listed.partners("r")) == ["q", "p"]


def test_a_protection_stands_beside_the_risks_that_name_it():
    listed = catalogue(risk("r", partner_ids="p"), risk("s"), shield("p"))
    assert ids(listed.partners("p")) == ["r"]


def test_without_named_partners_the_theme_gives_them():
    listed = catalogue(risk("r"), shield("p"), shield("far", theme="school"), risk("s"))
    assert ids(listed.partners("r")) == ["p"]
    assert ids(listed.partners("p")) == ["r", "s"]


def test_a_named_partner_of_the_same_side_or_none_at_all_does_not_count():
    listed = catalogue(risk("r", partner_ids="s"), risk("s"), shield("p"))
    assert ids(listed.partners("r")) == ["p"]


def test_where_no_protection_is_loaded_there_is_no_partner_and_context_has_none():
    context = {"indicator_id": "c", "factor": "context", "higher_is": "neutral"}
    listed = catalogue(risk("r"), context)
    assert listed.partners("r") == []
    assert listed.partners("c") == []


def test_an_unknown_indicator_is_an_error_that_names_known_ones():
    with pytest.raises(UnknownId) as error:
        catalogue(risk("a"), risk("b"))["births"]
    assert str(error.value) == "no indicator 'births' in the catalogue; known: a, b, ..."


def test_the_catalogue_keeps_the_order_of_the_file():
    assert list(catalogue(risk("z"), risk("a"), shield("m"))) == ["z", "a", "m"]
