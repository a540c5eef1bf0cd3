"""What part a party plays in a predicate: the word that leads to it, and whether it receives or is a source."""

from __future__ import annotations

from privlex.practices.clauses import Predicate, Sentence
from privlex.practices.knowledge import word_class

PASSED = (
    word_class("determiner") | word_class("possessive") | word_class("conjunction") | word_class("party_lead_fillers")
)
PREPOSITIONS = word_class("preposition")
PARTY_CLAUSES = word_class("party_clauses")
SOURCE_LEADS = word_class("source_leads")


def preposition_before(s: Sentence, i: int) -> str:
    """The preposition that leads to the party at ``i``, over determiners and coordination.

    "clause" where a relative clause or participle leads to it ("vendors acting on behalf of"), "" where nothing does.
    """
    for k in range(i - 1, -1, -1):
        unit = s.units[k]
        if unit.kind == "party":
            continue
        if unit.kind != "word":
            return ""
        if unit.low in PASSED:
            if unit.low == "to" or unit.low == "for" and s.low(k + 1) != "example":
                return unit.low
        elif unit.low in PREPOSITIONS:
            return unit.low
        else:
            return "clause" if unit.low in PARTY_CLAUSES else ""
    return ""


def recipients_of(s: Sentence, p: Predicate, action: str, parties: list[int]) -> list[int]:
    """Units of the parties that the predicate shares with or collects from, its subject first."""
    acting = [u for u in p.subject_units if s.units[u].kind == "party"] if p.subject == "party" else []
    found = [i for i in parties if _takes_part(s, p, action, i)]
    return [*(u for u in acting if u not in found), *found]


def _takes_part(s: Sentence, p: Predicate, action: str, party: int) -> bool:
    if p.subject == "party" and party in p.subject_units:
        return True
    lead = preposition_before(s, party)
    if action == "share":
        return not (lead == "from" and p.voice == "active" and p.subject != "party")
    if action == "collect":
        return not lead or lead in SOURCE_LEADS
    return lead in ("with", "to", "by")
