"""Getting the pages that the manifest names: from a mirror folder, a repository's history, or the Wayback Machine.

Which digest is checked
    The manifest's digest is that of the file in the mirror: for ``princeton-leuven`` a Markdown (or HTML) rendering
    of the capture with a preface, for the two repositories the file of that commit. A page from a mirror or a clone
    must have this digest, or it is not written.

    The Wayback Machine serves the capture itself, and those are other bytes, so the manifest cannot vouch for them.
    Such a page lies beside the mirror's (``DATE.wayback.html``) with its own digest, written down at the first fetch
    in ``pages/fetched.tsv`` and checked ever after: this proves that the page did not change since, not that the
    first fetch was right. What is found in it can differ from the released tables.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Literal, NamedTuple

from privlex.corpus.archive import ArchiveBusyError, archive_client, fetch_capture
from privlex.corpus.manifest import ManifestRow
from privlex.corpus.pages import FetchedPage, digest_of, read_fetched, write_bytes_whole, write_fetched
from privlex.errors import CorpusError, OutputError

if TYPE_CHECKING:
    from wayback import WaybackClient

_EXTENSION = {"text/html": ".html", "text/markdown": ".md", "text/plain": ".txt"}


class Outcome(NamedTuple):
    """What became of one snapshot: it was there, was copied, was fetched, or failed for a reason."""

    id: str
    state: Literal["present", "copied", "fetched", "failed"]
    reason: str = ""


def hydrate(
    rows: Iterable[ManifestRow],
    folder: Path,
    *,
    mirror: Path | None = None,
    clones: Mapping[str, Path] | None = None,
    client: WaybackClient | None = None,
    again: bool = False,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Outcome]:
    """Get pages into ``folder``, one outcome for each row, in order; stop and start again as you like.

    Args:
        rows: the snapshots wanted.
        folder: the corpus folder; pages go under its ``pages``.
        mirror: take pages from this folder, laid out as the manifest's paths, and from nowhere else.
        clones: local clones (bare or not) by repository name as in the manifest's ``source``.
        client: of the Wayback Machine; by default one with the library's own limits, made when first needed.
        again: fetch captures from the archive anew, and fail where one is no longer what it was.
        sleep: how to wait.
    """
    fetched = read_fetched(folder / "pages")
    busy = ""
    for row in rows:
        try:
            if has_page(folder, row):
                yield Outcome(row.id, "present")
            elif mirror is not None:
                _put_checked(folder, row, _from_mirror(mirror, row))
                yield Outcome(row.id, "copied")
            elif row.source in (clones or {}):
                _put_checked(folder, row, _from_clone(clones[row.source], row))
                yield Outcome(row.id, "copied")
            elif row.wayback is None:
                yield Outcome(row.id, "failed", _remedy(row))
            elif not again and _is_whole(folder, fetched.get(row.id)):
                yield Outcome(row.id, "present")
            elif busy:
                yield Outcome(row.id, "failed", busy)
            else:
                client = client or archive_client()
                page = _fetch(folder, row, client, fetched.get(row.id), sleep)
                fetched[row.id] = page
                write_fetched(folder / "pages", fetched)
                yield Outcome(row.id, "fetched")
        except ArchiveBusyError as fault:
            busy = str(fault)
            yield Outcome(row.id, "failed", busy)
        except OutputError:
            raise  # no other page could be written either
        except CorpusError as fault:
            yield Outcome(row.id, "failed", str(fault))


def has_page(folder: Path, row: ManifestRow) -> bool:
    """Does the page with the manifest's own digest lie in ``folder``?"""
    try:
        return bool(row.sha256) and digest_of((folder / row.path).read_bytes()) == row.sha256
    except OSError:
        return False


def _is_whole(folder: Path, page: FetchedPage | None) -> bool:
    try:
        return page is not None and digest_of((folder / page.path).read_bytes()) == page.sha256
    except OSError:
        return False


def _put_checked(folder: Path, row: ManifestRow, content: bytes) -> None:
    if row.sha256 and (got := digest_of(content)) != row.sha256:
        raise CorpusError(
            f"these are other bytes than the manifest names (sha256 {got[:12]}…, not {row.sha256[:12]}…); "
            "nothing was written: get the page anew at its source"
        )
    write_bytes_whole(folder / row.path, content)


def _from_mirror(mirror: Path, row: ManifestRow) -> bytes:
    try:
        return (mirror / row.path).read_bytes()
    except OSError as fault:
        raise CorpusError(
            f"{mirror / row.path}: not in the mirror ({fault.strerror}); the mirror is the folder that holds pages/"
        ) from fault


def _from_clone(clone: Path, row: ManifestRow) -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(clone), "cat-file", "blob", row.ref], capture_output=True, check=False
        )
    except OSError as fault:
        raise CorpusError(f"git cannot be started ({fault.strerror}); install it, or use --mirror") from fault
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines() or [""]
        raise CorpusError(f"{clone}: git does not give {row.ref} ({said[-1]}); is this a full clone of {row.source}?")
    return done.stdout


def _remedy(row: ManifestRow) -> str:
    if row.source == "file":
        return f"its page was added from a file and is gone; put it back at {row.path}"
    return f"it stands in the history of {row.source}: clone that and give --clone {row.source}=FOLDER, or use --mirror"


def _fetch(
    folder: Path, row: ManifestRow, client: WaybackClient, known: FetchedPage | None, sleep: Callable[[float], None]
) -> FetchedPage:
    got = fetch_capture(row.wayback, client, sleep=sleep)
    digest = digest_of(got.content)
    if known is not None and digest != known.sha256:
        raise CorpusError(
            f"the archive now serves other bytes (sha256 {digest[:12]}…) than on {known.fetched} "
            f"({known.sha256[:12]}…); nothing was written: remove its line in pages/fetched.tsv to accept them"
        )
    stem = PurePosixPath(row.path)
    path = str(stem.with_name(stem.name.split(".")[0] + ".wayback" + _EXTENSION[got.media_type]))
    write_bytes_whole(folder / path, got.content)
    return FetchedPage(
        id=row.id, sha256=digest, bytes=str(len(got.content)), media_type=got.media_type, path=path,
        memento=got.memento, fetched=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
