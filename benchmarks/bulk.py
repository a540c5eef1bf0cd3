"""A whole archive cold and warm: rate, stages, memory over all processes, and how it grows.

    python benchmarks/bulk.py [--rows N] [--workers 2] [--tier TIER] [--bulk FILE] [--json FILE]
    python benchmarks/bulk.py --growth [--policies 30] [--workers 1 2]

The first form runs ``privlex bulk`` twice over the captures, the second time with the store that the first filled, and
measures the bare ONNX session on a sample of the same blocks before and after the cold run, with as many threads as
there are workers. The second form prints how the time per capture changes (a) as captures of the same policies
accumulate that hold no new text, (b) as real versions accumulate, (c) as policies do. Times are wall clock and hold the
start of the workers, 2 to 4 seconds; core time is that of all processes, and the one to look at where other work runs
beside. Memory is the sum of what all processes have resident, twice what they share.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from privlex.errors import PrivlexError
from privlex.flow import choose_reader, read, require_policy
from privlex.mentions import block_context
from privlex.practices import idle_blocks

BULK = Path(__file__).parents[2] / "shared" / "archive" / "bulk.parquet"
MEDIA = {"ota": "text/markdown", "tosback": "text/html"}
SAMPLE = 60  # captures whose blocks the bare session reads
BARE_SECONDS = 20.0  # how long it reads, each time
STEPS = (1, 2, 4, 8, 16, 32)


# --------------------------------------------------------------------------- one run


def resident(pid: int) -> int:
    """Bytes resident in a process and all that it started, from /proc."""
    parents, pages = {}, {}
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        parents[int(status.parent.name)], pages[int(status.parent.name)] = int(fields[1]), int(fields[21])
    family = {pid}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(pages.get(one, 0) for one in family) * os.sysconf("SC_PAGE_SIZE")


def core_seconds() -> float:
    """Core time of all processes that were started and have ended, and of theirs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def run(source: Path, out: Path, tier: str, workers: int) -> dict:
    """One run of the command; its summary, wall time, core time and peak memory."""
    command = [sys.executable, "-m", "privlex", "bulk", str(source), "-o", str(out), "--tier", tier,
               "--workers", str(workers)]  # fmt: skip
    started, before = time.perf_counter(), core_seconds()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.wait(0.5):
            peak = max(peak, resident(process.pid))

    watcher = threading.Thread(target=watch)
    watcher.start()
    said = process.stderr.read()
    process.wait()
    done.set()
    watcher.join()
    if process.returncode not in (0, 1):  # 1: some captures failed
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    summary = json.loads((out / "_summary.json").read_text())
    return summary | {"wall": time.perf_counter() - started, "core": core_seconds() - before, "peak": peak}


def told(name: str, s: dict) -> None:
    """Print one run."""
    total = sum(s["stages"].values()) or 1
    stages = ", ".join(f"{k} {v / total:.0%}" for k, v in sorted(s["stages"].items(), key=lambda p: -p[1]))
    print(f"{name}: {s['captures']:,} captures in {s['wall']:.0f} s, {1000 * s['wall'] / s['captures']:.1f} ms each, "
          f"{1000 * s['core'] / s['captures']:.1f} ms of a core; {sum(s['failures'].values()):,} failed")  # fmt: skip
    print(f"  {s['documents']:,} distinct documents, {s['blocks_read']:,} of {s['blocks']:,} blocks read, "
          f"{s['words_read']:,} words in them ({s['words_read'] / s['wall']:,.0f} a second)")  # fmt: skip
    print(f"  work: {stages}; {total / s['wall'] / s['workers']:.0%} of the workers' wall time")
    print(f"  peak memory over all processes {s['peak'] / 1e9:.2f} GB", flush=True)


# --------------------------------------------------------------------------- the bare model


def sample_windows(table: pa.Table, reader) -> list[tuple[int, list]]:
    """(words, encoder inputs) of the distinct blocks of some captures, as a run would read them."""
    found = {}
    for row in table.take(list(range(0, table.num_rows, max(1, table.num_rows // SAMPLE)))).to_pylist():
        try:
            document = read(row["text"].encode("utf8"), media_type=MEDIA.get(row.get("source")), name="capture")
            require_policy(document)
        except PrivlexError:
            continue
        idle = idle_blocks(document)
        for block in document.blocks:
            if block.index not in idle:
                text, context = document.block_text(block), block_context(document, block)
                found.setdefault((text, reader.context_name(context)), (text, context))
    return [(len(text.split()), reader.windows_of(text, context)) for text, context in found.values()]


def bare_rate(reader, blocks: list[tuple[int, list]], threads: int) -> float:
    """Words a second of the ONNX session alone, whole rounds over the blocks for ``BARE_SECONDS``."""

    def one(block: tuple[int, list]) -> int:
        for window in block[1]:
            reader.scores(window.ids, window.types)
        return block[0]

    words, started = 0, time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        while (took := time.perf_counter() - started) < BARE_SECONDS:
            words += sum(pool.map(one, blocks))
    return words / took


# --------------------------------------------------------------------------- growth


def without_a_paragraph(text: str, number: int) -> str:
    """A later capture that says nothing new: the text without one of its paragraphs, or the text itself for 0."""
    paragraphs = text.split("\n\n")
    if number:
        del paragraphs[-number % len(paragraphs)]
    return "\n\n".join(paragraphs)


def versions(table: pa.Table) -> list[int]:
    """For each row, how many earlier rows are of the same policy."""
    seen: dict[tuple, int] = {}
    order = []
    for policy in zip(table["service"].to_pylist(), table["path"].to_pylist(), strict=True):
        seen[policy] = seen.get(policy, -1) + 1
        order.append(seen[policy])
    return order


def grown(table: pa.Table, policies: int) -> Iterable[tuple[str, pa.Table]]:
    """(what grows, captures) for each step."""
    table = table.append_column("version", pa.array(versions(table)))
    markdown = table.filter(pc.equal(table["source"], "ota")) if "source" in table.column_names else table
    first = markdown.filter(pc.equal(markdown["version"], 0)).slice(0, policies)
    for step in STEPS:
        rows = [row | {"text": without_a_paragraph(row["text"], n)} for row in first.to_pylist() for n in range(step)]
        yield "(a) captures, no new text", pa.Table.from_pylist(rows, schema=first.schema)
    long = markdown.filter(pc.equal(markdown["version"], STEPS[-2] - 1)).slice(0, policies).select(["service", "path"])
    kept = {tuple(row.values()) for row in long.to_pylist()}
    mine = markdown.filter(pa.array([p in kept for p in zip(markdown["service"].to_pylist(),
                                                            markdown["path"].to_pylist(), strict=True)]))  # fmt: skip
    for step in STEPS[:-1]:
        yield "(b) real versions of the same policies", mine.filter(pc.less(mine["version"], step))
    newest = table.filter(pc.equal(table["version"], 0))
    for step in STEPS[:4]:
        yield "(c) policies, one capture of each", newest.slice(0, policies * step)


def growth(table: pa.Table, policies: int, work: Path, tier: str, workers: list[int]) -> None:
    """Print a line for each step and number of workers."""
    print(f"{'what grows':40} {'captures':>9} {'workers':>8} {'seconds':>8} {'ms/capture':>11} {'core ms':>8} "
          f"{'distinct words':>15} {'core ms/1000 words':>19} {'peak GB':>8}")  # fmt: skip
    for number, (name, captures) in enumerate(grown(table, policies)):
        part = work / f"{number}.parquet"
        pq.write_table(captures, part)
        for count in workers:
            s = run(part, work / f"{number}-{count}" / "out", tier, count)
            print(f"{name:40} {s['captures']:9,} {count:8} {s['wall']:8.1f} {1000 * s['wall'] / s['captures']:11.1f} "
                  f"{1000 * s['core'] / s['captures']:8.1f} {s['words_read']:15,} "
                  f"{1e6 * s['core'] / max(1, s['words_read']):19.1f} {s['peak'] / 1e9:8.2f}",
                  flush=True)  # fmt: skip


# --------------------------------------------------------------------------- command


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, help="only the first rows")
    parser.add_argument("--tier", choices=("rules", "trained"), default="trained")
    parser.add_argument("--workers", type=int, nargs="+", default=[2])
    parser.add_argument("--bulk", type=Path, default=BULK)
    parser.add_argument("--growth", action="store_true")
    parser.add_argument("--policies", type=int, default=30, help="of --growth (default 30)")
    parser.add_argument("--json", type=Path, help="also write the runs there")
    args = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="bulk-"))
    reader = choose_reader(args.tier)
    print(f"{time.strftime('%Y-%m-%d %H:%M')}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before the start, "
          f"{args.tier} tier {reader.digest}", flush=True)  # fmt: skip
    runs = {}
    try:
        table = pq.read_table(args.bulk)
        if args.growth:
            growth(table, args.policies, work, args.tier, args.workers)
            return
        source = args.bulk
        if args.rows:
            table, source = table.slice(0, args.rows), work / "some.parquet"
            pq.write_table(table, source)
        blocks = sample_windows(table, reader) if args.tier == "trained" else []
        del table
        for workers in args.workers:
            folder = work / f"w{workers}"
            before = bare_rate(reader, blocks, workers) if blocks else 0.0
            cold = runs[f"cold, {workers} workers"] = run(source, folder / "cold", args.tier, workers)
            told(f"cold, {workers} workers", cold)
            if blocks:
                after = bare_rate(reader, blocks, workers)
                rate, bare = cold["words_read"] / cold["wall"], (before + after) / 2
                cold |= {"bare_before": before, "bare_after": after}
                print(f"  bare model: {before:,.0f} words a second before, {after:,.0f} after; the run reaches "
                      f"{rate / bare:.0%} of it", flush=True)  # fmt: skip
            warm = runs[f"warm, {workers} workers"] = run(source, folder / "warm", args.tier, workers)
            told(f"warm, {workers} workers", warm)
    finally:
        shutil.rmtree(work)
        if args.json and runs:
            args.json.write_text(json.dumps(runs, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
