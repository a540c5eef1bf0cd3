"""What a policy answers to one question: does it (collect) this kind of data, and from or with this kind of party?"""

from __future__ import annotations

from typing import Literal

from privlex.practices.contradictions import Opposition, find_oppositions
from privlex.practices.limits import limits_in
from privlex.practices.subsumption import is_impersonal
from privlex.records import Action, Findings, Practice

State = Literal["yes", "no", "conditional", "contradictory", "not_mentioned", "not_readable"]
# Below this share of visible characters read, silence says nothing about the policy.
READABLE = 0.8
# A denial of personal information with one of these limits is about a part of it, and denies no category beside.
NARROW = frozenset(("service", "purpose", "manner", "time", "place", "recipient", "impersonal"))


def practice_state(
    findings: Findings, action: Action, data_category: str | None = None, party_category: str | None = None
) -> State:
    """The state of a question, a function of the findings alone.

    Args:
        findings: of one snapshot.
        action: collect, use, share or retain.
        data_category: codebook category asked for; None for any data. A denial of personal information at large, under
            no condition and with no limit, denies every category; affirming it at large affirms none but ``generic``.
        party_category: category of the recipients (sources, for collect); None for any or none. A denial to third
            parties at large, or to nobody named, denies every category but ``affiliate`` and ``employee``.

    Returns: ``contradictory`` only where a real opposition (see ``find_oppositions``) concerns the question: it is about
        the data asked for, or the denial of personal information at large that would answer is itself affirmed elsewhere.
    """
    document = findings.document
    if (
        findings.coverage < READABLE
        or document is not None
        and (document.language == "other" or not document.is_policy or not document.blocks)
    ):
        return "not_readable"
    affirmed = [p for p in findings.practices if _asked(findings, p, action, data_category, party_category)]
    denied = [p for p in findings.practices if _denies(findings, p, action, data_category, party_category)]
    if not affirmed:
        if not denied:
            return "not_mentioned"
        firm = [p for p in denied if p.condition is None and "consent" not in limits_in(p.because)]
        if not firm:
            return "conditional"
        disputed = {o.denied.id for o in oppositions(findings) if o.kind == "conflict"}
        return "contradictory" if disputed.issuperset(p.id for p in firm) else "no"
    ids = {p.id for p in affirmed}
    for opposition in oppositions(findings) if denied else ():
        if opposition.kind == "conflict" and opposition.denied in denied and ids & {p.id for p in opposition.affirmed}:
            return "contradictory"
    open_ = [p for p in affirmed if p.condition is None]
    return (
        "yes" if open_ and not any(p.condition is None and _same(findings, p, open_) for p in denied) else "conditional"
    )


def oppositions(findings: Findings) -> tuple[Opposition, ...]:
    """``find_oppositions``, found once for the same findings."""
    known = findings.__dict__.get("_oppositions")  # asked for again with each question; findings never change
    if known is None:
        known = find_oppositions(findings)
        object.__setattr__(findings, "_oppositions", known)
    return known


def _asked(findings: Findings, p: Practice, action: str, data: str | None, party: str | None) -> bool:
    if p.action != action or p.polarity != "affirmed":
        return False
    if data is not None and not any(findings.mention(i).category == data for i in p.data):
        return False
    return party is None or any(findings.mention(i).category == party for i in p.recipients)


def _denies(findings: Findings, p: Practice, action: str, data: str | None, party: str | None) -> bool:
    if p.action != action or p.polarity != "denied":
        return False
    limits = limits_in(p.because)
    if "children" in limits or "about children" in p.because:
        return False  # what is not done with children's data says nothing about the others'
    mentions = [findings.mention(i) for i in p.data]
    at_large = p.condition is None and not limits & NARROW
    if data is not None and not any(
        m.category == data or at_large and m.category == "generic" and not is_impersonal(m) for m in mentions
    ):
        return False
    if party is None or not p.recipients:
        return party not in ("affiliate", "employee") or not p.recipients and party is None
    parties = {findings.mention(i).category for i in p.recipients}
    return party in parties or bool(parties & {"third_party", "public"}) and party not in ("affiliate", "employee")


def _same(findings: Findings, denied: Practice, affirmed: list[Practice]) -> bool:
    """Whether an unconditional denial names a kind of data that an unconditional affirmation names too."""
    said = {findings.mention(i).category for i in denied.data}
    return any(said & {findings.mention(i).category for i in p.data} for p in affirmed)
