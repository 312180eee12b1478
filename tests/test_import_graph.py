"""Data goes right, imports go left: the direction of the code is held by one test.

::

    sources -> validated tables -> store -> protected view -> picture -> views -> pages
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

#: From left to right. A module may import from its own layer and from those before it; a package
#: stands for all modules in it. Who adds a module says here where it stands.
LAYERS = (
    ("analysis.errors",),
    # Words: what columns, periods, settings and indicators are, and how they are said.
    ("analysis", "analysis.coded", "analysis.periods", "analysis.tables", "analysis.settings", "analysis.catalogue",
     "analysis.boundaries", "analysis.geometry", "analysis.language"),
    # Arithmetic on plain series and frames: pure, so everything right of here may use it.
    ("analysis.measures", "analysis.attack", "analysis.suppression"),
    # Who attacks knows words and arithmetic alone.
    ("analysis.takeaways",),
    ("analysis.outsider",),
    # What is wrong with text cells, whatever brought them: a folder or an upload.
    ("analysis.intake.checks",),
    ("analysis.crosswalks", "analysis.editable", "analysis.territory"),
    ("analysis.completion", "analysis.store", "analysis.families"),
    ("analysis.disclosure",),
    ("analysis.coverage", "analysis.sharing"),
    ("analysis.partnership",),
    ("analysis.picture", "analysis.comparison", "analysis.contacts", "analysis.cooperation", "analysis.courses", "analysis.findings", "analysis.gaps", "analysis.methods", "analysis.perspectives", "analysis.situation"),
    # What of a network is drawn, cut from what is measured of it.
    ("analysis.sociometry", "analysis.leaving"),
    # The way in: it says what a release would change, protects it and publishes it.
    ("analysis.intake", "analysis.bench"),
    ("analysis.views",),
    ("analysis.__main__",),
    ("pages", "dashboard"),
)  # fmt: skip

#: What must not be reached, whatever the layers say: from where, what, and why.
FORBIDDEN = (
    ("analysis", "streamlit", "the analysis has never heard of Streamlit"),
    ("analysis", "pages", "the analysis knows no page"),
    ("analysis.measures", "analysis.store", "measures take plain series, never the store"),
    ("analysis.measures", "analysis.territory", "measures take plain series"),
    ("analysis.measures", "analysis.disclosure", "measures do not ask what may be shown"),
    ("analysis.measures", "analysis.views", "measures draw nothing"),
    (
        "analysis.attack",
        "analysis.disclosure",
        "what protects is tested by what does not share its faults",
    ),
    *(
        (
            "analysis.outsider",
            what,
            "an outsider has files, and nothing that hides or keeps figures",
        )
        for what in (
            "analysis.disclosure",
            "analysis.suppression",
            "analysis.families",
            "analysis.completion",
            "analysis.store",
        )
    ),
    ("analysis.views", "analysis.store", "views draw results that are protected already"),
    ("analysis.views", "analysis.disclosure", "views draw results that are protected already"),
    ("analysis.views", "analysis.completion", "views draw results that are protected already"),
    ("analysis.views", "analysis.intake", "views draw results that are protected already"),
    ("analysis.picture", "analysis.store", "observations come through the protected view only"),
    ("analysis.picture", "analysis.intake", "what is said rests on what is published"),
    ("analysis.findings", "analysis.store", "observations come through the protected view only"),
    ("analysis.findings", "analysis.intake", "what is said rests on what is published"),
    ("analysis.situation", "analysis.store", "figures come through the protected view only"),
    ("analysis.sharing", "analysis.store", "what is said rests on what is handed in"),
    ("analysis.contacts", "analysis.store", "contacts come through the network's door only"),
    ("analysis.comparison", "analysis.store", "figures come through the protected view only"),
    ("analysis.courses", "analysis.store", "figures come through the protected view only"),
    ("analysis.partnership", "analysis.store", "tables come through the protected view only"),
    ("analysis.gaps", "analysis.store", "figures come through the protected view only"),
    ("pages", "analysis.store", "observations reach pages through the protected view only"),
    ("pages", "analysis.completion", "observations reach pages through the protected view only"),
    ("dashboard", "analysis", "the entry starts the frame and knows nothing else"),
)


def modules() -> dict[str, Path]:
    """Answer with every module of ours by its dotted name."""
    files = [
        ROOT / "dashboard.py",
        *(ROOT / "analysis").rglob("*.py"),
        *(ROOT / "pages").rglob("*.py"),
    ]
    found = {}
    for file in sorted(files):
        parts = file.relative_to(ROOT).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = file
    return found


MODULES = modules()


@cache
def tree(name: str) -> ast.Module:
    return ast.parse(MODULES[name].read_text("utf-8"))


def imports(name: str, *, when_run: bool = False) -> set[str]:
    """Answer with all that a module imports, inside of functions too; what it runs, if asked so."""
    found: set[str] = set()
    for node in walk(tree(name), when_run=when_run):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{name} imports relatively; write the whole name"
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                found.add(whole if whole in MODULES else str(node.module))
    return found


def walk(node: ast.AST, *, when_run: bool) -> Iterator[ast.AST]:
    """Walk a tree; without what stands under ``if TYPE_CHECKING`` when only running counts."""
    yield node
    for child in ast.iter_child_nodes(node):
        if when_run and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield from walk(child, when_run=when_run)


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def layer(name: str) -> int | None:
    """Answer with the place of a module, the most exact entry deciding."""
    places = [
        (len(entry), number)
        for number, entries in enumerate(LAYERS)
        for entry in entries
        if name == entry or (entry != "analysis" and within(name, entry))
    ]
    return max(places)[1] if places else None


def page_files() -> list[Path]:
    """Answer with the pages themselves; what they share stands in pages/shared."""
    return sorted((ROOT / "pages").glob("*.py"))


def test_every_module_has_a_layer():
    assert [name for name in MODULES if layer(name) is None] == []


def test_every_layer_that_is_named_exists():
    assert [entry for entries in LAYERS for entry in entries
            if not any(within(name, entry) for name in MODULES)] == []  # fmt: skip


def test_imports_go_left():
    wrong = [
        f"{name} imports {other}"
        for name in MODULES
        for other in imports(name, when_run=True)
        if other in MODULES and layer(other) > layer(name)
    ]
    assert wrong == []


@pytest.mark.parametrize(("package", "other", "reason"), FORBIDDEN)
def test_what_must_not_be_imported_is_not(package, other, reason):
    wrong = [
        f"{name} imports {one}: {reason}"
        for name in MODULES
        if within(name, package)
        for one in imports(name)
        if within(one, other)
    ]
    assert wrong == []


def test_no_module_of_the_analysis_reaches_streamlit_on_any_way():
    reached = {name: {one for one in imports(name, when_run=True) if one in MODULES}
               for name in MODULES}  # fmt: skip
    outside = [name for name in MODULES if within(name, "analysis") or name == "analysis"]
    while any(reached[other] - reached[name] for name in outside for other in reached[name]):
        for name in outside:
            reached[name] |= {more for other in set(reached[name]) for more in reached[other]}
    assert {name: one for name in outside for one in reached[name] if within(one, "pages")} == {}


def test_there_are_no_cycles():
    graph = {
        name: {one for one in imports(name, when_run=True) if one in MODULES and one != name}
        for name in MODULES
    }
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_no_page_package_stands_in_the_way_of_streamlit():
    # With an __init__.py, Streamlit's own watcher and `pages.shared` disagree about the name.
    assert not (ROOT / "pages" / "__init__.py").exists()


@pytest.mark.parametrize("file", page_files(), ids=lambda file: file.stem)
def test_a_page_has_at_most_80_lines(file):
    assert len(file.read_text("utf-8").splitlines()) <= 80


@pytest.mark.parametrize("file", page_files(), ids=lambda file: file.stem)
def test_a_page_is_guarded_before_anything_else_happens(file):
    body = ast.parse(file.read_text("utf-8")).body
    assert ast.get_docstring(ast.parse(file.read_text("utf-8"))), "has no docstring"
    rest = [node for node in body[1:] if not isinstance(node, ast.Import | ast.ImportFrom)]
    first = ast.unparse(rest[0])
    assert first.startswith("frame.require("), f"begins with {first!r}"
    assert isinstance(rest[0].value.args[0], ast.Constant), "names its role in words"


def test_a_page_defines_nothing():
    # Logic is in analysis/, what pages share in pages/shared.
    assert [
        f"{file.name}: {node.name}"
        for file in page_files()
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ] == []


def uses(name: str, *attributes: str) -> bool:
    return any(
        isinstance(node, ast.Attribute) and node.attr in attributes for node in ast.walk(tree(name))
    )


def test_the_session_is_touched_in_pages_shared_only():
    assert [name for name in MODULES
            if uses(name, "session_state") and not within(name, "pages.shared")] == []  # fmt: skip


def test_caches_are_in_pages_shared_only():
    assert [name for name in MODULES if uses(name, "cache_data", "cache_resource")
            and not within(name, "pages.shared")] == []  # fmt: skip


def test_nothing_is_unpickled_and_nothing_evaluated():
    names = {"pickle", "marshal", "shelve", "dill"}
    assert {name: imports(name) & names for name in MODULES if imports(name) & names} == {}
    called = {
        f"{name}: {node.func.id}"
        for name in MODULES
        for node in ast.walk(tree(name))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("eval", "exec")
    }
    assert called == set()


def test_the_attack_rests_on_errors_and_arithmetic_alone():
    assert {one for one in imports("analysis.attack") if one in MODULES} == {"analysis.errors"}
