"""The shipped weights: whole, within their size, and the same spans however blocks are read."""

from __future__ import annotations

import ast
import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

import privlex.model
from privlex.errors import ModelError
from privlex.model.reader import FILES, WEIGHTS, TrainedReader, checked_digest
from privlex.records import CATEGORIES, BlockContext

# Sentences of our own, in the manner of policies of several times.
SENTENCES = [
    ("When you open an account we ask for your full name, e-mail address and telephone number.", ""),
    ("We never rent or sell your personal information to third parties.", ""),
    ("to process your orders and to send you our monthly newsletter;", "Your personal data are used as follows:"),
    ("Advertising networks", "We may share your device identifiers with:"),
    ("Our servers log IP addresses, browser types and the pages you visit in order to improve the website.", ""),
    ("Unless you object, usage statistics may be disclosed to our analytics providers for research.", ""),
    ("Please read this page from time to time.", ""),
    ("", ""),
]
PAIRS = [(text, BlockContext(heading="Your data", lead_in=lead_in)) for text, lead_in in SENTENCES]


@pytest.fixture(scope="module")
def reader() -> TrainedReader:
    return TrainedReader()


def quotes(reading, text: str) -> set[tuple[str, str, str]]:
    return {(s.kind, text[s.start:s.end], s.category) for s in reading.spans}


def test_weights_are_within_their_size():
    assert sum((WEIGHTS / name).stat().st_size for name in FILES) <= 30 * 1024 * 1024


def test_easy_sentences(reader):
    readings = reader.read_blocks(PAIRS)
    assert {("data", "e-mail address", "contact"), ("data", "telephone number", "contact")} <= quotes(
        readings[0], SENTENCES[0][0])
    assert {("data", "personal information", "generic"), ("party", "third parties", "third_party")} <= quotes(
        readings[1], SENTENCES[1][0])
    assert any(a.action == "share" and a.polarity == "denied" and a.score > 0.5
               for s in readings[1].spans for a in s.actions)
    assert ("party", "Advertising networks", "advertiser") in quotes(readings[3], SENTENCES[3][0])
    assert readings[-1].spans == ()


def test_spans_are_well_formed(reader):
    for (text, _), reading in zip(PAIRS, reader.read_blocks(PAIRS), strict=True):
        assert list(reading.spans) == sorted(reading.spans, key=lambda s: (s.start, s.end, s.kind))
        for span in reading.spans:
            assert 0 <= span.start < span.end <= len(text)
            assert text[span.start:span.end].strip() == text[span.start:span.end]
            assert span.category in CATEGORIES.get(span.kind, ("",))
            assert reader.threshold <= span.confidence <= 1
            assert all(0 <= a.score <= 1 for a in span.actions)
        assert all(0 <= x.left < len(reading.spans) and 0 <= x.right < len(reading.spans) for x in reading.links)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_same_readings_for_any_batch_order_and_number_of_threads(reader, threads):
    alone = [reader.read_block(*pair) for pair in PAIRS]
    many = TrainedReader(threads=threads)
    assert many.read_blocks(PAIRS) == alone
    assert many.read_blocks(PAIRS[::-1] * 5) == alone[::-1] * 5


def test_a_long_block_is_read_in_all_its_parts(reader):
    filler = ("Our company was founded in 1982. Its first office was in Oslo, and a second one followed two years later in Bergen. "
              "Today more than four hundred people work there. ") * 16
    said = "We collect your e-mail address. ", "We share your phone number with advertisers. ", "We log your IP address."
    text = filler.join(said)
    found = {quote for _, quote, _ in quotes(reader.read_block(text, BlockContext()), text)}
    assert {"e-mail address", "phone number", "IP address"} <= found


def test_quantized_products_stay_within_seven_bits():
    onnx = pytest.importorskip("onnx", reason="reading the graph needs the extra `train`")
    graph = onnx.load(WEIGHTS / "model.onnx").graph
    constants = {c.name: c for c in graph.initializer}
    products = [n for n in graph.node if n.op_type == "DynamicQuantizeMatMul"]
    assert len(products) == 24
    for node in products:
        assert np.abs(onnx.numpy_helper.to_array(constants[node.input[1]]).astype(int)).max() <= 63


def test_a_higher_threshold_keeps_a_part(reader):
    strict = TrainedReader(threshold=0.7)
    for pair in PAIRS:
        few, all_ = strict.read_block(*pair).spans, reader.read_block(*pair).spans
        assert {(s.kind, s.start, s.end) for s in few} == {
            (s.kind, s.start, s.end) for s in all_ if s.confidence >= 0.7}


DAMAGE = [
    pytest.param(lambda f: (f / "model.onnx").write_bytes(b"x"), "digest", id="another graph"),
    pytest.param(lambda f: (f / "config.json").write_text(json.dumps({"version": 1})), "digest", id="another config"),
    pytest.param(lambda f: (f / "tokenizer.json").unlink(), "tokenizer.json", id="a file is missing"),
    pytest.param(lambda f: (f / "DIGEST").unlink(), "DIGEST", id="the digest is missing"),
]


@pytest.mark.parametrize(("damage", "named"), DAMAGE)
def test_damaged_weights_are_refused_with_a_remedy(tmp_path, damage, named):
    for name in (*FILES, "DIGEST"):
        shutil.copy(WEIGHTS / name, tmp_path / name)
    damage(tmp_path)
    with pytest.raises(ModelError, match=f"(?s){named}.*reinstall privlex"):
        TrainedReader(folder=tmp_path)


def test_digest_is_stated_beside_the_weights():
    assert checked_digest() == (WEIGHTS / "DIGEST").read_text().strip()
    assert checked_digest() in (WEIGHTS / "MODEL_CARD.md").read_text("utf8")


def test_the_stage_needs_no_torch_and_no_pickle():
    imported = set()
    for path in Path(privlex.model.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf8"))):
            if isinstance(node, ast.Import):
                imported |= {a.name.split(".")[0] for a in node.names}
            elif isinstance(node, ast.ImportFrom):
                imported.add((node.module or "").split(".")[0])
    assert not imported & {"torch", "transformers", "pickle", "joblib", "onnx"}
    assert imported - set(sys.stdlib_module_names) == {"numpy", "onnxruntime", "privlex", "tokenizers"}
