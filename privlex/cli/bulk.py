"""``privlex bulk``: a whole archive to a Parquet dataset."""

from __future__ import annotations

import argparse

from privlex.cli import options
from privlex.cli.faults import say


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "bulk", help="a whole archive to a Parquet dataset; resumable",
        description="Reads every snapshot of an archive and writes a Parquet dataset. Can be stopped and run again: it "
                    "goes on where it stopped. Captures that cannot be read are rows of the dataset, with the reason.",
    )
    parser.add_argument("source", metavar="SOURCE", help="folder, Parquet file, git repository, or WARC files")
    parser.add_argument("-o", "--output", metavar="OUT/", required=True, help="folder of the dataset")
    parser.add_argument("--workers", type=_count, metavar="N", help="processes; default: all cores")
    parser.add_argument("--engine", choices=("local", "dask"), default="local", help="where to work; default: local")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler; default: one is started here")
    parser.add_argument("--match", default="*", metavar="PATTERN", help="paths to read, like '*privacy*'")
    parser.add_argument("--store", metavar="FILE", help="what was read before; default: one beside OUT")
    options.add_tier(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Run; the exit code."""
    if args.scheduler and args.engine != "dask":
        options.wrong_use("bulk", "--scheduler is for --engine dask")
    from privlex.bulk import run as run_bulk

    summary = run_bulk(
        args.source, args.output, workers=args.workers, engine=args.engine, scheduler=args.scheduler, tier=args.tier,
        store=args.store, match=args.match,
    )
    say(str(summary))
    return 1 if summary.failed else 0


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)
