"""What privlex says of the texts of a gold set, in characters of those texts.

A public set is read by the trained tier's own heads for it where there are such; else (and in the rules tier) whole
documents are extracted as a user would have them, and their practices are put under the set's labels.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from privlex.document import read_document
from privlex.errors import GoldError
from privlex.evaluate.gold.records import (
    BratDocument,
    CodebookDocument,
    GdprPassage,
    Opp115Segment,
    Place,
    TaggedSentence,
)
from privlex.evaluate.score_codebook import Labels, labels_found
from privlex.evaluate.score_public import KINDS, LinkedSpans, PublicSpan, by_policy
from privlex.flow import Reader, extract
from privlex.model.decode import with_determiner
from privlex.records import BlockContext, Findings, PolicyDocument
from privlex.snapshot import read_snapshot

BATCH_TEXTS = 256  # texts handed to the reader at once: bounds memory, fills its threads
# Sentences of PI-Extract read as one document in the rules tier: it names no policies, and practices do not point far.
SENTENCES_TOGETHER = 100

Progress = Callable[[Iterable, int, str], Iterable]  # (items, how many, their name) -> the same items


def no_progress(items: Iterable, total: int, unit: str) -> Iterable:
    """The items, without a word."""
    return items


class Settings(NamedTuple):
    """How to read: the reader, the least confidence of a practice, and how to show progress."""

    reader: Reader
    threshold: float = 0.0
    progress: Progress = no_progress

    def has_heads(self, dataset: str) -> bool:
        """Whether the reader has heads trained on this public set's own labels."""
        heads = getattr(self.reader, "config", {}).get("heads", ())
        return hasattr(self.reader, "read_public") and any(name == dataset for name, *_ in heads)


# --------------------------------------------------------------------------- whole documents


def extracted(documents: Iterable[PolicyDocument], settings: Settings) -> Iterator[Findings]:
    """What ``privlex.extract`` finds in each document, with the reader of the settings."""
    pipeline = _OneReader(settings.reader)
    return extract(documents, pipeline=pipeline, threshold=settings.threshold, force=True)


class _OneReader:
    """Stands where ``extract`` takes a pipeline, and holds nothing but the reader."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.pipeline = [("reader", self)]


def document_of(text: str, name: str, media_type: str = "text/plain") -> PolicyDocument:
    """The document of a gold text, its source coordinates being the text's own.

    Raises: GoldError where the text would be read as another one.
    """
    document = read_document(read_snapshot(text.encode("utf-8"), media_type=media_type, name=name))
    if document.snapshot.text != text:
        raise GoldError(f"{name}: its characters do not survive decoding; save the file as UTF-8 without control bytes")
    return document


def codebook_found(documents: Sequence[CodebookDocument], settings: Settings) -> Iterator[Labels]:
    """The labels privlex gives to each document, in characters of its file."""
    return map(labels_found, codebook_findings(documents, settings))


def codebook_findings(documents: Sequence[CodebookDocument], settings: Settings) -> Iterator[Findings]:
    """What privlex finds in each document."""
    shown = settings.progress(documents, len(documents), "document")
    return extracted((document_of(d.text, f"{d.name}.txt") for d in shown), settings)


# --------------------------------------------------------------------------- PI-Extract


def piextract_found(sentences: Sequence[TaggedSentence], settings: Settings) -> list[list[PublicSpan]]:
    """Spans under PI-Extract's four labels, for each sentence."""
    if settings.has_heads("piextract"):
        contexts = [BlockContext(lead_in=s.before) for s in sentences]
        return _by_heads("piextract", [s.text for s in sentences], contexts, settings)
    groups = [
        [_Part("", s.text) for s in sentences[at:at + SENTENCES_TOGETHER]]
        for at in range(0, len(sentences), SENTENCES_TOGETHER)
    ]
    found = _by_extraction(groups, settings, _piextract_labels, PLAIN_WITH_DETERMINERS)
    return [spans for group in found for spans in group]


def _piextract_labels(found: Findings) -> Iterator[tuple[str, Place]]:
    for practice in found.practices:
        label = "SHARE" if practice.action == "share" else "COLLECT"
        for id in practice.data:
            source = found.mention(id).source
            yield (label if practice.polarity == "affirmed" else f"NOT_{label}"), Place(source.start, source.end)


# --------------------------------------------------------------------------- OPP-115 and GDPR-Transparency-200


def opp115_found(segments: Sequence[Opp115Segment], settings: Settings) -> list[list[PublicSpan]]:
    """Spans under OPP-115's three attributes (or codebook kinds), for each segment."""
    if settings.has_heads("opp115"):
        return _by_heads("opp115", [s.text for s in segments], None, settings)
    indices = list(by_policy(segments).values())
    groups = [[_Part("", segments[i].text) for i in policy] for policy in indices]
    # The segments are pieces of simplified HTML, cut between blocks.
    found = _by_extraction(groups, settings, _kinds, HTML)
    return _in_order(indices, found)


def gdpr_found(passages: Sequence[GdprPassage], settings: Settings) -> list[list[PublicSpan]]:
    """Spans under the set's three requirements (or codebook kinds), for each passage."""
    if settings.has_heads("gdpr_transparency_200"):
        contexts = [gdpr_context(p) for p in passages]
        return _by_heads("gdpr_transparency_200", [p.text for p in passages], contexts, settings)
    mark = {"headline": "# ", "list_item": "- "}
    indices = list(by_policy(passages).values())
    groups = [[_Part(mark.get(passages[i].type, ""), passages[i].text) for i in policy] for policy in indices]
    found = _by_extraction(groups, settings, _kinds, PLAIN_WITH_DETERMINERS)
    return _in_order(indices, found)


def gdpr_context(passage: GdprPassage) -> BlockContext:
    """The last heading above a passage, and the last text that introduces it."""
    headings = [text for type, text in passage.context if type.startswith("h")]
    others = [text for type, text in passage.context if not type.startswith("h")]
    return BlockContext(heading=headings[-1] if headings else "", lead_in=others[-1] if others else "")


def _kinds(found: Findings) -> Iterator[tuple[str, Place]]:
    for mention in found.mentions:
        yield mention.kind, Place(mention.source.start, mention.source.end)


# --------------------------------------------------------------------------- PolicyIE


def policyie_found(documents: Sequence[BratDocument], settings: Settings) -> Iterator[LinkedSpans]:
    """Spans by kind and links, for each segment, extracted as a document of its own."""
    written = [d for d in documents if d.text.strip()]
    shown = settings.progress(written, len(written), "segment")
    policies = (document_of(paragraphs(d.text), f"{d.policy}/{d.name}.txt") for d in shown)
    findings = extracted(policies, settings)
    for document in documents:
        if not document.text.strip():
            yield LinkedSpans({kind: [] for kind in KINDS}, set(), set())
            continue
        breaks = [i for i, character in enumerate(document.text) if character == "\n"]
        yield _linked(next(findings), lambda at, breaks=breaks: before_doubling(at, breaks))


def paragraphs(text: str) -> str:
    """The text with a blank line after each line: a line of PolicyIE's files is a paragraph or a list item."""
    return text.replace("\n", "\n\n")


def before_doubling(at: int, breaks: Sequence[int]) -> int:
    """Where a character of ``paragraphs(text)`` stands in ``text``, whose line ends are at ``breaks``.

    >>> text = "name\\nage\\n"
    >>> [text[before_doubling(i, [4, 8])] for i in (0, 6, 8)]
    ['n', 'a', 'e']
    """
    # In ``paragraphs(text)`` the k-th line end stands at breaks[k] + k; each one before ``at`` pushed it one further.
    return at - bisect_left(range(len(breaks)), at, key=lambda k: breaks[k] + k)


def _linked(found: Findings, to_text: Callable[[int], int]) -> LinkedSpans:
    def place(id: str) -> Place:
        source = found.mention(id).source
        return Place(to_text(source.start), to_text(source.end - 1) + 1)

    spans = {kind: sorted({place(m.id) for m in found.mentions if m.kind == kind}) for kind in KINDS}
    return LinkedSpans(
        spans,
        {(place(d), place(r)) for p in found.practices if p.action == "share" for d in p.data for r in p.recipients},
        {(place(d), place(o)) for p in found.practices for d in p.data for o in p.purposes},
    )


# --------------------------------------------------------------------------- the two ways to read a public set


def _by_heads(
    dataset: str, texts: Sequence[str], contexts: Sequence[BlockContext] | None, settings: Settings
) -> list[list[PublicSpan]]:
    found: list[list[PublicSpan]] = []
    for at in settings.progress(range(0, len(texts), BATCH_TEXTS), -(-len(texts) // BATCH_TEXTS), "batch"):
        part = slice(at, at + BATCH_TEXTS)
        context = None if contexts is None else contexts[part]
        for spans in settings.reader.read_public(dataset, texts[part], context):
            found.append([PublicSpan(s.head, s.start, s.end) for s in spans])
    return found


class _Part(NamedTuple):
    """A text of the set as a piece of a document, and the mark that tells what block it is."""

    mark: str
    text: str


class _Form(NamedTuple):
    """How parts make a document, and whether the set's noun phrases begin with their determiner."""

    separator: str
    media_type: str
    determiners: bool


PLAIN_WITH_DETERMINERS = _Form("\n\n", "text/plain", True)
HTML = _Form("<br><br>", "text/html", False)


def _joined(parts: Sequence[_Part], separator: str) -> tuple[str, list[int]]:
    """One text of all parts, and where each part's own text starts in it."""
    text, starts = "", []
    for part in parts:
        text += (separator if starts else "") + part.mark
        starts.append(len(text))
        text += part.text
    return text, starts


def _by_extraction(
    groups: Sequence[Sequence[_Part]],
    settings: Settings,
    labelled: Callable[[Findings], Iterable[tuple[str, Place]]],
    form: _Form,
) -> Iterator[list[list[PublicSpan]]]:
    """For each group of parts, the labelled places of its extraction, part by part."""
    joined = [_joined(parts, form.separator) for parts in groups]
    shown = settings.progress(joined, len(joined), "document")
    documents = (document_of(text, f"group {i}", form.media_type) for i, (text, _) in enumerate(shown))
    for parts, (_, starts), found in zip(groups, joined, extracted(documents, settings), strict=True):
        spans: list[set[PublicSpan]] = [set() for _ in parts]
        for label, place in labelled(found):
            at = bisect_left(starts, place.start + 1) - 1
            start, end = place.start - starts[max(at, 0)], place.end - starts[max(at, 0)]
            if at >= 0 and 0 <= start < end <= len(parts[at].text):
                if form.determiners and label != "purpose":
                    start = with_determiner(parts[at].text, start)
                spans[at].add(PublicSpan(label, start, end))
        yield [sorted(one) for one in spans]


def _in_order(indices: Sequence[Sequence[int]], found: Iterable[list[list[PublicSpan]]]) -> list[list[PublicSpan]]:
    ordered = {}
    for policy, group in zip(indices, found, strict=True):
        ordered.update(zip(policy, group, strict=True))
    return [ordered[i] for i in range(len(ordered))]
