"""territory.toml: every setting read, every broken or unknown one told, defaults elsewhere."""

from __future__ import annotations

import pytest

from analysis import tables
from analysis.settings import Level, read_settings

WHOLE = """\
id = "merrel"
name = "Merrel"
languages = ["de", "en"]
words = "safeguarding"
[[levels]]
id = "city"
name = "city"
plural = "cities"
[[levels]]
id = "ward"
[disclosure]
count_threshold = 3
rate_threshold = 7
hide_first = "totals"
minimum_answers = 50
[reliability]
good_present = 0.8
good_age = 2
good_suppressed = 0.2
good_interval = 0.4
poor_present = 0.5
poor_suppressed = 0.6
[limits]
file_megabytes = 20
rows = 90_000
[map]
level = "ward"
tile_url = "https://tiles.example.org/{z}/{x}/{y}.png"
tile_attribution = "makers"
[themes]
harbour = "the harbour"
trust = "trust in the council"
[roles]
staff = "coordinator"
"""


def test_every_setting_is_read():
    settings, problems = read_settings(WHOLE)
    assert problems == []
    assert (settings.id, settings.name, settings.words) == ("merrel", "Merrel", "safeguarding")
    assert settings.languages == ("de", "en")
    assert settings.levels == (Level("city", "city", "cities"), Level("ward", "ward", "wards"))
    assert settings.level_ids == ("city", "ward")
    assert settings.start_level == "ward"
    assert (settings.count_threshold, settings.rate_threshold) == (3, 7)
    assert settings.hide_first == "totals"
    assert settings.minimum_answers == 50
    assert (settings.good_present, settings.good_age, settings.good_suppressed) == (0.8, 2, 0.2)
    assert (settings.good_interval, settings.poor_present, settings.poor_suppressed) == (
        0.4,
        0.5,
        0.6,
    )
    assert (settings.file_megabytes, settings.file_rows) == (20, 90_000)
    assert settings.tile_url.startswith("https://tiles.example.org/")
    assert settings.tile_attribution == "makers"
    assert settings.role_groups == (("staff", "coordinator"),)


def test_a_share_above_1_is_a_problem():
    settings, problems = read_settings("[reliability]\ngood_present = 90\n")
    assert "setting 'reliability.good_present' is 90; write a share from 0 to 1" in (
        problems[0].message
    )
    assert settings.good_present == 0.9


def test_a_limit_of_nothing_is_a_problem():
    settings, problems = read_settings("[limits]\nfile_megabytes = 0\nrows = true\n")
    assert [one.column for one in problems] == ["limits.file_megabytes", "limits.rows"]
    assert "setting 'limits.rows' is True; write a number above 0" in problems[1].message
    assert (settings.file_megabytes, settings.file_rows) == (200, 5_000_000)


def test_own_themes_are_added_and_may_rename_those_every_territory_has():
    themes = dict(read_settings(WHOLE)[0].themes)
    assert list(themes) == [*tables.THEMES, "harbour"]
    assert themes["trust"] == "trust in the council"


def test_a_folder_without_the_file_has_every_default():
    settings, problems = read_settings("", fallback_name="Somewhere")
    assert problems == []
    assert settings.name == "Somewhere"
    assert (settings.count_threshold, settings.rate_threshold) == (5, 10)
    assert settings.minimum_answers == 30
    assert settings.languages == ("en",)
    assert dict(settings.themes) == tables.THEMES


def test_a_level_nobody_declared_goes_by_its_id():
    assert read_settings("")[0].level("ward") == Level("ward", "ward", "ward")
    assert read_settings(WHOLE)[0].level("city").plural == "cities"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = 5", "setting 'name' is 5; write a text in quotes"),
        ("languages = []", 'setting \'languages\' is []; write a list such as ["en", "de"]'),
        ('languages = "en"', "setting 'languages' is 'en'; write a list such as"
                             ' ["en", "de"]'),
        ('words = "war"', "setting 'words' is 'war'; write one of prevention, safeguarding,"
                          " social_cohesion"),
        ("[disclosure]\ncount_threshold = -1",
         "setting 'disclosure.count_threshold' is -1; write a number of 0 or more"),
        ('[disclosure]\nrate_threshold = "10"',
         "setting 'disclosure.rate_threshold' is '10'; write a number of 0 or more"),
        ("[disclosure]\nrate_threshold = nan",
         "setting 'disclosure.rate_threshold' is nan; write a number of 0 or more"),
        ('[disclosure]\nhide_first = "rows"',
         "setting 'disclosure.hide_first' is 'rows'; write one of parts, totals"),
        ("[disclosure]\nminimum_answers = inf",
         "setting 'disclosure.minimum_answers' is inf; write a number of 0 or more"),
        ("[disclosure]\nminimum_answers = true",
         "setting 'disclosure.minimum_answers' is True; write a number of 0 or more"),
        ("themes = 3", "setting 'themes' is 3; write lines of the form id = \"words\""),
        ("[themes]\na = 3", "setting 'themes' is {'a': 3}; write lines of the form"
                            ' id = "words"'),
        ('[[levels]]\nname = "x"',
         "setting 'levels' is [{'name': 'x'}]; write [[levels]] entries with at least"
         ' id = "..."'),
        ('[[levels]]\nid = "x"\ncolour = "red"',
         "setting 'levels' is [{'id': 'x', 'colour': 'red'}]; write [[levels]] entries with id,"
         " name and plural only, texts in quotes"),
        ('[[levels]]\nid = "x"\nname = 4',
         "setting 'levels' is [{'id': 'x', 'name': 4}]; write [[levels]] entries with id,"
         " name and plural only, texts in quotes"),
        ('[[levels]]\nid = "x y"', "setting 'levels' is [{'id': 'x y'}]; write [[levels]] ids of"
                                   " letters, digits, _ and - only"),
        ('[[levels]]\nid = "x"\n[[levels]]\nid = "x"',
         "setting 'levels' is [{'id': 'x'}, {'id': 'x'}]; write [[levels]] entries with an id of"
         " their own each"),
        ('[[levels]]\nid = "x"\n[map]\nlevel = "y"', "map.level 'y' is not a level; levels: x"),
        ('[roles]\nstaff = "king"',
         "roles name king; roles are viewer, coordinator, analyst"),
    ],
)  # fmt: skip
def test_a_broken_setting_is_told_with_the_way_out(text, message):
    _, (problem,) = read_settings(text)
    assert (problem.file, problem.code, problem.level) == ("territory.toml", "bad_setting", "error")
    assert problem.message == message


def test_a_setting_nobody_knows_is_an_error_because_a_misspelt_threshold_protects_nobody():
    _, problems = read_settings("[disclosure]\ncount_treshold = 5\n[maps]\nlevel = 'x'")
    assert [one.column for one in problems] == ["disclosure.count_treshold", "maps"]
    assert problems[0].message.startswith(
        "unknown setting 'disclosure.count_treshold'; known: id, name, languages"
    )


def test_every_broken_setting_is_told_at_once_and_the_sound_ones_are_kept():
    settings, problems = read_settings('name = "Here"\nwords = 1\n[disclosure]\ncount_threshold=""')
    assert settings.name == "Here"
    assert settings.count_threshold == 5
    assert {one.column for one in problems} == {"words", "disclosure.count_threshold"}


def test_text_that_is_no_toml_is_told_with_its_line():
    settings, (problem,) = read_settings("name = \n", fallback_name="Here")
    assert settings.name == "Here"
    assert problem.code == "not_toml"
    assert problem.message.startswith("not readable as TOML: ")
    assert "line 1" in problem.message


def test_a_threshold_that_protects_nobody_is_a_note():
    _, problems = read_settings("[disclosure]\ncount_threshold = 0\nrate_threshold = 1")
    assert [(one.level, one.code) for one in problems] == [("note", "no_threshold")] * 2
    assert problems[0].message == (
        "disclosure.count_threshold 0 shows the smallest counts of every indicator; better state"
        " it, with a reason, where figures are published openly"
    )
