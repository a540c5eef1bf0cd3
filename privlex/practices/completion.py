"""A reading before it is put together: spans that run into the next clause are cut, and what the lexicon knows is added."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from privlex.mentions import rule_reader
from privlex.practices.knowledge import pattern
from privlex.practices.words import sentences
from privlex.records import BlockContext, BlockReading, FoundSpan, Link

VERB_INSIDE, SHARE_INSIDE = pattern("passive_inside"), pattern("sharing_inside")
ORGANISATIONS, OWNED = pattern("organisations"), pattern("owned_before")
# Between two items of one enumeration: "name, email address, and your phone number".
BETWEEN_ITEMS = pattern("enumeration_link")
OF_AN_ACCOUNT, TO_EXAMPLES = pattern("name_of_an_account"), pattern("head_to_examples")
SHARES = 0.15  # the score of sharing from which a block is worth the lexicon's parties
# Confidence of a span that only the lexicon saw beside a trained reading.
LEXICON_CONFIDENCE = 0.5
SHARED = 0.8  # the score of sharing of a party from which its sentence must be sharing something
# Its link to the parties and purposes of its sentence, where the reader saw no data: enough to hold.
LEXICON_LINK = 0.9
# A verb of sharing right before its object, which begins where the search ends.
SHARE_OBJECT = re.compile(
    r"\b(?:shar|disclos|provid|transfer|releas|sell|rent|report|giv)(?:e|es|ing|)\s+(?:(?:to|with) \w+ )?(?:(?:the|your|any|all|this|such|certain|some|our)\s+){0,2}\S$", re.I
)  # fmt: skip


def repaired(text: str, reading: BlockReading) -> BlockReading:
    """The reading with spans cut where the words show that another clause begins inside them."""
    if reading.reader != "rules":
        return reading
    spans, changed = [], False
    for span in reading.spans:
        if (
            span.kind == "data"
            and ORGANISATIONS.fullmatch(text, span.start, span.end)
            and not OWNED.search(text, max(0, span.start - 30), span.start)
        ):
            span, changed = replace(span, kind="party", category="third_party", concept=None), True
        cut = (VERB_INSIDE if span.kind == "data" else SHARE_INSIDE).search(text, span.start, span.end)
        if cut is not None and span.kind in ("data", "purpose") and cut.start() > span.start:
            span, changed = replace(span, end=cut.start()), True
        spans.append(span)
    return replace(reading, spans=tuple(spans)) if changed else reading


def wants_lexicon(reading: BlockReading) -> bool:
    """Whether ``completed`` may add to the reading."""
    if not reading.spans or reading.reader != "trained":
        return False
    return any(s.kind == "data" or _shared(s) for s in reading.spans)


def completed(text: str, context: BlockContext, reading: BlockReading) -> BlockReading:
    """A trained reading with what the lexicon knows and the reader passed over.

    Parties, where something is shared: recipients are few in the training labels and many in policies. On the windows
    held out this raised recall of (data, recipient) pairs by a third at little loss of precision. They carry no action
    scores; frames decide on them. Data types beside one that was read, in one enumeration: they take part in what
    their neighbour takes part in, and so does the head of examples. And the object of a verb of sharing where only the parties of its sentence were read
    ("we may also share the analyzed data with our affiliates").
    """
    if not wants_lexicon(reading):
        return reading
    known = rule_reader().read_block(text, context).spans
    said = [s for s in reading.spans if s.kind != "condition"]

    def new(span: FoundSpan) -> bool:
        return not any(span.start < o.end and o.start < span.end for o in said)

    spans, links = list(reading.spans), list(reading.links)

    def join(span: FoundSpan, like: int, among: Sequence[Link]) -> int:
        """Add a span that takes part in what ``like`` takes part in, by its links ``among`` these; its index."""
        at = len(spans)
        spans.append(replace(span, confidence=LEXICON_CONFIDENCE, actions=spans[like].actions))
        said.append(spans[at])
        links.extend([
            Link(at if a == like else a, at if b == like else b, score) for a, b, score in among if like in (a, b)
        ])  # fmt: skip
        return at

    items = [s for s in known if s.kind == "data" and s.category != "generic" and new(s)]
    heads = [s for s in known if s.kind == "data" and s.category == "generic" and new(s)]
    neighbour = {at: n for n, s in enumerate(spans) if s.kind == "data" for at in (s.start, s.end)}
    for item in (*items, *reversed(items)):  # forwards, then backwards, so that a run of items is taken whole
        if not new(item):
            continue
        before = next((n for end, n in neighbour.items() if spans[n].end == end and end <= item.start
                       and BETWEEN_ITEMS.fullmatch(text, end, item.start)), None)  # fmt: skip
        after = next((n for start, n in neighbour.items() if spans[n].start == start and item.end <= start
                      and BETWEEN_ITEMS.fullmatch(text, item.end, start)), None)  # fmt: skip
        beside = before if before is not None else after
        if beside is None:
            continue
        at = join(item, beside, reading.links)
        neighbour |= {item.start: at, item.end: at}
    for head in heads:  # "information regarding you (such as name ...)": the head takes part in what its examples do
        opened = TO_EXAMPLES.match(text, head.end)
        first = next((n for n, s in enumerate(spans) if opened and s.kind == "data" and s.start == opened.end()), None)
        if first is not None and new(head):
            join(head, first, links)
    for start, end in sentences(text) if any(map(_shared, reading.spans)) else ():
        here = [n for n, s in enumerate(reading.spans) if start <= s.start < end and s.kind != "condition"]
        parties = [n for n in here if _shared(reading.spans[n])]
        if not parties or any(reading.spans[n].kind == "data" for n in here):
            continue
        for item in known:
            if item.kind == "data" and SHARE_OBJECT.search(text, start, item.start + 1) and start <= item.start < end and new(item):
                links += [Link(len(spans), n, LEXICON_LINK) for n in here]
                spans.append(replace(item, confidence=LEXICON_CONFIDENCE, actions=reading.spans[parties[0]].actions))
                said.append(spans[-1])
    if any(a.action == "share" and a.score >= SHARES for s in reading.spans if s.kind == "data" for a in s.actions):
        spans += [
            replace(s, confidence=LEXICON_CONFIDENCE) for s in known
            if s.kind == "party" and new(s) and not OF_AN_ACCOUNT.match(text, s.end)
        ]  # fmt: skip
    return replace(reading, spans=tuple(spans), links=tuple(links)) if len(spans) > len(reading.spans) else reading


def _shared(span: FoundSpan) -> bool:
    return span.kind == "party" and any(a.action == "share" and a.score >= SHARED for a in span.actions)
