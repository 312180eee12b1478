"""Who works with whom, and where are the gaps?"""

import streamlit as st

from pages.shared import cached, choose, frame
from pages.shared.networking import ways

frame.require("viewer")
here, reader = cached.territory(), cached.reader(frame.role())
network = cached.network(reader, frame.rights())

if not network.is_known:
    ways.nothing_known(here)
    frame.end()

top = st.container()
with choose.Row() as row:
    way = ways.way(row, network)
way.show(here, reader, network, top)
