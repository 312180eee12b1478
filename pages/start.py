"""Where to begin: straight on to the first page of the navigation."""

import streamlit as st

from pages.shared import frame

frame.require("viewer")
st.switch_page(frame.first_page(), query_params=st.query_params.to_dict())
