"""Tables of the network for those who may see partners: gaps, figures, who stands between others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis import cooperation
from analysis.cooperation import Cooperation, Gap
from analysis.language import N_, capital, ngettext, number, percent
from analysis.language import gettext as _
from analysis.measures.network import ROLES
from analysis.views.view import View

_ROLE_WORDS = {
    "coordinator": N_("two of its own sector"),
    "consultant": N_("two of one other sector"),
    "gatekeeper": N_("others, towards its own sector"),
    "representative": N_("its own sector, towards others"),
    "liaison": N_("two other sectors"),
}
"""Between whom Gould and Fernandez' roles stand."""


def gaps_table(found: Sequence[Gap]) -> pd.DataFrame:
    """Return gaps to read: a row each, the kind said once."""
    rows = [
        (gap.title if place == 0 else "", one)
        for gap in found
        for place, one in enumerate(gap.found)
    ]
    return pd.DataFrame(rows, columns=[_("Gap"), _("Where")], dtype="str")


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
            _("Works with"): [number(int(one), 0) for one in rows["degree"]],
            _("Shortest ways over it"): [percent(100 * one, 0) for one in rows["betweenness"]],
            _("Stands between"): [_roles(row) for row in rows[list(ROLES)].to_dict("records")],
            _("Only link of some"): [_("yes") if one else "" for one in rows["cut_point"]],
        },
        dtype="str",
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
            _("In brackets: on how many ways of two steps without a shorter one. A partner may be in"
              " the middle because it does its work well, or because nobody else does it."),
        ),
        filename=f"network_between_{found.year}",
    )  # fmt: skip


def _roles(row: Mapping[object, object]) -> str:
    """Between whom a partner stands, most often first."""
    counts = {role: int(row[role]) for role in ROLES}  # type: ignore[call-overload]
    often = sorted((role for role in ROLES if counts[role]), key=lambda role: -counts[role])
    return ", ".join(f"{_(_ROLE_WORDS[role])} ({number(counts[role], 0)})" for role in often)
