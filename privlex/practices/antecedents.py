"""What words that point back stand for: "this information", "such partners", "they", over sentences and blocks.

Which antecedents are taken was settled on the labelled training texts: where the sentence itself names data or parties
before the word that points, these are meant in three of four cases, what an earlier sentence names in one of eight.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from privlex.practices.claims import TRACKERS, Claim, SpanRef
from privlex.practices.knowledge import pattern
from privlex.practices.memory import SeenBlock
from privlex.records import FoundSpan, PolicyDocument

ABOVE = pattern("said_above")
PRONOUN, THEY, NEAR_POINTER = pattern("data_pronoun"), pattern("party_pronoun"), pattern("near_pointer")
ADDS, INNER_LIST = pattern("adds_to_before"), pattern("inner_list")
SPECIFIC = {"cookies_and_trackers", "ip_and_device_id", "location", "financial", "health"}
REACH = 1  # blocks a word looks back over: further back, two in three antecedents were wrong on labelled texts
POINTER = 20  # characters before a noun that hold what points: "such personal "


class Antecedents:
    """What a document said so far, sentence by sentence, and what its words that point back stand for.

    ``idle`` blocks are not looked at, ``lead_ins`` names the block that introduces an item. ``said`` holds
    ``(block, sentence, claims)`` in text order; ``pending`` parties and purposes that no data had yet.
    """

    def __init__(
        self, document: PolicyDocument, seen: Sequence[SeenBlock], lead_ins: Mapping[int, int], idle: Set[int]
    ) -> None:
        self.document, self.seen, self.lead_ins, self.idle = document, seen, lead_ins, idle
        self.said: list[tuple[int, int, list[Claim]]] = []
        self.pending: Claim | None = None
        self._pointers: set[SpanRef] = set()  # nouns that only point back, to data that were found

    def resolve(self, claims: Sequence[Claim]) -> list[Claim]:
        """The claims of one sentence with what their words point back to; claims that stay empty are left out."""
        kept: list[Claim] = []
        for claim in claims:
            if claim.refers:
                if claim.merge and self.said and self.said[-1][0] == claim.block:
                    for earlier in self.said[-1][2]:
                        if earlier.polarity == "affirmed":
                            earlier.data += [d for d in claim.data if d not in earlier.data]
                    continue
                data = self._data(claim, kept)
                if data:
                    self._point(claim, data)
            if claim.party_refers:
                claim.recipients += [r for r in self._parties(claim) if r not in claim.recipients]
                if self.pending is not None and claim.action == "share" and claim.block - self.pending.block <= 1:
                    claim.purposes = [*self.pending.purposes, *claim.purposes]
                    self.pending.purposes = []
            if claim.data or claim.purposes and claim.recipients:
                kept.append(claim)
        return kept

    def _point(self, claim: Claim, data: Sequence[SpanRef]) -> None:
        self._pointers.update(d for d in claim.data if self._span(d).category == "generic" and d not in data)
        claim.data = [*claim.data, *(d for d in data if d not in claim.data)]
        if claim.action == "use" and all(self._span(d).category == TRACKERS for d in data):
            claim.action = "collect"  # "they are used to ..." of cookies
        claim.because.append(f"reference to {len(data)} data mention(s)")

    # ------------------------------------------------------------------ data

    def _data(self, claim: Claim, before: Sequence[Claim]) -> list[SpanRef]:
        """Of the sentence itself where it names some before the word that points, else of what was said last."""
        near = self._before_noun(claim) if claim.data else [d for c in before for d in c.data]
        return list(dict.fromkeys(near or self._before_pronoun(claim))) or self._said_last(claim)

    def _before_noun(self, claim: Claim) -> list[SpanRef]:
        """ "If you give us your address, we use such data to ...": the address."""
        data = [((claim.block, i), s) for i, s in self._own(claim) if s.kind == "data"]
        own = [s.start for ref, s in data if s.category == "generic" and ref in claim.data]
        return [ref for ref, s in data if own and s.end <= min(own)]

    def _before_pronoun(self, claim: Claim) -> list[SpanRef]:
        """ "Your card number goes to Stripe; we never see it": the card number."""
        spans = [] if claim.data else [(i, s) for i, s in self._own(claim) if s.kind == "data"]
        if not spans:
            return []
        text = self.document.block_text(claim.block)
        pronoun = PRONOUN.search(text, min(s.end for _, s in spans), claim.end)
        return [(claim.block, i) for i, s in spans if pronoun and s.end <= pronoun.start()]

    def _said_last(self, claim: Claim) -> list[SpanRef]:
        reach = 0 if self._stays_near(claim) else REACH
        for place in range(len(self.said) - 1, -1, -1):
            block = self.said[place][0]
            if claim.block - block > reach:
                break
            data = self._together(place)
            if block != claim.block:
                data = self._whole_list(block) or data
            if claim.refers_to in SPECIFIC:
                data = [d for d in data if self._span(d).category == claim.refers_to]
            if data:  # what "this information" stood for, not the word itself
                return [d for d in data if d not in self._pointers] or data
        return []

    def _stays_near(self, claim: Claim) -> bool:
        """Whether it points with "such" or "these", or only says what data are: these do not leave their block."""
        if claim.because and claim.because[0].startswith("copula"):
            return True
        text = self.document.block_text(claim.block)
        own = [self._span(ref) for ref in claim.data if ref[0] == claim.block]
        return any(
            NEAR_POINTER.search(text, max(claim.start, s.start - POINTER), s.start) and not ABOVE.match(text, s.end) for s in own
        )  # fmt: skip

    def _together(self, place: int) -> list[SpanRef]:
        """Data of a sentence, and of the ones before it that it adds to ("We also log ...")."""
        data: dict[SpanRef, None] = {}
        for at in range(place, -1, -1):
            block, number, claims = self.said[at]
            data.update(dict.fromkeys(d for c in claims for d in c.data))
            start, stop = self.seen[block].parts[number]
            adds = ADDS.search(self.document.block_text(block), start, stop)
            if not adds or not at or self.said[at - 1][:2] != (block, number - 1):
                break
        return list(data)

    def _whole_list(self, block: int) -> list[SpanRef]:
        """Data of the list that the block is an item of, or holds; empty where it is no part of a list."""
        lead = self.lead_ins.get(block)
        if lead is not None:
            members = {item for item, its in self.lead_ins.items() if its == lead} | {lead}
        elif INNER_LIST.search(self.document.block_text(block)):
            members = {block}
        else:
            return []
        return list(dict.fromkeys(d for b, _, claims in self.said if b in members for c in claims for d in c.data))

    # ------------------------------------------------------------------ parties

    def _parties(self, claim: Claim) -> list[SpanRef]:
        """Of the sentence itself, of a pending sentence, or those that were named last."""
        here = self._parties_here(claim)
        if here:
            return here
        if self.pending is not None and claim.block - self.pending.block <= 2:
            return self.pending.recipients
        for block in range(claim.block, max(-1, claim.block - REACH - 1), -1):
            if block in self.idle:
                continue
            parties = [(i, s) for i, s in enumerate(self.seen[block].reading.spans) if s.kind == "party"]
            for start, stop in reversed(self.seen[block].parts if parties else ()):
                named = [(block, i) for i, s in parties if start <= s.start < stop]
                if named and (block < claim.block or start < claim.start):
                    return named
        return []

    def _parties_here(self, claim: Claim) -> list[SpanRef]:
        """ "If you use a partner's site, such partner may ...": the partner."""
        own = [self._span(ref).start for ref in claim.recipients if ref[0] == claim.block]
        if not own:
            they = THEY.search(self.document.block_text(claim.block), claim.start, claim.end)
            own = [they.start() if they else claim.start]
        return [(claim.block, i) for i, s in self._own(claim) if s.kind == "party" and s.end <= min(own)]

    # ------------------------------------------------------------------ spans

    def _own(self, claim: Claim) -> list[tuple[int, FoundSpan]]:
        """Spans of the claim's own sentence, with their places in the reading."""
        spans = self.seen[claim.block].reading.spans
        return [(i, s) for i, s in enumerate(spans) if claim.start <= s.start < claim.end]

    def _span(self, ref: SpanRef) -> FoundSpan:
        return self.seen[ref[0]].reading.spans[ref[1]]
