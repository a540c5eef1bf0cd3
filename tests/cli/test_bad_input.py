"""Bad input, as a user meets it: the real command in a process of its own, one clear sentence, the right exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from privlex.cli import main

POLICY = (
    "# Privacy Policy\n\nThis privacy policy tells how we treat personal information.\n\n"
    "When you register we collect your name and email address to answer your questions.\n\n"
    "We do not sell your personal information to third parties.\n"
)
HTML = (
    b"<h1>Privacy Policy</h1><p>This privacy policy tells how we treat personal information.</p>"
    b"<p>When you register we collect your name and email address to answer your questions.</p>"
)
RECIPE = (
    "# Pancakes\n\nBeat two eggs with a pinch of salt and three spoons of flour, then add the milk slowly. "
    "Let the batter rest for half an hour before you heat the pan.\n\nServe them with sugar and lemon.\n"
)
GERMAN = (
    "# Datenschutzerklärung\n\nWir freuen uns über Ihr Interesse an unserem Unternehmen. Der Schutz Ihrer "
    "personenbezogenen Daten ist uns wichtig.\n\nWenn Sie sich anmelden, erheben wir Ihren Namen und Ihre Anschrift. "
    "Eine Weitergabe an Dritte findet nicht statt, es sei denn, Sie haben eingewilligt.\n"
)
PNG = bytes.fromhex("89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d4944415478da63fc"
                    "ffff3f030005fe02fea7d1a4b50000000049454e44ae426082")


def privlex(*arguments: object, cwd: Path | None = None, **options) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "privlex", *map(str, arguments)], capture_output=True, text=True, timeout=120,
        cwd=cwd, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}, check=False, **options,
    )


def one_sentence(done: subprocess.CompletedProcess, *parts: str) -> None:
    """One line on standard error, from privlex, with all of ``parts`` in it, and nothing that looks like a crash."""
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("privlex: ") and "Traceback" not in done.stderr and "fault in privlex" not in done.stderr
    for part in parts:
        assert part in lines[0], lines[0]


def left_behind(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


UNREADABLE = [
    pytest.param("empty.md", b"", ["empty"], id="empty capture"),
    pytest.param("blank.html", b" \n\t\n ", ["empty"], id="white space only"),
    pytest.param("program.md", bytes(range(256)) * 40, ["binary"], id="binary file"),
    pytest.param("picture.html", PNG, ["image"], id="an image under an HTML name"),
    pytest.param("recipe.md", RECIPE.encode(), ["privacy policy", "--force"], id="no privacy policy"),
    pytest.param("deutsch.md", GERMAN.encode(), ["English", "--force"], id="not English"),
]


@pytest.mark.parametrize(("name", "content", "said"), UNREADABLE)
@pytest.mark.parametrize("output", [None, "out.parquet"])
def test_a_file_that_cannot_be_read_is_named_with_the_remedy(name, content, said, output, tmp_path):
    (tmp_path / name).write_bytes(content)
    done = privlex("extract", name, *(["-o", output] if output else []), cwd=tmp_path)
    assert done.returncode == 1 and done.stdout == ""
    one_sentence(done, name, *said)
    assert left_behind(tmp_path) == [name]


@pytest.mark.parametrize(("arguments", "code", "said"), [
    pytest.param(["extract", "nowhere.md"], 1, "no such file in {here}; check the path", id="a file"),
    pytest.param(["compare", "pages/no.md", "{here}/a.md"], 1, "pages/no.md: there is no such file in {here};",
                 id="a file below"),
    pytest.param(["extract", "{here}/nowhere.md"], 1, "{here}/nowhere.md: there is no such file; check", id="absolute"),
    pytest.param(["evaluate", "codebook", "gone"], 2, "no such file or folder in {here};", id="a gold set"),
    pytest.param(["bulk", "gone", "-o", "out", "--tier", "rules"], 2, "no such file or folder in {here};",
                 id="an archive"),
])
def test_what_is_missing_is_told_with_the_folder_it_was_looked_for_in(arguments, code, said, tmp_path):
    (tmp_path / "a.md").write_text(POLICY)
    done = privlex(*(a.format(here=tmp_path) for a in arguments), cwd=tmp_path)
    assert done.returncode == code
    one_sentence(done, said.format(here=tmp_path))


@pytest.mark.parametrize(("name", "said"), [
    pytest.param("qnap.com@2008-05-17", "qnap.com@2008-05-16", id="a day beside"),
    pytest.param("qnapp.com@2008-05-16", "did you mean qnap.com@2008-05-16", id="misspelt"),
    pytest.param("zzz.example@1999-01-01", "asus.com", id="far from all: the domains are listed"),
])
def test_an_unknown_name_lists_near_ones(name, said):
    done = privlex("extract", name)
    assert done.returncode == 1
    one_sentence(done, name, said)


@pytest.mark.parametrize(("name", "said"), [
    pytest.param("qnap.com", ["3 snapshots", "qnap.com@2008-05-16 or qnap.com@2015-04-15"], id="a domain"),
    pytest.param("www.QNAP.com", ["3 snapshots", "qnap.com@2008-05-16"], id="as a browser shows it"),
    pytest.param("shop.example", ["no such file", "corpus list"], id="a domain that the corpus does not know"),
    pytest.param("https://www.qnap.com/privacy", ["save the page first"], id="an address"),
])
def test_a_domain_or_an_address_is_told_what_to_write_instead(name, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["extract", name, "--tier", "rules"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"privlex: {name}: ")
    for part in said:
        assert part in line, line


@pytest.mark.parametrize(("command", "said"), [
    pytest.param(["extract", "good.md", "--corpus", "nothing-here"], None, id="not needed, not asked"),
    pytest.param(["extract", "a.com@2001-01-01", "--corpus", "nothing-here"], "nothing-here", id="unknown corpus"),
])
def test_an_unknown_corpus(command, said, tmp_path):
    (tmp_path / "good.md").write_text(POLICY)
    done = privlex(*command, cwd=tmp_path)
    if said is None:
        assert done.returncode == 0 and done.stderr == ""
    else:
        assert done.returncode == 1
        one_sentence(done, said)


@pytest.mark.parametrize(("output", "said"), [
    pytest.param("nowhere/out.jsonl", "make it first", id="no such folder"),
    pytest.param("folder", "is a folder", id="a folder"),
    pytest.param("good.md/out.jsonl", "cannot be written", id="below a file"),
    pytest.param("/dev/full", "No space left", id="a full disk", marks=pytest.mark.skipif(
        not Path("/dev/full").exists(), reason="the system has no /dev/full")),
])
@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_an_output_that_cannot_be_written(output, said, form, tmp_path):
    (tmp_path / "good.md").write_text(POLICY)
    (tmp_path / "folder").mkdir()
    done = privlex("extract", "good.md", "--format", form, "-o", output, cwd=tmp_path)
    assert done.returncode == 2
    one_sentence(done, output, said)
    assert left_behind(tmp_path) == ["folder", "good.md"]


def test_an_older_output_survives_a_failure(tmp_path):
    (tmp_path / "out.jsonl").write_text("older\n")
    (tmp_path / "empty.md").touch()
    assert privlex("extract", "empty.md", "-o", "out.jsonl", cwd=tmp_path).returncode == 1
    assert (tmp_path / "out.jsonl").read_text() == "older\n"


def test_good_inputs_are_written_and_bad_ones_named(tmp_path):
    (tmp_path / "a.md").write_text(POLICY)
    (tmp_path / "b.md").touch()
    (tmp_path / "c.md").write_text(POLICY)
    done = privlex("extract", ".", "missing.md", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == [
        "missing.md", "b.md", "2 of 4 inputs failed, each named above",
    ]
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2


@pytest.mark.parametrize(("good", "output"), [
    pytest.param(["a.md"], "out.csv", id="some, to a file"),
    pytest.param(["a.md"], None, id="some, to the terminal"),
    pytest.param([], "out.csv", id="all, to a file"),
    pytest.param([], None, id="all, to the terminal"),
])
@pytest.mark.parametrize("command", ["extract", "report"])
def test_the_failed_of_a_folder_are_counted_at_the_end(command, good, output, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("pages").mkdir()
    for name, content in (*((name, POLICY) for name in good), ("x.md", ""), ("y.md", ""), ("z.txt", RECIPE)):
        Path("pages", name).write_text(content)
    if command == "report":
        output = "out.html"
    assert main([command, "pages", "--tier", "rules", *(["-o", output] if output else [])]) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[-1] == f"privlex: 3 of {3 + len(good)} inputs failed, each named above" and len(said) == 4
    assert Path(output or "none").exists() == bool(good and output)


STILL_READ = [
    pytest.param("deep.html", b"<div>" * 10_000 + HTML + b"</div>" * 10_000, id="10,000 nested tags"),
    pytest.param("open.html", b"<b>" * 10_000 + HTML, id="10,000 tags never closed"),
    pytest.param(
        "tables.html", b"<table><tr><td>" + HTML + b"<tr><td><table><td>x</tr></table></table></td><td colspan=x>",
        id="broken tables"),
    pytest.param("pipes.md", POLICY.encode() + b"\n| a | b\n---|\n|||\n| We collect your age. |", id="broken pipes"),
    pytest.param("bytes.md", POLICY.encode() + b"We collect your \xff\xfe\x80 address.\n", id="invalid bytes"),
    pytest.param("nul.html", POLICY.encode().replace(b"name", b"na\x00me"), id="a NUL byte in the middle"),
]


@pytest.mark.parametrize(("name", "content"), STILL_READ)
def test_a_damaged_policy_is_read_all_the_same(name, content, tmp_path):
    (tmp_path / name).write_bytes(content)
    done = privlex("extract", name, "--format", "jsonl", "--tier", "rules", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "email address" in done.stdout


def test_fifty_megabytes_are_refused_with_a_sentence(tmp_path):
    (tmp_path / "huge.txt").write_text(POLICY * (50_000_000 // len(POLICY)))
    done = privlex("extract", "huge.txt", "-o", "out.jsonl", cwd=tmp_path)
    assert done.returncode == 1
    one_sentence(done, "huge.txt", "MiB")
    assert left_behind(tmp_path) == ["huge.txt"]


# --------------------------------------------------------------------------- interrupted


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "terminated"])
def test_an_interruption_leaves_nothing_half_written(sent, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    for n in range(400):
        (pages / f"{n}.md").write_text(POLICY * 40)
    out = tmp_path / "out"
    out.mkdir()
    running = subprocess.Popen(
        [sys.executable, "-m", "privlex", "extract", "--tier", "rules", str(pages), "-o", str(out / "found.jsonl")],
        stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    for _ in range(600):
        if left_behind(out):
            break
        time.sleep(0.05)
    assert left_behind(out), "the command never began to write"
    running.send_signal(sent)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert said.strip() == "privlex: interrupted; files already complete stay, nothing half-written is left"
    assert left_behind(out) == []


def test_a_reader_that_stops_early_is_no_fault(tmp_path):
    (tmp_path / "a.md").write_text(POLICY * 500)
    piped = f"{sys.executable} -m privlex extract a.md --tier rules --format csv | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(
        ["bash", "-c", piped], capture_output=True, text=True, cwd=tmp_path, check=False,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert done.stdout.splitlines()[-1] == "0" and done.stderr == ""


# --------------------------------------------------------------------------- wrong use


@pytest.mark.parametrize(("arguments", "said"), [
    pytest.param(["extract", "gone.md", "-o", "shop.json"], [".jsonl", ".csv", "--format"], id="extract: json"),
    pytest.param(["extract", "gone.md", "-o", "shop.xlsx"], [".parquet", "--format"], id="extract: a workbook"),
    pytest.param(["compare", "gone.md", "gone.md", "-o", "b.json"], [".jsonl", ".html", "--format"], id="compare"),
    pytest.param(["evaluate", "codebook", "gone", "-o", "scores.csv"], [".json", ".txt", "--format"], id="evaluate"),
    pytest.param(["corpus", "list", "-o", "list.json"], [".csv", "--format"], id="corpus list"),
    pytest.param(["report", "gone.md", "-o", "page.pdf"], [".html"], id="report"),
])
def test_an_ending_that_tells_no_format_is_refused_before_anything_is_read(arguments, said, tmp_path):
    done = privlex(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "") and left_behind(tmp_path) == []
    one_sentence(done, arguments[-1], *said)


@pytest.mark.parametrize(("arguments", "said"), [
    pytest.param([], "COMMAND", id="no command"),
    pytest.param(["extract"], "SNAPSHOT", id="no input"),
    pytest.param(["extract", "a.md", "--format", "yaml"], "invalid choice", id="unknown format"),
    pytest.param(["extract", "a.md", "--threshold", "3"], "from 0 to 1", id="threshold out of range"),
    pytest.param(["extract", "a.md", "--explain", "--format", "csv"], "--explain", id="explain is for people"),
    pytest.param(["compare", "a.md"], "required", id="one side of a comparison"),
    pytest.param(["report", "a.md"], "-o", id="a report without a file"),
    pytest.param(["bulk", "a.parquet", "-o", "x", "--workers", "0"], "0", id="no workers"),
    pytest.param(["bulk", "a.parquet", "-o", "x", "--scheduler", "tcp://a"], "dask", id="a scheduler without Dask"),
    pytest.param(["evaluate", "nothing", "x"], "invalid choice", id="unknown data set"),
    pytest.param(["corpus", "hydrate", "--clone", "x"], "REPO=DIR", id="a clone without folder"),
    pytest.param(["corpus", "hydrate", "--mirror", "nowhere"], "nowhere", id="a mirror that is not there"),
    pytest.param(["corpus", "list", "--corpus", "nowhere"], "nowhere", id="a corpus that is not there"),
])
def test_wrong_use_is_exit_code_two(arguments, said, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    try:
        code = main(arguments)
    except SystemExit as stopped:  # argparse's own way
        code = stopped.code
    out, err = capsys.readouterr()
    assert (code, out) == (2, "") and said in err
    assert left_behind(tmp_path) == []
