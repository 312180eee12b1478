"""From a checked folder to a published release, and back to a folder.

Knows which items of the store a changed file touches, what has to be derived
anew because of it, and where the app's own edits must not be overwritten.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from analysis import boundaries, crosswalks, tables
from analysis.catalogue import Catalogue
from analysis.completion import Completion
from analysis.disclosure import Protected, ProtectedView, protect_family, threshold
from analysis.errors import ConflictError, DisclosureError, Problem, StoreError
from analysis.families import COUNTED, related, stood, touched_families
from analysis.geometry import prepare_geometry
from analysis.intake.changes import refreshed
from analysis.intake.progress import Progress, silent
from analysis.settings import FILE as SETTINGS_FILE
from analysis.settings import read_settings
from analysis.store import LEDGER, Kind, Release, Source, Store, open_store
from analysis.territory import Folder, Territory, read_folder

SEED = "seed"
"""Table of what each item was last seeded from: columns ``item, checksum, release``."""
ANSWERS = "answers"
"""Begins the names of tables of what was answered: ``file, question, answer, by, at``."""
STORE = "store"
"""Folder of the store within a territory."""
OUTLINES_FROM = 100
"""Maps of more areas than this show the borders of a level above."""
BUILDER = "build"
"""Who publishes what the folder says."""
Notes = Callable[[Problem], None]
"""Called with each thing worth knowing that stops nothing."""


def _unheard(note: Problem) -> None:
    """Tell nobody."""


def build(
    folder: Path,
    *,
    at: dt.datetime,
    store: Path | None = None,
    progress: Progress = silent,
    notes: Notes = _unheard,
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
        Called before each step; what it raises stops the build, and nothing
        is published then.
    notes
        Called with each note on the folder, and with each indicator that has
        published figures but no file any more: it keeps them until its
        release is rolled back.

    Returns
    -------
    Release or None
        None when no file changed since the last build.

    Raises
    ------
    InputError
        When the folder has any problem; nothing is published then.
    ConflictError
        When the app has newer edits of something that changed in the folder,
        or publishes while the build is under way.
    """
    progress("reading the folder", 0.0)
    read = read_folder(folder, at.date())
    for note in read.notes:
        notes(note)
    with open_store(store or folder / STORE, create=True) as opened:
        opened.collect_orphans()
        state = opened.state()
        for name in sorted(set(opened.names()) - set(read.observations)):
            if opened.current_release(name).by != BUILDER:
                continue  # it came from the app, and no file ever held it
            message = f"no file holds {name!r} any more; its published figures stay as they are"
            notes(Problem("observations", message, value=name, code="kept", level="note"))
        checksums = _checksums(read)
        seeded = _seeded(opened)
        changed = [item for item, checksum in checksums.items() if seeded.get(item) != checksum]
        if not changed:
            progress("nothing changed", 1.0)
            return None
        _refuse_newer_edits(opened, changed)
        return _publish(opened, read, changed, checksums, at, progress, state)


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
    areas = _areas_of_table(view.table("areas"))
    return Territory(settings, Catalogue(view.table("indicators")), areas)


def _areas_of_table(shapes: pd.DataFrame) -> gpd.GeoDataFrame:
    geometry = gpd.GeoSeries.from_wkb(shapes["geometry"].to_numpy(), crs="EPSG:4326")
    return gpd.GeoDataFrame(shapes.drop(columns="geometry"), geometry=geometry)


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
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise StoreError(f"{str(folder)!r} is not an empty folder; export into a new one")
    opened = open_store(store)
    territory = territory_of(opened)
    written = []

    def write(name: str, text: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        written.append(path)

    settings = opened.table("settings").iloc[0]
    # JSON strings are TOML basic strings.
    write(SETTINGS_FILE, settings["toml"] or f"name = {json.dumps(settings['fallback_name'])}\n")
    write(tables.INDICATORS.file, table_text(territory.catalogue.frame))
    entries = []
    for (level, version), areas in territory.areas.groupby(["level", "version"], sort=False):
        columns = ["area_id", "name"]
        if (areas["parent_id"] != "").any():
            columns.append("parent_id")
        drawn = areas.geometry.notna().any()
        taken = {path.stem for path in written if path.parent.name == boundaries.FOLDER}
        stem = f"{level}_{version}" if version in taken else str(version)
        file = f"{stem}.geojson" if drawn else f"{stem}.csv"
        entries.append(_boundary_entry(file, str(level), areas.iloc[0], columns))
        if drawn:
            write(f"{boundaries.FOLDER}/{file}", areas[[*columns, "geometry"]].to_json(indent=None))
        else:
            write(f"{boundaries.FOLDER}/{file}", areas[columns].to_csv(index=False))
    write(boundaries.FILE, "\n".join(entries))
    for table in tables.EDITABLE:
        if opened.has_table(table.name):
            write(table.file, table_text(opened.table(table.name)))
    if opened.has_table("crosswalks"):
        for one in crosswalks.from_table(opened.table("crosswalks")):
            write(f"{crosswalks.FOLDER}/{one.name}.csv", table_text(one.table))
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


def _boundary_entry(file: str, level: str, first: pd.Series, columns: Collection[str]) -> str:
    lines = ["[[boundary]]"]
    parent = "parent_id" if "parent_id" in columns else ""
    values = {
        "file": file, "level": level, "id": "area_id", "name": "name", "parent": parent,
        "valid_from": first["valid_from"], "valid_to": first["valid_to"],
        "source": first["source"],
    }  # fmt: skip
    lines += [f"{key} = {json.dumps(value)}" for key, value in values.items() if value]
    return "\n".join(lines) + "\n"


def _checksums(read: Folder) -> dict[str, str]:
    """One checksum per item, over all files it comes from."""
    return {
        item: hashlib.sha256("".join(read.files[name] for name in files).encode()).hexdigest()
        for item, files in read.files_of.items()
        if item in ("settings", "indicators", "areas")
        or item in read.observations
        or item in read.editable
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
    state: str,
) -> Release:
    territory = read.territory
    published = {
        name: store.values(name, category=None, face="observations") for name in store.names()
    }
    fresh = {name: read.observations[name] for name in changed if name in read.observations}
    everything = {**published, **fresh}
    structural = {"settings", "indicators", "areas"} & set(changed)
    touched = everything if structural else fresh
    protected = _protected(store, territory, everything, touched, progress)
    progress("packing the shapes", 0.8)
    found = _tables(read, structural, checksums)
    found |= {
        name: read.editable[name].reset_index(drop=True)
        for name in changed
        if name in read.editable
    }
    progress("publishing", 0.9)
    return store.publish(
        observations=fresh,
        tables=found,
        protected=protected.frames,
        ledger=protected.ledger,
        by=BUILDER,
        reason="built from the territory folder",
        at=at,
        sources=_sources(read, changed),
        expected_state=state,
    )


def publish_refresh(
    store: Store,
    observations: Mapping[str, pd.DataFrame],
    editable_tables: Mapping[str, pd.DataFrame],
    *,
    by: str,
    at: dt.datetime,
    reason: str,
    sources: Sequence[Source],
    answers: Mapping[str, Mapping[str, str]],
    expected_state: str | None = None,
    before_commit: Callable[[], None] = lambda: None,
    progress: Progress = silent,
) -> Release:
    """Publish refreshed figures and tables as one release, with all that rests on them.

    Parameters
    ----------
    store
        A store with a territory.
    observations
        New rows per indicator. For each level and period they have rows of,
        they take the place of what is published; the rest stays.
    editable_tables
        Whole tables by name, the catalogue among them.
    by, at, reason, sources
        Stand in the release.
    answers
        What was answered about each file; recorded in a table of the release.
    expected_state
        State of the store that was checked; as it is now when None.
    before_commit
        Called when all else is written and only the commit is still to come;
        what it raises stops the release.
    progress
        Called before each step; what it raises stops the release.
    """
    state = expected_state or store.state()
    standing = as_it_would_stand(store, observations, editable_tables, progress)
    given = pd.DataFrame(
        [
            {"file": file, "question": question, "answer": said, "by": by, "at": at.isoformat()}
            for file, one in answers.items()
            for question, said in one.items()
        ],
        columns=["file", "question", "answer", "by", "at"],
        dtype="str",
    )
    # A table of its own per refresh: an older release can be rolled back without the newer ones.
    name = f"{ANSWERS}_{sources[0].checksum[:12]}" if sources else ANSWERS
    progress("publishing", 0.9)
    return store.publish(
        observations=standing.observations,
        tables={**editable_tables, name: given},
        protected=standing.protected.frames,
        ledger=standing.protected.ledger,
        by=by,
        reason=reason,
        at=at,
        sources=sources,
        expected_state=state,
        step=lambda done: before_commit() if done == "before commit" else None,
    )


@dataclass(frozen=True, eq=False)
class Standing:
    """What a refresh would publish: whole series, and what may be shown of all that rests on them."""

    observations: Mapping[str, pd.DataFrame]
    protected: Protected


def as_it_would_stand(
    store: Store,
    observations: Mapping[str, pd.DataFrame],
    editable_tables: Mapping[str, pd.DataFrame],
    progress: Progress = silent,
) -> Standing:
    """Say what publishing these rows and tables would show; parameters of :func:`publish_refresh`.

    Raises
    ------
    DisclosureError
        When a hidden figure could be worked out from what would stand, or from that and what
        was ever published; every family of indicators with such figures is named.
    """
    territory = territory_of(store)
    published = {
        name: store.values(name, category=None, face="observations") for name in store.names()
    }
    fresh = {name: refreshed(new, published.get(name)) for name, new in observations.items()}
    restated: set[str] = set()
    if tables.INDICATORS.name in editable_tables:
        catalogue = Catalogue(editable_tables[tables.INDICATORS.name])
        restated = {
            one
            for one in catalogue
            if one not in territory.catalogue or catalogue[one] != territory.catalogue[one]
        }
        territory = replace(territory, catalogue=catalogue)
    everything = {**published, **fresh}
    return Standing(fresh, _protected(store, territory, everything, {*fresh, *restated}, progress))


def _protected(
    store: Store,
    territory: Territory,
    everything: Mapping[str, pd.DataFrame],
    touched: Collection[str],
    progress: Progress,
) -> Protected:
    """Derive and protect anew the families of what is touched, and of what is divided by it."""
    affected = touched_families(territory.catalogue, everything, touched)
    completion = Completion(territory, everything)
    frames: dict[str, pd.DataFrame] = {}
    ledger: dict[str, pd.DataFrame] = {}
    refused: list[str] = []
    for number, family in enumerate(affected):
        progress(f"protecting {', '.join(family)}", 0.1 + 0.7 * number / len(affected))
        history = _history(store, territory, family)
        series = {name: completion.series(name) for name in family}
        try:
            found = protect_family(territory, series, history, _ground(store, territory, history))
        except DisclosureError as error:
            refused.append(str(error))
            continue
        frames |= found.frames
        ledger |= found.ledger
    if refused:
        raise DisclosureError("\n".join(refused))
    return Protected(frames, ledger)


def _history(store: Store, territory: Territory, family: Collection[str]) -> pd.DataFrame:
    """The ledger of a family; what was published while it was open, or before, is entered first."""
    names = related(territory.catalogue, family)
    limits = [threshold(territory.catalogue[name], territory.settings) for name in names]
    if any(limits):
        for name in names:
            moments = store.moments(name) if territory.catalogue[name].measure in COUNTED else []
            if moments and store.ledger([name]).empty:
                store.remember(name, {one: _stood(store, name, one) for one in moments})
    return store.ledger(names)


def _stood(store: Store, name: str, entry: int) -> pd.DataFrame:
    """What was shown and hidden of an indicator after one entry of the log."""
    with store.after(entry) as past:
        territory = territory_of(past) if past.has_table("settings") else None
        if territory is None or name not in past.names() or name not in territory.catalogue:
            return pd.DataFrame(columns=list(LEDGER))
        observations: dict[str, pd.DataFrame] = {}
        needed = name
        while (
            needed in past.names() and needed in territory.catalogue and needed not in observations
        ):
            observations[needed] = past.values(needed, category=None, face="observations")
            needed = territory.catalogue[needed].denominator_id
        series = Completion(territory, observations).series(name)
        return stood(territory, series, past.values(name, category=None))


def _ground(store: Store, territory: Territory, history: pd.DataFrame) -> gpd.GeoDataFrame | None:
    """Areas of the territory and of boundary versions it had before; None where there are none."""
    key = ["level", "version"]
    stood = pd.MultiIndex.from_frame(history[key].drop_duplicates())
    if stood.isin(pd.MultiIndex.from_frame(territory.areas[key])).all():
        return None
    ever = [territory.areas, *map(_areas_of_table, store.tables_ever("areas"))]
    together = gpd.GeoDataFrame(pd.concat(ever, ignore_index=True), crs=territory.areas.crs)
    return together.drop_duplicates(["level", "version", "area_id"], ignore_index=True)


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
            if drawn.geometry.isna().all():
                continue
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
