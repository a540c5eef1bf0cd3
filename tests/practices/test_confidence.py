"""How sure a practice is: of the tier that read it, the frame that made it and its data."""

from __future__ import annotations

import pytest

from privlex.practices.claims import Claim
from privlex.practices.confidence import confidence, fitted
from privlex.records import FoundSpan

MAIN, LEAD_IN = "verb share (active, main)", "lead-in"


def sure(because: tuple[str, ...], data: float, reader: str, score: float = 1.0) -> float:
    claim = Claim(action="share", polarity="affirmed", block=0, start=0, end=1, because=list(because), score=score)
    span = FoundSpan(kind="data", start=0, end=4, category="contact", confidence=data)
    return confidence(claim, [span], reader)


def test_rules_multiply_the_rate_of_the_frame():
    assert sure((MAIN,), 0.5, "rules") == round(0.5 * fitted()["rules"]["rates"]["main"], 4)


ORDERED = [
    pytest.param(((MAIN,), 0.4, 1.0), ((MAIN,), 0.9, 1.0), id="surer data, surer practice"),
    pytest.param((("reader: share affirmed",), 0.9, 0.9), ((MAIN, LEAD_IN), 0.9, 1.0), id="a lead-in beats the reader alone"),
    pytest.param((("reader: share affirmed",), 0.9, 0.3), (("reader: share affirmed",), 0.9, 0.9), id="a surer action score"),
]


@pytest.mark.parametrize(("less", "more"), ORDERED)
def test_trained_practices_are_ordered_by_their_parts(less, more):
    low, high = (sure(because, data, "trained", score) for because, data, score in (less, more))
    assert 0 < low < high < 1


def test_a_frame_that_was_not_counted_gets_the_common_rate():
    assert 0 < sure(("verb share (active, unheard)",), 0.8, "trained") < 1
