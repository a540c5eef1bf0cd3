"""Blocks to encoder inputs: nothing is lost, nothing is read twice, the context is bounded."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privlex.model.windows import (
    CLS,
    MAX_BLOCK,
    MAX_HEADING,
    MAX_LEAD_IN,
    SEP,
    Sequencer,
    stitch,
    window_starts,
)
from privlex.records import BlockContext
from tests.model.tiny import tiny_tokenizer


@given(st.integers(1, 3000), st.integers(10, 300), st.integers(0, 9))
def test_windows_cover_every_piece(count, size, overlap):
    starts = window_starts(count, size, overlap)
    covered = np.zeros(count, dtype=bool)
    for start in starts:
        assert start >= 0 and (len(starts) == 1 or start + size <= count)
        covered[start:start + size] = True
    assert covered.all()
    assert all(b - a <= size - overlap for a, b in pairwise(starts))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 1500), st.integers(0, 80))
def test_stitched_rows_are_the_block_in_order(words, lead_words):
    sequencer = Sequencer(tiny_tokenizer())
    pieces = sequencer.pieces(" ".join(["data"] * words))
    pieces = pieces._replace(ids=np.arange(len(pieces.ids)))
    windows = sequencer.windows(pieces, [7] * lead_words)
    assert np.array_equal(stitch(windows, [w.ids for w in windows]), np.arange(words))


def test_a_window_is_context_then_block():
    sequencer = Sequencer(tiny_tokenizer())
    pieces = sequencer.pieces("we share data")
    (window,) = sequencer.windows(pieces, sequencer.context_ids(BlockContext(heading="data")))
    assert window.ids[0] == CLS and window.ids[-1] == SEP and window.ids[window.lead - 1] == SEP
    assert window.types.tolist() == [1] * window.lead + [0] * (len(window.ids) - window.lead)
    assert window.count == 3


@pytest.mark.parametrize("field", ["heading", "lead_in", "header"])
def test_each_part_of_the_context_is_told_apart(field):
    sequencer = Sequencer(tiny_tokenizer())
    marks = {f: sequencer.context_ids(BlockContext(**{f: "data"}))[0] for f in ("heading", "lead_in", "header")}
    assert len(set(marks.values())) == 3
    assert sequencer.context_ids(BlockContext(**{field: "data"}))[0] == marks[field]


def test_context_is_bounded_and_a_lead_in_keeps_its_end():
    sequencer = Sequencer(tiny_tokenizer())
    assert len(sequencer.context_ids(BlockContext(heading="data " * 500))) == MAX_HEADING + 1
    ids = sequencer.context_ids(BlockContext(lead_in="data " * 500 + "share"))
    assert len(ids) == MAX_LEAD_IN + 1
    assert ids[-1:] == sequencer.pieces("share").ids.tolist()


def test_long_block_needs_more_than_one_window():
    sequencer = Sequencer(tiny_tokenizer())
    pieces = sequencer.pieces("data " * (MAX_BLOCK + 1))
    assert len(sequencer.windows(pieces, [])) == 2


def test_a_block_without_a_piece_has_no_window():
    sequencer = Sequencer(tiny_tokenizer())
    pieces = sequencer.pieces("  ")
    assert sequencer.windows(pieces, []) == []
