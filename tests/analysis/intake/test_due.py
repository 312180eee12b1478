"""What is due: late until somebody publishes it through the app."""

import datetime as dt

import pandas as pd

from analysis import tables
from analysis.catalogue import Catalogue
from analysis.intake.due import due
from analysis.store import Release

TODAY = dt.date(2026, 3, 10)
DUE = {"late": "2026-02-27", "later": "2026-03-01", "coming": "2026-04-01", "never": ""}


def catalogue():
    common = {
        "factor": "risk", "higher_is": "more", "theme": "trust", "source_kind": "statistics",
        "measure": "count", "unit": "x", "publisher": "Panel",
    }  # fmt: skip
    rows = [
        {"indicator_id": name, "title": name.title(), "next_due": date, **common}
        for name, date in DUE.items()
    ]
    text = pd.DataFrame(rows, columns=tables.INDICATORS.column_names, dtype="str").fillna("")
    return Catalogue(tables.validate(text, tables.INDICATORS)[0])


def release(by, day):
    return Release("r1", 1, f"{day}T09:00:00+00:00", by, "why", (), (), False)


def test_the_longest_overdue_stands_first_and_what_has_no_date_nowhere():
    found = due(catalogue(), TODAY)
    assert found["indicator_id"].tolist() == ["late", "later", "coming"]
    assert found["days"].tolist() == [-11, -9, 22]
    assert found["state"].tolist() == ["late", "late", "coming"]
    assert set(found["publisher"]) == {"Panel"}


def test_what_came_since_is_not_late_and_stands_last():
    found = due(catalogue(), TODAY, {"late": release("anna", "2026-02-28")})
    assert found.set_index("indicator_id")["state"].to_dict() == {
        "later": "late", "coming": "coming", "late": "came",
    }  # fmt: skip
    assert found["indicator_id"].iloc[-1] == "late"


def test_a_release_before_the_date_or_a_build_from_the_folder_is_no_news():
    early = due(catalogue(), TODAY, {"late": release("anna", "2026-02-26")})
    build = due(catalogue(), TODAY, {"late": release("build", "2026-03-02")})
    assert early["state"].tolist() == build["state"].tolist() == ["late", "late", "coming"]


def test_the_day_it_is_due_is_not_late():
    found = due(catalogue(), dt.date(2026, 2, 27))
    assert found.loc[0, "state"] == "coming"
