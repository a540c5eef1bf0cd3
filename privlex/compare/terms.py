"""Since when the lexicon knows a term."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from privlex.records import Mention
from privlex.tables.profile import words_of
from privlex.tables.quotes import quote_words

_FILES = {"data": "data_types.jsonl", "purpose": "purposes.jsonl", "party": "parties.jsonl"}


@cache
def _years(kind: str) -> dict[str, int]:
    """Year in which each term was first met, by its words."""
    text = (files("privlex.lexicon") / "data" / _FILES[kind]).read_text(encoding="utf-8")
    years: dict[str, int] = {}
    for row in map(json.loads, filter(None, text.splitlines())):
        words = " ".join(words_of(row["term"]))
        years[words] = min(row["first_seen"], years.get(words, row["first_seen"]))
    return years


def first_seen(mention: Mention) -> int | None:
    """The first year in which the lexicon's makers met the term that a mention ends in; None where it is no term.

    A phrase is known by its longest known ending: "work e-mail address" by "e-mail address".
    """
    years, words = _years(mention.kind), quote_words(mention.quote).split()
    return next((years[end] for n in range(len(words)) if (end := " ".join(words[n:])) in years), None)
