"""Findings as JSON, one object per document and line: the form that users and other programs rely on.

``start``/``end`` in the JSON are characters of the decoded source, as users see it on disk; ``text_start``/``text_end``
are characters of the reading text. Everything but the document goes there and back without loss.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from privlex.errors import FindingsError
from privlex.files import write_whole
from privlex.records import Condition, Extent, Findings, Mention, Practice, SnapshotInfo, Wording

# Legal inside a JSON string, but line ends to many readers (str.splitlines), or not encodable at all.
_UNSAFE = re.compile("[\x7f\x85\u2028\u2029\ud800-\udfff]")


def _places(source: Extent, text: Extent) -> dict[str, int]:
    return {"start": source.start, "end": source.end, "text_start": text.start, "text_end": text.end}


def _source(row: Mapping[str, Any]) -> Extent:
    return Extent(row["start"], row["end"])


def _text(row: Mapping[str, Any]) -> Extent:
    return Extent(row["text_start"], row["text_end"]) if "text_start" in row else _source(row)


# --------------------------------------------------------------------------- record -> JSON


def mention_to_json(mention: Mention) -> dict[str, Any]:
    """The JSON object of one mention."""
    return {
        "id": mention.id, "kind": mention.kind, "quote": mention.quote, "category": mention.category,
        "concept": mention.concept, **_places(mention.source, mention.extent),
        "block": mention.block, "confidence": mention.confidence,
    }


def practice_to_json(practice: Practice) -> dict[str, Any]:
    """The JSON object of one practice; mentions stand in it by id."""
    condition = practice.condition and {
        "quote": practice.condition.quote, **_places(practice.condition.source, practice.condition.extent),
    }
    wording = practice.wording and {
        "digest": practice.wording.digest, "sketch": practice.wording.sketch, "words": practice.wording.words,
    }
    return {
        "id": practice.id, "action": practice.action, "polarity": practice.polarity, "actor": practice.actor,
        "data": list(practice.data), "purposes": list(practice.purposes), "recipients": list(practice.recipients),
        "condition": condition, **_places(practice.source, practice.extent),
        "block": practice.block, "section": practice.section, "wording": wording,
        "confidence": practice.confidence, "because": list(practice.because),
    }


def snapshot_to_json(info: SnapshotInfo) -> dict[str, Any]:
    """The JSON object that says which snapshot it was."""
    return {
        "id": info.id, "source": info.source, "sha256": info.sha256, "media_type": info.media_type,
        "domain": info.domain, "captured": info.captured, "url": info.url,
    }


def findings_to_json(findings: Findings) -> dict[str, Any]:
    """The JSON object of one document's findings, keys in a fixed order.

    The document itself is not part of it: ``findings_from_json`` gives the same findings with ``document`` None.
    """
    return {
        "snapshot": snapshot_to_json(findings.snapshot),
        "coverage": findings.coverage,
        "tier": findings.tier,
        "mentions": [mention_to_json(m) for m in findings.mentions],
        "practices": [practice_to_json(p) for p in findings.practices],
    }


def to_line(value: Any) -> str:
    """``value`` as one line of JSON, without the line end; equal values give equal lines.

    >>> to_line({"quote": "e\u2011mail"})
    '{"quote": "e\u2011mail"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


# --------------------------------------------------------------------------- JSON -> record


def mention_from_json(row: Mapping[str, Any]) -> Mention:
    """The mention that ``mention_to_json`` made ``row`` from."""
    return Mention(
        id=row["id"], kind=row["kind"], category=row["category"], concept=row.get("concept"), quote=row["quote"],
        extent=_text(row), source=_source(row), block=row.get("block", 0), confidence=row["confidence"],
    )


def practice_from_json(row: Mapping[str, Any], id: str | None = None) -> Practice:
    """The practice that ``practice_to_json`` made ``row`` from; ``id`` stands in where the row has none."""
    condition, wording = row.get("condition"), row.get("wording")
    return Practice(
        id=row.get("id") or id or "p1",
        action=row["action"], polarity=row["polarity"], actor=row["actor"],
        data=tuple(row["data"]), purposes=tuple(row["purposes"]), recipients=tuple(row["recipients"]),
        condition=condition and Condition(
            quote=condition["quote"], extent=_text(condition), source=_source(condition)
        ),
        extent=_text(row), source=_source(row), block=row.get("block", 0), section=row.get("section", ""),
        wording=wording and Wording(
            digest=wording["digest"], sketch=wording["sketch"], words=wording["words"]
        ),
        confidence=row["confidence"], because=tuple(row.get("because", ())),
    )


def snapshot_from_json(row: Mapping[str, Any]) -> SnapshotInfo:
    """The snapshot that ``snapshot_to_json`` made ``row`` from."""
    return SnapshotInfo(
        source=row["source"], sha256=row["sha256"], media_type=row.get("media_type", "text/plain"),
        domain=row.get("domain"), captured=row.get("captured"), url=row.get("url"), id=row.get("id"),
    )


def findings_from_json(row: Mapping[str, Any]) -> Findings:
    """Findings without their document, from the object that ``findings_to_json`` gives.

    Keys that the contract does not promise may be missing: text offsets then equal the source offsets.

    Raises: KeyError, TypeError or ValueError where the row is of another form (``read_findings`` says where).
    """
    return Findings(
        snapshot=snapshot_from_json(row["snapshot"]), coverage=row["coverage"], tier=row.get("tier", "rules"),
        mentions=tuple(mention_from_json(m) for m in row["mentions"]),
        practices=tuple(practice_from_json(p, f"p{n}") for n, p in enumerate(row["practices"], 1)),
    )


# --------------------------------------------------------------------------- files


def write_findings(path: str | Path, findings: Iterable[Findings]) -> None:
    """Write findings as JSON Lines, one document a line: the whole file or nothing.

    Raises: OutputError naming the file when it cannot be written.
    """
    write_whole(path, (to_line(findings_to_json(found)) + "\n" for found in findings))


def read_findings(path: str | Path) -> Iterator[Findings]:
    """Findings of a JSON Lines file, one document at a time; empty lines are passed over.

    Raises: FindingsError naming file and line when a line is of another form.
    """
    path = Path(path)
    try:
        with path.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        found = findings_from_json(json.loads(line))
                    except (ValueError, KeyError, TypeError, AttributeError) as fault:
                        raise FindingsError(
                            f"{path}:{number}: not an object of `privlex extract --format jsonl` ({fault!r}); "
                            "write the file again"
                        ) from fault
                    yield found
    except (OSError, UnicodeDecodeError) as fault:
        raise FindingsError(f"{path}: cannot be read as UTF-8 text ({fault})") from fault
