"""What of a page is navigation: told by the markup where there is some, by runs of short entries where there is none.

When in doubt a block stays. Nothing that could state a practice is ever left out (``words.states_practice``).
"""

from __future__ import annotations

import re
from functools import lru_cache

from privlex.document.raw import LINK, RawBlock, Region
from privlex.document.words import (
    ABOUT_DATA,
    REMEMBERED,
    ends_sentence,
    is_prose,
    states_practice,
    word_set,
    words_in,
)

_NAVIGATION = "navigation"
_CONTENTS = "contents"  # a table of contents: its words stand again as headings
# Labels that say by themselves what they are.
_LABEL = re.compile(
    r"(?:jump|skip|go|back|return)[ -](?:\w+ )?to (?:the )?(?:main |page )?"
    r"(?:content|navigation|menu|top|search|text|footer|home(?:page)?)(?: \[\w\])?"
    r"|top of (?:the )?page|home|home ?page|site ?map|search(?: site| our site)?|menu|toggle (?:navigation|menu)"
    r"|main menu|navigation|(?:log|sign)[ -]?(?:in|out|up|on)(?: / register)?|register|my account|contact(?: us)?"
    r"|about(?: us)?|careers|press|news(?:room)?|blog|faqs?|help|(?:accept|reject|decline|allow)(?: all)?(?: cookies)?|i agree"
    r"|got it!?|ok|close(?: menu)?|cookie (?:settings|preferences)|manage cookies|dismiss|print(?: this)?(?: page)?"
    r"|share(?: this)?(?: page)?|follow us(?: on)?:?|subscribe|submit|next|previous|prev|more"
    r"|(?:read|view|show|load) more"
    r"|(?:select|choose)(?: your)? (?:language|country|region|location)(?: and language)?:?|languages?:?|edition: \w+"
    r"|all rights reserved\.?|download pdf|facebook|twitter|youtube|linkedin|instagram|google\+"
    r"|pinterest|rss(?: feed)?",
    re.I,
)
_COPYRIGHT = re.compile(r"(?:copyright\b|©|\(c\)\s*\d{4}).{0,160}$", re.I | re.S)
_BREADCRUMB = re.compile(
    r"(?:home|start|main)\w*\s*(?:[>»›/|:→]|::)\s*\S.{0,100}$|(?:[\w&' -]{2,40}\s*[>»›]\s*)+[\w&' -]{2,40}$", re.I
)
_LANGUAGES = word_set("""
    english deutsch français francais español espanol italiano português portugues nederlands polski русский
    česky čeština dansk svenska norsk suomi magyar română türkçe 日本語 한국어 中文 繁體中文 简体中文
    ελληνικά العربية עברית
    ไทย tiếng việt bahasa indonesia українська slovenčina hrvatski brasil 日本 български eesti latviešu
    lietuvių slovenščina srpski català हिन्दी malay melayu filipino
""")
# Regions that are navigation in their whole purpose; a title in them is a menu's.
_STRICT = frozenset({"menu", "footer", "breadcrumb", "sidebar", "skip link", "chooser", "social links"})
_TITLE_WORD = re.compile(r"\b(?:privacy|policy|statement|notice|cookies?|data|information|terms|personal)\b", re.I)
_NO_LETTERS = re.compile(r"[\W\d_]+")
_ENTRY_WORDS = (
    6  # the longest menu entries of the archive's pages ("Electronics & Accessories", "Terms of Use and Sale")
)
_PROSE_SHARE = 0.3  # a region with a larger share of sentences is no navigation, whatever it is called
_RUN = 4  # so many entries in a row make a menu


def mark_navigation(blocks: list[RawBlock], regions: bool) -> None:
    """Set ``left_out`` on the blocks that are navigation."""
    if regions:
        _by_regions(blocks)
    first, last = _prose_range(blocks)
    for number, block in enumerate(blocks):
        if block.left_out or block.cell is not None:
            continue
        if len(block.text) <= 160 and _is_label(block, block.text, number, first, last):
            block.left_out = _NAVIGATION
    _by_runs(blocks, first, last)
    _mark_contents(blocks)


def _by_regions(blocks: list[RawBlock]) -> None:
    prose: dict[Region, int] = {}
    total: dict[Region, int] = {}
    entered: dict[Region, bool] = {}
    before: RawBlock | None = None
    for block in blocks:
        region = block.region
        if region is not None:
            if region not in total:
                prose[region] = total[region] = 0
                # A list set apart by its page ("cookie-list") still belongs to the words that lead to it.
                entered[region] = before is not None and before.text.endswith(":") and before.region is not region
            total[region] += len(block.text)
            if is_prose(block.text) or states_practice(block.text):
                prose[region] += len(block.text)
        before = block
    before = None
    for block in blocks:
        region = block.region
        if region is not None and not entered[region] and prose[region] < _PROSE_SHARE * total[region]:
            is_title = block.heading in (1, 2) and _TITLE_WORD.search(block.text)
            if _may_go(block, before) and not (region.name not in _STRICT and block.heading) and not is_title:
                block.left_out = _NAVIGATION
        if not block.left_out:
            before = block


def _may_go(block: RawBlock, before: RawBlock | None) -> bool:
    """Whether nothing speaks against leaving a block of a navigation region out."""
    text = block.text
    if block.title:
        return False
    if is_prose(text) or states_practice(text):
        return bool(_COPYRIGHT.match(text)) and not states_practice(text)
    if before is not None and before.text.endswith(":") and (block.item is not None or block.bullet):
        return False
    return not (text[0].islower() and text[-1] in ";,.")


def _prose_range(blocks: list[RawBlock]) -> tuple[int, int]:
    """First and last block that is running text: menus without markup stand before and after."""
    first, last = len(blocks), -1
    for number, block in enumerate(blocks):
        if not block.left_out and len(block.text) >= 60 and is_prose(block.text) and ends_sentence(block.text):
            first = min(first, number)
            last = number
    return first, last


def _is_label(block: RawBlock, text: str, number: int, first: int, last: int) -> bool:
    if block.title or block.heading:
        return False
    outside = number < first or number > last
    if _COPYRIGHT.match(text):
        return outside and not states_practice(text)
    if words_in(text) <= 8 and _says_what_it_is(text):
        return outside or block.styled(LINK)
    if outside and words_in(text) <= 10 and _BREADCRUMB.match(text) and not ends_sentence(text):
        return not states_practice(text)
    return False


@lru_cache(maxsize=REMEMBERED)
def _says_what_it_is(text: str) -> bool:
    return _LABEL.fullmatch(text) is not None


def _is_entry(block: RawBlock) -> bool:
    text = block.text
    return (
        len(text) <= 60
        and words_in(text) <= _ENTRY_WORDS
        and not block.heading
        and not block.title
        and block.cell is None
        and text[-1] not in ".;:,"
        and not text[0].islower()
        and not states_practice(text)
    )


def _by_runs(blocks: list[RawBlock], first: int, last: int) -> None:
    """Runs of short list items before the first or after the last running text, and lists of languages."""
    count = len(blocks)
    start = 0
    while start < count:
        block = blocks[start]
        if (block.item is None and not block.styled(LINK)) or not _is_entry(block):
            start += 1
            continue
        end = start
        while end < count and (blocks[end].item is not None or blocks[end].styled(LINK)) and _is_entry(blocks[end]):
            end += 1
        run = blocks[start:end]
        lead = blocks[start - 1] if start else None
        outside = end <= first or start > last
        led = (
            lead is not None
            and not lead.left_out
            and (lead.text.endswith(":") or (is_prose(lead.text) and not ends_sentence(lead.text)))
        )
        if len(run) >= _RUN and not led and outside:
            # Words of the policy's own matter keep a run: a table of contents, a list of data without lead-in.
            about = sum(1 for each in run if ABOUT_DATA.search(each.text))
            if about <= 0.25 * len(run):
                for each in run:
                    each.left_out = _NAVIGATION
        if len(run) >= 3:
            named = sum(1 for each in run if each.text.split("(")[0].split(" -")[0].strip().lower() in _LANGUAGES)
            if named >= 0.6 * len(run):
                for each in run:
                    each.left_out = _NAVIGATION
        start = end


def _mark_contents(blocks: list[RawBlock]) -> None:
    """Leave out the links to the page's own sections that repeat their headings word for word."""
    headings = {_key(block.text): number for number, block in enumerate(blocks) if block.heading and not block.title}
    if not headings:
        return

    def repeats(number: int) -> bool:
        block = blocks[number]
        return not block.heading and len(block.text) <= 120 and headings.get(_key(block.text), -1) > number

    start, count = 0, len(blocks)
    while start < count:
        end = start
        while end < count and repeats(end):
            end += 1
        if end - start >= 3:
            for each in blocks[start:end]:
                each.left_out = _CONTENTS
        start = max(end, start + 1)


@lru_cache(maxsize=REMEMBERED)
def _key(text: str) -> str:
    return _NO_LETTERS.sub(" ", text).strip().casefold()
