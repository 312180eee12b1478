"""The step *Join*: where each row went, what waits for a decision, and the ledger of names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from analysis.intake.examination import Examination, ExaminedFile
from analysis.intake.grids import Question
from analysis.intake.joining import KINDS, Ledger, Unmatched
from analysis.language import gettext as _
from analysis.language import ngettext, number, period_text
from analysis.territory import Territory
from analysis.views import refreshed
from pages.shared import cached, show
from pages.shared.refreshing import steps

MOST = 30
"""Decisions asked at once; the others follow when these are recorded."""
_WIDTHS = (4, 2, 3, 7, 6)


def joining(found: Examination) -> None:
    """Show where each row went, what waits, and the ledger of names."""
    for file in found.files:
        if len(found.files) > 1:
            show.quiet(file.file.name)
        if file.tables and not file.observations:
            show.empty(_("Where each row went"), _("This file is a table of the territory: its rows"
                                                   " are no figures of areas. Go on to Check."))  # fmt: skip
            continue
        level = [one for one in steps.open_at(file, "join") if one.id == "level"]
        if file.ledger is None:
            show.empty(
                _("Where each row went"),
                _("Not joined yet: first say which level the areas are of.")
                if level
                else _("Not joined yet: the step Read asks something first."),
            )
            if level:
                steps.ask(found, "join")
            continue
        show.head(_("Where each row went"))
        st.html(refreshed.rows_bar(file.ledger.fates, show.mode()).html)
        _waiting(found, file, file.ledger)
        _ledger(found.territory, file.ledger)


# ---------------------------------------------------------------- waiting


def _waiting(found: Examination, file: ExaminedFile, ledger: Ledger) -> None:
    """Ask for each place that waits, in the table itself; by kind where many are alike."""
    asked = steps.open_at(file, "join")
    if not asked:
        return
    waits = _by_question(ledger)
    show.head(_("Waiting for you"))
    with st.form(f"waiting {file.file.checksum}"):
        titles = _("In the file"), _("Rows"), _("Periods"), _("Why it does not join"), _("Decision")
        for place, title in zip(st.columns(_WIDTHS), titles, strict=True):
            with place:
                show.quiet(title)
        given: dict[str, str | None] = {}
        for question in asked[:MOST]:
            key = f"{file.file.checksum} {question.id}"
            if question.id.startswith("accept:"):
                given[question.id] = _kind_row(question, ledger, key)
            else:
                given[question.id] = _place_row(question, waits.get(question.id, ()), key)
        if len(asked) > MOST:
            show.quiet(_("The first {shown} of {all}; the others follow when these are decided.")
                       .format(shown=MOST, all=len(asked)))  # fmt: skip
        if st.form_submit_button(_("Record the decisions"), type=show.strong_button()):
            steps.record(found, file, given)


def _by_question(ledger: Ledger) -> Mapping[str, Sequence[Unmatched]]:
    """Places that wait, by the question that decides on them."""
    waits: dict[str, list[Unmatched]] = {}
    for one in ledger.unmatched:
        if not one.decided:
            waits.setdefault(one.question, []).append(one)
    return waits


def _place_row(question: Question, waits: Sequence[Unmatched], key: str) -> str | None:
    """One place: how it is written, its rows and periods, why it waits, and the decision."""
    if not waits:
        return steps.field(question, key)
    first = waits[0]
    name = first.place or first.place_name or _("no place")
    if first.place and first.place_name not in ("", first.place):
        name += f" ({first.place_name})"
    periods = sorted({one for wait in waits for one in wait.periods})
    lines = sorted({line for wait in waits for line in wait.lines})
    why = "; ".join(dict.fromkeys(wait.words for wait in waits))
    why += " " + _("(line {lines})").format(lines=", ".join(map(str, lines[:5])))
    rows = sum(wait.rows for wait in waits)
    return _row(question, (name, number(rows, 0), _span(periods), why), name, key)


def _kind_row(question: Question, ledger: Ledger, key: str) -> str | None:
    """All places of one kind of spelling: none is joined that is not named here."""
    kind = question.id.removeprefix("accept:")
    offers = ledger.suggestions_by_kind.get(kind, ())
    places = dict.fromkeys(one.place for one in offers)
    words = next(iter(places), "")
    if len(places) > 1:
        words = ngettext("{n} place", "{n} places", len(places)).format(n=len(places))
    each = "; ".join(dict.fromkeys(one.words.partition(":")[0] for one in offers))
    why = f"{_(KINDS[kind])}: {each}"
    rows = sum(one.rows for one in offers)
    waits = [one for one in ledger.unmatched if (one.place or one.place_name) in places]
    periods = _span(sorted({one for wait in waits for one in wait.periods}))
    return _row(question, (words, number(rows, 0), periods, why), _(KINDS[kind]), key)


def _row(question: Question, cells: Sequence[str], name: str, key: str) -> str | None:
    columns = st.columns(_WIDTHS, vertical_alignment="center")
    for place, cell in zip(columns, cells, strict=False):
        with place:
            show.cell(cell)
    with columns[-1]:
        label = _("Decision on {name}").format(name=name)
        return steps.field(question, key, label, hidden=True)


def _span(periods: Sequence[str]) -> str:
    """Periods as they are said: one, or from the first to the last."""
    if len(periods) < 2:
        return period_text(periods[0]) if periods else ""
    return _("{first} to {last}").format(
        first=period_text(periods[0]), last=period_text(periods[-1])
    )


# ---------------------------------------------------------------- ledger


def _ledger(here: Territory, ledger: Ledger) -> None:
    show.head(_("Ledger of names"))
    if ledger.names.empty:
        show.sentence(_("No row has found its area yet."))
        return
    names = ledger.names.assign(how=ledger.names["how"].map(_how))
    differing = ledger.differing.assign(how=ledger.differing["how"].map(_how))
    word = here.settings.level(str(ledger.names["level"].iloc[0])).name
    show.table(refreshed.names_table(differing, names, word), _("Ledger of names"))
    aside = [one for one in ledger.unmatched if one.decided]
    if aside:
        show.head(_("Set aside with a reason"))
        for one in aside[:MOST]:
            rows = ngettext("{n} row", "{n} rows", one.rows).format(n=number(one.rows, 0))
            place = one.place or one.place_name or _("no place")
            show.quiet(f"{place} · {rows} · {one.words}")


def _how(code: str) -> str:
    own = {
        "id": _("by id"), "name": _("by name"), "id and name": _("id and name agree"),
        "decided": _("as you decided"),
    }  # fmt: skip
    return own[code] if code in own else _(KINDS[code])


# ---------------------------------------------------------------- beside it


def sums(found: Examination) -> None:
    """Show that the sums come out, and which areas are without a row."""
    for file in found.files:
        if file.ledger is None:
            continue
        ledger = file.ledger
        show.head(_("The sum must come out"))
        counts = {
            "rows_in": ledger.rows_in, "matched": ledger.matched, "data_only": ledger.data_only,
            "duplicated": ledger.duplicated, "ambiguous": ledger.ambiguous, "areas": ledger.areas,
            "matched_areas": ledger.matched_areas, "boundary_only": len(ledger.boundary_only),
        }  # fmt: skip
        sums_of = refreshed.sums_table(counts)
        totals = _("Rows in the file"), _("Rows accounted for"), _("Areas on the boundary")
        show.table(sums_of, _("The sum must come out"), strong=totals, titled=False)
        if ledger.boundary_only:
            _without_row(ledger)


def _without_row(ledger: Ledger) -> None:
    """Name the areas that no row speaks of; they are not zero."""
    here = cached.territory()
    levels = ledger.by_level.loc[ledger.by_level["boundary_only"] > 0, "level"]
    areas = here.areas[here.areas["level"].isin(levels)].drop_duplicates("area_id", keep="last")
    names = areas.set_index("area_id")["name"].reindex(list(ledger.boundary_only))
    told = [str(name) if isinstance(name, str) else one for one, name in names.items()]
    show.head(_("Areas without a row"))
    shown = ", ".join(sorted(told)[:MOST])
    if len(told) > MOST:
        shown += " " + _("and {n} more").format(n=number(len(told) - MOST, 0))
    show.sentence(
        _("{names}. They stay not assessed; they are never taken for zero.").format(names=shown)
    )
