"""Take the pictures of the documents from the running app: ``python -m docs.take_pictures``.

Knows which views stand in ``docs/pictures``, and how to get a picture of a
whole page that is the same each time: the fictional town is built anew, the
browser looks until nothing moves, and colours that mean something are kept.
"""

from __future__ import annotations

import datetime as dt
import io
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from PIL import Image
from playwright.sync_api import Browser, Error, Page, sync_playwright

from analysis.disclosure import open_view
from analysis.intake.refresh import Refresh
from analysis.intake.release import STORE, build, territory_of

# The browser tests know when a page has settled; it is said once.
from tests.browser.conftest import ARGUMENTS, CHROMIUM, wait_until_settled

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
BUILT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
"""When the town was published: the date on every source line."""
WIDTH = 1280
SLIDE = 720
"""Height of a slide at this width, as a projector has it."""
COLOURS = 192
"""Few enough for one byte a pixel, and for a picture of below 150 kB."""
LOOKS = 40
"""How often a page may still have moved before it counts as restless."""


class Picture(NamedTuple):
    """One file: its name, the address of the view, light or dark, the heading it ends before.

    Of a slide the screen is taken: it is as tall as the window, whatever that is.
    """

    name: str
    address: str
    dark: bool = False
    until: str = ""
    screen: bool = False


DRAFT = "7f3a2b1c"
"""The draft that the pictures of *Refresh* show."""
_EVENING = "district_map?level=district&indicator=unsafe_evening&period=2024"
_UNSAFE = "trends?level=district&indicator=unsafe_evening&year=2024"
_TORVEMEAD = "district?level=district&area=MH12&year=2024"
_SITUATION = "situation?level=district&year=2024"
_NETWORK = "network?way=ties"
VIEWS = (
    Picture("situation_light", _SITUATION, until="What needs attention"),
    Picture("situation_dark", _SITUATION, dark=True, until="What needs attention"),
    Picture("presentation_light", f"{_SITUATION}&present=1&slide=2", screen=True),
    Picture("district_map_light", f"{_EVENING}&area=MH12"),
    Picture("district_map_dark", f"{_EVENING}&area=MH12", dark=True),
    Picture("risk_and_protection_light", f"{_EVENING}&show=both"),
    Picture("change_light", f"{_EVENING}&show=change&since=2020"),
    Picture("compare_light", "compare?compare=table&order=place&year=2024"),
    Picture("trends_light", f"{_UNSAFE}&trend=course&area=MH16"),
    Picture("level_and_trend_light", "trends?indicator=unsafe_evening&trend=matrix&year=2024"),
    Picture("district_light", _TORVEMEAD, until="What practitioners see"),
    Picture("district_dark", _TORVEMEAD, dark=True, until="What practitioners see"),
    Picture("network_light", _NETWORK, until="The network of 2025 to take along"),
    Picture("network_dark", _NETWORK, dark=True, until="The network of 2025 to take along"),
    Picture("refresh_light", f"refresh?draft={DRAFT}&step=join"),
    Picture("refresh_dark", f"refresh?draft={DRAFT}&step=join", dark=True),
)


def take_pictures(names: Collection[str] = ()) -> None:
    """Write pictures anew: those named, else all."""
    PICTURES.mkdir(exist_ok=True)
    with _dashboard() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=_chromium(), args=ARGUMENTS)
        for picture in [one for one in VIEWS if not names or one.name in names]:
            page = _open(browser, f"{address}/{picture.address}", picture.dark)
            image = _quiet_image(page, whole=not picture.screen)
            if picture.until:
                heading = page.get_by_role("heading", name=picture.until).bounding_box()
                assert heading is not None, f"no heading {picture.until!r} on {page.url}"
                image = image.crop((0, 0, WIDTH, int(heading["y"])))
            page.close()
            _few_colours(image).save(PICTURES / f"{picture.name}.png", optimize=True)
        browser.close()


def _chromium() -> str:
    named = os.environ.get("GROUNDWORK_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:
        sys.exit("no browser here; install Debian's chromium, or name one by GROUNDWORK_CHROMIUM")
    return path


@contextmanager
def _dashboard() -> Iterator[str]:
    """Serve the fictional town from a folder of its own; gives the address."""
    with tempfile.TemporaryDirectory() as folder:
        town = Path(folder) / "demo"
        shutil.copytree(ROOT / "data" / "demo", town, ignore=shutil.ignore_patterns(STORE))
        build(town, at=BUILT)
        _begin_draft(town)
        with socket.socket() as probe:
            probe.bind(("localhost", 0))
            port = probe.getsockname()[1]
        options = [
            f"--server.port={port}",
            "--server.headless=true",
            "--server.fileWatcherType=none",
        ]
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "dashboard.py", *options],
            cwd=ROOT,
            env={**os.environ, "GROUNDWORK_TERRITORY": str(town)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
        try:
            yield f"http://localhost:{port}"
        finally:
            process.terminate()
            process.wait()


def _begin_draft(town: Path) -> None:
    """Begin a draft as an office would deliver it: two names of districts are written otherwise."""
    territory = territory_of(open_view(town / STORE))
    rows = pd.read_csv(town / "observations" / "unsafe_evening.csv")
    rows = rows[(rows["level"] == "district") & (rows["period"] >= 2020)]
    lines = ["District;Year;Feel unsafe;Asked"]
    for row in rows.itertuples():
        name = territory.areas_of("district", str(row.period)).loc[row.area_id, "name"]
        if row.period < 2024:
            name = {"Staalwick": "Staalwijk", "Klokkenhill": "Klokken Hill"}.get(name, name)
        elif name == "Nyhegn":
            name = "Nyhegn East"
        lines.append(f"{name};{row.period};{row.count:.0f};{row.denominator:.0f}")
    content = "\n".join([*lines, ""]).encode()
    answers = {
        "figure:Feel unsafe": "unsafe_evening", "role:Feel unsafe": "count",
        "figure:Asked": "unsafe_evening", "role:Asked": "denominator",
        "accept:punctuation": "yes", "accept:edit_distance": "yes",
    }  # fmt: skip
    refresh = Refresh(town)
    begun = refresh.drafts.begin(by="analyst", at=BUILT, state=refresh.store.state())
    draft = refresh.drafts.add(
        replace(begun, draft_id=DRAFT), "unsafe_evening_2020_2024.csv", content
    )
    refresh.answer(draft, draft.files[0].checksum, answers)


def _open(browser: Browser, address: str, dark: bool) -> Page:
    page = browser.new_page(
        viewport={"width": WIDTH, "height": 800},
        color_scheme="dark" if dark else "light",
        locale="en-GB",
        reduced_motion="reduce",
    )
    for _ in range(LOOKS):
        try:
            page.goto(address)
            break
        except Error:  # the server is not there yet
            page.wait_for_timeout(500)
    wait_until_settled(page, 90)
    return page


def _quiet_image(page: Page, *, whole: bool) -> Image.Image:
    """Look until two looks are the same; at the whole page the window is as tall as the page."""
    main = page.locator("[data-testid=stMain]")
    seen = b""
    for _ in range(LOOKS):
        height = int(main.evaluate("element => element.scrollHeight")) if whole else SLIDE
        page.set_viewport_size({"width": WIDTH, "height": height})
        page.wait_for_timeout(500)
        before, seen = seen, page.screenshot()
        if seen == before:
            return Image.open(io.BytesIO(seen)).convert("RGB")
    raise RuntimeError(f"{page.url} does not come to rest")


def _few_colours(image: Image.Image) -> Image.Image:
    """Keep the colours that mean something as they are; only smoothed edges come a little off.

    Pillow's own choice mixes a rare colour, such as the plum of a single arrow, into grey.
    """
    pixels = np.asarray(image, dtype=np.int32).reshape(-1, 3)
    colours, place, counts = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    weight = counts * (16 + np.ptp(colours, axis=1))
    kept = colours[np.argsort(-weight, kind="stable")[:COLOURS]]
    distance = ((colours[:, None] - kept[None]) ** 2).sum(axis=2)
    nearest = distance.argmin(axis=1).astype(np.uint8)[place.reshape(-1)]
    drawn = Image.frombytes("P", image.size, nearest.tobytes())
    drawn.putpalette(kept.astype(np.uint8).tobytes())
    return drawn


if __name__ == "__main__":
    take_pictures(sys.argv[1:])
