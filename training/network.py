"""The network: one encoder, a linear BIO head per label of each set, and a small layer for what a span is and does."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from transformers import BertModel

from privlex.model.windows import Window
from training.encode import ALL_CATEGORIES, LINK_KINDS, Encoded
from training.sets import ACTION_SLOTS, HEADS

SPAN_WIDTH, LINK_WIDTH = 192, 64
KINDS = ("data", "purpose", "party")


class Reader(nn.Module):
    """``forward`` gives per input row: tag scores ``[rows, heads, 3]`` and span scores ``[rows, columns]``.

    Span columns: categories of all kinds, actions per kind, left and right link vectors. A span's value is the mean
    of its rows, so the runtime pools in numpy after decoding.
    """

    def __init__(self, encoder: BertModel, dropout: float = 0.1):
        super().__init__()
        size = encoder.config.hidden_size
        self.encoder = encoder
        self.dropout = nn.Dropout(dropout)
        self.tags = nn.Linear(size, len(HEADS) * 3)
        self.span = nn.Linear(size, SPAN_WIDTH)
        columns = len(ALL_CATEGORIES) + len(KINDS) * len(ACTION_SLOTS) + 2 * LINK_WIDTH
        self.span_out = nn.Linear(SPAN_WIDTH, columns)
        # link score = left . (relation * right) + extras . features + bias, per relation
        self.relation = nn.Parameter(torch.ones(len(LINK_KINDS), LINK_WIDTH) / math.sqrt(LINK_WIDTH))
        self.extras = nn.Parameter(torch.tensor([[-0.3, -0.5, 0.0]] * len(LINK_KINDS)))

    def forward(self, ids, types, mask) -> tuple[torch.Tensor, torch.Tensor]:
        hidden = self.encoder(input_ids=ids, token_type_ids=types, attention_mask=mask).last_hidden_state
        hidden = self.dropout(hidden)
        tags = self.tags(hidden).unflatten(-1, (len(HEADS), 3))
        return tags, self.span_out(F.gelu(self.span(hidden)))


def link_pairs(spans: list, sentences) -> list[tuple[int, int, int, float, float, float]]:
    """(relation, left, right, log distance, sentences between, in one practice) for the pairs that may be linked."""
    pairs = []
    for i, left in enumerate(spans):
        for j, right in enumerate(spans):
            if left[2] == "data" and right[2] in ("purpose", "party"):
                relation = LINK_KINDS.index(right[2])
            elif left[2] == "condition" and right[2] != "condition":
                relation = LINK_KINDS.index("condition")
            else:
                continue
            gap = max(right[0] - left[1], left[0] - right[1], 0)
            between = abs(float(sentences[right[0]]) - float(sentences[left[0]]))
            pairs.append((relation, i, j, math.log1p(gap), min(between, 4.0), float(bool(left[5] & right[5]))))
    return pairs


def padded(windows: list[Window]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, types and mask ``[windows, rows]`` of windows, filled up with 0 to the longest."""
    ids = torch.zeros(len(windows), max(len(w.ids) for w in windows), dtype=torch.long)
    types, mask = torch.zeros_like(ids), torch.zeros_like(ids)
    for k, window in enumerate(windows):
        n = len(window.ids)
        ids[k, :n] = torch.from_numpy(window.ids)
        types[k, :n] = torch.from_numpy(window.types)
        mask[k, :n] = 1
    return ids, types, mask


def batch_tensors(batch: list[Encoded], mask_rate: float, generator, mask_id: int):
    """Padded inputs and targets of a batch; ``mask_rate`` of the pieces are hidden (word dropout)."""
    ids, types, mask = padded([e.window for e in batch])
    tags = torch.zeros(*ids.shape, len(HEADS), 3)
    weight = torch.zeros(*ids.shape, len(HEADS))
    for k, e in enumerate(batch):
        n, at = len(e.window.ids), e.window.lead
        if mask_rate:
            hide = torch.from_numpy(generator.random(n) < mask_rate) & (ids[k, :n] > mask_id)
            ids[k, :n][hide] = mask_id
        tags[k, at:at + e.window.count] = torch.from_numpy(e.tags)  # a half float where a teacher said it
        weight[k, at:at + e.window.count] = torch.from_numpy(e.weight)
    return ids, types, mask, tags, weight


def losses(model: Reader, batch: list[Encoded], tensors, head_weight: torch.Tensor, half: bool = False
           ) -> dict[str, torch.Tensor]:
    """Loss terms of one batch, all per word piece of the batch, so that none outgrows the others in mixed batches.

    ``half``: products in bfloat16, where the processor has them in hardware (AMX); losses stay fp32.

    (A mean per span for category, action and link let them drown the tags: exact span F1 0.66 instead of 0.70.)
    """
    ids, types, mask, target, weight = tensors
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=half):
        tags, span_scores = model(ids, types, mask)
    tags, span_scores = tags.float(), span_scores.float()
    logs = F.log_softmax(tags, dim=-1)
    per = -(target * logs).sum(-1) * weight * head_weight
    pieces = weight.amax(-1).sum() + 1
    out = {"tags": per.sum() / pieces}
    where, index = [], []
    for k, e in enumerate(batch):
        for span in e.spans:
            where.append((k, span[0], span[1]))
            index.append(span)
    if not where:
        return out
    pooled = torch.stack([span_scores[k, a:b].mean(0) for k, a, b in where])
    categories, actions, left, right = split_columns(pooled)
    bounds = {k: [i for i, (kind, _) in enumerate(ALL_CATEGORIES) if kind == k] for k in KINDS}
    for kind in KINDS:
        rows = [i for i, s in enumerate(index) if s[2] == kind]
        if rows:
            lo, hi = bounds[kind][0], bounds[kind][-1] + 1
            gold = torch.tensor(np.stack([_chances(index[i][3], lo, hi) for i in rows]))
            part = F.cross_entropy(categories[rows, lo:hi], gold, reduction="sum", label_smoothing=0.05)
            out["category"] = out.get("category", 0) + part / pieces
            truth = torch.from_numpy(np.stack([index[i][4] for i in rows]))
            part = F.binary_cross_entropy_with_logits(actions[rows, KINDS.index(kind)], truth, reduction="sum")
            out["action"] = out.get("action", 0) + part / pieces
    pairs, base = [], 0
    for e in batch:
        if e.spans:
            found = link_pairs(e.spans, e.text_end)
            if e.links is not None:
                found = [(*pair[:5], e.links[pair[1], pair[2]]) for pair in found]
            pairs += [(r, i + base, j + base, d, s, t) for r, i, j, d, s, t in found]
            base += len(e.spans)
    if pairs:
        truth = torch.tensor([p[5] for p in pairs])
        score = link_scores(model, left, right, pairs)
        out["link"] = F.binary_cross_entropy_with_logits(score, truth) * len(index) / pieces
    return out


def link_scores(model: Reader, left: torch.Tensor, right: torch.Tensor, pairs: list[tuple]) -> torch.Tensor:
    """Log odds that each pair of ``link_pairs`` is linked, from the spans' link vectors."""
    r, i, j = (torch.tensor([pair[column] for pair in pairs]) for column in range(3))
    features = torch.tensor([[gap, between, 1.0] for _, _, _, gap, between, _ in pairs])
    return (left[i] * model.relation[r] * right[j]).sum(-1) + (model.extras[r] * features).sum(-1)


def _chances(category, low: int, high: int) -> np.ndarray:
    """A category as chances over those of its kind; a teacher's are chances already."""
    if isinstance(category, np.ndarray):
        return category.astype(np.float32)
    made = np.zeros(high - low, np.float32)
    made[category - low] = 1
    return made


def split_columns(pooled: torch.Tensor):
    """Categories, actions ``[.., kinds, slots]``, left and right link vectors of pooled span columns."""
    a = len(ALL_CATEGORIES)
    b = a + len(KINDS) * len(ACTION_SLOTS)
    return (pooled[..., :a], pooled[..., a:b].unflatten(-1, (len(KINDS), len(ACTION_SLOTS))),
            pooled[..., b:b + LINK_WIDTH], pooled[..., b + LINK_WIDTH:])
