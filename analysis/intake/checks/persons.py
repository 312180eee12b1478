"""Is this file about people one by one? Then it is refused and nothing of it is kept.

Knows what names, birth dates, e-mail addresses, telephones, home addresses
and national identity numbers look like, whatever the column is called, and
how a table with one row per person differs from one that counts persons.
A message says which column and what kind; it never repeats a cell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pandas as pd

from analysis.intake.checks import Check
from analysis.intake.checks.columns import TextColumn, folded_places, read_columns
from analysis.intake.checks.identity_numbers import compact, matching, shared_start, tokens
from analysis.intake.checks.one_by_one import one_by_one
from analysis.intake.checks.personal_words import (
    entries,
    first_names,
    headers,
    listed,
    place_word,
)
from analysis.intake.checks.wording import fold, pattern
from analysis.language import N_
from analysis.language import gettext as _

WORDS = {
    "names": N_("names of persons"),
    "birth_dates": N_("birth dates"),
    "email": N_("e-mail addresses of persons"),
    "telephone": N_("telephone numbers"),
    "address": N_("home addresses"),
    "identity_number": N_("national identity numbers"),
    "rows": N_("one row per person"),
}
"""What a file can hold of persons, and how a message calls it."""

ANSWERS = (N_("areas, organisations or codes"), N_("persons"))
"""Answers where cells look like both; the second stops the file."""


@dataclass(frozen=True)
class _Rule:
    """What a kind of file may hold of persons, and what to do instead."""

    way_out: str
    allowed: tuple[str, ...] = ()
    counts_persons: bool = False
    organisations: bool = False


_AGGREGATE = N_(
    "count the rows by area and period before you hand them in, and leave this column out"
)
_RULES = {
    "observations": _Rule(_AGGREGATE, counts_persons=True),
    "events": _Rule(
        N_(
            "an event list holds place code or coordinate, time and category, nothing else;"
            " leave this column out"
        ),
        counts_persons=True,
    ),
    "survey": _Rule(
        N_("the respondent of a partner survey is a partner id; leave this column out")
    ),
    "resources": _Rule(
        N_(
            "name the organisation and its public telephone here, and its people only in contacts.csv"
        ),
        ("telephone", "address"),
        organisations=True,
    ),
    "partners": _Rule(
        N_("name the organisation here, and its people only in contacts.csv"),
        ("telephone", "address"),
        organisations=True,
    ),
    "contacts": _Rule(
        N_("a contact is a function with a name, an office telephone and address; leave this out"),
        ("names", "email", "telephone", "address"),
        organisations=True,
    ),
}
_OTHER = _Rule(N_("this table speaks of areas, partners and actions; leave this column out"))


def persons(
    cells: pd.DataFrame,
    kind: str,
    *,
    place_codes: Collection[str] = frozenset(),
    place_names: Collection[str] = frozenset(),
) -> list[Check]:
    """Find what a file holds of persons.

    Parameters
    ----------
    cells
        Raw text, or categories of it, under the file's own headers; empty
        where nothing stands.
    kind
        ``observations``, ``events`` (one row per incident), ``survey`` (of
        partners), ``resources``, ``partners``, ``contacts``; any other table
        of the territory by its name. What is personal depends on it: an
        organisation's telephone belongs into ``resources``, a contact's name
        into ``contacts``, neither into observations.
    place_codes, place_names
        Codes and names of the territory's areas on all levels and boundary
        versions: a column of these is never taken for persons.

    Returns
    -------
    list of Check
        What is refused first, then what needs an answer (:data:`ANSWERS`).
        ``rows`` is empty and no message holds a cell of the file. An empty
        list means that nothing personal was found, not that there is none.

    Notes
    -----
    Headers alone refuse nothing, cells alone may. National identity numbers
    are those python-stdnum validates: a column counts when at least 80 % of
    its distinct cells have full length and pass, they are nearly unique and
    no area codes (9 % of random numbers pass a checksum).

    Examples
    --------
    >>> file = pd.DataFrame({"c1": ["Berg", "Tal"], "c2": ["", "ask jo.doe@mail.example"]})
    >>> [str(check.message) for check in persons(file, "observations")][0].partition(";")[0]
    "column 'c2' holds e-mail addresses of persons"
    """
    rule = _RULES.get(kind, _OTHER)
    columns = read_columns(cells)
    places = _Places(place_codes, place_names, columns)
    checks = []
    for column in columns:
        for what, sure in _personal(column, kind, rule, places, columns):
            if what in rule.allowed and not (kind == "contacts" and what == "private"):
                continue
            what = "address" if what == "private" else what
            checks.append(_check(column, what, rule, sure))
    if rule.counts_persons:
        shown = one_by_one(cells, columns, kind, places.holds)
        if shown:
            checks.append(_check(shown[0], "rows", rule, shown[1]))
    unique = {(check.level, check.code, check.column): check for check in checks}
    return sorted(unique.values(), key=lambda check: check.level == "question")


def _check(column: TextColumn, what: str, rule: _Rule, sure: bool) -> Check:
    label = _label(column)
    thing = _("column {label!r}").format(label=label) if label == column.header else label
    if what == "rows" and sure:
        fact = _("each row is one person, as {thing} shows")
    elif what == "rows":
        fact = _("each row may be one person, as {thing} shows")
    else:
        fact = _("{thing} holds {what}") if sure else _("{thing} may hold {what}")
    fact = fact.format(thing=thing, what=_(WORDS[what]))
    if sure:
        message = _("{fact}; nothing of the file was kept: {way_out}").format(
            fact=fact, way_out=_(rule.way_out)
        )
        return Check("refuse", f"person_{what}", message, label)
    message = _(
        "{fact}; say what it holds: a file of persons is refused, and nothing of it is kept"
    ).format(fact=fact)
    return Check("question", f"person_{what}", message, label, choices=ANSWERS)


def _label(column: TextColumn) -> str:
    """Name a column; by its number where the header itself could be somebody's.

    >>> _label(TextColumn("Anna Smith", 3, pd.Series(["Jo Doe"])))
    'column 3'
    """
    header = column.header.strip()
    own = (
        not header
        or "@" in header
        or len(re.sub(r"\D", "", re.sub(r"(?:19|20)\d\d", "", header))) > 4
        or _is_address(header)
        or _DATE_SHAPE.match(header) is not None
        or any(word in first_names() for word in fold(header).split())
        or header in column.sample
    )
    return f"column {column.position}" if own else header


class _Places:
    """What is known of the file's places."""

    def __init__(
        self, codes: Collection[str], names: Collection[str], columns: list[TextColumn]
    ) -> None:
        self._codes, self._names = codes, names
        self._columns = columns

    @property
    def known(self) -> frozenset[str]:
        """Codes and names, folded."""
        if not hasattr(self, "_folded"):
            self._folded = folded_places([*self._codes, *self._names])
        return self._folded

    def holds(self, column: TextColumn) -> bool:
        """Whether a column holds known areas."""
        return column.in_places(self.known)

    def vary_within(self, column: TextColumn) -> bool:
        """Whether several cells of a column belong to one area, in every column of areas."""
        others = [one for one in self._columns if one is not column and self.holds(one)]
        if not others:
            return False
        return all(
            pd.DataFrame({"place": one.cells, "cell": column.cells})
            .groupby("place")["cell"]
            .nunique()
            .gt(1)
            .mean()
            > 0.2
            for one in others
        )


def _personal(
    column: TextColumn, kind: str, rule: _Rule, places: _Places, columns: list[TextColumn]
) -> Iterator[tuple[str, bool]]:
    """What a column holds of persons, and whether that is sure."""
    if _holds_email(column, rule):
        yield "email", True
    yield from _identity_numbers(column, rule, places)
    yield from _birth_dates(column, kind, columns)
    yield from _telephones(column, kind, places)
    yield from _addresses(column, kind)
    yield from _names(column, kind, rule, places)


# E-mail


_EMAIL = re.compile(r"([\w.+\-]+)@[\w\-]+(?:\.[\w\-]+)*\.[^\W\d_]{2,}")


def _holds_email(column: TextColumn, rule: _Rule) -> bool:
    for cell in [column.header, *column.text_with("@")]:
        for local in _EMAIL.findall(cell):
            words = fold(local.replace(".", " ")).split()
            office = fold(local) in listed("role_mailboxes") or (
                words and words[0] in listed("role_mailboxes")
            )
            if rule.organisations:
                if any(word in first_names() for word in words):
                    return True
            elif not office:
                return True
    return False


# Telephones


_DATE_SHAPE = re.compile(
    r"^(?:(?P<y>\d{4})[-./](?P<m>\d{1,2})[-./](?P<d>\d{1,2})"
    r"|(?P<a>\d{1,2})[-./ ]\s?(?P<b>\d{1,2})[-./ ]\s?(?P<z>\d{4}|\d{2})"
    r"|(?P<run>(?:19|20)\d{6}))(?:[T ]\d{1,2}:\d{2}.*)?$"
)
_INTERNATIONAL = re.compile(r"^\(?(?:\+|00)\s?\d{1,3}\)?[\d\s./()\-–]{6,22}$")
_NATIONAL = re.compile(r"^\(?0\d{1,5}\)?\s?[\s./\-–]\s?\(?\d[\d\s./()\-–]{4,16}$")
_GROUPED_NUMBER = re.compile(r"^\+\d{1,3}(?:[ .,'’]\d{3})+(?:[.,]\d+)?$")
_BARE_NUMBER = re.compile(r"^(?:0[1-9]\d{7,9}|[679]\d{8})$")
_LINK = re.compile(r"\S*(?:://|www\.)\S*")
_SEVEN_DIGITS = r"\d(?:[ ./()\-–]{0,2}\d){6}"
_PHONE_IN_TEXT = re.compile(
    r"(?:\+|\b00)\d{1,3}[ ./()\-–]{0,3}\d(?:[ ./()\-–]{0,2}\d){6,12}\b"
    r"|\b(?:tel|phone|fon|telef|téléph|mobil|móvil|handy|gsm|puh|whatsapp)\w*[.:]?\s{0,2}"
    r"(?:nr|no|number)?[.:]?\s{0,2}\(?\+?\d(?:[ ./()\-–]{0,2}\d){5,13}"
    r"|\b0[1-9]\d{1,3}[ /\-–]\d{2,4}(?:[ \-]?\d{2,4}){1,4}\b"
    r"|\b0[1-9](?:[ .]\d{2}){4}\b"
    r"|\b07\d{9}\b|\b01[567]\d{8,9}\b|\b06[ \-–]?\d{8}\b",
    re.IGNORECASE,
)


def _digits(cell: str) -> str:
    return re.sub(r"\D", "", cell)


def _is_phone(cell: str) -> bool:
    if _DATE_SHAPE.match(cell) or _GROUPED_NUMBER.match(cell):
        return False
    length = len(_digits(cell))
    if _INTERNATIONAL.match(cell):
        return 8 <= length <= 15 and (cell[0] in "+(" or not cell.isdigit())
    return bool(_NATIONAL.match(cell)) and 9 <= length <= 13


def _is_phone_in_text(cell: str) -> bool:
    for hit in _PHONE_IN_TEXT.finditer(_LINK.sub(" ", cell)):
        found = hit.group().strip()
        start = re.sub(r"^[^\d+]+", "", found)
        if 8 <= len(_digits(found)) <= 15 and not _GROUPED_NUMBER.match(start) \
                and not re.search(r"[ \-/](?:19|20)\d\d$", start):  # fmt: skip
            return True
    return False


def _ends_vary(column: TextColumn) -> bool:
    """Whether the last three digits are as different as those of telephones; codes repeat them."""
    cells = [one for one in column.sample[:500] if len(_digits(one)) > 6]
    ends = {_digits(one)[-3:] for one in cells}
    return len(ends) >= 0.5 * len(cells)


def _telephones(column: TextColumn, kind: str, places: _Places) -> Iterator[tuple[str, bool]]:
    private = kind == "contacts" and column.announces(headers("private"))
    if private:
        yield "private", True
        return
    digits = column.share(lambda cell: 6 <= len(_digits(cell)) <= 15)
    if column.announces(headers("telephone")) and digits >= 0.5 and column.numbers is None:
        yield "telephone", True
        return
    if column.is_textual:
        found = column.text_with(_SEVEN_DIGITS)
        if any(_is_phone_in_text(cell) or _is_phone(cell) for cell in found):
            yield "telephone", True
        return
    share = column.share(_is_phone)
    if share and (share >= 0.5 or column.share(lambda cell: cell[0] == "+" and _is_phone(cell))):
        if _ends_vary(column) and not places.holds(column):
            yield "telephone", True
        return
    bare = column.share(_BARE_NUMBER)
    if bare >= 0.5 and column.announces(headers("telephone")):
        yield "telephone", True
        return
    called_so = column.words in headers("telephone") and digits >= 0.5 and column.uniqueness > 0.5
    looks_so = (
        bare >= 0.95
        and column.distinct >= 8
        and column.uniqueness > 0.9
        and _ends_vary(column)
        and shared_start(column.sample) < 5
        and not places.holds(column)
    )
    if called_so or looks_so:
        yield "telephone", False


# Addresses


@cache
def _address_shapes() -> tuple[re.Pattern[str], ...]:
    words = entries()["street_words"]
    number = r"[1-9]\d{0,3} ?[a-z]?"
    before = pattern(words["before_number"]).pattern
    around = "|".join(words["around_number"])
    after = "|".join(words["after_number"])
    return (
        re.compile(rf"(?:{before}) {number}\b(?! (?:juni|mai|juli|oktober|september))"),
        re.compile(rf"^(?:{around}) (?:[a-z]+ ){{1,5}}(?:n |no |nr |num )?{number}(?: |$)"),
        re.compile(rf"(?:^|\D ){number} (?:[a-z]+ ){{1,3}}(?:{after})\b"),
        re.compile(r"(?:^| )\d{1,4} ?(?:bis |ter )?(?:rue|avenue|boulevard|quai|impasse) [a-z]"),
    )


def _is_address(cell: str) -> bool:
    """Whether a text names a street with a house number.

    >>> _is_address("Rosenweg 3"), _is_address("King Street"), _is_address("Straße des 17. Juni")
    (True, False, False)
    """
    folded = fold(_LINK.sub(" ", cell))
    return bool(re.search(r"\d", folded)) and any(
        shape.search(folded) for shape in _address_shapes()
    )


def _addresses(column: TextColumn, kind: str) -> Iterator[tuple[str, bool]]:
    if not column.sample:
        return
    announced = column.announces(headers("address")) and not re.search(
        r"\b(?:ip|web|url|internet|mail|email)\b", column.words
    )
    numbered = column.share(lambda cell: bool(re.search(r"\d", cell)))
    house_numbers = column.share(re.compile(r"^\d{1,4}\s?[A-Za-z]?$")) > 0.8
    shapes = column.share(_is_address) if column.is_textual else 0.0
    called_so = announced and numbered >= 0.3 and (column.is_textual or house_numbers)
    if called_so or (shapes >= 0.3 and column.distinct >= 3):
        yield "address", True
    elif shapes and kind in ("observations", "events") and column.uniqueness > 0.05:
        yield "address", False


# Birth dates


_BORN_IN_TEXT = (
    r"(?i)\b(?:born|geb|geboren|née?|nacid[oa]|nascid[oa]|nat[oa]|född|født|syntynyt|dob|d\.o\.b)"
    r"[.:]{0,2}\s{0,2}(?:on|am|le|el|il|op|den|the)?\s{0,2}"
    r"(?:\d{1,2}[./\- ]\s?(?:\d{1,2}|[^\W\d_]+)[./\- ]\s?(?:19|20)?\d{2}\b|(?:19|20)\d\d-\d\d-\d\d)"
)


def _dates(column: TextColumn) -> pd.Series | None:
    """Return the sample as dates; None when less than 90 % are dates to the day."""
    matches = [_DATE_SHAPE.match(one) for one in column.sample]
    parts = [match.groupdict() for match in matches if match]
    if len(parts) < max(0.9 * len(matches), 1):
        return None
    frame = pd.DataFrame(parts)
    both_orders = []
    for day, month in (("a", "b"), ("b", "a")):
        year = frame["y"].fillna(frame["z"]).fillna(frame["run"].str[:4])
        two_digits = year.str.len() == 2
        century = np.where(pd.to_numeric(year).fillna(0) > 25, "19", "20")
        year = year.where(~two_digits, century + year)
        months = frame["m"].fillna(frame[month]).fillna(frame["run"].str[4:6])
        days = frame["d"].fillna(frame[day]).fillna(frame["run"].str[6:8])
        written = year + "-" + months.str.zfill(2) + "-" + days.str.zfill(2)
        both_orders.append(pd.to_datetime(written, format="%Y-%m-%d", errors="coerce"))
    best = max(both_orders, key=lambda dates: dates.notna().sum())
    return best.dropna() if best.notna().mean() >= 0.9 else None


def _spread_over_decades(dates: pd.Series) -> bool:
    """Whether dates lie scattered over decades, as births do and series do not."""
    if len(dates) < 5:
        return False
    years = dates.dt.year
    wide = years.quantile(0.95) - years.quantile(0.05) >= 20
    firsts = (dates.dt.day == 1).mean()
    gaps = dates.sort_values().diff().dt.days.dropna()
    regular = gaps.value_counts(normalize=True).iloc[0] if len(gaps) > 3 else 0.0
    return bool(wide and firsts < 0.5 and (regular < 0.5 or len(dates) >= 1500))


def _birth_dates(
    column: TextColumn, kind: str, columns: list[TextColumn]
) -> Iterator[tuple[str, bool]]:
    if column.text_with(_BORN_IN_TEXT):
        yield "birth_dates", True
        return
    announced = column.announces(headers("birth_date"))
    dates = _dates(column)
    if dates is None:
        serial = column.numbers
        # Spreadsheets keep dates as days since 1900: 10,000 is 1927, 50,000 is 2036.
        if announced and serial is not None and len(serial) and np.all(serial % 1 == 0) \
                and np.mean((serial > 8000) & (serial < 50000)) > 0.9:  # fmt: skip
            yield "birth_dates", True
        return
    if announced:
        yield "birth_dates", True
        return
    if kind not in ("observations", "events", "survey") or column.announces(headers("founded")):
        return
    if not _spread_over_decades(dates):
        return
    # The days of a life are few beside a million rows, so distinct days are held against both.
    if column.distinct < 0.6 * min(column.filled, 2000):
        return
    others = [one for one in columns if one is not column and _dates(one) is not None]
    yield "birth_dates", kind != "events" or bool(others)


# National identity numbers


def _identity_numbers(
    column: TextColumn, rule: _Rule, places: _Places
) -> Iterator[tuple[str, bool]]:
    cells = column.sample[:400]
    long = [one for one in map(compact, cells) if len(one) >= 8 and sum(map(str.isdigit, one)) >= 5]
    called_so = column.announces(headers("identity_number")) and column.uniqueness > 0.5
    if called_so and len(long) >= 0.5 * len(cells) and not places.holds(column):
        yield "identity_number", True
        return
    if len(long) >= 0.8 * len(cells):
        number = matching(cells) if column.uniqueness >= 0.9 or column.distinct >= 20 else None
        if number and not places.holds(column):
            yield "identity_number", not (number.organisations_too and rule.organisations)
            return
    if column.is_textual:
        within = tokens(column.text_with(r"\d{4}", 400))
        if len(within) >= 3 and matching(within) and not places.holds(column):
            yield "identity_number", True


# Names


_PARTICLES = frozenset(
    (
        *("van", "von", "de", "der", "den", "del", "della", "di", "da", "do", "dos", "das", "du"),
        *("la", "le", "bin", "ibn", "al", "el", "ten", "ter", "te", "zu", "af", "av", "y", "i"),
        *("e", "mc", "o", "of"),
    )
)
_WORD = re.compile(r"[^\W\d_][^\W\d_'’.\-]*(?:['’.\-][^\W\d_]+)*\.?")
_TITLE = (
    r"\b(?:Mr|Mrs|Ms|Herr|Herrn|Frau|Madame|Monsieur|Mme|Señor|Señora|Signor|Signora|Sra|Dhr|Mevr"
    r"|Fru)\.?\s+[A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž]+"
)


@dataclass(frozen=True)
class _NameEvidence:
    """What the sample of a column says about names, as shares of it (0-1)."""

    full: float
    single: float
    shaped: float
    places: float
    hits: int


def _name_evidence(cells: list[str]) -> _NameEvidence:
    names, of_places = first_names(), place_word()
    full = single = shaped = places = 0
    hits = set()
    for cell in cells:
        if len(cell) > 60 or any(one.isdigit() for one in cell):
            continue
        words = _WORD.findall(cell)
        own = [word for word in words if fold(word) not in _PARTICLES]
        folded = [fold(word) for word in own]
        if not own or len(own) > 4 or len(words) > 6:
            continue
        if of_places.search(fold(cell)) or cell.startswith("S. "):  # S. Maria is a parish
            places += 1
            continue
        known = [one in names or one.split()[0] in names for one in folded if one]
        if len(own) == 1:
            if known and known[0] and cell[0].isupper():
                single += 1
                hits.add(folded[0])
            continue
        shaped += all(word[0].isupper() for word in own)
        if known and (known[0] or known[-1] or ("," in cell and any(known))):
            full += 1
            hits.add(" ".join(folded))
    total = max(len(cells), 1)
    return _NameEvidence(full / total, single / total, shaped / total, places / total, len(hits))


_TWO_WORDS = r"[A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž]+ +(\w\w\w? +)?(\w\w\w? +)?[A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž]+"
_IN_PASSING = re.compile(
    r"(?<![^\W\d_])(?=([A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž]+) +"
    r"(?:(?:[Dd]e|[Vv]an|[Vv]on|[Ee]l|[Aa]l|[Dd]i|[Dd]a) +){0,2}"
    r"([A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž]{2,}(?:[ \-]+[A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž]+){0,2}))"
)
_SMALL = re.compile(r"(?<![^\W\d_])[a-zà-ÿā-ž]{2,}")
_INITIAL = re.compile(r"((?:[A-ZÀ-ÞĀ-Ž]\. ?){1,3})((?:\w+ ){0,2}[A-ZÀ-ÞĀ-Ž][a-zà-ÿā-ž'’-]{2,})")


def _names_in_passing(column: TextColumn) -> bool:
    """Whether sentences name somebody by a known first name, or cells by initials.

    >>> note = "they spoke to Anna Petrova about the noise at night"
    >>> _names_in_passing(TextColumn("note", 1, pd.Series([note], dtype="str")))
    True
    >>> note = "they spoke to the Anne Frank School about the noise at night"
    >>> _names_in_passing(TextColumn("note", 1, pd.Series([note], dtype="str")))
    False
    """
    for cell in column.text_with(_TWO_WORDS, 5000):
        if len(_SMALL.findall(cell)) < 3:
            continue
        for first, last in _IN_PASSING.findall(cell):
            # More than two words with capitals are an institution: Anne Frank School.
            alone = " " not in last and "-" not in last
            if alone and fold(first) in first_names() and not place_word().search(fold(last)):
                return True
    by_initials = [match for cell in column.sample if (match := _INITIAL.fullmatch(cell))]
    letters = {match[1] for match in by_initials}
    # Numbered headings (A. Farming, B. Mining) have a letter each; saints share theirs.
    return (
        len(by_initials) >= max(3, 0.6 * len(column.sample))
        and 2 <= len(letters) < len(by_initials)
        and not all(letter.startswith("S.") for letter in letters)
    )


def _names(
    column: TextColumn, kind: str, rule: _Rule, places: _Places
) -> Iterator[tuple[str, bool]]:
    announced = column.announces(headers("name"))
    if announced and column.numbers is None and column.is_textual and not places.holds(column):
        yield "names", True
        return
    if not column.is_textual:
        return
    titled = column.text_with(_TITLE)
    if kind != "contacts" and len(titled):
        yield "names", len(titled) >= 0.5 * column.distinct and len(titled) >= 3
        return
    if rule.counts_persons and not places.holds(column) and _names_in_passing(column):
        yield "names", False
        return
    if fold(" ".join(column.sample[:40])) and set(map(fold, column.sample)) <= listed("months"):
        return
    evidence = _name_evidence(column.sample)
    few = column.distinct < 8
    either = evidence.full + evidence.single
    persons_named = evidence.hits >= 3 and (
        (either >= (0.6 if few else 0.35) and evidence.full >= evidence.single)
        or evidence.single >= (0.7 if few else 0.5)
    )
    if persons_named and evidence.places < 0.2 and not places.holds(column):
        yield "names", True
    elif (
        rule.counts_persons
        and evidence.shaped >= 0.9
        and evidence.places < 0.05
        and column.distinct >= 8
        and column.uniqueness >= 0.9
        and not places.holds(column)
        and places.vary_within(column)
    ):
        yield "names", False
