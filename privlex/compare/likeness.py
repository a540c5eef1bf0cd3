"""How alike two mentions, two sets of them, or two wordings are; every answer a number from 0 to 1.

Only quotes, concepts, categories and sketches are asked, so that findings from released tables, whose sentences are
not there, compare as findings with their document do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from math import cos, pi, sqrt
from typing import NamedTuple

from rapidfuzz import fuzz

from privlex.compare.ontology import covers_concept, is_gathering
from privlex.records import Findings, Mention, Wording
from privlex.tables.quotes import quote_key, quote_words

SKETCH_BITS = 64
# From here on two mentions are taken for one thing said in two ways. Of a lexicon that knows the phrase, the concept
# decides; the number is for phrases it does not know: "processing of your orders", "to process your order".
SAME = 0.65


class Item(NamedTuple):
    """A mention as far as comparison goes."""

    kind: str
    key: str
    words: str
    concept: str | None
    category: str


# A policy's "information" is the users' ("generic" in the codebook): "personal information" in its place, or the other
# way round, changes the words and not the claim.
_ONE_CONCEPT = {"generic/information": "generic/personal_information"}


@lru_cache(maxsize=1 << 16)
def _item(kind: str, quote: str, concept: str | None, category: str) -> Item:
    return Item(kind, quote_key(quote), quote_words(quote), _ONE_CONCEPT.get(concept, concept), category)


def item_of(mention: Mention) -> Item:
    """What of a mention is compared."""
    return _item(mention.kind, mention.quote, mention.concept, mention.category)


def items_of(findings: Findings, ids: Iterable[str]) -> tuple[Item, ...]:
    """The items of the mentions with these ids, each once, in order."""
    return tuple(dict.fromkeys(item_of(findings.mention(id)) for id in ids))


def same_item(left: Item, right: Item) -> bool:
    """The same words, or the same concept in other words."""
    return left.key == right.key or (left.concept == right.concept and not is_gathering(left.concept))


def covers(broad: Item, narrow: Item) -> bool:
    """``broad`` names a larger class that ``narrow`` belongs to: "contact information" over "email address"."""
    return not same_item(broad, narrow) and covers_concept(broad.concept, narrow.concept, narrow.category)


@lru_cache(maxsize=1 << 17)
def item_likeness(left: Item, right: Item) -> float:
    """1 for the same thing, 0.7 where one covers the other, less for phrases that share words or only a category.

    "Personal information" covers everything and says little: 0.5.
    """
    if same_item(left, right):
        return 1.0
    if covers(left, right) or covers(right, left):
        return 0.7 if left.category == right.category else 0.5
    words = fuzz.token_set_ratio(left.words, right.words) / 100
    if left.category == right.category:
        if left.kind == "purpose" or left.concept is None or right.concept is None:
            return 0.2 + 0.7 * words**2
        return 0.2 + 0.3 * words**2  # two concepts that the lexicon tells apart
    return 0.6 * words if words >= 0.85 else 0.0


def sets_likeness(left: Sequence[Item], right: Sequence[Item]) -> float:
    """How far the smaller set stands in the larger: mean over its members of the best likeness.

    Two empty sets are alike; an empty and a filled one are not.
    """
    if not left or not right:
        return float(not left and not right)
    small, large = sorted((left, right), key=len)
    return sum(max(item_likeness(s, o) for o in large) for s in small) / len(small)


def differing_bits(left: Wording, right: Wording) -> int:
    """In how many of the 64 bits two sketches differ; some 32 for sentences that share nothing."""
    return (int(left.sketch, 16) ^ int(right.sketch, 16)).bit_count()


def wording_likeness(left: Wording | None, right: Wording | None) -> float:
    """The cosine of two sentences' word pairs, as their sketches estimate it (Charikar 2002); 1 for the same words.

    The estimate is off by 0.2 in the mean, so it is held below what sentences of these lengths can reach.
    """
    if left is None or right is None:
        return 0.0
    if left.digest == right.digest:
        return 1.0
    short, long = sorted((max(left.words, 1), max(right.words, 1)))
    return min(max(0.0, cos(pi * differing_bits(left, right) / SKETCH_BITS)), sqrt(short / long))


_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NUMBER_WORDS = {
    word: str(value) for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
        "eighteen nineteen twenty".split()
    )
} | {"thirty": "30", "forty": "40", "sixty": "60", "ninety": "90", "hundred": "100"}  # fmt: skip


@lru_cache(maxsize=1 << 12)
def numbers_of(phrase: str) -> frozenset[str]:
    """Numbers that a phrase names, in digits or in words, as far as a released quote shows it.

    A period of another length is another period.

    >>> numbers_of("for thirteen months") == numbers_of("for 13 months"), sorted(numbers_of("within 30 days of a year"))
    (True, ['30'])
    """
    shown = quote_words(phrase)
    words = (_NUMBER_WORDS.get(word) for word in shown.split())
    return frozenset(_NUMBER.findall(shown)) | {word for word in words if word}


@lru_cache(maxsize=1 << 16)
def phrase_likeness(left: str, right: str) -> float:
    """Likeness of two conditions by their words, in any order; 0 where they name other numbers ("for two years")."""
    if numbers_of(left) != numbers_of(right):
        return 0.0
    if quote_key(left) == quote_key(right):
        return 1.0
    return fuzz.token_sort_ratio(quote_words(left), quote_words(right)) / 100
