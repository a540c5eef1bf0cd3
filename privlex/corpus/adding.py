"""New rows of a manifest: from a file, whose page comes along, or from the URL of a capture, whose page is hydrated."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from privlex.corpus.manifest import ManifestRow, next_id, row_faults, wayback_parts
from privlex.corpus.pages import digest_of, write_bytes_whole
from privlex.errors import CorpusError
from privlex.snapshot import read_snapshot

if TYPE_CHECKING:
    from privlex.corpus import Corpus

_EXTENSION = {"text/html": ".html", "text/markdown": ".md", "text/plain": ".txt"}


def row_of_url(
    corpus: Corpus, source: str, *, domain: str | None, captured: str | None, url: str | None, note: str
) -> ManifestRow:
    """The row of a Wayback capture; its digest is recorded when it is fetched.

    Raises: CorpusError for a URL of another server.
    """
    parts = wayback_parts(source)
    if parts is None:
        raise CorpusError(
            f"{source}: not a capture of the Wayback Machine (https://web.archive.org/web/YYYYMMDDhhmmss/URL); "
            "save the page and add the file"
        )
    when, page = parts
    # The archive's "id_" form: the bytes as captured, without toolbar and rewritten links.
    stamp = source.split("/web/", 1)[1][:14]
    host = urlsplit(unquote(page)).hostname or ""
    return _row(
        corpus, domain or host.removeprefix("www."), captured or when, "text/html", "wayback",
        f"https://web.archive.org/web/{stamp}id_/{page}", b"", note,
    )


def row_of_file(
    corpus: Corpus, source: str, *, domain: str | None, captured: str | None, url: str | None, note: str
) -> ManifestRow:
    """The row of a page in a file, which is copied into the corpus.

    Raises: CorpusError where neither the file nor the caller tells domain and date; SnapshotError where it cannot be
    read.
    """
    info = read_snapshot(Path(source)).info
    domain, captured = domain or info.domain, captured or info.captured
    if not domain or not captured:
        missing = " and ".join(name for name, value in (("--domain", domain), ("--captured", captured)) if not value)
        raise CorpusError(f"{source}: the file does not tell where and when it was captured; give {missing}")
    content = Path(source).read_bytes()
    digest = digest_of(content)
    if same := next((row.id for row in corpus.rows if row.sha256 == digest and row.captured == captured), None):
        raise CorpusError(f"{source}: is in the corpus already, as {same}")
    row = _row(corpus, domain, captured, info.media_type, "file", url or info.url or "", content, note)
    if source.lower().endswith(".gz"):
        raise CorpusError(f"{source}: is compressed; add the page itself (gunzip {source})")
    write_bytes_whole(corpus.folder / row.path, content)
    return row


def _row(
    corpus: Corpus, domain: str, captured: str, media_type: str, source: str, ref: str, content: bytes, note: str
) -> ManifestRow:
    try:
        date.fromisoformat(captured)
    except ValueError:
        raise CorpusError(f"{captured}: no date; give --captured YYYY-MM-DD") from None
    id = next_id(domain, captured, corpus.ids)
    row = ManifestRow(
        id=id, domain=domain, captured=captured, media_type=media_type, source=source, ref=ref,
        sha256=digest_of(content) if content else "", bytes=str(len(content)) if content else "",
        path=f"pages/{domain}/{id.partition('@')[2]}{_EXTENSION[media_type]}", note=note,
    )
    if faults := row_faults(row):
        raise CorpusError(f"{domain}@{captured}: {'; '.join(faults)}")
    return row
