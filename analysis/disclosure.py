"""Small numbers are protected here, once, before any view sees a figure.

Knows which counts are too small to show, and what has to go with them. Pages
and views reach observations only through :class:`ProtectedView`, which reads
nothing but frames that went through :func:`protect_observations`.

A small count is hidden with everything in its row that would give it back, and
with as many other figures as it takes that no total gives it back either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from analysis import families, tables
from analysis.catalogue import Indicator
from analysis.measures import polarisation
from analysis.settings import Settings
from analysis.store import Release, Store, open_store
from analysis.suppression import protect as protect
from analysis.territory import Territory

FIGURES = ["value", "count", "denominator", "sd", "lower", "upper"]
"""Columns that hold numbers, and are emptied together."""


def threshold(indicator: Indicator, settings: Settings) -> float:
    """Return the smallest count that may be shown.

    The indicator's own, else the territory's: one for counts, a higher one
    for counts behind a rate or proportion.
    """
    if indicator.disclosure_threshold is not None:
        return indicator.disclosure_threshold
    if indicator.measure == "count":
        return settings.count_threshold
    return settings.rate_threshold


@dataclass(frozen=True, eq=False)
class Protected:
    """What may be shown of some indicators, and what the ledger is to hold of them.

    Parameters
    ----------
    frames
        Every series as :func:`protect_observations` returns it.
    ledger
        The columns of :data:`analysis.store.LEDGER`, by indicator.
    """

    frames: Mapping[str, pd.DataFrame]
    ledger: Mapping[str, pd.DataFrame]


def protect_family(
    territory: Territory,
    series: Mapping[str, pd.DataFrame],
    history: pd.DataFrame | None = None,
    ground: gpd.GeoDataFrame | None = None,
) -> Protected:
    """Hide what could point to a person in all series that would give each other away.

    Parameters
    ----------
    territory
        Areas with their parents, catalogue and thresholds.
    series
        The whole series of one family (:func:`analysis.families.families`).
    history
        All that was ever published of it (:meth:`analysis.store.Store.ledger`).
    ground
        Areas of all boundary versions that ever stood; those of the territory when None.

    Returns
    -------
    Protected
        With complementary figures hidden as well. Nothing tells them from small counts.

    Raises
    ------
    DisclosureError
        When a small count could be worked out however much is hidden, also by who remembers
        what was published before.
    """
    catalogue, settings = territory.catalogue, territory.settings
    bases: dict[str, Indicator | None] = dict.fromkeys(series)
    for name in series:
        if catalogue[name].denominator_id in catalogue:
            bases[name] = catalogue[catalogue[name].denominator_id]
    # Where one of a family hides zeros, the others would give them back.
    zeros = any(catalogue[name].hide_zeros for name in series)
    primary = {
        name: small_counts(frame, catalogue[name], settings, bases[name], zeros)
        for name, frame in series.items()
    }
    known = [] if history is None else [one for one in history["indicator_id"].unique()]
    limits = {
        name: threshold(catalogue[name], settings)
        for name in dict.fromkeys([*series, *known])
        if name in catalogue
    }
    hidden = families.complements(territory, series, primary, limits, history, ground)
    frames = {
        name: protect_observations(frame, catalogue[name], settings, bases[name], hidden.rows[name])
        for name, frame in series.items()
    }
    return Protected(frames, hidden.ledger)


def small_counts(
    frame: pd.DataFrame, indicator: Indicator, settings: Settings, base: Indicator | None = None,
    zeros: bool = False,
) -> pd.Series:  # fmt: skip
    """Say which rows are hidden for their own sake; parameters as of :func:`protect_observations`.

    A count c with 0 < c < threshold, a figure whose count follows from value and
    denominator, one whose denominator is a count that ``base`` hides, and a rate or proportion
    of fewer than the least denominator. With ``zeros``, or where the indicator says so, also a
    count of 0. What is published openly, with threshold 0, is shown. Boolean, on the index of
    the frame.
    """
    limit = threshold(indicator, settings)
    small = (frame["count"] > 0) & (frame["count"] < limit)
    if indicator.measure in ("rate", "proportion"):
        # A value above 0 stands for one case at least, however it was rounded.
        implied = (frame["value"] * frame["denominator"] / indicator.multiplier).round().clip(1)
        small |= frame["count"].isna() & (frame["value"] > 0) & (implied < limit)
        least = settings.minimum_denominator if limit > 0 else 0
        small |= (frame["denominator"] > 0) & (frame["denominator"] < least)
    if limit > 0 and (zeros or indicator.hide_zeros):
        small |= (frame["count"] == 0) | (frame["count"].isna() & (frame["value"] == 0))
    if base is not None:
        small |= (frame["denominator"] > 0) & (frame["denominator"] < threshold(base, settings))
    return small


def protect_observations(
    frame: pd.DataFrame,
    indicator: Indicator,
    settings: Settings,
    base: Indicator | None = None,
    complements: pd.Series | None = None,
) -> pd.DataFrame:
    """Hide what could point to a person.

    Parameters
    ----------
    frame
        Whole series as :func:`analysis.completion.complete` returns them.
    indicator, settings
        Threshold and minimum of answers.
    base
        The indicator whose counts are the denominators, if it is one.
    complements
        Rows that would give others away, to be hidden as well.

    Returns
    -------
    DataFrame
        Same columns, a new frame. What is small (:func:`small_counts`) loses all
        its figures and gets the status and reason ``suppressed``. A survey
        figure on fewer answers than the minimum keeps only their number and
        gets the reason ``too_few_answers``. An ordinal item gains one row per
        area and period, category ``""``, whose value is the polarisation
        (0-1) of the answers that may be shown, with its bootstrap interval.
    """
    kept = frame.copy()
    small = small_counts(kept, indicator, settings, base)
    if complements is not None:
        small |= complements
    kept = _hide(kept, small)
    if indicator.measure == "ordinal":
        kept = _with_polarisation(kept)
    if indicator.source_kind == "survey":
        few = kept["denominator"] < settings.minimum_answers
        answers = [name for name in FIGURES if name != "denominator"]
        kept[answers] = kept[answers].mask(few)
        kept["reason"] = kept["reason"].mask(few & (kept["reason"] == ""), "too_few_answers")
    return kept


def _hide(frame: pd.DataFrame, hidden: pd.Series) -> pd.DataFrame:
    frame[FIGURES] = frame[FIGURES].mask(hidden)
    frame["status"] = frame["status"].mask(hidden, "suppressed")
    frame["reason"] = frame["reason"].mask(hidden, "suppressed")
    return frame


def _with_polarisation(frame: pd.DataFrame) -> pd.DataFrame:
    """Add the summary row of an ordinal item, from the answers that may be shown."""
    answers = frame[frame["category"] != ""]
    place = ["level", "area_id", "indicator_id", "period"]
    have = pd.MultiIndex.from_frame(frame.loc[frame["category"] == "", place])
    if answers.empty:
        return frame
    counts = answers.set_index([*place, "category"])["count"].unstack("category").sort_index(axis=1)
    counts = counts[~counts.index.isin(have)]
    if counts.empty:
        return frame
    grouped = answers.groupby(place).agg(
        hidden=("status", lambda one: (one == "suppressed").any()),
        status=("status", _weakest),
        broken=("break", "any"),
    )
    grouped = grouped.reindex(counts.index)
    measured = polarisation.polarisation_intervals(counts)
    total = counts.sum(axis=1, skipna=False)
    reason = measured["reason"].mask(grouped["hidden"], "suppressed")
    rows = counts.index.to_frame(index=False).assign(
        category="",
        value=measured["value"].to_numpy(),
        denominator=total.to_numpy(),
        status=grouped["status"].to_numpy(),
        reason=reason.to_numpy(),
        note="",
    )
    rows["break"] = grouped["broken"].to_numpy()
    for name in ("lower", "upper"):
        rows[name] = measured[name].to_numpy()
    rows[["count", "sd"]] = np.nan
    together = pd.concat([frame, rows[frame.columns]], ignore_index=True)
    return together.sort_values(["level", "area_id", "period", "category"], kind="stable",
                                ignore_index=True)  # fmt: skip


def _weakest(statuses: pd.Series) -> str:
    """Return the status a summary inherits from its parts."""
    for status in ("suppressed", "missing", "not_applicable", "estimated", "provisional"):
        if (statuses == status).any():
            return status
    return "observed"


class ProtectedView:
    """The only way to figures for pages, views and reports.

    Parameters
    ----------
    store
        Where protected frames lie beside the raw ones; only the protected
        are ever read here.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def state(self) -> str:
        """Short id of what is published; changes with every release and roll back."""
        return self._store.state()

    def values(
        self, indicator_id: str, *, level: str, period: str, category: str = ""
    ) -> pd.DataFrame:
        """Return one indicator at one period, a row per area, indexed by ``area_id``."""
        frame = self._store.values(indicator_id, level=level, period=period, category=category)
        return frame.set_index("area_id")

    def series(
        self, indicator_id: str, *, level: str, area_ids: list[str] | None = None
    ) -> pd.DataFrame:
        """Return one indicator over all periods, rows by area and period, no answers."""
        return self._store.series(indicator_id, level=level, area_ids=area_ids)

    def answers(self, indicator_id: str, *, level: str, area_id: str, period: str) -> pd.DataFrame:
        """Return the answers of an ordinal item: columns ``category, count, denominator``."""
        frame = self._store.series(indicator_id, level=level, area_ids=[area_id], category=None)
        frame = frame[(frame["period"] == period) & (frame["category"] != "")]
        return frame[["category", "count", "denominator", "status", "reason"]]

    def profile(self, level: str, area_id: str) -> pd.DataFrame:
        """Return all indicators and periods of one area, no answers."""
        return self._store.profile(level, area_id)

    def periods(self, indicator_id: str, level: str) -> list[str]:
        """Return the periods an indicator has on a level, oldest first."""
        return self._store.periods(indicator_id, level)

    def table(self, name: str) -> pd.DataFrame:
        """Return a published table such as ``indicators`` or ``areas``, with the columns of today."""
        return tables.completed(self._store.table(name), name)

    def has_table(self, name: str) -> bool:
        """Whether a table was published."""
        return self._store.has_table(name)

    def release_of(self, indicator_id: str) -> Release:
        """Return the release an indicator's figures come from."""
        return self._store.current_release(indicator_id)

    def newest_release(self) -> Release | None:
        """Return the newest release of figures that still stands; None where there is none.

        A release of other tables, such as partners, leaves all figures as they were.
        """
        for release in self._store.releases():
            figures = any(item.kind == "protected" for item in release.items)
            if figures and not release.rolled_back:
                return release
        return None

    def before(self, release_id: str) -> ProtectedView:
        """Return the view as it was just before a release (:meth:`analysis.store.Store.before`)."""
        return ProtectedView(self._store.before(release_id))

    def indicator_ids(self) -> list[str]:
        """Return the ids of the indicators that have figures."""
        return self._store.names("protected")


def open_view(path: Path) -> ProtectedView:
    """Open the protected view of the store in a folder.

    Raises
    ------
    StoreError
        When there is no store; the message says how to build one.
    """
    return ProtectedView(open_store(path))
