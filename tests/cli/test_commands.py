"""The commands on good input: every format, files and names and folders, the corpus commands from end to end."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from privlex import flow
from privlex.cli import COMMANDS, main
from privlex.cli.inputs import Inputs
from privlex.corpus.pages import digest_of
from tests.cli.test_bad_input import POLICY, left_behind, privlex
from tests.conftest import QNAP_2008, ROOT
from tests.corpus.archive_server import Answer, running_archive
from tests.factories import claim, policy

LATER = POLICY.replace("do not sell", "sell").replace("name and email address", "name, gender and email address")


@pytest.fixture(autouse=True)
def in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("a.md").write_text(POLICY)
    Path("b.md").write_text(LATER)
    return tmp_path


@pytest.fixture
def run(capsys):
    """Run a command in this process: (exit code, standard output, standard error)."""
    def command(*arguments: object) -> tuple[int, str, str]:
        code = main([str(a) for a in arguments])
        return code, *capsys.readouterr()

    return command


# --------------------------------------------------------------------------- extract


def test_jsonl_is_the_contracts_form(run):
    code, out, err = run("extract", "a.md", "--format", "jsonl", "--tier", "rules")
    assert (code, err) == (0, "")
    (line,) = out.splitlines()
    found = json.loads(line)
    assert found["snapshot"]["source"] == "a.md" and found["snapshot"]["sha256"] == digest_of(POLICY.encode())
    assert 0.9 < found["coverage"] <= 1
    ids = {m["id"] for m in found["mentions"]}
    used = {id for p in found["practices"] for id in (*p["data"], *p["purposes"], *p["recipients"])}
    assert ids == used
    for mention in found["mentions"]:
        assert POLICY[mention["start"]:mention["end"]] == mention["quote"]
    denied = [p for p in found["practices"] if p["polarity"] == "denied"]
    assert [p["action"] for p in denied] == ["share"]


def test_every_format_holds_the_same_rows(run):
    for name in ("found.csv", "found.parquet", "found.jsonl"):
        assert run("extract", "a.md", "b.md", "--tier", "rules", "-o", name)[0] == 0
    rows = list(csv.DictReader(io.StringIO(Path("found.csv").read_text())))
    frame = pd.read_parquet("found.parquet")
    objects = [json.loads(line) for line in Path("found.jsonl").read_text().splitlines()]
    assert len(rows) == len(frame) == sum(max(1, len(p["data"])) for o in objects for p in o["practices"])
    assert [r["data"] for r in rows] == list(frame["data"].fillna(""))
    assert list(rows[0]) == list(frame.columns)


def test_the_table_is_the_default_and_the_output_name_tells(run):
    assert run("extract", "a.md", "--tier", "rules")[1].startswith("a.md: ")
    for name in ("a.txt", "a"):
        run("extract", "a.md", "--tier", "rules", "-o", name)
        assert Path(name).read_text().startswith("a.md: ")
    run("extract", "a.md", "--tier", "rules", "-o", "a.out", "--format", "jsonl")
    assert json.loads(Path("a.out").read_text())


def test_standard_output_and_file_are_the_same_bytes(run):
    _, out, _ = run("extract", "a.md", "b.md", "--tier", "rules", "--format", "csv")
    run("extract", "a.md", "b.md", "--tier", "rules", "--format", "csv", "-o", "out")
    assert Path("out").read_bytes() == out.encode()


def test_folders_are_walked_in_order(run):
    for name in ("pages/z.md", "pages/b/2.html", "pages/b/10.md", "pages/.hidden/x.md", "pages/b/picture.png"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(POLICY)
    code, out, err = run("extract", "pages", "--tier", "rules", "--format", "jsonl")
    assert code == 0 and "1 other files passed over" in err
    assert [json.loads(line)["snapshot"]["source"] for line in out.splitlines()] == [
        "pages/z.md", "pages/b/10.md", "pages/b/2.html",
    ]


def test_a_name_of_the_corpus(run):
    code, out, _ = run("extract", "qnap.com@2008-05-16", "--tier", "rules", "--format", "jsonl")
    assert code == 0
    by_name, by_path = json.loads(out), json.loads(run("extract", QNAP_2008, "--tier", "rules", "--format", "jsonl")[1])
    assert by_name["snapshot"]["id"] == by_path["snapshot"]["id"] == "qnap.com@2008-05-16"
    assert by_name["practices"] == by_path["practices"] and by_name["mentions"] == by_path["mentions"]


def test_a_threshold_leaves_out_the_unsure(run, monkeypatch):
    def first_unsure(document, readings, find=flow.find_practices):
        mentions, (first, *others) = find(document, readings)
        return mentions, (replace(first, confidence=0.25), *others)

    monkeypatch.setattr(flow, "find_practices", first_unsure)
    extract = ("extract", "a.md", "--tier", "rules", "--format", "jsonl")
    everything = json.loads(run(*extract)[1])["practices"]
    sure = json.loads(run(*extract, "--threshold", "0.3")[1])["practices"]
    assert sure == everything[1:]


def test_explanations(run):
    code, out, _ = run("extract", "a.md", "--tier", "rules", "--explain")
    assert code == 0 and "because" in out and "We do not sell" in out


def test_force_reads_what_is_no_policy(run):
    recipe = "Beat two eggs with the sugar, add the flour, and bake the cake for an hour. " * 120  # no short text
    Path("note.md").write_text(f"# Cake\n\n{recipe}\n\nWe collect your email address for the next recipe.\n")
    assert run("extract", "note.md", "--tier", "rules")[0] == 1
    assert "email address" in run("extract", "note.md", "--tier", "rules", "--force")[1]


def test_an_output_that_is_a_link_stays_one(run, in_folder):
    Path("real.jsonl").write_text("older")
    os.symlink("real.jsonl", "link.jsonl")
    run("extract", "a.md", "--tier", "rules", "-o", "link.jsonl")
    assert Path("link.jsonl").is_symlink() and json.loads(Path("real.jsonl").read_text())


def test_an_output_that_is_a_device_is_written_not_replaced(run):
    assert run("extract", "a.md", "--tier", "rules", "-o", os.devnull)[0] == 0
    assert not Path(os.devnull).is_file()


# --------------------------------------------------------------------------- compare, report


def test_compare_in_every_format(run):
    for form in ("jsonl", "csv", "table", "html"):
        code, out, err = run("compare", "a.md", "b.md", "--tier", "rules", "--format", form)
        assert (code, err) == (0, "") and "gender" in out, form
    _, out, _ = run("compare", "a.md", "b.md", "--tier", "rules", "--format", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert {r["change"] for r in rows} <= {"kept", "reworded", "changed", "added", "dropped"}
    (turned,) = [r for r in rows if "polarity" in r["aspects"]]
    assert [turned[side]["practice"]["polarity"] for side in ("before", "after")] == ["denied", "affirmed"]


def test_compare_needs_both(run, in_folder):
    code, out, err = run("compare", "a.md", "missing.md", "-o", "out.csv")
    assert (code, out) == (1, "") and "missing.md" in err
    assert left_behind(in_folder) == ["a.md", "b.md"]


def test_a_comparison_of_two_readers_says_so(run, monkeypatch):
    first, second = (policy(f"nas.example@201{n}-01-02", claim("collect")) for n in range(2))
    monkeypatch.setattr(Inputs, "both", lambda inputs: (first, replace(second, tier="trained")))
    code, out, err = run("compare", "a.md", "b.md")
    assert code == 0 and "nas.example@2010-01-02" in out
    (line,) = err.splitlines()
    assert line.startswith("privlex: nas.example@2010-01-02 was read with the rules tier and ") and "--tier" in line


def test_a_report_is_one_page_without_network(run):
    assert run("report", "a.md", "b.md", "--tier", "rules", "-o", "page.html")[0] == 0
    page = Path("page.html").read_text()
    assert "<html" in page and "email address" in page
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?:https?:)?//""", page)


# --------------------------------------------------------------------------- corpus


def test_list_names_what_there_is(run):
    code, out, _ = run("corpus", "list")
    assert code == 0 and "176 snapshots of 26 domains" in out
    _, out, _ = run("corpus", "list", "qnap.com", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [r["id"] for r in rows] == ["qnap.com@2008-05-16", "qnap.com@2010-01-02", "qnap.com@2015-04-15"]
    assert rows[0]["state"] == "page"
    code, _, err = run("corpus", "list", "qnapp.com")
    assert code == 1 and "qnap.com" in err


def test_a_corpus_of_ones_own(run):
    for day, name in (("2010-01-02", "a.md"), ("2011-01-02", "b.md")):
        code, out, _ = run("corpus", "add", "--corpus", "mine", name, "--domain", "nas.example", "--captured", day)
        assert code == 0 and out == f"added nas.example@{day}\n"
    names = ("nas.example@2010-01-02", "nas.example@2011-01-02")
    code, out, _ = run("compare", *names, "--corpus", "mine", "--tier", "rules")
    assert code == 0 and "gender" in out
    assert run("corpus", "rebuild", "--corpus", "mine", "--tier", "rules")[0] == 0
    assert run("corpus", "rebuild", "--corpus", "mine", "--tier", "rules", "--check")[0] == 0
    table = Path("mine/released/mentions/nas.example.tsv")
    table.write_text(table.read_text().replace("gender", "birth date"))
    code, out, _ = run("corpus", "rebuild", "--corpus", "mine", "--tier", "rules", "--check")
    assert code == 1 and "birth date" in out and "mentions/nas.example.tsv" in out


def test_released_findings_are_compared_with_pages_of_the_same_tier(run, monkeypatch):
    for day, name in (("2010-01-02", "a.md"), ("2011-01-02", "b.md")):
        run("corpus", "add", "--corpus", "mine", name, "--domain", "nas.example", "--captured", day)
    run("corpus", "rebuild", "--corpus", "mine", "--tier", "rules")
    Path("mine/pages/nas.example/2010-01-02.md").unlink()
    monkeypatch.setattr("privlex.cli.inputs.default_tier", lambda: "trained")
    code, out, err = run("compare", "nas.example@2010-01-02", "b.md", "--corpus", "mine", "--format", "jsonl")
    assert code == 0 and "from the released tables" in err and "rules tier, as the released tables are" in err
    assert any("gender" in line for line in out.splitlines())
    code, _, err = run("compare", "nas.example@2010-01-02", "b.md", "--corpus", "mine", "--tier", "trained")
    assert code == 1 and "not the trained tier" in err


@pytest.mark.parametrize(("arguments", "said"), [
    pytest.param(["a.md"], "give --domain and --captured", id="a file that says nothing of itself"),
    pytest.param(["a.md", "--domain", "nas.example", "--captured", "May 2010"], "YYYY-MM-DD", id="no date"),
    pytest.param(["https://example.com/privacy"], "not a capture of the Wayback Machine", id="a live page"),
    pytest.param(["empty.md", "--domain", "nas.example", "--captured", "2010-01-02"], "empty", id="an empty page"),
])
def test_what_cannot_be_added_is_said_and_nothing_made(arguments, said, run):
    Path("empty.md").touch()
    code, out, err = run("corpus", "add", "--corpus", "mine", *arguments)
    assert (code, out) == (1, "") and said in err
    assert not Path("mine").exists()


def test_the_same_page_is_not_added_twice(run):
    add = ("corpus", "add", "--corpus", "mine", "a.md", "--domain", "nas.example", "--captured", "2010-01-02")
    assert run(*add)[0] == 0
    code, _, err = run(*add)
    assert code == 1 and "nas.example@2010-01-02" in err


def test_from_a_url_to_findings(run):
    url = "https://web.archive.org/web/20100102030405/http://www.nas.example/privacy"
    code, out, _ = run("corpus", "add", "--corpus", "mine", url)
    assert code == 0 and "nas.example@2010-01-02" in out and "privlex corpus hydrate" in out
    page = b"<h1>Privacy Policy</h1><p>This privacy policy covers personal information. We collect your age.</p>"
    asked = "/web/20100102030405id_/http://www.nas.example/privacy"
    with running_archive() as archive:
        archive.answers[asked] = [Answer(503, memento=False), Answer(body=page)]
        code, _, err = run("corpus", "hydrate", "--corpus", "mine", "--archive", archive.base)
    assert code == 0 and "1 fetched from the archive" in err
    code, out, _ = run("extract", "nas.example@2010-01-02", "--corpus", "mine", "--tier", "rules")
    assert code == 0 and "age" in out
    assert run("corpus", "verify", "--corpus", "mine")[0] == 0
    (fetched,) = Path("mine/pages/nas.example").glob("*.html")
    fetched.write_bytes(page + b" ")
    code, _, err = run("corpus", "verify", "--corpus", "mine")
    assert code == 1 and "another digest" in err


def test_hydrate_from_a_mirror(run, shared):
    """The study's pages, laid into a copy of its manifest."""
    Path("copy").mkdir()
    Path("copy/snapshots.tsv").write_bytes((ROOT / "corpus/snapshots.tsv").read_bytes())
    code, _, err = run("corpus", "hydrate", "--corpus", "copy", "--mirror", shared / "archive")
    assert code == 0 and "176 copied" in err
    assert run("corpus", "verify", "--corpus", "copy")[0] == 0
    code, _, err = run("corpus", "hydrate", "--corpus", "copy", "--mirror", shared / "archive", "qnap.com")
    assert code == 0 and "3 here already" in err


# --------------------------------------------------------------------------- notebooks, help


def test_notebooks_are_copied_and_never_overwritten(run):
    if not list((ROOT / "notebooks").glob("*.ipynb")):
        pytest.skip("this checkout has no notebooks")
    assert run("notebooks", "copy", "mine")[0] == 0
    first = sorted(Path("mine").glob("*.ipynb"))[0]
    first.write_text("my own work")
    code, _, err = run("notebooks", "copy", "mine")
    assert code == 0 and first.name in err and first.read_text() == "my own work"


def test_only_the_notebooks_of_the_series_are_copied(run, in_folder, monkeypatch):
    (in_folder / "from").mkdir()
    for name in ("01_first.ipynb", "02_second.ipynb", "Untitled.ipynb", "scratch_01.ipynb", "rerun.py"):
        (in_folder / "from" / name).write_text("{}", "utf8")
    monkeypatch.setattr("privlex.cli.notebooks._folder", lambda: in_folder / "from")
    assert run("notebooks", "copy", "mine")[0] == 0
    assert sorted(p.name for p in Path("mine").iterdir()) == ["01_first.ipynb", "02_second.ipynb"]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as done:
        main([command, "--help"])
    assert done.value.code == 0 and f"privlex {command}" in capsys.readouterr().out


def test_help_is_quick_and_loads_no_reader():
    """No heavy import: what --help loads is what every command pays for."""
    done = privlex("--help", cwd=ROOT)
    assert done.returncode == 0 and "exit codes" in done.stdout
    import subprocess
    import sys

    loaded = subprocess.run(
        [sys.executable, "-c", "import sys\nfrom privlex.cli import parser\nparser()\nprint(*sys.modules)"],
        capture_output=True, text=True, check=True, cwd=ROOT,
    ).stdout.split()
    assert not {"spacy", "pandas", "onnxruntime", "matplotlib"} & set(loaded)
