"""The evidence of a practice without its text: a digest and a sketch, so that tables can be released."""

from __future__ import annotations

import re
from hashlib import sha256

from privlex.records import Wording

WORDS = re.compile(r"\w+(?:['’-]\w+)*")


def wording(text: str) -> Wording:
    """Digest, sketch and number of words of an evidence text.

    The sketch is the simhash of Charikar (STOC 2002) over word 2-grams (single words where there is only one).

    >>> wording("We share it.") == wording("we  SHARE it")
    True
    """
    tokens = [w.casefold().replace("’", "'") for w in WORDS.findall(text)]
    digest = sha256(" ".join(tokens).encode()).hexdigest()[:16]
    grams = {" ".join(pair) for pair in zip(tokens, tokens[1:], strict=False)} or set(tokens)
    counts = [0] * 64
    for gram in grams:
        value = int.from_bytes(sha256(gram.encode()).digest()[:8], "big")
        for bit in range(64):
            counts[bit] += 1 if value >> bit & 1 else -1
    sketch = sum(1 << bit for bit in range(64) if counts[bit] > 0)
    return Wording(digest=digest, sketch=f"{sketch:016x}", words=len(tokens))
