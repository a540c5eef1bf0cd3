"""The stages put together: from the bytes of an archived page to what its policy says.

``read`` gives a document, ``extract`` what was found in it. Both are pure but for reading the file; nothing here
writes, and no function keeps a document longer than its batch.
"""

from __future__ import annotations

import warnings
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, overload
from weakref import WeakKeyDictionary

from privlex.document import read_document
from privlex.errors import NoModelError, NotAPolicyError, PrivlexError, PrivlexWarning
from privlex.mentions import RuleReader, block_context, rule_reader
from privlex.practices import find_practices
from privlex.records import BlockContext, BlockReading, Findings, PolicyDocument
from privlex.snapshot import read_snapshot

if TYPE_CHECKING:
    from pandas import DataFrame
    from spacy.language import Language

    from privlex.compare import Comparison

Tier = Literal["rules", "trained"]
TIERS: tuple[Tier, ...] = ("rules", "trained")

# Documents read together: enough that a trained reader fills its batches with short blocks, few enough that the
# longest policies of the study (90,000 characters) stay a few megabytes.
BATCH_DOCUMENTS = 8
# Some 4 kB each, 40 MB in all: the blocks of fifty long policies, so that versions of one policy find each other's.
REMEMBERED_BLOCKS = 10_000
_REMEMBERED: WeakKeyDictionary[Reader, OrderedDict[tuple[str, BlockContext], BlockReading]] = WeakKeyDictionary()


class Reader(Protocol):
    """What both tiers are: a pure function of a block's text and its context."""

    digest: str

    def read_block(self, text: str, context: BlockContext) -> BlockReading: ...


@dataclass(frozen=True, kw_only=True)
class Extraction(Findings):
    """What was found in one document, with the document at hand."""

    def to_frame(self) -> DataFrame:
        """The tidy frame: one row for each practice and data mention (``privlex.tables`` declares the columns)."""
        from privlex.tables import practice_table

        return practice_table([self])

    def _repr_html_(self) -> str:
        from privlex.figures.highlight import extraction_view

        return extraction_view(self)


def read(source: str | Path | bytes, media_type: str | None = None, *, name: str | None = None) -> PolicyDocument:
    """The document of an archived page.

    Args:
        source: a path (``.md``, ``.html``, ``.txt``, each also gzipped), or the bytes themselves.
        media_type: "text/html", "text/markdown" or "text/plain"; told by name and bytes where it is not given.
        name: what to call bytes in messages and tables.

    Raises: SnapshotError (missing, empty, binary, too large), its text naming the file and the remedy.
    """
    return read_document(read_snapshot(source, media_type=media_type, name=name))


@overload
def extract(document: PolicyDocument | str | Path, **options) -> Extraction: ...
@overload
def extract(document: Iterable[PolicyDocument | str | Path], **options) -> Iterator[Extraction]: ...
def extract(
    document: PolicyDocument | str | Path | Iterable[PolicyDocument | str | Path],
    *,
    tier: Tier | None = None,
    pipeline: Language | None = None,
    threshold: float = 0.0,
    force: bool = False,
    batch_size: int = BATCH_DOCUMENTS,
) -> Extraction | Iterator[Extraction]:
    """The mentions and practices of a document, or of many, one after the other and in their order.

    Args:
        document: one document or the path of its file, or any iterable of them; an iterable is read lazily,
            ``batch_size`` at a time.
        tier: "rules" (fast) or "trained"; by default the trained reader where its weights are there, else the rules,
            with a ``PrivlexWarning``.
        pipeline: a pipeline of ``load_pipeline`` whose reader is to be used; it decides the tier.
        threshold: practices less sure than this (0 to 1) are left out, and mentions that then fill none.
        force: read a page that does not look like an English privacy policy all the same.

    Raises:
        SnapshotError: a path whose file cannot be read.
        NotAPolicyError: the page is no privacy policy, or is not in English, and ``force`` is not set.
        ModelError: the weights are damaged; or they are missing, and ``tier="trained"``.
    """
    reader = choose_reader(tier, pipeline)
    if isinstance(document, PolicyDocument | str | Path):
        return next(_extract_all([_document(document)], reader, threshold, force, 1))
    return _extract_all(map(_document, document), reader, threshold, force, batch_size)


def _document(thing: PolicyDocument | str | Path) -> PolicyDocument:
    return read(thing) if isinstance(thing, str | Path) else thing


def compare(
    before: Findings | PolicyDocument | str | Path,
    after: Findings | PolicyDocument | str | Path,
    *,
    tier: Tier | None = None,
    force: bool = False,
) -> Comparison:
    """What became of each practice between two policies (two versions of one, or two vendors').

    Args:
        before, after: findings (of ``extract``, a corpus or released tables), or a document or the path of its file,
            which are read first.
        tier: "rules" or "trained", for what is read; by default that of the findings on the other side, else as
            ``extract`` has it.
        force: as for ``extract``.

    Raises: what ``read`` and ``extract`` raise; TypeError for anything else than the above.
    """
    from privlex.compare import compare_findings  # pandas: half a second that reading alone need not wait for

    sides = (before, after)
    for side in sides:
        if not isinstance(side, Findings | PolicyDocument | str | Path):
            raise TypeError(f"compare takes findings, documents or paths of files, not {type(side).__name__}")
    tier = tier or next((side.tier for side in sides if isinstance(side, Findings)), None)
    return compare_findings(
        *(side if isinstance(side, Findings) else extract(side, tier=tier, force=force) for side in sides)
    )


def _extract_all(
    documents: Iterable[PolicyDocument], reader: Reader, threshold: float, force: bool, batch_size: int
) -> Iterator[Extraction]:
    documents = iter(documents)
    while batch := list(islice(documents, max(1, batch_size))):
        if not force:
            for document in batch:
                require_policy(document)
        for document, readings in zip(batch, read_blocks(batch, reader), strict=True):
            mentions, practices = find_practices(document, readings)
            found = Extraction(
                snapshot=document.snapshot.info, coverage=document.coverage, mentions=mentions, practices=practices,
                tier=tier_of(reader), document=document,
            )
            yield above(found, threshold)


def read_blocks(documents: Sequence[PolicyDocument], reader: Reader) -> list[list[BlockReading]]:
    """Readings parallel to the blocks of each document; equal blocks in equal context are read once.

    Policies repeat themselves, between versions above all; a reading depends on text and context alone, so reading
    it once changes nothing but the time. The last ``REMEMBERED_BLOCKS`` readings of a reader are kept between calls.
    """
    asked = [[(d.block_text(b), block_context(d, b)) for b in d.blocks] for d in documents]
    answers = {key: None for keys in asked for key in keys}
    remembered = _REMEMBERED.setdefault(reader, OrderedDict())
    for key in answers:
        if key in remembered:
            remembered.move_to_end(key)
            answers[key] = remembered[key]
    missing = [key for key, reading in answers.items() if reading is None]
    together = getattr(reader, "read_blocks", None)
    found = together(missing) if together else [reader.read_block(text, context) for text, context in missing]
    for key, reading in zip(missing, found, strict=True):
        answers[key] = remembered[key] = reading
    while len(remembered) > REMEMBERED_BLOCKS:
        remembered.popitem(last=False)
    return [[answers[key] for key in keys] for keys in asked]


def above(found: Extraction, threshold: float) -> Extraction:
    """``found`` without the practices less sure than ``threshold``; what stays keeps its id."""
    if threshold <= 0:
        return found
    practices = tuple(p for p in found.practices if p.confidence >= threshold)
    used = {id for p in practices for id in (*p.data, *p.purposes, *p.recipients)}
    return replace(found, practices=practices, mentions=tuple(m for m in found.mentions if m.id in used))


def require_policy(document: PolicyDocument) -> None:
    """Refuse a page that is no English privacy policy.

    Raises: NotAPolicyError, with the reason and what to do.
    """
    source = document.snapshot.info.source
    if document.language == "other":
        raise NotAPolicyError(
            f"{source}: this is no English text (another language, or little but menus), and privlex reads English "
            "policies only; give the English page, or --force (force=True) to read it all the same"
        )
    if not document.is_policy:
        raise NotAPolicyError(
            f"{source}: no sign of a privacy policy on this page; check that it is the right capture, "
            "or give --force (force=True) to read it all the same"
        )


# --------------------------------------------------------------------------- the one place that chooses a tier


def choose_reader(tier: Tier | None = None, pipeline: Language | None = None) -> Reader:
    """The reader to use: the pipeline's own, else the one of ``tier``, else the best that is installed."""
    if pipeline is not None:
        return reader_of(pipeline)
    if tier is None:
        return _reader(default_tier())
    if tier not in TIERS:
        raise PrivlexError(f"there is no tier {tier!r}: say 'rules' or 'trained'")
    return _reader(tier)


@cache
def default_tier() -> Tier:
    """The trained tier where its weights are there, else the rules, with a warning (once): they find less.

    Raises: ModelError for weights that are there and damaged; nobody wants the other reader without knowing.
    """
    try:
        _reader("trained")
    except NoModelError as fault:
        warnings.warn(
            f"the rules tier reads, because the trained one is not here ({fault}); asked for by name (--tier rules, "
            "tier='rules') it reads without this line", PrivlexWarning, stacklevel=2,
        )
        return "rules"
    return "trained"


@cache
def _reader(tier: Tier) -> Reader:
    if tier == "rules":
        return rule_reader()
    try:
        from privlex.model import TrainedReader  # onnxruntime: a second to import, needed for this tier alone
    except ImportError as fault:
        raise NoModelError(f"the trained tier cannot be loaded ({fault}); use --tier rules (tier='rules')") from fault
    return TrainedReader()


def tier_of(reader: Reader) -> Tier:
    """Which tier a reader is of."""
    return "rules" if isinstance(reader, RuleReader) else "trained"


def reader_of(pipeline: Language) -> Reader:
    """The reader inside a pipeline of ``load_pipeline``.

    Raises: PrivlexError when no component of it holds one.
    """
    for _, component in pipeline.pipeline:
        if reader := getattr(component, "reader", None):
            return reader
    raise PrivlexError("this spaCy pipeline holds no privlex reader: make it with privlex.load_pipeline()")
