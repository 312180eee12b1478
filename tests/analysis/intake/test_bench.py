"""The benchmark measures what it says: the same file, the same result as plain pandas."""

from dataclasses import replace

import pytest

from analysis.intake import bench


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    return bench.make(tmp_path_factory.mktemp("bench") / "territory", rows=400)


@pytest.fixture(scope="module")
def beside(tmp_path_factory):
    return bench.make_beside(tmp_path_factory.mktemp("bench") / "territory", rows=400)


@pytest.fixture(scope="module")
def measured(material):
    return bench.measure(material)


@pytest.fixture(scope="module")
def turn(measured):
    return measured[0]


@pytest.fixture(scope="module")
def found(measured):
    return measured[1]


def test_the_file_is_as_an_office_writes_it_and_the_same_each_time(material, tmp_path):
    head, first, *_rest = material.content.decode("cp1252").splitlines()
    assert head.split(";") == list(bench.STACKED)
    assert first.startswith("01001000;Müßiggang 0;gemeinde;2005;Arbeitslose Jugendliche;")
    assert {b";x\n" in material.content, b";.\n" in material.content} == {True}
    assert bench.make(tmp_path / "again", rows=400).content == material.content


def test_what_is_read_joined_and_checked_is_what_plain_pandas_reads(material, found):
    assert found.decision == "publishable"
    assert bench.differences(material, found) == []


def test_a_file_of_several_figure_columns_is_read_as_plain_pandas_reads_it(beside):
    assert beside.content.decode("cp1252").splitlines()[0].split(";") == list(bench.WIDE)
    _turn, found = bench.measure(beside)
    assert found.decision == "publishable"
    assert set(found.observations) == {"arbeitslos", "unsicher"}
    assert found.observations["arbeitslos"][["count", "denominator"]].notna().any().all()
    assert bench.differences(beside, found) == []
    moved = replace(beside, content=beside.content.replace(b";x;", b";1;", 1))
    assert any("arbeitslos" in one for one in bench.differences(moved, found))


def test_a_wrong_figure_a_lost_row_and_a_wrong_line_are_told(material, found):
    changed = replace(material, content=material.content.replace(b";x\n", b";1,0\n", 1))
    assert any("statuses of" in one for one in bench.differences(changed, found))
    shorter = replace(material, content=material.content.rpartition(b"\n01")[0] + b"\n")
    told = "; ".join(bench.differences(shorter, found))
    assert "rows is 400, plain pandas says 399" in told
    assert "lines of unsicher" in told


def test_the_review_of_what_would_stand_is_measured_apart(turn):
    checked = {"reading bench.csv", "joining bench.csv", "plausibility"}
    review = {"what would stand", "protecting unsicher", "what changes"}
    assert checked | review <= set(turn.steps)
    assert all(turn.steps[step] > 0 for step in checked | review)
    apart = sum(seconds for step, seconds in turn.steps.items()
                if step in review or step.startswith("protecting"))  # fmt: skip
    assert turn.checked == pytest.approx(turn.whole - apart)


def test_the_report_holds_steps_ratio_rows_and_memory(monkeypatch, capsys):
    monkeypatch.setattr(bench, "ROWS", 400)
    monkeypatch.setattr(bench, "TURNS", 1)
    assert bench.main() == 0
    told = capsys.readouterr().out
    for words in ("400 rows x 8 columns, 1 of figures", "120 rows x 8 columns, 3 of figures", "pandas.read_csv(dtype=str)", "times pandas",
                  "peak memory", "the result is that of plain pandas"):  # fmt: skip
        assert words in told
    monkeypatch.setattr(bench, "differences", lambda *_found: ["total is 1, plain pandas says 2"])
    assert bench.main() == 1
