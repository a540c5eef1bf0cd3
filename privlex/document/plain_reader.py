"""Plain text to raw blocks: blocks stand between blank lines, items begin with a dash, headings may begin with "#".

A block keeps its length character by character (a line break inside becomes a space, or two for CR LF), so that
offsets into the block and into the file differ by a constant.
"""

from __future__ import annotations

import re

from privlex.document.raw import Collector, Item, Part, Place, RawBlock

_BLOCK = re.compile(r"\S(?:[^\r\n]|(?:\r\n|[\r\n])(?![ \t\f\v\xa0]*(?:[\r\n]|\Z)))*")
_ITEM = re.compile(r"(?:-|\*|\+|[•●▪■◦‣·–—])[ \t\xa0]+(?=\S)|[•●▪■◦‣](?=\w)")
_ITEM_LINE = re.compile(r"(?:\r\n|[\r\n])([ \t\xa0]*)(?=(?:[-*+•●▪■◦‣·–][ \t\xa0]+|#{1,6} )\S)")
_HEADING = re.compile(r"(#{1,6})[ \t]+(?=\S)")
_SPACE = re.compile(r"[^\S ]")
_PIECE = re.compile(r"[^\S ]|(?:[^\s]| )+")


def read_plain(source: str, collector: Collector, start: int, end: int) -> None:
    """Read ``source[start:end]`` into the collector's blocks."""
    owner: object = object()
    items: list[tuple[int, Item]] = []  # indent and item
    for found in _BLOCK.finditer(source, start, end):
        first, last = found.span()
        line_start = max(source.rfind("\n", start, first), source.rfind("\r", start, first)) + 1
        indent = first - max(line_start, start)
        cuts = [(first, indent)]
        cuts += [(m.end(), len(m[1])) for m in _ITEM_LINE.finditer(source, first, last)]
        for number, (at, margin) in enumerate(cuts):
            stop = cuts[number + 1][0] if number + 1 < len(cuts) else last
            heading = _HEADING.match(source, at, stop)
            if heading:
                items = []
                _add(source, collector, heading.end(), stop, Place(heading=len(heading[1])))
                continue
            item = _ITEM.match(source, at, stop)
            if item is None:
                items = []
                _add(source, collector, at, stop, Place())
                continue
            while items and items[-1][0] > margin:
                items.pop()
            if not items:
                owner = object()
            sibling = items.pop()[1] if items and items[-1][0] == margin else None
            parent = sibling.parent if sibling else items[-1][1] if items else None
            made = Item(owner if parent is None else parent, parent)
            items.append((margin, made))
            _add(source, collector, item.end(), stop, Place(list=made.list, item=made, depth=len(items)))


def _add(source: str, collector: Collector, start: int, end: int, place: Place) -> None:
    while end > start and source[end - 1].isspace():
        end -= 1
    while start < end and source[start].isspace():
        start += 1
    if start == end:
        return
    if _SPACE.search(source, start, end) is None:
        collector.blocks.append(RawBlock(source[start:end], [Part(start, end)], place))
        return
    parts = [
        Part(m.start(), m.end(), " " if m[0].isspace() and m[0] != " " and len(m[0]) == 1 else None)
        for m in _PIECE.finditer(source, start, end)
    ]
    text = "".join([source[p.start : p.end] if p.made is None else p.made for p in parts])
    collector.blocks.append(RawBlock(text, parts, place))
