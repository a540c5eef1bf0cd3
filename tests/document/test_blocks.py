"""Small pages in, blocks out: a case for each idiom of the archive's pages.

A block is written ``KIND text``: T title, H heading, P paragraph, I list item, R table row. ``I<n`` is an item led
in by block n; ``R^n`` a row (``P^n`` what stands in one) under the header row n.
"""

from __future__ import annotations

import pytest

from privlex.document import read_document
from privlex.records import PolicyDocument
from privlex.snapshot import read_snapshot

LETTER = {"title": "T", "heading": "H", "paragraph": "P", "list_item": "I", "table_row": "R"}


def document(text: str, form: str) -> PolicyDocument:
    return read_document(read_snapshot(text.encode(), media_type=f"text/{form}", name="case"))


def shown(document: PolicyDocument) -> list[str]:
    out = []
    for block in document.blocks:
        mark = LETTER[block.kind]
        if block.lead_in is not None:
            mark += f"<{block.lead_in}"
        if block.header is not None:
            mark += f"^{block.header}"
        out.append(f"{mark} {document.block_text(block)}")
    return out


PROSE = "We keep the details of your orders as long as the law asks us to."
LONG = "We keep the list of parcels that were sent to you, with the day and the carrier of each, for as long as the carrier may ask us for it."

HTML = [
    pytest.param(
        "<p>We keep <b>your</b> <i>na</i>me&nbsp;&amp; town.</p>", ["P We keep your name & town."], id="inline"
    ),
    pytest.param("<p>One\n  two</p><p>three</p>", ["P One two", "P three"], id="white-space"),
    pytest.param("<p>Zero\u200bwidth and soft\u00adhyphen</p>", ["P Zerowidth and softhyphen"], id="unseen-characters"),
    pytest.param(
        f"<p>Orders</p><p>{PROSE}\nWe sell nothing.</p>",
        ["H Orders", f"P {PROSE} We sell nothing."],
        id="a-line-for-each-sentence-is-one-paragraph",
    ),
    pytest.param(
        f"<p><strong>Your orders</strong></p><p>{PROSE}</p>",
        ["H Your orders", f"P {PROSE}"],
        id="bold-paragraph-is-title",
    ),
    pytest.param(
        f"<p><strong>Your orders.</strong><br>{PROSE}</p>", ["H Your orders.", f"P {PROSE}"], id="bold-line-is-title"
    ),
    pytest.param(f"<p>Orders<br><br>{PROSE}</p>", ["H Orders", f"P {PROSE}"], id="two-breaks-part-paragraphs"),
    pytest.param(
        "<p>We store the records of your calls for<br>three months and then delete them.</p>",
        ["P We store the records of your calls for three months and then delete them."],
        id="a-break-inside-a-sentence",
    ),
    pytest.param(
        "<p>We ask for:<br>Your name<br>Your town<br>Your age</p>",
        ["P We ask for:", "P Your name", "P Your town", "P Your age"],
        id="entries-parted-by-breaks",
    ),
    pytest.param(
        f"<h1>Privacy</h1><h2>Orders</h2><p>{PROSE}</p>", ["T Privacy", "H Orders", f"P {PROSE}"], id="heading-tags"
    ),
    pytest.param(
        "<p>We use them to:</p><ul><li>ship goods;</li><li>answer you.</li></ul>",
        ["P We use them to:", "I<0 ship goods;", "I<0 answer you."],
        id="list-with-lead-in",
    ),
    pytest.param(
        "<p>We ask for your town when you</p><ul><li>order</li><li>complain</li></ul>",
        ["P We ask for your town when you", "I<0 order", "I<0 complain"],
        id="lead-in-without-colon",
    ),
    pytest.param(
        "<p>We may use it in the following ways.</p><ul><li>to ship goods</li></ul>",
        ["P We may use it in the following ways.", "I<0 to ship goods"],
        id="lead-in-that-announces",
    ),
    pytest.param(
        "<p>We value your trust very much.</p><ul><li>We ship goods to you by mail.</li></ul>",
        ["P We value your trust very much.", "I We ship goods to you by mail."],
        id="a-finished-sentence-leads-nothing",
    ),
    pytest.param(
        "<p>We ask for:</p><ul><li>contact data:<ul><li>name</li><li>town</li></ul></li><li>age</li></ul>",
        ["P We ask for:", "I<0 contact data:", "I<1 name", "I<1 town", "I<0 age"],
        id="nested-list",
    ),
    pytest.param(
        "<p>We ask for:</p><ul><li>contact data<ol><li>name<li>town</ol><li>age</ul>",
        ["P We ask for:", "I<0 contact data", "I<1 name", "I<1 town", "I<0 age"],
        id="nested-list-without-end-tags",
    ),
    pytest.param(
        "<ul><li><p>Orders</p><p>We keep them for a year.</p></li><li><p>Calls</p></li></ul>",
        ["I Orders", "I<0 We keep them for a year.", "I Calls"],
        id="an-item-goes-on",
    ),
    pytest.param(
        "<p>We may:</p><ul><li>call you; • write to you</li></ul>",
        ["P We may:", "I<0 call you;", "I<0 write to you"],
        id="two-bullets-fused",
    ),
    pytest.param(
        "<p>We ask for: • name • town • age</p>",
        ["P We ask for:", "I<0 name", "I<0 town", "I<0 age"],
        id="bullets-that-lost-their-lines",
    ),
    pytest.param(
        "<p>We ask for:</p><p>• name</p><p>•&nbsp;&nbsp;town</p>",
        ["P We ask for:", "I<0 name", "I<0 town"],
        id="bullets-as-paragraphs",
    ),
    pytest.param(
        "<p>We ask for:</p><p>• your account:</p><p>o Name</p><p>o Town</p><p>• your car</p>",
        ["P We ask for:", "I<0 your account:", "I<1 Name", "I<1 Town", "I<0 your car"],
        id="bullets-of-two-signs",
    ),
    pytest.param(
        "<p>We ask for: o Name o Town and country o Age</p>",
        ["P We ask for:", "I<0 Name", "I<0 Town and country", "I<0 Age"],
        id="bullets-that-became-letters",
    ),
    pytest.param(
        f"<p>We ask for data as follows:</p><p>Orders</p><p>{PROSE} We ask for no more than the carrier needs.</p>",
        ["P We ask for data as follows:", "H Orders", f"P {PROSE} We ask for no more than the carrier needs."],
        id="titles-under-a-lead-in",
    ),
    pytest.param(
        "<p>We ask for (a) your name, (b) your town and (c) your age.</p>",
        ["P We ask for (a) your name, (b) your town and (c) your age."],
        id="a-list-inside-a-sentence-stays",
    ),
    pytest.param(
        "<p>We may pass it on:</p><p>(a) to carriers;</p><p>(b) to banks.</p><p>We sell nothing to anyone.</p>",
        ["P We may pass it on:", "I<0 (a) to carriers;", "I<0 (b) to banks.", "P We sell nothing to anyone."],
        id="lettered-paragraphs-are-items",
    ),
    pytest.param(
        f"<p>1. Orders</p><p>{PROSE}</p><p>(1) Parcels</p><p>{PROSE}</p><p>2. Calls</p><p>{PROSE}</p>",
        ["H 1. Orders", f"P {PROSE}", "H (1) Parcels", f"P {PROSE}", "H 2. Calls", f"P {PROSE}"],
        id="numbered-titles",
    ),
    pytest.param(
        "<table><tr><td>Service</td><td>Data</td></tr><tr><td>Shop</td><td>name</td></tr><tr><td>Blog</td><td>age</td></tr></table>",
        ["R Service | Data", "R^0 Shop | name", "R^0 Blog | age"],
        id="table-of-data-without-header-cells",
    ),
    pytest.param(
        "<table><thead><tr><th>Service</th><th>Data</th></tr></thead><tr><td>Shop</td><td>Your name, where you order.</td></tr>"
        "</table>",
        ["R Service | Data", "R^0 Shop | Your name, where you order."],
        id="table-of-data",
    ),
    pytest.param(
        "<table><tr><th>Service<th>Data<tr><td rowspan=2>Shop<td>name<tr><td>town</table>",
        ["R Service | Data", "R^0 Shop | name", "R^0 town"],
        id="row-header-over-two-rows",
    ),
    pytest.param(
        "<table><tr><th>Service<th>Data<tr><td>Shop<td><ul><li>name<li>town</ul></table>",
        ["R Service | Data", "R^0 Shop | name; town"],
        id="entries-in-a-cell",
    ),
    pytest.param(
        "<table><tr><th>Data<th>Why<th>Who<tr><td>Name<td>To ship.<p>To call<td><tr><td>Town<td>To ship<td>Couriers</table>",
        ["R Data | Why | Who", "R^0 Name | To ship. To call", "R^0 Town | To ship | Couriers"],
        id="an-empty-cell-is-left-out",
    ),
    pytest.param(
        f"<table><tr><th>Shop<th>Data<th>Who<tr><td>Blog<td><p>{LONG}</p><p>{LONG}</p><ul><li>x</ul><td>Couriers</table>",
        ["R Shop | Data | Who", "R^0 Blog", f"P^0 {LONG}", f"P^0 {LONG}", "I^0 x", "R^0 Couriers"],
        id="paragraphs-in-a-cell-part-the-row",
    ),
    pytest.param(
        f"<table><tr><th>Data<th>Why<tr><td>Name<td><p>Parcels:</p><p>{LONG}</p></table>",
        ["R Data | Why", f"R^0 Name | Parcels: {LONG}"],
        id="a-label-over-its-text-is-one-cell",
    ),
    pytest.param(
        "<table><tr><th>Data<th>Why<tr><td><h4>Name</h4><td>To ship</table>",
        ["R Data | Why", "H^0 Name", "R^0 To ship"],
        id="a-heading-in-a-cell",
    ),
    pytest.param(
        f"<table><tr><td><table><tr><td>{PROSE}</td></tr></table></td></tr></table>", [f"P {PROSE}"], id="layout-tables"
    ),
    pytest.param(
        "<p>We use it to:</p><table><tr><td>•</td><td>ship goods;</td></tr><tr><td>•</td><td>call you.</td></tr></table>",
        ["P We use it to:", "I<0 ship goods;", "I<0 call you."],
        id="bullets-as-cells",
    ),
    pytest.param(
        f"<table><tr><td>1.</td><td>Orders</td></tr></table><p>{PROSE}</p>",
        ["H 1. Orders", f"P {PROSE}"],
        id="number-in-a-cell-of-its-own",
    ),
    pytest.param(
        "<dl><dt>Cookie</dt><dd>A small file.</dd><dt>Log</dt><dd>A list of visits.</dd></dl>",
        ["I Cookie", "I<0 A small file.", "I Log", "I<2 A list of visits."],
        id="definition-list",
    ),
    pytest.param(
        f"<dl><dt>Orders</dt><dd>{PROSE} We ask the carrier to delete the label once the parcel has come.</dd></dl>",
        ["H Orders", f"I {PROSE} We ask the carrier to delete the label once the parcel has come."],
        id="definition-list-as-sections",
    ),
    pytest.param(
        f"<details><summary>Orders</summary><p>{PROSE}</p></details>", ["H Orders", f"P {PROSE}"], id="details-summary"
    ),
    pytest.param(
        f"<ul><li><h3>Orders</h3><p>{PROSE}</p><p>We ask for:</p><ul><li>name</li></ul></li></ul>",
        ["H Orders", f"P {PROSE}", "P We ask for:", "I<2 name"],
        id="folded-sections-as-items",
    ),
    pytest.param(
        "<h3>We share your name with our partners in every country we sell to.</h3><p>See below.</p>",
        ["P We share your name with our partners in every country we sell to.", "P See below."],
        id="a-practice-set-as-heading-is-a-paragraph",
    ),
    pytest.param(
        "<body><script>var a='<p>We sell names</p>'</script><style>p{}</style><!-- We sell names --><p>We keep names.</p>",
        ["P We keep names."],
        id="script-style-comment",
    ),
    pytest.param(
        '<p>Seen names</p><div style="display: none">We sell names</div><p hidden>We sell names</p><p>Seen towns</p>',
        ["P Seen names", "P Seen towns"],
        id="hidden",
    ),
    pytest.param(
        '<div class="accordion-panel" style="display:none"><p>We keep names.</p></div>',
        ["P We keep names."],
        id="folded",
    ),
    pytest.param(
        "<p>We keep <a href='/n'>names</a>.<p>We keep towns.", ["P We keep names.", "P We keep towns."], id="no-ends"
    ),
    pytest.param("<textarea>We keep names.</textarea>", ["P We keep names."], id="a-policy-in-a-text-area"),
    pytest.param(
        "<p>We keep names<!-- x -> <p>and towns.", ["P We keep names", "P and towns."], id="comment-never-closed"
    ),
    pytest.param("<p>If 3 < 4 and 5 > 2, we keep names.", ["P If 3 < 4 and 5 > 2, we keep names."], id="stray-signs"),
    pytest.param("<p>Names &amp.\nTowns &lt; all</p>", ["P Names & Towns < all"], id="entity-cut-by-tosback"),
    pytest.param(
        "<p><a title='a > b' href=x>Names</a> are kept here.</p>", ["P Names are kept here."], id="sign-in-an-attribute"
    ),
    pytest.param("<pre>We keep:\n\nyour name\n</pre>", ["P We keep:", "P your name"], id="pre-formatted"),
    pytest.param(
        "<div>Loose text.<p>We keep names.</p>More loose text.</div>",
        ["P Loose text.", "P We keep names.", "P More loose text."],
        id="text-beside-paragraphs",
    ),
]

MARKDOWN = [
    pytest.param(
        'We keep **your** *na*me and [_town_](https://x.example/a_(b) "t").',
        ["P We keep your name and town."],
        id="inline",
    ),
    pytest.param(
        "Write to <me@x.example> or <https://x.example/>.",
        ["P Write to me@x.example or https://x.example/."],
        id="autolink",
    ),
    pytest.param(
        "ip\\_address, snake_case, _ga and \\* 2 * 3",
        ["P ip_address, snake_case, _ga and * 2 * 3"],
        id="escapes-and-literal-signs",
    ),
    pytest.param("We keep ![a photo](x.png) names.", ["P We keep names."], id="image"),
    pytest.param(f"# Privacy\n\n## Orders\n\n{PROSE}", ["T Privacy", "H Orders", f"P {PROSE}"], id="hash-headings"),
    pytest.param(
        f"Privacy\n=======\n\nOrders\n------\n\n{PROSE}",
        ["T Privacy", "H Orders", f"P {PROSE}"],
        id="underlined-headings",
    ),
    pytest.param("We keep names,\nand towns.", ["P We keep names, and towns."], id="wrapped-paragraph"),
    pytest.param(
        f"**Our orders**   \n{PROSE}", ["H Our orders", f"P {PROSE}"], id="bold-line-with-hard-break-is-title"
    ),
    pytest.param(
        f"2\\. Orders and calls\n\n{PROSE}", ["H 2. Orders and calls", f"P {PROSE}"], id="number-with-escaped-dot"
    ),
    pytest.param(
        "We ask for:\n\n*   contact data:\n    *   name\n    *   town\n*   age\n\nAll of it is optional for you.",
        ["P We ask for:", "I<0 contact data:", "I<1 name", "I<1 town", "I<0 age", "P All of it is optional for you."],
        id="nested-list",
    ),
    pytest.param(
        "  * name\n\n    We ask for it when you order.\n\n  * town",
        ["I name", "I<0 We ask for it when you order.", "I town"],
        id="item-goes-on",
    ),
    pytest.param("We may:\n\n1.  call you\n2.  write", ["P We may:", "I<0 call you", "I<0 write"], id="numbered-list"),
    pytest.param(
        "| Service | Data |\n| --- | --- |\n| Shop | your name |\n| Blog | your age |",
        ["R Service | Data", "R^0 Shop | your name", "R^0 Blog | your age"],
        id="pipe-table",
    ),
    pytest.param(
        "|   | \n\nWe use it to:  |   | \n\n•\n\n| ship goods;  \n---|---|---  \n  | \n\n•\n\n| call you.  \n   \n  \n3\\. Next steps\n"
        f"  \n|   |  {PROSE}  \n---|---  ",
        ["P We use it to:", "I<0 ship goods;", "I<0 call you.", "H 3. Next steps", f"P {PROSE}"],
        id="layout-table-left-over",
    ),
    pytest.param("> We keep names,\n> and towns.", ["P We keep names, and towns."], id="quotation"),
    pytest.param("We keep names.<br>We keep towns.", ["P We keep names. We keep towns."], id="html-break"),
    pytest.param(
        "<p>We keep <b>names</b>.</p>\n\n<script>\nvar x = 'We sell'\n</script>\n\nAnd towns.",
        ["P We keep names.", "P And towns."],
        id="html-in-markdown",
    ),
    pytest.param("We keep names.\n\n* * *\n\n---\n\nAnd towns.", ["P We keep names.", "P And towns."], id="rules"),
    pytest.param(
        "*   [\n    \n    We keep names.](https://x.example/)", ["I We keep names."], id="link-over-paragraphs"
    ),
    pytest.param("We keep [names and towns.", ["P We keep [names and towns."], id="bracket-of-the-text"),
    pytest.param(
        "*   ### Orders\n\n    We keep them for a year, as the law asks.",
        ["H Orders", "P We keep them for a year, as the law asks."],
        id="heading-in-item",
    ),
]

PLAIN = [
    pytest.param("# Shop\n\nOrders\n\n" + PROSE, ["T Shop", "H Orders", f"P {PROSE}"], id="headings"),
    pytest.param("We ask for:\n\n- name;\n\n- town.", ["P We ask for:", "I<0 name;", "I<0 town."], id="list"),
    pytest.param(
        "We ask for:\n- name;\n  - first\n- town.",
        ["P We ask for:", "I<0 name;", "I<1 first", "I<0 town."],
        id="tight-list",
    ),
    pytest.param("We keep\nnames.", ["P We keep names."], id="a-line-break-is-a-space"),
    pytest.param(
        "We keep\r\nnames.\r\n\r\nAnd towns.\r\n", ["P We keep  names.", "P And towns."], id="crlf-keeps-its-length"
    ),
    pytest.param("Home\n\nWe keep <b> & names.", ["P Home", "P We keep <b> & names."], id="nothing-is-markup-or-menu"),
]


@pytest.mark.parametrize(("text", "blocks"), HTML)
def test_html(text, blocks):
    assert shown(document(text, "html")) == blocks


@pytest.mark.parametrize(("text", "blocks"), MARKDOWN)
def test_markdown(text, blocks):
    assert shown(document(text, "markdown")) == blocks


@pytest.mark.parametrize(("text", "blocks"), PLAIN)
def test_plain(text, blocks):
    assert shown(document(text, "plain")) == blocks


def test_levels_and_sections():
    page = (
        f"<h1>Privacy</h1><p>1. Orders</p><p>{PROSE}</p><p>1.1 Parcels</p><p>{PROSE}</p><p>2. Calls</p><p>{PROSE}</p>"
        "<p>We may:</p><ul><li>call you:<ul><li>by day</li></ul></li></ul>"
    )
    read = document(page, "html")
    told = [(block.kind[0], block.level, block.section) for block in read.blocks]
    assert told == [
        ("t", 0, None), ("h", 1, 0), ("p", 0, 1), ("h", 2, 1), ("p", 0, 3), ("h", 1, 0), ("p", 0, 5),
        ("p", 0, 5), ("l", 1, 5), ("l", 2, 5),
    ]  # fmt: skip


def test_a_page_without_markup_is_cut_between_sentences():
    sentence = "We keep the label of parcel number %d for as long as the carrier may ask for it."
    text = "\n".join(sentence % number for number in range(200))
    read = document(text, "html")
    texts = [read.block_text(block) for block in read.blocks]
    assert len(texts) > 5 and max(map(len, texts)) < 2000
    assert all(each.startswith("We keep") and each.endswith("it.") for each in texts)
    assert [block.fused for block in read.blocks] == [False] + [True] * (len(texts) - 1)
    assert " ".join(texts) == text.replace("\n", " ")
