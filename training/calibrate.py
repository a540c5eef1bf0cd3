"""Numbers chosen on dev data after training: outside bias per head, confidence as a probability, default threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from privlex.model.reader import TrainedReader
from training.score import Tally, gold_spans, words_of
from training.sets import Example

ADJACENT = (0.0, 1.5, 3.0, 4.5)
# PI-Extract's training part has 53 and 57 spans of these labels. The codebook's heads, which never saw them, find them with
# F1 0.68 and 0.82 there, so they are read as denied practices; a half is the natural bound and was not tuned.
DERIVED = {
    "piextract/NOT_COLLECT": {"actions": ["collect", "use", "retain"], "least": 0.5},
    "piextract/NOT_SHARE": {"actions": ["share"], "least": 0.5},
}
LEXICON_WEIGHTS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0)  # log odds
BIASES = (-2.5, -2.0, -1.5, -1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5)


class Scored:
    """Tag scores of examples, computed once, so that every bias is cheap to try."""

    def __init__(self, reader: TrainedReader, dataset: str, examples: Sequence[Example]):
        self.reader, self.dataset, self.examples = reader, dataset, list(examples)
        self.pieces = [reader._sequencer.pieces(e.text) for e in examples]
        self.tags = [reader.scores_of(p, e.context)[0] for e, p in zip(self.examples, self.pieces, strict=True)]

    def decoded(self, biases: dict[str, float]):
        """(example, spans) under ``biases`` ("set/head": value)."""
        self.reader._bias = np.array([biases[f"{n}/{h}"] for n, h in self.reader._heads], np.float32)
        for example, pieces, tags in zip(self.examples, self.pieces, self.tags, strict=True):
            found = [] if tags is None else self.reader.decode(self.dataset, example.text, pieces, tags)
            yield example, found


def tally_of(dataset: str, answers, head: str) -> Tally:
    """Counts of one head; PI-Extract on words, OPP-115 against each annotator."""
    tally = Tally()
    for example, found in answers:
        places = [(d.start, d.end) for d in found if d.head == head]
        if dataset == "gdpr_transparency_200":
            gold = {(s.start, s.end) for s in example.readings[0] if s.head == head}
            places = [s for s in places if s in gold or any(s[0] < g[1] and g[0] < s[1] for g in gold)
                      or not any(s[0] < i[1] and i[0] < s[1] for i in example.ignored)]
        for reading in example.readings:
            gold = sorted({(s.start, s.end) for s in reading if s.head == head})
            if dataset == "piextract":
                tally.add(head, _on_words(example.text, places), _on_words(example.text, gold))
            else:
                tally.add(head, places, gold)
    return tally


def _on_words(text: str, spans) -> list[tuple[int, int]]:
    words = words_of(text)
    hits = [[k for k, (s, e) in enumerate(words) if s < end and start < e] for start, end in spans]
    return [(hit[0], hit[-1] + 1) for hit in hits]


def measured(tally: Tally, head: str, measure: str) -> float:
    """F1 of one head: ``exact``, ``overlap``, or the mean of the two (``both``)."""
    scores = tally.scores([head])
    return float(np.mean([scores[f"{m}/{head}"] for m in (("exact", "overlap") if measure == "both" else (measure,))]))


def own_heads(scored: Scored) -> list[str]:
    """The labels of the set that are read by heads of their own."""
    return [h for n, h in scored.reader._heads if n == scored.dataset and f"{n}/{h}" not in DERIVED]


def choose_adjacent(scored: Scored, *, measure: str) -> float:
    """The price of two spans without a gap (see ``privlex.model.decode``) with the best macro F1, biases at 0."""
    heads = own_heads(scored)
    none = {f"{n}/{h}": 0.0 for n, h in scored.reader._heads}
    found = []
    for price in ADJACENT:
        scored.reader.config["adjacent"][scored.dataset] = price
        answers = list(scored.decoded(none))
        found.append(np.mean([measured(tally_of(scored.dataset, answers, h), h, measure) for h in heads]))
    return ADJACENT[int(np.argmax(found))]


def choose_biases(scored: Scored, *, measure: str, per_head: bool) -> dict[str, float]:
    """The bias of each head (or one for the set) with the best macro F1 (see ``measured``) on the examples."""
    heads = own_heads(scored)
    table = np.zeros((len(BIASES), len(heads)))
    for i, bias in enumerate(BIASES):
        answers = list(scored.decoded({f"{n}/{h}": bias for n, h in scored.reader._heads}))
        for j, head in enumerate(heads):
            table[i, j] = measured(tally_of(scored.dataset, answers, head), head, measure)
    best = table.argmax(0) if per_head else [int(table.mean(1).argmax())] * len(heads)
    return {f"{scored.dataset}/{head}": BIASES[int(i)] for head, i in zip(heads, best, strict=True)}


def logistic_fit(features: np.ndarray, right: np.ndarray, ridge: float = 1.0) -> list[float]:
    """Weights of a ridge logistic regression (first column is the constant, not penalised), by Newton's method."""
    weights = np.zeros(features.shape[1])
    penalty = np.full(features.shape[1], ridge)
    penalty[0] = 1e-6
    for _ in range(50):
        chance = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (right - chance) - penalty * weights
        curve = (features * (chance * (1 - chance))[:, None]).T @ features + np.diag(penalty)
        step = np.linalg.solve(curve, gradient)
        weights += step
        if np.abs(step).max() < 1e-8:
            break
    return [round(float(w), 5) for w in weights]


def calibrate(scored: Scored, biases: dict[str, float]) -> dict[str, list[float]]:
    """Per head, logistic weights from tag log probabilities to the chance that a span is exactly right."""
    rows: dict[str, list] = {}
    for example, found in scored.decoded(biases):
        gold = {(s.head, s.start, s.end) for s in example.readings[0]}
        for d in found:
            rows.setdefault(d.head, []).append((1.0, d.pieces.mean, d.pieces.begin, d.pieces.stop,
                                                (d.head, d.start, d.end) in gold))
    out = {}
    for head, table in rows.items():
        array = np.array(table, dtype=float)
        out[f"{scored.dataset}/{head}"] = logistic_fit(array[:, :4], array[:, 4])
    return out


def choose_threshold(scored: Scored, biases: dict[str, float]) -> tuple[float, list[tuple[float, float]]]:
    """Least confidence with the best mean of exact and partial micro F1 over the three kinds, and the curve."""
    answers = [(e, [d for d in found if d.head != "condition"]) for e, found in scored.decoded(biases)]
    curve = []
    for threshold in np.arange(0.0, 0.71, 0.05):
        tally = Tally()
        for example, found in answers:
            for head in ("data", "purpose", "party"):
                tally.add(head, [(d.start, d.end) for d in found if d.head == head and d.confidence >= threshold],
                          sorted({(s.start, s.end) for s in example.readings[0] if s.head == head}))
        scores = tally.scores(("data", "purpose", "party"))
        curve.append((round(float(threshold), 2), (scores["exact/micro"] + scores["partial/micro"]) / 2))
    return max(curve, key=lambda p: p[1])[0], curve


def choose_lexicon_weight(reader: TrainedReader, examples: Sequence[Example]) -> float:
    """What the lexicon's category of a phrase gains over the network's scores: the weight with most gold spans right."""
    right = np.zeros(len(LEXICON_WEIGHTS))
    for example, _, spans, _, pooled in gold_spans(reader, examples):
        for span, row in zip(spans, pooled, strict=True):
            if span.head == "condition":
                continue
            concept = reader.concept_of(span.head, example.text[span.start:span.end])
            right += [reader.category_of(span.head, row, concept, weight) == span.category for weight in LEXICON_WEIGHTS]
    return LEXICON_WEIGHTS[int(right.argmax())]


def reliability(scored: Scored, biases: dict[str, float], bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean confidence, share exactly right, spans) per bin of confidence, for the three kinds."""
    pairs = [
        (d.confidence, (d.head, d.start, d.end) in {(s.head, s.start, s.end) for s in e.readings[0]})
        for e, found in scored.decoded(biases) for d in found if d.head != "condition"
    ]
    table = np.array(pairs, dtype=float)
    which = np.minimum((table[:, 0] * bins).astype(int), bins - 1)
    return [(round(float(table[which == b, 0].mean()), 3), round(float(table[which == b, 1].mean()), 3),
             int((which == b).sum())) for b in range(bins) if (which == b).any()]


def tune(reader: TrainedReader, dev: dict[str, Sequence[Example]]) -> dict:
    """The reader's configuration with biases, calibration and threshold; ``dev`` holds the examples by set."""
    config = dict(reader.config)
    config["derived"] = DERIVED
    biases = dict(config["outside_bias"])
    reader.config["adjacent"] = config["adjacent"] = {}
    for dataset, measure, per_head in (("piextract", "exact", True), ("gdpr_transparency_200", "both", True),
                                       ("opp115", "overlap", True), ("codebook", "both", True)):
        scored = Scored(reader, dataset, dev[dataset])
        reader.config["adjacent"][dataset] = choose_adjacent(scored, measure=measure)
        biases.update(choose_biases(scored, measure=measure, per_head=per_head))
    config["outside_bias"] = biases
    reader.config["calibration"] = config["calibration"] = calibrate(scored, biases)
    config["lexicon_weight"] = choose_lexicon_weight(reader, dev["codebook"])
    config["threshold"], curve = choose_threshold(scored, biases)
    config["threshold_curve"] = curve
    config["reliability_on_calibration_part"] = reliability(scored, biases)
    reader._bias = np.array([biases[f"{n}/{h}"] for n, h in reader._heads], np.float32)
    reader.threshold, reader.lexicon_weight = config["threshold"], config["lexicon_weight"]
    return config
