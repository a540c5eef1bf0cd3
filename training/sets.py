"""Labelled sets in their authors' forms, read into one form: a text, its context, spans per head.

Nothing of a set is kept: the readers run over a folder beside the checkout each time.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from privlex.evaluate.gold.records import CodebookDocument
from privlex.evaluate.standoff import join, join_archive, read_standoff, rows_of
from privlex.mentions.context import MAX_HEADED_CHARS
from privlex.records import ACTIONS, POLARITIES, BlockContext

MAPPING = json.loads(Path(__file__).with_name("mapping.json").read_text("utf8"))
HEADS: tuple[tuple[str, str], ...] = tuple(
    (name, head) for name in ("codebook", "piextract", "gdpr_transparency_200", "opp115")
    for head in MAPPING[name]["heads"]
)


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """``text[start:end]`` under one head; ``category`` and ``actions`` only in the codebook's set.

    ``actions``: (action, polarity) of the practices it stands in, None where the set does not say.
    """

    head: str
    start: int
    end: int
    category: str = ""
    actions: frozenset[tuple[str, str]] | None = None
    practices: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Example:
    """One block with what each annotator marked; ``ignored`` character ranges are left out of training."""

    dataset: str
    group: str  # document it comes from
    text: str
    context: BlockContext
    readings: tuple[tuple[GoldSpan, ...], ...]  # one per annotator
    ignored: tuple[tuple[int, int], ...] = ()
    heads: frozenset[str] = field(default_factory=frozenset)  # heads that are labelled; empty: all of the set


# ------------------------------------------------------------------------------------------------ codebook

_ITEM = re.compile(r"(?:[-*•]\s+|#+\s+)+")


def looks_like_heading(block: str) -> bool:
    """A ``#`` line, or one short line without a sentence's end.

    >>> looks_like_heading("# Your data"), looks_like_heading("Use of your data"), looks_like_heading("We log visits.")
    (True, True, False)
    """
    return block.startswith("#") or (
        "\n" not in block and len(block.split()) <= 10 and not block.startswith("-")
        and block.rstrip()[-1:] not in tuple(".:;,!?")
    )


def block_contexts(blocks: list[str]) -> list[BlockContext]:
    """Heading and lead-in of each block of a text file in the contract's plain form."""
    heading, lead_in, before, contexts = "", "", "", []
    for block in blocks:
        item = block.startswith("- ")
        if item and not before.startswith("- "):
            lead_in = before
        is_heading = not item and looks_like_heading(block)
        headed = not item and not is_heading and len(block) <= MAX_HEADED_CHARS  # as ``mentions.block_context`` does
        contexts.append(BlockContext(heading=heading if headed else "", lead_in=lead_in if item else "",
                                     is_heading=is_heading))
        if is_heading:
            heading = block.lstrip("# ")
        before = block
    return contexts


def read_codebook(folder: Path, names: Iterable[str] | None = None) -> Iterator[Example]:
    """Blocks of ``folder/text/*.txt`` with ``folder/labels/*.jsonl``, item and heading marks cut off."""
    wanted = None if names is None else set(names)
    for path in sorted((folder / "text").glob("*.txt")):
        labels = folder / "labels" / f"{path.stem}.jsonl"
        if (wanted is None or path.stem in wanted) and labels.exists():
            rows = [json.loads(line) for line in labels.read_text("utf8").splitlines() if line.strip()]
            yield from codebook_examples(path.stem, path.read_text("utf8"), rows)


def gold_documents(labels: Path, shared: Path, part: str = "train") -> Iterator[CodebookDocument]:
    """Every labelled text of a part of ``corpus/gold``, corrections made, joined to its words in ``shared``.

    Given windows have their texts there; added ones are cut again from the pages of the archive.
    """
    texts = shared / "annotated" / "privlex" / "train" / "text"
    for one in read_standoff(labels, part=part):
        file = texts / f"{one.name}.txt"
        if file.is_file():
            yield join(one, file.read_text("utf8"))
    yield from join_archive(labels, shared / "archive" / "bulk.parquet", part=part)


def read_gold(labels: Path, shared: Path, part: str = "train") -> Iterator[Example]:
    """The blocks of ``gold_documents``."""
    for document in gold_documents(labels, shared, part):
        yield from codebook_examples(document.name, document.text, rows_of(document))


def codebook_examples(name: str, text: str, rows: Iterable[dict]) -> Iterator[Example]:
    """Examples of one text in the codebook's record form."""
    blocks = re.split(r"\n\s*\n", text)
    by_block = {row["block"]: row for row in rows}
    actions: dict[str, set[tuple[str, str]]] = defaultdict(set)
    inside: dict[str, set[int]] = defaultdict(set)
    number, conditions = 0, defaultdict(list)
    for index, row in by_block.items():
        for practice in row["practices"]:
            number += 1
            members = [*practice["data"], *practice["purposes"], *practice["recipients"]]
            for member in members:
                actions[member].add((practice["action"], practice["polarity"]))
                inside[member].add(number)
            if practice.get("condition"):
                conditions[index].append((practice["condition"], number))
    for index, (block, context) in enumerate(zip(blocks, block_contexts(blocks), strict=True)):
        mark = _ITEM.match(block)
        cut = mark.end() if mark else 0
        body = block[cut:].rstrip()
        if not body:
            continue
        row = by_block.get(index, {"mentions": []})
        spans = [
            GoldSpan(m["kind"], m["start"] - cut, m["end"] - cut, m["category"], frozenset(actions[m["id"]]),
                     frozenset(inside[m["id"]]))
            for m in row["mentions"] if m["start"] >= cut
        ]
        found: dict[tuple[int, int], set[int]] = defaultdict(set)
        for words, practice in conditions[index]:
            at = body.casefold().find(words.casefold())
            if at >= 0:
                found[at, at + len(words)].add(practice)
        spans += [GoldSpan("condition", s, e, practices=frozenset(n)) for (s, e), n in sorted(found.items())]
        yield Example("codebook", name, body, context, (tuple(spans),))


# ------------------------------------------------------------------------------------------------ PI-Extract

_NO_SPACE_BEFORE = set(".,;:!?)]}%’”") | {"'s", "’s", "n't"}


def read_conll(path: Path) -> list[list[tuple[str, str]]]:
    """Sentences of (word, tag); an empty line ends a sentence, as in PrivacyGLUE's reader."""
    sentences: list[list[tuple[str, str]]] = []
    for line in path.read_text("utf8").splitlines():
        line = line.rstrip()
        if line.startswith("-DOCSTART-"):
            continue
        if not line:
            sentences.append([])
        else:
            word, _, tag = line.partition(" _ _ ")
            sentences[-1].append((word, tag))
    return sentences


def joined(words: list[str]) -> tuple[str, list[tuple[int, int]]]:
    """Words joined by single spaces, with the characters of each."""
    text, places = "", []
    for word in words:
        text += " " if text else ""
        places.append((len(text), len(text) + len(word)))
        text += word
    return text, places


def bio_spans(tags: list[str]) -> list[tuple[str, int, int]]:
    """(label, first word, last word + 1) of each span, as seqeval's default mode reads IOB2."""
    spans, label, start = [], None, 0
    for at, tag in enumerate([*tags, "O"]):
        kind, _, name = tag.partition("-")
        if label is not None and (kind in "BO" or name != label):
            spans.append((label, start, at))
            label = None
        if kind == "B" or (kind == "I" and label is None):
            label, start = name, at
    return spans


def privacy_glue_split(count: int) -> tuple[list[int], list[int]]:
    """(train, validation) sentence numbers as PrivacyGLUE cuts PI-Extract's training part.

    It calls ``train_test_split(test_size=0.15, seed=42)`` of Hugging Face datasets: one permutation of
    numpy's default generator, the first ``ceil(0.15 n)`` are the validation part.
    """
    order = np.random.default_rng(42).permutation(count)
    held = math.ceil(0.15 * count)
    return order[held:].tolist(), order[:held].tolist()


def read_piextract(folder: Path, file: str = "train.conll03") -> list[Example]:
    """One example per sentence, in file order; the words before it are its lead-in (sentences there are fragments)."""
    by_head = {head: read_conll(folder / name / file) for head, name in MAPPING["piextract"]["folders"].items()}
    examples, before = [], ""
    for number, sentence in enumerate(by_head["COLLECT"]):
        text, places = joined([word for word, _ in sentence])
        spans = [
            GoldSpan(head, places[start][0], places[end - 1][1])
            for head, sentences in by_head.items()
            for _, start, end in bio_spans([tag for _, tag in sentences[number]])
        ]
        examples.append(Example("piextract", str(number), text, BlockContext(lead_in=before[-400:]), (tuple(spans),)))
        before = f"{before} {text}"[-1200:].strip()
    return examples


# ------------------------------------------------------------------------------------------------ GDPR-Transparency-200


def read_gdpr(path: Path) -> Iterator[Example]:
    """Passages with the three heads; gapped or unfound values are ignored characters, not negatives."""
    heads = set(MAPPING["gdpr_transparency_200"]["heads"])
    for line in path.open(encoding="utf8"):
        row = json.loads(line)
        if not row["text"].strip():
            continue
        spans, ignored = set(), []
        for note in row["annotations"]:
            pieces = note.get("pieces") or []
            if note["requirement"] not in heads or not pieces:
                continue
            if len(pieces) == 1:
                spans.add((note["requirement"], *pieces[0]))
            else:
                ignored.append((pieces[0][0], pieces[-1][1]))
        headings = [c["text"] for c in row["context"] if c.get("type", "").startswith("h")]
        others = [c["text"] for c in row["context"] if not c.get("type", "").startswith("h")]
        context = BlockContext(heading=headings[-1] if headings else "", lead_in=others[-1] if others else "")
        yield Example("gdpr_transparency_200", row["policy"], row["text"], context,
                      (tuple(GoldSpan(*span) for span in sorted(spans)),), tuple(ignored))


# ------------------------------------------------------------------------------------------------ OPP-115


def placed(text: str, words: str, start: int, end: int) -> tuple[int, int] | None:
    """Where ``words`` really stand: the given offsets if they fit, else the nearest occurrence; None if nowhere.

    >>> placed("we log your name, name", "name", 10, 14)
    (12, 16)
    """
    if text[start:end] == words:
        return start, end
    places = [m.start() for m in re.finditer(re.escape(words), text)] if words else []
    if not places:
        return None
    best = min(places, key=lambda at: abs(at - start))
    return best, best + len(words)


def read_opp115(path: Path) -> Iterator[Example]:
    """Segments with every annotator's spans; the three attributes of the set's mapping."""
    heads = set(MAPPING["opp115"]["heads"])
    rows = [json.loads(line) for line in path.open(encoding="utf8")]
    annotators: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        annotators[row["policy"]].update(p["annotator"] for p in row["practices"])
    for row in rows:
        spans: dict[str, set[tuple[str, int, int]]] = {a: set() for a in sorted(annotators[row["policy"]])}
        for practice in row["practices"]:
            for a in practice["attributes"]:
                # Text marked "Unspecified" shows where a type is missing; it names none.
                if a["attribute"] in heads and "start" in a and a.get("value") != "Unspecified":
                    place = placed(row["text"], a["text"], a["start"], a["end"])
                    if place and place[0] < place[1]:
                        spans[practice["annotator"]].add((a["attribute"], *place))
        readings = tuple(tuple(GoldSpan(*span) for span in sorted(found)) for found in spans.values())
        yield Example("opp115", row["policy"], row["text"], BlockContext(), readings)


ACTION_SLOTS = tuple((action, polarity) for action in ACTIONS for polarity in POLARITIES)
