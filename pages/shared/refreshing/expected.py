"""What the page opens with: what is due and from whom, drafts that wait, and why we collect."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import streamlit as st

from analysis.intake import due
from analysis.intake.template import indicator_template
from analysis.language import date_text, ngettext
from analysis.language import gettext as _
from analysis.territory import Territory
from analysis.views import refreshed
from pages.shared import cached, choose, show

SHOWN = 12
"""Rows shown before the reader asks for all."""


def today() -> dt.date:
    """Return the day it is; the one clock of this page."""
    return dt.datetime.now(dt.UTC).date()


def expected(here: Territory) -> pd.DataFrame:
    """Return what is due, the longest overdue first."""
    store = cached.refresh().store
    published = {one: store.current_release(one) for one in store.names()}
    return due.due(here.catalogue, today(), published)


def sentence(rows: pd.DataFrame) -> tuple[str, str]:
    """Say in a title what is late, and below it what is waited for longest and what comes next."""
    late, coming = rows[rows["state"] == due.LATE], rows[rows["state"] == due.COMING]
    if rows.empty:
        return _("No date is known for the next figures"), _(
            "No indicator says when its next figures are expected; next_due in the catalogue of"
            " indicators would."
        )
    said = []
    if len(late):
        said.append(_one(_("Longest waited for: {title}, since {date}, from {publisher}."), late))
    if len(coming):
        said.append(_one(_("Next: {title}, {date}, from {publisher}."), coming))
    return _late(late), " ".join(said)


def _late(late: pd.DataFrame) -> str:
    """How many indicators are late, and how many publishers have to be asked."""
    if late.empty:
        return _("Nothing is late")
    count, publishers = len(late), late["publisher"].replace("", pd.NA).nunique()
    said = ngettext("{n} indicator is late", "{n} indicators are late", count).format(n=count)
    if not publishers:
        return said
    from_ = ngettext("from {n} publisher", "from {n} publishers", publishers).format(n=publishers)
    return f"{said}, {from_}"


def _one(sentence: str, rows: pd.DataFrame) -> str:
    """Say a sentence of the first of some rows."""
    first = rows.iloc[0]
    return sentence.format(
        title=_(first["title"]), date=_date(first["next_due"]),
        publisher=first["publisher"] or _("a publisher not stated"),
    )  # fmt: skip


def _date(text: str) -> str:
    return date_text(dt.date.fromisoformat(text))


def due_table(here: Territory, rows: pd.DataFrame) -> None:
    """Show what is due, late and from whom, with an empty template for each indicator."""
    show.head(_("Due, late and from whom"))
    if rows.empty:
        show.sentence(_("Nothing is known to be due."))
    else:
        place, shown = st.container(), rows
        if len(rows) > SHOWN:
            label = _("Show all {n}").format(n=len(rows))
            with choose.Row() as row:
                shown = rows if row.toggle("due", label) else rows.head(SHOWN)
        table = refreshed.due_table(shown)
        for title in (_("Due"), _("State")):
            table[title] = table[title].map(show.unbroken)
        with place:
            show.table(table, _("What is due, when and from whom"))
        if (shown["state"] == due.CAME).any():
            show.quiet(_("Published since: write the next date into next_due."))
    with st.popover(_("Empty template")):
        options = {one.indicator_id: _(one.title) for one in here.catalogue.values()}
        with choose.Row() as row:
            chosen = row.select("template", _("Indicator"), options, next(iter(options)), 320)
        st.download_button(
            _("Template (CSV)"), lambda: indicator_template(here, here.catalogue[chosen]),
            f"{chosen}.csv", "text/csv", on_click="ignore",
        )  # fmt: skip


def drafts() -> None:
    """Show uploads that wait, each a step away."""
    waiting = cached.refresh().drafts.all()
    if not waiting:
        return
    show.head(_("Drafts"), _("kept until they are published or discarded"))
    for draft in waiting:
        label = _("{names} · {by}, {at}").format(
            names=", ".join(file.name for file in draft.files), by=draft.by,
            at=date_text(dt.datetime.fromisoformat(draft.at).date()),
        )  # fmt: skip
        if st.button(show.plain(label), key=f"draft {draft.draft_id}", type="tertiary"):
            choose.forget("step")
            choose.write("draft", draft.draft_id)
            st.rerun()


def why() -> None:
    """Say why data is collected, what happens with it, who sees it and what it is not for."""
    show.head(_("Why we collect, and what happens with it"))
    for title, text in (
        (_("Why we collect"),
         _("To see, district by district, what burdens people and what holds them together, and to"
           " put effort where it helps. All forms of violent extremism are looked at, and strengths"
           " as carefully as worries.")),
        (_("What happens with it"),
         _("Partners deliver counts, never names. Files that look like records of persons are"
           " refused and not kept. Small numbers are hidden before anyone sees them. A finding"
           " rests on two kinds of source at least.")),
        (_("Who sees it"),
         _("Published figures: everyone. Practitioners' views and the network: partners. Releases"
           " and checks: named staff. Every change is logged.")),
        (_("What it must not be used for"),
         _("Not to judge, find or follow persons. Not to rank districts. Not as a reason for police"
           " measures, letting, hiring, grading or permits.")),
    ):  # fmt: skip
        with st.container(gap="xxsmall"):
            st.markdown(f"**{show.plain(title)}**")
            show.sentence(text)
