"""What a page shows of one result: picture, equal table, download, source and words.

Every figure on screen comes as one of these, so that none can lack its
table, its source line or its alternative text.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Any

import pandas as pd
from plotly.graph_objects import Figure

from analysis import language

LAST_COLUMNS = ("source", "licence", "caution")
"""Columns that every download ends with."""


@dataclass(frozen=True, eq=False)
class View:
    """A result, ready to be shown; nothing in it is computed any more.

    Parameters
    ----------
    title
        The finding or the question, in words.
    subline
        Unit, period, level and benchmark.
    picture
        The figure; None where a map or only a table is shown.
    table
        The same content as text: translated column titles, formatted cells.
    download
        The same content as raw numbers with ids, one row per figure.
    source
        The source line at the foot: publisher, licence, date, release.
    alt
        What the picture shows, for a reader who does not see it.
    notes
        Sentences under the picture, such as how to read it.
    filename
        Name of the download without its ending.
    licence
        Licence of the figures, for the download.
    narrow_picture
        The same picture for a screen under 1,080 px; None where the one
        picture fits every screen.
    """

    title: str
    subline: str
    picture: Figure | None
    table: pd.DataFrame
    download: pd.DataFrame
    source: str
    alt: str
    notes: tuple[str, ...] = ()
    filename: str = "groundwork"
    licence: str = ""
    narrow_picture: Figure | None = None


def to_csv(view: View) -> bytes:
    """Return the download of a view as :func:`table_csv`."""
    return table_csv(view.download, view.source, view.licence)


def table_csv(download: pd.DataFrame, source: str, licence: str = "") -> bytes:
    """Return a table as a CSV that spreadsheets and pandas read as it is.

    Parameters
    ----------
    download
        Raw numbers with ids.
    source, licence
        Of all its rows, unless it has columns of these names.

    Returns
    -------
    bytes
        UTF-8 with byte order mark, one header row, no comment lines. The last
        columns are ``source``, ``licence`` and ``caution``, the sentence that
        a district's value says nothing about a resident. A cell that a
        spreadsheet would run as a formula gets an apostrophe before it;
        missing numbers are empty.
    """
    named = {"source": source, "licence": licence, "caution": language.caution()}
    own = [name for name in download.columns if name not in named]
    frame = download[own].map(_safe)
    for name in LAST_COLUMNS:
        given = download[name] if name in download else named[name]
        frame[name] = given.map(_safe) if isinstance(given, pd.Series) else _safe(given)
    frame.columns = pd.Index([language.csv_safe(str(name)) for name in frame.columns])
    text = frame.to_csv(index=False, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    return text.encode("utf-8-sig")


def _safe(cell: Any) -> Any:
    return language.csv_safe(cell) if isinstance(cell, str) else cell
