"""A corpus as a user holds it: names, states, pages before tables, released tables rebuilt and checked."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from dataclasses import replace

import pytest

import privlex.corpus
from privlex.corpus import load_corpus
from privlex.corpus.pages import FetchedPage, digest_of, write_bytes_whole, write_fetched
from privlex.corpus.rebuild import differences, rebuild
from privlex.errors import CorpusError, NotAPolicyError, SnapshotError
from tests.conftest import ROOT

PAGE = (
    "# Privacy Policy\n\nThis privacy policy tells how we treat personal information.\n\n"
    "We collect your name and email address to answer your questions.\n"
)


@pytest.fixture
def own(tmp_path):
    """A corpus of three snapshots: one page here, one empty page here, one named only."""
    corpus = load_corpus(tmp_path / "own", make=True)
    rows = []
    for day, text in (("01", PAGE), ("02", ""), ("03", None)):
        content = (text if text is not None else PAGE + "\nWe sell your age.\n").encode()
        path = f"pages/nas.example/2010-01-{day}.md"
        if text is not None:
            write_bytes_whole(corpus.folder / path, content)
        rows.append(privlex.corpus.ManifestRow(
            id=f"nas.example@2010-01-{day}", domain="nas.example", captured=f"2010-01-{day}",
            media_type="text/markdown", source="file", ref="http://nas.example/privacy", sha256=digest_of(content),
            bytes=str(len(content)), path=path,
        ))
    corpus.folder.mkdir(exist_ok=True)
    return corpus.with_rows(rows)


# --------------------------------------------------------------------------- names and states


def test_the_study_by_name():
    corpus = load_corpus("nas-vendors")
    assert len(corpus.domains) == 26 and len(corpus.ids) == 176
    assert corpus.state("qnap.com@2008-05-16") == "page"
    frame = corpus.snapshots("qnap.com")
    assert list(frame["id"]) == ["qnap.com@2008-05-16", "qnap.com@2010-01-02", "qnap.com@2015-04-15"]


def test_the_shipped_page_is_read_with_what_the_manifest_knows():
    info = load_corpus().read("qnap.com@2008-05-16").snapshot.info
    assert (info.id, info.source, info.domain, info.captured) == (
        "qnap.com@2008-05-16", "qnap.com@2008-05-16", "qnap.com", "2008-05-16",
    )
    assert info.url.startswith("https://web.archive.org/web/20080516042055id_/")


@pytest.mark.parametrize(("name", "near"), [
    pytest.param("qnap.com@2009-01-01", ["qnap.com@2008-05-16", "qnap.com@2015-04-15"], id="a day that is not there"),
    pytest.param("qnap.con@2008-05-16", ["qnap.com@2008-05-16"], id="misspelt"),
    pytest.param("dell.com@2016-06-02", ["dell.com@2016-06-01", "36 in all"], id="many captures: the nearest ones"),
    pytest.param("dell.com@lately", ["dell.com@2012-10-04"], id="no date at all"),
    pytest.param("entirely-else", ["zyxel.com"], id="nothing near: the domains"),
])
def test_an_unknown_name_lists_near_ones(name, near):
    with pytest.raises(CorpusError) as fault:
        load_corpus().read(name)
    assert all(n in str(fault.value) for n in near)


def test_an_unknown_corpus_is_told(tmp_path):
    with pytest.raises(CorpusError, match="nas-vendors"):
        load_corpus(tmp_path / "nowhere")


def test_states(own):
    assert [own.state(id) for id in own.ids] == ["page", "page", "absent"]


# --------------------------------------------------------------------------- reading


def test_a_page_that_lies_here_is_read(own):
    found = own.findings("nas.example@2010-01-01")
    assert found.document is not None and "email address" in {m.quote for m in found.mentions}


def test_a_capture_in_which_nothing_can_be_read_has_its_reason(own):
    with pytest.raises(SnapshotError):
        own.read("nas.example@2010-01-02")
    found = own.findings("nas.example@2010-01-02")
    assert found.practices == () and "empty" in found.profile.note and found.snapshot.id == "nas.example@2010-01-02"


def test_a_page_that_is_not_here_names_the_remedy(own):
    with pytest.raises(CorpusError, match=r"privlex corpus hydrate nas\.example@2010-01-03"):
        own.read("nas.example@2010-01-03")
    with pytest.raises(CorpusError, match="privlex corpus hydrate"):
        own.findings("nas.example@2010-01-03")


def test_a_changed_page_is_not_trusted(own):
    (own.folder / "pages/nas.example/2010-01-01.md").write_text(PAGE + "We sell everything.\n")
    with pytest.raises(CorpusError, match="was changed"):
        own.findings("nas.example@2010-01-01")
    assert [(o.id, o.state) for o in own.verify()] == [
        ("nas.example@2010-01-01", "failed"), ("nas.example@2010-01-02", "present"),
    ]


def test_a_capture_from_the_archive_is_read_where_the_tables_lack_the_snapshot(own):
    path = "pages/nas.example/2010-01-03.wayback.html"
    content = b"<h1>Privacy Policy</h1><p>This privacy policy covers personal information. We collect your age.</p>"
    write_bytes_whole(own.folder / path, content)
    write_fetched(own.folder / "pages", {"nas.example@2010-01-03": FetchedPage(
        id="nas.example@2010-01-03", sha256=digest_of(content), bytes="1", media_type="text/html", path=path,
        memento="https://web.archive.org/web/20100103000000id_/http://nas.example/privacy",
        fetched="2024-01-01T00:00:00Z",
    )})
    own = load_corpus(own.folder)
    assert own.state("nas.example@2010-01-03") == "capture"
    assert own.findings("nas.example@2010-01-03").snapshot.sha256 == digest_of(content)


def test_a_page_in_another_language_is_noted_not_read(own):
    german = "# Datenschutz\n\nWir erheben Ihren Namen und Ihre Anschrift, wenn Sie sich bei uns anmelden.\n" * 5
    path = own.folder / "pages/nas.example/2010-01-01.md"
    path.write_text(german)
    row = replace(own.rows[0], sha256=digest_of(german.encode()), bytes=str(len(german.encode())))
    own = own.with_rows([row, *own.rows[1:]])
    assert "English" in own.findings(row.id).profile.note
    with pytest.raises(NotAPolicyError):
        privlex.extract(own.read(row.id))


# --------------------------------------------------------------------------- released tables


def test_released_tables_stand_in_for_pages(own):
    rebuild(own, "rules")
    fresh = own.findings("nas.example@2010-01-01", "rules")
    shutil.rmtree(own.folder / "pages")
    own = load_corpus(own.folder)
    assert [own.state(id) for id in own.ids] == ["released", "released", "absent"]
    found = own.findings("nas.example@2010-01-01")
    assert found.document is None
    assert [p.wording for p in found.practices] == [p.wording for p in fresh.practices]
    with pytest.raises(CorpusError, match="rules tier"):
        own.findings("nas.example@2010-01-01", "trained")


def test_one_frame_of_all_practices(own):
    own = own.with_rows(own.rows[:2])
    frame = own.practices()
    assert set(frame["snapshot"]) == {"nas.example@2010-01-01"}
    assert {"name", "email address"} <= set(frame["data"])


def test_the_check_is_silent_when_nothing_changed(own):
    rebuild(own, "rules")
    told, found = differences(load_corpus(own.folder), "rules")
    assert (told.read, found) == (2, ())


def test_the_check_names_what_would_differ(own):
    rebuild(own, "rules")
    table = own.folder / "released/mentions/nas.example.tsv"
    table.write_text(table.read_text().replace("email address", "postal address"))
    _, found = differences(load_corpus(own.folder), "rules")
    assert found and any("email address" in str(f) and "mentions/nas.example.tsv" in str(f) for f in found)


def test_last_digits_of_a_confidence_are_no_difference(own):
    rebuild(own, "rules")
    for table in (own.folder / "released").rglob("nas.example.tsv"):
        lines = [line.split("\t") for line in table.read_text().splitlines()]
        place = lines[0].index("confidence")
        for cells in lines[1:]:
            cells[place] = f"{float(cells[place]) - 0.001:.3f}"
        table.write_text("".join("\t".join(cells) + "\n" for cells in lines))
    assert differences(load_corpus(own.folder), "rules")[1] == ()


def test_a_snapshot_without_a_page_keeps_its_rows(own):
    rebuild(own, "rules")
    (own.folder / "pages/nas.example/2010-01-01.md").unlink()
    own = load_corpus(own.folder)
    before = own.released("nas.example@2010-01-01")
    assert rebuild(own, "rules") == (1, 1)
    assert load_corpus(own.folder).released("nas.example@2010-01-01").practices == before.practices


def test_the_released_tables_of_the_study_say_what_is_found_in_the_shipped_page():
    corpus = load_corpus()
    if not (corpus.folder / "released").is_dir():
        pytest.skip("this checkout has no released tables")
    own = replace(corpus, rows=tuple(row for row in corpus.rows if row.id == "qnap.com@2008-05-16"))
    released = own.released("qnap.com@2008-05-16")
    fresh = own.findings("qnap.com@2008-05-16", released.tier)
    assert [(p.action, p.polarity, p.wording) for p in released.practices] == [
        (p.action, p.polarity, p.wording) for p in fresh.practices
    ]


# --------------------------------------------------------------------------- an installed wheel


def test_an_installed_package_finds_the_study(tmp_path, monkeypatch):
    """The layout that setup.py gives a wheel, without building one."""
    import setuptools

    monkeypatch.setattr(setuptools, "setup", lambda **_: None)
    copy_study = runpy.run_path(str(ROOT / "setup.py"))["copy_study"]
    shutil.copytree(ROOT / "privlex", tmp_path / "site/privlex", ignore=shutil.ignore_patterns("__pycache__"))
    copy_study(tmp_path / "site")
    script = (
        "import privlex; c = privlex.load_corpus(); print(len(c.ids), c.state('qnap.com@2008-05-16'), "
        "str(c.folder).startswith(r'%s'), c.store)" % (tmp_path / "site")
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path, check=True,
        env={"PYTHONPATH": str(tmp_path / "site"), "XDG_DATA_HOME": str(tmp_path / "data"), "PATH": ""},
    )
    assert done.stdout.split() == ["176", "page", "True", str(tmp_path / "data/privlex/nas-vendors")]
