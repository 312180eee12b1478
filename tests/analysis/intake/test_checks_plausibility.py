"""Impossible figures are refused, unlikely ones asked about, and chance is left alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis import tables
from analysis.catalogue import Catalogue, Indicator
from analysis.intake.checks import Check
from analysis.intake.checks.plausibility import AS_DELIVERED, family, plausibility, scale_of
from analysis.settings import read_settings
from analysis.territory import Territory, read_folder

AREAS = [f"D{number:02d}" for number in range(1, 25)]


def catalogue(*rows: dict[str, str]) -> Catalogue:
    plain = {
        "title": "Title", "factor": "risk", "higher_is": "more", "theme": "tensions",
        "source_kind": "administrative", "unit": "count", "measure": "count", "multiplier": "1",
    }  # fmt: skip
    text = pd.DataFrame(
        [plain | row for row in rows], columns=tables.INDICATORS.column_names, dtype="str"
    ).fillna("")
    return Catalogue(tables.validate(text, tables.INDICATORS)[0])


def indicator(**changes: str) -> Indicator:
    return catalogue({"indicator_id": "x", **changes})["x"]


SHARE = indicator(measure="proportion", unit="% of residents", multiplier="100")
COUNT = indicator()
MEAN = indicator(measure="mean", unit="mean answer, 1–10", source_kind="survey")


def observed(period: str, areas: list[str] = AREAS, **columns: object) -> pd.DataFrame:
    """Observations of one period; the line numbers start at 2."""
    frame = pd.DataFrame({"level": "district", "area_id": areas, "indicator_id": "x"})
    frame = frame.assign(period=period, category="", value=np.nan, count=np.nan)
    frame = frame.assign(denominator=np.nan, sd=np.nan, lower=np.nan, upper=np.nan)
    frame = frame.assign(status="observed", note="", **{"break": False})
    for name, cells in columns.items():
        frame[name] = cells if np.isscalar(cells) else np.asarray(cells)
    frame.index = pd.RangeIndex(2, 2 + len(frame), name="row")
    return frame


def squares() -> Territory:
    """24 districts in 4 parts in one town, no shapes."""
    settings, _ = read_settings(
        'name = "Squares"\n[[levels]]\nid = "town"\nname = "town"\nplural = "towns"\n'
        '[[levels]]\nid = "part"\nname = "part"\nplural = "parts"\n'
        '[[levels]]\nid = "district"\nname = "district"\nplural = "districts"\n',
        fallback_name="Squares",
    )
    rows = [("town", "T", "")] + [("part", f"P{one}", "T") for one in range(4)]
    rows += [("district", area, f"P{number % 4}") for number, area in enumerate(AREAS)]
    areas = pd.DataFrame(rows, columns=["level", "area_id", "parent_id"])
    areas = areas.assign(name=areas["area_id"], version=areas["level"], valid_from="", valid_to="",
                         source="", geometry=None)  # fmt: skip
    return Territory(settings, catalogue({"indicator_id": "x"}),
                     gpd.GeoDataFrame(areas, geometry="geometry", crs="EPSG:4326"))  # fmt: skip


def found(checks: list[Check]) -> dict[str, str]:
    return {check.code: check.level for check in checks}


# Impossible


@pytest.mark.parametrize(
    ("measured", "figure", "limits"),
    [
        (SHARE, 100.5, "is outside its unit (% of residents, 0 to 100)"),
        (SHARE, -0.1, "is outside its unit (% of residents, 0 to 100)"),
        (COUNT, -1.0, "is outside its unit (count, 0 or more)"),
        (MEAN, 0.5, "is outside its unit (mean answer, 1–10, 1 to 10)"),
        (MEAN, 10.2, "is outside its unit (mean answer, 1–10, 1 to 10)"),
    ],
)
def test_a_figure_outside_its_unit_is_refused(
    measured: Indicator, figure: float, limits: str
) -> None:
    rows = observed("2024", AREAS[:3], value=[1.0, 2.0, figure])
    (check,) = plausibility(rows, None, measured)
    assert (check.level, check.code, check.rows) == ("refuse", "out_of_range", (4,))
    assert check.message == (
        f"'x' {limits}: D03 (2024); correct the figures, or the unit and multiplier of the"
        " indicator"
    )


@pytest.mark.parametrize(
    ("measure", "unit", "scale"),
    [
        ("mean", "mean answer, 0–10", (0, 10)), ("mean", "score 1 to 5", (1, 5)),
        ("ordinal", "0–1", (0, 1)), ("ordinal", "camps", (0, 1)),
        ("median", "pounds a year", (-np.inf, np.inf)), ("rate", "per 1,000", (0, np.inf)),
        ("proportion", "% of residents 16–24", (0, 100)),
    ],
)  # fmt: skip
def test_the_scale_is_read_from_the_unit(
    measure: str, unit: str, scale: tuple[float, float]
) -> None:
    multiplier = "100" if measure == "proportion" else "1"
    assert scale_of(indicator(measure=measure, unit=unit, multiplier=multiplier)) == scale


def test_a_count_above_its_denominator_is_refused_and_a_suppressed_one_is_not_read() -> None:
    rows = observed("2024", AREAS[:3], count=[5.0, 7.0, 9.0], denominator=[10.0, 6.0, 5.0])
    rows.loc[4, ["status", "count"]] = ["suppressed", np.nan]
    answers = rows.assign(category="5")
    codes = found(plausibility(answers, None, indicator(measure="ordinal", unit="0–1")))
    assert codes == {"count_above_denominator": "refuse"}
    assert found(plausibility(rows, None, SHARE)) == {"out_of_range": "refuse",
                                                      "count_above_denominator": "refuse"}  # fmt: skip


# Jumps


def two_years(seed: int, chance: float = 0.2, size: int = 400) -> tuple[pd.DataFrame, pd.DataFrame]:
    draw = np.random.default_rng(seed)
    sizes = draw.integers(size // 2, size * 2, len(AREAS)).astype(float)
    years = [observed(year, count=draw.binomial(sizes.astype(int), chance).astype(float),
                      denominator=sizes) for year in ("2023", "2024")]  # fmt: skip
    return years[0], years[1]


def test_chance_alone_is_hardly_ever_asked_about() -> None:
    asked = 0
    for seed in range(60):
        before, new = two_years(seed)
        asked += bool(plausibility(new, before, SHARE))
    assert asked <= 2


def test_a_jump_beyond_the_earlier_interval_is_asked_about_with_its_place() -> None:
    before, new = two_years(1)
    new.loc[9, "count"] = round(new.loc[9, "denominator"] * 0.5)
    (check,) = plausibility(new, before, SHARE)
    assert (check.level, check.code, check.rows) == ("question", "jump", (9,))
    assert check.choices == AS_DELIVERED
    assert check.id == "jump:x:value"
    assert check.message == (
        "'x' jumps further from the earlier period than chance makes likely: D08 (2024);"
        " compare with the publisher's own table, or mark a break in the series"
    )
    assert found(plausibility(new.assign(**{"break": True}), before, SHARE)) == {}


def test_a_jump_between_two_periods_of_one_file_is_found_without_anything_published() -> None:
    before, new = two_years(1)
    new.loc[9, "count"] = round(new.loc[9, "denominator"] * 0.5)
    assert found(plausibility(pd.concat([before, new]), None, SHARE)) == {"jump": "question"}


def test_what_is_published_already_is_not_asked_about_again() -> None:
    before, new = two_years(1)
    new.loc[9, "count"] = round(new.loc[9, "denominator"] * 0.5)
    both = pd.concat([before, new])
    assert plausibility(both, both, SHARE) == []


def test_a_small_area_may_move_far_and_a_large_one_may_not() -> None:
    before = observed("2023", AREAS[:1], count=3.0, denominator=30.0)
    new = observed("2024", AREAS[:1], count=6.0, denominator=30.0)
    assert plausibility(new, before, SHARE) == []
    grown = [part.assign(count=part["count"] * 100, denominator=3000.0) for part in (before, new)]
    assert found(plausibility(grown[1], grown[0], SHARE)) == {"jump": "question"}


@given(st.floats(1.0, 1000.0), st.permutations(range(len(AREAS))))
def test_jumps_do_not_depend_on_the_multiplier_or_the_order_of_rows(
    multiplier: float, order: list[int]
) -> None:
    before, new = two_years(1)
    new.loc[9, "count"] = round(new.loc[9, "denominator"] * 0.5)
    other = replace(SHARE, multiplier=multiplier)
    kept = new.copy()
    codes = [(check.code, check.rows) for check in plausibility(new.iloc[order], before, other)]
    assert codes == [("jump", (9,))]
    pd.testing.assert_frame_equal(new, kept)


def test_means_are_held_against_their_standard_errors() -> None:
    draw = np.random.default_rng(5)
    before = observed("2023", value=draw.normal(6.5, 0.2, 24), sd=2.0, denominator=150.0)
    new = observed("2024", value=before["value"] + draw.normal(0, 0.15, 24), sd=2.0,
                   denominator=150.0)  # fmt: skip
    assert plausibility(new, before, MEAN) == []
    new.loc[5, "value"] = 3.5
    assert [check.rows for check in plausibility(new, before, MEAN)] == [(5,)]


def test_figures_without_intervals_are_held_against_the_movement_of_the_others() -> None:
    income = indicator(measure="median", unit="pounds a year")
    draw = np.random.default_rng(6)
    before = observed("2023", value=draw.normal(45_000, 5_000, 24).round())
    new = observed("2024", value=(before["value"] * draw.normal(1.04, 0.01, 24)).round())
    assert plausibility(new, before, income) == []
    new.loc[5, "value"] *= 1.6
    assert found(plausibility(new, before, income)) == {"jump": "question"}
    one = plausibility(new.loc[[5]].assign(value=200_000.0), before, income)
    assert found(one) == {"jump": "question"}


def test_a_change_of_unit_is_one_question_and_not_a_jump_in_each_area() -> None:
    income = indicator(measure="median", unit="pounds a year")
    before = observed("2023", value=np.linspace(30_000, 60_000, 24))
    (check,) = plausibility(observed("2024", value=before["value"] / 1000), before, income)
    assert (check.level, check.code) == ("question", "shift")
    assert "changes everywhere at once, by about a factor of 0.001: D01 (2024)" in check.message
    (check,) = plausibility(observed("2024", value=before["value"] * 100), before, income)
    assert "by about 100 times" in check.message


def test_quarters_are_compared_with_the_same_quarter_of_the_year_before() -> None:
    by_quarter = indicator(frequency="Q")
    season = {"Q1": 200.0, "Q2": 400.0, "Q3": 900.0, "Q4": 300.0}
    year = [observed(f"2023-{name}", count=cases, value=cases) for name, cases in season.items()]
    before = pd.concat(year)
    assert plausibility(observed("2024-Q1", count=205.0), before, by_quarter) == []
    assert found(plausibility(observed("2024-Q1", count=900.0), before, by_quarter)) == {
        "shift": "question"
    }


def test_rates_without_denominators_of_their_own_use_the_base_count() -> None:
    rate = indicator(measure="rate", unit="per 1,000", multiplier="1000", denominator_id="people")
    base = pd.concat([observed("2023", value=1000.0), observed("2024", value=1000.0)])
    before, new = observed("2023", count=50.0), observed("2024", count=50.0)
    new.loc[7, "count"] = 150.0
    (check,) = plausibility(new, before, rate, related={"people": base})
    assert (check.code, check.rows) == ("jump", (7,))


# Zeros


def test_a_zero_out_of_nowhere_is_asked_about_and_a_small_one_is_not() -> None:
    before, new = observed("2023", count=30.0), observed("2024", count=31.0)
    before.loc[4, "count"] = 3.0
    new.loc[[4, 8], "count"] = 0.0
    (check,) = plausibility(new, before, COUNT)
    assert (check.level, check.code, check.rows) == ("question", "sudden_zero", (8,))
    assert check.message.startswith(
        "'x' falls to zero where the earlier period makes that unlikely: D07 (2024); is it a"
    )


def test_a_zero_among_figures_that_are_never_zero_is_asked_about_without_counts() -> None:
    rent = indicator(measure="mean", unit="euros")
    before = observed("2023", value=np.linspace(600, 900, 24))
    new = observed("2024", value=before["value"] * 1.02)
    new.loc[10, "value"] = 0.0
    assert found(plausibility(new, before, rent)) == {"sudden_zero": "question"}


# Sums


def tiers(period: str, counts: np.ndarray) -> pd.DataFrame:
    districts = observed(period, count=counts)
    part_ids = [f"P{one}" for one in range(4)]
    parts = observed(period, part_ids, count=[counts[one::4].sum() for one in range(4)])
    town = observed(period, ["T"], count=counts.sum())
    both = pd.concat([districts, parts.assign(level="part"), town.assign(level="town")])
    return both.set_index(pd.RangeIndex(2, 2 + len(both), name="row"))


def test_districts_add_up_to_parts_and_parts_to_the_town() -> None:
    rows = tiers("2024", np.arange(24.0))
    assert plausibility(rows, None, COUNT, squares()) == []
    rows.loc[rows["area_id"] == "P2", "count"] += 7
    (check,) = plausibility(rows, None, COUNT, squares())
    assert (check.level, check.code, check.rows) == ("question", "sum_of_areas", (28, 30))
    assert "'x' does not add up to the level above: P2 (2024), T (2024); are areas" in check.message


def test_sums_are_held_against_what_is_published_above() -> None:
    rows = tiers("2024", np.arange(24.0))
    districts = rows[rows["level"] == "district"].copy()
    districts.loc[2, "count"] = 50.0
    checks = plausibility(districts, rows[rows["level"] != "district"], COUNT, squares())
    assert found(checks) == {"sum_of_areas": "question"}
    assert "P0 (2024)" in checks[0].message


def test_hidden_districts_may_be_missing_from_a_sum_but_nothing_may_exceed_it() -> None:
    rows = tiers("2024", np.arange(24.0))
    rows.loc[3, ["status", "count"]] = ["suppressed", np.nan]
    assert plausibility(rows, None, COUNT, squares()) == []
    rows.loc[7, "count"] = 99.0
    assert found(plausibility(rows, None, COUNT, squares())) == {"sum_of_areas": "question"}


def test_rounding_to_five_breaks_no_sum() -> None:
    draw = np.random.default_rng(9)
    exact = draw.integers(20, 200, 24).astype(float)
    rows = tiers("2024", exact)
    rows["count"] = (rows["count"] / 5).round() * 5
    assert plausibility(rows, None, COUNT, squares()) == []
    assert plausibility(rows.assign(count=rows["count"].where(rows["area_id"] != "T",
                        rows["count"] + 200)), None, COUNT, squares()) != []  # fmt: skip


def test_means_are_never_added_up() -> None:
    rows = tiers("2024", np.linspace(2, 9, 24)).assign(value=5.0, count=np.nan)
    assert plausibility(rows, None, MEAN, squares()) == []


FORMS = catalogue(
    {"indicator_id": "all"}, {"indicator_id": "x", "part_of": "all"},
    {"indicator_id": "y", "part_of": "all"}, {"indicator_id": "people"},
    {"indicator_id": "share", "measure": "proportion", "denominator_id": "people"},
)  # fmt: skip


def test_the_family_of_an_indicator_is_its_total_its_fellow_parts_and_its_denominator() -> None:
    assert family(FORMS["x"], FORMS) == ("all", "y")
    assert family(FORMS["all"], FORMS) == ("x", "y")
    assert family(FORMS["share"], FORMS) == ("people",)
    assert family(FORMS["people"], FORMS) == ()


def test_parts_add_up_to_what_they_are_part_of() -> None:
    territory = Territory(squares().settings, FORMS, squares().areas)
    whole, other = observed("2024", count=50.0), observed("2024", count=20.0)
    new = observed("2024", count=30.0)
    related = {"all": whole, "y": other}
    assert plausibility(new, None, FORMS["x"], territory, related=related) == []
    new.loc[6, "count"] = 31.0
    (check,) = plausibility(new, None, FORMS["x"], territory, related=related)
    assert (check.level, check.code, check.rows) == ("question", "sum_of_parts", (6,))
    assert check.message == (
        "'x' and the other parts do not add up to 'all': D05 (2024); is a part missing, or counted"
        " in two of them?"
    )
    assert plausibility(new, None, FORMS["x"], territory, related={"y": other}) == []
    assert found(plausibility(whole, None, FORMS["all"], territory,
                              related={"x": new, "y": other})) == {"sum_of_parts": "question"}  # fmt: skip


# Denominators


def test_a_denominator_that_changed_is_noted_and_one_that_changed_far_is_asked_about() -> None:
    before, _ = two_years(4)
    new = before.assign(denominator=before["denominator"] * 1.01)
    assert found(plausibility(new, before, SHARE)) == {"denominator": "note"}
    new.loc[6, "denominator"] *= 1.3
    (check,) = plausibility(new, before, SHARE)
    assert (check.level, check.code) == ("question", "denominator")
    assert check.rows[0] == 2
    assert check.message.startswith(
        "'x' has other denominators than those published for the same period: D05 (2023), D"
    )


def test_denominators_are_held_against_the_base_count_of_the_catalogue() -> None:
    before, new = two_years(4)
    base = new.assign(value=new["denominator"], count=np.nan)
    share = replace(SHARE, denominator_id="people")
    assert plausibility(new, before, share, related={"people": base}) == []
    base.loc[6, "value"] *= 2
    (check,) = plausibility(new, before, share, related={"people": base})
    assert (check.level, check.code, check.rows) == ("question", "denominator_base", (6,))


def test_a_denominator_far_from_the_earlier_period_is_asked_about_except_in_surveys() -> None:
    before, new = two_years(4)
    new.loc[6, ["count", "denominator"]] *= 3
    new["count"] = new["count"].round()
    assert found(plausibility(new, before, SHARE)) == {"denominator_jump": "question"}
    assert plausibility(new, before, replace(SHARE, source_kind="survey")) == []


# No figures, and real ones


def test_no_finding_repeats_a_figure() -> None:
    before, new = two_years(1)
    new.loc[9, "count"] = round(new.loc[9, "denominator"] * 0.5)
    new.loc[11, "count"] = 0.0
    messages = " ".join(check.message for check in plausibility(new, before, SHARE))
    for row in (9, 11):
        assert str(int(new.loc[row, "denominator"])) not in messages


def test_nothing_is_said_about_an_empty_or_wholly_missing_refresh() -> None:
    before, new = two_years(1)
    assert plausibility(new.iloc[:0], before, SHARE) == []
    assert plausibility(new.assign(status="missing", count=np.nan), before, SHARE) == []


def test_the_fictional_town_raises_no_refusal_and_few_questions() -> None:
    folder = read_folder(Path(__file__).resolve().parents[3] / "data" / "demo")
    asked = set()
    for name, frame in folder.observations.items():
        known = folder.territory.catalogue[name]
        related = {one: folder.observations[one] for one in family(known, folder.territory.catalogue)
                   if one in folder.observations}  # fmt: skip
        for check in plausibility(frame, None, known, folder.territory, related=related):
            assert check.level != "refuse", check.message
            asked.add((name, check.code))
    # What the town holds on purpose: police began to flag bias online, youth work and signals rose.
    assert ("hate_incidents", "shift") not in asked
    assert len(asked) <= len(folder.observations) / 8, asked


# Order


def years(*periods: str, seed: int = 7) -> dict[str, pd.DataFrame]:
    """Shares that differ between districts and waver a little from year to year."""
    draws = np.random.default_rng(seed)
    level = np.linspace(0.1, 0.4, len(AREAS))
    return {
        one: observed(one, count=draws.binomial(400, level), denominator=400.0) for one in periods
    }


def order_of(new: pd.DataFrame, *before: pd.DataFrame) -> dict[str, str]:
    checks = plausibility(new, pd.concat(before, ignore_index=True), SHARE)
    return {code: level for code, level in found(checks).items() if code == "reordered"}


def test_figures_that_were_sorted_without_their_names_are_asked_about():
    one, two, three = years("2022", "2023", "2024").values()
    assert order_of(three, one, two) == {}
    mixed = three.assign(count=np.roll(three["count"], 9))
    assert order_of(mixed, one, two) == {"reordered": "question"}


@pytest.mark.parametrize("seed", range(40))
def test_ordinary_years_keep_their_order(seed):
    one, two, three = years("2022", "2023", "2024", seed=seed).values()
    assert order_of(three, one, two) == {}


def test_nothing_is_said_of_the_order_where_it_never_held_or_a_series_starts_anew():
    one, two, three = years("2022", "2023", "2024").values()
    draws = np.random.default_rng(3)
    noise = [part.assign(count=draws.integers(40, 160, len(part))) for part in (one, two)]
    assert order_of(three, *noise) == {}
    mixed = three.assign(count=np.roll(three["count"], 9))
    assert order_of(mixed.assign(**{"break": True}), one, two) == {}
    assert order_of(mixed, two) == {}
