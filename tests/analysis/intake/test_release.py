"""From a folder to a release and back: only what changed, whole or not at all, nothing lost."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from analysis import tables
from analysis.disclosure import open_view
from analysis.errors import ConflictError, InputError, StoreError
from analysis.intake.release import SEED, build, export, table_text, territory_of
from analysis.store import open_store
from analysis.territory import check_folder, read_folder
from tests.analysis.conftest import AT, SETTINGS, NineSquares

ROWS = [f"district,D{number},share,2024,{10 * number},200" for number in range(1, 10)]
RATES = [f"district,D{number},rate,2024,{10 + number}," for number in range(1, 10)]
PEOPLE = [f"district,D{number},residents,2024,1000," for number in range(1, 10)]


@pytest.fixture
def town(nine):
    """Nine squares with a proportion in one file, a rate and its denominators in two others."""
    nine.observe(*ROWS, file="share")
    nine.observe(*RATES, file="rate")
    nine.observe(*PEOPLE, file="residents")
    return nine


@pytest.fixture(scope="module")
def once(tmp_path_factory) -> Path:
    """The same, built once; nobody may change it."""
    nine = NineSquares(tmp_path_factory.mktemp("once") / "nine")
    nine.observe(*ROWS, file="share")
    nine.observe(*RATES, file="rate")
    nine.observe(*PEOPLE, file="residents")
    nine.build()
    return nine.path


@pytest.fixture
def built(town, once):
    """The same, with a store of its own that was built before."""
    shutil.copytree(once / "store", town.path / "store")
    return town


def published(nine, *, at=AT, **more):
    return build(nine.path, at=at, **more)


def items(release, kind: str) -> set[str]:
    return {item.name for item in release.items if item.kind == kind}


def everything(store: Path) -> dict[str, pd.DataFrame]:
    opened = open_store(store)
    return {name: opened.values(name, category=None) for name in opened.names("protected")}


# --------------------------------------------------------------------------------- publishing
def test_the_first_build_publishes_everything_as_one_release(town):
    release = published(town)
    assert (release.number, release.by, release.at) == (1, "build", "2025-03-03T09:00:00+00:00")
    assert items(release, "observations") == items(release, "protected")
    assert items(release, "observations") == {"share", "rate", "residents"}
    assert {"settings", "indicators", "areas", SEED} <= items(release, "tables")
    files = {source.file: source for source in release.sources}
    assert files["observations/share.csv"].rows == 9
    assert set(files) == {
        "territory.toml", "indicators.csv", "boundaries/boundaries.toml",
        "boundaries/town.geojson", "boundaries/districts.geojson", "observations/share.csv",
        "observations/rate.csv", "observations/residents.csv",
    }  # fmt: skip


def test_a_second_build_publishes_nothing(built):
    assert published(built) is None
    assert len(open_store(built.path / "store").releases()) == 1


def test_only_a_changed_file_is_published_again(built):
    built.observe(*[row.replace(",200", ",400") for row in ROWS], file="share")
    release = published(built)
    assert items(release, "observations") == items(release, "protected") == {"share"}
    assert [source.file for source in release.sources] == ["observations/share.csv"]
    assert items(release, "tables") == {SEED}
    assert published(built) is None


def test_new_denominators_protect_anew_what_is_divided_by_them(built):
    view = open_view(built.path / "store")
    before = view.values("rate", level="district", period="2024").loc["D1", "value"]
    built.observe(*[row.replace("1000", "500") for row in PEOPLE], file="residents")
    release = published(built)
    assert items(release, "observations") == {"residents"}
    assert items(release, "protected") == {"residents", "rate"}
    after = view.values("rate", level="district", period="2024").loc["D1", "value"]
    assert (before, after) == (11, 22)


def test_a_changed_catalogue_derives_everything_anew_and_reads_no_observation_again(built):
    view = open_view(built.path / "store")
    assert view.values("share", level="district", period="2024").loc["D1", "reason"] == ""
    built.change("share", disclosure_threshold="15")
    release = published(built)
    assert items(release, "observations") == set()
    assert items(release, "protected") == {"share", "rate", "residents"}
    assert view.values("share", level="district", period="2024").loc["D1", "reason"] == "suppressed"


def test_changed_thresholds_of_the_territory_take_effect(built):
    view = open_view(built.path / "store")
    built.write("territory.toml", SETTINGS + "[disclosure]\nrate_threshold = 15\n")
    published(built)
    assert view.values("share", level="district", period="2024").loc["D1", "reason"] == "suppressed"
    assert territory_of(view).settings.rate_threshold == 15


def test_changed_borders_take_effect(built):
    view = open_view(built.path / "store")
    district = built.path / "boundaries" / "districts.geojson"
    built.write(
        "boundaries/districts.geojson", district.read_text().replace("Square 1", "Old Town")
    )
    published(built)
    assert territory_of(view).area_name("district", "D1") == "Old Town"


def test_a_folder_with_a_problem_publishes_nothing(town):
    town.observe("district,X,share,2024,20,100", file="broken")
    with pytest.raises(InputError):
        published(town)
    assert not (town.path / "store").exists()


def test_the_store_may_lie_elsewhere(town, tmp_path):
    published(town, store=tmp_path / "elsewhere")
    assert open_view(tmp_path / "elsewhere").indicator_ids() == ["rate", "residents", "share"]
    assert not (town.path / "store").exists()


def test_progress_names_each_step_with_a_share_that_only_grows(town):
    steps = []
    published(town, progress=lambda step, share: steps.append((step, share)))
    assert steps[0] == ("reading the folder", 0.0)
    assert {"protecting share", "protecting rate", "publishing"} <= {step for step, _ in steps}
    shares = [share for _, share in steps]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


@pytest.mark.parametrize("stop_at", ["protecting rate", "publishing"])
def test_a_build_that_is_cancelled_leaves_no_release_and_the_next_one_makes_it(town, stop_at):
    def stop(step: str, share: float) -> None:
        if step == stop_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        published(town, progress=stop)
    if (town.path / "store").exists():
        assert open_store(town.path / "store").releases() == []
    assert published(town).number == 1


def test_what_a_killed_build_left_is_cleared_away_by_the_next(built):
    left = built.path / "store" / "files" / "protected" / "share" / "0badc0de.parquet"
    left.write_bytes(b"half a file")
    young = left.with_name("00000000.part")
    young.write_bytes(b"of a publish still under way")
    os.utime(left, (0, 0))
    published(built)
    assert not left.exists()
    assert young.exists()


# ------------------------------------------------------------------------------------- the app
def edit(town, name: str = "share") -> None:
    """Publish an indicator as an analyst does in the app."""
    store = open_store(town.path / "store")
    raw = store.values(name, category=None, face="observations")
    shown = store.values(name, category=None)
    store.publish(observations={name: raw}, protected={name: shown}, by="anna", reason="fixed",
                  at=AT)  # fmt: skip


def test_a_build_stops_where_the_app_has_newer_edits_and_publishes_nothing(built):
    edit(built)
    built.observe(*[row.replace(",200", ",400") for row in ROWS], file="share")
    built.observe(*[row.replace("1000", "500") for row in PEOPLE], file="residents")
    with pytest.raises(ConflictError) as error:
        published(built)
    assert str(error.value) == (
        "the app has newer edits of share (release 2 by anna); write them back with"
        " `python -m analysis export` and merge them into the folder first"
    )
    assert len(open_store(built.path / "store").releases()) == 2


def test_edits_of_something_else_do_not_stop_a_build_and_are_kept(built):
    edit(built)
    built.observe(*[row.replace("1000", "500") for row in PEOPLE], file="residents")
    assert items(published(built), "observations") == {"residents"}
    assert open_store(built.path / "store").current_release("share").by == "anna"


def test_somebody_who_publishes_during_a_build_wins(built):
    built.observe(*[row.replace("1000", "500") for row in PEOPLE], file="residents")
    with pytest.raises(ConflictError):
        published(built, progress=lambda step, _: edit(built) if step == "publishing" else None)
    assert open_store(built.path / "store").releases()[0].by == "anna"


def test_a_build_that_was_rolled_back_can_be_built_again(built):
    built.observe(*[row.replace(",200", ",400") for row in ROWS], file="share")
    store = open_store(built.path / "store")
    store.roll_back(published(built).release_id, by="anna", reason="too early", at=AT)
    assert store.values("share", level="district")["denominator"].unique().tolist() == [200]
    assert items(published(built), "observations") == {"share"}


# -------------------------------------------------------------------------------- what is gone
def test_an_indicator_whose_file_is_gone_keeps_its_figures_and_that_is_told(built):
    before = everything(built.path / "store")["share"]
    (built.path / "observations" / "share.csv").unlink()
    notes = []
    assert published(built, notes=notes.append) is None
    assert [str(one) for one in notes] == [
        "observations: no file holds 'share' any more; its published figures stay as they are"
    ]
    assert notes[0].level == "note"
    assert_frame_equal(everything(built.path / "store")["share"], before)


def test_an_indicator_that_came_from_the_app_is_not_missed_in_the_folder(built):
    edit(built)
    (built.path / "observations" / "share.csv").unlink()
    notes = []
    assert published(built, notes=notes.append) is None
    assert notes == []


def test_kept_figures_follow_a_change_of_the_catalogue(built):
    view = open_view(built.path / "store")
    (built.path / "observations" / "share.csv").unlink()
    built.change("share", disclosure_threshold="15")
    published(built)
    assert view.values("share", level="district", period="2024").loc["D1", "reason"] == "suppressed"


def test_an_indicator_that_loses_one_of_two_files_loses_those_rows(town):
    town.observe(*[row.replace("2024", "2023") for row in ROWS], file="earlier")
    view = town.build()
    assert view.periods("share", "district") == ["2023", "2024"]
    (town.path / "observations" / "earlier.csv").unlink()
    assert items(published(town), "observations") == {"share"}
    assert view.periods("share", "district") == ["2024"]


def test_notes_on_the_folder_are_told_while_building(town):
    town.write("territory.toml", SETTINGS + "[disclosure]\ncount_threshold = 0\n")
    notes = []
    published(town, notes=notes.append)
    assert [one.code for one in notes] == ["no_threshold"]


# ------------------------------------------------------------------------------------- export
def test_export_and_build_give_the_same_protected_figures(built, tmp_path):
    written = export(built.path / "store", tmp_path / "out")
    assert all(path.is_file() for path in written)
    assert check_folder(tmp_path / "out") == []
    build(tmp_path / "out", at=AT)
    before, after = everything(built.path / "store"), everything(tmp_path / "out" / "store")
    assert before.keys() == after.keys()
    for name in before:
        assert_frame_equal(after[name], before[name], obj=name)


NETWORK = {
    "partners.csv": "partner_id,name,sector,area_ids,answered\nP1,School,education,D1 D2,true\n"
    "P2,Police,police,all,\n",
    "ties.csv": "from,to,type,strength,as_of\nP1,P2,information,3,2024-05-01\n",
    "contacts.csv": "contact_id,partner_id,function,hours\nC1,P1,front desk,9 to 12\n",
    "definitions.csv": "term,meaning\ntrust,what grows slowly\n",
}


def with_network(town) -> None:
    for name, text in NETWORK.items():
        (town.path / name).write_text(text, encoding="utf-8")


def test_editable_tables_are_published_and_written_back(town, tmp_path):
    with_network(town)
    (town.path / "crosswalks").mkdir()
    (town.path / "crosswalks" / "old__districts.csv").write_text(
        "from_id,to_id,weight,basis\nX1,D1,0.25,residents\nX1,D2,0.75,residents\n"
    )
    release = published(town)
    names = {"partners", "ties", "contacts", "definitions", "crosswalks"}
    assert names <= items(release, "tables")
    assert "contacts.csv" in {source.file for source in release.sources}
    export(town.path / "store", tmp_path / "copy")
    copy, original = read_folder(tmp_path / "copy"), read_folder(town.path)
    assert set(copy.editable) == names
    for name in names:
        assert_frame_equal(copy.editable[name], original.editable[name])
    assert published(town) is None


def test_only_the_changed_table_is_published_again(town):
    with_network(town)
    published(town)
    (town.path / "definitions.csv").write_text("term,meaning\ntrust,what one can lose\n")
    assert items(published(town), "tables") == {"definitions", SEED}


def test_a_table_that_names_nobody_stops_the_build_with_its_row(town):
    with_network(town)
    (town.path / "ties.csv").write_text("from,to,type\nP1,P7,contact\n")
    with pytest.raises(InputError, match=r"ties.csv, row 2, column 'to': no partner 'P7'"):
        published(town)


def test_persons_in_the_table_of_partners_stop_the_build_and_are_not_quoted(town):
    with_network(town)
    rows = "".join(f"P{i},Group {i},belief,ann.lee{i}@mail.example\n" for i in range(12))
    (town.path / "partners.csv").write_text(f"partner_id,name,sector,tasks\n{rows}")
    with pytest.raises(InputError) as error:
        published(town)
    said = str(error.value)
    assert "column 'tasks' holds e-mail addresses of persons" in said
    assert "ann.lee" not in said


@pytest.mark.parametrize("name", ["demo", "rough", "bare"])
def test_the_export_of_every_world_reads_as_what_was_published(world, tmp_path, name):
    store = open_store(world(name) / "store")
    export(world(name) / "store", tmp_path / "out")
    folder = read_folder(tmp_path / "out")
    assert set(folder.observations) == set(store.names())
    for one, rows in folder.observations.items():
        kept = store.values(one, category=None, face="observations")
        assert_frame_equal(rows[kept.columns], kept, obj=one)
    here, there = territory_of(store), folder.territory
    assert there.settings == here.settings
    assert list(there.catalogue.values()) == list(here.catalogue.values())
    assert there.levels == here.levels
    place = ["level", "valid_from", "area_id"]
    ours, theirs = (
        one.areas.sort_values(place).reset_index(drop=True).drop(columns="version")
        for one in (here, there)
    )
    columns = [column for column in ours.columns if column != "geometry"]
    assert ours[columns].equals(theirs[columns])
    drawn = ours.geometry.notna()
    assert (drawn == theirs.geometry.notna()).all()
    assert ours.geometry[drawn].geom_equals_exact(theirs.geometry[drawn], 1e-9).all()


def test_two_levels_from_files_of_one_name_are_exported_side_by_side(nine, tmp_path):
    (nine.path / "boundaries" / "of_town").mkdir()
    shutil.move(nine.path / "boundaries" / "town.geojson",
                nine.path / "boundaries" / "of_town" / "districts.geojson")  # fmt: skip
    declared = nine.path / "boundaries" / "boundaries.toml"
    declared.write_text(declared.read_text().replace("town.geojson", "of_town/districts.geojson"))
    published(nine)
    export(nine.path / "store", tmp_path / "out")
    assert territory_of(open_view(nine.path / "store")).levels == ("town", "district")
    assert check_folder(tmp_path / "out") == []
    assert sorted(path.name for path in (tmp_path / "out" / "boundaries").iterdir()) == [
        "boundaries.toml", "district_districts.geojson", "districts.geojson",
    ]  # fmt: skip


def test_export_writes_into_a_new_folder_only(built, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "file").touch()
    for taken in (tmp_path / "full", tmp_path / "full" / "file"):
        with pytest.raises(StoreError) as error:
            export(built.path / "store", taken)
        assert str(error.value) == f"{str(taken)!r} is not an empty folder; export into a new one"


def test_a_store_without_a_territory_says_how_to_build_one(tmp_path):
    with pytest.raises(StoreError) as error:
        territory_of(open_store(tmp_path, create=True))
    assert str(error.value) == (
        "the store holds no territory yet; run `python -m analysis build DIR`"
    )


def test_the_published_territory_is_the_folders(town):
    ours, theirs = territory_of(town.build()), town.territory()
    assert ours.settings == theirs.settings
    assert list(ours.catalogue.values()) == list(theirs.catalogue.values())
    assert ours.areas.geometry.geom_equals(theirs.areas.geometry).all()


def test_a_territory_without_settings_keeps_the_name_of_its_folder(nine, tmp_path):
    (nine.path / "territory.toml").unlink()
    published(nine)
    export(nine.path / "store", tmp_path / "elsewhere")
    assert read_folder(tmp_path / "elsewhere").territory.settings.name == "Nine"


def test_a_table_written_as_text_is_read_back_as_it_was():
    text = pd.DataFrame(
        {
            "level": ["d"] * 3, "area_id": ["01", "NA", "x,y"], "indicator_id": ["i"] * 3,
            "period": ["2024"] * 3, "value": ["0.1", "", "1e-07"], "count": ["", "3", "12345678901"],
            "break": ["true", "", "false"], "note": ['a "quote"', "two\nlines", "Ünï, ça"],
        }
    )  # fmt: skip
    typed, problems = tables.validate(text, tables.OBSERVATIONS)
    assert problems == []
    again, problems = tables.read_text_table("a.csv", table_text(typed))
    assert problems == []
    retyped, problems = tables.validate(again, tables.OBSERVATIONS)
    assert problems == []
    assert_frame_equal(retyped.reset_index(drop=True), typed.reset_index(drop=True))
