"""The steps *Check* and *What changes*: is it safe to publish, and what would readers see?"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis import language
from analysis.intake.changes import Changes
from analysis.intake.editing import TableChanges
from analysis.intake.examination import Examination
from analysis.intake.verdict import STATES, Finding, Verdict, verdicts
from analysis.language import gettext as _
from analysis.language import ngettext, number, period_text
from analysis.views import refreshed
from pages.shared import cached, choose, panels, show
from pages.shared.cached import Reader
from pages.shared.refreshing.publishing import TABLES


def safe(found: Examination) -> None:
    """Say in short, beside the join, what each check says so far."""
    show.head(_("Safe to publish?"))
    lines = [(_(one.words), show.unbroken(_(STATES[one.state]))) for one in verdicts(found)]
    show.table(pd.DataFrame(lines, columns=[_("Check"), _("State")]), _("Safe to publish?"))
    show.quiet(_("A release is accepted whole or not at all, and can be rolled back."))


def checks(found: Examination) -> None:
    """Show every kind of check with its state, what it found, and what was answered."""
    show.head(_("Safe to publish?"), _("every check, also those that found nothing"))
    rows = []
    for one in verdicts(found):
        rows.append((_(one.words), show.unbroken(_(STATES[one.state])), _summary(one)))
        rows += [("", show.unbroken(_(STATES[each.state])), _told(each)) for each in one.findings]
    titles = [_("Check"), _("State"), _("What was found")]
    show.table(pd.DataFrame(rows, columns=titles), _("Safe to publish?"))


def _summary(one: Verdict) -> str:
    if one.kind == "small_numbers" and one.count:
        words = ngettext(
            "{n} figure will be hidden from readers: it is too small, rests on too few answers, or"
            " would give a small one away.",
            "{n} figures will be hidden from readers: they are too small, rest on too few answers,"
            " or would give a small one away.",
            one.count,
        )
        return words.format(n=number(one.count, 0))
    if one.state == "not_asked":
        return {
            "balance": _("The draft holds no signals of extremism."),
            "identity": _("The draft brings no new indicator; the catalogue was checked before."),
            "plausibility": _("The draft holds no figures."),
            "small_numbers": _("The draft holds no figures."),
        }.get(one.kind, "")
    if not one.findings:
        return ""
    return ngettext("{n} finding", "{n} findings", len(one.findings)).format(n=len(one.findings))


def _told(one: Finding) -> str:
    """A finding in words, with its lines in the file and the answer that was given."""
    said = language.capital(one.check.located)
    if one.answer:
        said += " " + _("Answered: {answer}.").format(answer=one.answer)
    return said


# ---------------------------------------------------------------- what changes


def changes(reader: Reader, found: Examination) -> None:
    """Show what differs from what is published: map and table, and whose classes change."""
    if not found.changes and not found.table_changes:
        show.empty(_("What changes"), _("Nothing can be compared before the open questions of the"
                                        " steps before are answered."))  # fmt: skip
        return
    if found.changes:
        _figures(reader, found)
    for one in found.table_changes.values():
        words = _(TABLES.get(one.name, one.name.replace("_", " ")))
        source = cached.draft_source(found.draft.draft_id)
        show.head(_("Table: {name}").format(name=words), _counted(one))
        if len(one.rows):
            view = refreshed.table_differences_view(one.name, one.rows, source)
            show.view(view, f"table {one.name}", titled=False)


def _figures(reader: Reader, found: Examination) -> None:
    """Choose an indicator, a level and a period; show what differs there."""
    here = found.territory
    with choose.Row() as row:
        options = {one: _(here.catalogue[one].title) for one in found.changes}
        chosen = row.select("changed", _("Indicator"), options, next(iter(options)), 300)
        one = found.changes[chosen]
        levels = [level for level in here.map_levels if level in set(one.rows["level"])]
        level, period = "", ""
        if levels:
            words = {name: language.capital(here.settings.level(name).plural) for name in levels}
            level = row.select("at", _("Level"), words, levels[-1], 140)
            periods = {name: period_text(name) for name in one.periods(level)}
            period = row.select("of", _("Period"), periods, next(iter(periods)), 120)
    show.sentence(_counted(one))
    if level:
        _maps(reader, found, one, level, period)
    left, right = st.columns([17, 9], gap="large")
    with left:
        source = cached.draft_source(found.draft.draft_id)
        if len(one.rows):
            show.view(refreshed.differences_view(one.rows, one.indicator, source), "differences")
    with right:
        _classes(found, level, period)


def _counted(one: Changes | TableChanges) -> str:
    """How many are new, changed and gone, and how many stay as they are."""
    counts = one.counts
    said = [_("{new} new, {changed} changed, {gone} gone")]
    if isinstance(one, Changes):
        said.append(_("{status} with another status"))
    text = _("{differences}; {same} stay the same.").format(
        differences=", ".join(said).format(**{kind: number(many, 0)
                                              for kind, many in counts.items()}),
        same=number(one.unchanged, 0),
    )  # fmt: skip
    if not any(counts.values()):
        text = _("Nothing differs from what is published.")
    if isinstance(one, Changes) and one.kept:
        text += " " + ngettext(
            "{n} published figure of other periods or levels is not touched.",
            "{n} published figures of other periods or levels are not touched.", one.kept,
        ).format(n=number(one.kept, 0))  # fmt: skip
    return text


def _maps(reader: Reader, found: Examination, one: Changes, level: str, period: str) -> None:
    """Show the map of the differences and, at the same size, the partner on the other side."""
    answers, here = repr(found.draft), found.territory
    draft_id, indicator = found.draft.draft_id, one.indicator
    drawn = cached.difference_map(reader, draft_id, answers, indicator.indicator_id, level, period)
    left, right = st.columns(2, gap="medium")
    with left:
        if drawn is None:
            show.empty(_(indicator.title), _("Nothing of it is published yet on this level: every"
                                             " figure is new."))  # fmt: skip
        else:
            show.area_map(drawn, "difference", None)
    if indicator.factor == "context":
        return
    with right:
        partners = [each.indicator_id for each in here.catalogue.partners(indicator.indicator_id)]
        also = next((each for each in partners if each in found.changes), "")
        if also and period in found.changes[also].periods(level):
            beside = cached.difference_map(reader, draft_id, answers, also, level, period)
            if beside is not None:
                show.area_map(beside, "partner", None)
                return
        figures = panels.partner(reader, here, indicator, level, period)
        if figures is None:
            panels.no_partner(here, indicator)
            return
        published = cached.area_map(
            reader, figures.indicator.indicator_id, level, figures.period, "level", "",
            cached.Shades(),
        )  # fmt: skip
        show.area_map(published, "partner", None)
        show.quiet(_("As published; this draft does not touch it."))


def _classes(found: Examination, level: str, period: str) -> None:
    """Say which strengths and risks of which area would be called otherwise, there and then."""
    parts = [
        one.classes.assign(indicator_id=name)
        for name, one in found.changes.items()
        if len(one.classes)
    ]
    if not parts:
        show.head(_("Strengths and risks"))
        show.sentence(_("No area would be called otherwise against its benchmark."))
        return
    together, here = pd.concat(parts, ignore_index=True), found.territory
    shown = together
    if level:
        shown = together[(together["level"] == level) & (together["period"] == period)]
    for factor, title in (
        ("protective", _("Strengths that change class")), ("risk", _("Risks that change class")),
    ):  # fmt: skip
        table = refreshed.class_changes_table(shown, here.catalogue, factor)
        if table.empty:
            continue
        show.head(title, language.capital(here.settings.level(level).plural) if level else "")
        show.table(table, title)
    if shown.empty:
        show.head(_("Strengths and risks"))
        show.sentence(_("Here no area would be called otherwise against its benchmark."))
    further = len(together) - len(shown)
    if further:
        words = ngettext(
            "{n} further change of class is of another level or period: choose it above.",
            "{n} further changes of class are of other levels or periods: choose them above.",
            further,
        )
        show.quiet(words.format(n=number(further, 0)))
