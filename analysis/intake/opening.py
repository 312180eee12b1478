"""Opening a file of a draft: by the recipe it was laid out for, and what a territory says of it.

Knows where recipes lie, which one a file was made for, and what a reading must know of the
territory: its words, its areas and how large a file may be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import shapely

from analysis.intake import editing
from analysis.intake import recipe as recipes
from analysis.intake.drafts import DraftFile
from analysis.intake.grids import Limits
from analysis.intake.measured import is_own_format
from analysis.intake.progress import Progress, part
from analysis.intake.reading import Reading, is_laid_out, read_file
from analysis.intake.recipe import Recipe
from analysis.language import gettext as _
from analysis.territory import Territory

RECIPES = "recipes"
"""Folder of recipes within a territory."""


def open_file(
    folder: Path,
    territory: Territory,
    file: DraftFile,
    content: bytes,
    progress: Progress,
    *,
    as_it_stands: Callable[[pd.DataFrame], bool] = lambda raw: False,
) -> tuple[str, Reading]:
    """Read a file by the recipe it was laid out for; returns the recipe's name too.

    ``as_it_stands`` is asked with the rows whether they hold something else than figures.
    """
    named = {"file": file.name, "step": "{step}"}
    progress = part(progress, 0, 1, _("reading {file}: {step}").format(**named))
    name = file.answers.get("recipe", "")
    known = recipes.read_recipe(recipe_path(folder, name)) if name else None

    def find(format_: str, headings: Sequence[str]) -> Recipe | None:
        nonlocal name
        name, found = _recipe_of(folder, territory, format_, headings)
        return found

    reading = read_file(
        content,
        file.name,
        answers=file.answers,
        recipe=known,
        find_recipe=find,
        default_encoding=territory.settings.encoding,
        languages=territory.settings.languages,
        areas=frozenset(territory.areas["area_id"]) | frozenset(territory.areas["name"]),
        limits=limits_of(territory),
        locate=_locator(territory),
        as_it_stands=lambda raw: (
            is_own_format(list(raw.columns))
            or bool(editing.recognised(list(raw.columns), file.name))
            or as_it_stands(raw)
        ),
        progress=progress,
    )
    return name, reading


def _recipe_of(
    folder: Path, territory: Territory, format_: str, headings: Sequence[str]
) -> tuple[str, Recipe | None]:
    """Find the recipe that was made from a file laid out like this."""
    for path in sorted((folder / RECIPES).glob("*.toml")):
        known = recipes.read_recipe(path)
        if known.format == format_ and is_laid_out(
            headings, known.columns, territory.settings.languages
        ):
            return path.stem, known
    return "", None


def recipe_path(folder: Path, name: str) -> Path:
    """Return where a recipe of a territory lies."""
    return folder / RECIPES / f"{name}.toml"


def limits_of(territory: Territory) -> Limits:
    """Return how large a file may be in a territory."""
    settings = territory.settings
    return Limits(size=round(1_000_000 * settings.file_megabytes), rows=round(settings.file_rows))


def _locator(territory: Territory) -> Callable[[np.ndarray, np.ndarray], Sequence[str]]:
    """Place coordinates in the areas of the level a reader starts with."""

    def locate(longitudes: np.ndarray, latitudes: np.ndarray) -> Sequence[str]:
        areas = territory.areas_of(territory.start_level)
        points = pd.Series("", index=range(len(longitudes)), dtype="str")
        tree = shapely.STRtree(areas.geometry.to_numpy())
        found, hits = tree.query(shapely.points(longitudes, latitudes), predicate="intersects")
        points.iloc[found] = areas.index.to_numpy()[hits]
        return list(points)

    return locate
