"""``privlex evaluate``: scores against public gold data."""

from __future__ import annotations

import argparse

from privlex.cli import options
from privlex.cli.output import format_for, opened
from privlex.jsonl import to_line

DATASETS = ("piextract", "opp115", "gdpr_transparency_200", "policyie", "codebook")


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "evaluate", help="scores against public gold data in their own formats",
        description="Scores of privlex on gold data, each with its 95 % interval.",
    )
    parser.add_argument("dataset", metavar="DATASET", choices=DATASETS, help=", ".join(DATASETS))
    parser.add_argument("path", metavar="PATH", help="folder or file of the data set, in its authors' form")
    parser.add_argument("--format", choices=("json", "table"), help="default: as the name of OUT says, else table")
    options.add_tier(parser)
    options.add_threshold(parser)
    options.add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Evaluate and write; the exit code."""
    from privlex.evaluate import evaluate

    form = format_for(args.format, args.output, {".json": "json", ".txt": "table"}, "table")
    with opened(args.output) as out:
        scores = evaluate(args.dataset, args.path, tier=args.tier, threshold=args.threshold)
        if form == "json":
            out.write(to_line(scores) + "\n")
        else:
            from privlex.cli.show import scores_table

            scores_table(scores, out)
    return 0
