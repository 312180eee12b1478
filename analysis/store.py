"""The memory of a territory: what was published, by whom, and how to take it back.

What no other module knows: where releases lie on disk, and how a release is
accepted whole or not at all, also when the power goes in between.

::

    store/catalogue.sqlite                            what is current, what was, who, when, why
    store/files/<kind>/<name>/<release>.parquet       never changed once it stands

A *kind* is ``observations`` (raw figures of an indicator), ``protected`` (what
may be shown of them) or ``tables`` (any other table). A file is referred to by
its kind, name and release, so a reader that knows these reads the same rows
for ever; files no release refers to were left by a killed publish. The *ledger*
in the catalogue says of every count what was shown and hidden, and when.

Notes
-----
Publishing writes and syncs every file under a temporary name, renames it,
syncs the folders, and only then tells the catalogue, in one transaction. The
catalogue is SQLite in WAL mode, which wants a local disk. DuckDB runs in
memory and only reads: a shared DuckDB file would let one process lock out all
others.
"""

from __future__ import annotations

import glob
import json
import os
import re
import secrets
import sqlite3
import threading
import time
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Literal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis import tables as schemas
from analysis.errors import ConflictError, StoreError, UnknownId

Kind = Literal["observations", "protected", "tables"]
Face = Literal["protected", "observations"]

STEPS = ("temporary file", "fsync", "rename", "before commit", "after commit")
"""What ``publish`` tells its ``step`` callback, the first three once per file."""

_VERSION = 2
_BUSY_SECONDS = 30
_ROWS_PER_GROUP = 32_768  # measured: smaller slows one-period reads, larger one-area reads
_SMALL = 20_000
"""Rows up to which a file is read whole and kept: many small questions of one page ask it again."""
_ROWS_KEPT = 300_000
LEDGER = ("level", "area_id", "period", "category", "version", "count", "shown")
"""Columns of what the ledger holds of an indicator: where, on which boundary version, the count
behind the figure, and whether it was shown."""
_PLACE = list(LEDGER[:4])
_NAME = re.compile(r"[a-z0-9_]{1,100}")
_NOTHING: Mapping[str, pd.DataFrame] = MappingProxyType({})
_TYPES = {"number": pa.float64(), "integer": pa.float64(), "boolean": pa.bool_()}
_RAW = pa.schema(
    [
        pa.field(column.name, _TYPES.get(column.kind, pa.string()))
        for column in schemas.OBSERVATIONS.columns
    ]
)
_SCHEMAS: Mapping[str, pa.Schema] = {
    "observations": _RAW,
    "protected": _RAW.append(pa.field("reason", pa.string())),
}
# One fixed text each: DuckDB leaves out conditions on NULL and skips row groups by the others,
# at half the time of the same filters chained as relations.
_ROWS = """FROM read_parquet($files, hive_partitioning = false)
    WHERE ($level IS NULL OR level = $level) AND ($period IS NULL OR period = $period)
    AND ($category IS NULL OR category = $category)
    AND ($area_ids IS NULL OR area_id IN $area_ids)"""
_PERIODS = """SELECT DISTINCT period FROM read_parquet($files, hive_partitioning = false)
    WHERE $level IS NULL OR level = $level ORDER BY period"""
_SINCE_FORM_2 = (
    """CREATE TABLE published (
        number INTEGER PRIMARY KEY, entry INTEGER NOT NULL REFERENCES log (number),
        indicator_id TEXT NOT NULL, level TEXT NOT NULL, area_id TEXT NOT NULL,
        period TEXT NOT NULL, category TEXT NOT NULL, version TEXT NOT NULL,
        count REAL, shown INTEGER NOT NULL)""",
    """CREATE INDEX published_place ON published (
        indicator_id, level, area_id, period, category, entry)""",
    f"PRAGMA user_version = {_VERSION}",
)
"""What a store of the form before lacks."""
_CATALOGUE = (
    """CREATE TABLE release (
        number INTEGER PRIMARY KEY, release_id TEXT NOT NULL UNIQUE, at TEXT NOT NULL,
        by TEXT NOT NULL, reason TEXT NOT NULL, sources TEXT NOT NULL,
        rolled_back INTEGER NOT NULL DEFAULT 0)""",
    """CREATE TABLE item (
        release_id TEXT NOT NULL REFERENCES release (release_id), kind TEXT NOT NULL,
        name TEXT NOT NULL, rows INTEGER NOT NULL, previous TEXT,
        PRIMARY KEY (kind, name, release_id))""",
    """CREATE TABLE current (
        kind TEXT NOT NULL, name TEXT NOT NULL, release_id TEXT NOT NULL,
        PRIMARY KEY (kind, name))""",
    """CREATE TABLE log (
        number INTEGER PRIMARY KEY, state TEXT NOT NULL UNIQUE, at TEXT NOT NULL,
        action TEXT NOT NULL, release_id TEXT NOT NULL, by TEXT NOT NULL, reason TEXT NOT NULL)""",
    *_SINCE_FORM_2,
)

_LEDGER = """SELECT entry, indicator_id, level, area_id, period, category, version, count, shown
    FROM published WHERE indicator_id IN (SELECT value FROM json_each(?)) ORDER BY entry, number"""
_NEWEST = """SELECT level, area_id, period, category, version, count, shown FROM published
    WHERE number IN (SELECT max(number) FROM published WHERE indicator_id = ?
    GROUP BY level, area_id, period, category)"""

# Views of one connection only: in it they stand before the tables of the same name, so that every
# reading statement sees another state. What is current there is the newest release that stands.
_STANDING = """CREATE TEMP VIEW current AS SELECT kind, name, release_id FROM
    (SELECT kind, name, release_id, max(number) FROM main.item JOIN release USING (release_id)
    WHERE NOT rolled_back GROUP BY kind, name)"""
_BEFORE = (
    """CREATE TEMP VIEW release AS SELECT * FROM main.release WHERE number <
        (SELECT number FROM main.release WHERE release_id = '{release_id}')""",
    """CREATE TEMP VIEW log AS SELECT * FROM main.log
        WHERE release_id IN (SELECT release_id FROM release)""",
    """CREATE TEMP VIEW published AS SELECT * FROM main.published
        WHERE entry < (SELECT min(number) FROM main.log WHERE release_id = '{release_id}')""",
    _STANDING,
)
_AFTER = (
    """CREATE TEMP VIEW log AS SELECT * FROM main.log WHERE number <= {entry}""",
    """CREATE TEMP VIEW release AS SELECT number, release_id, at, by, reason, sources, release_id IN
        (SELECT release_id FROM log WHERE action = 'roll back') AS rolled_back
        FROM main.release WHERE release_id IN (SELECT release_id FROM log)""",
    """CREATE TEMP VIEW published AS SELECT * FROM main.published WHERE entry <= {entry}""",
    _STANDING,
)


@dataclass(frozen=True)
class Source:
    """A file that a release was made from: its name, SHA-256 in hex, count of rows."""

    file: str
    checksum: str
    rows: int


@dataclass(frozen=True)
class Item:
    """One indicator or table of a release, with its count of rows."""

    kind: Kind
    name: str
    rows: int


@dataclass(frozen=True)
class Release:
    """What was published at once.

    ``number`` counts releases from 1, ``at`` is ISO 8601 text, ``items`` are
    sorted by kind and name.
    """

    release_id: str
    number: int
    at: str
    by: str
    reason: str
    sources: tuple[Source, ...]
    items: tuple[Item, ...]
    rolled_back: bool


@dataclass(frozen=True)
class LogEntry:
    """One change of the store; ``state`` is the state it led to."""

    number: int
    at: str
    action: Literal["publish", "roll back"]
    release_id: str
    by: str
    reason: str
    state: str


def open_store(path: str | os.PathLike[str], *, create: bool = False) -> Store:
    """Open the store of a territory; several processes may do so at once.

    Parameters
    ----------
    path
        The store's own folder, usually ``data/<territory>/store``.
    create
        Make an empty store where none is.

    Raises
    ------
    StoreError
        When there is no store and none shall be made, or when another version
        of Groundwork made it.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> terms = pd.DataFrame({"term": ["trust"]})
    >>> with TemporaryDirectory() as folder, open_store(folder, create=True) as store:
    ...     release = store.publish(
    ...         tables={"terms": terms}, by="anna", reason="first", at=datetime(2026, 3, 1)
    ...     )
    ...     store.table("terms").equals(terms), release.number
    (True, 1)
    """
    folder = Path(path)
    catalogue = folder / "catalogue.sqlite"
    absent = StoreError(f"no store at {str(folder)!r}; make one: python -m analysis build DIR")
    if create:
        folder.mkdir(parents=True, exist_ok=True)
    elif not catalogue.is_file():
        raise absent
    try:
        with closing(_connect(catalogue)) as connection:
            if create:
                _create(connection)
            _raise_form(connection)
            (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.Error as error:
        raise StoreError(
            f"the store at {str(folder)!r} cannot be opened: {error};"
            " move the folder away and build again"
        ) from error
    if version == 0:
        raise absent
    if version != _VERSION:
        raise StoreError(
            f"the store at {str(folder)!r} has form {version}, this Groundwork reads form"
            f" {_VERSION}; move the folder away and build again"
        )
    return Store(folder)


class Store:
    """The embedded store; made by :func:`open_store`, safe to share between threads.

    Frames of observations have the columns of
    :data:`analysis.tables.OBSERVATIONS`, those of the face ``protected`` also
    ``reason``: numbers float64 with NaN, in the indicator's unit or as counts;
    ``break`` bool; the rest text, ``""`` where nothing stands. Rows are sorted
    by level, area and period, categories of one period stay in the order they
    were published in; the index counts from 0. A frame handed out is the
    caller's own.

    An indicator or table that is not published raises
    :class:`~analysis.errors.UnknownId`, so does a period in which an indicator
    was never observed; a level, area or category without rows gives an empty
    frame.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._catalogue = _connect(folder / "catalogue.sqlite")
        # One thread: a page asks hundreds of small questions, and handing each out to several threads
        # costs more than it saves (80 series on a busy machine: 2.0 s with two threads, 0.3 s with
        # one; London's largest: the same).
        self._engine = duckdb.connect(
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "threads": 1,
            }
        )
        self._kept: OrderedDict[Path, pd.DataFrame] = OrderedDict()
        self._closing = weakref.finalize(self, _close, self._catalogue, self._engine)

    def close(self) -> None:
        """Let go of the catalogue; closing twice does no harm."""
        self._closing()

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # Reading

    def values(
        self,
        indicator_id: str,
        *,
        level: str | None = None,
        period: str | None = None,
        category: str | None = "",
        face: Face = "protected",
    ) -> pd.DataFrame:
        """What stands in every area for one indicator.

        Parameters
        ----------
        indicator_id
            A published indicator.
        level, period
            All of them when None.
        category
            ``""`` for the indicator itself, an answer of an ordinal item, or
            None for all rows.
        face
            ``protected`` for what may be shown, ``observations`` for raw figures.

        Returns
        -------
        pandas.DataFrame
            One row per level, area, period (and category), see :class:`Store`.

        Raises
        ------
        UnknownId
            When the indicator is not published or never observed in ``period``.
        """
        file = self._current_file(face, indicator_id)
        rows = self._rows([file], level=level, period=period, category=category)
        if rows.empty and period is not None:
            observed = self._periods(file)
            if period not in observed:
                raise UnknownId(
                    f"no observation of {indicator_id!r} in {period}; observed: {_listed(observed)}"
                )
        return rows

    def series(
        self,
        indicator_id: str,
        *,
        level: str,
        area_ids: Sequence[str] | None = None,
        category: str | None = "",
        face: Face = "protected",
    ) -> pd.DataFrame:
        """All periods of one indicator on one level, for some areas or (None) for all.

        Areas without observations have no row. Parameters, order and errors
        otherwise as in :meth:`values`.
        """
        return self._rows(
            [self._current_file(face, indicator_id)],
            level=level,
            area_ids=area_ids,
            category=category,
        )

    def profile(
        self, level: str, area_id: str, *, category: str | None = "", face: Face = "protected"
    ) -> pd.DataFrame:
        """All indicators and periods of one area, sorted by indicator and period.

        All rows come from the same state of the store. An area without
        observations gives an empty frame.
        """
        with self._reading() as catalogue:
            current = catalogue.execute(
                "SELECT name, release_id FROM current WHERE kind = ? ORDER BY name", (face,)
            ).fetchall()
        if not current:
            return _SCHEMAS[face].empty_table().to_pandas()
        files = [self._file(face, name, release_id) for name, release_id in current]
        return self._rows(files, level=level, area_ids=[area_id], category=category)

    def periods(self, indicator_id: str, level: str, *, face: Face = "protected") -> list[str]:
        """Periods in which an indicator has rows on a level, earliest first."""
        return self._periods(self._current_file(face, indicator_id), level=level)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table exactly as it was published: columns, types, order and index.

        Raises
        ------
        UnknownId
            When no such table is published.
        """
        with pq.ParquetFile(self._current_file("tables", name)) as file:
            return file.read().to_pandas()

    def tables_ever(self, name: str) -> list[pd.DataFrame]:
        """Return every form in which a table was ever published, the newest first."""
        with self._reading() as catalogue:
            found = catalogue.execute(
                """SELECT release_id FROM item JOIN release USING (release_id)
                WHERE kind = 'tables' AND name = ? ORDER BY number DESC""",
                (name,),
            ).fetchall()
        return [
            pq.read_table(self._file("tables", name, release_id)).to_pandas()
            for (release_id,) in found
        ]

    def has_table(self, name: str) -> bool:
        """Whether a table of this name is published."""
        return name in self.names("tables")

    def names(self, kind: Kind = "observations") -> list[str]:
        """Ids of all published indicators, or names of all published tables, sorted."""
        with self._reading() as catalogue:
            found = catalogue.execute(
                "SELECT name FROM current WHERE kind = ? ORDER BY name", (kind,)
            ).fetchall()
        return [name for (name,) in found]

    def state(self) -> str:
        """Return a short id that every publish and every roll back changes: the cache key."""
        with self._reading() as catalogue:
            return _state(catalogue)

    def releases(self) -> list[Release]:
        """All releases, newest first, those rolled back included."""
        with self._reading() as catalogue:
            return _releases(catalogue)

    def current_release(self, name: str, *, kind: Kind = "observations") -> Release:
        """Return the release that an indicator's figures, or a table, now come from.

        With the kind ``protected`` it may be a later one: new denominators
        protect anew what rests on them.

        Raises
        ------
        UnknownId
            When nothing of this name is published.
        """
        with self._reading() as catalogue:
            return _releases(catalogue, self._current_id(catalogue, kind, name))[0]

    def history(self, name: str, *, kind: Kind = "observations") -> list[Release]:
        """Every release that held an indicator or table, newest first, rolled back ones too."""
        return [
            release
            for release in self.releases()
            if any((item.kind, item.name) == (kind, name) for item in release.items)
        ]

    def log(self) -> list[LogEntry]:
        """Every publish and roll back, newest first."""
        with self._reading() as catalogue:
            return _log(catalogue)

    def ledger(self, indicator_ids: Iterable[str]) -> pd.DataFrame:
        """Everything ever published of some indicators, shown or hidden, oldest first.

        Returns
        -------
        DataFrame
            ``entry, indicator_id`` and the columns of :data:`LEDGER`: a row whenever something
            of a figure changed, ``entry`` being the number in the log. ``count`` is what the
            figure rested on, also where it was hidden; missing, and not shown, where there was
            no figure any more.
        """
        wanted = json.dumps(list(indicator_ids))
        with self._reading() as catalogue:
            found = catalogue.execute(_LEDGER, (wanted,)).fetchall()
        return _ledger_frame(found, ("entry", "indicator_id", *LEDGER))

    def moments(self, indicator_id: str) -> list[int]:
        """Entries of the log with which something changed in what is shown of an indicator."""
        with self._reading() as catalogue:
            found = catalogue.execute(
                """SELECT log.number FROM log JOIN item USING (release_id)
                WHERE item.kind = 'protected' AND item.name = ? ORDER BY log.number""",
                (indicator_id,),
            ).fetchall()
        return [number for (number,) in found]

    def before(self, release_id: str) -> Store:
        """Open the store as if a release and all later ones had not been published.

        Parameters
        ----------
        release_id
            Any release, also one rolled back since.

        Returns
        -------
        Store
            To be read only: changing it is an error. Its figures, releases
            and log are those of the earlier releases, and an earlier release
            that was rolled back stays rolled back, whenever that happened: a
            mistake that was taken back never comes up again. Close it.

        Raises
        ------
        UnknownId
            When there is no such release.
        """
        with self._reading() as catalogue:
            if not _releases(catalogue, release_id):
                raise _unknown_release(catalogue, release_id)
        views = [view.format(release_id=release_id) for view in _BEFORE]
        return _OtherStore(self._folder, f"before release {release_id!r}", views)

    def after(self, entry: int) -> Store:
        """Open the store as it was after one entry of the log, to be read only."""
        return _OtherStore(
            self._folder, f"after entry {entry}", [view.format(entry=entry) for view in _AFTER]
        )

    # Changing

    def publish(
        self,
        *,
        observations: Mapping[str, pd.DataFrame] = _NOTHING,
        tables: Mapping[str, pd.DataFrame] = _NOTHING,
        protected: Mapping[str, pd.DataFrame] = _NOTHING,
        ledger: Mapping[str, pd.DataFrame] = _NOTHING,
        by: str,
        reason: str,
        at: datetime,
        sources: Sequence[Source] = (),
        expected_state: str | None = None,
        step: Callable[[str], None] = lambda _: None,
    ) -> Release:
        """Publish indicators and tables as one release, whole or not at all.

        Parameters
        ----------
        observations, protected
            Frames by indicator id, with exactly the columns of
            :class:`Store`'s frames, in any order of columns and rows. Every
            indicator in ``observations`` needs its twin in ``protected``;
            a twin may come alone when only its protection changed.
        tables
            Frames by table name: any columns of one type each, bytes included.
        ledger
            What the release shows and hides, by indicator: all its rows, with the columns of
            :data:`LEDGER`. What differs from the entries before is entered.
        by, reason, at
            Who, why, when.
        sources
            The files the release was made from.
        expected_state
            The state the release was prepared on; None to publish regardless.
        step
            Called with each of :data:`STEPS` as it is done.

        Returns
        -------
        Release
            From now on current for everything in it.

        Raises
        ------
        ConflictError
            When the store is no longer in ``expected_state``.
        StoreError
            When a frame cannot be stored, or the disk refuses. Nothing is
            published then, and nothing left behind.
        """
        parts: list[tuple[Kind, str, pd.DataFrame]] = [
            *(("observations", name, frame) for name, frame in observations.items()),
            *(("protected", name, frame) for name, frame in protected.items()),
            *(("tables", name, frame) for name, frame in tables.items()),
        ]
        _require_words(by, reason)
        _require_whole(parts)
        release_id = secrets.token_hex(4)
        files = [self._file(kind, name, release_id) for kind, name, _ in parts]
        try:
            for file, (kind, name, frame) in zip(files, parts, strict=True):
                _write(file, _arrow(kind, name, frame), step)
            for folder in {folder for file in files for folder in list(file.parents)[:4]}:
                _sync(folder)  # files/<kind>/<name> and above: a rename lasts once these do
            with self._writing() as catalogue:
                _require_state(catalogue, expected_state)
                for file in files:
                    if not file.is_file():
                        raise StoreError(
                            f"release {release_id!r} lost {file.name!r} before it was published:"
                            " it was collected as an orphan; publish again"
                        )
                _enter(catalogue, release_id, parts, by, reason, _text(at), sources)
                for name, frame in ledger.items():
                    _enter_published(catalogue, name, frame)
                (release,) = _releases(catalogue, release_id)
                step("before commit")
        except BaseException as error:
            # What cannot be removed now (a full disk, a busy store) waits for collect_orphans.
            with suppress(StoreError, sqlite3.Error, OSError):
                self._remove_orphans([*files, *(_part(file) for file in files)])
            if isinstance(error, OSError):
                raise StoreError(
                    f"the release could not be written: {error};"
                    " make room or grant access, then publish again"
                ) from error
            raise
        step("after commit")
        return release

    def remember(self, indicator_id: str, entries: Mapping[int, pd.DataFrame]) -> None:
        """Enter in the ledger what was published of an indicator before it was kept there.

        Parameters
        ----------
        indicator_id
            Nothing happens where the ledger knows it already.
        entries
            By number in the log, what the entry showed and hid, with the columns of
            :data:`LEDGER`: all rows that stood then.
        """
        with self._writing() as catalogue:
            known = "SELECT 1 FROM published WHERE indicator_id = ? LIMIT 1"
            if catalogue.execute(known, (indicator_id,)).fetchone() is None:
                for entry in sorted(entries):
                    _enter_published(catalogue, indicator_id, entries[entry], entry)

    def roll_back(self, release_id: str, *, by: str, reason: str, at: datetime) -> Release:
        """Take one release back as a whole; everything in it is again what it was before.

        What had no earlier release is no longer published. Files and history
        stay.

        Returns
        -------
        Release
            The release, now ``rolled_back``.

        Raises
        ------
        UnknownId
            When there is no such release.
        StoreError
            When it was rolled back already, or when a newer release changed
            one of its indicators or tables: that one has to go first.
        """
        _require_words(by, reason)
        with self._writing() as catalogue:
            found = _releases(catalogue, release_id)
            if not found:
                raise _unknown_release(catalogue, release_id)
            if found[0].rolled_back:
                entry = next(
                    entry
                    for entry in _log(catalogue)
                    if entry.release_id == release_id and entry.action == "roll back"
                )
                raise StoreError(
                    f"release {release_id!r} was rolled back already on {entry.at}"
                    f" by {entry.by!r}; choose another release"
                )
            _require_newest(catalogue, release_id)
            catalogue.execute(
                """UPDATE current SET release_id = item.previous FROM item
                WHERE item.release_id = ? AND item.previous IS NOT NULL
                AND current.kind = item.kind AND current.name = item.name""",
                (release_id,),
            )
            catalogue.execute("DELETE FROM current WHERE release_id = ?", (release_id,))
            catalogue.execute(
                "UPDATE release SET rolled_back = 1 WHERE release_id = ?", (release_id,)
            )
            _enter_log(catalogue, "roll back", release_id, by, reason, _text(at))
            _take_back_published(catalogue, release_id)
            return _releases(catalogue, release_id)[0]

    def collect_orphans(self, *, older_than: timedelta = timedelta(hours=1)) -> list[str]:
        """Remove files that a killed publish left and no release refers to.

        Parameters
        ----------
        older_than
            Younger files stay: they may belong to a publish still under way.

        Returns
        -------
        list of str
            Paths removed, relative to the store's folder, sorted.
        """
        latest = time.time() - older_than.total_seconds()
        found = []
        for path in (self._folder / "files").glob("*/*/*"):
            with suppress(FileNotFoundError):  # renamed or removed since it was listed
                if path.stat().st_mtime <= latest:
                    found.append(path)
        return sorted(str(path.relative_to(self._folder)) for path in self._remove_orphans(found))

    # Files

    def _file(self, kind: str, name: str, release_id: str) -> Path:
        if not _NAME.fullmatch(name):
            raise StoreError(
                f"{name!r} cannot be the name of an indicator or table;"
                " use lower-case letters a-z, digits and _, at most 100"
            )
        return self._folder / "files" / kind / name / f"{release_id}.parquet"

    def _remove_orphans(self, paths: Iterable[Path]) -> list[Path]:
        """Remove those of ``paths`` that no release refers to.

        Holds the write lock, so that no publish can refer to a file while it
        is being removed; a publish looks for its files under the same lock.
        """
        removed = []
        with self._writing() as catalogue:
            kept = {
                self._file(kind, name, release_id)
                for kind, name, release_id in catalogue.execute(
                    "SELECT kind, name, release_id FROM item"
                )
            }
            for path in paths:
                if path not in kept and path.is_file():
                    path.unlink()
                    removed.append(path)
        return removed

    def _current_id(self, catalogue: sqlite3.Connection, kind: str, name: str) -> str:
        found = catalogue.execute(
            "SELECT release_id FROM current WHERE kind = ? AND name = ?", (kind, name)
        ).fetchone()
        if found is None:
            known = catalogue.execute(
                "SELECT name FROM current WHERE kind = ? ORDER BY name", (kind,)
            ).fetchall()
            thing = "table" if kind == "tables" else "indicator"
            raise UnknownId(
                f"no {thing} {name!r} in the store; published: {_listed([n for (n,) in known])}"
            )
        return str(found[0])

    def _current_file(self, kind: str, name: str) -> Path:
        with self._reading() as catalogue:
            release_id = self._current_id(catalogue, kind, name)
        return self._file(kind, name, release_id)

    def _rows(
        self,
        files: Sequence[Path],
        *,
        level: str | None = None,
        area_ids: Sequence[str] | None = None,
        period: str | None = None,
        category: str | None = None,
    ) -> pd.DataFrame:
        """Rows of files, in the files' order, with what is wanted; None wants everything."""
        small = self._small(files[0]) if len(files) == 1 else None
        if small is not None:
            return _chosen(small, level, area_ids, period, category)
        wanted = {
            "files": _literally(files),
            "level": level,
            "area_ids": None if area_ids is None else list(area_ids),
            "period": period,
            "category": category,
        }
        with self._engine.cursor() as cursor:
            return cursor.sql(_ROWS, params=wanted).to_arrow_table().to_pandas()

    def _small(self, file: Path) -> pd.DataFrame | None:
        """A small file whole, read once; None for a large one, which DuckDB reads in part.

        Files never change, so what is kept never goes stale.
        """
        with self._lock:
            found = self._kept.get(file)
            if found is not None:
                self._kept.move_to_end(file)
                return found
        with pq.ParquetFile(file) as stored:
            if stored.metadata.num_rows > _SMALL:
                return None
            frame = stored.read().to_pandas()
        with self._lock:
            self._kept[file] = frame
            while sum(map(len, self._kept.values())) > _ROWS_KEPT:
                self._kept.popitem(last=False)
        return frame

    def _periods(self, file: Path, level: str | None = None) -> list[str]:
        small = self._small(file)
        if small is not None:
            return sorted(_chosen(small, level)["period"].unique())
        wanted = {"files": _literally([file]), "level": level}
        with self._engine.cursor() as cursor:
            return [period for (period,) in cursor.sql(_PERIODS, params=wanted).fetchall()]

    # Catalogue

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent look at the catalogue; never waits for a publish."""
        with self._lock:
            self._catalogue.execute("BEGIN")
            try:
                yield self._catalogue
            finally:
                self._catalogue.execute("COMMIT")

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone among all processes; undone when anything is raised in it."""
        with closing(_connect(self._folder / "catalogue.sqlite")) as catalogue:
            try:
                catalogue.execute("BEGIN IMMEDIATE")
                with catalogue:
                    yield catalogue
            except sqlite3.OperationalError as error:
                raise StoreError(
                    f"the store cannot be changed: {error}; wait until another process has"
                    " published, make room or grant access, then try again"
                ) from error


class _OtherStore(Store):
    """The store as it was once, by views of its catalogue; it cannot be changed."""

    def __init__(self, folder: Path, when: str, views: Sequence[str]) -> None:
        super().__init__(folder)
        self._when = when
        for view in views:
            self._catalogue.execute(view)

    def state(self) -> str:
        # Its newest change may be the present's newest too, and its figures still be others.
        return f"{super().state()} {self._when}"

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        raise StoreError(
            f"the store as it was {self._when} cannot be changed; change the present one"
        )
        yield self._catalogue


def _chosen(
    frame: pd.DataFrame,
    level: str | None = None,
    area_ids: Sequence[str] | None = None,
    period: str | None = None,
    category: str | None = None,
) -> pd.DataFrame:
    """The wanted rows of a frame, as a frame of their own; None wants everything."""
    kept = np.ones(len(frame), dtype=bool)
    for name, one in (("level", level), ("period", period), ("category", category)):
        if one is not None:
            kept &= (frame[name] == one).to_numpy(dtype=bool)
    if area_ids is not None:
        kept &= frame["area_id"].isin(list(area_ids)).to_numpy()
    return frame[kept].reset_index(drop=True)


def _connect(catalogue: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        catalogue, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.execute("PRAGMA synchronous = FULL")  # a commit outlasts a power cut
    return connection


def _create(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        if connection.execute("PRAGMA user_version").fetchone() == (0,):
            for statement in _CATALOGUE:
                connection.execute(statement)


def _raise_form(connection: sqlite3.Connection) -> None:
    """Bring a store of the form before up to this one: all that was in it stays as it is."""
    if connection.execute("PRAGMA user_version").fetchone() != (1,):
        return
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        if connection.execute("PRAGMA user_version").fetchone() == (1,):
            for statement in _SINCE_FORM_2:
                connection.execute(statement)


def _close(catalogue: sqlite3.Connection, engine: duckdb.DuckDBPyConnection) -> None:
    catalogue.close()
    engine.close()


def _part(file: Path) -> Path:
    return file.with_suffix(".part")


def _literally(files: Sequence[Path]) -> list[str]:
    return [glob.escape(str(file)) for file in files]  # DuckDB reads each path as a pattern


def _write(file: Path, arrow: pa.Table, step: Callable[[str], None]) -> None:
    part = _part(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(arrow, part, row_group_size=_ROWS_PER_GROUP, compression="zstd")
    step("temporary file")
    _sync(part)
    step("fsync")
    part.rename(file)
    step("rename")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _text(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ", ".join(names[:12]) + more if names else "nothing yet"


def _arrow(kind: Kind, name: str, frame: pd.DataFrame) -> pa.Table:
    """A frame in the form it is stored in; refused when that would change what it says."""
    try:
        if kind == "tables":
            return pa.Table.from_pandas(frame)
        schema = _SCHEMAS[kind]
        if set(frame.columns) != set(schema.names) or len(frame.columns) != len(schema.names):
            odd = sorted(set(map(str, frame.columns)) ^ set(schema.names))
            raise StoreError(
                f"{kind} of {name!r} have other columns than the schema: {_listed(odd)} missing,"
                f" unknown or twice; use exactly {', '.join(schema.names)}"
            )
        arrow = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    except (pa.ArrowException, TypeError, ValueError) as error:
        raise StoreError(
            f"{kind} of {name!r} cannot be stored: {error}; give each column one type"
        ) from error
    for field in schema:
        if field.type != pa.float64() and arrow[field.name].null_count:
            raise StoreError(
                f"{kind} of {name!r} have a missing value in column {field.name!r};"
                " write '' for no text and False for no break"
            )
    others = sorted(set(arrow["indicator_id"].unique().to_pylist()) - {name})
    if others:
        raise StoreError(
            f"{kind} of {name!r} hold rows of {_listed(others)}; publish each under its own id"
        )
    return arrow.sort_by([(key, "ascending") for key in ("level", "area_id", "period")])


def _unknown_release(catalogue: sqlite3.Connection, release_id: str) -> UnknownId:
    known = [release.release_id for release in _releases(catalogue)]
    return UnknownId(f"no release {release_id!r}; published: {_listed(known)}")


def _require_words(by: str, reason: str) -> None:
    for what, words in (("name", by), ("reason", reason)):
        if not words.strip():
            raise StoreError(
                f"the {what} is empty: nothing changes in the store without one; state it"
            )


def _require_whole(parts: Sequence[tuple[Kind, str, pd.DataFrame]]) -> None:
    if not parts:
        raise StoreError("the release is empty: it holds no indicator and no table; add one")
    twins = {name for kind, name, _ in parts if kind == "protected"}
    for kind, name, _ in parts:
        if kind == "observations" and name not in twins:
            raise StoreError(
                f"observations of {name!r} have no protected twin in this release;"
                " protect them and publish both"
            )


def _require_state(catalogue: sqlite3.Connection, expected: str | None) -> None:
    if expected is None or expected == _state(catalogue):
        return
    since: list[str] = []
    for entry in _log(catalogue):
        if entry.state == expected:
            break
        since.insert(0, f"{entry.action} of {entry.release_id!r} by {entry.by!r} ({entry.reason})")
    raise ConflictError(
        f"the store changed in the meantime: {_listed(since)};"
        " look at what changed, then publish again"
    )


def _require_newest(catalogue: sqlite3.Connection, release_id: str) -> None:
    newer = catalogue.execute(
        """SELECT DISTINCT later.release_id, later.number FROM item AS mine
        JOIN item AS theirs ON theirs.kind = mine.kind AND theirs.name = mine.name
        JOIN release AS later ON later.release_id = theirs.release_id
        WHERE mine.release_id = ?1 AND NOT later.rolled_back
        AND later.number > (SELECT number FROM release WHERE release_id = ?1)
        ORDER BY later.number DESC""",
        (release_id,),
    ).fetchall()
    if newer:
        first = ", ".join(repr(later) for later, _ in newer)
        raise StoreError(
            f"release {release_id!r} cannot be rolled back: newer releases changed the same"
            f" indicators or tables; roll back first, in this order: {first}"
        )


def _enter(
    catalogue: sqlite3.Connection,
    release_id: str,
    parts: Sequence[tuple[Kind, str, pd.DataFrame]],
    by: str,
    reason: str,
    at: str,
    sources: Sequence[Source],
) -> None:
    listed = json.dumps([[source.file, source.checksum, source.rows] for source in sources])
    catalogue.execute(
        "INSERT INTO release (release_id, at, by, reason, sources) VALUES (?, ?, ?, ?, ?)",
        (release_id, at, by, reason, listed),
    )
    for kind, name, frame in parts:
        catalogue.execute(
            """INSERT INTO item (release_id, kind, name, rows, previous) VALUES (?1, ?2, ?3, ?4,
            (SELECT release_id FROM current WHERE kind = ?2 AND name = ?3))""",
            (release_id, kind, name, len(frame)),
        )
        catalogue.execute("REPLACE INTO current VALUES (?, ?, ?)", (kind, name, release_id))
    _enter_log(catalogue, "publish", release_id, by, reason, at)


def _enter_log(
    catalogue: sqlite3.Connection, action: str, release_id: str, by: str, reason: str, at: str
) -> None:
    catalogue.execute(
        "INSERT INTO log (state, at, action, release_id, by, reason) VALUES (?, ?, ?, ?, ?, ?)",
        (secrets.token_hex(4), at, action, release_id, by, reason),
    )


def _enter_published(
    catalogue: sqlite3.Connection, name: str, frame: pd.DataFrame, entry: int | None = None
) -> None:
    """Enter in the ledger what differs from the newest entries, and what is no more there.

    ``entry`` is a number in the log; the newest when None.
    """
    if entry is None:
        (entry,) = catalogue.execute("SELECT max(number) FROM log").fetchone()
    before = _ledger_frame(catalogue.execute(_NEWEST, (name,)).fetchall(), LEDGER)
    after = frame[list(LEDGER)].astype({"count": float, "shown": bool})
    both = after.merge(before, on=_PLACE, how="outer", suffixes=("", "_before"), indicator=True)
    gone, new = both["_merge"] == "right_only", both["_merge"] == "left_only"
    both["version"] = both["version"].mask(gone, both["version_before"])
    both["shown"] = both["shown"].mask(gone, False).astype(bool)
    same = (both["version"] == both["version_before"]) & (both["shown"] == both["shown_before"])
    same &= (both["count"] == both["count_before"]) | both[["count", "count_before"]].isna().all(
        axis=1
    )
    rows = both.loc[new | ~same, list(LEDGER)].sort_values(_PLACE, kind="stable")
    catalogue.executemany(
        """INSERT INTO published (entry, indicator_id, level, area_id, period, category, version,
        count, shown) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            (entry, name, *text, None if np.isnan(count) else count, int(shown))
            for *text, count, shown in rows.itertuples(index=False)
        ),
    )


def _take_back_published(catalogue: sqlite3.Connection, release_id: str) -> None:
    """Enter in the ledger what stands again after a roll back."""
    catalogue.execute(
        """INSERT INTO published (entry, indicator_id, level, area_id, period, category, version,
        count, shown)
        SELECT (SELECT max(number) FROM log), t.indicator_id, t.level, t.area_id, t.period,
        t.category, coalesce(stood.version, t.version), stood.count, coalesce(stood.shown, 0)
        FROM (SELECT indicator_id, level, area_id, period, category, max(version) AS version,
            min(entry) AS since FROM published
            WHERE entry >= (SELECT min(number) FROM log WHERE release_id = ?1)
            AND indicator_id IN
                (SELECT name FROM item WHERE release_id = ?1 AND kind = 'protected')
            GROUP BY indicator_id, level, area_id, period, category) AS t
        LEFT JOIN published AS stood ON stood.number = (SELECT max(e.number) FROM published AS e
            WHERE e.indicator_id = t.indicator_id AND e.level = t.level
            AND e.area_id = t.area_id AND e.period = t.period AND e.category = t.category
            AND e.entry < t.since)""",
        (release_id,),
    )


def _ledger_frame(rows: Sequence[tuple[object, ...]], columns: Sequence[str]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(columns))
    texts = [one for one in columns if one not in ("entry", "count", "shown")]
    return frame.astype({**dict.fromkeys(texts, "str"), "count": float, "shown": bool})


def _state(catalogue: sqlite3.Connection) -> str:
    found = catalogue.execute("SELECT state FROM log ORDER BY number DESC LIMIT 1").fetchone()
    return "empty" if found is None else str(found[0])


def _log(catalogue: sqlite3.Connection) -> list[LogEntry]:
    found = catalogue.execute(
        """SELECT number, at, action, release_id, by, reason, state FROM log
        ORDER BY number DESC"""
    )
    return [LogEntry(*row) for row in found]


def _releases(catalogue: sqlite3.Connection, release_id: str | None = None) -> list[Release]:
    """All releases, newest first, or the one asked for."""
    items: dict[str, list[Item]] = {}
    for owner, kind, name, rows in catalogue.execute(
        """SELECT release_id, kind, name, rows FROM item
        WHERE ?1 IS NULL OR release_id = ?1 ORDER BY kind, name""",
        (release_id,),
    ):
        items.setdefault(owner, []).append(Item(kind, name, rows))
    found = catalogue.execute(
        """SELECT release_id, number, at, by, reason, sources, rolled_back FROM release
        WHERE ?1 IS NULL OR release_id = ?1 ORDER BY number DESC""",
        (release_id,),
    ).fetchall()
    return [
        Release(
            release_id=owner,
            number=number,
            at=at,
            by=by,
            reason=reason,
            sources=tuple(Source(*source) for source in json.loads(sources)),
            items=tuple(items[owner]),
            rolled_back=bool(rolled_back),
        )
        for owner, number, at, by, reason, sources, rolled_back in found
    ]
