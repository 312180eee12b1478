"""Tables of who may share what: the list of what is open, who has what that whom needs."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from analysis import sharing
from analysis.language import capital, caution, date_text, locale, number
from analysis.language import gettext as _
from analysis.sharing import Sharing
from analysis.views.printed import Sheet
from analysis.views.view import View

_SIGNS = {
    sharing.NEED: "!", sharing.MISSING: "?", sharing.UNSIGNED: "○", sharing.DUE: "◇",
    sharing.IN_ORDER: "●", sharing.CLOSED: "×",
}  # fmt: skip
"""A sign beside each word, so that a table is read at a glance and without colour."""


def state_words(state: str) -> str:
    """Return a state with its sign.

    >>> state_words("need")
    '! needed, no rule'
    """
    return f"{_SIGNS[state]} {sharing.state_text(state)}"


def list_view(found: Sharing, source: str) -> View:
    """What is open, in the order in which a meeting takes it.

    Parameters
    ----------
    found
        Of :func:`analysis.sharing.sharing_on`, or a part of it.
    source
        The source line.
    """
    points = found.points
    table = pd.DataFrame(
        {
            _("State"): [state_words(one) for one in points["state"]],
            _("Information"): [capital(one) for one in points["information"]],
            _("Why it stands here"): [
                sharing.reason_of(point) for _place, point in points.iterrows()
            ],
            _("When, how"): [
                ", ".join(filter(None, parts))
                for parts in zip(points["timing"], points["way"], strict=True)
            ],
        },
        dtype="str",
    )
    return View(
        title=_("What a meeting has to talk about"),
        subline=_("on {date} · most urgent first").format(date=date_text(found.day)),
        picture=None, table=table, download=points, source=source,
        alt=_("List of what is open in sharing information, most urgent first"),
        notes=(_("Only kinds of information are noted, never their content."),),
        filename=f"information_sharing_{found.day.isoformat()}",
    )  # fmt: skip


def matrix_view(found: Sharing, source: str) -> View:
    """Who has what that whom needs or may have: holders in rows, receivers in columns."""
    links = found.links.assign(rank=found.links["state"].map(sharing.STATES.index))
    links = links.sort_values(["rank", "row"], kind="stable")
    # Words of several kinds would be cut off in a cell; the key below names the signs.
    cells = links.drop_duplicates(["from_name", "to_name", "state"])
    signs = cells.assign(sign=cells["state"].map(_SIGNS)).groupby(["from_name", "to_name"])["sign"]
    wide = signs.agg(" ".join).unstack(fill_value="–")
    wide = wide.reindex(
        index=found.links["from_name"].drop_duplicates(),
        columns=found.links["to_name"].drop_duplicates(),
    )
    table = wide.rename_axis(None, axis=1).rename_axis(_("Has it")).reset_index()
    return View(
        title=_("Who has what that whom needs"),
        subline=_("rows have it, columns need it or may have it · on {date}").format(
            date=date_text(found.day)),
        picture=None, table=table, download=found.links, source=source,
        alt=_("Table of those who have information and those who need it"),
        notes=(" · ".join(state_words(state) for state in sharing.STATES),),
        filename=f"information_sharing_matrix_{found.day.isoformat()}",
    )  # fmt: skip


def pairs_table(found: Sharing) -> pd.DataFrame:
    """Who has what that whom needs, in words: a row per holder, receiver and kind.

    Returns
    -------
    DataFrame
        Text; in the order of the list, then of the table.
    """
    links = found.links.assign(rank=found.links["state"].map(sharing.STATES.index))
    links = links.sort_values(["rank", "row"], kind="stable")
    return pd.DataFrame(
        {
            _("Has it"): links["from_name"].map(capital),
            _("Needs it or may have it"): links["to_name"].map(capital),
            _("Information"): links["information"].map(capital),
            _("State"): links["state"].map(state_words),
        },
        dtype="str",
    )


def meeting_sheet(found: Sharing, partners: pd.DataFrame, place: str, source: str) -> Sheet:
    """What is open, as a sheet with room to write; for those who may see partners.

    Parameters
    ----------
    found
        Of :func:`analysis.sharing.sharing_on`, or a part of it; what is in
        order or closed does not stand on the sheet.
    partners
        ``partner_id, name``.
    place
        Name of the territory.
    source
        The source line.

    Returns
    -------
    Sheet
        Needs without a rule first.
    """
    names = dict(zip(partners["partner_id"], partners["name"], strict=True))
    points = found.open
    groups = [
        {
            "title": f"{capital(sharing.state_text(state))} · {number(len(rows), 0)}",
            "rows": [_sheet_row(point, names) for _place, point in rows.iterrows()],
        }
        for state in sharing.OPEN
        if len(rows := points[points["state"] == state])
    ]
    said = {
        "lang": locale().partition("_")[0],
        "title": _("Information sharing: what a meeting has to talk about"),
        "subline": _("{place} · as of {date}").format(place=place, date=date_text(found.day)),
        "lead": sharing.title(found) + ".",
        "groups": groups,
        "columns": [_("Information and why it stands here"), _("Who sees to it"),
                    _("What was agreed"), _("By whom, until when")],
        "nothing": _("Nothing of this kind is noted on this day."),
        "notes": [
            _("Only kinds of information are noted, never their content and no names of residents."),
            _("Whether a rule holds is a question of law, which this sheet cannot answer."),
        ],
        "foot": _("Source: {source} · {caution}").format(source=source, caution=caution()),
    }  # fmt: skip
    name = f"information_sharing_{found.day.isoformat()}"
    return Sheet("meeting_sheet.typ", said, found.day, name)


def _sheet_row(point: pd.Series, names: Mapping[str, str]) -> dict[str, str]:
    return {
        "what": capital(point["information"]),
        "why": sharing.reason_of(point),
        "how": ", ".join(filter(None, (point["timing"], point["way"]))),
        "who": names.get(point["coordinator"], point["coordinator"]) or "–",
    }


def rules_view(rules: pd.DataFrame, source: str) -> View:
    """For which kinds of information there are rules, told by sectors.

    Parameters
    ----------
    rules
        Of :func:`analysis.sharing.rules_by_sector`.
    """
    titles = {"information": _("Information"), "held_by": _("Has it"),
              "shared_with": _("May have it")}  # fmt: skip
    table = rules.assign(information=rules["information"].map(capital)).rename(columns=titles)
    return View(
        title=_("Rules by sector"), subline=_("which sectors, by rule"), picture=None, table=table,
        download=rules, source=source, alt=_("Kinds of information with their rules, by sector"),
        notes=(_("Who is meant, what is needed and what is open is for coordinators."),),
        filename="information_sharing_rules",
    )  # fmt: skip
