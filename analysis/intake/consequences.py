"""What a draft would do: its figures held against what is published, and what they would change.

Knows how the indicators of all files stand together with those that are published already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from analysis.catalogue import Indicator
from analysis.coded import written
from analysis.intake import changes as what_changes
from analysis.intake import editing
from analysis.intake.asking import settle
from analysis.intake.checks import Check
from analysis.intake.checks.identity import balance
from analysis.intake.checks.plausibility import family, plausibility
from analysis.intake.drafts import Draft
from analysis.intake.examination import Examination, ExaminedFile
from analysis.intake.progress import Progress
from analysis.intake.tidying import with_values
from analysis.language import gettext as _
from analysis.store import Store
from analysis.territory import Territory

SIGNALS = "extremism"
"""Theme whose indicators are held against each other: no form of extremism stands alone."""
_NOTHING_TO_PUBLISH = Check(
    "refuse",
    "nothing",
    "nothing of it can be published: every row is left out or set aside; look at where each went",
)


def examined_together(
    store: Store,
    draft: Draft,
    files: tuple[ExaminedFile, ...],
    territory: Territory,
    progress: Progress,
) -> Examination:
    """Hold the figures of all files against what is published, and say what would change.

    Parameters
    ----------
    store
        What is published.
    files
        The files of the draft, each examined by itself.
    territory
        With the catalogue as it would be published.

    Returns
    -------
    Examination
        Of a draft that is refused already no more is said.
    """
    found = Examination(draft, files, (), {}, {}, territory)
    if found.decision == "refused":
        return found
    answers = {key: said for file in draft.files for key, said in file.answers.items()}
    checks: list[Check] = []
    changed = {}
    for number, (indicator_id, new) in enumerate(found.coded.items()):
        indicator = territory.catalogue[indicator_id]
        named = {"indicator": indicator.short_title}
        progress(_("plausibility: {indicator}").format(**named), number / len(found.coded))
        known = indicator_id in store.names()
        published = _standing(store, indicator_id) if known else None
        related = _would_stand(store, family(indicator, territory.catalogue), found.coded)
        checks += plausibility(new, published, indicator, territory, related=related)
        progress(
            _("what changes: {indicator}").format(**named),
            (number + 0.5) / len(found.coded),
        )
        changed[indicator_id] = what_changes.changes(
            with_values(new, indicator),
            None if published is None else with_values(published, indicator),
            indicator,
            territory,
            bases=_bases(store, indicator, found.coded),
            published_bases=_bases(store, indicator, {}),
        )
    if any(territory.catalogue[one].theme == SIGNALS for one in found.coded):
        checks += balance(territory.catalogue, [*store.names(), *found.coded])
    settled, asked = settle(checks, answers)
    if asked and files:
        files = (*files[:-1], replace(files[-1], questions=(*files[-1].questions, *asked)))
    tables_changed = {
        name: editing.table_changes(
            name, rows, store.table(name) if store.has_table(name) else None
        )
        for name, rows in found.tables.items()
    }
    examined = Examination(draft, files, tuple(settled), changed, tables_changed, territory)
    if found.coded or found.tables or examined.questions or examined.waiting:
        return examined
    return replace(examined, checks=(*examined.checks, _NOTHING_TO_PUBLISH))


def _bases(
    store: Store, indicator: Indicator, new: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return what an indicator's counts are divided by, as it would be with new rows."""
    return _would_stand(store, [indicator.denominator_id], new)


def _would_stand(
    store: Store, names: Iterable[str], new: Mapping[str, pd.DataFrame]
) -> dict[str, pd.DataFrame]:
    """Return what is published of some indicators, as it would be with new rows."""
    found = {}
    for name in names:
        standing = _standing(store, name) if name in store.names() else None
        if name in new:
            found[name] = what_changes.refreshed(written(new[name]), standing)
        elif standing is not None:
            found[name] = standing
    return found


def _standing(store: Store, indicator_id: str) -> pd.DataFrame:
    return store.values(indicator_id, category=None, face="observations")
