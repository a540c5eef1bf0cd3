"""Tokens of a block with a word class each: as much grammar as the rules need, by tables and neighbours.

spaCy's blank English tokenizer keeps "e-mail" and "non-personal" in pieces and costs more than the whole rule reader;
this one keeps such words whole, and its offsets are plain characters of the block.
"""

from __future__ import annotations

import re

from privlex.lexicon import Lexicon
from privlex.lexicon.normal import normal

# One letter per class; resolved by Tagger.read.
DETERMINER, POSSESSIVE, WEAK, PRONOUN, PREPOSITION, CONJUNCTION = "D", "O", "Q", "E", "P", "C"
WH, SUBORDINATOR, AUXILIARY, ADVERB, ADJECTIVE = "W", "S", "X", "R", "J"
VERB, EITHER, GERUND, PARTICIPLE, NOUN = "V", "v", "G", "K", "N"
COMMA, STOP, SEMICOLON, COLON, OPEN, CLOSE, QUOTE, DASH = ",", ".", ";", ":", "(", ")", '"', "-"

_CLASS = {
    "determiner": DETERMINER, "possessive": POSSESSIVE, "weak_modifier": WEAK, "pronoun": PRONOUN,
    "preposition": PREPOSITION, "conjunction": CONJUNCTION, "wh": WH, "subordinator": SUBORDINATOR,
    "auxiliary": AUXILIARY, "adverb": ADVERB, "adjective": ADJECTIVE,
}  # fmt: skip
_MARK = {
    ",": COMMA, "‚": COMMA, ".": STOP, "!": STOP, "?": STOP, "…": STOP, ";": SEMICOLON, ":": COLON, "(": OPEN, "[": OPEN,
    ")": CLOSE, "]": CLOSE, '"': QUOTE, "“": QUOTE, "”": QUOTE, "'": QUOTE, "‘": QUOTE, "’": QUOTE, "«": QUOTE, "»": QUOTE,
    "-": DASH, "–": DASH, "—": DASH, "•": SEMICOLON, "·": SEMICOLON, "●": SEMICOLON, "*": SEMICOLON, "|": SEMICOLON,
    "&": CONJUNCTION, "/": CONJUNCTION, "+": CONJUNCTION, "⠀": DASH, ">": DASH, "<": DASH, "_": DASH,
}  # fmt: skip
# A word keeps its apostrophes, inner hyphens and slashes, an inner dot before a small letter or digit, and "(s)".
_TOKEN = re.compile(
    r"[^\W_]+(?:(?:['’\-‐‑/@&+_]|\.(?=[a-z0-9]))[^\W_]+)*(?:\((?:s|es|ies)\))?(?:['’](?=\s))?|[^\w\s]|_"
)
# Verbs that policies put before a bare noun ("Our partners use cookies"), where the grammar alone would see a noun.
_TAKES_BARE_OBJECT = frozenset(
    "use uses access accesses process processes employ employs store stores share shares".split()
)
# Gerunds that are nouns unless an object follows.
_NOMINAL_GERUNDS = frozenset(
    "marketing advertising hosting billing browsing posting rating setting building recording meeting targeting "
    "shipping shopping banking training".split()
)
# "content you've seen": for the rules the pronoun counts, not the auxiliary in it.
_CONTRACTED_PRONOUNS = tuple(
    f"{pronoun}{mark}{verb}" for pronoun in ("you", "we", "they") for verb in ("ve", "re", "ll") for mark in ("'", "’")
)
_NOUNS_IN_LY = frozenset("family assembly anomaly monopoly july italy supply reply friendly".split())
_ABBREVIATIONS = frozenset("inc ltd co corp llc u.s us e.g i.e eg ie etc no vs mr ms dr st s.a".split())
_NEVER_LAST = frozenset("e.g i.e eg ie vs mr ms dr".split())
# Participles that repeat the action before a noun ("collected data") and are left out of the mention.
_ACTION_PARTICIPLES = frozenset(
    "collected gathered provided submitted stored obtained received processed disclosed retained transmitted "
    "requested required updated limited selected listed detailed described called named".split()
)


# Words whose class is kept once worked out; a vocabulary of policies has some 60,000.
_MAX_KNOWN_WORDS = 1 << 17


class Tokens:
    """Parallel lists over the tokens of one text."""

    __slots__ = ("ends", "low", "starts", "tags", "text")

    def __init__(self, text: str, low: list[str], starts: list[int], ends: list[int], tags: list[str]) -> None:
        self.text, self.low, self.starts, self.ends, self.tags = text, low, starts, ends, tags

    def __len__(self) -> int:
        return len(self.low)


class Tagger:
    """Reads a text into tokens with word classes from the lexicon's ``words.jsonl``."""

    def __init__(self, lexicon: Lexicon) -> None:
        look = lexicon.lookups
        table: dict[str, str] = dict(_MARK)
        verbs = [word for word in lexicon.words if word.class_ == "verb"]
        # Participles first: a form that is also a base ("set", "read") is then overwritten by it.
        for word in verbs:
            for form in word.forms[1:]:
                if form.endswith("ing"):
                    table[form] = GERUND
                elif form.endswith("s") and form == word.forms[1]:
                    table[form] = EITHER if word.noun else VERB
                else:
                    table[form] = PARTICIPLE
        for word in verbs:
            table[word.word] = EITHER if word.noun else VERB
        for word in lexicon.words:
            if word.class_ != "verb" and word.class_ in _CLASS:
                table[word.word] = _CLASS[word.class_]
        for word in _CONTRACTED_PRONOUNS:
            table[word] = PRONOUN
        self._table = table
        self._gerund_pairs = look.gerund_pairs
        self._pairs = look.pairs
        self._adverb_modifiers = look.adverb_modifiers
        self._normal: dict[str, tuple[str, ...]] = {}

    def normal(self, word: str) -> tuple[str, ...]:
        """Normal form of one lower-case token (may be several words: "opt-out")."""
        found = self._normal.get(word)
        if found is None:
            if len(self._normal) > 1 << 16:
                self._normal.clear()
            bare = word[: word.index("(")] if word.endswith(")") and len(word) > 1 else word
            found = self._normal[word] = normal(bare)
        return found

    def tag(self, word: str) -> str:
        """Word class of a lower-case word by itself."""
        tag = self._table.get(word)
        if tag is None:
            tag = NOUN
            if word.endswith("ly") and len(word) > 4 and word not in _NOUNS_IN_LY:
                tag = ADVERB
            if len(self._table) < _MAX_KNOWN_WORDS:
                self._table[word] = tag
        return tag

    def read(self, text: str) -> Tokens:
        """Tokens of ``text``; classes that depend on neighbours are resolved."""
        matches = [match.span() for match in _TOKEN.finditer(text)]
        lower = text.lower()
        if len(lower) == len(text):
            low = [lower[start:end] for start, end in matches]
        else:  # a letter whose small form is longer
            low = [text[start:end].lower() for start, end in matches]
        table = self._table
        tags = [table.get(word) or self.tag(word) for word in low]
        starts = [start for start, _ in matches]
        ends = [end for _, end in matches]
        self._resolve(low, tags, text, starts)
        return Tokens(text, low, starts, ends, tags)

    def _resolve(self, low: list[str], tags: list[str], text: str, starts: list[int]) -> None:
        count = len(tags)
        pairs = self._gerund_pairs
        term_pairs = self._pairs
        look_normal = self.normal
        for i in range(count):
            tag = tags[i]
            if tag == EITHER:
                before = tags[i - 1] if i else STOP
                after = tags[i + 1] if i + 1 < count else STOP
                if (
                    after in "Nv"
                    and (low[i], (look_normal(low[i + 1]) or ("",))[0]) in term_pairs
                    and (low[i - 1] in ("to", "and", "or", ",") or before == NOUN if i else False)
                ):
                    verb = False  # "to group companies", "wifi access point"
                elif before == PREPOSITION and low[i - 1] == "to":
                    # after "to" the base form is the verb, the form in -s a noun
                    verb = after in "DOQEWXGKNPRJCvV,(-" or after in ".;:"
                    if low[i].endswith("s") and not low[i].endswith(("ss", "us")):
                        verb = False
                elif before in "XE" and low[i - 1] not in ("such", "being"):
                    verb = True
                elif before == ADVERB:
                    verb = (tags[i - 2] if i > 1 else STOP) in "XEV" or after in "DOE"
                elif before in "CR,":
                    verb = after in "DOE" and not low[i].endswith("ss")
                elif before in '.;:-("':
                    verb = after in "DOE"
                elif before == NOUN and low[i].endswith("s") and after in "DO":
                    verb = True
                elif low[i] in _TAKES_BARE_OBJECT and after in "NJKQvG" and before in "N,C":
                    verb = True
                elif before == WH:
                    verb = after in "DOENQ" and low[i - 1] in ("who", "which", "that")
                else:
                    verb = False
                tags[i] = VERB if verb else NOUN
            elif tag == PREPOSITION:
                if low[i] == "outside" and i and i + 1 < count and tags[i + 1] in "NvK" and tags[i - 1] in "DOP,CQ":
                    tags[i] = NOUN  # "an outside party"
            elif tag == STOP:
                if (
                    i
                    and low[i - 1] in _ABBREVIATIONS
                    and i + 1 < count
                    and (low[i - 1] in _NEVER_LAST or text[starts[i + 1]].islower())
                ):
                    tags[i] = NOUN  # "Acme Inc. partners" is one phrase; the mark adds no word to it
            elif tag == GERUND:
                after = tags[i + 1] if i + 1 < count else STOP
                pair = after in "NvKGV" and (low[i], (look_normal(low[i + 1]) or ("",))[0]) in pairs
                if i and tags[i - 1] == NOUN and after in ",.;C):":
                    tags[i] = NOUN  # "payment processing"
                    continue
                named = after not in "DOE" and (low[i] in _NOMINAL_GERUNDS or (i and tags[i - 1] in "DOQ"))
                if pair or named:
                    tags[i] = NOUN
            elif tag == PARTICIPLE:
                after = tags[i + 1] if i + 1 < count else STOP
                before = tags[i - 1] if i else STOP
                pair = after in "NvKGV" and (low[i], (look_normal(low[i + 1]) or ("",))[0]) in pairs
                if pair and before in "NDOQPVC,":
                    tags[i] = NOUN
                elif after in "NvQ" and (before in 'DOQPVGC,KRS(-".:;'):
                    tags[i] = WEAK if low[i] in _ACTION_PARTICIPLES else NOUN
                elif after == CONJUNCTION and before in "DOQ":
                    tags[i] = NOUN
            elif tag == ADVERB:
                if (
                    "".join(look_normal(low[i])) in self._adverb_modifiers
                    and i + 1 < count
                    and tags[i + 1] in "NKvG"
                    and not (i and tags[i - 1] in "XE")
                ):
                    tags[i] = NOUN
            elif (
                tag == ADJECTIVE and i + 1 < count and tags[i + 1] in "NvKG" and (tags[i - 1] if i else STOP) not in "X"
            ):
                tags[i] = WEAK
            elif (
                tag == VERB
                and i
                and tags[i - 1] in "DO"
                and low[i - 1] not in ("that", "this", "these", "those", "both", "all")
            ):
                tags[i] = NOUN
