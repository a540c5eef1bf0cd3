"""Report pages as their readers meet them: in a browser, from the keyboard, and with a page that means harm."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser

import pytest

from privlex.compare import compare_findings
from privlex.figures.highlight import extraction_view, marked_text
from privlex.flow import extract, read
from privlex.records import ACTIONS
from privlex.report import comparison_page, report_page
from tests.browser import chromium
from tests.conftest import QNAP_2008, ROOT

HOSTILE = (
    "Privacy Policy\n\nWe collect your <script>document.title='owned'</script> email address and "
    "<img src=x onerror=\"document.title='owned'\"> phone number when you </style><b>register</b>.\n\n"
    "We share personal data with \"><svg onload=document.title='owned'> advertisers & partners' affiliates.\n\n"
    "We do not sell your personal information. </script><script>document.title='owned'</script>\n"
)
EARLIER = (
    "Privacy Policy\n\nWe collect your email address when you register.\n\n"
    "We sell personal information to advertisers.\n"
)


def found_in(text: str, name: str = "<script>alert(1)</script>.txt"):
    return extract(read(text.encode("utf8"), media_type="text/plain", name=name), tier="rules", force=True)


class Scripts(HTMLParser):
    """Collects what could run: script elements and event handlers."""

    def __init__(self) -> None:
        super().__init__()
        self.scripts = 0
        self.handlers: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.scripts += tag == "script"
        self.handlers += [name for name, value in attrs if name.startswith("on") or "javascript:" in (value or "")]


def fragments():
    hostile, earlier = found_in(HOSTILE), found_in(EARLIER)
    comparison = compare_findings(earlier, hostile)
    return [
        pytest.param(report_page([hostile]), 1, id="report"),
        pytest.param(report_page([hostile, earlier]), 1, id="report of two"),
        pytest.param(comparison_page(comparison, earlier, hostile), 1, id="comparison"),
        pytest.param(extraction_view(hostile), 0, id="notebook view"),
        pytest.param(hostile._repr_html_(), 0, id="extraction"),
        pytest.param(hostile.document._repr_html_(), 0, id="document"),
        pytest.param(comparison._repr_html_(), 0, id="comparison in a notebook"),
    ]


@pytest.mark.parametrize(("html", "own_scripts"), fragments())
def test_nothing_of_a_page_can_run(html, own_scripts):
    seen = Scripts()
    seen.feed(html)
    assert seen.scripts == own_scripts
    assert not seen.handlers
    assert html.count("</style>") == len(re.findall(r"<style[ >]", html)), "the page closed a style sheet of ours"
    assert "email address" in html


def test_a_snapshot_without_text_still_makes_pages():
    from dataclasses import replace

    found = replace(found_in(EARLIER), document=None)
    assert "corpus hydrate" in report_page([found])
    assert "corpus hydrate" in comparison_page(compare_findings(found, found), found, found)
    assert "corpus hydrate" in marked_text(found)


def test_equal_findings_make_equal_pages():
    assert report_page([found_in(HOSTILE)]) == report_page([found_in(HOSTILE)])


@pytest.fixture(scope="module")
def qnap_page(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "qnap.html"
    subprocess.run(
        [sys.executable, "-m", "privlex", "report", str(QNAP_2008), "--tier", "rules", "-o", str(path)], check=True
    )
    return path


def shot(browser, name: str) -> None:
    folder = ROOT / "out" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    assert browser.save_screenshot(str(folder / f"{name}.png"))


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_filter_follow_and_keyboard(qnap_page, tmp_path, dark):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select

    with chromium(tmp_path, dark=dark) as browser:
        browser.get(qnap_page.as_uri())
        rows = browser.find_elements(By.CSS_SELECTOR, "tbody tr[data-go]")
        assert len(rows) > 10
        Select(browser.find_element(By.CSS_SELECTOR, '[data-control="polarity"]')).select_by_value("denied")
        shown = [r for r in rows if r.is_displayed()]
        assert 0 < len(shown) < len(rows)
        assert all("does not" in r.text for r in shown)
        assert browser.find_element(By.CSS_SELECTOR, "[data-count]").text == f"{len(shown)} of {len(rows)}"
        shown[0].send_keys(Keys.ENTER)
        lit = browser.find_elements(By.CSS_SELECTOR, ".text .on")
        assert lit and lit[0].is_displayed()
        place = shown[0].get_attribute("data-go")
        assert all(place in e.get_attribute("data-p").split() for e in lit)
        if len(shown) > 1:
            shown[0].send_keys(Keys.ARROW_DOWN)
            assert browser.switch_to.active_element == shown[1]
        shot(browser, f"report-{'dark' if dark else 'light'}")
        faults = [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
        assert not faults, faults


def test_a_notebook_view_filters_without_a_script(tmp_path):
    """Two views on one page filter each for itself; without style every row is there."""
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import Select

    found = extract(read(QNAP_2008), tier="rules")
    view = found._repr_html_()
    assert "<script" not in view
    page = tmp_path / "view.html"
    page.write_text(f"<!doctype html><meta charset=utf-8><title>views</title>{view}{view}", "utf8")
    with chromium(tmp_path / "profile") as browser:
        browser.get(page.as_uri())
        first, second = browser.find_elements(By.CSS_SELECTOR, ".plx")
        rows = first.find_elements(By.CSS_SELECTOR, "tbody tr")
        assert len(rows) == len(found.practices) == sum(row.is_displayed() for row in rows)
        action, polarity, _, category = (Select(e) for e in first.find_elements(By.CSS_SELECTOR, "select"))
        polarity.select_by_value("polarity-denied")
        shown = [row.text for row in rows if row.is_displayed()]
        assert len(shown) == sum(p.polarity == "denied" for p in found.practices) > 0
        assert all("does not" in text for text in shown)
        polarity.select_by_value("")
        action.select_by_value("action-collect")
        category.select_by_value("data-contact")
        shown = sum(row.is_displayed() for row in rows)
        said = [p for p in found.practices if p.action == "collect"
                and any(found.mention(d).category == "contact" for d in p.data)]
        assert shown == len(said) > 0
        assert all(row.is_displayed() for row in second.find_elements(By.CSS_SELECTOR, "tbody tr"))
        shot(browser, "notebook-view")


def test_a_hostile_page_runs_nothing_and_a_comparison_leads_to_both_sides(tmp_path):
    from selenium.webdriver.common.by import By
    from selenium.webdriver.common.keys import Keys
    from selenium.webdriver.support.ui import Select

    hostile, earlier = found_in(HOSTILE), found_in(EARLIER)
    page = tmp_path / "c.html"
    page.write_text(comparison_page(compare_findings(earlier, hostile), earlier, hostile), "utf8")
    with chromium(tmp_path / "profile") as browser:
        browser.get(page.as_uri())
        assert "owned" not in browser.title
        row = browser.find_element(By.CSS_SELECTOR, "tbody tr[data-go*='d0-'][data-go*='d1-']")
        row.send_keys(Keys.SPACE)
        lit = browser.find_elements(By.CSS_SELECTOR, ".pairs .on")
        sides = {e.get_attribute("data-p")[:2] for e in lit}
        assert sides == {"d0", "d1"}
        change = Select(browser.find_element(By.CSS_SELECTOR, '[data-control="change"]'))
        change.select_by_value("kept")
        visible = [r for r in browser.find_elements(By.CSS_SELECTOR, "tbody tr[data-go]") if r.is_displayed()]
        assert all(r.get_attribute("class").split()[0] == "kept" for r in visible)
        shot(browser, "comparison")


def test_on_paper_nothing_is_cut(qnap_page, tmp_path):
    """Printed to PDF, the page holds the last block's words and no control."""
    import base64

    with chromium(tmp_path) as browser:
        browser.get(qnap_page.as_uri())
        pdf = base64.b64decode(browser.print_page())
    (tmp_path / "page.pdf").write_bytes(pdf)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) >= 3


@pytest.mark.parametrize(
    ("category", "collect", "share"),
    [
        pytest.param("contact", "under a condition", "not mentioned", id="collected when you register"),
        pytest.param("generic", "not mentioned", "stated yes", id="personal information is sold"),
        pytest.param("health", "not mentioned", "not mentioned", id="silence is told"),
    ],
)
def test_a_report_answers_for_every_kind_of_data(category, collect, share):
    html = report_page([found_in(EARLIER, "earlier.txt")])
    row = re.search(rf'<th scope="row">{category}</th>(.*?)</tr>', html)[1]
    said = dict(zip(ACTIONS, re.findall(r"<td[^>]*>([^<]*)</td>", row), strict=True))
    assert (said["collect"], said["share"]) == (collect, share)
