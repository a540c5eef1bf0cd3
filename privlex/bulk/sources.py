"""Where captures come from: a folder, a Parquet file, a git repository of versions, WARC files.

Each source is an iterator of ``Capture`` in a fixed order, read as it goes; what cannot be read at all comes out as a
capture that carries its fault. Nothing here interprets a page.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import NamedTuple, Protocol

from privlex.errors import PrivlexError
from privlex.files import looked_in
from privlex.snapshot.provenance import provenance_of

#: Suffixes of snapshots, each also as .gz; other files of a folder or a repository are passed over.
SUFFIXES = (".md", ".markdown", ".html", ".htm", ".xhtml", ".txt")
_MEDIA = {
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
}
#: Open Terms Archive writes Markdown, tosback fragments of HTML in .txt files.
MEDIA_OF_PROJECT = {"ota": "text/markdown", "tosback": "text/html"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """One capture as it comes from its source. ``name`` is unique within the source; ``fault`` instead of ``data``."""

    name: str
    data: bytes = b""
    media_type: str | None = None
    service: str | None = None  # who the policy belongs to, as the source calls it
    path: str | None = None  # which of the service's texts
    captured: str | None = None  # ISO date
    origin: str | None = None  # commit, WARC record, row
    url: str | None = None
    fault: str | None = None


class Source(Protocol):
    """An archive: how many captures (None where only reading tells), and the captures in order."""

    label: str

    def count(self) -> int | None: ...
    def captures(self) -> Iterator[Capture]: ...


def open_source(source: str | Path, match: str = "*") -> Source:
    """The archive at a path, by what lies there.

    Args:
        match: shell pattern that the path of a capture has to fit (folders and git repositories).

    Raises: PrivlexError when nothing there can be read as an archive.
    """
    path = Path(source)
    if path.is_dir():
        if (path / ".git").exists() or ((path / "HEAD").is_file() and (path / "objects").is_dir()):
            return GitVersions(path, match)
        warcs = sorted(p for p in path.rglob("*") if _is_warc(p))
        return WarcFiles(tuple(warcs)) if warcs else Folder(path, match)
    if not path.exists():
        raise PrivlexError(
            f"{source}: no such file or folder{looked_in(source)}; SOURCE is a folder, a .parquet file, "
            "a git repository or WARC files"
        )
    if path.suffix == ".parquet":
        return ParquetTexts(path)
    if _is_warc(path):
        return WarcFiles((path,))
    raise PrivlexError(f"{source}: not an archive; for one snapshot use `privlex extract`")


def _is_warc(path: Path) -> bool:
    return path.name.endswith((".warc", ".warc.gz"))


def _suffix(name: str) -> str:
    name = name.lower().removesuffix(".gz")
    return name[name.rfind(".") :] if "." in name else ""


@dataclass(frozen=True, slots=True)
class Folder:
    """Every snapshot under a folder, sorted by path; service is the site that the path names, else the first folder."""

    path: Path
    match: str = "*"

    @property
    def label(self) -> str:
        return f"folder {self.path.name}"

    def _files(self) -> list[str]:
        names = (p.relative_to(self.path).as_posix() for p in self.path.rglob("*") if p.is_file())
        return sorted(n for n in names if _suffix(n) in SUFFIXES and fnmatch(n, self.match))

    def count(self) -> int:
        return len(self._files())

    def captures(self) -> Iterator[Capture]:
        for name in self._files():
            service = provenance_of("", name).domain or (name.split("/")[0] if "/" in name else None)
            try:
                data = (self.path / name).read_bytes()
            except OSError as fault:
                yield Capture(name=name, service=service, path=name, fault=f"not readable: {fault.strerror}")
                continue
            yield Capture(name=name, data=data, media_type=_MEDIA.get(_suffix(name)), service=service, path=name)


@dataclass(frozen=True, slots=True)
class ParquetTexts:
    """Rows of a Parquet file with a column ``text``; service, path, captured, source, commit where there are such."""

    path: Path

    @property
    def label(self) -> str:
        return f"Parquet file {self.path.name}"

    def _open(self):
        import pyarrow as pa
        import pyarrow.parquet as pq

        try:
            file = pq.ParquetFile(self.path)
        except (pa.ArrowInvalid, OSError) as fault:
            raise PrivlexError(f"{self.path}: not a readable Parquet file ({str(fault).splitlines()[0]})") from fault
        if "text" not in file.schema_arrow.names:
            file.close()
            raise PrivlexError(f"{self.path}: no column `text`; columns are {', '.join(file.schema_arrow.names)}")
        return file

    def count(self) -> int:
        with self._open() as file:
            return file.metadata.num_rows

    def captures(self) -> Iterator[Capture]:
        import pyarrow as pa

        with self._open() as file:
            names = [
                n
                for n in ("service", "path", "captured", "source", "commit", "url", "text")
                if n in file.schema_arrow.names
            ]
            row = 0
            for group in range(file.num_row_groups):
                rows = file.metadata.row_group(group).num_rows
                try:
                    # Small batches: a row group of 2,000 policies takes 80 MB, twice.
                    for batch in file.iter_batches(batch_size=128, row_groups=[group], columns=names):
                        for capture in self._of_batch(batch, names, row, pa):
                            row += 1
                            yield capture
                except (pa.ArrowException, OSError) as fault:
                    start = sum(file.metadata.row_group(g).num_rows for g in range(group))
                    reason = (
                        f"row group {group} is damaged, rows {row} to {start + rows - 1}: {str(fault).splitlines()[0]}"
                    )
                    yield Capture(name=f"row-group-{group}", fault=reason)
                    row = start + rows

    @staticmethod
    def _of_batch(batch, names, row, pa) -> Iterator[Capture]:
        # As bytes: a string that is not valid UTF-8 is read by the snapshot stage, not refused here.
        columns = {n: batch.column(n) for n in names}
        texts = columns.pop("text").cast(pa.binary())
        rest = {n: c.to_pylist() for n, c in columns.items()}
        for i in range(batch.num_rows):
            cell = {n: rest[n][i] for n in rest}
            captured = cell.get("captured")
            yield Capture(
                name=f"row-{row + i}",
                data=texts[i].as_py() or b"",
                service=cell.get("service"),
                path=cell.get("path"),
                media_type=MEDIA_OF_PROJECT.get(cell.get("source")),
                url=cell.get("url"),
                captured=str(captured)[:10] if captured else None,
                origin=cell.get("commit"),
            )


class _Version(NamedTuple):
    commit: str
    date: str
    blob: str
    path: str


@dataclass(frozen=True, slots=True)
class GitVersions:
    """All versions of all texts in a git repository, oldest first for each path, by blob, without a checkout."""

    path: Path
    match: str = "*"

    @property
    def label(self) -> str:
        return f"git repository {self.path.resolve().name}"

    def _git(self, *arguments: str, **options) -> subprocess.Popen:
        command = ["git", "-C", str(self.path), "-c", "core.quotePath=false", *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, **options)

    def _versions(self) -> list[_Version]:
        log = self._git(
            "log",
            "--all",
            "--raw",
            "--no-abbrev",
            "--no-renames",
            "--reverse",
            "-m",
            "--first-parent",
            "-z",
            "--format=%x01%H %cs",
            stderr=subprocess.PIPE,
        )
        out, err = log.communicate()
        if log.returncode:
            raise PrivlexError(f"{self.path}: git cannot read this repository: {err.decode('utf8', 'replace').strip()}")
        found, commit, date = [], "", ""
        fields = iter(out.decode("utf8", "surrogateescape").split("\0"))
        for field in fields:
            field = field.lstrip("\n")
            if "\x01" in field:
                commit, date = field[field.index("\x01") + 1 :].split("\n")[0].split(" ")
                field = field.split("\n")[-1] if "\n" in field else ""
            if not field.startswith(":"):
                continue
            blob, status = field.split(" ")[3:5]
            path = next(fields, "")
            if status[0] in "AM" and _suffix(path) in SUFFIXES and fnmatch(path, self.match):
                found.append(_Version(commit, date, blob, path))
        order = {c: n for n, c in enumerate(dict.fromkeys(v.commit for v in found))}
        return sorted(set(found), key=lambda v: (v.path, order[v.commit]))

    def count(self) -> int:
        return len(self._versions())

    def captures(self) -> Iterator[Capture]:
        versions = self._versions()
        cat = self._git("cat-file", "--batch", stdin=subprocess.PIPE)
        try:
            for version in versions:
                cat.stdin.write(version.blob.encode("ascii") + b"\n")
                cat.stdin.flush()
                head = cat.stdout.readline().split()
                facts = dict(
                    name=f"{version.path}@{version.commit[:12]}",
                    service=version.path.split("/")[-2] if "/" in version.path else None,
                    path=version.path,
                    captured=version.date,
                    origin=version.commit,
                )
                if len(head) != 3:
                    yield Capture(fault="blob is missing from the repository", **facts)
                    continue
                data = cat.stdout.read(int(head[2]))
                cat.stdout.read(1)
                # tosback keeps HTML fragments in .txt files; they are told by their tags.
                yield Capture(data=data, media_type=_MEDIA.get(_suffix(version.path)), **facts)
        finally:
            cat.stdin.close()
            cat.terminate()
            cat.wait()


@dataclass(frozen=True, slots=True)
class WarcFiles:
    """Responses of WARC files that hold HTML, Markdown or plain text (library ``warcio``)."""

    paths: tuple[Path, ...]

    @property
    def label(self) -> str:
        return f"{len(self.paths)} WARC file{'s' * (len(self.paths) != 1)}"

    def count(self) -> None:
        return None

    def captures(self) -> Iterator[Capture]:
        try:
            from warcio.archiveiterator import ArchiveIterator
            from warcio.exceptions import ArchiveLoadFailed
        except ImportError as fault:
            raise PrivlexError('WARC files need the library warcio: pip install "privlex[archive]"') from fault
        for path in self.paths:
            number = 0
            with path.open("rb") as stream:
                try:
                    for record in ArchiveIterator(stream):
                        number += 1
                        if record.rec_type not in ("response", "resource"):
                            continue
                        headers = record.http_headers
                        media = (
                            (headers.get_header("Content-Type") if headers else None)
                            or record.rec_headers.get_header("Content-Type")
                            or ""
                        )
                        if (headers and headers.get_statuscode() != "200") or not media.startswith("text/"):
                            continue
                        url = record.rec_headers.get_header("WARC-Target-URI")
                        yield Capture(
                            name=f"{path.name}#{number}",
                            data=record.content_stream().read(),
                            url=url,
                            media_type=media.split(";")[0].strip().lower(),
                            service=_host(url),
                            captured=(record.rec_headers.get_header("WARC-Date") or "")[:10] or None,
                            origin=record.rec_headers.get_header("WARC-Record-ID"),
                        )
                except (ArchiveLoadFailed, EOFError, OSError, ValueError) as fault:
                    yield Capture(
                        name=f"{path.name}#{number + 1}", fault=f"damaged WARC file after record {number}: {fault}"
                    )


def _host(url: str | None) -> str | None:
    from urllib.parse import urlsplit

    return urlsplit(url).hostname if url else None
