"""A sentence as units (words and spans), the predicates that stand in it, and what both can be asked.

Policies of two decades, many in non-native English, break parsers; a verb group, its subject and its voice can be read
from closed word classes alone. What is here knows grammar only; which action a predicate states is the lexicon's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from privlex.practices.knowledge import word_class
from privlex.practices.verbs import Form, Sense
from privlex.practices.words import Word
from privlex.records import FoundSpan

ADVERBS = word_class("adverb")
NO_ADVERBS = word_class("no_adverbs")
DENIALS = word_class("denials")
NO_DENIALS = word_class("no_denials")
PARTY_LIST_FILLERS = word_class("party_list_fillers")
CLAUSE_OPENERS = word_class("clause_openers")
PRONOUN_SUBJECTS = word_class("first") | {"you", "they", "it"}


@dataclass(slots=True)
class Unit:
    """A word, or an outermost span standing as one unit. ``kind`` is "word" or the span's kind."""

    kind: str
    low: str
    start: int
    end: int
    span: int = -1
    inner: tuple[int, ...] = ()


@dataclass(slots=True)
class Predicate:
    """A verb (or noun) group that states an action: where it stands, its voice, role, subject and negation."""

    at: int
    start: int
    form: Form
    voice: str  # active, passive, noun
    role: str  # main, relative, reduced, infinitive, gerund, bare, noun
    negated: bool = False
    subject: str = ""  # first, user, party, data, they, it, other, ""
    subject_units: tuple[int, ...] = ()
    chain: int | None = None  # index of the predicate it is coordinated with
    clause: int = 0  # first unit of its clause
    governor: str = ""  # "need", "allow", "agree", ... before an infinitive
    governed_by: int = -1  # unit of the governor
    subordinate: bool = False  # stands inside a conditional clause
    object_before: int = -1  # unit of the object, where it stands before the subject
    described: bool = False  # "describes how we collect": names a practice, states none
    senses: tuple[Sense, ...] = field(default=())


def units_of(text: str, tokens: Sequence[Word], spans: Sequence[tuple[int, FoundSpan]]) -> list[Unit]:
    """Units of a sentence; ``spans`` are the (index, span) that begin in it, in text order, outermost first."""
    outer: list[Unit] = []
    for index, span in spans:
        if outer and span.start < outer[-1].end:
            outer[-1].inner = (*outer[-1].inner, index)
            continue
        outer.append(Unit(span.kind, text[span.start : span.end].lower(), span.start, span.end, index))
    made: list[Unit] = []
    place = 0
    for low, start, end in tokens:
        while place < len(outer) and outer[place].end <= start:
            made.append(outer[place])
            place += 1
        if place < len(outer) and end > outer[place].start:
            continue
        made.append(Unit("word", low, start, end))
    return made + outer[place:]


def is_adverb(low: str) -> bool:
    """Whether the word may stand inside a verb group without changing it."""
    return low in ADVERBS or (low.endswith("ly") and low not in NO_ADVERBS)


class Sentence:
    """Units of one sentence and what can be asked of them; ``predicates`` are filled in by ``find_predicates``."""

    __slots__ = ("units", "names", "regions", "predicates")

    def __init__(self, units: list[Unit], names: frozenset[str], regions: Sequence[tuple[int, int]] = ()) -> None:
        self.units = units
        self.names = names  # lower-case words that end a first-party name
        self.regions = regions  # conditional stretches, in characters
        self.predicates: list[Predicate] = []

    def low(self, i: int) -> str:
        """The unit in lower case; "" outside the sentence."""
        return self.units[i].low if 0 <= i < len(self.units) else ""

    def is_word(self, i: int) -> bool:
        """Whether there is such a unit, and it is no span."""
        return 0 <= i < len(self.units) and self.units[i].kind == "word"

    def subordinate_at(self, i: int) -> bool:
        """Whether the unit stands in a conditional stretch."""
        place = self.units[i].start
        return any(a <= place < b for a, b in self.regions)

    def skip_left(self, i: int) -> tuple[int, bool]:
        """Go left over adverbs and denials; where it stops and whether a denial was met."""
        negated = False
        while self.is_word(i):
            low = self.units[i].low
            if low in DENIALS:
                negated = not (low == "not" and self.low(i + 1) in NO_DENIALS)
            elif not is_adverb(low) and low != "only" and not self._joins_adverbs(i):
                break
            i -= 1
        return i, negated

    def _joins_adverbs(self, i: int) -> bool:
        """ "Knowingly or willingly"."""
        return (self.low(i) in ("or", "and", ",") and self.is_word(i - 1) and self.low(i - 1).endswith("ly")
                and self.low(i + 1).endswith("ly"))  # fmt: skip

    def clause_start(self, i: int) -> int:
        """First unit of the clause that holds ``i``: after a stop, a subordinator or a conjunction of clauses."""
        return next((k + 1 for k in range(i - 1, -1, -1) if self.units[k].kind == "word" and self._parts_clauses(k)), 0)

    def _parts_clauses(self, k: int) -> bool:
        low = self.units[k].low
        if low in CLAUSE_OPENERS or low == "but":
            return True
        if low in ("and", "or", ",") and self.is_word(k + 1) and self.low(k + 1) in PRONOUN_SUBJECTS:
            return True
        return low == "and" and self.low(k - 1) == "," and any(p.role == "main" and p.at < k for p in self.predicates)

    def party_list(self, last: int) -> tuple[int, ...]:
        """Units of the parties in the enumeration that ends at ``last``."""
        found = [last]
        for k in range(last - 1, -1, -1):
            if self.units[k].kind == "party":
                found.append(k)
            elif self.units[k].kind != "word" or self.units[k].low not in PARTY_LIST_FILLERS:
                break
        return tuple(reversed(found))
