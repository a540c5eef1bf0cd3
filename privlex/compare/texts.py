"""Two texts laid side by side: which sentence of one answers which of the other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from rapidfuzz import fuzz, process

#: Two sentences at least this alike (rapidfuzz ratio of their word sequences, 0..100) are one, reworded. Below it,
#: in QNAP 2010 -> 2015 and Synology 2007 -> 2019, pairs were different statements that share stock phrases.
REWORDED = 62

#: A gap between equal sentences larger than this on both sides is compared by its most alike pairs only within a
#: band of this many sentences, so that cost stays linear in the text.
BAND = 400

_SENTENCE = re.compile(r"\S.*?(?:[.!?](?=[\s\"”’)]*\s+[A-Z(“\"])|$)", re.DOTALL)
_WORD = re.compile(r"\w+")


class TextPair(NamedTuple):
    """Passages that answer each other: indices into the two lists, None where a side has none.

    ``alike`` runs from 0 (nothing in common) to 1 (same words); ``moved`` tells that the order was broken.
    """

    before: int | None
    after: int | None
    alike: float
    moved: bool = False


def sentences(text: str) -> list[tuple[int, int]]:
    """Half-open character ranges of the sentences of a block, by end marks before a capital.

    >>> [("We read. We keep it."[a:b]) for a, b in sentences("We read. We keep it.")]
    ['We read.', 'We keep it.']
    """
    found = []
    for match in _SENTENCE.finditer(text):
        end = match.end()
        while end < len(text) and text[end] in '"”’)':
            end += 1
        found.append((match.start(), end))
    return found


def align_texts(before: Sequence[str], after: Sequence[str]) -> list[TextPair]:
    """Align two lists of sentences: equal ones by longest common runs, the rest by likeness, then by likeness anywhere.

    Returns: pairs in reading order of ``after``, with what only ``before`` has at the place where it stood.
    """
    left = [" ".join(_WORD.findall(s.casefold())) for s in before]
    right = [" ".join(_WORD.findall(s.casefold())) for s in after]
    partner: dict[int, tuple[int, float, bool]] = {}  # of after -> (of before, likeness, moved)
    used: set[int] = set()

    def pair(i: int, j: int, alike: float, moved: bool = False) -> None:
        partner[j] = (i, alike, moved)
        used.add(i)

    gaps = []
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                pair(i, j, 1.0)
        elif tag == "replace":
            gaps.append((range(i1, i2), range(j1, j2)))
    for lefts, rights in gaps:
        _pair_alike(left, right, list(lefts)[:BAND], list(rights)[:BAND], pair, used, partner, moved=False)
    rest_left = [i for i in range(len(left)) if i not in used and left[i]]
    rest_right = [j for j in range(len(right)) if j not in partner and right[j]]
    _pair_alike(left, right, rest_left[:BAND], rest_right[:BAND], pair, used, partner, moved=True)

    in_order = {i: j for j, (i, _, moved) in partner.items() if not moved}
    pairs: list[TextPair] = []
    place = 0
    for j in range(len(right)):
        found = partner.get(j)
        if found and not found[2]:
            for i in range(place, found[0]):
                if i not in used:
                    pairs.append(TextPair(i, None, 0.0))
            place = max(place, found[0] + 1)
        pairs.append(TextPair(found[0], j, found[1], found[2]) if found else TextPair(None, j, 0.0))
    pairs += [TextPair(i, None, 0.0) for i in range(place, len(left)) if i not in used and i not in in_order]
    return pairs


def _pair_alike(left, right, lefts, rights, pair, used, partner, *, moved: bool) -> None:
    """Pair the most alike first, each sentence once; ties go to the earlier one."""
    lefts = [i for i in lefts if i not in used and left[i]]
    rights = [j for j in rights if j not in partner and right[j]]
    if not lefts or not rights:
        return
    scores = process.cdist(
        [left[i] for i in lefts], [right[j] for j in rights], scorer=fuzz.ratio, score_cutoff=REWORDED
    )
    found = [(-scores[a, b], a, b) for a, b in zip(*scores.nonzero(), strict=True)]
    for score, a, b in sorted(found):
        i, j = lefts[a], rights[b]
        if i not in used and j not in partner:
            pair(i, j, float(-score) / 100, moved)
