"""The evidence of a practice without its text: a digest and a sketch, so that tables can be released."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256

import numpy as np

from privlex.records import Wording

WORDS = re.compile(r"\w+(?:['’-]\w+)*")


@lru_cache(maxsize=20_000)  # versions of a policy have their sentences in common; some 0.5 kB each
def wording(text: str) -> Wording:
    """Digest, sketch and number of words of an evidence text.

    The sketch is the simhash of Charikar (STOC 2002) over word 2-grams (single words where there is only one).

    >>> wording("We share it.") == wording("we  SHARE it")
    True
    """
    tokens = [w.casefold().replace("’", "'") for w in WORDS.findall(text)]
    digest = sha256(" ".join(tokens).encode()).hexdigest()[:16]
    grams = {" ".join(pair) for pair in zip(tokens, tokens[1:], strict=False)} or set(tokens)
    if grams:
        bits = np.unpackbits(np.frombuffer(b"".join(sha256(g.encode()).digest()[:8] for g in grams), np.uint8)).reshape(
            -1, 64
        )
        sketch = np.packbits(bits.sum(0, dtype=np.int64) * 2 > len(grams)).tobytes().hex()
    else:
        sketch = "0" * 16
    return Wording(digest=digest, sketch=sketch, words=len(tokens))
