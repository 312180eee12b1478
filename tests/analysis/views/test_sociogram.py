"""The sociogram on screen and on paper: the same places, names apart, signs that are explained."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest

from analysis import tables
from analysis.cooperation import TIE_WORDS
from analysis.measures import network, positions
from analysis.views import sociogram
from analysis.views.sociogram import Sociogram
from analysis.views.theme import palette

DEMO = Path(__file__).parents[3] / "data" / "demo"
SVG = "{http://www.w3.org/2000/svg}"


def demo() -> tuple[pd.DataFrame, pd.DataFrame]:
    read = []
    for table in (tables.PARTNERS, tables.TIES):
        text, _ = tables.read_text_table(table.file, (DEMO / table.file).read_text("utf-8"))
        read.append(tables.validate(text, table)[0])
    return read[0], read[1]


def many(n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A larger network with long names, many partners of few and few of many."""
    random = np.random.default_rng(n)
    ids = [f"Q{one}" for one in range(n)]
    words = ["Open", "Youth", "Work", "Neighbourhood", "Centre", "Clinic", "Council", "Forum"]
    partners = pd.DataFrame(
        {"partner_id": ids, "sector": random.choice(list(tables.SECTORS), n),
         "name": [" ".join(random.choice(words, 3)) for _ in ids],
         "network": random.choice(["formal", "informal"], n), "answered": True}
    )  # fmt: skip
    weight = random.pareto(1.5, n) + 0.3
    pairs = {tuple(random.choice(n, 2, replace=False, p=weight / weight.sum()))
             for _ in range(3 * n)}  # fmt: skip
    ties = pd.DataFrame([(ids[a], ids[b]) for a, b in sorted(pairs)], columns=["from", "to"])
    return partners, ties.assign(type="contact", strength=2, confirmed="no")


def drawn(partners: pd.DataFrame, ties: pd.DataFrame, **more) -> Sociogram:
    each = network.partner_measures(partners, ties)
    around = positions.wedges(partners, tuple(tables.SECTORS), tables.ESSENTIAL_SECTORS)
    known = partners.set_index("partner_id")
    places = positions.target(
        partners, each["degree"], around, sociogram.label_sizes(known["name"])
    )
    frame = known[["name", "sector", "network"]].join(each["degree"]).join(places)
    return Sociogram(
        frame, network.tied_pairs(partners, ties), around, tables.SECTORS,
        tables.ESSENTIAL_SECTORS, positions.bands(each["degree"])[0], **more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def town() -> Sociogram:
    return drawn(*demo())


def series(options: dict, name: str) -> dict:
    (found,) = [one for one in options["series"] if one["name"] == name]
    return found


def boxes_of(what: Sociogram) -> pd.DataFrame:
    """Boxes of the names that are shown, from the words and places of the option itself."""
    nodes = series(sociogram.echarts_options(what, "light"), "network")["data"]
    rows = []
    for node in nodes:
        if not node["label"]["show"]:
            continue
        radius, angle = node["value"]
        x = sociogram.RADIUS * radius * np.sin(np.radians(angle))
        y = -sociogram.RADIUS * radius * np.cos(np.radians(angle))
        lines = node["label"]["formatter"].split("\n")
        width = max(sociogram.text_width(one, sociogram.NAME_SIZE) for one in lines)
        height, size = sociogram.LINE * len(lines), node["symbolSize"] / 2
        if node["symbol"] == "diamond":
            size /= 1.22
        left, top = {
            "right": (x + size + 4, y - height / 2), "left": (x - size - 4 - width, y - height / 2),
            "bottom": (x - width / 2, y + size + 4), "top": (x - width / 2, y - size - 4 - height),
        }[node["label"]["position"]]  # fmt: skip
        rows.append([left, top, left + width, top + height])
    return pd.DataFrame(rows, columns=["left", "top", "right", "bottom"])


@pytest.mark.parametrize("n", [25, 150])
def test_names_do_not_cover_each_other_nor_leave_the_disc(n):
    boxes = boxes_of(drawn(*many(n))).to_numpy()
    # A hundredth of a px is rounding: places on screen have five decimals.
    inner = boxes + np.array([0.01, 0.01, -0.01, -0.01])
    for place, box in enumerate(inner):
        assert positions.overlap(box[None], np.delete(boxes, place, axis=0)) == 0
    corners = np.maximum(np.abs(boxes[:, :2]), np.abs(boxes[:, 2:]))
    assert np.hypot(*corners.T).max() <= sociogram.RADIUS + 0.01
    assert len(boxes) >= min(n, 25) * 0.9


def test_all_thirty_partners_of_the_town_have_their_name(town):
    assert len(boxes_of(town)) == 30


def test_the_more_important_name_comes_first_where_there_is_room_for_one():
    points = pd.DataFrame({"x": [0.0, 0.0], "y": [0.0, 0.0]}, index=["a", "b"])
    marks, names = pd.Series(0.0, index=points.index), pd.Series("W" * 8, index=points.index)
    wall = np.array([[-300, -300, -1, 300], [-300, -300, 300, -8], [-300, 8, 300, 300]])
    for weights, first in (([1, 2], "b"), ([2, 1], "a")):
        found = sociogram.place_names(
            points, names, pd.Series(weights, index=points.index), marks, np.empty((0, 2)), wall
        )
        assert found.index[found["side"] != ""].tolist() == [first]


def test_a_filter_moves_nobody(town):
    options = sociogram.echarts_options(town, "light")
    ties = town.ties[town.ties["type"] == "referral"]
    fewer = sociogram.echarts_options(
        Sociogram(town.partners.drop(index="P01"),
                  ties[~ties[["from", "to"]].eq("P01").any(axis=1)], town.around, tables.SECTORS,
                  bands=town.bands), "light",
    )  # fmt: skip
    places, left = (
        {node["id"]: node["value"] for node in series(one, "network")["data"]}
        for one in (options, fewer)
    )
    assert left == {one: place for one, place in places.items() if one != "P01"}


def test_screen_and_paper_show_the_same_places_and_names(town):
    nodes = series(sociogram.echarts_options(town, "light"), "network")["data"]
    root = ElementTree.fromstring(sociogram.svg(town, "light", "Who works with whom", "Thirty"))
    told = {}
    for shape in (*root.iter(f"{SVG}circle"), *root.iter(f"{SVG}path")):
        title = shape.find(f"{SVG}title")
        if title is not None and shape.get("cx"):
            told[title.text.split("\n")[0]] = float(shape.get("cx")), float(shape.get("cy"))
    round_ones = [node for node in nodes if node["symbol"] == "circle"]
    assert len(round_ones) == len(told) == 22
    names = town.partners["name"]
    for node in round_ones:
        radius, angle = node["value"]
        turn = np.radians(angle)
        there = sociogram.RADIUS * radius * np.array([np.sin(turn), -np.cos(turn)])
        assert told[names[node["id"]]] == pytest.approx(tuple(there), abs=0.06)


def test_indices_of_a_selection_are_rows_of_both_frames(town):
    graph = series(sociogram.echarts_options(town, "light"), "network")
    assert [node["id"] for node in graph["data"]] == list(town.partners.index)
    told = [(town.partners.index[link["source"]], town.partners.index[link["target"]])
            for link in graph["links"]]  # fmt: skip
    assert told == list(town.ties[["from", "to"]].itertuples(index=False, name=None))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_option_is_plain_json_in_the_colours_of_the_palette(town, mode):
    options = sociogram.echarts_options(town, mode, "Thirty partners")
    assert json.loads(json.dumps(options, allow_nan=False)) == options
    graph = series(options, "network")
    sectors = palette(mode).sectors()
    for node, (_, row) in zip(graph["data"], town.partners.iterrows(), strict=True):
        style = node["itemStyle"]
        assert sectors[row["sector"]] in (style["color"], style["borderColor"])
        assert (node["symbol"] == "diamond") == (row["network"] == "informal")


def test_types_are_told_apart_by_dash_and_strength_by_width(town):
    links = series(sociogram.echarts_options(town, "light"), "network")["links"]
    styles = palette("light").ties()
    width: dict[tuple[str, float], set[float]] = {}
    for link, tie in zip(links, town.ties.to_dict("records"), strict=True):
        assert link["lineStyle"]["type"] == styles[tie["type"]]["echarts"]
        width.setdefault((tie["type"], tie["strength"]), set()).add(link["lineStyle"]["width"])
    assert all(len(one) == 1 for one in width.values())
    contact = [width["contact", strength] for strength in (1, 2, 3)]
    assert all(min(thin) < min(thick) for thin, thick in pairwise(contact))
    dashes = [str(styles[kind]["echarts"]) for kind in tables.TIE_TYPES if kind != "contact"]
    assert len(set(dashes)) == len(dashes)


def test_every_type_of_tie_has_words_and_a_style():
    assert set(TIE_WORDS) == set(palette("light").ties()) == set(tables.TIE_TYPES)


def test_several_ties_of_a_pair_do_not_lie_on_each_other(town):
    links = series(sociogram.echarts_options(town, "light"), "network")["links"]
    bows = pd.DataFrame(
        {"pair": [tuple(sorted((link["source"], link["target"]))) for link in links],
         "bow": [link["lineStyle"]["curveness"] * (1 if link["source"] < link["target"] else -1)
                 for link in links]}
    )  # fmt: skip
    assert not bows.duplicated().any()
    assert bows.groupby("pair")["bow"].nunique().max() >= 3


def test_one_side_points_and_pales_and_what_is_disputed_is_asked(town):
    graph = series(sociogram.echarts_options(town, "light"), "network")
    words = series(sociogram.echarts_options(town, "light"), "words")["data"]
    assert [one["label"]["formatter"] for one in words].count("?") == 2
    frame = town.ties.assign(
        arrow=[link["symbol"][1] == "arrow" for link in graph["links"]],
        colour=[link["lineStyle"]["color"] for link in graph["links"]],
    )
    assert frame["arrow"].eq(~frame["mutual"]).all()
    contact = frame[frame["type"] == "contact"].groupby("standing")["colour"].first()
    assert contact["one side"] != contact["both sides"]


def test_a_partner_in_question_has_ties_in_ink_and_who_is_cut_off_is_hollow():
    partners, ties = demo()
    left = network.without(partners, ties, "P03")
    what = drawn(partners, ties, focus=("P03",), cut_off=left.cut_off)
    graph = series(sociogram.echarts_options(what, "light"), "network")
    ink = palette("light").ink
    certain = what.ties["standing"].eq("both sides")
    for link, tie, sure in zip(graph["links"], what.ties.to_dict("records"), certain, strict=True):
        assert (link["lineStyle"]["color"] == ink) == ("P03" in (tie["from"], tie["to"]) and sure)
    hollow = [node["id"] for node in graph["data"]
              if node["itemStyle"]["color"] == palette("light").background]  # fmt: skip
    assert hollow == ["P09", "P10", "P11", "P23"]
    assert "cut off in this what-if" in [key.words for key in sociogram.legend(what, "light")]


def test_the_legend_explains_what_occurs_and_nothing_else(town):
    words = [key.words for key in sociogram.legend(town, "light")]
    assert words == [
        "contact", "joint work", "information", "referral", "staff, rooms, money", "weak to strong",
        "named in this direction only", "pale: not confirmed by the other side", "disputed",
        "formal", "informal", "works with nobody here",
    ]  # fmt: skip
    plain = Sociogram(town.partners[town.partners["network"] == "formal"], town.ties.iloc[:1],
                      town.around, tables.SECTORS)  # fmt: skip
    assert [key.words for key in sociogram.legend(plain, "light")] == ["contact"]


def test_where_no_ring_names_the_sectors_the_legend_does(town):
    what = Sociogram(town.partners, town.ties, None, tables.SECTORS)
    words = [key.words for key in sociogram.legend(what, "light")]
    assert {"police", "youth work", "civil society"} <= set(words)


def test_an_essential_sector_without_a_partner_is_named_on_the_ring(town):
    words = series(sociogram.echarts_options(town, "light"), "words")["data"]
    assert "probation and\nprison\nno partner" in [one["label"]["formatter"] for one in words]
    ring = series(sociogram.echarts_options(town, "light"), "sectors")["data"]
    dashed = [one["name"] for one in ring if one["itemStyle"].get("borderType") == "dashed"]
    assert dashed == ["probation and\nprison\nno partner"]


def test_markup_in_a_name_stays_text():
    partners, ties = demo()
    partners.loc[partners["partner_id"] == "P01", "name"] = "<script>alert(1)</script>"
    what = drawn(partners, ties)
    node = series(sociogram.echarts_options(what, "light"), "network")["data"][0]
    assert node["tooltip"]["formatter"].startswith("<b>&lt;script&gt;")
    text = sociogram.svg(what, "light", "A <b>title</b>", "a & b")
    assert "<script" not in text
    assert ElementTree.fromstring(text).find(f"{SVG}title").text == "A <b>title</b>"


def test_a_network_without_ties_is_drawn_all_the_same():
    partners, ties = demo()
    what = drawn(partners, ties.iloc[:0])
    options = sociogram.echarts_options(what, "light")
    assert series(options, "network")["links"] == []
    assert "works with nobody here" in sociogram.svg(what, "light", "Nobody", "No tie")
