"""The store's contract, which every backend keeps, and what the embedded one does on disk."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from analysis import tables
from analysis.errors import ConflictError, StoreError, UnknownId
from analysis.store import LEDGER, STEPS, Item, Release, Source, Store, open_store

ROOT = Path(__file__).parents[2]
AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
NO_AGE = timedelta(seconds=-5)

Open = Callable[[Path], Store]
BACKENDS: dict[str, Open] = {"embedded": lambda folder: open_store(folder / "store", create=True)}


@pytest.fixture(params=BACKENDS.values(), ids=BACKENDS.keys())
def backend(request: pytest.FixtureRequest) -> Open:
    return request.param


@pytest.fixture
def store(backend: Open, tmp_path: Path) -> Iterator[Store]:
    with backend(tmp_path) as opened:
        yield opened


def raw(indicator_id: str, value: float = 1.0, years: range = range(2020, 2022)) -> pd.DataFrame:
    """Nine squares and the nation above them, sorted as the store sorts."""
    places = [("district", f"d{number}") for number in range(1, 10)] + [("nation", "n")]
    rows = [(level, area, str(year)) for level, area in places for year in years]
    frame = pd.DataFrame(rows, columns=["level", "area_id", "period"])
    frame = frame.assign(
        indicator_id=indicator_id, category="", value=value, count=np.nan, denominator=100.0,
        sd=np.nan, lower=np.nan, upper=np.nan, status="observed", note="",
    )  # fmt: skip
    frame["break"] = frame["period"] == "2021"
    return frame[tables.OBSERVATIONS.column_names]


def shown(indicator_id: str, value: float = 1.0) -> pd.DataFrame:
    return raw(indicator_id, value).assign(reason="")


def publish(store: Store, value: float, *names: str, **more: object) -> Release:
    """Publish indicators whose every figure is ``value``."""
    given_: dict = {
        "observations": {name: raw(name, value) for name in names},
        "protected": {name: shown(name, value) for name in names},
        "by": "anna",
        "reason": f"figures {value:g}",
        "at": AT,
    }
    return store.publish(**{**given_, **more})


def roll_back(store: Store, release: Release) -> Release:
    return store.roll_back(release.release_id, by="ben", reason="wrong file", at=AT)


def figures(store: Store, name: str, face: str = "protected") -> set[float]:
    return set(store.values(name, face=face)["value"])  # type: ignore[arg-type]


# Publish and read


def test_published_observations_read_back_exactly(store: Store) -> None:
    publish(store, 2.5, "births")
    assert_frame_equal(store.values("births", face="observations"), raw("births", 2.5))
    assert_frame_equal(store.values("births"), shown("births", 2.5))


def test_read_frames_have_floats_with_nan_text_without_gaps_and_boolean_breaks(
    store: Store,
) -> None:
    publish(store, 1, "births")
    for frame in (store.values("births"), store.profile("district", "nowhere")):
        for column in tables.OBSERVATIONS.columns:
            expected = {"number": "float64", "boolean": "bool"}.get(column.kind, "str")
            assert frame[column.name].dtype == expected, column.name
    assert store.values("births")["sd"].isna().all()
    assert (store.values("births")["note"] == "").all()


def test_a_profile_of_an_empty_store_has_the_columns_and_types_of_a_full_one(store: Store) -> None:
    empty = store.profile("district", "d1")
    publish(store, 1, "births")
    full = store.profile("district", "d1")
    assert empty.empty
    assert_frame_equal(empty, full.iloc[:0])


def test_rows_come_back_sorted_whatever_their_order_was(store: Store) -> None:
    mixed = shown("births").sample(frac=1, random_state=4)
    mixed["value"] = range(len(mixed))
    mixed = mixed[mixed.columns[::-1]]
    store.publish(protected={"births": mixed}, by="anna", reason="mixed", at=AT)
    expected = mixed.sort_values(["level", "area_id", "period"], ignore_index=True)
    assert_frame_equal(store.values("births"), expected[shown("births").columns], check_dtype=False)


def test_categories_keep_the_order_of_the_answers(store: Store) -> None:
    answers = ["", "never", "at times", "often"]
    frame = pd.concat([shown("trust").assign(category=answer) for answer in answers])
    store.publish(protected={"trust": frame}, by="anna", reason="survey", at=AT)
    one = store.series("trust", level="district", area_ids=["d1"], category=None)
    assert list(one["category"]) == answers * 2
    assert list(store.profile("district", "d1", category=None)["category"]) == answers * 2
    assert set(store.values("trust")["category"]) == {""}
    assert set(store.values("trust", category="often")["category"]) == {"often"}


def test_values_are_those_of_the_level_and_period_asked_for(store: Store) -> None:
    publish(store, 1, "births")
    found = store.values("births", level="district", period="2021")
    assert list(found["area_id"]) == [f"d{number}" for number in range(1, 10)]
    assert set(found["period"]) == {"2021"}
    assert list(found.index) == list(range(9))


def test_a_series_holds_all_periods_of_the_areas_asked_for(store: Store) -> None:
    publish(store, 1, "births")
    found = store.series("births", level="district", area_ids=["d3", "d1", "absent"])
    assert list(found["area_id"]) == ["d1", "d1", "d3", "d3"]
    assert len(store.series("births", level="district")) == 18
    assert store.series("births", level="district", area_ids=[]).empty


def test_a_profile_holds_every_indicator_of_one_area_in_order(store: Store) -> None:
    publish(store, 1, "trust", "births")
    publish(store, 2, "crime")
    found = store.profile("district", "d2")
    assert list(found["indicator_id"]) == ["births"] * 2 + ["crime"] * 2 + ["trust"] * 2
    assert list(found["period"]) == ["2020", "2021"] * 3
    assert set(found["area_id"]) == {"d2"}
    assert "reason" not in store.profile("district", "d2", face="observations")


def test_periods_are_those_of_the_level_in_time_order(store: Store) -> None:
    frame = shown("births")
    frame = frame[(frame["level"] == "district") | (frame["period"] == "2021")]
    store.publish(protected={"births": frame[::-1]}, by="anna", reason="first", at=AT)
    assert store.periods("births", "district") == ["2020", "2021"]
    assert store.periods("births", "nation") == ["2021"]
    assert store.periods("births", "ward") == []


def test_a_level_area_or_category_without_rows_is_empty_and_not_an_error(store: Store) -> None:
    publish(store, 1, "births")
    assert store.values("births", level="ward").empty
    assert store.values("births", level="ward", period="2021").empty
    assert store.values("births", category="often").empty
    assert store.profile("district", "absent").empty


def test_the_frames_handed_in_are_left_as_they_were(store: Store) -> None:
    observations, protected = raw("births")[::-1], shown("births")[::-1]
    terms = pd.DataFrame({"term": ["trust"]}, index=[7])
    copies = observations.copy(), protected.copy(), terms.copy()
    publish(
        store, 1, observations={"births": observations}, protected={"births": protected},
        tables={"terms": terms},
    )  # fmt: skip
    assert_frame_equal(observations, copies[0])
    assert_frame_equal(protected, copies[1])
    assert_frame_equal(terms, copies[2])


def test_a_frame_handed_out_belongs_to_the_caller(store: Store) -> None:
    publish(store, 1, "births", tables={"sizes": pd.DataFrame({"size": [1.0, 2.0]})})
    values, sizes = store.values("births"), store.table("sizes")
    values.loc[0, "value"] = 99
    sizes.loc[0, "size"] = 99
    assert figures(store, "births") == {1}
    assert list(store.table("sizes")["size"]) == [1, 2]


def test_whole_numbers_are_stored_as_floats(store: Store) -> None:
    frame = shown("births").assign(count=3, value=4)
    store.publish(protected={"births": frame}, by="anna", reason="first", at=AT)
    assert store.values("births")["count"].dtype == "float64"
    assert set(store.values("births")["count"]) == {3.0}


def test_an_indicator_published_without_rows_reads_as_none(store: Store) -> None:
    store.publish(protected={"births": shown("births")[:0]}, by="anna", reason="gone", at=AT)
    assert store.values("births").empty
    assert store.periods("births", "district") == []


# Tables


TABLES = {
    "bytes": pd.DataFrame({"area_id": ["a", "b", "c"], "geometry": [b"\x00\x01", b"", None]}),
    "types": pd.DataFrame(
        {
            "text": ["<script>", "", "é\n=1+1"],
            "gap": pd.Series(["x", None, ""], dtype="str"),
            "number": [1.5, np.nan, -0.0],
            "whole": [1, 2, 2**53 + 1],
            "flag": [True, False, True],
            "day": pd.to_datetime(["2024-01-01", "2024-02-29", None]),
            "kind": pd.Categorical(["b", "a", "b"], categories=["b", "a"], ordered=True),
        }
    ),
    "index": pd.DataFrame({"size": [1.0, 2.0]}, index=pd.Index(["x", "y"], name="area_id")),
    "empty": pd.DataFrame(
        {"area_id": pd.Series([], dtype="str"), "size": pd.Series([], dtype=int)}
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_reads_back_exactly(store: Store, name: str) -> None:
    store.publish(tables={name: TABLES[name]}, by="anna", reason="first", at=AT)
    assert_frame_equal(store.table(name), TABLES[name])


def test_names_tell_indicators_from_tables(store: Store) -> None:
    assert store.names() == store.names("tables") == []
    publish(store, 1, "trust", "births", tables={"terms": TABLES["index"]})
    assert store.names() == store.names("protected") == ["births", "trust"]
    assert store.names("tables") == ["terms"]
    assert store.has_table("terms")
    assert not store.has_table("births")


# Releases


def test_a_release_says_what_who_when_why_and_from_which_files(store: Store) -> None:
    source = Source("births.csv", "ab" * 32, 20)
    terms = pd.DataFrame({"term": ["trust"]})
    release = publish(store, 1, "births", tables={"terms": terms}, sources=[source])
    assert release == Release(
        release_id=release.release_id,
        number=1,
        at="2026-03-01T09:30:00+00:00",
        by="anna",
        reason="figures 1",
        sources=(source,),
        items=(
            Item("observations", "births", 20),
            Item("protected", "births", 20),
            Item("tables", "terms", 1),
        ),
        rolled_back=False,
    )
    assert store.releases() == [release]
    assert store.current_release("births") == release
    assert store.current_release("terms", kind="tables") == release
    assert hash(release)


def test_releases_are_listed_newest_first(store: Store) -> None:
    first, second = publish(store, 1, "births"), publish(store, 2, "trust")
    assert store.releases() == [second, first]
    assert [release.number for release in store.releases()] == [2, 1]
    assert store.current_release("births") == first


def test_a_newer_release_replaces_the_figures_of_the_older(store: Store) -> None:
    publish(store, 1, "births", "trust")
    publish(store, 2, "births")
    assert figures(store, "births") == figures(store, "births", "observations") == {2}
    assert figures(store, "trust") == {1}


def test_a_protected_twin_may_be_published_anew_without_its_observations(store: Store) -> None:
    first = publish(store, 1, "births")
    second = publish(store, 5, "residents", protected={
        "residents": shown("residents", 5), "births": shown("births", 7),
    })  # fmt: skip
    assert figures(store, "births") == {7}
    assert figures(store, "births", "observations") == {1}
    assert store.current_release("births") == first
    assert store.current_release("births", kind="protected") == second
    roll_back(store, second)
    assert figures(store, "births") == {1}


def test_every_publish_and_roll_back_leads_to_a_state_never_seen_before(store: Store) -> None:
    states = [store.state()]
    release = publish(store, 1, "births")
    states += [store.state(), store.state()]
    roll_back(store, release)
    states += [store.state()]
    assert states[1] == states[2]
    assert len(set(states)) == 3


def test_the_log_tells_every_change_newest_first(store: Store) -> None:
    release = publish(store, 1, "births")
    roll_back(store, release)
    entries = store.log()
    assert [(e.number, e.action, e.by, e.reason) for e in entries] == [
        (2, "roll back", "ben", "wrong file"),
        (1, "publish", "anna", "figures 1"),
    ]
    assert {entry.release_id for entry in entries} == {release.release_id}
    assert entries[0].state == store.state()


def test_two_that_have_the_store_open_see_each_others_releases(
    backend: Open, store: Store, tmp_path: Path
) -> None:
    with backend(tmp_path) as other:
        assert other.state() == store.state()
        publish(store, 1, "births")
        assert figures(other, "births") == {1}
        assert other.state() == store.state()
        publish(other, 2, "births")
        assert figures(store, "births") == {2}
        assert [release.number for release in store.releases()] == [2, 1]


# Roll back


def test_roll_back_restores_everything_in_the_release_at_once(store: Store) -> None:
    first = publish(store, 1, "births", "trust", tables={"terms": TABLES["index"]})
    second = publish(store, 2, "births", "trust", tables={"terms": TABLES["bytes"]})
    undone = roll_back(store, second)
    assert undone.rolled_back
    assert undone.release_id == second.release_id
    assert figures(store, "births") == figures(store, "trust", "observations") == {1}
    assert_frame_equal(store.table("terms"), TABLES["index"])
    assert store.current_release("births") == first
    assert store.releases() == [undone, first]


def test_what_had_no_earlier_release_is_no_longer_published(store: Store) -> None:
    publish(store, 1, "births")
    roll_back(store, publish(store, 2, "births", "trust", tables={"terms": TABLES["index"]}))
    assert store.names() == store.names("protected") == ["births"]
    assert not store.has_table("terms")
    with pytest.raises(UnknownId):
        store.values("trust")


def test_an_older_release_can_be_rolled_back_when_nothing_newer_touched_it(store: Store) -> None:
    older = publish(store, 1, "births")
    publish(store, 2, "trust")
    roll_back(store, older)
    assert store.names() == ["trust"]


def test_roll_back_names_the_newer_releases_that_have_to_go_first(store: Store) -> None:
    first = publish(store, 1, "births", "trust")
    second, third = publish(store, 2, "births"), publish(store, 3, "trust")
    publish(store, 4, "crime")
    message = (
        f"release '{first.release_id}' cannot be rolled back: newer releases changed the same"
        " indicators or tables; roll back first, in this order:"
        f" '{third.release_id}', '{second.release_id}'"
    )
    state = store.state()
    with pytest.raises(StoreError, match=f"^{re.escape(message)}$"):
        roll_back(store, first)
    assert store.state() == state
    roll_back(store, third)
    roll_back(store, second)
    roll_back(store, first)
    assert store.names() == ["crime"]


def test_a_release_is_rolled_back_only_once(store: Store) -> None:
    release = publish(store, 1, "births")
    roll_back(store, release)
    message = (
        f"release '{release.release_id}' was rolled back already on 2026-03-01T09:30:00+00:00"
        " by 'ben'; choose another release"
    )
    with pytest.raises(StoreError, match=f"^{re.escape(message)}$"):
        roll_back(store, release)
    assert len(store.log()) == 2


def test_publishing_after_a_roll_back_builds_on_what_was_restored(store: Store) -> None:
    first = publish(store, 1, "births")
    roll_back(store, publish(store, 2, "births"))
    third = publish(store, 3, "births")
    with pytest.raises(StoreError, match=third.release_id):
        roll_back(store, first)
    roll_back(store, third)
    assert figures(store, "births") == {1}


@settings(max_examples=12, deadline=None)
@given(
    actions=st.lists(
        st.one_of(st.sets(st.sampled_from(["a", "b", "c"]), min_size=1), st.integers(0, 4)),
        max_size=8,
    )
)
def test_any_order_of_publishing_and_rolling_back_shows_the_newest_release_that_stands(
    actions: list[set[str] | int],
) -> None:
    for opening in BACKENDS.values():
        with TemporaryDirectory() as folder, opening(Path(folder)) as store:
            standing: list[tuple[Release, set[str], float]] = []
            for value, action in enumerate(actions):
                if isinstance(action, set):
                    standing.append((publish(store, value, *action), action, value))
                elif action < len(standing):
                    release, names, _ = standing[action]
                    if any(names & later for _, later, _ in standing[action + 1 :]):
                        with pytest.raises(StoreError):
                            roll_back(store, release)
                    else:
                        roll_back(store, release)
                        del standing[action]
            expected = {name: {value} for _, names, value in standing for name in names}
            assert {name: figures(store, name) for name in store.names()} == expected
            for place, (release, _, _) in enumerate(standing):
                before = {name: {value} for _, names, value in standing[:place] for name in names}
                with store.before(release.release_id) as past:
                    assert {name: figures(past, name) for name in past.names()} == before


# Before a release


def test_before_a_release_everything_is_as_if_it_and_all_later_ones_were_not_there(
    store: Store,
) -> None:
    first = publish(store, 1, "births", "deaths", tables={"terms": pd.DataFrame({"term": ["a"]})})
    second = publish(store, 2, "births", "moves", tables={"terms": pd.DataFrame({"term": ["b"]})})
    publish(store, 3, "births")
    with store.before(second.release_id) as past:
        assert past.names() == ["births", "deaths"]
        assert figures(past, "births") == figures(past, "deaths") == {1}
        assert figures(past, "births", "observations") == {1}
        assert set(past.profile("district", "d1")["value"]) == {1}
        assert list(past.table("terms")["term"]) == ["a"]
        assert [one.release_id for one in past.releases()] == [first.release_id]
        assert past.current_release("births") == first
        assert [one.release_id for one in past.log()] == [first.release_id]
        with pytest.raises(UnknownId, match="no indicator 'moves' in the store; published: births"):
            past.values("moves")
    assert figures(store, "births") == {3}


def test_before_a_release_an_earlier_one_that_was_taken_back_later_is_not_seen_either(
    store: Store,
) -> None:
    publish(store, 1, "births", "deaths")
    wrong = publish(store, 2, "deaths")
    newest = publish(store, 3, "births")
    with store.before(newest.release_id) as past:
        assert figures(past, "deaths") == {2}
        before = past.state()
        roll_back(store, wrong)
        assert figures(past, "deaths") == {1}
        assert figures(past, "births") == {1}
        assert past.state() not in (before, store.state())
    assert figures(store, "births") == {3}


def test_what_is_published_later_does_not_move_what_was_before(store: Store) -> None:
    first = publish(store, 1, "births")
    second = publish(store, 2, "births")
    with store.before(first.release_id) as nothing, store.before(second.release_id) as past:
        states = nothing.state(), past.state()
        roll_back(store, publish(store, 3, "births"))
        roll_back(store, second)
        publish(store, 4, "births")
        assert nothing.names() == nothing.releases() == []
        assert figures(past, "births") == {1}
        assert states == (nothing.state(), past.state())
        assert len({*states, store.state()}) == 3


def test_the_past_cannot_be_changed(store: Store) -> None:
    release = publish(store, 1, "births")
    with store.before(release.release_id) as past:
        message = (
            f"the store as it was before release {release.release_id!r} cannot be changed;"
            " change the present one"
        )
        for change in (lambda: publish(past, 2, "births"), lambda: roll_back(past, release)):
            with pytest.raises(StoreError, match=f"^{re.escape(message)}$"):
                change()
    assert figures(store, "births") == {1}
    assert len(store.log()) == 1


def test_before_an_unknown_release_is_refused_with_those_there_are(store: Store) -> None:
    release = publish(store, 1, "births")
    with pytest.raises(
        UnknownId, match=f"^no release 'x'; published: {re.escape(release.release_id)}$"
    ):
        store.before("x")


def test_after_an_entry_of_the_log_everything_is_as_it_was_then(store: Store) -> None:
    publish(store, 1, "births")
    second = publish(store, 2, "births", "deaths")
    roll_back(store, second)
    publish(store, 3, "births")
    seen = []
    for entry in store.moments("births"):
        with store.after(entry) as past:
            seen.append({name: figures(past, name) for name in past.names()})
    assert seen == [
        {"births": {1}}, {"births": {2}, "deaths": {2}}, {"births": {1}}, {"births": {3}},
    ]  # fmt: skip
    assert store.moments("deaths") == [2, 3]
    assert store.moments("moves") == []


# Conflicts and readers


def test_publishing_on_a_state_that_has_passed_is_refused_and_says_what_changed(
    backend: Open, store: Store, tmp_path: Path
) -> None:
    publish(store, 1, "births")
    seen = store.state()
    with backend(tmp_path) as other:
        newer = publish(other, 2, "births", expected_state=seen)
    message = (
        f"the store changed in the meantime: publish of '{newer.release_id}' by 'anna'"
        " (figures 2); look at what changed, then publish again"
    )
    with pytest.raises(ConflictError, match=f"^{re.escape(message)}$"):
        publish(store, 3, "births", expected_state=seen)
    assert figures(store, "births") == {2}
    assert len(store.log()) == 2
    assert publish(store, 3, "births", expected_state=store.state()).number == 3


def test_a_change_while_files_are_written_is_a_conflict_too(
    backend: Open, store: Store, tmp_path: Path
) -> None:
    def meddle(step: str) -> None:
        if step == "fsync" and not store.log():
            with backend(tmp_path) as other:
                publish(other, 2, "trust")

    with pytest.raises(ConflictError):
        publish(store, 1, "births", expected_state=store.state(), step=meddle)
    assert store.names() == ["trust"]


def test_a_store_without_a_change_is_a_state_one_can_expect(store: Store) -> None:
    empty = store.state()
    publish(store, 1, "births", expected_state=empty)
    with pytest.raises(ConflictError):
        publish(store, 2, "births", expected_state=empty)


def test_readers_see_whole_states_while_releases_are_published_and_rolled_back(
    store: Store,
) -> None:
    publish(store, 0, "births", "trust")
    done, seen, errors = threading.Event(), [], []

    def read() -> None:
        try:
            while not done.is_set():
                found = store.profile("district", "d1")
                seen.append((len(found), found["value"].nunique()))
        except BaseException as error:  # noqa: BLE001 - handed to the main thread
            errors.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for value in range(1, 13):
        release = publish(store, value, "births", "trust")
        if value % 3 == 0:
            roll_back(store, release)
    done.set()
    for reader in readers:
        reader.join()
    assert not errors
    assert seen
    assert set(seen) == {(4, 1)}


# Refusals


def test_an_unknown_indicator_or_table_is_refused_with_what_there_is(store: Store) -> None:
    with pytest.raises(UnknownId, match=r"^no indicator 'x' in the store; published: nothing yet$"):
        store.values("x")
    publish(store, 1, "births", "trust", tables={"terms": TABLES["index"]})
    message = "^no indicator 'x' in the store; published: births, trust$"
    for read in (
        lambda: store.values("x"),
        lambda: store.values("x", face="observations"),
        lambda: store.series("x", level="district"),
        lambda: store.periods("x", "district"),
        lambda: store.current_release("x"),
    ):
        with pytest.raises(UnknownId, match=message):
            read()
    with pytest.raises(UnknownId, match=r"^no table 'births' in the store; published: terms$"):
        store.table("births")


def test_a_period_never_observed_is_refused_with_those_that_were(store: Store) -> None:
    publish(store, 1, "births")
    with pytest.raises(
        UnknownId, match=r"^no observation of 'births' in 1999; observed: 2020, 2021$"
    ):
        store.values("births", level="district", period="1999")


def test_an_unknown_release_is_refused_with_those_there_are(store: Store) -> None:
    first = publish(store, 1, "births")
    with pytest.raises(UnknownId, match=f"^no release 'x'; published: {first.release_id}$"):
        store.roll_back("x", by="ben", reason="wrong", at=AT)


def test_long_lists_in_messages_are_cut(store: Store) -> None:
    publish(store, 1, *(f"i{number:02}" for number in range(15)))
    with pytest.raises(UnknownId, match=r"i00, i01, .*, i11 and 3 more$"):
        store.values("x")


BROKEN = {
    "missing column": (shown("births").drop(columns="sd"), "other columns than the schema: sd"),
    "unknown column": (
        shown("births").assign(colour="red"),
        "other columns than the schema: colour",
    ),
    "wrong type": (shown("births").assign(value="much"), "give each column one type"),
    "missing text": (shown("births").assign(note=None), "missing value in column 'note'"),
    "missing break": (shown("births").assign(**{"break": None}), "missing value in column 'break'"),
    "foreign rows": (shown("trust"), "hold rows of trust; publish each under its own id"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_frame_that_does_not_keep_the_schema_is_refused(store: Store, case: str) -> None:
    frame, message = BROKEN[case]
    with pytest.raises(StoreError, match=f"^protected of 'births' .*{message}"):
        store.publish(protected={"births": frame}, by="anna", reason="first", at=AT)
    assert store.log() == []


def test_a_table_with_mixed_types_in_a_column_is_refused(store: Store) -> None:
    mixed = pd.DataFrame({"a": [1, "x", b"y"]}, dtype=object)
    with pytest.raises(
        StoreError, match=r"^tables of 'terms' cannot be stored: .*; give each column one type$"
    ):
        store.publish(tables={"terms": mixed}, by="anna", reason="first", at=AT)


def test_observations_without_their_protected_twin_are_refused(store: Store) -> None:
    message = (
        "observations of 'births' have no protected twin in this release;"
        " protect them and publish both"
    )
    with pytest.raises(StoreError, match=f"^{message}$"):
        publish(store, 1, observations={"births": raw("births")}, protected={})


def test_an_empty_release_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match=r"^the release is empty: .*; add one$"):
        store.publish(by="anna", reason="nothing", at=AT)


def test_a_change_without_name_or_reason_is_refused(store: Store) -> None:
    release = publish(store, 1, "births")
    with pytest.raises(StoreError, match=r"^the reason is empty: .*; state it$"):
        publish(store, 1, "births", reason=" ")
    with pytest.raises(StoreError, match=r"^the name is empty: .*; state it$"):
        store.roll_back(release.release_id, by="", reason="wrong", at=AT)


@pytest.mark.parametrize("name", ["", ".", "../x", "a/b", "A", "a b", "é", "x\n", "a" * 101, "a-b"])
def test_a_name_that_could_lead_elsewhere_on_disk_is_refused(store: Store, name: str) -> None:
    with pytest.raises(StoreError, match="cannot be the name of an indicator or table; use lower"):
        store.publish(tables={name: TABLES["index"]}, by="anna", reason="first", at=AT)
    with pytest.raises(UnknownId):
        store.table(name)


# The embedded store on disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def embedded(folder: Path) -> Iterator[Store]:
    with open_store(folder, create=True) as opened:
        yield opened


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.glob("files/*/*/*")}


def test_opening_no_store_says_how_to_make_one(tmp_path: Path) -> None:
    absent = tmp_path / "store"
    with pytest.raises(
        StoreError, match=r"^no store at '.*store'; make one: python -m analysis build DIR$"
    ):
        open_store(absent)
    assert not absent.exists()


def test_a_store_keeps_what_was_published_when_opened_again(folder: Path) -> None:
    for create in (True, False):
        with open_store(folder, create=create) as store:
            if create:
                release = publish(store, 3, "births")
            assert store.releases() == [release]
            assert figures(store, "births") == {3}


def test_opening_something_else_is_refused(folder: Path) -> None:
    folder.mkdir()
    catalogue = folder / "catalogue.sqlite"
    catalogue.touch()
    with pytest.raises(StoreError, match=r"^no store at"):
        open_store(folder)
    catalogue.write_text("no database " * 100)
    with pytest.raises(StoreError, match=r"cannot be opened: .*; move the folder away and build"):
        open_store(folder)


def test_a_store_of_another_form_is_refused(folder: Path, embedded: Store) -> None:
    embedded._catalogue.execute("PRAGMA user_version = 9")
    with pytest.raises(StoreError, match=r"has form 9, this Groundwork reads form 2; move the"):
        open_store(folder)


def test_one_file_per_item_and_release_stays_after_a_roll_back(
    folder: Path, embedded: Store
) -> None:
    first = publish(embedded, 1, "births").release_id
    second = publish(embedded, 2, "births", tables={"terms": TABLES["index"]})
    roll_back(embedded, second)
    assert files(folder) == {
        f"files/{kind}/births/{release}.parquet"
        for kind in ("observations", "protected")
        for release in (first, second.release_id)
    } | {f"files/tables/terms/{second.release_id}.parquet"}


def test_published_files_are_never_written_again(folder: Path, embedded: Store) -> None:
    publish(embedded, 1, "births")
    before = {path: path.read_bytes() for path in folder.glob("files/*/*/*")}
    roll_back(embedded, publish(embedded, 2, "births"))
    publish(embedded, 3, "births")
    assert {path: path.read_bytes() for path in before} == before


def test_a_folder_name_with_pattern_signs_or_an_equals_sign_changes_nothing(tmp_path: Path) -> None:
    for name in ("value=1", "a[12]*?", "a1"):
        with open_store(tmp_path / name / "store", create=True) as store:
            publish(store, 1 if name == "a1" else 2, "births", tables={"terms": TABLES["index"]})
    with open_store(tmp_path / "a[12]*?" / "store") as store:
        assert_frame_equal(store.values("births"), shown("births", 2.0))
    with open_store(tmp_path / "value=1" / "store") as store:
        assert_frame_equal(store.values("births"), shown("births", 2.0))
        assert_frame_equal(store.table("terms"), TABLES["index"])


def test_the_engine_never_fetches_an_extension(embedded: Store) -> None:
    found = embedded._engine.execute(
        "SELECT name, value FROM duckdb_settings() WHERE name LIKE 'auto%known_extensions'"
    ).fetchall()
    assert dict(found) == {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }


@pytest.mark.parametrize("step", STEPS[:-1])
def test_a_fault_before_the_commit_publishes_nothing_and_leaves_nothing(
    folder: Path, embedded: Store, step: str
) -> None:
    publish(embedded, 1, "births", "trust")
    state, kept = embedded.state(), files(folder)

    def fail(done: str) -> None:
        if done == step:
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        publish(embedded, 2, "births", "trust", step=fail)
    assert embedded.state() == state
    assert figures(embedded, "births") == figures(embedded, "trust") == {1}
    assert files(folder) == kept


def test_a_fault_after_the_commit_has_published(embedded: Store) -> None:
    def fail(done: str) -> None:
        if done == "after commit":
            raise RuntimeError("the power went")

    with pytest.raises(RuntimeError, match="the power went"):
        publish(embedded, 2, "births", step=fail)
    assert figures(embedded, "births") == {2}


def test_a_disk_that_refuses_the_second_rename_publishes_nothing(
    folder: Path, embedded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(embedded, 1, "births")
    kept, rename, calls = files(folder), Path.rename, []

    def full(self: Path, target: Path) -> Path:
        calls.append(target)
        if len(calls) > 1:
            raise OSError(28, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(StoreError, match=r"^the release could not be written: .*No space left"):
        publish(embedded, 2, "births")
    assert len(calls) == 2
    assert figures(embedded, "births") == {1}
    assert files(folder) == kept


def test_files_reach_the_disk_before_the_catalogue_names_them(
    embedded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, rename = os.fsync, Path.rename

    def noted_fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").resolve()
        order.append(f"sync {'folder' if path.is_dir() else 'file'}")
        fsync(descriptor)

    def noted_rename(self: Path, target: Path) -> Path:
        order.append("rename")
        return rename(self, target)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Path, "rename", noted_rename)
    publish(
        embedded, 1, tables={"terms": TABLES["index"]},
        step=lambda done: order.append(done) if "commit" in done else None,
    )  # fmt: skip
    assert order[:2] == ["sync file", "rename"]
    assert order[-2:] == ["before commit", "after commit"]
    assert set(order[2:-2]) == {"sync folder"}
    assert len(order[2:-2]) == 4


def test_orphans_are_collected_once_they_are_old_and_nothing_else_is(
    folder: Path, embedded: Store
) -> None:
    publish(embedded, 1, "births")
    roll_back(embedded, publish(embedded, 2, "births"))
    kept = files(folder)
    orphans = [f"files/protected/births/{name}" for name in ("dead.parquet", "dead2.part")]
    for orphan in orphans:
        (folder / orphan).touch()
    assert embedded.collect_orphans() == []
    os.utime(folder / orphans[0], (1, 1))
    assert embedded.collect_orphans() == orphans[:1]
    assert embedded.collect_orphans(older_than=NO_AGE) == orphans[1:]
    assert files(folder) == kept


def test_a_publish_whose_files_were_collected_too_early_is_refused(embedded: Store) -> None:
    def collect(done: str) -> None:
        if done == "rename":
            embedded.collect_orphans(older_than=NO_AGE)

    with pytest.raises(StoreError, match=r"before it was published: it was collected as an orphan"):
        publish(embedded, 1, "births", step=collect)
    assert embedded.names() == []


def test_a_store_busy_for_too_long_is_refused(
    embedded: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("analysis.store._BUSY_SECONDS", 0)
    with embedded._writing():
        assert embedded.state() == "empty", "readers do not wait"
        with pytest.raises(StoreError, match=r"^the store cannot be changed: database is locked;"):
            publish(embedded, 1, "births")


def test_closing_twice_does_no_harm(folder: Path) -> None:
    store = open_store(folder, create=True)
    store.close()
    store.close()


# Other processes

PREPARE = """
import os, signal, sys
from datetime import datetime
from analysis.store import open_store
store = open_store(sys.argv[1], create=True)
"""
KILLED = (
    PREPARE
    + """
wanted, times = sys.argv[2], int(sys.argv[3])
seen = []
def step(done):
    seen.append(done)
    if seen.count(wanted) == times:
        os.kill(os.getpid(), signal.SIGKILL)
new = {n: store.values(n, face="observations").assign(value=2.0) for n in ("births", "trust")}
entries = new["births"][["level", "area_id", "period", "category"]].assign(
    version="districts", count=2.0, shown=True)
store.publish(observations=new, protected={n: f.assign(reason="") for n, f in new.items()},
              ledger={n: entries for n in new}, by="cleo", reason="killed",
              at=datetime(2026, 1, 1), step=step)
"""
)
CROWD = (
    PREPARE
    + """
import pandas as pd
for number in range(8):
    store.publish(tables={sys.argv[2]: pd.DataFrame({"number": [number]})},
                  by=sys.argv[2], reason="crowd", at=datetime(2026, 1, 1))
"""
)


def start(script: str, folder: Path, *arguments: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", script, str(folder), *arguments],
        cwd=ROOT, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("step", "times"),
    [(step, 1) for step in STEPS] + [("temporary file", 4), ("rename", 4)],
)
def test_a_killed_publish_leaves_the_old_or_the_new_state_whole(
    folder: Path, embedded: Store, step: str, times: int
) -> None:
    publish(embedded, 1, "births", "trust", observations={
        name: raw(name) for name in ("births", "trust")
    })  # fmt: skip
    state = embedded.state()
    process = start(KILLED, folder, step, str(times))
    seen = set()
    while process.poll() is None:
        found = embedded.profile("district", "d1")
        seen.add((len(found), *found["value"].unique()))
    _, said = process.communicate()
    assert process.returncode == -signal.SIGKILL, said

    value = 2 if step == "after commit" else 1
    assert seen <= {(4, 1.0), (4, float(value))}
    with open_store(folder) as reopened:
        for store in (embedded, reopened):
            assert figures(store, "births") == figures(store, "trust", "observations") == {value}
            assert (store.state() == state) == (value == 1)
        orphans = {"temporary file": times, "fsync": 1, "rename": times, "before commit": 4}
        assert len(reopened.collect_orphans(older_than=NO_AGE)) == orphans.get(step, 0)
        assert figures(reopened, "births") == {value}
        assert len(reopened.ledger(["births", "trust"])) == (40 if value == 2 else 0)
        assert publish(reopened, 3, "births").number == value + 1


def test_two_processes_may_make_the_store_and_publish_at_once(folder: Path) -> None:
    processes = [start(CROWD, folder, name) for name in ("cleo", "dan")]
    for process in processes:
        _, said = process.communicate()
        assert process.returncode == 0, said
    with open_store(folder) as store:
        assert [release.number for release in store.releases()] == list(range(16, 0, -1))
        assert {release.by for release in store.releases()} == {"cleo", "dan"}
        for name in ("cleo", "dan"):
            assert list(store.table(name)["number"]) == [7]
        assert store.collect_orphans(older_than=NO_AGE) == []


def test_a_store_left_open_is_closed_without_a_warning(folder: Path) -> None:
    with open_store(folder, create=True) as store:
        publish(store, 1, "births")
    left = open_store(folder)
    engine = left._engine
    del left
    with pytest.raises(duckdb.ConnectionException):
        engine.execute("SELECT 1")


# The ledger of what was published


def ledger(*rows: tuple) -> pd.DataFrame:
    """Rows of the ledger of one indicator: area, count, shown, and the boundary version."""
    return pd.DataFrame(
        [
            ("district", area, "2021", "", (*version, "districts_2020")[0], count, shown_)
            for area, count, shown_, *version in rows
        ],
        columns=list(LEDGER),
    )


def entered(store: Store, *names: str) -> list[tuple]:
    found = store.ledger(names or ["births"])
    return list(found[["entry", "area_id", "count", "shown"]].itertuples(index=False, name=None))


def test_the_ledger_holds_every_figure_once_and_again_when_it_changes(store: Store) -> None:
    first = ledger(("d1", 3, False), ("d2", 40, True))
    publish(store, 1, "births", ledger={"births": first})
    publish(store, 2, "births", ledger={"births": first})
    assert entered(store) == [(1, "d1", 3, False), (1, "d2", 40, True)]
    changed = ledger(("d1", 3, False), ("d2", 41, True), ("d3", 9, False))
    publish(store, 3, "births", ledger={"births": changed})
    assert entered(store)[2:] == [(3, "d2", 41, True), (3, "d3", 9, False)]
    again = ledger(("d1", 3, False), ("d2", 40, True), ("d3", 9, True))
    publish(store, 4, "births", ledger={"births": again})
    assert entered(store)[4:] == [(4, "d2", 40, True), (4, "d3", 9, True)]


def test_the_ledger_says_when_a_figure_is_gone_or_stands_on_other_boundaries(store: Store) -> None:
    publish(store, 1, "births", ledger={"births": ledger(("d1", 3, False), ("d2", 40, True))})
    publish(store, 2, "births", ledger={"births": ledger(("d2", 40, True, "districts_2022"))})
    found = store.ledger(["births"])
    assert found["version"].tolist()[2:] == ["districts_2020", "districts_2022"]
    assert np.isnan(found["count"][2])
    assert not found["shown"][2]
    publish(store, 3, "births", ledger={"births": ledger(("d2", 40, True, "districts_2022"))})
    assert len(store.ledger(["births"])) == 4


def test_the_ledger_is_of_the_indicators_asked_for(store: Store) -> None:
    one = ledger(("d1", 3, False))
    publish(store, 1, "births", "trust", ledger={"births": one, "trust": one})
    assert set(store.ledger(["trust", "else"])["indicator_id"]) == {"trust"}
    assert store.ledger([]).empty


def test_a_roll_back_enters_what_stands_again(store: Store) -> None:
    publish(store, 1, "births", ledger={"births": ledger(("d1", 3, False), ("d2", 40, True))})
    wrong = publish(
        store, 2, "births", ledger={"births": ledger(("d2", 41, True), ("d3", 9, False))}
    )
    roll_back(store, wrong)
    last = store.ledger(["births"]).drop_duplicates("area_id", keep="last")
    assert last["entry"].tolist() == [3, 3, 3]
    assert last.set_index("area_id")["count"].dropna().to_dict() == {"d1": 3, "d2": 40}
    assert last.set_index("area_id")["shown"].to_dict() == {"d1": False, "d2": True, "d3": False}
    publish(store, 3, "births", ledger={"births": ledger(("d1", 3, False), ("d2", 40, True))})
    assert store.ledger(["births"])["entry"].max() == 3


def test_what_the_ledger_did_not_know_is_entered_once_where_it_belongs(store: Store) -> None:
    publish(store, 1, "births")
    publish(store, 2, "births")
    early, late = ledger(("d1", 3, False)), ledger(("d1", 3, False), ("d2", 40, True))
    store.remember("births", {1: early, 2: late})
    assert entered(store) == [(1, "d1", 3, False), (2, "d2", 40, True)]
    store.remember("births", {1: late})
    assert len(entered(store)) == 2, "it knows births already"


def test_the_past_knows_no_later_entry(store: Store) -> None:
    publish(store, 1, "births", ledger={"births": ledger(("d1", 3, False))})
    second = publish(store, 2, "births", ledger={"births": ledger(("d1", 4, False))})
    roll_back(store, second)
    with store.before(second.release_id) as past:
        assert entered(past) == [(1, "d1", 3, False)]


def test_a_publish_that_fails_enters_nothing(store: Store) -> None:
    def stop(done: str) -> None:
        if done == "before commit":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(store, 1, "births", ledger={"births": ledger(("d1", 3, False))}, step=stop)
    assert store.ledger(["births"]).empty


def test_every_form_of_a_table_is_there_the_newest_first(store: Store) -> None:
    for number in range(3):
        table = pd.DataFrame({"number": [number]})
        last = store.publish(tables={"areas": table}, by="anna", reason="areas", at=AT)
    roll_back(store, last)
    assert [int(one["number"].iloc[0]) for one in store.tables_ever("areas")] == [2, 1, 0]
    assert store.tables_ever("else") == []
