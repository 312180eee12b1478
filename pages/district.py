"""What stands out here? Strengths first, then burdens, each with its certainty."""

import streamlit as st

from analysis import picture
from analysis.language import gettext as _
from pages.shared import cached, choose, frame, panels, show
from pages.shared.networking import cards

frame.require("viewer")
here, reader = cached.territory(), cached.reader(frame.role())

top = st.container()
with choose.Row() as row:
    level = choose.level(row, here)
    area = choose.area(row, here, level)
    year = choose.year(row, cached.years(reader))

name = here.area_name(level, area)
with top:
    with st.spinner(_("Reading all figures of {name}").format(name=show.plain(name))):
        rows = cached.profile(reader, level, area, year)
    show.opening(
        picture.district_title(name, rows, here), picture.district_sentences(name, rows, here)
    )
if not panels.nothing_known(here, level, rows):
    with st.spinner(_("Reading how they moved")):
        chart = cached.spine(reader, level, area, year)
    show.view(chart, "spine")
    panels.told(reader, here, level, area, rows)
    cards.district(here, reader, level, area)
    panels.over_the_years(reader, level, area, year)
    show.head(_("How far these figures carry"))
    found = picture.profile_reliability(rows, here.settings)
    show.sentence(picture.reliability_sentence(name, found))
