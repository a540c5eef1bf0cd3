"""The released tables are what the program finds in the archive's pages today."""

from __future__ import annotations

import subprocess
import sys

from privlex.tables import compare_released, read_released
from tests.conftest import ROOT

RELEASED = ROOT / "corpus" / "released"


def test_every_snapshot_of_the_study_is_released():
    ids = {line.split("\t")[0] for line in (ROOT / "corpus" / "snapshots.tsv").read_text("utf8").splitlines()[1:]}
    found = read_released(RELEASED)
    assert {f.snapshot.id for f in found} == ids
    assert sum(bool(f.practices) for f in found) > 160
    assert compare_released(RELEASED, RELEASED) == ()


def test_no_sentence_is_released():
    for found in read_released(RELEASED):
        assert all(len(m.quote.split()) <= 13 for m in found.mentions)


def test_rebuilding_from_the_archive_gives_the_same_rows(shared):
    done = subprocess.run(
        [sys.executable, "-m", "privlex", "corpus", "rebuild", "--check", "--mirror", str(shared / "archive")],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-2000:] + done.stdout[-2000:]
