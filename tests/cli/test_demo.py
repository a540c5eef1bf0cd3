"""The demo's table of vendors: the states that every other table and figure shows, in their words."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest

from privlex.cli.demo import states
from privlex.tables import state_table
from tests.factories import claim, policy

COLLECTED = claim("collect", "email address")
DENIED = claim("collect", "email address", polarity="denied")
FIRST = policy("nas.example@2010-01-02", claim("collect", "cookies"), claim("share", recipients="advertisers"))


@pytest.mark.parametrize(("claims", "word"), [
    pytest.param([COLLECTED], "yes", id="affirmed"),
    pytest.param([DENIED], "no", id="denied"),
    pytest.param([replace(COLLECTED, condition="if you agree")], "conditional", id="under a condition"),
    pytest.param([COLLECTED, DENIED], "contradictory", id="both"),
    pytest.param([], "not mentioned", id="silence"),
])
def test_a_state_is_that_of_the_state_table(claims, word):
    second = policy("cam.example@2010-01-02", COLLECTED), policy("nas.example@2011-01-02", *claims)
    out = io.StringIO()
    states([FIRST, *second], out)
    (line,) = [line for line in out.getvalue().splitlines() if line.startswith("contact")]
    expected = [state_table(f, "data_category", "collect").set_index("category").state["contact"] for f in second]
    assert line.split(maxsplit=4)[1:] == ["not", "mentioned", *(s.replace("_", " ") for s in expected)]
    assert expected[1].replace("_", " ") == word


def test_what_no_policy_names_has_no_row():
    out = io.StringIO()
    states([FIRST, policy("cam.example@2010-01-02")], out)
    first = [line.split("  ")[0] for line in out.getvalue().splitlines() if "  " in line and not line.startswith(" ")]
    assert first == ["collects", "cookies and trackers", "shares with", "advertiser"]
