"""The parts of the page *trends*: one course, all courses, level beside trend; partners beside."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import comparison, courses
from analysis.catalogue import Indicator
from analysis.language import gettext as _
from analysis.picture import Figures
from analysis.territory import Territory
from analysis.views.view import View
from pages.shared import cached, choose, panels, show
from pages.shared.cached import Choice, Reader


def look(row: choose.Row, indicator: Indicator) -> str:
    """Choose how to look; level beside trend only where one side is favourable."""
    looks = {"course": _("One area"), "all": _("All areas")}
    if has_level(indicator):
        looks["matrix"] = _("Level × trend")
    return row.segments("trend", _("Show"), looks, "course")


def has_level(indicator: Indicator) -> bool:
    """Whether level and trend of an indicator can be judged together."""
    return indicator.favourable != 0 and indicator.measure != "count"


def shown(
    reader: Reader, here: Territory, found: Figures, look: str, choice: Choice, area: str,
    top: DeltaGenerator,
) -> None:  # fmt: skip
    """Show an indicator over the years and, at the same size, its partner."""
    moved = _of(reader, found, choice)
    with top:
        show.opening(*_words(reader, here, found, look, moved, area))
    comparing_part(here, choice, look)
    beside = panels.partner(reader, here, found.indicator, found.level, found.period)
    left, right = st.columns(2, gap="large")
    with left:
        _one(reader, found, look, choice, area, "one")
    with right:
        if beside is None:
            panels.no_partner(here, found.indicator)
        else:
            _one(reader, beside, look, choice, area, "partner")


def _words(
    reader: Reader, here: Territory, found: Figures, look: str, moved: pd.DataFrame, area: str
) -> tuple[str, str]:
    """Title and first sentences: what is seen, and how sure that is."""
    level = here.settings.level(found.level)
    if look == "course" and area in found.frame.index:
        needed = here.settings.minimum_answers
        trends = cached.area_trends(reader, *_key(found))
        return (
            courses.course_title(found, area),
            courses.course_sentences(found, trends, area, needed),
        )
    title = courses.moved_title(found.indicator, moved)
    if look == "matrix":
        together = cached.level_trends(reader, *_key(found)).reindex(moved.index)
        return title, courses.level_trend_sentences(together, level)
    return title, courses.moved_sentences(moved, level)


def _key(found: Figures) -> tuple[str, str, str]:
    return found.indicator.indicator_id, found.level, found.period


def _of(reader: Reader, found: Figures, choice: Choice) -> pd.DataFrame:
    """Trends of the areas that are shown."""
    moved = cached.area_trends(reader, *_key(found))
    return moved.reindex(cached.compared_areas(reader, choice).index.intersection(moved.index))


def _one(
    reader: Reader, found: Figures, look: str, choice: Choice, area: str, key: str
) -> None:  # fmt: skip
    indicator_id, level, period = _key(found)
    if look == "matrix" and not has_level(found.indicator):
        show.empty(
            _(found.indicator.title),
            _("A count, or neither good nor bad: no level to set beside its trend."),
        )
        return
    drawn: View
    if look == "course":
        drawn = cached.course_view(reader, indicator_id, level, area, period)
    elif look == "all":
        drawn = cached.multiples_view(reader, indicator_id, period, choice)
    else:
        drawn = cached.level_trend_view(reader, indicator_id, period, choice)
    if drawn.table.empty:
        show.empty(drawn.title, _("No figure of this area: observations would fill this place."))
        return
    show.view(drawn, f"{look}-{key}")


def nothing_yet(indicator: Indicator, year: str, top: DeltaGenerator) -> None:
    """Say that an indicator begins later."""
    with top:
        show.opening(
            _("{title}: nothing up to {year}").format(title=_(indicator.title), year=year),
            _("Its first figure is of a later year; choose one to see it."),
        )


def comparing_part(here: Territory, choice: Choice, look: str) -> None:
    """Say that only a part of the areas is shown, and which."""
    if look != "course" and comparison.level_around(here, choice.level) is not None:
        panels.part(here, choice.level, choice.within, choice.year)
