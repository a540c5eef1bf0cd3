# ruff: noqa: E402 - what needs torch is imported after the check that torch is there
"""What a teacher says becomes targets: chances for its tags, spans and links; labels stay where there are some."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("transformers", reason="training needs the extra `train`")

from privlex.model.windows import MASK, Sequencer
from privlex.records import BlockContext
from tests.model.tiny import tiny_tokenizer
from tests.training.test_export import small_reader
from training.distil import parted, said
from training.encode import encode_all
from training.network import batch_tensors, link_pairs, losses
from training.sets import HEADS, Example, GoldSpan

TEXT = "We share your email address with partners for marketing."
LABELLED = Example("codebook", "one", TEXT, BlockContext(), ((
    GoldSpan("data", 14, 27, "contact", frozenset({("share", "affirmed")}), frozenset({1})),
    GoldSpan("party", 33, 41, "third_party", frozenset({("share", "affirmed")}), frozenset({1})),
),))
UNLABELLED = Example("", "two", TEXT, BlockContext(), ((),))


@pytest.fixture(scope="module")
def targets():
    windows = encode_all([LABELLED, UNLABELLED], Sequencer(tiny_tokenizer()))
    return windows, said([small_reader(), small_reader(2)], windows, gold=0.5, log=lambda text: None)


def test_every_head_of_a_window_without_labels_gets_the_teachers_chances(targets):
    _, (_, free) = targets
    assert free.weight.min() == 1
    assert np.allclose(free.tags.astype(float).sum(-1), 1, atol=0.01)


def test_labels_are_half_of_what_a_labelled_window_teaches(targets):
    (labelled, free), (mixed, teacher) = targets
    own = [k for k, (name, _) in enumerate(HEADS) if name == "codebook"]
    expected = (labelled.tags[:, own] + teacher.tags[:, own].astype(float)) / 2
    assert np.allclose(mixed.tags[:, own], expected, atol=0.01)
    assert mixed.spans == labelled.spans and mixed.links is None


def test_spans_and_links_of_the_teacher_can_be_learnt_from(targets):
    _, (_, free) = targets
    assert free.spans, "the untrained teacher marks nothing: choose another seed"
    assert set(free.links or {}) == {(i, j) for _, i, j, *_ in link_pairs(free.spans, free.text_end)}
    batch = [free]
    tensors = batch_tensors(batch, 0.0, np.random.default_rng(0), MASK)
    parts = losses(small_reader(1), batch, tensors, torch.ones(len(HEADS)))
    assert {"tags"} <= set(parts) and all(torch.isfinite(part) for part in parts.values())


def test_what_the_teachers_do_not_read_keeps_its_labels(targets):
    (labelled, free), _ = targets
    read, rest = parted({"codebook": [labelled] * 40, "archive": [free] * 3}, {"codebook": 0.25}, seed=1)
    assert len(read["codebook"]) + len(rest["codebook"]) == 40 and 0 < len(read["codebook"]) < 20
    assert (len(read["archive"]), rest["archive"]) == (3, [])
    assert all(window is labelled for window in rest["codebook"])
