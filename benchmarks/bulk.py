"""A whole archive cold and warm, with one worker and two. Run: python benchmarks/bulk.py [--rows N] [--tier TIER]

Prints for each run: captures and distinct words a second, shares of the stages, peak memory over all processes, and how
the time per capture falls as versions accumulate. The bare model's rate is measured in the same run on the same blocks.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

BULK = Path(__file__).parents[2] / "shared" / "archive" / "bulk.parquet"


def resident(pid: int) -> int:
    """Bytes resident in a process and its children, from /proc."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
            own = int(status.parent.name)
        except (OSError, IndexError):
            continue
        if own == pid or int(fields[1]) == pid:
            total += int(fields[21]) * 4096
    return total


def run(source: Path, out: Path, tier: str, workers: int) -> dict:
    """One run of the command; its summary, wall time and peak memory."""
    command = [sys.executable, "-m", "privlex", "bulk", str(source), "-o", str(out), "--tier", tier, "--workers", str(workers)]
    started = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    peak = 0
    done = threading.Event()

    def watch():
        nonlocal peak
        while not done.wait(0.5):
            peak = max(peak, resident(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    done.set()
    watcher.join()
    summary = json.loads((out / "_summary.json").read_text())
    return summary | {"wall": time.perf_counter() - started, "peak": peak}


def told(name: str, s: dict) -> None:
    """Print one run."""
    share = sum(s["stages"].values()) or 1
    stages = ", ".join(f"{k} {v / share:.0%}" for k, v in sorted(s["stages"].items()))
    print(f"{name}: {s['captures']:,} captures in {s['wall']:.0f} s ({1000 * s['wall'] / s['captures']:.1f} ms each), "
          f"{s['documents']:,} documents, {s['blocks_read']:,} of {s['blocks']:,} blocks read, "
          f"{s['words_read'] / s['wall']:,.0f} distinct words/s, peak {s['peak'] / 1e9:.2f} GB; {stages}", flush=True)
    model = s["stages"].get("model")
    if model and s["words_read"]:
        used = s["words_read"] / s["wall"] / (s["words_read"] / model * s["workers"])
        print(f"  the model works {used:.0%} of the wall time of {s['workers']} workers", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, help="only the first rows")
    parser.add_argument("--tier", choices=("rules", "trained"), default="trained")
    parser.add_argument("--workers", type=int, nargs="+", default=[2])
    parser.add_argument("--bulk", type=Path, default=BULK)
    parser.add_argument("--growth", action="store_true", help="also the same services with ever more of their versions")
    args = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="bulk-"))
    try:
        source = args.bulk
        if args.rows:
            batch = next(pq.ParquetFile(args.bulk).iter_batches(batch_size=args.rows))
            source = work / "some.parquet"
            pq.write_table(pa.Table.from_batches([batch]), source)
        for workers in args.workers:
            folder = work / f"w{workers}"
            told(f"cold, {workers} workers", run(source, folder / "cold", args.tier, workers))
            told(f"warm, {workers} workers", run(source, folder / "warm", args.tier, workers))
        if args.growth:
            table = pq.read_table(args.bulk)
            seen: dict[tuple, int] = {}
            order = []
            for service, path in zip(table["service"].to_pylist(), table["path"].to_pylist(), strict=True):
                seen[service, path] = order_of = seen.get((service, path), -1) + 1
                order.append(order_of)
            for most in (1, 2, 4, 8, 16):
                rows = [i for i, version in enumerate(order) if version < most][: 200 * most]
                part = work / f"growth-{most}.parquet"
                pq.write_table(table.take(rows), part)
                told(f"up to {most} versions of each policy", run(part, work / f"g{most}" / "out", args.tier, 2))
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
