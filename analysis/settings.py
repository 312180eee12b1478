"""What ``territory.toml`` says: name, levels, languages, words, thresholds.

Every setting has a default, so a folder without the file works; a setting
nobody knows is an error, because a misspelt threshold would protect nobody.
"""

from __future__ import annotations

import codecs
import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analysis import tables
from analysis.errors import Problem

FILE = "territory.toml"
WORD_SETS = ("prevention", "safeguarding", "social_cohesion")
HIDE_FIRST = ("parts", "totals")


@dataclass(frozen=True)
class Level:
    """One tier of areas: its id, and its name in words."""

    id: str
    name: str
    plural: str


@dataclass(frozen=True)
class Settings:
    """The settings of a territory.

    Parameters
    ----------
    id, name
        Short id and the name on every page.
    languages
        Locale ids, the first is the default.
    encoding
        Of text files that are refreshed and are not UTF-8.
    words
        Word set on screen: ``prevention``, ``safeguarding``, ``social_cohesion``.
    levels
        Tiers of areas, the topmost first.
    start_level
        The level a reader starts with.
    count_threshold, rate_threshold
        Counts from 1 up to (not including) these are hidden: of counts, and
        of counts behind a rate or proportion.
    hide_first
        What goes where a small count has to be protected by hiding more: ``parts``, further
        figures of the lowest level, or ``totals``, sums, those of the lowest level first.
    minimum_denominator
        A rate or proportion of fewer persons or events than these is hidden, whatever its count.
    minimum_answers
        A survey figure resting on fewer answers is not assessed.
    good_present, good_age, good_suppressed, good_interval, poor_present, poor_suppressed
        How far the figures of an area carry: at least, at most, at most and at
        least for *good*; less than and more than for *poor*. Shares 0 to 1,
        the age in periods.
    themes
        Theme ids with their titles, in the order they are shown.
    file_megabytes, file_rows
        The largest file, and the most rows of it, that a refresh reads.
    tile_url, tile_attribution
        A tile server, the only host ever asked; none when empty.
    role_groups
        Group of the sign-in token to role.
    sectors
        Sector ids of partners with their words.
    essential_sectors
        Sectors that should have a partner.
    """

    id: str = "territory"
    name: str = "Territory"
    languages: tuple[str, ...] = ("en",)
    encoding: str = "cp1252"
    words: str = "prevention"
    levels: tuple[Level, ...] = ()
    start_level: str = ""
    count_threshold: float = 5
    rate_threshold: float = 10
    hide_first: str = "parts"
    minimum_denominator: float = 0
    minimum_answers: float = 30
    good_present: float = 0.90
    good_age: float = 1.0
    good_suppressed: float = 0.10
    good_interval: float = 0.50
    poor_present: float = 0.65
    poor_suppressed: float = 0.35
    themes: tuple[tuple[str, str], ...] = tuple(tables.THEMES.items())
    file_megabytes: float = 200
    file_rows: float = 5_000_000
    tile_url: str = ""
    tile_attribution: str = ""
    role_groups: tuple[tuple[str, str], ...] = ()
    sectors: tuple[tuple[str, str], ...] = tuple(tables.SECTORS.items())
    essential_sectors: tuple[str, ...] = tables.ESSENTIAL_SECTORS

    def level(self, level_id: str) -> Level:
        """Return a level by id; one that is not declared goes by its own id."""
        for level in self.levels:
            if level.id == level_id:
                return level
        return Level(level_id, level_id, level_id)

    @property
    def level_ids(self) -> tuple[str, ...]:
        """Level ids, the topmost first."""
        return tuple(level.id for level in self.levels)


def _read_text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise TypeError("a text in quotes")
    return raw


def _read_number(raw: Any) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw < math.inf:
        raise TypeError("a number of 0 or more")
    return float(raw)


def _read_share(raw: Any) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= 1:
        raise TypeError("a share from 0 to 1")
    return float(raw)


def _read_limit(raw: Any) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 < raw < math.inf:
        raise TypeError("a number above 0")
    return float(raw)


def _read_texts(raw: Any) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or not all(isinstance(one, str) for one in raw):
        raise TypeError('a list such as ["en", "de"]')
    return tuple(raw)


def _read_pairs(raw: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(raw, dict) or not all(isinstance(one, str) for one in raw.values()):
        raise TypeError('lines of the form id = "words"')
    return tuple(raw.items())


def _read_sectors(raw: Any) -> tuple[tuple[str, str], ...]:
    return tuple({**tables.SECTORS, **dict(_read_pairs(raw))}.items())


def _read_themes(raw: Any) -> tuple[tuple[str, str], ...]:
    return tuple({**tables.THEMES, **dict(_read_pairs(raw))}.items())


def _read_levels(raw: Any) -> tuple[Level, ...]:
    if not isinstance(raw, list) or not all(isinstance(one, dict) and one.get("id") for one in raw):
        raise TypeError('[[levels]] entries with at least id = "..."')
    levels = []
    for one in raw:
        if set(one) - {"id", "name", "plural"} or not all(
            isinstance(text, str) for text in one.values()
        ):
            raise TypeError("[[levels]] entries with id, name and plural only, texts in quotes")
        if not re.fullmatch(r"[\w-]+", one["id"]):
            raise TypeError("[[levels]] ids of letters, digits, _ and - only")
        name = one.get("name", one["id"])
        levels.append(Level(one["id"], name, one.get("plural", name + "s")))
    if len({level.id for level in levels}) < len(levels):
        raise TypeError("[[levels]] entries with an id of their own each")
    return tuple(levels)


def _read_encoding(raw: Any) -> str:
    try:
        return codecs.lookup(_read_text(raw)).name
    except (LookupError, TypeError) as error:
        raise TypeError('the name of an encoding such as "cp1252" or "iso8859-2"') from error


def _read_words(raw: Any) -> str:
    if raw not in WORD_SETS:
        raise TypeError(f"one of {', '.join(WORD_SETS)}")
    return str(raw)


def _read_hide_first(raw: Any) -> str:
    if raw not in HIDE_FIRST:
        raise TypeError(f"one of {', '.join(HIDE_FIRST)}")
    return str(raw)


_READERS = {
    "id": ("id", _read_text),
    "name": ("name", _read_text),
    "languages": ("languages", _read_texts),
    "encoding": ("encoding", _read_encoding),
    "words": ("words", _read_words),
    "levels": ("levels", _read_levels),
    "themes": ("themes", _read_themes),
    "roles": ("role_groups", _read_pairs),
    "sectors": ("sectors", _read_sectors),
    "essential_sectors": ("essential_sectors", _read_texts),
    "disclosure.count_threshold": ("count_threshold", _read_number),
    "disclosure.rate_threshold": ("rate_threshold", _read_number),
    "disclosure.hide_first": ("hide_first", _read_hide_first),
    "disclosure.minimum_denominator": ("minimum_denominator", _read_number),
    "disclosure.minimum_answers": ("minimum_answers", _read_number),
    "reliability.good_present": ("good_present", _read_share),
    "reliability.good_age": ("good_age", _read_number),
    "reliability.good_suppressed": ("good_suppressed", _read_share),
    "reliability.good_interval": ("good_interval", _read_share),
    "reliability.poor_present": ("poor_present", _read_share),
    "reliability.poor_suppressed": ("poor_suppressed", _read_share),
    "limits.file_megabytes": ("file_megabytes", _read_limit),
    "limits.rows": ("file_rows", _read_limit),
    "map.level": ("start_level", _read_text),
    "map.tile_url": ("tile_url", _read_text),
    "map.tile_attribution": ("tile_attribution", _read_text),
}


def read_settings(text: str, fallback_name: str = "Territory") -> tuple[Settings, list[Problem]]:
    """Read the text of ``territory.toml``.

    Parameters
    ----------
    text
        The file's content; empty stands for a folder without the file.
    fallback_name
        Name of the territory when the file gives none.

    Returns
    -------
    settings, problems
        Defaults stand wherever a setting is missing or broken; every broken
        or unknown setting is a problem.
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problem = Problem(FILE, f"not readable as TOML: {error}; correct it", code="not_toml")
        return Settings(name=fallback_name), [problem]
    flat = dict(_flatten(raw))
    found: dict[str, Any] = {"name": fallback_name}
    problems = []
    for key, value in flat.items():
        if key not in _READERS:
            known = ", ".join(_READERS)
            message = f"unknown setting {key!r}; known: {known}"
            problems.append(Problem(FILE, message, column=key, code="unknown_setting"))
            continue
        field, read = _READERS[key]
        try:
            found[field] = read(value)
        except TypeError as error:
            message = f"setting {key!r} is {value!r}; write {error}"
            problems.append(
                Problem(FILE, message, column=key, value=str(value), code="bad_setting")
            )
    settings = Settings(**found)
    if settings.levels and settings.start_level not in ("", *settings.level_ids):
        message = (
            f"map.level {settings.start_level!r} is not a level;"
            f" levels: {', '.join(settings.level_ids)}"
        )
        problems.append(Problem(FILE, message, column="map.level", code="bad_setting"))
    for key in ("count_threshold", "rate_threshold"):
        if getattr(settings, key) <= 1:
            message = (
                f"disclosure.{key} {getattr(settings, key):g} shows the smallest counts of every"
                " indicator; better state it, with a reason, where figures are published openly"
            )
            problems.append(
                Problem(
                    FILE, message, column=f"disclosure.{key}", code="no_threshold", level="note"
                )
            )
    strange = [one for one in settings.essential_sectors if one not in dict(settings.sectors)]
    if strange:
        message = (
            f"essential_sectors name {', '.join(strange)}; sectors:"
            f" {', '.join(dict(settings.sectors))}"
        )
        problems.append(Problem(FILE, message, column="essential_sectors", code="bad_setting"))
    unknown_roles = {role for _, role in settings.role_groups} - {
        "viewer",
        "coordinator",
        "analyst",
    }
    if unknown_roles:
        message = (
            f"roles name {', '.join(sorted(unknown_roles))}; roles are viewer, coordinator, analyst"
        )
        problems.append(Problem(FILE, message, column="roles", code="bad_setting"))
    return settings, problems


def _flatten(raw: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Dotted keys of the sections that are settings, not free lists."""
    sections = {name.partition(".")[0] for name in _READERS if "." in name}
    flat: list[tuple[str, Any]] = []
    for key, value in raw.items():
        if key in sections and isinstance(value, dict):
            flat += [(f"{key}.{inner}", one) for inner, one in value.items()]
        else:
            flat.append((key, value))
    return flat
