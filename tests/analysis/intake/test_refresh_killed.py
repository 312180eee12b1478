"""A refresh that is killed with `kill -9`: the state before or the new one, whole, never a mixture."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.__main__ import main
from analysis.disclosure import open_view
from analysis.intake.refresh import Refresh
from analysis.intake.release import build
from analysis.store import STEPS
from tests.analysis.intake.test_refresh import AT, INDICATORS, WORLDS, unsafe

ROOT = Path(__file__).parents[3]
KILLED = """
import os, signal, sys
from analysis.__main__ import main
from analysis.store import Store
whole, (at, *words) = Store.publish, sys.argv[1:]

def publish(self, *, step, **rest):
    def told(done):
        step(done)
        if done == at:
            os.kill(os.getpid(), signal.SIGKILL)
    return whole(self, step=told, **rest)

Store.publish = publish
main(words)
"""
AT_ONCE = dt.timedelta(seconds=-1)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed") / "town"
    shutil.copytree(WORLDS / "bare" / "boundaries", folder / "boundaries")
    (folder / "observations").mkdir()
    (folder / "indicators.csv").write_text(INDICATORS)
    (folder / "observations" / "unsafe.csv").write_bytes(unsafe(2023))
    build(folder, at=AT)
    return folder


def figures(town: Path) -> dict[str, float]:
    view = open_view(town / "store")
    return dict(view.values("unsafe", level="district", period="2023")["value"])


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_refresh_leaves_the_old_or_the_new_state_whole(
    built: Path, tmp_path: Path, step: str
) -> None:
    town = Path(shutil.copytree(built, tmp_path / "town"))
    old, file = figures(town), tmp_path / "unsafe.csv"
    file.write_bytes(unsafe(2023, 10))
    reader, seen = open_view(town / "store"), set()
    words = ["import", str(file), "--territory", str(town), "--reason", "corrected"]
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, step, *words],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    while process.poll() is None:
        values = reader.values("unsafe", level="district", period="2023")["value"]
        seen.add(tuple(values))
    _out, said = process.communicate()
    assert process.returncode == -signal.SIGKILL, said
    new = {area: value + 10 for area, value in old.items()}
    assert seen <= {tuple(old.values()), tuple(new.values())}
    assert figures(town) == (new if step == "after commit" else old)

    # The upload is not lost: its draft stands, and can be published or thrown away.
    refresh = Refresh(town)
    (draft,) = refresh.drafts.all()
    found = refresh.examine(draft)
    told = [check.code for check in found.all_checks if check.code == "same_file"]
    assert told == (["same_file"] if step == "after commit" else [])
    code = main(["publish", str(town), draft.draft_id, "--reason", "once more"])
    assert code == (1 if step == "after commit" else 0), "published already: that is told"
    assert figures(town) == new
    assert len(refresh.drafts.all()) == code
    refresh.store.collect_orphans(older_than=AT_ONCE)
    refresh.drafts.collect_orphans(older_than=AT_ONCE)
    assert not [path for path in (town / "store").rglob("*") if path.name.startswith(".")]
    assert not list((town / "store").rglob("*.part"))


def test_what_a_killed_upload_left_half_written_is_collected_later(
    built: Path, tmp_path: Path
) -> None:
    town = Path(shutil.copytree(built, tmp_path / "town"))
    drafts = Refresh(town).drafts
    left = [
        town / "store" / "drafts" / "0123abcd" / ".half.77aa",
        town / "store" / "originals" / ".half.88bb",
    ]
    for path in left:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"half")
    assert drafts.collect_orphans() == []
    removed = drafts.collect_orphans(older_than=AT_ONCE)
    assert sorted(removed) == [".half.77aa", ".half.88bb", "0123abcd"]
    assert not left[0].parent.exists()
    assert not left[1].exists()
