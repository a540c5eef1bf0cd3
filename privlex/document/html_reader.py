"""HTML to raw blocks, with source offsets.

A tokenizer of our own: the common parsers give no character offsets, and the pages are broken in known ways
(unclosed items, missing ends, tags nested ten thousand deep). It walks the source once with an explicit stack.
The rules for what closes what follow the HTML standard's tree construction where text could be lost.
"""

from __future__ import annotations

import re

from privlex.document.raw import BOLD, LINK, Cell, Collector, Item, Place, Region, Table
from privlex.document.words import word_set

# An attribute value may hold ">"; atomic groups keep a missing quote from being tried in every way.
_TOKEN = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*)(?P<attributes>(?>(?:[^>\"']|\"[^\"]*\"|'[^']*')*))>"
    r"|<[!?][^>]*>",
    re.S,
)
# After one tag whose quotes never close, quotes are no longer trusted (else each tag would be tried to the end).
_PLAIN_TOKEN = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]*)(?P<attributes>[^<>]*)>"
    r"|<[!?][^<>]*>",
    re.S,
)
_ATTRIBUTE = re.compile(r"""([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")
# Attributes worth a closer look; most tags have none of them.
_TELLING = re.compile(r"hidden|none|\bclass|\bid\b|\brole\b", re.I)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# A hidden part that opens on a click is part of the policy (class and id names of common page builders).
_FOLDED = re.compile(r"accord|collaps|expand|toggle|panel|tab|faq|answer|fold|reveal|read-?more", re.I)
_REGION_WORDS = {
    "nav": "menu",
    "navbar": "menu",
    "navigation": "menu",
    "menu": "menu",
    "submenu": "menu",
    "menubar": "menu",
    "dropdown": "menu",
    "topbar": "menu",
    "masthead": "menu",
    "topnav": "menu",
    "mainnav": "menu",
    "subnav": "menu",
    "footer": "footer",
    "copyright": "footer",
    "breadcrumb": "breadcrumb",
    "breadcrumbs": "breadcrumb",
    "crumbs": "breadcrumb",
    "cookie": "cookie banner",
    "cookies": "cookie banner",
    "consent": "cookie banner",
    "gdpr": "cookie banner",
    "onetrust": "cookie banner",
    "lang": "language chooser",
    "language": "language chooser",
    "languages": "language chooser",
    "locale": "language chooser",
    "skip": "skip link",
    "skiplink": "skip link",
    "sidebar": "sidebar",
    "search": "search",
    "searchbox": "search",
    "social": "social links",
    "share": "social links",
    "toc": "contents",
    "login": "menu",
    "signin": "menu",
}
_REGION_ROLES = {
    "navigation": "menu",
    "banner": "menu",
    "contentinfo": "footer",
    "search": "search",
    "menu": "menu",
    "menubar": "menu",
    "complementary": "sidebar",
}
_NAME_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_TOOLBAR = "BEGIN WAYBACK TOOLBAR INSERT"
_TOOLBAR_END = re.compile(r"<!--\s*END WAYBACK TOOLBAR INSERT\s*-->")

_BLOCK = word_set("""
    address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure
    footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noframes ol p pre
    section summary table tbody td tfoot th thead tr ul caption optgroup option select button head title
    textarea xmp
""")
_VOID = word_set("""
    area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr
""")
# Formatting elements never nest anything of ours; they are counted, not stacked.
_STYLES = {"b": BOLD, "strong": BOLD}
_UNSTACKED = word_set("""
    i em u font small big sup sub abbr acronym cite code dfn kbd q s samp strike del ins tt var mark time
    bdi bdo nobr wbr o
""")
_RAW = {name: re.compile(rf"</{name}\b[^>]*>", re.I) for name in ("script", "style", "iframe", "noembed", "template")}
_CLOSED_BY = {  # a start tag closes the nearest open one of these, up to its barrier
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "dir", "menu"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"})),
    "td": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "th": (frozenset({"td", "th"}), frozenset({"table", "tr"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "tbody": (frozenset({"tr", "tbody", "thead", "tfoot", "caption"}), frozenset({"table"})),
    "thead": (frozenset({"tr", "tbody", "thead", "tfoot", "caption"}), frozenset({"table"})),
    "tfoot": (frozenset({"tr", "tbody", "thead", "tfoot", "caption"}), frozenset({"table"})),
    "option": (frozenset({"option"}), frozenset({"select"})),
}
# An end tag closes nothing beyond these (a stray </div> in a cell does not close the page's frame).
_SCOPE = frozenset({"table", "td", "th", "caption", "html"})
_TABLE_PARTS = frozenset({"td", "th", "tr", "tbody", "thead", "tfoot", "caption", "table"})
_SCOPED_BY_TABLE = frozenset({"td", "th", "tr", "tbody", "thead", "tfoot", "caption"})
_PLAIN = frozenset({"p", "div", "span", "a", "section", "article", "main"})  # no place of their own
_LISTS = frozenset({"ul", "ol", "dir", "menu", "dl"})


class HtmlReader:
    """Reads one HTML source into a collector; ``keep_hidden`` takes hidden elements as text too."""

    def __init__(self, source: str, collector: Collector, keep_hidden: bool = False) -> None:
        self.source = source
        self.collector = collector
        self.keep_hidden = keep_hidden
        self.regions: list[Region] = []
        self.tables: list[Table] = []
        # The stack, as parallel lists: names and places to return to; for each scope, how many of a name are open.
        self._names: list[str] = []
        self._places: list[Place] = []
        self._scopes: list[dict[str, int]] = [{}]
        self._scope_at: list[int] = [-1]  # stack index of each scope's own element
        self._open_comment = False
        self._raw = dict(_RAW)
        self._bold = 0
        self._link = 0

    def read(self, start: int, end: int) -> None:
        """Read ``source[start:end]``."""
        source, collector = self.source, self.collector
        position, pattern = start, _TOKEN
        while position < end:
            opened = source.find("<", position, end)
            if opened < 0:
                break
            if source.startswith("<!--", opened):
                if opened > position:
                    self.text(position, opened)
                position = self._comment(opened, end)
                continue
            found = pattern.match(source, opened, end)
            if found is None:
                if pattern is _TOKEN and source[opened + 1 : opened + 2].isalpha():
                    pattern = _PLAIN_TOKEN
                    found = pattern.match(source, opened, end)
                if found is None:
                    if opened + 1 > position:
                        self.text(position, opened + 1)
                    position = opened + 1
                    continue
            if opened > position:
                self.text(position, opened)
            position = found.end()
            close, name, attributes = found.group("close", "name", "attributes")
            if name is not None:
                name = name.lower()
                if close:
                    self.end_tag(name, opened, position)
                else:
                    after = self.start_tag(name, attributes, opened, position, end)
                    if after is not None:
                        position = after
        if position < end:
            self.text(position, end)
        collector.flush()

    def _comment(self, start: int, limit: int) -> int:
        """Where a comment ends; one that never ends ends with its first ">", lest the page be lost."""
        source = self.source
        if source.startswith(("<!-->", "<!--->"), start):
            return source.index(">", start) + 1
        stop = source.find("-->", start + 4, limit) + 3 if not self._open_comment else 2
        if stop < 3:
            self._open_comment = True
            stop = source.find(">", start, min(limit, start + 2000)) + 1
            return stop or min(start + 4, limit)
        if source.find(_TOOLBAR, start, min(stop, start + 200)) >= 0:
            closed = _TOOLBAR_END.search(source, stop, limit)
            if closed:
                self.collector.flush()
                self.collector.leave_out("archive toolbar", start, closed.end())
                return closed.end()
        return stop

    def text(self, start: int, end: int) -> None:
        """A run of text between two tags."""
        collector = self.collector
        if collector.place.kept and "\n" in self.source[start:end]:
            for line in re.finditer(r"[^\r\n]+|\r\n|\r|\n", self.source[start:end]):
                a, b = start + line.start(), start + line.end()
                if line[0][0] in "\r\n":
                    collector.line_break(a, b)
                else:
                    collector.add(a, b)
            return
        collector.add(start, end)

    # ------------------------------------------------------------------ start tags

    def start_tag(self, name: str, attributes: str, start: int, end: int, limit: int) -> int | None:
        """Take a start tag; returns where to go on, if not right behind it."""
        collector = self.collector
        style = _STYLES.get(name)
        if style is not None and "none" not in attributes:
            self._bold += 1
            collector.style |= BOLD
            return None
        if name == "br":
            collector.line_break(start, end)
            return None
        if name in _UNSTACKED and not (attributes and _HIDDEN_STYLE.search(attributes)):
            return None
        raw = self._raw.get(name)
        if raw is not None:
            closed = raw.search(self.source, end, limit)
            if closed is None and name not in ("script", "style"):
                del self._raw[name]  # never closed: what stands behind it is text
                return None
            after = closed.end() if closed else limit
            collector.leave_out(name if name in ("script", "style") else "embedded", start, after)
            return after
        if name in _VOID:
            if name == "hr":
                collector.flush()
            return None
        if name in _BLOCK:
            collector.flush()
            if self._names:
                self._close_implied(name)
        elif name == "a":
            if self._link:
                self._end_link()
            if "href" in attributes:
                self._link = 1
                collector.style |= LINK
        if attributes and attributes[-1:] == "/" and name in ("svg", "path", "span", "a", "i"):
            if name == "a":
                self._end_link()
            return None
        self._push(name, self._place_inside(name, attributes))
        return None

    def _place_inside(self, name: str, attributes: str) -> Place:
        place = self.collector.place
        if attributes and _TELLING.search(attributes) and name not in ("html", "body"):
            place = self._told_by_attributes(place, name, attributes)
        if name in _PLAIN:
            return place
        if name == "li":
            owner = place.list if place.list is not None else (place.cell or self)
            parent = place.item if place.item is None or place.item.list is not owner else place.item.parent
            return place._replace(item=Item(owner, parent), depth=place.depth or 1, list=owner)
        if name in ("ul", "ol", "dir", "menu", "dl"):
            return place._replace(list=object(), depth=place.depth + 1)
        if name in ("td", "th"):
            return self._open_cell(place, name == "th", attributes)
        if name == "tr":
            if place.table is None:
                return place
            place.table.rows.append([])
            return place._replace(cell=None)
        if name == "table":
            table = Table(place.table)
            self.tables.append(table)
            if place.table is not None:
                place.table.nested = True
            return place._replace(table=table, cell=None, list=None, item=None, depth=0)
        if name in ("thead", "tbody", "tfoot"):
            if place.table is not None:
                place.table.section = name
            return place
        if len(name) == 2 and name[0] == "h" and name[1] in "123456":
            return place._replace(heading=int(name[1]))
        if name == "dt" or name == "dd":
            owner = place.list if place.list is not None else self
            parent = place.item if place.item is None or place.item.list is not owner else place.item.parent
            return place._replace(item=Item(owner, parent, term=name == "dt"), depth=place.depth or 1, list=owner)
        if name == "summary":
            return place._replace(heading=7)
        if name == "title":
            return place if place.hidden else place._replace(title=True)
        if name == "pre":
            return place._replace(kept=True)
        if name in ("svg", "math", "object", "applet"):
            return place._replace(hidden=place.hidden or name)
        if name in ("nav", "footer", "aside", "header", "select", "noscript", "form"):
            named = {
                "nav": "menu",
                "footer": "footer",
                "aside": "sidebar",
                "header": "menu",
                "select": "chooser",
                "noscript": "noscript",
                "form": "form",
            }[name]
            return self._in_region(place, named)
        return place

    def _told_by_attributes(self, place: Place, name: str, attributes: str) -> Place:
        found = {key.lower(): a or b or c for key, a, b, c in _ATTRIBUTE.findall(attributes)}
        names = f"{found.get('class', '')} {found.get('id', '')}"
        unseen = "hidden" in found or _HIDDEN_STYLE.search(found.get("style", ""))
        if unseen and not self.keep_hidden and not place.hidden and not _FOLDED.search(names):
            return place._replace(hidden="hidden")
        role = found.get("role", "").lower()
        if role in _REGION_ROLES:
            return self._in_region(place, _REGION_ROLES[role])
        if names != " " and name not in ("p", "li", "td", "th", "tr", "h1", "h2", "h3", "h4", "h5", "h6"):
            if "wm-ipp" in names:
                return place._replace(hidden=place.hidden or "archive toolbar")
            for word in _NAME_WORD.findall(names[:400]):
                named = _REGION_WORDS.get(word.lower())
                if named:
                    return self._in_region(place, named)
        return place

    def _in_region(self, place: Place, name: str) -> Place:
        if place.region is not None and place.region.name == name:
            return place
        region = Region(name)
        self.regions.append(region)
        return place._replace(region=region)

    def _open_cell(self, place: Place, header: bool, attributes: str) -> Place:
        table = place.table
        if table is None:
            return place
        if not table.rows or (self._names and self._names[-1] in ("table", "tbody", "thead", "tfoot")):
            table.rows.append([])
        columns = rows = 1
        if attributes and "span" in attributes.lower():
            found = {key.lower(): a or b or c for key, a, b, c in _ATTRIBUTE.findall(attributes)}
            columns, rows = _span(found.get("colspan")), _span(found.get("rowspan"))
        cell = Cell(table, len(table.rows) - 1, header or table.section == "thead", columns, rows)
        table.rows[-1].append(cell)
        return place._replace(cell=cell, list=None, item=None, depth=0, heading=0)

    # ------------------------------------------------------------------ end tags

    def end_tag(self, name: str, start: int, end: int) -> None:
        """Take an end tag; one that closes nothing is passed over."""
        collector = self.collector
        if name in _STYLES:
            if self._names and self._names[-1] == name:
                self._pop()
            elif self._bold:
                self._bold -= 1
                if not self._bold:
                    collector.style &= ~BOLD
            return
        if name == "br":
            collector.line_break(start, end)
            return
        if name in _UNSTACKED:
            self._close_inline(name)
            return
        if name in _BLOCK:
            collector.flush()
            self._close(name)
            return
        if name == "a":
            self._end_link()
        self._close_inline(name)

    def _end_link(self) -> None:
        self._link = 0
        self.collector.style &= ~LINK

    def _push(self, name: str, place: Place) -> None:
        self._names.append(name)
        self._places.append(self.collector.place)
        counts = self._scopes[-1]
        counts[name] = counts.get(name, 0) + 1
        if name in _SCOPE:
            self._scopes.append({})
            self._scope_at.append(len(self._names) - 1)
        self.collector.place = place

    def _pop(self) -> str:
        name = self._names.pop()
        self.collector.place = self._places.pop()
        if name in _SCOPE:
            self._scopes.pop()
            self._scope_at.pop()
        counts = self._scopes[-1]
        counts[name] = counts.get(name, 0) - 1
        return name

    def _close(self, name: str) -> None:
        """Close the nearest open element of this name in scope, with all that stands in it."""
        if name in _TABLE_PARTS:
            # These are scopes themselves or hold them: leave cells until the element, or the table, is reached.
            depth = self._reach(name)
            if depth is not None:
                while len(self._names) > depth:
                    self._pop()
            return
        if self._scopes[-1].get(name, 0) > 0:
            if name == "li" and not self._within("li", _LISTS):
                return
            while self._pop() != name:
                pass

    def _reach(self, name: str) -> int | None:
        """Stack index of the table part that an end tag closes, or None; steps over scopes, not elements."""
        for scope in range(len(self._scopes) - 1, -1, -1):
            if self._scopes[scope].get(name, 0) > 0:
                at = len(self._names) - 1
                while self._names[at] != name:
                    at -= 1
                return at
            at = self._scope_at[scope]
            if at < 0 or self._names[at] in ("table", "html"):
                return at if at >= 0 and self._names[at] == name else None
        return None

    def _within(self, name: str, barriers: frozenset[str]) -> bool:
        for opened in self._names[:-257:-1]:  # bounded; what is left open here ends with the next start tag
            if opened == name:
                return True
            if opened in barriers or opened in _SCOPE:
                return False
        return False

    def _close_inline(self, name: str) -> None:
        """An inline end tag closes its element unless a block element stands in between."""
        if self._scopes[-1].get(name, 0) <= 0:
            return
        # Bounded: a page that leaves more than 64 inline elements open keeps them open till their block ends.
        for step in range(1, min(len(self._names), 64) + 1):
            opened = self._names[-step]
            if opened == name:
                for _ in range(step):
                    self._pop()
                return
            if opened in _BLOCK:
                return

    def _close_implied(self, name: str) -> None:
        rule = _CLOSED_BY.get(name)
        if rule is None:
            top = self._names[-1]
            if self._scopes[-1].get("p", 0):
                # An open paragraph ends here, and with it what it left open.
                for step in range(1, min(len(self._names), 64) + 1):
                    if self._names[-step] == "p":
                        for _ in range(step):
                            self._pop()
                        break
                    if self._names[-step] in _BLOCK:
                        break
            elif (
                (top[0] == "h" and top in _HEADINGS and name in _HEADINGS)
                or (top in ("head", "title") and name not in ("head", "title"))
                or (top == "select" and name not in ("option", "optgroup"))
            ):
                self._pop()
            return
        closes, barriers = rule
        if not any(self._scopes[-1].get(each, 0) for each in closes) and not (closes & _SCOPE):
            return
        for at in range(len(self._names) - 1, -1, -1):
            opened = self._names[at]
            if opened in closes:
                while len(self._names) > at:
                    self._pop()
                if len(closes) > 2:
                    continue
                return
            if opened in barriers or (opened in _SCOPE and opened not in closes):
                return


_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def _span(value: str | None) -> int:
    """A column or row span; the standard's upper bounds keep a broken one from growing the grid."""
    try:
        return max(1, min(int(value or 1), 1000))
    except ValueError:
        return 1
