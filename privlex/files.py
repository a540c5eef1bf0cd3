"""The one way a file is written: its name holds all of it, or what it held before; and where one was looked for."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from privlex.errors import OutputError

#: What a file is called until it is whole: ``.NAME.PROCESS.part``, beside its place.
UNFINISHED = ".*.part"


@contextmanager
def whole_file(
    path: str | Path, *, binary: bool = False, errors: str = "strict", lasting: bool = False
) -> Iterator[IO]:
    """A stream to a file that takes its name only when the block ends well.

    Text is UTF-8 with line ends as written. A link stays a link, a file keeps its permissions. A device or pipe is
    written as it is.

    Args:
        errors: what to do with characters that have no UTF-8, as ``open`` takes it.
        lasting: wait until the disk has it.

    Raises: OutputError, naming the file, the reason and what to do.
    """
    target = Path(os.path.realpath(path))
    if target.is_dir():
        raise OutputError(f"{path}: is a folder; name a file")
    text = {} if binary else {"encoding": "utf-8", "newline": "", "errors": errors}
    direct = target.exists() and not target.is_file()
    part = target if direct else target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        if target.is_file() and not os.access(target, os.W_OK):
            raise PermissionError(13, "Permission denied")
        try:
            with part.open("wb" if binary else "w", **text) as out:
                yield out
                if lasting and not direct:
                    out.flush()
                    os.fsync(out.fileno())
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


def write_whole(path: str | Path, content: bytes | Iterable[str], *, lasting: bool = False) -> None:
    """Write bytes, or parts of a text: the whole file or, on any fault, nothing.

    Raises: OutputError, naming the file, the reason and what to do.
    """
    binary = isinstance(content, bytes)
    with whole_file(path, binary=binary, lasting=lasting) as out:
        out.writelines([content] if binary else content)


def _remedy(path: str | Path, target: Path, fault: OSError) -> str:
    if not target.parent.is_dir():
        return f"{path}: cannot be written, there is no folder {target.parent}; make it first, or name another place"
    return f"{path}: cannot be written ({fault.strerror or fault}); free space, or name a place you may write to"


def looked_in(path: str | Path) -> str:
    """Where a missing file was looked for, to stand in a message: `` in FOLDER``, or nothing for an absolute path.

    >>> looked_in("/tmp/shop.md")
    ''
    """
    return "" if Path(path).is_absolute() else f" in {Path.cwd()}"
