"""Can these figures be right? They are held against unit, parts, whole and what was before.

Knows what is impossible (refused) and what is unlikely (asked about): jumps
that chance does not explain, zeros out of nowhere, sums that do not add up,
denominators that changed. The figures themselves stand in no message, since
small counts are protected later; areas, periods and line numbers do.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis import boundaries, tables
from analysis.catalogue import Catalogue, Indicator
from analysis.coded import categories, coded, combined, positions, under_each_other, written
from analysis.errors import UnknownId
from analysis.intake.checks import Check, Level
from analysis.language import N_
from analysis.language import gettext as _

if TYPE_CHECKING:
    from analysis.territory import Territory

AS_DELIVERED = (N_("publish as delivered"), N_("stop and ask the publisher"))
"""Answers to what is unlikely but possible; the second stops the file."""

FAMILY_ERROR = 0.01
"""Chance that a file without any fault is asked about for its jumps."""
LEAST_CHANGE = 0.2
"""Change of a counted figure, as a share of the earlier one, below which no jump is called."""
LEAST_CHANGE_OF_MEAN = 0.05
"""The same for means, medians and indices."""
SHIFT = 1.5
"""Factor by which the median area changes when a whole file is off."""
OUTLYING = 8.0
"""Robust standard deviations that make a figure without an interval unlikely."""
ENOUGH_AREAS = 8
"""Areas from which the common movement and its spread are estimated."""
KEEPS_ORDER = 0.5
"""Rank correlation of two earlier periods from which the order of areas says something."""
ZERO_CHANCE = 0.001
"""Chance of a zero, after what was before, below which it is sudden; less among many rows."""
DENOMINATOR_CHANGE = 0.1
"""Change of a denominator that needs an answer; any other is noted."""

_PLACE = ["level", "area_id", "category"]
_KEY = [*_PLACE, "period"]
_SCALE = re.compile(r"(-?\d+(?:[.,]\d+)?)\s?(?:[–—-]|to|bis|à|a)\s?(\d+(?:[.,]\d+)?)\b")


def plausibility(
    new: pd.DataFrame,
    published: pd.DataFrame | None,
    indicator: Indicator,
    territory: Territory | None = None,
    *,
    related: Mapping[str, pd.DataFrame] | None = None,
) -> list[Check]:
    """Hold the figures of a refresh against what is possible and what was before.

    Parameters
    ----------
    new
        *Observations* of one indicator as they would be published; an index
        named ``row`` holds line numbers, which the findings then name.
    published
        What is published of it now, None for a new indicator.
    indicator
        Its row of the catalogue.
    territory
        For sums to the level above and to ``part_of``; without it neither is
        checked.
    related
        Observations of the indicators of :func:`family`, as they will stand
        once the refresh is published; what is absent is not checked.

    Returns
    -------
    list of Check
        ``refuse`` for what no figure of the unit can be (``out_of_range``,
        ``count_above_denominator``); ``question`` for ``jump``, ``shift``,
        ``reordered``, ``sudden_zero``, ``sum_of_areas``, ``sum_of_parts``, ``denominator``;
        ``note`` for small changes of denominators. Empty when all is likely.
        Missing and suppressed cells are held against nothing.

    Notes
    -----
    Only rows that differ from what is published are compared with the
    earlier period, the same season for quarters, half-years and months, and
    never across a break. A change is tested on the scale where chance is
    even: square roots for counts and rates (W5 of Gu, Ng, Tang and Schucany
    2008, *Biometrical Journal* 50: 283–298), arcsines for proportions, the
    standard error for means and for delivered limits. From eight areas on
    the common movement is taken out and the spread between areas widens the
    limit; the limit is that of Bonferroni for :data:`FAMILY_ERROR`.
    Figures that are each likely may stand at the wrong areas, as in a table
    whose names were sorted without them: so the order of the areas is held
    against that between the two periods before, by the difference of two rank
    correlations after Fisher's transformation.
    """
    if new.empty:
        return []
    # Sorted, grouped and compared by number: a million rows share few texts.
    new = coded(new)
    published = None if published is None else coded(published)
    base = (related or {}).get(indicator.denominator_id)
    base = None if base is None else coded(base)
    own = new
    if base is not None:
        new = _with_base(new, base)
        published = None if published is None else _with_base(published, base)
    figures = _with_figure(new, indicator)
    found = list(_impossible(figures, indicator))
    if any(check.level == "refuse" for check in found):
        return found
    standing = _standing(figures, published, indicator)
    compared = _compared(standing, published, indicator)
    found += _jumps(compared, indicator)
    found += _reordered(standing, indicator)
    found += _denominators(_with_figure(own, indicator), published, compared, indicator, base)
    if territory is not None:
        found += _sums_of_areas(standing, indicator, territory)
        found += _sums_of_parts(standing, indicator, territory.catalogue, related or {})
    return found


def family(indicator: Indicator, catalogue: Catalogue) -> tuple[str, ...]:
    """Return the indicators whose figures say something about those of one.

    Its denominator, the total it is part of with the other parts, and its own
    parts.

    Examples
    --------
    A form's signals are held against all signals and the other forms'.
    """
    ids = [indicator.denominator_id, indicator.part_of]
    ids += [
        one.indicator_id
        for one in catalogue.values()
        if one.part_of and one.part_of in (indicator.part_of, indicator.indicator_id)
    ]
    return tuple(
        one for one in dict.fromkeys(ids) if one in catalogue and one != indicator.indicator_id
    )


def _with_base(observations: pd.DataFrame, base: pd.DataFrame) -> pd.DataFrame:
    """Rows without a denominator get the base count of their area and period."""
    if observations["denominator"].notna().all():
        return observations
    counts = _base_counts(base)
    at = positions(observations, counts, ["level", "area_id", "period"])
    there = np.append(counts["denominator"].to_numpy(), np.nan)[at]
    own = observations["denominator"].to_numpy()
    return observations.assign(denominator=np.where(np.isnan(own), there, own))


def _base_counts(base: pd.DataFrame) -> pd.DataFrame:
    """Columns ``level, area_id, period, denominator`` of a base count, one row per key."""
    key = ["level", "area_id", "period"]
    rows = base[base["category"] == ""].assign(denominator=base["count"].fillna(base["value"]))
    known = rows.loc[rows["denominator"].notna(), [*key, "denominator"]]
    return known[~pd.Index(combined(known, key)).duplicated()]


def _with_figure(observations: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Rows that hold a figure, with the figure in the indicator's unit and the line number."""
    rows = observations[~observations["status"].isin(tables.WITHOUT_VALUE)]
    lines = rows.index if rows.index.name == "row" else np.zeros(len(rows), dtype=int)
    counted = rows["count"]
    if indicator.measure != "count":
        counted = indicator.multiplier * counted / rows["denominator"].where(
            rows["denominator"] > 0
        )  # fmt: skip
    plain = rows.assign(figure=rows["value"].fillna(counted), line=lines).reset_index(drop=True)
    return plain[plain["figure"].notna()]


def _check(
    level: Level,
    code: str,
    rows: pd.DataFrame,
    indicator: Indicator,
    column: str,
    fact: str,
    way_out: str,
) -> Check:
    """Build one finding over all rows concerned, which it names by area and period."""
    name = indicator.indicator_id
    places = [f"{area} ({period})" for area, period in
              zip(rows["area_id"].iloc[:3], rows["period"].iloc[:3], strict=True)]  # fmt: skip
    more = _(" and {n} more").format(n=len(rows) - 3) if len(rows) > 3 else ""
    message = f"{name!r} {fact}: {', '.join(places)}{more}; {way_out}"
    lines = tuple(sorted({int(one) for one in rows["line"].iloc[:100] if one})[:5])
    choices = AS_DELIVERED if level == "question" else ()
    return Check(level, code, message, column, lines, choices, name)


# Impossible


def scale_of(indicator: Indicator) -> tuple[float, float]:
    """Return the least and the greatest figure the indicator's unit allows.

    A scale is read from the unit of a mean, median, ordinal item or index.

    Returns
    -------
    tuple of float
        In the indicator's unit; infinite where the unit sets no limit.
    """
    if indicator.measure == "proportion":
        return 0.0, indicator.multiplier
    if indicator.measure in ("count", "rate"):
        return 0.0, math.inf
    written = _SCALE.search(indicator.unit)
    if written:
        low, high = (float(one.replace(",", ".")) for one in written.groups())
        if low < high:
            return low, high
    return (0.0, 1.0) if indicator.measure == "ordinal" else (-math.inf, math.inf)


def _impossible(figures: pd.DataFrame, indicator: Indicator) -> Iterator[Check]:
    low, high = scale_of(indicator)
    # An answer of an ordinal item is a count, not a figure of the scale.
    whole = figures[(figures["category"] == "") | (indicator.measure != "ordinal")]
    outside = whole[(whole["figure"] < low) | (whole["figure"] > high * (1 + 1e-12))]
    if len(outside):
        limits = f"{low:g} to {high:g}" if high < math.inf else f"{low:g} or more"
        yield _check(
            "refuse", "out_of_range", outside, indicator, "value",
            _("is outside its unit ({unit}, {limits})").format(unit=indicator.unit, limits=limits),
            _("correct the figures, or the unit and multiplier of the indicator"),
        )  # fmt: skip
    above = figures[figures["count"] > figures["denominator"]]
    if len(above) and indicator.measure in ("proportion", "ordinal"):
        yield _check(
            "refuse", "count_above_denominator", above, indicator, "count",
            _("counts more than its denominator holds"),
            _("correct one of the two, or take the denominator of the same period"),
        )  # fmt: skip


# Jumps


def _standing(
    figures: pd.DataFrame, published: pd.DataFrame | None, indicator: Indicator
) -> pd.DataFrame:
    """Figures as they would stand once published; ``fresh`` where the refresh brings them."""
    fresh = figures.assign(fresh=True)
    if published is None or published.empty:
        return fresh
    before = _with_figure(published.rename_axis(None), indicator).assign(fresh=False)
    both = under_each_other([fresh, before[fresh.columns]])
    return both[~pd.Index(combined(both, _KEY)).duplicated()]


def _compared(
    standing: pd.DataFrame, published: pd.DataFrame | None, indicator: Indicator
) -> pd.DataFrame:
    """Fresh rows that differ from what is published, beside the earlier period's (``_before``)."""
    kept = ["figure", "count", "denominator", "sd", "lower", "upper"]
    seasoned = standing[[*_KEY, *kept, "break", "fresh", "line"]].assign(
        season=_seasons(standing, indicator)
    )
    order = np.argsort(combined(seasoned, [*_PLACE, "season", "period"]), kind="stable")
    series = combined(seasoned, [*_PLACE, "season"])[order]
    begins = np.append(True, series[1:] != series[:-1])[: len(order)]
    fresh, breaks = (seasoned[one].to_numpy(dtype=bool)[order] for one in ("fresh", "break"))
    figure = seasoned["figure"].to_numpy()[order]
    chosen = np.flatnonzero(fresh & ~breaks & ~begins)
    chosen = chosen[~np.isnan(figure[chosen - 1])]
    pairs, earlier = seasoned.iloc[order[chosen]], order[chosen - 1]
    pairs = pairs.assign(**{f"{one}_before": seasoned[one].to_numpy()[earlier] for one in kept})
    if published is None or published.empty:
        return pairs
    known = _with_figure(published.rename_axis(None), indicator)
    at = positions(pairs, known, _KEY)
    figure, count = (np.append(known[one].to_numpy(), np.nan)[at] for one in ("figure", "count"))
    same = np.isclose(figure, pairs["figure"], rtol=1e-9, atol=0)
    same &= (count == pairs["count"].to_numpy()) | np.isnan(count)
    return pairs[~same]


def _jumps(pairs: pd.DataFrame, indicator: Indicator) -> Iterator[Check]:
    if pairs.empty:
        return
    moved = pairs.assign(
        z=_standardised_change(pairs, indicator),
        change=(pairs["figure"] - pairs["figure_before"]) / pairs["figure_before"].abs(),
    )
    zero = _is_sudden_zero(moved, indicator)
    shifted = _shifts(moved[moved["figure_before"] > 0])
    for group in shifted:
        factor = (group["figure"] / group["figure_before"]).median()
        yield _check(
            "question", "shift", group, indicator, "value",
            _("changes everywhere at once, by about {factor}").format(factor=_factor(factor)),
            _("is the unit the same, is it a break in the series?"),
        )  # fmt: skip
    alone = moved[~zero]
    if shifted:
        together = np.concatenate([combined(one, ["level", "period"]) for one in shifted])
        alone = alone[~np.isin(combined(alone, ["level", "period"]), together)]
    jumping = _outlying(alone, indicator)
    if len(jumping):
        yield _check(
            "question", "jump", jumping, indicator, "value",
            _("jumps further from the earlier period than chance makes likely"),
            _("compare with the publisher's own table, or mark a break in the series"),
        )  # fmt: skip
    if zero.any():
        yield _check(
            "question", "sudden_zero", moved[zero], indicator, "value",
            _("falls to zero where the earlier period makes that unlikely"),
            _("is it a true zero, or missing or suppressed?"),
        )  # fmt: skip


def _reordered(standing: pd.DataFrame, indicator: Indicator) -> Iterator[Check]:
    """Ask where the areas stand in quite another order than in the periods before."""
    plain = standing[standing["category"] == ""]
    for (level, _season), rows in plain.groupby(["level", _seasons(plain, indicator)], sort=False):
        fresh = set(rows.loc[rows["fresh"], "period"].unique())
        if len(set(rows["period"].unique()) - fresh) < 2:
            continue
        table = written(rows).pivot_table(index="area_id", columns="period", values="figure")
        anew = rows.loc[rows["break"].astype(bool), "period"].unique()
        for period in sorted(set(fresh) - set(anew)):
            earlier = [one for one in table.columns if one < period and one not in fresh][-2:]
            if len(earlier) < 2:
                continue
            known = table[[*earlier, period]].dropna()
            before = _rank_correlation(known[earlier[0]], known[earlier[1]])
            now = _rank_correlation(known[earlier[1]], known[period])
            if len(known) < ENOUGH_AREAS or not before >= KEEPS_ORDER or now >= before:
                continue
            apart = np.arctanh(min(before, 0.999)) - np.arctanh(max(now, -0.999))
            if apart * math.sqrt((len(known) - 3) / 2) > norm.isf(FAMILY_ERROR):
                moved = rows[(rows["period"] == period) & rows["area_id"].isin(known.index)]
                yield _check(
                    "question", "reordered", moved, indicator, "value",
                    _(
                        "puts the areas of {level!r} in quite another order than the periods before"
                    ).format(level=level),
                    _("do the figures stand at the right areas?"),
                )  # fmt: skip


def _rank_correlation(one: pd.Series, other: pd.Series) -> float:
    """Spearman's; NaN where one of the two does not vary."""
    return float(one.rank().corr(other.rank()))


def _seasons(rows: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """Quarter, half-year or month of each row; the same text for all years."""
    seasonal = indicator.period_form in ("Q", "S", "M")
    period = rows["period"].cat
    texts = [one[4:] if seasonal else "" for one in period.categories]
    return pd.Series(categories(period.codes.to_numpy(), texts), index=rows.index)


def _factor(factor: float) -> str:
    """Write a change of all areas as a factor.

    >>> _factor(98.7), _factor(0.5)
    ('99 times', 'a factor of 0.5')
    """
    return f"{factor:.0f} times" if factor > 2.5 else f"a factor of {factor:.2g}"


def _standardised_change(pairs: pd.DataFrame, indicator: Indicator) -> np.ndarray:
    """Change over its standard error, per row; NaN where nothing says how sure the figures are."""
    now, before = (
        pairs,
        pairs.filter(like="_before").rename(columns=lambda name: name.removesuffix("_before")),
    )
    z = np.full(len(pairs), np.nan)
    limits = (now["upper"] - now["lower"]) / 3.92, (before["upper"] - before["lower"]) / 3.92
    z = _where(z, (now["figure"] - before["figure"]) / np.hypot(*limits))
    errors = now["sd"] / np.sqrt(now["denominator"]), before["sd"] / np.sqrt(before["denominator"])
    z = _where(z, (now["figure"] - before["figure"]) / np.hypot(*errors))
    if indicator.measure in ("proportion", "ordinal"):
        shares = [
            np.arcsin(np.sqrt((part["count"] / part["denominator"]).clip(0, 1)))
            for part in (now, before)
        ]
        spread = np.sqrt(1 / now["denominator"] + 1 / before["denominator"])
        z = _where(z, 2 * (shares[0] - shares[1]) / spread)
    elif indicator.measure in ("rate", "count"):
        ratio = pd.Series(1.0, index=now.index)
        counts = now["count"], before["count"]
        if indicator.measure == "rate":
            ratio = now["denominator"] / before["denominator"]
        else:
            counts = now["figure"], before["figure"]
        roots = np.sqrt(counts[0] + 0.375) - np.sqrt(ratio * (counts[1] + 0.375))
        z = _where(z, 2 * roots / np.sqrt(1 + ratio))
    return z


def _where(z: np.ndarray, other: pd.Series | np.ndarray) -> np.ndarray:
    """Fill in what is not known yet."""
    found = np.asarray(other, dtype=float)
    return np.where(np.isnan(z) & np.isfinite(found), found, z)


def _shifts(pairs: pd.DataFrame) -> list[pd.DataFrame]:
    """Levels and periods in which the median area changes by more than :data:`SHIFT`."""
    found = []
    ratio = (pairs["figure"] / pairs["figure_before"]).to_numpy()
    for rows in _together(pairs):
        if len(rows) < ENOUGH_AREAS or 1 / SHIFT <= np.median(ratio[rows]) <= SHIFT:
            continue
        group = pairs.iloc[rows]
        if not group["count_before"].median() < 5:
            found.append(group)
    return found


def _together(pairs: pd.DataFrame) -> Iterator[np.ndarray]:
    """Positions of the rows of each level and period."""
    key = combined(pairs, ["level", "period"])
    order = np.argsort(key, kind="stable")
    if len(order):
        yield from np.split(order, np.flatnonzero(np.diff(key[order])) + 1)


def _outlying(pairs: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """Rows whose change neither chance nor the common movement explains, largest first."""
    counted = indicator.adds_up
    least = LEAST_CHANGE if counted else LEAST_CHANGE_OF_MEAN
    large = (pairs["change"].abs() >= least) | (pairs["figure_before"] == 0)
    score = np.zeros(len(pairs))
    limit = norm.isf(FAMILY_ERROR / 2 / max(len(pairs), 1))
    z, change, figure, before = (
        pairs[name].to_numpy(dtype="float64") for name in ("z", "change", "figure", "figure_before")
    )
    for rows in _together(pairs):
        sure = rows[~np.isnan(z[rows])]
        if len(sure):
            centre, spread = _centre_and_spread(z[sure])
            score[sure] = np.abs(z[sure] - centre) / max(spread, 1) / limit
        rest = rows[np.isnan(z[rows]) & (before[rows] != 0)]
        if len(rest) >= ENOUGH_AREAS:
            centre, spread = _centre_and_spread(change[rest])
            # Where nearly all stand still, a change of a tenth is no outlier yet.
            score[rest] = np.abs(change[rest] - centre) / max(spread, 0.02) / OUTLYING
        elif len(rest):
            factor = figure[rest] / before[rest]
            score[rest] = np.abs(np.log2(np.where(factor > 0, factor, 1.0)))
    chosen = np.flatnonzero((score > 1) & large.to_numpy())
    return pairs.iloc[chosen[np.argsort(-score[chosen], kind="stable")]]


def _centre_and_spread(values: np.ndarray) -> tuple[float, float]:
    """Median, and median absolute deviation as a standard deviation; (0, 0) for a few areas."""
    if len(values) < ENOUGH_AREAS:
        return 0.0, 0.0
    centre = float(np.median(values))
    return centre, float(1.4826 * np.median(np.abs(values - centre)))


def _is_sudden_zero(pairs: pd.DataFrame, indicator: Indicator) -> pd.Series:
    zero = (pairs["figure"] == 0) & (pairs["figure_before"] > 0)
    if not zero.any():
        return zero
    cases = pairs["figure_before"] if indicator.measure == "count" else pairs["count_before"]
    ratio = (pairs["denominator"] / pairs["denominator_before"]).fillna(1)
    unlikely = np.exp(-(cases * ratio)) < min(ZERO_CHANCE, FAMILY_ERROR / len(pairs))
    # Without a count only a zero among figures that are never zero is sudden.
    rare = (pairs["figure_before"] == 0).mean() < 0.05
    return zero & (unlikely | (cases.isna() & rare))


# Sums


def _amount(observations: pd.DataFrame, indicator: Indicator) -> pd.Series:
    """What adds up: the count, or the figure of a count; NaN where there is none."""
    if indicator.measure == "count":
        return observations["count"].fillna(observations["value"])
    return observations["count"]


def _off(total: pd.Series, parts: pd.Series, pieces: pd.Series, complete: pd.Series) -> pd.Series:
    """Whether sums miss their total by more than rounding to a common base explains."""
    known = pd.concat([total, parts]).dropna()
    base = 1
    if len(known) and (known % 1 == 0).all():
        base = int(np.gcd.reduce(known.astype("int64").to_numpy())) or 1
    rounding = base / 2 * (pieces + 1) if base in (5, 10, 50, 100, 1000) else 0.0
    allowed = rounding + 1e-6 * total.abs() + (0 if (known % 1 == 0).all() else 0.5)
    return (parts - total > allowed) | (complete & (total - parts > allowed))


def _sums_of_areas(
    standing: pd.DataFrame, indicator: Indicator, territory: Territory
) -> Iterator[Check]:
    """Hold the areas of each level against the areas above that hold them."""
    if not indicator.adds_up:
        return
    stated = standing["level"].unique().tolist()
    above_of = {one: _level_above(one, territory) for one in stated}
    if not any(above in stated for above in above_of.values()):
        return
    rows = standing.assign(amount=_amount(standing, indicator))
    rows = rows[rows["amount"].notna()]
    fresh_periods = set(rows.loc[rows["fresh"], "period"].unique())
    off = []
    for level in rows["level"].unique():
        above = above_of[level]
        if above is None or above not in set(rows["level"].unique()):
            continue
        for period in sorted(fresh_periods):
            here = written(rows[(rows["period"] == period) & rows["level"].isin([level, above])])
            off.append(_off_parents(here, level, above, period, territory))
    wrong = pd.concat(off) if off else pd.DataFrame()
    if len(wrong):
        yield _check(
            "question", "sum_of_areas", wrong, indicator, "count",
            _("does not add up to the level above"),
            _(
                "are areas missing or counted twice, or are cases without a place in the total?"
            ),
        )  # fmt: skip


def _level_above(level: str, territory: Territory) -> str | None:
    if level not in territory.levels:
        return None
    return boundaries.parent_level(territory.areas, level, territory.levels)


def _off_parents(
    rows: pd.DataFrame, level: str, above: str, period: str, territory: Territory
) -> pd.DataFrame:
    """Rows of the level above whose areas below sum to something else."""
    try:
        parents = territory.areas_of(level, period)["parent_id"]
    except UnknownId:
        return rows.iloc[:0]
    children = rows[rows["level"] == level]
    wholes = rows[(rows["level"] == above)].set_index(["area_id", "category"])
    named = children.assign(parent=children["area_id"].map(parents)).dropna(subset="parent")
    sums = named.groupby(["parent", "category"]).agg(
        amount=("amount", "sum"), pieces=("amount", "size"), fresh=("fresh", "any")
    )
    sums.index = sums.index.set_names(["area_id", "category"])
    below = sums.rename(columns={"amount": "amount_below", "fresh": "fresh_below"})
    both = wholes.join(below, how="inner")
    both = both[both["fresh"] | both["fresh_below"]]
    expected = parents.value_counts().reindex(both.index.get_level_values("area_id")).to_numpy()
    # One area below may be all this territory has of a region or a nation, so it need not be equal.
    complete = (both["pieces"] == expected) & (expected > 1)
    wrong = _off(both["amount"], both["amount_below"], both["pieces"], complete)
    return both[wrong].reset_index()


def _sums_of_parts(
    standing: pd.DataFrame,
    indicator: Indicator,
    catalogue: Catalogue,
    related: Mapping[str, pd.DataFrame],
) -> Iterator[Check]:
    """Hold the parts against the total they are ``part_of``."""
    whole_id = indicator.part_of or indicator.indicator_id
    part_ids = [one.indicator_id for one in catalogue.values() if one.part_of == whole_id]
    known: dict[str, pd.DataFrame] = {**related, indicator.indicator_id: standing}
    if not part_ids or whole_id not in known or whole_id not in catalogue:
        return
    standing = written(standing)
    known = {name: written(rows) for name, rows in known.items()}
    amounts = {
        one: _keyed_amount(known[one], catalogue[one])
        for one in (whole_id, *part_ids)
        if one in known and one in catalogue
    }
    parts = pd.concat([amounts[one] for one in part_ids if one in amounts], axis="columns")
    both = pd.DataFrame(
        {"amount": amounts[whole_id], "below": parts.sum(axis="columns"),
         "pieces": parts.notna().sum(axis="columns")}
    ).dropna()  # fmt: skip
    touched = pd.MultiIndex.from_frame(standing.loc[standing["fresh"], [*_PLACE, "period"]])
    both = both[both.index.isin(touched)]
    complete = both["pieces"] == len(part_ids)
    wrong = both[_off(both["amount"], both["below"], both["pieces"], complete)].reset_index()
    if len(wrong):
        rows = wrong.merge(standing[[*_PLACE, "period", "line"]], on=[*_PLACE, "period"])
        yield _check(
            "question", "sum_of_parts", rows, indicator, "count",
            _("and the other parts do not add up to {whole_id!r}").format(whole_id=whole_id),
            _("is a part missing, or counted in two of them?"),
        )  # fmt: skip


def _keyed_amount(observations: pd.DataFrame, indicator: Indicator) -> pd.Series:
    rows = observations[~observations["status"].isin(tables.WITHOUT_VALUE)]
    keyed = rows.assign(amount=_amount(rows, indicator)).drop_duplicates([*_PLACE, "period"])
    return keyed.set_index([*_PLACE, "period"])["amount"].rename(indicator.indicator_id)


# Denominators


def _denominators(
    figures: pd.DataFrame,
    published: pd.DataFrame | None,
    pairs: pd.DataFrame,
    indicator: Indicator,
    base: pd.DataFrame | None,
) -> Iterator[Check]:
    """Denominators that differ from those published, from the base count, from the year before."""
    own = figures[figures["denominator"].notna()]
    if own.empty:
        return
    if published is not None and len(published):
        known = published[published["denominator"].notna()]
        yield from _differing(
            _beside(own, known, _KEY), indicator,
            "denominator", _("has other denominators than those published for the same period"),
            _("is it another population, or a revision of the same?"),
        )  # fmt: skip
    if base is not None:
        place = ["level", "area_id", "period"]
        yield from _differing(
            _beside(own, _base_counts(base), place), indicator,
            "denominator_base",
            _("has other denominators than {base!r}").format(base=indicator.denominator_id),
            _("one of the two is of another date or definition; say which holds"),
        )  # fmt: skip
    if indicator.source_kind != "survey":
        changed = pairs.assign(denominator_other=pairs["denominator_before"])
        ratio = changed["denominator"] / changed["denominator_other"]
        far = changed[(ratio > 1.5) | (ratio < 1 / 1.5)]
        if len(far) and (far["denominator_other"] >= 30).any():
            yield _check(
                "question", "denominator_jump", far[far["denominator_other"] >= 30], indicator,
                "denominator", _("has denominators far from those of the earlier period"),
                _("are borders, population or definition the same?"),
            )  # fmt: skip


def _beside(own: pd.DataFrame, other: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Rows that stand in both, with the other's denominator as ``denominator_other``."""
    at = positions(own, other, key)
    denominator = other["denominator"].to_numpy()[at[at >= 0]]
    return own[at >= 0].assign(denominator_other=denominator)


def _differing(
    both: pd.DataFrame, indicator: Indicator, code: str, fact: str, way_out: str
) -> list[Check]:
    """One finding on rows whose denominator is not ``denominator_other``, largest change first."""
    change = (both["denominator"] / both["denominator_other"] - 1).abs()
    changed = both[change > 1e-9]
    if changed.empty:
        return []
    level: Level = "question" if change.max() > DENOMINATOR_CHANGE else "note"
    ordered = changed.loc[change[changed.index].sort_values(ascending=False).index]
    return [_check(level, code, ordered, indicator, "denominator", fact, way_out)]
