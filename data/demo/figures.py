"""How the figures of Merrelhaven are drawn around the cells its story states.

A district's level follows the town's level of the year, its own place in a mix
of the scores S, K, T, and a little noise of the year; then the figure is drawn
as such a figure arises: proportions binomial, rates and counts Poisson, means
normal, answers multinomial. Stated cells are written, never drawn. Every
indicator has a random stream of its own, so switching one on changes no other.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import indicators
import numpy as np
import town
from indicators import Item
from numpy.random import Generator

NOISE = 0.15
"""Noise of a year as a share of the standard deviation between districts."""
DECILES = 2.56
"""Standard deviations between the 10th and the 90th percentile of a normal law."""
NATION, REGION, TOWN, PART, DISTRICT = "nation", "region", "municipality", "part", "district"
NATION_ID, REGION_ID, TOWN_ID = "SU", "MM", "MH"
RESIDENTS_ABOVE = {NATION: 5_600_000, REGION: 640_000}
YOUTH_ABOVE = 0.153

OWN_BASES = {"known_young": (0.0, 0.0105), "proposals": (2.5, 0.0018), "partners": (7.5, 0.0006),
             "pupils_asked": (0.0, 0.05)}  # fmt: skip
"""Denominators that are no base count: a + b x residents of 2024."""
TOWN_BASES = {"comments": (22_000, 30_000), "concerns": (18, 40)}
"""Denominators of the whole town, drawn between two numbers."""
SAMPLES = {NATION: {"panel": 12_000, "pupils_asked": 24_000},
           REGION: {"panel": 1_600, "pupils_asked": 2_800}}  # fmt: skip

SKIPPED = {
    ("trust_police", "2017"): "not asked in 2017",
    ("unauthorised_absence", "2019/2020"): "schools closed in spring 2020",
}
NO_SERVICE = {("youth_centre_reach", "MH09"): 2015, ("youth_centre_reach", "MH16"): 2020}
"""First year without youth work in the district."""
CALM_BELOW = 4
"""Small counts the story does not state stay at this or below, so that they pass no threshold."""


@dataclass(frozen=True)
class Row:
    """One observation, with the columns of ``observations/*.csv``."""

    level: str
    area_id: str
    indicator_id: str
    period: str
    category: str = ""
    value: float | None = None
    count: float | None = None
    denominator: float | None = None
    sd: float | None = None
    status: str = "observed"
    breaks: bool = False
    note: str = ""


def observations(item: Item) -> list[Row]:
    """Draw every figure of one indicator: districts first, then the levels above."""
    rng = np.random.default_rng([town.SEED, zlib.crc32(item.indicator_id.encode())])
    rows: list[Row] = []
    for period in periods(item.frequency):
        if item.town_only:
            rows.append(_town_only(item, period, rng))
            continue
        below = _districts(item, period, rng)
        rows += below
        rows += _pooled(item, period, below)
        if item.nation is not None:
            rows += [_above(item, level, period, rng) for level in (REGION, NATION)]
    return [_marked(item, row) for row in rows]


def periods(frequency: str) -> list[str]:
    """Periods of the ten years in one frequency; a school year by the year it begins in.

    >>> periods("4Y")
    ['2015', '2019', '2023']
    """
    years = town.YEARS
    if frequency == "SY":
        return [f"{year}/{year + 1}" for year in years]
    parts = {"Q": 4, "S": 2}.get(frequency)
    if parts:
        return [f"{year}-{frequency}{part}" for year in years for part in range(1, parts + 1)]
    first, step = {"Y": (2015, 1), "2Y": (2016, 2), "4Y": (2015, 4)}[frequency]
    return [str(year) for year in years if year >= first and (year - first) % step == 0]


def year_of(period: str) -> int:
    """Year in which a period begins."""
    return int(period[:4])


def present(period: str) -> list[str]:
    """Ids of the districts on the last day of a period, in order."""
    last = int(period[5:]) if "/" in period else year_of(period)
    gone = {"MH24", "MH25"} if last < town.SPLIT else {"MH23"}
    return sorted(set(town.ALL_DISTRICTS) - gone)


# ------------------------------------------------------------------------ denominators
def residents(area_id: str, year: int) -> int:
    """Residents of one district; MH24 and MH25 before 2022 by crosswalk from MH23."""
    if area_id in town.CROSSWALK and year < town.SPLIT:
        return round(town.CROSSWALK[area_id] * residents("MH23", year))
    stated = town.NEW_DEVELOPMENT.get(area_id, {}).get(year)
    if stated:
        return stated
    last = town.SPLIT - 1 if area_id == "MH23" else town.NEWEST
    drawn = np.random.default_rng([town.SEED, int(area_id[2:])]).uniform(-0.002, 0.007)
    growth = town.GROWTH.get(area_id, drawn)
    return round(town.ALL_DISTRICTS[area_id].residents * (1 + growth) ** (year - last))


def base_count(base_id: str, area_id: str, year: int) -> int:
    """One base count of one district."""
    stated = town.FIXED_BASES.get((base_id, area_id))
    if stated and year > town.NEWEST - len(stated):
        return stated[year - town.NEWEST - 1]
    return _share(base_id, residents(area_id, year), town.ALL_DISTRICTS[area_id].youth)


def _share(base_id: str, people: int, youth: float) -> int:
    base = next(b for b in indicators.BASES if b.indicator_id == base_id)
    return max(1, round((base.share + base.share_of_youth * youth) * people))


def base_rows(base_id: str) -> list[Row]:
    """Every figure of one base count: districts, region and nation."""
    rows = []
    for year in town.YEARS:
        period = str(year)
        for area_id in present(period):
            count = base_count(base_id, area_id, year)
            rows.append(_counted(DISTRICT, area_id, base_id, period, count))
        if base_id == "residents" and year < town.SPLIT:
            rows += [
                replace(
                    _counted(DISTRICT, area_id, base_id, period, residents(area_id, year)),
                    status="estimated",
                    note=f"{share:.0%} of MH23 Slusemark, by crosswalk".replace("%", " %"),
                )
                for area_id, share in town.CROSSWALK.items()
            ]
        for level, area_id in ((REGION, REGION_ID), (NATION, NATION_ID)):
            people = round(RESIDENTS_ABOVE[level] * 1.003 ** (year - town.NEWEST))
            count = _share(base_id, people, YOUTH_ABOVE)
            rows.append(_counted(level, area_id, base_id, period, count))
    return rows


def _counted(level: str, area_id: str, indicator_id: str, period: str, count: int) -> Row:
    return Row(level, area_id, indicator_id, period, value=count, count=count)


def _denominator(item: Item, area_id: str, year: int) -> int:
    if item.base == "panel":
        return town.ALL_DISTRICTS[area_id].asked
    if item.base in OWN_BASES:
        least, share = OWN_BASES[item.base]
        return round(least + share * town.ALL_DISTRICTS[area_id].residents)
    return base_count(item.base, area_id, year)


# ------------------------------------------------------------------------------- levels
@cache
def place(item: Item) -> dict[str, float]:
    """Place of each district in the item's mix: mean 0 over residents, deviation 1.

    An item without a mix gets places by lot.
    """
    weights = np.array(item.mix)
    mixed = {i: float(weights @ np.array(d.scores)) for i, d in town.ALL_DISTRICTS.items()}
    if not weights.any():
        lots = np.random.default_rng([town.SEED, 2, zlib.crc32(item.indicator_id.encode())])
        mixed = {i: float(lots.normal()) for i in mixed}
    current = np.array([mixed[i] for i in town.DISTRICTS])
    people = np.array([d.residents for d in town.DISTRICTS.values()])
    middle, spread = float(np.average(current, weights=people)), float(current.std())
    return {i: (x - middle) / spread for i, x in mixed.items()}


def town_level(item: Item, year: int) -> float:
    """Level of the whole town around which districts lie."""
    level = item.town + item.slope * (year - town.NEWEST)
    if item.indicator_id == "hate_incidents":
        level *= town.HATE_TOTALS[year] / town.HATE_TOTALS[town.NEWEST]
    if item.indicator_id == "meeting_place_hours" and year in (2020, 2021):
        level *= 0.6
    return level


def _level(item: Item, area_id: str, year: int, rng: Generator) -> float:
    """Level of one district in the item's unit, clipped at what is possible."""
    noise = rng.normal()
    story = town.STORY.get((item.indicator_id, area_id))
    if story:
        return story.before
    low, high = item.spread
    deviation = (high - low) / DECILES
    level = town_level(item, year) + deviation * (place(item)[area_id] + NOISE * noise)
    if item.indicator_id == "resident_turnover":
        level *= 2 if area_id in ("MH10", "MH24") else 0.93
    if item.measure == "proportion":
        return float(np.clip(level, 1.5, 98.5))
    if item.measure == "mean":
        return float(np.clip(level, 1.5, 9.5))
    return max(level, 0.1 * item.town)


def _stated(item: Item, area_id: str, year: int) -> float | None:
    """Figure that the story states for a cell, None where it is to be drawn."""
    district = town.ALL_DISTRICTS[area_id]
    if year == town.NEWEST:
        if item.indicator_id == "unsafe_evening":
            return district.unsafe
        if item.indicator_id == "hate_incidents":
            return district.hate
        form = item.indicator_id.removeprefix("signals_")
        if form in town.FORMS:
            return district.signals[form]
    story = town.STORY.get((item.indicator_id, area_id))
    if story and year > town.NEWEST - len(story.figures):
        return story.figures[year - town.NEWEST - 1]
    return None


# ------------------------------------------------------------------------------ drawing
def _districts(item: Item, period: str, rng: Generator) -> list[Row]:
    """Draw the district rows of one period."""
    if item.measure == "ordinal":
        return _answers(item, period, rng)
    if item.measure == "count":
        return _small_counts(item, period, rng)
    if item.indicator_id == "hate_incidents":
        return _hate(item, period, rng)
    draw = _mean if item.measure == "mean" else _share_or_rate
    return [draw(item, area_id, period, rng) for area_id in present(period)]


def _share_or_rate(item: Item, area_id: str, period: str, rng: Generator) -> Row:
    year = year_of(period)
    denominator = _denominator(item, area_id, year)
    level = _level(item, area_id, year, rng)
    if item.register:
        drawn = int((_entries(item, area_id, denominator) < level / 100).sum())
    elif item.measure == "proportion":
        drawn = int(rng.binomial(denominator, level / 100))
    elif item.repeat_events:
        drawn = round(level * denominator / item.multiplier)
    else:
        drawn = int(rng.poisson(level * denominator / item.multiplier))
    stated = _stated(item, area_id, year)
    return _of(item, DISTRICT, area_id, period, drawn if stated is None else stated, denominator)


def _entries(item: Item, area_id: str, units: int) -> np.ndarray:
    """At which level each unit of a register enters it, 0-1: the same in every period."""
    lots = [town.SEED, 3, zlib.crc32(item.indicator_id.encode()), int(area_id[2:])]
    return np.random.default_rng(lots).random(units)


def _of(item: Item, level: str, area_id: str, period: str, count: float, denominator: float) -> Row:
    """Row of a proportion or rate, its value given with three digits more than shown."""
    value = round(item.multiplier * count / denominator, item.decimals + 3)
    return Row(level, area_id, item.indicator_id, period, "", value, count, denominator)


def _mean(item: Item, area_id: str, period: str, rng: Generator) -> Row:
    year = year_of(period)
    n = _denominator(item, area_id, year)
    value = rng.normal(_level(item, area_id, year, rng), item.sd / n**0.5)
    sd = round(item.sd * (1 + 0.04 * rng.normal()), 2)
    stated = _stated(item, area_id, year)
    if stated is not None:
        value, sd = stated, item.sd
    return Row(
        DISTRICT, area_id, item.indicator_id, period,
        value=round(float(value), 3), denominator=n, sd=sd,
    )  # fmt: skip


def _small_counts(item: Item, period: str, rng: Generator) -> list[Row]:
    """Counts by Poisson: signals around their cell of 2024, others by residents and mix."""
    year = year_of(period)
    areas = present(period)
    form = item.indicator_id.removeprefix("signals_")
    if form in town.FORMS:
        growth = 1 - 0.05 * (town.NEWEST - year)
        expected = [growth * (town.ALL_DISTRICTS[i].signals[form] + 0.2) for i in areas]
        drawn = rng.poisson(expected)
    else:
        drawn = _shared_out(item, period, areas, rng)
    rows = []
    for area_id, count in zip(areas, drawn, strict=True):
        story = town.STORY.get((item.indicator_id, area_id))
        if story:
            count = rng.poisson(story.before)
        if form in town.FORMS or item.indicator_id == "online_lures_school":
            count = min(count, CALM_BELOW)
        stated = _stated(item, area_id, year)
        figure = int(count) if stated is None else int(stated)
        rows.append(_counted(DISTRICT, area_id, item.indicator_id, period, figure))
    return rows


def _shared_out(item: Item, period: str, areas: Sequence[str], rng: Generator) -> np.ndarray:
    """Share the town's cases of a period out among districts, by residents and mix."""
    year = year_of(period)
    total = max(item.town + item.slope * (year - town.NEWEST), 2) * _season(item, period)
    if year < town.NEWEST or item.frequency == "Q":
        total = rng.poisson(total)
    stated = [_stated(item, i, year) for i in areas]
    places = place(item)
    share = 0.3 if item.code == "C" else 0.6
    pull = np.array([residents(i, year) * np.exp(share * places[i]) for i in areas])
    pull[[figure is not None for figure in stated]] = 0
    left = max(round(total) - sum(int(figure or 0) for figure in stated), 0)
    return rng.multinomial(left, pull / pull.sum())


def _season(item: Item, period: str) -> float:
    """Share of a year's cases that falls into a period."""
    if item.indicator_id == "helpline_contacts" and year_of(period) == 2023:
        return 1.25  # the calls of one quarter doubled
    if item.frequency != "Q":
        return 1.0
    if item.indicator_id != "tension_observations":
        return 0.25
    return (1.3 if period.endswith("Q3") else 0.9) / 4


def _hate(item: Item, period: str, rng: Generator) -> list[Row]:
    """Draw incidents around the cells of 2024, with the total of the year as recorded."""
    year = year_of(period)
    areas = present(period)
    pull = np.array([town.ALL_DISTRICTS[i].hate + 0.3 for i in areas])
    drawn = rng.multinomial(town.HATE_TOTALS[year], pull / pull.sum())
    rows = []
    for area_id, count in zip(areas, drawn, strict=True):
        stated = _stated(item, area_id, year)
        figure = int(count) if stated is None else stated
        rows.append(
            _of(item, DISTRICT, area_id, period, figure, base_count("residents", area_id, year))
        )
    return rows


def _town_only(item: Item, period: str, rng: Generator) -> Row:
    level = town_level(item, year_of(period))
    denominator = int(rng.integers(*TOWN_BASES[item.base], endpoint=True))
    if item.measure == "rate":
        count = int(rng.poisson(level * denominator / item.multiplier))
    else:
        count = int(rng.binomial(denominator, level / 100))
    return _of(item, TOWN, TOWN_ID, period, count, denominator)


# ---------------------------------------------------------------- answers of one question
CALM = np.array([0.03, 0.10, 0.25, 0.41, 0.21])
CAMPS = np.array([0.27, 0.19, 0.16, 0.20, 0.18])


def _answers(item: Item, period: str, rng: Generator) -> list[Row]:
    """Draw five answers per district, between a calm and a divided town."""
    year = year_of(period)
    areas = present(period)
    places = place(item)
    drawn: dict[str, np.ndarray] = {}
    for area_id in areas:
        divided = 0.42 + 0.25 * places[area_id] + 0.035 * (year - town.NEWEST)
        divided = float(np.clip(divided + 0.02 * rng.normal(), 0, 1))
        shares = (1 - divided) * CALM + divided * CAMPS
        shares = _towards_stated(shares, area_id, year)
        drawn[area_id] = rng.multinomial(town.ALL_DISTRICTS[area_id].asked, shares / shares.sum())
    if year == town.NEWEST:
        _settle(drawn, rng)
    return [
        Row(
            DISTRICT, area_id, item.indicator_id, period, str(answer + 1),
            count=int(counts[answer]), denominator=int(counts.sum()),
        )
        for area_id, counts in drawn.items()
        for answer in range(5)
    ]  # fmt: skip


def _towards_stated(shares: np.ndarray, area_id: str, year: int) -> np.ndarray:
    """Lean towards the stated answers of 2024; in Eskevale only since the bypass dispute."""
    if area_id not in town.ANSWERS:
        return shares
    stated = np.array(town.ANSWERS[area_id]) / sum(town.ANSWERS[area_id])
    lean = {2022: 0.5, 2023: 0.8, 2024: 1.0}.get(year, 0.0) if area_id == "MH09" else 1.0
    return (1 - lean) * shares + lean * stated


def _settle(drawn: dict[str, np.ndarray], rng: Generator) -> None:
    """Write the stated districts, then move single answers until the town's sums are met."""
    for area_id, stated in town.ANSWERS.items():
        drawn[area_id] = np.array(stated)
    free = [area_id for area_id in drawn if area_id not in town.ANSWERS]
    while True:
        gap = np.array(town.ANSWERS_TOWN) - sum(drawn.values())
        if not gap.any():
            return
        most, least = int(gap.argmin()), int(gap.argmax())
        supply = np.array([max(int(drawn[i][most]) - 1, 0) for i in free], dtype=float)
        counts = drawn[free[int(rng.choice(len(free), p=supply / supply.sum()))]]
        counts[most] -= 1
        counts[least] += 1


# --------------------------------------------------------------------------- levels above
def _pooled(item: Item, period: str, below: Sequence[Row]) -> list[Row]:
    """Town and parts, where they are more than the sum of the districts."""
    if item.indicator_id == "helpline_contacts":
        count = int(sum(row.count or 0 for row in below))
        return [_counted(TOWN, TOWN_ID, item.indicator_id, period, count)]
    if item.adds_up:
        return []
    pool = _pooled_answers if item.measure == "ordinal" else _pooled_mean
    rows: list[Row] = []
    for part in town.PARTS:
        inside = [row for row in below if town.PART_OF_DISTRICT[row.area_id] == part]
        rows += pool(inside, PART, part)
    return rows + pool(below, TOWN, TOWN_ID)


def _pooled_answers(below: Sequence[Row], level: str, area_id: str) -> list[Row]:
    answers = sorted({row.category for row in below})
    counts = {a: sum(row.count or 0 for row in below if row.category == a) for a in answers}
    return [
        replace(
            below[0], level=level, area_id=area_id, category=answer, count=counts[answer],
            denominator=sum(counts.values()),
        )
        for answer in answers
    ]  # fmt: skip


def _pooled_mean(below: Sequence[Row], level: str, area_id: str) -> list[Row]:
    """Mean over all who answered, and the standard deviation between them."""
    means, n, sd = (
        np.array([getattr(row, name) for row in below], dtype=float)
        for name in ("value", "denominator", "sd")
    )
    mean = float(np.average(means, weights=n))
    squares = float(((n - 1) * sd**2 + n * (means - mean) ** 2).sum())
    return [
        replace(
            below[0], level=level, area_id=area_id, value=round(mean, 3),
            denominator=int(n.sum()), sd=round((squares / (n.sum() - 1)) ** 0.5, 2),
        )
    ]  # fmt: skip


def _above(item: Item, level: str, period: str, rng: Generator) -> Row:
    """Region and nation of a comparable indicator; the region lies half way to the town."""
    assert item.nation is not None
    year = year_of(period)
    flat = item.nation * (town_level(item, year) / item.town if _is_hate(item) else 1)
    figure = flat if level == NATION else (flat + town_level(item, year)) / 2
    figure *= 1 + 0.004 * rng.normal()
    area_id = NATION_ID if level == NATION else REGION_ID
    denominator = SAMPLES[level].get(item.base)
    if denominator is None:
        people = round(RESIDENTS_ABOVE[level] * 1.003 ** (year - town.NEWEST))
        denominator = _share(item.base, people, YOUTH_ABOVE)
    if item.measure == "mean":
        return Row(
            level, area_id, item.indicator_id, period,
            value=round(figure, 3), denominator=denominator, sd=item.sd,
        )  # fmt: skip
    count = round(figure * denominator / item.multiplier)
    return _of(item, level, area_id, period, count, denominator)


def _is_hate(item: Item) -> bool:
    return item.indicator_id == "hate_incidents"


# ------------------------------------------------------------------------------- statuses
def _marked(item: Item, row: Row) -> Row:
    """Give a row its status, its break and its note."""
    year = year_of(row.period)
    own_panel = row.level in (DISTRICT, PART, TOWN)
    skipped = SKIPPED.get((item.indicator_id, row.period))
    if skipped and (own_panel or item.kind != "sv"):
        return _emptied(row, "missing", skipped)
    since = NO_SERVICE.get((item.indicator_id, row.area_id))
    if since and year >= since:
        return _emptied(row, "not_applicable", "no youth work here in this year")
    calls = item.indicator_id == "helpline_contacts"
    if calls and row.level == DISTRICT and row.count is not None and 0 < row.count < 5:
        return _emptied(row, "suppressed", "delivered as “<5”")
    if (_is_hate(item) and year == town.NEWEST) or row.period == f"{town.NEWEST}-Q4":
        row = replace(row, status="provisional")
    if _is_hate(item) and year == town.HATE_BREAK:
        row = replace(row, breaks=True, note="bias online is recorded from this year on")
    return row


def _emptied(row: Row, status: str, note: str) -> Row:
    return replace(row, value=None, count=None, denominator=None, sd=None, status=status, note=note)
