"""An infinitive, its governor and its actor: "we are able to share", "we allow advertisers to set", "asked to provide"."""

from __future__ import annotations

from privlex.practices.clauses import Predicate, Sentence
from privlex.practices.knowledge import word_class
from privlex.practices.subjects import find_subject
from privlex.practices.verbs import Form

FIRST = word_class("first")
USER = word_class("user")
THEIR = word_class("their")
DETERMINERS = word_class("determiner")
NEGATIVE = word_class("negative_aux")
AUXILIARIES = word_class("modal") | word_class("be") | word_class("have") | word_class("do") | NEGATIVE
GOVERNORS = word_class("governor")
ENABLERS = word_class("enabler")
PASSIVE_ENABLERS = word_class("passive_enablers")
ACTOR_FILLERS = word_class("actor_fillers")
ALLOWING = word_class("allowing")
NOUN_GOVERNORS = word_class("noun_governors")
BEFORE_NOUN_GOVERNOR = word_class("determiner") | {"reserve", "reserves", "reserved"}
DENYING_GOVERNORS = word_class("denying_governors")
ACTOR_REACH = 14  # units before "to" that may belong to a named actor


def infinitive(s: Sentence, i: int, to: int, form: Form, negated: bool) -> Predicate:
    """The predicate of the infinitive at ``i`` after "to"; subject and polarity are those of its governor's group."""
    k, more = s.skip_left(to - 1)
    found = Predicate(i, to, form, "active", "infinitive", negated or more, clause=to)
    actor, actor_units, g = _actor(s, found, k, to)
    if not found.governor and not actor:
        actor, actor_units = _actor_with_clause(s, found, k, to)
    if found.governor:
        _govern(s, found, actor, actor_units)
        return found
    found.clause = s.clause_start(to)
    found.subordinate = s.subordinate_at(i)
    if actor == "user" and s.units[k].kind != "data":
        found.subject = actor
    elif actor == "party" and s.units[k].kind != "data" and s.low(g) in ENABLERS:
        found.subject, found.subject_units = actor, actor_units
    return found


def _actor(s: Sentence, found: Predicate, k: int, to: int) -> tuple[str, tuple[int, ...], int]:
    """ "Allow advertisers to set", "ask you to provide": the words between are the actor; sets the governor.

    Returns: the kind of actor ("" for none), its units if it is a party, and the unit where the search stopped.
    """
    who: str = ""
    units: tuple[int, ...] = ()
    for g in range(k, -1, -1):
        unit, low = s.units[g], s.units[g].low
        if unit.kind == "party":
            who, units = "party", (g, *units)
        elif unit.kind != "word":
            return who, units, g
        elif low in FIRST:
            who = who or "first"
        elif low in USER:
            who = who or "user"
        elif low in THEIR:
            who = who or "they"
        elif low in GOVERNORS or low in ENABLERS and (who or low in PASSIVE_ENABLERS):
            found.governor, found.governed_by = low, g
            return who, units, g
        elif not _may_stand_in_actor(low, who, to - g):
            return who, units, g
    return who, units, -1


def _may_stand_in_actor(low: str, who: str, distance: int) -> bool:
    if low in ACTOR_FILLERS and (who or low not in (",", "and", "or")):
        return True
    return bool(who) and distance < ACTOR_REACH and low not in (".", ";", ":")


def _actor_with_clause(s: Sentence, found: Predicate, k: int, to: int) -> tuple[str, tuple[int, ...]]:
    """ "Allows companies that place banners to set cookies": a relative clause stands before the infinitive."""
    for a in range(k, max(-1, k - 16), -1):
        if s.is_word(a) and s.low(a) in ALLOWING:
            party = next((b for b in range(a + 1, to) if s.units[b].kind == "party"), None)
            if party is None:
                break
            found.governor, found.governed_by = s.low(a), a
            return "party", s.party_list(party)
        if s.is_word(a) and s.low(a) in (".", ";", ":", ","):
            break
    return "", ()


def _govern(s: Sentence, found: Predicate, actor: str, actor_units: tuple[int, ...]) -> None:
    """Polarity and subject by the governor's own group."""
    j = found.governed_by - 1
    if found.governor in NOUN_GOVERNORS:
        while s.is_word(j) and s.low(j) in BEFORE_NOUN_GOVERNOR:
            j -= 1
    j, denied = s.skip_left(j)
    denied = denied or s.low(j) in NEGATIVE
    while s.is_word(j) and s.low(j) in AUXILIARIES:
        denied = denied or s.low(j) in NEGATIVE
        j, more = s.skip_left(j - 1)
        denied = denied or more
    found.negated = found.negated or denied != (found.governor in DENYING_GOVERNORS)
    if not actor:
        find_subject(s, found, j)
        return
    found.subject, found.subject_units = actor, actor_units
    outer = Predicate(found.at, found.governed_by, found.form, "active", "main")
    find_subject(s, outer, j)
    found.clause, found.described = outer.clause, outer.described
    found.subordinate = s.subordinate_at(found.at)
