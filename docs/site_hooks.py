"""Hooks of the site: pages that lie elsewhere in the repository, the Python reference, and links between them."""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path

from mkdocs.structure.files import File

ROOT = Path(__file__).resolve().parents[1]
# file of the repository -> page of the site
ELSEWHERE = {
    "README.md": "index.md",
    "CONTRIBUTING.md": "about/contributing.md",
    "CHANGELOG.md": "about/changelog.md",
    "corpus/README.md": "reference/corpus.md",
    "corpus/gold/README.md": "reference/labels.md",
    "privlex/lexicon/README.md": "reference/lexicon.md",
    "privlex/model/weights/MODEL_CARD.md": "about/model.md",
}
_HERE = {page: file for file, page in ELSEWHERE.items()}
_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#\s:]+)(#[^)\s]*)?\)|(!\[[^\]]*\])\(([^)\s:]+)\)")


def on_files(files, config):
    """Add what does not lie in ``docs/``."""
    if str(ROOT / "docs") not in sys.path:  # MkDocs takes back what a hook adds while it is loaded
        sys.path.insert(0, str(ROOT / "docs"))
    from reference import python_pages

    for file, page in ELSEWHERE.items():
        files.append(File.generated(config, page, content=(ROOT / file).read_text("utf-8")))
    for module, text in python_pages().items():
        files.append(File.generated(config, f"reference/python/{module}.md", content=text))
    return files


def on_page_markdown(markdown, page, config, files):
    """Lead links of the repository to pages of the site; a file that is no page is named without a link."""
    source = page.file.src_uri
    lies = _HERE.get(source, f"docs/{source}")
    known = {f.src_uri for f in files}

    def led(found: re.Match[str]) -> str:
        text, link, place, image, picture = found.groups()
        target = posixpath.normpath(posixpath.join(posixpath.dirname(lies), link or picture))
        there = ELSEWHERE.get(target, target.removeprefix("docs/") if target.startswith("docs/") else "")
        if there not in known:
            return text if text is not None else ""
        way = posixpath.relpath(there, posixpath.dirname(source) or ".")
        return f"{image}({way})" if image else f"[{text}]({way}{place or ''})"

    return _LINK.sub(led, markdown)
