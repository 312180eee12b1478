"""Parts of the page *situation*: findings, maps, changes, three views, forms, what is not known."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from analysis import findings, perspectives, situation
from analysis.catalogue import Indicator
from analysis.findings import BURDEN, STRENGTH, Row
from analysis.language import gettext as _
from analysis.language import period_text, unit_text
from analysis.situation import Finding
from analysis.tables import TABLES
from analysis.territory import Territory
from analysis.views import charts
from analysis.views import perspectives as views_of
from analysis.views.area_maps import MapView
from analysis.views.view import View
from pages.shared import cached, panels, show
from pages.shared.cached import Reader, Shades, Situation

MOST_CHANGES = 8
"""Changes said on the page at first; all of them on demand."""


def assessed(reader: Reader, here: Territory, level: str, year: str) -> Situation:
    """Return the findings; the bar tells how far their making has come."""
    _with_bar(_("Comparing every figure"), reader, here, level, year, cached.assessed)
    return cached.picture_of(reader, level, year)


def _with_bar(
    words: str, reader: Reader, here: Territory, level: str, year: str,
    one: Callable[..., pd.DataFrame],
) -> None:  # fmt: skip
    """Do one indicator after the other; what is done already costs nothing and shows no bar."""
    place = st.empty()
    shown = here.catalogue.shown()
    with st.spinner(words):
        for number, indicator in enumerate(shown):
            place.progress(number / len(shown), words)
            one(reader, level, year, indicator.indicator_id)
    place.empty()


def opening(here: Territory, found: Situation) -> tuple[str, str]:
    """Return the title and the first sentences of the picture."""
    sentences = findings.findings_sentences(found.chosen, here.catalogue)
    left_out = situation.too_many_sentence(here)
    return (
        situation.title(found.chosen, here.catalogue, here.settings.name),
        " ".join(filter(None, (sentences, left_out))),
    )


# ---------------------------------------------------------------- findings


def sides() -> dict[str, str]:
    """Return what each side of the findings is called, strengths first."""
    return {STRENGTH: _("What is favourable"), BURDEN: _("What needs attention")}


def none() -> tuple[str, str]:
    """Return what is said where a side has no finding, strengths first."""
    return _("No strength stands out clearly."), _("No burden stands out clearly.")


def findings_of(reader: Reader, here: Territory, found: Situation, level: str, year: str) -> None:
    """Show what holds, then what weighs; each finding beside what stands on its other side."""
    for (side, title), nothing in zip(sides().items(), none(), strict=True):
        part = [one for one in found.findings if one.row["side"] == side]
        show.head(title, _("figure with its 95 % interval, upright line: benchmark · beside it its"
                           " partner on the other side"))  # fmt: skip
        if not part:
            show.sentence(nothing)
        for number, one in enumerate(part):
            _finding(reader, here, one, f"{side} {number}", year)
    indicators = {one.indicator.indicator_id: one.indicator for one in found.findings}
    partners = {one.partner.indicator_id: one.partner for one in found.findings if one.partner}
    if indicators:
        show.foot(cached.source(reader, *(indicators | partners).values()))


def _finding(reader: Reader, here: Territory, found: Finding, key: str, year: str) -> None:
    """One finding: its words and the way on, its picture, its partner's at the same size."""
    needed = here.settings.minimum_answers
    words, own, beside = st.columns([12, 6, 6], gap="large")
    with words, st.container(gap="xxsmall"):
        _way_on(found, year)
        show.sentence(findings.finding_sentence(found.row, found.indicator, needed))
        show.quiet(" · ".join(filter(None, (
            findings.certainty_text(found.row), findings.also_text(found.row),
        ))))  # fmt: skip
    with own:
        _picture(reader, found.row, found.indicator, f"{key} own", year)
    with beside:
        if found.beside is not None and found.partner is not None:
            _picture(reader, found.beside, found.partner, f"{key} beside", year)
        elif found.indicator.factor == "risk":
            show.quiet(situation.beside_sentence(found, needed))


def _way_on(found: Finding, year: str) -> None:
    """Name the finding and its urgency, and lead to the page that shows more of it."""
    row, head = found.row, f"**{show.plain(situation.heading(found))}**"
    if urgency := situation.urgency_text(row):
        head += f" · {show.plain(urgency)}"
    page, label = "district", _("Open {name}").format(name=row["name"])
    place = {"level": row["level"], "area": row["area_id"], "year": year}
    if row["whole"]:
        page, label = "trends", _("Over the years")
        place = {"indicator": row["indicator_id"], "year": year}
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(head, width="content")
        st.page_link(
            f"pages/{page}.py", label=show.plain(label), query_params=place,
            icon=":material/arrow_forward:", icon_position="right",
        )  # fmt: skip


def _picture(reader: Reader, row: Row, indicator: Indicator, key: str, year: str) -> None:
    """A figure beside its benchmark; where only its course is the finding, its course."""
    side = {"risk": _("weighs on us"), "protective": _("holds us"), "context": _("context")}
    with st.container(gap="xxsmall"):
        st.markdown(show.plain(_(indicator.short_title)))
        show.quiet(" · ".join(filter(None, (
            side[indicator.factor], unit_text(indicator), period_text(row["period"]),
        ))))  # fmt: skip
        if row["class_"] != "not assessed" or pd.isna(row["value"]):
            values = cached.figures(
                reader, indicator.indicator_id, row["level"], row["period"]
            ).frame["value"]
            drawn = charts.dot_interval(
                row["value"], row["lower"], row["upper"], row["benchmark"], indicator, show.mode(),
                class_=row["class_"], benchmark_name=row["benchmark_name"],
                limits=(values.min(), values.max()), status=row["status"], reason=row["reason"],
            )  # fmt: skip
        else:
            rows = cached.course_rows(reader, indicator.indicator_id, row["level"], year)
            rows = rows[rows["area_id"] == row["area_id"]]
            drawn = charts.sparkline(rows, indicator, show.mode(), name=row["name"], height=58)
        show.still(drawn, key)


# ---------------------------------------------------------------- maps


def map_pair(
    reader: Reader, here: Territory, found: Situation, level: str, year: str
) -> tuple[MapView | None, MapView | None, Indicator] | None:
    """Return the two maps of the picture, where each differs; None where there is no figure."""
    both = situation.pair(found.findings, here.catalogue, cached.indicators(reader, level))
    if both is None:
        return None

    def one_map(indicator: Indicator | None) -> MapView | None:
        if indicator is None or indicator.indicator_id not in cached.indicators(reader, level):
            return None
        newest = cached.newest(reader, indicator.indicator_id, level, year)
        if newest is None:
            return None
        return cached.area_map(
            reader, indicator.indicator_id, level, newest.period, "difference", "", Shades()
        )

    return one_map(both[0]), one_map(both[1]), both[0]


def maps(reader: Reader, here: Territory, found: Situation, level: str, year: str) -> None:
    """Show where: one pair of indicators, at the same size."""
    drawn = map_pair(reader, here, found, level, year)
    if drawn is None or drawn[0] is None or level not in here.map_levels:
        return
    show.head(
        _("Where"),
        _("one pair of indicators, of the first finding that has both sides; no sum of all")
        if found.findings
        else _("nothing stands out; the first indicator stands for itself, not for all"),
    )
    left, right = st.columns(2, gap="medium")
    with left:
        show.area_map(drawn[0], "weighs", None)
    with right:
        if drawn[1] is None:
            panels.no_partner(here, drawn[2])
        else:
            show.area_map(drawn[1], "holds", None)


# ---------------------------------------------------------------- what has changed


def changes(reader: Reader, here: Territory, level: str, year: str) -> None:
    """Say what is said otherwise than before the last release, most first."""
    past = cached.earlier(reader.path, reader.state)
    show.head(_("What has changed"))
    before = str(int(year) - 1)
    if past is None and before not in cached.years(reader):
        show.sentence(_("There is one release of figures so far, and no year before: nothing to"
                        " compare with."))  # fmt: skip
        return
    _with_bar(
        _("Looking at what was known before"), reader, here, level, year, cached.assessed_before
    )
    changed = cached.changed(reader, level, year)
    number, reason = (past.number, past.reason) if past else (None, "")
    show.sentence(situation.since_sentence(number, reason, before, len(changed)))
    said = [
        findings.change_sentence(row, here.catalogue[row["indicator_id"]])
        for row in changed.to_dict("records")
        if row["indicator_id"] in here.catalogue
    ]
    st.markdown("\n".join(f"- {show.plain(one)}" for one in said[:MOST_CHANGES]), width=900)
    if len(said) > MOST_CHANGES and st.toggle(
        _("Show all {n}").format(n=len(said)), key="all changes"
    ):
        rest = said[MOST_CHANGES:]
        st.markdown("\n".join(f"- {show.plain(one)}" for one in rest), width=900)


# ---------------------------------------------------------------- views, forms, what is not known


def views(reader: Reader, here: Territory, found: Situation, level: str) -> None:
    """Show three views of each theme beside each other, and all forms of extremism."""
    assessments, national = (cached.table(reader, one) for one in ("assessments", "national"))
    _lacking(here, "national", national, _("the national picture"))
    _lacking(here, "assessments", assessments, _("what practitioners see"))
    said = situation.disagreement_sentences(here, found.rows, assessments)
    if not said and not assessments.empty:
        said = [_("In no area do figures and practitioners disagree as a whole.")]
    themes, all_forms = told_views(reader, here, found, level)
    show.told(themes, "three views", said, views_of.together_text(perspectives.DISAGREE))
    show.told(all_forms, "forms")


def told_views(reader: Reader, here: Territory, found: Situation, level: str) -> tuple[View, View]:
    """Return the three views of each theme, and the forms of extremism, as tables of words."""
    assessments, national = (cached.table(reader, one) for one in ("assessments", "national"))
    themes = perspectives.statistics_and_practice(found.rows, assessments)
    country = perspectives.national_and_local(found.rows, national)
    words = here.settings.level(level).plural
    return (
        views_of.themes_view(themes, country, here.settings, words, reports(reader)),
        views_of.forms_view(forms(reader, here, found), here.settings, reports(reader)),
    )


def forms(reader: Reader, here: Territory, found: Situation) -> pd.DataFrame:
    """Return all forms of extremism over time."""
    return perspectives.forms_over_time(
        found.rows, here.catalogue, cached.table(reader, "assessments"),
        cached.table(reader, "national"),
    )  # fmt: skip


def reports(reader: Reader) -> str:
    """Where words come from: the reports of the national picture, beside the figures' releases."""
    national = cached.table(reader, "national")
    reports = list(dict.fromkeys(national["source"]))
    return "; ".join([*reports, _("practitioners of this territory"), _("figures as above")])


def _lacking(here: Territory, name: str, table: pd.DataFrame, words: str) -> None:
    if table.empty:
        show.sentence(
            _(
                "{what} is not told yet: a file {file} in the folder of {name} would fill it."
            ).format(
                what=words[:1].upper() + words[1:], file=TABLES[name].file, name=here.settings.name
            )
        )


def unknown(reader: Reader, here: Territory, found: Situation, level: str, year: str) -> None:
    """Say how far the figures carry and what is not known; always."""
    show.head(_("How far it carries, and what is not known"))
    said = not_known(reader, here, found, level, year)
    st.markdown("\n".join(f"- {show.plain(one)}" for one in said), width=900)


def not_known(
    reader: Reader, here: Territory, found: Situation, level: str, year: str
) -> list[str]:
    """Return what is not known, in sentences."""
    bands = cached.bands(reader, level, year)
    gaps = perspectives.not_known(
        found.rows, here.catalogue, here.settings.themes, forms(reader, here, found),
        cached.table(reader, "assessments"),
    )  # fmt: skip
    reliable = situation.reliability_sentences(bands, here.settings.level(level))
    return [reliable, *(one.sentence for one in gaps)]
