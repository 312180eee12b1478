"""What is seen without a figure: practitioners' view, the national picture, events.

Knows what is *written* in ``assessments.csv``, ``national.csv`` and
``events.csv``. The reports that are quoted do not exist.
"""

from __future__ import annotations

from indicators import KINDS
from network import Rows, area_ids, cells
from plan import factor_and_theme

AGREED = "2025-02-21"
"""Day on which practitioners agreed on their view."""

# district; factor and theme, with - where a protection is lacking or a risk easing; form;
# E(xperienced), V (evidenced) or P(otential); confidence; kind of source; statement
_ASSESSMENTS = """
16; R6; g; E; high; fl; Quarrels at the bus hub
16; R7; r; V; medium; ad; Threats near the school
16; P4-; g; E; high; cs; Nowhere to meet
16; R2; g; E; medium; cs; “Nobody answers us”
16; P10; g; P; low; cs; Two residents ready to bridge
13; R6; g; E; medium; fl; Idle evenings, arguments
13; R7; r; V; low; fl; The same symbols as in Staalwick
13; P1; g; E; medium; fl; Two firms offer training
06; R6; g; V; medium; st; Disputes over short lets
06; R2; g; E; medium; cs; Refused at viewings
06; P8; g; E; low; cs; Parents' evening is full
19; R6; g; E; medium; fl; Friction on the canal path in summer
19; P10; g; P; low; cs; The rowing club opens up
11; P1; g; V; high; ad; Guidance comes earlier
11; R7; g; P; medium; fl; Violent clips of mixed content
11; P9; g; E; high; fl; Services know each other
12; P10; g; V; high; cs; Associations carry crises
12; P4; g; E; high; fl; Three places are open late
12; R1; g; V; high; st; Incomes stay low
12; P3; g; E; medium; fl; Monthly talk with the police
12; R7; i; P; low; fl; Violent clips are talked through openly
09; R6; s; E; high; fl; Threats at meetings on the bypass
09; R7; s; E; medium; fl; Calls for violence against officials
09; R7; g; V; medium; fl; Lures in game chats
09; R5; g; E; medium; cs; Closed groups replace news
09; P8; g; P; low; fl; The school asks early
17; P4; g; V; high; ad; The new centre draws many
17; R7; i; V; low; fl; Leaflets that praise violence
17; P2; g; E; medium; cs; Young people are heard
10; R7; l; V; medium; fl; Threats against a lecture
10; P5; g; E; medium; cs; Student radio checks rumours
01; P4; g; E; medium; cs; The promenade is shared by all
01; R6-; g; V; medium; st; Fewer complaints
02; R7; l; V; low; fl; Party offices damaged
07; R6; g; V; medium; st; Follows nightlife, not residents
20; P10-; g; E; low; cs; Neighbours are strangers
24; P10-; g; P; low; fl; No association yet
08; R7; s; P; low; fl; Laboratory staff harassed
21; R7; s; V; low; fl; Threats over the wind farm
22; P4-; g; E; low; fl; The last bus leaves at six
"""
FORMS = {
    "g": "general", "r": "right_wing", "l": "left_wing", "i": "religiously_inspired",
    "s": "single_issue",
}  # fmt: skip
EVIDENCE = {"E": "experienced", "V": "evidenced", "P": "potential"}
SIGNS = {("R", ""): "burden", ("R", "-"): "easing", ("P", ""): "strength", ("P", "-"): "lack"}
HORIZONS = {"l": "yesterday", "r": "today", "i": "today", "s": "today", "g": "tomorrow"}
"""Of a form of extremism: faced, faced now, may be faced."""

# factor and theme; form; degree; course; horizon; statement; source; kind; date
_NATIONAL = """
R7; r; elevated; stable; today; Small groups, younger, online and in former industrial towns; Sundravia Situation Report; st; 2024-11
R7; l; low; ; yesterday; Damage around single events; Sundravia Situation Report; st; 2024-11
R7; i; elevated; ; today; Few persons, conflicts abroad as trigger; Sundravia Situation Report; st; 2024-11
R7; s; moderate; rising; today; Threats against officials over local building; Sundravia Situation Report; st; 2024-11
R7; g; ; rising; tomorrow; Violent content without firm ideology, ages 13 to 17; Young Online; fl; 2024-06
R6; g; moderate; rising; ; People speak less openly; State of Cohesion; sv; 2023-12
P3; g; ; stable; ; Trust in municipalities above that in national bodies; Citizens' Survey; sv; 2024-09
P4; g; ; falling; ; Fewer open hours of youth work since 2019; Youth Work Review; ad; 2023-10
"""

# date; title; kind; districts
_EVENTS = """
2018-09; The steelworks closes; place; 16
2019-12; The youth centre in Staalwick closes; place; 16
2020-Q2; Schools and meeting places close; closure; all
2021-01; The police record bias online too; recording; all
2022-01; Slusemark becomes Sluseside and Farrowmark; boundary; 23 24 25
2022-06; A bypass through Eskevale is decided; place; 09
2023-10; Conflict abroad; abroad; all
2024-05; Plan for a wind farm in Aspermark; place; 21
"""


def assessments() -> Rows:
    """Rows of ``assessments.csv``; a horizon is of a form of extremism only."""
    return [
        {
            "level": "district",
            "area_id": area_ids(district),
            **factor_and_theme(code.rstrip("-")),
            "form": FORMS[form],
            "evidence": EVIDENCE[evidence],
            "sign": SIGNS[code[0], code[-1] if code.endswith("-") else ""],
            "confidence": confidence,
            "source_kind": KINDS[kind],
            "horizon": HORIZONS[form] if code == "R7" else "",
            "statement": statement,
            "date": AGREED,
        }
        for district, code, form, evidence, confidence, kind, statement in cells(_ASSESSMENTS)
    ]


def national() -> Rows:
    """Rows of ``national.csv``."""
    return [
        {
            **factor_and_theme(code),
            "form": FORMS[form],
            "degree": degree,
            "course": course,
            "horizon": horizon,
            "statement": statement,
            "source": f"{source} (invented)",
            "source_kind": KINDS[kind],
            "date": date,
        }
        for code, form, degree, course, horizon, statement, source, kind, date in cells(_NATIONAL)
    ]


def events() -> Rows:
    """Rows of ``events.csv``; no areas stand for the whole town."""
    return [
        {
            "date": date,
            "title": title,
            "kind": kind,
            "area_ids": "" if districts == "all" else area_ids(districts),
        }
        for date, title, kind, districts in cells(_EVENTS)
    ]
