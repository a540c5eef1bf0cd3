"""Labels without texts, corrections, and the way back."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from privlex.errors import GoldError
from privlex.evaluate import standoff
from privlex.evaluate.corrections import corrected
from privlex.evaluate.gold import read_codebook
from privlex.evaluate.reading_text import window_text
from tests.evaluate import samples

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "corpus" / "gold" / "labels.jsonl"


@pytest.fixture
def folder(tmp_path):
    samples.write_codebook(tmp_path / "set")
    table = "name\tservice\tcaptured\tsource\tcommit\tpath\twords\nparcels\texample.org\t\tota\tabc\tA \"B\"/c.md\t20\n"
    (tmp_path / "set" / "windows.tsv").write_text(table, "utf-8")
    return tmp_path / "set"


def exported(folder: Path, *more: str) -> Path:
    path = folder / "labels.jsonl"
    assert standoff.main(["export", f"{folder}=train=given", "-o", str(path), *more]) == 0
    return path


def test_round_trip_is_exact(folder, tmp_path):
    path = exported(folder)
    assert standoff.main(["join", str(folder / "text"), "--labels", str(path), "-o", str(tmp_path / "joined")]) == 0
    assert read_codebook(tmp_path / "joined") == read_codebook(folder)


def test_no_word_of_the_text_is_in_the_labels(folder):
    said = exported(folder).read_text("utf-8")
    assert not any(words in said for words in ("city", "When you order", "advertisers", "quote"))
    (row,) = map(json.loads, said.splitlines())
    assert (row["service"], row["path"], row["characters"]) == ("example.org", 'A "B"/c.md', len(samples.CODEBOOK_TEXT))
    assert "captured" not in row, "what is not known is not there"


@pytest.mark.parametrize("change", [
    pytest.param(lambda t: t.replace("name", "nam\u0435", 1), id="a letter that looks the same"),
    pytest.param(lambda t: t + "\n", id="a line end more"),
    pytest.param(lambda t: t.replace("\n", "\r\n"), id="other line ends"),
])
def test_another_text_is_refused(folder, change, capsys):
    path = exported(folder)
    text = folder / "text" / "parcels.txt"
    text.write_bytes(change(samples.CODEBOOK_TEXT).encode("utf-8"))
    assert standoff.main(["join", str(folder / "text"), "--labels", str(path), "-o", str(folder / "out")]) == 2
    assert "parcels: the text has digest" in capsys.readouterr().err


def test_a_missing_text_is_named_with_its_source(folder, capsys):
    path = exported(folder)
    (folder / "text" / "parcels.txt").unlink()
    assert standoff.main(["join", str(folder / "text"), "--labels", str(path), "-o", str(folder / "out")]) == 2
    assert "service example.org" in capsys.readouterr().err


def test_held_out_is_the_end_of_one_series(tmp_path):
    for name in ("win-007", "win-100", "new-200"):
        samples.write_codebook(tmp_path, name)
    path = exported(tmp_path, "--held-out-from", "win-100")
    parts = {one.name: one.part for one in standoff.read_standoff(path)}
    assert parts == {"win-007": "train", "win-100": "held_out", "new-200": "train"}
    assert [one.name for one in standoff.read_standoff(path, part="held_out")] == ["win-100"]


def test_two_texts_of_one_name_are_refused(folder, capsys):
    assert standoff.main(["export", str(folder), str(folder), "-o", str(folder / "l.jsonl")]) == 2
    assert "the name 'parcels'" in capsys.readouterr().err


# --------------------------------------------------------------------------- corrections


def fix(what, old, new, **more):
    return {"name": "parcels", "block": 1, "what": what, "old": old, "new": new, "kind": "a mistake", "line": 1, **more}


def test_corrections_of_each_kind():
    rows = samples.codebook_rows()
    name, city, deliver = rows[0]["mentions"]
    (practice,) = rows[0]["practices"]
    wide = {**name, "quote": "name and city", "end": city["end"]}
    (row, _) = corrected(rows, [fix("mention", name, wide)], Path("c"))
    assert [m["id"] for m in row["mentions"]] == ["m1", "m3"], "the mention inside is none of its own any longer"
    assert row["practices"][0]["data"] == ["m1"] and rows[0]["practices"][0]["data"] == ["m1", "m2"]

    verb, rest = {**deliver, "id": "m3a", "end": deliver["start"] + 7}, {**deliver, "id": "m3b"}
    (row, _) = corrected(rows, [fix("mention split", deliver, [verb, rest])], Path("c"))
    assert row["practices"][0]["purposes"] == ["m3a", "m3b"]

    (row, _) = corrected(rows, [
        fix("practice", practice, None, index=0),
        fix("mention and practice added", None,
            {"mention": {**city, "id": "x"}, "practice": {**practice, "data": ["x"]}}),
    ], Path("c"))
    assert [p["data"] for p in row["practices"]] == [["x"]]


@pytest.mark.parametrize("wrong", [
    pytest.param(fix("practice", {"action": "use"}, None, index=0), id="another practice"),
    pytest.param(fix("practice", None, None, index=5), id="no such practice"),
    pytest.param(fix("mention", {"id": "m1"}, {}), id="another mention"),
    pytest.param({**fix("mention", None, None), "block": 9}, id="no such block"),
])
def test_a_correction_of_other_labels_is_refused(wrong):
    with pytest.raises(GoldError, match="c:1"):
        corrected(samples.codebook_rows(), [wrong], Path("c"))


def test_export_counts_corrections_by_kind(folder):
    (practice,) = samples.codebook_rows()[0]["practices"]
    made = fix("practice", practice, {**practice, "polarity": "denied"}, index=0)
    samples.write_lines(folder / "corrections.jsonl", [made])
    (labels,) = standoff.read_standoff(exported(folder, "--corrections", str(folder / "corrections.jsonl")))
    assert labels.corrections == {"a mistake": 1}
    assert "| a mistake | 1 |" in standoff.card_counts([labels])
    assert "| train | given | 1 | 3 | 1 | 1 | 2 | 2 | 1 |" in standoff.card_counts([labels])


# --------------------------------------------------------------------------- what is shipped


def test_shipped_labels_say_what_the_card_says():
    labels = standoff.read_standoff(SHIPPED)
    card = SHIPPED.with_name("README.md").read_text("utf-8")
    assert standoff.put_counts(card, standoff.card_counts(labels)) == card, "python -m privlex.evaluate.standoff card"
    assert sum(one.labelled_by == "added" for one in labels) >= 60


def test_shipped_labels_join_to_the_given_texts(shared):
    labels = {one.name: one for one in standoff.read_standoff(SHIPPED)}
    for part in ("train", "dev"):
        for document in read_codebook(shared / "annotated" / "privlex" / part):
            joined = standoff.join(labels[document.name], document.text)
            if not labels[document.name].corrections:
                assert joined == document


PAGE = "# Privacy\n\nWe log *visits*.\n\n* pages\n\n| When | What |\n| --- | --- |\n| always | [times](/t) |\n"


@pytest.fixture
def window(tmp_path):
    """A window of blocks 1 to 3 of a page, labelled, and the archive that holds the page."""
    folder = tmp_path / "cut"
    for name in ("text", "labels"):
        (folder / name).mkdir(parents=True)
    (folder / "text" / "w.txt").write_text(window_text(PAGE, 1, 3), "utf-8")
    mention = {"id": "m1", "kind": "data", "category": "online_activity", "quote": "visits", "start": 7, "end": 13}
    practice = {"action": "collect", "polarity": "affirmed", "data": ["m1"], "purposes": [], "recipients": [],
                "condition": None}
    row = {"block": 0, "mentions": [mention], "practices": [practice]}
    (folder / "labels" / "w.jsonl").write_text(json.dumps(row) + "\n", "utf-8")
    (folder / "windows.tsv").write_text(
        "name\tservice\tcaptured\tcommit\tpath\tfirst_block\nw\tshop\t2024-05-06\tabc\tshop/p.md\t1\n", "utf-8"
    )

    def archive(text: str) -> Path:
        path = tmp_path / "archive.parquet"
        table = {"path": ["shop/p.md"], "commit": ["abc"], "captured": ["2024-05-06"], "text": [text]}
        parquet.write_table(pa.table(table), path)
        return path

    return folder, archive


def test_a_window_is_cut_again_from_the_page_of_an_archive(window, tmp_path):
    folder, archive = window
    labels = exported(folder)
    made = ["join", str(archive(PAGE)), "--from-archive", "--labels", str(labels), "-o", str(tmp_path / "out")]
    assert standoff.main(made) == 0
    assert read_codebook(tmp_path / "out") == read_codebook(folder)
    assert (tmp_path / "out" / "text" / "w.txt").read_text("utf-8") == "We log visits.\n\n- pages\n\nWhen | What\n"


def test_a_page_that_gives_other_words_is_refused(window, tmp_path, capsys):
    folder, archive = window
    labels = exported(folder)
    made = ["join", str(archive(PAGE.replace("log", "see"))), "--from-archive", "--labels", str(labels)]
    assert standoff.main([*made, "-o", str(tmp_path / "out")]) == 2
    assert "w: the text has digest" in capsys.readouterr().err
