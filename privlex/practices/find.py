"""Readings of blocks to mentions and practices: the claims of one pass as records with their evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from privlex.practices.claims import Claim, SpanRef
from privlex.practices.confidence import confidence
from privlex.practices.definitions import DefinedTerm, defined_terms
from privlex.practices.limits import limits
from privlex.practices.memory import SeenBlock, seen
from privlex.practices.repairs import repaired
from privlex.practices.walk import Finder
from privlex.practices.wording import wording
from privlex.records import (
    Block,
    BlockReading,
    Condition,
    Extent,
    FoundSpan,
    Mention,
    PolicyDocument,
    Practice,
    Wording,
)


def _seen(document: PolicyDocument, block: Block, reading: BlockReading) -> SeenBlock:
    text = document.block_text(block)
    return seen(text, reading, lambda: repaired(text, reading))


def merged(claims: list[Claim]) -> list[Claim]:
    """Claims in text order, equal ones once."""
    seen: dict[tuple, Claim] = {}
    for claim in claims:
        key = (claim.action, claim.polarity, claim.block, claim.condition, frozenset(claim.data),
               frozenset(claim.purposes), frozenset(claim.recipients))  # fmt: skip
        if key in seen:  # "given, sold or exchanged": one practice, all its verbs
            seen[key].because += [w for w in claim.because if w.startswith("verb") and w not in seen[key].because]
        else:
            seen[key] = claim
    return sorted(seen.values(), key=lambda c: (c.block, c.start))


def _limits(claim: Claim, sentence: str) -> list[str]:
    """Limits in the claim's own sentence and, for the item of a denying lead-in, in the words that deny."""
    found = list(limits(sentence))
    for reason in claim.because:
        if reason.startswith("denied: "):
            found += limits(reason.removeprefix("denied: "))
    return list(dict.fromkeys(found))


class _Evidence(NamedTuple):
    """A sentence that practices rest on; mostly several do."""

    extent: Extent
    source: Extent
    text: str
    wording: Wording


def _evidence(document: PolicyDocument, start: int, end: int) -> _Evidence:
    extent, text = Extent(start, end), document.text[start:end]
    return _Evidence(extent, document.alignment.to_source(extent), text, wording(text))


def _defined(terms: Sequence[DefinedTerm], mentions: Sequence[Mention], evidence: Extent) -> list[str]:
    """What the terms among the mentions take in, where they are defined elsewhere; the nearest definition counts."""
    said = []
    if not terms:
        return said
    for mention in mentions:
        same = [t for t in terms if t.term.casefold() == mention.quote.casefold() and t.extent not in evidence]
        if same:
            term = min(same, key=lambda t: abs(t.extent.start - mention.extent.start))
            names = dict.fromkeys(m.name for m in term.members)
            said.append(f"{mention.id} is a defined term: {', '.join(names)}")
    return list(dict.fromkeys(said))


def find_claims(
    document: PolicyDocument, readings: Sequence[BlockReading], terms: Sequence[DefinedTerm]
) -> tuple[list[BlockReading], list[Claim]]:
    """Readings with what the text itself puts right, and the claims over their spans, in text order.

    Raises: ValueError where there is not one reading for each block.
    """
    if len(readings) != len(document.blocks):
        raise ValueError(f"need one reading per block: {len(document.blocks)} blocks, {len(readings)} readings")
    blocks = [_seen(document, b, r) for b, r in zip(document.blocks, readings, strict=True)]
    return [b.reading for b in blocks], merged(Finder(document, blocks, terms).run())


def spans_of(claim: Claim, readings: Sequence[BlockReading]) -> list[FoundSpan]:
    """Data, purposes and parties of a claim, in this order."""
    return [readings[b].spans[i] for refs in (claim.data, claim.purposes, claim.recipients) for b, i in refs]


def find_practices(
    document: PolicyDocument, readings: Sequence[BlockReading]
) -> tuple[tuple[Mention, ...], tuple[Practice, ...]]:
    """Mentions and practices of a document from what a reader found in its blocks.

    ``readings`` are parallel to ``document.blocks``. Only spans that fill a practice become mentions; both are
    numbered in text order. The result depends on nothing but the arguments.
    """
    terms = defined_terms(document)
    readings, claims = find_claims(document, readings, terms)
    used = sorted({ref for c in claims for refs in (c.data, c.purposes, c.recipients) for ref in refs},
                  key=lambda r: (r[0], readings[r[0]].spans[r[1]].start, readings[r[0]].spans[r[1]].end, r[1]))  # fmt: skip
    ids = {ref: f"m{n}" for n, ref in enumerate(used, 1)}
    mentions = []
    to_source = document.alignment.to_source
    for ref in used:
        block, span = document.blocks[ref[0]], readings[ref[0]].spans[ref[1]]
        begin = block.extent.start
        extent = Extent(begin + span.start, begin + span.end)
        mentions.append(Mention(
            id=ids[ref], kind=span.kind, category=span.category, concept=span.concept, quote=document.text[extent.start:extent.end],
            extent=extent, source=to_source(extent), block=ref[0], confidence=span.confidence,
        ))  # fmt: skip
    by_id = {m.id: m for m in mentions}
    terms = [term for term in terms if term.members]
    practices = []
    rests_on: dict[tuple[int, int], _Evidence] = {}

    def order(refs: list[SpanRef]) -> tuple[str, ...]:
        return tuple([ids[r] for r in dict.fromkeys(refs)]) if refs else ()

    for n, claim in enumerate(claims, 1):
        block = document.blocks[claim.block]
        begin = block.extent.start
        place = (begin + claim.start, begin + claim.end)
        evidence = rests_on.get(place)
        if evidence is None:
            evidence = rests_on[place] = _evidence(document, *place)
        condition = None
        if claim.condition is not None:
            offset = document.blocks[claim.condition[0]].extent.start
            place = Extent(offset + claim.condition[1], offset + claim.condition[2])
            condition = Condition(
                quote=document.text[place.start : place.end], extent=place, source=to_source(place)
            )
        spans = spans_of(claim, readings)
        practices.append(Practice(
            id=f"p{n}", action=claim.action, polarity=claim.polarity, actor=claim.actor, data=order(claim.data), purposes=order(claim.purposes),
            recipients=order(claim.recipients), condition=condition, extent=evidence.extent, source=evidence.source,
            block=claim.block, section=document.block_text(block.section) if block.section is not None else "",
            wording=evidence.wording, confidence=confidence(claim, spans, readings[claim.block].reader),
            because=(*claim.because, *_limits(claim, evidence.text),
                     *_defined(terms, [by_id[ids[ref]] for refs in (claim.data, claim.recipients) for ref in refs] if terms else (),
                               evidence.extent)),
        ))  # fmt: skip
    return tuple(mentions), tuple(practices)
