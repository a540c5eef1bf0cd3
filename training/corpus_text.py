"""Distinct blocks of policy text from the bulk archive: the raw material of the vocabulary and of pre-training."""

from __future__ import annotations

import csv
import html
import random
import re
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

import pyarrow.parquet as pq

from privlex import read
from privlex.bulk.sources import MEDIA_OF_PROJECT
from privlex.errors import PrivlexError
from privlex.mentions.context import block_context
from privlex.records import BlockContext

_BREAK = re.compile(r"</?(?:p|div|li|ul|ol|h\d|br|tr|td|th|table|section|dt|dd)\b[^>]*>|\n\s*\n|\n(?=\s*[-*•#|])", re.I)
_TAG = re.compile(r"<[^>]{0,400}>")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MARK = re.compile(r"[*_`|#=]{1,}|\\(?=\W)")
_SPACE = re.compile(r"\s+")


def plain_blocks(text: str) -> Iterator[str]:
    """Blocks of an HTML fragment or Markdown page as plain text, good enough to learn words from.

    >>> list(plain_blocks("<p>We <b>log</b> visits.</p><li>No [sale](x)</li>"))
    ['We log visits.', 'No sale']
    """
    for part in _BREAK.split(text):
        part = _LINK.sub(r"\1", _TAG.sub("", part))
        part = _SPACE.sub(" ", _MARK.sub("", html.unescape(part))).strip(" -•")
        if part:
            yield part


def held_out_services(windows: Path, first: str) -> set[str]:
    """Services of the windows from ``first`` on: their text is not even pre-trained on."""
    with windows.open(encoding="utf8") as file:
        return {row["service"] for row in csv.DictReader(file, delimiter="\t") if row["name"] >= first}


def distinct_blocks(parquet: Path, *, without: set[str], seed: int, min_words: int = 6) -> list[str]:
    """Every distinct block of the archive's text once, policies in shuffled order, blocks of a capture together."""
    captures: list[list[str]] = []
    seen: set[bytes] = set()
    table = pq.ParquetFile(parquet)
    for group in range(table.num_row_groups):
        rows = table.read_row_group(group, columns=["service", "text"])
        for service, text in zip(rows.column("service").to_pylist(), rows.column("text").to_pylist(), strict=True):
            if service in without:
                continue
            fresh = []
            for block in plain_blocks(text):
                words = block.split()
                if len(words) < min_words or len(words) > 400:
                    continue
                key = blake2b(" ".join(words[:60]).casefold().encode(), digest_size=8).digest()
                if key not in seen:
                    seen.add(key)
                    fresh.append(block)
            if fresh:
                captures.append(fresh)
    random.Random(seed).shuffle(captures)
    return [block for capture in captures for block in capture]


def blocks_in_context(parquet: Path, *, without: set[str], seed: int, words: int) -> list[tuple[str, BlockContext]]:
    """About ``words`` words of distinct blocks with their contexts, as reading finds them, services by turns.

    What a pupil learns from its teacher on: text of the archive that nobody labelled. A block of fewer than four words
    is left out.
    """
    names = pq.read_table(parquet, columns=["service", "source"]).to_pydict()
    order: dict[str, list[int]] = {}
    for row, service in enumerate(names["service"]):
        if service not in without:
            order.setdefault(service, []).append(row)
    shuffled = random.Random(seed)
    for rows in order.values():
        shuffled.shuffle(rows)
    turns = [rows[turn] for turn in range(max(map(len, order.values()))) for rows in order.values() if turn < len(rows)]
    wanted = set(turns[:4 * len(order)])
    texts, base = {}, 0
    for batch in pq.ParquetFile(parquet).iter_batches(batch_size=200, columns=["text"]):
        for k, text in enumerate(batch.column("text").to_pylist(), start=base):
            if k in wanted:
                texts[k] = text
        base += len(batch)
    found: dict[tuple[str, BlockContext], None] = {}
    left = words
    for row in turns:
        if left <= 0 or row not in texts:
            break
        try:
            document = read(texts[row].encode(), media_type=MEDIA_OF_PROJECT[names["source"][row]])
        except PrivlexError:
            continue
        for block in document.blocks:
            key = (document.block_text(block), block_context(document, block))
            count = len(key[0].split())
            if count >= 4 and key not in found:
                found[key] = None
                left -= count
    return list(found)
