"""What every test shares: the worlds, the real data, and the list of what did not run.

No test is left out in silence. Whatever is skipped or deselected stands, with its reason, in the
section *did not run* at the end of the run, with one process or several (pytest-xdist).
"""

from __future__ import annotations

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
WORLDS = ROOT / "tests" / "worlds"

#: What a developer has set must not choose what the tests see.
os.environ.pop("GROUNDWORK_TERRITORY", None)

# The same examples on each run, on a machine of any speed.
settings.register_profile("groundwork", derandomize=True, deadline=None, database=None)
settings.load_profile("groundwork")

#: When the worlds were published: a fixed time, so that what they show is the same every day.
BUILT = datetime(2025, 3, 3, 9, tzinfo=UTC)

#: Markers that are left out unless --all is given.
LATER = {
    "services": "needs a service (`make test-all` runs it)",
    "fault": "breaks things on purpose and takes long (`make test-all` runs it)",
    "scale": "works at full size and takes long (`make test-all` runs it)",
}

DESELECTED: pytest.StashKey[Counter[str]] = pytest.StashKey()
REASON: pytest.StashKey[str] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options of `make test` and `make test-all`."""
    group = parser.getgroup("groundwork")
    group.addoption("--all", action="store_true", help="also run: " + ", ".join(LATER))
    group.addoption(
        "--not-run",
        type=Path,
        metavar="FILE",
        help="list what FILE says an earlier part left out too, then add what this part left out",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers of the tests that are left out by default."""
    config.stash[DESELECTED] = Counter()
    for marker, reason in LATER.items():
        config.addinivalue_line("markers", f"{marker}: {reason}")
    config.addinivalue_line("markers", "browser: a journey in a real browser")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what --all would run; browser journeys last.

    The browser driver keeps an event loop running in this thread, so whatever starts a loop of
    its own has to come first.
    """
    chosen: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        marker = next((name for name in LATER if item.get_closest_marker(name)), None)
        if marker is None or config.getoption("--all"):
            chosen.append(item)
        else:
            item.stash[REASON] = f"{marker}: {LATER[marker]}"
            left_out.append(item)
    items[:] = sorted(chosen, key=lambda item: item.get_closest_marker("browser") is not None)
    if left_out:
        config.hook.pytest_deselected(items=left_out)


def pytest_deselected(items: Sequence[pytest.Item]) -> None:
    """Count what was left out, whoever left it out."""
    for item in items:
        item.config.stash[DESELECTED][item.stash.get(REASON, "not chosen by -k or -m")] += 1


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Note a stop before the end; hand what a worker process left out to the one that prints."""
    config = session.config
    left_out = config.stash[DESELECTED]
    if hasattr(config, "workeroutput"):
        config.workeroutput["deselected"] = dict(left_out)
    elif session.shouldfail or session.shouldstop:
        reason = str(session.shouldfail or session.shouldstop)
        left_out[f"all that was still to come: {reason}"] += 1


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take it from there; every worker leaves out the same, so the largest count is the count."""
    counted = node.config.stash[DESELECTED]
    for reason, count in getattr(node, "workeroutput", {}).get("deselected", {}).items():
        counted[reason] = max(counted[reason], count)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, exitstatus: int, config: pytest.Config
) -> None:
    """Print the list of what did not run, grouped by reason."""
    if hasattr(config, "workeroutput"):  # a worker prints nothing and must not write the record
        return
    left_out = config.stash[DESELECTED] + _skipped(terminalreporter.stats.get("skipped", []))
    if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        left_out[f"no full run: {pytest.ExitCode(exitstatus).name.lower()}, see above"] += 1
    record = config.getoption("--not-run")
    if record is not None:
        if record.exists():
            left_out = Counter(json.loads(record.read_text("utf-8"))) + left_out
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(left_out, indent=1), "utf-8")
    terminalreporter.section("did not run")
    if not left_out:
        terminalreporter.write_line("everything ran")
    for reason, count in sorted(left_out.items()):
        terminalreporter.write_line(f"{count:>5}  {reason}")


def _skipped(reports: Iterable[pytest.TestReport | pytest.CollectReport]) -> Counter[str]:
    reasons: Counter[str] = Counter()
    for report in reports:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        where = report.nodeid.split("::")[0]
        reasons[f"{where}: {reason.removeprefix('Skipped: ')}"] += 1
    return reasons


@pytest.fixture(scope="session")
def world(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Callable[[str], Path]:
    """Answer with a territory folder and its built store; a copy, made once a run.

    ``demo`` is the fictional town, ``london`` the real one (a listed skip where the real data is
    absent), every other name a folder in tests/worlds. Who publishes, copies the folder once
    more: the copy is shared by all tests of the run.
    """
    built: dict[str, Path] = {}

    def build_once(name: str) -> Path:
        if name not in built:
            # Imported here: a fault in the intake must not stop the tests that have no world.
            from analysis.intake.release import build

            folder = tmp_path_factory.mktemp("worlds") / name
            if name == "london":
                from data.london import write_territory

                write_territory(request.getfixturevalue("realdata") / "london", folder)
            else:
                source = ROOT / "data" / "demo" if name == "demo" else WORLDS / name
                left_out = shutil.ignore_patterns("store", "__pycache__")
                shutil.copytree(source, folder, ignore=left_out)
            build(folder, at=BUILT)
            built[name] = folder
        return built[name]

    return build_once


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Answer with the folder of real files; a listed skip where it is absent."""
    folder = ROOT / os.environ.get("GROUNDWORK_REALDATA", "../shared/realdata")
    if not folder.is_dir():
        pytest.skip("no real data here (GROUNDWORK_REALDATA names their folder)")
    return folder.resolve()
