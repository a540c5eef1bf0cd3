"""Confidence of a practice from its parts: how sure the reader is of its spans, and how often its kind of frame is right."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files

from privlex.practices.claims import Claim
from privlex.records import FoundSpan


@lru_cache(maxsize=1)
def fitted() -> Mapping[str, dict]:
    """What was counted and fitted for each tier (``data/confidence.json`` says where)."""
    return json.loads(files("privlex.practices").joinpath("data/confidence.json").read_text("utf-8"))


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


def log_odds(chance: float) -> float:
    """Logarithm of the odds, kept within the range in which chances were seen (0.02 to 0.98).

    >>> log_odds(0.5), round(log_odds(1.0), 2)
    (0.0, 3.89)
    """
    chance = min(0.98, max(0.02, chance))
    return math.log(chance / (1 - chance))


def _of_data(spans: Sequence[FoundSpan]) -> float:
    """Mean confidence of the data, of all spans where there are none, 1 without a span."""
    sure = [s.confidence for s in spans if s.kind == "data"] or [s.confidence for s in spans] or [1.0]
    return sum(sure) / len(sure)


def features(claim: Claim, spans: Sequence[FoundSpan]) -> tuple[str, float, float]:
    """Frame of a claim, log odds of its data (mean of their confidence), log odds of the reader's action score or 0."""
    frame = frame_of(claim.because)
    return frame, log_odds(_of_data(spans)), log_odds(claim.score) if frame == "reader" else 0.0


def confidence(claim: Claim, spans: Sequence[FoundSpan], reader: str = "rules") -> float:
    """Confidence (0..1) of a claim in a block that ``reader`` ("rules", "trained") read.

    Rules: the data at their mean confidence, times the rate of the frame. Trained: the chance that a labelled practice
    confirms it, a logistic function of its frame, its data's confidence and, where the reader itself made it, the
    reader's action score.
    """
    if reader == "trained":
        frame, data, score = features(claim, spans)
        by = fitted()["trained"]
        value = by["constant"] + by["frames"].get(frame, 0.0) + by["data"] * data + by["score"] * score
        return round(1 / (1 + math.exp(-value)), 4)
    frame = frame_of(claim.because)
    rate = claim.score if frame == "reader" else fitted()["rules"]["rates"].get(frame, 0.5)
    return round(min(1.0, max(0.0, _of_data(spans) * rate)), 4)
