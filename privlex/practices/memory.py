"""What follows from a block's words and its reading alone, worked out once for all versions of a policy that hold it.

Nine blocks in ten of a later version stand in the version before. Frames are read sentence by sentence and do not look
outside their block; only lists and references do, and these are put together anew in each document.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from privlex.practices.blend import Scores
from privlex.practices.claims import Claim, SentenceReading, Template
from privlex.practices.reading import read_sentence
from privlex.practices.words import sentences
from privlex.records import BlockReading

# Blocks remembered, some 8 kB each where spans were found: those of a hundred long policies.
REMEMBERED = 8_000


class Alone(NamedTuple):
    """What a block states by itself: claims of its sentences, by number, and its claims in the end."""

    sentences: list[tuple[int, list[Claim]]]
    claims: list[Claim]


class SeenBlock:
    """A block's sentences and frames, by its words and reading; nothing in it knows where the block stands."""

    __slots__ = ("given", "reading", "scores", "_alone", "_parts", "_reads", "_text")

    def __init__(self, text: str, given: BlockReading, reading: BlockReading) -> None:
        self.given, self.reading = given, reading
        self._parts: list[tuple[int, int]] | None = None
        self.scores = Scores(reading) if reading.reader == "trained" and reading.spans else None
        self._text = text
        self._reads: dict[tuple, SentenceReading] = {}
        self._alone: dict[tuple[frozenset[str], bool], Alone] = {}

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

    def alone(self, block: int, names: frozenset[str], item: bool) -> Alone | None:
        """What ``keep_alone`` was told, as claims of ``block``; None where it was told nothing."""
        found = self._alone.get((names, item))
        return found and _moved_alone(found, block)

    def keep_alone(self, names: frozenset[str], item: bool, found: Alone) -> None:
        """Keep what the block states where no other block has a say in it: no lead-in, no reference, no list."""
        self._alone[names, item] = _moved_alone(found, 0)


@lru_cache(maxsize=REMEMBERED)
def _place(text: str) -> list[SeenBlock]:
    return []


def seen(text: str, given: BlockReading, repair: Callable[[], BlockReading]) -> SeenBlock:
    """What is remembered of a block, begun where nothing is; ``repair`` makes the reading that frames are read over.

    ``repair`` must follow from ``text`` and ``given``.
    """
    place = _place(text)
    if not place or place[0].given != given:  # another reader's, or another context's
        place[:] = [SeenBlock(text, given, repair())]
    return place[0]


def forget() -> None:
    """Forget every block; results do not change."""
    _place.cache_clear()


class _Move:
    """Copies claims for another block; what the originals have in common the copies have in common."""

    __slots__ = ("block", "_claims", "_lists")

    def __init__(self, block: int) -> None:
        self.block = block
        self._lists: dict[int, list] = {}
        self._claims: dict[int, Claim] = {}

    def refs(self, old: list[tuple[int, int]]) -> list[tuple[int, int]]:
        new = self._lists.get(id(old))
        if new is None:
            block = self.block
            new = self._lists[id(old)] = [(block, i) for _, i in old]
        return new

    def words(self, old: list[str]) -> list[str]:
        new = self._lists.get(id(old))
        if new is None:
            new = self._lists[id(old)] = old.copy()
        return new

    def place(self, old: tuple[int, int, int] | None) -> tuple[int, int, int] | None:
        return old and (self.block, old[1], old[2])

    def claim(self, c: Claim) -> Claim:
        new = self._claims.get(id(c))
        if new is None:
            refs = self.refs
            new = self._claims[id(c)] = Claim(
                c.action, c.polarity, self.block, c.start, c.end, refs(c.data), refs(c.purposes), refs(c.recipients),
                self.place(c.condition), c.actor, self.words(c.because), c.refers, c.refers_to, c.party_refers,
                c.sentence, c.score, c.merge,
            )  # fmt: skip
        return new

    def template(self, t: Template) -> Template:
        return Template(
            t.action, t.polarity, self.refs(t.data), self.refs(t.purposes), self.refs(t.recipients),
            self.place(t.condition), t.actor, self.words(t.because), t.refers, t.refers_to,
        )  # fmt: skip


def _moved(read: SentenceReading, block: int) -> SentenceReading:
    if not (read.claims or read.templates or read.pending):
        return SentenceReading([], [], read.left.copy())
    move = _Move(block)
    return SentenceReading(
        [move.claim(c) for c in read.claims],
        [move.template(t) for t in read.templates],
        read.left.copy(),
        read.pending and move.claim(read.pending),
    )


def _moved_alone(found: Alone, block: int) -> Alone:
    claim = _Move(block).claim
    return Alone([(n, [claim(c) for c in claims]) for n, claims in found.sentences], [claim(c) for c in found.claims])
