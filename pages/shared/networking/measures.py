"""Where are the gaps, and what do the measures of the network say? For those who may see partners."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from analysis import cooperation
from analysis.language import gettext as _
from analysis.partnership import TRUST, Partnership
from analysis.territory import Territory
from analysis.views import network as views
from pages.shared import cached, choose
from pages.shared import show as showing
from pages.shared.cached import Reader
from pages.shared.networking import ties


def show(here: Territory, reader: Reader, network: Partnership, top: DeltaGenerator) -> None:
    """Show the gaps of a year, the network in figures beside the survey before, who stands between."""
    with choose.Row() as row:
        year = choose.survey(row, network.years)
    words = dict(here.settings.sectors)
    found = cached.cooperation(reader, network.rights, year)
    before = earlier(reader, network, year)
    missing = cooperation.gaps(found, words, trust=network.may(TRUST))
    source = _("answers of the partners, {year}, {answered}").format(
        year=year, answered=found.answered
    )
    with top:
        showing.opening(cooperation.gaps_title(missing), cooperation.sentences(found, words))
    if missing:
        showing.head(_("Gaps"), f"{year} · {found.answered}")
        showing.table(views.gaps_table(missing), _("What is missing, most pressing first"))
        showing.foot(source)
    showing.told(views.figures_view(found, before, source), "network figures")
    showing.told(views.between_view(found, words, source), "network between")
    ties.sectors(here, network, year)


def earlier(reader: Reader, network: Partnership, year: int) -> cooperation.Cooperation | None:
    """Return the survey before that of a year; None where it is the first."""
    place = network.years.index(year)
    return cached.cooperation(reader, network.rights, network.years[place - 1]) if place else None
