"""Where? One indicator on the map, beside its partner on the other side."""

import streamlit as st

from analysis.language import gettext as _
from pages.shared import cached, choose, frame, panels

frame.require("viewer")
here, reader = cached.territory(), cached.reader(frame.role())

top = st.container()
with choose.Row() as row:
    level = choose.level(row, here)
    indicator = choose.indicator(row, here, cached.indicators(reader, level), level)
    periods = cached.view().periods(indicator.indicator_id, level)
    newest = cached.newest_period(reader, indicator.indicator_id, level)
    period = choose.period(row, periods, newest)
    partner = panels.partner(reader, here, indicator, level, period)
    way = panels.way(row, indicator, partner, periods)
    since = panels.since(row, periods, period) if way == "change" else ""
    with row.more(_("Classes")):
        cut = panels.shades(row)
    places = panels.places(reader, row)

found = cached.figures(reader, indicator.indicator_id, level, period)
with top:
    panels.opening(reader, here, found, partner, way, since)

maps, margin = st.columns([21, 7], gap="large")
with margin:
    area = panels.area(here, level, period)
    panels.district(here, area, [found] if partner is None else [found, partner])
with maps:
    panels.maps_beside(reader, here, found, partner, way, since, cut, area, places)
