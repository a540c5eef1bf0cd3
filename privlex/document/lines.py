"""Raw blocks cut where a page shows a new line or a bullet that its markup does not tell."""

from __future__ import annotations

import re
from itertools import pairwise

from privlex.document.raw import BOLD, Part, RawBlock, cut
from privlex.document.words import (
    BULLET,
    BULLET_ONLY,
    INNER_BULLET,
    NUMBER,
    NUMBER_ONLY,
    ends_sentence,
    is_prose,
    words_in,
)

# A page that lost its markup is one text of tens of thousands of characters. It is cut between sentences, so that what
# reads a block can count on its size; paragraphs of the archive's policies stay under the limit (99.9 %).
MAX_BLOCK = 5000
_CUT_BLOCK = 1500
_INNER_LETTER = re.compile(r"\s+o\s+(?=[A-Z])")  # the hollow bullet of word processors, where it became a letter
_SENTENCE_END = re.compile(r"[.!?][\"”')]*\s+(?=[A-Z0-9“\"(])")

_BREAKS = re.compile(r"\n{2,}")
_OPEN_END = re.compile(r"(?:,|&|\b(?:and|or|of|the|by|to|at|in|for|with|a|an|on|our|your))$")
_SENTENCE_START = re.compile(r"[\"'“‘(]?[A-Z0-9À-Þ]")


def split_lines(blocks: list[RawBlock]) -> tuple[list[RawBlock], list[tuple[int, int]]]:
    """Return the blocks cut into what a reader sees as blocks, and the source extents of bullet signs taken off."""
    out: list[RawBlock] = []
    signs: list[tuple[int, int]] = []
    for block in blocks:
        for piece in _by_breaks(block) if "\n" in block.text else (block,):
            _by_bullets(piece, out, signs)
    out = [piece for block in out for piece in (_bounded(block) if len(block.text) > MAX_BLOCK else (block,))]
    return _joined_with_signs(out, signs), signs


# ------------------------------------------------------------------ line breaks


def _by_breaks(block: RawBlock) -> list[RawBlock]:
    spans, position = [], 0
    for found in _BREAKS.finditer(block.text):
        spans.append((position, found.start()))
        position = found.end()
    spans.append((position, len(block.text)))
    out: list[RawBlock] = []
    for paragraph in cut(block, spans) if len(spans) > 1 else [block]:
        if "\n" in paragraph.text:
            out.extend(_by_single_breaks(paragraph))
        else:
            out.append(paragraph)
    return out


def _by_single_breaks(block: RawBlock) -> list[RawBlock]:
    """Cut at a line break where the line before is a title, a lead-in or an entry, or the line after an item."""
    text = block.text
    lines, position = [], 0
    while True:
        end = text.find("\n", position)
        lines.append((position, len(text) if end < 0 else end))
        if end < 0:
            break
        position = end + 1
    pieces = cut(block, lines)
    if len(pieces) != len(lines):
        return [_without_breaks(block)]
    bold = [piece.styled(BOLD) for piece in pieces]
    texts = [piece.text.strip() for piece in pieces]
    # Lines that go on in lower case are one text that was broken to a width; only marks and titles part it.
    wrapped = 0
    for before, here in pairwise(texts):
        if here and here[0].islower() and not ends_sentence(before):
            wrapped += 1
    is_wrapped = wrapped > 0.25 * (len(texts) - 1)
    spans = [list(lines[0])]
    heads = [False]
    listing = False  # between a lead-in and the end of its lines
    for number in range(1, len(lines)):
        before, here = texts[number - 1], texts[number]
        alone = spans[-1][0] == lines[number - 1][0]  # the line before is the whole block so far
        short = words_in(before) <= 8 and not ends_sentence(before)
        listing = listing or before.endswith(":")
        new = listing and (before.endswith(":") or (words_in(before) <= 12 and words_in(here) <= 12))
        new = new or BULLET.match(here) is not None or (not here[0].isalpha() and NUMBER.match(here) is not None)
        if bold[number - 1] and not bold[number] and words_in(before) <= 15:
            new = True
            heads[-1] = alone
        elif bold[number] and not bold[number - 1] and words_in(here) <= 15 and ends_sentence(before):
            new = True
        elif (
            (short or not is_wrapped)
            and _SENTENCE_START.match(here)
            and not ends_sentence(before)
            and not _OPEN_END.search(before)
        ):
            new = True
            heads[-1] = alone and short and is_prose(here) and (ends_sentence(here) or words_in(here) >= 12)
        if new:
            spans.append(list(lines[number]))
            heads.append(False)
        else:
            spans[-1][1] = lines[number][1]
    out = cut(block, [(start, end) for start, end in spans])
    for piece, head in zip(out, heads, strict=True):
        piece.head = head
    for piece in out[1:]:
        piece.goes_on = True
    return [_without_breaks(piece) if "\n" in piece.text else piece for piece in out]


def _bounded(block: RawBlock) -> list[RawBlock]:
    text = block.text
    spans, start = [], 0
    last = None
    for found in _SENTENCE_END.finditer(text):
        if found.end() - start > _CUT_BLOCK and last is not None:
            spans.append((start, last.start() + len(last[0].rstrip())))
            start = last.end()
        last = found
    spans.append((start, len(text)))
    if len(spans) == 1:
        return [block]
    pieces = cut(block, spans)
    for piece in pieces[1:]:
        piece.fused = True
    return pieces


def _without_breaks(block: RawBlock) -> RawBlock:
    parts = [part._replace(made=" ") if part.made == "\n" else part for part in block.parts]
    block.parts = parts
    block.text = block.text.replace("\n", " ")
    return block


# ------------------------------------------------------------------ bullets


def _by_bullets(block: RawBlock, out: list[RawBlock], signs: list[tuple[int, int]]) -> None:
    text = block.text
    start = 0
    first = text[0]
    if not (first.isalnum() and first != "o"):
        sign = BULLET.match(text)
        if sign and sign.end() < len(text):
            start = sign.end()
            if block.item is None:
                block.bullet = sign[0].strip()[0]
    inner = []
    if block.cell is None and (
        "•" in text or "●" in text or "▪" in text or "■" in text or "◦" in text or "‣" in text or " · " in text
    ):
        inner = [m for m in INNER_BULLET.finditer(text, start + 1) if m.end() < len(text)]
        # A dot between the entries of a menu line is no bullet of a list; without any sentence they stay together.
        if inner and not (start or text[: inner[0].start()].rstrip().endswith((":", ";", ".", ",")) or len(inner) > 1):
            inner = []
    if not inner and block.cell is None and text.count(" o ") >= 2:
        letters = [m for m in _INNER_LETTER.finditer(text, start + 1) if m.end() < len(text)]
        inner = letters if len(letters) >= 2 else []
    if not start and not inner:
        out.append(block)
        return
    spans, position = [], start
    for found in inner:
        if found.start() > position:
            spans.append((position, found.start()))
        position = found.end()
    spans.append((position, len(text)))
    pieces = cut(block, spans)
    if not pieces:
        out.append(block)
        return
    if start:
        signs.append((block.parts[0].start, pieces[0].parts[0].start))
    for number, piece in enumerate(pieces):
        if number:
            piece.fused = True
            signs.append((pieces[number - 1].parts[-1].end, piece.parts[0].start))
            if piece.item is None:
                piece.bullet = "•"
        out.append(_trimmed(piece))


def _trimmed(block: RawBlock) -> RawBlock:
    text = block.text
    if text[0].isspace() or text[-1].isspace():
        start = len(text) - len(text.lstrip())
        pieces = cut(block, [(start, len(text.rstrip()))])
        return pieces[0] if pieces else block
    return block


def _joined_with_signs(blocks: list[RawBlock], signs: list[tuple[int, int]]) -> list[RawBlock]:
    """Tie a bullet or a number that stands in a cell or line of its own to the block behind it."""
    out: list[RawBlock] = []
    waiting: RawBlock | None = None
    for block in blocks:
        text = block.text
        if waiting is not None:
            sign = waiting.text
            if BULLET_ONLY.fullmatch(sign):
                signs.append((waiting.parts[0].start, waiting.parts[-1].end))
                if block.item is None:
                    block.bullet = sign[0]
            else:
                gap = Part(waiting.parts[-1].end, block.parts[0].start, " ")
                block.parts = [*waiting.parts, gap, *block.parts]
                block.text = f"{sign} {text}"
            waiting = None
        elif (
            len(text) <= 6
            and not block.heading
            and block.cell is None
            and (BULLET_ONLY.fullmatch(text) or (NUMBER_ONLY.fullmatch(text) and text[-1] in ".)"))
        ) or (len(text) <= 2 and BULLET_ONLY.fullmatch(text)):
            waiting = block
            continue
        out.append(block)
    if waiting is not None:
        out.append(waiting)
    return out
