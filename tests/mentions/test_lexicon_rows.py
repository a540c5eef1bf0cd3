"""The law of the data, read: every term's example gives its concept, and its counter-example does not."""

from __future__ import annotations

import pytest

from privlex.lexicon import load_lexicon
from privlex.mentions import rule_reader
from privlex.records import MENTION_KINDS, BlockContext


def concepts_in(text: str, kind: str) -> set[str | None]:
    return {span.concept for span in rule_reader().read_block(text, BlockContext()).spans if span.kind == kind}


@pytest.mark.parametrize("kind", MENTION_KINDS)
def test_examples_give_the_concept(kind):
    wrong = [
        (term.term, text)
        for term in load_lexicon().terms[kind]
        for text in term.examples
        if (term.concept in concepts_in(text, kind)) == (term.match == "never")
    ]
    assert wrong == []


@pytest.mark.parametrize("kind", MENTION_KINDS)
def test_counter_examples_do_not(kind):
    wrong = [
        (term.term, text)
        for term in load_lexicon().terms[kind]
        if term.match != "never"
        for text in term.counter_examples
        if term.concept in concepts_in(text, kind)
    ]
    assert wrong == []


def test_condition_examples_give_a_condition():
    wrong = []
    for cue in load_lexicon().conditions:
        for text in cue.examples:
            spans = rule_reader().read_block(text, BlockContext()).spans
            quotes = [text[span.start : span.end].lower() for span in spans if span.kind == "condition"]
            if not any(cue.cue in quote for quote in quotes):
                wrong.append((cue.cue, text, quotes))
    assert wrong == []
