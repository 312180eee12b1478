"""Who works with whom: the sociogram, what a reader chose of it, and one partner or tie in detail.

A click in the picture writes a partner or a tie into the address; the list in
the margin does the same from the keyboard.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import cooperation, sociometry
from analysis.cooperation import LEVEL_WORDS, TIE_WORDS, Cooperation
from analysis.language import capital
from analysis.language import gettext as _
from analysis.partnership import CONTACTS, TRUST, Partnership
from analysis.sociometry import LAYOUTS, TARGET, Part
from analysis.territory import Territory
from analysis.views import network as views
from analysis.views import raster, reach, sociogram
from pages.shared import cached, choose, frame
from pages.shared import show as showing
from pages.shared.cached import Reader
from pages.shared.networking import files

_CHART = "sociogram"
_CLICKED = "sociogram clicked"
_WIDE = 820
# The disc keeps its size, so that names can be read: on a narrow screen the picture is scrolled.
_SCROLLED = (
    "<style>.st-key-{key}-frame {{ overflow: auto hidden; }}"
    ".st-key-{key}-frame > .st-key-{key} {{ min-width: {wide}px; }}"
    # Streamlit's own download would carry disputed ties; ours below the picture does not.
    ".st-key-{key}-frame [data-testid=stElementToolbar] {{ display: none; }}</style>"
)


class _Chosen(NamedTuple):
    """What the row of choices says."""

    year: int
    layout: str
    part: Part
    measured: bool
    compared: bool
    every_name: bool


def show(here: Territory, reader: Reader, network: Partnership, top: DeltaGenerator) -> None:
    """Show the picture of a year, and in the margin what is found or what was clicked."""
    chosen = _choices(here, network)
    whole = cached.cooperation(reader, network.rights, chosen.year)
    found = _found(reader, network.rights, chosen)
    words = dict(here.settings.sectors)
    with top:
        showing.opening(cooperation.title(whole, words), cooperation.sentences(whole, words))
    scored = found if chosen.measured else whole
    subline = _subline(chosen, found, scored, network.years[-1])
    showing.head(_("Who works with whom"), subline)
    if found.partners.empty:
        showing.empty(_("Nobody is left"), _("No partner fits all that was chosen above."))
        return
    with st.container(horizontal=True, gap="large"):
        picture = frame_of(_CHART)
        margin = st.container(width="stretch")
    with margin:
        if chosen.compared:
            for said in sociometry.change_sentences(found, _before(network, chosen.year)):
                showing.sentence(said)
        partner, tie = _margin(here, network, found, whole)
    with picture:
        _picture(here, reader, found, chosen, partner, tie)
        _foot(here, reader, network, chosen, subline)


def _choices(here: Territory, network: Partnership) -> _Chosen:
    """Draw the row of choices: what is shown of the network, and how it is laid out."""
    sectors = {"all": _("All sectors")} | {
        one: capital(_(words)) for one, words in here.settings.sectors
        if one in set(network.partners["sector"])
    }  # fmt: skip
    with choose.Row() as row:
        year = choose.survey(row, network.years)
        layout = row.select(
            "layout", _("Layout"), {one: _(words) for one, words in LAYOUTS.items()}, TARGET, 180
        )
        kinds = {one: capital(_(words)) for one, words in TIE_WORDS.items()
                 if one in set(network.ties["type"])}  # fmt: skip
        kind = row.select("tie_type", _("Ties"), {"all": _("All ties"), **kinds}, "all", 170)
        sector = row.select("sector", _("Sector"), sectors, "all", 200)
        with row.more(_("More choices")):
            steps = {str(one): _("{strength} and more").format(strength=one) for one in range(2, 6)}
            strength = row.select("strength", _("Strength"), {"1": _("Any"), **steps}, "1", 240)
            area = _area(row, here)
            levels = {one: capital(_(words)) for one, words in LEVEL_WORDS.items()}
            level = row.select(
                "prevention", _("Prevention"), {"all": _("All"), **levels}, "all", 240
            )
            measured = row.toggle("scores_of_part", _("Scores of what is shown, not of the whole"))
            every_name = row.toggle("names", _("Name all partners"), True)
            first = year == network.years[0]
            compared = not first and row.toggle(
                "since", _("Mark what changed since the survey before")
            )
    kind, sector, level = ("" if one == "all" else one for one in (kind, sector, level))
    part = Part(kind, int(strength), sector, level, area)
    return _Chosen(year, layout, part, measured, compared, every_name)


def _area(row: choose.Row, here: Territory) -> tuple[str, str]:
    """Choose an area of the smallest level that can be drawn, or all."""
    level = here.map_levels[-1]
    names = here.areas_of(level)["name"]
    options = {"all": _("All")} | {str(one): str(name) for one, name in names.items()}
    words = capital(here.settings.level(level).name)
    chosen = row.select("serving", words, options, "all", width=240)
    return ("", "") if chosen == "all" else (level, chosen)


def _found(reader: Reader, rights: tuple[str, ...], chosen: _Chosen) -> Cooperation:
    """What is drawn, for whoever holds these rights."""
    found = cached.network_part(reader, rights, chosen.year, chosen.part, chosen.measured)
    if not chosen.compared:
        return found
    before = _before(cached.network(reader, rights), chosen.year)
    then = cached.network_part(reader, rights, before, chosen.part, chosen.measured)
    return sociometry.since(found, then)


def _before(network: Partnership, year: int) -> int:
    """The survey before that of a year that is not the first."""
    return network.years[network.years.index(year) - 1]


def _subline(chosen: _Chosen, found: Cooperation, scored: Cooperation, newest: int) -> str:
    """Year, how many answered, how to read the layout, and whose scores these are."""
    reading = {
        TARGET: _("the nearer the centre, the more partners; figures at the top"),
        sociometry.CIRCULAR: _("sector beside sector"),
        sociometry.FORCE: _("who is tied stands together"),
    }[chosen.layout]
    said = [str(found.year), scored.answered, reading]
    if chosen.layout == TARGET and chosen.year != newest:
        said.append(_("places by the survey of {year}").format(year=newest))
    if not chosen.part.is_whole:
        said.append(_("figures are of the part shown") if chosen.measured
                    else _("a part is shown, figures are of the whole network"))  # fmt: skip
    return " · ".join(said)


# ---------------------------------------------------------------- the picture


def frame_of(key: str) -> DeltaGenerator:
    """Return the place of a picture, as wide as it is; on a narrow screen it is scrolled."""
    return st.container(width=_WIDE, key=f"{key}-frame")


def chart(
    drawn: sociogram.Sociogram, reader: Reader, key: str, alt: str,
    on_select: Callable[[], None] | Literal["ignore"] = "ignore",
) -> None:  # fmt: skip
    """Draw a sociogram with its legend."""
    st.html(_SCROLLED.format(key=key, wide=_WIDE))
    st.echarts_chart(
        sociogram.echarts_options(drawn, reader.mode, selected=on_select != "ignore"), theme=None,
        key=key, height=sociogram.height(), renderer="svg", alt=alt, on_select=on_select,
    )  # fmt: skip
    st.html(sociogram.legend_html(drawn, reader.mode))


def _picture(
    here: Territory, reader: Reader, found: Cooperation, chosen: _Chosen, partner: str, tie: str
) -> None:
    drawn = _drawn(here, reader, found, chosen, partner, tie)
    ids = [str(one) for one in drawn.partners.index]
    take = partial(_take, ids, sociometry.keys(found.pairs).to_list())
    chart(drawn, reader, _CHART, views.picture_text(found), take)


def _drawn(
    here: Territory, reader: Reader, found: Cooperation, chosen: _Chosen, partner: str, tie: str
) -> sociogram.Sociogram:
    rights = frame.rights()
    focus = tie.split("\n")[:2] if tie else [partner] if partner else []
    return sociogram.sociogram(
        found, cached.seats(reader, cached.network(reader, rights).rights, chosen.layout),
        {one: _(words) for one, words in here.settings.sectors}, focus=focus, tie=tie,
        every_name=chosen.every_name,
    )  # fmt: skip


def _take(ids: list[str], ties: list[str]) -> None:
    """Write what was clicked into the address; a second click on it takes it out again.

    The chart tells what is selected in it, which is the clicked mark, or
    nothing when the one selected before was clicked again.
    """
    before = st.session_state.get(_CLICKED)
    now = _selected(st.session_state[_CHART], len(ids), len(ties))
    st.session_state[_CLICKED] = now
    clicked = now or before
    if clicked is None:
        return
    kind, place = clicked
    chosen = ids[place] if kind == "node" else _address(ties[place])
    if choose.given("detail") == chosen:
        choose.forget("detail")
    else:
        choose.write("detail", chosen)


def _selected(state: Any, partners: int, ties: int) -> tuple[str, int] | None:
    """The kind and the place of the one mark that is selected; None when none is."""
    for one in state["selection"]["selected"]:
        many = ties if one["data_type"] == "edge" else partners
        for place in one["data_indices"]:
            if place < many:
                return str(one["data_type"]), int(place)
    return None


def _address(key: str) -> str:
    """A tie as it stands in the address: both ids and the type."""
    return key.replace("\n", "~")


# ---------------------------------------------------------------- the margin


def _margin(
    here: Territory, network: Partnership, found: Cooperation, whole: Cooperation
) -> tuple[str, str]:
    """Show what was clicked or chosen in the list, else the gaps; returns partner and tie."""
    names = found.names
    pairs = found.pairs.assign(key=sociometry.keys(found.pairs)).to_dict("records")
    ties = {_address(one["key"]): one for one in pairs}
    listed = {str(one): names[one] for one in sorted(names, key=lambda each: names[each])}
    said = {
        one: cooperation.tie_words(tie, names, mutual=tie["mutual"]) for one, tie in ties.items()
    }
    with choose.Row() as row:
        nothing = {"": _("Nothing chosen")}
        chosen = row.select("detail", _("Partner or tie"), nothing | listed | said, "", width=300)
    if chosen in ties:
        key = ties[chosen]["key"]
        showing.head(said[chosen], views.standing_words(ties[chosen]))
        showing.table(views.tie_facts(found, key), said[chosen])
        return "", key
    if chosen:
        _partner(here, network, found, whole, chosen)
    else:
        _gaps(here, network, whole)
    return chosen, ""


def _partner(
    here: Territory, network: Partnership, found: Cooperation, whole: Cooperation, partner: str
) -> None:
    """Show what is known of a partner, whom to call, and its ties."""
    row = found.partners.set_index("partner_id").loc[partner].to_dict()
    sector = dict(here.settings.sectors).get(str(row["sector"]), str(row["sector"]))
    kind = _("informal") if row["network"] == "informal" else _("formal")
    showing.head(found.names[partner], f"{capital(_(sector))} · {kind}")
    if partner in set(whole.partners["partner_id"]):
        facts = views.partner_facts(found, whole, partner, area_names(here))
        showing.table(facts, titled=False)
        showing.quiet(whole.answered)
    if network.may(CONTACTS):
        calls = reach.calls(network.contacts).get(partner, [_("no contact is listed")])
        showing.sentence(_("Whom to call: {contacts}").format(contacts="; ".join(calls)))
    st.page_link(
        "pages/network.py", label=_("What if this partner leaves?"),
        query_params={"way": "leaving", "leaves": partner}, icon=":material/arrow_forward:",
        icon_position="right",
    )  # fmt: skip
    ties = views.partner_ties(found, partner)
    if len(ties):
        showing.table(ties, _("Ties of this partner"))
        showing.quiet(_("Both sides say so, where nothing else stands."))


def area_names(here: Territory) -> dict[str, str]:
    """Return the names of all areas of today by id; of two that share an id the smaller one's."""
    return {
        str(one): str(name)
        for level in here.levels
        for one, name in here.areas_of(level)["name"].items()
    }


def _gaps(here: Territory, network: Partnership, whole: Cooperation) -> None:
    """Show the most pressing gaps, and what a click does."""
    found = cooperation.gaps(whole, dict(here.settings.sectors), trust=network.may(TRUST))
    showing.head(_("Gaps"), f"{whole.year} · {whole.answered}")
    if found:
        showing.table(views.gaps_counted(found), _("Kinds of gaps, most pressing first"))
    showing.quiet(
        _("A click on a partner or a tie shows what is known of it; a second click closes it.")
    )


# ---------------------------------------------------------------- table and files


def _foot(
    here: Territory, reader: Reader, network: Partnership, chosen: _Chosen, subline: str
) -> None:
    """Show the table that equals the picture, and both as files without trust or disputes."""
    source = _("answers of the partners, {year}, {answered}").format(
        year=chosen.year,
        answered=cached.cooperation(reader, network.rights, chosen.year).answered,
    )
    public = tuple(one for one in network.rights if one != TRUST)
    found = _found(reader, public, chosen)
    shown = views.ties_view(found, source, subline)
    seen = views.ties_view(_found(reader, network.rights, chosen), source, subline)

    def svg() -> str:
        drawn = _drawn(here, reader, found, chosen, "", "")
        return sociogram.svg(drawn, "light", shown.title, shown.alt)

    showing.picture_foot(
        shown, _CHART,
        [showing.svg_file(svg),
         showing.Download(_("Picture (PNG)"), lambda: raster.png(svg()), "png", "image/png")],
        on_screen=seen.table,
    )  # fmt: skip
    files.downloads(network, chosen.year)
