"""Parts that pages put together: which partner stands beside, the ways to look, the margin."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

import pandas as pd
import streamlit as st

from analysis import periods as time
from analysis import picture
from analysis.catalogue import Indicator
from analysis.language import (
    class_text,
    date_text,
    interval_text,
    period_text,
    reason_text,
    value_text,
)
from analysis.language import gettext as _
from analysis.measures import classes
from analysis.picture import Figures
from analysis.territory import Territory
from analysis.views import area_maps, charts, profiles
from analysis.views.view import View
from pages.shared import cached, choose, show


class Shades(NamedTuple):
    """How magnitudes are cut into classes."""

    method: str
    number: int
    fixed: bool


def partner(
    here: Territory, role: str, indicator: Indicator, level: str, period: str
) -> Figures | None:
    """Return the figures that stand beside an indicator; None where nothing can.

    The partner's own newest period up to the end of the chosen one.
    """
    published = cached.view().indicator_ids()
    last = time.parse(period).last
    for one in here.catalogue.partners(indicator.indicator_id):
        if one.indicator_id not in published or (one.levels and level not in one.levels):
            continue
        known = cached.view().periods(one.indicator_id, level)
        until = [at for at in known if time.parse(at).last <= last] or known[:1]
        if until:
            return cached.figures(role, one.indicator_id, level, until[-1])
    return None


def way(row: choose.Row, indicator: Indicator, beside: Figures | None, periods: list[str]) -> str:
    """Choose how to look; only what can be said about this indicator is offered."""
    ways = {"level": _("Level")}
    if indicator.measure != "count":
        ways["difference"] = _("Difference")
        if len(periods) > 1:
            ways["change"] = _("Change")
        if beside is not None and beside.indicator.measure != "count":
            ways["both"] = _("Risk × protection")
    return row.segments("show", _("Show"), ways, "level")


def since(row: choose.Row, periods: list[str], period: str) -> str:
    """Choose the earlier period of a change."""
    earlier = [one for one in periods if one < period] or [one for one in periods if one != period]
    options = {one: period_text(one) for one in reversed(earlier)}
    return row.select("since", _("Since"), options, earlier[max(0, len(earlier) - 4)], width=130)


def shades(row: choose.Row) -> Shades:
    """Choose how magnitudes are cut into classes."""
    methods = {
        "quantiles": _("As many areas in each"),
        "natural_breaks": _("Natural breaks"),
        "equal_interval": _("Steps of equal size"),
        "box": _("Quartiles and what lies far out"),
    }
    method = row.select("method", _("How areas are grouped"), methods, "quantiles", width=260)
    numbers = {str(one): str(one) for one in range(3, 8)}
    number = row.select("classes", _("Number of classes"), numbers, "5", width=260)
    fixed = row.toggle("fixed", _("Same limits for all periods"))
    return Shades(method, int(number), fixed)


def ground(here: Territory, level: str, period: str) -> area_maps.Ground:
    """Return what every map of a page shares."""
    return area_maps.Ground(
        cached.geometry(level, period), show.mode(), here.settings.level(level).plural,
        partial(source, here),
    )  # fmt: skip


def source(here: Territory, indicator: Indicator) -> str:
    """Return where an indicator's figures come from: publisher, licence, date, release."""
    release = cached.view().release_of(indicator.indicator_id)
    number, published = release.number, release.at
    parts = [
        indicator.publisher or _("publisher not stated"),
        indicator.licence,
        _("retrieved {date}").format(date=date_text(dt.date.fromisoformat(indicator.retrieved)))
        if indicator.retrieved
        else "",
        _("release {number} of {date}").format(
            number=number, date=date_text(dt.datetime.fromisoformat(published).date())
        ),
    ]
    return ", ".join(part for part in parts if part)


def one_map(
    role: str, found: Figures, way: str, since: str, cut: Shades, ground: area_maps.Ground
) -> area_maps.MapView:
    """Return one indicator's map in the chosen way."""
    indicator, at = found.indicator, (found.indicator.indicator_id, found.level, found.period)
    if way == "difference" and indicator.measure != "count":
        return area_maps.comparison_map(found, ground)
    known = cached.view().periods(indicator.indicator_id, found.level)
    if way == "change" and indicator.measure != "count" and since in known:
        changed = cached.change(role, indicator.indicator_id, found.level, since, found.period)
        number = cut.number if cut.number % 2 else cut.number + 1
        cuts = classes.change_classes(changed["difference"], number, decimals=indicator.decimals)
        return area_maps.change_map(changed, cuts, found, since, ground)
    if indicator.measure == "count":
        return area_maps.level_map(found, None, ground)
    return area_maps.level_map(found, cached.map_classes(role, *at, *cut), ground)


def no_partner(here: Territory, indicator: Indicator) -> None:
    """Say that the other side is not assessed, and what would fill the place."""
    kinds = {one.factor for one in here.catalogue.shown()}
    if indicator.factor == "protective":
        title, lacking = _("Risk not assessed"), _("no risk indicator loaded")
    else:
        title, lacking = _("Protection not assessed"), _("no protective indicator loaded")
    if indicator.factor != "context" and kinds >= {"risk", "protective"}:
        lacking = _("no indicator of the other side in this theme")
    show.empty(
        title,
        _("{title}: {lacking}. A row in indicators.csv and its observations would fill this"
          " place.").format(title=title, lacking=lacking),
    )  # fmt: skip


def area(here: Territory, level: str, period: str) -> str:
    """Choose an area by name; the same as a click on the map. Empty for none."""
    names = here.areas_of(level, period)["name"]
    words = here.settings.level(level).name
    options = {"": _("Click on the map, or choose")} | {
        str(one): str(name) for one, name in names.items()
    }
    with choose.Row() as row:
        return row.select("area", words.capitalize(), options, "", width=320)


def district(here: Territory, area_id: str, beside: list[Figures]) -> None:
    """Show the chosen area in the margin: each figure with its interval, and the way on."""
    if not area_id or not beside:
        return
    level = beside[0].level
    show.head(here.area_name(level, area_id), _parents(here, level, area_id))
    for found in beside:
        if area_id in found.frame.index:
            _figure(found, area_id)
    st.page_link(
        "pages/district.py", label=_("Open {name}").format(name=here.area_name(level, area_id)),
        query_params={"level": level, "area": area_id}, icon=":material/arrow_forward:",
        icon_position="right",
    )  # fmt: skip


def _figure(found: Figures, area_id: str) -> None:
    indicator = found.indicator
    line = found.frame.loc[[area_id]].to_dict("records")[0]
    show.quiet(_(indicator.title))
    if line["reason"]:
        st.markdown(show.plain(_why(line)))
        return
    words = f"**{show.plain(value_text(line['value'], indicator))}**"
    if line["lower"] == line["lower"]:
        words += f" ({show.plain(interval_text(line['lower'], line['upper'], indicator))})"
    if line["class_"] != "not assessed":
        words += f" · {show.plain(class_text(line['class_'], indicator))}"
    st.markdown(words)
    mark = found.benchmark
    drawn = charts.dot_interval(
        line["value"], line["lower"], line["upper"], mark.value if mark else float("nan"),
        indicator, show.mode(), class_=line["class_"], benchmark_name=mark.name if mark else "",
        limits=(found.frame["value"].min(), found.frame["value"].max()), status=line["status"],
        reason=line["reason"],
    )  # fmt: skip
    st.plotly_chart(
        drawn, theme=None, key=f"margin {indicator.indicator_id}", config={"staticPlot": True},
        alt=str(drawn.layout.meta["alt"]),
    )  # fmt: skip


def _why(line: Mapping[Any, Any]) -> str:
    """Why there is no figure; for a survey with how many answered and are needed."""
    needed = cached.territory().settings.minimum_answers
    return reason_text(line["reason"], answers=line["denominator"], needed=needed)


def _parents(here: Territory, level: str, area_id: str) -> str:
    areas = here.areas_of(level)
    above = [one for one in here.levels if one in here.levels[: here.levels.index(level)]]
    if area_id not in areas.index or not above:
        return here.settings.name
    parent = areas.loc[area_id, "parent_id"]
    names = here.areas[(here.areas["level"] == above[-1]) & (here.areas["area_id"] == parent)]
    return " · ".join([*names["name"].head(1), here.settings.name])


def spine(here: Territory, rows: pd.DataFrame, name: str) -> View:
    """Return the spine chart of an area."""
    return profiles.spine_view(here, rows, name, show.mode(), partial(source, here), _("areas"))


def over_the_years(here: Territory, rows: pd.DataFrame, series: pd.DataFrame, name: str) -> None:
    """Show every indicator's course, small, three beside each other."""
    views = profiles.course_views(here, rows, series, name, show.mode())
    if not views:
        return
    show.head(_("Over the years"), _("band: 95 % interval · each on its own scale"))
    for start in range(0, len(views), 3):
        for place, one in zip(st.columns(3, gap="large"), views[start : start + 3], strict=False):
            with place:
                show.small(one, f"course {one.filename}")


def reliability(rows: pd.DataFrame, name: str) -> None:
    """Show how far an area's figures carry: four numbers and a band."""
    found = picture.profile_reliability(rows)
    show.head(_("How far these figures carry"))
    st.markdown(show.plain(picture.reliability_sentence(name, found)), width=900)
