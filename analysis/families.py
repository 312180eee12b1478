"""Which figures would give each other away: the sums between whole series.

Knows which published figures are parts of which others: areas of areas, the
areas of two boundary versions that share their ground, the indicators that are
``part_of`` a total, periods of a longer period, the answers of an item, and one
count published twice, once as it is and once behind a rate. An indicator and all
that is tied to it in this way is a family, and is protected at once, together
with all that was ever published of it.

Notes
-----
A sum is taken to be known to everybody, as far as it is one: what a total holds
beyond its parts counts as known where it is smaller than the threshold, and
leaves the total without a bearing on its parts where it is not.

A figure that was published before and has not changed since is the same figure: once shown it is
known for ever. One that was corrected is another, with the same sums around it as they were then.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import connected_components

from analysis import boundaries, periods
from analysis.attack import bounds_in_sums
from analysis.catalogue import Catalogue, Indicator
from analysis.errors import DisclosureError
from analysis.store import LEDGER
from analysis.suppression import Flags, Places, System
from analysis.territory import Territory

COUNTED = ("count", "rate", "proportion", "ordinal")
"""Measures that rest on counts."""
_PLACE = ["level", "area_id", "period", "category"]
_KEY = ["series", *_PLACE]
_TOTAL = "total of the answers"
"""Stands where an item has its category, for the number of its answers."""
_NOW = -1
"""The state that is to be published; earlier ones go by their entry in the log."""
_TOUCHING = 0.01
"""Share of the smaller of two areas that they have to share, to stand on common ground."""
_BY_CHANCE = 3
"""From so many different counts on, two indicators do not share all of them by chance."""
_NAMED = 8


@dataclass(frozen=True, eq=False)
class Hidden:
    """What has to be hidden of a family, and what the ledger is to hold of it.

    Parameters
    ----------
    rows
        Boolean per indicator, on the index of its series.
    ledger
        Per indicator with figures that may have to be hidden: the columns of
        :data:`analysis.store.LEDGER`.
    """

    rows: Mapping[str, pd.Series]
    ledger: Mapping[str, pd.DataFrame]


def families(catalogue: Catalogue, observations: Mapping[str, pd.DataFrame]) -> list[list[str]]:
    """Sort indicators into those that would give each other away.

    Parameters
    ----------
    catalogue
        Says what is ``part_of`` what.
    observations
        Published observations by indicator id; one count published under two
        indicators makes them a family.

    Returns
    -------
    list of lists
        Every id of ``observations`` that is in the catalogue, once; in their order.
    """
    names = [name for name in observations if name in catalogue]
    leader = {name: name for name in names}

    def first(name: str) -> str:
        while leader[name] != name:
            name = leader[name]
        return name

    pairs = [(one, catalogue[one].part_of) for one in names if catalogue[one].part_of in leader]
    for one, other in [*pairs, *twins(catalogue, observations)]:
        a, b = sorted((first(one), first(other)), key=names.index)
        leader[b] = a
    found: dict[str, list[str]] = {}
    for name in names:
        found.setdefault(first(name), []).append(name)
    return list(found.values())


def twins(catalogue: Catalogue, observations: Mapping[str, pd.DataFrame]) -> list[tuple[str, str]]:
    """Pairs of indicators that rest on the same counts, such as offences and their rate.

    Two that are both published openly, with threshold 0, are none: they have nothing to hide.
    One that is open and one that is not have to share different counts: few small counts are
    the same by chance, and an open twin stops what is hidden beside it.
    """
    counts, totals = {}, {}
    for name, frame in observations.items():
        if name not in catalogue or not catalogue[name].adds_up:
            continue
        rows = frame.assign(amount=_amount(frame, catalogue[name])).dropna(subset="amount")
        counts[name] = rows.set_index(_PLACE)["amount"]
        totals[name] = rows.groupby(["level", "period"])["amount"].sum()
    found = []
    names = list(counts)
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            open_ones = [catalogue[name].disclosure_threshold == 0 for name in (one, other)]
            if all(open_ones):
                continue
            shared = totals[one].index.intersection(totals[other].index)
            if not (totals[one][shared] == totals[other][shared]).any():
                continue
            both = pd.concat([counts[one], counts[other]], axis=1, join="inner")
            if (
                both.iloc[:, 0].equals(both.iloc[:, 1].set_axis(both.index))
                and both.to_numpy().any()
                and (not any(open_ones) or both.iloc[:, 0].nunique() >= _BY_CHANCE)
            ):
                found.append((one, other))
    return found


def _amount(frame: pd.DataFrame, indicator: Indicator) -> pd.Series:
    return frame["count"].fillna(frame["value"]) if indicator.measure == "count" else frame["count"]


def complements(
    territory: Territory,
    series: Mapping[str, pd.DataFrame],
    primary: Mapping[str, pd.Series],
    limits: Mapping[str, float],
    history: pd.DataFrame | None = None,
    ground: gpd.GeoDataFrame | None = None,
) -> Hidden:
    """Which further figures of a family have to be hidden?

    Parameters
    ----------
    territory
        Says which areas lie in which, at each period.
    series
        Whole series of one family, as :func:`analysis.completion.Completion.series`
        returns them, by indicator id.
    primary
        Rows of each that are hidden for their own sake; boolean, same index.
    limits
        Threshold of each; 0 for what is published openly and stays.
    history
        All that was ever published of the family, as :meth:`analysis.store.Store.ledger`
        returns it; None where nothing was.
    ground
        Areas of all boundary versions that ever stood, like those of the territory; only
        these when None.

    Raises
    ------
    DisclosureError
        When a small figure could be worked out however much is hidden, because a total
        beside it is published openly, or of what was published before; indicators, areas
        and periods are named, with the range that is left.
    """
    hidden = {name: flags.copy() for name, flags in primary.items()}
    if not any(limits.values()) and (history is None or history.empty):
        return Hidden(hidden, {})  # open as a whole: the releases are memory enough
    areas = territory.areas if ground is None else ground
    counted = _counted_series(territory, areas, series)
    cells = _cells(territory, series, counted, primary, limits, history)
    withheld = cells["amount"].isna() & (cells["limit"] > 0)
    if (cells["hidden"] | cells["primary"] | withheld).any():
        cells = _with_figures(areas, cells)
        _refuse_open_twins(cells, limits)
        gone = _gone(territory, areas, cells, limits)
        for name, frame in series.items():
            own = gone.loc[gone["series"] == cells.attrs["series_of"][name], _PLACE]
            hidden[name] |= _among(frame, own, _PLACE)
            whole = own[own["category"] == _TOTAL]
            hidden[name] |= _among(frame, whole, _PLACE[:-1])
    return Hidden(hidden, _entries(series, counted, hidden))


def _refuse_open_twins(cells: pd.DataFrame, limits: Mapping[str, float]) -> None:
    """Stop where small counts are published openly under another indicator."""
    given = cells[cells["primary"] & cells["shown"] & (cells["state"] == _NOW)]
    if given.empty:
        return
    series_of = cells.attrs["series_of"]
    same = [name for name in limits if series_of[name] in set(given["series"])]
    shown = " and ".join(repr(name) for name in same if limits[name] == 0)
    beside = " and ".join(repr(name) for name in same if limits[name] > 0)
    named = "; ".join(
        f"{one.area_id!r} in {one.period}" for one in given.iloc[:_NAMED].itertuples()
    )
    more = f" and {len(given) - _NAMED} more" if len(given) > _NAMED else ""
    raise DisclosureError(
        f"small counts of {beside} are published openly by {shown}, which rests on the same counts:"
        f" {named}{more} - nothing hides them; give all of them the same threshold"
    )


def _gone(
    territory: Territory,
    areas: gpd.GeoDataFrame,
    cells: pd.DataFrame,
    limits: Mapping[str, float],
) -> pd.DataFrame:
    """Cells of the new state that have to be hidden."""
    system, figures = _system(territory, areas, cells)
    found, impossible = system.complements(figures["hidden"].to_numpy())
    impossible = impossible[~_out_already(system, figures, impossible)]
    if len(impossible):
        raise DisclosureError(_unprotectable(system, figures, impossible, limits))
    return cells[(cells["state"] == _NOW) & found[cells["figure"]]]


def _out_already(system: System, figures: pd.DataFrame, asked: Places) -> Flags:
    """Which figures could be worked out from what was published before, whatever comes now."""
    if not len(asked) or not figures["earlier"].any():
        return np.zeros(len(asked), dtype=bool)
    earlier = figures["earlier"].to_numpy()
    # Sums of which every figure stood before; what is new is not known of them.
    sums = system.sums[abs(system.sums) @ ~earlier == 0]
    unknown = earlier & figures["hidden_before"].to_numpy()
    width = _width(system, sums, unknown)
    return ~np.isnan(width[asked]) & (width[asked] < system.limits[asked])


def _width(system: System, sums: sparse.csr_array, unknown: Flags) -> Places:
    """How far apart the bounds of unknown figures are; missing for the others."""
    part = sums[:, unknown]
    found = bounds_in_sums(
        part, part @ system.values[unknown], minimum=system.minimum, whole=system.whole
    )
    width = np.full(len(unknown), np.nan)
    width[unknown] = found["upper"] - found["lower"]
    return width


def _among(frame: pd.DataFrame, wanted: pd.DataFrame, key: list[str]) -> pd.Series:
    found = pd.MultiIndex.from_frame(frame[key]).isin(pd.MultiIndex.from_frame(wanted[key]))
    return pd.Series(found, index=frame.index)


# ------------------------------------------------------------------- figures, now and earlier
def _counted(frame: pd.DataFrame, indicator: Indicator) -> pd.DataFrame | None:
    """Counts of an indicator, a row each: the place, ``amount, row`` (-1: number of answers).

    A count its publisher hid, and a sum over one, is there without an amount.
    """
    if indicator.measure not in COUNTED:
        return None
    rows = frame[_PLACE].assign(amount=_amount(frame, indicator), row=np.arange(len(frame)))
    if indicator.measure == "ordinal":
        answers = frame[frame["category"] != ""]
        total = answers.drop_duplicates(_PLACE[:-1])[_PLACE].assign(
            amount=answers["denominator"], row=-1, category=_TOTAL
        )
        rows = pd.concat([rows[rows["category"] != ""], total]).dropna(subset="amount")
    withheld = (frame["status"] == "suppressed").to_numpy()[rows["row"]]
    return rows[rows["amount"].notna() | withheld].reset_index(drop=True)


def _counted_series(
    territory: Territory, areas: gpd.GeoDataFrame, series: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Counts of each series that has some, as :func:`_counted`, and the ``version`` of each."""
    found = {}
    for name, frame in series.items():
        rows = _counted(frame, territory.catalogue[name])
        if rows is not None:
            found[name] = rows.assign(version=_versions(areas, rows))
    return found


def _cells(
    territory: Territory,
    series: Mapping[str, pd.DataFrame],
    counted: Mapping[str, pd.DataFrame],
    primary: Mapping[str, pd.Series],
    limits: Mapping[str, float],
    history: pd.DataFrame | None,
) -> pd.DataFrame:
    """All counts of a family, in the new state and in earlier ones; twins share theirs.

    Columns: the key, ``state, version, amount, primary, limit, hidden, shown`` (the last two of
    earlier states); index from 0. Without an amount are those a publisher hid.
    ``attrs["series_of"]`` says under which id the counts of an indicator stand.
    """
    series_of = {name: name for name in limits}
    for one, other in twins(territory.catalogue, series):
        series_of[other] = series_of[one]
    made = [pd.DataFrame(columns=[*_KEY, "version", "amount", "primary", "limit"])]
    for name, rows in counted.items():
        small = np.append(primary[name].to_numpy(), False)[rows["row"]]
        made.append(rows.drop(columns="row").assign(
            series=series_of[name], primary=small, limit=limits[name]))  # fmt: skip
    now = pd.concat(made[1:] or made, ignore_index=True)
    # A twin that is open shows the count, whatever is hidden of the other.
    now = now.assign(state=_NOW, hidden=False, shown=now["limit"] == 0)
    cells = pd.concat([now, *_earlier(history, series_of, limits)], ignore_index=True)
    known = cells["amount"].dropna()
    whole = bool((known == known.round()).all())
    hide_zeros = any(territory.catalogue[one].hide_zeros for one in limits)
    minimum = 1.0 if whole and not hide_zeros else 0.0
    # A hidden zero says nothing of a person, and nobody expects one: zeros are shown, unless an
    # indicator says otherwise.
    counts = cells["amount"] >= (minimum or (0.0 if hide_zeros else np.nextafter(0, 1)))
    for name in ("primary", "hidden"):
        cells[name] = cells[name].astype(bool) & counts & (cells["limit"] > 0)
    cells.attrs = {
        "series_of": series_of, "minimum": minimum, "hide_zeros": hide_zeros, "whole": whole,
    }  # fmt: skip
    return cells


def _with_figures(areas: gpd.GeoDataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Cells with the number of their ``figure``: that of one area stays one as long as it stands."""
    whole = cells.groupby(["state", *_KEY], sort=False, as_index=False).agg(
        {"version": "first", "amount": "first", "limit": "max"}
        | dict.fromkeys(("primary", "hidden", "shown"), "any")
    )
    outline = _outlines(areas, whole)
    same = [*_KEY, "amount", "outline"]
    whole["withheld"] = whole["amount"].isna()
    numbered = whole.assign(outline=outline).groupby(same, sort=False, dropna=False)
    whole["figure"] = numbered.ngroup()
    whole.attrs = cells.attrs
    return whole


def _earlier(
    history: pd.DataFrame | None, series_of: Mapping[str, str], limits: Mapping[str, float]
) -> list[pd.DataFrame]:
    """Cells of all states that ever stood; of each only periods in which something changed."""
    if history is None or history.empty:
        return []
    history = history[history["indicator_id"].isin(list(limits))]
    # Where months add up to years, whatever stood in the other months counts too.
    together = len({periods.parse(one).form for one in history["period"].unique()}) > 1
    place = ["indicator_id", *_PLACE]
    found = []
    for entry in history["entry"].unique():
        until = history[history["entry"] <= entry]
        if not together:
            changed = until.loc[until["entry"] == entry, "period"].unique()
            until = until[until["period"].isin(changed)]
        stood = until.drop_duplicates(place, keep="last").dropna(subset="count")
        found.append(
            stood[[*_PLACE, "version"]].assign(
                series=stood["indicator_id"].map(series_of), amount=stood["count"],
                limit=stood["indicator_id"].map(limits), state=entry, primary=False,
                hidden=~stood["shown"], shown=stood["shown"],
            )
        )  # fmt: skip
    return found


def stood(territory: Territory, series: pd.DataFrame, shown: pd.DataFrame) -> pd.DataFrame:
    """What the ledger would hold of one indicator, had it been kept when this was published.

    Parameters
    ----------
    territory
        As it was published then.
    series
        The whole series, as :func:`analysis.completion.Completion.series` returns it.
    shown
        What was to be seen of it.

    Returns
    -------
    DataFrame
        The columns of :data:`analysis.store.LEDGER`; no rows for what has no counts.
    """
    hidden = _among(series, shown[shown["status"] == "suppressed"], _PLACE)
    name = str(series["indicator_id"].iloc[0]) if len(series) else ""
    counted = _counted_series(territory, territory.areas, {name: series} if name else {})
    found = _entries({name: series}, counted, {name: hidden})
    return found.get(name, pd.DataFrame(columns=list(LEDGER)))


def _entries(
    series: Mapping[str, pd.DataFrame],
    counted: Mapping[str, pd.DataFrame],
    hidden: Mapping[str, pd.Series],
) -> dict[str, pd.DataFrame]:
    """What the ledger is to hold."""
    found = {}
    for name, rows in counted.items():
        frame, gone = series[name], hidden[name].to_numpy()
        answered = (rows["row"] == -1).to_numpy()
        shown = ~np.append(gone, False)[rows["row"]]
        if answered.any():
            without = frame[gone & (frame["category"] == "").to_numpy()]
            shown[answered] = ~_among(rows[answered], without, _PLACE[:-1]).to_numpy()
        entries = rows[[*_PLACE, "version"]].assign(count=rows["amount"], shown=shown)
        found[name] = entries.dropna(subset="count")
    return found


def _versions(areas: gpd.GeoDataFrame, rows: pd.DataFrame) -> pd.Series:
    """On which boundary version each row stands: that of its period, else one that has the area."""
    found = pd.Series("", index=rows.index, dtype="str")
    order = boundaries.versions_by_level(areas)
    table = pd.DataFrame(areas[["level", "version", "area_id"]])
    for level, part in rows.groupby("level", sort=False):
        versions = order.get(str(level), ())
        if not versions:
            continue
        at = {
            one: boundaries.valid_version(versions, periods.parse(one).last)
            for one in part["period"].unique()
        }
        own = table[table["level"] == level]
        valid = part["period"].map(at)
        there = pd.MultiIndex.from_arrays([valid, part["area_id"]]).isin(
            pd.MultiIndex.from_frame(own[["version", "area_id"]])
        )
        rank = {one.version: number for number, one in enumerate(versions)}
        ordered = own.iloc[own["version"].map(rank).argsort(kind="stable")]
        newest = ordered.drop_duplicates("area_id", keep="last").set_index("area_id")["version"]
        found[part.index] = valid.where(there, part["area_id"].map(newest)).fillna("")
    return found


def _outlines(areas: gpd.GeoDataFrame, cells: pd.DataFrame) -> pd.Series:
    """Since which boundary version the outline has stood that each cell is of."""
    found = cells["version"].copy()
    for level, part in cells.groupby("level", sort=False):
        own = areas[areas["level"] == level]
        if own["version"].nunique() < 2:
            continue
        key = pd.MultiIndex.from_frame(part[["version", "area_id"]])
        since = boundaries.standing_since(own).reindex(key).set_axis(part.index)
        found[part.index] = since.fillna(part["version"])
    return found


# ------------------------------------------------------------------------- sums between them
def _areas(
    areas: gpd.GeoDataFrame, levels: Sequence[str], cells: pd.DataFrame
) -> list[pd.DataFrame]:
    """Parts and totals over areas: ``part, total, sum``, positions of cells."""
    table = pd.DataFrame(areas[["level", "version", "area_id", "parent_id"]])
    found = []
    for level in levels[1:]:
        above = boundaries.parent_level(table, level, tuple(levels))
        if above is None:
            continue
        inside = table[(table["level"] == level) & (table["parent_id"] != "")]
        own = cells[cells["level"] == level].reset_index(names="part")
        own = own.merge(inside[["version", "area_id", "parent_id"]], on=["version", "area_id"])
        totals = cells[cells["level"] == above].reset_index(names="total")
        totals = totals.rename(columns={"area_id": "parent_id"})
        key = ["state", "series", "parent_id", "period", "category"]
        pairs = own[[*key, "version", "part"]].merge(totals[[*key, "total"]], on=key)
        pairs["sum"] = pairs.groupby(["total", "version"], sort=False).ngroup()
        found.append(pairs[["part", "total", "sum"]])
    return found


def _wholes(catalogue: Catalogue, cells: pd.DataFrame) -> dict[str, str]:
    """The series that each series is ``part_of``."""
    series_of = cells.attrs["series_of"]
    return {
        series_of[name]: series_of[catalogue[name].part_of]
        for name in series_of
        if name in catalogue and catalogue[name].part_of in series_of
    }


def _parts_of_a_total(wholes: Mapping[str, str], cells: pd.DataFrame) -> list[pd.DataFrame]:
    """Parts and totals over ``part_of``, and over the periods of a longer one."""
    parts = cells[cells["series"].isin(list(wholes))].reset_index(names="part")
    parts["series"] = parts["series"].map(wholes)
    totals = cells.reset_index(names="total")
    key = ["state", *_KEY]
    longer = parts.merge(
        _longer(parts, totals[totals["series"].isin(wholes.values())]), on="period"
    )
    longer["period"] = longer.pop("longer")
    found = [one[[*key, "part"]].merge(totals[[*key, "total"]], on=key) for one in (parts, longer)]
    return [pairs.assign(sum=pairs["total"])[["part", "total", "sum"]] for pairs in found]


def _longer(parts: pd.DataFrame, totals: pd.DataFrame) -> pd.DataFrame:
    """Periods that lie, whole, in longer ones that they fill: ``period, longer``."""
    short = {one: periods.parse(one) for one in parts["period"].unique()}
    rows = []
    for text in totals["period"].unique():
        long = periods.parse(text)
        inside = [one for one in short.values()
                  if one.form != long.form and long.first <= one.first and one.last <= long.last]  # fmt: skip
        for form in {one.form for one in inside}:
            filling = [one for one in inside if one.form == form]
            days = sum((one.last - one.first).days + 1 for one in filling)
            if days == (long.last - long.first).days + 1:
                rows += [(one.text, text) for one in filling]
    return pd.DataFrame(rows, columns=["period", "longer"], dtype="str")


def _answers(cells: pd.DataFrame) -> list[pd.DataFrame]:
    """Answers of an item and their number."""
    is_total = cells["category"] == _TOTAL
    key = ["state", *(name for name in _KEY if name != "category")]
    totals = cells[is_total].reset_index(names="total")[[*key, "total"]]
    parts = cells[~is_total & (cells["category"] != "")].reset_index(names="part")[[*key, "part"]]
    pairs = parts.merge(totals, on=key)
    return [pairs.assign(sum=pairs["total"])[["part", "total", "sum"]]]


def _same_ground(areas: gpd.GeoDataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Areas of one boundary version and those of another on the same ground: equal sums.

    Columns ``sum, cell, factor``: 1 for areas of the one version, -1 for those of the other.
    """
    found, number = [], 0
    same = ["series", "level", "period", "category"]
    many = cells.groupby(same, sort=False)["version"].transform("nunique") > 1
    for level, part in cells[many].groupby("level", sort=False):
        own = areas[(areas["level"] == level) & areas["version"].isin(part["version"])]
        blocks = _blocks_of_ground(own)
        joined = part.reset_index(names="cell").merge(blocks, on=["version", "area_id"])
        sides = joined.groupby([*same, "pair", "block", "state", "side"], sort=False).agg(
            cells=("cell", tuple), figures=("figure", frozenset), there=("cell", "size"),
            needed=("needed", "first"),
        ).reset_index()  # fmt: skip
        sides = sides[sides["there"] == sides["needed"]]
        sides = sides.drop_duplicates([*same, "pair", "block", "side", "figures"])
        key = [*same, "pair", "block"]
        one = sides[sides["side"] == 0].merge(
            sides[sides["side"] == 1], on=key, suffixes=("", "_2")
        )
        for ours, theirs in zip(one["cells"], one["cells_2"], strict=True):
            found += [(number, cell, 1.0) for cell in ours]
            found += [(number, cell, -1.0) for cell in theirs]
            number += 1
    return pd.DataFrame(found, columns=["sum", "cell", "factor"])


def _blocks_of_ground(areas: gpd.GeoDataFrame) -> pd.DataFrame:
    """The smallest groups of areas of two versions that cover the same ground.

    Columns ``version, area_id, pair, block, side`` (0 or 1, of the pair of versions) and
    ``needed``, how many areas the group has on that side. What did not change is left out.
    """
    rows = []
    named = {one: part.dropna(subset="geometry") for one, part in areas.groupby("version")}
    versions = sorted(named)
    for first in range(len(versions)):
        for second in range(first + 1, len(versions)):
            old, new = named[versions[first]], named[versions[second]]
            shapes, others = old.geometry.to_numpy(), new.geometry.to_numpy()
            one, other = shapely.STRtree(others).query(shapes, predicate="intersects")
            common = shapely.area(shapely.intersection(shapes[one], others[other]))
            least = np.minimum(shapely.area(shapes[one]), shapely.area(others[other]))
            one, other = (side[common > _TOUCHING * least] for side in (one, other))
            size = len(old) + len(new)
            joined = sparse.coo_array((np.ones(len(one)), (one, len(old) + other)), (size, size))
            _, label = connected_components(joined, directed=False)
            side = np.repeat([0, 1], [len(old), len(new)])
            surface = shapely.area(np.concatenate([shapes, others]))
            covered = [np.bincount(label, surface * (side == which)) for which in (0, 1)]
            count = [np.bincount(label, side == which).astype(int) for which in (0, 1)]
            alike = np.abs(covered[0] - covered[1]) <= _TOUCHING * np.maximum(*covered)
            changed = (count[0] > 1) | (count[1] > 1)
            ids = np.concatenate([old["area_id"], new["area_id"]])
            pair = f"{versions[first]} {versions[second]}"
            for number in np.flatnonzero((alike & changed)[label]):
                block, which = label[number], side[number]
                rows.append((versions[(first, second)[which]], ids[number], pair, block, which,
                             count[which][block]))  # fmt: skip
    columns = ["version", "area_id", "pair", "block", "side", "needed"]
    return pd.DataFrame(rows, columns=columns).astype({"version": "str", "area_id": "str"})


def _system(
    territory: Territory, areas: gpd.GeoDataFrame, cells: pd.DataFrame
) -> tuple[System, pd.DataFrame]:
    """Put all sums that hold together, and the figures they are of, a row each.

    Figures have the key and ``hidden`` (at the start), ``hidden_before, earlier`` (published
    before).
    """
    wholes = _wholes(territory.catalogue, cells)
    over_areas = _areas(areas, territory.levels, cells)
    pairs = [*over_areas, *_parts_of_a_total(wholes, cells), *_answers(cells)]
    cells = _with_fitting_counts(cells, over_areas, pairs)
    figures = cells.assign(
        now=cells["state"] == _NOW, earlier=cells["state"] != _NOW
    ).groupby("figure").agg(
        dict.fromkeys(_KEY, "first") | {"amount": "first", "limit": "max"}
        | dict.fromkeys(
            ("primary", "hidden", "shown", "now", "earlier", "withheld", "unbound"), "any"
        )
    )  # fmt: skip
    sums, is_total = _sums(cells, figures, [*map(_signed, pairs), _same_ground(areas, cells)])
    known = figures["shown"]
    minimum = cells.attrs["minimum"]
    amount, limit = figures["amount"].to_numpy(float), figures["limit"].to_numpy(float)
    figures["hidden_before"] = figures["hidden"] & ~known
    figures["hidden"] = ~known & (figures["primary"] | (figures["hidden"] & ~figures["now"]))
    figures["hidden"] |= figures["withheld"]
    free = (figures["now"] & ~known & ~figures["withheld"]).to_numpy()
    system = System(
        values=amount,
        sums=sums,
        limits=limit,
        minimum=minimum,
        hideable=free
        & (limit > 0)
        & (amount >= minimum)
        & ((amount > 0) | cells.attrs["hide_zeros"]),
        turn=_turns(territory, figures, is_total, wholes),
    )
    return system, figures


def _with_fitting_counts(
    cells: pd.DataFrame, over_areas: Sequence[pd.DataFrame], pairs: Sequence[pd.DataFrame]
) -> pd.DataFrame:
    """Cells in which withheld counts have some amount that fits all sums.

    Nobody here knows the true ones; how far sums narrow them down is the same for all that fit.
    ``unbound`` are those in no sum, or in sums that no counts fit. A sum over areas that was
    not delivered is no count of its own: its limit is 0.
    """
    withheld, amount = cells["withheld"].to_numpy(), cells["amount"].to_numpy(float)
    if not withheld.any():
        return cells.assign(unbound=False)
    signed = pd.concat([_signed(one).assign(kind=kind) for kind, one in enumerate(pairs)])
    row = signed.groupby(["kind", "sum"]).ngroup().to_numpy()
    cell, factor = signed["cell"].to_numpy(np.int64), signed["factor"].to_numpy(float)
    free = withheld[cell]
    rows = int(row.max(initial=-1)) + 1
    left = -np.bincount(row[~free], (factor * amount[cell])[~free], minlength=rows)
    place = row[free], (np.cumsum(withheld) - 1)[cell[free]]
    sums = sparse.csr_array((factor[free], place), shape=(rows, int(withheld.sum())))
    bound = np.diff(sums.indptr) > 0
    filled = amount.copy()
    filled[withheld] = _fitting(
        sums[bound], left[bound], cells.attrs["minimum"], whole=cells.attrs["whole"]
    )
    totals = np.zeros(len(cells), dtype=bool)
    for one in over_areas:
        totals[one["total"].to_numpy(np.int64)] = True
    unbound = np.isnan(filled)
    found = cells.assign(
        amount=np.where(unbound, cells.attrs["minimum"], filled), unbound=unbound,
        limit=cells["limit"].mask(withheld & totals, 0.0),
    )  # fmt: skip
    found.attrs = cells.attrs
    return found


def _fitting(sums: sparse.csr_array, left: Places, minimum: float, *, whole: bool) -> Places:
    """Cells that fit all sums, block by block; missing where none do, or no sum binds them."""
    found = np.full(sums.shape[1], np.nan)
    joined = sparse.block_array([[None, sums], [sums.T, None]], format="csr")
    label = connected_components(joined, directed=False)[1]
    of_row, of_cell = label[: sums.shape[0]], label[sums.shape[0] :]
    for block in np.unique(of_row):
        own = np.flatnonzero(of_cell == block)
        inside, total = sums[of_row == block][:, own], left[of_row == block]
        answer = milp(
            np.zeros(len(own)), constraints=LinearConstraint(inside, total, total),
            bounds=Bounds(minimum, np.inf), integrality=np.full(len(own), int(whole)),
        )  # fmt: skip
        if answer.x is not None:
            found[own] = np.round(answer.x) if whole else answer.x
    return found


def _signed(pairs: pd.DataFrame) -> pd.DataFrame:
    """Pairs of parts and totals as ``sum, cell, factor``: 1 for a part, -1 for its total."""
    totals = pairs.drop_duplicates("sum")
    return pd.DataFrame(
        {
            "sum": np.concatenate([pairs["sum"], totals["sum"]]),
            "cell": np.concatenate([pairs["part"], totals["total"]]),
            "factor": np.repeat([1.0, -1.0], [len(pairs), len(totals)]),
        }
    )


def _sums(
    cells: pd.DataFrame, figures: pd.DataFrame, signed: Sequence[pd.DataFrame]
) -> tuple[sparse.csr_array, Flags]:
    """Every sum that holds, once, over figures; and which figures are totals."""
    number = cells["figure"].to_numpy()
    amount, limit = figures["amount"].to_numpy(float), figures["limit"].to_numpy(float)
    is_total = np.zeros(len(figures), dtype=bool)
    row, column, factor, rows = [], [], [], 0
    for kind, one in enumerate(signed):
        of_sum = one["sum"].to_numpy(np.int64)
        figure, sign = number[one["cell"].to_numpy(np.int64)], one["factor"].to_numpy(float)
        count = int(of_sum.max(initial=-1)) + 1
        beyond = -np.bincount(of_sum, sign * amount[figure], minlength=count)
        least = np.ones(count)
        np.maximum.at(least, of_sum[sign < 0], limit[figure[sign < 0]])
        # Whoever sees a total with so much beyond its parts learns nothing exact of them.
        holds = (beyond < least) & (np.bincount(of_sum, minlength=count) > 0)
        on_ground = kind == len(signed) - 1
        loose = figures["withheld" if on_ground else "unbound"].to_numpy()
        holds &= np.bincount(of_sum, loose[figure], minlength=count) == 0
        if on_ground:
            holds &= -beyond < least
        kept = holds[of_sum]
        row.append(rows + (np.cumsum(holds) - 1)[of_sum[kept]])
        column.append(figure[kept])
        factor.append(sign[kept])
        rows += int(holds.sum())
        if not on_ground:
            is_total[figure[kept & (sign < 0)]] = True
    entries = (np.concatenate(factor), (np.concatenate(row), np.concatenate(column)))
    sums = sparse.csr_array(entries, shape=(rows, len(figures)))
    sums.sum_duplicates()
    sums.eliminate_zeros()
    # States that share a sum have it once: rows are told apart by a sum of random weights.
    weights = np.random.default_rng(0).random((len(figures), 2))
    _, first = np.unique((sums @ weights).round(9), axis=0, return_index=True)
    return sums[np.sort(first)], is_total


def _turns(
    territory: Territory, figures: pd.DataFrame, is_total: Flags, wholes: Mapping[str, str]
) -> Places:
    """Whose turn it is to go: inner cells before totals, or the other way round.

    Of totals those of the lowest level go first, and of one level those of more than one
    indicator last: they rest on most parts, and most is lost with them.
    """
    height = {level: number for number, level in enumerate(reversed(territory.levels))}
    whole = figures["series"].isin(wholes.values())
    of_level = figures["level"].map(height).fillna(0).to_numpy(dtype=np.int64)
    turn = np.asarray(2 * of_level + whole.to_numpy(), dtype=np.int64)
    if territory.settings.hide_first == "totals":
        turn[~is_total] = 2 * len(height)
    return turn


def _unprotectable(
    system: System, figures: pd.DataFrame, impossible: Places, limits: Mapping[str, float]
) -> str:
    unknown = system.hideable | figures["hidden"].to_numpy()
    sums = system.sums[:, unknown]
    left = bounds_in_sums(
        sums, sums @ system.values[unknown], minimum=system.minimum, whole=system.whole
    )
    left.index = np.flatnonzero(unknown)
    named = []
    for one, (lower, upper) in zip(
        figures.iloc[impossible[:_NAMED]].itertuples(),
        left.loc[impossible[:_NAMED]].itertuples(index=False), strict=True,
    ):  # fmt: skip
        between = f"is {lower:g}" if lower == upper else f"lies between {lower:g} and {upper:g}"
        named.append(f"{one.series!r} of {one.area_id!r} in {one.period} {between}")
    more = f" and {len(impossible) - _NAMED} more" if len(impossible) > _NAMED else ""
    shown = " and ".join(repr(name) for name, limit in sorted(limits.items()) if limit == 0)
    beside = [f"{shown} {'are' if ' and ' in shown else 'is'} published openly"] if shown else []
    beside += ["what was published before is known"] if figures["earlier"].any() else []
    while_ = f" while {' and '.join(beside)}" if beside else ""
    ways = ["leave these figures out", "merge areas or periods"]
    ways += [f"give {shown} a threshold above 0"] if shown else []
    return (
        f"small counts can be worked out from totals beside them: {'; '.join(named)}{more} -"
        f" no choice of hidden figures protects them{while_}; {', or '.join(ways)}"
    )


def touched_families(
    catalogue: Catalogue, observations: Mapping[str, pd.DataFrame], touched: Collection[str]
) -> list[list[str]]:
    """Families with an indicator that is touched, or divided by one that is."""
    return [
        family
        for family in families(catalogue, observations)
        if any(name in touched or catalogue[name].denominator_id in touched for name in family)
    ]


def related(catalogue: Catalogue, family: Collection[str]) -> list[str]:
    """Indicators of a family, and those that are a part of one of them or the other way round.

    Of these, more may have been published once than stands now.
    """
    whole = {catalogue[one].part_of for one in family}
    return [
        one
        for one in catalogue
        if one in family or one in whole or catalogue[one].part_of in family
    ]
