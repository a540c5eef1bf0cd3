"""Markdown to raw blocks, with source offsets.

Two dialects are met: that of html2text (the Princeton-Leuven corpus: ``  * `` items, layout tables left over as
``|   |`` and ``---|---``), and that of turndown (Open Terms Archive: underlined headings, ``*   `` items, pipe
tables). Where CommonMark and these habits differ, the habits win: what is indented is text, not code.
"""

from __future__ import annotations

import re
from functools import lru_cache

from privlex.document.raw import BOLD, LINK, Cell, Collector, Item, Part, Place, Table, part_of
from privlex.document.words import word_set

_LINE = re.compile(r"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
_HEADING = re.compile(r"(#{1,6})(?:[ \t]+|$)")
_UNDERLINE = re.compile(r"(=+|-{2,})[ \t]*$")
_RULE = re.compile(r"(?:\*[ \t]*){3,}$|(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$")
_BULLET = re.compile(r"(?:[*+-]|(\d{1,9})[.)])(?:[ \t]+|$)")
_FENCE = re.compile(r"(?:`{3,}|~{3,})")
_TABLE_RULE = re.compile(r"\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*(?::?-{3,}:?)?[ \t]*)*$")
_DEFINITION = re.compile(
    r"\[[^\]\n]{1,200}\]:[ \t]*(?:<[^>\n]*>|\S+)[ \t]*(?:\"[^\"\n]*\"|'[^'\n]*'|\([^)\n]*\))?[ \t]*$"
)
_PIPE = re.compile(r"(?<!\\)\|")
# A pipe with white space or the line's end on a side parts two cells of a table that was layout.
_LOOSE_PIPE = re.compile(r"(?<![\\\S])\||(?<!\\)\|(?=\s|$)")
_RAW_HTML = re.compile(r"<(script|style)\b[^<>]{0,2000}>|<!--", re.I)
_RAW_END = {name: re.compile(rf"</{name}\b[^<>]{{0,200}}>", re.I) for name in ("script", "style")}

# An address may hold balanced brackets, one deep, and be followed by a title; atomic groups keep the search linear.
_PLAIN_ADDRESS = r"(?>[^\s()\\]+|\\.)*"
_ADDRESS = (
    rf"\(\s*(?:<[^<>\n]*>|{_PLAIN_ADDRESS}(?:\({_PLAIN_ADDRESS}\){_PLAIN_ADDRESS})*)"
    r"(?:\s+(?:\"(?>[^\"\\]|\\.){0,500}\"|'(?>[^'\\]|\\.){0,500}'|\((?>[^)\\]|\\.){0,500}\)))?\s*\)"
)
_INLINE = re.compile(
    r"(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<break>(?: {2,}|\\)(?:\r\n|\n|\r)|<br\b[^<>]*>)"
    rf"|(?P<link>\](?:{_ADDRESS}|\[[^\[\]\n]{{0,200}}\]))"
    r"|(?P<open>!?\[)|(?P<close>\])"
    r"|(?P<stars>\*+)|(?P<lines>_+)|(?P<ticks>`+)"
    r"|(?P<address><(?:[a-z][a-z0-9+.-]{1,30}:[^<>\s]*|[^<>\s@]+@[^<>\s]+)>)"
    r"|(?P<tag></?(?P<name>[A-Za-z][A-Za-z0-9]*)(?:\s[^<>]*)?/?>)"
    r"|(?P<quote>(?<=[\r\n])[ \t]{0,12}>[ \t]?)",
    re.S,
)
_MARKED = re.compile(r"[\\\[\]*_`<]| {2,}[\r\n]")
#: Paragraphs whose parts are remembered, some 1 kB each: nine in ten of a later version stand in the version before.
REMEMBERED = 8_000
_BLOCK_TAG = word_set("""
    p div ul ol li table tr td th thead tbody tfoot h1 h2 h3 h4 h5 h6 section article main header footer nav
    aside center dl dt dd details summary hr pre blockquote form
""")


class MarkdownReader:
    """Reads one Markdown source into a collector."""

    def __init__(self, source: str, collector: Collector) -> None:
        self.source = source
        self.collector = collector
        self.tables: list[Table] = []
        self._items: list[tuple[int, int, object, Item]] = []  # marker column, text column, list, item
        self._paragraph: list[int] = []  # start and end of the paragraph being gathered
        self._quoted = False
        self._noisy = False  # the paragraph began in a table that was layout

    def read(self, start: int, end: int) -> None:
        """Read ``source[start:end]``."""
        source = self.source
        position = at = start
        unclosed: set[str] = set()
        while found := _RAW_HTML.search(source, at, end):
            at = found.end()
            name = (found[1] or "").lower()
            if name in unclosed:
                continue
            if name:
                closed = _RAW_END[name].search(source, at, end)
                stop = closed.end() if closed else -1
            else:
                stop = source.find("-->", at, end) + 3
            if stop < at:  # what never ends is no comment and no script: it stays text
                unclosed.add(name)
                continue
            self._lines(position, found.start())
            if name:
                self._end_paragraph()
                self.collector.leave_out(name, found.start(), stop)
            position = at = stop
        self._lines(position, end)
        self._end_paragraph()

    def _lines(self, start: int, end: int) -> None:
        source = self.source
        # start, end without the line end, end; what is matched behind the last line is none
        lines = [(m.start(), m.end(1), m.end()) for m in _LINE.finditer(source, start, end) if m.start() < end]
        index, count = 0, len(lines)
        while index < count:
            first, last, _ = lines[index]
            line = source[first:last]
            stripped = line.strip()
            if not stripped:
                self._end_paragraph()
                index += 1
                continue
            index = self._line(lines, index, line, stripped)

    def _line(self, lines: list[tuple[int, int, int]], index: int, line: str, stripped: str) -> int:
        """Take the line at ``index`` (and more, for a table); returns the next index."""
        source = self.source
        first, last, _ = lines[index]
        indent = _indent(line)
        at = first + len(line) - len(line.lstrip())
        sign = stripped[0]
        gathering = bool(self._paragraph)

        if sign in "-=" and gathering and _UNDERLINE.match(stripped):
            paragraph = source[self._paragraph[0] : self._paragraph[1]]
            if len(paragraph) < 300 and not self._noisy and "|" not in paragraph and not _RULE.match(paragraph.strip()):
                self._end_paragraph(heading=1 if sign == "=" else 2)
                return index + 1
        if sign in "-|:" and _TABLE_RULE.match(stripped):
            self._end_paragraph()  # left over from a layout table, or an underline of nothing
            return index + 1
        if sign in "*-_" and _RULE.match(stripped):
            self._end_paragraph()
            return index + 1
        if sign in "`~" and _FENCE.match(stripped):
            self._end_paragraph()
            return index + 1
        if sign == "#":
            heading = _HEADING.match(stripped)
            if heading:
                self._end_paragraph()
                self._place_by_indent(indent, continuing=False)
                self._start(at + heading.end(), _without_closing_hashes(source, at, last))
                self._end_paragraph(heading=len(heading[1]))
                return index + 1
        if "|" in stripped:
            taken = self._table(lines, index)
            if taken:
                return taken
            self._end_paragraph()
            self._place_by_indent(indent, continuing=False)
            self._noise(at, last)
            return index + 1
        bullet = _BULLET.match(stripped) if sign in "*+-" or sign.isdecimal() else None
        if bullet and (not gathering or bullet[1] is None or bullet[1] == "1" or self._items):
            self._end_paragraph()
            self._open_item(indent, indent + len(bullet[0].expandtabs(4)))
            start = at + bullet.end()
            # A heading, or another list, may begin inside the item's own line.
            rest = source[start:last]
            if rest.strip():
                inner = rest.lstrip()
                start += len(rest) - len(inner)
                if inner[0] == "#" and _HEADING.match(inner):
                    mark = _HEADING.match(inner)
                    self._start(start + mark.end(), last)
                    self._end_paragraph(heading=len(mark[1]))
                    return index + 1
                again = _BULLET.match(inner)
                if again and again.end() < len(inner) and again[1] is None:
                    self._open_item(indent + len(bullet[0]) + 2, indent + len(bullet[0]) + 4)
                    start += again.end()
                if "|" in inner and _LOOSE_PIPE.search(inner):
                    self._noise(start, last)
                else:
                    self._start(start, last)
            return index + 1
        if sign == "[" and not gathering and _DEFINITION.match(stripped):
            return index + 1
        if sign == ">":
            # A quotation is read as the text in it; inside a paragraph the sign is taken out with the line break.
            quoted = re.match(r"(?:>[ \t]?)+", stripped)
            if self._quoted and gathering:
                if len(stripped) == quoted.end():
                    self._end_paragraph()
                else:
                    self._paragraph[1] = last
                return index + 1
            self._end_paragraph()
            if len(stripped) > quoted.end():
                inner = stripped[quoted.end() :]
                mark = _HEADING.match(inner)
                bullet = _BULLET.match(inner)
                if mark:
                    self._start(at + quoted.end() + mark.end(), last)
                    self._end_paragraph(heading=len(mark[1]))
                    return index + 1
                self._place_by_indent(indent, continuing=False)
                if bullet and bullet[1] is None:
                    self._open_item(indent, indent + 4)
                    self._start(at + quoted.end() + bullet.end(), last)
                else:
                    self._start(at + quoted.end(), last)
                self._quoted = True
            return index + 1
        if gathering:
            self._paragraph[1] = last
            # The spaces of a hard line break belong to the paragraph.
            return index + 1
        self._place_by_indent(indent, continuing=True)
        self._start(at, last)
        return index + 1

    # ------------------------------------------------------------------ blocks

    def _start(self, start: int, end: int) -> None:
        if start < end:
            self._paragraph = [start, end]

    def _end_paragraph(self, heading: int = 0) -> None:
        collector = self.collector
        if self._paragraph:
            start, end = self._paragraph
            self._paragraph = []
            place = collector.place
            if heading:
                collector.place = place._replace(heading=heading)
            self._take(start, end)
            if heading:
                collector.place = place
        self._quoted = self._noisy = False

    def _open_item(self, column: int, text_column: int) -> None:
        while self._items and self._items[-1][0] > column + 1:
            self._items.pop()
        inner = self._items and column >= self._items[-1][1] - 1 and column > self._items[-1][0]
        if self._items and not inner:
            _, _, owner, sibling = self._items.pop()
            parent = sibling.parent
        else:
            owner = object()
            parent = self._items[-1][3] if self._items else None
        item = Item(owner, parent)
        self._items.append((column, text_column, owner, item))
        self._set_place()

    def _place_by_indent(self, indent: int, continuing: bool) -> None:
        """Leave the lists that text at this indent does not belong to."""
        del continuing
        while self._items and indent <= self._items[-1][0]:
            self._items.pop()
        if self._items and indent < 2:
            self._items.clear()
        self._set_place()

    def _set_place(self) -> None:
        if self._items:
            _, _, owner, item = self._items[-1]
            self.collector.place = Place(list=owner, item=item, depth=len(self._items))
        else:
            self.collector.place = Place()

    def _noise(self, start: int, end: int) -> None:
        """A line of a table that was layout: each piece between pipes is a block of its own, if anything."""
        source = self.source
        position = start
        pieces = []
        for pipe in _LOOSE_PIPE.finditer(source, start, end):
            pieces.append((position, pipe.start()))
            position = pipe.end()
        pieces.append((position, end))
        for a, b in pieces[:-1]:
            if source[a:b].strip():
                self._take(a, b)
        a, b = pieces[-1]
        # The last cell of a line goes on over the lines that follow it.
        if source[a:b].strip():
            while source[a].isspace():
                a += 1
            self._start(a, b)
            self._noisy = True

    def _table(self, lines: list[tuple[int, int, int]], index: int) -> int:
        """Take a table of data whose head is at ``index``; returns the index after it, or 0 if there is none."""
        source = self.source
        if index + 1 >= len(lines):
            return 0
        rule = source[lines[index + 1][0] : lines[index + 1][1]].strip()
        if not rule or rule[0] not in "|-:" or "|" not in rule or not _TABLE_RULE.match(rule):
            return 0
        head = _cells(source, lines[index][0], lines[index][1])
        width = len(head)
        if width < 2 or width != len(_cells(source, lines[index + 1][0], lines[index + 1][1])):
            return 0
        outer = source[lines[index][0] : lines[index][1]].lstrip().startswith("|")
        rows = [head]
        after = index + 2
        while after < len(lines):
            first, last, _ = lines[after]
            line = source[first:last].strip()
            if not line or "|" not in line or (outer and not line.startswith("|")):
                break
            rows.append(_cells(source, first, last))
            after += 1
        filled = [sum(1 for a, b in row if source[a:b].strip()) for row in rows]
        if len(rows) < 2 or sum(1 for row in rows if len(row) == width) < 0.8 * len(rows):
            return 0
        # Layout left over by html2text has empty cells in front, and one row.
        if not outer and (filled[0] < 2 or len(rows) < 3):
            return 0
        if outer and filled[0] == 0 and (len(rows) < 3 or sum(1 for n in filled if n > 1) < 2):
            return 0
        if outer and 0 < filled[0] < 2 and sum(1 for n in filled if n > 1) < 0.5 * len(rows):
            return 0
        self._end_paragraph()
        self._place_by_indent(_indent(source[lines[index][0] : lines[index][1]]), continuing=False)
        table = Table()
        self.tables.append(table)
        place = self.collector.place
        for number, row in enumerate(rows):
            table.rows.append([])
            for a, b in row:
                cell = Cell(table, number, number == 0 and filled[0] > 0)
                table.rows[-1].append(cell)
                if source[a:b].strip():
                    self.collector.place = Place(cell=cell, table=table)
                    self._take(a, b)
        self.collector.place = place
        return after

    # ------------------------------------------------------------------ inside a block

    def _take(self, start: int, end: int) -> None:
        """Take ``source[start:end]`` as the block that it is, or the blocks that tags part it into."""
        source = self.source
        behind_line = source[start - 1 : start] in ("\r", "\n")
        for text, parts in _blocks_of(source[start:end], behind_line, self._quoted):
            moved = [part_of((a + start, b + start, made, style)) for a, b, made, style in parts]
            self.collector.put(text, moved)

    def inline(self, start: int, end: int) -> None:
        """Take ``source[start:end]`` as running text: marks are taken out, what they mark stays."""
        source, collector = self.source, self.collector
        if not self._quoted and not _MARKED.search(source, start, end):
            collector.add(start, end)
            return
        tokens = list(_INLINE.finditer(source, start, end))
        links = _matched_links(tokens)
        emphasis = _matched_lines(tokens, source, start, end)
        last = start + len(source[start:end].rstrip())
        position = start
        style = collector.style
        bold = False
        skip_to = -1
        for number, token in enumerate(tokens):
            a, b = token.span()
            if a < skip_to:
                continue
            kind = token.lastgroup if token.lastgroup != "name" else "tag"
            shown_a, shown_b = a, a  # of the token, what is text
            new_style = style
            if kind == "escape":
                shown_a, shown_b = a + 1, b
            elif kind == "break":
                if a > position:
                    collector.add(position, a, style)
                collector.line_break(a, b)
                position = b
                continue
            elif kind == "open":
                partner = links.get(number)
                if partner is None and b < last:
                    continue  # a bracket of the text; at the end it opens a link around the next paragraphs
                if partner is not None and token[0][0] == "!":  # an image: its text is not shown
                    skip_to = tokens[partner].end()
                    b = skip_to
                else:
                    new_style = style | LINK
            elif kind == "link" or kind == "close":
                if kind == "close":
                    continue
                new_style = style & ~LINK
            elif kind == "stars":
                before = source[a - 1] if a > start else " "
                behind = source[b] if b < end else " "
                if b - a == 1 and before.isspace() and behind.isspace():
                    continue
                if b - a in (2, 3):
                    bold = not bold
                    new_style = style | BOLD if bold else style & ~BOLD
            elif kind == "lines":
                before = source[a - 1] if a > start else " "
                behind = source[b] if b < end else " "
                alone = b - a == 2 and before.isspace() and behind.isspace()  # an empty emphasis that html2text left
                if number not in emphasis and not alone:
                    continue
                if b - a in (2, 3):
                    bold = not bold
                    new_style = style | BOLD if bold else style & ~BOLD
            elif kind == "address":
                shown_a, shown_b = a + 1, b - 1
            elif kind == "tag":
                name = token["name"].lower()
                if name in ("b", "strong"):
                    new_style = style & ~BOLD if token[0][1] == "/" else style | BOLD
                elif name in _BLOCK_TAG:
                    if a > position:
                        collector.add(position, a, style)
                    collector.flush()
                    position = b
                    continue
            if a > position:
                collector.add(position, a, style)
            if shown_b > shown_a:
                collector.add(shown_a, shown_b, style)
            style = new_style
            position = b
        if position < end:
            collector.add(position, end, style)


@lru_cache(maxsize=REMEMBERED)
def _blocks_of(text: str, behind_line: bool, quoted: bool) -> tuple[tuple[str, tuple[Part, ...]], ...]:
    """The blocks of running text, with parts that count from its start; ``behind_line``: it begins a line."""
    source = ("\n" if behind_line else " ") + text
    reader = MarkdownReader(source, Collector(source))
    reader._quoted = quoted
    reader.inline(1, len(source))
    reader.collector.flush()
    return tuple(
        (block.text, tuple([part_of((a - 1, b - 1, made, style)) for a, b, made, style in block.parts]))
        for block in reader.collector.blocks
    )


def _matched_links(tokens: list[re.Match[str]]) -> dict[int, int]:
    """Which "[" and which "](...)" belong together, by token number, both ways; plain brackets are left out."""
    links: dict[int, int] = {}
    opened: list[int] = []
    for number, token in enumerate(tokens):
        kind = token.lastgroup
        if kind == "open":
            opened.append(number)
        elif kind == "close":
            if opened:
                opened.pop()
        elif kind == "link" and opened:
            first = opened.pop()
            links[first] = number
            links[number] = first
    return links


def _matched_lines(tokens: list[re.Match[str]], source: str, start: int, end: int) -> set[int]:
    """Which runs of underscores are marks: those that open before a word and close behind one, of one length."""
    marks: set[int] = set()
    opened: dict[int, list[int]] = {}
    for number, token in enumerate(tokens):
        if token.lastgroup != "lines":
            continue
        a, b = token.span()
        before = source[a - 1] if a > start else " "
        behind = source[b] if b < end else " "
        waiting = opened.setdefault(b - a, [])
        if waiting and not before.isspace() and not behind.isalnum():
            marks.add(waiting.pop())
            marks.add(number)
        elif not before.isalnum() and not behind.isspace() and b - a <= 3:
            waiting.append(number)
    return marks


def _cells(source: str, start: int, end: int) -> list[tuple[int, int]]:
    """The extents of a table row's cells."""
    while start < end and source[start].isspace():
        start += 1
    while end > start and source[end - 1].isspace():
        end -= 1
    if start < end and source[start] == "|":
        start += 1
    if end > start and source[end - 1] == "|" and source[end - 2] != "\\":
        end -= 1
    cells, position = [], start
    for pipe in _PIPE.finditer(source, start, end):
        cells.append((position, pipe.start()))
        position = pipe.end()
    cells.append((position, end))
    return cells


def _indent(line: str) -> int:
    if line[:1] not in (" ", "\t"):
        return 0
    width = 0
    for character in line:
        if character == " ":
            width += 1
        elif character == "\t":
            width += 4 - width % 4
        else:
            break
    return width


def _without_closing_hashes(source: str, start: int, end: int) -> int:
    closing = re.search(r"[ \t]+#+[ \t]*$", source[start:end])
    return start + closing.start() if closing else end
