"""The spaCy coat over a reader: text in, span groups out, ``doc.text`` untouched.

spaCy allows no dot in a factory name, so the version stands after an underscore.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import load_model_from_config, minibatch
from thinc.api import Config

from privlex.document import read_document
from privlex.errors import ModelError, NotAPolicyError
from privlex.lexicon import Lexicon, lexicon_of, read_lexicon
from privlex.mentions import RuleReader, block_context, rule_reader
from privlex.records import BlockReading, Extent, PolicyDocument, Snapshot, SnapshotInfo

# Keys of ``doc.spans``: the kinds a reader finds.
SPAN_GROUPS = ("data", "purpose", "party", "condition")
_ASSIGNS = ["doc.spans"]
_CONFIGS = {"rules": "rules.cfg", "trained": "trained.cfg"}


def document_of(text: str) -> PolicyDocument | None:
    """The document of a plain text, as of a ``.txt`` file: blank lines part blocks, "- " begins an item.

    None where there is nothing to read: a spaCy pipeline goes on over an empty text, a reader of archives says so.
    """
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    info = SnapshotInfo(source="doc.txt", sha256=digest, media_type="text/plain")
    try:
        return read_document(Snapshot(info=info, text=text, encoding="utf-8"))
    except NotAPolicyError:
        return None


class MentionReader:
    """Writes what ``reader`` finds to ``doc.spans``: label = category, span id = concept.

    ``reader`` is the plain reader (``RuleReader`` or ``TrainedReader``), for callers that have blocks already.
    """

    def __init__(self, name: str, reader: Any) -> None:
        self.name = name
        self.reader = reader

    def __call__(self, doc: Doc) -> Doc:
        return next(iter(self.pipe([doc])))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 8) -> Iterator[Doc]:
        """Docs in order; each doc's spans depend on its own text alone."""
        for docs in minibatch(stream, batch_size):
            documents = [document_of(doc.text) for doc in docs]
            pairs = [(d.block_text(b), block_context(d, b)) for d in documents if d for b in d.blocks]
            readings = iter(self._readings(pairs))
            for doc, document in zip(docs, documents, strict=True):
                yield _write(doc, document, [next(readings) for _ in (document.blocks if document else ())])

    def _readings(self, pairs: list) -> list[BlockReading]:
        if hasattr(self.reader, "read_blocks"):
            return self.reader.read_blocks(pairs)
        return [self.reader.read_block(text, context) for text, context in pairs]


class RuleMentions(MentionReader):
    """The rules tier; a saved pipeline carries its lexicon and never looks for ours."""

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        return srsly.msgpack_dumps(self.reader.lexicon.files)

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> RuleMentions:
        """Take the lexicon in ``data``. Raises ValueError where a row has the wrong shape."""
        return self._take(lexicon_of(srsly.msgpack_loads(data)))

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """Write the lexicon's files into the folder ``path``."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        for name, rows in self.reader.lexicon.files.items():
            (folder / name).write_bytes(rows)

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> RuleMentions:
        """Take the lexicon in the folder ``path``. Raises FileNotFoundError where a file is missing."""
        return self._take(read_lexicon(Path(path)))

    def _take(self, lexicon: Lexicon) -> RuleMentions:
        if lexicon.digest != self.reader.digest:
            self.reader = RuleReader(lexicon)
        return self


class TrainedMentions(MentionReader):
    """The trained tier; a saved pipeline names the weights it was saved with by their digest."""

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        return srsly.msgpack_dumps({"digest": self.reader.digest})

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> TrainedMentions:
        """Check that the installed weights are those the pipeline was saved with. Raises ModelError if not."""
        self._check(srsly.msgpack_loads(data)["digest"])
        return self

    def to_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> None:
        """Write the digest of the weights into the folder ``path``."""
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "weights.json").write_text(json.dumps({"digest": self.reader.digest}) + "\n", "utf8")

    def from_disk(self, path: Path | str, *, exclude: Iterable[str] = ()) -> TrainedMentions:
        """Check that the installed weights are those the pipeline was saved with. Raises ModelError if not."""
        self._check(json.loads((Path(path) / "weights.json").read_text("utf8"))["digest"])
        return self

    def _check(self, digest: str) -> None:
        if digest != self.reader.digest:
            raise ModelError(
                f"this pipeline was saved with the weights {digest}, installed are {self.reader.digest}; "
                "install the privlex it was saved with, or make a new one with load_pipeline('trained')"
            )


@Language.factory("privlex_rules_v1", requires=[], assigns=_ASSIGNS)
def make_rules(nlp: Language, name: str) -> RuleMentions:
    """Factory of the rules tier."""
    return RuleMentions(name, rule_reader())


@Language.factory("privlex_trained_v1", requires=[], assigns=_ASSIGNS, default_config={"threads": 1, "threshold": None})
def make_trained(nlp: Language, name: str, threads: int, threshold: float | None) -> TrainedMentions:
    """Factory of the trained tier. Raises ModelError when the weights are missing or damaged."""
    from privlex.model import TrainedReader  # here, so that the rules tier never loads onnxruntime

    return TrainedMentions(name, TrainedReader(threads=threads, threshold=threshold))


def _write(doc: Doc, document: PolicyDocument | None, readings: list[BlockReading]) -> Doc:
    groups: dict[str, list[Span]] = {kind: [] for kind in SPAN_GROUPS}
    for block, reading in zip(document.blocks if document else (), readings, strict=True):
        base = block.extent.start
        for span in reading.spans:
            at = document.alignment.to_source(Extent(base + span.start, base + span.end))
            made = doc.char_span(
                at.start, at.end, label=span.category, span_id=span.concept or "", alignment_mode="expand"
            )
            if made is not None:
                groups[span.kind].append(made)
    for kind, spans in groups.items():
        doc.spans[kind] = spans
    return doc


def load_pipeline(tier: str = "trained") -> Language:
    """The spaCy pipeline of a tier, ready to read; no download, no network.

    Args:
        tier: "trained" (the default) or "rules" (the fast one).

    Returns: a ``Language``; after ``doc = nlp(text)`` the mentions stand in ``doc.spans["data"]``, ``["purpose"]``,
        ``["party"]`` and ``["condition"]`` (label = category, ``span.id_`` = concept). ``nlp.get_pipe("mentions").reader``
        is the plain reader.
    Raises: ValueError for another tier; ModelError when the weights are missing or damaged.

    >>> doc = load_pipeline("rules")("We share your email address with our affiliates.")
    >>> [(span.text, span.label_) for span in doc.spans["data"]]
    [('email address', 'contact')]
    """
    if tier not in _CONFIGS:
        raise ValueError(f"there is no tier {tier!r}; it is one of {', '.join(_CONFIGS)}")
    config = Config().from_disk(Path(__file__).parent / _CONFIGS[tier])
    nlp = load_model_from_config(config, auto_fill=True)
    nlp.meta["name"] = f"privlex_{tier}"
    return nlp
