"""``privlex report``: one self-contained page."""

from __future__ import annotations

import argparse
from pathlib import Path

from privlex.cli import options
from privlex.cli.faults import Faults
from privlex.cli.output import opened
from privlex.errors import OutputError


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "report", help="one self-contained HTML page: texts with highlights, practices, figures",
        description="One HTML page that opens without network: the texts with highlights, their practices, figures.",
    )
    options.add_inputs(parser)
    options.add_reading(parser)
    options.add_output(parser, required=True, metavar="OUT.html")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the page; the exit code."""
    from privlex.cli.inputs import Inputs, progress
    from privlex.report import report_page

    ending = Path(args.output).suffix.lower()
    if ending not in ("", ".html", ".htm"):
        raise OutputError(f"{args.output}: a report is an HTML page; name the file .html")
    faults = Faults()
    inputs = Inputs.of(args, faults)
    with opened(args.output) as out, inputs.or_nothing():
        found = list(progress(inputs.findings(), len(inputs.sources)))
        if found:
            out.write(report_page(found))
    faults.summary(len(inputs))
    return faults.code
