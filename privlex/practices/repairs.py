"""A reading of the rules before it is put together: spans that run into the next clause are cut."""

from __future__ import annotations

from dataclasses import replace

from privlex.practices.knowledge import pattern
from privlex.records import BlockReading

VERB_INSIDE, SHARE_INSIDE = pattern("passive_inside"), pattern("sharing_inside")
ORGANISATIONS, OWNED = pattern("organisations"), pattern("owned_before")


def repaired(text: str, reading: BlockReading) -> BlockReading:
    """The reading with spans cut where the words show that another clause begins inside them."""
    if reading.reader != "rules":
        return reading
    spans, changed = [], False
    for span in reading.spans:
        if (
            span.kind == "data"
            and ORGANISATIONS.fullmatch(text, span.start, span.end)
            and not OWNED.search(text, max(0, span.start - 30), span.start)
        ):
            span, changed = replace(span, kind="party", category="third_party", concept=None), True
        cut = (VERB_INSIDE if span.kind == "data" else SHARE_INSIDE).search(text, span.start, span.end)
        if cut is not None and span.kind in ("data", "purpose") and cut.start() > span.start:
            span, changed = replace(span, end=cut.start()), True
        spans.append(span)
    return replace(reading, spans=tuple(spans)) if changed else reading
