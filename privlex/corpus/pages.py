"""Pages on disk: written whole or not at all, never trusted without their digest."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, fields
from pathlib import Path

from privlex.errors import CorpusError, OutputError
from privlex.files import write_whole

FETCHED = "fetched.tsv"


def digest_of(content: bytes) -> str:
    """SHA-256 of bytes, 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def write_bytes_whole(path: Path, content: bytes) -> None:
    """Put ``content`` at ``path``: the whole file or nothing, also when the process is killed half-way.

    The bytes go to ``.NAME.part`` beside it, which then takes the name; a ``.part`` left by a kill is overwritten by
    the next try.

    Raises: OutputError naming the file.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with part.open("wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())  # else a power cut may leave the new name with no bytes behind it
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as fault:
        raise OutputError(
            f"{path}: cannot be written ({fault.strerror or fault}); choose a folder you may write to"
        ) from fault


@dataclass(frozen=True, kw_only=True, slots=True)
class FetchedPage:
    """A page as the Wayback Machine served it; fields are the columns of ``pages/fetched.tsv``."""

    id: str
    sha256: str
    bytes: str
    media_type: str
    path: str     # in the corpus folder
    memento: str  # URL the archive served it at, redirects followed
    fetched: str  # when, UTC


_COLUMNS = tuple(f.name for f in fields(FetchedPage))


def read_fetched(pages: Path) -> dict[str, FetchedPage]:
    """What was fetched into a folder of pages, by snapshot id; empty where nothing was."""
    path = pages / FETCHED
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as fault:
        raise CorpusError(f"{path}: cannot be read ({fault}); remove it and hydrate again") from fault
    found = {}
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(_COLUMNS):
            raise CorpusError(f"{path}:{number}: not a record of a fetched page; remove the line and hydrate again")
        page = FetchedPage(**dict(zip(_COLUMNS, cells, strict=True)))
        found[page.id] = page
    return found


def write_fetched(pages: Path, found: dict[str, FetchedPage]) -> None:
    """Write the record of fetched pages, sorted by id: the whole file or nothing."""
    rows = ("\t".join(getattr(page, c) for c in _COLUMNS) for _, page in sorted(found.items()))
    write_whole(pages / FETCHED, (line + "\n" for line in ("\t".join(_COLUMNS), *rows)))
