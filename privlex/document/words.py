"""Small judgements about a line of text that several steps of the document stage share."""

from __future__ import annotations

import re
from functools import lru_cache

#: Texts whose judgement a step remembers: versions of a policy, and the steps of one, ask again and again. Some 0.5 kB
#: each, and most are held by several of these caches together.
REMEMBERED = 6_000

_STOPS = frozenset(".!?;:…。")
TERMINAL = re.compile(r"[.!?;:…。][\"'”’)\]]*$")
WORD = re.compile(r"[^\W\d_][\w'’-]*")

# A sign that stands for a bullet. A dash or star counts only with white space behind it.
BULLET = re.compile(r"[•●▪■◦‣⁃∙○♦►▶✓✔❖➢➤◆□·]+\s*|[-–—*]\s+(?=\S)|o(?=(?!Auth)[A-Z][a-z])|o[ \xa0]+(?=[A-Z])")
BULLET_ONLY = re.compile(r"[•●▪■◦‣⁃∙○♦►▶✓✔❖➢➤◆□·*–—-]{1,2}|[o§]")
# A sign between two items that a line break was lost between ("...; • to disclose").
INNER_BULLET = re.compile(r"\s*[•●▪■◦‣]\s+(?=\S)|(?<=[;:.,])\s+·\s+(?=\S)")

# How an item or section may be numbered, from the outside in; what follows must not be a digit ("1.5 million").
NUMBER = re.compile(
    r"(?:(?P<article>(?:section|article|part|chapter|§)\s*\d{1,2}(?:\.\d{1,2})*)[.:)]?"
    r"|(?P<paren>\(\d{1,2}\)|\d{1,2}\))"
    r"|(?P<dotted>\d{1,2}(?:\.\d{1,2})+)\.?"
    r"|(?P<number>\d{1,2})[.:]"
    r"|(?-i:(?P<roman>[IVX]{1,5})\.)"
    r"|(?-i:(?P<lowroman>\((?:i{1,3}|iv|v|vi{1,3}|ix|x)\)|(?:i{1,3}|iv|vi{1,3}|ix)[.)]))"
    r"|(?-i:(?P<capital>[A-Z])[.)])|(?P<letter>\([a-zA-Z]\)|[a-z]\)|[a-z]\.(?=\s)))"
    r"(?=[\s\xa0]|(?-i:[A-Z])|[(“\"]|$)",
    re.I,
)
MARKS = frozenset("•●▪■◦‣⁃∙○♦►▶✓✔❖➢➤◆□·*–—-o§.)")  # last characters of such signs
NUMBER_ONLY = re.compile(r"(?:\(?\d{1,2}(?:\.\d{1,2})*[.)]?|\(?[a-zA-Z][.)]|\(?[ivxIVX]{1,5}[.)])")

_DATA = (
    r"information|data|cookies?|names?|address(?:es)?|e-?mails?|phone|numbers?|locations?|details?|identifiers?|ip\b|records?|logs?"
    r"|beacons?|pixels?|content|photos?|payments?|profiles?|preferences?|third[- ]part(?:y|ies)"
)
_ACTS = (
    r"collect\w*|us(?:e|es|ed|ing)|shar(?:e|es|ed|ing)|disclos\w*|sells?|sold|selling|rent(?:s|ed)?|stor(?:e|es|ed|ing)"
    r"|retain\w*|track\w*|process\w*|transfer\w*|gather\w*|record\w*|receiv\w*|obtain\w*|provid\w*|access\w*|combin\w*"
    r"|keep\w*|logs?|logged|ask\w*|send\w*|sent|sets?|place[sd]?|analy[sz]\w*|monitor\w*|trad(?:e|es|ed)|releas\w*"
    r"|customi[sz]\w*|personali[sz]\w*|request\w*"
)
_PARTIES = (
    r"we|us|our|you|your|they|their|it|its|website|site|company|companies|inc|partners?|advertisers?|services?|users?"
    r"|visitors?"
)
_STATES = re.compile(rf"\b(?:{_ACTS})\b", re.I)
ABOUT_DATA = re.compile(rf"\b(?:{_DATA})\b", re.I)
_BY_WHOM = re.compile(rf"\b(?:{_PARTIES})\b", re.I)
_VERB = re.compile(
    r"\b(?:is|are|was|were|be|been|has|have|had|do|does|did|will|would|shall|should|may|might|can|could|must|applies"
    r"|includes?|contains?|means|describes?|explains?|agree|respects?|takes?|makes?|values?)\b",
    re.I,
)
# Labels of buttons and footer links that look like practices and are none.
_LABEL = re.compile(
    r"(?:do not|don['’]t) sell(?: or share)? my (?:personal )?(?:info\w*|data)"
    r"|(?:your )?(?:california )?privacy (?:choices|rights|settings)"
    r"|(?:manage|change|cookie|privacy|accept|reject|allow|decline|more about|update)(?: all| my| our| your)?"
    r" (?:cookies?|settings|preferences|consent|options)"
    r"|(?:accept|reject|allow|decline|agree)(?: all)?(?: cookies)?|cookies?(?: policy| notice| statement)?"
    r"|terms (?:of|and) \w+(?: \w+)?",
    re.I,
)


def word_set(words: str) -> frozenset[str]:
    """The words of a text as a set: closed lists of names are written as running text."""
    return frozenset(words.split())


def words_in(text: str) -> int:
    """Number of white-space separated words."""
    return text.count(" ") + 1


def ends_sentence(text: str) -> bool:
    """Whether it ends as a sentence or clause does (full stop, colon, semicolon, ...)."""
    last = text[-1:]
    if last in _STOPS:
        return True
    # A letter or digit at the end leaves no doubt; behind a bracket or quotation mark the stop may stand before it.
    return not last.isalnum() and TERMINAL.search(text[-4:]) is not None


def is_prose(text: str) -> bool:
    """Whether a text reads as a sentence, rather than as a label, a title or a menu entry.

    >>> is_prose("QNAP takes your privacy very seriously, and says so."), is_prose("Download Center")
    (True, False)
    """
    count = text.count(" ") + 1
    if count < 6:
        return False
    if count >= 8 and ends_sentence(text):
        return True
    return _has_clause(text[:600])


@lru_cache(maxsize=REMEMBERED)
def _has_clause(head: str) -> bool:
    return _VERB.search(head) is not None and _BY_WHOM.search(head) is not None


def states_practice(text: str) -> bool:
    """Whether a text could state a practice: an act, on data, and not merely a button's label.

    Errs on the side of yes: what it says yes to is never left out of a document.

    >>> states_practice("We share your name with partners"), states_practice("Do Not Sell My Personal Information")
    (True, False)
    """
    count = text.count(" ") + 1
    return count >= 4 and _states(text, count)


@lru_cache(maxsize=REMEMBERED)
def _states(text: str, count: int) -> bool:
    if count <= 9 and _LABEL.fullmatch(text.strip(" .|>»")):
        return False
    return (
        _STATES.search(text) is not None
        and ABOUT_DATA.search(text) is not None
        and (count >= 12 or _BY_WHOM.search(text) is not None)
    )
