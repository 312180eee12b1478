"""How long the way in takes: ``python -m analysis bench intake``.

Makes large files as a statistics office writes them - cp1252, semicolons, decimal commas, signs in
place of figures; measures stacked in one column, or several columns of figures - and territories
that they fit. A dry run of the whole refresh is held against ``pandas.read_csv`` with every cell as
text, which neither joins nor checks anything. Both run in one process, in turns, and are measured
in seconds of the processor, whatever else runs; what was read is compared with plain pandas.
"""

from __future__ import annotations

import datetime as dt
import resource
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.intake.examination import Examination
from analysis.intake.refresh import Refresh
from analysis.intake.release import build

ROWS, TURNS = 1_000_000, 5
MOST = 3.0
"""Times as long as pandas alone that reading, joining and checking may take."""
AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
FIRST_YEAR, YEARS = 2005, 20
MEASURES = {
    "arbeitslos": "Arbeitslose Jugendliche",
    "gefaehrdet": "Gefährdete Haushalte",
    "ehrenamt": "Ehrenamtlich Tätige",
    "vereine": "Mitglieder in Vereinen",
    "unsicher": "Fühlen sich unsicher",
}
"""Indicator ids with what the file calls them."""
SIGNS = {"x": "suppressed", ".": "missing"}
"""What stands in place of a figure, and what it means."""
PLACE_AND_TIME = ("Schlüssel", "Gebiet", "Ebene", "Jahr")
STACKED = (*PLACE_AND_TIME, "Merkmal", "Einheit", "Quelle", "Wert")
CODE, MEASURE, VALUE = STACKED[0], STACKED[4], STACKED[7]
BESIDE = {
    "Arbeitslose": ("arbeitslos", "count"),
    "Jugendliche": ("arbeitslos", "denominator"),
    "Unsichere": ("unsicher", "value"),
}
"""Columns of figures of the other file: of which indicator, and what they are to it."""
WIDE = (*PLACE_AND_TIME, "Quelle", *BESIDE)
_ANSWERS = {
    "encoding": "cp1252",
    "level": "gemeinde",
    **{f"marker:{sign}": meaning for sign, meaning in SIGNS.items()},
}
_REVIEW = ("what would stand", "protecting", "what changes")
"""Steps after the checks: what publishing would show, what it would hide, and what would change."""


@dataclass(frozen=True)
class Material:
    """A territory, a file that fits it, and the answers its analyst would give."""

    folder: Path
    content: bytes
    answers: Mapping[str, str]
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Turn:
    """One measurement: seconds of pandas and of each step."""

    pandas: float
    steps: Mapping[str, float]

    @property
    def whole(self) -> float:
        """Seconds of the whole dry run."""
        return sum(self.steps.values())

    @property
    def checked(self) -> float:
        """Seconds of reading, joining and checking: without the review of what would stand."""
        return sum(one for step, one in self.steps.items() if not step.startswith(_REVIEW))


def make(folder: Path, rows: int = ROWS, seed: int = 7) -> Material:
    """Write a territory into an empty folder and return it with a file of stacked measures.

    Parameters
    ----------
    folder
        Where; must be empty or absent.
    rows
        About how many the file shall have: areas x 20 years x 5 measures.
    seed
        The same seed gives the same bytes.
    """
    codes, names = _territory(folder, rows // (YEARS * len(MEASURES)))
    answers = {**_ANSWERS, f"column:{MEASURE}": "measure"}
    for one, title in MEASURES.items():
        answers |= {f"figure:{title}": one, f"role:{title}": "value"}
    content = _stacked(codes, names, np.random.default_rng(seed))
    return Material(folder, content, answers, STACKED)


def make_beside(folder: Path, rows: int = ROWS // len(BESIDE), seed: int = 7) -> Material:
    """Return the same with as many figures in three columns: a count, its whole and a share."""
    codes, names = _territory(folder, rows // YEARS)
    answers = dict(_ANSWERS)
    for title, (one, role) in BESIDE.items():
        answers |= {f"figure:{title}": one, f"role:{title}": role}
    return Material(folder, _beside(codes, names, np.random.default_rng(seed)), answers, WIDE)


def _territory(folder: Path, count: int) -> tuple[list[str], list[str]]:
    """Write a territory of so many areas; returns their codes and names."""
    codes = [f"{1_001_000 + number:08d}" for number in range(max(2, count))]
    names = [f"Müßiggang {number}" for number in range(len(codes))]
    (folder / "boundaries").mkdir(parents=True)
    places = pd.DataFrame({"area_id": codes, "name": names})
    places.to_csv(folder / "boundaries" / "areas.csv", index=False)
    (folder / "boundaries" / "boundaries.toml").write_text(
        '[[boundary]]\nfile = "areas.csv"\nlevel = "gemeinde"\n'
    )
    (folder / "territory.toml").write_text('name = "Bench"\n[[levels]]\nid = "gemeinde"\n')
    lines = [
        "indicator_id,title,factor,higher_is,theme,source_kind,measure,unit,multiplier,decimals,"
        "publisher,frequency",
        *(
            f"{one},{title},risk,more,tensions,statistics,proportion,%,100,1,Office,Y"
            for one, title in MEASURES.items()
        ),
    ]
    (folder / "indicators.csv").write_text("\n".join([*lines, ""]), encoding="utf-8")
    build(folder, at=AT)
    return codes, names


def _signs(shape: tuple[int, ...], random: np.random.Generator) -> list[str]:
    return list(random.choice(["", *SIGNS], shape, p=[0.96, 0.02, 0.02]).ravel().tolist())


def _stacked(codes: list[str], names: list[str], random: np.random.Generator) -> bytes:
    """Return areas x years x measures, one row each; figures stay near the area's own."""
    shape = len(codes), YEARS, len(MEASURES)
    level = random.uniform(10, 60, (len(codes), 1, len(MEASURES)))
    shares = (level + random.uniform(-0.8, 0.8, shape)).clip(0, 100)
    area, year, measure = (one.ravel().tolist() for one in np.indices(shape))
    titles = list(MEASURES.values())
    lines = [
        f"{codes[a]};{names[a]};gemeinde;{FIRST_YEAR + y};{titles[m]};Prozent;Statistisches Amt;"
        + (sign or f"{share:.2f}".replace(".", ","))
        for a, y, m, share, sign in zip(
            area, year, measure, shares.ravel().tolist(), _signs(shape, random), strict=True
        )
    ]
    return ("\n".join([";".join(STACKED), *lines]) + "\n").encode("cp1252")


def _beside(codes: list[str], names: list[str], random: np.random.Generator) -> bytes:
    """Return areas x years, a row each: cases, the young people they are of, and a share."""
    shape = len(codes), YEARS
    whole = np.repeat(random.integers(200, 20_000, (len(codes), 1)), YEARS, axis=1)
    cases = random.binomial(whole, random.uniform(0.05, 0.2, (len(codes), 1)))
    shares = random.uniform(10, 60, (len(codes), 1)) + random.uniform(-0.8, 0.8, shape)
    area, year = (one.ravel().tolist() for one in np.indices(shape))
    figures = (
        cases.ravel().tolist(),
        whole.ravel().tolist(),
        [f"{one:.2f}".replace(".", ",") for one in shares.ravel().tolist()],
    )
    cells = [
        [sign or str(figure) for figure, sign in zip(column, _signs(shape, random), strict=True)]
        for column in figures
    ]
    lines = [
        f"{codes[a]};{names[a]};gemeinde;{FIRST_YEAR + y};Statistisches Amt;{one};{two};{three}"
        for a, y, one, two, three in zip(area, year, *cells, strict=True)
    ]
    return ("\n".join([";".join(WIDE), *lines]) + "\n").encode("cp1252")


def read_by_pandas(content: bytes) -> pd.DataFrame:
    """Read the file as text, as the documentation of pandas has it for such a file."""
    return pd.read_csv(
        BytesIO(content), sep=";", encoding="cp1252", dtype=str, keep_default_na=False
    )


def measure(material: Material) -> tuple[Turn, Examination]:
    """Measure pandas and a dry run of the refresh once, one after the other; what was found too."""
    begun = time.process_time()
    read_by_pandas(material.content)
    alone = time.process_time() - begun
    told: list[tuple[str, float]] = []
    found = Refresh(material.folder).begin(
        [("bench.csv", material.content)], by="bench", at=AT, answers=material.answers, keep=False,
        progress=lambda step, _share: told.append((step.partition(":")[0], time.process_time())),
    )  # fmt: skip
    steps: dict[str, float] = {}
    for (step, at), (_next, until) in zip(
        told, [*told[1:], ("", time.process_time())], strict=True
    ):
        steps[step] = steps.get(step, 0.0) + until - at
    return Turn(alone, steps), found


def figures_by_pandas(material: Material) -> pd.DataFrame:
    """Return the figures of a file by plain pandas, one row each.

    Returns
    -------
    DataFrame
        ``line`` of the file, ``code`` of the area, ``indicator_id``, ``role``, ``text``, ``number``.
    """
    cells = read_by_pandas(material.content).rename(columns={CODE: "code"})
    cells["line"] = cells.index + 2  # the heading is line 1
    if material.headings == STACKED:
        ids = {title: one for one, title in MEASURES.items()}
        long = cells.assign(indicator_id=cells[MEASURE].map(ids), role="value", text=cells[VALUE])
    else:
        long = cells.melt(["line", "code"], list(BESIDE), var_name="column", value_name="text")
        long["indicator_id"] = long["column"].map({one: of for one, (of, _) in BESIDE.items()})
        long["role"] = long["column"].map({one: role for one, (_, role) in BESIDE.items()})
    number = pd.to_numeric(long["text"].str.replace(",", "."), errors="coerce")
    return long.assign(number=number)[["line", "code", "indicator_id", "role", "text", "number"]]


def differences(material: Material, found: Examination) -> list[str]:
    """Compare what was read, joined and counted with plain pandas; empty when all is the same."""
    figures = figures_by_pandas(material)
    known = set(pd.read_csv(material.folder / "boundaries" / "areas.csv", dtype=str)["area_id"])
    (file,) = found.files
    lines = figures.drop_duplicates("line")
    expected: dict[str, object] = {
        "rows": len(lines),
        "matched rows": int(lines["code"].isin(known).sum()),
        "total": round(float(figures["number"].sum()), 4),
    }
    got: dict[str, object] = {
        "rows": file.ledger.rows_in if file.ledger else 0,
        "matched rows": file.ledger.matched if file.ledger else 0,
        "total": round(file.ledger.total_joined, 4) if file.ledger else 0.0,
    }
    for one, own in figures.groupby("indicator_id"):
        # A row is hidden when any of its figures is, else missing when any is.
        signs = own["text"].map(SIGNS).map({"suppressed": 2, "missing": 1}).fillna(0)
        status = signs.groupby(own["line"]).max()
        told = status.map({0: "observed", 1: "missing", 2: "suppressed"})
        rows = found.observations.get(str(one))
        expected[f"statuses of {one}"] = told.value_counts().sort_index().to_dict()
        expected[f"lines of {one}"] = int(status.index.to_numpy().sum())
        seen = own[own["line"].map(status) == 0]
        if rows is not None:
            got[f"statuses of {one}"] = rows["status"].value_counts().sort_index().to_dict()
            got[f"lines of {one}"] = int(rows.index.to_numpy().sum())
        for role, total in seen.groupby("role")["number"].sum().items():
            expected[f"{role} of {one} in all"] = round(float(total), 4)
            if rows is not None:
                got[f"{role} of {one} in all"] = round(float(rows[str(role)].sum()), 4)
    return [
        f"{name} is {got.get(name)!r}, plain pandas says {told!r}"
        for name, told in expected.items()
        if got.get(name) != told
    ]


def run() -> tuple[list[str], list[str]]:
    """Measure each file; return the lines of the report, and what differs from plain pandas."""
    told, wrong = [], []
    for number, made in enumerate((make, make_beside)):
        with tempfile.TemporaryDirectory() as folder:
            rows = ROWS // len(BESIDE) if number else ROWS
            one, differs = _measured(made(Path(folder) / "territory", rows))
        told += one
        wrong += differs
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [*told, f"peak memory {memory:.0f} MB"], wrong


def _measured(material: Material) -> tuple[list[str], list[str]]:
    """Measure one file in turns."""
    turn, found = measure(material)
    taken = [turn]
    while len(taken) < TURNS:
        del found  # one of them is large; its memory is that of one dry run
        turn, found = measure(material)
        taken.append(turn)
    lines = sum(file.reading.rows_in for file in found.files)
    size = len(material.content) / 1e6
    columns = 1 if material.headings == STACKED else len(BESIDE)
    told = [
        f"{lines:,} rows x {len(material.headings)} columns, {columns} of figures, {size:.0f} MB;"
        f" median of {TURNS} turns, in seconds of the processor"
    ]
    seconds = {"pandas.read_csv(dtype=str)": [turn.pandas for turn in taken]}
    for step in taken[-1].steps:
        seconds[step] = [turn.steps[step] for turn in taken]
    told += [f"{name:<48}{statistics.median(each):>7.2f} s" for name, each in seconds.items()]
    ratios = {
        f"reading, joining and checking (at most {MOST:g})": [
            turn.checked / turn.pandas for turn in taken
        ],
        "the whole dry run": [turn.whole / turn.pandas for turn in taken],
    }
    told += [
        f"{name:<48}{statistics.median(each):>7.2f} times pandas" for name, each in ratios.items()
    ]
    return [*told, found.decision], differences(material, found)


def main() -> int:
    """Print the report; returns 1 where the result is not that of plain pandas."""
    told, wrong = run()
    print("\n".join([*told, *(wrong or ["the result is that of plain pandas"])]))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
