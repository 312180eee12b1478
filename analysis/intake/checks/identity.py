"""What an indicator may speak of, in which words, and whether the picture is one-sided.

Knows principle 3, *conditions and behaviour, not identity*: which subjects
are never a risk or a protective factor, what to measure instead, and which
words stick to people and places. The words themselves, in many languages,
stand in ``identity.toml``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from analysis import tables
from analysis.catalogue import Catalogue
from analysis.intake.checks import Check
from analysis.intake.checks.wording import fold, pattern
from analysis.language import N_
from analysis.language import gettext as _

CONDUCT = (N_("what is done or offered"), N_("who people are"))
"""Answers where a text could mean either; the second stops the indicator."""
FORMS_NAMED = {
    "right_wing": "right-wing",
    "left_wing": "left-wing",
    "religiously_inspired": "religiously inspired",
    "single_issue": "single issue",
}
"""Forms of extremism whose signals belong together, with their words."""

_SUBJECT = ("title", "short_title", "indicator_id", "unit")
_WORDS_BEFORE = 5


@dataclass(frozen=True)
class Refusal:
    """A subject that is not held against people.

    ``reach`` is ``identity`` (never risk or protective, context with a
    reason), ``condition`` (never risk) or ``person`` (not at all).
    """

    id: str
    reach: str
    thing: str
    why: str
    instead: str


REFUSALS: tuple[Refusal, ...]
"""Every subject, in the order of ``identity.toml``."""


def identity(indicators: pd.DataFrame, languages: Collection[str] = ("en",)) -> list[Check]:
    """Find indicators that hold against people what they are.

    Parameters
    ----------
    indicators
        Typed rows of the catalogue (:data:`analysis.tables.INDICATORS`);
        the index holds line numbers.
    languages
        The territory's, as locale ids. Clear terms are found in every
        language there is a list for; ambiguous ones only in these and in
        English.

    Returns
    -------
    list of Check
        ``refuse`` where title, short title, id, unit or definition name such
        a subject: identity as risk or protective, or as context without a
        ``context_reason``; a condition of life as risk; persons and
        predictions always. ``question`` where the words could also mean
        conduct towards people or something offered to them
        (:data:`CONDUCT`). ``note`` for a language without a list.

    Notes
    -----
    Decided in advance, so that the same wording always gives the same answer:

    * *against*, *because of*, *regardless of* and their like before a term,
      and compounds such as *ausländerfeindlich*, make it conduct towards
      people: nothing is said.
    * A term beside *hate*, *attack*, *course*, *dialogue* and their like is
      asked about when it is a risk, and passes when it is protective.
    * Ambiguous words (*language*, *origin*, *foreign*, *political*) are asked
      about in title, short title and id, and pass in a definition.
    * *Nation*, *national*, *original*, *party* as a festivity are no terms.

    Examples
    --------
    >>> row = {"indicator_id": "faith", "title": "Share of Muslims", "factor": "risk"}
    >>> [check.level for check in identity(pd.DataFrame([row]))]
    ['refuse']
    """
    spoken = _spoken(languages)
    checks: list[Check] = []
    for line, row in indicators.iterrows():
        checks += _of_row(int(str(line)), {str(key): str(cell) for key, cell in row.items()},
                          spoken)  # fmt: skip
    unknown = sorted(spoken - _languages_known())
    if unknown and len(indicators):
        checks.append(
            Check(
                "note",
                "identity_language",
                _(
                    "no list of words in {unknown}; titles were held against {known} only: "
                    "read them once more yourself"
                ).format(
                    unknown=", ".join(map(repr, unknown)),
                    known=", ".join(sorted(_languages_known())),
                ),
            )
        )
    return checks


def loaded_words(texts: Mapping[str, str], languages: Collection[str] = ("en",)) -> list[Check]:
    """Find words that stick to people and places, and say what to write instead.

    Parameters
    ----------
    texts
        Text by where it stands, such as ``{"title of 'tensions'": "..."}``.
    languages
        The territory's, as locale ids; English is always read.

    Returns
    -------
    list of Check
        One note per text and word; empty when there is none.

    Examples
    --------
    >>> [check.message for check in loaded_words({"title of 'x'": "A hotbed of trouble"})]
    ["title of 'x' says 'hotbed'; say 'several conditions come together here'"]
    """
    checks = []
    for where, text in texts.items():
        for say, shape in _loaded(frozenset(_spoken(languages))):
            for hit in dict.fromkeys(found.group() for found in shape.finditer(fold(text))):
                message = _("{where} says {hit!r}; say {say!r}").format(
                    where=where, hit=hit, say=say
                )
                checks.append(Check("note", "loaded_word", message))
    return checks


def balance(catalogue: Catalogue, published_ids: Collection[str]) -> list[Check]:
    """Find out whether signals of extremism are looked at one form after the other only.

    Parameters
    ----------
    catalogue
        All indicators.
    published_ids
        Those that have figures, once the refresh is published.

    Returns
    -------
    list of Check
        Empty without any signals, or when every form has some. One form
        alone is a question, more than one a note; both name what is missing.
    """
    signals = [
        one for one in catalogue.values() if one.theme == "extremism" and one.factor == "risk"
    ]
    seen = {one.form for one in signals if one.indicator_id in published_ids} & set(FORMS_NAMED)
    missing = [words for form, words in FORMS_NAMED.items() if form not in seen]
    waiting = [
        one.short_title
        for one in signals
        if one.form not in FORMS_NAMED and one.indicator_id not in published_ids
        and one.indicator_id.startswith("signals")
    ]  # fmt: skip
    if not seen or not missing + waiting:
        return []
    absent = _joined([*missing, *waiting])
    if len(seen) == 1:
        one = FORMS_NAMED[next(iter(seen))]
        message = _(
            "signals of one form of extremism only ({one}); missing: {absent}: all "
            "forms are looked at, so add their figures, or say why there are none"
        ).format(one=one, absent=absent)
        choices = (N_("the others are collected and follow"), N_("stop, add the others first"))
        return [Check("question", "one_sided", message, choices=choices)]
    message = _("no figures on {absent} signals; the picture says so until they are added").format(
        absent=absent
    )
    return [Check("note", "one_sided", message)]


def _joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _of_row(line: int, row: Mapping[str, str], spoken: set[str]) -> Iterable[Check]:
    """At most one finding per indicator: the gravest."""
    found = [
        check
        for column in (*_SUBJECT, "definition")
        for refusal in REFUSALS
        if (check := _of_text(line, row, column, refusal, spoken)) is not None
    ]
    found.sort(key=lambda check: check.level != "refuse")
    return found[:1]


def _of_text(
    line: int, row: Mapping[str, str], column: str, refusal: Refusal, spoken: set[str]
) -> Check | None:
    factor, text = row["factor"], fold(row.get(column, ""))
    reason = row.get("context_reason", "").strip()
    if not text or (refusal.reach == "condition" and factor != "risk"):
        return None
    if refusal.reach == "identity" and factor == "context" and reason:
        return None
    name = row.get("indicator_id", "") or row.get("title", "")
    here = frozenset(spoken)
    hits = [hit for hit in _terms(refusal.id).finditer(text) if not _aimed_at(text, hit, here)]
    towards = bool(_listed("conduct", here).search(text) or _listed("service", here).search(text))

    def said(level: str, message: str) -> Check:
        choices = CONDUCT if level == "question" else ()
        return Check(level, "identity", message, column, (line,), choices, name)  # type: ignore[arg-type]

    if hits and refusal.reach == "person":
        return said(
            "refuse",
            _("indicator {name!r} speaks of {thing}; {why}: measure {instead}").format(
                name=name, thing=refusal.thing, why=refusal.why, instead=refusal.instead
            ),
        )
    if hits and factor == "context":
        return said(
            "refuse",
            _(
                "indicator {name!r} shows {thing} as context without a reason; state in "
                "'context_reason' why it is shown at all, or leave it out"
            ).format(name=name, thing=refusal.thing),
        )
    if hits and not towards:
        return said(
            "refuse",
            _(
                "indicator {name!r} makes {thing} a {factor} factor; {why}: measure "
                "{instead} instead"
            ).format(
                name=name,
                thing=refusal.thing,
                factor=factor,
                why=refusal.why,
                instead=refusal.instead,
            ),
        )
    unclear = column != "definition" and _unclear(refusal.id, here).search(text)
    may_be = bool(unclear) and factor != "context" and not towards
    if may_be or (hits and factor == "risk"):
        return said(
            "question",
            _(
                "indicator {name!r} may make {thing} a {factor} factor; say whether it "
                "counts what is done or offered, or who people are: who people are is "
                "refused, measure {instead} instead"
            ).format(name=name, thing=refusal.thing, factor=factor, instead=refusal.instead),
        )
    return None


def _aimed_at(text: str, hit: re.Match[str], languages: frozenset[str]) -> bool:
    """Whether a term is what somebody's conduct is aimed at or grounded on."""
    if any(end in hit.group() for end in _words()["hostile"]["all"]):
        return True
    before = " ".join(text[: hit.start()].split()[-_WORDS_BEFORE:])
    return bool(_listed("direction", languages).search(before))


def _spoken(languages: Collection[str]) -> set[str]:
    """Language codes of locale ids, and English; both written Norwegians are one."""
    codes = {re.split(r"[-_]", one)[0].lower() for one in languages}
    return {{"nb": "no", "nn": "no"}.get(one, one) for one in codes} | {"en"}


# The words


@cache
def _words() -> dict[str, Any]:
    path = Path(__file__).with_name("identity.toml")
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _languages_known() -> set[str]:
    return set(_words()["refusal"][0]["terms"])


@cache
def _entry(refusal_id: str) -> dict[str, Any]:
    return next(one for one in _words()["refusal"] if one["id"] == refusal_id)


@cache
def _terms(refusal_id: str) -> re.Pattern[str]:
    return pattern(term for terms in _entry(refusal_id)["terms"].values() for term in terms)


@lru_cache(maxsize=256)
def _unclear(refusal_id: str, languages: frozenset[str]) -> re.Pattern[str]:
    return _of(_entry(refusal_id).get("unclear", {}), languages)


@lru_cache(maxsize=64)
def _listed(section: str, languages: frozenset[str]) -> re.Pattern[str]:
    return _of(_words()[section], languages)


@lru_cache(maxsize=64)
def _loaded(languages: frozenset[str]) -> list[tuple[str, re.Pattern[str]]]:
    return [(entry["say"], _of(entry, languages)) for entry in _words()["loaded"]]


def _of(by_language: Mapping[str, Any], languages: Collection[str]) -> re.Pattern[str]:
    return pattern(term for one in languages for term in by_language.get(one, ()))


REFUSALS = tuple(
    Refusal(one["id"], one["reach"], one["thing"], one["why"], one["instead"])
    for one in _words()["refusal"]
)

assert set(FORMS_NAMED) == set(tables.FORMS) - {"general"}
