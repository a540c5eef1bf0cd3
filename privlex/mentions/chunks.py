"""Noun phrases without determiners, and clause ends: the pieces every kind of mention is made of."""

from __future__ import annotations

from typing import NamedTuple

from privlex.mentions.tokens import Tagger, Tokens

# Persons whose possessive or "about"/"of" complement only says whose information it is.
PERSONS = frozenset(
    [
        "you",
        "user",
        "users",
        "customer",
        "customers",
        "visitor",
        "visitors",
        "child",
        "children",
        "individual",
        "individuals",
        "person",
        "persons",
        "people",
        "member",
        "members",
        "consumer",
        "consumers",
        "minor",
        "minors",
        "yourself",
        "them",
        "him",
        "her",
        "it",
        "subscriber",
        "subscribers",
        "everyone",
        "anyone",
        "client",
        "clients",
        "us",
        "me",
        "guest",
        "guests",
        "applicant",
        "applicants",
        "others",
        "someone",
        "employee",
        "employees",
        "patient",
        "patients",
        "player",
        "players",
        "student",
        "students",
        "viewer",
        "viewers",
        "reader",
        "readers",
        "citizen",
        "citizens",
        "resident",
        "residents",
    ]
)
_PERSON_POSSESSIVES = frozenset(
    f"{person}{mark}" for person in PERSONS for mark in ("'s", "’s", "'", "’") if person not in ("you", "us", "it")
)
_JOIN_PARTICIPLES = frozenset(["generated", "based", "related", "derived", "identifying", "enabled", "linked"])
# Finite-verb look-ahead never passes this many tokens: longer subjects do not occur after a comma.
_SUBJECT_TOKENS = 7


class Chunk(NamedTuple):
    """Tokens ``[start, end)`` of a noun phrase; ``words`` is its normal form."""

    start: int
    end: int
    words: tuple[str, ...]


def noun_chunks(tokens: Tokens, tagger: Tagger) -> list[Chunk]:
    """Maximal runs of nouns and their modifiers, in order; "(IP)" inside a phrase is kept in."""
    tags, low = tokens.tags, tokens.low
    count = len(tags)
    chunks: list[Chunk] = []
    i = 0
    normal = tagger.normal
    while i < count:
        if tags[i] != "N":
            i += 1
            continue
        start = i
        if low[i] in _PERSON_POSSESSIVES:
            i += 1
            continue
        if (
            start + 1 < count
            and low[start] in ("registered", "individual", "other")
            and low[start + 1] in _PERSON_POSSESSIVES
        ):
            i += 2
            continue
        while i < count:
            tag = tags[i]
            if tag == "N":
                i += 1
            elif tag == "(" and i + 3 < count and (tags[i + 2] == ")") and tags[i + 1] == "N" and tags[i + 3] == "N":
                i += 3
            elif (
                tag == "("
                and i + 5 < count
                and tags[i + 1] == '"'
                and tags[i + 3] == '"'
                and tags[i + 4] == ")"
                and tags[i + 5] == "N"
            ):
                i += 5
            elif tag in "KG" and i + 1 < count and tags[i + 1] == "N" and low[i] in _JOIN_PARTICIPLES:
                i += 1
            else:
                break
        words: tuple[str, ...] = ()
        for at in range(start, i):
            if tags[at] == "N" or tags[at] == "K":
                words += normal(low[at])
        if "non" in words or "web" in words:
            words = _without_gap(words)
        if words:
            chunks.append(Chunk(start, i, words))
    return chunks


def _without_gap(words: tuple[str, ...]) -> tuple[str, ...]:
    """ "non personal", "web site" as one word, as the lexicon's normal form has it."""
    made: list[str] = []
    for word in words:
        if made and (made[-1] == "non" or (made[-1] == "web" and word in ("site", "page"))):
            made[-1] += word
        else:
            made.append(word)
    return tuple(made)


def joined_term(
    tokens: Tokens, tagger: Tagger, table: dict[str, list[tuple[tuple[str, ...], str]]], chunk: Chunk
) -> tuple[int, str] | None:
    """End and concept of a term with "and", "of" ... inside that begins where ``chunk`` does ("family of companies")."""
    rows = table.get(chunk.words[0])
    if not rows:
        return None
    words: list[str] = []
    ends: list[int] = []
    low, tags = tokens.low, tokens.tags
    longest = len(rows[0][0])
    for i in range(chunk.start, len(low)):
        made = () if i > chunk.start and tags[i] in "DO" else tagger.normal(low[i])
        if not made and tags[i] not in "DOC":
            break
        words.extend(made)
        ends.extend([i + 1] * len(made))
        if len(words) >= longest:
            break
    for key, concept in rows:
        size = len(key)
        if size <= len(words) and tuple(words[:size]) == key:
            end = ends[size - 1]
            if end < len(low) and tags[end] == "N":
                continue  # the term must end where its noun phrase ends
            return (end, concept) if concept else None
    return None


def finite_follows(tokens: Tokens, at: int, through: str = "") -> bool:
    """Does a clause of its own begin at token ``at`` (subject, then auxiliary or verb)?

    The subject may hold tokens of the classes ``through`` besides its nouns (prepositions, for a longer look).
    """
    tags, low = tokens.tags, tokens.low
    count = len(tags)
    if at >= count:
        return False
    tag = tags[at]
    if tag in "X":
        return True
    if tag == "E" and low[at].split("'")[0].split("’")[0] in ("we", "you", "they", "it", "he", "she", "i", "there"):
        return True
    skipped = False
    for i in range(at, min(at + (_SUBJECT_TOKENS if not through else 2 * _SUBJECT_TOKENS), count)):
        tag = tags[i]
        if tag == "X":
            return i > at
        if tag == "E" and i > at:
            # "content you see": this verb belongs to the noun; the finite verb, if any, comes after it
            skipped = True
            continue
        if tag == "V" and skipped:
            skipped = False
            continue
        if tag == "V" and i > at and tags[i - 1] in "NR":
            return True
        if tag not in "DOQNERPJ" or (tag == "P" and low[i] != "of" and (not through or low[i] == "to")):
            return False
    return False
