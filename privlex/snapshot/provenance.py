"""What a capture says about itself: the archive's preface, Wayback marks, and the path it lies under."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from privlex.records import Extent

# The two prefaces of the Princeton-Leuven Longitudinal Corpus: a block quote in Markdown, a comment in HTML.
_PREFACE = re.compile(
    r"\s*(?:(?P<quote>>)|(?P<comment><!--))[\s>*_]*The following (?:text|is)\b(?P<said>.{0,2000}?)"
    r"reproduction\.?\**[ \t]*(?(quote)(?:\r?\n|$)|\s*-->)",
    re.S,
)
_PREFACE_DOMAIN = re.compile(
    r"(?:from|of)\s+the\s+(\S+)\s+privacy\s+policy\s+that\s+was\s+archived\s+on\s+(\d{4}-\d\d-\d\d)"
)
_WAYBACK_URL = re.compile(r"https?://web\.archive\.org/web/(\d{4,14})(?:[a-z]{2}_)?/[^\s<>\"']+")
_WOMBAT = re.compile(r"""__wm\.wombat\(\s*["']([^"']{4,2000})["']\s*,\s*["'](\d{14})["']""")
_FILE_ARCHIVED = re.compile(r"FILE ARCHIVED ON \d\d?:\d\d:\d\d ([A-Z][a-z]{2}) (\d\d?), (\d{4})")
_REWRITTEN = re.compile(r"""(?:https?://web\.archive\.org)?/web/(\d{14})(?:[a-z]{2}_)?/(https?:/+[^\s"'<>]+)""")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CAPTURE_FILE = re.compile(r"((\d{4}-\d\d-\d\d)(?:-\d{1,3})?)(?:\.[A-Za-z0-9.]+)?$")
_DOMAIN_FOLDER = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}", re.I)


class Provenance(NamedTuple):
    """Where a capture comes from; what is not known is None."""

    domain: str | None = None
    captured: str | None = None
    url: str | None = None
    preface: Extent | None = None
    id: str | None = None


def provenance_of(text: str, source: str) -> Provenance:
    """Return what the text's preface or Wayback marks say, and where they are silent, what the path says.

    >>> provenance_of("no preface", "pages/qnap.com/2008-05-16.md")[:2]
    ('qnap.com', '2008-05-16')
    """
    by_path = _from_path(source)
    said = _from_preface(text) or _from_wayback(text)
    domain = said.domain or by_path.domain
    captured = said.captured or by_path.captured
    # The path's id keeps the running number of a second capture on one day.
    id = by_path.id if by_path.id and (domain, captured) == by_path[:2] else None
    if id is None and domain and captured:
        id = f"{domain}@{captured}"
    return Provenance(domain, captured, said.url, said.preface, id)


def _from_preface(text: str) -> Provenance | None:
    found = _PREFACE.match(text)
    if not found:
        return None
    named = _PREFACE_DOMAIN.search(found["said"])
    url = _WAYBACK_URL.search(found["said"])
    if not named and not url:
        return None
    # In Markdown the address stands in round brackets, in HTML too: the last bracket is not part of it.
    address = url[0].rstrip(").,*") if url else None
    return Provenance(
        domain=named[1] if named else None,
        captured=named[2] if named else _date_of_stamp(url[1]),
        url=address,
        preface=Extent(len(text[: found.end()]) - len(text[: found.end()].lstrip()), found.end()),
    )


def _from_wayback(text: str) -> Provenance:
    head, tail = text[:40_000], text[-4_000:]
    address = stamp = None
    wombat = _WOMBAT.search(head)
    if wombat:
        address, stamp = wombat[1], wombat[2]
    archived = _FILE_ARCHIVED.search(tail) or _FILE_ARCHIVED.search(head)
    if not wombat and not archived:
        return Provenance()
    if not wombat:
        rewritten = _REWRITTEN.search(head)
        if rewritten:
            address, stamp = rewritten[2], rewritten[1]
    captured = None
    if archived and archived[1] in _MONTHS:
        captured = f"{archived[3]}-{_MONTHS.index(archived[1]) + 1:02}-{int(archived[2]):02}"
    elif stamp:
        captured = _date_of_stamp(stamp)
    host = (urlsplit(unquote(address)).hostname or "") if address else ""
    url = f"https://web.archive.org/web/{stamp}/{address}" if address and stamp else None
    return Provenance(domain=host.removeprefix("www.") or None, captured=captured, url=url)


def _from_path(source: str) -> Provenance:
    path = PurePath(source.replace("\\", "/"))
    file = _CAPTURE_FILE.fullmatch(path.name)
    if not file:
        return Provenance()
    folder = path.parent.name.lower()
    domain = folder if _DOMAIN_FOLDER.fullmatch(folder) else None
    return Provenance(domain, file[2], id=f"{domain}@{file[1]}" if domain else None)


def _date_of_stamp(stamp: str) -> str | None:
    return f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}" if len(stamp) >= 8 else None
