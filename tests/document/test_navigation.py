"""What is left out as navigation, what is not, and that a practice never is."""

from __future__ import annotations

import pytest

from privlex.document import read_document
from privlex.document.words import states_practice
from privlex.snapshot import read_snapshot

PROSE = "<p>This notice says how we treat the details that you leave with our shop when you order from it.</p>"


def read(page: str, form: str = "html"):
    return read_document(read_snapshot(page.encode(), media_type=f"text/{form}", name="case"))


def left_out(document) -> list[str]:
    return [each.text for each in document.left_out if each.visible]


def texts(document) -> list[str]:
    return [document.block_text(block) for block in document.blocks]


@pytest.mark.parametrize(
    ("markup", "gone"),
    [
        pytest.param("<nav><a href=/>Shop</a> <a href=/x>Offers</a></nav>", ["Shop Offers"], id="nav"),
        pytest.param("<div class=mainMenu><div>Shop</div><div>Offers</div></div>", ["Shop", "Offers"], id="menu-by-class"),
        pytest.param("<div role=navigation><p>Offers</p></div>", ["Offers"], id="menu-by-role"),
        pytest.param("<footer><p>Jobs</p><p>© 2019 Shop Ltd. All rights reserved.</p></footer>",
                     ["Jobs", "© 2019 Shop Ltd. All rights reserved."], id="footer"),
        pytest.param("<select><option>Deutsch<option>Español</select>", ["Deutsch", "Español"], id="language-chooser"),
        pytest.param("<ul><li>Deutsch</li><li>Español</li><li>Italiano</li></ul>", ["Deutsch", "Español", "Italiano"],
                     id="list-of-languages"),
        pytest.param("<ul><li>Laptops</li><li>Phones</li><li>Cables</li><li>Gift cards</li></ul>",
                     ["Laptops", "Phones", "Cables", "Gift cards"], id="menu-without-any-name"),
        pytest.param("<p>Home &gt; About &gt; Privacy Policy</p>", ["Home > About > Privacy Policy"], id="breadcrumb"),
        pytest.param("<a href='#m'>Skip to main content</a>", ["Skip to main content"], id="skip-link"),
        pytest.param("<form id=search><label>Find</label></form>", ["Find"], id="search"),
        pytest.param("<div id=cookie-banner><button>Accept all</button><button>Settings</button></div>",
                     ["Accept all", "Settings"], id="buttons-of-a-cookie-banner"),
    ],
)  # fmt: skip
def test_left_out_and_listed(markup, gone):
    document = read(f"<body>{markup}{PROSE}</body>")
    assert left_out(document) == gone
    assert len(document.blocks) == 1
    assert document.coverage == 1.0


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<footer><p>We share your address with carriers.</p></footer>", id="practice-in-a-footer"),
        pytest.param("<div class=cookie-banner><p>We use cookies to count visits.</p></div>", id="practice-in-a-banner"),
        pytest.param("<div class=menu><p>We sell your data to no one.</p><p>Offers</p></div>", id="practice-in-a-menu"),
        pytest.param("<div class='menu-open wrapper'><p>We keep the parcel's label for as long as we have to.</p></div>",
                     id="a-page-inside-a-so-called-menu"),
        pytest.param("<p>We ask for:</p><ul><li>Name</li><li>Town</li><li>Age</li><li>Phone</li></ul>", id="list-with-lead-in"),
        pytest.param("<p>We use cookies to:</p><div id=cookie-list><ul><li>Count visits</li><li>Greet you</li></ul></div>",
                     id="list-set-apart-from-its-lead-in"),
        pytest.param("<header><h1>Privacy Policy</h1></header>", id="title-in-the-header"),
        pytest.param("<table><tr><th>Place<th>Data<tr><td>Blog<td>Home address<tr><td>Press<td>Name</table>", id="labels-in-cells"),
        pytest.param("<button>What we do with your orders</button>", id="a-button-that-folds-a-section"),
        pytest.param("<p>Home addresses are kept by us for a year.</p>", id="a-sentence-that-begins-like-a-label"),
    ],
)  # fmt: skip
def test_kept(markup):
    document = read(f"<body>{PROSE}{markup}{PROSE}</body>")
    assert left_out(document) == []


def test_contents_that_repeat_the_headings():
    page = "<p>On this page</p><ul><li>Orders</li><li>Calls</li><li>Visits</li></ul>" + "".join(
        f"<h2>{name}</h2>{PROSE}" for name in ("1. Orders", "2. Calls", "3. Visits")
    )
    document = read(page)
    assert [(each.reason, each.text) for each in document.left_out] == [
        ("contents", "Orders"),
        ("contents", "Calls"),
        ("contents", "Visits"),
    ]
    headings = [document.block_text(block) for block in document.blocks if block.level == 2]
    assert headings == ["1. Orders", "2. Calls", "3. Visits"]


def test_a_page_of_labels_only_is_kept():
    assert texts(read("<nav><p>Home</p><p>Offers</p></nav>")) == ["Home", "Offers"]


def test_preface_and_toolbar_are_no_text():
    page = (
        "<!--The following is the downloaded HTML source of the shop.example privacy policy that was archived on "
        "2009-03-02. Please check the original snapshot on the Wayback Machine (https://web.archive.org/web/"
        "20090302101010id_/http%3A//shop.example/p) for the most accurate reproduction.-->"
        "<html><body><!-- BEGIN WAYBACK TOOLBAR INSERT --><div id='wm-ipp-base'>12 captures</div>"
        f"<!-- END WAYBACK TOOLBAR INSERT --><div id=wm-ipp-print>The Wayback Machine</div>{PROSE}</body></html>"
    )
    document = read(page)
    assert len(document.blocks) == 1
    assert [each.reason for each in document.left_out] == ["preface", "archive toolbar", "archive toolbar"]
    assert not any(each.visible for each in document.left_out)
    assert document.blocks[0].extent.start == 0 and document.coverage == 1.0


def test_text_that_is_mostly_hidden_is_read_and_said():
    document = read(f"<p>Privacy</p><div style='display:none'>{PROSE}{PROSE}</div>")
    assert len(document.blocks) == 3
    assert any("hidden" in note for note in document.notes)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We share your name with carriers", True),
        ("Cookies are set by advertisers on our site", True),
        ("Information Security Policy", False),
        ("Do Not Sell My Personal Information", False),
        ("Manage Cookie Preferences", False),
        ("Electronics & Accessories", False),
    ],
)
def test_states_practice(text, expected):
    assert states_practice(text) is expected
