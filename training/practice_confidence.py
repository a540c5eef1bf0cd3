"""How often a practice of the trained tier is right: a logistic function of its frame and its parts, fitted on labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from privlex.evaluate.calibration import outcomes
from privlex.evaluate.gold.records import CodebookDocument
from privlex.evaluate.predict import Settings, codebook_findings, document_of
from privlex.mentions import block_context
from privlex.model import TrainedReader
from privlex.practices.confidence import features
from privlex.practices.definitions import defined_terms
from privlex.practices.find import find_claims, spans_of
from training.calibrate import logistic_fit


def fit(documents: Sequence[CodebookDocument], reader: TrainedReader) -> dict:
    """The trained tier's part of ``privlex/practices/data/confidence.json``."""
    rows: list[tuple[str, float, float]] = []
    for one in documents:
        document = document_of(one.text, f"{one.name}.txt")
        readings = reader.read_blocks([(document.block_text(b), block_context(document, b)) for b in document.blocks])
        readings, claims = find_claims(document, readings, defined_terms(document))
        rows += [features(claim, spans_of(claim, readings)) for claim in claims]
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
