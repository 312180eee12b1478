"""The network to take along: tables for a spreadsheet, GraphML for a program that draws."""

from __future__ import annotations

import streamlit as st

from analysis.language import gettext as _
from analysis.partnership import PARTNERS, Partnership
from analysis.views.network_files import network_files
from pages.shared import offered, show


def downloads(network: Partnership, year: int, key: str = "network") -> None:
    """Offer what the reader may see of a year's network as CSV and as GraphML.

    Parameters
    ----------
    network
        As the reader may see it: without the right to see partners, sectors.
    year
        One of its years.
    key
        Another one where a page offers it twice.
    """
    show.head(_("The network of {year} to take along").format(year=year))
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for one in network_files(network, year):
            offered.button(f"{key} {one.name}", _(one.title), one.content, one.name, one.mime)
    if network.may(PARTNERS):
        show.quiet(
            _("Trust, disputed ties and contacts are in no file. Partners and ties are not for"
              " everybody: mind whom you hand them to.")
        )  # fmt: skip
