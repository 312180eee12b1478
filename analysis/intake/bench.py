"""How long the way in takes: ``python -m analysis bench intake``.

Makes one large file as a statistics office writes it - cp1252, semicolons, decimal commas, measures
stacked in one column, signs in place of figures - and a territory that it fits. A dry run of the
whole refresh is held against ``pandas.read_csv`` with every cell as text, which neither joins nor
checks anything. Both run in one process, in turns; what was read is compared with plain pandas.
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
from analysis.intake.joining import MATCHED
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
HEADINGS = ("Schlüssel", "Gebiet", "Ebene", "Jahr", "Merkmal", "Einheit", "Quelle", "Wert")
CODE, MEASURE, VALUE = HEADINGS[0], HEADINGS[4], HEADINGS[7]
_REVIEW = "what changes"


@dataclass(frozen=True)
class Material:
    """A territory, a file that fits it, and the answers its analyst would give."""

    folder: Path
    content: bytes
    answers: Mapping[str, str]


@dataclass(frozen=True)
class Turn:
    """One measurement: seconds of pandas, of each step, and what was found."""

    pandas: float
    steps: Mapping[str, float]
    found: Examination

    @property
    def whole(self) -> float:
        """Seconds of the whole dry run."""
        return sum(self.steps.values())

    @property
    def checked(self) -> float:
        """Seconds of reading, joining and checking: without the review of what would change."""
        return sum(one for step, one in self.steps.items() if not step.startswith(_REVIEW))


def make(folder: Path, rows: int = ROWS, seed: int = 7) -> Material:
    """Write a territory into an empty folder and return it with its file.

    Parameters
    ----------
    folder
        Where; must be empty or absent.
    rows
        About how many the file shall have: areas x 20 years x 5 measures.
    seed
        The same seed gives the same bytes.
    """
    count = max(2, rows // (YEARS * len(MEASURES)))
    codes = [f"{1_001_000 + number:08d}" for number in range(count)]
    names = [f"Müßiggang {number}" for number in range(count)]
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
    answers = {"encoding": "cp1252", "level": "gemeinde", f"column:{MEASURE}": "measure"}
    answers |= {f"marker:{sign}": meaning for sign, meaning in SIGNS.items()}
    for one, title in MEASURES.items():
        answers |= {f"figure:{title}": one, f"role:{title}": "value"}
    return Material(folder, _file(codes, names, np.random.default_rng(seed)), answers)


def _file(codes: list[str], names: list[str], random: np.random.Generator) -> bytes:
    """Return areas x years x measures, one row each; figures stay near the area's own."""
    shape = len(codes), YEARS, len(MEASURES)
    level = random.uniform(10, 60, (len(codes), 1, len(MEASURES)))
    shares = (level + random.normal(0, 0.4, shape)).clip(0, 100)
    signs = random.choice(["", *SIGNS], shape, p=[0.96, 0.02, 0.02]).ravel().tolist()
    area, year, measure = (one.ravel().tolist() for one in np.indices(shape))
    titles = list(MEASURES.values())
    lines = [
        f"{codes[a]};{names[a]};gemeinde;{FIRST_YEAR + y};{titles[m]};Prozent;Statistisches Amt;"
        + (sign or f"{share:.2f}".replace(".", ","))
        for a, y, m, share, sign in zip(
            area, year, measure, shares.ravel().tolist(), signs, strict=True
        )
    ]
    return ("\n".join([";".join(HEADINGS), *lines]) + "\n").encode("cp1252")


def read_by_pandas(content: bytes) -> pd.DataFrame:
    """Read the file as text, as the documentation of pandas has it for such a file."""
    return pd.read_csv(
        BytesIO(content), sep=";", encoding="cp1252", dtype=str, keep_default_na=False
    )


def measure(material: Material) -> Turn:
    """Measure pandas and a dry run of the refresh once, one after the other."""
    begun = time.perf_counter()
    read_by_pandas(material.content)
    alone = time.perf_counter() - begun
    told: list[tuple[str, float]] = []
    found = Refresh(material.folder).begin(
        [("bench.csv", material.content)], by="bench", at=AT, answers=material.answers, keep=False,
        progress=lambda step, _share: told.append((step.partition(":")[0], time.perf_counter())),
    )  # fmt: skip
    steps: dict[str, float] = {}
    for (step, at), (_next, until) in zip(
        told, [*told[1:], ("", time.perf_counter())], strict=True
    ):
        steps[step] = steps.get(step, 0.0) + until - at
    return Turn(alone, steps, found)


def differences(material: Material, found: Examination) -> list[str]:
    """Compare what was read, joined and counted with plain pandas; empty when all is the same."""
    cells = read_by_pandas(material.content)
    known = set(pd.read_csv(material.folder / "boundaries" / "areas.csv", dtype=str)["area_id"])
    number = pd.to_numeric(cells[VALUE].str.replace(",", "."), errors="coerce")
    status = cells[VALUE].map(SIGNS).fillna("observed")
    (file,) = found.files
    expected: dict[str, object] = {
        "rows": len(cells),
        "matched rows": int(cells[CODE].isin(known).sum()),
        "total": round(float(number.sum()), 4),
    }
    got: dict[str, object] = {
        "rows": file.ledger.rows_in if file.ledger else 0,
        "matched rows": int((file.ledger.outcome == MATCHED).sum()) if file.ledger else 0,
        "total": round(file.ledger.total_joined, 4) if file.ledger else 0.0,
    }
    for one, title in MEASURES.items():
        rows, own = found.observations.get(one), cells[MEASURE] == title
        expected[f"total of {one}"] = round(float(number[own].sum()), 4)
        expected[f"statuses of {one}"] = status[own].value_counts().sort_index().to_dict()
        # The heading is line 1.
        expected[f"lines of {one}"] = int((cells.index[own] + 2).to_numpy().sum())
        if rows is not None:
            got[f"total of {one}"] = round(float(rows["value"].sum()), 4)
            got[f"statuses of {one}"] = rows["status"].value_counts().sort_index().to_dict()
            got[f"lines of {one}"] = int(rows.index.to_numpy().sum())
    return [
        f"{name} is {got.get(name)!r}, plain pandas says {told!r}"
        for name, told in expected.items()
        if got.get(name) != told
    ]


def run() -> tuple[list[str], list[str]]:
    """Measure in turns; return the lines of the report, and what differs from plain pandas."""
    with tempfile.TemporaryDirectory() as folder:
        material = make(Path(folder) / "territory", ROWS)
        taken = [measure(material) for _turn in range(TURNS)]
        wrong = differences(material, taken[-1].found)
    found = taken[-1].found
    lines = sum(file.reading.rows_in for file in found.files)
    size = len(material.content) / 1e6
    told = [f"{lines:,} rows x {len(HEADINGS)} columns, {size:.0f} MB; median of {TURNS} turns"]
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
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.append(f"{found.decision}; peak memory {memory:.0f} MB")
    return told, wrong


def main() -> int:
    """Print the report; returns 1 where the result is not that of plain pandas."""
    told, wrong = run()
    print("\n".join([*told, *(wrong or ["the result is that of plain pandas"])]))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
