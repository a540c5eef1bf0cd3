"""Which mention covers which: "personal information" covers "email address", "anyone" covers "business partners"."""

from __future__ import annotations

import re
from functools import cache

from privlex.lexicon import load_lexicon
from privlex.records import Mention

IMPERSONAL = re.compile(
    r"aggregat|anonym|non-?\s?personal|non-?\s?pii\b|non-?identif|not personally|de-?identif|statistic|pseudonym|analy[sz]ed data|hashed", re.I
)  # fmt: skip
PERSONAL = (
    "contact",
    "demographic",
    "identifier",
    "financial",
    "health",
    "location",
    "user_content",
    "social_media",
    "generic",
)
# "sensitive personal data" or "personal data of applicants" is less than all
GENERAL = re.compile(
    r"(?:any )?(?:personal(?:ly)?[- ]?(?:identif\w+|identification)?[- ]?(?:information|data|details)|p\.?i\.?i\.?|personal information or data|"
    r"information (?:about|regarding) you|user information|customer information)", re.I
)  # fmt: skip
BARE = re.compile(r"(?:any |the |all |such |this )?(?:information|data|details)", re.I)
GATHERING = ("/named", "/other", "/unspecified", "/events")
EVERYONE = re.compile(
    r"\b(?:any(?:one|body)|no ?one|everyone|every(?:body)?|third[- ]part(?:y|ies)|others?|outside part(?:y|ies)|"
    r"other (?:people|persons?|compan|parties|organi[sz]ations))", re.I
)  # fmt: skip


@cache
def _parents() -> dict[str, str | None]:
    return {c.concept: c.parent for c in load_lexicon().concepts}


@cache
def broader(concept: str) -> tuple[str, ...]:
    """Concepts above ``concept`` in the ontology, nearest first.

    >>> "generic/personal_information" in broader("contact/email_address")
    True
    """
    parent = _parents().get(concept)
    return (parent, *broader(parent)) if parent else ()


def is_impersonal(mention: Mention) -> bool:
    """Whether the words say that the data identify nobody ("aggregated statistics", "non-personal information")."""
    return bool(IMPERSONAL.search(mention.quote))


def covers_data(broad: Mention, narrow: Mention) -> bool:
    """Whether what is said of ``broad`` is said of ``narrow``: the same thing, or a class that it belongs to."""
    if is_impersonal(broad) != is_impersonal(narrow):
        return False
    if BARE.fullmatch(broad.quote.strip()) or BARE.fullmatch(narrow.quote.strip()):
        return False  # "information" alone says not which
    if broad.quote.casefold() == narrow.quote.casefold():
        return True
    if broad.concept and narrow.concept:
        if broad.concept == narrow.concept and broad.category != "generic" and not broad.concept.endswith(GATHERING):
            return True
        if broad.category != "generic" and broad.concept in broader(narrow.concept):
            return True
    # a general term covers what is a person's own, whether or not the lexicon knows the narrower phrase; of cookies and
    # of what a browser sends, policies hold the contrary more often than not
    return bool(GENERAL.fullmatch(broad.quote.strip())) and narrow.category in PERSONAL


def covers_party(broad: Mention, narrow: Mention) -> bool:
    """Whether ``broad`` takes in ``narrow``; the first party's own people and group are no third parties."""
    if broad.quote.casefold() == narrow.quote.casefold():
        return True
    if broad.category == "public" or re.search(r"\b(?:anyone|anybody|no ?one)\b", broad.quote, re.I):
        return True
    if broad.category == "third_party" and EVERYONE.search(broad.quote):
        return narrow.category not in ("affiliate", "employee")
    if (
        broad.concept
        and narrow.concept
        and (broad.concept == narrow.concept or broad.concept in broader(narrow.concept))
    ):
        return True
    return broad.category == narrow.category and broad.category not in ("third_party",) and broad.concept is None
