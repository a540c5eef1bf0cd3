"""Does confidence mean what it says: how often what was found with a confidence is right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import sqrt
from pathlib import Path

import numpy as np
import pandas as pd

from privlex.evaluate.gold import read_codebook
from privlex.evaluate.gold.records import CodebookDocument
from privlex.evaluate.predict import Settings, codebook_findings
from privlex.evaluate.score_codebook import KINDS, Comparison, Labels, labels_found, labels_of, matched_practices
from privlex.flow import Tier, choose_reader
from privlex.records import Findings

BINS = 10
_Z = 1.959964  # 97.5 % quantile of the normal distribution: the two-sided 95 % interval


def outcomes(documents: Sequence[CodebookDocument], findings: Iterable[Findings]) -> pd.DataFrame:
    """One row for each mention and practice found: how sure it was, and whether gold has it.

    A mention is right where a gold mention of its kind overlaps it (one to one), a practice where a gold practice of
    its action shares a mention with it and has its polarity.

    Returns: columns ``label`` (data, purpose, party, practice), ``confidence`` and ``right`` (bool).
    """
    rows: list[tuple[str, float, bool]] = []
    for document, found in zip(documents, findings, strict=True):
        gold, ours = labels_of(document), labels_found(found)
        both = Comparison(ours, gold)
        rows += [(m.kind, m.confidence, m.id in both.answers) for m in found.mentions]
        rows += [
            ("practice", p.confidence, right)
            for p, right in zip(found.practices, _practices_right(ours, both), strict=True)
        ]
    return pd.DataFrame(rows, columns=["label", "confidence", "right"]).astype({"confidence": float, "right": bool})


def _practices_right(ours: Labels, both: Comparison) -> list[bool]:
    right = {id(mine) for mine, theirs in matched_practices(both) if mine.polarity == theirs.polarity}
    return [id(p) in right for p in ours.practices]


def reliability_bins(frame: pd.DataFrame, bins: int = BINS) -> pd.DataFrame:
    """Precision in bins of equal width of confidence, as ``privlex.figures.reliability`` draws it.

    Args:
        frame: columns ``confidence`` (0 to 1), ``right`` and, for several lines, ``label``.

    Returns: a row for each bin that holds something: ``label``, ``confidence`` (mean of the bin), ``precision``,
    ``n``, and ``low``, ``high`` (Wilson's 95 % interval of the precision).

    >>> frame = pd.DataFrame({"confidence": [0.91, 0.95, 0.31], "right": [True, True, False]})
    >>> reliability_bins(frame)[["confidence", "precision", "n"]].values.tolist()
    [[0.31, 0.0, 1.0], [0.93, 1.0, 2.0]]
    """
    labelled = frame if "label" in frame else frame.assign(label="")
    at = np.minimum((labelled["confidence"].to_numpy() * bins).astype(int), bins - 1)
    rows = []
    for (label, _), part in labelled.groupby(["label", at], sort=True):
        n, precision = len(part), float(part["right"].mean())
        rows.append((label, float(part["confidence"].mean()), precision, n, *wilson(precision, n)))
    made = pd.DataFrame(rows, columns=["label", "confidence", "precision", "n", "low", "high"])
    order = {label: i for i, label in enumerate((*KINDS, "practice"))}
    made = made.sort_values(["label", "confidence"], key=lambda c: c.map(order) if c.name == "label" else c)
    return made.reset_index(drop=True).round(6)


def wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share of ``n``.

    >>> [round(x, 3) for x in wilson(0.5, 10)]
    [0.237, 0.763]
    """
    middle = share + _Z**2 / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    whole = 1 + _Z**2 / n
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def calibration_error(bins: pd.DataFrame) -> float:
    """Mean distance of confidence and precision over the bins, weighted by how much they hold (0 to 1)."""
    return float((bins["n"] * (bins["confidence"] - bins["precision"]).abs()).sum() / bins["n"].sum())


def reliability(path: str | Path, tier: Tier | None = None, bins: int = BINS) -> pd.DataFrame:
    """The bins of a labelled folder in the codebook's form (see ``reliability_bins``).

    Raises: GoldError, ModelError.
    """
    documents = read_codebook(path)
    return reliability_bins(outcomes(documents, codebook_findings(documents, Settings(choose_reader(tier)))), bins)
