"""Relations between partners as others write them: a partner survey, a matrix, a list of edges.

Knows how each is told from a file of figures, what it leaves open, and how it becomes rows of
``ties.csv``. Who answers a survey is a partner, never a person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from analysis import tables
from analysis.errors import Problem
from analysis.intake import headings
from analysis.intake.checks import Check
from analysis.intake.checks.personal_words import first_names
from analysis.intake.checks.wording import fold
from analysis.intake.editing import Upload
from analysis.intake.grids import Choice, Question
from analysis.intake.reading import ColumnRead
from analysis.language import N_, ngettext
from analysis.language import gettext as _
from analysis.measures import network

SURVEY, MATRIX, EDGES = "survey", "matrix", "edges"
"""One row per answer of a partner; a square of partners; one row per tie known otherwise."""
ROWS = "rows"
"""A survey or edges: the file does not say which, so it is asked."""
ASKED = "relations"
"""Question about the kind; those about the rest begin with it."""
LEAVE_OUT, FIGURES = "leave out", "figures"
ONE, BOTH = "one", "both"

_MOST_PARTNERS = 2_000
_KNOWN = 0.5
_HEADINGS = {
    "respondent": ("respondent", "respondent id", "respondent partner", "answered by", "answers"),
    "about": ("asked about", "about", "asked about partner", "named partner", "partner asked about"),
    "from": ("from", "source", "sender", "ego", "from id", "from partner"),
    "to": ("to", "target", "receiver", "alter", "to id", "to partner"),
    "type": ("type", "relation", "relation type", "relationship", "kind", "tie", "kind of relation"),
    "weight": ("weight", "value", "intensity"),
    "as_of": ("as of", "date", "day", "year", "survey", "wave"),
    "frequency": ("frequency", "how often"),
    "trust": ("trust",), "strength": ("strength",), "confirmed": ("confirmed",),
    "agreement": ("agreement",), "protocol_signed": ("protocol signed",),
    "reviewed": ("reviewed",), "last_contact": ("last contact",),
}  # fmt: skip
"""What a column is for, by its whole heading."""
_BY_HEADINGS = {SURVEY: ("respondent", "about"), EDGES: ("from", "to")}
"""What the two columns are that make a survey, or edges."""
_ROLES = {heading: role for role, known in _HEADINGS.items() for heading in known}
_TYPES = {
    **{one.replace("_", " "): one for one in tables.TIE_TYPES},
    "information sharing": "information", "referrals": "referral",
    "joint activities": "joint_work", "funding": "resources",
}  # fmt: skip
"""Types of ties by what surveys call them."""
_WHO, _WHOM = N_("partner who says so"), N_("partner it is said of")
_TRUST, _NO_TIE = "trust", "no tie"
_NOTHING = frozenset(("0", "0.0", "no", "none", "never", "false", "-", "–", "."))
"""Cells that say that there is no tie."""
_THERE = frozenset(("x", "yes", "true", "✓"))
"""Cells that say that there is one, not how strong."""
_YEAR = re.compile(r"(?:19|20)\d\d")
_MIDNIGHT = re.compile(r"[ T]00:00(?::00(?:\.0+)?)?$")
_NUMBER_OR_DATE = re.compile(r"[\d\s.,:/+-]+")


@dataclass(frozen=True, eq=False)
class Relations:
    """What a file says of relations.

    Parameters
    ----------
    upload
        Its ties; where a question is open, only good for being checked.
    questions
        What the file leaves open.
    notes
        What was left out or taken otherwise than it stands.
    respondents
        Ids of the partners that answered; None unless it is a survey.
    columns
        What the columns of the file were taken for.
    day
        The newest it speaks of, also where it names no tie; "" while not known.
    """

    upload: Upload
    questions: tuple[Question, ...]
    notes: tuple[Check, ...]
    respondents: frozenset[str] | None
    columns: tuple[ColumnRead, ...]
    day: str


def recognised(
    raw: pd.DataFrame,
    partners: pd.DataFrame,
    places: Collection[str],
    answers: Mapping[str, str],
) -> str:
    """Return the kind of relations a file holds; "" when it holds none.

    Parameters
    ----------
    raw
        Cells as text under their headings.
    partners
        ``partner_id, name`` of those that are published; may be without rows.
    places
        Codes and names of areas: a matrix of areas is no network.
    answers
        ``relations`` is the last word.

    Examples
    --------
    >>> nobody = pd.DataFrame(columns=["partner_id", "name"], dtype="str")
    >>> matrix = pd.DataFrame({"": ["a", "b", "c"], "a": "0", "b": "1", "c": "1"})
    >>> recognised(matrix, nobody, (), {})
    'matrix'
    >>> recognised(pd.DataFrame({"respondent": ["a"], "asked about": ["b"]}), nobody, (), {})
    'survey'
    """
    said = answers.get(ASKED, "")
    if said:
        return said if said in (SURVEY, MATRIX, EDGES) else ""
    first, *others = raw.columns
    known = _Names(partners)
    distinct = {name: _distinct(raw[name]) for name in raw.columns}
    if not others or len(distinct[first]) > _MOST_PARTNERS:
        return ""
    down = distinct[first]
    if headings.is_square(["", *others], sorted(down)) and not _mostly(down, places.__contains__):
        return MATRIX
    roles = _roles(list(raw.columns))
    for kind, (one, other) in _BY_HEADINGS.items():
        if one in roles and other in roles:
            both = [distinct[roles[one]], distinct[roles[other]]]
            if any(cell in known for side in both for cell in side) or (
                all(_may_be_partners(side, places) for side in both)
                and not any(_mostly(cells, places.__contains__) for cells in distinct.values())
            ):
                return kind
    sides = _sides(distinct, known, places)
    if len(sides) >= 2:
        return ROWS
    marked = len(others) >= 3 and all(_mostly(distinct[one], _is_mark) for one in others)
    return MATRIX if sides == [first] and marked else ""


def read_relations(
    raw: pd.DataFrame,
    kind: str,
    file: str,
    partners: pd.DataFrame,
    answers: Mapping[str, str],
    today: dt.date,
    standing: pd.DataFrame | None = None,
) -> Relations:
    """Turn a survey, a matrix or a list of edges into ties, and ask what it leaves open.

    Parameters
    ----------
    raw
        Cells as text under their headings; the index holds line numbers.
    kind
        As :func:`recognised` returns it.
    file
        What problems call the file.
    partners
        ``partner_id, name`` as they would stand.
    answers
        By the ids of the questions.
    today
        Day of the upload: no tie is of a later one.
    standing
        Ties as they would stand without the file: trust that comes alone goes
        to those of its day.

    Returns
    -------
    Relations
        Of every problem at once: a tie to nobody, one that stands twice, a
        strength out of range, things of two kinds.

    Notes
    -----
    A row ``from`` A ``to`` B is what A says of B. It is *confirmed* where B
    says the same of A, *disputed* where B of a survey says that there is
    nothing, unless the file has a column of its own for that.
    """
    known = _Names(partners)
    if kind == MATRIX:
        found = _of_matrix(raw, file, known)
    else:
        found = _of_rows(raw, kind, file, known, answers)
    if not known.by_id:
        message = _(
            "no partner is known; publish partners.csv first, or bring it in the same upload"
        )
        found.problems[:] = [Problem(file, message, code="no_partners")]
    _settle_types(found, answers)
    _settle_days(found, answers, today)
    ties = _ties(found, file, answers, standing)
    upload = Upload(
        tables.TIES.name, ties, tuple(found.problems), file,
        speaks_of=found.speaks_of, brings=tuple(found.brings),
    )  # fmt: skip
    respondents = frozenset(found.respondents) if found.kind == SURVEY else None
    # Where the headings are in doubt, so is all the rest.
    first = [one for one in found.questions if one.id == "headings"]
    return Relations(
        upload, tuple(first or found.questions), tuple(found.notes), respondents,
        tuple(found.columns), max(found.rows["as_of"], default=answers.get(f"{ASKED}:day", "")),
    )  # fmt: skip


def with_answers(
    partners: pd.DataFrame, found: Relations, standing: pd.DataFrame | None
) -> tuple[pd.DataFrame, list[Check]]:
    """Return partners marked by who answered a survey, unless a newer one is published.

    Parameters
    ----------
    partners
        As they would stand.
    standing
        Ties that are published; None when none are.
    """
    if found.respondents is None:
        return partners, []
    if standing is not None and (standing["as_of"] > found.day).any():
        message = _(
            "ties of {day} are published, later than this survey; who answered stays as it is"
        ).format(day=standing["as_of"].max())
        return partners, [Check("note", "older_survey", message)]
    return partners.assign(answered=partners["partner_id"].isin(found.respondents)), []


# ---------------------------------------------------------------- telling them apart


class _Names:
    """Partners by id and by name."""

    def __init__(self, partners: pd.DataFrame) -> None:
        self.by_id = set(partners["partner_id"])
        self._by_name: dict[str, list[str]] = {}
        for partner_id, name in zip(partners["partner_id"], partners["name"], strict=True):
            self._by_name.setdefault(_folded(name), []).append(partner_id)

    def of(self, cell: str) -> list[str]:
        """Ids a cell may mean: one, none, or several of one name."""
        return [cell] if cell in self.by_id else self._by_name.get(_folded(cell), [])

    def __contains__(self, cell: object) -> bool:
        return bool(self.of(str(cell)))


def _folded(words: object) -> str:
    return re.sub(r"[\s_-]+", " ", str(words)).strip().casefold()


def _distinct(cells: pd.Series) -> set[str]:
    if isinstance(cells.dtype, pd.CategoricalDtype):  # of a million rows there are few texts
        return set(cells.cat.categories) - {""}
    return set(cells.unique()) - {""}


def _mostly(cells: Collection[str], holds: Callable[[str], object]) -> bool:
    """Whether at least half of some cells hold to something."""
    return bool(cells) and sum(bool(holds(cell)) for cell in cells) >= _KNOWN * len(cells)


def _is_mark(cell: str) -> bool:
    return cell.casefold() in _NOTHING | _THERE or bool(re.fullmatch(r"[1-5](\.0+)?", cell))


def _roles(columns: Sequence[str]) -> dict[str, str]:
    """What columns are for, by their headings; the first of a kind counts."""
    found: dict[str, str] = {}
    for name in columns:
        role = _ROLES.get(_folded(name))
        if role:
            found.setdefault(role, name)
    return found


def _may_be_partners(cells: set[str], places: Collection[str]) -> bool:
    """Whether a column that is called so can name partners: no areas, numbers or dates alone."""
    return not _mostly(cells, places.__contains__) and not _mostly(cells, _NUMBER_OR_DATE.fullmatch)


def _sides(
    distinct: Mapping[str, set[str]], known: _Names, places: Collection[str]
) -> list[str]:  # fmt: skip
    """Columns whose cells are partners and cannot as well be areas or figures."""
    return [
        name
        for name, cells in distinct.items()
        if len(cells) <= _MOST_PARTNERS
        and _mostly(cells, known.__contains__)
        and _may_be_partners(cells, places)
    ]


# ---------------------------------------------------------------- reading


@dataclass(eq=False)
class _Found:
    """What is found in a file, while it is read.

    ``rows`` has texts ``from, to, type, strength`` and whatever else the file says of a tie,
    ``none`` where a row says that there is nothing, and ``line, column`` of the file.
    """

    kind: str
    rows: pd.DataFrame
    problems: list[Problem]
    questions: list[Question]
    notes: list[Check]
    respondents: set[str]
    brings: list[str]
    columns: list[ColumnRead] = field(default_factory=list)
    speaks_of: tuple[str, ...] = ("type", "as_of")


def _of_matrix(raw: pd.DataFrame, file: str, known: _Names) -> _Found:
    """One row per filled cell of a square of partners."""
    corner = raw.columns[0]
    text = raw.astype("str")
    down = text[corner]
    heads = [
        name for name in raw.columns[1:]
        if not headings.is_unnamed(name) or (text[name] != "").any()
    ]  # fmt: skip
    top = max(int(text.index[0]) - 1, 1)
    problems = _heads_apart(file, down, heads, known, top)
    if not problems:
        unique = pd.Series(heads, index=[top] * len(heads), dtype="str")
        problems = [
            *_unknown(file, down, corner, known),
            *_unknown(file, unique[~unique.isin(down)], None, known),
            *_twice(file, down, corner),
            *_lacking(file, corner, down[(down == "") & (text[heads] != "").any(axis=1)]),
        ]
    cells = text[heads].melt(ignore_index=False, var_name="column", value_name="strength")
    cells["from"] = down.loc[cells.index].to_numpy() if down.index.is_unique else ""
    cells["line"] = cells.index
    cells = cells[(cells["strength"] != "") & (cells["from"] != "")].sort_values(
        "line", kind="stable", ignore_index=True
    )
    rows = cells.assign(to=cells["column"], none=cells["strength"].str.casefold().isin(_NOTHING))
    for side in ("from", "to"):
        rows[side] = _ids(rows[side], known)
    rows = rows[~rows["none"] & (rows["from"] != "") & (rows["to"] != "")]
    found = _Found(MATRIX, rows.reset_index(drop=True), problems, [], [], set(), ["strength"])
    _marks(found, "strength", plain=False)
    across = f"{heads[0]} … {heads[-1]}" if heads else ""
    found.columns = [
        ColumnRead(corner, _(_WHO)),
        ColumnRead(
            across,
            _(_WHOM),
            about=_("{n} partners, their strength in the cells").format(n=len(heads)),
        ),
    ]
    return found


def _heads_apart(
    file: str, down: pd.Series, heads: Sequence[str], known: _Names, top: int
) -> list[Problem]:
    """Say that rows and columns of a matrix are not the same things."""

    def keys(cells: Sequence[str]) -> dict[str, str]:
        return {next(iter(known.of(one)), _folded(one)): one for one in cells if one}

    rows, columns = keys(list(down)), keys(heads)
    if not rows.keys() & columns.keys():
        named = any(one in known for one in rows.values())
        words = (
            _("rows and columns are two kinds of things: the columns ({heads}) stand on one side"
              " only, such as who came to which meeting; turn them into ties between partners first")
            if named
            else _("rows and columns are two kinds of things: the rows ({heads}) stand on one side"
                   " only, such as who came to which meeting; turn them into ties between partners"
                   " first")
        )  # fmt: skip
        message = words.format(heads=_few((columns if named else rows).values()))
        return [Problem(file, message, top, None, None, "two_mode")]
    problems = []
    for own, other, words in (
        (columns, rows, _("among the columns and not among the rows: {heads}; a matrix has the same"
                          " partners on both sides: add them, empty where they did not answer, or"
                          " take out what is no partner")),
        (rows, columns, _("among the rows and not among the columns: {heads}; a matrix has the same"
                          " partners on both sides: add them, empty where they did not answer, or"
                          " take out what is no partner")),
    ):  # fmt: skip
        lacking = [one for key, one in own.items() if key not in other]
        if lacking:
            message = words.format(heads=_few(lacking))
            problems.append(Problem(file, message, top, None, None, "not_square"))
    return problems


def _few(cells: Collection[str]) -> str:
    shown = ", ".join(
        _("a name") if _may_be_a_person(one) else repr(one) for one in list(cells)[:5]
    )
    return shown + (" ..." if len(cells) > 5 else "")


def _unknown(file: str, cells: pd.Series, column: str | None, known: _Names) -> list[Problem]:
    """Return a problem for each cell that names nobody, or one of several of the same name."""
    problems = []
    for line, cell in cells[cells != ""].items():
        meant = known.of(cell)
        if len(meant) == 1:
            continue
        named, value = {"cell": cell, "ids": ", ".join(meant)}, cell
        words = _("no partner {cell!r}; correct the name, or add it to partners.csv")
        if meant:
            words = _("{cell!r} is the name of several partners ({ids}); write the id")
        elif _may_be_a_person(cell):
            words = _("no partner, it may be a person; write the id of the partner")
            value = None
        code = "ambiguous" if meant else "unknown_id"
        problems.append(Problem(file, words.format(**named), int(str(line)), column, value, code))
    return problems


def _may_be_a_person(cell: str) -> bool:
    """Whether a cell has a first name in it: then no message repeats it."""
    return any(word in first_names() for word in fold(cell).split())


def _twice(file: str, down: pd.Series, corner: str) -> list[Problem]:
    named = down[down != ""]
    return tables.duplicates(pd.DataFrame({corner: named}), [corner], file)


def _lacking(file: str, column: str, empty: pd.Series) -> list[Problem]:
    """Return a problem for each empty cell, where a partner should stand."""
    message = _("empty; every row needs {column!r}").format(column=column)
    return [
        Problem(file, message, int(str(line)), column, "", "empty_cell") for line in empty.index
    ]


def _ids(cells: pd.Series, known: _Names) -> pd.Series:
    """Ids of cells; "" where a cell names nobody or several."""
    meant = {cell: known.of(cell) for cell in cells.unique()}
    return cells.map(lambda cell: meant[cell][0] if len(meant[cell]) == 1 else "").astype("str")


def _of_rows(
    raw: pd.DataFrame, kind: str, file: str, known: _Names, answers: Mapping[str, str]
) -> _Found:
    """One row per answer, or per tie."""
    text = raw.astype("str")
    text = text[(text != "").any(axis=1)]
    found = _Found(kind, pd.DataFrame(), [], [], [], set(), [])
    roles = _roles(list(raw.columns))
    if kind == ROWS:
        words = _("is each row an answer of a partner survey, or a tie that is known otherwise?")
        choices = (
            Choice(SURVEY, _("an answer: who stands first in it has answered the survey")),
            Choice(EDGES, _("a tie: it says nothing about who answered")),
            Choice(FIGURES, _("neither: the file holds figures")),
        )
        found.questions.append(Question(ASKED, words, choices))
    one, other = _who_and_whom(found, text, roles, known, answers)
    own = [name for name in tables.TIES.column_names if name in roles]
    rows = text[[roles[name] for name in own]].set_axis(own, axis=1)
    rows = rows.assign(line=text.index, column=other, whom=text[other])
    rows["from"], rows["to"] = text[one], text[other]
    rows = _by_type(found, text, rows, roles)
    found.rows = rows
    found.brings += [name for name in own if name not in ("from", "to")]
    if "weight" in roles and "strength" not in own:
        found.rows["strength"] = text.loc[rows["line"], roles["weight"]].to_numpy()
        found.brings.append("strength")
    used = {roles[name]: name.replace("_", " ") for name in (*own, "weight") if name in roles}
    used |= {
        name: _("strength of {kind}").format(kind=kind)
        for name, kind in _type_columns(text, roles).items()
    }
    used |= {one: _(_WHO), other: _(_WHOM)}
    found.columns = [ColumnRead(name, used.get(name, _("not taken"))) for name in raw.columns]
    for name in raw.columns:
        if name not in used and (text[name] != "").any():
            message = _("column {name!r} is no part of a tie and is not taken").format(name=name)
            found.notes.append(Check("note", "unused_column", message, name))
    _resolve(found, text, file, (one, other), used, known)
    if "strength" in found.rows:
        _marks(found, "strength", plain="strength" in roles)
    return found


def _who_and_whom(
    found: _Found, text: pd.DataFrame, roles: Mapping[str, str], known: _Names,
    answers: Mapping[str, str],
) -> tuple[str, str]:  # fmt: skip
    """Which column says so, and of whom; asked where headings do not tell."""
    sides = _sides({name: _distinct(text[name]) for name in text.columns}, known, ())
    if all(name in known for name in sides) and len(sides) > 1 and "headings" not in answers:
        shown = ", ".join(sides)
        words = _(
            "the first row ({cells}) reads like a tie itself; how many rows of headings are there?"
        ).format(cells=shown)
        choices = (
            Choice("0", _("none: it is a tie")),
            Choice("1", _("one: these are the headings")),
        )
        found.questions.append(Question("headings", words, choices))
    for one, other in _BY_HEADINGS.values():
        if one in roles and other in roles:
            return roles[one], roles[other]
    offered = list(dict.fromkeys([*sides, *text.columns]))
    if len(sides) == 2:
        offered = sides
    chosen: list[str] = []
    for side, words in (
        ("from", _("which column names the partner who says so?")),
        ("to", _("which column names the partner it is said of?")),
    ):
        left = [name for name in offered if name not in chosen]
        said = answers.get(f"{ASKED}:{side}", "")
        if len(left) > 1 and said not in left:
            named = tuple(Choice(name, name) for name in left)
            found.questions.append(Question(f"{ASKED}:{side}", words, named, None, left[0]))
        chosen.append(said if said in left else left[0])
    return chosen[0], chosen[1]


def _type_columns(text: pd.DataFrame, roles: Mapping[str, str]) -> dict[str, str]:
    """Columns that are a type each, where no column names the type."""
    if "type" in roles:
        return {}
    called = {name: _folded(name) for name in text.columns if name not in roles.values()}
    return {name: _TYPES[words] for name, words in called.items() if words in _TYPES}


def _by_type(
    found: _Found, text: pd.DataFrame, rows: pd.DataFrame, roles: Mapping[str, str]
) -> pd.DataFrame:
    """Rows with their type: from a column of types, or a row per column that is a type."""
    spread = _type_columns(text, roles)
    if not spread:
        return rows.reset_index(drop=True)
    found.brings.append("strength")
    parts = [
        rows.assign(type=kind, strength=text[name], column=name)[text[name] != ""]
        for name, kind in spread.items()
    ]
    silent = rows[(text[list(spread)] == "").all(axis=1)].assign(type="none", strength="")
    together = pd.concat([*parts, silent]).sort_values("line", kind="stable")
    return together.reset_index(drop=True)


def _resolve(
    found: _Found, text: pd.DataFrame, file: str, sides: tuple[str, str],
    of_ties: Collection[str], known: _Names,
) -> None:  # fmt: skip
    """Turn names into ids; say who is nobody, and whose sides are of two kinds.

    ``of_ties`` are the columns that say something of a tie.
    """
    one, other = sides
    who, whom = text[one], text[other]
    kept = pd.DataFrame({"from": who, "to": whom})
    modes = network.two_modes(file, pd.DataFrame({"partner_id": _resolved(kept, known)}),
                              kept.map(lambda cell: next(iter(known.of(cell)), cell)))  # fmt: skip
    strange = [side for side in ("from", "to")
               if not any(cell in known for cell in kept[side])]  # fmt: skip
    if modes and strange:
        found.problems += modes
    else:
        found.problems += _unknown(file, who, one, known) + _unknown(file, whom, other, known)
        found.problems += _lacking(file, one, who[who == ""])
        # Who answered a survey may name nobody, but not say what of nobody.
        nobody = (who != "") & (whom == "")
        if found.kind != EDGES:
            said = text[[name for name in of_ties if name not in sides]] != ""
            nobody &= said.any(axis=1)
        found.problems += _lacking(file, other, whom[nobody])
    found.respondents = set(_ids(who, known)) - {""}
    for side in ("from", "to"):
        found.rows[side] = _ids(found.rows[side], known)
    # Who names nobody has answered all the same.
    found.rows = found.rows[(found.rows["from"] != "") & (found.rows["to"] != "")]
    found.rows = found.rows.reset_index(drop=True)


def _resolved(kept: pd.DataFrame, known: _Names) -> list[str]:
    cells = pd.unique(kept.to_numpy().ravel())
    return sorted({one for cell in cells for one in known.of(cell)})


def _marks(found: _Found, column: str, *, plain: bool) -> None:
    """Part what says *none* from what says *there is a tie*, and both from a strength.

    ``plain``: the column is called strength, so 1 is the weakest.
    """
    cells = found.rows[column].str.strip()
    lower = cells.str.casefold()
    found.rows["none"] = lower.isin(_NOTHING)
    cells = cells.mask(found.rows["none"] | lower.isin(_THERE), "")
    said = set(cells) - {""}
    if not plain and said and said <= {"1", "1.0"}:
        cells = cells.mask(cells != "", "")
        message = _("it holds no strengths but 1: read as a tie or none, without a strength")
        found.notes.append(Check("note", "no_strengths", message))
    found.rows[column] = cells


# ---------------------------------------------------------------- what the file does not say


def _settle_types(found: _Found, answers: Mapping[str, str]) -> None:
    """Turn the file's words into types of ties; ask for those nobody knows."""
    rows = found.rows
    choices = tuple(Choice(one, _(one.replace("_", " "))) for one in tables.TIE_TYPES)
    if "type" not in rows:
        said = answers.get(f"{ASKED}:type", "")
        if said not in (*tables.TIE_TYPES, _TRUST):
            text = _("which type of relation is it?")
            rated = Choice(_TRUST, _("trust: ratings of the ties of that day"))
            found.questions.append(Question(f"{ASKED}:type", text, (*choices, rated)))
            said = tables.TIE_TYPES[0]
        rows["type"] = said
        return
    words = {}
    for cell in rows["type"].unique():
        known = _TYPES.get(_folded(cell), "")
        if cell.strip().casefold() in _NOTHING:
            known = _NO_TIE
        elif _folded(cell) == _TRUST:
            known = _TRUST
        elif cell and not known:
            known = answers.get(f"{ASKED}:type:{cell}", "")
            if known not in (*tables.TIE_TYPES, LEAVE_OUT):
                text = _("{cell!r} is no type of relation that is known here; which is it?").format(
                    cell=cell
                )
                offered = (*choices, Choice(LEAVE_OUT, _("leave its rows out")))
                found.questions.append(Question(f"{ASKED}:type:{cell}", text, offered))
                known = cell  # its rows are checked all the same
            elif known == LEAVE_OUT:
                count = int((rows["type"] == cell).sum())
                message = ngettext(
                    "{n} row of type {cell!r} is left out",
                    "{n} rows of type {cell!r} are left out", count,
                ).format(n=count, cell=cell)  # fmt: skip
                found.notes.append(Check("note", "left_out", message))
        words[cell] = known
    rows["type"] = rows["type"].map(words)
    found.rows = rows[rows["type"] != LEAVE_OUT].reset_index(drop=True)


def _settle_days(found: _Found, answers: Mapping[str, str], today: dt.date) -> None:
    """Give each tie the day it was true; a file without one, or with a year alone, is asked.

    ``told`` keeps what the file says: rows that are alike in it are alike on whichever day.
    """
    if "as_of" not in found.rows:
        found.rows["as_of"] = ""
        found.brings.append("as_of")
    cells = found.rows["as_of"].str.replace(_MIDNIGHT, "", regex=True)
    days = {}
    for cell in sorted(cells.unique()) if len(cells) else [""]:
        if cell and not _YEAR.fullmatch(cell):
            days[cell] = cell
            continue
        asked = f"{ASKED}:day" + (f":{cell}" if cell else "")
        said = answers.get(asked, "").strip()
        if not _is_day(said) or said > today.isoformat():
            text = (
                _("of which day of {year} are the ties? (2025-02-14)").format(year=cell)
                if cell
                else _("of which day are the ties? (2025-02-14)")
            )
            if said:
                wrong = _("{said!r} lies ahead") if _is_day(said) else _("{said!r} is no day")
                text = f"{wrong.format(said=said)}; {text}"
            found.questions.append(Question(asked, text))
            said = ""
        days[cell] = said
    found.rows["told"], found.rows["as_of"] = cells, cells.map(days)


def _is_day(said: str) -> bool:
    try:
        return dt.date.fromisoformat(said).isoformat() == said
    except ValueError:
        return False


# ---------------------------------------------------------------- ties


def _ties(
    found: _Found, file: str, answers: Mapping[str, str], standing: pd.DataFrame | None
) -> pd.DataFrame:
    """Typed rows of ties.csv; the index holds lines of the file."""
    rows = found.rows.reset_index(drop=True)
    if "none" not in rows:
        rows["none"] = False
    rows["none"] = rows["none"].astype("bool") | (rows["type"] == _NO_TIE)
    found.brings = list(dict.fromkeys(["type", *found.brings]))
    own = ["from", "to", *found.brings]
    # Only what is no type at all, or not yet known, is checked as if it were one.
    of_type = rows["type"].where(rows["type"].isin((*tables.TIE_TYPES, "")), tables.TIE_TYPES[0])
    text = rows[own].astype("str").assign(type=of_type)
    typed, problems = tables.validate(text, tables.TIES, file)
    found.problems += [
        _placed(one, rows, found.kind) for one in problems if one.code != "duplicate"
    ]
    lined = rows.assign(as_of=rows["told"]).set_axis(rows["line"].to_numpy(), axis=0)
    found.problems += tables.duplicates(lined, tables.TIES.key, file)
    trust = rows["type"] == _TRUST
    typed = typed.assign(line=rows["line"])
    kept, ratings = typed[~rows["none"] & ~trust].copy(), typed[trust & ~rows["none"]]
    if len(ratings) and kept.empty:
        return _lined(_with_trust(found, file, _rated(found, ratings, standing, kept), ratings))
    if len(ratings):
        kept = _with_trust(found, file, kept, ratings)
    if found.kind != SURVEY:
        kept = _both_ways(found, kept, answers)
    if "confirmed" not in found.brings:
        kept["confirmed"] = _confirmed(kept, rows[rows["none"]])
        found.brings.append("confirmed")
    return _lined(kept)


def _lined(ties: pd.DataFrame) -> pd.DataFrame:
    """Ties under the lines of the file they stand in."""
    return ties.drop(columns="line").set_axis(ties["line"].to_numpy(), axis=0)


def _rated(
    found: _Found, ratings: pd.DataFrame, standing: pd.DataFrame | None, nothing: pd.DataFrame
) -> pd.DataFrame:
    """Ties that stand already, of those two and that day: what trust that comes alone rates."""
    found.brings, found.speaks_of = ["trust"], tables.TIES.key
    if standing is None:
        return nothing
    pair = ["from", "to", "as_of"]
    lines = ratings.drop_duplicates(pair).set_index(pair)["line"]
    keys = pd.MultiIndex.from_frame(standing[pair])
    there = keys.isin(lines.index)
    return standing[there].assign(line=lines.reindex(keys[there]).to_numpy())


def _placed(problem: Problem, rows: pd.DataFrame, kind: str) -> Problem:
    """A problem of a tie, at the line and, of a matrix, the column of the file it stands in."""
    if problem.row is None or problem.row not in rows.index:
        return replace(problem, row=None)
    at = rows.loc[[problem.row]].iloc[0]
    inside = kind == MATRIX and problem.column == "strength"
    return replace(
        problem, row=int(at["line"]), column=str(at["column"]) if inside else problem.column
    )


def _with_trust(
    found: _Found, file: str, ties: pd.DataFrame, ratings: pd.DataFrame
) -> pd.DataFrame:
    """Ties with the ratings that a survey asks for as a relation of its own."""
    pair = ["from", "to", "as_of"]
    rated = ratings.drop_duplicates(pair).set_index(pair)["strength"]
    tied = pd.MultiIndex.from_frame(ties[pair])
    lonely = ratings[~pd.MultiIndex.from_frame(ratings[pair]).isin(tied)]
    lonely = lonely[lonely["as_of"] != ""]  # whose day is still asked may find its tie
    found.problems += [
        Problem(
            file, _("trust without a tie of the same two on that day; name the tie as well, or take"
                    " the rating out"), int(line), None, None, "trust_alone",
        )
        for line in lonely["line"]
    ]  # fmt: skip
    found.brings = list(dict.fromkeys([*found.brings, "trust"]))
    return ties.assign(trust=rated.reindex(tied).to_numpy())


def _both_ways(found: _Found, ties: pd.DataFrame, answers: Mapping[str, str]) -> pd.DataFrame:
    """Ties of a file that names each pair once: as they stand, or in both directions."""
    named = set(zip(ties["from"], ties["to"], strict=True))
    if ties.empty or any((other, one) in named for one, other in named if one != other):
        return ties
    said = answers.get(f"{ASKED}:both", "")
    if said not in (ONE, BOTH):
        text = _("each pair stands once; does a tie hold from the one to the other, or for both?")
        choices = (
            Choice(ONE, _("from the one to the other, as it stands")),
            Choice(BOTH, _("for both")),
        )
        found.questions.append(Question(f"{ASKED}:both", text, choices))
    if said != BOTH:
        return ties
    turned = ties.assign(**{"from": ties["to"], "to": ties["from"]})
    return pd.concat([ties, turned[ties["from"] != ties["to"]]], ignore_index=True)


def _confirmed(ties: pd.DataFrame, denied: pd.DataFrame) -> list[str]:
    """What the other side of each tie says: the same, the contrary, or nothing."""
    said = set(zip(*(ties[name] for name in tables.TIES.key), strict=True))
    no = set(zip(*(denied[name] for name in tables.TIES.key), strict=True))
    states = []
    for one, other, kind, day in zip(*(ties[name] for name in tables.TIES.key), strict=True):
        if (other, one, kind, day) in said:
            states.append("yes")
        elif (other, one, kind, day) in no or (other, one, _NO_TIE, day) in no:
            states.append("disputed")
        else:
            states.append("no")
    return states
