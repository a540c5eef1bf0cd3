"""The trained tier: action scores and links of the reader decide, frames and structure refine.

A frame knows the scope of a denial, the extent of a list and what a reference asks for; the reader knows which words
take part at all. A claim of the frames keeps the spans the reader believes in; what the reader believes in and no frame
took becomes a claim of its own, grouped by sentence and link.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from privlex.practices.claims import Claim
from privlex.practices.scope import regions
from privlex.practices.words import words
from privlex.records import ACTIONS, POLARITIES, BlockReading, FoundSpan

# Chosen by coordinate descent on the 65 windows of ``training/config.toml``'s tune parts (mean of both link F1, claim, role
# and exact span F1, conditions at half weight), with the weights 38887baf5e379a76; held-out windows were not used.
KEEP = 0.3  # a frame's span stays unless the reader's score for its action is below
ADD = 0.65  # a span no frame took is added from this score on
AGAIN = 0.95  # a span that a frame took for another action is added from this score on
LINK = 0.9  # a link holds from this score on
TAKES = 0.4  # a linked span joins a claim from its score for the claim's action and polarity on
BEST = 0.45  # a data span in no claim takes its best action from this score on
NEAR = 0.3  # what it counts, beside a link, to stand in the claim's own sentence
WHEN = 0.3  # a condition holds for a claim from this link on
ALONE = 0.8  # purposes and parties without any data in their sentence are a practice from this score on
CUT = 0.0  # a frame's pair is cut where the reader's link is below
GETS = ("collect", "share")  # actions with a party that gives or gets (99 in 100 of the labelled parties stand in these)
OPENING = 14  # characters before a condition that still opens its sentence ("In addition, if", "However, when")
# "Do not give your password to anyone": told to the user, no practice of the first party
IMPERATIVE = re.compile(r"\W*(?:please\s+)?(?:do not|don['’]t|never)\s+[a-z]", re.I)


class Scores:
    """Look-ups into one trained reading; made once for all versions of a policy that hold the block.

    ``sure`` are the links of data that hold, in order; ``tops`` the best action of each data span with one, where it is
    good enough; ``worth`` the data spans that an action and polarity could be added for.
    """

    def __init__(self, reading: BlockReading) -> None:
        self.spans = reading.spans
        self.actions = [{(a.action, a.polarity): a.score for a in s.actions} for s in reading.spans]
        self.links: dict[tuple[int, int], float] = {}
        for link in reading.links:
            self.links[link.left, link.right] = link.score
        data = [i for i, s in enumerate(self.spans) if s.kind == "data"]
        self.sure = sorted(p for p, score in self.links.items() if score >= LINK and self.spans[p[0]].kind == "data")
        self.tops = {i: (a.action, a.polarity) for i in data if self.spans[i].actions
                     for a in (max(self.spans[i].actions, key=lambda a: a.score),) if a.score >= BEST}  # fmt: skip
        self.worth = {
            (action, polarity): [i for i in data if self.action(i, action, polarity) >= min(ADD, AGAIN)
                                 or self.tops.get(i) == (action, polarity)]
            for action in ACTIONS for polarity in POLARITIES
        }  # fmt: skip

    def action(self, span: int, action: str, polarity: str) -> float:
        return self.actions[span].get((action, polarity), 0.0)

    def either(self, span: int, action: str) -> float:
        return max(self.action(span, action, "affirmed"), self.action(span, action, "denied"))

    def link(self, data: int, other: int) -> float:
        return self.links.get((data, other), 0.0)


def blend(
    claims: list[Claim], scores: Scores, block: int, text: str, parts: Sequence[tuple[int, int]]
) -> list[Claim]:
    """Claims of one block after the reader's word; ``parts`` are the sentences of its ``text``."""
    kept: list[Claim] = []
    for claim in claims:
        home = [i for b, i in claim.data if b == block]
        if home:
            good = [i for i in home if not scores.actions[i] or scores.either(i, claim.action) >= KEEP]
            others = [i for b, i in (*claim.purposes, *claim.recipients) if b == block]
            if not good and any(scores.either(i, claim.action) >= TAKES for i in others):
                good = home  # the reader doubts the data, not what is done: its parties say so
            if not good and not any(b != block for b, _ in claim.data):
                better = _relabel(scores, home)
                if better is None:
                    continue
                claim.action = better
                good = home
            claim.data = [(b, i) for b, i in claim.data if b != block or i in good]
        own = [i for b, i in claim.data if b == block]
        if own:
            for name in ("purposes", "recipients"):
                refs = getattr(claim, name)
                setattr(claim, name, [
                    (b, i) for b, i in refs if b != block or not scores.actions[i] or max((scores.link(d, i) for d in own), default=1.0) >= CUT
                ])  # fmt: skip
        if claim.condition is None:
            claim.condition = _condition(scores, claim, block)
        kept.append(claim)
    added = [c for c in _added(kept, scores, block, parts) if not IMPERATIVE.match(text, c.start)]
    for claim in added:
        if claim.condition is None:
            claim.condition = _condition(scores, claim, block) or _opening(text, claim)
    return kept + added


def _opening(text: str, claim: Claim) -> tuple[int, int, int] | None:
    """The condition that opens the claim's sentence ("If you order by phone, ..."), by its cue."""
    found = _first_region(text, claim.start, claim.end)
    if found is None or found[0] - claim.start > OPENING:
        return None
    return claim.block, *found


@lru_cache(maxsize=8_000)  # versions of a policy have their sentences in common; some 0.5 kB each
def _first_region(text: str, start: int, end: int) -> tuple[int, int] | None:
    found = regions(text, start, end, words(text, start, end))
    return (found[0].start, found[0].end) if found else None


def _condition(scores: Scores, claim: Claim, block: int) -> tuple[int, int, int] | None:
    """The reader's condition that it links best to the claim's spans, in the claim's own sentence."""
    members = [i for refs in (claim.data, claim.purposes, claim.recipients) for b, i in refs if b == block]
    found: list[tuple[float, int]] = []
    for j, span in enumerate(scores.spans):
        if span.kind == "condition" and claim.start <= span.start < claim.end:
            found.append((max((scores.link(j, m) for m in members), default=0.0), -j))
    if not found:
        return None
    score, j = max(found)
    return (block, scores.spans[-j].start, scores.spans[-j].end) if score >= WHEN else None


def _relabel(scores: Scores, spans: list[int]) -> str | None:
    best = max(
        (max(scores.either(i, action) for i in spans), action) for action in ("collect", "use", "share", "retain")
    )
    return best[1] if best[0] >= ADD else None


def _added(claims: list[Claim], scores: Scores, block: int, parts: Sequence[tuple[int, int]]) -> list[Claim]:
    covered = {(i, c.action) for c in claims for b, i in c.data if b == block}
    pairs = {
        (d, x) for c in claims for b, d in c.data if b == block for bx, x in (*c.purposes, *c.recipients) if bx == block
    }
    # 1. links the reader is sure of, into a claim that has the data
    for d, x in scores.sure:
        if (d, x) in pairs:
            continue
        kind = scores.spans[x].kind
        # a party of an affirmed sharing does not join a denial that only has the same data
        owners = [c for c in claims if (block, d) in c.data and _may_join(scores, x, c)
                  and (kind == "purpose" or c.start <= scores.spans[x].start < c.end)]
        if not owners:
            continue
        owner = max(owners, key=lambda c: scores.action(x, c.action, c.polarity))
        target = owner.purposes if kind == "purpose" else owner.recipients
        if (block, x) not in target:
            target.append((block, x))
            owner.because.append("link of the reader")
    # 2. data no claim took
    taken = {i for i, _ in covered}
    made: list[Claim] = []
    for action in ACTIONS:
        for polarity in POLARITIES:
            loose = [i for i in scores.worth[action, polarity] if (i, action) not in covered
                     and (scores.action(i, action, polarity) >= (AGAIN if i in taken else ADD)
                          or i not in taken and scores.tops.get(i) == (action, polarity))]  # fmt: skip
            if not loose:
                continue
            groups: dict[tuple[int, tuple[int, ...]], list[int]] = {}
            for i in loose:
                sentence = next((n for n, (a, b) in enumerate(parts) if a <= scores.spans[i].start < b), 0)
                others = tuple(sorted(x for d, x in scores.sure if d == i and scores.spans[x].kind in ("purpose", "party")
                                      and scores.either(x, action) >= 0.3
                                      and (scores.spans[x].kind == "purpose" or action in GETS)))  # fmt: skip
                groups.setdefault((sentence, others), []).append(i)
            for (sentence, others), members in sorted(groups.items()):
                start, stop = parts[sentence] if parts else (0, 1)
                made.append(Claim(
                    action, polarity, block, start, stop, [(block, i) for i in members],
                    [(block, x) for x in others if scores.spans[x].kind == "purpose"],
                    [(block, x) for x in others if scores.spans[x].kind == "party"],
                    because=[f"reader: {action} {polarity}"], sentence=sentence,
                    score=max(scores.action(i, action, polarity) for i in members),
                ))  # fmt: skip
    left = _attach(claims + made, scores, block)
    return made + _of_their_own(left, claims + made, scores, block, parts)


def _attach(claims: list[Claim], scores: Scores, block: int) -> list[int]:
    """Purposes and parties in no claim go to the claim whose data the reader links them to best; the others, back."""
    left: list[int] = []
    taken = {i for c in claims for b, i in (*c.purposes, *c.recipients) if b == block}
    for x, span in enumerate(scores.spans):
        if span.kind not in ("purpose", "party") or x in taken:
            continue
        if any(_inside(span, c.condition, block) for c in claims):
            continue  # its words limit a practice already
        ranked = []
        for c in claims:
            if not _may_join(scores, x, c):
                continue
            own = [i for b, i in c.data if b == block]
            here = c.start <= span.start < c.end
            if own:
                linked = max(scores.link(d, x) for d in own)
            elif c.data and here:  # an item of a list: its data stand in the lead-in, where the reader sees no links to
                linked = scores.action(x, c.action, c.polarity)
            else:
                continue
            ranked.append((linked + 0.2 * scores.either(x, c.action) + (NEAR if here else 0.0), -claims.index(c), c))
        if ranked:
            score, _, claim = max(ranked, key=lambda r: r[:2])
            if score >= BEST:
                (claim.purposes if span.kind == "purpose" else claim.recipients).append((block, x))
                continue
        left.append(x)
    return left


def _may_join(scores: Scores, x: int, claim: Claim) -> bool:
    """Whether a purpose or party takes part in what the claim does; only collecting and sharing have parties."""
    if scores.spans[x].kind == "party" and claim.action not in GETS:
        return False
    return scores.action(x, claim.action, claim.polarity) >= TAKES


def _inside(span: FoundSpan, condition: tuple[int, int, int] | None, block: int) -> bool:
    return condition is not None and condition[0] == block and condition[1] <= span.start and span.end <= condition[2]


def _of_their_own(
    left: list[int], claims: list[Claim], scores: Scores, block: int, parts: Sequence[tuple[int, int]]
) -> list[Claim]:
    """Purposes and parties that the reader is sure of and no claim took: claims with the data of their own sentence.

    Where the sentence names no data ("We use service providers to host our servers"), the surest stand alone.
    """
    groups: dict[tuple[int, str, str], list[int]] = {}
    for x in left:
        if not scores.spans[x].actions:
            continue
        possible = [a for a in scores.spans[x].actions if scores.spans[x].kind == "purpose" or a.action in GETS]
        if not possible:
            continue
        top = max(possible, key=lambda a: a.score)
        sentence = next((n for n, (a, b) in enumerate(parts) if a <= scores.spans[x].start < b), None)
        if top.score >= ADD and sentence is not None:
            groups.setdefault((sentence, top.action, top.polarity), []).append(x)
    made = []
    for (sentence, action, polarity), others in sorted(groups.items()):
        start, stop = parts[sentence]
        data = [i for i, s in enumerate(scores.spans) if s.kind == "data" and start <= s.start < stop]
        near = [i for i in data if scores.action(i, action, polarity) >= TAKES]
        if not near:
            near = [i for i in data if scores.spans[i].start < scores.spans[others[0]].start][-1:]
        sure = max(scores.action(x, action, polarity) for x in others)
        if near or sure >= ALONE:
            made.append(Claim(
                action, polarity, block, start, stop, [(block, i) for i in near],
                [(block, x) for x in others if scores.spans[x].kind == "purpose"],
                [(block, x) for x in others if scores.spans[x].kind == "party"], None,
                because=[f"reader: {action} {polarity}, by its purposes or parties"], sentence=sentence, score=sure,
            ))  # fmt: skip
    return made
