"""The network back from the shipped weights, so that training goes on where no run of it was kept."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from transformers import BertConfig, BertModel

from privlex.model.reader import checked_digest
from training.network import Reader

_LAYER = {
    "attended": "attention.output.dense", "wide": "intermediate.dense", "narrow": "output.dense",
    "middle": "attention.output.LayerNorm", "out": "output.LayerNorm",
}
_HEADS = {"tags.flat": "tags", "span.hidden": "span", "span.out": "span_out"}


def from_shipped(folder: Path, *, heads: int = 12, dropout: float = 0.0) -> Reader:
    """The network whose weights ``training.export`` wrote to ``folder``, 7-bit products multiplied out again.

    What rounding took away stays away: exported again without training it is the same file. ``heads`` are the attention
    heads (12 in the base that is shipped), which no weight tells.

    Raises: ModelError where the folder's digest is not that of its files.
    """
    checked_digest(folder)
    graph = onnx.load(folder / "model.onnx").graph
    values = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    config = json.loads((folder / "config.json").read_text("utf8"))
    words = _table(values)
    layers = sum(name.endswith(".qkv.bias") for name in values)
    model = Reader(BertModel(BertConfig(
        vocab_size=len(words), hidden_size=words.shape[1], num_hidden_layers=layers, num_attention_heads=heads,
        intermediate_size=len(values["layer0.wide.bias"]), max_position_embeddings=len(values["places"]),
        layer_norm_eps=_epsilon(graph), hidden_dropout_prob=dropout, attention_probs_dropout_prob=0.0,
    ), add_pooling_layer=False))
    e = "encoder.embeddings."
    state = {e + "word_embeddings.weight": words, e + "token_type_embeddings.weight": values["types.table"],
             e + "position_embeddings.weight": values["places"], **_norm(values, "embedded", e + "LayerNorm"),
             "relation": np.array(config["relation"]), "extras": np.array(config["extras"])}
    for k in range(layers):
        at = f"encoder.encoder.layer.{k}."
        joined = _linear(values, f"layer{k}.qkv", at + "attention.self.")
        for number, part in enumerate(("query", "key", "value")):
            for what, value in joined.items():
                name = what.replace("self.", f"self.{part}.")
                state[name] = np.split(value, 3)[number]
        for ours, theirs in _LAYER.items():
            read = _norm if f"layer{k}.{ours}.shift" in values else _linear
            state |= read(values, f"layer{k}.{ours}", at + theirs + ("." if read is _linear else ""))
    for ours, theirs in _HEADS.items():
        state |= _linear(values, ours, theirs + ".")
    tensors = {name: torch.tensor(value, dtype=torch.float32) for name, value in state.items()}
    model.load_state_dict(tensors, strict=True)
    return model.eval()


def _table(values) -> np.ndarray:
    """Word pieces' vectors; eight bits and a scale each in the integer graph."""
    return values["words"].astype(np.float32) * values["words.scale"] if "words.scale" in values else values["words"]


def _linear(values, name: str, prefix: str) -> dict[str, np.ndarray]:
    columns = values[f"{name}.weight"].astype(np.float32)
    if (scale := values.get(f"{name}.scale")) is not None:
        columns = columns * scale
    return {prefix + "weight": columns.T, prefix + "bias": values[f"{name}.bias"]}


def _norm(values, name: str, prefix: str) -> dict[str, np.ndarray]:
    return {f"{prefix}.weight": values[f"{name}.scale"], f"{prefix}.bias": values[f"{name}.shift"]}


def _epsilon(graph) -> float:
    node = next(node for node in graph.node if node.op_type == "LayerNormalization")
    return next(a.f for a in node.attribute if a.name == "epsilon")
