"""Whole documents: language, no policy, hostile input, the archive's pages."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

from privlex.document import read_document
from privlex.document.words import states_practice
from privlex.errors import NotAPolicyError, SnapshotError
from privlex.snapshot import read_snapshot
from tests.conftest import QNAP_2008

POLICY = (
    "Our privacy notice says which personal information we collect from you, why we share it with a carrier, and how "
    "we set cookies. "
)
GERMAN = "Diese Erklärung zum Datenschutz sagt, welche personenbezogenen Daten wir erheben und an wen wir sie geben. "


def read(text: str, form: str = "html"):
    return read_document(read_snapshot(text.encode(), media_type=f"text/{form}", name="kept/page"))


def test_qnap_2008_blocks(golden):
    document = read_document(read_snapshot(QNAP_2008))
    lines = [f"# coverage {document.coverage:.4f}, left out: {[each.text[:40] for each in document.left_out]}"]
    for block in document.blocks:
        marks = f"{block.index:3} {block.kind:10} level {block.level}"
        marks += "".join(
            f" {name} {value}"
            for name, value in (("under", block.section), ("led by", block.lead_in))
            if value is not None
        )
        lines.append(f"{marks} | {document.block_text(block)[:70]}")
    golden("qnap-2008-blocks.txt", "\n".join(lines) + "\n")


def test_qnap_2008_sections_and_lists():
    document = read_document(read_snapshot(QNAP_2008))
    numbered = [document.block_text(b) for b in document.blocks if b.kind == "heading" and b.level == 1]
    assert [int(text.split(".")[0]) for text in numbered] == [1, 2, 3, 4, 6, 7, 8, 9, 10, 11]
    led = {}
    for block in document.blocks:
        if block.kind == "list_item" and block.lead_in is not None:
            led.setdefault(document.block_text(block.lead_in)[-40:], []).append(block)
    assert Counter({lead: len(items) for lead, items in led.items()}) == {
        "companies in the normal scope of business:"[-40:]: 6,
        "website uses cookies in certain ways as below to:"[-40:]: 4,
        "used for various purposes, including to:"[-40:]: 3,
        "Account Information": 1,
        "Log Files": 1,
    }


@pytest.mark.parametrize(
    ("text", "language", "policy"),
    [
        (POLICY * 3, "en", True),
        (GERMAN * 3, "other", True),
        ("個人情報の取り扱いについて、当社はお客様の氏名と住所を収集し、第三者に提供しません。" * 4, "other", False),
        ("Stir the flour into the milk and let it stand for an hour before you heat the pan. " * 4, "en", False),
        ("Privacy Policy", "unknown", False),
    ],
)
def test_language_and_kind_are_said(text, language, policy):
    document = read(f"<p>{text}</p>")
    assert (document.language, document.is_policy) == (language, policy)
    assert bool(document.notes) == (language != "en" or not policy)


@pytest.mark.parametrize(
    "page", ["<script>var a = 1</script>", "<html><body><img src=x.png></body></html>", "<!-- gone -->"]
)
def test_a_page_without_text(page):
    with pytest.raises(NotAPolicyError, match=r"kept/page: .*; take another capture"):
        read(page)


def test_damaged_bytes_are_said():
    document = read_document(
        read_snapshot(b"<p>Our \xff\xfe caf\xc3\xa9 and na\xc3\xafve \xe2\x80\x9ctext\xe2\x80\x9d</p>", "text/html")
    )
    assert any("damaged" in note for note in document.notes)


@pytest.mark.parametrize(
    ("form", "text", "blocks"),
    [
        pytest.param("html", "<div>" * 10_000 + POLICY + "</div>" * 10_000, 1, id="nested-tags"),
        pytest.param("html", "<div><span><ul><li>" * 10_000 + POLICY, 1, id="nested-and-never-closed"),
        pytest.param("html", "<table><tr><td>" * 3_000 + POLICY + "</td>" * 10_000, 1, id="nested-tables"),
        pytest.param("html", POLICY + "</a></td></li></table>" * 20_000, 1, id="ends-without-start"),
        pytest.param("html", "<table><td>a<td>b<tr><tr><table><td>c</table></td>" * 300 + POLICY, None, id="broken-tables"),
        pytest.param("html", "<table>" + "<tr><td rowspan=99999 colspan=99999>a<td>b" * 300, None, id="endless-spans"),
        pytest.param("html", "<ul>" + "<li>your name" * 20_000, 20_000, id="many-items"),
        pytest.param("html", POLICY + "<a href=\"" * 50_000, 1, id="quotes-never-closed"),
        pytest.param("html", POLICY + "<!--" * 50_000, 1, id="comments-never-closed"),
        pytest.param("html", POLICY + "<a " * 50_000, 1, id="tags-never-closed"),
        pytest.param("html", POLICY + "&" * 200_000, None, id="ampersands"),
        pytest.param("markdown", POLICY + "[" * 100_000, None, id="brackets"),
        pytest.param("markdown", POLICY + "[a](" * 50_000, None, id="links-never-closed"),
        pytest.param("markdown", "\n".join(" " * (i % 300) + "* name" for i in range(5_000)), 5_000, id="nested-items"),
        pytest.param("plain", "- your name\n" * 20_000, 20_000, id="plain-items"),
        pytest.param("plain", " " * 1_000_000 + POLICY, 1, id="spaces"),
    ],
)  # fmt: skip
def test_hostile_input_is_read(form, text, blocks):
    document = read(text, form)
    assert blocks is None or len(document.blocks) == blocks
    assert "privacy notice" in document.text or POLICY not in text


def test_view_escapes_what_the_page_says():
    text = "# <script>alert(1)</script>\n\n- We keep <img src=x onerror=alert(1)> and </style> names.\n"
    html = read(text, "plain")._repr_html_()
    assert "<script>" not in html and "<img" not in html and html.count("</style>") == 1
    assert "&lt;script&gt;" in html and "onerror" in html


class _Visible(HTMLParser):
    """The visible characters by the standard library's parser: a second opinion on what a page shows."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.characters: list[str] = []
        self.unseen = 0

    def handle_starttag(self, tag, attrs):
        self.unseen += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.unseen -= tag in ("script", "style") and self.unseen > 0

    def handle_data(self, data):
        if not self.unseen:
            self.characters += re.findall(r"[^\W_]", data)


def archive_documents(shared):
    for path in sorted((shared / "archive" / "pages").glob("*/*")):
        try:
            yield path, read_document(read_snapshot(path))
        except SnapshotError:
            assert not path.read_bytes().strip(), path


def test_loss_on_every_page_of_the_archive(shared):
    pages = 0
    for path, document in archive_documents(shared):
        pages += 1
        assert document.coverage >= 0.995, path
        assert document.is_policy and document.language == "en", path
        if document.snapshot.info.media_type == "text/html":
            start = document.snapshot.preface.end if document.snapshot.preface else 0
            parser = _Visible()
            parser.feed(document.snapshot.text[start:].replace("&amp.\n", "&amp;\n"))
            parser.close()
            told = document.text + " ".join(
                each.text for each in document.left_out if each.reason not in ("script", "preface")
            )
            missing = Counter(parser.characters) - Counter(re.findall(r"[^\W_]", told))
            assert missing.total() <= 0.005 * len(parser.characters), (path, missing.most_common(5))
    assert pages == 168


def test_no_practice_is_left_out_of_the_archive(shared):
    """What is left out as navigation states nothing, and contents only repeat a heading that is kept."""
    for path, document in archive_documents(shared):
        kept = {
            re.sub(r"[\W\d_]+", "", document.block_text(b)).casefold() for b in document.blocks if b.kind == "heading"
        }
        for each in document.left_out:
            if each.reason == "contents":
                assert re.sub(r"[\W\d_]+", "", each.text).casefold() in kept, (path, each.text)
            elif each.visible:
                assert not states_practice(each.text), (path, each.text)
                assert not re.search(r"\b(?:we|our)\b.*\b(?:collect|share|use|sell|keep|disclose)", each.text, re.I), (
                    path,
                    each.text,
                )


def test_qnap_2015_has_nine_sections_and_no_menu(shared):
    document = read_document(read_snapshot(shared / "archive" / "pages" / "qnap.com" / "2015-04-15.html"))
    numbered = [document.block_text(b) for b in document.blocks if b.kind == "heading" and b.level == 1]
    assert [int(text.split(".")[0]) for text in numbered] == list(range(1, 10))
    for menu in ("Products", "Surveillance", "Press Releases", "Deutsch", "Return to Top", "Copyright"):
        assert not any(document.block_text(b).startswith(menu) for b in document.blocks), menu


def test_gold_offsets_of_plain_text_lead_to_the_file(shared):
    """In ``.txt`` a gold block is ours character by character: its offsets and the file's differ by a constant."""
    path = shared / "annotated" / "privlex" / "dev" / "text" / "synology-2007.txt"
    document = read_document(read_snapshot(path))
    source = document.snapshot.text
    for block in document.blocks:
        place = document.alignment.to_source(block.extent)
        assert place.end - place.start == block.extent.end - block.extent.start
        assert source[place.start : place.end].replace("\n", " ") == document.block_text(block)
    kept = re.sub(r"\s+", " ", document.text)
    assert kept == re.sub(r"\s+", " ", re.sub(r"(?m)^(- |# )|• ", "", source)).strip()


@pytest.mark.parametrize("page", ["synology.com/2007-12-29.md", "netgear.com/2008-12-17.md"])
def test_idioms_of_two_more_vendors(shared, page):
    document = read_document(read_snapshot(shared / "archive" / "pages" / page))
    headings = [document.block_text(b) for b in document.blocks if b.kind == "heading"]
    if page.startswith("synology"):
        items = [b for b in document.blocks if b.kind == "list_item"]
        assert len(items) == 16 and len({b.lead_in for b in items}) == 1 and [b.fused for b in items].count(True) == 1
        assert "Use of Cookies" in headings and len(headings) == 9
    else:
        assert headings[0] == "Our Principles." and "What We Collect and How We Use It" in headings
