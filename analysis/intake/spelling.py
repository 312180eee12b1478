"""How the same place is written twice: the ways in which codes and names differ.

Knows which differences of writing are harmless (a lost zero, a capital, an
accent, an article), in which order they are tried, and where likeness
misleads: numbers, codes and points of the compass are never taken for each
other. It offers; whether an offer is taken is decided elsewhere.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

EXACT = "name_for_code"
TIERS = (EXACT, "leading_zeros", "case", "accents", "punctuation", "article", "word_order")
"""Kinds of difference that leave a text the same, the slightest first; each includes the last."""
LIKE = "edit_distance"
PART = "part_of_name"

MOST_TEXTS = 2_000
"""More distinct unknown texts than this are no misspellings: likeness is not looked for."""

_CODE_TIERS = 5
"""Codes differ by zeros, case, accents and punctuation, never by an article or word order."""
_LETTERS_PER_EDIT = 5
_MOST_EDITS = 3
_MOST_PARTS = 3
_SHORTEST_PART = 4

_SPREADSHEET_NUMBER = re.compile(r"(\d+)\.0+")
_LEADING_ZEROS = re.compile(r"(?<![\d.,])0+(?=\d)")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[\W_]+(?=\d)")
_NO_LETTER = re.compile(r"[\W_]+")
_ELIDED = re.compile(r"\b([ldsnt])['’`´]|['’`´](t|s|n)\b")
_LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
_PLAIN = str.maketrans(_LETTERS)

# Articles, prepositions and conjunctions of place names. Single letters stand for parts of a
# town ("Zone A", "Part E"), so none is dropped unless an apostrophe makes it an article.
_SMALL_WORDS = {
    "the", "of", "and", "el", "la", "los", "las", "lo", "les", "le", "de", "del", "della",
    "delle", "dei", "du", "des", "da", "do", "dos", "das", "di", "der", "die", "den", "dem",
    "und", "et", "en", "y", "von", "van", "het", "och", "og",
}  # fmt: skip
# What makes two otherwise alike names two places.
_OPPOSITES = {
    "north", "south", "east", "west", "northern", "southern", "eastern", "western", "central",
    "nord", "sued", "sud", "est", "ost", "ouest", "oost", "noord", "zuid", "norte", "sur",
    "este", "oeste", "upper", "lower", "inner", "outer", "ober", "unter", "haut", "bas",
    "alto", "bajo", "old", "new", "alt", "neu", "viejo", "nuevo", "vell", "nou", "vella",
    "nova", "great", "little", "gross", "klein",
}  # fmt: skip


@dataclass(frozen=True)
class Offer:
    """An area whose code or name is nearly what a file says, and what differs."""

    area_id: str
    kind: str


def plain(text: str) -> str:
    """Return a text without outer blanks, its accents composed: the same text to any reader.

    >>> plain(" Poble\u0301 ") == "Pobl\u00e9"
    True
    """
    return unicodedata.normalize("NFC", text).strip()


def spellings(text: str) -> tuple[str, ...]:
    """Return a text with ever more of its writing taken away, a key for each of :data:`TIERS`.

    Two texts are the same up to a tier when their keys there are equal; an
    empty key says nothing.

    Examples
    --------
    >>> spellings("L'Antiga 01")[1:]
    ("L'Antiga 1", "l'antiga 1", "l'antiga 1", 'lantiga1', 'antiga1', '1 antiga')
    """
    exact = plain(text)
    number = _SPREADSHEET_NUMBER.fullmatch(exact)
    zeros = _LEADING_ZEROS.sub("", number.group(1) if number else exact)
    case = zeros.casefold()
    accents = without_accents(case)
    words = large_words(accents)
    return (
        exact, zeros, case, accents, _tight(accents), _tight(" ".join(words)),
        " ".join(sorted(words)),
    )  # fmt: skip


def _tight(text: str) -> str:
    """Letters and digits without what stands between them; "1-12" is not "11-2".

    >>> _tight("klokken-hill 1-12")
    'klokkenhill1 12'
    """
    parts = _BETWEEN_DIGITS.split(text)
    return " ".join(_NO_LETTER.sub("", part) for part in parts)


def without_accents(text: str) -> str:
    """Return a lower-case text in plain letters.

    >>> without_accents("sant martí, łódź, øst")
    'sant marti, lodz, ost'
    """
    apart = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def large_words(text: str) -> list[str]:
    """Return the words of a lower-case name that carry it: no article, no preposition.

    >>> large_words("bristol, city of"), large_words("l'antiga esquerra de l'eixample")
    (['bristol', 'city'], ['antiga', 'esquerra', 'eixample'])
    """
    words = _NO_LETTER.sub(" ", _ELIDED.sub(" ", text.replace("&", " and "))).split()
    return [word for word in words if word not in _SMALL_WORDS]


class Register:
    """Codes and names of the areas a text may mean.

    Parameters
    ----------
    names
        Name by area id.
    """

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = dict(names)
        self._keys: list[dict[str, set[str]]] = [{} for _ in TIERS]
        for area_id, name in self._names.items():
            for tier, key in enumerate(spellings(name)):
                self._keys[tier].setdefault(key, set()).add(area_id)
            for tier, key in enumerate(spellings(area_id)[:_CODE_TIERS]):
                if tier:
                    self._keys[tier].setdefault(key, set()).add(area_id)
        for keys in self._keys:
            keys.pop("", None)

    @cached_property
    def _words(self) -> dict[str, set[str]]:
        """Areas by each word of their names."""
        found: dict[str, set[str]] = {}
        for area_id, name in self._names.items():
            for word in _tokens(name):
                found.setdefault(word, set()).add(area_id)
        return found

    def same(self, text: str) -> list[Offer]:
        """Return the areas that are the same but for their writing, of the slightest kind.

        Examples
        --------
        >>> register = Register({"01": "el Poble-sec", "02": "Hill"})
        >>> register.same("1"), register.same("el Poble Sec")
        ([Offer(area_id='01', kind='leading_zeros')], [Offer(area_id='01', kind='punctuation')])
        """
        for kind, keys, key in zip(TIERS, self._keys, spellings(text), strict=True):
            found = keys.get(key)
            if found:
                return [Offer(area_id, kind) for area_id in sorted(found)]
        return []

    def alike(self, texts: Sequence[str]) -> dict[str, list[Offer]]:
        """Return the areas whose name is a slip of the pen away, or holds the text's words.

        Parameters
        ----------
        texts
            Distinct texts that :meth:`same` does not know.

        Returns
        -------
        dict
            Offers by text, the nearest first. A like name is at most one edit
            away (a letter added, lost or changed, two swapped) per five
            letters and three in all, and has the same numbers, single letters
            and points of the compass.

        Notes
        -----
        Optimal string alignment distance: Damerau (1964), *Communications of
        the ACM* 7, 171-176.

        Examples
        --------
        >>> Register({"a": "Staalwick", "b": "East Moor"}).alike(["Staalwijk", "West Moor"])
        {'Staalwijk': [Offer(area_id='a', kind='edit_distance')]}
        """
        found: dict[str, list[Offer]] = {}
        if not texts or len(texts) > MOST_TEXTS:
            return found
        near = self._nearest(texts)
        for text in texts:
            offers = near.get(text) or self._parts(text)
            if offers:
                found[text] = offers
        return found

    def _nearest(self, texts: Sequence[str]) -> dict[str, list[Offer]]:
        keyed = {text: spellings(text)[5] for text in texts}
        wanted = [text for text, key in keyed.items() if _edits(key)]
        names = {area_id: spellings(name)[5] for area_id, name in self._names.items()}
        if not wanted or not names:
            return {}
        ids = list(names)
        distances = process.cdist(
            [keyed[text] for text in wanted],
            list(names.values()),
            scorer=OSA.distance,
            score_cutoff=_MOST_EDITS,
            dtype=np.uint8,
        )
        found = {}
        for text, row in zip(wanted, distances, strict=True):
            limit = _edits(keyed[text])
            near = [one for one in np.flatnonzero(row <= limit)
                    if _may_be_alike(text, self._names[ids[one]])]  # fmt: skip
            if near:
                near.sort(key=lambda one: (row[one], ids[one]))
                found[text] = [Offer(ids[one], LIKE) for one in near]
        return found

    def _parts(self, text: str) -> list[Offer]:
        """Areas whose name is part of the text, or the other way round; for one by one only."""
        words = _tokens(text)
        if not any(len(word) >= _SHORTEST_PART for word in words):
            return []
        near: set[str] = set().union(*(self._words.get(word, set()) for word in words))
        fitting = []
        for area_id in sorted(near):
            other = _tokens(self._names[area_id])
            shared = words & other
            whole = words <= other or other <= words
            if whole and any(len(word) >= _SHORTEST_PART for word in shared):
                fitting.append(Offer(area_id, PART))
        return fitting if len(fitting) <= _MOST_PARTS else []


def _tokens(text: str) -> set[str]:
    return set(large_words(without_accents(plain(text).casefold())))


def _edits(key: str) -> int:
    """How many edits a key of this length may be away."""
    return min(len(key) // _LETTERS_PER_EDIT, _MOST_EDITS)


def _may_be_alike(text: str, name: str) -> bool:
    """Whether a small difference may be a slip: same digits, single letters and compass points."""
    return _fixed(text) == _fixed(name)


def _fixed(text: str) -> list[str]:
    words = _NO_LETTER.sub(" ", without_accents(plain(text).casefold())).split()
    return sorted(_kept(words))


def _kept(words: Iterable[str]) -> Iterable[str]:
    for word in words:
        if len(word) == 1 or word in _OPPOSITES:
            yield word
        else:
            yield from re.findall(r"\d+", word)
