"""Conditions and behaviour, not identity: in titles of many languages, and in loaded words."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pandas as pd
import pytest

from analysis import tables
from analysis.catalogue import Catalogue
from analysis.intake.checks import Check, identity
from analysis.intake.checks.identity import (
    CONDUCT,
    FORMS_NAMED,
    REFUSALS,
    balance,
    loaded_words,
)
from data.demo.indicators import BASES, ITEMS

FACTORS = {"R": "risk", "P": "protective", "C": "context"}
SPOKEN = ("en", "de", "fr", "es", "ca", "it", "nl", "sv", "da", "nb")


def rows(title: str, factor: str = "risk", **more: str) -> pd.DataFrame:
    row = {"indicator_id": "x", "title": title, "factor": factor} | more
    return pd.DataFrame([row], index=[7])


def levels(title: str, factor: str = "risk", languages: tuple[str, ...] = SPOKEN,
           **more: str) -> list[str]:  # fmt: skip
    return [check.level for check in identity.identity(rows(title, factor, **more), languages)]


@pytest.mark.parametrize("factor", ["risk", "protective"])
@pytest.mark.parametrize(
    "title",
    [
        "Share of ethnic minorities", "Residents by nationality", "Foreign nationals",
        "Residents with a migration background", "Foreign-born residents", "Country of birth",
        "Home language other than English", "Share of Muslims", "Church attendance",
        "Places of worship", "Asylum seekers", "Refugees per 1,000", "Reception centres",
        "Party vote", "Party members", "Headscarves seen", "Belief in conspiracy theories",
        "People with a disability", "Diagnosed depression", "Skin colour",
        "Ausländeranteil", "Kinder mit Migrationshintergrund", "Personen nichtdeutscher Herkunft",
        "Muttersprache nicht Deutsch", "Muslimische Bevölkerung", "Asylbewerberunterkünfte",
        "Population étrangère", "Part des immigrés", "Musulmans", "Demandeurs d'asile",
        "Población extranjera", "Lugares de culto", "Població estrangera", "Cittadinanza straniera",
        "População estrangeira", "Migratieachtergrond", "Niet-westerse inwoners", "Moskeeën",
        "Utrikes födda", "Andel med utländsk bakgrund", "Asylsökande", "Indvandrere og efterkommere",
        "Innvandrere", "Ulkomaalaisten osuus", "Äidinkieli muu kuin suomi", "Cudzoziemcy",
        "Podíl cizinců", "AUSLAENDERANTEIL", "auslaender_anteil",
    ],
)  # fmt: skip
def test_what_people_are_is_neither_risk_nor_protection(title: str, factor: str) -> None:
    assert levels(title, factor, ("en",)) == ["refuse"]


@pytest.mark.parametrize("factor", ["risk", "protective"])
@pytest.mark.parametrize(
    "title",
    [
        "Trust in the nation", "National statistics coverage", "Original place of residence",
        "Origami evenings", "Street party attendance", "Neighbourhood parties",
        "Dressing stations", "Racecourse visitors", "Health centre waiting time",
        "Anti-Muslim incidents", "Attacks against refugees", "Hostility towards migrants",
        "Treated worse because of their religion", "Discrimination based on ethnic origin",
        "Fremdenfeindliche Vorfälle", "Ausländerfeindliche Äußerungen", "Gewalt gegen Geflüchtete",
        "Agressions envers les musulmans", "Delitos de odio contra migrantes",
        "Hatbrott mot muslimer", "Signals: religiously inspired", "Voting locally",
        "Internationale Feste", "Nationalparkbesuche", "Verkehrsbehinderungen", "Clubs de voile",
        "Diagnostic territorial", "Bestemmingsplannen", "Retning for byudvikling",
        "Razzismo subito", "Nichtwähleranteil", "Skauti", "Uprawnieni wyborcy",
    ],
)  # fmt: skip
def test_other_words_and_conduct_towards_people_pass(title: str, factor: str) -> None:
    assert levels(title, factor) == []


@pytest.mark.parametrize(
    "title",
    ["Foreign language lessons offered", "Interreligious dialogue meetings",
     "German courses for refugees", "Cooperation with belief communities",
     "Deutschkurse für Geflüchtete", "Volunteers who support asylum seekers",
     "Advice in several languages"],
)  # fmt: skip
def test_something_offered_passes_as_protective(title: str) -> None:
    assert levels(title, "protective") == []


@pytest.mark.parametrize(
    ("title", "factor"),
    [
        ("Language of the form", "risk"), ("Residents of other origin", "risk"),
        ("Languages in the library", "protective"), ("Religious life", "protective"),
        ("Attacks on asylum seekers", "risk"), ("German courses for refugees", "risk"),
        ("Herkunft der Besucher", "risk"),
    ],
)  # fmt: skip
def test_words_that_could_mean_either_are_asked_about(title: str, factor: str) -> None:
    (check,) = identity.identity(rows(title, factor), ("en", "de"))
    assert (check.level, check.code, check.column, check.rows) == (
        "question", "identity", "title", (7,)
    )  # fmt: skip
    assert check.choices == CONDUCT
    assert "say whether it counts what is done or offered, or who people are" in check.message


def test_ambiguous_words_of_a_language_nobody_speaks_here_pass() -> None:
    assert levels("Herkunft der Besucher", "risk", ("en",)) == []
    assert levels("Herkunft der Besucher", "risk", ("de-AT",)) == ["question"]


def test_context_needs_a_written_reason() -> None:
    (check,) = identity.identity(rows("Ausländeranteil", "context"), ("de",))
    assert check.message == (
        "indicator 'x' shows origin, nationality, migration background, language or colour as"
        " context without a reason; state in 'context_reason' why it is shown at all, or leave it"
        " out"
    )
    assert levels("Ausländeranteil", "context", context_reason=" ") == ["refuse"]
    assert levels("Ausländeranteil", "context", context_reason="where interpreters are due") == []
    assert levels("Languages spoken", "context", context_reason="") == ["refuse"]


def test_a_reason_does_not_turn_identity_into_a_factor() -> None:
    assert levels("Ausländeranteil", "risk", context_reason="we want it") == ["refuse"]


@pytest.mark.parametrize("column", ["short_title", "indicator_id", "definition", "unit"])
def test_a_harmless_title_does_not_hide_what_is_counted(column: str) -> None:
    text = {"indicator_id": "share_foreign_born"}.get(column, "% of residents born abroad")
    (check,) = identity.identity(rows("Group A", **{column: text}))
    assert (check.level, check.column) == ("refuse", column)


def test_a_refusal_says_why_and_what_to_measure_instead() -> None:
    (check,) = identity.identity(rows("Places of worship", "protective"))
    assert check == Check(
        "refuse",
        "identity",
        "indicator 'x' makes religion, conversion or places of worship a protective factor; belief"
        " is free and is no conduct: measure cooperation with belief communities instead",
        "title",
        (7,),
        (),
        "x",
    )


@pytest.mark.parametrize(
    "title",
    ["Child poverty", "Benefit claimants", "Social housing", "Single parents", "Young men",
     "Arrests", "Stop and search", "Alleinerziehende", "Armutsquote", "Familles monoparentales"],
)  # fmt: skip
def test_a_condition_of_life_is_no_risk_and_is_free_as_context(title: str) -> None:
    assert levels(title, "risk") == ["refuse"]
    assert levels(title, "context") == []


@pytest.mark.parametrize(
    "title",
    ["Watch list entries", "Returnees", "Risk of radicalisation", "Gang members", "Gefährder",
     "No-go areas", "Predicted radicalisation"],
)  # fmt: skip
@pytest.mark.parametrize("factor", ["risk", "protective", "context"])
def test_persons_labels_and_predictions_are_no_indicators_at_all(title: str, factor: str) -> None:
    assert levels(title, factor, context_reason="needed") == ["refuse"]


def test_each_refusal_has_a_reason_and_a_way_out_and_its_first_term_is_refused() -> None:
    path = Path(identity.__file__).with_name("identity.toml")
    entries = tomllib.loads(path.read_text("utf-8"))["refusal"]
    for refusal, entry in zip(REFUSALS, entries, strict=True):
        assert refusal.thing
        assert refusal.why
        assert refusal.instead
        for language, terms in entry["terms"].items():
            for term in terms:
                title = term.replace("*", "")
                assert levels(title, "risk", (language,)) == ["refuse"], (refusal.id, term)


def test_a_language_without_a_list_is_named() -> None:
    (check,) = identity.identity(rows("Trust"), ("hu-HU", "en"))
    assert (check.level, check.code) == ("note", "identity_language")
    assert check.message.startswith("no list of words in 'hu'; titles were held against ca, cs, da")
    assert identity.identity(rows("Trust").iloc[:0], ("hu",)) == []


def _demo() -> pd.DataFrame:
    items = [
        {"indicator_id": one.indicator_id, "title": one.title, "short_title": one.short_title,
         "definition": one.definition, "unit": one.unit, "caveat": one.caveat,
         "factor": FACTORS[one.code], "context_reason": one.context_reason}
        for one in ITEMS
    ]  # fmt: skip
    bases = [{"indicator_id": one.indicator_id, "title": one.title, "definition": one.definition,
              "factor": "context"} for one in BASES]  # fmt: skip
    return pd.DataFrame(items + bases).fillna("")


def test_all_indicators_of_the_fictional_town_pass_without_a_word() -> None:
    demo = _demo()
    assert len(ITEMS) == 41
    assert identity.identity(demo, ("en",)) == []
    columns = ["title", "short_title", "definition", "caveat", "context_reason"]
    texts = {f"{column} of {row['indicator_id']}": row[column]
             for row in demo.to_dict("records") for column in columns}  # fmt: skip
    assert loaded_words(texts) == []


# Loaded words


@pytest.mark.parametrize(
    ("text", "word", "say"),
    [
        ("A hotbed of trouble", "hotbed", "several conditions come together here"),
        ("Radicalised neighbourhoods", "radicalised neighbourhoods", "signals were reported here"),
        ("At-risk communities", "at risk communities", "residents facing ..."),
        ("Target group reached", "target group", "people we want to reach"),
        ("Counter-terrorism contacts", "counter terrorism", "safeguarding or social cohesion"),
        ("The worst streets", "worst", "higher, similar or lower than the town"),
        ("Informants", "informants", "contact person"),
        ("Soziale Brennpunkte", "brennpunkte", "several conditions come together here"),
        ("Barrios conflictivos", "barrios conflictivos", "several conditions come together here"),
    ],
)
def test_loaded_words_are_noted_with_what_to_say(text: str, word: str, say: str) -> None:
    (check,) = loaded_words({"title of 'x'": text}, ("de", "es"))
    assert (check.level, check.code) == ("note", "loaded_word")
    assert check.message == f"title of 'x' says {word!r}; say {say!r}"


def test_loaded_words_are_whole_words_of_the_languages_spoken_here() -> None:
    assert loaded_words({"a": "Frankly, ranked worsted combatively"}) == []
    assert loaded_words({"a": "Soziale Brennpunkte"}, ("fr",)) == []
    assert len(loaded_words({"a": "worst hotbed", "b": "worst"})) == 3


# Balance


def _signals(*forms: str, more: tuple[str, ...] = ()) -> Catalogue:
    plain = {"factor": "risk", "higher_is": "more", "theme": "extremism", "measure": "count",
             "source_kind": "frontline", "unit": "count"}  # fmt: skip
    entries = [plain | {"indicator_id": f"signals_{one}", "title": one.replace("_", " "),
                        "form": one} for one in forms]  # fmt: skip
    entries += [plain | {"indicator_id": one, "title": one, "form": "general"} for one in more]
    text = pd.DataFrame(entries, columns=tables.INDICATORS.column_names, dtype="str").fillna("")
    return Catalogue(tables.validate(text, tables.INDICATORS)[0])


ALL = _signals(*FORMS_NAMED, more=("signals_mixed",))


def test_signals_of_one_form_only_are_asked_about_and_the_others_named() -> None:
    (check,) = balance(ALL, ["signals_left_wing", "signals_mixed"])
    assert (check.level, check.code) == ("question", "one_sided")
    assert check.message == (
        "signals of one form of extremism only (left-wing); missing: right-wing, religiously"
        " inspired and single issue: all forms are looked at, so add their figures, or say why"
        " there are none"
    )
    assert len(check.choices) == 2
    (check,) = balance(_signals("right_wing"), ["signals_right_wing"])
    assert "missing: left-wing, religiously inspired and single issue" in check.message


@pytest.mark.parametrize("left_out", list(ALL))
def test_whichever_form_is_left_out_is_named(left_out: str) -> None:
    (check,) = balance(ALL, [one for one in ALL if one != left_out])
    words = FORMS_NAMED.get(ALL[left_out].form, "signals_mixed")
    assert check.level == "note"
    assert check.message == (
        f"no figures on {words} signals; the picture says so until they are added"
    )


def test_a_whole_picture_and_none_at_all_are_balanced() -> None:
    assert balance(ALL, list(ALL)) == []
    assert balance(ALL, ["residents"]) == []
    assert balance(_signals(), []) == []
