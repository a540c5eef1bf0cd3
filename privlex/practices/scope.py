"""How far conditions and exceptions reach, from the lexicon's cues and the signs of a sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from privlex.practices.knowledge import pattern, rows_of, word_class
from privlex.practices.words import Word

# cues of frequency or place that limit nothing ("from time to time we share")
IDLE = word_class("idle_conditions")
SENTENCE_OPENERS = word_class("sentence_openers")
CLAUSE_STOP, COMMA, MAIN_AFTER = pattern("condition_end"), pattern("condition_comma"), pattern("main_clause")
AUXILIARY, LATER, AGREES = pattern("auxiliary_after"), pattern("later_clause"), pattern("user_agrees")
EXCEPTION, EXCEPTION_END = pattern("exception_cue"), pattern("exception_end")
WHILE, IDLE_TEXT = pattern("while_doing"), pattern("idle_extent")
OF_PLACE, OF_QUESTION = pattern("where_of_place"), pattern("if_of_question")


class Region(NamedTuple):
    """A conditional stretch ``[start, end)`` of a block's text, with its cue and the cue's kind."""

    start: int
    end: int
    cue: str
    kind: str


@lru_cache(maxsize=1)
def _cues() -> dict[str, tuple[tuple[tuple[str, ...], str, str], ...]]:
    rows = [json.loads(line) for line in
            files("privlex.lexicon").joinpath("data/conditions.jsonl").read_text("utf-8").splitlines()]  # fmt: skip
    table: dict[str, list[tuple[tuple[str, ...], str, str]]] = {}
    for row in rows + rows_of("conditions.jsonl"):  # what the lexicon's list leaves out
        if row["kind"] != "exception" and row["cue"] not in IDLE:
            parts = tuple(row["cue"].split())
            table.setdefault(parts[0], []).append((parts, row["kind"], row["ends"]))
    return {first: tuple(sorted(cues, key=lambda cue: (-len(cue[0]), cue[0]))) for first, cues in table.items()}


def _end(text: str, cue_end: int, start: int, stop: int, sentence_start: int, ends: str) -> int:
    """Where the clause or phrase of a condition ends."""
    before = text[sentence_start:start].strip().lower().rstrip(",")
    initial = start - sentence_start < 4 or before in SENTENCE_OPENERS
    initial = initial or text[:start].rstrip()[-1:] in ("(", "—", "–", ";", ":", ".")
    depth = 0
    for place in range(cue_end, stop):
        char = text[place]
        if char == "(":
            depth += 1
        elif char == ")":
            if depth == 0:
                return place
            depth -= 1
    inside = text[:stop]
    best = stop
    match = CLAUSE_STOP.search(inside, cue_end)
    if match:
        best = match.start()
    if initial:
        mains = [m for m in (MAIN_AFTER.search(inside, cue_end), COMMA.search(inside, cue_end + 2)) if m]
        main = min(mains, key=lambda m: m.start()) if mains else None
        main = main or (AGREES.search(inside, cue_end) if text[start:cue_end].lower().startswith("by") else None)
        if main:
            best = min(best, main.start())
    elif ends == "phrase":
        comma = inside.find(",", cue_end)
        if comma >= 0:
            best = min(best, comma)
        verb = AUXILIARY.search(inside, cue_end)
        if verb:
            best = min(best, verb.start())
    else:
        main = LATER.search(inside, cue_end)
        if main:
            best = min(best, main.start())
    while best > cue_end and text[best - 1] in " .,;:":
        best -= 1
    return max(best, cue_end)


def regions(text: str, start: int, stop: int, tokens: Sequence[Word]) -> list[Region]:
    """Conditional stretches of the sentence ``text[start:stop]``, in order; a stretch inside another is left out."""
    table = _cues()
    found: list[Region] = []
    lows = [token.low for token in tokens]
    for place, low in enumerate(lows):
        cues = table.get(low)
        if cues is None:
            continue
        token = tokens[place]
        if found and token.start < found[-1].end:
            continue
        match = next((c for c in cues if tuple(lows[place : place + len(c[0])]) == c[0]), None)
        if match is None:
            continue
        parts, kind, ends = match
        cue, begin, cue_end = " ".join(parts), token.start, tokens[place + len(parts) - 1].end
        if cue in ("where", "as you", "in certain") and OF_PLACE.search(text[start:begin]):
            continue
        if cue == "if" and OF_QUESTION.search(text[start:begin]):
            continue
        end = _end(text, cue_end, begin, stop, start, ends)
        if cue == "while" and not WHILE.match(text, cue_end):
            continue
        if kind == "extent" and IDLE_TEXT.search(text, begin, end):
            continue
        if end - begin > 3:
            found.append(Region(begin, end, cue, kind))
    return found


def exception(text: str, start: int, stop: int) -> tuple[int, int, int] | None:
    """The exception of a sentence: ``(cue start, cue end, end)``; None if there is none."""
    match = EXCEPTION.search(text, start, stop)
    if match is None:
        return None
    initial = match.start() - start < 3
    end = stop
    if initial:
        main = MAIN_AFTER.search(text[:stop], match.end())
        end = main.start() if main else match.end()
    else:
        ends = EXCEPTION_END.search(text, match.end(), stop)
        if ends:
            end = ends.start()
    while end > match.end() and text[end - 1] in " .,;:":
        end -= 1
    return (match.start(), match.end(), end) if end > match.end() else None
