"""Words per second of the trained reader and of the bare ONNX session on the same windows, in one run.

    python benchmarks/model_speed.py [PAGE_OR_FOLDER ...] [--blocks N] [--threads 1 2] [--rounds 3]

Without arguments it reads the shipped page. Rates are the best of the rounds (other work on the machine only slows);
words are the blocks' own, the context read beside them is not counted.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from privlex.document import read_document
from privlex.errors import SnapshotError
from privlex.mentions import block_context
from privlex.model import TrainedReader
from privlex.records import BlockContext
from privlex.snapshot import read_snapshot

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "corpus" / "pages" / "qnap.com" / "2008-05-16.md"


def blocks_of(paths: list[Path], most: int) -> list[tuple[str, BlockContext]]:
    """Distinct blocks with their contexts, in the order of the pages, at most ``most``."""
    files = [f for path in paths for f in (sorted(path.rglob("*.*")) if path.is_dir() else [path])]
    found: dict[tuple[str, BlockContext], None] = {}
    for file in files:
        try:
            document = read_document(read_snapshot(file))
        except SnapshotError:  # archives hold empty captures
            continue
        for block in document.blocks:
            found.setdefault((document.block_text(block), block_context(document, block)))
        if len(found) >= most:
            break
    return list(found)[:most]


def best_seconds(work: Callable[[], object], rounds: int) -> float:
    """Shortest wall-clock time of ``rounds`` calls."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", type=Path, default=[PAGE])
    parser.add_argument("--blocks", type=int, default=1000)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args(argv)
    pairs = blocks_of(options.paths, options.blocks)
    words = sum(len(text.split()) for text, _ in pairs)
    print(f"{len(pairs)} distinct blocks, {words} words")
    for threads in options.threads:
        reader = TrainedReader(threads=threads)
        windows = [w for text, context in pairs for w in reader.windows_of(text, context)]
        ids, types = [w.ids for w in windows], [w.types for w in windows]
        rows = sum(map(len, ids))

        def bare(scores=reader.scores, threads=threads, ids=ids, types=types) -> None:
            with ThreadPoolExecutor(threads) as pool:
                for _ in pool.map(scores, ids, types):
                    pass

        bare()  # first calls allocate
        session = best_seconds(bare, options.rounds)
        whole = best_seconds(partial(reader.read_blocks, pairs), options.rounds)
        print(f"{threads} thread(s): bare session {words / session:8.0f} words/s ({rows / session:.0f} word pieces/s), "
              f"reader {words / whole:8.0f} words/s = {session / whole:.0%} of it")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB, weights {reader.digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
