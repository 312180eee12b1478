"""The network of partners as one reader may see it: the only door to it.

Knows who sees what of partners, ties, rules on sharing, contacts and places.
Whoever shows something of the network takes it from a :class:`Partnership`;
what the reader may not see is not in it, so that no view can give it away.

=====================  ====================================================
right                  what it opens
=====================  ====================================================
none                   sectors, how many partners each has, which areas
                       these serve, density, ties between sectors; which
                       provision there is where; for which kinds of
                       information there are rules; places open to the
                       public, without who runs them; how many bridge
                       builders and mentors, as far as anonymity allows
:data:`PARTNERS`       partners, ties, rules on sharing, all resources
:data:`TRUST`          trust, and which ties are disputed; without it a
                       disputed tie is what it would be without that mark
:data:`CONTACTS`       whom to call
=====================  ====================================================
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis import coverage, tables
from analysis.disclosure import ProtectedView
from analysis.measures import network
from analysis.settings import Settings
from analysis.sharing import Directory, rules_by_sector
from analysis.territory import Territory

PARTNERS = "see partners and ties"
TRUST = "see trust and disputed ties"
CONTACTS = "see contacts"
RIGHTS = (PARTNERS, TRUST, CONTACTS)
"""What a role may be allowed of the network."""

TABLES = (tables.PARTNERS, tables.TIES, tables.SHARING, tables.CONTACTS, tables.RESOURCES)
"""The tables that pass through this door, and no other."""
NAMES = tuple(table.name for table in TABLES)


@dataclass(frozen=True, eq=False)
class Overview:
    """What everybody may see of the network of one year: nothing names a partner.

    Parameters
    ----------
    year
        Of the survey.
    partners
        How many partners each sector has, by sector; a sector that should
        have one and has none stands with 0.
    essential
        The sectors that should have a partner, in the order of the settings.
    served
        ``sector, area_ids``: which areas the partners of each sector serve, a
        row each, in an order that tells nothing; empty where one does not say.
    mixing
        Sectors x sectors, counts of directed pairs
        (:func:`analysis.measures.network.mixing_matrix`).
    density, ei_index
        Of :func:`analysis.measures.network.network_measures`; missing when
        not assessed.
    answered
        How many partners answered the survey.
    reason
        "" or ``n_too_small``.
    """

    year: int
    partners: pd.Series
    essential: tuple[str, ...]
    served: pd.DataFrame
    mixing: pd.DataFrame
    density: float
    ei_index: float
    answered: int
    reason: str

    @property
    def missing(self) -> tuple[str, ...]:
        """Sectors that should have a partner and have none."""
        return tuple(one for one in self.essential if not self.partners[one])


@dataclass(frozen=True, eq=False)
class Partnership:
    """The network, all years of it, as one reader may see it.

    Parameters
    ----------
    rights
        Of :data:`RIGHTS`, those the reader has: part of every key under which
        something of the network is kept.
    years
        Years of the partner survey, oldest first; the year of today where no
        tie has a date. Empty without partners.
    overviews
        What everybody may see, a year each, in the order of ``years``.
    offers
        ``provisions, area_ids`` of every place and service, named or not.
    roles
        :func:`analysis.coverage.protected_roles`; without rows where no
        resource was published.
    partners, ties, sharing, contacts, resources
        Columns as in :mod:`analysis.tables`; without rows where the reader
        may not see them or nothing was published. ``ties`` has no column
        ``trust`` and ``confirmed`` is never ``disputed`` without
        :data:`TRUST`. ``resources`` without :data:`PARTNERS` are the places
        open to the public, ``partner_id`` empty; roles are no places.
    rules
        What everybody may see of the rules on sharing, told by sectors
        (:func:`analysis.sharing.rules_by_sector`).
    """

    rights: tuple[str, ...]
    years: tuple[int, ...]
    overviews: tuple[Overview, ...]
    offers: pd.DataFrame
    roles: pd.DataFrame
    partners: pd.DataFrame
    ties: pd.DataFrame
    sharing: pd.DataFrame
    contacts: pd.DataFrame
    resources: pd.DataFrame
    rules: pd.DataFrame

    def may(self, right: str) -> bool:
        """Whether the reader has a right, one of :data:`RIGHTS`."""
        return right in self.rights

    @property
    def is_known(self) -> bool:
        """Whether there is a network: one partner at least."""
        return bool(self.years)

    def overview(self, year: int) -> Overview:
        """Return what everybody may see of a year, one of ``years``."""
        return self.overviews[self.years.index(year)]

    def in_year(self, year: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return the partners and the ties of a year (:func:`analysis.measures.network.in_year`)."""
        return network.in_year(self.partners, self.ties, year)


def read(view: ProtectedView, territory: Territory, may: Collection[str], year: int) -> Partnership:
    """Read the network as far as a reader may see it.

    Parameters
    ----------
    view
        What is published.
    territory
        Its areas, its sectors and which of them should have a partner.
    may
        What the reader may do; of it, only :data:`RIGHTS` matter here.
    year
        Of today; it stands in where no tie has a date.

    Returns
    -------
    Partnership
        Frames of its own: nothing of what is withheld is in it.
    """
    rights = tuple(one for one in RIGHTS if one in may)
    frames = {table.name: _published(view, table) for table in TABLES}
    partners, ties = frames["partners"], frames["ties"]
    if TRUST not in rights:
        ties = without_marks(ties)
    years = _years(partners, ties, year)
    overviews = tuple(_overview(partners, ties, territory.settings, one) for one in years)
    resources = frames["resources"]
    hidden = coverage.roles(resources, partners)
    seen = PARTNERS in rights
    return Partnership(
        rights, years, overviews,
        offers=_unnamed(resources[~hidden], "provisions"),
        roles=coverage.protected_roles(resources[hidden], territory).iloc[: None if len(resources)
                                                                          else 0],
        partners=partners if seen else _nothing(partners),
        ties=ties if seen else _nothing(ties),
        sharing=frames["sharing"] if seen else _nothing(frames["sharing"]),
        contacts=frames["contacts"] if CONTACTS in rights else _nothing(frames["contacts"]),
        resources=resources if seen else _public(resources),
        rules=rules_by_sector(frames["sharing"], Directory(partners, territory.settings.sectors)),
    )  # fmt: skip


def _published(view: ProtectedView, table: tables.Table) -> pd.DataFrame:
    if view.has_table(table.name):
        return view.table(table.name)
    return tables.validate(pd.DataFrame(columns=table.column_names, dtype="str"), table)[0]


def _nothing(frame: pd.DataFrame) -> pd.DataFrame:
    # A copy: a slice of no rows still holds the rows it was cut from.
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in frame.dtypes.items()})


def without_marks(ties: pd.DataFrame) -> pd.DataFrame:
    """Return ties without trust; a disputed one is as if the other side had not confirmed it."""
    kept = ties.drop(columns="trust", errors="ignore")
    return kept.assign(confirmed=kept["confirmed"].mask(kept["confirmed"].eq("disputed"), "no"))


def _public(resources: pd.DataFrame) -> pd.DataFrame:
    places = resources[resources["open_to_public"].eq(True) & resources["type"].ne("role")]
    return places.assign(partner_id="").reset_index(drop=True)


def _unnamed(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """One column of a table and where it holds, in an order that tells nothing."""
    kept = frame[[column, "area_ids"]].fillna("").astype("str")
    return kept.sort_values([column, "area_ids"], ignore_index=True)


def _years(partners: pd.DataFrame, ties: pd.DataFrame, year: int) -> tuple[int, ...]:
    if partners.empty:
        return ()
    dated = ties["as_of"].replace("", np.nan).dropna().str[:4]
    return tuple(sorted({int(one) for one in dated})) or (year,)


def _overview(
    partners: pd.DataFrame, ties: pd.DataFrame, settings: Settings, year: int
) -> Overview:
    partners, ties = network.in_year(partners, ties, year)
    found = network.network_measures(partners, ties)
    counts = partners["sector"].value_counts()
    known = dict.fromkeys([*(sector for sector, _ in settings.sectors), *counts.index])
    order = [one for one in known if one in counts.index or one in settings.essential_sectors]
    mixing = network.mixing_matrix(partners, ties)
    there = [sector for sector in order if sector in mixing.index]
    return Overview(
        year,
        counts.reindex(order, fill_value=0).astype("int64").rename("partners"),
        tuple(settings.essential_sectors),
        _unnamed(partners, "sector"),
        mixing.loc[there, there],
        found.density,
        found.ei_index,
        int(partners["answered"].sum()),
        found.reason,
    )
