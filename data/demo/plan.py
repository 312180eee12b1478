"""What protects Merrelhaven already, what is planned, and what its meetings decided.

Knows what is *written* in ``resources.csv``, ``actions.csv``, ``priorities.csv``
and ``decisions.csv``.
"""

from __future__ import annotations

import borders
import indicators
import town
from network import LEVELS, Rows, area_ids, cells
from shapely.geometry import Point

# type; name; districts; who runs it; provisions. What has a door stands on the map.
_RESOURCES = """
meeting_place; Torve Hall; 12; P19; communities
meeting_place; Nabokitchen; 12; P19; communities
meeting_place; Hearth; 12; ; communities
meeting_place; Mill Room; 15; ; communities
meeting_place; Promenade House; 01; ; communities
meeting_place; Ferry Shed; 05; P22; communities
meeting_place; Bell Room; 04; ; communities
meeting_place; Tower Café; 17; ; communities
meeting_place; Island School Hall; 14; ; communities
meeting_place; Repair Shed; 13; P20; communities
meeting_place; Village Barn; 25; ; communities
meeting_place; Garden Rooms; 08; ; communities
youth_centre; Signal; 17; P12;
youth_centre; Block Seven; 11; P12;
youth_centre; Dock; 01; P13;
youth_centre; Loft; 02; P13;
library; Central Library; 07; P26;
library; North Branch; 11; P26;
library; Reading Bus; 21 22; P26;
library; Parents' Library; 09; P18; family_support online
sport; Rowing Club; 19; ;
sport; Canal Gym; 19; ;
sport; Torve Football; 12; ;
dialogue; Debate House; 02; P28; communities
dialogue; Student Forum; 10; P11; communities
health; Adolescent Mental Health Clinic; 07; P15; psychological_support
health; Health Centre East; 17; P16; psychological_support
advice; Merrel Advice Line; 07; P17; helpline family_support
advice; Guidance Shop; 11; P25; mentors
school; Slusegate School, open evening; 18; P08; family_support
school; Havn College, open evening; 03; P09; family_support
belief; Open table of the belief houses; 05; P21; communities
role; Caretaker team; 12; P24; communities
role; Bridge builders; 12 15 04; P19; communities
role; Night hosts; 07; P02; communities
role; Parent coaches; 06 17; P18; family_support
"""
_WITHOUT_A_DOOR = ("role", "Reading Bus", "Merrel Advice Line")
"""Roles, and what moves or answers by telephone, are no points on a map."""
SCATTER = 0.25
"""A resource lies within so many km of the middle of its district."""

# id; title; level; factor and theme; districts; owner; output; outcome; indicator; state; review
_ACTIONS = """
A01; Youth work returns to Staalwick; G; P4; 16; P13; 20 hours a week; reach of 12 % or more; youth_centre_reach; planned; 2025-10
A02; Digital youth outreach; S; R7; 09; P14; 2 evenings a week; 3 lures or fewer a school year; online_lures_school; running; 2025-09
A03; Whole-team teacher course; G; P8; all; P03; 60 % of teachers trained; 3 points more pupils with an adult to talk to; pupils_trusted_adult; running; 2025-08
A04; School platform; G; P8; all; P03; 80 % of schools take part; 75 % or more hear back; feedback_on_concerns; running; 2025-06
A05; Residents' forum with a neutral chair; G; P2; 13 16; P01; 6 meetings; 6 points more who are taken seriously; taken_seriously; running; 2025-01
A06; An answer in 30 days, with reasons; G; P3; all; P02; 85 % answered with reasons; 3 points more who are taken seriously; taken_seriously; running; 2025-06
A07; Light and joint presence; G; R6; 06 13 16; P02; 4 shifts a week; 5 points fewer who feel unsafe; unsafe_evening; running; 2025-11
A08; Guidance at the door; S; R1; 11 16 17; P25; 76 % reached; 2 points fewer outside work and school; neet_young; running; 2025-12
A09; Parents' Circle grows; S; P8; 06 16 17; P18; 6 groups; 5 points more who know whom to call; helpline_known; running; 2025-09
A10; Debate evenings; G; R6; 02 09 10; P28; 12 evenings; polarisation in Eskevale lower by 0.08; speak_openly; running; 2025-12
A11; Rumour desk; G; P5; all; P26; a reply in 24 hours; 3 points more with a source they trust; trusted_local_source; running; 2025-12
A12; Bridge builders' course; G; P10; 03 13 19 24; P19; 20 people trained; 3 points more with contacts across difference; bridging_contacts; planned; 2026-03
A13; Torvemead shows how; G; P10; 12 16; P19; 4 visits; bridge builders in Staalwick; bridge_builders; running; 2025-10
A14; Know where to turn; G; P5; all; P17; a campaign in 5 languages; 35 % know whom to call; helpline_known; running; 2025-12
A15; Mentor pool; S; P8; all; P29; 8 mentors; in work or school after a year, for the whole town only; ; planned; 2026-01
A16; Exit support agreement; I; P9; all; P30; agreement signed; places taken up, for the whole town only; ; planned; 2025-12
A17; One protocol, all sign; G; P9; all; P01; 100 % have signed; every concern hears back; protocol_signed; running; 2025-06
A18; Probation joins, release planning; I; P9; all; P01; the sector takes part; agreed plans before release, for the whole town only; ; planned; 2025-12
A19; Media literacy in years 5 and 6; G; P5; 06 11 13 16 17; P10; 70 % of classes; a fifth fewer rumours; rumours_logged; running; 2025-08
A20; Support after hate incidents; S; P2; 02 06 07; P17; contact in 3 days; 2 points fewer treated unfairly, more reports welcome; unequal_treatment; running; 2025-09
"""

# A finding has one theme, so what names two stands in two rows.
# finding; factor and theme; districts; answered by; agreed
_PRIORITIES = """
A place to meet and youth work in Staalwick; P4; 16; A01; 2024-03-15
Residents of Hamrewick and Staalwick are heard; P2; 13 16; A05; 2024-03-15
Answers and trust in Hamrewick and Staalwick; P3; 13 16; A06; 2024-03-15
Threats and lures in Eskevale; R7; 09; A02; 2025-03-14
Talking with each other in Eskevale; R6; 09; A10; 2025-03-14
Safety in the evening in Garvermead, Hamrewick and Staalwick; R6; 06 13 16; A07; 2024-03-15
Work and training in Vantervang, Staalwick and Ravnsteep; R1; 11 16 17; A08; 2024-03-15
Keep and pass on what Torvemead does; P10; 12; A13; 2024-03-15
Neighbours who know each other in Nyhegn and Sluseside; P10; 20 24; A12; 2025-03-14
Somewhere to go in the evening in Grensmoor; P4; 22; ; 2025-03-14
"""

_DECISIONS = """
2024-03-15; The picture of spring 2024 is agreed;
2024-06-11; The Schools Liaison Desk is paid until December 2025; A03 A04
2025-03-14; Probation is invited to the network; A18
2025-03-14; Texts for the press give no order of districts;
"""
FACTORS = {"R": "risk", "P": "protective"}


def resources() -> Rows:
    """Rows of ``resources.csv``; what has a door lies inside its district."""
    shapes = borders.districts()
    rows: Rows = []
    for number, (kind, name, districts, partner_id, provisions) in enumerate(cells(_RESOURCES)):
        where = area_ids(districts)
        row: dict[str, object] = {
            "resource_id": f"S{number + 1:02}",
            "name": name,
            "type": kind,
            "area_ids": where,
            "provisions": provisions,
            "partner_id": partner_id,
            "open_to_public": kind not in _WITHOUT_A_DOOR and name not in _WITHOUT_A_DOOR,
        }
        if row["open_to_public"]:
            place = _place(number, where)
            if not shapes[where].contains(place):
                raise ValueError(f"{name} lies outside {where}")
            row |= {"longitude": place.x, "latitude": place.y}
        rows.append(row)
    return rows


def _place(number: int, area_id: str) -> Point:
    """Spot near the middle of a district; each a little apart from the last (golden angle)."""
    x, y = town.DISTRICTS[area_id].point
    aside = SCATTER * complex(0, 1) ** (number * 0.618 * 4)
    return borders.place((x + aside.real, y + aside.imag))


def actions() -> Rows:
    """Rows of ``actions.csv``."""
    rows: Rows = []
    for (
        action_id, title, level, code, districts, owner, output, outcome, indicator_id, state, review,
    ) in cells(_ACTIONS):  # fmt: skip
        rows.append(
            {
                "action_id": action_id,
                "title": title,
                "prevention_level": LEVELS[level],
                **factor_and_theme(code),
                "area_ids": area_ids(districts),
                "owner": owner,
                "output": output,
                "outcome": outcome,
                "indicator_id": indicator_id,
                "state": state,
                "review": review,
            }
        )
    return rows


def priorities() -> Rows:
    """Rows of ``priorities.csv``."""
    return [
        {
            "priority_id": f"F{number:02}",
            "finding": finding,
            **factor_and_theme(code),
            "area_ids": area_ids(districts),
            "action_ids": action_ids,
            "agreed": agreed,
        }
        for number, (finding, code, districts, action_ids, agreed) in enumerate(
            cells(_PRIORITIES), start=1
        )
    ]


def decisions() -> Rows:
    """Rows of ``decisions.csv``."""
    return [
        dict(zip(("date", "decision", "action_ids"), line, strict=True))
        for line in cells(_DECISIONS)
    ]


def factor_and_theme(code: str) -> dict[str, object]:
    """Theme and factor that a code such as R6 stands for.

    >>> factor_and_theme("P10")
    {'theme': 'bridging', 'factor': 'protective'}
    """
    return {"theme": indicators.THEMES[int(code[1:])], "factor": FACTORS[code[0]]}
