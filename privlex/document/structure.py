"""What each raw block is: title, heading, paragraph, list item or cell; and what stands over it.

Headings are told by their tag or mark where there is one. Most archived pages have none: there a title is a short
line that is numbered, bold, or followed by running text.
"""

from __future__ import annotations

import re

from privlex.document.raw import BOLD, LINK, Item, RawBlock, Table
from privlex.document.words import NUMBER, ends_sentence, is_prose, states_practice, words_in

_QUESTION = re.compile(r"(?:who|what|when|where|why|how|which|do|does|can|will|is|are|may|should|whose|whom|your|our)\b", re.I)
_DATE_LINE = re.compile(
    r"(?:last|effective|updated?|revised|modified|version|date|posted|issued|published|as of|in effect)\b.*\d{4}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2} [A-Z][a-z]{2,8},? \d{4}|"
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december)\b.{0,12}\d{4}",
    re.I,
)
_CONTACT_LINE = re.compile(r"@|https?:|www\.|\bP\.?O\.? Box\b|\bSuite\b|\b(?:tel|fax|phone|e-?mail)\b\s*[:.(+\d]|\+?\d[\d ()-]{6,}", re.I)
_FOLLOWS = re.compile(r"\b(?:following|follows|below|listed here|such as|including|includes?|these are|for example|namely)\b[^.]*[.:;,]?$", re.I)
_POLICY_TITLE = re.compile(r"\bprivacy\b.*\b(?:policy|statement|notice)\b", re.I)
_MAX_TITLE_WORDS = 15   # numbered or bold titles of the archive's pages stay under it
_MAX_BARE_WORDS = 10    # titles without any mark
_MAX_LEVEL = 6


def give_structure(blocks: list[RawBlock], tables: list[Table]) -> None:
    """Set kind, level, section, lead-in and table headers of each block, in place."""
    _read_tables(tables, blocks)
    _find_headings(blocks)
    _set_kinds(blocks)
    _set_sections(blocks)
    _set_lead_ins(blocks)


# ------------------------------------------------------------------ tables


def data_tables(tables: list[Table]) -> list[Table]:
    """Return the tables that hold data; blocks in the others, which only lay out the page, forget their cells."""
    data = []
    for table in tables:
        filled = [row for row in table.rows if any(cell.blocks for cell in row)]
        if not table.nested and _is_data(filled):
            data.append(table)
            continue
        for row in table.rows:
            for cell in row:
                for block in cell.blocks:
                    block.cell = None
    return data


def _read_tables(tables: list[Table], blocks: list[RawBlock]) -> None:
    """Give the blocks in tables of data their row and the headers of row and column."""
    if not tables:
        return
    for table in tables:
        for row in table.rows:
            for cell in row:
                cell.blocks = []
    for block in blocks:
        if block.cell is not None and not block.left_out:
            block.cell.blocks.append(block)
    row_number = 0
    for table in tables:
        filled = [row for row in table.rows if any(cell.blocks for cell in row)]
        if not filled:
            continue
        columns: dict[int, RawBlock] = {}  # header cell of each column
        reaching: dict[int, tuple[int, RawBlock | None]] = {}  # column -> rows still spanned, its first block
        head_rows = _head_rows(filled)
        for number, row in enumerate(filled):
            column = 0
            label: RawBlock | None = None
            for cell in row:
                while column in reaching and reaching[column][0] > 0:
                    left, block = reaching[column]
                    reaching[column] = (left - 1, block)
                    if column == 0:
                        label = block
                    column += 1
                alive = cell.blocks
                first = alive[0] if alive else None
                if cell.rows > 1:
                    reaching[column] = (cell.rows - 1, first)
                if first is not None and number < head_rows:
                    for covered in range(column, column + min(cell.columns, 50)):
                        columns.setdefault(covered, first)
                for block in alive:
                    block.row = row_number
                    if number >= head_rows:
                        block.column_header = columns.get(column)
                        if column > 0 and label is not None:
                            block.row_header = label
                if first is not None and label is None:
                    label = first
                column += cell.columns
            row_number += 1


def _is_data(rows: list[list]) -> bool:
    """Whether a table holds data, rather than the layout of a page."""
    if len(rows) < 2:
        return False
    widths = [sum(1 for cell in row if cell.blocks) for row in rows]
    wide = sum(1 for width in widths if width >= 2)
    if wide < 2:
        return False
    if sum(1 for cell in rows[0] if cell.header) >= 2:
        return True
    if any(cell.header for row in rows for cell in row):
        return wide >= 0.5 * len(rows)
    # Without header cells: a full grid of at least two columns whose first row is short; layout has gaps and glyphs.
    widest = max(len(row) for row in rows)
    full = sum(1 for row in rows if len(row) == widest and all(cell.blocks for cell in row))
    if full < 0.8 * len(rows) or any(len(cell.blocks) > 6 for row in rows for cell in row):
        return False
    return all(words_in(block.text) <= 8 for cell in rows[0] for block in cell.blocks)


def _head_rows(rows: list[list]) -> int:
    """How many rows at the top are headers."""
    count = 0
    for row in rows:
        filled = [cell for cell in row if cell.blocks]
        if filled and all(cell.header for cell in filled) and (len(filled) > 1 or count == 0):
            count += 1
        else:
            break
    if count == len(rows):
        return 1
    if count:
        return count
    short = all(
        words_in(block.text) <= 6 and not ends_sentence(block.text) for cell in rows[0] for block in cell.blocks
    )
    return 1 if short and len(rows) > 2 else 0


# ------------------------------------------------------------------ headings


def _find_headings(blocks: list[RawBlock]) -> None:
    """Set ``kind`` to "heading" or "title" where a block is one; ``head`` holds how it was told."""
    count = len(blocks)
    bold = [False] * count
    for number, block in enumerate(blocks):
        if block.title:
            block.kind = "title"
        elif block.heading == 7:  # the summary of a folded part
            if words_in(block.text) <= 20 and not block.text.endswith("."):
                block.kind = "heading"
        elif block.heading and len(block.text) <= 300 and block.text.strip("_-*=~. ") and not _long_sentence(block.text):
            block.kind = "heading"
        elif len(block.text) <= 160:
            bold[number] = block.parts[0].style & BOLD != 0 and block.styled(BOLD)
    bold_share = sum(bold) / count if count else 0
    following: RawBlock | None = None  # the next block that is not left out
    chain = 0                          # bare titles in a row
    for number in range(count - 1, -1, -1):
        block = blocks[number]
        if block.left_out:
            continue
        if not block.kind and block.cell is None:
            # A bold line inside an item is the item's name; a numbered or bold line that is the whole item may head it.
            if _is_heading(blocks, number, block, bold[number] and bold_share < 0.6, following, chain):
                block.kind = "heading"
                chain += 1
            else:
                chain = 0
        elif block.kind:
            chain += 1
        following = block
    _first_is_title(blocks)


def _long_sentence(text: str) -> bool:
    return words_in(text) > 25 and ends_sentence(text) and text[-1] in ".;"


def _is_heading(
    blocks: list[RawBlock], number: int, block: RawBlock, bold: bool, following: RawBlock | None, chain: int
) -> bool:
    text = block.text
    if len(text) > 160 or following is None or (block.bullet and not bold):
        return False
    first = text[0]
    if not (first.isalnum() or first in "(\"“'‘[§¿*") or _DATE_LINE.match(text) or _CONTACT_LINE.search(text):
        return False
    count = words_in(text)
    if block.item is not None:
        return _heads_item(blocks, number, block, bold, following)
    before = _before(blocks, number)
    led = before is not None and before.kind == "" and before.text.endswith((":", ";"))
    numbered = NUMBER.match(text)
    if numbered and not (numbered["letter"] or numbered["lowroman"]) and numbered.end() < len(text):
        rest = text[numbered.end() :].strip()
        if (
            count <= _MAX_TITLE_WORDS
            and not (ends_sentence(rest) and rest[-1] not in "?" and not (bold or (rest[-1] in ":." and count <= 9 and rest[0].isupper() and not is_prose(rest))))
            and (rest[:1].isupper() or rest[:1] in "\"“‘'" or bold)
            and not led
            and not _is_numbered_list(numbered, following)
        ):
            return True
    if bold and count <= _MAX_TITLE_WORDS and not (is_prose(text) and text[-1] in ".;,") and not led:
        return following.kind != "" or not (following.parts[0].style & BOLD and following.styled(BOLD)) or first.isupper()
    if block.head and count <= 10 and first.isupper() and not text.endswith((",", ";")):
        return True
    return _is_bare_title(block, text, count, following, chain, led)


def _heads_item(blocks: list[RawBlock], number: int, block: RawBlock, bold: bool, following: RawBlock) -> bool:
    """A list item whose words are a section's title: bold or numbered, and running text behind it outside its list."""
    text = block.text
    if following.item is not None and following.item is not block.item and following.item.parent is not block.item:
        return block.item.term and _is_long_definition(following)
    if block.item.term:
        return following.item is not None and _is_long_definition(following) and words_in(text) <= 20 and not text.endswith(".")
    if following.item is None and bold and words_in(text) <= 12 and is_prose(following.text):
        return not text.endswith((".", ";", ","))
    return False


def _is_long_definition(block: RawBlock) -> bool:
    return words_in(block.text) > 25


def _is_bare_title(block: RawBlock, text: str, count: int, following: RawBlock, chain: int, led: bool) -> bool:
    if led or chain > 3 or count > _MAX_BARE_WORDS or len(text) > 90 or "|" in text or block.styled(LINK):
        return False
    if not text[0].isupper() and not text[0].isdigit():
        return False
    question = text.endswith("?")
    if ends_sentence(text) and not (question and _QUESTION.match(text)) and not (text.endswith(":") and count <= 6):
        return False
    if not question and states_practice(text) and re.search(r"\bwe\b|\bmay\b|\bwill\b", text, re.I) and not re.search(r"\b(?:how|what|why|when|information|data)\s+we\b", text, re.I):
        return False
    if following.kind in ("heading", "title"):
        return chain > 0 and not question
    if following.item is not None or following.bullet:
        return text.endswith(":") is False and is_prose(following.text)
    return len(following.text) > len(text) and (
        is_prose(following.text) and (ends_sentence(following.text) or words_in(following.text) >= 12)
    )


def _is_numbered_list(numbered: re.Match[str], following: RawBlock) -> bool:
    """Whether the next block carries a number of the same form and is no title: then these are items."""
    if following.kind:
        return False
    other = NUMBER.match(following.text)
    return other is not None and other.lastgroup == numbered.lastgroup and not is_prose(following.text)


def _before(blocks: list[RawBlock], number: int) -> RawBlock | None:
    for at in range(number - 1, max(-1, number - 50), -1):
        if not blocks[at].left_out:
            return blocks[at]
    return None


def _first_is_title(blocks: list[RawBlock]) -> None:
    """The page's own titles are the first headings, where no running text stands before them."""
    titled = any(block.kind == "title" for block in blocks[:5])
    for block in blocks[:200]:
        if block.left_out or block.kind == "title":
            continue
        if block.kind == "heading":
            if NUMBER.match(block.text) or block.heading > 1:
                return
            if titled and not (block.heading == 0 and _POLICY_TITLE.search(block.text)):
                return
            block.kind = "title"
            titled = True
        elif is_prose(block.text):
            return


# ------------------------------------------------------------------ kinds and levels


def _set_kinds(blocks: list[RawBlock]) -> None:
    numbered_after: RawBlock | None = None  # the lead-in of a list of numbered paragraphs
    form = ""
    before: RawBlock | None = None
    for block in blocks:
        if block.left_out:
            continue
        if block.kind:
            numbered_after = None
        elif block.cell is not None:
            block.kind = "list_item" if block.item is not None else "table_cell"
            block.level = block.depth
        elif block.item is not None:
            block.kind, block.level = "list_item", max(block.depth, 1)
            numbered_after = None
        elif block.bullet or (block.goes_on and before is not None and before.kind == "list_item"):
            block.kind, block.level = "list_item", 1
            numbered_after = None
        else:
            mark = NUMBER.match(block.text) if not block.text[0].isalpha() or block.text[1:2] in ".)" else None
            here = mark.lastgroup if mark else ""
            if mark and before is not None and _leads(before) and numbered_after is None and before.kind != "list_item":
                numbered_after, form = before, here
            if mark and numbered_after is not None and here == form:
                block.kind, block.level = "list_item", 1
                block.lead_in = numbered_after
            else:
                block.kind = "paragraph"
                numbered_after = None
        before = block
    _set_levels(blocks)


def _heading_form(block: RawBlock) -> str:
    """Headings of one form stand on one level."""
    if block.heading and block.heading < 7:
        return f"h{block.heading}"
    numbered = NUMBER.match(block.text)
    if numbered:
        group = numbered.lastgroup or ""
        return f"dotted{block.text[: numbered.end()].count('.')}" if group == "dotted" else group
    if block.heading == 7:
        return "summary"
    capitals = block.text.isupper()
    if block.parts[0].style & BOLD and block.styled(BOLD):
        return "BOLD" if capitals else "bold"
    return "BARE" if capitals else "bare"


def _set_levels(blocks: list[RawBlock]) -> None:
    open_levels: list[tuple[str, int]] = []
    for block in blocks:
        if block.left_out or block.kind != "heading":
            continue
        form = _heading_form(block)
        if form[0] == "h" and form[1:].isdigit():
            level = int(form[1])
            while open_levels and open_levels[-1][1] >= level:
                open_levels.pop()
        else:
            forms = [known for known, _ in open_levels]
            if form in forms:
                level = open_levels[forms.index(form)][1]
                del open_levels[forms.index(form) :]
            else:
                level = min(open_levels[-1][1] + 1 if open_levels else 1, _MAX_LEVEL)
                while open_levels and open_levels[-1][1] >= level:
                    open_levels.pop()
        open_levels.append((form, level))
        block.level = level


def _set_sections(blocks: list[RawBlock]) -> None:
    open_headings: list[RawBlock] = []
    title: RawBlock | None = None
    for block in blocks:
        if block.left_out:
            continue
        if block.kind == "title":
            block.section, title = title, block
            continue
        if block.kind == "heading":
            while open_headings and open_headings[-1].level >= block.level:
                open_headings.pop()
            block.section = open_headings[-1] if open_headings else title
            open_headings.append(block)
        else:
            block.section = open_headings[-1] if open_headings else title


# ------------------------------------------------------------------ lead-ins


def _leads(block: RawBlock) -> bool:
    """Whether a block leads over to a list: it ends open, or says that something follows."""
    text = block.text
    if text.endswith(":"):
        return True
    if block.kind in ("heading", "title"):
        return False
    tail = text[-160:]
    if not ends_sentence(text):
        return words_in(text) >= 4
    return text[-1] in ".;," and _FOLLOWS.search(tail) is not None


def _set_lead_ins(blocks: list[RawBlock]) -> None:
    lead_of_list: dict[int, RawBlock | None] = {}   # by identity of the list
    first_of_item: dict[int, RawBlock] = {}         # by identity of the item
    before: RawBlock | None = None                  # block before this one
    bullets_lead: RawBlock | None = None            # of a run of bullets without a list
    last_lead: RawBlock | None = None
    for block in blocks:
        if block.left_out:
            continue
        if block.kind != "list_item":
            if block.kind != "table_cell":
                bullets_lead = None
            before = block
            continue
        item = block.item
        if item is None:
            if block.goes_on and not block.bullet and before is not None and before.kind == "list_item":
                short = (words_in(before.text) <= 12 and not ends_sentence(before.text)) or before.text.endswith(":")
                block.lead_in = before if short else before.lead_in
                continue
            if block.lead_in is None:
                if before is not None and before.kind == "list_item" and (before.item is None or block.fused):
                    block.lead_in = before.lead_in if bullets_lead is None else bullets_lead
                elif before is not None and _leads(before) and _same_cell(before, block):
                    block.lead_in = bullets_lead = before
            before = block
            last_lead = block.lead_in
            continue
        known = first_of_item.get(id(item))
        if known is None:
            first_of_item[id(item)] = block
            block.lead_in = _lead_of(block, item, lead_of_list, first_of_item, before, last_lead)
        elif known.text.endswith(":") or (known.item is not None and known.item.term) or (
            words_in(known.text) <= 12 and not ends_sentence(known.text) and not block.fused
        ):
            block.lead_in = known  # the item goes on under its own title
        else:
            block.lead_in = known.lead_in
        last_lead = block.lead_in
        before = block


def _lead_of(
    block: RawBlock,
    item: Item,
    lead_of_list: dict[int, RawBlock | None],
    first_of_item: dict[int, RawBlock],
    before: RawBlock | None,
    last_lead: RawBlock | None,
) -> RawBlock | None:
    owner = id(item.list)
    if not item.term and before is not None and before.item is not None and before.item.list is item.list:
        if before.item.term:
            lead_of_list.setdefault(owner, before.lead_in)
            return before  # a definition is led by its term
    if before is not None and before.item is not None and before.item.list is item.list and before.lead_in is not None and before.lead_in.item is not None and before.lead_in.item.term and not item.term:
        return before.lead_in
    if owner in lead_of_list:
        return lead_of_list[owner]
    lead: RawBlock | None = None
    if item.parent is not None:
        lead = first_of_item.get(id(item.parent))
        # In the parent item, the paragraph right before the inner list is nearer than its first line.
        if before is not None and before.item is item.parent and _leads(before):
            lead = before
    if lead is None and before is not None and _same_cell(before, block):
        if _leads(before) and before.kind != "list_item":
            lead = before
        elif before.kind == "list_item" and before.item is not None and before.item.list is not item.list:
            # A list right behind another goes on with it; one whose last item opens anew belongs to that item.
            lead = before if before.text.endswith(":") else last_lead if item.parent is None else None
    lead_of_list[owner] = lead
    return lead


def _same_cell(one: RawBlock, other: RawBlock) -> bool:
    return one.cell is other.cell
