"""A rule on sharing is changed on the page *network*, published and told as a release."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.intake.refresh import Refresh
from analysis.intake.release import build
from analysis.sharing import rule_id
from pages.shared import frame
from tests.pages.screen import Screen

AT = dt.datetime(2025, 3, 3, 9, tzinfo=dt.UTC)
WORLDS = Path(__file__).parents[1] / "worlds"
TENSIONS = {"information": "tensions", "held_by": "police"}
PARTNERS = 'partner_id,name,sector\nP1,"Hill, School",education\nP2,Station,police\n'
SHARING = (
    "information,held_by,shared_with,needed_by,signed\n"
    'tensions,police,case panel,"Hill, School",\n'
    "figures,municipality,all,,2025-02-01\n"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    shutil.copytree(WORLDS / "bare" / "boundaries", folder / "boundaries")
    (folder / "partners.csv").write_text(PARTNERS)
    (folder / "sharing.csv").write_text(SHARING)
    build(folder, at=AT)
    return folder


@pytest.fixture
def town(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "town"))


@pytest.fixture
def form(town: Path) -> Callable[..., Screen]:
    """Answer with a function that opens the form of a rule."""
    return lambda rule: Screen(town).open("network", way="sharing", rule=rule)


def written(shown: Screen, label: str, value: object) -> Screen:
    """Fill a field of the form, by its label."""
    fields = (*shown.app.text_input, *shown.app.multiselect, *shown.app.date_input)
    next(one for one in fields if one.label == label).set_value(value)
    return shown


def published(shown: Screen, label: str = "Publish") -> Screen:
    next(one for one in shown.app.button if one.label == label).click()
    return shown.run()


def test_a_need_without_a_rule_is_answered_published_and_gone_from_the_first_place(
    form: Callable[..., Screen], town: Path
) -> None:
    shown = form(rule_id(TENSIONS))
    assert shown.title == "1 need that a partner could meet has no rule yet"
    written(shown, "Who may have it, by rule", ["case panel", "Hill, School"])
    written(shown, "Signed on", dt.date(2025, 3, 1))
    published(written(shown, "Reason of the change", "agreed in March"))
    assert shown.faults == []
    assert shown.title != "1 need that a partner could meet has no rule yet"
    assert "Published as release 2: agreed in March." in shown.sentences
    assert "rule" not in shown.address
    stands = Refresh(town).store.table("sharing").iloc[0]
    assert stands["signed"] == "2025-03-01"
    # A name with a comma is one name.
    assert stands["shared_with"] == "case panel; Hill, School"
    assert stands["needed_by"] == "Hill, School"


def test_a_change_without_reason_and_one_that_cannot_be_are_told_and_not_published(
    form: Callable[..., Screen], town: Path
) -> None:
    state = Refresh(town).store.state()
    shown = form(rule_id(TENSIONS))
    published(written(shown, "Signed on", dt.date(2025, 3, 1)))
    assert any("the reason stands in the release" in one for one in shown.small_print)
    written(shown, "Who may have it, by rule", [])
    published(written(shown, "Reason of the change", "signed"))
    assert "it is not said who may have it" in shown.alerts[0]
    assert Refresh(town).store.state() == state


def test_the_second_of_two_is_told_and_what_the_first_changed_elsewhere_stays(
    form: Callable[..., Screen], town: Path
) -> None:
    shown = form(rule_id(TENSIONS))
    first = Refresh(town)
    row = first.store.table("sharing").astype("str").iloc[0].to_dict()
    first.amend(
        "sharing", row, {"timing": "weekly"}, seen=first.store.state(), by="berit", at=AT,
        reason="asked for",
    )  # fmt: skip
    written(shown, "How", "counts only")
    published(written(shown, "Reason of the change", "agreed"))
    assert "Release 2 by berit" in shown.alerts[0].replace("release 2", "Release 2")
    assert "'timing' is now 'weekly', it was ''" in shown.alerts[0]
    published(shown, "Publish all the same")
    stands = Refresh(town).store.table("sharing").iloc[0]
    assert (stands["timing"], stands["way"]) == ("weekly", "counts only")


def test_a_kind_that_is_not_listed_yet_is_added(form: Callable[..., Screen], town: Path) -> None:
    shown = form("new")
    written(shown, "Kind of information, never its content", "rumours, in general terms")
    written(shown, "Who has it", ["Station"])
    published(written(shown, "Reason of the change", "heard of in the meeting"))
    assert shown.faults == []
    stands = Refresh(town).store.table("sharing").iloc[-1]
    assert (stands["information"], stands["held_by"]) == ("rumours, in general terms", "Station")


def test_who_may_not_edit_finds_no_form(
    form: Callable[..., Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frame, "roles", lambda: ("viewer",))
    shown = form("new")
    assert shown.faults == []
    assert not shown.app.text_input
    assert "Change a rule" not in " ".join(text for _place, text in shown.texts)
