"""Exceptions inside a sentence: "not X unless Y", "X but not Z", "not outside W"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from privlex.practices.claims import Claim, SpanRef, Stretch
from privlex.practices.clauses import Sentence
from privlex.practices.context import SentenceContext
from privlex.practices.knowledge import pattern, word_class

CONSENT = pattern("consent_said")
STATED_ELSEWHERE = pattern("exception_described")
OPENS_CONDITION = pattern("exception_condition")
OPENS_CASE = pattern("exception_case")
CASE_CUES = word_class("case_cues")
CONDITION_CUES = word_class("condition_cues")
NARROWING_CUES = word_class("narrowing_cues")
OWN_CLAUSE = pattern("exception_own_clause")
SPARED = pattern("spared")
ELSEWHERE = "exception stated elsewhere"


class _Exception(NamedTuple):
    """An exception's cue in lower case, what follows it, and the spans inside."""

    cue: str
    said: str
    data: list[SpanRef]
    purposes: list[SpanRef]
    parties: list[SpanRef]


def excepted_claims(here: SentenceContext, claims: list[Claim]) -> list[Claim]:
    """What the exception of a denial affirms; consent narrows the denial itself instead.

    Denials in ``claims`` get the condition or the reason that the exception gives them.
    """
    if here.exception is None:
        return []
    exception = _read(here)
    made = []
    for claim in claims:
        if claim.polarity != "denied":
            continue
        if CONSENT.search(exception.said) and not exception.parties and not exception.purposes:
            claim.condition = claim.condition or _whole(here)
        elif STATED_ELSEWHERE.match(exception.said) and not exception.parties:
            claim.because.append(ELSEWHERE)
        else:
            made.append(_affirmed(here, claim, exception))
    return made


def _read(here: SentenceContext) -> _Exception:
    start, cue_end, end = here.exception
    inside = [u for u in here.sentence.units if u.kind != "word" and start <= u.start < end]
    data, purposes, parties = (
        [(here.block, u.span) for u in inside if u.kind == kind] for kind in ("data", "purpose", "party")
    )
    return _Exception(here.text[start:cue_end].lower().strip(" ,"), here.text[cue_end:end], data, purposes, parties)


def _whole(here: SentenceContext) -> Stretch:
    """The exception with its cue."""
    start, cue_end, end = here.exception
    cue = here.text[start:cue_end]
    return (here.block, start + len(cue) - len(cue.lstrip(" ,")), end)


def _affirmed(here: SentenceContext, denied: Claim, exception: _Exception) -> Claim:
    return replace(
        denied, polarity="affirmed", purposes=exception.purposes.copy(),
        recipients=list(exception.parties or denied.recipients),
        data=list(exception.data if _names_other_data(exception) else denied.data),
        condition=_condition(here, exception), because=[*denied.because, "exception: " + exception.cue],
    )  # fmt: skip


def _names_other_data(exception: _Exception) -> bool:
    """ "No personal data except your name", "except that we give your name to X": it is about other data than the denial."""
    return bool(exception.data) and bool(
        OWN_CLAUSE.match(exception.said)
        or not exception.parties
        and not exception.purposes
        and exception.cue.split()[0] in NARROWING_CUES
        and "when" not in exception.cue
        and not OPENS_CASE.match(exception.said)
    )


def _condition(here: SentenceContext, exception: _Exception) -> Stretch | None:
    """The case in which the exception holds: from the cue's last word where that opens a condition."""
    start, cue_end, end = here.exception
    said, last = exception.said, exception.cue.split()[-1]
    if not said.strip():
        return None
    if (exception.purposes or exception.parties) and not OPENS_CONDITION.match(said) and last not in CASE_CUES:
        return None
    if last in CONDITION_CUES:
        return (here.block, here.text.lower().rfind(last, start, cue_end), end)
    return (here.block, cue_end + len(said) - len(said.lstrip()), end)


def outside_claims(here: SentenceContext, claim: Claim, recipients: list[int]) -> list[Claim]:
    """ "Not shared with anyone outside of our group": a denial, and a sharing inside; nothing where none is meant."""
    s = here.sentence
    outside = [i for i in recipients if "outside" in [s.low(k) for k in range(max(0, i - 9), i)]]
    if not outside or claim.polarity != "denied" or claim.action != "share":
        return []
    claim.recipients = here.refs(i for i in recipients if i not in outside)
    inner = replace(claim, polarity="affirmed", recipients=here.refs(outside), condition=None,
                    because=[*claim.because, "exception: outside of"])  # fmt: skip
    return [claim, inner]


def spared_claims(here: SentenceContext, claim: Claim, data: list[int]) -> list[Claim]:
    """ "Your name but not your age": the claim, and a denial of what is spared; nothing where nothing is."""
    spared = here.refs(_spared(here.sentence, data))
    if not spared or len(spared) == len(data) or claim.polarity != "affirmed":
        return []
    claim.data = [d for d in claim.data if d not in spared]
    return [claim, _but_not(claim, spared)]


def aside_claims(claims: Sequence[Claim], before: SpanRef, spared: list[SpanRef]) -> list[Claim]:
    """ "Your visit (but not your name) is used": denials of what brackets leave out, for the claims that have ``before``."""
    return [_but_not(claim, spared) for claim in claims if claim.polarity == "affirmed" and before in claim.data]


def _but_not(claim: Claim, spared: Sequence[SpanRef]) -> Claim:
    """The denial of what the claim leaves out."""
    return replace(claim, polarity="denied", data=list(spared), refers=False, because=[*claim.because, "denied: but not"])


def _spared(s: Sentence, data: list[int]) -> list[int]:
    """Data after "but not", "excluding", "not including", up to the end of the parenthesis or a new clause."""
    found: list[int] = []
    active = False
    for place, i in enumerate(data):
        gap = [s.low(k) for k in range((data[place - 1] if place else i - 1) + 1, i) if s.is_word(k)]
        text = " ".join(gap)
        if SPARED.search(text) and "not limited" not in text:
            active = True
        elif active and (";" in gap or ")" in gap or "and we" in text):
            active = False
        if active:
            found.append(i)
    return found
