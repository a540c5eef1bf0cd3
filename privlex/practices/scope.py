"""How far conditions and exceptions reach, from the lexicon's cues and the signs of a sentence."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from privlex.practices.words import Word

# cues of frequency or place that limit nothing ("from time to time we share")
IDLE = {"from time to time", "on occasion", "in the following", "under the following", "by default", "other than as",
        "in some", "within", "upon", "even if", "before"}  # fmt: skip
CLAUSE_STOP = re.compile(
    r",?\s*(?:and\s+|or\s+)?\((?:[ivx]{1,4}|[a-h]|\d)\)\s|[;:•]|\.(?=\s|$)|,?\s+(?:and|but|or)\s+(?=(?:we|our|you|they|it|may)\b)|,\s+(?:and|but)\s+(?=(?:we|our|may|will|then|also)\b)|"
    r",\s+(?=(?:such as|including|for example|e\.g|which|in order to|to|so that)\b)|\s+(?=in order to\b)"
)
COMMA = re.compile(
    r",(?!\s*(?:or|and|nor)\b)(?!\s*[\w-]+(?:\s+[\w-]+){0,4},?\s+(?:or|and)\b(?!\s+(?:we|our)\b))|\s+(?=we\s+(?!have\b|are\b|offer\b|provide\b|do\b|own\b|use\b|need\b|believe\b))"
)
MAIN_AFTER = re.compile(
    r",\s+(?=(?:then |also |please )*(?:we|our|you|your|they|it|this|these|such|the|an?|any|all|certain|some|no|third|personal|information|"
    r"both|each|data|cookies?|[A-Z])(?:\W|[a-z]*\b))"
)
AUXILIARY = re.compile(r"\s(?=(?:is|are|was|were|may|will|can|must|shall)\b)")
LATER = re.compile(r",\s+(?=(?:we|you|they|it|such|please)\b)")
AGREES = re.compile(
    r"\s+(?=(?:you|I)\s+(?:hereby\s+|also\s+|expressly\s+)?(?:understand|agree|consent|acknowledge|accept|authori[sz]e|are|give|grant)\b)"
)
CONSENT = re.compile(
    r"\b(?:consents?|consented|permission|approval|authori[sz]ation|agree|opt(?:ed)?[- ]in|tell you|notify|notified|inform|notice|ask us|request|"
    r"your (?:choice|direction|instruction)|allow us|permit us|acceptance|voluntar\w+|you (?:choose|submit|provide|give|supply))\b", re.I
)  # fmt: skip
EXCEPTION = re.compile(
    r",?\s*\b(?:except(?:ing)?(?:\s+(?:as|for|if|in|when|where|that|to|with|under))?|unless|other than|apart from|with the exception of|"
    r"excluding|save (?:for|as))\b", re.I
)  # fmt: skip


WHILE = re.compile(r"\s+(?:you|using|visiting|browsing|on|in|inside|they|logged|at|the app)\b", re.I)
IDLE_TEXT = re.compile(r"\b(?:ways|following|below)\b", re.I)
# what the lexicon's cue list leaves out: children named by "of", which the codebook makes a condition
EXTRA = (
    ("of children", "children", "phrase"),
    ("of minors", "children", "phrase"),
    ("about minors", "children", "phrase"),
)


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
    rows += [{"cue": cue, "kind": kind, "ends": ends} for cue, kind, ends in EXTRA]
    for row in rows:
        if row["kind"] != "exception" and row["cue"] not in IDLE:
            parts = tuple(row["cue"].split())
            table.setdefault(parts[0], []).append((parts, row["kind"], row["ends"]))
    return {first: tuple(sorted(cues, key=lambda cue: (-len(cue[0]), cue[0]))) for first, cues in table.items()}


def _end(text: str, cue_end: int, start: int, stop: int, sentence_start: int, ends: str) -> int:
    """Where the clause or phrase of a condition ends."""
    initial = start - sentence_start < 4 or text[sentence_start:start].strip().lower().rstrip(",") in (
        "and", "but", "or", "for example", "also", "however", "in addition", "additionally", "for instance", "only", "that is"
    )  # fmt: skip
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
    for place, token in enumerate(tokens):
        cues = table.get(token.low)
        if cues is None or found and token.start < found[-1].end:
            continue
        match = next((c for c in cues if all(
            place + n < len(tokens) and tokens[place + n].low == part for n, part in enumerate(c[0])
        )), None)  # fmt: skip
        if match is None:
            continue
        parts, kind, ends = match
        cue, begin, cue_end = " ".join(parts), token.start, tokens[place + len(parts) - 1].end
        if cue in ("where", "as you", "in certain") and re.search(
            r"\b(?:from|see|know|understand|to|services?|site|countr\w+)\s*$", text[start:begin]
        ):
            continue
        if cue == "if" and re.search(r"\b(?:determine|see|know|check|understand|tell|as|even)\s*$", text[start:begin]):
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
    cue = match[0].lower().strip(", ")
    initial = match.start() - start < 3
    end = stop
    if initial:
        main = MAIN_AFTER.search(text[:stop], match.end())
        end = main.start() if main else match.end()
    else:
        ends = re.compile(r"[;•]|\.(?=\s|$)|,\s+(?:but|and)\s+(?=we\b)").search(text, match.end(), stop)
        if ends:
            end = ends.start()
    if cue in ("unless",) and initial and not CONSENT.search(text, match.end(), end):
        pass
    while end > match.end() and text[end - 1] in " .,;:":
        end -= 1
    return (match.start(), match.end(), end) if end > match.end() else None
