"""Is it getting better? One indicator over the years, beside its partner on the other side."""

import streamlit as st

from pages.shared import cached, choose, frame, trending

frame.require("viewer")
here, reader = cached.territory(), cached.reader(frame.role())

top = st.container()
with choose.Row() as row:
    level = choose.level(row, here)
    indicator = choose.indicator(row, here, cached.indicators(reader, level), level)
    look = trending.look(row, indicator)
    year = choose.year(row, cached.years(reader))
with choose.Row() as row:
    area = choose.area(row, here, level) if look == "course" else ""
    within = choose.within(row, here, level) if look != "course" else ""

found = cached.newest(reader, indicator.indicator_id, level, year)
if found is None:
    trending.nothing_yet(indicator, year, top)
else:
    choice = cached.Choice(level, year, within)
    trending.shown(reader, here, found, look, choice, area, top)
