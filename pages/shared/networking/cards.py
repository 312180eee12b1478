"""Cards of the network on other pages: what everybody may see of it, and who is active in an area."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from analysis import cooperation, coverage, gaps, partnership, tables
from analysis.language import gettext as _
from analysis.language import percent
from analysis.partnership import Partnership
from analysis.territory import Territory
from analysis.views import reach
from pages.shared import cached, frame, show
from pages.shared.cached import Reader


def situation(here: Territory, reader: Reader, level: str) -> None:
    """Say which sectors are at the table, which are missing, and whom they do not reach."""
    network = cached.network(reader, ())
    if not network.is_known:
        show.empty(
            _("The network: not assessed"),
            _("No partner is listed; that does not mean that nobody works together. {file} would"
              " fill this place.").format(file=tables.PARTNERS.file),
        )  # fmt: skip
        return
    found = network.overview(network.years[-1])
    answered = cooperation.answered_text(found.answered, int(found.partners.sum()))
    density = "" if pd.isna(found.density) else percent(100 * found.density, 0)
    show.head(_("The network"), f"{found.year} · {answered}")
    said = gaps.card_sentences(
        cached.sector_coverage(reader, level), here.settings.level(level), density, answered
    )
    st.markdown("\n".join(f"- {show.plain(one)}" for one in said), width=900)
    _way_on(level)


def _way_on(level: str) -> None:
    st.page_link(
        "pages/network.py", label=_("Who reaches where"),
        query_params={"way": "reach", "level": level}, icon=":material/arrow_forward:",
        icon_position="right",
    )  # fmt: skip


def district(here: Territory, reader: Reader, level: str, area_id: str) -> None:
    """Say which sectors and provisions reach an area; to coordinators also who, and whom to call."""
    network = cached.network(reader, frame.rights())
    title = _("Who is active here")
    if not network.is_known and network.offers.empty:
        show.empty(
            _("Who is active here: not assessed"),
            _("No partner and no place is listed; that does not mean that nobody is there. {partners}"
              " and {resources} would fill this place.").format(
                partners=tables.PARTNERS.file, resources=tables.RESOURCES.file),
        )  # fmt: skip
        return
    show.head(title, _("as partners and places say themselves"))
    sectors = cached.sector_coverage(reader, level)
    provisions = cached.provision_coverage(reader, level)
    for one in gaps.active_sentences(area_id, sectors, provisions):
        show.sentence(one)
    if network.may(partnership.PARTNERS):
        _partners(here, network, level, area_id)
    _way_on(level)


def _partners(here: Territory, network: Partnership, level: str, area_id: str) -> None:
    """Show who works here, and whom to call where the reader may see that."""
    if not network.is_known:
        return
    partners, _ties = network.in_year(network.years[-1])
    serving = coverage.serving(partners, here, level, area_id)
    if network.may(partnership.CONTACTS) and network.contacts.empty:
        show.quiet(
            _("Whom to call is not listed: {file} would say it.").format(file=tables.CONTACTS.file)
        )
    if serving.empty:
        return
    show.table(
        reach.partners_table(serving, network.contacts, dict(here.settings.sectors)),
        _("Partners who work here"),
    )
