"""Terms that a policy defines: names of its first party, and words for lists of data or parties.

Two forms are read: a name in brackets after what it stands for ("your name and e-mail address (collectively, “Contact
Data”)"), and a sentence that says what a word means ("“Usage Data” means ..."). What stands in brackets is no practice
(codebook, "Actions"); the definition tells what a later "Contact Data" takes in.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from privlex.mentions import rule_reader
from privlex.practices.knowledge import pattern, word_class
from privlex.practices.words import sentences
from privlex.records import BlockContext, Extent, FoundSpan, PolicyDocument

BRACKET, QUOTED = pattern("defined_in_brackets"), pattern("quoted_term")
MEANS, BETWEEN = pattern("defined_by_sentence"), pattern("between_members")
PERSONS = word_class("persons")
ABOUT = pattern("about_a_list")
OWN_GROUP, NOTICE = pattern("own_group"), pattern("notice")
NEAR, FAR = 3, 60  # characters between the last member and the bracket; FAR where it speaks of a list: "(collectively, ...)"
MOST_WORDS = 5  # of a term: longer ones are titles of notices
LONGEST = 1_200  # characters of a sentence before the bracket that are looked at: longer lists come as blocks


@dataclass(frozen=True, slots=True)
class Member:
    """What a term takes in: words, category and concept as the lexicon has them, and their place in the text."""

    quote: str
    category: str
    concept: str | None
    extent: Extent

    @property
    def name(self) -> str:
        """The concept, or where the lexicon has none the category."""
        return self.concept or self.category


@dataclass(frozen=True, slots=True)
class DefinedTerm:
    """A term, what kind of thing it names, where its definition stands, and its members in text order.

    Names of the first party have no members.
    """

    term: str
    kind: Literal["data", "party", "first_party"]
    block: int
    extent: Extent  # of the term
    members: tuple[Member, ...] = ()


def defined_terms(document: PolicyDocument) -> tuple[DefinedTerm, ...]:
    """Every term that the policy defines in one of the two forms, in text order.

    Terms for what is neither data nor party ("(the “Site”)") are left out.
    """
    text, found = document.text, []
    starts = [block.extent.start for block in document.blocks]
    for form, read in ((BRACKET, _in_brackets), (MEANS, _by_sentence)):
        for match in form.finditer(text):
            at = bisect_right(starts, match.start()) - 1
            if at >= 0 and match.end() <= document.blocks[at].extent.end:
                found += read(document, at, match)
    return tuple(sorted(found, key=lambda t: (t.extent.start, t.extent.end)))


def _in_brackets(document: PolicyDocument, at: int, match: re.Match[str]) -> list[DefinedTerm]:
    text, block = document.text, document.blocks[at]
    names = [(m["term"].strip(" ,.*_"), m.start("term")) for m in QUOTED.finditer(match[0])]
    names = [(name, match.start() + start) for name, start in names
             if name and len(name.split()) <= MOST_WORDS and not NOTICE.search(name)]  # fmt: skip
    start = max(block.extent.start, match.start() - LONGEST)
    said = sentences(text[start : match.start()])
    begin = start + (said[-1][0] if said else 0)
    before = text[begin : match.start()]
    called = [(name, place) for name, place in names if not set(re.split(r"\W+", name.lower())) <= PERSONS]
    if len(called) < len(names) or OWN_GROUP.search(before):
        return [DefinedTerm(name, "first_party", at, Extent(place, place + len(name))) for name, place in called]
    spans = _known(before)
    if not spans or len(before) - spans[-1].end > (FAR if ABOUT.search(match[0]) else NEAR):
        return []
    kind = spans[-1].kind
    members = _run(before, [s for s in spans if s.kind == kind])
    return [
        DefinedTerm(name, kind, at, Extent(place, place + len(name)), _members(text, begin, members, name))
        for name, place in called
    ]


def _by_sentence(document: PolicyDocument, at: int, match: re.Match[str]) -> list[DefinedTerm]:
    text, block = document.text, document.blocks[at]
    rest = text[match.end() : min(block.extent.end, match.end() + LONGEST)]
    said = sentences(rest)
    after = rest[: said[0][1]] if said else rest
    spans = _known(after)
    kinds = {s.kind for s in spans}
    if not spans:
        return []
    kind = "data" if "data" in kinds else "party"
    members = _members(text, match.end(), [s for s in spans if s.kind == kind], match["term"])
    place = match.start("term")
    term = DefinedTerm(match["term"].strip(), kind, at, Extent(place, match.end("term")), members)
    return [term] if members else []


@lru_cache(maxsize=2_000)  # versions of a policy have their definitions in common
def _known(words: str) -> tuple[FoundSpan, ...]:
    """Data and parties that the lexicon and the rules find in words without context; none inside another."""
    found = [s for s in rule_reader().read_block(words, BlockContext()).spans if s.kind in ("data", "party")]
    return tuple(sorted(
        (s for s in found if not any(o is not s and o.start <= s.start and s.end <= o.end for o in found)),
        key=lambda s: s.start,
    ))


def _run(before: str, spans: Sequence[FoundSpan]) -> list[FoundSpan]:
    """The enumeration that ends at the bracket, its head ("information such as ...") with it."""
    run = [spans[-1]]
    for span in reversed(spans[:-1]):
        if not BETWEEN.fullmatch(before, span.end, run[0].start):
            break
        run.insert(0, span)
    return run


def _members(text: str, begin: int, spans: Sequence[FoundSpan], term: str) -> tuple[Member, ...]:
    made = (
        Member(text[begin + s.start : begin + s.end], s.category, s.concept, Extent(begin + s.start, begin + s.end))
        for s in spans
    )
    return tuple(m for m in made if m.quote.casefold() != term.casefold())
