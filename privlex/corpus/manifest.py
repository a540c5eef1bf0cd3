"""The manifest of a corpus: ``snapshots.tsv``, one row for each snapshot, facts only."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from datetime import date
from pathlib import Path, PurePosixPath

from privlex.errors import CorpusError
from privlex.files import write_whole

MEDIA_TYPES = ("text/html", "text/markdown", "text/plain")
ID = re.compile(r"(?P<domain>[a-z0-9][a-z0-9.-]*\.[a-z0-9-]+)@(?P<captured>\d{4}-\d\d-\d\d)(-(?P<nth>[2-9]|[1-9]\d+))?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_WAYBACK = re.compile(r"https?://web\.archive\.org/web/(?P<stamp>\d{14})(?:[a-z]{2}_)?/(?P<url>.+)")


@dataclass(frozen=True, kw_only=True, slots=True)
class ManifestRow:
    """One snapshot. Fields are the columns of ``snapshots.tsv``, in its order."""

    id: str          # domain@date; a second capture on one day has -2 behind it
    domain: str
    captured: str    # ISO date
    media_type: str  # of the bytes that ``sha256`` is the digest of
    source: str      # princeton-leuven, wayback, file, or the repository whose git history holds it
    ref: str         # Wayback URL, or COMMIT:PATH in that repository, or the page's own URL
    sha256: str      # of the bytes in the mirror; empty where the page was never seen as a file
    bytes: str       # their number, empty with the digest
    path: str        # where the page lies in the corpus folder, with forward slashes
    note: str = ""

    @property
    def wayback(self) -> str | None:
        """The Wayback URL of the capture, or None where the archive is not the source."""
        return self.ref if _WAYBACK.fullmatch(self.ref) else None

    @property
    def url(self) -> str | None:
        """A URL for people: the Wayback capture, or the page's own."""
        return self.ref if "://" in self.ref else None


COLUMNS = tuple(f.name for f in fields(ManifestRow))


def wayback_parts(url: str) -> tuple[str, str] | None:
    """ISO date and page URL of a Wayback URL, or None for any other URL.

    >>> wayback_parts("https://web.archive.org/web/20080516042055id_/http%3A//www.example.com/privacy")
    ('2008-05-16', 'http%3A//www.example.com/privacy')
    """
    found = _WAYBACK.fullmatch(url)
    if found is None:
        return None
    stamp = found["stamp"]
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}", found["url"]


def read_manifest(path: Path) -> tuple[ManifestRow, ...]:
    """The rows of a manifest, in its order.

    Raises: CorpusError that lists every fault with file, line and remedy.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as fault:
        raise CorpusError(f"{path}: the manifest cannot be read ({fault})") from fault
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        raise CorpusError(f"{path}:1: the first line must name the columns {', '.join(COLUMNS)}, between tabs")
    rows, faults, seen = [], [], {}
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            faults.append(f"{path}:{number}: {len(cells)} cells where {len(COLUMNS)} are needed")
            continue
        row = ManifestRow(**dict(zip(COLUMNS, cells, strict=True)))
        faults += [f"{path}:{number}: {fault}" for fault in row_faults(row)]
        for value in (row.id, row.path):
            if value in seen:
                faults.append(f"{path}:{number}: {value!r} stands in line {seen[value]} already; each must be unique")
            seen[value] = number
        rows.append(row)
    if faults:
        raise CorpusError("\n".join(faults))
    return tuple(rows)


def row_faults(row: ManifestRow) -> list[str]:
    """What is wrong with a row, each with what would be right."""
    faults = []
    name = ID.fullmatch(row.id)
    if name is None:
        faults.append(f"id {row.id!r} is not domain@YYYY-MM-DD (with -2, -3 ... for more captures of a day)")
    elif (name["domain"], name["captured"]) != (row.domain, row.captured):
        faults.append(f"id {row.id!r} does not agree with domain {row.domain!r} and captured {row.captured!r}")
    try:
        date.fromisoformat(row.captured)
    except ValueError:
        faults.append(f"captured {row.captured!r} is no date YYYY-MM-DD")
    if row.media_type not in MEDIA_TYPES:
        faults.append(f"media_type {row.media_type!r} is none of {', '.join(MEDIA_TYPES)}")
    if row.sha256 and not _DIGEST.fullmatch(row.sha256):
        faults.append(f"sha256 {row.sha256!r} is not 64 hexadecimal digits")
    if bool(row.sha256) != row.bytes.isdecimal():
        faults.append(f"bytes {row.bytes!r} must be a number where there is a digest, and empty where there is none")
    path = PurePosixPath(row.path)
    if path.is_absolute() or ".." in path.parts or "\\" in row.path or path.parts[:1] != ("pages",):
        faults.append(f"path {row.path!r} must lie under pages/")
    return faults


def write_manifest(path: Path, rows: Iterable[ManifestRow]) -> None:
    """Write the rows sorted by id: the whole file or, on any fault, nothing.

    Raises: CorpusError for a row that ``read_manifest`` would refuse; OutputError where the file cannot be written.
    """
    rows = sorted(rows, key=sort_key)
    faults = [f"{row.id}: {fault}" for row in rows for fault in row_faults(row)]
    faults += [f"{r.id}: a cell holds a tab or a line end" for r in rows if re.search(r"[\t\r\n]", "".join(astuple(r)))]
    if faults:
        raise CorpusError("\n".join(faults))
    write_whole(path, ("\t".join(cells) + "\n" for cells in (COLUMNS, *map(astuple, rows))))


def sort_key(row: ManifestRow) -> tuple[str, str, int]:
    """By domain, then date, then the number within the day."""
    name = ID.fullmatch(row.id)
    return row.domain, row.captured, int(name["nth"] or 1) if name else 0


def next_id(domain: str, captured: str, taken: Iterable[str]) -> str:
    """The first free id of a domain and day.

    >>> next_id("example.com", "2008-05-16", {"example.com@2008-05-16"})
    'example.com@2008-05-16-2'
    """
    first, taken, nth = f"{domain}@{captured}", set(taken), 2
    if first not in taken:
        return first
    while f"{first}-{nth}" in taken:
        nth += 1
    return f"{first}-{nth}"
