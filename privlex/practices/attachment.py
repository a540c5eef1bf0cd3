"""Which predicate of a sentence each span and each condition belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from privlex.practices.claims import Stretch
from privlex.practices.clauses import Predicate, Sentence
from privlex.practices.context import SentenceContext
from privlex.practices.knowledge import word_class
from privlex.practices.scope import Region

CLAUSE_LINKS = word_class("clause_links")
CLAUSE_SUBJECTS = word_class("clause_subjects")


@dataclass(slots=True)
class Arguments:
    """Units attached to predicates, by kind and by the predicate's place among those of the sentence."""

    data: dict[int, list[int]] = field(default_factory=dict)
    purposes: dict[int, list[int]] = field(default_factory=dict)
    parties: dict[int, list[int]] = field(default_factory=dict)


def attach(here: SentenceContext, stating: Sequence[tuple[int, Predicate]]) -> tuple[Arguments, list[int]]:
    """Spans to the predicates that state a practice, and the units that none of these takes."""
    s = here.sentence
    subjects = _subjects(s, stating)
    places = [index for index, _ in stating]
    found, left = Arguments(), []
    kinds = {"data": (found.data, _owner_of_data), "party": (found.parties, _owner_of_party),
             "purpose": (found.purposes, _owner_of_purpose)}  # fmt: skip
    for i, unit in enumerate(s.units):
        if unit.kind == "word" or here.excepted(i):
            continue
        before = [k for k in places if s.predicates[k].at < i]
        after = [k for k in places if s.predicates[k].at > i]
        slot, owner_of = kinds[unit.kind]
        owner = subjects[i] if i in subjects else owner_of(s, i, before, after)
        if owner is None:
            left.append(i)
        else:
            slot.setdefault(owner, []).append(i)
    return found, left


def _subjects(s: Sentence, stating: Sequence[tuple[int, Predicate]]) -> dict[int, int]:
    """Units that are the subject of a predicate -> the first such predicate."""
    found: dict[int, int] = {}
    for index, p in stating:
        for u in p.subject_units if p.subject in ("data", "party") else ():
            if s.units[u].kind in ("data", "party"):
                found.setdefault(u, index)
    return found


def _is_parted(s: Sentence, low: int, high: int) -> bool:
    """Whether a new main clause with a subject of its own begins between two units."""
    return any(
        s.is_word(k) and s.low(k) in CLAUSE_LINKS and s.is_word(k + 1) and s.low(k + 1) in CLAUSE_SUBJECTS
        for k in range(low + 1, high)
    )


def _owner_of_data(s: Sentence, i: int, before: list[int], after: list[int]) -> int | None:
    predicates = s.predicates
    near = before[-1] if before else None
    conditional = s.subordinate_at(i)
    if near is not None and not _is_parted(s, predicates[near].at, i):
        if after and _begins_between(predicates[after[0]], predicates[near], i):
            return after[0]
        p = predicates[near]
        if conditional and not p.subordinate and not s.subordinate_at(p.at):
            return None
        return near
    for k in after:
        p = predicates[k]
        if p.voice == "passive" and p.clause <= i < p.start and not (conditional and not p.subordinate):
            return k
    if conditional:
        return None
    if after and predicates[after[0]].clause <= i and predicates[after[0]].subject == "data":
        return after[0]
    if near is not None and not any(s.low(k) in ("we", "you") for k in range(predicates[near].at + 1, i)):
        return near
    return None


def _begins_between(follow: Predicate, near: Predicate, i: int) -> bool:
    """Whether the clause of a passive that follows begins after ``near`` and holds the unit: it is its subject."""
    return follow.voice == "passive" and near.at < follow.clause <= i


def _owner_of_party(s: Sentence, i: int, before: list[int], after: list[int]) -> int | None:
    predicates = s.predicates
    near = before[-1] if before else None
    conditional = s.subordinate_at(i)
    if near is not None and not _is_parted(s, predicates[near].at, i):
        if not conditional or s.subordinate_at(predicates[near].at) or _is_answered(s, i):
            return near
    if conditional:
        return None
    for k in after:
        p = predicates[k]
        if p.clause <= i < p.start and p.subject in ("party", ""):
            return k
    if near is not None:
        return near
    return after[0] if after and s.low(i - 1) == "by" else None


def _is_answered(s: Sentence, i: int) -> bool:
    """ "In response to a request of Y": the party gets the answer, though the words are a condition."""
    return any(s.low(k) == "response" and s.low(k + 1) == "to" for k in range(max(0, i - 6), i))


def _owner_of_purpose(s: Sentence, i: int, before: list[int], after: list[int]) -> int | None:
    near = before[-1] if before else None
    if near is None:
        return after[0] if after else None
    parted = bool(after) and _is_parted(s, s.predicates[near].at, i)
    return after[0] if parted and s.low(i - 1) not in ("help", "helps") else near


def condition_of(here: SentenceContext, p: Predicate) -> Stretch | None:
    """The condition that limits the predicate: the nearest in its own clause, after it or before it."""
    place = here.sentence.units[p.at].start
    near: tuple[int, Region] | None = None
    for region in here.conditions:
        if region.start <= place < region.end or _is_excepted(here, region):
            continue
        if region.kind == "children" and not p.negated:
            continue
        distance = _distance(here.sentence, p, region)
        if distance is not None and (near is None or distance < near[0]):
            near = (distance, region)
    return (here.block, near[1].start, near[1].end) if near else None


def _is_excepted(here: SentenceContext, region: Region) -> bool:
    return bool(here.exception and here.exception[0] <= region.start < here.exception[2])


def _distance(s: Sentence, p: Predicate, region: Region) -> int | None:
    """Characters between a predicate and a condition; None where another clause stands between them."""
    place = s.units[p.at].start
    others = [q for q in s.predicates if q.senses and q.role == "main" and q.chain is None]
    if region.start > place:
        between = any(q.at > p.at and s.units[q.at].start < region.start for q in others)
        return None if between else region.start - place
    clause = s.units[p.clause].start if p.clause < len(s.units) else place
    if region.end < clause - 3 and region.start > clause:
        return None
    first = next((q for q in others if region.end <= s.units[q.at].start < place), None)
    opens = region.start <= s.units[0].start + 6
    if first is not None and s.units[first.at].start < clause and p.chain is None and not opens:
        return None
    return place - region.end
