"""Taking files: how far the reading is, the way out of it, and what was refused."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import streamlit as st

from analysis import language
from analysis.errors import InputError
from analysis.intake.examination import Examination
from analysis.language import gettext as _
from analysis.territory import Territory
from pages.shared import cached, choose, frame, show
from pages.shared.cached import Reader
from pages.shared.refreshing import steps

_ROUND, _SAID = "upload round", "upload said"
"""Which uploader stands (a new one forgets its files), and what became of the last files."""


def upload(reader: Reader, here: Territory) -> None:
    """Take one or more files; what is refused or cancelled is not kept."""
    show.head(_("Upload"), _("CSV, TSV, XLSX, ODS or Parquet; several files are one refresh"))
    turn = st.session_state.setdefault(_ROUND, 0)
    files = st.file_uploader(
        _("Files"), accept_multiple_files=True, label_visibility="collapsed",
        key=f"upload {turn}", max_upload_size=math.ceil(here.settings.file_megabytes),
    )  # fmt: skip
    if not files:
        _said()
    elif st.button(_("Read"), type=show.strong_button()):
        _read(reader, files)


def _said() -> None:
    """Tell what became of the last files: refused with every reason, or cancelled."""
    title, reasons = st.session_state.get(_SAID, ("", ()))
    if reasons:
        st.error("  \n".join([show.plain(title), *(f"– {show.plain(one)}" for one in reasons)]))
    elif title:
        st.info(show.plain(title))


def _say(title: str, *reasons: str) -> None:
    """Keep what is to be told, and put an empty uploader in the place of this one."""
    st.session_state[_SAID] = title, reasons
    st.session_state[_ROUND] += 1


def _read(reader: Reader, files: list[Any]) -> None:
    """Examine the files, with progress and a way out; go to the first step that asks."""
    st.session_state.pop(_SAID, None)
    place = st.empty()
    with place.container(gap="xsmall"):
        bar = st.progress(0.0, _("Reading"))
        # The click runs the page anew; this run ends at its next step, and nothing is kept.
        st.button(_("Cancel"), on_click=_say, args=(_("Cancelled. Nothing of the file was kept."),))

    def tell(step: str, share: float) -> None:
        bar.progress(share, f"{language.capital(show.plain(step))} · {share:.0%}")

    begun = cached.refresh()
    try:
        found = begun.begin(
            [(one.name, one.getvalue()) for one in files], by=frame.name(),
            at=dt.datetime.now(dt.UTC), progress=tell,
        )  # fmt: skip
    except InputError as error:
        _say(_("This file cannot be read, and nothing of it was kept."),
             *(language.capital(one.message) for one in error.problems))  # fmt: skip
        st.rerun()
    if found.decision == "refused":
        _say(_("This was refused, and nothing of it was kept."), *_refusals(found))
        st.rerun()
    try:
        cached.keep_examined(reader, found)
        choose.write("draft", found.draft.draft_id)
        choose.write("step", steps.first_open(found))
    except BaseException:
        # Cancelled at the last moment: the address does not know the draft yet.
        begun.drafts.discard(found.draft.draft_id)
        raise
    st.rerun()


def _refusals(found: Examination) -> list[str]:
    """Why nothing of it may be kept; of persons column and kind, never a line or a value."""
    return [
        language.capital(check.located) for check in found.all_checks if check.level == "refuse"
    ]
