"""What was published once is known for ever: no release together with earlier ones gives a count away."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pandas.testing import assert_frame_equal
from scipy import sparse

from analysis.__main__ import REFUSED, main
from analysis.attack import bounds_in_sums, counts_behind
from analysis.errors import DisclosureError
from analysis.intake.refresh import Refresh
from analysis.intake.verdict import verdicts
from analysis.store import open_store
from tests.analysis.conftest import AT, BOUNDARIES, squares

LIMIT = 5
COUNTS = [3, 20, 9, 30, 40, 50, 60, 70, 80]
"""Counts of the nine districts: D1 is small, and the smallest other, D3, goes with it."""
COUNT = {"factor": "risk", "higher_is": "more", "measure": "count", "disclosure_threshold": "5"}
OPEN = {"disclosure_threshold": "0", "disclosure_reason": "open"}


def observe(nine, counts: Sequence[int], *more: str) -> None:
    rows = (f"district,D{n},incidents,2024,{count}," for n, count in enumerate(counts, start=1))
    nine.observe(*rows, *more)


def hidden(view, name: str = "incidents", level: str = "district") -> list[str]:
    rows = view.series(name, level=level)
    return rows.loc[rows["reason"] == "suppressed", "area_id"].tolist()


@dataclass
class Outsider:
    """Keeps all that was ever to be seen, and all sums that held between it.

    Hidden figures are told apart by their true counts: what did not change is the same figure.
    """

    seen: set[tuple[str, int]] = field(default_factory=set)
    sums: list[dict[tuple[str, int], float]] = field(default_factory=list)

    def look(self, view, counts: dict[str, int], *totals: tuple[str, Sequence[str]]) -> None:
        for level in ("town", "district"):
            rows = view.series("incidents", level=level)
            shown = rows[rows["count"].notna()]
            self.seen |= {(one, counts[one]) for one in shown["area_id"]}
            truth = shown["area_id"].map(counts)
            assert (shown["count"] == truth).all(), "what is shown is true"
        for whole, parts in totals:
            self.sums.append(
                {(whole, counts[whole]): -1.0} | {(one, counts[one]): 1.0 for one in parts}
            )

    def narrowest(self) -> float:
        """How far apart the bounds of that hidden figure are that is known best."""
        unseen = sorted({one for row in self.sums for one in row} - self.seen)
        place = {one: number for number, one in enumerate(unseen)}
        left = [
            -sum(sign * one[1] for one, sign in row.items() if one in self.seen)
            for row in self.sums
        ]
        entries = [
            (number, place[one], sign)
            for number, row in enumerate(self.sums)
            for one, sign in row.items()
            if one in place
        ]
        row, column, sign = (np.array(one) for one in zip(*entries, strict=True))
        sums = sparse.csr_array((sign, (row, column)), shape=(len(self.sums), len(unseen)))
        found = bounds_in_sums(sums, left, minimum=1, whole=True)
        return float((found["upper"] - found["lower"]).min())


def of_town(counts: Sequence[int]) -> dict[str, int]:
    return {f"D{n}": count for n, count in enumerate(counts, start=1)} | {"T": sum(counts)}


WHOLE = ("T", [f"D{n}" for n in range(1, 10)])


# ----------------------------------------------------------------------------- one after another
def test_differencing_between_two_refreshes(nine):
    outsider, careless = Outsider(), Outsider()
    observe(nine, COUNTS)
    view = nine.build()
    assert hidden(view) == ["D1", "D3"]
    for one in (outsider, careless):
        one.look(view, of_town(COUNTS), WHOLE)
    later = [30, *COUNTS[1:]]
    observe(nine, later)
    view = nine.build()
    outsider.look(view, of_town(later), WHOLE)
    assert "D3" in hidden(view), "9 as before: with it, 3 were left of the total of before"
    assert outsider.narrowest() >= LIMIT
    # As it would have been without a memory: nothing is small, so everything is shown.
    careless.seen |= set(of_town(later).items())
    assert careless.narrowest() == 0


@pytest.mark.parametrize("changed", [7, 8, 41])
def test_differencing_when_a_neighbour_of_a_hidden_count_changes(nine, changed):
    outsider = Outsider()
    before = [3, 7, 9, 30, 40, 50, 60, 70, 80]
    for counts in (before, [3, changed, 9, 30, 40, 50, 60, 70, 80], before):
        observe(nine, counts)
        outsider.look(nine.build(), of_town(counts), WHOLE)
    assert outsider.narrowest() >= LIMIT


def test_differencing_between_a_level_and_its_parts_that_came_later(nine):
    eight = [f"D{n}" for n in range(1, 9)]
    outsider = Outsider()
    observe(nine, COUNTS[:8])
    view = nine.build()
    assert hidden(view) == ["D1"], "a ninth is missing: there is no total yet"
    counts = of_town(COUNTS[:8])
    outsider.look(view, counts)
    observe(nine, COUNTS[:8], f"town,T,incidents,2024,{counts['T']},")
    view = nine.build()
    outsider.look(view, counts, ("T", eight))
    assert hidden(view, level="town") == ["T"], "all other districts are known"
    assert outsider.narrowest() >= LIMIT


def merged() -> gpd.GeoDataFrame:
    """The districts of a second boundary version: D1 and D2 are one, D12."""
    areas = squares()
    one = areas.iloc[[0]].assign(
        area_id="D12", name="Both", geometry=[shapely.union_all(areas.geometry[:2])]
    )
    return gpd.GeoDataFrame(pd.concat([one, areas.iloc[2:]], ignore_index=True), crs=areas.crs)


def test_differencing_between_two_geographies(nine):
    outsider = Outsider()
    observe(nine, COUNTS)
    view = nine.build()
    old = of_town(COUNTS)
    outsider.look(view, old, WHOLE)
    assert "D2" not in hidden(view)
    nine.write("boundaries/merged.geojson", merged().to_json())
    second = (
        '\n[[boundary]]\nfile = "merged.geojson"\nlevel = "district"\nparent = "parent_id"\n'
        'valid_from = "2023-01-01"\nsource = "drawn by hand"\n'
    )
    first = BOUNDARIES.replace(
        'source = "drawn by hand"', 'source = "drawn by hand"\nvalid_to = "2022-12-31"'
    )
    nine.write("boundaries/boundaries.toml", first + second)
    rest = [f"D{n}" for n in range(3, 10)]
    new = {"D12": 23, **{one: old[one] for one in rest}, "T": old["T"]}
    nine.observe(*(f"district,{one},incidents,2024,{new[one]}," for one in ["D12", *rest]))
    view = nine.build()
    outsider.look(view, old | new, ("T", ["D12", *rest]), ("D12", ["D1", "D2"]))
    assert "D12" in hidden(view), "23 less 20 as before"
    assert outsider.narrowest() >= LIMIT


def test_differencing_between_a_percentage_and_its_rounded_denominator(nine):
    nine.change("share", disclosure_threshold=str(LIMIT))
    truth = [(count, 190 + 7 * n) for n, count in enumerate([1, 2, 3, 4, 5, 9, 14, 40, 90])]
    rows = [
        f"district,D{n},share,2024,{100 * count / base:.1f},{round(base, -1)}"
        for n, (count, base) in enumerate(truth, start=1)
    ]
    nine.observe(*rows, columns="level,area_id,indicator_id,period,value,denominator")
    shown = nine.build().values("share", level="district", period="2024")
    small = [f"D{n}" for n, (count, _) in enumerate(truth, start=1) if count < LIMIT]
    assert shown.index[shown["reason"] == "suppressed"].tolist() == small
    assert shown.loc[small, ["value", "count", "denominator"]].isna().all(axis=None)
    seen = shown.drop(index=small)
    left = counts_behind(
        seen["value"], seen["denominator"], multiplier=100, decimals=1, denominator_rounded_to=10
    )
    assert (left["lower"] >= LIMIT - 1).all()
    assert (left["upper"] >= LIMIT).all(), "nothing that is shown must be a small count"


def test_differencing_between_months_and_a_year_that_came_later(nine):
    months = [f"2024-{n:02}" for n in range(1, 13)]
    counts = [3, *range(10, 21)]
    nine.catalogue(
        {"indicator_id": "yearly", **COUNT},
        {"indicator_id": "monthly", "part_of": "yearly", "frequency": "M", **COUNT},
    )
    rows = [
        f"district,D1,monthly,{one},{count}," for one, count in zip(months, counts, strict=True)
    ]
    nine.observe(*rows)
    shown = nine.build().series("monthly", level="district")
    assert shown.loc[shown["reason"] == "suppressed", "period"].tolist() == ["2024-01"]
    nine.observe(*rows, f"district,D1,yearly,2024,{sum(counts)},")
    view = nine.build()
    assert hidden(view, "yearly") == ["D1"], "eleven months are known"


def test_publishing_the_same_twice_changes_nothing(nine):
    observe(nine, COUNTS)
    first = nine.build()
    store = open_store(nine.path / "store")
    before, ledger = first.series("incidents", level="district"), store.ledger(["incidents"])
    nine.write("territory.toml", (nine.path / "territory.toml").read_text() + "\n# the same\n")
    again = nine.build()
    assert len(store.releases()) == 2
    assert_frame_equal(again.series("incidents", level="district"), before)
    assert_frame_equal(store.ledger(["incidents"]), ledger)


def test_a_roll_back_gives_nothing_away_and_what_it_took_back_stays_known(nine):
    outsider = Outsider()
    observe(nine, COUNTS)
    view = nine.build()
    outsider.look(view, of_town(COUNTS), WHOLE)
    before = view.series("incidents", level="district")
    later = [30, *COUNTS[1:]]
    observe(nine, later)
    outsider.look(nine.build(), of_town(later), WHOLE)
    refresh = Refresh(nine.path)
    newest = refresh.store.releases()[0]
    refresh.roll_back(newest.release_id, by="anna", at=AT, reason="a wrong file")
    assert_frame_equal(view.series("incidents", level="district"), before)
    assert outsider.narrowest() >= LIMIT
    # D2 as it was in the release that was taken back is known; D3 has to stay hidden all the same.
    last = [30, 25, *COUNTS[2:]]
    observe(nine, last)
    with open_store(nine.path / "store") as store:
        assert "roll back" in [one.action for one in store.log()]
    outsider.look(nine.build(), of_town(last), WHOLE)
    assert outsider.narrowest() >= LIMIT


def test_refresh_says_which_figures_of_today_will_be_hidden(nine):
    observe(nine, COUNTS)
    nine.build()
    rows = "".join(f"district,D{n},incidents,2024,{count}\n" for n, count in enumerate(
        [30, 25, *COUNTS[2:]], start=1))  # fmt: skip
    content = f"level,area_id,indicator_id,period,count\n{rows}".encode()
    found = Refresh(nine.path).begin([("corrected.csv", content)], by="anna", at=AT)
    assert found.decision == "publishable"
    (said,) = [one.message for one in found.checks if one.code == "hides_more"]
    assert "'incidents' of 'D2' in 2024" in said, (
        "from D2 and the total D1 would follow, and then D3"
    )
    assert "would give small counts away together with what was published before" in said
    (verdict,) = [one for one in verdicts(found) if one.kind == "small_numbers"]
    assert verdict.state == "note"
    assert verdict.count == 2


# --------------------------------------------------------------------------- where it is stopped
@pytest.fixture
def parts(nine):
    """Incidents of one kind that are published, beside an open total of all kinds."""
    nine.catalogue(
        {"indicator_id": "all", **COUNT, **OPEN},
        {"indicator_id": "left", "part_of": "all", **COUNT},
        {"indicator_id": "right", "part_of": "all", **COUNT},
    )
    nine.observe("district,D1,all,2024,58,", "district,D1,left,2024,55,")
    nine.build()
    return nine


RIGHT = b"level,area_id,indicator_id,period,count\ndistrict,D1,right,2024,3\n"


def test_a_refresh_that_nothing_could_protect_is_refused_with_cell_bounds_and_ways_out(parts):
    refresh = Refresh(parts.path)
    state = refresh.store.state()
    found = refresh.begin([("right.csv", RIGHT)], by="anna", at=AT)
    assert found.decision == "refused"
    (said,) = [one.message for one in found.checks if one.code == "given_away"]
    assert "'right' of 'D1' in 2024 is 3" in said
    assert "'all' is published openly" in said
    assert "what was published before is known" in said
    for way_out in (
        "leave these figures out",
        "merge areas or periods",
        "give 'all' a threshold above 0",
    ):
        assert way_out in said
    assert refresh.store.state() == state
    assert refresh.drafts.all() == [], "nothing of it is kept"


def test_the_command_line_refuses_it_too(parts, tmp_path, capsys):
    file = tmp_path / "right.csv"
    file.write_bytes(RIGHT)
    assert main(["import", str(file), "--territory", str(parts.path)]) == REFUSED
    assert "'right' of 'D1' in 2024 is 3" in capsys.readouterr().out


def test_a_build_that_would_give_a_count_away_publishes_nothing(parts):
    parts.observe("district,D1,right,2024,3,", file="right")
    with pytest.raises(DisclosureError, match="'right' of 'D1' in 2024 is 3"):
        parts.build()
    with open_store(parts.path / "store") as store:
        assert len(store.releases()) == 1
        assert "right" not in store.names()


# ------------------------------------------------------------ what the ledger did not know so far
def taken_to_form_1(nine) -> None:
    with closing(sqlite3.connect(nine.path / "store" / "catalogue.sqlite")) as catalogue:
        catalogue.execute("DROP TABLE published")
        catalogue.execute("PRAGMA user_version = 1")


def test_a_store_of_form_1_loses_nothing_and_remembers_what_it_showed(nine):
    for counts in (COUNTS, [*COUNTS[:8], 81]):
        observe(nine, counts)
        view = nine.build()
    with open_store(nine.path / "store") as store:
        newest = store.releases()[0]
        store.roll_back(newest.release_id, by="anna", reason="wrong", at=AT)
        releases, log, ledger = store.releases(), store.log(), store.ledger(["incidents"])
    files = {one: one.read_bytes() for one in (nine.path / "store").rglob("*.parquet")}
    before = view.series("incidents", level="district")
    taken_to_form_1(nine)
    with open_store(nine.path / "store") as store:
        assert (store.releases(), store.log()) == (releases, log)
        assert store.ledger(["incidents"]).empty
    assert {one: one.read_bytes() for one in files} == files
    assert_frame_equal(view.series("incidents", level="district"), before)
    observe(nine, [30, *COUNTS[1:]])
    view = nine.build()
    assert "D3" in hidden(view), "the first release is remembered"
    with open_store(nine.path / "store") as store:
        found = store.ledger(["incidents"])
    assert_frame_equal(found[found["entry"] <= ledger["entry"].max()], ledger)


def test_what_was_open_once_is_known_when_it_is_protected_later(nine):
    nine.change("incidents", **OPEN)
    observe(nine, [30, *COUNTS[1:]])
    assert hidden(nine.build()) == []
    with open_store(nine.path / "store") as store:
        assert store.ledger(["incidents"]).empty, "nothing of it needs to be remembered yet"
    nine.change("incidents", disclosure_threshold="5", disclosure_reason="")
    observe(nine, COUNTS)
    view = nine.build()
    outsider = Outsider({(f"D{n}", count) for n, count in enumerate(COUNTS[1:], start=2)})
    outsider.look(view, of_town(COUNTS), WHOLE)
    assert hidden(view, level="town") == ["T"], "D2 to D9 are known, so the total has to go"
    assert {"D1"} <= set(hidden(view))
