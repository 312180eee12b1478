"""Which figures would give each other away: the sums between whole series.

Knows which published figures are parts of which others: areas of areas, the
indicators that are ``part_of`` a total, the answers of an item, and one count
published twice, once as it is and once behind a rate. An indicator and all that
is tied to it in this way is a family, and is protected at once.

Notes
-----
A sum is taken to be known to everybody, as far as it is one: what a total holds
beyond its parts counts as known where it is smaller than the threshold, and
leaves the total without a bearing on its parts where it is not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import sparse

from analysis import boundaries, periods
from analysis.catalogue import Catalogue, Indicator
from analysis.errors import DisclosureError
from analysis.suppression import Places, System
from analysis.territory import Territory

_PLACE = ["level", "area_id", "period", "category"]
_KEY = ["series", *_PLACE]
_TOTAL = "total of the answers"
"""Stands where an item has its category, for the number of its answers."""
_NAMED = 8


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

    Indicators that are published openly, with threshold 0, have no twin: what is hidden
    beside them would be known from them all the same.
    """
    counts, totals = {}, {}
    for name, frame in observations.items():
        if name not in catalogue or not catalogue[name].adds_up:
            continue
        if catalogue[name].disclosure_threshold == 0:
            continue
        rows = frame.assign(amount=_amount(frame, catalogue[name])).dropna(subset="amount")
        counts[name] = rows.set_index(_PLACE)["amount"]
        totals[name] = rows.groupby(["level", "period"])["amount"].sum()
    found = []
    names = list(counts)
    for number, one in enumerate(names):
        for other in names[number + 1 :]:
            shared = totals[one].index.intersection(totals[other].index)
            if not (totals[one][shared] == totals[other][shared]).any():
                continue
            both = pd.concat([counts[one], counts[other]], axis=1, join="inner")
            if (
                both.iloc[:, 0].equals(both.iloc[:, 1].set_axis(both.index))
                and both.to_numpy().any()
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
) -> dict[str, pd.Series]:
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

    Returns
    -------
    dict of Series
        Boolean per indicator, on the index of its series; ``primary`` is among it.

    Raises
    ------
    DisclosureError
        When a small figure could be worked out however much is hidden, because a total
        beside it is published openly; indicators, areas and periods are named.
    """
    hidden = {name: flags.copy() for name, flags in primary.items()}
    cells = _cells(territory.catalogue, series, primary, limits)
    if not cells["primary"].any():
        return hidden
    parts = [
        *_areas(territory, cells),
        *_parts_of_a_total(territory.catalogue, cells),
        *_answers(cells),
    ]
    system = _system(territory, cells, parts)
    found, impossible = system.complements(cells["primary"].to_numpy())
    if len(impossible):
        raise DisclosureError(_unprotectable(cells.iloc[impossible], limits))
    gone = cells[found]
    for name, frame in series.items():
        own = gone.loc[gone["series"] == cells.attrs["series_of"][name], _PLACE]
        place = pd.MultiIndex.from_frame(frame[_PLACE])
        hidden[name] |= place.isin(pd.MultiIndex.from_frame(own))
        whole = pd.MultiIndex.from_frame(own.loc[own["category"] == _TOTAL, _PLACE[:-1]])
        hidden[name] |= pd.MultiIndex.from_frame(frame[_PLACE[:-1]]).isin(whole)
    return hidden


def _cells(
    catalogue: Catalogue,
    series: Mapping[str, pd.DataFrame],
    primary: Mapping[str, pd.Series],
    limits: Mapping[str, float],
) -> pd.DataFrame:
    """All counts of a family, one row each; twins share theirs.

    Columns: the key, ``amount``, ``primary``, ``limit``, ``open``; index from 0.
    ``attrs["series_of"]`` says under which id the counts of an indicator stand.
    """
    series_of = {name: name for name in series}
    for one, other in twins(catalogue, series):
        series_of[other] = series_of[one]
    made = []
    for name, frame in series.items():
        indicator = catalogue[name]
        if indicator.measure not in ("count", "rate", "proportion", "ordinal"):
            continue
        rows = frame[_PLACE].assign(
            series=series_of[name],
            amount=_amount(frame, indicator),
            primary=primary[name],
            limit=limits[name],
        )
        if indicator.measure == "ordinal":
            answers = frame[frame["category"] != ""]
            total = answers.drop_duplicates(_PLACE[:-1])[_PLACE].assign(
                series=name, amount=answers["denominator"], primary=False, limit=limits[name],
                category=_TOTAL,
            )  # fmt: skip
            rows = pd.concat([rows[rows["category"] != ""], total])
        made.append(rows.dropna(subset="amount"))
    empty = pd.DataFrame(columns=[*_KEY, "amount", "primary", "limit"])
    together = pd.concat(made, ignore_index=True) if made else empty
    whole = bool((together["amount"] == together["amount"].round()).all())
    # A hidden zero says nothing of a person, and nobody expects one: zeros are shown.
    together["primary"] = together["primary"].astype(bool) & (
        together["amount"] >= (1 if whole else np.nextafter(0, 1))
    )
    cells = together.groupby(_KEY, sort=False, as_index=False).agg(
        {"amount": "first", "primary": "any", "limit": "max"}
    )
    cells.attrs = {"series_of": series_of, "minimum": 1.0 if whole else 0.0}
    return cells


def _areas(territory: Territory, cells: pd.DataFrame) -> list[pd.DataFrame]:
    """Parts and totals over areas: ``part, total``, positions of cells."""
    areas = pd.DataFrame(territory.areas.drop(columns="geometry"))
    found = []
    wanted = list(cells["period"].unique())
    days = [periods.parse(one).last for one in wanted]
    for level in territory.levels[1:]:
        above = boundaries.parent_level(areas, level, territory.levels)
        if above is None:
            continue
        versions = territory.versions[level]
        valid = pd.DataFrame(
            {"period": wanted, "version": [boundaries.valid_version(versions, day) for day in days]}
        )
        inside = areas.loc[
            (areas["level"] == level) & (areas["parent_id"] != ""),
            ["version", "area_id", "parent_id"],
        ]
        own = cells[cells["level"] == level].reset_index(names="part")
        own = own.merge(valid.merge(inside, on="version"), on=["period", "area_id"])
        totals = cells[cells["level"] == above].reset_index(names="total")
        totals = totals.rename(columns={"area_id": "parent_id"})
        key = ["series", "parent_id", "period", "category"]
        found.append(own[[*key, "part"]].merge(totals[[*key, "total"]], on=key)[["part", "total"]])
    return found


def _wholes(catalogue: Catalogue, cells: pd.DataFrame) -> dict[str, str]:
    """The series that each series is ``part_of``."""
    series_of = cells.attrs["series_of"]
    return {
        series_of[name]: series_of[catalogue[name].part_of]
        for name in series_of
        if catalogue[name].part_of in series_of
    }


def _parts_of_a_total(catalogue: Catalogue, cells: pd.DataFrame) -> list[pd.DataFrame]:
    """Parts and totals over ``part_of``."""
    whole = _wholes(catalogue, cells)
    parts = cells[cells["series"].isin(list(whole))].reset_index(names="part")
    parts["series"] = parts["series"].map(whole)
    totals = cells.reset_index(names="total")[[*_KEY, "total"]]
    return [parts[[*_KEY, "part"]].merge(totals, on=_KEY)[["part", "total"]]]


def _answers(cells: pd.DataFrame) -> list[pd.DataFrame]:
    """Answers of an item and their number."""
    is_total = cells["category"] == _TOTAL
    key = [name for name in _KEY if name != "category"]
    totals = cells[is_total].reset_index(names="total")[[*key, "total"]]
    parts = cells[~is_total & (cells["category"] != "")].reset_index(names="part")[[*key, "part"]]
    return [parts.merge(totals, on=key)[["part", "total"]]]


def _system(territory: Territory, cells: pd.DataFrame, parts: Sequence[pd.DataFrame]) -> System:
    """Put all sums that hold together, one row per kind and total."""
    amount, limit = cells["amount"].to_numpy(float), cells["limit"].to_numpy(float)
    row, column, factor, rows = [], [], [], 0
    for pairs in parts:
        total, of_pair = np.unique(pairs["total"].to_numpy(int), return_inverse=True)
        part = pairs["part"].to_numpy(int)
        beyond = amount[total] - np.bincount(of_pair, amount[part], minlength=len(total))
        # Whoever sees a total with so much beyond its parts learns nothing exact of them.
        holds = beyond < np.maximum(limit[total], 1)
        number = rows + np.cumsum(holds) - 1
        kept = holds[of_pair]
        row += [number[of_pair[kept]], number[holds]]
        column += [part[kept], total[holds]]
        factor += [np.ones(kept.sum()), -np.ones(holds.sum())]
        rows += int(holds.sum())
    entries = (np.concatenate(factor), (np.concatenate(row), np.concatenate(column)))
    sums = sparse.csr_array(entries, shape=(rows, len(cells)))
    minimum = cells.attrs["minimum"]
    return System(
        values=amount,
        sums=sums,
        limits=limit,
        minimum=minimum,
        hideable=(limit > 0) & (amount > 0) & (amount >= minimum),
        turn=_turns(territory, cells, sums),
    )


def _turns(territory: Territory, cells: pd.DataFrame, sums: sparse.csr_array) -> Places:
    """Whose turn it is to go: inner cells before totals, or the other way round.

    Of totals those of the lowest level go first, and of one level those of more than one
    indicator last: they rest on most parts, and most is lost with them.
    """
    height = {level: number for number, level in enumerate(reversed(territory.levels))}
    whole = cells["series"].isin(_wholes(territory.catalogue, cells).values())
    of_level = cells["level"].map(height).to_numpy(dtype=np.int64)
    turn = np.asarray(2 * of_level + whole.to_numpy(), dtype=np.int64)
    if territory.settings.hide_first == "totals":
        is_total = (sums < 0).sum(axis=0) > 0
        turn[~is_total] = 2 * len(height)
    return turn


def _unprotectable(cells: pd.DataFrame, limits: Mapping[str, float]) -> str:
    named = [
        f"{one.series} of {one.area_id!r} in {one.period}" for one in cells[:_NAMED].itertuples()
    ]
    more = f" and {len(cells) - _NAMED} more" if len(cells) > _NAMED else ""
    shown = sorted(name for name, limit in limits.items() if limit == 0)
    beside = f" while {', '.join(shown)} is published openly" if shown else ""
    return (
        f"small counts can be worked out from totals beside them: {'; '.join(named)}{more} -"
        f" no choice of hidden figures protects them{beside}; leave these figures out, merge areas"
        " or periods, or give the total a threshold of its own"
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
