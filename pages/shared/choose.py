"""Choices of a page: ids in the address bar, and the controls that write them.

The address bar is the one truth: a control shows what stands there and
writes what is chosen back, so a link opens the same view. Ids are never
translated. An id that names nothing is said above the view, and the usual
choice stands in. What was chosen last goes along to the next page.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import streamlit as st

from analysis import comparison
from analysis.catalogue import Indicator
from analysis.errors import GroundworkError
from analysis.language import capital, period_text
from analysis.language import gettext as _
from analysis.territory import Territory
from pages.shared import offered

_MEMORY = "chosen before"
"""Choices of this session, taken along from page to page."""
_SAID = "chosen in this run"
"""Choices of one run, to be written into the address when it ends."""


def write(name: str, value: str) -> None:
    """Put a choice into the address bar, and keep it for the next page."""
    st.session_state.setdefault(_MEMORY, {})[name] = value
    if st.query_params.get(name) != value:
        st.query_params[name] = value


class Row:
    """One row of controls; what is wrong with the address is said above it.

    Use it as a context manager; each method draws one control and returns
    the id that is chosen.
    """

    def __init__(self) -> None:
        self._notice = st.container()
        self._row = st.container(horizontal=True, gap="small")
        self._unknown: list[str] = []

    def __enter__(self) -> Self:
        self._row.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._row.__exit__(kind, error, trace)
        if self._unknown:
            self._notice.warning("  \n".join(self._unknown))

    def select(
        self, name: str, label: str, options: Mapping[str, str], default: str, width: int = 200
    ) -> str:
        """Draw a list with search; returns the chosen id.

        Parameters
        ----------
        name
            Its name in the address.
        label, options
            Words on screen; ``options`` maps ids to words.
        default
            Id where the address says nothing.
        width
            In pixels.
        """
        key = self._stand(name, label, options, default)
        options = _told_apart(options)
        st.selectbox(
            label, list(options), format_func=lambda one: options.get(one, one), key=key,
            on_change=_take, args=(name, key), width=width,
        )  # fmt: skip
        return self._chosen(name, key)

    def segments(self, name: str, label: str, options: Mapping[str, str], default: str) -> str:
        """Draw a few choices side by side; returns the chosen id."""
        key = self._stand(name, label, options, default)
        st.segmented_control(
            label, list(options), format_func=lambda one: options.get(one, one), key=key,
            on_change=_take, args=(name, key), required=True,
        )  # fmt: skip
        return self._chosen(name, key)

    def toggle(self, name: str, label: str, default: bool = False) -> bool:
        """Draw a switch; in the address it is ``yes`` or ``no``."""
        words = {"yes": "", "no": ""}
        key = self._stand(name, label, words, "yes" if default else "no")
        st.session_state[key] = st.session_state[key] in ("yes", True)
        st.toggle(label, key=key, on_change=_take, args=(name, key))
        chosen = bool(st.session_state[key])
        self._say(name, "yes" if chosen else "no")
        return chosen

    def day(self, name: str, label: str, usual: dt.date) -> dt.date:
        """Draw a calendar; the usual day, such as today, does not stand in the address."""
        told = (st.query_params.get(name), st.session_state.get(_MEMORY, {}).get(name))
        days = {one for one in told if one and _is_day(one)} | {usual.isoformat()}
        key = self._stand(name, label, dict.fromkeys(days, ""), usual.isoformat())
        st.session_state[key] = dt.date.fromisoformat(st.session_state[key])
        st.date_input(
            label, key=key, on_change=_take, args=(name, key), format="YYYY-MM-DD", width=150,
            min_value=dt.date(1990, 1, 1), max_value=dt.date(2100, 1, 1),
        )  # fmt: skip
        chosen: dt.date = st.session_state[key]
        self._say(name, "" if chosen == usual else chosen.isoformat())
        return chosen

    @contextmanager
    def more(self, label: str) -> Iterator[None]:
        """Put the controls drawn inside into a small window that opens on a button."""
        # It has no label of its own: it stands at the foot of the row, beside the boxes.
        with (
            st.container(width="content", height="stretch", vertical_alignment="bottom"),
            st.popover(label),
        ):
            yield

    def _stand(
        self, name: str, label: str, options: Mapping[str, str] | Sequence[str], default: str
    ) -> str:
        """Set a control to what the address says, else to what was chosen before."""
        offered.choice(name, list(options), default)
        given = st.query_params.get(name)
        before = st.session_state.get(_MEMORY, {}).get(name)
        if given is not None and given not in options:
            # What this session wrote itself was outdated by another control: nothing to say.
            if given != before:
                self._unknown.append(
                    _("The address asks for {label} “{value}”, which is not here; the usual choice"
                      " is shown.").format(label=label, value=_plain(given))
                )  # fmt: skip
            given = None
        chosen = given if given is not None else before if before in options else default
        key = f"choice {name}"
        st.session_state[key] = chosen
        return key

    def _chosen(self, name: str, key: str) -> str:
        chosen = str(st.session_state[key])
        self._say(name, chosen)
        return chosen

    def _say(self, name: str, value: str) -> None:
        """Keep a choice for the next page and for the address."""
        st.session_state.setdefault(_MEMORY, {})[name] = value
        st.session_state.setdefault(_SAID, {})[name] = value


def write_address() -> None:
    """Put all choices of a run into the address at once.

    The frame does so when the page has run: each write is a step that the
    reader's Back button has to undo.
    """
    before = st.query_params.to_dict()
    after = {**before, **st.session_state.pop(_SAID, {})}
    after = {name: value for name, value in after.items() if value}
    if after != before:
        st.query_params.from_dict(after)


def _take(name: str, key: str) -> None:
    """Write what a control was set to; runs before the page does."""
    value = st.session_state[key]
    if isinstance(value, bool):
        value = "yes" if value else "no"
    write(name, str(value))


def _is_day(text: str) -> bool:
    try:
        return 1990 <= dt.date.fromisoformat(text).year < 2100 and len(text) == len("2025-03-01")
    except ValueError:
        return False


def _told_apart(options: Mapping[str, str]) -> dict[str, str]:
    """Put its id behind words that stand twice: a browser knows a value by its words alone."""
    often = Counter(options.values())
    return {
        one: f"{words} ({one})" if often[words] > 1 else words for one, words in options.items()
    }


def _plain(text: str) -> str:
    """Text from outside, short and without markup."""
    kept = "".join(one if one.isalnum() or one in " -_." else " " for one in text)
    return kept[:40].strip()


# ---------------------------------------------------------------- choices several pages offer


def level(row: Row, here: Territory, offered: Sequence[str] | None = None) -> str:
    """Choose a level that can be drawn, or one of those offered; one alone is not asked about."""
    levels = here.map_levels if offered is None else offered
    options = {one: capital(here.settings.level(one).plural) for one in levels}
    if len(options) == 1:
        return next(iter(options))
    usual = here.start_level if here.start_level in options else list(options)[-1]
    return row.select("level", _("Level"), options, usual, width=130)


def indicator(row: Row, here: Territory, published: Sequence[str], level: str) -> Indicator:
    """Choose an indicator, by theme and with search.

    Raises
    ------
    GroundworkError
        When no indicator has figures on this level.
    """
    order = [theme for theme, _ in here.settings.themes]
    offered = [
        one
        for one in here.catalogue.shown()
        if one.indicator_id in published and (not one.levels or level in one.levels)
    ]
    if not offered:
        raise GroundworkError(
            f"no indicator has figures for {here.settings.level(level).plural}; put observations of"
            f" the level {level!r} into observations/ and build again"
        )
    offered.sort(key=lambda one: order.index(one.theme) if one.theme in order else len(order))
    themes = dict(here.settings.themes)
    options = {
        one.indicator_id: f"{_(one.title)} · {_(themes.get(one.theme, one.theme))}"
        for one in offered
    }
    risks = [one.indicator_id for one in offered if one.factor == "risk"]
    first = (risks or list(options))[0]
    chosen = row.select("indicator", _("Indicator"), options, first, width=300)
    return here.catalogue[chosen]


def theme(row: Row, here: Territory, published: Sequence[str]) -> str:
    """Choose a theme that has figures, or ``all``."""
    used = {here.catalogue[one].theme for one in published}
    options = {"all": _("All themes")} | {
        one: capital(_(title)) for one, title in here.settings.themes if one in used
    }
    options |= {one: capital(_(one)) for one in sorted(used) if one not in options}
    return row.select("theme", _("Theme"), options, "all", width=240)


def within(row: Row, here: Territory, level: str) -> str:
    """Choose a part of a level that is too large to be shown whole; empty where it is not."""
    around = comparison.level_around(here, level)
    if around is None:
        return ""
    names = here.areas_of(around)["name"]
    options = {str(one): str(name) for one, name in names.items()}
    words = _("Within {level}").format(level=here.settings.level(around).name)
    return row.select("within", words, options, next(iter(options)), width=220)


def any_indicator(row: Row, here: Territory) -> Indicator | None:
    """Choose any indicator of the catalogue, with or without figures; None where it is empty."""
    shown = here.catalogue.shown() or list(here.catalogue.values())
    if not shown:
        return None
    options = {one.indicator_id: _(one.title) for one in shown}
    return here.catalogue[
        row.select("indicator", _("Indicator"), options, next(iter(options)), 300)
    ]


def period(row: Row, periods: Sequence[str], usual: str) -> str:
    """Choose a period, the newest first."""
    options = {one: period_text(one) for one in reversed(periods)}
    return row.select("period", _("Period"), options, usual, width=110)


def area(row: Row, here: Territory, level: str) -> str:
    """Choose an area of a level by name."""
    options = {str(one): str(name) for one, name in here.areas_of(level)["name"].items()}
    words = capital(here.settings.level(level).name)
    return row.select("area", words, options, next(iter(options)), width=280)


def year(row: Row, years: Sequence[str]) -> str:
    """Choose up to when to look, the newest year first."""
    return row.select("year", _("Up to"), {one: one for one in reversed(years)}, years[-1], 110)


def survey(row: Row, years: Sequence[int]) -> int:
    """Choose a year of the survey of partners, the newest first; one alone is not asked about."""
    options = {str(one): str(one) for one in reversed(years)}
    if len(options) == 1:
        return years[0]
    return int(row.select("survey", _("Survey of"), options, str(years[-1]), 110))


def given(name: str) -> str:
    """Return what the address says under a name; empty when it says nothing."""
    return st.query_params.get(name, "")


def forget(name: str) -> None:
    """Take a choice out of the address and out of the memory of this session."""
    for kept in (_MEMORY, _SAID):
        st.session_state.get(kept, {}).pop(name, None)
    if name in st.query_params:
        del st.query_params[name]
