"""Who works on prevention in Merrelhaven, who works with whom, and what may be shared.

Knows what is *written* in ``partners.csv``, ``ties.csv``, ``sharing.csv`` and
``contacts.csv``. No organisation is real and no person is named; every desk
answers at an address that cannot exist.
"""

from __future__ import annotations

import re
from itertools import chain

AS_OF = "2025-02-14"
"""Day of the partner survey."""

# id; name; sector; F(ormal) or I(nformal); levels G(eneral) S(pecific) I(ndividual); districts;
# function that answers; its hours; mandate where the story states one
_PARTNERS = """
P01; Prevention Coordination Unit; municipality; F; GSI; all; coordination desk; Mon–Fri 8–16
P02; Community Safety Office; municipality; F; GS; all; safety desk; Mon–Fri 8–16
P03; Schools Liaison Desk; municipality; F; GS; all; liaison desk; Mon–Fri 8–15; funded until December 2025
P04; Youth and Family Team; social_services; F; SI; all; duty desk; Mon–Fri 8–18
P05; Child Protection Service; social_services; F; SI; all; duty desk; day and night
P06; Neighbourhood Police North; police; F; GSI; 08-12 15 17 18 21 24 25; station desk; daily 7–22
P07; Neighbourhood Police Harbour; police; F; GSI; 01-07 13 14 16 19 20 22; station desk; daily 7–22
P08; Slusegate School; education; F; GS; 11 12 17 18 24 25; school office; Mon–Fri 8–15
P09; Havn College; education; F; GS; all; student services; Mon–Thu 9–15
P10; Millslope Primary Schools; education; F; G; 04 08-10 15 21; joint school office; Mon–Fri 8–14
P11; University Student Services; education; F; GS; 10; advice desk; Mon–Fri 10–16
P12; Open Youth Work North; youth_work; F; GS; 10-12 17-20 24 25; team office; Tue–Sat 13–21
P13; Open Youth Work Harbour; youth_work; F; GS; 01-07 13; team office; Tue–Sat 13–21
P14; Mobile Youth Team; youth_work; F; GS; 08 14 15 21 22; team telephone; Tue–Sat 14–22
P15; Adolescent Mental Health Clinic; health; F; SI; all; intake desk; Mon–Fri 9–17
P16; Health Centre East; health; F; GS; 13 16 17 19 20 22; social medicine desk; Mon–Fri 8–16
P17; Merrel Advice Line; civil_society; F; SI; all; advice line; daily 9–21
P18; Parents' Circle; civil_society; I; GS; 06 11 12 17; evening desk; Wed 18–20
P19; Torvemead Neighbours; civil_society; I; G; 12; Torve Hall desk; Mon–Sat 15–19
P20; Staalwick Residents' Forum; civil_society; I; G; 13 16; forum letter box; by letter
P21; Council of Belief Communities; belief; I; G; 02 05 11 12 17; council office; Thu 10–14
P22; Seafarers' House; civil_society; I; G; 01 05; house desk; daily 10–20
P23; Sports Federation; sport; I; G; all; federation office; Mon–Thu 16–19
P24; Brede Ring Housing; housing; F; G; 06 11-13 16 17; caretakers' desk; Mon–Fri 7–15
P25; Employment and Guidance Centre; employment; F; GS; all; guidance desk; Mon–Fri 9–16
P26; City Library; media; F; G; all; information desk; Mon–Sat 9–19
P27; Harbour Radio News; media; I; G; all; news desk; daily 6–20
P28; Debate House; civil_society; I; G; 02 03 07 10; programme desk; Tue–Fri 12–18
P29; Exit and Mentoring Merrelmark; civil_society; F; SI; all; intake desk; Mon–Fri 9–16
P30; Regional Advice Centre; region; F; SI; all; advice desk; Mon–Fri 9–16
"""
LEVELS = {"G": "general", "S": "specific", "I": "individual"}
SILENT = ("P20", "P23")
"""Partners that did not answer the survey."""
SIGNED = {1, 2, 3, 4, 5, 6, 7, 13, 14, 15, 16, 17, 24, 25, 29, 30}
"""Partners that have signed the information protocol."""

# A capital letter is strong (3), a small one medium (2), one with a dot weak (1); ? is disputed.
_TIES = """
1> 2KJ 3Kj 4Ki 6Ki 7Ki 12kj 13kj 15k. 17kf 19kf 21k 24k. 25k. 26kf 28kf 29kir 30ki
2> 1KJ 6Kj 7Kj 24k | 3> 1Ki 8Ki 9Ki 10ki. 11k. | 4> 1Ki 5KIR 12Kr 14kr. 15kr 18k.f
5> 4KI | 6> 1Ki 2Kj 12KI? | 7> 1Ki 2Kj 13k 20k? | 8> 3k 12kj | 9> 3Ki. | 10> 3k. | 11> 3k.
12> 4Kr 6k 8kj 14kj 17r. 19k 28k | 13> 1k 7k 14kj 22kj | 14> 4k 12kj 13kj | 15> 4kr 16k
16> 4r. 15kr | 17> 1k 18Kr 29r. | 18> 17K 19k | 19> 1k 12kj 18kj 24kj | 21> 1k 28kj
22> 13kj 18k. | 24> 2k 19kj | 25> 1k. 4kr | 26> 1k 27k. 28kj | 27> 26k. | 28> 1k 12k 21kj 26kj
29> 1ki 17k. 30k | 30> 1ki 29k
"""
TYPES = {
    "k": "contact", "j": "joint_work", "i": "information", "r": "referral", "f": "resources",
}  # fmt: skip
TRUST, TRUST_OF_RARE_CONTACT = 4, 3
LESS_TRUST = {("P12", "P06"): 2}
"""Trust is rarely the same on both sides."""

# The defaults of the catalogue, then what the partners of Merrelhaven ask each other for.
# information; held by; shared with; needed by; on what basis; when; how; coordinates; signed; reviewed
_SHARING = """
district figures, protected; municipality; everyone;; public interest, open licence; each release; published; P01; 2024-03-15; 2025-01-20
practitioners' view of a district; all partners; network;; mandate, no persons; quarterly; agreed in the meeting; P01; 2024-03-15; 2025-02-14
own work: reach, training, gaps; each partner; network;; agreement; half-yearly; own report; P01; 2024-03-15; 2024-09-20
tension observations, aggregated; police, youth work, housing; Prevention Coordination Unit, social services, health, youth work; Prevention Coordination Unit, education; protocol; weekly, at once if violence looms; counts; P02; 2024-06-20; 2025-02-20
national assessment, public part; national bodies, region; network;; published; on publication; published; P30; 2024-03-15; 2024-12-18
national assessment, restricted; police, region; named functions;; clearance; when it matters here; orally, not stored; P30; 2024-06-20; 2025-01-20
worry about a pupil; education; parents first, Schools Liaison Desk; Schools Liaison Desk; consent, or duty of care; when behaviour worries two adults; school hears the outcome; P03;;
what a young person confides; youth work; nobody; police; confidentiality; only danger to life or crime; told to the young person; P12; 2024-06-20; 2025-02-20
health facts; Adolescent Mental Health Clinic; treating staff;; medical secrecy; consent or immediate danger; orally; P15; 2024-06-20; 2025-01-20
family support case; social services; case team;; consent or child-protection law; need to know; minutes restricted; P04; 2024-06-20; 2025-01-20
police information on a person; police; case panel;; police law; only what the task needs; in the panel; P06; 2024-06-20; 2025-01-20
release from prison; probation; case panel, Exit and Mentoring Merrelmark; Exit and Mentoring Merrelmark, employment; law, consent; three months before; if agreed; P01;;
who called the advice line; Merrel Advice Line; nobody;; anonymity; danger to life only; said at the start of the call; P17; 2024-06-20; 2025-02-20
that a worry was answered, without what was said; social services;; education;;;;;;
rumours heard in a district, in general terms; City Library;;;;;; P26;;
"""

# Of each school: whether it comes to the platform, has trained teachers, was asked for feedback.
_SCHOOLS = """
P08; yes 2025-01-16; yes 2024-11-12; yes 2025-02-06
P09; yes 2025-01-16; yes 2024-09-24; no 2025-02-14
P10; no 2025-01-16; no 2025-02-14;
P11; yes 2025-01-16;;
"""
_ASKED_OF_SCHOOLS = ("platform", "teachers_trained", "feedback_asked")

Rows = list[dict[str, object]]


def partners() -> Rows:
    """Rows of ``partners.csv``."""
    rows: Rows = []
    for partner_id, name, sector, network, levels, districts, _, _, *mandate in cells(_PARTNERS):
        rows.append(
            {
                "partner_id": partner_id,
                "name": name,
                "sector": sector,
                "network": {"F": "formal", "I": "informal"}[network],
                "mandate": "".join(mandate),
                "prevention_levels": " ".join(LEVELS[letter] for letter in levels),
                "area_ids": area_ids(districts),
                "answered": partner_id not in SILENT,
            }
        )
    return rows


def contacts() -> Rows:
    """Rows of ``contacts.csv``: functions, never persons; of schools what was asked of them."""
    schools = {partner_id: answers for partner_id, *answers in cells(_SCHOOLS)}
    return [
        {
            "contact_id": f"C{partner_id[1:]}",
            "partner_id": partner_id,
            "function": function,
            "email": f"{partner_id.lower()}@merrelhaven.example",
            "hours": hours,
            **_answers(schools.get(partner_id, [""] * len(_ASKED_OF_SCHOOLS))),
        }
        for partner_id, _, _, _, _, _, function, hours, *_ in cells(_PARTNERS)
    ]


def _answers(said: list[str]) -> dict[str, object]:
    """Columns of a yes or no and of its day."""
    found: dict[str, object] = {}
    for name, words in zip(_ASKED_OF_SCHOOLS, said, strict=True):
        found[name], _, found[f"{name}_on"] = words.partition(" ")
    return found


def sharing() -> Rows:
    """Rows of ``sharing.csv``: kinds of information, never their content."""
    columns = (
        "information", "held_by", "shared_with", "needed_by", "basis", "timing", "way",
        "coordinator", "signed", "reviewed",
    )  # fmt: skip
    return [dict(zip(columns, row, strict=True)) for row in cells(_SHARING)]


def ties() -> Rows:
    """Rows of ``ties.csv``: one per direction and type.

    A relation is confirmed where the other side names one of the same type too.
    """
    told = list(chain.from_iterable(map(_told_by, re.split(r"[|\n]", _TIES.strip()))))
    known = {(one, other, kind) for one, other, kind, _, _ in told}
    rare = {
        (one, other)
        for one, other, kind, strength, _ in told
        if kind == "contact" and strength == 1
    }
    rows: Rows = []
    for one, other, kind, strength, disputed in told:
        trust = TRUST_OF_RARE_CONTACT if (one, other) in rare else TRUST
        returned = (other, one, kind) in known
        rows.append(
            {
                "from": one,
                "to": other,
                "type": kind,
                "strength": strength,
                "trust": LESS_TRUST.get((one, other), trust),
                "confirmed": "disputed" if disputed else "yes" if returned else "no",
                "protocol_signed": {int(one[1:]), int(other[1:])} <= SIGNED,
                "as_of": AS_OF,
            }
        )
    return rows


def _told_by(line: str) -> list[tuple[str, str, str, int, bool]]:
    """From, to, type, strength, disputed of what one partner tells.

    >>> _told_by("18> 17K 19k.")
    [('P18', 'P17', 'contact', 3, False), ('P18', 'P19', 'contact', 1, False)]
    """
    teller, told = line.strip().split("> ")
    found = []
    for other, letters in re.findall(r"(\d+)(\S+)", told):
        for letter, dot, doubt in re.findall(r"([A-Za-z])(\.?)(\??)", letters):
            strength = 3 if letter.isupper() else 1 if dot else 2
            kind = TYPES[letter.lower()]
            found.append((f"P{int(teller):02}", f"P{int(other):02}", kind, strength, bool(doubt)))
    return found


def area_ids(districts: str) -> str:
    """Ids of districts written as numbers and ranges.

    >>> area_ids("04 08-10"), area_ids("all"), area_ids("")
    ('MH04 MH08 MH09 MH10', 'all', '')
    """
    if districts == "all":
        return districts
    numbers: list[int] = []
    for part in districts.split():
        first, _, last = part.partition("-")
        numbers += range(int(first), int(last or first) + 1)
    return " ".join(f"MH{number:02}" for number in numbers)


def cells(text: str) -> list[list[str]]:
    """Lines of a table, their cells parted by semicolons."""
    return [[cell.strip() for cell in line.split(";")] for line in text.strip().splitlines()]
