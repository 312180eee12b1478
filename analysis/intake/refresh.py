"""A refresh: from an uploaded file to a published release, with nothing dropped in silence.

Knows the order of the steps - open, join, check, see what changes, publish - and what becomes of a
draft. It is examined anew from its files and answers each time, so what is shown is what is
published.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pandas as pd

from analysis import crosswalks, editable, tables
from analysis.catalogue import Catalogue
from analysis.errors import ConflictError, InputError, Problem
from analysis.intake import editing, joining, relations
from analysis.intake import recipe as recipes
from analysis.intake.asking import (
    OTHERS,
    answered,
    kinds,
    level_of,
    questions_of,
    settle,
)
from analysis.intake.checks import Check
from analysis.intake.checks.persons import persons
from analysis.intake.consequences import examined_together
from analysis.intake.drafts import Draft, DraftFile, Drafts
from analysis.intake.examination import Examination, ExaminedFile
from analysis.intake.grids import Limits
from analysis.intake.joining import Ledger
from analysis.intake.measured import measured_cells
from analysis.intake.opening import limits_of, open_file, recipe_path
from analysis.intake.progress import Progress, part, silent
from analysis.intake.reading import Reading, UnreadFigures
from analysis.intake.release import ANSWERS, STORE, publish_refresh, table_text, territory_of
from analysis.intake.tidying import tidy_observations
from analysis.language import gettext as _
from analysis.store import Release, Source, Store, open_store
from analysis.territory import Territory


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
        return limits_of(self.territory)

    def begin(
        self,
        files: Sequence[tuple[str, bytes]],
        *,
        by: str,
        at: dt.datetime,
        answers: Mapping[str, str] | None = None,
        seen: str | None = None,
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
        seen
            State of the store that was looked at; as it is now when None.
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
        draft = self.drafts.begin(by=by, at=at, state=seen or self.store.state())
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
        today = dt.datetime.fromisoformat(draft.at).date()
        examined, territory = self._examine_tables(opened, territory, today)
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
        return examined_together(self.store, draft, files, territory, part(progress, 0.8, 1))

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
        state = self.store.state()
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
            expected_state=state,
            before_commit=lambda: self.drafts.keep_originals(found.draft),
            progress=progress,
        )
        for one in found.files:
            self._keep_recipe(one)
        self.drafts.discard(found.draft.draft_id)
        return release

    def amend(
        self,
        name: str,
        before: Mapping[str, str] | None,
        after: Mapping[str, str] | None,
        *,
        seen: str,
        by: str,
        at: dt.datetime,
        reason: str,
    ) -> Release:
        """Change one row of an editable table, and publish the table as any upload of it.

        Parameters
        ----------
        name
            Of the table.
        before
            The row as it was looked at, cells as text by column; None for a
            new row.
        after
            The row as it is to stand; None takes it out. Columns it does not
            name stay as they are.
        seen
            State of the store when the row was looked at.
        by, at, reason
            Stand in the release.

        Raises
        ------
        InputError
            When nothing differs, or the table could not be published with the
            row; nothing of it is kept then.
        ConflictError
            When the table was published anew meanwhile; the message says by
            whom, and what now stands otherwise in this very row.
        """
        table = tables.TABLES[name]
        standing = self._table_as_published(name)
        if standing is None:
            standing, _none = tables.validate(
                pd.DataFrame(columns=table.column_names, dtype="str"), table
            )
        texts = pd.read_csv(StringIO(table_text(standing)), dtype="str", keep_default_na=False)
        moved = editing.moved(texts, table, before) if before else ""
        try:
            if moved:
                self._refuse_since(seen, {name})
            rows = editing.amended(texts, table, before, after)
            content = rows.to_csv(index=False, lineterminator="\n").encode()
            found = self.begin(
                [(table.file, content)], by=by, at=at, seen=seen,
                answers={f"check:gone:{name}": editing.TAKE_OUT},
            )  # fmt: skip
            try:
                return self.publish(found, by=by, at=at, reason=reason)
            finally:
                self.drafts.discard(found.draft.draft_id)
        except ConflictError as error:
            raise ConflictError(f"{error}{moved and '; ' + moved}") from error

    def _keep_recipe(self, one: ExaminedFile) -> None:
        """Save what was answered, so that the next file of this source asks nothing."""
        if not one.file.answers or one.tables.keys() - {tables.INDICATORS.name}:
            return
        name = _recipe_used(one)["recipe"]
        named = {f"figure:{measure}": new_id for measure, new_id in one.new_ids.items()}
        said = {**one.file.answers, **named}
        known = recipes.recipe_of(one.reading, name.replace("_", " "), said)
        recipes.write_recipe(known, recipe_path(self.folder, name))

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
        """Read a file; one without figures goes on only where it is to be refused for persons."""
        try:
            return open_file(
                self.folder, territory, file, content, progress,
                as_it_stands=lambda raw: bool(self._relations(territory, file, raw)),
            )  # fmt: skip
        except UnreadFigures as error:
            found = self._persons(territory, error.reading, tables.OBSERVATIONS.name)
            if not any(check.level == "refuse" for check in found):
                raise
            return "", error.reading

    def _examine_tables(
        self,
        opened: Sequence[tuple[DraftFile, str, Reading]],
        territory: Territory,
        today: dt.date,
    ) -> tuple[dict[str, ExaminedFile], Territory]:
        """Examine the files that are tables of the territory, by checksum of the file.

        Returns the territory too, with the catalogue as it would be published.
        """
        published = {
            name: self._table_as_published(name) for name in (*editable.NAMES, editing.CROSSWALKS)
        }
        would_stand = {name: rows for name, rows in published.items() if rows is not None}
        examined: dict[str, ExaminedFile] = {}
        uploads: dict[str, editing.Upload] = {}
        related: list[tuple[DraftFile, Reading, str]] = []
        for file, name, reading in opened:
            table = editing.recognised(list(reading.raw.columns), file.name)
            if not table:
                kind = self._relations(territory, file, reading.raw)
                related += [(file, reading, kind)] if kind else []
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
            checks, open_ends = settle([*checks, *asked], file.answers)
            examined[file.checksum] = ExaminedFile(
                file, reading, None, name, tuple(checks), (*reading.questions, *open_ends), {},
                {upload.item: rows},
            )  # fmt: skip
        for file, reading, kind in related:  # after the partners they may have come with
            one, found = self._examine_relations(
                territory, file, reading, kind, would_stand, list(uploads.values()), today
            )
            examined[file.checksum] = one
            uploads |= {} if found is None else {file.checksum: found}
        # Several files may add to one table: each of them brings the whole.
        for checksum, one in examined.items():
            whole = {item: would_stand[item] for item in one.tables}
            examined[checksum] = replace(one, tables=whole)
        if tables.INDICATORS.name in would_stand:
            catalogue = Catalogue(would_stand[tables.INDICATORS.name])
            territory = replace(territory, catalogue=catalogue)
        figures = self.store.names() if uploads else []
        for checksum, upload in uploads.items():
            checks = editing.check_upload(upload, would_stand, territory, figures, today)
            one = examined[checksum]
            examined[checksum] = replace(one, checks=(*checks, *one.checks))
        return examined, territory

    def _relations(self, territory: Territory, file: DraftFile, raw: pd.DataFrame) -> str:
        """Tell which kind of relations between partners a file holds, if any."""
        partners = self._table_as_published(tables.PARTNERS.name)
        return relations.recognised(
            raw,
            _no_partners() if partners is None else partners,
            frozenset(territory.areas["area_id"]) | frozenset(territory.areas["name"]),
            file.answers,
        )

    def _examine_relations(
        self,
        territory: Territory,
        file: DraftFile,
        reading: Reading,
        kind: str,
        would_stand: dict[str, pd.DataFrame],
        uploads: Sequence[editing.Upload],
        today: dt.date,
    ) -> tuple[ExaminedFile, editing.Upload | None]:
        """Examine a survey, a matrix or edges; their ties join those that would stand."""
        partners = would_stand.get(tables.PARTNERS.name, _no_partners())
        checks = self._persons(territory, reading, "survey", partners)
        if any(check.level == "refuse" for check in checks):
            return ExaminedFile(file, reading, None, "", tuple(checks), (), {}), None
        standing = would_stand.get(tables.TIES.name)
        found = relations.read_relations(
            reading.raw, kind, file.name, partners, file.answers, today, standing
        )
        upload = found.upload
        would: dict[str, pd.DataFrame] = {}
        open_ends = [*reading.questions, *found.questions]
        if not open_ends and not upload.problems:
            rows, asked = editing.as_it_would_stand(upload, standing, file.answers)
            if any(upload.repeats(one) for one in uploads):
                asked.append(editing.second_file(upload.item))
            marked, notes = relations.with_answers(partners, found, standing)
            checks += [*asked, *notes]
            would = {tables.TIES.name: rows}
            if found.respondents is not None:
                would[tables.PARTNERS.name] = marked
            would_stand |= would
        settled, asked_yet = settle([*checks, *found.notes], file.answers)
        examined = ExaminedFile(
            file, replace(reading, columns=found.columns), None, "", tuple(settled),
            (*open_ends, *asked_yet), {}, would,
        )  # fmt: skip
        return examined, upload

    def _table_as_published(self, item: str) -> pd.DataFrame | None:
        if not self.store.has_table(item):
            return None
        return tables.completed(self.store.table(item), item)

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
        known = recipes.read_recipe(recipe_path(self.folder, name)) if name else None
        answers = {**(known.answers if known else {}), **file.answers}
        progress(_("checking {file} for persons").format(**named), 0.0)
        checks = self._persons(
            territory, reading, "events" if reading.is_event_list else tables.OBSERVATIONS.name
        )
        if any(check.level == "refuse" for check in checks):
            refused = ExaminedFile(file, reading, None, name, tuple(checks), (), {})
            return refused, territory
        measured = measured_cells(territory, file, reading, answers)
        territory, cells = measured.territory, measured.cells
        questions, checks = [*measured.questions], [*checks, *measured.checks]
        progress(_("joining {file}").format(**named), 0.3)
        level, asked = level_of(cells if len(cells) else reading.cells, territory, answers)
        questions += asked
        ledger: Ledger | None = None
        observations: dict[str, pd.DataFrame] = {}
        if level:
            known_crosswalks = self._crosswalks()
            ledger = joining.join(
                cells if len(cells) else reading.cells,
                territory,
                level,
                decisions=answered(answers, "place:"),
                kinds_accepted=kinds(answers, "yes"),
                others=kinds(answers, "no") if answers.get(OTHERS) == joining.LEAVE_OUT else None,
                levels=answered(answers, "level:"),
                repeats=answered(answers, "repeats:"),
                known_crosswalks=known_crosswalks,
            )
            questions += questions_of(ledger, answers, territory)
            progress(_("checking {file}").format(**named), 0.65)
            observations, found = tidy_observations(cells, ledger, territory, known_crosswalks)
            # What its rows say is not known while the reading asks what its cells mean.
            checks += found if not reading.questions else []
        before = self.published_before(file.checksum)
        if before is not None:
            message = _("this very file was published as release {number}; nothing is new").format(
                number=before.number
            )
            checks.append(Check("note", "same_file", message))
        checks, asked = settle(checks, answers)
        catalogue = {tables.INDICATORS.name: territory.catalogue.frame.reset_index(drop=True)}
        examined = ExaminedFile(
            file, reading, ledger, name, tuple(checks), (*questions, *asked), observations,
            catalogue if measured.new_ids else {}, measured.new_ids,
        )  # fmt: skip
        return examined, territory

    def _persons(
        self,
        territory: Territory,
        reading: Reading,
        kind: str,
        partners: pd.DataFrame | None = None,
    ) -> list[Check]:
        """Look for persons; neither areas nor partners that are known are any."""
        known = territory.areas[["area_id", "name"]].set_axis(["code", "name"], axis=1)
        if partners is not None:
            own = partners[["partner_id", "name"]].set_axis(["code", "name"], axis=1)
            known = pd.concat([known, own])
        return persons(
            reading.raw, kind, place_codes=set(known["code"]), place_names=set(known["name"])
        )

    def _crosswalks(self) -> tuple[crosswalks.Crosswalk, ...]:
        if not self.store.has_table("crosswalks"):
            return ()
        return crosswalks.from_table(self.store.table("crosswalks"))

    def _open_ends(self, found: Examination) -> list[Problem]:
        said = [
            Problem(", ".join(one.file.name for one in found.files), check.message, code=check.code)
            for check in found.all_checks
            if check.level == "refuse"
        ]
        said += [
            Problem(
                file.file.name, _("still open: {text}").format(text=question.text), code=question.id
            )
            for file in found.files
            for question in file.questions
        ]
        return said or [Problem("draft", _("nothing in it can be published"), code="empty")]

    def _refuse_meanwhile(self, found: Examination) -> None:
        """Tell the second of two analysts what changed since the draft was begun."""
        self._refuse_since(found.draft.state, {*found.observations, *found.tables})

    def _refuse_since(self, state: str, touched: Collection[str]) -> None:
        """Raise where one of these indicators or tables was published since a state."""
        if self.store.state() == state:
            return
        since = []
        for entry in self.store.log():
            if entry.state == state:
                break
            since.append(entry.release_id)
        others = [
            release
            for release in self.store.releases()
            if release.release_id in since and any(item.name in touched for item in release.items)
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


def _no_partners() -> pd.DataFrame:
    return pd.DataFrame(columns=["partner_id", "name"], dtype="str")


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
