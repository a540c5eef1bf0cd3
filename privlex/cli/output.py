"""Where results go: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from privlex.errors import OutputError


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
    target = Path(os.path.realpath(path))  # a link stays a link: what it points to is replaced
    if target.is_dir():
        raise OutputError(f"{path}: is a folder; name a file")
    text = {} if binary else {"encoding": "utf-8", "newline": "", "errors": "backslashreplace"}
    direct = target.exists() and not target.is_file()
    part = target if direct else target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.is_file() and not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied")
        try:
            with part.open("wb" if binary else "w", **text) as out:
                yield out
            if not direct:
                if target.exists():
                    shutil.copymode(target, part)
                part.replace(target)
        except BaseException:
            if not direct:
                part.unlink(missing_ok=True)
            raise
    except BrokenPipeError:
        raise
    except OSError as fault:
        raise OutputError(_remedy(path, target, fault)) from fault


def _standard(binary: bool) -> IO:
    if binary:
        if sys.stdout.isatty():
            raise OutputError("this format is not for the terminal: name a file with -o")
        return sys.stdout.buffer
    if hasattr(sys.stdout, "reconfigure"):  # JSON Lines and CSV are UTF-8 whatever the locale says
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    return sys.stdout


def _remedy(path: str, target: Path, fault: OSError) -> str:
    if not target.parent.is_dir():
        return f"{path}: cannot be written, there is no folder {target.parent}; make it first, or name another place"
    return f"{path}: cannot be written ({fault.strerror or fault}); name a place you may write to"


def format_for(wanted: str | None, path: str | None, known: dict[str, str], default: str) -> str:
    """The format asked for, else the one the output's name tells, else ``default``.

    >>> format_for(None, "out/found.csv", {".csv": "csv"}, "table")
    'csv'
    """
    return wanted or known.get(Path(path).suffix.lower() if path else "", default)
