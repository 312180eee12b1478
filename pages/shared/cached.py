"""The only caches. Keys are who reads what, as small ids: territory, state, role, language, choice.

What is cached here is shared by all sessions and never changed. A failure is
raised, and so never cached.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import streamlit as st

from analysis import (
    comparison,
    coverage,
    findings,
    gaps,
    language,
    methods,
    partnership,
    picture,
    situation,
    sociometry,
    tables,
)  # fmt: skip
from analysis import cooperation as working
from analysis import courses as over_years
from analysis.catalogue import Indicator
from analysis.disclosure import ProtectedView, open_view
from analysis.errors import GroundworkError, StoreError
from analysis.geometry import Geometry, decode_geometry
from analysis.intake.drafts import Draft
from analysis.intake.examination import Examination
from analysis.intake.refresh import Refresh
from analysis.intake.release import STORE, build, territory_of
from analysis.language import date_text, period_text
from analysis.language import gettext as _
from analysis.measures import classes
from analysis.settings import FILE as SETTINGS_FILE
from analysis.settings import Settings, read_settings
from analysis.territory import Territory
from analysis.views import area_maps, heat, points, profiles, reach, sociogram
from analysis.views import static_files as files
from analysis.views import years as years_view
from analysis.views.area_maps import Ground, MapView
from analysis.views.maps import Point
from analysis.views.theme import Mode
from analysis.views.view import View

ROOT = Path(__file__).parents[2]
_BUILDING = threading.Lock()


@dataclass(frozen=True)
class Reader:
    """Who reads what: part of every key, so that nobody is served another's answer."""

    path: str
    state: str
    role: str
    locale: str
    words: str
    mode: Mode


class Shades(NamedTuple):
    """How magnitudes are cut into classes."""

    method: str = "quantiles"
    number: int = 5
    fixed: bool = False


def folder() -> Path:
    """Return the territory folder: ``GROUNDWORK_TERRITORY``, else the fictional town."""
    return Path(os.environ.get("GROUNDWORK_TERRITORY") or ROOT / "data" / "demo").resolve()


def prepare() -> None:
    """Make sure that there is a store and that the files of the maps are in place."""
    static_files()
    # A build that was cut off leaves a store without a territory.
    if (folder() / STORE / "catalogue.sqlite").is_file() and view().has_table("settings"):
        return
    bar = st.progress(0.0, _("Building the store, once"))

    def tell(step: str, share: float) -> None:
        bar.progress(share, step)

    with _BUILDING:
        build(folder(), at=dt.datetime.now(dt.UTC), progress=tell)
    bar.empty()


def settings() -> Settings:
    """Return the settings as published, else as the folder has them."""
    try:
        return territory().settings
    except StoreError:
        return _settings_of(str(folder()))


def reader(role: str) -> Reader:
    """Return the key of whoever is looking now."""
    mode: Mode = "dark" if st.context.theme.type == "dark" else "light"
    path, words = str(folder()), settings().words
    return Reader(path, view().state, role, language.locale(), words, mode)


@st.cache_data(max_entries=8, ttl=5, show_spinner=False)
def _settings_of(path: str) -> Settings:
    file = Path(path) / SETTINGS_FILE
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return read_settings(text, fallback_name=Path(path).name.title())[0]


@st.cache_resource(max_entries=8, show_spinner=False)
def _view(path: str) -> ProtectedView:
    return open_view(Path(path) / STORE)


def view() -> ProtectedView:
    """Return the protected view of the territory's store."""
    return _view(str(folder()))


@st.cache_resource(max_entries=8, show_spinner=False)
def _territory(path: str, state: str) -> Territory:
    return territory_of(_view(path))


def territory() -> Territory:
    """Return the territory as it is published."""
    return _territory(str(folder()), view().state)


@st.cache_resource(max_entries=8, show_spinner=False)
def years(reader: Reader) -> list[str]:
    """Return the years in which anything was observed, oldest first.

    Raises
    ------
    GroundworkError
        When there is not one observation.
    """
    seen, here = _view(reader.path), _territory(reader.path, reader.state)
    found = {
        period[:4]
        for indicator_id in seen.indicator_ids()
        for level in here.map_levels
        for period in seen.periods(indicator_id, level)
    }
    if not found:
        raise GroundworkError("no observation is published; put a CSV into observations/")
    return sorted(found)


@st.cache_resource(max_entries=64, show_spinner=False)
def indicators(reader: Reader, level: str) -> list[str]:
    """Return the ids of the indicators that have figures on a level."""
    seen = _view(reader.path)
    return [one for one in seen.indicator_ids() if seen.periods(one, level)]


# ---------------------------------------------------------------- drafts, for analysts only


@dataclass(frozen=True)
class DraftKey:
    """What an examination rests on: the state of the store, and every answer of the draft."""

    path: str
    state: str
    locale: str
    words: str
    draft: str


@st.cache_resource(max_entries=8, show_spinner=False)
def _refresh(path: str) -> Refresh:
    return Refresh(Path(path))


def refresh() -> Refresh:
    """Return the refreshes of this territory."""
    return _refresh(str(folder()))


def _draft_key(reader: Reader, draft: Draft) -> DraftKey:
    return DraftKey(reader.path, reader.state, reader.locale, reader.words, repr(draft))


@st.cache_resource(max_entries=4, show_spinner=False)
def _examined(key: DraftKey, _draft: Draft, _found: Examination | None = None) -> Examination:
    # The draft is part of the key, as text; what was just found of it is the same again.
    return _found or _refresh(key.path).examine(_draft)


def keep_examined(reader: Reader, found: Examination) -> None:
    """Keep what a new draft was found to be, so that its page does not read the file again."""
    _examined(_draft_key(reader, found.draft), found.draft, found)


def examined(reader: Reader, draft_id: str) -> Examination:
    """Return a draft, examined as its answers stand.

    Raises
    ------
    UnknownId
        When there is no such draft.
    """
    draft = refresh().drafts.open(draft_id)
    return _examined(_draft_key(reader, draft), draft)


# ---------------------------------------------------------------- results


@st.cache_resource(max_entries=512, show_spinner=False)
def figures(reader: Reader, indicator_id: str, level: str, period: str) -> picture.Figures:
    """Return one indicator at one period, with certainty and comparison."""
    here = _territory(reader.path, reader.state)
    return picture.figures(_view(reader.path), here, indicator_id, level, period)


@st.cache_resource(max_entries=128, show_spinner=False)
def change(reader: Reader, indicator_id: str, level: str, since: str, period: str) -> pd.DataFrame:
    """Return how each area changed between two periods."""
    earlier = figures(reader, indicator_id, level, since)
    later = figures(reader, indicator_id, level, period)
    rows = _view(reader.path).series(indicator_id, level=level)
    return picture.across_break(picture.change(earlier, later), rows, since, period)


@st.cache_resource(max_entries=128, show_spinner=False)
def map_classes(
    reader: Reader, indicator_id: str, level: str, period: str, shades: Shades
) -> classes.Classes:
    """Return the classes of a map; with fixed shades the breaks are those of all periods."""
    periods = _view(reader.path).periods(indicator_id, level) if shades.fixed else [period]
    columns = {one: figures(reader, indicator_id, level, one).frame["value"] for one in periods}
    # All areas of all periods, also those of another boundary version: the limits stay the same.
    together = pd.DataFrame(columns)
    decimals = _territory(reader.path, reader.state).catalogue[indicator_id].decimals
    cut = classes.fixed_classes(together, shades.method, shades.number, decimals=decimals)
    return cut[period].assign(columns[period])


@st.cache_resource(max_entries=64, show_spinner=False)
def profile(reader: Reader, level: str, area_id: str, period: str) -> pd.DataFrame:
    """Return everything known about an area up to a period."""
    return picture.profile(
        _view(reader.path),
        _territory(reader.path, reader.state),
        level,
        area_id,
        period,
        lambda indicator_id, at: figures(reader, indicator_id, level, at),
    )


# ---------------------------------------------------------------- views


@st.cache_resource(show_spinner=False)
def static_files() -> files.StaticFiles:
    """Put Leaflet and our map layer where the server can serve them; return their addresses."""
    return files.write_static(ROOT / "static")


@st.cache_resource(max_entries=16, show_spinner=False)
def _geometry(path: str, state: str, level: str, version: str) -> Geometry:
    """Return the shapes of a level as the build packed them, and put them where they are served."""
    packed = _view(path).table("geometry")
    row = packed[(packed["level"] == level) & (packed["version"] == version)]
    geometry = decode_geometry(row["encoded"].iloc[0])
    files.write_geometry(ROOT / "static", geometry)
    return geometry


def _ground(reader: Reader, level: str, period: str) -> Ground:
    """Return what every map of a level shares; its shapes are served by then."""
    here = _territory(reader.path, reader.state)
    geometry = _geometry(reader.path, reader.state, level, here.version_of(level, period))
    return Ground(
        geometry, reader.mode, here.settings.level(level).plural,
        lambda *indicators: source(reader, *indicators), here.settings.minimum_answers,
    )  # fmt: skip


@st.cache_resource(max_entries=128, show_spinner=False)
def area_map(
    reader: Reader, indicator_id: str, level: str, period: str, way: str, since: str, shades: Shades
) -> MapView:
    """Return one indicator's map: its level, difference, change since, or level beside trend."""
    indicator = _territory(reader.path, reader.state).catalogue[indicator_id]
    found = figures(reader, indicator_id, level, period)
    ground = _ground(reader, level, period)
    if indicator.measure == "count":
        return area_maps.level_map(found, None, ground)
    if way == "difference":
        return area_maps.comparison_map(found, ground)
    if way == "change" and since in _view(reader.path).periods(indicator_id, level):
        changed = change(reader, indicator_id, level, since, period)
        odd = shades.number + 1 - shades.number % 2
        cut = classes.change_classes(changed["difference"], odd, decimals=indicator.decimals)
        return area_maps.change_map(changed, cut, found, since, ground)
    if way == "trend":
        together = level_trends(reader, indicator_id, level, period)
        return area_maps.level_trend_map(together, found, ground)
    cut = map_classes(reader, indicator_id, level, period, shades)
    return area_maps.level_map(found, cut, ground)


def draft_source(draft_id: str) -> str:
    """Return where figures of a draft come from, and that they are not protected."""
    return _("draft {id}, raw figures, seen by analysts on this page only").format(id=draft_id)


@st.cache_resource(max_entries=32, show_spinner=False)
def difference_map(
    reader: Reader, draft_id: str, answers: str, indicator_id: str, level: str, period: str
) -> MapView | None:
    """Return the map of what a draft would change, from raw figures; None where nothing stands.

    ``answers`` is the draft as text, part of the key. A count is drawn as it would be, in
    circles: differences of counts are never shaded.
    """
    found = examined(reader, draft_id)
    before, after = found.changes[indicator_id].beside(found.territory, level, period)
    ground = replace(
        _ground(reader, level, period),
        source=lambda *_indicators: draft_source(draft_id),
    )
    if after.indicator.measure == "count":
        return area_maps.level_map(after, None, ground)
    if before is None:
        return None
    changed = picture.change(before, after)
    cut = classes.change_classes(changed["difference"], 5, decimals=after.indicator.decimals)
    sides = (
        _("{period} as published").format(period=period_text(before.period)),
        _("{period} in this draft").format(period=period_text(period)),
    )
    return area_maps.change_map(changed, cut, after, before.period, ground, sides)


@st.cache_resource(max_entries=64, show_spinner=False)
def together(
    reader: Reader, risk: tuple[str, str], protection: tuple[str, str], level: str
) -> pd.Series:
    """Return risk beside protection, one of nine classes an area; each side an id and a period."""
    one = figures(reader, risk[0], level, risk[1]).frame["class_"]
    other = figures(reader, protection[0], level, protection[1]).frame["class_"]
    return classes.bivariate(one, other.reindex(one.index).fillna("not assessed"))


@st.cache_resource(max_entries=64, show_spinner=False)
def pair_map(
    reader: Reader, risk: tuple[str, str], protection: tuple[str, str], level: str
) -> MapView:
    """Return risk beside protection on one map; each is an indicator id and a period."""
    one = figures(reader, risk[0], level, risk[1])
    other = figures(reader, protection[0], level, protection[1])
    both = together(reader, risk, protection, level)
    return area_maps.bivariate_map(one, other, both, _ground(reader, level, risk[1]))


@st.cache_resource(max_entries=64, show_spinner=False)
def spine(reader: Reader, level: str, area_id: str, period: str) -> View:
    """Return the spine chart of an area."""
    here = _territory(reader.path, reader.state)
    return profiles.spine_view(
        here, profile(reader, level, area_id, period), here.area_name(level, area_id),
        reader.mode, lambda *indicators: source(reader, *indicators),
        here.settings.level(level).plural, trend_words(reader, level, area_id, period),
    )  # fmt: skip


@st.cache_resource(max_entries=64, show_spinner=False)
def trend_words(reader: Reader, level: str, area_id: str, period: str) -> dict[str, str]:
    """Return the trend of each indicator of an area in words, by indicator id."""
    rows = profile(reader, level, area_id, period)
    here, seen = _territory(reader.path, reader.state), _view(reader.path)

    def moved(indicator_id: str, at: str) -> pd.DataFrame:
        # Of this area alone: those of a whole level take seconds where it has thousands of areas.
        return picture.area_trends(seen, here, indicator_id, level, at, [area_id])

    return {
        str(one): over_years.trend_words(moved(str(one), str(at)), area_id)
        for one, at in zip(rows["indicator_id"], rows["period"], strict=True)
        if at
    }


@st.cache_resource(max_entries=64, show_spinner=False)
def courses(reader: Reader, level: str, area_id: str, period: str) -> list[View]:
    """Return every indicator of an area over the years, small."""
    here = _territory(reader.path, reader.state)
    return profiles.course_views(
        here,
        profile(reader, level, area_id, period),
        picture.series(_view(reader.path), here, level, area_id),
        here.area_name(level, area_id),
        reader.mode,
        lambda *indicators: source(reader, *indicators),
        trend_words(reader, level, area_id, period),
    )


def _release_words(number: int, at: str) -> str:
    return _("release {number} of {date}").format(
        number=number, date=date_text(dt.datetime.fromisoformat(at).date())
    )


def release_of(reader: Reader, indicator_id: str) -> str:
    """Return the release an indicator's figures come from, in words; "" without figures."""
    seen = _view(reader.path)
    if indicator_id not in seen.indicator_ids():
        return ""
    release = seen.release_of(indicator_id)
    return _release_words(release.number, release.at)


@st.cache_resource(max_entries=8, show_spinner=False)
def hidden_shares(reader: Reader) -> dict[str, float]:
    """Return how much of each indicator is hidden, over all areas and periods together."""
    return methods.hidden_shares(_view(reader.path), _territory(reader.path, reader.state))


def source(reader: Reader, *indicators: Indicator) -> str:
    """Return where figures come from: publishers, licences, dates, releases, each said once."""
    releases = [_view(reader.path).release_of(one.indicator_id) for one in indicators]
    dates = [dt.date.fromisoformat(one.retrieved) for one in indicators if one.retrieved]
    publishers = dict.fromkeys(one.publisher or _("publisher not stated") for one in indicators)
    licences = dict.fromkeys(one.licence for one in indicators if one.licence)
    published = {_release_words(one.number, one.at): None for one in releases}
    parts = ["; ".join(publishers), ", ".join(licences)]
    if dates:
        parts.append(_("retrieved {date}").format(date=date_text(max(dates))))
    return ", ".join(part for part in [*parts, *published] if part)


# ---------------------------------------------------------------- comparing


class Choice(NamedTuple):
    """Which areas are compared: on a level, inside of an area above, up to a year, in an order."""

    level: str
    year: str
    within: str = ""
    order: str = "name"


@st.cache_resource(max_entries=64, show_spinner=False)
def compared_areas(reader: Reader, choice: Choice) -> pd.DataFrame:
    """Return the areas that are compared, in their order."""
    here = _territory(reader.path, reader.state)
    return comparison.areas_in_order(
        here, choice.level, choice.year, by=choice.order, within=choice.within
    )


def newest(
    reader: Reader, indicator_id: str, level: str, year: str = "9999"
) -> picture.Figures | None:
    """Return an indicator's newest figures up to a year, of a period in which an area has one.

    None where there is no period up to the year.
    """
    until = [one for one in _view(reader.path).periods(indicator_id, level) if one[:4] <= year]
    for period in reversed(until):
        found = figures(reader, indicator_id, level, period)
        if found.frame["value"].notna().any():
            return found
    return figures(reader, indicator_id, level, until[-1]) if until else None


def newest_period(reader: Reader, indicator_id: str, level: str) -> str:
    """Return the newest period in which an area has a figure, else the newest; "" without one."""
    found = newest(reader, indicator_id, level)
    return "" if found is None else found.period


@st.cache_resource(max_entries=64, show_spinner=False)
def comparable(reader: Reader, level: str, year: str) -> list[picture.Figures]:
    """Return the newest figures of every indicator up to a year, in columns of a heat table."""
    here = _territory(reader.path, reader.state)
    offered = [
        one
        for one in here.catalogue.shown()
        if one.indicator_id in indicators(reader, level) and (not one.levels or level in one.levels)
    ]
    found = [
        newest(reader, one.indicator_id, level, year) for one in heat.in_columns(offered, here)
    ]
    return [one for one in found if one is not None]


class Heat(NamedTuple):
    """A heat table with what its page says about it."""

    compared: pd.DataFrame
    benchmark: str
    view: View


@st.cache_resource(max_entries=32, show_spinner=False)
def heat_table(reader: Reader, choice: Choice, theme: str) -> Heat:
    """Return where which figures of a theme, or of ``all``, differ from the benchmark."""
    here = _territory(reader.path, reader.state)
    areas = compared_areas(reader, choice)
    every = [
        one
        for one in comparable(reader, choice.level, choice.year)
        if theme in ("all", one.indicator.theme)
    ]
    used = [one for one in every if comparison.is_compared(one)]
    left_out = [one.indicator for one in every if not comparison.is_compared(one)]
    compared = comparison.cells(used, areas)
    names = dict.fromkeys(one.benchmark.name for one in used if one.benchmark)
    notes = []
    if left_out:
        notes.append(
            _("Not compared, so not in the table: {titles}.").format(
                titles=picture.joined([_(one.title).lower() for one in left_out])
            )
        )
    subline = " · ".join(
        [
            _("each beside {name}").format(name=picture.joined(list(names))),
            _("newest figure up to {year}").format(year=choice.year),
            here.settings.level(choice.level).plural,
        ]
    )
    drawn = heat.heat_view(
        here, compared, areas, reader.mode, source(reader, *(one.indicator for one in used)),
        subline=subline, notes=tuple(notes), filename=f"comparison_{choice.level}_{choice.year}",
    )  # fmt: skip
    return Heat(compared, picture.joined(list(names)), drawn)


@st.cache_resource(max_entries=64, show_spinner=False)
def pair(reader: Reader, one: str, other: str, choice: Choice) -> pd.DataFrame:
    """Return two indicators side by side; both have figures up to the year."""
    first, second = (newest(reader, i, choice.level, choice.year) for i in (one, other))
    assert first is not None
    assert second is not None
    return comparison.pair(first, second, compared_areas(reader, choice))


@st.cache_resource(max_entries=64, show_spinner=False)
def pair_view(reader: Reader, one: str, other: str, choice: Choice) -> View:
    """Return two indicators against each other."""
    first, second = (newest(reader, i, choice.level, choice.year) for i in (one, other))
    assert first is not None
    assert second is not None
    return points.pair_view(
        first, second, pair(reader, one, other, choice), reader.mode,
        source(reader, first.indicator, second.indicator),
        _territory(reader.path, reader.state).settings.level(choice.level).plural,
    )  # fmt: skip


@st.cache_resource(max_entries=64, show_spinner=False)
def alike(reader: Reader, level: str, area_id: str, year: str) -> str:
    """Return which areas live under the conditions most like those of one, in sentences.

    Empty where no condition is published for the level.
    """
    here = _territory(reader.path, reader.state)
    conditions = [one for one in here.catalogue.shown() if comparison.is_condition(one)]
    published = set(indicators(reader, level))
    found = [
        figures_
        for one in conditions
        if one.indicator_id in published
        and (figures_ := newest(reader, one.indicator_id, level, year)) is not None
    ]
    if not found:
        return ""
    names = {str(one): name for one, name in here.areas_of(level, year)["name"].items()}
    known = comparison.alike(found, area_id)
    names |= {one: here.area_name(level, one) for one in {area_id, *known.nearest.index} - {*names}}
    return comparison.alike_sentences(known, names, here.catalogue, here.settings.level(level))


@st.cache_resource(max_entries=64, show_spinner=False)
def funnel(reader: Reader, indicator_id: str, choice: Choice) -> comparison.Funnel:
    """Return an indicator against the size it rests on."""
    found = newest(reader, indicator_id, choice.level, choice.year)
    assert found is not None
    return comparison.funnel(found, compared_areas(reader, choice))


@st.cache_resource(max_entries=64, show_spinner=False)
def funnel_view(reader: Reader, indicator_id: str, choice: Choice) -> View:
    """Return the picture of a funnel that has limits."""
    found = newest(reader, indicator_id, choice.level, choice.year)
    assert found is not None
    return points.funnel_view(
        found, funnel(reader, indicator_id, choice), reader.mode, source(reader, found.indicator),
        _territory(reader.path, reader.state).settings.level(choice.level).plural,
    )  # fmt: skip


# ---------------------------------------------------------------- over the years


@st.cache_resource(max_entries=512, show_spinner=False)
def area_trends(reader: Reader, indicator_id: str, level: str, period: str) -> pd.DataFrame:
    """Return how an indicator has moved in each area of a level up to a period."""
    here = _territory(reader.path, reader.state)
    return picture.area_trends(_view(reader.path), here, indicator_id, level, period)


@st.cache_resource(max_entries=64, show_spinner=False)
def level_trends(reader: Reader, indicator_id: str, level: str, period: str) -> pd.DataFrame:
    """Return level, trend and urgency of each area at a period."""
    found = figures(reader, indicator_id, level, period)
    return over_years.level_trends(found, area_trends(reader, indicator_id, level, period))


@st.cache_resource(max_entries=64, show_spinner=False)
def course_rows(reader: Reader, indicator_id: str, level: str, year: str) -> pd.DataFrame:
    """Return an indicator of all areas over its periods."""
    here = _territory(reader.path, reader.state)
    return over_years.courses(_view(reader.path), here, indicator_id, level, year)


@st.cache_resource(max_entries=64, show_spinner=False)
def benchmark_course(
    reader: Reader, indicator_id: str, level: str, year: str
) -> tuple[str, pd.DataFrame]:
    """Return the name of the benchmark of a level, and its course."""
    here = _territory(reader.path, reader.state)
    return over_years.benchmark_course(_view(reader.path), here, indicator_id, level, year)


@st.cache_resource(max_entries=32, show_spinner=False)
def table(reader: Reader, name: str) -> pd.DataFrame:
    """Return a published table; without rows where none was published.

    Tables of the network have a door of their own, :func:`network`.
    """
    if name in partnership.NAMES:
        raise ValueError(f"{name!r} is of the network; ask cached.network")
    seen = _view(reader.path)
    if seen.has_table(name):
        return seen.table(name)
    return pd.DataFrame(columns=tables.TABLES[name].column_names)


@st.cache_resource(max_entries=128, show_spinner=False)
def course_view(reader: Reader, indicator_id: str, level: str, area_id: str, period: str) -> View:
    """Return the course of one area up to a period, with what happened meanwhile."""
    here, found = (
        _territory(reader.path, reader.state),
        figures(reader, indicator_id, level, period),
    )
    rows = course_rows(reader, indicator_id, level, period[:4])
    rows = rows[rows["area_id"] == area_id]
    return years_view.course_view(
        rows, found, reader.mode, source(reader, found.indicator),
        benchmark=benchmark_course(reader, indicator_id, level, period[:4]),
        events=over_years.events_beside(table(reader, "events"), here, level, area_id, rows),
    )  # fmt: skip


@st.cache_resource(max_entries=32, show_spinner=False)
def multiples_view(reader: Reader, indicator_id: str, period: str, choice: Choice) -> View:
    """Return the courses of all chosen areas, small, on one scale."""
    here = _territory(reader.path, reader.state)
    found = figures(reader, indicator_id, choice.level, period)
    return years_view.multiples_view(
        course_rows(reader, indicator_id, choice.level, choice.year),
        compared_areas(reader, choice)["name"], found, reader.mode,
        source(reader, found.indicator),
        benchmark=benchmark_course(reader, indicator_id, choice.level, choice.year),
        level_words=here.settings.level(choice.level).plural,
    )  # fmt: skip


@st.cache_resource(max_entries=64, show_spinner=False)
def level_trend_view(reader: Reader, indicator_id: str, period: str, choice: Choice) -> View:
    """Return level beside trend of the chosen areas."""
    here = _territory(reader.path, reader.state)
    found = figures(reader, indicator_id, choice.level, period)
    together = level_trends(reader, indicator_id, choice.level, period)
    together = together.reindex(compared_areas(reader, choice).index.intersection(together.index))
    return years_view.level_trend_view(
        together, found, reader.mode, source(reader, found.indicator),
        here.settings.level(choice.level).plural,
    )  # fmt: skip


# ---------------------------------------------------------------- the situation


@st.cache_resource(max_entries=512, show_spinner=False)
def assessed(reader: Reader, level: str, year: str, indicator_id: str) -> pd.DataFrame:
    """Return every comparison and trend of one indicator up to a year."""
    here = _territory(reader.path, reader.state)
    return findings.assess(
        _view(reader.path), here, level, year,
        lambda *asked: figures(reader, *asked), lambda *asked: area_trends(reader, *asked),
        [here.catalogue[indicator_id]],
    )  # fmt: skip


class Earlier(NamedTuple):
    """The view before the last release of figures, that release's number and why it was made."""

    view: ProtectedView
    territory: Territory
    number: int
    reason: str


@st.cache_resource(max_entries=8, show_spinner=False)
def earlier(path: str, state: str) -> Earlier | None:
    """Open the view as it was before the last release of figures; None where that is the first."""
    now = _view(path)
    release = now.newest_release()
    if release is None:
        return None
    then = now.before(release.release_id)
    if not then.indicator_ids():
        return None
    return Earlier(then, territory_of(then), release.number, release.reason)


@st.cache_resource(max_entries=512, show_spinner=False)
def assessed_before(reader: Reader, level: str, year: str, indicator_id: str) -> pd.DataFrame:
    """Return what :func:`assessed` returned before the last release.

    Where that is the first, what was known up to the year before.
    """
    past = earlier(reader.path, reader.state)
    if past is None:
        return assessed(reader, level, str(int(year) - 1), indicator_id)
    view, there = past.view, past.territory
    known = level in there.levels and indicator_id in there.catalogue
    return findings.assess(
        view, there, level, year,
        lambda *asked: picture.figures(view, there, *asked),
        lambda *asked: picture.area_trends(view, there, *asked),
        [there.catalogue[indicator_id]] if known else [],
    )  # fmt: skip


class Situation(NamedTuple):
    """Every comparison and trend of a level, the findings chosen from them with their partners."""

    rows: pd.DataFrame
    chosen: pd.DataFrame
    findings: list[situation.Finding]


@st.cache_resource(max_entries=16, show_spinner=False)
def picture_of(reader: Reader, level: str, year: str) -> Situation:
    """Return the findings of a level up to a year."""
    here = _territory(reader.path, reader.state)
    rows = _together(reader, level, year, assessed)
    chosen = findings.choose(rows)
    return Situation(rows, chosen, situation.with_partners(chosen, rows, here.catalogue))


@st.cache_resource(max_entries=16, show_spinner=False)
def changed(reader: Reader, level: str, year: str) -> pd.DataFrame:
    """Return what is said notably otherwise than before the last release, most first."""
    before = _together(reader, level, year, assessed_before)
    return situation.notable(findings.what_changed(before, picture_of(reader, level, year).rows))


def _together(
    reader: Reader, level: str, year: str, one: Callable[..., pd.DataFrame]
) -> pd.DataFrame:
    """The parts of all indicators as one frame; without any, an empty one with its columns."""
    shown = _territory(reader.path, reader.state).catalogue.shown()
    parts = [one(reader, level, year, indicator.indicator_id) for indicator in shown]
    full = [part for part in parts if not part.empty]
    return pd.concat(full, ignore_index=True) if full else parts[0]


@st.cache_resource(max_entries=16, show_spinner=False)
def bands(reader: Reader, level: str, year: str) -> pd.DataFrame:
    """Return how far the figures of each area of a level carry."""
    return situation.reliabilities(
        _view(reader.path), _territory(reader.path, reader.state), level, year,
        lambda *asked: figures(reader, *asked),
    )  # fmt: skip


# ---------------------------------------------------------------- the network


def network(reader: Reader, rights: tuple[str, ...]) -> partnership.Partnership:
    """Return the network as whoever holds these rights (``frame.rights()``) may see it."""
    return _network(
        reader.path, reader.state, (reader.locale, reader.words), rights, dt.date.today().year
    )


@st.cache_resource(max_entries=16, show_spinner=False)
def _network(
    path: str, state: str, words: tuple[str, str], rights: tuple[str, ...], year: int
) -> partnership.Partnership:
    return partnership.read(_view(path), _territory(path, state), rights, year)


@st.cache_resource(max_entries=32, show_spinner=False)
def cooperation(reader: Reader, rights: tuple[str, ...], year: int) -> working.Cooperation:
    """Return what is measured of the network of a year, as far as a reader may see partners."""
    seen, here = network(reader, rights), _territory(reader.path, reader.state)
    return working.cooperation(*seen.in_year(year), here.settings.essential_sectors, year)


@st.cache_resource(max_entries=32, show_spinner=False)
def network_part(
    reader: Reader, rights: tuple[str, ...], year: int, part: sociometry.Part, measured: bool
) -> working.Cooperation:
    """Return a part of the network of a year; ``measured`` as of :func:`sociometry.part_of`."""
    whole = cooperation(reader, rights, year)
    here = _territory(reader.path, reader.state)
    return sociometry.part_of(whole, part, here, measured=measured)


@st.cache_resource(max_entries=16, show_spinner=False)
def seats(reader: Reader, rights: tuple[str, ...], layout: str) -> sociometry.Seats:
    """Return where each partner of any year stands; filters and years move nobody."""
    seen, here = network(reader, rights), _territory(reader.path, reader.state)
    surveys = {year: seen.in_year(year) for year in seen.years}
    names = seen.partners.set_index("partner_id")["name"]
    return sociometry.seats(
        surveys, layout, [one for one, _ in here.settings.sectors],
        here.settings.essential_sectors, sociogram.label_sizes(names),
    )  # fmt: skip


@st.cache_resource(max_entries=32, show_spinner=False)
def sector_coverage(reader: Reader, level: str) -> coverage.Coverage:
    """Return which sectors reach which area this year, for everybody: it comes without a name."""
    seen, here = network(reader, ()), _territory(reader.path, reader.state)
    newest_year = seen.years[-1:]
    served = (
        seen.overview(newest_year[0]).served
        if newest_year
        else pd.DataFrame(columns=["sector", "area_ids"], dtype="str")
    )
    return coverage.sector_coverage(served, here, level)


@st.cache_resource(max_entries=32, show_spinner=False)
def provision_coverage(reader: Reader, level: str) -> coverage.Coverage:
    """Return which kinds of provision there are in which area, for everybody."""
    here = _territory(reader.path, reader.state)
    return coverage.provision_coverage(network(reader, ()).offers, here, level)


@st.cache_resource(max_entries=16, show_spinner=False)
def joint_work(reader: Reader, rights: tuple[str, ...], level: str) -> coverage.Coverage:
    """Return where sectors work jointly with residents, as far as a reader may see ties."""
    seen, here = network(reader, rights), _territory(reader.path, reader.state)
    return coverage.joint_work(*seen.in_year(seen.years[-1]), here, level)


@st.cache_resource(max_entries=64, show_spinner=False)
def coverage_map(reader: Reader, level: str, what: str, kind: str, source: str) -> MapView:
    """Return where a sector or a provision reaches; ``what`` is ``sectors`` or ``provisions``."""
    found = (sector_coverage if what == "sectors" else provision_coverage)(reader, level)
    ground = _ground(reader, level, "9999")
    return reach.coverage_map(found, kind, ground, source, f"coverage_{level}_{kind}")


@st.cache_resource(max_entries=16, show_spinner=False)
def needs(reader: Reader, level: str, year: str) -> pd.DataFrame:
    """Return where need is high by the newest figures up to a year."""
    here = _territory(reader.path, reader.state)
    areas = comparison.areas_in_order(here, level, year)
    compared = comparison.cells(comparable(reader, level, year), areas).assign(whole=False)
    return gaps.needs(compared, here.catalogue, here.areas_of(level)["name"])


@st.cache_resource(max_entries=8, show_spinner=False)
def open_places(reader: Reader) -> tuple[Point, ...]:
    """Return the places open to the public, for everybody."""
    return reach.points(network(reader, ()).resources)
