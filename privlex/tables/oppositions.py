"""Denials and what stands against them, pair by pair, with the words of both sides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pandas import DataFrame

from privlex.practices.contradictions import REAL
from privlex.practices.states import oppositions
from privlex.records import Findings, Practice
from privlex.tables.columns import OPPOSITION_COLUMNS, frame_of
from privlex.tables.quotes import short_quote
from privlex.tables.table import mentions_of, snapshot_cells


def opposition_table(findings: Iterable[Findings]) -> DataFrame:
    """One row for each pair of a denial and an affirmed practice that it meets, in text order.

    Args:
        findings: of any number of snapshots, or of one.

    Returns: the columns of ``OPPOSITION_COLUMNS``. A policy that counts identifying data as non-personal (``definition``)
    has a row without a denial.
    """
    many = [findings] if isinstance(findings, Findings) else list(findings)
    return frame_of((row for found in many for row in _rows(found)), OPPOSITION_COLUMNS)


def _rows(found: Findings) -> Iterator[dict[str, Any]]:
    for opposition in oppositions(found):
        denied = opposition.denied
        pairs = [(opposition.kind, p) for p in opposition.affirmed] + list(opposition.narrowed)
        for kind, affirmed in pairs:
            yield snapshot_cells(found) | {
                "class": kind, "real": kind in REAL, "action": (denied or affirmed).action,
                "denial": denied and denied.id, "statement": affirmed.id,
                "denied": denied and _said(found, denied), "affirmed": _said(found, affirmed),
                "denied_start": denied and denied.source.start, "affirmed_start": affirmed.source.start,
                "reason": opposition.reason if kind == opposition.kind else None,
            }


def _said(found: Findings, practice: Practice) -> str:
    """Data, parties and condition of a practice in its own words, as far as released tables have them."""
    said = ", ".join(short_quote(m.quote) for m in mentions_of(found, practice.data))
    if practice.recipients:
        said += " → " + ", ".join(short_quote(m.quote) for m in mentions_of(found, practice.recipients))
    return said + (f" [{short_quote(practice.condition.quote)}]" if practice.condition else "")
