"""Pages on the worlds, run by Streamlit's own test harness."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages.outsider import Walked, nine_with_calls, walk_through
from tests.pages.screen import Screen

Opens = Callable[..., Screen]


@pytest.fixture
def screen(world: Callable[[str], Path]) -> Callable[[str], Screen]:
    """Answer with a function that opens a new window on a world."""
    return lambda name: Screen(world(name))


@pytest.fixture(scope="session")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Answer with the nine squares and all that a viewer sees of them; nobody may change it."""
    folder = tmp_path_factory.mktemp("walk")
    nine = nine_with_calls(folder / "nine")
    nine.build()
    return walk_through(nine, folder / "files")
