"""A rule on sharing is changed: chosen from what is open, edited in a form, published with a reason."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from analysis import sharing, tables
from analysis.errors import ConflictError, InputError
from analysis.language import capital
from analysis.language import gettext as _
from analysis.partnership import Partnership
from analysis.sharing import Directory, Sharing
from analysis.views.sharing import state_words
from pages.shared import cached, choose, frame, show
from pages.shared.cached import Reader

_NEW = "new"
"""Stands among the rules for one that is not there yet."""
_OPENED, _CONFLICT = "rule opened", "rule conflict"
"""The rule in the form as it was opened; what was told of what came in between."""
_FIELDS = "rule-fields"
# Streamlit writes chosen names in white, which cannot be read on the pale accent of a dark page.
_NAMES_ON_PALE = (
    f"<style>.st-key-{_FIELDS} [data-tag] :is(span, button, svg) {{ color: #15191D; }}</style>"
)
_NAME = tables.SHARING.name
Row = dict[str, str]


def amend(reader: Reader, network: Partnership, whom: Directory, found: Sharing) -> None:
    """Choose a rule or an unmet need and change it, for those who may."""
    if not frame.may("edit rules on sharing"):
        return
    show.head(
        _("Change a rule"),
        _("published with a reason as a release of the table; it can be rolled back"),
    )
    texts = network.sharing.fillna("").astype("str")
    rows = [dict(zip(texts.columns, cells, strict=True)) for cells in texts.to_numpy().tolist()]
    rules: dict[str, Row] = {sharing.rule_id(row): row for row in rows}
    options = {"": _("no change now"), _NEW: _("a kind of information not listed yet")}
    for state, row in zip(found.points["state"], found.points["row"], strict=True):
        rule = rows[row]
        words = f"{state_words(state)} · {capital(rule['information'])} · {rule['held_by']}"
        options.setdefault(sharing.rule_id(rule), words)
    with choose.Row() as line:
        chosen = line.select("rule", _("Which"), options, "", 620)
    if chosen:
        _form(reader, network, whom, chosen, rules.get(chosen))


def released() -> None:
    """Say which release the last change became, and where it is taken back."""
    given = choose.given("amended")
    release = next(
        (one for one in cached.refresh().store.releases() if one.release_id == given), None
    )
    if release is None:
        return
    said = (
        _("Release {n} was rolled back.")
        if release.rolled_back
        else _("Published as release {n}: {reason}.")
    )
    show.sentence(said.format(n=release.number, reason=release.reason.rstrip(".")))
    if frame.may("publish and roll back"):
        st.page_link(
            "pages/refresh.py", label=_("See this release, or roll it back"),
            query_params={"release": given}, icon=":material/arrow_forward:", icon_position="right",
        )  # fmt: skip


def _form(
    reader: Reader, network: Partnership, whom: Directory, chosen: str, standing: Row | None
) -> None:
    """Draw the form of a rule as it stood when it was opened; publish what was changed in it."""
    opened = st.session_state.get(_OPENED)
    if opened is None or opened[0] != chosen:
        opened = st.session_state[_OPENED] = chosen, reader.state, standing
    _rule, state, before = opened
    told = st.session_state.get(_CONFLICT, ("", "", ""))
    again = told[0] == f"{chosen} {state}"
    if again:
        st.warning(show.plain(capital(told[2]) + "."))
    with st.form(f"rule {chosen} {state}", enter_to_submit=False):
        with st.container(key=_FIELDS):
            row = _fields(network, whom, before, f"rule {chosen} {state}")
        gone = before is not None and st.checkbox(_("Take the whole row out instead"))
        reason = st.text_input(
            _("Reason of the change"), placeholder=_("such as: agreed in the meeting of 12 March")
        )
        label = _("Publish all the same") if again else _("Publish")
        if not st.form_submit_button(label, type=show.strong_button()):
            return
    if not reason.strip():
        show.quiet(_("Say why in a few words: the reason stands in the release."))
        return
    kept = {name: cell for name, cell in row.items() if before is None or cell != before[name]}
    try:
        with st.spinner(_("Checking and publishing")):
            release = cached.refresh().amend(
                _NAME, before, None if gone else kept, seen=told[1] if again else state,
                by=frame.name(), at=dt.datetime.now(dt.UTC), reason=reason.strip(),
            )  # fmt: skip
    except ConflictError as error:
        st.session_state[_CONFLICT] = f"{chosen} {state}", reader.state, str(error)
        st.rerun()
    except InputError as error:
        wrong = dict.fromkeys(capital(one.message) for one in error.problems)
        st.error("  \n".join(f"– {show.plain(one)}" for one in wrong))
        return
    for name in (_OPENED, _CONFLICT):
        st.session_state.pop(name, None)
    choose.forget("rule")
    choose.write("amended", release.release_id)
    st.rerun()


# ---------------------------------------------------------------- its fields


def _fields(network: Partnership, whom: Directory, before: Row | None, key: str) -> Row:
    """Draw the fields of a rule in two columns; return its cells as text."""
    said = before or dict.fromkeys(tables.SHARING.column_names, "")
    if show.mode() == "dark":
        st.html(_NAMES_ON_PALE)
    left, right = st.columns(2, gap="large")

    def text(name: str, label: str) -> str:
        return st.text_input(label, said[name], key=f"{key} {name}").strip()

    def parties(name: str, label: str) -> str:
        return _parties(whom, said[name], label, f"{key} {name}")

    def day(name: str, label: str) -> str:
        return _day(said[name], label, f"{key} {name}")

    with left:
        row = {"information": text("information", _("Kind of information, never its content"))}
        row["held_by"] = parties("held_by", _("Who has it"))
        row["shared_with"] = parties("shared_with", _("Who may have it, by rule"))
        row["needed_by"] = parties("needed_by", _("Who needs it"))
        row["coordinator"] = _coordinator(network, said["coordinator"], f"{key} coordinator")
    with right:
        row["basis"] = text("basis", _("Why it may be shared"))
        row["timing"] = text("timing", _("When"))
        row["way"] = text("way", _("How"))
        row["signed"] = day("signed", _("Signed on"))
        row["reviewed"] = day("reviewed", _("Last looked at on"))
    return row


def _parties(whom: Directory, cell: str, label: str, key: str) -> str:
    """Choose who is meant, or write somebody who is no partner; an unchanged cell stays as it is."""
    words = whom.choices()
    named = [_written(whom, one, words) for one in whom.names(cell)]
    chosen = st.multiselect(
        label, list(dict.fromkeys([*words, *named])), named, key=key,
        format_func=lambda one: words.get(one, one), accept_new_options=True,
        placeholder=_("choose or write"),
    )  # fmt: skip
    if chosen == named:
        return cell
    parted = [one.strip() for one in chosen]
    return ("; " if any("," in one for one in parted) else ", ").join(parted)


def _written(whom: Directory, name: str, words: dict[str, str]) -> str:
    """Return the choice that means the same party as a name in a cell, else the name."""
    same = [one for one in words if whom.party(one)[:2] == whom.party(name)[:2]]
    return name if name in words or not same else same[0]


def _coordinator(network: Partnership, standing: str, key: str) -> str:
    names = dict(zip(network.partners["partner_id"], network.partners["name"], strict=True))
    options = ["", *names] + ([] if standing in names else [standing] * bool(standing))
    return str(
        st.selectbox(
            _("Who sees to it"), options, options.index(standing), key=key,
            format_func=lambda one: names.get(one, one) or _("nobody named"),
        )
    )  # fmt: skip


def _day(standing: str, label: str, key: str) -> str:
    today = dt.datetime.now(dt.UTC).date()
    value = dt.date.fromisoformat(standing) if standing else None
    chosen = st.date_input(
        label, value, min_value=min(value or today, dt.date(1990, 1, 1)),
        max_value=max(value or today, today), format="YYYY-MM-DD", key=key,
    )  # fmt: skip
    return chosen.isoformat() if isinstance(chosen, dt.date) else ""
