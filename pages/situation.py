"""Where do we stand, what has changed, what needs attention?"""

import streamlit as st

from analysis import situation
from pages.shared import cached, choose, frame, presenting, show, situating
from pages.shared.networking import cards

frame.require("viewer")
here, reader = cached.territory(), cached.reader(frame.role())

top = st.container()
with st.container(key="choices"), choose.Row() as row:
    level = choose.level(row, here, situation.levels_of(here))
    year = choose.year(row, cached.years(reader))
    presenting.begin()

found = situating.assessed(reader, here, level, year)
if presenting.asked():
    presenting.present(reader, here, found, level, year)
    frame.end()
with top:
    show.opening(*situating.opening(here, found))

situating.findings_of(reader, here, found, level, year)
situating.maps(reader, here, found, level, year)
meanwhile = st.container()
situating.views(reader, here, found, level)
cards.situation(here, reader, level)
situating.unknown(reader, here, found, level, year)
# The slowest part last, in its place: what is ready is read meanwhile.
with meanwhile:
    situating.changes(reader, here, level, year)
