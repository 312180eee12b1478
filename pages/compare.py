"""How do districts and factors compare? Classes, one area, two figures, chance and size."""

import streamlit as st

from pages.shared import cached, choose, comparing, frame

frame.require("viewer")
here, reader = cached.territory(), cached.reader(frame.role())

top = st.container()
with choose.Row() as row:
    level = choose.level(row, here)
    look = comparing.look(row, reader, here, level)
    year = choose.year(row, cached.years(reader))
with choose.Row() as row:
    asked = comparing.asked(row, reader, here, level, look, year)

comparing.SHOWN[look](reader, here, asked, top)
