"""What the gold sets say, each in its authors' own terms, as frozen records.

Offsets are half-open characters. Whatever a record is scored against is mapped elsewhere; nothing is mapped here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple


class Place(NamedTuple):
    """Characters ``[start, end)`` of the text that the record stands in."""

    start: int
    end: int


# --------------------------------------------------------------------------- PI-Extract


@dataclass(frozen=True)
class TaggedSentence:
    """One sentence of PI-Extract with its four parallel rows of tags (BIO, as the files hold them)."""

    file: str                              # file name without the label folder: "train.conll03"
    index: int                             # counts sentences within that file, from 0
    tokens: tuple[str, ...]
    tags: tuple[tuple[str, tuple[str, ...]], ...]  # (label, one tag a token) for each label read
    before: str = ""                       # the words before it in its file (the set cuts through running text)

    @cached_property
    def text(self) -> str:
        """The tokens joined by one space: what a reader is given."""
        return " ".join(self.tokens)

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Where each token stands in ``text``."""
        places, at = [], 0
        for token in self.tokens:
            places.append(Place(at, at + len(token)))
            at += len(token) + 1
        return tuple(places)

    def row(self, label: str) -> tuple[str, ...]:
        """The tags of one label; KeyError if its folder was not read."""
        return dict(self.tags)[label]


# --------------------------------------------------------------------------- OPP-115


@dataclass(frozen=True, kw_only=True, slots=True)
class Opp115Attribute:
    """One attribute of a practice. ``place`` is None where no text was selected or the offsets do not hold it.

    ``errant`` tells the second case: text was selected, and its offsets are wrong in the release.
    """

    attribute: str
    value: str
    place: Place | None = None
    errant: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Opp115Practice:
    """One practice as one annotator saw it."""

    id: str
    annotator: str
    category: str
    attributes: tuple[Opp115Attribute, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Opp115Segment:
    """One segment of a policy, with every annotator's practices."""

    policy: str
    segment: int
    text: str
    practices: tuple[Opp115Practice, ...]
    annotators: tuple[str, ...]  # who annotated this policy, whether or not they marked anything in this segment


# --------------------------------------------------------------------------- GDPR-Transparency-200


@dataclass(frozen=True, kw_only=True, slots=True)
class GdprAnnotation:
    """One annotated phrase; two or more ``pieces`` for a gapped phrase, none where it was not found in the text."""

    requirement: str
    value: str
    performed: bool
    pieces: tuple[Place, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class GdprPassage:
    """One passage of a policy."""

    policy: str
    passage: int
    type: str                          # headline, list_item, table_cell, table_header, text
    context: tuple[tuple[str, str], ...]  # (element type, text), outermost first
    text: str
    annotations: tuple[GdprAnnotation, ...]


# --------------------------------------------------------------------------- PolicyIE


@dataclass(frozen=True, kw_only=True, slots=True)
class BratSpan:
    """A text-bound annotation ("T" line); several ``pieces`` where it is discontinuous.

    ``errant``: the line's words are not what stands at its offsets.
    """

    id: str
    label: str
    pieces: tuple[Place, ...]
    errant: bool = False

    @property
    def place(self) -> Place:
        """From its first to its last character."""
        return Place(self.pieces[0].start, self.pieces[-1].end)


@dataclass(frozen=True, kw_only=True, slots=True)
class BratEvent:
    """An event ("E" line): roles without their running number, each pointing at a span id."""

    id: str
    type: str
    trigger: str
    roles: tuple[tuple[str, str], ...]

    def filled(self, role: str) -> tuple[str, ...]:
        """Ids of the spans that fill ``role``, in the order of the file."""
        return tuple(span for name, span in self.roles if name == role)


@dataclass(frozen=True, kw_only=True, slots=True)
class BratDocument:
    """One segment of a PolicyIE policy: a .txt file and its .ann file."""

    policy: str
    name: str
    text: str
    spans: tuple[BratSpan, ...]
    events: tuple[BratEvent, ...]


# --------------------------------------------------------------------------- the codebook's own form


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldMention:
    """A mention; ``place`` is in characters of the text file."""

    id: str
    kind: str
    category: str
    quote: str
    place: Place
    block: int


@dataclass(frozen=True, kw_only=True, slots=True)
class GoldPractice:
    """A practice; mentions by id, from any block. ``condition_place`` is None where there is no condition."""

    block: int
    action: str
    polarity: str
    data: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    condition: str | None = None
    condition_place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class CodebookDocument:
    """One text file with its labels. ``blocks`` are the stretches between blank lines, in characters of the file."""

    name: str
    text: str
    blocks: tuple[Place, ...]
    mentions: tuple[GoldMention, ...]
    practices: tuple[GoldPractice, ...]

    @cached_property
    def mention(self) -> dict[str, GoldMention]:
        """Mentions by id."""
        return {m.id: m for m in self.mentions}

    def block_text(self, block: int) -> str:
        """Text of one block, as it is in the file (list marks and ``#`` included)."""
        return self.text[slice(*self.blocks[block])]
