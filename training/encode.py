"""Examples as arrays over word pieces: what the network is given and what it should say."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from privlex.model.decode import BEGIN, INSIDE
from privlex.model.windows import Pieces, Sequencer, Window
from privlex.records import CATEGORIES, BlockContext
from training.sets import ACTION_SLOTS, HEADS, Example, GoldSpan

ALL_CATEGORIES = tuple((kind, name) for kind, names in CATEGORIES.items() for name in names)
LINK_KINDS = ("purpose", "party", "condition")  # data-purpose, data-party, condition-anything


@dataclass(slots=True)
class Encoded:
    """One window: its input, the target share of each tag ``[block pieces, heads, 3]``, and its spans."""

    window: Window
    context: int                 # pieces of context in the input
    tags: np.ndarray             # float32 [count, heads, 3]
    weight: np.ndarray           # float32 [count, heads], 0 where nothing is known
    spans: list[tuple[int, int, str, int, np.ndarray | None, frozenset[int]]]
    dataset: str                 # span: first piece, end piece (input rows), kind, category, action targets, practices
    text_end: np.ndarray         # per input row, how many sentence ends came before it
    links: dict[tuple[int, int], float] | None = None  # chances of pairs of spans, where practices are not known


def piece_range(pieces: Pieces, start: int, end: int) -> tuple[int, int] | None:
    """Pieces that share a character with ``[start, end)``."""
    first = int(np.searchsorted(pieces.offsets[:, 1], start, side="right"))
    last = int(np.searchsorted(pieces.offsets[:, 0], end, side="left"))
    return (first, last) if first < last else None


def disjoint(spans: list[GoldSpan]) -> list[GoldSpan]:
    """Longest first where spans of one head overlap, then in text order."""
    kept: list[GoldSpan] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start)):
        if not any(span.start < k.end and k.start < span.end for k in kept):
            kept.append(span)
    return sorted(kept, key=lambda s: s.start)


def encode(example: Example, pieces: Pieces, sequencer: Sequencer, with_context: bool = True) -> list[Encoded]:
    """The windows of one example."""
    total = len(pieces.ids)
    columns = {head: i for i, (name, head) in enumerate(HEADS) if name == example.dataset}
    tags = np.zeros((total, len(HEADS), 3), dtype=np.float32)
    weight = np.zeros((total, len(HEADS)), dtype=np.float32)
    share = 1 / len(example.readings)
    placed: list[tuple[int, int, GoldSpan]] = []
    for head, column in columns.items():
        weight[:, column] = 1
        tags[:, column, 0] = 1
        for reading in example.readings:
            for span in disjoint([s for s in reading if s.head == head]):
                where = piece_range(pieces, span.start, span.end)
                if where is None:
                    continue
                first, last = where
                tags[first:last, column, 0] -= share
                tags[first, column, BEGIN] += share
                tags[first + 1:last, column, INSIDE] += share
                placed.append((first, last, span))
    for start, end in example.ignored:
        where = piece_range(pieces, start, end)
        if where:
            weight[where[0]:where[1]] = 0
    ends = np.isin(pieces.ids, sequencer.sentence_ends)
    context = sequencer.context_ids(example.context if with_context else BlockContext())
    made = []
    for window in sequencer.windows(pieces, context):
        inside = slice(window.first, window.first + window.count)
        spans = []
        if example.dataset == "codebook":
            for first, last, span in placed:
                if window.first <= first and last <= window.first + window.count:
                    category = ALL_CATEGORIES.index((span.head, span.category)) if span.category else -1
                    actions = None
                    if span.actions is not None:
                        actions = np.array([slot in span.actions for slot in ACTION_SLOTS], dtype=np.float32)
                    shift = window.lead - window.first
                    spans.append((first + shift, last + shift, span.head, category, actions, span.practices))
        rows = np.zeros(len(window.ids), dtype=np.float32)
        rows[window.lead:window.lead + window.count] = np.cumsum(ends[inside])
        made.append(Encoded(window, len(context), tags[inside], weight[inside], spans, example.dataset, rows))
    return made


def encode_all(examples: list[Example], sequencer: Sequencer) -> list[Encoded]:
    """Windows of all examples; empty texts give none."""
    return [w for e in examples for w in encode(e, sequencer.pieces(e.text), sequencer)]
