"""What is due, is this file safe to publish? Upload, read, join, check, see what changes, publish."""

import streamlit as st

from analysis.language import gettext as _
from pages.shared import cached, choose, frame, show
from pages.shared.refreshing import (
    describing,
    expected,
    joining,
    judging,
    publishing,
    steps,
    uploading,
)

frame.require("analyst")
here, reader = cached.territory(), cached.reader("analyst")
draft_id, release = choose.given("draft"), publishing.chosen_release()

if release is not None and not draft_id:
    show.opening(*publishing.release_words(release))
    left, right = st.columns([17, 9], gap="large")
    with left:
        publishing.release(here, release)
    with right:
        publishing.roll_back(release)
    frame.end()

if not draft_id:
    due = expected.expected(here)
    show.opening(*expected.sentence(due))
    left, right = st.columns([17, 9], gap="large")
    with left:
        expected.due_table(here, due)
        publishing.releases(here)
    with right:
        uploading.upload(reader, here)
        expected.drafts()
        expected.why()
    frame.end()

with st.spinner(_("Reading the file again")):
    found = cached.examined(reader, draft_id)
top = st.container()
with choose.Row() as row:
    step = row.segments("step", _("Step"), steps.steps(), steps.first_open(found))
with top:
    show.opening(*steps.opening(found, step))
steps.facts(found)

if step == "changes":
    judging.changes(reader, found)
elif step == "check" and not steps.open_at(found, step):
    judging.checks(found)
else:
    left, right = st.columns([17, 9], gap="large")
    with left:
        if step == "read":
            describing.new_indicators(found)
            steps.reading(found)
        elif step == "join":
            joining.joining(found)
        elif step == "check":
            judging.checks(found)
        else:
            publishing.publish(found)
    with right:
        if step in ("read", "check"):
            steps.ask(found, step)
        if step == "join":
            joining.sums(found)
        if step != "check":
            judging.safe(found)
steps.way_on(found, step)
