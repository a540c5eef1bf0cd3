"""A small tokenizer and a scoring function that knows a few words: the reader without its weights."""

from __future__ import annotations

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from privlex.records import CATEGORIES, MENTION_KINDS

WORDS = ("we", "share", "collect", "your", "email", "address", "data", "with", "partners", "for", "marketing", "if",
         "you", "agree", "not")
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
PIECES = (*SPECIAL, *"#:|.,;!?-", *WORDS, "##s", "##ing")
HEADS = (("codebook", "data"), ("codebook", "purpose"), ("codebook", "party"), ("codebook", "condition"),
         ("piextract", "COLLECT"))
LINK_WIDTH = 2


def tiny_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(models.WordPiece({p: i for i, p in enumerate(PIECES)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return tokenizer


# word -> (heads that mark it, tag)
_KNOWN = {"email": ((0, 4), 1), "address": ((0, 4), 2), "data": ((0,), 1), "marketing": ((1,), 1),
          "partners": ((2,), 1), "if": ((3,), 1), "you": ((3,), 2), "agree": ((3,), 2)}


def tiny_scores(ids: np.ndarray, types: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tag scores that mark the known words; every span is ``contact``, ``marketing`` or ``third_party``, and shared."""
    tags = np.zeros((len(ids), len(HEADS), 3), np.float32)
    tags[:, :, 0] = 3
    for row, id in enumerate(ids.tolist()):
        heads, tag = _KNOWN.get(PIECES[id], ((), 0))
        for head in heads:
            tags[row, head] = np.eye(3)[tag] * 6
    categories = [(kind, name) for kind, names in CATEGORIES.items() for name in names]
    spans = np.full((len(ids), len(categories) + 8 * len(MENTION_KINDS) + 2 * LINK_WIDTH), -9, np.float32)
    for pair in (("data", "contact"), ("purpose", "marketing"), ("party", "third_party")):
        spans[:, categories.index(pair)] = 9
    for kind in range(len(MENTION_KINDS)):
        spans[:, len(categories) + 8 * kind + 4] = 9  # share, affirmed
    spans[:, -2 * LINK_WIDTH:] = 1
    return tags, spans
