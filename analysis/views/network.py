"""Tables of the network for those who may see partners: gaps, figures, partners, ties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from analysis import cooperation, tables
from analysis.cooperation import LEVEL_WORDS, TIE_WORDS, Cooperation, Gap
from analysis.language import N_, capital, date_text, ngettext, number, percent
from analysis.language import gettext as _
from analysis.measures.network import BOTH, ROLES
from analysis.sociometry import ENDED, NEW, keys
from analysis.views.sociogram import STANDINGS
from analysis.views.view import View

_ROLE_WORDS = {
    "coordinator": N_("Inside its sector"),
    "gatekeeper": N_("Into its sector"),
    "representative": N_("Out of its sector"),
    "consultant": N_("Inside another"),
    "liaison": N_("Between two others"),
}
"""Where a partner stands between others, by the roles of Gould and Fernandez."""
_AGREEMENTS = {"informal": N_("informal"), "signed": N_("signed")}
"""What a tie can rest on; ``none`` is also what a table says that does not ask."""


def gaps_table(found: Sequence[Gap]) -> pd.DataFrame:
    """Return gaps to read: a row each, the kind said once."""
    rows = [
        (gap.title if place == 0 else "", one)
        for gap in found
        for place, one in enumerate(gap.found)
    ]
    return pd.DataFrame(rows, columns=[_("Gap"), _("Where")], dtype="str")


def gaps_counted(found: Sequence[Gap]) -> pd.DataFrame:
    """Return how many gaps of each kind there are, a row each kind."""
    return pd.DataFrame(
        [(gap.title, number(gap.count, 0)) for gap in found], columns=[_("Gap"), _("How many")]
    )


def figures_view(found: Cooperation, before: Cooperation | None, source: str) -> View:
    """What is measured of the whole network, beside the survey before where there is one."""
    raw = pd.DataFrame(
        [
            {"year": one.year, "measure": name, "value": value}
            for one in (found, before)
            if one is not None
            for name, value in cooperation.figures(one).items()
        ]
    )
    compared = "" if before is None else _(" · beside {year}, {answered}").format(
        year=before.year, answered=before.answered
    )  # fmt: skip
    return View(
        title=_("The network in figures"),
        subline=f"{found.year} · {found.answered}{compared}",
        picture=None, table=cooperation.measures_table(found, before), download=raw, source=source,
        alt=_("Measures of the whole network"), filename=f"network_figures_{found.year}",
    )  # fmt: skip


def between_view(found: Cooperation, sectors: Mapping[str, str], source: str) -> View:
    """Who stands between others: a row each, by name."""
    known = found.partners.set_index("partner_id")["sector"]
    each = found.each.assign(name=pd.Series(found.names), sector=known)
    rows = each[each["betweenness"] > 0].sort_values("name", kind="stable")
    others = len(each) - len(rows)
    table = pd.DataFrame(
        {
            _("Partner"): rows["name"],
            _("Sector"): [capital(_(sectors.get(one, one))) for one in rows["sector"]],
            _("Works with"): rows["degree"].astype(int),
            _("Shortest ways over it"): [percent(100 * one, 0) for one in rows["betweenness"]],
            **{_(_ROLE_WORDS[role]): rows[role].astype(int) for role in ROLES},
            _("Only link of some"): [_("yes") if one else "" for one in rows["cut_point"]],
        }
    )
    note = ngettext("{count} further partner stands between nobody.",
                    "{count} further partners stand between nobody.", others)  # fmt: skip
    return View(
        title=_("Who stands between others"),
        subline=_("share of the shortest ways between two others · by name · {year} · {answered}")
        .format(year=found.year, answered=found.answered),
        picture=None, table=table, download=rows.reset_index(names="partner_id"), source=source,
        alt=_("Partners that stand between others"),
        notes=(
            *([note.format(count=number(others, 0))] if others else []),
            _("In the five columns about sectors: on how many ways of two steps without a shorter one."
              " A partner may be in the middle because it does its work well, or because nobody else"
              " does it."),
        ),
        filename=f"network_between_{found.year}",
    )  # fmt: skip


# ---------------------------------------------------------------- the picture as a table


def ties_view(found: Cooperation, source: str, subline: str) -> View:
    """Return the ties of a picture as a table; who has none there stands at its end."""
    names, pairs = found.names, found.pairs
    partners = found.partners.set_index("partner_id")
    tied = {*pairs["from"], *pairs["to"]}
    alone = [one for one in partners.index if one not in tied]
    changed = "change" in pairs
    columns: dict[str, list[str]] = {
        _("Partner"): [names[one] for one in [*pairs["from"], *alone]],
        _("Tied with"): [*(names[one] for one in pairs["to"]), *[""] * len(alone)],
        _("Kind"): [*(_(TIE_WORDS[one]) for one in pairs["type"]), *[""] * len(alone)],
        _("Strength, 1–5"): [*map(_strength, pairs["strength"]), *[""] * len(alone)],
        _("Who says so"): [*map(standing_words, pairs.to_dict("records")),
                           *[_("no tie here")] * len(alone)],
    }  # fmt: skip
    if changed:
        columns[_("Since the survey before")] = [
            *pairs["change"].map({NEW: _("new"), ENDED: _("ended"), "": _("as before")}),
            *[""] * len(alone),
        ]
    places = {name: partners[column] for name, column in
              (("sector", "sector"), ("network", "network"))}  # fmt: skip
    raw = pairs.assign(
        from_name=pairs["from"].map(names), to_name=pairs["to"].map(names),
        **{f"from_{name}": pairs["from"].map(of) for name, of in places.items()},
        **{f"to_{name}": pairs["to"].map(of) for name, of in places.items()},
    )  # fmt: skip
    return View(
        title=_("Who works with whom"), subline=subline, picture=None,
        table=pd.DataFrame(columns, dtype="str"), download=raw, source=source,
        alt=picture_text(found),
        notes=(_("A tie says that partners work together, not how well."),),
        filename=f"network_{found.year}",
    )  # fmt: skip


def picture_text(found: Cooperation) -> str:
    """Return what a picture of the network shows, for a reader who does not see it."""
    partners, ties = len(found.partners), len(found.pairs)
    said = ngettext("Picture of {count} partner", "Picture of {count} partners", partners)
    with_ties = ngettext("and {count} tie.", "and {count} ties.", ties)
    return " ".join([
        said.format(count=number(partners, 0)), with_ties.format(count=number(ties, 0)),
        _("The table below holds the same."),
    ])  # fmt: skip


def _strength(strength: float | None) -> str:
    return "" if strength is None or pd.isna(strength) else number(int(strength), 0)


def standing_words(tie: Mapping[Any, Any]) -> str:
    """Return what the two sides of a tie say of it."""
    return _(STANDINGS[tie["standing"]])


# ---------------------------------------------------------------- one partner, one tie


def partner_facts(
    found: Cooperation, whole: Cooperation, partner_id: Any, areas: Mapping[str, str]
) -> pd.DataFrame:
    """Return what is known of a partner, a row each: what, and what is known.

    Parameters
    ----------
    found
        With the scores that are shown, of the whole or of a part.
    whole
        The whole network of the year.
    partner_id
        One of its partners.
    areas
        Names of areas by id.
    """
    row = whole.partners.set_index("partner_id").loc[partner_id].fillna("")
    levels = [_(LEVEL_WORDS[one]) for one in str(row.get("prevention_levels", "")).split()]
    served = [
        _("everywhere") if one == tables.EVERYWHERE else areas.get(one, one)
        for one in str(row.get("area_ids", "")).split()
    ]
    facts = [
        (_("Role"), row.get("role", "")),
        (_("Mandate"), row.get("mandate", "")),
        (_("Tasks"), row.get("tasks", "")),
        (_("Prevention"), "; ".join(levels)),
        (_("Areas"), ", ".join(served)),
        (_("Part since"), str(row.get("since", ""))),
        (_("Answered"), _yes(row.get("answered"))),
    ]
    if partner_id in found.each.index and not found.whole.reason:
        each = found.each.loc[partner_id]
        if pd.notna(each["degree"]):
            between = percent(100 * float(each["betweenness"]), 0)
            facts += [
                (_("Works with"), number(int(each["degree"]), 0)),
                (_("Shortest ways over it"), between),
            ]
            off = found.losses["cut_off"].get(partner_id, ())
            if off:
                facts.append((_("Only link of"), cooperation.some(off, whole.names)))
    return pd.DataFrame([one for one in facts if one[1]], columns=[_("What"), _("Known")],
                        dtype="str")  # fmt: skip


def partner_ties(found: Cooperation, partner_id: Any) -> pd.DataFrame:
    """Return whom a partner is tied with and how, a row each; who says so where not both do."""
    pairs = found.pairs
    own = pairs[pairs["from"].eq(partner_id) | pairs["to"].eq(partner_id)]
    told: dict[Any, list[str]] = {}
    for tie in own.to_dict("records"):
        kind = _(TIE_WORDS[tie["type"]])
        if tie["standing"] != BOTH:
            kind = f"{kind} ({standing_words(tie)})"
        told.setdefault(tie["to"] if tie["from"] == partner_id else tie["from"], []).append(kind)
    names = found.names
    return pd.DataFrame(
        [(names[one], ", ".join(kinds)) for one, kinds in told.items()],
        columns=[_("Tied with"), _("How")], dtype="str",
    )  # fmt: skip


def tie_facts(found: Cooperation, key: str) -> pd.DataFrame:
    """Return what each side says of a tie: a row for what, a column for who says so.

    Parameters
    ----------
    found
        Its ties; without a column ``trust`` nothing is said of trust.
    key
        Of the tie (:func:`analysis.sociometry.keys`).
    """
    names = found.names
    rows = found.ties[keys(found.ties).eq(key)].to_dict("records")
    told = [
        (_("Strength, 1–5"), [_strength(row.get("strength")) for row in rows]),
        (_("How often"), [str(row.get("frequency") or "") for row in rows]),
        (_("Agreement"), [_(_AGREEMENTS[row["agreement"]]) if row.get("agreement") in _AGREEMENTS else ""
                           for row in rows]),
        (_("Protocol signed by both"), [_yes(row.get("protocol_signed")) for row in rows]),
        (_("Agreement looked at"), [_day(row.get("reviewed")) for row in rows]),
        (_("Last contact"), [_day(row.get("last_contact")) for row in rows]),
        (_("Trust, 1–5"), [_strength(row.get("trust")) for row in rows]),
        (_("As of"), [_day(row.get("as_of")) for row in rows]),
    ]  # fmt: skip
    columns = [_("What"), *(_("{name} says").format(name=names[row["from"]]) for row in rows)]
    return pd.DataFrame(
        [(what, *(one or "–" for one in said)) for what, said in told if any(said)],
        columns=columns, dtype="str",
    )  # fmt: skip


def _yes(given: object) -> str:
    if given is None or pd.isna(given):  # type: ignore[call-overload]
        return ""
    return _("yes") if given else _("no")


def _day(given: object) -> str:
    if given is None or pd.isna(given) or given == "":  # type: ignore[call-overload]
        return ""
    return date_text(dt.date.fromisoformat(str(given)[:10]))
