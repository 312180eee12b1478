"""Tables of words: three views of each theme side by side, and the forms of extremism over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis import perspectives as seen
from analysis import tables
from analysis.language import N_, capital, ngettext, number, reason_text
from analysis.language import gettext as _
from analysis.measures.rates import NOT_ASSESSED
from analysis.settings import Settings
from analysis.views.view import View

_COURSES = {
    seen.BETTER: N_("getting better"),
    seen.SIMILAR: N_("unchanged"),
    seen.WORSE: N_("getting worse"),
    seen.MIXED: N_("in both directions"),
}
_FIGURES = {
    seen.BETTER: N_("more favourable ({better} of {total})"),
    seen.SIMILAR: N_("similar ({total} compared)"),
    seen.WORSE: N_("less favourable ({worse} of {total})"),
    seen.MIXED: N_("mixed ({better} more, {worse} less favourable)"),
}
_TOGETHER = {
    seen.AGREE: N_("agree"),
    seen.PARTLY: N_("agree in part"),
    seen.DISAGREE: N_("disagree"),
    seen.ONLY_FIRST: N_("only figures"),
    seen.ONLY_SECOND: N_("only practitioners"),
    NOT_ASSESSED: N_("not assessed"),
}
HORIZONS = {
    "yesterday": N_("Faced yesterday"),
    "today": N_("Face today"),
    "tomorrow": N_("May face tomorrow"),
}
_FEW = 2
"""Statements written out in a cell; how many more there are stands behind them."""


def themes_view(
    here: pd.DataFrame, national: pd.DataFrame, settings: Settings, level_words: str, source: str
) -> View:
    """The national picture, the figures here and practitioners' view, theme by theme.

    Parameters
    ----------
    here
        Of :func:`analysis.perspectives.statistics_and_practice`, by theme and factor.
    national
        Of :func:`analysis.perspectives.national_and_local`.
    settings
        Titles and order of the themes, name of the territory.
    level_words
        The level of the figures, in the plural.
    source
        The source line.

    Returns
    -------
    View
        A row per theme and side, strengths of a theme before what weighs in
        it; what none of the three speaks of is left out.
    """
    rows, figures, reports = [], here.to_dict("index"), national.to_dict("index")
    for theme, title in settings.themes:
        for factor, side in (("protective", _("holds")), ("risk", _("weighs"))):
            country = reports.get((theme, factor))
            said = [_country(country), _whole(country), *_parts(figures.get((theme, factor)))]
            if any(one != reason_text("not_assessed") for one in said):
                rows.append([capital(_(title)), side, *said])
    columns = [
        _("Theme"), _("Side"), _("In the country"), settings.name,
        _("Figures of {level}").format(level=level_words), _("Practitioners"),
        _("Figures and practitioners"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns, dtype="str")
    raw = here.reset_index().merge(
        national.reset_index().rename(columns={"agreement": "national_agreement"}),
        on=["theme", "factor"], how="outer",
    )  # fmt: skip
    disagree = int((here["agreement"] == seen.DISAGREE).sum())
    return View(
        title=_("Three views side by side"),
        subline=_("what the country reports · how {name} moves · figures of {level} beside their"
                  " benchmark · what practitioners see").format(
            name=settings.name, level=level_words),
        picture=None, table=table, download=raw, source=source,
        alt=_("Table of {n} rows; figures and practitioners disagree in {disagree}.").format(
            n=len(table), disagree=disagree),
        notes=(_("Disagreement is a reason to talk, no verdict on either."),),
        filename="three_views",
    )  # fmt: skip


def together_text(agreement: str) -> str:
    """Return how the table says that figures and practitioners agree, or do not."""
    return _(_TOGETHER[agreement])


def _country(row: Mapping[Any, Any] | None) -> str:
    if row is None or row["national"] == NOT_ASSESSED:
        return reason_text("not_assessed")
    return _(_COURSES[row["national"]])


def _whole(row: Mapping[Any, Any] | None) -> str:
    if row is None or row["local"] == NOT_ASSESSED:
        return reason_text("not_assessed")
    words = _(_COURSES[row["local"]])
    if row["agreement"] == seen.DISAGREE:
        return _("{course}, other than the country").format(course=words)
    return words


def _parts(row: Mapping[Any, Any] | None) -> list[str]:
    nothing = reason_text("not_assessed")
    if row is None:
        return [nothing, nothing, nothing]
    total = int(row[seen.BETTER] + row[seen.SIMILAR] + row[seen.WORSE])
    figures = nothing
    if row["statistics"] != NOT_ASSESSED:
        figures = _(_FIGURES[row["statistics"]]).format(
            better=number(row[seen.BETTER], 0), worse=number(row[seen.WORSE], 0),
            total=number(total, 0),
        )  # fmt: skip
    return [figures, _practice(row), together_text(row["agreement"])]


def _practice(row: Mapping[Any, Any]) -> str:
    if row["practice"] == NOT_ASSESSED:
        return reason_text("not_assessed")
    strengths, burdens = int(row["strengths"]), int(row["burdens"])
    said = []
    if strengths:
        said.append(ngettext("{n} strength", "{n} strengths", strengths).format(n=strengths))
    if burdens:
        said.append(ngettext("{n} burden", "{n} burdens", burdens).format(n=burdens))
    return ", ".join(said)


def forms_view(forms: pd.DataFrame, settings: Settings, source: str) -> View:
    """All forms of extremism: faced yesterday, today, and what may come.

    Parameters
    ----------
    forms
        Of :func:`analysis.perspectives.forms_over_time`.
    settings
        Name of the territory.
    source
        The source line.
    """
    table = forms_table(forms, _FEW)
    raw = forms.assign(
        national=[" | ".join(one) for one in forms["national"]],
        practice=[" | ".join(one) for one in forms["practice"]],
        areas=[" ".join(one) for one in forms["areas"]],
    )
    known = int((forms["state"] != NOT_ASSESSED).sum())
    return View(
        title=_("All forms of extremism"),
        subline=_("signals recorded in {name} · what practitioners see here · what the country"
                  " reports").format(name=settings.name),
        picture=None, table=table, download=raw, source=source,
        alt=_("Table of five forms and three times; {n} of {total} cells are told.").format(
            n=known, total=len(forms)),
        notes=(_("No signal seen does not mean that there is none, and not assessed says"
                 " nothing."),),
        filename="forms_of_extremism",
    )  # fmt: skip


def forms_table(forms: pd.DataFrame, statements: int) -> pd.DataFrame:
    """Return a row per form with its three times in words, so many statements written out."""
    rows = []
    for form in tables.FORMS:
        part = forms[forms["form"] == form].set_index("horizon").to_dict("index")
        cells = [_told(part[at], statements) for at in HORIZONS]
        rows.append([capital(seen.form_name(form)), *cells])
    # What is mixed or unclear comes last: the forms that have a name first.
    rows = [*rows[1:], rows[0]]
    columns = [_("Form"), *(_(one) for one in HORIZONS.values())]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def _told(row: Mapping[Any, Any], statements: int) -> str:
    if row["state"] == NOT_ASSESSED:
        return reason_text("not_assessed")
    if row["state"] == seen.NOT_SEEN:
        return _("not seen: no signal recorded")
    said = []
    if row["hidden"]:
        said.append(_("signals recorded, their number hidden to protect people"))
    if row["signals"] > 0:
        count = int(row["signals"])
        said.append(ngettext("{n} signal recorded", "{n} signals recorded", count).format(
            n=number(count, 0)))  # fmt: skip
    for words, given in ((_("here: {what}"), row["practice"]), (_("country: {what}"),
                                                                row["national"])):  # fmt: skip
        if given:
            said.append(words.format(what=_few(list(dict.fromkeys(given)), statements)))
    return "; ".join(said)


def _few(given: Sequence[str], most: int) -> str:
    """Some statements written out, and how many more there are; without room how many in all."""
    if not most:
        return ngettext("{n} statement", "{n} statements", len(given)).format(n=len(given))
    shown = ", ".join(one.rstrip(".") for one in given[:most])
    more = len(given) - most
    if more <= 0:
        return shown
    return shown + ngettext(" and {n} more", " and {n} more", more).format(n=more)
