"""One area's figures side by side: the spine chart with its table, and courses over the years."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from analysis.catalogue import Catalogue, Indicator
from analysis.language import (
    capital,
    class_text,
    interval_text,
    period_text,
    reason_text,
    unit_text,
    value_text,
)
from analysis.language import gettext as _
from analysis.territory import Territory
from analysis.views import charts
from analysis.views.theme import Mode
from analysis.views.view import View


def spine_view(
    territory: Territory,
    rows: pd.DataFrame,
    name: str,
    mode: Mode,
    source: Callable[..., str],
    level_words: str,
    moved: Mapping[str, str],
) -> View:
    """What holds and what weighs in one area, beside its benchmark.

    Parameters
    ----------
    territory
        Catalogue and themes.
    rows
        A profile, as :func:`analysis.picture.profile` returns it.
    name
        The area.
    mode
        Light or dark.
    source
        Turns indicators into their source line.
    level_words
        The level in the plural.
    moved
        Indicator ids to the words of their trend here.
    """
    catalogue = territory.catalogue
    needed = territory.settings.minimum_answers
    drawn = spine_rows(territory, rows)
    benchmark = next((one for one in rows["benchmark_name"] if one), _("no benchmark"))
    table = pd.DataFrame(
        {
            _("Side"): [_side(catalogue[one]) for one in rows["indicator_id"]],
            _("Indicator"): [_(catalogue[one].title) for one in rows["indicator_id"]],
            _("Unit"): [unit_text(catalogue[one]) for one in rows["indicator_id"]],
            _("Period"): [period_text(one) if one else "" for one in rows["period"]],
            name: [_figure(row, catalogue, needed) for _, row in rows.iterrows()],
            _("95 % interval"): [
                interval_text(row["lower"], row["upper"], catalogue[row["indicator_id"]])
                for _, row in rows.iterrows()
            ],
            benchmark: [
                value_text(row["benchmark"], catalogue[row["indicator_id"]], "no_benchmark")
                for _, row in rows.iterrows()
            ],
            _("Compared"): [_compared(row, catalogue) for _, row in rows.iterrows()],
            _("Trend"): [moved.get(one, reason_text("missing")) for one in rows["indicator_id"]],
        }
    )
    picture = charts.spine_chart(drawn, mode, area_name=name, benchmark_name=benchmark)
    narrow = charts.spine_chart(drawn, mode, area_name=name, benchmark_name=benchmark, narrow=True)
    used = [catalogue[one] for one in rows["indicator_id"][rows["period"] != ""]]
    return View(
        title=_("What holds and what weighs"),
        subline=_("each beside {benchmark} and the other {level}").format(
            benchmark=benchmark, level=level_words
        ),
        picture=picture, narrow_picture=narrow, table=table,
        download=rows.assign(area=name, trend=[moved.get(one, "") for one in rows["indicator_id"]]),
        source=source(*used), alt=str(picture.layout.meta["alt"]),
        notes=(charts.spine_key(benchmark),), filename=f"profile_{name}",
    )  # fmt: skip


def spine_rows(territory: Territory, rows: pd.DataFrame) -> pd.DataFrame:
    """Turn a profile into the rows of the spine chart: the same figures with their words."""
    catalogue, themes = territory.catalogue, dict(territory.settings.themes)
    needed = territory.settings.minimum_answers
    shown = rows[rows["factor"] != "context"]
    return shown.assign(
        theme_title=[capital(_(themes.get(one, one))) for one in shown["theme"]],
        title=[_(catalogue[one].short_title) for one in shown["indicator_id"]],
        unit=[unit_text(catalogue[one]) for one in shown["indicator_id"]],
        value_text=[_figure(row, catalogue, needed) for _, row in shown.iterrows()],
        benchmark_text=[
            value_text(row["benchmark"], catalogue[row["indicator_id"]], "no_benchmark")
            for _, row in shown.iterrows()
        ],
        reason_text=[_reason(row, needed) or _because(row) for _, row in shown.iterrows()],
    )


def course_views(
    territory: Territory, rows: pd.DataFrame, series: pd.DataFrame, name: str, mode: Mode,
    source: Callable[..., str], moved: Mapping[str, str],
) -> list[View]:  # fmt: skip
    """Each indicator of an area over the years, small, strengths before burdens."""
    order = {"protective": 0, "risk": 1, "context": 2}
    views = []
    sources = source(
        *(territory.catalogue[one] for one in rows["indicator_id"][rows["age"].notna()])
    )
    for row in sorted(rows.to_dict("records"), key=lambda one: order[one["factor"]]):
        indicator = territory.catalogue[row["indicator_id"]]
        course = series[series["indicator_id"] == indicator.indicator_id]
        if course["value"].notna().sum() < 2:
            continue
        picture = charts.sparkline(course, indicator, mode, name=name, height=64)
        words = value_text(row["value"], indicator, row["reason"])
        table = pd.DataFrame(
            {
                _("Period"): [period_text(one) for one in course["period"]],
                name: [
                    value_text(value, indicator, why)
                    for value, why in zip(course["value"], course["reason"], strict=True)
                ],
            }
        )
        first, last = course["period"].iloc[0], course["period"].iloc[-1]
        span = f"{period_text(first, short=True)}–{period_text(last, short=True)}"
        views.append(
            View(
                title=_(indicator.short_title),
                subline=" · ".join(
                    filter(
                        None, [words, unit_text(indicator), span, moved.get(indicator.indicator_id)]
                    )
                ),
                picture=picture,
                table=table,
                download=course,
                source=sources,
                alt=str(picture.layout.meta["alt"]),
                licence=indicator.licence,
                filename=f"{indicator.indicator_id}_{name}",
            )
        )
    return views


def _side(indicator: Indicator) -> str:
    return {"protective": _("holds"), "risk": _("weighs"), "context": _("context")}[
        indicator.factor
    ]


def _reason(row: pd.Series, needed: float) -> str:
    return reason_text(row["reason"], answers=row["denominator"], needed=needed)


def _because(row: pd.Series) -> str:
    """Why a figure that is there is not compared."""
    if row["class_"] != "not assessed":
        return ""
    return reason_text(row["class_reason"] or "not_assessed")


def _figure(row: pd.Series, catalogue: Catalogue, needed: float) -> str:
    if row["reason"]:
        return _reason(row, needed)
    return value_text(row["value"], catalogue[row["indicator_id"]])


def _compared(row: pd.Series, catalogue: Catalogue) -> str:
    if row["class_"] == "not assessed":
        return _because(row)
    return class_text(row["class_"], catalogue[row["indicator_id"]])
