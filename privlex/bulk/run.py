"""A whole archive to a Parquet dataset, resumable at any moment."""

from __future__ import annotations

import fcntl
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter

from tqdm import tqdm

from privlex.bulk.cluster import run_dask
from privlex.bulk.local import Batch, default_workers, read_batch, run_local
from privlex.bulk.parts import drop_parts_from, fingerprint, marked, tally_of, write_file
from privlex.bulk.schema import SCHEMA_VERSION, TABLES
from privlex.bulk.sources import Source, open_source
from privlex.bulk.store import open_store
from privlex.bulk.work import Tally, Worker, code_digest
from privlex.errors import OutputError, PrivlexError
from privlex.flow import choose_reader, tier_of

#: Captures in a part: enough to make the files worth opening, few enough that a killed run loses seconds.
BATCH = 128


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a run did. ``str(summary)`` is what the command prints."""

    captures: int
    failures: dict[str, int]
    resumed: int  # captures that an earlier run had done
    documents: int  # distinct documents assembled
    blocks: int  # blocks of these
    blocks_read: int  # distinct blocks that no run had read before
    words_read: int
    seconds: float  # wall clock
    stages: dict[str, float]
    workers: int

    @property
    def failed(self) -> int:
        return sum(self.failures.values())

    @property
    def hit_rate(self) -> float:
        """Share of the assembled documents' blocks that did not have to be read again, 0 to 1."""
        return 1 - self.blocks_read / self.blocks if self.blocks else 1.0

    def __str__(self) -> str:
        lines = [
            f"{self.captures:,} captures in {self.seconds:,.0f} s"
            + (f" ({self.resumed:,} done before)" if self.resumed else ""),
            f"{self.documents:,} distinct documents with {self.blocks:,} blocks, {self.blocks_read:,} of them read "
            f"(hit rate {self.hit_rate:.1%}, {self.words_read:,} words)",
        ]
        total = sum(self.stages.values())
        if total:
            shares = ", ".join(f"{name} {took / total:.0%}" for name, took in sorted(self.stages.items()))
            lines.append(f"share of the work: {shares}")
        lines.append(f"{self.failed:,} captures failed" + (":" if self.failed else ""))
        lines += [f"  {n:6,} {kind}" for kind, n in sorted(self.failures.items(), key=lambda p: (-p[1], p[0]))]
        return "\n".join(lines)


def run(
    source: str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    engine: str = "local",
    scheduler: str | None = None,
    tier: str | None = None,
    store: str | Path | None = None,
    match: str = "*",
    batch: int = BATCH,
    progress: bool | None = None,
) -> Summary:
    """Read every capture of an archive and write the dataset; go on where an earlier run stopped.

    Args:
        source: folder, Parquet file, git repository of versions, or WARC files (``open_source``).
        out: folder of the dataset; made when it is not there.
        workers: processes; default all cores; 0 works in this process.
        engine: "local", or "dask" with ``scheduler`` an address or None for a cluster on this machine.
        tier: "rules" or "trained"; default the trained one where its weights are there.
        store: file of what was read before; default ``privlex-store.sqlite`` beside ``out``.
        match: shell pattern for the paths of folders and repositories.
        batch: captures in a part of the dataset.
        progress: show a bar on standard error; default when that is a terminal.

    Returns: the summary. Failed captures are rows of the dataset and do not raise.
    Raises: PrivlexError and its children: no such source, an output of another model, a disk that is full.
    """
    out = Path(out)
    archive = open_source(source, match)
    store = Path(store) if store else out.parent / "privlex-store.sqlite"
    workers = default_workers() if workers is None else workers
    reader = choose_reader(tier)
    tier = tier_of(reader)  # chosen once: every worker reads with this one
    started = perf_counter()
    with _claimed(out):
        _settle(out, archive, reader, batch)
        total, resumed = Tally(), Tally()
        pending = _Pending(archive, out, batch, resumed)
        if engine == "dask":
            tallies = run_dask(iter(pending), out, store, tier, workers or 1, scheduler)
        elif workers:
            tallies = run_local(iter(pending), out, store, tier, workers)
        else:
            tallies = _inline(iter(pending), out, store, Worker(reader))
        with _bar(archive, progress) as bar:
            pending.on_resumed = bar.update
            for tally in tallies:
                total.add(tally)
                bar.update(tally.captures)
        drop_parts_from(out, pending.number)
        everything = Tally()
        everything.add(total)
        everything.add(resumed)
        summary = Summary(
            captures=everything.captures,
            failures=everything.failures,
            resumed=resumed.captures,
            documents=total.documents_assembled,
            blocks=total.blocks,
            blocks_read=total.blocks_read,
            words_read=total.words_read,
            seconds=perf_counter() - started,
            stages=total.seconds,
            workers=workers,
        )
        write_file(out / "_summary.json", json.dumps(summary.__dict__, indent=1).encode("utf8"))
    return summary


class _Pending:
    """Batches that are not done; counts those that are."""

    def __init__(self, archive: Source, out: Path, size: int, resumed: Tally) -> None:
        self.archive, self.out, self.size, self.resumed = archive, out, size, resumed
        self.number = 0
        self.on_resumed = lambda n: None

    def __iter__(self) -> Iterator[Batch]:
        captures = self.archive.captures()
        while chunk := list(islice(captures, self.size)):
            number, self.number = self.number, self.number + 1
            mark = marked(self.out, number)
            if mark and mark["fingerprint"] == fingerprint(chunk):
                self.resumed.add(tally_of(mark))
                self.on_resumed(len(chunk))
                continue
            yield Batch(number, chunk)


def _inline(batches: Iterator[Batch], out: Path, store: Path, worker: Worker) -> Iterator[Tally]:
    known = open_store(store)
    try:
        for batch in batches:
            yield read_batch(worker, batch, out, known, lambda index: None)
    finally:
        known.close()


def _bar(archive: Source, progress: bool | None):
    shown = sys.stderr.isatty() if progress is None else progress
    return tqdm(
        total=archive.count() if shown else None, unit=" captures", disable=not shown, smoothing=0.05, file=sys.stderr
    )


@contextmanager
def _claimed(out: Path) -> Iterator[None]:
    """Hold the output for one run at a time; the system lets go when a process dies.

    Raises: OutputError when the folder cannot be made or another run writes there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        lock = (out / "_lock").open("a")
    except OSError as fault:
        raise OutputError(f"{out}: cannot be written ({fault.strerror}); choose another folder") from fault
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as fault:
            raise OutputError(f"{out}: another run is writing there; wait for it or choose another folder") from fault
        yield


def _settle(out: Path, archive: Source, reader, batch: int) -> None:
    """Write what the dataset is made of, or check that an earlier run was made of the same."""
    facts = {
        "schema_version": SCHEMA_VERSION,
        "tables": {name: [f"{f.name}: {f.type}" for f in schema] for name, schema in TABLES.items()},
        "tier": tier_of(reader),
        "model": reader.digest,
        "code": code_digest(),
        "batch": batch,
        "source": archive.label,
    }
    path = out / "_dataset.json"
    if path.exists():
        try:
            before = json.loads(path.read_text("utf8"))
        except ValueError as fault:
            raise PrivlexError(f"{path}: damaged; remove the folder {out} and run again") from fault
        differing = [k for k in facts if before.get(k) != facts[k]]
        if differing:
            raise PrivlexError(
                f"{out}: holds a dataset of another {', '.join(differing)}; give another -o folder "
                "(what was read before is reused from the store all the same), or remove this one"
            )
        return
    write_file(path, json.dumps(facts, indent=1).encode("utf8"))
