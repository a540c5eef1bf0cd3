"""Many vendors: the capture chosen, distances, what is unique, what was copied."""

from __future__ import annotations

import pandas as pd
import pytest

from privlex.compare import claims, copies, distances, nearest, unique_claims
from privlex.tables import read_released, unread, write_released
from tests.compare.long_policies import CUT, DATA, LONG, PURPOSES
from tests.factories import claim, info, policy

PLACES = ("attic", "cellar", "garage", "kitchen", "library", "office", "stable", "tower")
OWN = tuple(
    claim("retain", d, sentence=f"In the {place} of house {n} lies a drawer with the {d} of every guest, number {m}.")
    for n, d in enumerate(DATA) for m, place in enumerate(PLACES[: len(PURPOSES)])
)
RENAMED = tuple(
    claim(c.action, c.data[0], purposes=c.purposes[0], sentence=c.sentence.replace("form", "sheet") if n % 8 == 0 else
          c.sentence)
    for n, c in enumerate(LONG)
)


def chosen(day, within=None, *pages):
    return nearest(pages, day, within).to_frame().set_index("domain")


A = [policy(f"a.example@{day}", *LONG) for day in ("2008-01-01", "2010-01-01")]
B = [policy("b.example@2009-06-01", *OWN), unread(info("b.example@2008-12-31"), "empty")]
C = [unread(info("c.example@2009-01-01"), "empty")]


@pytest.mark.parametrize(("day", "within", "expected"), [
    pytest.param("2008-05-16", None, "a.example@2008-01-01", id="before"),
    pytest.param("2009-12-01", None, "a.example@2010-01-01", id="after"),
    pytest.param("2008-12-31", None, "a.example@2008-01-01", id="the nearer of two"),
    pytest.param("2008-05-16", 200, "a.example@2008-01-01", id="near enough"),
    pytest.param("2008-05-16", 100, None, id="none near enough"),
])
def test_nearest_capture(day, within, expected):
    row = chosen(day, within, *A).loc["a.example"]
    assert (None if pd.isna(row.snapshot) else row.snapshot) == expected
    if expected is None:
        assert row.reason == "the nearest capture, a.example@2008-01-01, is 136 days off"


def test_captures_that_say_nothing_are_not_chosen_and_a_domain_without_one_is_told():
    frame = chosen("2008-12-31", None, *A, *B, *C)
    assert frame.snapshot["b.example"] == "b.example@2009-06-01"
    assert frame.reason["c.example"] == "no capture could be read"
    cut = policy("a.example@2009-01-01", *CUT)
    assert chosen("2008-12-31", None, *A, cut).snapshot["a.example"] == "a.example@2008-01-01"


def test_days_are_signed_and_captures_counted():
    frame = chosen("2009-01-01", None, *A, *B)
    assert frame.days["a.example"] == 365 and frame.days["b.example"] == 151
    assert list(frame.captures) == [2, 1]


def test_of_two_equally_near_the_earlier_is_chosen():
    pages = [policy(f"a.example@2010-01-{day}", *LONG) for day in ("01", "03")]
    assert chosen("2010-01-02", None, *pages).snapshot.item() == "a.example@2010-01-01"


def test_a_choice_answers_with_states():
    table = nearest([*A, *B], "2009-01-01").states(action="retain").set_index(["domain", "category"]).state
    assert table["b.example", "contact"] == "yes"
    assert table["a.example", "contact"] == "not_mentioned"


def test_claims_count_once_and_parties_where_data_are_shared():
    said = claim("share", "name, email address", recipients="courts")
    page = policy("a.example@2010-01-01", said, said, claim("collect", "name", recipients="affiliates"))
    assert claims(page) == {
        ("data", "share", "affirmed", "contact"), ("party", "share", "affirmed", "authority"),
        ("data", "collect", "affirmed", "contact"),
    }
    assert ("data", "share", "affirmed", "contact/name") in claims(page, "concept")


@pytest.mark.parametrize("of", ["claims", "text"])
def test_distances(of):
    far = distances([A[0], B[0], policy("d.example@2012-01-01", *LONG)], of)
    assert far.loc["a.example", "d.example"] == 0
    assert far.loc["a.example", "b.example"] > 0.9
    assert (far.to_numpy() == far.to_numpy().T).all() and (far.to_numpy().diagonal() == 0).all()


def test_distances_of_several_captures_are_named_by_snapshot():
    assert list(distances(A)) == ["a.example@2008-01-01", "a.example@2010-01-01"]


def test_policies_that_claim_nothing_are_the_same():
    assert distances([policy("a.example@2010-01-01"), policy("b.example@2010-01-01")]).to_numpy().sum() == 0


def test_what_is_unique_to_one():
    common = claim("collect", "email address")
    pages = [
        policy("a.example@2010-01-01", common, claim("share", "location", recipients="advertisers")),
        policy("b.example@2010-01-01", common, claim("collect", "e-mail address")),
        policy("b.example@2011-01-01", claim("retain", "IP address")),
        policy("b.example@2012-01-01", claim("retain", "IP address")),
    ]
    told = unique_claims(pages)
    assert [(r.domain, r.action, r.name, r.quote) for r in told.itertuples()] == [
        ("a.example", "share", "location/location", "location"),
        ("a.example", "share", "advertiser/advertiser", "advertisers"),
        ("b.example", "retain", "ip_and_device_id/ip_address", "IP address"),
    ]


PAGES = [
    policy("a.example@2008-01-01", *LONG), policy("z.example@2012-01-01", *RENAMED),
    policy("b.example@2009-06-01", *OWN),
]


def test_a_copied_text_is_found_and_said():
    told = copies([*PAGES, *C])
    assert [(r.copy, r.original) for r in told.itertuples()] == [("z.example", "a.example")]
    row = told.iloc[0]
    assert 0.7 < row.copied < 1 and row.same_blocks == 28 + 1  # and the title
    assert row.said.endswith("of the words of z.example (2012-01-01) stand in a.example (2008-01-01)")


def test_an_excerpt_is_found_from_either_side():
    excerpt = policy("x.example@2002-01-01", *LONG[:16])
    row = copies([PAGES[0], excerpt]).iloc[0]
    assert (row["copy"], row.original) == ("a.example", "x.example")
    assert row.used == 1 and row.copied < 0.7
    assert row.said == "100% of the words of x.example (2002-01-01) stand in a.example (2008-01-01)"


def test_captures_of_one_domain_are_no_copies():
    assert copies(A).empty


def test_copies_are_found_in_released_tables_as_well(tmp_path):
    write_released(tmp_path, PAGES)
    pd.testing.assert_frame_equal(copies(read_released(tmp_path)), copies(PAGES))
