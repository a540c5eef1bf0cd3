"""The text form of a frame: what notebooks are compared by."""

from __future__ import annotations

import pandas as pd
import pytest

from privlex.tables import text_table

CASES = [
    pytest.param({"n": [1, 20]}, [" n", " 1", "20"], id="whole numbers to the right"),
    pytest.param({"n": pd.array([1, None], dtype="Int64")}, ["n", "1", "-"], id="missing whole number"),
    pytest.param({"x": [0.126, None]}, ["   x", "0.13", "   -"], id="two decimals"),
    pytest.param({"d": pd.to_datetime(["2008-05-16", None])}, ["d", "2008-05-16", "-"], id="days"),
    pytest.param({"q": ["a\n  b", "x" * 40]}, ["q", "a b", "x" * 33 + "…"], id="white space and long cells"),
    pytest.param({"yes": [True, False]}, ["yes", "True", "False"], id="truth values are words"),
]


@pytest.mark.parametrize(("columns", "lines"), CASES)
def test_text_table(columns, lines):
    assert text_table(pd.DataFrame(columns)).splitlines() == lines


def test_only_the_columns_asked_for_and_in_this_order():
    frame = pd.DataFrame({"a": [1], "b": ["x"]})
    assert text_table(frame, ["b", "a"]).splitlines() == ["b  a", "x  1"]
