"""Since when the lexicon knows a term."""

from __future__ import annotations

from functools import cache

from privlex.lexicon import load_lexicon
from privlex.records import Mention
from privlex.tables.profile import words_of
from privlex.tables.quotes import quote_words


@cache
def _years(kind: str) -> dict[str, int]:
    """Year in which each term was first met, by its words."""
    years: dict[str, int] = {}
    for term in load_lexicon().terms[kind]:
        words = " ".join(words_of(term.term))
        years[words] = min(term.first_seen, years.get(words, term.first_seen))
    return years


def first_seen(mention: Mention) -> int | None:
    """The first year in which the lexicon's makers met the term that a mention ends in; None where it is no term.

    A phrase is known by its longest known ending: "work e-mail address" by "e-mail address".
    """
    years, words = _years(mention.kind), quote_words(mention.quote).split()
    return next((years[end] for n in range(len(words)) if (end := " ".join(words[n:])) in years), None)
