"""Uploads in progress: what was uploaded and what was answered, under an id that can be a link.

A draft holds files byte for byte and the answers given so far; everything
else is worked out from the two again, so a draft never disagrees with
itself. Nothing gets here before the check for person records has passed.
Originals of what was published stay, under their checksum.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import secrets
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from analysis.errors import UnknownId

_ID = re.compile(r"[0-9a-f]{8}")
_CHECKSUM = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class DraftFile:
    """One uploaded file: its name, SHA-256 in hex, and the answers given about it."""

    name: str
    checksum: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """An upload that is not published yet.

    Parameters
    ----------
    draft_id
        Eight hexadecimal digits; stands in the address bar.
    by, at
        Who began it, and when (ISO 8601).
    state
        State of the store it was begun on; what came since is told before
        publishing.
    files
        In the order they were added.
    """

    draft_id: str
    by: str
    at: str
    state: str
    files: tuple[DraftFile, ...] = ()

    def answered(self, checksum: str, answers: Mapping[str, str]) -> Draft:
        """Return the draft with more answers about one of its files."""
        return replace(
            self,
            files=tuple(
                replace(one, answers={**one.answers, **answers})
                if one.checksum == checksum
                else one
                for one in self.files
            ),
        )

    def without(self, checksum: str, question: str) -> Draft:
        """Return the draft with one answer about one of its files taken back."""
        return replace(
            self,
            files=tuple(
                replace(one, answers={key: said for key, said in one.answers.items()
                                      if key != question})
                if one.checksum == checksum
                else one
                for one in self.files
            ),
        )  # fmt: skip


class Drafts:
    """Drafts and originals of one store.

    Parameters
    ----------
    store
        The store's folder.
    """

    def __init__(self, store: Path) -> None:
        self._drafts = store / "drafts"
        self._originals = store / "originals"

    def begin(self, *, by: str, at: dt.datetime, state: str) -> Draft:
        """Return a new draft without files; nothing is written until it is saved."""
        return Draft(secrets.token_hex(4), by, at.isoformat(timespec="seconds"), state)

    def add(self, draft: Draft, name: str, content: bytes) -> Draft:
        """Return the draft with one file more, kept byte for byte; the same file only once."""
        checksum = hashlib.sha256(content).hexdigest()
        if any(one.checksum == checksum for one in draft.files):
            return draft
        _write(self._folder(draft.draft_id) / checksum, content)
        kept = replace(draft, files=(*draft.files, DraftFile(Path(name).name, checksum)))
        self.save(kept)
        return kept

    def save(self, draft: Draft) -> None:
        """Write what was answered so far, whole or not at all."""
        text = json.dumps(asdict(draft), ensure_ascii=False, indent=1)
        _write(self._folder(draft.draft_id) / "draft.json", text.encode())

    def open(self, draft_id: str) -> Draft:
        """Return a draft by its id.

        Raises
        ------
        UnknownId
            When there is none: it was published, discarded, or never was.
        """
        path = self._drafts / draft_id / "draft.json"
        if not _ID.fullmatch(draft_id) or not path.is_file():
            raise UnknownId(
                f"no draft {draft_id[:20]!r}; it was published or discarded, upload the file again"
            )
        raw = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(DraftFile(**one) for one in raw.pop("files"))
        return Draft(**raw, files=files)

    def content(self, draft: Draft, file: DraftFile) -> bytes:
        """Return a file of a draft as it was uploaded."""
        return (self._folder(draft.draft_id) / file.checksum).read_bytes()

    def all(self) -> list[Draft]:
        """Return all drafts, the newest first."""
        found = [
            self.open(path.parent.name)
            for path in self._drafts.glob("*/draft.json")
            if _ID.fullmatch(path.parent.name)
        ]
        return sorted(found, key=lambda one: (one.at, one.draft_id), reverse=True)

    def discard(self, draft_id: str) -> None:
        """Remove a draft with all its files; one that is gone already is no error."""
        if _ID.fullmatch(draft_id):
            shutil.rmtree(self._drafts / draft_id, ignore_errors=True)

    def collect_orphans(self, *, older_than: dt.timedelta = dt.timedelta(hours=1)) -> list[str]:
        """Remove what a killed upload left half written; returns the names, sorted.

        Parts of files, and folders of drafts that never got their list of
        files. What is younger stays: somebody may be writing it.
        """
        latest = time.time() - older_than.total_seconds()
        parts = [
            path
            for folder in (self._originals, *self._drafts.glob("*/"))
            for path in folder.glob(".*")
            if path.is_file() and path.stat().st_mtime <= latest
        ]
        empty = [
            folder
            for folder in self._drafts.glob("*/")
            if not (folder / "draft.json").is_file() and folder.stat().st_mtime <= latest
        ]
        for path in parts:
            path.unlink(missing_ok=True)
        for folder in empty:
            shutil.rmtree(folder, ignore_errors=True)
        return sorted(path.name for path in (*parts, *empty))

    def keep_originals(self, draft: Draft) -> None:
        """Keep the files of a draft for good, each under its checksum."""
        for file in draft.files:
            target = self._originals / file.checksum
            if not target.is_file():
                _write(target, self.content(draft, file))

    def keeps(self, checksum: str) -> bool:
        """Whether a published file is kept; files of a build stay in the folder."""
        return bool(_CHECKSUM.fullmatch(checksum)) and (self._originals / checksum).is_file()

    def original(self, checksum: str) -> bytes:
        """Return a published file byte for byte.

        Raises
        ------
        UnknownId
            When no such file was published through the app.
        """
        if not self.keeps(checksum):
            raise UnknownId(f"no original {checksum[:12]!r} is kept")
        return (self._originals / checksum).read_bytes()

    def _folder(self, draft_id: str) -> Path:
        return self._drafts / draft_id


def _write(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # a rename lasts once its folder does
        finally:
            os.close(folder)
    finally:
        part.unlink(missing_ok=True)
