"""Scores of a reader on the dev parts: spans, categories, actions, links; PI-Extract by seqeval's rule."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from privlex.model.reader import Decoded, TrainedReader
from privlex.model.windows import Pieces
from training.encode import piece_range
from training.network import link_pairs
from training.sets import ACTION_SLOTS, Example, GoldSpan


def f1(hit: float, found: float, gold: float) -> float:
    """F1 from counts; 0 where nothing is right.

    >>> round(f1(2, 4, 3), 3)
    0.571
    """
    return 2 * hit / (found + gold) if hit else 0.0


def overlap_pairs(found: Sequence[tuple[int, int]], gold: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """One-to-one pairs of overlapping spans, equal ones first, then by size of the overlap."""
    candidates = sorted(
        (-(a == b), -(min(a[1], b[1]) - max(a[0], b[0])), i, j)
        for i, a in enumerate(found) for j, b in enumerate(gold) if a[0] < b[1] and b[0] < a[1]
    )
    used_i, used_j, pairs = set(), set(), []
    for _, _, i, j in candidates:
        if i not in used_i and j not in used_j:
            used_i.add(i)
            used_j.add(j)
            pairs.append((i, j))
    return pairs


def touching(some: Sequence[tuple[int, int]], others: Sequence[tuple[int, int]]) -> int:
    """How many of ``some`` share a character with one of ``others``."""
    return sum(any(a[0] < b[1] and b[0] < a[1] for b in others) for a in some)


class Tally:
    """Counts per head over texts: ``exact``; ``partial`` (one-to-one overlap, the codebook's); ``overlap`` (the public
    sets': precision and recall count each span that touches one of the other side)."""

    def __init__(self) -> None:
        self.exact, self.partial, self.found, self.gold = Counter(), Counter(), Counter(), Counter()
        self.found_touched, self.gold_touched = Counter(), Counter()

    def add(self, head: str, found: Sequence[tuple[int, int]], gold: Sequence[tuple[int, int]]) -> None:
        self.exact[head] += len(set(found) & set(gold))
        self.partial[head] += len(overlap_pairs(found, gold))
        self.found_touched[head] += touching(found, gold)
        self.gold_touched[head] += touching(gold, found)
        self.found[head] += len(found)
        self.gold[head] += len(gold)

    def overlap_f1(self, heads: Sequence[str]) -> float:
        """Harmonic mean of the share of found spans and the share of gold spans that touch one of the other side."""
        found, gold = (sum(c[h] for h in heads) for c in (self.found_touched, self.gold_touched))
        if not found:
            return 0.0
        precision, recall = found / sum(self.found[h] for h in heads), gold / sum(self.gold[h] for h in heads)
        return 2 * precision * recall / (precision + recall)

    def scores(self, heads: Iterable[str]) -> dict[str, float]:
        """Each measure per head, ``macro`` and ``micro`` over the heads."""
        heads, out = list(heads), {}
        for measure, hits in (("exact", self.exact), ("partial", self.partial), ("overlap", None)):
            if hits is None:
                each, micro = [self.overlap_f1([h]) for h in heads], self.overlap_f1(heads)
            else:
                each = [f1(hits[h], self.found[h], self.gold[h]) for h in heads]
                micro = f1(sum(hits[h] for h in heads), sum(self.found[h] for h in heads),
                           sum(self.gold[h] for h in heads))
            out.update({f"{measure}/{h}": value for h, value in zip(heads, each, strict=True)})
            out[f"{measure}/macro"], out[f"{measure}/micro"] = sum(each) / len(each), micro
        return out


def score_codebook(reader: TrainedReader, examples: Sequence[Example]) -> dict[str, float]:
    """Span F1, category accuracy, and (on gold spans) action and link F1 at 0.5."""
    tally, right, matched = Tally(), 0, 0
    readings = reader.read_blocks([(e.text, e.context) for e in examples])
    for example, reading in zip(examples, readings, strict=True):
        for kind in ("data", "purpose", "party", "condition"):
            gold = sorted({(s.start, s.end): s for s in example.readings[0] if s.head == kind}.items())
            found = [s for s in reading.spans if s.kind == kind]
            places = [(s.start, s.end) for s in found]
            tally.add(kind, places, [g for g, _ in gold])
            if kind != "condition":
                for i, j in overlap_pairs(places, [g for g, _ in gold]):
                    matched += 1
                    right += found[i].category == gold[j][1].category
    out = tally.scores(("data", "purpose", "party"))
    for measure, hits in (("exact", tally.exact), ("partial", tally.partial)):
        out[f"{measure}/condition"] = f1(hits["condition"], tally.found["condition"], tally.gold["condition"])
    out["category accuracy"] = right / max(matched, 1)
    out.update(gold_span_scores(reader, examples))
    return out


def gold_spans(reader: TrainedReader, examples: Sequence[Example]
               ) -> Iterator[tuple[Example, Pieces, list[GoldSpan], list[Decoded], np.ndarray]]:
    """Each example with a span: its pieces, its gold spans, the same as if they had been decoded, their span scores."""
    for example in examples:
        pieces = reader._sequencer.pieces(example.text)
        _, rows = reader.scores_of(pieces, example.context)
        placed = [(span, piece_range(pieces, span.start, span.end)) for span in example.readings[0]] if rows is not None else []
        placed = [(span, where) for span, where in placed if where]
        if placed:
            yield (example, pieces, [span for span, _ in placed],
                   [Decoded(span.head, span.start, span.end, _Range(*where), 1.0) for span, where in placed],
                   np.stack([rows[first:stop].mean(0) for _, (first, stop) in placed]))


def gold_span_scores(reader: TrainedReader, examples: Sequence[Example]) -> dict[str, float]:
    """What the span layer says of gold spans: category accuracy, F1 of actions and of links at 0.5."""
    counts: dict[str, Counter] = defaultdict(Counter)
    for example, pieces, spans, decoded, pooled in gold_spans(reader, examples):
        for d, row, chances, span in zip(decoded, pooled, reader._chances(pooled), spans, strict=True):
            if d.head == "condition":
                continue
            said = reader._found(example.text, d, row, chances)
            counts["category"]["right"] += said.category == span.category
            counts["category"]["all"] += 1
            yes = {(a.action, a.polarity) for a in said.actions if a.score >= 0.5}
            for slot in ACTION_SLOTS:
                for name in ("action", f"action {slot[0]} {slot[1]}"):
                    counts[name]["hit"] += slot in yes and slot in span.actions
                    counts[name]["found"] += slot in yes
                    counts[name]["gold"] += slot in span.actions
        links = {(x.left, x.right) for x in reader._links(decoded, pooled, pieces) if x.score >= 0.5}
        gold = [(*d.pieces, d.head, 0, None, span.practices) for d, span in zip(decoded, spans, strict=True)]
        sentence = np.cumsum(np.isin(pieces.ids, reader._sequencer.sentence_ends))
        for relation, i, j, _, _, truth in link_pairs(gold, sentence):
            name = "link " + ("purpose", "party", "condition")[relation]
            counts[name]["hit"] += (i, j) in links and truth > 0
            counts[name]["found"] += (i, j) in links
            counts[name]["gold"] += truth > 0
    out = {"gold-span category": counts["category"]["right"] / max(counts["category"]["all"], 1)}
    for name, c in sorted(counts.items()):
        if name != "category":
            out[f"gold-span {name}"] = f1(c["hit"], c["found"], c["gold"])
    return out


class _Range(tuple):
    def __new__(cls, start: int, end: int):
        return super().__new__(cls, (start, end))

    start = property(lambda self: self[0])
    end = property(lambda self: self[1])


def score_gdpr(reader: TrainedReader, examples: Sequence[Example]) -> dict[str, float]:
    """Exact and overlap F1 per label; what overlaps a gapped value (left out) counts neither way."""
    tally = Tally()
    heads = [head for name, head in reader._heads if name == "gdpr_transparency_200"]
    answers = reader.read_public("gdpr_transparency_200", [e.text for e in examples], [e.context for e in examples])
    for example, answer in zip(examples, answers, strict=True):
        for head in heads:
            gold = sorted({(s.start, s.end) for s in example.readings[0] if s.head == head})
            found = [(d.start, d.end) for d in answer if d.head == head]
            found = [s for s in found if s in gold or any(s[0] < g[1] and g[0] < s[1] for g in gold)
                     or not any(s[0] < i[1] and i[0] < s[1] for i in example.ignored)]
            tally.add(head, found, gold)
    return tally.scores(heads)


def score_opp115(reader: TrainedReader, examples: Sequence[Example]) -> dict[str, float]:
    """F1 against each annotator (counts summed over annotators) beside the annotators' own agreement."""
    heads = [head for name, head in reader._heads if name == "opp115"]
    ours, theirs = Tally(), Tally()
    for example, answer in zip(examples, reader.read_public("opp115", [e.text for e in examples]), strict=True):
        for head in heads:
            golds = [sorted({(s.start, s.end) for s in reading if s.head == head}) for reading in example.readings]
            found = [(d.start, d.end) for d in answer if d.head == head]
            for k, gold in enumerate(golds):
                ours.add(head, found, gold)
                for other in golds[:k] + golds[k + 1:]:
                    theirs.add(head, gold, other)
    return {**ours.scores(heads), **{f"annotators {name}": v for name, v in theirs.scores(heads).items()}}


def words_of(text: str) -> list[tuple[int, int]]:
    """Places of the space-separated words."""
    places, at = [], 0
    for word in text.split(" "):
        places.append((at, at + len(word)))
        at += len(word) + 1
    return places


def score_piextract(reader: TrainedReader, examples: Sequence[Example]) -> dict[str, float]:
    """seqeval's entity F1 per label over words, and the mean of the four (PrivacyGLUE's figure)."""
    tally = Tally()
    heads = [head for name, head in reader._heads if name == "piextract"]

    def on_words(text: str, start: int, end: int) -> tuple[int, int]:
        hit = [k for k, (s, e) in enumerate(words_of(text)) if s < end and start < e]
        return hit[0], hit[-1] + 1

    answers = reader.read_public("piextract", [e.text for e in examples], [e.context for e in examples])
    for example, answer in zip(examples, answers, strict=True):
        for head in heads:
            gold = [on_words(example.text, s.start, s.end) for s in example.readings[0] if s.head == head]
            tally.add(head, [on_words(example.text, d.start, d.end) for d in answer if d.head == head], gold)
    return {name: v for name, v in tally.scores(heads).items() if name.startswith("exact")}
