"""An upload that is a table of the territory: which one it is, what is wrong, what it changes.

Knows how a file of partners, ties, actions or indicators is told from a file of
figures, and that a row which the file no longer has is never taken out unasked.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import crosswalks, editable, tables
from analysis.catalogue import Catalogue
from analysis.errors import InputError, Problem
from analysis.intake.checks import Check, Level
from analysis.language import gettext as _
from analysis.language import ngettext
from analysis.territory import Territory, check_catalogue

CROSSWALKS = "crosswalks"
"""Table of the store that holds all crosswalks."""
TAKE_OUT, KEEP = "take them out", "keep them"
_SHOWN = 5


@dataclass(frozen=True, eq=False)
class TableChanges:
    """The difference between a table as it is published and as it would be.

    Parameters
    ----------
    name
        The table's.
    rows
        One row per difference: ``kind`` (``new``, ``changed``, ``gone``), the
        key columns, and of a changed row ``column, before, after`` (a row per
        column that differs); these are empty for new and gone rows.
    unchanged
        Rows that are the same.
    """

    name: str
    rows: pd.DataFrame
    unchanged: int

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed or gone; a row of a table has no status."""
        keys = self.rows.drop_duplicates(["kind", *_key(self.name)])["kind"].value_counts()
        return {kind: int(keys.get(kind, 0)) for kind in ("new", "changed", "gone", "status")}


def recognised(headings: Collection[str], file_name: str) -> str:
    """Return the table of the territory that a file is; "" when it holds figures.

    A file is a table when it has all columns the table requires and no
    unknown one, or when it is called like the table and has most of them.

    Examples
    --------
    >>> recognised(["partner_id", "name", "sector"], "export.xlsx")
    'partners'
    >>> recognised(["date", "longitude", "latitude"], "events.csv")
    ''
    """
    names = set(headings)
    if _required(tables.OBSERVATIONS) <= names:
        return ""
    stem = Path(file_name).stem.casefold()
    if crosswalks.SEPARATOR in stem and _required(tables.CROSSWALK) <= names:
        return tables.CROSSWALK.name
    called = re.sub(r"[\W\d_]+", "_", stem).strip("_")
    for table in (tables.INDICATORS, *tables.EDITABLE):
        required = _required(table)
        if required <= names <= set(table.column_names):
            return table.name
        if called == table.name and 2 * len(required & names) > len(required):
            return table.name
    return ""


def _required(table: tables.Table) -> set[str]:
    return {column.name for column in table.columns if column.required}


def _key(name: str) -> list[str]:
    if name == CROSSWALKS:
        return ["level", "from_version", "to_version", "from_id", "to_id"]
    return list(tables.TABLES[name].key)


@dataclass(frozen=True, eq=False)
class Upload:
    """A file that is a table of the territory.

    Parameters
    ----------
    item
        The table of the store it belongs to.
    rows
        Typed; the index holds line numbers.
    problems
        What is wrong with its cells.
    file
        Name of the upload.
    speaks_of
        Columns: the file speaks only of rows that are alike in them with one
        of its own. Empty when it speaks for the whole table.
    brings
        Columns it fills; the others stay as published. Empty when it fills all.
    """

    item: str
    rows: pd.DataFrame
    problems: tuple[Problem, ...]
    file: str
    speaks_of: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()

    def repeats(self, other: Upload) -> bool:
        """Whether two files speak of the same rows of a table."""
        own = list(self.speaks_of)
        if self.item != other.item or not (own and other.speaks_of):
            return self.item == other.item
        spoken = pd.MultiIndex.from_frame(self.rows[own])
        return bool(spoken.isin(pd.MultiIndex.from_frame(other.rows[own])).any())


def read_table(raw: pd.DataFrame, name: str, file: str, territory: Territory) -> Upload:
    """Read an upload as a table of the territory.

    Parameters
    ----------
    raw
        Cells as text under their headings; the index holds line numbers.
    name
        As :func:`recognised` returns it.
    file
        Name of the upload.
    """
    text = raw[(raw != "").any(axis=1)]
    if name == tables.CROSSWALK.name:
        bridge, problems = crosswalks.crosswalk_of(Path(file).name, text, territory.areas)
        rows = crosswalks.as_table([bridge] if bridge else [])
        own = ("level", "from_version", "to_version")
        return Upload(CROSSWALKS, rows, tuple(problems), file, speaks_of=own)
    typed, problems = tables.validate(text, tables.TABLES[name], file)
    if name == tables.INDICATORS.name:
        typed = typed.fillna({"decimals": 1, "multiplier": 1})
    return Upload(name, typed, tuple(problems), file)


def as_it_would_stand(
    upload: Upload, standing: pd.DataFrame | None, answers: Mapping[str, str]
) -> tuple[pd.DataFrame, list[Check]]:
    """Return a table as it would be published, and what has to be asked first.

    Parameters
    ----------
    standing
        What is published of its table; None when nothing is.
    answers
        ``check:gone:NAME`` says whether rows that the upload lacks are taken out.

    Returns
    -------
    DataFrame
        Rows of the upload; those it lacks are kept until somebody takes them
        out. What it does not speak of stays; its own crosswalk is replaced
        whole.
    """
    name, new = upload.item, upload.rows
    plain = new.reset_index(drop=True)
    if standing is None or standing.empty:
        return plain, []
    key = _key(name)
    if upload.speaks_of:
        own = list(upload.speaks_of)
        spoken = pd.MultiIndex.from_frame(new[own].drop_duplicates())
        alike = pd.MultiIndex.from_frame(standing[own]).isin(spoken)
        others, standing = standing[~alike], standing[alike]
        if name != CROSSWALKS:
            plain = _filled(plain, standing, key, upload.brings)
        plain = pd.concat([others[plain.columns], plain], ignore_index=True)
    if name == CROSSWALKS:
        return plain, []
    lacking = standing[
        ~pd.MultiIndex.from_frame(standing[key]).isin(pd.MultiIndex.from_frame(new[key]))
    ]
    if lacking.empty:
        return plain, []
    shown = "; ".join(" ".join(filter(None, row)) for row in lacking[key].head(_SHOWN).to_numpy())
    more = " ..." if len(lacking) > _SHOWN else ""
    text = ngettext(
        "{n} row of {table} that is published is not in the file ({shown}); take it out?",
        "{n} rows of {table} that are published are not in the file ({shown}); take them out?",
        len(lacking),
    ).format(n=len(lacking), table=repr(name), shown=shown + more)
    said = answers.get(f"check:gone:{name}", "")
    asked = Check("question", "gone", text, name, choices=(TAKE_OUT, KEEP))
    if said == TAKE_OUT:
        return plain, [replace(asked, level="note", choices=())]
    kept = pd.concat([plain, lacking[plain.columns]], ignore_index=True)
    return kept, [replace(asked, level="note", choices=()) if said == KEEP else asked]


def _filled(
    rows: pd.DataFrame, standing: pd.DataFrame, key: list[str], brings: Collection[str]
) -> pd.DataFrame:
    """Rows whose other columns than those brought are as published."""
    rest = [one for one in rows.columns if one not in (*key, *brings)]
    if not brings or not rest or standing.empty:
        return rows
    there = standing.drop_duplicates(key).set_index(key)[rest]
    keys = pd.MultiIndex.from_frame(rows[key])
    known = keys.isin(there.index)
    found = there.reindex(keys)
    return rows.assign(
        **{one: rows[one].where(~known, pd.Series(found[one].to_numpy(), index=rows.index))
           .astype(rows[one].dtype) for one in rest}
    )  # fmt: skip


def amended(
    standing: pd.DataFrame,
    table: tables.Table,
    before: Mapping[str, str] | None,
    after: Mapping[str, str] | None,
) -> pd.DataFrame:
    """Return a table with one row changed, added or taken out; the others in their order.

    Parameters
    ----------
    standing
        The table as it is published, cells as text.
    table
        Which one it is; its key says which row is meant.
    before
        The row as it was looked at; None adds one at the end.
    after
        The row as it is to stand; None takes it out. A column that it does
        not name keeps its cell.

    Raises
    ------
    InputError
        When nothing would differ.

    Examples
    --------
    >>> standing = pd.DataFrame({"term": ["trust", "tie"], "meaning": ["a", "b"]})
    >>> amended(standing, tables.DEFINITIONS, {"term": "tie"}, {"meaning": "c"})["meaning"].tolist()
    ['a', 'c']
    """
    here = _row_of(standing, table, before) if before else np.zeros(len(standing), dtype="bool")
    if after is None:
        rows = standing[~here]
    elif here.any():
        given = {name: cell for name, cell in after.items() if name in standing.columns}
        rows = standing.assign(
            **{name: standing[name].mask(here, cell) for name, cell in given.items()}
        )
    else:
        full = {**dict.fromkeys(standing.columns, ""), **(before or {}), **after}
        rows = pd.concat([standing, pd.DataFrame([full])[standing.columns]], ignore_index=True)
    if rows.equals(standing):
        message = "nothing differs from what is published; change a cell first"
        raise InputError([Problem(table.file, message, code="unchanged")])
    return rows.reset_index(drop=True)


def moved(standing: pd.DataFrame, table: tables.Table, before: Mapping[str, str]) -> str:
    """Say in which cells a row now stands otherwise than it was looked at; "" in none.

    Examples
    --------
    >>> standing = pd.DataFrame({"term": ["trust"], "meaning": ["b"]})
    >>> moved(standing, tables.DEFINITIONS, {"term": "trust", "meaning": "a"})
    "in this row 'meaning' is now 'b', it was 'a'"
    """
    here = standing[_row_of(standing, table, before)]
    if here.empty:
        return "this row is not there any more"
    now = here.iloc[0]
    cells = [
        f"{name!r} is now {now[name]!r}, it was {cell!r}"
        for name, cell in before.items()
        if name in now.index and now[name] != cell
    ]
    return f"in this row {'; '.join(cells)}" if cells else ""


def _row_of(standing: pd.DataFrame, table: tables.Table, row: Mapping[str, str]) -> np.ndarray:
    key = list(table.key)
    same: np.ndarray = (standing[key] == [row[name] for name in key]).all(axis=1).to_numpy()
    return same


def table_changes(name: str, after: pd.DataFrame, before: pd.DataFrame | None) -> TableChanges:
    """Say what publishing a table would change, row by row of its key.

    Examples
    --------
    >>> before = pd.DataFrame({"term": ["trust", "tie"], "meaning": ["a", "b"],
    ...     "everyday_word": "", "source": ""})
    >>> after = before.assign(meaning=["a", "c"])
    >>> table_changes("definitions", after, before).rows.iloc[0].tolist()
    ['changed', 'tie', 'meaning', 'b', 'c']
    """
    key = _key(name)
    new, old = _as_text(after), _as_text(after.iloc[:0] if before is None else before)
    rest = [one for one in new.columns if one in old.columns and one not in key]
    cells = new.melt(key, rest, "column", "after").merge(
        old.melt(key, rest, "column", "before"), on=[*key, "column"]
    )
    changed = cells[cells["before"] != cells["after"]].assign(kind="changed")
    parts = [changed, _lacking(new, old, key, "new"), _lacking(old, new, key, "gone")]
    rows = pd.concat(parts, ignore_index=True)[["kind", *key, "column", "before", "after"]]
    both = len(new[key].merge(old[key], on=key))
    return TableChanges(name, rows, both - len(changed[key].drop_duplicates()))


def _as_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Cells as text, so that rows can be held against each other."""
    shown = frame.copy()
    for name in shown.columns:
        if pd.api.types.is_bool_dtype(shown[name]):
            shown[name] = shown[name].map({True: "yes", False: ""})
        elif pd.api.types.is_float_dtype(shown[name]):
            shown[name] = shown[name].map(lambda one: "" if pd.isna(one) else f"{one:.15g}")
    return shown.astype("str")


def _lacking(one: pd.DataFrame, other: pd.DataFrame, key: list[str], kind: str) -> pd.DataFrame:
    """Keys of one table that the other does not have."""
    there = pd.MultiIndex.from_frame(one[key]).isin(pd.MultiIndex.from_frame(other[key]))
    return one.loc[~there, key].assign(kind=kind, column="", before="", after="")


def with_catalogue(territory: Territory, rows: pd.DataFrame) -> Territory:
    """Return the territory with more rows of ``indicators.csv``, in the place of their like."""
    standing = territory.catalogue.frame
    others = standing[~standing["indicator_id"].isin(rows["indicator_id"])]
    together = pd.concat([others, rows[standing.columns]], ignore_index=True)
    return replace(territory, catalogue=Catalogue(together))


def check_upload(
    upload: Upload,
    would_stand: Mapping[str, pd.DataFrame],
    territory: Territory,
    published: Collection[str],
    today: dt.date,
) -> list[Check]:
    """Say what is wrong with an upload, and hold it against the tables beside it.

    Parameters
    ----------
    would_stand
        All editable tables as they would be published.
    territory
        With the catalogue as it would be published.
    published
        Indicators with figures: none may lose its row of the catalogue.
    today
        Day of the upload: nothing it tells of can be later.
    """
    problems = list(upload.problems)
    if not problems and upload.item == tables.INDICATORS.name:
        problems += _check_rows(upload, territory)
        problems += [
            Problem(
                upload.file,
                _("{one!r} has published figures; keep its row").format(one=one),
                code="in_use",
            )
            for one in published
            if one not in territory.catalogue
        ]
    elif upload.item in editable.NAMES:
        others = {name: rows for name, rows in would_stand.items() if name in editable.NAMES}
        beside = {**others, upload.item: upload.rows}
        found = editable.check_tables(
            beside, territory, files={upload.item: upload.file}, today=today
        )
        told = {(one.row, one.column) for one in problems}
        problems += [
            one for one in found if one.file == upload.file and (one.row, one.column) not in told
        ]
    return [refused(one) for one in problems]


def _check_rows(upload: Upload, territory: Territory) -> list[Problem]:
    """Check the rows of a catalogue that an upload brings; those that stand were checked."""
    lines = dict(zip(upload.rows["indicator_id"], upload.rows.index, strict=True))
    rows = territory.catalogue.frame
    numbered = rows.set_axis([int(lines.get(one, 0)) for one in rows["indicator_id"]], axis=0)
    found = check_catalogue(replace(territory, catalogue=Catalogue(numbered)))
    return [replace(one, file=upload.file) for one in found if one.row != 0]


def refused(problem: Problem) -> Check:
    """Return a problem of a file as a finding: an error refuses it, a note is only told."""
    level: Level = "refuse" if problem.level == "error" else "note"
    rows = (problem.row,) if problem.row else ()
    return Check(level, problem.code, problem.message, problem.column, rows)


def second_file(item: str) -> Check:
    """Return the finding that two files of one upload are the same table."""
    return Check(
        "refuse",
        "twice",
        _("two files are the table {item!r}; upload them one by one").format(item=item),
    )
