"""Words that point back to what was said before: "this information", "those companies", "it"."""

from __future__ import annotations

from privlex.practices.clauses import Predicate, Sentence
from privlex.practices.context import SentenceContext
from privlex.practices.knowledge import word_class

DEMONSTRATIVES = word_class("demonstratives")
POINTERS = word_class("pointers")
POINTER_FILLERS = word_class("pointer_fillers")
OBJECT_POINTERS = word_class("object_pointers")
OBJECT_FILLERS = word_class("object_fillers")
OBJECT_VERBS = word_class("coordinated_objects")
BEFORE_THAT = word_class("preposition") | {"to", "and", ","}
AFTER_NOUN = (["mentioned", "above"], ["described", "above"], ["listed", "above"], ["set", "out"])


def points_back(here: SentenceContext, i: int) -> bool:
    """Whether the span at unit ``i`` points back: "this information", "those companies", "the above data"."""
    s = here.sentence
    if s.units[i].low.split()[:1] and s.units[i].low.split()[0] in DEMONSTRATIVES:
        return True
    k = i - 1
    while i - k <= 3 and s.is_word(k) and s.low(k) in POINTER_FILLERS:
        if s.low(k) in ("above", "same") and s.low(k - 1) in ("the", "all"):
            return True
        k -= 1
    if s.is_word(k) and s.low(k) in POINTERS:
        return not (s.low(k) == "such" and s.low(k + 1) == "as")
    if _is_that(here, i):
        return True
    after = [s.low(k) for k in range(i + 1, min(len(s.units), i + 4))]
    return after[:1] == ["above"] or after[:2] in AFTER_NOUN


def _is_that(here: SentenceContext, i: int) -> bool:
    """ "That information", where "that" does not open a clause."""
    s = here.sentence
    if s.low(i - 1) != "that" or here.category(i) != "generic":
        return False
    return i == 1 or s.low(i - 2) in BEFORE_THAT or any(p.at == i - 2 for p in s.predicates)


def has_pronoun_object(s: Sentence, p: Predicate) -> bool:
    """ "We share it", "we use and store them"."""
    if p.voice != "active":
        return False
    for k in range(p.at + 1, min(len(s.units), p.at + 4)):
        low = s.low(k)
        if s.is_word(k) and low in OBJECT_POINTERS:
            return True
        if (not s.is_word(k) or low not in OBJECT_FILLERS) and low not in OBJECT_VERBS:
            return False
    return False
