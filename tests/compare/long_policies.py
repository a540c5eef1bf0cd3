"""Policies long enough to have a profile worth comparing: 32 invented sentences, edited and cut."""

from __future__ import annotations

from dataclasses import replace

from tests.factories import claim

DATA = ("name", "email address", "postal address", "phone number", "birth date", "gender", "IP address", "cookies")
PURPOSES = ("ship orders", "answer requests", "send newsletters", "improve our products")
LONG = tuple(
    claim("collect", d, purposes=p, sentence=f"On page {n} of the form our shop asks for the {d} in order to {p}.")
    for n, (d, p) in enumerate((d, p) for d in DATA for p in PURPOSES)
)
EDITED = tuple(replace(c, sentence=c.sentence.replace("our shop asks for", "the store wants to know")) for c in LONG)
CUT = LONG[:12]
SHORTENED = tuple(c for n, c in enumerate(LONG) if n % 2)
