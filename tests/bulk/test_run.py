"""Whole runs: the same dataset in one go, resumed, with one worker or two; every failure is a row."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from privlex.bulk import TABLES, read_dataset, run
from privlex.errors import OutputError, PrivlexError
from privlex.flow import extract, read
from privlex.jsonl import findings_to_json

POLICY = """# Privacy Policy of Example

We collect your email address and phone number when you register.

We may share the following with our advertising partners:

- your IP address

- version {n} of your purchase history

We do not sell your personal information to anyone.
"""


def archive(folder: Path, captures: int = 24, texts: int = 6) -> Path:
    """A folder of captures that repeat themselves."""
    for n in range(captures):
        path = folder / f"s{n % 3}.example" / f"20{10 + n // 3:02d}-01-01.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(POLICY.format(n=n % texts))
    return folder


def content(out: Path) -> dict[str, bytes]:
    """Every file of the tables, by name: what two runs must have in common."""
    return {p.relative_to(out).as_posix(): p.read_bytes() for t in TABLES for p in sorted((out / t).glob("*.parquet"))}


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    return archive(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def undisturbed(source, tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    run(source, out, workers=0, tier="rules", batch=4)
    return out


def test_each_distinct_text_is_assembled_once(source, tmp_path):
    summary = run(source, tmp_path / "out", workers=0, tier="rules", batch=4)
    assert (summary.captures, summary.documents, summary.failed) == (24, 6, 0)
    assert summary.blocks_read < summary.blocks / 2
    again = run(source, tmp_path / "again", workers=0, tier="rules", batch=4)
    assert (again.documents, again.blocks_read) == (0, 0)
    assert content(tmp_path / "again") == content(tmp_path / "out")


def test_reading_each_document_alone_gives_the_same(source, undisturbed):
    found = list(read_dataset(undisturbed))
    assert len(found) == 24
    for one in found:
        alone = findings_to_json(extract(read(source / one.snapshot.source), tier="rules"))
        together = findings_to_json(one)
        assert (together["mentions"], together["practices"]) == (alone["mentions"], alone["practices"])


def test_two_workers_give_the_same_bytes(source, undisturbed, tmp_path):
    summary = run(source, tmp_path / "out", workers=2, tier="rules", batch=4)
    assert summary.captures == 24
    assert content(tmp_path / "out") == content(undisturbed)


def test_a_finished_run_is_not_done_again(source, undisturbed):
    summary = run(source, undisturbed, workers=0, tier="rules", batch=4)
    assert (summary.resumed, summary.documents) == (24, 0)


def test_a_changed_source_is_read_again_where_it_changed(tmp_path):
    folder = archive(tmp_path / "in", captures=8)
    run(folder, tmp_path / "out", workers=0, tier="rules", batch=4)
    last = sorted(folder.rglob("*.txt"))[-1]
    last.write_text(POLICY.format(n=99))
    summary = run(folder, tmp_path / "out", workers=0, tier="rules", batch=4)
    assert (summary.resumed, summary.documents) == (4, 1)
    for path in sorted(folder.rglob("*.txt"))[4:]:
        path.unlink()
    run(folder, tmp_path / "out", workers=0, tier="rules", batch=4)
    assert sum(1 for _ in read_dataset(tmp_path / "out")) == 4, "parts that the source no longer has are gone"


def test_a_dataset_of_another_tier_is_refused(source, undisturbed):
    with pytest.raises(PrivlexError, match="dataset of another batch"):
        run(source, undisturbed, workers=0, tier="rules", batch=5)


def test_two_runs_do_not_write_one_output(source, undisturbed):
    import fcntl

    with (undisturbed / "_lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(OutputError, match="another run"):
            run(source, undisturbed, workers=0, tier="rules", batch=4)


def test_readers_of_the_field_read_it(undisturbed):
    pattern = str(undisturbed / "practices" / "*.parquet")
    n = len(pd.read_parquet(undisturbed / "practices"))
    assert n > 0
    assert pl.read_parquet(pattern).height == n
    assert duckdb.sql(f"select count(*) from '{pattern}'").fetchall() == [(n,)]


def poisoned(folder: Path) -> dict[str, str]:
    """Captures that cannot be read, each with words its reason must hold."""
    folder.mkdir()
    (folder / "0-good.txt").write_text(POLICY.format(n=0))
    (folder / "1-empty.txt").write_text("")
    (folder / "2-cut.html.gz").write_bytes(gzip.compress(b"<p>We collect your name.</p>" * 500)[:60])
    (folder / "3-image.md").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    (folder / "4-huge.html").write_bytes(b"<p>" + b"We collect your name. " * 5_000_000)  # 110 MB
    (folder / "5-items.html").write_bytes(
        b"<h1>Privacy Policy</h1><p>We collect:</p><ul>" + b"<li>name" * 200_000 + b"</ul>"
    )
    (folder / "6-other.txt").write_text(
        "Wir erheben Ihre E-Mail-Adresse, wenn Sie sich anmelden, und geben sie nicht weiter. " * 9
    )
    (folder / "7-bytes.txt").write_bytes(
        b"Privacy Policy\n\nWe collect your name \xff\xfe\x81 and your email address. We share personal data."
        b" Our privacy notice and cookies: we do not sell your information."
    )
    (folder / "8-recipe.txt").write_text("Beat two eggs with the sugar, add flour, and bake the cake for an hour. " * 9)
    return {
        "1-empty.txt": "empty",
        "2-cut.html.gz": "gzip",
        "3-image.md": "image",
        "4-huge.html": "MB|large|MiB",
        "5-items.html": "blocks|longer|English",
        "6-other.txt": "English",
        "8-recipe.txt": "privacy policy",
    }


def test_every_failure_is_a_row_with_its_reason_and_the_run_goes_on(tmp_path):
    wanted = poisoned(tmp_path / "in")
    summary = run(tmp_path / "in", tmp_path / "out", workers=1, tier="rules")
    failures = pd.read_parquet(tmp_path / "out" / "failures").set_index("snapshot")["reason"]
    assert sorted(failures.index) == sorted(wanted)
    assert summary.failed == len(wanted)
    for name, words in wanted.items():
        assert pd.Series(failures[name]).str.contains(words).all(), f"{name}: {failures[name]}"
        assert name not in failures[name] and "capture:" not in failures[name], "the row names the capture already"
    assert [f.snapshot.source for f in read_dataset(tmp_path / "out")] == ["0-good.txt", "7-bytes.txt"]


# --------------------------------------------------------------------------- killed


DRIVER = """
import os, signal, sys
from privlex.bulk import parts, run, store
at, what = int(sys.argv[3]), sys.argv[4]
seen = 0
def deadly(function):
    def call(*args, **kwargs):
        global seen
        seen += 1
        if seen == at and what == "before": os.kill(os.getpid(), signal.SIGKILL)
        value = function(*args, **kwargs)
        if seen == at and what == "after": os.kill(os.getpid(), signal.SIGKILL)
        return value
    return call
import privlex.bulk.parts as parts
parts.write_file = deadly(parts.write_file)
store.Store.put = deadly(store.Store.put)
run(sys.argv[1], sys.argv[2], workers=0, tier="rules", batch=4)
"""


@pytest.mark.parametrize(
    ("at", "what"),
    [
        (1, "before"),
        (1, "after"),
        (2, "before"),
        (3, "after"),
        (5, "before"),
        (8, "after"),
        (9, "before"),
        (13, "after"),
        (21, "before"),
        (40, "after"),
    ],
    ids=lambda v: str(v),
)
def test_killed_at_a_write_it_ends_like_an_undisturbed_run(source, undisturbed, tmp_path, at, what):
    out = tmp_path / "out"
    killed = subprocess.run([sys.executable, "-c", DRIVER, str(source), str(out), str(at), what], check=False)
    assert killed.returncode == -signal.SIGKILL
    summary = run(source, out, workers=0, tier="rules", batch=4)
    assert summary.captures == 24
    assert content(out) == content(undisturbed)
    assert not list(out.rglob(".*.part"))


def command(source: Path, out: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "privlex", "bulk", str(source), "-o", str(out), "--tier", "rules", *more]


def test_the_command_killed_with_its_workers_goes_on(tmp_path):
    source = archive(tmp_path / "in", captures=600, texts=300)
    assert subprocess.run(command(source, tmp_path / "whole", "--workers", "2"), check=False).returncode == 0
    (tmp_path / "privlex-store.sqlite").unlink()
    out = tmp_path / "out"
    process = subprocess.Popen(
        command(source, out, "--workers", "2"), start_new_session=True, stderr=subprocess.DEVNULL
    )
    end = time.monotonic() + 60
    while not list((out / "_parts").glob("*.json")) and process.poll() is None and time.monotonic() < end:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert subprocess.run(command(source, out, "--workers", "2"), check=False).returncode == 0
    assert content(out) == content(tmp_path / "whole")
    assert json.loads((out / "_summary.json").read_text())["captures"] == 600


def test_a_capture_that_ends_workers_is_given_up_and_named(tmp_path, monkeypatch):
    """The reader of the child processes is replaced through sitecustomize by one that dies at a word."""
    source = archive(tmp_path / "in", captures=12, texts=12)
    (source / "s0.example" / "2010-01-01.txt").write_text(POLICY.format(n="DEADLY"))
    (tmp_path / "sitecustomize.py").write_text(
        "import os\nimport privlex.mentions as m\nread = m.RuleReader.read_block\n"
        "def read_block(self, text, context):\n    if 'DEADLY' in text: os._exit(66)\n"
        "    return read(self, text, context)\n"
        "m.RuleReader.read_block = read_block\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{Path(__file__).parents[2]}")
    summary = run(source, tmp_path / "out", workers=1, tier="rules", batch=6)
    failures = pd.read_parquet(tmp_path / "out" / "failures")
    assert list(failures["snapshot"]) == ["s0.example/2010-01-01.txt"]
    assert failures["kind"][0] == "WorkerDied" and "exit 66" in failures["reason"][0]
    assert (summary.captures, summary.failed) == (12, 1)


def test_a_fault_in_the_reader_is_the_row_of_its_document_alone(tmp_path, monkeypatch):
    import privlex.mentions as mentions

    source = archive(tmp_path / "in", captures=12, texts=12)
    (source / "s0.example" / "2010-01-01.txt").write_text(POLICY.format(n="FAULTY"))
    read_block = mentions.RuleReader.read_block

    def faulty(self, text, context):
        if "FAULTY" in text:
            raise IndexError("tuple index out of range")
        return read_block(self, text, context)

    monkeypatch.setattr(mentions.RuleReader, "read_block", faulty)
    summary = run(source, tmp_path / "out", workers=0, tier="rules", batch=6)
    failures = pd.read_parquet(tmp_path / "out" / "failures")
    assert list(failures["snapshot"]) == ["s0.example/2010-01-01.txt"]
    assert failures["reason"][0] == "IndexError while reading its blocks: tuple index out of range"
    assert (summary.captures, summary.failed) == (12, 1)


def test_a_full_disk_stops_the_run_whole_and_resumable(source, undisturbed, tmp_path, monkeypatch):
    import privlex.bulk.parts as parts

    written = []

    def full(path, data):
        if len(written) == 7:
            raise OutputError(f"{path}: cannot be written (No space left on device); free space")
        written.append(path)
        return whole(path, data)

    whole = parts.write_file
    monkeypatch.setattr(parts, "write_file", full)
    with pytest.raises(OutputError, match="No space left"):
        run(source, tmp_path / "out", workers=0, tier="rules", batch=4)
    monkeypatch.setattr(parts, "write_file", whole)
    run(source, tmp_path / "out", workers=0, tier="rules", batch=4)
    assert content(tmp_path / "out") == content(undisturbed)


def test_real_captures_together_and_alone(shared, tmp_path):
    """Three hundred captures of the archive, byte for byte as each document alone."""
    rows = pq.ParquetFile(shared / "archive" / "bulk.parquet")
    table = next(rows.iter_batches(batch_size=300, row_groups=[3]))
    pq.write_table(pa.Table.from_batches([table]), tmp_path / "some.parquet")
    run(tmp_path / "some.parquet", tmp_path / "out", workers=0, tier="rules")
    texts = table.column("text").to_pylist()
    media = {"ota": "text/markdown", "tosback": "text/html"}
    sources = table.column("source").to_pylist()
    found = list(read_dataset(tmp_path / "out"))
    assert len(found) > 200
    alone: dict[str, str] = {}
    for one in found:
        row = int(one.snapshot.source.removeprefix("row-"))
        if texts[row] not in alone:
            policy = read(texts[row].encode("utf8"), media_type=media[sources[row]], name="x")
            alone[texts[row]] = json.dumps({**findings_to_json(extract(policy, tier="rules")), "snapshot": None})
        assert json.dumps({**findings_to_json(one), "snapshot": None}) == alone[texts[row]]
