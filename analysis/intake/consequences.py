"""What a draft would do: its figures held against what is published, and what they would change.

Knows how the indicators of all files stand together with those that are published already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import pandas as pd

from analysis import tables
from analysis.catalogue import Indicator
from analysis.coded import written
from analysis.errors import DisclosureError
from analysis.intake import changes as what_changes
from analysis.intake import editing
from analysis.intake.asking import settle
from analysis.intake.changes import Changes
from analysis.intake.checks import Check
from analysis.intake.checks.identity import balance
from analysis.intake.checks.plausibility import family, plausibility
from analysis.intake.drafts import Draft
from analysis.intake.examination import Examination, ExaminedFile
from analysis.intake.progress import Progress, part
from analysis.intake.release import Standing, as_it_would_stand
from analysis.intake.tidying import with_values
from analysis.language import gettext as _
from analysis.language import ngettext
from analysis.store import Store
from analysis.territory import Territory

SIGNALS = "extremism"
"""Theme whose indicators are held against each other: no form of extremism stands alone."""
GIVEN_AWAY = "given_away"
"""Code of the check that a hidden figure could be worked out from what would stand."""
HIDES_MORE = "hides_more"
"""Code of the note on figures that readers see today and will not see any more."""
_NAMED = 8


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
    checks = _plausible(store, found, part(progress, 0, 0.4))
    if any(territory.catalogue[one].theme == SIGNALS for one in found.coded):
        checks += balance(territory.catalogue, [*store.names(), *found.coded])
    settled, asked = settle(checks, answers)
    if asked and files:
        files = (*files[:-1], replace(files[-1], questions=(*files[-1].questions, *asked)))
    found = replace(found, files=files, checks=tuple(settled))
    standing: Standing | None = None
    if found.decision == "publishable" and (found.coded or found.tables):
        stands = part(progress, 0.4, 0.7)
        stands(_("what would stand"), 0)
        try:
            standing = as_it_would_stand(store, found.observations, found.tables, stands)
        except DisclosureError as error:
            told = [Check("refuse", GIVEN_AWAY, one) for one in str(error).splitlines()]
            return replace(found, checks=(*found.checks, *told))
        found = replace(found, checks=(*found.checks, *_hides_more(store, standing)))
    tables_changed = {
        name: editing.table_changes(
            name, rows, tables.completed(store.table(name), name) if store.has_table(name) else None
        )
        for name, rows in found.tables.items()
    }
    changed = _changed(store, found, standing, part(progress, 0.7, 1))
    found = replace(found, changes=changed, table_changes=tables_changed)
    if found.coded or found.tables or found.questions or found.waiting:
        return found
    nothing = _(
        "nothing of it can be published: every row is left out or set aside; look at where each"
        " went"
    )
    return replace(found, checks=(*found.checks, Check("refuse", "nothing", nothing)))


def _plausible(store: Store, found: Examination, progress: Progress) -> list[Check]:
    """Can these figures be right, beside those that are published?"""
    checks: list[Check] = []
    catalogue = found.territory.catalogue
    for number, (indicator_id, new) in enumerate(found.coded.items()):
        indicator = catalogue[indicator_id]
        progress(
            _("plausibility: {indicator}").format(indicator=indicator.short_title),
            number / len(found.coded),
        )
        published = _standing(store, indicator_id) if indicator_id in store.names() else None
        related = _would_stand(store, family(indicator, catalogue), found.coded)
        checks += plausibility(new, published, indicator, found.territory, related=related)
    return checks


def _hides_more(store: Store, standing: Standing) -> list[Check]:
    """Name the figures that readers see today and that will be hidden with the draft."""
    place = ["level", "area_id", "period", "category"]
    named: list[str] = []
    for name, frame in standing.protected.frames.items():
        if name not in store.names("protected"):
            continue
        today = store.values(name, category=None)
        seen = pd.MultiIndex.from_frame(today.loc[today["value"].notna(), place])
        rows = frame[frame["status"] == "suppressed"]
        rows = rows[pd.MultiIndex.from_frame(rows[place]).isin(seen)]
        named += [
            _("{indicator!r} of {area!r} in {period}").format(
                indicator=name, area=one.area_id, period=one.period
            )
            for one in rows.itertuples()
        ]
    if not named:
        return []
    more = _(" and {n} more").format(n=len(named) - _NAMED) if len(named) > _NAMED else ""
    words = ngettext(
        "{n} figure that readers see today will be hidden: {figures} - it is small now, or would"
        " give small counts away together with what was published before; publish larger areas"
        " or longer periods to show more",
        "{n} figures that readers see today will be hidden: {figures} - they are small now, or"
        " would give small counts away together with what was published before; publish larger"
        " areas or longer periods to show more",
        len(named),
    )
    message = words.format(n=len(named), figures="; ".join(named[:_NAMED]) + more)
    return [Check("note", HIDES_MORE, message)]


def _changed(
    store: Store, found: Examination, standing: Standing | None, progress: Progress
) -> dict[str, Changes]:
    """What publishing would change, by indicator; of a draft that is open still, by itself."""
    changed = {}
    for number, (indicator_id, new) in enumerate(found.observations.items()):
        indicator = found.territory.catalogue[indicator_id]
        progress(
            _("what changes: {indicator}").format(indicator=indicator.short_title),
            number / len(found.observations),
        )
        known = indicator_id in store.names()
        changed[indicator_id] = what_changes.changes(
            with_values(new, indicator),
            with_values(_standing(store, indicator_id), indicator) if known else None,
            indicator,
            found.territory,
            bases=_bases(store, indicator, found.observations),
            published_bases=_bases(store, indicator, {}),
            shown_before=store.values(indicator_id, category=None) if known else None,
            shown_after=None if standing is None else standing.protected.frames[indicator_id],
        )
    return changed


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
