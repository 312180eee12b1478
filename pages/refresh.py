"""What is due, is this file safe to publish? Upload, read, join, check, see what changes, publish."""

import streamlit as st

from analysis.language import gettext as _
from pages.shared import cached, choose, frame, refreshing, show

frame.require("analyst")
here, reader = cached.territory(), cached.reader("analyst")
draft_id = choose.given("draft")

if not draft_id:
    show.opening(_("What is due"), refreshing.due_sentence(here))
    left, right = st.columns([17, 9], gap="large")
    with left:
        refreshing.due(here)
        refreshing.releases(reader)
    with right:
        refreshing.upload(here)
        refreshing.drafts(here)
        refreshing.why()
    st.stop()

found = refreshing.examined(reader, draft_id)
top = st.container()
with choose.Row() as row:
    step = row.segments("step", _("Step"), refreshing.steps(found), "read")
with top:
    show.opening(*refreshing.opening(found))
refreshing.facts(found)

left, right = st.columns([17, 9], gap="large")
with left:
    if step == "read":
        refreshing.reading(found)
    elif step == "join":
        refreshing.joining(found)
    elif step == "check":
        refreshing.checks(found)
    elif step == "changes":
        refreshing.changes(here, found)
    else:
        refreshing.publish(here, found)
with right:
    refreshing.questions(found)
    refreshing.sums(found)
    refreshing.way_on(found, step)
