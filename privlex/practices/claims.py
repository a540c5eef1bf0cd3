"""A practice in the making: claims, what a lead-in hands to its items, and what one sentence gave.

Spans are named by ``(block, index)`` in the reading of their block until mentions are numbered.
"""

from __future__ import annotations

from dataclasses import dataclass, field

SpanRef = tuple[int, int]
Stretch = tuple[int, int, int]  # block, start, end
TRACKERS = "cookies_and_trackers"  # the category whose "use" is collection by the codebook


@dataclass(slots=True)
class Claim:
    """A practice in the making."""

    action: str
    polarity: str
    block: int
    start: int  # evidence, characters of the block
    end: int
    data: list[SpanRef] = field(default_factory=list)
    purposes: list[SpanRef] = field(default_factory=list)
    recipients: list[SpanRef] = field(default_factory=list)
    condition: Stretch | None = None
    actor: str = "first_party"
    because: list[str] = field(default_factory=list)
    refers: bool = False  # its data point back ("this information", "it")
    refers_to: str = ""  # category the pointing noun asks for
    party_refers: bool = False  # its parties point back
    sentence: int = 0
    score: float = 1.0
    merge: bool = False  # "This information includes X": adds data to the claim before


@dataclass(slots=True)
class Template:
    """What a lead-in hands to its items."""

    action: str
    polarity: str
    data: list[SpanRef] = field(default_factory=list)
    purposes: list[SpanRef] = field(default_factory=list)
    recipients: list[SpanRef] = field(default_factory=list)
    condition: Stretch | None = None
    actor: str = "first_party"
    because: list[str] = field(default_factory=list)
    refers: bool = False
    refers_to: str = ""


@dataclass(slots=True)
class SentenceReading:
    """What the frames found in one sentence."""

    claims: list[Claim]
    templates: list[Template]
    left: list[int]  # spans no claim took
    pending: Claim | None = None  # "we use companies to do P": parties and purposes without data
