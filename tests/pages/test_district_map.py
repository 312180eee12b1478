"""The map page: one indicator beside its partner, in each way of looking."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from analysis.intake.release import build
from tests.pages.screen import Screen

Opens = Callable[[str], Screen]


def tabled(screen: Screen) -> list[pd.DataFrame]:
    """Open every table of the page and return them."""
    for one in screen.controls:
        if one.key.endswith(" table"):
            screen.set(one, True)
    assert screen.faults == []
    return screen.tables


def drawn(screen: Screen, place: int = 0) -> dict[str, str]:
    """What a map was told to draw for each area: the code of its class, by name."""
    here, period = screen.territory, screen.address["period"]
    areas = here.areas_of(screen.address.get("level", here.start_level), period)
    named = areas.sort_values("name", kind="stable")["name"]
    return dict(zip(named, screen.maps[place]["codes"], strict=True))


def test_it_opens_with_a_finding_and_how_sure_that_is(screen: Opens) -> None:
    shown = screen("demo").open("district_map", indicator="unsafe_evening", period="2024")
    assert shown.title == "Unsafe in the evening: where it differs clearly from Merrelhaven"
    assert shown.sentences[0].startswith("Compared with Merrelhaven (25.2 %)")


def test_risk_and_protection_stand_side_by_side_at_the_same_size(screen: Opens) -> None:
    shown = screen("demo").open("district_map", indicator="unsafe_evening")
    assert [one.value for one in shown.app.header][:2] == [
        "Unsafe in the evening",
        "Feeling at home",
    ]
    assert len(shown.maps) == len(shown.legends) == 2
    left, right = shown.maps
    assert left["geometry"] == right["geometry"]
    assert left["styles"] != right["styles"]


@pytest.mark.parametrize(
    ("world_name", "asked"),
    [
        ("bare", {}),
        ("london", {"indicator": "violence_rate", "period": "2019"}),
        ("london", {"indicator": "burglary", "level": "lsoa", "period": "2014"}),
    ],
)
def test_without_a_protective_indicator_it_says_that_protection_is_not_assessed(
    screen: Opens, world_name: str, asked: dict[str, str]
) -> None:
    shown = screen(world_name).open("district_map", **asked)
    said = [*shown.sentences, *shown.alerts]
    assert any(
        one.startswith("Protection not assessed: no protective indicator loaded.") for one in said
    )
    assert len(shown.maps) == 1
    assert shown.faults == []


@pytest.mark.parametrize(
    ("world_name", "indicator"),
    [("demo", "signals_right_wing"), ("demo", "helpline_contacts"), ("rough", "incidents")],
)
def test_counts_are_circles_and_never_shades_or_comparisons(
    screen: Opens, world_name: str, indicator: str
) -> None:
    shown = screen(world_name).open("district_map", indicator=indicator)
    told = shown.maps[0]
    assert max(told["circles"]["radii"]) > 0
    shades = {told["styles"][code]["fill"] for code in told["codes"] if code.isalpha()}
    assert len(shades) <= 1
    assert shown.control("Show").options == ("Level",)
    assert any("count" in note and "circle" in note for note in shown.small_print)


def test_the_surface_of_a_circle_is_the_number(screen: Opens) -> None:
    shown = screen("demo").open("district_map", indicator="signals_right_wing", period="2024")
    cells = tabled(shown)[0].iloc[:, 1]
    numbers = [float(cell) if cell.isdigit() else 0.0 for cell in cells]
    radii = shown.maps[0]["circles"]["radii"]
    surfaces = [radius**2 / number for radius, number in zip(radii, numbers, strict=True) if number]
    assert max(surfaces) == pytest.approx(min(surfaces), rel=0.01)
    assert all(radius == 0 for radius, number in zip(radii, numbers, strict=True) if not number)


def test_hidden_missing_and_not_assessed_are_told_apart_in_the_table_and_on_the_map(
    screen: Opens,
) -> None:
    rate = screen("rough").open("district_map", indicator="incident_rate", period="2019")
    figures = tabled(rate)[0].set_index("Name")["Incidents per residents"]
    assert figures["Brook"] == figures["Fenwick **bold**"] == "hidden to protect people"
    assert figures["Isle"] == "no figure"
    assert figures['=HYPERLINK("x")'] == "0.00"
    codes = drawn(rate)
    assert codes["Brook"] == codes["Fenwick **bold**"] != codes["Isle"]
    assert codes['=HYPERLINK("x")'].isalpha()

    bare = screen("rough").open("district_map", indicator="incident_rate", period="2018")
    figures = tabled(bare)[0].set_index("Name")["Incidents per residents"]
    assert figures["Alder"] == "not assessed: nothing to divide by"
    assert figures["Isle"] == "no figure"
    assert drawn(bare)["Alder"] != drawn(bare)["Isle"]

    survey = screen("rough").open("district_map", indicator="unsafe", period="2019")
    figures = tabled(survey)[0].set_index("Name").iloc[:, 0]
    assert figures["Isle"] == "not assessed: too few answers (24, 30 are needed)"
    assert figures.filter(like="Hope").item() == "no figure"

    service = screen("rough").open("district_map", indicator="meeting_hours", period="2019")
    figures = tabled(service)[0].set_index("Name").iloc[:, 0]
    assert figures['=HYPERLINK("x")'] == "does not apply here"
    assert len(set(drawn(service).values()) - set("ABCDEFG")) >= 2


def test_a_change_tells_apart_why_a_figure_before_or_after_is_not_there(screen: Opens) -> None:
    shown = screen("demo").open(
        "district_map", indicator="hate_incidents", show="change", since="2020", period="2024"
    )
    change = tabled(shown)[0].set_index("Name")
    assert change.loc["Athelmoor", "2020"] == "hidden to protect people"
    assert change.loc["Farrowmark", "2020"] == "not assessed: boundaries changed"
    assert set(change["Change"]) == {
        "not assessed: the series starts anew",
        "not assessed: boundaries changed",
    }


def test_a_hidden_figure_stands_nowhere_on_the_page(screen: Opens) -> None:
    shown = screen("demo").open(
        "district_map", indicator="hate_incidents", period="2024", area="MH10"
    )
    tabled(shown)
    about = [text for _place, text in shown.texts if "Athelmoor" in text]
    assert about
    assert "hidden to protect people" in shown.sentences
    hidden = drawn(shown)["Athelmoor"]
    tips = dict(zip(sorted(drawn(shown)), shown.maps[0]["tooltips"], strict=True))
    assert tips["Athelmoor"] == "hidden to protect people"
    assert not hidden.isalpha()


def test_a_difference_is_shown_in_five_classes_with_words_and_what_chance_would_do(
    screen: Opens,
) -> None:
    shown = screen("demo").open("district_map", indicator="unsafe_evening", show="difference")
    assert "clearly higher than Merrelhaven" in shown.legends[0]
    assert "similar to Merrelhaven" in shown.legends[0]
    assert any("by chance alone" in note for note in shown.small_print)


def test_the_pair_has_words_in_each_of_its_nine_cells(screen: Opens) -> None:
    shown = screen("demo").open("district_map", indicator="unsafe_evening", show="both")
    assert len(shown.maps) == 1
    sides = ("more favourable", "similar", "less favourable")
    cells = [f"risk {risk}, protection {protection}" for risk in sides for protection in sides]
    assert all(cell in shown.legends[0] for cell in cells)
    assert "never a balance" in " ".join(shown.small_print)


def test_a_change_names_both_periods_and_speaks_of_points_not_per_cent(screen: Opens) -> None:
    shown = screen("demo").open(
        "district_map", indicator="unsafe_evening", show="change", since="2020", period="2024"
    )
    assert "change from 2020 to 2024" in shown.title
    cells = tabled(shown)[0]["Change"]
    said = [cell for cell in cells if not cell.startswith("not assessed")]
    assert said
    assert all(cell.endswith("percentage points") for cell in said)


def test_the_same_limits_for_all_periods_keep_the_legend(screen: Opens) -> None:
    shown = screen("demo")
    asked = {"indicator": "neet_young", "fixed": "yes"}
    first = shown.open("district_map", period="2016", **asked).legends[0]
    assert shown.open("district_map", period="2024", **asked).legends[0] == first
    asked["fixed"] = "no"
    loose = {
        shown.open("district_map", period=period, **asked).legends[0] for period in ("2016", "2024")
    }
    assert len(loose) == 2


@pytest.mark.parametrize("number", ["3", "5", "7"])
def test_there_are_as_many_classes_as_were_asked_for(screen: Opens, number: str) -> None:
    shown = screen("demo").open("district_map", indicator="neet_young", classes=number)
    assert len({code for code in shown.maps[0]["codes"] if code.isalpha()}) == int(number)


def test_a_figure_never_breaks_before_its_sign(screen: Opens) -> None:
    shown = screen("demo").open("district_map", indicator="unsafe_evening", period="2024")
    written = " ".join(one.value for one in shown.app.markdown)
    assert written.count("25.2\u00a0%") >= 2
    assert "25.2 %" not in written


def test_the_chosen_area_stands_in_the_margin_with_its_figures_and_the_way_on(
    screen: Opens,
) -> None:
    shown = screen("demo").open("district_map", indicator="unsafe_evening", area="MH16")
    assert "Staalwick" in [one.value for one in shown.app.header]
    assert any("41.6 %" in one and "33.7–50.0" in one for one in shown.sentences)
    assert shown.maps[0]["selected"] == sorted(drawn(shown)).index("Staalwick")
    (link,) = shown.app.get("page_link")
    assert link.value == "Open Staalwick"
    assert "area=MH16" in link.proto.query_string
    assert "level=district" in link.proto.query_string
    assert link.proto.page == "district"
    assert [chart.key for chart in shown.charts] == [
        "margin unsafe_evening",
        "margin feels_at_home",
    ]


def test_a_chosen_area_without_a_figure_says_why(screen: Opens) -> None:
    shown = screen("rough").open("district_map", indicator="unsafe", period="2019", area="9")
    assert "not assessed: too few answers (24, 30 are needed)" in shown.sentences
    assert shown.faults == []


def test_an_area_is_chosen_by_name_in_the_margin(screen: Opens) -> None:
    shown = screen("demo").open("district_map")
    assert not shown.app.get("page_link")
    shown.set(shown.control("District"), "Nyhegn")
    assert shown.address["area"] == "MH20"
    assert "Nyhegn" in [one.value for one in shown.app.header]


def test_areas_of_an_older_boundary_are_drawn_for_older_periods(screen: Opens) -> None:
    shown = screen("demo")
    before = shown.open("district_map", period="2019").maps[0]
    after = shown.open("district_map", period="2024").maps[0]
    assert before["geometry"] != after["geometry"]


def test_the_map_opens_where_there_is_a_figure_not_where_there_is_none(
    world: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(world("rough"), tmp_path / "rough"))
    file = folder / "observations" / "all.csv"
    rows = file.read_text("utf-8")
    newest = max(row.split(",")[3] for row in rows.splitlines()[1:] if ",unsafe," in row)
    coming = str(int(newest) + 1)
    file.write_text(f"{rows}district,1,unsafe,{coming},,,,,,missing,,\n", "utf-8")
    build(folder, at=dt.datetime(2025, 4, 1, tzinfo=dt.UTC))
    shown = Screen(folder).open("district_map", indicator="unsafe")
    assert shown.address["period"] == newest
    assert coming in shown.control("Period").options
    assert shown.faults == []


def test_every_figure_names_its_publisher_licence_date_and_release(screen: Opens) -> None:
    shown = screen("demo").open("district_map", indicator="neet_young")
    source = next(line for line in shown.small_print if line.startswith("Source:"))
    for part in ("Statistics Sundravia", "CC BY 4.0", "28 Feb 2025", "release 1 of 3 Mar 2025"):
        assert part in source
    assert source.endswith("A district's value says nothing about a resident.")


def test_level_beside_trend_has_a_class_an_arrow_and_urgency_for_each_area(screen: Opens) -> None:
    shown = screen("demo").open("district_map", indicator="trust_municipality", show="trend")
    assert shown.faults == []
    assert shown.sentences[0].startswith("Act now: Staalwick.")
    told = shown.maps[0]
    figures = told["figures"].values() if isinstance(told["figures"], dict) else told["figures"]
    assert "↘" in str(list(figures))
    assert "→" not in str(list(figures))
    codes = drawn(shown)
    assert codes["Sluseside"] == codes["Skerrholm"] == "/"
    table = tabled(shown)[0].set_index("Name")
    assert table.loc["Staalwick", "Urgency"] == "act now"
    assert any("clearly less favourable, worsening: 1" in one for one in shown.legends)
    moving = next(one for one in shown.small_print if one.startswith("Worsening:"))
    assert "Staalwick" in moving


def test_level_beside_trend_is_not_offered_where_neither_side_is_favourable(screen: Opens) -> None:
    shown = screen("demo").open("district_map", indicator="low_income_children")
    assert "Level × trend" not in shown.control("Show").options
