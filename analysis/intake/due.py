"""What is due: which figures are expected when, from whom, and whether they came.

Knows that an indicator is late when its date has passed and nobody has
published it through the app since; a build from the folder brings no news.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from analysis.catalogue import Catalogue
from analysis.intake.release import BUILDER
from analysis.store import Release

LATE, COMING, CAME = STATES = ("late", "coming", "came")
"""The date has passed; it has not; it has, and figures were published since."""


def due(
    catalogue: Catalogue, today: dt.date, published: Mapping[str, Release] | None = None
) -> pd.DataFrame:
    """Return what is expected, the longest overdue first.

    Parameters
    ----------
    catalogue
        Indicators with ``frequency``, ``next_due`` and ``publisher``.
    today
        The day it is.
    published
        The release each indicator stands in, by indicator id.

    Returns
    -------
    DataFrame
        A row per indicator that says when it is due: ``indicator_id, title,
        publisher, frequency, next_due`` (ISO 8601), ``days`` (until then,
        below 0 when it has passed) and ``state``, one of :data:`STATES`. What
        has come stands last: only its next date is missing.
    """
    rows = []
    for one in catalogue.values():
        if not one.next_due:
            continue
        days = (dt.date.fromisoformat(one.next_due) - today).days
        release = (published or {}).get(one.indicator_id)
        came = release is not None and release.by != BUILDER and release.at[:10] >= one.next_due
        state = CAME if came else LATE if days < 0 else COMING
        rows.append((one.indicator_id, one.title, one.publisher, one.frequency, one.next_due,
                     days, state))  # fmt: skip
    columns = ["indicator_id", "title", "publisher", "frequency", "next_due", "days", "state"]
    found = pd.DataFrame(rows, columns=columns)
    order = found.assign(last=found["state"] == CAME)
    return order.sort_values(["last", "days"], kind="stable", ignore_index=True)[columns]
