"""Findings with what stands beside them, titles, changes, and how far the figures carry."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pandas as pd
import pytest

from analysis import findings, picture, situation
from analysis.disclosure import open_view
from analysis.intake.release import territory_of

NEEDED = 30


@pytest.fixture(scope="module", params=["demo", "rough", "bare"])
def town(request: pytest.FixtureRequest, world):
    """A world's view and territory, with a look-up of its figures."""
    view = open_view(world(request.param) / "store")
    here = territory_of(view)

    @lru_cache(None)
    def figures_at(indicator_id: str, level: str, period: str) -> picture.Figures:
        return picture.figures(view, here, indicator_id, level, period)

    return view, here, figures_at


@pytest.fixture(scope="module")
def demo(world):
    view = open_view(Path(world("demo")) / "store")
    here = territory_of(view)
    rows = findings.assess(
        view, here, "district", "2024",
        lambda *asked: picture.figures(view, here, *asked),
        lambda *asked: picture.area_trends(view, here, *asked),
    )  # fmt: skip
    return here, rows, findings.choose(rows)


def test_a_picture_is_made_of_levels_with_few_areas_only(town, monkeypatch):
    _view, here, _figures = town
    assert situation.levels_of(here) == here.map_levels
    assert situation.too_many_sentence(here) == ""
    level = here.map_levels[-1]
    monkeypatch.setattr(situation, "MOST_AREAS", len(here.areas_of(level)) - 1)
    if here.levels[:1] == (level,):  # there is nothing above to look at instead
        assert situation.levels_of(here) == (level,)
        return
    assert level not in situation.levels_of(here)
    said = situation.too_many_sentence(here)
    assert str(len(here.areas_of(level))) in said
    assert here.settings.level(level).plural in said


def test_beside_each_finding_stands_its_partner_in_the_same_area(demo):
    here, rows, chosen = demo
    found = situation.with_partners(chosen, rows, here.catalogue)
    assert [one.row["indicator_id"] for one in found] == list(chosen["indicator_id"])
    assert any(one.partner for one in found)
    for one in found:
        if one.partner is None or one.beside is None:
            assert one.partner is one.beside is None
            continue
        assert {one.indicator.factor, one.partner.factor} == {"risk", "protective"}
        assert one.partner in here.catalogue.partners(one.indicator.indicator_id)
        same = ("level", "area_id")
        assert [one.beside[name] for name in same] == [one.row[name] for name in same]
        assert pd.notna(one.beside["value"])
        said = situation.beside_sentence(one, NEEDED)
        assert said == "Beside it: " + findings.finding_sentence(one.beside, one.partner, NEEDED)


def test_a_risk_without_a_figure_beside_it_says_that_protection_is_not_assessed(demo):
    here, rows, chosen = demo
    alone = rows[rows["factor"] != "protective"]
    found = situation.with_partners(chosen[chosen["factor"] == "risk"], alone, here.catalogue)
    assert found
    for one in found:
        assert situation.beside_sentence(one, NEEDED).startswith("Protection not assessed: ")


def test_the_title_names_the_first_of_each_side_and_says_where_there_is_none(demo):
    here, _rows, chosen = demo
    strength = chosen[chosen["side"] == "strength"].iloc[0]
    burden = chosen[chosen["side"] == "burden"].iloc[0]
    title = situation.title(chosen, here.catalogue, "Town")
    for row in (strength, burden):
        assert row["name"] in title
        assert here.catalogue[row["indicator_id"]].short_title in title
    assert title.index(strength["name"]) < title.index("unfavourable")
    strengths = situation.title(chosen[chosen["side"] == "strength"], here.catalogue, "Town")
    assert strengths.endswith("; no burden stands out")
    burdens = situation.title(chosen[chosen["side"] == "burden"], here.catalogue, "Town")
    assert burdens.endswith("; no strength stands out")
    assert situation.title(chosen.iloc[:0], here.catalogue, "Town") == (
        "Town: nothing stands out clearly"
    )


def test_the_urgency_is_said_of_burdens_only(demo):
    _here, _rows, chosen = demo
    for row in chosen.to_dict("records"):
        assert bool(situation.urgency_text(row)) == (row["side"] == "burden")


def test_the_maps_show_a_risk_and_its_protective_partner(demo):
    here, rows, chosen = demo
    found = situation.with_partners(chosen, rows, here.catalogue)
    published = list(here.catalogue)
    risk, partner = situation.pair(found, here.catalogue, published)
    assert (risk.factor, partner.factor) == ("risk", "protective")
    alone = [one for one in found if one.partner is None]
    assert alone
    assert situation.pair(alone, here.catalogue, published)[1] is None


def test_where_nothing_is_found_the_first_risk_that_has_figures_is_shown(demo):
    here, _rows, _chosen = demo
    published = ["feels_at_home", "unsafe_evening"]
    first, partner = situation.pair([], here.catalogue, published)
    assert (first.indicator_id, partner.indicator_id) == ("unsafe_evening", "feels_at_home")
    first, partner = situation.pair([], here.catalogue, ["feels_at_home"])
    assert (first.indicator_id, partner) == ("feels_at_home", None)
    assert situation.pair([], here.catalogue, []) is None


def test_reliability_of_all_areas_is_that_of_each_profile(town):
    view, here, figures_at = town
    for level in situation.levels_of(here):
        years = {
            one[:4] for i in view.indicator_ids() for one in view.periods(i, level)
        }  # fmt: skip
        year = max(years)
        found = situation.reliabilities(view, here, level, year, figures_at)
        assert list(found.index) == list(here.areas_of(level, year).index)
        for area_id in list(found.index)[:6]:
            rows = picture.profile(
                view, here, level, area_id, year,
                lambda indicator_id, at, level=level: figures_at(indicator_id, level, at),
            )  # fmt: skip
            expected = pd.Series(
                vars(picture.profile_reliability(rows, here.settings)), name=area_id
            )
            pd.testing.assert_series_equal(
                found.loc[area_id].drop("name"), expected, check_dtype=False
            )


def test_the_sentence_counts_the_bands_and_names_the_poor_areas(demo):
    here, _rows, _chosen = demo
    bands = pd.DataFrame(
        {"name": ["A", "B", "C", "D"], "band": ["good", "poor", "limited", "poor"]}
    )
    said = situation.reliability_sentences(bands, here.settings.level("district"))
    assert said == (
        "The figures of 4 districts in all: reliability good in 1, limited in 1, poor in 2."
        " B and D: what is said there stands on little."
    )
    many = pd.DataFrame({"name": [f"N{n}" for n in range(13)], "band": "poor"})
    assert "N3" not in situation.reliability_sentences(many, here.settings.level("district"))


def test_notable_changes_come_first_by_how_many_classes_they_moved():
    found = situation.notable(
        pd.DataFrame(
            {
                "class_before": ["similar", "clearly_worse", "clearly_better", "similar"],
                "class_": ["clearly_better", "similar", "clearly_worse", "better"],
                "notable": [True, True, True, False],
            }
        )
    )
    assert list(found.index) == [2, 0, 1]
    nothing = found.iloc[:0].astype({"class_": "str", "class_before": "str"})
    assert situation.notable(nothing).empty


def test_what_is_compared_with_is_said():
    assert situation.since_sentence(7, "survey 2024", "2023", 2) == (
        "Compared with the picture before release 7 (survey 2024). 2 things are said otherwise now."
    )
    assert situation.since_sentence(None, "", "2023", 0) == (
        "There is one release of figures so far: compared is what was known up to 2023."
        " Nothing notable is said otherwise now."
    )
