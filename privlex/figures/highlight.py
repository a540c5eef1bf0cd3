"""A policy in the browser with mentions and claims marked: HTML fragments, everything from a page escaped.

Each stretch of text carries the ids of the mentions and practices it belongs to (``data-m``, ``data-p``), so that a
page can lead from a row of a table to its words and back. Without style sheet and script the text still reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import pairwise

from privlex.figures.explore import filters_html, row_facts
from privlex.records import Findings, Mention, PolicyDocument, Practice

#: Style of the fragments; both colour schemes, and paper. Colours carry no meaning alone: kinds differ in their line.
STYLE = """
.plx{--plx-ink:#1f2328;--plx-quiet:#646b73;--plx-line:#c9ced4;--plx-back:#fff;--plx-data:#cfe3f5;--plx-purpose:#fbe3bd;
--plx-party:#d6ecd2;--plx-on:#fff3a3;--plx-add:#d6ecd2;--plx-drop:#f6d5d2;--plx-change:#fbe3bd;--plx-reword:#e4e4f3;
color:var(--plx-ink);background:var(--plx-back);font:15px/1.5 system-ui,sans-serif}
@media (prefers-color-scheme:dark){.plx{--plx-ink:#e6e6e6;--plx-quiet:#a5abb3;--plx-line:#4b5158;--plx-back:#17191c;
--plx-data:#1d4468;--plx-purpose:#664a12;--plx-party:#245128;--plx-on:#6b6200;--plx-add:#1f4a26;--plx-drop:#5c2724;
--plx-change:#5d4511;--plx-reword:#34345c}}
[data-jp-theme-light="true"] .plx{--plx-ink:#1f2328;--plx-quiet:#646b73;--plx-line:#c9ced4;--plx-back:#fff;
--plx-data:#cfe3f5;--plx-purpose:#fbe3bd;--plx-party:#d6ecd2;--plx-on:#fff3a3;--plx-add:#d6ecd2;--plx-drop:#f6d5d2;
--plx-change:#fbe3bd;--plx-reword:#e4e4f3}
[data-jp-theme-light="false"] .plx{--plx-ink:#e6e6e6;--plx-quiet:#a5abb3;--plx-line:#4b5158;--plx-back:#111;
--plx-data:#1d4468;--plx-purpose:#664a12;--plx-party:#245128;--plx-on:#6b6200;--plx-add:#1f4a26;--plx-drop:#5c2724;
--plx-change:#5d4511;--plx-reword:#34345c}
.plx mark{color:var(--plx-ink);background:var(--plx-data);padding:0 .1em;border-bottom:2px solid #3a78b0}
.plx mark.purpose{background:var(--plx-purpose);border-bottom:2px dashed #b4720b}
.plx mark.party{background:var(--plx-party);border-bottom:2px dotted #3b8a3b}
.plx .cond{text-decoration:underline wavy var(--plx-quiet) 1px;text-underline-offset:3px}
.plx .on{background:var(--plx-on)}
.plx .text p,.plx .text li{margin:.45em 0;max-width:62em}
.plx .text .item{margin-left:1.6em}.plx .text .item::before{content:"– ";color:var(--plx-quiet);margin-left:-1em}
.plx .text .item.l2{margin-left:3.2em}.plx .text .row{margin-left:1.6em;border-left:3px solid var(--plx-line);
padding-left:.6em}.plx .text .row.head{font-weight:600}
.plx table{border-collapse:collapse;width:100%;font-size:.92em}
.plx th,.plx td{border-bottom:1px solid var(--plx-line);padding:.3em .5em;text-align:left!important;vertical-align:top}
.plx th{font-weight:600}.plx .quiet{color:var(--plx-quiet)}.plx .denied{font-weight:600;color:#b3261e}
@media (prefers-color-scheme:dark){.plx .denied{color:#ff9088}}
[data-jp-theme-light="false"] .plx .denied{color:#ff9088}[data-jp-theme-light="true"] .plx .denied{color:#b3261e}
.plx .filters label{margin-right:1em;white-space:nowrap}.plx select{color:inherit;background:var(--plx-back);font:inherit;
border:1px solid var(--plx-line);border-radius:3px;padding:.1em .2em}
.plx .legend{font-size:.88em;color:var(--plx-quiet)}.plx .scroll{max-height:34em;overflow:auto}
@media print{.plx .scroll{max-height:none;overflow:visible}}
""".strip()

LEGEND = (
    '<p class="legend"><mark class="data">data</mark> <mark class="purpose">purpose</mark> '
    '<mark class="party">party</mark> <span class="cond">condition</span></p>'
)


def marked_stretch(
    document: PolicyDocument,
    start: int,
    end: int,
    mentions: Iterable[Mention],
    practices: Iterable[Practice],
    prefix: str,
) -> str:
    """HTML of ``document.text[start:end]`` with the mentions, conditions and evidence that overlap it marked.

    Args:
        prefix: put before each id, so that several documents can stand on one page.
    """
    mentions = [m for m in mentions if m.extent.start < end and start < m.extent.end]
    practices = [p for p in practices if p.extent.start < end and start < p.extent.end]
    conditions = [p.condition for p in practices if p.condition]
    borders = {start, end}
    for extent in (*(m.extent for m in mentions), *(p.extent for p in practices), *(c.extent for c in conditions)):
        borders |= {min(max(extent.start, start), end), min(max(extent.end, start), end)}
    cuts = sorted(borders)
    parts = []
    for a, b in pairwise(cuts):
        inside = [m for m in mentions if m.extent.start <= a and b <= m.extent.end]
        claims = [p for p in practices if p.extent.start <= a and b <= p.extent.end]
        words = escape(document.text[a:b])
        if any(c.extent.start <= a and b <= c.extent.end for c in conditions):
            words = f'<span class="cond">{words}</span>'
        attributes = ""
        if claims:
            attributes += f' data-p="{" ".join(prefix + p.id for p in claims)}"'
        if inside:
            inner = min(inside, key=lambda m: m.extent.end - m.extent.start)
            attributes += f' data-m="{" ".join(prefix + m.id for m in inside)}"'
            title = f"{inner.kind}: {inner.concept or inner.category}"
            words = f'<mark class="{inner.kind}"{attributes} title="{escape(title)}">{words}</mark>'
        elif attributes:
            words = f"<span{attributes}>{words}</span>"
        anchors = "".join(f'<a id="{prefix}{p.id}" class="place"></a>' for p in practices if p.extent.start == a)
        parts.append(anchors + words)
    return "".join(parts)


def marked_text(findings: Findings, prefix: str = "") -> str:
    """HTML of the whole text, block by block; a note where the text is not at hand.

    Headings become ``<h4>``, so that the fragment fits under a page's own headings.
    """
    document = findings.document
    if document is None:
        return (
            '<p class="quiet">The text of this snapshot is not shipped; '
            "<code>privlex corpus hydrate</code> gets it.</p>"
        )
    by_block: dict[int, list[Mention]] = {}
    for mention in findings.mentions:
        by_block.setdefault(mention.block, []).append(mention)
    claims: dict[int, list[Practice]] = {}
    for practice in findings.practices:
        claims.setdefault(practice.block, []).append(practice)
    headers = {block.header for block in document.blocks}
    parts = []
    for block in document.blocks:
        inner = marked_stretch(
            document,
            block.extent.start,
            block.extent.end,
            by_block.get(block.index, ()),
            claims.get(block.index, ()),
            prefix,
        )
        if block.kind in ("title", "heading"):
            parts.append(f"<h4>{inner}</h4>")
        elif block.kind == "list_item":
            parts.append(f'<p class="item l{min(block.level, 2)}">{inner}</p>')
        elif block.kind == "table_row":
            parts.append(f'<p class="{"row head" if block.index in headers else "row"}">{inner}</p>')
        else:
            parts.append(f"<p>{inner}</p>")
    return f'<div class="text">{"".join(parts)}</div>'


def quotes(findings: Findings, ids: Iterable[str]) -> str:
    """The quotes of these mentions, marked by kind and joined by commas."""
    found = [findings.mention(id) for id in ids]
    return ", ".join(
        f'<mark class="{m.kind}" title="{escape(m.concept or m.category)}">{escape(m.quote)}</mark>' for m in found
    )


PRACTICE_HEAD = "<tr><th>practice</th><th>data</th><th>for</th><th>with / from</th><th>condition</th></tr>"


def action_words(practice: Practice) -> str:
    """Action and polarity as a cell: "share" or "does not share"."""
    if practice.polarity == "denied":
        return f'<span class="denied">does not {escape(practice.action)}</span>'
    return escape(practice.action)


def practice_cells(findings: Findings, practice: Practice) -> str:
    """The table cells of one practice, as under ``PRACTICE_HEAD``, without the row's tag."""
    condition = escape(practice.condition.quote) if practice.condition else ""
    return (
        f"<td>{action_words(practice)}</td><td>{quotes(findings, practice.data)}</td>"
        f"<td>{quotes(findings, practice.purposes)}</td><td>{quotes(findings, practice.recipients)}</td>"
        f"<td>{condition}</td>"
    )


def extraction_view(findings: Findings) -> str:
    """What a notebook shows of an extraction: the practices, to filter, and the marked text to unfold. No script."""
    name = escape(findings.snapshot.id or findings.snapshot.source)
    rows = "".join(
        f'<tr class="{" ".join(row_facts(findings, p))}">{practice_cells(findings, p)}</tr>' for p in findings.practices
    )
    return (
        f'<div class="plx"><style>{STYLE}</style><p><b>{name}</b>: {len(findings.practices)} practices, '
        f"{len(findings.mentions)} mentions, {findings.coverage:.1%} of the visible text read "
        f'<span class="quiet">({escape(findings.tier)} tier)</span></p>{LEGEND}{filters_html(findings)}'
        f'<div class="scroll"><table><thead>{PRACTICE_HEAD}</thead><tbody>{rows}</tbody></table></div>'
        f"<details><summary>the text with its marks</summary>{marked_text(findings)}</details></div>"
    )
