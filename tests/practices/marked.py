"""Marked sentences to documents and readings, and practices to a line of text.

``[d name]`` is a data mention (``g``: a generic one, ``c``: a tracker, ``i``: a device number), ``[p ...]`` a purpose,
``[r ...]`` a party; ``¶`` parts blocks, ``- `` begins a list item, ``# `` a heading. A practice reads
``share+ name, town -> couriers / ship parcels ? when you order``: action and polarity, data, recipients, purposes,
condition.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from privlex.records import (
    Alignment,
    Block,
    BlockReading,
    Extent,
    Findings,
    FoundSpan,
    Mention,
    Piece,
    PolicyDocument,
    Practice,
    Snapshot,
    SnapshotInfo,
)  # fmt: skip

CASES = Path(__file__).with_name("cases.jsonl")
KINDS = {
    "d": ("data", "contact"), "g": ("data", "generic"), "c": ("data", "cookies_and_trackers"), "i": ("data", "ip_and_device_id"),
    "p": ("purpose", "basic_service"), "r": ("party", "third_party"),
}  # fmt: skip
MARK = re.compile(r"\[([dgcipr]) ([^\]]*)\]")


def cases() -> list[dict]:
    """All rows of the table."""
    return [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]


def marked(text: str, reader: str = "rules") -> tuple[PolicyDocument, list[BlockReading]]:
    """A document and its readings from a marked text."""
    blocks: list[Block] = []
    readings: list[BlockReading] = []
    plain = ""
    lead: int | None = None
    section: int | None = None
    for index, part in enumerate(text.split(" ¶ ")):
        kind = "list_item" if part.startswith("- ") else "heading" if part.startswith("# ") else "paragraph"
        spans: list[FoundSpan] = []
        made, place = "", 0
        part = part.removeprefix("- ").removeprefix("# ")
        for match in MARK.finditer(part):
            made += part[place : match.start()]
            spans.append(
                FoundSpan(
                    kind=KINDS[match[1]][0], category=KINDS[match[1]][1], start=len(made), end=len(made) + len(match[2])
                )
            )
            made += match[2]
            place = match.end()
        made += part[place:]
        if kind == "heading":
            section, lead = index, None
        elif kind == "paragraph":
            lead = index if made.endswith((":", " to")) else None
        plain += "\n\n" if plain else ""
        extent = Extent(len(plain), len(plain) + len(made))
        plain += made
        blocks.append(Block(index=index, kind=kind, extent=extent, section=section if kind != "heading" else None,
                            lead_in=lead if kind == "list_item" else None))  # fmt: skip
        readings.append(BlockReading(spans=tuple(spans), reader=reader))
    info = SnapshotInfo(source="case", sha256="0" * 64, media_type="text/plain", id="acme.example@2020-01-01")
    document = PolicyDocument(snapshot=Snapshot(info=info, text=plain, encoding="utf-8"), text=plain, blocks=tuple(blocks),
                              alignment=Alignment((Piece(0, len(plain), 0, len(plain), True),)))  # fmt: skip
    return document, readings


def line(practice: Practice, mentions: tuple[Mention, ...]) -> str:
    """The practice in the notation of the table."""
    words = {m.id: m.quote for m in mentions}
    said = (
        practice.action
        + ("+" if practice.polarity == "affirmed" else "-")
        + " "
        + ", ".join(words[i] for i in practice.data)
    )
    if practice.recipients:
        said += " -> " + ", ".join(words[i] for i in practice.recipients)
    if practice.purposes:
        said += " / " + ", ".join(words[i] for i in practice.purposes)
    if practice.condition:
        said += " ? " + practice.condition.quote
    return said


def findings(text: str, coverage: float = 1.0) -> Findings:
    """Findings of a marked text."""
    from privlex.practices import find_practices

    document, readings = marked(text)
    mentions, practices = find_practices(document, readings)
    return Findings(
        snapshot=document.snapshot.info, coverage=coverage, mentions=mentions, practices=practices, document=document
    )
