"""Pages on the worlds, run by Streamlit's own test harness."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.pages.screen import Screen

Opens = Callable[..., Screen]


@pytest.fixture
def screen(world: Callable[[str], Path]) -> Callable[[str], Screen]:
    """Answer with a function that opens a new window on a world."""
    return lambda name: Screen(world(name))
