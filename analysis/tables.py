"""The tables of a territory: their columns, their vocabulary, and the door they pass.

What no other module knows: which columns each CSV of a territory folder has,
what a cell of each column may hold, and how a frame of text becomes a typed
frame. Everything right of :func:`validate` trusts its frames.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis import periods
from analysis.errors import Problem

FACTORS = ("risk", "protective", "context")
SENSES = ("more", "less", "neutral")
FORMS = ("general", "right_wing", "left_wing", "religiously_inspired", "single_issue")
SCOPES = ("national", "local")
SOURCE_KINDS = ("statistics", "administrative", "frontline", "civil_society", "survey")
MEASURES = ("proportion", "rate", "count", "mean", "median", "ordinal", "index")
STATUSES = ("observed", "provisional", "estimated", "suppressed", "missing", "not_applicable")
WITHOUT_VALUE = ("suppressed", "missing", "not_applicable")
"""Statuses of a cell that holds no figure."""

THEMES = {
    "social_position": "social position",
    "belonging": "belonging and recognition",
    "trust": "trust in authorities",
    "dialogue": "safe spaces and dialogue",
    "information": "credible information, media and rumours",
    "tensions": "tensions, fear and polarisation",
    "extremism": "signals of extremism",
    "school": "family and school",
    "cooperation": "cooperation of services",
    "bridging": "bridge builders and volunteering",
}
"""Themes every territory starts with, in the order they are shown."""

SECTORS = {
    "municipality": "municipality",
    "education": "education",
    "police": "police",
    "social_services": "social services",
    "health": "health and mental health",
    "youth_work": "youth work",
    "civil_society": "civil society",
    "probation": "probation and prison",
    "belief": "belief communities",
    "sport": "sport and culture",
    "housing": "housing",
    "employment": "employment",
    "media": "media and libraries",
    "region": "region",
}
"""Sectors every territory starts with; those of ESSENTIAL_SECTORS should have a partner."""

ESSENTIAL_SECTORS = tuple(SECTORS)[:8]
TIE_TYPES = ("contact", "joint_work", "joint_cases", "information", "referral", "resources")
PREVENTION_LEVELS = ("general", "specific", "individual")
HORIZONS = ("yesterday", "today", "tomorrow")
EVIDENCE = ("experienced", "evidenced", "potential")
SIGNS = ("burden", "lack", "strength", "easing")
CONFIDENCES = ("low", "medium", "high")
COURSES = ("rising", "stable", "falling")
PROVISIONS = (
    "helpline", "mentors", "psychological_support", "family_support", "gender_specific",
    "returnees", "prison_and_release", "online", "communities",
)  # fmt: skip
RESOURCE_TYPES = (
    "meeting_place", "youth_centre", "library", "sport", "dialogue", "health", "advice", "school",
    "belief", "role",
)  # fmt: skip
EVERYWHERE = "all"
"""Stands in a list of areas for every area."""
ALL_PARTNERS = ("all", "all partners", "each partner", "every partner", "network", "the network")
EVERYBODY = ("everyone", "everybody")
NOBODY = ("nobody", "no one", "none")
"""Words in a rule on sharing that name all partners, the public too, or nobody."""

KEY = ("level", "area_id", "indicator_id", "period", "category")
"""What makes an observation one of its kind."""


@dataclass(frozen=True)
class Column:
    """One column: its name, its kind and what a cell may hold.

    ``kind`` is one of ``text``, ``number``, ``integer``, ``choice``, ``list``
    (values parted by a blank or ``;``), ``date``, ``boolean``, ``period``.
    ``refers`` names what its cells are ids of: a table, or ``areas``,
    ``levels``, ``themes``, ``sectors`` or one of ``choices`` (of a list).
    ``past`` is true of a date that tells what was, and cannot lie ahead.
    """

    name: str
    kind: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    default: str = ""
    about: str = ""
    refers: str = ""
    past: bool = False


@dataclass(frozen=True)
class Table:
    """One CSV of a territory folder."""

    name: str
    file: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    about: str = ""
    by_name: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def column_names(self) -> list[str]:
        """Column names in their order."""
        return [column.name for column in self.columns]


def _choice(name: str, choices: Sequence[str], required: bool = False, **rest: str) -> Column:
    return Column(name, "choice", required, tuple(choices), **rest)  # type: ignore[arg-type]


OBSERVATIONS = Table(
    "observations",
    "observations/*.csv",
    KEY,
    (
        Column("level", required=True, about="level id of territory.toml"),
        Column("area_id", required=True, about="id of the area, as on the boundary file"),
        Column("indicator_id", required=True, about="id of the indicator, as in indicators.csv"),
        Column("period", "period", required=True, about="ISO 8601: 2024, 2024-Q3, 2024/2025"),
        Column("category", about="empty, or the answer of an ordinal item"),
        Column("value", "number", about="the figure in the indicator's unit"),
        Column("count", "number", minimum=0, about="cases or answers behind the value"),
        Column(
            "denominator", "number", minimum=0, about="what the count is a share of; n of a mean"
        ),
        Column("sd", "number", minimum=0, about="standard deviation of a mean"),
        Column("lower", "number", about="95 % limit, when the publisher delivers one"),
        Column("upper", "number", about="95 % limit, when the publisher delivers one"),
        _choice("status", STATUSES, default="observed", about="what kind of figure this is"),
        Column("break", "boolean", about="true where a series starts anew"),
        Column("note", about="a remark for the reader"),
    ),
    "one row per area, indicator, period (and answer of an ordinal item)",
)

INDICATORS = Table(
    "indicators",
    "indicators.csv",
    ("indicator_id",),
    (
        Column("indicator_id", required=True, about="lower case, digits and _; never changes"),
        Column("title", required=True, about="what is measured, in words"),
        Column("short_title", about="for maps and tables; the title when empty"),
        Column("definition", about="one sentence: who or what is counted"),
        Column("caveat", about="what the figure does not say"),
        _choice("factor", FACTORS, required=True, about="risk, protective or context"),
        _choice("higher_is", SENSES, required=True, about="more, less or neutral of the factor"),
        Column("theme", required=True, about="theme id"),
        _choice("form", FORMS, default="general", about="form of extremism it speaks of"),
        _choice("scope", SCOPES, default="local", about="comparable nationally, or local"),
        _choice("source_kind", SOURCE_KINDS, required=True, about="who saw it"),
        _choice("measure", MEASURES, required=True, about="what kind of number it is"),
        Column("unit", required=True, about="travels with every number: %, per 1,000 residents"),
        Column(
            "multiplier", "number", default="1", minimum=0, about="100 for %, 1000 for per 1,000"
        ),
        Column("decimals", "integer", default="1", minimum=0, maximum=6, about="shown digits"),
        Column("denominator_id", about="count indicator this rate is divided by"),
        Column("part_of", about="the total it adds up to"),
        Column("partner_ids", "list", about="indicators of the other side shown beside it"),
        Column("levels", "list", about="where it may be shown; all levels when empty"),
        Column("benchmark", about="level or area to compare with; the nearest above when empty"),
        _choice("frequency", tuple(periods.FREQUENCIES), default="Y", about="how often it comes"),
        Column("next_due", "date", about="when the next figures are expected"),
        Column("disclosure_threshold", "number", minimum=0, about="smallest count shown"),
        Column("disclosure_reason", about="why, when the threshold is 0"),
        Column("hide_zeros", "boolean", about="true when a count of 0 is hidden like a small one"),
        Column("repeat_events", "boolean", about="true when one case can count twice: no interval"),
        Column("publisher", about="who publishes the figures"),
        Column("licence", about="under which licence"),
        Column("url", about="where they are published"),
        Column("retrieved", "date", about="when they were fetched"),
        Column("context_reason", about="why a context indicator is shown at all"),
    ),
    "one row per indicator",
)

CROSSWALK = Table(
    "crosswalk",
    "crosswalks/<from>__<to>.csv",
    ("from_id", "to_id"),
    (
        Column("from_id", required=True, about="id of an area on the boundary figures come from"),
        Column("to_id", required=True, about="id of an area on the boundary they go to"),
        Column(
            "weight",
            "number",
            required=True,
            minimum=0,
            maximum=1,
            about="share of from_id that goes to to_id; the shares of a from_id add up to 1",
        ),
        Column("basis", about="what the share rests on: residents 2021, addresses, surface"),
    ),
    "one row per part of an old area that lies in a new one",
)


def _area_ids(about: str) -> Column:
    return Column("area_ids", "list", about=f"{about}; all for every area", refers="areas")


def _theme(required: bool = False) -> Column:
    return Column("theme", required=required, about="theme id", refers="themes")


ANSWERED_ON = "_on"
"""What the name of a column ends in that holds the day of a yes or no beside it."""


def _answer(name: str, about: str) -> tuple[Column, Column]:
    """Columns of a yes or no, empty while it is not known, and of the day it is of."""
    day = Column(f"{name}{ANSWERED_ON}", "date", past=True, about=f"day of the answer in {name}")
    return _choice(name, ("yes", "no"), about=f"{about}; empty while not known"), day


PARTNERS = Table(
    "partners",
    "partners.csv",
    ("partner_id",),
    (
        Column("partner_id", required=True, about="short id of the organisation; never changes"),
        Column("name", required=True, about="name of the organisation; never of a person"),
        Column("sector", required=True, about="sector id", refers="sectors"),
        _choice("network", ("formal", "informal"), default="formal",
                about="employed professionals, or residents and communities"),
        Column("role", about="what it does in the network"),
        Column("mandate", about="on what ground it takes part"),
        Column("tasks", about="what it does for prevention"),
        Column("prevention_levels", "list", choices=PREVENTION_LEVELS,
               about="levels it works on"),
        _area_ids("areas it serves"),
        Column("since", "period", about="part of the network since"),
        Column("until", "period", about="left the network"),
        Column("answered", "boolean", about="true when it answered the last partner survey"),
    ),
    "one row per organisation or group in the network",
)  # fmt: skip

TIES = Table(
    "ties",
    "ties.csv",
    ("from", "to", "type", "as_of"),
    (
        Column("from", required=True, about="partner who says so", refers="partners"),
        Column("to", required=True, about="partner it is said of", refers="partners"),
        _choice("type", TIE_TYPES, required=True, about="what kind of relation it is"),
        Column("strength", "integer", minimum=1, maximum=5, about="1 weak to 5 strong"),
        Column("trust", "integer", minimum=1, maximum=5,
               about="trust of the one in the other; seen by coordinators only"),
        Column("frequency", about="how often they meet"),
        _choice("confirmed", ("yes", "no", "disputed"), default="no",
                about="whether the other side says the same"),
        _choice("agreement", ("none", "informal", "signed"), default="none",
                about="what it rests on"),
        Column("protocol_signed", "boolean", about="true when both signed the protocol"),
        Column("reviewed", "date", past=True, about="when the agreement was last looked at"),
        Column("last_contact", "date", past=True, about="when they last met"),
        Column("as_of", "date", past=True,
               about="day this was true; a date per survey tells years apart"),
    ),
    "one row per directed relation, type and day",
)  # fmt: skip

SHARING = Table(
    "sharing",
    "sharing.csv",
    ("information", "held_by"),
    (
        Column("information", required=True, about="kind of information; never its content"),
        Column("held_by", required=True,
               about="who has it: partners, sectors or services, parted by commas; never persons"),
        Column("shared_with", about="who may have it, by rule; all or nobody where that is so"),
        Column("needed_by", about="who needs it from those who have it"),
        Column("basis", about="why it may be shared"),
        Column("timing", about="when"),
        Column("way", about="how"),
        Column("coordinator", about="partner who sees to it", refers="partners"),
        Column("signed", "date", past=True, about="when the rule was signed"),
        Column("reviewed", "date", past=True, about="when it was last looked at"),
    ),
    "one row per kind of information and holder",
)  # fmt: skip

CONTACTS = Table(
    "contacts",
    "contacts.csv",
    ("contact_id",),
    (
        Column("contact_id", required=True, about="short id"),
        Column("partner_id", required=True, about="of which partner", refers="partners"),
        Column("function", required=True, about="desk or function one turns to"),
        Column("name", about="of the person in it; seen by coordinators only"),
        Column("telephone", about="of the office"),
        Column("email", about="of the office"),
        Column("hours", about="when it answers"),
        *_answer("platform", "of a school: whether it comes to the schools' platform"),
        *_answer("teachers_trained", "of a school: whether its teachers are trained"),
        *_answer("feedback_asked", "of a school: whether it was asked how working together goes"),
    ),
    "one row per function one can turn to; for coordinators only",
)

RESOURCES = Table(
    "resources",
    "resources.csv",
    ("resource_id",),
    (
        Column("resource_id", required=True, about="short id"),
        Column("name", required=True, about="of the place, service or role; never of a person"),
        _choice("type", RESOURCE_TYPES, required=True, about="what it is"),
        _area_ids("areas it is in or serves"),
        Column("provisions", "list", choices=PROVISIONS, about="kinds of provision"),
        Column("partner_id", about="who runs it", refers="partners"),
        Column("open_to_public", "boolean", about="true when anyone may go in: drawn as a point"),
        Column("longitude", "number", minimum=-180, maximum=180, about="degrees, WGS 84"),
        Column("latitude", "number", minimum=-90, maximum=90, about="degrees, WGS 84"),
        Column("address", about="of a place open to the public"),
        Column("telephone", about="public number"),
        Column("hours", about="when it is open"),
        Column("url", about="its page"),
    ),
    "one row per place, service or role that protects",
)

ACTIONS = Table(
    "actions",
    "actions.csv",
    ("action_id",),
    (
        Column("action_id", required=True, about="short id"),
        Column("title", required=True, about="what is done, in words"),
        _choice("prevention_level", PREVENTION_LEVELS, required=True,
                about="for everyone, for those with worrying signs, for those in violent circles"),
        _theme(required=True),
        _choice("factor", FACTORS[:2], required=True, about="less of a risk, or more protection"),
        _area_ids("where"),
        Column("owner", about="partner who answers for it", refers="partners"),
        Column("output", about="what we do, with a number"),
        Column("outcome", about="what should change for people"),
        Column("indicator_id", about="where the outcome shows", refers="indicators"),
        _choice("state", ("planned", "running", "done", "stopped"), default="running",
                about="how far it is"),
        Column("review", "period", about="when it is looked at again: 2025-10"),
    ),
    "one row per action of the plan",
)  # fmt: skip

PRIORITIES = Table(
    "priorities",
    "priorities.csv",
    ("priority_id",),
    (
        Column("priority_id", required=True, about="short id"),
        Column("finding", required=True, about="what was found, in words"),
        _theme(required=True),
        _choice("factor", FACTORS[:2], required=True, about="risk or protective"),
        _area_ids("where"),
        Column("action_ids", "list", about="what answers it", refers="actions"),
        Column("agreed", "date", about="when the partners agreed on it"),
    ),
    "one row per finding that needs an answer",
)

DECISIONS = Table(
    "decisions",
    "decisions.csv",
    ("date", "decision"),
    (
        Column("date", "date", required=True, about="of the meeting"),
        Column("decision", required=True, about="what was decided, in words"),
        Column("action_ids", "list", about="what it speaks of", refers="actions"),
    ),
    "one row per decision of a meeting",
)

ASSESSMENTS = Table(
    "assessments",
    "assessments.csv",
    ("level", "area_id", "theme", "factor", "form", "evidence", "source_kind", "date"),
    (
        Column("level", required=True, about="level id", refers="levels"),
        Column("area_id", required=True, about="id of the area", refers="areas"),
        _theme(required=True),
        _choice("factor", FACTORS[:2], required=True, about="risk or protective"),
        _choice("form", FORMS, default="general", about="form of extremism it speaks of"),
        _choice("evidence", EVIDENCE, required=True,
                about="felt by people there, recorded, or may come"),
        _choice("sign", SIGNS, required=True,
                about="a risk is a burden or easing, a protection a strength or lacking"),
        _choice("confidence", CONFIDENCES, required=True,
                about="one source, two kinds, three kinds or long acquaintance"),
        _choice("source_kind", SOURCE_KINDS, required=True, about="who saw it"),
        _choice("horizon", HORIZONS, about="of a form: faced, face, may face"),
        Column("statement", required=True, about="what is seen; never of a person"),
        Column("date", "date", about="when it was agreed"),
    ),
    "one row per view of practitioners on an area and theme",
)  # fmt: skip

NATIONAL = Table(
    "national",
    "national.csv",
    ("theme", "factor", "form", "source", "date"),
    (
        _theme(required=True),
        _choice("factor", FACTORS[:2], required=True, about="risk or protective"),
        _choice("form", FORMS, default="general", about="form of extremism it speaks of"),
        _choice("degree", ("low", "moderate", "elevated", "high"), about="as the report says"),
        _choice("course", COURSES, about="as the report says"),
        _choice("horizon", HORIZONS, about="of a form: faced, face, may face"),
        Column("statement", required=True, about="what the report says, in short"),
        Column("source", required=True, about="title and publisher of the report"),
        _choice("source_kind", SOURCE_KINDS, required=True, about="who saw it"),
        Column("date", "period", required=True, about="of the report: 2024-11"),
    ),
    "one row per statement of the national picture",
)

EVENTS = Table(
    "events",
    "events.csv",
    ("date", "title"),
    (
        Column("date", "period", required=True, about="2018-09, or any other period"),
        Column("title", required=True, about="what happened; no persons"),
        Column("kind", about="such as place, recording, boundary, abroad"),
        _area_ids("where; empty for the whole territory"),
        Column("source", about="where it is reported"),
    ),
    "one row per event that is marked on trends",
)

DEFINITIONS = Table(
    "definitions",
    "definitions.csv",
    ("term",),
    (
        Column("term", required=True, about="as it stands on the pages"),
        Column("meaning", required=True, about="what the partners agreed it means here"),
        Column("everyday_word", about="what to say instead outside the meeting"),
        Column("source", about="where the meaning comes from"),
    ),
    "one row per term the partners agreed on",
)

EDITABLE = (
    PARTNERS, TIES, SHARING, CONTACTS, RESOURCES, ACTIONS, PRIORITIES, DECISIONS, ASSESSMENTS,
    NATIONAL, EVENTS, DEFINITIONS,
)  # fmt: skip
"""Tables of a territory beside its figures, in an order in which none refers to a later one."""

TABLES: dict[str, Table] = {
    table.name: table for table in (INDICATORS, OBSERVATIONS, *EDITABLE, CROSSWALK)
}
"""Every table Groundwork knows, by name."""

_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")
_TRUE, _FALSE = ("true", "yes", "1"), ("false", "no", "0", "")


def read_text(name: str, raw: bytes) -> tuple[str, list[Problem]]:
    """Decode a file; one that is not UTF-8 is a problem that names the first such row."""
    try:
        return raw.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = "is not UTF-8 here; save the file as UTF-8"
        return "", [Problem(name, message, row=line, code="not_utf8")]


def read_text_table(name: str, content: str) -> tuple[pd.DataFrame, list[Problem]]:
    """Read the text of a CSV into text cells, indexed by the line number each row begins on.

    A row longer than its header is a problem, a shorter one ends in empty cells.
    """
    reader = csv.reader(io.StringIO(content), strict=True)
    rows, lines, problems = [], [], []
    try:
        header = next(reader, [])
        width, before = len(header), reader.line_num
        for row in reader:
            line, before = before + 1, reader.line_num
            if not any(row):
                continue
            if len(row) > width:
                message = f"holds {len(row)} cells, the header {width}; quote cells with commas"
                problems.append(Problem(name, message, row=line, code="too_wide"))
            rows.append((row + [""] * width)[:width])
            lines.append(line)
    except csv.Error as error:
        message = f"not readable as CSV: {error}; save the table as CSV again"
        return pd.DataFrame(), [Problem(name, message, row=reader.line_num, code="not_csv")]
    if not header:
        problems.append(Problem(name, "is empty; it needs at least a header", code="empty_file"))
    other = next((mark for mark in (";", "\t", "|") if mark in "".join(header)), "")
    if other and width == 1:
        message = f"cells are parted by {other!r}; save the table with commas"
        return pd.DataFrame(), [Problem(name, message, row=1, code="not_csv")]
    doubled = sorted({one for one in header if header.count(one) > 1})
    if doubled:
        message = f"column {doubled[0]!r} stands twice; keep one"
        return pd.DataFrame(), [Problem(name, message, row=1, column=doubled[0],
                                        code="duplicate")]  # fmt: skip
    return pd.DataFrame(rows, columns=header, index=lines, dtype="str"), problems


def validate(
    text: pd.DataFrame, table: Table, file: str | None = None
) -> tuple[pd.DataFrame, list[Problem]]:
    """Turn a frame of text into a typed frame, or say all that is wrong with it.

    Parameters
    ----------
    text
        Cells as text, empty where nothing stands; its index holds the line
        numbers of the file (header = 1), which every problem names.
    table
        The schema.
    file
        What problems call the file; the schema's own file name when None.

    Returns
    -------
    typed, problems
        ``typed`` has every column of the schema in its order and the index
        of ``text``: numbers as float, booleans as bool, the rest as text; a
        cell with a problem is missing there. ``problems`` is empty when the
        frame may be trusted.

    Notes
    -----
    All broken rules are found in one pass, column by column, vectorised.
    """
    file = file or table.file
    problems: list[Problem] = []
    known = set(table.column_names)
    problems += [
        Problem(
            file,
            f"unknown column {name!r}; known: {', '.join(table.column_names)}",
            row=1,
            column=str(name),
            code="unknown_column",
        )
        for name in text.columns
        if name not in known
    ]
    typed: dict[str, pd.Series] = {}
    for column in table.columns:
        if column.name in text.columns:
            cells = text[column.name].str.strip()
        else:
            cells = pd.Series("", index=text.index, dtype="str")
            if column.required:
                problems.append(
                    Problem(
                        file,
                        f"column {column.name!r} is missing; add it ({column.about})",
                        row=1,
                        column=column.name,
                        code="missing_column",
                    )
                )
                typed[column.name] = _empty(column, text.index)
                continue
        if column.default:
            cells = cells.mask(cells == "", column.default)
        if column.required:
            problems += _each(
                file,
                column.name,
                cells,
                cells == "",
                "empty_cell",
                f"empty; every row needs {column.name!r} ({column.about})",
            )
        typed[column.name], found = _read_column(cells, column, file)
        problems += found
    frame = pd.DataFrame(typed, index=text.index, columns=table.column_names)
    wanted = [name for name in table.key if table.by_name[name].required]
    whole = frame[(frame[wanted] != "").all(axis="columns")]
    problems += duplicates(whole, table.key, file)
    return frame, problems


def completed(published: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return a published table with the columns it has been given since, empty or at their default.

    Examples
    --------
    >>> old = pd.DataFrame({"term": ["tie"], "meaning": ["who works with whom"]})
    >>> completed(old, "definitions").iloc[0].tolist()
    ['tie', 'who works with whom', '', '']
    """
    table = TABLES.get(name)
    added = [one for one in table.columns if one.name not in published] if table else []
    if table is None or not added:
        return published
    cells = {
        one.name: _read_column(pd.Series(one.default, published.index, dtype="str"), one, "")[0]
        for one in added
    }
    others = [one for one in published.columns if one not in table.by_name]
    return published.assign(**cells)[[*table.column_names, *others]]


def _empty(column: Column, index: pd.Index) -> pd.Series:
    if column.kind in ("number", "integer"):
        return pd.Series(np.nan, index=index, dtype="float64")
    if column.kind == "boolean":
        return pd.Series(False, index=index, dtype="bool")
    return pd.Series("", index=index, dtype="str")


def _each(
    file: str, column: str, cells: pd.Series, broken: pd.Series, code: str, message: str
) -> list[Problem]:
    """One problem per broken cell; ``{cell!r}`` in the message stands for it."""
    rows = np.flatnonzero(broken.to_numpy())
    lines, texts = cells.index.to_numpy()[rows], cells.to_numpy()[rows]
    return [
        Problem(file, message.format(cell=cell), int(line), column, cell, code)
        for line, cell in zip(lines, texts, strict=True)
    ]


def _read_column(cells: pd.Series, column: Column, file: str) -> tuple[pd.Series, list[Problem]]:
    filled = cells != ""

    def each(broken: pd.Series, code: str, message: str) -> list[Problem]:
        return _each(file, column.name, cells, broken, code, message)

    if column.kind in ("number", "integer"):
        return _read_numbers(cells, column, each)
    if column.kind == "boolean":
        lowered = cells.str.lower()
        message = "{cell!r} is neither true nor false; write one of them"
        unknown = ~lowered.isin(_TRUE + _FALSE)
        return lowered.isin(_TRUE), each(unknown, "not_a_boolean", message)
    if column.kind == "choice":
        message = f"{{cell!r}} is not known; choose {', '.join(column.choices)}"
        return cells, each(filled & ~cells.isin(column.choices), "not_a_choice", message)
    if column.kind == "period":
        readable = [cell for cell in cells[filled].unique() if _is_period(cell)]
        message = "{cell!r} is not a period; write 2024, 2024-Q3, 2024-S1, 2024-03 or 2024/2025"
        return cells, each(filled & ~cells.isin(readable), "not_a_period", message)
    if column.kind == "date":
        readable = [cell for cell in cells[filled].unique() if _is_date(cell)]
        message = "{cell!r} is not a date; write 2024-03-31"
        return cells, each(filled & ~cells.isin(readable), "not_a_date", message)
    if column.kind == "list":
        return _read_lists(cells, column, each)
    return cells, []


def _read_lists(
    cells: pd.Series, column: Column, each: Callable[[pd.Series, str, str], list[Problem]]
) -> tuple[pd.Series, list[Problem]]:
    """Values parted by one blank, in the order they were written."""
    listed = cells.str.replace(r"[;,\s]+", " ", regex=True).str.strip()
    if not column.choices:
        return listed, []
    known = [one for one in listed.unique() if set(one.split()) <= set(column.choices)]
    message = f"{{cell!r}} holds what is not known; choose of {', '.join(column.choices)}"
    return listed, each(~listed.isin(known), "not_a_choice", message)


def _read_numbers(
    cells: pd.Series, column: Column, each: Callable[[pd.Series, str, str], list[Problem]]
) -> tuple[pd.Series, list[Problem]]:
    good = cells.str.match(_NUMBER.pattern)
    problems = each(
        (cells != "") & ~good,
        "not_a_number",
        "{cell!r} is not a number; write digits with a decimal point, or leave the cell empty"
        " and state a status",
    )
    numbers = pd.to_numeric(cells.where(good), errors="coerce").astype("float64")
    message = "{cell!r} is larger than any number that can be stored; correct it"
    endless = numbers.abs() == np.inf
    problems += each(endless, "out_of_range", message)
    numbers = numbers.mask(endless)
    if column.kind == "integer":
        message = "{cell!r} is not a whole number; write one"
        problems += each(numbers.notna() & (numbers % 1 != 0), "not_whole", message)
    if column.minimum is not None:
        message = f"{{cell}} is below {column.minimum:g}, the least possible; correct it"
        problems += each(numbers < column.minimum, "out_of_range", message)
    if column.maximum is not None:
        message = f"{{cell}} is above {column.maximum:g}, the most possible; correct it"
        problems += each(numbers > column.maximum, "out_of_range", message)
    return numbers, problems


def _is_period(cell: str) -> bool:
    try:
        periods.parse(cell)
    except periods.PeriodError:
        return False
    return True


def _is_date(cell: str) -> bool:
    try:
        return dt.date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def duplicates(frame: pd.DataFrame, key: Sequence[str], file: str) -> list[Problem]:
    """Return a problem for each row whose key stands in an earlier row; rows are line numbers."""
    key = list(key)
    again = frame.duplicated(key)
    if not again.any():
        return []
    line_of_first = frame.index.to_series().groupby([frame[name] for name in key], sort=False)
    first = line_of_first.transform("first")[again]
    cells = frame.loc[again, key].astype("str").agg(" ".join, axis=1)
    return [
        Problem(
            file,
            f"the same {', '.join(key)} stands in row {line}; keep one of the two rows",
            row=int(row),
            column=key[0] if len(key) == 1 else None,
            value=value.strip(),
            code="duplicate",
        )
        for row, line, value in zip(first.index, first, cells, strict=True)
    ]


THINGS = {
    "areas": "area", "levels": "level", "themes": "theme", "sectors": "sector",
    "indicators": "indicator", "partners": "partner", "actions": "action",
}  # fmt: skip
"""What a column refers to, and what one of it is called."""


def unknown_ids(
    file: str, frame: pd.DataFrame, column: Column, known: Sequence[object]
) -> list[Problem]:
    """Return a problem for each cell of a column that names something nobody knows."""
    cells = frame[column.name]
    ids = cells.str.split(" ").explode() if column.kind == "list" else cells
    strange = ids[(ids != "") & ~ids.isin(known)]
    thing = THINGS[column.refers]
    few = ", ".join(map(str, known[:8])) + (" ..." if len(known) > 8 else "")
    return [
        Problem(
            file,
            f"no {thing} {str(one)!r}; correct the id" + (f" (known: {few})" if known else ""),
            int(str(row)), column.name, str(one), "unknown_id",
        )
        for row, one in strange.items()
    ]  # fmt: skip


def days_ahead(file: str, frame: pd.DataFrame, column: Column, today: dt.date) -> list[Problem]:
    """Return a problem for each date of a column that tells what was and lies after today."""
    cells = frame[column.name]
    # Dates are written 2025-02-01, so the later of two texts is the later day.
    message = f"{{cell!r}} lies ahead of {today.isoformat()}; write the day it was"
    return _each(file, column.name, cells, cells > today.isoformat(), "in_future", message)
