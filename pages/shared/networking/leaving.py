"""What if this partner leaves? One or two of them, drawn before and after."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis import leaving
from analysis.language import gettext as _
from analysis.leaving import Leaving
from analysis.partnership import TRUST, Partnership
from analysis.sociometry import TARGET
from analysis.territory import Territory
from analysis.views import network as views
from analysis.views import raster, sociogram
from pages.shared import cached, choose
from pages.shared import show as showing
from pages.shared.cached import Reader
from pages.shared.networking import picture


def show(here: Territory, reader: Reader, network: Partnership, top: DeltaGenerator) -> None:
    """Show the network with and without the chosen partners, and who could bridge."""
    words = dict(here.settings.sectors)
    with choose.Row() as row:
        year = choose.survey(row, network.years)
        found = cached.cooperation(reader, network.rights, year)
        names = {str(one): name for one, name in found.names.items()}
        listed = dict(sorted(names.items(), key=lambda one: one[1]))
        first = row.select("leaves", _("Who leaves"), listed, str(leaving.most_missed(found)), 280)
        others = {"": _("Nobody else")} | {
            one: name for one, name in listed.items() if one != first
        }
        second = row.select("leaves_too", _("And"), others, "", 280)
        looks = {"before": _("Before"), "after": _("After")}
        look = row.segments("look", _("Picture"), looks, "after")
    gone = [one for one in (first, second) if one]
    what = leaving.leaving(found, gone)
    with top:
        showing.opening(
            leaving.title(what, words), leaving.sentences(what, words, picture.area_names(here))
        )
    if what.then.reason:
        return
    reading = {
        "before": _("as it is; ties of who leaves in ink"),
        "after": _("without who leaves; who is cut off is hollow"),
    }[look]
    subline = f"{year} · {found.answered} · {reading}"
    showing.head({"before": _("Before"), "after": _("After")}[look], subline)
    with st.container(horizontal=True, gap="large"):
        frame = picture.frame_of("leaving")
        margin = st.container(width="stretch")
    drawn = _drawn(here, reader, network.rights, what, look)
    with frame:
        shown = what.after if look == "after" else found
        picture.chart(drawn, reader, "leaving", views.picture_text(shown))
        _files(here, reader, network, what, look, subline)
    with margin:
        _margin(what, words)


def _drawn(
    here: Territory, reader: Reader, rights: tuple[str, ...], what: Leaving, look: str
) -> sociogram.Sociogram:
    """The picture with those who leave in ink, or without them and who is cut off hollow."""
    seats = cached.seats(reader, rights, TARGET)
    sectors = {one: _(words) for one, words in here.settings.sectors}
    if look == "before":
        return sociogram.sociogram(what.found, seats, sectors, focus=what.leaving)
    return sociogram.sociogram(what.after, seats, sectors, cut_off=what.then.cut_off)


def _margin(what: Leaving, sectors: dict[str, str]) -> None:
    showing.table(leaving.counts_table(what, sectors), _("Partners now and without who leaves"))
    showing.head(_("Who could bridge"))
    if not what.then.cut_off:
        showing.sentence(_("Nobody is cut off."))
        return
    showing.table(leaving.bridges_table(what), _("Who could bridge for each who is cut off"))
    showing.quiet(
        _("Of the same sector and works with who leaves; else who works with who leaves; else the"
          " same sector. A suggestion to talk about, not a plan.")
    )  # fmt: skip


def _files(
    here: Territory, reader: Reader, network: Partnership, what: Leaving, look: str, subline: str
) -> None:
    """Show the table of the picture and its files, these without trust or disputes."""
    found, year = what.found, what.found.year
    source = _("answers of the partners, {year}, {answered}").format(
        year=year, answered=found.answered
    )
    public = tuple(one for one in network.rights if one != TRUST)
    open_to_all = leaving.leaving(cached.cooperation(reader, public, year), what.leaving)

    def svg() -> str:
        drawn = _drawn(here, reader, public, open_to_all, look)
        return sociogram.svg(drawn, "light", shown.title, shown.alt)

    def view(of: Leaving) -> views.View:
        return views.ties_view(of.after if look == "after" else of.found, source, subline)

    shown = view(open_to_all)
    files = [
        showing.svg_file(svg),
        showing.Download(_("Picture (PNG)"), lambda: raster.png(svg()), "png", "image/png"),
    ]
    showing.picture_foot(shown, "leaving", files, on_screen=view(what).table)
