"""Labels are written for a person to correct: what was corrected is not written over, and each document has its file."""

from __future__ import annotations

from pathlib import Path

import pytest

import privlex
from privlex.errors import FindingsError, OutputError
from privlex.evaluate import write_labels
from privlex.evaluate.gold import read_codebook
from tests.factories import without_document

TEXT = b"# Privacy policy\n\nWhen you register we collect your name."


def found(name: str = "shop.md"):
    return privlex.extract(privlex.read(TEXT, media_type="text/markdown", name=name), tier="rules", force=True)


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_what_is_written_is_read_again(tmp_path):
    assert write_labels((found(name) for name in ("shop.md", "cam.md")), tmp_path) == 2
    assert files(tmp_path) == ["labels/cam.jsonl", "labels/shop.jsonl", "text/cam.txt", "text/shop.txt"]
    assert [m.quote for m in read_codebook(tmp_path)[1].mentions] == ["name"]


@pytest.mark.parametrize("there", ["labels/shop.jsonl", "text/shop.txt"])
def test_a_file_that_is_there_is_kept(there, tmp_path):
    (tmp_path / there).parent.mkdir()
    (tmp_path / there).write_text("corrected")
    with pytest.raises(OutputError, match=rf"{there}: .*overwrite=True"):
        write_labels([found("cam.md"), found()], tmp_path)
    assert files(tmp_path) == [there] and (tmp_path / there).read_text() == "corrected"
    assert write_labels([found("cam.md"), found()], tmp_path, overwrite=True) == 2
    assert (tmp_path / there).read_text() != "corrected"


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("names", [("a/shop.md", "b/shop.md"), ("shop.md", "shop.html"), ("shop.md", "shop.md")])
def test_two_documents_of_one_name_are_refused(names, overwrite, tmp_path):
    with pytest.raises(OutputError, match=f"^{names[1]}: .* called shop, as those of {names[0]} are; rename"):
        write_labels(map(found, names), tmp_path, overwrite=overwrite)
    assert files(tmp_path) == []


def test_findings_without_their_text_have_no_labels(tmp_path):
    with pytest.raises(FindingsError, match="no text to label"):
        write_labels([found(), without_document(found("cam.md"))], tmp_path)
    assert files(tmp_path) == []
