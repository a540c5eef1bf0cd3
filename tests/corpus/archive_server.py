"""A small server that answers like the Wayback Machine, faults and all, on the loopback address."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MEMENTO_DATE = {"Memento-Datetime": "Fri, 16 May 2008 04:20:55 GMT"}


@dataclass
class Answer:
    """One answer; ``cut`` says how many bytes of the body are sent before the connection closes, ``stall`` how long
    it hangs there first."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    memento: bool = True
    cut: int | None = None
    stall: threading.Event | None = None


@dataclass
class Archive:
    """``answers[path]`` are given one after the other, the last one for ever; ``asked`` is what was requested."""

    base: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@contextmanager
def running_archive() -> Iterator[Archive]:
    archive = Archive("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            planned = archive.answers.get(self.path, [Answer(404, b"not archived", memento=False)])
            answer = planned[min(archive.asked[self.path], len(planned) - 1)]
            archive.asked[self.path] += 1
            self.send_response(answer.status)
            headers = {"Content-Type": "text/html", "Content-Length": str(len(answer.body))}
            for name, value in (headers | (MEMENTO_DATE if answer.memento else {}) | answer.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body if answer.cut is None else answer.body[:answer.cut])
            self.wfile.flush()
            if answer.stall is not None:
                answer.stall.wait(30)
            if answer.cut is not None:
                self.close_connection = True

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    archive.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield archive
    finally:
        for answers in archive.answers.values():
            for answer in answers:
                if answer.stall is not None:
                    answer.stall.set()
        server.shutdown()
        server.server_close()
