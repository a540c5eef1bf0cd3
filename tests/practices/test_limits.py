"""What narrows a statement beside its condition."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest

from privlex.practices.limits import LIMITS, limit_patterns, limits, limits_in

ROWS = [
    json.loads(line)
    for line in files("privlex.practices").joinpath("data/limits.jsonl").read_text("utf-8").splitlines()
]


@pytest.mark.parametrize("row", [pytest.param(r, id=f"{r['limit']}-{n}") for n, r in enumerate(ROWS)])
def test_each_pattern_has_a_sentence_it_finds_and_one_it_leaves(row):
    assert set(row) == {"limit", "pattern", "example", "not"}
    assert row["limit"] in limits_in(limits(row["example"]))
    assert row["limit"] not in limits_in(limits(row["not"]))


def test_every_limit_has_a_pattern():
    assert tuple(limit for limit, _ in limit_patterns()) == LIMITS


CASES = [
    pytest.param("We agree never to sell your address.", set(), id="a plain denial"),
    pytest.param("None of these logs is kept without your approval.", {"consent"}, id="consent"),
    pytest.param("These cookies do not read your address.", {"service"}, id="these cookies"),
    pytest.param("Apart from couriers, nobody gets your address.", {"exception"}, id="exception"),
    pytest.param("You may also choose not to give your age.", {"consent"}, id="the user chooses"),
    pytest.param("They may not use it for any other purpose.", {"recipient"}, id="what recipients may do"),
]


@pytest.mark.parametrize(("sentence", "expected"), CASES)
def test_limits_of_a_sentence(sentence, expected):
    assert expected <= limits_in(limits(sentence))
    assert expected or not limits(sentence)


def test_limits_are_told_with_the_words_that_say_them():
    assert limits("We keep it with your permission.") == ("limit consent: permission",)
