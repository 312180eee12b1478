"""What stands out here? Strengths first, then burdens, each with its certainty."""

import streamlit as st

from analysis import picture
from analysis.language import gettext as _
from pages.shared import cached, choose, frame, panels, show

frame.require("viewer")
here, reader = cached.territory(), cached.reader(frame.role())

top = st.container()
with choose.Row() as row:
    level = choose.level(row, here)
    area = choose.area(row, here, level)
    year = choose.year(row, cached.years(reader))

rows, name = cached.profile(reader, level, area, year), here.area_name(level, area)
with top:
    show.opening(
        picture.district_title(name, rows, here), picture.district_sentences(name, rows, here)
    )
if not panels.nothing_known(here, level, rows):
    show.view(cached.spine(reader, level, area, year), "spine")
    panels.told(reader, here, level, area, rows)
    panels.over_the_years(reader, level, area, year)
    show.head(_("How far these figures carry"))
    found = picture.profile_reliability(rows, here.settings)
    show.sentence(picture.reliability_sentence(name, found))
