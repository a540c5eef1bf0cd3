"""Targets over word pieces, and the scorers on small counts."""

from __future__ import annotations

import numpy as np
import pytest

from privlex.model.windows import Sequencer
from privlex.records import BlockContext
from tests.model.tiny import tiny_tokenizer

pytest.importorskip("torch", reason="training needs the extra `train`")
from training.encode import disjoint, encode
from training.score import Tally, overlap_pairs
from training.sets import HEADS, Example, GoldSpan


def encoded(example: Example):
    sequencer = Sequencer(tiny_tokenizer())
    return encode(example, sequencer.pieces(example.text), sequencer)


def test_targets_are_the_share_of_annotators():
    marked = GoldSpan("Purpose", 9, 18)  # "marketing"
    (window,) = encoded(Example("opp115", "p", "data for marketing", BlockContext(), ((marked,), (), ())))
    column = HEADS.index(("opp115", "Purpose"))
    assert window.tags[2, column].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    assert window.tags[0, column].tolist() == [1, 0, 0]


def test_only_the_heads_of_the_set_are_trained():
    (window,) = encoded(Example("piextract", "p", "email address", BlockContext(), ((),)))
    trained = {HEADS[i][0] for i in np.flatnonzero(window.weight.any(0))}
    assert trained == {"piextract"}


def test_ignored_characters_carry_no_weight():
    (window,) = encoded(Example("gdpr_transparency_200", "p", "email address data", BlockContext(), ((),), ((0, 13),)))
    assert window.weight.any(1).tolist() == [False, False, True]


def test_spans_of_one_head_do_not_overlap_in_the_targets():
    kept = disjoint([GoldSpan("data", 0, 5), GoldSpan("data", 3, 13), GoldSpan("data", 14, 18)])
    assert [(s.start, s.end) for s in kept] == [(3, 13), (14, 18)]


PAIR_CASES = [
    pytest.param([(0, 5)], [(0, 5), (3, 9)], [(0, 0)], id="the equal one"),
    pytest.param([(0, 9)], [(0, 2), (3, 9)], [(0, 1)], id="the larger overlap"),
    pytest.param([(0, 4), (5, 9)], [(0, 9)], [(0, 0)], id="a gold span is matched once"),
    pytest.param([(0, 4)], [(4, 9)], [], id="touching is not overlapping"),
]


@pytest.mark.parametrize(("found", "gold", "expected"), PAIR_CASES)
def test_overlap_pairs(found, gold, expected):
    assert overlap_pairs(found, gold) == expected


def test_tally():
    tally = Tally()
    tally.add("data", [(0, 5), (6, 9)], [(0, 5), (7, 12), (20, 22)])
    scores = tally.scores(["data"])
    assert scores["exact/data"] == pytest.approx(2 * 1 / 5)
    assert scores["partial/data"] == pytest.approx(2 * 2 / 5)
    assert scores["overlap/data"] == pytest.approx(2 * 1 * (2 / 3) / (1 + 2 / 3))


def test_overlap_counts_a_span_that_touches_two_once_on_its_own_side():
    tally = Tally()
    tally.add("data", [(0, 9)], [(0, 4), (5, 9)])
    assert tally.scores(["data"])["overlap/data"] == 1
    assert tally.scores(["data"])["partial/data"] == pytest.approx(2 / 3)
