"""What was found, as label files that a person corrects and ``privlex evaluate codebook`` then scores against."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from privlex.errors import FindingsError
from privlex.evaluate.gold.records import CodebookDocument, GoldMention, GoldPractice, Place
from privlex.evaluate.standoff import write_codebook
from privlex.records import Findings
from privlex.tables import snapshot_name

# How a plain text shows what a block is (CONTRACT of ``.txt`` files: "# " before headings, "- " before items).
_MARKS = {"title": "# ", "heading": "# ", "list_item": "- "}


def labelled(found: Findings) -> CodebookDocument:
    """What was found in a page, as labels of its reading text: one block of the text for each block of the document.

    Raises: FindingsError where the findings come without their document (released tables hold no text).

    >>> import privlex
    >>> policy = privlex.read(b"# Privacy policy\\n\\nWe collect your name.", media_type="text/plain", name="shop.txt")
    >>> made = labelled(privlex.extract(policy, tier="rules", force=True))
    >>> made.name, [made.text[slice(*m.place)] for m in made.mentions]
    ('shop', ['name'])
    """
    document = found.document
    if document is None:
        raise FindingsError(f"{snapshot_name(found)}: there is no text to label; read its page (privlex.read) first")
    text, blocks, shift = "", [], []
    for block in document.blocks:
        mark = _MARKS.get(block.kind, "")
        start = len(text)
        text += mark + document.block_text(block)
        blocks.append(Place(start, len(text)))
        shift.append(start + len(mark) - block.extent.start)
        text += "\n\n"
    mentions = tuple(
        GoldMention(
            id=m.id, kind=m.kind, category=m.category, quote=m.quote, block=m.block,
            place=Place(m.extent.start + shift[m.block], m.extent.end + shift[m.block]),
        )
        for m in found.mentions
    )
    practices = tuple(
        GoldPractice(
            block=p.block, action=p.action, polarity=p.polarity, data=p.data, purposes=p.purposes,
            recipients=p.recipients, condition=p.condition and p.condition.quote,
        )
        for p in found.practices
    )
    name = found.snapshot.id or Path(found.snapshot.source).stem
    return CodebookDocument(name=name, text=text, blocks=tuple(blocks), mentions=mentions, practices=practices)


def write_labels(found: Findings | Iterable[Findings], out: str | Path) -> int:
    """Write ``text/NAME.txt`` and ``labels/NAME.jsonl`` of each document under ``out``; how many were written.

    The label files hold one JSON object a block, in the codebook's record form. Correct them in any editor, then score
    with ``privlex evaluate codebook OUT``.

    Raises: FindingsError for findings without their document; OutputError where ``out`` cannot be written.
    """
    return write_codebook(map(labelled, [found] if isinstance(found, Findings) else found), out)
