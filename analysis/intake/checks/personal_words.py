"""The words by which personal data is known: headers, first names, words of places.

Knows the files they stand in, ``personal.toml`` and ``first_names.txt``; all
are given folded.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from analysis.intake.checks.wording import fold, pattern


@cache
def entries() -> dict[str, Any]:
    """Return all lists as they are written."""
    path = Path(__file__).with_name("personal.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def headers(section: str) -> frozenset[str]:
    """Return the headers that announce something personal."""
    return listed(section)


@cache
def listed(section: str, key: str = "words") -> frozenset[str]:
    """Return one list of a section."""
    return frozenset(fold(one) for one in entries()[section][key])


@cache
def first_names() -> frozenset[str]:
    """Return frequent first names."""
    path = Path(__file__).with_name("first_names.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    return frozenset(name for line in lines if not line.startswith("#") for name in line.split())


@cache
def place_word() -> re.Pattern[str]:
    """Return what finds a word of places or organisations in a folded text."""
    return pattern(entries()["place_words"]["words"])
