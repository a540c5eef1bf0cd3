"""What was read wrongly, one row for each mistake, with the words on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import pandas as pd

from privlex.evaluate.gold import read_codebook
from privlex.evaluate.gold.records import CodebookDocument, GoldMention, GoldPractice
from privlex.evaluate.predict import Settings, codebook_found
from privlex.evaluate.score_codebook import Comparison, Labels, labels_of, matched_practices
from privlex.flow import Tier, choose_reader

Mistake = Literal["missed", "unfounded", "other ends", "other category", "other polarity", "practice missed",
                  "practice unfounded"]
MISTAKES: tuple[Mistake, ...] = get_args(Mistake)
COLUMNS = ("document", "start", "mistake", "label", "gold", "found")


def mistakes(path: str | Path, tier: Tier | None = None) -> pd.DataFrame:
    """Every mistake that a tier makes in a labelled folder in the codebook's form.

    Mentions are matched as the scores match them: by overlap, one to one. A mention that is matched can still have
    other ends or another category, a practice another polarity. Mistakes that follow from one another are all told.

    Returns: columns ``document``, ``start`` (character of the text), ``mistake`` (one of ``MISTAKES``), ``label`` (kind
    of mention, or action), ``gold`` and ``found`` (words, category or polarity; None where a side has none), in text
    order.
    Raises: GoldError, ModelError.
    """
    documents = read_codebook(path)
    found = codebook_found(documents, Settings(choose_reader(tier)))
    rows = [row for document, ours in zip(documents, found, strict=True) for row in _of_document(document, ours)]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.sort_values(["document", "start", "mistake"], kind="stable").reset_index(drop=True)


def _of_document(document: CodebookDocument, found: Labels) -> Iterator[tuple[Any, ...]]:
    gold = labels_of(document)
    both = Comparison(found, gold)
    answered = set(both.answers.values())
    for m in found.mentions:
        if m.id not in both.answers:
            yield document.name, m.place.start, "unfounded", m.kind, None, m.quote
            continue
        right = gold.mention[both.answers[m.id]]
        if right.place != m.place:
            yield document.name, m.place.start, "other ends", m.kind, right.quote, m.quote
        if right.category != m.category:
            yield (document.name, m.place.start, "other category", m.kind, f"{right.quote}: {right.category}",
                   f"{m.quote}: {m.category}")
    for m in gold.mentions:
        if m.id not in answered:
            yield document.name, m.place.start, "missed", m.kind, m.quote, None
    pairs = matched_practices(both)
    for ours, theirs in pairs:
        if ours.polarity != theirs.polarity:
            yield document.name, _start(found, ours), "other polarity", ours.action, theirs.polarity, ours.polarity
    mine, yours = {id(ours) for ours, _ in pairs}, {id(theirs) for _, theirs in pairs}
    for p in found.practices:
        if id(p) not in mine:
            yield document.name, _start(found, p), "practice unfounded", p.action, None, _words(found, p)
    for p in gold.practices:
        if id(p) not in yours:
            yield document.name, _start(gold, p), "practice missed", p.action, _words(gold, p), None


def _members(labels: Labels, practice: GoldPractice) -> Sequence[GoldMention]:
    return [labels.mention[i] for i in (*practice.data, *practice.purposes, *practice.recipients)]


def _start(labels: Labels, practice: GoldPractice) -> int:
    here = [m.place.start for m in _members(labels, practice) if m.block == practice.block]
    return min(here or [m.place.start for m in _members(labels, practice)], default=0)


def _words(labels: Labels, practice: GoldPractice) -> str:
    said = "not " if practice.polarity == "denied" else ""
    return said + ", ".join(m.quote for m in _members(labels, practice))
