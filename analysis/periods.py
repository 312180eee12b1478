"""What a period is: ISO 8601 text that sorts, compares and has a frequency.

The only module that knows how ``2024``, ``2024-Q3``, ``2024-S1``, ``2024-03``
and ``2024/2025`` are written. Periods stay text everywhere else; text of one
frequency sorts in time order by itself.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from analysis.errors import GroundworkError

_FORMS = {
    "Y": re.compile(r"([0-9]{4})"),
    "S": re.compile(r"([0-9]{4})-S([12])"),
    "Q": re.compile(r"([0-9]{4})-Q([1-4])"),
    "M": re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])"),
    "SY": re.compile(r"([0-9]{4})/([0-9]{4})"),
}

FREQUENCIES = {
    "Y": "year",
    "2Y": "every second year",
    "4Y": "every fourth year",
    "S": "half-year",
    "Q": "quarter",
    "M": "month",
    "SY": "school year",
}
"""What the ``frequency`` column of the catalogue may hold, with its words."""


class PeriodError(GroundworkError):
    """A text that is no period."""


@dataclass(frozen=True, order=True)
class Period:
    """A stretch of time with its first and last day."""

    first: dt.date
    last: dt.date
    form: str
    text: str


@lru_cache(maxsize=4096)
def parse(text: str) -> Period:
    """Read one period.

    Parameters
    ----------
    text
        ``2024``, ``2024-Q3``, ``2024-S1``, ``2024-03`` or ``2024/2025``.

    Returns
    -------
    Period
        School years run from 1 August to 31 July.

    Raises
    ------
    PeriodError
        When the text has none of these forms, or a school year does not end
        in the year after it began.

    Examples
    --------
    >>> parse("2024-Q3").first
    datetime.date(2024, 7, 1)
    >>> parse("2024/2025").form
    'SY'
    """
    for form, pattern in _FORMS.items():
        match = pattern.fullmatch(text)
        if not match:
            continue
        year = int(match.group(1))
        if year == 0:
            break
        if form == "Y":
            return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), form, text)
        part = int(match.group(2))
        if form == "SY":
            if part != year + 1:
                break
            return Period(dt.date(year, 8, 1), dt.date(part, 7, 31), form, text)
        months = {"S": 6, "Q": 3, "M": 1}[form]
        last_month = part * months
        last_day = calendar.monthrange(year, last_month)[1]
        return Period(
            dt.date(year, last_month - months + 1, 1),
            dt.date(year, last_month, last_day),
            form,
            text,
        )
    raise PeriodError(
        f"period {text!r} is not readable; write 2024, 2024-Q3, 2024-S1, 2024-03 or 2024/2025"
    )


def form_of(frequency: str) -> str:
    """Return the written form that a frequency of the catalogue uses.

    >>> form_of("4Y")
    'Y'
    """
    return "Y" if frequency in ("Y", "2Y", "4Y") else frequency
