"""PI-Extract (Bui et al., PETS 2021): four folders of CoNLL files, one label each, over the same tokens."""

from __future__ import annotations

from math import ceil
from pathlib import Path

import numpy as np

from privlex.evaluate.gold.files import existing, fault, listed, text_of
from privlex.evaluate.gold.records import TaggedSentence

# Folder -> label in its files, in the order of the authors' release.
FOLDERS = {
    "CollectUse_true": "COLLECT",
    "CollectUse_false": "NOT_COLLECT",
    "Share_true": "SHARE",
    "Share_false": "NOT_SHARE",
}
LABELS = tuple(FOLDERS.values())

# Characters kept of the words before a sentence: what the trained heads for this set were given as context.
BEFORE_CHARS = 400

_WHAT = f"the folder that holds {', '.join(FOLDERS)}"


def read_piextract(path: str | Path) -> tuple[TaggedSentence, ...]:
    """Every sentence of every CoNLL file, the four labels side by side.

    Args:
        path: the folder of the four label folders (each file name must be in all four), or one CoNLL file, which
            is read for the label of the folder it lies in, or of its own tags.

    Raises: GoldError where a line is no CoNLL line, a tag is not its folder's, or two folders differ in their tokens.
    """
    path = existing(path, _WHAT)
    if path.is_file():
        label = FOLDERS.get(path.parent.name)
        sentences = _sentences(path, label)
        label = label or _label_in(path, sentences)
        return tuple(_with_words_before(path.name, [(tokens, ((label, tags),)) for _, tokens, tags in sentences]))
    missing = [folder for folder in FOLDERS if not (path / folder).is_dir()]
    if missing:
        fault(path, None, f"{', '.join(missing)} missing", f"give the path of {_WHAT}")
    found: list[TaggedSentence] = []
    names = {folder: {p.name for p in listed(path / folder, "*.conll*", _WHAT)} for folder in FOLDERS}
    for name in sorted(set().union(*names.values())):
        lacking = [folder for folder in FOLDERS if name not in names[folder]]
        if lacking:
            fault(path / lacking[0] / name, None, "this file is missing", "each file must be in all four label folders")
        columns = {label: _sentences(path / folder / name, label) for folder, label in FOLDERS.items()}
        found += _side_by_side(path, name, columns)
    return tuple(found)


_Sentence = tuple[int, tuple[str, ...], tuple[str, ...]]  # line of its first token, tokens, tags


def _side_by_side(path: Path, name: str, columns: dict[str, list[_Sentence]]) -> list[TaggedSentence]:
    first = columns[LABELS[0]]
    for folder, label in FOLDERS.items():
        column = columns[label]
        remedy = f"the four files {name} must hold the same tokens"
        for (line, tokens, _), (_, expected, _) in zip(column, first, strict=False):
            if tokens != expected:
                fault(path / folder / name, line, "this sentence has other tokens than in CollectUse_true", remedy)
        if len(column) != len(first):
            fault(path / folder / name, None, f"{len(column)} sentences, CollectUse_true has {len(first)}", remedy)
    return _with_words_before(name, [
        (tokens, tuple((label, columns[label][i][2]) for label in LABELS)) for i, (_, tokens, _) in enumerate(first)
    ])


_Tags = tuple[tuple[str, tuple[str, ...]], ...]


def _with_words_before(name: str, rows: list[tuple[tuple[str, ...], _Tags]]) -> list[TaggedSentence]:
    sentences, before = [], ""
    for i, (tokens, tags) in enumerate(rows):
        sentences.append(TaggedSentence(name, i, tokens, tags, before[-BEFORE_CHARS:]))
        before = f"{before[-BEFORE_CHARS:]} {' '.join(tokens)}".strip()
    return sentences


def _sentences(path: Path, label: str | None) -> list[_Sentence]:
    """Sentences of one CoNLL file: four columns a token, blank lines between, ``-DOCSTART-`` skipped."""
    found: list[_Sentence] = []
    tokens: list[str] = []
    tags: list[str] = []
    start = 1
    allowed = {"O", f"B-{label}", f"I-{label}"} if label else None
    for number, line in enumerate([*text_of(path).split("\n"), ""], start=1):
        line = line.rstrip()
        if line.startswith("-DOCSTART-"):
            continue
        if not line:
            if tokens:
                found.append((start, tuple(tokens), tuple(tags)))
                tokens, tags = [], []
            continue
        parts = line.split()
        if len(parts) != 4:
            fault(path, number, f"{len(parts)} columns", 'a CoNLL line is "token _ _ tag"')
        if allowed and parts[3] not in allowed:
            fault(path, number, f"the tag {parts[3]!r}", f"this folder holds {', '.join(sorted(allowed))}")
        if not tokens:
            start = number
        tokens.append(parts[0])
        tags.append(parts[3])
    if not found:
        fault(path, None, "no sentence in this file", 'a CoNLL line is "token _ _ tag", a blank line ends a sentence')
    return found


def _label_in(path: Path, sentences: list[_Sentence]) -> str:
    labels = {tag[2:] for _, _, tags in sentences for tag in tags if tag != "O"}
    if len(labels) != 1 or not labels <= set(LABELS):
        fault(path, None, f"tags of {sorted(labels) or 'no label'}", f"one of {', '.join(LABELS)} is expected")
    return labels.pop()


# PrivacyGLUE takes this share of the training part as its dev cut, with this seed.
DEV_SHARE, DEV_SEED = 0.15, 42


def held_out_sentences(count: int) -> list[int]:
    """Indices of the dev cut of a training part of ``count`` sentences, by PrivacyGLUE's rule, in file order.

    Its rule is ``train_test_split`` of the datasets library: one permutation of numpy's generator, of which the first
    ``ceil(share * count)`` are held out.

    >>> held_out_sentences(10)
    [5, 6]
    """
    order = np.random.default_rng(DEV_SEED).permutation(count)
    return sorted(order[:ceil(DEV_SHARE * count)].tolist())
