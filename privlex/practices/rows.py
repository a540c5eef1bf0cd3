"""Rows of tables: what the header row says of the cells under it.

A row seldom has a verb of its own: its header's words give the frame, as a lead-in gives it to its items. The columns
whose header names an action, a purpose or a recipient say what their cells hold; an answer ("No") denies the action
that its column names.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from privlex.practices.claims import TRACKERS, Claim
from privlex.practices.knowledge import pattern
from privlex.practices.words import sentences
from privlex.records import FoundSpan

JOINT = " | "  # between the cells of a row
# In this order: "purposes of sharing" is a column of purposes, "shared for a purpose" one of recipients.
COLUMNS = tuple(
    ("use" if name == "purpose" else name, pattern(f"column_{name}"))
    for name in ("grounds", "source", "purpose", "share", "retain", "collect", "use")
)
ASIDE = ("grounds", "source")
DENIES, DEFINES = pattern("column_denies"), pattern("column_defines")
YES, NO = pattern("answer_yes"), pattern("answer_no")
Cell = tuple[str, int, int]  # text, start, end in the row


def row_claims(block: int, text: str, header: str, spans: Sequence[FoundSpan], made: Sequence[Claim]) -> list[Claim]:
    """The claims of a row: those of its own sentences and, for the other spans, those of the header row's frame.

    ``made`` are the claims that the row's sentences gave. Where the header row names no action, they stay as they are.
    """
    frames = row_frames(text, header)
    if not frames and not _defines(header):
        return list(made)
    kept = [c for c in made if _states(c)]
    taken = {ref for c in kept for refs in (c.data, c.purposes, c.recipients) for ref in refs}
    loose: dict[tuple[str, str], list[tuple[int, int]]] = {}
    roles = _roles(text, header)
    for number, span in enumerate(spans):
        cell, role = next((each for each in roles if each[0][1] <= span.start < each[0][2]), (("", 0, 0), ""))
        if (block, number) not in taken and role not in ASIDE and not _denied(cell, span):
            loose.setdefault((span.kind, role), []).append((block, number))

    def of(kind: str, *columns: str) -> list[tuple[int, int]]:
        return sorted(ref for (k, role), refs in loose.items() for ref in refs if k == kind and role in columns)

    present = {role for _, role in roles}
    data = of("data", "collect", "") or of("data", "share", "use")
    purposes = of("purpose", "use") if "use" in present else of("purpose", "collect", "")
    parties = of("party", "share") if "share" in present else of("party", "collect", "")
    fillers = {
        "collect": ([] if "use" in frames else purposes, []),
        "use": (purposes, []),
        "share": ([], parties),
        "retain": ([], []),
    }
    for action, polarity in frames.items():
        own_purposes, own_parties = fillers[action]
        alone = len(frames) == 1 or polarity == "denied"
        if not data or (action == "use" and not own_purposes) or (action == "share" and not own_parties and not alone):
            continue
        period = _period(block, roles) if action == "retain" else None
        # What trackers are used for they are set for: the codebook's collection.
        trackers = [ref for ref in data if action == "use" and spans[ref[1]].category == TRACKERS]
        for done, members in ((action, [ref for ref in data if ref not in trackers]), ("collect", trackers)):
            if members:
                kept.append(Claim(
                    done, polarity, block, 0, len(text), members, list(own_purposes), list(own_parties), period,
                    because=[f"header row: {action}", "lead-in"],
                ))  # fmt: skip
    return kept


def settled(claims: Sequence[Claim], text: str, header: str, block: int, spans: Sequence[FoundSpan]) -> list[Claim]:
    """Claims of a row without those that only a reader's scores made, where the header row knows better.

    That is: in a table of definitions, of data in a column of legal grounds, and where "No" answers the collection.
    """
    if _defines(header):
        return [c for c in claims if not _scored(c)]
    denied = row_frames(text, header).get("collect") == "denied"
    grounds = [(start, stop) for (_, start, stop), role in _roles(text, header) if role == "grounds"]

    periods = [(start, stop) for (_, start, stop), role in _roles(text, header) if role == "retain"]
    for claim in claims:  # how long data are kept says nothing of when they are used
        at = claim.condition
        if claim.action != "retain" and at and at[0] == block and any(a <= at[1] < b for a, b in periods):
            claim.condition = None

    def stands(claim: Claim) -> bool:
        own = [spans[n].start for at, n in claim.data if at == block]
        return not own or not all(any(start <= at < stop for start, stop in grounds) for at in own)

    return [c for c in claims if not _scored(c) or (stands(c) and not (denied and c.polarity == "affirmed"))]


def row_frames(text: str, header: str) -> dict[str, str]:
    """Action -> polarity, by the words of the header row and the row's answers; empty where these cannot tell.

    >>> row_frames("Email address | To ship parcels | Couriers", "Data we collect | Why | Who we share it with")
    {'collect': 'affirmed', 'use': 'affirmed', 'share': 'affirmed'}
    >>> row_frames("Photographs | No", "Category | Collected?")
    {'collect': 'denied'}
    """
    if DENIES.search(header):
        return {}
    named = {role: "affirmed" for _, role in _named(header)}
    frames = {action: named[action] for action in ("collect", "use", "share", "retain") if action in named}
    answers = [(cell, role) for cell, role in _roles(text, header) if NO.fullmatch(cell[0]) or YES.fullmatch(cell[0])]
    for (words, _, _), role in answers:
        if NO.fullmatch(words):
            if role in frames:
                frames[role] = "denied"
            elif len(frames) == 1:
                frames = dict.fromkeys(frames, "denied")
            else:  # it cannot be told what is denied
                return {}
    return frames


def _cells(text: str) -> list[Cell]:
    cells, at = [], 0
    for words in text.split(JOINT):
        cells.append((words, at, at + len(words)))
        at += len(words) + len(JOINT)
    return cells


def _named(header: str) -> list[tuple[Cell, str]]:
    """The header row's cells, each with the column it names, "" for none."""
    return [(cell, next((n for n, p in COLUMNS if p.search(cell[0])), "")) for cell in _cells(header)]


def _roles(text: str, header: str) -> list[tuple[Cell, str]]:
    """The row's cells, each with what its column's header names; "" for all where the cells do not match the columns."""
    cells, named = _cells(text), _named(header)
    known = named if len(named) == len(cells) else []
    return [(cell, column[1]) for cell, column in zip_longest(cells, known, fillvalue=("", ""))][: len(cells)]


def _denied(cell: Cell, span: FoundSpan) -> bool:
    """Whether a sentence of the cell that denies holds the span ("this does not include public records")."""
    words, at, _ = cell
    return DENIES.search(words) is not None and any(
        DENIES.search(words, start, stop) for start, stop in sentences(words) if start <= span.start - at < stop
    )


def _period(block: int, roles: Sequence[tuple[Cell, str]]) -> tuple[int, int, int] | None:
    """The cell that says how long data are kept."""
    return next(((block, start, stop) for (_, start, stop), role in roles if role == "retain"), None)


def _defines(header: str) -> bool:
    return any(DEFINES.search(words) for words, _, _ in _cells(header))


def _scored(claim: Claim) -> bool:
    return bool(claim.because) and claim.because[0].startswith("reader")


def _states(claim: Claim) -> bool:
    """Whether a sentence of the row states the claim: a verb with a subject, not a noun of a label ("log files")."""
    verb = claim.because[0] if claim.because else ""
    return verb.startswith("verb") and ("passive" in verb or "subject first" in claim.because)
