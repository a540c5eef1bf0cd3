"""Parts of a dataset on disk: written whole or not at all, marked when all five tables are there."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path

from privlex.bulk.schema import TABLES
from privlex.bulk.sources import Capture
from privlex.bulk.work import BatchResult, Tally
from privlex.errors import OutputError
from privlex.files import UNFINISHED, write_whole

_MARKS = "_parts"


def write_file(path: Path, data: bytes) -> None:
    """Write a file of the dataset whole, and its folder where there is none.

    Raises: OutputError, with the reason (disk full, no permission).
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise OutputError(f"{path.parent}: cannot be made ({fault.strerror}); choose another folder") from fault
    write_whole(path, data, lasting=True)


def part_name(number: int) -> str:
    return f"part-{number:06d}"


def fingerprint(captures: Sequence[Capture]) -> str:
    """16 hex digits over the names and bytes of a batch: whether a marked part is of these captures."""
    digest = blake2b(digest_size=8)
    for capture in captures:
        for part in (
            capture.name.encode("utf8", "surrogateescape"),
            (capture.fault or "").encode("utf8"),
            capture.data,
        ):
            digest.update(len(part).to_bytes(8, "little"))
            digest.update(part)
    return digest.hexdigest()


def write_part(out: Path, number: int, captures: Sequence[Capture], result: BatchResult) -> None:
    """Write the five tables of a batch, then its mark."""
    for table, data in result.tables.items():
        write_file(out / table / f"{part_name(number)}.parquet", data)
    mark = {
        "fingerprint": fingerprint(captures),
        "captures": len(captures),
        "failures": result.tally.failures,
        "tally": asdict(result.tally),
    }
    write_file(out / _MARKS / f"{part_name(number)}.json", json.dumps(mark).encode("utf8"))


def marked(out: Path, number: int) -> dict | None:
    """The mark of a part that is there, else None."""
    try:
        return json.loads((out / _MARKS / f"{part_name(number)}.json").read_bytes())
    except (OSError, ValueError):
        return None


def tally_of(mark: dict) -> Tally:
    """The tally in a mark: captures and failures only, the work was another run's."""
    return Tally(captures=mark["captures"], failures=dict(mark["failures"]))


def drop_parts_from(out: Path, number: int) -> None:
    """Remove parts that the source no longer has, and what a killed run left half-written."""
    for folder in (_MARKS, *TABLES):
        for path in (out / folder).glob("part-*"):
            if int(path.stem.split("-")[1]) >= number:
                path.unlink()
        for path in (out / folder).glob(UNFINISHED):
            path.unlink(missing_ok=True)
