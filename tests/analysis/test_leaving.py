"""What a network loses when partners leave, in words that hold."""

from __future__ import annotations

import pandas as pd
import pytest

from analysis import leaving
from analysis.cooperation import Cooperation, cooperation
from analysis.errors import UnknownId
from analysis.tables import SECTORS


def network(ties: list[str], ids: str = "abcdef") -> Cooperation:
    """Partners A, B, ... of police, sport, health twice, education, sport."""
    sectors = ["police", "sport", "health", "health", "education", "sport"]
    partners = pd.DataFrame(
        {"partner_id": list(ids), "name": list(ids.upper()), "sector": sectors[: len(ids)],
         "network": "formal", "answered": True,
         "area_ids": ["all", "d1", "d1 d2", "d2", "d3", ""][: len(ids)]}
    )  # fmt: skip
    rows = pd.DataFrame([tuple(one) for one in ties], columns=["from", "to"])
    return cooperation(
        partners,
        rows.assign(type="contact", strength=2.0, confirmed="no", trust=4.0, protocol_signed=False),
        ("police",), 2025,
    )  # fmt: skip


#: a, b and c know each other; d hangs on c, e on d; f is alone.
CHAIN = ["ab", "bc", "ca", "cd", "de"]


def test_who_leaves_cuts_off_whom_and_takes_which_sector_and_area():
    what = leaving.leaving(network(CHAIN), ["c"])
    assert what.then.cut_off == ("d", "e")
    assert leaving.title(what, SECTORS) == "If C leaves, 2 partners are cut off"
    said = leaving.sentences(what, SECTORS, {"d2": "Hill", "d3": "Moor"})
    assert said.startswith("D and E are then cut off from most others. ")
    assert "Health and mental health and education lose their link altogether." in said
    assert "Nobody who serves Hill and Moor in particular is linked any more." in said
    # Of five left, a-b and d-e reach each other: 2 of 10 pairs; today 10 of 15.
    assert "80\N{NO-BREAK SPACE}% cannot reach each other; today 33\N{NO-BREAK SPACE}%" in said


def test_nothing_is_lost_where_others_still_hold():
    assert leaving.title(leaving.leaving(network(CHAIN), ["a"]), SECTORS) == (
        "If A leaves, nobody is cut off"
    )
    what = leaving.leaving(network(CHAIN), ["f"])
    assert "No sector and no area loses its last link." in leaving.sentences(what, SECTORS, {})
    assert leaving.bridges_table(what).empty


def test_two_who_leave_are_told_together_and_one_twice_is_one():
    what = leaving.leaving(network(CHAIN), ["d", "a"])
    assert leaving.title(what, SECTORS) == "If D and A leave, E is cut off"
    assert leaving.leaving(network(CHAIN), ["d", "d"]).leaving == ("d",)
    with pytest.raises(UnknownId, match="no partner 'z'"):
        leaving.leaving(network(CHAIN), ["z"])


def test_taking_nobody_out_is_the_network_as_it_is():
    what = leaving.leaving(network(CHAIN), [])
    assert what.now == what.then
    assert what.after.pairs.equals(what.found.pairs)


def test_what_is_left_to_draw_has_no_tie_of_who_leaves_and_the_same_scores():
    what = leaving.leaving(network(CHAIN), ["c"])
    assert "c" not in set(what.after.partners["partner_id"])
    assert "c" not in set(what.after.pairs[["from", "to"]].to_numpy().ravel())
    assert what.after.each is what.found.each


def test_now_and_without_stand_beside_each_other():
    rows = leaving.counts_table(leaving.leaving(network(CHAIN), ["c"]), SECTORS).to_numpy().tolist()
    assert rows[0] == ["that reach each other", 5, 2]
    assert rows[1] == ["parts that do not reach each other", 2, 3]
    assert ["linked, of health and mental health", 2, 0] in rows
    assert not any("police" in one[0] for one in rows)


def test_who_works_with_the_same_one_bridges_before_the_same_sector_alone():
    what = leaving.leaving(network(["ab", "ac", "ad", "ef", "be"]), ["a"])
    bridges = dict(leaving.bridges_table(what).to_numpy().tolist())
    assert bridges == {"C": "B", "D": "B"}
    alone = leaving.leaving(network(["ab", "bc", "cd"], "abcd"), ["b", "c"])
    assert alone.then.components == 2


def test_of_two_who_leave_only_the_one_that_links_counts():
    # b links c, e links f; d works with b alone of the two.
    what = leaving.leaving(network(["ab", "bc", "bd", "da", "ae", "ef"]), ["b", "e"])
    assert what.then.cut_off == ("c", "f")
    known = what.bridges[what.bridges["known"]]
    # d is of the sector of c, so it comes first.
    assert known[known["cut_off"] == "c"]["partner_id"].tolist() == ["d", "a"]
    assert known[known["cut_off"] == "f"]["partner_id"].tolist() == ["a"]


def test_few_partners_are_not_assessed():
    what = leaving.leaving(network(["ab"], "ab"), ["a"])
    assert leaving.title(what, SECTORS) == "If A leaves: not assessed"
    assert "nothing is measured" in leaving.sentences(what, SECTORS, {})


def test_the_most_missed_is_who_cuts_most_off_then_who_stands_between_most():
    assert leaving.most_missed(network(CHAIN)) == "c"
    assert leaving.most_missed(network(["ab", "bc", "cd", "da", "ac"], "abcd")) in {"a", "c"}
    assert leaving.most_missed(network([], "ab")) == "a"
