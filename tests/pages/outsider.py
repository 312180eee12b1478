"""Nine squares with small counts, and all that a viewer can see and take home of them."""

from __future__ import annotations

import hashlib
import logging
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from streamlit.testing.v1 import AppTest

from analysis.__main__ import main
from pages.shared import walk
from tests.analysis.conftest import CATALOGUE, NineSquares

#: Square 1 has a count below the threshold of 5, and so takes Square 4 with it.
CALLS = {"2023": [14, 22, 31, 17, 25, 28, 19, 33, 41], "2024": [3, 21, 30, 12, 24, 27, 18, 32, 40]}
#: Of 200 residents each; the first and the fourth are below the threshold of 10.
SHARES = [4, 20, 30, 9, 40, 50, 60, 70, 80]


class Walked(NamedTuple):
    """A territory, the files a viewer can take home, and what stood on each screen meanwhile."""

    territory: Path
    files: Path
    screens: list[str]


def nine_with_calls(
    folder: Path, calls: Mapping[str, Sequence[int]] = CALLS, shares: Sequence[int] = SHARES
) -> NineSquares:
    made = NineSquares(folder)
    made.catalogue(*(one | {"partner_ids": ""} for one in CATALOGUE
                     if one["indicator_id"] in ("residents", "incidents", "share")))  # fmt: skip
    made.observe(*(f"district,D{n + 1},residents,{year},{1000 + 10 * n},"
                   for year in calls for n in range(9)), file="residents")  # fmt: skip
    made.observe(*(f"district,D{n + 1},incidents,{year},{count},"
                   for year, counts in calls.items() for n, count in enumerate(counts)))  # fmt: skip
    made.observe(*(f"district,D{n + 1},share,2024,{count},200"
                   for n, count in enumerate(shares)), file="share")  # fmt: skip
    return made


def walk_through(nine: NineSquares, files: Path) -> Walked:
    """Write what ``attack --files`` writes; the walk runs in this process, to save time."""
    screens: list[str] = []
    run = AppTest.run

    def recorded(app: AppTest, *rest: object, **more: object) -> AppTest:
        answer = run(app, *rest, **more)  # type: ignore[arg-type]
        screens.append(seen_on(app))
        return answer

    def here(asked: list[str], **_more: object) -> subprocess.CompletedProcess[bytes]:
        assert asked[1:3] == ["-m", "pages.shared.walk"]
        return subprocess.CompletedProcess(asked, walk.main(asked[3:]))

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GROUNDWORK_TERRITORY", str(nine.path))
        patch.setattr(subprocess, "run", here)
        patch.setattr(AppTest, "run", recorded)
        patch.setattr(logging, "disable", lambda _level: None)
        assert main(["attack", str(nine.path), "--files", str(files)]) == 0
    return Walked(nine.path, files, screens)


def seen_on(app: AppTest) -> str:
    """Everything the browser is sent: words, charts, maps, tables, controls."""
    said = []
    for one in app:
        proto = getattr(one, "proto", None)
        if proto is not None and one.type != "download_button":  # its address is new each time
            said.append(f"{one.type} {hashlib.sha256(proto.SerializeToString()).hexdigest()}")
    return "\n".join(said)
