"""One pass over a document: what lead-ins hand to their items, tables to their rows, and words that point back to others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from privlex.practices.answers import answered
from privlex.practices.blend import blend
from privlex.practices.claims import TRACKERS, Claim, Template
from privlex.practices.definitions import DefinedTerm
from privlex.practices.knowledge import pattern, word_class
from privlex.practices.lists import lead_ins
from privlex.practices.memory import Alone, SeenBlock
from privlex.practices.rows import row_claims, settled
from privlex.records import Block, BlockReading, PolicyDocument

FUSED, INNER_LIST = pattern("fused_item"), pattern("inner_list")
CONDITION_ITEM, CASES, EXCEPTS = pattern("condition_item"), pattern("listed_cases"), pattern("listed_exceptions")
PRONOUN, NOBODY = pattern("data_pronoun"), pattern("nobody")
ADDS = pattern("adds_to_before")
OPEN_DENIAL, SOURCE_ITEM = pattern("open_denial"), pattern("source_item")
LEAD_VERB, LEAD_RIGHT, USER_PROVIDES = pattern("lead_in_verb"), pattern("lead_in_right"), pattern("user_provides")
NAME_HEADS = word_class("name_heads")
NEAR_POINTER = re.compile(r"\b(?:such|these|those)\s+(?:\w+\s+)?$", re.I)
THEY = re.compile(r"\bthey\b", re.I)
STOPPED = re.compile(r"[.?!]\s*$")
SPECIFIC = {"cookies_and_trackers", "ip_and_device_id", "location", "financial", "health"}
LISTED = "listed case"
REACH = 1  # blocks a reference looks back over: further back, two in three antecedents of labelled references were wrong


def idle_blocks(document: PolicyDocument) -> frozenset[int]:
    """Indices of the blocks whose readings ``find_practices`` never looks at: headings of text and of tables.

    One that introduces a list is looked at.
    """
    introducers = {b.lead_in for b in document.blocks}
    headers = {b.header for b in document.blocks}
    return frozenset(
        b.index for b in document.blocks
        if (b.kind in ("title", "heading") or b.index in headers) and b.index not in introducers
    )  # fmt: skip


class Finder:
    """One pass over a document's blocks; keeps what was said so far for references and lists."""

    def __init__(
        self, document: PolicyDocument, blocks: Sequence[SeenBlock], terms: Sequence[DefinedTerm] = ()
    ) -> None:
        self.document, self.seen = document, blocks
        self.readings = [b.reading for b in blocks]
        self.lead_ins = lead_ins(document, self.readings)
        self.names = first_party(document, terms)
        self.claims: list[Claim] = []
        self.history: list[tuple[int, int, list[Claim]]] = []  # block, sentence number, claims
        self.templates: dict[int, list[Template]] = {}  # what each block hands to its items
        self.pending: Claim | None = None
        self.fused: dict[int, list[Template]] = {}  # lead-ins that hold their first item
        self.handed: set[int] = set()  # lead-ins whose frame went to their items
        self.pointers: set[tuple[int, int]] = set()  # nouns that only point back ("this information") to data that were found

    # ------------------------------------------------------------------ walk

    def run(self) -> list[Claim]:
        introducers = set(self.lead_ins.values())
        idle = idle_blocks(self.document)
        for block in self.document.blocks:
            if block.index not in idle:
                self.block(block, self.readings[block.index], block.index in introducers)
        answered(self.document, self.claims)
        # a lead-in that only opens its list is no practice of its own
        return [c for c in self.claims if not (c.block in self.handed and self.opens(c))]

    def opens(self, claim: Claim) -> bool:
        """Whether the claim is the open frame at the end of a lead-in."""
        text = self.document.block_text(claim.block)
        named = [(self.document.block_text(b), self.readings[b].spans[i]) for b, i in claim.purposes]
        said = {words[span.start : span.end].lower().split()[-1] for words, span in named}
        return (
            claim.end >= len(text.rstrip()) - 1
            and said <= {"purposes", "reasons", "ways"}
            and bool(claim.data or claim.recipients)
        )

    def block(self, block: Block, reading: BlockReading, introduces: bool) -> None:
        text = self.document.block_text(block)
        inherited = self.inherited(block)
        if not reading.spans or all(s.kind == "condition" for s in reading.spans):
            if introduces:
                self.templates[block.index] = self.lead(block, text, reading, inherited)
            elif inherited:
                self.claims += self.conditional(block, text, inherited)
            return
        frames = self.seen[block.index]
        header = "" if block.kind != "table_row" or block.header is None else self.document.block_text(block.header)
        listed = block.kind in ("list_item", "table_row")
        # Whether no other block has a say in what this one states; then it was mostly read in an earlier version.
        alone = reading.reader == "trained" and not (inherited or introduces or header)
        if alone:
            known = frames.alone(block.index, self.names, listed)
            if known is not None:
                self.history += [(block.index, number, claims) for number, claims in known.sentences]
                self.claims += known.claims
                return
        before_it = len(self.history)
        made: list[Claim] = []
        last: list[Template] = []
        item_templates: list[Template] = []  # for "lead: * item * item" inside one block
        opened: set[int] = set()  # sentences whose frame was handed to items in this block
        opener = -1
        parts = frames.parts
        for number, (start, stop) in enumerate(parts):
            has_span = any(start <= s.start < stop for s in reading.spans)
            if not has_span:
                if STOPPED.search(text[start:stop]):
                    item_templates = []
                continue
            carried = inherited if number == 0 else item_templates
            item = bool(carried) or listed
            read = frames.read(block.index, self.names, item, number)
            claims = read.claims
            alone = alone and read.pending is None and not any(c.refers or c.party_refers for c in claims)
            if carried:
                before = len(claims)
                claims = self.carry(block, claims, read.left, carried, reading, number, start, stop, text)
                if carried is item_templates and len(claims) > before:
                    opened.add(opener)
            claims = self.resolve(block, number, claims)
            if read.pending is not None and not claims:
                if read.pending.action:
                    self.pending = read.pending
                elif self.pending is not None and self.pending.block == block.index:
                    self.pending.purposes += read.pending.purposes  # "Examples include answering mail and ..."
            if claims:
                made += claims
                self.history.append((block.index, number, claims))
            if introduces and number == len(parts) - 1 and CASES.search(text[start:stop]):
                for template in read.templates:
                    template.because.append(LISTED)
            if introduces and number == len(parts) - 1 and EXCEPTS.search(text[start:stop]):
                # "we do not share X unless one of these applies:": the items are the cases in which it is shared
                for template in read.templates:
                    if template.polarity == "denied":
                        template.polarity = "affirmed"
                        template.because = [w for w in template.because if not w.startswith("denied")] + ["exception: listed"]
            last = read.templates or [
                Template("", "affirmed", data=[(block.index, i) for i in read.left if reading.spans[i].kind == "data"],
                         recipients=[(block.index, i) for i in read.left if reading.spans[i].kind == "party"])
            ]  # fmt: skip
            if text[start:stop].rstrip().endswith(":"):
                item_templates, opener = self.combine(last, carried), number
                alone = False
            elif STOPPED.search(text[start:stop]) and number > 0 and not carried:
                item_templates = []
        if header:
            made = row_claims(block.index, text, header, reading.spans, made)
        if item_templates and FUSED.search(text):
            self.fused[block.index] = item_templates
        if opened:  # the lead-in inside the block has handed its frame on
            made = [c for c in made if not (c.sentence in opened and not c.purposes and not c.recipients)]
        if introduces:
            final = parts[-1] if parts else (0, len(text))
            tail = [t for t in last] if any(final[0] <= s.start < final[1] for s in reading.spans) else []
            self.templates[block.index] = (
                self.combine(tail, inherited) if tail else self.lead(block, text, reading, inherited)
            )
            if block.kind in ("title", "heading"):
                return
        if reading.reader == "trained":
            made = blend(made, frames.scores, block.index, text, parts)
            if header:
                made = settled(made, text, header, block.index, reading.spans)
        self.deny_nobody(block.index, text, made)
        if alone:
            sentences = [(number, claims) for _, number, claims in self.history[before_it:]]
            frames.keep_alone(self.names, listed, Alone(sentences, made))
        self.claims += made

    def deny_nobody(self, block: int, text: str, claims: list[Claim]) -> None:
        """ "Nobody outside the shop sees your invoices" denies, whatever its verb is."""
        for claim in claims:
            own = [self.readings[b].spans[i] for b, i in claim.recipients if b == block]
            if claim.action == "share" and claim.polarity == "affirmed" and own and len(own) == len(claim.recipients):
                if all(NOBODY.fullmatch(text, s.start, s.end) for s in own):
                    claim.polarity = "denied"
                    claim.because.append(f"denied: {text[own[0].start : own[0].end]}")

    # ------------------------------------------------------------------ lists

    def inherited(self, block: Block) -> list[Template]:
        if block.index in self.lead_ins:
            return self.templates.get(self.lead_ins[block.index], [])
        # the first item stands in the lead-in's own block ("because: * it is necessary ..."), the others are items
        if block.kind == "list_item":
            for before in range(block.index - 1, max(-1, block.index - 40), -1):
                if self.document.blocks[before].kind != "list_item":
                    return self.fused.get(before, [])
        return []

    def lead(self, block: Block, text: str, reading: BlockReading, inherited: list[Template]) -> list[Template]:
        """Templates of a lead-in that holds no span ("We may collect:", "to whom we disclose:")."""
        parts = self.seen[block.index].parts
        if not parts:
            return inherited
        start, stop = parts[-1]
        made = self.seen[block.index].read(block.index, self.names, False, len(parts) - 1).templates
        if CASES.search(text[start:stop]):  # "in some circumstances below": each item is a case of its own
            for template in made:
                template.because.append(LISTED)
        if not made:
            words = text[start:stop].lower()
            if OPEN_DENIAL.search(words):
                return [Template("", "denied", because=["lead-in denies"])]
            found = LEAD_VERB.search(words)
            if found and not LEAD_RIGHT.search(words):
                action = "collect" if found[0] == "provid" and USER_PROVIDES.search(words) else found.lastgroup
                made = [Template(action, "affirmed", because=[f"lead-in {found[0]}"])]
        return self.combine(made, inherited)

    def combine(self, own: list[Template], outer: list[Template]) -> list[Template]:
        """A nested lead-in has what its own words say and, for the rest, what the outer lead-in says."""
        if not own:
            return outer
        if not outer:
            return own
        made = []
        for template in own:
            above = outer[-1]
            made.append(replace(
                template,
                action=template.action or above.action,
                polarity="denied" if "denied" in (template.polarity, above.polarity) else "affirmed",
                data=[*(d for d in above.data if d not in template.data), *template.data],
                recipients=template.recipients or list(above.recipients),
                condition=template.condition or above.condition,
            ))  # fmt: skip
        return made

    def carry(self, block: Block, claims: list[Claim], left: list[int], carried: list[Template], reading: BlockReading,
              number: int, start: int, stop: int, text: str) -> list[Claim]:  # fmt: skip
        """Give an item what its lead-in says."""
        templates = [t for t in carried if t.action]
        denied = bool(carried) and all(t.polarity == "denied" for t in carried)
        if not templates and not denied:
            return claims
        if CONDITION_ITEM.match(text[start:stop]) and any(LISTED in t.because for t in templates) and number == 0:
            listed = self.conditional(block, text[start:stop], templates)
            if listed:
                return listed
        loose = {
            kind: [(block.index, i) for i in left if reading.spans[i].kind == kind]
            for kind in ("data", "purpose", "party")
        }
        if (
            claims
            and all(c.because and c.because[0].startswith(("copula", "data with", "data inside")) for c in claims)
            and not any(c.refers for c in claims)
        ):
            # no verb of its own: the frame is the lead-in's
            for claim in claims:
                loose["data"] += [d for d in claim.data if d not in loose["data"]]
                loose["purpose"] += [d for d in claim.purposes if d not in loose["purpose"]]
                loose["party"] += [d for d in claim.recipients if d not in loose["party"]]
            claims = []
        if claims:
            for claim in claims:
                verb = claim.because[0] if claim.because else ""
                if denied and ("bare" in verb or "gerund" in verb or "infinitive" in verb):
                    claim.polarity = "denied"
            return claims
        if not any(loose.values()):
            return claims
        made = []
        for t in templates:
            data = [*t.data, *(d for d in loose["data"] if d not in t.data)]
            action = t.action
            recipients = [*t.recipients, *loose["party"]] if loose["party"] else list(t.recipients)
            if loose["party"] and action in ("collect", "use") and not loose["data"] and not t.recipients:
                if not SOURCE_ITEM.search(text[start : start + 20].lower()) and action == "use":
                    action = "share"
            condition = t.condition
            if CONDITION_ITEM.match(text[start:stop]) and not loose["purpose"] and not loose["party"]:
                condition = (block.index, start, start + len(text[start:stop].rstrip(" .;,")))
            elif condition is None:
                condition = next(
                    (
                        (block.index, s.start, s.end)
                        for s in reading.spans
                        if s.kind == "condition" and start <= s.start < stop
                    ),
                    None,
                )
            claim = Claim(action, t.polarity, block.index, start, stop, sorted(set(data)), sorted(loose["purpose"]) or list(t.purposes),
                          recipients, condition, t.actor, [*t.because, "lead-in"], sentence=number, refers=t.refers, refers_to=t.refers_to)  # fmt: skip
            if claim.data or claim.refers:
                made.append(claim)
        if made and block.index in self.lead_ins and number == 0:
            self.handed.add(self.lead_ins[block.index])
        return made

    def conditional(self, block: Block, text: str, carried: list[Template]) -> list[Claim]:
        """An item that holds nothing but a condition ("with your consent;") limits what its lead-in says."""
        if not CONDITION_ITEM.match(text):
            return []
        end = len(text.rstrip(" .;,"))
        for tail in ("; and", "; or", ", and", ", or"):
            if text[:end].endswith(tail):
                end -= len(tail)
        made = [
            Claim(t.action, t.polarity, block.index, 0, len(text), list(t.data), [], list(t.recipients), (block.index, 0, end), t.actor,
                  [*t.because, "lead-in", "item is a condition"], refers=t.refers)
            for t in carried if t.action and t.data
        ]  # fmt: skip
        if made and block.index in self.lead_ins:
            self.handed.add(self.lead_ins[block.index])
        return made

    # ------------------------------------------------------------------ references

    def resolve(self, block: Block, number: int, claims: list[Claim]) -> list[Claim]:
        kept: list[Claim] = []
        for claim in claims:
            if claim.refers:
                near = [d for c in kept if c.data for d in c.data] if not claim.data else self.named_here(claim)
                near = near or self.named_before(claim)
                antecedents = list(dict.fromkeys(near)) or self.antecedents(claim)
                if claim.merge and self.history and self.history[-1][0] == claim.block:
                    for earlier in self.history[-1][2]:
                        if earlier.polarity == "affirmed":
                            earlier.data += [d for d in claim.data if d not in earlier.data]
                    continue
                if antecedents:
                    self.pointers.update(d for d in claim.data if self.category(d) == "generic" and d not in antecedents)
                claim.data = [*claim.data, *(d for d in antecedents if d not in claim.data)]
                if antecedents:
                    if claim.action == "use" and all(self.category(d) == TRACKERS for d in antecedents):
                        claim.action = "collect"  # "they are used to ..." of cookies
                    claim.because.append(f"reference to {len(antecedents)} data mention(s)")
            if claim.party_refers:
                claim.recipients += [r for r in self.party_antecedents(claim) if r not in claim.recipients]
                if self.pending is not None and claim.action == "share" and claim.block - self.pending.block <= 1:
                    claim.purposes = [*self.pending.purposes, *claim.purposes]
                    self.pending.purposes = []
            if claim.data or claim.purposes and claim.recipients:
                kept.append(claim)
        return kept

    def named_here(self, claim: Claim) -> list[tuple[int, int]]:
        """Data that the sentence names before its pointing noun: "if you give us your address, we use such data to ..."."""
        spans = self.readings[claim.block].spans
        own = [i for b, i in claim.data if b == claim.block and self.category((b, i)) == "generic"]
        if not own:
            return []
        at = min(spans[i].start for i in own)
        return [(claim.block, i) for i, s in enumerate(spans)
                if s.kind == "data" and claim.start <= s.start and s.end <= at]  # fmt: skip

    def named_before(self, claim: Claim) -> list[tuple[int, int]]:
        """Data that the claim's own sentence names before its pronoun: "your card number goes to Stripe; we never see it"."""
        if claim.data:
            return []
        spans = [(i, s) for i, s in enumerate(self.readings[claim.block].spans)
                 if s.kind == "data" and claim.start <= s.start < claim.end]  # fmt: skip
        if not spans:
            return []
        text = self.document.block_text(claim.block)
        pronoun = PRONOUN.search(text, min(s.end for _, s in spans), claim.end)
        return [(claim.block, i) for i, s in spans if pronoun and s.end <= pronoun.start()]

    def antecedents(self, claim: Claim) -> list[tuple[int, int]]:
        specific = claim.refers_to in SPECIFIC
        for place in range(len(self.history) - 1, -1, -1):
            block, number, earlier = self.history[place]
            if claim.block - block > REACH:
                break
            data = self.said_together(place)
            if block != claim.block and (self.near_only(claim) or (claim.because and claim.because[0].startswith("copula"))):
                return []
            if block != claim.block:
                if INNER_LIST.search(self.document.block_text(block)):
                    for b, _, cs in self.history:
                        if b == block:
                            for c in cs:
                                data += [d for d in c.data if d not in data]
                lead = self.lead_ins.get(block)
                if lead is not None:
                    siblings = {item for item, its in self.lead_ins.items() if its == lead} | {lead}
                    data = []
                    for b, _, cs in self.history:
                        if b in siblings:
                            for c in cs:
                                data += [d for d in c.data if d not in data]
            if specific:
                data = [d for d in data if self.category(d) == claim.refers_to]
            if data:  # what "this information" stood for, not the word itself
                return [d for d in data if d not in self.pointers] or data
        return []

    def near_only(self, claim: Claim) -> bool:
        """Whether the claim points with "such" or "these", which do not look beyond their own block."""
        own = [self.readings[b].spans[i].start for b, i in claim.data if b == claim.block]
        text = self.document.block_text(claim.block)
        return any(NEAR_POINTER.search(text, max(claim.start, at - 20), at) for at in own)

    def said_together(self, place: int) -> list[tuple[int, int]]:
        """Data of a sentence of the history, and of the ones before it that it adds to ("We also log ...")."""
        data: list[tuple[int, int]] = []
        for at in range(place, -1, -1):
            block, number, claims = self.history[at]
            for c in claims:
                data += [d for d in c.data if d not in data]
            start, stop = self.seen[block].parts[number]
            if not ADDS.search(self.document.block_text(block), start, stop):
                break
            if not at or self.history[at - 1][:2] != (block, number - 1):
                break
        return data

    def party_antecedents(self, claim: Claim) -> list[tuple[int, int]]:
        here = self.parties_here(claim)
        if here:
            return here
        if self.pending is not None and claim.block - self.pending.block <= 2:
            return self.pending.recipients
        for block in range(claim.block, max(-1, claim.block - REACH - 1), -1):
            spans = [(i, s) for i, s in enumerate(self.readings[block].spans) if s.kind == "party"]
            if not spans:
                continue
            for start, stop in reversed(self.seen[block].parts):
                if block == claim.block and start >= claim.start:
                    continue
                said = [(block, i) for i, s in spans if start <= s.start < stop]
                if said:
                    return said
        return []

    def parties_here(self, claim: Claim) -> list[tuple[int, int]]:
        """Parties that the sentence names before the ones that point: "if you use a partner's site, such partner may ..."."""
        spans = self.readings[claim.block].spans
        own = [spans[i].start for b, i in claim.recipients if b == claim.block]
        if not own:
            they = THEY.search(self.document.block_text(claim.block), claim.start, claim.end)
            own = [they.start()] if they else [claim.start]
        return [(claim.block, i) for i, s in enumerate(spans)
                if s.kind == "party" and claim.start <= s.start and s.end <= min(own)]  # fmt: skip

    def category(self, ref: tuple[int, int]) -> str:
        return self.readings[ref[0]].spans[ref[1]].category


def first_party(document: PolicyDocument, terms: Sequence[DefinedTerm] = ()) -> frozenset[str]:
    """Lower-case words that end a name of the first party in this document: its domain's, and those it gives itself."""
    found = set(NAME_HEADS)
    found.update(term.term.lower().split()[-1] for term in terms if term.kind == "first_party")
    domain = document.snapshot.info.domain
    if domain:
        found.add(domain.split(".")[0].lower())
    return frozenset(found)
