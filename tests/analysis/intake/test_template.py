"""The empty folder that `new` writes is annotated, and is read as it stands."""

from __future__ import annotations

import io

import pandas as pd
import pytest

from analysis import tables
from analysis.errors import GroundworkError
from analysis.intake.refresh import Refresh
from analysis.intake.template import indicator_template, write_template
from analysis.settings import read_settings
from analysis.territory import check_folder
from tests.analysis.conftest import AT, squares


def test_the_only_problem_of_a_new_folder_is_that_it_has_no_boundaries(tmp_path):
    write_template(tmp_path / "new")
    assert [str(one) for one in check_folder(tmp_path / "new")] == [
        "boundaries/boundaries.toml: no [[boundary]] entry; add one per file"
    ]


def test_a_new_folder_with_a_boundary_file_is_without_a_problem(tmp_path):
    write_template(tmp_path / "new")
    declared = tmp_path / "new" / "boundaries" / "boundaries.toml"
    declared.write_text('[[boundary]]\nfile = "d.geojson"\nlevel = "district"\n')
    squares().drop(columns="parent_id").to_file(declared.with_name("d.geojson"))
    assert check_folder(tmp_path / "new") == []


def test_every_commented_boundary_setting_is_one_that_is_read(tmp_path):
    write_template(tmp_path / "new")
    declared = tmp_path / "new" / "boundaries" / "boundaries.toml"
    text = declared.read_text().replace("# [[", "[[").replace("\n# ", "\n")
    text = text.partition("[[boundary]]")
    declared.write_text(text[1] + text[2])
    assert [str(one) for one in check_folder(tmp_path / "new")] == [
        "boundaries/districts.geojson: does not exist; put it there or correct boundaries.toml"
    ]


def test_the_settings_written_are_the_defaults_that_hold_without_them(tmp_path):
    write_template(tmp_path / "new")
    text = (tmp_path / "new" / "territory.toml").read_text()
    written, problems = read_settings(text)
    assert problems == []
    default, _ = read_settings("")
    for name in (
        "count_threshold",
        "rate_threshold",
        "hide_first",
        "minimum_denominator",
        "minimum_answers",
        "words",
        "languages",
    ):
        assert getattr(written, name) == getattr(default, name), name


def test_every_commented_setting_is_one_that_is_read(tmp_path):
    write_template(tmp_path / "new")
    text = (tmp_path / "new" / "territory.toml").read_text()
    uncommented = [line.removeprefix("# ") if " = " in line else line for line in text.splitlines()]
    settings, problems = read_settings("\n".join(uncommented))
    assert problems == []
    assert settings.tile_url
    assert settings.tile_attribution


def test_the_headers_are_those_of_the_tables(tmp_path):
    write_template(tmp_path / "new")
    for name, table in (
        ("indicators.csv", tables.INDICATORS),
        ("observations/observations.csv", tables.OBSERVATIONS),
    ):
        header = (tmp_path / "new" / name).read_text()
        assert header == ",".join(table.column_names) + "\n"


def test_the_words_beside_describe_every_column_and_every_choice(tmp_path):
    write_template(tmp_path / "new")
    words = (tmp_path / "new" / "README.md").read_text()
    for table in tables.TABLES.values():
        for column in table.columns:
            star = " *" if column.required else ""
            assert f"| {column.name}{star} | {column.about}" in words
            assert ", ".join(column.choices) in words


def test_nothing_is_written_into_a_folder_that_holds_anything(tmp_path):
    (tmp_path / "mine").write_text("precious")
    for taken in (tmp_path, tmp_path / "mine"):
        with pytest.raises(GroundworkError) as error:
            write_template(taken)
        assert str(error.value) == f"{str(taken)!r} is not an empty folder; name a new one"
    assert [one.name for one in tmp_path.iterdir()] == ["mine"]


def test_an_empty_folder_may_be_used(tmp_path):
    written = write_template(tmp_path)
    assert sorted(written) == sorted(path for path in tmp_path.rglob("*") if path.is_file())


def test_a_filled_template_of_an_indicator_is_read_without_a_question(nine):
    nine.observe("district,D1,share,2023,40,100")
    nine.build()
    refresh = Refresh(nine.path)
    content = indicator_template(refresh.territory, refresh.territory.catalogue["share"])
    table = pd.read_csv(io.BytesIO(content), dtype=str, encoding="utf-8-sig")
    assert table["area_id"].tolist() == [f"D{n}" for n in range(1, 10)]
    assert list(table.columns) == [
        "level", "area_id", "name", "indicator_id", "period", "count", "denominator", "status",
    ]  # fmt: skip
    filled = table.assign(period="2024", count="40", denominator="100").to_csv(index=False)
    found = refresh.begin([("share.csv", filled.encode())], by="anna", at=AT)
    assert (found.decision, found.files[0].ledger.matched) == ("publishable", 9)


@pytest.mark.parametrize(
    ("indicator_id", "figures"),
    [
        ("rate", ["count"]),
        ("mood", ["value", "sd", "denominator"]),
        ("talk", ["category", "count"]),
    ],
)
def test_a_template_asks_for_what_its_kind_of_figure_needs(nine, indicator_id, figures):
    territory = nine.territory()
    content = indicator_template(territory, territory.catalogue[indicator_id])
    header = content.decode("utf-8-sig").splitlines()[0].split(",")
    assert header[5:-1] == figures


def test_a_template_neutralises_a_name_that_a_spreadsheet_would_run(nine):
    odd = squares()
    odd["name"] = ["=1+1", *odd["name"][1:]]
    nine.write("boundaries/districts.geojson", odd.to_json())
    territory = nine.territory()
    text = indicator_template(territory, territory.catalogue["share"]).decode("utf-8-sig")
    assert "'=1+1" in text
