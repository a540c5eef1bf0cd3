"""Corrections of labels that were given: what was wrong, what is right, and of which kind the mistake was.

One JSON object a correction: ``name``, ``block``, ``what``, ``old``, ``new`` (null: dropped), ``kind``, and for a
practice its ``index`` in the block as it was given. ``what`` is ``practice``, ``mention`` (other ends or category),
``mention split`` (one mention becomes several) or ``mention and practice added``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

from privlex.evaluate.gold.files import existing, fault, json_lines, wanted

Row = dict[str, Any]       # a label row of one block, in the codebook's record form
Correction = dict[str, Any]


def read_corrections(path: str | Path) -> dict[str, list[Correction]]:
    """The corrections of each document, by its name.

    Raises: GoldError naming file, line and remedy.
    """
    path = existing(path, "a file of corrections, one JSON object a line")
    found: dict[str, list[Correction]] = defaultdict(list)
    for line, row in json_lines(path):
        name, _, what, _ = wanted(path, line, row, name=str, block=int, what=str, kind=str)
        if what not in _APPLY:
            fault(path, line, f"a correction of {what!r}", f"one of {', '.join(_APPLY)} is expected")
        found[name].append({**row, "line": line})
    return dict(found)


def corrected(rows: Sequence[Row], corrections: Sequence[Correction], file: Path) -> list[Row]:
    """The rows of one document with its corrections made; the rows given stay as they are.

    Raises: GoldError when a correction's ``old`` is not what the labels say.
    """
    made = deepcopy(list(rows))
    by_block = {row["block"]: row for row in made}
    for c in corrections:
        if c["block"] not in by_block:
            fault(file, c["line"], f"block {c['block']} of {c['name']} has no labels", "give a block that has")
        if not _APPLY[c["what"]](c, by_block[c["block"]], made):
            fault(file, c["line"], f"'old' is not what the labels of {c['name']} say", "correct the labels as given")
    for row in made:  # dropped last, so that the indices of other corrections still count practices as given
        row["practices"] = [p for p in row["practices"] if p is not None]
    return made


def _practice(c: Correction, row: Row, rows: list[Row]) -> bool:
    index = c.get("index", -1)
    if not 0 <= index < len(row["practices"]) or row["practices"][index] != c["old"]:
        return False
    row["practices"][index] = deepcopy(c["new"])
    return True


def _mention(c: Correction, row: Row, rows: list[Row]) -> bool:
    if c["old"] not in row["mentions"]:
        return False
    new = c["new"]
    # A mention of its kind that the new ends take in is no mention of its own any longer.
    inside = [
        m for m in row["mentions"]
        if m != c["old"] and m["kind"] == new["kind"] and new["start"] <= m["start"] and m["end"] <= new["end"]
    ]
    row["mentions"] = [new if m == c["old"] else m for m in row["mentions"] if m not in inside]
    for m in inside:
        _replace(rows, m["id"], [new["id"]])
    return True


def _split(c: Correction, row: Row, rows: list[Row]) -> bool:
    if c["old"] not in row["mentions"]:
        return False
    at = row["mentions"].index(c["old"])
    row["mentions"][at:at + 1] = c["new"]
    _replace(rows, c["old"]["id"], [m["id"] for m in c["new"]])
    return True


def _added(c: Correction, row: Row, rows: list[Row]) -> bool:
    row["mentions"] = sorted([*row["mentions"], c["new"]["mention"]], key=lambda m: (m["start"], m["end"]))
    row["practices"].append(c["new"]["practice"])
    return True


_APPLY: dict[str, Callable[[Correction, Row, list[Row]], bool]] = {
    "practice": _practice, "mention": _mention, "mention split": _split, "mention and practice added": _added,
}


def _replace(rows: list[Row], id: str, new: list[str]) -> None:
    """Put the ids ``new`` where a practice has ``id``, each id once."""
    for practice in (p for row in rows for p in row["practices"] if p):
        for slot in ("data", "purposes", "recipients"):
            ids = [i for old in practice[slot] for i in (new if old == id else [old])]
            practice[slot] = list(dict.fromkeys(ids))
