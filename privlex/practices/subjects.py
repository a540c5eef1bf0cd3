"""The subject of a verb group: who acts or what is acted on, and whether its clause only identifies or describes."""

from __future__ import annotations

from privlex.practices.clauses import Predicate, Sentence, is_adverb
from privlex.practices.knowledge import word_class

FIRST = word_class("first")
USER = word_class("user")
USER_HEADS = word_class("user") - {"owner", "owners"}
USER_NOUNS = word_class("user") - {"your"}
PREPOSITIONS = word_class("preposition")
BEFORE_OBJECT = word_class("preposition") - {"for"}
IMPERATIVES = word_class("do") | word_class("negative_aux")
SUBORDINATORS = word_class("subordinator")
NAMING = word_class("question") | word_class("naming_nouns")
STATERS = word_class("consent") | word_class("reporting_of_clause")
REPORTING = word_class("reporting")
QUANTIFIERS = word_class("subject_quantifiers")
PARTING = word_class("subject_parting")
OBJECT_PRONOUNS = word_class("object_pronouns")
NEUTER = word_class("neuter_subjects")
RELATIVES = word_class("relative_subjects")
BEFORE_RELATIVE = word_class("before_relative")
OBJECT_TO_PARTY = word_class("determiner") | word_class("possessive") | word_class("object_to_party_fillers")
DENYING_SUBJECTS = word_class("denying_subjects")
HEAD_PREPOSITIONS = word_class("head_prepositions")
NEW_HEAD = word_class("new_head_prepositions")
PARTITIVES = word_class("partitives")
CLAUSE_SUBORDINATORS = word_class("clause_subordinators")
NAME_ENDS = word_class("name_ends")
NO_HEADS = word_class("determiner") | word_class("possessive") | word_class("conjunction") | {"s"}
OBJECT_NOUNS = word_class("object_nouns")
DENYING_PLACES = word_class("denying_places")
DENIED_CASES = word_class("denied_cases")


def find_subject(s: Sentence, found: Predicate, k: int) -> None:
    """Find the subject left of unit ``k`` (inclusive); sets clause, role, subject, and polarity by subject."""
    while s.is_word(k) and (is_adverb(s.low(k)) or s.low(k) in QUANTIFIERS):
        k -= 1
    if s.low(k) in PARTING:  # parenthesis or apposition between subject and verb
        k -= 1
    found.clause = s.clause_start(found.start)
    found.subordinate = s.subordinate_at(found.at)
    if s.low(found.start) in IMPERATIVES and (k < 0 or s.low(k) == "please"):
        found.subject = "user"  # an imperative: "please do not post ..."
        return
    if k < 0:
        found.role = "bare" if found.role == "main" and found.form.shape == "base" else found.role
        return
    _name_subject(s, found, k)
    if found.role == "main":
        if found.subject in ("first", "user"):
            _identify_or_describe(s, found, k)
        elif found.subject == "party" and found.voice == "active":
            _object_before_party(s, found)
    _deny_by_place(s, found, k)


def _name_subject(s: Sentence, found: Predicate, k: int) -> None:
    """What the word at ``k`` makes the subject: a pronoun itself, a relative its antecedent, a noun its phrase."""
    low = s.low(k) if s.is_word(k) else ""
    if low in OBJECT_PRONOUNS and s.is_word(k - 1) and s.low(k - 1) in BEFORE_OBJECT:
        _noun_subject(s, found, k - 2)
    elif low in FIRST:
        found.subject = "first"
    elif low in ("you", "your"):
        found.subject = "user"
    elif low in ("they", "them"):
        found.subject = "they"
    elif low in NEUTER:
        found.subject = "it"
    elif low in RELATIVES:
        _antecedent(s, found, k)
    else:
        _noun_subject(s, found, k)


def _antecedent(s: Sentence, found: Predicate, relative: int) -> None:
    """The subject of a relative clause: what stands before "which", "that", "who"."""
    found.role = found.subject = "relative"
    a = relative - 1
    if s.low(a) in BEFORE_RELATIVE:
        a -= 1
    floor = a - 5
    while s.is_word(a) and a > floor and s.units[a].low not in (".", ";", ":"):
        if s.units[a].low in USER_HEADS:
            found.subject = "user"
            break
        a -= 1
    if a >= 0 and s.units[a].kind in ("data", "party"):
        found.subject = s.units[a].kind
        found.subject_units = s.party_list(a) if found.subject == "party" else (a,)
    found.clause = relative


def _object_before_party(s: Sentence, found: Predicate) -> None:
    """ "The information our vendors collect": the object stands before the subject."""
    a = found.subject_units[0] - 1
    while s.is_word(a) and s.low(a) in OBJECT_TO_PARTY:
        a -= 1
    if a >= 0 and s.units[a].kind == "data":
        found.role, found.object_before = "relative", a


def _deny_by_place(s: Sentence, found: Predicate, k: int) -> None:
    """ "Nor do we share" (inverted), "under no circumstances do we", "at no time"."""
    if found.subject == "first" and s.low(k - 1) == "nor" or s.low(found.start - 1) == "nor":
        found.negated = True
    for a in range(max(found.clause - 1, 0), found.start):
        if not s.is_word(a):
            continue
        pair = (s.low(a), s.low(a + 1))
        if pair[0] in ("nor", "neither", "never"):
            found.negated = True
        elif pair[0] in DENYING_PLACES and pair[1] in DENIED_CASES and "no" in pair:
            found.negated = True


class _Phrase:
    """A noun phrase read from its end: the parties, data and other head met so far."""

    __slots__ = ("parties", "data", "other", "last")

    def __init__(self, last: int) -> None:
        self.parties: list[int] = []
        self.data: list[int] = []
        self.other = ""
        self.last = last

    def __bool__(self) -> bool:
        return bool(self.parties or self.data or self.other)


def _noun_subject(s: Sentence, found: Predicate, k: int) -> None:
    """A noun phrase as subject: its head decides; "no" and "none of" before it deny the verb."""
    phrase = _Phrase(k)
    for a in range(k, found.clause - 1, -1):
        kind = s.units[a].kind
        if kind == "party":
            phrase.parties.append(a)
        elif kind == "data":
            phrase.data.append(a)
        elif kind in ("purpose", "condition") or _ends_phrase(s, found, phrase, a):
            break
    parties, data = phrase.parties, tuple(reversed(phrase.data))
    if phrase.other == "user" and found.voice == "active" and s.is_word(k) and s.low(k) in USER:
        found.subject = "user"
        if data and found.role == "main":
            found.role = "relative"
    elif found.voice == "passive" and data:
        found.subject, found.subject_units = "data", data
    elif parties and not (data and phrase.other == "first"):
        found.subject = "party"
        found.subject_units = tuple(parties) if len(parties) == 1 else s.party_list(max(parties))
    elif data:
        found.subject, found.subject_units = "data", data
    else:
        found.subject = phrase.other


def _ends_phrase(s: Sentence, found: Predicate, phrase: _Phrase, a: int) -> bool:
    """Take the word at ``a`` into the phrase; whether the phrase begins right of it."""
    low, active = s.units[a].low, found.voice == "active"
    if low == "that" and s.low(a - 1) in REPORTING:
        return True
    if low in ("that", "which", "who") and a < phrase.last and phrase:
        phrase.parties, phrase.other = [], ""
        phrase.data = [] if active else phrase.data
    elif low in (";", ":"):
        return True
    elif low in ("how", "what", "why") and active:
        found.described = True
        return True
    elif low in DENYING_SUBJECTS:
        found.negated = True
    elif low in HEAD_PREPOSITIONS and not (low == "of" and s.low(a - 1) in PARTITIVES):
        if low in NEW_HEAD:  # what follows the preposition is no head
            phrase.parties, phrase.other = [], ""
            if low != "of" and (active or low in ("for", "from")):
                phrase.data = []
    elif low in SUBORDINATORS or low == "that":
        return low in CLAUSE_SUBORDINATORS
    elif low == "," and active and phrase:
        return _parts_apposition(s, found, phrase, a)
    elif not (low in FIRST and not phrase.data and not phrase.parties):
        phrase.other = phrase.other or _head(s, low)
    return False


def _parts_apposition(s: Sentence, found: Predicate, phrase: _Phrase, comma: int) -> bool:
    """Whether no data or party stands before the comma that the phrase could go on with."""
    before = comma - 1
    while s.is_word(before) and s.low(before) in NAME_ENDS:
        before -= 1
    if before < found.clause or s.units[before].kind not in ("party", "data"):
        return True
    return bool(phrase.other and not (phrase.parties or phrase.data))


def _head(s: Sentence, low: str) -> str:
    if low in USER_NOUNS:
        return "user"
    if low in s.names:
        return "first"
    return "other" if low[:1].isalpha() and low not in NO_HEADS else ""


def _identify_or_describe(s: Sentence, found: Predicate, k: int) -> None:
    """ "Information we collect", "how we use X": the clause only identifies or names."""
    a = k - 1
    while s.is_word(a) and is_adverb(s.low(a)):
        a -= 1
    if a < 0:
        return
    unit = s.units[a]
    if unit.kind in ("data", "party"):
        found.role, found.clause = "relative", k
        if found.subject != "user" or unit.kind == "data":
            found.subject_units = (a,)
    elif unit.low in ("that", "which", "whom"):
        found.clause = a
        _relative_object(s, found, a)
    elif unit.low in NAMING:
        found.described = True
        found.clause = a
    elif unit.kind == "word" and unit.low in OBJECT_NOUNS:
        found.role, found.clause = "relative", k


def _relative_object(s: Sentence, found: Predicate, relative: int) -> None:
    """ "Information that we collect"; "your name, which we share" states; "you agree that we share" states."""
    b = relative - 1
    if s.low(b) in (",", "with", "to", "from"):
        b -= 1
    if b < 0 or s.units[b].kind not in ("data", "party"):
        found.role = "main" if b >= 0 and s.low(b) in STATERS else "relative"
        return
    found.role = "relative"
    found.subject_units = (b,)
    aside = s.low(relative) == "which" and s.low(relative - 1) == ","
    if aside and found.subject == "first" and s.units[b].kind == "data":
        found.role, found.object_before = "main", b
