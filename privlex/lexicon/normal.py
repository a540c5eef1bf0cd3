"""Normal form of a phrase: one spelling for case, plural, hyphen and space variants."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[a-z0-9]+(?:['’][a-z]+)?|\+")
# Spelling variants whose parts must not be read as words of their own.
_VARIANTS = (
    (re.compile(r"\be[\s\-‐–]mail"), "email"),
    (re.compile(r"\blog[\s\-]in\b"), "login"),
    (re.compile(r"\bweb[\s\-]sites?\b"), "website"),
    (re.compile(r"\bweb[\s\-]pages?\b"), "webpage"),
    (re.compile(r"\bclick[\s\-]stream\b"), "clickstream"),
    (re.compile(r"\bdrivers?['’]s?\b"), "driver"),
    (re.compile(r"\bdriver['’]s\b"), "driver"),
    (re.compile(r"\bnon[\s\-‐–](?=[a-z])"), "non"),
    (re.compile(r"\bwi[\s\-]fi\b"), "wifi"),
    (re.compile(r"\bpre[\s\-](?=fill|populat)"), "pre"),
    (re.compile(r"\bzip[\s\-]code"), "zip code"),
    (re.compile(r"\bsub[\s\-](?=processor|contractor)"), "sub"),
    (re.compile(r"\b3rd\b"), "third"),
)
# Words in -s that are no plurals, and plurals no rule makes.
_NO_PLURAL = frozenset(
    [
        "address",
        "business",
        "access",
        "status",
        "gps",
        "analytics",
        "statistics",
        "news",
        "process",
        "series",
        "basis",
        "analysis",
        "sms",
        "dns",
        "os",
        "ios",
        "aws",
        "ups",
        "https",
        "as",
        "is",
        "its",
        "this",
        "us",
        "was",
        "has",
        "does",
        "gas",
        "plus",
        "diagnostics",
        "biometrics",
        "demographics",
        "previous",
        "various",
        "anonymous",
        "campus",
        "census",
        "bonus",
        "less",
        "unless",
        "across",
        "always",
        "perhaps",
        "towards",
        "express",
        "class",
        "pass",
        "compass",
        "canvas",
        "corps",
        "lens",
        "focus",
        "virus",
        "bias",
        "thus",
        "genus",
        "bus",
        "metrics",
        "whereabouts",
        "facebook's",
        "yes",
        "his",
        "tls",
        "css",
        "rss",
        "us",
        "pos",
        "irs",
        "cbs",
    ]
)
_IRREGULAR = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "data": "data", "parties": "party",
    "addresses": "address", "businesses": "business", "statuses": "status", "cookies": "cookie", "movies": "movie",
    "accesses": "access", "processes": "process", "analyses": "analysis", "criteria": "criterion", "media": "media",
    "indices": "index", "bases": "basis", "classes": "class", "passes": "pass", "calories": "calorie", "taxes": "tax",
}  # fmt: skip


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """The singular of a lower-case word by spelling alone.

    >>> [singular(w) for w in ("addresses", "parties", "cookies", "status", "searches", "data")]
    ['address', 'party', 'cookie', 'status', 'search', 'data']
    """
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < 3 or not word.endswith("s") or word in _NO_PLURAL or word.endswith(("ss", "'s", "’s")):
        return "id" if word == "ids" else word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return word[:-2]
    return word[:-1]


@lru_cache(maxsize=65536)
def normal(phrase: str) -> tuple[str, ...]:
    """Words of a phrase in normal form: lower case, singular, without hyphens; "e-mail" is "email".

    >>> normal("E-mail Addresses")
    ('email', 'address')
    >>> normal("non-personal information") == normal("nonpersonal information")
    True
    """
    text = phrase.lower().replace("‑", "-").replace("’", "'")
    for pattern, made in _VARIANTS:
        text = pattern.sub(made, text)
    return tuple(singular(word) for word in _WORD.findall(text))
