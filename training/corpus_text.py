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
