"""The same work from the command line.

``python -m analysis new|check|build|export|bench``; ``--help`` tells more.
Exit 0 done, 1 problems found, 2 wrong use.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.errors import GroundworkError, InputError
from analysis.intake.release import STORE, build, export
from analysis.intake.template import write_template
from analysis.territory import check_folder


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
    one = command("bench", _bench, "measure how fast Groundwork is on this machine")
    one.add_argument("what", choices=["pages"])
    one.add_argument("--territory", type=Path, default=Path("data/demo"))
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
    problems = check_folder(chosen.folder)
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
        progress=lambda step, share: print(f"{share:4.0%} {step}", file=sys.stderr),
    )
    if release is None:
        print("nothing changed since the last build")
    else:
        print(f"release {release.number} published into {chosen.store or chosen.folder / STORE}")
    return 0


def _export(chosen: argparse.Namespace) -> int:
    for path in export(chosen.territory / STORE, chosen.folder):
        print(path)
    return 0


def _bench(chosen: argparse.Namespace) -> int:
    # In a process of its own: analysis does not know Streamlit, the pages do.
    module = {"pages": "pages.shared.bench"}[chosen.what]
    root = Path(__file__).parents[1]
    asked = [sys.executable, "-m", module, str(chosen.territory.resolve())]
    return subprocess.run(asked, cwd=root, check=False).returncode


def _tell(error: InputError) -> None:
    for problem in error.problems:
        print(f"{problem.level}: {problem}", file=sys.stderr)


if __name__ == "__main__":
    raise SystemExit(main())
