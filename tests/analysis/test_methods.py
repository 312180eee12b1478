"""What the page methods says rests on what the code does and what the documents say."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from analysis import methods
from analysis.disclosure import open_view
from analysis.intake.release import territory_of
from analysis.measures import trends
from analysis.settings import Settings
from analysis.views import years

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def rough(world):
    view = open_view(world("rough") / "store")
    return view, territory_of(view)


def test_the_guide_for_coordinators_says_the_same_of_each_view_as_the_page():
    text = (ROOT / "docs" / "coordinators.md").read_text("utf-8")
    part = text.split("| view | can say | cannot say |")[1].split("\n\n")[0]
    rows = {tuple(re.findall(r"[^|]+", line)) for line in part.splitlines()[2:]}
    told = {tuple(cell.strip() for cell in row) for row in rows}
    assert told
    assert told - set(methods.SAYS) == set()


def test_the_urgency_table_is_the_one_the_measure_reads_from():
    table = methods.urgency_table({one: one for one in years.ROWS}).set_index("Level")
    assert table.loc["clearly_worse", "worsening"] == trends.URGENCY["clearly_worse", "worsening"]
    assert sorted(table.to_numpy().ravel()) == sorted(trends.URGENCY.values())


def test_the_thresholds_named_are_those_in_force(rough):
    _view, here = rough
    said = methods.protection_words(here.catalogue["incidents"], here.settings)
    assert said == "counts from 1 to 4 are hidden"
    assert "30 answers" in methods.protection_words(here.catalogue["unsafe"], here.settings)


def test_how_often_is_told_in_coarse_bands_only(rough):
    shares = methods.hidden_shares(*rough)
    assert 0 < shares["incidents"] < 1
    words = {methods.hidden_band(share) for share in shares.values()}
    assert words <= {band for _end, band in methods.BANDS}
    assert methods.hidden_band(None) == "no figures yet"


def test_hidden_bands_never_fall_as_shares_rise():
    order = [band for _end, band in methods.BANDS]
    places = [order.index(methods.hidden_band(step / 100)) for step in range(101)]
    assert places == sorted(places)
    assert set(places) == set(range(len(order)))


def test_an_entry_says_publisher_licence_release_and_protection(rough):
    _view, here = rough
    said = dict(methods.entry(here.catalogue["unsafe"], here, "release 1", "never"))
    assert {"Publisher", "Licence", "Release", "Protection", "Hidden"} <= set(said)
    assert said["Release"] == "release 1"
    assert all(said.values())


def test_the_glossary_stands_by_name_and_says_where_a_word_has_no_everyday_form():
    given = pd.DataFrame(
        {"term": ["tension", "Helpline"], "meaning": ["m1", "m2"], "everyday_word": ["", "line"],
         "source": ["", "paper"]}
    )  # fmt: skip
    found = methods.glossary(given)
    assert found["Term"].tolist() == ["Helpline", "Tension"]
    assert found["Everyday word"].tolist() == ["line", "–"]


def test_the_rule_of_reliability_has_the_numbers_of_the_territory():
    bands = {"good": "good", "limited": "limited", "poor": "poor"}
    said = methods.reliability_sentence(bands, Settings(good_present=0.8, good_age=2))
    assert "at least 80\u00a0% of the indicators are there, 10\u00a0% at most are hidden" in said
    assert "50\u00a0% come with an interval and the age of the middle one, in periods, is 2" in said
    assert said.endswith("under 65\u00a0% are there or over 35\u00a0% are hidden; else limited.")
