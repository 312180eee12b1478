"""The same work from the command line.

``python -m analysis new|check|build|export|network|import|publish|releases|roll-back|attack|bench``;
``--help`` tells more. Exit 0 done, 1 problems found, 2 wrong use; of ``import`` and ``publish``
also 3 refused, 4 needs an answer. Nothing is ever asked at a terminal.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from analysis.errors import GroundworkError, InputError, UnknownId
from analysis.intake.checks import located
from analysis.intake.release import STORE, build, export
from analysis.intake.template import write_template
from analysis.territory import check_folder

if TYPE_CHECKING:
    from analysis.intake.refresh import Refresh


def parser() -> argparse.ArgumentParser:
    """Return the command line's grammar; the documentation tests ask it too."""
    top = argparse.ArgumentParser(prog="python -m analysis", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], about: str
    ) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=about, description=about)
        one.set_defaults(run=run)
        return one

    one = command("new", _new, "write an annotated empty territory folder")
    one.add_argument("folder", type=Path, metavar="DIR")
    one = command("check", _check, "report everything wrong with a territory folder at once")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument("--json", action="store_true", help="one JSON object per problem")
    one = command("build", _build, "seed the store from a territory folder")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument("--store", type=Path, help="where the store is (default: DIR/store)")
    one = command("export", _export, "write what is published back into a new folder")
    one.add_argument("folder", type=Path, metavar="DIR", help="the new folder")
    one.add_argument(
        "--territory", type=Path, default=Path("data/demo"), help="whose store (default: data/demo)"
    )
    one = command("import", _import, "read, join and check files; publish when nothing is open")
    one.add_argument("files", type=Path, nargs="+", metavar="FILE")
    one.add_argument("--territory", type=Path, required=True, metavar="DIR")
    one.add_argument("--recipe", help="name of a recipe in DIR/recipes")
    one.add_argument(
        "--answers",
        type=Path,
        metavar="A.toml",
        help="answers by question id, or as a recipe has them",
    )
    one.add_argument("--reason", default="imported from the command line")
    one.add_argument("--by", default=BY)
    one.add_argument("--dry-run", action="store_true", help="publish nothing, keep no draft")
    one.add_argument("--json", action="store_true", help="one JSON object")
    one = command("publish", _publish, "publish a draft")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument("draft", metavar="DRAFT")
    one.add_argument("--reason", required=True)
    one.add_argument("--by", default=BY)
    one = command("releases", _releases, "list what was published, the newest first")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument("--of", metavar="NAME", help="only those of an indicator or table")
    one = command("roll-back", _roll_back, "take a release back, whole")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument("release", metavar="RELEASE", help="its id or its number")
    one.add_argument("--reason", required=True)
    one.add_argument("--by", default=BY)
    one = command("network", _network, "write the network as CSV and GraphML into a new folder")
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument("out", type=Path, metavar="OUT", help="the new folder")
    one.add_argument("--year", type=int, help="of the partner survey (default: the newest)")
    one.add_argument(
        "--sectors", action="store_true", help="what everybody may see: sectors, no partner"
    )
    one = command(
        "attack", _attack, "work out hidden figures from all files a viewer can take home"
    )
    one.add_argument("folder", type=Path, metavar="DIR")
    one.add_argument("--files", type=Path, metavar="OUT", help="keep the files, in a new folder")
    one.add_argument(
        "--read", action="store_true", help="write nothing: read the files that are in OUT"
    )
    one.add_argument(
        "--all", action="store_true", help="also files that only say the same figures once more"
    )
    one.add_argument("--json", action="store_true", help="one JSON object per figure")
    one = command("bench", _bench, "measure how fast Groundwork is on this machine")
    one.add_argument("what", choices=list(BENCHES))
    one.add_argument(
        "--territory", type=Path, default=Path("data/demo"), help="of pages (default: data/demo)"
    )
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except InputError as error:
        _tell(error)
        print(f"{len(error.problems)} problems; nothing was published", file=sys.stderr)
        return 1
    except GroundworkError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


def _new(chosen: argparse.Namespace) -> int:
    for path in write_template(chosen.folder):
        print(path)
    return 0


def _check(chosen: argparse.Namespace) -> int:
    problems = check_folder(chosen.folder, dt.datetime.now(dt.UTC).date())
    errors = [one for one in problems if one.level == "error"]
    for problem in problems:
        print(json.dumps(problem.as_dict()) if chosen.json else f"{problem.level}: {problem}")
    if not chosen.json:
        print(f"{len(errors)} problems, {len(problems) - len(errors)} notes")
    return 1 if errors else 0


def _build(chosen: argparse.Namespace) -> int:
    release = build(
        chosen.folder,
        at=dt.datetime.now(dt.UTC),
        store=chosen.store,
        progress=_print_progress,
        notes=lambda note: print(f"{note.level}: {note}", file=sys.stderr),
    )
    if release is None:
        print("nothing changed since the last build")
    else:
        print(f"release {release.number} published into {chosen.store or chosen.folder / STORE}")
    return 0


def _print_progress(step: str, share: float) -> None:
    print(f"{share:4.0%} {step}", file=sys.stderr)


def _show_progress(step: str, share: float) -> None:
    """Tell who watches; a log or another program has no use for it."""
    if sys.stderr.isatty():
        _print_progress(step, share)


def _export(chosen: argparse.Namespace) -> int:
    for path in export(chosen.territory / STORE, chosen.folder):
        print(path)
    return 0


BENCHES = {
    "intake": "analysis.intake.bench",
    "disclosure": "analysis.bench",
    "measures": "analysis.measures.bench",
    "network": "analysis.measures.network_bench",
    "pages": "pages.shared.bench",
}
"""What can be measured, and the module that does it."""
REFUSED, NEEDS_ANSWER = 3, 4
KNOWN, PAGES = "known", "pages"
"""Folders of an attack: what everybody knows, and what the pages offer."""
BY = "command line"


def _import(chosen: argparse.Namespace) -> int:
    """Exit 0 published or publishable, 2 wrong use, 3 refused, 4 needs an answer."""
    from analysis.intake import grids, recipe

    missing = [str(path) for path in chosen.files if not path.is_file()]
    if missing:
        print(f"error: no file {', '.join(map(repr, missing))}; check the path", file=sys.stderr)
        return 2
    refresh = _refresh(chosen.territory)
    answers = recipe.read_answers(chosen.answers) if chosen.answers else {}
    if chosen.recipe:
        answers["recipe"] = chosen.recipe
    at = dt.datetime.now(dt.UTC)
    try:
        for path in chosen.files:
            grids.check_size(path.name, path.stat().st_size, refresh.limits)
        files = [(path.name, path.read_bytes()) for path in chosen.files]
        found = refresh.begin(
            files, by=chosen.by, at=at, answers=answers, keep=not chosen.dry_run,
            progress=_show_progress,
        )  # fmt: skip
    except InputError as error:
        return _refused(error, chosen.json)
    release = None
    if found.decision == "publishable" and not chosen.dry_run:
        release = refresh.publish(
            found, by=chosen.by, at=at, reason=chosen.reason, progress=_show_progress
        )
    told = found.as_dict(release)
    if chosen.dry_run:
        told["draft_id"] = None  # none is kept
    if chosen.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        _tell_import(told)
    return {"refused": REFUSED, "needs_answer": NEEDS_ANSWER}.get(str(told["decision"]), 0)


def _refused(error: InputError, as_json: bool) -> int:
    from analysis.intake.examination import told

    checks = [
        {"level": "refuse", "code": one.code, "column": one.column,
         "rows": [one.row] if one.row else [], "message": str(one)}
        for one in error.problems
    ]  # fmt: skip
    if as_json:
        print(json.dumps(told(checks=checks), ensure_ascii=False))
    else:
        _tell(error)
    return REFUSED


def _tell_import(told: dict[str, Any]) -> None:
    ledger = told["ledger"]
    print(
        f"{told['decision'].replace('_', ' ')}: {ledger['matched']} of {ledger['rows_in']} rows"
        f" joined, {ledger['boundary_only']} areas without a row"
    )
    for check in told["checks"]:
        print(f"{check['level']}: {located(check['message'], check['rows'])}")
    for question in told["questions"]:
        offered = f" ({' | '.join(question['choices'])})" if question["choices"] else ""
        print(f"question {question['id']}: {question['text']}{offered}")
    changes = told["changes"]
    print(", ".join(f"{count} {kind}" for kind, count in changes.items()))
    if told["draft_id"] and told["decision"] != "refused":
        print(f"draft {told['draft_id']}")
    if told["release_id"]:
        print(f"release {told['release_id']}")


def _publish(chosen: argparse.Namespace) -> int:
    refresh = _refresh(chosen.folder)
    found = refresh.examine(refresh.drafts.open(chosen.draft), _show_progress)
    if found.decision != "publishable":
        _tell_import(found.as_dict())
        return REFUSED if found.decision == "refused" else NEEDS_ANSWER
    release = refresh.publish(
        found, by=chosen.by, at=dt.datetime.now(dt.UTC), reason=chosen.reason,
        progress=_show_progress,
    )  # fmt: skip
    print(f"release {release.number} published: {release.release_id}")
    return 0


def _network(chosen: argparse.Namespace) -> int:
    """Write what may leave the house of the network of a year."""
    from analysis import partnership
    from analysis.disclosure import open_view
    from analysis.intake.release import territory_of
    from analysis.views.network_files import network_files

    view = open_view(chosen.folder / STORE)
    rights = () if chosen.sectors else (partnership.PARTNERS,)
    year = dt.datetime.now(dt.UTC).year
    network = partnership.read(view, territory_of(view), rights, year)
    year = chosen.year or max(network.years, default=year)
    if year not in network.years:
        known = ", ".join(map(str, network.years)) or "none: no partner is published"
        raise UnknownId(f"no network of {year}; known: {known}")
    if chosen.out.exists():
        print(f"error: {str(chosen.out)!r} is there already; name a new folder", file=sys.stderr)
        return 2
    chosen.out.mkdir(parents=True)
    for file in network_files(network, year):
        (chosen.out / file.name).write_bytes(file.content())
        print(chosen.out / file.name)
    return 0


def _releases(chosen: argparse.Namespace) -> int:
    store = _refresh(chosen.folder).store
    found = store.releases()
    if chosen.of:
        held = [item for one in found for item in one.items if item.name == chosen.of]
        kind = next((item.kind for item in held if item.kind != "protected"), None)
        if kind is None:
            raise UnknownId(f"no release holds {chosen.of!r}; `releases DIR` lists all of them")
        found = store.history(chosen.of, kind=kind)
    for one in found:
        state = "rolled back" if one.rolled_back else "stands"
        files = ", ".join(source.file for source in one.sources[:5])
        print(f"{one.number}\t{one.release_id}\t{one.at}\t{one.by}\t{state}\t{one.reason}\t{files}")
    return 0


def _roll_back(chosen: argparse.Namespace) -> int:
    refresh = _refresh(chosen.folder)
    numbered = {str(one.number): one.release_id for one in refresh.store.releases()}
    release = refresh.roll_back(
        numbered.get(chosen.release, chosen.release),
        by=chosen.by, at=dt.datetime.now(dt.UTC), reason=chosen.reason,
    )  # fmt: skip
    print(f"release {release.number} is rolled back")
    return 0


def _refresh(folder: Path) -> Refresh:
    # Readers of workbooks are heavy; only these commands pay for them.
    from analysis.intake.refresh import Refresh

    return Refresh(folder)


def _attack(chosen: argparse.Namespace) -> int:
    """Exit 0 nothing can be worked out, 1 something can, 2 wrong use."""
    if chosen.read and chosen.files is None:
        print("error: --read without --files; say where the files are", file=sys.stderr)
        return 2
    if chosen.files is not None and not chosen.read and chosen.files.exists():
        print(f"error: {str(chosen.files)!r} is there already; name a new folder", file=sys.stderr)
        return 2
    with TemporaryDirectory() as unasked:
        files = chosen.files or Path(unasked) / "files"
        if not chosen.read:
            code = _take_home(chosen.folder, files, whole=chosen.all)
            if code:
                return code
        return _try_to_recover(files, as_json=chosen.json)


def _take_home(folder: Path, files: Path, *, whole: bool) -> int:
    """Write what everybody knows, and all files that a viewer can take home."""
    from analysis import methods
    from analysis.disclosure import open_view
    from analysis.intake.release import territory_of

    known = methods.common_knowledge(territory_of(open_view(folder / STORE)))
    (files / KNOWN).mkdir(parents=True)
    for name, table in known.items():
        table.to_csv(files / KNOWN / f"{name}.csv", index=False)
    # In a process of its own: analysis does not know Streamlit, the pages do.
    root = Path(__file__).parents[1]
    asked = [sys.executable, "-m", "pages.shared.walk", str(folder.resolve()),
             str((files / PAGES).resolve()), *(["--all"] if whole else [])]  # fmt: skip
    quiet = os.environ | {"STREAMLIT_LOGGER_LEVEL": "error"}  # there is no server, and it says so
    return subprocess.run(asked, cwd=root, env=quiet, check=False).returncode


def _try_to_recover(files: Path, *, as_json: bool) -> int:
    from analysis import outsider, takeaways

    known = takeaways.Known.read(files / KNOWN)
    evidence = takeaways.read(files / PAGES, known)
    found = outsider.recoverable(evidence, known)
    for row in found.to_dict("records"):
        print(json.dumps(row) if as_json else outsider.sentence(row))
    if not as_json:
        print(f"{len(found)} of {found.attrs['hidden']} hidden figures can be worked out")
    return 1 if len(found) else 0


def _bench(chosen: argparse.Namespace) -> int:
    # In a process of its own: analysis does not know Streamlit, the pages do.
    root = Path(__file__).parents[1]
    asked = [sys.executable, "-m", BENCHES[chosen.what], str(chosen.territory.resolve())]
    return subprocess.run(asked, cwd=root, check=False).returncode


def _tell(error: InputError) -> None:
    for problem in error.problems:
        print(f"{problem.level}: {problem}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
