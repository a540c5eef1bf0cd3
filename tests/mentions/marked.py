"""Marked sentences: ``We share your [email address|data contact] with ...``; spans of one kind may nest others."""

from __future__ import annotations

import re

_MARK = re.compile(r"\[([^\[\]|]+)\|([a-z]+)(?: ([a-z_]+))?\]")


def read_marked(marked: str) -> tuple[str, set[tuple[str, str, str]]]:
    """The plain text, and (kind, words, category) of every mark; category "" where it is not given."""
    found: set[tuple[str, str, str]] = set()
    text = marked
    while match := _MARK.search(text):
        found.add((match[2], match[1], match[3] or ""))
        text = text[: match.start()] + match[1] + text[match.end() :]
    return text, found
