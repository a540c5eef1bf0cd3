"""Which found span answers which gold span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import linear_sum_assignment

Span = tuple[int, int]  # characters [start, end)


def overlap_matches(found: Sequence[Span], gold: Sequence[Span]) -> list[tuple[int, int]]:
    """Pairs (index in ``found``, index in ``gold``) of overlapping spans, each span in one pair at most.

    As many pairs as there can be; among those, the ones that cover each other best (intersection over union).

    >>> overlap_matches([(0, 10), (12, 15)], [(0, 4), (5, 10), (12, 15)])
    [(0, 1), (1, 2)]
    """
    pairs = []
    for rows, columns in _clusters(found, gold):
        if len(rows) == len(columns) == 1:
            pairs.append((rows[0], columns[0]))
            continue
        # 1 for a pair, and less than 1 in all for how well the pairs of the cluster cover each other: number first.
        share = 1 / (min(len(rows), len(columns)) + 1)
        worth = np.array([[_worth(found[i], gold[j], share) for j in columns] for i in rows])
        for i, j in zip(*linear_sum_assignment(worth, maximize=True), strict=True):
            if worth[i, j] > 0:
                pairs.append((rows[i], columns[j]))
    return sorted(pairs)


def _worth(a: Span, b: Span, share: float) -> float:
    inside = min(a[1], b[1]) - max(a[0], b[0])
    return 1 + share * inside / (max(a[1], b[1]) - min(a[0], b[0])) if inside > 0 else 0.0


def _clusters(found: Sequence[Span], gold: Sequence[Span]) -> Iterable[tuple[list[int], list[int]]]:
    """Groups of spans that overlap through one another, each with members on both sides."""
    events = sorted([(*span, 0, i) for i, span in enumerate(found)] + [(*span, 1, j) for j, span in enumerate(gold)])
    rows: list[int] = []
    columns: list[int] = []
    reach = -1
    for start, end, side, index in events:
        if start >= reach:
            if rows and columns:
                yield rows, columns
            rows, columns = [], []
        (columns if side else rows).append(index)
        reach = max(reach, end)
    if rows and columns:
        yield rows, columns


def exact_hits(found: Iterable[Span], gold: Iterable[Span]) -> int:
    """How many gold spans have a found span with both ends the same, one to one."""
    return sum((Counter(map(tuple, found)) & Counter(map(tuple, gold))).values())


def touched(spans: Sequence[Span], others: Sequence[Span]) -> int:
    """How many of ``spans`` share a character with at least one of ``others``.

    >>> touched([(0, 5), (5, 9), (20, 22)], [(4, 6)])
    2
    """
    return sum(any(s < y and x < e for x, y in others) for s, e in spans)


def characters(spans: Iterable[Span]) -> set[int]:
    """Every character that lies in one of the spans."""
    return {at for start, end in spans for at in range(start, end)}
