"""Words and sentences of a block: the units that frames are read over.

No tokeniser of spaCy is used here on purpose: a block is read into a few parallel lists, and only sentences that
hold a span are looked at further, which keeps the fast tier fast.
"""

from __future__ import annotations

import re
from functools import partial
from typing import NamedTuple

from privlex.practices.knowledge import word_class

WORD = re.compile(
    r"<br ?/?>|(?:[A-Za-z]\.){2,}|(?:Inc|Ltd|Corp|Co|Bros|St)\.(?=\W)|and/or\b|\w+(?:[-'’.@&]\w+)*['’]?(?=\W|$)|[^\w\s]"
)
SENTENCE_END = re.compile(r"(?:[.?!]+[\"”’')\]]*(?=\s+[\"“‘'(\[]?[A-Z0-9*•])|<br ?/?>(?:\s*<br ?/?>)*|\s[*•]\s)")
ABBREVIATIONS = word_class("abbreviations")
LAST_WORD = re.compile(r"([\w.’']+)$")


class Word(NamedTuple):
    """One word or sign of a sentence; ``low`` is its lower-case form with a straight apostrophe."""

    low: str
    start: int
    end: int


_word_of = partial(tuple.__new__, Word)  # of all three values, in half the time of ``Word(...)``


def sentences(text: str) -> list[tuple[int, int]]:
    """``(start, end)`` of each sentence; items that stand inside a block (``<br>* ...``) count as sentences.

    >>> [("We ask. You tell Inc. Now.")[a:b] for a, b in sentences("We ask. You tell Inc. Now.")]
    ['We ask.', 'You tell Inc. Now.']
    """
    found, start = [], 0
    for match in SENTENCE_END.finditer(text):
        if text[match.start()] == "." and match.end() - match.start() == 1:
            last = LAST_WORD.search(text, max(0, match.start() - 20), match.start())
            word = last[1].lower() if last else ""
            if (
                word in ABBREVIATIONS
                or (len(word) == 1 and word.isalpha())
                or word.isdigit()
                and match.start() - start < 6
            ):
                continue
        end = match.end() if text[match.start()] in ".?!" else match.start()
        if text[start:end].strip():
            found.append((start, end))
        start = match.end()
    if text[start:].strip():
        found.append((start, len(text)))
    trimmed = []
    for first, last in found:
        piece = text[first:last]
        lead = len(piece) - len(piece.lstrip(" \n\t*•-–"))
        tail = len(piece.rstrip())
        if lead < tail:
            trimmed.append((first + lead, first + tail))
    return trimmed


def words(text: str, start: int, end: int) -> list[Word]:
    """Words and signs of ``text[start:end]`` with their places in ``text``."""
    return [
        _word_of((match[0].lower().replace("’", "'"), *match.span())) for match in WORD.finditer(text, start, end)
    ]
