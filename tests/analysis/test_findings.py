"""What stands out: chosen by the printed rules, said in one sentence from its own numbers."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from analysis import findings
from analysis.intake.release import territory_of
from analysis.language import MINUS, period_text, reason_text, use, use_words
from tests.analysis.conftest import assessed

# ------------------------------------------------------------------------------- the demo town


@pytest.fixture(scope="module")
def demo(demo_view):
    return demo_view, territory_of(demo_view)


@pytest.fixture(scope="module")
def rows(demo_rows):
    return demo_rows


NUMBER = rf"[{MINUS}\d.,]+"
FIGURE = re.compile(
    rf"\((?P<when>[^():]*\d{{4}}[^():]*): (?P<value>{NUMBER})(?:\s?%)?(?P<status>, [a-z]+)?"
    rf"(?:, interval (?P<lower>{NUMBER})(?:–| to )(?P<upper>{NUMBER})|, no interval)"
    rf"(?:; (?P<name>[^;]+?) (?P<benchmark>{NUMBER})(?:\s?%)?)?\)"
)
SINCE = re.compile(
    rf"(?P<word>rising|falling) since (?P<since>[^()]+) \(then (?P<earlier>{NUMBER})"
)


def figure_of(text: str | None) -> float:
    return np.nan if text is None else float(text.replace(",", "").replace(MINUS, "-"))


def assert_says(sentence: str, row: pd.Series, decimals: int) -> None:
    """Assert that the numbers in a sentence are those of the measure, to the shown digit."""
    said = FIGURE.search(sentence)
    assert said, sentence
    half = 0.5 * 10.0**-decimals + 1e-9
    parts = {name: figure_of(said[name]) for name in ("value", "lower", "upper", "benchmark")}
    for name in ("value", "lower", "upper"):
        assert parts[name] == pytest.approx(row[name], abs=half, nan_ok=True), (name, sentence)
    if said["benchmark"] is not None:
        assert parts["benchmark"] == pytest.approx(row["benchmark"], abs=half), sentence
        assert said["name"] == row["benchmark_name"]
    assert said["when"].startswith(period_text(row["period"]))
    moved = SINCE.search(sentence)
    assert bool(moved) == (row["trend"] in ("increasing", "decreasing")), sentence
    if moved:
        assert figure_of(moved["earlier"].rstrip(",")) == pytest.approx(row["earlier"], abs=half)
        assert moved["since"] == period_text(row["since"])
        assert (moved["word"] == "rising") == (row["trend"] == "increasing")


def test_each_sentence_says_the_numbers_of_its_measure(demo, rows):
    catalogue = demo[1].catalogue
    assert len(rows) > 24 * 10
    told = 0
    for _, row in rows.iterrows():
        indicator = catalogue[row["indicator_id"]]
        sentence = findings.finding_sentence(row, indicator, 30)
        assert sentence.startswith(indicator.title)
        assert row["name"] in sentence
        if np.isnan(row["value"]):
            reason = reason_text(row["reason"], answers=row["denominator"], needed=30)
            assert sentence.endswith(f": {reason}.")
            continue
        told += 1
        assert_says(sentence, row, indicator.decimals)
        if row["class_"] == "not assessed":
            assert reason_text(row["class_reason"]) in sentence
            continue
        clearly = row["class_"].startswith("clearly")
        assert ("clearly" in sentence) == clearly
        if row["class_"] != "similar":
            word = "higher" if row["value"] > row["benchmark"] else "lower"
            assert f" {word} in {row['name']} than in {row['benchmark_name']}" in sentence
    assert told > 100


def test_a_finding_reads_as_one_sentence(rows, demo):
    row = rows[(rows.indicator_id == "trust_municipality") & (rows.name == "Staalwick")].iloc[0]
    assert findings.finding_sentence(row, demo[1].catalogue["trust_municipality"]) == (
        "Trust in the municipality: clearly lower in Staalwick than in Merrelhaven as a whole (2024,"
        " mean answer, 0–10: 4.4, interval 4.0–4.8; Merrelhaven 5.9); falling since 2020 (then 5.6)."
    )


def test_numbers_follow_the_language_and_no_word_set_breaks_a_sentence(rows, demo):
    row = rows[(rows.indicator_id == "neet_young") & (rows.name == "Vantervang")].iloc[0]
    indicator = demo[1].catalogue["neet_young"]
    with use("de_DE"), use_words("safeguarding"):
        assert "14,1\u00a0%" in findings.finding_sentence(row, indicator)


def test_the_story_of_the_town_is_found(rows):
    kept = rows.set_index(["indicator_id", "area_id"])
    act = kept.loc[("trust_municipality", "MH16")]
    assert (act["urgency"], act["level_trend"]) == ("act now", "clearly_worse, worsening")
    assert kept.loc[("neet_young", "MH11"), "level_trend"] == "clearly_worse, improving"
    assert kept.loc[("youth_centre_reach", "MH17"), "direction"] == "improving"
    unsafe = rows[(rows.indicator_id == "unsafe_evening") & (rows.level == "district")]
    assert set(unsafe.loc[unsafe["class_"] == "clearly_worse", "area_id"]) == {
        "MH06", "MH13", "MH16"}  # fmt: skip
    moved = rows[rows["area_id"].isin(["MH24", "MH25"])]
    assert set(moved["trend"]) == {"not assessed"}
    assert "boundary_change" in set(moved["trend_reason"])


def test_the_findings_of_the_town_are_balanced_and_hold_what_is_most_urgent(rows, demo):
    chosen = findings.choose(rows)
    counted = chosen["side"].value_counts()
    assert counted.to_dict() == {"strength": 6, "burden": 6}
    first = chosen[chosen["side"] == "burden"].iloc[0]
    assert first["urgency"] == "act now"
    assert not chosen.duplicated(["side", "indicator_id"]).any()
    said = findings.findings_sentences(chosen, demo[1].catalogue)
    assert said.startswith("Most clearly favourable: ")
    assert f" in {first['name']}" in said


def test_nothing_later_than_the_period_is_looked_at(nine):
    nine.observe(*(f"district,D{n},share,{year},{20 + n},80"
                   for n in (1, 2) for year in (2019, 2020, 2021, 2022)))  # fmt: skip
    found = assessed(nine.build(), "2021")
    assert set(found["period"]) == {"2021"}


# ------------------------------------------------------------------------------- the rules


def candidate(indicator: str, area: str, class_: str = "similar", direction: str = "no significant change",
              **more: object) -> dict[str, object]:  # fmt: skip
    """One row of an assessment, a percentage of 50 against 40."""
    label = {"improving": "increasing", "worsening": "decreasing"}.get(direction, direction)
    row = {
        "indicator_id": indicator, "theme": f"theme of {indicator}", "factor": "protective",
        "favourable": 1, "level": "district", "area_id": area, "name": f"Square {area}",
        "whole": False, "period": "2024", "value": 50.0, "lower": 45.0, "upper": 55.0,
        "denominator": 80.0, "status": "observed", "reason": "", "class_": class_,
        "class_reason": "", "benchmark": 40.0, "benchmark_name": "Nine", "trend": label,
        "trend_reason": "", "direction": direction, "test": "recent", "years": 5, "since": "2020",
        "earlier": 45.0, "level_trend": "",
    }  # fmt: skip
    return row | {"urgency": "keep"} | more


def chosen(*candidates: dict[str, object], most: int = 12) -> list[tuple[str, str]]:
    found = findings.choose(pd.DataFrame(candidates), most)
    return list(zip(found["indicator_id"], found["area_id"], strict=True))


def test_only_what_is_clear_or_changing_is_a_finding():
    assert chosen(
        candidate("a", "1", "better"),
        candidate("b", "1", "clearly_better"),
        candidate("c", "1", "similar", "worsening"),
        candidate("d", "1", "not assessed", "not assessed"),
        candidate("e", "2", "clearly_higher", "increasing"),
    ) == [("b", "1"), ("c", "1")]


def test_the_level_decides_the_side_before_the_trend():
    rows = pd.DataFrame([candidate("a", "1", "clearly_worse", "improving"),
                         candidate("b", "1", "clearly_better", "worsening"),
                         candidate("c", "1", "worse", "improving")])  # fmt: skip
    assert findings.side(rows).tolist() == ["burden", "strength", "strength"]


def test_a_side_leaves_its_places_empty_rather_than_give_them_away():
    many = [candidate(f"b{n}", str(n), "clearly_worse", urgency="act") for n in range(20)]
    assert len(chosen(*many)) == 6
    assert len(chosen(*many, candidate("s", "1", "clearly_better"))) == 7


def test_the_more_urgent_comes_first_then_what_lies_further_away():
    spread = [candidate(one, area, value=value) for one in ("near", "far", "town", "now")
              for area, value in (("8", 0.0), ("9", 100.0))]  # fmt: skip
    assert chosen(
        *spread,
        candidate("town", "T", "clearly_worse", urgency="act", value=39.0, upper=39.1, whole=True),
        candidate("near", "1", "clearly_worse", urgency="act", value=30.0),
        candidate("far", "2", "clearly_worse", urgency="act", value=10.0),
        candidate("watch", "3", "similar", "worsening", urgency="watch"),
        candidate("now", "4", "clearly_worse", "worsening", urgency="act now", value=38.0),
    ) == [("now", "4"), ("far", "2"), ("near", "1"), ("town", "T"), ("watch", "3")]


def test_an_indicator_is_one_finding_that_names_the_other_areas():
    found = findings.choose(pd.DataFrame([
        candidate("a", "1", "clearly_better", value=90.0),
        candidate("a", "3", "clearly_better"),
        candidate("a", "2", "clearly_better"),
        candidate("a", "4", "clearly_worse"),
    ]))  # fmt: skip
    assert found["area_id"].tolist() == ["1", "4"]
    assert found["also"].tolist() == [("Square 2", "Square 3"), ()]
    assert findings.also_text(found.iloc[0]) == "On the same side: Square 2 and Square 3."
    assert findings.also_text(found.iloc[1]) == ""


def test_neither_an_area_nor_a_theme_gives_more_than_two_of_a_side():
    same_area = [candidate(f"i{n}", "1", "clearly_better") for n in range(4)]
    assert len(chosen(*same_area)) == 2
    same_theme = [candidate(f"i{n}", str(n), "clearly_better", theme="t") for n in range(4)]
    assert len(chosen(*same_theme)) == 2
    town = [candidate(f"i{n}", "T", "clearly_better", whole=True) for n in range(4)]
    assert len(chosen(*town)) == 4


def test_the_order_of_areas_does_not_choose():
    rows = pd.DataFrame([candidate(f"i{n}", str(m), "clearly_worse" if m == n else "similar",
                                   urgency="act", value=n * 2.0 if m == n else 7.0 * m)
                         for n in range(12) for m in range(12)])  # fmt: skip
    shuffled = rows.sample(frac=1, random_state=3)
    assert findings.choose(shuffled)["indicator_id"].tolist() == (
        findings.choose(rows)["indicator_id"].tolist()
    )


def test_without_findings_silence_is_not_called_fine():
    nothing = findings.choose(pd.DataFrame([candidate("a", "1")]))
    assert nothing.empty
    assert findings.findings_sentences(nothing, {}) == (
        "Nothing differs clearly from its benchmark, and nothing has changed significantly."
        " That says nothing about what is not assessed."
    )


def test_the_printed_rules_name_the_numbers_of_the_code():
    printed = " ".join(findings.RULES)
    assert "twelve: up to six strengths and up to six burdens" in printed
    assert findings.MOST == 12
    assert "give two at most" in printed
    assert findings.MOST_OF_AN_AREA == findings.MOST_OF_A_THEME == 2


# ------------------------------------------------------------------------------- changes


@pytest.fixture(scope="module")
def indicator(demo):
    return demo[1].catalogue["safe_space_known"]


def changes(before: dict[str, object] | None, after: dict[str, object] | None) -> pd.DataFrame:
    columns = list(candidate("a", "1"))
    one, other = (pd.DataFrame([row] if row else [], columns=columns) for row in (before, after))
    return findings.what_changed(one, other)


def test_a_newer_figure_of_the_same_class_is_no_change():
    later = candidate("a", "1", "better", period="2025", value=51.0)
    assert changes(candidate("a", "1", "better"), later).empty


def test_a_class_and_a_trend_that_turned_are_told(indicator):
    found = changes(
        candidate("a", "1", "clearly_better"), candidate("a", "1", "similar", "worsening")
    ).iloc[0]
    assert (found["kind"], found["class_before"], found["notable"]) == (
        "class trend", "clearly_better", True)  # fmt: skip
    assert findings.change_sentence(found, indicator) == (
        f"{indicator.title} in Square 1: now similar to Nine, before clearly higher;"
        " the trend now worsening, before without significant change."
    )


def test_a_step_between_neighbouring_classes_is_not_notable():
    found = changes(candidate("a", "1", "clearly_better"), candidate("a", "1", "better"))
    assert found["kind"].tolist() == ["class"]
    assert not found["notable"].any()


def test_a_figure_that_is_new_or_gone_says_the_reason_on_the_other_side(indicator):
    hidden = candidate("a", "1", "not assessed", "not assessed", value=np.nan, reason="suppressed")
    known = candidate("a", "1", "clearly_worse")
    found = changes(hidden, known).iloc[0]
    assert (found["kind"], found["notable"]) == ("new", True)
    assert findings.change_sentence(found, indicator) == (
        f"{indicator.title} in Square 1: now 50.0\u00a0%, before hidden to protect people."
    )
    found = changes(known, hidden).iloc[0]
    assert found["kind"] == "gone"
    assert findings.change_sentence(found, indicator) == (
        f"{indicator.title} in Square 1: no figure any more, hidden to protect people."
    )
    dropped = changes(known, None).iloc[0]
    assert dropped["kind"] == "gone"
    assert dropped["notable"]


def test_nothing_known_before_makes_everything_new():
    assert changes(None, candidate("a", "1"))["kind"].tolist() == ["new"]
    assert changes(None, None).empty


def test_a_time_before_any_figure_has_no_finding_and_no_fault(demo):
    rows = assessed(demo[0], "1999")
    assert rows.empty
    assert findings.choose(rows).empty
    assert rows[~rows["whole"]].columns.tolist() == rows.columns.tolist()
