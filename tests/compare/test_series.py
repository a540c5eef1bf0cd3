"""Shares over the years, first appearances, and the guard against the dictionary's age."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from privlex.compare import first_appearances, series, share_by_year, terms, vocabulary_by_year, wilson
from privlex.compare.series import by_year
from privlex.tables import unread
from tests.compare.long_policies import CUT, LONG
from tests.factories import claim, info, policy

FILLER = tuple(replace(c, action="use") for c in LONG)


def page(id, *claims):
    """A policy long enough to be read, with these claims beside much that is not asked for."""
    return policy(id, *FILLER, *claims)


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons(counted):
    stating, n = counted
    expected = binomtest(stating, n).proportion_ci(0.95, "wilson")
    assert wilson(stating, n) == pytest.approx((expected.low, expected.high), abs=1e-6)


@pytest.mark.parametrize("counted", [(0, 0), (2, 1), (-1, 3)])
def test_impossible_counts_are_refused(counted):
    with pytest.raises(ValueError, match="need 0 <= stating <= n"):
        wilson(*counted)


GPS = claim("collect", "location")
PAGES = [
    page("a.example@2010-01-01"), page("a.example@2010-12-01", GPS), page("a.example@2012-01-01", GPS),
    page("b.example@2010-05-01"), unread(info("b.example@2011-05-01"), "empty"),
    page("c.example@2012-02-01", claim("collect", "location", polarity="denied")),
]


def told(frame, label="location"):
    rows = frame[frame.label == label]
    return {int(r.year): (int(r.stating), int(r.n)) for r in rows.itertuples()}


def test_each_policy_counts_once_a_year_with_its_last_text():
    assert told(share_by_year(PAGES, action="collect")) == {2010: (1, 2), 2012: (1, 2)}


def test_denials_are_counted_on_their_own():
    assert told(share_by_year(PAGES, action="collect", polarity="denied")) == {2010: (0, 2), 2012: (1, 2)}


def test_a_text_in_force_may_be_carried_over_years_without_a_capture_but_not_beyond_the_last():
    assert {y: len(p) for y, p in by_year(PAGES).items()} == {2010: 2, 2012: 2}
    assert {y: len(p) for y, p in by_year(PAGES, carry_years=1).items()} == {2010: 2, 2011: 1, 2012: 2}


def test_captures_set_aside_do_not_count():
    assert told(share_by_year([page("a.example@2010-01-01", GPS), policy("a.example@2010-03-01", *CUT),
                               page("a.example@2010-06-01", GPS)], action="collect")) == {2010: (1, 1)}


def test_the_share_lies_in_its_interval():
    frame = share_by_year(PAGES, by="purpose_category")
    assert ((frame.low <= frame.share) & (frame.share <= frame.high)).all()
    assert frame.share[frame.label == "basic_service"].eq(1).all()


@pytest.fixture
def known_since(monkeypatch):
    """Let the lexicon know "location" since a given year, and everything else since 2000."""

    def since(year):
        def known(mention):
            return year if mention.quote == "location" else 2000

        monkeypatch.setattr(series, "first_seen", known)

    return since


@pytest.mark.parametrize(("year", "expected"), [
    pytest.param(2010, {2010: (1, 2), 2012: (1, 2)}, id="a term as old as the series"),
    pytest.param(2011, {2010: (0, 2), 2012: (0, 2)}, id="a younger term"),
    pytest.param(None, {2010: (1, 2), 2012: (1, 2)}, id="a phrase that is no term"),
])
def test_a_constant_vocabulary_leaves_younger_terms_out(known_since, year, expected):
    known_since(year)
    assert told(share_by_year(PAGES, action="collect", vocabulary="constant")) == expected
    assert told(share_by_year(PAGES, action="collect")) == {2010: (1, 2), 2012: (1, 2)}


def test_first_appearances(known_since):
    known_since(2010)
    rows = first_appearances(PAGES, action="collect")
    assert [(r.domain, r.name, str(r.captured.date()), str(r.absent.date())) for r in rows.itertuples()] == [
        ("a.example", "location/location", "2010-12-01", "2010-01-01"),
    ]
    assert rows.guard.isna().all()


@pytest.mark.parametrize(("year", "pages", "guard"), [
    pytest.param(2011, PAGES, "the term is known since 2011", id="a younger term"),
    pytest.param(2000, PAGES[2:], "the series begins with it", id="there from the first text"),
])
def test_first_appearances_say_what_to_keep_in_mind(known_since, year, pages, guard):
    known_since(year)
    assert first_appearances(pages, action="collect").guard.iloc[0].startswith(guard)


def test_first_appearances_of_parties_by_category():
    pages = [page("a.example@2010-01-01"), page("a.example@2011-01-01", claim("share", "name", recipients="courts"))]
    rows = first_appearances(pages, "party", "category")
    assert list(rows.name) == ["authority"] and rows.quote.item() == "courts"


def test_the_vocabulary_of_each_year_is_told(known_since):
    known_since(2015)
    unknown = page("b.example@2012-01-01", claim("collect", "shoe size/other"))
    frame = vocabulary_by_year([page("a.example@2010-01-01", GPS), unknown]).set_index("year")
    assert frame.unknown[2010] == 0 < frame.unknown[2012]
    assert frame.later[2010] > 0 == frame.later[2012]


def test_a_phrase_is_known_by_its_longest_known_ending(monkeypatch):
    monkeypatch.setattr(terms, "_years", lambda kind: {"address": 1999, "e mail address": 2001})
    mention = policy("a.example@2010-01-01", claim("collect", "e-mail address")).mentions[0]
    assert terms.first_seen(mention) == 2001
    assert terms.first_seen(replace(mention, quote="work e-mail address")) == 2001
    assert terms.first_seen(replace(mention, quote="street address")) == 1999
    assert terms.first_seen(replace(mention, quote="shoe size")) is None


def test_the_lexicon_has_years_for_its_terms():
    mention = policy("a.example@2010-01-01", claim("collect", "email address")).mentions[0]
    assert 1990 < terms.first_seen(mention) <= 2026
