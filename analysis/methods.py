"""What the numbers rest on and what they cannot say: the content of the page *methods*.

Knows the words in which sources, protection and statistics are explained to
a reader; the rules themselves stand where they are applied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pandas as pd

from analysis.catalogue import Catalogue, Indicator
from analysis.disclosure import ProtectedView, threshold
from analysis.language import (
    N_,
    capital,
    date_text,
    direction_text,
    number,
    percent,
    reason_text,
    unit_text,
    urgency_text,
)
from analysis.language import gettext as _
from analysis.measures import trends
from analysis.periods import FREQUENCIES
from analysis.settings import Settings
from analysis.territory import Territory

SAYS = (
    (N_("proportion with interval"), N_("how common, how sure"), N_("anything about one resident")),
    (N_("rate per residents"), N_("how often for the size"),
     N_("the true level where visitors count or reporting differs")),
    (N_("survey mean"), N_("the average answer"), N_("whether people agree")),
    (N_("polarisation"), N_("whether answers form camps"), N_("who is in them, or why")),
    (N_("two figures against each other"), N_("what stands together in places"),
     N_("what causes what; anything about a person")),
    (N_("funnel"), N_("which figures size and chance do not explain"), N_("why")),
    (N_("benchmark class"), N_("likely different from the town"),
     N_("better or worse than a neighbour; good")),
    (N_("trend"), N_("steady change over five years"), N_("cause; next year")),
    (N_("level × trend"), N_("where it stands and where it goes"),
     N_("how bad it is; what to do about it")),
    (N_("risk × protection"), N_("both sides together"), N_("a balance or a net score")),
    (N_("practitioners' view"), N_("what is lived and not counted"), N_("how often; not proof")),
    (N_("reliability"), N_("how complete, new and sure the figures of an area are"),
     N_("whether they are right")),
    (N_("sociogram"), N_("who says to work with whom, and where a link is missing"),
     N_("how well they work; what those who did not answer would say")),
    (N_("shortest ways over a partner"), N_("how much rests on this one place"),
     N_("whether it does its work well; that it should be strengthened")),
    (N_("who reaches where"), N_("where partners say that they work"),
     N_("how many people they reach, or what it changes")),
    (N_("hidden, not assessed"), N_("we may not or cannot say"), N_("zero; no problem")),
)  # fmt: skip
"""Each statistic: what it can say, and what it cannot."""

STATEMENTS = (
    (N_("Why we collect"),
     N_("To see, district by district, what burdens people and what holds them together, and to put"
        " effort where it helps. All forms of violent extremism are looked at, and strengths as"
        " carefully as worries.")),
    (N_("What happens with it"),
     N_("Partners deliver counts, never names. Files that look like records of persons are refused"
        " and not kept. Small numbers are hidden before anyone sees them. A picture is read by a"
        " community partner, discussed with partners and residents, dated, and reviewed. A finding"
        " rests on two kinds of source at least: residents and associations, frontline staff,"
        " figures.")),
    (N_("Who sees it"),
     N_("Published figures: everyone. Practitioners' views and the network: partners. Releases and"
        " checks: named staff. Every change is logged.")),
    (N_("What it must not be used for"),
     N_("Not to judge, find or follow persons. Not to rank districts. Not as a reason for police"
        " measures, letting, hiring, grading or permits. Not to speak about a religion or an origin."
        " Not after its review date.")),
    (N_("For those who share"),
     N_("You hear why we ask, what we do with it, and what came of it. You may withdraw a statement"
        " before publication.")),
    (N_("In public"),
     N_("Strengths first; conditions, not people; never one district alone; say how sure we are and"
        " what is being done; name no form of extremism together with a belief, an origin or a"
        " lawful party.")),
    (N_("Empty picture"),
     N_("No figure is no good news: it says “not assessed”, and why.")),
)  # fmt: skip
"""Why, how and for whom; title and text."""

_MEASURES = {
    "proportion": N_("share, Wilson's 95 % interval"),
    "rate": N_("rate, 95 % interval after Byar, exact below ten events"),
    "count": N_("count, not compared between places of different size"),
    "mean": N_("mean of answers, t interval"),
    "median": N_("median; an interval only where it was delivered"),
    "ordinal": N_("polarisation of answers, bootstrap interval"),
    "index": N_("index; an interval only where it was delivered"),
}
_FACTORS = {"risk": N_("weighs on us"), "protective": N_("holds us"), "context": N_("context")}
_KINDS = {
    "statistics": N_("statistics"), "administrative": N_("registers of services"),
    "frontline": N_("frontline staff"), "civil_society": N_("civil society"),
    "survey": N_("survey"),
}  # fmt: skip
BANDS = ((0.0, N_("never")), (0.05, N_("seldom, under 5 %")), (0.2, N_("at times, under 20 %")),
         (0.5, N_("often, under half")), (1.0, N_("mostly, half and more")))  # fmt: skip
"""Upper ends of coarse bands of how often a figure is hidden, and their words.

Coarse and over all areas and periods together, so that they help nobody to
work out a cell.
"""


def opening(territory: Territory, view: ProtectedView) -> str:
    """Say how many indicators there are of each side, from whom, and of which date the newest is."""
    shown = territory.catalogue.shown()
    counts = {factor: sum(one.factor == factor for one in shown) for factor in _FACTORS}
    publishers = {one.publisher for one in shown if one.publisher}
    newest = max((view.release_of(one).at for one in view.indicator_ids()), default="")
    said = _(
        "{n} indicators: {protective} of what holds, {risk} of what weighs, {context} of context."
    ).format(n=len(shown), **counts)
    if publishers:
        said += " " + _("They come from {n} publishers.").format(n=len(publishers))
    if newest:
        said += " " + _("The newest figures were published on {date}.").format(
            date=date_text(dt.datetime.fromisoformat(newest).date())
        )
    return said


def entry(
    indicator: Indicator, territory: Territory, released: str, hidden: str
) -> list[tuple[str, str]]:
    """Return the facts about an indicator, as pairs of label and words.

    What it is and what it does not say are sentences: its ``definition`` and ``caveat``.

    Parameters
    ----------
    released
        The release its figures come from, in words; "" without figures.
    hidden
        Words of :func:`hidden_band`.
    """
    settings, catalogue = territory.settings, territory.catalogue
    themes = dict(settings.themes)
    partners = [_(one.title) for one in catalogue.partners(indicator.indicator_id)]
    pairs = [
        (_("Side and theme"), f"{_(_FACTORS[indicator.factor])} · "
                              f"{_(themes.get(indicator.theme, indicator.theme))}"),
        (_("Why it is shown"), _(indicator.context_reason)),
        (_("Beside it"), ", ".join(partners)),
        (_("Measure"), _(_MEASURES[indicator.measure])),
        (_("Unit"), unit_text(indicator)),
        (_("Counted twice"), _("one case can count twice, hence no interval")
         if indicator.repeat_events else ""),
        (_("How often"), _(FREQUENCIES[indicator.frequency])),
        (_("Who saw it"), _(_KINDS[indicator.source_kind])),
        (_("Publisher"), indicator.publisher or _("publisher not stated")),
        (_("Licence"), indicator.licence or _("licence not stated")),
        (_("Address"), indicator.url),
        (_("Retrieved"), _date(indicator.retrieved)),
        (_("Next due"), _date(indicator.next_due)),
        (_("Release"), released or _("no figures yet")),
        (_("Protection"), protection_words(indicator, settings)),
        (_("Hidden"), hidden),
    ]  # fmt: skip
    return [(label, words) for label, words in pairs if words]


def _date(text: str) -> str:
    return date_text(dt.date.fromisoformat(text)) if text else ""


def protection_words(indicator: Indicator, settings: Settings) -> str:
    """Say below which count a figure is hidden, or why none is."""
    limit = threshold(indicator, settings)
    if limit > 1:
        words = (
            _("counts from 0 to {n} are hidden")
            if indicator.hide_zeros
            else _("counts from 1 to {n} are hidden")
        )
        said = words.format(n=number(limit - 1, 0))
        if indicator.measure in ("rate", "proportion") and settings.minimum_denominator:
            said += "; " + _("so is what rests on fewer than {n}").format(
                n=number(settings.minimum_denominator, 0)
            )
    else:
        reason = _(indicator.disclosure_reason) or _("no reason stated")
        said = _("shown as it is: {reason}").format(reason=reason)
    if indicator.source_kind == "survey":
        said += "; " + _("not shown on fewer than {n} answers").format(
            n=number(settings.minimum_answers, 0)
        )
    return said


def common_knowledge(territory: Territory) -> dict[str, pd.DataFrame]:
    """Return what everybody knows of a territory: what an attack may start from, beside the files.

    Returns
    -------
    dict of DataFrame
        ``areas``: ``level, area_id, name, parent_id, version, valid_from, valid_to``, the topmost
        level first. ``indicators``: titles, measure and what an indicator is part of and divided
        by, as in the catalogue, and the ``threshold`` this page states. ``benchmarks``: with which
        area ``above`` a level of an indicator is compared.
    """
    places = ["level", "area_id", "name", "parent_id", "version", "valid_from", "valid_to"]
    areas = pd.DataFrame(territory.areas)[places]
    order = {level: number for number, level in enumerate(territory.levels)}
    areas = areas.sort_values("level", key=lambda one: one.map(order), kind="stable")
    fields = ("indicator_id", "title", "short_title", "measure", "multiplier", "part_of",
              "denominator_id", "hide_zeros")  # fmt: skip
    indicators = pd.DataFrame(
        [
            {name: getattr(one, name) for name in fields}
            | {"threshold": threshold(one, territory.settings)}
            for one in territory.catalogue.values()
        ],
        columns=[*fields, "threshold"],
    )
    marks = [
        (one.indicator_id, level, *place)
        for one in territory.catalogue.values()
        for level in territory.levels
        if (place := territory.benchmark(one, level)) is not None
    ]
    benchmarks = pd.DataFrame(marks, columns=["indicator_id", "level", "above", "area_id"])
    return {"areas": areas, "indicators": indicators, "benchmarks": benchmarks}


def hidden_shares(view: ProtectedView, territory: Territory) -> dict[str, float]:
    """Return which share of all figures of each indicator is hidden, all levels together."""
    shares = {}
    for indicator_id in view.indicator_ids():
        rows = pd.concat(
            [view.series(indicator_id, level=level)["status"] for level in territory.levels]
        )
        if len(rows):
            shares[indicator_id] = float((rows == "suppressed").mean())
    return shares


def hidden_band(share: float | None) -> str:
    """Say how often an indicator is hidden, in a coarse band.

    >>> hidden_band(0.0), hidden_band(0.03), hidden_band(0.7)
    ('never', 'seldom, under 5 %', 'mostly, half and more')
    """
    if share is None:
        return _("no figures yet")
    if share <= BANDS[0][0]:
        return _(BANDS[0][1])
    return next(_(words) for end, words in BANDS[1:] if share < end or end == 1.0)


def theme_words(catalogue: Catalogue, settings: Settings) -> dict[str, str]:
    """Return the themes of all indicators as they are written above them, by id, in order."""
    listed = dict(settings.themes)
    used = {one.theme for one in catalogue.values()}
    order = [*(one for one in listed if one in used), *sorted(used - set(listed))]
    return {theme: capital(_(listed.get(theme, theme))) for theme in order}


def catalogue_table(
    catalogue: Catalogue, settings: Settings, hidden: Mapping[str, float]
) -> pd.DataFrame:
    """Return all indicators as a table that fits a page: a row each, below a row of its theme."""
    columns = (_("Indicator"), _("Side"), _("Publisher, licence"), _("Hidden"))
    rows: list[tuple[str, ...]] = []
    for theme, words in theme_words(catalogue, settings).items():
        rows.append((words, "", "", ""))
        for one in catalogue.values():
            if one.theme != theme:
                continue
            publisher = one.publisher or _("publisher not stated")
            licence = one.licence or _("licence not stated")
            rows.append((
                f"{_(one.title)}, {unit_text(one)}",
                _(_FACTORS[one.factor]),
                f"{publisher}, {licence}",
                hidden_band(hidden.get(one.indicator_id)),
            ))  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def says_table() -> pd.DataFrame:
    """Return each statistic with what it can and cannot say."""
    columns = (_("View"), _("Can say"), _("Cannot say"))
    return pd.DataFrame([[_(cell) for cell in row] for row in SAYS], columns=columns)


def class_table() -> pd.DataFrame:
    """Return by which rule a figure is called higher, similar or lower."""
    rows = [
        (_("similar"), _("the 95 % interval holds the benchmark")),
        (_("higher, lower"), _("the 95 % interval lies wholly above or below the benchmark; of a"
                               " hundred such figures without any difference five are called so")),
        (_("clearly higher, lower"), _("the 99.8 % interval does too; two of a thousand are called"
                                       " so without any difference")),
        (_("not assessed"), _("no figure, no interval or no benchmark; the reason is said")),
        (_("more, less favourable"), _("higher protection or lower risk; higher risk or lower"
                                       " protection; context is neither")),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=(_("Called"), _("When")))


def urgency_table(levels: Mapping[str, str]) -> pd.DataFrame:
    """Return the printed table of urgency: a row a level, a column a trend.

    Parameters
    ----------
    levels
        Words of each level, the first on top.
    """
    columns = [trends.WORSENING, trends.NO_CHANGE, trends.IMPROVING, "not assessed"]
    rows = {
        words: [urgency_text(trends.URGENCY[level, trend]) for trend in columns]
        for level, words in {**levels, "not assessed": reason_text("not_assessed")}.items()
    }
    table = pd.DataFrame.from_dict(
        rows, orient="index", columns=[direction_text(one) for one in columns]
    )
    return table.rename_axis(_("Level")).reset_index()


def trend_sentences() -> tuple[str, ...]:
    """Say by which rules a trend is spoken of."""
    return (
        _("A trend needs the newest five years in a row on unchanged borders, without a break and"
          " with an interval each year. It rises or falls where the weighted slope differs from"
          " none at 99.8 % and keeps its side whichever year is left out."),
        _("Without intervals, eight years and more are judged by the slope of Theil and Sen and the"
          " test of Mann and Kendall; the page says where that is so."),
        _("What is counted by the quarter or the month is compared with the same quarter or month"
          " of other years."),
    )  # fmt: skip


def reliability_sentence(bands: Mapping[str, str], settings: Settings) -> str:
    """Say by which rule the figures of an area are called good, limited or poor."""

    def share(part: float) -> str:
        return percent(100 * part, 0)

    return _(
        "Reliability of an area is called {good} where at least {present} of the indicators are"
        " there, {hidden} at most are hidden, {sure} come with an interval and the age of the middle"
        " one, in periods, is {age} at most; {poor} where under {few} are there or over {many} are"
        " hidden; else {limited}."
    ).format(
        present=share(settings.good_present), hidden=share(settings.good_suppressed),
        sure=share(settings.good_interval), age=number(settings.good_age, 0),
        few=share(settings.poor_present), many=share(settings.poor_suppressed), **bands,
    )  # fmt: skip


def glossary(definitions: pd.DataFrame) -> pd.DataFrame:
    """Return the terms the partners agreed on, by name."""
    ordered = definitions.sort_values("term", key=lambda one: one.str.casefold(), kind="stable")
    return pd.DataFrame(
        {
            _("Term"): ordered["term"].map(capital),
            _("Means here"): ordered["meaning"],
            _("Everyday word"): ordered["everyday_word"].replace("", "–"),
            _("Source"): ordered["source"].replace("", "–"),
        }
    )
