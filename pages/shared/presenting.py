"""The presentation of a situation: one message on each screen, turned by the keys, nothing else.

What is shown stands in the address, ``present=1`` and the number of the slide,
so that a link opens the same screen.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from analysis import findings, picture, situation
from analysis.catalogue import Indicator
from analysis.findings import Row
from analysis.language import capital, caution, period_text, unit_text
from analysis.language import gettext as _
from analysis.situation import Finding
from analysis.territory import Territory
from analysis.views import perspectives as views_of
from analysis.views import slides
from analysis.views.area_maps import MapView
from analysis.views.slides import Slide
from pages.shared import cached, choose, show, situating
from pages.shared.cached import Reader, Situation

PRESENT, SLIDE = "present", "slide"
_STYLE = Path(__file__).with_name("presentation.css")


def asked() -> bool:
    """Whether the address asks for the presentation."""
    return choose.given(PRESENT) == "1"


def begin() -> None:
    """Offer to present what the page shows."""
    st.space("stretch")
    st.button(_("Present"), key="present", on_click=_turn_to, args=(1,))


def _turn_to(number: int) -> None:
    st.query_params.update({PRESENT: "1", SLIDE: str(number)})


def _leave() -> None:
    for name in (PRESENT, SLIDE):
        st.query_params.pop(name, None)


def present(reader: Reader, here: Territory, found: Situation, level: str, year: str) -> None:
    """Show the slide that the address names, and let the keys turn to the next one."""
    making = _slides(reader, here, found, level, year)
    wished = choose.given(SLIDE)
    number = min(max(int(wished), 1), len(making)) if wished.isdecimal() else 1
    place = _("{number} of {total}").format(number=number, total=len(making))
    style = _STYLE.read_text(encoding="utf-8")
    st.html(f"<style>{style}</style>{slides.slide_html(making[number - 1](), show.mode(), place)}")
    last, turns = len(making), {"forward": number + 1, "back": number - 1}
    with st.container(key="keys"):
        for key, words, to in (
            ("Right", _("Next"), turns["forward"]), ("PageDown", _("Next"), turns["forward"]),
            ("Left", _("Back"), turns["back"]), ("PageUp", _("Back"), turns["back"]),
            ("Home", _("First"), 1), ("End", _("Last"), last),
        ):  # fmt: skip
            st.button(
                words, key=f"key {key}", shortcut=key, on_click=_turn_to,
                args=(min(max(to, 1), last),),
            )  # fmt: skip
        st.button(_("Leave"), key="key Escape", shortcut="Escape", on_click=_leave)


def _slides(
    reader: Reader, here: Territory, found: Situation, level: str, year: str
) -> list[Callable[[], Slide]]:
    """Return what makes each slide; only the one that is shown is made."""
    gaps = slides.lists(situating.not_known(reader, here, found, level, year))
    making: list[Callable[[], Slide]] = [partial(_first, here, found, level, year)]
    making += [partial(_finding, reader, here, one, year) for one in found.findings]
    drawn = situating.map_pair(reader, here, found, level, year)
    if drawn is not None and drawn[0] is not None:
        making.append(partial(_maps, reader, here, (drawn[0], drawn[1]), drawn[2], level, year))
    making.append(partial(_forms, reader, here, found))
    return making + [partial(_gaps, here, one) for one in gaps]


def _first(here: Territory, found: Situation, level: str, year: str) -> Slide:
    title, sentences = situating.opening(here, found)
    words = capital(here.settings.level(level).plural)
    kicker = " · ".join([here.settings.name, words, _("up to {year}").format(year=year)])
    parts = [
        slides.part(
            words_,
            "",
            slides.listed(
                [situation.heading(one) for one in found.findings if one.row["side"] == side]
                or [none]
            ),
        )
        for (side, words_), none in zip(situating.sides().items(), situating.none(), strict=True)
    ]
    return Slide(kicker, title, (sentences,), slides.beside(*parts), caution())


def _finding(reader: Reader, here: Territory, found: Finding, year: str) -> Slide:
    needed = here.settings.minimum_answers
    urgency = situation.urgency_text(found.row)
    said = [findings.finding_sentence(found.row, found.indicator, needed)]
    said.append(findings.also_text(found.row))
    own = _course(reader, found.row, found.indicator, year)
    if found.beside is not None and found.partner is not None:
        other = _course(reader, found.beside, found.partner, year)
    else:
        other = slides.words(
            situation.beside_sentence(found, needed)
            or _("No indicator of a risk stands beside it here.")
        )
    used = [one for one in (found.indicator, found.partner) if one is not None]
    certain = findings.certainty_text(found.row)
    foot = [certain, _("band: 95 % interval"), _("Source: {source}").format(
        source=cached.source(reader, *used)), caution()]  # fmt: skip
    return Slide(
        " · ".join(filter(None, (situating.sides()[found.row["side"]], urgency))),
        situation.heading(found),
        tuple(filter(None, said)),
        slides.beside(own, other),
        " · ".join(filter(None, foot)),
    )


def _course(reader: Reader, row: Row, indicator: Indicator, year: str) -> str:
    """One chart of a finding: the area's course, beside that of its benchmark."""
    one, level = indicator.indicator_id, row["level"]
    rows = cached.course_rows(reader, one, level, year)
    name, benchmark = cached.benchmark_course(reader, one, level, year)
    side = {"risk": _("weighs on us"), "protective": _("holds us"), "context": _("context")}
    subline = " · ".join(filter(None, (
        side[indicator.factor], unit_text(indicator), period_text(row["period"]),
    )))  # fmt: skip
    drawn = slides.course(
        rows[rows["area_id"] == row["area_id"]], indicator, show.mode(), name=row["name"],
        benchmark=benchmark, benchmark_name=name,
    )  # fmt: skip
    return slides.part(_(indicator.title), subline, drawn)


def _maps(
    reader: Reader, here: Territory, drawn: tuple[MapView, MapView | None], indicator: Indicator,
    level: str, year: str,
) -> Slide:  # fmt: skip
    newest = cached.newest(reader, indicator.indicator_id, level, year)
    assert newest is not None
    parts = [
        slides.part(one.view.title, one.view.subline, slides.area_map(one))
        for one in drawn
        if one is not None
    ]
    if len(parts) == 1:
        parts.append(slides.words(_("Nothing stands beside it: not assessed.")))
    foot = " · ".join(
        [*dict.fromkeys(one.view.source for one in drawn if one is not None), caution()]
    )
    said = picture.map_sentences(newest, here.settings.level(level))
    return Slide(_("Where"), picture.map_title(newest), (said,), slides.beside(*parts), foot)


def _forms(reader: Reader, here: Territory, found: Situation) -> Slide:
    told = situating.forms(reader, here, found)
    shown = views_of.forms_view(told, here.settings, situating.reports(reader))
    foot = " · ".join([*shown.notes, _("Source: {source}").format(source=shown.source), caution()])
    body = slides.table(views_of.forms_table(told, 0))
    return Slide(shown.subline, shown.title, (), body, foot)


def _gaps(here: Territory, body: str) -> Slide:
    return Slide(
        here.settings.name, _("How far it carries, and what is not known"), (), body, caution()
    )
