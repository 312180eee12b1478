"""What stands out here? Strengths first, then burdens, each with its certainty."""

import streamlit as st

from analysis import picture
from analysis.language import gettext as _
from pages.shared import cached, choose, frame, panels, show

frame.require("viewer")
here, role = cached.territory(), frame.roles()[-1]

top = st.container()
with choose.Row() as row:
    level = choose.level(row, here)
    area = choose.area(row, here, level)
    period = choose.year(row, cached.years())

name = here.area_name(level, area)
rows = cached.profile(role, level, area, period)
with top:
    show.opening(name, picture.district_sentences(name, rows, here))
if not rows["value"].notna().any():
    show.empty(
        _("No figure here"),
        _("Observations of the level {level} in observations/ would fill this page.").format(
            level=here.settings.level(level).plural
        ),
    )
    st.stop()

show.view(panels.spine(here, rows, name), "spine")
panels.over_the_years(here, rows, cached.series(role, level, area), name)
panels.reliability(rows, name)
