"""The door: CSV text to typed cells, every broken rule at once, with its row and its way out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from analysis import tables
from analysis.tables import INDICATORS, OBSERVATIONS, Column, Table

SMALL = Table(
    "places",
    "places.csv",
    ("id",),
    (
        Column("id", required=True, about="its id"),
        Column("seats", "number", minimum=0, maximum=100, about="how many"),
        Column("floors", "integer", default="1", about="how high"),
        Column("kind", "choice", choices=("open", "shut"), default="open"),
        Column("since", "date"),
        Column("period", "period"),
        Column("free", "boolean"),
        Column("areas", "list"),
    ),
)
GOOD = {
    "id": "a", "seats": "12.5", "floors": "2", "kind": "shut", "since": "2024-03-31",
    "period": "2024-Q3", "free": "Yes", "areas": "x; y,z",
}  # fmt: skip


def frame(*rows: dict[str, str]) -> pd.DataFrame:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = pd.DataFrame(list(rows), columns=columns, dtype="str").fillna("")
    return text.set_axis(range(2, 2 + len(rows)), axis="index")


# ------------------------------------------------------------------------------------- CSV text
def test_a_csv_becomes_text_cells_indexed_by_the_line_each_row_begins_on():
    text, problems = tables.read_text_table("a.csv", 'x,y\n1,"two\nlines"\n\n3,\n')
    assert problems == []
    assert text.index.tolist() == [2, 5]
    assert text.to_numpy().tolist() == [["1", "two\nlines"], ["3", ""]]


def test_no_cell_is_read_as_anything_but_text():
    text, _ = tables.read_text_table("a.csv", "x\nNA\n007\nnull\n1e3\n")
    assert text["x"].tolist() == ["NA", "007", "null", "1e3"]


def test_a_row_longer_than_its_header_is_a_problem_with_its_line():
    _, (problem,) = tables.read_text_table("a.csv", "x,y\n1,2\n1,2,3\n")
    assert str(problem) == "a.csv, row 3: holds 3 cells, the header 2; quote cells with commas"


def test_a_row_shorter_than_its_header_ends_in_empty_cells():
    text, problems = tables.read_text_table("a.csv", "x,y\n1\n")
    assert problems == []
    assert text.loc[2].tolist() == ["1", ""]


def test_a_column_that_stands_twice_is_a_problem():
    _, (problem,) = tables.read_text_table("a.csv", "x,y,x\n1,2,3\n")
    assert str(problem) == "a.csv, row 1, column 'x': column 'x' stands twice; keep one"


def test_an_empty_file_is_a_problem():
    _, (problem,) = tables.read_text_table("a.csv", "")
    assert str(problem) == "a.csv: is empty; it needs at least a header"


@pytest.mark.parametrize("mark", [";", "\t", "|"])
def test_cells_parted_by_another_mark_are_told_in_one_problem(mark):
    text, (problem,) = tables.read_text_table("a.csv", mark.join("xyz") + "\n1\n")
    assert text.columns.empty
    assert str(problem) == (
        f"a.csv, row 1: cells are parted by {mark!r}; save the table with commas"
    )


def test_a_quote_that_never_closes_is_a_problem_not_a_traceback():
    _, (problem,) = tables.read_text_table("a.csv", 'x,y\n"1,2\n')
    assert problem.code == "not_csv"
    assert problem.message.endswith("; save the table as CSV again")


def test_a_byte_order_mark_is_no_part_of_the_first_column():
    assert tables.read_text("a.csv", b"\xef\xbb\xbfx,y\n") == ("x,y\n", [])


def test_a_file_that_is_not_utf8_names_the_first_such_row():
    _, (problem,) = tables.read_text("a.csv", "x\nplain\nGrün\n".encode("latin-1"))
    assert str(problem) == "a.csv, row 3: is not UTF-8 here; save the file as UTF-8"


# ------------------------------------------------------------------------------------- cells
def test_a_good_row_passes_and_gets_its_types():
    typed, problems = tables.validate(frame(GOOD), SMALL)
    assert problems == []
    row = typed.loc[2]
    assert (row["seats"], row["floors"], row["free"], row["areas"]) == (12.5, 2.0, True, "x y z")
    assert [str(kind) for kind in typed.dtypes] == [
        "str", "float64", "float64", "str", "str", "str", "bool", "str",
    ]  # fmt: skip


def test_an_absent_optional_column_gets_its_default_in_every_row():
    typed, problems = tables.validate(frame({"id": "a"}, {"id": "b"}), SMALL)
    assert problems == []
    assert typed["floors"].tolist() == [1.0, 1.0]
    assert typed["kind"].tolist() == ["open", "open"]
    assert typed["free"].tolist() == [False, False]
    assert typed["seats"].isna().all()


@pytest.mark.parametrize(
    ("column", "cell", "code", "message"),
    [
        ("id", "", "empty_cell", "empty; every row needs 'id' (its id)"),
        ("seats", "3,5", "not_a_number", "'3,5' is not a number; write digits with a decimal point,"
         " or leave the cell empty and state a status"),
        ("seats", "nan", "not_a_number", "'nan' is not a number; write digits with a decimal point,"
         " or leave the cell empty and state a status"),
        ("seats", "-1", "out_of_range", "-1 is below 0, the least possible; correct it"),
        ("seats", "101", "out_of_range", "101 is above 100, the most possible; correct it"),
        ("seats", "1e999", "out_of_range",
         "'1e999' is larger than any number that can be stored; correct it"),
        ("floors", "1.5", "not_whole", "'1.5' is not a whole number; write one"),
        ("kind", "ajar", "not_a_choice", "'ajar' is not known; choose open, shut"),
        ("since", "31.3.2024", "not_a_date", "'31.3.2024' is not a date; write 2024-03-31"),
        ("since", "2024-02-30", "not_a_date", "'2024-02-30' is not a date; write 2024-03-31"),
        ("period", "Q3 2024", "not_a_period",
         "'Q3 2024' is not a period; write 2024, 2024-Q3, 2024-S1, 2024-03 or 2024/2025"),
        ("free", "perhaps", "not_a_boolean", "'perhaps' is neither true nor false; write one of"
         " them"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_told_with_row_column_value_and_way_out(column, cell, code, message):
    typed, (problem,) = tables.validate(frame({**GOOD, "id": "z"}, GOOD | {column: cell}), SMALL)
    assert (problem.file, problem.row, problem.column) == ("places.csv", 3, column)
    assert (problem.value, problem.code, problem.message) == (cell, code, message)
    assert len(typed) == 2


def test_a_bad_number_is_missing_in_the_typed_frame():
    typed, _ = tables.validate(frame(GOOD | {"seats": "many"}, {"id": "b", "seats": "1"}), SMALL)
    assert np.isnan(typed.loc[2, "seats"])
    assert typed.loc[3, "seats"] == 1


def test_an_unknown_column_is_named_with_the_known_ones():
    _, (problem,) = tables.validate(frame(GOOD | {"colour": "red"}), SMALL)
    assert str(problem) == (
        "places.csv, row 1, column 'colour': unknown column 'colour'; known: id, seats, floors,"
        " kind, since, period, free, areas"
    )


def test_a_missing_required_column_is_one_problem_and_no_rain_of_duplicates():
    _, (problem,) = tables.validate(frame({"seats": "1"}, {"seats": "2"}), SMALL)
    assert str(problem) == (
        "places.csv, row 1, column 'id': column 'id' is missing; add it (its id)"
    )


def test_a_key_that_stands_twice_names_the_row_it_stands_in_first():
    _, (problem,) = tables.validate(frame(GOOD, {"id": "b"}, {"id": " a "}), SMALL)
    assert str(problem) == (
        "places.csv, row 4, column 'id': the same id stands in row 2; keep one of the two rows"
    )
    assert problem.value == "a"


def test_a_key_of_several_columns_is_told_without_a_column():
    row = {"level": "l", "area_id": "a", "indicator_id": "i", "period": "2024"}
    _, (problem,) = tables.validate(frame(row, row | {"category": "x"}, row), OBSERVATIONS, "o.csv")
    assert str(problem) == (
        "o.csv, row 4: the same level, area_id, indicator_id, period, category stands in row 2;"
        " keep one of the two rows"
    )
    assert problem.value == "l a i 2024"


def test_all_problems_of_all_rows_and_columns_are_told_at_once():
    _, problems = tables.validate(
        frame(GOOD | {"seats": "x", "kind": "y"}, {"id": "", "floors": "z", "new": "1"}), SMALL
    )
    assert {(one.row, one.column) for one in problems} == {
        (2, "seats"), (2, "kind"), (3, "id"), (3, "floors"), (1, "new"),
    }  # fmt: skip


def test_a_header_without_rows_is_an_empty_typed_frame():
    text, _ = tables.read_text_table("o.csv", ",".join(OBSERVATIONS.column_names) + "\n")
    typed, problems = tables.validate(text, OBSERVATIONS)
    assert problems == []
    assert typed.empty
    assert typed["value"].dtype == "float64"
    assert typed["break"].dtype == "bool"


def test_validate_leaves_its_input_as_it_was():
    text = frame(GOOD, GOOD)
    before = text.copy(deep=True)
    tables.validate(text, SMALL)
    assert_frame_equal(text, before)


CELLS = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "c", "d", ""]),
        "seats": st.sampled_from(["1", "2.5", "-3", "x", ""]),
        "kind": st.sampled_from(["open", "shut", "ajar", ""]),
    }
)


@settings(max_examples=15)
@given(st.lists(CELLS, max_size=8), st.randoms(use_true_random=False))
def test_permuting_the_rows_permutes_the_result_and_keeps_the_problems(rows, random):
    text = frame(*rows) if rows else frame({"id": "a"})
    order = list(text.index)
    random.shuffle(order)
    typed, problems = tables.validate(text, SMALL)
    again, found = tables.validate(text.loc[order], SMALL)
    assert_frame_equal(again.sort_index(), typed)

    def cells(some):
        return sorted((one.row, one.column) for one in some if one.code != "duplicate")

    assert cells(found) == cells(problems)
    duplicates = [one.code for one in problems].count("duplicate")
    assert [one.code for one in found].count("duplicate") == duplicates


# --------------------------------------------------------------------------------- vocabulary
def test_every_column_of_every_table_says_what_it_holds():
    assert [
        f"{table.name}.{column.name}"
        for table in tables.TABLES.values()
        for column in table.columns
        if not column.about
    ] == []


def test_the_schemas_have_the_columns_of_the_design():
    assert OBSERVATIONS.column_names == [
        "level", "area_id", "indicator_id", "period", "category", "value", "count", "denominator",
        "sd", "lower", "upper", "status", "break", "note",
    ]  # fmt: skip
    assert INDICATORS.column_names == [
        "indicator_id", "title", "short_title", "definition", "caveat", "factor", "higher_is",
        "theme", "form", "scope", "source_kind", "measure", "unit", "multiplier", "decimals",
        "denominator_id", "part_of", "partner_ids", "levels", "benchmark", "frequency", "next_due",
        "disclosure_threshold", "disclosure_reason", "hide_zeros", "repeat_events", "publisher", "licence", "url",
        "retrieved", "context_reason",
    ]  # fmt: skip


@pytest.mark.parametrize("table", tables.TABLES.values(), ids=tables.TABLES)
def test_a_key_is_made_of_columns(table):
    assert set(table.key) <= set(table.column_names)
