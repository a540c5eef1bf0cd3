"""One pass over a document: what lead-ins hand to their items, tables to their rows, and words that point back to others."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from privlex.practices.answers import answered
from privlex.practices.antecedents import Antecedents
from privlex.practices.blend import blend
from privlex.practices.claims import Claim, Template
from privlex.practices.definitions import DefinedTerm
from privlex.practices.knowledge import pattern, word_class
from privlex.practices.lists import lead_ins
from privlex.practices.memory import Alone, SeenBlock
from privlex.practices.rows import row_claims, settled
from privlex.records import Block, BlockReading, PolicyDocument

FUSED = pattern("fused_item")
CONDITION_ITEM, CASES, EXCEPTS = pattern("condition_item"), pattern("listed_cases"), pattern("listed_exceptions")
NOBODY = pattern("nobody")
OPEN_DENIAL, SOURCE_ITEM = pattern("open_denial"), pattern("source_item")
LEAD_VERB, LEAD_RIGHT, USER_PROVIDES = pattern("lead_in_verb"), pattern("lead_in_right"), pattern("user_provides")
NAME_HEADS = word_class("name_heads")
STOPPED = re.compile(r"[.?!]\s*$")
LISTED = "listed case"


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
    """One pass over a document's blocks; keeps what lead-ins hand to their items."""

    def __init__(
        self, document: PolicyDocument, blocks: Sequence[SeenBlock], terms: Sequence[DefinedTerm] = ()
    ) -> None:
        self.document, self.seen = document, blocks
        self.readings = [b.reading for b in blocks]
        self.idle = idle_blocks(document)
        self.lead_ins = lead_ins(document, self.readings)
        self.past = Antecedents(document, blocks, self.lead_ins, self.idle)
        self.names = first_party(document, terms)
        self.claims: list[Claim] = []
        self.templates: dict[int, list[Template]] = {}  # what each block hands to its items
        self.fused: dict[int, list[Template]] = {}  # lead-ins that hold their first item
        self.handed: set[int] = set()  # lead-ins whose frame went to their items

    # ------------------------------------------------------------------ walk

    def run(self) -> list[Claim]:
        introducers = set(self.lead_ins.values())
        for block in self.document.blocks:
            if block.index not in self.idle:
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
                self.past.said += [(block.index, number, claims) for number, claims in known.sentences]
                self.claims += known.claims
                return
        before_it = len(self.past.said)
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
            claims = self.past.resolve(claims)
            if read.pending is not None and not claims:
                if read.pending.action:
                    self.past.pending = read.pending
                elif self.past.pending is not None and self.past.pending.block == block.index:
                    self.past.pending.purposes += read.pending.purposes  # "Examples include answering mail and ..."
            if claims:
                made += claims
                self.past.said.append((block.index, number, claims))
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
            sentences = [(number, claims) for _, number, claims in self.past.said[before_it:]]
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


def first_party(document: PolicyDocument, terms: Sequence[DefinedTerm] = ()) -> frozenset[str]:
    """Lower-case words that end a name of the first party in this document: its domain's, and those it gives itself."""
    found = set(NAME_HEADS)
    found.update(term.term.lower().split()[-1] for term in terms if term.kind == "first_party")
    domain = document.snapshot.info.domain
    if domain:
        found.add(domain.split(".")[0].lower())
    return frozenset(found)
