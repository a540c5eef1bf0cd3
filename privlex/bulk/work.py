"""One batch of captures to five tables: a pure function of the captures, the reader and what the store knows.

Each distinct document is assembled once, each distinct block (in its context) read once; what the store knows is
taken from there. The result is the same either way, and the same for any cut into batches.
"""

from __future__ import annotations

import gc
import io
import json
import signal
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from hashlib import blake2b, sha256
from importlib.resources import files
from time import perf_counter
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from privlex.bulk.schema import BLOCKS, FAILURES, MENTIONS, PRACTICES, SNAPSHOTS, document_columns
from privlex.bulk.sources import Capture
from privlex.bulk.store import block_key, context_name, dump_reading, load_reading
from privlex.document import read_document
from privlex.errors import PrivlexError, SnapshotError
from privlex.flow import Reader, require_policy, tier_of
from privlex.mentions import block_context
from privlex.practices import find_practices, idle_blocks
from privlex.records import BlockContext, BlockReading, Findings, PolicyDocument
from privlex.snapshot import read_snapshot
from privlex.snapshot.provenance import Provenance, provenance_of

#: Seconds one document may take to be read or assembled; the slowest of 15,096 captures takes under two.
DOCUMENT_SECONDS = 60.0
#: Blocks of one document; the longest policy of the archive has under 4,000.
MAX_BLOCKS = 50_000
#: Documents in memory together while their blocks are read.
TOGETHER = 8
#: Readings a worker keeps at hand besides the store (some 3 kB each).
KEPT_READINGS = 20_000
#: Texts of blocks whose digest and words are kept at hand (some 0.5 kB each).
KEPT_TEXTS = 10_000
#: New objects between two looks for cycles, see ``seldom_collected``.
ALLOCATIONS = 50_000
#: What the capture is called in messages of the stages; taken off again, the row names the capture.
_CALLED = "capture"

NOT_READ = BlockReading()

_INNER = {"blocks": BLOCKS, "mentions": MENTIONS, "practices": PRACTICES}


class Known(Protocol):
    """What was read before: ``Store``, or an empty one."""

    def get(self, table: str, keys: Sequence[bytes]) -> dict[bytes, bytes]: ...


class Nothing:
    """A store that knows nothing."""

    def get(self, table: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        return {}


@dataclass(slots=True)
class Tally:
    """What a batch took; adds up over batches. Times in seconds, of one core."""

    captures: int = 0
    failures: dict[str, int] = field(default_factory=dict)
    documents_assembled: int = 0
    blocks: int = 0  # of documents that were assembled; headings that no practice could need are not counted
    blocks_read: int = 0  # by the model or the rules: seen for the first time
    words_read: int = 0  # in these
    seconds: dict[str, float] = field(default_factory=dict)

    def time(self, stage: str, since: float) -> float:
        """Count the time since ``since`` for a stage; the time now."""
        now = perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - since
        return now

    def add(self, other: Tally) -> None:
        """Add another tally to this one."""
        for name in ("captures", "documents_assembled", "blocks", "blocks_read", "words_read"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for mine, theirs in ((self.failures, other.failures), (self.seconds, other.seconds)):
            for key, value in theirs.items():
                mine[key] = mine.get(key, 0) + value


@dataclass(slots=True)
class BatchResult:
    """Parquet bytes for each table, what the store did not know, and what it took."""

    tables: dict[str, bytes]
    readings: dict[bytes, bytes]
    documents: dict[bytes, bytes]
    tally: Tally


@cache
def code_digest() -> str:
    """16 hex digits over every module and data file of the package: another privlex, another key."""
    digest = sha256()
    stack = [files("privlex")]
    found = []
    while stack:
        for entry in stack.pop().iterdir():
            if entry.is_dir():
                stack.append(entry)
            elif entry.name.endswith((".py", ".jsonl", ".json", ".tsv")):
                found.append((str(entry), entry))
    base = str(files("privlex"))
    for name, entry in sorted(found, key=lambda pair: pair[0]):
        digest.update(name.removeprefix(base).encode("utf8"))
        digest.update(entry.read_bytes())
    return digest.hexdigest()[:16]


def _by_path(capture: Capture) -> Provenance:
    """What the capture's path says of it, where that is a path like ``shop.example/2019-03-15.html``."""
    return provenance_of("", capture.path or "")


#: Faults of the program. They must not cost the run; the document's row names them, so that they can be mended.
FAULTS = (MemoryError, RecursionError, ArithmeticError, ValueError, LookupError, TypeError, AttributeError,
          AssertionError)  # fmt: skip


class TimeUp(Exception):
    """A document took longer than it may."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise TimeUp when the block runs longer; without a limit outside a main thread, where signals do not go."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(signum, frame):
        raise TimeUp

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for cycles once in ``ALLOCATIONS`` new objects instead of Python's 700.

    A worker keeps a million small objects on purpose (readings, the lexicon); going through them again and again took
    a quarter of the time outside the model, and what a page leaves behind in cycles is a few megabytes.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], ALLOCATIONS) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Worker:
    """A reader with the readings it keeps at hand; lives as long as its process."""

    def __init__(self, reader: Reader, seconds: float = DOCUMENT_SECONDS) -> None:
        self.reader = reader
        self.seconds = seconds
        # What the reader does not see of a context must not make two blocks of one.
        self._context_name = getattr(reader, "context_name", context_name)
        self._kept: OrderedDict[bytes, BlockReading] = OrderedDict()

    @seldom_collected()
    def run(
        self,
        captures: Sequence[Capture],
        known: Known,
        skip: Mapping[int, str] | None = None,
        tell: Callable[[int], None] = lambda index: None,
        together: int = TOGETHER,
    ) -> BatchResult:
        """Read a batch.

        Args:
            skip: captures not to be touched (they ended a worker), with the reason.
            tell: called with a capture's index before it is worked on.
            together: documents whose blocks are read in one go.
        """
        tally = Tally(captures=len(captures))
        result = BatchResult({}, {}, {}, tally)
        keys = [self.document_key(c) for c in captures]
        now = perf_counter()
        values = known.get("documents", list(dict.fromkeys(keys)))
        now = tally.time("store", now)
        todo: dict[bytes, int] = {}
        for index, (capture, key) in enumerate(zip(captures, keys, strict=True)):
            if not capture.fault and index not in (skip or {}) and key not in values:
                todo.setdefault(key, index)
        waiting: list[tuple[bytes, Any, PolicyDocument]] = []
        for key, index in todo.items():
            tell(index)
            opened = self._open(captures[index], tally)
            if isinstance(opened, bytes):
                values[key] = result.documents[key] = opened
                continue
            waiting.append((key, index, opened))
            if len(waiting) >= together:
                self._finish(waiting, known, result, values, tell)
                waiting = []
        self._finish(waiting, known, result, values, tell)
        now = perf_counter()
        result.tables = _tables(captures, keys, values, skip or {}, tally, tier_of(self.reader))
        tally.time("writing", now)
        return result

    def document_key(self, capture: Capture) -> bytes:
        """16 bytes that name all that the document's value depends on."""
        digest = blake2b(digest_size=16)
        for part in (self.reader.digest, code_digest(), capture.media_type or "", _by_path(capture).domain or ""):
            digest.update(part.encode("utf8") + b"\0")
        digest.update(capture.data)
        return digest.digest()

    def _open(self, capture: Capture, tally: Tally) -> PolicyDocument | bytes:
        """The document, or the value of a failure."""
        now = perf_counter()
        try:
            with at_most(self.seconds):
                snapshot = read_snapshot(capture.data, media_type=capture.media_type, name=_CALLED)
                if snapshot.info.domain is None:  # a site's name is a name of the first party
                    snapshot = replace(snapshot, info=replace(snapshot.info, domain=_by_path(capture).domain))
                document = read_document(snapshot)
                require_policy(document)
            if len(document.blocks) > MAX_BLOCKS:
                raise SnapshotError(
                    f"{_CALLED}: {len(document.blocks):,} blocks, more than a policy has ({MAX_BLOCKS:,})"
                )
            return document
        except PrivlexError as fault:
            return _failure(type(fault).__name__, str(fault).removeprefix(f"{_CALLED}: "))
        except TimeUp:
            return _failure("TimeUp", f"reading took longer than {self.seconds:.0f} s")
        except FAULTS as fault:
            return _failure("Unforeseen", f"{type(fault).__name__} while reading: {fault}")
        finally:
            tally.time("reading", now)

    def _finish(self, waiting, known: Known, result: BatchResult, values: dict[bytes, bytes], tell) -> None:
        """Read the blocks of the waiting documents, assemble them, and keep their values."""
        if not waiting:
            return
        tally = result.tally
        asked = []
        for _, _, document in waiting:
            now = perf_counter()
            idle = idle_blocks(document)
            pairs = [
                (document.block_text(b), block_context(document, b)) for b in document.blocks if b.index not in idle
            ]
            name, digest = self._context_name, self.reader.digest
            asked.append((pairs, [block_key(text, name(context), digest) for text, context in pairs], idle))
            tally.time("reading", now)
        try:
            answers = self._readings(asked, known, result)
        except FAULTS as fault:
            if len(waiting) == 1:
                key = waiting[0][0]
                reason = f"{type(fault).__name__} while reading its blocks: {fault}"
                values[key] = result.documents[key] = _failure("Unforeseen", reason)
            else:  # which of them it is
                for one in waiting:
                    self._finish([one], known, result, values, tell)
            return
        for (key, index, document), (_, keys, idle) in zip(waiting, asked, strict=True):
            tell(index)
            now = perf_counter()
            read = (answers[k] for k in keys)
            readings = [NOT_READ if b.index in idle else next(read) for b in document.blocks]
            values[key] = result.documents[key] = self._assembled(document, readings)
            tally.time("assembly", now)
            tally.documents_assembled += 1
            tally.blocks += len(keys)

    def _readings(self, asked, known: Known, result: BatchResult) -> dict[bytes, BlockReading]:
        tally = result.tally
        now = perf_counter()
        wanted: dict[bytes, tuple[str, BlockContext]] = {}
        for pairs, keys, _ in asked:
            wanted.update(zip(keys, pairs, strict=True))
        answers = {}
        for key in wanted:
            reading = self._kept.get(key)
            if reading is not None:
                self._kept.move_to_end(key)
                answers[key] = reading
        for key, data in known.get("readings", [k for k in wanted if k not in answers]).items():
            answers[key] = load_reading(data)
        now = tally.time("store", now)
        missing = [k for k in wanted if k not in answers]
        together = getattr(self.reader, "read_blocks", None)
        pairs = [wanted[k] for k in missing]
        found = together(pairs) if together else [self.reader.read_block(text, context) for text, context in pairs]
        now = tally.time("model", now)
        for key, reading in zip(missing, found, strict=True):
            answers[key] = reading
            result.readings[key] = dump_reading(reading)
        tally.blocks_read += len(missing)
        tally.words_read += sum(len(text.split()) for text, _ in pairs)
        for key in wanted:
            self._kept[key] = answers[key]
        while len(self._kept) > KEPT_READINGS:
            self._kept.popitem(last=False)
        tally.time("store", now)
        return answers

    def _assembled(self, document: PolicyDocument, readings: list[BlockReading]) -> bytes:
        try:
            with at_most(self.seconds):
                mentions, practices = find_practices(document, readings)
        except TimeUp:
            return _failure("TimeUp", f"assembly took longer than {self.seconds:.0f} s")
        except FAULTS as fault:
            return _failure("Unforeseen", f"{type(fault).__name__} while assembling: {fault}")
        found = Findings(
            snapshot=document.snapshot.info,
            coverage=document.coverage,
            mentions=mentions,
            practices=practices,
            tier=tier_of(self.reader),
            document=document,
        )
        return _success(found)


# --------------------------------------------------------------------------- a document's value in the store


# Compressed as a whole: column by column takes seven times as long for a third more bytes (150 policies of 2012-2026).
_PACKER = pa.Codec("zstd", 3)


def _framed(facts: dict[str, Any], parts: Sequence[bytes] = ()) -> bytes:
    head = json.dumps([facts, [len(p) for p in parts]], ensure_ascii=False).encode("utf8")
    packed = _PACKER.compress(b"".join(parts), asbytes=True) if parts else b""
    return len(head).to_bytes(4, "little") + head + packed


def _failure(kind: str, reason: str) -> bytes:
    return _framed({"failure": [kind, reason]})


def text_digest(text: str) -> str:
    """16 hex digits of the text's SHA-256."""
    return sha256(text.encode("utf8", "surrogatepass")).hexdigest()[:16]


@lru_cache(maxsize=KEPT_TEXTS)
def _facts_of(text: str) -> tuple[str, int]:
    """Digest and number of words of a block's text."""
    return text_digest(text), len(text.split())


def _success(found: Findings) -> bytes:
    document, info = found.document, found.snapshot
    words = document.text.split()
    facts = {
        "media_type": info.media_type,
        "url": info.url,
        "domain": info.domain,
        "captured": info.captured,
        "text_digest": text_digest(" ".join(words)),
        "characters": len(document.text),
        "words": len(words),
        "coverage": found.coverage,
        "blocks": len(document.blocks),
        "mentions": len(found.mentions),
        "practices": len(found.practices),
    }
    columns = document_columns(found, [_facts_of(document.block_text(b)) for b in document.blocks])
    parts = []
    for name, schema in _INNER.items():
        sink = io.BytesIO()
        with pa.ipc.new_stream(sink, schema) as writer:
            arrays = [pa.array(columns[name][field.name], field.type) for field in schema]
            if len(arrays[0]):
                writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
        parts.append(sink.getvalue())
    return _framed(facts, parts)


def _unframed(value: bytes) -> tuple[dict[str, Any], list[memoryview]]:
    size = int.from_bytes(value[:4], "little")
    facts, sizes = json.loads(value[4 : 4 + size])
    whole = _PACKER.decompress(memoryview(value)[4 + size :], decompressed_size=sum(sizes)) if sizes else b""
    view, at, parts = memoryview(whole), 0, []
    for length in sizes:
        parts.append(view[at : at + length])
        at += length
    return facts, parts


# --------------------------------------------------------------------------- a batch's tables


def _tables(
    captures: Sequence[Capture],
    keys: Sequence[bytes],
    values: Mapping[bytes, bytes],
    skip: Mapping[int, str],
    tally: Tally,
    tier: str,
) -> dict[str, bytes]:
    snapshots, failures = [], []
    inner: dict[str, list[pa.Table]] = {name: [] for name in _INNER}
    for index, (capture, key) in enumerate(zip(captures, keys, strict=True)):
        facts: dict[str, Any] = {}
        if capture.fault:
            facts = {"failure": ["SourceError", capture.fault]}
        elif index in skip:
            facts = {"failure": ["WorkerDied", skip[index]]}
        else:
            facts, parts = _unframed(values[key])
        row = {
            "snapshot": capture.name,
            "service": capture.service or facts.get("domain"),
            "path": capture.path,
            "captured": capture.captured or facts.get("captured") or _by_path(capture).captured,
            "origin": capture.origin,
            "sha256": sha256(capture.data).hexdigest() if not capture.fault else None,
        }
        if "failure" in facts:
            kind, reason = facts["failure"]
            failures.append({**row, "kind": kind, "reason": reason})
            tally.failures[kind] = tally.failures.get(kind, 0) + 1
            continue
        facts.pop("domain"), facts.pop("captured")
        snapshots.append({**facts, **row, "url": capture.url or facts["url"], "tier": tier})
        for name, part in zip(_INNER, parts, strict=True):
            table = pa.ipc.open_stream(pa.py_buffer(part)).read_all()
            inner[name].append(table.add_column(0, "snapshot", pa.repeat(pa.scalar(capture.name), table.num_rows)))
    made = {
        "snapshots": pa.Table.from_pylist(snapshots, schema=SNAPSHOTS),
        "failures": pa.Table.from_pylist(failures, schema=FAILURES),
    }
    for name, schema in _INNER.items():
        empty = pa.schema([pa.field("snapshot", pa.string()), *schema]).empty_table()
        made[name] = pa.concat_tables(inner[name]).combine_chunks() if inner[name] else empty
    return {name: _parquet(table) for name, table in made.items()}


def _parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()
