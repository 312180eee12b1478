"""The parts of the page *refresh*: what is due, the steps of a draft, and what is published.

Raw figures are seen here and nowhere else, by analysts; each view of them
says so.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping

import pandas as pd
import streamlit as st

from analysis import language
from analysis.catalogue import Indicator
from analysis.errors import ConflictError
from analysis.intake.grids import Question
from analysis.intake.refresh import Examination, Refresh
from analysis.language import class_text, date_text, ngettext, number, period_text, value_text
from analysis.language import gettext as _
from analysis.periods import FREQUENCIES
from analysis.territory import Territory
from pages.shared import cached, choose, show
from pages.shared.cached import Reader

RAW = "raw figures, seen by analysts on this page only"


def today() -> dt.date:
    """Return the day it is; the one clock of this page."""
    return dt.datetime.now(dt.UTC).date()


@st.cache_resource(max_entries=8, show_spinner=False)
def _refresh(path: str) -> Refresh:
    return Refresh(cached.folder())


def refresh() -> Refresh:
    """Return the refreshes of this territory."""
    return _refresh(str(cached.folder()))


@st.cache_resource(max_entries=4, show_spinner=False)
def _examined(path: str, state: str, draft_id: str, answers: tuple[str, ...]) -> Examination:
    return refresh().examine(refresh().drafts.open(draft_id))


def examined(reader: Reader, draft_id: str) -> Examination:
    """Return a draft, examined as its answers stand.

    Raises
    ------
    UnknownId
        When there is no such draft.
    """
    draft = refresh().drafts.open(draft_id)
    answers = tuple(str(sorted(file.answers.items())) for file in draft.files)
    return _examined(reader.path, reader.state, draft_id, answers)


# ---------------------------------------------------------------- what is due


def _dues(here: Territory) -> list[tuple[Indicator, int]]:
    """Indicators with the days until they are due, the latest overdue first."""
    known = [one for one in here.catalogue.values() if one.next_due]
    days = [(one, (dt.date.fromisoformat(one.next_due) - today()).days) for one in known]
    return sorted(days, key=lambda pair: pair[1])


def due_sentence(here: Territory) -> str:
    """Say what is late and what comes next."""
    dues = _dues(here)
    late = [one for one, days in dues if days < 0]
    if not dues:
        return _("No indicator says when its next figures are expected (next_due in"
                 " indicators.csv).")  # fmt: skip
    said = (
        ngettext("{n} indicator is late.", "{n} indicators are late.", len(late)).format(
            n=len(late)
        )
        if late
        else _("Nothing is late.")
    )
    coming = [one for one in dues if one[1] >= 0]
    if coming:
        indicator = coming[0][0]
        said += " " + _("Next: {title}, {date}, from {publisher}.").format(
            title=_(indicator.title), publisher=indicator.publisher or _("publisher not stated"),
            date=date_text(dt.date.fromisoformat(indicator.next_due)),
        )  # fmt: skip
    return said


def due(here: Territory) -> None:
    """Show what is due, from whom, with an empty template for each."""
    show.head(_("Due, late and from whom"))
    dues = _dues(here)
    if not dues:
        show.sentence(_("Nothing is known to be due."))
        _templates(here)
        return
    table = pd.DataFrame(
        {
            _("Indicator"): [_(one.title) for one, _days in dues],
            _("From"): [one.publisher for one, _days in dues],
            _("How often"): [_(FREQUENCIES[one.frequency]) for one, _days in dues],
            _("Due"): [date_text(dt.date.fromisoformat(one.next_due)) for one, _days in dues],
            _("State"): [_("late") if days < 0 else _("to come") for _one, days in dues],
        }
    )
    st.dataframe(table, hide_index=True)
    _templates(here)


def _templates(here: Territory) -> None:
    """Offer an empty template per indicator."""
    with st.popover(_("Empty template")):
        options = {one.indicator_id: _(one.title) for one in here.catalogue.values()}
        with choose.Row() as row:
            chosen = row.select("template", _("Indicator"), options, next(iter(options)), 320)
        st.download_button(
            _("Template (CSV)"), _template(here, here.catalogue[chosen]), f"{chosen}.csv",
            "text/csv", on_click="ignore",
        )  # fmt: skip


def _template(here: Territory, indicator: Indicator) -> bytes:
    """A row per area, ready to be filled in."""
    level = next(one for one in here.levels[::-1] if one in (indicator.levels or here.levels))
    areas = here.areas_of(level)
    counted = indicator.measure in ("count", "rate", "proportion")
    columns = ["level", "area_id", "name", "indicator_id", "period"]
    columns += ["count", "denominator"] if counted else ["value", "sd", "denominator"]
    frame = pd.DataFrame("", index=range(len(areas)), columns=[*columns, "status"])
    frame["level"], frame["indicator_id"] = level, indicator.indicator_id
    frame["area_id"], frame["name"] = areas.index, areas["name"].to_numpy()
    return frame.map(language.csv_safe).to_csv(index=False).encode("utf-8-sig")


def upload(here: Territory) -> None:
    """Take one or more files; what is refused is not kept."""
    show.head(_("Upload"), _("CSV, TSV, XLSX, ODS or Parquet; several files are one refresh"))
    files = st.file_uploader(
        _("Files"), accept_multiple_files=True, label_visibility="collapsed", key="upload",
        max_upload_size=math.ceil(here.settings.file_megabytes),
    )  # fmt: skip
    if not files or not st.button(_("Read"), type="primary"):
        return
    bar = st.progress(0.0, _("Reading"))

    def tell(step: str, share: float) -> None:
        bar.progress(share, step)

    found = refresh().begin(
        [(one.name, one.getvalue()) for one in files], by=_name(), at=dt.datetime.now(dt.UTC),
        progress=tell,
    )  # fmt: skip
    bar.empty()
    if found.decision == "refused":
        st.error(_("This was refused, and nothing of it was kept."))
        for check in found.all_checks:
            if check.level == "refuse":
                st.markdown(f"- {show.plain(language.capital(check.message))}")
        return
    choose.write("draft", found.draft.draft_id)
    choose.write("step", "read")
    st.rerun()


def drafts(here: Territory) -> None:
    """Show uploads that wait."""
    waiting = refresh().drafts.all()
    if not waiting:
        return
    show.head(_("Drafts"), _("kept until they are published or discarded"))
    for draft in waiting:
        names = ", ".join(file.name for file in draft.files)
        label = _("{names} · {by}, {at}").format(
            names=names, by=draft.by, at=date_text(dt.datetime.fromisoformat(draft.at).date())
        )
        if st.button(show.plain(label), key=f"draft {draft.draft_id}", type="tertiary"):
            choose.write("draft", draft.draft_id)
            st.rerun()


def why() -> None:
    """Say why data is collected, what happens with it and who sees it."""
    show.head(_("Why we collect, and what happens with it"))
    for text in (
        _("To see, district by district, what burdens people and what holds them together."),
        _("Partners deliver counts, never names. Files that look like records of persons are"
          " refused and not kept. Small numbers are hidden before anyone sees them."),
        _("Published figures: everyone. Releases and checks: named staff. Every change is logged."),
    ):  # fmt: skip
        show.sentence(text)


def releases(reader: Reader) -> None:
    """Show what was published, and take back what should not have been."""
    show.head(_("Releases"), _("the newest first; a release is rolled back as a whole"))
    found = refresh().store.releases()
    table = pd.DataFrame(
        {
            _("No."): [one.number for one in found],
            _("Date"): [date_text(dt.datetime.fromisoformat(one.at).date()) for one in found],
            _("By"): [one.by for one in found],
            _("Why"): [one.reason for one in found],
            _("Files"): [", ".join(source.file for source in one.sources[:3]) for one in found],
            _("State"): [_("rolled back") if one.rolled_back else _("stands") for one in found],
        }
    )
    st.dataframe(table, hide_index=True)
    standing = {one.release_id: f"{one.number} · {one.reason}" for one in found
                if not one.rolled_back}  # fmt: skip
    with st.popover(_("Roll back")):
        with choose.Row() as row:
            chosen = row.select("release", _("Release"), standing, next(iter(standing)), 320)
        reason = st.text_input(_("Reason"), key="roll back reason")
        if st.button(_("Roll this release back"), disabled=not reason.strip()):
            refresh().roll_back(chosen, by=_name(), at=dt.datetime.now(dt.UTC), reason=reason)
            st.rerun()


# ---------------------------------------------------------------- the steps of a draft


def steps(found: Examination) -> dict[str, str]:
    """Return the steps with their words."""
    return {
        "read": _("1 Read"),
        "join": _("2 Join"),
        "check": _("3 Check"),
        "changes": _("4 What changes"),
        "publish": _("5 Publish"),
    }


def opening(found: Examination) -> tuple[str, str]:
    """Say in a title how far a draft is, and below it what that means."""
    ledgers = [file.ledger for file in found.files if file.ledger is not None]
    rows, matched = sum(one.rows_in for one in ledgers), sum(one.matched for one in ledgers)
    asked = len(found.questions)
    said = _("Nothing is dropped and nothing is guessed: every row is joined, set aside with a"
             " reason, or waiting.")  # fmt: skip
    if found.decision == "refused":
        return _("This file cannot be published"), _("The checks say why.")
    if not ledgers:
        return _("The file is read; some answers are needed first"), said
    title = _("{matched} of {rows} rows find their area").format(
        matched=number(matched, 0), rows=number(rows, 0)
    )
    if asked:
        title += "; " + ngettext(
            "{n} question is open", "{n} questions are open", asked
        ).format(n=asked)  # fmt: skip
    return title, said


def facts(found: Examination) -> None:
    """Name the files and how they were read."""
    for file in found.files:
        decided = file.reading.decided
        parts = [
            file.file.name,
            _("{n} rows").format(n=number(file.reading.rows_in, 0)),
            file.reading.layout.format.upper(),
            decided.get("encoding", ""),
            decided.get("delimiter", ""),
            _("recipe {name}").format(name=file.recipe) if file.recipe else "",
            _("draft {id}").format(id=found.draft.draft_id),
        ]
        show.quiet(" · ".join(part for part in parts if part))


def reading(found: Examination) -> None:
    """Show the first rows as they stand, and what each column was taken for."""
    for file in found.files:
        show.head(_("As it stands"), f"{file.file.name} · {_(RAW)}")
        st.dataframe(file.reading.preview.head(12), hide_index=True)
        show.head(_("What each column was taken for"))
        columns = file.reading.columns
        st.dataframe(
            pd.DataFrame(
                {
                    _("Column"): [one.name for one in columns],
                    _("Holds"): [one.kind.replace("_", " ") for one in columns],
                    _("Decimal sign"): [one.decimal for one in columns],
                    _("Remark"): [one.about for one in columns],
                }
            ),
            hide_index=True,
        )
        for note in file.reading.notes:
            show.quiet(language.capital(note.message))


def joining(found: Examination) -> None:
    """Show where each row went, what waits, and the ledger of names."""
    for file in found.files:
        if file.ledger is None:
            show.empty(_("Not joined yet"), _("Answer the questions beside; then the rows find"
                                              " their areas."))  # fmt: skip
            continue
        ledger = file.ledger
        waiting = [one for one in ledger.unmatched if not one.decided]
        if waiting:
            show.head(_("Waiting for you"))
            table = pd.DataFrame(
                {
                    _("In the file"): [one.place or one.place_name for one in waiting],
                    _("Rows"): [one.rows for one in waiting],
                    _("Why it does not join"): [one.words for one in waiting],
                }
            )
            st.dataframe(table, hide_index=True)
        show.head(_("Ledger of names"))
        names = ledger.names
        st.dataframe(
            pd.DataFrame(
                {
                    _("In the file"): names["place"].where(
                        names["place"] != "", names["place_name"]
                    ),
                    _("Area"): names["area_name"],
                    _("How"): names["how"],
                    _("Rows"): names["rows"],
                }
            ),
            hide_index=True,
        )
        if ledger.boundary_only:
            here = cached.territory()
            level = str(ledger.rows["level"].iloc[0]) if len(ledger.rows) else here.start_level
            known = here.areas_of(level)["name"]
            named = [str(known.get(one, one)) for one in ledger.boundary_only[:30]]
            show.head(_("Areas without a row"))
            show.sentence(", ".join(named) + ("" if len(ledger.boundary_only) <= 30 else " …"))


_WORDS = {"refuse": "refused", "question": "needs an answer", "note": "note"}


def checks(found: Examination) -> None:
    """Show what was found, refusals first."""
    show.head(_("Safe to publish?"))
    order = {"refuse": 0, "question": 1, "note": 2}
    listed = sorted(found.all_checks, key=lambda check: order[check.level])
    if not listed:
        show.sentence(_("Nothing was found: no person records, no identity columns, nothing"
                        " implausible."))  # fmt: skip
        return
    table = pd.DataFrame(
        {
            _("Finding"): [_(_WORDS[one.level]) for one in listed],
            _("What"): [language.capital(one.message) for one in listed],
            _("Column"): [one.column or "" for one in listed],
            _("Rows"): [", ".join(map(str, one.rows[:5])) for one in listed],
        }
    )
    st.dataframe(table, hide_index=True)


def changes(here: Territory, found: Examination) -> None:
    """Show what differs from what is published, largest first."""
    if not found.changes:
        show.empty(_("What changes"), _("Nothing can be compared before the questions are"
                                        " answered."))  # fmt: skip
        return
    for indicator_id, one in found.changes.items():
        indicator = here.catalogue[indicator_id]
        counts = one.counts
        show.head(
            _(indicator.title),
            _("{new} new, {changed} changed, {gone} gone, {status} with another status").format(
                new=counts["new"], changed=counts["changed"], gone=counts["gone"],
                status=counts["status"],
            ) + f" · {_(RAW)}",
        )  # fmt: skip
        st.dataframe(_change_table(indicator, one.rows), hide_index=True)
        if len(one.classes):
            show.head(_("Areas that would be called otherwise"))
            st.dataframe(_class_table(indicator, one.classes), hide_index=True)


def _change_table(indicator: Indicator, rows: pd.DataFrame) -> pd.DataFrame:
    shown = rows.head(200)
    kinds = {"new": _("new"), "changed": _("changed"), "gone": _("gone"), "status": _("status")}
    return pd.DataFrame(
        {
            _("Area"): shown["name"].to_numpy(),
            _("Period"): [period_text(one) for one in shown["period"]],
            _("What"): [kinds[one] for one in shown["kind"]],
            _("Published"): [_figure(one, indicator) for one in shown["before"]],
            _("Then"): [_figure(one, indicator) for one in shown["after"]],
        }
    )


def _figure(value: float, indicator: Indicator) -> str:
    return "" if pd.isna(value) else value_text(value, indicator)


def _class_table(indicator: Indicator, rows: pd.DataFrame) -> pd.DataFrame:
    shown = rows.head(200)
    return pd.DataFrame(
        {
            _("Area"): shown["name"].to_numpy(),
            _("Period"): [period_text(one) for one in shown["period"]],
            _("Published"): [class_text(one, indicator) for one in shown["before"]],
            _("Then"): [class_text(one, indicator) for one in shown["after"]],
        }
    )


def publish(here: Territory, found: Examination) -> None:
    """Publish a draft, whole, with a reason."""
    show.head(_("Publish"), _("a release is accepted whole or not at all, and can be rolled back"))
    if found.decision != "publishable":
        show.sentence(_("Some questions are still open; they stand beside."))
        return
    reason = st.text_input(_("Reason"), key="publish reason")
    rebase = st.session_state.get("publish conflict") == found.draft.draft_id
    if not st.button(_("Publish"), type="primary", disabled=not reason.strip()):
        return
    try:
        release = refresh().publish(
            found, by=_name(), at=dt.datetime.now(dt.UTC), reason=reason, rebase=rebase
        )
    except ConflictError as error:
        st.session_state["publish conflict"] = found.draft.draft_id
        st.warning(show.plain(language.capital(str(error))))
        return
    st.toast(_("Release {number} is published").format(number=release.number))
    choose.forget("draft")
    st.rerun()


def questions(found: Examination) -> None:
    """Ask what is open; what is recorded counts for the next file of this source too."""
    for file in found.files:
        if not file.questions:
            continue
        show.head(
            ngettext("{n} question", "{n} questions", len(file.questions)).format(
                n=len(file.questions)
            ),
            file.file.name,
        )
        with st.form(f"questions {file.file.checksum}"):
            given: dict[str, str | None] = {}
            for question in file.questions:
                given[question.id] = _ask(question, f"{file.file.checksum} {question.id}")
            if st.form_submit_button(_("Record the answers"), type="primary"):
                said: Mapping[str, str] = {key: one for key, one in given.items() if one}
                refresh().answer(found.draft, file.file.checksum, said)
                st.rerun()


def _ask(question: Question, key: str) -> str | None:
    text = language.capital(question.text)
    choices = {one.id: one.words for one in question.choices}
    suggestion = question.suggestion
    if not choices:
        return st.text_input(text, value=suggestion, key=key)
    ids = list(choices)
    start = ids.index(suggestion) if suggestion in ids else None
    return st.selectbox(
        text, ids, index=start, format_func=lambda one: choices[one], key=key,
        placeholder=_("Choose …"),
    )  # fmt: skip


def sums(found: Examination) -> None:
    """Show that the sum comes out."""
    for file in found.files:
        if file.ledger is None:
            continue
        ledger = file.ledger
        show.head(_("The sum must come out"))
        lines = {
            _("Rows in the file"): ledger.rows_in,
            _("matched"): ledger.matched,
            _("data only"): ledger.data_only,
            _("duplicated"): ledger.duplicated,
            _("ambiguous"): ledger.ambiguous,
            _("Rows accounted for"): ledger.matched + ledger.data_only + ledger.duplicated
            + ledger.ambiguous,
        }  # fmt: skip
        st.table(pd.DataFrame({_("Rows"): list(lines), _("Count"): list(lines.values())}),
                 hide_index=True, border="horizontal")  # fmt: skip


def way_on(found: Examination, step: str) -> None:
    """Offer the next step, and the way out."""
    order = list(steps(found))
    with st.container(horizontal=True):
        if step != order[-1]:
            following = order[order.index(step) + 1]
            if st.button(_("Go on: {step}").format(step=steps(found)[following][2:])):
                choose.write("step", following)
                st.rerun()
        if st.button(_("Discard draft"), type="tertiary"):
            refresh().drafts.discard(found.draft.draft_id)
            choose.forget("draft")
            st.rerun()
        if st.button(_("Back to what is due"), type="tertiary"):
            choose.forget("draft")
            st.rerun()


def _name() -> str:
    """Who acts: local use has no sign-in, so the operator of this machine."""
    return "analyst"
