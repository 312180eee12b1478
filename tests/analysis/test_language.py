"""Numbers, periods, reasons and words, in English and in other languages."""

import datetime as dt
import threading

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import language, tables
from analysis.catalogue import Catalogue, Indicator
from analysis.errors import UnknownId

REASONS = [
    "no_interval",
    "too_few_years",
    "suppressed",
    "boundary_change",
    "n_too_small",
    "no_variation",
    "coverage_below_minimum",
    "is_benchmark",
    "no_neighbours",
    "series_break",
    "not_annual",
    "no_denominator",
    "no_benchmark",
    "too_few_answers",
    "missing",
]


def make_indicator(**given: str) -> Indicator:
    row = {
        "indicator_id": "x", "title": "Unsafe in the evening", "factor": "risk",
        "higher_is": "more", "theme": "tensions", "source_kind": "survey",
        "measure": "proportion", "unit": "% of adults", "multiplier": "100", "decimals": "1",
    }  # fmt: skip
    frame = pd.DataFrame([row | given], index=[2], dtype="str")
    typed, problems = tables.validate(frame, tables.INDICATORS)
    assert not problems
    return Catalogue(typed)["x"]


SHARE = make_indicator()
SCORE = make_indicator(
    measure="mean", unit="score, 1–10", multiplier="1", factor="protective", decimals="1"
)
COUNT = make_indicator(measure="count", unit="count", multiplier="1", decimals="0")
RATE = make_indicator(measure="rate", unit="per 1,000 residents", multiplier="1000")


def test_value_carries_a_per_cent_sign_only_where_it_is_a_share():
    assert language.value_text(25.2, SHARE) == "25.2\u00a0%"
    assert language.value_text(7.3, SCORE) == "7.3"
    assert language.value_text(8.0, COUNT) == "8"


@pytest.mark.parametrize(
    ("locale", "shown"),
    [("de_DE", "1.225,2\u00a0%"), ("fr_FR", "1\u202f225,2\u00a0%"), ("tr_TR", "%1.225,2")],
)
def test_value_is_written_as_the_locale_writes_it(locale, shown):
    with language.use(locale):
        assert language.value_text(1225.2, SHARE) == shown
    assert language.value_text(1225.2, SHARE) == "1,225.2\u00a0%"


def test_unit_starting_with_the_sign_makes_a_share_of_any_measure():
    assert language.is_percent(make_indicator(measure="index", unit="% of adults"))
    assert not language.is_percent(make_indicator(measure="rate", unit="per 100 residents"))
    assert language.unit_text(RATE) == "per 1,000 residents"


def test_missing_values_become_words_and_never_nan():
    for text in (
        language.number(np.nan, 1),
        language.number(None, 1),
        language.percent(np.nan, 1),
        language.value_text(np.nan, SHARE),
        language.value_text(np.nan, SHARE, "suppressed"),
        language.interval_text(np.nan, 2.0, SHARE),
        language.change_text(np.nan, SHARE),
        language.relative_change_text(np.nan),
    ):
        assert text
        assert "nan" not in text.lower()
    assert language.value_text(np.nan, SHARE, "suppressed") == "hidden to protect people"


def test_number_that_is_not_finite_is_refused():
    with pytest.raises(ValueError, match="inf is not a finite number"):
        language.number(np.inf, 1)


def test_halves_are_rounded_up_and_zero_has_no_sign():
    assert language.number(0.25, 1) == "0.3"
    assert language.number(2.5, 0) == "3"
    assert language.number(-0.04, 1) == "0.0"
    assert language.number(-1.5, 1) == "−1.5"


@given(st.floats(-1e9, 1e9), st.integers(0, 4))
def test_number_always_shows_the_same_count_of_decimals(value, decimals):
    shown = language.number(value, decimals)
    assert len(shown.partition(".")[2]) == decimals


def test_interval_joins_its_ends_with_a_dash_and_negative_ones_with_a_word():
    assert language.interval_text(33.7, 50.0, SHARE) == "33.7–50.0"
    assert language.interval_text(-1.0, 2.0, SCORE) == "−1.0 to 2.0"
    with language.use("de_DE"):
        assert language.interval_text(33.7, 50.0, SHARE) == "33,7–50,0"


def test_change_of_a_share_is_in_points_and_change_in_per_cent_has_other_words():
    assert language.change_text(2.3, SHARE) == "+2.3 percentage points"
    assert language.change_text(-2.3, SHARE) == "−2.3 percentage points"
    assert language.change_text(0.01, SHARE) == "±0.0 percentage points"
    assert language.change_text(-0.4, SCORE) == "−0.4"
    assert language.change_text(1.2, RATE) == "+1.2 per 1,000 residents"
    assert language.relative_change_text(0.88) == "12 per cent less than before"
    assert language.relative_change_text(1.0) == "as much as before"
    assert "%" not in language.change_text(2.3, SHARE) + language.relative_change_text(1.2)


@pytest.mark.parametrize("code", [*REASONS, *tables.STATUSES, "not_assessed"])
def test_every_reason_and_status_has_plain_words(code):
    words = language.reason_text(code)
    assert words
    assert "_" not in words


def test_too_few_answers_says_how_many_there_are_and_are_needed():
    words = language.reason_text("too_few_answers", answers=24, needed=30)
    assert words == "not assessed: too few answers (24, 30 are needed)"
    assert language.reason_text("too_few_answers", answers=np.nan, needed=30) == (
        "not assessed: too few answers"
    )


def test_code_without_words_is_refused_because_ids_never_reach_the_screen():
    with pytest.raises(UnknownId, match="no words for reason 'gremlins'; known: observed"):
        language.reason_text("gremlins")
    assert language.reason_text("") == ""


@pytest.mark.parametrize(
    ("class_", "favourable", "words"),
    [
        ("clearly_better", -1, "clearly lower"),
        ("clearly_better", 1, "clearly higher"),
        ("worse", -1, "higher"),
        ("similar", 1, "similar"),
        ("clearly_lower", 0, "clearly lower"),
        ("not assessed", 1, "not assessed"),
    ],
)
def test_class_is_said_as_higher_or_lower(class_, favourable, words):
    assert language.class_text(class_, favourable) == words


def test_class_names_the_benchmark():
    assert language.class_text("clearly_worse", SHARE, "town") == "clearly higher than town"
    assert language.class_text("similar", SHARE, "town") == "similar to town"
    assert language.class_text("worse", SCORE, "town") == "lower than town"


@pytest.mark.parametrize(
    ("period", "long", "short"),
    [
        ("2024", "2024", "2024"),
        ("2024-Q3", "third quarter of 2024", "Q3 2024"),
        ("2024-S1", "first half of 2024", "H1 2024"),
        ("2024-03", "March 2024", "Mar 2024"),
        ("2024/2025", "2024/2025", "2024/25"),
    ],
)
def test_period_has_a_long_and_a_short_form(period, long, short):
    assert language.period_text(period) == long
    assert language.period_text(period, short=True) == short


def test_date_has_the_month_in_letters_of_the_language():
    assert language.date_text(dt.date(2025, 3, 14)) == "14 Mar 2025"
    with language.use("de_DE"):
        assert language.date_text(dt.date(2025, 3, 14)) == "14.03.2025"


def test_language_of_one_thread_is_not_the_language_of_another():
    heard = []
    with language.use("de_DE"):
        thread = threading.Thread(target=lambda: heard.append(language.number(1.5, 1)))
        thread.start()
        thread.join()
        assert language.number(1.5, 1) == "1,5"
    assert heard == ["1.5"]


def test_catalogue_of_a_language_translates_and_a_missing_one_leaves_english(tmp_path, monkeypatch):
    from io import BytesIO

    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo

    words = Catalog(locale="de")
    words.add("no figure", "keine Angabe")
    written = BytesIO()
    write_mo(written, words)
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "groundwork.mo").write_bytes(written.getvalue())
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)
    language._translations.cache_clear()
    with language.use("de-DE"):
        assert language.reason_text("missing") == "keine Angabe"
        assert language.ngettext("one", "many", 2) == "many"
        assert language.locale() == "de-DE"
    with language.use("sv"):
        assert language.reason_text("missing") == "no figure"
    language._translations.cache_clear()


def test_unknown_locale_is_refused():
    with pytest.raises(UnknownId, match="no locale 'xx_QQQ'; write one like 'en'"):
        language.use("xx_QQQ")


def test_word_sets_name_the_same_things_and_follow_the_territory():
    assert len({frozenset(words) for words in language.WORD_SETS.values()}) == 1
    assert language.term("protective") == "protective factor"
    with language.use_words("social_cohesion"):
        assert language.term("signal") == "hostile incident"
    with pytest.raises(UnknownId, match="no word set 'war'; known: prevention"):
        language.use_words("war")
    with pytest.raises(UnknownId, match="no term 'foe'; known: radicalisation"):
        language.term("foe")


def test_caution_says_that_a_district_is_no_resident():
    assert language.caution() == "A district's value says nothing about a resident."


@pytest.mark.parametrize("cell", ["=1+1", "+cmd", "-cmd|x", "@SUM(A1)", "\tx", "\r=x", "＝1", "-"])
def test_cell_that_begins_like_a_formula_is_neutralised(cell):
    assert language.csv_safe(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["-3.5", "+2", "-1,5", "1e-5", "Torvemead", "", "a=b"])
def test_number_and_plain_text_stay_as_they_are(cell):
    assert language.csv_safe(cell) == cell
