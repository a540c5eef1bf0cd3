"""Tables for the terminal: nothing cut off, nothing that steers it, the same in every file."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest

from privlex.cli.show import comparison_table, findings_explained, findings_tables, plain, scores_table
from privlex.compare import compare_findings
from tests.factories import claim, policy, without_document

BEFORE = policy(
    "nas.example@2008-01-02",
    claim("collect", "name, email address, postal address", purposes="ship orders"),
    claim("share", "personal information", recipients="anyone", polarity="denied"),
)
AFTER = policy(
    "nas.example@2010-01-02",
    claim("collect", "email address, postal address", purposes="ship orders, send newsletters"),
    claim("share", "personal information", recipients="business partners", condition="with your consent"),
)


def shown(show, *arguments, width: int = 120, terminal: bool = False, monkeypatch=None, **options) -> str:
    out = io.StringIO()
    if terminal:
        out.isatty = lambda: True
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("TERM", "xterm")
    show(*arguments, out, **options)
    return out.getvalue()


def words(text: str) -> set[str]:
    return set(re.findall(r"[\w'-]+", re.sub(r"\x1b\[[\d;]*m", "", text)))


def test_a_file_gets_the_same_table_whatever_the_terminal(monkeypatch):
    first = shown(findings_tables, [BEFORE])
    monkeypatch.setenv("COLUMNS", "61")
    assert shown(findings_tables, [BEFORE]) == first
    assert max(map(len, first.splitlines())) <= 120 and "\x1b" not in first


@pytest.mark.parametrize("width", [40, 60, 80, 100, 200])
def test_a_narrow_terminal_cuts_nothing_off(width, monkeypatch):
    text = shown(findings_tables, [BEFORE, AFTER], width=width, terminal=True, monkeypatch=monkeypatch)
    plain_text = re.sub(r"\x1b\[[\d;]*m", "", text)
    assert max(map(len, plain_text.splitlines())) <= max(width, 60)
    # A word may be broken over two lines where the column is narrower than the word.
    together = re.sub(r"\s", "", plain_text)
    for mention in (*BEFORE.mentions, *AFTER.mentions):
        assert all(w in together or w[:4] in together for w in mention.quote.split())


def test_a_denial_reads_as_one():
    text = shown(findings_tables, [BEFORE])
    assert re.search(r"^does not share +personal information +anyone", text, re.M)
    assert "2 practices, 1 of them denied" in text


def test_every_practice_stands_under_its_heading():
    text = shown(findings_tables, [BEFORE])
    assert text.index("Privacy\n") < text.index("collect")


@pytest.mark.parametrize("hostile", [
    pytest.param("\x1b]0;owned\x07", id="sets the window's title"),
    pytest.param("\x1b[2J", id="clears the screen"),
    pytest.param("\x9b31m", id="one-byte control sequence"),
    pytest.param("\u202ereversed", id="turns the writing direction"),
    pytest.param("\r\x08\x08", id="overwrites the line"),
])
def test_page_text_does_not_steer_the_terminal(hostile):
    made = replace(BEFORE, mentions=tuple(replace(m, quote=m.quote + hostile) for m in BEFORE.mentions))
    for text in (shown(findings_tables, [made]), shown(findings_explained, [made])):
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)


@pytest.mark.parametrize("markup", ["[red]name[/red]", "[link=http://x]", ":smile:", "[/]"])
def test_page_text_is_no_markup(markup):
    made = replace(BEFORE, mentions=tuple(replace(m, quote=markup) for m in BEFORE.mentions))
    assert markup in shown(findings_tables, [made])


def test_white_space_is_collapsed():
    assert plain(" a\n\t b\u00a0c ") == "a b c"


def test_an_explanation_gives_words_place_and_reasons():
    text = shown(findings_explained, [BEFORE])
    first = BEFORE.practices[0]
    assert f"characters {first.source.start} to {first.source.end}" in text
    assert "verb:collect" in text and "we collect name" in text


def test_an_explanation_without_the_text_does_without_the_words():
    text = shown(findings_explained, [without_document(BEFORE)])
    assert "because" in text and not re.search(r"^ *words", text, re.M)


def test_a_comparison_says_how_it_changed():
    change = compare_findings(BEFORE, AFTER)
    text = shown(comparison_table, change)
    assert "nas.example@2008-01-02 → nas.example@2010-01-02" in text
    assert "purpose widened: ship orders → ship orders; send newsletters" in text
    assert text.index("changed: ") < text.index("added: ") < text.index("dropped: ")


def test_what_stayed_is_counted_and_shown_when_asked():
    change = compare_findings(BEFORE, BEFORE)
    assert "2 kept" in shown(comparison_table, change)
    assert "email address" not in shown(comparison_table, change)
    assert "email address" in shown(comparison_table, change, show_kept=True)


def test_scores_have_their_interval():
    scores = {
        "dataset": "codebook", "path": "x", "n": {"documents": 1200}, "model": "m", "lexicon": "l", "version": "1",
        "scores": {"span_f1_exact": {"value": 0.5, "low": 0.4, "high": 0.625}},
    }
    text = shown(scores_table, scores)
    assert "1,200 documents" in text and re.search(r"span_f1_exact +0\.500 +0\.400 to 0\.625", text)
