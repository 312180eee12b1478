"""Where essential sectors do not reach, where need is high, and how both are said."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from analysis import coverage, gaps
from analysis.boundaries import AREA_COLUMNS
from analysis.catalogue import Catalogue
from analysis.coverage import NONE, REACHED, Coverage
from analysis.disclosure import ProtectedView
from analysis.intake.release import territory_of
from analysis.measures.rates import NOT_ASSESSED
from analysis.settings import Level, Settings
from analysis.territory import Territory

DISTRICT = Level("district", "district", "districts")


def reached(*rows: tuple[str, str], essential: tuple[str, ...] = ("police", "youth")) -> Coverage:
    """What partners, a sector and its areas each, reach of the three districts a, b and c."""
    frame = pd.DataFrame({"area_id": list("abc"), "name": ["Ash", "Birch", "Cedar"]})
    frame = frame.assign(level="district", parent_id="", version="v", valid_from="", valid_to="")
    areas = gpd.GeoDataFrame(frame.assign(source=""), geometry=[None] * 3, crs="EPSG:4326")
    settings = Settings(
        levels=(DISTRICT,), essential_sectors=essential,
        sectors=(("police", "police"), ("youth", "youth work"), ("sport", "sport")),
    )  # fmt: skip
    here = Territory(settings, Catalogue(pd.DataFrame()), areas[AREA_COLUMNS])
    partners = pd.DataFrame(rows, columns=["sector", "area_ids"])
    return coverage.sector_coverage(partners, here, "district")


def needs_of(view: ProtectedView, rows: pd.DataFrame) -> pd.DataFrame:
    """Need in the districts of the fictional town."""
    here = territory_of(view)
    return gaps.needs(rows, here.catalogue, here.areas_of("district")["name"])


# ---------------------------------------------------------------- gaps


def test_a_gap_names_the_sector_and_the_areas_and_no_partner() -> None:
    found = reached(("police", "all"), ("youth", "a"), ("sport", "b"))
    assert gaps.title(found, DISTRICT) == "Youth work does not reach every district"
    assert gaps.gaps(found, DISTRICT) == ["Youth work: no partner in Birch and Cedar"]


def test_a_sector_without_any_partner_is_said_once_and_not_area_by_area() -> None:
    found = reached(("police", "all"))
    assert gaps.title(found, DISTRICT) == "No partner of youth work"
    assert gaps.gaps(found, DISTRICT) == []
    assert "Without any partner: youth work." in gaps.sentences(found, DISTRICT)


def test_that_all_is_reached_is_said_only_where_all_is_known() -> None:
    whole = reached(("police", "all"), ("youth", "a b c"))
    assert gaps.title(whole, DISTRICT) == "Every essential sector reaches every district"
    silent = reached(("police", "all"), ("youth", "a"), ("youth", ""))
    assert gaps.title(silent, DISTRICT) == "No gap is known, and not everything is assessed"
    assert "1 partner does not say where it works" in gaps.sentences(silent, DISTRICT)


def test_without_any_partner_nothing_is_said_to_be_missing() -> None:
    assert gaps.title(reached(), DISTRICT) == "Not assessed: no partner is listed"
    assert gaps.sentences(reached(), DISTRICT) == ""


def test_the_fictional_town_lacks_youth_work_and_probation(demo_view: ProtectedView) -> None:
    here = territory_of(demo_view)
    found = coverage.sector_coverage(demo_view.table("partners"), here, "district")
    level = here.settings.level("district")
    assert gaps.title(found, level) == (
        "Youth work does not reach every district; no partner of probation and prison"
    )
    assert gaps.gaps(found, level) == ["Youth work: no partner in Eskevale and Staalwick"]


# ---------------------------------------------------------------- need


def test_need_is_high_where_both_sides_are_unfavourable_and_open_where_too_little_is_known(
    demo_view: ProtectedView, demo_rows: pd.DataFrame
) -> None:
    need = needs_of(demo_view, demo_rows)
    assert set(need.index[need["need"] == gaps.HIGH]) == {
        "MH03", "MH06", "MH13", "MH16", "MH19", "MH20",
    }  # fmt: skip
    assert set(need.index[need["need"] == NOT_ASSESSED]) == {"MH14"}
    assert list(need["name"]) == sorted(need["name"]), "by name, never by how much"


def test_unanswered_needs_say_what_is_missing_and_on_what_that_rests(
    demo_view: ProtectedView, demo_rows: pd.DataFrame
) -> None:
    here = territory_of(demo_view)
    found = coverage.sector_coverage(demo_view.table("partners"), here, "district")
    need = needs_of(demo_view, demo_rows)
    listed = gaps.unanswered(need, found)
    assert listed.at["MH16", "lacking"] == ("youth_work",)
    assert set(listed["missing"]) == {("probation",)}
    assert (listed.drop("MH16")["lacking"] == ()).all()
    row = listed.loc[["MH16"]].to_dict("records")[0]
    assert gaps.need_sentence(row, found) == (
        "Staalwick: no partner of youth work reaches it; no partner anywhere of probation and"
        " prison."
    )
    reasons = gaps.reason_words(row, here.catalogue)
    assert "Unsafe evening (clearly higher) and At home (clearly lower)" in reasons
    said = gaps.need_sentences(need, listed, here.settings.level("district"))
    assert "Need is high in 6 districts" in said
    assert "Need is not assessed in Skerrholm." in said


def test_without_figures_need_is_not_assessed(
    demo_view: ProtectedView, demo_rows: pd.DataFrame
) -> None:
    need = needs_of(demo_view, demo_rows.iloc[:0])
    assert set(need["need"]) == {NOT_ASSESSED}
    level = territory_of(demo_view).settings.level("district")
    assert gaps.need_sentences(need, need.iloc[:0], level).startswith("Need is not assessed")


def test_an_area_whose_coverage_is_not_known_is_not_said_to_lack_a_sector() -> None:
    found = reached(("police", ""), ("youth", "a"), essential=("police", "youth"))
    need = pd.DataFrame(
        {"name": found.names, "need": gaps.HIGH, "pairs": 3, "reasons": [[], [], []]}
    )
    listed = gaps.unanswered(need, found)
    assert list(listed.index) == ["b", "c"]
    assert set(listed["lacking"]) == {("youth",)}
    assert set(listed["unclear"]) == {("police",)}
    said = gaps.need_sentence(listed.loc[["b"]].to_dict("records")[0], found)
    assert said == "Birch: no partner of youth work reaches it; not assessed for police."
    assert set(found.states["police"]) == {NOT_ASSESSED}
    assert found.states.loc["a", "youth"] == REACHED
    assert found.states.loc["b", "youth"] == NONE


def test_where_sectors_and_residents_work_jointly_is_said_by_sector(
    demo_view: ProtectedView,
) -> None:
    here = territory_of(demo_view)
    found = coverage.joint_work(
        demo_view.table("partners"), demo_view.table("ties"), here, "district"
    )
    said = gaps.joint_sentences(found, here.settings.level("district"))
    assert "Housing: Torvemead." in said
    assert said[-1].startswith("Nowhere yet: municipality")


def test_a_card_says_who_is_there_who_is_missing_and_how_many_answered() -> None:
    found = reached(("police", "all"), ("sport", "a"))
    assert gaps.card_sentences(found, DISTRICT, "11 %", "1 of 2 answered") == [
        "2 sectors are at the table, with 2 partners.",
        "Essential and missing: youth work.",
        "Of all ties that could be, 11 % exist.",
        "1 of 2 answered.",
    ]


def test_who_is_active_in_an_area_names_sectors_and_what_is_essential_and_not_there() -> None:
    found = reached(("police", "a"), ("youth", "b"), ("youth", ""))
    said = gaps.active_sentences("a", found, reached())
    assert said == [
        "Sectors that work here: police.",
        "Essential, and not assessed here: youth work.",
    ]
