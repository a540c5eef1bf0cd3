"""Tags to spans: the grammar of BIO, whole words, clean borders."""

from __future__ import annotations

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privlex.model.decode import BEGIN, INSIDE, OUTSIDE, PieceSpan, best_tags, tagged_spans, trimmed, whole_words

SCORE = st.floats(-8, 8, allow_nan=False, width=32)


def grammatical(tags) -> bool:
    return tags[0] != INSIDE and all(b != INSIDE or a != OUTSIDE for a, b in pairwise(tags))


@given(st.lists(st.tuples(SCORE, SCORE, SCORE), min_size=1, max_size=6))
def test_best_tags_are_the_best_of_all_grammatical_sequences(rows):
    scores = np.array(rows, dtype=np.float32)
    tags = best_tags(scores)
    assert grammatical(tags)
    best = max(sum(float(scores[i, t]) for i, t in enumerate(path))
               for path in product((OUTSIDE, BEGIN, INSIDE), repeat=len(rows)) if grammatical(path))
    assert sum(float(scores[i, t]) for i, t in enumerate(tags)) == pytest.approx(best, abs=1e-4)


@given(st.lists(st.tuples(SCORE, SCORE, SCORE), min_size=1, max_size=30))
def test_spans_are_disjoint_and_in_order(rows):
    spans = tagged_spans(np.array(rows, dtype=np.float32))
    assert all(0 <= s.start < s.end <= len(rows) for s in spans)
    assert all(a.end <= b.start for a, b in pairwise(spans))
    assert all(s.mean <= 1e-6 and s.begin <= 1e-6 and s.stop <= 1e-6 for s in spans)


def tags(word: str) -> np.ndarray:
    """Scores that favour the given letters, "OBI"."""
    return np.eye(3, dtype=np.float32)[["OBI".index(letter) for letter in word]] * 5


TAG_CASES = [
    pytest.param("OBIO", [(1, 3)], id="one span of two pieces"),
    pytest.param("BBIB", [(0, 1), (1, 3), (3, 4)], id="neighbours stay apart"),
    pytest.param("OOBI", [(2, 4)], id="a span may end with the block"),
    pytest.param("OOO", [], id="nothing"),
]


@pytest.mark.parametrize(("word", "expected"), TAG_CASES)
def test_tags_to_spans(word, expected):
    assert [(s.start, s.end) for s in tagged_spans(tags(word))] == expected


def test_outside_bias_makes_the_reader_find_more_or_less():
    scores = np.array([[1.0, 0.5, 0.0]], dtype=np.float32)
    assert not tagged_spans(scores)
    assert len(tagged_spans(scores, outside_bias=-1.0)) == 1


def test_whole_words_widen_to_the_pieces_of_a_word():
    begins = np.array([True, True, False, False, True])
    assert whole_words(PieceSpan(2, 3, 0, 0, 0), begins) == (1, 4)


BORDER_CASES = [
    pytest.param(" email address, ", "email address", id="spaces and comma"),
    pytest.param("(email address)", "(email address)", id="a pair of brackets stays"),
    pytest.param("email address)", "email address", id="lone closing bracket"),
    pytest.param("(email address", "email address", id="lone opening bracket"),
    pytest.param("IP (Internet Protocol) address", "IP (Internet Protocol) address", id="brackets inside"),
    pytest.param("Example Inc.", "Example Inc.", id="a point belongs to the words"),
    pytest.param("“cookies”", "“cookies”", id="quotation marks in pairs stay"),
    pytest.param("users’ names", "users’ names", id="an apostrophe inside"),
    pytest.param(" ,;: ", None, id="nothing but marks"),
]


@pytest.mark.parametrize(("text", "expected"), BORDER_CASES)
def test_borders(text, expected):
    borders = trimmed(text, 0, len(text))
    assert (None if borders is None else text[slice(*borders)]) == expected


@given(st.text(max_size=30))
def test_trimming_twice_changes_nothing(text):
    borders = trimmed(text, 0, len(text))
    if borders:
        assert trimmed(text, *borders) == borders
