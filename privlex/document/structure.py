"""What each raw block is: title, heading, paragraph, list item or table row; and what stands over it.

Headings are told by their tag or mark where there is one. Most archived pages have none: there a title is a short
line that is numbered, bold, or followed by running text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from privlex.document.raw import BOLD, LINK, Cell, Item, Part, RawBlock, Table
from privlex.document.words import (
    BULLET_ONLY,
    MARKS,
    NUMBER,
    NUMBER_ONLY,
    REMEMBERED,
    ends_sentence,
    is_prose,
    states_practice,
    words_in,
)

_QUESTION = re.compile(
    r"(?:who|what|when|where|why|how|which|do|does|can|will|is|are|may|should|whose|whom|your|our)\b", re.I
)
_DATE_LINE = re.compile(
    r"(?:last|effective|updated?|revised|modified|version|date|posted|issued|published|as of|in effect)\b.*\d{4}"
    r"|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2} [A-Z][a-z]{2,8},? \d{4}"
    r"|(?:january|february|march|april|may|june|july|august|september|october|november|december)\b.{0,12}\d{4}",
    re.I,
)
_CONTACT_LINE = re.compile(
    r"@|https?:|www\.|\bP\.?O\.? Box\b|\bSuite\b|\b(?:tel|fax|phone|e-?mail)\b\s*[:.(+\d]|\+?\d[\d ()-]{6,}", re.I
)
_FOLLOWS = re.compile(
    r"\b(?:following|follows|below|listed here|such as|including|includes?|these are|for example|namely)\b"
    r"[^.]*[.:;,]?$",
    re.I,
)
_POLICY_TITLE = re.compile(r"\bprivacy\b(?:.*\b(?:policy|statement|notice|practices)\b|$)|^privacy\b", re.I)
_MAX_TITLE_WORDS = 15  # numbered or bold titles of the archive's pages stay under it
_MAX_BARE_WORDS = 10  # titles without any mark
_MAX_ITEM_BLOCKS = 6  # a list item with more paragraphs of its own is a section
_MAX_TITLE = 160  # characters
_MAX_LEVEL = 6
# Of a party, data type or purpose that a cell lists: four in five blocks of such cells in 53 policies have no more.
_MAX_ENTRY_WORDS = 25
_CELL_JOINT = " | "  # between the cells of a row, as in the windows that the trained reader learned from
SUMMARY = 7  # ``RawBlock.heading`` of the summary of a folded part (HTML's details)
_ADDRESS_LINE = re.compile(
    r"\b\d{4,}\b|,\s*[A-Z]{2}\b|\b(?:Inc|Ltd|LLC|GmbH|Corp|Co)\.?,?$|\b(?:Street|Road|Rd|Avenue|Ave|Blvd|Floor)\b"
)
_NOUN_END = re.compile(r"\b(?:data|information|cookies) (?:that )?we \w+$", re.I)
_CLAUSE = re.compile(
    r"^(?!(?:how|what|why|when|where|which|who|information|data|personal)\b).*\b(?:we|may|will)\b", re.I
)


def give_structure(blocks: list[RawBlock], tables: list[Table], source: str) -> None:
    """Join table rows; set kind, level, section, lead-in and header row of each block, in place."""
    _open_containers(blocks)
    _read_tables(tables, blocks, source)
    _find_headings(blocks)
    _set_kinds(blocks)
    _set_sections(blocks)
    _set_lead_ins(blocks)


def _open_containers(blocks: list[RawBlock]) -> None:
    """Take blocks out of items that are sections: pages that fold their sections set each as an item of a list."""
    own: dict[Item, int] = {}
    containers: set[Item] = set()
    for block in blocks:
        item = block.item
        if item is None or block.left_out:
            continue
        own[item] = own.get(item, 0) + 1
        if block.heading or own[item] > _MAX_ITEM_BLOCKS:
            containers.add(item)
    if not containers:
        return
    for block in blocks:
        item = block.item
        if item is None:
            continue
        if item in containers:
            block.item = item.parent
            while block.item is not None and block.item in containers:
                block.item = block.item.parent
            if block.item is None:
                block.depth = 0
            continue
        # An inner list is as deep as the items around it that are still items.
        while item.parent is not None and item.parent in containers:
            item.parent = item.parent.parent
        depth, outer = 0, item
        while outer is not None and depth < 50:
            depth, outer = depth + 1, outer.parent
        block.depth = depth


# ------------------------------------------------------------------ tables


def data_tables(tables: list[Table]) -> list[Table]:
    """Return the tables that hold data; blocks in the others, which only lay out the page, forget their cells.

    A data table has no table inside, at least two rows, and at least two rows of two or more filled cells; further
    either two header cells in its first row; or a header cell anywhere and half its rows with two or more filled cells;
    or, without header cells, a full grid: no cell that is a bullet or a number alone, at most six blocks in a cell,
    four in five rows filled to the table's width, and a first row of short cells. Its rows become blocks
    (``_read_tables``).
    """
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


def _read_tables(tables: list[Table], blocks: list[RawBlock], source: str) -> None:
    """Join the cells of each row of the tables of data, in place; give the blocks in them their row and header row.

    A row becomes one block: its filled cells joined by `` | ``, the entries of a cell by ``; ``. A cell that does not
    join (``_joins``) stays as the blocks it is made of, and parts its row: what stands before it and behind it in the
    row is joined without it. A block that no cell holds, between two cells, parts the row too.
    """
    if not tables:
        return
    for table in tables:
        for row in table.rows:
            for cell in row:
                cell.blocks = []
    place: dict[int, int] = {}  # of the blocks that are shown
    for block in blocks:
        if not block.left_out:
            place[id(block)] = len(place)
            if block.cell is not None:
                block.cell.blocks.append(block)
    joined: dict[int, RawBlock | None] = {}  # block -> the row that takes its place, or None where one already has
    row_number = 0
    for table in tables:
        filled = [row for row in table.rows if any(cell.blocks for cell in row)]
        head_rows = _head_rows(filled) if filled else 0
        header: RawBlock | None = None
        for number, row in enumerate(filled):
            first: RawBlock | None = None
            for run in _runs(row, place):
                block = run[0]
                if _joins(block.cell):
                    block = _joined(run, source)
                    joined |= {id(each): None for each in run}
                    joined[id(run[0])] = block
                first = first or block
                block.row, block.header = row_number, header
            if number < head_rows:
                header = first
            row_number += 1
    blocks[:] = [block for each in blocks if (block := joined.get(id(each), each)) is not None]


def _runs(row: list[Cell], place: dict[int, int]) -> list[list[RawBlock]]:
    """The blocks of a row's cells, in order, in runs to be joined; a block that does not join is a run of its own."""
    runs: list[list[RawBlock]] = []
    open_run = False
    for cell in row:
        joins = _joins(cell)
        for block in cell.blocks:
            last = runs[-1][-1] if open_run else None
            # Only a gap in the source can hold what is put between two blocks.
            if joins and last and place[id(block)] == place[id(last)] + 1 and block.parts[0].start > last.parts[-1].end:
                runs[-1].append(block)
            else:
                runs.append([block])
            open_run = joins
    return runs


def _joins(cell: Cell) -> bool:
    """Whether a cell is joined to its row: entries, and at most one block of running text; no heading.

    So a label over its explanation joins, and a list of data types or parties does; two paragraphs do not.
    """
    if any(block.heading for block in cell.blocks):
        return False
    return sum(1 for block in cell.blocks if words_in(block.text) > _MAX_ENTRY_WORDS) <= 1


def _joined(run: list[RawBlock], source: str) -> RawBlock:
    """One block of the blocks of a row; where the page itself has the joint (a pipe of Markdown), it is the page's."""
    text, parts, joints = run[0].text, list(run[0].parts), 0
    for before, block in pairwise(run):
        if block.cell is not before.cell:
            joint = _CELL_JOINT
        else:
            joint = " " if before.text[-1] in ",;:.!?" else "; "
        start, end = parts[-1].end, block.parts[0].start
        parts.append(Part(start, end, None if source[start:end] == joint else joint))
        parts += block.parts
        text += joint + block.text
        joints += joint != " "
    row = run[0].like(text, parts)
    row.is_row, row.joints = True, joints
    row.item, row.depth, row.bullet, row.fused, row.goes_on = None, 0, "", False, False
    return row


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
    if any(_is_mark(block.text) for row in rows for cell in row for block in cell.blocks):
        return False  # bullets and numbers in cells of their own
    # Without header cells: a full grid of at least two columns whose first row is short; layout has gaps and glyphs.
    widest = max(len(row) for row in rows)
    full = sum(1 for row in rows if len(row) == widest and all(cell.blocks for cell in row))
    if full < 0.8 * len(rows) or any(len(cell.blocks) > 6 for row in rows for cell in row):
        return False
    return all(words_in(block.text) <= 8 for cell in rows[0] for block in cell.blocks)


def _is_mark(text: str) -> bool:
    return (
        len(text) <= 6
        and (BULLET_ONLY.fullmatch(text) or NUMBER_ONLY.fullmatch(text)) is not None
        and text[-1] in MARKS
    )


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
    """Set ``kind`` to "heading" where a block is one."""
    shown = [block for block in blocks if not block.left_out]
    count = len(shown)
    bold = [False] * count
    for number, block in enumerate(shown):
        text = block.text
        if block.title:
            block.kind = "title"
        elif block.heading == SUMMARY:
            if words_in(text) <= 20 and not text.endswith("."):
                block.kind = "heading"
        elif block.heading:
            # A sentence that states a practice is one, however large it is set: a heading would silence it.
            sentence = text[-1] in ".;" and (words_in(text) > 25 or (words_in(text) >= 8 and states_practice(text)))
            if len(text) <= 300 and not sentence:
                block.kind = "heading"
        elif len(text) <= _MAX_TITLE and block.parts[0].style & BOLD:
            bold[number] = block.styled(BOLD)
    # Where most of a page is bold, bold says nothing.
    bold_tells = count > 0 and sum(bold) < 0.6 * count
    runs = _runs_of_short_lines(shown)
    for number in range(count - 2, -1, -1):
        block = shown[number]
        if block.kind or block.cell is not None or len(block.text) > _MAX_TITLE:
            continue
        before = shown[number - 1] if number else None
        following = shown[number + 1]
        is_bold = bold[number] and bold_tells
        if block.item is not None:
            heads = _heads_item(block, is_bold, following)
        elif block.bullet and not is_bold:
            heads = False
        else:
            leading = number + 2 < count and _is_item(shown[number + 2]) and not _is_item(following)
            heads = _heads(block, is_bold, before, following, leading, runs[number])
        if heads:
            block.kind = "heading"
    _first_is_title(blocks)


def _runs_of_short_lines(blocks: list[RawBlock]) -> list[tuple[int, bool]]:
    """For each block, how many short lines without a full stop stand in a row with it, and whether it is the last."""
    runs: list[tuple[int, bool]] = []
    start, count = 0, len(blocks)
    while start < count:
        end = start
        while end < count and _is_short_line(blocks[end]):
            if end + 1 < count and _is_item(blocks[end + 1]) and words_in(blocks[end].text) >= 4:
                break  # it leads over to a list
            end += 1
        if end == start:
            runs.append((0, False))
            start += 1
            continue
        runs += [(end - start, at == end - 1) for at in range(start, end)]
        start = end
    return runs


def _is_short_line(block: RawBlock) -> bool:
    return (
        not block.kind
        and block.item is None
        and not block.bullet
        and block.cell is None
        and len(block.text) <= 90
        and not ends_sentence(block.text)
    )


def _is_item(block: RawBlock) -> bool:
    return block.item is not None or bool(block.bullet)


def _heads(
    block: RawBlock,
    bold: bool,
    before: RawBlock | None,
    following: RawBlock,
    leading: bool,
    run: tuple[int, bool],
) -> bool:
    """Whether a line outside lists and tables is a heading: numbered, bold, or bare over running text."""
    text = block.text
    first = text[0]
    if not (first.isalnum() or first in "(\"“'‘[§¿*") or _is_date_or_contact(text):
        return False
    count = words_in(text)
    # Under a lead-in stand its entries; a title can stand there only over a longer text of its own.
    led = before is not None and not before.kind and before.text[-1] in ":;"
    led = led and not (before.text[-1] == ":" and words_in(following.text) >= 20 and is_prose(following.text))
    if not led and count <= _MAX_TITLE_WORDS and _is_numbered_title(block, bold, following):
        return True
    if bold and not led and count <= _MAX_TITLE_WORDS and not (text[-1] in ".;," and is_prose(text)):
        return True
    if block.head and count <= _MAX_BARE_WORDS and first.isupper() and text[-1] not in ",;":
        return True
    return not led and _is_bare_title(block, count, following, leading, run)


@lru_cache(maxsize=REMEMBERED)
def _is_date_or_contact(text: str) -> bool:
    return _DATE_LINE.match(text) is not None or _CONTACT_LINE.search(text) is not None


def _is_numbered_title(block: RawBlock, bold: bool, following: RawBlock) -> bool:
    text = block.text
    numbered = NUMBER.match(text)
    if not numbered or numbered["letter"] or numbered["lowroman"]:
        return False
    rest = text[numbered.end() :].strip()
    if not rest or not (rest[0].isupper() or rest[0] in "\"“‘'" or bold):
        return False
    if ends_sentence(rest) and rest[-1] != "?" and not bold and (rest[-1] in ";," or is_prose(rest)):
        return False
    # Items of a numbered list are followed by their like; a title is followed by running text or by another title.
    other = NUMBER.match(following.text) if not following.kind else None
    return other is None or other.lastgroup != numbered.lastgroup or is_prose(following.text)


def _heads_item(block: RawBlock, bold: bool, following: RawBlock) -> bool:
    """Whether a list item is a section's title: a term with a long definition, or a bold line over running text."""
    text = block.text
    if text.endswith((".", ";", ",")) or words_in(text) > 20:
        return False
    if block.item.term:
        return following.item is not None and following.item.list is block.item.list and words_in(following.text) > 25
    return bold and following.item is None and words_in(text) <= 12 and is_prose(following.text)


def _is_bare_title(block: RawBlock, count: int, following: RawBlock, leading: bool, run: tuple[int, bool]) -> bool:
    """Whether an unmarked line is a title: short, without a full stop, and right over running text."""
    text = block.text
    if count > _MAX_BARE_WORDS or len(text) > 90 or "|" in text or block.styled(LINK):
        return False
    if not (text[0].isupper() or text[0].isdigit()) or _ADDRESS_LINE.search(text):
        return False
    question = text.endswith("?")
    if ends_sentence(text) and not (question and _QUESTION.match(text)) and not (text.endswith(":") and count <= 6):
        return False
    # "We may share it" without its full stop is a sentence; "Information we may share" is a title.
    if not question and _CLAUSE.search(text) and not _NOUN_END.search(text) and states_practice(text):
        return False
    length, last = run
    # Four short lines in a row are an address or a list of contents; only the last may stand over the text.
    if length >= 4 and not (last and count >= 2):
        return False
    if following.kind == "heading":
        return not question
    if _is_item(following):
        return not text.endswith(":") and is_prose(following.text)
    if leading and words_in(following.text) >= 4:
        return True
    return len(following.text) > len(text) and (
        (following.text.endswith(":") and words_in(following.text) >= 4)
        or (is_prose(following.text) and (ends_sentence(following.text) or words_in(following.text) >= 12))
    )


def _first_is_title(blocks: list[RawBlock]) -> None:
    """The page's own titles are the first headings, where no running text stands before them."""
    titled = any(block.kind == "title" for block in blocks[:5])
    for block in blocks[:200]:
        if block.left_out or block.kind == "title":
            continue
        if block.kind == "heading":
            if NUMBER.match(block.text) or block.heading > 1:
                return
            named = _POLICY_TITLE.search(block.text) is not None
            if (block.heading == 0 and not named) or (block.heading and titled):
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
            if block.is_row:
                block.kind = "table_row"
            else:
                listed = block.item is not None or bool(block.bullet)
                block.kind = "list_item" if listed else "paragraph"
                block.level = max(block.depth, 1) if listed else 0
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
    if not ends_sentence(text):
        return words_in(text) >= 4
    return text[-1] in ".;," and _says_that_more_follows(text[-160:])


@lru_cache(maxsize=REMEMBERED)
def _says_that_more_follows(tail: str) -> bool:
    return _FOLLOWS.search(tail) is not None


class _Lists:
    """Finds the lead-in of each list item, going through the blocks once."""

    def __init__(self) -> None:
        self.lead_of_list: dict[object, RawBlock | None] = {}
        self.first_of_item: dict[Item, RawBlock] = {}
        self.before: RawBlock | None = None  # the block before this one
        self.open_signs: list[tuple[str, RawBlock | None]] = []  # bullet signs without a list, outermost first

    def take(self, block: RawBlock) -> None:
        if block.kind != "list_item":
            self.open_signs.clear()
        elif block.item is not None:
            block.lead_in = self._of_item(block, block.item)
        elif block.lead_in is None:
            block.lead_in = self._of_bullet(block)
        self.before = block

    def _of_bullet(self, block: RawBlock) -> RawBlock | None:
        """The lead-in of an item that is one by its bullet sign only; another sign opens an inner list."""
        before = self.before
        if not block.bullet and block.goes_on and before is not None:
            return before if _names_item(before) else before.lead_in
        signs = [sign for sign, _ in self.open_signs]
        if block.bullet in signs:
            del self.open_signs[signs.index(block.bullet) + 1 :]
        else:
            lead = before if before is not None and before.cell is block.cell and _leads(before) else None
            if before is not None and before.kind == "list_item" and before.item is not None:
                lead = before.lead_in if block.fused or not before.text.endswith(":") else before
            if self.open_signs and (lead is None or not lead.text.endswith(":")):
                block.level = len(self.open_signs)
                return self.open_signs[-1][1]
            self.open_signs.append((block.bullet, lead))
        block.level = len(self.open_signs)
        return self.open_signs[-1][1]

    def _of_item(self, block: RawBlock, item: Item) -> RawBlock | None:
        known = self.first_of_item.get(item)
        if known is not None:  # the item goes on, under its own name where it has one
            return known if not block.fused and _names_item(known) else known.lead_in
        self.first_of_item[item] = block
        before = self.before
        neighbour = before.item if before is not None else None
        if not item.term and neighbour is not None and neighbour.list is item.list:
            if neighbour.term:
                # A definition is led by its term; one that became a heading is its section.
                return before if before.kind == "list_item" else None
            if before.lead_in is not None and before.lead_in.item is not None and before.lead_in.item.term:
                return before.lead_in
        if item.list not in self.lead_of_list:
            self.lead_of_list[item.list] = self._of_list(block, item)
        return self.lead_of_list[item.list]

    def _of_list(self, block: RawBlock, item: Item) -> RawBlock | None:
        before = self.before
        if item.parent is not None and item.parent in self.first_of_item:
            # In the outer item, the paragraph right before the inner list is nearer than its first line.
            if before.item is item.parent and _leads(before):
                return before
            return self.first_of_item[item.parent]
        if before is None or before.cell is not block.cell:
            return None
        if before.kind != "list_item":
            return before if _leads(before) else None
        # A list right behind another goes on with it, unless the last item of that one opens it.
        return before if before.text.endswith(":") else before.lead_in


def _names_item(block: RawBlock) -> bool:
    """Whether a block is the name of a list item that goes on in further blocks, or leads over to them."""
    text = block.text
    if text.endswith(":") or (block.item is not None and block.item.term):
        return True
    return words_in(text) <= 12 and not ends_sentence(text)


def _set_lead_ins(blocks: list[RawBlock]) -> None:
    lists = _Lists()
    for block in blocks:
        if not block.left_out:
            lists.take(block)
