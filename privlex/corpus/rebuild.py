"""The released tables from the pages, and the check that both still say the same."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from privlex.errors import CorpusError
from privlex.flow import Tier, choose_reader, tier_of
from privlex.lexicon import load_lexicon
from privlex.records import Findings
from privlex.tables import Difference, compare_released, write_released

if TYPE_CHECKING:
    from privlex.corpus import Corpus


class Told(NamedTuple):
    """How many snapshots were read anew, and how many kept their rows because no page is here."""

    read: int
    kept: int


def rebuild(corpus: Corpus, tier: Tier | None = None, folder: Path | None = None) -> Told:
    """Write the released tables of every page that is here to ``folder`` (default: the corpus's own).

    Raises: CorpusError where no page is here; OutputError where the tables cannot be written.
    """
    reader = choose_reader(tier)
    here = [id for id in corpus.ids if corpus.state(id) == "page"]
    kept = [id for id in corpus.ids if corpus.state(id) == "released"]
    if not here:
        raise CorpusError(f"{corpus.name}: no page is here to read; get them with `privlex corpus hydrate`")
    about = {"tier": tier_of(reader), "reader": reader.digest, "lexicon": load_lexicon().digest}
    write_released(folder or corpus.folder / "released", _all(corpus, here, kept, tier), about)
    return Told(len(here), len(kept))


def _all(corpus: Corpus, here: list[str], kept: list[str], tier: Tier | None) -> Iterator[Findings]:
    yield from corpus.read_anew(here, tier)
    for id in kept:
        yield corpus.released(id)


def differences(corpus: Corpus, tier: Tier | None = None) -> tuple[Told, tuple[Difference, ...]]:
    """In what a rebuild would change the released tables, the last digits of confidences left aside."""
    with tempfile.TemporaryDirectory(prefix="privlex-") as folder:
        told = rebuild(corpus, tier, Path(folder))
        return told, compare_released(folder, corpus.folder / "released")
