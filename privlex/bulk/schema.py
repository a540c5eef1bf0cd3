"""The dataset a bulk run writes: five tables, their columns, and the way from findings to rows and back."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from privlex.errors import FindingsError
from privlex.jsonl import findings_from_json
from privlex.records import Extent, Findings
from privlex.snapshot.provenance import provenance_of

#: Raised when a column changes its name, type or meaning.
SCHEMA_VERSION = 1

_PLACES = [("start", pa.int32()), ("end", pa.int32()), ("text_start", pa.int32()), ("text_end", pa.int32())]
_IDS = pa.list_(pa.string())

#: Columns of what a document holds; the dataset puts ``snapshot`` before them.
MENTIONS = pa.schema(
    [
        ("id", pa.string()),
        ("kind", pa.string()),
        ("quote", pa.string()),
        ("category", pa.string()),
        ("concept", pa.string()),
        *_PLACES,
        ("block", pa.int32()),
        ("confidence", pa.float64()),
    ]
)
PRACTICES = pa.schema(
    [
        ("id", pa.string()),
        ("action", pa.string()),
        ("polarity", pa.string()),
        ("actor", pa.string()),
        ("data", _IDS),
        ("purposes", _IDS),
        ("recipients", _IDS),
        ("condition", pa.struct([("quote", pa.string()), *_PLACES])),
        *_PLACES,
        ("block", pa.int32()),
        ("section", pa.string()),
        ("wording", pa.struct([("digest", pa.string()), ("sketch", pa.string()), ("words", pa.int32())])),
        ("confidence", pa.float64()),
        ("because", pa.list_(pa.string())),
    ]
)
BLOCKS = pa.schema(
    [
        ("block", pa.int32()),
        ("kind", pa.string()),
        ("level", pa.int8()),
        ("section", pa.int32()),
        ("lead_in", pa.int32()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("words", pa.int32()),
        ("digest", pa.string()),
    ]
)
SNAPSHOTS = pa.schema(
    [
        ("snapshot", pa.string()),
        ("service", pa.string()),
        ("path", pa.string()),
        ("captured", pa.string()),
        ("origin", pa.string()),
        ("url", pa.string()),
        ("media_type", pa.string()),
        ("sha256", pa.string()),
        ("text_digest", pa.string()),
        ("characters", pa.int32()),
        ("words", pa.int32()),
        ("coverage", pa.float64()),
        ("blocks", pa.int32()),
        ("mentions", pa.int32()),
        ("practices", pa.int32()),
        ("tier", pa.string()),
    ]
)
FAILURES = pa.schema(
    [
        ("snapshot", pa.string()),
        ("service", pa.string()),
        ("path", pa.string()),
        ("captured", pa.string()),
        ("origin", pa.string()),
        ("sha256", pa.string()),
        ("kind", pa.string()),
        ("reason", pa.string()),
    ]
)
_SNAPSHOT = pa.field("snapshot", pa.string())
#: The five tables of the dataset, one folder each, with one Parquet file for each batch of captures.
TABLES: dict[str, pa.Schema] = {
    "snapshots": SNAPSHOTS,
    "blocks": pa.schema([_SNAPSHOT, *BLOCKS]),
    "mentions": pa.schema([_SNAPSHOT, *MENTIONS]),
    "practices": pa.schema([_SNAPSHOT, *PRACTICES]),
    "failures": FAILURES,
}
MEANING = {
    "snapshots": "one row for each capture that was read",
    "blocks": "one row for each block of a capture; `kind` is title, heading, paragraph, list_item or table_row, `digest` names its text",
    "mentions": "one row for each mention; `start`/`end` are characters of the decoded source",
    "practices": "one row for each practice; mentions by id, evidence by place",
    "failures": "one row for each capture that could not be read, with its reason",
}


def document_columns(findings: Findings, texts: Iterable[tuple[str, int]]) -> dict[str, dict[str, list[Any]]]:
    """Columns of ``blocks``, ``mentions`` and ``practices`` of a document, without the snapshot's name.

    As columns, not as rows of ``privlex.jsonl``: a dictionary for each row takes three times as long.

    Args:
        texts: for each block the digest of its text and its words.
    """
    document = findings.document
    assert document is not None
    blocks, mentions, practices = document.blocks, findings.mentions, findings.practices
    texts = list(texts)
    return {
        "blocks": {
            "block": [b.index for b in blocks],
            "kind": [b.kind for b in blocks],
            "level": [b.level for b in blocks],
            "section": [b.section for b in blocks],
            "lead_in": [b.lead_in for b in blocks],
            "start": [b.extent.start for b in blocks],
            "end": [b.extent.end for b in blocks],
            "words": [words for _, words in texts],
            "digest": [digest for digest, _ in texts],
        },
        "mentions": {
            "id": [m.id for m in mentions],
            "kind": [m.kind for m in mentions],
            "quote": [m.quote for m in mentions],
            "category": [m.category for m in mentions],
            "concept": [m.concept for m in mentions],
            **_places([m.source for m in mentions], [m.extent for m in mentions]),
            "block": [m.block for m in mentions],
            "confidence": [m.confidence for m in mentions],
        },
        "practices": {
            "id": [p.id for p in practices],
            "action": [p.action for p in practices],
            "polarity": [p.polarity for p in practices],
            "actor": [p.actor for p in practices],
            "data": [p.data for p in practices],
            "purposes": [p.purposes for p in practices],
            "recipients": [p.recipients for p in practices],
            "condition": [
                p.condition
                and {
                    "quote": p.condition.quote,
                    "start": p.condition.source.start,
                    "end": p.condition.source.end,
                    "text_start": p.condition.extent.start,
                    "text_end": p.condition.extent.end,
                }
                for p in practices
            ],
            **_places([p.source for p in practices], [p.extent for p in practices]),
            "block": [p.block for p in practices],
            "section": [p.section for p in practices],
            "wording": [
                p.wording and {"digest": p.wording.digest, "sketch": p.wording.sketch, "words": p.wording.words}
                for p in practices
            ],
            "confidence": [p.confidence for p in practices],
            "because": [p.because for p in practices],
        },
    }


def _places(sources: list[Extent], extents: list[Extent]) -> dict[str, list[int]]:
    return {
        "start": [e.start for e in sources],
        "end": [e.end for e in sources],
        "text_start": [e.start for e in extents],
        "text_end": [e.end for e in extents],
    }


def dataset_facts(folder: str | Path) -> dict[str, Any]:
    """What a dataset is made of: its ``_dataset.json``.

    Raises: FindingsError when the folder holds no dataset of this schema version.
    """
    folder = Path(folder)
    try:
        facts = json.loads((folder / "_dataset.json").read_text("utf8"))
    except (OSError, ValueError) as fault:
        raise FindingsError(
            f"{folder}: no dataset of `privlex bulk` (its _dataset.json is missing or damaged)"
        ) from fault
    if facts.get("schema_version") != SCHEMA_VERSION:
        raise FindingsError(
            f"{folder}: dataset of schema version {facts.get('schema_version')}, this privlex reads {SCHEMA_VERSION}"
        )
    return facts


def read_dataset(
    folder: str | Path, *, service: str | None = None, snapshots: Container[str] | None = None
) -> Iterator[Findings]:
    """Findings of a dataset, in its order, one part at a time; without documents.

    Args:
        service: only the captures of this service.
        snapshots: only captures with these names.

    Raises: FindingsError when the folder holds no dataset of this schema version.
    """
    folder = Path(folder)
    dataset_facts(folder)
    for part in sorted((folder / "snapshots").glob("*.parquet")):
        rows = pq.read_table(part).to_pylist()
        if service is not None:
            rows = [r for r in rows if r["service"] == service]
        if snapshots is not None:
            rows = [r for r in rows if r["snapshot"] in snapshots]
        if not rows:
            continue
        inner = {}
        for table in ("mentions", "practices"):
            grouped: dict[str, list] = {}
            names = pa.array([row["snapshot"] for row in rows])
            found = pq.read_table(folder / table / part.name)
            for row in found.filter(pc.is_in(found["snapshot"], value_set=names)).to_pylist():
                grouped.setdefault(row.pop("snapshot"), []).append(row)
            inner[table] = grouped
        for row in rows:
            name = row["snapshot"]
            yield findings_from_json(
                {
                    "snapshot": {
                        "source": name,
                        "sha256": row["sha256"],
                        "media_type": row["media_type"],
                        "url": row["url"],
                        "domain": row["service"],
                        "captured": row["captured"],
                        "id": _id(row),
                    },
                    "coverage": row["coverage"],
                    "tier": row["tier"],
                    "mentions": inner["mentions"].get(name, []),
                    "practices": inner["practices"].get(name, []),
                }
            )


def _id(row: dict[str, Any]) -> str | None:
    """``domain@date``; with the running number in the path of a second capture on one day."""
    if not (row["service"] and row["captured"]):
        return None
    by_path = provenance_of("", row["path"] or "")
    known = by_path.id and (by_path.domain, by_path.captured) == (row["service"], row["captured"])
    return by_path.id if known else f"{row['service']}@{row['captured']}"


def schema_page() -> str:
    """The tables and their columns as Markdown."""
    lines = [f"Schema version {SCHEMA_VERSION}.", ""]
    for name, schema in TABLES.items():
        lines += [f"**{name}**: {MEANING[name]}.", "", "| column | type |", "|---|---|"]
        lines += [f"| `{field.name}` | {field.type} |" for field in schema] + [""]
    return "\n".join(lines)
