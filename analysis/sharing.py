"""Who may share which kind of information with whom, and what is still open.

Knows how partners and sectors are named in ``sharing.csv``, when a need is
answered by a rule, and in which order the open points come to a meeting: what
a partner could give and no rule allows comes first. It speaks of kinds of
information and of organisations; contents and persons are not its business,
and it never says whose fault an open point is.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis import tables
from analysis.language import capital, date_text, ngettext
from analysis.language import gettext as _

NEED, MISSING, UNSIGNED, DUE = "need", "missing", "unsigned", "due"
IN_ORDER, CLOSED = "in order", "closed"
STATES = (NEED, MISSING, UNSIGNED, DUE, IN_ORDER, CLOSED)
"""What is to be done, the most urgent first; *closed*: by rule nobody may have it."""
OPEN = (NEED, MISSING, UNSIGNED, DUE)
"""States that a meeting has to talk about."""
REVIEW_MONTHS = 3
"""A rule on sharing is looked at every three months (RAN LOCAL, 2017)."""

_ALL, _SECTOR, _PARTNER, _OTHER, _NONE, _OPEN = "all", "sector", "partner", "other", "nobody", "?"
_COLUMNS = tuple(tables.SHARING.column_names)


# ---------------------------------------------------------------- names


class Party(NamedTuple):
    """Somebody a rule names: everybody, a sector, a partner, or words that are neither.

    ``key`` tells parties apart, ``sector`` is the id of the sector it belongs
    to ("" of all, nobody and others).
    """

    kind: str
    key: str
    name: str
    sector: str = ""


@dataclass(frozen=True)
class Directory:
    """Whom a rule can name: partners by id or name, sectors by id or title.

    Parameters
    ----------
    partners
        ``partner_id, name, sector``; may be without rows.
    sectors
        Id and title of each, in their order.
    """

    partners: pd.DataFrame
    sectors: tuple[tuple[str, str], ...]

    def party(self, words: str) -> Party:
        """Return who is meant by a name; a sector comes before a partner of the same name.

        Examples
        --------
        >>> partners = pd.DataFrame({"partner_id": ["P1"], "name": ["Hill School"],
        ...     "sector": ["education"]})
        >>> directory = Directory(partners, (("education", "education"),))
        >>> directory.party("hill school")
        Party(kind='partner', key='P1', name='Hill School', sector='education')
        >>> directory.party("Education").kind, directory.party("case panel").kind
        ('sector', 'other')
        """
        return self._known.get(_folded(words)) or Party(_OTHER, _folded(words), words.strip())

    def names(self, cell: str) -> list[str]:
        """Return the names in a cell, parted by ``;`` or a comma; a known name is not parted.

        Examples
        --------
        >>> Directory(pd.DataFrame(columns=["partner_id", "name", "sector"]), ()).names("a, b; c")
        ['a', 'b', 'c']
        """
        found: list[str] = []
        for piece in str(cell).split(";"):
            whole = _folded(piece) in self._known
            found += [piece] if whole else piece.split(",")
        return list({_folded(one): one.strip() for one in found if one.strip()}.values())

    def choices(self) -> dict[str, str]:
        """Return whom a cell can name: as it is written in a file, and as it is said.

        All partners, nobody and everyone, then sectors, then partners by name.

        Examples
        --------
        >>> partners = pd.DataFrame({"partner_id": ["P1"], "name": ["Hill School"],
        ...     "sector": ["education"]})
        >>> list(Directory(partners, (("education", "education"),)).choices())
        ['all', 'everyone', 'nobody', 'education', 'Hill School']
        """
        first = (tables.ALL_PARTNERS[0], tables.EVERYBODY[0], tables.NOBODY[0])
        said = dict(zip(first, (_("all partners"), _("everyone"), _("nobody")), strict=True))
        said |= {title: _(title) for _sector, title in self.sectors}
        names = sorted(self.partners["name"].astype("str"), key=str.casefold)
        return said | {name: said.get(name, name) for name in names}

    @cached_property
    def _known(self) -> dict[str, Party]:
        """Parties by their folded names."""
        known: dict[str, Party] = {}
        rows = zip(*(self.partners[one] for one in ("partner_id", "name", "sector")), strict=True)
        for partner_id, name, sector in rows:
            party = Party(_PARTNER, str(partner_id), str(name), str(sector))
            known[_folded(partner_id)] = known[_folded(name)] = party
        for sector, title in self.sectors:
            party = Party(_SECTOR, sector, _(title), sector)
            known |= {_folded(one): party for one in (sector, title, _(title))}
        for kind, words, said in (
            (_ALL, tables.ALL_PARTNERS, _("all partners")),
            (_ALL, tables.EVERYBODY, _("everyone")), (_NONE, tables.NOBODY, _("nobody")),
        ):  # fmt: skip
            known |= {_folded(one): Party(kind, kind, said) for one in (*words, said)}
        return known

    @property
    def present(self) -> set[str]:
        """Ids of the sectors that have a partner."""
        return set(self.partners["sector"])


def _folded(words: object) -> str:
    return re.sub(r"[\s_]+", " ", str(words)).strip().casefold()


def _named(sharing: pd.DataFrame, column: str, directory: Directory) -> pd.DataFrame:
    """Who is named in a column: ``row, kind, key, name, sector``, one row per name.

    ``row`` is the position in the table.
    """
    names = sharing[column].fillna("").reset_index(drop=True).map(directory.names).explode()
    names = names.dropna()
    known = {one: directory.party(one) for one in names.unique()}
    parties = pd.DataFrame([known[one] for one in names], columns=list(Party._fields), dtype="str")
    found = parties.assign(row=names.index.to_numpy(dtype="int64"))
    return found.drop_duplicates(["row", "kind", "key"], ignore_index=True)


def _among(one: pd.DataFrame, other: pd.DataFrame, *columns: str) -> np.ndarray:
    """Whether each row of one frame stands in the other, by some columns."""
    keys = list(columns)
    return pd.MultiIndex.from_frame(one[keys]).isin(pd.MultiIndex.from_frame(other[keys]))


def _covered(asked: pd.DataFrame, named: pd.DataFrame, directory: Directory) -> np.ndarray:
    """Whether each party that asks is among those a cell names, itself or through others.

    All partners cover everyone; a sector covers its partners; all partners of
    a sector, each named, cover the sector.
    """
    by_all = asked["row"].isin(named.loc[named["kind"] == _ALL, "row"]).to_numpy()
    itself = _among(asked, named, "row", "kind", "key")
    sectors = named[named["kind"] == _SECTOR]
    by_sector = (asked["kind"] == _PARTNER).to_numpy() & _among(asked, sectors, "row", "sector")
    partners = named[named["kind"] == _PARTNER]
    counted = partners.groupby(["row", "sector"])["key"].nunique().reset_index()
    of_sector = counted["sector"].map(directory.partners["sector"].value_counts().to_dict())
    whole = counted[counted["key"].astype("int64") == of_sector.astype("int64")]
    by_partners = (asked["kind"] == _SECTOR).to_numpy() & _among(asked, whole, "row", "sector")
    covered: np.ndarray = by_all | itself | by_sector | by_partners
    return covered


# ---------------------------------------------------------------- what is open


def rule_states(sharing: pd.DataFrame, day: dt.date) -> pd.Series:
    """What is to be done about each rule, whoever needs what?

    Parameters
    ----------
    sharing
        ``shared_with, signed, reviewed`` as in ``sharing.csv``; dates as text.
    day
        Day the question is asked for, such as that of a meeting. A rule signed
        or looked at more than three months before is due.

    Returns
    -------
    Series
        On the index of ``sharing``: ``missing`` where nobody is named who may
        have it and nothing is signed, ``unsigned``, ``due`` or ``in order``.

    Examples
    --------
    >>> sharing = pd.DataFrame({"shared_with": ["", "police", "police", "police"],
    ...     "signed": ["", "", "2024-01-01", "2024-01-01"],
    ...     "reviewed": ["", "", "", "2025-02-01"]})
    >>> rule_states(sharing, dt.date(2025, 3, 1)).tolist()
    ['missing', 'unsigned', 'due', 'in order']
    """
    limit = (pd.Timestamp(day) - pd.DateOffset(months=REVIEW_MONTHS)).date().isoformat()
    signed = sharing["signed"].fillna("").ne("")
    result = pd.Series(IN_ORDER, index=sharing.index, dtype="str", name="state")
    result[_last(sharing) < limit] = DUE
    result[~signed] = UNSIGNED
    result[~signed & sharing["shared_with"].fillna("").str.strip().eq("")] = MISSING
    return result


def next_review(last: dt.date) -> dt.date:
    """Return the day up to which a rule that was looked at last on a day is looked at again.

    >>> next_review(dt.date(2024, 11, 30))
    datetime.date(2025, 2, 28)
    """
    return (pd.Timestamp(last) + pd.DateOffset(months=REVIEW_MONTHS)).date()


def _last(sharing: pd.DataFrame) -> pd.Series:
    """The day a rule was last signed or looked at, as text; "" where neither is known."""
    signed, reviewed = (sharing[one].fillna("") for one in ("signed", "reviewed"))
    # Dates are written 2025-02-01, so the later of two texts is the later day.
    return signed.where(signed >= reviewed, reviewed)


def links(sharing: pd.DataFrame, directory: Directory, day: dt.date) -> pd.DataFrame:
    """Who has what that whom needs or may have, and does a rule say so?

    Parameters
    ----------
    sharing
        As in ``sharing.csv``; a column that is not there counts as empty.
    directory
        Whom the names mean.
    day
        Day the states hold on.

    Returns
    -------
    DataFrame
        One row per kind of information, holder and receiver: ``row`` (position
        in the table), ``information``; of the holder ``from_kind, from_key,
        from_name, from_sector``, of the receiver the same with ``to_``;
        ``needed`` (whether a need is stated), ``asks`` (whether it is one that
        the rule does not answer), ``here`` (whether the holder is a partner or
        a sector with one), ``state``. An unanswered need is ``need``, where
        the holder is not here ``missing``, where the rule says *nobody*
        ``closed``; else the state of the rule counts. A kind for which nobody
        is named has the receiver *not settled*.

    Notes
    -----
    Who has it needs it from nobody. A need is answered only by the holder it
    is directed to: what another one may share is another observation.

    Examples
    --------
    >>> sharing = pd.DataFrame({"information": ["tensions"], "held_by": ["police, housing"],
    ...     "shared_with": ["youth work"], "needed_by": ["youth work, school"],
    ...     "signed": ["2025-02-01"]})
    >>> partners = pd.DataFrame({"partner_id": ["P1"], "name": ["Station"], "sector": ["police"]})
    >>> found = links(sharing, Directory(partners, (("police", "police"),)), dt.date(2025, 3, 1))
    >>> for link in found[["from_name", "to_name", "state"]].to_numpy().tolist():
    ...     print(link)
    ['police', 'youth work', 'in order']
    ['housing', 'youth work', 'in order']
    ['police', 'school', 'need']
    ['housing', 'school', 'missing']
    """
    table = _whole(sharing)
    holders, allowed, asked = (
        _named(table, one, directory) for one in ("held_by", "shared_with", "needed_by")
    )
    asked = asked[~_covered(asked, holders[holders["kind"] != _ALL], directory)]
    asks = ~_covered(asked, allowed, directory)
    settled = pd.concat(
        [asked.assign(needed=True, asks=asks), allowed.assign(needed=False, asks=False)],
        ignore_index=True,
    ).drop_duplicates(["row", "kind", "key"])  # fmt: skip
    rest = holders.loc[~holders["row"].isin(settled["row"]), ["row"]].drop_duplicates()
    receivers = pd.concat(
        [settled, rest.assign(kind=_OPEN, key=_OPEN, name=_("not settled"), sector="",
                              needed=False, asks=False)],
        ignore_index=True,
    )  # fmt: skip
    pairs = _prefixed(receivers, "to_").merge(_prefixed(holders, "from_"), on="row")
    itself = (pairs["from_kind"] == pairs["to_kind"]) & (pairs["from_key"] == pairs["to_key"])
    pairs = pairs[~itself | pairs["from_kind"].eq(_ALL)].sort_values("row", kind="stable")
    here = pairs["from_kind"].isin([_ALL, _PARTNER]) | pairs["from_sector"].isin(directory.present)
    closed = pairs["row"].isin(allowed.loc[allowed["kind"] == _NONE, "row"])
    state = rule_states(table, day).loc[pairs["row"]].set_axis(pairs.index)
    state = state.mask(closed & state.eq(IN_ORDER) | pairs["asks"] & closed, CLOSED)
    state = state.mask(pairs["asks"] & ~closed, MISSING).mask(pairs["asks"] & ~closed & here, NEED)
    information = table["information"].loc[pairs["row"]].set_axis(pairs.index)
    found = pairs.assign(state=state, information=information, here=here)
    sides = [f"{side}{one}" for side in ("from_", "to_") for one in Party._fields]
    columns = ["row", "information", *sides, "needed", "asks", "here", "state"]
    return found[columns].reset_index(drop=True)


def _whole(sharing: pd.DataFrame) -> pd.DataFrame:
    """The table with every column, as text; rows numbered from 0."""
    whole = sharing.reindex(columns=list(_COLUMNS), fill_value="").fillna("")
    return whole.astype("str").reset_index(drop=True)


def _prefixed(parties: pd.DataFrame, prefix: str) -> pd.DataFrame:
    return parties.rename(columns={one: f"{prefix}{one}" for one in Party._fields})


@dataclass(frozen=True, eq=False)
class Sharing:
    """What may be shared on a day, and what is open.

    Parameters
    ----------
    points
        A row per open point, then per rule that is in order or closed, in the
        order in which a meeting takes them: ``state``, ``row`` (position in
        the table), the columns of the table, ``asking`` (who needs it and is
        not allowed), ``elsewhere`` (who by another row may share the same kind
        with one of them), ``last`` (day last signed or looked at), ``here``
        (whether a partner of the network has it).
    links
        Of :func:`links`.
    day
        Day the states hold on.
    """

    points: pd.DataFrame
    links: pd.DataFrame
    day: dt.date

    @property
    def counts(self) -> dict[str, int]:
        """How many points there are of each state."""
        found = self.points["state"].value_counts()
        return {state: int(found.get(state, 0)) for state in STATES}

    @property
    def open(self) -> pd.DataFrame:
        """The points a meeting has to talk about."""
        return self.points[self.points["state"].isin(OPEN)]

    @property
    def kinds(self) -> int:
        """How many kinds of information with their holders the table has."""
        return int(self.points["row"].nunique())


def part(found: Sharing, sector: str, states: Collection[str]) -> Sharing:
    """Return the part that concerns a sector and is in one of some states.

    Parameters
    ----------
    found
        Of :func:`sharing_on`.
    sector
        Id of a sector that has it, needs it or may have it, itself or a
        partner of it; "" for any.
    states
        Of :data:`STATES`.

    Examples
    --------
    >>> sharing = pd.DataFrame({"information": ["tensions", "figures"],
    ...     "held_by": ["police", "school"], "needed_by": ["", "police"]})
    >>> sectors = (("police", "police"), ("education", "school"))
    >>> nobody = pd.DataFrame(columns=["partner_id", "name", "sector"], dtype="str")
    >>> whole = sharing_on(sharing, Directory(nobody, sectors), dt.date(2025, 3, 1))
    >>> part(whole, "education", STATES).points["information"].tolist()
    ['figures']
    """
    links, points = found.links, found.points
    if sector:
        # What all partners share concerns every sector.
        sides = [
            links[f"{side}_sector"].eq(sector) | links[f"{side}_kind"].eq(_ALL)
            for side in ("from", "to")
        ]
        links = links[sides[0] | sides[1]]
        points = points[points["row"].isin(links["row"])]
    return Sharing(
        points[points["state"].isin(states)].reset_index(drop=True),
        links[links["state"].isin(states)].reset_index(drop=True),
        found.day,
    )


def rule_id(rule: Mapping[str, str]) -> str:
    """Return a short id of a rule, the same as long as its information and holder stay the same.

    >>> rule_id({"information": "tensions", "held_by": "police"})
    '23e196ff65'
    """
    named = "\0".join(str(rule[one]) for one in tables.SHARING.key)
    return hashlib.sha256(named.encode()).hexdigest()[:10]


def sharing_on(sharing: pd.DataFrame, directory: Directory, day: dt.date) -> Sharing:
    """What is open between those who have information and those who need it?

    Parameters
    ----------
    sharing, directory, day
        As for :func:`links`.

    Returns
    -------
    Sharing
        First the needs that a partner could meet and no rule allows, most who
        ask first; then what is missing (no rule at all, or nobody here has
        it); then what is not signed, needed ones first; then what was not
        looked at for three months, longest ago first; then what is in order
        and what is closed. Within, the order of the table. A kind that is
        needed and has no rule is one point, not two; a need of which the rule
        says *nobody* is closed, no open point.

    Examples
    --------
    >>> sharing = pd.DataFrame({"information": ["figures", "tensions", "worries"],
    ...     "held_by": ["police", "police", "school"], "shared_with": ["all", "", "desk"],
    ...     "needed_by": ["", "health", "desk"], "signed": ["2025-02-01", "", ""]})
    >>> partners = pd.DataFrame({"partner_id": ["P1"], "name": ["Station"], "sector": ["police"]})
    >>> found = sharing_on(sharing, Directory(partners, (("police", "police"),)),
    ...     dt.date(2025, 3, 1))
    >>> found.points[["state", "information", "asking"]].to_numpy().tolist()
    [['need', 'tensions', 'health'], ['unsigned', 'worries', ''], ['in order', 'figures', '']]
    """
    found, table = links(sharing, directory, day), _whole(sharing)
    asks = found[found["asks"]].drop_duplicates(["row", "to_kind", "to_key"])
    by_row = found.groupby("row")
    rows = table.assign(
        row=table.index, last=_last(table),
        asking=asks.groupby("row")["to_name"].agg(", ".join).reindex(table.index, fill_value=""),
        many=asks.groupby("row").size().reindex(table.index, fill_value=0),
        elsewhere=_elsewhere(table, asks, directory),
        **{one: by_row[one].any().reindex(table.index, fill_value=False)
           for one in ("here", "needed")},
    )  # fmt: skip
    rule, closed = rule_states(table, day), table.index.isin(_rows(found, "to_kind", _NONE))
    unanswered = (rows["many"] > 0) & ~closed
    needs = rows[unanswered].assign(state=np.where(rows.loc[unanswered, "here"], NEED, MISSING))
    rules = rows.assign(state=rule.mask(closed & rule.eq(IN_ORDER), CLOSED))
    rules.loc[unanswered, ["asking", "elsewhere"]] = ""
    points = pd.concat([needs, rules[~(unanswered & rule.eq(MISSING))]], ignore_index=True)
    order = pd.DataFrame(
        {
            "state": points["state"].map(STATES.index),
            "many": np.where(points["state"] == NEED, -points["many"], 0),
            "unneeded": points["state"].eq(UNSIGNED) & ~points["needed"],
            "last": points["last"].where(points["state"] == DUE, ""),
            "row": points["row"],
        }
    )
    points = points.loc[order.sort_values([str(one) for one in order], kind="stable").index]
    kept = ["state", "row", *_COLUMNS, "asking", "elsewhere", "last", "here"]
    return Sharing(points[kept].reset_index(drop=True), found, day)


def _rows(found: pd.DataFrame, column: str, value: str) -> pd.Series:
    return found.loc[found[column] == value, "row"]


def _elsewhere(table: pd.DataFrame, asks: pd.DataFrame, directory: Directory) -> pd.Series:
    """Who by another row may share the same kind with one who asks: names joined, by row."""
    others = table[["information", "held_by"]].assign(other=table.index)
    both = asks.merge(others, on="information")
    both = both[both["row"] != both["other"]]
    asking = both[["to_kind", "to_key", "to_sector"]].set_axis(["kind", "key", "sector"], axis=1)
    allowed = _named(table, "shared_with", directory)
    kept = both[_covered(asking.assign(row=both["other"]), allowed, directory)]
    names = kept.drop_duplicates(["row", "other"]).groupby("row")["held_by"].agg(", ".join)
    return names.reindex(table.index, fill_value="")


# ---------------------------------------------------------------- in words


def title(found: Sharing) -> str:
    """Return the finding: what is most urgent of what is open.

    Examples
    --------
    >>> nothing = pd.DataFrame({"information": [], "held_by": []}, dtype="str")
    >>> nobody = Directory(pd.DataFrame(columns=["partner_id", "name", "sector"]), ())
    >>> title(sharing_on(nothing, nobody, dt.date(2025, 3, 1)))
    'Who may share what is not told yet'
    """
    counts = found.counts
    said = {
        NEED: ngettext(
            "{n} need that a partner could meet has no rule yet",
            "{n} needs that partners could meet have no rule yet", counts[NEED],
        ),
        MISSING: ngettext(
            "{n} kind of information has no rule or no holder here yet",
            "{n} kinds of information have no rule or no holder here yet", counts[MISSING],
        ),
        UNSIGNED: ngettext(
            "{n} rule is not signed yet", "{n} rules are not signed yet", counts[UNSIGNED]
        ),
        DUE: ngettext(
            "{n} rule is due for its review", "{n} rules are due for their review", counts[DUE]
        ),
    }  # fmt: skip
    if not found.kinds:
        return _("Who may share what is not told yet")
    first = next((state for state in OPEN if counts[state]), None)
    if first is None:
        return _("Every need has a rule that is signed and was looked at")
    return said[first].format(n=counts[first])


def lead(found: Sharing) -> str:
    """Return how much is open and in order, on which day, and what that cannot say."""
    counts = found.counts
    rest = [
        (MISSING, ngettext("{n} without rule or holder", "{n} without rule or holder",
                           counts[MISSING])),
        (UNSIGNED, ngettext("{n} unsigned", "{n} unsigned", counts[UNSIGNED])),
        (DUE, ngettext("{n} not looked at for three months",
                       "{n} not looked at for three months", counts[DUE])),
        (IN_ORDER, ngettext("{n} in order", "{n} in order", counts[IN_ORDER])),
        (CLOSED, ngettext("{n} closed to all by rule", "{n} closed to all by rule",
                          counts[CLOSED])),
    ]  # fmt: skip
    parts = [words.format(n=counts[state]) for state, words in rest if counts[state]]
    kinds = ngettext("{n} kind of information", "{n} kinds of information", found.kinds)
    said = _("{kinds} on {date}: {parts}.").format(
        kinds=kinds.format(n=found.kinds), date=date_text(found.day),
        parts=", ".join(parts) or _("nothing else"),
    )  # fmt: skip
    return said + " " + _("Whether a rule holds is a question of law, which this page cannot"
                          " answer.")  # fmt: skip


def state_text(state: str) -> str:
    """Return a state in two or three words, as lists and legends say it."""
    return {
        NEED: _("needed, no rule"), MISSING: _("missing"), UNSIGNED: _("not signed"),
        DUE: _("review due"), IN_ORDER: _("in order"), CLOSED: _("closed by rule"),
    }[state]  # fmt: skip


def reason_of(point: pd.Series) -> str:
    """Return why a point stands where it stands in the list, in a sentence.

    Parameters
    ----------
    point
        A row of ``Sharing.points``.

    Examples
    --------
    >>> point = pd.Series({"state": "need", "asking": "education", "held_by": "police",
    ...     "shared_with": "health", "elsewhere": "", "last": "", "here": True})
    >>> reason_of(point)
    'Needed by education, held by police; the rule names health.'
    """
    state, names = point["state"], {one: point[one] for one in ("asking", "held_by", "shared_with")}
    if state in (NEED, MISSING) and point["asking"]:
        if not point["here"]:
            said = _("Needed by {asking}; it would come from {held_by}, not part of the network.")
        elif point["shared_with"]:
            said = _("Needed by {asking}, held by {held_by}; the rule names {shared_with}.")
        else:
            said = _("Needed by {asking}, held by {held_by}; no rule yet.")
        if point["elsewhere"]:
            said += " " + _("By another rule it comes from {elsewhere}.").format(
                elsewhere=point["elsewhere"])  # fmt: skip
        return said.format(**names)
    said = {
        MISSING: _("No rule says yet who may have it."),
        UNSIGNED: _("A rule stands, no signature is noted."),
        DUE: _("Last looked at on {last}."),
        IN_ORDER: _("Last looked at on {last}, next by {due}."),
        CLOSED: _("By rule nobody may have it."),
    }[state]
    if point["last"]:
        last = dt.date.fromisoformat(point["last"])
        said = said.format(last=date_text(last), due=date_text(next_review(last)))
    if state == CLOSED and point["asking"]:
        said += " " + _("Asked for by {asking}.").format(**names)
    return said


def rules_by_sector(sharing: pd.DataFrame, directory: Directory) -> pd.DataFrame:
    """For which kinds of information are there rules, told by sectors and without names?

    Parameters
    ----------
    sharing, directory
        As for :func:`links`.

    Returns
    -------
    DataFrame
        ``information, held_by, shared_with``, one row per kind that has a
        rule, in the order of the table. A partner is told as its sector, all
        that is no sector as *others*: what a viewer may see.

    Examples
    --------
    >>> sharing = pd.DataFrame({"information": ["a", "b"], "held_by": ["Station", "case panel"],
    ...     "shared_with": ["all", ""]})
    >>> partners = pd.DataFrame({"partner_id": ["P1"], "name": ["Station"], "sector": ["police"]})
    >>> rules_by_sector(sharing, Directory(partners, (("police", "police"),))).to_numpy().tolist()
    [['a', 'Police', 'All partners']]
    """
    table = _whole(sharing)
    titles = {sector: _(title) for sector, title in directory.sectors}
    columns = {"information": table["information"]}
    for column in ("held_by", "shared_with"):
        named = _named(table, column, directory)
        named["said"] = named["name"].where(named["kind"].isin([_ALL, _NONE]), _("others"))
        sector = named["sector"].map(titles)
        named["said"] = sector.where(sector.notna(), named["said"])
        said = named.drop_duplicates(["row", "said"]).groupby("row")["said"].agg(", ".join)
        columns[column] = said.reindex(table.index, fill_value="").map(capital)
    told = pd.DataFrame(columns, dtype="str")
    return told[told["shared_with"] != ""].reset_index(drop=True)
