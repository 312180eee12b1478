"""From a checked folder to a published release, and back to a folder.

Knows which items of the store a changed file touches, what has to be derived
anew because of it, and where the app's own edits must not be overwritten.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from analysis import boundaries, tables
from analysis.catalogue import Catalogue
from analysis.completion import Completion
from analysis.disclosure import ProtectedView, protect_observations
from analysis.errors import ConflictError, StoreError
from analysis.geometry import prepare_geometry
from analysis.settings import FILE as SETTINGS_FILE
from analysis.settings import read_settings
from analysis.store import Kind, Release, Source, Store, open_store
from analysis.territory import Folder, Territory, read_folder

SEED = "seed"
"""Table of what each item was last seeded from: columns ``item, checksum, release``."""
STORE = "store"
"""Folder of the store within a territory."""
OUTLINES_FROM = 100
"""Maps of more areas than this show the borders of a level above."""
BUILDER = "build"
"""Who publishes what the folder says."""
Progress = Callable[[str, float], None]
"""Called with what is being done and the share that is done (0-1)."""


def _silent(step: str, share: float) -> None:
    """Report to nobody."""


def build(
    folder: Path, *, at: dt.datetime, store: Path | None = None, progress: Progress = _silent
) -> Release | None:
    """Seed the store of a territory from its folder; publish only what changed.

    Parameters
    ----------
    folder
        The territory folder.
    at
        When; stands in the release.
    store
        Where the store is; ``folder/store`` when None.
    progress
        Called before each step.

    Returns
    -------
    Release or None
        None when no file changed since the last build.

    Raises
    ------
    InputError
        When the folder has any problem; nothing is published then.
    ConflictError
        When the app has newer edits of something that changed in the folder.
    """
    progress("reading the folder", 0.0)
    read = read_folder(folder)
    opened = open_store(store or folder / STORE, create=True)
    checksums = _checksums(read)
    seeded = _seeded(opened)
    changed = [item for item, checksum in checksums.items() if seeded.get(item) != checksum]
    if not changed:
        progress("nothing changed", 1.0)
        return None
    _refuse_newer_edits(opened, changed)
    # An indicator whose files are gone keeps its published figures until it is rolled back.
    return _publish(opened, read, changed, checksums, at, progress)


def territory_of(view: ProtectedView | Store) -> Territory:
    """Return the territory as it is published.

    Raises
    ------
    StoreError
        When no build has been published yet.
    """
    if not view.has_table("settings"):
        raise StoreError("the store holds no territory yet; run `python -m analysis build DIR`")
    row = view.table("settings").iloc[0]
    settings, _ = read_settings(row["toml"], fallback_name=row["fallback_name"])
    shapes = view.table("areas")
    areas = gpd.GeoDataFrame(
        shapes.drop(columns="geometry"),
        geometry=gpd.GeoSeries.from_wkb(shapes["geometry"].to_numpy(), crs="EPSG:4326"),
    )
    return Territory(settings, Catalogue(view.table("indicators")), areas)


def export(store: Path, folder: Path) -> list[Path]:
    """Write what is published back into a territory folder.

    Parameters
    ----------
    store
        The store to read.
    folder
        Where to write; must be empty or absent.

    Returns
    -------
    list of Path
        The files written. Building them anew gives the same figures.

    Raises
    ------
    StoreError
        When ``folder`` holds anything.
    """
    if folder.exists() and any(folder.iterdir()):
        raise StoreError(f"{str(folder)!r} is not empty; export into a new folder")
    opened = open_store(store)
    territory = territory_of(opened)
    written = []

    def write(name: str, text: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)

    write(SETTINGS_FILE, str(opened.table("settings")["toml"].iloc[0]))
    write(tables.INDICATORS.file, table_text(territory.catalogue.frame))
    entries = []
    for (level, version), areas in territory.areas.groupby(["level", "version"], sort=False):
        named = areas.rename(columns={"parent_id": "parent"})
        first = named.iloc[0]
        drawn = named.geometry.notna().all()
        file = f"{version}.geojson" if drawn else f"{version}.csv"
        entries.append(_boundary_entry(file, str(level), first))
        columns = ["area_id", "name", "parent"]
        if drawn:
            write(f"{boundaries.FOLDER}/{file}", named[[*columns, "geometry"]].to_json(indent=None))
        else:
            write(f"{boundaries.FOLDER}/{file}", named[columns].to_csv(index=False))
    write(boundaries.FILE, "\n".join(entries))
    for indicator_id in opened.names():
        frame = opened.values(indicator_id, category=None, face="observations")
        write(f"observations/{indicator_id}.csv", table_text(frame))
    return written


def table_text(frame: pd.DataFrame) -> str:
    """Return a typed frame as CSV text that :func:`analysis.tables.validate` reads back."""
    shown = frame.copy()
    for name in shown.columns:
        if pd.api.types.is_bool_dtype(shown[name]):
            shown[name] = shown[name].map({True: "true", False: ""})
        elif pd.api.types.is_float_dtype(shown[name]):
            shown[name] = shown[name].map(lambda one: "" if pd.isna(one) else f"{one:.15g}")
    return shown.to_csv(index=False, lineterminator="\n")


def _boundary_entry(file: str, level: str, first: pd.Series) -> str:
    lines = ["[[boundary]]"]
    values = {
        "file": file, "level": level, "id": "area_id", "name": "name", "parent": "parent",
        "valid_from": first["valid_from"], "valid_to": first["valid_to"],
        "source": first["source"],
    }  # fmt: skip
    # JSON strings are TOML basic strings.
    lines += [f"{key} = {json.dumps(value)}" for key, value in values.items() if value]
    return "\n".join(lines) + "\n"


def _checksums(read: Folder) -> dict[str, str]:
    """One checksum per item, over all files it comes from."""
    return {
        item: hashlib.sha256("".join(read.files[name] for name in files).encode()).hexdigest()
        for item, files in read.files_of.items()
        if item in ("settings", "indicators", "areas") or item in read.observations
    }


def _seeded(store: Store) -> dict[str, str]:
    if not store.has_table(SEED):
        return {}
    seed = store.table(SEED)
    return dict(zip(seed["item"], seed["checksum"], strict=True))


def _refuse_newer_edits(store: Store, changed: Iterable[str]) -> None:
    """Stop where somebody published an item in the app after it was seeded."""
    edited = []
    kinds: tuple[Kind, ...] = ("observations", "tables")
    for kind in kinds:
        for item in set(store.names(kind)) & set(changed):
            release = store.current_release(item, kind=kind)
            if release.by != BUILDER:
                edited.append(f"{item} (release {release.number} by {release.by})")
    if edited:
        raise ConflictError(
            f"the app has newer edits of {', '.join(sorted(edited))}; write them back with"
            " `python -m analysis export` and merge them into the folder first"
        )


def _publish(
    store: Store,
    read: Folder,
    changed: list[str],
    checksums: Mapping[str, str],
    at: dt.datetime,
    progress: Progress,
) -> Release:
    territory = read.territory
    published = {
        name: store.values(name, category=None, face="observations") for name in store.names()
    }
    fresh = {name: read.observations[name] for name in changed if name in read.observations}
    everything = {**published, **fresh}
    structural = {"settings", "indicators", "areas"} & set(changed)
    affected = [
        name
        for name in everything
        if name in territory.catalogue
        and (structural or name in fresh or _base_changed(territory, name, fresh))
    ]
    protected, completion = {}, Completion(territory, everything)
    for number, name in enumerate(affected):
        progress(f"protecting {name}", 0.1 + 0.7 * number / len(affected))
        protected[name] = protect_observations(
            completion.series(name), territory.catalogue[name], territory.settings
        )
    progress("packing the shapes", 0.8)
    found = _tables(read, structural, checksums)
    progress("publishing", 0.9)
    return store.publish(
        observations=fresh,
        tables=found,
        protected=protected,
        by=BUILDER,
        reason="built from the territory folder",
        at=at,
        sources=_sources(read, changed),
    )


def _base_changed(territory: Territory, name: str, fresh: Mapping[str, pd.DataFrame]) -> bool:
    return territory.catalogue[name].denominator_id in fresh


def _tables(
    read: Folder, structural: set[str], checksums: Mapping[str, str]
) -> dict[str, pd.DataFrame]:
    territory = read.territory
    found = {SEED: pd.DataFrame({"item": list(checksums), "checksum": list(checksums.values())})}
    if "settings" in structural:
        name = territory.settings.name
        found["settings"] = pd.DataFrame({"toml": [read.settings_text], "fallback_name": [name]})
    if "indicators" in structural:
        found["indicators"] = territory.catalogue.frame.reset_index(drop=True)
    if "areas" in structural:
        found["areas"] = pd.DataFrame(territory.areas).assign(
            geometry=territory.areas.geometry.to_wkb()
        )
        found["geometry"] = _packed_shapes(territory)
    return found


def _packed_shapes(territory: Territory) -> pd.DataFrame:
    """Pack each boundary version of each drawn level: ``level, version, encoded``."""
    rows = []
    for level in territory.map_levels:
        above = [one for one in territory.map_levels if one in territory.levels_above(level)]
        for version in territory.versions[level]:
            areas = territory.areas
            drawn = areas[(areas["level"] == level) & (areas["version"] == version.version)]
            drawn = drawn.sort_values(["name", "area_id"], kind="stable")
            many = len(drawn) > OUTLINES_FROM and above
            outlines = territory.areas_of(above[0]) if many else None
            packed = prepare_geometry(drawn, outlines=outlines).encoded
            rows.append({"level": level, "version": version.version, "encoded": packed})
    return pd.DataFrame(rows, columns=["level", "version", "encoded"])


def _sources(read: Folder, changed: Iterable[str]) -> list[Source]:
    names = dict.fromkeys(name for item in changed for name in read.files_of.get(item, ()))
    rows: dict[str, int] = {}
    for item in changed:
        for name in read.files_of.get(item, ()):
            rows[name] = rows.get(name, 0) + len(read.observations.get(item, ()))
    return [Source(name, read.files[name], rows[name]) for name in names]
