"""Released tables: there and back, without sentences, stable, and compared up to the last digits."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privlex.errors import FindingsError, OutputError
from privlex.records import Findings
from privlex.tables import (
    compare_released,
    profile_of,
    quote_key,
    quote_words,
    read_released,
    short_quote,
    unread,
    write_released,
)
from privlex.tables.released import _cell, _plain
from tests.factories import claim, policy, without_document

LONG_CONDITION = "if and when one of our shops in your country has asked you twice in writing for it"
CLAIMS = (
    claim("collect", "email address, pages viewed", purposes="ship orders"),
    claim("share", "personal information", recipients="anyone", polarity="denied", condition=LONG_CONDITION),
    claim("retain", "IP address", section="How long we keep it"),
)
FIRST = policy("nas.example@2010-01-02", *CLAIMS)
LATER = policy("nas.example@2011-01-02", *CLAIMS[:2])
OTHER = policy("cam.example@2010-01-02", CLAIMS[0])
EMPTY = unread(policy("cam.example@2012-01-02").snapshot, "the capture is empty")


def bare(findings: Findings) -> Findings:
    """What released tables keep of findings."""
    return Findings(
        snapshot=replace(findings.snapshot, source=findings.snapshot.id), coverage=findings.coverage,
        tier=findings.tier, mentions=findings.mentions,
        practices=tuple(
            replace(p, condition=p.condition and replace(p.condition, quote=short_quote(p.condition.quote)))
            for p in findings.practices
        ),
    )


def as_findings(found) -> Findings:
    return Findings(snapshot=found.snapshot, coverage=found.coverage, tier=found.tier, mentions=found.mentions,
                    practices=found.practices)


def files(folder):
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_there_and_back(tmp_path):
    write_released(tmp_path, [LATER, EMPTY, FIRST, OTHER])
    back = read_released(tmp_path)
    assert [f.snapshot.id for f in back] == [
        "cam.example@2010-01-02", "cam.example@2012-01-02", "nas.example@2010-01-02", "nas.example@2011-01-02",
    ]
    assert [as_findings(f) for f in back] == [bare(OTHER), bare(EMPTY), bare(FIRST), bare(LATER)]
    assert [f.profile for f in back] == [profile_of(OTHER), EMPTY.profile, profile_of(FIRST), profile_of(LATER)]


def test_what_was_read_is_written_again_byte_for_byte(tmp_path):
    write_released(tmp_path / "a", [FIRST, LATER, OTHER, EMPTY], about={"lexicon": "00ff"})
    write_released(tmp_path / "b", reversed(read_released(tmp_path / "a")), about={"lexicon": "00ff"})
    assert files(tmp_path / "a") == files(tmp_path / "b")


def test_no_sentence_is_released(tmp_path):
    write_released(tmp_path, [FIRST, LATER])
    words = " ".join(" ".join(b.decode() for b in files(tmp_path).values()).split())
    for practice in FIRST.practices:
        sentence = FIRST.document.text[practice.extent.start:practice.extent.end]
        assert sentence not in words
    assert LONG_CONDITION not in words and "if and when one of our shops" in words


def test_a_capture_with_the_same_findings_points_to_the_first(tmp_path):
    again = policy("nas.example@2010-01-02-2", *CLAIMS)
    write_released(tmp_path, [FIRST, again])
    rows = (tmp_path / "practices" / "nas.example.tsv").read_text().splitlines()
    assert len(rows) == 1 + len(CLAIMS)
    back = read_released(tmp_path)
    assert back[0].practices == back[1].practices != ()
    assert back[1].snapshot.id == "nas.example@2010-01-02-2"


def test_tables_of_a_domain_that_left_are_removed(tmp_path):
    write_released(tmp_path, [FIRST, OTHER])
    write_released(tmp_path, [FIRST])
    assert not (tmp_path / "practices" / "cam.example.tsv").exists()
    assert [f.snapshot.domain for f in read_released(tmp_path)] == ["nas.example"]


def test_a_snapshot_without_an_id_cannot_be_released(tmp_path):
    nameless = replace(FIRST, snapshot=replace(FIRST.snapshot, id=None))
    with pytest.raises(FindingsError, match=r"nas\.example/2010-01-02\.md: only snapshots with an id"):
        write_released(tmp_path, [nameless])
    with pytest.raises(FindingsError, match="two snapshots have this id"):
        write_released(tmp_path, [FIRST, FIRST])


@pytest.mark.parametrize(("table", "damage", "message"), [
    pytest.param("practices/nas.example.tsv", lambda s: s.replace("\tcollect\t", "\t", 1), r"nas\.example\.tsv:2: 23",
                 id="a cell lost"),
    pytest.param("practices/nas.example.tsv", lambda s: "\n".join(s.split("\n")[:-2]) + "\n",
                 "are announced", id="a row lost"),
    pytest.param("mentions/nas.example.tsv", lambda s: s.replace("capture", "date", 1), "other columns", id="old form"),
    pytest.param("texts.tsv", lambda s: s.split("\n", 1)[0] + "\n", r"snapshots\.tsv:2", id="text lost"),
    pytest.param("snapshots.tsv", lambda s: s.replace("1.0000", "all"), r"snapshots\.tsv:2", id="no number"),
])
def test_damage_is_named_by_file_and_line(tmp_path, table, damage, message):
    write_released(tmp_path, [FIRST])
    path = tmp_path / table
    path.write_text(damage(path.read_text()))
    with pytest.raises(FindingsError, match=message):
        read_released(tmp_path)


def test_missing_tables_are_named(tmp_path):
    with pytest.raises(FindingsError, match=r"texts\.tsv"):
        read_released(tmp_path)
    with pytest.raises(FindingsError, match="no released tables"):
        compare_released(tmp_path, tmp_path)


def test_an_unwritable_folder_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="file"):
        write_released(tmp_path / "file", [FIRST])


def with_confidence(findings, change):
    return replace(findings, practices=tuple(replace(p, confidence=p.confidence + change) for p in findings.practices))


@pytest.mark.parametrize(("new", "differences"), [
    pytest.param([FIRST, OTHER], [], id="the same"),
    pytest.param([OTHER, FIRST], [], id="another order"),
    pytest.param([with_confidence(FIRST, 0.001), OTHER], [], id="last digit of a confidence"),
    pytest.param([with_confidence(FIRST, -0.02), OTHER],
                 [("practices/nas.example.tsv", "2010-01-02 p1", "confidence")], id="another confidence"),
    pytest.param([replace(FIRST, coverage=0.9), OTHER],
                 [("snapshots.tsv", "nas.example@2010-01-02", "coverage")], id="another coverage"),
    pytest.param([FIRST], [("mentions/cam.example.tsv", "2010-01-02 m1", "")], id="a domain gone"),
    pytest.param([policy("nas.example@2010-01-02", *CLAIMS[:2], replace(CLAIMS[2], polarity="denied")), OTHER],
                 [("practices/nas.example.tsv", "2010-01-02 p3", "polarity")], id="a practice changed"),
])
def test_two_releases_differ_in(tmp_path, new, differences):
    write_released(tmp_path / "old", [FIRST, OTHER])
    write_released(tmp_path / "new", new)
    found = compare_released(tmp_path / "new", tmp_path / "old")
    assert bool(found) == bool(differences)
    assert set(differences) <= {(d.table, d.row, d.column) for d in found}
    assert all(str(d).startswith(d.table) for d in found)


@given(st.text())
def test_any_text_survives_a_cell(text):
    cell = _cell(text)
    assert _plain(cell) == text
    assert not set("\t\n\r") & set(cell)


WORDS = st.text(st.characters(codec="utf-8", exclude_characters=" \t\n\r"), min_size=1, max_size=8)


@given(st.lists(WORDS).map(" ".join))
def test_a_short_quote_is_the_same_quote(text):
    short = short_quote(text)
    assert short_quote(short) == short
    assert quote_key(short) == quote_key(text)
    assert quote_words(short) == quote_words(text)
    assert len(short.split()) <= 13


def test_joined_words_count_as_several():
    quote = "ads of third-party apps that you've seen, so you don't get the same ad"
    assert short_quote(quote).startswith("ads of third-party apps that you've seen, so you …[")


def test_long_quotes_that_begin_alike_stay_apart():
    one, other = LONG_CONDITION + " again", LONG_CONDITION + " ever"
    assert quote_words(one) == quote_words(other)
    assert quote_key(one) != quote_key(other)


def test_findings_without_a_document_have_a_profile_by_their_practices():
    profile = profile_of(without_document(FIRST))
    assert profile.basis == "practices" and profile.words > 0
    assert profile.digest == profile_of(without_document(policy("x.example@2020-01-01", *CLAIMS))).digest
