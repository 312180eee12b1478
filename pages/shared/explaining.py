"""The parts of the page *methods*: indicators, statistics, words, purpose."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from analysis import findings, methods
from analysis.catalogue import Indicator
from analysis.language import capital
from analysis.language import gettext as _
from analysis.tables import DEFINITIONS
from analysis.territory import Territory
from analysis.views import years
from analysis.views.view import View
from pages.shared import cached, choose, show
from pages.shared.cached import Reader


def part(row: choose.Row) -> str:
    """Choose what is explained."""
    parts = {
        "indicators": _("Indicators"),
        "statistics": _("Statistics"),
        "words": _("Words"),
        "purpose": _("Purpose"),
    }
    return row.segments("about", _("About"), parts, "indicators")


def indicators(reader: Reader, here: Territory, chosen: Indicator | None) -> None:
    """Show one indicator whole, then all of them, with the catalogue as a file."""
    hidden = cached.hidden_shares(reader)
    if chosen is not None:
        show.head(_(chosen.title))
        pairs = methods.entry(
            chosen, here, cached.release_of(reader, chosen.indicator_id),
            methods.hidden_band(hidden.get(chosen.indicator_id)),
        )  # fmt: skip
        half = (len(pairs) + 1) // 2
        _beside(
            lambda: _said(_("What it is"), chosen.definition),
            lambda: _said(_("What it does not say"), chosen.caveat),
        )
        _beside(lambda: _facts(chosen, pairs[:half]), lambda: _facts(chosen, pairs[half:]))
    show.told(
        catalogue_view(reader, here),
        "catalogue",
        strong=methods.theme_words(here.catalogue, here.settings).values(),
    )


def catalogue_view(reader: Reader, here: Territory) -> View:
    """Return all indicators in words, with the catalogue as their file."""
    hidden = cached.hidden_shares(reader)
    every = [one for one in here.catalogue.values() if one.indicator_id in hidden]
    return View(
        title=_("All indicators"),
        subline=_("hidden: over all areas and periods together, in coarse bands"),
        picture=None,
        table=methods.catalogue_table(here.catalogue, here.settings, hidden),
        download=here.catalogue.frame,
        source=cached.source(reader, *every),
        alt=_("All indicators with publisher and licence, under their themes"),
        filename=f"catalogue_{here.settings.id}",
    )


def _beside(left: Callable[[], None], right: Callable[[], None]) -> None:
    for place, shown in zip(st.columns(2, gap="large"), (left, right), strict=True):
        with place:
            shown()


def _said(label: str, text: str) -> None:
    """Show what is said under a label, over as many lines as it needs."""
    with st.container(gap="xxsmall"):
        st.markdown(f"**{show.plain(label)}**")
        show.sentence(_(text) or _("not stated"))


def _facts(indicator: Indicator, pairs: list[tuple[str, str]]) -> None:
    show.table(
        pd.DataFrame(pairs, columns=[_("What"), _("In words")]),
        _("Facts about {title}").format(title=_(indicator.title)),
        titled=False,
    )


def statistics(reader: Reader, here: Territory) -> None:
    """Show what each statistic says and does not, and the printed tables that decide."""
    show.head(_("What each view can say, and what it cannot"))
    show.table(methods.says_table(), _("Each view with what it can and cannot say"))
    left, right = st.columns(2, gap="large")
    with left:
        show.head(_("When a figure is called higher or lower"))
        show.table(methods.class_table(), _("Classes of comparison and their rules"))
    with right:
        show.head(_("How urgent level and trend are"))
        levels = {one: capital(years.level_words(one)) for one in years.ROWS}
        show.table(methods.urgency_table(levels), _("Urgency by level and trend"))
        show.quiet(_("Read off this table, never multiplied."))
    show.head(_("When a trend is spoken of"))
    for sentence in methods.trend_sentences():
        show.sentence(sentence)
    show.head(_("How findings are chosen"))
    for rule in findings.RULES:
        show.sentence(_(rule))
    show.head(_("How far figures carry"))
    bands = {"good": _("good"), "limited": _("limited"), "poor": _("poor")}
    show.sentence(methods.reliability_sentence(bands, here.settings))


def words(reader: Reader, here: Territory) -> None:
    """Show the terms the partners agreed on."""
    known = cached.table(reader, DEFINITIONS.name)
    if known.empty:
        show.empty(
            _("No agreed words yet"),
            _("{file}, with the terms the partners agreed on, would fill this place.").format(
                file=DEFINITIONS.file
            ),
        )
        return
    show.head(_("What our words mean"))
    show.table(methods.glossary(known), _("Terms and their meaning"))


def purpose(reader: Reader, here: Territory) -> None:
    """Show why there is a picture, who sees it, and what it must not be used for."""
    for title, text in methods.STATEMENTS:
        show.head(_(title))
        show.sentence(_(text))


PARTS = {"statistics": statistics, "words": words, "purpose": purpose}
"""What is explained without a choice of its own."""
