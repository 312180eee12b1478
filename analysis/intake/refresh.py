"""A refresh: from an uploaded file to a published release, with nothing dropped in silence.

Knows the order of the steps - read, join, check, see what changes, publish -
which questions each of them leaves open, and when a refresh may be published:
no check refuses, no question is open, no row waits. A draft is examined anew
from its files and answers each time, so what is shown is what is published.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from analysis import crosswalks, editable, periods, tables
from analysis.catalogue import Catalogue, Indicator
from analysis.errors import ConflictError, InputError, Problem
from analysis.intake import changes as what_changes
from analysis.intake import editing, joining, matching
from analysis.intake import recipe as recipes
from analysis.intake.changes import Changes
from analysis.intake.checks import Check
from analysis.intake.checks.identity import balance
from analysis.intake.checks.persons import persons
from analysis.intake.checks.plausibility import family, plausibility
from analysis.intake.drafts import Draft, DraftFile, Drafts
from analysis.intake.editing import TableChanges
from analysis.intake.grids import Choice, Limits, Question
from analysis.intake.joining import Ledger
from analysis.intake.new_indicators import new_rows
from analysis.intake.progress import Progress, part, silent
from analysis.intake.reading import Reading, read_file
from analysis.intake.recipe import Recipe
from analysis.intake.release import ANSWERS, STORE, publish_refresh, territory_of
from analysis.intake.tidying import ROLES, tidy_observations
from analysis.language import gettext as _
from analysis.store import Release, Source, Store, open_store
from analysis.territory import Territory

RECIPES = "recipes"
"""Folder of recipes within a territory."""
_NOTHING_TO_PUBLISH = Check(
    "refuse",
    "nothing",
    "nothing of it can be published: every row is left out or set aside; look at where each went",
)
SIGNALS = "extremism"
"""Theme whose indicators are held against each other: no form of extremism stands alone."""
OTHERS, ONE_BY_ONE = "others", "one by one"
"""Question about places that are none of the territory, and the answer that asks for each."""
FEW_PLACES = 5
"""Up to so many such places are asked about one by one."""


@dataclass(frozen=True, eq=False)
class ExaminedFile:
    """One file of a draft, as far as it is understood.

    Parameters
    ----------
    file
        Name, checksum and answers.
    reading, ledger
        What was read, and where each row went; no ledger while nothing could
        be joined.
    recipe
        Name of the recipe that was used; empty without one.
    checks
        What was found, refusals first.
    questions
        What is still open.
    observations
        Tidy rows of the columns of observations, one frame per indicator; the
        index, ``row``, holds lines of the file, 0 where a row has none.
    tables
        Tables of the territory as they would stand with this file, by name.
    new_ids
        Id of each measure that becomes a new indicator.
    """

    file: DraftFile
    reading: Reading
    ledger: Ledger | None
    recipe: str
    checks: tuple[Check, ...]
    questions: tuple[Question, ...]
    observations: Mapping[str, pd.DataFrame]
    tables: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    new_ids: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Examination:
    """A draft, examined: everything a reader needs in order to publish it or not.

    Parameters
    ----------
    changes, table_changes
        What publishing would change, by indicator and by table.
    territory
        With the catalogue as it would be published.
    """

    draft: Draft
    files: tuple[ExaminedFile, ...]
    checks: tuple[Check, ...]
    changes: Mapping[str, Changes]
    table_changes: Mapping[str, TableChanges]
    territory: Territory

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Return what is open in any file."""
        return tuple(question for file in self.files for question in file.questions)

    @property
    def decision(self) -> str:
        """``refused``, ``needs_answer`` or ``publishable``."""
        if any(check.level == "refuse" for check in self.all_checks):
            return "refused"
        return "needs_answer" if self.questions or self.waiting else "publishable"

    @property
    def waiting(self) -> int:
        """How many rows wait for a decision about their area."""
        return sum(file.ledger.waiting for file in self.files if file.ledger is not None)

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Tables of the territory as they would stand, by name."""
        return {name: frame for file in self.files for name, frame in file.tables.items()}

    @property
    def all_checks(self) -> tuple[Check, ...]:
        """Checks of the files and of the draft as a whole."""
        return (*(check for file in self.files for check in file.checks), *self.checks)

    @property
    def _notes(self) -> list[Check]:
        """What was noticed while reading and needs no answer; nothing of a file that is refused."""
        if self.decision == "refused":
            return []
        return [
            Check("note", one.code, one.message, one.column, (one.row,) if one.row else ())
            for file in self.files
            for one in file.reading.notes
        ]

    @cached_property
    def observations(self) -> dict[str, pd.DataFrame]:
        """Rows of all files together, per indicator; counts meet their denominators.

        The index holds lines while an indicator comes from one file alone.
        """
        parts: dict[str, list[pd.DataFrame]] = {}
        for file in self.files:
            for indicator_id, frame in file.observations.items():
                parts.setdefault(indicator_id, []).append(frame)
        return {name: _combined(frames) for name, frames in parts.items()}

    def as_dict(self, release: Release | None = None) -> dict[str, Any]:
        """Return the examination as plain JSON types, as the command line prints it."""
        ledgers = [file.ledger.as_dict() for file in self.files if file.ledger is not None]
        status = pd.concat(
            [frame["status"] for frame in self.observations.values()] or [pd.Series(dtype="str")]
        ).value_counts()
        counts = [one.counts for one in self.changes.values()]
        counts += [one.counts for one in self.table_changes.values()]
        return told(
            decision="published" if release else self.decision,
            release_id=release.release_id if release else None,
            draft_id=None if release or self.decision == "refused" else self.draft.draft_id,
            questions=[
                {
                    "id": one.id,
                    "text": one.text,
                    "choices": [choice.id for choice in one.choices],
                }
                for one in self.questions
            ],
            ledger=_summed(ledgers),
            status={name: int(status.get(name, 0)) for name in tables.STATUSES},
            checks=[check.as_dict() for check in (*self.all_checks, *self._notes)],
            changes={name: sum(one[name] for one in counts) for name in what_changes.KINDS},
        )


def told(**parts: Any) -> dict[str, Any]:
    """Return what the command line prints of an import; every part is there, also of a refusal."""
    nothing: dict[str, Any] = {
        "decision": "refused",
        "release_id": None,
        "draft_id": None,
        "questions": [],
        "ledger": _summed([]),
        "status": dict.fromkeys(tables.STATUSES, 0),
        "checks": [],
        "changes": dict.fromkeys(what_changes.KINDS, 0),
    }
    return {**nothing, **parts}


class Refresh:
    """Refreshes of one territory: begin a draft, answer, examine, publish, roll back.

    Parameters
    ----------
    folder
        The territory folder; its store must be built.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store: Store = open_store(folder / STORE)
        self.drafts = Drafts(folder / STORE)

    @property
    def territory(self) -> Territory:
        """The territory as it is published now."""
        return territory_of(self.store)

    @property
    def limits(self) -> Limits:
        """How large a file may be here."""
        return _limits(self.territory)

    def begin(
        self,
        files: Sequence[tuple[str, bytes]],
        *,
        by: str,
        at: dt.datetime,
        answers: Mapping[str, str] | None = None,
        keep: bool = True,
        progress: Progress = silent,
    ) -> Examination:
        """Examine new files; keep them as a draft unless they are refused.

        Parameters
        ----------
        files
            Name and content of each.
        by, at
            Who, and when.
        answers
            Answers for all of the files.
        keep
            Whether a draft is written; a dry run keeps nothing.
        progress
            Called with each step and the share of the whole that is done; what
            it raises cancels, and nothing is left behind.

        Returns
        -------
        Examination
            Of a refused file nothing is stored.

        Raises
        ------
        InputError
            When a file cannot be read at all.
        """
        draft = self.drafts.begin(by=by, at=at, state=self.store.state())
        # The same file twice is one file.
        files = list({_checksum(content): (name, content) for name, content in files}.values())
        entries = tuple(
            DraftFile(Path(name).name, _checksum(content), dict(answers or {}))
            for name, content in files
        )
        draft = replace(draft, files=entries)
        found = self._whole(draft, [content for _name, content in files], part(progress, 0, 0.95))
        try:
            if keep and found.decision != "refused":
                progress(_("keeping the draft"), 0.95)
                for name, content in files:
                    self.drafts.add(replace(draft, files=()), name, content)
                self.drafts.save(draft)
            progress(_("examined"), 1.0)
        except BaseException:
            self.drafts.discard(draft.draft_id)
            raise
        return found

    def examine(self, draft: Draft, progress: Progress = silent) -> Examination:
        """Examine a draft anew from its files and answers; ``progress`` as in :meth:`begin`.

        A draft that turns out to hold persons is removed with its files.
        """
        contents = [self.drafts.content(draft, file) for file in draft.files]
        found = self._whole(draft, contents, part(progress, 0, 0.95))
        if any(check.code.startswith("person_") for check in found.all_checks
               if check.level == "refuse"):  # fmt: skip
            self.drafts.discard(draft.draft_id)
        progress(_("examined"), 1.0)
        return found

    def _whole(self, draft: Draft, contents: Sequence[bytes], progress: Progress) -> Examination:
        """Read each file, a large one as the longer part; then join, check and compare them.

        Tables come before figures: what a new catalogue says holds for figures beside it.
        """
        territory = self.territory
        opened: list[tuple[DraftFile, str, Reading]] = []
        done, size = 0, sum(map(len, contents)) or 1
        for file, content in zip(draft.files, contents, strict=True):
            shares = 0.5 * done / size, 0.5 * (done + len(content)) / size
            opened.append((file, *self._open(territory, file, content, part(progress, *shares))))
            done += len(content)
        examined, territory = self._examine_tables(opened, territory)
        figures = [file for file in opened if file[0].checksum not in examined]
        rows, done = sum(reading.rows_in for _file, _name, reading in figures) or 1, 0
        for file, name, reading in figures:
            shares = 0.5 + 0.3 * done / rows, 0.5 + 0.3 * (done + reading.rows_in) / rows
            one, territory = self._examine_figures(
                territory, file, name, reading, part(progress, *shares)
            )
            examined[file.checksum] = one
            done += reading.rows_in
        files = tuple(examined[file.checksum] for file in draft.files)
        return self._examined(draft, files, territory, part(progress, 0.8, 1))

    def answer(self, draft: Draft, checksum: str, answers: Mapping[str, str]) -> Draft:
        """Record answers about a file of a draft."""
        answered = draft.answered(checksum, answers)
        self.drafts.save(answered)
        return answered

    def take_back(self, draft: Draft, checksum: str, question: str) -> Draft:
        """Take an answer about a file of a draft back; it is asked again."""
        asked = draft.without(checksum, question)
        self.drafts.save(asked)
        return asked

    def publish(
        self,
        found: Examination,
        *,
        by: str,
        at: dt.datetime,
        reason: str,
        rebase: bool = False,
        progress: Progress = silent,
    ) -> Release:
        """Publish an examined draft, whole; its originals and its recipes are kept.

        Parameters
        ----------
        found
            The examination that was looked at.
        rebase
            Publish although others published the same indicators meanwhile.
        progress
            Called with each step until the release stands; what it raises
            cancels, and nothing is published or left behind then.

        Raises
        ------
        InputError
            When the draft may not be published.
        ConflictError
            When what it touches was published by somebody else meanwhile; the
            message says by whom and when.
        """
        if found.decision != "publishable":
            raise InputError(self._open_ends(found))
        if not rebase:
            self._refuse_meanwhile(found)
        self.store.collect_orphans()
        self.drafts.collect_orphans()
        sources = [
            Source(one.file.name, one.file.checksum, one.reading.rows_in) for one in found.files
        ]
        release = publish_refresh(
            self.store,
            found.observations,
            found.tables,
            by=by,
            at=at,
            reason=reason,
            sources=sources,
            answers={
                one.file.name: {**one.file.answers, **_recipe_used(one)} for one in found.files
            },
            before_commit=lambda: self.drafts.keep_originals(found.draft),
            progress=progress,
        )
        for one in found.files:
            self._keep_recipe(one)
        self.drafts.discard(found.draft.draft_id)
        return release

    def _keep_recipe(self, one: ExaminedFile) -> None:
        """Save what was answered, so that the next file of this source asks nothing."""
        if not one.file.answers or one.tables.keys() - {tables.INDICATORS.name}:
            return
        name = _recipe_used(one)["recipe"]
        named = {f"figure:{measure}": new_id for measure, new_id in one.new_ids.items()}
        said = {**one.file.answers, **named}
        known = recipes.recipe_of(one.reading, name.replace("_", " "), said)
        recipes.write_recipe(known, self._recipe_path(name))

    def roll_back(self, release_id: str, *, by: str, at: dt.datetime, reason: str) -> Release:
        """Take a release back as a whole."""
        return self.store.roll_back(release_id, by=by, reason=reason, at=at)

    def answers_of(self, release: Release) -> pd.DataFrame:
        """Return what was answered for a release: ``file, question, answer, by, at``.

        Empty for a build, and for a release that was rolled back: its answers
        went with it.
        """
        names = [
            item.name
            for item in release.items
            if item.kind == "tables" and item.name.partition("_")[0] == ANSWERS
        ]
        standing = [name for name in names if self.store.has_table(name)]
        if release.rolled_back or not standing:
            return pd.DataFrame(columns=["file", "question", "answer", "by", "at"], dtype="str")
        return pd.concat([self.store.table(name) for name in standing], ignore_index=True)

    def published_before(self, checksum: str) -> Release | None:
        """Return the release a file was published with, when it stands."""
        for release in self.store.releases():
            if not release.rolled_back and any(
                source.checksum == checksum for source in release.sources
            ):
                return release
        return None

    # ------------------------------------------------------------ steps

    def _open(
        self, territory: Territory, file: DraftFile, content: bytes, progress: Progress
    ) -> tuple[str, Reading]:
        """Read a file by the recipe it was laid out for; returns the recipe's name too."""
        named = {"file": file.name, "step": "{step}"}
        words = _("reading {file}: {step}").format(**named)
        asked = file.answers.get("recipe", "")
        if asked:  # nothing has to be read in order to find it
            recipe = recipes.read_recipe(self._recipe_path(asked))
            return asked, self._read(territory, file, content, recipe, part(progress, 0, 1, words))
        first = self._read(territory, file, content, None, part(progress, 0, 0.6, words))
        name, known = self._recipe_of(first)
        if known is None:
            return name, first
        return name, self._read(territory, file, content, known, part(progress, 0.6, 1, words))

    def _examine_tables(
        self, opened: Sequence[tuple[DraftFile, str, Reading]], territory: Territory
    ) -> tuple[dict[str, ExaminedFile], Territory]:
        """Examine the files that are tables of the territory, by checksum of the file.

        Returns the territory too, with the catalogue as it would be published.
        """
        would_stand = {
            name: self.store.table(name)
            for name in (*editable.NAMES, editing.CROSSWALKS)
            if self.store.has_table(name)
        }
        examined: dict[str, ExaminedFile] = {}
        uploads: dict[str, editing.Upload] = {}
        for file, name, reading in opened:
            table = editing.recognised(list(reading.raw.columns), file.name)
            if not table:
                continue
            checks = self._persons(territory, reading, table)
            if any(check.level == "refuse" for check in checks):
                examined[file.checksum] = ExaminedFile(
                    file, reading, None, name, tuple(checks), (), {}
                )
                continue
            upload = editing.read_table(reading.raw.astype("str"), table, file.name, territory)
            standing = self._table_as_published(upload.item)
            rows, asked = editing.as_it_would_stand(upload, standing, file.answers)
            if upload.item in {one.item for one in uploads.values()}:
                asked.append(editing.second_file(upload.item))
            uploads[file.checksum] = upload
            would_stand[upload.item] = rows
            checks, open_ends = _settled([*checks, *asked], file.answers)
            examined[file.checksum] = ExaminedFile(
                file, reading, None, name, tuple(checks), (*reading.questions, *open_ends), {},
                {upload.item: rows},
            )  # fmt: skip
        if tables.INDICATORS.name in would_stand:
            catalogue = Catalogue(would_stand[tables.INDICATORS.name])
            territory = replace(territory, catalogue=catalogue)
        published = self.store.names() if uploads else []
        for checksum, upload in uploads.items():
            found = editing.check_upload(upload, would_stand, territory, published)
            one = examined[checksum]
            examined[checksum] = replace(one, checks=(*found, *one.checks))
        return examined, territory

    def _table_as_published(self, item: str) -> pd.DataFrame | None:
        return self.store.table(item) if self.store.has_table(item) else None

    def _examine_figures(
        self,
        territory: Territory,
        file: DraftFile,
        name: str,
        reading: Reading,
        progress: Progress,
    ) -> tuple[ExaminedFile, Territory]:
        """Examine a file of figures; the territory comes back with its new indicators."""
        named = {"file": file.name}
        known = recipes.read_recipe(self._recipe_path(name)) if name else None
        answers = {**(known.answers if known else {}), **file.answers}
        progress(_("checking {file} for persons").format(**named), 0.0)
        checks = self._persons(
            territory, reading, "events" if reading.is_event_list else tables.OBSERVATIONS.name
        )
        if any(check.level == "refuse" for check in checks):
            refused = ExaminedFile(file, reading, None, name, tuple(checks), (), {})
            return refused, territory
        measured = _figures(territory, file, reading, answers)
        territory, cells = measured.territory, measured.cells
        questions, checks = [*measured.questions], [*checks, *measured.checks]
        progress(_("joining {file}").format(**named), 0.3)
        level, asked = _level(cells if len(cells) else reading.cells, territory, answers)
        questions += asked
        ledger: Ledger | None = None
        observations: dict[str, pd.DataFrame] = {}
        if level:
            known_crosswalks = self._crosswalks()
            ledger = joining.join(
                cells if len(cells) else reading.cells,
                territory,
                level,
                decisions=_answered(answers, "place:"),
                kinds_accepted=_kinds(answers, "yes"),
                others=_kinds(answers, "no") if answers.get(OTHERS) == joining.LEAVE_OUT else None,
                levels=_answered(answers, "level:"),
                repeats=_answered(answers, "repeats:"),
                known_crosswalks=known_crosswalks,
            )
            questions += _questions_of(ledger, answers, territory)
            progress(_("checking {file}").format(**named), 0.65)
            observations, found = tidy_observations(cells, ledger, territory, known_crosswalks)
            checks += found
        before = self.published_before(file.checksum)
        if before is not None:
            message = f"this very file was published as release {before.number}; nothing is new"
            checks.append(Check("note", "same_file", message))
        checks, asked = _settled(checks, answers)
        catalogue = {tables.INDICATORS.name: territory.catalogue.frame.reset_index(drop=True)}
        examined = ExaminedFile(
            file, reading, ledger, name, tuple(checks), (*questions, *asked), observations,
            catalogue if measured.new_ids else {}, measured.new_ids,
        )  # fmt: skip
        return examined, territory

    def _read(
        self,
        territory: Territory,
        file: DraftFile,
        content: bytes,
        known: Recipe | None,
        progress: Progress,
    ) -> Reading:
        return read_file(
            content,
            file.name,
            answers=file.answers,
            recipe=known,
            languages=territory.settings.languages,
            areas=frozenset(territory.areas["area_id"]) | frozenset(territory.areas["name"]),
            limits=_limits(territory),
            locate=_locator(territory),
            as_it_stands=lambda headings: (
                _is_own_format(headings) or bool(editing.recognised(headings, file.name))
            ),
            progress=progress,
        )

    def _recipe_of(self, first: Reading) -> tuple[str, Recipe | None]:
        """Find the recipe that was made from a file laid out like this."""
        for path in sorted((self.folder / RECIPES).glob("*.toml")):
            known = recipes.read_recipe(path)
            same = tuple(sorted(known.columns)) == tuple(sorted(first.layout.columns))
            if same and known.format == first.layout.format:
                return path.stem, known
        return "", None

    def _recipe_path(self, name: str) -> Path:
        return self.folder / RECIPES / f"{name}.toml"

    def _persons(self, territory: Territory, reading: Reading, kind: str) -> list[Check]:
        areas = territory.areas
        return persons(
            reading.raw,
            kind,
            place_codes=set(areas["area_id"]),
            place_names=set(areas["name"]),
        )

    def _examined(
        self,
        draft: Draft,
        files: tuple[ExaminedFile, ...],
        territory: Territory,
        progress: Progress,
    ) -> Examination:
        found = Examination(draft, files, (), {}, {}, territory)
        if found.decision == "refused":
            return found
        answers = {key: said for file in draft.files for key, said in file.answers.items()}
        checks: list[Check] = []
        changed = {}
        for number, (indicator_id, new) in enumerate(found.observations.items()):
            indicator = territory.catalogue[indicator_id]
            named = {"indicator": indicator.short_title}
            progress(
                _("plausibility: {indicator}").format(**named), number / len(found.observations)
            )
            known = indicator_id in self.store.names()
            published = self._standing(indicator_id) if known else None
            related = self._would_stand(family(indicator, territory.catalogue), found.observations)
            checks += plausibility(new, published, indicator, territory, related=related)
            progress(
                _("what changes: {indicator}").format(**named),
                (number + 0.5) / len(found.observations),
            )
            changed[indicator_id] = what_changes.changes(
                _with_values(new, indicator),
                None if published is None else _with_values(published, indicator),
                indicator,
                territory,
                bases=self._bases(indicator, found.observations),
                published_bases=self._bases(indicator, {}),
            )
        if any(territory.catalogue[one].theme == SIGNALS for one in found.observations):
            checks += balance(territory.catalogue, [*self.store.names(), *found.observations])
        settled, asked = _settled(checks, answers)
        if asked and files:
            files = (*files[:-1], replace(files[-1], questions=(*files[-1].questions, *asked)))
        tables_changed = {
            name: editing.table_changes(name, rows, self._table_as_published(name))
            for name, rows in found.tables.items()
        }
        examined = Examination(draft, files, tuple(settled), changed, tables_changed, territory)
        if found.observations or found.tables or examined.questions or examined.waiting:
            return examined
        return replace(examined, checks=(*examined.checks, _NOTHING_TO_PUBLISH))

    def _crosswalks(self) -> tuple[crosswalks.Crosswalk, ...]:
        if not self.store.has_table("crosswalks"):
            return ()
        return crosswalks.from_table(self.store.table("crosswalks"))

    def _bases(
        self, indicator: Indicator, new: Mapping[str, pd.DataFrame]
    ) -> dict[str, pd.DataFrame]:
        """Return what an indicator's counts are divided by, as it would be with new rows."""
        return self._would_stand([indicator.denominator_id], new)

    def _would_stand(
        self, names: Iterable[str], new: Mapping[str, pd.DataFrame]
    ) -> dict[str, pd.DataFrame]:
        """Return what is published of some indicators, as it would be with new rows."""
        found = {}
        for name in names:
            standing = self._standing(name) if name in self.store.names() else None
            if name in new:
                found[name] = what_changes.refreshed(new[name], standing)
            elif standing is not None:
                found[name] = standing
        return found

    def _standing(self, indicator_id: str) -> pd.DataFrame:
        return self.store.values(indicator_id, category=None, face="observations")

    def _open_ends(self, found: Examination) -> list[Problem]:
        said = [
            Problem(", ".join(one.file.name for one in found.files), check.message, code=check.code)
            for check in found.all_checks
            if check.level == "refuse"
        ]
        said += [
            Problem(file.file.name, f"still open: {question.text}", code=question.id)
            for file in found.files
            for question in file.questions
        ]
        return said or [Problem("draft", "nothing in it can be published", code="empty")]

    def _refuse_meanwhile(self, found: Examination) -> None:
        """Tell the second of two analysts what changed since the draft was begun."""
        if self.store.state() == found.draft.state:
            return
        since = []
        for entry in self.store.log():
            if entry.state == found.draft.state:
                break
            since.append(entry.release_id)
        touched = {*found.observations, *found.tables}
        others = [
            release
            for release in self.store.releases()
            if release.release_id in since and touched & {item.name for item in release.items}
        ]
        if others:
            told = "; ".join(
                f"release {one.number} by {one.by} on {one.at[:16].replace('T', ' ')}"
                f" ({one.reason})"
                for one in others
            )
            raise ConflictError(
                f"the same indicators or tables were published meanwhile: {told}; look at what changes now"
                " and publish again"
            )


# ---------------------------------------------------------------- what a file means


@dataclass(frozen=True, eq=False)
class _Measured:
    """The cells of a file that belong to indicators, and what is open or wrong about them.

    ``territory`` has the new indicators, ``new_ids`` their ids by measure.
    """

    cells: pd.DataFrame
    questions: Sequence[Question]
    checks: Sequence[Check]
    territory: Territory
    new_ids: Mapping[str, str]


def _figures(
    territory: Territory, file: DraftFile, reading: Reading, answers: Mapping[str, str]
) -> _Measured:
    """Say which indicator each cell is of.

    A file with the columns of Groundwork's own observations says itself
    what each cell is; of any other the measures are asked.
    """
    if _is_own_format(list(reading.raw.columns)):
        cells, problems = _own_cells(reading.raw, file.name, territory)
        found = [editing.refused(one) for one in problems]
        return _Measured(cells, reading.questions, found, territory, {})
    rows, ids, asked, found = new_rows(_new_measures(reading, answers), answers, territory)
    if len(rows):
        territory = editing.with_catalogue(territory, rows)
    pending = {
        key: ids.get(key.removeprefix("figure:"), recipes.LEAVE_OUT)
        for key, said in answers.items()
        if key.startswith("figure:") and said == recipes.NEW
    }
    figures = recipes.assign_indicators(
        reading,
        {one.indicator_id: one.title for one in territory.catalogue.values()},
        {**_own_ids(reading, territory), **answers, **pending},
    )
    questions = (*reading.questions, *figures.questions, *asked)
    return _Measured(figures.cells, questions, found, territory, ids)


def _new_measures(reading: Reading, answers: Mapping[str, str]) -> dict[str, str]:
    """Measures that are said to be new indicators, each with the frequency of its periods."""
    found = {}
    for key, said in answers.items():
        measure = key.removeprefix("figure:")
        if said != recipes.NEW or measure == key:
            continue
        stated = reading.cells.loc[reading.cells["measure"] == measure, "period"].astype("str")
        first = next((one for one in stated.unique() if one), "")
        found[measure] = periods.parse(first).form if first else ""
    return found


def _is_own_format(headings: Sequence[str]) -> bool:
    required = {column.name for column in tables.OBSERVATIONS.columns if column.required}
    return required <= set(headings)


def _own_cells(
    raw: pd.DataFrame, name: str, territory: Territory
) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn Groundwork's own observations into cells, a cell per figure."""
    text = raw.drop(columns=[one for one in ("name",) if one in raw.columns]).astype("str")
    text = text[(text != "").any(axis=1)]
    typed, problems = tables.validate(text, tables.OBSERVATIONS, name)
    # Repeated rows are for the ledger: it asks which one counts.
    problems = [one for one in problems if one.code != "duplicate"]
    unknown = ~typed["indicator_id"].isin(list(territory.catalogue))
    problems += [
        Problem(
            name, f"no indicator {one!r} in the catalogue; add its row first", code="unknown_id"
        )
        for one in typed.loc[unknown, "indicator_id"].unique()
    ]
    if problems:
        return pd.DataFrame(), problems
    kept = typed.assign(row=typed.index, place=typed["area_id"], place_name="", marker="")
    long = kept.melt(
        id_vars=["row", "place", "place_name", "level", "indicator_id", "period", "category",
                 "status", "marker", "break"],
        value_vars=list(ROLES), var_name="role", value_name="number",
    )  # fmt: skip
    # A row without any figure still says why there is none.
    empty = typed[list(ROLES)].isna().all(axis=1)
    alone = long["row"].map(empty) & (long["role"] == "value")
    long = long[long["number"].notna() | alone].reset_index(drop=True)
    return long.assign(measure=long["indicator_id"], text=""), []


def _own_ids(reading: Reading, territory: Territory) -> dict[str, str]:
    """Answer for measures that are indicator ids already: nothing is guessed by likeness."""
    answers = {}
    guesses = reading.cells.groupby("measure", observed=True)["role"].first()
    for measure, guess in guesses.items():
        name = str(measure)
        if name in territory.catalogue:
            answers[f"figure:{name}"] = name
            role = _own_role(territory.catalogue[name].measure, str(guess))
            if role:
                answers[f"role:{name}"] = role
    return answers


def _own_role(measure: str, guess: str) -> str:
    """Return what figures under an indicator's own id are to it; nothing where that is open."""
    if guess in ("sd", "lower", "upper"):
        return guess
    if measure == "count":
        return "count"
    return "" if measure in ("rate", "proportion") else "value"


def _level(
    cells: pd.DataFrame, territory: Territory, answers: Mapping[str, str]
) -> tuple[str, list[Question]]:
    """Find the level of a file: answered, stated, or the one whose codes it knows best; else ask."""
    said = answers.get("level")
    if said in territory.levels:
        return str(said), []
    stated = set(cells["level"].astype("str").unique())
    if "" not in stated:
        return next((one for one in territory.levels if one in stated), territory.start_level), []
    places = set(cells["place"].astype("str").unique()) - {""}
    if len(territory.levels) == 1:
        return territory.levels[0], []
    known, covered = {}, {}
    for level in territory.levels:
        areas = territory.areas[territory.areas["level"] == level]
        known[level] = len(places & (set(areas["area_id"]) | set(areas["name"])))
        covered[level] = known[level] / max(areas["area_id"].nunique(), 1)
    best = max(known, key=lambda level: known[level])
    others = max((count for level, count in known.items() if level != best), default=0)
    fits = known[best] >= 0.5 * len(places) or covered[best] >= 0.5
    if known[best] > 2 * others and fits:
        return best, []
    words = [
        Choice(
            level,
            f"{territory.settings.level(level).plural} ({count} of the file's {len(places)} places"
            " known)",
        )
        for level, count in known.items()
    ]
    text = "which level are the areas of this file of?"
    suggestion = best if known[best] > 0 else territory.start_level
    return "", [Question("level", text, tuple(words), None, suggestion)]


def _questions_of(
    ledger: Ledger, answers: Mapping[str, str], territory: Territory
) -> list[Question]:
    """Turn what waits in a ledger into questions: by level and kind first, then one by one."""
    asked, settled = _level_questions(ledger, territory)
    by_kind: set[str] = set()
    for kind, offers in ledger.suggestions_by_kind.items():
        offers = tuple(offer for offer in offers if offer.place not in settled)
        if not offers:
            continue
        if kind in joining.ONE_BY_ONE or f"accept:{kind}" in answers:
            continue
        offered_for = {offer.place for offer in offers}
        shown = "; ".join(list(dict.fromkeys(offer.words for offer in offers))[:3])
        by_kind |= offered_for
        many = "1 place is" if len(offered_for) == 1 else f"{len(offered_for)} places are"
        choices = (Choice("yes", "accept"), Choice("no", "decide one by one"))
        text = f"{many} {joining.KINDS[kind]} ({shown}); accept?"
        asked.append(Question(f"accept:{kind}", text, choices, None, "yes"))
    settled |= by_kind
    others = _others(ledger, answers, settled)
    asked += others
    for one in ledger.unmatched:
        place = one.place or one.place_name or f"{matching.ROW}{one.lines[0]}"
        if one.decided or one.outcome == joining.DUPLICATED or place in settled:
            continue
        if others and matching.is_elsewhere(one.why, one.suggestions, _kinds(answers, "no")):
            continue
        offered = [Choice(offer.choice, offer.words) for offer in one.suggestions]
        offered.append(Choice(joining.LEAVE_OUT, "leave its rows out"))
        text = f"{place!r} ({one.rows} rows): {one.words}; which area is it?"
        asked.append(Question(f"place:{place}", text, tuple(offered)))
    if "accept:identical_rows" in {question.id for question in asked}:
        return asked
    for one in ledger.unmatched:
        if one.outcome != joining.DUPLICATED or one.decided:
            continue
        which = (
            Choice(joining.FIRST, "the first"),
            Choice(joining.LAST, "the last"),
            Choice(joining.LEAVE_OUT, "none of them"),
        )
        lines = ", ".join(map(str, one.lines[:5]))
        text = f"{one.place or one.place_name!r} has several rows for the same figure ({lines});"
        asked.append(Question(f"repeats:{one.area_id}", f"{text} which one counts?", which))
    return list({question.id: question for question in asked}.values())


def _level_questions(ledger: Ledger, territory: Territory) -> tuple[list[Question], set[str]]:
    """Ask once per level of the file that the territory does not call so; and of which places."""
    waiting: dict[str, list[joining.Unmatched]] = {}
    for one in ledger.unmatched:
        if one.why == "unknown_level" and not one.decided:
            waiting.setdefault(one.level, []).append(one)
    asked = []
    for level, places in waiting.items():
        known = Counter(
            offer.level
            for one in places
            for offer in one.suggestions
            if offer.kind == "other_level" and not offer.place.startswith(matching.ROW)
        )
        choices = [
            Choice(
                each,
                f"{territory.settings.level(each).plural}"
                f" ({known[each]} of {len(places)} places known)",
            )
            for each in territory.levels
        ]
        best = max(territory.levels, key=lambda each: known[each])
        shown = ", ".join(repr(one.place_name or one.place) for one in places[:3])
        asked.append(
            Question(
                f"level:{level}",
                f"the file calls a level {level!r} ({len(places)} places: {shown}); which level is"
                " it here?",
                (*choices, Choice(joining.LEAVE_OUT, "none: leave its rows out")),
                None,
                best if known[best] else joining.LEAVE_OUT,
            )
        )
    return asked, {one.place or one.place_name for places in waiting.values() for one in places}


def _others(ledger: Ledger, answers: Mapping[str, str], settled: set[str]) -> list[Question]:
    """Ask once about places that are none of the territory, when they are many."""
    if answers.get(OTHERS) == ONE_BY_ONE:
        return []
    declined = _kinds(answers, "no")
    found = {
        one.place or one.place_name: one
        for one in ledger.unmatched
        if not one.decided
        and (one.place or one.place_name) not in settled
        and matching.is_elsewhere(one.why, one.suggestions, declined)
    }
    places = list(found.values())
    if len(places) <= FEW_PLACES:
        return []
    shown = ", ".join(repr(one.place_name or one.place) for one in places[:4])
    alike = sum(bool(one.suggestions) for one in places)
    hint = f"; {alike} of them resemble an area in part of the name" if alike else ""
    return [
        Question(
            OTHERS,
            f"{len(places):,} places are not on the map ({shown} ...){hint}; are they places"
            " elsewhere, to be left out?",
            (
                Choice(joining.LEAVE_OUT, "yes: leave their rows out"),
                Choice(ONE_BY_ONE, "no: decide one by one"),
            ),
        )
    ]


def _kinds(answers: Mapping[str, str], said: str) -> list[str]:
    """Kinds of suggestion that were accepted, or declined, for all places."""
    return [kind for kind, answer in _answered(answers, "accept:").items() if answer == said]


def _settled(
    checks: Iterable[Check], answers: Mapping[str, str]
) -> tuple[list[Check], list[Question]]:
    """Part the checks that were answered from those that still ask."""
    kept: list[Check] = []
    asked: list[Question] = []
    for check in checks:
        said = answers.get(f"check:{check.id}")
        if check.level != "question":
            kept.append(check)
        elif said is None or said not in check.choices:
            kept.append(check)
            choices = tuple(Choice(one, one) for one in check.choices)
            asked.append(Question(f"check:{check.id}", check.message, choices, check.column))
        elif said == check.choices[-1]:
            kept.append(replace(check, level="refuse"))
        else:
            kept.append(replace(check, level="note"))
    return kept, asked


def _answered(answers: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {
        key.removeprefix(prefix): said for key, said in answers.items() if key.startswith(prefix)
    }


# ---------------------------------------------------------------- tidy rows


def _with_values(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Rows with the value their counts give, so that rounding at the source is no change."""
    if indicator.measure not in ("rate", "proportion"):
        return frame
    counted = indicator.multiplier * frame["count"] / frame["denominator"]
    return frame.assign(value=counted.fillna(frame["value"]))


def _combined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several files for one indicator; what one lacks the other fills."""
    if len(frames) == 1:
        return frames[0]
    key = list(tables.KEY)
    first, *others = [frame.set_index(key) for frame in frames]
    for other in others:
        first = first.combine_first(other)
    return first.reset_index()[tables.OBSERVATIONS.column_names]


def _summed(ledgers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The ledgers of several files as one."""
    names = (
        "rows_in", "matched", "data_only", "duplicated", "ambiguous", "boundary_only", "total_in",
        "total_joined",
    )  # fmt: skip
    whole: dict[str, Any] = {name: sum(ledger[name] for ledger in ledgers) for name in names}
    whole["unmatched"] = [one for ledger in ledgers for one in ledger["unmatched"]]
    return whole


def _limits(territory: Territory) -> Limits:
    settings = territory.settings
    return Limits(size=round(1_000_000 * settings.file_megabytes), rows=round(settings.file_rows))


def _locator(territory: Territory) -> Callable[[np.ndarray, np.ndarray], Sequence[str]]:
    """Place coordinates in the areas of the level a reader starts with."""

    def locate(longitudes: np.ndarray, latitudes: np.ndarray) -> Sequence[str]:
        areas = territory.areas_of(territory.start_level)
        points = pd.Series("", index=range(len(longitudes)), dtype="str")
        tree = shapely.STRtree(areas.geometry.to_numpy())
        found, hits = tree.query(shapely.points(longitudes, latitudes), predicate="intersects")
        points.iloc[found] = areas.index.to_numpy()[hits]
        return list(points)

    return locate


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _recipe_used(one: ExaminedFile) -> dict[str, str]:
    """Name the recipe a file was read by, else the one its answers become."""
    name = one.recipe or (_slug(one.file.name) if one.file.answers else "")
    return {"recipe": name} if name else {}


def _slug(name: str) -> str:
    """Name of a recipe from the name of a file: without years, so that next year finds it."""
    words = re.findall(r"[^\W\d_]+", Path(name).stem.casefold())
    return "_".join(words) or "source"
