"""From a phrase to its concept: tables made once from the rows of the lexicon."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from privlex.lexicon.normal import normal

# Heads that say nothing of the type themselves: the modifier or the complement does.
_PLAIN_HEADS = frozenset(["information", "data", "info", "detail", "record", "datum", "material", "item"])
_PLAIN_CONCEPTS = frozenset(("generic/information",))
# Nouns whose complement names the type ("type of browser", "name of your provider", "list of friends").
_LIGHT_HEADS = frozenset(
    [
        "type",
        "kind",
        "version",
        "list",
        "category",
        "number",
        "record",
        "date",
        "time",
        "length",
        "amount",
        "copy",
        "piece",
        "part",
        "detail",
        "fact",
        "name",
        "content",
        "address",
        "brand",
        "model",
        "set",
        "history",
        "source",
        "result",
        "combination",
        "statistic",
        "frequency",
        "aspect",
        "duration",
    ]
)
_COMPLEMENT = frozenset(
    [
        "of",
        "about",
        "regarding",
        "concerning",
        "on",
        "related",
        "relating",
        "pertaining",
        "associated",
        "to",
        "with",
        "from",
        "by",
    ]
)
_LITTLE = frozenset(
    [
        "the",
        "a",
        "an",
        "your",
        "our",
        "their",
        "its",
        "his",
        "her",
        "my",
        "any",
        "other",
        "certain",
        "this",
        "that",
        "these",
        "those",
        "all",
        "such",
        "some",
    ]
)
_JOINTS = frozenset("and or of on in about by to for you with within under from read at".split())
_HELPERS = frozenset(
    [
        "help",
        "assist",
        "enable",
        "allow",
        "permit",
        "let",
        "continue",
        "better",
        "continually",
        "further",
        "automatically",
        "also",
        "generally",
        "easily",
        "effectively",
        "internally",
        "otherwise",
        "improve_",
        "aid",
        "try",
        "attempt",
        "seek",
        "work",
        "need",
        "begin",
    ]
)
_HELPED = frozenset(["us", "them", "you", "we", "our", "to", "the", "users", "user", "it", "in"])

# A verb phrase says what it is for in its first words; the bound keeps hostile pages linear.
_MAX_PURPOSE_WORDS = 40
# Noun phrases kept once looked up; policies repeat theirs.
_MAX_ENDINGS = 1 << 17


class Lookups:
    """Tables from normal form to concept, and the ways through them."""

    def __init__(self, lexicon: Any) -> None:
        self.whole: dict[str, dict[tuple[str, ...], str]] = {"data": {}, "party": {}, "purpose": {}}
        self.suffix: dict[str, dict[tuple[str, ...], str]] = {"data": {}, "party": {}, "purpose": {}}
        self.needs_context: dict[str, set[tuple[str, ...]]] = {"data": set(), "party": set(), "purpose": set()}
        self.clause_heads: dict[str, str] = {}
        self.verbs: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        self.lemma: dict[str, str] = {}
        for word in lexicon.words:
            if word.class_ == "verb":
                for form in word.forms:
                    self.lemma.setdefault(form, word.word)
        for kind, terms in lexicon.terms.items():
            for term in terms:
                key = normal(term.term)
                if term.match == "verb":
                    self.verbs.setdefault(key[0], []).append((key[1:], term.concept))
                    continue
                if term.match == "clause":
                    self.clause_heads[key[0]] = term.concept
                    continue
                if term.match == "never":  # looks like its concept and is none: found, and found to be nothing
                    self.whole[kind][key] = self.suffix[kind][key] = ""
                    continue
                self.whole[kind].setdefault(key, term.concept)
                if term.match != "phrase":
                    self.suffix[kind].setdefault(key, term.concept)
                if term.match == "context":
                    self.needs_context[kind].add(key)
        for patterns in self.verbs.values():
            patterns.sort(key=lambda row: (-len(row[0]), row[0]))
        self.longest = {kind: max(map(len, table)) for kind, table in self.whole.items()}
        keys = [*self.whole["data"], *self.whole["party"], *self.whole["purpose"]]
        # Words inside a term before its head: "mailing" (address) is then no verb, "personally" (...) no adverb.
        self.gerund_pairs = frozenset(
            (key[at], key[at + 1]) for key in keys for at in range(len(key) - 1) if key[at].endswith(("ing", "ed"))
        )
        inner = {word for key in self.whole["data"] for word in key[:-1]}
        self.adverb_modifiers = frozenset(word for word in inner if word.endswith("ly"))
        # Words that are modifiers of a data term and no data term themselves ("personal", "demographic", "postal").
        alone = {key[0] for key in self.whole["data"] if len(key) == 1}
        self.modifiers = frozenset(
            word for word in inner if word not in alone and word not in ("of", "and", "or", "to")
        )
        # Terms that hold a conjunction or preposition, by their first word: chunks end there, terms do not.
        # They are held without articles and possessives, which the text puts in at will.
        self.joined: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {}
        for kind, table in self.whole.items():
            rows: dict[str, list[tuple[tuple[str, ...], str]]] = {}
            for key, concept in table.items():
                if any(word in _JOINTS or word.endswith("ed") for word in key[1:]):
                    bare = tuple(word for word in key if word not in _LITTLE)
                    rows.setdefault(bare[0], []).append((bare, concept))
            for entries in rows.values():
                entries.sort(key=lambda row: (-len(row[0]), row[0]))
            self.joined[kind] = rows
        named = [*self.whole["data"], *self.whole["party"]]
        self.pairs = frozenset((key[at], key[at + 1]) for key in named for at in range(len(key) - 1))
        self._endings: dict[str, dict[tuple[str, ...], tuple[str | None, int]]] = {
            "data": {},
            "party": {},
            "purpose": {},
        }
        self.concept_of = lru_cache(maxsize=1 << 15)(self._concept_of)

    def _concept_of(self, kind: str, phrase: str) -> str | None:
        words = tuple(w for w in normal(phrase) if w)
        if not words:
            return None
        if kind == "data":
            return self.data(words)
        if kind == "party":
            return self.party(words)
        return self.purpose(words)

    def ending(self, kind: str, words: tuple[str, ...]) -> tuple[str | None, int]:
        """Concept of the longest term that ``words`` end in, and how many words it has."""
        cached = self._endings[kind].get(words)
        if cached is None:
            cached = self._ending(kind, words)
            if len(self._endings[kind]) < _MAX_ENDINGS:
                self._endings[kind][words] = cached
        return cached

    def _ending(self, kind: str, words: tuple[str, ...]) -> tuple[str | None, int]:
        concept = self.whole[kind].get(words)
        if concept is not None:
            return concept or None, len(words)
        table = self.suffix[kind]
        for size in range(min(self.longest[kind], len(words)), 0, -1):
            concept = table.get(words[-size:])
            if concept is not None:
                return concept or None, size
        return None, 0

    def data(self, words: tuple[str, ...]) -> str | None:
        """Concept of a noun phrase with or without complement, or of a wh-clause."""
        whole = self.whole["data"].get(words)
        if whole:
            return whole
        if words[0] in ("how", "when", "whether", "where", "what", "which") and len(words) > 1:
            return "online_activity/browsing"
        at = next((i for i, w in enumerate(words) if i and w in _COMPLEMENT), None)
        relative = next((i for i, w in enumerate(words) if i and w in ("you", "that", "which", "who", "we")), None)
        if relative is not None and (at is None or relative < at):
            head = self.clause_heads.get(words[relative - 1])
            if head:
                return head
            words = words[:relative]
            at = None
        if at is not None:
            head, tail = words[:at], tuple(w for w in words[at + 1 :] if w not in _LITTLE)
            while tail and tail[0] in ("to", "with", "from", "by"):
                tail = tail[1:]
            concept = self.noun(head)
            if tail and (concept is None or concept.startswith("generic/") or head[-1] in _LIGHT_HEADS):
                inner = self.data(tail)
                if inner and not (inner.startswith("generic/") and concept):
                    return inner
                if inner is None and tail[0] == "how":
                    return "online_activity/browsing"
            return concept
        return self.noun(words)

    def noun(self, words: tuple[str, ...]) -> str | None:
        """Concept of a noun phrase by the longest term it ends in; a plain head takes its modifier's concept."""
        concept, size = self.ending("data", words)
        if concept in _PLAIN_CONCEPTS and size == 1 and len(words) > 1 and words[-1] in _PLAIN_HEADS:
            inner, _ = self.ending("data", words[:-1])
            if inner and inner != "generic/information":
                return inner
            if any(w.startswith(("aggregat", "statistic")) for w in words):
                return "generic/aggregate_data"
            if any(w.startswith(("nonp", "anonym", "deident", "nonident", "pseudonym")) for w in words):
                return "generic/non_personal_information"
            if words[0] in ("personal", "personally", "private", "sensitive", "identifiable"):
                return "generic/personal_information"
        return concept

    def party(self, words: tuple[str, ...]) -> str | None:
        """Concept of a party; what stands after "of", "that", "who" is looked at where the head is not known."""
        whole = self.whole["party"].get(words)
        if whole:
            return whole
        at = next(
            (
                i
                for i, w in enumerate(words)
                if i and w in ("of", "that", "who", "which", "to", "in", "under", "not", "with")
            ),
            None,
        )
        head = words if at is None else words[:at]
        concept, _ = self.ending("party", head)
        return concept

    def purpose(self, words: tuple[str, ...]) -> str | None:
        """Concept of a verb phrase or of a noun phrase of purpose."""
        words = words[:_MAX_PURPOSE_WORDS]
        if not words:
            return None
        at, count = 0, len(words)
        helper = None
        if self.lemma.get(words[0]) not in self.verbs or words in self.whole["purpose"]:
            concept, _ = self.ending("purpose", words)
            if concept and self.lemma.get(words[0]) not in _HELPERS:
                return concept
        while at < count:
            lemma = self.lemma.get(words[at], words[at])
            if lemma in ("help", "enable", "allow", "permit", "let", "assist"):
                # Patterns that begin with the helper itself come first ("help advertiser").
                found = self._verb(lemma, words[at + 1 :], least=1)
                if found:
                    return found
                helper = helper or lemma
            elif lemma in self.verbs:
                found = self._verb(lemma, words[at + 1 :])
                if found:
                    return found
            elif lemma not in _HELPERS and words[at] not in _HELPED and helper is None and at > 2:
                break
            at += 1
        if helper:
            return self._verb(helper, ())
        concept, _ = self.ending("purpose", words)
        return concept

    def _verb(self, lemma: str, rest: tuple[str, ...], least: int = 0) -> str | None:
        """Concept of the longest pattern of this verb whose words stand in ``rest`` in order."""
        for pattern, concept in self.verbs.get(lemma, ()):
            if len(pattern) < least:
                return None
            at = 0
            for word in pattern:
                try:
                    at = rest.index(word, at) + 1
                except ValueError:
                    break
            else:
                return concept
        return None
