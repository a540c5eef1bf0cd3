"""Confidence of a practice from its parts: how sure the reader is of its spans, and how often its kind of frame is right."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files

from privlex.practices.claims import Claim
from privlex.records import FoundSpan


@lru_cache(maxsize=1)
def _rates() -> dict[str, float]:
    """Frame -> share of its practices that the labels confirm (``data/confidence.json`` says where it was counted)."""
    return json.loads(files("privlex.practices").joinpath("data/confidence.json").read_text("utf-8"))["rates"]


def frame_of(because: Sequence[str]) -> str:
    """The kind of frame that made a practice, from its ``because``.

    >>> frame_of(["verb share (active, main)", "subject first"])
    'main'
    >>> frame_of(["verb use (passive, main)", "lead-in"])
    'lead-in'
    """
    first = because[0] if because else ""
    if first.startswith("reader"):
        return "reader"
    if "item is a condition" in because or "lead-in" in because:
        return "lead-in"
    if any(w.startswith("exception") for w in because):
        return "exception"
    if first.startswith("verb"):
        return first.rstrip(")").rpartition(", ")[2]
    return "copula" if first.startswith("copula") else "purpose"


def confidence(claim: Claim, spans: Sequence[FoundSpan]) -> float:
    """Confidence (0..1) of a claim: its data at their mean, times the rate of its frame.

    In the trained tier a claim the reader itself made counts the reader's action score instead of a frame's rate.
    """
    data = [s.confidence for s in spans if s.kind == "data"] or [s.confidence for s in spans] or [1.0]
    kind = frame_of(claim.because)
    rate = claim.score if kind == "reader" else _rates().get(kind, 0.5)
    return round(min(1.0, max(0.0, sum(data) / len(data) * rate)), 4)
