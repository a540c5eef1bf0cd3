"""PolicyIE (Ahmad et al., ACL 2021): a folder for each policy, brat stand-off for each of its segments."""

from __future__ import annotations

import re
from pathlib import Path

from privlex.evaluate.gold.files import existing, fault, text_of
from privlex.evaluate.gold.records import BratDocument, BratEvent, BratSpan, Place

_WHAT = "a folder of policies, each a folder of .txt and .ann files"
_SPAN = re.compile(r"(\S+) (\d+ \d+(?:;\d+ \d+)*)")
_ROLE_NUMBER = re.compile(r"\d+$")


def read_policyie(path: str | Path) -> tuple[BratDocument, ...]:
    """Every segment of every policy, by policy and number.

    Args:
        path: the folder of policies, or the folder of one.

    A span whose words are not what stands at its offsets is kept and marked ``errant``.

    Raises: GoldError naming file, line and remedy.
    """
    path = existing(path, _WHAT)
    if not path.is_dir():
        fault(path, None, "not a folder", f"give the path of {_WHAT}")
    files = sorted(path.rglob("*.ann"), key=lambda p: (p.parent.as_posix(), _number(p.stem), p.stem))
    if not files:
        fault(path, None, "no .ann file in it", f"give the path of {_WHAT}")
    return tuple(read_brat(file) for file in files)


def _number(stem: str) -> int:
    return int(stem) if stem.isdigit() else 0


def read_brat(file: Path) -> BratDocument:
    """The text and annotations of one ``.ann`` file and the ``.txt`` file beside it (notes and relations skipped)."""
    text_file = file.with_suffix(".txt")
    if not text_file.is_file():
        fault(text_file, None, f"missing, but there is {file.name}", "brat files come in pairs, .txt and .ann")
    text = text_of(text_file)
    spans: dict[str, BratSpan] = {}
    events: list[tuple[int, BratEvent]] = []
    for number, line in enumerate(text_of(file).split("\n"), start=1):
        line = line.rstrip("\r")
        if line.startswith("T"):
            span = _span(file, number, line, text)
            spans[span.id] = span
        elif line.startswith("E"):
            events.append((number, _event(file, number, line)))
    return BratDocument(
        policy=file.parent.name, name=file.stem, text=text, spans=tuple(spans.values()),
        events=_resolved(file, events, spans),
    )


def _span(file: Path, number: int, line: str, text: str) -> BratSpan:
    id, _, rest = line.partition("\t")
    body, _, quote = rest.partition("\t")
    match = _SPAN.fullmatch(body)
    if match is None:
        fault(file, number, "not a text-bound line", '"T1<tab>label start end<tab>text" is expected')
    pieces = tuple(Place(*map(int, pair.split())) for pair in match[2].split(";"))
    for piece in pieces:
        if not piece.start < piece.end <= len(text):
            fault(file, number, f"offsets {piece.start} {piece.end}", f"the text has {len(text)} characters")
    there = " ".join(text[p.start:p.end] for p in pieces)
    if there.split() != quote.split():
        return BratSpan(id=id, label=match[1], pieces=pieces, errant=True)
    return BratSpan(id=id, label=match[1], pieces=pieces)


def _event(file: Path, number: int, line: str) -> BratEvent:
    id, _, body = line.partition("\t")
    pairs = [part.partition(":") for part in body.split()]
    if not pairs or any(not colon for _, colon, _ in pairs):
        fault(file, number, "not an event line", '"E1<tab>type:T1 Role:T2 ..." is expected')
    (type, _, trigger), *roles = pairs
    numberless = tuple((_ROLE_NUMBER.sub("", role), target) for role, _, target in roles)
    return BratEvent(id=id, type=type, trigger=trigger, roles=numberless)


def _resolved(file: Path, events: list[tuple[int, BratEvent]], spans: dict[str, BratSpan]) -> tuple[BratEvent, ...]:
    """Events whose roles point at spans alone: an event in a role stands for its trigger."""
    trigger = {event.id: event.trigger for _, event in events}
    found = []
    for number, event in events:
        roles = tuple((role, trigger.get(target, target)) for role, target in event.roles)
        for target in (event.trigger, *(t for _, t in roles)):
            if target not in spans:
                fault(file, number, f"{event.id} points at {target}, which is not there", "take the file as released")
        found.append(BratEvent(id=event.id, type=event.type, trigger=event.trigger, roles=roles))
    return tuple(found)
