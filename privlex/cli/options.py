"""Options that several commands share, said in the same words."""

from __future__ import annotations

import argparse
import os
import sys
from typing import NoReturn

# The variable spares --corpus to those who work on a corpus of their own.
CORPUS = os.environ.get("PRIVLEX_CORPUS", "nas-vendors")
_FILE = "file (.md, .html, .txt, also .gz)"
_NAME = "name in the corpus like qnap.com@2008-05-16"


def add_inputs(parser: argparse.ArgumentParser) -> None:
    """The snapshots to read."""
    parser.add_argument(
        "snapshots", metavar="SNAPSHOT", nargs="+",
        help=f"{_FILE}, folder of them, or {_NAME}",
    )
    add_corpus(parser)


def add_two_inputs(parser: argparse.ArgumentParser) -> None:
    """The two snapshots to compare."""
    for metavar, which in (("A", "the earlier"), ("B", "the later, or another vendor's")):
        parser.add_argument(
            "snapshots", metavar=metavar, action="append", help=f"{which}: {_FILE}, or {_NAME}"
        )
    add_corpus(parser)


def add_corpus(parser: argparse.ArgumentParser) -> None:
    """Which corpus names stand in."""
    parser.add_argument(
        "--corpus", default=CORPUS, metavar="NAME",
        help="corpus that names stand in: nas-vendors (default), or a folder with snapshots.tsv",
    )


def add_reading(parser: argparse.ArgumentParser) -> None:
    """How to read them."""
    add_tier(parser)
    add_threshold(parser)
    parser.add_argument(
        "--force", action="store_true", help="read pages that do not look like an English privacy policy too"
    )


def add_threshold(parser: argparse.ArgumentParser) -> None:
    """``--threshold``."""
    parser.add_argument(
        "--threshold", type=_share, default=0.0, metavar="P", help="leave out practices less sure than this, 0 to 1"
    )


def add_tier(parser: argparse.ArgumentParser) -> None:
    """Which reader."""
    parser.add_argument(
        "--tier", choices=("rules", "trained"),
        help="reader: rules (fast) or trained; default: trained where its weights are there",
    )


def add_output(parser: argparse.ArgumentParser, *, required: bool = False, metavar: str = "OUT") -> None:
    """Where to write."""
    default = "" if required else "; default: standard output"
    parser.add_argument(
        "-o", "--output", metavar=metavar, required=required, help=f"file to write, whole or not at all{default}"
    )


def wrong_use(command: str, message: str) -> NoReturn:
    """Stop as argparse does on wrong use: the message, exit code 2."""
    print(f"privlex {command}: {message}", file=sys.stderr)
    raise SystemExit(2)


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 to 1")
    return value
