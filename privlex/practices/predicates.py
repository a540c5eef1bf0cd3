"""The verb groups and nouns of action of a sentence: auxiliaries, voice, role, negation, coordination."""

from __future__ import annotations

from privlex.practices.clauses import Predicate, Sentence, is_adverb
from privlex.practices.infinitives import infinitive
from privlex.practices.knowledge import word_class
from privlex.practices.subjects import find_subject
from privlex.practices.verbs import Form, forms

FIRST = word_class("first")
MODALS = word_class("modal")
BE = word_class("be")
HAVE = word_class("have")
DO = word_class("do")
NEGATIVE = word_class("negative_aux")
AUXILIARIES = MODALS | BE | HAVE | DO | NEGATIVE
CONJUNCTIONS = word_class("conjunction")
BEFORE_CHAINED = CONJUNCTIONS | {"/", "then"}
CHAIN_FILLERS = CONJUNCTIONS | word_class("chain_fillers")
ARTICLES = word_class("determiner") | word_class("possessive")
BARE_GOVERNORS = word_class("bare_governors")
BARE_PARTY_GOVERNORS = word_class("bare_party_governors")
BARE_ACTORS = {"us": "first", "you": "user", "them": "they", "it": "they"}
VERB_LINKS = word_class("verb_links")
CHAIN_STOPS = word_class("chain_stops")
ITEM_MARKS = word_class("item_marks")
NOMINAL_LINKS = word_class("nominal_links")
REFRAINING = word_class("refraining")
HABITS = word_class("habits")
BUSINESS = BE | NEGATIVE | {"do", "not"}
PAST_SUBJECTS = FIRST | word_class("past_subjects")
FINITE_SUBJECTS = FIRST | word_class("finite_subjects")
OBJECT_FORMS = word_class("object_forms")
NO_SUBJECTS = (
    ARTICLES | word_class("preposition") | CONJUNCTIONS | BE | word_class("subordinator") | MODALS
    | word_class("no_subject_ends")
)  # fmt: skip
NO_PLURALS = word_class("no_plurals")

Verbs = dict[str, Form]  # readings of a word as a verb, by shape


def find_predicates(s: Sentence) -> Sentence:
    """The sentence, its predicates filled in from left to right."""
    table = forms()
    for i, unit in enumerate(s.units):
        readings = table.get(unit.low) if unit.kind == "word" else None
        found = _read(s, i, readings) if readings else None
        if found is not None:
            s.predicates.append(found)
    return s


def _read(s: Sentence, i: int, readings: tuple[Form, ...]) -> Predicate | None:
    j, negated = s.skip_left(i - 1)
    verbs = {f.shape: f for f in readings if f.shape != "noun"}
    noun = next((f for f in readings if f.shape == "noun"), None)
    chained = _chained(s, i, j, verbs, negated)
    if chained is not None:
        return chained
    low = s.low(j) if s.is_word(j) else ""
    if low == "," and ("base" in verbs or "past" in verbs):
        j, denied = _across_parenthesis(s, j)
        negated = negated or denied
        low = s.low(j)
    if low in MODALS or low in DO or low in NEGATIVE and "base" in verbs:
        form = verbs.get("base")
        return form and _finite(s, i, j, form, "active", negated or low in NEGATIVE)
    return _after_auxiliary(s, i, j, verbs, negated) or _without_auxiliary(s, i, j, verbs, noun, negated)


def _after_auxiliary(s: Sentence, i: int, j: int, verbs: Verbs, negated: bool) -> Predicate | None:
    """After "to", a form of be or have, or "help us": an infinitive, a passive, a perfect."""
    low = s.low(j)
    base, past, gerund = verbs.get("base"), verbs.get("past"), verbs.get("gerund")
    if j >= 0 and s.units[j].kind != "word":
        if base and s.units[j].kind == "party" and s.low(j - 1) in BARE_PARTY_GOVERNORS:
            return _bare_infinitive(s, i, j, base, negated, "party")
        return None
    if low == "to" and base:
        return infinitive(s, i, j, base, negated)
    if (low in BE or low in NEGATIVE) and (past or gerund):
        return _finite(s, i, j, past or gerund, "passive" if past else "active", negated or low in NEGATIVE)
    if low in HAVE and past:
        return _finite(s, i, j, past, "active", negated)
    if base and low in BARE_ACTORS and s.low(j - 1) in BARE_GOVERNORS:
        return _bare_infinitive(s, i, j, base, negated, BARE_ACTORS[low])
    return None


def _bare_infinitive(s: Sentence, i: int, j: int, form: Form, negated: bool, subject: str) -> Predicate:
    """ "Help us improve", "let vendors set": the words between are the actor."""
    party = subject == "party"
    return Predicate(
        i, i, form, "active", "infinitive", negated, subject, (j,) if party else (), clause=s.clause_start(i),
        governor=s.low(j - 1), governed_by=j - 1, subordinate=not party and s.subordinate_at(i),
    )  # fmt: skip


def _without_auxiliary(s: Sentence, i: int, j: int, verbs: Verbs, noun: Form | None, negated: bool) -> Predicate | None:
    """A gerund, participle, finite or bare form, or a noun of action."""
    low = s.low(j) if s.is_word(j) else ""
    if "gerund" in verbs:
        nominal = _nominal(s, i, j, verbs["gerund"])
        if low in ARTICLES or nominal.chain is not None:
            return nominal
        return _gerund(s, i, j, verbs["gerund"], negated)
    if "past" in verbs and "base" not in verbs:
        return _past(s, i, j, verbs["past"], negated)
    if "base" in verbs and low in VERB_LINKS:
        modal = _modal_before(s, i, j)
        if modal is not None:
            denied = s.low(modal) in NEGATIVE or s.low(modal + 1) == "not"
            return _finite(s, i, modal, verbs["base"], "active", denied)
    if noun is not None and s.low(i) == "access" and s.low(i + 1) == "to" and low not in ("we", "you", "they"):
        return _nominal(s, i, j, noun)
    form = verbs.get("base") or verbs.get("third")
    if form is not None and _can_be_subject(s, j, low, form.shape):
        return _finite(s, i, j, form, "active", negated)
    if form is not None and form.shape == "base" and (j < 0 or low in ITEM_MARKS):
        return Predicate(i, i, form, "active", "bare", negated, clause=max(0, j + 1))
    if "past" in verbs:
        return _past(s, i, j, verbs["past"], negated)
    return _nominal(s, i, j, noun) if noun is not None else None


def _modal_before(s: Sentence, i: int, j: int) -> int | None:
    """The modal of "we may, X or use Y", where the verb has an object and no other predicate stands between."""
    if i + 1 >= len(s.units) or s.is_word(i + 1) and s.low(i + 1) not in ARTICLES:
        return None
    for k in range(j - 1, max(-1, j - 22), -1):
        if s.is_word(k) and s.low(k) in CHAIN_STOPS:
            return None
        if s.is_word(k) and (s.low(k) in MODALS or s.low(k) in NEGATIVE) and not any(p.at > k for p in s.predicates):
            return k
    return None


def _nominal(s: Sentence, i: int, j: int, form: Form) -> Predicate:
    """A nominalisation; "the collection, use and sharing of X" is a chain."""
    denied = s.low(j) in ("no", "not", "never")
    found = Predicate(i, i, form, "noun", "noun", denied, clause=s.clause_start(i))
    k = j
    while s.is_word(k) and s.low(k) in NOMINAL_LINKS:
        k -= 1
    if k < j and s.predicates and s.predicates[-1].at == k and s.predicates[-1].voice == "noun":
        found.chain = len(s.predicates) - 1
    return found


def _across_parenthesis(s: Sentence, comma: int) -> tuple[int, bool]:
    """The auxiliary before a parenthesis: "will not, without your consent, disclose"; the comma where there is none."""
    for k in range(comma - 1, max(-1, comma - 16), -1):
        if s.low(k) == "," and s.is_word(k):
            j, negated = s.skip_left(k - 1)
            if s.low(j) in MODALS or s.low(j) in NEGATIVE or s.low(j) in DO:
                return j, negated or s.low(j) in NEGATIVE
        if s.low(k) in (";", ":"):
            break
    return comma, False


def _chained(s: Sentence, i: int, j: int, verbs: Verbs, negated: bool) -> Predicate | None:
    """A verb coordinated with an earlier predicate: "collect, use and share", "will not sell X or rent Y"."""
    if not s.predicates or not s.is_word(j) or s.low(j) not in BEFORE_CHAINED:
        return None
    k = j
    while s.is_word(k) and (s.low(k) in CHAIN_FILLERS or is_adverb(s.low(k))):
        k -= 1
    for index in range(len(s.predicates) - 1, -1, -1):
        before = s.predicates[index]
        if before.voice == "noun" or before.role in ("reduced", "noun"):
            continue
        adjacent = k == before.at
        names = before.role == "relative" and (before.subject in ("user", "first") or before.described)
        if names and not adjacent:
            continue
        form = _same_shape(before, verbs, adjacent)
        if form is None or not adjacent and not _goes_on(s, before, i, j):
            return None
        return Predicate(
            i, i, form, before.voice, before.role, negated or before.negated and s.low(j) != "but",
            before.subject, before.subject_units, index, before.clause, before.governor, before.governed_by,
            before.subordinate, before.object_before, before.described,
        )  # fmt: skip
    return None


def _same_shape(before: Predicate, verbs: Verbs, adjacent: bool) -> Form | None:
    """The reading of a verb that can be coordinated with a predicate."""
    form = verbs.get(before.form.shape)
    if form is None and before.voice == "passive" and "past" in verbs:
        return verbs["past"]
    return next(iter(verbs.values()), None) if form is None and adjacent else form


def _goes_on(s: Sentence, before: Predicate, i: int, j: int) -> bool:
    """Whether a verb with other words between it and the predicate is coordinated with it."""
    shape = before.form.shape
    if s.low(j) == "," and before.role != "bare" and before.voice != "passive" and shape not in ("base", "gerund"):
        return False  # "collect X, use Y": only base forms and gerunds go on after a comma
    if before.subordinate != s.subordinate_at(i):
        return False
    return shape in ("third", "base", "gerund") or before.voice == "passive"


def _finite(s: Sentence, i: int, j: int, form: Form, voice: str, negated: bool) -> Predicate:
    """Read the auxiliaries further left of ``j``, then the subject."""
    start = j if s.is_word(j) and s.low(j) in AUXILIARIES else j + 1
    k, more = s.skip_left(start - 1)
    negated = negated or more
    while s.is_word(k) and (s.low(k) in AUXILIARIES or s.low(k) == "to"):
        negated = negated or s.low(k) in NEGATIVE
        if s.low(k) == "to":
            found = infinitive(s, i, k, form, negated)
            found.voice = voice
            return found
        start = k
        k, more = s.skip_left(k - 1)
        negated = negated or more
    found = Predicate(i, start, form, voice, "main", negated)
    find_subject(s, found, start - 1)
    return found


def _gerund(s: Sentence, i: int, j: int, form: Form, negated: bool) -> Predicate:
    low = s.low(j) if s.is_word(j) else ""
    found = Predicate(i, i, form, "active", "gerund", negated or low == "without", clause=s.clause_start(i),
                      governor=low, governed_by=j, subordinate=s.subordinate_at(i))  # fmt: skip
    if j >= 0 and s.units[j].kind == "party":
        found.subject, found.subject_units = "party", s.party_list(j)
    if low in ("from", "of"):
        _refrain(s, found, j)
    return found


def _refrain(s: Sentence, found: Predicate, preposition: int) -> None:
    """ "Refrain from selling", "prohibited from", "not in the business of selling": the gerund is what is stated."""
    k, _ = s.skip_left(preposition - 1)
    if s.low(k) in REFRAINING:
        found.negated, found.role = True, "main"
    if s.low(k) in HABITS:
        found.role = "main"
        g = k
        while g >= 0 and s.low(g) not in BUSINESS:
            g -= 1
        found.negated = s.low(g) in NEGATIVE or s.low(g + 1) == "not" or s.low(g) == "not"
        find_subject(s, found, g - 1)


def _past(s: Sentence, i: int, j: int, form: Form, negated: bool) -> Predicate:
    """A past form without auxiliary: finite after a pronoun, else a participle that only identifies."""
    if s.is_word(j) and s.low(j) in PAST_SUBJECTS:
        return _finite(s, i, j, form, "active", negated)
    found = Predicate(i, i, form, "passive", "reduced", negated, clause=i, subordinate=s.subordinate_at(i))
    k = j
    while s.is_word(k) and s.low(k) in ("(", ",", ")"):
        k -= 1
    if k >= 0 and s.units[k].kind in ("data", "party"):
        found.subject, found.subject_units = s.units[k].kind, (k,)
    return found


def _can_be_subject(s: Sentence, j: int, low: str, shape: str) -> bool:
    """Whether what ends at ``j`` can be the subject of a finite verb without auxiliary."""
    if not s.is_word(j):
        return j >= 0 and s.units[j].kind in ("party", "data")
    if low in FINITE_SUBJECTS or low in s.names:
        return low not in OBJECT_FORMS
    if low in NO_SUBJECTS:
        return False
    if low in (")", '"', "”"):
        return True
    if not low[:1].isalpha():
        return False
    if shape == "third":
        return not low.endswith("ing")
    return low.endswith("s") and not low.endswith("ss") and low not in NO_PLURALS
