"""The parts of the page *compare*: which areas and figures, and one way of comparing at a time."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import comparison, picture
from analysis.catalogue import Indicator
from analysis.language import gettext as _
from analysis.picture import Figures
from analysis.territory import Territory
from pages.shared import cached, choose, panels, show
from pages.shared.cached import Choice, Reader


class Asked(NamedTuple):
    """What is compared: the areas, and the theme, area or indicators of the way chosen."""

    areas: Choice
    theme: str = ""
    area: str = ""
    one: str = ""
    other: str = ""


def look(row: choose.Row, reader: Reader, here: Territory, level: str) -> str:
    """Choose how to compare; only what this territory's figures allow is offered."""
    looks = {"table": _("All figures"), "area": _("One area")}
    if len(_scattered(reader, here, level)) > 1:
        looks["pair"] = _("Two figures")
    if _with_funnel(reader, here, level):
        looks["funnel"] = _("Chance and size")
    return row.segments("compare", _("Compare"), looks, "table")


def asked(
    row: choose.Row, reader: Reader, here: Territory, level: str, look: str, year: str
) -> Asked:
    """Choose what a way of comparing needs."""
    published, area, one, other, theme, order = _offered(reader, here, level), "", "", "", "", ""
    if look == "area":
        area = choose.area(row, here, level)
    elif look == "table":
        theme = choose.theme(row, here, published)
        orders = {"name": _("by name"), "place": _("by place")}
        order = row.segments("order", _("Order"), orders, "name")
    elif look == "pair":
        scattered = _scattered(reader, here, level)
        one = choose.indicator(row, here, scattered, level).indicator_id
        other = _other(row, here, scattered, one)
    else:
        one = choose.indicator(row, here, _with_funnel(reader, here, level), level).indicator_id
    within = "" if look == "area" else choose.within(row, here, level)
    return Asked(Choice(level, year, within, order), theme, area, one, other)


def _offered(reader: Reader, here: Territory, level: str) -> list[str]:
    """Ids of the indicators a reader may choose on a level."""
    return [
        one.indicator_id
        for one in here.catalogue.shown()
        if one.indicator_id in cached.indicators(reader, level)
        and (not one.levels or level in one.levels)
    ]


def _scattered(reader: Reader, here: Territory, level: str) -> list[str]:
    """Indicators that can be compared between areas of different size: all but counts."""
    offered = (here.catalogue[one] for one in _offered(reader, here, level))
    return [one.indicator_id for one in offered if one.measure != "count"]


def _with_funnel(reader: Reader, here: Territory, level: str) -> list[str]:
    offered = (here.catalogue[one] for one in _offered(reader, here, level))
    return [one.indicator_id for one in offered if comparison.has_funnel(one)]


def _other(row: choose.Row, here: Territory, published: list[str], one: str) -> str:
    """Choose the second of two indicators; usually the first one's partner."""
    rest = [other for other in published if other != one]
    partners = [other.indicator_id for other in here.catalogue.partners(one)]
    usual = next((other for other in partners if other in rest), rest[0])
    options = {other: _(here.catalogue[other].title) for other in rest}
    return row.select("other", _("and"), options, usual, width=240)


# ---------------------------------------------------------------- what is shown


def table(reader: Reader, here: Territory, asked: Asked, top: DeltaGenerator) -> None:
    """Show all figures of all areas as classes beside the benchmark."""
    heat = cached.heat_table(reader, asked.areas, asked.theme)
    level = here.settings.level(asked.areas.level)
    with top:
        show.opening(
            comparison.heat_title(heat.compared, heat.benchmark),
            comparison.heat_sentences(heat.compared, level),
        )
    _part(here, asked.areas)
    if heat.compared.empty:
        show.empty(
            _("Nothing to compare with"),
            _("Figures of {level} and of a level above, the benchmark, would fill this place.")
            .format(level=level.plural),
        )  # fmt: skip
        return
    show.view(heat.view, "heat")


def area(reader: Reader, here: Territory, asked: Asked, top: DeltaGenerator) -> None:
    """Show one area's figures, each beside its benchmark."""
    level, year = asked.areas.level, asked.areas.year
    rows, name = cached.profile(reader, level, asked.area, year), here.area_name(level, asked.area)
    with top:
        show.opening(
            picture.district_title(name, rows, here), picture.district_sentences(name, rows, here)
        )
    if panels.nothing_known(here, level, rows):
        return
    show.view(cached.spine(reader, level, asked.area, year), "spine")
    like = cached.alike(reader, level, asked.area, year)
    if like:
        show.head(_("Under like conditions"))
        show.sentence(like)
    panels.way_to(level, asked.area, name)


def pair(reader: Reader, here: Territory, asked: Asked, top: DeltaGenerator) -> None:
    """Show two indicators against each other; a risk has protection on one of its axes."""
    first, second = here.catalogue[asked.one], here.catalogue[asked.other]
    level = here.settings.level(asked.areas.level)
    found = _found(reader, here, asked, top, first, second)
    if found is None:
        return
    one, other = found
    together = cached.pair(reader, asked.one, asked.other, asked.areas)
    with top:
        show.opening(
            picture.pair_title(one, other), comparison.pair_sentences(one, other, together, level)
        )
    _part(here, asked.areas)
    beside = _beside(reader, here, asked, first, second)
    if beside is None:
        _one_pair(reader, asked.one, asked.other, asked.areas, "pair")
        return
    left, right = st.columns(2, gap="large")
    with left:
        _one_pair(reader, asked.one, asked.other, asked.areas, "pair")
    with right:
        if not beside:
            panels.no_partner(here, first if first.factor == "risk" else second)
        else:
            _one_pair(reader, *beside, asked.areas, "beside")


def _one_pair(reader: Reader, one: str, other: str, areas: Choice, key: str) -> None:
    if cached.pair(reader, one, other, areas)["both"].any():
        show.view(cached.pair_view(reader, one, other, areas), key)
    else:
        show.empty(_("No point to draw"), _("An area with both figures would fill this place."))


def _found(
    reader: Reader, here: Territory, asked: Asked, top: DeltaGenerator, *wanted: Indicator
) -> tuple[Figures, ...] | None:
    """Return the newest figures of some indicators; None, and why, where one has none yet."""
    level, year = here.settings.level(asked.areas.level), asked.areas.year
    found = [cached.newest(reader, one.indicator_id, level.id, year) for one in wanted]
    absent = [_(one.title) for one, known in zip(wanted, found, strict=True) if known is None]
    if not absent:
        return tuple(one for one in found if one is not None)
    with top:
        show.opening(
            _("Nothing to compare up to {year}").format(year=year),
            _("No figure up to {year}: {titles}. A later year shows more.").format(
                year=year, titles=picture.joined(absent)
            ),
        )
    return None


def _beside(
    reader: Reader, here: Territory, asked: Asked, first: Indicator, second: Indicator
) -> tuple[str, str] | tuple[()] | None:
    """Which pair stands beside two indicators of which one is a risk and none protective.

    None where nothing is needed; empty where no protective partner is there.
    """
    factors = {first.factor, second.factor}
    if "protective" in factors or "risk" not in factors:
        return None
    risk, rest = (first, second) if first.factor == "risk" else (second, first)
    for one in here.catalogue.partners(risk.indicator_id):
        known = one.indicator_id in _offered(reader, here, asked.areas.level)
        if known and cached.newest(reader, one.indicator_id, asked.areas.level, asked.areas.year):
            return one.indicator_id, rest.indicator_id
    return ()


def funnel(reader: Reader, here: Territory, asked: Asked, top: DeltaGenerator) -> None:
    """Show an indicator against the size it rests on, and its partner's beside it."""
    indicator, level = here.catalogue[asked.one], here.settings.level(asked.areas.level)
    found = _found(reader, here, asked, top, indicator)
    if found is None:
        return
    drawn = cached.funnel(reader, asked.one, asked.areas)
    with top:
        show.opening(
            _("{title}: what chance and size explain, and what they do not").format(
                title=_(indicator.title)
            ),
            comparison.funnel_sentences(found[0], drawn, level),
        )
    _part(here, asked.areas)
    left, right = st.columns(2, gap="large")
    with left:
        _one_funnel(reader, here, asked, indicator, "funnel")
    if indicator.factor == "context":
        return
    with right:
        partners = here.catalogue.partners(asked.one)
        offered = _offered(reader, here, level.id)
        there = [one for one in partners if one.indicator_id in offered]
        there = [one for one in there
                 if cached.newest(reader, one.indicator_id, level.id, asked.areas.year)]  # fmt: skip
        if not there:
            panels.no_partner(here, indicator)
            return
        drawable = [one for one in there if comparison.has_funnel(one)]
        _one_funnel(reader, here, asked, (drawable or there)[0], "partner-funnel")


def _one_funnel(
    reader: Reader, here: Territory, asked: Asked, indicator: Indicator, key: str
) -> None:
    if not comparison.has_funnel(indicator):
        show.empty(
            _(indicator.title),
            _("No funnel: only shares and rates scatter by chance in a known way, as far as one"
              " case is counted once. See it under {way}.").format(way=_("Two figures")),
        )  # fmt: skip
        return
    drawn = cached.funnel(reader, indicator.indicator_id, asked.areas)
    if drawn.reason:
        found = cached.newest(reader, indicator.indicator_id, asked.areas.level, asked.areas.year)
        assert found is not None
        level = here.settings.level(asked.areas.level)
        show.empty(_(indicator.title), comparison.funnel_sentences(found, drawn, level))
        return
    show.view(cached.funnel_view(reader, indicator.indicator_id, asked.areas), key)


def _part(here: Territory, areas: Choice) -> None:
    """Say that only a part of the areas is shown, where it is so."""
    if comparison.level_around(here, areas.level) is not None:
        panels.part(here, areas.level, areas.within, areas.year)


SHOWN = {"table": table, "area": area, "pair": pair, "funnel": funnel}
"""How each way of comparing is shown."""
