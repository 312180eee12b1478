"""The error tree, and how a problem is told to people and to machines."""

from __future__ import annotations

import json

import pytest

from analysis import errors
from analysis.errors import InputError, Problem


def test_a_problem_names_file_row_and_column_before_what_is_wrong():
    problem = Problem("a.csv", "'x' is not a number; write digits", 7, "count", "x")
    assert str(problem) == "a.csv, row 7, column 'count': 'x' is not a number; write digits"


def test_a_problem_of_a_whole_file_names_only_the_file():
    assert str(Problem("a.csv", "is empty; fill it")) == "a.csv: is empty; fill it"


def test_a_problem_as_json_holds_every_part():
    problem = Problem("a.csv", "wrong; mend it", 7, "count", "x", "not_a_number")
    assert json.loads(json.dumps(problem.as_dict())) == {
        "file": "a.csv", "message": "wrong; mend it", "row": 7, "column": "count", "value": "x",
        "code": "not_a_number", "level": "error",
    }  # fmt: skip


def test_an_input_error_shows_twenty_problems_and_counts_the_rest():
    error = InputError(Problem("a.csv", f"wrong {number}") for number in range(23))
    assert len(error.problems) == 23
    assert str(error).splitlines()[-2:] == ["a.csv: wrong 19", "... and 3 more"]


@pytest.mark.parametrize(
    ("error", "parent"),
    [
        (errors.InputError, errors.GroundworkError),
        (errors.UnknownId, errors.GroundworkError),
        (errors.StoreError, errors.GroundworkError),
        (errors.ConflictError, errors.StoreError),
        (errors.AccessError, errors.GroundworkError),
        (errors.DisclosureError, errors.GroundworkError),
    ],
)
def test_the_tree_is_the_one_drawn_in_the_docstring(error, parent):
    assert issubclass(error, parent)
    assert error.__name__ in errors.__doc__
