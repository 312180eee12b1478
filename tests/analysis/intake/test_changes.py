"""What a refresh would change: every row accounted for, the largest difference first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from analysis import tables
from analysis.boundaries import AREA_COLUMNS
from analysis.catalogue import Catalogue, Indicator
from analysis.intake.changes import changes, refreshed
from analysis.intake.release import STORE, territory_of
from analysis.settings import Settings
from analysis.store import open_store
from analysis.territory import Territory

DISTRICTS = ["a", "b", "c"]


def town(measure: str = "proportion", factor: str = "risk", higher_is: str = "more") -> Territory:
    rows = [["town", "T", "Town", "", "town", "", "", "", None]]
    rows += [["district", one, one.upper(), "T", "now", "", "", "", None] for one in DISTRICTS]
    areas = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=AREA_COLUMNS), geometry="geometry", crs="EPSG:4326"
    )
    row = {
        "indicator_id": "x", "title": "X", "factor": factor, "higher_is": higher_is,
        "theme": "trust", "source_kind": "survey", "measure": measure, "unit": "%",
        "multiplier": "100", "disclosure_threshold": "0", "disclosure_reason": "a test",
    }  # fmt: skip
    text = pd.DataFrame([row], columns=tables.INDICATORS.column_names, dtype="str").fillna("")
    return Territory(Settings(), Catalogue(tables.validate(text, tables.INDICATORS)[0]), areas)


WORLD = town()
RISK = WORLD.catalogue["x"]
CONTEXT = town(factor="context", higher_is="neutral")


def rows(period: str = "2024", denominator: float = 100.0, **counts: float | str) -> pd.DataFrame:
    """Counts of 100, or a status, by area; ``T`` is the town."""
    found = [
        {
            "level": "town" if area_id == "T" else "district", "area_id": area_id,
            "indicator_id": "x", "period": period, "category": "", "value": np.nan,
            "count": np.nan if isinstance(count, str) else count, "denominator": denominator,
            "sd": np.nan, "lower": np.nan, "upper": np.nan,
            "status": count if isinstance(count, str) else "observed", "break": False, "note": "",
        }
        for area_id, count in counts.items()
    ]  # fmt: skip
    return pd.DataFrame(found)


def test_each_row_is_new_changed_gone_restated_or_the_same() -> None:
    published = pd.concat([rows(a=10, b=20, c=30), rows("2023", a=1)], ignore_index=True)
    new = rows(a=10, b=25, T=20)
    new.loc[0, "status"] = "provisional"
    found = changes(new, published, RISK, WORLD)
    assert found.counts == {"new": 1, "changed": 1, "gone": 1, "status": 1}
    assert (found.unchanged, found.kept) == (0, 1)
    kinds = found.rows.set_index("area_id")["kind"]
    assert kinds.to_dict() == {"b": "changed", "a": "status", "c": "gone", "T": "new"}


def test_a_difference_is_in_the_unit_and_in_half_widths_of_the_published_interval() -> None:
    found = changes(rows(a=75), rows(a=65), RISK, WORLD)
    row = found.rows.iloc[0]
    assert (row["before"], row["after"], row["difference"]) == (65, 75, pytest.approx(10))
    # Wilson's interval of 65 of 100 is 55.25 to 73.64 %.
    assert row["size"] == pytest.approx(10 / ((73.64 - 55.25) / 2), rel=1e-3)
    assert row["name"] == "A"


def test_the_largest_difference_against_its_interval_comes_first() -> None:
    published = pd.concat([rows(denominator=1000, a=500), rows(b=50, c=50)], ignore_index=True)
    new = pd.concat([rows(denominator=1000, a=550), rows(b=56, c=45)], ignore_index=True)
    found = changes(new, published, RISK, WORLD)
    assert list(found.rows["area_id"]) == ["a", "b", "c"]
    assert found.rows["size"].is_monotonic_decreasing


def test_without_an_interval_the_difference_itself_is_compared() -> None:
    place = town("median")
    published = rows(a=0, b=0).assign(count=np.nan, denominator=np.nan, value=[10.0, 20.0])
    new = published.assign(value=[11.0, 25.0])
    found = changes(new, published, place.catalogue["x"], place)
    assert list(found.rows["area_id"]) == ["b", "a"]
    assert found.rows["size"].isna().all()


def test_nothing_published_makes_everything_new() -> None:
    found = changes(rows(a=1, b=2), None, RISK, WORLD)
    assert found.counts == {"new": 2, "changed": 0, "gone": 0, "status": 0}


def test_a_figure_that_is_no_longer_shown_is_a_change_of_status() -> None:
    found = changes(rows(a="suppressed"), rows(a=20), RISK, WORLD)
    assert found.counts["status"] == 1
    assert found.rows.loc[0, ["status_before", "status_after"]].tolist() == [
        "observed", "suppressed",
    ]  # fmt: skip


def test_a_changed_denominator_is_a_change_even_where_the_share_is_the_same() -> None:
    found = changes(rows(denominator=200, a=20), rows(a=10), RISK, WORLD)
    assert found.counts["changed"] == 1
    assert found.rows.loc[0, "difference"] == 0


def test_figures_written_otherwise_are_the_same() -> None:
    given_value = rows(a=10).assign(value=10.0)
    assert changes(given_value, rows(a=10), RISK, WORLD).unchanged == 1


def test_areas_that_would_be_called_otherwise_are_listed() -> None:
    before = rows(denominator=1000, T=500, a=400, b=500)
    after = rows(denominator=1000, T=500, a=600, b=501)
    found = changes(after, before, RISK, WORLD).classes
    assert found.to_dict("records") == [
        {
            "level": "district", "area_id": "a", "name": "A", "period_before": "2024",
            "period": "2024", "before": "clearly_better", "after": "clearly_worse",
        }
    ]  # fmt: skip


def test_a_change_of_the_benchmark_alone_changes_classes() -> None:
    before = rows(denominator=1000, T=500, a=500)
    found = changes(before.assign(count=[900.0, 500.0]), before, RISK, WORLD).classes
    assert found[["area_id", "before", "after"]].to_numpy().tolist() == [
        ["a", "similar", "clearly_better"]
    ]


def test_a_new_period_is_held_against_the_newest_published() -> None:
    before = rows("2023", denominator=1000, T=500, a=400)
    found = changes(rows("2024", denominator=1000, T=500, a=500), before, RISK, WORLD).classes
    assert found[["period_before", "period", "before", "after"]].to_numpy().tolist() == [
        ["2023", "2024", "clearly_better", "similar"]
    ]


def test_context_has_no_strengths_and_risks() -> None:
    place = CONTEXT
    found = changes(
        rows(denominator=1000, T=500, a=600), rows(denominator=1000, T=500, a=400),
        place.catalogue["x"], place,
    )  # fmt: skip
    assert found.classes.empty
    assert found.counts["changed"] == 1


def test_counts_find_their_denominators_in_another_file() -> None:
    text = WORLD.catalogue.frame.astype("str").replace("nan", "")
    two = pd.concat(
        [
            text.assign(denominator_id="people", decimals="1"),
            text.assign(indicator_id="people", measure="count", factor="context",
                        higher_is="neutral", theme="base", decimals="0"),
        ],
        ignore_index=True,
    ).assign(repeat_events="false")  # fmt: skip
    typed, problems = tables.validate(two, tables.INDICATORS)
    assert not problems
    place = Territory(Settings(), Catalogue(typed), WORLD.areas)
    bare = rows(a=10).assign(denominator=np.nan)
    people = rows(a=100).assign(indicator_id="people", denominator=np.nan)
    more = people.assign(count=200.0)
    found = changes(
        bare, bare, place.catalogue["x"], place, bases={"people": more},
        published_bases={"people": people},
    )  # fmt: skip
    assert found.rows[["before", "after"]].to_numpy().tolist() == [[10.0, 5.0]]


def test_what_is_handed_in_stays_as_it_is() -> None:
    new, published = rows(a=1, b=2), rows(a=2, c=3)
    copies = new.copy(deep=True), published.copy(deep=True)
    changes(new, published, RISK, WORLD)
    assert_frame_equal(new, copies[0])
    assert_frame_equal(published, copies[1])


FIGURES = st.dictionaries(
    st.tuples(st.sampled_from([*DISTRICTS, "T"]), st.sampled_from(["2022", "2023", "2024"])),
    st.one_of(st.integers(0, 100).map(float), st.sampled_from(["suppressed", "missing"])),
    min_size=1,
)


def frame_of(figures: dict[tuple[str, str], float | str]) -> pd.DataFrame:
    parts = [rows(period, **{area_id: count}) for (area_id, period), count in figures.items()]
    return pd.concat(parts, ignore_index=True)


@settings(max_examples=25)
@given(FIGURES, FIGURES)
def test_every_row_is_accounted_for(
    new: dict[tuple[str, str], float | str], published: dict[tuple[str, str], float | str]
) -> None:
    found = changes(frame_of(new), frame_of(published), CONTEXT.catalogue["x"], CONTEXT)
    counts = found.counts
    assert counts["new"] + counts["changed"] + counts["status"] + found.unchanged == len(new)
    both = counts["changed"] + counts["status"] + found.unchanged
    assert both + counts["gone"] + found.kept == len(published)
    assert len(found.rows) == sum(counts.values())
    together = refreshed(frame_of(new), frame_of(published))
    assert len(together) == len(new) + found.kept


@settings(max_examples=25)
@given(FIGURES)
def test_publishing_the_same_again_changes_nothing(
    figures: dict[tuple[str, str], float | str],
) -> None:
    found = changes(frame_of(figures), frame_of(figures), RISK, WORLD)
    assert sum(found.counts.values()) == 0
    assert found.classes.empty


def test_of_the_demonstration_town_nothing_changes_against_itself(
    world: Callable[[str], Path],
) -> None:
    with open_store(world("demo") / STORE) as store:
        place = territory_of(store)
        for indicator_id in ("unsafe_evening", "trust_police"):
            one: Indicator = place.catalogue[indicator_id]
            protected = store.values(indicator_id, category=None)
            assert sum(changes(protected, protected, one, place).counts.values()) == 0
            later = protected[protected["period"] == protected["period"].max()]
            higher = later.assign(value=later["value"] + 1)
            found = changes(higher, protected, one, place)
            assert found.counts["changed"] > 0
            assert found.kept == len(protected) - len(later)


def test_figures_that_readers_will_not_see_are_counted_but_not_those_hidden_already() -> None:
    few = rows(denominator=20, a=10, b="suppressed")
    enough = rows(c=10)
    # A survey figure on fewer answers than the minimum is not assessed.
    found = changes(pd.concat([few, enough], ignore_index=True), None, RISK, WORLD)
    assert found.small == 1


def test_a_map_puts_each_area_beside_what_is_published_for_the_same_period() -> None:
    published = pd.concat([rows(a=10, b=20), rows("2023", a=1)], ignore_index=True)
    found = changes(rows(a=15, c=5), published, RISK, WORLD)
    before, then = found.beside(WORLD, "district", "2024")
    assert before is not None
    assert (before.period, then.period) == ("2024", "2024")
    assert then.frame["value"].to_dict() == {
        "a": 15,
        "b": pytest.approx(np.nan, nan_ok=True),
        "c": 5,
    }
    assert before.frame.loc[["a", "b"], "value"].tolist() == [10, 20]
    assert then.frame.loc["b", "reason"] == "missing"


def test_a_new_period_stands_beside_the_newest_one_before_it() -> None:
    published = pd.concat([rows("2022", a=10), rows("2023", a=11)], ignore_index=True)
    found = changes(rows("2024", a=15), published, RISK, WORLD)
    before, _then = found.beside(WORLD, "district", "2024")
    assert before is not None
    assert before.period == "2023"
    assert found.periods("district") == ["2024"]


def test_beside_the_first_figures_stands_nothing() -> None:
    assert changes(rows(a=15), None, RISK, WORLD).beside(WORLD, "district", "2024")[0] is None
