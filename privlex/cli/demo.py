"""``make demo``: the study's first question, answered on what the repository ships.

Each step is a command that a user can type; it is printed before its result.
"""

from __future__ import annotations

import sys
from pathlib import Path

from rich.text import Text

from privlex.cli import main
from privlex.cli.faults import Faults
from privlex.cli.inputs import Inputs
from privlex.cli.options import CORPUS
from privlex.cli.output import opened
from privlex.cli.show import console, grid, plain
from privlex.errors import PrivlexError
from privlex.records import DATA_CATEGORIES, PARTY_CATEGORIES, Findings

QNAP = "qnap.com@2008-05-16"
LATER = ("qnap.com@2010-01-02", "qnap.com@2015-04-15")
# The vendors' captures nearest to QNAP's of 2008.
OTHERS = ("synology.com@2007-12-29", "netgear.com@2008-12-17", "buffalotech.com@2007-06-22")
PAGE = "out/qnap.html"


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
        screen = console(out)
        for question, categories, said in (
            ("collects", DATA_CATEGORIES, collected), ("shares with", PARTY_CATEGORIES, shared_with),
        ):
            names = (plain(f.snapshot.id or f.snapshot.source).replace("@", "\n") for f in findings)
            table = grid((question, *names), (None, *(1 for _ in findings)))
            answers = [said(f) for f in findings]
            for category in categories:
                if any(category in answer for answer in answers):
                    cells = (answer.get(category, "-") for answer in answers)
                    table.add_row(*map(Text, (category.replace("_", " "), *cells)))
            screen.print(table)
            screen.print()
        screen.print(Text("yes: affirmed; no: denied; both: affirmed and denied in one policy; -: not mentioned"))
    return faults.code


def collected(found: Findings) -> dict[str, str]:
    """Codebook categories of the data that a policy says it (does not) collect."""
    return _states(found, "collect", "data")


def shared_with(found: Findings) -> dict[str, str]:
    """Codebook categories of the parties that a policy says it (does not) share with."""
    return _states(found, "share", "recipients")


def _states(found: Findings, action: str, slot: str) -> dict[str, str]:
    said: dict[str, set[str]] = {}
    for p in found.practices:
        if p.action == action:
            for id in getattr(p, slot):
                said.setdefault(found.mention(id).category, set()).add(p.polarity)
    return {c: {"affirmed": "yes", "denied": "no"}[min(s)] if len(s) == 1 else "both" for c, s in said.items()}


if __name__ == "__main__":
    try:
        sys.exit(demo())
    except PrivlexError as fault:
        sys.exit(f"privlex: {fault}")
