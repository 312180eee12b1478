"""Journeys in a real browser against a real server, with no way out of this machine.

A test asks for ``server`` and ``visit``::

    def test_a_deep_link_opens_inside_the_frame(server, visit):
        page = visit(server("demo", fresh=True), "district?area=d07")

When a test ends, every page it visited must have asked no other host, logged no error to the
console, and left no traceback in the server's log.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    expect,
    sync_playwright,
)

# A loaded machine is slow, not wrong: what is timed is timed by the layer itself.
expect.set_options(timeout=60_000)

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
#: No update, no account, no look-up of hosts: a browser on a closed network.
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost",
]
START_SECONDS = 90
#: Quiet for this long counts as settled: a script that has ended may start a fragment at once.
QUIET_MILLISECONDS = 250
#: Streamlit's script looks for its server below the page of a deep link first, gets 404 for these
#: two addresses, and then finds it at the root; at the root the same answer would be a fault.
PROBES = re.compile(r"^http://localhost:\d+/\w+/_stcore/(health|host-config)$")
SETTLED = """quiet => {
  const app = document.querySelector('[data-testid=stApp]');
  const done = app && app.dataset.testScriptState === 'notRunning'
    && app.dataset.testConnectionState === 'CONNECTED'
    && document.querySelector('[data-testid=stMain] [data-testid=stVerticalBlock] > *')
    && !document.querySelector('[data-stale=true]');
  if (!done) { window.settledSince = undefined; return false; }
  window.settledSince ??= performance.now();
  return performance.now() - window.settledSince > quiet;
}"""


@dataclass(frozen=True)
class Server:
    """A running dashboard: where it answers, the folder it serves, what it said."""

    url: str
    folder: Path
    log: Path


@dataclass
class Visit:
    """Opens pages and keeps what they did that they should not.

    ``outside`` holds every request to another host, ``console`` every error a page logged. Both
    must be empty when the test ends; a test that provokes an error asserts on it, then clears it.
    """

    browser: Browser
    outside: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)
    logs: dict[Path, int] = field(default_factory=dict)
    contexts: ExitStack = field(default_factory=ExitStack)

    def __call__(
        self,
        server: Server,
        path: str = "",
        *,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        scale: float = 1,
        wait: bool = True,
    ) -> Page:
        """Open ``path`` (with its query) in a window of its own, and wait until it has settled."""
        self.logs.setdefault(server.log, server.log.stat().st_size)
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=scale,
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            reduced_motion="reduce",
            service_workers="block",
        )
        self.contexts.callback(context.close)
        # Seen, not intercepted: a browser that asks here before each file keeps none of them.
        context.on("request", lambda request: self._note_host(request.url))
        page = context.new_page()
        page.on("websocket", lambda socket: self._note_host(socket.url))
        page.on("console", self._note)
        page.on("pageerror", lambda error: self.console.append(str(error)))
        page.goto(f"{server.url}/{path.lstrip('/')}")
        if wait:
            wait_until_settled(page)
        return page

    def _note_host(self, url: str) -> None:
        if not _is_here(url):
            self.outside.append(url)

    def _note(self, message: ConsoleMessage) -> None:
        place = message.location.get("url", "")
        if message.type == "error" and not PROBES.match(place):
            self.console.append(f"{message.text} ({place})")

    def tracebacks(self) -> list[str]:
        """Logs of the servers visited, where a traceback was added since the first visit."""
        said = [log.read_text("utf-8", "replace")[start:] for log, start in self.logs.items()]
        return [text[-4000:] for text in said if "Traceback (most recent call last)" in text]


def _is_here(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob", "about") or parts.hostname == "localhost"


def wait_until_settled(page: Page, seconds: float = 90) -> None:
    """Wait until the script has run, nothing on the page is stale, and it stays so."""
    page.evaluate("window.settledSince = undefined")
    page.wait_for_function(SETTLED, arg=QUIET_MILLISECONDS, timeout=seconds * 1000, polling=50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test beside this file."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("browser")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: Any,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the servers said below a journey that failed."""
    report = yield
    visited = getattr(item, "funcargs", {}).get("visit")
    if report.failed and isinstance(visited, Visit):
        for log in visited.logs:
            said = log.read_text("utf-8", "replace")
            report.sections.append((f"log of the server of {log.stem}", said[-6000:]))
    return report


@pytest.fixture(scope="session")
def chromium() -> str:
    """Answer with the browser's path; where there is none, a listed skip, on CI a failure."""
    named = os.environ.get("GROUNDWORK_CHROMIUM")
    path = named or next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path:
        return path
    reason = "no browser here (Debian: apt install chromium; GROUNDWORK_CHROMIUM names another)"
    if os.environ.get("CI") == "true" or os.environ.get("GROUNDWORK_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """Answer with one browser for the run; each visit has a window and a memory of its own."""
    with sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def server(
    chromium: str, world: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Server]]:
    """Answer with a function that starts the dashboard on a world, or on any built folder.

    Servers are shared by the tests of a run. ``fresh=True`` starts another one, over a copy of
    the folder that only this server knows: for cold starts and for tests that publish. Further
    settings go into its environment.
    """
    shared: dict[str | Path, Server] = {}
    with ExitStack() as running:

        def start(
            territory: str | Path = "demo", *, fresh: bool = False, **environment: str
        ) -> Server:
            if not fresh and not environment and territory in shared:
                return shared[territory]
            folder = world(territory) if isinstance(territory, str) else territory
            if fresh:
                own = tmp_path_factory.mktemp("fresh") / folder.name
                folder = Path(shutil.copytree(folder, own))
            log = tmp_path_factory.mktemp("server") / f"{folder.name}.log"
            started = _start(folder, log, environment, running)
            if not fresh and not environment:
                shared[territory] = started
            return started

        yield start


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """Answer with a function that opens a page; it must behave until the test ends."""
    visited = Visit(browser)
    with visited.contexts:
        yield visited
    assert visited.outside == [], "a page asked another host"
    assert visited.console == [], "a page logged an error"
    assert visited.tracebacks() == [], "the server logged a traceback"


@pytest.fixture
def settled() -> Callable[..., None]:
    """Answer with the function that waits until a page has settled."""
    return wait_until_settled


def _start(folder: Path, log: Path, environment: dict[str, str], running: ExitStack) -> Server:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py"]
    options = {"server.port": port, "server.headless": True, "server.fileWatcherType": "none"}
    process = subprocess.Popen(
        [*command, *(f"--{name}={value}" for name, value in options.items())],
        cwd=ROOT,
        env={**os.environ, "GROUNDWORK_TERRITORY": str(folder), **environment},
        stdin=subprocess.DEVNULL,
        stdout=running.enter_context(log.open("wb")),
        stderr=subprocess.STDOUT,
    )
    running.callback(_stop, process)
    until = monotonic() + START_SECONDS
    while not _is_healthy(port):
        if process.poll() is not None or monotonic() > until:
            pytest.fail(f"the dashboard did not start; it said:\n{log.read_text('utf-8')}")
        sleep(0.1)
    return Server(f"http://localhost:{port}", folder, log)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_healthy(port: int) -> bool:
    connection = HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
