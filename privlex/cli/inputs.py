"""What the user named: files, folders (walked, sorted), or ``domain@date`` names of a corpus."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from privlex.cli.faults import Faults, NothingRead, say
from privlex.errors import CorpusError, ModelError, SnapshotError
from privlex.files import looked_in
from privlex.flow import BATCH_DOCUMENTS, above, default_tier, extract, read, require_policy
from privlex.records import Findings, PolicyDocument

if TYPE_CHECKING:
    from privlex.corpus import Corpus

# What counts as a snapshot when a folder is walked; a file named outright may have any name.
EXTENSIONS = (".md", ".markdown", ".html", ".htm", ".xhtml", ".txt")
_READS = f"privlex reads {', '.join(EXTENSIONS)}, each also as .gz"


@dataclass(frozen=True, slots=True)
class Source:
    """One input: a file, or a name of the corpus (``path`` None)."""

    label: str
    path: Path | None


class Inputs:
    """The inputs of a command line, in its order, and the way to read them.

    Reading goes on past an input that fails; ``faults`` then names it.
    """

    def __init__(self, arguments: Sequence[str], faults: Faults, *, corpus: str, tier=None, threshold=0.0, force=False):
        self.faults, self.corpus_name = faults, corpus
        self.tier, self.threshold, self.force = tier, threshold, force
        self.sources: list[Source] = []
        self.failed_early = 0
        for argument in arguments:
            with faults.catching(argument):
                self.sources += self._expanded(argument)
        self.failed_early = len(faults.labels)

    @classmethod
    def of(cls, args: argparse.Namespace, faults: Faults) -> Inputs:
        """The inputs of parsed arguments (``options.add_inputs``, ``options.add_reading``)."""
        return cls(
            args.snapshots, faults, corpus=args.corpus, tier=args.tier, threshold=args.threshold, force=args.force
        )

    @contextmanager
    def or_nothing(self) -> Iterator[None]:
        """Raise NothingRead after the block when every input failed, so that no empty output is left behind."""
        yield
        if len(self.faults.labels) >= len(self):
            self.faults.summary(len(self))  # the command is left here, before its own count
            raise NothingRead

    def __len__(self) -> int:
        return len(self.sources) + self.failed_early

    @cached_property
    def corpus(self) -> Corpus:
        from privlex.corpus import load_corpus  # pandas: half a second, not needed for files

        return load_corpus(self.corpus_name)

    def _expanded(self, argument: str) -> list[Source]:
        path = Path(argument)
        if path.is_dir():
            return self._walked(path)
        if not path.exists() and "@" in path.name and path.name == argument:
            return [Source(self.corpus.row(argument).id, None)]
        if not path.exists():
            if "://" in argument:
                raise SnapshotError(
                    f"{argument}: this is an address, and privlex reads files; save the page first, then name its file"
                )
            if near := self._snapshots_of(argument):
                raise SnapshotError(f"{argument}: {near}")
            raise SnapshotError(
                f"{argument}: there is no such file{looked_in(path)}; check the path, or give a name like qnap.com@2008-05-16 "
                "(`privlex corpus list` shows them)"
            )
        return [Source(argument, path)]

    def _snapshots_of(self, domain: str) -> str:
        """What to write for a domain of the corpus, given alone; empty where the corpus does not know it."""
        if "." not in domain or os.sep in domain:
            return ""
        try:
            corpus = self.corpus
        except CorpusError:
            return ""  # no corpus was asked for: what is missing is a file
        own = [row.id for row in corpus.rows if row.domain == domain.lower().removeprefix("www.")]
        if not own:
            return ""
        ends = " or ".join(dict.fromkeys((own[0], own[-1])))
        return (
            f"the corpus {corpus.name} has {len(own)} snapshot{'s' * (len(own) > 1)} of this domain; write which, like "
            f"{ends} (`privlex corpus list` shows all)"
        )

    def _walked(self, folder: Path) -> list[Source]:
        found, passed = [], 0
        for top, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if name.startswith("."):
                    continue
                if name.lower().removesuffix(".gz").endswith(EXTENSIONS):
                    path = Path(top, name)
                    found.append(Source(str(path), path))
                else:
                    passed += 1
        if not found:
            raise SnapshotError(f"{folder}: no snapshot in this folder; {_READS}")
        if passed:
            say(f"{folder}: {passed} other files passed over; {_READS}")
        return found

    # ----------------------------------------------------------------- reading

    def load(self, source: Source) -> PolicyDocument | Findings:
        """The document of a source, or released findings where a name of the corpus has no page here.

        Raises: PrivlexError with the reason and the remedy.
        """
        if source.path is not None:
            document = read(source.path)
        elif (state := self.corpus.state(source.label)) == "released":
            found = self.corpus.released(source.label, self.tier)
            if note := getattr(getattr(found, "profile", None), "note", ""):
                raise SnapshotError(note)
            say(f"{source.label}: from the released tables (the page is not here; `privlex corpus hydrate` gets it)")
            return above(found, self.threshold)
        else:
            document = self.corpus.read(source.label)
            if state == "capture":
                say(f"{source.label}: from the archive's own capture (the study read another rendering of it)")
        if not self.force:
            require_policy(document)
        return document

    def findings(self, sources: Iterable[Source] | None = None) -> Iterator[Findings]:
        """Findings of the sources that can be read, in order, a batch in memory at a time."""
        self._settle_tier()
        sources = iter(self.sources if sources is None else sources)
        while batch := list(islice(sources, BATCH_DOCUMENTS)):
            loaded: list[tuple[Source, PolicyDocument | Findings]] = []
            for source in batch:
                with self.faults.catching(source.label):
                    loaded.append((source, self.load(source)))
            yield from self._extracted(loaded)

    def _settle_tier(self) -> None:
        """Read pages with the tier of the released findings they stand beside, so that the two can be compared."""
        if self.tier is not None:
            return
        released = (self.corpus.released(s.label) for s in self.sources if self._is_released(s))
        tiers = {found.tier for found in released if found.practices}
        if len(tiers) == 1:
            (self.tier,) = tiers
            if self.tier != default_tier() and not all(map(self._is_released, self.sources)):
                say(f"pages are read with the {self.tier} tier, as the released tables are (--tier chooses)")

    def _is_released(self, source: Source) -> bool:
        return source.path is None and self.corpus.state(source.label) == "released"

    def _extracted(self, loaded: list[tuple[Source, PolicyDocument | Findings]]) -> Iterator[Findings]:
        options = {"tier": self.tier, "threshold": self.threshold, "force": True}  # refused above, one by one
        documents = [thing for _, thing in loaded if isinstance(thing, PolicyDocument)]
        try:
            together = iter(list(extract(documents, **options)))
        except ModelError:
            raise  # no input's fault
        except Exception:  # one of them: read each alone, so that only that one fails
            together = None
        for source, thing in loaded:
            if isinstance(thing, Findings):
                yield thing
            elif together is not None:
                yield next(together)
            else:
                found = None
                with self.faults.catching(source.label):
                    found = extract(thing, **options)
                if found is not None:
                    yield found

    def both(self) -> tuple[Findings, Findings]:
        """Findings of the two inputs of a comparison.

        Raises: NothingRead when one of them cannot be read.
        """
        found = list(self.findings())
        if len(found) != 2 or self.faults.labels:
            raise NothingRead
        return found[0], found[1]


def progress(findings: Iterable[Findings], total: int) -> Iterator[Findings]:
    """The same findings, with a progress bar on standard error when it is a terminal and there are many."""
    from tqdm import tqdm

    # A few pages are read before a bar would be seen.
    return iter(tqdm(findings, total=total, unit="page", leave=False, disable=True if total < 4 else None))
