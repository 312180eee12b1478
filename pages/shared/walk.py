"""Every file a viewer can take home, written by the pages themselves.

``python -m analysis attack DIR`` starts it in a process of its own. It opens
each page as a viewer, sets each choice to each of its values and takes every
file the page offers then. Where choices only say the same figures once more,
some of their values are enough (:func:`some`); ``--all`` takes every one.
"""

from __future__ import annotations

import hashlib
import logging
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from streamlit.testing.v1 import AppTest

from analysis.errors import GroundworkError
from pages.shared import frame, offered

ROOT = Path(__file__).parents[2]
SECONDS = 600
"""How long one page may take before it counts as hung."""
LOOKS = frozenset({"method", "classes", "fixed", "places", "order", "present", "about"})
"""Choices of how something looks; the figures in its files stay the same."""
MANY = 40
"""Of more areas than these some are enough: files of one area repeat those of all."""

Tell = Callable[[str, int], None]


class PageFailed(GroundworkError):
    """A page shows an error in place of what it offers."""


class Options(NamedTuple):
    """What a choice offers: ids, and the one that stands there unless another is chosen."""

    ids: list[str]
    usual: str


@dataclass
class Seen:
    """What one run of a page offered."""

    choices: dict[str, Options] = field(default_factory=dict)
    files: list[tuple[str, offered.Make]] = field(default_factory=list)

    def choice(self, name: str, options: list[str], usual: str) -> None:
        """Take note of a choice."""
        self.choices[name] = Options(options, usual)

    def file(self, name: str, make: offered.Make) -> None:
        """Take note of a file."""
        self.files.append((name, make))


@dataclass(frozen=True)
class Taken:
    """A file that a page offered: the page, the name and the content."""

    page: str
    name: str
    content: bytes


def some(page: str, name: str, seen: dict[str, Options], address: dict[str, str]) -> list[str]:
    """Return those values of a choice whose files hold all figures that any of them holds.

    A map holds one period, so that each is opened; changes, trends and pairs are made of
    such maps, and are opened at the usual period only. What is cut is the product of
    choices, never a kind of file.

    Parameters
    ----------
    page, name
        The page, and the choice by its name in the address.
    seen
        All choices of the screen.
    address
        What was chosen before it.

    Examples
    --------
    >>> years = {"year": Options(["2023", "2024"], "2024")}
    >>> some("compare", "year", years, {"compare": "table"})
    ['2023', '2024']
    >>> some("compare", "year", years, {"compare": "area"})
    ['2024']
    """
    options, usual = seen[name]
    newest = "period" not in seen or address.get("period") == seen["period"].usual
    one_value = {
        "district_map": name in ("area", "since") or (name == "show" and not newest),
        "compare": name in ("theme", "other")
        or (name == "year" and address.get("compare") != "table"),
        "trends": name in ("year", "area"),
        "methods": name == "indicator",
    }.get(page, name == "year")
    if one_value:
        return [usual]
    if name == "area" and len(options) > MANY:
        return [options[round(step * (len(options) - 1) / (MANY - 1))] for step in range(MANY)]
    return options


def walk(territory: Path, *, whole: bool = False, tell: Tell | None = None) -> Iterator[Taken]:
    """Answer with every file that the pages offer to a viewer; the same content of a page once.

    Parameters
    ----------
    territory
        Its folder.
    whole
        Every value of every choice, also where files only repeat figures.
    tell
        Told the page and how many screens were opened so far.

    Raises
    ------
    PageFailed
        When a page does not run: nothing is known of its files then.
    """
    os.environ["GROUNDWORK_TERRITORY"] = str(territory.resolve())
    screens, known = 0, set[tuple[str, str]]()
    with frame.looking_as("viewer"):
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=SECONDS)
        app.run()
        for page in frame.PAGES:
            if page.role != "viewer":
                continue
            for seen in _screens(app, page.file, whole):
                screens += 1
                if tell is not None:
                    tell(page.file, screens)
                for name, make in seen.files:
                    made = make()
                    content = made.encode() if isinstance(made, str) else made
                    mark = page.file, hashlib.sha256(content).hexdigest()
                    if mark not in known:
                        known.add(mark)
                        yield Taken(page.file, name, content)


def _screens(app: AppTest, page: str, whole: bool) -> Iterator[Seen]:
    """Set the choices of a page to their values, one choice after the other, from the first on."""
    waiting: list[dict[str, str]] = [{}]
    while waiting:
        address = waiting.pop()
        seen = _run(app, page, address)
        name = next((one for one in seen.choices if one not in address and one not in LOOKS), None)
        if name is None:
            yield seen
            continue
        options = seen.choices[name].ids if whole else some(page, name, seen.choices, address)
        waiting += [{**address, name: one} for one in reversed(options)]


def _run(app: AppTest, page: str, address: dict[str, str]) -> Seen:
    """Open a page as a reader who follows a link."""
    seen = Seen()
    app.switch_page(f"pages/{page}.py")
    app.query_params = dict(address)
    with offered.watched(seen):
        app.run()
    if app.exception or app.error:
        said = [one.value for one in (*app.exception, *app.error)]
        raise PageFailed(f"page {page!r} at {address}: {said[0]}")
    return seen


def write(files: Iterable[Taken], folder: Path) -> int:
    """Write files into a folder for each page; return how many."""
    count, used = 0, dict[Path, int]()
    for one in files:
        path = folder / one.page / one.name
        used[path] = used.get(path, 0) + 1
        if used[path] > 1:
            path = path.with_name(f"{used[path]}~{path.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.content)
        count += 1
    return count


def main(arguments: list[str]) -> int:
    """Write the files of a territory; returns the exit code."""
    territory, folder, *rest = arguments
    logging.disable(logging.WARNING)

    def tell(page: str, screens: int) -> None:
        if sys.stderr.isatty() or screens % 100 == 0:
            print(f"{page}: {screens} screens opened", file=sys.stderr)

    try:
        taken = walk(Path(territory), whole="--all" in rest, tell=tell)
        count = write(taken, Path(folder))
    except GroundworkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(f"{count} files", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
