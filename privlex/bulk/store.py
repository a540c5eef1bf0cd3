"""What was read before: block readings and whole documents, in one SQLite file beside the output.

Keys are digests of everything that a value depends on, so an entry is right for ever or is not found. ``benchmarks/store.py``
compares SQLite with Arrow files, Parquet files and LMDB on a run's look-ups and writes. SQLite is not the quickest: it
takes some 1.3 ms a capture, Arrow files 0.3, of the hundred that reading takes. It was chosen because its memory does
not grow with the store (each worker over files must hold where every key is), it is one file, needs no size set
beforehand as LMDB does, and lets several processes read while one writes. An unreadable store is set aside.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path

from privlex.records import ActionScore, BlockContext, BlockReading, FoundSpan, Link

#: Version of the value form below; part of the file's own name check.
FORM = 1
#: How long a worker waits for another one's commit, in seconds; commits take milliseconds.
PATIENCE = 120.0
#: SQLite takes at most 999 variables in older builds.
_CHUNK = 900


def context_name(context: BlockContext) -> str:
    """A name for all of a context; a reader that sees less of it has its own ``context_name``."""
    return json.dumps([context.heading, context.lead_in, context.header, context.is_heading])


def block_key(text: str, context: str, reader_digest: str) -> bytes:
    """16 bytes that name a block in its context (by the context's name) under a reader; parts cannot run together."""
    data = [part.encode("utf8", "surrogatepass") for part in (reader_digest, context, text)]
    whole = b"".join([piece for each in data for piece in (len(each).to_bytes(8, "little"), each)])
    return blake2b(whole, digest_size=16).digest()


def dump_reading(reading: BlockReading) -> bytes:
    """A reading as compressed JSON; floats keep every bit."""
    value = [
        reading.reader,
        [
            [s.kind, s.start, s.end, s.category, s.concept, s.confidence, [list(a) for a in s.actions]]
            for s in reading.spans
        ],
        [list(link) for link in reading.links],
    ]
    return zlib.compress(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf8"), 1)


def load_reading(data: bytes) -> BlockReading:
    """The reading that ``dump_reading`` wrote."""
    reader, spans, links = json.loads(zlib.decompress(data))
    return BlockReading(
        spans=tuple(
            FoundSpan(
                kind=k, start=a, end=b, category=c, concept=n, confidence=f, actions=tuple(ActionScore(*x) for x in xs)
            )
            for k, a, b, c, n, f, xs in spans
        ),
        links=tuple(Link(*link) for link in links),
        reader=reader,
    )


class Store:
    """Two tables of digests and bytes. One object per process; never shared over a fork."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        # A lost last commit costs work, never truth: entries are found or not.
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute("PRAGMA cache_size=-16000")
        for table in ("readings", "documents"):
            # With row ids: values of 20 kB inside the tree of random keys take half as long again to write.
            self._db.execute(f"CREATE TABLE IF NOT EXISTS {table} (key BLOB PRIMARY KEY, value BLOB NOT NULL)")
        self._db.execute(f"PRAGMA user_version={FORM}")

    def get(self, table: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """Values of the keys that are there."""
        found: dict[bytes, bytes] = {}
        for at in range(0, len(keys), _CHUNK):
            part = keys[at : at + _CHUNK]
            marks = ",".join("?" * len(part))
            found.update(self._db.execute(f"SELECT key, value FROM {table} WHERE key IN ({marks})", part))
        return found

    def put(self, table: str, rows: Mapping[bytes, bytes] | Iterable[tuple[bytes, bytes]]) -> None:
        """Add rows in one transaction; what is there stays."""
        rows = list(rows.items() if isinstance(rows, Mapping) else rows)
        if not rows:
            return
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", rows)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def merge(self, other: Path) -> None:
        """Take over what another store holds."""
        self._db.execute("ATTACH DATABASE ? AS other", (str(other),))
        try:
            for table in ("readings", "documents"):
                self._db.execute(f"INSERT OR IGNORE INTO {table} SELECT * FROM other.{table}")
        finally:
            self._db.execute("DETACH DATABASE other")

    def count(self, table: str) -> int:
        return self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]

    def close(self) -> None:
        self._db.close()


def open_store(path: Path) -> Store:
    """The store at ``path``; a damaged file is renamed to ``*.damaged`` and a new one begun."""
    try:
        return Store(path)
    except sqlite3.DatabaseError as fault:
        if isinstance(fault, sqlite3.OperationalError):
            raise
        path.replace(path.with_name(path.name + ".damaged"))
        return Store(path)
