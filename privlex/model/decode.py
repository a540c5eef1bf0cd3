"""From scores per word piece to spans: BIO tags under their grammar, borders on words, in plain numpy."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np

OUTSIDE, BEGIN, INSIDE = 0, 1, 2
# Characters that no mention begins or ends with; brackets and quotes stay when their partner is inside.
_EDGE = " \t\r\n\u00a0,;:!?–—•*|"
_PAIRS = {")": "(", "]": "[", "}": "{", "”": "“", "’": "‘", '"': '"'}
_CLOSING = frozenset(")]}”’")
_OPENING = frozenset('([{“‘"')
_CLOSERS = {opening: frozenset(c for c, o in _PAIRS.items() if o == opening) for opening in _OPENING}

# Words that no data type, purpose or party ends with; a span that does lost its end ("information regarding").
_UNFINISHED = frozenset("and or of the a an to in with by from for about regarding concerning including your our when nor as at".split())


class PieceSpan(NamedTuple):
    """Pieces ``[start, end)`` tagged as one span; log probabilities: mean of its tags, of its begin, of its end."""

    start: int
    end: int
    mean: float
    begin: float
    stop: float


def log_softmax(scores: np.ndarray) -> np.ndarray:
    """Log probabilities along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _grammatical(scores: np.ndarray, adjacent: float) -> np.ndarray:
    """The best tag sequence in which INSIDE follows BEGIN or INSIDE only, by Viterbi; a BEGIN right behind a span pays."""
    rows = scores.tolist()
    (o, b, _), i = rows[0], -np.inf
    back = []
    for so, sb, si in rows[1:]:
        best, at = (o, OUTSIDE) if o >= b else (b, BEGIN)
        if i > best:
            best, at = i, INSIDE
        inside, inside_at = (b, BEGIN) if b >= i else (i, INSIDE)
        begin, begin_at = (o, OUTSIDE) if o >= inside - adjacent else (inside - adjacent, inside_at)
        back.append((at, begin_at, inside_at))
        o, b, i = best + so, begin + sb, inside + si
    tag = OUTSIDE if o >= max(b, i) else BEGIN if b >= i else INSIDE
    tags = [tag]
    for row in reversed(back):
        tag = row[tag]
        tags.append(tag)
    return np.array(tags[::-1])


def best_tags(scores: np.ndarray, adjacent: float = 0.0) -> np.ndarray:
    """Best grammatical BIO tags for ``scores`` of shape ``[pieces, 3]``; a tie goes to the lower tag.

    ``adjacent`` is what a span costs that begins right where another ends: labels have a comma or a word between two
    spans of a kind, so such a border is mostly one span cut in two.

    The highest tag of each piece is already the answer unless an INSIDE follows an OUTSIDE or such a border is
    there; only then is the sequence searched.

    >>> best_tags(np.array([[2., 0., 1.], [0., 1., 2.]])).tolist()
    [0, 1]
    >>> best_tags(np.array([[0., 2., 1.], [0., 2., 1.]]), adjacent=2.0).tolist()
    [1, 2]
    """
    tags = scores.argmax(axis=-1)
    inside = tags == INSIDE
    if inside.any() and (inside[0] or (inside[1:] & (tags[:-1] == OUTSIDE)).any()):
        return _grammatical(scores, adjacent)
    if adjacent and ((tags[1:] == BEGIN) & (tags[:-1] != OUTSIDE)).any():
        return _grammatical(scores, adjacent)
    return tags


def tagged_spans(scores: np.ndarray, outside_bias: float = 0.0, adjacent: float = 0.0) -> list[PieceSpan]:
    """Spans of one head from its scores ``[pieces, 3]``.

    ``outside_bias`` is added to the OUTSIDE score, ``adjacent`` is the price of two spans without a gap.
    """
    shifted = scores + np.array([outside_bias, 0, 0], dtype=scores.dtype) if outside_bias else scores
    tags = best_tags(shifted, adjacent)
    begins = np.flatnonzero(tags == BEGIN)
    if not len(begins):
        return []
    logs = log_softmax(scores)
    breaks = np.append(np.flatnonzero(tags != INSIDE), len(tags))
    ends = breaks[np.searchsorted(breaks, begins, side="right")].tolist()
    chosen = [0.0, *np.cumsum(logs[np.arange(len(tags)), tags]).tolist()]
    spans = []
    for start, end in zip(begins.tolist(), ends, strict=True):
        stop = float(np.log1p(-min(np.exp(logs[end, INSIDE]), 1 - 1e-6))) if end < len(tags) else 0.0
        spans.append(PieceSpan(start, end, (chosen[end] - chosen[start]) / (end - start), float(logs[start, BEGIN]), stop))
    return spans


def whole_words(span: PieceSpan, begins: np.ndarray) -> tuple[int, int]:
    """Pieces of ``span`` widened to whole words."""
    start, end = span.start, span.end
    while start > 0 and not begins[start]:
        start -= 1
    while end < len(begins) and not begins[end]:
        end += 1
    return start, end


def trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """``text[start:end]`` without spaces, loose punctuation and unpaired brackets at its ends; None if nothing is left.

    >>> trimmed("(email address),", 0, 16)
    (0, 15)
    >>> trimmed("email address),", 0, 15)
    (0, 13)
    """
    while start < end:
        first, last, inner = text[start], text[end - 1], text[start:end]
        if last in _EDGE or last in _OPENING - {'"'} or (last in _PAIRS and _PAIRS[last] not in inner[:-1]):
            end -= 1
        elif first in _EDGE or first in _CLOSING or (first in _OPENING and not _CLOSERS[first] & set(inner[1:])):
            start += 1
        else:
            return start, end
    return None


def finished(text: str, start: int, end: int) -> tuple[int, int]:
    """``text[start:end]`` without words at its end that nothing ends with; its first word stays.

    >>> finished("information regarding the", 0, 25)
    (0, 11)
    """
    while True:
        head, _, last = text[start:end].rpartition(" ")
        if not head.strip() or last.lower() not in _UNFINISHED:
            return start, end
        end = start + len(head.rstrip())


# The codebook leaves out what these sets keep before a noun phrase: PI-Extract and GDPR-Transparency-200.
_DETERMINERS = re.compile(
    r"\b(?:(?:your|their|his|her|our|my|its|the|an?|any|all|some|certain|such|this|that|these|those|other|additional)\s+)+$",
    re.IGNORECASE,
)


def with_determiner(text: str, start: int) -> int:
    """Where a noun phrase starts that takes in its determiners.

    >>> with_determiner("we sell your name", 13), with_determiner("we sell names", 8)
    (8, 8)
    """
    found = _DETERMINERS.search(text, max(0, start - 60), start)
    return found.start() if found else start
