"""The pipelines: ready when loaded, the text untouched, and a way to disk and back."""

from __future__ import annotations

import json

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from privlex.document import read_document
from privlex.lexicon.entries import RECORDS
from privlex.mentions import block_context, rule_reader
from privlex.pipeline import SPAN_GROUPS, load_pipeline
from privlex.pipeline.component import TrainedMentions
from privlex.snapshot import read_snapshot

TEXT = (
    "# What we collect\n\nIf you register, we collect:\n\n- your e-mail address;\n\n- your birth date.\n\n"
    "We share log files with our affiliates to improve the site."
)


@pytest.fixture(scope="module")
def nlp():
    return load_pipeline("rules")


def quotes(doc) -> dict[str, list[tuple[str, str, str]]]:
    return {kind: [(span.text, span.label_, span.id_) for span in doc.spans[kind]] for kind in SPAN_GROUPS}


def test_span_groups(nlp):
    found = quotes(nlp(TEXT))
    assert found["data"] == [
        ("e-mail address", "contact", "contact/email_address"),
        ("birth date", "demographic", "demographic/birth_date"),
        ("log files", "online_activity", "online_activity/log_files"),
    ]
    assert found["purpose"] == [("improve the site", "analytics_research", "analytics_research/improve")]
    assert found["party"] == [("affiliates", "affiliate", "affiliate/affiliate")]
    assert found["condition"] == [("If you register", "", "")]


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "no policy at all", TEXT.replace("\n", "\r\n"), "\ufeff" + TEXT])
def test_any_plain_text(nlp, text):
    doc = nlp(text)
    assert doc.text == text
    assert set(doc.spans) == set(SPAN_GROUPS)


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="we collect your email address. -#\n\r\t\u00a0İß", max_size=80))
def test_text_is_untouched(text):
    doc = load_pipeline("rules")(text)
    assert doc.text == text


def test_spans_are_those_of_the_file(nlp):
    document = read_document(read_snapshot(TEXT.encode(), media_type="text/plain"))
    wanted = set()
    for block in document.blocks:
        words = document.block_text(block)
        for span in rule_reader().read_block(words, block_context(document, block)).spans:
            wanted.add((span.kind, words[span.start : span.end]))
    assert {(kind, row[0]) for kind, rows in quotes(nlp(TEXT)).items() for row in rows} == wanted


def test_batches_change_nothing(nlp):
    texts = [TEXT, "", "We sell your name.", TEXT] * 3
    for size in (1, 5, 100):
        assert [quotes(doc) for doc in nlp.pipe(texts, batch_size=size)] == [quotes(nlp(text)) for text in texts]


def test_to_disk_and_back(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    assert quotes(again(TEXT)) == quotes(nlp(TEXT))
    assert again.get_pipe("mentions").reader.digest == nlp.get_pipe("mentions").reader.digest


def test_a_saved_pipeline_carries_its_lexicon(nlp, tmp_path):
    nlp.to_disk(tmp_path)
    path = tmp_path / "mentions" / "data_types.jsonl"
    kept = [line for line in path.read_text("utf8").splitlines() if "birth" not in json.loads(line)["term"]]
    path.write_text("\n".join(kept) + "\n", "utf8")
    again = spacy.load(tmp_path)
    labels = {words: label for words, label, _ in quotes(again(TEXT))["data"]}
    assert labels["birth date"] != "demographic", "without its terms the phrase is read by its last word"
    assert again.get_pipe("mentions").reader.digest != nlp.get_pipe("mentions").reader.digest
    twice = tmp_path / "twice"
    again.to_disk(twice)
    assert quotes(spacy.load(twice)(TEXT)) == quotes(again(TEXT))


@pytest.mark.parametrize("name", RECORDS)
def test_a_saved_pipeline_without_one_of_its_files_is_an_error(nlp, tmp_path, name):
    nlp.to_disk(tmp_path)
    (tmp_path / "mentions" / name).unlink()
    with pytest.raises(FileNotFoundError):
        spacy.load(tmp_path)


def test_to_bytes_and_back(nlp):
    again = load_pipeline("rules").from_bytes(nlp.to_bytes())
    assert quotes(again(TEXT)) == quotes(nlp(TEXT))


def test_what_it_reads_and_writes_is_declared(nlp):
    assert nlp.analyze_pipes()["problems"] == {"mentions": []}
    assert nlp.get_pipe_meta("mentions").assigns == ["doc.spans"]


def test_unknown_tier():
    with pytest.raises(ValueError, match="rules, trained"):
        load_pipeline("magic")


class _Reader:
    def __init__(self, digest: str) -> None:
        self.digest = digest


def test_a_trained_pipeline_names_its_weights(tmp_path):
    from privlex.errors import ModelError

    TrainedMentions("mentions", _Reader("a" * 16)).to_disk(tmp_path)
    assert TrainedMentions("mentions", _Reader("a" * 16)).from_disk(tmp_path)
    with pytest.raises(ModelError, match="install the privlex it was saved with"):
        TrainedMentions("mentions", _Reader("b" * 16)).from_disk(tmp_path)
    data = TrainedMentions("mentions", _Reader("a" * 16)).to_bytes()
    with pytest.raises(ModelError, match="aaaaaaaaaaaaaaaa"):
        TrainedMentions("mentions", _Reader("b" * 16)).from_bytes(data)


def test_the_shipped_weights_to_disk_and_back(tmp_path):
    trained = load_pipeline("trained")
    found = quotes(trained(TEXT))
    assert ("birth date", "demographic", "demographic/birth_date") in found["data"]
    trained.to_disk(tmp_path)
    again = spacy.load(tmp_path)
    assert quotes(again(TEXT)) == found
    assert [quotes(doc) for doc in again.pipe([TEXT, "", TEXT], batch_size=2)] == [found, quotes(trained("")), found]
