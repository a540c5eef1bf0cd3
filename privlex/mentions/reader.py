"""The rules tier's reader: the spans of one block, from its text and bounded context alone."""

from __future__ import annotations

from functools import lru_cache

from privlex.lexicon import Lexicon, load_lexicon
from privlex.mentions.chunks import noun_chunks
from privlex.mentions.conditions import ConditionFinder
from privlex.mentions.data_types import DataFinder
from privlex.mentions.parties import PartyFinder
from privlex.mentions.purposes import STEPS, PurposeFinder
from privlex.mentions.tokens import Tagger, Tokens
from privlex.records import BlockContext, BlockReading, FoundSpan

Row = tuple[int, int, str]  # first token, end token, concept

# Verbs of an aim that is a practice of its own (codebook: "obtaining verbs only").
_OBTAINING = frozenset(
    "track gather log record store compile monitor keep retain link associate place publish save scroll".split()
)
# "collect fees", "sell assets": aims though their verb is a step of a practice elsewhere.
_KEPT = ("basic_service/payment", "merger/")


class RuleReader:
    """Finds mention candidates by the lexicon; no model, no state, the same spans for the same input."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        self.lexicon = lexicon or load_lexicon()
        self.tagger = Tagger(self.lexicon)
        self._data = DataFinder(self.lexicon, self.tagger)
        self._purposes = PurposeFinder(self.lexicon, self.tagger)
        self._parties = PartyFinder(self.lexicon, self.tagger)
        self._conditions = ConditionFinder(self.lexicon, self.tagger)

    @property
    def digest(self) -> str:
        """Digest of what the reader knows: the lexicon's."""
        return self.lexicon.digest

    def read_block(self, text: str, context: BlockContext) -> BlockReading:
        """Candidates of all kinds in ``text``, in text order; offsets are characters of ``text``.

        Aims at recall: spans that fill no practice are dropped by the practices stage.

        >>> text = "We share your email address with our partners to ship your order."
        >>> [(s.kind, text[s.start:s.end], s.category) for s in RuleReader().read_block(text, BlockContext()).spans]
        ... # doctest: +NORMALIZE_WHITESPACE
        [('data', 'email address', 'contact'), ('party', 'partners', 'business_partner'),
         ('purpose', 'ship your order', 'basic_service')]
        """
        tokens = self.tagger.read(text)
        chunks = noun_chunks(tokens, self.tagger)
        purposes = self._purposes.find(tokens, chunks, context.lead_in, context.heading)
        purposes = [_before_sharing(tokens, row) for row in purposes]
        data = self._data.find(tokens, chunks)
        parties = self._parties.find(tokens, chunks)
        conditions = self._conditions.find(tokens)
        purposes, data, parties = self._untangled(tokens, purposes, data, parties)
        spans: list[FoundSpan] = []
        starts, ends = tokens.starts, tokens.ends
        for kind, rows in (("data", data), ("purpose", purposes), ("party", parties)):
            for first, end, concept in rows:
                spans.append(
                    FoundSpan(
                        kind=kind,
                        start=starts[first],
                        end=ends[end - 1],
                        category=concept.split("/", 1)[0],
                        concept=concept,
                    )
                )
        spans.extend(FoundSpan(kind="condition", start=starts[first], end=ends[end - 1]) for first, end in conditions)
        spans.sort(key=lambda span: (span.start, -span.end, span.kind))
        return BlockReading(spans=tuple(spans), reader="rules")

    def _untangled(
        self, tokens: Tokens, purposes: list[Row], data: list[Row], parties: list[Row]
    ) -> tuple[list[Row], ...]:
        """Nested spans of different kinds: which stay.

        Codebook: obtaining as an aim ("to track movement") is a purpose and a practice of its own, so its data stay;
        "use cookies to collect X" names the means and gives no purpose; the objects of other purposes ("send you
        messages", "help advertisers") are no mentions of their own.
        """
        lemma = self.lexicon.lookups.lemma
        kept: list[Row] = []
        closed: list[Row] = []
        for row in purposes:
            verb = lemma.get(tokens.low[row[0]], "")
            if verb in _OBTAINING or verb in STEPS:
                if (
                    verb in STEPS
                    and not row[2].startswith(_KEPT)
                    and any(row[0] <= d[0] and d[1] <= row[1] for d in data)
                ):
                    continue
            else:
                closed.append(row)
            kept.append(row)
        data = _outside(data, closed)
        # "name of your Internet service provider" names a type; "information from our partners" names a party
        types = [row for row in data if "of" in tokens.low[row[0] : row[1]] and not row[2].startswith("generic/")]
        return kept, data, _outside(_outside(parties, closed), types)


def _before_sharing(tokens: Tokens, row: Row) -> Row:
    """The purpose without a practice joined to it: "customise your visit, or share with our partners"."""
    first, end, concept = row
    low = tokens.low
    for at in range(first + 1, end - 2):
        if (
            low[at] in ("or", "and")
            and low[at + 1] in ("share", "disclose", "sell", "transfer")
            and low[at + 2] in ("with", "to", "it", "them")
        ):
            return (first, at - 1 if low[at - 1] == "," else at, concept)
    return row


def _outside(rows: list[Row], closed: list[Row]) -> list[Row]:
    """Rows that lie inside none of ``closed``; both in text order."""
    kept = []
    at = 0
    for row in rows:
        while at < len(closed) and closed[at][1] <= row[0]:
            at += 1
        if not (at < len(closed) and closed[at][0] <= row[0] and row[1] <= closed[at][1]):
            kept.append(row)
    return kept


@lru_cache(maxsize=1)
def rule_reader() -> RuleReader:
    """The reader over the shipped lexicon, made once per process."""
    return RuleReader()
