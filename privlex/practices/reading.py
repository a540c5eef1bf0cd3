"""One sentence of a block to claims: its predicates, what belongs to each, and what is said without a verb."""

from __future__ import annotations

from collections.abc import Sequence

from privlex.practices.attachment import Arguments, attach
from privlex.practices.claims import Claim, SentenceReading, SpanRef, Template
from privlex.practices.clauses import Predicate, Sentence, units_of
from privlex.practices.context import SentenceContext
from privlex.practices.coordination import hand_over, share_arguments
from privlex.practices.exceptions import aside_claims, excepted_claims
from privlex.practices.frames import claims_of
from privlex.practices.knowledge import pattern, word_class
from privlex.practices.predicates import find_predicates
from privlex.practices.scope import Region, exception, regions
from privlex.practices.senses import stating_senses
from privlex.practices.verbless import nested_claims, pending_claim, verbless_claims
from privlex.practices.words import words
from privlex.records import FoundSpan

DEFINITION = pattern("definition")
SPARED_ASIDE = pattern("spared_aside")
FIRST_PERSON = pattern("first_person")
OWNER = pattern("owner_of_data")
PURPOSE_CUES = word_class("purpose_cues")
OWNER_REACH = 40  # characters before a span in which its owner is looked for

IndexedSpan = tuple[int, FoundSpan]


def read_sentence(
    text: str, place: tuple[int, int], number: int, spans: Sequence[FoundSpan], names: frozenset[str], *,
    item: bool = False, trained: bool = False,
) -> SentenceReading:  # fmt: skip
    """What the frames find in one sentence of a block, as claims of block 0.

    Args:
        text: the block's; ``place`` is ``(start, end)`` of the sentence in it and ``number`` its number.
        spans: what a reader found in the block.
        names: lower-case words that end a name of the first party.
        item: the sentence is an item of a list.
        trained: the reader also finds conditions and links.
    """
    start, stop = place
    if DEFINITION.match(text, start, stop) and not FIRST_PERSON.search(text[start:stop]):
        return SentenceReading([], [], [])
    inside = _one_kind(text, [(i, s) for i, s in enumerate(spans) if start <= s.start < stop and s.kind != "condition"])
    inside.sort(key=lambda pair: (pair[1].start, -pair[1].end, pair[0]))
    tokens = words(text, start, stop)
    aside = SPARED_ASIDE.search(text, start, stop)
    before = [(0, i) for i, s in inside if aside and s.kind == "data" and s.end <= aside.start()]
    spared: list[SpanRef] = []
    if aside and before:  # the words around the brackets belong together: "your visit (but not your name) is used"
        begin, end = aside.span()
        spared = [(0, i) for i, s in inside if s.kind == "data" and begin <= s.start < end]
        inside = [pair for pair in inside if not begin <= pair[1].start < end]
        tokens = [t for t in tokens if not begin <= t.start < end]
    conditions = [r for r in regions(text, start, stop, tokens) if _is_condition(r, inside)]
    if trained:
        conditions = _with_reader(conditions, spans, start, stop)
    units = units_of(text, tokens, inside)
    sentence = find_predicates(Sentence(units, names, [(r.start, r.end) for r in conditions]))
    found = _read(SentenceContext(sentence, text, spans, 0, number, start, stop, conditions, exception(text, start, stop),
                                  item, trained))  # fmt: skip
    if spared:
        found.claims.extend(aside_claims(found.claims, before[-1], spared))
    return found


def _one_kind(text: str, spans: list[IndexedSpan]) -> list[IndexedSpan]:
    """Where a reader offers the same words as data and as a party ("companies"), the words before them decide."""
    places: dict[tuple[int, int], list[IndexedSpan]] = {}
    for pair in spans:
        places.setdefault((pair[1].start, pair[1].end), []).append(pair)
    made: list[IndexedSpan] = []
    for (start, _), pairs in places.items():
        if {"data", "party"} <= {s.kind for _, s in pairs}:
            owned = OWNER.search(text[max(0, start - OWNER_REACH) : start].lower())
            pairs = [p for p in pairs if p[1].kind == ("data" if owned else "party")]
        made += pairs[:1]
    return made


def _is_condition(region: Region, spans: Sequence[IndexedSpan]) -> bool:
    """No condition starts inside a span ("where you downloaded it"), and a merger that is a purpose is none."""
    mistaken = region.kind not in ("law", "consent") and region.cue.split()[0] in PURPOSE_CUES
    for _, span in spans:
        if span.start <= region.start < span.end:
            return False
        if span.kind == "purpose" and region.start <= span.start < region.end and mistaken:
            return False
    return True


def _with_reader(found: list[Region], spans: Sequence[FoundSpan], start: int, stop: int) -> list[Region]:
    """Conditional stretches of the reader and, where it has none, of the cues."""
    made = []
    for span in spans:
        if span.kind == "condition" and start <= span.start < stop:
            near = next((r for r in found if r.start < span.end and span.start < r.end), None)
            cue, kind = (near.cue, near.kind) if near else ("", "reader")
            made.append(Region(span.start, min(span.end, stop), cue, kind))
    if not made:
        return found
    return sorted(made + [r for r in found if not any(r.start < m.end and m.start < r.end for m in made)])


def _read(here: SentenceContext) -> SentenceReading:
    stating = _stating(here)
    given, left = attach(here, stating)
    share_arguments(here.sentence, stating, given)
    hand_over(here.sentence, stating, given)
    claims, templates = _stated(here, stating, given)
    claims += excepted_claims(here, claims)
    pending = None
    if not claims:
        claims += verbless_claims(here, left)
        pending = None if claims else pending_claim(here)
    claims += nested_claims(here, claims)
    return SentenceReading(claims, templates, _left(here, claims), pending)


def _stating(here: SentenceContext) -> list[tuple[int, Predicate]]:
    """Predicates that state a practice, with their places; each gets the senses in which it does."""
    found = []
    for index, p in enumerate(here.sentence.predicates):
        senses = () if here.excepted(p.at) else stating_senses(here, p)
        if senses:
            p.senses = senses
            found.append((index, p))
    return found


def _stated(
    here: SentenceContext, stating: Sequence[tuple[int, Predicate]], given: Arguments
) -> tuple[list[Claim], list[Template]]:
    """Claims that have data or point back to some, and what all of them would hand to the items of a list."""
    claims: list[Claim] = []
    templates: list[Template] = []
    for index, p in stating:
        for claim in claims_of(here, p, *(of.get(index, []) for of in (given.data, given.purposes, given.parties))):
            if not claim.data and claims and p.senses[0].kind == "allow":
                claim.data = list(claims[-1].data)
            if claim.data or claim.refers:
                claims.append(claim)
            templates.append(_template(claim))
    return claims, templates


def _template(claim: Claim) -> Template:
    return Template(
        claim.action, claim.polarity, list(claim.data), list(claim.purposes), list(claim.recipients), claim.condition,
        claim.actor, list(claim.because), claim.refers, claim.refers_to,
    )  # fmt: skip


def _left(here: SentenceContext, claims: Sequence[Claim]) -> list[int]:
    """Spans outside the exception that no claim took."""
    taken = {ref for c in claims for refs in (c.data, c.purposes, c.recipients) for ref in refs}
    return [u.span for i, u in enumerate(here.sentence.units)
            if u.kind != "word" and (here.block, u.span) not in taken and not here.excepted(i)]  # fmt: skip
