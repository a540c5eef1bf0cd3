"""What keeps the readings of an archive best: SQLite, Arrow files, Parquet files or LMDB, on the look-ups of a bulk run.

    python benchmarks/store.py [--batches 60] [--workers 2]

Each worker does what a worker of ``privlex bulk`` does for a batch of 128 captures: looks up 128 documents (16 kB each,
in a cold run all new), 16 times the 230 blocks of eight documents that it does not have at hand, and writes what was
missing in two transactions. A third of the blocks asked for is there. Two workers share the store. Then both run again
warm: every document is found. Sizes and shares are those of 2,500 captures of 2011-2026. Values are random bytes, as
compressed ones look. LMDB takes part where the package ``lmdb`` is installed.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import random
import resource
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from privlex.bulk.store import open_store

CAPTURES, GROUPS, ASKED = 128, 16, 230
FOUND = 1 / 3  # of the blocks asked for
DOCUMENT_BYTES = 16_000
READING_BYTES = (23, 23, 290)  # two blocks in three hold nothing; mean 112
SCHEMA = pa.schema([("key", pa.binary()), ("value", pa.binary())])


class ArrowFiles:
    """Each write is a new file; a process keeps in memory which key is in which row of which file."""

    suffix = ".arrow"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index: dict[str, dict[bytes, tuple[str, int]]] = {}
        self.tables: dict[str, pa.Table] = {}
        for table in ("readings", "documents"):
            (folder / table).mkdir(parents=True, exist_ok=True)
            self.index[table] = {}

    def _refresh(self, table: str) -> None:
        for entry in os.scandir(self.folder / table):
            if entry.path not in self.tables and entry.name.endswith(self.suffix):
                self.tables[entry.path] = self._opened(entry.path)
                keys = self._keys(entry.path)
                self.index[table] |= {key: (entry.path, row) for row, key in enumerate(keys)}

    def _opened(self, path: str):
        return pa.ipc.open_file(pa.memory_map(path)).read_all()

    def _keys(self, path: str) -> list[bytes]:
        return self.tables[path]["key"].to_pylist()

    def _values(self, path: str, rows: list[int]) -> Iterable[bytes]:
        column = self.tables[path]["value"]
        return (column[row].as_py() for row in rows)

    def get(self, table: str, keys: list[bytes]) -> dict[bytes, bytes]:
        self._refresh(table)
        wanted: dict[str, list[tuple[int, bytes]]] = {}
        for key in keys:
            if key in self.index[table]:
                path, row = self.index[table][key]
                wanted.setdefault(path, []).append((row, key))
        return {
            key: value
            for path, pairs in wanted.items()
            for (_, key), value in zip(pairs, self._values(path, [row for row, _ in pairs]), strict=True)
        }

    def put(self, table: str, rows: dict[bytes, bytes]) -> None:
        if rows:
            name = f"{os.getpid()}-{time.monotonic_ns()}"
            part = self.folder / table / f"{name}.part"
            self._write(part, pa.table({"key": list(rows), "value": list(rows.values())}, schema=SCHEMA))
            part.replace(part.with_suffix(self.suffix))

    def _write(self, path: Path, rows: pa.Table) -> None:
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, SCHEMA) as writer:
            writer.write_table(rows)

    def close(self) -> None:
        self.tables.clear()


class ParquetFiles(ArrowFiles):
    """The same with Parquet: smaller where values repeat, but a look-up reads a column of the file."""

    suffix = ".parquet"

    def _opened(self, path: str):
        return None

    def _keys(self, path: str) -> list[bytes]:
        return pq.read_table(path, columns=["key"])["key"].to_pylist()

    def _values(self, path: str, rows: list[int]) -> Iterable[bytes]:
        return pq.read_table(path, columns=["value"])["value"].take(rows).to_pylist()

    def _write(self, path: Path, rows: pa.Table) -> None:
        pq.write_table(rows, path, compression="zstd")


class Lmdb:
    """One memory-mapped tree for both tables, readers without locks, one writer at a time."""

    def __init__(self, folder: Path) -> None:
        import lmdb

        folder.mkdir(parents=True, exist_ok=True)
        # the map must be as large as the store may ever become; metasync off loses a last commit, as SQLite's NORMAL does
        self.env = lmdb.open(str(folder), max_dbs=2, map_size=1 << 36, metasync=False)
        self.tables = {name: self.env.open_db(name.encode()) for name in ("readings", "documents")}

    def get(self, table: str, keys: list[bytes]) -> dict[bytes, bytes]:
        with self.env.begin(db=self.tables[table]) as txn:
            return {key: value for key in keys if (value := txn.get(key)) is not None}

    def put(self, table: str, rows: dict[bytes, bytes]) -> None:
        with self.env.begin(db=self.tables[table], write=True) as txn:
            for key, value in rows.items():
                txn.put(key, value, overwrite=False)

    def close(self) -> None:
        self.env.close()


def sqlite(folder: Path):
    return open_store(folder / "store.sqlite")


STORES: dict[str, Callable[[Path], object]] = {
    "SQLite": sqlite, "Arrow files": ArrowFiles, "Parquet files": ParquetFiles, "LMDB": Lmdb,
}  # fmt: skip


def key(*parts: object) -> bytes:
    return blake2b(repr(parts).encode(), digest_size=16).digest()


def work(name: str, folder: str, worker: int, batches: int, warm: bool, out) -> None:
    """One worker's share; sends seconds by kind of call, values missed that were written, and peak memory."""
    rng = random.Random(worker)
    took = {"open": 0.0, "documents": 0.0, "readings": 0.0, "write": 0.0}
    lost = 0

    def timed(kind: str, call: Callable, *arguments):
        started = time.perf_counter()
        value = call(*arguments)
        took[kind] += time.perf_counter() - started
        return value

    store = timed("open", STORES[name], Path(folder))
    for batch in range(batches):
        documents = [key("document", worker, batch, n) for n in range(CAPTURES)]
        found = timed("documents", store.get, "documents", documents)
        if warm:
            lost += CAPTURES - len(found)
            continue
        new = {}
        for group in range(GROUPS):
            asked = {key("block", worker, batch, group, n): rng.choice(READING_BYTES) for n in range(ASKED)}
            if batch:  # blocks of earlier batches
                for n in range(int(ASKED * FOUND)):
                    asked.popitem()
                    asked[key("block", worker, rng.randrange(batch), group, n)] = 23
            found = timed("readings", store.get, "readings", list(asked))
            new |= {k: rng.randbytes(size) for k, size in asked.items() if k not in found}
        timed("write", store.put, "readings", new)
        timed("write", store.put, "documents", {k: rng.randbytes(DOCUMENT_BYTES) for k in documents})
    store.close()
    out.send((took, lost, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))


def run(name: str, folder: Path, workers: int, batches: int, warm: bool) -> tuple[dict[str, float], int, float, float]:
    """Seconds by kind of call summed over workers, values lost, peak MB of a worker, wall seconds."""
    context = get_context("spawn")
    pipes, processes = [], []
    started = time.perf_counter()
    for worker in range(workers):
        ours, theirs = context.Pipe()
        processes.append(context.Process(target=work, args=(name, str(folder), worker, batches, warm, theirs)))
        processes[-1].start()
        pipes.append(ours)
    answers = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    took = {kind: sum(answer[0][kind] for answer in answers) for kind in answers[0][0]}
    return took, sum(a[1] for a in answers), max(a[2] for a in answers) / 1024, time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=60, help="of 128 captures, for each worker (default 60)")
    parser.add_argument("--workers", type=int, default=2)
    args = parser.parse_args()
    captures = args.batches * args.workers * CAPTURES
    print(f"{captures:,} captures, {args.workers} workers, SQLite {sqlite3.sqlite_version}; ms per capture")
    print(f"{'store':14} {'ask documents':>14} {'ask readings':>13} {'write':>7} {'all cold':>9} {'all warm':>9} "
          f"{'on disk':>9} {'files':>6} {'peak of a worker':>17} {'lost':>5}")  # fmt: skip
    for name in STORES:
        if name == "LMDB" and importlib.util.find_spec("lmdb") is None:
            print(f"{name:14} not installed")
            continue
        folder = Path(tempfile.mkdtemp(prefix="store-"))
        try:
            cold, _, peak, _ = run(name, folder, args.workers, args.batches, warm=False)
            warm, lost, warm_peak, _ = run(name, folder, args.workers, args.batches, warm=True)
            files = [path for path in folder.rglob("*") if path.is_file()]
            size = sum(path.stat().st_blocks * 512 for path in files)
        finally:
            shutil.rmtree(folder)
        each = {kind: 1000 * seconds / captures for kind, seconds in cold.items()}
        print(f"{name:14} {each['documents']:14.3f} {each['readings']:13.3f} {each['write']:7.3f} {sum(each.values()):9.3f} "
              f"{1000 * sum(warm.values()) / captures:9.3f} {size / 1e6:6.0f} MB {len(files):6} "
              f"{max(peak, warm_peak):14.0f} MB {lost:5}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
