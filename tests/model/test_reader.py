"""The reader over a scoring function of a few known words; no weights needed."""

from __future__ import annotations

import pytest

from privlex.errors import ModelError
from privlex.model.reader import TrainedReader, first_config
from privlex.records import MENTION_KINDS, BlockContext, BlockReading
from tests.model.tiny import HEADS, LINK_WIDTH, PIECES, tiny_scores, tiny_tokenizer


@pytest.fixture(scope="module")
def reader() -> TrainedReader:
    config = first_config(HEADS, LINK_WIDTH)
    config["relation"], config["extras"] = [[1.0] * LINK_WIDTH] * 3, [[0.0, -3.0, 0.0]] * 3
    return TrainedReader.from_scores(config, tiny_tokenizer(), tiny_scores)


def quotes(reading: BlockReading, text: str) -> list[tuple[str, str]]:
    return [(s.kind, text[s.start:s.end]) for s in reading.spans]


CASES = [
    pytest.param("We share your email address.", [("data", "email address")], id="a span of two words"),
    pytest.param("We share data with partners for marketing.",
                 [("data", "data"), ("party", "partners"), ("purpose", "marketing")], id="three kinds, in text order"),
    pytest.param("If you agree, we share data.", [("condition", "If you agree"), ("data", "data")], id="a condition"),
    pytest.param("EMAIL   ADDRESS", [("data", "EMAIL   ADDRESS")], id="characters of the text, not of the pieces"),
    pytest.param("We share nothing.", [], id="no known word, no span"),
    pytest.param("", [], id="an empty block"),
    pytest.param("日本語 😀 data", [("data", "data")], id="characters outside the vocabulary keep offsets right"),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_spans(reader, text, expected):
    assert quotes(reader.read_block(text, BlockContext()), text) == expected


def test_category_and_actions_are_of_the_span(reader):
    (span,) = reader.read_block("We share data.", BlockContext()).spans
    assert span.category == "contact"
    assert [(a.action, a.polarity) for a in span.actions] == [("share", "affirmed")]
    assert 0 < span.confidence <= 1


@pytest.mark.parametrize(("weight", "category"), [(0.0, "contact"), (17.0, "contact"), (19.0, "generic")])
def test_the_lexicons_category_wins_where_its_weight_exceeds_the_networks_lead(weight, category):
    config = {**first_config(HEADS, LINK_WIDTH), "lexicon_weight": weight}  # the network leads with contact by 18
    config["relation"], config["extras"] = [[1.0] * LINK_WIDTH] * 3, [[0.0, -3.0, 0.0]] * 3
    reader = TrainedReader.from_scores(config, tiny_tokenizer(), tiny_scores,
                                       concept_of=lambda kind, phrase: ("generic/data", "generic"))
    (span,) = reader.read_block("We share data.", BlockContext()).spans
    assert (span.category, span.concept) == (category, "generic/data" if category == "generic" else None)


def test_links_join_data_with_party_and_purpose_and_fall_over_sentences(reader):
    near = reader.read_block("We share data with partners for marketing.", BlockContext())
    assert {(near.spans[x.left].kind, near.spans[x.right].kind) for x in near.links} == {
        ("data", "party"), ("data", "purpose")}
    far = reader.read_block("We share data. We share. For marketing.", BlockContext())
    assert max((x.score for x in far.links), default=0.0) < min(x.score for x in near.links)


def test_a_condition_links_to_what_it_limits(reader):
    reading = reader.read_block("If you agree we share data.", BlockContext())
    assert [(reading.spans[x.left].kind, reading.spans[x.right].kind) for x in reading.links] == [("condition", "data")]


def test_many_blocks_read_as_one_by_one(reader):
    pairs = [("We share data.", BlockContext()), ("", BlockContext()), ("email address", BlockContext(heading="data"))]
    assert reader.read_blocks(pairs) == [reader.read_block(*pair) for pair in pairs]


def test_a_long_block_is_read_to_its_end(reader):
    text = "we share " * 400 + "data"
    (span,) = reader.read_block(text, BlockContext()).spans
    assert text[span.start:span.end] == "data"


def test_public_heads_keep_their_own_labels(reader):
    ((span,),) = reader.read_public("piextract", ["we collect email address"])
    assert span.head == "COLLECT" and (span.start, span.end) == (11, 24)
    with pytest.raises(ValueError, match="no heads for 'opp116'"):
        reader.read_public("opp116", ["x"])


DENIED_CASES = [
    pytest.param("we not share your email address", [("NOT_SHARE", "your email address")], id="denied, with its determiner"),
    pytest.param("we share your email address", [], id="affirmed: no label of denial"),
    pytest.param("we not share for marketing", [], id="a purpose is no data"),
]


@pytest.mark.parametrize(("text", "expected"), DENIED_CASES)
def test_labels_of_denial_come_from_the_codebooks_heads(text, expected):
    def scores(ids, types):
        tags, spans = tiny_scores(ids, types)
        if PIECES.index("not") in ids:
            first = spans.shape[1] - 2 * LINK_WIDTH - 8 * len(MENTION_KINDS)
            spans[:, first + 4:first + 6] = -9, 9  # share: affirmed, denied
        return tags, spans

    config = first_config(HEADS, LINK_WIDTH)
    config.update(relation=[[1.0] * LINK_WIDTH] * 3, extras=[[0.0] * 3] * 3,
                  derived={"piextract/NOT_SHARE": {"actions": ["share"], "least": 0.5}})
    reader = TrainedReader.from_scores(config, tiny_tokenizer(), scores)
    (found,) = reader.read_public("piextract", [text])
    assert [(d.head, text[d.start:d.end]) for d in found if d.head.startswith("NOT")] == expected


def test_threshold_drops_unsure_spans():
    config = first_config(HEADS, LINK_WIDTH)
    config.update(relation=[[1.0] * LINK_WIDTH] * 3, extras=[[0.0] * 3] * 3, threshold=0.999)
    strict = TrainedReader.from_scores(config, tiny_tokenizer(), tiny_scores)
    assert strict.read_block("We share data.", BlockContext()).spans == ()


def test_another_form_of_weights_is_refused():
    with pytest.raises(ModelError, match="form 2"):
        TrainedReader.from_scores({**first_config(HEADS, 2), "version": 2}, tiny_tokenizer(), tiny_scores)
