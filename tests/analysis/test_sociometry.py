"""What of a network a sociogram shows: parts, seats that stay, two years on top of each other."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import sociometry, tables
from analysis.cooperation import Cooperation, cooperation
from analysis.disclosure import open_view
from analysis.intake.release import STORE, territory_of
from analysis.sociometry import CIRCULAR, FORCE, LAYOUTS, TARGET, Part
from analysis.territory import Territory
from analysis.views import sociogram

DEMO = Path(__file__).parents[2] / "data" / "demo"


def table(of: tables.Table) -> pd.DataFrame:
    text, _ = tables.read_text_table(of.file, (DEMO / of.file).read_text("utf-8"))
    return tables.validate(text, of)[0]


@pytest.fixture(scope="module")
def town() -> Cooperation:
    return cooperation(table(tables.PARTNERS), table(tables.TIES), tables.ESSENTIAL_SECTORS, 2025)


@pytest.fixture(scope="module")
def here(world) -> Territory:
    return territory_of(open_view(world("demo") / STORE))


def test_a_part_keeps_rows_and_scores_of_the_whole(town, here):
    part = sociometry.part_of(town, Part(sector="youth_work"), here, measured=False)
    assert set(part.partners["partner_id"]) == {"P12", "P13", "P14"}
    assert part.each.loc["P12"].equals(town.each.loc["P12"])
    assert part.whole is town.whole
    assert set(part.pairs[["from", "to"]].to_numpy().ravel()) <= {"P12", "P13", "P14"}


def test_scores_of_the_part_are_as_if_there_were_nobody_else(town, here):
    part = sociometry.part_of(town, Part(sector="youth_work"), here, measured=True)
    alone = cooperation(part.partners, part.ties, town.essential, 2025)
    assert part.each.equals(alone.each)
    assert part.each.loc["P12", "degree"] < town.each.loc["P12", "degree"]


def test_who_serves_everywhere_serves_a_district_and_a_part_of_town_its_districts(town, here):
    part = sociometry.part_of(town, Part(area=("district", "MH12")), here, measured=False)
    ids = set(part.partners["partner_id"])
    assert {"P01", "P12", "P19", "P24"} <= ids
    assert not {"P13", "P20"} & ids
    partners = town.partners.assign(
        area_ids=town.partners["area_ids"].where(town.partners["partner_id"] != "P20", "north")
    )
    whole = cooperation(partners, town.ties, town.essential, 2025)
    again = sociometry.part_of(whole, Part(level="individual"), here, measured=False)
    assert "P19" not in set(again.partners["partner_id"])
    assert "P15" in set(again.partners["partner_id"])


def test_a_strength_goes_by_the_stronger_side_and_keeps_both_directions():
    partners = pd.DataFrame(
        {"partner_id": list("abc"), "name": list("ABC"), "sector": "police", "answered": True}
    )
    ties = pd.DataFrame(
        [("a", "b", 1.0), ("b", "a", 3.0), ("a", "c", 1.0)], columns=["from", "to", "strength"]
    ).assign(type="contact", confirmed="no", trust=4.0, protocol_signed=False)
    found = cooperation(partners, ties, (), 2025)
    part = sociometry.part_of(found, Part(strength=2), None, measured=False)  # type: ignore[arg-type]
    assert part.ties[["from", "to"]].to_numpy().tolist() == [["a", "b"], ["b", "a"]]
    assert part.pairs["standing"].tolist() == ["both sides"]


def test_nothing_chosen_is_the_whole(town, here):
    assert sociometry.part_of(town, Part(), here, measured=False) is town


# ---------------------------------------------------------------- seats


def seats(surveys: dict, layout: str) -> sociometry.Seats:
    partners = pd.concat([one for one, _ in surveys.values()]).drop_duplicates("partner_id")
    names = partners.set_index("partner_id")["name"]
    return sociometry.seats(
        surveys, layout, tuple(tables.SECTORS), tables.ESSENTIAL_SECTORS,
        sociogram.label_sizes(names),
    )  # fmt: skip


@pytest.mark.parametrize("layout", LAYOUTS)
def test_everybody_has_a_seat_in_the_disc_and_the_same_one_again(town, layout):
    surveys = {2025: (town.partners, town.ties)}
    found = seats(surveys, layout)
    assert list(found.spots.index) == town.partners["partner_id"].tolist()
    assert (found.spots["x"] ** 2 + found.spots["y"] ** 2).max() <= 1
    assert found.spots.equals(seats(surveys, layout).spots)
    assert (found.bands is None) == (layout != TARGET)
    assert (found.around is None) == (layout == FORCE)


@pytest.mark.parametrize("layout", [TARGET, CIRCULAR])
def test_who_left_keeps_a_seat_and_moves_nobody_of_today(town, layout):
    before = {2024: (town.partners, town.ties.iloc[:40])}
    stayed = town.partners[town.partners["partner_id"] != "P11"]
    tied = town.ties[~town.ties[["from", "to"]].eq("P11").any(axis=1)]
    whole, both = seats({2025: (town.partners, town.ties)}, layout), seats(
        before | {2025: (stayed, tied)}, layout)  # fmt: skip
    others = stayed.loc[~stayed["partner_id"].isin(["P03"]), "partner_id"].tolist()
    assert both.spots.loc[others].equals(whole.spots.loc[others])
    assert both.spots.loc["P11", ["x", "y"]].notna().all()


# ---------------------------------------------------------------- two years


def test_two_surveys_lie_on_top_of_each_other():
    def year(ids: str, ties: list[str], when: int) -> Cooperation:
        partners = pd.DataFrame(
            {"partner_id": list(ids), "name": list(ids.upper()), "sector": "police",
             "network": "formal", "answered": True}
        )  # fmt: skip
        rows = pd.DataFrame([tuple(one) for one in ties], columns=["from", "to"]).assign(
            type="contact", strength=2.0, confirmed="no", trust=4.0, protocol_signed=False
        )
        return cooperation(partners, rows, (), when)

    before, now = year("abcd", ["ab", "bc", "cd"], 2024), year("abce", ["ba", "ac", "ae"], 2025)
    found = sociometry.since(now, before)
    change = found.partners.set_index("partner_id")["change"].to_dict()
    assert change == {"a": "", "b": "", "c": "", "e": "joined", "d": "left"}
    told = {(one["from"], one["to"]): one["change"] for one in found.pairs.to_dict("records")}
    assert told == {
        ("b", "a"): "", ("a", "c"): "new", ("a", "e"): "new", ("b", "c"): "ended",
        ("c", "d"): "ended",
    }  # fmt: skip
    assert pd.isna(found.each.loc["d", "degree"])
    said = sociometry.change_sentences(found, 2024)
    assert said[:2] == ["E joined.", "D is not there any more."]
    assert said[2].startswith("Since 2024, 2 ties are new and 2 have ended")
    drawn = sociogram.sociogram(
        found, seats({2024: (before.partners, before.ties), 2025: (now.partners, now.ties)}, TARGET),
        tables.SECTORS,
    )  # fmt: skip
    words = sociogram.svg(drawn, "light", "t", "a")
    assert ">+ E</text>" in words
    assert words.count(">\N{MINUS SIGN}</text>") == 3  # two ties and the legend
    assert {key.words for key in sociogram.legend(drawn, "light")} >= {
        "new", "ended", "left since the survey before",
    }  # fmt: skip


def test_the_partner_known_and_of_the_same_sector_bridges_first(town):
    found = sociometry.bridging(town.partners, town.ties, ["P03"], ["P09", "P10", "P11"])
    first = found.groupby("cut_off").head(1)
    assert first["partner_id"].tolist() == ["P08"] * 3
    assert first[["known", "same_sector"]].to_numpy().all()
    assert "P01" in set(found["partner_id"])
    assert not set(found["partner_id"]) & {"P03", "P09", "P10", "P11", "P23"}
