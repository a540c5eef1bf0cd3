"""How fast captures become documents, how much of them reaches a block, and what is left out.

    python benchmarks/documents.py ../shared/archive [--sample 400] [--seed 1]

Reads every page under ``pages/`` and a random sample of ``bulk.parquet`` on one core, and prints the speed in source
characters (process time, bytes to blocks), the lowest coverage, and every visible piece left out that a reader of
policies might miss. Nothing is asserted here; the tests hold the figures of the pages.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from privlex.document import read_document
from privlex.document.words import states_practice
from privlex.errors import SnapshotError
from privlex.snapshot import read_snapshot

FORMS = {"ota": "text/markdown", "tosback": "text/html"}


def captures(archive: Path, sample: int, seed: int):
    """Yield (name, bytes, media type) of the pages and of the sample."""
    for path in sorted((archive / "pages").glob("*/*")):
        yield str(path.relative_to(archive)), path.read_bytes(), None
    bulk = archive / "bulk.parquet"
    if sample and bulk.is_file():
        table = pq.read_table(bulk, columns=["service", "source", "captured", "text"])
        for index in sorted(random.Random(seed).sample(range(table.num_rows), min(sample, table.num_rows))):
            row = table.slice(index, 1).to_pylist()[0]
            yield f"{row['service']}@{row['captured']} #{index}", row["text"].encode(), FORMS[row["source"]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--sample", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    seconds: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    documents: Counter[str] = Counter()
    kinds: Counter[tuple[str, bool]] = Counter()
    coverage, doubtful, refused = [], [], []
    for name, data, media_type in captures(options.archive, options.sample, options.seed):
        started = time.process_time()
        try:
            document = read_document(read_snapshot(data, media_type, name))
        except SnapshotError as error:
            refused.append(str(error))
            continue
        form = document.snapshot.info.media_type
        seconds[form] += time.process_time() - started
        characters[form] += len(document.snapshot.text)
        documents[form] += 1
        kinds[document.language, document.is_policy] += 1
        coverage.append((document.coverage, name))
        doubtful += [
            (name, each.text)
            for each in document.left_out
            if each.visible and each.reason != "contents" and states_practice(each.text)
        ]
    for form in sorted(documents):
        print(
            f"{form}: {documents[form]} documents, {characters[form] / 1e6 / seconds[form]:.2f} M characters/s, "
            f"{1000 * seconds[form] / documents[form]:.1f} ms each"
        )
    print(f"language and policy: {dict(kinds)}")
    print(f"lowest coverage: {min(coverage)}")
    print(f"left out though it may state a practice: {len(doubtful)}")
    for name, text in doubtful:
        print(f"  {name}: {text[:120]}")
    print(f"refused: {len(refused)}")
    for sentence in refused:
        print(f"  {sentence}")


if __name__ == "__main__":
    main()
