"""Scores on the public sets, each by its own protocol, from spans that a reader found.

``overlap`` counts a span that shares a character with any span of the other side, on both sides (the measure under
which OPP-115's annotators agree at 0.6 to 0.7); ``partial`` matches spans one to one. Exact means both ends.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import NamedTuple

from privlex.evaluate.gold.piextract import LABELS
from privlex.evaluate.gold.records import BratDocument, GdprPassage, Opp115Segment, Place, TaggedSentence
from privlex.evaluate.intervals import Counts, Formula, f1, f1_two_sided, mean, ratio
from privlex.evaluate.matching import Span, characters, exact_hits, overlap_matches, touched
from privlex.evaluate.seqeval import chunks, tags_of
from privlex.records import MENTION_KINDS

KINDS = MENTION_KINDS


class PublicSpan(NamedTuple):
    """A found span under a label of the set (or a codebook kind), in characters of the given text."""

    label: str
    start: int
    end: int


def places_of(spans: Iterable[PublicSpan], *labels: str) -> list[Place]:
    """Distinct places of the spans under ``labels``, in text order."""
    return sorted({Place(s.start, s.end) for s in spans if s.label in labels})


# --------------------------------------------------------------------------- PI-Extract, by PrivacyGLUE's protocol


def piextract_counts(sentence: TaggedSentence, found: Sequence[PublicSpan]) -> Counts:
    """Chunks of one sentence: right, found and gold under each label (precision, recall and F1 as seqeval's)."""
    tally: Counter[str] = Counter()
    for label, gold_tags in sentence.tags:
        ranges = [r for s in found if s.label == label and (r := token_range(sentence, s.start, s.end))]
        ours = set(chunks(tags_of(label, ranges, len(sentence.tokens))))
        theirs = set(chunks(gold_tags))
        tally[f"hit {label}"] += len(ours & theirs)
        tally[f"found {label}"] += len(ours)
        tally[f"gold {label}"] += len(theirs)
    return tally


def token_range(sentence: TaggedSentence, start: int, end: int) -> tuple[int, int] | None:
    """First and last + 1 of the tokens that share a character with ``[start, end)`` of the sentence's text."""
    at = [i for i, place in enumerate(sentence.places) if place.start < end and start < place.end]
    return (at[0], at[-1] + 1) if at else None


def piextract_formulas(labels: Sequence[str] = LABELS) -> dict[str, Formula]:
    """F1 of each label and the mean of the four, with precision and recall."""
    scores = {label: f1(f"hit {label}", f"found {label}", f"gold {label}") for label in labels}
    made: dict[str, Formula] = {"f1_mean": mean(list(scores.values()))}
    made |= {f"f1_{label}": formula for label, formula in scores.items()}
    made |= {f"precision_{label}": ratio(f"hit {label}", f"found {label}") for label in labels}
    made |= {f"recall_{label}": ratio(f"hit {label}", f"gold {label}") for label in labels}
    return made


# --------------------------------------------------------------------------- OPP-115

OPP115_KINDS = {"Personal Information Type": "data", "Purpose": "purpose", "Third Party Entity": "party"}


def opp115_spans(segment: Opp115Segment, annotator: str, kind: str) -> list[Place]:
    """What one annotator marked for a kind.

    Text marked "Unspecified" is left out: it shows where a type is missing, it names none.
    """
    return sorted({
        a.place for p in segment.practices if p.annotator == annotator
        for a in p.attributes if OPP115_KINDS.get(a.attribute) == kind and a.place and a.value != "Unspecified"
    })


def opp115_counts(segments: Sequence[Opp115Segment], found: Sequence[Sequence[PublicSpan]]) -> Counts:
    """Counts of one policy: ours against each annotator, and each annotator against each other one."""
    tally: Counter[str] = Counter()
    attribute_of = {kind: attribute for attribute, kind in OPP115_KINDS.items()}
    for segment, spans in zip(segments, found, strict=True):
        for kind in KINDS:
            marked = {a: opp115_spans(segment, a, kind) for a in segment.annotators}
            ours = places_of(spans, kind, attribute_of[kind])
            for theirs in marked.values():
                _count_spans(tally, f"{kind}", ours, theirs)
            for one, other in permutations(marked.values(), 2):
                _count_spans(tally, f"agreement {kind}", one, other)
    return tally


def _count_spans(tally: Counter[str], name: str, found: Sequence[Span], gold: Sequence[Span]) -> None:
    if not found and not gold:
        return
    tally[f"{name} exact"] += exact_hits(found, gold)
    tally[f"{name} partial"] += len(overlap_matches(found, gold))
    tally[f"{name} found touched"] += touched(found, gold)
    tally[f"{name} gold touched"] += touched(gold, found)
    tally[f"{name} found"] += len(found)
    tally[f"{name} gold"] += len(gold)
    ours, theirs = characters(found), characters(gold)
    tally[f"{name} characters both"] += len(ours & theirs)
    tally[f"{name} characters found"] += len(ours)
    tally[f"{name} characters gold"] += len(theirs)


def _overlap(name: str) -> Formula:
    return f1_two_sided(f"{name} found touched", f"{name} found", f"{name} gold touched", f"{name} gold")


def _exact(name: str) -> Formula:
    return f1(f"{name} exact", f"{name} found", f"{name} gold")


def _partial(name: str) -> Formula:
    return f1(f"{name} partial", f"{name} found", f"{name} gold")


def _characters(name: str) -> Formula:
    return f1(f"{name} characters both", f"{name} characters found", f"{name} characters gold")


def opp115_formulas() -> dict[str, Formula]:
    """Overlap, character and exact F1 of each kind, each beside the annotators' own agreement."""
    made: dict[str, Formula] = {}
    for measure, formula in (("overlap", _overlap), ("character", _characters), ("exact", _exact)):
        for kind in KINDS:
            made[f"{measure}_f1_{kind}"] = formula(kind)
            made[f"annotators_{measure}_f1_{kind}"] = formula(f"agreement {kind}")
    return made


def by_policy(segments: Sequence[Opp115Segment | GdprPassage | BratDocument]) -> dict[str, list[int]]:
    """Indices of the segments of each policy, in their order."""
    found: dict[str, list[int]] = defaultdict(list)
    for index, segment in enumerate(segments):
        found[segment.policy].append(index)
    return found


# --------------------------------------------------------------------------- GDPR-Transparency-200

GDPR_KINDS = {"Data Categories": "data", "Processing Purpose": "purpose", "Data Recipients": "party"}


def gdpr_counts(passages: Sequence[GdprPassage], found: Sequence[Sequence[PublicSpan]]) -> Counts:
    """Counts of one policy.

    A gapped phrase (words left out in its middle) has no start and end of its own: it is left out, and so is a found
    span that overlaps gapped phrases alone. The counts named "gapped" take it in, as a phrase that no span can match.
    """
    tally: Counter[str] = Counter()
    requirement_of = {kind: requirement for requirement, kind in GDPR_KINDS.items()}
    for passage, spans in zip(passages, found, strict=True):
        for kind, requirement in requirement_of.items():
            noted = {a.pieces for a in passage.annotations if a.requirement == requirement and a.pieces}
            whole = sorted(pieces[0] for pieces in noted if len(pieces) == 1)
            gapped = sorted(piece for pieces in noted if len(pieces) > 1 for piece in pieces)
            ours = places_of(spans, kind, requirement)
            counted = [s for s in ours if touched([s], whole) or not touched([s], gapped)]
            _count_spans(tally, kind, counted, whole)
            tally[f"gapped {kind} exact"] += exact_hits(ours, whole)
            tally[f"gapped {kind} found"] += len(ours)
            tally[f"gapped {kind} gold"] += len(noted)
    return tally


def gdpr_formulas() -> dict[str, Formula]:
    """Exact, overlap, partial and character F1 of each label and their mean."""
    made: dict[str, Formula] = {}
    for measure, formula in (
        ("exact", _exact), ("overlap", _overlap), ("partial", _partial), ("character", _characters)
    ):
        made[f"{measure}_f1_macro"] = mean([formula(kind) for kind in KINDS])
        made |= {f"{measure}_f1_{kind}": formula(kind) for kind in KINDS}
    made["exact_f1_macro_with_gapped"] = mean([_exact(f"gapped {kind}") for kind in KINDS])
    made |= {f"exact_f1_{kind}_with_gapped": _exact(f"gapped {kind}") for kind in KINDS}
    return made


# --------------------------------------------------------------------------- PolicyIE

# PolicyIE's entity labels under the codebook's kinds ("Adverstising" is how its files spell it).
_POLICYIE_PURPOSES = {
    "Basic-service-feature", "Analytics-research", "Adverstising-Marketing", "Advertising-Marketing",
    "Service-operation-and-security", "Legal-requirement", "Communications", "Personalization-customization",
    "Merge-acquisition", "Other",
}
_DATA_ROLES = ("Data-Collected", "Data-Shared", "Data-Retained")


def policyie_kind(label: str) -> str | None:
    """The codebook's kind of a PolicyIE label; None for actors, users, conditions and security.

    >>> policyie_kind("Data-contact"), policyie_kind("Third-party-entity"), policyie_kind("User")
    ('data', 'party', None)
    """
    if label.startswith("Data-"):
        return "data"
    if label == "Third-party-entity":
        return "party"
    return "purpose" if label in _POLICYIE_PURPOSES else None


class LinkedSpans(NamedTuple):
    """Spans by kind, and links as pairs of places: (data, receiver) and (data, purpose)."""

    spans: dict[str, list[Place]]
    receivers: set[tuple[Place, Place]]
    purposes: set[tuple[Place, Place]]


def policyie_gold(document: BratDocument) -> LinkedSpans:
    """What a PolicyIE segment says of data, purposes and parties, and which events link them."""
    place = {s.id: s.place for s in document.spans if not s.errant}
    spans: dict[str, set[Place]] = {kind: set() for kind in KINDS}
    for span in document.spans:
        kind = policyie_kind(span.label)
        if kind and span.id in place:
            spans[kind].add(place[span.id])
    links: dict[str, set[tuple[Place, Place]]] = {"Data-Receiver": set(), "Purpose-Argument": set()}
    for event in document.events:
        data = [place[id] for role in _DATA_ROLES for id in event.filled(role) if id in place]
        for role, pairs in links.items():
            pairs |= {(d, place[o]) for d in data for o in event.filled(role) if o in place}
    return LinkedSpans(
        {kind: sorted(found) for kind, found in spans.items()}, links["Data-Receiver"], links["Purpose-Argument"]
    )


def policyie_counts(found: LinkedSpans, gold: LinkedSpans) -> Counts:
    """Counts of one segment; links are matched where both their ends match one to one."""
    tally: Counter[str] = Counter()
    answers: dict[str, dict[Place, Place]] = {}
    for kind in KINDS:
        _count_spans(tally, kind, found.spans[kind], gold.spans[kind])
        matches = overlap_matches(found.spans[kind], gold.spans[kind])
        answers[kind] = {found.spans[kind][i]: gold.spans[kind][j] for i, j in matches}
    for name, other, ours, theirs in (
        ("data_receiver", "party", found.receivers, gold.receivers),
        ("data_purpose", "purpose", found.purposes, gold.purposes),
    ):
        mapped = {(answers["data"].get(d), answers[other].get(o)) for d, o in ours}
        unmatched = sum(d not in answers["data"] or o not in answers[other] for d, o in ours)
        right = {pair for pair in mapped if None not in pair}
        tally[f"link {name} hit"] += len(right & theirs)
        tally[f"link {name} found"] += len(right) + unmatched
        tally[f"link {name} gold"] += len(theirs)
    return tally


def policyie_formulas() -> dict[str, Formula]:
    """Overlap, partial and exact F1 of each kind and over all, and F1 of the two kinds of event link."""
    made: dict[str, Formula] = {}
    for measure, formula in (("overlap", _overlap), ("partial", _partial), ("exact", _exact)):
        made |= {f"{measure}_f1_{kind}": formula(kind) for kind in KINDS}
        made[f"{measure}_f1_macro"] = mean([formula(kind) for kind in KINDS])
    for name in ("data_receiver", "data_purpose"):
        made[f"link_f1_{name}"] = f1(f"link {name} hit", f"link {name} found", f"link {name} gold")
    return made
