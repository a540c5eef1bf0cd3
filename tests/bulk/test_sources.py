"""Every kind of archive gives its captures in a fixed order, and its damage as captures with a fault."""

from __future__ import annotations

import gzip
import subprocess

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from privlex.bulk.sources import Capture, Folder, GitVersions, ParquetTexts, WarcFiles, open_source
from privlex.errors import PrivlexError

TEXT = "We collect your email address."


def by_name(source) -> dict[str, Capture]:
    captures = list(source.captures())
    found = {c.name: c for c in captures}
    assert len(found) == len(captures), "names of captures are not unique"
    return found


def test_folder_gives_snapshots_sorted_and_passes_over_other_files(tmp_path):
    for name in ("b.com/2010.md", "a.com/2009.html", "a.com/2008.txt.gz", "a.com/logo.png"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(TEXT)
    source = open_source(tmp_path)
    assert isinstance(source, Folder)
    assert [c.name for c in source.captures()] == ["a.com/2008.txt.gz", "a.com/2009.html", "b.com/2010.md"]
    assert source.count() == 3
    assert [c.service for c in source.captures()] == ["a.com", "a.com", "b.com"]


def test_folder_takes_only_what_matches(tmp_path):
    for name in ("Privacy Policy.md", "Terms of Service.md"):
        (tmp_path / name).write_text(TEXT)
    assert [c.name for c in open_source(tmp_path, "*Privacy*").captures()] == ["Privacy Policy.md"]


def write_parquet(path, texts, group=2, **columns):
    table = pa.table({"text": pa.array(texts), **columns})
    pq.write_table(table, path, row_group_size=group, compression="none", use_dictionary=False)
    return path


def test_parquet_rows_carry_their_facts(tmp_path):
    path = write_parquet(
        tmp_path / "a.parquet",
        [TEXT, "<p>x</p>"],
        service=["A", "B"],
        source=["ota", "tosback"],
        captured=["2019-01-02T03:04:05Z", None],
        commit=["c1", "c2"],
    )
    first, second = open_source(path).captures()
    assert first == Capture(
        name="row-0", data=TEXT.encode(), media_type="text/markdown", service="A", captured="2019-01-02", origin="c1"
    )
    assert (second.name, second.media_type, second.captured) == ("row-1", "text/html", None)


def test_parquet_text_that_is_no_utf8_is_handed_on(tmp_path):
    array = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.array([0, 4], pa.int32()).buffers()[1], pa.py_buffer(b"a\xff\xfeb")]
    )
    pq.write_table(pa.table({"text": array}), tmp_path / "a.parquet")
    assert [c.data for c in open_source(tmp_path / "a.parquet").captures()] == [b"a\xff\xfeb"]


def test_a_damaged_row_group_is_one_fault_and_the_rest_is_read(tmp_path):
    texts = [f"{TEXT} {n} " + "x" * 4000 for n in range(6)]
    path = write_parquet(tmp_path / "a.parquet", texts)
    data = bytearray(path.read_bytes())
    at = pq.ParquetFile(path).metadata.row_group(1).column(0).data_page_offset
    data[at : at + 40] = b"\xff" * 40  # the page header of the second row group
    path.write_bytes(data)
    found = by_name(ParquetTexts(path))
    assert "row group 1 is damaged" in found["row-group-1"].fault
    assert [n for n in found if n.startswith("row-") and found[n].fault is None] == ["row-0", "row-1", "row-4", "row-5"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        pytest.param("a.parquet", b"no parquet", "not a readable Parquet file", id="no parquet"),
        pytest.param("a.csv", b"x", "not an archive", id="another file"),
        pytest.param(None, b"", "no such file", id="missing"),
    ],
)
def test_what_is_no_archive_is_refused_by_name(tmp_path, name, data, says):
    path = tmp_path / (name or "nothing")
    if name:
        path.write_bytes(data)
    with pytest.raises(PrivlexError, match=says) as fault:
        list(open_source(path).captures())
    assert path.name in str(fault.value)


def test_a_parquet_file_without_texts_names_its_columns(tmp_path):
    pq.write_table(pa.table({"body": ["x"]}), tmp_path / "a.parquet")
    with pytest.raises(PrivlexError, match="no column `text`; columns are body"):
        list(open_source(tmp_path / "a.parquet").captures())


def git(path, *arguments, date="2020-01-01T00:00:00Z"):
    subprocess.run(
        ["git", "-C", str(path), "-c", "user.name=t", "-c", "user.email=t@example.org", *arguments],
        check=True,
        capture_output=True,
        env={"GIT_COMMITTER_DATE": date, "GIT_AUTHOR_DATE": date, "PATH": "/usr/bin:/bin:/usr/local/bin"},
    )


def test_git_gives_every_version_of_every_path(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "Ärger AG").mkdir()
    versions = [("Ärger AG/Privacy Policy.md", "one"), ("Ärger AG/Privacy Policy.md", "two"), ("b.txt", "three")]
    for number, (name, text) in enumerate(versions):
        (tmp_path / name).write_text(text)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-q", "-m", "x", date=f"202{number}-01-01T00:00:00Z")
    (tmp_path / "b.txt").unlink()
    git(tmp_path, "commit", "-q", "-a", "-m", "removed")
    source = open_source(tmp_path)
    assert isinstance(source, GitVersions)
    found = list(source.captures())
    assert [(c.path, c.captured, c.data.decode()) for c in sorted(found, key=lambda c: c.captured)] == [
        ("Ärger AG/Privacy Policy.md", "2020-01-01", "one"),
        ("Ärger AG/Privacy Policy.md", "2021-01-01", "two"),
        ("b.txt", "2022-01-01", "three"),
    ]
    assert source.count() == 3
    assert {c.service for c in found} == {"Ärger AG", None}


def warc_record(url: str, body: bytes, media: str = "text/html", status: str = "200 OK") -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {media}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2015-04-15T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{abs(hash(url))}>\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    ).encode()
    return head + http + b"\r\n\r\n"


def test_warc_gives_text_responses(tmp_path):
    records = [
        warc_record("https://a.example/privacy", b"<p>one</p>", "text/html; charset=utf-8"),
        warc_record("https://a.example/logo.png", b"x", "image/png"),
        warc_record("https://a.example/gone", b"x", status="404 Not Found"),
    ]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(gzip.compress(r) for r in records))
    source = open_source(tmp_path)
    assert isinstance(source, WarcFiles)
    (capture,) = source.captures()
    assert (capture.data, capture.media_type, capture.service, capture.captured) == (
        b"<p>one</p>",
        "text/html",
        "a.example",
        "2015-04-15",
    )


def test_a_cut_warc_file_is_a_fault_after_what_was_whole(tmp_path):
    whole = gzip.compress(warc_record("https://a.example/privacy", b"<p>one</p>"))
    (tmp_path / "a.warc.gz").write_bytes(whole + gzip.compress(warc_record("https://a.example/2", b"y" * 9000))[:60])
    captures = list(open_source(tmp_path / "a.warc.gz").captures())
    assert captures[0].data == b"<p>one</p>"
    assert all(c.fault or c.data for c in captures)
