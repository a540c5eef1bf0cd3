"""The shipped lexicon obeys its law, and its files are what the README says."""

from __future__ import annotations

import json

import pytest

from privlex.lexicon import load_lexicon, read_lexicon
from privlex.lexicon.check import check_lexicon
from privlex.lexicon.entries import DATA, RECORDS
from privlex.records import CATEGORIES


def test_no_fault():
    assert [str(fault) for fault in check_lexicon()] == []


@pytest.mark.parametrize("kind", CATEGORIES)
def test_every_category_has_a_concept_with_terms(kind):
    lexicon = load_lexicon()
    named = {term.concept for term in lexicon.terms[kind] if term.match != "never"}
    of_kind = [c for c in lexicon.concepts if c.kind == kind]
    assert {c.category for c in of_kind} == set(CATEGORIES[kind])
    assert {c.concept for c in of_kind} == named, "a concept no term names can never be found"


def test_both_ends_of_the_study_are_in_it():
    years = {term.term: term.first_seen for terms in load_lexicon().terms.values() for term in terms}
    for old in ("bulletin board message", "ad server", "clear gif", "log file", "guestbook entry"):
        assert years[old] <= 2004, old
    for new in ("advertising id", "faceprint", "prompts"):
        assert years[new] >= 2012, new


def test_digest_is_of_the_rows_and_of_nothing_else(tmp_path):
    for name in RECORDS:
        (tmp_path / name).write_bytes((DATA / name).read_bytes().replace(b"\n", b"\r\n"))
    assert read_lexicon(tmp_path).digest == load_lexicon().digest
    rows = (tmp_path / "parties.jsonl").read_text("utf8").splitlines()
    (tmp_path / "parties.jsonl").write_text("\n".join(rows[1:]) + "\n", "utf8")
    assert read_lexicon(tmp_path).digest != load_lexicon().digest


def test_a_row_of_wrong_shape_is_refused_with_the_way_to_find_it(tmp_path):
    for name in RECORDS:
        (tmp_path / name).write_bytes((DATA / name).read_bytes())
    (tmp_path / "concepts.jsonl").write_text(json.dumps({"concpt": "x"}) + "\n", "utf8")
    with pytest.raises(ValueError, match=r"privlex\.lexicon\.check"):
        read_lexicon(tmp_path)


def test_parents_lead_to_the_top():
    lexicon = load_lexicon()
    assert lexicon.parent_of("contact/email_address") == "contact/contact_information"
    assert lexicon.parent_of("generic/information") is None
    with pytest.raises(KeyError):
        lexicon.parent_of("contact/owl_post")
