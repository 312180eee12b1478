"""Who works with whom: what everybody may see of it."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from analysis import cooperation
from analysis.language import gettext as _
from analysis.partnership import Partnership
from analysis.territory import Territory
from analysis.views.view import View
from pages.shared import show as showing
from pages.shared.cached import Reader


def show(here: Territory, reader: Reader, network: Partnership, top: DeltaGenerator) -> None:
    """Show sectors, how many partners each has, and which sectors are tied."""
    found = network.overview(network.years[-1])
    sectors = dict(here.settings.sectors)
    with top:
        showing.opening(
            cooperation.overview_title(found, sectors, here.settings.name),
            cooperation.overview_sentences(found),
        )
    answered = cooperation.answered_text(found.answered, int(found.partners.sum()))
    year = str(found.year)
    source = _("answers of the partners, {year}, {answered}").format(year=year, answered=answered)
    showing.told(
        View(
            _("Sectors at the table"), f"{year} · {answered}", None,
            cooperation.sector_table(found, sectors), found.partners.reset_index(), source,
            _("How many partners each sector has"), filename=f"sectors_{year}",
        ),
        "sectors",
    )  # fmt: skip
    if found.mixing.to_numpy().sum():
        showing.told(
            View(
                _("Which sectors name which"),
                _("ties, rows name and columns are named · {year} · {answered}").format(
                    year=year, answered=answered
                ),
                None, cooperation.mixing_table(found, sectors), found.mixing.reset_index(), source,
                _("How many ties run from each sector to each"),
                (_("A tie says that partners work together, not how well."),),
                filename=f"sectors_tied_{year}",
            ),
            "mixing",
        )  # fmt: skip
