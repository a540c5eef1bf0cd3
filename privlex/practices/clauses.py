"""A sentence as units (words and spans) and the predicates that stand in it.

Policies of two decades, many in non-native English, break parsers; a verb group, its subject and its voice can be read
from closed word classes alone. What is here knows grammar only; which action a predicate states is the lexicon's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from privlex.practices.verbs import Form, Sense, forms
from privlex.practices.words import Word, grammar
from privlex.records import FoundSpan

AGREE = frozenset(
    "agree agrees understand acknowledge consent aware ensure believe know means mean assure note confirm state accept provided guarantee".split()
)


@dataclass(slots=True)
class Unit:
    """A word, or an outermost span standing as one unit. ``kind`` is "word" or the span's kind."""

    kind: str
    low: str
    start: int
    end: int
    span: int = -1
    inner: tuple[int, ...] = ()


@dataclass(slots=True)
class Predicate:
    """A verb (or noun) group that states an action: where it stands, its voice, role, subject and negation."""

    at: int
    start: int
    form: Form
    voice: str  # active, passive, noun
    role: str  # main, relative, reduced, infinitive, gerund, bare, noun
    negated: bool = False
    subject: str = ""  # first, user, party, data, they, it, other, ""
    subject_units: tuple[int, ...] = ()
    chain: int | None = None  # index of the predicate it is coordinated with
    clause: int = 0  # first unit of its clause
    governor: str = ""  # "need", "allow", "agree", ... before an infinitive
    governed_by: int = -1  # unit of the governor
    subordinate: bool = False  # stands inside a conditional clause
    object_before: int = -1  # unit of the object, where it stands before the subject
    described: bool = False  # "describes how we collect": names a practice, states none
    senses: tuple[Sense, ...] = field(default=())


def units_of(text: str, tokens: Sequence[Word], spans: Sequence[tuple[int, FoundSpan]]) -> list[Unit]:
    """Units of a sentence; ``spans`` are the (index, span) that begin in it, in text order, outermost first."""
    outer: list[Unit] = []
    for index, span in spans:
        if outer and span.start < outer[-1].end:
            outer[-1].inner = (*outer[-1].inner, index)
            continue
        outer.append(Unit(span.kind, text[span.start : span.end].lower(), span.start, span.end, index))
    made: list[Unit] = []
    place = 0
    for low, start, end in tokens:
        while place < len(outer) and outer[place].end <= start:
            made.append(outer[place])
            place += 1
        if place < len(outer) and end > outer[place].start:
            continue
        made.append(Unit("word", low, start, end))
    return made + outer[place:]


def is_adverb(low: str, classes: dict[str, frozenset[str]]) -> bool:
    """Words that may stand inside a verb group without changing it."""
    return low in classes["adverb"] or (low.endswith("ly") and low not in ("apply", "supply", "rely", "comply", "only"))


class Sentence:
    """Units of one sentence and what can be asked of them."""

    def __init__(self, units: list[Unit], names: frozenset[str], regions: Sequence[tuple[int, int]] = ()) -> None:
        self.units = units
        self.names = names  # lower-case first words of first-party names
        self.regions = regions  # conditional stretches, in characters
        self.classes = grammar()
        self.predicates: list[Predicate] = []
        self._find()

    # ------------------------------------------------------------------ small questions

    def low(self, i: int) -> str:
        return self.units[i].low if 0 <= i < len(self.units) else ""

    def is_word(self, i: int) -> bool:
        return 0 <= i < len(self.units) and self.units[i].kind == "word"

    def subordinate_at(self, i: int) -> bool:
        place = self.units[i].start
        return any(a <= place < b for a, b in self.regions)

    def _skip_left(self, i: int) -> tuple[int, bool]:
        """Go left over adverbs and denials; where it stops and whether a denial was met."""
        negated = False
        while self.is_word(i):
            low = self.units[i].low
            if low in ("not", "never", "neither", "n't"):
                negated = not (low == "not" and self.low(i + 1) in ("only", "just", "limited"))
            elif (
                low in ("or", "and", ",")
                and self.is_word(i - 1)
                and self.low(i - 1).endswith("ly")
                and self.low(i + 1).endswith("ly")
            ):
                pass
            elif not is_adverb(low, self.classes) and low != "only":
                break
            i -= 1
        return i, negated

    # ------------------------------------------------------------------ predicates

    def _find(self) -> None:
        table = forms()
        for i, unit in enumerate(self.units):
            if unit.kind != "word":
                continue
            readings = table.get(unit.low)
            if readings:
                found = self._read(i, readings)
                if found is not None:
                    self.predicates.append(found)

    def _read(self, i: int, readings: tuple[Form, ...]) -> Predicate | None:
        c = self.classes
        j, negated = self._skip_left(i - 1)
        left = self.units[j] if j >= 0 else None
        low = left.low if left is not None and left.kind == "word" else ""
        verbs = {f.shape: f for f in readings if f.shape != "noun"}
        noun = next((f for f in readings if f.shape == "noun"), None)

        chained = self._chain(i, j, verbs, negated)
        if chained is not None:
            return chained
        # parenthesis between auxiliary and verb: "will not, without your consent, disclose"
        if low == "," and ("base" in verbs or "past" in verbs):
            k = self._across_parenthesis(j)
            if k is not None:
                j, inner_negated = k
                negated = negated or inner_negated
                left = self.units[j]
                low = left.low
        if low in c["modal"] or low in c["do"] or low in c["negative_aux"] and "base" in verbs:
            form = verbs.get("base")
            if form is None:
                return None
            return self._finite(i, j, form, "active", negated or low in c["negative_aux"])
        if low == "to" and "base" in verbs:
            return self._infinitive(i, j, verbs["base"], negated)
        if (low in c["be"] or low in c["negative_aux"]) and ("past" in verbs or "gerund" in verbs):
            if "past" in verbs:
                return self._finite(i, j, verbs["past"], "passive", negated or low in c["negative_aux"])
            return self._finite(i, j, verbs["gerund"], "active", negated or low in c["negative_aux"])
        if low in c["have"] and "past" in verbs:
            return self._finite(i, j, verbs["past"], "active", negated)
        if (
            "base" in verbs
            and low in ("us", "them", "you", "it")
            and self.low(j - 1) in ("help", "helps", "let", "lets", "helping", "letting", "make")
        ):
            found = Predicate(i, i, verbs["base"], "active", "infinitive", negated, "first" if low == "us" else "user" if low == "you" else "they",
                              clause=self._clause_start(i), governor=self.low(j - 1), governed_by=j - 1)  # fmt: skip
            found.subordinate = self.subordinate_at(i)
            return found
        if (
            "base" in verbs
            and left is not None
            and left.kind == "party"
            and self.low(j - 1) in ("help", "helps", "let", "lets")
        ):
            return Predicate(
                i,
                i,
                verbs["base"],
                "active",
                "infinitive",
                negated,
                "party",
                (j,),
                clause=self._clause_start(i),
                governor=self.low(j - 1),
                governed_by=j - 1,
            )
        if "gerund" in verbs:
            if low in c["determiner"] or low in c["possessive"]:
                return self._nominal(i, j, verbs["gerund"])
            nominal = self._nominal(i, j, verbs["gerund"])
            if nominal.chain is not None:
                return nominal
            return self._gerund(i, j, verbs["gerund"], negated)
        if "past" in verbs and "base" not in verbs:
            return self._past(i, j, verbs["past"], negated)
        if "base" in verbs and low in ("or", "and", ",", "and/or") and (self.units[i + 1].kind != "word" or self.low(i + 1) in c["determiner"] | c["possessive"]
                                                                        if i + 1 < len(self.units) else False):  # fmt: skip
            for k in range(j - 1, max(-1, j - 22), -1):
                if self.is_word(k) and self.low(k) in (";", ":", "if", "when", "that", "which", "who"):
                    break
                if (
                    self.is_word(k)
                    and (self.low(k) in c["modal"] or self.low(k) in c["negative_aux"])
                    and not any(p.at > k for p in self.predicates)
                ):
                    return self._finite(
                        i, k, verbs["base"], "active", self.low(k) in c["negative_aux"] or self.low(k + 1) == "not"
                    )
        form = verbs.get("base") or verbs.get("third")
        if (
            noun is not None
            and self.low(i) == "access"
            and self.low(i + 1) == "to"
            and low not in ("we", "you", "they")
        ):
            return self._nominal(i, j, noun)
        if form is not None and self._is_subject_end(j, low, form.shape):
            return self._finite(i, j, form, "active", negated)
        if form is not None and form.shape == "base" and (j < 0 or low in (":", ";", "(", "-", "–", "—", "•", ")")):
            return Predicate(i, i, form, "active", "bare", negated, clause=max(0, j + 1))
        if "past" in verbs:
            return self._past(i, j, verbs["past"], negated)
        if noun is not None:
            return self._nominal(i, j, noun)
        return None

    def _nominal(self, i: int, j: int, form: Form) -> Predicate:
        """A nominalisation; "the collection, use and sharing of X" is a chain."""
        found = Predicate(i, i, form, "noun", "noun", self._nominal_denied(j), clause=self._clause_start(i))
        k = j
        while self.is_word(k) and self.low(k) in ("and", "or", ",", "/", "and/or", "other", "our", "the"):
            k -= 1
        if k < j and self.predicates and self.predicates[-1].at == k and self.predicates[-1].voice == "noun":
            found.chain = len(self.predicates) - 1
        return found

    def _nominal_denied(self, j: int) -> bool:
        return self.low(j) in ("no", "not", "never")

    def _across_parenthesis(self, comma: int) -> tuple[int, bool] | None:
        c = self.classes
        for k in range(comma - 1, max(-1, comma - 16), -1):
            if self.low(k) == "," and self.is_word(k):
                j, negated = self._skip_left(k - 1)
                low = self.low(j)
                if low in c["modal"] or low in c["negative_aux"] or low in c["do"]:
                    return j, negated or low in c["negative_aux"]
            if self.low(k) in (";", ":"):
                break
        return None

    def _chain(self, i: int, j: int, verbs: dict[str, Form], negated: bool) -> Predicate | None:
        """A verb coordinated with an earlier predicate: "collect, use and share", "will not sell X or rent Y"."""
        c = self.classes
        if j < 0 or not self.is_word(j) or self.units[j].low not in c["conjunction"] | {"/", "then"}:
            return None
        if not self.predicates:
            return None
        k = j
        while k >= 0 and self.is_word(k) and (
            self.units[k].low in c["conjunction"] or self.units[k].low == "/" or is_adverb(self.units[k].low, c)
            or self.units[k].low in ("not", "or", "otherwise", "as", "well")
        ):  # fmt: skip
            k -= 1
        for index in range(len(self.predicates) - 1, -1, -1):
            before = self.predicates[index]
            if before.voice == "noun" or before.role in ("reduced", "noun"):
                continue
            if (
                before.role == "relative"
                and k != before.at
                and (before.subject in ("user", "first") or before.described)
            ):
                continue
            shape = before.form.shape
            form = verbs.get(shape)
            if form is None:
                if before.voice == "passive" and "past" in verbs:
                    form = verbs["past"]
                elif k == before.at:
                    form = next(iter(verbs.values()), None)
            adjacent = k == before.at
            if form is None:
                break
            conj = self.units[j].low
            if not adjacent:
                if conj == "," and before.role != "bare" and before.voice != "passive":
                    # "collect X, use Y": only where the comma list closes with a conjunction later; take base forms
                    if shape != "base" and shape != "gerund":
                        break
                if before.subordinate != self.subordinate_at(i):
                    break
                if shape in ("third", "base") and before.role in ("infinitive", "main", "bare", "relative", "gerund"):
                    pass
                elif shape == "gerund" or before.voice == "passive":
                    pass
                else:
                    break
            return Predicate(
                i, i, form, before.voice, before.role, before.negated != (negated and not before.negated) if negated
                else before.negated and conj != "but", before.subject, before.subject_units, index, before.clause,
                before.governor, before.governed_by, before.subordinate, before.object_before, before.described,
            )  # fmt: skip
        return None

    def _finite(self, i: int, j: int, form: Form, voice: str, negated: bool) -> Predicate:
        """Read the auxiliaries further left of ``j``, then the subject."""
        c = self.classes
        start = (
            j
            if self.is_word(j) and (self.low(j) in c["modal"] | c["do"] | c["be"] | c["have"] | c["negative_aux"])
            else j + 1
        )
        k, more = self._skip_left(start - 1)
        negated = negated or more
        while self.is_word(k) and self.low(k) in c["modal"] | c["do"] | c["be"] | c["have"] | c["negative_aux"] | {
            "to"
        }:
            negated = negated or self.low(k) in c["negative_aux"]
            if self.low(k) == "to":
                infinitive = self._infinitive(i, k, form, negated)
                infinitive.voice = voice
                if voice == "passive":
                    infinitive.form = form
                return infinitive
            start = k
            k, more = self._skip_left(k - 1)
            negated = negated or more
        found = Predicate(i, start, form, voice, "main", negated)
        self._subject(found, start - 1)
        return found

    def _infinitive(self, i: int, to: int, form: Form, negated: bool) -> Predicate:
        c = self.classes
        k, more = self._skip_left(to - 1)
        found = Predicate(i, to, form, "active", "infinitive", negated or more, clause=to)
        # "allow advertisers to set", "ask you to provide": the words between are the actor of the infinitive
        who, who_units, g = "", (), k
        while g >= 0:
            unit = self.units[g]
            if unit.kind == "party":
                who, who_units = "party", (g, *who_units)
            elif unit.kind != "word":
                break
            elif unit.low in c["first"]:
                who = who or "first"
            elif unit.low in c["user"]:
                who = who or "user"
            elif unit.low in c["their"]:
                who = who or "they"
            elif (
                unit.low in c["governor"]
                or unit.low in c["enabler"]
                and (
                    who or unit.low in ("required", "permitted", "allowed", "asked", "requested", "prompted", "invited")
                )
            ):
                found.governor, found.governed_by = unit.low, g
                break
            elif (
                unit.low
                in (
                    "and",
                    "or",
                    ",",
                    "other",
                    "the",
                    "our",
                    "certain",
                    "these",
                    "such",
                    "any",
                    "of",
                    "their",
                    "some",
                    "who",
                    "that",
                    "selected",
                    "trusted",
                )
                and (who or unit.low not in (",", "and", "or"))
                or (who and to - g < 14 and unit.low not in (".", ";", ":"))
            ):
                pass
            else:
                break
            g -= 1
        if not found.governor and not who:
            # "allows companies that place banners to set cookies": a relative clause stands before the infinitive
            for a in range(k, max(-1, k - 16), -1):
                if self.is_word(a) and self.low(a) in (
                    "allow",
                    "allows",
                    "permit",
                    "permits",
                    "enable",
                    "enables",
                    "authorize",
                    "let",
                    "lets",
                ):
                    between = [b for b in range(a + 1, to) if self.units[b].kind == "party"]
                    if between:
                        who, who_units = "party", self._party_list(between[0])
                        found.governor, found.governed_by = self.low(a), a
                    break
                if self.is_word(a) and self.low(a) in (".", ";", ":", ","):
                    break
        if found.governor:
            # polarity and subject are those of the governor's own group
            j = found.governed_by - 1
            if found.governor in ("right", "ability", "permission", "reserve"):
                while self.is_word(j) and (
                    self.low(j) in c["determiner"] or self.low(j) in ("reserve", "reserves", "reserved")
                ):
                    j -= 1
            j, denied = self._skip_left(j)
            denied = denied or self.low(j) in c["negative_aux"]
            while self.is_word(j) and self.low(j) in c["modal"] | c["do"] | c["be"] | c["have"] | c["negative_aux"]:
                denied = denied or self.low(j) in c["negative_aux"]
                j, more = self._skip_left(j - 1)
                denied = denied or more
            if found.governor in ("unable", "prevent", "prevents", "forbidden"):
                denied = not denied
            found.negated = found.negated or denied
            if who:
                found.subject, found.subject_units = who, who_units
                outer = Predicate(i, found.governed_by, form, "active", "main")
                self._subject(outer, j)
                found.clause = outer.clause
                found.described = outer.described
                found.subordinate = self.subordinate_at(i)
            else:
                self._subject(found, j)
        else:
            found.clause = self._clause_start(to)
            found.subordinate = self.subordinate_at(i)
            if who in ("user", "party") and self.units[k].kind != "data":
                found.subject, found.subject_units = (
                    who,
                    who_units if who == "party" and self.low(g) in self.classes["enabler"] else (),
                )
                if who == "party" and not found.subject_units:
                    found.subject = ""
        return found

    def _gerund(self, i: int, j: int, form: Form, negated: bool) -> Predicate:
        low = self.low(j) if self.is_word(j) else ""
        found = Predicate(i, i, form, "active", "gerund", negated or low == "without", clause=self._clause_start(i))
        found.governor, found.governed_by = low, j
        found.subordinate = self.subordinate_at(i)
        if j >= 0 and self.units[j].kind == "party":
            found.subject, found.subject_units = "party", self._party_list(j)
        if low in (
            "from",
            "of",
        ):  # "refrain from selling", "incapable of", "in the business of selling", "prohibited from"
            k, denied = self._skip_left(j - 1)
            before = self.low(k)
            if before in ("refrain", "prohibited", "refrains", "abstain", "prevented"):
                found.negated = True
                found.role = "main"
            if before in ("business", "practice", "habit"):
                found.role = "main"
                g = k
                while g >= 0 and self.low(g) not in self.classes["be"] | self.classes["negative_aux"] | {"do", "not"}:
                    g -= 1
                found.negated = (
                    self.low(g) in self.classes["negative_aux"] or self.low(g + 1) == "not" or self.low(g) == "not"
                )
                self._subject(found, g - 1)
        return found

    def _past(self, i: int, j: int, form: Form, negated: bool) -> Predicate | None:
        """A past form without auxiliary: finite after a pronoun, else a participle that only identifies."""
        c = self.classes
        unit = self.units[j] if j >= 0 else None
        if (
            unit is not None
            and unit.kind == "word"
            and (unit.low in c["first"] or unit.low in ("you", "they", "who", "that", "which"))
        ):
            return self._finite(i, j, form, "active", negated)
        found = Predicate(i, i, form, "passive", "reduced", negated, clause=i)
        k = j
        while k >= 0 and (self.units[k].kind == "word" and self.low(k) in ("(", ",", ")")):
            k -= 1
        if k >= 0 and self.units[k].kind in ("data", "party"):
            found.subject, found.subject_units = self.units[k].kind, (k,)
        found.subordinate = self.subordinate_at(i)
        return found

    def _is_subject_end(self, j: int, low: str, shape: str) -> bool:
        """Whether what ends at ``j`` can be the subject of a finite verb without auxiliary."""
        c = self.classes
        if j < 0:
            return False
        unit = self.units[j]
        if unit.kind == "party" or unit.kind == "data":
            return True
        if unit.kind != "word":
            return False
        if low in c["first"] or low in ("you", "they", "it", "who", "which", "that", "these", "both"):
            return low not in ("us", "ours", "these", "both")
        if low in self.names:
            return True
        if low in c["determiner"] | c["possessive"] | c["preposition"] | c["conjunction"] | c["be"] | c[
            "subordinator"
        ] | c["modal"] | {"to", ".", '"', "(", ":", ";", "personal"}:
            return False
        if low in (")", '"', "”"):
            return True
        if not low[:1].isalpha():
            return False
        if shape == "third":
            return not low.endswith("ing")
        return low.endswith("s") and not low.endswith("ss") and low not in ("us", "yours", "always", "this")

    # ------------------------------------------------------------------ subjects and clauses

    def _party_list(self, j: int) -> tuple[int, ...]:
        found = [j]
        k = j - 1
        while k >= 0:
            unit = self.units[k]
            if unit.kind == "party":
                found.append(k)
            elif unit.kind != "word" or unit.low not in (
                ",",
                "and",
                "or",
                "other",
                "our",
                "the",
                "their",
                "any",
                "of",
                "and/or",
                "such",
                "certain",
                "as",
                "these",
                "also",
                "a",
                "some",
            ):
                break
            k -= 1
        return tuple(reversed(found))

    def _clause_start(self, i: int) -> int:
        """First unit of the clause that holds ``i``: after a stop, a subordinator or a conjunction of clauses."""
        c = self.classes
        k = i - 1
        while k >= 0:
            unit = self.units[k]
            if unit.kind == "word":
                low = unit.low
                if low in (";", ":", "•", "—", "<br>") or low in (
                    "if",
                    "when",
                    "whenever",
                    "unless",
                    "because",
                    "whereas",
                    "although",
                ):
                    return k + 1
                if (
                    low in ("and", "but", "or")
                    and self.is_word(k + 1)
                    and self.low(k + 1) in c["first"] | {"you", "they", "it"} - {"us"}
                ):
                    return k + 1
                if (
                    low == ","
                    and self.is_word(k + 1)
                    and self.low(k + 1) in c["first"] | {"you", "they", "it"} - {"us"}
                ):
                    return k + 1
                if low == "but":
                    return k + 1
                if low in ("and", "but") and self.low(k - 1) == ",":
                    if any(p.role == "main" and p.at < k for p in self.predicates):
                        return k + 1
            k -= 1
        return 0

    def _subject(self, found: Predicate, k: int) -> None:
        """Find the subject left of unit ``k`` (inclusive) and set clause, role, subject, polarity by subject."""
        c = self.classes
        while self.is_word(k) and (is_adverb(self.low(k), c) or self.low(k) in ("only", "both", "each", "all")):
            k -= 1
        if self.low(k) in (",", ")", "—", "–"):  # parenthesis or apposition between subject and verb
            k -= 1
        found.clause = self._clause_start(found.start)
        found.subordinate = self.subordinate_at(found.at)
        if self.low(found.start) in c["do"] | c["negative_aux"] and (k < 0 or self.low(k) == "please"):
            found.subject = "user"  # an imperative: "please do not post ..."
            return
        if k < 0:
            found.role = "bare" if found.role == "main" and found.form.shape == "base" else found.role
            return
        low = self.low(k) if self.is_word(k) else ""
        if (
            low in ("you", "us", "it", "them", "this", "me")
            and self.is_word(k - 1)
            and self.low(k - 1) in c["preposition"] - {"for"}
        ):
            self._noun_subject(found, k - 2)
        elif low in c["first"]:
            found.subject = "first"
        elif low in ("you", "your"):
            found.subject = "user"
        elif low in ("they", "them"):
            found.subject = "they"
        elif low in ("it", "this", "these", "those", "such"):
            found.subject = "it"
        elif low in ("which", "that", "who", "whom"):
            found.role = "relative"
            found.subject = "relative"
            a = k - 1
            if self.low(a) in (",", "of", "with", "to", "from", "(", ")"):
                a -= 1
            floor = a - 5
            while a >= 0 and self.is_word(a) and a > floor and self.units[a].low not in (".", ";", ":"):
                if self.units[a].low in c["user"] - {"owner", "owners"}:
                    found.subject = "user"
                    break
                a -= 1
            if a >= 0 and self.units[a].kind in ("data", "party"):
                found.subject = self.units[a].kind
                found.subject_units = self._party_list(a) if found.subject == "party" else (a,)
            found.clause = k
        else:
            self._noun_subject(found, k)
        if found.subject in ("first", "user") and found.role == "main":
            self._relative_or_described(found, k)
        elif found.subject == "party" and found.role == "main" and found.voice == "active":
            # "the information our vendors collect": the object stands before the subject
            a = found.subject_units[0] - 1
            while self.is_word(a) and self.low(a) in c["determiner"] | c["possessive"] | {
                "and",
                "or",
                "we",
                "that",
                "which",
                "third",
                "party",
            }:
                a -= 1
            if a >= 0 and self.units[a].kind == "data":
                found.role, found.object_before = "relative", a
        if found.subject == "first" and self.low(k - 1) == "nor" or self.low(found.start - 1) == "nor":
            found.negated = True
        # "nor do we share": inverted
        for a in range(max(found.clause - 1, 0), found.start):
            if self.is_word(a) and self.low(a) in ("nor", "neither", "never") or (
                self.is_word(a) and self.low(a) in ("no", "under", "at", "in") and self.low(a + 1) in ("circumstances", "event", "case", "no", "time")
                and "no" in (self.low(a), self.low(a + 1))
            ):  # fmt: skip
                found.negated = True

    def _noun_subject(self, found: Predicate, k: int) -> None:
        """A noun phrase as subject: its head decides; "no" and "none of" before it deny the verb."""
        c = self.classes
        parties: list[int] = []
        data: list[int] = []
        other = ""
        a = k
        while a >= found.clause:
            unit = self.units[a]
            if unit.kind == "party":
                parties.append(a)
            elif unit.kind == "data":
                data.append(a)
            elif unit.kind == "purpose" or unit.kind == "condition":
                break
            else:
                low = unit.low
                if low == "that" and self.low(a - 1) in AGREE:
                    break
                if low in ("that", "which", "who") and a < k and (parties or data or other):
                    if found.voice == "passive" or not data:
                        pass
                    parties, other = [], ""
                    data = [] if found.voice != "passive" else data
                elif low in (";", ":"):
                    break
                elif low in ("how", "what", "why") and found.voice == "active":
                    found.described = True
                    break
                elif low in ("no", "none", "nothing", "nobody", "neither"):
                    found.negated = True
                elif low in ("of", "on", "by", "from", "through", "with", "in", "at", "to", "for", "about") and not (
                    low == "of" and self.low(a - 1) == "none"
                ):
                    if low in ("by", "with", "to", "from", "through", "in", "of", "for", "on"):
                        parties, other = [], ""
                        if found.voice == "active" or low in ("for", "from", "in addition"):
                            data = [] if low != "of" else data
                elif low in c["subordinator"] or low in ("that",):
                    if low in ("so", "that"):
                        break
                    if low in ("if", "when", "unless", "because", "whenever", "while", "once"):
                        break
                elif low == "," and found.voice == "active" and (parties or data or other):
                    before = a - 1
                    while self.is_word(before) and self.low(before) in (")", '"', "”", "inc", ".", "llc"):
                        before -= 1
                    if (
                        before < found.clause
                        or self.units[before].kind not in ("party", "data")
                        or other
                        and not (parties or data)
                    ):
                        break
                elif low in c["first"] and not data and not parties:
                    pass
                elif low in c["user"] and not other and low not in ("your",):
                    other = other or "user"
                elif low in self.names and not other:
                    other = "first"
                elif low[:1].isalpha() and low not in c["determiner"] | c["possessive"] | c["conjunction"] | {"s"}:
                    other = other or "other"
            a -= 1
        if other == "user" and found.voice == "active" and self.is_word(k) and self.low(k) in c["user"]:
            found.subject = "user"
            if data and found.role == "main":
                found.role = "relative"
        elif found.voice == "passive" and data:
            found.subject, found.subject_units = "data", tuple(reversed(data))
        elif parties and not (data and other == "first"):
            near = max(parties)
            found.subject, found.subject_units = (
                "party",
                tuple(sorted(parties)) if len(parties) == 1 else self._party_list(near),
            )
        elif data:
            found.subject, found.subject_units = "data", tuple(reversed(data))
        else:
            found.subject = other

    def _relative_or_described(self, found: Predicate, k: int) -> None:
        """ "information we collect", "how we use X": the clause only identifies or names."""
        c = self.classes
        a = k - 1
        while self.is_word(a) and (is_adverb(self.low(a), c)):
            a -= 1
        if a < 0:
            return
        unit = self.units[a]
        if unit.kind in ("data", "party"):
            found.role, found.clause = "relative", k
            if found.subject != "user" or unit.kind == "data":
                found.subject_units = (a,)
            return
        low = unit.low
        if low in ("that", "which", "whom"):
            found.clause = a
            b = a - 1
            if self.low(b) in (",", "with", "to", "from"):
                b -= 1
            if b >= 0 and self.units[b].kind in ("data", "party"):
                found.role = "relative"
                found.subject_units = (b,)
                if (
                    low == "which"
                    and self.low(a - 1) == ","
                    and found.subject == "first"
                    and self.units[b].kind == "data"
                ):
                    found.role, found.object_before = "main", b
            elif b >= 0 and self.low(b) in c["consent"] | {
                "agree",
                "understand",
                "acknowledge",
                "consent",
                "agreed",
                "means",
                "believe",
                "assure",
                "note",
                "inform",
                "aware",
                "guarantee",
            }:
                found.role = "main"
            else:
                found.role = "relative"
        elif low in c["question"] or low in ("ways", "purposes", "types", "reasons", "way", "extent"):
            found.described = True
            found.clause = a
        elif unit.kind == "word" and low in (
            "information",
            "data",
            "cookies",
            "purposes",
            "companies",
            "parties",
            "technologies",
            "partners",
            "providers",
        ):
            found.role, found.clause = "relative", k
