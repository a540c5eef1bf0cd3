"""Which concept is a case of which: what makes a data type more general or more specific between two texts."""

from __future__ import annotations

from functools import cache

from privlex.lexicon import load_lexicon


@cache
def _parents() -> dict[str, str | None]:
    """The parent of each of the lexicon's concepts."""
    return {c.concept: c.parent for c in load_lexicon().concepts}


@cache
def ancestors(concept: str) -> tuple[str, ...]:
    """The broader concepts that a concept belongs to, nearest first; none for a concept that is not the lexicon's.

    >>> ancestors("contact/email_address")
    ('contact/contact_information', 'generic/personal_information', 'generic/information')
    """
    parent = _parents().get(concept)
    return (parent, *ancestors(parent)) if parent else ()


@cache
def _whole_category(category: str) -> str | None:
    """The concept of a category that all its other concepts belong to, if it has one."""
    own = [c for c in _parents() if c.partition("/")[0] == category]
    tops = [c for c in own if not any(a in own for a in ancestors(c))]
    return tops[0] if len(tops) == 1 else None


@cache
def covers_concept(broad: str | None, narrow: str | None, narrow_category: str) -> bool:
    """``broad`` names a class that what is named by ``narrow`` (or, unknown, by its category) belongs to.

    >>> covers_concept("contact/contact_information", "contact/email_address", "contact")
    True
    >>> covers_concept("contact/email_address", "contact/contact_information", "contact")
    False
    """
    if broad is None or broad == narrow:
        return False
    if narrow is not None:
        return broad in ancestors(narrow)
    top = _whole_category(narrow_category)
    # An unknown phrase of a category may itself name the whole of it: only broader classes cover it for certain.
    return top is not None and broad in ancestors(top)


# Concepts that gather what has nothing in common but its class: there the words decide whether two are the same.
GATHERING = ("/named", "/other", "/unspecified")


def is_gathering(concept: str | None) -> bool:
    """Whether a concept gathers unlike things ("a named advertising network").

    >>> is_gathering("advertiser/named"), is_gathering("contact/name")
    (True, False)
    """
    return concept is None or concept.endswith(GATHERING)
