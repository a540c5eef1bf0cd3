"""``privlex notebooks copy``: the study's notebooks, to work on."""

from __future__ import annotations

import argparse
from pathlib import Path

from privlex.cli.faults import say
from privlex.errors import OutputError, PrivlexError

# The series is numbered; what else somebody keeps in the folder is theirs.
SERIES = "[0-9][0-9]_*.ipynb"


def add(commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "notebooks", help="copy the notebooks to a folder of your own",
        description="Copies the notebooks that come with privlex; open them with `jupyter lab DIR`.",
    )
    inner = parser.add_subparsers(dest="notebooks_command", metavar="COMMAND", required=True)
    copy = inner.add_parser("copy", help="copy the notebooks; files that are there already are left alone")
    copy.add_argument("folder", metavar="DIR", type=Path, help="where to; made if it is not there")
    copy.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Copy; the exit code."""
    from privlex.corpus.pages import write_bytes_whole

    notebooks = sorted(_folder().glob(SERIES))
    if not notebooks:
        raise PrivlexError("this installation holds no notebooks; they are in the folder notebooks/ of the repository")
    if args.folder.exists() and not args.folder.is_dir():
        raise OutputError(f"{args.folder}: is a file; name a folder")
    copied = 0
    for notebook in notebooks:
        target = args.folder / notebook.name
        if target.exists():
            say(f"{target}: is there already, left alone")
            continue
        write_bytes_whole(target, notebook.read_bytes())
        copied += 1
    print(f"{copied} notebooks in {args.folder}; open them with: jupyter lab {args.folder}")
    return 0


def _folder() -> Path:
    """In a checkout the repository's folder; in a wheel the copy among the package data."""
    checkout = Path(__file__).parents[2] / "notebooks"
    return checkout if checkout.is_dir() else Path(__file__).parents[1] / "data" / "notebooks"
