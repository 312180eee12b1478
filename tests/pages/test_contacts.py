"""Contacts are on the screens of coordinators, and in no download and on no screen of others."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
import streamlit as st

from analysis.intake.release import build
from pages.shared import frame
from tests.pages.screen import Screen

AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
WORLDS = Path(__file__).parents[1] / "worlds"
FILES = {
    "partners.csv": "partner_id,name,sector,area_ids,answered\nP1,Hill School,education,all,true\n"
    "P2,Station,police,all,true\nP3,Club,youth_work,B1,true\n",
    "ties.csv": "from,to,type,strength,as_of\nP1,P2,contact,2,2025-02-01\nP2,P3,joint_work,1,2025-02-01\n",
    "sharing.csv": "information,held_by,needed_by,coordinator\ntensions,police,education,P2\n",
    "contacts.csv": "contact_id,partner_id,function,name,telephone,email,hours,platform,platform_on\n"
    "K77,P1,inmost office,Ilse Vane,0555 1234,desk@hill.example,Mon 8–9,yes,2025-01-16\n"
    "K78,P2,hindmost desk,Olaf Brim,0555 9876,desk@station.example,Tue 8–9,,\n",
}  # fmt: skip
SECRET = ("Ilse", "Vane", "Olaf", "Brim", "0555 1234", "0555 9876", "hill.example", "station.example", "inmost", "hindmost",
          "K77", "K78", "Mon 8", "16 Jan 2025", "2025-01-16")  # fmt: skip
OF_PARTNERS = [
    {"page": "district"},
    *(
        {"page": "network", "way": way}
        for way in ("measures", "leaving", "reach", "sharing", "contacts")
    ),
    {"page": "network", "way": "ties", "detail": "P1"},
]
"""Where partners are spoken of."""
OTHERS = [{"page": page.file} for page in frame.PAGES if page.file not in ("district", "refresh")]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("contacts") / "town"
    shutil.copytree(WORLDS / "bare", folder, ignore=shutil.ignore_patterns("store"))
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    build(folder, at=AT)
    return folder


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Answer with what every download of the pages hands out."""
    handed: list[Any] = []
    real = st.download_button

    def noted(label: str, data: Any, *rest: Any, **named: Any) -> bool:
        handed.append(data() if callable(data) else data)
        return bool(real(label, data, *rest, **named))

    monkeypatch.setattr(st, "download_button", noted)
    return handed


def secrets_in(town: Path, place: dict[str, str], handed: list[Any]) -> tuple[set[str], set[str]]:
    """Open a page; return what of the contacts is on its screen, and what in its downloads."""
    handed.clear()
    address = {key: one for key, one in place.items() if key != "page"}
    shown = Screen(town).open(place["page"], **address)
    assert not shown.app.exception
    assert shown.failures == []
    screen = [text for _place, text in shown.texts]
    screen += [str(one.proto) for one in shown.app if getattr(one, "proto", None) is not None]
    files = [
        one.decode("utf-8", "replace") if isinstance(one, bytes) else str(one) for one in handed
    ]
    return tuple({one for one in SECRET if one in "\n".join(said)} for said in (screen, files))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("roles", "places"),
    [(("viewer",), OF_PARTNERS + OTHERS), (("viewer", "analyst"), OF_PARTNERS)],
    ids=["viewer", "analyst"],
)
def test_who_is_no_coordinator_finds_no_contact_on_any_screen_or_in_any_download(
    town: Path,
    downloads: list[Any],
    monkeypatch: pytest.MonkeyPatch,
    roles: tuple[str, ...],
    places: list[dict[str, str]],
) -> None:
    monkeypatch.setattr(frame, "roles", lambda: roles)
    for place in places:
        assert secrets_in(town, place, downloads) == (set(), set()), place


def test_a_coordinator_finds_them_on_network_and_district_and_in_no_download(
    town: Path, downloads: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "roles", lambda: ("viewer", "coordinator"))
    seen = {}
    files = 0
    for place in OF_PARTNERS:
        seen[place.get("way", "district")], in_files = secrets_in(town, place, downloads)
        files += len(downloads)
        assert in_files == set(), place
    assert files > 5
    for where in ("district", "contacts"):
        assert {"Ilse", "Olaf", "0555 1234", "hill.example", "16 Jan 2025"} <= seen[where]
    assert "Ilse" in seen["ties"]
    assert not seen["reach"] | seen["sharing"] | seen["measures"]


def test_a_coordinator_reads_whom_to_call_by_sector_and_of_whom_nobody_is_listed(
    town: Path,
) -> None:
    shown = Screen(town).open("network", way="contacts")
    assert shown.faults == []
    assert shown.title == "Somebody to call is listed of 2 of 3 partners"
    assert "No contact is listed of Club." in shown.sentences[0]
    listed = shown.app.table[0].value.set_index("Partner")
    assert listed.loc["Hill School", "Name"] == "Ilse Vane"
    assert listed.loc["Club", "Function"] == "no contact is listed"
    asked = shown.app.table[1].value.set_index("Partner")["Answers"]
    assert list(asked.index) == ["Hill School"]
    assert "16 Jan 2025" in asked["Hill School"]
    part = shown.open("network", way="contacts", of="police")
    assert [one.value["Partner"].tolist() for one in part.app.table] == [["Station"]]


def test_where_no_contact_is_listed_the_file_that_would_is_named(
    town: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "town"
    shutil.copytree(town, folder, ignore=shutil.ignore_patterns("store", "contacts.csv"))
    build(folder, at=AT)
    shown = Screen(folder).open("network", way="contacts")
    assert shown.faults == []
    assert any("contacts.csv" in one for one in shown.sentences)
