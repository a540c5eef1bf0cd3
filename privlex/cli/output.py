"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from privlex.errors import OutputError
from privlex.files import whole_file


@contextmanager
def opened(path: str | None, *, binary: bool = False) -> Iterator[IO]:
    """A stream for the results; a file takes its name only when the block ends well.

    Text is UTF-8 with line ends as written. A device or pipe given as ``path`` is written as it is.

    Raises: OutputError naming the file and what to do.
    """
    if path in (None, "-"):
        yield _standard(binary)
        sys.stdout.flush()
        return
    with whole_file(path, binary=binary, errors="backslashreplace") as out:
        yield out


def _standard(binary: bool) -> IO:
    if binary:
        if sys.stdout.isatty():
            raise OutputError("this format is not for the terminal: name a file with -o")
        return sys.stdout.buffer
    if hasattr(sys.stdout, "reconfigure"):  # JSON Lines and CSV are UTF-8 whatever the locale says
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    return sys.stdout


def format_for(wanted: str | None, path: str | None, known: dict[str, str], default: str) -> str:
    """The format asked for, else the one the output's ending tells; ``default`` where the name has no ending.

    Raises: OutputError for an ending that tells no format, so that no text table gets the name of a workbook.

    >>> format_for(None, "out/found.csv", {".csv": "csv"}, "table")
    'csv'
    """
    ending = Path(path).suffix.lower() if path else ""
    if wanted or not ending:
        return wanted or default
    if ending not in known:
        raise OutputError(
            f"{path}: the ending {ending} tells no format; name the file {', '.join(known)}, or say which with --format"
        )
    return known[ending]
