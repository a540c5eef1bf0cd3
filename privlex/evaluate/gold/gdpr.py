"""GDPR-Transparency-200 (Cory et al., PoPETs 2026): phrases of 21 GDPR requirements in passages of app policies.

Two forms are read: JSON Lines with ``pieces`` (offsets, several for a gapped phrase), and the authors' JSON files, one
array of passages a policy, whose phrases are found in their passage.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from privlex.evaluate.gold.files import existing, fault, json_lines, listed, text_of, wanted
from privlex.evaluate.gold.records import GdprAnnotation, GdprPassage, Place

_WHAT = "a .jsonl file, or a folder of .jsonl files or of the authors' .json files"

# How a phrase says that words of the passage stand between its pieces.
_GAP = re.compile(r"\s*(?:\[\s*\.\.\.\s*\]|\bPLACEHOLDER\b)\s*")


def read_gdpr_transparency_200(path: str | Path) -> tuple[GdprPassage, ...]:
    """Every passage of every policy.

    Args:
        path: a ``.jsonl`` file, a folder of them, one of the authors' ``.json`` files, or a folder of those.

    Raises: GoldError naming file, line and remedy.
    """
    path = existing(path, _WHAT)
    files = [path] if path.is_file() else sorted(path.glob("*.jsonl")) or listed(path, "**/*.json", _WHAT)
    passages = [p for file in files for p in (_lines(file) if file.suffix == ".jsonl" else _array(file))]
    if not passages:
        fault(path, None, "no passage in it", f"give the path of {_WHAT}")
    return tuple(passages)


def _lines(file: Path) -> list[GdprPassage]:
    found = []
    for line, row in json_lines(file):
        policy, passage, text = wanted(file, line, row, policy=str, passage=int, text=str)
        found.append(_passage(file, line, row, policy, passage, text))
    return found


def _array(file: Path) -> list[GdprPassage]:
    try:
        rows = json.loads(text_of(file))
    except json.JSONDecodeError as error:
        fault(file, error.lineno, f"not JSON ({error.msg})", "an array of passages is expected")
    if not isinstance(rows, list):
        fault(file, None, f"a JSON {type(rows).__name__}", "an array of passages is expected")
    found = []
    for index, row in enumerate(rows):
        if not isinstance(row, dict):
            fault(file, None, f"passage {index} is a {type(row).__name__}", "an object is expected")
        key = "passage" if isinstance(row.get("passage"), str) else "text"
        (text,) = wanted(file, None, row, **{key: str})
        found.append(_passage(file, None, row, file.stem, index, text))
    return found


def _passage(file: Path, line: int | None, row: dict[str, Any], policy: str, passage: int, text: str) -> GdprPassage:
    type, context, annotations = wanted(file, line, row, type=str, context=list, annotations=list)
    return GdprPassage(
        policy=policy, passage=passage, type=type, text=text,
        context=tuple((str(c.get("type", "")), str(c.get("text", ""))) for c in context if isinstance(c, dict)),
        annotations=tuple(_annotation(file, line, text, a) for a in annotations),
    )


def _annotation(file: Path, line: int | None, text: str, row: Any) -> GdprAnnotation:
    if not isinstance(row, dict):
        fault(file, line, f"an annotation is a {type(row).__name__}", "an object is expected")
    requirement, value, performed = wanted(file, line, row, requirement=str, value=str, performed=bool)
    if "kind" in row or "pieces" in row or line is not None:
        pieces = tuple(_piece(file, line, text, p) for p in row.get("pieces", ()))
    else:
        pieces = find_pieces(text, value)
    return GdprAnnotation(requirement=requirement, value=value, performed=performed, pieces=pieces)


def _piece(file: Path, line: int | None, text: str, pair: Any) -> Place:
    try:
        start, end = pair
        good = 0 <= start < end <= len(text)
    except (TypeError, ValueError):
        good = False
    if not good:
        fault(file, line, f"the piece {pair!r}", f"[start, end] within the text's {len(text)} characters is expected")
    return Place(start, end)


def find_pieces(text: str, value: str) -> tuple[Place, ...]:
    """Where the pieces of an annotated phrase stand in its passage, one after the other; () if one is not there.

    Case and kind of white space may differ (the release has passages and phrases from two passes).

    >>> find_pieces("Your name and email address.", "your [...] email address")
    (Place(start=0, end=4), Place(start=14, end=27))
    >>> find_pieces("Your name.", "your address")
    ()
    """
    found, at = [], 0
    for piece in filter(None, _GAP.split(value)):
        pattern = r"\s+".join(map(re.escape, piece.split()))
        hit = re.compile(pattern, re.IGNORECASE).search(text, at) if pattern else None
        if hit is None:
            return ()
        found.append(Place(*hit.span()))
        at = hit.end()
    return tuple(found)
