"""Tables that lost their markup: a block "No" answers for the blocks above it, as a cell answers for its row."""

from __future__ import annotations

from collections.abc import Sequence

from privlex.practices.claims import Claim
from privlex.practices.knowledge import pattern
from privlex.records import PolicyDocument

ANSWER = pattern("flat_answer")
FEWEST = 3  # answers that make a table: one "No" may be a button
ROW = 4  # blocks a flattened row may have: a category, its examples, a note, the answer


def answered(document: PolicyDocument, claims: Sequence[Claim]) -> None:
    """Deny the collections that a block "No" answers for ("Biometric information", "Fingerprints, iris scans", "No").

    Only what no verb states is denied: a cell has none.
    """
    found = [(b.index, ANSWER.fullmatch(document.text, b.extent.start, b.extent.end)) for b in document.blocks]
    answers = [(at, answer) for at, answer in found if answer]
    if len(answers) < FEWEST:
        return
    denied: dict[int, int] = {}  # block -> the "No" below it
    before = -1
    for at, answer in answers:
        if answer["no"]:
            denied.update((block, at) for block in range(max(before + 1, at - ROW + 1), at))
        before = at
    for claim in claims:
        at = denied.get(claim.block)
        if at is not None and claim.action == "collect" and claim.polarity == "affirmed" and not _stated(claim):
            claim.polarity = "denied"
            claim.because.append(f"denied: answered {document.block_text(at).strip()}")


def _stated(claim: Claim) -> bool:
    return bool(claim.because) and claim.because[0].startswith("verb")
