"""The versions of one policy: which texts there were, from when to when, and which captures say nothing of it.

Captures repeat a text, lose its end, come back empty, or return to an older text for a day. Read naively each such
fault is a change of policy. Here captures are folded by the words of their text, faulty ones are set aside with the
reason, and a text that comes back is known for what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from itertools import pairwise
from typing import Literal, get_args

from pandas import DataFrame

from privlex.compare.changes import Comparison, compare_findings
from privlex.compare.html import STYLE
from privlex.errors import FindingsError
from privlex.records import Findings
from privlex.tables.columns import Column, frame_of
from privlex.tables.profile import TextProfile, profile_of, share_within
from privlex.tables.table import snapshot_name

Fault = Literal["empty", "unread", "truncated"]
CaptureState = Literal["first", "same", "return", "empty", "unread", "truncated"]
CAPTURE_STATES: tuple[CaptureState, ...] = get_args(CaptureState)

# Fewer words than this are a title and a menu: the shortest policy of the archive has 178.
MIN_WORDS = 40
# A capture is suspected of being cut when it is shorter than this share of a text around it ...
CUT_LENGTH = 0.85
# ... that holds this much of it (one changed date or heading is allowed).
CUT_WITHIN = 0.95
# Two texts that share this much of either and make the same claims are one edition: a date, a menu, a server's name.
SAME_EDITION = 0.9
# Captures to either side that are asked: captures that flap do so within a few days.
NEIGHBOURS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class SetAside:
    """A capture that tells nothing of the policy; ``share`` (0..1) is how much of the whole text a cut one holds."""

    snapshot: str
    captured: str
    fault: Fault
    reason: str
    share: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class TextVersion:
    """One distinct text: ``number`` counts from 1 by first sighting; dates are of captures, ISO."""

    number: int
    digest: str
    words: int
    first: str
    last: str
    snapshots: tuple[str, ...]
    returns: tuple[str, ...] = ()  # captures at which the text was back after another one
    like_previous: float | None = None  # share of the previous text that stands in this one, 0..1
    findings: Findings = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Capture:
    """One capture in the history: what it is, and of which text."""

    snapshot: str
    captured: str
    words: int
    state: CaptureState
    text: int | None = None
    reason: str = ""


HISTORY_COLUMNS = (
    Column("snapshot", "str", "id of the snapshot"),
    Column("captured", "datetime64[s]", "day of the capture"),
    Column("words", "Int64", "words of the reading text"),
    Column("state", "category", "first sighting of a text, the same text, a return to an earlier one, or a fault",
           CAPTURE_STATES),
    Column("text", "Int64", "number of the text; missing where the capture is set aside"),
    Column("edition", "Int64", "number of the edition: texts that are nearly the same and make the same claims"),
    Column("reason", "str", "why the capture is set aside, or which text came back"),
)
VERSION_COLUMNS = (
    Column("text", "Int64", "number of the text, by first sighting"),
    Column("edition", "Int64", "number of the edition that it belongs to"),
    Column("first", "datetime64[s]", "first capture of the text"),
    Column("last", "datetime64[s]", "last capture of the text"),
    Column("captures", "Int64", "number of captures of the text"),
    Column("returns", "Int64", "how often it came back after another text"),
    Column("words", "Int64", "words of the text"),
    Column("like_previous", "float64", "share of the previous text that stands in this one, 0 to 1"),
    Column("practices", "Int64", "number of practices found"),
    Column("snapshot", "str", "the first capture of the text"),
)


@dataclass(frozen=True, kw_only=True)
class History:
    """All captures of one policy in order of time, its distinct texts, and what was set aside."""

    domain: str
    captures: tuple[Capture, ...]
    texts: tuple[TextVersion, ...]
    set_aside: tuple[SetAside, ...]

    @cached_property
    def edition_of(self) -> dict[int, int]:
        """The edition of each text, by number: texts that are nearly the same and make the same claims share one."""
        found: dict[int, int] = {}
        for n, text in enumerate(self.texts):
            earlier = next((t for t in reversed(self.texts[:n]) if _same_edition(t.findings, text.findings)), None)
            found[text.number] = found[earlier.number] if earlier else max(found.values(), default=0) + 1
        return found

    @property
    def editions(self) -> tuple[Findings, ...]:
        """The findings of each edition (of its first text), in order of first sighting."""
        first = {self.edition_of[text.number]: text.findings for text in reversed(self.texts)}
        return tuple(first[number] for number in sorted(first))

    @property
    def edition_count(self) -> int:
        """Number of editions."""
        return max(self.edition_of.values(), default=0)

    @cached_property
    def changes(self) -> tuple[Comparison, ...]:
        """Each edition compared with the one first seen before it."""
        return tuple(compare_findings(a, b) for a, b in pairwise(self.editions))

    def to_frame(self) -> DataFrame:
        """One row for each capture: the columns of ``HISTORY_COLUMNS``."""
        return frame_of(
            ({"snapshot": c.snapshot, "captured": c.captured, "words": c.words, "state": c.state, "text": c.text,
              "edition": self.edition_of.get(c.text), "reason": c.reason or None} for c in self.captures),
            HISTORY_COLUMNS,
        )

    def texts_frame(self) -> DataFrame:
        """One row for each distinct text: the columns of ``VERSION_COLUMNS``."""
        rows = (
            {"text": t.number, "edition": self.edition_of[t.number], "first": t.first, "last": t.last,
             "captures": len(t.snapshots), "returns": len(t.returns), "words": t.words,
             "like_previous": t.like_previous, "practices": len(t.findings.practices), "snapshot": t.snapshots[0]}
            for t in self.texts
        )
        return frame_of(rows, VERSION_COLUMNS)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(c.captured)}</td><td>{escape(c.snapshot)}</td><td>{c.words}</td>"
            f"<td>{escape(c.state)}</td><td>{c.text or ''}</td><td>{self.edition_of.get(c.text, '')}</td>"
            f"<td>{escape(c.reason)}</td></tr>"
            for c in self.captures
        )
        return (
            f"{STYLE}<p><b>{escape(self.domain)}</b>: {len(self.captures)} captures, {len(self.texts)} texts, "
            f"{self.edition_count} editions, {len(self.set_aside)} set aside</p><table class=\"privlex-table\"><thead><tr><th>captured</th>"
            f"<th>snapshot</th><th>words</th>"
            f"<th>state</th><th>text</th><th>edition</th><th>reason</th></tr></thead><tbody>{rows}</tbody></table>"
        )


def capture_order(findings: Findings) -> tuple[str, int, str]:
    """Sorting key of captures: by day, and within a day in the order of their ids ("…-2" after the plain one)."""
    name, day = snapshot_name(findings), findings.snapshot.captured or ""
    rest = name.partition("@")[2].removeprefix(day).removeprefix("-")
    return day, int(rest) if rest.isdigit() else 1, name


def history(findings: Iterable[Findings]) -> History:
    """The history of one policy from all of its captures, in any order.

    Findings of captures that could not be read (``privlex.tables.unread``) belong in it: they are set aside.

    Raises: FindingsError when the captures are of several domains, or one has no date.
    """
    captures = sorted(findings, key=capture_order)
    domains = {f.snapshot.domain for f in captures}
    if len(domains) > 1:
        raise FindingsError(
            f"a history is of one policy, these are of {', '.join(sorted(map(str, domains)))}; group them by domain"
        )
    if undated := [snapshot_name(f) for f in captures if not f.snapshot.captured]:
        raise FindingsError(f"{undated[0]}: a history needs the date of every capture; give it one")
    profiles = [profile_of(f) for f in captures]
    faults = [_fault(n, captures, profiles) for n in range(len(captures))]
    texts = _texts(captures, profiles, faults)
    return History(
        domain=next(iter(domains), None) or "", captures=tuple(_told(captures, profiles, faults, texts)), texts=texts,
        set_aside=tuple(f for f in faults if f),
    )


def histories(findings: Iterable[Findings]) -> dict[str, History]:
    """The history of each domain; domains in order of name."""
    by_domain: dict[str, list[Findings]] = {}
    for found in findings:
        by_domain.setdefault(found.snapshot.domain or snapshot_name(found), []).append(found)
    return {domain: history(by_domain[domain]) for domain in sorted(by_domain)}


# --------------------------------------------------------------------------- faulty captures


def _fault(number: int, captures: Sequence[Findings], profiles: Sequence[TextProfile]) -> SetAside | None:
    found, profile = captures[number], profiles[number]
    about = {"snapshot": snapshot_name(found), "captured": found.snapshot.captured}
    if profile.words < MIN_WORDS and profile.basis == "text":
        reason = profile.note or f"the capture holds {profile.words} words"
        fault: Fault = "empty" if not profile.note or "empty" in reason else "unread"
        return SetAside(**about, fault=fault, reason=reason)
    if profile.language == "other" or not profile.is_policy:
        reason = "the text is not in English" if profile.language == "other" else "the text is no privacy policy"
        return SetAside(**about, fault="unread", reason=profile.note or reason)
    before = _whole_around(profile, reversed(range(max(number - NEIGHBOURS, 0), number)), profiles)
    after = _whole_around(profile, range(number + 1, min(number + 1 + NEIGHBOURS, len(captures))), profiles)
    if before is None and after is None:
        return None
    one_sided = before is None or after is None
    whole = profiles[before if before is not None else after]
    if one_sided and not _is_beginning(profile, whole):
        return None  # as far as one can see a shorter policy, in force from or up to here
    sides = (("before", before), ("after", after))
    around = " and ".join(f"{side} ({captures[n].snapshot.captured})" for side, n in sides if n is not None)
    share = profile.words / whole.words
    missing = _missing_headings(profile, whole)
    return SetAside(
        **about, fault="truncated", share=share,
        reason=f"holds {share:.0%} of the text captured {around}" + (f"; {missing}" if missing else ""),
    )


def _whole_around(part: TextProfile, places: Iterable[int], profiles: Sequence[TextProfile]) -> int | None:
    """The nearest capture on one side that holds ``part`` and much more."""
    for n in places:
        if part.words < CUT_LENGTH * profiles[n].words and share_within(part, profiles[n]) >= CUT_WITHIN:
            return n
    return None


def _is_beginning(part: TextProfile, whole: TextProfile) -> bool:
    """Whether ``whole`` begins with ``part``: what a capture that broke off looks like."""
    blocks, others = [b.digest for b in part.blocks], [b.digest for b in whole.blocks]
    same = sum(a == b for a, b in zip(blocks, others, strict=False))
    return len(blocks) > 1 and same >= CUT_WITHIN * (len(blocks) - 1)  # the last block may be cut itself


def _missing_headings(part: TextProfile, whole: TextProfile) -> str:
    headings = [b.digest for b in whole.blocks if b.heading]
    there = {b.digest for b in part.blocks}
    missing = sum(h not in there for h in headings)
    return f"{missing} of {len(headings)} headings are missing" if missing else ""


# --------------------------------------------------------------------------- distinct texts


def _texts(
    captures: Sequence[Findings], profiles: Sequence[TextProfile], faults: Sequence[SetAside | None]
) -> tuple[TextVersion, ...]:
    seen: dict[str, list[int]] = {}
    returns: dict[str, list[str]] = {}
    current = None
    for n, profile in enumerate(profiles):
        if faults[n]:
            continue
        if profile.digest in seen and profile.digest != current:
            returns.setdefault(profile.digest, []).append(snapshot_name(captures[n]))
        seen.setdefault(profile.digest, []).append(n)
        current = profile.digest
    texts, previous = [], None
    for number, (digest, places) in enumerate(seen.items(), 1):
        profile = profiles[places[0]]
        texts.append(TextVersion(
            number=number, digest=digest, words=profile.words,
            first=captures[places[0]].snapshot.captured, last=captures[places[-1]].snapshot.captured,
            snapshots=tuple(snapshot_name(captures[n]) for n in places), returns=tuple(returns.get(digest, ())),
            like_previous=share_within(previous, profile) if previous else None, findings=captures[places[0]],
        ))
        previous = profile
    return tuple(texts)


def _same_edition(earlier: Findings, later: Findings) -> bool:
    one, other = profile_of(earlier), profile_of(later)
    if min(share_within(one, other), share_within(other, one)) < SAME_EDITION:
        return False
    comparison = compare_findings(earlier, later)
    return not (comparison.added or comparison.dropped or comparison.changed)


def _told(
    captures: Sequence[Findings], profiles: Sequence[TextProfile], faults: Sequence[SetAside | None],
    texts: Sequence[TextVersion],
) -> Iterable[Capture]:
    by_digest = {t.digest: t for t in texts}
    for found, profile, fault in zip(captures, profiles, faults, strict=True):
        name = snapshot_name(found)
        about = {"snapshot": name, "captured": found.snapshot.captured, "words": profile.words}
        if fault:
            yield Capture(**about, state=fault.fault, reason=fault.reason)
            continue
        text = by_digest[profile.digest]
        state: CaptureState = "first" if name == text.snapshots[0] else "return" if name in text.returns else "same"
        reason = f"back to the text of {text.first}" if state == "return" else ""
        yield Capture(**about, state=state, text=text.number, reason=reason)
