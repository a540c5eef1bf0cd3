"""The law refuses: for each rule one bad row, and the fault names file, line and remedy."""

from __future__ import annotations

import json

import pytest

from privlex.lexicon.check import check_lexicon, main
from privlex.lexicon.entries import DATA, RECORDS


def a_row(name: str, **changes) -> dict:
    """The first row of a file, with fields changed; a change to ``...`` takes the field out."""
    row = json.loads((DATA / name).read_text("utf8").splitlines()[0])
    row.update(changes)
    return {key: value for key, value in row.items() if value is not ...}


@pytest.fixture
def faults_of(tmp_path):
    """Faults of the shipped lexicon with the first row of a file replaced by ``line``."""

    def check(name: str, line: str) -> list[str]:
        for file in RECORDS:
            (tmp_path / file).write_bytes((DATA / file).read_bytes())
        rest = (DATA / name).read_text("utf8").splitlines()[1:]
        (tmp_path / name).write_text("\n".join([line, *rest]) + "\n", "utf8")
        return [str(fault) for fault in check_lexicon(tmp_path) if fault.file == name and fault.line == 1]

    return check


BAD = [
    pytest.param("concepts.jsonl", {"definitoin": "x"}, "did you mean 'definition'", id="unknown field"),
    pytest.param("concepts.jsonl", {"definition": ...}, "'definition' is missing", id="missing field"),
    pytest.param("concepts.jsonl", {"first_seen": "2002"}, "must be of type int", id="wrong type"),
    pytest.param("words.jsonl", {"noun": 1}, "must be of type bool", id="a number is no truth value"),
    pytest.param("concepts.jsonl", {"first_seen": 1066}, "give a year from", id="impossible year"),
    pytest.param("concepts.jsonl", {"source": " "}, "say where the term was met", id="no source"),
    pytest.param("concepts.jsonl", {"kind": "datum"}, "did you mean 'data'", id="unknown kind"),
    pytest.param("concepts.jsonl", {"category": "contacts"}, "did you mean 'contact'", id="unknown category"),
    pytest.param("concepts.jsonl", {"concept": "email"}, "is not in its category", id="concept without category"),
    pytest.param("concepts.jsonl", {"definition": ""}, "say in one line", id="no definition"),
    pytest.param("concepts.jsonl", {"parent": "contact/nme"}, "did you mean 'contact/name'", id="unknown parent"),
    pytest.param("concepts.jsonl", {"parent": "legal/comply"}, "choose one of kind data", id="parent of another kind"),
    pytest.param("concepts.jsonl", {"parent": "{self}"}, "in a circle", id="parent is the concept itself"),
    pytest.param("data_types.jsonl", {"concept": "contact/emial_address"}, "did you mean", id="unknown concept"),
    pytest.param("data_types.jsonl", {"concept": "legal/comply"}, "holds data terms", id="concept of another kind"),
    pytest.param("data_types.jsonl", {"match": "suffix"}, "unknown match", id="unknown match mode"),
    pytest.param("parties.jsonl", {"match": "clause"}, "unknown match", id="match mode of another kind"),
    pytest.param("data_types.jsonl", {"term": "!"}, "write it out", id="term without a word"),
    pytest.param("data_types.jsonl", {"examples": []}, "proves itself by both", id="no example"),
    pytest.param("data_types.jsonl", {"not": []}, "proves itself by both", id="no counter-example"),
    pytest.param("data_types.jsonl", {"examples": ["We sell lamps."]}, "use the term in it", id="example elsewhere"),
    pytest.param("data_types.jsonl", {"not": ["Lamps."]}, "choose a closer one", id="counter-example proves nothing"),
    pytest.param("actions.jsonl", {"action": "colect"}, "did you mean 'collect'", id="unknown action"),
    pytest.param("actions.jsonl", {"pos": "adverb"}, "unknown pos", id="unknown part of speech"),
    pytest.param("actions.jsonl", {"forms": {"base": "x"}}, "forms are", id="forms of another part of speech"),
    pytest.param("actions.jsonl", {"frames": []}, "which slots the word takes", id="no frame"),
    pytest.param("actions.jsonl", {"frames": [{"form": "activ"}]}, "did you mean 'active'", id="unknown frame form"),
    pytest.param(
        "actions.jsonl", {"frames": [{"form": "active", "toward": "data"}]}, "unknown slot", id="unknown slot"
    ),
    pytest.param(
        "actions.jsonl", {"frames": [{"form": "active", "to": "reciever"}]}, "unknown role", id="unknown role"
    ),
    pytest.param(
        "actions.jsonl",
        {"frames": [{"form": "active", "only_data": ["cookie"]}]},
        "category in only_data",
        id="unknown category in a frame",
    ),
    pytest.param("actions.jsonl", {"examples": ["Lamps."]}, "use the word in it", id="example without the word"),
    pytest.param("actions.jsonl", {"particle": "sideways"}, "lacks the particle", id="example without its particle"),
    pytest.param("polarity.jsonl", {"kind": "denail"}, "did you mean 'denial'", id="unknown kind of denial"),
    pytest.param("polarity.jsonl", {"direction": "sideways"}, "unknown direction", id="unknown direction"),
    pytest.param("polarity.jsonl", {"direction": "forward", "ends": []}, "what stops it", id="reach without end"),
    pytest.param("polarity.jsonl", {"examples": ["Yes."]}, "use the cue in it", id="example without the cue"),
    pytest.param("polarity.jsonl", {"not": ["{cue}"]}, "in which the cue is absent", id="counter-example with the cue"),
    pytest.param("conditions.jsonl", {"kind": "events"}, "did you mean 'event'", id="unknown kind of condition"),
    pytest.param("conditions.jsonl", {"ends": "word"}, "unknown ends", id="unknown end of a condition"),
    pytest.param("words.jsonl", {"class": "verbs"}, "did you mean 'verb'", id="unknown word class"),
    pytest.param("words.jsonl", {"class": "verb", "forms": ["goes"]}, "put the base form first", id="verb, no base"),
    pytest.param("words.jsonl", {"forms": ["goes"]}, "is no verb but has forms", id="forms of no verb"),
]


@pytest.mark.parametrize(("name", "changes", "remedy"), BAD)
def test_refused(name, changes, remedy, faults_of):
    row = a_row(name)
    filled = {
        key: row["concept"] if value == "{self}" else [row["cue"]] if value == ["{cue}"] else value
        for key, value in changes.items()
    }
    faults = faults_of(name, json.dumps(a_row(name, **filled)))
    assert any(remedy in fault for fault in faults), faults
    assert all(fault.startswith(f"{name}:1: ") for fault in faults)


def test_no_json(faults_of):
    assert "one JSON object per line" in faults_of("parties.jsonl", "{")[0]


def test_no_object(faults_of):
    assert "not an object" in faults_of("parties.jsonl", "[]")[0]


def test_example_and_counter_example_at_once(faults_of):
    same = a_row("data_types.jsonl")["examples"]
    faults = faults_of("data_types.jsonl", json.dumps(a_row("data_types.jsonl", **{"not": same})))
    assert any("at once" in fault for fault in faults)


def _copy(folder):
    for file in RECORDS:
        (folder / file).write_bytes((DATA / file).read_bytes())


def test_out_of_order_and_twice(tmp_path):
    _copy(tmp_path)
    lines = (tmp_path / "parties.jsonl").read_text("utf8").splitlines()
    (tmp_path / "parties.jsonl").write_text("\n".join([lines[1], lines[0], *lines[2:], lines[-1]]) + "\n", "utf8")
    faults = [str(fault) for fault in check_lexicon(tmp_path)]
    assert any(fault.startswith("parties.jsonl:2: out of order") for fault in faults)
    assert any(f"says the same as line {len(lines)}" in fault for fault in faults)


def test_missing_file_and_all_faults_at_once(tmp_path, capsys):
    _copy(tmp_path)
    (tmp_path / "words.jsonl").unlink()
    (tmp_path / "concepts.jsonl").write_text("{\n[]\n", "utf8")
    assert main([str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert "words.jsonl:0: the file is missing" in out
    assert "concepts.jsonl:1: " in out and "concepts.jsonl:2: " in out


def test_the_shipped_lexicon_is_sound(capsys):
    assert main([]) == 0
    assert capsys.readouterr().out == ""
