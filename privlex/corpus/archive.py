"""Captures from the Wayback Machine, by the library ``wayback`` with its rate limits and retries.

The library waits between requests and repeats them on 5xx answers and failed connections. It hands up at once a 429
and a body that ends early, so those two are repeated here, after the pause the archive asks for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from privlex.errors import CorpusError

if TYPE_CHECKING:
    from wayback import WaybackClient

log = logging.getLogger(__name__)

# Tries for a 429 or a body cut short. The archive names its pause (or 60 s are taken, the library's default); after
# four refusals in a row the limit is not a matter of a minute, and asking on would be rude.
TRIES = 4
USER_AGENT = "privlex (research on privacy policies; python library wayback)"
# The longest pause that is waited out; a longer one is told to the user instead.
LONGEST_PAUSE_S = 300
_TYPES = {"text/html": "text/html", "application/xhtml+xml": "text/html", "text/plain": "text/plain",
          "text/markdown": "text/markdown"}


class Capture(NamedTuple):
    """The bytes of a capture as the archive holds them (its ``id_`` form, no toolbar, no rewritten links)."""

    content: bytes
    media_type: str
    memento: str  # URL it was served at in the end


class ArchiveBusyError(CorpusError):
    """The archive refuses further requests for now: stop, and go on later."""


def archive_client(base: str | None = None, **settings) -> WaybackClient:
    """A client of the Wayback Machine, or of a server that speaks like it (a local pywb) at ``base``.

    ``settings`` go to ``wayback.WaybackSession`` (retries, backoff in seconds, timeout in seconds, calls per second).

    Raises: CorpusError where the library is not installed.
    """
    try:
        from wayback import WaybackClient, WaybackSession
    except ImportError as fault:
        raise CorpusError(
            "fetching from the Wayback Machine needs the extra 'archive': pip install 'privlex[archive]' "
            "(or take the pages from a mirror folder with --mirror)"
        ) from fault
    session = WaybackSession(**{"user_agent": USER_AGENT, **settings})
    if base:
        session.mount("https://web.archive.org/", _sent_to(base))
    return WaybackClient(session)


def _sent_to(base: str):
    """An adapter that asks ``base`` instead, and answers under the archive's own name."""
    from requests.adapters import HTTPAdapter

    scheme, host = urlsplit(base)[:2]
    if scheme not in ("http", "https") or not host:
        raise CorpusError(f"--archive {base}: give the address of the server, like http://127.0.0.1:8080")

    class Elsewhere(HTTPAdapter):
        def send(self, request, **options):
            asked = request.url
            there = request.copy()
            there.url = urlunsplit((scheme, host, *urlsplit(asked)[2:]))
            answer = super().send(there, **options)
            answer.url, answer.request = asked, request
            return answer

    return Elsewhere()


def fetch_capture(url: str, client: WaybackClient, *, sleep: Callable[[float], None] = time.sleep) -> Capture:
    """The capture behind a Wayback URL.

    Redirects that were captured are followed; an answer with a capture of another time is refused.

    Raises: ArchiveBusyError when the archive keeps refusing; CorpusError for everything else, with its reason.
    """
    from requests.exceptions import ChunkedEncodingError, ConnectionError, ContentDecodingError
    from wayback.exceptions import RateLimitError, WaybackException

    for attempt in range(1, TRIES + 1):
        pause = float(2 ** (attempt - 1))  # 1, 2, 4 seconds, as the library's own back-off
        try:
            with client.get_memento(url) as memento:
                return _accepted(memento)
        except RateLimitError as busy:
            pause = float(busy.retry_after or 0)
            if attempt == TRIES or pause > LONGEST_PAUSE_S:
                raise ArchiveBusyError(
                    f"the archive allows no more requests for now (HTTP 429, wait {pause:.0f} s); "
                    "run the command again later, it goes on where it stopped"
                ) from busy
        except (ChunkedEncodingError, ContentDecodingError, ConnectionError) as cut:
            if attempt == TRIES:
                raise CorpusError(f"the connection broke {TRIES} times ({cut}); run the command again later") from cut
        except WaybackException as refused:
            raise CorpusError(f"the archive does not give this capture: {refused}") from refused
        log.info("%s: again in %.0f s", url, pause)
        sleep(pause)
    raise AssertionError("the last try returns or raises")


def _accepted(memento) -> Capture:
    if not memento.ok:
        raise CorpusError(f"what was captured is an error page (HTTP {memento.status_code}); choose another capture")
    content = memento.content
    if not content:
        raise CorpusError("the capture is empty; choose another capture")
    declared = memento.headers.get("Content-Type", "text/html").split(";")[0].strip().lower()
    if declared not in _TYPES:
        raise CorpusError(f"the capture is of type {declared}, and privlex reads HTML, Markdown and text")
    return Capture(content, _TYPES[declared], memento.memento_url)
