# ruff: noqa: E402 - what needs torch is imported after the check that torch is there
"""The hand-written graph says what the network says; training runs end to end on a handful of sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="training needs the extra `train`")
pytest.importorskip("onnx", reason="training needs the extra `train`")
transformers = pytest.importorskip("transformers", reason="training needs the extra `train`")

from privlex.model.reader import TrainedReader, checked_digest, first_config, onnx_scores
from privlex.model.windows import Sequencer
from privlex.records import BlockContext
from tests.model.tiny import PIECES, tiny_tokenizer
from training import export
from training.calibrate import logistic_fit
from training.encode import encode_all
from training.fit import Plan, draw, fit, mean_of, restore, save
from training.network import LINK_WIDTH, Reader
from training.sets import HEADS, Example, GoldSpan
from training.shipped import from_shipped


def small_reader(seed: int = 0) -> Reader:
    torch.manual_seed(seed)
    config = transformers.BertConfig(vocab_size=len(PIECES), hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
                                     intermediate_size=64, max_position_embeddings=64, hidden_dropout_prob=0.0,
                                     attention_probs_dropout_prob=0.0)
    return Reader(transformers.BertModel(config, add_pooling_layer=False), dropout=0.0).eval()


def torch_outputs(model: Reader, ids: np.ndarray, types: np.ndarray):
    with torch.inference_mode():
        rows = torch.from_numpy(ids)[None]
        tags, spans = model(rows, torch.from_numpy(types)[None], torch.ones_like(rows))
    return tags[0].numpy(), spans[0].numpy()


def onnx_outputs(model: Reader, folder: Path, integers: bool, ids, types):
    (folder / "m.onnx").write_bytes(export.build(model, integers=integers).SerializeToString())
    return onnx_scores(folder / "m.onnx")(ids, types)


@pytest.mark.parametrize("length", [3, 17, 60])
def test_fp32_graph_equals_the_network(tmp_path, length):
    model = small_reader()
    ids = np.random.default_rng(length).integers(5, len(PIECES), length)
    types = (np.arange(length) < 2).astype(np.int64)
    for ours, theirs in zip(onnx_outputs(model, tmp_path, False, ids, types), torch_outputs(model, ids, types),
                            strict=True):
        assert ours == pytest.approx(theirs, abs=2e-5)


def test_integer_graph_is_near_the_network(tmp_path):
    model = small_reader()
    ids, types = np.arange(5, len(PIECES)), np.zeros(len(PIECES) - 5, dtype=np.int64)
    (tags, _), (expected, _) = onnx_outputs(model, tmp_path, True, ids, types), torch_outputs(model, ids, types)
    assert np.abs(tags - expected).max() < 0.1 * np.abs(expected).max()


SENTENCES = [
    Example("codebook", "d", "We share data with partners for marketing if you agree.", BlockContext(), ((
        GoldSpan("data", 9, 13, "generic", frozenset({("share", "affirmed")}), frozenset({1})),
        GoldSpan("party", 19, 27, "business_partner", frozenset({("share", "affirmed")}), frozenset({1})),
        GoldSpan("purpose", 32, 41, "marketing", frozenset({("share", "affirmed")}), frozenset({1})),
        GoldSpan("condition", 42, 54, practices=frozenset({1})),
    ),)),
    Example("piextract", "d", "We collect email address .", BlockContext(), ((GoldSpan("COLLECT", 11, 24),),)),
]


def trained(seconds: float, tmp_path: Path) -> Reader:
    windows = encode_all(SENTENCES, Sequencer(tiny_tokenizer()))
    plan = Plan(share={"codebook": 8, "piextract": 8}, head_weight={}, term_weight={}, quiet=1.0, repeat={}, budget=200,
                rate=3e-3, decay=0.9, head_rate=1e-2, hidden=0.0, average=0.9, seconds=seconds, seed=1, workers=1)
    model = fit(small_reader(), {"codebook": windows[:1], "piextract": windows[1:]}, plan, lambda text: None)
    save(model, tmp_path / "run", {})
    return restore(tmp_path / "run")


def test_from_labels_to_a_reader_that_has_learnt_them(tmp_path):
    model = trained(4.0, tmp_path)
    tokenizer = tmp_path / "tokenizer.json"
    tiny_tokenizer().save(str(tokenizer))
    digest = export.write(model, first_config(HEADS, LINK_WIDTH), tokenizer, tmp_path / "weights")
    assert checked_digest(tmp_path / "weights") == digest
    reader = TrainedReader(folder=tmp_path / "weights")
    text = SENTENCES[0].text
    reading = reader.read_block(text, BlockContext())
    assert [(s.kind, text[s.start:s.end]) for s in reading.spans] == [
        ("data", "data"), ("party", "partners"), ("purpose", "marketing"), ("condition", "if you agree")]
    assert [(a.action, a.polarity) for a in reading.spans[0].actions if a.score > 0.5] == [("share", "affirmed")]
    assert {(x.left, x.right) for x in reading.links if x.score > 0.5} >= {(0, 1), (0, 2), (3, 0)}


def test_an_epoch_draws_the_share_of_each_set():
    windows = encode_all(SENTENCES, Sequencer(tiny_tokenizer()))
    drawn = draw({"codebook": windows[:1], "piextract": windows[1:]}, {"codebook": 3.0}, 1.0, np.random.default_rng(0))
    assert [e.dataset for e in drawn] == ["codebook"] * 3


def test_windows_with_a_rare_label_are_drawn_oftener():
    windows = encode_all(SENTENCES, Sequencer(tiny_tokenizer()))
    by_set, share = {"codebook": windows[:1], "piextract": windows[1:]}, {"codebook": 1.0, "piextract": 1.0}
    drawn = draw(by_set, share, 1.0, np.random.default_rng(0), {"piextract/COLLECT": 3.0, "piextract/NOT_SHARE": 9.0})
    assert [e.dataset for e in drawn] == ["codebook"] + ["piextract"] * 3


def test_training_goes_on_from_shipped_weights(tmp_path):
    """Rounded once, the weights come back as they are: exported again they are the same file."""
    model, tokenizer = small_reader(), tmp_path / "tokenizer.json"
    tiny_tokenizer().save(str(tokenizer))
    first = export.write(model, first_config(HEADS, LINK_WIDTH), tokenizer, tmp_path / "weights")
    back = from_shipped(tmp_path / "weights", heads=4)
    assert export.write(back, first_config(HEADS, LINK_WIDTH), tokenizer, tmp_path / "again") == first
    for name, value in model.state_dict().items():
        assert back.state_dict()[name].shape == value.shape, name


def test_mean_of_networks_is_the_mean_of_their_weights():
    one, other = small_reader(1), small_reader(2)
    mean = mean_of([one, other])
    for name, value in mean.state_dict().items():
        if value.is_floating_point():
            assert torch.allclose(value, (one.state_dict()[name] + other.state_dict()[name]) / 2), name


def test_logistic_fit_recovers_the_chance():
    generator = np.random.default_rng(0)
    x = generator.normal(size=4000)
    right = generator.random(4000) < 1 / (1 + np.exp(-(0.5 + 2 * x)))
    constant, slope = logistic_fit(np.stack([np.ones(4000), x], axis=1), right.astype(float))
    assert constant == pytest.approx(0.5, abs=0.15) and slope == pytest.approx(2, abs=0.25)
