"""The codebook's own record form: ``text/*.txt`` and ``labels/*.jsonl`` with one object a block.

Blocks are the stretches between blank lines, counted from 0; offsets in the labels count from the block's first
character, list mark and ``#`` included. The records give characters of the file.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from privlex.evaluate.gold.files import existing, fault, json_lines, listed, text_of, wanted
from privlex.evaluate.gold.records import CodebookDocument, GoldMention, GoldPractice, Place
from privlex.records import ACTIONS, CATEGORIES, POLARITIES

_WHAT = "the folder that holds text/ and labels/"
_BLANK_LINES = re.compile(r"(?:\r?\n[ \t]*){2,}")
_BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n")


def read_codebook(path: str | Path, names: Sequence[str] | None = None) -> tuple[CodebookDocument, ...]:
    """Every labelled document of the folder, by name.

    Args:
        path: the folder that holds ``text/`` and ``labels/``.
        names: only these documents (file names without ending).

    Raises: GoldError naming file, line and remedy.
    """
    path = existing(path, _WHAT)
    if not (path / "text").is_dir() or not (path / "labels").is_dir():
        fault(path, None, "text/ or labels/ is missing", f"give the path of {_WHAT}")
    files = listed(path / "labels", "*.jsonl", _WHAT)
    if names is not None:
        absent = sorted(set(names) - {f.stem for f in files})
        if absent:
            fault(path / "labels", None, f"no labels of {', '.join(absent[:5])}", "give names that are there")
        files = [f for f in files if f.stem in set(names)]
    return tuple(read_labelled(path / "text" / f"{file.stem}.txt", file) for file in files)


def read_labelled(text_file: Path, labels_file: Path) -> CodebookDocument:
    """The document of one text file and its labels."""
    if not text_file.is_file():
        fault(text_file, None, f"missing, but there is {labels_file.name}", "each labels file needs its text file")
    text = text_of(text_file)
    rows = list(json_lines(labels_file))
    return labelled_document(text_file.stem, text, rows, labels_file)


def labelled_document(
    name: str, text: str, rows: Sequence[tuple[int, dict[str, Any]]], file: Path
) -> CodebookDocument:
    """The document of a text and its label rows, each with the line of ``file`` that it came from."""
    # A run of blank lines is one separator; texts that were cut at each blank line count empty blocks as well.
    ways = [block_places(text, _BLANK_LINES), block_places(text, _BLANK_LINE)]
    blocks = next((way for way in ways if _fits(text, way, rows)), ways[0])
    mentions: list[GoldMention] = []
    for line, row in rows:
        block, found = wanted(file, line, row, block=int, mentions=list)
        if not 0 <= block < len(blocks):
            fault(file, line, f"block {block}", f"{name}.txt has blocks 0 to {len(blocks) - 1}")
        mentions += [_mention(file, line, text, blocks[block], block, m) for m in found]
    by_id: dict[str, GoldMention] = {}
    for mention in mentions:
        if by_id.setdefault(mention.id, mention) is not mention:
            fault(file, None, f"two mentions have the id {mention.id}", "ids are unique within a document")
    practices = [
        _practice(file, line, text, blocks, row["block"], p, by_id)
        for line, row in rows for p in wanted(file, line, row, practices=list)[0]
    ]
    return CodebookDocument(
        name=name, text=text, blocks=blocks, mentions=tuple(mentions), practices=tuple(practices)
    )


def block_places(text: str, separator: re.Pattern[str] = _BLANK_LINES) -> tuple[Place, ...]:
    """Where the blocks of a text file stand.

    >>> block_places("# Privacy\\n\\nWe collect names.\\n\\n- email\\n")
    (Place(start=0, end=9), Place(start=11, end=28), Place(start=30, end=37))
    """
    places, start = [], 0
    body = len(text.rstrip())
    for gap in separator.finditer(text, 0, body):
        places.append(Place(start, gap.start()))
        start = gap.end()
    return (*places, Place(start, body))


def _fits(text: str, blocks: Sequence[Place], rows: Sequence[tuple[int, dict[str, Any]]]) -> bool:
    """Whether every quote stands at its offsets when the blocks are counted this way."""
    try:
        return all(
            text[blocks[row["block"]].start + m["start"]:][:len(m["quote"])] == m["quote"]
            for _, row in rows for m in row["mentions"]
        )
    except (KeyError, IndexError, TypeError):
        return False


def _mention(file: Path, line: int, text: str, block: Place, number: int, row: Any) -> GoldMention:
    if not isinstance(row, dict):
        fault(file, line, f"a mention is a {type(row).__name__}", "an object is expected")
    id, kind, category, start, end = wanted(file, line, row, id=str, kind=str, category=str, start=int, end=int)
    if kind not in CATEGORIES:
        fault(file, line, f"mention {id} is of kind {kind!r}", f"one of {', '.join(CATEGORIES)} is expected")
    if category not in CATEGORIES[kind]:
        fault(file, line, f"mention {id} is of category {category!r}", f"the codebook's list for {kind} is closed")
    place = Place(block.start + start, block.start + end)
    there = text[place.start:place.end]
    quote = row.get("quote", there)
    if not 0 <= start < end or place.end > block.end or there != quote:
        fault(file, line, f"{quote!r} does not stand at {start}-{end} of block {number} ({there!r} does)",
              "offsets count from the block's first character, list mark included")
    return GoldMention(id=id, kind=kind, category=category, quote=there, place=place, block=number)


def _practice(
    file: Path, line: int, text: str, blocks: Sequence[Place], block: int, row: Any, by_id: dict[str, GoldMention]
) -> GoldPractice:
    if not isinstance(row, dict):
        fault(file, line, f"a practice is a {type(row).__name__}", "an object is expected")
    action, polarity = wanted(file, line, row, action=str, polarity=str)
    if action not in ACTIONS:
        fault(file, line, f"the action {action!r}", f"one of {', '.join(ACTIONS)} is expected")
    if polarity not in POLARITIES:
        fault(file, line, f"the polarity {polarity!r}", f"one of {', '.join(POLARITIES)} is expected")
    data, purposes, recipients = (
        tuple(row.get(key) or ()) for key in ("data", "purposes", "recipients")
    )
    for id in (*data, *purposes, *recipients):
        if id not in by_id:
            fault(file, line, f"a practice points at {id!r}", "no mention has this id")
    near = [by_id[id].place.start for id in (*data, *purposes, *recipients) if by_id[id].block == block]
    condition, place = _condition(file, line, text, blocks, block, row, near)
    return GoldPractice(
        block=block, action=action, polarity=polarity, data=data, purposes=purposes, recipients=recipients,
        condition=condition, condition_place=place,
    )


def _condition(
    file: Path, line: int, text: str, blocks: Sequence[Place], block: int, row: dict[str, Any], near: list[int]
) -> tuple[str | None, Place | None]:
    """The condition's words, and where they stand.

    Labels give the words alone; stand-off labels give offsets as well (``condition_block``, ``condition_start`` and
    ``condition_end``), and may leave the words out.
    """
    if "condition_start" in row:
        at = blocks[row.get("condition_block", block)].start
        place = Place(at + row["condition_start"], at + row["condition_end"])
        if not at <= place.start < place.end <= len(text):
            fault(file, line, "the condition's offsets are outside the text", "take labels and text of one release")
        return text[place.start:place.end], place
    condition = row.get("condition") or None
    if condition is None:
        return None, None
    if not isinstance(condition, str):
        fault(file, line, f"'condition' is a {type(condition).__name__}", "the words, or null, are expected")
    place = find_condition(text, blocks, block, condition, near)
    if place is None:
        fault(file, line, f"the condition {condition!r} stands neither in block {block} nor before it",
              "give its words as the text has them, or null")
    return condition, place


def find_condition(
    text: str, blocks: Sequence[Place], block: int, condition: str, near: Sequence[int] = ()
) -> Place | None:
    """Where a condition's words stand: in its block (next to ``near`` if twice), else in the closest block before.

    White space may differ. None where the words are nowhere from the text's start to the block's end.
    """
    pattern = re.compile(r"\s+".join(map(re.escape, condition.split())))
    home = blocks[block]
    hits = [Place(*hit.span()) for hit in pattern.finditer(text, home.start, home.end)]
    if hits:
        return min(hits, key=lambda hit: min((abs(hit.start - n) for n in near), default=0))
    before = [Place(*hit.span()) for hit in pattern.finditer(text, 0, home.start)]
    return before[-1] if before else None
