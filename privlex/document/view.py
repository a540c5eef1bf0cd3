"""A document for the eyes: its blocks by section, everything from the page escaped."""

from __future__ import annotations

from html import escape

from privlex.records import PolicyDocument

_STYLE = (
    "<style>.privlex-document{max-width:60em;line-height:1.45}.privlex-document .note{color:#8a4b00}"
    ".privlex-document .row{margin:.2em 0 .2em 1.5em;border-left:2px solid #999;padding-left:.6em}"
    ".privlex-document .header{color:#555;font-weight:bold}"
    ".privlex-document p,.privlex-document h4{margin:.4em 0}</style>"
)
MAX_BLOCKS = 400  # a notebook cell stays readable; the longest policies of the study have some 600


def document_html(document: PolicyDocument, max_blocks: int = MAX_BLOCKS) -> str:
    """Return an HTML fragment with the document's blocks by section, and what was left out.

    Every character that comes from the page is escaped; nothing of it can run or style anything.
    """
    info = document.snapshot.info
    known = " · ".join(escape(each) for each in (info.id or info.source, info.media_type, document.snapshot.encoding))
    out = [
        _STYLE,
        '<div class="privlex-document">',
        f"<p><strong>{known}</strong><br>{len(document.blocks)} blocks, {len(document.text):,} characters, "
        f"coverage {document.coverage:.4f}, language {escape(document.language)}</p>",
    ]
    out += [f'<p class="note">{escape(note)}</p>' for note in document.notes]
    headers = {block.header for block in document.blocks}
    for block in document.blocks[:max_blocks]:
        text = escape(document.block_text(block))
        if block.kind == "title":
            out.append(f"<h3>{text}</h3>")
        elif block.kind == "heading":
            out.append(f'<h4 style="margin-left:{0.8 * max(block.level - 1, 0):.1f}em">{text}</h4>')
        elif block.kind == "list_item":
            out.append(f'<p style="margin-left:{1.5 * max(block.level, 1):.1f}em">• {text}</p>')
        elif block.kind == "table_row":
            kind = "row header" if block.index in headers else "row"
            out.append(f'<p class="{kind}">{text}</p>')
        else:
            out.append(f"<p>{text}</p>")
    if len(document.blocks) > max_blocks:
        out.append(f"<p>… and {len(document.blocks) - max_blocks} blocks more</p>")
    seen = [each for each in document.left_out if each.visible]
    if seen:
        rows = "".join(f"<li>{escape(each.reason)}: {escape(each.text[:200])}</li>" for each in seen[:max_blocks])
        out.append(f"<details><summary>{len(seen)} pieces left out as navigation</summary><ul>{rows}</ul></details>")
    out.append("</div>")
    return "".join(out)
