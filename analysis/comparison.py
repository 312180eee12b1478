"""How districts and indicators compare: rows, columns, what may be chance, and its words.

Knows in which order areas stand beside each other without a rank, which
figures can be compared at all, and how many would differ by chance alone.
It chooses and words; it draws nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.catalogue import Indicator
from analysis.language import capital, ngettext, number, reason_text, value_text
from analysis.language import gettext as _
from analysis.measures import rates
from analysis.measures.similar import Similar, similar_areas
from analysis.picture import Figures, joined, some_names
from analysis.settings import Level
from analysis.territory import Territory

CONFIDENCE = 0.95
"""Confidence at which a figure is called different at all."""
FEW_ROWS = 120
"""Up to so many areas a table still reads as one."""
_STEPS = 60
"""Points on a funnel line."""


# ---------------------------------------------------------------- which areas, in which order


def level_around(territory: Territory, level: str) -> str | None:
    """Return the level by which the areas of a large level are narrowed down.

    The topmost level above that has several areas; None where the level is
    small enough to be shown whole, or nothing lies above.
    """
    if len(territory.areas_of(level)) <= FEW_ROWS:
        return None
    several = [one for one in territory.levels_above(level) if len(territory.areas_of(one)) > 1]
    return several[0] if several else None


def areas_in_order(
    territory: Territory, level: str, period: str, *, by: str = "name", within: str = ""
) -> pd.DataFrame:
    """Return the areas of a level as they stand below each other: by name or by place.

    Parameters
    ----------
    by
        ``name``; or ``place``: the areas of one parent together, parents and
        areas along a line that visits neighbours one after the other.
    within
        Id of an area of :func:`level_around`: only what lies in it; all areas
        when empty.

    Returns
    -------
    DataFrame
        Indexed by ``area_id``: ``name`` and ``group``, the name of the parent
        when ordered by place, else "".

    Notes
    -----
    The line is Hilbert's curve (1891, *Mathematische Annalen* 38), on which
    what is near stays near more often than on any row or column.
    """
    areas = territory.areas_of(level, period)
    around = level_around(territory, level)
    if within and around is not None:
        inside = territory.ancestors(level, around, period)
        areas = areas[inside.reindex(areas.index) == within]
    if by != "place":
        return pd.DataFrame({"name": areas["name"], "group": ""})
    drawn = areas[areas.geometry.notna()]
    along = drawn.geometry.hilbert_distance().astype("float64").reindex(areas.index)
    names = {one: territory.parent(level, str(one)) for one in areas.index}
    group = pd.Series(
        [territory.area_name(*place) if place else "" for place in names.values()], areas.index
    )
    first = along.groupby(group).transform("mean")
    order = pd.DataFrame({"name": areas["name"], "group": group, "first": first, "along": along})
    order = order.sort_values(["first", "group", "along", "name"], kind="stable")
    return order[["name", "group"]]


# ---------------------------------------------------------------- the heat table


def is_compared(found: Figures) -> bool:
    """Whether figures have a benchmark at all; counts never have."""
    mark = found.benchmark
    return found.indicator.measure != "count" and mark is not None and bool(np.isfinite(mark.value))


def cells(found: Sequence[Figures], areas: pd.DataFrame) -> pd.DataFrame:
    """Return the comparisons of many indicators, a row per area and indicator.

    Parameters
    ----------
    found
        Figures that :func:`is_compared`, each at its own period.
    areas
        As :func:`areas_in_order` returns them.

    Returns
    -------
    DataFrame
        ``area_id, name, indicator_id, period, value, lower, upper, status,
        reason, class_, class_reason, denominator, benchmark``, by area in the
        order given, then by indicator. An area that did not exist on the
        boundaries of a figure's period has the reason ``boundary_change``.
    """
    carried = [
        "value", "lower", "upper", "status", "reason", "class_", "class_reason", "denominator",
    ]  # fmt: skip
    parts = []
    for number_, one in enumerate(found):
        rows = one.frame[carried].reindex(areas.index)
        absent = ~areas.index.isin(one.frame.index)
        for name in ("reason", "class_reason"):
            rows[name] = rows[name].mask(absent, "boundary_change")
        rows["class_"] = rows["class_"].mask(absent, "not assessed")
        rows["status"] = rows["status"].mask(absent, "missing")
        mark = one.benchmark
        parts.append(
            rows.assign(
                name=areas["name"], indicator_id=one.indicator.indicator_id, period=one.period,
                benchmark=mark.value if mark else np.nan, _row=range(len(areas)), _column=number_,
            )
        )  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=["area_id", "name", "indicator_id", "period", *carried])
    together = pd.concat(parts).rename_axis("area_id").reset_index()
    together = together.sort_values(["_row", "_column"], kind="stable", ignore_index=True)
    return together[
        ["area_id", "name", "indicator_id", "period", *carried, "benchmark"]
    ]  # fmt: skip


def chance_sentence(found: rates.ByChance) -> str:
    """Say how many comparisons would differ by chance alone, at both confidences."""
    return _(
        "Of {n} comparisons, about {expected} would differ by chance alone at 95 %, and about"
        " {clearly} clearly, at 99.8 %."
    ).format(
        n=found.compared, expected=_about(found.differ_by_chance),
        clearly=_about(found.clearly_by_chance),
    )  # fmt: skip


def _about(expected: float) -> str:
    """A small expectation with a decimal, a large one without."""
    return number(expected, 0 if expected >= 9.5 else 1 if expected >= 0.095 else 2)


def heat_title(compared: pd.DataFrame, benchmark_name: str) -> str:
    """Say in a title how many figures differ clearly from the benchmark."""
    counted = rates.differences_by_chance(compared["class_"])
    if not counted.compared:
        return _("No figure can be compared here")
    return ngettext(
        "{n} of {total} figures differs clearly from {name}",
        "{n} of {total} figures differ clearly from {name}",
        counted.clearly,
    ).format(n=counted.clearly, total=counted.compared, name=benchmark_name or _("the benchmark"))


def heat_sentences(compared: pd.DataFrame, level: Level) -> str:
    """Say in one to three sentences what a heat table shows, and what of it may be chance."""
    if compared.empty:
        return _("No indicator of this choice has figures of {many} and a benchmark: not"
                 " assessed.").format(many=level.plural)  # fmt: skip
    counted = rates.differences_by_chance(compared["class_"])
    if not counted.compared:
        reasons = compared["class_reason"].mode()
        return _("Nothing can be compared: {reason}.").format(
            reason=reason_text(str(reasons.iloc[0]) or "not_assessed")
        )
    better = int((compared["class_"] == "clearly_better").sum())
    worse = int((compared["class_"] == "clearly_worse").sum())
    context = counted.clearly - better - worse
    parts = [
        words.format(n=n)
        for n, words in (
            (better, _("{n} clearly more favourable")),
            (worse, _("{n} clearly less favourable")),
            (context, _("{n} in context, neither good nor bad")),
        )
        if n
    ]
    said = [capital(joined(parts)) + "." if parts else _("Nothing differs clearly.")]
    said.append(chance_sentence(counted))
    without = len(compared) - counted.compared
    hidden = int((compared["reason"] == "suppressed").sum())
    if without and hidden:
        said.append(
            _("{n} cells are not assessed, {hidden} of them hidden to protect people.").format(
                n=without, hidden=hidden
            )
        )
    elif without:
        said.append(
            ngettext("{n} cell is not assessed.", "{n} cells are not assessed.", without).format(
                n=without
            )
        )
    return " ".join(said)


# ---------------------------------------------------------------- two indicators


def pair(one: Figures, other: Figures, areas: pd.DataFrame) -> pd.DataFrame:
    """Return two indicators side by side, with both intervals.

    Returns
    -------
    DataFrame
        Index and order of ``areas``: ``name``; ``value, lower, upper, class_,
        reason`` of each with the suffix ``_one`` or ``_other``; ``both``, where
        there are two figures; ``named``, where one of them differs clearly.
    """
    carried = ["value", "lower", "upper", "class_", "reason", "status"]
    sides = []
    for found, suffix in ((one, "_one"), (other, "_other")):
        rows = found.frame[carried].reindex(areas.index)
        absent = ~areas.index.isin(found.frame.index)
        rows["reason"] = rows["reason"].mask(absent, "boundary_change")
        rows["class_"] = rows["class_"].fillna("not assessed")
        sides.append(rows.add_suffix(suffix))
    together = pd.concat([areas[["name"]], *sides], axis=1)
    clearly = together["class__one"].str.startswith("clearly") | together[
        "class__other"
    ].str.startswith("clearly")
    both = together[["value_one", "value_other"]].notna().all(axis=1)
    return together.assign(both=both, named=both & clearly)


def pair_sentences(one: Figures, other: Figures, together: pd.DataFrame, level: Level) -> str:
    """Say which areas differ clearly in both figures, and that this is no cause."""
    both = together["both"]
    if not both.any():
        return _("No {one} has both figures: not assessed.").format(one=level.name)
    said = [
        _("{n} of {total} {many} have both figures.").format(
            n=int(both.sum()), total=len(together), many=level.plural
        )
    ]
    for suffix, words in (
        ("better", _("Clearly more favourable in both: {names}.")),
        ("worse", _("Clearly less favourable in both: {names}.")),
    ):
        alike = (together["class__one"] == f"clearly_{suffix}") & (
            together["class__other"] == f"clearly_{suffix}"
        )
        if alike.any():
            said.append(words.format(names=some_names(together.loc[alike, "name"], level)))
    said.append(_("What stands together in a place need not bring about each other."))
    return " ".join(said)


# ---------------------------------------------------------------- the funnel


@dataclass(frozen=True)
class Funnel:
    """Areas by their size, and how far they would scatter by chance.

    Parameters
    ----------
    points
        Index of the areas: ``name, value, denominator, status``, ``reason``
        where there is nothing to draw, and ``outside``: "", ``95 %`` or
        ``99.8 %``, the widest limits that the value lies outside of.
    limits
        ``denominator, lower, upper, lower_998, upper_998`` along the sizes.
    benchmark
        The value they scatter around; missing with a ``reason``.
    """

    points: pd.DataFrame
    limits: pd.DataFrame
    benchmark: float
    reason: str = ""


def has_funnel(indicator: Indicator) -> bool:
    """Whether figures are proportions or rates, which scatter in a known way."""
    return indicator.measure in ("proportion", "rate") and not indicator.repeat_events


def funnel(found: Figures, areas: pd.DataFrame) -> Funnel:
    """Return which areas lie further from the benchmark than their size explains.

    Parameters
    ----------
    found
        Figures of an indicator that :func:`has_funnel`.
    areas
        Which areas, in which order.
    """
    kept = ["value", "denominator", "status", "reason"]
    points = found.frame[kept].reindex(areas.index).assign(name=areas["name"])
    absent = ~areas.index.isin(found.frame.index)
    points["reason"] = points["reason"].mask(absent, "boundary_change")
    sized = points["value"].notna() & (points["denominator"] > 0)
    points["reason"] = points["reason"].mask(
        points["value"].notna() & ~sized, "no_denominator"
    )  # fmt: skip
    points["outside"] = ""
    nothing = pd.DataFrame(columns=["denominator", "lower", "upper", "lower_998", "upper_998"])
    if found.benchmark is None or not np.isfinite(found.benchmark.value):
        return Funnel(points, nothing, np.nan, "no_benchmark")
    if not sized.any():
        reasons = points.loc[~sized, "reason"].mode()
        return Funnel(points, nothing, np.nan, str(reasons.iloc[0]))
    size = points.loc[sized, "denominator"].astype("float64")
    value = points.loc[sized, "value"]
    at_size = _funnel_limits(found, size)
    for name, words in (("", "95 %"), ("_998", "99.8 %")):
        out = (value < at_size[f"lower{name}"]) | (value > at_size[f"upper{name}"])
        points.loc[out.index[out], "outside"] = words
    along = pd.Series(np.geomspace(size.min() * 0.9, size.max() * 1.1, _STEPS))
    limits = _funnel_limits(found, along).assign(denominator=along)
    return Funnel(points, limits, found.benchmark.value)


def _funnel_limits(found: Figures, size: pd.Series) -> pd.DataFrame:
    """95 % and 99.8 % limits in the indicator's unit, at each size."""
    assert found.benchmark is not None
    indicator, mark = found.indicator, found.benchmark.value
    parts = []
    for confidence, name in ((CONFIDENCE, ""), (rates.CLEARLY, "_998")):
        if indicator.measure == "proportion":
            share = mark / indicator.multiplier
            limits = rates.proportion_funnel(share, size, confidence) * indicator.multiplier
        else:
            limits = rates.rate_funnel(mark, size, indicator.multiplier, confidence)
        parts.append(limits.add_suffix(name))
    return pd.concat(parts, axis=1)


def funnel_sentences(found: Figures, drawn: Funnel, level: Level) -> str:
    """Say how many areas lie outside of what chance explains, and which far outside."""
    if drawn.reason:
        return _("No funnel can be drawn: {reason}.").format(reason=reason_text(drawn.reason))
    assert found.benchmark is not None
    points = drawn.points[drawn.points["reason"] == ""]
    far, near = points[points["outside"] == "99.8 %"], points[points["outside"] == "95 %"]
    said = [
        _("The fewer people a figure rests on, the further it strays from {name} ({value}) by"
          " chance.").format(name=found.benchmark.name,
                             value=value_text(found.benchmark.value, found.indicator)),
    ]  # fmt: skip
    if len(far):
        said.append(
            _("Further than chance explains, at 99.8 %: {names}.").format(
                names=some_names(far["name"], level)
            )
        )
    else:
        said.append(_("None lies further away than chance explains at 99.8 %."))
    said.append(
        ngettext(
            "{n} more lies outside the 95 % limits, where about {expected} of {total} would by"
            " chance alone.",
            "{n} more lie outside the 95 % limits, where about {expected} of {total} would by"
            " chance alone.",
            len(near),
        ).format(n=len(near), expected=_about((1 - CONFIDENCE) * len(points)), total=len(points))
    )
    return " ".join(said)


# ---------------------------------------------------------------- areas under like conditions


def is_condition(indicator: Indicator) -> bool:
    """Whether it can say which areas are alike: context, and no count, which only follows size."""
    return indicator.factor == "context" and indicator.measure != "count"


def alike(found: Sequence[Figures], area_id: str, most: int = 5) -> Similar:
    """Return which areas live under the most similar conditions.

    Parameters
    ----------
    found
        Figures of conditions (:func:`is_condition`) of one level, each at its
        own period. An area without one of them is not assessed.
    area_id
        The area asked about.
    most
        How many areas to name.
    """
    context = pd.DataFrame({one.indicator.indicator_id: one.frame["value"] for one in found})
    if area_id not in context.index:
        context = context.reindex([*context.index, area_id])
    return similar_areas(context, area_id, most)


def alike_sentences(
    found: Similar, names: Mapping[str, str], catalogue: Mapping[str, Indicator], level: Level
) -> str:
    """Say which areas are most like one, in what, and what still sets the nearest apart.

    Parameters
    ----------
    names
        Of the areas, by id.
    """
    name = names[found.area_id]
    if found.reason == "missing":
        return _("Which {many} are most like {name} is not assessed: a figure of its conditions is"
                 " missing.").format(many=level.plural, name=name)  # fmt: skip
    if found.reason:
        return _("Which {many} are most like {name}: {reason}.").format(
            many=level.plural, name=name, reason=reason_text(found.reason)
        )
    nearest = [names[str(one)] for one in found.nearest.index]
    titles = [_(catalogue[one].title) for one in found.indicators]
    said = [
        _("Most like {name} in {indicators}: {names}.").format(
            name=name, indicators=joined(titles), names=joined(nearest)
        )
    ]
    first = found.nearest.iloc[0]
    if first["driver"]:
        apart = found.differences[first["driver"]].iloc[0]
        words = (
            _("What sets {other} apart most is more of this: {indicator}.")
            if apart > 0
            else _("What sets {other} apart most is less of this: {indicator}.")
        )
        said.append(words.format(other=nearest[0], indicator=_(catalogue[first["driver"]].title)))
    if len(found.not_assessed):
        said.append(
            ngettext(
                "{n} {one} lacks a figure and is not assessed.",
                "{n} {many} lack a figure and are not assessed.",
                len(found.not_assessed),
            ).format(n=len(found.not_assessed), one=level.name, many=level.plural)
        )
    return " ".join(said)
