"""The notebooks are held to their word: what is compared is counted, and a moved number is caught."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.compared_cells import compared_cells
from tests.conftest import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def nbval(path: Path, cwd: Path, root: Path = ROOT, **environment: str) -> subprocess.CompletedProcess:
    """Run a notebook in strict comparison, in another working directory, with the privlex that lies in ``root``."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(path.parent), "-c", os.devnull,
         "--nbval", "--nbval-current-env", "--nbval-cell-timeout", "600", str(path)],
        cwd=cwd, env=os.environ | {"PYTHONPATH": str(root)} | environment, capture_output=True, text=True, check=False,
    )


def other_checkout(folder: Path, pages: Path) -> Path:
    """privlex and its study in another place, with these pages; what is not changed is linked."""
    shutil.copytree(ROOT / "privlex", folder / "privlex", ignore=shutil.ignore_patterns("__pycache__", "weights"))
    (folder / "privlex" / "model" / "weights").symlink_to(ROOT / "privlex" / "model" / "weights")
    (folder / "corpus").mkdir()
    for name in ("snapshots.tsv", "released", "gold"):
        (folder / "corpus" / name).symlink_to(ROOT / "corpus" / name)
    (folder / "corpus" / "pages").symlink_to(pages)
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    return folder


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_outputs_are_committed_and_compared(path):
    assert compared_cells(path) >= 4, "nbval compares nothing where there is no text output"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_warning_progress_or_path_of_a_machine_in_the_outputs(path):
    cells = json.loads(path.read_text("utf8"))["cells"]
    for cell in cells:
        for output in cell.get("outputs", ()):
            assert output.get("name") != "stderr", output
            assert "/tmp/" not in json.dumps(output) and "/home/" not in json.dumps(output)
        assert cell["cell_type"] != "code" or cell["execution_count"], "not run"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_no_printed_line_is_wider_than_the_pane_of_jupyterlab(path):
    """What is wider is broken in mid-word, and a table can no longer be read."""
    outputs = [o for cell in json.loads(path.read_text("utf8"))["cells"] for o in cell.get("outputs", ())]
    lines = [line for o in outputs for line in "".join(o.get("text", ())).splitlines()]
    assert lines and [line for line in lines if len(line) > 118] == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_alone_with_another_hash_seed_in_another_directory_it_gives_the_same(path, tmp_path):
    done = nbval(path, tmp_path, PYTHONHASHSEED="12345")
    assert done.returncode == 0, done.stdout[-3000:]


@pytest.mark.parametrize("path", [p for p in NOTEBOOKS if "all_findings" in p.read_text("utf8")], ids=lambda p: p.stem)
def test_from_the_pages_it_gives_what_it_gives_from_the_released_tables(path, shared, tmp_path):
    """The outputs are those of a checkout with one page; here all 176 are read anew."""
    root = other_checkout(tmp_path / "root", shared / "archive" / "pages")
    done = nbval(root / "notebooks" / path.name, tmp_path, root)
    assert done.returncode == 0, done.stdout[-5000:]


def test_one_changed_term_of_the_lexicon_makes_a_notebook_fail(tmp_path):
    root = other_checkout(tmp_path / "root", ROOT / "corpus" / "pages")
    terms = root / "privlex" / "lexicon" / "data" / "data_types.jsonl"
    rows = [json.loads(line) for line in terms.read_text("utf8").splitlines()]
    [term] = [row for row in rows if row["term"] == "birth date"]
    term["concept"] = "contact/name"
    terms.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf8")
    done = nbval(root / "notebooks" / "06_how_good_is_the_extraction.ipynb", tmp_path, root)
    failed = {line for line in done.stdout.splitlines() if line.startswith("FAILED")}
    # The first cell prints the lexicon's digest; the scores of the shipped policy have to move as well.
    assert done.returncode == 1 and len(failed) > 1, done.stdout[-3000:]


def test_a_flipped_number_is_caught(tmp_path):
    text = NOTEBOOKS[0].read_text("utf8")
    flipped = tmp_path / NOTEBOOKS[0].name
    assert "coverage 0.998" in text
    flipped.write_text(text.replace("coverage 0.998", "coverage 0.989"), "utf8")
    done = nbval(flipped, tmp_path)
    assert done.returncode == 1 and "0.989" in done.stdout


@pytest.mark.parametrize("name", ["nowhere.html", "notes.md", "paper.pdf"])
def test_your_own_policy_tells_what_it_cannot_read_and_keeps_what_was_corrected(name, tmp_path, monkeypatch, capsys):
    """The cells run to the end, in any folder and as often as one likes; labels that are there are not written anew."""
    monkeypatch.chdir(tmp_path)
    Path("notes.md").write_text("Bread, milk, and a letter to the reading room.", "utf8")
    Path("paper.pdf").write_bytes(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj")
    cells = json.loads((ROOT / "notebooks" / "08_your_own_policy.ipynb").read_text("utf8"))["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert code[0].startswith('FILE = ""')
    code[0] = code[0].replace('FILE = ""', f"FILE = {name!r}", 1)
    for time in range(2):
        names: dict = {}
        for cell in code:
            exec(cell, names)
        said = capsys.readouterr().out
        assert said.startswith(f"{name}: ") and "\nThe example is read in its place.\nreading-room.md: " in said
        [labels] = Path("out", "own-policy").glob("labels-*/labels/reading-room.jsonl")
        if time == 0:
            labels.write_text("corrected", "utf8")
    assert labels.read_text("utf8") == "corrected"
    assert {p.name for p in Path("out", "own-policy").iterdir()} >= {"reading-room.jsonl", "reading-room.csv"}
