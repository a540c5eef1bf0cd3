"""The word pieces policy text needs: the encoder's vocabulary cut to them (smaller file, cheaper embedding step)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def count_pieces(tokenizer: Tokenizer, texts: Iterable[str], chunk: int = 2000) -> Counter[int]:
    """How often each piece id occurs in ``texts``."""
    counts: Counter[int] = Counter()
    batch: list[str] = []

    def flush() -> None:
        for encoding in tokenizer.encode_batch_fast(batch, add_special_tokens=False):
            counts.update(encoding.ids)
        batch.clear()

    for text in texts:
        batch.append(text)
        if len(batch) == chunk:
            flush()
    flush()
    return counts


def kept_pieces(vocabulary: dict[str, int], counts: Counter[int], least: int) -> list[str]:
    """Pieces to keep, special ones first, then in the order of the old ids.

    Single printable ASCII and Latin-1 characters always stay, so that no word written with them becomes unknown.
    """

    def letter(piece: str) -> bool:
        bare = piece.removeprefix("##")
        return len(bare) == 1 and ord(bare) < 0x180

    rest = sorted((i, p) for p, i in vocabulary.items() if p not in SPECIAL and (counts[i] >= least or letter(p)))
    return [*SPECIAL, *(p for _, p in rest)]


def prune_tokenizer(source: Path, pieces: list[str]) -> Tokenizer:
    """The tokenizer of ``source`` with only ``pieces``, no truncation, no padding, no automatic special tokens."""
    spec = json.loads(source.read_text("utf8"))
    spec["model"]["vocab"] = {piece: i for i, piece in enumerate(pieces)}
    spec["truncation"] = spec["padding"] = spec["post_processor"] = None
    for token in spec["added_tokens"]:
        token["id"] = pieces.index(token["content"])
    return Tokenizer.from_str(json.dumps(spec))


def old_rows(vocabulary: dict[str, int], pieces: list[str]) -> np.ndarray:
    """For each kept piece, its row in the old embedding matrix."""
    return np.array([vocabulary[piece] for piece in pieces])
