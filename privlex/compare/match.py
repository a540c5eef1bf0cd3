"""Which practice of one policy answers which of another.

A policy is cut, rewritten and put together again between two versions, so what is matched is a *part*: a practice with
some of its data. Equal words and fillings are matched first; the others by an optimal assignment over candidates that
share words or data; what a matched pair leaves over (data that only one side names) goes into the next round. Last, a
claim that the other policy also makes, only elsewhere, is taken for a repetition of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import linear_sum_assignment

from privlex.compare.likeness import (
    SAME,
    SKETCH_BITS,
    Item,
    covers,
    item_likeness,
    item_of,
    items_of,
    phrase_likeness,
    same_item,
    sets_likeness,
    wording_likeness,
)
from privlex.records import Findings, Practice

# Cosines of word pairs. From the first on two sentences are one, edited; from the second on they are where they name
# the same data too (of ten thousand unrelated pairs one looks so by chance); below the third they share hardly a word.
ONE_WORDING = 0.8
LIKE_WORDING = 0.6
NEAR_WORDING = 0.3
# Candidates kept for each part: enough for a policy that repeats a claim ten times, few enough to stay linear.
CANDIDATES = 12
ROUNDS = 4


@dataclass(frozen=True, eq=False)
class Part:
    """A practice with some, mostly all, of its data."""

    findings: Findings
    practice: Practice
    data_ids: tuple[str, ...]

    @cached_property
    def data(self) -> tuple[Item, ...]:
        return items_of(self.findings, self.data_ids)

    @cached_property
    def purposes(self) -> tuple[Item, ...]:
        return items_of(self.findings, self.practice.purposes)

    @cached_property
    def recipients(self) -> tuple[Item, ...]:
        return items_of(self.findings, self.practice.recipients)

    @property
    def condition(self) -> str | None:
        return self.practice.condition and self.practice.condition.quote

    @property
    def whole(self) -> bool:
        return self.data_ids == self.practice.data

    @property
    def frame(self) -> tuple[str, str]:
        """What two practices must share to be matched at all."""
        return self.practice.action, self.practice.actor

    def without(self, data: Iterable[Item]) -> Part | None:
        """The part that is left when these data are taken away, or None when nothing is."""
        gone = set(data)
        left = tuple(id for id in self.data_ids if item_of(self.findings.mention(id)) not in gone)
        return Part(self.findings, self.practice, left) if left else None


@dataclass(frozen=True, eq=False)
class Pair:
    """Two parts that are one claim; ``repeated`` where the claim is matched already and only said once more."""

    before: Part
    after: Part
    repeated: bool = False


def parts_of(findings: Findings) -> list[Part]:
    """All practices, each as one whole part, in text order."""
    return [Part(findings, p, p.data) for p in findings.practices]


def match_parts(before: Findings, after: Findings) -> tuple[list[Pair], list[Part], list[Part]]:
    """Pairs, and the parts of either side that have no partner."""
    pairs, left, right = _match_exactly(parts_of(before), parts_of(after))
    for _ in range(ROUNDS):
        found = _assign(left, right)
        if not found:
            break
        pairs += found
        taken = {id(p.before) for p in found} | {id(p.after) for p in found}
        left = [p for p in left if id(p) not in taken]
        right = [p for p in right if id(p) not in taken]
        for pair in found:
            rest = leftovers(pair)
            left += [rest[0]] if rest[0] else []
            right += [rest[1]] if rest[1] else []
    again, right = _repetitions(right, Claims(parts_of(before)))
    once, left = _repetitions(left, Claims(parts_of(after)))
    pairs += [Pair(old, part, repeated=True) for part, old in again]
    pairs += [Pair(part, new, repeated=True) for part, new in once]
    return pairs, left, right


# --------------------------------------------------------------------------- equal words, equal fillings


def _fingerprint(part: Part) -> Hashable:
    practice = part.practice
    return (
        practice.wording and practice.wording.digest, practice.action, practice.polarity, practice.actor,
        frozenset(i.key for i in part.data), frozenset(i.key for i in part.purposes),
        frozenset(i.key for i in part.recipients), part.condition,
    )


def _match_exactly(left: list[Part], right: list[Part]) -> tuple[list[Pair], list[Part], list[Part]]:
    """Pairs of parts with the same fingerprint: of several, first those under the same heading, then in text order."""
    waiting: dict[Hashable, list[Part]] = defaultdict(list)
    for part in right:
        waiting[_fingerprint(part)].append(part)
    pairs, alone = [], []
    for same_section in (True, False):
        todo, alone = (left if same_section else alone), []
        for part in todo:
            partners = waiting[_fingerprint(part)]
            chosen = next(
                (p for p in partners if not same_section or p.practice.section == part.practice.section), None
            )
            if chosen is None:
                alone.append(part)
            else:
                partners.remove(chosen)
                pairs.append(Pair(part, chosen))
    taken = {id(p.after) for p in pairs}
    return pairs, alone, [p for p in right if id(p) not in taken]


# --------------------------------------------------------------------------- the best partners


def _assign(left: Sequence[Part], right: Sequence[Part]) -> list[Pair]:
    """The pairs that together are most alike, among those that are alike enough (Kuhn 1955, as scipy has it)."""
    pairs = []
    by_frame: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, parts in enumerate((left, right)):
        for number, part in enumerate(parts):
            by_frame[part.frame][side].append(number)
    for rows, columns in by_frame.values():
        if not rows or not columns:
            continue
        scores = np.zeros((len(rows), len(columns)))
        for i, j in _candidates([left[r] for r in rows], [right[c] for c in columns]):
            r, c = rows[i], columns[j]
            scores[i, j] = likeness(left[r], right[c], r / len(left), c / len(right))
        for i, j in zip(*linear_sum_assignment(scores, maximize=True), strict=True):
            if scores[i, j] > 0:
                pairs.append(Pair(left[rows[i]], right[columns[j]]))
    return sorted(pairs, key=lambda p: (p.before.practice.extent, p.after.practice.extent))


def _candidates(left: Sequence[Part], right: Sequence[Part]) -> set[tuple[int, int]]:
    """Index pairs worth a closer look: for each part the nearest few by sketch, and the nearest few by shared data."""
    words = _sketch_cosines(left, right)
    fillings = _shared_fillings(left, right)
    found: set[tuple[int, int]] = set()
    for score, floor in ((words, NEAR_WORDING), (fillings + 0.01 * words, 0.01 + 1e-9)):
        for matrix, turned in ((score, False), (score.T, True)):
            keep = min(CANDIDATES, matrix.shape[1])
            best = np.argpartition(-matrix, keep - 1, axis=1)[:, :keep]
            for row, columns in enumerate(best):
                for column in columns[matrix[row, columns] > floor]:
                    found.add((int(column), row) if turned else (row, int(column)))
    return found


def _sketch_cosines(left: Sequence[Part], right: Sequence[Part]) -> np.ndarray:
    """Cosines of all sketches of one side with all of the other: a popcount for each pair, in one stroke."""
    a, b = (
        np.array([int(p.practice.wording.sketch, 16) if p.practice.wording else 0 for p in side], dtype=np.uint64)
        for side in (left, right)
    )
    bits = np.bitwise_count(a[:, None] ^ b[None, :])
    cosines = np.cos(np.pi * bits / SKETCH_BITS)
    known = np.outer([p.practice.wording is not None for p in left], [p.practice.wording is not None for p in right])
    return np.where(known, np.maximum(cosines, 0), 0)


def _shared_fillings(left: Sequence[Part], right: Sequence[Part]) -> np.ndarray:
    """How many data, purposes and parties two parts share, each counting less the more parts have it."""
    names: dict[Hashable, int] = {}
    cells: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for side, parts in enumerate((left, right)):
        for row, part in enumerate(parts):
            for item in (*part.data, *part.purposes, *part.recipients):
                for name in ((item.kind, item.concept or item.key), (item.kind, "category", item.category)):
                    cells[side].append((row, names.setdefault(name, len(names))))
    a, b = (np.zeros((len(parts), max(len(names), 1)), dtype=np.float32) for parts in (left, right))
    for matrix, filled in ((a, cells[0]), (b, cells[1])):
        for row, column in filled:
            matrix[row, column] = 1
    weight = 1 / np.sqrt(1 + a.sum(axis=0) * b.sum(axis=0))
    return (a * weight) @ b.T


def likeness(left: Part, right: Part, place_left: float = 0.0, place_right: float = 0.0) -> float:
    """How good a pair two parts are; 0 when they are not one claim.

    Places (0..1, from beginning to end) and headings only decide between pairs that are otherwise equal.
    """
    words = wording_likeness(left.practice.wording, right.practice.wording)
    data = sets_likeness(left.data, right.data)
    slots = [
        sets_likeness(a, b) for a, b in ((left.purposes, right.purposes), (left.recipients, right.recipients)) if a or b
    ]
    if left.condition or right.condition:
        both = left.condition and right.condition
        slots.append(phrase_likeness(left.condition, right.condition) if both else 0.0)
    fill = sum(slots) / len(slots) if slots else None
    if not _one_claim(left, right, words, data, fill):
        return 0.0
    score = 0.45 * words + 0.35 * data + 0.2 * (1.0 if fill is None else fill)
    score *= 0.75 + 0.25 * _evenness(left.data, right.data)
    if left.practice.polarity != right.practice.polarity:
        score *= 0.6
    near = (left.practice.section == right.practice.section) + (1 - abs(place_left - place_right))
    return score + 0.01 * near


def _evenness(left: Sequence[Item], right: Sequence[Item]) -> float:
    return min(len(left), len(right)) / max(len(left), len(right)) if left or right else 1.0


def _one_claim(left: Part, right: Part, words: float, data: float, fill: float | None) -> bool:
    """Whether two parts may be one claim at all: by their sentence, or by what identifies a practice of this action."""
    if bool(left.data) != bool(right.data):
        return words >= LIKE_WORDING and bool(left.recipients or left.purposes) and (fill or 0) >= SAME
    if left.practice.polarity != right.practice.polarity:
        return _one_sentence(words, data) or (words >= NEAR_WORDING and data >= 0.9 and (fill or 0) >= 0.5)
    if _one_sentence(words, data):
        return True
    identity = _identity(left, right)
    if identity is not None and identity < 0.5:
        return False
    if data >= 0.9 and left.data and any(i.category != "generic" for i in left.data):
        return identity is not None or words >= NEAR_WORDING or left.practice.action in ("collect", "retain")
    if data >= 0.9:  # generic data, or none named: only the other parts tell one claim from another
        if fill is None or fill >= 0.6 or (words >= NEAR_WORDING and fill >= 0.3):
            return True
        return _claims_all(left, right) or _claims_all(right, left)
    return words >= NEAR_WORDING and data >= 0.6 and (fill is None or fill >= 0.3)


def _one_sentence(words: float, data: float) -> bool:
    return (words >= ONE_WORDING and data >= 0.3) or (words >= LIKE_WORDING and data >= SAME)


def _identity(left: Part, right: Part) -> float | None:
    """Likeness in what, beside the data, makes a use or a share the one it is; None where a side leaves it unsaid."""
    slot = {"use": "purposes", "share": "recipients"}.get(left.practice.action)
    if slot is None or not (getattr(left, slot) and getattr(right, slot)):
        return None
    return sets_likeness(getattr(left, slot), getattr(right, slot))


# --------------------------------------------------------------------------- which data answer which


def paired_data(left: Sequence[Item], right: Sequence[Item]) -> list[tuple[Item, Item]]:
    """Data of two practices that name the same or a broader or narrower thing.

    One to one, the most alike first; then data that a new, broader term on the other side takes in: "name" and "email
    address" both go with "contact information".
    """
    ranked = sorted(
        ((item_likeness(a, b), i, j) for i, a in enumerate(left) for j, b in enumerate(right)),
        key=lambda entry: (-entry[0], entry[1], entry[2]),
    )
    found, used_left, used_right = [], set(), set()
    for alike, i, j in ranked:
        if alike < SAME and not (covers(left[i], right[j]) or covers(right[j], left[i])):
            continue
        if i not in used_left and j not in used_right:
            found.append((left[i], right[j]))
            used_left.add(i)
            used_right.add(j)
    stays_left = {a for a, b in found if same_item(a, b)}
    stays_right = {b for a, b in found if same_item(a, b)}
    for i, a in enumerate(left):
        if i not in used_left:
            found += [(a, b) for b in right if b not in stays_right and covers(b, a)][:1]
    for j, b in enumerate(right):
        if j not in used_right:
            found += [(a, b) for a in left if a not in stays_left and covers(a, b)][:1]
    return found


def leftovers(pair: Pair) -> tuple[Part | None, Part | None]:
    """The parts of either practice whose data the other does not name; none where no data answer each other."""
    answered = paired_data(pair.before.data, pair.after.data)
    if not answered:
        return None, None
    return pair.before.without(a for a, _ in answered), pair.after.without(b for _, b in answered)


# --------------------------------------------------------------------------- claims made elsewhere


class Claims:
    """All claims of a policy, asked for one that says what another policy's part says."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._by_datum: dict[Hashable, list[Part]] = defaultdict(list)
        for part in parts:
            for name in self._names(part):
                self._by_datum[name].append(part)

    @staticmethod
    def _names(part: Part) -> set[Hashable]:
        shared = (part.practice.action, part.practice.polarity, part.practice.actor)
        return {(*shared, name) for item in part.data for name in (item.key, item.concept) if name}

    def find(self, part: Part) -> Part | None:
        """A part that claims at least as much: the same data, all purposes and parties, under no narrower condition."""
        likely = dict.fromkeys(p for name in sorted(self._names(part), key=str) for p in self._by_datum.get(name, ()))
        return next((p for p in likely if _claims_all(p, part)), None)


def _repetitions(parts: Sequence[Part], said: Claims) -> tuple[list[tuple[Part, Part]], list[Part]]:
    """Parts that the other policy claims as well, each with where it does; and what is left of the others."""
    known, rest = [], []
    for part in parts:
        places: dict[int, tuple[Part, list[Item]]] = {}
        for item in part.data:
            others = part.without(i for i in part.data if i != item)
            if others and (place := said.find(others)):
                places.setdefault(id(place), (place, []))[1].append(item)
        for place, items in places.values():
            known.append((part.without(i for i in part.data if i not in items), place))
        left = part.without(i for _, items in places.values() for i in items) if places else part
        rest += [left] if left else []
    return known, rest


def _claims_all(large: Part, small: Part) -> bool:
    if not small.data or bool(large.recipients) != bool(small.recipients):
        return False  # "we share X" and "we share X with partners" are two claims, denied or affirmed
    if large.condition and not (small.condition and phrase_likeness(large.condition, small.condition) >= 0.9):
        return False
    return all(
        any(same_item(a, b) for b in getattr(large, slot))
        for slot in ("data", "purposes", "recipients")
        for a in getattr(small, slot)
    )
