"""From a block and its context to the encoder's input: piece ids in windows, and the way back to characters.

Used by training and by reading, so that both see the same sequences: ``[CLS] context [SEP] block [SEP]``, type 1 for
the context, type 0 for the block.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

import numpy as np
from tokenizers import Tokenizer

from privlex.records import BlockContext

PAD, UNK, CLS, SEP, MASK = range(5)

# Bounds in word pieces. The context is what a reader's eye would catch, not the page: each piece of it costs as much
# time as a piece of the block (mean block: 40 pieces in the archive of 2026-11).
MAX_HEADING, MAX_LEAD_IN, MAX_HEADER = 12, 40, 16
# 98 % of the archive's blocks fit; a longer one is read in windows that share OVERLAP pieces.
MAX_BLOCK, OVERLAP = 240, 60


class Pieces(NamedTuple):
    """A block cut into word pieces: ids, character offsets ``[n, 2]``, and whether a piece begins a word."""

    ids: np.ndarray
    offsets: np.ndarray
    begins: np.ndarray


class Window(NamedTuple):
    """One input of the encoder; ``ids[lead:lead + count]`` are the block's pieces ``[first, first + count)``."""

    ids: np.ndarray
    types: np.ndarray
    first: int
    lead: int
    count: int


def window_starts(count: int, size: int = MAX_BLOCK, overlap: int = OVERLAP) -> list[int]:
    """First pieces of the windows over ``count`` pieces; neighbours share at least ``overlap``, the last one is full.

    >>> window_starts(100), window_starts(300, size=240, overlap=60)
    ([0], [0, 60])
    """
    if count <= size:
        return [0]
    starts = list(range(0, count - size, size - overlap))
    return [*starts, count - size]


class Sequencer:
    """Cuts blocks into pieces and windows with one tokenizer; safe to share between threads."""

    def __init__(self, tokenizer: Tokenizer):
        self._tokenizer = tokenizer
        vocabulary = tokenizer.get_vocab()
        self._begins = np.ones(max(vocabulary.values()) + 1, dtype=bool)
        for piece, id in vocabulary.items():
            self._begins[id] = not piece.startswith("##")
        self._marks = tuple(vocabulary[mark] for mark in "#:|")  # heading, lead-in, table header
        self.sentence_ends = np.array([vocabulary[mark] for mark in ".;!?"])
        self._ends = np.zeros(len(self._begins), dtype=bool)
        self._ends[self.sentence_ends] = True
        self._some_pieces = lru_cache(maxsize=4096)(self._pieces_of)

    def _pieces_of(self, text: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def context_ids(self, context: BlockContext) -> list[int]:
        """Piece ids of the context: heading from its start, lead-in from its end, table header from its start."""
        heading, lead_in, header = self._marks
        ids: list[int] = []
        if context.heading:
            ids += (heading, *self._some_pieces(context.heading)[:MAX_HEADING])
        if context.lead_in:
            ids += (lead_in, *self._some_pieces(context.lead_in)[-MAX_LEAD_IN:])
        if context.header:
            ids += (header, *self._some_pieces(context.header)[:MAX_HEADER])
        return ids

    def pieces(self, text: str) -> Pieces:
        """Word pieces of a text.

        One text at a time: the tokenizer's own batches start threads, which a forked worker must not inherit.
        """
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        ids = np.array(encoding.ids, dtype=np.int64)
        # Laid out in a row: numpy takes several times as long over a list of pairs.
        offsets = np.fromiter(chain.from_iterable(encoding.offsets), np.int64, 2 * len(ids)).reshape(-1, 2)
        return Pieces(ids, offsets, self._begins[ids])

    def sentence_of(self, pieces: Pieces) -> np.ndarray:
        """For each piece, how many signs that end a sentence stand up to it."""
        return np.cumsum(self._ends[pieces.ids])

    @staticmethod
    def windows(pieces: Pieces, context: Sequence[int]) -> list[Window]:
        """Encoder inputs that cover all pieces of the block; none for a block without a piece."""
        made = []
        before = np.array([CLS, *context, SEP], dtype=np.int64)
        lead, total = len(before), len(pieces.ids)
        for first in window_starts(total) if total else ():
            count = min(MAX_BLOCK, total - first)
            ids = np.empty(lead + count + 1, dtype=np.int64)
            ids[:lead], ids[lead:-1], ids[-1] = before, pieces.ids[first:first + count], SEP
            types = np.zeros(len(ids), dtype=np.int64)
            types[:lead] = 1
            made.append(Window(ids, types, first, lead, count))
        return made


def stitch(windows: Sequence[Window], outputs: Sequence[np.ndarray]) -> np.ndarray:
    """Rows for the block's pieces from rows per window; where windows overlap, each piece from the one that sees more.

    ``outputs[k]`` has one row per id of ``windows[k]``.
    """
    if len(windows) == 1:
        window = windows[0]
        return outputs[0][window.lead:window.lead + window.count]
    total = windows[-1].first + windows[-1].count
    rows = np.empty((total, *outputs[0].shape[1:]), dtype=outputs[0].dtype)
    start = 0
    for k, (window, output) in enumerate(zip(windows, outputs, strict=True)):
        end = total
        if k + 1 < len(windows):  # hand over in the middle of the overlap
            end = (window.first + window.count + windows[k + 1].first) // 2
        rows[start:end] = output[window.lead + start - window.first:window.lead + end - window.first]
        start = end
    return rows
