"""How words of many languages are compared: folded, whole, or as part of a compound.

Knows that ``Ausländeranteil``, ``auslaenderanteil`` and ``AUSLÄNDER-ANTEIL``
are one word, and that *original* does not hold the word *origin*.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_OWN_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
                              "æ": "ae", "œ": "oe"})  # fmt: skip
_WRITTEN_OUT = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("å", "aa"), ("ø", "oe"))


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Return a text in lower case, without accents, its words parted by one blank.

    >>> fold("Größe_der  Straße")
    'grosse der strasse'
    >>> fold("firstName")
    'first name'
    """
    parted = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", text)
    plain = unicodedata.normalize("NFKD", parted.casefold().translate(_OWN_LETTERS))
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"[\W_]+", " ", plain).strip()


def spellings(word: str) -> set[str]:
    """Return the folded spellings of a word: ``ä`` is written ``a`` or ``ae``.

    >>> sorted(spellings("Ausländer"))
    ['auslaender', 'auslander']
    """
    written_out = word.casefold()
    for letter, pair in _WRITTEN_OUT:
        written_out = written_out.replace(letter, pair)
    return {fold(word), fold(written_out)}


def pattern(terms: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of the terms in a folded text.

    Parameters
    ----------
    terms
        Words or phrases; ``*`` at an end stands for further letters, so that
        ``*sprachig*`` also finds compounds. Without it only whole words count.

    Examples
    --------
    >>> bool(pattern(["*ausländer*"]).search(fold("Nichtausländeranteil")))
    True
    >>> bool(pattern(["origin"]).search(fold("the original form")))
    False
    """
    found = set()
    for term in terms:
        for spelling in spellings(term.strip("*")):
            start = r"\b\w*" if term.startswith("*") else r"\b"
            end = r"\w*\b" if term.endswith("*") else r"\b"
            found.add(f"{start}{spelling}{end}")
    if not found:
        return re.compile(r"(?!)")
    return re.compile("|".join(sorted(found, key=len, reverse=True)))
