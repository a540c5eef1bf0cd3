"""The state of a question: yes, no, conditional, contradictory, not mentioned, not readable."""

from __future__ import annotations

import pytest

from privlex.practices.states import practice_state
from tests.practices.marked import findings

ROWS = [
    ("We collect your [d phone number].", ("collect", "contact", None), "yes", "stated without condition"),
    ("When you call, we collect your [d phone number].", ("collect", "contact", None), "conditional", "stated with a condition"),
    ("We do not collect your [d phone number].", ("collect", "contact", None), "no", "denied"),
    ("We do not collect [g personal information].", ("collect", "contact", None), "no", "a general denial denies each kind"),
    ("We collect [g personal information].", ("collect", "contact", None), "not_mentioned", "a general statement names no kind"),
    ("We collect your [d phone number].", ("share", "contact", None), "not_mentioned", "another action"),
    ("We collect your [d phone number].", ("collect", "health", None), "not_mentioned", "another kind of data"),
    ("We share your [d phone number] with [r others].", ("share", "contact", "third_party"), "yes", "with this party"),
    ("We share your [d phone number] with [r others].", ("share", "contact", "authority"), "not_mentioned", "with another party"),
    ("We do not share your [d phone number] with [r third parties].", ("share", "contact", "advertiser"), "no", "third parties take in advertisers"),
    ("We do not share your [d phone number] with [r third parties].", ("share", "contact", "affiliate"), "not_mentioned", "the own group is no third party"),
    ("We never share your [d phone number] with [r third parties]. ¶ We share your [d phone number] with [r third parties].",
     ("share", "contact", None), "contradictory", "denied and affirmed at once"),
    ("We never share your [d personal information] with [r third parties]. ¶ We share your [d personal information] with [r third parties].",
     ("share", "contact", None), "contradictory", "a denial at large that is itself disputed is no firm no"),
    ("We never share your [d phone number] with [r third parties], except if a court orders it.",
     ("share", "contact", None), "conditional", "an exception narrows the denial"),
]  # fmt: skip


@pytest.mark.parametrize("text, question, state, reason", ROWS, ids=[r[3] for r in ROWS])
def test_state(text, question, state, reason):
    action, data, party = question
    assert practice_state(findings(text), action, data, party) == state, reason


def test_silence_of_a_page_that_was_not_read_is_told_apart():
    text = "We collect your [d phone number]."
    assert practice_state(findings(text, coverage=0.3), "share", "contact") == "not_readable"
    assert practice_state(findings(text, coverage=0.99), "share", "contact") == "not_mentioned"
