"""Readers of the labelled sets, on tiny samples of our own in their authors' forms."""

from __future__ import annotations

import json

import pytest

from training.sets import (
    HEADS,
    bio_spans,
    block_contexts,
    codebook_examples,
    placed,
    privacy_glue_split,
    read_gdpr,
    read_opp115,
    read_piextract,
)

TEXT = """# What we log

We log the following, unless you object:

- your e-mail address, to answer you

We never sell it."""

ROWS = [
    {"block": 1, "mentions": [], "practices": []},
    {"block": 2, "mentions": [
        {"id": "m1", "kind": "data", "quote": "e-mail address", "category": "contact", "start": 7, "end": 21},
        {"id": "m2", "kind": "purpose", "quote": "answer you", "category": "basic_service", "start": 26, "end": 36}],
     "practices": [{"action": "collect", "polarity": "affirmed", "data": ["m1"], "purposes": ["m2"], "recipients": [],
                    "condition": "unless you object"}]},
    {"block": 3, "mentions": [], "practices": [{"action": "share", "polarity": "denied", "data": ["m1"], "purposes": [],
                                                "recipients": [], "condition": None}]},
]


def test_codebook_item_without_its_mark_and_with_its_lead_in():
    found = list(codebook_examples("a", TEXT, ROWS))
    assert [e.text for e in found] == ["What we log", "We log the following, unless you object:",
                                      "your e-mail address, to answer you", "We never sell it."]
    item = found[2]
    assert item.context.lead_in == "We log the following, unless you object:"
    assert item.context.heading == "", "a list item has its lead-in alone"
    assert [item.text[s.start:s.end] for s in item.readings[0]] == ["e-mail address", "answer you"]


def test_codebook_mention_has_the_actions_of_all_its_practices_also_from_other_blocks():
    item = list(codebook_examples("a", TEXT, ROWS))[2]
    data, purpose = item.readings[0]
    assert data.actions == {("collect", "affirmed"), ("share", "denied")}
    assert purpose.actions == {("collect", "affirmed")}
    assert data.practices & purpose.practices


def test_codebook_condition_is_found_in_its_own_block_only():
    rows = [dict(ROWS[1], practices=[dict(ROWS[1]["practices"][0], condition="to Answer you")])]
    conditions = [s for e in codebook_examples("a", TEXT, rows) for s in e.readings[0] if s.head == "condition"]
    assert [(s.start, s.end) for s in conditions] == [(21, 34)]
    assert not [s for e in codebook_examples("a", TEXT, ROWS) for s in e.readings[0] if s.head == "condition"]


CONTEXT_CASES = [
    pytest.param(["We share with:", "- shops", "- banks"], ["", "We share with:", "We share with:"], id="items"),
    pytest.param(["We share.", "No list."], ["", ""], id="no lead-in outside lists"),
    pytest.param(["- shops", "We share with:", "- banks"], ["", "", "We share with:"], id="a list without lead-in"),
]


@pytest.mark.parametrize(("blocks", "lead_ins"), CONTEXT_CASES)
def test_lead_ins(blocks, lead_ins):
    assert [c.lead_in for c in block_contexts(blocks)] == lead_ins


def test_heading_holds_until_the_next_and_for_short_blocks():
    blocks = ["Your data", "We log it.", "## Sharing", "We sell none.", "We share with shops. " * 10]
    assert [c.heading for c in block_contexts(blocks)] == ["", "Your data", "", "Sharing", ""]


CONLL = {"CollectUse_true": "B-COLLECT I-COLLECT O", "CollectUse_false": "O O O", "Share_true": "B-SHARE O O",
         "Share_false": "O O O"}


def test_piextract_joins_four_folders(tmp_path):
    for folder, tags in CONLL.items():
        (tmp_path / folder).mkdir()
        words = zip(("Email", "address", "."), tags.split(), strict=True)
        lines = ["-DOCSTART- -X- O O", "", *(f"{w} _ _ {t}" for w, t in words), "", "Bye _ _ O", ""]
        (tmp_path / folder / "train.conll03").write_text("\n".join(lines))
    found = read_piextract(tmp_path)
    assert [e.text for e in found if e.text] == ["Email address .", "Bye"]
    sentence = next(e for e in found if e.text)
    assert {(s.head, sentence.text[s.start:s.end]) for s in sentence.readings[0]} == {
        ("COLLECT", "Email address"), ("SHARE", "Email")}
    assert next(e for e in found if e.text == "Bye").context.lead_in == "Email address ."


BIO_CASES = [
    pytest.param("O B-X I-X O", [("X", 1, 3)], id="plain"),
    pytest.param("B-X B-X", [("X", 0, 1), ("X", 1, 2)], id="neighbours"),
    pytest.param("I-X I-X", [("X", 0, 2)], id="an I without B begins a span, as in seqeval"),
    pytest.param("B-X I-Y", [("X", 0, 1), ("Y", 1, 2)], id="another label begins another span"),
]


@pytest.mark.parametrize(("tags", "expected"), BIO_CASES)
def test_bio_spans(tags, expected):
    assert bio_spans(tags.split()) == expected


def test_privacy_glue_split_is_a_partition_of_the_published_size():
    train, validation = privacy_glue_split(3035)
    assert len(validation) == 456 and sorted(train + validation) == list(range(3035))
    assert privacy_glue_split(3035) == (train, validation)


def test_gdpr_gapped_values_are_ignored_not_negative(tmp_path):
    row = {"policy": "p", "passage": 0, "type": "text", "context": [{"text": "Data", "type": "h2"}, {"text": "We log:",
           "type": "list_intro"}], "text": "your name, and your old address", "annotations": [
               {"requirement": "Data Categories", "pieces": [[5, 9]]},
               {"requirement": "Data Categories", "pieces": [[15, 19], [24, 31]]},
               {"requirement": "Data Recipients"}, {"requirement": "Right to Access", "pieces": [[0, 4]]}]}
    (tmp_path / "x.jsonl").write_text(json.dumps(row) + "\n")
    (example,) = read_gdpr(tmp_path / "x.jsonl")
    assert [(s.head, s.start, s.end) for s in example.readings[0]] == [("Data Categories", 5, 9)]
    assert example.ignored == ((15, 31),)
    assert (example.context.heading, example.context.lead_in) == ("Data", "We log:")


def test_opp115_has_a_reading_for_each_annotator_of_the_policy(tmp_path):
    def practice(annotator, *attributes):
        return {"annotator": annotator, "category": "Other", "attributes": list(attributes)}

    name = {"attribute": "Personal Information Type", "value": "Contact", "text": "name", "start": 8, "end": 12}
    rows = [
        {"policy": "p", "segment": 0, "text": "We log a name.", "practices": [practice("a", name),
            practice("b", {"attribute": "Purpose", "value": "Unspecified", "text": "We", "start": 0, "end": 2})]},
        {"policy": "p", "segment": 1, "text": "Bye.", "practices": []},
    ]
    (tmp_path / "x.jsonl").write_text("\n".join(map(json.dumps, rows)))
    first, second = read_opp115(tmp_path / "x.jsonl")
    assert [[(s.start, s.end) for s in r] for r in first.readings] == [[(9, 13)], []]
    assert len(second.readings) == 2


def test_words_that_are_nowhere_have_no_place():
    assert placed("We log a name.", "address", 9, 13) is None


def test_every_set_has_its_own_heads():
    assert len(HEADS) == len(set(HEADS)) == 14
