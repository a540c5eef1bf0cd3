"""Captures to versions: what is folded, what is set aside, what came back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privlex.compare import histories, history
from privlex.errors import FindingsError
from privlex.tables import read_released, unread, write_released
from tests.compare.long_policies import CUT, EDITED, LONG, SHORTENED
from tests.factories import claim, info, policy, without_document

TINY = ()


def captures(*texts, year=2020):
    """One capture a day, each of a text or of nothing (a reason)."""
    made = []
    for day, text in enumerate(texts, 1):
        id = f"nas.example@{year}-03-{day:02}"
        made.append(unread(info(id), text) if isinstance(text, str) else policy(id, *text))
    return made


CASES = [
    pytest.param([], [], id="no capture"),
    pytest.param([LONG], ["first 1"], id="one capture"),
    pytest.param([LONG, LONG, LONG], ["first 1", "same 1", "same 1"], id="one text"),
    pytest.param([LONG, EDITED, EDITED], ["first 1", "first 2", "same 2"], id="two texts"),
    pytest.param([LONG, EDITED, LONG, EDITED], ["first 1", "first 2", "return 1", "return 2"], id="flapping"),
    pytest.param([LONG, TINY, LONG], ["first 1", "empty", "same 1"], id="an empty one between is no return"),
    pytest.param([LONG, "the capture is empty (0 bytes)", EDITED], ["first 1", "empty", "first 2"], id="an empty file"),
    pytest.param([LONG, "no sign of a policy", EDITED], ["first 1", "unread", "first 2"], id="unread"),
    pytest.param([LONG, CUT, LONG], ["first 1", "truncated", "same 1"], id="cut between"),
    pytest.param([LONG, CUT, CUT[:5], LONG], ["first 1", "truncated", "truncated", "same 1"], id="cut twice"),
    pytest.param([LONG, SHORTENED, LONG], ["first 1", "truncated", "same 1"], id="sections lost in the middle"),
    pytest.param([LONG, CUT], ["first 1", "truncated"], id="cut at the end of the series"),
    pytest.param([CUT, LONG], ["truncated", "first 1"], id="cut at its beginning"),
    pytest.param([LONG, SHORTENED, SHORTENED], ["first 1", "first 2", "same 2"], id="really shortened"),
    pytest.param([SHORTENED, LONG, LONG], ["first 1", "first 2", "same 2"], id="really grown"),
    pytest.param([LONG, CUT, EDITED], ["first 1", "truncated", "first 2"], id="cut before a new version"),
    pytest.param([LONG, LONG[:30], LONG], ["first 1", "first 2", "return 1"], id="two sentences less are a version"),
]


@pytest.mark.parametrize(("texts", "expected"), CASES)
def test_states(texts, expected):
    told = history(captures(*texts))
    assert [f"{c.state} {c.text}" if c.text else c.state for c in told.captures] == expected


@pytest.mark.parametrize(("texts", "expected"), CASES)
def test_states_from_released_tables_in_any_order(texts, expected, tmp_path):
    write_released(tmp_path, captures(*texts))
    told = history(reversed(read_released(tmp_path)))
    assert [f"{c.state} {c.text}" if c.text else c.state for c in told.captures] == expected


@pytest.mark.parametrize(("texts", "expected"), CASES)
def test_every_capture_is_of_a_text_or_set_aside(texts, expected):
    told = history(captures(*texts))
    assert len(told.captures) == len(texts)
    assert sum(len(t.snapshots) for t in told.texts) + len(told.set_aside) == len(texts)
    assert [t.number for t in told.texts] == list(range(1, len(told.texts) + 1))
    assert all(s.reason for s in told.set_aside)


def test_first_and_last_sighting_and_returns():
    one, two = history(captures(LONG, EDITED, CUT, LONG, EDITED, LONG)).texts
    assert (one.first, one.last, len(one.returns)) == ("2020-03-01", "2020-03-06", 2)
    assert (two.first, two.last, two.returns) == ("2020-03-02", "2020-03-05", ("nas.example@2020-03-05",))
    assert two.like_previous < 1


DATED = (*LONG, claim("collect", "name", purposes="ship orders", sentence="Name, to ship orders. Updated in May."))
REDATED = (*DATED[:-1], replace(DATED[-1], sentence="Name, to ship orders. Updated in June."))


@pytest.mark.parametrize(("texts", "editions"), [
    pytest.param([DATED, REDATED], [1, 1], id="another date"),
    pytest.param([DATED, REDATED, EDITED, DATED], [1, 1, 2, 1], id="back to an earlier edition"),
    pytest.param([LONG, (*LONG, claim("share", "name", recipients="courts"))], [1, 2], id="a claim more"),
    pytest.param([LONG, EDITED], [1, 2], id="the same claims in a new text"),
])
def test_editions_are_texts_that_claim_the_same(texts, editions):
    told = history(captures(*texts))
    assert list(told.to_frame().edition) == editions
    assert len(told.editions) == max(editions) == len(told.changes) + 1


def test_a_cut_capture_says_how_much_it_holds_of_what():
    aside = history(captures(LONG, CUT, LONG)).set_aside[0]
    assert aside.share == pytest.approx(12 / 32, abs=0.02)
    assert aside.reason.startswith("holds 38% of the text captured before (2020-03-01) and after (2020-03-03)")


def test_white_space_and_case_make_no_version():
    shouted = tuple(replace(c, sentence=c.sentence.upper() + "\n") for c in LONG)
    assert len(history(captures(LONG, shouted)).texts) == 1


def test_several_captures_of_a_day_stand_in_the_order_of_their_ids():
    day = [policy(f"nas.example@2020-03-01{end}", *text) for end, text in
           (("-10", EDITED), ("", LONG), ("-2", EDITED))]
    assert [c.snapshot for c in history(day).captures] == [
        "nas.example@2020-03-01", "nas.example@2020-03-01-2", "nas.example@2020-03-01-10",
    ]


def test_consecutive_texts_are_compared():
    told = history(captures(LONG, CUT, LONG, (*LONG, claim("share", "name", recipients="courts"))))
    (change,) = told.changes
    assert change.counts["kept"] == len(LONG) and change.counts["added"] == 1 and not change.dropped


def test_a_page_in_another_language_is_set_aside():
    foreign = policy("nas.example@2020-03-02", *EDITED)
    foreign = replace(foreign, document=replace(foreign.document, language="other"))
    told = history([*captures(LONG), foreign])
    assert told.set_aside[0].reason == "the text is not in English"


def test_without_any_text_the_wording_of_the_practices_tells_versions_apart():
    told = history([without_document(f) for f in captures(LONG, EDITED, LONG)])
    assert [c.state for c in told.captures] == ["first", "first", "return"]


def test_frames_say_the_same():
    told = history(captures(LONG, CUT, LONG, EDITED))
    assert list(told.to_frame().state) == [c.state for c in told.captures]
    assert list(told.texts_frame().captures) == [2, 1]
    assert "2 texts" in told._repr_html_()


def test_two_domains_have_two_histories():
    both = [*captures(LONG), policy("cam.example@2020-03-01", *LONG)]
    assert list(histories(both)) == ["cam.example", "nas.example"]
    with pytest.raises(FindingsError, match="a history is of one policy"):
        history(both)


def test_a_capture_without_a_date_is_named():
    undated = replace(captures(LONG)[0], snapshot=info("nas.example@2020-03-01", captured=None))
    with pytest.raises(FindingsError, match=r"nas\.example@2020-03-01: a history needs the date"):
        history([undated])
