"""Which block introduces which: lead-ins of lists, and of paragraphs that are items in all but their markup."""

from __future__ import annotations

from collections.abc import Sequence

from privlex.practices.knowledge import pattern
from privlex.records import BlockReading, PolicyDocument

ITEM_OPENING = pattern("item_opening")


def lead_ins(document: PolicyDocument, readings: Sequence[BlockReading]) -> dict[int, int]:
    """For each item the index of the block that introduces it.

    Beside list items these are paragraphs after one that ends with a colon, as long as each opens with a span of one
    kind: "We use cookies to:", "Prevent others from using your account. ...", "Measure the audience. ...".
    """
    found = {b.index: b.lead_in for b in document.blocks if b.lead_in is not None}
    lead, kind = -1, ""
    for block in document.blocks:
        if block.kind != "paragraph" or block.index in found:
            lead = -1
            continue
        text = document.block_text(block)
        if lead >= 0:
            opening = _opening_kind(text, readings[block.index])
            if opening and opening == (kind or opening):
                kind = opening
                found[block.index] = lead
            else:
                lead = -1
        if lead < 0 and text.rstrip().endswith(":"):
            lead, kind = block.index, ""
    return found


def _opening_kind(text: str, reading: BlockReading) -> str:
    """The kind of the span that the block's words begin with; empty where they begin with none."""
    opening = ITEM_OPENING.match(text)
    at = opening.end() if opening else 0
    return next((s.kind for s in reading.spans if s.start <= at < s.end and s.kind in ("data", "purpose")), "")
