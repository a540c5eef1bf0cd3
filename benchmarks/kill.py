"""Kill a bulk run at random moments until it is done, and compare what it wrote with an undisturbed run.

    python benchmarks/kill.py [SOURCE] [--kills 10] [--workers 2] [--tier rules] [--seed N]

The whole process group is killed (SIGKILL), or one worker of it alone, at a random moment: after a random time, or a
random moment after up to two more parts are written. The same command then goes on.
Without SOURCE it makes a folder of captures that repeat themselves. Prints each kill, and ends with 1 when a file of
the tables differs from the undisturbed run's, or a temporary file is left.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from privlex.bulk import TABLES

POLICY = """# Privacy Policy of Example {n}

We collect your email address and, when you order, your payment details.

We may share the following with our advertising partners:

- your IP address

- version {n} of your purchase history

We do not sell your name, your address or record {n} to anyone without your consent.
"""


def made(folder: Path, captures: int) -> Path:
    """A folder of ``captures`` captures of three sites; every text stands there twice."""
    for n in range(captures):
        path = folder / f"s{n % 3}.example" / f"{2000 + n // 36:04d}-{n // 3 % 12 + 1:02d}-01.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(POLICY.format(n=n // 2), "utf8")
    return folder


def tables(out: Path) -> dict[str, bytes]:
    """Every file of the tables by its name."""
    return {p.relative_to(out).as_posix(): p.read_bytes() for t in TABLES for p in sorted((out / t).glob("*"))}


def children(pid: int) -> list[int]:
    """Processes that a process started, from /proc."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(status.read_text().rsplit(")", 1)[1].split()[1]) == pid:
                found.append(int(status.parent.name))
        except (OSError, IndexError):
            continue
    return found


def parts_in(out: Path) -> int:
    return len(list((out / "_parts").glob("*.json")))


def ends_before(process: subprocess.Popen, out: Path, takes: float, rng: random.Random) -> bool:
    """Wait for a random moment; whether the run ended before."""
    more = rng.choice((0, 1, 1, 2))
    goal = parts_in(out) + more
    end = time.monotonic() + (rng.uniform(0.0, takes / 3) if more == 0 else 10 * takes)
    while process.poll() is None and time.monotonic() < end:
        if more and parts_in(out) >= goal:
            more, end = 0, time.monotonic() + rng.uniform(0.0, takes / 20)
        time.sleep(0.002)
    return process.poll() is not None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path, nargs="?")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--tier", choices=("rules", "trained"), default="rules")
    parser.add_argument("--captures", type=int, default=3000, help="of the folder that is made (default 3000)")
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    seed = random.randrange(10**6) if args.seed is None else args.seed
    rng = random.Random(seed)
    work = Path(tempfile.mkdtemp(prefix="kill-"))
    try:
        source = args.source or made(work / "in", args.captures)

        def command(out: Path) -> list[str]:
            return [sys.executable, "-m", "privlex", "bulk", str(source), "-o", str(out), "--tier", args.tier,
                    "--workers", str(args.workers)]  # fmt: skip

        started = time.perf_counter()
        done = subprocess.run(command(work / "whole" / "out"), capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise SystemExit(done.stderr)
        takes = time.perf_counter() - started
        print(f"seed {seed}; undisturbed in {takes:.1f} s", flush=True)
        out, kills = work / "killed" / "out", 0
        while True:
            process = subprocess.Popen(command(out), start_new_session=True, stderr=subprocess.DEVNULL,
                                       stdout=subprocess.DEVNULL)  # fmt: skip
            if kills == args.kills:
                process.wait()
                break
            alone = rng.random() < 0.3  # a worker, not the run
            if ends_before(process, out, takes, rng):
                print(f"  done after {kills} kills; a longer source would take more", flush=True)
                break
            kills += 1
            workers = children(process.pid)
            parts = parts_in(out)
            if alone and workers:
                victim = rng.choice(workers)
                os.kill(victim, signal.SIGKILL)
                print(f"  kill {kills}: worker {victim} with {parts} parts written", flush=True)
                ends_before(process, out, takes, rng)
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
            else:
                os.killpg(process.pid, signal.SIGKILL)
                print(f"  kill {kills}: the run with {parts} parts written", flush=True)
            process.wait()
        if process.returncode not in (0, 1):
            print(f"the last run ended with {process.returncode}")
            return 1
        whole, other = tables(work / "whole" / "out"), tables(out)
        differing = sorted(name for name in whole.keys() | other.keys() if whole.get(name) != other.get(name))
        left = list(out.rglob("*.tmp")) + list(out.rglob("*.part"))
        captures = json.loads((out / "_summary.json").read_text())["captures"]
        print(f"{kills} kills, {captures:,} captures, {len(whole)} files; {len(differing)} differ, {len(left)} left over")
        for name in differing:
            print(f"  {name}")
        return 1 if differing or left else 0
    finally:
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
