"""Every record that crosses the border of a stage, on one page.

The flow is ``Snapshot -> PolicyDocument -> BlockReading -> Mention, Practice -> table``. All records are
frozen; the checks here only make wrong values impossible. Nothing in this module imports from privlex.

Two coordinate systems, never mixed: *text* (characters of ``PolicyDocument.text``, the reading text) and
*source* (characters of the decoded snapshot as it is on disk, the one users see). ``Alignment`` leads
from one to the other; a ``Mention`` and a ``Practice`` carry both.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

MentionKind = Literal["data", "purpose", "party"]
Action = Literal["collect", "use", "share", "retain"]
Polarity = Literal["affirmed", "denied"]
BlockKind = Literal["title", "heading", "paragraph", "list_item", "table_row"]

# The codebook's closed lists, in its order.
MENTION_KINDS: tuple[MentionKind, ...] = ("data", "purpose", "party")
ACTIONS: tuple[Action, ...] = ("collect", "use", "share", "retain")
POLARITIES: tuple[Polarity, ...] = ("affirmed", "denied")
DATA_CATEGORIES = (
    "contact", "demographic", "identifier", "financial", "health", "location", "online_activity",
    "user_content", "social_media", "ip_and_device_id", "cookies_and_trackers", "computer", "generic", "other",
)
PURPOSE_CATEGORIES = (
    "basic_service", "additional_service", "advertising", "marketing", "analytics_research",
    "personalization", "security_operation", "legal", "merger", "other",
)
PARTY_CATEGORIES = (
    "affiliate", "service_provider", "business_partner", "advertiser", "analytics_provider",
    "social_network", "authority", "acquirer", "other_users", "public", "employee", "third_party",
)
CATEGORIES: dict[MentionKind, tuple[str, ...]] = {
    "data": DATA_CATEGORIES, "purpose": PURPOSE_CATEGORIES, "party": PARTY_CATEGORIES,
}


@dataclass(frozen=True, order=True, slots=True)
class Extent:
    """Characters ``[start, end)``; never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"need 0 <= start < end, got [{self.start}, {self.end})")

    def __contains__(self, other: Extent) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Extent) -> bool:
        return self.start < other.end and other.start < self.end


# --------------------------------------------------------------------------- snapshot


@dataclass(frozen=True, kw_only=True, slots=True)
class SnapshotInfo:
    """What is known of a snapshot without its bytes.

    ``sha256`` is the digest of the bytes as they lie on disk (before gzip is undone); it identifies a
    capture, not a text: two captures of one text differ in it.
    """

    source: str                  # path or name as the user gave it
    sha256: str
    media_type: str              # text/html, text/markdown or text/plain
    domain: str | None = None    # "qnap.com"
    captured: str | None = None  # ISO date "2008-05-16"
    url: str | None = None
    id: str | None = None        # "qnap.com@2008-05-16" where domain and date are known


@dataclass(frozen=True, kw_only=True, slots=True)
class Snapshot:
    """Bytes with a digest, decoded once; never edited."""

    info: SnapshotInfo
    text: str       # decoded source, exactly (line ends kept, byte-order mark dropped)
    encoding: str   # encoding used
    preface: Extent | None = None  # provenance preface of the archive in ``text``, kept out of extraction


# --------------------------------------------------------------------------- document


class Piece(NamedTuple):
    """``text[start:end]`` was made from ``source[source_start:source_end]``.

    A verbatim piece has equal lengths and equal characters; otherwise the piece was made (a space for a
    run of white space, a character for an entity) or, when ``start == end``, left out. Pieces tile both texts.
    """

    start: int
    end: int
    source_start: int
    source_end: int
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Alignment:
    """The way between reading text and source, written while the text was made."""

    pieces: tuple[Piece, ...]
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    _visible: tuple[Piece, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        visible = tuple([p for p in self.pieces if p[1] > p[0]])  # end > start, of thousands
        object.__setattr__(self, "_visible", visible)
        object.__setattr__(self, "_starts", tuple([p[0] for p in visible]))

    def to_source(self, extent: Extent) -> Extent:
        """Source characters that made ``extent`` of the text (from its first to its last character)."""
        first = self._visible[bisect_right(self._starts, extent.start) - 1]
        last = self._visible[bisect_right(self._starts, extent.end - 1) - 1]
        start = first.source_start + (extent.start - first.start if first.verbatim else 0)
        end = last.source_start + (extent.end - last.start) if last.verbatim else last.source_end
        return Extent(start, end)

    def to_text(self, source: Extent) -> Extent | None:
        """Text made from the source characters ``[start, end)``; None where nothing of them reached the text."""
        first = max(bisect_right(self._visible, source.start, key=lambda piece: piece.source_start) - 1, 0)
        begin = finish = None
        for piece in self._visible[first:]:
            if piece.source_start >= source.end:
                break
            if piece.source_end <= source.start:
                continue
            if piece.verbatim:
                begin_here = piece.start + max(source.start - piece.source_start, 0)
                finish = piece.end - max(piece.source_end - source.end, 0)
            else:
                begin_here, finish = piece.start, piece.end
            begin = begin_here if begin is None else begin
        return None if begin is None or finish is None else Extent(begin, finish)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row: ``extent`` of the document text, white space trimmed.

    A table row is its filled cells joined by `` | ``; the rows of a header are blocks like the others.
    """

    index: int
    kind: BlockKind
    extent: Extent
    level: int = 0                    # heading depth (1 = top) or list depth (1 = outermost), else 0
    section: int | None = None        # index of the nearest heading block above
    lead_in: int | None = None        # index of the block that introduces this list item ("... as below to:")
    header: int | None = None         # index of the header row of the table that this block stands in
    row: int | None = None            # table row number within the document's tables
    fused: bool = False               # continues the paragraph it was cut from (two bullets in one line)


@dataclass(frozen=True, kw_only=True, slots=True)
class Omission:
    """A stretch of the source left out on purpose; ``reason`` is navigation, script, hidden, preface, ..."""

    reason: str
    source: Extent
    text: str     # what was left out, white space collapsed
    visible: bool # would a reader have seen it


@dataclass(frozen=True, kw_only=True)
class PolicyDocument:
    """One text, made once. ``coverage`` is the share (0..1) of visible source characters that reached a block."""

    snapshot: Snapshot
    text: str
    blocks: tuple[Block, ...]
    alignment: Alignment
    left_out: tuple[Omission, ...] = ()
    coverage: float = 1.0
    language: str = "en"   # "en", "other", or "unknown"
    is_policy: bool = True # False: no sign of a privacy policy was found
    notes: tuple[str, ...] = ()  # remarks for the user, one sentence each

    def block_text(self, block: Block | int) -> str:
        """Reading text of one block."""
        extent = (self.blocks[block] if isinstance(block, int) else block).extent
        return self.text[extent.start:extent.end]


# --------------------------------------------------------------------------- what a reader says of a block


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockContext:
    """The bounded context a block is read in; with the block's text it is the whole input of a reader.

    Each is reading text, cut to ``MAX_CONTEXT_CHARS`` by the mentions stage: heading of the section,
    lead-in of the list, header row of the table ("data | purpose | party"). Empty where there is none.
    """

    heading: str = ""
    lead_in: str = ""
    header: str = ""
    is_heading: bool = False  # the block itself is a heading or title: context only, never a practice alone


class ActionScore(NamedTuple):
    """How sure the reader is that a span takes part in a practice of this action and polarity (0..1)."""

    action: Action
    polarity: Polarity
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundSpan:
    """A mention candidate inside one block: ``[start, end)`` characters of the block's text.

    ``actions`` is empty in the rules tier (its frames decide) and scored in the trained tier.
    """

    kind: Literal["data", "purpose", "party", "condition"]
    start: int
    end: int
    category: str = ""       # codebook category ("" for a condition)
    concept: str | None = None
    confidence: float = 1.0
    actions: tuple[ActionScore, ...] = ()


class Link(NamedTuple):
    """Spans ``left`` and ``right`` (indices into ``BlockReading.spans``) stand in one practice, with ``score``."""

    left: int
    right: int
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockReading:
    """Everything a reader found in a block; a pure function of (text, context, model, lexicon)."""

    spans: tuple[FoundSpan, ...] = ()   # in text order
    links: tuple[Link, ...] = ()        # empty in the rules tier
    reader: str = "rules"               # "rules" or "trained"


# --------------------------------------------------------------------------- mentions and practices


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """The words that fill a practice. Ids ("m1", "m2", ...) count in text order within a document."""

    id: str
    kind: MentionKind
    category: str
    concept: str | None      # "contact/email_address", or None where the lexicon does not know the phrase
    quote: str               # reading text
    extent: Extent           # text
    source: Extent           # source, as in CONTRACT
    block: int
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """The words that limit when a practice happens."""

    quote: str
    extent: Extent
    source: Extent


@dataclass(frozen=True, kw_only=True, slots=True)
class Wording:
    """The evidence sentence without its text: released tables carry this instead of sentences.

    ``digest``: 16 hex digits of the SHA-256 of its casefolded words joined by spaces; equal digest = same words.
    ``sketch``: 16 hex digits, 64-bit simhash of its word 2-grams; few differing bits = similar words.
    """

    digest: str
    sketch: str
    words: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Practice:
    """One claim of the policy: who does (not) do what with which data, for what, with whom, when."""

    id: str                  # "p1", "p2", ... in text order
    action: Action
    polarity: Polarity
    actor: str               # "first_party", or the words' party class where another party acts
    data: tuple[str, ...]    # mention ids
    purposes: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    condition: Condition | None = None
    extent: Extent           # the evidence: sentence, list item or table row, in text
    source: Extent
    block: int
    section: str = ""        # heading it stands under
    wording: Wording | None = None
    confidence: float = 1.0
    because: tuple[str, ...] = ()  # verb, frame, scope, reference that made it; for --explain


@dataclass(frozen=True, kw_only=True)
class Findings:
    """All that was found in one snapshot. ``document`` is None when it comes from released tables."""

    snapshot: SnapshotInfo
    coverage: float
    mentions: tuple[Mention, ...]
    practices: tuple[Practice, ...]
    tier: str = "rules"
    document: PolicyDocument | None = None

    def mention(self, id: str) -> Mention:
        """The mention with this id; KeyError if there is none."""
        return self._by_id[id]

    @property
    def _by_id(self) -> dict[str, Mention]:
        index = self.__dict__.get("_index")
        if index is None:
            index = {m.id: m for m in self.mentions}
            object.__setattr__(self, "_index", index)
        return index
