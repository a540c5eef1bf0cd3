"""What the frames know of English and of policies: classes of words and patterns, read once from data files.

``data/grammar.jsonl`` holds closed word classes, ``verbs.jsonl`` and ``nouns.jsonl`` classes of open words,
``fillers.jsonl`` words that a phrase may hold between its parts, ``patterns.jsonl`` stretches of text. Each row says
what it means; a module names the rows that it uses at its top.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal, TypeVar

WORD_FILES = ("grammar.jsonl", "verbs.jsonl", "nouns.jsonl", "fillers.jsonl")
PATTERN_FILE = "patterns.jsonl"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class WordClass:
    """Lower-case words (or cues of several words) that are treated alike, and how."""

    name: str
    meaning: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class TextPattern:
    """A regular expression, how it is applied, an ``example`` it finds and one (``counter``) it does not."""

    name: str
    meaning: str
    regex: re.Pattern[str]
    applied: Literal["search", "match", "fullmatch"]
    example: str
    counter: str


def rows_of(file: str) -> list[dict]:
    """Rows of a data file of this stage, in order."""
    text = files("privlex.practices").joinpath("data", file).read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


@lru_cache(maxsize=1)
def word_classes() -> dict[str, WordClass]:
    """Every word class by name. Raises ValueError for a name that is given twice."""
    made = (WordClass(r["class"], r["meaning"], frozenset(r["words"])) for file in WORD_FILES for r in rows_of(file))
    return _by_name(made, lambda c: c.name)


@lru_cache(maxsize=1)
def patterns() -> dict[str, TextPattern]:
    """Every pattern by name. Raises ValueError for a name that is given twice, re.error for one that is no pattern."""
    made = (
        TextPattern(r["name"], r["meaning"], re.compile(r["pattern"], re.I if r["ignore_case"] else 0), r["applied"],
                    r["example"], r["not"])
        for r in rows_of(PATTERN_FILE)
    )  # fmt: skip
    return _by_name(made, lambda p: p.name)


def _by_name(items: Iterable[T], name: Callable[[T], str]) -> dict[str, T]:
    found: dict[str, T] = {}
    for item in items:
        if name(item) in found:
            raise ValueError(f"{name(item)!r} is given twice")
        found[name(item)] = item
    return found


def word_class(name: str) -> frozenset[str]:
    """Words of a class; KeyError where there is none of that name.

    >>> "shall" in word_class("modal")
    True
    """
    return word_classes()[name].words


def pattern(name: str) -> re.Pattern[str]:
    """The regular expression of a pattern; KeyError where there is none of that name.

    >>> pattern("listed_cases").search("We share it in the following cases:")[0]
    'in the following cases'
    """
    return patterns()[name].regex
