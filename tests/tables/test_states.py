"""One state for each snapshot and category, whatever was found."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privlex.records import DATA_CATEGORIES, PARTY_CATEGORIES
from privlex.tables import STATES, state_table, unread
from tests.factories import claim, policy

COLLECT = claim("collect", "email address")
DENIED = claim("collect", "email address", polarity="denied")


def state(*claims, category="contact", **question):
    table = state_table([policy("nas.example@2010-01-02", *claims)], **question)
    return table.set_index("category").state[category]


def test_over_all_actions_only_what_names_the_category_counts():
    at_large = claim("share", "personal information", recipients="anyone", polarity="denied")
    assert state(at_large, action=None) == "not_mentioned"
    assert state(at_large, COLLECT, action=None) == "yes"
    assert state(DENIED, action=None) == "no"
    assert state(replace(COLLECT, condition="if you agree"), action=None) == "conditional"


@pytest.mark.parametrize(("claims", "expected"), [
    pytest.param([COLLECT], "yes", id="affirmed"),
    pytest.param([DENIED], "no", id="denied"),
    pytest.param([], "not_mentioned", id="silence"),
    pytest.param([claim("collect", "cookies")], "not_mentioned", id="other data only"),
    pytest.param([replace(COLLECT, condition="if you agree")], "conditional", id="under a condition"),
    pytest.param([replace(COLLECT, condition="if you agree"), COLLECT], "yes", id="under a condition and without one"),
    pytest.param([COLLECT, DENIED], "contradictory", id="both, without condition"),
    pytest.param([claim("collect", "personal information", polarity="denied")], "no", id="denied at large"),
    pytest.param([COLLECT, replace(DENIED, condition="if you are a child")], "yes", id="denied for some"),
])
def test_state(claims, expected):
    assert state(*claims, action="collect") == expected


def test_denied_to_one_class_and_affirmed_for_another_is_no_contradiction():
    shared = claim("share", "email address", recipients="hosting providers")
    kept = claim("share", "email address", recipients="advertisers", polarity="denied")
    assert state(shared, kept, action="share") == "conditional"
    assert state(shared, kept, by="party_category", category="advertiser") == "no"
    assert state(shared, kept, by="party_category", category="service_provider") == "yes"


def test_the_question_may_be_of_one_action():
    assert state(COLLECT, action="collect") == "yes"
    assert state(COLLECT, action="share") == "not_mentioned"


def test_silence_of_what_was_not_read_is_not_silence():
    found = policy("nas.example@2010-01-02", COLLECT)
    for unreadable in (
        unread(found.snapshot, "the capture is empty"), replace(found, coverage=0.3, practices=()),
        replace(found, practices=(), document=replace(found.document, language="other")),
    ):
        assert set(state_table([unreadable]).state) == {"not_readable"}
    assert "yes" in set(state_table([replace(found, coverage=0.3)]).state), "what was found was said"


def test_every_snapshot_has_a_state_for_every_category():
    pages = [policy("nas.example@2010-01-02", COLLECT), unread(policy("cam.example@2010-01-02").snapshot, "empty")]
    table = state_table(pages, by="party_category")
    assert len(table) == 2 * len(PARTY_CATEGORIES)
    assert set(table.state) <= set(STATES) and table.state.notna().all()
    assert list(state_table(pages).category[: len(DATA_CATEGORIES)]) == list(DATA_CATEGORIES)


@pytest.mark.parametrize(("domain", "named"), [("nas.example", "nas.example"), (None, "nas.example@2010-01-02")])
def test_a_policy_without_a_domain_goes_by_its_name(domain, named):
    found = policy("nas.example@2010-01-02", COLLECT)
    assert set(state_table([replace(found, snapshot=replace(found.snapshot, domain=domain))]).domain) == {named}


def test_an_unknown_question_is_refused():
    with pytest.raises(ValueError, match="no such question"):
        state_table([], by="vendor")
    with pytest.raises(ValueError, match="no such question"):
        state_table([], action="sell")
