"""What was found, as label files that a person corrects and ``privlex evaluate codebook`` then scores against."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from privlex.errors import FindingsError, OutputError
from privlex.evaluate.gold.records import CodebookDocument, GoldMention, GoldPractice, Place
from privlex.evaluate.standoff import label_files, write_codebook
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


def write_labels(found: Findings | Iterable[Findings], out: str | Path, *, overwrite: bool = False) -> int:
    """Write ``text/NAME.txt`` and ``labels/NAME.jsonl`` of each document under ``out``; how many were written.

    The label files hold one JSON object a block, in the codebook's record form. Correct them in any editor, then score
    with ``privlex evaluate codebook OUT``.

    Args:
        found: of one document or of many, all held in memory until the first is written.
        out: the folder; it is made where it is not there.
        overwrite: write over files of these names, and so over what was corrected in them.

    Raises: FindingsError for findings without their document; OutputError where ``out`` cannot be written, two documents
        have one name, or (without ``overwrite``) a file is there already. In the last two cases nothing is written.
    """
    found = [found] if isinstance(found, Findings) else list(found)
    documents = [labelled(one) for one in found]
    first: dict[str, Findings] = {}
    for one, document in zip(found, documents, strict=True):
        if document.name in first:
            raise OutputError(
                f"{snapshot_name(one)}: its labels would be called {document.name}, as those of "
                f"{snapshot_name(first[document.name])} are; rename one of the two, or write them to two folders"
            )
        first[document.name] = one
    kept = [path for name in first for path in label_files(out, name) if path.exists()]
    if kept and not overwrite:
        others = f" and {len(kept) - 1} more files" if len(kept) > 1 else ""
        raise OutputError(
            f"{kept[0]}{others}: there already, perhaps with corrections; "
            "name another folder, or say overwrite=True to lose them"
        )
    return write_codebook(documents, out)
