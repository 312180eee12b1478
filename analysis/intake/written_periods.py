"""Periods as publishers write them, turned into the ISO text of :mod:`analysis.periods`.

The only module that reads ``202021``, ``2014T1``, ``1r trimestre 2014``, ``März 2021`` or
``31.12.2020``. What one text alone cannot settle (is ``2011-12`` a December or a school year?) is
settled by all texts together, or asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import get_month_names

_YEAR = r"((?:18|19|20)\d\d)"
_Q = r"(?:q|qtr|quarter|quartal|quart|trimestre|trim|tr|t|kvartal|kv|k|kwartaal|kwartał|kw|čtvrtletí)"
_S = r"(?:s|h|b|half|half-year|halbjahr|hj|semestre|sem|semester|halvår|halfjaar|półrocze|tertial)"
_NTH = r"(?:st|nd|rd|th|er|re|ère|r|n|t|è|ème|e|º|ª|\.|°|o|a)?"
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_PART = r"([1-4]|iv|i{1,3})"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (form, re.compile(pattern))
    for form, pattern in (
        ("Y", rf"(?:year|jahr|année|año|anno|any|jaar|år|vuosi|rok)? ?{_YEAR}(?:\.0)?"),
        ("SY", rf"{_YEAR} ?[/–—] ?(\d{{2}}|\d{{4}})"),
        ("SY", rf"{_YEAR} ?- ?((?:19|20)\d\d)"),
        ("SY|M-", rf"{_YEAR}-(\d\d)"),
        ("SY|M", rf"{_YEAR}(\d\d)"),
        ("SY", rf"{_YEAR}((?:19|20)\d\d)"),
        ("Y", rf"{_YEAR}jj00"),
        ("SYs", rf"{_YEAR}sj00"),
        ("Q", rf"{_YEAR}kw0([1-4])"),
        ("S", rf"{_YEAR}hj0([12])"),
        ("M", rf"{_YEAR}mm(\d\d)"),
        ("M", rf"{_YEAR} ?-?m ?(\d\d?)"),
        ("M", rf"{_YEAR}[/.](0[1-9]|1[0-2])"),
        ("My", rf"(0?[1-9]|1[0-2])[/.]{_YEAR}"),
        ("Q", rf"{_YEAR}[ -]?{_Q}[ .]?{_PART}"),
        ("Qy", rf"{_Q}[ .]?{_PART}[ /-]?(?:de |of )?{_YEAR}"),
        ("Qy", rf"{_PART}{_NTH} ?{_Q}[ ./-]*(?:de |d'|of )?{_YEAR}"),
        ("Q", rf"{_YEAR} ?{_PART}{_NTH} ?{_Q}"),
        ("S", rf"{_YEAR}[ -]?{_S}[ .]?([12]|i{{1,2}})"),
        ("Sy", rf"{_S}[ .]?([12]|i{{1,2}})[ /-]?(?:de |of )?{_YEAR}"),
        ("Sy", rf"([12]|i{{1,2}}){_NTH} ?{_S}[ ./-]*(?:de |d'|of )?{_YEAR}"),
        ("S", rf"{_YEAR} ?([12]|i{{1,2}}){_NTH} ?{_S}"),
        ("D", rf"{_YEAR}-(\d\d)-(\d\d)(?:[t ].*)?"),
        ("D", rf"{_YEAR}/(\d\d?)/(\d\d?)(?: .*)?"),
        ("D", rf"{_YEAR}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])"),
        ("Dy.", rf"(\d\d?)\.(\d\d?)\. ?{_YEAR}(?:[ ,].*)?"),
        ("Dy", rf"(\d\d?)\.(\d\d?)\.{_YEAR}"),
        ("Dy?", rf"(\d\d?)[/-](\d\d?)[/-]{_YEAR}(?:[ ,].*)?"),
    )
)


@dataclass
class Written:
    """What a set of texts says as periods.

    Parameters
    ----------
    iso
        Text to ISO period, for those that were read; days stay days
        (``2024-03-31``).
    forms
        Forms found: Y, S, Q, M, SY, D.
    doubt
        ``period_form`` (school year or month?) or ``day_first``, when the
        texts leave it open; else empty.
    """

    iso: dict[str, str] = field(default_factory=dict)
    forms: set[str] = field(default_factory=set)
    doubt: str = ""
    example: str = ""


def read_periods(
    texts: Iterable[str],
    languages: Sequence[str] = ("en",),
    answers: Mapping[str, str] | None = None,
) -> Written:
    """Read all periods of a column, or of a row of headings.

    Parameters
    ----------
    texts
        Distinct texts.
    languages
        Locales whose names of months are read; English always is.
    answers
        ``period_form``: ``SY`` or ``M``; ``day_first``: ``yes`` or ``no``;
        ``short_years``: ``yes`` where ``Jan 22`` is a month of 2022.

    Examples
    --------
    >>> read_periods(["2014T1", "1r trimestre de 2015", "IV. Quartal 2016"]).iso
    {'2014T1': '2014-Q1', '1r trimestre de 2015': '2015-Q1', 'IV. Quartal 2016': '2016-Q4'}
    >>> read_periods(["202021", "201920"]).iso
    {'202021': '2020/2021', '201920': '2019/2020'}
    >>> read_periods(["201112"]).doubt
    'period_form'
    >>> read_periods(["Jan-Mar 2023", "Apr 2021 to Mar 2022"]).iso
    {'Jan-Mar 2023': '2023-Q1', 'Apr 2021 to Mar 2022': '2021/2022'}
    """
    answers = answers or {}
    written = Written()
    short: dict[str, str] = {}
    open_forms: dict[str, tuple[int, int]] = {}
    open_days: dict[str, tuple[int, int, int]] = {}
    names = _month_names(tuple(dict.fromkeys((*languages, "en"))))
    for text in dict.fromkeys(texts):
        found = _read_one(text, names)
        if found is None:
            continue
        form, first, second, third = found
        if form == "SY|M":
            open_forms[text] = (first, second)
        elif form == "D?":
            open_days[text] = (first, second, third)
        elif form == "m":
            short[text] = _iso("M", first, second, 0)
        else:
            iso = _iso(form, first, second, third)
            if iso:
                written.iso[text] = iso
                written.forms.add(form)
    if answers.get("short_years") == "yes" or are_short_years(short):
        written.iso |= short
        written.forms |= {"M"} if short else set()
    said = answers.get("pooled", "")
    if open_forms and said != "no" and (said == "yes" or are_pooled(open_forms)):
        if answers.get("period_form", "") == "":
            written.doubt, written.example = "period_form", next(iter(open_forms))
            open_forms = {}
        elif answers["period_form"] != "M":
            open_forms = {}
    _settle_forms(written, open_forms, answers)
    _settle_days(written, open_days, answers)
    return written


def are_pooled(texts: Iterable[str]) -> bool:
    """Tell whether texts like ``2008-10`` may be several years together, not months.

    They may when all of them span the same two to five years; of months, several lie in one year.

    >>> are_pooled(["2008-10", "2009-11"]), are_pooled(["2009-11", "2009-12"])
    (True, False)
    """
    found = [match for text in texts if (match := _POOLED.search(text))]
    spans = {int(match[2]) - int(match[1]) % 100 for match in found}
    return len(spans) == 1 and 2 <= spans.pop() <= 5


_POOLED = re.compile(r"(?<!\d)((?:19|20)\d\d)-(\d\d)(?![\d-])")


def _read_one(text: str, names: Mapping[str, int]) -> tuple[str, int, int, int] | None:
    plain = " ".join(text.casefold().replace("’", "'").split())
    for form, pattern in _PATTERNS:
        match = pattern.fullmatch(plain)
        if not match:
            continue
        parts = [_ROMAN.get(part) or int(part) for part in match.groups()]
        if form in ("SY|M-", "SY|M"):
            return "SY|M", parts[0], parts[1], 0
        if form == "SYs":
            return "SY", parts[0], parts[0] + 1, 0
        if form == "SY":
            return "SY", parts[0], parts[1], 0
        if form in ("My", "Qy", "Sy"):
            return form[0], parts[1], parts[0], 0
        if form in ("Dy.", "Dy"):
            return "D", parts[2], parts[1], parts[0]
        if form == "Dy?":
            return "D?", parts[2], parts[0], parts[1]
        first, second, third = (*parts, 0, 0)[:3]
        return form, first, second, third
    return _with_month_name(plain, names)


def _with_month_name(plain: str, names: Mapping[str, int]) -> tuple[str, int, int, int] | None:
    match = re.fullmatch(
        rf"(?:(\d\d?)\.? )?(?:de |d'|d’)?([^\W\d]+)\.?,?[ -](?:de |del )?{_YEAR}", plain
    )
    if match and match[2] in names:
        if match[1]:
            return "D", int(match[3]), names[match[2]], int(match[1])
        return "M", int(match[3]), names[match[2]], 0
    match = re.fullmatch(rf"{_YEAR}[ -]([^\W\d]+)\.?", plain)
    if match and match[2] in names:
        return "M", int(match[1]), names[match[2]], 0
    match = _SHORT_YEAR.fullmatch(plain)
    if match and match[1] in names:
        return "m", 2000 + int(match[2]), names[match[1]], 0
    match = _FROM_TO.fullmatch(plain)
    if match and match[1] in names and match[3] in names:
        return _span(names[match[1]], int(match[2] or 0), names[match[3]], int(match[4]))
    return None


_SHORT_YEAR = re.compile(r"([^\W\d]+)\.?[ '’-]{1,2}(\d\d)")
_FROM_TO = re.compile(
    rf"([^\W\d]+)\.?(?:[ -]{_YEAR})?(?: ?[-–] ?| (?:to|bis|à|a|al|til|till|tot|do) )"
    rf"([^\W\d]+)\.?[ -]{_YEAR}"
)


def _span(first: int, begun: int, last: int, year: int) -> tuple[str, int, int, int] | None:
    """Return the quarter, half-year, year or twelve months from one month to another."""
    begun = begun or (year if first <= last else year - 1)
    months = 12 * (year - begun) + last - first + 1
    if months == 12:
        return ("Y", year, 0, 0) if first == 1 else ("SY", begun, year, 0)
    form = {3: "Q", 6: "S"}.get(months, "")
    if not form or (first - 1) % months:
        return None
    return form, year, (first - 1) // months + 1, 0


def are_short_years(texts: Iterable[str]) -> bool:
    """Tell whether texts like ``Jan 22`` are months of years, not days of months.

    They are when several of them share their number, as ``Jan 22`` and ``Feb 22`` do.

    >>> are_short_years(["Jan 22", "Feb 22"]), are_short_years(["Mar 21", "Mar 22"])
    (True, False)
    """
    found = [match for text in texts if (match := _SHORT_YEAR.fullmatch(text.casefold().strip()))]
    return len(found) > 1 and 2 * len({match[2] for match in found}) <= len(found)


def part_of(year: str, part: str) -> str:
    """Return the part of a year as a period; what is no year stays.

    >>> part_of("2024", "Q3"), part_of("2024", "03"), part_of("2024-03", "")
    ('2024-Q3', '2024-03', '2024-03')
    """
    return f"{year}-{part}" if part and re.fullmatch(r"\d{4}", year) else year


def part_of_year(text: str, languages: Sequence[str] = ("en",)) -> str:
    """Return the month, quarter or half-year a text names without a year; empty where none.

    >>> part_of_year("März", ["de"]), part_of_year("Q3"), part_of_year("1. Halbjahr")
    ('03', 'Q3', 'S1')
    >>> part_of_year("3"), part_of_year("T1"), part_of_year("III")
    ('', '', '')
    """
    plain = text.strip().casefold()
    if plain in _ROMAN or not re.fullmatch(r"[qh] ?[1-4]|.*[^\W\d]{3,}.*", plain):
        return ""
    for form, parts in (("S", 2), ("Q", 4)):
        number = part_number(plain, parts)
        if number:
            return f"{form}{number}"
    number = month_number(plain, languages)
    return f"{number:02d}" if number else ""


def _iso(form: str, year: int, part: int, day: int) -> str:
    if form == "Y":
        return f"{year}"
    if form == "SY":
        return f"{year}/{year + 1}" if part in (year + 1, (year + 1) % 100) else ""
    if form == "M":
        return f"{year}-{part:02d}" if 1 <= part <= 12 else ""
    if form == "D":
        return f"{year}-{part:02d}-{day:02d}" if 1 <= part <= 12 and 1 <= day <= 31 else ""
    return f"{year}-{form}{part}" if 1 <= part <= (4 if form == "Q" else 2) else ""


def _settle_forms(
    written: Written, open_forms: Mapping[str, tuple[int, int]], answers: Mapping[str, str]
) -> None:
    """School years or months: all texts must fit one of them."""
    if not open_forms:
        return
    fits = {
        form for form in ("SY", "M") if all(_iso(form, *parts, 0) for parts in open_forms.values())
    }
    said = answers.get("period_form", "")
    if said in fits:
        fits = {said}
    if not fits:
        return
    if len(fits) == 2:
        written.doubt = "period_form"
        written.example = next(iter(open_forms))
        return
    form = fits.pop()
    written.forms.add(form)
    written.iso |= {text: _iso(form, *parts, 0) for text, parts in open_forms.items()}


def _settle_days(
    written: Written, open_days: Mapping[str, tuple[int, int, int]], answers: Mapping[str, str]
) -> None:
    """Day or month first: whichever all texts allow."""
    if not open_days:
        return
    day_first = all(second <= 12 for _, _, second in open_days.values())
    month_first = all(first <= 12 for _, first, _ in open_days.values())
    said = answers.get("day_first", "")
    if day_first and month_first and said not in ("yes", "no"):
        written.doubt = "day_first"
        written.example = next(iter(open_days))
        return
    if day_first and month_first:
        month_first = said == "no"
        day_first = not month_first
    if not (day_first or month_first):
        return
    written.forms.add("D")
    for text, (year, first, second) in open_days.items():
        day, month = (first, second) if day_first else (second, first)
        iso = _iso("D", year, month, day)
        if iso:
            written.iso[text] = iso


@lru_cache(maxsize=64)
def _month_names(languages: tuple[str, ...]) -> dict[str, int]:
    """Names of months; a name that two of the languages use for different months is left out."""
    names: dict[str, int] = {}
    unclear: set[str] = set()
    for language in languages:
        try:
            locale = Locale.parse(language, sep="-" if "-" in language else "_")
        except (UnknownLocaleError, ValueError):
            continue
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for month, name in get_month_names(width, context, locale).items():
                    plain = re.sub(r"^(de |d'|d’)", "", name.casefold().replace("’", "'"))
                    plain = plain.strip(". ")
                    if names.setdefault(plain, month) != month:
                        unclear.add(plain)
    known = {name: month for name, month in names.items() if name not in unclear and name.isalpha()}
    return _ALSO | known


_ALSO = {"mrz": 3, "maerz": 3, "sept": 9}
"""Names of months that offices write and Babel does not know."""


def month_number(text: str, languages: Sequence[str] = ("en",)) -> int:
    """Return the number of a month written as number or name; 0 when it is none.

    >>> month_number("März", ["de"]), month_number("3"), month_number("13")
    (3, 3, 0)
    """
    plain = text.strip().casefold().strip(".")
    if plain.isdecimal():
        return int(plain) if 1 <= int(plain) <= 12 else 0
    plain = re.sub(r"^(de |d'|d’)", "", plain)
    return _month_names(tuple(dict.fromkeys((*languages, "en")))).get(plain, 0)


def part_number(text: str, parts: int) -> int:
    """Return the number of a quarter (of 4) or half-year (of 2); 0 when it is none.

    >>> part_number("Q3", 4), part_number("1r trimestre", 4), part_number("H2", 2)
    (3, 1, 2)
    """
    plain = " ".join(text.strip().casefold().split())
    unit = _Q if parts == 4 else _S
    match = re.fullmatch(rf"{_PART}(?:\.0)?|{unit}[ .]?{_PART}|{_PART}{_NTH} ?{unit}", plain)
    if not match:
        return 0
    found = next(group for group in match.groups() if group)
    number = _ROMAN.get(found) or int(found)
    return number if number <= parts else 0


def within(day: str, form: str) -> str:
    """Return the period of a form that a day falls into.

    Parameters
    ----------
    day
        ``2024-03-31``.
    form
        Y, S, Q, M or SY.

    Examples
    --------
    >>> within("2024-03-31", "Q"), within("2024-03-31", "SY")
    ('2024-Q1', '2023/2024')
    """
    year, month = int(day[:4]), int(day[5:7])
    if form == "SY":
        first = year if month >= 8 else year - 1
        return f"{first}/{first + 1}"
    if form == "M":
        return day[:7]
    if form == "Q":
        return f"{year}-Q{(month - 1) // 3 + 1}"
    return f"{year}-S{(month - 1) // 6 + 1}" if form == "S" else f"{year}"
