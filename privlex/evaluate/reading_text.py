"""The reading text of an archived page, as the labelled windows have it: one block a line's worth of words, no mark-up.

This is not ``privlex.document``: labels are offsets into a text that must never change, so the way from a page to the
labelled text is kept apart from the reader of pages, which gets better. Blocks are separated by a blank line; list items
begin with ``- ``; a table row is one block, its cells separated by `` | ``.
"""

from __future__ import annotations

import html
import re
from html.parser import HTMLParser

# tosback's HTML came with entities that lost their semicolon to a full stop.
_ENTITY = re.compile(r"&(amp|nbsp|quot|lt|gt|rsquo|ldquo|rdquo|lsquo|mdash|ndash|copy|reg|apos|bull)\.")
_TAG = re.compile(r"<(p|div|li|br|td|h\d|strong|ul)\b", re.I)
_LINK = re.compile(r"\[((?:[^\[\]]|\\[\[\]])*)\]\((?:[^()]|\([^)]*\))*\)")
_RULE = re.compile(r"^(\*\s*\*\s*\*|-{3,}|={3,}|_{3,})[\s*]*$")
_LOOKED_AT = 20_000  # characters that tell HTML from Markdown
_BLOCK = frozenset(
    "p div h1 h2 h3 h4 h5 h6 ul ol table tbody section article blockquote dl dt dd hr center br header footer".split()
)


def reading_blocks(page: str) -> list[str]:
    """Blocks of a page's reading text, in order.

    >>> reading_blocks("# Your data\\n\\nWe *log* [visits](/v).\\n\\n* pages\\n* times")
    ['Your data', 'We log visits.', '- pages', '- times']
    >>> reading_blocks("<p>We log</p><table><tr><td>pages<td>times</table>")
    ['We log', 'pages | times']
    """
    if _TAG.search(page[:_LOOKED_AT]) and not re.search(r"\]\(http", page[:_LOOKED_AT]):
        reader = _Blocks()
        reader.feed(_ENTITY.sub(r"&\1;", page))
        reader.flush()
        return [block for block in reader.blocks if block != "- "]
    return _markdown_blocks(page)


def window_text(page: str, first: int, count: int) -> str:
    """The text of ``count`` blocks from block ``first`` on, as it was labelled."""
    return "\n\n".join(reading_blocks(page)[first : first + count]) + "\n"


class _Blocks(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[str] = []
        self._words, self._item, self._hidden = "", False, 0
        self._cells: int | None = None  # of the row that is open

    def flush(self) -> None:
        text = re.sub(r"\s+", " ", self._words).strip()
        if text:
            self.blocks.append(("- " if self._item else "") + text)
            self._item = False
        self._words = ""

    def handle_starttag(self, tag, attrs) -> None:
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag == "li":
            self.flush()
            self._item = True
        elif tag == "tr":
            self.flush()
            self._cells = 0
        elif tag in ("td", "th"):
            if self._cells is not None:
                self._words += " | " if self._cells else ""
                self._cells += 1
        elif tag in _BLOCK:
            self._border()

    def handle_endtag(self, tag) -> None:
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)
        elif tag == "tr":
            self.flush()
            self._cells = None
        elif tag == "li":
            self.flush()
            self._item = False
        elif tag in _BLOCK:
            self._border()

    def _border(self) -> None:
        if self._cells is None:
            self.flush()
        else:
            self._words += " "

    def handle_data(self, data) -> None:
        if not self._hidden:
            self._words += data


def _markdown_blocks(page: str) -> list[str]:
    made: list[str] = []
    lines: list[str] = []
    item = False

    def flush() -> None:
        nonlocal item
        text = _plain(" ".join(lines)) if lines else ""
        if text not in ("", "-", "*"):
            made.append(("- " if item else "") + text)
        lines.clear()
        item = False

    for line in page.replace("\r", "").split("\n"):
        words = line.strip()
        if not words or _RULE.match(words):
            flush()
        elif words.startswith("|") and words.count("|") > 1:
            flush()
            cells = [cell.strip() for cell in words.strip("|").split("|")]
            if not all(re.match(r"^:?-*:?$", cell) for cell in cells):
                lines.append(" | ".join(cell for cell in cells if cell))
                flush()
        elif found := re.match(r"^(?:[*+\-•·]|\d+\.)\s+(.*)", words):
            flush()
            item = True
            lines.append(found[1])
        elif found := re.match(r"^#{1,6}\s*(.*)", words):
            flush()
            lines.append(found[1])
            flush()
        else:
            lines.append(words)
            if line.endswith("  "):
                flush()
    flush()
    return made


def _plain(text: str) -> str:
    """Markdown's signs taken out of a block."""
    text = re.sub(r"!\[[^\]]*\]\([^)]*\)", "", text)
    for _ in range(2):  # a link around an image's link
        text = _LINK.sub(r"\1", text)
    text = re.sub(r"(\*\*\*|\*\*|__)(?=\S)(.*?)(?<=\S)\1", r"\2", text)
    text = re.sub(r"\*\*|__", "", text)
    text = re.sub(r"(?<![\w*])[*_](?=\S)([^*_]+?)(?<=\S)[*_](?![\w*])", r"\1", text)
    text = re.sub(r"\\([\\`*_{}\[\]()#+\-.!<>|~$])", r"\1", text)
    text = re.sub(r"<[^>]{1,200}>", " ", text)
    return re.sub(r"[\s\u200b\u200e]+", " ", html.unescape(text)).strip()
