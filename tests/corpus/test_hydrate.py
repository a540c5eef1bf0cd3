"""Getting pages: the real client against a server with the archive's manners, mirrors, and git histories."""

from __future__ import annotations

import subprocess
import sys
import threading
from hashlib import sha256

import pytest

from privlex.corpus.archive import ArchiveBusyError, archive_client, fetch_capture
from privlex.corpus.hydrate import hydrate
from privlex.corpus.manifest import ManifestRow
from privlex.corpus.pages import read_fetched, write_bytes_whole
from privlex.errors import CorpusError, OutputError
from tests.corpus.archive_server import Answer, running_archive

PAGE = b"<html><body><h1>Privacy Policy</h1><p>We collect your shoe size.</p></body></html>"
PATH = "/web/20080516042055id_/http://www.example.com/privacy"
URL = "https://web.archive.org" + PATH


def row(n: int = 0, **changes) -> ManifestRow:
    captured = f"2008-05-{16 + n}"
    values = {
        "id": f"example.com@{captured}", "domain": "example.com", "captured": captured, "media_type": "text/markdown",
        "source": "princeton-leuven", "ref": URL if not n else URL + f"?{n}", "sha256": "0" * 64, "bytes": "9",
        "path": f"pages/example.com/{captured}.md",
    }
    return ManifestRow(**(values | changes))


def of_bytes(content: bytes, **changes) -> ManifestRow:
    return row(sha256=sha256(content).hexdigest(), bytes=str(len(content)), **changes)


@pytest.fixture
def archive():
    with running_archive() as archive:
        yield archive


@pytest.fixture
def client(archive):
    with archive_client(archive.base, retries=3, backoff=0.001, memento_calls_per_second=0, timeout=10) as client:
        yield client


@pytest.fixture
def slept():
    return []


@pytest.fixture
def get(tmp_path, client, slept):
    """Hydrate rows into a fresh folder; their outcomes."""
    return lambda *rows, **options: list(hydrate(rows, tmp_path, client=client, sleep=slept.append, **options))


def pages_in(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_a_capture_is_stored_as_served_and_its_digest_recorded(archive, get, tmp_path):
    archive.answers[PATH] = [Answer(body=PAGE)]
    assert get(row()) == [("example.com@2008-05-16", "fetched", "")]
    # Beside the mirror's page, not in its place: these are other bytes.
    assert pages_in(tmp_path) == ["pages/example.com/2008-05-16.wayback.html", "pages/fetched.tsv"]
    assert (tmp_path / "pages/example.com/2008-05-16.wayback.html").read_bytes() == PAGE
    known = read_fetched(tmp_path / "pages")["example.com@2008-05-16"]
    assert (known.sha256, known.bytes, known.memento) == (sha256(PAGE).hexdigest(), str(len(PAGE)), URL)


def test_what_is_here_is_not_asked_for_again(archive, get):
    archive.answers[PATH] = [Answer(body=PAGE)]
    get(row())
    assert get(row()) == [("example.com@2008-05-16", "present", "")]
    assert archive.asked[PATH] == 1


def test_a_damaged_capture_is_fetched_again(archive, get, tmp_path):
    archive.answers[PATH] = [Answer(body=PAGE)]
    get(row())
    page = tmp_path / "pages/example.com/2008-05-16.wayback.html"
    page.write_bytes(PAGE[:20])
    assert get(row())[0].state == "fetched"
    assert page.read_bytes() == PAGE


@pytest.mark.parametrize("faults", [
    pytest.param([Answer(503, b"busy", memento=False)] * 2, id="503 twice"),
    pytest.param([Answer(502, b"", memento=False)], id="502"),
    pytest.param([Answer(body=PAGE, cut=30)], id="body cut short"),
    pytest.param([Answer(body=PAGE, cut=0)] * 3, id="no body at all, three times"),
])
def test_passing_faults_are_waited_out(faults, archive, get, tmp_path):
    archive.answers[PATH] = [*faults, Answer(body=PAGE)]
    assert get(row())[0].state == "fetched"
    assert (tmp_path / "pages/example.com/2008-05-16.wayback.html").read_bytes() == PAGE
    assert archive.asked[PATH] == len(faults) + 1


def test_after_a_429_the_pause_asked_for_is_kept(archive, get, slept):
    archive.answers[PATH] = [Answer(429, memento=False, headers={"Retry-After": "7"}), Answer(body=PAGE)]
    assert get(row())[0].state == "fetched"
    assert slept == [7.0]


def test_an_archive_that_stays_busy_is_left_alone(archive, get, tmp_path, slept):
    second = PATH + "?1"
    archive.answers = {PATH: [Answer(429, memento=False, headers={"Retry-After": "2"})], second: [Answer(body=PAGE)]}
    first, other = get(row(), row(1))
    assert first.state == other.state == "failed" and "later" in first.reason
    assert archive.asked[second] == 0 and len(slept) == 3
    assert pages_in(tmp_path) == []
    archive.answers[PATH] = [Answer(body=PAGE)]
    assert [o.state for o in get(row(), row(1))] == ["fetched", "fetched"]  # goes on where it stopped


def test_a_pause_of_an_hour_is_told_not_waited_out(archive, client, slept):
    archive.answers[PATH] = [Answer(429, memento=False, headers={"Retry-After": "3600"})]
    with pytest.raises(ArchiveBusyError, match="3600 s"):
        fetch_capture(URL, client, sleep=slept.append)
    assert slept == []


def test_a_captured_redirect_is_followed_and_its_end_recorded(archive, get, tmp_path):
    target = "/web/20080516042101id_/http://www.example.com/legal/privacy"
    archive.answers[PATH] = [Answer(302, headers={"Location": target})]
    archive.answers[target] = [Answer(body=PAGE)]
    assert get(row())[0].state == "fetched"
    assert read_fetched(tmp_path / "pages")["example.com@2008-05-16"].memento == "https://web.archive.org" + target


@pytest.mark.parametrize(("answer", "said"), [
    pytest.param(
        Answer(302, memento=False, headers={"Location": "/web/20150101000000id_/http://www.example.com/privacy"}),
        "does not give this capture", id="redirected to a capture of another year"),
    pytest.param(Answer(404, b"gone"), "error page .HTTP 404", id="an error page was captured"),
    pytest.param(Answer(404, b"never", memento=False), "never archived", id="never archived"),
    pytest.param(Answer(body=b"%PDF", headers={"Content-Type": "application/pdf"}), "application/pdf", id="a PDF"),
    pytest.param(Answer(body=b""), "empty", id="an empty capture"),
    pytest.param(Answer(body=PAGE, cut=30), "connection broke", id="always cut short"),
    pytest.param(Answer(503, b"down", memento=False), "503", id="down for good"),
])
def test_what_cannot_be_had_is_said_and_leaves_nothing(answer, said, archive, get, tmp_path):
    archive.answers[PATH] = [answer]
    (outcome,) = get(row())
    assert outcome.state == "failed"
    pytest.importorskip("re").search(said, outcome.reason) or pytest.fail(outcome.reason)
    assert pages_in(tmp_path) == []


def test_a_capture_that_changed_since_is_refused(archive, get, tmp_path):
    archive.answers[PATH] = [Answer(body=PAGE), Answer(body=PAGE + b"<!-- another -->")]
    get(row())
    (outcome,) = get(row(), again=True)
    assert outcome.state == "failed" and "other bytes" in outcome.reason
    assert (tmp_path / "pages/example.com/2008-05-16.wayback.html").read_bytes() == PAGE


def test_one_failure_does_not_stop_the_others(archive, get):
    archive.answers[PATH + "?1"] = [Answer(body=PAGE)]
    assert [o.state for o in get(row(), row(1))] == ["failed", "fetched"]


# --------------------------------------------------------------------------- mirror and clone


def test_a_mirror_gives_the_manifests_own_bytes(tmp_path, archive):
    mirror, folder = tmp_path / "mirror", tmp_path / "corpus"
    write_bytes_whole(mirror / "pages/example.com/2008-05-16.md", b"# Privacy")
    wanted = of_bytes(b"# Privacy")
    assert list(hydrate([wanted], folder, mirror=mirror)) == [(wanted.id, "copied", "")]
    assert (folder / wanted.path).read_bytes() == b"# Privacy"
    assert list(hydrate([wanted], folder, mirror=mirror)) == [(wanted.id, "present", "")]
    assert not archive.asked


@pytest.mark.parametrize(("content", "said"), [
    pytest.param(b"# Privacy, edited", "other bytes than the manifest names", id="wrong digest"),
    pytest.param(b"# Priv", "other bytes than the manifest names", id="cut short"),
    pytest.param(None, "not in the mirror", id="missing"),
])
def test_a_mirror_with_another_page_is_refused(content, said, tmp_path):
    mirror, folder = tmp_path / "mirror", tmp_path / "corpus"
    if content is not None:
        write_bytes_whole(mirror / "pages/example.com/2008-05-16.md", content)
    (outcome,) = hydrate([of_bytes(b"# Privacy")], folder, mirror=mirror)
    assert outcome.state == "failed" and said in outcome.reason
    assert not folder.exists()


@pytest.fixture
def history(tmp_path):
    """A git repository with one committed page; (folder, COMMIT:PATH)."""
    folder = tmp_path / "clone"
    folder.mkdir()

    def git(*words):
        return subprocess.run(
            ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.com", *words],
            check=True, capture_output=True, text=True,
        ).stdout.strip()

    git("init", "-q")
    (folder / "Privacy Policy.txt").write_bytes(PAGE)
    git("add", ".")
    git("commit", "-qm", "captured")
    return folder, f"{git('rev-parse', 'HEAD')}:Privacy Policy.txt"


def test_a_clone_gives_the_file_of_the_commit(history, tmp_path):
    clone, ref = history
    wanted = of_bytes(PAGE, source="tosdr/tosback2", ref=ref)
    (outcome,) = hydrate([wanted], tmp_path / "corpus", clones={"tosdr/tosback2": clone})
    assert outcome.state == "copied"
    assert (tmp_path / "corpus" / wanted.path).read_bytes() == PAGE


@pytest.mark.parametrize(("changes", "said"), [
    pytest.param({"ref": "0" * 40 + ":Privacy Policy.txt"}, "is this a full clone", id="no such commit"),
    pytest.param({"sha256": "1" * 64}, "other bytes", id="wrong digest"),
])
def test_a_clone_that_does_not_have_it_is_told(changes, said, history, tmp_path):
    clone, ref = history
    wanted = of_bytes(PAGE, source="tosdr/tosback2", **{"ref": ref}) if "ref" not in changes else of_bytes(
        PAGE, source="tosdr/tosback2", **changes)
    if "sha256" in changes:
        wanted = row(source="tosdr/tosback2", ref=ref, **changes)
    (outcome,) = hydrate([wanted], tmp_path / "corpus", clones={"tosdr/tosback2": clone})
    assert outcome.state == "failed" and said in outcome.reason
    assert not (tmp_path / "corpus").exists()


def test_without_a_clone_the_remedy_is_named(tmp_path):
    (outcome,) = hydrate([row(source="tosdr/tosback2", ref="abc:Privacy.txt")], tmp_path)
    assert "--clone tosdr/tosback2=" in outcome.reason and "--mirror" in outcome.reason


# --------------------------------------------------------------------------- nothing half-written


KILLED_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from privlex.corpus import pages
os.fsync = lambda fd: os.kill(os.getpid(), signal.SIGKILL)  # the bytes are out, the name is not yet taken
pages.write_bytes_whole(Path(sys.argv[1]), b"new " * 1000)
"""


def test_a_kill_while_writing_leaves_the_old_page(tmp_path):
    page = tmp_path / "page.html"
    page.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, str(page)], check=False)
    assert done.returncode == -9
    assert page.read_bytes() == b"old"
    write_bytes_whole(page, b"new")  # and the next try is not in its way
    assert page.read_bytes() == b"new" and pages_in(tmp_path) == ["page.html"]


KILLED_WHILE_FETCHING = """
import sys
from pathlib import Path
from privlex.corpus.archive import archive_client
from privlex.corpus.hydrate import hydrate
from tests.corpus.test_hydrate import row
print([o.state for o in hydrate([row()], Path(sys.argv[1]), client=archive_client(sys.argv[2]))])
"""


def test_a_kill_while_fetching_leaves_nothing_and_the_next_run_completes(archive, tmp_path, get):
    archive.answers[PATH] = [Answer(body=PAGE, cut=30, stall=threading.Event()), Answer(body=PAGE)]
    fetching = subprocess.Popen([sys.executable, "-c", KILLED_WHILE_FETCHING, str(tmp_path), archive.base])
    asked = threading.Event()
    for _ in range(600):
        if archive.asked[PATH] or asked.wait(0.05):
            break
    fetching.kill()
    assert fetching.wait(10) == -9 and archive.asked[PATH] == 1
    assert pages_in(tmp_path) == []
    assert get(row())[0].state == "fetched"


def test_a_folder_that_cannot_be_written_stops_at_once(tmp_path, archive, client):
    archive.answers = {PATH: [Answer(body=PAGE)], PATH + "?1": [Answer(body=PAGE)]}
    (tmp_path / "pages").write_text("a file where the folder should be")
    with pytest.raises((OutputError, CorpusError), match="pages"):
        list(hydrate([row(), row(1)], tmp_path, client=client))
    assert archive.asked[PATH + "?1"] == 0
