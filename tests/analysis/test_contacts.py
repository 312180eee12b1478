"""Whom to call: by sector and name, with what was asked and what nobody knows."""

from __future__ import annotations

import pandas as pd

from analysis import contacts, tables
from analysis.tables import CONTACTS, validate

SECTORS = {"police": "police", "education": "education"}
PARTNERS = pd.DataFrame(
    [("P1", "Mill School", "education"), ("P2", "Station", "police"), ("P3", "Ark", "new_one")],
    columns=["partner_id", "name", "sector"],
    dtype="str",
)


def typed(*rows: dict[str, str]) -> pd.DataFrame:
    raw = pd.DataFrame(rows, columns=CONTACTS.column_names, dtype="str").fillna("")
    found, problems = validate(raw, CONTACTS)
    assert problems == []
    return found


SCHOOL = {
    "contact_id": "C1", "partner_id": "P1", "function": "office", "name": "Ilse Vane",
    "platform": "yes", "platform_on": "2025-01-16",
}  # fmt: skip


def test_partners_stand_by_sector_and_name_and_one_without_a_contact_is_listed():
    rows = contacts.listed(PARTNERS, typed(SCHOOL), SECTORS)
    assert rows[["partner", "function", "name"]].to_numpy().tolist() == [
        ["Station", "", ""], ["Mill School", "office", "Ilse Vane"], ["Ark", "", ""],
    ]  # fmt: skip
    assert contacts.title(rows) == "Somebody to call is listed of 1 of 3 partners"
    assert contacts.sentences(rows) == (
        "No contact is listed of Station, Ark. Of 1 contact that was asked: platform 1 yes;"
        " teachers trained 1 not known; feedback asked 1 not known."
    )


def test_two_contacts_of_a_partner_are_two_rows_of_one_partner():
    other = {"contact_id": "C2", "partner_id": "P1", "function": "care team"}
    rows = contacts.listed(PARTNERS.iloc[:1], typed(SCHOOL, other), SECTORS)
    assert rows["function"].tolist() == ["office", "care team"]
    assert rows["asked"].tolist() == [
        "comes to the platform (16 Jan 2025); training not known; feedback not known", "",
    ]  # fmt: skip
    assert contacts.title(rows).endswith("of 1 of 1 partner")


def test_contacts_published_before_anything_was_asked_are_read_all_the_same():
    asked = [
        one for one in tables.CONTACTS.column_names if one.startswith(("platform", "teach", "feed"))
    ]
    rows = contacts.listed(PARTNERS, typed(SCHOOL).drop(columns=asked), SECTORS)
    assert rows["asked"].eq("").all()
    assert "asked" not in contacts.sentences(rows)


def test_many_without_a_contact_are_counted():
    many = pd.DataFrame({"partner_id": [f"P{n}" for n in range(9)], "name": [f"N{n}" for n in range(9)],
                         "sector": "police"}, dtype="str")  # fmt: skip
    said = contacts.sentences(contacts.listed(many, typed(), SECTORS))
    assert said == "No contact is listed of N0, N1, N2, N3, N4, N5 and 3 more."
