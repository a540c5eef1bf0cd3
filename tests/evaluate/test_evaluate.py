"""``evaluate`` end to end, on tiny sets and with readers whose answers are known."""

from __future__ import annotations

import json
from collections import namedtuple
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privlex.cli import main
from privlex.errors import GoldError
from privlex.evaluate import evaluate, predict, scores_table
from privlex.evaluate.gold import read_codebook, read_gdpr_transparency_200, read_gold, read_piextract, read_policyie
from privlex.evaluate.predict import Settings
from privlex.evaluate.run import evaluate_gold
from privlex.flow import choose_reader
from privlex.model.decode import with_determiner
from privlex.records import ActionScore, BlockReading, FoundSpan, Link
from tests.evaluate import samples

Decoded = namedtuple("Decoded", "head start end")
WRITTEN = {
    "piextract": samples.write_piextract,
    "opp115": lambda d: samples.write_lines(d / "dev.jsonl", samples.OPP_ROWS),
    "gdpr_transparency_200": lambda d: samples.write_lines(d / "dev.jsonl", samples.GDPR_ROWS),
    "policyie": samples.write_brat,
    "codebook": samples.write_codebook,
}


@pytest.mark.parametrize("dataset", WRITTEN)
def test_result_has_the_promised_form(tmp_path, dataset):
    path = WRITTEN[dataset](tmp_path)
    result = evaluate(dataset, path, tier="rules", progress=False)
    assert json.loads(json.dumps(result)) == result
    assert (result["dataset"], result["path"]) == (dataset, str(path))
    assert result["scores"] and all(
        set(score) == {"value", "low", "high"} and 0 <= score["low"] <= score["value"] <= score["high"] <= 1
        for score in result["scores"].values()
    )
    assert all(isinstance(n, int) for n in result["n"].values()) and sum(result["n"].values()) > 0
    assert all(isinstance(result[key], str) and result[key] for key in ("model", "lexicon", "version"))
    table = scores_table(result)
    assert all(name in table for name in result["scores"])


def test_a_bad_set_is_told_before_anything_is_read(tmp_path):
    with pytest.raises(GoldError, match="CollectUse_true"):
        evaluate("piextract", tmp_path, tier="rules")


# --------------------------------------------------------------------------- a reader that knows the gold


class KnowingReader:
    """Reads the codebook sample as it is labelled; stands for a perfect model."""

    digest = "0" * 16

    def __init__(self) -> None:
        self.asked: list[str] = []

    def read_block(self, text, context):
        self.asked.append(text)
        if text.startswith("When you order"):
            collect = (ActionScore("collect", "affirmed", 0.9),)
            words = [("data", "name", "contact"), ("data", "city", "contact"),
                     ("purpose", "deliver parcels", "basic_service"), ("condition", "When you order", "")]
            links = (Link(1, 3, 0.9), Link(2, 3, 0.9), Link(0, 1, 0.9), Link(0, 2, 0.9), Link(0, 3, 0.9))
        elif text.startswith("We never sell"):
            collect = (ActionScore("share", "denied", 0.9),)
            words = [("data", "name", "contact"), ("party", "advertisers", "advertiser")]
            links = (Link(0, 1, 0.9),)
        else:
            return BlockReading(reader="trained")
        spans = sorted(
            (
                FoundSpan(kind=kind, start=text.index(w), end=text.index(w) + len(w), category=category,
                          confidence=0.9, actions=() if kind == "condition" else collect)
                for kind, w, category in words
            ),
            key=lambda s: s.start,
        )
        return BlockReading(spans=tuple(spans), links=links, reader="trained")


def test_a_perfect_reader_scores_perfectly_in_source_coordinates(tmp_path):
    gold = read_codebook(samples.write_codebook(tmp_path))
    result = evaluate_gold("codebook", gold, Settings(KnowingReader()))
    for name in ("exact_f1_micro", "category_accuracy", "polarity_accuracy", "claim_f1", "link_f1_data_purpose",
                 "link_f1_data_recipient", "role_f1_denied"):
        assert result["scores"][name]["value"] == 1.0, name


def test_carriage_returns_do_not_shift_offsets(tmp_path):
    text = samples.CODEBOOK_TEXT.replace("\n", "\r\n")
    gold = read_codebook(samples.write_codebook(tmp_path, text=text))
    assert evaluate_gold("codebook", gold, Settings(KnowingReader()))["scores"]["exact_f1_micro"]["value"] == 1.0


def test_threshold_leaves_out_what_is_less_sure(tmp_path):
    gold = read_codebook(samples.write_codebook(tmp_path))
    result = evaluate_gold("codebook", gold, Settings(KnowingReader(), threshold=0.999))
    assert result["n"]["practices"] == 2 and result["scores"]["practice_recall"]["value"] == 0.0


# --------------------------------------------------------------------------- heads of the model's own


class HeadReader:
    """Has heads for the public sets; answers with the words it was told."""

    digest = "1" * 16
    config: ClassVar = {"heads": [
        ["piextract", "COLLECT"], ["gdpr_transparency_200", "Data Categories"], ["opp115", "Purpose"]]}

    def __init__(self, head: str, words: str) -> None:
        self.head, self.words, self.asked = head, words, []

    def read_public(self, dataset, texts, contexts=None):
        contexts = [None] * len(texts) if contexts is None else contexts
        self.asked += zip([dataset] * len(texts), texts, contexts, strict=True)
        at = [text.find(self.words) for text in texts]
        return [[Decoded(self.head, a, a + len(self.words))] if a >= 0 else [] for a in at]


@pytest.mark.parametrize(("dataset", "head", "words", "score"), [
    pytest.param("piextract", "COLLECT", "your visits", "f1_COLLECT", id="PI-Extract"),
    pytest.param("gdpr_transparency_200", "Data Categories", "Your name", "exact_f1_data", id="GDPR-Transparency-200"),
])
def test_own_heads_are_used_where_there_are(tmp_path, dataset, head, words, score):
    gold = read_gold(dataset, WRITTEN[dataset](tmp_path))
    reader = HeadReader(head, words)
    result = evaluate_gold(dataset, gold, Settings(reader))
    assert result["scores"][score]["value"] == 1.0 and result["tier"] == "trained"
    assert {name for name, _, _ in reader.asked} == {dataset}


def test_heads_get_the_context_they_were_trained_with(tmp_path):
    reader = HeadReader("COLLECT", "visits")
    predict.piextract_found(read_piextract(samples.write_piextract(tmp_path)), Settings(reader))
    assert [context.lead_in for _, _, context in reader.asked] == ["", "We log your visits ."]
    (passage,) = read_gdpr_transparency_200(samples.write_lines(tmp_path / "a.jsonl", samples.GDPR_ROWS))
    assert predict.gdpr_context(passage).heading == "Delivery"


# --------------------------------------------------------------------------- whole documents, for the sets' labels


def test_rules_answer_each_text_with_places_of_its_own(tmp_path):
    rules = Settings(choose_reader("rules"))
    sentences = read_piextract(samples.write_piextract(tmp_path))
    found = predict.piextract_found(sentences, rules)
    said = [{(s.label, one.text[s.start:s.end]) for s in spans} for one, spans in zip(sentences, found, strict=True)]
    assert ("NOT_SHARE", "names") in said[1] and not any(label == "NOT_SHARE" for label, _ in said[0])


def test_policyie_places_are_those_of_the_file(tmp_path):
    documents = read_policyie(samples.write_brat(tmp_path))
    (found,) = predict.policyie_found(documents, Settings(choose_reader("rules")))
    text = documents[0].text
    assert "address" in {text[slice(*p)] for p in found.spans["data"]}
    assert ("address", "couriers") in {(text[slice(*d)], text[slice(*r)]) for d, r in found.receivers}


@given(st.text(alphabet="ab\n", min_size=1, max_size=30))
def test_before_doubling_finds_each_character_again(text):
    breaks = [i for i, c in enumerate(text) if c == "\n"]
    doubled = predict.paragraphs(text)
    back = [predict.before_doubling(at, breaks) for at in range(len(doubled))]
    assert all(text[b] == doubled[at] for at, b in enumerate(back) if doubled[at] != "\n")
    assert back == sorted(back) and set(back) >= set(range(len(text))) - set(breaks)


@pytest.mark.parametrize(("words", "start", "expected"), [
    pytest.param("give us any of your names", 20, "your names", id="nearest run only"),
    pytest.param("give us all other personal data", 18, "all other personal data", id="two determiners"),
    pytest.param("give names", 5, "names", id="none"),
    pytest.param("bathe dogs", 6, "dogs", id="the end of a word is no determiner"),
])
def test_with_determiner(words, start, expected):
    assert words[with_determiner(words, start):] == expected


def test_the_command_takes_a_threshold(tmp_path, capsys):
    path = tmp_path / "set"
    samples.write_codebook(path)
    found = {}
    for threshold in ("0", "1"):
        made = ["evaluate", "codebook", str(path), "--tier", "rules", "--threshold", threshold, "--format", "json"]
        assert main(made) == 0
        found[threshold] = json.loads(capsys.readouterr().out)["scores"]
    assert found["0"]["exact_recall_data"]["value"] > 0
    assert found["1"]["exact_recall_data"]["value"] == 0, "nothing is that sure"
