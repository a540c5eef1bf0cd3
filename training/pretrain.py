"""Domain-adaptive pre-training: masked words on the archive's distinct blocks (Gururangan et al., ACL 2020)."""

from __future__ import annotations

import json
import math
import time
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn
from torch.nn import functional as F
from transformers import BertModel

from training.vocabulary import count_pieces, kept_pieces, old_rows, prune_tokenizer

CLS, SEP, MASK, UNK = 2, 3, 4, 1


def load_base(folder: Path, pieces: list[str] | None = None) -> BertModel:
    """The published encoder, its embedding rows cut to ``pieces``."""
    model = BertModel.from_pretrained(folder, add_pooling_layer=False)
    if pieces is not None:
        vocabulary = json.loads((folder / "tokenizer.json").read_text("utf8"))["model"]["vocab"]
        rows = torch.from_numpy(old_rows(vocabulary, pieces))
        weight = model.embeddings.word_embeddings.weight.detach()[rows].clone()
        model.embeddings.word_embeddings = nn.Embedding.from_pretrained(weight, freeze=False, padding_idx=0)
        model.config.vocab_size = len(pieces)
    return model


def pack(tokenizer: Tokenizer, blocks: list[str], length: int) -> np.ndarray:
    """Rows of ``length`` piece ids, [CLS] ... [SEP], filled with consecutive blocks."""
    stream: list[int] = []
    for start in range(0, len(blocks), 2000):
        for encoding in tokenizer.encode_batch_fast(blocks[start:start + 2000], add_special_tokens=False):
            stream += encoding.ids
    body = length - 2
    rows = np.array(stream[: len(stream) // body * body], dtype=np.int32).reshape(-1, body)
    edge = np.ones((len(rows), 1), dtype=np.int32)
    return np.hstack([edge * CLS, rows, edge * SEP])


class WordHead(nn.Module):
    """BERT's masked-word head, tied to the embeddings."""

    def __init__(self, model: BertModel):
        super().__init__()
        size = model.config.hidden_size
        self.dense, self.norm = nn.Linear(size, size), nn.LayerNorm(size, eps=1e-12)
        nn.init.eye_(self.dense.weight)
        self.bias = nn.Parameter(torch.zeros(model.config.vocab_size))
        self.embeddings = [model.embeddings.word_embeddings]  # in a list: not a second owner of the weights

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        return F.linear(self.norm(F.gelu(self.dense(hidden))), self.embeddings[0].weight, self.bias)


def pretrain(base: Path, blocks: list[str], out: Path, *, words_for_vocabulary: list[str], least: int, length: int,
             batch: int, rate: float, masked: float, seconds: float, seed: int) -> None:
    """Train for ``seconds`` of wall-clock time (learning rate follows the clock); write encoder and tokenizer."""
    torch.manual_seed(seed)
    generator = np.random.default_rng(seed)
    whole = Tokenizer.from_file(str(base / "tokenizer.json"))
    whole.no_truncation()
    whole.no_padding()
    pieces = kept_pieces(whole.get_vocab(), count_pieces(whole, words_for_vocabulary), least)
    tokenizer = prune_tokenizer(base / "tokenizer.json", pieces)
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    model = load_base(base, pieces).eval()  # eval: no dropout, which costs time and a short run does not need
    head = WordHead(model)
    rows = pack(tokenizer, blocks, length)
    generator.shuffle(rows)
    print(f"{len(pieces)} pieces, {len(rows)} rows of {length}, unknown {np.mean(rows == UNK):.5f}", flush=True)
    body = list(model.parameters())
    optimizer = torch.optim.AdamW([{"params": body, "lr": rate}, {"params": list(head.parameters()), "lr": rate * 4}],
                                  weight_decay=0.01, betas=(0.9, 0.98))
    peaks = [group["lr"] for group in optimizer.param_groups]
    begin, step, shown = time.time(), 0, []
    for at in range(0, len(rows) - batch + 1, batch):
        done = (time.time() - begin) / seconds
        if done >= 1:
            break
        scale = min(1.0, done / 0.04) * max(0.02, 0.5 * (1 + math.cos(math.pi * done)))
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = max(peak * scale, 1e-7)
        ids = torch.from_numpy(rows[at:at + batch].astype(np.int64))
        chosen = (torch.rand(ids.shape) < masked) & (ids > MASK)
        given = torch.where(chosen & (torch.rand(ids.shape) < 0.9), torch.full_like(ids, MASK), ids)
        hidden = model(input_ids=given).last_hidden_state[chosen]
        loss = F.cross_entropy(head(hidden), ids[chosen])
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_([*body, *head.parameters()], 1.0)
        optimizer.step()
        step += 1
        shown.append(loss.item())
        if step % 50 == 0:
            rate_now = step * batch * length / (time.time() - begin)
            print(f"step {step} loss {np.mean(shown[-50:]):.3f} {rate_now:.0f} pieces/s {done:.0%}", flush=True)
        if step % 300 == 0:
            torch.save(model.state_dict(), out / "encoder.pt")
    torch.save(model.state_dict(), out / "encoder.pt")
    (out / "encoder.json").write_text(json.dumps({"vocab_size": len(pieces), "steps": step,
                                                   "pieces_seen": step * batch * length,
                                                   "loss": float(np.mean(shown[-100:]))}))
