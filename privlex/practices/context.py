"""One sentence as the frames see it: its units and predicates, the stretches that limit it, and whose spans they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from privlex.practices.claims import SpanRef, Stretch
from privlex.practices.clauses import Sentence
from privlex.practices.scope import Region
from privlex.records import FoundSpan


@dataclass(frozen=True, slots=True)
class SentenceContext:
    """A sentence ``text[start:stop]`` of a block, with what is known before its frames are read."""

    sentence: Sentence
    text: str  # the block's
    spans: Sequence[FoundSpan]  # the block's
    block: int
    number: int  # of the sentence in its block
    start: int
    stop: int
    conditions: Sequence[Region]
    exception: tuple[int, int, int] | None  # start of the cue, end of the cue, end
    item: bool  # the sentence is an item of a list, where bare verbs state
    trained: bool

    def refs(self, units: Iterable[int]) -> list[SpanRef]:
        """The spans at these units."""
        return [(self.block, self.sentence.units[i].span) for i in units]

    def category(self, unit: int) -> str:
        """Category of the span at a unit."""
        return self.spans[self.sentence.units[unit].span].category

    def inner_data(self, unit: int) -> list[int]:
        """Data spans inside the span at a unit ("your browsing" in "analyse your browsing")."""
        return [x for x in self.sentence.units[unit].inner if self.spans[x].kind == "data"]

    def excepted(self, unit: int) -> bool:
        """Whether the unit stands in the exception of the sentence."""
        return bool(self.exception and self.exception[0] <= self.sentence.units[unit].start < self.exception[2])

    def first_condition(self) -> Stretch | None:
        """The first condition of the sentence."""
        return (self.block, self.conditions[0].start, self.conditions[0].end) if self.conditions else None
