"""Whom to call at which partner, and what schools were asked: for those who may see contacts.

Contacts come from a :class:`analysis.partnership.Partnership` alone, which
holds none for anybody else. They are on screen and in no file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from analysis import tables
from analysis.language import N_, capital, date_text, ngettext, number
from analysis.language import gettext as _

_ASKED = (
    ("platform", N_("comes to the platform"), N_("does not come to the platform"),
     N_("platform not known")),
    ("teachers_trained", N_("teachers trained"), N_("teachers not trained"),
     N_("training not known")),
    ("feedback_asked", N_("feedback asked"), N_("feedback not asked"), N_("feedback not known")),
)  # fmt: skip
"""Columns of what is asked of schools, with the words of yes, no and an empty cell."""
_MOST_NAMES = 6


def answers(contact: Mapping[str, str]) -> str:
    """Return what a contact answered, each with its day; "" where nothing is known.

    Parameters
    ----------
    contact
        A row of ``contacts.csv``; dates as text.

    Examples
    --------
    >>> answers({"platform": "yes", "platform_on": "2025-01-16", "teachers_trained": "no"})
    'comes to the platform (16 Jan 2025); teachers not trained; feedback not known'
    >>> answers({"function": "office"})
    ''
    """
    if not any(contact.get(name) for name, *_words in _ASKED):
        return ""
    said = []
    for name, yes, no, unknown in _ASKED:
        words = _({"yes": yes, "no": no}.get(contact.get(name, ""), unknown))
        day = contact.get(f"{name}{tables.ANSWERED_ON}", "")
        said.append(f"{words} ({date_text(dt.date.fromisoformat(day))})" if day else words)
    return "; ".join(said)


def hours(text: str) -> str:
    """Return hours that are not torn apart at a dash at the end of a line.

    >>> hours("Mon–Fri 8–16") == "Mon\u2060–\u2060Fri 8\u2060–\u206016"
    True
    """
    return text.replace("–", "\u2060–\u2060")


def listed(
    partners: pd.DataFrame, contacts: pd.DataFrame, sectors: Mapping[str, str]
) -> pd.DataFrame:
    """Return whom to call, a row per contact, partners by sector and name.

    Parameters
    ----------
    partners
        ``partner_id, name, sector``.
    contacts
        As far as the reader may see them.
    sectors
        Words of the sectors, in their order.

    Returns
    -------
    DataFrame
        ``partner_id, partner, sector`` (as said), the columns of contacts,
        ``asked`` (of :func:`answers`); a partner without a contact has one row
        with empty cells.
    """
    columns = [one for one in tables.CONTACTS.column_names if one != "contact_id"]
    own = contacts.astype("str").reindex(columns=columns, fill_value="").fillna("")
    order = {one: place for place, one in enumerate(sectors)}
    names = pd.DataFrame(
        {
            "partner_id": partners["partner_id"].astype("str"),
            "partner": partners["name"].astype("str"),
            "sector": [capital(_(sectors.get(one, one))) for one in partners["sector"]],
            "place": partners["sector"].map(order).fillna(len(order)),
        }
    )
    names = names.sort_values(["place", "partner"], kind="stable").drop(columns="place")
    rows = names.merge(own, on="partner_id", how="left").fillna("")
    asked = [
        answers({str(name): cell for name, cell in row.items()}) for row in rows.to_dict("records")
    ]
    return rows.assign(asked=pd.Series(asked, index=rows.index, dtype="str"))


def title(rows: pd.DataFrame) -> str:
    """Return of how many partners somebody to call is listed.

    Parameters
    ----------
    rows
        Of :func:`listed`.
    """
    total = rows["partner_id"].nunique()
    many = rows.loc[rows["function"] != "", "partner_id"].nunique()
    words = ngettext(
        "Somebody to call is listed of {n} of {total} partner",
        "Somebody to call is listed of {n} of {total} partners", total,
    )  # fmt: skip
    return words.format(n=number(many, 0), total=number(total, 0))


def sentences(rows: pd.DataFrame) -> str:
    """Return who has no contact, and what those who were asked answered.

    Parameters
    ----------
    rows
        Of :func:`listed`.
    """
    said = []
    without = rows.loc[rows["function"] == "", "partner"].tolist()
    if without:
        more = len(without) - _MOST_NAMES
        names = ", ".join(without[:_MOST_NAMES])
        if more > 0:
            names = _("{names} and {n} more").format(names=names, n=number(more, 0))
        said.append(_("No contact is listed of {names}.").format(names=names))
    asked = rows[rows["asked"] != ""]
    if len(asked):
        words = ngettext(
            "Of {n} contact that was asked: platform {platform}; teachers trained"
            " {teachers_trained}; feedback asked {feedback_asked}.",
            "Of {n} contacts that were asked: platform {platform}; teachers trained"
            " {teachers_trained}; feedback asked {feedback_asked}.", len(asked),
        )  # fmt: skip
        counts = {name: _counts(asked[name]) for name, *_words in _ASKED}
        said.append(words.format(n=number(len(asked), 0), **counts))
    return " ".join(said)


def _counts(answered: pd.Series) -> str:
    """How many said yes and no, and of how many it is not known."""
    words = {"yes": _("{n} yes"), "no": _("{n} no"), "": _("{n} not known")}
    found = {one: int((answered == one).sum()) for one in words}
    return ", ".join(words[one].format(n=number(n, 0)) for one, n in found.items() if n)
