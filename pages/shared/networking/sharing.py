"""Who may share what: what is open for coordinators, for others that there are rules."""

from __future__ import annotations

import datetime as dt

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import partnership, sharing, tables
from analysis.language import gettext as _
from analysis.language import ngettext
from analysis.partnership import Partnership
from analysis.territory import Territory
from analysis.views import sharing as views_of
from pages.shared import choose
from pages.shared import show as showing
from pages.shared.cached import Reader


def today() -> dt.date:
    """Return the day it is, on which the states of the rules hold."""
    return dt.datetime.now(dt.UTC).date()


def show(here: Territory, reader: Reader, network: Partnership, top: DeltaGenerator) -> None:
    """Show what is open between those who have information and those who need it."""
    source = _("rules on sharing as the partners noted them")
    if not network.may(partnership.PARTNERS):
        _rules(here, network, top, source)
        return
    whom = sharing.Directory(network.partners, here.settings.sectors)
    found = sharing.sharing_on(network.sharing, whom, today())
    with top:
        showing.opening(sharing.title(found), sharing.lead(found) if found.kinds else "")
    if not found.kinds:
        _nothing()
        return
    with choose.Row() as row:
        whole = row.toggle("settled", _("Also what is in order"))
    listed = views_of.list_view(found, source, whole=whole)
    showing.told(listed, "sharing list", strong=views_of.state_words(sharing.NEED))
    matrix = views_of.matrix_view(found, source)
    showing.head(matrix.title, matrix.subline)
    st.dataframe(matrix.table, hide_index=True, key="sharing matrix", placeholder="–")
    for note in matrix.notes:
        showing.quiet(note)
    showing.foot(source)


def _rules(here: Territory, network: Partnership, top: DeltaGenerator, source: str) -> None:
    """Show for which kinds of information there are rules; nobody is named."""
    many = len(network.rules)
    words = ngettext(
        "For {n} kind of information there is a rule in {name}",
        "For {n} kinds of information there are rules in {name}", many,
    )  # fmt: skip
    with top:
        showing.opening(
            words.format(n=many, name=here.settings.name),
            _("That there is a rule does not say that it is signed or lived."),
        )
    if many:
        showing.told(views_of.rules_view(network.rules, source), "sharing rules")
    else:
        _nothing()


def _nothing() -> None:
    showing.empty(
        _("Information sharing"),
        _("{file}, with a row for each kind of information and who has it, would fill this.").format(
            file=tables.SHARING.file),
    )  # fmt: skip
