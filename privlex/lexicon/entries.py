"""Rows of the lexicon as frozen records, and the lookups made from them.

Every record has the field names of its file in ``data/`` (see README.md); ``not`` is ``counter_examples`` here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from privlex.lexicon.lookups import Lookups

DATA = Path(__file__).parent / "data"
TERM_FILES = {"data": "data_types.jsonl", "purpose": "purposes.jsonl", "party": "parties.jsonl"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Concept:
    """A concept and the codebook category it belongs to."""

    concept: str
    kind: str
    category: str
    parent: str | None
    definition: str
    source: str = ""
    first_seen: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """Words that name a concept; ``match`` says how they are looked up (README.md)."""

    term: str
    concept: str
    match: str
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    source: str = ""
    first_seen: int = 0
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ActionEntry:
    """A verb or noun that states an action, with its frames (slot -> role)."""

    lemma: str
    pos: str
    action: str
    forms: dict[str, str]
    frames: tuple[dict[str, Any], ...]
    particle: str | None = None
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    source: str = ""
    first_seen: int = 0
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PolarityCue:
    """Words that deny (or look as if they did), the direction they reach and what ends their reach."""

    cue: str
    kind: str
    direction: str
    ends: tuple[str, ...]
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    source: str = ""
    first_seen: int = 0
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class ConditionCue:
    """Words that begin a condition, its kind, and whether a clause or a phrase follows."""

    cue: str
    kind: str
    ends: str
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()
    source: str = ""
    first_seen: int = 0
    note: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """A word of a closed class, or a verb with its forms; ``noun``: its base form is also a noun."""

    word: str
    class_: str
    forms: tuple[str, ...] = ()
    noun: bool = False
    source: str = ""
    note: str | None = None


RECORDS: dict[str, type] = {
    "concepts.jsonl": Concept,
    "data_types.jsonl": Term,
    "purposes.jsonl": Term,
    "parties.jsonl": Term,
    "actions.jsonl": ActionEntry,
    "polarity.jsonl": PolarityCue,
    "conditions.jsonl": ConditionCue,
    "words.jsonl": Word,
}
_FIELD = {"not": "counter_examples", "class": "class_"}


def _entries(files: dict[str, bytes], name: str) -> Iterator[Any]:
    record = RECORDS[name]
    for line in files[name].decode("utf8").splitlines():
        row = json.loads(line)
        yield record(
            **{_FIELD.get(key, key): tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        )


def _digest(files: dict[str, bytes]) -> str:
    """16 hex digits over all data files, line ends not counted."""
    sha = hashlib.sha256()
    for name in sorted(RECORDS):
        sha.update(name.encode())
        sha.update(files[name].replace(b"\r\n", b"\n"))
    return sha.hexdigest()[:16]


@dataclass(frozen=True, kw_only=True)
class Lexicon:
    """All rows, checked for shape by ``privlex.lexicon.check``, and the lookups made from them."""

    concepts: tuple[Concept, ...]
    terms: dict[str, tuple[Term, ...]]  # by mention kind
    actions: tuple[ActionEntry, ...]
    polarity: tuple[PolarityCue, ...]
    conditions: tuple[ConditionCue, ...]
    words: tuple[Word, ...]
    digest: str = field(compare=False)
    files: dict[str, bytes] = field(compare=False, repr=False)  # the rows as they were read, by file name

    def concept_of(self, kind: str, phrase: str) -> tuple[str, str] | None:
        """Concept and category of any phrase of this kind, or None where no term of the lexicon is in its head.

        Looks for the whole phrase, then for the longest term it ends in, its complement, its verb and object.
        Case, plural, hyphens and spaces do not matter.

        >>> load_lexicon().concept_of("data", "work e-mail")
        ('contact/email_address', 'contact')
        >>> load_lexicon().concept_of("purpose", "improve our services")
        ('analytics_research/improve', 'analytics_research')
        >>> load_lexicon().concept_of("party", "competent courts")
        ('authority/authority', 'authority')
        """
        concept = self.lookups.concept_of(kind, phrase)
        return (concept, concept.split("/", 1)[0]) if concept else None

    @cached_property
    def lookups(self) -> Lookups:
        """Tables from normal form to concept, made on first use."""
        return Lookups(self)

    def parent_of(self, concept: str) -> str | None:
        """The next more general concept, or None at the top; KeyError for an unknown concept."""
        return self._parents[concept]

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return {c.concept: c.parent for c in self.concepts}


def read_lexicon(folder: Path) -> Lexicon:
    """The lexicon in ``folder``. Raises FileNotFoundError for a missing file, ValueError for a row of wrong shape."""
    return lexicon_of({name: (folder / name).read_bytes() for name in RECORDS})


def lexicon_of(files: dict[str, bytes]) -> Lexicon:
    """The lexicon in files already read, by name. Raises ValueError for a row of wrong shape."""
    try:
        return Lexicon(
            concepts=tuple(_entries(files, "concepts.jsonl")),
            terms={kind: tuple(_entries(files, name)) for kind, name in TERM_FILES.items()},
            actions=tuple(_entries(files, "actions.jsonl")),
            polarity=tuple(_entries(files, "polarity.jsonl")),
            conditions=tuple(_entries(files, "conditions.jsonl")),
            words=tuple(_entries(files, "words.jsonl")),
            digest=_digest(files),
            files=files,
        )
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"a row of the lexicon has the wrong shape ({error}); see python -m privlex.lexicon.check"
        ) from None


@lru_cache(maxsize=1)
def load_lexicon() -> Lexicon:
    """The lexicon that ships with privlex, read once per process."""
    return read_lexicon(DATA)


__all__ = ["DATA", "RECORDS", "TERM_FILES", "Lexicon", "lexicon_of", "load_lexicon", "read_lexicon"]
