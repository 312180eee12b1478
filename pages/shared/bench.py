"""How long the server works on a page: ``python -m analysis bench pages``.

Runs each page through Streamlit's own test harness, so the figures are server
time without network and drawing; first view and later views of the same
choice, and the memory of the process at the end.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.shared.frame import PAGES

ROOT = Path(__file__).parents[2]
VIEWS = 7
"""Later views per page; their median counts."""


def main(territory: str) -> int:
    """Print a line per page; returns the exit code."""
    os.environ["GROUNDWORK_TERRITORY"] = territory
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=300)
    print(f"{'page':<16}{'first view':>14}{'later views, median':>24}")
    for page in PAGES:
        begin = time.perf_counter()
        app.run()
        app.switch_page(f"pages/{page.file}.py")
        first = time.perf_counter() - begin + _seconds(app)
        later = statistics.median(_seconds(app) for _ in range(VIEWS))
        print(f"{page.file:<16}{first * 1000:>11.0f} ms{later * 1000:>21.0f} ms")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {memory:.0f} MB")
    return 0


def _seconds(app: AppTest) -> float:
    begin = time.perf_counter()
    app.run()
    return time.perf_counter() - begin


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1]))
