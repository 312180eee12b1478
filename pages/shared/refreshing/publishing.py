"""The step *Publish*, and what came of it: releases, their files and answers, the way back."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pandas as pd
import streamlit as st

from analysis import editable, language
from analysis.errors import ConflictError
from analysis.intake.examination import Examination
from analysis.intake.way_back import Release, first_to_go, is_foundation
from analysis.language import N_, date_text, ngettext, number
from analysis.language import gettext as _
from analysis.territory import Territory
from pages.shared import cached, choose, frame, show
from pages.shared.refreshing import steps

SHOWN = 10
"""Releases shown before the reader asks for all."""
_CONFLICT = "publish conflict"
"""The draft of which this session was told what came in between."""
TABLES = {
    "areas": N_("areas"), "indicators": N_("catalogue of indicators"), "settings": N_("settings"),
}  # fmt: skip
_NETWORK = {"sharing": N_("information sharing"), "contacts": N_("whom to call")}
"""Tables that *Network* shows on a way of the same name."""
_INNER = ("answers", "seed", "geometry")
"""Tables that stand behind others and are nothing to a reader."""


def publish(found: Examination) -> None:
    """Publish a draft, whole, with a reason; say first what came in between."""
    show.head(_("Publish"), _("a release is accepted whole or not at all, and can be rolled back"))
    if found.decision != "publishable":
        _still_open(found)
        return
    told = st.session_state.get(_CONFLICT, ("", ""))
    again = told[0] == found.draft.draft_id
    if again:
        st.warning(show.plain(language.capital(told[1]) + "."))
    with st.form("publish"):
        reason = st.text_input(_("Reason"), placeholder=_("such as: yearly panel of 2025"))
        label = _("Publish all the same") if again else _("Publish")
        if not st.form_submit_button(label, type=show.strong_button()):
            return
    if not reason.strip():
        show.quiet(_("Say why in a few words: the reason stands in the release."))
        return
    bar = st.progress(0.0)

    def tell(step: str, share: float) -> None:
        bar.progress(share, show.plain(language.capital(step)))

    try:
        release = cached.refresh().publish(
            found, by=frame.name(), at=dt.datetime.now(dt.UTC), reason=reason.strip(),
            rebase=again,
            progress=tell,
        )  # fmt: skip
    except ConflictError as error:
        st.session_state[_CONFLICT] = found.draft.draft_id, str(error)
        st.rerun()
    choose.write("release", release.release_id)
    steps.leave()


def _still_open(found: Examination) -> None:
    """Say which steps still ask, with a way to each."""
    show.sentence(_("Not yet: something is still open."))
    for step, words in steps.steps().items():
        asked = len(steps.open_at(found, step))
        if asked:
            label = ngettext("{step}: {n} open", "{step}: {n} open", asked)
            if st.button(label.format(step=words[2:], n=asked), key=f"open {step}"):
                choose.write("step", step)
                st.rerun()


# ---------------------------------------------------------------- what was published


def releases(here: Territory) -> None:
    """List what was published, by indicator or table if so wished; each leads to its release."""
    show.head(_("What was published"), _("the newest first"))
    store = cached.refresh().store
    found = store.releases()
    items = dict.fromkeys(
        f"{item.kind}/{item.name}"
        for one in found
        for item in one.items
        if item.kind == "observations" or item.name in (*TABLES, *editable.NAMES)
    )
    options = {"": _("Everything")} | {one: _title(here, *one.split("/", 1)) for one in items}
    with choose.Row() as row:
        chosen = row.select("history", _("History of"), options, "", 320)
        if chosen:
            kind, name = chosen.split("/", 1)
            found = store.history(name, kind="tables" if kind == "tables" else "observations")
        label = _("Show all {n}").format(n=len(found))
        if len(found) > SHOWN and not row.toggle("releases", label):
            found = found[:SHOWN]
    widths = (3, 3, 3, 7, 3)
    titles = _("Release"), _("Date"), _("By"), _("Why"), _("State")
    for place, title in zip(st.columns(widths), titles, strict=True):
        with place:
            show.quiet(title)
    for one in found:
        columns = st.columns(widths, vertical_alignment="center")
        if columns[0].button(
            _("Release {n}").format(n=one.number), key=f"release {one.number}", type="tertiary"
        ):
            choose.write("release", one.release_id)
            st.rerun()
        state = _("rolled back") if one.rolled_back else _("stands")
        for place, cell in zip(columns[1:], (_day(one), one.by, one.reason, state), strict=True):
            with place:
                show.cell(cell)


def _title(here: Territory, kind: str, name: str) -> str:
    if kind == "observations":
        return _(here.catalogue[name].title) if name in here.catalogue else name.replace("_", " ")
    return _("table: {name}").format(name=_(TABLES.get(name, name.replace("_", " "))))


def _day(one: Release) -> str:
    return date_text(dt.datetime.fromisoformat(one.at).date())


def chosen_release() -> Release | None:
    """Return the release the address asks for; None when it asks for none that is known."""
    given = choose.given("release")
    found = [one for one in cached.refresh().store.releases() if one.release_id == given]
    if given and not found:
        st.warning(_("The address asks for a release that is not here; all are listed below."))
        choose.forget("release")
    return found[0] if found else None


def release_words(one: Release) -> tuple[str, str]:
    """Say in a title that a release stands or was taken back, and below it by whom and why."""
    title = _("Release {n} was rolled back") if one.rolled_back else _("Release {n} is published")
    said = _("By {by} on {date}: {reason}.").format(
        by=one.by, date=_day(one), reason=one.reason.rstrip(".")
    )
    if one.rolled_back:
        back = [entry for entry in cached.refresh().store.log()
                if entry.release_id == one.release_id and entry.action == "roll back"]  # fmt: skip
        for entry in back[:1]:
            day = date_text(dt.datetime.fromisoformat(entry.at).date())
            said += " " + _("Rolled back by {by} on {date}: {reason}.").format(
                by=entry.by, date=day, reason=entry.reason.rstrip(".")
            )
    return title.format(n=one.number), said


def release(here: Territory, one: Release) -> None:
    """Show a release: what it holds and where that is seen, its files, its answers."""
    show.head(_("What it holds"))
    held = [item for item in one.items if item.kind != "protected"
            and item.name.partition("_")[0] not in _INNER]  # fmt: skip
    rows = [(_title(here, item.kind, item.name), item.rows) for item in held]
    show.table(pd.DataFrame(rows, columns=[_("Indicator or table"), _("Rows")]))
    if not one.rolled_back:
        _where_seen(here, one)
    show.head(_("Files it came from"), _("kept byte for byte"))
    drafts = cached.refresh().drafts
    for number_of, source in enumerate(one.sources):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            words = ngettext("{n} row", "{n} rows", source.rows).format(n=number(source.rows, 0))
            show.quiet(f"{source.file} · {words} · SHA-256 {source.checksum[:12]}")
            if drafts.keeps(source.checksum):
                st.download_button(
                    _("Original"), partial(drafts.original, source.checksum),
                    source.file, key=f"original {number_of}", on_click="ignore", type="tertiary",
                )  # fmt: skip
    answers = cached.refresh().answers_of(one)
    if len(answers):
        show.head(_("Answers recorded"))
        table = pd.DataFrame(
            {
                _("Asked"): [steps.in_words(key) for key in answers["question"]],
                _("Answer"): [said.replace("_", " ") for said in answers["answer"]],
                _("By"): answers["by"],
            }
        )
        show.table(table, _("Answers recorded"))


def _where_seen(here: Territory, one: Release) -> None:
    """Lead to the pages that show what was published."""
    seen = cached.view()
    named = {item.name for item in one.items if item.kind == "tables"}
    for name, words in _NETWORK.items():
        if name in named:
            st.page_link(
                "pages/network.py", icon=":material/arrow_forward:", icon_position="right",
                label=_("Network: {title}").format(title=_(words)), query_params={"way": name},
            )  # fmt: skip
    shown = [
        item.name
        for item in one.items
        if item.kind == "observations" and item.name in here.catalogue
        and not here.catalogue[item.name].is_base
    ]  # fmt: skip
    for name in shown[:SHOWN]:
        levels = [level for level in here.map_levels if seen.periods(name, level)]
        if not levels:
            continue
        level = here.start_level if here.start_level in levels else levels[-1]
        st.page_link(
            "pages/district_map.py", icon=":material/arrow_forward:", icon_position="right",
            label=_("Map: {title}").format(title=show.plain(_(here.catalogue[name].title))),
            query_params={"indicator": name, "level": level,
                          "period": seen.periods(name, level)[-1]},
        )  # fmt: skip


def roll_back(one: Release) -> None:
    """Take a release back with a reason, or say what stands in the way."""
    show.head(_("Roll back"), _("as a whole; what stood before stands again"))
    found = cached.refresh().store.releases()
    first = first_to_go(found, one)
    if one.rolled_back:
        show.sentence(_("It is rolled back already; to have it again, upload its file again."))
    elif first:
        names = ", ".join(str(each.number) for each in first)
        show.sentence(_("Newer releases changed the same things; roll these back first, in this"
                        " order: {numbers}.").format(numbers=names))  # fmt: skip
    elif is_foundation(found, one):
        show.sentence(_("All others stand on this release: without it there is no territory."))
    else:
        with st.form("roll back"):
            reason = st.text_input(_("Reason"))
            clicked = st.form_submit_button(_("Roll this release back"))
        if clicked and reason.strip():
            cached.refresh().roll_back(
                one.release_id, by=frame.name(), at=dt.datetime.now(dt.UTC), reason=reason.strip()
            )
            st.rerun()
        elif clicked:
            show.quiet(_("Say why in a few words: the reason stands in the log."))
    if st.button(_("To what is due"), type="tertiary"):
        choose.forget("release")
        st.rerun()
