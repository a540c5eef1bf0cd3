"""Marked sentences to practices: the table in ``cases.jsonl``, one row a behaviour, each with its reason."""

from __future__ import annotations

import pytest

from privlex.practices import find_practices
from tests.practices.marked import cases, line, marked


def row(case: dict):
    marks = [pytest.mark.xfail(strict=True, reason=case["xfail"])] if case.get("xfail") else []
    return pytest.param(case, id=case["id"], marks=marks)


@pytest.mark.parametrize("case", [row(c) for c in cases()])
def test_practices_of(case):
    mentions, practices = find_practices(*marked(case["text"]))
    assert sorted(line(p, mentions) for p in practices) == sorted(case["practices"]), case["reason"]


def test_every_row_has_its_own_id_and_a_reason():
    rows = cases()
    assert len({c["id"] for c in rows}) == len(rows) >= 300
    assert all(c["reason"] for c in rows)
