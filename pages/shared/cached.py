"""The only caches. Keys are small ids: territory, state of the store, role, choice.

What is cached as a resource is shared by all sessions and never changed.
"""

from __future__ import annotations

import datetime as dt
import os
import threading
from pathlib import Path

import pandas as pd
import streamlit as st

from analysis import picture
from analysis.disclosure import ProtectedView, open_view
from analysis.errors import GroundworkError, StoreError
from analysis.intake.release import STORE, build, territory_of
from analysis.language import gettext as _
from analysis.measures import classes
from analysis.settings import FILE as SETTINGS_FILE
from analysis.settings import Settings, read_settings
from analysis.territory import Territory
from analysis.views import maps
from analysis.views import static_files as files

ROOT = Path(__file__).parents[2]
OUTLINES_FROM = 100
"""Maps of more areas than this show the borders of the level above."""
_BUILDING = threading.Lock()


def folder() -> Path:
    """Return the territory folder: ``GROUNDWORK_TERRITORY``, else the fictional town."""
    return Path(os.environ.get("GROUNDWORK_TERRITORY") or ROOT / "data" / "demo").resolve()


def prepare() -> None:
    """Make sure that there is a store and that the files of the maps are in place."""
    static_files()
    if (folder() / STORE / "catalogue.sqlite").is_file():
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


@st.cache_resource(show_spinner=False)
def static_files() -> files.StaticFiles:
    """Put Leaflet and our map layer where the server can serve them; return their addresses."""
    return files.write_static(ROOT / "static")


@st.cache_resource(max_entries=16, show_spinner=False)
def _geometry(path: str, state: str, level: str, version: str) -> maps.Geometry:
    here = _territory(path, state)
    drawn = here.areas[(here.areas["level"] == level) & (here.areas["version"] == version)]
    drawn = drawn.sort_values(["name", "area_id"], kind="stable")
    above = [one for one in here.map_levels if one in here.levels[: here.levels.index(level)]]
    outlines = here.areas_of(above[-1]) if above and len(drawn) > OUTLINES_FROM else None
    geometry = maps.prepare_geometry(drawn, outlines=outlines)
    files.write_geometry(ROOT / "static", geometry)
    return geometry


def geometry(level: str, period: str | None) -> maps.Geometry:
    """Return the shapes of a level as they were at a period; they are served by then."""
    version = territory().version_of(level, period)
    return _geometry(str(folder()), view().state, level, version)


@st.cache_resource(max_entries=512, show_spinner=False)
def _figures(
    path: str, state: str, role: str, indicator_id: str, level: str, period: str
) -> picture.Figures:
    return picture.figures(_view(path), _territory(path, state), indicator_id, level, period)


def figures(role: str, indicator_id: str, level: str, period: str) -> picture.Figures:
    """Return one indicator at one period, with certainty and comparison; never change it."""
    return _figures(str(folder()), view().state, role, indicator_id, level, period)


@st.cache_resource(max_entries=64, show_spinner=False)
def _profile(
    path: str, state: str, role: str, level: str, area_id: str, period: str
) -> pd.DataFrame:
    return picture.profile(
        _view(path), _territory(path, state), level, area_id, period,
        lambda indicator_id, at: _figures(path, state, role, indicator_id, level, at),
    )  # fmt: skip


def profile(role: str, level: str, area_id: str, period: str) -> pd.DataFrame:
    """Return everything known about an area up to a period; never change it."""
    return _profile(str(folder()), view().state, role, level, area_id, period)


@st.cache_resource(max_entries=64, show_spinner=False)
def _series(path: str, state: str, role: str, level: str, area_id: str) -> pd.DataFrame:
    return picture.series(_view(path), _territory(path, state), level, area_id)


def series(role: str, level: str, area_id: str) -> pd.DataFrame:
    """Return all indicators of an area over time, with intervals; never change it."""
    return _series(str(folder()), view().state, role, level, area_id)


@st.cache_resource(max_entries=128, show_spinner=False)
def _classes(
    path: str, state: str, role: str, indicator_id: str, level: str, period: str, method: str,
    number: int, fixed: bool,
) -> classes.Classes:  # fmt: skip
    periods = _view(path).periods(indicator_id, level) if fixed else [period]
    found = {
        one: _figures(path, state, role, indicator_id, level, one).frame["value"] for one in periods
    }
    decimals = _territory(path, state).catalogue[indicator_id].decimals
    together = pd.DataFrame(found).reindex(found[period].index)
    return classes.fixed_classes(together, method, number, decimals=decimals)[period]


def map_classes(
    role: str, indicator_id: str, level: str, period: str, method: str, number: int, fixed: bool
) -> classes.Classes:
    """Return the classes of a map; ``fixed`` takes the breaks from all periods together."""
    return _classes(
        str(folder()), view().state, role, indicator_id, level, period, method, number, fixed
    )


@st.cache_resource(max_entries=128, show_spinner=False)
def _change(
    path: str, state: str, role: str, indicator_id: str, level: str, since: str, period: str
) -> pd.DataFrame:
    earlier = _figures(path, state, role, indicator_id, level, since)
    later = _figures(path, state, role, indicator_id, level, period)
    rows = _view(path).series(indicator_id, level=level)
    return picture.across_break(picture.change(earlier, later), rows, since, period)


def change(role: str, indicator_id: str, level: str, since: str, period: str) -> pd.DataFrame:
    """Return how each area changed between two periods; never change it."""
    return _change(str(folder()), view().state, role, indicator_id, level, since, period)


def together(risk: picture.Figures, protection: picture.Figures) -> pd.Series:
    """Return risk beside protection, one of nine classes an area."""
    classed = protection.frame["class_"].reindex(risk.frame.index).fillna("not assessed")
    return classes.bivariate(risk.frame["class_"], classed)


@st.cache_resource(max_entries=8, show_spinner=False)
def _years(path: str, state: str) -> list[str]:
    seen, here = _view(path), _territory(path, state)
    found = {
        period[:4]
        for indicator_id in seen.indicator_ids()
        for level in here.map_levels
        for period in seen.periods(indicator_id, level)
    }
    return sorted(found)


def years() -> list[str]:
    """Return the years in which anything was observed, oldest first.

    Raises
    ------
    GroundworkError
        When there is not one observation.
    """
    found = _years(str(folder()), view().state)
    if not found:
        raise GroundworkError("no observation is published; put a CSV into observations/")
    return found
