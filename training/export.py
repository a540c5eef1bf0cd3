"""The trained network as an ONNX graph, written node by node: no tracing, and every number format chosen here.

One window per call, so there is no batch axis but a leading 1. Weights of the large products are 7-bit integers per
output column (symmetric, -63..63): on processors without VNNI the 8-bit kernels add two products of an unsigned and
a signed byte in 16 bits, 255 * 63 * 2 = 32,130 still fits, so every processor computes the same integers.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from training.network import Reader
from training.sets import HEADS

LEVELS = 63


class _Graph:
    """Nodes and constants of a growing graph; ``integers`` chooses between 7-bit and fp32 products."""

    def __init__(self, integers: bool):
        self.integers, self.nodes, self.constants = integers, [], []

    def constant(self, name: str, value: np.ndarray) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def add(self, op: str, inputs: list[str], name: str, domain: str = "", **attributes) -> str:
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, domain=domain, **attributes))
        return name

    def linear(self, x: str, weight: np.ndarray, bias: np.ndarray, name: str, integers: bool | None = None) -> str:
        """``x @ weight.T + bias``; weight as torch keeps it, ``[out, in]``."""
        columns = weight.T.astype(np.float32)
        b = self.constant(f"{name}.bias", bias.astype(np.float32))
        if not (self.integers if integers is None else integers):
            product = self.add("MatMul", [x, self.constant(f"{name}.weight", columns)], f"{name}.product")
            return self.add("Add", [product, b], name)
        scale = np.maximum(np.abs(columns).max(axis=0), 1e-8) / LEVELS
        rounded = np.clip(np.rint(columns / scale), -LEVELS, LEVELS).astype(np.int8)
        return self.add("DynamicQuantizeMatMul", [
            x, self.constant(f"{name}.weight", rounded),
            self.constant(f"{name}.scale", scale.astype(np.float32)), "", b,
        ], name, domain="com.microsoft")


def build(model: Reader, *, integers: bool) -> onnx.ModelProto:
    """The graph: ``ids``, ``types`` (int64 ``[rows]``) to ``tags`` (``[rows, heads, 3]``) and ``spans``."""
    state = {name: value.detach().numpy() for name, value in model.state_dict().items()}
    config = model.encoder.config
    graph = _Graph(integers)
    e = "encoder.embeddings."
    words = state[e + "word_embeddings.weight"]
    if integers:  # one scale per word piece, eight bits: it is only looked up
        scale = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-8) / 127
        table = graph.constant("words", np.rint(words / scale).astype(np.int8))
        rows = graph.add("Gather", [table, "ids"], "words.rows")
        rows = graph.add("Cast", [rows], "words.float", to=TensorProto.FLOAT)
        scales = graph.constant("words.scale", scale.astype(np.float32))
        looked = graph.add("Mul", [rows, graph.add("Gather", [scales, "ids"], "words.scales")], "words.value")
    else:
        looked = graph.add("Gather", [graph.constant("words", words), "ids"], "words.value")
    kinds = graph.add("Gather", [graph.constant("types.table", state[e + "token_type_embeddings.weight"]), "types"],
                      "types.value")
    places = graph.constant("places", state[e + "position_embeddings.weight"])
    zero, one = graph.constant("zero", np.array([0])), graph.constant("one", np.array([1]))
    length = graph.add("Shape", ["ids"], "length")
    here = graph.add("Slice", [places, zero, length, zero, one], "places.value")
    hidden = graph.add("Add", [graph.add("Add", [looked, kinds], "embedded.1"), here], "embedded.2")
    hidden = graph.add("Unsqueeze", [hidden, zero], "embedded.3")
    epsilon = config.layer_norm_eps

    def norm(x: str, prefix: str, name: str) -> str:
        return graph.add("LayerNormalization", [x, graph.constant(f"{name}.scale", state[f"{prefix}.weight"]),
                                                graph.constant(f"{name}.shift", state[f"{prefix}.bias"])],
                         name, axis=-1, epsilon=epsilon)

    def skip_norm(x: str, y: str, prefix: str, name: str) -> str:
        return graph.add("SkipLayerNormalization", [
            x, y, graph.constant(f"{name}.scale", state[f"{prefix}.weight"]),
            graph.constant(f"{name}.shift", state[f"{prefix}.bias"]),
        ], name, domain="com.microsoft", epsilon=epsilon)

    hidden = norm(hidden, e + "LayerNorm", "embedded")
    for k in range(config.num_hidden_layers):
        p, at = f"encoder.encoder.layer.{k}.", f"layer{k}"
        names = [p + f"attention.self.{part}." for part in ("query", "key", "value")]
        joined = graph.linear(hidden, np.concatenate([state[n + "weight"] for n in names]),
                              np.concatenate([state[n + "bias"] for n in names]), f"{at}.qkv")
        parts = [f"{at}.query", f"{at}.key", f"{at}.value"]
        graph.nodes.append(helper.make_node("Split", [joined], parts, name=f"{at}.split", axis=-1, num_outputs=3))
        mixed = graph.add("MultiHeadAttention", parts, f"{at}.mixed", domain="com.microsoft",
                          num_heads=config.num_attention_heads)
        out = graph.linear(mixed, state[p + "attention.output.dense.weight"], state[p + "attention.output.dense.bias"],
                           f"{at}.attended")
        hidden = skip_norm(out, hidden, p + "attention.output.LayerNorm", f"{at}.middle")
        wide = graph.linear(hidden, state[p + "intermediate.dense.weight"], state[p + "intermediate.dense.bias"],
                            f"{at}.wide")
        wide = graph.add("Gelu", [wide], f"{at}.gelu", domain="com.microsoft")
        out = graph.linear(wide, state[p + "output.dense.weight"], state[p + "output.dense.bias"], f"{at}.narrow")
        hidden = skip_norm(out, hidden, p + "output.LayerNorm", f"{at}.out")
    # The heads stay fp32: they are a hundredth of the time and decide the tags.
    tags = graph.linear(hidden, state["tags.weight"], state["tags.bias"], "tags.flat", integers=False)
    graph.add("Reshape", [tags, graph.constant("tags.shape", np.array([-1, len(HEADS), 3]))], "tags")
    span = graph.linear(hidden, state["span.weight"], state["span.bias"], "span.hidden", integers=False)
    span = graph.add("Gelu", [span], "span.gelu", domain="com.microsoft")
    span = graph.linear(span, state["span_out.weight"], state["span_out.bias"], "span.out", integers=False)
    graph.add("Squeeze", [span, zero], "spans")
    columns = state["span_out.weight"].shape[0]
    made = helper.make_graph(
        graph.nodes, "reader",
        [helper.make_tensor_value_info(n, TensorProto.INT64, ["rows"]) for n in ("ids", "types")],
        [helper.make_tensor_value_info("tags", TensorProto.FLOAT, ["rows", len(HEADS), 3]),
         helper.make_tensor_value_info("spans", TensorProto.FLOAT, ["rows", columns])],
        graph.constants,
    )
    proto = helper.make_model(made, producer_name="privlex", ir_version=9, opset_imports=[
        helper.make_opsetid("", 18), helper.make_opsetid("com.microsoft", 1)])
    onnx.checker.check_model(proto)
    return proto


def write(model: Reader, config: dict, tokenizer: Path, folder: Path, *, integers: bool = True) -> str:
    """Write ``model.onnx``, ``tokenizer.json``, ``config.json`` and ``DIGEST``; returns the digest."""
    from privlex.model.reader import weights_digest

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(build(model, integers=integers).SerializeToString())
    (folder / "tokenizer.json").write_bytes(tokenizer.read_bytes())
    config = {**config, "relation": _short(model.relation), "extras": _short(model.extras)}
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n", "utf8")
    digest = weights_digest(folder)
    (folder / "DIGEST").write_text(digest + "\n", "ascii")
    return digest


def _short(values) -> list:
    return [[round(float(v), 6) for v in row] for row in values.detach().numpy()]
