"""Merrelhaven, as it was made up: its places, its scores and the cells its story rests on.

Knows what is *written*; :mod:`figures` draws the rest around it and :mod:`borders`
draws the land. No real place lies behind any line of this file.
"""

from __future__ import annotations

from dataclasses import dataclass

SEED = 20250493
"""Chosen among some six hundred, so that chance tells no story of its own: no drawn district
shows a recent trend other than the town's, though of some 600 that are tested about five would."""
YEARS = tuple(range(2015, 2025))
NEWEST = YEARS[-1]
SPLIT = 2022
"""First year in which MH23 Slusemark counts as MH24 and MH25."""
CROSSWALK = {"MH24": 0.35, "MH25": 0.65}
"""Share of the residents of MH23 that lived in each of its halves."""

# Outline of the mainland in km; the island is a circle of .6 round the place of MH14.
OUTLINE = (
    (0.2, 2.6), (1.3, 1), (2.2, 0.5), (4.8, 0.3), (7, 0.6), (9.2, 0.4), (10.6, 1.8),
    (11.4, 4.6), (11, 7.2), (9.8, 9.3), (7, 9.6), (4, 8.6), (1.6, 8.2), (0.1, 6.2),
)  # fmt: skip
ANCHOR = (4.0, 55.5)
"""Longitude and latitude of (0, 0)."""

PARTS = {
    "waterfront": ("Waterfront", "01 03 05 14 16"),
    "inner": ("Inner", "02 04 06 07"),
    "west": ("West", "08 09 10 15 21"),
    "north": ("North", "11 12 18 23 24 25"),
    "east": ("East", "13 17 19 20 22"),
}
FORMS = ("right_wing", "left_wing", "religiously_inspired", "single_issue", "mixed")
"""Classes of signals, in the order of the column *signals* below."""

# id name       x y      residents %12-24  S K T        hate  r/l/i/s/m  unsafe/asked
_TABLE = """
01 Havnside    4.6 1.2   7900 14   .4   0    .2    6  3/1/1/0/2  42/162
02 Oldevar     4.6 2.7   6200 18  -.2   .2   0    14  2/3/1/1/2  34/146
03 Reperlane   6.2 1.5   6900 15   .6  -.2  1.3    7  4/2/0/1/1  54/153
04 Klokkenhill 3.1 3.4   5400 13  -.5   .9  -.6    2  0/0/0/1/0  24/139
05 Fergebank   2.5 1.6   6800 14   .5   .7  -.1    4  2/0/1/0/1  36/152
06 Garvermead  6.9 3.0   7600 16  1.1  -.6  1.6    9  6/1/1/0/2  62/159
07 Saltermarkt 5.3 4.1   4100 15   .1  -.4   .2   19  3/2/2/1/2  32/127
08 Lindeholme  1.9 6.8   5900 12 -1.5   .3 -1.1    1  1/0/1/2/1  16/144
09 Eskevale    3.6 7.0   6700 14 -1.3   .1  -.7    2  1/0/0/5/2  23/151
10 Athelmoor   4.1 5.2   8300 31  -.3   .1  -.2    6  1/4/2/1/1  35/165
11 Vantervang  7.2 6.3  12400 18  1.6  -.3   .3    8  3/0/2/1/3  60/203
12 Torvemead   5.5 7.2   8800 17  1.5  1.7  -.4    3  1/0/1/0/1  40/170
13 Hamrewick   8.7 3.0   6300 15   .9  -.9  1.8    6  6/0/0/1/2  59/147
14 Skerrholm   1  -.9    1150 11  -.1  1.2 -1      2  0/0/0/0/0   4/24
15 Quernbrae   2.4 5.0   7200 14  -.9  1.3 -1      1  0/0/0/1/0  21/155
16 Staalwick   7.9 1.4   5200 15  1.3 -1.6  1.9    6  8/0/0/1/3  57/137
17 Ravnsteep   8.9 6.4   9100 18  1.3   .3   .2    5  1/0/3/0/2  49/173
18 Orrelpark   5.8 5.3   5600  9  -.9   .4  -.6    1  0/0/1/1/0  23/141
19 Kanaldyke   7.5 4.5   7000 14   .5  -.8  1.3    6  2/1/1/0/1  54/154
20 Nyhegn      9.2 4.6   6500 14  -.2  -.8  1.1    3  2/0/0/1/1  48/149
21 Aspermark    .9 4.2   2900 12  -.4   .9 -1      0  0/0/0/2/0  17/116
22 Grensmoor  10.7 4.9   3300 12   .2  -.3   .3    1  1/0/0/2/0  32/120
24 Sluseside   7.0 8.4   3800 12  -.8 -1    -.4    1  0/0/0/0/1  23/125
25 Farrowmark  8.8 8.2   4400 14  -.3   .5  -.6    1  0/0/0/1/0  23/130
"""


@dataclass(frozen=True)
class District:
    """One row of the table above; ``residents``, ``hate``, ``signals``, ``unsafe`` are of 2024."""

    area_id: str
    name: str
    point: tuple[float, float]
    residents: int
    youth: float
    scores: tuple[float, float, float]
    hate: int
    signals: dict[str, int]
    unsafe: int
    asked: int


def _district(line: str) -> District:
    number, name, x, y, residents, youth, s, k, t, hate, signals, unsafe = line.split()
    yes, asked = unsafe.split("/")
    return District(
        f"MH{number}", name, (float(x), float(y)), int(residents), int(youth) / 100,
        (float(s), float(k), float(t)), int(hate),
        dict(zip(FORMS, map(int, signals.split("/")), strict=True)), int(yes), int(asked),
    )  # fmt: skip


DISTRICTS = {d.area_id: d for d in map(_district, _TABLE.strip().splitlines())}


def _joined() -> District:
    """MH23 Slusemark: the two districts that it later became."""
    halves = [(DISTRICTS[i], weight) for i, weight in CROSSWALK.items()]
    return District(
        "MH23",
        "Slusemark",
        halves[0][0].point,
        6750,  # in its last year, 2021
        sum(d.youth * weight for d, weight in halves),
        tuple(sum(d.scores[i] * w for d, w in halves) for i in range(3)),  # type: ignore[arg-type]
        sum(d.hate for d, _ in halves),
        {form: sum(d.signals[form] for d, _ in halves) for form in FORMS},
        sum(d.unsafe for d, _ in halves),
        151,
    )


SLUSEMARK = _joined()
ALL_DISTRICTS = {**DISTRICTS, "MH23": SLUSEMARK}
PART_OF_DISTRICT = {f"MH{n}": part for part, (_, them) in PARTS.items() for n in them.split()}

# ---------------------------------------------------------------- cells that are written
GROWTH = {"MH11": 0.0028, "MH16": -0.007, "MH23": 0.004}
"""Growth of residents a year where the story states it."""
NEW_DEVELOPMENT = {"MH24": {2022: 2900, 2023: 3400}, "MH25": {2022: 4390, 2023: 4395}}

FIXED_BASES = {
    ("residents_16_24", "MH11"): (1545, 1550, 1556, 1560, 1562),
    ("residents_12_18", "MH17"): (815, 818, 820, 822, 820),
    ("pupils", "MH09"): (871, 871, 871, 871, 871),
}
"""Denominators 2020-24 that the story states."""


@dataclass(frozen=True)
class Story:
    """What the story states of one indicator in one district.

    ``figures`` are the counts (values, for a mean) of 2020-24; ``before`` is
    the level, in the indicator's unit, around which earlier years are drawn.
    """

    figures: tuple[float, ...]
    before: float


STORY = {
    ("neet_young", "MH11"): Story((318, 291, 267, 243, 220), 20.5),
    ("unsafe_evening", "MH01"): Story((75, 66, 58, 50, 42), 46),
    ("trust_municipality", "MH16"): Story((5.6, 5.3, 5.0, 4.7, 4.4), 5.7),
    ("youth_centre_reach", "MH17"): Story((98, 131, 164, 205, 238), 11.5),
    ("volunteering", "MH12"): Story((79, 83, 77, 81, 80), 47),
    ("unauthorised_absence", "MH09"): Story((30, 27, 29, 26, 28), 3.3),
    ("online_lures_school", "MH09"): Story((0, 0, 1, 3, 6), 0.1),
    ("meeting_place_hours", "MH16"): Story((3, 3, 3, 3, 3), 3.9),
    ("signals_right_wing", "MH06"): Story((4, 5, 5, 6, 6), 3.5),
    ("signals_right_wing", "MH13"): Story((3, 4, 5, 6, 6), 2.5),
    ("signals_right_wing", "MH16"): Story((1, 2, 3, 5, 8), 0.7),
    ("signals_single_issue", "MH09"): Story((0, 1, 4, 5, 5), 0.3),
}

HATE_TOTALS = dict(zip(YEARS, (58, 60, 61, 66, 63, 64, 103, 106, 110, 114), strict=True))
"""Incidents in town; from 2021 the police also flag bias online."""
HATE_BREAK = 2021

ANSWERS = {
    "MH09": (46, 20, 12, 23, 50),
    "MH16": (38, 45, 27, 18, 9),
    "MH12": (6, 14, 30, 72, 48),
}
"""speak_openly 2024: how often each of the five answers was given."""
ANSWERS_TOWN = (335, 560, 860, 1060, 627)
