"""Whom to call: contacts of the partners, on screen for those who may see them and in no file."""

from __future__ import annotations

import pandas as pd
from streamlit.delta_generator import DeltaGenerator

from analysis import contacts, tables
from analysis.language import capital
from analysis.language import gettext as _
from analysis.partnership import Partnership
from analysis.territory import Territory
from pages.shared import choose
from pages.shared import show as showing
from pages.shared.cached import Reader


def show(here: Territory, reader: Reader, network: Partnership, top: DeltaGenerator) -> None:
    """Show whom to call at each partner, and what schools were asked."""
    partners, _ties = network.in_year(network.years[-1])
    sectors = dict(here.settings.sectors)
    rows = contacts.listed(partners, network.contacts, sectors)
    with top:
        showing.opening(contacts.title(rows), contacts.sentences(rows))
    if network.contacts.empty:
        showing.empty(
            _("Whom to call"),
            _("{file}, with a row for each desk or function one can turn to, would fill this.").format(
                file=tables.CONTACTS.file),
        )  # fmt: skip
        return
    with choose.Row() as line:
        there = dict.fromkeys(rows["sector"])
        options = {"": _("All sectors"), **{
            one: capital(_(words)) for one, words in sectors.items() if capital(_(words)) in there
        }}  # fmt: skip
        sector = line.select("of", _("Sector"), options, "", 220)
    shown = rows[rows["sector"] == options[sector]] if sector else rows
    showing.head(
        _("Whom to call"), _("by sector and name · desks and functions, not private numbers")
    )
    showing.table(_table(shown), _("Table of the partners with whom to call there"))
    asked = shown[shown["asked"] != ""]
    if len(asked):
        showing.head(_("What schools were asked"), _("each answer with its day"))
        showing.table(
            asked[["partner", "asked"]].set_axis([_("Partner"), _("Answers")], axis=1),
            _("Table of the partners with what they answered"),
        )
    showing.quiet(_("For coordinators only: contacts stand in no file and in no report."))
    showing.foot(_("contacts as the partners gave them ({file})").format(file=tables.CONTACTS.file))


def _table(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows in words; a column that nobody fills is left out."""
    titles = {
        "sector": _("Sector"), "partner": _("Partner"), "function": _("Function"), "name": _("Name"),
        "telephone": _("Telephone"), "email": _("E-mail"), "hours": _("Hours"),
    }  # fmt: skip
    kept = [one for one in titles if one == "function" or rows[one].ne("").any()]
    said = rows[kept].assign(function=rows["function"].replace("", _("no contact is listed")))
    if "hours" in said:
        said = said.assign(hours=said["hours"].map(contacts.hours))
    return said.rename(columns=titles).reset_index(drop=True)
