"""The frame: every page opens in it, who may see what, and the one error box."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from analysis.errors import GroundworkError, InputError, Problem
from pages.shared import cached, frame
from tests.pages.screen import Screen

PAGES = [page.file for page in frame.PAGES]
FOR_READING = [page.file for page in frame.PAGES if page.role == "viewer"]


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("world_name", ["demo", "bare", "rough", "london"])
def test_every_page_opens_on_every_world(
    screen: Callable[[str], Screen], world_name: str, page: str
) -> None:
    shown = screen(world_name).open(page)
    assert shown.faults == []
    assert len(shown.title) > 2
    assert any(len(sentence) > 20 for sentence in shown.sentences)
    if page in FOR_READING:
        # The network asks only where there is a choice.
        assert shown.controls or page == "network"
        explained = any("would fill this" in one for one in shown.sentences)
        tables = [*shown.app.dataframe, *shown.app.table]
        assert shown.maps or shown.charts or tables or explained


def test_the_bare_address_leads_to_the_first_page(screen: Callable[[str], Screen]) -> None:
    shown = screen("bare").run()
    assert shown.title == screen("bare").open(frame.PAGES[0].file).title


@pytest.mark.parametrize("page", PAGES)
def test_a_page_that_ends_early_keeps_its_frame(screen: Callable[[str], Screen], page: str) -> None:
    """Where there is no partner the network page ends early; the address is written all the same."""
    shown = screen("bare").open(page)
    assert "frame stands" not in shown.app.session_state
    usual = shown.open("methods").address
    assert usual["about"] == "indicators"
    assert shown.open("network").open("methods").address == usual


# ---------------------------------------------------------------- who may


def test_the_permission_table_gives_each_role_what_it_needs_and_no_more() -> None:
    def may(role: str) -> set[str]:
        return {what for what, roles in frame.MAY.items() if role in roles}

    assert may("viewer") == {"see protected figures"}
    assert may("coordinator") == may("viewer") | {
        "see partners and ties",
        "see trust and disputed ties",
        "see contacts",
        "edit plan and assessments",
        "edit rules on sharing",
    }
    only_coordinators = {"see trust and disputed ties", "see contacts"}
    assert may("analyst") == set(frame.MAY) - only_coordinators
    assert {page.role for page in frame.PAGES} <= set(get_args(frame.Role))


def test_without_sign_in_the_local_reader_has_every_role() -> None:
    assert set(frame.roles()) == set(get_args(frame.Role))


def test_what_any_role_held_allows_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(frame.rights()) == set(frame.MAY)
    monkeypatch.setattr(frame, "roles", lambda: ("viewer", "analyst"))
    assert frame.may("publish and roll back")
    assert not frame.may("see trust and disputed ties")
    with pytest.raises(KeyError):
        frame.may("see trust")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_shows_nothing_to_a_reader_without_its_role(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    monkeypatch.setattr(frame, "roles", lambda: ())
    shown = screen("bare").open(page)
    assert len(shown.alerts) == 1
    role = next(one.role for one in frame.PAGES if one.file == page)
    assert f"this page is for the role {role!r}" in shown.alerts[0].lower()
    assert not [*shown.app.title, *shown.maps, *shown.charts, *shown.controls]


def test_without_sign_in_other_addresses_are_refused(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = frame.st.get_option
    monkeypatch.setattr(
        frame.st, "get_option", lambda name: "0.0.0.0" if name == "server.address" else asked(name)
    )
    shown = screen("bare").open("district")
    assert shown.alerts == [
        "Groundwork is served at 0.0.0.0 without sign-in; start it with server.address = localhost"
    ]
    assert not [*shown.app.title, *shown.charts]


# ---------------------------------------------------------------- the one error box


def fails(error: Exception) -> Callable[..., Any]:
    def fail(*_arguments: object) -> None:
        raise error

    return fail


def test_a_deliberate_error_is_shown_once_as_a_sentence_and_not_logged(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = screen("bare").open("district_map")
    monkeypatch.setattr(cached, "figures", fails(GroundworkError("no *rate* in '<b>'; build it")))
    shown.run()
    assert [one.value for one in shown.app.error] == [r"No \*rate\* in '\<b\>'; build it"]
    assert not shown.app.exception
    assert shown.failures == []


def test_input_that_cannot_be_read_is_shown_with_every_problem(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = screen("bare").open("district_map")
    problems = [Problem("a.csv", "one fault", row=place, column="value") for place in (2, 9)]
    monkeypatch.setattr(cached, "figures", fails(InputError(problems)))
    shown.run()
    assert len(shown.app.error) == 1
    assert list(shown.tables[0]["row"]) == [2, 9]
    assert set(shown.tables[0]["message"]) == {"one fault"}
    assert shown.failures == []


def test_a_fault_of_ours_is_logged_whole_and_said_plainly(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = screen("bare").open("district_map")
    monkeypatch.setattr(cached, "figures", fails(RuntimeError("a secret of /srv/store")))
    logging.getLogger("groundwork").propagate, before = False, True
    try:
        shown.run()
    finally:
        logging.getLogger("groundwork").propagate = before
    assert len(shown.alerts) == 1
    assert "on our side" in shown.alerts[0]
    assert "secret" not in " ".join(text for _place, text in shown.texts)
    assert not shown.app.exception
    assert len(shown.failures) == 1
    assert "RuntimeError: a secret of /srv/store" in shown.failures[0]
    assert "Traceback" in shown.failures[0]


def test_after_an_error_the_page_comes_back(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = screen("bare").open("district_map")
    with monkeypatch.context() as patch:
        patch.setattr(cached, "figures", fails(GroundworkError("not now; come back")))
        assert shown.run().app.error
    assert shown.run().faults == []


# ---------------------------------------------------------------- the store


def unbuilt(world: Callable[[str], Path], folder: Path) -> Path:
    """Copy a world without its store."""
    return Path(shutil.copytree(world("bare"), folder, ignore=shutil.ignore_patterns("store")))


def test_a_missing_store_is_built_with_progress(
    world: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, steps = unbuilt(world, tmp_path / "new"), []
    build = cached.build

    def told(*arguments: Any, progress: Callable[[str, float], None], **others: Any) -> Any:
        def tell(step: str, share: float) -> None:
            steps.append((step, share))
            progress(step, share)

        return build(*arguments, progress=tell, **others)

    monkeypatch.setattr(cached, "build", told)
    shown = Screen(folder).open("district_map")
    assert (folder / "store" / "catalogue.sqlite").is_file()
    assert shown.faults == []
    assert not shown.app.get("progress")
    shares = [share for _step, share in steps]
    assert len(steps) > 2
    assert shares == sorted(shares)
    assert all(0 <= share <= 1 and step for step, share in steps)


def test_a_store_that_is_there_is_not_built_again(
    screen: Callable[[str], Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cached, "build", fails(AssertionError("built again")))
    assert screen("bare").open("district").faults == []


def test_a_folder_with_problems_shows_each_of_them_and_publishes_nothing(
    world: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = unbuilt(world, tmp_path / "broken")
    (folder / "observations" / "broken.csv").write_text(
        "level,area_id,indicator_id,period,value\n"
        "district,B1,library_visits,2021,many\n"
        "district,ZZ,library_visits,2021,3\n",
        "utf-8",
    )
    shown = Screen(folder).open("district_map")
    assert len(shown.app.error) == 1, shown.alerts
    assert list(shown.tables[0]["row"]) == [2, 3]
    assert not shown.app.title
    assert shown.failures == []


# ---------------------------------------------------------------- language


def test_numbers_follow_the_language_of_the_browser_where_the_territory_offers_it(
    screen: Callable[[str], Screen],
) -> None:
    chosen = {"indicator": "unsafe", "period": "2019", "area": "1"}
    shown = screen("rough")
    shown.app.context = {"locale": "de-DE"}
    german = shown.open("district_map", **chosen)
    assert any("41,0" in sentence for sentence in german.sentences)
    assert german.faults == []
    english = screen("rough").open("district_map", **chosen)
    assert any("41.0" in sentence for sentence in english.sentences)
    assert german.address == english.address


def test_a_language_the_territory_does_not_offer_falls_back_to_its_first(
    screen: Callable[[str], Screen],
) -> None:
    shown = screen("rough")
    shown.app.context = {"locale": "fr-FR"}
    shown.open("district_map", indicator="unsafe", period="2019", area="1")
    assert any("41.0" in sentence for sentence in shown.sentences)
