"""The frame around every page: navigation, roles, language, and the one error box.

Knows which pages there are, who may see and do what, and how a page that is
opened cold, as the very first request of a server, gets into its frame.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, NamedTuple, NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from analysis import language, partnership
from analysis.errors import AccessError, GroundworkError, InputError
from analysis.language import N_
from analysis.language import gettext as _
from pages.shared import cached, choose

Role = Literal["viewer", "coordinator", "analyst"]

_ROOT = Path(__file__).parents[2]
_LOG = logging.getLogger("groundwork")
_STANDS = "frame stands"
"""Mark in the session while a page runs inside the frame."""
_LOCAL = ("localhost", "127.0.0.1", "::1")


class _Page(NamedTuple):
    file: str
    title: str
    role: Role


PAGES = (
    _Page("situation", N_("Situation"), "viewer"),
    _Page("district_map", N_("Map"), "viewer"),
    _Page("district", N_("District"), "viewer"),
    _Page("compare", N_("Compare"), "viewer"),
    _Page("trends", N_("Trends"), "viewer"),
    _Page("network", N_("Network"), "viewer"),
    _Page("refresh", N_("Refresh"), "analyst"),
    _Page("methods", N_("Methods"), "viewer"),
)
"""Every page, in the order of the navigation; the first is where a reader lands."""

_HELD: list[tuple[Role, ...]] = [("viewer", "coordinator", "analyst")]
"""The roles of whoever is looking; the last entry counts."""

_START = "start"
"""The page behind the bare address, which has no address of its own."""

MAY: dict[str, tuple[Role, ...]] = {
    "see protected figures": ("viewer", "coordinator", "analyst"),
    partnership.PARTNERS: ("coordinator", "analyst"),
    partnership.TRUST: ("coordinator",),
    partnership.CONTACTS: ("coordinator",),
    "edit plan and assessments": ("coordinator", "analyst"),
    "edit rules on sharing": ("coordinator", "analyst"),
    "publish and roll back": ("analyst",),
    "see raw figures on refresh": ("analyst",),
}
"""The one permission table: what, and which roles may."""


def start() -> None:
    """Set up the frame and run the page that was asked for."""
    st.set_page_config(page_title="Groundwork", layout="wide")
    _wordmark()
    # One box around all: where there is no store, the page would only say so a second time.
    with errors_shown():
        cached.prepare()
        speak()
        page = _navigation()
        st.session_state[_STANDS] = True
        try:
            _refuse_other_addresses()
            with suppress(_PageEnds):
                page.run()
        finally:
            choose.write_address()
            del st.session_state[_STANDS]


def require(role: Role) -> None:
    """Guard a page: into the frame with it, and only for those who may see it.

    The first statement of every page. Where the frame has not run, which
    happens when the page is the first request of a fresh server, it runs
    from here, and this page in it. (To run the script again instead would
    lose a click.)

    Raises
    ------
    AccessError
        When the reader does not have the role.
    """
    if not st.session_state.get(_STANDS):
        start()
        st.stop()
    if role not in roles():
        raise AccessError(f"this page is for the role {role!r}; ask whoever runs Groundwork")


def end() -> NoReturn:
    """End a page here, all of it shown.

    Streamlit's own ``stop`` would end the frame too: nothing after it may touch the session, so
    the address would not be written.
    """
    raise _PageEnds


class _PageEnds(Exception):
    """A page has shown all it has to show."""


def roles() -> tuple[Role, ...]:
    """Return the roles of whoever is looking: all of them in local use, without sign-in."""
    return _HELD[-1]


@contextmanager
def looking_as(*held: Role) -> Iterator[None]:
    """Let whoever looks in this process hold these roles alone, to see what they see."""
    _HELD.append(held)
    try:
        yield
    finally:
        _HELD.pop()


def role() -> Role:
    """Return the widest role of whoever is looking: part of every key of the caches."""
    return roles()[-1]


def rights() -> tuple[str, ...]:
    """Return all that whoever is looking may, by any of the roles held."""
    held = roles()
    return tuple(what for what, allowed in MAY.items() if any(one in allowed for one in held))


def may(what: str) -> bool:
    """Whether whoever is looking may see or do something, named as in :data:`MAY`."""
    if what not in MAY:
        raise KeyError(what)
    return what in rights()


def name() -> str:
    """Return who acts, as releases record it; local use has no sign-in."""
    return "analyst"


def speak() -> None:
    """Choose language and words of this run: the browser's where the territory offers it."""
    settings = cached.settings()
    wished = (st.context.locale or "").replace("-", "_")
    offered = {one.replace("-", "_"): one for one in settings.languages}
    short = wished.partition("_")[0]
    language.use(offered.get(wished) or offered.get(short) or settings.languages[0])
    language.use_words(settings.words)


@contextmanager
def errors_shown() -> Iterator[None]:
    """Show a deliberate error in its one place; log any other, with plain words on screen."""
    try:
        yield
    except InputError as error:
        st.error(_("This cannot be read yet. Every problem that was found:"))
        st.dataframe([problem.as_dict() for problem in error.problems], hide_index=True)
    except GroundworkError as error:
        st.error(_sentence(str(error)))
    except Exception:  # noqa: BLE001 - the last resort: logged whole, said plainly
        _LOG.exception("a page failed")
        st.error(
            _("Something went wrong on our side. Nothing was changed; what happened stands in the"
              " log of the server.")
        )  # fmt: skip


def _sentence(message: str) -> str:
    """A message of the error tree as a sentence; nothing in it is read as markup."""
    text = message[:1].upper() + message[1:]
    return "".join(f"\\{one}" if one in r"\`*_{}[]()#+-!|<>~$:" else one for one in text)


def first_page() -> str:
    """Return the file of the page that a reader without a link sees first."""
    return f"pages/{PAGES[0].file}.py"


def _wordmark() -> None:
    """Show the name at the left of the navigation, in the ink of the page; it leads to the start."""
    mode = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(_ROOT / "pages" / "shared" / f"wordmark_{mode}.svg"), size="medium")


def _navigation() -> StreamlitPage:
    folder = _ROOT / "pages"
    start = st.Page(folder / f"{_START}.py", title="Groundwork", default=True, visibility="hidden")
    pages = [
        st.Page(folder / f"{page.file}.py", title=_(page.title), url_path=page.file)
        for page in PAGES
    ]
    page = st.navigation([start, *pages], position="top")
    if page.url_path == pages[0].url_path and choose.given("present"):
        # Nobody turns pages while a situation is presented: Escape brings the navigation back.
        page = st.navigation([start, *pages], position="hidden")
    return page


def _refuse_other_addresses() -> None:
    """Without sign-in, Groundwork answers only the machine it runs on."""
    address = st.get_option("server.address")
    if address not in _LOCAL:
        raise AccessError(
            f"Groundwork is served at {address or 'every address'} without sign-in; start it with"
            " server.address = localhost"
        )
