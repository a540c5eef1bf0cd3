"""``make demo``: the study's first question, answered on what the repository ships.

Each step is a command that a user can type; it is printed before its result.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from rich.text import Text

from privlex.cli import main
from privlex.cli.faults import Faults
from privlex.cli.inputs import Inputs
from privlex.cli.options import CORPUS
from privlex.cli.output import opened
from privlex.cli.show import console, grid, plain
from privlex.errors import PrivlexError
from privlex.records import Findings
from privlex.tables import snapshot_name, state_table

QNAP = "qnap.com@2008-05-16"
LATER = ("qnap.com@2010-01-02", "qnap.com@2015-04-15")
# The vendors' captures nearest to QNAP's of 2008.
OTHERS = ("synology.com@2007-12-29", "netgear.com@2008-12-17", "buffalotech.com@2007-06-22")
PAGE = "out/qnap.html"
# States that say nothing of a category: where no policy says more, it has no row.
UNSAID = ("not_mentioned", "not_readable")


def demo() -> int:
    """Run the steps; the exit code of the worst."""
    codes = [
        step("What does QNAP's policy of 2008 say?", "extract", QNAP),
        *(step(f"What changed until {later.partition('@')[2][:4]}?", "compare", QNAP, later) for later in LATER),
    ]
    title("What do other vendors say, about the same time?")
    codes.append(vendors(QNAP, *OTHERS))
    Path(PAGE).parent.mkdir(exist_ok=True)
    codes.append(step("All of it on one page, to open in a browser:", "report", QNAP, "-o", PAGE))
    if not codes[-1]:
        print(f"{PAGE} is written")
    return max(codes)


def step(question: str, *arguments: str) -> int:
    """Run one command, with its question and the words to type before it."""
    title(question)
    print(f"$ privlex {' '.join(arguments)}\n", flush=True)
    return main(arguments)


def title(question: str) -> None:
    """Print a question."""
    print(f"\n{'=' * len(question)}\n{question}\n{'=' * len(question)}\n", flush=True)


def vendors(*names: str) -> int:
    """Print which data each policy says it collects, and with whom it shares; the exit code."""
    faults = Faults()
    findings = list(Inputs(names, faults, corpus=CORPUS).findings())
    with opened(None) as out:
        states(findings, out)
    return faults.code


def states(findings: Sequence[Findings], out: IO) -> None:
    """Write the states of data that is collected, and of parties that it is shared with (``privlex.tables.state_table``).

    A category of which no policy says anything has no row.
    """
    screen = console(out)
    for question, by, action in (("collects", "data_category", "collect"), ("shares with", "party_category", "share")):
        names = (plain(snapshot_name(f)).replace("@", "\n") for f in findings)
        table = grid((question, *names), (None, *(1 for _ in findings)))
        answers = [state_table(f, by, action) for f in findings]
        for row in zip(*(a[["category", "state"]].itertuples(index=False) for a in answers), strict=True):
            if any(cell.state not in UNSAID for cell in row):
                table.add_row(*(Text(word.replace("_", " ")) for word in (row[0].category, *(c.state for c in row))))
        screen.print(table)
        screen.print()
    screen.print(Text(
        "yes: affirmed without a condition; no: denied; conditional: under a condition, or for a part only; "
        "contradictory: affirmed and denied of the same"
    ))


if __name__ == "__main__":
    try:
        sys.exit(demo())
    except PrivlexError as fault:
        sys.exit(f"privlex: {fault}")
