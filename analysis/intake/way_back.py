"""The way back from a release: what has to go first, and what cannot go at all.

Knows that newer releases of the same things go first, and that what all
others stand on cannot be taken away.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.store import Release

__all__ = ["Release", "first_to_go", "is_foundation"]

FOUNDATION = "areas"
"""The table without which there is no territory."""


def first_to_go(releases: Sequence[Release], release: Release) -> list[Release]:
    """Return the newer releases that have to be rolled back before one, the newest first."""
    mine = {(item.kind, item.name) for item in release.items}
    newer = [
        one
        for one in releases
        if one.number > release.number
        and not one.rolled_back
        and mine & {(item.kind, item.name) for item in one.items}
    ]
    return sorted(newer, key=lambda one: -one.number)


def is_foundation(releases: Sequence[Release], release: Release) -> bool:
    """Whether a release is the only standing one that holds the areas of the territory."""
    standing = [
        one
        for one in releases
        if not one.rolled_back and any(item.name == FOUNDATION for item in one.items)
    ]
    return [one.release_id for one in standing] == [release.release_id]
