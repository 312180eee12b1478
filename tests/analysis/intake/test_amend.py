"""One row of a table is changed on a page: as safe as an upload of the whole table."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from analysis.errors import ConflictError, InputError
from analysis.intake.refresh import Refresh
from analysis.intake.release import build

AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
WORLDS = Path(__file__).parents[2] / "worlds"
PARTNERS = "partner_id,name,sector\nP1,Hill School,education\nP2,Station,police\n"
SHARING = (
    "information,held_by,shared_with,needed_by,basis,coordinator,signed,reviewed\n"
    "tensions,police,,education,,,,\n"
    '"figures, protected",municipality,all,,"law, open",P2,2024-05-01,2025-01-20\n'
)
TENSIONS = {"information": "tensions", "held_by": "police"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    shutil.copytree(WORLDS / "bare" / "boundaries", folder / "boundaries")
    (folder / "partners.csv").write_text(PARTNERS)
    (folder / "sharing.csv").write_text(SHARING)
    build(folder, at=AT)
    return folder


@pytest.fixture
def refresh(built, tmp_path):
    return Refresh(Path(shutil.copytree(built, tmp_path / "town")))


def row(refresh, number=0):
    return refresh.store.table("sharing").iloc[number].to_dict()


def amend(refresh, before, after, seen=None, by="anna", reason="agreed in the meeting"):
    return refresh.amend(
        "sharing", before, after, seen=seen or refresh.store.state(), by=by, at=AT, reason=reason
    )


def test_one_row_is_published_as_a_release_of_the_table_and_taken_back_whole(refresh):
    before = refresh.store.table("sharing")
    release = amend(refresh, row(refresh), {"shared_with": "education", "signed": "2025-03-01"})
    now = refresh.store.table("sharing")
    assert now.loc[0, ["shared_with", "signed"]].tolist() == ["education", "2025-03-01"]
    assert now.iloc[1:].equals(before.iloc[1:])
    assert now.drop(columns=["shared_with", "signed"]).equals(
        before.drop(columns=["shared_with", "signed"])
    )
    assert (release.by, release.reason) == ("anna", "agreed in the meeting")
    assert "sharing" in {item.name for item in release.items}
    assert refresh.drafts.keeps(release.sources[0].checksum)
    assert refresh.drafts.all() == []
    refresh.roll_back(release.release_id, by="anna", at=AT, reason="too early")
    assert refresh.store.table("sharing").equals(before)


def test_a_row_is_added_renamed_and_taken_out(refresh):
    amend(refresh, None, {"information": "rumours", "held_by": "City Library"})
    assert refresh.store.table("sharing")["information"].tolist()[-1] == "rumours"
    amend(refresh, row(refresh, 2), {"information": "rumours in general"})
    assert refresh.store.table("sharing")["information"].tolist()[-1] == "rumours in general"
    amend(refresh, row(refresh, 2), None)
    assert refresh.store.table("sharing")["information"].tolist() == [
        "tensions",
        "figures, protected",
    ]


def test_the_first_rule_of_a_territory_needs_no_table_before(built, tmp_path):
    folder = tmp_path / "town"
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("store", "sharing.csv"))
    build(folder, at=AT)
    fresh = Refresh(folder)
    amend(fresh, None, TENSIONS)
    assert row(fresh)["held_by"] == "police"


@pytest.mark.parametrize(
    "words",
    [["police; youth work", "by word, not “stored”", 'the "panel"', "Jeunesse à l'écoute"],
     ["=1+1", "a\tb", "né; à; voir; ici", "a | b"], ["-", "NA", "001", "1,5"]],
)  # fmt: skip
def test_what_was_written_stands_as_it_was_written(refresh, words):
    columns = ["basis", "timing", "way", "needed_by"]
    amend(refresh, row(refresh), dict(zip(columns, words, strict=True)))
    assert [row(refresh)[one] for one in columns] == words


def test_the_second_is_told_by_whom_and_what_changed_and_may_publish_all_the_same(refresh):
    seen, before = refresh.store.state(), row(refresh)
    amend(refresh, before, {"shared_with": "health"}, by="berit", reason="asked for by health")
    with pytest.raises(ConflictError) as told:
        amend(refresh, before, {"shared_with": "education"}, seen=seen)
    assert "release 2 by berit" in str(told.value)
    assert "asked for by health" in str(told.value)
    assert "in this row 'shared_with' is now 'health', it was ''" in str(told.value)
    assert refresh.drafts.all() == []
    amend(refresh, before, {"shared_with": "education"})
    assert row(refresh)["shared_with"] == "education"


def test_what_another_changed_in_other_rows_is_kept(refresh):
    seen, before = refresh.store.state(), row(refresh)
    amend(refresh, row(refresh, 1), {"reviewed": "2025-03-02"}, by="berit")
    with pytest.raises(ConflictError, match="release 2 by berit") as told:
        amend(refresh, before, {"shared_with": "education"}, seen=seen)
    assert "in this row" not in str(told.value)
    amend(refresh, before, {"shared_with": "education"})
    assert refresh.store.table("sharing")[["shared_with", "reviewed"]].to_numpy().tolist() == [
        ["education", ""],
        ["all", "2025-03-02"],
    ]


def test_a_row_that_another_took_out_is_said_to_be_gone(refresh):
    seen, before = refresh.store.state(), row(refresh)
    amend(refresh, before, None, by="berit")
    with pytest.raises(ConflictError, match="this row is not there any more"):
        amend(refresh, before, {"shared_with": "education"}, seen=seen)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({"signed": "2025-03-04", "shared_with": "all"}, "2025-03-04"),
        ({"coordinator": "P9"}, "'P9'"),
        ({"signed": "2025-03-01"}, "it is not said who may have it"),
        ({"shared_with": "nobody, police"}, "names nobody and somebody"),
        ({"information": ""}, "information"),
        ({"information": "figures, protected", "held_by": "municipality"}, "stands in row 2"),
        ({}, "nothing differs"),
    ],
)
def test_what_an_upload_would_refuse_is_refused_and_nothing_of_it_kept(refresh, after, said):
    before = refresh.store.state()
    with pytest.raises(InputError, match=said):
        amend(refresh, row(refresh), after)
    assert refresh.store.state() == before
    assert refresh.drafts.all() == []


def test_a_release_that_comes_between_the_check_and_the_commit_is_not_overwritten(
    refresh, monkeypatch
):
    other, between = Refresh(refresh.folder), refresh.store.collect_orphans

    def meanwhile():
        monkeypatch.setattr(refresh.store, "collect_orphans", between)
        amend(other, row(other), {"timing": "weekly"}, by="berit")
        return between()

    monkeypatch.setattr(refresh.store, "collect_orphans", meanwhile)
    with pytest.raises(ConflictError):
        amend(refresh, row(refresh), {"way": "counts"})
    assert (row(refresh)["timing"], row(refresh)["way"]) == ("weekly", "")
