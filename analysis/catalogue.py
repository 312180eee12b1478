"""What an indicator means: its factor, its unit, its partner on the other side.

Knows the rule *risk is never shown alone*: which protective indicators stand
beside a risk, and which risks beside a protection.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

import pandas as pd

from analysis import periods, tables
from analysis.errors import UnknownId


@dataclass(frozen=True)
class Indicator:
    """One row of ``indicators.csv``, typed; hashable, so it can be a cache key.

    The fields are the columns of :data:`analysis.tables.INDICATORS`; lists
    are tuples, an absent threshold is None.
    """

    indicator_id: str
    title: str
    short_title: str
    definition: str
    caveat: str
    factor: str
    higher_is: str
    theme: str
    form: str
    scope: str
    source_kind: str
    measure: str
    unit: str
    multiplier: float
    decimals: int
    denominator_id: str
    part_of: str
    partner_ids: tuple[str, ...]
    levels: tuple[str, ...]
    benchmark: str
    frequency: str
    next_due: str
    disclosure_threshold: float | None
    disclosure_reason: str
    hide_zeros: bool
    repeat_events: bool
    publisher: str
    licence: str
    url: str
    retrieved: str
    context_reason: str

    @property
    def adds_up(self) -> bool:
        """Whether a higher level is the sum of its parts.

        Counts, and rates and proportions that rest on counts, add up; means,
        medians, ordinal answers and indices never do.
        """
        return self.measure in ("count", "rate", "proportion")

    @property
    def period_form(self) -> str:
        """The written form of its periods: Y, S, Q, M or SY."""
        return periods.form_of(self.frequency)

    @property
    def favourable(self) -> int:
        """+1 when a higher value is more favourable, -1 when less, 0 when neither.

        More of a risk is less favourable; more of a protection is more so.
        """
        sense = {"more": 1, "less": -1, "neutral": 0}[self.higher_is]
        return sense * {"risk": -1, "protective": 1, "context": 0}[self.factor]

    @property
    def is_base(self) -> bool:
        """Whether it is only there to be divided by, such as residents."""
        return self.factor == "context" and self.measure == "count" and self.theme == "base"


class Catalogue(Mapping[str, Indicator]):
    """All indicators of a territory, in the order of the file.

    Parameters
    ----------
    frame
        Typed rows of ``indicators.csv``, as :func:`analysis.tables.validate`
        returns them.
    """

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self._indicators = {
            row["indicator_id"]: _indicator(row) for row in frame.to_dict("records")
        }

    def __getitem__(self, indicator_id: str) -> Indicator:
        try:
            return self._indicators[indicator_id]
        except KeyError:
            known = ", ".join(list(self._indicators)[:8])
            raise UnknownId(
                f"no indicator {indicator_id!r} in the catalogue; known: {known}, ..."
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._indicators)

    def __len__(self) -> int:
        return len(self._indicators)

    def __contains__(self, indicator_id: object) -> bool:
        return indicator_id in self._indicators

    def shown(self) -> list[Indicator]:
        """Indicators a reader may choose: all but mere denominators."""
        return [indicator for indicator in self.values() if not indicator.is_base]

    def partners(self, indicator_id: str) -> list[Indicator]:
        """Return the indicators that stand beside one, most fitting first.

        A risk gets its ``partner_ids``, else the protective indicators of its
        theme; a protective indicator the risks that name it, else the risks
        of its theme. An empty list means *protection not assessed: no
        protective indicator loaded* (or risk, the other way round).
        """
        indicator = self[indicator_id]
        other = {"risk": "protective", "protective": "risk"}.get(indicator.factor)
        if other is None:
            return []
        named = [self[i] for i in indicator.partner_ids if i in self and self[i].factor == other]
        named += [
            one
            for one in self.values()
            if one.factor == other and indicator_id in one.partner_ids and one not in named
        ]
        if named:
            return named
        return [i for i in self.values() if i.factor == other and i.theme == indicator.theme]


def _indicator(row: Mapping[Any, Any]) -> Indicator:
    """Build one indicator from a typed row."""
    row = {"hide_zeros": False, **row}  # a store made before there was such a column
    kept = {f.name: row[f.name] for f in fields(Indicator)}
    for name in ("partner_ids", "levels"):
        kept[name] = tuple(str(row[name]).split())
    threshold = row["disclosure_threshold"]
    kept["disclosure_threshold"] = None if pd.isna(threshold) else float(threshold)
    kept["multiplier"] = float(row["multiplier"])
    kept["decimals"] = int(row["decimals"])
    for name in ("hide_zeros", "repeat_events"):
        kept[name] = bool(row[name])
    kept["short_title"] = row["short_title"] or row["title"]
    return Indicator(**kept)


assert {f.name for f in fields(Indicator)} == set(tables.INDICATORS.column_names)
