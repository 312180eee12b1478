"""No total gives a hidden figure back: areas in areas, parts of a total, answers, one count twice."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from analysis import disclosure
from analysis.attack import bounds_in_sums
from analysis.catalogue import Catalogue
from analysis.completion import Completion
from analysis.disclosure import protect_family, threshold
from analysis.errors import DisclosureError
from analysis.families import families, touched_families, twins
from analysis.territory import Territory, read_folder
from tests.analysis.conftest import CATALOGUE, SETTINGS

FIGURES = ["value", "count", "denominator", "sd", "lower", "upper"]
COUNT = {"factor": "risk", "higher_is": "more", "measure": "count", "disclosure_threshold": "5"}
PLACE = ["level", "area_id", "indicator_id", "period"]


def protected(nine, *names: str) -> dict[str, pd.DataFrame]:
    read = disclosure_input(nine)
    completion = Completion(*read)
    return dict(protect_family(read[0], {name: completion.series(name) for name in names}).frames)


def disclosure_input(nine) -> tuple[Territory, dict[str, pd.DataFrame]]:
    folder = read_folder(nine.path)
    return folder.territory, dict(folder.observations)


def hide_first(nine, what: str) -> None:
    nine.write("territory.toml", f'{SETTINGS}\n[disclosure]\nhide_first = "{what}"\n')


def hidden_areas(frame: pd.DataFrame, level: str = "district") -> list[str]:
    rows = frame[(frame["level"] == level) & (frame["reason"] == "suppressed")]
    assert rows[FIGURES].isna().all(axis=None)
    return rows["area_id"].tolist()


# --------------------------------------------------------------------------------- one by one
def test_a_total_of_areas_does_not_give_its_only_small_part_back(nine):
    counts = [3, 20, 9, 30, 40, 50, 60, 70, 80]
    nine.observe(*(f"district,D{n},incidents,2024,{count},"
                   for n, count in enumerate(counts, start=1)))  # fmt: skip
    shown = protected(nine, "incidents")["incidents"]
    assert hidden_areas(shown) == ["D1", "D3"], "and the smallest other one with it"
    town = shown[shown["level"] == "town"]
    assert town["count"].tolist() == [sum(counts)]
    assert shown.loc[shown["area_id"] == "D2", "reason"].tolist() == [""]


def test_nothing_tells_a_complement_from_a_small_count(nine):
    nine.observe("district,D1,incidents,2024,3,", "district,D2,incidents,2024,9,",
                 "district,D3,incidents,2024,90,",
                 *(f"district,D{n},incidents,2024,0," for n in range(4, 10)))  # fmt: skip
    shown = protected(nine, "incidents")["incidents"].set_index("area_id")
    own = shown.loc[["D1", "D2"]].drop(columns=["indicator_id"])
    assert own.iloc[0].equals(own.iloc[1])


def test_where_zeros_are_hidden_one_of_them_does_not_give_another_back(nine):
    nine.catalogue(*(one | COUNT | {"hide_zeros": "true"} for one in CATALOGUE
                     if one["indicator_id"] == "incidents"))  # fmt: skip
    nine.observe(*(f"district,D{n},incidents,2024,{count},"
                   for n, count in enumerate([0, 20, 9, 30, 40, 50, 60, 70, 80], start=1)))  # fmt: skip
    shown = protected(nine, "incidents")["incidents"]
    assert hidden_areas(shown) == ["D1", "D3"], "the zero, and the smallest that moves it by five"
    assert hidden_areas(shown, "town") == []


def test_where_zeros_are_hidden_two_zeros_need_a_third_figure(nine):
    nine.catalogue(*(one | COUNT | {"hide_zeros": "true"} for one in CATALOGUE
                     if one["indicator_id"] == "incidents"))  # fmt: skip
    nine.observe(*(f"district,D{n},incidents,2024,{count},"
                   for n, count in enumerate([0, 0, 9, 30, 40, 50, 60, 70, 80], start=1)))  # fmt: skip
    assert hidden_areas(protected(nine, "incidents")["incidents"]) == ["D1", "D2", "D3"]


def test_a_total_below_the_threshold_and_its_only_part_are_hidden(nine):
    nine.observe("district,D1,incidents,2024,3,",
                 *(f"district,D{n},incidents,2024,0," for n in range(2, 10)))  # fmt: skip
    shown = protected(nine, "incidents")["incidents"]
    assert hidden_areas(shown) == ["D1"]
    assert hidden_areas(shown, "town") == ["T"]


def test_parts_of_a_total_do_not_give_each_other_back(nine):
    whole = {"indicator_id": "all", **COUNT}
    parts = [{"indicator_id": one, "part_of": "all", **COUNT} for one in ("left", "right", "mixed")]
    nine.catalogue(whole, *parts)
    cells = {"left": 3, "right": 30, "mixed": 25, "all": 58}
    nine.observe(*(f"district,D1,{name},2024,{count}," for name, count in cells.items()),
                 *(f"district,D2,{name},2024,{count + 40 if name != 'all' else 178},"
                   for name, count in cells.items()))  # fmt: skip
    territory, observations = disclosure_input(nine)
    assert families(territory.catalogue, observations) == [["left", "right", "mixed", "all"]]
    shown = protected(nine, *cells)
    assert hidden_areas(shown["left"])[0] == "D1"
    others = [name for name in ("right", "mixed", "all") if "D1" in hidden_areas(shown[name])]
    assert others, "58 = 3 + 30 + 25"


def test_sums_go_before_figures_of_areas_where_the_territory_says_so(nine):
    hide_first(nine, "totals")
    counts = [3, 20, 9, 30, 40, 50, 60, 70, 80]
    nine.observe(*(f"district,D{n},incidents,2024,{count},"
                   for n, count in enumerate(counts, start=1)))  # fmt: skip
    shown = protected(nine, "incidents")["incidents"]
    assert hidden_areas(shown) == ["D1"]
    assert hidden_areas(shown, "town") == ["T"]


@pytest.mark.parametrize(("first", "gone"), [("parts", "left"), ("totals", "all")])
def test_the_total_of_one_area_or_the_smallest_other_part_goes_with_a_small_part(nine, first, gone):
    hide_first(nine, first)
    parts = [{"indicator_id": one, "part_of": "all", **COUNT} for one in ("left", "right", "small")]
    nine.catalogue({"indicator_id": "all", **COUNT}, *parts)
    cells = {"small": 3, "left": 25, "right": 30, "all": 58}
    nine.observe(*(f"district,D1,{name},2024,{count}," for name, count in cells.items()))
    shown = protected(nine, *cells)
    assert [name for name in cells if "D1" in hidden_areas(shown[name])] == ["small", gone]


def test_an_open_total_that_gives_small_parts_away_is_an_error_that_names_them(nine):
    whole = {"indicator_id": "all", **COUNT, "disclosure_threshold": "0", "disclosure_reason": "x"}
    parts = [{"indicator_id": one, "part_of": "all", **COUNT} for one in ("left", "right")]
    nine.catalogue(whole, *parts)
    nine.observe("district,D1,all,2024,4,", "district,D1,left,2024,3,",
                 "district,D1,right,2024,1,")  # fmt: skip
    with pytest.raises(DisclosureError, match=r"'left' of 'D1' in 2024.*'all' is published openly"):
        protected(nine, "all", "left", "right")


def test_a_total_of_much_more_than_its_parts_has_no_bearing_on_them(nine):
    nine.observe("district,D1,incidents,2024,3,", "district,D2,incidents,2024,30,",
                 "town,T,incidents,2024,900,")  # fmt: skip
    assert hidden_areas(protected(nine, "incidents")["incidents"]) == ["D1"]


def test_the_number_of_answers_does_not_give_one_answer_back(nine):
    nine.change("talk", disclosure_threshold="5", disclosure_reason="")
    columns = "level,area_id,indicator_id,period,category,count,denominator"
    nine.observe(*(f"district,D1,talk,2024,{n},{count},100"
                   for n, count in enumerate([3, 40, 8, 49], start=1)), columns=columns)  # fmt: skip
    shown = protected(nine, "talk")["talk"].set_index("category")
    assert shown["reason"].to_dict() == {
        "": "suppressed", "1": "suppressed", "2": "", "3": "suppressed", "4": "",
    }  # fmt: skip


# ------------------------------------------------------------------------- hidden by a publisher
WITHHELD = "level,area_id,indicator_id,period,count,status"


def withheld(nine, counts: dict[int, int], beyond: int | None) -> list[str]:
    """Hidden districts where those not counted were hidden by who delivered them."""
    rows = [f"district,D{n},incidents,2024,{count}," for n, count in counts.items()]
    rows += [f"district,D{n},incidents,2024,,suppressed" for n in range(1, 10) if n not in counts]
    if beyond is not None:
        rows.append(f"town,T,incidents,2024,{sum(counts.values()) + beyond},")
    nine.observe(*rows, columns=WITHHELD)
    return hidden_areas(protected(nine, "incidents")["incidents"])


SEVEN = {n: 10 * n for n in range(1, 8)}
EIGHT = {**SEVEN, 8: 80}


@pytest.mark.parametrize(
    ("counts", "beyond", "more"),
    [
        (EIGHT, 3, ["D1"]),  # the total less all others is 3
        (EIGHT, 700, ["D1"]),
        (SEVEN, 6, ["D1"]),  # two of 6 together lie between 1 and 5
        (SEVEN, 7, []),
        (SEVEN, 700, []),
        (EIGHT, None, []),
    ],
)
def test_a_total_does_not_give_back_what_its_publisher_hid(nine, counts, beyond, more):
    delivered = [f"D{n}" for n in range(1, 10) if n not in counts]
    assert withheld(nine, counts, beyond) == [*more, *delivered]


def test_hidden_counts_that_fit_no_total_have_no_bearing(nine):
    assert withheld(nine, EIGHT, -20) == ["D9"]


# --------------------------------------------------------------------------------------- twins
def test_a_count_and_its_rate_hide_the_same_areas(nine):
    nine.change("rate", disclosure_threshold="5")
    counts = [3, 20, 9, 30, 40, 50, 60, 70, 80]
    rows = [(n, count) for n, count in enumerate(counts, start=1)]
    nine.observe(*(f"district,D{n},incidents,2024,{count}," for n, count in rows),
                 *(f"district,D{n},rate,2024,{count},{1000 + 10 * n}" for n, count in rows))  # fmt: skip
    territory, observations = disclosure_input(nine)
    assert twins(territory.catalogue, observations) == [("incidents", "rate")]
    shown = protected(nine, "incidents", "rate")
    assert hidden_areas(shown["incidents"]) == hidden_areas(shown["rate"]) == ["D1", "D3"]


def test_an_open_rate_beside_a_protected_count_is_an_error_that_names_both(nine):
    nine.change("rate", disclosure_threshold="0", disclosure_reason="open")
    counts = [3, 20, 9, 30, 40, 50, 60, 70, 80]
    rows = [(n, count) for n, count in enumerate(counts, start=1)]
    nine.observe(*(f"district,D{n},incidents,2024,{count}," for n, count in rows),
                 *(f"district,D{n},rate,2024,{count},{1000 + 10 * n}" for n, count in rows))  # fmt: skip
    territory, observations = disclosure_input(nine)
    assert twins(territory.catalogue, observations) == [("incidents", "rate")]
    message = (
        r"small counts of 'incidents' are published openly by 'rate', which rests on the same"
        r" counts: 'D1' in 2024 - nothing hides them; give all of them the same threshold"
    )
    with pytest.raises(DisclosureError, match=message):
        protected(nine, "incidents", "rate")


def test_an_open_rate_beside_counts_of_which_none_is_small_stops_nothing(nine):
    nine.change("rate", disclosure_threshold="0", disclosure_reason="open")
    rows = [(n, 10 * n) for n in range(1, 10)]
    nine.observe(*(f"district,D{n},incidents,2024,{count}," for n, count in rows),
                 *(f"district,D{n},rate,2024,{count},1000" for n, count in rows))  # fmt: skip
    shown = protected(nine, "incidents", "rate")
    assert hidden_areas(shown["incidents"]) == hidden_areas(shown["rate"]) == []


def test_other_counts_and_open_figures_are_no_twins(nine):
    nine.observe("district,D1,incidents,2024,30,", "district,D1,rate,2024,31,1000",
                 "district,D1,residents,2024,30,")  # fmt: skip
    territory, observations = disclosure_input(nine)
    assert twins(territory.catalogue, observations) == []
    assert families(territory.catalogue, observations) == [["incidents"], ["rate"], ["residents"]]
    assert touched_families(territory.catalogue, observations, {"residents"}) == [
        ["rate"], ["residents"],
    ]  # fmt: skip


# ------------------------------------------------------------------------- the whole of the demo
def visible_sums(territory: Territory, rows: pd.DataFrame) -> list[tuple[tuple, list[tuple]]]:
    """Totals with their parts as an outsider finds them: all parts are there, shown or hidden."""
    there = set(rows.index)
    areas, versions = territory.areas, territory.versions
    found = []
    for level, area_id, name, period in rows.index:
        inside = areas[(areas["parent_id"] == area_id) & (areas["level"] != level)]
        below = inside["level"].iloc[0] if len(inside) else None
        if below is not None:
            inside = inside[inside["version"] == territory.version_of(below, period)]
            parts = [(below, one, name, period) for one in inside["area_id"]]
            if versions and parts and set(parts) <= there:
                found.append(((level, area_id, name, period), parts))
        forms = [one.indicator_id for one in territory.catalogue.values() if one.part_of == name]
        parts = [(level, area_id, one, period) for one in forms]
        if parts and set(parts) <= there:
            found.append(((level, area_id, name, period), parts))
    return found


def test_no_hidden_count_of_the_demo_can_be_worked_out_closer_than_the_threshold(
    demo_folder, world
):
    view = disclosure.open_view(world("demo") / "store")
    here = demo_folder.territory
    checked = 0
    for family in families(here.catalogue, demo_folder.observations):
        limit = threshold(here.catalogue[family[0]], here.settings)
        if limit == 0 or not here.catalogue[family[0]].adds_up:
            continue
        rows = pd.concat(view.series(name, level=one) for name in family for one in here.levels)
        rows = rows.set_index(PLACE)
        rows = rows[rows["count"].notna() | (rows["reason"] == "suppressed")]
        number = {key: n for n, key in enumerate(rows.index[rows["count"].isna()])}
        shown = rows["count"].dropna().to_dict()
        entries, totals = [], []
        for total, parts in visible_sums(here, rows):
            sign = [*((part, 1.0) for part in parts), (total, -1.0)]
            entries += [(len(totals), number[key], one) for key, one in sign if key in number]
            totals.append(-sum(one * shown[key] for key, one in sign if key in shown))
        if not entries:
            continue  # figures of the whole town alone, which no sum holds
        row, column, factor = (np.array(one) for one in zip(*entries, strict=True))
        sums = sparse.csr_array((factor, (row, column)), shape=(len(totals), len(number)))
        found = bounds_in_sums(sums, totals, minimum=1, whole=True, enough=limit)
        width = (found["upper"] - found["lower"]).set_axis(list(number))
        assert (width >= limit).all(), f"{family}: {width[width < limit].head().to_dict()}"
        checked += len(number)
    assert checked > 1000, "too few hidden figures to prove anything"


def test_the_small_counts_of_the_demo_alone_would_not_have_been_enough(demo_folder):
    here = demo_folder.territory
    series = Completion(here, demo_folder.observations).series("online_lures_school")
    shown = protect_family(here, {"online_lures_school": series}).frames["online_lures_school"]
    small = (series["count"] > 0) & (series["count"] < 5)
    assert small.sum() < (shown["reason"] == "suppressed").sum() < 2 * small.sum()


def test_open_figures_stay_as_they_are(demo_folder):
    here = demo_folder.territory
    catalogue = here.catalogue.frame.assign(disclosure_threshold=0.0)
    open_town = replace(here, catalogue=Catalogue(catalogue))
    completion = Completion(open_town, demo_folder.observations)
    names = [name for name in demo_folder.observations if name.startswith("signals_")]
    series = {one: completion.series(one) for one in names}
    for shown in protect_family(open_town, series).frames.values():
        assert not (shown["reason"] == "suppressed").any()
