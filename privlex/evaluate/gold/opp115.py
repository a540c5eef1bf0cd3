"""OPP-115 (Wilson et al., ACL 2016): every annotator's practices with the text each attribute was marked on.

Two forms are read: JSON Lines with one segment a line, and the authors' release itself (``annotations/*.csv`` beside
``sanitized_policies/*.html``, segments separated by ``|||``).
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

from privlex.evaluate.gold.files import existing, fault, json_lines, listed, text_of, wanted
from privlex.evaluate.gold.records import Opp115Attribute, Opp115Practice, Opp115Segment, Place

_WHAT = "a .jsonl file, a folder of them, or the release's folder with annotations/ and sanitized_policies/"


def read_opp115(path: str | Path) -> tuple[Opp115Segment, ...]:
    """Every segment of every policy, with the practices of all annotators.

    Args:
        path: a ``.jsonl`` file, a folder of them, or the folder of the authors' release.

    Offsets that do not hold the selected text (the release has some) give an attribute without a place, ``errant``.

    Raises: GoldError naming file, line and remedy.
    """
    path = existing(path, _WHAT)
    if path.is_dir() and (path / "annotations").is_dir():
        return _read_release(path)
    files = [path] if path.is_file() else listed(path, "*.jsonl", _WHAT)
    rows = []
    for file in files:
        for line, row in json_lines(file):
            policy, segment, text, found = wanted(file, line, row, policy=str, segment=int, text=str, practices=list)
            rows.append((policy, segment, text, tuple(_practice(file, line, text, p) for p in found)))
    if not rows:
        fault(path, None, "no segment in it", f"give the path of {_WHAT}")
    return _with_annotators(rows)


def _practice(file: Path, line: int, text: str, row: Any) -> Opp115Practice:
    if not isinstance(row, dict):
        fault(file, line, f"a practice is a {type(row).__name__}", "an object is expected")
    id, annotator, category, attributes = wanted(
        file, line, row, id=(str, int), annotator=(str, int), category=str, attributes=list
    )
    return Opp115Practice(
        id=str(id), annotator=str(annotator), category=category,
        attributes=tuple(_attribute(file, line, text, a) for a in attributes),
    )


def _attribute(file: Path, line: int, text: str, row: dict[str, Any]) -> Opp115Attribute:
    attribute, value = wanted(file, line, row, attribute=str, value=str)
    place, errant = placed(text, row.get("start"), row.get("end"), row.get("text"))
    return Opp115Attribute(attribute=attribute, value=value, place=place, errant=errant)


def placed(text: str, start: int | None, end: int | None, selected: str | None) -> tuple[Place | None, bool]:
    """Where the selected text stands, and whether its offsets are wrong.

    The selection is plain text while the segment holds ``<br>`` and double spaces, so words are compared.

    >>> placed("We use your <br> name.", 7, 21, "your name")
    (Place(start=7, end=21), False)
    >>> placed("We use your name.", 3, 9, "your name")
    (None, True)
    """
    if start is None or end is None or start < 0 or end <= start:
        return None, False
    if end > len(text):
        return None, True
    if selected is not None and _words(text[start:end]) != _words(selected):
        return None, True
    return Place(start, end), False


def _words(text: str) -> str:
    """``text`` without mark-up and white space: the release's selections have lost both."""
    return "".join(text.replace("<br>", " ").replace("|||", " ").split())


def _with_annotators(rows: list[tuple[str, int, str, tuple[Opp115Practice, ...]]]) -> tuple[Opp115Segment, ...]:
    annotators: dict[str, set[str]] = defaultdict(set)
    for policy, _, _, practices in rows:
        annotators[policy] |= {p.annotator for p in practices}
    return tuple(
        Opp115Segment(
            policy=policy, segment=segment, text=text, practices=practices,
            annotators=tuple(sorted(annotators[policy])),
        )
        for policy, segment, text, practices in rows
    )


# --------------------------------------------------------------------------- the authors' release

# Columns of annotations/*.csv by the release's manual: annotation, batch, annotator, policy and segment ids, category,
# attribute-value pairs as JSON, then date and URL (which of the two comes first differs, and neither is needed).
_ID, _ANNOTATOR, _SEGMENT, _CATEGORY, _ATTRIBUTES = 0, 2, 4, 5, 6


def _read_release(path: Path) -> tuple[Opp115Segment, ...]:
    rows = []
    for file in listed(path / "annotations", "*.csv", _WHAT):
        html = path / "sanitized_policies" / f"{file.stem}.html"
        if not html.is_file():
            fault(html, None, f"missing, but there is annotations/{file.name}", f"give the path of {_WHAT}")
        segments = text_of(html).split("|||")
        practices: dict[int, list[Opp115Practice]] = defaultdict(list)
        # Quoted JSON holds line ends, so csv counts the lines.
        reader = csv.reader(io.StringIO(text_of(file), newline=""))
        for row in reader:
            if row:
                segment, practice = _release_row(file, reader.line_num, row, segments)
                practices[segment].append(practice)
        rows += [(file.stem, i, text, tuple(practices[i])) for i, text in enumerate(segments)]
    return _with_annotators(rows)


def _release_row(file: Path, line: int, row: list[str], segments: list[str]) -> tuple[int, Opp115Practice]:
    if len(row) <= _ATTRIBUTES:
        fault(file, line, f"{len(row)} columns", "the release has nine: ids, category, attributes as JSON, date, URL")
    if not row[_SEGMENT].isdigit() or int(row[_SEGMENT]) >= len(segments):
        fault(file, line, f"segment {row[_SEGMENT]!r}", f"{file.stem}.html has segments 0 to {len(segments) - 1}")
    segment = int(row[_SEGMENT])
    try:
        pairs = json.loads(row[_ATTRIBUTES])
    except json.JSONDecodeError as error:
        fault(file, line, f"column {_ATTRIBUTES + 1} is no JSON ({error.msg})", "take the file as it is released")
    attributes = []
    for name, pair in pairs.items():
        selected = pair.get("selectedText")
        place, errant = placed(
            segments[segment], pair.get("startIndexInSegment"), pair.get("endIndexInSegment"),
            None if selected in (None, "null") else selected,
        )
        attributes.append(Opp115Attribute(attribute=name, value=str(pair.get("value", "")), place=place, errant=errant))
    return segment, Opp115Practice(
        id=row[_ID], annotator=row[_ANNOTATOR], category=row[_CATEGORY], attributes=tuple(attributes)
    )
