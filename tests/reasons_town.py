"""A town in which each square lacks something else: every reason for *not assessed* arises in it."""

from __future__ import annotations

from pathlib import Path

from tests.analysis.conftest import CATALOGUE, NineSquares, squares

COLUMNS = "level,area_id,indicator_id,period,value,count,denominator,sd,status,break"
YEARS = [str(year) for year in range(2015, 2025)]


def row(area: str, indicator: str, period: str, cells: str) -> str:
    """One line of observations; cells are value,count,denominator,sd,status,break."""
    level = "town" if area == "T" else "district"
    return f"{level},{area},{indicator},{period},{cells}"


def write_town(folder: Path) -> NineSquares:
    """Write the town into a folder and answer with it, not yet built.

    D9 stands on new borders since 2022; those of D8 were redrawn, not moved.
    """
    nine = NineSquares(folder)
    new = squares()
    new.loc[new["area_id"] == "D9", "geometry"] = new.geometry.iloc[-1].buffer(-0.001)
    new.loc[new["area_id"] == "D8", "geometry"] = new.geometry.iloc[-2].buffer(-1e-7)
    nine.write("boundaries/new.geojson", new.to_json())
    nine.write(
        "boundaries/boundaries.toml",
        """
[[boundary]]
file = "town.geojson"
level = "town"
[[boundary]]
file = "districts.geojson"
level = "district"
parent = "parent_id"
valid_to = "2021-12-31"
[[boundary]]
file = "new.geojson"
level = "district"
parent = "parent_id"
valid_from = "2022-01-01"
""",
    )
    rows = (
        *CATALOGUE,
        {"indicator_id": "again", "factor": "risk", "higher_is": "more", "measure": "count",
         "repeat_events": "true", "disclosure_threshold": "0", "disclosure_reason": "open"},
        {"indicator_id": "seldom", "factor": "risk", "higher_is": "more", "measure": "proportion",
         "multiplier": "100", "frequency": "2Y"},
        {"indicator_id": "grade", "factor": "protective", "higher_is": "more", "measure": "index"},
        {"indicator_id": "pulse", "factor": "protective", "higher_is": "more", "measure": "mean"},
    )  # fmt: skip
    nine.catalogue(*(one | {"title": one["indicator_id"]} for one in rows))
    lines = []
    for year in YEARS:
        for n in range(1, 10):
            # D2 is hidden in 2022, D3 has no figure in 2023, D4 starts anew in 2023.
            share = {(2, "2022"): ",3,80,,,", (3, "2023"): ",,,,missing,"}.get(
                (n, year), f",{20 + n},80,,,{'true' if (n, year) == (4, '2023') else ''}"
            )
            lines += [
                row(f"D{n}", "share", year, share),
                row(f"D{n}", "again", year, f",{int(year) - 2000 + n},,,,"),
                row(f"D{n}", "grade", year, f"{n + 0.1 * int(year):.1f},,,,,"),
                row(f"D{n}", "rate", year, f",{20 + n},,,,"),
            ]
        lines += [row("T", "share", year, "25,,,,,"), row("T", "grade", year, "200,,,,,")]
    for year in YEARS[1::2]:
        # Two of nine squares without a figure in 2018 are too many for a sum.
        squares_told = range(3 if year == "2018" else 1, 10)
        lines += [row(f"D{n}", "seldom", year, ",20,80,,,") for n in squares_told]
    lines += [
        row("D1", "mood", "2024", "6.1,,20,1.5,,"),
        row("D2", "mood", "2024", "6.1,,90,1.5,,"),
    ]
    lines += [row("D1", "pulse", "2024", "6.1,,1,0,,"), row("D2", "pulse", "2024", "6.1,,9,1.5,,")]
    lines += [row("T", "pulse", "2024", "6,,900,1.5,,")]
    nine.observe(*lines, columns=COLUMNS)
    return nine
