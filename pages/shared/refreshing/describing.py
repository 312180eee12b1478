"""A new indicator: its row of the catalogue, asked in one form."""

from __future__ import annotations

import streamlit as st

from analysis import language, tables
from analysis.intake.examination import Examination
from analysis.intake.grids import Question
from analysis.intake.new_indicators import PREFIX
from analysis.language import gettext as _
from pages.shared import show
from pages.shared.refreshing import steps

_ABOUT = {column.name: column for column in tables.INDICATORS.columns}


def new_indicators(found: Examination) -> None:
    """Ask for the catalogue row of each measure that is a new indicator, what is needed first."""
    for file in found.files:
        rows: dict[str, list[Question]] = {}
        for question in file.questions:
            if question.id.startswith(PREFIX):
                measure = question.id.removeprefix(PREFIX).rpartition(":")[0]
                rows.setdefault(measure, []).append(question)
        for measure, asked in rows.items():
            show.head(
                _("The new indicator “{measure}”").format(measure=measure),
                _("its row of the catalogue, published and rolled back together with its figures"),
            )
            with st.form(f"{PREFIX}{file.file.checksum} {measure}"):
                needed = [one for one in asked if _ABOUT[_column(one)].required or _wrong(one)]
                further = [one for one in asked if one not in needed]
                given = _fields(needed, file.file.checksum)
                if further:
                    with st.expander(_("Further columns, may stay empty")):
                        given |= _fields(further, file.file.checksum)
                if st.form_submit_button(_("Record the indicator"), type=show.strong_button()):
                    steps.record(found, file, given)


def _column(question: Question) -> str:
    return question.id.rpartition(":")[2]


def _wrong(question: Question) -> bool:
    """Whether an answer was given that cannot be: the question then says why."""
    return not question.text.startswith(f"{_column(question)} of the new indicator")


def _fields(asked: list[Question], checksum: str) -> dict[str, str | None]:
    """Draw the fields in two columns, each named by what its column holds."""
    given: dict[str, str | None] = {}
    for number, place in enumerate(st.columns(2, gap="large")):
        with place:
            for question in asked[number::2]:
                about = _ABOUT[_column(question)]
                label = _("{column}: {about}").format(
                    column=language.capital(about.name.replace("_", " ")), about=_(about.about)
                )
                if about.required:
                    label = _("{field} (needed)").format(field=label)
                given[question.id] = steps.field(question, f"{checksum} {question.id}", label)
                if _wrong(question):
                    show.quiet(language.capital(question.text))
    return given
