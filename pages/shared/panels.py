"""Parts that pages put together: the partner beside, the ways to look, the margin, the courses."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from analysis import comparison, courses, perspectives, picture
from analysis import periods as time
from analysis.catalogue import Indicator
from analysis.language import (
    capital,
    class_text,
    date_text,
    interval_text,
    number,
    period_text,
    reason_text,
    value_text,
)
from analysis.language import gettext as _
from analysis.picture import Figures
from analysis.tables import ASSESSMENTS, NATIONAL
from analysis.territory import Territory
from analysis.views import charts
from analysis.views.area_maps import MapView
from analysis.views.maps import Point
from pages.shared import cached, choose, show
from pages.shared.cached import Reader, Shades


def partner(
    reader: Reader, here: Territory, indicator: Indicator, level: str, period: str
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
            return cached.figures(reader, one.indicator_id, level, until[-1])
    return None


def way(row: choose.Row, indicator: Indicator, beside: Figures | None, periods: list[str]) -> str:
    """Choose how to look; only what can be said about this indicator is offered."""
    ways = {"level": _("Level")}
    if indicator.measure != "count":
        ways["difference"] = _("Difference")
        if len(periods) > 1:
            ways["change"] = _("Change")
            if indicator.favourable:
                ways["trend"] = _("Level × trend")
        if beside is not None and beside.indicator.measure != "count":
            ways["both"] = _("Risk × protection")
    return row.segments("show", _("Show"), ways, "level")


def since(row: choose.Row, periods: list[str], period: str) -> str:
    """Choose the earlier period of a change; usually four back, so that five are spanned."""
    earlier = [one for one in periods if one < period] or [one for one in periods if one != period]
    options = {one: period_text(one) for one in reversed(earlier)}
    return row.select("since", _("Since"), options, earlier[-4:][0], width=110)


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
    return Shades(method, int(number), row.toggle("fixed", _("Same limits for all periods")))


def places(reader: Reader, row: choose.Row, usual: bool = False) -> tuple[Point, ...]:
    """Choose whether places open to the public lie on top of a map; not asked without one."""
    known = cached.open_places(reader)
    if known and row.toggle("places", _("Places open to the public"), usual):
        return known
    return ()


def opening(
    reader: Reader, here: Territory, found: Figures, beside: Figures | None, way: str, since: str
) -> None:
    """Open the map page with what its picture shows, in words."""
    level, indicator_id = here.settings.level(found.level), found.indicator.indicator_id
    if way == "both" and beside is not None:
        risk, protection = _sides(found, beside)
        both = cached.together(reader, _at(risk), _at(protection), found.level)
        words = picture.pair_title(risk, protection), picture.pair_sentences(risk, both, level)
    elif way == "trend":
        together = cached.level_trends(reader, indicator_id, found.level, found.period)
        moved = cached.area_trends(reader, indicator_id, found.level, found.period)
        words = (
            courses.moved_title(found.indicator, moved),
            courses.level_trend_sentences(together, level),
        )
    elif way == "change":
        changed = cached.change(reader, indicator_id, found.level, since, found.period)
        words = picture.change_title(found, since), picture.change_sentences(changed, level)
    else:
        words = picture.map_title(found), picture.map_sentences(found, level)
    show.opening(*words)


def _sides(found: Figures, beside: Figures) -> tuple[Figures, Figures]:
    return (found, beside) if found.indicator.factor == "risk" else (beside, found)


def maps_beside(
    reader: Reader, here: Territory, found: Figures, beside: Figures | None, way: str, since: str,
    cut: Shades, area: str, places: tuple[Point, ...] = (),
) -> None:  # fmt: skip
    """Show an indicator's map and, at the same size, its partner's; or both on one.

    ``places`` lie on top of each.
    """
    if way == "both" and beside is not None:
        risk, protection = _sides(found, beside)
        pair = cached.pair_map(reader, _at(risk), _at(protection), found.level)
        show.area_map(replace(pair, points=places), "both", area)
        return

    def one_map(one: Figures) -> MapView:
        drawn = cached.area_map(reader, *_at(one)[:1], one.level, one.period, way, since, cut)
        return replace(drawn, points=places)

    left, right = st.columns(2, gap="medium")
    with left:
        show.area_map(one_map(found), "one", area)
    with right:
        if beside is None:
            no_partner(here, found.indicator)
        else:
            show.area_map(one_map(beside), "partner", area)


def _at(found: Figures) -> tuple[str, str]:
    return found.indicator.indicator_id, found.period


def no_partner(here: Territory, indicator: Indicator) -> None:
    """Say that the other side is not assessed, and what would fill the place."""
    loaded = {one.factor for one in here.catalogue.shown()}
    if indicator.factor == "protective":
        title, other, lacking = _("Risk not assessed"), "risk", _("no risk indicator loaded")
    else:
        title, other = _("Protection not assessed"), "protective"
        lacking = _("no protective indicator loaded")
    if other in loaded:
        lacking = (
            _("context stands for neither side")
            if indicator.factor == "context"
            else _("no indicator of the other side in this theme")
        )
    show.empty(
        title,
        _("{title}: {lacking}. A row in indicators.csv and its observations would fill this"
          " place.").format(title=title, lacking=lacking),
    )  # fmt: skip


def area(here: Territory, level: str, period: str) -> str:
    """Choose an area by name; the same as a click on the map. Empty for none."""
    names = here.areas_of(level, period)["name"]
    options = {"": _("Click on the map, or choose")} | {
        str(one): str(name) for one, name in names.items()
    }
    with choose.Row() as row:
        words = capital(here.settings.level(level).name)
        return row.select("area", words, options, "", width=320)


def district(here: Territory, area_id: str, beside: list[Figures]) -> None:
    """Show the chosen area in the margin: each figure with its interval, and the way on."""
    if not area_id:
        return
    level = beside[0].level
    name = here.area_name(level, area_id)
    show.head(name, " · ".join(picture.lies_in(here, level, area_id)))
    for found in beside:
        if area_id in found.frame.index:
            _figure(found, area_id)
    way_to(level, area_id, name)


def way_to(level: str, area_id: str, name: str) -> None:
    """Lead on to the page of an area."""
    st.page_link(
        "pages/district.py", label=_("Open {name}").format(name=show.plain(name)),
        query_params={"level": level, "area": area_id}, icon=":material/arrow_forward:",
        icon_position="right",
    )  # fmt: skip


def part(here: Territory, level: str, within: str, year: str) -> None:
    """Say that only a part of the areas of a level is shown, and which."""
    around = comparison.level_around(here, level)
    assert around is not None
    show.quiet(
        _("Only the {level} of {name} are shown: {total} are too many for one picture.").format(
            level=here.settings.level(level).plural,
            name=here.area_name(around, within),
            total=number(len(here.areas_of(level, year)), 0),
        )
    )


def nothing_known(here: Territory, level: str, rows: pd.DataFrame) -> bool:
    """Say so where an area has no figure at all, and what would fill its page."""
    if not (rows.empty or rows["reason"].eq("missing").all()):
        return False
    show.empty(
        _("No figure here"),
        _("Observations of {level} in observations/ would fill this page.").format(
            level=here.settings.level(level).plural
        ),
    )
    return True


def _figure(found: Figures, area_id: str) -> None:
    indicator = found.indicator
    line = found.frame.loc[[area_id]].to_dict("records")[0]
    with st.container(gap="xxsmall"):
        show.quiet(_(indicator.title))
        if line["reason"]:
            st.markdown(show.plain(_why(line)))
            return
        words = f"**{show.plain(value_text(line['value'], indicator))}**"
        if pd.notna(line["lower"]):
            words += f" ({show.plain(interval_text(line['lower'], line['upper'], indicator))})"
        if line["class_"] != "not assessed":
            words += f" · {show.plain(class_text(line['class_'], indicator))}"
        st.markdown(words)
    mark, values = found.benchmark, found.frame["value"]
    drawn = charts.dot_interval(
        line["value"], line["lower"], line["upper"], mark.value if mark else float("nan"),
        indicator, show.mode(), class_=line["class_"], benchmark_name=mark.name if mark else "",
        limits=(values.min(), values.max()), status=line["status"], reason=line["reason"],
    )  # fmt: skip
    show.still(drawn, f"margin {indicator.indicator_id}")


def _why(line: Mapping[Any, Any]) -> str:
    """Why there is no figure; for a survey with how many answered and are needed."""
    needed = cached.territory().settings.minimum_answers
    return reason_text(line["reason"], answers=line["denominator"], needed=needed)


def over_the_years(reader: Reader, level: str, area_id: str, period: str) -> None:
    """Show every indicator's course, small, three beside each other."""
    views = cached.courses(reader, level, area_id, period)
    if not views:
        return
    show.head(_("Over the years"), _("band: 95 % interval · each on its own scale"))
    for start in range(0, len(views), 3):
        for place, one in zip(st.columns(3, gap="large"), views[start : start + 3], strict=False):
            with place:
                show.small(one, f"course {one.filename}")
    show.foot(views[-1].source)


def told(reader: Reader, here: Territory, level: str, area_id: str, rows: pd.DataFrame) -> None:
    """Show what practitioners see in an area, where figures say otherwise, and the country's picture.

    Parameters
    ----------
    rows
        The profile of the area.
    """
    views = cached.table(reader, ASSESSMENTS.name)
    views = views[(views["level"] == level) & (views["area_id"] == area_id)]
    themes = here.settings.themes
    if views.empty:
        show.empty(
            _("What practitioners see: not assessed"),
            _("No view of them is agreed for this place; that is no good news. A row in {file} would"
              " fill it.").format(file=ASSESSMENTS.file),
        )  # fmt: skip
    else:
        show.head(_("What practitioners see"), _seen_by(views))
        figures = rows.assign(whole=False, level=level, area_id=area_id)
        sides = perspectives.statistics_and_practice(figures, views, by=["factor"])
        for factor, words in (
            ("protective", _("What holds in {name}")), ("risk", _("What weighs in {name}")),
        ):  # fmt: skip
            if factor in sides.index and sides.at[factor, "agreement"] == "disagree":
                name = words.format(name=here.area_name(level, area_id))
                show.sentence(perspectives.disagreement_sentence(name, sides.loc[[factor]].iloc[0]))
        both = perspectives.statistics_and_practice(figures, views)
        show.table(
            perspectives.practice_table(views, both["statistics"], themes),
            _("What practitioners see"),
        )
    national = cached.table(reader, NATIONAL.name)
    spoken = {*views["theme"]} if len(views) else {*national["theme"]}
    shown = perspectives.national_table(
        national, [(one, title) for one, title in themes if one in spoken]
    )
    if shown.empty:
        show.empty(
            _("The national picture: not assessed"),
            _("Statements of {file} on the same themes would fill this place.").format(
                file=NATIONAL.file
            ),
        )
        return
    show.head(_("The national picture"), _("on the same themes; it speaks of the country"))
    show.table(shown, _("The national picture"))


def _seen_by(views: pd.DataFrame) -> str:
    """How many views there are, of how many kinds of source, and of which day the newest is."""
    said = _("{n} views, {kinds} kinds of source").format(
        n=len(views), kinds=views["source_kind"].nunique()
    )
    newest = max(views["date"], default="")
    if newest:
        said += " · " + _("agreed by {date}").format(date=date_text(dt.date.fromisoformat(newest)))
    return said
