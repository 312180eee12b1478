"""The steps of a draft: which there are, what each still asks, the title, the way on and out."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from analysis import language
from analysis.intake.examination import Examination, ExaminedFile
from analysis.intake.grids import Question
from analysis.intake.new_indicators import PREFIX
from analysis.language import gettext as _
from analysis.language import ngettext, number
from analysis.views import refreshed
from pages.shared import cached, choose, show

_OF_JOIN = ("place:", "accept:", "repeats:", "level", "others")
_OF_CHECK = ("check:",)


def steps() -> dict[str, str]:
    """Return the steps with their words."""
    return {
        "read": _("1 Read"),
        "join": _("2 Join"),
        "check": _("3 Check"),
        "changes": _("4 Changes"),
        "publish": _("5 Publish"),
    }


def step_of(question: Question) -> str:
    """Return the step that asks a question."""
    if question.id.startswith(_OF_JOIN):
        return "join"
    return "check" if question.id.startswith(_OF_CHECK) else "read"


def open_at(found: Examination | ExaminedFile, step: str) -> list[Question]:
    """Return what a step still asks."""
    return [one for one in found.questions if step_of(one) == step]


def first_open(found: Examination) -> str:
    """Return the first step that asks anything; what changes, when none does."""
    return next((step for step in steps() if open_at(found, step)), "changes")


def opening(found: Examination, step: str) -> tuple[str, str]:
    """Say in a title what a step shows of a draft, and below it what that means."""
    if found.decision == "refused":
        return _("This draft cannot be published"), _("The checks say why.")
    if not any(file.ledger or file.tables for file in found.files):
        title = _("The file is read; some answers are needed first")
        return title, _("What the file does not say itself is asked, never guessed.")
    title, meaning = {
        "read": _read, "check": _checked, "changes": _changed, "publish": _published,
    }.get(step, _joined)(found)  # fmt: skip
    return title, " ".join(filter(None, (_what_it_holds(found), meaning)))


def _read(found: Examination) -> tuple[str, str]:
    asked = len(open_at(found, "read"))
    if not asked:
        return _("The file is read"), _("See that each column was taken for what it is.")
    words = ngettext(
        "The file is read; {n} question is open", "The file is read; {n} questions are open", asked
    )
    return words.format(n=asked), _("What the file does not say itself is asked, never guessed.")


def _joined(found: Examination) -> tuple[str, str]:
    ledgers = [file.ledger for file in found.files if file.ledger is not None]
    if not ledgers:
        return _("A table of the territory"), _("Its rows are held against the other tables; what"
                                                " it lacks is never taken out unasked.")  # fmt: skip
    rows, matched = sum(one.rows_in for one in ledgers), sum(one.matched for one in ledgers)
    waiting, asked = sum(one.waiting for one in ledgers), len(found.questions)
    title = _("{matched} of {rows} rows find their area").format(
        matched=number(matched, 0), rows=number(rows, 0)
    )
    if waiting:
        words = ngettext("{n} waits for your decision", "{n} wait for your decision", waiting)
        title += "; " + words.format(n=number(waiting, 0))
    elif asked:
        words = ngettext("{n} question is open", "{n} questions are open", asked)
        title += "; " + words.format(n=asked)
    return title, _("Nothing is dropped and nothing is guessed: every row is joined, set aside with"
                    " a reason, or waiting.")  # fmt: skip


def _checked(found: Examination) -> tuple[str, str]:
    asked = len(open_at(found, "check"))
    if asked:
        words = ngettext("{n} check needs your answer", "{n} checks need your answer", asked)
        return words.format(n=asked), _("What is unlikely may still be right: your answer is"
                                        " recorded with the release.")  # fmt: skip
    if not found.changes and not found.table_changes:
        return _("The figures are checked after the join"), ""
    return _("No check stands in the way"), _("An empty finding is no promise; look at what changes"
                                              " as well.")  # fmt: skip


def _changed(found: Examination) -> tuple[str, str]:
    counts = [one.counts for one in found.changes.values()]
    counts += [one.counts for one in found.table_changes.values()]
    if not counts:
        return _("What changes is not known yet"), ""
    total = {kind: sum(one[kind] for one in counts) for kind in counts[0]}
    if not any(total.values()):
        return _("Nothing differs from what is published"), ""
    if found.table_changes:
        words = {
            "new": ngettext("{n} new row", "{n} new rows", total["new"]),
            "changed": ngettext("{n} changed row", "{n} changed rows", total["changed"]),
            "gone": ngettext("{n} row gone", "{n} rows gone", total["gone"]),
        }
    else:
        words = {
            "new": ngettext("{n} new figure", "{n} new figures", total["new"]),
            "changed": ngettext("{n} changed figure", "{n} changed figures", total["changed"]),
            "gone": ngettext("{n} figure gone", "{n} figures gone", total["gone"]),
        }
    words |= {
        "status": ngettext("{n} other status", "{n} other statuses", total["status"]),
    }
    said = [words[kind].format(n=number(many, 0)) for kind, many in total.items() if many]
    meaning = _("Row by row against what is published; nothing is taken out unasked.")
    return ", ".join(said), meaning if found.table_changes else ""


def _published(found: Examination) -> tuple[str, str]:
    if found.decision == "publishable":
        return _("Ready to be published"), _("Nothing is open. Your reason stands in the release.")
    asked = len(found.questions)
    words = ngettext("{n} question is open", "{n} questions are open", asked)
    return words.format(n=asked), _("Nothing is published before each is answered.")


def _what_it_holds(found: Examination) -> str:
    titles = [_(found.territory.catalogue[one].title) for one in found.observations]
    if not titles:
        return ""
    periods = {one for frame in found.observations.values() for one in frame["period"]}
    shown = ", ".join(titles[:3]) + (" …" if len(titles) > 3 else "")
    words = ngettext("{titles}, {n} period.", "{titles}, {n} periods.", len(periods))
    return words.format(titles=shown, n=len(periods))


def facts(found: Examination) -> None:
    """Name the files, how they were read, and the draft they wait in."""
    for file in found.files:
        decided = file.reading.decided
        parts = [
            _("Source: {file}").format(file=file.file.name),
            ngettext("{n} row", "{n} rows", file.reading.rows_in).format(
                n=number(file.reading.rows_in, 0)
            ),
            file.reading.layout.format.upper(),
            decided.get("encoding", "").upper(),
            decided.get("delimiter", ""),
            _("recipe {name}").format(name=file.recipe.replace("_", " ")) if file.recipe else "",
            _("draft {id}, kept until you publish or discard it").format(id=found.draft.draft_id),
        ]
        show.quiet(" · ".join(part for part in parts if part))


def reading(found: Examination) -> None:
    """Show the first rows as they stand, and what each column was taken for."""
    for file in found.files:
        read = file.reading
        show.head(_("As it stands"), _("the first rows of {file}").format(file=file.file.name))
        st.dataframe(read.preview.head(12), hide_index=True)
        show.head(_("What each column was taken for"))
        columns = [
            (one.name, one.kind, one.decimal, _(one.about) if one.about else "")
            for one in read.columns
        ]
        show.table(refreshed.columns_table(columns), _("What each column was taken for"))
        for note in read.notes:
            show.quiet(language.capital(note.message))


def ask(found: Examination, step: str) -> None:
    """Ask what a step leaves open; answers count for the next file of this source too."""
    for file in found.files:
        # A new indicator has a form of its own.
        asked = [one for one in open_at(file, step) if not one.id.startswith(PREFIX)]
        if not asked:
            continue
        show.head(
            ngettext("{n} question", "{n} questions", len(asked)).format(n=len(asked)),
            file.file.name,
        )
        with st.form(f"{step} {file.file.checksum}"):
            given = {one.id: field(one, f"{file.file.checksum} {one.id}") for one in asked}
            if st.form_submit_button(_("Record the answers"), type=show.strong_button()):
                record(found, file, given)


def record(found: Examination, file: ExaminedFile, given: Mapping[str, str | None]) -> None:
    """Write the answers that were given into the draft, and look at it anew."""
    said = {key: one for key, one in given.items() if one}
    if said:
        cached.refresh().answer(found.draft, file.file.checksum, said)
        st.rerun()
    show.quiet(_("Nothing was chosen yet."))


def field(question: Question, key: str, label: str = "", *, hidden: bool = False) -> str | None:
    """Draw what a question is answered with: a list, or a line of text."""
    text = show.plain(label or language.capital(question.text))
    choices = {one.id: _(one.words) if one.words else one.id for one in question.choices}
    if not choices:
        return st.text_input(text, value=question.suggestion, key=key)
    ids = list(choices)
    start = ids.index(question.suggestion) if not hidden and question.suggestion in ids else None
    return st.selectbox(
        text, ids, index=start, format_func=lambda one: choices[one], key=key,
        placeholder=_("Choose …"), label_visibility="collapsed" if hidden else "visible",
    )  # fmt: skip


def given(found: Examination) -> None:
    """List the answers given so far; each can be taken back."""
    answers = {
        f"{file.file.checksum} {key}": (file, key, said)
        for file in found.files
        for key, said in file.file.answers.items()
    }
    if not answers:
        return
    words = ngettext("{n} answer given", "{n} answers given", len(answers))
    with st.popover(words.format(n=len(answers))):
        rows = [(in_words(key), said.replace("_", " ")) for _file, key, said in answers.values()]
        show.table(pd.DataFrame(rows, columns=[_("Asked"), _("Answer")]))
        with st.form("take back", border=False):
            chosen = st.selectbox(
                _("Take back"), list(answers), index=None, placeholder=_("Choose …"),
                format_func=lambda one: in_words(answers[one][1]),
            )  # fmt: skip
            if st.form_submit_button(_("Ask this again")) and chosen:
                file, key, _said = answers[chosen]
                cached.refresh().take_back(found.draft, file.file.checksum, key)
                st.rerun()


def in_words(key: str) -> str:
    """Words for a question that was answered: what kind it was, and of what."""
    kind, _colon, of = key.partition(":")
    words = {
        "place": _("area"), "accept": _("spelling"), "repeats": _("repeated rows"),
        "level": _("level"), "check": _("check"), "figure": _("indicator"), "role": _("kind"),
        "marker": _("sign"), "period": _("period"), "column": _("column"),
        "relations": _("network"),
    }  # fmt: skip
    return " · ".join(part for part in (words.get(kind, kind), of.replace("_", " ")) if part)


def way_on(found: Examination, step: str) -> None:
    """Offer the step after and before this one, and the way out."""
    order = list(steps())
    place = order.index(step)
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Discard draft"), type="tertiary"):
            cached.refresh().drafts.discard(found.draft.draft_id)
            leave()
        given(found)
        if st.button(_("To what is due"), type="tertiary"):
            leave()
        st.space("stretch")
        if place and st.button(_("Back: {step}").format(step=steps()[order[place - 1]][2:])):
            _go(order[place - 1])
        if place < len(order) - 1:
            label = _("Go on: {step}").format(step=steps()[order[place + 1]][2:])
            still = len(open_at(found, step))
            if still:
                label += " · " + ngettext("{n} open here", "{n} open here", still).format(n=still)
            if st.button(label):
                _go(order[place + 1])


def _go(step: str) -> None:
    choose.write("step", step)
    st.rerun()


def leave() -> None:
    """Go back to what is due."""
    choose.forget("draft")
    choose.forget("step")
    st.rerun()
