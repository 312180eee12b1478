"""Uploads in progress: kept whole, found again by their id, gone when discarded."""

import datetime as dt
import hashlib

import pytest

from analysis.errors import UnknownId
from analysis.intake.drafts import Drafts

AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)


def begun(drafts, *files):
    draft = drafts.begin(by="anna", at=AT, state="s1")
    for name, content in files:
        draft = drafts.add(draft, name, content)
    return draft


def test_a_draft_is_found_again_with_its_files_byte_for_byte(tmp_path):
    drafts = Drafts(tmp_path)
    draft = begun(drafts, ("a.csv", b"\xff\x00a"), ("b.csv", b"b"))
    again = Drafts(tmp_path).open(draft.draft_id)
    assert again == draft
    assert [drafts.content(again, file) for file in again.files] == [b"\xff\x00a", b"b"]


def test_the_same_file_stands_once(tmp_path):
    drafts = Drafts(tmp_path)
    draft = begun(drafts, ("a.csv", b"same"), ("b.csv", b"same"))
    assert [file.name for file in draft.files] == ["a.csv"]


def test_answers_are_added_to_the_file_they_are_about(tmp_path):
    drafts = Drafts(tmp_path)
    draft = begun(drafts, ("a.csv", b"a"), ("b.csv", b"b"))
    answered = draft.answered(draft.files[1].checksum, {"level": "district"})
    drafts.save(answered.answered(draft.files[1].checksum, {"period": "2024"}))
    first, second = drafts.open(draft.draft_id).files
    assert first.answers == {}
    assert second.answers == {"level": "district", "period": "2024"}


def test_nothing_is_written_before_a_file_is_added(tmp_path):
    Drafts(tmp_path).begin(by="anna", at=AT, state="s1")
    assert list(tmp_path.iterdir()) == []


def test_a_discarded_draft_leaves_nothing_and_says_so(tmp_path):
    drafts = Drafts(tmp_path)
    draft = begun(drafts, ("a.csv", b"a"))
    drafts.discard(draft.draft_id)
    assert list((tmp_path / "drafts").iterdir()) == []
    with pytest.raises(UnknownId, match=r"no draft '.*'; it was published or discarded, upload"):
        drafts.open(draft.draft_id)
    drafts.discard(draft.draft_id)


@pytest.mark.parametrize("hostile", ["../../etc", "", "ABCDEFGH", "0123456789", "..%2f"])
def test_an_id_that_is_none_reaches_no_file(tmp_path, hostile):
    drafts = Drafts(tmp_path)
    begun(drafts, ("a.csv", b"a"))
    with pytest.raises(UnknownId):
        drafts.open(hostile)
    drafts.discard(hostile)
    assert len(drafts.all()) == 1


def test_drafts_are_listed_newest_first(tmp_path):
    drafts = Drafts(tmp_path)
    older = begun(drafts, ("a.csv", b"a"))
    newer = drafts.begin(by="ben", at=AT + dt.timedelta(hours=1), state="s1")
    newer = drafts.add(newer, "b.csv", b"b")
    assert [one.draft_id for one in drafts.all()] == [newer.draft_id, older.draft_id]


def test_an_original_stays_after_its_draft_is_gone(tmp_path):
    drafts = Drafts(tmp_path)
    draft = begun(drafts, ("a.csv", b"kept"))
    drafts.keep_originals(draft)
    drafts.discard(draft.draft_id)
    checksum = hashlib.sha256(b"kept").hexdigest()
    assert drafts.original(checksum) == b"kept"
    with pytest.raises(UnknownId, match="no original 'abc' is kept"):
        drafts.original("abc")


def test_only_the_name_of_a_path_is_kept(tmp_path):
    draft = begun(Drafts(tmp_path), ("../../x/a.csv", b"a"))
    assert draft.files[0].name == "a.csv"


def test_an_answer_taken_back_is_gone_and_the_others_stay(tmp_path):
    draft = begun(Drafts(tmp_path), ("a.csv", b"a"))
    answered = draft.answered(draft.files[0].checksum, {"level": "district", "period": "2024"})
    again = answered.without(draft.files[0].checksum, "level")
    assert again.files[0].answers == {"period": "2024"}
    assert answered.files[0].answers == {"level": "district", "period": "2024"}


def test_only_what_was_published_through_the_app_is_kept(tmp_path):
    drafts = Drafts(tmp_path)
    draft = begun(drafts, ("a.csv", b"a"))
    checksum = draft.files[0].checksum
    assert not drafts.keeps(checksum)
    drafts.keep_originals(draft)
    assert drafts.keeps(checksum)
    assert not drafts.keeps("../" + checksum)
