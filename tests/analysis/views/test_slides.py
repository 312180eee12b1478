"""Slides: figures whose words keep their size, and nothing from a file read as markup."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pandas as pd
import pytest

from analysis.views import slides
from analysis.views.slides import Slide

PLANTED = "<script>alert(1)</script>"


@pytest.fixture
def indicator(world):
    from analysis.disclosure import open_view
    from analysis.intake.release import territory_of

    return territory_of(open_view(world("demo") / "store")).catalogue["trust_municipality"]


def course(values: list[float | None], indicator, name: str = "Eastgate", **more) -> str:
    rows = pd.DataFrame(
        {
            "period": [str(2024 - len(values) + 1 + place) for place in range(len(values))],
            "value": pd.Series(values, dtype="float64"),
            "status": "observed",
            "reason": "",
            "break": False,
        }
    )
    rows = rows.assign(lower=rows["value"] - 0.5, upper=rows["value"] + 0.5)
    benchmark = rows[["period", "value", "status", "break"]].assign(value=rows["value"] + 1)
    return slides.course(
        rows, indicator, "light", name=name, benchmark=more.get("benchmark", benchmark),
        benchmark_name="Town",
    )  # fmt: skip


def picture(body: str) -> str:
    return unquote(re.search(r'src="data:image/svg\+xml,([^"]*)"', body)[1])


def words(body: str) -> list[str]:
    return [one for one in re.findall(r"<span[^>]*>(.*?)</span>", body)]


def test_a_slide_says_its_message_its_place_and_its_source_and_escapes_all() -> None:
    shown = slides.slide_html(
        Slide(PLANTED, PLANTED, (PLANTED,), "<b>made here</b>", PLANTED), "dark", "3 of 8"
    )
    assert "<script" not in shown
    assert shown.count("&lt;script&gt;") == 4
    assert "3 of 8" in shown
    assert "<b>made here</b>" in shown


def test_the_picture_of_a_course_holds_no_word_and_the_words_lie_over_it(indicator) -> None:
    body = course([4.0, 4.5, 5.0], indicator)
    assert "<text" not in picture(body)
    said = words(body)
    assert "Eastgate<br>5.0" in said
    assert "Town<br>6.0" in said
    assert {"2022", "2023", "2024"} <= set(said)
    assert len(re.findall('class="gw-dot"', body)) == 3


def test_a_gap_is_not_joined_and_a_single_value_has_its_whisker(indicator) -> None:
    none = pd.DataFrame({"period": [], "value": [], "status": [], "break": []})
    whole = picture(course([4.0, 4.5, 5.0, 5.1], indicator, benchmark=none))
    parted = picture(course([4.0, None, 5.0, 5.1], indicator, benchmark=none))
    assert len(re.findall("stroke-width:1.1vh", whole)) == 3
    assert len(re.findall("stroke-width:1.1vh", parted)) == 1
    assert len(re.findall("stroke-width:1.2vh", parted)) == 1


def test_a_course_without_a_figure_says_so(indicator) -> None:
    assert "not assessed" in course([None, None], indicator)


def test_names_at_line_ends_stay_apart_and_above_the_axis(indicator) -> None:
    none = {"status": "observed", "break": False}
    same = pd.DataFrame([{"period": "2024", "value": 4.0, **none}])
    body = course([4.0], indicator, benchmark=same)
    tops = [float(one) for one in re.findall(r'gw-end" style="top:([\d.-]+)%', body)]
    assert len(tops) == 2
    height = 2 * 3.0 / 30.0 * 100
    assert abs(tops[0] - tops[1]) >= height - 0.1
    assert all(top + height / 2 <= 100.1 for top in tops)


def test_a_name_with_markup_stays_text(indicator) -> None:
    assert "<script" not in course([4.0, 5.0], indicator, name=PLANTED)
    assert "<script" not in slides.table(pd.DataFrame({PLANTED: [PLANTED]}))
    assert "<script" not in slides.listed([PLANTED])
    assert "<script" not in slides.part(PLANTED, PLANTED, slides.words(PLANTED))


def test_long_lists_take_several_screens_and_nothing_is_lost() -> None:
    sentences = [f"Sentence {place} " + "which goes on and on " * place for place in range(1, 30)]
    found = slides.lists(sentences, most=8)
    assert len(found) > 3
    said = " ".join(re.sub(r"<[^>]*>", " ", one) for one in found).split()
    assert said == " ".join(sentences).split()
    assert slides.lists([]) == []


def test_the_smallest_type_is_larger_than_the_back_row_needs() -> None:
    from pathlib import Path

    style = Path("pages/shared/presentation.css").read_text("utf-8")
    sizes = [float(one) for one in re.findall(r"font-size:\s*([\d.]+)vh", style)]
    assert sizes
    assert min([*sizes, slides.TEXT]) >= 2.2
    assert not re.findall(r"font-size:\s*[\d.]+(?!vh|[\d.])", style)
    assert "!important" not in style
    assert "data-testid" not in style
