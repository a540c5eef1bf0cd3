"""Which of the three forms a text has: HTML, Markdown or plain."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Literal

from privlex.errors import SnapshotError

MediaType = Literal["text/html", "text/markdown", "text/plain"]

_BY_SUFFIX: dict[str, MediaType] = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".shtml": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".txt": "text/plain",
    ".text": "text/plain",
}
_BY_NAME: dict[str, MediaType] = {
    "text/html": "text/html",
    "html": "text/html",
    "application/xhtml+xml": "text/html",
    "text/markdown": "text/markdown",
    "text/x-markdown": "text/markdown",
    "markdown": "text/markdown",
    "text/plain": "text/plain",
    "plain": "text/plain",
}
_SNIFFED = 100_000  # characters looked at; a form shows itself early
_HTML_START = re.compile(r"\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype html|html|head|body)\b", re.I | re.S)
_HTML_TAG = re.compile(
    r"</?(?:p|br|li|ul|ol|div|table|tr|td|h[1-6]|strong|span|b|dd|dt|blockquote)(?:\s[^<>]{0,500})?/?>", re.I
)
_MARKDOWN = re.compile(
    r"^#{1,6} \S|^={3,} *$|^(?:> \*The following text)|\]\((?:https?:|/|#|mailto:)|\*\*\S|^ {0,3}[*+] {1,3}\S"
    r"|^ *\|? ?---.*\|",
    re.M,
)


def media_type_of(text: str, source: str, declared: str | None = None) -> MediaType:
    """Return the media type: the declared one, else by suffix, else as the text looks.

    A ``.txt`` file full of HTML tags (the form of the tosback archive) counts as HTML.
    Raises SnapshotError where ``declared`` is none of the three.

    >>> media_type_of("# Privacy", "a.bin"), media_type_of("<p>Privacy</p><p>We keep</p>", "policy")
    ('text/markdown', 'text/html')
    """
    if declared is not None:
        name = declared.split(";")[0].strip().lower()
        if name not in _BY_NAME:
            raise SnapshotError(
                f"{source}: media type {declared!r} is not known; give text/html, text/markdown or text/plain"
            )
        return _BY_NAME[name]
    path = PurePath(source.lower())
    suffix = path.suffix if path.suffix != ".gz" else PurePath(path.stem).suffix
    by_suffix = _BY_SUFFIX.get(suffix)
    if by_suffix in ("text/html", "text/markdown"):
        return by_suffix
    head = text[:_SNIFFED]
    if _HTML_START.match(head):
        return "text/html"
    tags = sum(1 for _ in _HTML_TAG.finditer(head))
    if by_suffix == "text/plain":
        return "text/html" if tags >= 6 else "text/plain"
    marks = sum(1 for _ in _MARKDOWN.finditer(head))
    if tags >= 2 and tags > marks:
        return "text/html"
    return "text/markdown" if marks else "text/plain"
