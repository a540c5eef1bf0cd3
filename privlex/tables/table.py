"""Findings as tidy frames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pandas import DataFrame

from privlex.records import Findings, Mention, Practice
from privlex.tables.columns import MENTION_COLUMNS, PRACTICE_COLUMNS, SEPARATOR, SNAPSHOT_COLUMNS, frame_of
from privlex.tables.profile import profile_of


def snapshot_name(findings: Findings) -> str:
    """How tables and comparisons call a snapshot: its id, else its source."""
    return findings.snapshot.id or findings.snapshot.source


def mentions_of(findings: Findings, ids: Iterable[str]) -> list[Mention]:
    """The mentions with these ids, in the order of the ids."""
    return [findings.mention(id) for id in ids]


def practice_table(findings: Iterable[Findings], *, evidence: bool = False) -> DataFrame:
    """One row for each practice and data mention, and one for a practice that names no data.

    Args:
        findings: findings of any number of snapshots, or of one.
        evidence: add a last column, ``evidence``, with the sentence; missing where the text is not at hand.

    Returns: the columns of ``PRACTICE_COLUMNS``, rows in the order of the findings and of their text.
    """
    findings = _many(findings)
    frame = frame_of((row for found in findings for row in _practice_rows(found)), PRACTICE_COLUMNS)
    if evidence:
        frame["evidence"] = [
            sentence_of(found, p) for found in findings for p in found.practices for _ in (p.data or (None,))
        ]
    return frame


def mention_table(findings: Iterable[Findings]) -> DataFrame:
    """One row for each mention: the columns of ``MENTION_COLUMNS``."""
    return frame_of((row for found in _many(findings) for row in _mention_rows(found)), MENTION_COLUMNS)


def snapshot_table(findings: Iterable[Findings]) -> DataFrame:
    """One row for each snapshot: the columns of ``SNAPSHOT_COLUMNS``."""
    return frame_of((_snapshot_row(found) for found in _many(findings)), SNAPSHOT_COLUMNS)


def sentence_of(findings: Findings, practice: Practice) -> str | None:
    """The evidence of a practice in words, or None where the text is not at hand."""
    if findings.document is None:
        return None
    return findings.document.text[practice.extent.start:practice.extent.end]


def _many(findings: Findings | Iterable[Findings]) -> list[Findings]:
    return [findings] if isinstance(findings, Findings) else list(findings)


def snapshot_cells(found: Findings) -> dict[str, Any]:
    """The cells that every table begins with."""
    return {"snapshot": snapshot_name(found), "domain": found.snapshot.domain, "captured": found.snapshot.captured}


def _joined(values: Iterable[str]) -> str | None:
    return SEPARATOR.join(dict.fromkeys(values)) or None


def _practice_rows(found: Findings) -> Iterator[dict[str, Any]]:
    snapshot = snapshot_cells(found)
    for practice in found.practices:
        purposes, recipients = mentions_of(found, practice.purposes), mentions_of(found, practice.recipients)
        shared = snapshot | {
            "practice": practice.id, "action": practice.action, "polarity": practice.polarity,
            "actor": practice.actor,
            "purposes": _joined(m.quote for m in purposes), "purpose_categories": _joined(m.category for m in purposes),
            "recipients": _joined(m.quote for m in recipients),
            "recipient_categories": _joined(m.category for m in recipients),
            "condition": practice.condition and practice.condition.quote, "section": practice.section or None,
            "start": practice.source.start, "end": practice.source.end, "confidence": practice.confidence,
            "tier": found.tier,
        }
        for data in mentions_of(found, practice.data) or [None]:
            yield shared | {
                "data": data and data.quote, "data_category": data and data.category,
                "data_concept": data and data.concept, "data_mention": data and data.id,
                "data_start": data and data.source.start, "data_end": data and data.source.end,
                "data_confidence": data.confidence if data else float("nan"),
            }


def _mention_rows(found: Findings) -> Iterator[dict[str, Any]]:
    snapshot = snapshot_cells(found)
    fills: dict[str, list[str]] = {}
    for practice in found.practices:
        for id in dict.fromkeys((*practice.data, *practice.purposes, *practice.recipients)):
            fills.setdefault(id, []).append(practice.id)
    for mention in found.mentions:
        yield snapshot | {
            "mention": mention.id, "kind": mention.kind, "quote": mention.quote, "category": mention.category,
            "concept": mention.concept, "practices": " ".join(fills.get(mention.id, ())) or None,
            "start": mention.source.start, "end": mention.source.end, "block": mention.block,
            "confidence": mention.confidence,
        }


def _snapshot_row(found: Findings) -> dict[str, Any]:
    profile, info = profile_of(found), found.snapshot
    return snapshot_cells(found) | {
        "url": info.url, "media_type": info.media_type, "sha256": info.sha256, "text_digest": profile.digest,
        "words": profile.words, "coverage": found.coverage, "practices": len(found.practices),
        "mentions": len(found.mentions), "tier": found.tier, "note": profile.note or None,
    }
