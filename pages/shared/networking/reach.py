"""Who reaches where: sectors and provision by area, and high need that nobody answers.

Everybody may see all of it but where sectors work jointly with residents: few
partners stand behind that. No partner is named.
"""

from __future__ import annotations

from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import cooperation, gaps, partnership, tables
from analysis.coverage import Coverage
from analysis.language import capital
from analysis.language import gettext as _
from analysis.partnership import Partnership
from analysis.territory import Territory
from analysis.views import reach as views
from pages.shared import cached, choose, panels
from pages.shared import show as showing
from pages.shared.cached import Reader


def show(here: Territory, reader: Reader, network: Partnership, top: DeltaGenerator) -> None:
    """Show a map of one sector or provision, high need without an answer, and all of it as tables."""
    with choose.Row() as row:
        level = choose.level(row, here)
        looks = {"sectors": _("Sectors"), "provisions": _("Provision")}
        look = row.segments("reach", _("What"), looks, "sectors")
        sectors = cached.sector_coverage(reader, level)
        found = sectors if look == "sectors" else cached.provision_coverage(reader, level)
        kind = _kind(row, found, look)
        places = panels.places(reader, row, look == "provisions")
    words = here.settings.level(level)
    with top:
        if look == "sectors":
            showing.opening(gaps.title(sectors, words), gaps.sentences(sectors, words))
        else:
            showing.opening(gaps.provision_title(found), gaps.provision_sentences(found))
    source = _source(network, look)
    left, right = st.columns([13, 13], gap="large")
    with left:
        if found.known:
            drawn = cached.coverage_map(reader, level, look, kind, source)
            showing.area_map(replace(drawn, points=places), "reach map", None)
        else:
            no_resources()
    with right:
        _needs(here, reader, sectors, level, _source(network, "sectors"))
    if found.known:
        title = {"sectors": _("Which sectors reach which area"),
                 "provisions": _("Nine kinds of provision")}[look]  # fmt: skip
        showing.told(views.coverage_table(found, source, title, f"{look}_{level}"), f"reach {look}")
    if look == "provisions":
        _roles(here, network, found, level, source)
    elif network.may(partnership.PARTNERS):
        _joint(here, reader, network)


def _kind(row: choose.Row, found: Coverage, look: str) -> str:
    """Choose one sector or provision, or all essential sectors."""
    options = {one: capital(words) for one, words in found.titles.items()}
    if look == "sectors":
        options = {views.ESSENTIAL: _("All essential sectors"), **options}
        return row.select("sector", _("Sector"), options, views.ESSENTIAL, width=240)
    return row.select("provision", _("Provision"), options, next(iter(options)), width=240)


def _source(network: Partnership, look: str) -> str:
    """Where coverage comes from: what partners say of themselves, or the list of places."""
    if look != "sectors":
        return _("the list of places, services and roles ({file})").format(
            file=tables.RESOURCES.file
        )
    found = network.overview(network.years[-1])
    answered = cooperation.answered_text(found.answered, int(found.partners.sum()))
    return _("the list of partners ({file}), {year}, {answered}").format(
        file=tables.PARTNERS.file, year=found.year, answered=answered
    )


def no_resources() -> None:
    """Say that no place is listed, and which file would fill the map."""
    showing.empty(
        _("Provision: not assessed"),
        _("No place, service or role is listed; that does not mean that there is none. {file} would"
          " fill this place.").format(file=tables.RESOURCES.file),
    )  # fmt: skip


def _needs(here: Territory, reader: Reader, found: Coverage, level: str, source: str) -> None:
    """List where need is high, by the statistics, and an essential sector is not there."""
    words = here.settings.level(level)
    with st.spinner(_("Comparing every figure")):
        need = cached.needs(reader, level, cached.years(reader)[-1])
    listed = gaps.unanswered(need, found)
    said = gaps.need_sentences(need, listed, words)
    source = _("{source}; figures as on Compare").format(source=source)
    if listed.empty:
        showing.head(_("High need and no partner of an essential sector"))
        showing.sentence(said)
        showing.foot(source)
        return
    shown = views.needs_table(listed, found, here.catalogue, words.name, source)
    showing.told(shown, "needs", [said])


def _roles(here: Territory, network: Partnership, found: Coverage, level: str, source: str) -> None:
    """Show roles of residents as protected counts, then the places open to all."""
    if network.roles.empty:
        return
    own = network.roles.loc[[level]].droplevel("level")
    showing.told(views.roles_table(own, found.names, source, f"roles_{level}"), "roles")


def _joint(here: Territory, reader: Reader, network: Partnership) -> None:
    """Say to coordinators where sectors work jointly with residents and communities."""
    # Of the smallest areas: that two partners share a larger one does not say that they meet there.
    level = here.settings.level(here.map_levels[-1])
    found = cached.joint_work(reader, network.rights, level.id)
    showing.head(
        _("Where sectors work jointly with residents and communities"),
        _("a formal and an informal partner tied by joint work or joint cases, both working there ·"
          " {level}").format(level=level.plural),
    )  # fmt: skip
    said = gaps.joint_sentences(found, level) or [_("Not assessed: no tie of joint work is known.")]
    st.markdown("\n".join(f"- {showing.plain(one)}" for one in said), width=900)
    showing.foot(_source(network, "sectors"))
