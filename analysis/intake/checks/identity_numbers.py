"""National identity numbers of persons, by the formats python-stdnum validates.

Knows which formats there are, how long they are, and how many numbers it
takes before chance is ruled out: one random number in eleven passes a
checksum, and the codes of census sections read like dates of birth.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import stdnum


@dataclass(frozen=True)
class NationalNumber:
    """A national number of persons.

    ``least`` is how many distinct numbers are evidence: few where letters
    leave chance no room, more where one number in eleven passes.
    """

    module: str
    lengths: tuple[int, ...]
    least: int = 5
    organisations_too: bool = False
    only_dates: bool = False
    persons_start: str = ""


NUMBERS = (
    NationalNumber("at.vnr", (10,)),
    NationalNumber("be.nn", (11,)), NationalNumber("be.bis", (11,)),
    NationalNumber("bg.egn", (10,)), NationalNumber("bg.pnf", (10,)),
    NationalNumber("ch.ssn", (13,), 3),
    NationalNumber("cz.rc", (10,)),
    NationalNumber("de.idnr", (11,)),
    NationalNumber("dk.cpr", (10,), only_dates=True),
    NationalNumber("ee.ik", (11,)), NationalNumber("lt.asmens", (11,)),
    NationalNumber("es.dni", (9,), 3), NationalNumber("es.nie", (9,), 3),
    NationalNumber("fi.hetu", (10, 11), 3),
    NationalNumber("fr.nir", (15,), 3), NationalNumber("fr.nif", (13,)),
    NationalNumber("gb.nhs", (10,)), NationalNumber("gb.upn", (13,), 3),
    NationalNumber("gb.utr", (10,), organisations_too=True),
    NationalNumber("gr.amka", (11,)),
    NationalNumber("hr.oib", (11,), organisations_too=True),
    NationalNumber("ie.pps", (8, 9), 3),
    NationalNumber("is_.kennitala", (10,), organisations_too=True),
    NationalNumber("it.codicefiscale", (16,), 2),
    NationalNumber("lv.pvn", (11,), persons_start="0123"),
    NationalNumber("nl.bsn", (9,), organisations_too=True),
    NationalNumber("no.fodselsnummer", (11,)),
    NationalNumber("pl.pesel", (11,)),
    NationalNumber("pt.cc", (12,), 3),
    NationalNumber("pt.nif", (9,), persons_start="123"),
    NationalNumber("ro.cnp", (13,)),
    NationalNumber("se.personnummer", (10, 12)),
    NationalNumber("si.emso", (13,)),
    NationalNumber("tr.tckimlik", (11,)),
)  # fmt: skip
"""Formats of EU, EEA, Switzerland, Turkey and UK that python-stdnum has for persons.

Slovakia shares the Czech number, the Balkans the Slovenian; Finnish, Swedish
and Norwegian temporary numbers pass their neighbours' rules.
"""

# British National Insurance numbers carry no check digit, so python-stdnum has none; their
# prefix and suffix rules (HMRC, National Insurance Manual, NIM39110) do in its place.
_NINO = re.compile(r"^(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]\d{6}[A-D]$")
_TOKEN = re.compile(r"\b[A-Z]{0,6}\d{2,}[\dA-Z]*(?:[-+.][\dA-Z]+)*\b")


_SEPARATORS = str.maketrans("", "", " ./-–\u00a0\u202f\t")
_DECIMAL = re.compile(r"^[+-]?\d*[.,]\d+$")


def compact(cell: str) -> str:
    """Leave out separators; empty for a decimal number, but ``123456789.0`` was a whole one.

    >>> compact("850312-1234"), compact("13.678805"), compact("123456789.0")
    ('8503121234', '', '123456789')
    """
    if _DECIMAL.match(cell):
        return cell[:-2] if len(cell) > 9 and cell.endswith(".0") else ""
    return cell.upper().translate(_SEPARATORS)


def shared_start(cells: list[str]) -> int:
    """Length of the start that 90 % of the cells share; long for codes of one hierarchy."""
    ordered = sorted(cells)
    cut = len(ordered) // 20
    inner = ordered[cut : len(ordered) - cut] or ordered
    first, last = inner[0], inner[-1]
    return next(
        (at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b),
        min(len(first), len(last)),
    )


@cache
def _validator(module: str) -> Callable[[str], bool]:
    return importlib.import_module(f"{stdnum.__name__}.{module}").is_valid


def _passing(valid: Callable[[str], bool], numbers: list[tuple[str, str]]) -> int:
    """How many pass, as written or without separators."""
    return sum(valid(cell) or valid(plain) for cell, plain in numbers)


def matching(cells: list[str]) -> NationalNumber | None:
    """Return the first national number that at least 80 % of the cells are."""
    plain_cells = [compact(cell) for cell in cells]
    cells = [cell.removesuffix(".0") for cell in cells]
    if len(cells) >= 2 and np.mean([bool(_NINO.match(one)) for one in plain_cells]) >= 0.8:
        return NationalNumber("gb.nino", (9,), 2)
    if len(cells) >= 5 and shared_start(plain_cells) >= 5:
        return None
    for number in NUMBERS:
        fitting = [
            (cell, plain)
            for cell, plain in zip(cells, plain_cells, strict=True)
            if len(plain) in number.lengths
            and (not number.persons_start or plain[0] in number.persons_start)
        ]
        if len(fitting) < max(number.least, 0.8 * len(cells)):
            continue
        valid = _validator(number.module)
        few = fitting[:: max(len(fitting) // 20, 1)]
        if _passing(valid, few) < 0.5 * len(few):
            continue
        if _passing(valid, fitting) < 0.8 * len(cells):
            continue
        if number.only_dates:
            days = {plain[:6] for _, plain in fitting}
            years = {plain[4:6] for _, plain in fitting}
            if len(days) < 0.5 * len(fitting) or len(years) < min(8, len(fitting) / 2):
                continue
        return number
    return None


def tokens(cells: list[str]) -> list[str]:
    """Return what could be a number of a person within sentences, each once."""
    found = {token for cell in cells for token in _TOKEN.findall(cell.upper())}
    return sorted(token for token in found if len(compact(token)) >= 9)
