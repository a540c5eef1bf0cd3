"""What follows from a block's words and its reading alone, worked out once for all versions of a policy that hold it.

Nine blocks in ten of a later version stand in the version before. Frames are read sentence by sentence and do not look
outside their block; only lists and references do, and these are put together anew in each document.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from privlex.practices.blend import Scores
from privlex.practices.claims import Claim, SentenceReading, Template
from privlex.practices.reading import read_sentence
from privlex.practices.words import sentences
from privlex.records import BlockContext, BlockReading

# Blocks remembered, some 8 kB each where spans were found: those of a hundred long policies.
REMEMBERED = 8_000


class SeenBlock:
    """A block's sentences and frames, by its words and reading; nothing in it knows where the block stands."""

    __slots__ = ("given", "reading", "scores", "_parts", "_reads", "_text")

    def __init__(self, text: str, given: BlockReading, reading: BlockReading) -> None:
        self.given, self.reading = given, reading
        self._parts: list[tuple[int, int]] | None = None
        self.scores = Scores(reading) if reading.reader == "trained" and reading.spans else None
        self._text = text
        self._reads: dict[tuple, SentenceReading] = {}

    @property
    def parts(self) -> list[tuple[int, int]]:
        """Its sentences: ``(start, end)`` in its text."""
        if self._parts is None:  # most blocks of a page hold no span, and are never asked
            self._parts = sentences(self._text)
        return self._parts

    def read(self, block: int, names: frozenset[str], item: bool, number: int) -> SentenceReading:
        """What the frames find in sentence ``number``, as claims of ``block``; the caller's own to change."""
        key = (number, item, names)
        found = self._reads.get(key)
        if found is None:
            found = self._reads[key] = read_sentence(
                self._text, self.parts[number], number, self.reading.spans, names, item=item,
                trained=self.reading.reader == "trained",
            )  # fmt: skip
        return _moved(found, block)


@lru_cache(maxsize=REMEMBERED)
def _place(text: str, context: BlockContext | None) -> list[SeenBlock]:
    return []


def seen(
    text: str, context: BlockContext | None, given: BlockReading, complete: Callable[[], BlockReading]
) -> SeenBlock:
    """What is remembered of a block, begun where nothing is; ``complete`` makes the reading that frames are read over.

    ``complete`` must follow from ``text``, ``context`` and ``given``.
    """
    place = _place(text, context)
    if not place or place[0].given != given:  # another reader's
        place[:] = [SeenBlock(text, given, complete())]
    return place[0]


def forget() -> None:
    """Forget every block; results do not change."""
    _place.cache_clear()


def _moved(read: SentenceReading, block: int) -> SentenceReading:
    """A copy for another block. Lists that claims have in common they have in common in the copy."""
    lists: dict[int, list] = {}

    def refs(old: list[tuple[int, int]]) -> list[tuple[int, int]]:
        new = lists.get(id(old))
        if new is None:
            new = lists[id(old)] = [(block, i) for _, i in old]
        return new

    def words(old: list[str]) -> list[str]:
        new = lists.get(id(old))
        if new is None:
            new = lists[id(old)] = old.copy()
        return new

    def place(old: tuple[int, int, int] | None) -> tuple[int, int, int] | None:
        return old and (block, old[1], old[2])

    def claim(c: Claim) -> Claim:
        return Claim(
            c.action, c.polarity, block, c.start, c.end, refs(c.data), refs(c.purposes), refs(c.recipients),
            place(c.condition), c.actor, words(c.because), c.refers, c.refers_to, c.party_refers, c.sentence, c.score,
            c.merge,
        )  # fmt: skip

    return SentenceReading(
        [claim(c) for c in read.claims],
        [
            Template(t.action, t.polarity, refs(t.data), refs(t.purposes), refs(t.recipients), place(t.condition),
                     t.actor, words(t.because), t.refers, t.refers_to)
            for t in read.templates
        ],
        read.left.copy(),
        read.pending and claim(read.pending),
    )  # fmt: skip
