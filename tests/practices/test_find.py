"""What find_practices promises whatever the words: records that hold together, and the same answer every time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privlex.practices import find_practices
from privlex.practices.wording import wording
from privlex.records import FoundSpan
from tests.practices.marked import cases, line, marked

FRAGMENTS = sorted({part for c in cases() for part in c["text"].split(" ¶ ")})


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=8))
def test_records_hold_together(parts):
    document, readings = marked(" ¶ ".join(parts))
    mentions, practices = find_practices(document, readings)
    ids = [m.id for m in mentions]
    used = {i for p in practices for ids in (p.data, p.purposes, p.recipients) for i in ids}
    assert used == set(ids), "a mention stands in at least one practice, and no practice names another"
    assert ids == [f"m{n}" for n in range(1, len(ids) + 1)]
    assert [m.extent.start for m in mentions] == sorted(m.extent.start for m in mentions)
    kinds = {m.id: m.kind for m in mentions}
    for m in mentions:
        assert document.text[m.extent.start : m.extent.end] == m.quote
    for p in practices:
        assert {kinds[i] for i in p.data} <= {"data"} and {kinds[i] for i in p.purposes} <= {"purpose"}
        assert {kinds[i] for i in p.recipients} <= {"party"}
        assert len(set(p.data)) == len(p.data)
        assert 0 <= p.confidence <= 1 and p.because
        assert p.extent in document.blocks[p.block].extent
        assert p.wording == wording(document.text[p.extent.start : p.extent.end])
        assert document.blocks[p.block].kind != "heading"
        if p.condition:
            assert document.text[p.condition.extent.start : p.condition.extent.end] == p.condition.quote


def test_a_reading_for_each_block():
    document, readings = marked("We collect your [d name].")
    with pytest.raises(ValueError, match="one reading per block"):
        find_practices(document, readings * 2)


def test_the_answer_does_not_hang_on_hash_order():
    program = (
        "from tests.practices.marked import *\nfrom privlex.practices import find_practices\n"
        "for c in cases():\n    m, p = find_practices(*marked(c['text']))\n    print([line(x, m) for x in p], [x.because for x in p])\n"
    )
    root = Path(__file__).parents[2]
    runs = {
        subprocess.run([sys.executable, "-c", program], cwd=root, env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True,
                       text=True, check=True).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(runs) == 1 and runs.pop().strip()


def test_because_names_verb_scope_and_reference():
    document, readings = marked("We collect your [d name]. We do not share this [g information] with [r anyone].")
    mentions, practices = find_practices(document, readings)
    share = next(p for p in practices if p.action == "share")
    told = " | ".join(share.because)
    assert "verb share" in told and "denied: We do not share" in told and "reference to 1" in told
    assert line(share, mentions) == "share- information, name -> anyone"


def test_the_same_words_offered_as_data_and_as_party():
    document, readings = marked("We share your [d name] with other companies.")
    start = document.text.index("companies")
    both = [
        FoundSpan(kind=k, category=c, start=start, end=start + 9)
        for k, c in (("data", "contact"), ("party", "third_party"))
    ]
    readings[0] = type(readings[0])(spans=(*readings[0].spans, *both))
    mentions, practices = find_practices(document, readings)
    assert [line(p, mentions) for p in practices] == ["share+ name -> companies"]


@pytest.mark.parametrize("one, other, same", [
    ("We share it.", "we  SHARE it", True), ("We share it.", "We sell it.", False), ("user’s data", "user's data", True),
])  # fmt: skip
def test_digest_of_a_wording(one, other, same):
    assert (wording(one).digest == wording(other).digest) is same


def test_sketches_of_similar_wordings_are_close():
    def bits(a: str, b: str) -> int:
        return (int(wording(a).sketch, 16) ^ int(wording(b).sketch, 16)).bit_count()

    text = "We may share your name and address with the couriers who carry your parcels and with our printers"
    assert bits(text, text + " abroad") < bits(
        text, "Cookies are set on your computer when you open one of our many pages here"
    )
    assert wording("").sketch == "0" * 16
