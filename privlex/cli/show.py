"""Findings and comparisons as tables for a terminal: as wide as it is, nothing cut off."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import IO, TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from privlex.records import Findings, Practice

if TYPE_CHECKING:
    from privlex.compare import Change, Comparison, Side

# Where standard output is no terminal the width is fixed, so that a saved table is the same everywhere.
WIDTH_OF_A_FILE = 120
NARROWEST = 60
# Below this, five columns of text are narrower than the phrases in them.
WIDE = 110
# Characters that would steer a terminal: page text must not.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: str) -> str:
    """``text`` with white space collapsed and control characters made visible as U+FFFD.

    >>> plain("a\\x1b[31m b\\n c")
    'a\ufffd[31m b c'
    """
    return _CONTROL.sub("\ufffd", " ".join(text.split()))


class _Trimmed:
    """A stream that leaves out the spaces rich fills lines up with."""

    def __init__(self, out: IO) -> None:
        self._out = out

    def write(self, text: str) -> int:
        return self._out.write(re.sub(r" +(?=\n)", "", text))

    def __getattr__(self, name: str):
        return getattr(self._out, name)


class _Screen(Console):
    def on_broken_pipe(self) -> None:
        raise BrokenPipeError  # rich would exit with 1; a reader that has seen enough (`| head`) is no failure


def console(out: IO) -> Console:
    """A console on ``out``: the terminal's width and colours, or a fixed width without colours for a file."""
    terminal = bool(getattr(out, "isatty", lambda: False)())
    width = shutil.get_terminal_size((WIDTH_OF_A_FILE, 24)).columns if terminal else WIDTH_OF_A_FILE
    return _Screen(
        file=_Trimmed(out), width=max(width, NARROWEST), force_terminal=terminal, no_color=not terminal,
        highlight=False, markup=False, emoji=False, soft_wrap=False, legacy_windows=False,
    )


def grid(headers: Sequence[str], ratios: Sequence[int | None]) -> Table:
    """An empty table as wide as the console; ``ratios`` share out what the fixed columns (None) leave."""
    table = Table(
        box=None, show_edge=False, pad_edge=False, padding=(0, 2, 0, 0), expand=True, show_header=bool(headers),
        header_style="bold",
    )
    for header, ratio in zip(headers, ratios, strict=True):
        table.add_column(header, ratio=ratio, no_wrap=ratio is None, overflow="fold")
    return table


def action_words(practice: Practice) -> str:
    """What is (not) done.

    >>> from privlex.records import Extent
    >>> action_words(Practice(id="p1", action="share", polarity="denied", actor="first_party", data=(),
    ...                       extent=Extent(0, 1), source=Extent(0, 1), block=0))
    'does not share'
    """
    return practice.action if practice.polarity == "affirmed" else f"does not {practice.action}"


def findings_tables(findings: Iterable[Findings], out: IO) -> None:
    """Print a table of practices for each document, under the section headings of its policy.

    "at" is the first character of the evidence in the source file.
    """
    screen = console(out)
    for number, found in enumerate(findings):
        _title(found, screen, first=not number)
        screen.print(_practice_grid(screen))
        for section, practices in groupby(found.practices, key=lambda p: p.section):
            screen.print()
            if section:
                screen.print(Text(plain(section), style="cyan"))
            table = _practice_grid(screen)
            table.show_header = False
            for p in practices:
                _add_practice(table, p, *_cells(found, p))
            screen.print(table)


def _practice_grid(screen: Console) -> Table:
    if screen.width < WIDE:
        table = grid(("action", "practice", "at"), (None, 1, None))
    else:
        table = grid(("action", "data", "for", "with", "condition", "at"), (None, 5, 5, 4, 4, None))
    table.columns[0].min_width = len("does not collect")
    table.columns[-1].justify, table.columns[-1].min_width = "right", 6
    return table


def _add_practice(table: Table, p: Practice, action: str, data: str, *others: str) -> None:
    *slots, at = others
    cells = (data, *slots)
    if len(table.columns) == 3:  # one column for all: a line for each thing said
        named = (f"{name}: {said}" for name, said in zip(("for", "with", "condition"), slots, strict=True) if said)
        cells = ("\n".join((data, *named) if data else named),)
    table.add_row(Text(action, style=_style(p)), *map(Text, cells), Text(at))


def findings_explained(findings: Iterable[Findings], out: IO) -> None:
    """Print every practice with its evidence and what made it."""
    screen = console(out)
    for number, found in enumerate(findings):
        _title(found, screen, first=not number)
        for p in found.practices:
            action, data, purposes, recipients, condition, _ = _cells(found, p)
            screen.print()
            screen.print(Text(f"{p.id}  {action}", style=_style(p) or "bold"))
            table = Table(box=None, show_header=False, show_edge=False, padding=(0, 2, 0, 2))
            table.add_column(no_wrap=True, style="dim")
            table.add_column(overflow="fold")
            document = found.document
            for label, said in (
                ("data", data), ("for", purposes), ("with", recipients), ("condition", condition),
                ("section", plain(p.section)),
                ("words", plain(document.text[p.extent.start:p.extent.end]) if document else ""),
                ("at", f"characters {p.source.start} to {p.source.end} of {plain(found.snapshot.source)}"),
                ("because", "; ".join(map(plain, p.because))),
                ("confidence", f"{p.confidence:.2f}"),
            ):
                if said:
                    table.add_row(label, Text(said))
            screen.print(table)


def _cells(found: Findings, p: Practice) -> tuple[str, str, str, str, str, str]:
    quotes = (plain("; ".join(found.mention(id).quote for id in ids)) for ids in (p.data, p.purposes, p.recipients))
    return action_words(p), *quotes, plain(p.condition.quote if p.condition else ""), str(p.source.start)


def _style(p: Practice) -> str:
    return "red" if p.polarity == "denied" else ""


def _title(found: Findings, screen: Console, *, first: bool) -> None:
    denied = sum(p.polarity == "denied" for p in found.practices)
    practices = f"{len(found.practices)} practices" + (f", {denied} of them denied" if denied else "")
    if not first:
        screen.print()
    screen.print(Text(
        f"{plain(found.snapshot.id or found.snapshot.source)}: {practices}; "
        f"{found.coverage:.1%} of the visible text read; {found.tier} tier", style="bold",
    ))


def scores_table(scores: dict, out: IO) -> None:
    """Print the scores of an evaluation, each with its interval, and what they were counted over."""
    screen = console(out)
    counted = ", ".join(f"{value:,} {name}" for name, value in scores["n"].items())
    screen.print(Text(f"{scores['dataset']}: {counted}", style="bold"))
    table = grid(("score", "value", "95 % interval", ""), (None, None, None, 1))
    for name, score in scores["scores"].items():
        interval = f"{score['low']:.3f} to {score['high']:.3f}"
        table.add_row(*map(Text, (name, f"{score['value']:.3f}", interval, "")))
    screen.print(table)
    made = f"privlex {scores['version']}, model {scores['model']}, lexicon {scores['lexicon']}"
    screen.print(Text(made, style="dim"))


# --------------------------------------------------------------------------- comparison

_GROUPS = {
    "changed": "said by both, but not the same",
    "added": "only the later one says it",
    "dropped": "only the earlier one says it",
    "reworded": "the same in other words",
    "kept": "the same in the same words",
}


def comparison_table(change: Comparison, out: IO, *, show_kept: bool = False) -> None:
    """Print what changed, one table for each kind of change; of what stayed the same only the number.

    "at" is the first character of the evidence in the earlier and in the later source file.
    """
    screen = console(out)
    screen.print(Text(plain(change.title), style="bold"))
    screen.print(Text(", ".join(f"{number} {kind}" for kind, number in change.counts.items())))
    if change.aspect_counts:
        said = ", ".join(f"{number} × {aspect.replace('_', ' ')}" for aspect, number in change.aspect_counts.items())
        screen.print(Text(f"of those changed: {said}"))
    for kind, meaning in _GROUPS.items():
        rows = getattr(change, kind)
        if not rows or (kind in ("reworded", "kept") and not show_kept):
            continue
        screen.print()
        screen.print(Text(f"{kind}: {meaning}", style="cyan"))
        if kind == "changed":
            table = grid(("action", "data", "what changed", "at"), (None, 4, 8, None))
            table.columns[0].min_width = len("does not collect")
            table.columns[-1].justify = "right"
        else:
            table = _practice_grid(screen)
        for row in rows:
            side = row.after or row.before
            p = side.practice
            at = " → ".join(str(s.practice.source.start) for s in (row.before, row.after) if s)
            if kind == "changed":
                said = "\n".join(_aspect(row, a) for a in row.aspects)
                cells = (action_words(p), _quotes(side, side.data), said, at)
                table.add_row(Text(cells[0], style=_style(p)), *map(Text, cells[1:]))
            else:
                action, _, *slots, _ = _cells(side.findings, p)
                _add_practice(table, p, action, _quotes(side, side.data), *slots, at)
        screen.print(table)


def _quotes(side: Side, ids: Iterable[str]) -> str:
    return plain("; ".join(side.findings.mention(id).quote for id in ids))


def _aspect(row: Change, aspect: str) -> str:
    """One aspect in words: what it was, and what it is."""
    def said(side: Side) -> str:
        p = side.practice
        if aspect == "polarity":
            return action_words(p)
        if aspect.startswith("condition"):
            return plain(p.condition.quote) if p.condition else ""
        return _quotes(side, {"purpose": p.purposes, "recipient": p.recipients}.get(aspect.split("_")[0], side.data))

    before, after = (said(s) or "(nothing said)" for s in (row.before, row.after))
    return f"{aspect.replace('_', ' ')}: {before} → {after}"
