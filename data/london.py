"""Turn published files about London into a territory: ``python -m data.london SOURCE DIR``.

Knows what these files are and where they bite: LSOA and MSOA of 2011, of
which the MSOA are dissolved from the LSOA because the map of 2021 has other
codes; boroughs; recorded offences by year as columns; population of two
years only; income as a median, which is never averaged upward.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import geopandas as gpd
import pandas as pd

from analysis import tables

CITY = "E12000007"
OFFENCES = {
    "violence": "Violence against the person",
    "burglary": "Burglary",
    "drugs": "Drug offences",
    "robbery": "Robbery",
    "weapons": "Possession of weapons",
}
OPEN = "published open figures, shown by their publisher for every area"
LICENCE = "Open Government Licence v3"

SETTINGS = """\
id = "london"
name = "London"
languages = ["en-GB"]

[[levels]]
id = "city"
name = "city"
plural = "cities"

[[levels]]
id = "borough"
name = "borough"
plural = "boroughs"

[[levels]]
id = "msoa"
name = "MSOA"
plural = "MSOAs"

[[levels]]
id = "lsoa"
name = "LSOA"
plural = "LSOAs"

[map]
level = "borough"
"""

BOUNDARIES = {
    "city": ("London, dissolved from its boroughs", ""),
    "borough": ("Office for National Statistics, boroughs of 2022, OGL v3", "parent_id"),
    "msoa": ("Office for National Statistics, MSOA 2011 dissolved from LSOA, OGL v3", "parent_id"),
    "lsoa": ("Office for National Statistics, LSOA 2011, OGL v3", "parent_id"),
}


def write_territory(source: Path, folder: Path) -> None:
    """Write the territory folder of London.

    Parameters
    ----------
    source
        Folder with ``boundaries/`` and the CSV files, as published.
    folder
        Where to write; files of the same name are replaced.
    """
    (folder / "boundaries").mkdir(parents=True, exist_ok=True)
    (folder / "observations").mkdir(exist_ok=True)
    (folder / "territory.toml").write_text(SETTINGS, encoding="utf-8")
    for level, areas in read_areas(source / "boundaries").items():
        areas.to_parquet(folder / "boundaries" / f"{level}.parquet")
    entries = [
        f'[[boundary]]\nfile = "{level}.parquet"\nlevel = "{level}"\nsource = "{origin}"\n'
        + (f'parent = "{parent}"\n' if parent else "")
        for level, (origin, parent) in BOUNDARIES.items()
    ]
    (folder / "boundaries" / "boundaries.toml").write_text("\n".join(entries), encoding="utf-8")
    indicators().to_csv(folder / "indicators.csv", index=False)
    for name in OFFENCES:
        counts = read_offence(source / f"london-2011-2021-major-{name}.csv", name)
        counts.to_csv(folder / "observations" / f"{name}.csv", index=False)
        rates = counts.assign(indicator_id=f"{name}_rate")
        rates.to_csv(folder / "observations" / f"{name}_rate.csv", index=False)
    read_population(source).to_csv(folder / "observations" / "population.csv", index=False)
    income = read_income(source / "london-2001-2012-HHI-median.csv")
    income.to_csv(folder / "observations" / "income.csv", index=False)


def read_areas(source: Path) -> dict[str, gpd.GeoDataFrame]:
    """Return the areas of the four levels: columns ``area_id, name, parent_id, geometry``."""
    lsoa = gpd.read_file(source / "london-2011-lsoa-gen20.shp")
    lsoa["geometry"] = lsoa.geometry.make_valid()
    boroughs = gpd.read_file(source / "london-2021-lad22-gen20.shp")
    msoa = lsoa.dissolve("MSOA11CD", as_index=False)
    found = {
        "lsoa": lsoa.rename(
            columns={"LSOA11CD": "area_id", "LSOA11NM": "name", "MSOA11CD": "parent_id"}
        ),
        "msoa": msoa.rename(
            columns={"MSOA11CD": "area_id", "MSOA11NM": "name", "LAD11CD": "parent_id"}
        ),
        "borough": boroughs.rename(columns={"LAD22CD": "area_id", "LAD22NM": "name"}).assign(
            parent_id=CITY
        ),
    }
    city = found["borough"].dissolve("parent_id", as_index=False)
    found["city"] = city.assign(area_id=CITY, name="London", parent_id="")
    columns = ["area_id", "name", "parent_id", "geometry"]
    return {level: areas[columns] for level, areas in found.items()}


def read_offence(path: Path, indicator_id: str) -> pd.DataFrame:
    """Read one offence, years as columns; an LSOA without a row stays without one."""
    wide = pd.read_csv(path, dtype="str", keep_default_na=False)
    years = [name for name in wide.columns if name.isdigit()]
    return _observations(wide, {year: year for year in years}, indicator_id, "count")


def read_population(source: Path) -> pd.DataFrame:
    """Read the residents of mid-2019 and mid-2020."""
    parts = []
    for year in ("2019", "2020"):
        wide = pd.read_csv(source / f"london-mid{year}-pop.csv", dtype="str", keep_default_na=False)
        parts.append(_observations(wide, {"Persons_All-Ages": year}, "population", "count"))
    return pd.concat(parts, ignore_index=True)


def read_income(path: Path) -> pd.DataFrame:
    """Read median household income by year."""
    wide = pd.read_csv(path, dtype="str", keep_default_na=False)
    columns = {name: name[-4:] for name in wide.columns if name.startswith("HHI_median_")}
    return _observations(wide, columns, "income", "value")


def _observations(
    wide: pd.DataFrame, period_of: Mapping[str, str], indicator_id: str, column: str
) -> pd.DataFrame:
    """Turn columns of periods into observations; empty cells are missing."""
    long = wide.melt(id_vars="LSOA11CD", value_vars=list(period_of), var_name="period",
                     value_name=column)  # fmt: skip
    return pd.DataFrame(
        {
            "level": "lsoa",
            "area_id": long["LSOA11CD"],
            "indicator_id": indicator_id,
            "period": long["period"].map(period_of),
            column: long[column],
            "status": long[column].eq("").map({True: "missing", False: "observed"}),
        }
    )


def indicators() -> pd.DataFrame:
    """Return the catalogue of London."""
    police = {
        "factor": "risk", "higher_is": "more", "theme": "tensions", "scope": "local",
        "source_kind": "administrative", "frequency": "Y", "disclosure_threshold": "0",
        "disclosure_reason": OPEN, "publisher": "Metropolitan Police Service", "licence": LICENCE,
        "caveat": "recorded where it happened; what is not reported is not counted",
    }  # fmt: skip
    rows = []
    for name, title in OFFENCES.items():
        rows.append(
            police
            | {
                "indicator_id": f"{name}_rate", "title": title, "measure": "rate",
                "definition": f"{title}: recorded offences per 1,000 residents",
                "unit": "per 1,000 residents", "multiplier": "1000", "decimals": "1",
                "denominator_id": "population",
            }
        )  # fmt: skip
        rows.append(
            police
            | {
                "indicator_id": name, "title": f"{title}, offences", "measure": "count",
                "definition": f"{title}: recorded offences", "unit": "offences", "decimals": "0",
            }
        )  # fmt: skip
    shared = {
        "factor": "context", "higher_is": "neutral", "source_kind": "statistics", "scope": "national",
        "frequency": "Y", "disclosure_threshold": "0", "disclosure_reason": OPEN, "decimals": "0",
        "licence": LICENCE,
    }  # fmt: skip
    rows.append(
        shared
        | {
            "indicator_id": "income", "title": "Median household income", "measure": "median",
            "definition": "Half of the households have more, half have less", "theme":
            "social_position", "unit": "pounds a year", "publisher": "Greater London Authority",
            "context_reason": "shows need of support; predicts nothing",
        }
    )  # fmt: skip
    rows.append(
        shared
        | {
            "indicator_id": "population", "title": "Residents", "measure": "count",
            "definition": "Residents at mid-year", "theme": "base", "unit": "residents",
            "publisher": "Office for National Statistics",
        }
    )  # fmt: skip
    return pd.DataFrame(rows, columns=tables.INDICATORS.column_names, dtype="str").fillna("")


def main() -> None:
    """Read the command line and write the territory."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("source", type=Path, metavar="SOURCE")
    reader.add_argument("folder", type=Path, metavar="DIR")
    chosen = reader.parse_args()
    write_territory(chosen.source, chosen.folder)
    print(f"{chosen.folder} is written; now: python -m analysis build {chosen.folder}")


if __name__ == "__main__":
    main()
