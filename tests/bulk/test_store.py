"""The store: what goes in comes out, damage is survived, several processes share it."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privlex.bulk.store import block_key, context_name, dump_reading, load_reading, open_store
from privlex.records import ActionScore, BlockContext, BlockReading, FoundSpan, Link

texts = st.text(max_size=20)
scores = st.floats(0, 1)
spans = st.builds(
    FoundSpan,
    kind=st.sampled_from(["data", "purpose", "party", "condition"]),
    start=st.integers(0, 9),
    end=st.integers(10, 20),
    category=texts,
    concept=st.none() | texts,
    confidence=scores,
    actions=st.lists(st.builds(ActionScore, st.just("share"), st.just("denied"), scores), max_size=2).map(tuple),
)
readings = st.builds(
    BlockReading,
    spans=st.lists(spans, max_size=4).map(tuple),
    reader=st.sampled_from(["rules", "trained"]),
    links=st.lists(st.builds(Link, st.integers(0, 9), st.integers(0, 9), scores), max_size=3).map(tuple),
)


@given(readings)
def test_a_reading_comes_back_bit_for_bit(reading):
    assert load_reading(dump_reading(reading)) == reading


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(("text", BlockContext(heading="h"), "m"), id="heading"),
        pytest.param(("text", BlockContext(lead_in="h"), "m"), id="same words as lead-in"),
        pytest.param(("text", BlockContext(header="h"), "m"), id="same words as header"),
        pytest.param(("text", BlockContext(is_heading=True), "m"), id="is a heading"),
        pytest.param(("texth", BlockContext(), "m"), id="words run into the text"),
        pytest.param(("text", BlockContext(), "m2"), id="another model"),
    ],
)
def test_every_part_of_the_key_counts(other):
    text, context, model = other
    assert block_key(text, context_name(context), model) != block_key("text", context_name(BlockContext()), "m")


def test_put_and_get_beyond_the_variable_limit_of_sqlite(tmp_path):
    store = open_store(tmp_path / "s.sqlite")
    rows = {n.to_bytes(16, "big"): b"v%d" % n for n in range(2500)}
    store.put("readings", rows)
    store.put("readings", {next(iter(rows)): b"another"})  # what is there stays
    assert store.get("readings", list(rows)) == rows
    assert store.get("documents", list(rows)) == {}


def test_a_damaged_store_is_set_aside(tmp_path):
    path = tmp_path / "s.sqlite"
    path.write_bytes(b"no database at all, whatever its name says" * 50)
    store = open_store(path)
    store.put("readings", {b"k": b"v"})
    assert store.get("readings", [b"k"]) == {b"k": b"v"}
    assert (tmp_path / "s.sqlite.damaged").exists()


def fill(path, base):
    store = open_store(path)
    for n in range(base, base + 200):
        store.put("readings", {n.to_bytes(16, "big"): b"x" * 100})
    return store.count("readings")


def test_two_processes_write_together(tmp_path):
    path = tmp_path / "s.sqlite"
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        list(pool.map(fill, [path, path], [0, 100]))
    assert open_store(path).count("readings") == 300


def test_merge_takes_over_both_tables(tmp_path):
    one, two = open_store(tmp_path / "1.sqlite"), open_store(tmp_path / "2.sqlite")
    two.put("readings", {b"r": b"1"})
    two.put("documents", {b"d": b"2"})
    two.close()
    one.merge(tmp_path / "2.sqlite")
    assert (one.get("readings", [b"r"]), one.get("documents", [b"d"])) == ({b"r": b"1"}, {b"d": b"2"})
