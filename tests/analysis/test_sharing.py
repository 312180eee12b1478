"""Who may share what: which needs no rule answers, and in which order a meeting takes what is open."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from analysis import sharing
from analysis.sharing import Directory, rules_by_sector, sharing_on

DAY = dt.date(2025, 3, 14)
PARTNERS = pd.DataFrame(
    [("P1", "Station North", "police"), ("P2", "Station South", "police"),
     ("P3", "Hill School", "education"), ("P4", "Clinic, children", "health")],
    columns=["partner_id", "name", "sector"],
)  # fmt: skip
SECTORS = (("police", "police"), ("education", "education"), ("health", "health"),
           ("youth_work", "youth work"))  # fmt: skip
WHOM = Directory(PARTNERS, SECTORS)
SIGNED = {"signed": "2025-02-01"}


def table(*rows: dict[str, str]) -> pd.DataFrame:
    columns = ["information", "held_by", "shared_with", "needed_by", "signed", "reviewed"]
    return pd.DataFrame(rows, columns=columns, dtype="str").fillna("")


def points(*rows: dict[str, str], day: dt.date = DAY) -> list[list[str]]:
    found = sharing_on(table(*rows), WHOM, day).points
    return found[["state", "information", "asking"]].to_numpy().tolist()


def kind(name: str, held_by: str, shared_with: str = "", needed_by: str = "", **rest: str):
    return {"information": name, "held_by": held_by, "shared_with": shared_with,
            "needed_by": needed_by, **rest}  # fmt: skip


# ------------------------------------------------------------------ names


def test_a_partner_is_known_by_id_and_name_and_a_sector_by_id_and_title():
    known = [WHOM.party(one).key for one in ("p1", "station north", "youth_work", "Youth work")]
    assert known == ["P1", "P1", "youth_work", "youth_work"]
    assert [WHOM.party(one).kind for one in ("Each partner", "everyone", "Nobody", "a panel")] == [
        "all", "all", "nobody", "other",
    ]  # fmt: skip


def test_a_known_name_with_a_comma_is_one_name():
    assert WHOM.names("Clinic, children; police,P3,, police") == [
        "Clinic, children", "police", "P3",
    ]  # fmt: skip


# ------------------------------------------------------------------ needs


def test_a_need_that_a_partner_could_meet_and_no_rule_allows_comes_first():
    assert points(
        kind("in order", "police", "all", **SIGNED),
        kind("due", "police", "all", signed="2024-12-13"),
        kind("unsigned", "police", "health"),
        kind("no rule", "police"),
        kind("tensions", "police", "health", "education", **SIGNED),
    ) == [
        ["need", "tensions", "education"], ["missing", "no rule", ""], ["unsigned", "unsigned", ""],
        ["due", "due", ""], ["in order", "in order", ""], ["in order", "tensions", ""],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shared_with", "needed_by"),
    [("all partners", "education"), ("education", "Hill School"), ("P1, station south", "police"),
     ("a panel", "A  Panel"), ("network", "everyone")],
)  # fmt: skip
def test_a_rule_answers_a_need_for_all_it_covers(shared_with: str, needed_by: str):
    assert points(kind("a", "health", shared_with, needed_by, **SIGNED)) == [["in order", "a", ""]]


@pytest.mark.parametrize(
    ("shared_with", "needed_by"),
    [("P1", "police"), ("Hill School", "education, youth work"), ("education", "all partners")],
)
def test_a_rule_for_a_part_does_not_answer_the_need_of_the_whole(shared_with: str, needed_by: str):
    (need, rule) = points(kind("a", "health", shared_with, needed_by, **SIGNED))
    assert need[:2] == ["need", "a"]
    assert need[2] in ("police", "youth work", "all partners")
    assert rule[0] == "in order"


def test_who_has_it_needs_it_from_nobody():
    (one, other) = points(kind("a", "police, P3", "", "P2, Hill School"),
                          kind("b", "P1", "", "police"))  # fmt: skip
    assert one == ["need", "b", "police"], "one station has it, the other does not"
    assert other == ["missing", "a", ""]


def test_what_each_partner_has_of_its_own_is_needed_by_others():
    assert points(kind("own work", "each partner", "", "police")) == [
        ["need", "own work", "police"]
    ]


def test_a_need_is_answered_by_the_holder_it_is_directed_to():
    found = sharing_on(
        table(kind("a", "police", "P3", "P3", **SIGNED), kind("a", "health", "", "Hill School")),
        WHOM, DAY,
    ).points  # fmt: skip
    assert found["state"].tolist() == ["need", "in order"]
    assert sharing.reason_of(found.iloc[0]) == (
        "Needed by Hill School, held by health; no rule yet. By another rule it comes from police."
    )


def test_what_no_partner_here_has_is_missing_and_not_a_need_that_could_be_met():
    found = sharing_on(table(kind("a", "youth work, army", "", "police")), WHOM, DAY).points
    assert found[["state", "here"]].to_numpy().tolist() == [["missing", False]]
    assert "not part of the network" in sharing.reason_of(found.iloc[0])


def test_what_nobody_may_have_is_closed_and_no_open_point():
    found = sharing_on(table(kind("a", "health", "nobody", "police", **SIGNED)), WHOM, DAY)
    assert found.counts["closed"] == 1
    assert found.open.empty
    assert sharing.reason_of(found.points.iloc[0]) == (
        "By rule nobody may have it. Asked for by police."
    )
    assert points(kind("a", "health", "nobody", "police")) == [["unsigned", "a", "police"]]


# ------------------------------------------------------------------ order


def test_within_a_state_the_order_says_what_presses_more():
    found = points(
        kind("one asks", "police", "", "health"),
        kind("two ask", "police", "", "health, education"),
        kind("unneeded", "police", "a panel"),
        kind("needed", "police", "health", "health"),
        kind("older", "police", "all", signed="2024-01-01", reviewed="2024-02-01"),
        kind("oldest", "police", "all", signed="2024-01-31"),
    )
    assert [one[1] for one in found] == [
        "two ask", "one asks", "needed", "unneeded", "oldest", "older",
    ]  # fmt: skip


def test_a_rule_is_due_three_months_after_the_last_look():
    rule = kind("a", "police", "all", signed="2024-11-30")
    assert points(rule, day=dt.date(2025, 2, 28))[0][0] == "in order"
    assert points(rule, day=dt.date(2025, 3, 1))[0][0] == "due"
    assert points({**rule, "reviewed": "2024-12-01"}, day=dt.date(2025, 3, 1))[0][0] == "in order"


def test_the_order_of_the_table_changes_neither_states_nor_what_is_asked():
    rows = [
        kind(f"kind {one}", "police, P4", "health" * (one % 2), "education" * (one % 3 == 0),
             signed=f"2024-{one + 1:02}-01" * (one % 4 != 1))
        for one in range(11)
    ]  # fmt: skip
    turned = [rows[one] for one in np.random.default_rng(3).permutation(len(rows))]
    assert sorted(points(*rows)) == sorted(points(*turned))


def test_the_table_that_is_given_stays_as_it_is():
    given = table(kind("a", "police", "all", "health"))
    before = given.copy()
    sharing_on(given, WHOM, DAY)
    pd.testing.assert_frame_equal(given, before)


# ------------------------------------------------------------------ links


def test_every_row_has_a_link_for_each_holder_even_where_nothing_is_settled():
    found = sharing.links(table(kind("a", "police, health"), kind("b", "P3", "nobody", **SIGNED)),
                          WHOM, DAY)  # fmt: skip
    assert found[["from_name", "to_name", "state"]].to_numpy().tolist() == [
        ["police", "not settled", "missing"], ["health", "not settled", "missing"],
        ["Hill School", "nobody", "closed"],
    ]  # fmt: skip


def test_an_empty_table_has_no_links_and_says_so():
    found = sharing_on(table(), WHOM, DAY)
    assert found.links.empty
    assert sharing.title(found) == "Who may share what is not told yet"


# ------------------------------------------------------------------ words


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        ([kind("a", "police", "", "health")],
         "1 need that a partner could meet has no rule yet"),
        ([kind("a", "police"), kind("b", "police")],
         "2 kinds of information have no rule or no holder here yet"),
        ([kind("a", "police", "all")], "1 rule is not signed yet"),
        ([kind("a", "police", "all", signed="2024-01-01")], "1 rule is due for its review"),
        ([kind("a", "police", "all", **SIGNED)],
         "Every need has a rule that is signed and was looked at"),
    ],
)  # fmt: skip
def test_the_title_says_what_presses_most(rows: list[dict[str, str]], title: str):
    assert sharing.title(sharing_on(table(*rows), WHOM, DAY)) == title


def test_the_lead_counts_what_is_open_and_what_is_in_order():
    found = sharing_on(
        table(kind("a", "police"), kind("b", "police", "all", **SIGNED), kind("c", "P3", "P1")),
        WHOM, DAY,
    )  # fmt: skip
    assert sharing.lead(found).startswith(
        "3 kinds of information on 14 Mar 2025: 1 without rule or holder, 1 unsigned, 1 in order."
    )


def test_a_viewer_reads_of_sectors_and_of_nobody_by_name():
    told = rules_by_sector(
        table(kind("a", "Station North, P2", "Hill School, Anna's circle"), kind("b", "police"),
              kind("c", "everyone", "nobody")),
        WHOM,
    )  # fmt: skip
    assert told.to_numpy().tolist() == [
        ["a", "Police", "Education, others"], ["c", "Everyone", "Nobody"],
    ]  # fmt: skip
