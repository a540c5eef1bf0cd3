"""The codebook's scores: spans, categories, links, claims, and what practices say beyond their mentions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.optimize import linear_sum_assignment

from privlex.evaluate.gold.records import CodebookDocument, GoldMention, GoldPractice, Place
from privlex.evaluate.intervals import Counts, Formula, f1, ratio
from privlex.evaluate.matching import exact_hits, overlap_matches
from privlex.records import ACTIONS, MENTION_KINDS, Findings

KINDS = MENTION_KINDS


@dataclass(frozen=True)
class Labels:
    """What one reader (a person, a model) said of a document, in characters of the source."""

    mentions: tuple[GoldMention, ...]
    practices: tuple[GoldPractice, ...]

    @cached_property
    def mention(self) -> dict[str, GoldMention]:
        """Mentions by id."""
        return {m.id: m for m in self.mentions}

    def of_kind(self, kind: str) -> list[GoldMention]:
        """Mentions of one kind, in their order."""
        return [m for m in self.mentions if m.kind == kind]


def labels_of(document: CodebookDocument) -> Labels:
    """The gold labels of a document."""
    return Labels(document.mentions, document.practices)


def labels_found(found: Findings) -> Labels:
    """What privlex found, in the same form."""
    return Labels(
        mentions=tuple(
            GoldMention(
                id=m.id, kind=m.kind, category=m.category, quote=m.quote,
                place=Place(m.source.start, m.source.end), block=m.block,
            )
            for m in found.mentions
        ),
        practices=tuple(
            GoldPractice(
                block=p.block, action=p.action, polarity=p.polarity, data=p.data, purposes=p.purposes,
                recipients=p.recipients, condition=p.condition and p.condition.quote,
                condition_place=p.condition and Place(p.condition.source.start, p.condition.source.end),
            )
            for p in found.practices
        ),
    )


@dataclass
class Comparison:
    """Found labels beside gold labels of one document. ``answers``: found mention id -> gold mention id."""

    found: Labels
    gold: Labels
    answers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.answers = {}
        for kind in KINDS:
            ours, theirs = self.found.of_kind(kind), self.gold.of_kind(kind)
            for i, j in overlap_matches([m.place for m in ours], [m.place for m in theirs]):
                self.answers[ours[i].id] = theirs[j].id


def counts(found: Labels, gold: Labels) -> Counts:
    """Every count of one document that ``formulas`` asks for."""
    both = Comparison(found, gold)
    tally: Counter[str] = Counter()
    for kind in KINDS:
        ours, theirs = found.of_kind(kind), gold.of_kind(kind)
        hits = exact_hits((m.place for m in ours), (m.place for m in theirs))
        matched = sum(both.gold.mention[g].kind == kind for g in both.answers.values())
        right = sum(
            found.mention[f].category == gold.mention[g].category
            for f, g in both.answers.items() if gold.mention[g].kind == kind
        )
        for scope in (kind, "micro"):
            tally[f"exact {scope}"] += hits
            tally[f"partial {scope}"] += matched
            tally[f"category {scope}"] += right
            tally[f"found {scope}"] += len(ours)
            tally[f"gold {scope}"] += len(theirs)
    _count_sets(tally, "link data_recipient", _links(found, "recipients", both.answers), _links(gold, "recipients"))
    _count_sets(tally, "link data_purpose", _links(found, "purposes", both.answers), _links(gold, "purposes"))
    _count_claims(tally, found, gold)
    _count_roles(tally, both)
    _count_practices(tally, both)
    _count_conditions(tally, found, gold)
    return tally


def _count_sets(tally: Counter[str], name: str, found: set, gold: set) -> None:
    tally[f"{name} hit"] += len(found & gold)
    tally[f"{name} found"] += len(found)
    tally[f"{name} gold"] += len(gold)


def _links(labels: Labels, slot: str, answers: dict[str, str] | None = None) -> set[tuple[str, str]]:
    """Pairs of mentions in one practice; found ones under the gold ids they answer, else under their own."""

    def name(id: str) -> str:
        return id if answers is None else answers.get(id, f"unmatched {id}")

    return {(name(d), name(o)) for p in labels.practices for d in p.data for o in getattr(p, slot)}


def claims(labels: Labels) -> dict[str, set[tuple[str, ...]]]:
    """The three de-duplicated sets of the codebook's claim score."""
    category = {id: m.category for id, m in labels.mention.items()}
    return {
        "data": {(p.action, p.polarity, category[d]) for p in labels.practices for d in p.data},
        "purpose": {(p.polarity, category[o]) for p in labels.practices for o in p.purposes},
        "party": {(p.polarity, category[r]) for p in labels.practices if p.action == "share" for r in p.recipients},
    }


def _count_claims(tally: Counter[str], found: Labels, gold: Labels) -> None:
    ours, theirs = claims(found), claims(gold)
    for kind in KINDS:
        for scope in (kind, "micro"):
            _count_sets(tally, f"claim {scope}", ours[kind], theirs[kind])


def _roles(labels: Labels, answers: dict[str, str] | None = None) -> set[tuple[str, str, str]]:
    """(action, polarity, data mention): what each data mention is said to undergo."""

    def name(id: str) -> str:
        return id if answers is None else answers.get(id, f"unmatched {id}")

    return {(p.action, p.polarity, name(d)) for p in labels.practices for d in p.data}


def _count_roles(tally: Counter[str], both: Comparison) -> None:
    ours, theirs = _roles(both.found, both.answers), _roles(both.gold)
    _count_sets(tally, "role all", ours, theirs)
    for action in ACTIONS:
        _count_sets(tally, f"role {action}", {r for r in ours if r[0] == action}, {r for r in theirs if r[0] == action})
    denied = [{r for r in roles if r[1] == "denied"} for roles in (ours, theirs)]
    _count_sets(tally, "role denied", *denied)


def matched_practices(both: Comparison) -> list[tuple[GoldPractice, GoldPractice]]:
    """Pairs (found, gold) of practices of one action that share mentions, each in one pair at most.

    The pairs share as many mentions in all as pairs can; of two that share the same mentions (a denial and its
    exception), the one whose condition overlaps is taken. Polarity is not looked at.
    """
    pairs = []
    for action in ACTIONS:
        ours = [p for p in both.found.practices if p.action == action]
        theirs = [p for p in both.gold.practices if p.action == action]
        if not ours or not theirs:
            continue
        mine = [{both.answers[id] for id in _members(p) if id in both.answers} for p in ours]
        yours = [set(_members(p)) for p in theirs]
        worth = np.array([[len(a & b) for b in yours] for a in mine], float)
        for i, j in zip(*np.nonzero(worth), strict=True):
            worth[i, j] += 0.01 * (_condition_fit(ours[i], theirs[j]))
        pairs += [
            (ours[i], theirs[j]) for i, j in zip(*linear_sum_assignment(worth, maximize=True), strict=True)
            if worth[i, j] > 0
        ]
    return pairs


def _members(practice: GoldPractice) -> tuple[str, ...]:
    return (*practice.data, *practice.purposes, *practice.recipients)


def _condition_fit(ours: GoldPractice, theirs: GoldPractice) -> bool:
    a, b = ours.condition_place, theirs.condition_place
    if a is None or b is None:
        return a is None and theirs.condition is None
    return a.start < b.end and b.start < a.end


def _count_practices(tally: Counter[str], both: Comparison) -> None:
    pairs = matched_practices(both)
    tally["practices matched"] += len(pairs)
    tally["practices polarity"] += sum(ours.polarity == theirs.polarity for ours, theirs in pairs)
    tally["practices found"] += len(both.found.practices)
    tally["practices gold"] += len(both.gold.practices)


def _count_conditions(tally: Counter[str], found: Labels, gold: Labels) -> None:
    ours = sorted({p.condition_place for p in found.practices if p.condition_place})
    theirs = sorted({p.condition_place for p in gold.practices if p.condition_place})
    matched = overlap_matches(ours, theirs)
    tally["condition hit"] += len(matched)
    tally["condition exact"] += exact_hits(ours, theirs)
    tally["condition found"] += len(ours)
    tally["condition gold"] += len(theirs)


def formulas() -> dict[str, Formula]:
    """Every score by name, in the order of the table."""
    made: dict[str, Formula] = {}
    for measure in ("exact", "partial"):
        for scope in (*KINDS, "micro"):
            hit, found, gold = f"{measure} {scope}", f"found {scope}", f"gold {scope}"
            made[f"{measure}_f1_{scope}"] = f1(hit, found, gold)
            made[f"{measure}_precision_{scope}"] = ratio(hit, found)
            made[f"{measure}_recall_{scope}"] = ratio(hit, gold)
    made["category_accuracy"] = ratio("category micro", "partial micro")
    for kind in KINDS:
        made[f"category_accuracy_{kind}"] = ratio(f"category {kind}", f"partial {kind}")
    for pair in ("data_recipient", "data_purpose"):
        made[f"link_f1_{pair}"] = _set_f1(f"link {pair}")
    made["claim_f1"] = _set_f1("claim micro")
    for kind in KINDS:
        made[f"claim_f1_{kind}"] = _set_f1(f"claim {kind}")
    made["role_f1"] = _set_f1("role all")
    for role in (*ACTIONS, "denied"):
        made[f"role_f1_{role}"] = _set_f1(f"role {role}")
    made["polarity_accuracy"] = ratio("practices polarity", "practices matched")
    made["practice_recall"] = ratio("practices matched", "practices gold")
    made["practice_precision"] = ratio("practices matched", "practices found")
    made["condition_exact_f1"] = f1("condition exact", "condition found", "condition gold")
    made["condition_partial_f1"] = f1("condition hit", "condition found", "condition gold")
    made["condition_recall"] = ratio("condition hit", "condition gold")
    return made


def _set_f1(name: str) -> Formula:
    return f1(f"{name} hit", f"{name} found", f"{name} gold")


def sizes(documents: Sequence[CodebookDocument]) -> dict[str, int]:
    """What a run counts over."""
    return {
        "documents": len(documents),
        **{kind: sum(m.kind == kind for d in documents for m in d.mentions) for kind in KINDS},
        "practices": sum(len(d.practices) for d in documents),
        "denied": sum(p.polarity == "denied" for d in documents for p in d.practices),
        "conditions": sum(p.condition is not None for d in documents for p in d.practices),
    }
