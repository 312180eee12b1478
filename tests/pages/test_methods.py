"""The page methods: every indicator, statistic and word, and the catalogue to take along."""

from __future__ import annotations

from collections.abc import Callable

from analysis import methods
from tests.pages.screen import Screen, unescaped

Opens = Callable[[str], Screen]


def written(screen: Screen) -> str:
    """All cells of the tables of words."""
    return unescaped(" | ".join(
        str(cell) for one in screen.app.table for cell in one.value.to_numpy().ravel()
    ))  # fmt: skip


def test_an_indicator_is_told_whole(screen: Opens) -> None:
    shown = screen("demo").open("methods", indicator="hate_incidents")
    assert shown.faults == []
    indicator = shown.territory.catalogue["hate_incidents"]
    said = written(shown)
    for text in (indicator.publisher, indicator.licence):
        assert text in said
    assert indicator.definition in shown.sentences
    assert indicator.caveat in shown.sentences
    assert "release 1 of 3 Mar 2025" in said
    assert "counts from 1 to 9 are hidden" in said


def test_every_indicator_stands_in_the_table_with_publisher_and_licence(screen: Opens) -> None:
    shown = screen("demo").open("methods")
    table = next(one.value for one in shown.app.table if "Hidden" in one.value.columns)
    themes = table["Side"] == ""
    assert len(table[~themes]) == len(shown.territory.catalogue)
    assert table[~themes].ne("").all(axis=None)
    assert table.loc[themes, "Indicator"].is_unique
    assert table.loc[themes, "Indicator"].str.startswith("**").all()
    hidden = set(map(unescaped, table.loc[~themes, "Hidden"]))
    assert hidden <= {words for _end, words in methods.BANDS}
    said = written(shown)
    for one in shown.territory.catalogue.values():
        assert f"{one.publisher}, {one.licence}" in said


def test_statistics_are_explained_with_the_printed_tables(screen: Opens) -> None:
    shown = screen("demo").open("methods", about="statistics")
    assert shown.faults == []
    said = written(shown)
    for row in methods.SAYS:
        assert " | ".join(row) in said
    assert "act now" in said


def test_without_agreed_words_it_names_the_file_that_would_fill_it(screen: Opens) -> None:
    shown = screen("bare").open("methods", about="words")
    assert shown.faults == []
    assert any("definitions.csv" in one and "fill this place" in one for one in shown.sentences)


def test_the_purpose_says_what_the_picture_must_not_be_used_for(screen: Opens) -> None:
    shown = screen("rough").open("methods", about="purpose")
    assert shown.faults == []
    assert any(one.startswith("Not to judge, find or follow persons.") for one in shown.sentences)


def test_markup_from_a_file_is_shown_as_it_is(screen: Opens) -> None:
    shown = screen("rough").open("methods", indicator="unsafe")
    assert shown.faults == []
    raw = " ".join(str(cell) for one in shown.app.table for cell in one.value.to_numpy().ravel())
    assert "<i>" not in raw


def test_an_indicator_says_above_its_facts_what_it_is_and_what_it_does_not_say(
    screen: Opens,
) -> None:
    shown = screen("demo").open("methods", indicator="unsafe_evening")
    said = " ".join(shown.sentences)
    assert shown.territory.catalogue["unsafe_evening"].definition in said
    assert shown.territory.catalogue["unsafe_evening"].caveat in said
