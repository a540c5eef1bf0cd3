"""``privlex compare``: what changed between two policies."""

from __future__ import annotations

import argparse

from privlex.cli import options
from privlex.cli.faults import Faults
from privlex.cli.output import format_for, opened
from privlex.jsonl import to_line

_BY_NAME = {".jsonl": "jsonl", ".csv": "csv", ".html": "html", ".htm": "html", ".txt": "table"}


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "compare", help="what changed between two policies",
        description="Practices of two snapshots side by side: added, dropped, changed (and how), reworded, kept.",
    )
    options.add_two_inputs(parser)
    options.add_reading(parser)
    parser.add_argument(
        "--format", choices=("jsonl", "csv", "html", "table"), help="default: as the name of OUT says, else table"
    )
    parser.add_argument("--all", action="store_true", help="table: list kept practices too, not only their number")
    options.add_output(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Compare and write; the exit code."""
    from privlex.cli.inputs import Inputs

    faults = Faults()
    form = format_for(args.format, args.output, _BY_NAME, "table")
    inputs = Inputs.of(args, faults)
    if not faults.labels and len(inputs.sources) != 2:
        options.wrong_use("compare", "compare takes two snapshots; for a folder use extract or bulk")
    with opened(args.output) as out:
        write(*inputs.both(), form, out, show_kept=args.all)
    return faults.code


def write(before, after, form: str, out, *, show_kept: bool = False) -> None:
    """Write the comparison of two findings to ``out``."""
    from privlex.compare import compare_findings

    change = compare_findings(before, after)
    if form == "jsonl":
        out.writelines(to_line(row) + "\n" for row in change.to_json())
    elif form == "csv":
        change.to_frame().to_csv(out, index=False, lineterminator="\n")
    elif form == "html":
        from privlex.report import comparison_page

        out.write(comparison_page(change, before, after))
    else:
        from privlex.cli.show import comparison_table

        comparison_table(change, out, show_kept=show_kept)
