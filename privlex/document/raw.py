"""Raw blocks: what a reader of one format hands on before structure is found in them.

A reader (HTML, Markdown, plain) walks the source once, from first to last character, and calls the collector.
A raw block's ``parts`` are the stretches of the source that it is made of, in source order.
"""

from __future__ import annotations

import re
from functools import partial
from html import unescape
from typing import NamedTuple

BOLD, LINK = 1, 2

# What cannot be copied as it stands: a run of white space that is not one plain space, an entity, and characters
# that are not seen (zero-width space, byte-order mark, soft hyphen, word joiner, direction marks).
# The archive tosback broke lines after "&amp;" as if it ended a sentence, and left "&amp." there.
# All begin with one set of characters, which is looked for twice as fast as alternatives are tried at every place.
_UNSEEN = "\u200b\ufeff\u00ad\u2060\u200e\u200f"
_SPACES = " \t-\r\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"  # what \s matches
_SPECIAL = re.compile(
    rf"[{_SPACES}&{_UNSEEN}]"
    r"(?:(?<=\s)(?:\s+|(?<! ))"
    r"|(?<=&)(?:(?:amp|lt|gt|quot|nbsp);?\.(?=\n)|#[0-9]{1,7};?|#[xX][0-9a-fA-F]{1,6};?"
    r"|[A-Za-z][A-Za-z0-9]{1,31};|(?:amp|lt|gt|quot|nbsp|copy|reg)\b)"
    rf"|(?<=[{_UNSEEN}])[{_UNSEEN}]*)"
)


class Part(NamedTuple):
    """``source[start:end]``, copied as it stands, or with ``made`` in its place."""

    start: int
    end: int
    made: str | None = None
    style: int = 0  # BOLD, LINK


#: A part of all four values in a tuple, in half the time of ``Part(...)``: pages have thousands.
part_of = partial(tuple.__new__, Part)


class Region:
    """A stretch of a page that its markup calls a menu, footer, banner and so on."""

    __slots__ = ("blocks", "name", "prose", "total")

    def __init__(self, name: str) -> None:
        self.name = name
        self.total = 0  # characters in it
        self.prose = 0  # characters of sentences in it
        self.blocks = 0


class Item:
    """A list item while it is read."""

    __slots__ = ("list", "parent", "term")

    def __init__(self, list: object, parent: Item | None, term: bool = False) -> None:
        self.list = list  # identity of its list
        self.parent = parent  # item that the list stands in
        self.term = term  # the term of a definition list


class Table:
    """A table while it is read; ``rows`` are lists of cells."""

    __slots__ = ("nested", "outer", "rows", "section")

    def __init__(self, outer: Table | None = None) -> None:
        self.rows: list[list[Cell]] = []
        self.outer = outer
        self.nested = False
        self.section = ""  # thead, tbody, tfoot


class Cell:
    """A table cell while it is read."""

    __slots__ = ("blocks", "columns", "header", "row", "rows", "table")

    def __init__(self, table: Table, row: int, header: bool, columns: int = 1, rows: int = 1) -> None:
        self.table = table
        self.row = row
        self.header = header
        self.columns = columns
        self.rows = rows
        self.blocks: list[RawBlock] = []


class Place(NamedTuple):
    """What holds for the text being read: the nearest list item, cell, heading, region around it."""

    hidden: str = ""  # reason why it is not seen, or ""
    region: Region | None = None
    depth: int = 0  # list depth
    list: object | None = None
    item: Item | None = None
    heading: int = 0  # 1..6 inside a heading tag
    cell: Cell | None = None
    table: Table | None = None
    kept: bool = False  # pre-formatted: line breaks count
    title: bool = False


class RawBlock:
    """A paragraph-sized run of text with its place; later stages decide what it is."""

    def __init__(self, text: str, parts: list[Part], place: Place) -> None:
        self.text = text
        self.parts = parts
        self.region = place.region
        self.depth = place.depth
        self.item = place.item
        self.heading = place.heading
        self.cell = place.cell
        self.title = place.title
        self.bullet = ""  # the bullet sign it began with, outside a list
        self.head = False  # a line that its layout sets off as a title
        self.fused = False
        self.goes_on = False  # stands behind a line break in one block of the page
        self.left_out = ""  # reason
        self.kind = ""
        self.level = 0
        self.section: RawBlock | None = None
        self.lead_in: RawBlock | None = None
        self.header: RawBlock | None = None  # header row of its table
        self.row: int | None = None
        self.is_row = False  # cells of a table row, joined
        self.joints = 0  # signs that were put between its cells
        self.link = False

    def styled(self, style: int) -> bool:
        """Whether the whole of it has a style (bold, link)."""
        found = False
        for part in self.parts:
            if part.made is not None and part.made.isspace():
                continue
            if not part.style & style:
                return False
            found = True
        return found

    def like(self, text: str, parts: list[Part]) -> RawBlock:
        """A block in the same place with other text."""
        other = RawBlock.__new__(RawBlock)
        other.__dict__.update(self.__dict__)
        other.text, other.parts = text, parts
        return other


class LeftOut(NamedTuple):
    """A stretch that no block holds; ``text`` is None where it need not be told (a script)."""

    reason: str
    start: int
    end: int
    visible: bool


class Collector:
    """Gathers the runs of text that a reader finds into raw blocks."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.blocks: list[RawBlock] = []
        self.left_out: list[LeftOut] = []
        self.place = Place()
        self.style = 0
        self._parts: list[Part] = []
        self._space = True  # nothing yet, or the last character is white space

    def add(self, start: int, end: int, style: int | None = None) -> None:
        """Take ``source[start:end]`` as text: white space runs become one space, entities what they stand for."""
        source, parts, space = self.source, self._parts, self._space
        run = source[start:end]
        if space:
            if run.isspace():  # most runs of HTML: the indents between two tags
                return
            while start < end and source[start] == " ":
                start += 1
        if style is None:
            style = self.style
        if run.isprintable() and "&" not in run and "  " not in run:  # nothing special in it, told without a search
            if start < end:
                parts.append(part_of((start, end, None, style)))
                self._space = source[end - 1] == " "
            return
        position = start
        for found in _SPECIAL.finditer(source, start, end):
            a, b = found.span()
            if a < position:  # a space already passed over after a made one
                a = position
                if a >= b:
                    continue
            run = source[a:b]
            if run[0] == "&":
                made = unescape(run[:-1] if run[-1] == "." else run)
                if made == run:
                    continue  # no entity after all: stays verbatim
                if a > position:
                    parts.append(part_of((position, a, None, style)))
                    space = source[a - 1] == " "
                if made.isspace():
                    if not space:
                        parts.append(part_of((a, b, " ", style)))
                        space = True
                elif made.strip(_UNSEEN):
                    parts.append(part_of((a, b, made, style)))
                    space = False
            else:
                if a > position:
                    parts.append(part_of((position, a, None, style)))
                    space = source[a - 1] == " "
                if run[0] not in _UNSEEN and not space:
                    parts.append(part_of((a, b, " ", style)))
                    space = True
            position = b
            if space and position < end and source[position] == " ":
                position += 1
        if position < end:
            parts.append(part_of((position, end, None, style)))
            space = source[end - 1] == " "
        self._space = space

    def line_break(self, start: int, end: int) -> None:
        """A line break that the page shows; two make a new paragraph."""
        self._trim()
        if self._parts:
            self._parts.append(Part(start, end, "\n", self.style))
            self._space = True

    def flush(self) -> None:
        """The block ends here."""
        parts = self._parts
        if not parts:
            return
        self._trim()
        while parts and parts[-1].made == "\n":
            parts.pop()
            self._trim()
        self._parts = []
        self._space = True
        if not parts:
            return
        source = self.source
        if len(parts) == 1 and parts[0].made is None:
            text = source[parts[0].start : parts[0].end]
        else:
            text = "".join([source[p.start : p.end] if p.made is None else p.made for p in parts])
        if text:
            self.put(text, parts)

    def put(self, text: str, parts: list[Part]) -> None:
        """A block of this text and these parts stands here."""
        place = self.place
        if place.hidden:
            self.left_out.append(LeftOut(place.hidden, parts[0].start, parts[-1].end, False))
            return
        block = RawBlock(text, parts, place)
        self.blocks.append(block)
        region = place.region
        if region is not None:
            region.blocks += 1
            region.total += len(text)
        if place.cell is not None:
            place.cell.blocks.append(block)

    def leave_out(self, reason: str, start: int, end: int, visible: bool = False) -> None:
        """Note a stretch that is no text of the page."""
        if start < end:
            self.left_out.append(LeftOut(reason, start, end, visible))

    def _trim(self) -> None:
        """Take the white space off the end of what was gathered."""
        parts, source = self._parts, self.source
        while parts:
            last = parts[-1]
            if last.made == " ":
                parts.pop()
                continue
            if last.made is None and source[last.end - 1] == " ":
                if last.end - 1 == last.start:
                    parts.pop()
                    continue
                parts[-1] = part_of((last.start, last.end - 1, None, last.style))
            break


def cut(block: RawBlock, spans: list[tuple[int, int]]) -> list[RawBlock]:
    """Return a block for each ``[start, end)`` of the block's text, in order; the parts are cut with it."""
    out: list[RawBlock] = []
    parts = block.parts
    at = index = 0  # ``at`` is the text position where parts[index] begins
    count = len(parts)
    for start, end in spans:
        kept: list[Part] = []
        while index < count:
            part = parts[index]
            first_char, last_char, made, style = part
            length = last_char - first_char if made is None else len(made)
            if at + length <= start:
                at += length
                index += 1
                continue
            if at >= end:
                break
            if made is None:
                first, last = max(start - at, 0), min(end - at, length)
                kept.append(part_of((first_char + first, first_char + last, None, style)))
            else:
                kept.append(part)
            if at + length > end:
                break
            at += length
            index += 1
        if kept:
            out.append(block.like(block.text[start:end], kept))
    return out
