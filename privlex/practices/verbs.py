"""The verbs and nouns that state an action, with their frames, read once from the lexicon's data."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from privlex.records import Action

FrameKind = Literal[
    "act", "give", "user_gives", "ask", "allow", "access", "keep", "drop", "place", "nominal", "subject"
]


@dataclass(frozen=True, slots=True)
class Sense:
    """One reading of a form: what is done, and which slots its frame has."""

    lemma: str
    action: Action
    kind: FrameKind
    particle: str | None
    only_data: frozenset[str]
    purposes_by: frozenset[str]  # slots that lead to a purpose ("for", "to_verb")
    parties_by: frozenset[str]  # prepositions that lead to a recipient or source


@dataclass(frozen=True, slots=True)
class Form:
    """A word form of a verb or noun and the senses it may have. ``shape``: base, third, past, gerund, noun."""

    shape: str
    lemma: str
    senses: tuple[Sense, ...]


def _kind(row: dict) -> FrameKind:
    frames = row["frames"]
    first = frames[0]
    if row["pos"] == "noun":
        return "nominal"
    if first.get("subject") == "user":
        return "user_gives"
    if first.get("to_verb") == "user_gives" and first.get("object") == "user":
        return "ask"
    if first.get("to_verb") == "collect_or_access":
        return "allow"
    if "access" in (first.get("object"), first.get("object2")):
        return "access"
    if first.get("subject") == "data":
        return "subject"
    if first.get("only_data"):
        return "place"
    if row["action"] == "share":
        return "give"
    if row["action"] == "retain":
        return "drop" if "after" in first else "keep"
    return "act"


def _sense(row: dict) -> Sense:
    merged: dict[str, str] = {}
    only: frozenset[str] = frozenset()
    for frame in row["frames"]:
        only = only | frozenset(frame.get("only_data", ()))
        merged.update({slot: role for slot, role in frame.items() if isinstance(role, str)})
    return Sense(
        lemma=row["lemma"], action=row["action"], kind=_kind(row), particle=row["particle"], only_data=only,
        purposes_by=frozenset(s for s, role in merged.items() if role == "purpose"),
        parties_by=frozenset(s for s, role in merged.items() if role in ("recipient", "source")),
    )  # fmt: skip


SHAPES = {"base": "base", "third": "third", "past": "past", "participle": "past", "gerund": "gerund",
          "singular": "noun", "plural": "noun"}  # fmt: skip


@lru_cache(maxsize=1)
def forms() -> dict[str, tuple[Form, ...]]:
    """Every first word of an action's form -> its readings, verbs before nouns."""
    table: dict[str, dict[tuple[str, str], list[Sense]]] = {}
    text = files("privlex.lexicon").joinpath("data/actions.jsonl").read_text("utf-8")
    for line in text.splitlines():
        row = json.loads(line)
        sense = _sense(row)
        for name, form in row["forms"].items():
            first, _, rest = form.partition(" ")
            if rest and sense.particle is None:
                sense_here = Sense(sense.lemma, sense.action, sense.kind, rest, sense.only_data, sense.purposes_by,
                                   sense.parties_by)  # fmt: skip
            else:
                sense_here = sense
            key = (SHAPES[name], sense.lemma)
            entry = table.setdefault(first, {}).setdefault(key, [])
            if sense_here not in entry:
                entry.append(sense_here)
    made = {}
    for first, entries in table.items():
        by_shape: dict[str, list[Sense]] = {}
        for (shape, _), senses in entries.items():
            by_shape.setdefault(shape, []).extend(senses)
        made[first] = tuple(
            Form(shape, senses[0].lemma, tuple(senses))
            for shape, senses in sorted(by_shape.items(), key=lambda item: (item[0] == "noun", item[0]))
        )
    return made
