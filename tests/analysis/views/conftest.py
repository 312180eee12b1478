"""Nine squares over five years, small enough to know each figure of a picture."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import picture
from analysis.disclosure import ProtectedView
from analysis.intake.release import territory_of
from analysis.picture import Figures
from analysis.territory import Territory
from tests.analysis.conftest import NineSquares

COLUMNS = "level,area_id,indicator_id,period,value,count,denominator,sd,status,break"
Town = tuple[ProtectedView, Territory]


def observations() -> list[str]:
    """D1 weighs and worsens, D2 is hidden, D3 has no mood, D4 a break, D5 no row at all."""
    rows = []
    for step, year in enumerate(range(2020, 2025)):
        for n in (1, 2, 3, 4, 6, 7, 8, 9):
            count = {1: 200 + 100 * step, 2: 3 if step == 4 else 250}.get(n, 250)
            status = "provisional" if (n, step) == (9, 4) else ""
            new = "true" if (n, step) == (4, 3) else ""
            rows.append(f"district,D{n},share,{year},,{count},{1000 + 10 * n},,{status},{new}")
        rows.append(f"town,T,share,{year},25,,,,,")
    moods = {1: 2.0, 2: 6.0, 4: 6.1, 6: 6.0, 7: 5.9, 8: 6.0, 9: 6.0}
    rows += [f"district,D{n},mood,2024,{mood},,100,1.5,," for n, mood in moods.items()]
    return [*rows, "town,T,mood,2024,6.0,,900,1.5,,"]


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Answer with the protected view and the territory of the nine squares."""
    folder: Path = tmp_path_factory.mktemp("views") / "nine"
    nine = NineSquares(folder)
    nine.observe(*observations(), columns=COLUMNS)
    view = nine.build()
    return view, territory_of(view)


@pytest.fixture(scope="session")
def share(town: Town) -> Figures:
    """Answer with a share that weighs, in the newest year."""
    return picture.figures(*town, "share", "district", "2024")


@pytest.fixture(scope="session")
def mood(town: Town) -> Figures:
    """Answer with a mean that holds, in the newest year."""
    return picture.figures(*town, "mood", "district", "2024")
