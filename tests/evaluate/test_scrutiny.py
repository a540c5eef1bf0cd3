"""Mistakes are told with the words on both sides; the labelled policy that is shipped is the page that is shipped."""

from __future__ import annotations

import json

import pytest

from privlex.document import read_document
from privlex.evaluate import mistakes
from privlex.evaluate.gold import read_codebook
from privlex.evaluate.labelling import labelled
from privlex.evaluate.score_codebook import labels_of
from privlex.evaluate.scrutiny import _of_document
from privlex.records import Findings
from privlex.snapshot import read_snapshot
from tests.conftest import QNAP_2008, ROOT
from tests.evaluate import samples

QNAP = ROOT / "corpus" / "gold" / "qnap-2008"


def changed(rows, change):
    rows = json.loads(json.dumps(rows))
    change(rows)
    return rows


CHANGES = [
    pytest.param(lambda rows: None, [], id="the same labels"),
    pytest.param(
        lambda rows: rows[0]["mentions"][0].update(category="other"), ["other category"], id="another category"
    ),
    pytest.param(
        lambda rows: rows[1]["practices"][0].update(polarity="affirmed"), ["other polarity"], id="the other polarity"
    ),
    pytest.param(lambda rows: rows[0]["practices"].clear(), ["practice missed"], id="a practice less"),
]


@pytest.mark.parametrize(("change", "told"), CHANGES)
def test_what_differs_is_told_and_nothing_else(change, told, tmp_path):
    gold = read_codebook(samples.write_codebook(tmp_path / "gold"))[0]
    ours = read_codebook(samples.write_codebook(tmp_path / "ours", rows=changed(samples.codebook_rows(), change)))[0]
    assert [row[2] for row in _of_document(gold, labels_of(ours))] == told


def test_the_labelled_policy_is_the_shipped_page():
    document = read_document(read_snapshot(QNAP_2008))
    empty = Findings(snapshot=document.snapshot.info, coverage=1.0, mentions=(), practices=(), document=document)
    assert (QNAP / "text" / "qnap.com@2008-05-16.txt").read_text("utf-8") == labelled(empty).text


def test_every_mistake_leads_to_its_words():
    text = (QNAP / "text" / "qnap.com@2008-05-16.txt").read_text("utf-8")
    wrong = mistakes(QNAP, "rules")
    missed = wrong[wrong["mistake"] == "missed"]
    assert len(missed) and all(text[m.start:].startswith(m.gold) for m in missed.itertuples())
    unfounded = wrong[wrong["mistake"] == "unfounded"]
    assert len(unfounded) and all(text[m.start:].startswith(m.found) for m in unfounded.itertuples())
