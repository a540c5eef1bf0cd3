"""Policies and words a second of a tier on one core, the whole way from bytes to practices.

Run: python benchmarks/tier_speed.py [--tier TIER] [-n N]

Each policy is read alone, as if it were the only one: nothing is remembered between documents. Prints a line per stage.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import pyarrow.parquet as pq

from privlex.document import read_document
from privlex.errors import PrivlexError
from privlex.flow import choose_reader
from privlex.mentions import block_context
from privlex.practices import find_practices
from privlex.snapshot import read_snapshot

BULK = Path(__file__).parents[2] / "shared" / "archive" / "bulk.parquet"
MEDIA = {"ota": "text/markdown", "tosback": "text/html"}


def policies(path: Path, n: int) -> list[tuple[bytes, str]]:
    """``n`` captures spread evenly over the file."""
    rows = pq.read_table(path, columns=["text", "source"])
    step = max(1, rows.num_rows // n)
    picked = rows.take(list(range(0, rows.num_rows, step))[:n]).to_pylist()
    return [(r["text"].encode("utf8"), MEDIA[r["source"]]) for r in picked]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tier", choices=("rules", "trained"), default="rules")
    parser.add_argument("-n", type=int, default=200, help="policies (default 200)")
    parser.add_argument("--bulk", type=Path, default=BULK, help="a Parquet file with columns text and source")
    args = parser.parse_args()
    reader = choose_reader(args.tier)
    took = {"read": 0.0, "mentions": 0.0, "practices": 0.0}
    words = done = 0
    for data, media in policies(args.bulk, args.n):
        t0 = time.process_time()
        try:
            document = read_document(read_snapshot(data, media_type=media, name="policy"))
        except PrivlexError:
            continue
        t1 = time.process_time()
        pairs = [(document.block_text(b), block_context(document, b)) for b in document.blocks]
        readings = [reader.read_block(text, context) for text, context in pairs]
        t2 = time.process_time()
        find_practices(document, readings)
        t3 = time.process_time()
        for stage, seconds in zip(took, (t1 - t0, t2 - t1, t3 - t2), strict=True):
            took[stage] += seconds
        words += len(document.text.split())
        done += 1
    total = sum(took.values())
    print(f"{args.tier} tier: {done} policies, {words:,} words, {total:.1f} s of one core")
    print(f"  {done / total:.1f} policies/s, {words / total:,.0f} words/s")
    for stage, seconds in took.items():
        print(f"  {stage:10} {seconds / total:4.0%}  {1000 * seconds / done:6.1f} ms a policy")


if __name__ == "__main__":
    main()
