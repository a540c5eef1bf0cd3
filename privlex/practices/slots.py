"""From the predicates of a sentence to claims: which spans fill the slots of which frame."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from privlex.practices.clauses import Predicate, Sentence, is_adverb, units_of
from privlex.practices.scope import CONSENT, Region, exception, regions
from privlex.practices.verbs import Sense
from privlex.practices.words import grammar, words
from privlex.records import FoundSpan

DEFINITION = re.compile(
    r"(?:(?:an?|the|these|most)\s)?[\"“']?[\w\s-]{3,40}[\"”']?\s+(?:\([^)]*\)\s+)?(?:is|are)\s+(?:an?\b|the kind|small|tiny|simply|just|text|pieces|bits)",
    re.I,
)
ELSEWHERE = re.compile(
    r"\b(?:following|these|those|such) exceptions?\b|\bexceptions? (?:below|appl|set out|described)|\bexcept as\b|\bunless otherwise\b",
    re.I,
)
CHILD = re.compile(r"\b(?:child|children|minors?|kids|under (?:the age of )?(?:13|14|16|18|thirteen|eighteen))\b", re.I)
IMPROPER = re.compile(r"\b(?:improper|malicious|unlawful|illegal|unauthori[sz]ed|unfair)\b", re.I)
# verbs that only share when a recipient other than the user is named ("provide you with support")
WEAK_GIVE = frozenset(
    "provide give send offer show display communicate deliver supply submit furnish forward report market post assign convey".split()
    + ["export", "publish", "transmit", "exchange", "let"]
)
NON_ACTORS = frozenset(
    "policy policies statement notice section agreement terms law laws regulation regulations document page paragraph browser browsers".split()
)
FROM, BY, WITH = (
    ("from",),
    ("by",),
    ("with", "to", "among", "between", "amongst", "through", "via", "into", "of", "for"),
)
COOKIE = "cookies_and_trackers"
HELP = frozenset(
    "help helps allow allows enable enables let lets assist assists make makes permit permits ensure ensures".split()
)


@dataclass(slots=True)
class Claim:
    """A practice in the making; spans are ``(block, index)`` pairs."""

    action: str
    polarity: str
    block: int
    start: int  # evidence, characters of the block
    end: int
    data: list[tuple[int, int]] = field(default_factory=list)
    purposes: list[tuple[int, int]] = field(default_factory=list)
    recipients: list[tuple[int, int]] = field(default_factory=list)
    condition: tuple[int, int, int] | None = None  # block, start, end
    actor: str = "first_party"
    because: list[str] = field(default_factory=list)
    refers: bool = False  # its data point back ("this information", "it")
    refers_to: str = ""  # category the pointing noun asks for
    party_refers: bool = False  # its parties point back
    sentence: int = 0
    score: float = 1.0
    merge: bool = False  # "This information includes X": adds data to the claim before


@dataclass(slots=True)
class Template:
    """What a lead-in hands to its items."""

    action: str
    polarity: str
    data: list[tuple[int, int]] = field(default_factory=list)
    purposes: list[tuple[int, int]] = field(default_factory=list)
    recipients: list[tuple[int, int]] = field(default_factory=list)
    condition: tuple[int, int, int] | None = None
    actor: str = "first_party"
    because: list[str] = field(default_factory=list)
    expects: str = ""  # data, purpose, party, condition: what the items are, where the words tell
    refers: bool = False
    refers_to: str = ""


@dataclass(slots=True)
class Read:
    """What one sentence gave."""

    claims: list[Claim]
    templates: list[Template]
    left: list[int]  # spans no frame took
    pending: Claim | None = None  # "we use companies to do P": parties and purposes without data


def polarity_of(p: Predicate) -> str:
    """Polarity of a predicate by its own group."""
    return "denied" if p.negated else "affirmed"


class Slots:
    """Reads sentences of one block."""

    def __init__(self, text: str, block: int, spans: Sequence[FoundSpan], names: frozenset[str], trained: bool) -> None:
        self.text, self.block, self.spans, self.names, self.trained = text, block, spans, names, trained
        self.classes = grammar()
        self.item = False  # the sentence is an item of a list, where bare verbs state

    # ------------------------------------------------------------------ one sentence

    def read(self, start: int, stop: int, number: int, template: Sequence[Template] = ()) -> Read:
        spans = [(i, s) for i, s in enumerate(self.spans) if start <= s.start < stop and s.kind != "condition"]
        spans = self.one_kind(spans)
        spans.sort(key=lambda pair: (pair[1].start, -pair[1].end, pair[0]))
        if DEFINITION.match(self.text, start, stop) and not re.search(
            r"\b(?:we|us|our)\b|used by", self.text[start:stop], re.I
        ):
            return Read([], [], [])
        tokens = words(self.text, start, stop)
        found = [r for r in regions(self.text, start, stop, tokens) if self.keeps(r, spans)]
        found = self.with_reader(found, start, stop)
        except_ = exception(self.text, start, stop)
        units = units_of(self.text, tokens, spans)
        sentence = Sentence(units, self.names, [(r.start, r.end) for r in found])
        return self.fill(sentence, start, stop, number, found, except_, template)

    def with_reader(self, found: list[Region], start: int, stop: int) -> list[Region]:
        """Conditional stretches of the reader and, where it has none, of the cues."""
        said = [s for s in self.spans if s.kind == "condition" and start <= s.start < stop]
        if not said or not self.trained:
            return found
        made = []
        for span in said:
            near = next((r for r in found if r.start < span.end and span.start < r.end), None)
            made.append(
                Region(span.start, min(span.end, stop), near.cue if near else "", near.kind if near else "reader")
            )
        made += [r for r in found if not any(r.start < m.end and m.start < r.end for m in made)]
        return sorted(made)

    def one_kind(self, spans: list[tuple[int, FoundSpan]]) -> list[tuple[int, FoundSpan]]:
        """Where a reader offers the same words as data and as a party ("companies"), the words before them decide."""
        places: dict[tuple[int, int], list[tuple[int, FoundSpan]]] = {}
        for pair in spans:
            places.setdefault((pair[1].start, pair[1].end), []).append(pair)
        made: list[tuple[int, FoundSpan]] = []
        for (start, _), pairs in places.items():
            kinds = {s.kind for _, s in pairs}
            if len(pairs) > 1 and {"data", "party"} <= kinds:
                before = self.text[max(0, start - 40) : start].lower()
                owned = re.search(
                    r"(?:\byour|\busers?'s?|\btheir|\bname of(?: your)?|\bsuch as)\s+(?:[\w-]+\s+){0,2}$", before
                )
                pairs = [p for p in pairs if p[1].kind == ("data" if owned else "party")]
            made += pairs[:1]
        return made

    def keeps(self, region: Region, spans: Sequence[tuple[int, FoundSpan]]) -> bool:
        """No condition starts inside a span ("where you downloaded it"), and a merger that is a purpose is none."""
        for _, span in spans:
            if span.start <= region.start < span.end:
                return False
            if (
                span.kind == "purpose"
                and region.start <= span.start < region.end
                and region.kind not in ("law", "consent")
                and region.cue.split()[0] in ("as", "in", "upon", "during")
            ):
                return False
        return True

    def fill(self, s: Sentence, start: int, stop: int, number: int, found: Sequence[Region],
             except_: tuple[int, int, int] | None, template: Sequence[Template]) -> Read:  # fmt: skip
        units = s.units
        predicates = s.predicates
        stating: list[tuple[int, Predicate]] = []
        for index, p in enumerate(predicates):
            if except_ and except_[0] <= units[p.at].start < except_[2]:
                continue
            senses = self.senses(s, p, predicates)
            if senses:
                p.senses = senses
                stating.append((index, p))
        in_exception = lambda i: bool(except_ and except_[0] <= units[i].start < except_[2])  # noqa: E731

        data_of: dict[int, list[int]] = {}
        purposes_of: dict[int, list[int]] = {}
        parties_of: dict[int, list[int]] = {}
        left: list[int] = []
        subjects: dict[int, int] = {}
        for index, p in stating:
            if p.subject in ("data", "party"):
                for u in p.subject_units:
                    if units[u].kind == p.subject or units[u].kind in ("data", "party"):
                        subjects.setdefault(u, index)

        order = [index for index, _ in stating]
        for i, unit in enumerate(units):
            if unit.kind == "word" or in_exception(i):
                continue
            before = [k for k in order if predicates[k].at < i]
            after = [k for k in order if predicates[k].at > i]
            if unit.kind == "data":
                owner = self.data_owner(s, i, before, after, subjects)
                slot = data_of
            elif unit.kind == "party":
                owner = self.party_owner(s, i, before, after, subjects)
                slot = parties_of
            else:
                owner = self.purpose_owner(s, i, before, after)
                slot = purposes_of
            if owner is None:
                left.append(i)
            else:
                slot.setdefault(owner, []).append(i)

        self.spread(s, stating, predicates, data_of, purposes_of, parties_of)
        self.hand_over(s, stating, data_of, purposes_of, parties_of)
        claims: list[Claim] = []
        templates: list[Template] = []
        for index, p in stating:
            made = self.claim(s, p, data_of.get(index, []), purposes_of.get(index, []), parties_of.get(index, []), number,
                              start, stop, found, except_)  # fmt: skip
            for claim in made:
                if not claim.data and claims and p.senses[0].kind == "allow":
                    claim.data = list(claims[-1].data)
                if claim.data or claim.refers:
                    claims.append(claim)
                templates.append(
                    Template(claim.action, claim.polarity, list(claim.data), list(claim.purposes), list(claim.recipients),
                             claim.condition, claim.actor, list(claim.because), refers=claim.refers, refers_to=claim.refers_to)
                )  # fmt: skip
        if except_:
            claims += self.exceptions(s, claims, except_, number)
        pending = None
        if not claims:
            fallback, left, _ = self.fallback(s, left, number, start, stop, found, templates)
            claims += fallback
            others = [u for u in units if u.kind in ("party", "purpose")]
            if not claims and any(u.kind == "party" for u in others) and not any(p.described for p in predicates):
                pending = Claim("share", "affirmed", self.block, start, stop, [], [(self.block, u.span) for u in others if u.kind == "purpose"],
                                [(self.block, u.span) for u in others if u.kind == "party"], None, sentence=number)  # fmt: skip
            elif not claims and others and not any(u.kind == "data" for u in units):
                pending = Claim(
                    "",
                    "affirmed",
                    self.block,
                    start,
                    stop,
                    [],
                    [(self.block, u.span) for u in others],
                    [],
                    None,
                    sentence=number,
                )
        claims += self.nested(s, claims, number, start, stop)
        taken = {ref for c in claims for refs in (c.data, c.purposes, c.recipients) for ref in refs}
        left = [
            i
            for i, u in enumerate(units)
            if u.kind != "word" and (self.block, u.span) not in taken and not in_exception(i)
        ]
        return Read(claims, templates, [units[i].span for i in left], pending)

    # ------------------------------------------------------------------ which predicates state a practice

    def senses(self, s: Sentence, p: Predicate, predicates: list[Predicate]) -> tuple[Sense, ...]:
        """Senses of the predicate that state a practice here; empty if it states none."""
        units = s.units
        if p.described or p.subordinate and not self.says_anyway(s, p):
            return ()
        if (
            p.subject in ("other", "it", "data")
            and p.voice == "active"
            and any(s.low(k) in NON_ACTORS for k in range(max(p.clause, p.start - 3), p.start))
        ):
            return ()
        if p.role == "bare" and not self.item:
            return ()
        if (
            p.role == "infinitive"
            and not p.governor
            and not self.item
            and p.form.senses[0].action in ("use",)
            and p.voice == "active"
        ):
            return ()
        senses = [x for x in p.form.senses if self.particle(s, p, x) and self.viable(s, p, x)]
        if p.voice == "noun":
            return self.nominal(s, p, senses)
        if p.role == "reduced":
            return ()
        if p.subject == "user" or (
            p.role == "infinitive"
            and p.governor
            in (
                "ask",
                "asks",
                "asked",
                "require",
                "requires",
                "required",
                "request",
                "requested",
                "prompted",
                "allow",
                "allows",
                "invite",
                "invites",
            )
            and p.subject in ("user", "")
        ):
            if p.role == "relative":
                return ()
            asked = p.governor in (
                "ask",
                "asks",
                "asked",
                "require",
                "requires",
                "required",
                "requested",
                "prompted",
                "need",
                "invite",
                "invites",
                "choose",
                "elect",
                "have",
                "allow",
                "allows",
                "wish",
                "want",
                "decide",
            )
            modal = any(s.low(k) in ("may", "must", "might", "can", "will", "should") for k in range(p.start, p.at))
            gives = [x for x in senses if x.kind == "user_gives"]
            if gives and (asked or modal or p.governor in ("required",)) and not self.rights(s, p):
                return tuple(gives)
            asks = [x for x in senses if x.kind == "ask"]
            if asks and p.voice == "passive":
                return tuple(asks)
            if p.role == "infinitive" and p.governor in ("agree", "consent", "agrees"):
                return tuple(x for x in senses if x.kind in ("give",) and x.lemma not in WEAK_GIVE)
            return ()
        senses = [x for x in senses if x.kind != "user_gives" or p.voice == "passive"]
        if (
            p.subject == "party"
            and p.role in ("relative", "main", "gerund")
            and p.voice == "active"
            and p.object_before < 0
        ):
            # "vendors that provide services", "partners offering products": no data, no practice
            if not self.has_object(s, p):
                return ()
            if p.role != "main":
                senses = [x for x in senses if x.kind != "give" or x.lemma not in WEAK_GIVE]
        if p.role == "relative":
            if (
                p.subject == "first"
                and p.subject_units
                and s.units[p.subject_units[0]].kind == "data"
                and not p.negated
            ):
                sourced = [x for x in senses if x.action == "collect" and x.kind == "act"]
                nearby = next((k for k in range(p.at + 1, min(len(units), p.at + 7)) if units[k].kind != "word"), None)
                if (
                    sourced
                    and nearby is not None
                    and units[nearby].kind == "party"
                    and self.preposition(s, nearby) == "from"
                ):
                    p.object_before = p.subject_units[0]
                    return tuple(sourced)
            if p.subject in ("first", "user"):
                return ()
            if p.subject == "data" and p.voice == "passive":
                comma = s.low(p.clause - 1) in (",", "—", "–", "(") or s.low(p.start - 2) == ","
                if not comma:
                    return ()
            if p.subject == "relative":
                comma = s.low(p.clause - 1) == ","
                return tuple(senses) if comma and p.voice == "passive" else ()
        if p.role == "gerund":
            if p.negated and p.governor not in ("without", "from", "of"):
                return ()  # "not using cookies may ..." is the visitor's
            if p.governor in ("recommend", "suggest", "avoid", "consider", "about", "advise", "discourage"):
                return ()
            if p.governor in (
                "for",
                "from",
                "of",
                "when",
                "while",
                "before",
                "after",
                "without",
                "to",
                "against",
                "prevent",
                "than",
                "upon",
            ):
                if p.governor == "without":
                    return (
                        tuple(x for x in senses if x.kind in ("act", "give", "user_gives")) if self.early(s, p) else ()
                    )
                if p.governor == "for" and p.form.senses[0].action == "collect":
                    return tuple(senses)
                return ()
        if p.role in ("infinitive", "gerund", "bare") and self.rights(s, p):
            return ()
        if p.role == "bare" and p.negated and s.low(p.start - 1) in ("do", "please") or s.low(p.start) in ("please",):
            return ()
        return tuple(senses)

    def has_object(self, s: Sentence, p: Predicate) -> bool:
        """A data span right of the verb, before the next verb with a subject of its own."""
        for k in range(p.at + 1, len(s.units)):
            if s.units[k].kind == "data":
                return True
            if s.is_word(k) and s.low(k) in (";", "we", "you"):
                return False
            if s.units[k].kind == "purpose":
                return any(self.spans[x].kind == "data" for x in s.units[k].inner)
        return (
            p.chain is not None or any(q.chain is not None and q.at > p.at for q in s.predicates) and p.role == "main"
        )

    def viable(self, s: Sentence, p: Predicate, sense: Sense) -> bool:
        """Whether the sentence holds what the sense cannot do without: a cookie to set, a party to allow."""
        if sense.only_data:
            if sense.lemma in ("include", "contain"):
                return False
            return any(u.kind == "data" and self.spans[u.span].category in sense.only_data for u in s.units)
        if sense.lemma == "apply" or sense.lemma == "learn" and s.low(p.at + 1) == "more":
            return False
        if sense.kind == "allow":
            if p.voice == "passive":
                return p.subject == "party"
            return any(s.units[k].kind == "party" for k in range(p.at + 1, min(len(s.units), p.at + 9)))
        return True

    def says_anyway(self, s: Sentence, p: Predicate) -> bool:
        """ "Where we share X with Y, we ...": a conditional clause that states the sharing as a fact."""
        first = s.units[0].low
        return (p.subject in ("first", "other") and p.role == "main" and p.form.senses[0].action == "share" and first in ("where", "when")
                and p.form.lemma not in WEAK_GIVE and any(u.kind == "party" and s.subordinate_at(i) for i, u in enumerate(s.units)))  # fmt: skip

    def early(self, s: Sentence, p: Predicate) -> bool:
        return any(
            s.low(k) in ("visit", "browse", "use", "access", "view", "navigate", "surf") for k in range(p.clause, p.at)
        )

    def particle(self, s: Sentence, p: Predicate, sense: Sense) -> bool:
        if sense.particle is None:
            return True
        first = sense.particle.split()[0]
        reach = 12 if first in ("available", "accessible") else 2
        return any(s.low(k) == first for k in range(p.at + 1, min(len(s.units), p.at + 1 + reach)))

    def rights(self, s: Sentence, p: Predicate) -> bool:
        """Whether the predicate stands under a right or a choice of the user ("opt out of", "ask us not to share")."""
        for k in range(max(0, p.start - 12), p.start):
            low = s.low(k)
            if low in (
                "opt-out",
                "opt",
                "object",
                "withdraw",
                "revoke",
                "right",
                "unsubscribe",
                "prevent",
                "stop",
                "refuse",
                "decline",
            ):
                if (
                    low == "right"
                    and s.low(k - 1) in ("the",)
                    and s.low(k - 2) in ("reserve", "reserves", "have")
                    and "first" in (p.subject,)
                ):
                    continue
                return True
            if low == "prefer":
                return True
        return False

    def nominal(self, s: Sentence, p: Predicate, senses: list[Sense]) -> tuple[Sense, ...]:
        c = self.classes
        if not senses:
            return ()
        if (
            p.form.lemma == "access"
            and s.low(p.at + 1) == "to"
            and any(
                s.low(k) in ("limit", "limits", "limited", "restrict", "restricts", "restricted")
                for k in range(max(0, p.at - 4), p.at)
            )
        ):
            return tuple(senses)
        for k in range(p.at - 1, max(-1, p.at - 14), -1):
            low = s.low(k)
            if low in (".", ";"):
                break
            if low in (
                "prevent",
                "prevents",
                "unauthorized",
                "unauthorised",
                "against",
                "opt-out",
                "opt",
                "withdraw",
                "right",
                "object",
                "protect",
                "about",
                "regarding",
                "describe",
                "describes",
                "concerning",
                "limit",
                "restrict",
            ):
                return ()
            if low in (
                "consent",
                "consents",
                "consenting",
                "agree",
                "agrees",
                "agreeing",
                "authorize",
                "authorise",
                "permit",
                "involve",
                "involves",
                "include",
                "includes",
                "acknowledge",
                "accept",
                "accepting",
            ):
                p.negated = p.negated or any(
                    s.low(x) in ("not", "cannot", "never") or s.low(x) in c["negative_aux"]
                    for x in range(max(0, k - 3), k)
                )
                return tuple(senses)
        if p.form.lemma == "access" and any(
            q.senses and q.form.lemma == "have" and 0 < p.at - q.at < 6 for q in s.predicates
        ):
            return ()
        following = [s.low(k) for k in range(p.at + 1, min(len(s.units), p.at + 3))]
        if (
            p.senses == ()
            and p.form.lemma == "access"
            and s.low(p.at - 1)
            in (
                "have",
                "has",
                "gain",
                "gains",
                "given",
                "grant",
                "granted",
                "provide",
                "allowed",
                "get",
                "obtain",
                "had",
                "no",
                "provided",
            )
        ):
            return tuple(senses)
        if (
            p.form.lemma == "access"
            and any(
                s.low(k)
                in (
                    "have",
                    "has",
                    "give",
                    "gives",
                    "grant",
                    "limit",
                    "limits",
                    "restrict",
                    "restricts",
                    "provide",
                    "limited",
                    "restricted",
                )
                for k in range(max(0, p.at - 6), p.at)
            )
            and following[:1] == ["to"]
        ):
            return tuple(senses)
        return ()

    # ------------------------------------------------------------------ owners of spans

    def barrier(self, s: Sentence, low: int, high: int) -> bool:
        """A new main clause with a subject of its own between two units."""
        for k in range(low + 1, high):
            if not s.is_word(k):
                continue
            word = s.low(k)
            if (
                word in ("and", "but", "so", ",", ";")
                and s.is_word(k + 1)
                and s.low(k + 1) in ("we", "you", "they", "it", "please")
            ):
                return True
        return False

    def data_owner(
        self, s: Sentence, i: int, before: list[int], after: list[int], subjects: dict[int, int]
    ) -> int | None:
        if i in subjects:
            return subjects[i]
        predicates = s.predicates
        near = before[-1] if before else None
        if near is not None and not self.barrier(s, predicates[near].at, i):
            follow = after[0] if after else None
            if (
                follow is not None
                and predicates[follow].voice == "passive"
                and predicates[follow].clause <= i
                and predicates[follow].clause > predicates[near].at
            ):
                return follow
            p = predicates[near]
            if s.subordinate_at(i) and not p.subordinate and not s.subordinate_at(p.at):
                return None
            return near
        for k in after:
            p = predicates[k]
            if p.voice == "passive" and p.clause <= i < p.start and not (s.subordinate_at(i) and not p.subordinate):
                return k
        if after and not s.subordinate_at(i):
            p = predicates[after[0]]
            if p.clause <= i and p.subject == "data":
                return after[0]
        if (
            near is not None
            and not s.subordinate_at(i)
            and not any(s.low(k) in ("we", "you") for k in range(predicates[near].at + 1, i))
        ):
            return near
        return None

    def preposition(self, s: Sentence, i: int) -> str:
        """The preposition that leads to the party at ``i``, over determiners and coordination."""
        k = i - 1
        c = self.classes
        while k >= 0:
            unit = s.units[k]
            low = unit.low
            if unit.kind == "party":
                pass
            elif unit.kind == "word" and (
                low
                in c["determiner"]
                | c["possessive"]
                | c["conjunction"]
                | {
                    "not",
                    "only",
                    "such",
                    "as",
                    "including",
                    "(",
                    ")",
                    "other",
                    "e.g",
                    "e.g.",
                    "for",
                    "example",
                    "either",
                    "both",
                    "like",
                    ":",
                    "selected",
                    "trusted",
                    "third-party",
                    "authorized",
                    "party",
                    "third",
                    "outside",
                    "external",
                    "-",
                    "•",
                    "<br>",
                    "to",
                }
            ):
                if low in ("to", "for"):
                    if low == "for" and s.low(k + 1) == "example":
                        pass
                    else:
                        return low
            elif unit.kind == "word" and low in c["preposition"]:
                return low
            elif unit.kind == "word" and low in (
                "who",
                "that",
                "which",
                "acting",
                "on",
                "our",
                "behalf",
                "us",
                "working",
                "help",
            ):
                return "clause"
            else:
                return ""
            k -= 1
        return ""

    def party_owner(
        self, s: Sentence, i: int, before: list[int], after: list[int], subjects: dict[int, int]
    ) -> int | None:
        if i in subjects:
            return subjects[i]
        predicates = s.predicates
        near = before[-1] if before else None
        answers = any(s.low(k) == "response" and s.low(k + 1) == "to" for k in range(max(0, i - 6), i))
        if (
            near is not None
            and not self.barrier(s, predicates[near].at, i)
            and (answers or not (s.subordinate_at(i) and not s.subordinate_at(predicates[near].at)))
        ):
            return near
        for k in after:
            p = predicates[k]
            if p.clause <= i < p.start and p.subject in ("party", "") and not s.subordinate_at(i):
                return k
        if before and not s.subordinate_at(i):
            return near
        if after and s.low(i - 1) in ("by",) and not s.subordinate_at(i):
            return after[0]
        return None

    def purpose_owner(self, s: Sentence, i: int, before: list[int], after: list[int]) -> int | None:
        predicates = s.predicates
        near = before[-1] if before else None
        if near is not None and (
            not self.barrier(s, predicates[near].at, i) or not after or s.low(i - 1) in ("help", "helps")
        ):
            return near
        if after:
            return after[0]
        return near

    def spread(self, s: Sentence, stating: list[tuple[int, Predicate]], predicates: list[Predicate], data_of: dict[int, list[int]],
               purposes_of: dict[int, list[int]], parties_of: dict[int, list[int]]) -> None:  # fmt: skip
        """Coordinated predicates share what stands after the last (or before the first, in the passive)."""
        known = {index for index, _ in stating}
        chains: dict[int, list[int]] = {}
        for index, _ in stating:
            root = index
            while predicates[root].chain is not None and predicates[root].chain in known:
                root = predicates[root].chain
            chains.setdefault(root, []).append(index)
        for members in chains.values():
            if len(members) == 1:
                continue
            subject_data = [
                u
                for k in members
                for u in predicates[k].subject_units
                if predicates[k].voice == "passive" and u in data_of.get(k, [])
            ]
            # forward: a member without objects takes those of the next member that has some
            carried: list[int] = []
            for k in reversed(members):
                if data_of.get(k) and not (set(data_of[k]) <= set(subject_data)):
                    carried = data_of[k]
                elif carried and not subject_data:
                    data_of[k] = list(carried)
            # backward: "collect X and share with Y": the later verb takes the earlier object
            last: list[int] = []
            for k in members:
                if data_of.get(k):
                    last = data_of[k]
                elif last:
                    data_of[k] = list(last)
            if subject_data:
                for k in members:
                    data_of[k] = sorted(set(data_of.get(k, [])) | set(subject_data))
            # purposes and parties: adjacent members share them
            for a, b in zip(reversed(members[:-1]), reversed(members[1:]), strict=True):
                first, second = predicates[a], predicates[b]
                bare = all(s.is_word(k) for k in range(first.at + 1, second.at))
                if bare and data_of.get(a) == data_of.get(b) and second.at - first.at < 6:
                    if purposes_of.get(b) and not purposes_of.get(a):
                        purposes_of[a] = list(purposes_of[b])
                    alike = first.senses[-1].action == second.senses[-1].action
                    if alike and parties_of.get(b) and not parties_of.get(a):
                        parties_of[a] = list(parties_of[b])
                if predicates[b].subject == "party" and predicates[a].subject == "party" and parties_of.get(a):
                    parties_of.setdefault(b, list(u for u in parties_of[a] if u in predicates[a].subject_units))

    def hand_over(self, s: Sentence, stating: list[tuple[int, Predicate]], data_of: dict[int, list[int]],
                  purposes_of: dict[int, list[int]], parties_of: dict[int, list[int]]) -> None:  # fmt: skip
        """A predicate without data states nothing: what it took goes to the one before it that has data."""
        with_data = [k for k, p in stating if data_of.get(k) or p.object_before >= 0 or self.pronoun_object(s, p)
                     or p.voice == "passive" and p.subject in ("they", "it")]  # fmt: skip
        for k, p in stating:
            if k in with_data:
                continue
            before = [x for x in with_data if x < k]
            if not before:
                continue
            to = before[-1]
            between = range(s.predicates[to].at + 1, p.at)
            if any(
                s.is_word(x) and s.low(x) in ("we", "you", "they", "it") and s.low(x - 1) in ("and", "but", ",", ";")
                for x in between
            ):
                continue
            for slot in (purposes_of, parties_of):
                moved = [u for u in slot.pop(k, []) if slot is purposes_of or u not in p.subject_units]
                if moved:
                    slot[to] = sorted({*slot.get(to, []), *moved})

    # ------------------------------------------------------------------ claims

    def claim(self, s: Sentence, p: Predicate, data: list[int], purposes: list[int], parties: list[int], number: int,
              start: int, stop: int, found: Sequence[Region], except_: tuple[int, int, int] | None) -> list[Claim]:  # fmt: skip
        units = s.units
        data = sorted(set(data))
        categories = [self.spans[units[i].span].category for i in data]
        sense = self.choose(s, p, categories, parties)
        if sense is None:
            return []
        action = sense.action
        recipients: list[int] = []
        actor = "first_party"
        subject_party = p.subject == "party"
        for i in parties:
            role = "subject" if i in p.subject_units and subject_party else self.preposition(s, i)
            if role == "subject":
                recipients.append(i)
            elif action == "share":
                if role == "from" and p.voice == "active" and not subject_party:
                    continue
                recipients.append(i)
            elif action == "collect":
                if role in ("from", "by", "with", "through", "via", "clause", "of", ""):
                    recipients.append(i)
            elif role in ("by", "with") and p.voice == "passive":
                recipients.append(i)
            elif role in ("with", "to", "by"):
                recipients.append(i)
        party_refers = False
        if p.role == "gerund" and p.governor == "without":
            action = "collect"  # "visit us without revealing X": the user keeps it
        if subject_party:
            recipients = [
                *(u for u in p.subject_units if units[u].kind == "party" and u not in recipients),
                *recipients,
            ]
        if (
            polarity_of(p) == "denied"
            and sense.lemma in ("require", "need", "ask")
            and p.subject not in ("first", "party")
        ):
            return []  # "does not require an account" denies a need
        if subject_party or p.subject == "they" and p.voice == "active":
            if p.subject == "they":
                party_refers = True
            if (
                sense.kind == "give"
                and action == "share"
                and any(s.low(k) in ("us", "we") for k in range(p.at, min(len(units), p.at + 12)))
            ):
                action = "collect"
            elif sense.kind in ("act", "place", "keep", "nominal", "access", "subject") and action in (
                "collect",
                "use",
                "retain",
            ):
                action = "share"
        elif (
            action in ("collect", "use", "retain")
            and any(self.preposition(s, i) == "by" for i in recipients)
            and p.voice == "passive"
        ):
            action = "share"
        elif action == "collect" and sense.kind == "act" and recipients and p.role == "infinitive" and p.governor:
            action = "share"
        elif (
            action in ("use", "retain")
            and recipients
            and any(self.preposition(s, i) in ("with", "to", "by") for i in recipients)
        ):
            recipients = [] if action == "use" else recipients
            if action == "retain" and any(self.preposition(s, i) in ("with", "by") for i in recipients):
                action = "share"
            else:
                recipients = []
        if polarity_of(p) == "denied" and IMPROPER.search(self.text, units[p.at].start, stop):
            return []  # a limit on how, not a denial
        if p.object_before >= 0 and s.subordinate_at(p.object_before):
            return []
        if p.object_before >= 0 and p.object_before not in data:
            data = sorted({*data, p.object_before})
        polarity = "denied" if p.negated else "affirmed"
        if self.object_denied(s, p, data):
            polarity = "denied" if polarity == "affirmed" else polarity
        condition = self.condition(s, p, found, except_)
        claim = Claim(
            action, polarity, self.block, start, stop,
            [(self.block, units[i].span) for i in data], [(self.block, units[i].span) for i in purposes],
            [(self.block, units[i].span) for i in recipients], condition, actor,
            [f"verb {sense.lemma} ({p.voice}, {p.role})"], sentence=number, party_refers=party_refers,
        )  # fmt: skip
        if p.subject:
            claim.because.append(f"subject {p.subject}")
        if polarity == "denied" and ELSEWHERE.search(self.text, start, stop):
            claim.because.append("exception stated elsewhere")
        if polarity == "denied" and CHILD.search(self.text, start, stop):
            claim.because.append("about children")
        if polarity == "denied":
            claim.because.append("denied: " + self.text[units[p.clause].start : units[p.at].end][:60])
        for i in data:
            claim.data += [(self.block, x) for x in units[i].inner if self.spans[x].kind == "data"]
        if any(self.reference(s, i) for i in data):
            claim.refers = True
            i = next(i for i in data if self.reference(s, i))
            claim.refers_to = self.spans[units[i].span].category
        elif not data and (p.voice == "passive" and p.subject in ("they", "it") or self.pronoun_object(s, p)):
            claim.refers = True
        if any(self.reference(s, i) for i in recipients):
            claim.party_refers = True
        outside = [
            i for i in recipients if polarity == "denied" and "outside" in [s.low(k) for k in range(max(0, i - 9), i)]
        ]
        if outside and action == "share":
            claim.recipients = [(self.block, units[i].span) for i in recipients if i not in outside]
            inner = replace(claim, polarity="affirmed", recipients=[(self.block, units[i].span) for i in outside], condition=None,
                            because=[*claim.because, "exception: outside of"])  # fmt: skip
            return [claim, inner]
        spared = self.spared(s, data)
        if spared and len(spared) < len(data) and polarity == "affirmed":
            keys = [(self.block, units[i].span) for i in spared]
            claim.data = [d for d in claim.data if d not in keys]
            denied = replace(
                claim, polarity="denied", data=keys, refers=False, because=[*claim.because, "denied: but not"]
            )
            return [claim, denied]
        return [claim]

    def spared(self, s: Sentence, data: list[int]) -> list[int]:
        """Data after "but not", "excluding", "not including" in an affirmed list: denied for themselves."""
        found: list[int] = []
        active = False
        for place, i in enumerate(data):
            low = data[place - 1] if place else i - 1
            gap = [s.low(k) for k in range(low + 1, i) if s.is_word(k)]
            text = " ".join(gap)
            if (
                any(
                    x in text
                    for x in (
                        "but not",
                        "excluding",
                        "not including",
                        "does not include",
                        "do not include",
                        "never your",
                    )
                )
                and "not limited" not in text
            ):
                active = True
            elif active and (";" in gap or ")" in gap or "and we" in text):
                active = False
            if active:
                found.append(i)
        return found

    def pronoun_object(self, s: Sentence, p: Predicate) -> bool:
        if p.voice != "active":
            return False
        for k in range(p.at + 1, min(len(s.units), p.at + 4)):
            low = s.low(k)
            if s.is_word(k) and low in ("it", "them", "this", "these"):
                return True
            if not s.is_word(k) or low not in ("and", "or", ",", "only", "also"):
                if low in ("use", "share", "disclose", "store", "process", "sell", "rent"):
                    continue
                return False
        return False

    def object_denied(self, s: Sentence, p: Predicate, data: list[int]) -> bool:
        """ "we collect no X", "no X is collected" (the latter is read with the subject)."""
        if p.negated:
            return False
        if p.form.lemma == "have":
            return s.low(p.at + 1) == "no"
        objects = [i for i in data if i > p.at]
        if not objects:
            return False
        k = objects[0] - 1
        while s.is_word(k) and s.low(k) in ("personal", "other", "of", "your", "such"):
            k -= 1
        return s.low(k) in ("no", "none", "nor")

    def choose(self, s: Sentence, p: Predicate, categories: list[str], parties: list[int]) -> Sense | None:
        senses = list(p.senses)
        if not senses:
            return None
        user_object = any(
            s.low(k) in ("you", "your") and s.low(k) == "you" for k in range(p.at + 1, min(p.at + 3, len(s.units)))
        )
        for sense in senses:
            if sense.only_data:
                if categories and categories[0] in sense.only_data:
                    if sense.lemma in ("store",) and not any(
                        s.low(k) in ("computer", "device", "browser", "drive", "disk")
                        for k in range(p.at, len(s.units))
                    ):
                        continue
                    return sense
                continue
            if (
                sense.kind == "give"
                and sense.lemma in WEAK_GIVE
                and not parties
                and not (p.voice == "passive" and categories)
            ):
                if sense.lemma in ("publish", "post", "display") and categories:
                    return sense
                continue
            if sense.kind == "give" and sense.lemma in WEAK_GIVE and user_object and p.voice == "active":
                continue
            if sense.kind == "allow" and not parties:
                continue
            if sense.kind == "user_gives" and p.voice == "passive" and (parties or p.subject == "party"):
                continue
            if sense.kind == "drop":
                if p.negated:
                    continue
                if not any(
                    s.low(k) in ("after", "within", "when", "once", "upon", "automatically", "days", "if")
                    for k in range(0, len(s.units))
                ):
                    continue
            if sense.kind == "access" and not any(
                s.low(k) == "access" for k in range(p.at, min(len(s.units), p.at + 6))
            ):
                continue
            return sense
        return None

    def reference(self, s: Sentence, i: int) -> bool:
        """Whether the span at unit ``i`` points back: "this information", "those companies", "the above data"."""
        c = self.classes
        unit = s.units[i]
        first = unit.low.split()[0] if unit.low else ""
        if first in ("this", "these", "such", "those"):
            return True
        k = i - 1
        steps = 0
        while (
            s.is_word(k)
            and steps < 3
            and (
                s.low(k)
                in (
                    "kinds",
                    "types",
                    "of",
                    "kind",
                    "type",
                    "third",
                    "party",
                    "personal",
                    "other",
                    "same",
                    "above",
                    "described",
                    "categories",
                    "pieces",
                )
            )
        ):
            if s.low(k) in ("above", "same") and s.low(k - 1) in ("the", "all"):
                return True
            k -= 1
            steps += 1
        if s.is_word(k) and s.low(k) in (
            "this",
            "these",
            "such",
            "those",
            "aforementioned",
            "foregoing",
            "said",
            "abovementioned",
            "above-mentioned",
            "aforesaid",
        ):
            return not (s.low(k) == "such" and s.low(k + 1) == "as")
        if s.low(i - 1) == "that" and self.spans[unit.span].category == "generic" and (
            i == 1 or s.low(i - 2) in c["preposition"] | {"to", "and", ","} or any(p.at == i - 2 for p in s.predicates)
        ):  # fmt: skip
            return True
        after = [s.low(k) for k in range(i + 1, min(len(s.units), i + 4))]
        return bool(
            after[:1] == ["above"]
            or after[:2] in (["mentioned", "above"], ["described", "above"], ["listed", "above"], ["set", "out"])
        )

    def condition(
        self, s: Sentence, p: Predicate, found: Sequence[Region], except_: tuple[int, int, int] | None
    ) -> tuple[int, int, int] | None:
        """The conditional stretch that limits the predicate: the nearest in its own clause, after it or before it."""
        best: tuple[int, Region] | None = None
        place = s.units[p.at].start
        clause = s.units[p.clause].start if p.clause < len(s.units) else place
        for region in found:
            if region.start <= place < region.end or except_ and except_[0] <= region.start < except_[2]:
                continue
            if region.start > place:
                between = [k for k in range(p.at + 1, len(s.units)) if s.units[k].start < region.start]
                if any(q.at in between and q.role == "main" and q.chain is None and q.senses for q in s.predicates):
                    continue
                distance = region.start - place
            else:
                distance = place - region.end
                if region.end < clause - 3 and not (region.start <= clause):
                    continue
                others = [
                    q
                    for q in s.predicates
                    if q.senses and q.role == "main" and region.end <= s.units[q.at].start < place and q.chain is None
                ]
                if (
                    others
                    and s.units[others[0].at].start < clause
                    and p.chain is None
                    and region.start > s.units[0].start + 6
                ):
                    continue
            if region.kind == "children" and not p.negated:
                continue
            if best is None or distance < best[0]:
                best = (distance, region)
        if best is None:
            return None
        return (self.block, best[1].start, best[1].end)

    # ------------------------------------------------------------------ exceptions, fallbacks, what stands inside purposes

    def exceptions(self, s: Sentence, claims: list[Claim], except_: tuple[int, int, int], number: int) -> list[Claim]:
        """A denial with an exception: consent narrows it to one practice, anything else affirms a second one."""
        cue_start, cue_end, end = except_
        said = self.text[cue_end:end]
        cue = self.text[cue_start:cue_end].lower().strip(" ,")
        made: list[Claim] = []
        inside = [u for u in s.units if u.kind != "word" and cue_start <= u.start < end]
        for claim in list(claims):
            if claim.polarity != "denied":
                if inside and not made:
                    pass
                continue
            parties = [(self.block, u.span) for u in inside if u.kind == "party"]
            purposes = [(self.block, u.span) for u in inside if u.kind == "purpose"]
            data = [(self.block, u.span) for u in inside if u.kind == "data"]
            if CONSENT.search(said) and not parties and not purposes:
                if claim.condition is None:
                    lead = len(self.text[cue_start:cue_end]) - len(self.text[cue_start:cue_end].lstrip(" ,"))
                    claim.condition = (self.block, cue_start + lead, end)
                continue
            if (
                re.match(
                    r"\s*(?:as\s+)?(?:otherwise\s+)?(?:described|stated|set|provided|disclosed|noted|specified|expressly|one of|the following|any of|in the following|below|permitted)",
                    said,
                )
                and not parties
            ):
                claim.because.append("exception stated elsewhere")
                continue
            begin = cue_end + (len(said) - len(said.lstrip()))
            condition = (self.block, begin, end) if said.strip() else None
            if (
                (purposes or parties)
                and not re.match(r"\s*(?:if|when|where|in|as|by|with your)\b", said)
                and cue.split()[-1] not in ("as", "if", "in", "when", "where", "unless")
            ):
                condition = None
            if cue.split()[-1] in ("if", "when", "where", "in", "as", "under", "with") and condition:
                last = cue.split()[-1]
                at = self.text.lower().rfind(last, cue_start, cue_end)
                condition = (self.block, at, end)
            second = replace(claim, polarity="affirmed", purposes=purposes, recipients=parties or (list(claim.recipients) if not data or claim.recipients else []),
                             data=data if data and not parties and not purposes and cue.split()[0] in ("except", "other", "apart") and "when" not in cue and not re.match(r"\s*(?:when|where|if|as)\b", said) else list(claim.data),
                             condition=condition, because=[*claim.because, "exception: " + cue])  # fmt: skip
            made.append(second)
        return made

    def fallback(self, s: Sentence, left: list[int], number: int, start: int, stop: int, found: Sequence[Region],
                 templates: list[Template]) -> tuple[list[Claim], list[int], Claim | None]:  # fmt: skip
        """Patterns without an action verb: "cookies help us P", "based on X we P", "the information we collect includes X"."""
        units = s.units
        data = [i for i in left if units[i].kind == "data"]
        purposes = [i for i in left if units[i].kind == "purpose"]
        inner = [x for i in purposes for x in units[i].inner if self.spans[x].kind == "data"]
        if not data and inner and not any(p.described for p in s.predicates):
            negated = any(
                s.is_word(k) and units[k].low in ("not", "cannot", "never", "don't", "doesn't", "won't")
                for k in range(len(units))
            )
            shared = [(self.block, units[i].span) for i in left if units[i].kind == "party"]
            claim = Claim("share" if shared else "use", "denied" if negated else "affirmed", self.block, start, stop, [(self.block, x) for x in inner],
                          [(self.block, units[i].span) for i in purposes], shared, self.any_condition(found), because=["data inside a purpose"], sentence=number)  # fmt: skip
            return [claim], [i for i in left if i not in purposes], None
        parties = [i for i in left if units[i].kind == "party"]
        if any(p.described for p in s.predicates):
            return [], left, None
        if not data:
            if parties and (purposes or parties):
                pending = Claim("share", "affirmed", self.block, start, stop, [], [(self.block, units[i].span) for i in purposes],
                                [(self.block, units[i].span) for i in parties], None, sentence=number)  # fmt: skip
                return [], left, pending
            return [], left, None
        first = data[0]
        # identification by relative or participle, then copula: "(The) information we collect includes ..."
        identified = [
            p
            for p in s.predicates
            if p.role in ("relative", "reduced") and not p.described and p.at > first and p.at - first < 9
        ]
        copula = next((k for k in range(first + 1, len(units)) if s.is_word(k) and units[k].low in (
            "include", "includes", "included", "contain", "contains", "comprise", "comprises", "consist", "consists", "are", "is", ":")), None)  # fmt: skip
        if copula is not None:
            identified = [p for p in identified if p.at < copula]
        refers = self.reference(s, first)
        later = [i for i in data if copula is not None and i > copula]
        if copula is None or not later:
            early = next(
                (
                    k
                    for k in range(0, min(first, 12))
                    if s.is_word(k) and units[k].low in ("include", "includes", "contain", "contains")
                    and not any(s.low(j) in ("not", "never", "doesn't", "don't") for j in range(max(0, k - 3), k))
                ),
                None,
            )
            if early is not None and any(
                s.low(k) in ("this", "these", "they", "it", "examples", "those") for k in range(0, early)
            ):
                claim = Claim("collect", "affirmed", self.block, start, stop, [(self.block, units[i].span) for i in data], [], [], None,
                              because=["copula after a reference"], refers=True, sentence=number, merge=not purposes)  # fmt: skip
                claim.purposes = [(self.block, units[i].span) for i in purposes]
                return [claim], [i for i in left if i not in data + purposes], None
        if copula is not None and later and units[copula].low not in (":",):
            negated = s.low(copula - 1) == "not" or s.low(copula + 1) == "not"
            spans = [(self.block, units[i].span) for i in data]
            if identified or refers:
                action = "collect"
                if identified:
                    for p in identified:
                        for sense in p.form.senses:
                            if (
                                sense.action in ("share", "use", "retain")
                                and sense.kind in ("give", "act", "keep")
                                and sense.lemma not in WEAK_GIVE
                                and not sense.only_data
                            ):
                                action = sense.action
                                break
                claim = Claim(action, "denied" if negated else "affirmed", self.block, start, stop, spans,
                              [(self.block, units[i].span) for i in purposes], [(self.block, units[i].span) for i in parties],
                              None, because=[f"copula {units[copula].low}"], refers=refers, sentence=number, merge=refers and not identified and not negated)  # fmt: skip
                if purposes and not identified:
                    claim.merge = False
                return [claim], [i for i in left if i not in data + purposes + parties], None
        if purposes:
            before = [i for i in data if i < purposes[0]]
            chosen = before or data
            categories = [self.spans[units[i].span].category for i in chosen]
            action = "collect" if COOKIE in categories[:1] else "use"
            worked = [i for i in parties if i < purposes[0] and self.preposition(s, i) not in ("from", "of")]
            if worked:
                action = "share"
            if self.trained or self.purposeful(s, chosen, purposes):
                refers = any(self.reference(s, i) for i in chosen)
                region = self.any_condition(found)
                # no verb of ours to negate: a "not" here is about something else ("so that you do not see it twice")
                claim = Claim(action, "affirmed", self.block, start, stop, [(self.block, units[i].span) for i in chosen],
                              [(self.block, units[i].span) for i in purposes], [(self.block, units[i].span) for i in worked], region,
                              because=["data with a purpose, no action verb"], refers=refers,
                              refers_to=categories[0], sentence=number)  # fmt: skip
                return [claim], [i for i in left if i not in chosen + purposes], None
        return [], left, None

    def purposeful(self, s: Sentence, data: list[int], purposes: list[int]) -> bool:
        """ "cookies help us P", "X is necessary to P", "P based on X", "P using X": a use without an action verb."""
        units = s.units
        if any(
            s.is_word(k) and s.low(k) == "you" and s.low(k + 1) in ("can", "may", "should", "must", "might", "have")
            for k in range(len(units))
        ):
            return False
        between = [s.low(k) for k in range(data[-1] + 1, purposes[0])] if data[-1] < purposes[0] else []
        if data[-1] < purposes[0]:
            first = units[purposes[0]].low.split()[0]
            if len(between) < 9 and (
                first in HELP
                or any(w in HELP or w in ("necessary", "needed", "required", "essential", "used") for w in between)
            ):
                return True
        return any(
            s.low(k) in ("on", "using", "through", "with") and data[0] - k < 4
            for k in range(max(0, data[0] - 3), data[0])
        ) and any(s.low(k) in ("based", "using", "combined") for k in range(max(0, data[0] - 5), data[0]))

    def any_condition(self, found: Sequence[Region]) -> tuple[int, int, int] | None:
        return (self.block, found[0].start, found[0].end) if found else None

    def nested(self, s: Sentence, claims: list[Claim], number: int, start: int, stop: int) -> list[Claim]:
        """Data inside a purpose: obtained by its verb ("to track your movements"), or what the purpose is about."""
        made: list[Claim] = []
        for unit in s.units:
            if unit.kind != "purpose" or not unit.inner:
                continue
            inner = [x for x in unit.inner if self.spans[x].kind == "data"]
            if not inner:
                continue
            first = unit.low.split()[0]
            owner = next((c for c in claims if (self.block, unit.span) in c.purposes), None)
            if first in (
                "track",
                "tracking",
                "gather",
                "gathering",
                "log",
                "logging",
                "record",
                "recording",
                "collect",
                "collecting",
                "keep",
                "count",
                "monitor",
                "obtain",
            ):
                made.append(Claim("collect", owner.polarity if owner else "affirmed", self.block, start, stop, [(self.block, x) for x in inner],
                                  [], [], owner.condition if owner else None, because=["obtaining verb inside a purpose"], sentence=number))  # fmt: skip
            elif owner is not None and not owner.data:
                owner.data += [(self.block, x) for x in inner]
        return made


__all__ = ["Claim", "Read", "Slots", "Template", "is_adverb"]
