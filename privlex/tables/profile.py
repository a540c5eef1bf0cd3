"""What is kept of a text when the text itself is not: enough to tell copies, cut captures and returns apart.

A profile holds digests only. Blocks tell which parts of a text came or went; shingles tell how much of a text stands
in another, whoever's name stands in it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from privlex.records import Findings, PolicyDocument, SnapshotInfo

# Words per shingle. With a name changed every 30 words, four keep some 85 % of the shingles of a copied text.
SHINGLE_WORDS = 4
# One shingle in 16 is kept (those with the smallest hashes): some 190 for a policy of 3,000 words, which puts the
# error of a share at about 0.04. "Scaled" MinHash, unbiased for texts of unequal length (Irber et al. 2022).
SHINGLE_SCALE = 16
_HASH_BITS = 32

_WORD = re.compile(r"\w+(?:['’]\w+)*")


class BlockPrint(NamedTuple):
    """One block without its text: digest of its words (8 hex), their number, and whether it is a heading."""

    digest: str
    words: int
    heading: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TextProfile:
    """Digests of one reading text.

    ``digest``: 16 hex of the SHA-256 of all casefolded words, so white space and layout do not count.
    ``basis``: "text", or "practices" where only the wording of the practices was at hand.
    """

    digest: str
    words: int
    blocks: tuple[BlockPrint, ...] = ()
    shingles: frozenset[int] = field(default=frozenset(), repr=False)
    language: str = "en"
    is_policy: bool = True
    basis: str = "text"
    note: str = ""  # why nothing was read, where that is so


def words_of(text: str) -> list[str]:
    """Casefolded words, punctuation dropped.

    >>> words_of("Don't  share E-mail.")
    ["don't", 'share', 'e', 'mail']
    """
    return _WORD.findall(text.replace("’", "'").casefold())


def digest_of(words: Iterable[str], digits: int) -> str:
    """The first ``digits`` hex digits of the SHA-256 of the words joined by spaces."""
    return hashlib.sha256(" ".join(words).encode("utf-8", "surrogatepass")).hexdigest()[:digits]


def shingles_of(words: Sequence[str]) -> frozenset[int]:
    """The kept hashes of all runs of ``SHINGLE_WORDS`` words."""
    limit = (1 << _HASH_BITS) // SHINGLE_SCALE
    runs = {" ".join(words[i:i + SHINGLE_WORDS]) for i in range(max(len(words) - SHINGLE_WORDS + 1, 1))} - {""}
    hashes = (
        int.from_bytes(hashlib.blake2b(run.encode("utf-8", "surrogatepass"), digest_size=_HASH_BITS // 8).digest())
        for run in runs
    )
    return frozenset(h for h in hashes if h < limit)


def text_profile(document: PolicyDocument) -> TextProfile:
    """The profile of a document's reading text."""
    by_block = [(block, words_of(document.block_text(block))) for block in document.blocks]
    everything = [word for _, words in by_block for word in words]
    return TextProfile(
        digest=digest_of(everything, 16), words=len(everything),
        blocks=tuple(
            BlockPrint(digest_of(words, 8), len(words), block.kind in ("title", "heading"))
            for block, words in by_block if words
        ),
        shingles=shingles_of(everything), language=document.language, is_policy=document.is_policy,
    )


@dataclass(frozen=True, kw_only=True)
class ReleasedFindings(Findings):
    """Findings as released tables give them: no document, but the profile of its text."""

    profile: TextProfile


def unread(info: SnapshotInfo, reason: str) -> ReleasedFindings:
    """What stands in the tables for a capture that could not be read: no practice, and the reason.

    ``reason`` may be the text of a ``SnapshotError``; the path it begins with, each reader's own, is left out.
    """
    head, _, rest = reason.partition(": ")
    if rest and ("/" in head or "\\" in head or head in (info.source, info.id)):
        reason = rest
    empty = TextProfile(digest=digest_of((), 16), words=0, language="unknown", is_policy=False, note=reason)
    return ReleasedFindings(snapshot=info, coverage=0.0, mentions=(), practices=(), profile=empty)


def profile_of(findings: Findings) -> TextProfile:
    """The profile of the text that findings come from.

    It comes from the released tables, else from the document, else (findings of a JSON file) from the wording of
    the practices, which stands in for the text as far as the text holds practices.
    """
    if isinstance(findings, ReleasedFindings):
        return findings.profile
    known = findings.__dict__.get("_profile")  # asked for again and again; findings never change
    if known is None:
        known = text_profile(findings.document) if findings.document is not None else _profile_by_practices(findings)
        object.__setattr__(findings, "_profile", known)
    return known


def _profile_by_practices(findings: Findings) -> TextProfile:
    wordings = list(dict.fromkeys(p.wording for p in findings.practices if p.wording))
    return TextProfile(
        digest=digest_of((w.digest for w in wordings), 16), words=sum(w.words for w in wordings),
        blocks=tuple(BlockPrint(w.digest[:8], w.words, False) for w in wordings),
        # A whole sentence in place of its shingles, thinned by nothing: sentences are few.
        shingles=frozenset(int(w.digest[:8], 16) for w in wordings), basis="practices",
    )


def share_within(part: TextProfile, whole: TextProfile) -> float:
    """Share (0..1) of ``part`` that stands in ``whole``, word for word: containment of its shingles.

    Texts too short to keep shingles are told by their blocks, weighed by words.
    """
    if len(part.shingles) >= 8:  # below that one shingle more or less moves the share by more than 0.1
        return len(part.shingles & whole.shingles) / len(part.shingles)
    known = {b.digest for b in whole.blocks}
    total = sum(b.words for b in part.blocks)
    return sum(b.words for b in part.blocks if b.digest in known) / total if total else 0.0
