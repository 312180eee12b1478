"""How Groundwork speaks: interface language, word set, numbers, periods, reasons.

The only module that turns a number, a period or a code into text. Language
and word set are context variables, never globals, so that two readers of one
server can read two languages at once. English is the source language;
catalogues of other languages lie in ``analysis/locale``.
"""

from __future__ import annotations

import datetime as dt
import gettext as _gettext
import re
from contextvars import ContextVar, Token
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from pathlib import Path
from types import TracebackType

import babel.dates
import babel.numbers
import pandas as pd
from babel import Locale, UnknownLocaleError

from analysis import periods
from analysis.catalogue import Indicator
from analysis.errors import UnknownId

DOMAIN = "groundwork"
CATALOGUES = Path(__file__).parent / "locale"
"""Folder of the compiled catalogues, ``<language>/LC_MESSAGES/groundwork.mo``."""

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

_locale: ContextVar[str] = ContextVar("locale", default="en")
_words: ContextVar[str] = ContextVar("words", default="prevention")


def N_(message: str) -> str:  # noqa: N802 - the name Babel's extractor knows
    """Mark a text for translation where it stands; translate it later with ``_``."""
    return message


# ---------------------------------------------------------------- choosing a language


class _Choice:
    """A choice in force from now on; as a context manager only until its end."""

    def __init__(self, variable: ContextVar[str], value: str) -> None:
        self._variable = variable
        self._token: Token[str] = variable.set(value)

    def __enter__(self) -> None:
        return None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._variable.reset(self._token)


def use(locale: str) -> _Choice:
    """Speak this language from now on, or only inside a ``with`` block.

    Parameters
    ----------
    locale
        Babel or BCP 47 id: ``en``, ``de_DE``, ``pt-BR``.

    Raises
    ------
    UnknownId
        When no such locale is known.

    Examples
    --------
    >>> with use("de-DE"):
    ...     number(1234.5, 1)
    '1.234,5'
    """
    _babel_locale(locale)
    return _Choice(_locale, locale)


def use_words(words: str) -> _Choice:
    """Use this word set from now on, or only inside a ``with`` block.

    Parameters
    ----------
    words
        ``prevention``, ``safeguarding`` or ``social_cohesion``: the setting
        ``words`` of the territory.
    """
    if words not in WORD_SETS:
        raise UnknownId(f"no word set {words!r}; known: {', '.join(WORD_SETS)}")
    return _Choice(_words, words)


def locale() -> str:
    """Return the id of the language spoken now."""
    return _locale.get()


@lru_cache(maxsize=64)
def _babel_locale(locale: str) -> Locale:
    # Babel reads "en" as American; this product writes British English.
    name = "en_GB" if locale == "en" else locale.replace("-", "_")
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        raise UnknownId(f"no locale {locale!r}; write one like 'en', 'de_DE' or 'fr'") from None


@lru_cache(maxsize=64)
def _translations(locale: str) -> _gettext.NullTranslations:
    name = locale.replace("-", "_")
    return _gettext.translation(
        DOMAIN, CATALOGUES, languages=[name, name.partition("_")[0]], fallback=True
    )


def gettext(message: str) -> str:
    """Return the message in the language spoken now, unchanged where no catalogue has it."""
    return _translations(_locale.get()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of the message that fits the count, in the language spoken now."""
    return _translations(_locale.get()).ngettext(singular, plural, count)


_ = gettext


# ---------------------------------------------------------------- words

WORD_SETS: dict[str, dict[str, str]] = {
    "prevention": {
        "radicalisation": N_("radicalisation"),
        "risk": N_("risk"),
        "protective": N_("protective factor"),
        "signal": N_("signal"),
    },
    "safeguarding": {
        "radicalisation": N_("being drawn into harm"),
        "risk": N_("worry"),
        "protective": N_("strength"),
        "signal": N_("worrying incident"),
    },
    "social_cohesion": {
        "radicalisation": N_("drifting apart"),
        "risk": N_("strain"),
        "protective": N_("what holds us"),
        "signal": N_("hostile incident"),
    },
}
"""What each word set calls four things (RAN LOCAL, *Local Action Plan Academy*, 2017)."""

_REASONS = {
    "observed": N_("observed"),
    "provisional": N_("provisional"),
    "estimated": N_("estimated"),
    "suppressed": N_("hidden to protect people"),
    "missing": N_("no figure"),
    "not_applicable": N_("does not apply here"),
    "not_assessed": N_("not assessed"),
    "no_interval": N_("not assessed: no interval"),
    "too_few_years": N_("not assessed: fewer than five years in a row"),
    "boundary_change": N_("not assessed: boundaries changed"),
    "n_too_small": N_("not assessed: too few to compare"),
    "no_variation": N_("not assessed: all values are alike"),
    "coverage_below_minimum": N_("not assessed: too much of it is missing"),
    "is_benchmark": N_("not compared: this is the benchmark itself"),
    "no_neighbours": N_("not assessed: no neighbours"),
    "series_break": N_("not assessed: the series starts anew"),
    "not_annual": N_("not assessed: not the same season in five years"),
    "no_denominator": N_("not assessed: nothing to divide by"),
    "no_benchmark": N_("not compared: no benchmark"),
    "too_few_answers": N_("not assessed: too few answers"),
}

_CLASSES = {
    "clearly_higher": (N_("clearly higher"), N_("clearly higher than {benchmark}")),
    "higher": (N_("higher"), N_("higher than {benchmark}")),
    "similar": (N_("similar"), N_("similar to {benchmark}")),
    "lower": (N_("lower"), N_("lower than {benchmark}")),
    "clearly_lower": (N_("clearly lower"), N_("clearly lower than {benchmark}")),
}
_SENSES = {"clearly_better": 2, "better": 1, "worse": -1, "clearly_worse": -2}
_BY_SENSE = {2: "clearly_higher", 1: "higher", -1: "lower", -2: "clearly_lower"}


def term(word: str) -> str:
    """Return what the word set in force calls a thing, in the language spoken now.

    Parameters
    ----------
    word
        ``radicalisation``, ``risk``, ``protective`` or ``signal``.

    Examples
    --------
    >>> with use_words("safeguarding"):
    ...     term("risk")
    'worry'
    """
    words = WORD_SETS[_words.get()]
    if word not in words:
        raise UnknownId(f"no term {word!r}; known: {', '.join(words)}")
    return _(words[word])


def caution() -> str:
    """Return the sentence that every map and export carries."""
    return _("A district's value says nothing about a resident.")


def reason_text(code: str, *, answers: float | None = None, needed: float | None = None) -> str:
    """Return why there is no figure or no class, or what kind of figure it is, in plain words.

    Parameters
    ----------
    code
        A reason code of METHODS or a status of an observation; empty where
        there is nothing to explain.
    answers, needed
        How many answered and how many are needed, for ``too_few_answers``.

    Raises
    ------
    UnknownId
        When the code has no words: an id never reaches the screen.

    Examples
    --------
    >>> reason_text("too_few_answers", answers=24, needed=30)
    'not assessed: too few answers (24, 30 are needed)'
    """
    if code == "":
        return ""
    if code not in _REASONS:
        raise UnknownId(f"no words for reason {code!r}; known: {', '.join(_REASONS)}")
    if code == "too_few_answers" and not pd.isna(answers) and not pd.isna(needed):
        return _("not assessed: too few answers ({answers}, {needed} are needed)").format(
            answers=number(answers, 0), needed=number(needed, 0)
        )
    return _(_REASONS[code])


def class_text(class_: str, favourable: Indicator | int, benchmark_name: str = "") -> str:
    """Return a benchmark class as *higher*, *similar* or *lower*, never as good or bad.

    Parameters
    ----------
    class_
        ``clearly_better`` ... ``clearly_worse``, ``clearly_higher`` ...
        ``clearly_lower``, ``similar``, or a reason code.
    favourable
        The indicator, or its ``favourable``: +1, 0 or -1.
    benchmark_name
        What it is compared with; left out of the words when empty.

    Examples
    --------
    >>> class_text("clearly_worse", -1, "Merrelhaven")
    'clearly higher than Merrelhaven'
    """
    if class_ in _SENSES:
        sense = favourable.favourable if isinstance(favourable, Indicator) else int(favourable)
        class_ = _BY_SENSE[_SENSES[class_] * (sense or 1)]
    if class_ not in _CLASSES:
        return reason_text(class_.replace(" ", "_"))
    alone, compared = _CLASSES[class_]
    return _(compared).format(benchmark=benchmark_name) if benchmark_name else _(alone)


_DIRECTIONS = {
    "improving": N_("improving"),
    "worsening": N_("worsening"),
    "increasing": N_("rising"),
    "decreasing": N_("falling"),
    "no significant change": N_("without significant change"),
    "not assessed": N_("not assessed"),
}
_URGENCIES = {
    "act now": N_("act now"),
    "act": N_("act"),
    "watch": N_("watch"),
    "keep": N_("keep"),
    "cannot tell": N_("cannot tell"),
}


def direction_text(direction: str) -> str:
    """Return the direction of a trend in words: *improving*, or *rising* where neither is good.

    Raises
    ------
    UnknownId
        When there is no such direction.
    """
    if direction not in _DIRECTIONS:
        raise UnknownId(f"no words for direction {direction!r}; known: {', '.join(_DIRECTIONS)}")
    return _(_DIRECTIONS[direction])


def urgency_text(urgency: str) -> str:
    """Return how urgent a level and its trend are, in words.

    Raises
    ------
    UnknownId
        When there is no such urgency.
    """
    if urgency not in _URGENCIES:
        raise UnknownId(f"no words for urgency {urgency!r}; known: {', '.join(_URGENCIES)}")
    return _(_URGENCIES[urgency])


def capital(text: str) -> str:
    """Return the text with a capital first letter, the rest as it is.

    >>> capital("LSOAs"), capital("districts")
    ('LSOAs', 'Districts')
    """
    return text[:1].upper() + text[1:]


# ---------------------------------------------------------------- numbers


def is_percent(indicator: Indicator) -> bool:
    """Whether its values are written with a per cent sign."""
    share = indicator.measure == "proportion" and indicator.multiplier == 100
    return share or indicator.unit.startswith("%")


def number(value: float | None, decimals: int) -> str:
    """Return a number with exactly so many decimals, half rounded up.

    A missing value becomes the words *no figure*.

    Examples
    --------
    >>> number(1234.25, 1)
    '1,234.3'
    >>> number(float("nan"), 1)
    'no figure'
    """
    if value is None or pd.isna(value):
        return reason_text("missing")
    exact = Decimal(repr(float(value)))
    if not exact.is_finite():
        raise ValueError(f"{value!r} is not a finite number; divide by a positive denominator")
    rounded = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if rounded == 0:
        rounded = abs(rounded)
    return babel.numbers.format_decimal(
        rounded,
        format="#,##0" + ("." + "0" * decimals if decimals else ""),
        locale=_babel_locale(_locale.get()),
    ).replace("-", MINUS)


def percent(value: float | None, decimals: int) -> str:
    """Return a share, given in per cent, with its sign where the language has it.

    A language that puts no space before the sign gets one that does not
    break, as in the rest of the product.
    """
    if value is None or pd.isna(value):
        return reason_text("missing")
    pattern = _babel_locale(_locale.get()).percent_formats[None]
    before, after = pattern.prefix[0], pattern.suffix[0]
    return before + number(value, decimals) + (NO_BREAK_SPACE + "%" if after == "%" else after)


def value_text(value: float | None, indicator: Indicator, reason: str = "") -> str:
    """Return a value as it stands on screen: ``25.2 %``, ``7.3``, ``8``.

    Parameters
    ----------
    value
        In the indicator's unit; missing becomes words.
    reason
        Reason code or status said instead of a missing value.
    """
    if value is None or pd.isna(value):
        return reason_text(reason or "missing")
    write = percent if is_percent(indicator) else number
    return write(value, indicator.decimals)


def interval_text(lower: float | None, upper: float | None, indicator: Indicator) -> str:
    """Return a 95 % interval without its unit, ``33.7–50.0``, or that there is none."""
    if lower is None or upper is None or pd.isna(lower) or pd.isna(upper):
        return _("no interval")
    low, high = number(lower, indicator.decimals), number(upper, indicator.decimals)
    if lower < 0:
        return _("{low} to {high}").format(low=low, high=high)
    return f"{low}–{high}"


def unit_text(indicator: Indicator) -> str:
    """Return the unit in the words of the catalogue; ``%`` when it states none for a share."""
    return indicator.unit or ("%" if is_percent(indicator) else "")


def change_text(difference: float | None, indicator: Indicator) -> str:
    """Return a difference of two values: percentage points of a share, else the unit.

    The sign ``%`` never stands here: it is kept for levels, and
    :func:`relative_change_text` has words of its own.

    Returns
    -------
    str
        ``+2.3 percentage points``, ``−0.4``, ``+3``; words when missing.
    """
    if difference is None or pd.isna(difference):
        return reason_text("missing")
    size = number(abs(difference), indicator.decimals)
    rounds_to_zero = size == number(0, indicator.decimals)
    sign = "±" if rounds_to_zero else ("+" if difference > 0 else MINUS)
    if is_percent(indicator):
        return _("{change} percentage points").format(change=sign + size)
    if indicator.measure == "rate":
        return f"{sign}{size} {unit_text(indicator)}".rstrip()
    return sign + size


def relative_change_text(ratio: float | None, decimals: int = 0) -> str:
    """Return a change relative to where it began, in words that name no points.

    Parameters
    ----------
    ratio
        New value divided by the old one; 1 is no change.

    Examples
    --------
    >>> relative_change_text(1.25)
    '25 per cent more than before'
    """
    if ratio is None or pd.isna(ratio):
        return reason_text("missing")
    size = number(abs(ratio - 1) * 100, decimals)
    if size == number(0, decimals):
        return _("as much as before")
    if ratio > 1:
        return _("{change} per cent more than before").format(change=size)
    return _("{change} per cent less than before").format(change=size)


# ---------------------------------------------------------------- time


def period_text(period: str, *, short: bool = False) -> str:
    """Return a period in words; short forms are for axes.

    Examples
    --------
    >>> period_text("2024-Q3")
    'third quarter of 2024'
    >>> period_text("2024-Q3", short=True), period_text("2024/2025", short=True)
    ('Q3 2024', '2024/25')
    """
    parsed = periods.parse(period)
    year = str(parsed.first.year)
    if parsed.form == "Y":
        return year
    if parsed.form == "SY":
        return f"{year}/{parsed.last.year % 100:02d}" if short else f"{year}/{parsed.last.year}"
    if parsed.form == "M":
        return babel.dates.format_skeleton(
            "yMMM" if short else "yMMMM", parsed.first, locale=_babel_locale(_locale.get())
        )
    part = int(period[-1])
    if parsed.form == "S":
        half = (_("first half of {year}"), _("second half of {year}"))[part - 1]
        return (_("H{half} {year}") if short else half).format(half=part, year=year)
    quarter = (
        _("first quarter of {year}"),
        _("second quarter of {year}"),
        _("third quarter of {year}"),
        _("fourth quarter of {year}"),
    )[part - 1]
    return (_("Q{quarter} {year}") if short else quarter).format(quarter=part, year=year)


def date_text(date: dt.date) -> str:
    """Return a date with the month in letters: ``14 Mar 2025``."""
    return babel.dates.format_date(date, format="medium", locale=_babel_locale(_locale.get()))


# ---------------------------------------------------------------- cells of a file

_NUMBER = re.compile(r"^[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?$")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def csv_safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    Parameters
    ----------
    text
        Any cell; numbers stay as they are.

    Notes
    -----
    Cells that begin like a formula get an apostrophe before them, as OWASP
    advises on *CSV injection*; the full-width signs count too, because some
    spreadsheets read them as the plain ones.

    Examples
    --------
    >>> csv_safe("=HYPERLINK(1)"), csv_safe("-3.5"), csv_safe("Torvemead")
    ("'=HYPERLINK(1)", '-3.5', 'Torvemead')
    """
    if text.startswith(_FORMULA_STARTS) and not _NUMBER.match(text):
        return "'" + text
    return text
