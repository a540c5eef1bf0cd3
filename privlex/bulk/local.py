"""Workers on this machine: processes that load the reader once, and are replaced when they die."""

from __future__ import annotations

import os
import signal
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from pathlib import Path
from time import monotonic
from typing import Any

from privlex.bulk.parts import write_part
from privlex.bulk.sources import Capture
from privlex.bulk.store import open_store
from privlex.bulk.work import DOCUMENT_SECONDS, TOGETHER, Nothing, Tally, Worker
from privlex.errors import OutputError, PrivlexError
from privlex.flow import choose_reader

#: A worker that says nothing for this long beyond a document's own limit is taken for hung. The model reads the
#: blocks of up to eight documents between two signs of life; 50,000 blocks take some minutes.
SILENCE_SECONDS = 10 * DOCUMENT_SECONDS
#: A capture is given up after it ended this many workers: once may be chance (memory, a signal).
DEATHS = 2


@dataclass(slots=True)
class Batch:
    """Captures that are read together and become one part of the dataset."""

    number: int
    captures: list[Capture]
    skip: dict[int, str] = field(default_factory=dict)
    deaths: Counter[int] = field(default_factory=Counter)
    alone: bool = False  # one document at a time, to find the one that ends workers


def serve(pipe: Connection, out: str, store: str | None, tier: str | None) -> None:
    """Body of a worker process: batches come through the pipe, signs of life and tallies go back."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    try:
        worker = Worker(choose_reader(tier))
        known = open_store(Path(store)) if store else None
        pipe.send(("ready", None))
        while True:
            batch = pipe.recv()
            tally = read_batch(worker, batch, Path(out), known, lambda index: pipe.send(("at", index)))
            pipe.send(("done", tally))
    except (EOFError, BrokenPipeError, KeyboardInterrupt):
        return  # the parent is gone: what was written is whole, what was not will be done again
    except (OSError, PrivlexError) as fault:
        pipe.send(("fatal", str(fault)))


def read_batch(worker: Worker, batch: Batch, out: Path, known: Any, tell: Callable[[int], None]) -> Tally:
    """Read one batch, keep what is new, and write its part."""
    result = worker.run(batch.captures, known or Nothing(), batch.skip, tell, together=1 if batch.alone else TOGETHER)
    if known:
        known.put("readings", result.readings)
        known.put("documents", result.documents)
    write_part(out, batch.number, batch.captures, result)
    return result.tally


@dataclass(slots=True)
class _Hand:
    process: Any
    pipe: Connection
    batch: Batch | None = None
    at: int | None = None
    heard: float = field(default_factory=monotonic)
    ready: bool = False


def run_local(
    batches: Iterator[Batch], out: Path, store: Path | None, tier: str | None, workers: int
) -> Iterator[Tally]:
    """Yield the tally of each batch as it is done; order is not kept, the parts have their numbers.

    Raises: OutputError when the output cannot be written; PrivlexError when workers cannot start.
    """
    context = get_context("spawn")
    hands: list[_Hand] = []
    again: deque[Batch] = deque()
    failed_starts = 0

    def hire() -> _Hand:
        ours, theirs = context.Pipe()
        process = context.Process(
            target=serve, args=(theirs, str(out), str(store) if store else None, tier), daemon=True
        )
        process.start()
        theirs.close()
        hand = _Hand(process, ours)
        hands.append(hand)
        return hand

    def give(hand: _Hand) -> bool:
        batch = again.popleft() if again else next(batches, None)
        if batch is None:
            return False
        hand.batch, hand.at, hand.heard = batch, None, monotonic()
        hand.pipe.send(batch)
        return True

    def dismiss(hand: _Hand) -> None:
        hands.remove(hand)
        hand.pipe.close()
        if hand.process.is_alive():
            hand.process.kill()
        hand.process.join()

    try:
        for _ in range(workers):
            hire()
        while hands:
            heard = wait([h.pipe for h in hands], timeout=5.0)
            for hand in list(hands):
                if hand.pipe in heard:
                    try:
                        kind, value = hand.pipe.recv()
                    except (EOFError, OSError):
                        failed_starts = _bury(hand, again, "died", failed_starts)
                        dismiss(hand)
                        hire()
                        continue
                    hand.heard = monotonic()
                    if kind == "at":
                        hand.at = value
                    elif kind == "fatal":
                        raise OutputError(value)
                    else:
                        hand.ready, failed_starts = True, 0
                        if kind == "done":
                            hand.batch = None
                            yield value
                        if not give(hand):
                            # Another may still die and hand its batch back; wait until all are done.
                            if any(h.batch for h in hands if h is not hand):
                                continue
                            return
                elif hand.batch and monotonic() - hand.heard > SILENCE_SECONDS:
                    failed_starts = _bury(hand, again, f"said nothing for {SILENCE_SECONDS:.0f} s", failed_starts)
                    dismiss(hand)
                    hire()
            for hand in hands:
                if hand.ready and hand.batch is None and again:
                    give(hand)
            if not again and all(h.ready and h.batch is None for h in hands):
                return
    finally:
        for hand in list(hands):
            dismiss(hand)


def _bury(hand: _Hand, again: deque[Batch], how: str, failed_starts: int) -> int:
    """Put a dead worker's batch back, and blame the capture that it was at when it did so before."""
    batch = hand.batch
    if batch is None:
        if not hand.ready:
            failed_starts += 1
            if failed_starts >= 3:
                raise PrivlexError(
                    "workers cannot start; try --workers 1, or `privlex extract` on one snapshot to see why"
                )
        return failed_starts
    hand.process.join(1.0)
    code = hand.process.exitcode
    named = f"signal {signal.Signals(-code).name}" if code is not None and code < 0 else f"exit {code}"
    at = hand.at
    batch.deaths[-1 if at is None else at] += 1
    if batch.alone and at is not None and batch.deaths[at] >= DEATHS:
        batch.skip[at] = f"a worker {how} on it {DEATHS} times ({named})"
    elif sum(batch.deaths.values()) > 20:
        raise PrivlexError(f"workers keep dying on batch {batch.number} ({named}); is there enough memory?")
    batch.alone = True
    print(
        f"a worker {how} ({named}) at {batch.captures[at].name if at is not None else 'a batch'}; going on",
        file=sys.stderr,
    )
    again.append(batch)
    return failed_starts


def default_workers() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
