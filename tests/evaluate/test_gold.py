"""Gold readers: each set in its authors' form, and every fault named with file, line and remedy."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

import pytest

from privlex.errors import GoldError
from privlex.evaluate.gold import (
    read_codebook,
    read_gdpr_transparency_200,
    read_gold,
    read_opp115,
    read_piextract,
    read_policyie,
)
from privlex.evaluate.gold.gdpr import find_pieces
from privlex.evaluate.gold.piextract import held_out_sentences
from privlex.evaluate.gold.records import Place
from tests.evaluate import samples


def test_readers_need_no_model():
    """Training reads gold without spaCy or onnxruntime."""
    heavy = ("spacy", "onnxruntime", "pandas")
    code = f"import sys, privlex.evaluate.gold; print([m for m in {heavy} if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# --------------------------------------------------------------------------- PI-Extract


def test_piextract_puts_four_labels_side_by_side(tmp_path):
    samples.write_piextract(tmp_path, "train.conll03")
    samples.write_piextract(tmp_path, "validation.conll03", samples.SENTENCES[1:])
    first, second, third = read_piextract(tmp_path)
    assert first.text == "We log your visits ." and first.row("COLLECT") == ("O", "O", "B-COLLECT", "I-COLLECT", "O")
    assert set(first.row("SHARE")) == {"O"}
    assert second.row("NOT_SHARE") == ("O", "O", "O", "B-NOT_SHARE", "O", "B-NOT_SHARE")
    assert [first.text[slice(*p)] for p in first.places] == list(first.tokens)
    assert second.before == first.text and (third.file, third.index, third.before) == ("validation.conll03", 0, "")


def test_piextract_single_file(tmp_path):
    samples.write_piextract(tmp_path)
    (sentence, _) = read_piextract(tmp_path / "CollectUse_true" / "train.conll03")
    assert [label for label, _ in sentence.tags] == ["COLLECT"]
    moved = tmp_path / "share.conll03"
    moved.write_text(samples.conll("NOT_SHARE"), "utf-8")
    assert read_piextract(moved)[0].tags[0][0] == "NOT_SHARE"


def test_dev_cut_is_a_part_of_the_training_part():
    held = held_out_sentences(3035)
    assert len(held) == 456 and held == sorted(set(held)) and held[-1] < 3035


# --------------------------------------------------------------------------- OPP-115


def test_opp115_keeps_every_annotator(tmp_path):
    samples.write_lines(tmp_path / "dev.jsonl", samples.OPP_ROWS)
    first, second = read_opp115(tmp_path / "dev.jsonl")
    assert first == read_opp115(tmp_path)[0]
    assert first.annotators == second.annotators == ("a", "b"), "also where a segment has no mark"
    place = first.practices[0].attributes[0].place
    assert first.text[slice(*place)] == "e-mail address"
    assert first.practices[0].attributes[1].place is None and not first.practices[0].attributes[1].errant


def test_opp115_offsets_that_do_not_hold_the_words_are_errant(tmp_path):
    rows = json.loads(json.dumps(samples.OPP_ROWS))
    rows[0]["practices"][0]["attributes"][0]["start"] -= 3
    rows[0]["practices"][1]["attributes"][0]["end"] = 999
    samples.write_lines(tmp_path / "a.jsonl", rows)
    (first, _) = read_opp115(tmp_path)
    assert [(a.place, a.errant) for p in first.practices for a in p.attributes[:1]] == [(None, True), (None, True)]


def test_opp115_release_reads_as_the_lines_do(tmp_path):
    release = tmp_path / "OPP-115"
    (release / "annotations").mkdir(parents=True)
    (release / "sanitized_policies").mkdir()
    html = "|||".join(row["text"] for row in samples.OPP_ROWS)
    (release / "sanitized_policies" / "1_example.org.html").write_text(html, "utf-8")
    with (release / "annotations" / "1_example.org.csv").open("w", encoding="utf-8", newline="") as file:
        for p in samples.OPP_ROWS[0]["practices"]:
            pairs = {
                a["attribute"]: {
                    "value": a["value"], "selectedText": a.get("text", "null"),
                    "startIndexInSegment": a.get("start", -1), "endIndexInSegment": a.get("end", -1),
                } for a in p["attributes"]
            }
            csv.writer(file).writerow(
                [p["id"], "batch", p["annotator"], "1", "0", p["category"], json.dumps(pairs), "1/1/15", "example.org"]
            )
    samples.write_lines(tmp_path / "dev.jsonl", samples.OPP_ROWS)
    assert read_opp115(release) == read_opp115(tmp_path / "dev.jsonl")


# --------------------------------------------------------------------------- GDPR-Transparency-200


def test_gdpr_pieces(tmp_path):
    (passage,) = read_gdpr_transparency_200(samples.write_lines(tmp_path / "dev.jsonl", samples.GDPR_ROWS))
    assert passage.context == (("h2", "Delivery"),)
    said = [" … ".join(passage.text[slice(*p)] for p in a.pieces) for a in passage.annotations]
    assert said == ["Your name", "Your … city", "send parcels", ""]


def test_gdpr_authors_form_finds_its_phrases(tmp_path):
    rows = json.loads(json.dumps(samples.GDPR_ROWS))
    for row in rows:
        row["passage"] = row.pop("text")
        for a in row["annotations"]:
            a.pop("pieces", None), a.pop("kind")
    (tmp_path / "org.example.app.json").write_text(json.dumps(rows), "utf-8")
    lines = read_gdpr_transparency_200(samples.write_lines(tmp_path / "lines" / "dev.jsonl", samples.GDPR_ROWS))
    assert read_gdpr_transparency_200(tmp_path / "org.example.app.json") == lines


@pytest.mark.parametrize(("value", "pieces"), [
    pytest.param("your NAME", ((3, 12),), id="case differs"),
    pytest.param("your\xa0name", ((3, 12),), id="white space differs"),
    pytest.param("your PLACEHOLDER mail", ((3, 7), (20, 24)), id="placeholder is a gap"),
    pytest.param("mail [...] name", (), id="wrong order"),
    pytest.param("[...]", (), id="nothing but a gap"),
])
def test_find_pieces(value, pieces):
    assert find_pieces("Of your name and/or mail.", value) == tuple(Place(*p) for p in pieces)


# --------------------------------------------------------------------------- PolicyIE


def test_policyie_events_and_roles(tmp_path):
    (document,) = read_policyie(samples.write_brat(tmp_path))
    assert (document.policy, document.name, len(document.spans)) == ("org_example", "0", 5)
    (event,) = document.events
    assert event.filled("Data-Shared") == ("T3",) and event.filled("Purpose-Argument") == ("T5",), "number cut off"


def test_policyie_oddities(tmp_path):
    ann = samples.BRAT_ANN + "\n".join([
        "T6\tData-contact 9 11;22 29\tWe address", "T7\tData-contact 9 11\tThey",
        "E2\tfirst-party-collection-use:T2 Condition-Argument:E1", "",
    ])
    (document,) = read_policyie(samples.write_brat(tmp_path, ann))
    by_id = {s.id: s for s in document.spans}
    assert by_id["T6"].pieces == (Place(9, 11), Place(22, 29)) and by_id["T6"].place == Place(9, 29)
    assert by_id["T7"].errant and not by_id["T6"].errant
    assert document.events[1].roles == (("Condition-Argument", "T2"),), "an event in a role stands for its trigger"


# --------------------------------------------------------------------------- codebook


def test_codebook_places_are_characters_of_the_file(tmp_path):
    (document,) = read_codebook(samples.write_codebook(tmp_path))
    assert [document.block_text(i) for i in range(3)] == samples.CODEBOOK_TEXT.rstrip("\n").split("\n\n")
    assert all(document.text[slice(*m.place)] == m.quote for m in document.mentions)
    assert document.text[slice(*document.practices[0].condition_place)] == "When you order"


@pytest.mark.parametrize("text", [
    pytest.param(samples.CODEBOOK_TEXT.replace("\n", "\r\n"), id="CR LF"),
    pytest.param(samples.CODEBOOK_TEXT.replace("\n\n", "\n\n\n"), id="two blank lines are one separator"),
    pytest.param(samples.CODEBOOK_TEXT.replace("\n\n", "\n  \n"), id="spaces on the blank line"),
])
def test_codebook_block_separators(tmp_path, text):
    (document,) = read_codebook(samples.write_codebook(tmp_path, text=text))
    assert [document.text[slice(*m.place)] for m in document.mentions] == [m.quote for m in document.mentions]


def test_codebook_condition_twice_and_condition_of_the_lead_in(tmp_path):
    text = "If you agree, we\n\n- store names if you agree, and share ages if you agree.\n"
    rows = [{"block": 1, "mentions": [{"id": "m1", "kind": "data", "category": "demographic", "start": 42, "end": 46}],
             "practices": [
                 {"action": "share", "polarity": "affirmed", "data": ["m1"], "condition": "if you agree"},
                 {"action": "share", "polarity": "affirmed", "data": ["m1"], "condition": "If you agree"},
                 {"action": "share", "polarity": "affirmed", "data": ["m1"], "condition": "if  you\nagree"},
             ]}]
    (document,) = read_codebook(samples.write_codebook(tmp_path, rows=rows, text=text))
    near, above, spaced = (p.condition_place for p in document.practices)
    assert near.start == text.rindex("if you agree"), "the one next to its data"
    assert above.start == 0 and spaced == near


# --------------------------------------------------------------------------- faults


def _edit(rows, change):
    rows = json.loads(json.dumps(rows))
    change(rows)
    return rows


def _labels(change):
    return lambda d: samples.write_codebook(d, rows=_edit(samples.codebook_rows(), change))


def _drop_share(folder):
    samples.write_piextract(folder)
    (folder / "Share_true" / "train.conll03").unlink()
    (folder / "Share_true").rmdir()


def _other_tokens(folder):
    samples.write_piextract(folder)
    other = [samples.SENTENCES[0], [("You", None)]]
    (folder / "Share_true" / "train.conll03").write_text(samples.conll("SHARE", other), "utf-8")


def _wrong_tag(folder):
    samples.write_piextract(folder)
    (folder / "Share_true" / "train.conll03").write_text(samples.conll("COLLECT"), "utf-8")


FAULTS = [
    pytest.param("piextract", lambda d: None, "CollectUse_true, CollectUse_false", id="an empty folder"),
    pytest.param("piextract", _drop_share, "Share_true missing", id="a label folder missing"),
    pytest.param("piextract", _other_tokens, "train.conll03:9: this sentence has other tokens", id="tokens differ"),
    pytest.param("piextract", _wrong_tag, "train.conll03:5: the tag 'B-COLLECT'", id="tag of another folder"),
    pytest.param("opp115", lambda d: (d / "a.jsonl").write_text("{}\n"), "a.jsonl:1: the key 'policy'", id="no policy"),
    pytest.param("opp115", lambda d: (d / "a.jsonl").write_text("\n{oops\n"), "a.jsonl:2: not JSON", id="not JSON"),
    pytest.param("opp115", lambda d: (d / "a.jsonl").write_bytes(b"\xff\xfe"), "not UTF-8", id="another encoding"),
    pytest.param("opp115", lambda d: None, "no *.jsonl", id="a folder without lines"),
    pytest.param("gdpr_transparency_200", lambda d: samples.write_lines(
        d / "a.jsonl", _edit(samples.GDPR_ROWS, lambda r: r[0]["annotations"][0].update(pieces=[[5, 900]]))),
        "a.jsonl:1: the piece [5, 900]", id="piece outside the text"),
    pytest.param("policyie", lambda d: samples.write_brat(d, "T1 no tab"), "0.ann:1: not a text-bound line", id="brat"),
    pytest.param("policyie", lambda d: samples.write_brat(d, samples.BRAT_ANN.replace("Receiver:T4", "Receiver:T9")),
                 "0.ann:6: E1 points at T9", id="role points nowhere"),
    pytest.param("codebook", lambda d: None, "text/ or labels/ is missing", id="no labels folder"),
    pytest.param("codebook", _labels(lambda r: r[0].update(block=7)), "parcels.jsonl:1: block 7", id="no such block"),
    pytest.param("codebook", _labels(lambda r: r[1]["mentions"][0].update(start=2, end=4)),
                 "parcels.jsonl:2: 'name' does not stand at 2-4", id="offsets miss the quote"),
    pytest.param("codebook", _labels(lambda r: r[1]["mentions"][0].update(category="shoes")),
                 "is of category 'shoes'", id="unknown category"),
    pytest.param("codebook", _labels(lambda r: r[0]["practices"][0].update(action="sell")), "the action 'sell'",
                 id="unknown action"),
    pytest.param("codebook", _labels(lambda r: r[0]["practices"][0]["data"].append("m9")), "points at 'm9'",
                 id="no such mention"),
    pytest.param("codebook", _labels(lambda r: r[0]["practices"][0].update(condition="if you refuse")),
                 "parcels.jsonl:1: the condition 'if you refuse' stands neither in block 1 nor", id="no such condition"),
    pytest.param("codebook", _labels(lambda r: r[1]["mentions"][0].update(id="m1")), "two mentions have the id m1",
                 id="id twice"),
]


@pytest.mark.parametrize(("dataset", "write", "said"), FAULTS)
def test_faults_are_named(tmp_path, dataset, write, said):
    write(tmp_path)
    with pytest.raises(GoldError) as error:
        read_gold(dataset, tmp_path)
    message = str(error.value)
    assert said in message and str(tmp_path) in message and ";" in message


def test_unknown_set_and_missing_path(tmp_path):
    with pytest.raises(GoldError, match="no data set 'opp116'"):
        read_gold("opp116", tmp_path)
    with pytest.raises(GoldError, match="there is no such file or folder"):
        read_gold("opp115", tmp_path / "nowhere")


# --------------------------------------------------------------------------- the sets themselves


def test_shared_sets_have_their_published_sizes(shared):
    gold = shared / "annotated"
    sentences = read_piextract(gold / "piextract")
    labels = [label for label, _ in sentences[0].tags]
    spans = {label: sum(tag.startswith("B-") for s in sentences for tag in s.row(label)) for label in labels}
    assert (len(sentences), spans) == (3035, {"COLLECT": 1311, "NOT_COLLECT": 56, "SHARE": 552, "NOT_SHARE": 72})
    assert len({s.policy for s in read_opp115(gold / "opp115")}) == 69 + 19
    assert len({p.policy for p in read_gdpr_transparency_200(gold / "gdpr_transparency_200")}) == 130 + 28
    documents = read_codebook(gold / "privlex" / "train")
    kinds = {k: sum(m.kind == k for d in documents for m in d.mentions) for k in ("data", "purpose", "party")}
    assert (len(documents), kinds) == (330, {"data": 7342, "purpose": 3858, "party": 2287})
    assert all(p.condition is None or p.condition_place for d in documents for p in d.practices)
    assert not any(s.errant for d in read_policyie(gold / "policyie") for s in d.spans)
