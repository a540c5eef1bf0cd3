"""The manifest: the shipped one, and every rule with a row that breaks it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privlex.corpus.manifest import (
    COLUMNS,
    ManifestRow,
    next_id,
    read_manifest,
    sort_key,
    wayback_parts,
    write_manifest,
)
from privlex.corpus.pages import digest_of
from privlex.errors import CorpusError
from tests.conftest import QNAP_2008, ROOT

MANIFEST = ROOT / "corpus" / "snapshots.tsv"

ROW = ManifestRow(
    id="nas.example@2010-01-02", domain="nas.example", captured="2010-01-02", media_type="text/html", source="wayback",
    ref="https://web.archive.org/web/20100102000000id_/http://nas.example/privacy", sha256="a" * 64, bytes="120",
    path="pages/nas.example/2010-01-02.html",
)


def test_the_study_holds_176_snapshots_of_26_domains():
    rows = read_manifest(MANIFEST)
    assert len(rows) == 176 and len({row.domain for row in rows}) == 26
    assert list(rows) == sorted(rows, key=sort_key)


def test_the_shipped_page_is_the_one_in_the_manifest():
    (row,) = [row for row in read_manifest(MANIFEST) if row.id == "qnap.com@2008-05-16"]
    assert ROOT / "corpus" / row.path == QNAP_2008
    assert row.sha256 == digest_of(QNAP_2008.read_bytes())
    assert row.bytes == str(QNAP_2008.stat().st_size)


def test_the_manifest_agrees_with_the_archive(shared):
    for row in read_manifest(MANIFEST):
        assert digest_of((shared / "archive" / row.path).read_bytes()) == row.sha256, row.id


def test_there_and_back(tmp_path):
    rows = read_manifest(MANIFEST)
    write_manifest(tmp_path / "snapshots.tsv", reversed(rows))
    assert (tmp_path / "snapshots.tsv").read_bytes() == MANIFEST.read_bytes()


@pytest.mark.parametrize(("changes", "said"), [
    pytest.param({"id": "nas.example/2010-01-02"}, "is not domain@YYYY-MM-DD", id="id without @"),
    pytest.param({"id": "nas.example@2010-01-02-1"}, "is not domain@YYYY-MM-DD", id="the first capture has no number"),
    pytest.param({"domain": "other.example"}, "does not agree with domain", id="id of another domain"),
    pytest.param({"id": "nas.example@2010-02-31", "captured": "2010-02-31"}, "no date", id="no such day"),
    pytest.param({"media_type": "application/pdf"}, "none of text/html", id="media type"),
    pytest.param({"sha256": "A" * 64}, "64 hexadecimal digits", id="digest in capitals"),
    pytest.param({"bytes": ""}, "must be a number", id="digest without length"),
    pytest.param({"sha256": "", "bytes": "12"}, "must be a number", id="length without digest"),
    pytest.param({"path": "pages/../../home/page.html"}, "must lie under pages/", id="path that leaves the folder"),
    pytest.param({"path": "/pages/page.html"}, "must lie under pages/", id="absolute path"),
    pytest.param({"path": "page.html"}, "must lie under pages/", id="path beside pages/"),
])
def test_a_row_that_breaks_a_rule_is_named_with_the_remedy(changes, said, tmp_path):
    path = tmp_path / "snapshots.tsv"
    broken = replace(ROW, **changes)
    path.write_text("\n".join("\t".join(cells) for cells in (COLUMNS, (getattr(broken, c) for c in COLUMNS))) + "\n")
    with pytest.raises(CorpusError, match=r"snapshots\.tsv:2: ") as fault:
        read_manifest(path)
    assert said in str(fault.value)
    with pytest.raises(CorpusError):
        write_manifest(tmp_path / "other.tsv", [broken])
    assert not (tmp_path / "other.tsv").exists()


@pytest.mark.parametrize(("lines", "said"), [
    pytest.param(["id\tdomain"], ":1: the first line must name the columns", id="other columns"),
    pytest.param(["\t".join(COLUMNS), "a\tb"], ":2: 2 cells where 10", id="cells missing"),
    pytest.param([], ":1:", id="empty"),
])
def test_a_table_of_another_form_is_refused(lines, said, tmp_path):
    path = tmp_path / "snapshots.tsv"
    path.write_text("\n".join(lines))
    with pytest.raises(CorpusError, match=said):
        read_manifest(path)


def test_all_faults_are_told_at_once(tmp_path):
    path = tmp_path / "snapshots.tsv"
    line = "\t".join(getattr(ROW, c) for c in COLUMNS)
    path.write_text("\n".join(["\t".join(COLUMNS), line, line.replace("text/html", "image/png"), "x"]))
    with pytest.raises(CorpusError) as fault:
        read_manifest(path)
    told = str(fault.value).splitlines()
    assert [line.split(":")[1] for line in told] == ["3", "3", "3", "4"]  # the media type, the id again, the path again


def test_a_cell_with_a_tab_is_refused(tmp_path):
    with pytest.raises(CorpusError, match="tab"):
        write_manifest(tmp_path / "snapshots.tsv", [replace(ROW, note="a\tb")])


def test_captures_of_a_day_sort_by_number():
    taken: list[ManifestRow] = []
    for _ in range(12):
        taken.append(replace(ROW, id=next_id("nas.example", "2010-01-02", [r.id for r in taken])))
    assert [r.id.rpartition("-")[2] for r in sorted(reversed(taken), key=sort_key)] == [
        "02", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
    ]


@pytest.mark.parametrize(("url", "parts"), [
    ("https://web.archive.org/web/20100102030405/http://nas.example/p?x=1", ("2010-01-02", "http://nas.example/p?x=1")),
    ("http://web.archive.org/web/20100102030405id_/nas.example", ("2010-01-02", "nas.example")),
    ("https://web.archive.org/web/2010/http://nas.example/", None),
    ("https://example.com/web/20100102030405/http://nas.example/", None),
])
def test_what_is_a_wayback_url(url, parts):
    assert wayback_parts(url) == parts
