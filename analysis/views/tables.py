"""Tables beside the figures: the same content as text, titles translated.

Each table is a frame of strings. ``frame.attrs["right"]`` names the columns
of figures, which are to be aligned right: with one count of decimals per
indicator the decimal points then stand under each other. A cell without a
figure says why in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from analysis import language
from analysis.catalogue import Indicator
from analysis.language import _


def _table(columns: dict[str, list[str]], right: Sequence[str]) -> pd.DataFrame:
    """A frame of strings that knows which columns hold figures; empty columns are left out."""
    kept = {title: cells for title, cells in columns.items() if any(cells) or title in right}
    frame = pd.DataFrame(kept, dtype="str")
    frame.attrs["right"] = tuple(title for title in right if title in kept)
    return frame


def told_apart(indicators: Sequence[Indicator]) -> list[str]:
    """Return column titles; the whole title where two short ones are alike."""
    short = [_(one.short_title) for one in indicators]
    return [
        title if short.count(title) == 1 else f"{_(one.title)} ({one.indicator_id})"
        for title, one in zip(short, indicators, strict=True)
    ]


def _records(rows: pd.DataFrame) -> list[dict[Any, Any]]:
    return rows.to_dict("records")


def _value(row: dict[Any, Any], indicator: Indicator) -> str:
    """The figure, or in its place why there is none."""
    return language.value_text(row["value"], indicator, _code(row))


def _code(row: dict[Any, Any]) -> str:
    """Why a row has no figure: its reason, else its status."""
    status = str(row.get("status", "") or "")
    return str(row.get("reason", "") or "") or ("missing" if status == "observed" else status)


def _interval(row: dict[Any, Any], indicator: Indicator) -> str:
    if pd.isna(row["value"]):
        return ""
    return language.interval_text(row["lower"], row["upper"], indicator)


def _remark(row: dict[Any, Any]) -> str:
    """What kind of figure it is, where it is not simply observed, and the file's own note."""
    said = []
    if not pd.isna(row["value"]) and row["status"] != "observed":
        said.append(language.reason_text(str(row["status"])))
    if bool(row.get("break", False)):
        said.append(_("a new series begins"))
    if row.get("note"):
        said.append(str(row["note"]))
    return "; ".join(said)


def area_table(
    rows: pd.DataFrame, indicator: Indicator, *, area_title: str = "", benchmark_name: str = ""
) -> pd.DataFrame:
    """One indicator in one period, a row per area in the order given.

    Parameters
    ----------
    rows
        ``name, value, lower, upper, status`` and, where known, ``reason,
        class_, break, note``.
    indicator
        Tells how its numbers are written.
    area_title
        What an area is called, such as *district*.
    benchmark_name
        What the class compares with.

    Returns
    -------
    DataFrame
        Area, value, 95 % interval, comparison and remark.
    """
    records = _records(rows)
    value = indicator.short_title
    compared = (
        _("compared with {benchmark}").format(benchmark=benchmark_name)
        if benchmark_name
        else _("comparison")
    )
    interval = _("95 % interval")
    columns = {
        area_title or _("area"): [str(row["name"]) for row in records],
        value: [_value(row, indicator) for row in records],
        interval: [_interval(row, indicator) for row in records],
        compared: [
            language.class_text(str(row["class_"]), indicator) if row.get("class_") else ""
            for row in records
        ],
        _("remark"): [_remark(row) for row in records],
    }
    return _table(columns, (value, interval))


def series_table(rows: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    """One or more series, a row per area and period in the order given.

    Parameters
    ----------
    rows
        ``period, value, lower, upper, status, break`` and, where known,
        ``name, reason, note``.

    Returns
    -------
    DataFrame
        Area (where there is a name), period, value, 95 % interval, remark.
    """
    records = _records(rows)
    value, interval = indicator.short_title, _("95 % interval")
    columns = {
        _("area"): [str(row.get("name", "") or "") for row in records],
        _("period"): [language.period_text(str(row["period"])) for row in records],
        value: [_value(row, indicator) for row in records],
        interval: [_interval(row, indicator) for row in records],
        _("remark"): [_remark(row) for row in records],
    }
    return _table(columns, (value, interval))


def spine_table(rows: pd.DataFrame, *, area_name: str, benchmark_name: str) -> pd.DataFrame:
    """The rows of a spine chart as a table.

    Parameters
    ----------
    rows
        As :func:`analysis.views.spine.spine_chart` takes them; where there is
        a column ``interval_text`` it is shown too.

    Returns
    -------
    DataFrame
        Theme, what it does (holds, weighs, context), indicator, unit, the
        area's and the benchmark's figure, interval, comparison. No cell is
        without words: a missing class gives its reason.
    """
    records = _records(rows)
    sides = {"protective": _("holds"), "risk": _("weighs"), "context": _("context")}
    interval = _("95 % interval")
    # An area compared with itself, or with one of the same name, still gets two columns.
    compared = benchmark_name if benchmark_name != area_name else _("benchmark")
    columns = {
        _("theme"): [str(row["theme_title"]) for row in records],
        _("side"): [sides[row["factor"]] for row in records],
        _("indicator"): [str(row["title"]) for row in records],
        _("unit"): [str(row["unit"]) for row in records],
        area_name: [_spine_value(row) for row in records],
        interval: [str(row.get("interval_text", "") or "") for row in records],
        compared: [
            language.reason_text("no_benchmark")
            if pd.isna(row["benchmark"])
            else str(row["benchmark_text"])
            for row in records
        ],
        _("comparison"): [_comparison(row) for row in records],
    }
    right = (area_name, compared, *((interval,) if "interval_text" in rows else ()))
    return _table(columns, right)


def _spine_value(row: dict[Any, Any]) -> str:
    if pd.isna(row["value"]):
        return str(row["reason_text"] or row["value_text"]) or language.reason_text("missing")
    return str(row["value_text"])


def _comparison(row: dict[Any, Any]) -> str:
    """Higher, similar or lower; else why not."""
    class_ = str(row["class_"] or "not_assessed").replace(" ", "_")
    if class_ != "not_assessed":
        return language.class_text(class_, int(row["favourable"]))
    return str(row["reason_text"]) or language.reason_text("not_assessed")
