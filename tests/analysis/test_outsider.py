"""What an outsider makes of files: by hand, a trap each, and never more than the files say."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from analysis import outsider, takeaways
from analysis.takeaways import Context, Known

HIDDEN = ("", "", "suppressed")
TOWN = [("town", "T", "Town", ""), ("part", "N", "North", "T"), ("part", "S", "South", "T"),
        *(("district", f"D{n}", f"Square {n}", "N" if n < 4 else "S") for n in range(1, 7))]  # fmt: skip


def known(**indicators: dict[str, object]) -> Known:
    areas = pd.DataFrame(TOWN, columns=["level", "area_id", "name", "parent_id"])
    usual = {"title": "", "short_title": "", "measure": "count", "multiplier": 1.0, "part_of": "",
             "denominator_id": "", "hide_zeros": "False", "threshold": 5.0}  # fmt: skip
    rows = {name: usual | {"title": name} | own for name, own in indicators.items()}
    marks = [(name, "district", "town", "T") for name in rows]
    return Known(
        areas.assign(version="a", valid_from="", valid_to=""),
        pd.DataFrame.from_dict(rows, orient="index"),
        pd.DataFrame(marks, columns=["indicator_id", "level", "above", "area_id"]),
    )


class Files:
    """A folder of files, each a table of one indicator at one period."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def table(
        self,
        indicator: str,
        rows: dict[str, tuple | float],
        period: str = "2024",
        **columns: object,
    ) -> None:
        """Write one; a cell is a count, or value, denominator and status."""
        made = []
        for area_id, cell in rows.items():
            value, base, status = cell if isinstance(cell, tuple) else (cell, "", "observed")
            level = next(one[0] for one in TOWN if one[1] == area_id)
            made.append({"level": level, "area_id": area_id, "indicator_id": indicator,
                         "period": period, "value": value, "denominator": base,
                         "status": status})  # fmt: skip
        number = len([*self.folder.iterdir()])
        frame = pd.DataFrame(made).assign(**columns)
        frame.to_csv(self.folder / f"{number}.csv", index=False)

    def recovered(self, everybody: Known) -> dict[tuple[str, str, str], tuple[float, float]]:
        """What can be worked out: bounds by indicator, area and period."""
        found = outsider.recoverable(takeaways.read(self.folder, everybody), everybody)
        return {
            (row["indicator_id"], row["area_id"], row["period"]): (row["lower"], row["upper"])
            for row in found.to_dict("records")
        }


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path)


DISTRICTS = {"D1": HIDDEN, "D2": 20, "D3": 30, "D4": 12, "D5": 14, "D6": 16}


# ------------------------------------------------------------------------------ a trap each
def test_a_level_and_its_parts_give_the_only_hidden_part_back(files: Files) -> None:
    files.table("calls", DISTRICTS)
    files.table("calls", {"N": 53, "S": 42})
    assert files.recovered(known(calls={})) == {("calls", "D1", "2024"): (3, 3)}


def test_two_hidden_parts_are_protected_as_far_as_their_sum_is_wide(files: Files) -> None:
    files.table("calls", DISTRICTS | {"D2": HIDDEN})
    files.table("calls", {"N": 53, "S": 42})
    assert files.recovered(known(calls={})) == {}, "1 to 22 each"


def test_a_level_that_stands_on_no_page_is_known_as_the_benchmark_of_one_below(
    files: Files,
) -> None:
    files.table("calls", DISTRICTS, benchmark=95)
    files.table("calls", {"N": HIDDEN, "S": 42})
    found = files.recovered(known(calls={}))
    assert found[("calls", "D1", "2024")] == (3, 3)
    assert found[("calls", "N", "2024")] == (53, 53)


def test_the_known_minimum_gives_two_ones_back(files: Files) -> None:
    # 15 = 8 + 5 + x + x, as METHODS has it: zeros are shown, so both are 1.
    files.table("calls", {"T": 15, "N": 13, "S": 2, "D1": 8, "D2": 5, "D3": 0,
                          "D4": HIDDEN, "D5": HIDDEN, "D6": 0})  # fmt: skip
    found = files.recovered(known(calls={}))
    assert found[("calls", "D4", "2024")] == found[("calls", "D5", "2024")] == (1, 1)


def test_where_zeros_are_hidden_too_less_is_known(files: Files) -> None:
    files.table("calls", {"T": 15, "N": 13, "S": 2, "D1": 8, "D2": 5, "D3": 0,
                          "D4": HIDDEN, "D5": HIDDEN, "D6": 0})  # fmt: skip
    found = files.recovered(known(calls={"hide_zeros": "True"}))
    assert found[("calls", "D4", "2024")] == (0, 2)


def test_two_hidden_in_each_row_and_column_do_not_protect_a_cell(files: Files) -> None:
    # Three forms x three districts of a part; (a, D3) is left when rows and columns are taken off.
    table = {"a": [9, 4, 6], "b": [5, 7, 50], "c": [30, 40, 8]}
    hidden = {("a", 0), ("a", 1), ("a", 2), ("b", 0), ("b", 1)}
    for form, counts in table.items():
        files.table(form, {f"D{n + 1}": HIDDEN if (form, n) in hidden else count
                           for n, count in enumerate(counts)} | {"N": sum(counts)})  # fmt: skip
    sums = [sum(column) for column in zip(*table.values(), strict=True)]
    files.table("all", {f"D{n + 1}": total for n, total in enumerate(sums)} | {"N": sum(sums)})
    part = {"part_of": "all"}
    found = files.recovered(known(a=part, b=part, c=part, all={}))
    assert found[("a", "D3", "2024")] == (6, 6)


def test_a_single_case_is_worked_out_from_the_only_part_that_is_not_zero(files: Files) -> None:
    files.table("calls", {"N": 1, "D1": HIDDEN, "D2": 0, "D3": 0})
    assert files.recovered(known(calls={})) == {("calls", "D1", "2024"): (1, 1)}


def test_a_percentage_and_its_rounded_figure_leave_the_counts_that_fit(files: Files) -> None:
    share = {"measure": "proportion", "multiplier": 100.0, "threshold": 10.0}
    files.table("share", {"D1": ("1.5", "200", "suppressed"), "D2": ("1.5", "2000", "suppressed")})
    found = files.recovered(known(share=share))
    assert found == {("share", "D1", "2024"): (3, 3), ("share", "D2", "2024"): (29, 31)}


def test_a_percentage_beside_the_count_it_is_divided_by_gives_its_own_count_back(
    files: Files,
) -> None:
    rate = {"measure": "rate", "multiplier": 1000.0, "denominator_id": "residents"}
    files.table("rate", {"D1": ("15.0", "", "suppressed")})
    files.table("residents", {"D1": 200})
    found = files.recovered(known(rate=rate, residents={"threshold": 0.0}))
    assert found == {("rate", "D1", "2024"): (3, 3)}


def test_a_rate_shown_openly_gives_the_protected_count_beside_it_back(files: Files) -> None:
    """As with open figures of the police and a count of our own that hides small ones."""
    files.table("calls", DISTRICTS)
    files.table("rate", {f"D{n}": (count * 10, 100, "observed")
                         for n, count in enumerate([3, 20, 30, 12, 14, 16], start=1)})  # fmt: skip
    rate = {"measure": "rate", "multiplier": 1000.0, "threshold": 0.0}
    everybody = known(calls={}, rate=rate)
    assert files.recovered(everybody) == {("calls", "D1", "2024"): (3, 3)}
    found = outsider.recoverable(takeaways.read(files.folder, everybody), everybody)
    assert found["how"].tolist() == ["another indicator of the same count"]


def test_the_interval_of_a_hidden_share_gives_its_count_back(files: Files) -> None:
    share = {"measure": "proportion", "multiplier": 100.0, "threshold": 10.0}
    files.table("share", {"D1": HIDDEN}, lower=0.512, upper=4.311)  # Wilson, 3 of 200
    assert files.recovered(known(share=share)) == {("share", "D1", "2024"): (3, 3)}


def test_the_difference_of_two_periods_gives_the_hidden_one_back(files: Files) -> None:
    pd.DataFrame({
        "area_id": ["D1"], "indicator_id": ["calls"], "since": ["2023"], "period": ["2024"],
        "earlier": [20], "later": [""], "difference": [-17], "status": ["suppressed"],
        "earlier_reason": [""], "later_reason": ["suppressed"],
    }).to_csv(files.folder / "change.csv", index=False)  # fmt: skip
    assert files.recovered(known(calls={})) == {("calls", "D1", "2024"): (3, 3)}


# --------------------------------------------------------------------- never more than is said
def test_where_totals_hold_more_than_their_parts_no_sum_is_believed(files: Files) -> None:
    """Cases without an address are in the total of the other part, so they may be in this."""
    files.table("calls", DISTRICTS)
    files.table("calls", {"N": 90, "S": 50})
    assert files.recovered(known(calls={})) == {}


def test_a_part_is_at_most_its_total_also_where_there_may_be_more_in_it(files: Files) -> None:
    files.table("calls", DISTRICTS)
    files.table("calls", {"N": 53, "S": 50})
    assert files.recovered(known(calls={})) == {("calls", "D1", "2024"): (1, 3)}


def test_what_is_smaller_than_its_parts_is_no_total(files: Files) -> None:
    files.table("calls", DISTRICTS)
    files.table("calls", {"N": 53, "S": 20})
    assert files.recovered(known(calls={})) == {}


def test_a_figure_that_is_missing_is_not_one_that_is_hidden(files: Files) -> None:
    files.table("calls", DISTRICTS | {"D1": ("", "", "missing")})
    files.table("calls", {"N": 53, "S": 42})
    everybody = known(calls={})
    found = outsider.recoverable(takeaways.read(files.folder, everybody), everybody)
    assert len(found) == found.attrs["hidden"] == 0


def test_without_files_nothing_is_known(files: Files) -> None:
    everybody = known(calls={})
    found = outsider.recoverable(takeaways.read(files.folder, everybody), everybody)
    assert len(found) == found.attrs["hidden"] == 0


# ------------------------------------------------------------------------------ what names say
def test_the_name_of_a_file_says_what_its_rows_do_not() -> None:
    everybody = known(calls={}, calls_all={})
    assert Context.of("2~calls_all_district_2024-Q1.shown.csv", everybody) == Context(
        "calls_all", "district", "", "2024-Q1"
    )
    assert Context.of("profile_Square 2.csv", everybody) == Context("", "district", "D2", "")
    assert Context.of("three_views.csv", everybody) == Context()
