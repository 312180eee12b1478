"""What an outsider can work out about hidden figures from the files that anybody can take home.

Knows how cells hang together: areas in areas, parts of a total, a rate and its
denominator, two indicators that rest on one count. It starts from what the
files say (:mod:`analysis.takeaways`) and from what everybody knows of a
territory, and imports nothing that hides figures.

Notes
-----
A total is taken to be the sum of its parts where all sums of its kind that are
shown whole are. Where some of them are larger, parts are known to be at most
the total; where some are smaller, it is no total.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import sparse
from scipy.stats import chi2

from analysis import boundaries, periods
from analysis.attack import bounds_in_sums, counts_behind
from analysis.errors import DisclosureError
from analysis.takeaways import KEY, Known

COUNTED = ("count", "rate", "proportion")
"""Measures behind which a count stands."""
_ALIKE = 3
"""Counts above 0 that two indicators must share before they are taken for one."""
_Z = 1.959963984540054
"""Of a 95 % interval."""
_MOST = 400
"""Counts behind an interval are looked for up to here; larger ones are not small."""
_CLOSE = 0.03
"""How far an interval may lie from that of a count, as a share: formulas differ by less."""
_PLACE = ["level", "area_id", "period", "category"]

Floats = NDArray[np.float64]


def recoverable(evidence: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Which hidden figures can be worked out within less than their threshold?

    Parameters
    ----------
    evidence
        What all files say, :data:`analysis.takeaways.EVIDENCE`.
    known
        What everybody knows of the territory.

    Returns
    -------
    DataFrame
        ``indicator_id, level, area_id, period, category, lower, upper, threshold, how``:
        a row per hidden figure that is not protected. Bounds are counts, or
        values in the unit of an indicator behind which no count stands; ``how``
        names the file that says it, or *sums*.

    Notes
    -----
    ``attrs["hidden"]`` says how many figures are hidden in all.
    """
    hidden = evidence.loc[evidence["hidden"], KEY].drop_duplicates()
    if hidden.empty:
        nothing = pd.DataFrame(columns=[*KEY, "lower", "upper", "threshold", "how"])
        nothing.attrs["hidden"] = 0
        return nothing
    counts = known.indicators["measure"].isin(COUNTED)
    counted = evidence["indicator_id"].map(counts).fillna(False).astype(bool)
    bounded = _bounded(evidence[counted], known)
    cells = _cells(bounded, hidden[hidden["indicator_id"].map(counts).astype(bool)])
    found = [_worked_out(family, known) for family in _families(cells, known)]
    plain = [evidence[~counted], bounded[bounded["least"].isna()]]
    found.append(_plain_values(pd.concat(plain), hidden, known))
    together = pd.concat(found, ignore_index=True).drop_duplicates(KEY)
    together = together.sort_values(["indicator_id", "period", "level", "area_id"],
                                    ignore_index=True)  # fmt: skip
    together.attrs["hidden"] = len(hidden)
    return together


def sentence(row: Mapping[Hashable, Any]) -> str:
    """Say what is known of a hidden figure, where, and from what.

    >>> sentence({"indicator_id": "calls", "level": "district", "area_id": "D1", "period": "2024",
    ...     "category": "", "lower": 2.0, "upper": 3.0, "threshold": 5.0, "how": "sums"})
    "calls of district 'D1' in 2024: 2 to 3 (sums); protected within 5"
    """
    low, high = f"{row['lower']:g}", f"{row['upper']:g}"
    said = low if low == high else f"{low} to {high}"
    answer = f", {row['category']}" if row["category"] else ""
    return (
        f"{row['indicator_id']}{answer} of {row['level']} {row['area_id']!r} in {row['period']}:"
        f" {said} ({row['how']}); protected within {row['threshold']:g}"
    )


def _plain_values(rows: pd.DataFrame, hidden: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Hidden figures that a file shows in their unit, or draws in a class."""
    told = rows[rows["value"].notna() | rows["at_least"].notna()]
    kept = told.drop(columns="hidden").merge(hidden, on=KEY)
    return pd.DataFrame({
        **{name: kept[name] for name in KEY},
        "lower": kept["value"].fillna(kept["at_least"]),
        "upper": kept["value"].fillna(kept["at_most"]),
        "threshold": kept["indicator_id"].map(known.indicators["threshold"]), "how": kept["file"],
    })  # fmt: skip


# ------------------------------------------------------------------------ one cell


def _bounded(rows: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Between which counts each row leaves its figure: adds ``least`` and ``most``."""
    about = known.indicators.loc[rows["indicator_id"]]
    counts = rows["count"].to_numpy(float)
    counts = np.where(
        np.isnan(counts) & (about["measure"] == "count"), rows["value"].to_numpy(float), counts
    )
    base = _denominators(rows, known)
    least, most = counts.copy(), counts.copy()
    multiplier, decimals = about["multiplier"].to_numpy(float), rows["decimals"].to_numpy(int)
    for one, many in sorted({*zip(multiplier, decimals, strict=True)}):
        open_ = np.isnan(counts) & (multiplier == one) & (decimals == many)
        behind = counts_behind(
            rows["value"].to_numpy(float)[open_], base[open_], multiplier=float(one),
            decimals=None if many < 0 else int(many),
        )  # fmt: skip
        least[open_], most[open_] = behind["lower"], behind["upper"]
    low, high = _behind_intervals(rows, about["measure"].to_numpy(), base)
    unsaid = np.isnan(least)
    return rows.assign(least=np.where(unsaid, low, least), most=np.where(unsaid, high, most))


def _denominators(rows: pd.DataFrame, known: Known) -> Floats:
    """The denominator of each row: its own, that of another file, or the count it names."""
    own = rows[[*KEY, "denominator"]].dropna().drop_duplicates(KEY).set_index(KEY)["denominator"]
    base = rows["denominator"].to_numpy(float)
    base = np.where(np.isnan(base), own.reindex(pd.MultiIndex.from_frame(rows[KEY])), base)
    shown = rows.assign(amount=rows["count"].fillna(rows["value"])).dropna(subset="amount")
    shown = shown[shown["category"] == ""].drop_duplicates(KEY)
    counts = shown.set_index(["indicator_id", "level", "area_id", "period"])["amount"]
    asked = rows.assign(indicator_id=rows["indicator_id"].map(known.indicators["denominator_id"]))
    names = ["indicator_id", "level", "area_id", "period"]
    other = counts.reindex(pd.MultiIndex.from_frame(asked[names])).to_numpy(float)
    return np.where(np.isnan(base), other, base)


def _behind_intervals(rows: pd.DataFrame, measure: NDArray, base: Floats) -> tuple[Floats, Floats]:
    """Which counts have such a 95 % interval: Poisson by its shape, Wilson solved for n."""
    least, most = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    asked = rows["value"].isna() & rows["count"].isna() & rows["upper"].notna()
    counts = np.arange(_MOST + 1)
    low = np.append(0.0, chi2.ppf(0.025, 2 * counts[1:]) / 2)
    high = chi2.ppf(0.975, 2 * counts + 2) / 2
    for place in np.flatnonzero(asked):
        lower, upper = rows["lower"].iloc[place], rows["upper"].iloc[place]
        if measure[place] == "proportion":
            found = _wilson_count(lower / 100, upper / 100, base[place])
        elif measure[place] == "count":
            found = counts[np.abs(high - upper) <= _CLOSE * upper]
        else:
            ratio = low / high
            found = counts[np.abs(ratio - lower / upper) <= _CLOSE * (lower / upper)]
        if len(found):
            least[place], most[place] = found.min(), found.max()
    return least, most


def _wilson_count(lower: float, upper: float, base: float) -> Floats:
    """The count behind the limits of a share, which are the roots of Wilson's equation.

    >>> limits = 0.5527, 0.7364  # 65 of 100
    >>> _wilson_count(*limits, float("nan")).round().tolist()
    [65.0]
    """
    both, product = lower + upper, lower * upper
    a, b = 1 - both, 2 * np.sqrt(max(product, 0.0))
    root = 1 / b if abs(a) < 1e-12 and b else (-b + np.sqrt(b * b + 4 * a)) / (2 * a)
    if not np.isfinite(root) or root <= 1:
        return np.array([])
    n = base if np.isfinite(base) else _Z**2 / (root**2 - 1)
    return np.round([np.sqrt(max(product, 0.0)) * root * n])


def _cells(rows: pd.DataFrame, hidden: pd.DataFrame) -> pd.DataFrame:
    """Bring together what all files say of a cell.

    Words about a figure that nobody hides are left out: its number says more.
    """
    mark = pd.MultiIndex.from_frame(rows[KEY]).isin(pd.MultiIndex.from_frame(hidden))
    exact = rows["count"].notna() | (rows["least"] == rows["most"])
    told = rows[(mark | exact) & rows["least"].notna()]
    firm = told.assign(width=told["most"] - told["least"]).sort_values(
        ["width", "least"], ascending=[True, False], kind="stable"
    )
    cells = firm.groupby(KEY, sort=False).agg(
        least=("least", "max"), most=("most", "min"), file=("file", "first"),
        first=("least", "first"), last=("most", "first"),
    )  # fmt: skip
    # Two files that contradict each other: the narrower one counts.
    odd = cells["least"] > cells["most"]
    cells["least"] = cells["least"].mask(odd, cells["first"])
    cells["most"] = cells["most"].mask(odd, cells["last"])
    cells = cells[["least", "most", "file"]]
    everything = pd.MultiIndex.from_frame(hidden)
    unseen = everything[~everything.isin(cells.index)]
    cells = pd.concat([cells, pd.DataFrame(
        {"least": np.nan, "most": np.inf, "file": ""}, index=unseen
    )])  # fmt: skip
    cells["hidden"] = cells.index.isin(pd.MultiIndex.from_frame(hidden))
    return cells.rename_axis(KEY).reset_index()


# ------------------------------------------------------------------------ cells that hang together


def _families(cells: pd.DataFrame, known: Known) -> list[pd.DataFrame]:
    """Sort cells by what could give each other away; ``series`` says whose count a cell is."""
    names = list(cells["indicator_id"].unique())
    series = {name: name for name in names}
    whole = cells[cells["least"] == cells["most"]].set_index(["indicator_id", *_PLACE])["least"]
    exact = {name: part.droplevel(0) for name, part in whole.groupby(level=0, sort=False)}
    for one, other in combinations(exact, 2):
        both = pd.concat([exact[one], exact[other]], axis=1, join="inner")
        same = both.iloc[:, 0] == both.iloc[:, 1]
        if same.all() and (both.iloc[:, 0] > 0).sum() >= _ALIKE:
            series[other] = series[one]
    part_of = known.indicators["part_of"]
    group = {name: series[name] for name in names}
    for name in names:
        total = part_of[name]
        if total in series:
            old, new = group[name], group[total]
            group = {one: new if at == old else at for one, at in group.items()}
    return [
        part.assign(series=part["indicator_id"].map(series)).reset_index(drop=True)
        for _, part in cells.groupby(cells["indicator_id"].map(group), sort=False)
    ]


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums of one kind: pairs of a part and its total, as positions of cells."""

    part: NDArray[np.int64]
    total: NDArray[np.int64]
    complete: NDArray[np.bool_]
    """Per pair, whether all parts of its total are among the cells."""


def _worked_out(cells: pd.DataFrame, known: Known) -> pd.DataFrame:
    """Bound the hidden cells of a family; return those that are not protected."""
    merged = cells.groupby(["series", *_PLACE], sort=False, as_index=False).agg(
        {"least": "max", "most": "min", "hidden": "all", "file": "first"}
    )
    exact = merged["least"] == merged["most"]
    figures = merged.loc[exact, "least"]
    whole = bool((figures == figures.round()).all())
    hide = cells["indicator_id"].map(known.indicators["hide_zeros"]).eq("True")
    merged["zeros"] = bool(hide.any())
    bound = _bounds(merged, [_areas(merged, known), _parts(merged, cells, known)], whole)
    merged[["lower", "upper"]] = bound
    found = cells.merge(
        merged.drop(columns=["least", "most", "hidden", "file"]), on=["series", *_PLACE]
    )
    found["threshold"] = found["indicator_id"].map(known.indicators["threshold"])
    lost = found["hidden"] & (found["upper"] - found["lower"] < found["threshold"] - 1e-9)
    found["how"] = found["file"].mask(found["file"] == "", "sums")
    # What another indicator shows of the same count.
    shown = merged.loc[~merged["hidden"] & exact, ["series", *_PLACE]].assign(other=True)
    found = found.merge(shown, how="left", on=["series", *_PLACE])
    found["how"] = found["how"].mask(
        (found["how"] == "sums") & found["other"].eq(True), "another indicator of the same count"
    )
    return found.loc[lost.to_numpy(), [*KEY, "lower", "upper", "threshold", "how"]]


def _areas(cells: pd.DataFrame, known: Known) -> _Sums:
    """Areas in areas, as they lay at each period."""
    pairs = []
    areas = known.areas
    versions = {
        level: [boundaries.Version(*one) for one in part.drop_duplicates().itertuples(index=False)]
        for level, part in areas.groupby("level")[["version", "valid_from", "valid_to"]]
    }
    for above, level in zip(known.levels, known.levels[1:], strict=False):
        inside = areas.loc[
            (areas["level"] == level) & (areas["parent_id"] != ""),
            ["version", "area_id", "parent_id"],
        ]
        for period, own in cells.reset_index(names="part").groupby("period", sort=False):
            day = periods.parse(str(period)).last
            valid = inside[inside["version"] == boundaries.valid_version(versions[level], day)]
            size = valid.groupby("parent_id").size()
            parts = own[own["level"] == level].merge(valid, on="area_id")
            totals = own[own["level"] == above].rename(
                columns={"part": "total", "area_id": "parent_id"}
            )
            key = ["series", "parent_id", "period", "category"]
            pair = parts[[*key, "part"]].merge(totals[[*key, "total"]], on=key)
            have = pair.groupby("total")["part"].transform("size")
            pairs.append(pair.assign(complete=have == pair["parent_id"].map(size)))
    return _sums(pairs)


def _parts(cells: pd.DataFrame, rows: pd.DataFrame, known: Known) -> _Sums:
    """Indicators that are parts of a total."""
    series_of = dict(zip(rows["indicator_id"], rows["series"], strict=True))
    every = known.indicators["part_of"]
    whole = {series_of[one]: series_of[every[one]] for one in series_of if every[one] in series_of}
    sizes = every[every != ""].value_counts()
    parts = cells[cells["series"].isin(list(whole))].reset_index(names="part")
    parts = parts.assign(series=parts["series"].map(whole))
    key = ["series", *_PLACE]
    pair = parts[[*key, "part"]].merge(cells.reset_index(names="total")[[*key, "total"]], on=key)
    have = pair.groupby("total")["part"].transform("size")
    wanted = (
        pair["series"]
        .map({series_of[one]: float(n) for one, n in sizes.items() if one in series_of})
        .astype(float)
    )
    return _sums([pair.assign(complete=have >= wanted)])


def _sums(pairs: list[pd.DataFrame]) -> _Sums:
    together = pd.concat(
        [pd.DataFrame({"part": [], "total": [], "complete": []}), *pairs], ignore_index=True
    )
    return _Sums(
        together["part"].to_numpy(np.int64), together["total"].to_numpy(np.int64),
        together["complete"].to_numpy(bool),
    )  # fmt: skip


def _bounds(cells: pd.DataFrame, kinds: list[_Sums], whole: bool) -> Floats:
    """Lower and upper bound of each cell, from all sums together; where they clash, with slack."""
    least = cells["least"].to_numpy(float)
    # Where zeros are shown, everybody knows that of what is hidden there is one at least.
    floor = np.where(cells["hidden"] & ~cells["zeros"], 1.0 if whole else 0.0, 0.0)
    least, most = np.where(np.isnan(least), floor, least), cells["most"].to_numpy(float)
    wide = most > least
    enough = np.inf
    for strict in (True, False):
        sums = [row for kind in kinds for row in _rows(kind, cells, least, most, strict=strict)]
        if not wide.any() or not sums:
            break
        try:
            low, high = _solved(sums, least, most, wide, whole, enough)
        except DisclosureError:
            continue
        return np.column_stack([low, high])
    return np.column_stack([least, most])


@dataclass(frozen=True, eq=False)
class _Row:
    """One sum: its parts, its total, and whether there may be more in the total."""

    parts: NDArray[np.int64]
    total: int
    slack: bool


def _rows(
    kind: _Sums, cells: pd.DataFrame, least: Floats, most: Floats, *, strict: bool
) -> list[_Row]:
    """The sums of a kind; those shown whole say by which of them a total is a sum."""
    if not len(kind.part):
        return []
    order = np.argsort(kind.total, kind="stable")
    totals, starts = np.unique(kind.total[order], return_index=True)
    parts = np.split(kind.part[order], starts[1:])
    complete = kind.complete[order][starts]
    group = list(zip(cells["series"].iloc[totals], cells["level"].iloc[totals], strict=True))
    odd: dict[tuple[str, str], str] = {}
    for place, total in enumerate(totals):
        own = parts[place]
        low, high = least[own].sum(), most[own].sum()
        if low > most[total] + 1e-6:
            odd[group[place]] = "no total"
        elif complete[place] and high < least[total] - 1e-6:
            odd.setdefault(group[place], "more")
    return [
        _Row(own, int(total), not strict or not here or mark in odd)
        for own, total, here, mark in zip(parts, totals, complete, group, strict=True)
        if odd.get(mark) != "no total"
    ]


def _solved(
    sums: list[_Row], least: Floats, most: Floats, wide: NDArray[np.bool_], whole: bool,
    enough: float,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Ask the attack; what may be more in a total is one more cell of it."""
    sums = [one for one in sums if wide[one.parts].any() or wide[one.total]]
    column = np.cumsum(wide) - 1
    cells = int(wide.sum())
    slack = sum(one.slack for one in sums)
    row, col, factor, left = [], [], [], []
    extra = cells
    for number, one in enumerate(sums):
        signs = [(place, 1.0) for place in one.parts] + [(one.total, -1.0)]
        rest = 0.0
        for place, sign in signs:
            if wide[place]:
                row.append(number)
                col.append(column[place])
                factor.append(sign)
            else:
                rest -= sign * least[place]
        if one.slack:
            row.append(number)
            col.append(extra)
            factor.append(1.0)
            extra += 1
        left.append(rest)
    matrix = sparse.csr_array((factor, (row, col)), shape=(len(sums), cells + slack))
    found = bounds_in_sums(
        matrix, left, whole=whole, enough=enough,
        minimum=np.append(least[wide], np.zeros(slack)),
        maximum=np.append(most[wide], np.full(slack, np.inf)),
    )  # fmt: skip
    low, high = least.copy(), most.copy()
    low[wide], high[wide] = found["lower"][:cells], found["upper"][:cells]
    return low, high
