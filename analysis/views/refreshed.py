"""Views of a refresh: where each row went, what differs, which classes change, what is due.

Draws plain counts and frames of strings or numbers; what they mean was
decided before. Tables of this page show raw figures, and say so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

import pandas as pd

from analysis.catalogue import Indicator
from analysis.language import (
    N_,
    capital,
    change_text,
    class_text,
    date_text,
    ngettext,
    number,
    period_text,
    reason_text,
    value_text,
)
from analysis.language import gettext as _
from analysis.periods import FREQUENCIES
from analysis.views.theme import Mode, Palette, palette
from analysis.views.view import View

MOST_ROWS = 500
"""Rows of differences shown; the download holds them all."""

_FATES = {
    "exact": N_("matched as written"),
    "accepted": N_("matched after you agreed"),
    "set_aside": N_("set aside with a reason"),
    "waiting": N_("waiting for you"),
}
_DIFFERENCES = {
    "new": N_("new"), "changed": N_("changed"), "gone": N_("gone"), "status": N_("other status"),
}  # fmt: skip
_DUE = {"late": N_("late"), "coming": N_("to come"), "came": N_("published since")}


# ---------------------------------------------------------------- where each row went


@dataclass(frozen=True)
class RowsBar:
    """One quiet bar of all rows of a file, as HTML, with the words it stands for."""

    html: str
    alt: str


def rows_bar(fates: Mapping[str, int], mode: Mode) -> RowsBar:
    """Where did each row go? One bar, a piece for each fate, its number and words below.

    Parameters
    ----------
    fates
        Rows by ``exact``, ``accepted``, ``set_aside`` and ``waiting``; the
        bar is their sum. A fate without rows has no piece.
    mode
        Light or dark.

    Returns
    -------
    RowsBar
        Widths follow the numbers; a piece of one row in a million still has
        six pixels. Words wrap on a narrow screen.
    """
    colours = palette(mode)
    shown = {name: fates[name] for name in _FATES if fates.get(name, 0)}
    pieces = "".join(
        f'<div style="flex:{rows} 1 0;min-width:6px;box-sizing:border-box;'
        f'{_piece(name, colours)}"></div>'
        for name, rows in shown.items()
    )
    words = "".join(
        f'<span style="display:inline-flex;align-items:baseline;gap:7px">'
        f'<span style="flex:none;width:11px;height:11px;box-sizing:border-box;'
        f'{_piece(name, colours)}"></span>'
        f'<span style="color:{colours.accent if name == "waiting" else colours.ink}">'
        f'<b style="font-weight:600">{escape(number(rows, 0))}</b>'
        f" {escape(_(_FATES[name]))}</span></span>"
        for name, rows in shown.items()
    )
    alt = _("Of {total} rows: {parts}.").format(
        total=number(sum(shown.values()), 0),
        parts=", ".join(f"{number(rows, 0)} {_(_FATES[name])}" for name, rows in shown.items())
        or _("none"),
    )
    bar = (
        f'<div role="img" aria-label="{escape(alt)}"'
        f' style="display:flex;gap:2px;height:28px">{pieces}</div>'
    )
    line = (
        '<div aria-hidden="true" style="display:flex;flex-wrap:wrap;gap:4px 24px;margin-top:10px;'
        f'font-size:14px;line-height:1.4">{words}</div>'
    )
    return RowsBar(f"<div>{bar}{line}</div>", alt)


def _piece(name: str, colours: Palette) -> str:
    """Matched is filled, set aside is striped, waiting is hollow: legible without colour."""
    ramp = colours.ramp("context", 5)
    if name == "waiting":
        return f"border:2px solid {colours.accent};background:{colours.background}"
    if name == "set_aside":
        return (
            f"border:1px solid {colours.border};background:repeating-linear-gradient(135deg,"
            f"{colours.rule} 0 2px,{colours.background} 2px 6px)"
        )
    return f"background:{ramp[3] if name == 'exact' else ramp[1]}"


# ---------------------------------------------------------------- ledger


def names_table(differing: pd.DataFrame, names: pd.DataFrame, area_word: str) -> pd.DataFrame:
    """The ledger of names: those written otherwise, then all others in one line.

    Parameters
    ----------
    differing, names
        ``place, place_name, area_name, how, rows``: the first is part of the
        second. Words of ``how`` are translated already.
    area_word
        What an area is called.
    """
    rows = [
        (one["place_name"] or one["place"], one["area_name"], one["how"], one["rows"])
        for one in differing.to_dict("records")
    ]
    further = len(names) - len(differing)
    if further:
        rest = int(names["rows"].sum() - differing["rows"].sum())
        many = (
            ngettext("{n} further name", "{n} further names", further)
            if rows
            else ngettext("{n} name", "{n} names", further)
        )
        how = set(names["how"]) - set(differing["how"]) or set(names["how"])
        said = how.pop() if len(how) == 1 else _("as written")
        rows.append((many.format(n=number(further, 0)), _("as written"), said, rest))
    return pd.DataFrame(rows, columns=[_("In the file"), capital(area_word), _("How"), _("Rows")])


def sums_table(counts: Mapping[str, int]) -> pd.DataFrame:
    """The sums that must come out: rows of the file, and areas of the boundary.

    Parameters
    ----------
    counts
        ``rows_in, matched, data_only, duplicated, ambiguous`` and ``areas,
        matched_areas, boundary_only``.
    """
    accounted = sum(counts[name] for name in ("matched", "data_only", "duplicated", "ambiguous"))
    lines = [
        (_("Rows in the file"), counts["rows_in"]),
        (_("matched"), counts["matched"]),
        (_("not on the boundary"), counts["data_only"]),
        (_("several times"), counts["duplicated"]),
        (_("ambiguous"), counts["ambiguous"]),
        (_("Rows accounted for"), accounted),
        (_("Areas on the boundary"), counts["areas"]),
        (_("with a row"), counts["matched_areas"]),
        (_("without a row"), counts["boundary_only"]),
    ]
    return pd.DataFrame(lines, columns=[_("Sum"), _("Count")])


# ---------------------------------------------------------------- differences


def differences_view(rows: pd.DataFrame, indicator: Indicator, source: str) -> View:
    """What differs from what is published, the largest first?

    Parameters
    ----------
    rows
        ``name, level, area_id, period, category, kind, before, after,
        difference, status_before, status_after`` in the order to be shown.
    indicator
        Tells how its figures are written.
    source
        Where the new figures come from.
    """
    shown = rows.head(MOST_ROWS).to_dict("records")
    table = {
        _("Name"): [str(row["name"]) or str(row["area_id"]) for row in shown],
        _("Period"): [period_text(str(row["period"])) for row in shown],
        _("Answer"): [str(row["category"]) for row in shown],
        _("What"): [_(_DIFFERENCES[row["kind"]]) for row in shown],
        _("Published"): [_side(row, "before", indicator) for row in shown],
        _("In this draft"): [_side(row, "after", indicator) for row in shown],
        _("Difference"): [
            "" if pd.isna(row["difference"]) else change_text(row["difference"], indicator)
            for row in shown
        ],
    }
    if not any(table[_("Answer")]):
        del table[_("Answer")]
    return View(
        title=_("Differences, the largest first"),
        subline=indicator.unit,
        picture=None,
        table=pd.DataFrame(table),
        download=rows.assign(indicator_id=indicator.indicator_id, unit=indicator.unit),
        source=source,
        alt="",
        notes=_more_rows(rows),
        filename=f"{indicator.indicator_id}_differences",
    )


def table_differences_view(name: str, rows: pd.DataFrame, source: str) -> View:
    """What differs in a table of the territory: rows that are new or gone, cells that changed.

    Parameters
    ----------
    name
        The table's.
    rows
        ``kind``, the columns of its key, ``column, before, after``.
    source
        Where the new rows come from.
    """
    shown = rows.head(MOST_ROWS)
    key = [one for one in rows.columns if one not in ("kind", "column", "before", "after")]
    table = {
        _("What"): [_(_DIFFERENCES[kind]) for kind in shown["kind"]],
        _("Row"): [" · ".join(filter(None, map(str, one))) for one in shown[key].to_numpy()],
        _("Column"): shown["column"].str.replace("_", " ").tolist(),
        _("Published"): shown["before"].tolist(),
        _("In this draft"): shown["after"].tolist(),
    }
    return View(
        title=_("Differences"), subline="", picture=None, table=pd.DataFrame(table), download=rows,
        source=source, alt="", notes=_more_rows(rows), filename=f"{name}_differences",
    )  # fmt: skip


def _more_rows(rows: pd.DataFrame) -> tuple[str, ...]:
    """Say how many differences there are where not all are shown."""
    if len(rows) <= MOST_ROWS:
        return ()
    words = _("The first {shown} of {all} differences; the download holds all.")
    return (words.format(shown=number(MOST_ROWS, 0), all=number(len(rows), 0)),)


def _side(row: Mapping[Any, Any], side: str, indicator: Indicator) -> str:
    """The figure on one side of a difference, else why there is none."""
    value, status = row[side], str(row[f"status_{side}"])
    if not pd.isna(value):
        text = value_text(value, indicator)
        return text if status in ("", "observed") else f"{text}, {reason_text(status)}"
    return reason_text("missing" if status == "observed" else status) if status else ""


def class_changes_table(
    rows: pd.DataFrame, titles: Mapping[str, Indicator], factor: str
) -> pd.DataFrame:
    """Which areas would be called otherwise against the benchmark?

    Parameters
    ----------
    rows
        ``indicator_id, name, period_before, period, before, after``.
    titles
        Indicators by id.
    factor
        ``risk`` or ``protective``: only theirs are listed; the indicator is named where there
        are several.
    """
    kept = [
        (row, titles[row["indicator_id"]])
        for row in rows.to_dict("records")
        if titles[row["indicator_id"]].factor == factor
    ]
    before = {str(row["period_before"]) for row, _one in kept}
    then = {str(row["period"]) for row, _one in kept}
    several = len(set(rows["indicator_id"])) > 1
    table = {
        _("Name"): [str(row["name"]) or str(row["area_id"]) for row, _one in kept],
        **({_("Indicator"): [_(one.short_title) for _row, one in kept]} if several else {}),
        _at(_("Published"), before): [_called(row, "before", one, before) for row, one in kept],
        _at(_("Then"), then): [_called(row, "after", one, then) for row, one in kept],
    }
    return pd.DataFrame(table)


def _at(title: str, periods: set[str]) -> str:
    """A title with its period, where all rows are of one."""
    one = next(iter(periods)) if len(periods) == 1 else ""
    return _("{title}, {period}").format(title=title, period=period_text(one)) if one else title


def _called(row: Mapping[Any, Any], side: str, indicator: Indicator, periods: set[str]) -> str:
    when = str(row["period_before" if side == "before" else "period"])
    if not when:
        return reason_text("missing")
    class_ = str(row[side])
    said = reason_text("not_assessed")
    if class_ != "not assessed":
        said = class_text(class_, indicator)
    return said if len(periods) == 1 else f"{said} ({period_text(when)})"


# ---------------------------------------------------------------- due


def due_table(rows: pd.DataFrame) -> pd.DataFrame:
    """What is expected when and from whom, in the order given.

    Parameters
    ----------
    rows
        ``title, publisher, frequency, next_due, state``.
    """
    records = rows.to_dict("records")
    return pd.DataFrame(
        {
            _("Indicator"): [_(row["title"]) for row in records],
            _("From"): [row["publisher"] or _("publisher not stated") for row in records],
            _("Every"): [_(FREQUENCIES[row["frequency"]]) for row in records],
            _("Due"): [date_text(dt.date.fromisoformat(row["next_due"])) for row in records],
            _("State"): [_(_DUE[row["state"]]) for row in records],
        }
    )


def columns_table(columns: Iterable[tuple[str, str, str, str]]) -> pd.DataFrame:
    """What each column of a file was taken for: name, kind, decimal sign, remark.

    Columns in which nothing stands are left out.
    """
    rows = [
        (name, kind.replace("_", " "), decimal.replace("-", ""), about)
        for name, kind, decimal, about in columns
    ]
    titles = [_("Column"), _("Holds"), _("Decimal sign"), _("Remark")]
    table = pd.DataFrame(rows, columns=titles, dtype="str")
    return table[[title for title in titles if (table[title] != "").any()]]
