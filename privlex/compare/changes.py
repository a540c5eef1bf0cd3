"""Two policies side by side, practice by practice."""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import Any

from pandas import DataFrame

from privlex.compare.aspects import ASPECTS, CHANGES, Aspect, ChangeKind, Statements, classify, same_sentence
from privlex.compare.html import STYLE
from privlex.compare.match import Part, match_parts, paired_data, parts_of
from privlex.errors import PrivlexWarning
from privlex.jsonl import mention_to_json, practice_to_json
from privlex.records import ACTIONS, POLARITIES, Findings, Mention, Practice
from privlex.tables.columns import SEPARATOR, Column, frame_of
from privlex.tables.table import mentions_of, sentence_of, snapshot_name


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One policy's part in a change: a practice, with those of its data that the change is about."""

    findings: Findings = field(repr=False)
    practice: Practice
    data: tuple[str, ...]  # mention ids; all of the practice's, unless only some were added, dropped or matched

    @property
    def whole(self) -> bool:
        """The change is about the whole practice."""
        return self.data == self.practice.data

    @property
    def quote(self) -> str:
        """The sentence; where the text is not at hand, the words that fill the practice, in text order."""
        sentence = sentence_of(self.findings, self.practice)
        if sentence is not None:
            return sentence
        return " … ".join(m.quote for m in sorted(self.mentions, key=lambda m: m.extent))

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """The mentions that fill this part, data first."""
        return tuple(mentions_of(self.findings, (*self.data, *self.practice.purposes, *self.practice.recipients)))

    def to_json(self) -> dict[str, Any]:
        """The contract's object, with the mentions it names, so that a row stands alone."""
        practice = practice_to_json(self.practice) | {"data": list(self.data)}
        row = {"snapshot": snapshot_name(self.findings), "practice": practice, "quote": self.quote}
        if not self.whole:
            row["part"] = True
        return row | {"mentions": [mention_to_json(m) for m in dict.fromkeys(self.mentions)]}


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One practice, matched or not. ``repeated``: matched already, and only said once more on this side."""

    change: ChangeKind
    aspects: tuple[Aspect, ...] = ()
    before: Side | None = None
    after: Side | None = None
    repeated: bool = False

    def to_json(self) -> dict[str, Any]:
        """The object of ``privlex compare --format jsonl``."""
        return {
            "change": self.change, "aspects": list(self.aspects),
            "before": self.before and self.before.to_json(), "after": self.after and self.after.to_json(),
        }


_BOTH = ("before", "after")
COMPARISON_COLUMNS = (
    Column("change", "category", "kept, reworded, changed, added or dropped", CHANGES),
    Column("aspects", "str", f"in what it changed, joined by `{SEPARATOR.strip()}`"),
    Column("action", "category", "what is done", ACTIONS),
    *(Column(f"polarity_{s}", "category", f"affirmed or denied, {s}", POLARITIES) for s in _BOTH),
    *(Column(f"data_{s}", "str", f"quotes of the data, {s}") for s in _BOTH),
    Column("data_categories", "str", "codebook categories of the data on either side"),
    *(Column(f"purposes_{s}", "str", f"quotes of the purposes, {s}") for s in _BOTH),
    *(Column(f"recipients_{s}", "str", f"quotes of the parties, {s}") for s in _BOTH),
    *(Column(f"condition_{s}", "str", f"words of the condition, {s}") for s in _BOTH),
    *(Column(f"section_{s}", "str", f"heading it stands under, {s}") for s in _BOTH),
    *(Column(f"practice_{s}", "str", f"id of the practice, {s}") for s in _BOTH),
    *(Column(f"start_{s}", "Int64", f"first character of the evidence in the decoded source, {s}") for s in _BOTH),
    *(Column(f"end_{s}", "Int64", f"character after the evidence, {s}") for s in _BOTH),
    *(Column(f"quote_{s}", "str", f"the sentence, {s}; without the text, the words that fill it") for s in _BOTH),
    Column("confidence", "float64", "confidence of the less sure side, 0 to 1"),
)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What became of each practice between two policies; ``changes`` in the order of the later text.

    Every practice of either side stands in at least one change; in more than one where its data fared differently
    (one was dropped, the others kept) or the other side says it twice.
    """

    before: Findings = field(repr=False)
    after: Findings = field(repr=False)
    changes: tuple[Change, ...]

    @cached_property
    def _by_kind(self) -> dict[str, tuple[Change, ...]]:
        return {kind: tuple(c for c in self.changes if c.change == kind) for kind in CHANGES}

    @property
    def added(self) -> tuple[Change, ...]:
        """Practices, or data of them, that only the later policy states."""
        return self._by_kind["added"]

    @property
    def dropped(self) -> tuple[Change, ...]:
        """Practices, or data of them, that only the earlier policy states."""
        return self._by_kind["dropped"]

    @property
    def changed(self) -> tuple[Change, ...]:
        """Practices that both state and that differ in the named aspects."""
        return self._by_kind["changed"]

    @property
    def kept(self) -> tuple[Change, ...]:
        """The same practices in the same words."""
        return self._by_kind["kept"]

    @property
    def reworded(self) -> tuple[Change, ...]:
        """The same practices in other words."""
        return self._by_kind["reworded"]

    @property
    def counts(self) -> dict[str, int]:
        """Number of changes of each kind."""
        return {kind: len(changes) for kind, changes in self._by_kind.items()}

    @property
    def aspect_counts(self) -> dict[str, int]:
        """Number of changed practices by aspect."""
        counted = Counter(a for c in self.changed for a in c.aspects)
        return {a: counted[a] for a in ASPECTS if counted[a]}

    @property
    def title(self) -> str:
        """The two snapshots, earlier first."""
        return f"{snapshot_name(self.before)} → {snapshot_name(self.after)}"

    def to_json(self) -> list[dict[str, Any]]:
        """The rows of ``privlex compare --format jsonl``."""
        return [change.to_json() for change in self.changes]

    def to_frame(self) -> DataFrame:
        """One row for each change: the columns of ``COMPARISON_COLUMNS``."""
        return frame_of(map(_row, self.changes), COMPARISON_COLUMNS)

    def _repr_html_(self) -> str:
        counts = ", ".join(f"{n} {kind}" for kind, n in self.counts.items())
        shown = [c for c in self.changes if c.change not in ("kept", "reworded")]
        rows = "".join(_html_row(c) for c in shown)
        return (
            f"{STYLE}<p><b>{escape(self.title)}</b>: {escape(counts)}</p><table class=\"privlex-table\"><thead><tr><th>change</th><th>practice</th>"
            f"<th>before</th><th>after</th></tr></thead><tbody>{rows}</tbody></table>"
        )


def compare_findings(before: Findings, after: Findings) -> Comparison:
    """What became of each practice between two policies (two versions of one, or two vendors').

    A function of mentions, practices and their wording alone: the same with documents and without. Text that only
    moved is kept; text that was rewritten is matched by its words and by what it claims. Findings of two tiers are
    compared with a warning (``PrivlexWarning``): readers differ too.
    """
    if before.tier != after.tier and before.practices and after.practices:  # what was not read has no tier to speak of
        warnings.warn(
            f"{snapshot_name(before)} was read with the {before.tier} tier and {snapshot_name(after)} with the "
            f"{after.tier} tier, so differences may come from the readers; read both with one "
            "(--tier rules, tier='rules')", PrivlexWarning, stacklevel=2,
        )
    parts_before, parts_after = parts_of(before), parts_of(after)
    said_before, said_after = Statements(parts_before), Statements(parts_after)
    pairs, dropped, added = match_parts(before, after)
    changes = []
    for pair in pairs:
        change, aspects = classify(pair, said_before, said_after)
        answered = paired_data(pair.before.data, pair.after.data)
        left, right = (
            (pair.before, pair.after) if pair.repeated or not answered
            else (_only(pair.before, {a for a, _ in answered}), _only(pair.after, {b for _, b in answered}))
        )
        changes.append(Change(
            change=change, aspects=aspects, before=_side(left), after=_side(right), repeated=pair.repeated
        ))
    changes += [_left_over("dropped", part, parts_after) for part in dropped]
    changes += [_left_over("added", part, parts_before) for part in added]
    return Comparison(before=before, after=after, changes=tuple(_in_order(changes)))


def _left_over(change: ChangeKind, part: Part, others: Sequence[Part]) -> Change:
    """What became of a part without a partner: kept where the very same sentence states a practice on the other side."""
    there = next((other for other in others if same_sentence(part, other)), None)
    sides = (part, there) if change == "dropped" else (there, part)
    before, after = (side and _side(side) for side in sides)
    return Change(change="kept" if there else change, before=before, after=after, repeated=there is not None)


def _only(part: Part, data: set) -> Part:
    gone = [item for item in part.data if item not in data]
    return (part.without(gone) or part) if gone else part


def _side(part: Part) -> Side:
    return Side(findings=part.findings, practice=part.practice, data=part.data_ids)


def _in_order(changes: list[Change]) -> list[Change]:
    """By place in the later text; what was dropped stands behind what it followed in the earlier text."""
    anchors = sorted(
        (c.before.practice.extent.start, c.after.practice.extent.start) for c in changes
        if c.before and c.after and not c.repeated
    )

    def place(change: Change) -> tuple:
        if change.after:
            start = change.after.practice.extent
            return (start.start, 0, start.start, start.end, change.before is None, change.after.data)
        at = change.before.practice.extent
        behind = [a for b, a in anchors if b <= at.start]
        return (behind[-1] if behind else -1, 1, at.start, at.end, True, change.before.data)

    return sorted(changes, key=place)


# --------------------------------------------------------------------------- rows


def _joined(mentions: Iterator[Mention] | list[Mention]) -> str | None:
    return SEPARATOR.join(dict.fromkeys(m.quote for m in mentions)) or None


def _side_cells(side: Side | None, name: str) -> dict[str, Any]:
    if side is None:
        cells = dict.fromkeys(
            ("polarity", "data", "purposes", "recipients", "condition", "section", "practice", "start", "end", "quote")
        )
    else:
        p, found = side.practice, side.findings
        cells = {
            "polarity": p.polarity, "data": _joined(mentions_of(found, side.data)),
            "purposes": _joined(mentions_of(found, p.purposes)),
            "recipients": _joined(mentions_of(found, p.recipients)),
            "condition": p.condition and p.condition.quote, "section": p.section or None, "practice": p.id,
            "start": p.source.start, "end": p.source.end, "quote": side.quote,
        }
    return {f"{key}_{name}": value for key, value in cells.items()}


def _row(change: Change) -> dict[str, Any]:
    sides = [s for s in (change.before, change.after) if s]
    categories = dict.fromkeys(m.category for s in sides for m in mentions_of(s.findings, s.data))
    return {
        "change": change.change, "aspects": SEPARATOR.join(change.aspects) or None, "action": sides[-1].practice.action,
        **_side_cells(change.before, "before"), **_side_cells(change.after, "after"),
        "data_categories": SEPARATOR.join(categories) or None,
        "confidence": min(s.practice.confidence for s in sides),
    }


def _html_side(side: Side | None) -> str:
    return "" if side is None else escape(side.quote)


def _html_row(change: Change) -> str:
    side = change.after or change.before
    denied = "not " if side.practice.polarity == "denied" else ""
    data = _joined(mentions_of(side.findings, side.data)) or ""
    label = f"{change.change}: {', '.join(change.aspects)}" if change.aspects else change.change
    return (
        f"<tr class=\"{change.change}\"><td>{escape(label)}</td><td>{escape(f'{denied}{side.practice.action} {data}')}</td>"
        f"<td>{_html_side(change.before)}</td><td>{_html_side(change.after)}</td></tr>"
    )
