"""What a policy answers to one question, as a state: never a blank, and silence told from a page that was not read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, get_args

from pandas import DataFrame

from privlex.practices.states import READABLE, State, practice_state
from privlex.records import ACTIONS, CATEGORIES, Action, Findings, MentionKind, Practice
from privlex.tables.columns import SNAPSHOT, Column, frame_of
from privlex.tables.profile import ReleasedFindings
from privlex.tables.table import mentions_of, snapshot_name

By = Literal["data_category", "purpose_category", "party_category"]
STATES: tuple[State, ...] = get_args(State)
KIND_OF: dict[By, MentionKind] = {
    "data_category": "data", "purpose_category": "purpose", "party_category": "party",
}

_NAME, _DOMAIN, _CAPTURED = SNAPSHOT
STATE_COLUMNS = (
    _NAME,
    _DOMAIN._replace(meaning=f"{_DOMAIN.meaning}; the snapshot's name where it is not known"),
    _CAPTURED,
    Column("category", "str", "codebook category that is asked for"),
    Column("state", "category", "yes, no (denied), conditional, contradictory, not mentioned or not readable", STATES),
    Column("practices", "Int64", "number of practices that name the category"),
)


def is_readable(findings: Findings) -> bool:
    """Whether silence of this snapshot means anything: a policy in English of which (nearly) all was read."""
    if isinstance(findings, ReleasedFindings) and (findings.profile.note or not findings.profile.is_policy):
        return False
    if findings.document is not None and (findings.document.language == "other" or not findings.document.is_policy):
        return False
    return findings.coverage >= READABLE


def filled(findings: Findings, practice: Practice, kind: MentionKind) -> Sequence[str]:
    """Mention ids of one kind in a practice."""
    return {"data": practice.data, "purpose": practice.purposes, "party": practice.recipients}[kind]


def asked(findings: Findings, by: By, category: str, action: Action | None = None) -> list[Practice]:
    """The practices that name this category (and are of this action)."""
    kind = KIND_OF[by]
    return [
        p for p in findings.practices
        if (action is None or p.action == action)
        and any(m.category == category for m in mentions_of(findings, filled(findings, p, kind)))
    ]


def state_of(findings: Findings, by: By, category: str, action: Action | None = None) -> State:
    """What a snapshot answers to one question: does it (collect) this, for this purpose, with this kind of party?

    Questions of one action about data or parties are answered by ``privlex.practices.states.practice_state``. Over all
    actions, and of purposes, only what names the category counts: yes where it is affirmed without a condition.
    """
    if not is_readable(findings) and not asked(findings, by, category, action):
        return "not_readable"
    if action is None or by == "purpose_category" or findings.coverage < READABLE:
        return _plain(findings, by, category, action)
    return practice_state(findings, action, **{by: category})


def _plain(findings: Findings, by: By, category: str, action: Action | None) -> State:
    practices = asked(findings, by, category, action)
    affirmed = [p for p in practices if p.polarity == "affirmed"]
    if not affirmed:
        return "no" if practices else "not_mentioned"
    return "conditional" if all(p.condition for p in affirmed) else "yes"


def state_table(
    findings: Iterable[Findings], by: By = "data_category", action: Action | None = None
) -> DataFrame:
    """What each snapshot says of each category: one row for each, in the codebook's order.

    Args:
        findings: of any number of snapshots.
        by: which categories are asked for.
        action: collect, use, share or retain; None for any.

    Returns: the columns of ``STATE_COLUMNS``. A figure's matrix is its pivot.
    Raises: ValueError for an unknown ``by`` or action.
    """
    if by not in KIND_OF or action not in (None, *ACTIONS):
        raise ValueError(f"no such question: by={by!r}, action={action!r}; by is one of {tuple(KIND_OF)}")
    rows = []
    for found in [findings] if isinstance(findings, Findings) else findings:
        for category in CATEGORIES[KIND_OF[by]]:
            practices = asked(found, by, category, action)
            rows.append({
                "snapshot": snapshot_name(found), "domain": found.snapshot.domain or snapshot_name(found),
                "captured": found.snapshot.captured, "category": category,
                "state": state_of(found, by, category, action), "practices": len(practices),
            })
    return frame_of(rows, STATE_COLUMNS)
