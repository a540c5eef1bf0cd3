"""The trained reader: spans of a block with category, actions and links, from one small encoder on onnxruntime."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from privlex.errors import ModelError, NoModelError
from privlex.model.decode import PieceSpan, finished, tagged_spans, trimmed, whole_words, with_determiner
from privlex.model.windows import Pieces, Sequencer, Window, stitch
from privlex.records import (
    ACTIONS,
    CATEGORIES,
    MENTION_KINDS,
    POLARITIES,
    ActionScore,
    BlockContext,
    BlockReading,
    FoundSpan,
    Link,
)

WEIGHTS = Path(__file__).with_name("weights")
FILES = ("config.json", "model.onnx", "tokenizer.json")
# Scores below these are noise to the stages that follow (they decide near 0.5) and would only fill memory.
LEAST_ACTION, LEAST_LINK = 0.05, 0.10
_REMEDY = "reinstall privlex, or rebuild the weights with `python -m training all`"

# Relation of a span (row) to another (column) in one practice, by their kinds; -1 where there is none.
_KINDS = ("data", "purpose", "party", "condition")
_RELATIONS = np.array([[-1, 0, 1, -1], [-1, -1, -1, -1], [-1, -1, -1, -1], [2, 2, 2, -1]])

Scores = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
ConceptOf = Callable[[str, str], tuple[str, str] | None]  # (kind, phrase) -> concept and its category


class Decoded(NamedTuple):
    """One span of one head: characters of the text, pieces, and how sure the tags are (0..1, calibrated)."""

    head: str
    start: int
    end: int
    pieces: PieceSpan
    confidence: float


def weights_digest(folder: Path = WEIGHTS) -> str:
    """16 hex digits of the SHA-256 over the model's files, name and content.

    Raises: ModelError when a file is missing.
    """
    digest = hashlib.sha256()
    for name in FILES:
        try:
            content = (folder / name).read_bytes()
        except OSError as error:
            raise ModelError(f"{folder / name}: cannot be read ({error.strerror}); {_REMEDY}") from error
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()[:16]


def checked_digest(folder: Path = WEIGHTS) -> str:
    """The digest, after comparing it with ``DIGEST`` beside the weights.

    Raises: NoModelError when none of the files is there; ModelError when one is missing or they differ.
    """
    if not any((folder / name).exists() for name in (*FILES, "DIGEST")):
        raise NoModelError(f"{folder}: there are no weights; {_REMEDY}")
    found = weights_digest(folder)
    try:
        stated = (folder / "DIGEST").read_text("ascii").strip()
    except OSError as error:
        raise ModelError(f"{folder / 'DIGEST'}: cannot be read ({error.strerror}); {_REMEDY}") from error
    if found != stated:
        raise ModelError(f"{folder}: weights have digest {found}, DIGEST says {stated}; the files are damaged or mixed "
                         f"from two versions; {_REMEDY}")
    return found


def onnx_scores(path: Path) -> Scores:
    """A function from (piece ids, types) of one window to (tag scores, span scores), safe to call from threads.

    One window per call, one thread per call: integer kernels scale by the largest value of a tensor, so a batch
    would change each other's results; and no time goes into padding.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's own exceptions share no base
        raise ModelError(f"{path}: onnxruntime cannot load it ({error}); {_REMEDY}") from error

    def scores(ids: np.ndarray, types: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        tags, spans = session.run(("tags", "spans"), {"ids": ids, "types": types})
        return tags, spans

    return scores


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -500 else 0.0


class TrainedReader:
    """Reads blocks with the trained weights; a pure function of (text, context, weights, lexicon).

    Results do not depend on how many blocks are read together, in which order, or with how many threads.

    Args:
        threads: blocks read at the same time; each uses one core.
        threshold: least confidence (0..1) of a span; None takes the one chosen by F1 on dev data.
        folder: other weights of the same form.

    Raises: NoModelError when there are no weights; ModelError when they are damaged or of another version.
    """

    def __init__(self, threads: int = 1, threshold: float | None = None, folder: Path | str = WEIGHTS):
        folder = Path(folder)
        self.digest = checked_digest(folder)
        config = json.loads((folder / "config.json").read_text("utf8"))
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._prepare(config, tokenizer, onnx_scores(folder / "model.onnx"), threads, threshold)
        from privlex.lexicon import load_lexicon  # here, so that importing the stage costs nothing

        self.concept_of = load_lexicon().concept_of

    @classmethod
    def from_scores(cls, config: dict, tokenizer: Tokenizer, scores: Scores, concept_of: ConceptOf | None = None
                    ) -> TrainedReader:
        """A reader over another scoring function (the training's own network) and lexicon, by default none."""
        reader = cls.__new__(cls)
        reader.digest = "0" * 16
        reader.concept_of = concept_of or (lambda kind, phrase: None)
        reader._prepare(config, tokenizer, scores, threads=1, threshold=None)
        return reader

    def _prepare(self, config, tokenizer, scores, threads, threshold) -> None:
        if config.get("version") != 1:
            raise ModelError(f"weights of form {config.get('version')!r}, this privlex reads form 1; {_REMEDY}")
        if threads < 1:
            raise ValueError(f"threads must be at least 1, got {threads}")
        self.scores, self._threads = scores, threads
        self.config = config
        self.threshold = config["threshold"] if threshold is None else threshold
        # What the lexicon's category of a phrase gains over the others, in log odds; chosen on the tuning windows.
        self.lexicon_weight = config.get("lexicon_weight", 0.0)
        self._sequencer = Sequencer(tokenizer)
        self._heads = [tuple(head) for head in config["heads"]]
        self._bias = np.array([config["outside_bias"][f"{name}/{head}"] for name, head in self._heads], np.float32)
        self._columns = {
            dataset: np.array([column for column, (name, _) in enumerate(self._heads) if name == dataset])
            for dataset in {name for name, _ in self._heads}
        }
        self._categories = [tuple(pair) for pair in config["categories"]]
        self._span_of_kind = {
            kind: slice(min(at), max(at) + 1)
            for kind in MENTION_KINDS
            if (at := [i for i, (k, _) in enumerate(self._categories) if k == kind])
        }
        self._slots = [(action, polarity) for action in ACTIONS for polarity in POLARITIES]
        self._link_width = config["link_width"]
        self._relation = np.array(config["relation"], np.float32)
        self._extras = np.array(config["extras"], np.float32)

    # ------------------------------------------------------------------ reading

    def read_block(self, text: str, context: BlockContext | None = None) -> BlockReading:
        """What the block says; see ``BlockReading``. Long blocks are read whole, in windows."""
        return self.read_blocks([(text, context or BlockContext())])[0]

    def read_blocks(self, pairs: Sequence[tuple[str, BlockContext]]) -> list[BlockReading]:
        """Readings of many blocks, in order; the same as one by one."""
        return self._each(self._reading, list(pairs))

    def read_public(self, dataset: str, texts: Sequence[str], contexts: Sequence[BlockContext] | None = None
                    ) -> list[list[Decoded]]:
        """Spans under a public set's own convention (``piextract``, ``opp115``, ``gdpr_transparency_200``).

        A label among the configuration's ``derived`` ones is too rare in its set to learn from there: it goes to data
        spans of the codebook, determiners taken in, of which one of the named actions is denied with a chance of at
        least ``least``.

        ``contexts`` default to what the heads were trained with: PI-Extract's sentences are taken as the running text
        they are cut from (each has the words before it as its lead-in), the other sets have none.

        Returns: per text, spans in text order, ``head`` being the set's label.
        Raises: ValueError for a set the model has no head for.
        """
        if dataset not in {name for name, _ in self._heads}:
            known = sorted({name for name, _ in self._heads})
            raise ValueError(f"no heads for {dataset!r}; there are {', '.join(known)}")
        if contexts is None:
            contexts = _running(texts) if dataset == "piextract" else [BlockContext()] * len(texts)

        def one(text: str, context: BlockContext) -> list[Decoded]:
            pieces = self._sequencer.pieces(text)
            tags, rows = self.scores_of(pieces, context)
            if tags is None:
                return []
            found = [d for d in self.decode(dataset, text, pieces, tags) if f"{dataset}/{d.head}" not in derived]
            if derived:
                found += self._denied(derived, text, pieces, tags, rows)
            return sorted(found, key=lambda d: (d.start, d.end, d.head))

        derived = {label: rule for label, rule in self.config.get("derived", {}).items()
                   if label.startswith(f"{dataset}/")}
        return self._each(one, list(zip(texts, contexts, strict=True)))

    def _denied(self, derived: dict[str, dict], text: str, pieces: Pieces, tags: np.ndarray, rows: np.ndarray
                ) -> list[Decoded]:
        """Data spans under the derived labels of denied actions."""
        found = []
        for one in self.decode("codebook", text, pieces, tags):
            if one.head != "data":
                continue
            (chances,) = self._chances(rows[one.pieces[0]:one.pieces[1]].mean(axis=0, keepdims=True))
            of_data = chances[MENTION_KINDS.index("data") * len(self._slots):]
            denied = {action: of_data[k] for k, (action, polarity) in enumerate(self._slots) if polarity == "denied"}
            start = with_determiner(text, one.start)
            found += [one._replace(head=label.partition("/")[2], start=start) for label, rule in derived.items()
                      if max(denied[action] for action in rule["actions"]) >= rule["least"]]
        return found

    def _each(self, function, items: list) -> list:
        """``function(*item)`` for all items in order, over the reader's threads."""
        if self._threads == 1 or len(items) < 2:
            return [function(*item) for item in items]
        # Slices small enough that threads end together, large enough that handing over costs nothing.
        size = max(1, min(16, len(items) // (2 * self._threads)))
        slices = [items[at:at + size] for at in range(0, len(items), size)]
        with ThreadPoolExecutor(self._threads) as pool:
            return list(chain.from_iterable(pool.map(lambda part: [function(*item) for item in part], slices)))

    # ------------------------------------------------------------------ one block

    def context_name(self, context: BlockContext) -> str:
        """A name for what the reader sees of a context: contexts of one name are read the same."""
        return str(self._sequencer.context_ids(context))

    def windows_of(self, text: str, context: BlockContext) -> list[Window]:
        """The encoder inputs that a block is read in."""
        return self._sequencer.windows(self._sequencer.pieces(text), self._sequencer.context_ids(context))

    def scores_of(self, pieces: Pieces, context: BlockContext) -> tuple[np.ndarray | None, np.ndarray | None]:
        """Tag scores ``[pieces, heads, 3]`` and span scores of a block; None for a block without a piece."""
        windows = self._sequencer.windows(pieces, self._sequencer.context_ids(context))
        if not windows:
            return None, None
        outputs = [self.scores(window.ids, window.types) for window in windows]
        return stitch(windows, [tags for tags, _ in outputs]), stitch(windows, [spans for _, spans in outputs])

    def decode(self, dataset: str, text: str, pieces: Pieces, tags: np.ndarray) -> list[Decoded]:
        """Spans of one set's heads, on whole words, in text order."""
        found = []
        adjacent = self.config.get("adjacent", {}).get(dataset, 0.0)
        columns = self._columns.get(dataset, ())
        if not len(columns):
            return found
        own = tags[:, columns]
        said = (np.maximum(own[:, :, 1], own[:, :, 2]) > own[:, :, 0] + self._bias[columns]).any(axis=0)
        for column in columns[said].tolist():  # in the others nothing is above OUTSIDE anywhere: no span
            name, head = self._heads[column]
            weights = self.config["calibration"].get(f"{name}/{head}", (0.0, 1.0, 0.0, 0.0))
            last = 0
            for span in tagged_spans(tags[:, column], self._bias[column], adjacent):
                first, stop = whole_words(span, pieces.begins)
                borders = trimmed(text, int(pieces.offsets[first, 0]), int(pieces.offsets[stop - 1, 1]))
                if borders is None or borders[0] < last:
                    continue
                if head in MENTION_KINDS:
                    borders = finished(text, *borders)
                last = borders[1]
                features = (1.0, span.mean, span.begin, span.stop)
                confidence = _logistic(sum(w * f for w, f in zip(weights, features, strict=True)))
                found.append(Decoded(head, *borders, span, confidence))
        return sorted(found, key=lambda d: (d.start, d.end, d.head))

    def _reading(self, text: str, context: BlockContext) -> BlockReading:
        pieces = self._sequencer.pieces(text)
        tags, scores = self.scores_of(pieces, context)
        if tags is None:
            return BlockReading(reader="trained")
        kept = [d for d in self.decode("codebook", text, pieces, tags) if d.confidence >= self.threshold]
        if not kept:
            return BlockReading(reader="trained")
        sums = np.vstack([np.zeros((1, scores.shape[1]), np.float32), np.cumsum(scores, axis=0, dtype=np.float64)])
        starts = np.array([d.pieces.start for d in kept])
        ends = np.array([d.pieces.end for d in kept])
        pooled = (sums[ends] - sums[starts]) / (ends - starts)[:, None]
        spans = tuple(self._found(text, *each) for each in zip(kept, pooled, self._chances(pooled), strict=True))
        return BlockReading(spans=spans, links=self._links(kept, pooled, pieces), reader="trained")

    def _chances(self, pooled: np.ndarray) -> list[list[float]]:
        """For each row of pooled span scores the chance of every action and polarity, kind after kind."""
        at = len(self._categories)
        return (1 / (1 + np.exp(-pooled[:, at:at + len(MENTION_KINDS) * len(self._slots)]))).tolist()

    def category_of(self, kind: str, row: np.ndarray, concept: tuple[str, str] | None, weight: float) -> str:
        """The best category of a span by its row of span scores, where the lexicon's gains ``weight``."""
        scores = row[self._span_of_kind[kind]]
        if concept is not None and weight:
            scores = scores.copy()
            scores[CATEGORIES[kind].index(concept[1])] += weight
        return CATEGORIES[kind][int(scores.argmax())]

    def _found(self, text: str, decoded: Decoded, row: np.ndarray, chances: list[float]) -> FoundSpan:
        """The span that was decoded, by its row of span scores and the chances of all kinds' actions in it."""
        kind, confidence = decoded.head, round(decoded.confidence, 4)
        if kind == "condition":
            return FoundSpan(kind=kind, start=decoded.start, end=decoded.end, confidence=confidence)
        concept = self.concept_of(kind, text[decoded.start:decoded.end])
        category = self.category_of(kind, row, concept, self.lexicon_weight)
        # A concept belongs to one category; where the model reads the phrase otherwise, the words here decide.
        name = concept[0] if concept is not None and concept[1] == category else None
        at = MENTION_KINDS.index(kind) * len(self._slots)
        actions = tuple([
            ActionScore(action, polarity, round(score, 4))
            for (action, polarity), score in zip(self._slots, chances[at:at + len(self._slots)], strict=True)
            if score >= LEAST_ACTION
        ])
        return FoundSpan(kind=kind, start=decoded.start, end=decoded.end, category=category, concept=name,
                         confidence=confidence, actions=actions)

    def _links(self, kept: list[Decoded], pooled: np.ndarray, pieces: Pieces) -> tuple[Link, ...]:
        """Pairs in one practice: data with purpose or party, condition with any other span."""
        kinds = [_KINDS.index(d.head) for d in kept]
        relations = _RELATIONS[kinds][:, kinds]
        i, j = np.nonzero(relations >= 0)
        if not len(i):
            return ()
        relation = relations[i, j]
        at = len(self._categories) + len(MENTION_KINDS) * len(self._slots)
        left, right = pooled[:, at:at + self._link_width], pooled[:, at + self._link_width:]
        starts = np.array([d.pieces.start for d in kept])
        ends = np.array([d.pieces.end for d in kept])
        sentence = self._sequencer.sentence_of(pieces)
        gap = np.maximum(np.maximum(starts[j] - ends[i], starts[i] - ends[j]), 0)
        between = np.minimum(np.abs(sentence[starts[j]] - sentence[starts[i]]), 4)
        features = np.stack([np.log1p(gap), between, np.ones(len(i))], axis=1)
        score = (left[i] * self._relation[relation] * right[j]).sum(1) + (self._extras[relation] * features).sum(1)
        chance = 1 / (1 + np.exp(-score))
        keep = chance >= LEAST_LINK
        return tuple(
            Link(a, b, round(s, 4)) for a, b, s in zip(i[keep].tolist(), j[keep].tolist(), chance[keep].tolist(),
                                                       strict=True)
        )


def _running(texts: Sequence[str]) -> list[BlockContext]:
    """For each text the end of the texts before it."""
    contexts, before = [], ""
    for text in texts:
        contexts.append(BlockContext(lead_in=before[-400:]))
        before = f"{before} {text}"[-1200:].strip()
    return contexts


def first_config(heads: Iterable[tuple[str, str]], link_width: int) -> dict:
    """A configuration before calibration: no bias, confidence from the mean tag alone, no threshold, no word of the lexicon."""
    heads = [list(head) for head in heads]
    return {
        "version": 1, "heads": heads,
        "categories": [[kind, name] for kind, names in CATEGORIES.items() for name in names],
        "link_width": link_width, "relation": [], "extras": [],
        "outside_bias": {f"{name}/{head}": 0.0 for name, head in heads}, "adjacent": {}, "calibration": {},
        "threshold": 0.0, "lexicon_weight": 0.0,
    }
