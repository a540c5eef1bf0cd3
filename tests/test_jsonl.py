"""Findings as JSON: the contract's keys, exact both ways, and clear words about a damaged file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privlex.errors import FindingsError, OutputError
from privlex.jsonl import findings_from_json, findings_to_json, read_findings, to_line, write_findings
from privlex.records import (
    ACTIONS,
    CATEGORIES,
    MENTION_KINDS,
    POLARITIES,
    Condition,
    Extent,
    Findings,
    Mention,
    Practice,
    SnapshotInfo,
    Wording,
)
from tests.factories import claim, policy, without_document

TWO_CLAIMS = policy(
    "nas.example@2010-01-02",
    claim("collect", "email address", condition="When you open a ticket", purposes="answer requests"),
    claim("share", "email address, phone number", recipients="anyone", polarity="denied"),
)

texts = st.text(max_size=30)
ids = st.from_regex(r"[mp][1-9][0-9]?", fullmatch=True)
extents = st.tuples(st.integers(0, 10**6), st.integers(1, 10**4)).map(lambda at: Extent(at[0], at[0] + at[1]))
shares = st.floats(0, 1)
mentions = st.sampled_from(MENTION_KINDS).flatmap(lambda kind: st.builds(
    Mention, id=ids, kind=st.just(kind), category=st.sampled_from(CATEGORIES[kind]), concept=st.none() | texts,
    quote=texts, extent=extents, source=extents, block=st.integers(0, 999), confidence=shares,
))
id_lists = st.lists(ids, max_size=3).map(tuple)
practices = st.builds(
    Practice, id=ids, action=st.sampled_from(ACTIONS), polarity=st.sampled_from(POLARITIES), actor=texts,
    data=id_lists, purposes=id_lists, recipients=id_lists,
    condition=st.none() | st.builds(Condition, quote=texts, extent=extents, source=extents),
    extent=extents, source=extents,
    block=st.integers(0, 999), section=texts,
    wording=st.none() | st.builds(Wording, digest=texts, sketch=texts, words=st.integers(0, 500)),
    confidence=shares, because=st.lists(texts, max_size=2).map(tuple),
)
maybe = st.none() | texts
any_findings = st.builds(
    Findings,
    snapshot=st.builds(SnapshotInfo, source=texts, sha256=texts, media_type=texts, domain=maybe, captured=maybe,
                       url=maybe, id=maybe),
    coverage=shares, tier=st.sampled_from(["rules", "trained"]), mentions=st.lists(mentions, max_size=3).map(tuple),
    practices=st.lists(practices, max_size=3).map(tuple), document=st.none(),
)


@given(any_findings)
def test_there_and_back_is_the_same(findings):
    line = to_line(findings_to_json(findings))
    assert findings_from_json(json.loads(line)) == findings


@given(any_findings)
def test_a_line_is_one_line_to_every_reader_and_encodable(findings):
    line = to_line(findings_to_json(findings))
    assert line.splitlines() == [line]
    assert json.loads(line.encode("utf-8")) == findings_to_json(findings)


def test_the_contracts_keys_stand_in_each_object():
    row = findings_to_json(TWO_CLAIMS)
    assert {"snapshot", "coverage", "mentions", "practices"} <= row.keys()
    assert {"source", "sha256", "domain", "captured", "url"} <= row["snapshot"].keys()
    assert all(
        {"id", "kind", "quote", "category", "concept", "start", "end", "confidence"} <= m.keys()
        for m in row["mentions"]
    )
    first, second = row["practices"]
    assert first["condition"].keys() >= {"quote", "start", "end"}
    assert second["condition"] is None
    assert second["data"] == ["m3", "m4"] and second["recipients"] == ["m5"]


def test_start_and_end_are_places_in_the_source():
    source = TWO_CLAIMS.document.snapshot.text
    row = findings_to_json(TWO_CLAIMS)
    assert [source[m["start"]:m["end"]] for m in row["mentions"]] == [m["quote"] for m in row["mentions"]]
    assert [source[p["start"]:p["end"]][-1] for p in row["practices"]] == [".", "."]


def test_keys_that_the_contract_does_not_promise_may_be_missing():
    row = {
        "snapshot": {"source": "a.md", "sha256": "0", "domain": None, "captured": None, "url": None},
        "coverage": 1.0,
        "mentions": [{"id": "m1", "kind": "data", "quote": "name", "category": "contact", "concept": None,
                      "start": 7, "end": 11, "confidence": 0.5}],
        "practices": [{"action": "collect", "polarity": "affirmed", "actor": "first_party", "data": ["m1"],
                       "purposes": [], "recipients": [], "condition": None, "start": 0, "end": 12,
                       "confidence": 0.5}],
    }
    found = findings_from_json(row)
    assert found.practices[0].id == "p1" and found.practices[0].wording is None
    assert found.mentions[0].extent == found.mentions[0].source == Extent(7, 11)


def test_a_file_holds_one_document_a_line(tmp_path):
    path = tmp_path / "found.jsonl"
    other = policy("nas.example@2011-01-02", claim("retain", "IP address"))
    write_findings(path, [TWO_CLAIMS, other])
    assert list(read_findings(path)) == [without_document(TWO_CLAIMS), without_document(other)]
    assert path.read_bytes().count(b"\n") == 2


@pytest.mark.parametrize("damage", [
    pytest.param("{", id="cut short"),
    pytest.param("[]", id="a list"),
    pytest.param('{"snapshot": {}}', id="keys missing"),
    pytest.param('{"snapshot": {"source": "a", "sha256": "b"}, "coverage": 1, "mentions": [], "practices": [3]}',
                 id="a practice that is a number"),
])
def test_damage_is_named_by_file_and_line(tmp_path, damage):
    path = tmp_path / "found.jsonl"
    path.write_text(to_line(findings_to_json(TWO_CLAIMS)) + "\n" + damage + "\n", encoding="utf-8")
    with pytest.raises(FindingsError, match=r"found\.jsonl:2: "):
        list(read_findings(path))


def test_a_missing_or_binary_file_is_named(tmp_path):
    with pytest.raises(FindingsError, match=r"none\.jsonl"):
        list(read_findings(tmp_path / "none.jsonl"))
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FindingsError, match=r"binary\.jsonl"):
        list(read_findings(tmp_path / "binary.jsonl"))


def test_a_fault_while_writing_leaves_the_old_file_and_nothing_beside_it(tmp_path):
    path = tmp_path / "found.jsonl"
    write_findings(path, [TWO_CLAIMS])
    before = path.read_bytes()

    def faulty():
        yield TWO_CLAIMS
        raise RuntimeError("reader died")

    with pytest.raises(RuntimeError, match="reader died"):
        write_findings(path, faulty())
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["found.jsonl"]


def test_an_unwritable_place_is_named(tmp_path):
    with pytest.raises(OutputError, match="nowhere"):
        write_findings(tmp_path / "nowhere" / "found.jsonl", [TWO_CLAIMS])
