"""Which senses of a predicate state a practice, and which only name, describe, allow or refuse one."""

from __future__ import annotations

from privlex.practices.clauses import Predicate, Sentence
from privlex.practices.context import SentenceContext
from privlex.practices.knowledge import word_class
from privlex.practices.roles import preposition_before
from privlex.practices.verbs import Sense

WEAK_GIVERS = word_class("weak_givers")
NON_ACTORS = word_class("non_actors")
USER_REQUESTS = word_class("user_requests")
USER_PROMPTS = word_class("user_prompts")
USER_MODALS = word_class("user_modals")
AGREEING = word_class("agreeing")
ADVISING = word_class("advising")
NAMING_PREPOSITIONS = word_class("naming_prepositions")
DENIED_GERUND_GOVERNORS = word_class("denied_gerund_governors")
VISITING = word_class("visiting")
RIGHTS = word_class("rights")
LIMITING = word_class("limiting")
NAMED_ONLY = word_class("named_only")
NOMINAL_STATERS = word_class("nominal_staters")
ACCESS_GIVERS = word_class("access_givers")
ACCESS_SHARERS = word_class("access_sharers")
NEGATIVE_AUXILIARIES = word_class("negative_aux")
ASIDE_OPENERS = word_class("aside_openers")


def stating_senses(here: SentenceContext, p: Predicate) -> tuple[Sense, ...]:
    """Senses of the predicate that state a practice here; empty if it states none."""
    s = here.sentence
    if _states_nothing(here, p):
        return ()
    senses = [x for x in p.form.senses if _has_particle(s, p, x) and _is_complete(here, p, x)]
    if p.voice == "noun":
        return _of_nominal(s, p, senses)
    if p.role == "reduced":
        return ()
    if p.subject == "user" or p.role == "infinitive" and p.governor in USER_REQUESTS and p.subject == "":
        return _of_user(s, p, senses)
    senses = [x for x in senses if x.kind != "user_gives" or p.voice == "passive"]
    if _is_of_party(p):
        # "vendors that provide services", "partners offering products": no data, no practice
        if not _has_object(here, p):
            return ()
        if p.role != "main":
            senses = [x for x in senses if x.kind != "give" or x.lemma not in WEAK_GIVERS]
    decided = _of_relative(here, p, senses) if p.role == "relative" else None
    if p.role == "gerund":
        decided = _of_gerund(s, p, senses)
    if decided is not None:
        return decided
    if p.role in ("infinitive", "gerund", "bare") and _is_under_right(s, p) or _is_request(s, p):
        return ()
    return tuple(senses)


def _states_nothing(here: SentenceContext, p: Predicate) -> bool:
    """Described, conditional, of a text ("this policy covers") or a bare verb outside a list."""
    s = here.sentence
    if p.described or p.subordinate and not _says_anyway(s, p):
        return True
    if p.subject in ("other", "it", "data") and p.voice == "active":
        if any(s.low(k) in NON_ACTORS for k in range(max(p.clause, p.start - 3), p.start)):
            return True
    if here.item:
        return False
    ungoverned_use = p.role == "infinitive" and not p.governor and p.form.senses[0].action == "use"
    return p.role == "bare" or ungoverned_use and p.voice == "active"


def _is_of_party(p: Predicate) -> bool:
    return (p.subject == "party" and p.role in ("relative", "main", "gerund") and p.voice == "active"
            and p.object_before < 0)  # fmt: skip


def _is_request(s: Sentence, p: Predicate) -> bool:
    """ "Please send us ...", "do not post ...": told to the user."""
    return p.role == "bare" and p.negated and s.low(p.start - 1) in ("do", "please") or s.low(p.start) == "please"


def _of_user(s: Sentence, p: Predicate, senses: list[Sense]) -> tuple[Sense, ...]:
    """What the user does: giving, where it is asked for or possible; being asked; agreeing that we share."""
    if p.role == "relative":
        return ()
    modal = any(s.low(k) in USER_MODALS for k in range(p.start, p.at))
    gives = tuple(x for x in senses if x.kind == "user_gives")
    if gives and (p.governor in USER_PROMPTS or modal) and not _is_under_right(s, p):
        return gives
    asks = tuple(x for x in senses if x.kind == "ask")
    if asks and p.voice == "passive":
        return asks
    if p.role == "infinitive" and p.governor in AGREEING:
        return tuple(x for x in senses if x.kind == "give" and x.lemma not in WEAK_GIVERS)
    return ()


def _of_relative(here: SentenceContext, p: Predicate, senses: list[Sense]) -> tuple[Sense, ...] | None:
    """A relative clause identifies; it states where it names a source, or after a comma. None: as a main clause."""
    s = here.sentence
    sourced = _with_source(s, p, senses)
    if sourced:
        p.object_before = p.subject_units[0]
        return sourced
    if p.subject in ("first", "user"):
        return ()
    if p.subject == "data" and p.voice == "passive":
        if not (s.low(p.clause - 1) in ASIDE_OPENERS or s.low(p.start - 2) == ","):
            return ()
    if p.subject == "relative":
        return tuple(senses) if s.low(p.clause - 1) == "," and p.voice == "passive" else ()
    return None


def _with_source(s: Sentence, p: Predicate, senses: list[Sense]) -> tuple[Sense, ...]:
    """ "Details that we receive from our dealers ..."."""
    if p.subject != "first" or not p.subject_units or s.units[p.subject_units[0]].kind != "data" or p.negated:
        return ()
    near = next((k for k in range(p.at + 1, min(len(s.units), p.at + 7)) if s.units[k].kind != "word"), None)
    if near is None or s.units[near].kind != "party" or preposition_before(s, near) != "from":
        return ()
    return tuple(x for x in senses if x.action == "collect" and x.kind == "act")


def _of_gerund(s: Sentence, p: Predicate, senses: list[Sense]) -> tuple[Sense, ...] | None:
    """A gerund after a preposition mostly names an action. None: it states as a main clause does."""
    if p.negated and p.governor not in DENIED_GERUND_GOVERNORS:
        return ()  # "not using cookies may ..." is the visitor's
    if p.governor in ADVISING:
        return ()
    if p.governor not in NAMING_PREPOSITIONS:
        return None
    if p.governor == "without" and any(s.low(k) in VISITING for k in range(p.clause, p.at)):
        return tuple(x for x in senses if x.kind in ("act", "give", "user_gives"))
    if p.governor == "for" and p.form.senses[0].action == "collect":
        return tuple(senses)
    return ()


def _has_object(here: SentenceContext, p: Predicate) -> bool:
    """A data span right of the verb, before the next verb with a subject of its own."""
    s = here.sentence
    for k in range(p.at + 1, len(s.units)):
        if s.units[k].kind == "data":
            return True
        if s.is_word(k) and s.low(k) in (";", "we", "you"):
            return False
        if s.units[k].kind == "purpose":
            return bool(here.inner_data(k))
    later = any(q.chain is not None and q.at > p.at for q in s.predicates)
    return p.chain is not None or later and p.role == "main"


def _is_complete(here: SentenceContext, p: Predicate, sense: Sense) -> bool:
    """Whether the sentence holds what the sense cannot do without: a cookie to set, a party to allow."""
    s = here.sentence
    if sense.only_data:
        if sense.lemma in ("include", "contain"):
            return False
        return any(u.kind == "data" and here.spans[u.span].category in sense.only_data for u in s.units)
    if sense.lemma == "apply" or sense.lemma == "learn" and s.low(p.at + 1) == "more":
        return False
    if sense.kind == "allow":
        if p.voice == "passive":
            return p.subject == "party"
        return any(s.units[k].kind == "party" for k in range(p.at + 1, min(len(s.units), p.at + 9)))
    return True


def _says_anyway(s: Sentence, p: Predicate) -> bool:
    """ "Where we share X with Y, we ...": a conditional clause that states the sharing as a fact."""
    return (p.subject in ("first", "other") and p.role == "main" and p.form.senses[0].action == "share"
            and s.units[0].low in ("where", "when") and p.form.lemma not in WEAK_GIVERS
            and any(u.kind == "party" and s.subordinate_at(i) for i, u in enumerate(s.units)))  # fmt: skip


def _has_particle(s: Sentence, p: Predicate, sense: Sense) -> bool:
    """ "Make X available", "pass on": whether the particle follows near enough."""
    if sense.particle is None:
        return True
    first = sense.particle.split()[0]
    reach = 12 if first in ("available", "accessible") else 2
    return any(s.low(k) == first for k in range(p.at + 1, min(len(s.units), p.at + 1 + reach)))


def _is_under_right(s: Sentence, p: Predicate) -> bool:
    """Whether the predicate stands under a right or a choice of the user ("opt out of", "ask us not to share")."""
    for k in range(max(0, p.start - 12), p.start):
        if s.low(k) in RIGHTS and not (s.low(k) == "right" and p.subject == "first" and _is_reserved(s, k)):
            return True
    return False


def _is_reserved(s: Sentence, right: int) -> bool:
    return s.low(right - 1) == "the" and s.low(right - 2) in ("reserve", "reserves", "have")


def _of_nominal(s: Sentence, p: Predicate, senses: list[Sense]) -> tuple[Sense, ...]:
    """A noun of action states where it is agreed to or involved ("you consent to the collection of"), or is access."""
    if not senses:
        return ()
    access = p.form.lemma == "access"
    limited = any(s.low(k) in LIMITING for k in range(max(0, p.at - 4), p.at))
    if access and s.low(p.at + 1) == "to" and limited:
        return tuple(senses)
    for k in range(p.at - 1, max(-1, p.at - 14), -1):
        low = s.low(k)
        if low in (".", ";"):
            break
        if low in NAMED_ONLY:
            return ()
        if low in NOMINAL_STATERS:
            p.negated = p.negated or any(_denies(s.low(x)) for x in range(max(0, k - 3), k))
            return tuple(senses)
    return tuple(senses) if access and _is_given(s, p) else ()


def _denies(low: str) -> bool:
    return low in ("not", "cannot", "never") or low in NEGATIVE_AUXILIARIES


def _is_given(s: Sentence, p: Predicate) -> bool:
    """Whether access is had or given, unless "have" already states it."""
    if any(q.senses and q.form.lemma == "have" and 0 < p.at - q.at < 6 for q in s.predicates):
        return False
    if s.low(p.at - 1) in ACCESS_GIVERS:
        return True
    return s.low(p.at + 1) == "to" and any(s.low(k) in ACCESS_SHARERS for k in range(max(0, p.at - 6), p.at))
