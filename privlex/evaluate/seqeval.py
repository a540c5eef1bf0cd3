"""Chunks of BIO tags, read as seqeval's default mode reads them (itself after conlleval).

An ``I-`` that nothing opened, or that follows another label, opens a chunk.
"""

from __future__ import annotations

from collections.abc import Sequence

Chunk = tuple[str, int, int]  # label, first token, last token + 1


def chunks(tags: Sequence[str]) -> list[Chunk]:
    """The chunks of one sentence.

    >>> chunks(["B-DATA", "I-DATA", "O", "I-DATA", "B-DATA"])
    [('DATA', 0, 2), ('DATA', 3, 4), ('DATA', 4, 5)]
    """
    found: list[Chunk] = []
    open_label, start = None, 0
    for at, tag in enumerate([*tags, "O"]):
        mark, _, label = tag.partition("-")
        if open_label is not None and (mark in ("O", "B") or label != open_label):
            found.append((open_label, start, at))
            open_label = None
        if mark != "O" and open_label is None:
            open_label, start = label, at
    return found


def tags_of(label: str, spans: Sequence[tuple[int, int]], length: int) -> list[str]:
    """BIO tags of ``length`` tokens for token ranges; a token stays with the first range that takes it.

    >>> tags_of("DATA", [(1, 3), (2, 4)], 5)
    ['O', 'B-DATA', 'I-DATA', 'B-DATA', 'O']
    """
    tags = ["O"] * length
    for start, end in sorted(spans, key=lambda s: (s[0], -s[1])):
        inside = False
        for at in range(start, min(end, length)):
            if tags[at] == "O":
                tags[at] = f"{'I' if inside else 'B'}-{label}"
                inside = True
    return tags
