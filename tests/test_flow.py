"""The stages put together: order, batches, what is read once, what is refused, which reader."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

import privlex
from privlex import flow, model
from privlex.cli import main
from privlex.cli.options import add_tier
from privlex.errors import ModelError, NotAPolicyError, PrivlexError, PrivlexWarning
from privlex.flow import Extraction, above, choose_reader, extract, read, read_blocks, reader_of
from privlex.model import TrainedReader
from privlex.records import BlockReading, Findings
from tests.conftest import QNAP_2008
from tests.factories import claim, policy

TEXT = (
    "# Privacy Policy\n\nThis policy says how we treat personal information.\n\n"
    "We collect your name and email address to answer your questions.\n\n"
    "We do not sell your personal information to third parties.\n"
)


def document(text: str = TEXT, name: str = "a.md"):
    return read(text.encode(), media_type="text/markdown", name=name)


class Counting:
    """A reader that finds nothing and remembers what it was asked."""

    digest = "0" * 16

    def __init__(self, together: bool = False):
        self.asked, self.calls = [], 0
        if together:
            self.read_blocks = lambda keys: [self.read_block(*key) for key in keys]

    def read_block(self, text, context):
        self.asked.append((text, context))
        return BlockReading()


@pytest.fixture
def counting(monkeypatch):
    reader = Counting()
    monkeypatch.setattr(flow, "choose_reader", lambda *_: reader)
    return reader


# --------------------------------------------------------------------------- one document and many


def test_one_document_gives_an_extraction():
    found = extract(document(), tier="rules")
    assert isinstance(found, Extraction) and isinstance(found, Findings)
    assert found.document is not None and found.tier == "rules"
    assert {p.action for p in found.practices} >= {"collect", "share"}


def test_many_documents_come_in_their_order():
    names = [f"{n}.md" for n in range(20)]
    found = list(extract((document(name=n) for n in names), tier="rules", batch_size=3))
    assert [f.snapshot.source for f in found] == names


@pytest.mark.parametrize("size", [1, 2, 7, 100])
def test_the_batch_size_changes_nothing(size):
    documents = [document(TEXT + f"\nWe collect your {what}.\n") for what in ("age", "gender", "IP address", "cookies")]
    alone = [extract(d, tier="rules") for d in documents]
    assert list(extract(documents, tier="rules", batch_size=size)) == alone


def test_an_iterable_is_read_as_it_is_used(counting):
    taken = []

    def documents():
        for n in range(100):
            taken.append(n)
            yield document()

    next(extract(documents(), batch_size=4))
    assert len(taken) == 4


@pytest.mark.parametrize("together", [False, True], ids=["block by block", "blocks together"])
def test_equal_blocks_in_equal_context_are_read_once(together):
    reader = Counting(together)
    documents = [document(), document(), document(TEXT + "\nWe collect your age.\n")]
    readings = read_blocks(documents, reader)
    assert len(reader.asked) == len(set(reader.asked))
    assert [len(r) for r in readings] == [len(d.blocks) for d in documents]
    assert any("your age" in text for text, _ in reader.asked)


# --------------------------------------------------------------------------- what is refused


@pytest.mark.parametrize(("changes", "said"), [
    pytest.param({"language": "other"}, "no English text", id="another language"),
    pytest.param({"is_policy": False}, "no sign of a privacy policy", id="no policy"),
])
def test_what_is_no_english_policy_is_refused_unless_forced(changes, said):
    page = replace(document(), **changes)
    with pytest.raises(NotAPolicyError, match=said) as fault:
        extract(page, tier="rules")
    assert "a.md" in str(fault.value) and "force" in str(fault.value)
    assert extract(page, tier="rules", force=True).practices


def test_an_unknown_language_is_read():
    assert extract(replace(document(), language="unknown"), tier="rules").practices


# --------------------------------------------------------------------------- threshold


def test_a_threshold_drops_unsure_practices_and_the_mentions_only_they_use():
    sure = claim("collect", "name", purposes="ship orders")
    unsure = replace(claim("share", "gender", recipients="affiliates"), confidence=0.4)
    made = policy("nas.example@2010-01-02", sure, unsure)
    found = Extraction(**{name: getattr(made, name) for name in made.__dataclass_fields__})
    kept = above(found, 0.5)
    assert [p.action for p in kept.practices] == ["collect"]
    assert [m.quote for m in kept.mentions] == ["name", "ship orders"]
    assert kept.practices[0].id == found.practices[0].id  # rows with and without a threshold can be joined
    assert above(found, 0.0) is found


# --------------------------------------------------------------------------- which reader


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """The folder of the weights, empty, and nothing loaded from elsewhere before or after."""
    def forget():
        flow._reader.cache_clear()
        flow.default_tier.cache_clear()

    forget()
    # Given at each call, because the default of a parameter is bound already.
    monkeypatch.setattr(model, "TrainedReader", lambda: TrainedReader(folder=tmp_path / "weights"))
    (tmp_path / "weights").mkdir()
    yield tmp_path / "weights"
    forget()


@pytest.mark.parametrize("there", [(), ("MODEL_CARD.md",), None], ids=["empty", "a card alone", "no folder"])
def test_without_weights_the_rules_read_and_it_is_said_once(weights, there):
    for name in there or ():
        (weights / name).touch()
    if there is None:
        weights.rmdir()
    with pytest.warns(PrivlexWarning, match="rules tier reads.*no weights; reinstall privlex.*--tier rules") as told:
        assert extract(document()).tier == extract(document()).tier == "rules"
    assert len(told) == 1
    with pytest.raises(ModelError, match="no weights"):
        choose_reader("trained")  # asked for by name: no second choice


def test_the_command_line_says_once_that_the_rules_read(weights, tmp_path, capsys):
    (tmp_path / "a.md").write_text(TEXT)
    assert main(["compare", str(tmp_path / "a.md"), str(tmp_path / "a.md")]) == 0
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("privlex: the rules tier reads") and "reinstall privlex" in line
    assert main(["extract", str(tmp_path / "a.md"), "--tier", "rules"]) == 0 and not capsys.readouterr().err


@pytest.mark.parametrize("there", ["model.onnx", "DIGEST", "config.json"])
def test_damaged_weights_are_no_reason_to_read_with_the_rules(weights, there, tmp_path, capsys):
    (weights / there).write_bytes(b"cut off")
    with pytest.raises(ModelError, match="reinstall privlex"):
        extract(document())
    (tmp_path / "a.md").write_text(TEXT)
    assert main(["extract", str(tmp_path / "a.md")]) == 2 and "reinstall privlex" in capsys.readouterr().err
    assert extract(document(), tier="rules").tier == "rules"


def test_an_unknown_tier_is_refused():
    with pytest.raises(PrivlexError, match="'rules' or 'trained'"):
        choose_reader("best")


def test_the_pipelines_reader_is_the_one_that_reads():
    nlp = privlex.load_pipeline("rules")
    assert extract(document(), pipeline=nlp) == extract(document(), tier="rules")


def test_a_foreign_pipeline_is_refused():
    import spacy

    with pytest.raises(PrivlexError, match="load_pipeline"):
        reader_of(spacy.blank("en"))


def test_the_command_line_offers_the_tiers_there_are():
    import argparse

    parser = argparse.ArgumentParser()
    add_tier(parser)
    (option,) = [a for a in parser._actions if a.dest == "tier"]
    assert tuple(option.choices) == flow.TIERS


# --------------------------------------------------------------------------- the front door


def test_the_public_names_are_there():
    for name in privlex.__all__:
        assert getattr(privlex, name) is not None
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        _ = privlex.nothing_of_the_kind


@pytest.mark.parametrize("first", [
    "import privlex", "import privlex.compare", "from privlex.compare import compare_findings", "import privlex.cli",
])
def test_compare_is_a_function_and_a_stage_whoever_imports_first(first):
    code = f"{first}\nimport privlex\nassert callable(privlex.compare)\n" \
           "from privlex.compare import compare_findings as there\nassert privlex.compare.compare_findings is there"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=QNAP_2008.parents[3])


@pytest.fixture
def path(tmp_path):
    (tmp_path / "a.md").write_text(TEXT)
    return tmp_path / "a.md"


FORMS = {
    "a path": lambda path: path, "a path as str": str, "a document": read,
    "an extraction": lambda path: extract(path, tier="rules"),
}


@pytest.mark.parametrize("before", FORMS)
@pytest.mark.parametrize("after", FORMS)
def test_comparing_takes_findings_documents_and_paths(before, after, path):
    later = path.with_name("b.md")
    later.write_text(TEXT.replace("your name and", "your name, age and"))
    change = privlex.compare(FORMS[before](path), FORMS[after](later), tier="rules")
    assert {m.quote for c in change.added for m in c.after.mentions} >= {"age"} and not change.dropped
    assert change.before.tier == change.after.tier == "rules"


@pytest.mark.parametrize("first", [True, False])
def test_what_is_compared_with_findings_is_read_by_their_tier(first, path, monkeypatch):
    found = extract(path, tier="rules")
    monkeypatch.setattr(flow, "default_tier", lambda: "trained")
    change = privlex.compare(*((found, path) if first else (path, found)))
    assert change.before.tier == change.after.tier == "rules"


@pytest.mark.parametrize(("sides", "fault", "said"), [
    pytest.param(("gone.md", "gone.md"), PrivlexError, "gone.md: no such file in", id="a file that is missing"),
    pytest.param((TEXT, TEXT), PrivlexError, "the text itself", id="a text"),
    pytest.param((["a.md"], ["b.md"]), TypeError, "not list", id="many"),
])
def test_what_cannot_be_compared_is_said(sides, fault, said):
    with pytest.raises(fault, match=said):
        privlex.compare(*sides, tier="rules")


def test_a_path_is_read_by_extract(path):
    assert extract(path, tier="rules") == extract(str(path), tier="rules") == extract(read(path), tier="rules")
    assert list(extract([path, read(path)], tier="rules")) == [extract(path, tier="rules")] * 2


def test_importing_privlex_loads_nothing_heavy():
    code = "import privlex, sys; assert not {'spacy', 'pandas', 'onnxruntime', 'matplotlib'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=QNAP_2008.parents[3])


def test_the_shipped_page_end_to_end():
    found = extract(read(QNAP_2008), tier="rules")
    assert found.snapshot.id == "qnap.com@2008-05-16"
    quotes = {m.quote.lower() for m in found.mentions}
    assert {"email address", "birth date", "gender", "phone number", "business partners"} <= quotes
    source = found.document.snapshot.text
    assert all(0 <= m.source.start < m.source.end <= len(source) for m in found.mentions)
    assert len(found.to_frame()) >= len(found.practices)


def test_the_notebook_view_escapes_the_page():
    found = extract(document(TEXT + "\nWe collect your <script>alert(1)</script> age & \"size\".\n"), tier="rules")
    assert "<script>alert" not in found._repr_html_()
