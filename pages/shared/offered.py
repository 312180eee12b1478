"""Every file that a page offers, and the only button that offers one.

Pages hand all their files through here, so that whoever walks through them
(:mod:`pages.shared.walk`) is told of each, and none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

import streamlit as st

Make = Callable[[], bytes | str]


class Watcher(Protocol):
    """Who is told what pages offer while they run."""

    def choice(self, name: str, options: list[str], usual: str) -> None:
        """A page offers these options under a name of the address."""

    def file(self, name: str, make: Make) -> None:
        """A page offers a file; ``make`` makes its content."""


_WATCHERS: list[Watcher] = []


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Tell a watcher what the pages offer that run in this process meanwhile."""
    _WATCHERS.append(watcher)
    try:
        yield
    finally:
        _WATCHERS.remove(watcher)


def choice(name: str, options: list[str], usual: str) -> None:
    """Tell of a choice that a page offers: ids, and the usual one."""
    for one in _WATCHERS:
        one.choice(name, options, usual)


def by_itself(name: str, make: Make) -> None:
    """Tell of a file that Streamlit offers by itself, such as that of a table's own toolbar."""
    for one in _WATCHERS:
        one.file(name, make)


def button(
    key: str, label: str, make: Make, name: str, mime: str, *, icon: str | None = None
) -> None:
    """Offer a file; it is made when a reader asks for it.

    Parameters
    ----------
    key
        Of the button on its page.
    label, icon
        Words on the button, quiet among others; one that a page leads to has an icon.
    make
        Makes the content.
    name
        Name of the file, with its ending.
    mime
        What it is, for the browser.
    """
    by_itself(name, make)
    st.download_button(
        label, make, name, mime, key=key, on_click="ignore", icon=icon,
        type="secondary" if icon else "tertiary",
    )  # fmt: skip
