"""Properties that hold for every source: the pieces tile both texts, there and back is the same place."""

from __future__ import annotations

import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privlex.document import read_document
from privlex.document.raw import Collector
from privlex.errors import SnapshotError
from privlex.records import Extent, PolicyDocument
from privlex.snapshot import read_snapshot

WORDS = [
    "We",
    "keep",
    "your",
    "name",
    "•",
    "- x",
    "1.",
    "(a)",
    "data:",
    "café",
    "“x”",
    "\u200b",
    "\xa0",
    "…",
    "AT&T",
    "日本",
]
TAGS = [
    "p", "div", "b", "strong", "span", "a href='x'", "ul", "ol", "li", "table", "tr", "td", "th", "td rowspan=2 colspan='x'", "h1", "h2",
    "dl", "dt", "dd", "details", "summary", "nav", "footer", "div class='menu'", "div style='display:none'", "pre", "select", "option",
    "svg", "br", "br/", "hr", "title", "textarea", "blockquote", "form", "script", "style",
]  # fmt: skip
HTML_BITS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(TAGS).map(lambda tag: f"<{tag}>"),
    st.sampled_from(TAGS).map(lambda tag: f"</{tag.split()[0]}>"),
    st.sampled_from([" ", "\n", "\r\n", "  ", "&amp;", "&nbsp;", "&#8217;", "&bogus;", "&", "<", ">", "<!--", "-->", "<a '", '="', "&amp.\n"]),
    st.text(string.printable, max_size=4),
)  # fmt: skip
MARKDOWN_BITS = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(["\n", "\n\n", "  \n", "    ", "* ", "*   ", "1. ", "# ", "## ", "---", "===", "> ", "| ", "|", "---|---", "```", "\r\n"]),
    st.sampled_from(["**", "*", "_", "__", "[", "](x)", "](x \"t\")", "![", "\\", "\\.", "`", "<br>", "<b>", "</p>", "<x@y.z>", "<script>"]),
    st.text(string.printable, max_size=4),
)  # fmt: skip
PLAIN_BITS = st.one_of(st.sampled_from([*WORDS, "\n", "\n\n", "\r\n", "- ", "  - ", "# ", "\t"]), st.text(max_size=4))


def soup(bits):
    return st.lists(bits, max_size=40).map("".join)


def read(source: str, form: str) -> PolicyDocument | None:
    try:
        return read_document(read_snapshot(b"x" + source.encode("utf-8", "replace"), f"text/{form}", "soup"))
    except SnapshotError:  # control characters make it a binary file, tags alone no text
        return None


def check(document: PolicyDocument) -> None:
    source, text, alignment = document.snapshot.text, document.text, document.alignment
    at = position = 0
    for piece in alignment.pieces:
        assert (piece.start, piece.source_start) == (at, position)
        at, position = piece.end, piece.source_end
        if piece.verbatim:
            assert text[piece.start : piece.end] == source[piece.source_start : piece.source_end]
    assert (at, position) == (len(text), len(source))

    end = 0
    for number, block in enumerate(document.blocks):
        assert block.index == number and block.extent.start >= end
        end = block.extent.end
        words = document.block_text(block)
        assert words and words == words.strip() and "\n" not in words
        for other in (block.section, block.lead_in, block.header):
            assert other is None or 0 <= other < len(document.blocks) and other != number
        place = alignment.to_source(block.extent)
        assert 0 <= place.start < place.end <= len(source)
        assert alignment.to_text(place) == block.extent
        for at in range(block.extent.start, block.extent.end):
            here = alignment.to_source(Extent(at, at + 1))
            back = alignment.to_text(here)
            assert at in range(back.start, back.end)
            if here.end - here.start == 1 and not text[at].isspace():
                assert source[here.start] == text[at]
    for each in document.left_out:
        assert each.source.end <= len(source)
    assert 0 < document.coverage <= 1


quick = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quick
@given(soup(HTML_BITS))
def test_html_soup(source):
    document = read(source, "html")
    if document is not None:
        check(document)


@quick
@given(soup(MARKDOWN_BITS))
def test_markdown_soup(source):
    document = read(source, "markdown")
    if document is not None:
        check(document)


@quick
@given(soup(PLAIN_BITS))
def test_plain_soup(source):
    document = read(source, "plain")
    if document is None:
        return
    check(document)
    # Plain text loses nothing but signs of items and headings, and white space between blocks.
    kept = "".join(document.text.split())
    signs = set("-*+•●▪■◦‣·–—#")
    told = [c for c in document.snapshot.text if not c.isspace() and c not in signs]
    assert [c for c in kept if c not in signs] == told


@given(st.text("ab &;#x12\n\t\xa0\u200bltgm", max_size=30))
@settings(deadline=None)
def test_a_run_of_text_has_no_double_spaces(source):
    collector = Collector(source)
    collector.add(0, len(source))
    collector.flush()
    for block in collector.blocks:
        assert "  " not in block.text and block.text == block.text.strip()


def test_mention_without_markup_reads_the_same_in_the_source():
    page = "<p>We keep your <b>e-mail</b> address, “postal address” &amp; phone number.</p>"
    document = read_document(read_snapshot(page.encode(), media_type="text/html"))
    for words in ("e-mail", "“postal address”", "phone number"):
        start = document.text.index(words)
        place = document.alignment.to_source(Extent(start, start + len(words)))
        assert page[place.start : place.end] == words
    start = document.text.index("e-mail address")
    place = document.alignment.to_source(Extent(start, start + len("e-mail address")))
    assert page[place.start : place.end] == "e-mail</b> address"
    assert document.alignment.to_text(Extent(0, 3)) is None


def test_what_joins_the_cells_of_a_row_is_the_pages_own_where_it_has_it():
    page = "| Data | Why |\n|---|---|\n| name | to ship |\n| town  |  to call |\n"
    markdown = read_document(read_snapshot(page.encode(), media_type="text/markdown"))
    assert [markdown.block_text(block) for block in markdown.blocks] == [
        "Data | Why",
        "name | to ship",
        "town | to call",
    ]
    for words, source in (("name | to", "name | to"), ("town | to", "town  |  to")):
        start = markdown.text.index(words)
        place = markdown.alignment.to_source(Extent(start, start + len(words)))
        assert page[place.start : place.end] == source
    page = "<table><tr><th>Data<th>Why<tr><td>name<td><p>to ship<p>to call</table>"
    html = read_document(read_snapshot(page.encode(), media_type="text/html"))
    assert html.block_text(1) == "name | to ship; to call" and html.coverage == 1
    place = html.alignment.to_source(html.blocks[1].extent)
    assert page[place.start : place.end] == "name<td><p>to ship<p>to call"
    check(html)
