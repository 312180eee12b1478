"""Hidden figures are exchanged for others that fit all that is shown: nothing anywhere changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal

from analysis.disclosure import open_view
from tests.pages.outsider import CALLS, Walked, nine_with_calls, seen_on, walk_through
from tests.pages.screen import Screen

#: The sum of the two hidden counts, and of the two hidden shares, stays as it was.
OTHER_CALLS = CALLS | {"2024": [4, 21, 30, 11, 24, 27, 18, 32, 40]}
OTHER_SHARES = [5, 20, 30, 8, 40, 50, 60, 70, 80]


@pytest.fixture(scope="module")
def swapped(tmp_path_factory: pytest.TempPathFactory) -> Walked:
    """Answer with nine squares that differ in hidden figures only."""
    folder = tmp_path_factory.mktemp("swap")
    nine = nine_with_calls(folder / "nine", OTHER_CALLS, OTHER_SHARES)
    nine.build()
    return walk_through(nine, folder / "files")


def test_what_is_hidden_differs_and_is_hidden_in_both(walked: Walked, swapped: Walked) -> None:
    for territory, counts in ((walked.territory, [3, 12]), (swapped.territory, [4, 11])):
        view = open_view(territory / "store")
        rows = view.values("incidents", level="district", period="2024")
        assert [*rows.index[rows["status"] == "suppressed"]] == ["D1", "D4"]
        raw = view._store.values("incidents", level="district", period="2024", face="observations")
        assert [*raw.set_index("area_id")["count"][["D1", "D4"]]] == counts


def test_no_protected_figure_differs(walked: Walked, swapped: Walked) -> None:
    one, other = (open_view(each.territory / "store") for each in (walked, swapped))
    for indicator_id in one.indicator_ids():
        for level in ("town", "district"):
            assert_frame_equal(
                one.series(indicator_id, level=level), other.series(indicator_id, level=level)
            )


def test_no_file_differs(walked: Walked, swapped: Walked) -> None:
    one, other = (
        {
            path.relative_to(each.files): path.read_bytes()
            for path in sorted(each.files.rglob("*.*"))
        }
        for each in (walked, swapped)
    )
    assert [*one] == [*other]
    assert [path for path in one if one[path] != other[path]] == []


def test_no_word_chart_map_or_table_on_any_screen_differs(walked: Walked, swapped: Walked) -> None:
    assert len(walked.screens) == len(swapped.screens) > 40
    differing = [
        (number, line)
        for number, (one, other) in enumerate(zip(walked.screens, swapped.screens, strict=True))
        for line in {*one.splitlines()} ^ {*other.splitlines()}
    ]
    assert differing == []


def test_the_presentation_does_not_differ_either(
    walked: Walked, swapped: Walked, tmp_path: Path
) -> None:
    slides = [
        [seen_on(Screen(each.territory).open("situation", present="1", slide=slide).app)
         for slide in ("1", "2")]
        for each in (walked, swapped)
    ]  # fmt: skip
    assert slides[0] == slides[1]


def test_a_figure_that_is_shown_does_change_what_is_seen(walked: Walked, tmp_path: Path) -> None:
    """What is compared above would notice."""
    calls = CALLS | {"2024": [3, 22, 30, 12, 24, 27, 18, 32, 40]}
    nine = nine_with_calls(tmp_path / "nine", calls)
    nine.build()
    shown = [seen_on(Screen(one).open("district_map", indicator="incidents").app)
             for one in (walked.territory, nine.path)]  # fmt: skip
    assert shown[0] != shown[1]
