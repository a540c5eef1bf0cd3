"""The bounded context of a block."""

from __future__ import annotations

from privlex.mentions import MAX_CONTEXT_CHARS, block_context
from privlex.records import Alignment, Block, Extent, PolicyDocument, Snapshot, SnapshotInfo


def document_of(*blocks: tuple[str, dict]) -> PolicyDocument:
    """A document of blocks (text, fields), parted by newlines."""
    text, made = "", []
    for index, (words, fields) in enumerate(blocks):
        made.append(
            Block(index=index, extent=Extent(len(text), len(text) + len(words)), **{"kind": "paragraph", **fields})
        )
        text += words + "\n"
    info = SnapshotInfo(source="a.txt", sha256="0" * 64, media_type="text/plain")
    snapshot = Snapshot(info=info, text=text, encoding="utf-8")
    return PolicyDocument(snapshot=snapshot, text=text, blocks=tuple(made), alignment=Alignment(()))


def test_heading_lead_in_and_header():
    document = document_of(
        ("What we collect", {"kind": "heading", "level": 1}),
        ("When you register, we collect:", {"section": 0}),
        ("your name;", {"kind": "list_item", "section": 0, "lead_in": 1}),
        ("Service | Data", {"kind": "table_row", "section": 0}),
        ("Shop | cookies", {"kind": "table_row", "section": 0, "header": 3}),
        ("We set cookies.", {"section": 0, "header": 3}),
        ("IP address.", {"section": 0}),
        ("We log the addresses of the machines that ask for a page. " * 4, {"section": 0}),
    )
    item = block_context(document, document.blocks[2])
    assert (item.heading, item.lead_in, item.header) == ("", "When you register, we collect:", "")
    assert block_context(document, document.blocks[3]).header == ""
    assert block_context(document, document.blocks[4]).header == "Service | Data"
    assert block_context(document, document.blocks[5]).header == "Service | Data"
    assert block_context(document, document.blocks[6]).heading == "What we collect"
    assert block_context(document, document.blocks[7]).heading == "", "a long block speaks for itself"
    heading = block_context(document, document.blocks[0])
    assert heading.is_heading and heading.heading == "" and not item.is_heading


def test_nested_items_have_the_chain_of_lead_ins():
    document = document_of(
        ("We use your data to:", {}),
        ("contact you, for example:", {"kind": "list_item", "lead_in": 0}),
        ("about your order", {"kind": "list_item", "lead_in": 1}),
    )
    context = block_context(document, document.blocks[2])
    assert context.lead_in == "We use your data to: contact you, for example:"


def test_a_long_lead_in_is_cut_from_its_end_at_a_word():
    long = "some words " * 100 + "we use your data to:"
    document = document_of((long, {}), ("ship it", {"kind": "list_item", "lead_in": 0}))
    lead_in = block_context(document, document.blocks[1]).lead_in
    assert lead_in.endswith("we use your data to:") and len(lead_in) <= MAX_CONTEXT_CHARS
    assert lead_in.startswith(("some ", "words "))


def test_lead_ins_that_point_at_each_other_end():
    document = document_of(
        ("a:", {"kind": "list_item", "lead_in": 1}),
        ("b:", {"kind": "list_item", "lead_in": 0}),
    )
    assert block_context(document, document.blocks[0]).lead_in == "b:"
