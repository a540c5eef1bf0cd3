"""Tables that lost their markup: what a block "No" denies, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privlex.practices import find_practices
from privlex.records import ActionScore
from tests.practices.marked import line, marked

TABLE = "[d Fingerprints] ¶ No ¶ [d Purchases] ¶ Yes ¶ [d Disabilities] ¶ For example [d diagnoses] ¶ Collected: NO"
CASES = [
    pytest.param(TABLE, ["collect+ Purchases", "collect- Disabilities", "collect- Fingerprints", "collect- diagnoses"],
                 id="every-block-since-the-answer-before"),
    pytest.param("[d Fingerprints] ¶ No ¶ [d Purchases] ¶ Yes", ["collect+ Fingerprints", "collect+ Purchases"],
                 id="two-answers-are-no-table"),
    pytest.param("We collect your [d name]. ¶ No ¶ [d Purchases] ¶ Yes ¶ [d Diagnoses] ¶ No",
                 ["collect+ Purchases", "collect+ name", "collect- Diagnoses"], id="a-sentence-is-no-cell"),
    pytest.param("[d Age] ¶ a ¶ b ¶ c ¶ No ¶ [d Purchases] ¶ Yes ¶ [d Diagnoses] ¶ No",
                 ["collect+ Age", "collect+ Purchases", "collect- Diagnoses"], id="too-far-above-the-answer"),
]  # fmt: skip


def practices_of(text):
    """Mentions and practices where the reader takes each span for collected."""
    document, readings = marked(text, reader="trained")
    collected = (ActionScore("collect", "affirmed", 0.9),)
    readings = [replace(r, spans=tuple(replace(s, actions=collected) for s in r.spans)) for r in readings]
    return find_practices(document, readings)


@pytest.mark.parametrize(("text", "practices"), CASES)
def test_a_block_no_denies_what_stands_above_it(text, practices):
    mentions, found = practices_of(text)
    assert sorted(line(p, mentions) for p in found) == sorted(practices)


def test_a_denied_answer_says_why():
    _, found = practices_of(TABLE)
    assert {p.because[-1] for p in found if p.polarity == "denied"} == {"denied: answered No", "denied: answered Collected: NO"}
