"""What is found in a network of partners, in words.

Knows how the measures of :mod:`analysis.measures.network` are said to people
who work in it: which finding is the title, what the numbers mean and what they
do not say.
"""

from __future__ import annotations

import pandas as pd

from analysis.language import capital, ngettext, number, percent
from analysis.language import gettext as _
from analysis.partnership import Overview
from analysis.picture import joined


def answered_text(answered: int, partners: int) -> str:
    """Return how many partners answered: stands beside every score.

    >>> answered_text(28, 30)
    '28 of 30 answered'
    """
    return _("{answered} of {partners} answered").format(answered=answered, partners=partners)


def overview_title(found: Overview, sectors: dict[str, str], name: str) -> str:
    """Return what everybody may see of a network, in a title."""
    count = int(found.partners.sum())
    if found.missing:
        return _("{count} partners in {name}; none of {missing}").format(
            count=count, name=name, missing=joined([_(sectors[one]) for one in found.missing])
        )
    words = ngettext("{count} partner in {name}", "{count} partners in {name}", count)
    return words.format(count=count, name=name)


def overview_sentences(found: Overview) -> str:
    """Say how densely a network is tied, how far across sectors, and how many answered."""
    count = int(found.partners.sum())
    said = []
    if found.reason:
        said.append(_("Fewer than three partners: nothing is measured."))
    elif not found.mixing.to_numpy().sum():
        said.append(_("No tie between them is known."))
    else:
        said.append(
            _("Of all ties that could be, {density} exist; {across} of them run across"
              " sectors.").format(density=percent(100 * found.density, 0),
                                  across=percent(50 * (found.ei_index + 1), 0))
        )  # fmt: skip
    said.append(
        _("{answered} of {count} partners answered; how the others see it is not known.").format(
            answered=number(found.answered, 0), count=number(count, 0)
        )
        if found.answered < count
        else _("All partners answered.")
    )
    return " ".join(said)


def sector_table(found: Overview, sectors: dict[str, str]) -> pd.DataFrame:
    """Return how many partners each sector has, as a table to read."""
    return pd.DataFrame(
        {
            _("Sector"): [capital(_(sectors.get(one, one))) for one in found.partners.index],
            _("Partners"): found.partners.to_list(),
            _("Essential"): [_("yes") if one in found.essential else "" for one in found.partners.index],
        }
    )  # fmt: skip


def mixing_table(found: Overview, sectors: dict[str, str]) -> pd.DataFrame:
    """Return which sectors name which, as a table to read: rows name, columns are named."""
    words = [capital(_(sectors.get(one, one))) for one in found.mixing.index]
    table = found.mixing.set_axis(words, axis=1).astype("int64")
    table.insert(0, _("From"), words)
    return table.reset_index(drop=True)
