"""Who may share what: what is open for coordinators, for others that there are rules."""

from __future__ import annotations

import datetime as dt

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import partnership, sharing, tables
from analysis.language import capital, ngettext
from analysis.language import gettext as _
from analysis.partnership import Partnership
from analysis.territory import Territory
from analysis.views import sharing as views_of
from pages.shared import choose, offered
from pages.shared import show as showing
from pages.shared.cached import Reader
from pages.shared.networking import amending


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
    place = st.container()
    with choose.Row() as row:
        day = row.day("day", _("As of"), today())
        found = sharing.sharing_on(network.sharing, whom, day)
        shown = _part(row, here, found) if found.kinds else found
    with top:
        showing.opening(sharing.title(found), sharing.lead(found) if found.kinds else "")
    with place:
        amending.released()
    if found.kinds:
        _list(here, network, shown, source)
    else:
        _nothing()
    amending.amend(reader, network, whom, found)
    if found.kinds:
        _matrix(shown, source)


def _part(row: choose.Row, here: Territory, found: sharing.Sharing) -> sharing.Sharing:
    """Choose which points to look at: by what is to be done, by sector."""
    states = {one: views_of.state_words(one) for one in sharing.STATES if found.counts[one]}
    options = {"open": _("What is open"), **states, "all": _("Everything")}
    state = row.select("state", _("State"), options, "open", 200)
    chosen = {"open": sharing.OPEN, "all": sharing.STATES}.get(state, (state,))
    sectors = {one: capital(_(title)) for one, title in here.settings.sectors}
    sector = row.select("concerns", _("Concerns"), {"": _("All sectors"), **sectors}, "", 220)
    return sharing.part(found, sector, chosen)


def _list(here: Territory, network: Partnership, shown: sharing.Sharing, source: str) -> None:
    """Show the points in the order in which a meeting takes them."""
    listed = views_of.list_view(shown, source)
    if shown.points.empty:
        showing.head(listed.title, listed.subline)
        showing.sentence(_("Nothing of this kind is noted on this day."))
        return
    sheet = views_of.meeting_sheet(shown, network.partners, here.settings.name, source)
    offered.button(
        "sharing sheet", _("Sheet for the meeting (PDF)"), sheet.pdf, f"{sheet.filename}.pdf",
        "application/pdf", icon=":material/print:",
    )  # fmt: skip
    showing.told(listed, "sharing list", strong=views_of.state_words(sharing.NEED))


def _matrix(shown: sharing.Sharing, source: str) -> None:
    """Show who has what that whom needs, as signs or, on demand, in words."""
    if shown.links.empty:
        return
    showing.grid(views_of.matrix_view(shown, source), "sharing matrix", views_of.pairs_table(shown))


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
