"""What became of each practice: cases in the field's words, and what holds for any two policies."""

from __future__ import annotations

import json
import warnings
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from privlex.compare import COMPARISON_COLUMNS, compare_findings
from privlex.compare.aspects import ASPECTS, CHANGES
from privlex.compare.html import STYLE
from privlex.errors import PrivlexWarning
from privlex.jsonl import findings_from_json, findings_to_json, to_line
from privlex.tables import read_released, write_released
from tests.factories import claim, policy, without_document


def compared(before, after):
    return compare_findings(policy("nas.example@2010-01-02", *before), policy("nas.example@2015-01-02", *after))


def told(comparison):
    """Changes as words: kind, aspects, data before, data after."""
    rows = []
    for c in comparison.changes:
        data = [[m.quote for m in side.mentions if m.id in side.data] if side else None for side in (c.before, c.after)]
        rows.append((c.change, *c.aspects, *(", ".join(d) if d is not None else "-" for d in data)))
    return sorted(rows)


EMAIL = claim("collect", "email address", sentence="Upon registration our shop will ask you for your email address.")
EMAIL_ALWAYS = replace(EMAIL, sentence="Our shop will ask you for your email address.")
EMAIL_EDITED = replace(EMAIL, sentence="Upon registration our web shop will ask you for your email address.")
NO_SHARING = claim("share", "personal information", recipients="third parties", polarity="denied",
                   sentence="Your personal information will under no circumstances go to third parties of any kind.")
SHARING = replace(NO_SHARING, polarity="affirmed",
                  sentence="Your personal information will under some circumstances go to third parties of any kind.")
USE = claim("use", "email address", purposes="ship orders",
            sentence="Your email address is used by our staff and by nobody else to ship orders.")
SHARE = claim("share", "email address", recipients="distributors",
              sentence="The address you gave, that is your email address, goes to distributors in your own country.")
GENERAL = claim("collect", "contact information",
                sentence="We keep a book in our office where your contact information is written down.")
SPECIAL = replace(GENERAL, data=("email address",),
                  sentence="We keep a book in our office where your email address is written down.")

CASES = [
    pytest.param([EMAIL], [EMAIL], [("kept", "email address", "email address")], id="same words"),
    pytest.param([EMAIL], [EMAIL_EDITED], [("reworded", "email address", "email address")], id="a word put in"),
    pytest.param(
        [claim("collect", "email address", sentence="E-mail address is asked for.")],
        [claim("collect", "e-mail address", sentence="Before a download starts, the form wants your e-mail address.")],
        [("reworded", "email address", "e-mail address")], id="a new sentence for the same claim",
    ),
    pytest.param([EMAIL, USE], [USE, EMAIL], [("kept", "email address", "email address")] * 2, id="moved"),
    pytest.param([claim("collect", "information")], [claim("collect", "personal information")],
                 [("reworded", "information", "personal information")], id="information is the users' information"),
    pytest.param([], [EMAIL], [("added", "-", "email address")], id="added"),
    pytest.param([EMAIL], [], [("dropped", "email address", "-")], id="dropped"),
    pytest.param([], [], [], id="two policies that say nothing"),
    pytest.param([EMAIL], [claim("collect", "birth date")],
                 [("added", "-", "birth date"), ("dropped", "email address", "-")], id="other data, other practice"),
    pytest.param([EMAIL], [replace(EMAIL, action="retain")],
                 [("added", "-", "email address"), ("dropped", "email address", "-")], id="another action"),
    pytest.param([NO_SHARING], [SHARING],
                 [("changed", "polarity", "personal information", "personal information")], id="polarity"),
    pytest.param([NO_SHARING, SHARING], [SHARING, NO_SHARING],
                 [("kept", "personal information", "personal information")] * 2, id="denied and affirmed, both stay"),
    pytest.param([EMAIL_ALWAYS], [replace(EMAIL, condition="Upon registration")],
                 [("changed", "condition_added", "email address", "email address")], id="condition added"),
    pytest.param([replace(EMAIL, condition="Upon registration")], [EMAIL_ALWAYS],
                 [("changed", "condition_lifted", "email address", "email address")], id="condition lifted"),
    pytest.param([EMAIL], [replace(EMAIL, condition="Upon registration")], [("kept", "email address", "email address")],
                 id="the same sentence, of which more was read"),
    pytest.param([claim("collect", "email address, name", sentence="We ask for your email address and name.")],
                 [claim("collect", "name", sentence="We ask for your email address and name.")],
                 [("kept", "email address", "name"), ("kept", "name", "name")],
                 id="the same sentence, of which less was read"),
    pytest.param([replace(EMAIL, condition="Upon registration")], [replace(EMAIL, condition="if the law asks for it")],
                 [("changed", "condition_added", "condition_lifted", "email address", "email address")],
                 id="one condition for another"),
    pytest.param([replace(EMAIL, action="retain", condition="for seven years")],
                 [replace(EMAIL, action="retain", condition="for ten years", sentence="We keep it for ten years.")],
                 [("changed", "condition_added", "condition_lifted", "email address", "email address")],
                 id="another period"),
    pytest.param([replace(EMAIL, condition="if you take part in one of the many contests that we hold now and then for all")],
                 [replace(EMAIL, condition="if you take part in one of the many contests that we hold now and then …[98046017]",
                          sentence="We ask for it.")],
                 [("reworded", "email address", "email address")], id="a condition and its released form"),
    pytest.param([replace(EMAIL, condition="when you register")],
                 [replace(EMAIL, condition="when you are registered")],
                 [("kept", "email address", "email address")], id="condition in other words, cut by the reader"),
    pytest.param([EMAIL_ALWAYS],
                 [replace(EMAIL, condition="Upon registration"), claim("collect", "email address, name")],
                 [("added", "-", "name"), *[("reworded", "email address", "email address")] * 2],
                 id="a condition in one place, none in another, is no condition"),
    pytest.param([USE], [replace(USE, purposes=("ship orders", "send newsletters"))],
                 [("changed", "purpose_widened", "email address", "email address")], id="purpose widened"),
    pytest.param([replace(USE, purposes=("ship orders", "send newsletters"))], [USE],
                 [("changed", "purpose_narrowed", "email address", "email address")], id="purpose narrowed"),
    pytest.param([SHARE], [replace(SHARE, recipients=("distributors", "advertisers"))],
                 [("changed", "recipient_widened", "email address", "email address")], id="recipient widened"),
    pytest.param([replace(SHARE, recipients=("distributors", "advertisers"))], [SHARE],
                 [("changed", "recipient_narrowed", "email address", "email address")], id="recipient narrowed"),
    pytest.param([SHARE], [replace(SHARE, recipients=("third parties",))],
                 [("changed", "recipient_widened", "email address", "email address")], id="a wider class"),
    pytest.param([replace(SHARE, recipients=("third parties",))], [SHARE],
                 [("changed", "recipient_narrowed", "email address", "email address")], id="a narrower class"),
    pytest.param([GENERAL], [SPECIAL],
                 [("changed", "data_specified", "contact information", "email address")], id="data specified"),
    pytest.param([SPECIAL], [GENERAL],
                 [("changed", "data_generalised", "email address", "contact information")], id="data generalised"),
    pytest.param(
        [replace(SPECIAL, data=("email address", "phone number"),
                 sentence="We keep a book in our office where your email address and phone number are written down.")],
        [GENERAL],
        [("changed", "data_generalised", "email address, phone number", "contact information")],
        id="one general term for two data",
    ),
    pytest.param([EMAIL], [replace(EMAIL, data=("email address", "phone number"),
                                   sentence=EMAIL.sentence.replace(".", " and phone number."))],
                 [("added", "-", "phone number"), ("reworded", "email address", "email address")],
                 id="one more of the data is added"),
    pytest.param(
        [claim("collect", "name, email address, birth date")],
        [claim("collect", "name"), claim("collect", "email address")],
        [("dropped", "birth date", "-"), ("reworded", "email address", "email address"), ("reworded", "name", "name")],
        id="a list cut in two, one of it dropped",
    ),
    pytest.param(
        [replace(USE, purposes=("ship orders", "send newsletters"), sentence=USE.sentence + " And newsletters.")],
        [USE, replace(USE, purposes=("send newsletters",), sentence="It also serves to send newsletters.")],
        [("reworded", "email address", "email address")] * 2,
        id="a purpose moved to its own sentence narrows nothing",
    ),
    pytest.param([EMAIL], [EMAIL, EMAIL_EDITED],
                 [("kept", "email address", "email address"), ("reworded", "email address", "email address")],
                 id="said twice is not added"),
    pytest.param([SHARE], [SHARE, claim("share", "email address", recipients="courts")],
                 [("added", "-", "email address"), ("kept", "email address", "email address")],
                 id="another recipient in its own sentence is added"),
]


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_case(before, after, expected):
    assert told(compared(before, after)) == expected


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_case_without_documents_and_from_released_tables(before, after, expected, tmp_path):
    pages = [policy("nas.example@2010-01-02", *before), policy("nas.example@2015-01-02", *after)]
    assert told(compare_findings(*map(without_document, pages))) == expected
    write_released(tmp_path, pages)
    assert told(compare_findings(*read_released(tmp_path))) == expected


MIRRORED = {
    "added": "dropped", "dropped": "added",
    "condition_added": "condition_lifted", "condition_lifted": "condition_added",
    "purpose_widened": "purpose_narrowed", "purpose_narrowed": "purpose_widened",
    "recipient_widened": "recipient_narrowed", "recipient_narrowed": "recipient_widened",
    "data_generalised": "data_specified", "data_specified": "data_generalised",
}


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_case_seen_from_the_other_side(before, after, expected):
    def turned(row):
        return (*sorted(MIRRORED.get(word, word) for word in row[:-2]), row[-1], row[-2])

    assert sorted((*sorted(r[:-2]), *r[-2:]) for r in told(compared(after, before))) == sorted(map(turned, expected))


data = st.lists(st.sampled_from(["name", "email address", "birth date", "cookies", "personal information"]),
                min_size=1, max_size=3, unique=True).map(", ".join)
claims = st.builds(
    claim, st.sampled_from(["collect", "use", "share"]), data,
    purposes=st.sampled_from(["", "ship orders", "send newsletters", "ship orders, send newsletters"]),
    recipients=st.sampled_from(["", "affiliates", "third parties"]),
    polarity=st.sampled_from(["affirmed", "affirmed", "denied"]),
    condition=st.none() | st.just("When you register"),
)
policies = st.lists(claims, max_size=6)


@given(policies)
def test_a_policy_and_itself_are_all_kept(said):
    assert set(compared(said, said).counts.items()) == {
        ("kept", len(said)), *((k, 0) for k in CHANGES if k != "kept")
    }


@given(policies, st.randoms(use_true_random=False))
def test_order_is_no_change(said, random):
    moved = random.sample(said, len(said))
    assert compared(said, moved).counts["kept"] == len(said)


@given(policies, policies)
def test_no_datum_of_either_side_is_lost(before, after):
    comparison = compared(before, after)
    for side, findings in (("before", comparison.before), ("after", comparison.after)):
        told = {(s.practice.id, id) for c in comparison.changes if (s := getattr(c, side)) for id in s.data}
        assert told == {(p.id, id) for p in findings.practices for id in p.data}


@given(policies, policies)
def test_rows_keep_to_the_closed_lists(before, after):
    comparison = compared(before, after)
    for change in comparison.changes:
        assert change.change in CHANGES
        assert set(change.aspects) <= set(ASPECTS)
        assert bool(change.aspects) == (change.change == "changed")
        assert (change.before is None) == (change.change == "added")
        assert (change.after is None) == (change.change == "dropped")
    assert len(comparison.to_frame()) == len(comparison.to_json()) == len(comparison.changes)


@given(policies, policies)
def test_the_same_with_and_without_documents(before, after):
    pages = policy("nas.example@2010-01-02", *before), policy("nas.example@2015-01-02", *after)
    bare = (findings_from_json(findings_to_json(p)) for p in pages)
    assert told(compare_findings(*pages)) == told(compare_findings(*bare))


def test_a_row_of_the_contract():
    rows = compared([EMAIL], [EMAIL, SHARE]).to_json()
    kept, added = rows
    assert list(kept) == ["change", "aspects", "before", "after"]
    assert (added["change"], added["aspects"], added["before"]) == ("added", [], None)
    assert added["after"]["snapshot"] == "nas.example@2015-01-02"
    assert added["after"]["quote"] == SHARE.sentence
    assert added["after"]["practice"]["action"] == "share"
    assert {m["quote"] for m in added["after"]["mentions"]} == {"email address", "distributors"}
    json.loads(to_line(rows))


def test_without_the_text_the_filling_words_stand_for_the_sentence():
    bare = without_document(policy("nas.example@2010-01-02", SHARE))
    assert compare_findings(bare, bare).kept[0].before.quote == "email address … distributors"


def test_the_frame_has_the_declared_columns_and_both_places():
    before, after = policy("nas.example@2010-01-02", USE), policy("nas.example@2015-01-02", EMAIL, USE, offset=7)
    frame = compare_findings(before, after).to_frame()
    assert list(frame.columns) == [c.name for c in COMPARISON_COLUMNS]
    row = frame.set_index("change").loc["kept"]
    for side, findings in (("before", before), ("after", after)):
        source = findings.document.snapshot.text
        assert source[row[f"start_{side}"]:row[f"end_{side}"]] == row[f"quote_{side}"] == USE.sentence
    assert pd.isna(frame.set_index("change").loc["added", "quote_before"])


def test_what_a_page_says_is_escaped_in_html():
    nasty = '<script>alert(1)</script> " onerror=x </style>'
    before = policy("nas.example@2010-01-02", replace(EMAIL, sentence=f"email address {nasty}"))
    shown = compare_findings(before, policy(f"nas.example@{nasty}"))._repr_html_()
    shown = shown.removeprefix(STYLE)
    assert "<script" not in shown and "</style" not in shown
    assert "&lt;script&gt;" in shown


@pytest.mark.parametrize(("tiers", "read", "warned"), [
    pytest.param(("rules", "trained"), True, True, id="two readers"),
    pytest.param(("trained", "trained"), True, False, id="one reader"),
    pytest.param(("rules", "trained"), False, False, id="one side could not be read"),
])
def test_findings_of_two_readers_are_compared_with_a_warning(tiers, read, warned):
    before, after = (
        replace(policy(f"nas.example@201{n}-01-02", claim("collect")), tier=tier) for n, tier in enumerate(tiers)
    )
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        compare_findings(before if read else replace(before, practices=()), after)
    assert [w.category for w in told] == [PrivlexWarning] * warned
    assert all("may come from the readers" in str(w.message) and w.filename == __file__ for w in told)
