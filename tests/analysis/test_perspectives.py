"""National picture, statistics and practitioners side by side, and what nobody has told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis import perspectives, tables
from analysis.catalogue import Catalogue
from analysis.intake.release import territory_of

COMMON = {"theme": "tensions", "form": "general", "source_kind": "survey", "unit": "%",
          "measure": "proportion", "multiplier": "100", "higher_is": "more"}  # fmt: skip
CATALOGUE = (
    {"indicator_id": "unsafe", "factor": "risk"},
    {"indicator_id": "hostile", "factor": "risk"},
    {"indicator_id": "neet", "factor": "risk", "theme": "social_position"},
    {"indicator_id": "trust", "factor": "protective", "theme": "trust"},
    *(
        {"indicator_id": f"signals_{form}", "factor": "risk", "theme": "extremism", "form": form,
         "measure": "count", "part_of": "signals_all"}
        for form in tables.FORMS
    ),
    {"indicator_id": "signals_all", "factor": "risk", "theme": "extremism", "measure": "count"},
)  # fmt: skip


@pytest.fixture(scope="module")
def catalogue():
    text = pd.DataFrame([COMMON | {"title": row["indicator_id"]} | row for row in CATALOGUE])
    frame, problems = tables.validate(text.fillna("").astype("str"), tables.INDICATORS)
    assert problems == []
    return Catalogue(frame)


def assessed(catalogue, *cells: tuple) -> pd.DataFrame:
    """Rows of an assessment: indicator, area ("T" is the whole), class, direction, value."""
    return pd.DataFrame(
        [
            {
                "indicator_id": indicator, "theme": catalogue[indicator].theme,
                "factor": catalogue[indicator].factor, "whole": area == "T",
                "level": "town" if area == "T" else "district", "area_id": area,
                "name": f"Square {area}", "class_": class_, "direction": direction,
                "trend": direction, "value": value, "trend_reason": "" if direction in (
                    "improving", "worsening", "no significant change") else "too_few_years",
                "class_reason": "suppressed" if class_ == "not assessed" else "", "reason": "",
            }
            for indicator, area, class_, direction, value in (
                (*one, *("similar", "no significant change", 1.0)[len(one) - 2 :]) for one in cells
            )
        ]
    )  # fmt: skip


def views(*cells: tuple) -> pd.DataFrame:
    """Practitioners' views: area, theme, factor, sign, and what else."""
    return pd.DataFrame(
        [
            {
                "level": "district", "area_id": area, "theme": theme, "factor": factor,
                "sign": sign, "form": "general", "evidence": "experienced", "horizon": "",
                "statement": f"about {theme} in {area}",
            } | dict(*more)
            for area, theme, factor, sign, *more in cells
        ],
        columns=["level", "area_id", "theme", "factor", "sign", "form", "evidence", "horizon",
                 "statement"],
    )  # fmt: skip


def national(*cells: tuple) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"theme": theme, "factor": factor, "course": course, "form": form, "horizon": horizon,
             "statement": f"{form} {course}"}
            for theme, factor, course, form, horizon in cells
        ],
        columns=["theme", "factor", "course", "form", "horizon", "statement"],
    )  # fmt: skip


# ------------------------------------------------------------------------------- two views
def test_a_place_with_good_figures_and_worried_practitioners_is_a_disagreement(catalogue):
    rows = assessed(
        catalogue, ("unsafe", "9", "better"), ("hostile", "9", "similar"),
        ("neet", "9", "clearly_better"), ("unsafe", "8", "worse"), ("unsafe", "T", "worse"),
    )  # fmt: skip
    told = views(("9", "tensions", "risk", "burden"), ("9", "extremism", "risk", "burden"),
                 ("8", "tensions", "risk", "burden"))  # fmt: skip
    found = perspectives.statistics_and_practice(rows, told, ("area_id", "factor"))
    assert found["agreement"].to_dict() == {("8", "risk"): "agree", ("9", "risk"): "disagree"}
    assert perspectives.disagreement_sentence("Eskevale", found.loc[("9", "risk")]) == (
        "Eskevale: 2 of 3 figures are more favourable than the benchmark, while practitioners"
        " report more burdens than strengths (2 to 0)."
    )
    themes = perspectives.statistics_and_practice(rows, told, ("area_id", "theme", "factor"))
    assert themes["agreement"].to_dict() == {
        ("8", "tensions", "risk"): "agree",
        ("9", "extremism", "risk"): "only second",
        ("9", "social_position", "risk"): "only first",
        ("9", "tensions", "risk"): "disagree",
    }


@pytest.mark.parametrize(
    ("classes", "signs", "statistics", "practice", "agreement"),
    [
        (["better", "worse"], ["burden"], "mixed", "worse", "partly"),
        (["similar"], ["burden"], "similar", "worse", "partly"),
        (["similar", "similar", "worse"], ["strength"], "similar", "better", "partly"),
        (["similar", "worse"], ["strength"], "worse", "better", "disagree"),
        (["worse", "worse", "better"], ["easing"], "worse", "better", "disagree"),
        (["not assessed"], ["easing"], "not assessed", "better", "only second"),
        (["similar"], [], "similar", "not assessed", "only first"),
        (["not assessed"], [], "not assessed", "not assessed", "not assessed"),
        (["better"], ["easing", "burden"], "better", "mixed", "partly"),
    ],
)
def test_two_views_agree_partly_or_not(catalogue, classes, signs, statistics, practice, agreement):
    rows = assessed(catalogue, *(("unsafe", str(n), one) for n, one in enumerate(classes)))
    told = views(*(("0", "tensions", "risk", one) for one in signs))
    found = perspectives.statistics_and_practice(rows, told).loc[("tensions", "risk")]
    assert found[["statistics", "practice", "agreement"]].tolist() == [
        statistics, practice, agreement]  # fmt: skip


def test_what_may_come_and_what_is_past_is_not_held_against_figures_of_now(catalogue):
    rows = assessed(catalogue, ("unsafe", "1", "better"))
    told = views(
        ("1", "tensions", "risk", "burden", {"evidence": "potential"}),
        ("1", "tensions", "risk", "burden", {"horizon": "yesterday"}),
        ("1", "tensions", "risk", "burden", {"horizon": "tomorrow"}),
    )
    found = perspectives.statistics_and_practice(rows, told)
    assert found["agreement"].tolist() == ["only first"]


def test_neither_the_order_of_areas_nor_of_views_decides(catalogue):
    rows = assessed(catalogue, *(("unsafe", str(n), "better" if n % 3 else "worse")
                                 for n in range(9)))  # fmt: skip
    told = views(*((str(n), "tensions", "risk", "burden" if n % 2 else "easing") for n in range(9)))
    found = perspectives.statistics_and_practice(rows, told)
    again = perspectives.statistics_and_practice(rows[::-1], told.sample(frac=1, random_state=1))
    pd.testing.assert_frame_equal(found, again)


def test_that_only_we_worsen_is_a_disagreement_with_the_national_picture(catalogue):
    rows = assessed(catalogue, ("trust", "T", "similar", "worsening"),
                    ("unsafe", "T", "similar", "worsening"), ("neet", "T", "similar", "not assessed"))  # fmt: skip
    told = national(("trust", "protective", "stable", "general", ""),
                    ("tensions", "risk", "rising", "general", ""),
                    ("dialogue", "protective", "falling", "general", ""))  # fmt: skip
    found = perspectives.national_and_local(rows, told)
    assert found["agreement"].to_dict() == {
        ("dialogue", "protective"): "only first",
        ("social_position", "risk"): "not assessed",
        ("tensions", "risk"): "agree",
        ("trust", "protective"): "disagree",
    }
    assert found.loc[("dialogue", "protective"), "national"] == "worse"
    assert found.loc[("trust", "protective"), ["national", "local"]].tolist() == [
        "similar",
        "worse",
    ]


def test_without_any_view_nothing_is_assessed(catalogue):
    rows = assessed(catalogue, ("unsafe", "1"))
    assert perspectives.national_and_local(rows, national()).empty
    found = perspectives.statistics_and_practice(rows, views())
    assert found["agreement"].tolist() == ["only first"]


# ------------------------------------------------------------------------------- forms
def forms(catalogue, rows, told=None, report=None) -> pd.DataFrame:
    found = perspectives.forms_over_time(
        rows, catalogue, views() if told is None else told, national() if report is None else report
    )
    return found.set_index(["form", "horizon"])


def test_every_form_has_a_yesterday_a_today_and_a_tomorrow(catalogue):
    found = forms(catalogue, assessed(catalogue, ("unsafe", "T")))
    assert len(found) == 15
    assert set(found["state"]) == {"not assessed"}


def test_a_form_without_a_signal_is_not_seen_which_is_not_absent(catalogue):
    rows = assessed(
        catalogue, ("signals_right_wing", "T", "not assessed", "not assessed", 46.0),
        ("signals_left_wing", "T", "not assessed", "not assessed", 0.0),
        ("signals_general", "T", "not assessed", "not assessed", 7.0),
        ("signals_all", "T", "not assessed", "not assessed", 53.0),
        ("signals_single_issue", "T", "not assessed", "not assessed", np.nan),
        ("signals_religiously_inspired", "1", "not assessed", "not assessed", 5.0),
    )  # fmt: skip
    today = forms(catalogue, rows).xs("today", level="horizon")
    assert today["state"].to_dict() == {
        "general": "seen", "right_wing": "seen", "left_wing": "not seen",
        "religiously_inspired": "not assessed", "single_issue": "not assessed"}  # fmt: skip
    assert today.loc["general", "signals"] == 7
    assert forms(catalogue, rows).loc[("right_wing", "yesterday"), "state"] == "not assessed"


def test_a_hidden_figure_of_a_form_is_one_and_its_number_is_not_told(catalogue):
    rows = assessed(catalogue, ("signals_left_wing", "T"), ("signals_single_issue", "T"))
    rows.loc[1, ["value", "reason"]] = [np.nan, "suppressed"]
    today = forms(catalogue, rows).xs("today", level="horizon")
    assert today["state"].tolist().count("seen") == 2
    assert today.loc["single_issue", ["hidden", "state"]].tolist() == [True, "seen"]
    assert np.isnan(today.loc["single_issue", "signals"])
    assert not forms(catalogue, rows).xs("tomorrow", level="horizon")["hidden"].any()
    assert "single-issue" not in unknown(catalogue, rows, views())["form"]


def test_views_without_a_horizon_are_of_today_and_what_may_come_of_tomorrow(catalogue):
    told = views(
        ("1", "extremism", "risk", "burden", {"form": "right_wing"}),
        ("2", "extremism", "risk", "burden", {"form": "right_wing", "evidence": "potential"}),
        ("3", "extremism", "risk", "burden", {"form": "left_wing", "horizon": "yesterday"}),
        ("4", "extremism", "risk", "burden"),
        ("5", "tensions", "risk", "burden"),
    )
    report = national(("extremism", "risk", "rising", "single_issue", "today"),
                      ("tensions", "risk", "rising", "general", ""))  # fmt: skip
    found = forms(catalogue, assessed(catalogue, ("unsafe", "T")), told, report)
    assert found.loc[found["state"] == "seen", "areas"].to_dict() == {
        ("general", "today"): ("4",),
        ("right_wing", "today"): ("1",),
        ("right_wing", "tomorrow"): ("2",),
        ("left_wing", "yesterday"): ("3",),
        ("single_issue", "today"): (),
    }
    assert found.loc[("single_issue", "today"), "national"] == ("single_issue rising",)


# ------------------------------------------------------------------------------- not known
def unknown(catalogue, rows, told) -> dict[str, str]:
    over_time = perspectives.forms_over_time(rows, catalogue, told, national())
    found = perspectives.not_known(rows, catalogue, tuple(tables.THEMES.items()), over_time, told)
    return {one.kind: one.sentence for one in found}


def test_what_is_not_known_is_said_kind_by_kind(catalogue):
    rows = assessed(
        catalogue, ("unsafe", "1", "better", "improving"),
        ("unsafe", "2", "not assessed", "not assessed", np.nan), ("trust", "1"),
        ("signals_right_wing", "T", "not assessed", "not assessed", 4.0),
    )  # fmt: skip
    found = unknown(catalogue, rows, views(("1", "tensions", "risk", "burden")))
    assert found["comparison"] == (
        "2 of 4 comparisons cannot be made: hidden to protect people (2)."
    )
    assert found["trend"].startswith("2 of 4 trends cannot be told: not assessed: fewer than five")
    assert found["indicator"].startswith("No figures yet: hostile, neet, signals_general")
    assert found["protection"].startswith(
        "Risk without a protective indicator: social position, tensions, fear and polarisation"
    )
    assert found["practice"] == "No practitioner's view of Square 2: not assessed."
    assert found["form"].startswith("No figure of recorded signals: mixed or unclear, left-wing,")
    assert "right-wing" not in found["form"]


def test_a_form_whose_file_is_left_out_is_named(catalogue):
    """A picture without one form is one-sided, whichever form it is."""
    for form in tables.FORMS:
        others = [one for one in tables.FORMS if one != form]
        rows = assessed(catalogue, *((f"signals_{one}", "T") for one in others))
        said = unknown(catalogue, rows, views())["form"]
        assert said.startswith(
            f"No figure of recorded signals: {perspectives.form_name(form)}. A picture"
        )


def test_a_view_of_all_areas_leaves_none_without(catalogue):
    rows = assessed(catalogue, ("unsafe", "1"), ("unsafe", "2"))
    assert "practice" not in unknown(catalogue, rows, views(("all", "trust", "protective", "lack")))


# ------------------------------------------------------------------------------- the demo town
def test_in_the_town_figures_and_practitioners_disagree_about_eskevale(demo_view, demo_rows):
    told = demo_view.table("assessments")
    found = perspectives.statistics_and_practice(demo_rows, told, ("area_id", "factor"))
    assert found.loc[("MH09", "risk"), ["statistics", "practice", "agreement"]].tolist() == [
        "better", "worse", "disagree"]  # fmt: skip
    assert found.loc[("MH16", "risk"), "agreement"] == "agree"
    assert found.loc[("MH12", "protective"), "agreement"] == "agree"


def test_in_the_town_trust_falls_and_not_nationally(demo_view, demo_rows):
    found = perspectives.national_and_local(demo_rows, demo_view.table("national"))
    assert found.loc[("trust", "protective")].tolist() == ["similar", 1, "worse", "disagree"]


def test_every_form_of_the_town_has_its_time(demo_view, demo_rows):
    catalogue = territory_of(demo_view).catalogue
    told, report = demo_view.table("assessments"), demo_view.table("national")
    found = perspectives.forms_over_time(demo_rows, catalogue, told, report)
    seen = found[found["horizon"] == "today"].set_index("form")
    # Of 129 signals: the sums of two forms are hidden, and would give small counts back.
    assert seen["signals"].dropna().to_dict() == {
        "general": 28, "right_wing": 47, "religiously_inspired": 17}  # fmt: skip
    assert seen.index[seen["hidden"]].tolist() == ["left_wing", "single_issue"]
    assert set(seen["state"]) == {"seen"}
    spoken = found[(found["practice"].str.len() > 0)]
    assert dict(zip(spoken["form"], spoken["horizon"], strict=True)) == {
        "general": "tomorrow", "right_wing": "today", "left_wing": "yesterday",
        "religiously_inspired": "today", "single_issue": "today"}  # fmt: skip
    themes = tuple(tables.THEMES.items())
    unknown = perspectives.not_known(demo_rows, catalogue, themes, found, told)
    said = {one.kind: one.sentence for one in unknown}
    assert said["practice"] == (
        "No practitioner's view of Farrowmark, Fergebank, Klokkenhill, Orrelpark, Quernbrae,"
        " Reperlane and Skerrholm: not assessed."
    )
    assert "form" not in said
