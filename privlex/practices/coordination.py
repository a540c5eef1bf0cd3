"""What coordinated predicates have in common: "we collect, use and share X with Y for P"."""

from __future__ import annotations

from collections.abc import Sequence

from privlex.practices.attachment import Arguments
from privlex.practices.clauses import Predicate, Sentence
from privlex.practices.knowledge import word_class
from privlex.practices.references import has_pronoun_object
from privlex.practices.roles import preposition_before

LINKS_BEFORE_SUBJECT = word_class("links_before_subject")
HAND_OVER_SUBJECTS = word_class("pronoun_subjects")

Stating = Sequence[tuple[int, Predicate]]


def share_arguments(s: Sentence, stating: Stating, given: Arguments) -> None:
    """Coordinated predicates share what stands after the last (or before the first, in the passive)."""
    for members in _chains(s, stating):
        if len(members) > 1:
            _share_data(s, members, given)
            _share_others(s, members, given)


def _chains(s: Sentence, stating: Stating) -> list[list[int]]:
    known = {index for index, _ in stating}
    chains: dict[int, list[int]] = {}
    for index, _ in stating:
        root = index
        while s.predicates[root].chain is not None and s.predicates[root].chain in known:
            root = s.predicates[root].chain
        chains.setdefault(root, []).append(index)
    return list(chains.values())


def _share_data(s: Sentence, members: list[int], given: Arguments) -> None:
    data = given.data
    passive = [k for k in members if s.predicates[k].voice == "passive"]
    subject_data = [u for k in passive for u in s.predicates[k].subject_units if u in data.get(k, [])]
    # forward: a member without objects takes those of the next member that has some
    carried: list[int] = []
    for k in reversed(members):
        if data.get(k) and not set(data[k]) <= set(subject_data):
            carried = data[k]
        elif carried and not subject_data:
            data[k] = list(carried)
    # backward: "collect X and share with Y": the later verb takes the earlier object
    last: list[int] = []
    for k in members:
        if data.get(k):
            last = data[k]
        elif last:
            data[k] = list(last)
    if subject_data:
        for k in members:
            data[k] = sorted(set(data.get(k, [])) | set(subject_data))


def _share_others(s: Sentence, members: list[int], given: Arguments) -> None:
    """Adjacent members with the same data share purposes and, for one action, parties."""
    for a, b in zip(reversed(members[:-1]), reversed(members[1:]), strict=True):
        first, second = s.predicates[a], s.predicates[b]
        bare = second.at - first.at < 6 and all(s.is_word(k) for k in range(first.at + 1, second.at))
        if bare and given.data.get(a) == given.data.get(b):
            if given.purposes.get(b) and not given.purposes.get(a):
                given.purposes[a] = list(given.purposes[b])
            alike = first.senses[-1].action == second.senses[-1].action
            if alike and given.parties.get(b) and not given.parties.get(a):
                given.parties[a] = list(given.parties[b])
            if first.voice == second.voice == "passive" and not given.parties.get(a):
                agents = [u for u in given.parties.get(b, []) if preposition_before(s, u) == "by"]
                if agents:  # "is collected and processed by our vendor"
                    given.parties[a] = agents
        if first.subject == second.subject == "party" and given.parties.get(a):
            given.parties.setdefault(b, [u for u in given.parties[a] if u in first.subject_units])


def hand_over(s: Sentence, stating: Stating, given: Arguments) -> None:
    """A predicate without data states nothing: what it took goes to the one before it that has data."""
    with_data = [k for k, p in stating if given.data.get(k) or _has_other_object(s, p)]
    for k, p in stating:
        before = [x for x in with_data if x < k]
        if k in with_data or not before or _has_own_subject(s, s.predicates[before[-1]].at, p.at):
            continue
        for slot in (given.purposes, given.parties):
            moved = [u for u in slot.pop(k, []) if slot is given.purposes or u not in p.subject_units]
            if moved:
                slot[before[-1]] = sorted({*slot.get(before[-1], []), *moved})


def _has_other_object(s: Sentence, p: Predicate) -> bool:
    """An object before its subject, or a pronoun."""
    return (p.object_before >= 0 or has_pronoun_object(s, p)
            or p.voice == "passive" and p.subject in ("they", "it"))  # fmt: skip


def _has_own_subject(s: Sentence, low: int, high: int) -> bool:
    return any(
        s.is_word(x) and s.low(x) in HAND_OVER_SUBJECTS and s.low(x - 1) in LINKS_BEFORE_SUBJECT
        for x in range(low + 1, high)
    )
