"""Bytes to characters: which encoding, and why that one."""

from __future__ import annotations

import codecs
import re

# Marks at the start of a file; the longer first, because the UTF-16 mark begins the UTF-32 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A browser looks for a declaration in the first 1,024 bytes; archives put a preface before it, so look further.
_DECLARED_WITHIN = 4096
_DECLARED = re.compile(
    rb"""(?:<meta\b[^>]{0,300}?|<\?xml\b[^>]{0,100}?)(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I
)
# The labels that the Encoding Standard of the WHATWG reads as windows-1252.
_WESTERN = {
    "iso-8859-1",
    "iso8859-1",
    "latin1",
    "latin-1",
    "us-ascii",
    "ascii",
    "l1",
    "cp1252",
    "windows-1252",
    "x-cp1252",
}


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the name of the encoding that was used; never fails.

    A byte-order mark decides, then a declared encoding that fits, then UTF-8, then UTF-16 without a mark,
    then windows-1252. UTF-8 with a few damaged bytes stays UTF-8: each damaged place becomes U+FFFD.

    >>> decode("Ihre Daten – geschützt".encode("windows-1252"))
    ('Ihre Daten – geschützt', 'windows-1252')
    >>> decode(b"caf\\xc3\\xa9 \\xe2\\x80\\x9cdata\\xe2\\x80\\x9d \\xff")[1]
    'utf-8'
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), encoding
    wide = _wide_without_mark(data)
    if wide:
        return data.decode(wide, "replace"), wide
    declared = declared_encoding(data)
    if declared and declared != "utf-8":
        try:
            return data.decode(declared), declared
        except (UnicodeDecodeError, ValueError):
            pass
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    wide_characters = sum(1 for character in text if character > "\x7f") - damaged
    if declared == "utf-8" or wide_characters > damaged:
        return text, "utf-8"
    return data.decode("windows-1252", "replace"), "windows-1252"


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the page declares in its head, by Python's name, or None.

    >>> declared_encoding(b'<meta charset="ISO-8859-1">')
    'windows-1252'
    """
    found = _DECLARED.search(data, 0, _DECLARED_WITHIN)
    if not found:
        return None
    label = found[1].decode("ascii", "replace").lower()
    if label in _WESTERN:
        return "windows-1252"
    try:
        name = codecs.lookup(label)
    except LookupError:
        return None
    # A page that could be searched byte by byte for "charset" is not UTF-16, whatever it says (as the WHATWG rules).
    if not name._is_text_encoding or name.name.startswith(("utf-16", "utf-32")):
        return "utf-8"
    return name.name


def _wide_without_mark(data: bytes) -> str | None:
    """UTF-16 without a mark shows as zero bytes on one side of nearly every pair (English text)."""
    head = data[: 4096 & ~1]
    pairs = len(head) // 2
    if pairs < 2:
        return None
    odd, even = head[1::2].count(0), head[0::2].count(0)
    if odd > 0.6 * pairs and even < 0.05 * pairs:
        return "utf-16-le"
    if even > 0.6 * pairs and odd < 0.05 * pairs:
        return "utf-16-be"
    return None
