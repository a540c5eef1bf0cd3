"""What a snapshot says of itself, and the sentence for each thing that is none."""

from __future__ import annotations

import gzip
import hashlib
import re

import pytest

from privlex.errors import SnapshotError
from privlex.snapshot import MAX_BYTES, read_snapshot

MARKDOWN = (
    "> *The following text is extracted and transformed from the shop.example privacy policy that was archived on "
    "2009-03-02. Please check the [original snapshot on the Wayback Machine](https://web.archive.org/web/"
    "20090302101010id_/http%3A//shop.example/privacy.asp) for the most accurate reproduction.*\n\n"
    "# Shop\n\nWe keep your order.\n"
)
HTML = (
    "<!--The following is the downloaded HTML source of the shop.example privacy policy that was archived on "
    "2009-03-02.\n Please check the original snapshot on the Wayback Machine (https://web.archive.org/web/"
    "20090302101010id_/http%3A//shop.example/privacy.asp) for the most accurate reproduction.-->\n\n"
    "<!DOCTYPE html><html><body><p>We keep your order.</p></body></html>"
)


@pytest.mark.parametrize(("text", "media_type"), [(MARKDOWN, "text/markdown"), (HTML, "text/html")])
def test_preface_of_the_archive(text, media_type):
    snapshot = read_snapshot(text.encode(), name="page")
    info = snapshot.info
    assert (info.media_type, info.domain, info.captured, info.id) == (
        media_type,
        "shop.example",
        "2009-03-02",
        "shop.example@2009-03-02",
    )
    assert info.url == "https://web.archive.org/web/20090302101010id_/http%3A//shop.example/privacy.asp"
    preface = snapshot.preface
    assert text[: preface.end].rstrip().endswith(("reproduction.*", "reproduction.-->"))
    assert "keep your order" not in text[preface.start : preface.end]


def test_a_quotation_is_no_preface():
    snapshot = read_snapshot(b"> The following is quoted from our terms.\n\nWe keep names.\n", "text/markdown")
    assert snapshot.preface is None


def test_wayback_page_as_a_browser_gets_it():
    page = (
        b'<html><head><script>__wm.wombat("http://www.shop.example/privacy","20100102020029","https://web.archive.org/",'
        b'"web","/_static/","1262397629");</script></head><body><p>We keep your order.</p></body></html>\n'
        b"<!--\n     FILE ARCHIVED ON 02:00:29 Jan 02, 2010 AND RETRIEVED FROM THE\n     INTERNET ARCHIVE ON 2026.\n-->"
    )
    info = read_snapshot(page, name="saved.html").info
    assert (info.domain, info.captured) == ("shop.example", "2010-01-02")
    assert info.url == "https://web.archive.org/web/20100102020029/http://www.shop.example/privacy"


@pytest.mark.parametrize(
    ("name", "domain", "captured", "id"),
    [
        ("pages/qnap.com/2008-05-16.md", "qnap.com", "2008-05-16", "qnap.com@2008-05-16"),
        ("pages\\qnap.com\\2008-05-16.md", "qnap.com", "2008-05-16", "qnap.com@2008-05-16"),
        ("a.b.example/2012-10-04-2.html.gz", "a.b.example", "2012-10-04", "a.b.example@2012-10-04-2"),
        ("2008-05-16.md", None, "2008-05-16", None),
        ("notes/2008-05-16.md", None, "2008-05-16", None),
        ("qnap.com/privacy.md", None, None, None),
    ],
)
def test_domain_and_date_from_the_path(name, domain, captured, id):
    info = read_snapshot(b"# Privacy\n\nWe keep names.", name=name).info
    assert (info.domain, info.captured, info.id) == (domain, captured, id)


@pytest.mark.parametrize(
    ("name", "text", "media_type"),
    [
        ("a.html", "plain words", "text/html"),
        ("a.HTM.gz", "plain words", "text/html"),
        ("a.md", "<p>one</p><p>two</p>", "text/markdown"),
        ("a.txt", "# Title\n\nWe keep names.", "text/plain"),
        pytest.param("a.txt", "<p>one</p><ul><li>two</li></ul><br>", "text/html", id="tosback-fragment-called-txt"),
        ("page", "<!DOCTYPE html><title>x</title>", "text/html"),
        ("page", "<p>We keep</p>\n<ul><li>names</li></ul>", "text/html"),
        ("page", "Privacy\n=======\n\nWe keep [names](https://shop.example/n).", "text/markdown"),
        ("page", "* one\n* two\n", "text/markdown"),
        ("page", "We keep names if 3 < 4.", "text/plain"),
    ],
)
def test_media_type(name, text, media_type):
    assert read_snapshot(text.encode(), name=name).info.media_type == media_type


def test_declared_media_type_wins():
    assert read_snapshot(b"# x", media_type="text/plain; charset=utf-8", name="a.md").info.media_type == "text/plain"


def test_digest_is_of_the_bytes_on_disk(tmp_path):
    packed = gzip.compress(MARKDOWN.encode())
    path = tmp_path / "page.md.gz"
    path.write_bytes(packed)
    snapshot = read_snapshot(path)
    assert snapshot.info.sha256 == hashlib.sha256(packed).hexdigest()
    assert snapshot.text == MARKDOWN
    assert snapshot.info.source == str(path)


def test_gzip_of_several_members():
    assert read_snapshot(gzip.compress(b"We keep ") + gzip.compress(b"names.")).text == "We keep names."


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \r\n\t", "only white space"),
        (b"\xef\xbb\xbf", "empty"),
        pytest.param(gzip.compress(b""), "empty", id="gzip-of-nothing"),
        pytest.param(gzip.compress(bytes(range(97, 123)) * 500)[:-12], "cut off", id="gzip-cut"),
        pytest.param(gzip.compress(b"")[:10] + b"\x07" * 30, "damaged", id="gzip-damaged"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a PNG image"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG image"),
        (b"PK\x03\x04\x14\x00", "a zip archive"),
        (bytes(range(256)) * 20, "binary"),
        (b"\x00\x01\x02\x03" * 400, "binary"),
        pytest.param(gzip.compress(b"a" * (MAX_BYTES + 1)), "MiB", id="gzip-bomb"),
        pytest.param(b"a" * (MAX_BYTES + 1), "MiB", id="too-large"),
    ],
)
def test_one_sentence_names_file_and_remedy(data, says):
    with pytest.raises(SnapshotError) as caught:
        read_snapshot(data, name="kept/page.html")
    message = str(caught.value)
    assert message.startswith("kept/page.html: ") and says in message
    assert ";" in message and "\n" not in message  # "what is wrong; what to do"


@pytest.mark.parametrize("word", [b"BMW keeps your name.", b"RIFF is a company that keeps your name."])
def test_words_that_begin_like_an_image(word):
    assert read_snapshot(word).text.encode() == word


POLICY = "# Privacy policy\n\nWe collect your name.\n\n" + "We keep it. " * 400


@pytest.mark.parametrize("text", [
    pytest.param(POLICY, id="lines"),
    pytest.param("Privacy policy\rWe collect your name.", id="lines of an old Mac"),
    pytest.param("We collect your name. " * 20, id="a name longer than any"),
    pytest.param("we/share " * 600, id="a path longer than any"),
])
def test_a_text_in_place_of_a_path_is_told_and_not_shown(text):
    with pytest.raises(SnapshotError, match=r"the text itself.*\.encode\(\).*media_type.*name=.*path") as caught:
        read_snapshot(text)
    message = str(caught.value)
    shown, _, said = message.partition(": this is")
    assert len(shown) <= 80 and "\n" not in message and "\r" not in message and len(said) < 200


def test_a_long_line_in_place_of_a_path_is_not_shown_whole():
    line = "We collect your name, your address and your telephone number when you register, and keep them for a year."
    with pytest.raises(SnapshotError, match="no such file") as caught:
        read_snapshot(line)
    assert line not in str(caught.value) and len(str(caught.value).partition(": no such")[0]) <= 80


def test_missing_file_and_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SnapshotError, match=re.escape(f"gone.md: no such file in {tmp_path}; check the path")):
        read_snapshot("gone.md")
    with pytest.raises(SnapshotError, match=r"gone\.md: no such file"):
        read_snapshot(tmp_path / "gone.md")
    with pytest.raises(SnapshotError, match="this is a folder"):
        read_snapshot(str(tmp_path))
    with pytest.raises(SnapshotError, match="cannot be read"):
        read_snapshot("a\0b")
    with pytest.raises(SnapshotError, match="media type 'image/png' is not known"):
        read_snapshot(b"text", media_type="image/png")


def test_every_capture_of_the_archive(shared):
    rows = (shared / "archive" / "snapshots.tsv").read_text("utf8").splitlines()
    columns = rows[0].split("\t")
    empty = 0
    for line in rows[1:]:
        row = dict(zip(columns, line.split("\t"), strict=False))
        path = shared / "archive" / row["path"]
        if not path.read_bytes().strip():
            empty += 1
            with pytest.raises(SnapshotError, match="empty"):
                read_snapshot(path)
            continue
        info = read_snapshot(path).info
        assert (info.domain, info.captured) == (row["domain"], row["captured"])
        assert (info.sha256, info.media_type) == (row["sha256"], row["media_type"])
        if row["source"] == "princeton-leuven":
            assert info.url == row["source_ref"]
    assert (len(rows) - 1, empty) == (176, 8)
