"""Pages of comparisons: practice changes first, then the texts side by side."""

from __future__ import annotations

import json
from html import escape

from privlex.compare import Change, Comparison
from privlex.compare.texts import align_texts, sentences
from privlex.figures.highlight import LEGEND, action_words, marked_stretch, quotes
from privlex.figures.style import words
from privlex.records import ACTIONS, CATEGORIES, Findings
from privlex.report.assets import page
from privlex.report.policies import controls_html, name_of, prefix_of

_ORDER = ("changed", "added", "dropped", "reworded", "kept")


def comparison_page(comparison: Comparison, before: Findings, after: Findings) -> str:
    """One self-contained HTML page: what changed, practice by practice, then both texts with their marks."""
    title = f"{name_of(before)} → {name_of(after)}"
    counts = ", ".join(f"{comparison.counts[kind]} {kind}" for kind in _ORDER)
    changes = sorted(comparison.changes, key=lambda c: _ORDER.index(c.change))
    present = {m.category for c in changes for s in (c.before, c.after) if s for m in s.mentions}
    categories = [c for c in dict.fromkeys(n for names in CATEGORIES.values() for n in names) if c in present]
    aspects = sorted({a for c in changes for a in c.aspects})
    filters = controls_html([("change", _ORDER), ("aspect", aspects), ("action", ACTIONS), ("category", categories)])
    rows = "".join(_row(c) for c in changes)
    body = (
        f'<header><h1>{escape(title)}</h1><p class="facts">{escape(counts)}</p></header><main id="main">'
        f"<section><h2>Practices</h2>{filters}<table><thead><tr><th>change</th><th>practice</th>"
        f"<th>{escape(name_of(before))}</th><th>{escape(name_of(after))}</th></tr></thead><tbody>{rows}</tbody></table></section>"
        f"<section><h2>Texts side by side</h2>{LEGEND}{side_by_side(before, after)}</section></main>"
    )
    return page(title, body)


def side_by_side(before: Findings, after: Findings) -> str:
    """Both texts, sentence against sentence; a note where a text is not at hand."""
    if before.document is None or after.document is None:
        return '<p class="quiet">Not both texts are at hand; <code>privlex corpus hydrate</code> gets the pages.</p>'
    left, right = _passages(before), _passages(after)
    pairs = align_texts(
        [before.document.text[a:b] for a, b, _ in left], [after.document.text[a:b] for a, b, _ in right]
    )
    cells = [f'<div class="head">{escape(name_of(before))}</div><div class="head">{escape(name_of(after))}</div>']
    for pair in pairs:
        kind = (
            "dropped"
            if pair.after is None
            else "added"
            if pair.before is None
            else "reworded"
            if pair.alike < 1
            else "kept"
        )
        for found, passages, index, number in ((before, left, pair.before, 0), (after, right, pair.after, 1)):
            if index is None:
                cells.append("<div></div>")
                continue
            start, end, heading = passages[index]
            inner = marked_stretch(found.document, start, end, found.mentions, found.practices, prefix_of(number))
            moved = " moved" if pair.moved else ""
            cells.append(f'<div class="{kind}{moved}">{f"<h4>{inner}</h4>" if heading else inner}</div>')
    return f'<div class="pairs">{"".join(cells)}</div>'


def _passages(found: Findings) -> list[tuple[int, int, bool]]:
    document = found.document
    return [
        (block.extent.start + a, block.extent.start + b, block.kind in ("title", "heading"))
        for block in document.blocks
        for a, b in sentences(document.block_text(block))
    ]


def _row(change: Change) -> str:
    sides = [s for s in (change.before, change.after) if s]
    facts = {
        "change": [change.change],
        "aspect": list(change.aspects),
        "action": sorted({s.practice.action for s in sides}),
        "category": sorted({m.category for s in sides for m in s.mentions}),
    }
    go = " ".join(f"{prefix_of(n)}{s.practice.id}" for n, s in enumerate((change.before, change.after)) if s)
    aspects = "".join(f'<br><span class="quiet">{escape(words(a))}</span>' for a in change.aspects)
    return (
        f'<tr class="{change.change}" tabindex="0" data-filter="{escape(json.dumps(facts))}" data-go="{go}">'
        f'<td class="change">{change.change}{aspects}</td><td>{action_words(sides[-1].practice)}</td>'
        f"{_side(change.before)}{_side(change.after)}</tr>"
    )


def _side(side) -> str:
    if side is None:
        return '<td class="quiet">-</td>'
    practice = side.practice
    parts = [quotes(side.findings, side.data)]
    if practice.purposes:
        parts.append(f'<span class="quiet">for</span> {quotes(side.findings, practice.purposes)}')
    if practice.recipients:
        parts.append(f'<span class="quiet">with</span> {quotes(side.findings, practice.recipients)}')
    if practice.condition:
        parts.append(f'<span class="quiet">condition:</span> {escape(practice.condition.quote)}')
    quote = f'<details><summary class="quiet">words</summary>{escape(side.quote)}</details>' if side.quote else ""
    return f"<td>{'<br>'.join(p for p in parts if p)}{quote}</td>"
