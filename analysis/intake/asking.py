"""What an analyst is asked once the rows of a file are joined, and what the answers settle.

Knows what is asked first: the level, then what many places share, then places one by one; and
that a check which was answered refuses, or is no more than a note.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from analysis.intake import joining, matching
from analysis.intake.checks import Check
from analysis.intake.grids import Choice, Question
from analysis.intake.joining import Ledger
from analysis.language import gettext as _
from analysis.language import ngettext
from analysis.territory import Territory

OTHERS, ONE_BY_ONE = "others", "one by one"
"""Question about places that are none of the territory, and the answer that asks for each."""
FEW_PLACES = 5
"""Up to so many such places are asked about one by one."""


def level_of(
    cells: pd.DataFrame, territory: Territory, answers: Mapping[str, str]
) -> tuple[str, list[Question]]:
    """Find the level of a file: answered, stated, or the one whose codes it knows best; else ask."""
    said = answers.get("level")
    if said in territory.levels:
        return str(said), []
    stated = set(cells["level"].astype("str").unique())
    if "" not in stated:
        return next((one for one in territory.levels if one in stated), territory.start_level), []
    places = set(cells["place"].astype("str").unique()) - {""}
    if len(territory.levels) == 1:
        return territory.levels[0], []
    known, covered = {}, {}
    for level in territory.levels:
        areas = territory.areas[territory.areas["level"] == level]
        known[level] = len(places & (set(areas["area_id"]) | set(areas["name"])))
        covered[level] = known[level] / max(areas["area_id"].nunique(), 1)
    best = max(known, key=lambda level: known[level])
    others = max((count for level, count in known.items() if level != best), default=0)
    fits = known[best] >= 0.5 * len(places) or covered[best] >= 0.5
    if known[best] > 2 * others and fits:
        return best, []
    words = [
        Choice(
            level,
            _("{plural} ({count} of the file's {n} places known)").format(
                plural=territory.settings.level(level).plural, count=count, n=len(places)
            ),
        )
        for level, count in known.items()
    ]
    text = _("which level are the areas of this file of?")
    suggestion = best if known[best] > 0 else territory.start_level
    return "", [Question("level", text, tuple(words), None, suggestion)]


def questions_of(
    ledger: Ledger, answers: Mapping[str, str], territory: Territory
) -> list[Question]:
    """Turn what waits in a ledger into questions: by level and kind first, then one by one."""
    asked, settled = _level_questions(ledger, territory)
    by_kind: set[str] = set()
    for kind, offers in ledger.suggestions_by_kind.items():
        offers = tuple(offer for offer in offers if offer.place not in settled)
        if not offers:
            continue
        if kind in joining.ONE_BY_ONE or f"accept:{kind}" in answers:
            continue
        offered_for = {offer.place for offer in offers}
        shown = "; ".join(list(dict.fromkeys(offer.words for offer in offers))[:3])
        by_kind |= offered_for
        choices = (Choice("yes", _("accept")), Choice("no", _("decide one by one")))
        text = ngettext(
            "{n} place is {kind} ({shown}); accept?",
            "{n} places are {kind} ({shown}); accept?",
            len(offered_for),
        ).format(n=len(offered_for), kind=_(joining.KINDS[kind]), shown=shown)
        asked.append(Question(f"accept:{kind}", text, choices, None, "yes"))
    settled |= by_kind
    others = _others(ledger, answers, settled)
    asked += others
    for one in ledger.unmatched:
        place = one.place or one.place_name or f"{matching.ROW}{one.lines[0]}"
        if one.decided or one.outcome == joining.DUPLICATED or place in settled:
            continue
        if others and matching.is_elsewhere(one.why, one.suggestions, kinds(answers, "no")):
            continue
        offered = [Choice(offer.choice, offer.words) for offer in one.suggestions]
        offered.append(Choice(joining.LEAVE_OUT, _("leave its rows out")))
        text = _("{place!r} ({rows} rows): {why}; which area is it?").format(
            place=place, rows=one.rows, why=one.words
        )
        asked.append(Question(f"place:{place}", text, tuple(offered)))
    if "accept:identical_rows" in {question.id for question in asked}:
        return asked
    for one in ledger.unmatched:
        if one.outcome != joining.DUPLICATED or one.decided:
            continue
        which = (
            Choice(joining.FIRST, _("the first")),
            Choice(joining.LAST, _("the last")),
            Choice(joining.LEAVE_OUT, _("none of them")),
        )
        lines = ", ".join(map(str, one.lines[:5]))
        text = _(
            "{place!r} has several rows for the same figure ({lines}); which one counts?"
        ).format(place=one.place or one.place_name, lines=lines)
        asked.append(Question(f"repeats:{one.area_id}", text, which))
    return list({question.id: question for question in asked}.values())


def _level_questions(ledger: Ledger, territory: Territory) -> tuple[list[Question], set[str]]:
    """Ask once per level of the file that the territory does not call so; and of which places."""
    waiting: dict[str, list[joining.Unmatched]] = {}
    for one in ledger.unmatched:
        if one.why == "unknown_level" and not one.decided:
            waiting.setdefault(one.level, []).append(one)
    asked = []
    for level, places in waiting.items():
        known = Counter(
            offer.level
            for one in places
            for offer in one.suggestions
            if offer.kind == "other_level" and not offer.place.startswith(matching.ROW)
        )
        choices = [
            Choice(
                each,
                _("{plural} ({known} of {n} places known)").format(
                    plural=territory.settings.level(each).plural, known=known[each], n=len(places)
                ),
            )
            for each in territory.levels
        ]
        best = max(territory.levels, key=lambda each: known[each])
        shown = ", ".join(repr(one.place_name or one.place) for one in places[:3])
        asked.append(
            Question(
                f"level:{level}",
                _(
                    "the file calls a level {level!r} ({n} places: {shown}); which level is "
                    "it here?"
                ).format(level=level, n=len(places), shown=shown),
                (*choices, Choice(joining.LEAVE_OUT, _("none: leave its rows out"))),
                None,
                best if known[best] else joining.LEAVE_OUT,
            )
        )
    return asked, {one.place or one.place_name for places in waiting.values() for one in places}


def _others(ledger: Ledger, answers: Mapping[str, str], settled: set[str]) -> list[Question]:
    """Ask once about places that are none of the territory, when they are many."""
    if answers.get(OTHERS) == ONE_BY_ONE:
        return []
    declined = kinds(answers, "no")
    found = {
        one.place or one.place_name: one
        for one in ledger.unmatched
        if not one.decided
        and (one.place or one.place_name) not in settled
        and matching.is_elsewhere(one.why, one.suggestions, declined)
    }
    places = list(found.values())
    if len(places) <= FEW_PLACES:
        return []
    shown = ", ".join(repr(one.place_name or one.place) for one in places[:4])
    alike = sum(bool(one.suggestions) for one in places)
    hint = (
        _("; {alike} of them resemble an area in part of the name").format(alike=alike)
        if alike
        else ""
    )
    return [
        Question(
            OTHERS,
            _(
                "{n:,} places are not on the map ({shown} ...){hint}; are they places "
                "elsewhere, to be left out?"
            ).format(n=len(places), shown=shown, hint=hint),
            (
                Choice(joining.LEAVE_OUT, _("yes: leave their rows out")),
                Choice(ONE_BY_ONE, _("no: decide one by one")),
            ),
        )
    ]


def kinds(answers: Mapping[str, str], said: str) -> list[str]:
    """Kinds of suggestion that were accepted, or declined, for all places."""
    return [kind for kind, answer in answered(answers, "accept:").items() if answer == said]


def settle(
    checks: Iterable[Check], answers: Mapping[str, str]
) -> tuple[list[Check], list[Question]]:
    """Part the checks that were answered from those that still ask."""
    kept: list[Check] = []
    asked: list[Question] = []
    for check in checks:
        said = answers.get(f"check:{check.id}")
        if check.level != "question":
            kept.append(check)
        elif said is None or said not in check.choices:
            kept.append(check)
            choices = tuple(Choice(one, _(one)) for one in check.choices)
            asked.append(Question(f"check:{check.id}", check.message, choices, check.column))
        elif said == check.choices[-1]:
            kept.append(replace(check, level="refuse"))
        else:
            kept.append(replace(check, level="note"))
    return kept, asked


def answered(answers: Mapping[str, str], prefix: str) -> dict[str, str]:
    """Return the answers to questions of one kind, by what stands behind its prefix."""
    return {
        key.removeprefix(prefix): said for key, said in answers.items() if key.startswith(prefix)
    }
