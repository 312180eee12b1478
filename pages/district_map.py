"""Where? One indicator on the map, beside its partner on the other side."""

import streamlit as st

from analysis import picture
from analysis.language import gettext as _
from analysis.views import area_maps
from pages.shared import cached, choose, frame, panels, show

frame.require("viewer")
here, role = cached.territory(), frame.roles()[-1]

top = st.container()
with choose.Row() as row:
    level = choose.level(row, here)
    indicator = choose.indicator(row, here, cached.view().indicator_ids(), level)
    periods = cached.view().periods(indicator.indicator_id, level)
    period = choose.period(row, periods)
    partner = panels.partner(here, role, indicator, level, period)
    way = panels.way(row, indicator, partner, periods)
    since = panels.since(row, periods, period) if way == "change" else ""
    with row.more(_("Classes")):
        shades = panels.shades(row)

found = cached.figures(role, indicator.indicator_id, level, period)
words = here.settings.level(level)
with top:
    show.opening(picture.map_title(found), picture.map_sentences(found, (words.name, words.plural)))
ground = panels.ground(here, level, period)

maps, margin = st.columns([21, 7], gap="large")
with margin:
    area = panels.area(here, level, period)
    panels.district(here, area, [one for one in (found, partner) if one is not None])
with maps:
    if way == "both" and partner is not None:
        risk, protection = (found, partner) if indicator.factor == "risk" else (partner, found)
        both = cached.together(risk, protection)
        show.area_map(area_maps.bivariate_map(risk, protection, both, ground), "both", area)
    else:
        left, right = st.columns(2, gap="medium")
        with left:
            show.area_map(panels.one_map(role, found, way, since, shades, ground), "one", area)
        with right:
            if partner is None:
                panels.no_partner(here, indicator)
            else:
                beside = panels.one_map(role, partner, way, since, shades, ground)
                show.area_map(beside, "partner", area)
