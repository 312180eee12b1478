"""How much faster the measures are than a loop: ``python -m analysis bench measures``.

Recorded offences of London, 4,835 areas x 5 offences x 11 years, or a seeded
table of that size where the real files are absent: intervals at 95 % and
99.8 %, benchmark classes and recent trends, once with the measures as pages
call them, once row by row with scipy and statsmodels as their documentation
has it. Both in one run; the results must be equal.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from analysis.errors import GroundworkError
from analysis.measures import rates, trends

ROOT = Path(__file__).parents[2]
REALDATA = "../shared/realdata"
MULTIPLIER = 1000
AREAS, OFFENCES, YEARS = 4835, 5, tuple(str(year) for year in range(2011, 2022))
RESULTS = ["lower", "upper", "lower_998", "upper_998", "class_"]
TRENDS = ["label", "slope", "chi_squared"]


def main() -> int:
    """Measure both ways and print; returns the exit code."""
    try:
        rows, origin = _london()
        print(
            f"{origin}: {len(rows):,} figures, {rows.groupby(['offence', 'area_id']).ngroups:,} series"
        )
        (fast, slow), seconds = both_ways(rows)
        check_equal(fast, slow)
    except GroundworkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for name, one in zip(("measures", "loop"), seconds, strict=True):
        print(f"{name:<10}{one:>10.2f} s")
    print(f"results equal; {seconds[1] / seconds[0]:.0f} times as fast")
    return 0


def _london() -> tuple[pd.DataFrame, str]:
    """The real figures, else seeded ones; residents of mid-2020 stand for all years."""
    source = ROOT / os.environ.get("GROUNDWORK_REALDATA", REALDATA) / "london"
    if not source.is_dir():
        return seeded(), "seeded figures (no real data; GROUNDWORK_REALDATA names their folder)"
    from data import london

    population = london.read_population(source)
    residents = population[population["period"] == "2020"].set_index("area_id")["count"]
    parts = [
        london.read_offence(source / f"london-2011-2021-major-{name}.csv", name)
        for name in london.OFFENCES
    ]
    found = pd.concat(parts, ignore_index=True)
    rows = pd.DataFrame(
        {
            "offence": found["indicator_id"],
            "area_id": found["area_id"],
            "period": found["period"],
            "count": pd.to_numeric(found["count"]),
            "denominator": pd.to_numeric(found["area_id"].map(residents)),
        }
    )
    return rows, "recorded offences of London"


def seeded(areas: int = AREAS, seed: int = 5) -> pd.DataFrame:
    """Return made figures: ``offence, area_id, period, count, denominator``, a row each."""
    generator = np.random.default_rng(seed)
    shape = OFFENCES, areas, len(YEARS)
    level = generator.gamma(1.5, 8.0, size=shape[:2])[..., np.newaxis]
    slope = generator.normal(0, 0.08, size=shape[:2])[..., np.newaxis]
    expected = level * np.exp(slope * np.arange(len(YEARS)))
    names = [f"offence {n}" for n in range(OFFENCES)], [f"area {n}" for n in range(areas)], YEARS
    index = pd.MultiIndex.from_product(names, names=["offence", "area_id", "period"])
    residents = np.broadcast_to(generator.integers(900, 3000, size=areas)[:, np.newaxis], shape)
    return pd.DataFrame(
        {"count": generator.poisson(expected).ravel(), "denominator": residents.ravel()},
        index=index, dtype="float64",
    ).reset_index()  # fmt: skip


def both_ways(
    rows: pd.DataFrame,
) -> tuple[list[tuple[pd.DataFrame, pd.DataFrame]], list[float]]:
    """Compute everything with the measures and with the loop.

    Returns
    -------
    results, seconds
        Of each way the intervals with classes (index of ``rows``), and the
        trends by offence and area.

    Raises
    ------
    GroundworkError
        Without statsmodels.
    """
    _statsmodels()
    results, seconds = [], []
    for way in (with_measures, with_a_loop):
        begin = time.perf_counter()
        results.append(way(rows))
        seconds.append(time.perf_counter() - begin)
    return results, seconds


def benchmarks(rows: pd.DataFrame) -> pd.Series:
    """Return the rate of all areas together, by offence and year."""
    known = rows.dropna(subset=["count", "denominator"])
    sums = known.groupby(["offence", "period"])[["count", "denominator"]].sum()
    return MULTIPLIER * sums["count"] / sums["denominator"]


def with_measures(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute as pages do: an indicator at a time, all areas and years at once."""
    whole = benchmarks(rows)
    figures, moved = [], {}
    for offence, part in rows.groupby("offence", sort=False):
        frame = part.assign(
            value=MULTIPLIER * part["count"] / part["denominator"],
            sd=np.nan, lower=np.nan, upper=np.nan, status="observed",
        )  # fmt: skip
        usual = rates.intervals(frame, "rate", MULTIPLIER, False)
        clear = rates.intervals(frame, "rate", MULTIPLIER, False, rates.CLEARLY)
        mark = part["period"].map(whole[str(offence)])
        found = pd.DataFrame(
            {
                "lower": usual["lower"], "upper": usual["upper"],
                "lower_998": clear["lower"], "upper_998": clear["upper"],
            }
        )  # fmt: skip
        found["class_"] = rates.benchmark_class(
            usual["lower"], usual["upper"], clear["lower"], clear["upper"], mark, -1
        )
        figures.append(found)
        observed = frame.assign(lower=usual["lower"], upper=usual["upper"], **{"break": False})
        moved[offence] = trends.area_trends(observed, "Y")[TRENDS]
    return pd.concat(figures).loc[rows.index], pd.concat(moved, names=["offence"])


def with_a_loop(rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Compute row by row with scipy and statsmodels."""
    whole = benchmarks(rows).to_dict()
    figures = []
    series: dict[tuple[str, str], list[tuple[str, float, float, float]]] = {}
    columns = ("offence", "area_id", "period", "count", "denominator")
    for offence, area_id, period, count, denominator in zip(
        *(rows[name].tolist() for name in columns), strict=True
    ):
        lower, upper = _interval(count, denominator, 0.95)
        lower_998, upper_998 = _interval(count, denominator, 0.998)
        class_ = _class(lower, upper, lower_998, upper_998, whole[offence, period])
        figures.append((lower, upper, lower_998, upper_998, class_))
        value = MULTIPLIER * count / denominator
        series.setdefault((offence, area_id), []).append((period, value, lower, upper))
    found = {key: _trend(sorted(years)) for key, years in series.items()}
    index = pd.MultiIndex.from_tuples(list(found), names=["offence", "area_id"])
    return (
        pd.DataFrame(figures, index=rows.index, columns=RESULTS),
        pd.DataFrame(list(found.values()), index=index, columns=TRENDS),
    )


def _interval(count: float, exposure: float, confidence: float) -> tuple[float, float]:
    if np.isnan(count) or np.isnan(exposure):
        return np.nan, np.nan
    alpha = 1 - confidence
    if count < rates.FEW_EVENTS:
        _, confint_poisson = _statsmodels()
        lower, upper = confint_poisson(count, exposure, method="exact-c", alpha=alpha)
        lower = 0.0 if count == 0 else lower
    else:  # Byar's approximation, which neither library has
        z = stats.norm.ppf(1 - alpha / 2)
        more = count + 1
        lower = count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3 / exposure
        upper = more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3 / exposure
    return MULTIPLIER * lower, MULTIPLIER * upper


def _class(lower: float, upper: float, lower_998: float, upper_998: float, mark: float) -> str:
    if np.isnan(lower) or np.isnan(mark):
        return "not assessed"
    if lower > mark:
        return "clearly_worse" if lower_998 > mark else "worse"
    if upper < mark:
        return "clearly_better" if upper_998 < mark else "better"
    return "similar"


def _trend(years: list[tuple[str, float, float, float]]) -> tuple[str, float, float]:
    """Weighted least squares on five years, and on each four of them."""
    wls, _ = _statsmodels()
    values, lower, upper = np.array([one[1:] for one in years[-5:]]).T
    if np.isnan(values).any() or np.isnan(lower).any() or not (upper > lower).all():
        return "not assessed", np.nan, np.nan
    t, weight = np.arange(1.0, 6), ((upper - lower) / 3.92) ** -2
    design = np.column_stack([np.ones(5), t])
    fit = wls(values, design, weights=weight).fit(cov_type="fixed scale")
    slope, chi_squared = fit.params[1], (fit.params[1] / fit.bse[1]) ** 2
    flat = trends.FLAT * np.abs(values).max()
    signs = {np.sign(slope)}
    for left_out in range(5):
        kept = np.arange(5) != left_out
        part = wls(values[kept], design[kept], weights=weight[kept]).fit()
        signs.add(np.sign(part.params[1]) if abs(part.params[1]) > flat else 0.0)
    if chi_squared > trends.CRITICAL_CHI_SQUARED and len(signs) == 1:
        return "increasing" if slope > 0 else "decreasing", slope, chi_squared
    return "no significant change", slope, chi_squared


def _statsmodels() -> tuple[Callable[..., Any], Callable[..., tuple[float, float]]]:
    """Weighted least squares and Poisson intervals, from a library for development only."""
    try:
        from statsmodels.regression.linear_model import WLS
        from statsmodels.stats.rates import confint_poisson
    except ImportError:
        raise GroundworkError(
            "statsmodels is not installed; the bench compares with it:"
            " pip install -r requirements-dev.txt"
        ) from None
    return WLS, confint_poisson


def check_equal(
    fast: tuple[pd.DataFrame, pd.DataFrame], slow: tuple[pd.DataFrame, pd.DataFrame]
) -> None:
    """Make sure that two ways came to the same: words equal, numbers to nine digits.

    Raises
    ------
    GroundworkError
        Naming the first column that differs, and in how many rows.
    """
    for one, other in zip(fast, slow, strict=True):
        other = other.reindex(one.index)
        for name in one.columns:
            if one[name].dtype.kind == "f":
                same = np.isclose(one[name], other[name], rtol=1e-9, atol=1e-9, equal_nan=True)
            else:
                same = (one[name] == other[name]).to_numpy()
            if not same.all():
                first = int(np.flatnonzero(~same)[0])
                raise GroundworkError(
                    f"{name!r} differs in {int((~same).sum())} rows, first in"
                    f" {one.index[first]!r}: {one[name].iloc[first]!r}, by the loop"
                    f" {other[name].iloc[first]!r}"
                )


if __name__ == "__main__":
    raise SystemExit(main())
