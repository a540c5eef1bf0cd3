"""Party mentions: noun phrases whose head names a party, with the modifiers that tell which."""

from __future__ import annotations

from privlex.lexicon import Lexicon
from privlex.mentions.chunks import Chunk, joined_term
from privlex.mentions.tokens import Tagger, Tokens

# Heads with which "other" is part of the name ("other companies"); with the rest it is a quantifier.
_OTHER_HEADS = frozenset(
    [
        "company",
        "user",
        "member",
        "organization",
        "organisation",
        "party",
        "person",
        "visitor",
        "website",
        "entity",
        "customer",
        "source",
        "business",
        "individual",
        "site",
        "player",
        "subscriber",
        "participant",
        "people",
    ]
)
_RECIPIENT_BEFORE = frozenset(["to", "with", "by", "between", "among", "amongst", "and", "or", "including", "against"])
# Modifiers that make a party of any company or person.
_TELLING = frozenset(
    "other third outside external unaffiliated nonaffiliated affiliated independent social selected select".split()
)
# Heads that are places unless such a modifier stands before them.
_PLACES = frozenset("website site service platform application database app page".split())
_PRONOUN_PARTIES = {
    "anyone": "public/public", "everyone": "public/public", "anybody": "public/public", "everybody": "public/public",
    "others": "third_party/third_party", "someone": "third_party/third_party",
}  # fmt: skip
# What a relative clause or infinitive says of a party without a name of its own.
_TAIL_ADVERTISES = frozenset(["ad", "ads", "advertisement", "advertisements", "advertising", "banner", "banners"])
_TAIL_SERVES = frozenset(
    [
        "perform",
        "provide",
        "assist",
        "help",
        "process",
        "host",
        "deliver",
        "fulfill",
        "manage",
        "support",
        "operate",
        "work",
        "performing",
    ]
)
_OPEN_HEADS = ("third_party/third_party", "business_partner/business_partner")


class PartyFinder:
    """Finds party spans; a pure function of the tokens and the lexicon."""

    def __init__(self, lexicon: Lexicon, tagger: Tagger) -> None:
        self._look = lexicon.lookups
        self._tagger = tagger

    def find(self, tokens: Tokens, chunks: list[Chunk]) -> list[tuple[int, int, str]]:
        """(first token, end token, concept) of each party mention, in order."""
        look = self._look
        tags, low = tokens.tags, tokens.low
        count = len(tags)
        found: list[tuple[int, int, str]] = []
        last_end = -1
        for chunk in chunks:
            if chunk.start < last_end:
                continue
            joined = joined_term(tokens, self._tagger, look.joined["party"], chunk)
            if joined is not None:
                found.append((chunk.start, *joined))
                last_end = joined[0]
                continue
            concept, size = look.ending("party", chunk.words)
            if concept is None:
                continue
            start, end = chunk.start, chunk.end
            weak = chunk.words[-size:] in look.needs_context["party"] and size < 3
            if weak and not self._in_place(tokens, chunk, size, last_end):
                continue
            if start and low[start - 1] == "other" and chunk.words[-1] in _OTHER_HEADS and len(chunk.words) == 1:
                start -= 1
            if concept in _OPEN_HEADS:
                concept = self._by_tail(tokens, end, concept)
            found.append((start, end, concept))
            last_end = end
        for i, word in enumerate(low):
            concept = _PRONOUN_PARTIES.get(word)
            if (concept and tags[i] == "E") or (concept and tags[i] == "N"):
                end = i + 1
                if end < count and low[end] == "else":
                    end += 1
                    concept = "third_party/third_party"
                found.append((i, end, concept))
        found.sort()
        return [span for at, span in enumerate(found) if not at or span[:2] != found[at - 1][:2]]

    def _in_place(self, tokens: Tokens, chunk: Chunk, size: int, last_end: int) -> bool:
        """Does a word that names a party only in some places ("users", "company") stand in such a place?"""
        tags, low = tokens.tags, tokens.low
        start = chunk.start
        head = chunk.words[-1]
        bare = len(chunk.words) == size
        if not bare and chunk.words[0] in _TELLING:
            return True
        before = start - 1
        own = other = False
        while before >= 0 and tags[before] in "DOQ":
            own = own or tags[before] == "O" or low[before] in ("the", "this")
            other = other or low[before] in _TELLING or low[before] in ("these", "such", "those", "another")
            before -= 1
        if other and head not in _PLACES:
            return True
        if other and before >= 0 and low[before] in ("to", "with", "from", "by"):
            return True
        if head in _PLACES or (
            own and head in ("company", "organization", "corporation", "friend", "contact", "parent")
        ):
            return False
        if before < 0 or low[before] not in _RECIPIENT_BEFORE:
            return False
        if low[before] == "from" or (low[before] in ("and", "or", "including") and last_end < before - 1):
            return False
        return True

    def _by_tail(self, tokens: Tokens, end: int, concept: str) -> str:
        """A more special concept where the words after the party say what it does."""
        low, tags = tokens.low, tokens.tags
        if end >= len(low) or low[end] not in ("that", "who", "which", "to", "whose", "we"):
            return concept
        tail = low[end : end + 10]
        stop = next((i for i, tag in enumerate(tags[end : end + 10]) if tag in ".;"), len(tail))
        tail = tail[:stop]
        if low[end] != "to" and any(word in _TAIL_ADVERTISES for word in tail):
            return "advertiser/advertiser"
        if concept == "third_party/third_party" and any(word in _TAIL_SERVES for word in tail[:5]):
            text = " ".join(tail)
            if "our behalf" in text or "services" in tail or "functions" in tail or "us" in tail or "our" in tail:
                return "service_provider/service_provider"
        return concept
