"""Style sheet and script of the report pages; the script is named by its digest in the page's security policy."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from html import escape
from importlib.resources import files

from privlex.figures.highlight import STYLE

_ASSETS = files("privlex.report")
SCRIPT = _ASSETS.joinpath("page.js").read_text("utf8")
SHEET = STYLE + "\n" + _ASSETS.joinpath("page.css").read_text("utf8")


def page(title: str, body: str) -> str:
    """A whole HTML page: self-contained, and forbidden by its own policy to load or run anything but its script.

    ``body`` is trusted HTML (built from escaped parts); ``title`` is text.
    """
    digest = b64encode(sha256(SCRIPT.encode("utf8")).digest()).decode("ascii")
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src 'sha256-{digest}'; base-uri 'none'"
    )
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>{SHEET}</style></head>\n"
        f'<body class="plx"><a class="skip" href="#main">to the practices</a>{body}\n'
        f"<script>{SCRIPT}</script></body></html>\n"
    )
