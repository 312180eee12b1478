"""Tables of words: three views of each theme, and the forms of extremism over time."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import perspectives, tables
from analysis.settings import Settings
from analysis.views import perspectives as views

THEMES = (("trust", "trust in authorities"), ("tensions", "tensions"), ("school", "school"))


@pytest.fixture
def settings() -> Settings:
    return Settings(name="Town", themes=THEMES)


def compared(**cells: object) -> pd.DataFrame:
    usual = {"statistics": "not assessed", "better": 0, "similar": 0, "worse": 0,
             "practice": "not assessed", "strengths": 0, "burdens": 0,
             "agreement": "not assessed"}  # fmt: skip
    index = pd.MultiIndex.from_tuples([("tensions", "risk")], names=["theme", "factor"])
    return pd.DataFrame([usual | cells], index=index)


def reported(**cells: object) -> pd.DataFrame:
    usual = {"national": "not assessed", "statements": 0, "local": "not assessed",
             "agreement": "not assessed"}  # fmt: skip
    index = pd.MultiIndex.from_tuples([("tensions", "risk")], names=["theme", "factor"])
    return pd.DataFrame([usual | cells], index=index)


def test_each_view_is_said_in_words_and_disagreement_is_marked(settings) -> None:
    here = compared(statistics="better", better=4, similar=3, worse=1, practice="worse",
                    strengths=1, burdens=3, agreement="disagree")  # fmt: skip
    country = reported(national="worse", local="better", agreement="disagree")
    shown = views.themes_view(here, country, settings, "districts", "source")
    assert shown.table.to_numpy().tolist() == [
        ["Tensions", "weighs", "getting worse", "getting better, other than the country",
         "more favourable (4 of 8)", "1 strength, 3 burdens", "disagree"]
    ]  # fmt: skip
    assert "disagree in 1" in shown.alt
    assert shown.download["agreement"].tolist() == ["disagree"]
    assert shown.download["national_agreement"].tolist() == ["disagree"]


def test_what_one_view_does_not_say_is_not_assessed_and_never_fine(settings) -> None:
    here = compared(practice="worse", burdens=2, agreement="only second")
    shown = views.themes_view(here, reported().iloc[:0], settings, "districts", "source")
    row = shown.table.iloc[0].tolist()
    assert row[2:5] == ["not assessed"] * 3
    assert row[-1] == "only practitioners"


def test_what_nobody_speaks_of_has_no_row(settings) -> None:
    shown = views.themes_view(compared(), reported(), settings, "districts", "source")
    assert shown.table.empty
    assert list(shown.table.columns[:2]) == ["Theme", "Side"]


def forms(**cells: object) -> pd.DataFrame:
    """All forms and times not assessed; the left-wing form today as given."""
    rows = []
    for form in tables.FORMS:
        for at in tables.HORIZONS:
            row = {"form": form, "horizon": at, "national": (), "practice": (), "areas": (),
                   "signals": float("nan"), "hidden": False, "state": "not assessed"}  # fmt: skip
            given = cells if (form, at) == ("left_wing", "today") else {}
            rows.append(row | given)
    return pd.DataFrame(rows)


def cell(frame: pd.DataFrame, statements: int = 2) -> str:
    table = views.forms_table(frame, statements)
    return str(table.loc[table["Form"] == "Left-wing", "Face today"].iloc[0])


def test_not_seen_is_not_not_assessed() -> None:
    assert cell(forms()) == "not assessed"
    assert cell(forms(signals=0.0, state="not seen")) == "not seen: no signal recorded"


def test_signals_are_counted_and_statements_named_as_many_as_there_is_room_for() -> None:
    told = forms(signals=14.0, state="seen", practice=("one.", "two", "three"), national=("more",))
    assert cell(told) == "14 signals recorded; here: one, two and 1 more; country: more"
    assert cell(told, 0) == "14 signals recorded; here: 3 statements; country: 1 statement"
    assert cell(forms(signals=1.0, state="seen")) == "1 signal recorded"
    told = forms(hidden=True, state="seen", practice=("one.",))
    assert cell(told) == ("signals recorded, their number hidden to protect people; here: one")


def test_all_forms_stand_there_those_with_a_name_first(settings) -> None:
    shown = views.forms_view(forms(), settings, "source")
    assert shown.table["Form"].tolist() == [
        "Right-wing", "Left-wing", "Religiously inspired", "Single-issue", "Mixed or unclear",
    ]  # fmt: skip
    assert len(shown.download) == 15
    assert "0 of 15 cells are told" in shown.alt


@pytest.mark.parametrize("agreement", ["agree", "partly", "disagree", "only first", "only second"])
def test_every_agreement_has_words(agreement: str) -> None:
    known = {perspectives.AGREE, perspectives.PARTLY, perspectives.DISAGREE,
             perspectives.ONLY_FIRST, perspectives.ONLY_SECOND}  # fmt: skip
    assert agreement in known
    assert len(views.together_text(agreement)) > 3
