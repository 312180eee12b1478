"""Maps of a result: which colours, words and figures stand for it, and the equal table.

Turns figures, differences and pairs of comparisons into what the map layer
draws, with its legend, its table and its download.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from analysis.catalogue import Indicator
from analysis.geometry import Geometry
from analysis.language import (
    N_,
    capital,
    change_text,
    class_text,
    direction_text,
    interval_text,
    number,
    period_text,
    reason_text,
    unit_text,
    urgency_text,
    value_text,
)
from analysis.language import gettext as _
from analysis.measures.classes import BIVARIATE, Classes
from analysis.measures.trends import IMPROVING, NO_CHANGE, WORSENING
from analysis.picture import Figures
from analysis.views import maps, years
from analysis.views.theme import Mode, Palette, palette
from analysis.views.view import View

BETTER_TO_WORSE = ("clearly_better", "better", "similar", "worse", "clearly_worse")
HIGHER_TO_LOWER = ("clearly_higher", "higher", "similar", "lower", "clearly_lower")
_SIDES = {"better": N_("more favourable"), "similar": N_("similar"), "worse": N_("less favourable")}
_FIGURES_UP_TO = 60
"""On maps of more areas than this, no figure is written beside a name."""


@dataclass(frozen=True, eq=False)
class MapView:
    """A view whose picture is a map.

    Parameters
    ----------
    view
        Title, subline, table, download, source and words.
    geometry, classes, legend
        What is drawn and what it means.
    points
        Places open to the public on top, each as its letter.
    """

    view: View
    geometry: Geometry
    classes: maps.AreaClasses
    legend: maps.Legend
    points: tuple[maps.Point, ...] = ()

    @property
    def key(self) -> str:
        """What the letters of the places mean; "" without places."""
        words = {one.letter: one.words for one in self.points}
        return " · ".join(f"{letter} {words[letter]}" for letter in sorted(words))

    def svg(self, selected: str | None = None) -> str:
        """Return the map as a picture of its own, with title, legend and source."""
        return maps.svg_map(
            self.geometry, self.classes, title=self.view.title,
            subline=" · ".join(filter(None, (self.view.subline, self.key))), legend=self.legend,
            source=self.view.source, alt=self.view.alt, selected=selected, points=self.points,
        )  # fmt: skip


@dataclass(frozen=True)
class Ground:
    """What every map of one page shares.

    Parameters
    ----------
    geometry
        Shapes of the level at the period.
    mode
        Light or dark.
    level_words
        The level in the plural.
    source
        Turns indicators into their source line.
    minimum_answers
        How many a survey figure needs.
    """

    geometry: Geometry
    mode: Mode
    level_words: str
    source: Callable[..., str]
    minimum_answers: float


def level_map(found: Figures, classes: Classes | None, ground: Ground) -> MapView:
    """How much, where? Shades of the indicator's factor; counts as circles.

    Parameters
    ----------
    found
        The figures.
    classes
        Their classes; None for counts, which are never shaded.
    ground
        Shapes, mode and words.
    """
    indicator, colours = found.indicator, palette(ground.mode)
    shared: dict[str, Any] = {
        "palette": colours,
        "status": _statuses(found.frame),
        "tooltips": _tooltips(found, ground),
        "figures": _clear_figures(found),
    }
    if classes is None:
        drawn = maps.area_circles(
            ground.geometry, found.frame["value"], colour=colours.ramp(indicator.factor, 5)[3],
            words=lambda count: number(count, indicator.decimals), **shared,
        )  # fmt: skip
        notes: tuple[str, ...] = (_("A count is drawn as a circle, its surface is the number."),)
    else:
        shades = classes.classes.where(classes.classes >= 0).astype(float)
        drawn = maps.area_classes(
            ground.geometry, shades, fills=colours.ramp(indicator.factor, max(classes.k, 1)),
            words=_steps(classes, indicator) or [""], **shared,
        )  # fmt: skip
        notes = (capital(classes.note) + ".",) if classes.note else ()
    return _map_view(found, drawn, ground, _subline(found, ground), notes)


def comparison_map(found: Figures, ground: Ground) -> MapView:
    """Where does it differ from the benchmark, and how clearly?"""
    colours = palette(ground.mode)
    order = BETTER_TO_WORSE if found.indicator.favourable else HIGHER_TO_LOWER
    name = found.benchmark.name if found.benchmark else ""
    number_of = {class_: place for place, class_ in enumerate(order)}
    assessed = found.frame["class_"].isin(order)
    status = _statuses(found.frame).mask(~assessed & found.frame["value"].notna(), "not_assessed")
    drawn = maps.area_classes(
        ground.geometry,
        found.frame["class_"].map(number_of).astype(float),
        palette=colours,
        fills=list(colours.comparison().values()),
        words=[class_text(one, found.indicator, name) for one in order],
        status=status,
        tooltips=_tooltips(found, ground),
        figures=_clear_figures(found),
        layout="categories",
    )
    return _map_view(found, drawn, ground, _subline(found, ground), _chance(found))


def change_map(
    changed: pd.DataFrame,
    classes: Classes,
    found: Figures,
    since: str,
    ground: Ground,
    sides: tuple[str, str] | None = None,
) -> MapView:
    """What has changed since, where? Diverging around no change.

    Parameters
    ----------
    changed
        As :func:`analysis.picture.change` returns it.
    classes
        Classes of its differences.
    found, since
        The later figures, and the earlier period.
    ground
        Shapes, mode and words.
    sides
        What the two sides are called; their periods when None. Two sides of
        one period are a correction: whether it is chance is no question then.
    """
    indicator, colours = found.indicator, palette(ground.mode)
    one, other = sides or (period_text(since), period_text(found.period))
    corrected = since == found.period
    fills = list(colours.change(max(classes.k, 1)))
    if indicator.favourable > 0:
        fills.reverse()
    status = _statuses(changed)
    rows = _rows(changed)
    tooltips = {
        str(area_id): reason_text(row["reason"])
        if row["reason"]
        else change_text(row["difference"], indicator)
        if corrected
        else f"{change_text(row['difference'], indicator)} ({_judged(row)})"
        for area_id, row in zip(changed.index, rows, strict=True)
    }
    drawn = maps.area_classes(
        ground.geometry,
        classes.classes.where(classes.classes >= 0).astype(float),
        palette=colours,
        fills=fills,
        words=[
            f"{_signed(low, indicator)} {_('to')} {_signed(high, indicator)}"
            for low, high in classes.limits
        ]
        or [""],
        status=status,
        less_sure=set() if corrected else _within_chance(changed, classes),
        tooltips=tooltips,
    )
    subline = " · ".join(
        [
            _("change from {since} to {period}").format(since=one, period=other),
            unit_text(indicator),
            ground.level_words,
        ]
    )
    table = pd.DataFrame(
        {
            _("Name"): changed["name"],
            one: _then(changed, "earlier", indicator),
            other: _then(changed, "later", indicator),
            _("Change"): [
                reason_text(why) if why else change_text(difference, indicator)
                for difference, why in zip(changed["difference"], changed["reason"], strict=True)
            ],
        }
    )
    if not corrected:
        table[_("More than chance?")] = [_judged(row) for row in rows]
    download = changed.assign(
        indicator_id=indicator.indicator_id, since=since, period=found.period, unit=indicator.unit
    ).reset_index(names="area_id")
    same = int((changed["class_"] == "similar").sum())
    told = _("No significant change in {same} of {total} {level}.")
    if corrected:
        same = int((changed["difference"] == 0).sum())
        told = _("No change in {same} of {total} {level}.")
    alt = (_("Map of {title}: change from {since} to {period}.") + " " + told).format(
        title=_(indicator.title), since=one, period=other, same=same,
        total=len(changed), level=ground.level_words,
    )  # fmt: skip
    view = View(
        title=_(indicator.title), subline=subline, picture=None, table=table, download=download,
        source=ground.source(indicator), alt=alt, licence=indicator.licence,
        notes=(capital(classes.note) + ".",) if classes.note else (),
        filename=f"{indicator.indicator_id}_{found.level}_{since}_{found.period}".replace("/", "-"),
    )  # fmt: skip
    words = _status_words() | {"less_sure": _("may be chance: the 95 % interval spans no change")}
    return MapView(view, ground.geometry, drawn, maps.legend(drawn, status_words=words))


def level_trend_map(together: pd.DataFrame, found: Figures, ground: Ground) -> MapView:
    """Where does it stand, and where does it go? Twelve classes, each with its arrow.

    Parameters
    ----------
    together
        As :func:`analysis.courses.level_trends` returns it.
    found
        The figures behind it.
    """
    indicator, colours = found.indicator, palette(ground.mode)
    order = [one for one in years.CLASSES if (together["level_trend"] == one).any()]
    assessed = together["level_trend"].isin(order)
    status = _statuses(found.frame).mask(~assessed & found.frame["value"].notna(), "not_assessed")
    lines = {
        str(area_id): f"{figure}\n{years.level_trend_words(row['level_trend'])}"
        f" – {urgency_text(row['urgency'])}"
        for area_id, figure, row in zip(
            together.index, _said(found, ground.minimum_answers), _rows(together), strict=True
        )
    }
    arrows = {
        str(area_id): years.ARROWS[direction]
        for area_id, direction in together.loc[assessed, "direction"].items()
        if direction != NO_CHANGE
    }
    drawn = maps.area_classes(
        ground.geometry,
        together["level_trend"].map({one: place for place, one in enumerate(order)}).astype(float),
        palette=colours,
        fills=[colours.level_trend()[one] for one in order],
        words=[
            f"{years.ARROWS[one.partition(', ')[2]]} {years.level_trend_words(one)}:"
            f" {number(int((together['level_trend'] == one).sum()), 0)}"
            for one in order
        ],
        status=status,
        tooltips=lines,
        figures=arrows if len(together) <= _FIGURES_UP_TO else {},
        layout="categories",
    )
    view = years.level_trend_view(
        together, found, ground.mode, ground.source(indicator), ground.level_words
    )
    note = _("An arrow up improves, an arrow down worsens, whatever the figure does. How urgent it is"
             " stands in the table.")  # fmt: skip
    notes = (*_moving(together, assessed), note)
    shown = replace(view, picture=None, narrow_picture=None, notes=notes)
    return MapView(shown, ground.geometry, drawn, maps.legend(drawn, status_words=_status_words()))


def _moving(together: pd.DataFrame, assessed: pd.Series) -> Iterator[str]:
    """Say in words which areas move: a shade alone, in a small area, is not enough."""
    for direction in (WORSENING, IMPROVING):
        names = together.loc[assessed & (together["direction"] == direction), "name"]
        if len(names):
            yield _("{direction}: {areas}").format(
                direction=capital(direction_text(direction)), areas=years.names_or_count(names)
            )


def bivariate_map(risk: Figures, protection: Figures, both: pd.Series, ground: Ground) -> MapView:
    """Where do risk and protection come together? Nine classes, words in each."""
    colours = palette(ground.mode)
    cells = _bivariate_cells(colours)
    order = list(cells)
    assessed = both.isin(order)
    # A side that is hidden or missing makes the pair not assessed, not hidden.
    status = pd.Series("observed", index=both.index).mask(~assessed, "not_assessed")
    provisional = (risk.frame["status"] == "provisional") | (
        protection.frame["status"] == "provisional"
    )
    status = status.mask(assessed & provisional, "provisional")
    sides = [
        [
            f"{_(side.indicator.short_title)}: {words}"
            for words in _said(side, ground.minimum_answers)
        ]
        for side in (risk, protection)
    ]
    lines = {
        str(area_id): "\n".join(pair) for area_id, *pair in zip(both.index, *sides, strict=True)
    }
    drawn = maps.area_classes(
        ground.geometry,
        both.map({cell: place for place, cell in enumerate(order)}).astype(float),
        palette=colours,
        fills=[cells[cell] for cell in order],
        words=[_cell_words(cell) for cell in order],
        status=status,
        tooltips=lines,
        layout="bivariate",
    )
    table = pd.DataFrame(
        {
            _("Name"): risk.frame["name"],
            _(risk.indicator.short_title): _said(risk, ground.minimum_answers),
            _(protection.indicator.short_title): _said(protection, ground.minimum_answers),
            _("Together"): [
                _cell_words(one) if one in cells else reason_text("not_assessed") for one in both
            ],
        }
    )
    download = pd.concat(
        [_download(side).assign(together=both.to_numpy()) for side in (risk, protection)],
        ignore_index=True,
    )
    heavy = risk.frame["name"][both.str.startswith("risk_worse_protection_worse").to_numpy()]
    alt = _(
        "Map of {risk} and {protection} together. Both less favourable than the benchmark:"
        " {names}."
    ).format(
        risk=_(risk.indicator.title), protection=_(protection.indicator.title),
        names=", ".join(heavy) or _("none"),
    )  # fmt: skip
    view = View(
        title=_("{risk} × {protection}").format(
            risk=_(risk.indicator.short_title), protection=_(protection.indicator.short_title)
        ),
        subline=" · ".join(
            [
                _("each compared with {name}").format(
                    name=risk.benchmark.name if risk.benchmark else _("nothing")
                ),
                period_text(risk.period),
                ground.level_words,
            ]
        ),
        picture=None, table=table, download=download, alt=alt, licence=risk.indicator.licence,
        source=ground.source(risk.indicator, protection.indicator),
        notes=(_("Two sides together, never a balance or a net score."),),
        filename=f"{risk.indicator.indicator_id}_{protection.indicator.indicator_id}_{risk.level}",
    )  # fmt: skip
    axes = (_(risk.indicator.short_title), _(protection.indicator.short_title))
    shown = maps.legend(drawn, axes=axes, status_words=_status_words())
    return MapView(view, ground.geometry, drawn, shown)


def figures_table(found: Figures, needed: float) -> pd.DataFrame:
    """Return the table that says the same as the map, one row per area in order of name."""
    indicator = found.indicator
    name = found.benchmark.name if found.benchmark else _("the benchmark")
    rows = _rows(found.frame)
    table = {
        _("Name"): found.frame["name"],
        _(indicator.short_title): [_value_or_reason(row, indicator, needed) for row in rows],
        _("95 % interval"): [
            interval_text(low, high, indicator)
            for low, high in zip(found.frame["lower"], found.frame["upper"], strict=True)
        ],
    }
    if indicator.measure != "count" and found.benchmark is not None:
        table[_("Compared with {name}").format(name=name)] = [
            _class_or_reason(row, indicator) for row in rows
        ]  # fmt: skip
    return pd.DataFrame(table)


def _map_view(
    found: Figures, drawn: maps.AreaClasses, ground: Ground, subline: str, notes: tuple[str, ...]
) -> MapView:
    indicator = found.indicator
    known = int(found.frame["value"].notna().sum())
    values = found.frame["value"].dropna()
    spread = (
        _("from {low} to {high}").format(
            low=value_text(values.min(), indicator), high=value_text(values.max(), indicator)
        )
        if known
        else _("no figure")
    )
    alt = _("Map of {title}, {period}: {known} of {total} {level} have a figure, {spread}.").format(
        title=_(indicator.title), period=period_text(found.period), known=known,
        total=len(found.frame), level=ground.level_words, spread=spread,
    )  # fmt: skip
    view = View(
        title=_(indicator.title), subline=subline, picture=None, table=figures_table(found, ground.minimum_answers),
        download=_download(found), source=ground.source(indicator), alt=alt, notes=notes,
        licence=indicator.licence,
        filename=f"{indicator.indicator_id}_{found.level}_{found.period}".replace("/", "-"),
    )  # fmt: skip
    return MapView(view, ground.geometry, drawn, maps.legend(drawn, status_words=_status_words()))


def _download(found: Figures) -> pd.DataFrame:
    kept = ["name", "value", "lower", "upper", "count", "denominator", "status", "reason", "class_"]
    frame = found.frame[kept].reset_index(names="area_id")
    indicator = found.indicator
    return frame.assign(
        level=found.level, indicator_id=indicator.indicator_id, period=found.period,
        unit=indicator.unit, benchmark=found.benchmark.value if found.benchmark else np.nan,
    )  # fmt: skip


def _subline(found: Figures, ground: Ground) -> str:
    indicator = found.indicator
    side = {
        "risk": _("weighs on us"),
        "protective": _("holds us"),
        "context": _("context"),
    }[indicator.factor]
    parts = [side, unit_text(indicator), period_text(found.period), ground.level_words]
    if found.benchmark is not None:
        mark = value_text(found.benchmark.value, indicator, found.benchmark.reason)
        parts.append(f"{found.benchmark.name} {mark}")
    return " · ".join(parts)


def _statuses(frame: pd.DataFrame) -> pd.Series:
    """Turn status and reason into what the map layer knows how to draw."""
    status = frame["status"].where(frame["status"].isin(["provisional"]), "observed")
    absent = frame["reason"] != ""
    kinds = {"suppressed": "suppressed", "missing": "missing", "not_applicable": "not_applicable"}
    return status.mask(absent, frame["reason"].map(kinds).fillna("not_assessed"))


def _status_words() -> dict[str, str]:
    return {
        "suppressed": _("hidden to protect people"),
        "missing": _("no figure"),
        "not_assessed": _("not assessed, the reason stands in the table"),
        "not_applicable": _("no such service here"),
        "provisional": _("provisional"),
        "less_sure": _("less than 80 % sure of the class"),
    }


def _tooltips(found: Figures, ground: Ground) -> dict[str, str]:
    ids = found.frame.index.astype("str")
    return dict(zip(ids, _said(found, ground.minimum_answers), strict=True))


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in frame.to_dict("records")]


def _said(found: Figures, needed: float) -> list[str]:
    """Each area's figure in words: value, interval, comparison, or why there is none."""
    indicator, mark = found.indicator, found.benchmark
    said = []
    for row in _rows(found.frame):
        words = _value_or_reason(row, indicator, needed)
        if not row["reason"]:
            if pd.notna(row["lower"]):
                words += f" ({interval_text(row['lower'], row['upper'], indicator)})"
            if row["class_"] != "not assessed" and mark is not None:
                words += f", {class_text(row['class_'], indicator, mark.name)}"
            if row["status"] in ("provisional", "estimated"):
                words += f", {reason_text(row['status'])}"
        said.append(words)
    return said


def _value_or_reason(row: Mapping[str, Any], indicator: Indicator, needed: float) -> str:
    if not row["reason"]:
        return value_text(row["value"], indicator)
    return reason_text(row["reason"], answers=row["denominator"], needed=needed)


def _class_or_reason(row: Mapping[str, Any], indicator: Indicator) -> str:
    if row["class_"] == "not assessed":
        return reason_text(row["class_reason"] or "not_assessed")
    return class_text(row["class_"], indicator)


def _clear_figures(found: Figures) -> Mapping[str, str]:
    """Write figures on the map only where they differ clearly from the benchmark."""
    if len(found.frame) > _FIGURES_UP_TO:
        return {}
    clear = found.frame[found.frame["class_"].str.startswith("clearly")]
    if found.indicator.measure == "count":
        clear = found.frame[found.frame["value"].fillna(0) > 0]
    digits = 0 if found.indicator.decimals == 1 and found.indicator.multiplier == 100 else None
    return {
        str(area_id): _short(value, found.indicator, digits)
        for area_id, value in clear["value"].items()
    }


def _short(value: float, indicator: Indicator, digits: int | None) -> str:
    text = value_text(value, indicator)
    return text if digits is None else text.replace(
        number(value, indicator.decimals), number(value, digits)
    )  # fmt: skip


def _steps(classes: Classes, indicator: Indicator) -> list[str]:
    """Words of the legend: limits as they are printed elsewhere."""
    limits = classes.limits
    words = []
    for place, (low, high) in enumerate(limits):
        if low == high:
            words.append(value_text(low, indicator))
        elif place == 0 and len(limits) > 1:
            words.append(_("up to {high}").format(high=number(high, indicator.decimals)))
        elif place == len(limits) - 1 and len(limits) > 1:
            words.append(_("from {low}").format(low=number(low, indicator.decimals)))
        else:
            words.append(interval_text(low, high, indicator))
    return words


def _then(changed: pd.DataFrame, when: str, indicator: Indicator) -> list[str]:
    """The figure before or after a change, or why there is none."""
    pairs = zip(changed[when], changed[f"{when}_reason"], strict=True)
    return [value_text(value, indicator, reason) for value, reason in pairs]


def _signed(value: float, indicator: Indicator) -> str:
    text = number(abs(value), indicator.decimals)
    return text if text == number(0, indicator.decimals) else ("+" if value > 0 else "−") + text


def _judged(row: Mapping[str, Any]) -> str:
    if row["class_"] == "not assessed":
        return reason_text(row["class_reason"] or "not_assessed")
    if row["class_"] == "similar":
        return _("no significant change")
    return _("significantly higher") if row["lower"] > 0 else _("significantly lower")


def _within_chance(changed: pd.DataFrame, classes: Classes) -> set[str]:
    """Ids of areas shaded as changed although the change may be chance."""
    shaded = classes.classes.ne(classes.k // 2) & classes.classes.ge(0)
    return set(changed.index[shaded & changed["class_"].isin(["similar", "not assessed"])])


def _chance(found: Figures) -> tuple[str, ...]:
    """Say how many areas would differ by chance alone."""
    compared = int((found.frame["class_"] != "not assessed").sum())
    if compared < 2:
        return ()
    return (
        _(
            "Of {n} comparisons, about {by_chance} would differ by chance alone; darker means"
            " clearly, at 99.8 %."
        ).format(n=compared, by_chance=number(0.05 * compared, 1)),
    )


def _bivariate_cells(colours: Palette) -> dict[str, str]:
    """Cells in the order of the palette: rows of risk, columns of protection, low to high."""
    risk = ("better", "similar", "worse")
    protection = ("worse", "similar", "better")
    return {
        f"risk_{row}_protection_{column}": colours.bivariate()[i][j]
        for i, row in enumerate(risk)
        for j, column in enumerate(protection)
    }


def _cell_words(cell: str) -> str:
    risk, _between, protection = cell.removeprefix("risk_").partition("_protection_")
    return _("risk {risk}, protection {protection}").format(
        risk=_(_SIDES[risk]), protection=_(_SIDES[protection])
    )


assert set(_bivariate_cells(palette("light"))) == set(BIVARIATE)
