"""What is measured in Merrelhaven: 41 indicators, their words and the model behind them.

One :class:`Item` per indicator holds its row of ``indicators.csv`` and how its
figures are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass

THEMES = {
    1: "social_position", 2: "belonging", 3: "trust", 4: "dialogue", 5: "information",
    6: "tensions", 7: "extremism", 8: "school", 9: "cooperation", 10: "bridging",
}  # fmt: skip
KINDS = {
    "st": "statistics", "ad": "administrative", "fl": "frontline", "cs": "civil_society",
    "sv": "survey",
}  # fmt: skip

CITY, PANEL = "City of Merrelhaven", "City of Merrelhaven, Citizens' panel"
STATISTICS = "Statistics Sundravia"
SCHOOLS = "City of Merrelhaven, Schools Liaison Desk"
COORDINATION = "City of Merrelhaven, Prevention Coordination Unit"

REASONS = {
    "st": "open figures as Statistics Sundravia publishes them",
    "ad": "figures on the work of a service or institution, not on persons",
    "fl": "claims are counted, not persons",
    "cs": "figures on public forums, not on persons",
    "sv": "a sample: shown from 30 answers on, with its interval",
}
"""Why a threshold of 0 does no harm, by kind of source."""


@dataclass(frozen=True)
class Item:
    """One indicator and its model.

    Parameters
    ----------
    code
        ``R``, ``P`` or ``C``: risk, protective, context; more is more of it.
    scope
        ``N`` national and comparable, ``L`` local.
    town, slope, nation
        Level in 2024, its change a year, and the nation's level, in the unit
        (a count: cases in the whole town in a year).
    spread
        10th and 90th percentile of districts.
    mix
        Weights of the scores S, K, T that order the districts.
    base
        What it is a share of: a base count, or a key of ``figures.OWN_BASES``.
    threshold
        Smallest count shown; 0 comes with its reason.
    register
        Whether what counts once goes on counting: a school that has a contact
        point keeps it, a partner that has signed has signed.
    """

    indicator_id: str
    title: str
    short_title: str
    definition: str
    caveat: str
    code: str
    theme: int
    scope: str
    kind: str
    measure: str
    unit: str
    town: float
    base: str = ""
    slope: float = 0.0
    nation: float | None = None
    spread: tuple[float, float] = (0, 0)
    mix: tuple[float, float, float] = (0, 0, 0)
    frequency: str = "Y"
    threshold: float = 0
    multiplier: float = 1
    sd: float = 0
    form: str = "general"
    partner: str = ""
    publisher: str = ""
    repeat_events: bool = False
    register: bool = False
    town_only: bool = False
    context_reason: str = ""
    part_of: str = ""

    @property
    def decimals(self) -> int:
        """Shown digits."""
        return {"count": 0, "ordinal": 2}.get(self.measure, 1)

    @property
    def adds_up(self) -> bool:
        """Whether the town is the sum of its districts."""
        return self.measure in ("count", "rate", "proportion")


@dataclass(frozen=True)
class Base:
    """A count that is only there to be divided by, as a share of residents."""

    indicator_id: str
    title: str
    definition: str
    share: float = 0.0
    share_of_youth: float = 0.0


BASES = (
    Base("residents", "Residents", "Residents on 1 January", 1.0),
    Base("residents_16_24", "Residents aged 16–24", "Residents aged 16 to 24 on 1 January", 0, 0.7),
    Base("residents_12_18", "Residents aged 12–18", "Residents aged 12 to 18 on 1 January", 0, 0.5),
    Base("residents_under_18", "Residents under 18", "Residents under 18 on 1 January", 0.19),
    Base(
        "households_with_children",
        "Households with children",
        "Households with at least one child under 18",
        0.11,
    ),
    Base("eligible_voters", "Eligible voters", "Residents who may vote in local elections", 0.76),
    Base("pupils", "Pupils", "Pupils by district of residence", 0.13),
    Base("teachers", "Teachers", "Teachers by district of their school", 0.011),
    Base("classes", "Classes", "Classes of years 5 to 12", 0.13 / 23),
    Base("schools", "Schools", "Schools by district", 0.13 / 280),
)


def _proportion(
    indicator_id: str, title: str, short: str, definition: str, caveat: str, of: str,
    code: str, theme: int, scope: str, kind: str, town: float, **rest: object,
) -> Item:  # fmt: skip
    """Percentage of something counted."""
    return Item(
        indicator_id, title, short, definition, caveat, code, theme, scope, kind,
        "proportion", f"% of {of}", town, multiplier=100, **rest,  # type: ignore[arg-type]
    )  # fmt: skip


def _asked(
    indicator_id: str, title: str, short: str, definition: str, caveat: str,
    code: str, theme: int, scope: str, town: float, **rest: object,
) -> Item:  # fmt: skip
    """Percentage of the adults whom the panel asked."""
    return _proportion(
        indicator_id, title, short, definition, caveat, "adults", code, theme, scope, "sv", town,
        base="panel", **rest,
    )  # fmt: skip


def _mean(
    indicator_id: str, title: str, short: str, definition: str, caveat: str, unit: str,
    theme: int, scope: str, town: float, sd: float, **rest: object,
) -> Item:  # fmt: skip
    """Mean answer of the panel, protective."""
    return Item(
        indicator_id, title, short, definition, caveat, "P", theme, scope, "sv",
        "mean", unit, town, base="panel", sd=sd, **rest,  # type: ignore[arg-type]
    )  # fmt: skip


def _count(
    indicator_id: str, title: str, short: str, definition: str, caveat: str,
    code: str, theme: int, kind: str, town: float, **rest: object,
) -> Item:  # fmt: skip
    """Cases counted here."""
    return Item(
        indicator_id, title, short, definition, caveat, code, theme, "L", kind,
        "count", "count", town, **rest,  # type: ignore[arg-type]
    )  # fmt: skip


def _rate(
    indicator_id: str, title: str, short: str, definition: str, caveat: str, unit: str,
    code: str, theme: int, scope: str, kind: str, town: float, **rest: object,
) -> Item:  # fmt: skip
    """Cases per so many."""
    return Item(
        indicator_id, title, short, definition, caveat, code, theme, scope, kind,
        "rate", unit, town, **rest,  # type: ignore[arg-type]
    )  # fmt: skip


def _signals(form: str, words: str, short: str, town: float) -> Item:
    """Signals of one form of extremism; the same words for every form."""
    return _count(
        f"signals_{form}", f"Signals: {words}", short,
        "Extremist threats, calls for violence, propaganda or recruiting in a place,"
        " checked by two services",
        "Counts conduct that was noticed, never opinion, dress, worship or lawful protest;"
        " more attention finds more.",
        "R", 7, "fl", town, threshold=5, partner="helpline_known", publisher=COORDINATION,
        form="general" if form == "mixed" else form, part_of="signals_all",
    )  # fmt: skip


ITEMS = (
    _proportion(
        "neet_young", "Young people outside work and education", "Outside work & school",
        "Residents aged 16 to 24 who are in neither work, education nor training",
        "Says nothing about why, nor about anyone's plans; carers and people who are ill"
        " are included.",
        "residents 16–24", "R", 1, "N", "st", 8.6, base="residents_16_24", slope=-0.1,
        nation=7.9, spread=(4, 14), mix=(0.9, -0.2, 0), partner="guidance_reach",
    ),
    _proportion(
        "low_income_children", "Children in low-income households", "Low income",
        "Children under 18 in households below 60 % of the median income",
        "A condition of life, not a cause of anything; it predicts nothing about a child.",
        "residents under 18", "C", 1, "N", "st", 15.2, base="residents_under_18", slope=0.1,
        nation=14.1, spread=(4, 27), mix=(1, 0, 0),
        context_reason="shows where families need support; it predicts nothing",
    ),
    _rate(
        "resident_turnover", "Moves in and out", "Turnover",
        "Moves across the border of the district, in and out",
        "Students and new homes raise it; moving is nothing to worry about in itself.",
        "per 1,000 residents", "C", 1, "N", "st", 96, base="residents", multiplier=1000,
        nation=92, spread=(60, 150), mix=(0.4, -0.5, 0),
        context_reason="where many move, ties are young and surveys meet other people each year",
    ),
    _proportion(
        "guidance_reach", "Reached by guidance", "Guidance reach",
        "Known young people outside work or school whom guidance met within four months",
        "Only those the service knows of are counted; a meeting is not yet an outcome.",
        "young people known", "P", 1, "L", "ad", 62, base="known_young", slope=1,
        spread=(48, 76), mix=(0, 1, 0), threshold=10,
        publisher="City of Merrelhaven, Employment and Guidance Centre",
    ),
    _mean(
        "feels_at_home", "Feeling at home", "At home",
        "Mean answer of adults to “I feel at home in this district”, from 1 to 10",
        "A mean hides whether people agree.", "mean answer, 1–10", 2, "L", 7.3, 1.9,
        spread=(6.7, 7.9), mix=(0, 0.6, -0.5),
    ),
    _asked(
        "taken_seriously", "Taken seriously", "Taken seriously",
        "Adults who say that the municipality listens to people here and acts",
        "An impression of the municipality, not a measure of its work.",
        "P", 2, "L", 41, slope=-0.6, spread=(30, 52), mix=(0, 0.8, -0.2),
    ),
    _asked(
        "unequal_treatment", "Treated unfairly", "Unfair treatment",
        "Adults treated worse in the last 12 months for who they are or seem to be",
        "What residents met with, wherever it happened; it says nothing about who did it.",
        "R", 2, "L", 16, slope=0.1, spread=(10, 22), mix=(0.6, 0, 0.4),
        partner="taken_seriously",
    ),
    _proportion(
        "reasoned_answers", "Answered with reasons", "Reasoned answers",
        "Residents' proposals that were answered with reasons within 30 days",
        "Few proposals a quarter: single answers move it.", "proposals", "P", 3, "L", "ad", 71,
        base="proposals", slope=0.8, spread=(58, 84), mix=(0, 1, 0), frequency="Q",
    ),
    _mean(
        "trust_municipality", "Trust in the municipality", "Trust: municipality",
        "Mean trust of adults in the municipality, from 0 to 10",
        "Trust follows news as well as experience; a mean hides whether people agree.",
        "mean answer, 0–10", 3, "N", 5.9, 2.1, slope=-0.05, nation=6.0, spread=(5.2, 6.6),
        mix=(0, 0.7, -0.4),
    ),
    _mean(
        "trust_police", "Trust in the police", "Trust: police",
        "Mean trust of adults that the police helps when needed, from 0 to 10",
        "Can be high where people feel least safe: read it beside safety. Not asked in 2017.",
        "mean answer, 0–10", 3, "N", 6.6, 2.1, nation=6.8, spread=(6.1, 7.1),
        mix=(0, 0.5, -0.5),
    ),
    _proportion(
        "local_turnout", "Voting locally", "Turnout",
        "Eligible residents who voted in the local election",
        "Who may vote differs between elections; not voting has many reasons.",
        "eligible voters", "P", 3, "N", "st", 58, base="eligible_voters", nation=61,
        spread=(44, 71), mix=(-0.6, 0.4, 0), frequency="4Y",
    ),
    _rate(
        "meeting_place_hours", "Open meeting places", "Meeting hours",
        "Weekly staffed hours of free meeting places",
        "What is offered, not what is used; places next door are not counted.",
        "hours per 1,000 residents", "P", 4, "L", "ad", 4.5, base="residents", multiplier=1000,
        spread=(1.5, 8), mix=(0, 0.9, 0), repeat_events=True,
    ),
    _proportion(
        "youth_centre_reach", "Reached by youth work", "Youth-work reach",
        "Residents aged 12 to 18 whom open youth work met at least four times in the year",
        "Where no youth work is offered there is no figure; that is not a zero.",
        "residents 12–18", "P", 4, "L", "ad", 22, base="residents_12_18", slope=0.4,
        spread=(12, 33), mix=(0.4, 0.4, 0), threshold=10,
        publisher="City of Merrelhaven, youth work",
    ),
    _asked(
        "safe_space_known", "A safe place to talk", "Safe place",
        "Adults who know a place nearby where hard subjects can be talked over safely",
        "Knowing a place is not using it.",
        "P", 4, "L", 44, slope=0.5, spread=(32, 56), mix=(0, 1, 0),
    ),
    _asked(
        "trusted_local_source", "A source one trusts", "Trusted source",
        "Adults who name a local source of information they trust",
        "Whether the source deserves the trust is not asked.",
        "P", 5, "L", 57, slope=-0.4, spread=(48, 66), mix=(0, 0.5, -0.4),
    ),
    _proportion(
        "media_literacy_classes", "Classes with media literacy", "Media literacy",
        "Classes of years 5 to 12 with a programme on media this year",
        "What was done, not what it changed.", "classes", "P", 5, "L", "ad", 48,
        base="classes", slope=2.5, spread=(25, 72), mix=(0, 1, 0), frequency="SY",
        publisher=SCHOOLS,
    ),
    _count(
        "rumours_logged", "False rumours logged", "Rumours",
        "False local claims that the press desk and the library logged",
        "Follows the effort of those who log; one claim can be heard in many places.",
        "R", 5, "fl", 34, mix=(0, 0, 1), frequency="Q",
        partner="trusted_local_source", publisher="City Library and press desk",
    ),
    _asked(
        "helpline_known", "Knowing where to turn", "Help known",
        "Adults who know whom to call when they are worried about someone",
        "Knowing a number is not yet trusting it.",
        "P", 5, "L", 29, slope=1, spread=(22, 36), mix=(0, 1, 0),
    ),
    Item(
        "speak_openly", "Speaking openly", "Speak openly",
        "How far the five answers of adults to “People here can say openly what they think”"
        " form camps",
        "0 means one shared answer, 1 two opposite camps; it says nothing about who is in them.",
        "R", 6, "L", "sv", "ordinal", "0–1", 0.35, base="panel", slope=0.006,
        spread=(0.26, 0.43), mix=(0, -0.3, 0.7), partner="safe_space_known",
    ),
    _rate(
        "hate_incidents", "Recorded hate incidents", "Hate incidents",
        "Recorded incidents with a bias motive, all motives, by place of incident",
        "Up to nine in ten are never reported: more can mean more trust. Visitors count where"
        " it happened. From 2021 the police also flag bias online.",
        "per 10,000 residents", "R", 6, "N", "st", 7.6, base="residents", multiplier=10000,
        nation=6.1, spread=(2, 13), threshold=10, partner="trust_police",
        publisher="Sundravia Police Authority",
    ),
    _asked(
        "unsafe_evening", "Unsafe in the evening", "Unsafe evening",
        "Adults who feel unsafe alone outdoors here after dark",
        "A feeling, not a crime rate.",
        "R", 6, "N", 25, slope=-0.2, nation=22, spread=(14, 37), mix=(0.25, 0, 0.9),
        partner="feels_at_home",
    ),
    _count(
        "tension_observations", "Tensions observed", "Tensions",
        "Disputes between groups in public space on which two frontline services agree",
        "Follows where services are present; one dispute can be seen twice.",
        "R", 6, "fl", 92, mix=(0, 0, 1), frequency="Q", threshold=5,
        partner="bridge_builders", publisher=COORDINATION,
    ),
    _rate(
        "online_hostility", "Hostile comments", "Online hostility",
        "Hostile comments in samples from public local forums",
        "For the whole town only: who writes, and from where, is neither known nor asked.",
        "per 1,000 comments", "R", 6, "L", "cs", 14, base="comments", multiplier=1000, slope=0.8,
        frequency="Q", partner="media_literacy_classes", town_only=True, publisher="Debate House",
    ),
    _signals("right_wing", "right-wing", "Right-wing", 47),
    _signals("left_wing", "left-wing", "Left-wing", 14),
    _signals("religiously_inspired", "religiously inspired", "Rel. inspired", 17),
    _signals("single_issue", "single issue", "Single issue", 23),
    _signals("mixed", "mixed or unclear", "Mixed", 28),
    _count(
        "online_lures_school", "Online lures", "Online lures",
        "Reports by schools of recruiting or violent content that pupils met online",
        "Schools that talk about it report more; pupils are those approached, not those acting.",
        "R", 7, "fl", 31, slope=4, mix=(0, 0, 1), frequency="SY", threshold=5,
        partner="pupils_trusted_adult", publisher=SCHOOLS,
    ),
    _count(
        "helpline_contacts", "Calls to the advice line", "Advice calls",
        "First calls by relatives or professionals, by district of the caller",
        "More calls can mean more worry or more trust; therefore neither good nor bad.",
        "C", 8, "cs", 118, threshold=5, publisher="Merrel Advice Line",
        context_reason="shows how much advice is asked for; it can mean worry or trust",
    ),
    _proportion(
        "unauthorised_absence", "Absence without leave", "Absence",
        "Pupils who missed a tenth of their lessons or more without leave",
        "Schools record differently; reasons are not known.", "pupils", "R", 8, "N", "ad", 5.8,
        base="pupils", slope=0.15, nation=5.4, spread=(3, 9.5), mix=(0.8, -0.3, 0),
        frequency="SY", partner="parent_groups", publisher=SCHOOLS,
    ),
    _proportion(
        "schools_contact", "School contact", "School contact",
        "Schools with a contact point for concerns (a role, no name)",
        "Few schools to a district: one more or less moves it far.", "schools",
        "P", 8, "L", "ad", 78, base="schools", slope=4, spread=(50, 100), register=True,
        publisher=SCHOOLS,
    ),
    _proportion(
        "teachers_trained", "Teachers trained", "Teachers trained",
        "Teachers trained within three years in leading hard conversations",
        "What was done, not what it changed.", "teachers", "P", 8, "L", "ad", 46,
        base="teachers", slope=3.8, spread=(32, 60), mix=(0, 1, 0), frequency="SY",
        publisher=SCHOOLS,
    ),
    _proportion(
        "platform_attendance", "Schools at the platform", "Platform",
        "Schools represented at the half-yearly platform",
        "Being there is not yet working together.", "schools", "P", 8, "L", "ad", 61,
        base="schools", slope=2, spread=(33, 100), frequency="S", publisher=SCHOOLS,
    ),
    _proportion(
        "pupils_trusted_adult", "An adult to talk to", "Trusted adult",
        "Pupils aged 13 to 18 with an adult at school to go to with a worry",
        "Asked in class, so those absent are missing.", "pupils asked", "P", 8, "N", "sv", 72,
        base="pupils_asked", nation=70, spread=(65, 79), mix=(-0.2, 0.7, 0), frequency="2Y",
        publisher="Sundravia School Health Survey",
    ),
    _rate(
        "parent_groups", "Parents in groups", "Parent groups",
        "Parents in evenings, coaching or peer groups, each counted once",
        "What was offered and taken up, not what it changed.",
        "per 1,000 households with children", "P", 8, "L", "cs", 24,
        base="households_with_children", multiplier=1000, slope=0.6, spread=(8, 45),
        mix=(0, 1, 0), frequency="SY", threshold=5, publisher="Parents' Circle",
    ),
    _proportion(
        "protocol_signed", "Protocol signed", "Protocol",
        "Partners serving the district that signed the information protocol",
        "A signature is not yet an exchange.", "partners", "P", 9, "L", "ad", 63,
        base="partners", slope=3, spread=(45, 80), frequency="S", register=True,
        publisher=COORDINATION,
    ),
    _proportion(
        "feedback_on_concerns", "Feedback given", "Feedback",
        "Concerns from the frontline whose sender heard back within 20 working days",
        "For the whole town only; whether the answer helped is not asked.", "concerns",
        "P", 9, "L", "ad", 64, base="concerns", slope=1.5, frequency="Q", threshold=10,
        town_only=True, publisher=COORDINATION,
    ),
    _rate(
        "bridge_builders", "Bridge builders", "Bridge builders",
        "People active this year in a trained bridging role (a count, no names)",
        "Being known can endanger them; many bridge without any training.",
        "per 10,000 residents", "P", 10, "L", "cs", 7.5, base="residents", multiplier=10000,
        slope=0.3, spread=(1, 14), mix=(0.3, 0.9, 0), threshold=5,
        publisher="Torvemead Neighbours, for all associations",
    ),
    _asked(
        "volunteering", "Volunteering", "Volunteering",
        "Adults who volunteered for an organisation in the last 12 months",
        "The wording decides: help among neighbours is not counted.",
        "P", 10, "N", 34, slope=0.1, nation=36, spread=(23, 46), mix=(-0.3, 0.8, 0),
    ),
    _asked(
        "bridging_contacts", "Contacts across difference", "Bridging",
        "Adults in weekly contact with people unlike themselves in age, schooling, origin or"
        " opinion",
        "Contact of any kind counts, pleasant or not.",
        "P", 10, "L", 47, slope=0.2, spread=(38, 56), mix=(0.1, 0.6, 0),
    ),
)  # fmt: skip
