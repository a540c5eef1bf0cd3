"""In what a matched practice changed.

A practice is one place of a policy, and a policy may say the same in several: a purpose or a recipient counts as new
only where the other policy names it nowhere for these data, a condition only where the claim stands nowhere without.
Cutting a sentence in two widens and narrows nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Literal, get_args

from privlex.compare.likeness import SAME, Item, covers, item_likeness, item_of, phrase_likeness, same_item
from privlex.compare.match import Pair, Part, paired_data

ChangeKind = Literal["kept", "reworded", "changed", "added", "dropped"]
Aspect = Literal[
    "polarity", "condition_added", "condition_lifted", "purpose_widened", "purpose_narrowed", "recipient_widened",
    "recipient_narrowed", "data_generalised", "data_specified",
]
CHANGES: tuple[ChangeKind, ...] = get_args(ChangeKind)
ASPECTS: tuple[Aspect, ...] = get_args(Aspect)

# Two conditions less alike than this are two conditions: the old one is lifted, another one added.
SAME_CONDITION = 0.5


class Statements:
    """Everything a policy says, asked by phrase: is this purpose, party or data type said of these data anywhere?"""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts: dict[Hashable, list[Part]] = defaultdict(list)
        for part in parts:
            for item in {*part.data, *part.purposes, *part.recipients}:
                for name in {item.key, item.concept or item.key}:
                    self._parts[item.kind, name].append(part)

    def _naming(self, item: Item) -> list[Part]:
        found = [*self._parts.get((item.kind, item.key), ()), *self._parts.get((item.kind, item.concept), ())]
        return list({id(p): p for p in found}.values())

    def says(self, item: Item, of: Part, slot: str) -> bool:
        """Whether ``item`` fills ``slot`` of a practice of the same polarity over data that ``of`` names.

        For recipients the action must be the same too; a purpose is one of the policy's, whatever verb carries it.
        """
        return any(
            p.practice.polarity == of.practice.polarity
            and (slot == "purposes" or p.practice.action == of.practice.action)
            and any(same_item(item, i) for i in getattr(p, slot))
            and (not p.data or not of.data or any(same_item(a, b) or covers(a, b) for a in p.data for b in of.data))
            for p in self._naming(item)
        )

    def says_without_condition(self, of: Part) -> bool:
        """Whether all data that ``of`` names are somewhere claimed without a condition, for its recipients if any."""
        return bool(of.data) and all(
            any(
                not p.practice.condition
                and (p.practice.action, p.practice.polarity) == (of.practice.action, of.practice.polarity)
                and any(same_item(item, i) for i in p.data)
                and all(any(same_item(a, b) for b in p.recipients) for a in of.recipients)
                for p in self._naming(item)
            )
            for item in of.data
        )

    def names(self, item: Item, of: Part) -> bool:
        """Whether a practice of the same action and polarity names this data type."""
        return any(
            (p.practice.action, p.practice.polarity) == (of.practice.action, of.practice.polarity)
            and any(same_item(item, i) for i in p.data)
            for p in self._naming(item)
        )


def classify(pair: Pair, said_before: Statements, said_after: Statements) -> tuple[ChangeKind, tuple[Aspect, ...]]:
    """What happened to the practice of a pair: kept, reworded, or changed in these aspects."""
    if same_sentence(pair.before, pair.after):
        return "kept", ()
    if not pair.repeated and (aspects := aspects_of(pair, said_before, said_after)):
        return "changed", aspects
    return ("kept" if _same_words(pair) else "reworded"), ()


def same_sentence(before: Part, after: Part) -> bool:
    """Whether two practices are stated by one sentence, word for word, and what they take from around it is the same.

    Where that is so, nothing changed: what is found in them differs only because a reader sees one sentence a little
    differently in other surroundings.
    """
    left, right = before.practice, after.practice
    if not (left.wording and right.wording) or left.wording.digest != right.wording.digest:
        return False
    same_frame = (left.action, left.polarity, left.actor) == (right.action, right.polarity, right.actor)
    return same_frame and _from_around(before) == _from_around(after)


def _from_around(part: Part) -> tuple[frozenset[Hashable], str | None]:
    """What a practice takes from outside its sentence: fillings of its lead-in or of what it points at, a condition."""
    practice, condition = part.practice, part.practice.condition
    mentions = (part.findings.mention(i) for i in (*practice.data, *practice.purposes, *practice.recipients))
    around = frozenset((m.kind, item_of(m).key) for m in mentions if m.extent not in practice.extent)
    return around, condition.quote if condition and condition.extent not in practice.extent else None


def aspects_of(pair: Pair, said_before: Statements, said_after: Statements) -> tuple[Aspect, ...]:
    """The aspects in which a matched practice changed, in the contract's order."""
    before, after = pair.before, pair.after
    found: set[Aspect] = set()
    if before.practice.polarity != after.practice.polarity:
        found.add("polarity")
    alike = before.condition and after.condition and phrase_likeness(before.condition, after.condition)
    if not alike or alike < SAME_CONDITION:
        if after.condition and not said_after.says_without_condition(before):
            found.add("condition_added")
        if before.condition and not said_before.says_without_condition(after):
            found.add("condition_lifted")
    if "polarity" in found:  # what is now denied has not become wider or narrower
        return tuple(a for a in ASPECTS if a in found)
    if any(not said_before.says(item, after, "purposes") for item in _without_partner(after.purposes, before.purposes)):
        found.add("purpose_widened")
    if any(not said_after.says(item, before, "purposes") for item in _without_partner(before.purposes, after.purposes)):
        found.add("purpose_narrowed")
    found |= _recipients(before, after, said_before, said_after)
    for a, b in paired_data(before.data, after.data):
        if not (said_before.names(b, after) and said_after.names(a, before)):
            found |= {"data_specified"} if covers(a, b) else {"data_generalised"} if covers(b, a) else set()
    return tuple(a for a in ASPECTS if a in found)


def _recipients(before: Part, after: Part, said_before: Statements, said_after: Statements) -> set[Aspect]:
    found: set[Aspect] = set()
    new = [
        i for i in _without_partner(after.recipients, before.recipients) if not said_before.says(i, after, "recipients")
    ]
    gone = [
        i for i in _without_partner(before.recipients, after.recipients) if not said_after.says(i, before, "recipients")
    ]
    # A party inside a class that was named before is no new party; a class around it is.
    if any(not any(covers(a, i) for a in before.recipients) for i in new):
        found.add("recipient_widened")
    if any(not any(covers(b, i) for b in after.recipients) for i in gone):
        found.add("recipient_narrowed")
    return found


def _without_partner(items: Sequence[Item], others: Sequence[Item]) -> list[Item]:
    """The items that nothing on the other side says in other words."""
    return [i for i in items if not any(same_item(i, o) or _other_words(i, o) for o in others)]


def _other_words(left: Item, right: Item) -> bool:
    return not covers(left, right) and not covers(right, left) and item_likeness(left, right) >= SAME


def _same_words(pair: Pair) -> bool:
    before, after = pair.before, pair.after
    left, right = before.practice.wording, after.practice.wording
    if left and right and left.digest != right.digest:
        return False
    return bool(before.condition) == bool(after.condition) and all(
        {i.key for i in getattr(before, slot)} == {i.key for i in getattr(after, slot)}
        for slot in ("data", "purposes", "recipients")
    )

