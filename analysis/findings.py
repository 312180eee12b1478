"""What stands out: every comparison and trend in one table, a dozen of them chosen and said.

Knows by which rules a finding is chosen (:data:`RULES`, printed on the page
*methods*), how it is said in one sentence from its own numbers, and what has
changed between two states of a picture. It chooses and words; it draws nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from analysis.catalogue import Catalogue, Indicator
from analysis.disclosure import ProtectedView
from analysis.language import (
    N_,
    class_text,
    direction_text,
    interval_text,
    is_percent,
    ngettext,
    number,
    period_text,
    reason_text,
    unit_text,
    value_text,
)  # fmt: skip
from analysis.language import gettext as _
from analysis.measures import trends
from analysis.measures.rates import NOT_ASSESSED
from analysis.picture import Figures, joined
from analysis.territory import Territory

FiguresAt: TypeAlias = Callable[[str, str, str], Figures]
"""Looks up figures by indicator id, level and period; pages hand in their cache."""
TrendsAt: TypeAlias = Callable[[str, str, str], pd.DataFrame]
"""Looks up :func:`analysis.picture.area_trends` by indicator id, level and period."""
Row: TypeAlias = Mapping[Any, Any]
"""One row of :func:`assess`."""

MOST = 12
"""Findings that a meeting can talk about."""
MOST_OF_AN_AREA = MOST_OF_A_THEME = 2
STRENGTH, BURDEN = "strength", "burden"

RULES = (
    N_("A finding is a figure that is clearly different from its benchmark, at 99.8 %, or that has"
       " changed significantly over the years, at 99.8 %. What differs at 95 % only is none: of many"
       " comparisons some always do."),
    N_("Context has no good or bad side and gives no finding. Nor does what is hidden, missing or not"
       " assessed; that is listed beside the findings."),
    N_("A figure clearly more favourable than its benchmark is a strength, a clearly less favourable"
       " one a burden. Where it is neither, an improvement is a strength and a worsening a burden."),
    N_("There are at most twelve: up to six strengths and up to six burdens. A side that has fewer"
       " leaves its places empty, so that neither drowns the other."),
    N_("The more urgent burden comes first: act now, act, watch, the rest. Among strengths those come"
       " first that are clear and improve, then those that are clear, then those that improve."),
    N_("Among equals comes first what lies further from its benchmark, or has moved further, measured"
       " by how far the areas lie apart (the middle eight in ten): a difference can be sure and small."),
    N_("On each side an indicator gives one finding, and the other areas of which the same holds are"
       " named beside it; a theme and a part of the territory give two at most, so that neither one"
       " subject nor one place is all there is."),
)  # fmt: skip
"""How findings are chosen, as sentences for the page *methods*; :func:`choose` follows them."""

_CARRIED = ["value", "lower", "upper", "denominator", "status", "reason", "class_", "class_reason"]
_NUMBERS = ["value", "lower", "upper", "denominator"]
"""Columns of numbers, also where there is not one."""
_OF_TREND = ["direction", "test", "years", "since", "earlier"]
_STEPS = {"clearly_better": 2, "better": 1, "similar": 0, "worse": -1, "clearly_worse": -2}


# ---------------------------------------------------------------- everything that was assessed


def assess(
    view: ProtectedView,
    territory: Territory,
    level: str,
    period: str,
    figures_at: FiguresAt,
    trends_at: TrendsAt,
    indicators: Iterable[Indicator] | None = None,
) -> pd.DataFrame:
    """Return every comparison and trend of a picture, also those that cannot be made.

    Parameters
    ----------
    level
        The areas to look at; for each indicator the area they are compared
        with is looked at too, beside its own benchmark.
    period
        Nothing later is looked at; of each indicator the newest period counts.
    indicators
        Only these; all a reader may choose when None. The rows of all are
        those of each, one after the other.

    Returns
    -------
    DataFrame
        A row per indicator and area, in the order of catalogue and name:
        ``indicator_id, theme, factor, favourable, level, area_id, name, whole``
        (True for the area compared with), ``period``, the figures of
        :class:`analysis.picture.Figures`, ``benchmark, benchmark_name``;
        ``trend`` (label), ``trend_reason`` and the rest of
        :func:`analysis.picture.area_trends`; ``level_trend``, ``urgency``.
    """
    parts = []
    for indicator in territory.catalogue.shown() if indicators is None else indicators:
        place = territory.benchmark(indicator, level)
        for one, only in ((place[0], place[1]) if place else ("", ""), (level, "")):
            if one and not (indicator.levels and one not in indicator.levels):
                parts.append(_assessed(view, indicator, one, only, period, figures_at, trends_at))
    found = [one for one in parts if one is not None]
    if not found:
        typed = {**dict.fromkeys(_NUMBERS, "float64"), "whole": "bool"}
        return pd.DataFrame(columns=_COLUMNS).astype(typed)
    rows = pd.concat(found, ignore_index=True)
    rows["level_trend"] = trends.level_trend(rows["class_"], rows["direction"])
    rows["urgency"] = trends.urgency(rows["class_"], rows["direction"])
    return rows[_COLUMNS]


_COLUMNS = [
    "indicator_id", "theme", "factor", "favourable", "level", "area_id", "name", "whole", "period",
    *_CARRIED, "benchmark", "benchmark_name", "trend", "trend_reason", *_OF_TREND, "level_trend",
    "urgency",
]  # fmt: skip


def _assessed(
    view: ProtectedView,
    indicator: Indicator,
    level: str,
    only: str,
    period: str,
    figures_at: FiguresAt,
    trends_at: TrendsAt,
) -> pd.DataFrame | None:
    """One indicator on one level, of all areas or only one; None where it has no period yet."""
    if indicator.indicator_id not in view.indicator_ids():
        return None
    observed = view.periods(indicator.indicator_id, level)
    available = [one for one in observed if one[:4] <= period[:4]]
    if not available:
        return None
    found = figures_at(indicator.indicator_id, level, available[-1])
    moved = trends_at(indicator.indicator_id, level, available[-1])
    rows = found.frame[["name", *_CARRIED]].join(
        moved[["label", "reason", *_OF_TREND]].rename(
            columns={"label": "trend", "reason": "trend_reason"}
        )
    )
    if only:
        rows = rows[rows.index == only]
    mark = found.benchmark
    # A period in which nobody has a figure comes without numbers, and so without their type.
    rows[_NUMBERS] = rows[_NUMBERS].astype("float64")
    return rows.rename_axis("area_id").reset_index().assign(
        indicator_id=indicator.indicator_id, theme=indicator.theme, factor=indicator.factor,
        favourable=indicator.favourable, level=level, whole=bool(only), period=available[-1],
        benchmark=mark.value if mark else np.nan, benchmark_name=mark.name if mark else "",
    )  # fmt: skip


# ---------------------------------------------------------------- choosing


def side(rows: pd.DataFrame) -> pd.Series:
    """Return ``strength``, ``burden`` or, for what is no finding, "" for each row (:data:`RULES`)."""
    clearly = rows["class_"].map({"clearly_better": STRENGTH, "clearly_worse": BURDEN})
    moved = rows["direction"].map({"improving": STRENGTH, "worsening": BURDEN})
    return clearly.where(clearly.notna(), moved).fillna("").astype("str")


def choose(rows: pd.DataFrame, most: int = MOST) -> pd.DataFrame:
    """Choose the findings of a picture, by the rules of :data:`RULES`.

    Parameters
    ----------
    rows
        As :func:`assess` returns them.
    most
        An even number; half of it for each side.

    Returns
    -------
    DataFrame
        The chosen rows, strengths first, each side in the order of the rules,
        with ``side`` and ``also``: the names of the other areas on the same
        side of the same indicator, by name.
    """
    spread = rows["indicator_id"].map(_spread(rows))
    candidates = rows.assign(side=side(rows), _spread=spread)
    candidates = candidates[candidates["side"] != ""]
    ordered = _in_order(candidates)
    chosen = [
        row
        for one in (STRENGTH, BURDEN)
        for row in _within_limits(ordered[ordered["side"] == one], most // 2)
    ]
    kept = ordered.loc[chosen].drop(columns="_spread")
    also = [_others(row, candidates) for row in kept.to_dict("records")]
    return kept.assign(also=pd.Series(also, index=kept.index, dtype=object))


def _spread(rows: pd.DataFrame) -> pd.Series:
    """How far the areas lie apart on each indicator: the range of the middle eight in ten."""
    values = rows[~rows["whole"].astype(bool)].groupby("indicator_id")["value"]
    return values.quantile(0.9) - values.quantile(0.1)


def _in_order(candidates: pd.DataFrame) -> pd.DataFrame:
    """Order candidates as the rules say; equals stay in the order of catalogue and name."""
    urgent = [trends.ACT_NOW, trends.ACT, trends.WATCH]
    burden = candidates["urgency"].map({one: place for place, one in enumerate(urgent)})
    clear = candidates["class_"].str.startswith("clearly")
    moves = candidates["direction"].isin([trends.IMPROVING, trends.WORSENING])
    holds = candidates["direction"] == trends.IMPROVING
    strength = pd.Series(
        np.select([clear & holds, clear], [0.0, 1.0], default=2.0), index=candidates.index
    )
    place = burden.fillna(len(urgent)).where(candidates["side"] == BURDEN, strength)
    from_where = candidates["benchmark"].where(clear, candidates["earlier"].where(moves))
    spread = candidates["_spread"]
    far = (candidates["value"] - from_where).abs() / spread.where(spread > 0)
    keys = candidates.assign(_place=place, _far=-far.fillna(0.0))
    ordered = keys.sort_values(["_place", "_far"], kind="stable")
    return ordered.drop(columns=["_place", "_far"])


def _within_limits(ordered: pd.DataFrame, most: int) -> list[int]:
    """Labels of the first rows that give no indicator, theme or area more than its share."""
    kept: list[int] = []
    given: Counter[tuple[str, ...]] = Counter()
    for label, row in zip(ordered.index, ordered.to_dict("records"), strict=True):
        limits: dict[tuple[str, ...], int] = {
            ("indicator", row["indicator_id"]): 1,
            ("theme", row["theme"]): MOST_OF_A_THEME,
        }
        if not row["whole"]:
            limits["area", row["level"], row["area_id"]] = MOST_OF_AN_AREA
        if len(kept) < most and all(given[one] < limit for one, limit in limits.items()):
            kept.append(label)
            given.update(limits.keys())
    return kept


def _others(row: Row, candidates: pd.DataFrame) -> tuple[str, ...]:
    same = candidates[
        (candidates["indicator_id"] == row["indicator_id"])
        & (candidates["side"] == row["side"])
        & (candidates["level"] == row["level"])
        & (candidates["area_id"] != row["area_id"])
    ]
    return tuple(sorted(same["name"]))


# ---------------------------------------------------------------- saying it

_COMPARED = {
    "clearly_higher": N_("{title}: clearly higher in {area} than in {benchmark} as a whole"
                         " ({figure}); {trend}."),
    "higher": N_("{title}: higher in {area} than in {benchmark} as a whole ({figure}); {trend}."),
    "similar": N_("{title}: similar in {area} to {benchmark} as a whole ({figure}); {trend}."),
    "lower": N_("{title}: lower in {area} than in {benchmark} as a whole ({figure}); {trend}."),
    "clearly_lower": N_("{title}: clearly lower in {area} than in {benchmark} as a whole"
                        " ({figure}); {trend}."),
}  # fmt: skip


def finding_sentence(row: Row, indicator: Indicator, needed: float | None = None) -> str:
    """Say what is known of one indicator in one area, in one sentence from its own numbers.

    Parameters
    ----------
    row
        Of :func:`assess`; any row, a finding or not.
    indicator
        Of the row.
    needed
        How many answers a survey figure needs, for the reason.

    Returns
    -------
    str
        Comparison, figure with its interval, benchmark and trend; where one
        of these cannot be told, that it is not assessed and why.
    """
    title, area = _title(indicator), row["name"]
    if pd.isna(row["value"]):
        reason = reason_text(row["reason"] or row["status"], answers=row["denominator"],
                             needed=needed)  # fmt: skip
        return _("{title} in {area}, {period}: {reason}.").format(
            title=title, area=area, period=period_text(row["period"]), reason=reason
        )
    figure, trend = _figure(row, indicator), trend_text(row, indicator)
    if row["class_"] == NOT_ASSESSED:
        reason = reason_text(row["class_reason"], answers=row["denominator"], needed=needed)
        return _("{title} in {area} ({figure}): {reason}; {trend}.").format(
            title=title, area=area, figure=figure, reason=reason, trend=trend
        )
    return _(_COMPARED[_plain(row["class_"], indicator)]).format(
        title=title, area=area, benchmark=row["benchmark_name"], figure=figure, trend=trend
    )


def _title(indicator: Indicator) -> str:
    """The title; of an ordinal item the figure is how far its answers stand apart."""
    title = _(indicator.title)
    if indicator.measure != "ordinal":
        return title
    return _("{title} (how far the answers stand apart)").format(title=title)


def _plain(class_: str, indicator: Indicator) -> str:
    """A class as *higher* or *lower*, whatever is favourable."""
    if class_ == "similar":
        return class_
    more = indicator.favourable > 0
    up = {"higher": True, "lower": False, "better": more, "worse": not more}
    word = "higher" if up[class_.removeprefix("clearly_")] else "lower"
    return f"clearly_{word}" if class_.startswith("clearly_") else word


def _figure(row: Row, indicator: Indicator) -> str:
    """The figure with its period, unit and interval, and the benchmark's beside it."""
    when = period_text(row["period"])
    if not is_percent(indicator):
        when = _("{period}, {unit}").format(period=when, unit=unit_text(indicator))
    value = value_text(row["value"], indicator)
    if row["status"] in ("provisional", "estimated"):
        value = _("{value}, {status}").format(value=value, status=reason_text(row["status"]))
    if pd.isna(row["lower"]) or pd.isna(row["upper"]):
        said = _("{when}: {value}, no interval").format(when=when, value=value)
    else:
        interval = interval_text(row["lower"], row["upper"], indicator)
        said = _("{when}: {value}, interval {interval}").format(
            when=when, value=value, interval=interval
        )
    if pd.isna(row["benchmark"]) or indicator.measure == "count":
        return said
    return _("{figure}; {name} {value}").format(
        figure=said, name=row["benchmark_name"], value=value_text(row["benchmark"], indicator)
    )


def trend_text(row: Row, indicator: Indicator) -> str:
    """Say in a few words how a figure has moved, or why that is not assessed."""
    if row["trend"] == NOT_ASSESSED:
        return _("trend {reason}").format(reason=reason_text(row["trend_reason"]))
    long = row["test"] == "long"
    if row["trend"] == trends.NO_CHANGE:
        if not long:
            return _("no significant change in five years")
        return _("no significant change in {n} years, by the test without intervals").format(
            n=number(row["years"], 0)
        )
    rises = row["trend"] == trends.INCREASING
    if long:
        words = (
            _("rising since {since} (then {earlier}), by the test without intervals")
            if rises
            else _("falling since {since} (then {earlier}), by the test without intervals")
        )
    else:
        words = (
            _("rising since {since} (then {earlier})")
            if rises
            else _("falling since {since} (then {earlier})")
        )
    return words.format(
        since=period_text(row["since"]), earlier=value_text(row["earlier"], indicator)
    )


def also_text(row: Row) -> str:
    """Name the other areas of which the same holds; "" where there are none."""
    names = list(row["also"])
    if not names:
        return ""
    if len(names) > 6:
        return ngettext("The same side in {n} other.", "The same side in {n} others.",
                        len(names)).format(n=len(names))  # fmt: skip
    return _("On the same side: {names}.").format(names=joined(names))


def certainty_text(row: Row) -> str:
    """Say how sure the difference and the change of a finding are."""
    said = []
    if row["class_"].startswith("clearly"):
        said.append(_("difference sure at 99.8 %"))
    elif row["class_"] not in ("similar", NOT_ASSESSED):
        said.append(_("difference sure at 95 %, not at 99.8 %"))
    if row["trend"] in (trends.INCREASING, trends.DECREASING):
        said.append(_("change sure at 99.8 %"))
    return "; ".join(said)


# ---------------------------------------------------------------- what has changed


def what_changed(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return what is said otherwise than before, such as before the last release.

    Parameters
    ----------
    before, after
        Two states of :func:`assess`.

    Returns
    -------
    DataFrame
        The row of ``after`` (of ``before`` where it is gone) for each
        indicator and area that changed, in that order, with ``kind``: ``new``
        and ``gone`` (there is a figure now, or none any more), ``class``
        (another benchmark class), ``trend`` (another direction), several
        parted by a blank; ``class_before, direction_before, reason_before,
        period_before``; ``notable`` where one of the two states is a finding
        and the other is not on its side, and not only by the step between
        neighbouring classes, which chance takes easily. A newer figure of the
        same class and direction is no change.
    """
    key = ["indicator_id", "level", "area_id"]
    kept = ["class_", "direction", "reason", "period", "value"]
    known = before.assign(_side=side(before)).set_index(key)
    now = after.assign(_side=side(after)).set_index(key)
    both = now.index.union(known.index, sort=False)
    rows = now.reindex(both)
    gone = ~both.isin(now.index)
    rows.loc[gone] = known.reindex(both[gone])
    old = known[[*kept, "_side"]].reindex(both)
    had, has = old["value"].notna(), now["value"].reindex(both).notna()
    other_class = had & has & (old["class_"] != rows["class_"])
    other_trend = had & has & (old["direction"] != rows["direction"])
    kinds = pd.DataFrame(
        {"new": has & ~had, "gone": had & ~has, "class": other_class, "trend": other_trend}
    )
    rows["kind"] = [" ".join(kinds.columns[list(one)]) for one in kinds.itertuples(index=False)]
    for name in ("class_", "direction", "reason", "period"):
        rows[f"{name.rstrip('_')}_before"] = old[name].fillna("").astype("str")
    step = (rows["class_"].map(_STEPS) - old["class_"].map(_STEPS)).abs()
    turned = rows["_side"].where(~gone, "") != old["_side"].fillna("")
    rows["notable"] = turned & ((step != 1) | other_trend)
    changed = rows[rows["kind"] != ""].drop(columns="_side")
    return changed.reset_index()


def change_sentence(row: Row, indicator: Indicator) -> str:
    """Say in one sentence what is said otherwise than before."""
    title, area = _title(indicator), row["name"]
    kinds = str(row["kind"]).split()
    if "gone" in kinds:
        return _("{title} in {area}: no figure any more, {reason}.").format(
            title=title, area=area, reason=reason_text(row["reason"] or "missing")
        )
    if "new" in kinds:
        return _("{title} in {area}: now {value}, before {reason}.").format(
            title=title, area=area, value=value_text(row["value"], indicator),
            reason=reason_text(row["reason_before"] or "missing"),
        )  # fmt: skip
    said = []
    if "class" in kinds:
        said.append(
            _("now {now}, before {before}").format(
                now=class_text(row["class_"], indicator, row["benchmark_name"]),
                before=class_text(row["class_before"], indicator),
            )
        )
    if "trend" in kinds:
        said.append(
            _("the trend now {now}, before {before}").format(
                now=direction_text(row["direction"]), before=direction_text(row["direction_before"])
            )
        )
    return _("{title} in {area}: {what}.").format(title=title, area=area, what="; ".join(said))


def findings_sentences(chosen: pd.DataFrame, catalogue: Catalogue) -> str:
    """Say in up to three sentences how many findings there are, and the first of each side."""
    strengths, burdens = (chosen[chosen["side"] == one] for one in (STRENGTH, BURDEN))
    if chosen.empty:
        return _("Nothing differs clearly from its benchmark, and nothing has changed"
                 " significantly. That says nothing about what is not assessed.")  # fmt: skip

    def first(part: pd.DataFrame) -> str:
        shown: Sequence[str] = [
            _("{indicator} in {area}").format(
                indicator=_(catalogue[row["indicator_id"]].short_title), area=row["name"]
            )
            for _i, row in part.head(3).iterrows()
        ]
        return joined(shown)

    said = []
    if len(strengths):
        said.append(_("Most clearly favourable: {what}.").format(what=first(strengths)))
    else:
        said.append(_("No strength stands out clearly."))
    if len(burdens):
        said.append(_("Most urgent: {what}.").format(what=first(burdens)))
    else:
        said.append(_("No burden stands out clearly."))
    return " ".join(said)
