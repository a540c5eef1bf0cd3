"""How often a practice of the trained tier is right: a logistic function of its frame and its parts, fitted on labels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from unittest import mock

import numpy as np

from privlex.evaluate.calibration import outcomes
from privlex.evaluate.gold.records import CodebookDocument
from privlex.evaluate.predict import Settings, codebook_findings
from privlex.evaluate.standoff import join, join_archive, read_standoff
from privlex.flow import Reader
from privlex.practices import find
from privlex.practices.confidence import features
from training.calibrate import logistic_fit


def labelled(gold: Path, shared: Path, names: set[str]) -> list[CodebookDocument]:
    """The labelled texts of these names, joined to their words in ``shared``."""
    texts = shared / "annotated" / "privlex" / "train" / "text"
    given = [join(one, (texts / f"{one.name}.txt").read_text("utf8"))
             for one in read_standoff(gold, part="train") if one.name in names and (texts / f"{one.name}.txt").is_file()]
    added = join_archive(gold, shared / "archive" / "bulk.parquet", part="train")
    return [*given, *(document for document in added if document.name in names)]


def fit(documents: Sequence[CodebookDocument], reader: Reader) -> dict:
    """The trained tier's part of ``privlex/practices/data/confidence.json``."""
    rows: list[tuple[str, float, float]] = []

    def seen(claim, spans, reader="rules") -> float:
        rows.append(features(claim, spans))
        return 1.0

    with mock.patch.object(find, "confidence", seen):  # claims are not kept, so their features are taken on the way
        findings = list(codebook_findings(documents, Settings(reader)))
    found = outcomes(documents, findings)
    right = found.loc[found["label"] == "practice", "right"].to_numpy(dtype=float)
    frames = sorted({frame for frame, _, _ in rows})
    table = np.zeros((len(rows), 3 + len(frames)))
    for row, (frame, data, score) in zip(table, rows, strict=True):
        row[:3] = 1.0, data, score
        row[3 + frames.index(frame)] = 1.0
    weights = logistic_fit(table, right)
    return {
        "origin": f"whether a labelled practice of the same action and polarity that shares a mention confirms it: {len(rows):,} "
                  f"practices of the trained tier (weights {reader.digest}) on the {len(documents)} tuning texts, ridge logistic regression",
        "constant": weights[0], "data": weights[1], "score": weights[2],
        "frames": dict(zip(frames, weights[3:], strict=True)),
    }
