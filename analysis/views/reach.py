"""Coverage drawn: who reaches which area, as a map and as a table of symbols; no partner is named.

Knows how reached, in part, not reached and not assessed look and are said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.catalogue import Catalogue
from analysis.contacts import answers, hours
from analysis.coverage import (
    BRIDGES,
    IN_PART,
    MENTORS,
    NONE,
    REACHED,
    Coverage,
    essential_reached,
    open_places,
)
from analysis.gaps import kinds_text, need_parts, reason_words
from analysis.language import N_, capital, ngettext, number, reason_text
from analysis.language import gettext as _
from analysis.measures.rates import NOT_ASSESSED
from analysis.views import maps
from analysis.views.area_maps import Ground, MapView
from analysis.views.theme import palette
from analysis.views.view import View
from analysis.views.years import names_or_count

ESSENTIAL = "essential"
"""Stands among the kinds for all essential sectors at once."""
SYMBOLS = {REACHED: "●", IN_PART: "◐", NONE: "○", NOT_ASSESSED: "?"}
PLACES = {
    "meeting_place": ("M", N_("meeting place")), "youth_centre": ("Y", N_("youth centre")),
    "library": ("L", N_("library")), "sport": ("S", N_("sport")),
    "dialogue": ("D", N_("dialogue")), "health": ("H", N_("health")),
    "advice": ("A", N_("advice")), "school": ("E", N_("school")),
    "belief": ("B", N_("belief community")),
}  # fmt: skip
"""Letter and words of each type of place; a role is none."""
_MANY = 3
"""So many partners and more share a shade."""
_MOST_SHADES = 6


def coverage_map(found: Coverage, kind: str, ground: Ground, source: str, filename: str) -> MapView:
    """Where does one sector or provision reach, and with how many?

    Parameters
    ----------
    found
        What reaches which area.
    kind
        A sector or a provision of it, or :data:`ESSENTIAL`.
    ground
        Shapes of the level, mode and words.
    source, filename
        Of the view.
    """
    if kind == ESSENTIAL:
        return _essential_map(found, ground, source, filename)
    states, counts = found.states[kind], found.counts[kind]
    # Nobody, in part, then 1, 2, ... many: the shade grows with the number.
    shade = counts.clip(upper=_MANY) + 1
    shade = shade.mask(states == IN_PART, 1).mask(states == NONE, 0).astype("float64")
    shade = shade.mask(states == NOT_ASSESSED)
    words = [_("nobody"), _("in part"), *(number(one, 0) for one in range(1, _MANY)),
             _("{n} and more").format(n=number(_MANY, 0))]  # fmt: skip
    said = pd.Series(
        [state_words(state, int(count)) for state, count in zip(states, counts, strict=True)],
        index=states.index,
    )
    colours = palette(ground.mode)
    fills = [colours.panel, *colours.ramp("context", len(words) - 1)]
    title = capital(found.titles[kind])
    reached = int((states == REACHED).sum())
    alt = _("Map of {title}: reached are {n} of {total} {many}; not reached: {names}.").format(
        title=title, n=reached, total=len(states), many=ground.level_words,
        names=names_or_count(found.names[states == NONE]) or _("none"),
    )  # fmt: skip
    return _drawn(found, (title, alt), (shade, words, fills), said, ground, (source, filename),
                  shade.map(_figure))  # fmt: skip


def _figure(shade: float) -> str:
    if pd.isna(shade):
        return ""
    if shade < 2:
        return "–" if shade == 0 else "◐"
    return number(shade - 1, 0) if shade <= _MANY else _("{n}+").format(n=number(_MANY, 0))


def _essential_map(found: Coverage, ground: Ground, source: str, filename: str) -> MapView:
    counted, total = essential_reached(found), len(found.essential)
    reached = counted["reached"]
    levels = sorted(set(reached))[-_MOST_SHADES:]
    shade = reached.clip(lower=levels[0]).map({one: place for place, one in enumerate(levels)})
    words = [_("{n} of {total}").format(n=number(one, 0), total=number(total, 0)) for one in levels]
    if reached.min() < levels[0]:
        words[0] = _("up to {what}").format(what=words[0])
    unknown = (counted["not_assessed"] > 0) & (counted["not_assessed"] >= counted["reached"])
    said = pd.Series(
        [_essential_words(found, str(area_id), int(n), total) for area_id, n in reached.items()],
        index=reached.index,
    )
    alt = _("Map of all essential sectors: {n} of {total} {many} are reached by the most, {most} of"
            " {sectors}.").format(
        n=int((reached == reached.max()).sum()), total=len(reached), many=ground.level_words,
        most=int(reached.max()), sectors=total,
    )  # fmt: skip
    shown = shade.astype("float64").mask(unknown)
    fills = palette(ground.mode).ramp("context", len(levels))
    return _drawn(
        found, (_("How many essential sectors reach each area"), alt), (shown, words, fills), said, ground,
        (source, filename), reached.map(lambda one: number(one, 0)),
    )  # fmt: skip


def _essential_words(found: Coverage, area_id: str, reached: int, total: int) -> str:
    said = [
        _("{n} of {total} essential sectors").format(n=number(reached, 0), total=number(total, 0))
    ]
    states = found.states.loc[area_id, list(found.essential)]
    for state, words in (
        (NONE, _("nobody of {sectors}")), (IN_PART, _("in part: {sectors}")),
        (NOT_ASSESSED, _("not assessed: {sectors}")),
    ):  # fmt: skip
        these = [one for one in found.essential if states[one] == state]
        if these:
            said.append(words.format(sectors=kinds_text(these, found)))
    return "\n".join(said)


def _drawn(
    found: Coverage, titles: tuple[str, str], shades: tuple[pd.Series, Sequence[str], Sequence[str]],
    said: pd.Series, ground: Ground, foot: tuple[str, str], figures: pd.Series,
) -> MapView:  # fmt: skip
    """Lay shades, words and figures over the shapes; a shade that is missing is not assessed."""
    colours, (shade, words, fills) = palette(ground.mode), shades
    status = pd.Series("observed", index=shade.index).mask(shade.isna(), "not_assessed")
    drawn = maps.area_classes(
        ground.geometry, shade, palette=colours, fills=fills, words=words,
        status=status, tooltips={str(one): text for one, text in said.items()},
        figures={str(one): str(text) for one, text in figures.items()}, layout="categories",
    )  # fmt: skip
    table = pd.DataFrame({_("Name"): found.names, titles[0]: said.str.replace("\n", "; ")})
    download = found.names.rename("name").to_frame().assign(said=said).reset_index(names="area_id")
    view = View(
        title=titles[0],
        subline=_("as partners and places say themselves · {level}").format(
            level=ground.level_words
        ),
        picture=None, table=table, download=download, source=foot[0], alt=titles[1],
        filename=foot[1],
    )  # fmt: skip
    spoken = {"not_assessed": _("not assessed: it is not said where they work"),
              "missing": _("no figure")}  # fmt: skip
    return MapView(view, ground.geometry, drawn, maps.legend(drawn, status_words=spoken))


def points(resources: pd.DataFrame) -> tuple[maps.Point, ...]:
    """Return the places open to the public as points of a map, by name."""
    return tuple(
        maps.Point(
            float(row["longitude"]), float(row["latitude"]), PLACES[row["type"]][0],
            str(row["name"]), _(PLACES[row["type"]][1]),
        )
        for row in open_places(resources).sort_values("name").to_dict("records")
    )  # fmt: skip


def state_words(state: str, count: int) -> str:
    """Say how far an area is reached, and by how many."""
    if state == NONE:
        return _("nobody")
    if state == NOT_ASSESSED:
        return reason_text("not_assessed")
    words = {
        REACHED: ngettext("{n} reaches it", "{n} reach it", count),
        IN_PART: ngettext("{n} reaches part of it", "{n} reach parts of it", count),
    }
    return words[state].format(n=number(count, 0))


def coverage_table(found: Coverage, source: str, title: str, filename: str) -> View:
    """Who reaches where, all kinds at once: a symbol and a number a cell.

    Parameters
    ----------
    found
        What reaches which area.
    source, title, filename
        Of the view.
    """
    columns = {_("Name"): found.names}
    for kind, words in found.titles.items():
        pairs = zip(found.states[kind], found.counts[kind], strict=True)
        columns[capital(words)] = pd.Series(
            [
                SYMBOLS[state] + (f" {number(count, 0)}" if state in (REACHED, IN_PART) else "")
                for state, count in pairs
            ],
            index=found.names.index,
        )
    frames = [
        pd.DataFrame(
            {"name": found.names, "kind": kind, "state": found.states[kind],
             "count": found.counts[kind]}
        )
        for kind in found.titles
    ]  # fmt: skip
    raw = pd.concat(frames).reset_index(names="area_id")
    gaps = int((found.states == NONE).sum().sum())
    return View(
        title=title,
        subline=_("● reached · ◐ only in part · ○ nobody · ? not assessed · with how many"),
        picture=None, table=pd.DataFrame(columns), download=raw, source=source,
        alt=_("Table of {areas} areas and {kinds} kinds; {n} cells are reached by nobody.").format(
            areas=len(found.names), kinds=len(found.titles), n=gaps),
        filename=filename,
    )  # fmt: skip


def roles_table(roles: pd.DataFrame, names: pd.Series, source: str, filename: str) -> View:
    """How many roles of residents there are in each area, as far as it may be said.

    Parameters
    ----------
    roles
        Of :func:`analysis.coverage.protected_roles`, of the level, by ``area_id``.
    names
        Of the areas.
    source, filename
        Of the view.
    """
    own = roles.reindex(names.index)
    titles = {BRIDGES: _("Bridge builders and other roles"), MENTORS: _("Mentors")}
    table = pd.DataFrame({_("Name"): names})
    for kind, words in titles.items():
        table[words] = [
            reason_text("suppressed") if pd.isna(one) else number(one, 0) for one in own[kind]
        ]
    raw = own.assign(name=names).reset_index(names="area_id")
    hidden = int(own[BRIDGES].isna().sum())
    return View(
        title=_("Bridge builders and mentors"),
        subline=_("how many roles and groups of residents, not people"),
        picture=None, table=table, download=raw, source=source,
        alt=_("Table of {areas} areas; hidden in {n}.").format(areas=len(names), n=hidden),
        notes=(_("Being known can endanger them: they stand on no map, and small numbers are"
                 " hidden."),),
        filename=filename,
    )  # fmt: skip


def needs_table(
    listed: pd.DataFrame, found: Coverage, catalogue: Catalogue, level_name: str, source: str
) -> View:
    """Where need is high and an essential sector is not there, with what that rests on.

    Parameters
    ----------
    listed
        Of :func:`analysis.gaps.unanswered`.
    found
        What reaches which area.
    catalogue
        Of the indicators behind the need.
    level_name
        One area of the level, in words.
    source
        Of the view.
    """
    rows = listed.to_dict("records")
    table = pd.DataFrame(
        {
            capital(level_name): [row["name"] for row in rows],
            _("What is lacking"): [capital("; ".join(need_parts(row, found))) for row in rows],
            _("Need rests on"): [reason_words(row, catalogue) for row in rows],
        },
        dtype="str",
    )
    raw = pd.DataFrame(
        {
            "area_id": listed.index,
            "name": listed["name"].to_numpy(),
            "lacking": [" ".join(row["lacking"]) for row in rows],
            "missing": [" ".join(row["missing"]) for row in rows],
            "not_assessed": [" ".join(row["unclear"]) for row in rows],
            "rests_on": [reason_words(row, catalogue) for row in rows],
        }
    )
    return View(
        title=_("High need and no partner of an essential sector"),
        subline=_("a risk and the protection beside it, both less favourable than their benchmark ·"
                  " by name"),
        picture=None, table=table, download=raw, source=source,
        alt=_("Table of {n} areas.").format(n=len(rows)), filename="high_need_without_sector",
    )  # fmt: skip


def partners_table(
    serving: pd.DataFrame, contacts: pd.DataFrame, sectors: Mapping[str, str]
) -> pd.DataFrame:
    """Return who is active in an area and whom to call, by sector; for those who may see partners.

    Parameters
    ----------
    serving
        Of :func:`analysis.coverage.serving`.
    contacts
        As far as the reader may see them.
    sectors
        Words of the sectors, in their order.

    Returns
    -------
    DataFrame
        A row per partner; without a column of contacts where there is none.
    """
    order = {one: place for place, one in enumerate(sectors)}
    rows = serving.assign(_place=serving["sector"].map(order)).sort_values(["_place", "name"])
    listed = calls(contacts)
    part = {IN_PART: _(" (in part)"), REACHED: ""}
    columns = {
        _("Sector"): [capital(_(sectors.get(one, one))) for one in rows["sector"]],
        _("Partner"): [
            name + part[state] for name, state in zip(rows["name"], rows["state"], strict=True)
        ],
    }
    if len(contacts):
        columns[_("Whom to call")] = [
            "; ".join(listed.get(one, [_("no contact is listed")])) for one in rows["partner_id"]
        ]
    asked = {
        str(row["partner_id"]): said
        for row in contacts.fillna("").astype("str").to_dict("records")
        if (said := answers({str(name): cell for name, cell in row.items()}))
    }
    if any(one in asked for one in rows["partner_id"]):
        columns[_("Asked of schools")] = [asked.get(one, "") for one in rows["partner_id"]]
    return pd.DataFrame(columns, dtype="str")


def calls(contacts: pd.DataFrame) -> dict[str, list[str]]:
    """Return whom to call at each partner, by ``partner_id``: function, name, telephone, hours."""
    kept = contacts[["function", "name", "telephone", "email", "hours"]].fillna("").astype("str")
    found: dict[str, list[str]] = {}
    for partner_id, row in zip(contacts["partner_id"], kept.to_numpy(), strict=True):
        said = [*row[:-1], hours(row[-1])]
        found.setdefault(str(partner_id), []).append(", ".join(filter(None, said)))
    return found
