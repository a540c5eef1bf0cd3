"""Confidence of a practice from its parts."""

from __future__ import annotations

from collections.abc import Sequence

from privlex.practices.slots import Claim
from privlex.records import FoundSpan


def confidence(claim: Claim, spans: Sequence[FoundSpan]) -> float:
    """Confidence (0..1) of a claim: its weakest span, times the frame's own reliability."""
    weakest = min((s.confidence for s in spans), default=1.0)
    return round(min(1.0, max(0.0, weakest * claim.score)), 4)
